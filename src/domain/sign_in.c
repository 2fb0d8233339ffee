/* The steps of signing in. */
#include "domain/sign_in.h"

#include "base/clock.h"
#include "base/secret.h"
#include "domain/journal.h"
#include "domain/password.h"
#include "domain/throttle.h"
#include "domain/user.h"

#include <string.h>

enum { FREE_ACCOUNT = 5, FREE_DEVICE = 10, FREE_ADDRESS = 30, FREE_CODE = 5, BUCKET_LIMIT = 200 };

STATEMENT(DEVICE_KNOWN, "select count(*) from known_devices where token_digest = $1 and user_id = $2");
STATEMENT(DEVICE_ADD, "insert into known_devices (token_digest, user_id, seen_at) values ($1, $2, $3)");
STATEMENT(DEVICE_SEEN, "update known_devices set seen_at = $2 where token_digest = $1");
STATEMENT(HAS_TOTP, "select count(*) from users where id = $1 and totp_secret is not null");
STATEMENT(MUST_CHANGE, "select must_change_password from users where id = $1");

/* What is known before the password is looked at. */
struct standing {
	int64_t user_id; /* 0: nobody */
	struct text hash; /* missing: nobody or inactive */
	bool is_known_device;
	char account[BUCKET_LIMIT], address[BUCKET_LIMIT];
};

static struct text device_digest(struct text device, unsigned char digest[DIGEST_SIZE])
{
	const struct text parts[2] = {TEXT("device"), device};

	digest_of_parts(parts, 2, digest);
	return (struct text){(const char *)digest, DIGEST_SIZE};
}

static enum status device_is_known(struct reader *reader, struct text device, int64_t user_id, bool *ret_known)
{
	unsigned char digest[DIGEST_SIZE];
	int64_t count = 0;

	if (device.size != DEVICE_TOKEN_SIZE - 1 || user_id == 0) {
		*ret_known = false;
		return STATUS_OK;
	}
	TRY(store_integer(reader, &DEVICE_KNOWN, PARAMS(V_BYTES(device_digest(device, digest)), V_INT(user_id)), &count));
	*ret_known = count > 0;
	return STATUS_OK;
}

/* Bucket names are digests, so that neither logins typed wrong (often passwords) nor tokens lie in the table. */
static void bucket_name(const char *kind, struct text what, char ret_name[BUCKET_LIMIT])
{
	const struct text parts[2] = {text_of(kind), what.data ? what : TEXT("")};
	unsigned char digest[DIGEST_SIZE];
	struct buffer AUTO(buffer_release) name = {0};

	digest_of_parts(parts, 2, digest);
	buffer_init(&name, BUCKET_LIMIT);
	buffer_format(&name, "%s:", kind);
	hex_print(&name, digest, 16);
	memset(ret_name, 0, BUCKET_LIMIT);
	/* Without memory all share one bucket of the kind: slower, never open. */
	if (buffer_status(&name) == STATUS_OK)
		memcpy(ret_name, name.data, name.size);
	else
		memcpy(ret_name, kind, strlen(kind));
}

static enum status standing_read(struct reader *reader, const struct sign_in *attempt, struct arena *arena,
	struct standing *ret_standing)
{
	struct standing standing = {.hash = TEXT_NONE};
	struct text login = text_slice(attempt->login, 0, LOGIN_LIMIT);
	struct user user = {.id = 0};
	enum status status = user_find_login(reader, attempt->login, arena, &user);

	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	if (status == STATUS_OK)
		login = user.login;
	standing.user_id = user.id;
	TRY(user_password_hash(reader, user.id, arena, &standing.hash));
	TRY(device_is_known(reader, attempt->device, user.id, &standing.is_known_device));
	if (standing.is_known_device)
		bucket_name("device", attempt->device, standing.account);
	else
		bucket_name("account", login, standing.account);
	bucket_name("address", attempt->address, standing.address);
	*ret_standing = standing;
	return STATUS_OK;
}

