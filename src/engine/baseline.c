/* The four baselines, and the model itself.
 *
 * The statistical scoring is that of the region: for each criterion (operator, declarant, goods, origin, route,
 * office) the smoothed share of irregular consignments in the past, and a logistic regression that weighs the
 * criteria (Laporte, "Risk management systems: using data mining in developing countries' customs
 * administrations", World Customs Journal 5(1), 2011; Geourjon, Laporte, Rota Graziosi, 2010). */
#include "engine/baseline.h"

#include "base/memory.h"
#include "engine/boosting.h"
#include "engine/features.h"
#include "engine/logistic.h"

#include <math.h>
#include <string.h>

static void doubles_release(double **values)
{
	memory_free(*values);
}

static void floats_release(float **values)
{
	memory_free(*values);
}

/* A logistic regression of the learning part's columns, applied to the judged part's. */
static enum status regress(const struct evaluation_data *data, const double *learn, const double *judge, size_t width,
	double *ret_probabilities)
{
	struct logistic logistic;

	TRY(logistic_fit(learn, evaluation_data_outcomes(data, PART_LEARN), evaluation_data_items(data, PART_LEARN),
		width, &logistic));
	for (size_t i = 0; i < evaluation_data_items(data, PART_JUDGE); i++)
		ret_probabilities[i] = logistic_probability(&logistic, judge + i * width);
	return STATUS_OK;
}

static double *logarithms(const struct evaluation_data *data, enum evaluation_part part)
{
	size_t count = evaluation_data_items(data, part);
	double *values = memory_allocate((count + 1) * sizeof *values);

	for (size_t i = 0; values && i < count; i++)
		values[i] = log1p(fmax(evaluation_data_duties(data, part)[i], 0));
	return values;
}

/* The higher the duty declared, the earlier; a logistic regression only turns it into a probability. */
static enum status declared_duty(const struct evaluation_data *data, double *ret_scores, double *ret_probabilities)
{
	AUTO(doubles_release) double *learn = logarithms(data, PART_LEARN);
	AUTO(doubles_release) double *judge = logarithms(data, PART_JUDGE);

	if (!learn || !judge)
		return STATUS_NO_MEMORY;
	memcpy(ret_scores, judge, evaluation_data_items(data, PART_JUDGE) * sizeof *judge);
	return regress(data, learn, judge, 1, ret_probabilities);
}

static const char *const criteria[] = {"operator_share", "declarant_share", "exporter_share", "hs6_share", "origin_share",
	"route_share", "office_share"};
enum { CRITERIA = sizeof criteria / sizeof *criteria };

static double *criteria_shares(const struct evaluation_data *data, enum evaluation_part part)
{
	size_t count = evaluation_data_items(data, part);
	const float *features = evaluation_data_features(data, part);
	double *values = memory_allocate((count + 1) * CRITERIA * sizeof *values);
	size_t places[CRITERIA];

	for (size_t j = 0; j < CRITERIA; j++)
		places[j] = feature_find(text_of(criteria[j]));
	for (size_t i = 0; values && i < count; i++)
		for (size_t j = 0; j < CRITERIA; j++)
			values[i * CRITERIA + j] = (double)features[i * feature_count() + places[j]];
	return values;
}

static enum status regional_scoring(const struct evaluation_data *data, double *ret_scores, double *ret_probabilities)
{
	AUTO(doubles_release) double *learn = criteria_shares(data, PART_LEARN);
	AUTO(doubles_release) double *judge = criteria_shares(data, PART_JUDGE);

	if (!learn || !judge)
		return STATUS_NO_MEMORY;
	TRY(regress(data, learn, judge, CRITERIA, ret_probabilities));
	memcpy(ret_scores, ret_probabilities, evaluation_data_items(data, PART_JUDGE) * sizeof *ret_scores);
	return STATUS_OK;
}

static enum status score_columns(const struct evaluation_data *data, const float *learn, const float *judge, size_t width,
	double *ret_scores)
{
	/* Much deeper than the model: without histories the trees must find the goods lines themselves. */
	const struct boosting boosting = {.rounds = 200, .depth = 14, .step = "0.1", .columns = "0.8", .child_weight = "1",
		.seed = 1};
	size_t learnt = evaluation_data_items(data, PART_LEARN), judged = evaluation_data_items(data, PART_JUDGE);
	AUTO(booster_release) struct booster *booster = NULL;
	AUTO(floats_release) float *outcomes = memory_allocate((learnt + 1) * sizeof *outcomes);
	AUTO(floats_release) float *scores = memory_allocate((judged + 1) * sizeof *scores);

	if (!outcomes || !scores)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < learnt; i++)
		outcomes[i] = evaluation_data_outcomes(data, PART_LEARN)[i];
	TRY(booster_train(&(struct dense_rows){learn, outcomes, learnt, width}, &boosting, &booster));
	TRY(booster_predict(booster, &(struct dense_rows){judge, NULL, judged, width}, false, scores));
	for (size_t i = 0; i < judged; i++)
		ret_scores[i] = (double)scores[i];
	return STATUS_OK;
}

static enum status raw_columns(const struct evaluation_data *data, double *ret_scores, double *ret_probabilities)
{
	AUTO(floats_release) float *learn = NULL;
	AUTO(floats_release) float *judge = NULL;
	size_t width;

	TRY(evaluation_data_columns(data, PART_LEARN, &learn, &width));
	TRY(evaluation_data_columns(data, PART_JUDGE, &judge, &width));
	TRY(score_columns(data, learn, judge, width, ret_scores));
	memcpy(ret_probabilities, ret_scores, evaluation_data_items(data, PART_JUDGE) * sizeof *ret_scores);
	return STATUS_OK;
}

static enum status history_lookup(const struct evaluation_data *data, double *ret_scores, double *ret_probabilities)
{
	size_t size = evaluation_data_items(data, PART_JUDGE) * sizeof *ret_scores;

	memcpy(ret_scores, evaluation_data_lookups(data, PART_JUDGE), size);
	memcpy(ret_probabilities, evaluation_data_lookups(data, PART_JUDGE), size);
	return STATUS_OK;
}

const struct baseline baselines[] = {
	{"declared_duty", TR("Droits déclarés seuls"), declared_duty},
	{"regional_scoring", TR("Cotation statistique de la région"), regional_scoring},
	{"raw_columns", TR("Colonnes brutes, sans historique"), raw_columns},
	{"history_lookup", TR("Simple consultation de l'historique"), history_lookup},
	{NULL, NULL, NULL},
};

static void model_release(struct model **model)
{
	model_free(*model);
}

static void rows_release(struct training_row **rows)
{
	memory_free(*rows);
}

enum status model_on_trial(const struct evaluation_data *data, struct buffer *artefact, double *ret_scores,
	struct message *ret_problem)
{
	AUTO(buffer_release) struct buffer own;
	AUTO(model_release) struct model *model = NULL;
	AUTO(rows_release) struct training_row *rows = NULL;
	const float *features = evaluation_data_features(data, PART_JUDGE);
	struct model_quality quality;

	buffer_init(&own, 64 << 20);
	artefact = artefact ? artefact : &own;
	TRY(evaluation_data_training(data, &rows));
	TRY(model_train(rows, evaluation_data_items(data, PART_LEARN), 1, artefact, &quality, ret_problem));
	TRY(model_read(buffer_text(artefact), &model, ret_problem));
	for (size_t i = 0; i < evaluation_data_items(data, PART_JUDGE); i++)
		ret_scores[i] = model_score(model, features + i * feature_count());
	return STATUS_OK;
}
