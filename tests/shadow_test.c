/* A candidate in the shadow sees what is decided and changes nothing; the watch measures and raises each alert once. */
#include "app/people.h"
#include "app/wiring.h"
#include "base/test.h"
#include "demo/demo.h"
#include "modules/rehearsal/watch.h"
#include "store/test_database.h"

#include <stdlib.h>
#include <string.h>

STATEMENT(TALLIED, "select coalesce(sum(decided), 0) from shadow_tallies where shadow_id = $1");
STATEMENT(TALLIED_APART, "select coalesce(sum(decided), 0) from shadow_tallies where shadow_id = $1 and lane <> shadow_lane");
STATEMENT(DIFFERENT, "select count(*) from shadow_differences where shadow_id = $1");
STATEMENT(DIFFERENT_RED,
	"select count(*) from shadow_differences d join decisions l on l.id = d.decision_id where d.shadow_id = $1 and "
	"d.shadow_lane = 3 and d.lane = l.lane and d.reasons like '%TOUT-01%'");
STATEMENT(DECIDED_COUNT, "select count(*) from decisions");
STATEMENT(RUNNING_COUNT, "select count(*) from shadows where state = 'running'");
STATEMENT(ALERTS_OPEN, "select count(*) from watch_alerts where ended_at is null and measure = $1");
STATEMENT(ALERTS_UNSEEN,
	"select count(*) from watch_alerts a where not exists (select 1 from units u where u.path = a.unit_path)");
STATEMENT(ALERTS_ALL, "select count(*) from watch_alerts");
STATEMENT(FIGURES_OF, "select count(*) from watch_figures where office = $1 and measure = $2");
STATEMENT(DRIFT_OF, "select drift from watch_figures where office = '' and measure = $1");
STATEMENT(SHIFT_REGIME, "update consignments set regime = 'IM7' where stage = 1 and day >= $1");
STATEMENT(SHIFT_BACK, "update consignments set regime = 'IM4' where stage = 1");

static int64_t number(struct database *database, const struct statement *statement, const struct value *values, size_t count)
{
	AUTO(reader_release) struct reader *reader = NULL;
	int64_t value = -1;

	if (reader_begin(database, &reader) != STATUS_OK || store_integer(reader, statement, values, count, &value) != STATUS_OK)
		return -1;
	return value;
}

static enum status add_policy(struct writer *writer, const struct actor *actor, struct arena *arena, int64_t *ret_id)
{
	static const char source[] = "profile TOUT-01: Tout\nlegal basis: x\nlane: red\nwhen: item.number >= 1\nend\n";
	struct problem_list problems = {.arena = arena};
	const struct policy_row row = {0, text_of(source), TEXT("{}")};
	struct policy *policy = NULL;
	enum status status;

	TRY(policy_row_compile(&row, arena, &policy, &problems));
	status = policy_add(writer, actor, row.source, row.lists, policy, ret_id);
	policy_free(policy);
	return status;
}

static enum status start(struct database *database, struct arena *arena, int64_t *ret_id)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("test");
	int64_t policy;

	TRY(writer_begin(database, &writer));
	TRY(add_policy(writer, &actor, arena, &policy));
	if (shadow_start(writer, &actor, policy, INT64_MIN, clock_today() - 1, ret_id) != STATUS_INVALID)
		return STATUS_INTERNAL;
	if (shadow_start(writer, &actor, policy, 99, clock_today() + 9, ret_id) != STATUS_NOT_FOUND ||
		shadow_start(writer, &actor, 99, 0, clock_today() + 9, ret_id) != STATUS_NOT_FOUND)
		return STATUS_INTERNAL;
	TRY(shadow_start(writer, &actor, policy, 0, clock_today(), ret_id));
	TRY(shadow_start(writer, &actor, policy, INT64_MIN, clock_today() + 9, ret_id));
	return writer_commit(&writer);
}

static enum status stop(struct database *database, int64_t id)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("test");

	TRY(writer_begin(database, &writer));
	TRY(shadow_stop(writer, &actor, id));
	if (shadow_stop(writer, &actor, id) != STATUS_NOT_FOUND)
		return STATUS_INTERNAL;
	return writer_commit(&writer);
}

static enum status change(struct database *database, const struct statement *statement, const struct value *values, size_t count)
{
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, statement, values, count, NULL));
	return writer_commit(&writer);
}

