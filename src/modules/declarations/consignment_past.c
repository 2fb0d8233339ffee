/* What came before: of this operator, and of these goods from this origin; what was controlled, and what it showed. */
#include "modules/declarations/consignment_parts.h"
#include "modules/declarations/list.h"

enum { LOOKED_AT = 50 /* each may be a page of the disk */, SHOWN = 6, GOODS_SHOWN = 3 };

static void print_past_row(struct html *p, const struct stored_consignment *row, struct text currency)
{
	table_row_begin(p);
	table_cell_date(p, row->day);
	table_cell_begin(p);
	html(p, "<a href=\"/envois/%lld\">%.*s</a>", (long long)row->id, TEXT_FORMAT(row->reference));
	table_cell_end(p);
	table_cell_begin(p);
	if (row->lane >= 0 && row->lane < LANE_COUNT)
		lane_badge(p, lane_code((enum lane)row->lane), lane_label((enum lane)row->lane));
	table_cell_end(p);
	table_cell(p, row->consignee_name);
	table_cell(p, row->description);
	table_cell_begin(p);
	if (row->outcome != INT64_MIN)
		badge(p, row->outcome ? "danger" : "ok", row->outcome ? TR("Irrégularité trouvée") : TR("Conforme"));
	else
		html(p, "<span class=\"muted\">%s</span>", tr(p->language, TR("non contrôlé")));
	if (row->recovered != NUMBER_NONE && row->recovered) {
		html(p, " ");
		html_amount(p, row->recovered, currency);
	}
	table_cell_end(p);
	table_row_end(p);
}

static void print_sum(struct html *p, const struct list_sums *past, struct text currency)
{
	html(p, "<p>");
	html_message(p, &(struct message){past->seen == LOOKED_AT ? TR("Les 50 derniers envois :") : TR("Tous les envois connus :"), {{0}}});
	html(p, " <strong>%lld</strong> %s, <strong>%lld</strong> %s, <strong>%lld</strong> %s", (long long)past->seen,
		tr(p->language, TR("reçus")), (long long)past->controlled, tr(p->language, TR("contrôlés")),
		(long long)past->adverse, tr(p->language, TR("avec irrégularité")));
	if (past->recovered) {
		html(p, " (");
		html_amount(p, past->recovered, currency);
		html(p, ")");
	}
	html(p, ".</p>");
}

/* What the queries of a page have in common. */
struct past {
	struct html *p;
	struct list_query seen; /* whose units are looked at */
	struct text currency;
};

/* The earlier ones by one filter of the list, which the link below shows whole. */
static enum status print_past(struct request *rq, struct reader *db, struct past *past, const char *title,
	struct list_query *query)
{
	static const struct table_column columns[] = {{TR("Date"), "date"}, {TR("Référence"), "text"}, {TR("Circuit"), "lane"},
		{TR("Destinataire"), "text"}, {TR("Marchandise"), "text"}, {TR("Résultat"), "text"}, {NULL, NULL}};
	struct html *p = past->p;
	struct stored_consignment *rows;
	struct list_sums sums;
	size_t count;
	bool has_more;

	TRY(list_ready_like(rq, db, &past->seen, query));
	TRY(list_sums(rq, db, query, LOOKED_AT, &sums));
	TRY(list_rows(rq, db, query, SHOWN, &rows, &count, &has_more));
	html(p, "<h3>%s</h3>", tr(p->language, title));
	if (!count) {
		html(p, "<p class=\"muted\">%s</p>", tr(p->language, TR("Rien avant cet envoi, dans les bureaux que vous voyez.")));
		return STATUS_OK;
	}
	print_sum(p, &sums, past->currency);
	table_begin(p, title, columns);
	for (size_t i = 0; i < count; i++)
		print_past_row(p, &rows[i], past->currency);
	table_end(p);
	html(p, "<p><a href=\"%s\">%s</a></p>", list_address(rq, query, NULL, LIST_INPUTS, NULL),
		tr(p->language, TR("Voir toute la liste")));
	return STATUS_OK;
}

static enum status print_goods(struct request *rq, struct reader *db, struct past *past,
	const struct stored_consignment *row, const struct consignment *consignment)
{
	struct text done[GOODS_SHOWN];
	size_t count = 0;

	for (size_t i = 0; i < consignment->item_count && count < GOODS_SHOWN; i++) {
		struct text goods = search_goods(rq->arena, consignment->items[i].hs, consignment->items[i].origin);
		struct list_query query = list_blank("/envois");
		bool is_done = !goods.data;

		for (size_t j = 0; j < count; j++)
			is_done = is_done || text_equal(done[j], goods);
		if (is_done)
			continue;
		done[count++] = goods;
		query.values[LIST_GOODS] = text_slice(goods, 2, goods.size);
		query.before_id = row->id;
		html(past->p, "<p class=\"muted\">%s %.*s – %.*s</p>", tr(past->p->language, TR("Position et origine")),
			TEXT_FORMAT(text_slice(consignment->items[i].hs, 0, 6)),
			TEXT_FORMAT(consignment->items[i].origin));
		TRY(print_past(rq, db, past, TR("Mêmes marchandises, même origine"), &query));
	}
	return STATUS_OK;
}

enum status print_past_traffic(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row, const struct consignment *consignment)
{
	struct past past = {.p = p, .seen = list_blank("/envois")};
	struct list_query query = list_blank("/envois");

	TRY(setting_text(db, &national_currency, rq->arena, &past.currency));
	TRY(list_ready(rq, db, &past.seen));
	section_begin_at(p, "trafic", TR("Trafic antérieur"));
	if (row->consignee_code.size) {
		query.values[LIST_OPERATOR] = row->consignee_code;
		query.before_id = row->id;
		TRY(print_past(rq, db, &past, TR("Cet opérateur"), &query));
	}
	TRY(print_goods(rq, db, &past, row, consignment));
	if (!row->consignee_code.size && !consignment->item_count)
		html(p, "<p class=\"muted\">%s</p>", tr(p->language, TR("Ni code d'opérateur ni article : rien à comparer.")));
	section_end(p);
	return STATUS_OK;
}
