#include "engine/features.h"
#include "engine/history_memory.h"
#include "engine/quality.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xgboost/c_api.h>

static uint64_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return *state >> 24;
}

static double uniform(uint64_t *state)
{
	return (double)(next(state) & 0xffffff) / 16777216.0;
}

static void model_release(struct model **model)
{
	model_free(*model);
}

/* Rows whose outcome hangs on the first features; one value in seven is missing. */
static void random_rows(struct training_row *rows, float *values, size_t count, uint64_t seed)
{
	size_t width = feature_count();

	for (size_t i = 0; i < count; i++) {
		float *row = values + i * width;

		for (size_t j = 0; j < width; j++)
			row[j] = next(&seed) % 7 == 0 ? NAN : (float)((uniform(&seed) - .5) * 20);
		rows[i] = (struct training_row){row, 18000 + (int64_t)i / 10,
			row[0] + (isnan(row[1]) ? 3 : row[1] / 2) + (float)uniform(&seed) * 8 > 8};
	}
}

enum { ROWS = 1500 };

struct trial {
	struct training_row rows[ROWS];
	float *values;
	struct buffer artefact;
	struct model_quality quality;
	enum status status;
};

static void trial_make(struct trial *trial, uint64_t seed)
{
	struct message problem;

	trial->values = memory_allocate(ROWS * feature_count() * sizeof(float));
	buffer_init(&trial->artefact, 64 << 20);
	random_rows(trial->rows, trial->values, ROWS, seed);
	trial->status = model_train(trial->rows, ROWS, 1, &trial->artefact, &trial->quality, &problem);
}

static void trial_release(struct trial *trial)
{
	memory_free(trial->values);
	buffer_release(&trial->artefact);
}

/* The library's own model of the same rows and parameters, which gives the probabilities to agree with. */
static BoosterHandle library_model(const struct trial *trial)
{
	static const char *const parameters[][2] = {{"objective", "binary:logistic"}, {"base_score", "0.5"},
		{"tree_method", "hist"}, {"max_depth", "4"}, {"eta", "0.03"}, {"subsample", "0.8"},
		{"colsample_bytree", "0.5"}, {"min_child_weight", "15"}, {"nthread", "1"}, {"verbosity", "0"},
		{"seed", "1"}};
	DMatrixHandle matrix;
	BoosterHandle booster;
	float outcomes[ROWS];

	for (size_t i = 0; i < ROWS; i++)
		outcomes[i] = trial->rows[i].adverse;
	XGDMatrixCreateFromMat(trial->values, ROWS, feature_count(), NAN, &matrix);
	XGDMatrixSetFloatInfo(matrix, "label", outcomes, ROWS);
	XGBoosterCreate(&matrix, 1, &booster);
	for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
		XGBoosterSetParam(booster, parameters[i][0], parameters[i][1]);
	for (int round = 0; round < 180; round++)
		XGBoosterUpdateOneIter(booster, round, matrix);
	XGDMatrixFree(matrix);
	return booster;
}

/* How many of `count` random rows get another score from us than from the library. */
static size_t scores_that_differ(const struct model *model, BoosterHandle booster, size_t count, uint64_t seed)
{
	size_t width = feature_count(), differ = 0;
	float *values = memory_allocate(count * width * sizeof *values);
	struct training_row *rows = memory_allocate(count * sizeof *rows);
	DMatrixHandle matrix;
	bst_ulong const *shape;
	bst_ulong dimensions;
	float const *theirs;

	random_rows(rows, values, count, seed);
	XGDMatrixCreateFromMat(values, count, width, NAN, &matrix);
	XGBoosterPredictFromDMatrix(booster, matrix,
		"{\"type\":0,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false}",
		&shape, &dimensions, &theirs);
	for (size_t i = 0; i < count; i++) {
		float ours = (float)model_score(model, rows[i].features);

		differ += memcmp(&ours, &theirs[i], sizeof ours) != 0;
	}
	XGDMatrixFree(matrix);
	memory_free(values);
	memory_free(rows);
	return differ;
}

