/* One pass over the ranking with a whole weight per row gives all figures; the bootstrap repeats the pass with the
 * weights that a draw of clusters gives. */
#include "engine/evaluation.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWS = 400, DRAWS_OF_MANY = 100, MANY = 100000, FIGURES = 3 + 2 * EVALUATION_CUTS };
const int evaluation_cuts[EVALUATION_CUTS] = {1, 2, 5, 10, 20};

struct row {
	double score, probability;
	uint32_t cluster;
	bool adverse;
};

/* The place of each figure in a run of them. */
enum { AUC, AVERAGE_PRECISION, BRIER, PRECISION, RECALL = PRECISION + EVALUATION_CUTS };

static int highest_first(const void *a, const void *b)
{
	double x = ((const struct row *)a)->score, y = ((const struct row *)b)->score;

	if (isnan(x) || isnan(y))
		return isnan(x) - isnan(y);
	return (x < y) - (x > y);
}

struct pass {
	double total, adverse; /* weights */
	double taken, found, wins, steps, squares;
	double wanted[EVALUATION_CUTS], found_at[EVALUATION_CUTS];
};

/* A group of equal scores: `weight` rows of which `adverse` are irregular, after those taken so far. */
static void pass_group(struct pass *pass, double weight, double adverse)
{
	if (weight <= 0)
		return;
	for (size_t i = 0; i < EVALUATION_CUTS; i++) {
		double room = pass->wanted[i] - pass->taken;

		if (room > 0)
			pass->found_at[i] += room >= weight ? adverse : adverse * room / weight;
	}
	pass->wins += (weight - adverse) * (pass->found + adverse / 2);
	pass->taken += weight;
	pass->found += adverse;
	pass->steps += adverse * pass->found / pass->taken;
}

static void pass_begin(struct pass *pass, const struct row *rows, size_t count, const uint32_t *weights)
{
	*pass = (struct pass){0};
	for (size_t i = 0; i < count; i++) {
		pass->total += weights[i];
		pass->adverse += rows[i].adverse ? weights[i] : 0;
		pass->squares += weights[i] * (rows[i].probability - rows[i].adverse) *
			(rows[i].probability - rows[i].adverse);
	}
	for (size_t i = 0; i < EVALUATION_CUTS; i++) {
		double wanted = floor(pass->total * evaluation_cuts[i] / 100);

		pass->wanted[i] = fmin(fmax(wanted, 1), pass->total);
	}
}

static void figures_make(const struct row *rows, const uint32_t *ends, size_t count, const uint32_t *weights,
	double ret_figures[FIGURES])
{
	struct pass pass;
	double regular;

	pass_begin(&pass, rows, count, weights);
	for (size_t from = 0; from < count; from = ends[from]) {
		double weight = 0, adverse = 0;

		for (size_t i = from; i < ends[from]; i++) {
			weight += weights[i];
			adverse += rows[i].adverse ? weights[i] : 0;
		}
		pass_group(&pass, weight, adverse);
	}
	regular = pass.total - pass.adverse;
	ret_figures[AUC] = pass.adverse > 0 && regular > 0 ? pass.wins / (pass.adverse * regular) : NAN;
	ret_figures[AVERAGE_PRECISION] = pass.adverse > 0 ? pass.steps / pass.adverse : NAN;
	ret_figures[BRIER] = pass.total > 0 ? pass.squares / pass.total : NAN;
	for (size_t i = 0; i < EVALUATION_CUTS; i++) {
		ret_figures[PRECISION + i] = pass.total > 0 ? pass.found_at[i] / pass.wanted[i] : NAN;
		ret_figures[RECALL + i] = pass.adverse > 0 ? pass.found_at[i] / pass.adverse : NAN;
	}
}

static uint64_t next(uint64_t *state)
{
	uint64_t value = *state += 0x9e3779b97f4a7c15U;

	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
	value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
	return value ^ (value >> 31);
}

struct work {
	struct row *rows;
	uint32_t *ends, *weights, *clusters;
	double *draws; /* FIGURES × draws */
	size_t count, cluster_count, draw_count;
};

static void work_release(struct work *work)
{
	memory_free(work->rows);
	memory_free(work->ends);
	memory_free(work->weights);
	memory_free(work->clusters);
	memory_free(work->draws);
}

