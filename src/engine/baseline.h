#ifndef VIGIE_ENGINE_BASELINE_H
#define VIGIE_ENGINE_BASELINE_H
/* What a model must beat: simpler ways to rank the same consignments, learnt from the same past. */
#include "engine/evaluation_data.h"

struct baseline {
	const char *code; /* "regional_scoring" */
	const char *label; /* French message id */
	/* A score and a probability for each judged item. */
	enum status (*score)(const struct evaluation_data *data, double *ret_scores, double *ret_probabilities);
};
extern const struct baseline baselines[]; /* ended by code NULL */
/* The learned model, in the same form; `artefact` receives it when not NULL. STATUS_INVALID with a problem. */
enum status model_on_trial(const struct evaluation_data *data, struct buffer *artefact, double *ret_scores,
	struct message *ret_problem) MUST_CHECK;

#endif
