/* Deciding the past again with other settings, and counting what they do. */
#include "engine/rehearsal.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GATES = GATE_DECLARATION + 1 };

struct rehearsal {
	struct rehearsal_run runs[REHEARSAL_RUNS];
	struct rehearsal_tally tallies[REHEARSAL_RUNS][GATES];
	struct rehearsal_group both[2][2];
	int64_t moves[LANE_COUNT][LANE_COUNT];
	/* Each profile's place by the address of its code, which reasons carry on. */
	struct code_place {
		const char *code;
		size_t place;
	} *places[REHEARSAL_RUNS];
	struct selection_counts counts[REHEARSAL_RUNS][REHEARSAL_STREAMS];
	int16_t count_months[REHEARSAL_STREAMS]; /* the month + 1 that the counts are of */
	size_t run_count;
	int64_t first_day, last_day;
	int first_month; /* months since year 0 */
};

static int month_of(int64_t day)
{
	int year, month, of_month;

	date_split(day, &year, &month, &of_month);
	return year * 12 + month - 1;
}

static int compare_places(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)((const struct code_place *)a)->code, y = (uintptr_t)((const struct code_place *)b)->code;

	return x < y ? -1 : x > y;
}

static enum status run_begin(struct rehearsal *rehearsal, size_t run, const struct rehearsal_run *given)
{
	size_t count = given->policy ? policy_count(given->policy) : 0;

	rehearsal->runs[run] = *given;
	rehearsal->places[run] = memory_allocate((count + 1) * sizeof **rehearsal->places);
	if (!rehearsal->places[run])
		return STATUS_NO_MEMORY;
	for (int gate = 0; gate < GATES; gate++) {
		struct rehearsal_tally *tally = &rehearsal->tallies[run][gate];

		tally->profiles = memory_allocate((count + 1) * sizeof *tally->profiles);
		if (!tally->profiles)
			return STATUS_NO_MEMORY;
		tally->profile_count = count;
	}
	for (size_t i = 0; i < count; i++)
		rehearsal->places[run][i] = (struct code_place){policy_profile(given->policy, i)->code.data, i};
	if (count)
		qsort(rehearsal->places[run], count, sizeof **rehearsal->places, compare_places);
	return STATUS_OK;
}

enum status rehearsal_new(const struct rehearsal_run *runs, size_t run_count, int64_t first_day, int64_t last_day,
	struct rehearsal **ret_rehearsal)
{
	struct rehearsal *rehearsal;

	if (!run_count || run_count > REHEARSAL_RUNS || last_day < first_day || last_day - first_day >= REHEARSAL_DAYS)
		return STATUS_INVALID;
	rehearsal = memory_allocate(sizeof *rehearsal);
	if (!rehearsal)
		return STATUS_NO_MEMORY;
	rehearsal->run_count = run_count;
	rehearsal->first_day = first_day;
	rehearsal->last_day = last_day;
	rehearsal->first_month = month_of(first_day);
	for (size_t run = 0; run < run_count; run++) {
		if (run_begin(rehearsal, run, &runs[run]) != STATUS_OK) {
			rehearsal_free(rehearsal);
			return STATUS_NO_MEMORY;
		}
	}
	*ret_rehearsal = rehearsal;
	return STATUS_OK;
}

void rehearsal_free(struct rehearsal *rehearsal)
{
	if (!rehearsal)
		return;
	for (size_t run = 0; run < REHEARSAL_RUNS; run++) {
		memory_free(rehearsal->places[run]);
		for (int gate = 0; gate < GATES; gate++) {
			memory_free(rehearsal->tallies[run][gate].profiles);
			for (size_t office = 0; office < REHEARSAL_OFFICES; office++)
				memory_free(rehearsal->tallies[run][gate].offices[office]);
		}
	}
	memory_free(rehearsal);
}

void rehearsal_release(struct rehearsal **rehearsal)
{
	rehearsal_free(*rehearsal);
	*rehearsal = NULL;
}

