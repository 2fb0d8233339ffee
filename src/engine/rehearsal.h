#ifndef VIGIE_ENGINE_REHEARSAL_H
#define VIGIE_ENGINE_REHEARSAL_H
/* Rehearsal: what one or two settings (policy, model, selection) would have done with consignments of the past,
 * decided by decision_make() as live, counted beside what is known of them.
 *
 * What nobody controlled has no outcome. Those that chance alone had picked (the draw or the top-up, no other
 * reason) stand for all that no reason had picked: their hit rate, with Wilson's interval at 95 %, times how many those
 * are, less what is known among them, is the estimate of what is left there. Of what a reason had picked and nobody
 * controlled chance says nothing, and nothing is said.
 *
 * Bills of lading are decided at the gate of the manifest and counted apart.
 *
 * Work is shared by parts: a stream (an office and regime: what the counters of lanes are kept for) must always
 * go to the same part, in the order of days. Parts are then added up; the result does not depend on how many
 * there were. */
#include "engine/engine.h"

enum { REHEARSAL_RUNS = 2, REHEARSAL_OFFICES = 512, REHEARSAL_STREAMS = 4096, REHEARSAL_DAYS = 3700, REHEARSAL_MONTHS = 124 };

/* A lane of a control before release: yellow (papers) or red (goods). */
static inline bool lane_is_control(enum lane lane)
{
	return lane >= LANE_YELLOW;
}

struct rehearsal_run {
	const struct policy *policy;
	const struct model *model; /* NULL: none */
};

/* One consignment of the past. */
struct rehearsal_case {
	const struct consignment *consignment, *counterpart; /* its stage says the gate: manifest or declaration */
	const struct name_hits *names; /* the three as in struct decision_inputs */
	const struct price_references *prices;
	const struct suppression *suppressions;
	size_t suppression_count;
	int64_t day; /* of which it counts */
	int64_t today; /* the day it is decided on: as a rule the same, for what comes ahead of its day an earlier one */
	bool known, adverse; /* its outcome */
	int64_t recovered; /* NUMBER_NONE: none or not known */
	bool by_chance; /* it had been picked for a control, and by chance alone */
	bool targeted; /* it had been picked for another reason */
	size_t office, stream; /* numbers given by the caller, below the limits */
	bool without_details; /* nobody reads the reasons */
	const struct selection *selection[REHEARSAL_RUNS]; /* of the stream in the month, with its key */
};

/* Consignments with some property: how many, what is known of them, and the sample of chance among them. */
struct rehearsal_group {
	int64_t count, known, adverse, recovered; /* recovered: micro */
	int64_t picked, judged, found; /* by chance alone: how many, of them with an outcome, of those adverse */
	int64_t targeted, targeted_known, targeted_adverse; /* by another reason */
};
/* What one profile, or all reasons of one kind, did. */
struct rehearsal_contribution {
	int64_t hits; /* met, whether its share then selected or not */
	struct rehearsal_group selected; /* it asked for a control */
	struct rehearsal_group only; /* and nothing else did */
};
struct rehearsal_month {
	int64_t controls, known, adverse, recovered;
};
struct rehearsal_tally {
	int64_t lanes[LANE_COUNT];
	struct rehearsal_group selected, spared;
	struct rehearsal_contribution kinds[REASON_QUOTA + 1];
	struct rehearsal_contribution *profiles; /* as in the policy */
	size_t profile_count;
	struct rehearsal_month months[REHEARSAL_MONTHS]; /* from that of the first day */
	/* Controls by office and day from the first, NULL where there were none. */
	struct rehearsal_day { uint32_t red, yellow; } *offices[REHEARSAL_OFFICES];
};

struct rehearsal;
/* `first_day` and `last_day`, both included, REHEARSAL_DAYS apart at most (else STATUS_INVALID). */
enum status rehearsal_new(const struct rehearsal_run *runs, size_t run_count, int64_t first_day, int64_t last_day,
	struct rehearsal **ret_rehearsal) MUST_CHECK;
void rehearsal_free(struct rehearsal *rehearsal);
void rehearsal_release(struct rehearsal **rehearsal); /* for AUTO() */
/* Decides and counts. The arena is the caller's to reset afterwards. `decisions` (of run_count) may be NULL. */
enum status rehearsal_take(struct rehearsal *rehearsal, const struct rehearsal_case *one, const struct history *history,
	struct arena *arena, struct decision *decisions) MUST_CHECK;
/* Adds what another part counted; both were made with the same arguments. */
enum status rehearsal_add(struct rehearsal *rehearsal, const struct rehearsal *other) MUST_CHECK;

size_t rehearsal_run_count(const struct rehearsal *rehearsal);
/* `gate`: GATE_MANIFEST or GATE_DECLARATION. */
const struct rehearsal_tally *rehearsal_tally(const struct rehearsal *rehearsal, size_t run, enum gate gate);
/* Of two runs, declarations alone: [does the first control][does the second]. */
const struct rehearsal_group *rehearsal_both(const struct rehearsal *rehearsal, bool first, bool second);
/* Of two runs, declarations alone: how many had this lane by the first and that by the second. */
int64_t rehearsal_moves(const struct rehearsal *rehearsal, enum lane first, enum lane second);
/* The months from that of the first day to that of the last. */
size_t rehearsal_month_count(const struct rehearsal *rehearsal);

/* Wilson's interval at 95 % of `hits` in `count`, in micro; all NUMBER_NONE when count is 0. (E. B. Wilson 1927.) */
struct share_estimate {
	int64_t low, middle, high;
};
struct share_estimate share_estimate(int64_t hits, int64_t count);

/* What is wrong among those of a group that no reason had picked and nobody controlled. */
struct group_estimate {
	bool is_there; /* false: nothing of what chance picked has an outcome */
	struct share_estimate share; /* among all that no reason had picked */
	int64_t of; /* how many have no outcome and no reason: the findings are theirs */
	int64_t low, middle, high; /* findings */
	int64_t beyond; /* picked for a reason then and never controlled: not estimated */
};
struct group_estimate group_estimate(const struct rehearsal_group *group);

#endif
