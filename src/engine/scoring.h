#ifndef VIGIE_ENGINE_SCORING_H
#define VIGIE_ENGINE_SCORING_H
/* The model's scores of the items of a consignment. */
#include "engine/engine.h"

/* One score per item into ret_scores, NAN where there is none. */
enum status scores_compute(const struct decision_inputs *inputs, const struct consignment *consignment,
	struct arena *arena, double *ret_scores) MUST_CHECK;

#endif
