/* The tree of units. */
#include "domain/unit.h"

#include "base/json.h"
#include "base/utf8.h"
#include "domain/journal.h"

#include <string.h>

enum { CODE_LIMIT = 40, NAME_LIMIT = 200, PATH_LIMIT = 200 };

#define UNIT_COLUMNS "id, parent_id, path, kind, code, name, is_active"
STATEMENT(UNIT_BY_ID, "select " UNIT_COLUMNS " from units where id = $1");
STATEMENT(UNIT_BY_CODE, "select " UNIT_COLUMNS " from units where code = $1");
STATEMENT(UNIT_ADD, "insert into units (parent_id, path, kind, code, name) values ($1, '?' || CAST($3 AS text), $2, "
	"CAST($3 AS text), $4) returning id");
STATEMENT(UNIT_SET_PATH, "update units set path = $2 where id = $1");
STATEMENT(UNIT_CHANGE, "update units set name = $2, is_active = $3 where id = $1");
STATEMENT(UNITS_SEEN, "select " UNIT_COLUMNS " from units where CAST($1 AS text) = '*' or exists (select 1 from units as "
	"top where CAST($1 AS text) like '%|' || top.path || '|%' and substr(units.path, 1, length(top.path)) = top.path) "
	"order by code limit 10000");

const struct unit_kind unit_kinds[] = {
	{"administration", TR("Administration")},
	{"directorate", TR("Direction")},
	{"office", TR("Bureau")},
	{"brigade", TR("Brigade")},
	{NULL, NULL},
};

const char *unit_kind_label(struct text kind)
{
	for (const struct unit_kind *row = unit_kinds; row->code; row++)
		if (text_is(kind, row->code))
			return row->label;
	return TR("Unité");
}

static enum status unit_read(struct rows *rows, struct arena *arena, struct unit *ret_unit)
{
	struct unit unit = {.id = rows_integer(rows, 0), .parent_id = rows_integer(rows, 1),
		.path = rows_copy(rows, 2, arena), .kind = rows_copy(rows, 3, arena), .code = rows_copy(rows, 4, arena),
		.name = rows_copy(rows, 5, arena), .is_active = rows_integer(rows, 6) != 0};

	if (!unit.path.data || !unit.kind.data || !unit.code.data || !unit.name.data)
		return STATUS_NO_MEMORY;
	for (size_t i = 1; i < unit.path.size; i++)
		unit.depth += unit.path.data[i] == '/';
	*ret_unit = unit;
	return STATUS_OK;
}

static enum status unit_one(struct reader *reader, const struct statement *statement, struct value value,
	struct arena *arena, struct unit *ret_unit)
{
	struct rows AUTO(rows_release) *rows = NULL;

	TRY(store_query(reader, statement, PARAMS(value), &rows));
	if (rows_next(rows))
		return unit_read(rows, arena, ret_unit);
	TRY(rows_status(rows));
	return STATUS_NOT_FOUND;
}

enum status unit_find(struct reader *reader, int64_t id, struct arena *arena, struct unit *ret_unit)
{
	return unit_one(reader, &UNIT_BY_ID, V_INT(id), arena, ret_unit);
}

enum status unit_find_code(struct reader *reader, struct text code, struct arena *arena, struct unit *ret_unit)
{
	return unit_one(reader, &UNIT_BY_CODE, value_text(code), arena, ret_unit);
}

static bool is_kind(struct text kind)
{
	for (const struct unit_kind *row = unit_kinds; row->code; row++)
		if (text_is(kind, row->code))
			return true;
	return false;
}

static bool is_fit(struct text text, size_t limit)
{
	return text.size > 0 && text.size <= limit && utf8_is_valid(text);
}

