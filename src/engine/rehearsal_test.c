/* Rehearsals: who asked for a control, who alone, what chance says of the rest, and parts that add up. */
#include "base/memory.h"
#include "base/test.h"
#include "engine/rehearsal.h"
#include "engine/test_policy.h"

#include <stdio.h>

static const char source[] = "profile CAR-01: Voitures\nlegal basis: x\nlane: red\nwhen: item.hs starts with 8703\nend\n"
			     "profile ARM-01: Armes\nlegal basis: x\nlane: yellow\nwhen: item.hs starts with 9301\nend\n"
			     "profile NIL-01: Rien\nlegal basis: x\nlane: red\nwhen: item.hs starts with 0101\nend\n"
			     "profile BLU-01: Bleu\nlegal basis: x\nlane: blue\nwhen: item.origin = \"JP\"\nend\n";

static struct policy *policy_of(struct arena *arena, const char *text)
{
	struct problem_list problems = {.arena = arena};
	struct profile *profiles = NULL;
	struct policy *policy = NULL;
	size_t count = 0;

	if (profiles_read(arena, text_of(text), &profiles, &count, &problems) != STATUS_OK ||
	    policy_compile(profiles, count, NULL, 0, &policy, &problems) != STATUS_OK)
		return NULL;
	return policy;
}

/* A car when i is even, a weapon when it divides by three; outcomes known of every fourth. */
static enum status take(struct rehearsal *rehearsal, struct arena *arena, const struct selection *selection, int i)
{
	struct consignment c = test_declaration(arena);
	struct rehearsal_case one = {.consignment = &c, .day = date_from(2026, 1, 1) + i / 10,
		.today = date_from(2026, 1, 1) + i / 10, .known = i % 4 == 0,
		.adverse = i % 8 == 0, .recovered = number_of(5), .by_chance = i % 12 == 0, .office = (size_t)(i % 2),
		.stream = (size_t)(i % 2), .selection = {selection, selection}};
	static char reference[16];

	snprintf(reference, sizeof reference, "R%d", i);
	c.reference = text_of(reference);
	c.items[0].hs = i % 2 ? TEXT("1001") : TEXT("8703");
	c.items[0].origin = TEXT("JP");
	c.items[1].hs = i % 3 ? TEXT("1002") : TEXT("9301");
	return rehearsal_take(rehearsal, &one, NULL, arena, NULL);
}

static void check_sums(const struct rehearsal *rehearsal)
{
	const struct rehearsal_tally *tally = rehearsal_tally(rehearsal, 0, GATE_DECLARATION);

	/* Of 120: 60 cars, 40 weapons, 20 of them both: 80 controls; 40 with neither, blue for their origin. */
	CHECK_INTEGER(tally->lanes[LANE_RED], 60);
	CHECK_INTEGER(tally->lanes[LANE_YELLOW], 20);
	CHECK_INTEGER(tally->lanes[LANE_BLUE], 40);
	CHECK_INTEGER(tally->selected.count, 80);
	CHECK_INTEGER(tally->spared.count, 40);
	CHECK_INTEGER(tally->profiles[0].hits, 60);
	CHECK_INTEGER(tally->profiles[0].selected.count, 60);
	CHECK_INTEGER(tally->profiles[0].only.count, 40);
	CHECK_INTEGER(tally->profiles[1].only.count, 20);
	CHECK_INTEGER(tally->profiles[2].hits, 0);
	/* Blue is no control: it hits all and selects none. */
	CHECK_INTEGER(tally->profiles[3].hits, 120);
	CHECK_INTEGER(tally->profiles[3].selected.count, 0);
	/* Known: the 30 that divide by 4, all cars; adverse: the 15 that divide by 8. */
	CHECK_INTEGER(tally->selected.known, 30);
	CHECK_INTEGER(tally->selected.adverse, 15);
	CHECK_INTEGER(tally->selected.recovered, number_of(75));
	CHECK_INTEGER(tally->profiles[0].only.adverse, 10);
	/* By chance: those that divide by 12; all judged, those that divide by 24 found. */
	CHECK_INTEGER(tally->selected.picked, 10);
	CHECK_INTEGER(tally->selected.judged, 10);
	CHECK_INTEGER(tally->selected.found, 5);
	CHECK_INTEGER(tally->months[0].controls, 80);
	CHECK_INTEGER(rehearsal_month_count(rehearsal), 1);
	CHECK_INTEGER(tally->kinds[REASON_PROFILE].only.count, 80);
}