/* Twenty thousand rows; a million when VIGIE_LONG is set. */
TEST(scores_equal_the_librarys_to_the_bit)
{
	static struct trial trial;
	AUTO(model_release) struct model *model = NULL;
	struct message problem;
	BoosterHandle booster;

	trial_make(&trial, 5);
	REQUIRE(trial.status == STATUS_OK);
	REQUIRE(model_read(buffer_text(&trial.artefact), &model, &problem) == STATUS_OK);
	CHECK_INTEGER(model_tree_count(model), 180);
	CHECK(model_quality(model)->auc > .9 && model_quality(model)->auc < 1);
	CHECK_INTEGER(model_quality(model)->trained_on, 1350);
	booster = library_model(&trial);
	for (uint64_t round = 0; round < (getenv("VIGIE_LONG") ? 50 : 1); round++)
		CHECK_INTEGER(scores_that_differ(model, booster, 20000, 99 + round), 0);
	XGBoosterFree(booster);
	trial_release(&trial);
}

TEST(training_without_memory_says_so)
{
	static struct trial trial;
	struct message problem;
	int failed = 0;

	trial.values = memory_allocate(ROWS * feature_count() * sizeof(float));
	buffer_init(&trial.artefact, 64 << 20);
	random_rows(trial.rows, trial.values, ROWS, 17);
	for (long n = 1; n < 8; n++) {
		enum status status;
		bool ran_out;

		buffer_clear(&trial.artefact);
		memory_fail_at(n);
		status = model_train(trial.rows, 200, 1, &trial.artefact, &trial.quality, &problem);
		ran_out = memory_has_failed();
		memory_fail_at(0);
		CHECK(!ran_out || status == STATUS_NO_MEMORY);
		failed += ran_out;
	}
	CHECK(failed >= 4);
	trial_release(&trial);
}

TEST(the_same_rows_and_seed_give_the_same_bytes)
{
	static struct trial a, b;

	trial_make(&a, 7);
	trial_make(&b, 7);
	CHECK(a.status == STATUS_OK);
	CHECK(text_equal(buffer_text(&a.artefact), buffer_text(&b.artefact)));
	trial_release(&a);
	trial_release(&b);
}

static const char small_model[] = "{\"vigie_model\":1,\"base_margin\":0,\"features\":[\"mass\"],\"trees\":[{"
	"\"value\":[2.5,-1,1],\"left\":[1,-1,-1],\"right\":[2,-1,-1],\"feature\":[0,0,0],"
	"\"missing_left\":[1,0,0]}]}";

TEST(rows_that_cannot_be_scored_have_no_score)
{
	AUTO(model_release) struct model *model = NULL;
	struct message problem;
	float row[256];
	size_t mass = feature_find(TEXT("mass"));

	REQUIRE(model_read(text_of(small_model), &model, &problem) == STATUS_OK);
	for (size_t i = 0; i < feature_count(); i++)
		row[i] = NAN;
	CHECK(isnan(model_score(model, row)));
	row[mass] = 2;
	CHECK(fabs(model_score(model, row) - 1 / (1 + exp(1))) < 1e-6);
	row[mass] = 2.5F;
	CHECK(fabs(model_score(model, row) - 1 / (1 + exp(-1))) < 1e-6);
	row[mass] = INFINITY;
	CHECK(isnan(model_score(model, row)));
	row[mass] = NAN;
	row[mass + 1] = 1;
	CHECK(fabs(model_score(model, row) - 1 / (1 + exp(1))) < 1e-6);
}

