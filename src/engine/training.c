/* Training with XGBoost's C library, in one thread, and the artefact made of its trees. */
#include "engine/model.h"

#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "engine/boosting.h"
#include "engine/evaluation.h"
#include "engine/model_trees.h"
#include "engine/quality.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROWS_MINIMUM = 200, XGBOOST_MODEL_LIMIT = 256 << 20 };

static void json_release(json_t **value)
{
	json_decref(*value);
}

/* Rows laid one after another, as the library wants them. */
struct matrix {
	float *values, *outcomes;
};

static void matrix_release(struct matrix *matrix)
{
	memory_free(matrix->values);
	memory_free(matrix->outcomes);
}

static enum status booster_make(const struct training_row *rows, size_t count, const struct training_ask *ask,
	struct booster **ret_booster)
{
	AUTO(matrix_release) struct matrix matrix = {NULL, NULL};
	struct boosting boosting = boosting_usual;
	size_t width = feature_count();

	boosting.seed = ask->seed;
	boosting.goes_on = ask->goes_on;
	boosting.context = ask->context;
	matrix.values = memory_allocate(count * width * sizeof *matrix.values);
	if (!matrix.values)
		return STATUS_NO_MEMORY;
	matrix.outcomes = memory_allocate(count * sizeof *matrix.outcomes);
	if (!matrix.outcomes)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		memcpy(matrix.values + i * width, rows[i].features, width * sizeof *matrix.values);
		matrix.outcomes[i] = rows[i].adverse ? 1.0F : 0.0F;
	}
	return booster_train(&(struct dense_rows){matrix.values, matrix.outcomes, count, width}, &boosting, ret_booster);
}

/* ---- The artefact */

static void put_array_of(struct json_writer *json, const char *name, const json_t *values, bool leaf_zero,
	const json_t *left)
{
	put_key(json, name);
	put_array(json);
	for (size_t i = 0; i < json_array_size(values); i++) {
		const json_t *value = json_array_get(values, i);

		if (leaf_zero && json_integer_value(json_array_get(left, i)) == -1)
			put_int(json, 0);
		else if (json_is_real(value))
			put_double(json, json_real_value(value));
		else if (json_is_boolean(value))
			put_int(json, json_is_true(value));
		else
			put_int(json, json_integer_value(value));
	}
	put_array_end(json);
}

static enum status put_trees(struct json_writer *json, const json_t *trees)
{
	/* Our member, the library's, and whether it means nothing at a leaf. */
	static const struct {
		const char *ours, *theirs;
		bool leaf_zero;
	} members[] = {{"left", "left_children", false}, {"right", "right_children", false},
		{"feature", "split_indices", true}, {"value", "split_conditions", false},
		{"missing_left", "default_left", true}, {"cover", "sum_hessian", false}};

	if (json_array_size(trees) == 0)
		return STATUS_INTERNAL;
	put_key(json, "trees");
	put_array(json);
	for (size_t i = 0; i < json_array_size(trees); i++) {
		const json_t *tree = json_array_get(trees, i), *left = json_object_get(tree, "left_children");

		put_object(json);
		for (size_t j = 0; j < sizeof members / sizeof *members; j++) {
			const json_t *values = json_object_get(tree, members[j].theirs);

			if (!json_array_size(values) || json_array_size(values) != json_array_size(left))
				return STATUS_INTERNAL;
			put_array_of(json, members[j].ours, values, members[j].leaf_zero, left);
		}
		put_object_end(json);
	}
	put_array_end(json);
	return STATUS_OK;
}

static void put_about(struct json_writer *json, const struct model_quality *quality, uint64_t seed)
{
	put_key(json, "data");
	put_object(json);
	put_key(json, "from");
	put_date(json, quality->from);
	put_key(json, "until");
	put_date(json, quality->until);
	put_key(json, "rows");
	put_int(json, quality->trained_on + quality->measured_on);
	put_key(json, "seed");
	put_int(json, (int64_t)(seed & 0x7fffffff));
	put_object_end(json);
	put_key(json, "quality");
	put_object(json);
	put_key(json, "trained_on");
	put_int(json, quality->trained_on);
	put_key(json, "measured_on");
	put_int(json, quality->measured_on);
	put_key(json, "auc");
	put_double(json, quality->auc);
	put_key(json, "average_precision");
	put_double(json, quality->average_precision);
	put_key(json, "precision_at_5");
	put_double(json, quality->precision_at_5);
	put_key(json, "precision_at_10");
	put_double(json, quality->precision_at_10);
	put_key(json, "brier");
	put_double(json, quality->brier);
	put_object_end(json);
}

/* What else the artefact tells. */
struct about {
	struct model_quality quality;
	struct training_ask ask;
	struct calibration_band bands[CALIBRATION_BANDS];
	struct model_summary *summaries; /* by feature; NULL for a trial */
};

static void put_summaries(struct json_writer *json, const struct about *about)
{
	put_key(json, "summaries");
	put_array(json);
	for (size_t i = 0; i < feature_count(); i++) {
		const struct model_summary *summary = &about->summaries[i];

		put_object(json);
		put_key(json, "missing");
		put_double(json, summary->missing);
		put_key(json, "importance");
		put_double(json, summary->importance);
		put_key(json, "cuts");
		put_array(json);
		for (size_t j = 0; j < SUMMARY_CUTS; j++)
			put_double(json, (double)summary->cuts[j]);
		put_array_end(json);
		put_key(json, "shares");
		put_array(json);
		for (size_t j = 0; j <= SUMMARY_CUTS; j++)
			put_double(json, summary->shares[j]);
		put_array_end(json);
		put_object_end(json);
	}
	put_array_end(json);
	calibration_write(json, about->bands);
}

