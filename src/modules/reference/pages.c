/* The kinds of lists, the codes of one, and the dated rows of one code. */
#include "base/utf8.h"
#include "modules/reference/reference_store.h"
#include "web/page.h"

#include <string.h>

enum { PAGE_ROWS = 50, SEARCH_LIMIT = 200, ADDRESS_LIMIT = 4000, HISTORY_ROWS = 200 };

STATEMENT(REFERENCE_COUNTS,
	"select kind, count(*) from reference_codes where valid_from <= $1 and (valid_until is null or valid_until > $1) "
	"group by kind");
STATEMENT(REFERENCE_LAST_IMPORTS,
	"select kind, from_date, source, taken_at from reference_imports i where id = (select max(o.id) from "
	"reference_imports o where o.kind = i.kind)");
STATEMENT(REFERENCE_LIST,
	"select " REFERENCE_COLUMNS " from reference_codes where kind = $1 and code > $2 and valid_from <= $3 and "
	"(valid_until is null or valid_until > $3) and (CAST($4 AS text) is null or search like $4) order by code "
	"limit $5");
STATEMENT(REFERENCE_HISTORY,
	"select r.id, code, label, label_en, label_pt, label_es, parent, unit, rate, details, valid_from, valid_until, "
	"i.source, i.taken_at, i.actor_name from reference_codes r join reference_imports i on i.id = r.import_id where "
	"r.kind = $1 and code = $2 order by r.id desc limit $3");

enum { KINDS_LIMIT = 64 };
struct kind_facts {
	int64_t count, from_date, taken_at;
	struct text source;
};

/* Position of a kind in the table, or -1 for one that the program no longer has. */
static int kind_index(struct text code)
{
	const struct reference_kind *kind = reference_kind_find(code);

	return kind && kind - reference_kinds < KINDS_LIMIT ? (int)(kind - reference_kinds) : -1;
}

static enum status load_counts(struct reader *db, struct kind_facts *facts)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(db, &REFERENCE_COUNTS, PARAMS(V_INT(clock_today())), &rows));
	while (rows_next(rows)) {
		int index = kind_index(rows_text(rows, 0));

		if (index >= 0)
			facts[index].count = rows_integer(rows, 1);
	}
	return rows_status(rows);
}

static enum status load_imports(struct reader *db, struct arena *arena, struct kind_facts *facts)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(db, &REFERENCE_LAST_IMPORTS, NO_PARAMS, &rows));
	while (rows_next(rows)) {
		int index = kind_index(rows_text(rows, 0));

		if (index < 0)
			continue;
		facts[index].from_date = rows_integer(rows, 1);
		facts[index].source = rows_copy(rows, 2, arena);
		facts[index].taken_at = rows_integer(rows, 3);
	}
	return rows_status(rows);
}

static void print_kind(struct html *p, const struct request *rq, const struct reference_kind *kind,
	const struct kind_facts *facts)
{
	const char *path = arena_string(rq->arena, arena_format(rq->arena, "/references/%s", kind->code));

	table_row_begin(p);
	table_cell_begin(p);
	link_to(p, path ? path : "/references", text_of(tr(p->language, kind->label)));
	table_cell_end(p);
	table_cell_number(p, number_of(facts->count), 0);
	if (facts->taken_at) {
		table_cell_date(p, facts->from_date);
		table_cell(p, facts->source);
		table_cell_date(p, date_of(facts->taken_at));
	} else {
		table_cell(p, TEXT(""));
		table_cell(p, text_of(tr(p->language, TR("pas encore importée"))));
		table_cell(p, TEXT(""));
	}
	table_row_end(p);
}

enum status reference_kinds_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Liste"), "text"}, {TR("Codes en vigueur"), "number"},
		{TR("Avec effet au"), "date"}, {TR("Fichier"), "text"}, {TR("Importée le"), "date"}, {NULL, NULL}};
	struct kind_facts *facts = ARENA_ARRAY(rq->arena, KINDS_LIMIT, struct kind_facts);
	struct html p;

	if (!facts)
		return STATUS_NO_MEMORY;
	TRY(load_counts(db, facts));
	TRY(load_imports(db, rq->arena, facts));
	p = page_begin(rq, text_of(tr(rq->language, TR("Listes de codes"))));
	table_begin(&p, TR("Listes de codes"), columns);
	for (const struct reference_kind *kind = reference_kinds; kind->code; kind++)
		print_kind(&p, rq, kind, &facts[kind - reference_kinds]);
	table_end(&p);
	page_end(&p);
	return STATUS_OK;
}

