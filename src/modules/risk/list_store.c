/* Lists that profiles name, in the database and as tables. */
#include "modules/risk/list_store.h"

#include "domain/journal.h"
#include "formats/csv_split.h"

#include <string.h>

STATEMENT(LISTS_ALL,
	"select l.id, l.code, l.title, (select count(*) from risk_list_entries e where e.list_id = l.id and "
	"(e.valid_until is null or e.valid_until >= $1)) from risk_lists l order by l.code limit $2");
STATEMENT(LIST_BY_ID,
	"select l.id, l.code, l.title, (select count(*) from risk_list_entries e where e.list_id = l.id and "
	"(e.valid_until is null or e.valid_until >= $1)) from risk_lists l where l.id = $2");
STATEMENT(LIST_ADD, "insert into risk_lists (code, title, created_by, created_at) values ($1, $2, $3, $4) returning id");
STATEMENT(ENTRIES_OF,
	"select id, value, valid_from, valid_until, reason, created_at from risk_list_entries where list_id = $1 and "
	"($2 = 1 or valid_until is null or valid_until >= $3) "
	"and (CAST($4 AS text) = '' or lower(value) like lower(CAST($4 AS text))) "
	"order by id desc limit $5 offset $6");
STATEMENT(VALUES_HOLDING,
	"select value from risk_list_entries where list_id = $1 and (valid_until is null or valid_until >= $2)");
STATEMENT(ENTRY_ADD,
	"insert into risk_list_entries (list_id, value, valid_from, valid_until, reason, created_by, created_at) "
	"values ($1, $2, $3, $4, $5, $6, $7)");
STATEMENT(ENTRY_END,
	"update risk_list_entries set valid_until = $3, ended_by = $4, ended_at = $5 where id = $1 and list_id = $2 and "
	"(valid_until is null or valid_until >= $6)");
STATEMENT(ENTRY_THERE, "select id from risk_list_entries where id = $1 and list_id = $2");

enum { ENTRY_VALUES = 7, CODE_LIMIT = 40, TABLE_LIMIT = 16 << 20, RECORD_LIMIT = 1 << 16, VALUE_LIMIT = 200, TITLE_LIMIT = 200 };

static void read_list(struct rows *rows, struct arena *arena, struct list_row *ret_row)
{
	*ret_row = (struct list_row){rows_integer(rows, 0), rows_copy(rows, 1, arena), rows_copy(rows, 2, arena),
		rows_integer(rows, 3)};
}

enum status profile_lists(struct reader *reader, struct arena *arena, struct list_row **ret_rows, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct list_row *list = ARENA_ARRAY(arena, LIST_ROWS, struct list_row);
	size_t count = 0;

	if (!list)
		return STATUS_NO_MEMORY;
	TRY(store_query(reader, &LISTS_ALL, PARAMS(V_INT(clock_today()), V_INT(LIST_ROWS)), &rows));
	while (count < LIST_ROWS && rows_next(rows))
		read_list(rows, arena, &list[count++]);
	*ret_rows = list;
	*ret_count = count;
	return rows_status(rows);
}

enum status list_find(struct reader *reader, int64_t id, struct arena *arena, struct list_row *ret_row)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &LIST_BY_ID, PARAMS(V_INT(clock_today()), V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	read_list(rows, arena, ret_row);
	return STATUS_OK;
}

struct text list_value_pattern(struct arena *arena, struct text search)
{
	char *bytes = arena_allocate(arena, search.size + 3);
	size_t size = 0;

	if (!search.size)
		return TEXT("");
	if (!bytes)
		return TEXT_NONE;
	bytes[size++] = '%';
	for (size_t i = 0; i < search.size; i++)
		if (search.data[i] != '%' && search.data[i] != '_')
			bytes[size++] = search.data[i];
	bytes[size++] = '%';
	return (struct text){bytes, size};
}

