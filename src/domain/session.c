/* Sessions in the database, shared by all servers. */
#include "domain/session.h"

#include "base/clock.h"
#include "base/secret.h"
#include "domain/user.h"

#include <string.h>

enum { AWAIT_SECONDS = 300, AGENT_LIMIT = 300 };
static const int64_t KEEP_ENDED = 30 * 24 * 3600 * MICROSECONDS;

const struct setting session_settings[] = {
	{.code = "session.idle_minutes", .label = TR("Session : minutes sans activité avant déconnexion"),
		.kind = SETTING_INTEGER, .initial = "30", .least = 1, .most = 1440},
	{.code = "session.absolute_hours", .label = TR("Session : durée totale en heures"), .kind = SETTING_INTEGER,
		.initial = "12", .least = 1, .most = 720},
	{.code = NULL},
};

STATEMENT(SESSION_ADD, "insert into sessions (token_digest, user_id, stage, created_at, seen_at, idle_limit, "
	"expires_at, address, agent) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id");
STATEMENT(SESSION_BY_TOKEN, "select sessions.id, users.id, users.login, users.name, users.language, "
	"users.must_change_password, (select count(*) from notifications n where n.user_id = users.id "
	"and n.read_at is null) from sessions join users on users.id = sessions.user_id where token_digest = $1 "
	"and stage = 'open' and ended_at is null and expires_at > $2 and seen_at + idle_limit > $2 "
	"and users.is_active = 1");
STATEMENT(SESSION_TOUCH, "update sessions set seen_at = $2 where id = $1 and ended_at is null and seen_at < $2");
STATEMENT(SESSION_AWAITING, "select sessions.id, user_id from sessions join users on users.id = user_id "
	"where token_digest = $1 and stage = 'code' and ended_at is null and expires_at > $2 and users.is_active = 1");
STATEMENT(SESSION_END, "update sessions set ended_at = $3 where id = $1 and user_id = $2 and ended_at is null");
STATEMENT(SESSION_END_OTHERS, "update sessions set ended_at = $3 where user_id = $1 and id <> $2 and ended_at is null");
STATEMENT(SESSION_LIST, "select id, created_at, seen_at, address, agent from sessions where user_id = $1 "
	"and stage = 'open' and ended_at is null and expires_at > $2 and seen_at + idle_limit > $2 "
	"order by seen_at desc, id desc limit 100");
STATEMENT(SESSIONS_CLEAN, "delete from sessions where expires_at < $1");

static void token_digest(struct text token, unsigned char ret_digest[DIGEST_SIZE])
{
	const struct text parts[2] = {TEXT("session"), token};

	digest_of_parts(parts, 2, ret_digest);
}

