/* A price on the distribution of its subheading and origin: bars for how many declared what, the quarters below, and a mark
 * for the item. Readable without colour, and as a table. */
#include "modules/prices/price_unit.h"
#include "modules/prices/prices.h"
#include "web/page.h"

enum { WIDTH = 640, HEIGHT = 170, LEFT = 20, BASE = 110, TOP = 26, BOX = 124, BOX_HEIGHT = 14, ITEMS_SHOWN = 6 };

#define ROW_COLUMNS                                                                                                    \
	"r.id, r.hs6, r.origin, r.unit, r.low, r.first_quarter, r.median, r.third_quarter, r.high, r.observations, "        \
	"r.bins_from, r.bins_until, r.bins from price_references r "
STATEMENT(REFERENCE_OF_KEY,
	"select " ROW_COLUMNS "where r.hs6 = $1 and r.origin = $2 and r.unit = $3 and r.until_run is null");
STATEMENT(RATE_OF_LAST_RUN, "select rate from price_runs order by id desc limit 1");

static void read_row(struct rows *rows, int64_t rate, struct arena *arena, struct price_row *ret_row)
{
	struct text bins = rows_text(rows, 12);
	struct price_row row = {.id = rows_integer(rows, 0), .hs6 = rows_copy(rows, 1, arena),
		.origin = rows_copy(rows, 2, arena), .unit = rows_copy(rows, 3, arena),
		.low = number_multiply(rows_integer(rows, 4), rate),
		.first_quarter = number_multiply(rows_integer(rows, 5), rate),
		.median = number_multiply(rows_integer(rows, 6), rate),
		.third_quarter = number_multiply(rows_integer(rows, 7), rate),
		.high = number_multiply(rows_integer(rows, 8), rate), .observations = rows_integer(rows, 9),
		.bins_from = number_multiply(rows_integer(rows, 10), rate),
		.bins_until = number_multiply(rows_integer(rows, 11), rate)};

	for (size_t i = 0; i < PRICE_BINS && bins.data; i++) {
		int64_t count = 0;

		if (number_read(text_cut(&bins, ' '), &count) == STATUS_OK)
			row.bins[i] = count / NUMBER_ONE;
	}
	*ret_row = row;
}