enum status list_entries(struct reader *reader, const struct list_entry_filter *filter, struct arena *arena,
	struct list_entry_row **ret_rows, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct list_entry_row *list = ARENA_ARRAY(arena, (size_t)filter->limit, struct list_entry_row);
	struct text pattern = list_value_pattern(arena, filter->search);
	size_t count = 0;

	if (!list || !pattern.data)
		return STATUS_NO_MEMORY;
	TRY(store_query(reader, &ENTRIES_OF,
		PARAMS(V_INT(filter->list_id), V_BOOL(filter->all), V_INT(clock_today()), value_text(pattern),
			V_INT(filter->limit), V_INT(filter->offset)),
		&rows));
	while (count < (size_t)filter->limit && rows_next(rows))
		list[count++] = (struct list_entry_row){.id = rows_integer(rows, 0), .value = rows_copy(rows, 1, arena),
			.from = rows_optional(rows, 2), .until = rows_optional(rows, 3), .reason = rows_copy(rows, 4, arena),
			.created_at = rows_integer(rows, 5)};
	*ret_rows = list;
	*ret_count = count;
	return rows_status(rows);
}

static enum status note(struct writer *writer, const struct actor *actor, int64_t list_id, const char *action,
	const struct list_entry_row *entry, size_t count)
{
	AUTO(buffer_release) struct buffer details;
	struct json_writer json;

	buffer_init(&details, 1 << 16);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "count");
	put_int(&json, (int64_t)count);
	if (entry && entry->value.data) {
		put_key(&json, "value");
		put_text(&json, entry->value);
		put_key(&json, "reason");
		put_text(&json, entry->reason);
	}
	put_object_end(&json);
	TRY(buffer_status(&details));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "risk_list", .entity_id = list_id, .action = action,
			.details = buffer_text(&details)},
		NULL));
	return risk_lists_changed(writer, actor);
}

static bool code_is_fit(struct text code)
{
	for (size_t i = 0; i < code.size; i++) {
		char c = code.data[i];

		if (!((c >= 'A' && c <= 'Z') || (i && ((c >= '0' && c <= '9') || c == '_'))))
			return false;
	}
	return code.size && code.size <= CODE_LIMIT;
}

enum status list_create(struct writer *writer, const struct actor *actor, struct text code, struct text title,
	int64_t *ret_id)
{
	if (!code_is_fit(code) || title.size > TITLE_LIMIT)
		return STATUS_INVALID;
	TRY(store_returning(writer, &LIST_ADD,
		PARAMS(value_text(code), value_text(title.size ? title : code), V_INT(actor->user_id), V_INT(clock_now())),
		ret_id));
	return note(writer, actor, *ret_id, "list.created", NULL, 0);
}

/* A set of texts. */
struct set {
	struct text *texts;
	size_t slots;
};

static bool set_has(struct set *set, struct text text, bool add)
{
	size_t at = text_hash(text) & (set->slots - 1);

	for (; set->texts[at].data; at = (at + 1) & (set->slots - 1))
		if (text_equal(set->texts[at], text))
			return true;
	if (add)
		set->texts[at] = text;
	return false;
}

enum status list_compare(struct reader *reader, int64_t list_id, struct list_entry_row *entries, size_t count,
	struct arena *arena, size_t *ret_new)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct set wanted = {.slots = 16}, there;

	while (wanted.slots < 4 * count)
		wanted.slots *= 2;
	there.slots = wanted.slots;
	wanted.texts = ARENA_ARRAY(arena, wanted.slots, struct text);
	there.texts = ARENA_ARRAY(arena, there.slots, struct text);
	if (!wanted.texts || !there.texts)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		set_has(&wanted, entries[i].value, true);
	TRY(store_query(reader, &VALUES_HOLDING, PARAMS(V_INT(list_id), V_INT(clock_today())), &rows));
	while (rows_next(rows))
		if (set_has(&wanted, rows_text(rows, 0), false) && !set_has(&there, rows_text(rows, 0), false))
			set_has(&there, rows_copy(rows, 0, arena), true);
	TRY(rows_status(rows));
	*ret_new = 0;
	for (size_t i = 0; i < count; i++) {
		entries[i].is_there = set_has(&there, entries[i].value, true);
		*ret_new += !entries[i].is_there;
	}
	return STATUS_OK;
}

static bool entry_is_fit(const struct list_entry_row *entry)
{
	return entry->value.size && entry->value.size <= VALUE_LIMIT && entry->reason.size && entry->reason.size <= 1000 &&
		(entry->until == DATE_NONE || entry->from == DATE_NONE || entry->until >= entry->from);
}