static void group_take(struct rehearsal_group *group, const struct rehearsal_case *one)
{
	group->count++;
	group->known += one->known;
	group->picked += one->by_chance;
	group->judged += one->by_chance && one->known;
	group->targeted += one->targeted;
	group->targeted_known += one->targeted && one->known;
	if (!one->known || !one->adverse)
		return;
	group->adverse++;
	group->found += one->by_chance;
	group->targeted_adverse += one->targeted;
	if (one->recovered != NUMBER_NONE)
		group->recovered += one->recovered;
}

static void group_add(struct rehearsal_group *group, const struct rehearsal_group *other)
{
	group->count += other->count;
	group->known += other->known;
	group->adverse += other->adverse;
	group->recovered += other->recovered;
	group->picked += other->picked;
	group->judged += other->judged;
	group->found += other->found;
	group->targeted += other->targeted;
	group->targeted_known += other->targeted_known;
	group->targeted_adverse += other->targeted_adverse;
}

static void contribution_take(struct rehearsal_contribution *contribution, const struct rehearsal_case *one, bool selects,
	bool is_only)
{
	contribution->hits++;
	if (selects)
		group_take(&contribution->selected, one);
	if (selects && is_only)
		group_take(&contribution->only, one);
}

static bool reason_selects(const struct reason *reason)
{
	return reason->selected && lane_is_control(reason->lane);
}

static enum gate gate_of(const struct rehearsal_case *one)
{
	return one->consignment->stage == STAGE_MANIFEST ? GATE_MANIFEST : GATE_DECLARATION;
}

static struct rehearsal_contribution *profile_of(const struct rehearsal *rehearsal, size_t run,
	const struct rehearsal_tally *tally, const struct reason *reason)
{
	const struct code_place wanted = {reason->code.data, 0};
	const struct code_place *found = !tally->profile_count ? NULL
		: bsearch(&wanted, rehearsal->places[run], tally->profile_count, sizeof wanted, compare_places);

	return found ? &tally->profiles[found->place] : NULL;
}

static void count_reasons(struct rehearsal *rehearsal, size_t run, const struct rehearsal_case *one,
	const struct decision *decision)
{
	struct rehearsal_tally *tally = &rehearsal->tallies[run][gate_of(one)];
	int of_kind[REASON_QUOTA + 1] = {0}, selecting_of_kind[REASON_QUOTA + 1] = {0}, selecting = 0;

	for (size_t i = 0; i < decision->reason_count; i++) {
		const struct reason *reason = &decision->reasons[i];

		of_kind[reason->kind]++;
		selecting_of_kind[reason->kind] += reason_selects(reason);
		/* The top-up only comes where the others left room. */
		selecting += reason_selects(reason) && reason->kind != REASON_QUOTA;
	}
	for (size_t i = 0; i < decision->reason_count; i++) {
		const struct reason *reason = &decision->reasons[i];
		struct rehearsal_contribution *profile = reason->kind == REASON_PROFILE
			? profile_of(rehearsal, run, tally, reason)
			: NULL;

		if (profile)
			contribution_take(profile, one, reason_selects(reason), selecting == 1);
	}
	for (int kind = REASON_PROFILE; kind <= REASON_QUOTA; kind++)
		if (of_kind[kind])
			contribution_take(&tally->kinds[kind], one, selecting_of_kind[kind] > 0,
				kind == REASON_QUOTA ? selecting == 0 : selecting == selecting_of_kind[kind]);
}

static enum status count_office(struct rehearsal *rehearsal, struct rehearsal_tally *tally, const struct rehearsal_case *one,
	enum lane lane)
{
	struct rehearsal_day *days = tally->offices[one->office];

	if (!days) {
		days = memory_allocate((size_t)(rehearsal->last_day - rehearsal->first_day + 1) * sizeof *days);
		if (!days)
			return STATUS_NO_MEMORY;
		tally->offices[one->office] = days;
	}
	days[one->day - rehearsal->first_day].red += lane == LANE_RED;
	days[one->day - rehearsal->first_day].yellow += lane == LANE_YELLOW;
	return STATUS_OK;
}

