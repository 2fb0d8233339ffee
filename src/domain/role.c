/* Roles of an administration's own: sets of permissions beside those that ship with the program. */
#include "domain/role.h"

#include "base/json.h"
#include "base/utf8.h"
#include "domain/journal.h"

STATEMENT(ROLE_MATRIX, "select role_code, permission_code from role_permissions order by role_code, permission_code");
STATEMENT(ROLE_ONE, "select label, is_shipped, (select count(distinct g.user_id) from user_grants g "
	"where g.role_code = roles.code) from roles where code = $1");
STATEMENT(ROLE_ADD, "insert into roles (code, label, is_shipped) values ($1, $2, 0)");
STATEMENT(ROLE_COPY, "insert into role_permissions (role_code, permission_code) "
	"select CAST($1 AS text), permission_code from role_permissions where role_code = $2");
STATEMENT(ROLE_LABEL, "update roles set label = $2 where code = $1 and is_shipped = 0");
STATEMENT(ROLE_CLEAR, "delete from role_permissions where role_code = $1");
STATEMENT(ROLE_HAS, "insert into role_permissions (role_code, permission_code) values ($1, $2) on conflict do nothing");
STATEMENT(ROLE_DELETE, "delete from roles where code = $1 and is_shipped = 0");
STATEMENT(HOLDS, "select count(*) from user_grants where role_code = $1 and user_id = $2");
STATEMENT(PERMISSIONS_OF, "select permission_code from role_permissions where role_code = $1 order by permission_code");

enum status role_matrix(struct reader *reader, bool (*each)(void *context, struct text role, struct text permission),
	void *context)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &ROLE_MATRIX, NO_PARAMS, &rows));
	while (rows_next(rows))
		if (!each(context, rows_text(rows, 0), rows_text(rows, 1)))
			return STATUS_OK;
	return rows_status(rows);
}

enum status role_find(struct reader *reader, struct text code, struct arena *arena, struct role_details *ret_role)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct role_details role;

	TRY(store_query(reader, &ROLE_ONE, PARAMS(value_text(code)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	role = (struct role_details){arena_text(arena, code), rows_copy(rows, 0, arena), rows_integer(rows, 1) != 0,
		rows_integer(rows, 2)};
	if (!role.code.data || !role.label.data)
		return STATUS_NO_MEMORY;
	*ret_role = role;
	return STATUS_OK;
}

static bool is_code(struct text code)
{
	for (size_t i = 0; i < code.size; i++) {
		char c = code.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
			return false;
	}
	return code.size >= 2 && code.size <= ROLE_CODE_LIMIT;
}

static bool is_label(struct text label)
{
	return label.size > 0 && utf8_width(label) <= ROLE_LABEL_LIMIT;
}

static void put_permissions(struct json_writer *json, struct rows *rows)
{
	put_array(json);
	while (rows_next(rows))
		put_text(json, rows_text(rows, 0));
	put_array_end(json);
}

/* The journal names the role by its code, as roles have no number, with all its rights after the change. */
static enum status note(struct writer *writer, const struct actor *actor, struct text code, struct text label,
	const char *action)
{
	AUTO(buffer_release) struct buffer details = {0};
	AUTO(rows_release) struct rows *rows = NULL;
	struct json_writer json;

	buffer_init(&details, 1 << 16);
	TRY(store_query(writer_reader(writer), &PERMISSIONS_OF, PARAMS(value_text(code)), &rows));
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "role");
	put_text(&json, code);
	put_key(&json, "label");
	put_text(&json, label);
	put_key(&json, "permissions");
	put_permissions(&json, rows);
	put_object_end(&json);
	TRY(rows_status(rows));
	TRY(buffer_status(&details));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "role", .action = action, .details = buffer_text(&details)},
		NULL);
}

enum status role_create(struct writer *writer, const struct actor *actor, struct text code, struct text label,
	struct text copied)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 14);
	struct role_details there;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	if (!is_code(code) || !is_label(label))
		return STATUS_INVALID;
	status = role_find(writer_reader(writer), code, arena, &there);
	if (status != STATUS_NOT_FOUND)
		return status == STATUS_OK ? STATUS_CONFLICT : status;
	if (copied.size)
		TRY(role_find(writer_reader(writer), copied, arena, &there));
	TRY(store_execute(writer, &ROLE_ADD, PARAMS(value_text(code), value_text(label)), NULL));
	if (copied.size)
		TRY(store_execute(writer, &ROLE_COPY, PARAMS(value_text(code), value_text(copied)), NULL));
	return note(writer, actor, code, label, "created");
}

/* Nobody widens or narrows what they hold themselves. */
static enum status may_touch(struct writer *writer, const struct actor *actor, struct text code, struct arena *arena,
	struct role_details *ret_role)
{
	int64_t held = 0;

	TRY(role_find(writer_reader(writer), code, arena, ret_role));
	if (ret_role->is_shipped)
		return STATUS_FORBIDDEN;
	if (actor->user_id)
		TRY(store_integer(writer_reader(writer), &HOLDS, PARAMS(value_text(code), V_INT(actor->user_id)), &held));
	return held ? STATUS_FORBIDDEN : STATUS_OK;
}

enum status role_change(struct writer *writer, const struct actor *actor, struct text code, struct text label,
	const struct text *permissions, size_t count)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 14);
	struct role_details role;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(may_touch(writer, actor, code, arena, &role));
	if (!is_label(label))
		return STATUS_INVALID;
	TRY(store_execute(writer, &ROLE_LABEL, PARAMS(value_text(code), value_text(label)), NULL));
	TRY(store_execute(writer, &ROLE_CLEAR, PARAMS(value_text(code)), NULL));
	for (size_t i = 0; i < count; i++)
		TRY(store_execute(writer, &ROLE_HAS, PARAMS(value_text(code), value_text(permissions[i])), NULL));
	return note(writer, actor, code, label, "changed");
}

enum status role_remove(struct writer *writer, const struct actor *actor, struct text code)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 14);
	struct role_details role;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(may_touch(writer, actor, code, arena, &role));
	if (role.holder_count)
		return STATUS_CONFLICT;
	TRY(note(writer, actor, code, role.label, "removed"));
	TRY(store_execute(writer, &ROLE_CLEAR, PARAMS(value_text(code)), NULL));
	return store_execute(writer, &ROLE_DELETE, PARAMS(value_text(code)), NULL);
}
