/* The references in force, and the rates they were made with. */
#include "modules/prices/price_data.h"
#include "modules/prices/prices.h"
#include "web/page.h"
#include "web/query.h"
#include "web/session.h"

enum { PAGE_ROWS = 50, PAGES_MOST = 100000 };

STATEMENT(RUNS_LAST,
	"select id, made_at, first_day, last_day, currency, rate, item_count, left_out_count, reference_count from price_runs "
	"order by id desc limit 1");
STATEMENT(REFERENCES_LIST,
	"select hs6, origin, unit, low, first_quarter, median, third_quarter, high, observations from price_references where "
	"until_run is null and (CAST($1 AS text) = '' or hs6 like $1) and (CAST($2 AS text) = '' or origin = $2) "
	"order by hs6, origin, unit limit $3 offset $4");
STATEMENT(RATES_KNOWN, "select count(*) from (select 1 from exchange_rates limit 1) one");

static struct text digits_of(struct arena *arena, struct text text)
{
	char *bytes = arena_allocate(arena, text.size + 2);
	size_t size = 0;

	for (size_t i = 0; bytes && i < text.size && size < 6; i++)
		if (text.data[i] >= '0' && text.data[i] <= '9')
			bytes[size++] = text.data[i];
	if (size)
		bytes[size++] = '%';
	return bytes ? (struct text){bytes, size} : TEXT_NONE;
}

static enum status print_run(struct html *p, struct reader *db, int64_t *ret_rate)
{
	AUTO(rows_release) struct rows *rows = NULL;

	*ret_rate = NUMBER_ONE;
	TRY(store_query(db, &RUNS_LAST, NO_PARAMS, &rows));
	if (!rows_next(rows)) {
		notice(p, "info", TR("Aucun prix de référence encore : le calcul tourne chaque semaine, et « vigie prices » le lance."));
		return rows_status(rows);
	}
	*ret_rate = rows_integer(rows, 5);
	facts_begin(p);
	facts_row_begin(p, TR("Calculés le"));
	html_time(p, rows_integer(rows, 1));
	facts_row_end(p);
	facts_row_begin(p, TR("Déclarations"));
	html_date(p, rows_integer(rows, 2));
	html(p, " – ");
	html_date(p, rows_integer(rows, 3));
	facts_row_end(p);
	facts_row(p, TR("Monnaie du calcul"), rows_text(rows, 4));
	facts_row_begin(p, TR("Articles"));
	html_number(p, number_of(rows_integer(rows, 6)), 0);
	facts_row_end(p);
	facts_row_begin(p, TR("Articles laissés de côté"));
	html_number(p, number_of(rows_integer(rows, 7)), 0);
	facts_row_end(p);
	facts_row_begin(p, TR("Références"));
	html_number(p, number_of(rows_integer(rows, 8)), 0);
	facts_row_end(p);
	facts_end(p);
	return STATUS_OK;
}

static void print_reference(struct html *p, struct rows *rows, int64_t rate)
{
	table_row_begin(p);
	table_cell(p, rows_text(rows, 0));
	table_cell(p, rows_text(rows, 1).size ? rows_text(rows, 1) : text_of(tr(p->language, TR("toutes origines"))));
	table_cell(p, rows_text(rows, 2));
	for (int column = 3; column <= 7; column++)
		table_cell_number(p, number_multiply(rows_integer(rows, column), rate), 2);
	table_cell_number(p, number_of(rows_integer(rows, 8)), 0);
	table_row_end(p);
}

static const char *page_path(struct request *rq, struct text hs, struct text origin, int64_t number)
{
	AUTO(buffer_release) struct buffer out;

	buffer_init(&out, 4096);
	buffer_format(&out, "/prix?page=%lld&sh=", (long long)number);
	percent_encode(&out, hs, false);
	buffer_string(&out, "&origine=");
	percent_encode(&out, origin, false);
	return buffer_status(&out) == STATUS_OK ? arena_string(rq->arena, buffer_text(&out)) : NULL;
}