/* Takes an attempt from each bucket that counts, in one transaction. */
static enum status attempts_take(struct database *database, const struct standing *standing, int64_t free_attempts,
	int64_t now, int64_t *ret_wait)
{
	struct writer AUTO(writer_rollback) *writer = NULL;

	TRY(writer_begin(database, &writer));
	TRY(throttle_take(writer, text_of(standing->account), free_attempts, now, ret_wait));
	if (!standing->is_known_device)
		TRY(throttle_take(writer, text_of(standing->address), FREE_ADDRESS, now, ret_wait));
	return writer_commit(&writer);
}

static enum status attempts_give_back(struct writer *writer, const struct standing *standing)
{
	TRY(throttle_clear(writer, text_of(standing->account)));
	if (!standing->is_known_device)
		TRY(throttle_give_back(writer, text_of(standing->address)));
	return STATUS_OK;
}

static enum status device_keep(struct writer *writer, struct text device, bool is_known, int64_t user_id, int64_t now,
	char ret_device[DEVICE_TOKEN_SIZE])
{
	unsigned char bytes[32], digest[DIGEST_SIZE];
	struct buffer AUTO(buffer_release) token = {0};

	if (is_known) {
		TRY(store_execute(writer, &DEVICE_SEEN, PARAMS(V_BYTES(device_digest(device, digest)), V_INT(now)), NULL));
		memcpy(ret_device, device.data, DEVICE_TOKEN_SIZE - 1);
		ret_device[DEVICE_TOKEN_SIZE - 1] = '\0';
		return STATUS_OK;
	}
	secret_random(bytes, sizeof bytes);
	buffer_init(&token, DEVICE_TOKEN_SIZE);
	base64url_print(&token, bytes, sizeof bytes);
	TRY(buffer_status(&token));
	TRY(store_execute(writer, &DEVICE_ADD,
		PARAMS(V_BYTES(device_digest(buffer_text(&token), digest)), V_INT(user_id), V_INT(now)), NULL));
	memcpy(ret_device, token.data, DEVICE_TOKEN_SIZE);
	return STATUS_OK;
}

/* A full session for the user, with its journal row. */
static enum status session_open(struct writer *writer, const struct sign_in *attempt, bool is_known_device,
	int64_t user_id, int64_t now, struct sign_in_result *result)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 20);
	struct actor actor;
	int64_t must_change = 0;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(user_actor(writer_reader(writer), user_id, arena, &actor));
	TRY(store_integer(writer_reader(writer), &MUST_CHANGE, PARAMS(V_INT(user_id)), &must_change));
	TRY(session_start(writer,
		&(struct session_new){.user_id = user_id, .address = attempt->address, .agent = attempt->agent}, now,
		result->token, &result->seconds));
	TRY(device_keep(writer, attempt->device, is_known_device, user_id, now, result->device));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = &actor, .entity = "session", .entity_id = user_id, .action = "started"},
		NULL));
	result->outcome = SIGN_IN_OPEN;
	result->must_change_password = must_change != 0;
	return STATUS_OK;
}

/* After a right password. */
static enum status password_accept(struct database *database, const struct sign_in *attempt,
	const struct standing *standing, int64_t now, struct sign_in_result *result)
{
	struct writer AUTO(writer_rollback) *writer = NULL;
	int64_t has_totp = 0;

	TRY(writer_begin(database, &writer));
	TRY(store_integer(writer_reader(writer), &HAS_TOTP, PARAMS(V_INT(standing->user_id)), &has_totp));
	TRY(attempts_give_back(writer, standing));
	if (has_totp) {
		TRY(session_start(writer,
			&(struct session_new){.user_id = standing->user_id, .awaits_code = true, .address = attempt->address,
				.agent = attempt->agent},
			now, result->token, &result->seconds));
		result->outcome = SIGN_IN_AWAITS_CODE;
	} else {
		TRY(session_open(writer, attempt, standing->is_known_device, standing->user_id, now, result));
	}
	return writer_commit(&writer);
}

