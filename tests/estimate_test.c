/* What nobody controlled is estimated from what chance alone had picked: in the demonstration the truth is known, and
 * the estimate must lie by it. */
#include "app/people.h"
#include "app/wiring.h"
#include "base/memory.h"
#include "base/secret.h"
#include "base/test.h"
#include "demo/demo.h"
#include "modules/rehearsal/rehearsal.h"
#include "store/test_database.h"

#include <stdlib.h>
#include <string.h>

STATEMENT(DECLARED,
	"select c.id, c.identity, c.day, c.outcome, c.decision_id, case when d.lane >= 2 then coalesce(d.reasons, s.reasons) end "
	"from consignments c left join decisions d on d.id = c.decision_id left join decisions s on s.id = d.reasons_of "
	"where c.stage = 1");

enum { DECLARATIONS = 7000, SEED = 3, DRAWN_WITHIN = 6 };

/* What an inspection of a declaration would find, by the digest of its identity. */
struct truth {
	unsigned char identity[DIGEST_SIZE];
	bool wrong;
};
struct truths {
	struct truth *rows;
	size_t count;
	struct arena *arena;
	unsigned char controls[4 * DECLARATIONS]; /* by id: 1 spared, 2 controlled; each written by one thread */
};

static void truths_release(struct truths **truths)
{
	if (*truths) {
		memory_free((*truths)->rows);
		arena_free((*truths)->arena);
	}
	memory_free(*truths);
}

static int by_identity(const void *a, const void *b)
{
	return memcmp(((const struct truth *)a)->identity, ((const struct truth *)b)->identity, DIGEST_SIZE);
}

static enum status note_truth(void *context, const struct demo_event *event)
{
	struct truths *truths = context;
	struct text identity;

	if (event->kind != DEMO_DECLARATION || truths->count == 2 * DECLARATIONS)
		return STATUS_OK;
	arena_reset(truths->arena);
	identity = consignment_identity(truths->arena, event->consignment);
	if (!identity.data)
		return STATUS_NO_MEMORY;
	digest_quick(identity, truths->rows[truths->count].identity);
	truths->rows[truths->count++].wrong = event->found;
	return STATUS_OK;
}

static struct truths *truths_of(const struct demo_options *options)
{
	struct truths *truths = memory_allocate(sizeof *truths);

	if (!truths)
		return NULL;
	truths->rows = memory_allocate(2 * DECLARATIONS * sizeof *truths->rows);
	truths->arena = arena_new(1 << 20);
	if (!truths->rows || !truths->arena || demo_generate(options, note_truth, truths) != STATUS_OK) {
		truths_release(&truths);
		return NULL;
	}
	qsort(truths->rows, truths->count, sizeof *truths->rows, by_identity);
	return truths;
}

static bool is_wrong(const struct truths *truths, struct text identity)
{
	struct truth wanted = {.wrong = false};
	const struct truth *found;

	digest_quick(identity, wanted.identity);
	found = bsearch(&wanted, truths->rows, truths->count, sizeof wanted, by_identity);
	CHECK(found != NULL);
	return found && found->wrong;
}

static void note_control(void *context, int64_t id, const struct decision *decisions)
{
	struct truths *truths = context;

	if (id > 0 && id < 4 * DECLARATIONS)
		truths->controls[id] = lane_is_control(decisions[0].lane) ? 2 : 1;
}

static enum status replay(struct database *database, struct truths *truths, struct arena *arena,
	struct group_estimate ret_estimates[2])
{
	struct replay_request request = {.from = clock_today() - 365, .to = clock_today() + 1, .side_count = 1, .threads = 2,
		.each = note_control, .context = truths};
	struct problem_list problems = {.arena = arena};
	const struct rehearsal_choice choice = {.model_id = 0};
	struct rehearsal_side side;
	struct reader *reader = NULL;
	struct replay result;
	enum status status;

	TRY(reader_begin(database, &reader));
	status = rehearsal_side_load(reader, &choice, arena, &side, &problems);
	reader_end(reader);
	TRY(status);
	request.sides[0] = (struct replay_side){side.policy, side.model, side.selections, side.selection_count};
	status = replay_run(database, &request, arena, &result);
	rehearsal_side_release(&side);
	TRY(status);
	ret_estimates[0] = group_estimate(&rehearsal_tally(result.rehearsal, 0, GATE_DECLARATION)->spared);
	ret_estimates[1] = group_estimate(&rehearsal_tally(result.rehearsal, 0, GATE_DECLARATION)->selected);
	rehearsal_free(result.rehearsal);
	return STATUS_OK;
}

/* More than twice the interval at 95 % away happens once in ten thousand. */
static void check_estimate(const struct group_estimate *estimate, int64_t left, int64_t wrong)
{
	int64_t below = estimate->middle - estimate->low, above = estimate->high - estimate->middle;

	CHECK(estimate->is_there);
	CHECK_INTEGER(estimate->of, left);
	CHECK(wrong > 20);
	CHECK(wrong >= estimate->middle - 2 * below - 3);
	CHECK(wrong <= estimate->middle + 2 * above + 3);
	CHECK(estimate->high < left / 2); /* it says something */
}

static void estimate(const char *url)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(512 << 20);
	AUTO(truths_release) struct truths *truths =
		truths_of(&(struct demo_options){SEED, DECLARATIONS, clock_today() - 365, 1});
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t left[2] = {0}, wrong[2] = {0}, picked = 0, unseen = 0;
	struct group_estimate estimates[2];

	REQUIRE(arena && truths && database_open(url, &(struct database_options){.create = true}, &database) == STATUS_OK);
	wiring_start();
	REQUIRE(wiring_migrate(database) == STATUS_OK);
	REQUIRE(demo_store(database, SEED, DECLARATIONS, 1, NULL, NULL) == STATUS_OK);
	REQUIRE(replay(database, truths, arena, estimates) == STATUS_OK);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(store_query(reader, &DECLARED, NO_PARAMS, &rows) == STATUS_OK);
	while (rows_next(rows)) {
		int64_t id = rows_integer(rows, 0);
		bool known = !rows_is_null(rows, 3), bad = is_wrong(truths, rows_text(rows, 1));
		bool by_chance = !rows_is_null(rows, 5) && reasons_are_chance(rows_text(rows, 5));

		/* All that chance picked is inspected, whatever it holds, and an inspection finds what is so. */
		picked += by_chance;
		unseen += by_chance && !known;
		CHECK(!known || (rows_integer(rows, 3) != 0) == bad);
		REQUIRE(id > 0 && id < 4 * DECLARATIONS && truths->controls[id]);
		if (known || (!rows_is_null(rows, 5) && !by_chance))
			continue;
		left[truths->controls[id] - 1]++;
		wrong[truths->controls[id] - 1] += bad;
	}
	CHECK(rows_status(rows) == STATUS_OK);
	CHECK(picked > 300);
	CHECK_INTEGER(unseen, 0);
	check_estimate(&estimates[0], left[0], wrong[0]);
	check_estimate(&estimates[1], left[1], wrong[1]);
}

TEST(estimates_from_the_random_sample_lie_by_the_truth_of_the_demonstration)
{
	test_each_url(estimate);
}
