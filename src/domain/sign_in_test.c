/* Signing in, sessions and their limits, and the throttle. */
#include "domain/sign_in.h"

#include "base/clock.h"
#include "domain/password.h"
#include "domain/test_domain.h"
#include "domain/throttle.h"
#include "domain/totp.h"
#include "domain/unit.h"
#include "domain/user.h"

#include <string.h>

static const char *const rights[] = {"journal.read", NULL};
static const struct role roles[] = {{"auditor", "Auditeur", rights}, {NULL, NULL, NULL}};
static const struct role *const role_tables[] = {roles};
static const char password[] = "barque rouge au large";

/* One user "kone" with a role at a unit; the hash is made once, it is slow. */
static bool user_make(struct database *database, bool must_change, int64_t *ret_user)
{
	static char hash[PASSWORD_HASH_SIZE];
	struct actor system = actor_system("essai");
	struct writer AUTO(writer_rollback) *writer = NULL;
	struct user_new user = {.login = TEXT("kone"), .name = TEXT("Awa Koné"), .password_hash = hash,
		.must_change_password = must_change};
	int64_t unit;

	if (!hash[0] && password_hash(text_of(password), hash) != STATUS_OK)
		return false;
	return writer_begin(database, &writer) == STATUS_OK && roles_install(writer, role_tables, 1) == STATUS_OK &&
		unit_create(writer, &system, 0, TEXT("office"), TEXT("B1"), TEXT("Port"), &unit) == STATUS_OK &&
		user_create(writer, &system, &user, ret_user) == STATUS_OK &&
		user_grant(writer, &system, *ret_user, "auditor", unit) == STATUS_OK && writer_commit(&writer) == STATUS_OK;
}

static struct sign_in attempt_of(const char *login, const char *typed, const char *address)
{
	return (struct sign_in){.login = text_of(login), .password = text_of(typed), .address = text_of(address)};
}

static enum status load(struct database *database, const char *token, int64_t now, struct arena *arena,
	struct actor *ret_actor)
{
	struct reader AUTO(reader_release) *reader = NULL;
	char csrf[SESSION_CSRF_SIZE];

	TRY(reader_begin(database, &reader));
	return session_load(reader, text_of(token), now, arena, ret_actor, csrf);
}

TEST_ON_EACH_DATABASE(sign_in_opens_a_session_with_limits)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 20);
	struct sign_in attempt = attempt_of("KONE ", password, "10.0.0.1");
	struct sign_in_result result;
	struct writer *writer = NULL;
	struct actor actor;
	int64_t user, now = clock_now(), minute = 60 * MICROSECONDS;

	REQUIRE(user_make(database, false, &user));
	REQUIRE(sign_in_password(database, &attempt, now, &result) == STATUS_OK);
	REQUIRE(result.outcome == SIGN_IN_OPEN);
	CHECK_INTEGER(result.seconds, 12 * 3600);
	REQUIRE(load(database, result.token, now, arena, &actor) == STATUS_OK);
	CHECK_INTEGER(actor.user_id, user);
	CHECK(actor_may(&actor, "journal.read", TEXT_NONE));
	CHECK(load(database, "x", now, arena, &actor) == STATUS_UNAUTHENTICATED);
	CHECK(load(database, result.device, now, arena, &actor) == STATUS_UNAUTHENTICATED);
	/* Idle: half an hour since the last touch; absolute: twelve hours whatever happens. */
	CHECK(load(database, result.token, now + 29 * minute, arena, &actor) == STATUS_OK);
	CHECK(load(database, result.token, now + 31 * minute, arena, &actor) == STATUS_UNAUTHENTICATED);
	for (int64_t at = now + 29 * minute; at < now + 721 * minute; at += 29 * minute) {
		REQUIRE(writer_begin(database, &writer) == STATUS_OK);
		CHECK(session_touch(writer, actor.session_id, at) == STATUS_OK);
		CHECK(writer_commit(&writer) == STATUS_OK);
	}
	CHECK(load(database, result.token, now + 719 * minute, arena, &actor) == STATUS_OK);
	CHECK(load(database, result.token, now + 720 * minute, arena, &actor) == STATUS_UNAUTHENTICATED);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(session_end(writer, user + 1, actor.session_id, now) == STATUS_NOT_FOUND); /* somebody else's */
	CHECK(session_end(writer, user, actor.session_id, now) == STATUS_OK);
	CHECK(writer_commit(&writer) == STATUS_OK);
	CHECK(load(database, result.token, now + 700 * minute, arena, &actor) == STATUS_UNAUTHENTICATED);
}