enum status unit_create(struct writer *writer, const struct actor *actor, int64_t parent_id, struct text kind,
	struct text code, struct text name, int64_t *ret_id)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 16);
	struct unit parent = {.path = TEXT("/")};
	struct text path;
	int64_t id;

	code = text_trim(code);
	name = text_trim(name);
	if (!is_fit(code, CODE_LIMIT) || !is_fit(name, NAME_LIMIT) || !is_kind(kind))
		return STATUS_INVALID;
	if (!arena)
		return STATUS_NO_MEMORY;
	if (parent_id)
		TRY(unit_find(writer_reader(writer), parent_id, arena, &parent));
	TRY(store_returning(writer, &UNIT_ADD,
		PARAMS(parent_id ? V_INT(parent_id) : V_NULL, value_text(kind), value_text(code), value_text(name)), &id));
	path = arena_format(arena, "%.*s%lld/", TEXT_FORMAT(parent.path), (long long)id);
	if (!path.data)
		return STATUS_NO_MEMORY;
	if (path.size > PATH_LIMIT)
		return STATUS_INVALID;
	TRY(store_execute(writer, &UNIT_SET_PATH, PARAMS(V_INT(id), value_text(path)), NULL));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "unit", .entity_id = id, .action = "created",
			.unit_path = path},
		NULL));
	if (ret_id)
		*ret_id = id;
	return STATUS_OK;
}

enum status unit_change(struct writer *writer, const struct actor *actor, int64_t id, struct text name, bool active)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 16);
	struct buffer AUTO(buffer_release) details = {0};
	struct json_writer json;
	struct unit before;

	name = text_trim(name);
	if (!arena)
		return STATUS_NO_MEMORY;
	if (!is_fit(name, NAME_LIMIT))
		return STATUS_INVALID;
	TRY(unit_find(writer_reader(writer), id, arena, &before));
	TRY(store_execute(writer, &UNIT_CHANGE, PARAMS(V_INT(id), value_text(name), V_BOOL(active)), NULL));
	buffer_init(&details, 1 << 13);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "name");
	put_array(&json);
	put_text(&json, before.name);
	put_text(&json, name);
	put_array_end(&json);
	put_key(&json, "active");
	put_array(&json);
	put_bool(&json, before.is_active);
	put_bool(&json, active);
	put_array_end(&json);
	put_object_end(&json);
	TRY(buffer_status(&details));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "unit", .entity_id = id, .action = "changed",
			.unit_path = before.path, .details = buffer_text(&details)},
		NULL);
}

/* Appends the children of a parent (of all units in `from`), each followed by its own. */
static void order_below(const struct unit *from, size_t count, bool *taken, int64_t parent_id, struct unit *to,
	size_t *filled)
{
	for (size_t i = 0; i < count; i++) {
		if (taken[i] || from[i].parent_id != parent_id)
			continue;
		taken[i] = true;
		to[(*filled)++] = from[i];
		order_below(from, count, taken, from[i].id, to, filled);
	}
}

/* True when the unit's parent is among those that may be seen. */
static bool has_parent(const struct unit *units, size_t count, int64_t parent_id)
{
	for (size_t i = 0; i < count; i++)
		if (units[i].id == parent_id)
			return true;
	return false;
}

enum status unit_list(struct reader *reader, struct text paths, struct arena *arena, struct unit **ret_units,
	size_t *ret_count)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct unit *units = NULL, *ordered;
	size_t count = 0, room = 0, filled = 0;
	bool *taken;

	TRY(store_query(reader, &UNITS_SEEN, PARAMS(value_text(paths)), &rows));
	while (rows_next(rows)) {
		if (count == room) {
			struct unit *larger = ARENA_ARRAY(arena, room ? room * 2 : 32, struct unit);

			if (!larger)
				return STATUS_NO_MEMORY;
			if (count)
				memcpy(larger, units, count * sizeof *units);
			units = larger;
			room = room ? room * 2 : 32;
		}
		TRY(unit_read(rows, arena, &units[count]));
		count++;
	}
	TRY(rows_status(rows));
	ordered = ARENA_ARRAY(arena, count + 1, struct unit);
	taken = ARENA_ARRAY(arena, count + 1, bool);
	if (!ordered || !taken)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		if (taken[i] || has_parent(units, count, units[i].parent_id))
			continue;
		taken[i] = true;
		ordered[filled++] = units[i];
		order_below(units, count, taken, units[i].id, ordered, &filled);
	}
	*ret_units = ordered;
	*ret_count = filled;
	return STATUS_OK;
}