/* What the list shows. */
struct view {
	const struct reference_kind *kind;
	struct text search, after, pattern;
	int64_t date;
	struct text date_text;
};

static enum status read_view(struct request *rq, struct view *ret_view)
{
	AUTO(buffer_release) struct buffer pattern = {0};
	struct view view = {.kind = reference_kind_find(rq_input(rq, "genre")),
		.search = utf8_cut(rq_input(rq, "recherche"), SEARCH_LIMIT), .after = rq_input(rq, "apres"),
		.date_text = rq_input(rq, "date")};

	if (!view.kind)
		return STATUS_NOT_FOUND;
	if (!view.after.data)
		view.after = TEXT("");
	if (!view.date_text.size || date_parse(view.date_text, DATE_ISO, &view.date) != STATUS_OK) {
		view.date = clock_today();
		view.date_text = TEXT_NONE;
	}
	if (view.search.size) {
		buffer_init(&pattern, 8 * SEARCH_LIMIT);
		buffer_byte(&pattern, '%');
		utf8_fold(&pattern, view.search);
		buffer_byte(&pattern, '%');
		TRY(buffer_status(&pattern));
		view.pattern = arena_text(rq->arena, buffer_text(&pattern));
		if (!view.pattern.data)
			return STATUS_NO_MEMORY;
	}
	*ret_view = view;
	return STATUS_OK;
}

static void encode(struct buffer *out, struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		buffer_format(out, "%%%02X", (unsigned char)text.data[i]);
}

static const char *code_address(struct arena *arena, const struct view *view, struct text code)
{
	AUTO(buffer_release) struct buffer out = {0};

	buffer_init(&out, ADDRESS_LIMIT);
	buffer_format(&out, "/references/%s/code?code=", view->kind->code);
	encode(&out, code);
	return buffer_status(&out) == STATUS_OK ? arena_string(arena, buffer_text(&out)) : NULL;
}

static const char *next_address(struct arena *arena, const struct view *view, struct text after)
{
	AUTO(buffer_release) struct buffer out = {0};

	buffer_init(&out, ADDRESS_LIMIT);
	buffer_format(&out, "/references/%s?date=%.*s&recherche=", view->kind->code, TEXT_FORMAT(view->date_text));
	encode(&out, view->search);
	buffer_string(&out, "&apres=");
	encode(&out, after);
	return buffer_status(&out) == STATUS_OK ? arena_string(arena, buffer_text(&out)) : NULL;
}

static void print_rate(struct html *p, int64_t rate)
{
	table_cell_begin(p);
	if (rate != NUMBER_NONE) {
		html_number(p, number_multiply(rate, number_of(100)), rate % 10000 ? 2 : 0);
		html(p, "\xc2\xa0%%");
	}
	table_cell_end(p);
}

static void print_until(struct html *p, int64_t until)
{
	if (until == DATE_NONE)
		table_cell(p, TEXT(""));
	else
		table_cell_date(p, until);
}

static void print_row(struct html *p, struct arena *arena, const struct view *view, const struct reference_row *row)
{
	const char *path = code_address(arena, view, row->code);

	table_row_begin(p);
	table_cell_begin(p);
	if (path)
		link_to(p, path, row->code);
	table_cell_end(p);
	table_cell(p, reference_row_label(row, p->language));
	if (view->kind->form == REFERENCE_GOODS)
		table_cell(p, text_of(tr(p->language, hs_chapter_title(row->code))));
	table_cell(p, row->unit);
	print_rate(p, row->rate);
	table_cell_date(p, row->valid_from);
	print_until(p, row->valid_until);
	table_row_end(p);
}

static void print_search(struct html *p, const struct view *view)
{
	const char *path = arena_string(p->rq->arena, arena_format(p->rq->arena, "/references/%s", view->kind->code));
	struct form form = form_begin_get(p, path ? path : "/references");

	form_field(&form, &(struct field){.name = "recherche", .label = TR("Code ou libellé"), .type = "search",
				.value = view->search, .limit = SEARCH_LIMIT});
	form_field(&form, &(struct field){.name = "date", .label = TR("En vigueur le"), .type = "date",
				.value = view->date_text});
	form_end(&form, TR("Chercher"));
}

