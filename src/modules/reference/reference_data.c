/* Lists of codes for programs. */
#include "base/utf8.h"
#include "modules/reference/reference_store.h"

enum { PAGE_ROWS = 500 };

STATEMENT(REFERENCE_DATA,
	"select code, label, label_en, label_pt, label_es, parent, unit, rate, valid_from, valid_until from reference_codes "
	"where kind = $1 and code > $2 and valid_from <= $3 and (valid_until is null or valid_until > $3) "
	"and (CAST($5 AS text) = '' or search like $5) order by code limit $4");

static const struct api_field kind_fields[] = {
	{"kind", TR("Genre"), API_TEXT, .may_be_null = false},
	{"label", TR("Nom"), API_TEXT, .may_be_null = false},
	{0},
};
const struct api_shape reference_kind_shape = {"ReferenceKind", kind_fields};
static const struct api_field code_fields[] = {
	{"code", TR("Code"), API_TEXT, .may_be_null = false},
	{"label", TR("Nom"), API_TEXT, .may_be_null = false},
	{"label_en", TR("Nom en anglais"), API_TEXT, .may_be_null = true},
	{"label_pt", TR("Nom en portugais"), API_TEXT, .may_be_null = true},
	{"label_es", TR("Nom en espagnol"), API_TEXT, .may_be_null = true},
	{"parent", TR("Sous"), API_TEXT, .may_be_null = true},
	{"unit", TR("Unité de mesure"), API_TEXT, .may_be_null = true},
	{"rate", TR("Taux"), API_DECIMAL, .may_be_null = true},
	{"valid_from", TR("Du"), API_DATE, .may_be_null = false},
	{"valid_until", TR("Au"), API_DATE, .may_be_null = true},
	{0},
};
const struct api_shape reference_code_shape = {"ReferenceCode", code_fields};

enum status reference_kinds_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	(void)db;
	for (const struct reference_kind *row = reference_kinds; row->code; row++) {
		put_object(json);
		put_key(json, "kind");
		put_text(json, text_of(row->code));
		put_key(json, "label");
		put_text(json, text_of(tr(rq->language, row->label)));
		put_object_end(json);
	}
	return STATUS_OK;
}

/* A part of code or label, as the rows keep it for searching; "" for all. */
static struct text sought(struct request *rq)
{
	AUTO(buffer_release) struct buffer pattern = {0};
	struct text typed = rq_input(rq, "recherche");

	if (!typed.size)
		return TEXT("");
	buffer_init(&pattern, 4096);
	buffer_byte(&pattern, '%');
	utf8_fold(&pattern, text_slice(typed, 0, 200));
	buffer_byte(&pattern, '%');
	return buffer_status(&pattern) == STATUS_OK ? arena_text(rq->arena, buffer_text(&pattern)) : TEXT("");
}

enum status reference_list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	const struct reference_kind *kind = reference_kind_find(rq_input(rq, "genre"));
	AUTO(rows_release) struct rows *rows = NULL;
	struct text after = rq_input(rq, "apres"), day = rq_input(rq, "date");
	const char *last = NULL;
	int64_t date = clock_today();
	size_t page = rq_page_rows(rq, PAGE_ROWS), count = 0;

	if (!kind || (day.size && date_parse(day, DATE_ISO, &date) != STATUS_OK))
		return kind ? STATUS_INVALID : STATUS_NOT_FOUND;
	TRY(store_query(db, &REFERENCE_DATA,
		PARAMS(value_string(kind->code), value_text(after.data ? after : TEXT("")), V_INT(date), V_INT((int64_t)page + 1),
			value_text(sought(rq))),
		&rows));
	while (rows_next(rows)) {
		if (++count > page) {
			rq_next_page_of(rq, arena_format(rq->arena, "/references/%s", kind->code).data, "recherche date", "apres",
				text_of(last));
			break;
		}
		last = arena_string(rq->arena, rows_text(rows, 0));
		if (!last)
			return STATUS_NO_MEMORY;
		api_row(json, &reference_code_shape, rows);
	}
	return rows_status(rows);
}
