/* Replays of the stored past: the same as live, blind to what came later, whatever the number of threads. */
#include "app/people.h"
#include "app/wiring.h"
#include "base/test.h"
#include "demo/demo.h"
#include "modules/rehearsal/rehearsal.h"
#include "store/test_database.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

STATEMENT(KNOWN_ADVERSE, "select count(*) from consignments where stage = 1 and outcome = 1 and day >= $1 and day <= $2");
STATEMENT(DECLARATIONS_BETWEEN, "select count(*) from consignments where stage = 1 and day >= $1 and day <= $2");
STATEMENT(LANES_OF_DAY, "select id, lane from consignments where stage = 1 and day = $1 order by id");
STATEMENT(FORGET_LATER, "update consignments set outcome = null, outcome_on = null where outcome_on > $1");
STATEMENT(JOURNALLED, "select count(*) from journal where action = 'rehearsal.recorded' and entity_id = $1");

enum { SEEN = 4000 };
struct seen {
	pthread_mutex_t lock;
	unsigned char lanes[SEEN]; /* lane + 1 by id */
	int64_t count;
};

static void note(void *context, int64_t id, const struct decision *decisions)
{
	struct seen *seen = context;

	pthread_mutex_lock(&seen->lock);
	if (id > 0 && id < SEEN)
		seen->lanes[id] = (unsigned char)(decisions[0].lane + 1);
	seen->count++;
	pthread_mutex_unlock(&seen->lock);
}

static enum status replay(struct database *database, int64_t from, int64_t to, int threads, struct arena *arena,
	struct seen *seen)
{
	struct replay_request request = {.from = from, .to = to, .side_count = 1, .threads = threads, .each = note,
		.context = seen};
	struct problem_list problems = {.arena = arena};
	const struct rehearsal_choice choice = {.model_id = REHEARSAL_MODEL_ON};
	struct rehearsal_side side;
	struct reader *reader = NULL;
	struct replay result;
	enum status status;

	*seen = (struct seen){.lock = PTHREAD_MUTEX_INITIALIZER};
	TRY(reader_begin(database, &reader));
	status = rehearsal_side_load(reader, &choice, arena, &side, &problems);
	reader_end(reader);
	TRY(status);
	request.sides[0] = (struct replay_side){side.policy, side.model, side.selections, side.selection_count};
	status = replay_run(database, &request, arena, &result);
	if (status == STATUS_OK)
		rehearsal_free(result.rehearsal);
	rehearsal_side_release(&side);
	return status;
}

/* Without top-up, a lane depends on the consignment, its past and the key alone. */
static enum status fix_selection(struct database *database)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("test");
	struct selection_row row = {.office = TEXT(""), .regime = TEXT(""), .selection = risk_default_selection()};
	int64_t id;

	for (int lane = 0; lane < LANE_COUNT; lane++)
		row.selection.expected[lane] = 0;
	row.selection.hits_without_selection = 0;
	TRY(writer_begin(database, &writer));
	TRY(selection_add(writer, &actor, &row, &id));
	return writer_commit(&writer);
}

/* Declarations of the same operators, as if they came in today. */
struct newcomers {
	struct intake_session *session;
	struct arena *arena;
	int count;
};

static enum status take_today(void *context, const struct demo_event *event)
{
	struct newcomers *newcomers = context;
	struct consignment c;

	if (event->kind != DEMO_DECLARATION || newcomers->count == 80)
		return STATUS_OK;
	TRY(consignment_copy(newcomers->arena, event->consignment, &c));
	c.registered_on = clock_today();
	c.reference = arena_format(newcomers->arena, "TODAY%d", newcomers->count++);
	c.outcome.known = false;
	return intake_take(newcomers->session, &c, NULL);
}

static enum status import_today(struct database *database, struct arena *arena)
{
	AUTO(decider_release) struct decider *decider = NULL;
	const struct actor actor = actor_system("test");
	const struct demo_options options = {7, 300, clock_today() - 365, 1};
	struct newcomers newcomers = {.arena = arena};
	struct import_row row = {.format = TEXT("demo"), .file_name = TEXT("today"), .digest = TEXT("today")};
	struct intake intake = {.database = database, .actor = &actor};
	enum status status, end;

	TRY(decider_new(database, &decider));
	intake.decider = decider;
	TRY(intake_begin(&intake, arena, &row, &newcomers.session));
	status = demo_generate(&options, take_today, &newcomers);
	end = intake_end(newcomers.session);
	return status == STATUS_OK ? end : status;
}

static void check_against_live(struct database *database, struct arena *arena)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;
	static struct seen seen;
	int compared = 0, controls = 0;

	REQUIRE(replay(database, clock_today(), clock_today(), 2, arena, &seen) == STATUS_OK);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(store_query(reader, &LANES_OF_DAY, PARAMS(V_INT(clock_today())), &rows) == STATUS_OK);
	for (; rows_next(rows); compared++) {
		int64_t id = rows_integer(rows, 0), lane = rows_integer(rows, 1);

		REQUIRE(id > 0 && id < SEEN);
		CHECK_INTEGER(seen.lanes[id] - 1, lane);
		controls += lane >= LANE_YELLOW;
	}
	CHECK_INTEGER(compared, 80);
	CHECK_INTEGER(seen.count, 80);
	CHECK(controls > 0);
	CHECK(controls < 80);
}

