/* Accounts of programs and their tokens. */
#include "domain/program.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/secret.h"
#include "domain/journal.h"

#include <stdio.h>
#include <string.h>

enum { TOKEN_BYTES = 32, HINT_SIZE = 6, PURPOSE_LIMIT = 300,
	TAKEN_SECONDS = 1800 /* after which a request that was cut off may be made anew */ };

/* No password hash verifies against this. */
static const char no_password[] = "*";

STATEMENT(PROGRAM_ADD, "insert into programs (user_id, purpose, per_minute, created_by, created_at) "
	"values ($1, $2, $3, $4, $5)");
STATEMENT(PROGRAM_RATE, "select per_minute from programs where user_id = $1");
STATEMENT(PROGRAM_RATE_SET, "update programs set per_minute = $2 where user_id = $1");
STATEMENT(PROGRAM_FIND, "select users.id, login, name, purpose, per_minute, programs.created_at, is_active "
	"from programs join users on users.id = user_id where user_id = $1");
STATEMENT(PROGRAM_LIST, "select users.id, login, name, purpose, per_minute, programs.created_at, is_active "
	"from programs join users on users.id = user_id order by login limit 1000");
STATEMENT(TOKENS_OPEN, "select count(*) from program_tokens where user_id = $1 and ended_at is null and expires_at > $2");
STATEMENT(TOKEN_ADD, "insert into program_tokens (user_id, digest, hint, created_by, created_at, expires_at) "
	"values ($1, $2, $3, $4, $5, $6) returning id");
STATEMENT(TOKEN_END, "update program_tokens set ended_at = $3 where id = $1 and user_id = $2 and ended_at is null");
STATEMENT(TOKEN_LIST, "select id, hint, created_at, expires_at, ended_at, seen_at from program_tokens "
	"where user_id = $1 order by id desc limit 50");
STATEMENT(TOKEN_LOAD, "select program_tokens.id, users.id, login, name, language, per_minute from program_tokens "
	"join users on users.id = program_tokens.user_id join programs on programs.user_id = users.id "
	"where digest = $1 and ended_at is null and expires_at > $2 and is_active = 1");
STATEMENT(TOKEN_TOUCH, "update program_tokens set seen_at = $2 where id = $1 and (seen_at is null or seen_at < $2)");
STATEMENT(ANSWER_TAKE, "insert into kept_answers (user_id, key, request, kept_at, http, body) "
	"values ($1, $2, $3, $4, 0, '') on conflict (user_id, key) do nothing");
STATEMENT(ANSWER_FIND, "select request, http, body from kept_answers where user_id = $1 and key = $2");
STATEMENT(ANSWER_TAKE_OVER, "update kept_answers set kept_at = $4 where user_id = $1 and key = $2 and request = $3 "
	"and http = 0 and kept_at < $5");
STATEMENT(ANSWER_KEEP, "update kept_answers set http = $3, body = $4 where user_id = $1 and key = $2");
STATEMENT(ANSWER_DROP, "delete from kept_answers where user_id = $1 and key = $2 and http = 0");
STATEMENT(ANSWERS_CLEAN, "delete from kept_answers where kept_at < $1");

static void token_digest(struct text token, unsigned char ret_digest[DIGEST_SIZE])
{
	const struct text parts[2] = {TEXT("program"), token};

	digest_of_parts(parts, 2, ret_digest);
}

static enum status journal_note(struct writer *writer, const struct actor *actor, int64_t user_id, const char *action,
	struct text what)
{
	struct buffer AUTO(buffer_release) details = {0};
	struct json_writer json;

	buffer_init(&details, 4096);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, strcmp(action, "program_added") == 0 ? "purpose" : "token");
	put_array(&json);
	put_text(&json, strcmp(action, "token_ended") == 0 ? what : TEXT_NONE);
	put_text(&json, strcmp(action, "token_ended") == 0 ? TEXT_NONE : what);
	put_array_end(&json);
	put_object_end(&json);
	TRY(buffer_status(&details));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "user", .entity_id = user_id, .action = action,
			.details = buffer_text(&details)},
		NULL);
}

static enum status journal_rate(struct writer *writer, const struct actor *actor, int64_t user_id, int64_t before,
	int64_t after)
{
	struct buffer AUTO(buffer_release) details = {0};
	struct json_writer json;

	buffer_init(&details, 200);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "per_minute");
	put_array(&json);
	put_int(&json, before);
	put_int(&json, after);
	put_array_end(&json);
	put_object_end(&json);
	TRY(buffer_status(&details));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "user", .entity_id = user_id, .action = "program_rate",
			.details = buffer_text(&details)},
		NULL);
}

enum status program_set_rate(struct writer *writer, const struct actor *actor, int64_t user_id, int64_t per_minute)
{
	int64_t before;

	if (per_minute < 1 || per_minute > PROGRAM_PER_MINUTE)
		return STATUS_INVALID;
	TRY(store_integer(writer_reader(writer), &PROGRAM_RATE, PARAMS(V_INT(user_id)), &before));
	if (before == per_minute)
		return STATUS_OK;
	TRY(store_execute(writer, &PROGRAM_RATE_SET, PARAMS(V_INT(user_id), V_INT(per_minute)), NULL));
	return journal_rate(writer, actor, user_id, before, per_minute);
}