enum status prices_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("SH"), "text"}, {TR("Origine"), "text"}, {TR("Unité"), "text"},
		{TR("Premier décile"), "number"}, {TR("Premier quart"), "number"}, {TR("Médiane"), "number"},
		{TR("Troisième quart"), "number"}, {TR("Dernier décile"), "number"}, {TR("Observations"), "number"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	struct text hs = text_slice(rq_input(rq, "sh"), 0, 12), origin = text_slice(rq_input(rq, "origine"), 0, 2);
	struct text pattern = digits_of(rq->arena, hs);
	int64_t number = 1, count = 0, rate;
	struct html page;
	struct form form;

	if (!rq_integer(rq, "page", &number) || number < 1 || number > PAGES_MOST)
		number = 1;
	if (!pattern.data)
		return STATUS_NO_MEMORY;
	page = page_begin(rq, text_of(tr(rq->language, TR("Prix de référence"))));
	TRY(print_run(&page, db, &rate));
	form = form_begin_get(&page, "/prix");
	form_field(&form, &(struct field){.name = "sh", .label = TR("Début de la position SH"), .type = "search", .value = hs,
				.limit = 12});
	form_field(&form, &(struct field){.name = "origine", .label = TR("Origine"), .value = origin, .limit = 2});
	form_end(&form, TR("Chercher"));
	TRY(store_query(db, &REFERENCES_LIST,
		PARAMS(value_text(pattern), value_text(origin.data ? origin : TEXT("")), V_INT(PAGE_ROWS + 1),
			V_INT((number - 1) * PAGE_ROWS)),
		&rows));
	table_begin(&page, TR("Prix par unité, en monnaie nationale"), columns);
	while (rows_next(rows))
		if (count++ < PAGE_ROWS)
			print_reference(&page, rows, rate);
	table_end(&page);
	TRY(rows_status(rows));
	page_links(&page, number > 1 ? page_path(rq, hs, origin, number - 1) : NULL,
		count > PAGE_ROWS ? page_path(rq, hs, origin, number + 1) : NULL);
	html(&page, "<p>");
	link_to(&page, "/prix/taux", text_of(tr(rq->language, TR("Taux de change"))));
	html(&page, "</p>");
	page_end(&page);
	return STATUS_OK;
}

/* ---- rates */

struct typed {
	struct text currency, day, rate;
	struct form_problem problems[3];
	size_t problem_count;
};

/* What gives rates stands before them; open when there is something to mend, or nothing else to see. */
static void print_rate_forms(struct html *p, const struct typed *typed, bool is_first)
{
	struct form form;

	fold_begin(p, TR("Donner un taux"), typed->problem_count || is_first);
	form = form_begin(p, "/prix/taux", typed->problems, typed->problem_count);
	form_field(&form, &(struct field){.name = "monnaie", .label = TR("Monnaie"), .value = typed->currency,
				.help = TR("Code à trois lettres : EUR, USD."), .required = true, .limit = 3});
	form_field(&form, &(struct field){.name = "jour", .label = TR("Jour"), .type = "date", .value = typed->day,
				.required = true});
	form_field(&form, &(struct field){.name = "taux", .label = TR("Monnaie nationale pour une unité"),
				.value = typed->rate, .required = true, .limit = 20});
	form_end(&form, TR("Enregistrer le taux"));
	fold_end(p);
	fold_begin(p, TR("Prendre un fichier"), false);
	form = form_begin(p, "/prix/taux/fichier", NULL, 0);
	form_upload(&form);
	form_file(&form, &(struct field){.name = "fichier", .label = TR("Tableau CSV"), .required = true,
				.help = TR("Colonnes monnaie, jour, taux ; unites si la cote vaut pour plusieurs. Vous "
					   "verrez d'abord ce qui serait enregistré.")},
		".csv,.tsv,.txt", false);
	form_end(&form, TR("Voir ce qui serait enregistré"));
	fold_end(p);
}