enum status list_add(struct writer *writer, const struct actor *actor, int64_t list_id,
	const struct list_entry_row *entries, size_t count, size_t *ret_added)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	struct list_entry_row *copy = arena ? ARENA_ARRAY(arena, count + 1, struct list_entry_row) : NULL;
	struct value *values = arena ? ARENA_ARRAY(arena, (count + 1) * ENTRY_VALUES, struct value) : NULL;
	size_t added = 0, fresh;

	if (!copy || !values)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		if (!entry_is_fit(&entries[i]))
			return STATUS_INVALID;
		copy[i] = entries[i];
	}
	TRY(list_compare(writer_reader(writer), list_id, copy, count, arena, &fresh));
	for (size_t i = 0; i < count; i++)
		if (!copy[i].is_there)
			memcpy(values + ENTRY_VALUES * added++,
				((const struct value[ENTRY_VALUES]){V_INT(list_id), value_text(copy[i].value),
					value_optional(copy[i].from), value_optional(copy[i].until),
					value_text(copy[i].reason), V_INT(actor->user_id), V_INT(clock_now())}),
				ENTRY_VALUES * sizeof *values);
	*ret_added = added;
	if (!added)
		return STATUS_OK;
	TRY(store_execute_many(writer, &ENTRY_ADD, values, ENTRY_VALUES, added));
	return note(writer, actor, list_id, count == 1 ? "list.entry_added" : "list.imported", count == 1 ? copy : NULL, added);
}

enum status list_end(struct writer *writer, const struct actor *actor, int64_t list_id, int64_t entry_id)
{
	int64_t changed = 0, there, today = clock_today();

	TRY(store_integer(writer_reader(writer), &ENTRY_THERE, PARAMS(V_INT(entry_id), V_INT(list_id)), &there));
	TRY(store_execute(writer, &ENTRY_END,
		PARAMS(V_INT(entry_id), V_INT(list_id), V_INT(today - 1), V_INT(actor->user_id), V_INT(clock_now()),
			V_INT(today)),
		&changed));
	if (!changed)
		return STATUS_CONFLICT;
	return note(writer, actor, list_id, "list.entry_ended", NULL, 1);
}

/* ---- tables */

enum { COLUMN_VALUE, COLUMN_FROM, COLUMN_UNTIL, COLUMN_REASON, COLUMNS };
static const char *const column_words[COLUMNS] = {"valeur value code", "depuis from du valid_from", "jusqu_au until au valid_until",
	"motif reason raison"};

static bool is_one_of(const char *words, struct text word)
{
	struct text rest = text_of(words);

	while (word.size && rest.data)
		if (text_equal_ignoring_case(text_cut(&rest, ' '), word))
			return true;
	return false;
}

/* True when the record is a header; without one, columns come in their usual order. */
static bool bind_columns(const struct csv *csv, size_t *at)
{
	bool header = false;

	for (size_t column = 0; column < COLUMNS; column++) {
		at[column] = SIZE_MAX;
		for (size_t i = 0; i < csv->count; i++)
			if (is_one_of(column_words[column], text_trim(csv->fields[i])))
				at[column] = i;
	}
	header = at[COLUMN_VALUE] != SIZE_MAX;
	for (size_t column = 0; !header && column < COLUMNS; column++)
		at[column] = column;
	return header;
}

static enum status refuse(struct arena *arena, struct message *ret_problem, const char *id, const struct csv *csv,
	struct text value)
{
	*ret_problem = (struct message){id, {arena_format(arena, "%lld", (long long)csv->line), arena_text(arena, value)}};
	return STATUS_INVALID;
}

static enum status read_date(struct arena *arena, const struct csv *csv, struct text text, int64_t *ret_date,
	struct message *ret_problem)
{
	*ret_date = DATE_NONE;
	if (!text.size || date_parse(text, DATE_ISO, ret_date) == STATUS_OK ||
		date_parse(text, DATE_DAY_FIRST, ret_date) == STATUS_OK)
		return STATUS_OK;
	return refuse(arena, ret_problem, TR("Ligne %1 : « %2 » n'est pas une date ; écrivez 2026-12-31."), csv, text);
}