static enum status print_rows(struct html *p, struct request *rq, struct reader *db, const struct view *view)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct text last = TEXT_NONE;
	const char *next = NULL;
	int count = 0;

	TRY(store_query(db, &REFERENCE_LIST,
		PARAMS(value_string(view->kind->code), value_text(view->after), V_INT(view->date), value_text(view->pattern),
			V_INT(PAGE_ROWS + 1)),
		&rows));
	while (rows_next(rows)) {
		struct reference_row row;

		if (count++ == PAGE_ROWS) {
			next = next_address(rq->arena, view, last);
			break;
		}
		TRY(reference_row_read(rows, rq->arena, &row));
		print_row(p, rq->arena, view, &row);
		last = row.code;
	}
	TRY(rows_status(rows));
	table_end(p);
	if (!count)
		notice(p, "info", TR("Aucun code ne répond à cette recherche."));
	if (next)
		link_to(p, next, text_of(tr(rq->language, TR("Suite de la liste"))));
	return STATUS_OK;
}

enum status reference_list_page(struct request *rq, struct reader *db)
{
	static const struct table_column goods[] = {{TR("Code"), "text"}, {TR("Libellé"), "text"},
		{TR("Chapitre"), "text"}, {TR("Unité"), "text"}, {TR("Taux"), "number"}, {TR("Depuis le"), "date"},
		{TR("Jusqu'au (exclu)"), "date"}, {NULL, NULL}};
	static const struct table_column others[] = {{TR("Code"), "text"}, {TR("Libellé"), "text"}, {TR("Unité"), "text"},
		{TR("Taux"), "number"}, {TR("Depuis le"), "date"}, {TR("Jusqu'au (exclu)"), "date"}, {NULL, NULL}};
	struct view view;
	struct html p;

	TRY(read_view(rq, &view));
	p = page_begin(rq, text_of(tr(rq->language, view.kind->label)));
	print_search(&p, &view);
	table_begin(&p, view.kind->label, view.kind->form == REFERENCE_GOODS ? goods : others);
	TRY(print_rows(&p, rq, db, &view));
	page_end(&p);
	return STATUS_OK;
}

static void print_past_row(struct html *p, const struct reference_row *row, struct rows *rows)
{
	table_row_begin(p);
	table_cell_date(p, row->valid_from);
	print_until(p, row->valid_until);
	table_cell(p, reference_row_label(row, p->language));
	table_cell(p, row->parent);
	table_cell(p, row->unit);
	print_rate(p, row->rate);
	table_cell(p, rows_text(rows, 12));
	table_cell_date(p, date_of(rows_integer(rows, 13)));
	table_cell(p, rows_text(rows, 14));
	table_row_end(p);
}

static void print_goods(struct html *p, struct text code)
{
	const char *section = hs_section_title(hs_section_of(code));
	const char *chapter = hs_chapter_title(code);

	if (!chapter || !section)
		return;
	facts_begin(p);
	facts_row(p, TR("Section"), text_of(tr(p->language, section)));
	facts_row(p, TR("Chapitre"), text_of(tr(p->language, chapter)));
	facts_end(p);
}

enum status reference_code_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Depuis le"), "date"}, {TR("Jusqu'au (exclu)"), "date"},
		{TR("Libellé"), "text"}, {TR("Rattaché à"), "text"}, {TR("Unité"), "text"}, {TR("Taux"), "number"},
		{TR("Fichier"), "text"}, {TR("Importée le"), "date"}, {TR("Par"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	const struct reference_kind *kind = reference_kind_find(rq_input(rq, "genre"));
	struct text code = rq_input(rq, "code"), title;
	struct reference_row row;
	struct html p;

	if (!kind || !code.size)
		return STATUS_NOT_FOUND;
	TRY(store_query(db, &REFERENCE_HISTORY,
		PARAMS(value_string(kind->code), value_text(code), V_INT(HISTORY_ROWS)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	title = arena_format(rq->arena, "%s : %.*s", tr(rq->language, kind->label), TEXT_FORMAT(code));
	if (!title.data)
		return STATUS_NO_MEMORY;
	p = page_begin(rq, title);
	if (kind->form == REFERENCE_GOODS)
		print_goods(&p, code);
	table_begin(&p, TR("Histoire du code"), columns);
	do {
		TRY(reference_row_read(rows, rq->arena, &row));
		print_past_row(&p, &row, rows);
	} while (rows_next(rows));
	TRY(rows_status(rows));
	table_end(&p);
	page_end(&p);
	return STATUS_OK;
}