static void check_shadow(struct database *database, struct arena *arena)
{
	int64_t id = 0, before, after;

	REQUIRE(start(database, arena, &id) == STATUS_OK);
	CHECK_INTEGER(number(database, &RUNNING_COUNT, NO_PARAMS), 1);
	before = number(database, &DECIDED_COUNT, NO_PARAMS);
	REQUIRE(demo_store(database, 21, 120, 1, NULL, NULL) == STATUS_OK);
	after = number(database, &DECIDED_COUNT, NO_PARAMS);
	CHECK(after - before >= 240);
	CHECK_INTEGER(number(database, &TALLIED, PARAMS(V_INT(id))), after - before);
	CHECK(number(database, &DIFFERENT, PARAMS(V_INT(id))) > 20);
	CHECK_INTEGER(number(database, &TALLIED_APART, PARAMS(V_INT(id))), number(database, &DIFFERENT, PARAMS(V_INT(id))));
	/* All declarations become red; bills keep what the draw gave them, for the profile is not for their gate. */
	CHECK(number(database, &DIFFERENT_RED, PARAMS(V_INT(id))) > 20);
	REQUIRE(stop(database, id) == STATUS_OK);
	REQUIRE(demo_store(database, 22, 20, 1, NULL, NULL) == STATUS_OK);
	CHECK_INTEGER(number(database, &TALLIED, PARAMS(V_INT(id))), after - before);
}

static void check_watch(struct database *database, struct arena *arena)
{
	int64_t alerts = -1, all;

	REQUIRE(watch_run(database, clock_today(), arena, &alerts) == STATUS_OK);
	CHECK_INTEGER(number(database, &FIGURES_OF, PARAMS(value_string(""), value_string("origin"))), 1);
	CHECK_INTEGER(number(database, &FIGURES_OF, PARAMS(value_string("VG101"), value_string("hit_rate"))), 1);
	CHECK_INTEGER(number(database, &ALERTS_OPEN, PARAMS(value_string("regime"))), 0);
	REQUIRE(change(database, &SHIFT_REGIME, PARAMS(V_INT(clock_today() - WATCH_RECENT))) == STATUS_OK);
	REQUIRE(watch_run(database, clock_today(), arena, &alerts) == STATUS_OK);
	CHECK(alerts > 0);
	CHECK(number(database, &DRIFT_OF, PARAMS(value_string("regime"))) > DRIFT_ALERT);
	CHECK(number(database, &ALERTS_OPEN, PARAMS(value_string("regime"))) > 0);
	all = number(database, &ALERTS_ALL, NO_PARAMS);
	CHECK_INTEGER(number(database, &ALERTS_UNSEEN, NO_PARAMS), 0); /* each is some unit's, the whole's the root's */
	REQUIRE(watch_run(database, clock_today(), arena, &alerts) == STATUS_OK);
	CHECK_INTEGER(alerts, 0); /* what is known already is not raised again */
	CHECK_INTEGER(number(database, &ALERTS_ALL, NO_PARAMS), all);
	REQUIRE(change(database, &SHIFT_BACK, NO_PARAMS) == STATUS_OK);
	REQUIRE(watch_run(database, clock_today(), arena, &alerts) == STATUS_OK);
	CHECK_INTEGER(number(database, &ALERTS_OPEN, PARAMS(value_string("regime"))), 0);
}

/* A share kept for exploration raises the random share of rates set from then on. */
static void check_exploration(struct database *database, struct arena *arena)
{
	struct writer *writer = NULL;
	const struct actor actor = actor_system("test");
	struct selection_row row = {.office = TEXT("VG101"), .regime = TEXT(""), .selection = risk_default_selection()}, kept;
	int64_t id;

	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(selection_add(writer, &actor, &row, &id) == STATUS_OK);
	CHECK(selection_find(writer_reader(writer), id, arena, &kept) == STATUS_OK);
	CHECK_INTEGER(kept.selection.random[LANE_RED], row.selection.random[LANE_RED]);
	CHECK(setting_change(writer, &actor, &risk_settings[RISK_EXPLORATION], TEXT("20")) == STATUS_OK);
	CHECK(selection_add(writer, &actor, &row, &id) == STATUS_OK);
	CHECK(selection_find(writer_reader(writer), id, arena, &kept) == STATUS_OK);
	CHECK_INTEGER(kept.selection.random[LANE_RED], row.selection.expected[LANE_RED] / 5);
	CHECK_INTEGER(kept.selection.random[LANE_YELLOW], row.selection.expected[LANE_YELLOW] / 5);
	writer_rollback(&writer);
}

static void shadow_and_watch(const char *url)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(512 << 20);

	REQUIRE(arena && database_open(url, &(struct database_options){.create = true}, &database) == STATUS_OK);
	wiring_start();
	REQUIRE(wiring_migrate(database) == STATUS_OK);
	REQUIRE(demo_store(database, 20, 600, 1, NULL, NULL) == STATUS_OK);
	check_shadow(database, arena);
	check_watch(database, arena);
	check_exploration(database, arena);
}

TEST(shadows_change_nothing_and_watches_raise_alerts_once)
{
	test_each_url(shadow_and_watch);
}
