#ifndef VIGIE_ENGINE_MODEL_H
#define VIGIE_ENGINE_MODEL_H
/* The learned score: features from facts and histories, trees trained with XGBoost, walked by our own code. */
#include "engine/engine.h"

/* Features, one row each: name, label, and how it is computed from (consignment, item, history). The same
 * function serves training, replay and the live decision. NAN is "missing". */
size_t feature_count(void);
const char *feature_name(size_t i);
const char *feature_label(size_t i); /* French message id */
void features_compute(const struct consignment *consignment, const struct item *item, const struct history *history,
	int64_t before, struct arena *arena, float *ret_features);

/* A stored model: JSON text that holds XGBoost's trees, the feature names in order, the range of its data and
 * its measured quality. Refused when its features are not ours. */
enum status model_read(struct text artefact, struct model **ret_model, struct message *ret_problem) MUST_CHECK;
void model_free(struct model *model);
/* Probability 0…1; NAN when a feature row cannot be scored. Equal to the bit to XGBoost's own. */
double model_score(const struct model *model, const float *features);
const unsigned char *model_digest(const struct model *model);

struct training_row {
	const float *features; /* feature_count() of them */
	int64_t date; /* the last tenth by date measures the quality */
	bool adverse;
};
struct model_quality {
	int64_t trained_on, measured_on; /* rows */
	int64_t from, until; /* dates */
	double auc, average_precision, precision_at_5, precision_at_10;
};
/* Trains with XGBoost and writes the artefact. Rows sorted by date. STATUS_INVALID with a problem when there
 * are too few rows or only one kind of outcome. */
enum status model_train(const struct training_row *rows, size_t count, uint64_t seed, struct buffer *artefact,
	struct model_quality *ret_quality, struct message *ret_problem) MUST_CHECK;

#endif