static int by_cluster(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Numbers the clusters that occur from 0 on. */
static void number_clusters(struct work *work)
{
	uint32_t *sorted = work->clusters;
	size_t distinct = 0;

	for (size_t i = 0; i < work->count; i++)
		sorted[i] = work->rows[i].cluster;
	qsort(sorted, work->count, sizeof *sorted, by_cluster);
	for (size_t i = 0; i < work->count; i++)
		if (!i || sorted[i] != sorted[distinct - 1])
			sorted[distinct++] = sorted[i];
	for (size_t i = 0; i < work->count; i++) {
		const uint32_t *place = bsearch(&work->rows[i].cluster, sorted, distinct, sizeof *sorted, by_cluster);

		work->rows[i].cluster = (uint32_t)(place - sorted);
	}
	work->cluster_count = distinct;
}

static enum status work_begin(struct work *work, const struct judged *rows, size_t count, bool never_seen_only)
{
	work->rows = memory_allocate((count + 1) * sizeof *work->rows);
	work->ends = memory_allocate((count + 1) * sizeof *work->ends);
	work->weights = memory_allocate((count + 1) * sizeof *work->weights);
	work->clusters = memory_allocate((count + 1) * sizeof *work->clusters);
	work->draw_count = count > MANY ? DRAWS_OF_MANY : DRAWS;
	work->draws = memory_allocate(FIGURES * work->draw_count * sizeof *work->draws);
	if (!work->rows || !work->ends || !work->weights || !work->clusters || !work->draws)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		if (!never_seen_only || rows[i].never_seen)
			work->rows[work->count++] = (struct row){rows[i].score,
				isfinite(rows[i].probability) ? rows[i].probability : 0, rows[i].cluster, rows[i].adverse};
	if (work->count)
		qsort(work->rows, work->count, sizeof *work->rows, highest_first);
	for (size_t from = 0, end; from < work->count; from = end) {
		for (end = from; end < work->count && highest_first(&work->rows[from], &work->rows[end]) == 0; end++)
			;
		work->ends[from] = (uint32_t)end;
	}
	number_clusters(work);
	return STATUS_OK;
}

static void draw_weights(struct work *work, uint64_t *state)
{
	memset(work->clusters, 0, work->cluster_count * sizeof *work->clusters);
	for (size_t i = 0; i < work->cluster_count; i++)
		work->clusters[next(state) % work->cluster_count]++;
	for (size_t i = 0; i < work->count; i++)
		work->weights[i] = work->clusters[work->rows[i].cluster];
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	if (isnan(x) || isnan(y))
		return isnan(x) - isnan(y);
	return (x > y) - (x < y);
}

static struct estimate estimate_of(double value, double *draws, size_t count)
{
	size_t known = count;

	qsort(draws, count, sizeof *draws, ascending);
	while (known && isnan(draws[known - 1]))
		known--;
	if (!known || isnan(value))
		return (struct estimate){value, NAN, NAN};
	return (struct estimate){value, draws[(known - 1) * 25 / 1000], draws[(known - 1) - (known - 1) * 25 / 1000]};
}

static void evaluate(struct work *work, uint64_t seed, struct evaluation *ret_evaluation)
{
	double figures[FIGURES], drawn[FIGURES];
	struct estimate estimates[FIGURES];
	uint64_t state = seed;

	for (size_t i = 0; i < work->count; i++)
		work->weights[i] = 1;
	figures_make(work->rows, work->ends, work->count, work->weights, figures);
	for (size_t draw = 0; draw < work->draw_count; draw++) {
		draw_weights(work, &state);
		figures_make(work->rows, work->ends, work->count, work->weights, drawn);
		for (size_t i = 0; i < FIGURES; i++)
			work->draws[i * work->draw_count + draw] = drawn[i];
	}
	for (size_t i = 0; i < FIGURES; i++)
		estimates[i] = estimate_of(figures[i], work->draws + i * work->draw_count, work->draw_count);
	*ret_evaluation = (struct evaluation){.count = work->count,
		.auc = estimates[AUC],
		.average_precision = estimates[AVERAGE_PRECISION],
		.brier = estimates[BRIER]};
	memcpy(ret_evaluation->precision, estimates + PRECISION, sizeof ret_evaluation->precision);
	memcpy(ret_evaluation->recall, estimates + RECALL, sizeof ret_evaluation->recall);
	for (size_t i = 0; i < work->count; i++)
		ret_evaluation->adverse += work->rows[i].adverse;
}

enum status evaluation_make(const struct judged *rows, size_t count, bool never_seen_only, uint64_t seed,
	struct evaluation *ret_evaluation)
{
	AUTO(work_release) struct work work = {0};

	TRY(work_begin(&work, rows, count, never_seen_only));
	evaluate(&work, seed, ret_evaluation);
	return STATUS_OK;
}

void calibration_make(const struct judged *rows, size_t count, struct calibration_band ret_bands[CALIBRATION_BANDS])
{
	memset(ret_bands, 0, CALIBRATION_BANDS * sizeof *ret_bands);
	for (size_t i = 0; i < count; i++) {
		double p = isfinite(rows[i].probability) ? rows[i].probability : 0;
		size_t band = p < 0 ? 0 : p >= 1 ? CALIBRATION_BANDS - 1 : (size_t)(p * CALIBRATION_BANDS);

		ret_bands[band].count++;
		ret_bands[band].said += p;
		ret_bands[band].found += rows[i].adverse;
	}
	for (size_t i = 0; i < CALIBRATION_BANDS; i++)
		if (ret_bands[i].count) {
			ret_bands[i].said /= (double)ret_bands[i].count;
			ret_bands[i].found /= (double)ret_bands[i].count;
		}
}