static enum status count_decision(struct rehearsal *rehearsal, size_t run, const struct rehearsal_case *one,
	const struct decision *decision)
{
	struct rehearsal_tally *tally = &rehearsal->tallies[run][gate_of(one)];
	bool control = lane_is_control(decision->lane);
	struct rehearsal_month *month = &tally->months[month_of(one->day) - rehearsal->first_month];

	tally->lanes[decision->lane]++;
	group_take(control ? &tally->selected : &tally->spared, one);
	count_reasons(rehearsal, run, one, decision);
	if (!control)
		return STATUS_OK;
	month->controls++;
	month->known += one->known;
	if (one->known && one->adverse) {
		month->adverse++;
		month->recovered += one->recovered != NUMBER_NONE ? one->recovered : 0;
	}
	return count_office(rehearsal, tally, one, decision->lane);
}

/* Counters of lanes are those of a month, as live. */
static void begin_month(struct rehearsal *rehearsal, const struct rehearsal_case *one)
{
	int16_t month = (int16_t)(month_of(one->day) - rehearsal->first_month + 1);

	if (rehearsal->count_months[one->stream] == month)
		return;
	rehearsal->count_months[one->stream] = month;
	for (size_t run = 0; run < rehearsal->run_count; run++)
		rehearsal->counts[run][one->stream] = (struct selection_counts){0};
}

enum status rehearsal_take(struct rehearsal *rehearsal, const struct rehearsal_case *one, const struct history *history,
	struct arena *arena, struct decision *decisions)
{
	enum lane found[REHEARSAL_RUNS] = {LANE_GREEN};

	if (one->office >= REHEARSAL_OFFICES || one->stream >= REHEARSAL_STREAMS || one->day < rehearsal->first_day ||
	    one->day > rehearsal->last_day)
		return STATUS_INVALID;
	begin_month(rehearsal, one);
	for (size_t run = 0; run < rehearsal->run_count; run++) {
		const struct decision_inputs inputs = {.gate = gate_of(one), .policy = rehearsal->runs[run].policy,
			.history = history, .model = rehearsal->runs[run].model, .selection = one->selection[run],
			.counts = &rehearsal->counts[run][one->stream], .counterpart = one->counterpart,
			.names = one->names, .prices = one->prices, .suppressions = one->suppressions,
			.suppression_count = one->suppression_count, .today = one->today,
			.without_details = one->without_details};
		struct decision decision;

		TRY(decision_make(&inputs, one->consignment, arena, &decision));
		TRY(count_decision(rehearsal, run, one, &decision));
		found[run] = decision.lane;
		if (decisions)
			decisions[run] = decision;
	}
	if (rehearsal->run_count > 1 && gate_of(one) == GATE_DECLARATION) {
		group_take(&rehearsal->both[lane_is_control(found[0])][lane_is_control(found[1])], one);
		rehearsal->moves[found[0]][found[1]]++;
	}
	return STATUS_OK;
}

static void contribution_add(struct rehearsal_contribution *contribution, const struct rehearsal_contribution *other)
{
	contribution->hits += other->hits;
	group_add(&contribution->selected, &other->selected);
	group_add(&contribution->only, &other->only);
}

static enum status offices_add(struct rehearsal_tally *tally, const struct rehearsal_tally *other, size_t days)
{
	for (size_t office = 0; office < REHEARSAL_OFFICES; office++) {
		if (!other->offices[office])
			continue;
		if (!tally->offices[office])
			tally->offices[office] = memory_allocate(days * sizeof **tally->offices);
		if (!tally->offices[office])
			return STATUS_NO_MEMORY;
		for (size_t day = 0; day < days; day++) {
			tally->offices[office][day].red += other->offices[office][day].red;
			tally->offices[office][day].yellow += other->offices[office][day].yellow;
		}
	}
	return STATUS_OK;
}

