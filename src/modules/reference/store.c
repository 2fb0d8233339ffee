/* Lists in the database: comparing, taking, finding. */
#include "base/json.h"
#include "base/utf8.h"
#include "domain/event.h"
#include "domain/journal.h"
#include "modules/reference/reference_store.h"

#include <stdlib.h>
#include <string.h>

enum { INSERT_VALUES = 14, CLOSE_VALUES = 3, CHUNK = 200, SEARCH_LIMIT = 20000 };

STATEMENT(REFERENCE_LATEST,
	"select " REFERENCE_COLUMNS " from reference_codes r where kind = $1 and id = (select max(o.id) from "
	"reference_codes o where o.kind = r.kind and o.code = r.code)");
STATEMENT(REFERENCE_ON_DAY,
	"select " REFERENCE_COLUMNS " from reference_codes where kind = $1 and code = $2 and valid_from <= $3 and "
	"(valid_until is null or valid_until > $3) order by id desc limit 1");
STATEMENT(REFERENCE_NEAREST,
	"select " REFERENCE_COLUMNS " from reference_codes where kind = $1 and code = $2 order by case when "
	"valid_from <= $3 and (valid_until is null or valid_until > $3) then 0 else 1 end, id desc limit 1");
STATEMENT(REFERENCE_INSERT,
	"insert into reference_codes (kind, code, label, label_en, label_pt, label_es, parent, unit, rate, details, search, "
	"valid_from, valid_until, import_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");
STATEMENT(REFERENCE_CLOSE,
	"update reference_codes set valid_until = $2, closed_by = $3 where id = $1 and (valid_until is null or "
	"valid_until > $2)");
STATEMENT(REFERENCE_NOTE,
	"insert into reference_imports (kind, taken_at, from_date, actor_id, actor_name, source, digest, added, changed, "
	"removed) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id");

enum status reference_row_read(struct rows *rows, struct arena *arena, struct reference_row *ret_row)
{
	struct reference_row row = {.id = rows_integer(rows, 0), .code = rows_copy(rows, 1, arena),
		.label = rows_copy(rows, 2, arena), .parent = rows_copy(rows, 6, arena), .unit = rows_copy(rows, 7, arena),
		.rate = rows_optional(rows, 8), .details = rows_copy(rows, 9, arena), .valid_from = rows_integer(rows, 10),
		.valid_until = rows_optional(rows, 11)};
	static const enum language languages[] = {LANGUAGE_EN, LANGUAGE_PT, LANGUAGE_ES};
	bool whole = row.code.data && row.label.data && (row.parent.data || rows_is_null(rows, 6)) &&
		(row.unit.data || rows_is_null(rows, 7)) && (row.details.data || rows_is_null(rows, 9));

	for (int i = 0; i < 3; i++) {
		row.translations[languages[i]] = rows_copy(rows, 3 + i, arena);
		whole = whole && (row.translations[languages[i]].data || rows_is_null(rows, 3 + i));
	}
	if (!whole)
		return STATUS_NO_MEMORY;
	*ret_row = row;
	return STATUS_OK;
}

static enum status find_one(struct reader *reader, const struct statement *statement, const struct value *values,
	struct arena *arena, struct reference_row *ret_row)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, statement, values, 3, &rows));
	if (rows_next(rows))
		return reference_row_read(rows, arena, ret_row);
	TRY(rows_status(rows));
	return STATUS_NOT_FOUND;
}

enum status reference_find(struct reader *reader, struct text kind, struct text code, int64_t date,
	struct arena *arena, struct reference_row *ret_row)
{
	const struct value values[] = {value_text(kind), value_text(code), V_INT(date)};

	return find_one(reader, &REFERENCE_ON_DAY, values, arena, ret_row);
}

enum status reference_find_any(struct reader *reader, struct text kind, struct text code, int64_t date,
	struct arena *arena, struct reference_row *ret_row)
{
	const struct value values[] = {value_text(kind), value_text(code), V_INT(date)};

