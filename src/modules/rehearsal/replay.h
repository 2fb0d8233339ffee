#ifndef VIGIE_REHEARSAL_REPLAY_H
#define VIGIE_REHEARSAL_REPLAY_H
/* The stored past through a rehearsal, by several threads. */
#include "engine/rehearsal.h"
#include "modules/risk/risk.h"

/* One side: what would have decided. */
struct replay_side {
	const struct policy *policy;
	const struct model *model; /* NULL: none */
	const struct selection_row *selections;
	size_t selection_count;
};
struct replay_progress {
	int64_t done, total; /* consignments read */
};
struct replay_request {
	int64_t from, to; /* days, both included */
	struct replay_side sides[REHEARSAL_RUNS];
	size_t side_count;
	int threads; /* 0: one for each processor, two at least and eight at most */
	enum status (*progress)(void *context, const struct replay_progress *progress); /* NULL: none; a failure stops */
	void *context;
	/* For tests: what each consignment got, by side; NULL: nobody wants to know. Called by any thread. */
	void (*each)(void *context, int64_t consignment_id, const struct decision *decisions);
};
/* An office as met, in the order in which they were. */
struct replay_office {
	struct text code;
	int64_t declarations;
};
struct replay {
	struct rehearsal *rehearsal; /* the caller's: rehearsal_free() */
	struct replay_office *offices; /* in the arena given */
	size_t office_count;
	int64_t declarations, bills; /* decided; with a bill of lading beside */
	int64_t manifests; /* bills of lading decided at the gate of the manifest */
	int64_t brought_later; /* of both: decided long after their day, so that what was known then is not stored */
	int64_t learned_before; /* older ones, that only histories know */
	int64_t microseconds, processor_microseconds;
};
/* Every declaration and bill of lading in the days, in their order: histories know what was known before its day and
 * nothing later; names, prices and suppressions are as of the day (modules/risk/past.h).
 * STATUS_INVALID: days out of order or too far apart. */
enum status replay_run(struct database *database, const struct replay_request *request, struct arena *arena,
	struct replay *ret_replay) MUST_CHECK;

#endif
