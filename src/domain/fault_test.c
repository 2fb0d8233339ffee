/* One transaction through most of the domain in which the n-th allocation, or the n-th database call, fails: all of
 * it is there afterwards, or nothing. */
#include "base/memory.h"
#include "domain/journal.h"
#include "domain/numbering.h"
#include "domain/session.h"
#include "domain/test_domain.h"
#include "domain/unit.h"
#include "domain/user.h"

STATEMENT(TEST_TRACES, "select (select count(*) from users) + (select count(*) from units) + (select count(*) from journal) "
	"+ (select count(*) from sessions) + (select count(*) from settings) + (select count(*) from numbers) "
	"+ (select count(*) from recovery_codes) + (select count(*) from user_grants) + (select count(*) from journal_blocks)");

static const char *const rights[] = {"a", "b", NULL};
static const struct role roles[] = {{"auditor", "Auditeur", rights}, {NULL, NULL, NULL}};
static const struct role *const role_tables[] = {roles};

static bool take_role(void *context, const struct user_role *row)
{
	(void)context;
	return row->unit_id > 0;
}

static enum status do_it_all(struct database *database)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 20);
	struct writer AUTO(writer_rollback) *writer = NULL;
	struct actor system = actor_system("essai"), actor;
	struct user_new user = {.login = TEXT("kone"), .name = TEXT("Awa"), .password_hash = "x"};
	struct session_new session = {.address = TEXT("::1")};
	struct journal_proof proof;
	char token[SESSION_TOKEN_SIZE], csrf[SESSION_CSRF_SIZE];
	const char **codes;
	struct unit *units;
	struct text secret;
	int64_t unit, id, number;
	size_t count;
	int blocks;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(writer_begin(database, &writer));
	TRY(roles_install(writer, role_tables, 1));
	TRY(unit_create(writer, &system, 0, TEXT("office"), TEXT("B1"), TEXT("Port"), &unit));
	TRY(user_create(writer, &system, &user, &id));
	TRY(user_grant(writer, &system, id, "auditor", unit));
	TRY(user_totp_begin(writer, id, arena, &secret));
	TRY(user_recovery_renew(writer, &system, id, arena, &codes));
	TRY(setting_change(writer, &system, &session_settings[0], TEXT("20")));
	TRY(number_next(writer, "control", 2026, &number));
	session.user_id = id;
	TRY(session_start(writer, &session, 1000, token, NULL));
	TRY(session_load(writer_reader(writer), text_of(token), 1001, arena, &actor, csrf));
	if (actor.grant_count != 2)
		return STATUS_INTERNAL;
	TRY(user_roles(writer_reader(writer), id, take_role, NULL));
	TRY(unit_list(writer_reader(writer), TEXT("*"), arena, &units, &count));
	TRY(journal_seal(writer, 2, &blocks));
	TRY(journal_verify(writer_reader(writer), &proof));
	if (!proof.intact)
		return STATUS_INTERNAL;
	return writer_commit(&writer);
}

static int64_t traces(struct database *database)
{
	struct reader AUTO(reader_release) *reader = NULL;
	int64_t count = -1;

	if (reader_begin(database, &reader) != STATUS_OK || store_integer(reader, &TEST_TRACES, NO_PARAMS, &count) != STATUS_OK)
		return -1;
	return count;
}

static void fail_each(struct database *database, void (*fail_at)(long n), enum status wanted)
{
	enum status status = wanted;

	for (long n = 1; n < 3000 && status != STATUS_OK; n++) {
		fail_at(n);
		status = do_it_all(database);
		fail_at(0);
		if (status == STATUS_OK)
			break;
		if (status != wanted)
			test_failed(__FILE__, __LINE__, "%s at %ld", status_name(status), n);
		if (traces(database) != 0) {
			test_failed(__FILE__, __LINE__, "half done at %ld", n);
			return;
		}
	}
	CHECK(status == STATUS_OK);
	CHECK(traces(database) > 0);
}

TEST_ON_EACH_DATABASE(no_memory_leaves_nothing_half_done)
{
	fail_each(database, memory_fail_at, STATUS_NO_MEMORY);
}

TEST_ON_EACH_DATABASE(a_lost_database_leaves_nothing_half_done)
{
	fail_each(database, store_fail_at, STATUS_UNAVAILABLE);
}
