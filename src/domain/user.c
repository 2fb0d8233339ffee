/* Users and their passwords. */
#include "domain/user.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"
#include "domain/journal.h"

#define USER_COLUMNS "id, version, created_at, password_changed_at, login, name, language, is_active, " \
	"must_change_password, case when totp_secret is null then 0 else 1 end"
STATEMENT(USER_ADD, "insert into users (login, name, language, password_hash, password_changed_at, "
	"must_change_password, created_at) values ($1, $2, $3, $4, $5, $6, $7) returning id");
STATEMENT(USER_BY_ID, "select " USER_COLUMNS " from users where id = $1");
STATEMENT(USER_BY_LOGIN, "select " USER_COLUMNS " from users where login = $1");
STATEMENT(USER_COUNT, "select count(*) from users");
STATEMENT(USER_LIST, "select " USER_COLUMNS " from users where login > CAST($1 AS text) "
	"and (CAST($2 AS text) is null or lower(login) like '%' || lower(CAST($2 AS text)) || '%' "
	"or lower(name) like '%' || lower(CAST($2 AS text)) || '%') "
	"and (CAST($3 AS text) = '*' or not exists (select 1 from user_grants where user_id = users.id) "
	"or exists (select 1 from user_grants join units on units.id = user_grants.unit_id join units as top "
	"on substr(units.path, 1, length(top.path)) = top.path where user_grants.user_id = users.id "
	"and CAST($3 AS text) like '%|' || top.path || '|%')) order by login limit $4");
STATEMENT(USER_RENAME, "update users set name = $2, language = $3, version = version + 1 where id = $1");
STATEMENT(USER_SET_ACTIVE, "update users set is_active = $2, version = version + 1 where id = $1");
STATEMENT(USER_SET_PASSWORD, "update users set password_hash = $2, password_changed_at = $3, "
	"must_change_password = $4, version = version + 1 where id = $1");
STATEMENT(USER_HASH, "select password_hash from users where id = $1 and is_active = 1");
STATEMENT(USER_SESSIONS_END, "update sessions set ended_at = $2 where user_id = $1 and ended_at is null and id <> $3");
STATEMENT(USER_DEVICES_FORGET, "delete from known_devices where user_id = $1");

enum status login_clean(struct text login, struct arena *arena, struct text *ret_login)
{
	char *clean;

	login = text_trim(login);
	if (login.size == 0 || login.size > LOGIN_LIMIT)
		return STATUS_INVALID;
	clean = arena_allocate(arena, login.size + 1);
	if (!clean)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < login.size; i++) {
		char c = login.data[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@'))
			return STATUS_INVALID;
		clean[i] = c;
	}
	*ret_login = (struct text){clean, login.size};
	return STATUS_OK;
}

static bool is_name(struct text name)
{
	return name.size > 0 && name.size <= USER_NAME_LIMIT && utf8_is_valid(name);
}

enum status user_create(struct writer *writer, const struct actor *actor, const struct user_new *user, int64_t *ret_id)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 16);
	struct text login, name = text_trim(user->name);
	struct buffer AUTO(buffer_release) details = {0};
	struct json_writer json;
	int64_t id, now = clock_now();

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(login_clean(user->login, arena, &login));
	if (!is_name(name))
		return STATUS_INVALID;
	TRY(store_returning(writer, &USER_ADD,
		PARAMS(value_text(login), value_text(name), value_string(language_code(user->language)),
			value_string(user->password_hash), V_INT(now), V_BOOL(user->must_change_password), V_INT(now)),
		&id));
	buffer_init(&details, 4096);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "login");
	put_array(&json);
	put_null(&json);
	put_text(&json, login);
	put_array_end(&json);
	put_object_end(&json);
	TRY(buffer_status(&details));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "user", .entity_id = id, .action = "created",
			.details = buffer_text(&details)},
		NULL));
	*ret_id = id;
	return STATUS_OK;
}

static void user_read(struct rows *rows, struct user *ret_user)
{
	struct user user = {.id = rows_integer(rows, 0), .version = rows_integer(rows, 1),
		.created_at = rows_integer(rows, 2), .password_changed_at = rows_integer(rows, 3),
		.login = rows_text(rows, 4), .name = rows_text(rows, 5), .is_active = rows_integer(rows, 7) != 0,
		.must_change_password = rows_integer(rows, 8) != 0, .has_totp = rows_integer(rows, 9) != 0};

	if (!language_from(rows_text(rows, 6), &user.language))
		user.language = LANGUAGE_FR;
	*ret_user = user;
}

