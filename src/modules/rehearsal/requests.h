#ifndef VIGIE_REHEARSAL_REQUESTS_H
#define VIGIE_REHEARSAL_REQUESTS_H
/* Rehearsals asked for on a page: kept, taken up by a job, watched while they run. */
#include "modules/rehearsal/rehearsal.h"

struct rehearsal_request {
	int64_t id, from, to;
	struct rehearsal_choice choices[REHEARSAL_RUNS]; /* policies by number only */
	size_t choice_count;
	struct text state, problem;
	int64_t done, total, rehearsal_id, user_id, asked_at, started_at, ended_at;
};
enum status rehearsal_request_add(struct writer *writer, const struct actor *actor,
	const struct rehearsal_request *request, int64_t *ret_id) MUST_CHECK;
enum status rehearsal_request_find(struct reader *reader, int64_t id, struct arena *arena,
	struct rehearsal_request *ret_request) MUST_CHECK;
/* Those that wait, run or failed lately, newest first, at most `limit`. */
enum status rehearsal_requests_open(struct reader *reader, struct arena *arena, struct rehearsal_request *ret_rows,
	size_t limit, size_t *ret_count) MUST_CHECK;
/* The job: takes up all that wait, the oldest first. */
enum status rehearsal_requests_run(struct database *database, struct arena *arena, struct text *ret_note) MUST_CHECK;
#define REHEARSAL_JOB "rehearsal.run"
#define REHEARSAL_EVENT "rehearsal.progress"

#endif
