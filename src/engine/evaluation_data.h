#ifndef VIGIE_ENGINE_EVALUATION_DATA_H
#define VIGIE_ENGINE_EVALUATION_DATA_H
/* The rows of a comparison: items with known outcomes, those to learn from and those to judge, each with its features
 * and with its columns as they came, so that a model and its baselines see the same things. A consignment is judged by
 * its item of the highest score. */
#include "engine/evaluation.h"
#include "engine/model.h"

enum evaluation_part { PART_LEARN, PART_JUDGE };
/* What is known of a consignment besides its papers. */
struct evaluation_case {
	int64_t day;
	bool adverse;
	double chance; /* the true probability, where the process is known; NAN */
	double recovered; /* 0 */
};

struct evaluation_data;
struct evaluation_data *evaluation_data_new(void); /* NULL without memory */
void evaluation_data_free(struct evaluation_data *data);
void evaluation_data_release(struct evaluation_data **data); /* for AUTO() */
/* All items of a consignment, with what the history says of them now. */
enum status evaluation_data_add(struct evaluation_data *data, enum evaluation_part part,
	const struct consignment *consignment, const struct history *history, const struct evaluation_case *facts)
	MUST_CHECK;
size_t evaluation_data_items(const struct evaluation_data *data, enum evaluation_part part);
size_t evaluation_data_consignments(const struct evaluation_data *data, enum evaluation_part part);
/* The items of a part: feature_count() features, one row after another; their outcomes; the duty declared for each. */
const float *evaluation_data_features(const struct evaluation_data *data, enum evaluation_part part);
const bool *evaluation_data_outcomes(const struct evaluation_data *data, enum evaluation_part part);
const double *evaluation_data_duties(const struct evaluation_data *data, enum evaluation_part part);
/* The share of irregular items in the past of the same goods: from the heading down to the whole line, each level
 * smoothed towards the one above it. */
const double *evaluation_data_lookups(const struct evaluation_data *data, enum evaluation_part part);
/* The columns as they came, as numbers: a text is its place among those of the learning part in order, missing when it
 * is not among them. *ret_values is the caller's (memory_free), items × *ret_width. */
enum status evaluation_data_columns(const struct evaluation_data *data, enum evaluation_part part, float **ret_values,
	size_t *ret_width) MUST_CHECK;
/* Rows for training, by date. The array is the caller's (memory_free). */
enum status evaluation_data_training(const struct evaluation_data *data, struct training_row **ret_rows) MUST_CHECK;
/* The judged consignments with the highest of their items' scores; `scores` NULL: the true probabilities. ret_rows has
 * evaluation_data_consignments() of them. */
void evaluation_data_judge(const struct evaluation_data *data, const double *scores, const double *probabilities,
	struct judged *ret_rows);
bool evaluation_data_has_chances(const struct evaluation_data *data);

#endif