TEST(rehearsals_tell_who_asked_and_who_alone_in_any_number_of_parts)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	AUTO(test_policy_release) struct policy *policy = policy_of(arena, source);
	AUTO(rehearsal_release) struct rehearsal *whole = NULL;
	AUTO(rehearsal_release) struct rehearsal *even = NULL;
	AUTO(rehearsal_release) struct rehearsal *odd = NULL;
	struct rehearsal_run run = {policy, NULL};
	struct selection selection = {.score_red = NUMBER_NONE, .score_yellow = NUMBER_NONE, .score_blue = NUMBER_NONE};
	int64_t first = date_from(2026, 1, 1);

	REQUIRE(policy);
	REQUIRE(rehearsal_new(&run, 1, first, first + 11, &whole) == STATUS_OK);
	REQUIRE(rehearsal_new(&run, 1, first, first + 11, &even) == STATUS_OK);
	REQUIRE(rehearsal_new(&run, 1, first, first + 11, &odd) == STATUS_OK);
	for (int i = 0; i < 120; i++) {
		REQUIRE(take(whole, arena, &selection, i) == STATUS_OK);
		REQUIRE(take(i % 2 ? odd : even, arena, &selection, i) == STATUS_OK);
	}
	check_sums(whole);
	REQUIRE(rehearsal_add(even, odd) == STATUS_OK);
	check_sums(even);
	CHECK_INTEGER(rehearsal_tally(even, 0, GATE_DECLARATION)->offices[0][0].red, rehearsal_tally(whole, 0, GATE_DECLARATION)->offices[0][0].red);
	CHECK_INTEGER(rehearsal_tally(whole, 0, GATE_DECLARATION)->offices[0][0].red, 5);
	CHECK(take(whole, arena, &selection, 120) == STATUS_INVALID); /* after the last day */
}

TEST(rehearsals_of_two_runs_tell_what_each_has_that_the_other_has_not)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	AUTO(test_policy_release) struct policy *first = policy_of(arena, source);
	AUTO(test_policy_release) struct policy *second = policy_of(arena,
		"profile ARM-01: Armes\nlegal basis: x\nlane: red\nwhen: item.hs starts with 9301\nend\n");
	AUTO(rehearsal_release) struct rehearsal *rehearsal = NULL;
	struct rehearsal_run runs[] = {{first, NULL}, {second, NULL}};
	struct selection selection = {.score_red = NUMBER_NONE, .score_yellow = NUMBER_NONE, .score_blue = NUMBER_NONE};
	int64_t day = date_from(2026, 1, 1);

	REQUIRE(first && second);
	REQUIRE(rehearsal_new(runs, 2, day, day + 11, &rehearsal) == STATUS_OK);
	for (int i = 0; i < 120; i++)
		REQUIRE(take(rehearsal, arena, &selection, i) == STATUS_OK);
	CHECK_INTEGER(rehearsal_both(rehearsal, true, true)->count, 40);
	CHECK_INTEGER(rehearsal_both(rehearsal, true, false)->count, 40);
	CHECK_INTEGER(rehearsal_both(rehearsal, false, true)->count, 0);
	CHECK_INTEGER(rehearsal_both(rehearsal, true, false)->adverse, 10);
	CHECK_INTEGER(rehearsal_moves(rehearsal, LANE_YELLOW, LANE_RED), 20);
	CHECK_INTEGER(rehearsal_moves(rehearsal, LANE_BLUE, LANE_GREEN), 40);
}

TEST(estimates_of_shares_are_wilsons)
{
	struct share_estimate estimate = share_estimate(10, 100);

	/* By hand: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n). */
	CHECK_INTEGER(estimate.low, 55229);
	CHECK_INTEGER(estimate.middle, 100000);
	CHECK_INTEGER(estimate.high, 174366);
	estimate = share_estimate(0, 20);
	CHECK_INTEGER(estimate.low, 0);
	CHECK_INTEGER(estimate.high, 161125);
	estimate = share_estimate(20, 20);
	CHECK_INTEGER(estimate.high, NUMBER_ONE);
	CHECK_INTEGER(share_estimate(0, 0).middle, NUMBER_NONE);
}

TEST(estimates_say_what_is_left_where_no_reason_had_picked)
{
	/* Of 1,000, 300 had been picked for a reason (200 controlled, 60 wrong); of the other 700, 100 by chance and all
	 * controlled, 10 wrong, and 50 on somebody's own idea, 20 wrong: of 550 without outcome, 700 / 10 - 30 = 40 are. */
	const struct rehearsal_group group = {.count = 1000, .known = 350, .adverse = 90, .picked = 100, .judged = 100,
		.found = 10, .targeted = 300, .targeted_known = 200, .targeted_adverse = 60};
	struct group_estimate estimate = group_estimate(&group);

	CHECK(estimate.is_there);
	CHECK_INTEGER(estimate.of, 550);
	CHECK_INTEGER(estimate.beyond, 100);
	CHECK_INTEGER(estimate.middle, 40);
	CHECK_INTEGER(estimate.low, 9); /* 700 × 0.055229 - 30 */
	CHECK_INTEGER(estimate.high, 92); /* 700 × 0.174366 - 30 */
	CHECK(!group_estimate(&(struct rehearsal_group){.count = 5}).is_there);
}
