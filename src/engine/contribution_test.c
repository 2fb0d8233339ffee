/* Contributions against the library's own, against the definition on a small tree, and against the margin. */
#include "engine/boosting.h"
#include "engine/model_trees.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 3000, TRIED = 300 };

static void model_release(struct model **model)
{
	model_free(*model);
}

static double uniform(uint64_t *state)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return (double)(*state >> 40) / 16777216.0;
}

struct trial {
	float *values, *outcomes, *theirs;
	struct training_row *rows;
	struct buffer artefact;
	struct booster *booster;
	struct model *model;
	struct arena *arena;
	double *parts;
};

static void trial_release(struct trial *trial)
{
	memory_free(trial->values);
	memory_free(trial->outcomes);
	memory_free(trial->theirs);
	memory_free(trial->rows);
	buffer_release(&trial->artefact);
	booster_free(trial->booster);
	model_free(trial->model);
	arena_free(trial->arena);
}

static bool trial_make(struct trial *trial)
{
	size_t width = feature_count();
	uint64_t state = 31;
	struct model_quality quality;
	struct message problem;

	buffer_init(&trial->artefact, 64 << 20);
	trial->arena = arena_new(64 << 20);
	trial->values = memory_allocate(ROWS * width * sizeof(float));
	trial->outcomes = memory_allocate(ROWS * sizeof(float));
	trial->theirs = memory_allocate(ROWS * (width + 1) * sizeof(float));
	trial->rows = memory_allocate(ROWS * sizeof *trial->rows);
	if (!trial->arena || !trial->values || !trial->outcomes || !trial->theirs || !trial->rows)
		return false;
	trial->parts = ARENA_ARRAY(trial->arena, width + 1, double);
	for (size_t i = 0; i < ROWS; i++) {
		float *row = trial->values + i * width;

		for (size_t j = 0; j < width; j++)
			row[j] = uniform(&state) < .15 ? NAN : (float)(uniform(&state) * 10);
		/* Few features matter, so that paths split on the same one again. */
		trial->outcomes[i] = sin(isnan(row[0]) ? 2 : (double)row[0]) + (isnan(row[1]) ? 0 : (double)row[1]) / 5 > 1;
		trial->rows[i] = (struct training_row){row, 18000 + (int64_t)i, trial->outcomes[i] > 0};
	}
	return model_train(trial->rows, ROWS, 1, &trial->artefact, &quality, &problem) == STATUS_OK &&
		model_read(buffer_text(&trial->artefact), &trial->model, &problem) == STATUS_OK &&
		booster_train(&(struct dense_rows){trial->values, trial->outcomes, ROWS, width}, &boosting_usual,
			&trial->booster) == STATUS_OK &&
		booster_predict(trial->booster, &(struct dense_rows){trial->values, NULL, TRIED, width}, true,
			trial->theirs) == STATUS_OK;
}

TEST(contributions_are_the_librarys_and_sum_to_the_margin)
{
	AUTO(trial_release) struct trial trial = {0};
	size_t width = feature_count();
	double worst = 0, worst_sum = 0;

	REQUIRE(trial_make(&trial));
	for (size_t i = 0; i < TRIED; i++) {
		const float *row = trial.rows[i].features;
		double sum = 0;

		REQUIRE(model_contributions(trial.model, row, trial.arena, trial.parts) == STATUS_OK);
		for (size_t j = 0; j <= width; j++) {
			sum += trial.parts[j];
			worst = fmax(worst, fabs(trial.parts[j] - (double)trial.theirs[i * (width + 1) + j]));
		}
		worst_sum = fmax(worst_sum, fabs(sum - model_margin(trial.model, row)));
		CHECK(fabs(1 / (1 + exp(-model_margin(trial.model, row))) - model_score(trial.model, row)) < 1e-5);
	}
	printf("    contributions: at most %.1e from the library's, their sum %.1e from the margin\n", worst, worst_sum);
	/* The library adds in single precision. */
	CHECK(worst < 1e-5);
	CHECK(worst_sum < 1e-9);
}

/* Deeper trees take more points of the rule. */
TEST(contributions_of_deep_trees_are_the_librarys_too)
{
	static const int depths[] = {2, 6, 9, 13};
	AUTO(trial_release) struct trial trial = {0};
	size_t width = feature_count();

	REQUIRE(trial_make(&trial));
	for (size_t d = 0; d < sizeof depths / sizeof *depths; d++) {
		struct boosting deep = {.rounds = 12, .depth = depths[d], .step = "0.1", .columns = "1", .child_weight = "0",
			.seed = 5};
		AUTO(booster_release) struct booster *booster = NULL;
		AUTO(model_release) struct model *model = NULL;
		AUTO(buffer_release) struct buffer artefact;
		struct message problem;
		double worst = 0, worst_sum = 0;

		buffer_init(&artefact, 64 << 20);
		REQUIRE(booster_train(&(struct dense_rows){trial.values, trial.outcomes, ROWS, width}, &deep, &booster) ==
			STATUS_OK);
		REQUIRE(booster_predict(booster, &(struct dense_rows){trial.values, NULL, TRIED, width}, true, trial.theirs) ==
			STATUS_OK);
		REQUIRE(artefact_of_booster(booster, &artefact) == STATUS_OK);
		REQUIRE(model_read(buffer_text(&artefact), &model, &problem) == STATUS_OK);
		for (size_t i = 0; i < TRIED; i++) {
			double sum = 0;

			REQUIRE(model_contributions(model, trial.rows[i].features, trial.arena, trial.parts) == STATUS_OK);
			for (size_t j = 0; j <= width; j++) {
				sum += trial.parts[j];
				worst = fmax(worst, fabs(trial.parts[j] - (double)trial.theirs[i * (width + 1) + j]));
			}
			worst_sum = fmax(worst_sum, fabs(sum - model_margin(model, trial.rows[i].features)));
		}
		printf("    depth %d, %zu points: at most %.1e from the library's\n", depths[d], model->width, worst);
		CHECK(worst < 1e-5);
		CHECK(worst_sum < 1e-9);
	}
}