/* *ret_next: the address of what comes after this page; NULL at the end. */
static enum status print_rate_rows(struct request *rq, struct html *p, struct rows *rows, const char **ret_next)
{
	static const struct table_column columns[] = {{TR("Monnaie"), "text"}, {TR("Jour"), "date"}, {TR("Taux"), "number"},
		{TR("Source"), "text"}, {TR("Observations"), "number"}, {NULL, NULL}};
	AUTO(buffer_release) struct buffer place = {0};
	bool has_more = false;
	size_t count = 0;

	buffer_init(&place, 400);
	table_begin(p, TR("Monnaie nationale pour une unité"), columns);
	while (rows_next(rows)) {
		has_more = count++ == PAGE_ROWS;
		if (has_more)
			break;
		rate_place_print(&place, rows);
		table_row_begin(p);
		table_cell(p, rows_text(rows, 0));
		table_cell_date(p, rows_integer(rows, 1));
		table_cell_number(p, rows_integer(rows, 3), 4);
		table_cell(p, text_of(tr(p->language, text_is(rows_text(rows, 2), "given") ? TR("donné")
											   : TR("déclarations"))));
		table_cell_number(p, number_of(rows_integer(rows, 4)), 0);
		table_row_end(p);
	}
	table_end(p);
	*ret_next = has_more ? arena_format(rq->arena, "/prix/taux?apres=%.*s", TEXT_FORMAT(buffer_text(&place))).data : NULL;
	return rows_status(rows);
}

static enum status print_rates(struct request *rq, struct reader *db, const struct typed *typed)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Taux de change"))));
	/* What was typed and refused is shown above the newest ones. */
	struct text place = rq->method == METHOD_GET ? rq_input(rq, "apres") : TEXT_NONE;
	bool is_first = !place.size;
	const char *next;
	int64_t known;

	TRY(store_integer(db, &RATES_KNOWN, NO_PARAMS, &known));
	if (rq_may(rq, PRICES_MANAGE) && is_first)
		print_rate_forms(&page, typed, !known);
	if (known) {
		TRY(rates_from(db, place, PAGE_ROWS + 1, &rows));
		TRY(print_rate_rows(rq, &page, rows, &next));
		page_links(&page, is_first ? NULL : "/prix/taux", next);
	} else {
		notice(&page, "info", TR("Aucun taux encore."));
	}
	page_end(&page);
	return STATUS_OK;
}

enum status exchange_rates_page(struct request *rq, struct reader *db)
{
	const struct typed typed = {.currency = TEXT_NONE};

	return print_rates(rq, db, &typed);
}

static void add_problem(struct typed *typed, const char *field, const char *message)
{
	typed->problems[typed->problem_count++] = (struct form_problem){field, {.id = message}};
}

enum status exchange_rate_action(struct request *rq, struct writer *db)
{
	struct typed typed = {.currency = rq_input(rq, "monnaie"), .day = rq_input(rq, "jour"), .rate = rq_input(rq, "taux")};
	char decimal = text_find(typed.rate, TEXT(",")) < typed.rate.size ? ',' : '.';
	int64_t day = DATE_NONE, rate = NUMBER_NONE;
	enum status status = STATUS_INVALID;

	if (date_parse(typed.day, DATE_ISO, &day) != STATUS_OK || day > clock_today() + 1)
		add_problem(&typed, "jour", TR("Donnez une date, demain au plus tard."));
	if (number_parse(typed.rate, decimal, '\0', &rate) != STATUS_OK || rate <= 0)
		add_problem(&typed, "taux", TR("Donnez un nombre au-dessus de zéro."));
	if (!typed.problem_count) {
		status = exchange_rate_give(db, &rq->actor, typed.currency, day, rate);
		if (status == STATUS_INVALID)
			add_problem(&typed, "monnaie", TR("Trois capitales : EUR, USD."));
	}
	if (typed.problem_count) {
		TRY(print_rates(rq, writer_reader(db), &typed));
		return STATUS_INVALID;
	}
	TRY(status);
	rq_flash(rq, TR("Le taux est enregistré : il vaut au prochain calcul."));
	return rq_redirect(rq, "/prix/taux");
}