enum status program_create(struct writer *writer, const struct actor *actor, const struct program *program,
	int64_t *ret_user_id)
{
	const struct user_new user = {.login = program->login, .name = program->name, .language = actor->language,
		.password_hash = no_password};
	int64_t id;

	if (program->per_minute < 1 || program->per_minute > PROGRAM_PER_MINUTE || program->purpose.size > PURPOSE_LIMIT)
		return STATUS_INVALID;
	TRY(user_create(writer, actor, &user, &id));
	TRY(store_execute(writer, &PROGRAM_ADD,
		PARAMS(V_INT(id), value_text(program->purpose.data ? program->purpose : TEXT("")), V_INT(program->per_minute),
			V_INT(actor->user_id), V_INT(clock_now())),
		NULL));
	TRY(journal_note(writer, actor, id, "program_added", program->purpose));
	*ret_user_id = id;
	return STATUS_OK;
}

static struct program read_program(struct rows *rows)
{
	return (struct program){.user_id = rows_integer(rows, 0), .login = rows_text(rows, 1), .name = rows_text(rows, 2),
		.purpose = rows_text(rows, 3), .per_minute = rows_integer(rows, 4), .created_at = rows_integer(rows, 5),
		.is_active = rows_integer(rows, 6) != 0};
}

enum status program_find(struct reader *reader, int64_t user_id, struct arena *arena, struct program *ret_program)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct program program;

	TRY(store_query(reader, &PROGRAM_FIND, PARAMS(V_INT(user_id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	program = read_program(rows);
	program.login = arena_text(arena, program.login);
	program.name = arena_text(arena, program.name);
	program.purpose = arena_text(arena, program.purpose);
	if (!program.login.data || !program.name.data || !program.purpose.data)
		return STATUS_NO_MEMORY;
	*ret_program = program;
	return STATUS_OK;
}

enum status program_list(struct reader *reader, bool (*each)(void *context, const struct program *program),
	void *context)
{
	struct rows AUTO(rows_release) *rows = NULL;

	TRY(store_query(reader, &PROGRAM_LIST, NO_PARAMS, &rows));
	while (rows_next(rows)) {
		struct program program = read_program(rows);

		if (!each(context, &program))
			return STATUS_OK;
	}
	return rows_status(rows);
}

/* ---- tokens */

static bool token_make(char ret_token[PROGRAM_TOKEN_ROOM])
{
	struct buffer AUTO(buffer_release) text = {0};
	unsigned char bytes[TOKEN_BYTES];

	buffer_init(&text, PROGRAM_TOKEN_ROOM);
	secret_random(bytes, sizeof bytes);
	buffer_string(&text, PROGRAM_TOKEN_START);
	base64url_print(&text, bytes, sizeof bytes);
	if (buffer_status(&text) != STATUS_OK || text.size >= PROGRAM_TOKEN_ROOM)
		return false;
	memcpy(ret_token, text.data, text.size + 1);
	return true;
}

enum status program_token_add(struct writer *writer, const struct actor *actor, int64_t user_id, int64_t days,
	int64_t now, char ret_token[PROGRAM_TOKEN_ROOM])
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 16);
	unsigned char digest[DIGEST_SIZE];
	char token[PROGRAM_TOKEN_ROOM];
	struct text hint = {token, sizeof PROGRAM_TOKEN_START - 1 + HINT_SIZE};
	struct program program;
	int64_t open, id;

	if (!arena)
		return STATUS_NO_MEMORY;
	if (days < 1 || days > PROGRAM_TOKEN_DAYS)
		return STATUS_INVALID;
	TRY(program_find(writer_reader(writer), user_id, arena, &program));
	TRY(store_integer(writer_reader(writer), &TOKENS_OPEN, PARAMS(V_INT(user_id), V_INT(now)), &open));
	if (open >= PROGRAM_TOKENS)
		return STATUS_CONFLICT;
	if (!token_make(token))
		return STATUS_NO_MEMORY;
	token_digest(text_of(token), digest);
	TRY(store_returning(writer, &TOKEN_ADD,
		PARAMS(V_INT(user_id), V_BYTES(((struct text){(const char *)digest, DIGEST_SIZE})), value_text(hint),
			V_INT(actor->user_id), V_INT(now), V_INT(now + days * 86400 * MICROSECONDS)),
		&id));
	TRY(journal_note(writer, actor, user_id, "token_added", hint));
	memcpy(ret_token, token, sizeof token);
	return STATUS_OK;
}

enum status program_token_end(struct writer *writer, const struct actor *actor, int64_t user_id, int64_t token_id,
	int64_t now)
{
	int64_t changes = 0;
	char number[24];

	TRY(store_execute(writer, &TOKEN_END, PARAMS(V_INT(token_id), V_INT(user_id), V_INT(now)), &changes));
	if (!changes)
		return STATUS_NOT_FOUND;
	snprintf(number, sizeof number, "%lld", (long long)token_id);
	return journal_note(writer, actor, user_id, "token_ended", text_of(number));
}

enum status program_token_list(struct reader *reader, int64_t user_id,
	bool (*each)(void *context, const struct program_token *token), void *context)
{
	struct rows AUTO(rows_release) *rows = NULL;

	TRY(store_query(reader, &TOKEN_LIST, PARAMS(V_INT(user_id)), &rows));
	while (rows_next(rows)) {
		const struct program_token token = {.id = rows_integer(rows, 0), .hint = rows_text(rows, 1),
			.created_at = rows_integer(rows, 2), .expires_at = rows_integer(rows, 3),
			.ended_at = rows_optional(rows, 4), .seen_at = rows_optional(rows, 5)};

		if (!each(context, &token))
			return STATUS_OK;
	}
	return rows_status(rows);
}

enum status program_load(struct reader *reader, struct text token, int64_t now, struct arena *arena,
	struct actor *ret_actor, int64_t *ret_token_id, int64_t *ret_per_minute)
{
	struct rows AUTO(rows_release) *rows = NULL;
	unsigned char digest[DIGEST_SIZE];
	struct actor actor = {0};
	int64_t token_id, per_minute;

	if (!text_starts_with(token, TEXT(PROGRAM_TOKEN_START)) || token.size >= PROGRAM_TOKEN_ROOM)
		return STATUS_UNAUTHENTICATED;
	token_digest(token, digest);
	TRY(store_query(reader, &TOKEN_LOAD,
		PARAMS(V_BYTES(((struct text){(const char *)digest, DIGEST_SIZE})), V_INT(now)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_UNAUTHENTICATED;
	}
	token_id = rows_integer(rows, 0);
	actor.user_id = rows_integer(rows, 1);
	actor.login = rows_copy(rows, 2, arena);
	actor.name = rows_copy(rows, 3, arena);
	if (!language_from(rows_text(rows, 4), &actor.language))
		actor.language = LANGUAGE_FR;
	per_minute = rows_integer(rows, 5);
	if (!actor.login.data || !actor.name.data)
		return STATUS_NO_MEMORY;
	rows_end(rows);
	rows = NULL;
	TRY(actor_load_grants(reader, arena, &actor));
	*ret_actor = actor;
	*ret_token_id = token_id;
	*ret_per_minute = per_minute;
	return STATUS_OK;
}

enum status program_touch(struct writer *writer, int64_t token_id, int64_t now)
{
	return store_execute(writer, &TOKEN_TOUCH, PARAMS(V_INT(token_id), V_INT(now)), NULL);
}

/* ---- kept answers */

enum status answer_take(struct writer *writer, int64_t user_id, struct text key, const unsigned char *request,
	int64_t now, struct arena *arena, struct kept_answer *ret_answer)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct kept_answer answer = {0};
	int64_t changes = 0;

	TRY(store_execute(writer, &ANSWER_TAKE,
		PARAMS(V_INT(user_id), value_text(key), V_BYTES(((struct text){(const char *)request, DIGEST_SIZE})), V_INT(now)),
		&changes));
	if (!changes)
		TRY(store_execute(writer, &ANSWER_TAKE_OVER,
			PARAMS(V_INT(user_id), value_text(key), V_BYTES(((struct text){(const char *)request, DIGEST_SIZE})),
				V_INT(now), V_INT(now - TAKEN_SECONDS * MICROSECONDS)),
			&changes));
	if (changes) {
		*ret_answer = answer;
		return STATUS_OK;
	}
	TRY(store_query(writer_reader(writer), &ANSWER_FIND, PARAMS(V_INT(user_id), value_text(key)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_CONFLICT;
	}
	if (!text_equal(rows_bytes(rows, 0), (struct text){(const char *)request, DIGEST_SIZE}) || !rows_integer(rows, 1))
		return STATUS_CONFLICT;
	answer.http = rows_integer(rows, 1);
	answer.body = rows_copy(rows, 2, arena);
	if (!answer.body.data)
		return STATUS_NO_MEMORY;
	*ret_answer = answer;
	return STATUS_OK;
}

enum status answer_keep(struct writer *writer, int64_t user_id, struct text key, int64_t http, struct text body)
{
	if (body.size > KEPT_BODY_LIMIT)
		return STATUS_TOO_LARGE;
	return store_execute(writer, &ANSWER_KEEP,
		PARAMS(V_INT(user_id), value_text(key), V_INT(http), value_text(body.data ? body : TEXT(""))), NULL);
}

enum status answer_drop(struct writer *writer, int64_t user_id, struct text key)
{
	return store_execute(writer, &ANSWER_DROP, PARAMS(V_INT(user_id), value_text(key)), NULL);
}

enum status answers_clean(struct writer *writer, int64_t now)
{
	return store_execute(writer, &ANSWERS_CLEAN, PARAMS(V_INT(now - 86400 * MICROSECONDS)), NULL);
}