static enum status tally_add(struct rehearsal_tally *tally, const struct rehearsal_tally *other, size_t days)
{
	for (int lane = 0; lane < LANE_COUNT; lane++)
		tally->lanes[lane] += other->lanes[lane];
	group_add(&tally->selected, &other->selected);
	group_add(&tally->spared, &other->spared);
	for (int kind = 0; kind <= REASON_QUOTA; kind++)
		contribution_add(&tally->kinds[kind], &other->kinds[kind]);
	for (size_t i = 0; i < tally->profile_count && i < other->profile_count; i++)
		contribution_add(&tally->profiles[i], &other->profiles[i]);
	for (size_t i = 0; i < REHEARSAL_MONTHS; i++) {
		tally->months[i].controls += other->months[i].controls;
		tally->months[i].known += other->months[i].known;
		tally->months[i].adverse += other->months[i].adverse;
		tally->months[i].recovered += other->months[i].recovered;
	}
	return offices_add(tally, other, days);
}

enum status rehearsal_add(struct rehearsal *rehearsal, const struct rehearsal *other)
{
	size_t days = (size_t)(rehearsal->last_day - rehearsal->first_day + 1);

	for (size_t run = 0; run < rehearsal->run_count; run++)
		for (int gate = 0; gate < GATES; gate++)
			TRY(tally_add(&rehearsal->tallies[run][gate], &other->tallies[run][gate], days));
	for (int i = 0; i < 2; i++)
		for (int j = 0; j < 2; j++)
			group_add(&rehearsal->both[i][j], &other->both[i][j]);
	for (int i = 0; i < LANE_COUNT; i++)
		for (int j = 0; j < LANE_COUNT; j++)
			rehearsal->moves[i][j] += other->moves[i][j];
	return STATUS_OK;
}

size_t rehearsal_run_count(const struct rehearsal *rehearsal)
{
	return rehearsal->run_count;
}

const struct rehearsal_tally *rehearsal_tally(const struct rehearsal *rehearsal, size_t run, enum gate gate)
{
	return &rehearsal->tallies[run][gate];
}

const struct rehearsal_group *rehearsal_both(const struct rehearsal *rehearsal, bool first, bool second)
{
	return &rehearsal->both[first][second];
}

int64_t rehearsal_moves(const struct rehearsal *rehearsal, enum lane first, enum lane second)
{
	return rehearsal->moves[first][second];
}

size_t rehearsal_month_count(const struct rehearsal *rehearsal)
{
	return (size_t)(month_of(rehearsal->last_day) - rehearsal->first_month + 1);
}

struct share_estimate share_estimate(int64_t hits, int64_t count)
{
	static const double z = 1.959963984540054;
	double n = (double)count, p, spread, middle, under;

	if (count <= 0)
		return (struct share_estimate){NUMBER_NONE, NUMBER_NONE, NUMBER_NONE};
	p = (double)hits / n;
	under = 1 + z * z / n;
	middle = (p + z * z / (2 * n)) / under;
	spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / under;
	return (struct share_estimate){hits ? (int64_t)((middle - spread) * 1e6 + .5) : 0, (int64_t)(p * 1e6 + .5),
		hits < count ? (int64_t)((middle + spread) * 1e6 + .5) : NUMBER_ONE};
}

/* The share of `all`, less what is known: between none and all of those left. */
static int64_t left_of(int64_t share, int64_t all, int64_t known, int64_t most)
{
	int64_t left = (share * all + NUMBER_ONE / 2) / NUMBER_ONE - known;

	return left < 0 ? 0 : left > most ? most : left;
}

struct group_estimate group_estimate(const struct rehearsal_group *group)
{
	int64_t all = group->count - group->targeted, known = group->adverse - group->targeted_adverse;
	struct group_estimate estimate = {.share = share_estimate(group->found, group->judged),
		.of = all - (group->known - group->targeted_known), .beyond = group->targeted - group->targeted_known};

	if (estimate.share.middle == NUMBER_NONE)
		return estimate;
	estimate.is_there = true;
	estimate.low = left_of(estimate.share.low, all, known, estimate.of);
	estimate.middle = left_of(estimate.share.middle, all, known, estimate.of);
	estimate.high = left_of(estimate.share.high, all, known, estimate.of);
	return estimate;
}
