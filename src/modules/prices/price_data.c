/* Reference prices and rates for programs: in the currency of the calculation, per unit. */
#include "modules/prices/price_data.h"

enum { PAGE_ROWS = 100, RATES_SHOWN = 200, PREFIX = 6 };

STATEMENT(REFERENCES_DATA,
	"select p.id, p.hs6, p.origin, p.unit, r.currency, p.low, p.first_quarter, p.median, p.third_quarter, p.high, "
	"p.observations from price_references p join price_runs r on r.id = p.from_run where p.until_run is null and p.id > $1 "
	"and (CAST($2 AS text) = '' or substr(p.hs6, 1, length(CAST($2 AS text))) = $2) "
	"and (CAST($3 AS text) = '' or p.origin = $3) order by p.id limit $4");
STATEMENT(RATES_DATA,
	"select currency, day, source, rate, observations from exchange_rates order by day desc, currency, source limit $1");

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
	AUTO(rows_release) struct rows *rows = NULL;
	struct text prefix = digits_only(rq->arena, rq_input(rq, "sh")), origin = rq_input(rq, "origine");
	int64_t after = 0, last = 0;
	int count = 0;

	if (!prefix.data)
		return STATUS_NO_MEMORY;
	if (!is_country(origin))
		origin = TEXT("");
	(void)rq_integer(rq, "apres", &after);
	TRY(store_query(db, &REFERENCES_DATA,
		PARAMS(V_INT(after), value_text(prefix), value_text(origin), V_INT(PAGE_ROWS + 1)), &rows));
	while (rows_next(rows) && ++count <= PAGE_ROWS) {
		last = rows_integer(rows, 0);
		api_row(json, &price_shape, rows);
	}
	if (count > PAGE_ROWS)
		rq_next_page(rq, arena_format(rq->arena, "/prix?sh=%.*s&origine=%.*s&apres=%lld", TEXT_FORMAT(prefix),
			TEXT_FORMAT(origin), (long long)last).data);
	return rows_status(rows);
}

enum status exchange_rates_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	AUTO(rows_release) struct rows *rows = NULL;

	(void)rq;
	TRY(store_query(db, &RATES_DATA, PARAMS(V_INT(RATES_SHOWN)), &rows));
	while (rows_next(rows))
		api_row(json, &rate_shape, rows);
	return rows_status(rows);
}
