/* The second factor of a user: one-time codes and recovery codes, each good once. */
#include "domain/user.h"

#include "base/clock.h"
#include "base/secret.h"
#include "domain/journal.h"
#include "domain/totp.h"

STATEMENT(TOTP_BEGIN, "update users set totp_pending = $2 where id = $1");
STATEMENT(TOTP_PENDING, "select totp_pending from users where id = $1");
STATEMENT(TOTP_CONFIRM, "update users set totp_secret = totp_pending, totp_pending = null, totp_last_step = $2, "
	"version = version + 1 where id = $1 and totp_pending is not null");
STATEMENT(TOTP_REMOVE, "update users set totp_secret = null, totp_pending = null, version = version + 1 where id = $1");
STATEMENT(TOTP_READ, "select totp_secret, totp_last_step from users where id = $1 and totp_secret is not null");
/* Only one of two who bring the same code at once gets through. */
STATEMENT(TOTP_USE, "update users set totp_last_step = $2 where id = $1 and totp_last_step < $2");
STATEMENT(RECOVERY_CLEAR, "delete from recovery_codes where user_id = $1");
STATEMENT(RECOVERY_ADD, "insert into recovery_codes (user_id, digest) values ($1, $2)");
STATEMENT(RECOVERY_USE, "update recovery_codes set used_at = $3 where user_id = $1 and digest = $2 and used_at is null");
STATEMENT(RECOVERY_LEFT, "select count(*) from recovery_codes where user_id = $1 and used_at is null");

static enum status totp_journal(struct writer *writer, const struct actor *actor, int64_t id, const char *action)
{
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "user", .entity_id = id, .action = action}, NULL);
}

enum status user_totp_begin(struct writer *writer, int64_t id, struct arena *arena, struct text *ret_secret)
{
	unsigned char bytes[TOTP_SECRET_SIZE];
	struct text secret;
	int64_t changes = 0;

	totp_secret(bytes);
	secret = arena_text(arena, (struct text){(const char *)bytes, sizeof bytes});
	if (!secret.data)
		return STATUS_NO_MEMORY;
	TRY(store_execute(writer, &TOTP_BEGIN, PARAMS(V_INT(id), V_BYTES(secret)), &changes));
	if (changes != 1)
		return STATUS_NOT_FOUND;
	*ret_secret = secret;
	return STATUS_OK;
}

enum status user_totp_pending(struct reader *reader, int64_t id, struct arena *arena, struct text *ret_secret)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct text secret;

	TRY(store_query(reader, &TOTP_PENDING, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows) || rows_is_null(rows, 0)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	secret = arena_text(arena, rows_bytes(rows, 0));
	if (!secret.data)
		return STATUS_NO_MEMORY;
	*ret_secret = secret;
	return STATUS_OK;
}

/* Case and dashes do not count; the user is part of the digest. */
static enum status recovery_digest(int64_t id, struct text code, unsigned char ret_digest[DIGEST_SIZE])
{
	struct buffer AUTO(buffer_release) clean = {0};

	buffer_init(&clean, 256);
	buffer_format(&clean, "recovery %lld ", (long long)id);
	for (size_t i = 0; i < code.size && i < 64; i++) {
		char c = code.data[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			buffer_byte(&clean, c);
	}
	TRY(buffer_status(&clean));
	digest_of(buffer_text(&clean), ret_digest);
	return STATUS_OK;
}

/* Replaces the codes, without a journal row. */
static enum status recovery_make(struct writer *writer, int64_t id, struct arena *arena, const char ***ret_codes)
{
	const char **codes = ARENA_ARRAY(arena, RECOVERY_CODE_COUNT + 1, const char *);

	if (!codes)
		return STATUS_NO_MEMORY;
	TRY(store_execute(writer, &RECOVERY_CLEAR, PARAMS(V_INT(id)), NULL));
	for (int i = 0; i < RECOVERY_CODE_COUNT; i++) {
		unsigned char digest[DIGEST_SIZE];
		char code[RECOVERY_CODE_SIZE];

		recovery_code(code);
		codes[i] = arena_string(arena, text_of(code));
		if (!codes[i])
			return STATUS_NO_MEMORY;
		TRY(recovery_digest(id, text_of(code), digest));
		TRY(store_execute(writer, &RECOVERY_ADD,
			PARAMS(V_INT(id), V_BYTES(((struct text){(const char *)digest, DIGEST_SIZE}))), NULL));
	}
	*ret_codes = codes;
	return STATUS_OK;
}

enum status user_recovery_renew(struct writer *writer, const struct actor *actor, int64_t id, struct arena *arena,
	const char ***ret_codes)
{
	TRY(recovery_make(writer, id, arena, ret_codes));
	return totp_journal(writer, actor, id, "recovery_renewed");
}

enum status user_totp_confirm(struct writer *writer, const struct actor *actor, int64_t id, struct text code,
	int64_t now, struct arena *arena, const char ***ret_codes)
{
	struct text secret;
	int64_t step, changes = 0;

	TRY(user_totp_pending(writer_reader(writer), id, arena, &secret));
	TRY(totp_verify(secret, code, now, 0, &step));
	TRY(store_execute(writer, &TOTP_CONFIRM, PARAMS(V_INT(id), V_INT(step)), &changes));
	if (changes != 1)
		return STATUS_CONFLICT;
	TRY(recovery_make(writer, id, arena, ret_codes));
	return totp_journal(writer, actor, id, "totp_enabled");
}

enum status user_totp_remove(struct writer *writer, const struct actor *actor, int64_t id)
{
	TRY(store_execute(writer, &TOTP_REMOVE, PARAMS(V_INT(id)), NULL));
	TRY(store_execute(writer, &RECOVERY_CLEAR, PARAMS(V_INT(id)), NULL));
	return totp_journal(writer, actor, id, "totp_removed");
}

static enum status totp_check(struct reader *reader, int64_t id, struct text code, int64_t now, int64_t *ret_step)
{
	struct rows AUTO(rows_release) *rows = NULL;

	TRY(store_query(reader, &TOTP_READ, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_INVALID;
	}
	return totp_verify(rows_bytes(rows, 0), code, now, rows_integer(rows, 1), ret_step);
}

enum status user_code_use(struct writer *writer, int64_t id, struct text code, int64_t now)
{
	unsigned char digest[DIGEST_SIZE];
	int64_t step, changes = 0;
	enum status status = totp_check(writer_reader(writer), id, code, now, &step);

	if (status == STATUS_OK) {
		TRY(store_execute(writer, &TOTP_USE, PARAMS(V_INT(id), V_INT(step)), &changes));
		return changes == 1 ? STATUS_OK : STATUS_INVALID;
	}
	if (status != STATUS_INVALID)
		return status;
	TRY(recovery_digest(id, code, digest));
	TRY(store_execute(writer, &RECOVERY_USE,
		PARAMS(V_INT(id), V_BYTES(((struct text){(const char *)digest, DIGEST_SIZE})), V_INT(now)), &changes));
	return changes == 1 ? STATUS_OK : STATUS_INVALID;
}

enum status user_recovery_left(struct reader *reader, int64_t id, int64_t *ret_count)
{
	return store_integer(reader, &RECOVERY_LEFT, PARAMS(V_INT(id)), ret_count);
}
