#ifndef VIGIE_ENGINE_DRIFT_H
#define VIGIE_ENGINE_DRIFT_H
/* How far what comes in has moved from what came before. */
#include "base/number.h"

enum { DRIFT_BINS = 64 };
/* Counts of two stretches of time by bin. */
struct drift_bins {
	int64_t before[DRIFT_BINS], recent[DRIFT_BINS];
};
/* The bin of a code, the same everywhere. */
size_t drift_bin_of_text(struct text text);
/* The bin of a number by its power of two; missing and below zero have their own. */
size_t drift_bin_of_number(int64_t micro);
/* The population stability index, micro: Σ (p − q) ln (p / q) over the bins, half a case added to each, less what chance
 * makes of it; NUMBER_NONE when
 * either stretch has fewer than DRIFT_LEAST. Below 0.1 nothing, above 0.25 a shift worth a look (Siddiqi, 2006). */
enum { DRIFT_LEAST = 50, DRIFT_NOTED = 100000, DRIFT_ALERT = 250000 };
int64_t drift_index(const struct drift_bins *bins);
/* |z| of two shares, micro, pooled; NUMBER_NONE where a count is 0. 1.96 is noted, 3 is an alert. */
enum { SHARES_NOTED = 1960000, SHARES_ALERT = 3000000 };
int64_t shares_differ(int64_t hits, int64_t count, int64_t other_hits, int64_t other_count);

#endif
