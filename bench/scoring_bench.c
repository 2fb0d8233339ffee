/* One item scored at a time: our walk over the trees against XGBoost's in-place prediction of one row and of a
 * thousand rows together, on a model of 180 trees of depth 4 trained here on random rows. Then the exact contributions
 * of all features, ours against the library's, on 200 trees of depth 6. */
#include "engine/boosting.h"
#include "engine/model_trees.h"

#include "base/clock.h"
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <time.h>
#include <xgboost/c_api.h>

enum { ROWS = 4000, SCORED = 20000, ONE_BY_ONE = 4000, TOGETHER = 1000, EXPLAINED = 400 };

static const char together_configuration[] =
	"{\"type\":0,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false,"
	"\"cache_id\":0,\"missing\":NaN}";

/* Microseconds of this process's own time: others at work on the machine do not count. */
static int64_t spent(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void fill(float *values, struct training_row *rows)
{
	uint64_t state = 17;

	for (size_t i = 0; i < ROWS; i++) {
		for (size_t j = 0; j < feature_count(); j++) {
			state = state * 6364136223846793005U + 1442695040888963407U;
			values[i * feature_count() + j] = state >> 61 == 0 ? NAN : (float)(state >> 40) / 1e6F;
		}
		rows[i] = (struct training_row){values + i * feature_count(), 18000 + (int64_t)i,
			values[i * feature_count()] + values[i * feature_count() + 1] > 18};
	}
}

static BoosterHandle library_model(const float *values, const struct training_row *rows)
{
	static const char *const parameters[][2] = {{"objective", "binary:logistic"}, {"tree_method", "hist"},
		{"max_depth", "4"}, {"eta", "0.03"}, {"subsample", "0.8"}, {"colsample_bytree", "0.5"},
		{"min_child_weight", "15"}, {"nthread", "1"}, {"verbosity", "0"}, {"seed", "1"}};
	float *outcomes = memory_allocate(ROWS * sizeof *outcomes);
	DMatrixHandle matrix;
	BoosterHandle booster;

	if (!outcomes)
		return NULL;
	for (size_t i = 0; i < ROWS; i++)
		outcomes[i] = rows[i].adverse;
	XGDMatrixCreateFromMat(values, ROWS, feature_count(), NAN, &matrix);
	XGDMatrixSetFloatInfo(matrix, "label", outcomes, ROWS);
	XGBoosterCreate(&matrix, 1, &booster);
	for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
		XGBoosterSetParam(booster, parameters[i][0], parameters[i][1]);
	for (int round = 0; round < 180; round++)
		XGBoosterUpdateOneIter(booster, round, matrix);
	memory_free(outcomes);
	return booster;
}

/* Microseconds per row, `step` rows in each call. */
static double library_time(BoosterHandle booster, const float *values, size_t calls, size_t step)
{
	int64_t start = spent();
	char interface[200];
	bst_ulong const *shape;
	bst_ulong dimensions;
	float const *result;

	for (size_t i = 0; i < calls; i++) {
		snprintf(interface, sizeof interface,
			"{\"data\":[%llu,true],\"shape\":[%zu,%zu],\"typestr\":\"<f4\",\"version\":3}",
			(unsigned long long)(uintptr_t)(values + i * step % ROWS * feature_count()), step,
			feature_count());
		if (XGBoosterPredictFromDense(booster, interface, together_configuration, NULL, &shape, &dimensions,
			    &result) != 0)
			return NAN;
	}
	return (double)(spent() - start) / (double)(calls * step);
}

static double our_time(const struct model *model, const struct training_row *rows, double *sum)
{
	int64_t start = spent();

	for (size_t i = 0; i < SCORED; i++)
		*sum += model_score(model, rows[i % ROWS].features);
	return (double)(spent() - start) / SCORED;
}

/* ---- Contributions */

static void model_release(struct model **model)
{
	model_free(*model);
}

static double our_contributions(const struct model *model, const struct training_row *rows, struct arena *arena,
	double *parts)
{
	int64_t start = spent();

	for (size_t i = 0; i < EXPLAINED; i++) {
		arena_reset(arena);
		if (model_contributions(model, rows[i].features, arena, parts) != STATUS_OK)
			return NAN;
	}
	return (double)(spent() - start) / EXPLAINED;
}

static double library_contributions(struct booster *booster, const float *values, float *theirs)
{
	int64_t start = spent();

	if (booster_predict(booster, &(struct dense_rows){values, NULL, EXPLAINED, feature_count()}, true, theirs) != STATUS_OK)
		return NAN;
	return (double)(spent() - start) / EXPLAINED;
}

static int bench_contributions(const float *values, const struct training_row *rows)
{
	const struct boosting deep = {.rounds = 200, .depth = 6, .step = "0.03", .columns = "0.5", .child_weight = "1",
		.seed = 1};
	AUTO(booster_release) struct booster *booster = NULL;
	AUTO(model_release) struct model *model = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(16 << 20);
	AUTO(arena_release) struct arena *scratch = arena_new(16 << 20);
	AUTO(buffer_release) struct buffer artefact;
	float *outcomes = arena ? ARENA_ARRAY(arena, ROWS, float) : NULL;
	float *theirs = arena ? ARENA_ARRAY(arena, EXPLAINED * (feature_count() + 1), float) : NULL;
	double *parts = arena ? ARENA_ARRAY(arena, feature_count() + 1, double) : NULL, ours, library, worst = 0;
	struct message problem;

	buffer_init(&artefact, 64 << 20);
	if (!outcomes || !theirs || !parts || !scratch)
		return 1;
	for (size_t i = 0; i < ROWS; i++)
		outcomes[i] = rows[i].adverse;
	if (booster_train(&(struct dense_rows){values, outcomes, ROWS, feature_count()}, &deep, &booster) != STATUS_OK ||
		artefact_of_booster(booster, &artefact) != STATUS_OK ||
		model_read(buffer_text(&artefact), &model, &problem) != STATUS_OK)
		return 1;
	ours = our_contributions(model, rows, scratch, parts);
	library = library_contributions(booster, values, theirs);
	for (size_t j = 0; j <= feature_count(); j++)
		worst = fmax(worst, fabs(parts[j] - (double)theirs[(EXPLAINED - 1) * (feature_count() + 1) + j]));
	printf("contributions of one item, %zu trees of depth 6, %u nodes (largest difference %.1e)\n",
		model_tree_count(model), model->roots[model->tree_count], worst);
	printf("  our pass down and up            %8.1f µs  (bar: under 300: %s)\n", ours, ours < 300 ? "met" : "NOT MET");
	printf("  XGBoost's contributions         %8.1f µs  (baseline; ours is %.1f times as fast)\n", library,
		library / ours);
	return 0;
}

int main(void)
{
	float *values = memory_allocate(ROWS * feature_count() * sizeof *values);
	struct training_row *rows = memory_allocate(ROWS * sizeof *rows);
	struct buffer artefact;
	struct model_quality quality;
	struct message problem;
	struct model *model = NULL;
	BoosterHandle booster;
	double ours, one, many, sum = 0;
	int failed;

	buffer_init(&artefact, 64 << 20);
	if (!values || !rows)
		return 1;
	fill(values, rows);
	booster = library_model(values, rows);
	if (!booster || model_train(rows, ROWS, 1, &artefact, &quality, &problem) != STATUS_OK ||
		model_read(buffer_text(&artefact), &model, &problem) != STATUS_OK)
		return 1;
	ours = our_time(model, rows, &sum);
	one = library_time(booster, values, ONE_BY_ONE, 1);
	many = library_time(booster, values, ROWS / TOGETHER, TOGETHER);
	printf("scoring one item, %zu trees of depth 4, %zu features (mean score %.4f)\n", model_tree_count(model),
		feature_count(), sum / SCORED);
	printf("  our walk                        %8.2f µs\n", ours);
	printf("  XGBoost in place, one by one    %8.2f µs  (baseline; ours is %.1f times as fast)\n", one, one / ours);
	printf("  XGBoost in place, 1,000 at once %8.2f µs a row (ours is %.2f times as fast)\n", many, many / ours);
	failed = bench_contributions(values, rows);
	model_free(model);
	XGBoosterFree(booster);
	buffer_release(&artefact);
	memory_free(values);
	memory_free(rows);
	return failed;
}