	return find_one(reader, &REFERENCE_NEAREST, values, arena, ret_row);
}

enum status reference_label(struct reader *reader, struct text kind, struct text code, int64_t date,
	struct arena *arena, struct text *ret_label)
{
	struct reference_row row;

	TRY(reference_find_any(reader, kind, code, date, arena, &row));
	*ret_label = row.label;
	return STATUS_OK;
}

static int compare_codes(const void *a, const void *b)
{
	const struct reference_row *left = a, *right = b;

	return text_compare(left->code, right->code);
}

/* The latest row of every code, by code: the databases' orders of texts differ. */
static enum status load_latest(struct reader *reader, const struct reference_kind *kind, struct arena *arena,
	struct reference_row **ret_rows, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct reference_row *list = NULL;
	size_t count = 0, capacity = 0;

	TRY(store_query(reader, &REFERENCE_LATEST, PARAMS(value_string(kind->code)), &rows));
	while (rows_next(rows)) {
		if (count == capacity) {
			struct reference_row *larger;

			capacity = capacity ? 2 * capacity : 256;
			larger = ARENA_ARRAY(arena, capacity, struct reference_row);
			if (!larger)
				return STATUS_NO_MEMORY;
			if (count)
				memcpy(larger, list, count * sizeof *list);
			list = larger;
		}
		TRY(reference_row_read(rows, arena, &list[count]));
		count++;
	}
	TRY(rows_status(rows));
	if (count)
		qsort(list, count, sizeof *list, compare_codes);
	*ret_rows = list;
	*ret_count = count;
	return STATUS_OK;
}

static bool same_text(struct text a, struct text b)
{
	return (!a.size && !b.size) || text_equal(a, b);
}

static bool same_content(const struct reference_row *a, const struct reference_row *b)
{
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		if (!same_text(a->translations[i], b->translations[i]))
			return false;
	return same_text(a->label, b->label) && same_text(a->parent, b->parent) && same_text(a->unit, b->unit) &&
		same_text(a->details, b->details) && a->rate == b->rate && a->valid_until == b->valid_until;
}

/* A translation that the new list does not bring stays while the label is the same. */
static void keep_translations(const struct reference_row *before, struct reference_row *after)
{
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		if (!after->translations[i].size && text_equal(before->label, after->label))
			after->translations[i] = before->translations[i];
}

struct comparing {
	struct reference_difference difference;
	int64_t date;
	bool is_partial;
};

static void add_change(struct comparing *comparing, enum reference_change_kind kind,
	const struct reference_row *before, const struct reference_row *after, int64_t from)
{
	struct reference_difference *difference = &comparing->difference;
	bool is_too_early = before && (kind == REFERENCE_ADDED ? from < before->valid_until : from < before->valid_from);

	difference->changes[difference->change_count++] = (struct reference_change){
		.kind = kind, .before = before, .after = after, .from = from, .is_too_early = is_too_early};
	difference->too_early += is_too_early;
	difference->added += kind == REFERENCE_ADDED;
	difference->changed += kind == REFERENCE_CHANGED;
	difference->removed += kind == REFERENCE_REMOVED;
}

/* One code; either side may be NULL. */
static void compare_code(struct comparing *comparing, const struct reference_row *before, struct reference_row *after)
{
	int64_t from = after && after->valid_from != DATE_NONE ? after->valid_from : comparing->date;
	bool was = before && (before->valid_until == DATE_NONE || before->valid_until > from);

	comparing->difference.before += was;
	if (after && after->valid_until != DATE_NONE && after->valid_until <= from) {
		comparing->difference.ended++;
		after = NULL;
	}
	if (after && was) {
		keep_translations(before, after);
		if (same_content(before, after))
			comparing->difference.same++;
		else
			add_change(comparing, REFERENCE_CHANGED, before, after, from);
	} else if (after) {
		add_change(comparing, REFERENCE_ADDED, before, after, from);
	} else if (was && before->valid_until == DATE_NONE && !comparing->is_partial) {
		add_change(comparing, REFERENCE_REMOVED, before, NULL, comparing->date);
	} else if (was) {
		comparing->difference.same++;
	}
}