TEST(a_damaged_model_is_refused)
{
	static const char *const texts[] = {"", "{}", "[]", "{\"vigie_model\":2}",
		"{\"vigie_model\":1,\"base_margin\":0,\"features\":[\"no such\"],\"trees\":[]}",
		"{\"vigie_model\":1,\"base_margin\":0,\"features\":[\"mass\"],\"trees\":[]}",
		/* a cycle */
		"{\"vigie_model\":1,\"base_margin\":0,\"features\":[\"mass\"],\"trees\":[{\"value\":[1,1,1],"
		"\"left\":[1,0,-1],\"right\":[2,2,-1],\"feature\":[0,0,0],\"missing_left\":[1,0,0]}]}",
		/* two parents */
		"{\"vigie_model\":1,\"base_margin\":0,\"features\":[\"mass\"],\"trees\":[{\"value\":[1,1,1,1],"
		"\"left\":[1,2,-1,-1],\"right\":[2,3,-1,-1],\"feature\":[0,0,0,0],\"missing_left\":[1,0,0,0]}]}",
		/* a child beyond the end */
		"{\"vigie_model\":1,\"base_margin\":0,\"features\":[\"mass\"],\"trees\":[{\"value\":[1,1,1],"
		"\"left\":[1,-1,-1],\"right\":[3,-1,-1],\"feature\":[0,0,0],\"missing_left\":[1,0,0]}]}",
		/* a feature beyond the list */
		"{\"vigie_model\":1,\"base_margin\":0,\"features\":[\"mass\"],\"trees\":[{\"value\":[1,1,1],"
		"\"left\":[1,-1,-1],\"right\":[2,-1,-1],\"feature\":[1,0,0],\"missing_left\":[1,0,0]}]}",
		/* too large for a float */
		"{\"vigie_model\":1,\"base_margin\":0,\"features\":[\"mass\"],\"trees\":[{\"value\":[1e300],"
		"\"left\":[-1],\"right\":[-1],\"feature\":[0],\"missing_left\":[1]}]}"};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct model *model = NULL;
		struct message problem = {0};

		CHECK(model_read(text_of(texts[i]), &model, &problem) == STATUS_INVALID);
		CHECK(problem.id && !model);
		model_free(model);
	}
}

static enum status stop_at_third(const void *context)
{
	int *asked = (int *)(uintptr_t)context;

	return ++*asked < 3 ? STATUS_OK : STATUS_STOPPED;
}

TEST(training_breaks_off_when_it_is_told)
{
	static struct trial trial;
	struct message problem = {0};
	struct model_quality quality;
	AUTO(buffer_release) struct buffer artefact = {0};
	int asked = 0;

	trial_make(&trial, 13);
	buffer_init(&artefact, 16 << 20);
	CHECK(model_train_asking(trial.rows, ROWS, &(struct training_ask){1, stop_at_third, &asked}, &artefact, &quality,
		      &problem) == STATUS_STOPPED);
	CHECK_INTEGER(asked, 3);
	CHECK_INTEGER((int64_t)artefact.size, 0);
	trial_release(&trial);
}

TEST(training_needs_enough_of_both_kinds)
{
	static struct trial trial;
	struct message problem = {0};

	trial.values = memory_allocate(ROWS * feature_count() * sizeof(float));
	buffer_init(&trial.artefact, 64 << 20);
	random_rows(trial.rows, trial.values, ROWS, 11);
	CHECK(model_train(trial.rows, 100, 1, &trial.artefact, &trial.quality, &problem) == STATUS_INVALID);
	CHECK(problem.id != NULL);
	for (size_t i = 0; i < ROWS; i++)
		trial.rows[i].adverse = false;
	CHECK(model_train(trial.rows, ROWS, 1, &trial.artefact, &trial.quality, &problem) == STATUS_INVALID);
	trial_release(&trial);
}

TEST(a_model_without_memory_says_so)
{
	int failed = 0;

	for (long n = 1; n < 12; n++) {
		struct model *model = NULL;
		struct message problem;
		enum status status;
		bool ran_out;

		memory_fail_at(n);
		status = model_read(text_of(small_model), &model, &problem);
		ran_out = memory_has_failed();
		memory_fail_at(0);
		CHECK(ran_out ? status == STATUS_NO_MEMORY : status == STATUS_OK);
		failed += ran_out;
		model_free(model);
	}
	CHECK(failed >= 4);
}

TEST(features_have_names_and_labels_of_their_own)
{
	for (size_t i = 0; i < feature_count(); i++) {
		CHECK(feature_label(i)[0]);
		for (size_t j = 0; j < i; j++) {
			CHECK(strcmp(feature_name(i), feature_name(j)) != 0);
			CHECK(strcmp(feature_label(i), feature_label(j)) != 0);
		}
	}
	CHECK_INTEGER(feature_find(TEXT("nothing")), feature_count());
}

