/* Indices of drift. */
#include "engine/drift.h"

#include <math.h>

size_t drift_bin_of_text(struct text text)
{
	return text.size ? 1 + (size_t)(text_hash(text) % (DRIFT_BINS - 1)) : 0;
}

size_t drift_bin_of_number(int64_t micro)
{
	size_t bin = 2;

	if (micro == NUMBER_NONE)
		return 0;
	if (micro <= 0)
		return 1;
	while (micro >>= 1)
		bin++;
	return bin < DRIFT_BINS ? bin : DRIFT_BINS - 1;
}

int64_t drift_index(const struct drift_bins *bins)
{
	int64_t before = 0, recent = 0;
	double index = 0, used = 0;

	for (size_t i = 0; i < DRIFT_BINS; i++) {
		before += bins->before[i];
		recent += bins->recent[i];
		used += bins->before[i] || bins->recent[i];
	}
	if (before < DRIFT_LEAST || recent < DRIFT_LEAST)
		return NUMBER_NONE;
	for (size_t i = 0; i < DRIFT_BINS; i++) {
		double p = ((double)bins->recent[i] + .5) / ((double)recent + .5 * used);
		double q = ((double)bins->before[i] + .5) / ((double)before + .5 * used);

		if (bins->before[i] || bins->recent[i])
			index += (p - q) * log(p / q);
	}
	index -= (used - 1) * (1 / (double)before + 1 / (double)recent); /* what chance alone makes of it, on average */
	return index > 0 ? (int64_t)(index * 1e6 + .5) : 0;
}

int64_t shares_differ(int64_t hits, int64_t count, int64_t other_hits, int64_t other_count)
{
	double p, q, pooled, error;

	if (count <= 0 || other_count <= 0)
		return NUMBER_NONE;
	p = (double)hits / (double)count;
	q = (double)other_hits / (double)other_count;
	pooled = (double)(hits + other_hits) / (double)(count + other_count);
	error = sqrt(pooled * (1 - pooled) * (1 / (double)count + 1 / (double)other_count));
	return error > 0 ? (int64_t)(fabs(p - q) / error * 1e6 + .5) : 0;
}