enum status reference_compare(struct reader *reader, const struct reference_kind *kind,
	const struct reference_list *list, int64_t date, struct arena *arena, struct reference_difference *ret_difference)
{
	struct comparing comparing = {.date = date, .is_partial = list->complete == REFERENCE_PARTIAL};
	struct reference_row *before = NULL, *after;
	size_t before_count = 0, b = 0, a = 0;

	TRY(load_latest(reader, kind, arena, &before, &before_count));
	after = ARENA_ARRAY(arena, list->count + 1, struct reference_row);
	comparing.difference.changes = ARENA_ARRAY(arena, list->count + before_count + 1, struct reference_change);
	if (!after || !comparing.difference.changes)
		return STATUS_NO_MEMORY;
	if (list->count)
		memcpy(after, list->rows, list->count * sizeof *after);
	while (b < before_count || a < list->count) {
		int order = b == before_count ? 1 : a == list->count ? -1 : text_compare(before[b].code, after[a].code);

		compare_code(&comparing, order <= 0 ? &before[b] : NULL, order >= 0 ? &after[a] : NULL);
		b += order <= 0;
		a += order >= 0;
	}
	*ret_difference = comparing.difference;
	return STATUS_OK;
}

bool reference_is_doubtful(const struct reference_list *list, const struct reference_difference *difference)
{
	return list->complete == REFERENCE_UNSAID && difference->removed >= 10 &&
		2 * difference->removed > difference->before;
}

/* Code and labels, folded for search. */
static struct text search_text(const struct reference_row *row, struct arena *arena)
{
	AUTO(buffer_release) struct buffer all = {0};
	AUTO(buffer_release) struct buffer folded = {0};

	buffer_init(&all, SEARCH_LIMIT);
	buffer_init(&folded, SEARCH_LIMIT);
	buffer_format(&all, "%.*s %.*s", TEXT_FORMAT(row->code), TEXT_FORMAT(row->label));
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		buffer_format(&all, " %.*s", TEXT_FORMAT(row->translations[i]));
	utf8_fold(&folded, buffer_text(&all));
	if (buffer_status(&all) != STATUS_OK || buffer_status(&folded) != STATUS_OK)
		return TEXT_NONE;
	return arena_text(arena, folded.data ? buffer_text(&folded) : TEXT(""));
}

static enum status insert_values(const struct reference_change *change, const char *kind, int64_t import_id,
	struct arena *arena, struct value *values)
{
	const struct reference_row *row = change->after;
	struct text search = search_text(row, arena);
	const struct value all[INSERT_VALUES] = {value_string(kind), value_text(row->code), value_text(row->label),
		value_text(row->translations[LANGUAGE_EN]), value_text(row->translations[LANGUAGE_PT]),
		value_text(row->translations[LANGUAGE_ES]), value_text(row->parent), value_text(row->unit),
		value_optional(row->rate), value_text(row->details), value_text(search), V_INT(change->from),
		value_optional(row->valid_until), V_INT(import_id)};

	if (!search.data)
		return STATUS_NO_MEMORY;
	memcpy(values, all, sizeof all);
	return STATUS_OK;
}

/* Old rows are closed before new ones open: each code has one open row at any time. */
static enum status close_rows(struct writer *writer, const struct reference_difference *difference, int64_t import_id,
	struct value *values)
{
	size_t rows = 0;

	for (size_t i = 0; i < difference->change_count; i++) {
		const struct reference_change *change = &difference->changes[i];

		if (change->kind != REFERENCE_ADDED) {
			struct value *row = values + CLOSE_VALUES * rows++;

			row[0] = V_INT(change->before->id);
			row[1] = V_INT(change->from);
			row[2] = V_INT(import_id);
		}
		if (rows == CHUNK || (rows && i + 1 == difference->change_count)) {
			TRY(store_execute_many(writer, &REFERENCE_CLOSE, values, CLOSE_VALUES, rows));
			rows = 0;
		}
	}
	return STATUS_OK;
}