enum status sign_in_password(struct database *database, const struct sign_in *attempt, int64_t now,
	struct sign_in_result *ret_result)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 20);
	struct sign_in_result result = {.outcome = SIGN_IN_REFUSED};
	struct reader AUTO(reader_release) *reader = NULL;
	struct standing standing;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(reader_begin(database, &reader));
	TRY(standing_read(reader, attempt, arena, &standing));
	reader_release(&reader);
	reader = NULL;
	status = attempts_take(database, &standing, standing.is_known_device ? FREE_DEVICE : FREE_ACCOUNT, now,
		&result.wait);
	if (status == STATUS_THROTTLED)
		result.outcome = SIGN_IN_THROTTLED;
	else if (status != STATUS_OK)
		return status;
	else if (password_verify(standing.hash, attempt->password))
		TRY(password_accept(database, attempt, &standing, now, &result));
	*ret_result = result;
	return STATUS_OK;
}

/* Checks the code and opens the session in one transaction: a code is used up only by a session. */
static enum status code_accept(struct database *database, const struct sign_in *attempt,
	const struct standing *standing, int64_t session_id, int64_t now, struct sign_in_result *result)
{
	struct writer AUTO(writer_rollback) *writer = NULL;
	enum status status;

	TRY(writer_begin(database, &writer));
	status = user_code_use(writer, standing->user_id, attempt->code, now);
	if (status == STATUS_INVALID)
		return STATUS_OK; /* refused, as the result already says */
	TRY(status);
	TRY(throttle_clear(writer, text_of(standing->account)));
	TRY(session_end(writer, standing->user_id, session_id, now));
	TRY(session_open(writer, attempt, standing->is_known_device, standing->user_id, now, result));
	return writer_commit(&writer);
}

enum status sign_in_code(struct database *database, const struct sign_in *attempt, int64_t now,
	struct sign_in_result *ret_result)
{
	struct sign_in_result result = {.outcome = SIGN_IN_REFUSED};
	struct reader AUTO(reader_release) *reader = NULL;
	struct standing standing = {.user_id = 0};
	struct text user;
	int64_t session_id;
	bool is_known;
	enum status status;

	TRY(reader_begin(database, &reader));
	status = session_awaiting(reader, attempt->token, now, &session_id, &standing.user_id);
	if (status == STATUS_UNAUTHENTICATED) {
		ret_result->outcome = SIGN_IN_EXPIRED;
		return STATUS_OK;
	}
	TRY(status);
	TRY(device_is_known(reader, attempt->device, standing.user_id, &is_known));
	reader_release(&reader);
	reader = NULL;
	user = (struct text){(const char *)&standing.user_id, sizeof standing.user_id};
	if (is_known)
		bucket_name("code-device", attempt->device, standing.account);
	else
		bucket_name("code", user, standing.account);
	standing.is_known_device = true; /* the address was counted with the password */
	status = attempts_take(database, &standing, FREE_CODE, now, &result.wait);
	standing.is_known_device = is_known;
	if (status == STATUS_THROTTLED)
		result.outcome = SIGN_IN_THROTTLED;
	else if (status != STATUS_OK)
		return status;
	else
		TRY(code_accept(database, attempt, &standing, session_id, now, &result));
	*ret_result = result;
	return STATUS_OK;
}

enum status sign_in_confirm(struct database *database, const struct actor *actor, struct text password, int64_t now)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 16);
	struct reader AUTO(reader_release) *reader = NULL;
	struct writer AUTO(writer_rollback) *writer = NULL;
	struct standing standing = {.user_id = actor->user_id, .is_known_device = true};
	struct text hash, user = {(const char *)&standing.user_id, sizeof standing.user_id};
	int64_t wait;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(reader_begin(database, &reader));
	TRY(user_password_hash(reader, actor->user_id, arena, &hash));
	reader_release(&reader);
	reader = NULL;
	bucket_name("confirm", user, standing.account);
	TRY(attempts_take(database, &standing, FREE_DEVICE, now, &wait));
	if (!password_verify(hash, password))
		return STATUS_INVALID;
	TRY(writer_begin(database, &writer));
	TRY(throttle_clear(writer, text_of(standing.account)));
	return writer_commit(&writer);
}
