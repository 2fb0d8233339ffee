/* Roles at units, and the rights that come from them. */
#include "domain/user.h"

#include "base/json.h"
#include "domain/journal.h"
#include "domain/unit.h"

#include <string.h>

STATEMENT(GRANT_ADD, "insert into user_grants (user_id, role_code, unit_id) values ($1, $2, $3) on conflict do nothing");
STATEMENT(GRANT_REMOVE, "delete from user_grants where user_id = $1 and role_code = $2 and unit_id = $3");
STATEMENT(GRANTS_OF_USER, "select role_code, roles.label, units.path, units.name, units.id from user_grants "
	"join roles on roles.code = role_code join units on units.id = unit_id where user_id = $1 "
	"order by units.path, role_code");
STATEMENT(USER_EXISTS, "select count(*) from users where id = $1");
STATEMENT(ROLE_EXISTS, "select count(*) from roles where code = $1");
STATEMENT(ACTOR_OF_USER, "select login, name, language from users where id = $1 and is_active = 1");
/* At every request: put in order, and once what two roles give at one unit, by actor_load_grants(). */
STATEMENT(RIGHTS_OF_USER, "select permission_code, units.path from user_grants "
	"join units on units.id = user_grants.unit_id "
	"join role_permissions on role_permissions.role_code = user_grants.role_code "
	"where user_id = $1 and units.is_active = 1");
STATEMENT(ROLE_PUT, "insert into roles (code, label, is_shipped) values ($1, $2, 1) "
	"on conflict (code) do update set label = excluded.label, is_shipped = 1");
STATEMENT(ROLES_EMPTY, "delete from role_permissions where role_code in (select code from roles where is_shipped = 1)");
STATEMENT(ROLE_PERMISSION_ADD, "insert into role_permissions (role_code, permission_code) values ($1, $2) "
	"on conflict do nothing");
STATEMENT(ROLE_PERMISSIONS, "select permission_code from role_permissions where role_code = $1");
STATEMENT(ROLE_LIST, "select code, label, is_shipped from roles order by code");

static enum status grant_journal(struct writer *writer, const struct actor *actor, int64_t id, const char *role,
	struct text unit_path, bool added)
{
	struct buffer AUTO(buffer_release) details = {0};
	struct json_writer json;

	buffer_init(&details, 4096);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "role");
	put_array(&json);
	put_text(&json, added ? TEXT_NONE : text_of(role));
	put_text(&json, added ? text_of(role) : TEXT_NONE);
	put_array_end(&json);
	put_object_end(&json);
	TRY(buffer_status(&details));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "user", .entity_id = id,
			.action = added ? "role_granted" : "role_revoked", .unit_path = unit_path,
			.details = buffer_text(&details)},
		NULL);
}

static enum status grant_change(struct writer *writer, const struct actor *actor, int64_t id, const char *role,
	int64_t unit_id, bool add)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 16);
	struct reader *reader = writer_reader(writer);
	int64_t users = 0, roles = 0, changes = 0;
	struct unit unit;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(store_integer(reader, &USER_EXISTS, PARAMS(V_INT(id)), &users));
	TRY(store_integer(reader, &ROLE_EXISTS, PARAMS(value_string(role)), &roles));
	if (!users || !roles)
		return STATUS_NOT_FOUND;
	TRY(unit_find(reader, unit_id, arena, &unit));
	TRY(store_execute(writer, add ? &GRANT_ADD : &GRANT_REMOVE,
		PARAMS(V_INT(id), value_string(role), V_INT(unit_id)), &changes));
	if (changes == 0)
		return STATUS_OK;
	return grant_journal(writer, actor, id, role, unit.path, add);
}

enum status user_grant(struct writer *writer, const struct actor *actor, int64_t id, const char *role, int64_t unit_id)
{
	return grant_change(writer, actor, id, role, unit_id, true);
}