static void random_item(uint64_t *state, struct consignment *consignment, struct item *item)
{
	static const struct text codes[] = {{"870323", 6}, {"100630", 6}, {"630900", 6}, {"851713", 6}};
	static const struct text addresses[] = {{NULL, 0}, {"BP 1 TEL 33849000", 17}, {"BP 2 TEL 33849000", 17}};
	static const struct text names[] = {{"A", 1}, {"B", 1}, {"C", 1}, {"D", 1}, {"E", 1}};

	consignment_init(consignment, STAGE_DECLARATION);
	item_init(item, 1);
	consignment->consignee.code = names[next(state) % 5];
	consignment->declarant.code = names[next(state) % 5];
	consignment->exporter.name = names[next(state) % 5];
	consignment->office = names[next(state) % 2];
	consignment->consignee.address = addresses[next(state) % 3];
	consignment->vessel = names[next(state) % 4];
	item->hs = codes[next(state) % 4];
	item->origin = names[next(state) % 3];
	item->net_mass = (int64_t)(1 + next(state) % 5) * NUMBER_ONE;
	item->packages = (int64_t)(1 + next(state) % 9) * NUMBER_ONE;
	item->customs_value = (int64_t)(100 + next(state) % 900) * NUMBER_ONE;
	consignment->items = item;
	consignment->item_count = 1;
}

/* Features asked for on the day equal to the bit those asked for later, when more is known: nothing of the
 * future, and nothing of the same day, leaks into them. */
TEST(features_do_not_change_when_later_rows_come)
{
	enum { DAYS = 60, EACH = 5 };
	AUTO(history_memory_release) struct history_memory *memory = history_memory_new();
	size_t width = feature_count();
	float *live = memory_allocate(DAYS * width * sizeof *live), *again = memory_allocate(width * sizeof *again);
	struct history history;
	uint64_t state = 21, starts[DAYS];

	REQUIRE(memory && live && again);
	history = history_memory_face(memory);
	for (size_t day = 0; day < DAYS; day++)
		for (size_t i = 0; i < EACH; i++) {
			struct consignment consignment;
			struct item item;

			if (i == 0)
				starts[day] = state;
			random_item(&state, &consignment, &item);
			if (i == 0)
				features_compute(&consignment, &item, &history, 20000 + (int64_t)day, NULL, live + day * width);
			REQUIRE(history_memory_add(memory, &consignment, &item, next(&state) % 2, next(&state) % 3 == 0,
					20000 + (int64_t)day) == STATUS_OK);
		}
	for (size_t day = 0; day < DAYS; day++) {
		struct consignment consignment;
		struct item item;

		random_item(&starts[day], &consignment, &item);
		features_compute(&consignment, &item, &history, 20000 + (int64_t)day, NULL, again);
		CHECK(memcmp(again, live + day * width, width * sizeof *again) == 0);
	}
	memory_free(live);
	memory_free(again);
}

/* ---- The public benchmark */

struct benchmark {
	struct consignment consignment;
	struct item item;
	int64_t date;
	bool adverse;
};

static int64_t number_in(struct text text)
{
	int64_t value;

	return number_read(text, &value) == STATUS_OK ? value : NUMBER_NONE;
}

static void read_line(struct text line, struct benchmark *row)
{
	struct text cells[22] = {{0}};

	for (size_t i = 0; i < 22 && line.data; i++)
		cells[i] = text_cut(&line, ',');
	consignment_init(&row->consignment, STAGE_DECLARATION);
	item_init(&row->item, 1);
	row->consignment.reference = cells[0];
	if (date_parse(cells[1], DATE_ISO, &row->date) != STATUS_OK)
		row->date = DATE_NONE;
	row->consignment.registered_on = row->date;
	row->consignment.office = cells[2];
	row->consignment.regime = cells[4];
	row->consignment.payment_mode = cells[6];
	row->consignment.transport_mode = cells[7];
	row->consignment.declarant.code = cells[8];
	row->consignment.consignee.code = cells[9];
	row->consignment.exporter.code = cells[10];
	row->consignment.carrier.code = cells[11];
	row->item.hs = cells[12];
	row->consignment.country_of_export = cells[13];
	row->item.origin = cells[14];
	row->item.duty_rate = number_divide(number_in(cells[15]), 100 * NUMBER_ONE);
	row->item.tax_type = cells[16];
	row->item.net_mass = number_in(cells[18]);
	row->item.price = number_in(cells[19]);
	row->adverse = text_is(cells[20], "1");
	row->consignment.items = &row->item;
	row->consignment.item_count = 1;
}

/* The rows of a file into a training set, learning the histories as they go when `learns`. */
static void benchmark_read(struct text content, size_t limit, struct history_memory *memory, bool learns,
	struct training_set *set)
{
	struct history history = history_memory_face(memory);
	enum status status = STATUS_OK;

