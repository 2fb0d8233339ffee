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

struct model_quality {
	int64_t trained_on, measured_on; /* rows */
	int64_t from, until; /* dates of the data */
	/* NAN when what was measured on holds one kind of outcome only. */
	double auc, average_precision, precision_at_5, precision_at_10, brier;
};

/* A stored model: JSON text that holds XGBoost's trees, the feature names in order, the range of its data and
 * its measured quality. Its features are found by name among ours; refused when one is not there, or when
 * anything about its trees is not sound. */
enum status model_read(struct text artefact, struct model **ret_model, struct message *ret_problem) MUST_CHECK;
void model_free(struct model *model);
/* Probability 0…1; NAN when a feature row cannot be scored (an infinite value, or all missing). `features`
 * are feature_count() of them. Equal to the bit to XGBoost's own. */
double model_score(const struct model *model, const float *features);
/* The margin, whose logistic is the score: the sum of the leaves, in double precision; NAN as above. */
double model_margin(const struct model *model, const float *features);
/* What each feature adds to the margin, exact Shapley values (TreeSHAP): feature_count() numbers and the constant
 * last; together they are the margin. STATUS_UNSUPPORTED: the artefact does not say how many rows its nodes saw. The
 * row must be one that has a score. */
enum status model_contributions(const struct model *model, const float *features, struct arena *arena,
	double *ret_contributions) MUST_CHECK;
/* How a feature was spread over the rows that learnt: what is usual, and what drift is measured against. */
enum { SUMMARY_CUTS = 9 };
struct model_summary {
	double missing; /* share of rows */
	float cuts[SUMMARY_CUTS]; /* the deciles of the others; NAN when there were none */
	double shares[SUMMARY_CUTS + 1]; /* of all rows: in each band between the cuts */
	double importance; /* mean absolute contribution over rows of the trial */
};
/* The band of a value: as many as cuts lie below it; SUMMARY_CUTS + 1 when it is missing. */
size_t summary_band(const struct model_summary *summary, float value);
/* Population stability index of `count` values, counted by band (SUMMARY_CUTS + 2 of them), against the learning rows:
 * the sum over bands of (now - then) ln(now / then). Under 0.1 stable, above 0.25 much changed. */
double summary_drift(const struct model_summary *summary, const size_t *bands, size_t count);
/* By feature; NULL when the artefact has none. */
const struct model_summary *model_summaries(const struct model *model);
const unsigned char *model_digest(const struct model *model); /* SHA-256 of the artefact, DIGEST_SIZE bytes */
const struct model_quality *model_quality(const struct model *model);
size_t model_tree_count(const struct model *model);

struct training_row {
	const float *features; /* feature_count() of them */
	int64_t date; /* the last tenth by date measures the quality */
	bool adverse;
};
/* Trains with XGBoost and writes the artefact (its buffer needs a limit of some 16 MB). Rows sorted by date.
 * The quality is that of a model of the first nine tenths measured on the last; the model kept learns from
 * all. The same rows and seed give the same bytes. STATUS_INVALID with a problem when there are too few rows
 * or only one kind of outcome. */
enum status model_train(const struct training_row *rows, size_t count, uint64_t seed, struct buffer *artefact,
	struct model_quality *ret_quality, struct message *ret_problem) MUST_CHECK;
/* The same for what may have to break off: `goes_on` is asked before each tree and ends the training when it is not
 * STATUS_OK. NULL: never. */
struct training_ask {
	uint64_t seed;
	enum status (*goes_on)(const void *context);
	const void *context;
};
enum status model_train_asking(const struct training_row *rows, size_t count, const struct training_ask *ask,
	struct buffer *artefact, struct model_quality *ret_quality, struct message *ret_problem) MUST_CHECK;

/* Collects rows for training as they come: features_compute() of each judged item, kept with its date. Use
 * it beside a history in memory: ask for the features of a day before, or while, its items are added – the
 * features of a date only see what was known before it. */
struct training_set;
struct training_set *training_set_new(void); /* NULL without memory */
void training_set_free(struct training_set *set);
void training_set_release(struct training_set **set); /* for AUTO() */
enum status training_set_add(struct training_set *set, const struct consignment *consignment, const struct item *item,
	const struct history *history, int64_t date, bool adverse) MUST_CHECK;
size_t training_set_count(const struct training_set *set);
/* The rows, sorted by date; valid until the next add; NULL without memory. */
const struct training_row *training_set_rows(struct training_set *set);

#endif