static void check_blindness(struct database *database, struct arena *arena)
{
	static struct seen whole, alone, earlier;
	AUTO(writer_rollback) struct writer *writer = NULL;
	int64_t to = clock_today(), middle = to - 200;

	REQUIRE(replay(database, to - 365, to, 1, arena, &alone) == STATUS_OK);
	REQUIRE(replay(database, to - 365, to, 3, arena, &whole) == STATUS_OK);
	CHECK(whole.count > 200);
	CHECK_INTEGER(whole.count, alone.count);
	CHECK(memcmp(whole.lanes, alone.lanes, sizeof whole.lanes) == 0);
	/* What became known after the middle, taken away, changes nothing before it. */
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	REQUIRE(store_execute(writer, &FORGET_LATER, PARAMS(V_INT(middle)), NULL) == STATUS_OK);
	REQUIRE(writer_commit(&writer) == STATUS_OK);
	REQUIRE(replay(database, to - 365, middle, 2, arena, &earlier) == STATUS_OK);
	CHECK(earlier.count > 50 && earlier.count < whole.count);
	for (size_t id = 0; id < SEEN; id++)
		CHECK(!earlier.lanes[id] || earlier.lanes[id] == whole.lanes[id]);
}

static void check_result(struct database *database, struct arena *arena)
{
	const struct actor actor = actor_system("test");
	struct rehearsal_order order = {.actor = &actor, .choice_count = 2, .from = clock_today() - 365,
		.to = clock_today() - 1, .threads = 2};
	struct problem_list problems = {.arena = arena};
	AUTO(reader_release) struct reader *reader = NULL;
	struct rehearsal_row row, found;
	int64_t adverse = 0, declarations = 0, journalled = 0, counted = 0;
	json_t *result = NULL, *side, *offices, *office;
	size_t i;
	int line;

	order.choices[1].selection = TEXT("attendu_rouge=30 hasard_rouge=5");
	REQUIRE(rehearsal_perform(database, &order, arena, &row, &problems) == STATUS_OK);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(rehearsal_find(reader, row.policy_digest, arena, &found) == STATUS_OK);
	CHECK_INTEGER(found.id, row.id);
	REQUIRE(store_integer(reader, &KNOWN_ADVERSE, PARAMS(V_INT(order.from), V_INT(order.to)), &adverse) == STATUS_OK);
	REQUIRE(store_integer(reader, &DECLARATIONS_BETWEEN, PARAMS(V_INT(order.from), V_INT(order.to)), &declarations) ==
		STATUS_OK);
	REQUIRE(store_integer(reader, &JOURNALLED, PARAMS(V_INT(row.id)), &journalled) == STATUS_OK);
	CHECK_INTEGER(journalled, 1);
	REQUIRE(json_parse(found.result, SIZE_MAX, &result, &line) == STATUS_OK);
	CHECK_INTEGER(json_integer_value(json_object_get(result, "declarations")), declarations);
	side = json_array_get(json_object_get(result, "sides"), 0);
	CHECK_INTEGER(json_integer_value(json_object_get(json_object_get(side, "selected"), "adverse")) +
			json_integer_value(json_object_get(json_object_get(side, "spared"), "adverse")), adverse);
	CHECK(adverse > 0);
	offices = json_object_get(side, "offices");
	json_array_foreach(offices, i, office)
		counted += json_integer_value(json_object_get(office, "red")) +
			json_integer_value(json_object_get(office, "yellow"));
	CHECK_INTEGER(counted, json_integer_value(json_object_get(json_object_get(side, "selected"), "count")));
	/* More red on the other side, where a third is expected there. */
	CHECK(json_integer_value(json_object_get(json_object_get(json_array_get(json_object_get(result, "sides"), 1),
		"lanes"), "red")) > json_integer_value(json_object_get(json_object_get(side, "lanes"), "red")));
	json_decref(result);
	order.choices[0].policy_source = TEXT("profile X: x\nlane: red\nwhen: no.such = 1\nend\n");
	CHECK(rehearsal_perform(database, &order, arena, &row, &problems) == STATUS_INVALID);
	CHECK(problems.count > 0);
	order.choices[0].policy_source = TEXT_NONE;
	order.choices[0].selection = TEXT("rouge_attendu=3");
	CHECK(rehearsal_perform(database, &order, arena, &row, &problems) == STATUS_INVALID);
}

static void rehearse(const char *url)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(512 << 20);

	REQUIRE(arena && database_open(url, &(struct database_options){.create = true}, &database) == STATUS_OK);
	wiring_start();
	REQUIRE(wiring_migrate(database) == STATUS_OK);
	REQUIRE(fix_selection(database) == STATUS_OK);
	REQUIRE(demo_store(database, 7, 300, 1, NULL, NULL) == STATUS_OK);
	REQUIRE(import_today(database, arena) == STATUS_OK);
	check_against_live(database, arena);
	check_result(database, arena);
	check_blindness(database, arena);
}

TEST(rehearsals_decide_as_live_know_only_the_past_and_count_right)
{
	test_each_url(rehearse);
}