	text_cut(&content, '\n');
	for (size_t i = 0; i < limit && content.data && status == STATUS_OK; i++) {
		struct text line = text_cut(&content, '\n');
		struct benchmark row;

		if (!line.size)
			continue;
		read_line(line, &row);
		status = training_set_add(set, &row.consignment, &row.item, &history, row.date, row.adverse);
		if (learns && status == STATUS_OK)
			status = history_memory_add(memory, &row.consignment, &row.item, true, row.adverse, row.date);
	}
	CHECK(status == STATUS_OK);
}

/* What a floor may be set under. */
struct floors {
	double auc, average_precision, precision_at_5, precision_at_10, unseen_auc;
};

static struct floors measure_benchmark(const struct model *model, struct training_set *later, bool unseen_only)
{
	const struct training_row *rows = training_set_rows(later);
	size_t count = training_set_count(later), line_count = feature_find(TEXT("goods_line_count")), kept = 0;
	struct ranked *ranked = memory_allocate(count * sizeof *ranked);
	struct floors found;

	for (size_t i = 0; i < count; i++)
		if (!unseen_only || !(rows[i].features[line_count] > 0))
			ranked[kept++] = (struct ranked){model_score(model, rows[i].features), rows[i].adverse};
	quality_rank(ranked, kept);
	found = (struct floors){quality_auc(ranked, kept), quality_average_precision(ranked, kept),
		quality_precision(ranked, kept, .05), quality_precision(ranked, kept, .1), 0};
	printf("    %s: %zu rows, AUC %.4f, average precision %.4f, precision at 5 %% %.4f, at 10 %% %.4f\n",
		unseen_only ? "never-seen lines" : "benchmark", kept, found.auc, found.average_precision,
		found.precision_at_5, found.precision_at_10);
	memory_free(ranked);
	return found;
}

static bool benchmark_file(const char *path, struct arena *arena, struct text *ret_content)
{
	const char *full = test_shared_file(path);

	return full && file_read(arena, full, 16 << 20, ret_content) == STATUS_OK;
}

static void benchmark_run(size_t learnt, size_t tried, const struct floors *floors)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	AUTO(history_memory_release) struct history_memory *memory = history_memory_new();
	AUTO(training_set_release) struct training_set *past = training_set_new();
	AUTO(training_set_release) struct training_set *later = training_set_new();
	AUTO(model_release) struct model *model = NULL;
	AUTO(buffer_release) struct buffer artefact;
	struct model_quality quality;
	struct message problem;
	struct text before, after;
	int64_t start = clock_monotonic();
	struct floors all, unseen;

	buffer_init(&artefact, 64 << 20);
	if (!benchmark_file("data/declarations-2020.csv", arena, &before) ||
		!benchmark_file("data/declarations-2021q1.csv", arena, &after))
		return;
	benchmark_read(before, learnt, memory, true, past);
	benchmark_read(after, tried, memory, false, later);
	REQUIRE(model_train(training_set_rows(past), training_set_count(past), 1, &artefact, &quality, &problem) ==
		STATUS_OK);
	REQUIRE(model_read(buffer_text(&artefact), &model, &problem) == STATUS_OK);
	printf("    learnt %zu rows in %.1f s, %zu features; on its own last tenth AUC %.4f\n", training_set_count(past),
		(double)(clock_monotonic() - start) / 1e6, feature_count(), quality.auc);
	all = measure_benchmark(model, later, false);
	unseen = measure_benchmark(model, later, true);
	CHECK(all.auc >= floors->auc && all.auc < .99); /* above, something of the future has leaked */
	CHECK(all.average_precision >= floors->average_precision && all.average_precision < .97);
	CHECK(all.precision_at_5 >= floors->precision_at_5);
	CHECK(all.precision_at_10 >= floors->precision_at_10);
	CHECK(unseen.auc >= floors->unseen_auc);
}

TEST(benchmark_quick)
{
	benchmark_run(8000, 3000, &(struct floors){.70, .5, .70, .6, .5});
}

/* Learnt on 2020, judged on the first quarter of 2021. */
TEST(benchmark_floors)
{
	benchmark_run(SIZE_MAX, SIZE_MAX, &(struct floors){.978, .94, .99, .98, .60});
}
