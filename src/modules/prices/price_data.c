/* Reference prices and rates for programs: in the currency of the calculation, per unit. */
#include "modules/prices/price_data.h"

enum { PAGE_ROWS = 100, PREFIX = 6 };

STATEMENT(REFERENCES_DATA,
	"select p.id, p.hs6, p.origin, p.unit, r.currency, p.low, p.first_quarter, p.median, p.third_quarter, p.high, "
	"p.observations from price_references p join price_runs r on r.id = p.from_run where p.until_run is null and p.id > $1 "
	"and (CAST($3 AS text) = '' or substr(p.hs6, 1, length(CAST($3 AS text))) = $3) "
	"and (CAST($4 AS text) = '' or p.origin = $4) order by p.id limit $2");
STATEMENT(RATES_DATA,
	"select currency, day, source, rate, observations from exchange_rates where day < $1 or (day = $1 and "
	"(currency, source) > ($2, $3)) order by day desc, currency, source limit $4");

static const struct api_field price_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"hs6", TR("SH"), API_TEXT, .may_be_null = false},
	{"origin", TR("Origine"), API_TEXT, .may_be_null = false},
	{"unit", TR("Unité"), API_TEXT, .may_be_null = false},
	{"currency", TR("Monnaie du calcul"), API_TEXT, .may_be_null = false},
	{"low", TR("Premier décile"), API_DECIMAL, .may_be_null = false},
	{"first_quarter", TR("Premier quart"), API_DECIMAL, .may_be_null = false},
	{"median", TR("Médiane"), API_DECIMAL, .may_be_null = false},
	{"third_quarter", TR("Troisième quart"), API_DECIMAL, .may_be_null = false},
	{"high", TR("Dernier décile"), API_DECIMAL, .may_be_null = false},
	{"observations", TR("Observations"), API_INTEGER, .may_be_null = false},
	{0},
};
const struct api_shape price_shape = {"ReferencePrice", price_fields};
static const struct api_field rate_fields[] = {
	{"currency", TR("Monnaie"), API_TEXT, .may_be_null = false},
	{"day", TR("Jour"), API_DATE, .may_be_null = false},
	{"source", TR("Source"), API_TEXT, .may_be_null = false},
	{"rate", TR("Taux"), API_DECIMAL, .may_be_null = false},
	{"observations", TR("Observations"), API_INTEGER, .may_be_null = false},
	{0},
};
const struct api_shape rate_shape = {"ExchangeRate", rate_fields};

/* Digits alone, so that it stands in an address as it is; missing: out of memory. */
static struct text digits_only(struct arena *arena, struct text text)
{
	char *bytes = arena_allocate(arena, PREFIX + 1);
	size_t size = 0;

	for (size_t i = 0; bytes && i < text.size && size < PREFIX; i++)
		if (text.data[i] >= '0' && text.data[i] <= '9')
			bytes[size++] = text.data[i];
	return bytes ? (struct text){bytes, size} : TEXT_NONE;
}

static bool is_country(struct text text)
{
	return text.size == 2 && text.data[0] >= 'A' && text.data[0] <= 'Z' && text.data[1] >= 'A' && text.data[1] <= 'Z';
}

enum status prices_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	static const struct api_list list = {&REFERENCES_DATA, &price_shape, "/prix", "sh origine", false, PAGE_ROWS};
	struct text prefix = digits_only(rq->arena, rq_input(rq, "sh")), origin = rq_input(rq, "origine");

	if (!prefix.data)
		return STATUS_NO_MEMORY;
	if (!is_country(origin))
		origin = TEXT("");
	return api_rows(rq, db, json, &list, PARAMS(value_text(prefix), value_text(origin)));
}

/* A rate is named by day, currency and source: "2026-01-31,EUR,given" is where the list goes on. */
static void read_place(struct text rest, int64_t *ret_day, struct text *ret_currency, struct text *ret_source)
{
	struct text day = text_cut(&rest, ','), currency = text_cut(&rest, ',');

	*ret_day = INT64_MAX;
	*ret_currency = currency.data ? currency : TEXT("");
	*ret_source = rest.data ? rest : TEXT("");
	if (day.size && date_parse(day, DATE_ISO, ret_day) != STATUS_OK)
		*ret_day = INT64_MAX;
}

enum status rates_from(struct reader *db, struct text place, size_t most, struct rows **ret_rows)
{
	struct text currency, source;
	int64_t day;

	read_place(place, &day, &currency, &source);
	return store_query(db, &RATES_DATA,
		PARAMS(V_INT(day), value_text(currency), value_text(source), V_INT((int64_t)most)), ret_rows);
}

void rate_place_print(struct buffer *out, struct rows *rows)
{
	struct text code = rows_text(rows, 0), from = rows_text(rows, 2);

	buffer_clear(out);
	date_print(out, rows_integer(rows, 1));
	buffer_format(out, ",%.*s,%.*s", TEXT_FORMAT(code), TEXT_FORMAT(from));
}

enum status exchange_rates_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	size_t page = rq_page_rows(rq, PAGE_ROWS), count = 0;
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(buffer_release) struct buffer last = {0};

	buffer_init(&last, 400);
	TRY(rates_from(db, rq_input(rq, "apres"), page + 1, &rows));
	while (rows_next(rows) && ++count <= page) {
		rate_place_print(&last, rows);
		api_row(json, &rate_shape, rows);
	}
	if (count > page)
		rq_next_page_of(rq, "/prix/taux", NULL, "apres", buffer_text(&last));
	return rows_status(rows);
}