static enum status find_reference(struct reader *reader, const struct price_measure *measure, bool any, struct arena *arena,
	struct price_row *ret_row)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t rate;

	TRY(store_integer(reader, &RATE_OF_LAST_RUN, NO_PARAMS, &rate));
	TRY(store_query(reader, &REFERENCE_OF_KEY,
		PARAMS(value_text(measure->hs6), value_text(any ? TEXT("") : measure->origin), value_text(measure->unit)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	read_row(rows, rate, arena, ret_row);
	return STATUS_OK;
}

enum status price_row_of_item(struct reader *reader, const struct consignment *consignment, const struct item *item,
	struct arena *arena, struct price_row *ret_row, int64_t *ret_price)
{
	struct price_measure measures[PRICE_MEASURES];
	size_t count = price_measures(consignment, item, measures);

	for (size_t i = 0; i < 2 * count; i++) {
		enum status status = find_reference(reader, &measures[i / 2], i % 2, arena, ret_row);

		if (status == STATUS_OK)
			*ret_price = measures[i / 2].price;
		if (status != STATUS_NOT_FOUND)
			return status;
	}
	return STATUS_NOT_FOUND;
}

/* ---- drawing */

/* From the least to the most that is shown, the item's price among them. */
struct scale {
	int64_t from, until;
};

static int place_of(const struct scale *scale, int64_t price)
{
	int64_t width = scale->until > scale->from ? scale->until - scale->from : 1;
	int64_t place = (price - scale->from) / (width / 1000 ? width / 1000 : 1);

	place = place < 0 ? 0 : place > 1000 ? 1000 : place;
	return LEFT + (int)(place * (WIDTH - 2 * LEFT) / 1000);
}

static void draw_bins(struct html *p, const struct price_row *row, const struct scale *scale)
{
	int64_t most = 1, width = (row->bins_until - row->bins_from) / PRICE_BINS;

	for (size_t i = 0; i < PRICE_BINS; i++)
		most = row->bins[i] > most ? row->bins[i] : most;
	for (size_t i = 0; i < PRICE_BINS; i++) {
		int left = place_of(scale, row->bins_from + (int64_t)i * width);
		int right = place_of(scale, row->bins_from + (int64_t)(i + 1) * width);
		int height = (int)(row->bins[i] * (BASE - TOP) / most);

		if (row->bins[i])
			html(p, "<rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", left,
				BASE - (height ? height : 1), right > left + 1 ? right - left - 1 : 1, height ? height : 1);
	}
}

/* The middle half as a box, from the first to the last decile as a line. */
static void draw_box(struct html *p, const struct price_row *row, const struct scale *scale)
{
	int low = place_of(scale, row->low), high = place_of(scale, row->high), middle = place_of(scale, row->median);
	int first = place_of(scale, row->first_quarter), third = place_of(scale, row->third_quarter);

	html(p, "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", LEFT, BASE, WIDTH - LEFT, BASE);
	html(p, "<line class=\"whisker\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", low, BOX + BOX_HEIGHT / 2, high,
		BOX + BOX_HEIGHT / 2);
	html(p, "<rect class=\"box\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", first, BOX,
		third > first ? third - first : 1, BOX_HEIGHT);
	html(p, "<line class=\"median\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", middle, BOX, middle, BOX + BOX_HEIGHT);
	html(p, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">", middle, BOX + BOX_HEIGHT + 16);
	html_number(p, row->median, 0);
	html(p, "</text>");
}

static void draw_mark(struct html *p, int64_t price, const struct scale *scale)
{
	int place = place_of(scale, price);

	if (price == NUMBER_NONE)
		return;
	html(p, "<line class=\"mark\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", place, TOP - 8, place, BOX + BOX_HEIGHT);
	html(p, "<text class=\"mark\" x=\"%d\" y=\"14\" text-anchor=\"%s\">▼ ", place,
		place < WIDTH / 4 ? "start" : place > 3 * WIDTH / 4 ? "end" : "middle");
	html_number(p, price, 0);
	html(p, "</text>");
}

static void print_figures(struct html *p, const struct price_row *row, int64_t price, int decimals)
{
	const struct {
		const char *label;
		int64_t number;
	} figures[] = {{TR("Prix de l'article"), price}, {TR("Premier décile"), row->low},
		{TR("Premier quart"), row->first_quarter}, {TR("Médiane"), row->median}, {TR("Troisième quart"), row->third_quarter},
		{TR("Dernier décile"), row->high}, {TR("Observations"), number_of(row->observations)}};
	static const struct table_column columns[] = {{TR("Chiffre"), "text"}, {TR("Valeur"), "number"}, {NULL, NULL}};
	size_t count = sizeof figures / sizeof *figures;

	html(p, "<details><summary>%s</summary>", tr(p->language, TR("Les chiffres")));
	table_begin(p, TR("Prix déclarés"), columns);
	for (size_t i = 0; i < count; i++) {
		if (figures[i].number == NUMBER_NONE)
			continue;
		table_row_begin(p);
		table_cell(p, text_of(tr(p->language, figures[i].label)));
		table_cell_number(p, figures[i].number, i + 1 == count ? 0 : decimals);
		table_row_end(p);
	}
	table_end(p);
	html(p, "</details>");
}

void price_plot(struct html *p, struct text title, const struct price_row *row, int64_t price, struct text currency)
{
	struct scale scale = {row->bins_from < row->low ? row->bins_from : row->low,
		row->bins_until > row->high ? row->bins_until : row->high};

	if (price != NUMBER_NONE && price < scale.from)
		scale.from = price;
	if (price != NUMBER_NONE && price > scale.until)
		scale.until = price < 3 * row->high ? price : 3 * row->high;
	html(p, "<figure class=\"chart price-plot\"><figcaption>%.*s <span class=\"muted\">%.*s / %.*s, ", TEXT_FORMAT(title),
		TEXT_FORMAT(currency), TEXT_FORMAT(row->unit));
	html_message(p, &(struct message){TR("%1 observations"),
		{arena_format(p->rq->arena, "%lld", (long long)row->observations)}});
	html(p, "</span></figcaption><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%.*s\"><title>%.*s</title>", WIDTH,
		HEIGHT, TEXT_FORMAT(title), TEXT_FORMAT(title));
	draw_bins(p, row, &scale);
	draw_box(p, row, &scale);
	draw_mark(p, price, &scale);
	html(p, "</svg>");
	print_figures(p, row, price, row->median < 100 * NUMBER_ONE ? 2 : 0);
	html(p, "</figure>");
}

/* ---- the section of the consignment's page */

struct shown {
	struct price_row row;
	int64_t price, ratio; /* of the median */
	const struct item *item;
};

/* The items whose price is farthest below the reference, lowest first. */
static enum status choose_items(struct reader *db, const struct consignment *consignment, struct arena *arena,
	struct shown *shown, size_t *ret_count)
{
	size_t count = 0;

	for (size_t i = 0; i < consignment->item_count && i < 200; i++) {
		struct shown one = {.item = &consignment->items[i]};
		enum status status = price_row_of_item(db, consignment, one.item, arena, &one.row, &one.price);
		size_t at;

		if (status == STATUS_NOT_FOUND)
			continue;
		TRY(status);
		one.ratio = number_divide(one.price, one.row.median);
		for (at = count; at > 0 && shown[at - 1].ratio > one.ratio; at--)
			if (at < ITEMS_SHOWN)
				shown[at] = shown[at - 1];
		if (at == ITEMS_SHOWN)
			continue;
		shown[at] = one;
		count += count < ITEMS_SHOWN;
	}
	*ret_count = count;
	return STATUS_OK;
}

static enum status print_section(struct request *rq, struct reader *db, struct html *p, const struct stored_consignment *row,
	const struct consignment *consignment)
{
	struct shown shown[ITEMS_SHOWN];
	struct text currency;
	size_t count;

	if (row->stage != STAGE_DECLARATION)
		return STATUS_OK;
	TRY(choose_items(db, consignment, rq->arena, shown, &count));
	if (!count)
		return STATUS_OK;
	TRY(setting_text(db, &national_currency, rq->arena, &currency));
	section_begin_at(p, "prix", TR("Prix déclarés"));
	for (size_t i = 0; i < count; i++) {
		const struct price_row *reference = &shown[i].row;
		struct text title = arena_format(rq->arena, "%s %lld · %.*s · %.*s",
			tr(rq->language, TR("Article")), (long long)shown[i].item->number, TEXT_FORMAT(reference->hs6),
			TEXT_FORMAT(reference->origin.size ? reference->origin
							   : text_of(tr(rq->language, TR("toutes origines")))));

		price_plot(p, title, reference, shown[i].price, currency);
	}
	section_end(p);
	return STATUS_OK;
}

const struct consignment_section prices_section = {30, print_section};
