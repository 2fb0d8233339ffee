#include "engine/evaluation.h"
#include "engine/logistic.h"
#include "engine/quality.h"

#include "base/memory.h"
#include "base/test.h"

#include <math.h>
#include <string.h>

enum { ROWS = 2000 };

static double uniform(uint64_t *state)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return (double)(*state >> 40) / 16777216.0;
}

/* Scores of two decimals, so that many are equal; the outcome follows them. */
static void make_rows(struct judged *rows, size_t count, uint64_t seed)
{
	for (size_t i = 0; i < count; i++) {
		double p = floor(uniform(&seed) * 100) / 100;

		rows[i] = (struct judged){.score = p, .probability = p, .adverse = uniform(&seed) < p,
			.never_seen = i % 3 == 0, .cluster = (uint32_t)(i / 2)};
	}
}

static bool is_close(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

TEST(figures_are_those_of_the_plain_ranking)
{
	static struct judged rows[ROWS];
	static struct ranked ranked[ROWS];
	struct evaluation evaluation;

	make_rows(rows, ROWS, 3);
	for (size_t i = 0; i < ROWS; i++)
		ranked[i] = (struct ranked){rows[i].score, rows[i].adverse};
	quality_rank(ranked, ROWS);
	REQUIRE(evaluation_make(rows, ROWS, false, 1, &evaluation) == STATUS_OK);
	CHECK_INTEGER(evaluation.count, ROWS);
	CHECK(is_close(evaluation.auc.value, quality_auc(ranked, ROWS)));
	CHECK(is_close(evaluation.average_precision.value, quality_average_precision(ranked, ROWS)));
	CHECK(is_close(evaluation.brier.value, quality_brier(ranked, ROWS)));
	for (size_t i = 0; i < EVALUATION_CUTS; i++) {
		CHECK(is_close(evaluation.precision[i].value, quality_precision(ranked, ROWS, evaluation_cuts[i] / 100.0)));
		CHECK(is_close(evaluation.recall[i].value, quality_recall(ranked, ROWS, evaluation_cuts[i] / 100.0)));
	}
}

/* Of a hundred samples of one process, about 95 intervals hold the process's own figure. */
TEST(intervals_hold_what_they_promise)
{
	static struct judged rows[ROWS], many[ROWS * 20];
	struct evaluation evaluation, truth;
	int held = 0;

	make_rows(many, ROWS * 20, 77);
	REQUIRE(evaluation_make(many, ROWS * 20, false, 1, &truth) == STATUS_OK);
	for (uint64_t i = 0; i < 40; i++) {
		make_rows(rows, ROWS, 1000 + i * 7919);
		REQUIRE(evaluation_make(rows, ROWS, false, 1, &evaluation) == STATUS_OK);
		held += evaluation.auc.low <= truth.auc.value && truth.auc.value <= evaluation.auc.high;
		CHECK(evaluation.auc.low <= evaluation.auc.value && evaluation.auc.value <= evaluation.auc.high);
	}
	CHECK(held >= 33);
}

TEST(rows_of_one_cluster_are_drawn_together)
{
	static struct judged rows[ROWS];
	struct evaluation alone, together;

	make_rows(rows, ROWS, 5);
	for (size_t i = 0; i < ROWS; i++)
		rows[i].cluster = (uint32_t)i;
	REQUIRE(evaluation_make(rows, ROWS, false, 1, &alone) == STATUS_OK);
	for (size_t i = 0; i < ROWS; i++) {
		rows[i] = rows[i / 50 * 50];
		rows[i].cluster = (uint32_t)(i / 50);
	}
	REQUIRE(evaluation_make(rows, ROWS, false, 1, &together) == STATUS_OK);
	CHECK(together.auc.high - together.auc.low > 3 * (alone.auc.high - alone.auc.low));
}

TEST(never_seen_rows_are_judged_apart)
{
	static struct judged rows[ROWS];
	struct evaluation some, none;

	make_rows(rows, ROWS, 9);
	REQUIRE(evaluation_make(rows, ROWS, true, 1, &some) == STATUS_OK);
	CHECK_INTEGER(some.count, (ROWS + 2) / 3);
	for (size_t i = 0; i < ROWS; i++)
		rows[i].never_seen = false;
	REQUIRE(evaluation_make(rows, ROWS, true, 1, &none) == STATUS_OK);
	CHECK_INTEGER(none.count, 0);
	CHECK(isnan(none.auc.value) && isnan(none.precision[0].value) && isnan(none.brier.low));
}

TEST(an_evaluation_without_memory_says_so)
{
	static struct judged rows[ROWS];
	struct evaluation evaluation;

	make_rows(rows, ROWS, 9);
	for (long n = 1; n <= 5; n++) {
		enum status status;

		memory_fail_at(n);
		status = evaluation_make(rows, ROWS, false, 1, &evaluation);
		CHECK(memory_has_failed() && status == STATUS_NO_MEMORY);
		memory_fail_at(0);
	}
}

TEST(calibration_says_what_was_found)
{
	static struct judged rows[ROWS * 20];
	struct calibration_band bands[CALIBRATION_BANDS];
	size_t count = 0;

	make_rows(rows, ROWS * 20, 13);
	calibration_make(rows, ROWS * 20, bands);
	for (size_t i = 0; i < CALIBRATION_BANDS; i++) {
		count += bands[i].count;
		CHECK(fabs(bands[i].said - bands[i].found) < .03);
		CHECK(bands[i].said >= (double)i / 10 && bands[i].said <= (double)(i + 1) / 10);
	}
	CHECK_INTEGER(count, ROWS * 20);
}

TEST(a_logistic_regression_finds_its_process)
{
	enum { COUNT = 20000 };
	double *values = memory_allocate(COUNT * 3 * sizeof *values);
	bool *outcomes = memory_allocate(COUNT * sizeof *outcomes);
	struct logistic logistic;
	uint64_t state = 4;
	double at[3] = {2, 0, 0}, p;

	REQUIRE(values && outcomes);
	for (size_t i = 0; i < COUNT; i++) {
		double *row = values + i * 3;

		for (size_t j = 0; j < 3; j++)
			row[j] = uniform(&state) * 4;
		outcomes[i] = uniform(&state) < 1 / (1 + exp(-(row[0] * 1.5 - row[1] - 1)));
		row[2] = i % 2 ? (double)NAN : 5; /* says nothing */
	}
	REQUIRE(logistic_fit(values, outcomes, COUNT, 3, &logistic) == STATUS_OK);
	p = logistic_probability(&logistic, at);
	CHECK(fabs(p - 1 / (1 + exp(-2))) < .02);
	at[1] = NAN;
	CHECK(fabs(logistic_probability(&logistic, at) - 1 / (1 + exp(-0.0))) < .03);
	CHECK(logistic_fit(values, outcomes, 0, 3, &logistic) == STATUS_INVALID);
	CHECK(logistic_fit(values, outcomes, COUNT, LOGISTIC_COLUMNS + 1, &logistic) == STATUS_INVALID);
	memory_free(values);
	memory_free(outcomes);
}
