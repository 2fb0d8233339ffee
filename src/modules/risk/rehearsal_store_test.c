/* Rehearsals are found by the policy they are of, and named by its activation. */
#include "base/embedded.h"
#include "domain/journal.h"
#include "domain/test_domain.h"
#include "modules/risk/risk_store.h"

#include <string.h>

static const char *const folders[] = {"src/domain/migrations", "src/modules/declarations/migrations",
	"src/modules/screening/migrations", "src/modules/prices/migrations", "src/modules/risk/migrations", NULL};

struct seen {
	bool names_rehearsal, names_figure;
};

static bool look(void *context, const struct journal_row *row)
{
	struct seen *seen = context;

	if (text_is(row->action, "policy.activated")) {
		seen->names_rehearsal |= text_find(row->details, TEXT("\"rehearsal\":")) < row->details.size;
		seen->names_figure |= text_find(row->details, TEXT("\"findings_kept\":7")) < row->details.size;
	}
	return true;
}

static void record_and_activate(struct database *database)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("test");
	struct rehearsal_row row = {.from_day = 20000, .to_day = 20100, .summary = TEXT("{\"findings_kept\":7}"),
		.result = TEXT("{}")};
	struct rehearsal_row found;
	struct problem_list problems = {.arena = arena};
	struct policy *policy = NULL;
	struct seen seen = {false, false};
	int64_t id, first, second;

	REQUIRE(risk_starter_policy(arena, &policy, &problems) == STATUS_OK);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(policy_add(writer, &actor, embedded_find("policy/starter.policy"), TEXT("{}"), policy, &id) == STATUS_OK);
	memcpy(row.policy_digest, policy_digest(policy), DIGEST_SIZE);
	CHECK(rehearsal_find(writer_reader(writer), row.policy_digest, arena, &found) == STATUS_NOT_FOUND);
	CHECK(policy_activate(writer, &actor, id) == STATUS_OK);
	CHECK(journal_history(writer_reader(writer), "policy", id, 10, look, &seen) == STATUS_OK);
	CHECK(!seen.names_rehearsal);
	CHECK(rehearsal_record(writer, &actor, &row, &first) == STATUS_OK);
	row.to_day = 20200;
	CHECK(rehearsal_record(writer, &actor, &row, &second) == STATUS_OK);
	CHECK(rehearsal_find(writer_reader(writer), row.policy_digest, arena, &found) == STATUS_OK);
	CHECK_INTEGER(found.id, second);
	CHECK_INTEGER(found.to_day, 20200);
	CHECK(rehearsal_find_id(writer_reader(writer), first, arena, &found) == STATUS_OK);
	CHECK_INTEGER(found.to_day, 20100);
	row.policy_digest[0] ^= 1;
	CHECK(rehearsal_find(writer_reader(writer), row.policy_digest, arena, &found) == STATUS_NOT_FOUND);
	CHECK(policy_activate(writer, &actor, id) == STATUS_OK);
	CHECK(journal_history(writer_reader(writer), "policy", id, 10, look, &seen) == STATUS_OK);
	CHECK(seen.names_rehearsal && seen.names_figure);
	policy_free(policy);
}

TEST(rehearsals_are_named_by_the_activation_of_their_policy)
{
	test_each_database(folders, record_and_activate);
}