static enum status user_one(struct reader *reader, const struct statement *statement, struct value value,
	struct arena *arena, struct user *ret_user)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct user user;

	TRY(store_query(reader, statement, PARAMS(value), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	user_read(rows, &user);
	user.login = arena_text(arena, user.login);
	user.name = arena_text(arena, user.name);
	if (!user.login.data || !user.name.data)
		return STATUS_NO_MEMORY;
	*ret_user = user;
	return STATUS_OK;
}

enum status user_find(struct reader *reader, int64_t id, struct arena *arena, struct user *ret_user)
{
	return user_one(reader, &USER_BY_ID, V_INT(id), arena, ret_user);
}

enum status user_find_login(struct reader *reader, struct text login, struct arena *arena, struct user *ret_user)
{
	struct text clean;
	enum status status = login_clean(login, arena, &clean);

	if (status == STATUS_INVALID)
		return STATUS_NOT_FOUND;
	TRY(status);
	return user_one(reader, &USER_BY_LOGIN, value_text(clean), arena, ret_user);
}

enum status user_count(struct reader *reader, int64_t *ret_count)
{
	return store_integer(reader, &USER_COUNT, NO_PARAMS, ret_count);
}

enum status user_list(struct reader *reader, struct text after, struct text search, struct text paths, int64_t limit,
	bool (*each)(void *context, const struct user *user), void *context)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct user user;

	TRY(store_query(reader, &USER_LIST,
		PARAMS(value_text(after.data ? after : TEXT("")), value_text(text_is_empty(search) ? TEXT_NONE : search),
			value_text(paths), V_INT(limit)),
		&rows));
	while (rows_next(rows)) {
		user_read(rows, &user);
		if (!each(context, &user))
			return STATUS_OK;
	}
	return rows_status(rows);
}

static enum status user_journal(struct writer *writer, const struct actor *actor, int64_t id, const char *action)
{
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "user", .entity_id = id, .action = action}, NULL);
}

/* A change of exactly one user. */
static enum status user_change(struct writer *writer, const struct statement *statement, const struct value *values,
	size_t count)
{
	int64_t changes = 0;

	TRY(store_execute(writer, statement, values, count, &changes));
	return changes == 1 ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status user_rename(struct writer *writer, const struct actor *actor, int64_t id, struct text name,
	enum language language)
{
	name = text_trim(name);
	if (!is_name(name) || language >= LANGUAGE_COUNT)
		return STATUS_INVALID;
	TRY(user_change(writer, &USER_RENAME,
		PARAMS(V_INT(id), value_text(name), value_string(language_code(language)))));
	return user_journal(writer, actor, id, "renamed");
}

static enum status sessions_end(struct writer *writer, int64_t user_id, int64_t kept_session)
{
	return store_execute(writer, &USER_SESSIONS_END, PARAMS(V_INT(user_id), V_INT(clock_now()), V_INT(kept_session)),
		NULL);
}

enum status user_set_active(struct writer *writer, const struct actor *actor, int64_t id, bool active)
{
	TRY(user_change(writer, &USER_SET_ACTIVE, PARAMS(V_INT(id), V_BOOL(active))));
	if (!active)
		TRY(sessions_end(writer, id, 0));
	return user_journal(writer, actor, id, active ? "activated" : "deactivated");
}

enum status user_set_password(struct writer *writer, const struct actor *actor, int64_t id, const char *hash,
	bool must_change, int64_t kept_session)
{
	TRY(user_change(writer, &USER_SET_PASSWORD,
		PARAMS(V_INT(id), value_string(hash), V_INT(clock_now()), V_BOOL(must_change))));
	TRY(sessions_end(writer, id, kept_session));
	if (must_change)
		TRY(store_execute(writer, &USER_DEVICES_FORGET, PARAMS(V_INT(id)), NULL));
	return user_journal(writer, actor, id, must_change ? "password_reset" : "password_changed");
}

enum status user_password_hash(struct reader *reader, int64_t id, struct arena *arena, struct text *ret_hash)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct text hash = TEXT_NONE;

	TRY(store_query(reader, &USER_HASH, PARAMS(V_INT(id)), &rows));
	if (rows_next(rows)) {
		hash = rows_copy(rows, 0, arena);
		if (!hash.data)
			return STATUS_NO_MEMORY;
	}
	TRY(rows_status(rows));
	*ret_hash = hash;
	return STATUS_OK;
}