static void csrf_of(struct text token, char ret_csrf[SESSION_CSRF_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[DIGEST_SIZE];

	digest_keyed(token, TEXT("csrf"), digest);
	for (int i = 0; i < DIGEST_SIZE; i++) {
		ret_csrf[2 * i] = digits[digest[i] >> 4];
		ret_csrf[2 * i + 1] = digits[digest[i] & 15];
	}
	ret_csrf[2 * DIGEST_SIZE] = '\0';
}

/* The person behind the token, without grants. */
static enum status session_person(struct reader *reader, struct text token, int64_t now, struct arena *arena,
	struct actor *ret_actor)
{
	struct rows AUTO(rows_release) *rows = NULL;
	unsigned char digest[DIGEST_SIZE];
	struct actor actor = {.user_id = 0};

	token_digest(token, digest);
	TRY(store_query(reader, &SESSION_BY_TOKEN,
		PARAMS(V_BYTES(((struct text){(const char *)digest, DIGEST_SIZE})), V_INT(now)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_UNAUTHENTICATED;
	}
	actor.session_id = rows_integer(rows, 0);
	actor.user_id = rows_integer(rows, 1);
	actor.login = rows_copy(rows, 2, arena);
	actor.name = rows_copy(rows, 3, arena);
	if (!language_from(rows_text(rows, 4), &actor.language))
		actor.language = LANGUAGE_FR;
	actor.must_change_password = rows_integer(rows, 5) != 0;
	actor.unread_count = rows_integer(rows, 6);
	if (!actor.login.data || !actor.name.data)
		return STATUS_NO_MEMORY;
	*ret_actor = actor;
	return STATUS_OK;
}

enum status session_load(struct reader *reader, struct text token, int64_t now, struct arena *arena,
	struct actor *ret_actor, char ret_csrf[SESSION_CSRF_SIZE])
{
	struct actor actor;

	if (token.size != SESSION_TOKEN_SIZE - 1)
		return STATUS_UNAUTHENTICATED;
	TRY(session_person(reader, token, now, arena, &actor));
	if (!actor.must_change_password)
		TRY(actor_load_grants(reader, arena, &actor));
	*ret_actor = actor;
	csrf_of(token, ret_csrf);
	return STATUS_OK;
}

enum status session_touch(struct writer *writer, int64_t session_id, int64_t now)
{
	return store_execute(writer, &SESSION_TOUCH, PARAMS(V_INT(session_id), V_INT(now)), NULL);
}

enum status session_start(struct writer *writer, const struct session_new *session, int64_t now,
	char ret_token[SESSION_TOKEN_SIZE], int64_t *ret_seconds)
{
	struct reader *reader = writer_reader(writer);
	struct buffer AUTO(buffer_release) token = {0};
	unsigned char bytes[32], digest[DIGEST_SIZE];
	int64_t idle, hours, seconds, id;

	TRY(setting_integer(reader, &session_settings[0], &idle));
	TRY(setting_integer(reader, &session_settings[1], &hours));
	seconds = session->awaits_code ? AWAIT_SECONDS : hours * 3600;
	secret_random(bytes, sizeof bytes);
	buffer_init(&token, SESSION_TOKEN_SIZE);
	base64url_print(&token, bytes, sizeof bytes);
	TRY(buffer_status(&token));
	token_digest(buffer_text(&token), digest);
	TRY(store_returning(writer, &SESSION_ADD,
		PARAMS(V_BYTES(((struct text){(const char *)digest, DIGEST_SIZE})), V_INT(session->user_id),
			value_string(session->awaits_code ? "code" : "open"), V_INT(now), V_INT(now),
			V_INT(idle * 60 * MICROSECONDS), V_INT(now + seconds * MICROSECONDS), value_text(session->address),
			value_text(text_slice(session->agent, 0, AGENT_LIMIT))),
		&id));
	memcpy(ret_token, token.data, SESSION_TOKEN_SIZE);
	if (ret_seconds)
		*ret_seconds = seconds;
	return STATUS_OK;
}

enum status session_awaiting(struct reader *reader, struct text token, int64_t now, int64_t *ret_session_id,
	int64_t *ret_user_id)
{
	struct rows AUTO(rows_release) *rows = NULL;
	unsigned char digest[DIGEST_SIZE];

	if (token.size != SESSION_TOKEN_SIZE - 1)
		return STATUS_UNAUTHENTICATED;
	token_digest(token, digest);
	TRY(store_query(reader, &SESSION_AWAITING,
		PARAMS(V_BYTES(((struct text){(const char *)digest, DIGEST_SIZE})), V_INT(now)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_UNAUTHENTICATED;
	}
	*ret_session_id = rows_integer(rows, 0);
	*ret_user_id = rows_integer(rows, 1);
	return STATUS_OK;
}

enum status session_end(struct writer *writer, int64_t user_id, int64_t session_id, int64_t now)
{
	int64_t changes = 0;

	TRY(store_execute(writer, &SESSION_END, PARAMS(V_INT(session_id), V_INT(user_id), V_INT(now)), &changes));
	return changes == 1 ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status session_end_others(struct writer *writer, int64_t user_id, int64_t kept_session, int64_t now)
{
	return store_execute(writer, &SESSION_END_OTHERS, PARAMS(V_INT(user_id), V_INT(kept_session), V_INT(now)), NULL);
}

enum status session_list(struct reader *reader, int64_t user_id, int64_t now,
	bool (*each)(void *context, const struct session_row *row), void *context)
{
	struct rows AUTO(rows_release) *rows = NULL;

	TRY(store_query(reader, &SESSION_LIST, PARAMS(V_INT(user_id), V_INT(now)), &rows));
	while (rows_next(rows)) {
		struct session_row row = {rows_integer(rows, 0), rows_integer(rows, 1), rows_integer(rows, 2),
			rows_text(rows, 3), rows_text(rows, 4)};

		if (!each(context, &row))
			return STATUS_OK;
	}
	return rows_status(rows);
}

enum status session_clean(struct writer *writer, int64_t now)
{
	return store_execute(writer, &SESSIONS_CLEAN, PARAMS(V_INT(now - KEEP_ENDED)), NULL);
}