static enum status open_rows(struct writer *writer, const struct reference_taking *taking,
	const struct reference_difference *difference, int64_t import_id, struct value *values)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	size_t rows = 0;

	if (!arena)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < difference->change_count; i++) {
		const struct reference_change *change = &difference->changes[i];

		if (change->kind != REFERENCE_REMOVED)
			TRY(insert_values(change, taking->kind->code, import_id, arena, values + INSERT_VALUES * rows++));
		if (rows == CHUNK || (rows && i + 1 == difference->change_count)) {
			TRY(store_execute_many(writer, &REFERENCE_INSERT, values, INSERT_VALUES, rows));
			rows = 0;
			arena_reset(arena);
		}
	}
	return STATUS_OK;
}

static enum status write_journal(struct writer *writer, const struct actor *actor,
	const struct reference_taking *taking, const struct reference_difference *difference, int64_t import_id)
{
	AUTO(buffer_release) struct buffer details = {0};
	AUTO(buffer_release) struct buffer digest = {0};
	struct json_writer json;

	buffer_init(&details, 4000);
	buffer_init(&digest, 2 * DIGEST_SIZE + 1);
	hex_print(&digest, taking->digest, DIGEST_SIZE);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "kind");
	put_text(&json, text_of(taking->kind->code));
	put_key(&json, "from");
	put_date(&json, taking->date);
	put_key(&json, "file");
	put_text(&json, utf8_cut(taking->source, 200));
	put_key(&json, "digest");
	put_text(&json, buffer_text(&digest));
	put_key(&json, "added");
	put_int(&json, (int64_t)difference->added);
	put_key(&json, "changed");
	put_int(&json, (int64_t)difference->changed);
	put_key(&json, "removed");
	put_int(&json, (int64_t)difference->removed);
	put_object_end(&json);
	TRY(buffer_status(&digest));
	TRY(buffer_status(&details));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "reference", .entity_id = import_id, .action = "taken",
			.details = buffer_text(&details)},
		NULL));
	return event_publish(writer, &(struct event){.name = "reference.take", .actor = actor, .id = import_id});
}

static enum status write_difference(struct writer *writer, const struct actor *actor,
	const struct reference_taking *taking, struct arena *arena, const struct reference_difference *difference)
{
	struct value *values = ARENA_ARRAY(arena, (size_t)CHUNK * INSERT_VALUES, struct value);
	int64_t import_id;

	if (!values)
		return STATUS_NO_MEMORY;
	TRY(store_returning(writer, &REFERENCE_NOTE,
		PARAMS(value_string(taking->kind->code), V_INT(clock_now()), V_INT(taking->date),
			actor->user_id ? V_INT(actor->user_id) : V_NULL, value_text(actor->name.data ? actor->name : TEXT("")),
			value_text(utf8_cut(taking->source, 200)),
			V_BYTES(((struct text){(const char *)taking->digest, DIGEST_SIZE})), V_INT((int64_t)difference->added),
			V_INT((int64_t)difference->changed), V_INT((int64_t)difference->removed)),
		&import_id));
	TRY(close_rows(writer, difference, import_id, values));
	TRY(open_rows(writer, taking, difference, import_id, values));
	return write_journal(writer, actor, taking, difference, import_id);
}

enum status reference_take(struct writer *writer, const struct actor *actor, const struct reference_taking *taking,
	struct arena *arena, struct reference_difference *ret_difference)
{
	struct reference_difference difference;

	if (taking->list->error_count)
		return STATUS_INVALID;
	TRY(reference_compare(writer_reader(writer), taking->kind, taking->list, taking->date, arena, &difference));
	if (reference_is_doubtful(taking->list, &difference))
		return STATUS_INVALID;
	if (difference.too_early)
		return STATUS_CONFLICT;
	if (difference.change_count)
		TRY(write_difference(writer, actor, taking, arena, &difference));
	*ret_difference = difference;
	return STATUS_OK;
}