static enum status read_record(struct arena *arena, const struct csv *csv, const size_t *at, struct list_entry_row *entry,
	struct message *ret_problem)
{
	struct text cells[COLUMNS];

	for (size_t column = 0; column < COLUMNS; column++)
		cells[column] = at[column] < csv->count ? text_trim(csv->fields[at[column]]) : TEXT("");
	*entry = (struct list_entry_row){.line = csv->line, .value = arena_text(arena, cells[COLUMN_VALUE]),
		.reason = arena_text(arena, cells[COLUMN_REASON])};
	if (!entry->value.data || !entry->reason.data)
		return STATUS_NO_MEMORY;
	TRY(read_date(arena, csv, cells[COLUMN_FROM], &entry->from, ret_problem));
	TRY(read_date(arena, csv, cells[COLUMN_UNTIL], &entry->until, ret_problem));
	if (!entry->value.size)
		return refuse(arena, ret_problem, TR("Ligne %1 : la valeur manque."), csv, TEXT(""));
	if (!entry->reason.size)
		return refuse(arena, ret_problem, TR("Ligne %1 : le motif de « %2 » manque."), csv, entry->value);
	return entry_is_fit(entry) ? STATUS_OK
				   : refuse(arena, ret_problem, TR("Ligne %1 : « %2 » finirait avant de commencer, ou est trop long."),
					     csv, entry->value);
}

enum status list_table_read(struct arena *arena, struct text bytes, struct list_entry_row **ret_rows, size_t *ret_count,
	struct message *ret_problem)
{
	AUTO(csv_release) struct csv csv = {0};
	struct list_entry_row *entries = ARENA_ARRAY(arena, LIST_IMPORT_ROWS, struct list_entry_row);
	struct text rest = text_starts_with(bytes, TEXT("\xef\xbb\xbf")) ? text_slice(bytes, 3, bytes.size) : bytes;
	struct text start = rest, line = text_cut(&start, '\n');
	struct source source = source_of_text(&rest);
	size_t at[COLUMNS], count = 0;
	bool more = true, first = true;

	*ret_problem = (struct message){NULL, {TEXT_NONE, TEXT_NONE, TEXT_NONE}};
	if (!entries)
		return STATUS_NO_MEMORY;
	csv_init(&csv, &source, text_find(line, TEXT(";")) < line.size ? ';' : text_find(line, TEXT("\t")) < line.size ? '\t' : ',',
		RECORD_LIMIT, TABLE_LIMIT);
	for (;;) {
		TRY(csv_next(&csv, &more));
		if (!more)
			break;
		if (first && bind_columns(&csv, at)) {
			first = false;
			continue;
		}
		first = false;
		if (count == LIST_IMPORT_ROWS)
			return refuse(arena, ret_problem, TR("Ligne %1 : plus de 20 000 lignes en une fois."), &csv, TEXT(""));
		TRY(read_record(arena, &csv, at, &entries[count++], ret_problem));
	}
	if (!count)
		return refuse(arena, ret_problem, TR("Le fichier est vide."), &csv, TEXT(""));
	*ret_rows = entries;
	*ret_count = count;
	return STATUS_OK;
}

/* In quotes; what a spreadsheet would take for a formula gets an apostrophe in front. */
static void put_cell(struct buffer *out, struct text text)
{
	buffer_byte(out, '"');
	if (text.size && strchr("=+-@", text.data[0]))
		buffer_byte(out, '\'');
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '"')
			buffer_byte(out, '"');
		buffer_byte(out, text.data[i]);
	}
	buffer_byte(out, '"');
}

enum status list_table_write(struct buffer *out, const struct list_entry_row *entries, size_t count)
{
	buffer_string(out, "valeur;depuis;jusqu_au;motif\r\n");
	for (size_t i = 0; i < count; i++) {
		put_cell(out, entries[i].value);
		buffer_byte(out, ';');
		if (entries[i].from != DATE_NONE)
			date_print(out, entries[i].from);
		buffer_byte(out, ';');
		if (entries[i].until != DATE_NONE)
			date_print(out, entries[i].until);
		buffer_byte(out, ';');
		put_cell(out, entries[i].reason);
		buffer_string(out, "\r\n");
	}
	return buffer_status(out);
}