enum status user_revoke(struct writer *writer, const struct actor *actor, int64_t id, const char *role, int64_t unit_id)
{
	return grant_change(writer, actor, id, role, unit_id, false);
}

enum status user_roles(struct reader *reader, int64_t id, bool (*each)(void *context, const struct user_role *row),
	void *context)
{
	struct rows AUTO(rows_release) *rows = NULL;

	TRY(store_query(reader, &GRANTS_OF_USER, PARAMS(V_INT(id)), &rows));
	while (rows_next(rows)) {
		struct user_role row = {.role = rows_text(rows, 0), .role_label = rows_text(rows, 1),
			.unit_path = rows_text(rows, 2), .unit_name = rows_text(rows, 3), .unit_id = rows_integer(rows, 4)};

		if (!each(context, &row))
			return STATUS_OK;
	}
	return rows_status(rows);
}

struct below {
	const struct actor *actor;
	const char *permission;
	bool is_below;
};

static bool below_check(void *context, const struct user_role *row)
{
	struct below *below = context;

	below->is_below = below->is_below && actor_may(below->actor, below->permission, row->unit_path);
	return below->is_below;
}

enum status user_is_below(struct reader *reader, const struct actor *actor, const char *permission, int64_t id,
	bool *ret_below)
{
	struct below below = {actor, permission, actor_may(actor, permission, TEXT_NONE)};

	TRY(user_roles(reader, id, below_check, &below));
	*ret_below = below.is_below;
	return STATUS_OK;
}

/* "/1/" of "/1/4/7/". */
static struct text root_of(struct text path)
{
	for (size_t i = 1; i < path.size; i++)
		if (path.data[i] == '/')
			return text_slice(path, 0, i + 1);
	return path;
}

enum status role_may_give(struct reader *reader, const struct actor *actor, const char *permission, const char *role,
	struct text unit_path, bool *ret_may)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct arena AUTO(arena_release) *arena = NULL;
	bool may = actor_may(actor, permission, unit_path);

	if (!may || actor_may(actor, permission, root_of(unit_path))) {
		*ret_may = may;
		return STATUS_OK;
	}
	arena = arena_new(1 << 18);
	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(store_query(reader, &ROLE_PERMISSIONS, PARAMS(value_string(role)), &rows));
	while (rows_next(rows)) {
		const char *code = arena_string(arena, rows_text(rows, 0));

		if (!code)
			return STATUS_NO_MEMORY;
		/* What the role does not give there anyway need not be one's own. */
		may = may && (actor_may(actor, code, unit_path) || (right_is_national(code) && !path_is_root(unit_path)));
	}
	TRY(rows_status(rows));
	*ret_may = may;
	return STATUS_OK;
}

struct held {
	struct arena *arena;
	struct {
		const char *role;
		struct text unit_path;
	} rows[100];
	size_t count;
	bool failed;
};

static bool held_take(void *context, const struct user_role *row)
{
	struct held *held = context;

	if (held->count == sizeof held->rows / sizeof *held->rows) {
		held->failed = true;
		return false;
	}
	held->rows[held->count].role = arena_string(held->arena, row->role);
	held->rows[held->count].unit_path = arena_text(held->arena, row->unit_path);
	held->failed = !held->rows[held->count].role || !held->rows[held->count].unit_path.data;
	held->count++;
	return !held->failed;
}

enum status user_may_manage(struct reader *reader, const struct actor *actor, const char *permission, int64_t id,
	struct arena *arena, bool *ret_may)
{
	struct held *held = ARENA_NEW(arena, struct held);
	bool may = actor_may(actor, permission, TEXT_NONE);

	if (!held)
		return STATUS_NO_MEMORY;
	held->arena = arena;
	TRY(user_roles(reader, id, held_take, held));
	if (held->failed)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < held->count && may; i++)
		TRY(role_may_give(reader, actor, permission, held->rows[i].role, held->rows[i].unit_path, &may));
	*ret_may = may;
	return STATUS_OK;
}

