/* Profiles set aside and the lists that profiles name, for programs. */
#include "modules/risk/list_store.h"
#include "modules/risk/suppression.h"

enum { PAGE_ROWS = 100, PAGES_MOST = 1000 };

static const struct api_field suppression_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"profile", TR("Profil"), API_TEXT, .may_be_null = false},
	{"operator", TR("Opérateur"), API_TEXT, .may_be_null = false},
	{"from", TR("Du"), API_DATE, .may_be_null = true},
	{"until", TR("Au"), API_DATE, .may_be_null = false},
	{"reason", TR("Motif"), API_TEXT, .may_be_null = false},
	{"created_at", TR("Date"), API_TIME, .may_be_null = false},
	{"ended_at", TR("Fin"), API_TIME, .may_be_null = true},
	{"holds", TR("En vigueur"), API_BOOLEAN, .may_be_null = false},
	{"version", TR("Version"), API_INTEGER, .may_be_null = false},
	{0},
};
const struct api_shape suppression_shape = {"Suppression", suppression_fields};
static const struct api_field list_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"code", TR("Code"), API_TEXT, .may_be_null = false},
	{"title", TR("Titre"), API_TEXT, .may_be_null = false},
	{"entry_count", TR("En vigueur"), API_INTEGER, .may_be_null = false},
	{0},
};
const struct api_shape profile_values_shape = {"ProfileList", list_fields};
static const struct api_field entry_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"value", TR("Valeur"), API_TEXT, .may_be_null = false},
	{"from", TR("Du"), API_DATE, .may_be_null = true},
	{"until", TR("Au"), API_DATE, .may_be_null = true},
	{"reason", TR("Motif"), API_TEXT, .may_be_null = false},
	{"created_at", TR("Date"), API_TIME, .may_be_null = false},
	{0},
};
const struct api_shape profile_value_shape = {"ProfileListEntry", entry_fields};

static void put_named(struct json_writer *json, const char *name, struct text text)
{
	put_key(json, name);
	put_text(json, text);
}

static void put_day(struct json_writer *json, const char *name, int64_t day)
{
	put_key(json, name);
	put_date(json, day);
}

enum status suppression_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct text wanted = rq_input(rq, "operateur");
	struct suppression_row *rows;
	size_t count;

	TRY(suppression_list(db, wanted.size ? wanted : TEXT_NONE, rq->arena, &rows, &count));
	for (size_t i = 0; i < count; i++) {
		put_object(json);
		put_key(json, "id");
		put_int(json, rows[i].id);
		put_named(json, "profile", rows[i].suppression.profile);
		put_named(json, "operator", rows[i].suppression.operator);
		put_day(json, "from", rows[i].suppression.from);
		put_day(json, "until", rows[i].suppression.until);
		put_named(json, "reason", rows[i].suppression.reason);
		put_key(json, "created_at");
		put_time(json, rows[i].created_at);
		put_key(json, "ended_at");
		put_time(json, rows[i].ended_at);
		put_key(json, "holds");
		put_bool(json, suppression_holds(&rows[i], clock_today()));
		put_key(json, "version");
		put_int(json, rows[i].row_version);
		put_object_end(json);
	}
	return STATUS_OK;
}

enum status list_index_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct list_row *rows;
	size_t count;

	TRY(profile_lists(db, rq->arena, &rows, &count));
	for (size_t i = 0; i < count; i++) {
		put_object(json);
		put_key(json, "id");
		put_int(json, rows[i].id);
		put_named(json, "code", rows[i].code);
		put_named(json, "title", rows[i].title);
		put_key(json, "entry_count");
		put_int(json, rows[i].entry_count);
		put_object_end(json);
	}
	return STATUS_OK;
}

static void put_entry(struct json_writer *json, const struct list_entry_row *row)
{
	put_object(json);
	put_key(json, "id");
	put_int(json, row->id);
	put_named(json, "value", row->value);
	put_day(json, "from", row->from);
	put_day(json, "until", row->until);
	put_named(json, "reason", row->reason);
	put_key(json, "created_at");
	put_time(json, row->created_at);
	put_object_end(json);
}

/* The address of the next part; what was searched for in bytes that stand in any address. */
static const char *next_path(struct request *rq, const struct list_entry_filter *filter, int64_t number)
{
	AUTO(buffer_release) struct buffer out;

	buffer_init(&out, 4096);
	buffer_format(&out, "/listes-de-profils/%lld?page=%lld&tout=%d&recherche=", (long long)filter->list_id,
		(long long)number, filter->all);
	for (size_t i = 0; i < filter->search.size; i++)
		buffer_format(&out, "%%%02X", (unsigned char)filter->search.data[i]);
	return buffer_status(&out) == STATUS_OK ? arena_string(rq->arena, buffer_text(&out)) : NULL;
}

enum status list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct list_entry_filter filter = {.limit = PAGE_ROWS + 1, .all = text_is(rq_input(rq, "tout"), "1"),
		.search = text_slice(rq_input(rq, "recherche"), 0, 100)};
	struct list_entry_row *rows;
	struct list_row list;
	int64_t number = 1;
	size_t count;

	if (!rq_integer(rq, "id", &filter.list_id))
		return STATUS_NOT_FOUND;
	if (!rq_integer(rq, "page", &number) || number < 1 || number > PAGES_MOST)
		number = 1;
	filter.offset = (number - 1) * PAGE_ROWS;
	TRY(list_find(db, filter.list_id, rq->arena, &list));
	TRY(list_entries(db, &filter, rq->arena, &rows, &count));
	for (size_t i = 0; i < count && i < PAGE_ROWS; i++)
		put_entry(json, &rows[i]);
	if (count > PAGE_ROWS)
		rq_next_page(rq, next_path(rq, &filter, number + 1));
	return STATUS_OK;
}
