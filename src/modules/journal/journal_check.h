#ifndef VIGIE_MODULES_JOURNAL_JOURNAL_CHECK_H
#define VIGIE_MODULES_JOURNAL_JOURNAL_CHECK_H
/* The results of computing the whole journal again: it takes as long as the journal is long, so a job does it each
 * night and when asked, and pages show what it found and when. */
#include "domain/journal.h"

struct journal_check {
	int64_t id, checked_at, span; /* microseconds it took */
	struct journal_proof proof;
};
/* Computes every block and keeps the result. */
enum status journal_check_run(struct database *database, struct journal_proof *ret_proof) MUST_CHECK;
/* Keeps a result that was computed elsewhere; span in microseconds. */
enum status journal_check_keep(struct database *database, const struct journal_proof *proof, int64_t span) MUST_CHECK;
/* The newest; STATUS_NOT_FOUND when it was never checked. */
enum status journal_check_last(struct reader *reader, struct journal_check *ret_check) MUST_CHECK;
/* Newest first, at most `limit`. */
enum status journal_check_list(struct reader *reader, int64_t limit,
	bool (*each)(void *context, const struct journal_check *check), void *context) MUST_CHECK;

#endif