TEST_ON_EACH_DATABASE(sign_in_refuses_alike)
{
	static const char *const typed[][2] = {{"kone", "faux"}, {"nobody", password}, {"not a login", password}, {"kone", ""}};
	struct sign_in_result result;
	int64_t user, now = clock_now();

	REQUIRE(user_make(database, false, &user));
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
		struct sign_in attempt = attempt_of(typed[i][0], typed[i][1], "10.0.0.1");
		int64_t before = clock_monotonic();

		REQUIRE(sign_in_password(database, &attempt, now, &result) == STATUS_OK);
		CHECK(result.outcome == SIGN_IN_REFUSED);
		CHECK(result.token[0] == '\0');
		CHECK(clock_monotonic() - before > 10000); /* a hash was computed */
	}
}

TEST_ON_EACH_DATABASE(first_password_gives_no_rights)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 20);
	struct sign_in attempt = attempt_of("kone", password, "10.0.0.1");
	struct sign_in_result result;
	struct actor actor;
	int64_t user, now = clock_now();

	REQUIRE(user_make(database, true, &user));
	REQUIRE(sign_in_password(database, &attempt, now, &result) == STATUS_OK);
	CHECK(result.must_change_password);
	REQUIRE(load(database, result.token, now, arena, &actor) == STATUS_OK);
	CHECK(actor.must_change_password);
	CHECK(!actor_may(&actor, "journal.read", TEXT_NONE));
}

TEST_ON_EACH_DATABASE(a_stranger_does_not_lock_the_owner_out)
{
	struct sign_in right = attempt_of("kone", password, "10.0.0.1"), wrong = attempt_of("kone", "faux", "10.0.0.1");
	struct sign_in_result result, refused;
	int64_t user, now = clock_now();

	REQUIRE(user_make(database, false, &user));
	REQUIRE(sign_in_password(database, &right, now, &result) == STATUS_OK);
	REQUIRE(result.outcome == SIGN_IN_OPEN);
	for (int i = 0; i < 5; i++) {
		REQUIRE(sign_in_password(database, &wrong, now, &refused) == STATUS_OK);
		CHECK(refused.outcome == SIGN_IN_REFUSED);
	}
	REQUIRE(sign_in_password(database, &right, now, &refused) == STATUS_OK);
	CHECK(refused.outcome == SIGN_IN_THROTTLED); /* even with the right password, elsewhere */
	CHECK_INTEGER(refused.wait, 1);
	right.device = text_of(result.device);
	REQUIRE(sign_in_password(database, &right, now, &refused) == STATUS_OK);
	CHECK(refused.outcome == SIGN_IN_OPEN); /* the owner's own browser */
	CHECK_TEXT(text_of(refused.device), result.device);
	right.device = TEXT_NONE;
	REQUIRE(sign_in_password(database, &right, now + 2 * MICROSECONDS, &refused) == STATUS_OK);
	CHECK(refused.outcome == SIGN_IN_OPEN); /* the delay is over */
}

