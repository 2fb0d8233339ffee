#ifndef VIGIE_ENGINE_EVALUATION_H
#define VIGIE_ENGINE_EVALUATION_H
/* Figures of a ranking with bootstrap intervals, and its calibration. Rows that belong together (the same goods line
 * declared again and again) are drawn together, so that the intervals do not pretend that they are independent. */
#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct judged {
	double score; /* ranks; NAN last */
	double probability; /* for Brier and calibration; NAN counts as 0 */
	bool adverse;
	bool never_seen; /* no goods line of it was known before */
	uint32_t cluster; /* rows drawn together */
	double recovered; /* what the control brought in, national currency; 0 */
};

/* A figure and its 95 % interval. NAN where it cannot be told (one kind of outcome only). */
struct estimate {
	double value, low, high;
};
enum { EVALUATION_CUTS = 5 };
extern const int evaluation_cuts[EVALUATION_CUTS]; /* per cent: 1 2 5 10 20 */
struct evaluation {
	size_t count, adverse;
	struct estimate auc, average_precision, brier;
	struct estimate precision[EVALUATION_CUTS], recall[EVALUATION_CUTS];
};
/* Over the rows (the never-seen ones only when asked). The same rows and seed give the same intervals. */
enum status evaluation_make(const struct judged *rows, size_t count, bool never_seen_only, uint64_t seed,
	struct evaluation *ret_evaluation) MUST_CHECK;

/* Ten bands of the probability: how many rows, what was said on average, what was found. */
enum { CALIBRATION_BANDS = 10 };
struct calibration_band {
	size_t count;
	double said, found;
};
void calibration_make(const struct judged *rows, size_t count, struct calibration_band ret_bands[CALIBRATION_BANDS]);

/* Members of a JSON object under way: "auc": [value, low, high], "average_precision", "brier", "precision": {"1": …},
 * "recall": {…}; and "calibration": [[count, said, found], …]. */
void estimate_write(struct json_writer *json, const char *key, const struct estimate *estimate);
void evaluation_write(struct json_writer *json, const struct evaluation *evaluation);
void calibration_write(struct json_writer *json, const struct calibration_band bands[CALIBRATION_BANDS]);

#endif