/* Two splits, the first feature asked twice: by hand from the definition. */
static const char hand_model[] =
	"{\"vigie_model\":1,\"base_margin\":0,\"features\":[\"mass\",\"worth\"],\"trees\":[{"
	"\"value\":[5,2,3,-1,4,1,7],\"left\":[1,3,5,-1,-1,-1,-1],\"right\":[2,4,6,-1,-1,-1,-1],"
	"\"feature\":[0,1,0,0,0,0,0],\"missing_left\":[1,0,0,0,0,0,0],\"cover\":[100,60,40,15,45,10,30]}]}";

TEST(contributions_follow_the_definition)
{
	AUTO(model_release) struct model *model = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct message problem;
	float row[256];
	double parts[257], both, none, mass_only, worth_only;

	REQUIRE(arena && feature_count() < 256);
	REQUIRE(model_read(text_of(hand_model), &model, &problem) == STATUS_OK);
	for (size_t i = 0; i < feature_count(); i++)
		row[i] = NAN;
	row[0] = 1; /* mass: left; worth 1: left */
	row[1] = 1;
	REQUIRE(model_contributions(model, row, arena, parts) == STATUS_OK);
	none = .6 * (.25 * -1 + .75 * 4) + .4 * (.25 * 1 + .75 * 7);
	mass_only = .25 * -1 + .75 * 4;
	worth_only = .6 * -1 + .4 * (.25 * 1 + .75 * 7);
	both = -1;
	CHECK(fabs(parts[feature_count()] - none) < 1e-12);
	CHECK(fabs(parts[0] - ((mass_only - none) + (both - worth_only)) / 2) < 1e-12);
	CHECK(fabs(parts[1] - ((worth_only - none) + (both - mass_only)) / 2) < 1e-12);
}

TEST(without_covers_there_are_no_contributions)
{
	static const char bare[] = "{\"vigie_model\":1,\"base_margin\":0,\"features\":[\"mass\"],\"trees\":[{"
		"\"value\":[2.5,-1,1],\"left\":[1,-1,-1],\"right\":[2,-1,-1],\"feature\":[0,0,0],"
		"\"missing_left\":[1,0,0]%s}]}";
	static const char *const covers[] = {"", ",\"cover\":[1,2]", ",\"cover\":[0,0,0]", ",\"cover\":[10,11,-1]"};
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	float row[256] = {0};
	double parts[257];

	REQUIRE(arena != NULL);
	for (size_t i = 0; i < sizeof covers / sizeof *covers; i++) {
		AUTO(model_release) struct model *model = NULL;
		AUTO(buffer_release) struct buffer text;
		struct message problem;
		char *mark;

		buffer_init(&text, 4096);
		mark = strstr(bare, "%s");
		buffer_append(&text, (struct text){bare, (size_t)(mark - bare)});
		buffer_string(&text, covers[i]);
		buffer_string(&text, mark + 2);
		REQUIRE(model_read(buffer_text(&text), &model, &problem) == STATUS_OK);
		CHECK(model_contributions(model, row, arena, parts) == STATUS_UNSUPPORTED);
	}
}

/* The artefact tells how features were spread and how much each moves scores. */
TEST(an_artefact_summarises_its_features)
{
	AUTO(trial_release) struct trial trial = {0};
	const struct model_summary *summaries;

	REQUIRE(trial_make(&trial));
	summaries = model_summaries(trial.model);
	REQUIRE(summaries != NULL);
	CHECK(fabs(summaries[0].missing - .15) < .03);
	CHECK(fabs((double)summaries[0].cuts[4] - 5) < .3);
	CHECK(summaries[0].importance > 10 * summaries[40].importance);
	for (size_t j = 0; j < 2; j++) {
		size_t bands[SUMMARY_CUTS + 2] = {0}, count = 0;
		double drift;

		/* The same rows have not drifted; those of the upper half have. */
		for (size_t i = 0; i < ROWS; i++)
			if (!j || trial.rows[i].features[0] > 5) {
				bands[summary_band(&summaries[0], trial.rows[i].features[0])]++;
				count++;
			}
		drift = summary_drift(&summaries[0], bands, count);
		CHECK(j ? drift > .5 : drift < 1e-6);
	}
	CHECK(model_quality(trial.model)->brier > 0 && model_quality(trial.model)->brier < .25);
}
