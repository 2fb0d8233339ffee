/* How each feature is spread over the learning rows, and how much it moves scores. */
#include "engine/model_trees.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

enum { EXPLAINED = 1000, ARENA_LIMIT = 64 << 20 };

static int ascending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static void summarise(float *values, size_t known, size_t count, struct model_summary *ret_summary)
{
	ret_summary->missing = count ? (double)(count - known) / (double)count : 0;
	if (known)
		qsort(values, known, sizeof *values, ascending);
	for (size_t i = 0; i < SUMMARY_CUTS; i++)
		ret_summary->cuts[i] = known ? values[(known - 1) * (i + 1) / (SUMMARY_CUTS + 1)] : NAN;
	for (size_t i = 0; i < known; i++)
		ret_summary->shares[summary_band(ret_summary, values[i])] += 1 / (double)count;
}

size_t summary_band(const struct model_summary *summary, float value)
{
	size_t band = 0;

	if (isnan(value))
		return SUMMARY_CUTS + 1;
	while (band < SUMMARY_CUTS && summary->cuts[band] < value)
		band++;
	return band;
}

double summary_drift(const struct model_summary *summary, const size_t *bands, size_t count)
{
	/* A band that was empty counts as one row in ten thousand: the logarithm needs something. */
	const double least = 1e-4;
	double sum = 0;

	for (size_t i = 0; i <= SUMMARY_CUTS + 1 && count; i++) {
		double then = fmax(i <= SUMMARY_CUTS ? summary->shares[i] : summary->missing, least);
		double now = fmax((double)bands[i] / (double)count, least);

		sum += (now - then) * log(now / then);
	}
	return sum;
}

enum status summaries_spread(const struct training_row *rows, size_t count, struct model_summary *ret_summaries)
{
	float *values = memory_allocate((count + 1) * sizeof *values);

	if (!values)
		return STATUS_NO_MEMORY;
	for (size_t j = 0; j < feature_count(); j++) {
		size_t known = 0;

		for (size_t i = 0; i < count; i++)
			if (!isnan(rows[i].features[j]))
				values[known++] = rows[i].features[j];
		summarise(values, known, count, &ret_summaries[j]);
	}
	memory_free(values);
	return STATUS_OK;
}

enum status summaries_weigh(const struct model *model, const struct training_row *rows, size_t count,
	struct model_summary *summaries)
{
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	size_t step = count / EXPLAINED + 1, seen = 0;
	double *parts = arena ? ARENA_ARRAY(arena, feature_count() + 1, double) : NULL;

	if (!parts)
		return STATUS_NO_MEMORY;
	for (size_t j = 0; j < feature_count(); j++)
		summaries[j].importance = 0;
	for (size_t i = 0; i < count; i += step, seen++) {
		TRY(model_contributions(model, rows[i].features, arena, parts));
		for (size_t j = 0; j < feature_count(); j++)
			summaries[j].importance += fabs(parts[j]);
	}
	for (size_t j = 0; j < feature_count() && seen; j++)
		summaries[j].importance /= (double)seen;
	return STATUS_OK;
}
