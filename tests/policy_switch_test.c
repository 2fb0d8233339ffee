/* A new policy is compiled beside the one that decides, and takes its place without a pause. */
#include "app/wiring.h"
#include "base/clock.h"
#include "base/test.h"
#include "engine/test_policy.h"
#include "modules/risk/policy_loader.h"
#include "modules/risk/risk.h"
#include "store/test_database.h"

#include <time.h>

enum { LARGE = 10000, SMALL = 3, WAIT_SECONDS = 120 };

/* Decides once; which policy the decision names. */
static int64_t decide(struct database *database, struct decider *decider)
{
	AUTO(arena_release) struct arena *arena = arena_new(16 << 20);
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct consignment consignment = test_declaration(arena);
	struct decision_record record = {.id = 0};
	struct decision_case prepared;
	enum status status;

	if (writer_begin(database, &writer) != STATUS_OK)
		return -1;
	status = decider_session_begin(decider, writer);
	if (status == STATUS_OK)
		status = decider_prepare(decider, writer, GATE_DECLARATION, &consignment, arena, &prepared);
	if (status == STATUS_OK)
		status = decider_decide_case(decider, &prepared, arena, &record);
	decider_session_end(decider, false);
	return status == STATUS_OK ? record.policy_id : -1;
}

/* Adds a policy of so many profiles and makes it the active one. */
static int64_t activate(struct database *database, size_t count)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)512 << 20);
	AUTO(buffer_release) struct buffer source;
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(test_policy_release) struct policy *policy = NULL;
	const struct actor actor = actor_system("test");
	struct problem_list problems = {.arena = arena};
	struct policy_row row = {.lists = TEXT("{}")};
	int64_t id = -1;

	buffer_init(&source, 64 << 20);
	for (size_t i = 0; i < count; i++)
		buffer_format(&source, "profile P%zu: Essai %zu\nlegal basis: Code\nlane: yellow\nwhen\n  item.gross_mass > %zu kg "
				       "and item.origin in (\"CN\", \"C%zu\")\nend\n", i, count, i, i % 900);
	row.source = buffer_text(&source);
	if (policy_row_compile(&row, arena, &policy, &problems) != STATUS_OK)
		return -1;
	if (writer_begin(database, &writer) != STATUS_OK ||
		policy_add(writer, &actor, row.source, row.lists, policy, &id) != STATUS_OK ||
		policy_activate(writer, &actor, id) != STATUS_OK || writer_commit(&writer) != STATUS_OK)
		return -1;
	return id;
}

static enum status install(struct database *database)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("test");

	TRY(wiring_migrate(database));
	TRY(writer_begin(database, &writer));
	TRY(risk_install(writer, &actor));
	return writer_commit(&writer);
}

static void switch_policies(struct database *database)
{
	AUTO(decider_release) struct decider *decider = NULL;
	int64_t first, small, large, named, deadline, meanwhile = 0;

	REQUIRE(install(database) == STATUS_OK);
	REQUIRE(decider_new(database, &decider) == STATUS_OK);
	first = decide(database, decider);
	REQUIRE(first > 0);
	small = activate(database, SMALL);
	REQUIRE(small > first);
	CHECK_INTEGER(decide(database, decider), small); /* a small one counts at once */
	large = activate(database, LARGE);
	REQUIRE(large > small);
	deadline = clock_monotonic() + WAIT_SECONDS * INT64_C(1000000);
	while ((named = decide(database, decider)) == small && clock_monotonic() < deadline)
		meanwhile++;
	CHECK_INTEGER(named, large);
	CHECK(meanwhile > 0); /* decided under the version before while the other was compiled */
	CHECK_INTEGER(decide(database, decider), large);
	REQUIRE(activate(database, LARGE + 1) > large);
	CHECK_INTEGER(decide(database, decider), large); /* and a decider that ends waits for its thread */
}

TEST(a_large_policy_is_compiled_beside_the_one_that_decides)
{
	test_each_database(NULL, switch_policies);
}