static int grant_compare(const struct grant *a, const struct grant *b)
{
	int by_permission = strcmp(a->permission, b->permission);

	return by_permission ? by_permission : text_compare(a->unit_path, b->unit_path);
}

/* The grant behind the last one to its place, if it is not there yet. Rows mostly come in order. */
static void grant_settle(struct actor *actor)
{
	struct grant grant = actor->grants[actor->grant_count];
	size_t place = actor->grant_count;

	while (place && grant_compare(&actor->grants[place - 1], &grant) > 0)
		place--;
	if (place && grant_compare(&actor->grants[place - 1], &grant) == 0)
		return;
	memmove(&actor->grants[place + 1], &actor->grants[place], (actor->grant_count - place) * sizeof grant);
	actor->grants[place] = grant;
	actor->grant_count++;
}

enum status actor_load_grants(struct reader *reader, struct arena *arena, struct actor *actor)
{
	struct rows AUTO(rows_release) *rows = NULL;
	size_t room = 0;

	TRY(store_query(reader, &RIGHTS_OF_USER, PARAMS(V_INT(actor->user_id)), &rows));
	while (rows_next(rows)) {
		struct grant *grant;

		if (actor->grant_count == room) {
			struct grant *larger = ARENA_ARRAY(arena, room ? room * 2 : 32, struct grant);

			if (!larger)
				return STATUS_NO_MEMORY;
			if (room)
				memcpy(larger, actor->grants, room * sizeof *larger);
			actor->grants = larger;
			room = room ? room * 2 : 32;
		}
		grant = &actor->grants[actor->grant_count];
		grant->permission = arena_string(arena, rows_text(rows, 0));
		grant->unit_path = rows_copy(rows, 1, arena);
		if (!grant->permission || !grant->unit_path.data)
			return STATUS_NO_MEMORY;
		if (path_is_root(grant->unit_path) || !right_is_national(grant->permission))
			grant_settle(actor);
	}
	return rows_status(rows);
}

enum status user_actor(struct reader *reader, int64_t id, struct arena *arena, struct actor *ret_actor)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct actor actor = {.user_id = id};

	TRY(store_query(reader, &ACTOR_OF_USER, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	actor.login = rows_copy(rows, 0, arena);
	actor.name = rows_copy(rows, 1, arena);
	if (!language_from(rows_text(rows, 2), &actor.language))
		actor.language = LANGUAGE_FR;
	if (!actor.login.data || !actor.name.data)
		return STATUS_NO_MEMORY;
	rows_release(&rows);
	rows = NULL;
	TRY(actor_load_grants(reader, arena, &actor));
	*ret_actor = actor;
	return STATUS_OK;
}

enum status roles_install(struct writer *writer, const struct role *const *tables, size_t count)
{
	TRY(store_execute(writer, &ROLES_EMPTY, NO_PARAMS, NULL));
	for (size_t i = 0; i < count; i++) {
		for (const struct role *role = tables[i]; role && role->code; role++) {
			TRY(store_execute(writer, &ROLE_PUT, PARAMS(value_string(role->code), value_string(role->label)), NULL));
			for (const char *const *code = role->permissions; code && *code; code++)
				TRY(store_execute(writer, &ROLE_PERMISSION_ADD,
					PARAMS(value_string(role->code), value_string(*code)), NULL));
		}
	}
	return STATUS_OK;
}

enum status role_list(struct reader *reader, bool (*each)(void *context, const struct role_row *row), void *context)
{
	struct rows AUTO(rows_release) *rows = NULL;

	TRY(store_query(reader, &ROLE_LIST, NO_PARAMS, &rows));
	while (rows_next(rows)) {
		struct role_row row = {rows_text(rows, 0), rows_text(rows, 1), rows_integer(rows, 2) != 0};

		if (!each(context, &row))
			return STATUS_OK;
	}
	return rows_status(rows);
}