static enum status put_artefact(struct booster *booster, const struct about *about, struct buffer *buffer)
{
	AUTO(json_release) json_t *root = NULL;
	struct json_writer json;
	struct text theirs = TEXT_NONE;
	int line;

	TRY(booster_json(booster, &theirs));
	if (json_parse(theirs, XGBOOST_MODEL_LIMIT, &root, &line) != STATUS_OK)
		return STATUS_INTERNAL;
	put_begin(&json, buffer);
	put_object(&json);
	put_key(&json, "vigie_model");
	put_int(&json, 1);
	put_about(&json, &about->quality, about->ask.seed);
	put_key(&json, "features");
	put_array(&json);
	for (size_t i = 0; i < feature_count(); i++)
		put_text(&json, text_of(feature_name(i)));
	put_array_end(&json);
	if (about->summaries)
		put_summaries(&json, about);
	/* The margin of the base score one half, given as a parameter above. */
	put_key(&json, "base_margin");
	put_int(&json, 0);
	TRY(put_trees(&json, json_object_get(json_object_get(json_object_get(json_object_get(root, "learner"),
			"gradient_booster"), "model"), "trees")));
	put_object_end(&json);
	return buffer_status(buffer);
}

enum status artefact_of_booster(struct booster *booster, struct buffer *artefact)
{
	const struct about about = {.quality = {.from = DATE_NONE, .until = DATE_NONE}};

	return put_artefact(booster, &about, artefact);
}

/* ---- Quality */

static void model_release(struct model **model)
{
	model_free(*model);
}

static enum status measure(const struct model *model, const struct training_row *rows, size_t count,
	struct about *about)
{
	struct model_quality *quality = &about->quality;
	struct judged *judged = memory_allocate((count + 1) * sizeof *judged);
	struct ranked *ranked = memory_allocate((count + 1) * sizeof *ranked);

	for (size_t i = 0; judged && ranked && i < count; i++) {
		double score = model_score(model, rows[i].features);

		ranked[i] = (struct ranked){score, rows[i].adverse};
		judged[i] = (struct judged){.score = score, .probability = score, .adverse = rows[i].adverse};
	}
	if (judged && ranked) {
		quality_rank(ranked, count);
		quality->auc = quality_auc(ranked, count);
		quality->average_precision = quality_average_precision(ranked, count);
		quality->precision_at_5 = quality_precision(ranked, count, .05);
		quality->precision_at_10 = quality_precision(ranked, count, .1);
		quality->brier = quality_brier(ranked, count);
		calibration_make(judged, count, about->bands);
	}
	memory_free(ranked);
	memory_free(judged);
	return judged && ranked ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status train_once(const struct training_row *rows, size_t count, const struct about *about,
	struct buffer *artefact)
{
	AUTO(booster_release) struct booster *booster = NULL;

	TRY(booster_make(rows, count, &about->ask, &booster));
	return put_artefact(booster, about, artefact);
}

/* Learns from the first part; measures, and weighs the features, on the rest. */
static enum status try_out(const struct training_row *rows, size_t count, struct about *about,
	struct model_summary *summaries)
{
	AUTO(buffer_release) struct buffer trial;
	AUTO(model_release) struct model *model = NULL;
	size_t learnt = (size_t)about->quality.trained_on;
	struct message problem;

	buffer_init(&trial, 64 << 20);
	TRY(train_once(rows, learnt, about, &trial));
	TRY(model_read(buffer_text(&trial), &model, &problem));
	TRY(measure(model, rows + learnt, count - learnt, about));
	return summaries_weigh(model, rows + learnt, count - learnt, summaries);
}

static void summaries_release(struct model_summary **summaries)
{
	memory_free(*summaries);
}

static bool has_both(const struct training_row *rows, size_t count)
{
	size_t adverse = 0;

	for (size_t i = 0; i < count; i++)
		adverse += rows[i].adverse;
	return adverse > 0 && adverse < count;
}

enum status model_train(const struct training_row *rows, size_t count, uint64_t seed, struct buffer *artefact,
	struct model_quality *ret_quality, struct message *ret_problem)
{
	return model_train_asking(rows, count, &(struct training_ask){.seed = seed}, artefact, ret_quality, ret_problem);
}

enum status model_train_asking(const struct training_row *rows, size_t count, const struct training_ask *ask,
	struct buffer *artefact, struct model_quality *ret_quality, struct message *ret_problem)
{
	AUTO(summaries_release) struct model_summary *summaries = NULL;
	struct about about = {.ask = *ask,
		.quality = {.trained_on = (int64_t)(count - count / 10), .measured_on = (int64_t)(count / 10)}};

	if (count < ROWS_MINIMUM) {
		*ret_problem = (struct message){
			.id = TR("Il faut au moins 200 articles dont le résultat est connu pour entraîner un modèle.")};
		return STATUS_INVALID;
	}
	if (!has_both(rows, (size_t)about.quality.trained_on)) {
		*ret_problem = (struct message){
			.id = TR("Les résultats connus sont tous pareils : il faut des envois conformes et des envois "
				 "irréguliers pour entraîner un modèle.")};
		return STATUS_INVALID;
	}
	summaries = memory_allocate(feature_count() * sizeof *summaries);
	if (!summaries)
		return STATUS_NO_MEMORY;
	about.quality.from = rows[0].date;
	about.quality.until = rows[count - 1].date;
	TRY(summaries_spread(rows, count, summaries));
	TRY(try_out(rows, count, &about, summaries));
	about.summaries = summaries;
	TRY(train_once(rows, count, &about, artefact));
	*ret_quality = about.quality;
	return STATUS_OK;
}