TEST_ON_EACH_DATABASE(sign_in_with_second_factor)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 20);
	struct sign_in attempt = attempt_of("kone", password, "10.0.0.1");
	struct actor system = actor_system("essai"), actor;
	struct sign_in_result first, second;
	struct writer *writer = NULL;
	struct text secret;
	const char **codes;
	char code[7];
	int64_t user, now = clock_now();

	REQUIRE(user_make(database, false, &user));
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(user_totp_begin(writer, user, arena, &secret) == STATUS_OK);
	CHECK(totp_code(secret, now - 60 * MICROSECONDS, code) == STATUS_OK);
	CHECK(user_totp_confirm(writer, &system, user, text_of(code), now - 60 * MICROSECONDS, arena, &codes) == STATUS_OK);
	REQUIRE(writer_commit(&writer) == STATUS_OK);
	REQUIRE(sign_in_password(database, &attempt, now, &first) == STATUS_OK);
	REQUIRE(first.outcome == SIGN_IN_AWAITS_CODE);
	CHECK(load(database, first.token, now, arena, &actor) == STATUS_UNAUTHENTICATED);
	attempt.token = text_of(first.token);
	attempt.code = TEXT("000000x");
	REQUIRE(sign_in_code(database, &attempt, now, &second) == STATUS_OK);
	CHECK(second.outcome == SIGN_IN_REFUSED);
	CHECK(totp_code(secret, now, code) == STATUS_OK);
	attempt.code = text_of(code);
	REQUIRE(sign_in_code(database, &attempt, now + 301 * MICROSECONDS, &second) == STATUS_OK);
	CHECK(second.outcome == SIGN_IN_EXPIRED);
	REQUIRE(sign_in_code(database, &attempt, now, &second) == STATUS_OK);
	REQUIRE(second.outcome == SIGN_IN_OPEN);
	CHECK(strcmp(first.token, second.token) != 0);
	CHECK(load(database, second.token, now, arena, &actor) == STATUS_OK);
	REQUIRE(sign_in_code(database, &attempt, now, &second) == STATUS_OK);
	CHECK(second.outcome == SIGN_IN_EXPIRED); /* the step's session is used up */
}

/* Each database call of signing in fails in turn: no token without a session, and the next try works. */
TEST_ON_EACH_DATABASE(sign_in_with_faults)
{
	struct arena AUTO(arena_release) *arena = arena_new(4 << 20);
	struct sign_in attempt = attempt_of("kone", password, "10.0.0.1");
	struct actor actor;
	int64_t user, now = clock_now();
	bool went_through = false;

	REQUIRE(user_make(database, false, &user));
	for (long n = 1; n < 200 && !went_through; n += 5) {
		struct sign_in_result result = {.outcome = SIGN_IN_REFUSED};
		enum status status;

		now += 3600 * MICROSECONDS;
		store_fail_at(n);
		status = sign_in_password(database, &attempt, now, &result);
		store_fail_at(0);
		if (status == STATUS_OK) {
			CHECK(result.outcome == SIGN_IN_OPEN);
			CHECK(load(database, result.token, now, arena, &actor) == STATUS_OK);
			went_through = true;
		} else {
			CHECK(result.token[0] == '\0');
		}
	}
	CHECK(went_through);
}

TEST_ON_EACH_DATABASE(throttle_grows_and_forgets)
{
	struct writer AUTO(writer_rollback) *writer = NULL;
	int64_t now = 1000 * MICROSECONDS, wait = 0, longest = 0;
	struct text bucket = TEXT("account:x");

	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	for (int i = 0; i < 5; i++)
		CHECK(throttle_take(writer, bucket, 5, now, &wait) == STATUS_OK);
	CHECK(throttle_take(writer, bucket, 5, now, &wait) == STATUS_THROTTLED);
	CHECK_INTEGER(wait, 1);
	for (int i = 0; i < 14; i++) {
		now += wait * MICROSECONDS;
		CHECK(throttle_take(writer, bucket, 5, now, &wait) == STATUS_OK);
		CHECK(throttle_take(writer, bucket, 5, now, &wait) == STATUS_THROTTLED);
		CHECK(wait >= longest);
		longest = wait;
	}
	CHECK_INTEGER(longest, 900);
	now += 25 * 3600 * MICROSECONDS;
	CHECK(throttle_take(writer, bucket, 5, now, &wait) == STATUS_OK);
	CHECK(throttle_take(writer, bucket, 5, now, &wait) == STATUS_OK);
	CHECK(throttle_take(writer, TEXT("account:y"), 1, now, &wait) == STATUS_OK);
	CHECK(throttle_take(writer, TEXT("account:y"), 1, now, &wait) == STATUS_THROTTLED);
	CHECK(throttle_give_back(writer, TEXT("account:y")) == STATUS_OK);
	CHECK(throttle_take(writer, TEXT("account:y"), 1, now, &wait) == STATUS_OK);
}
