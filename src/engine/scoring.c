/* Asks the model about each item. */
#include "engine/scoring.h"

#include "engine/model.h"

#include <math.h>

enum status scores_compute(const struct decision_inputs *inputs, const struct consignment *consignment,
	struct arena *arena, double *ret_scores)
{
	float *features;

	for (size_t i = 0; i < consignment->item_count; i++)
		ret_scores[i] = NAN;
	if (!inputs->model || !consignment->item_count)
		return STATUS_OK;
	features = ARENA_ARRAY(arena, feature_count(), float);
	if (!features)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < consignment->item_count; i++) {
		features_compute(consignment, &consignment->items[i], inputs->history, inputs->today, arena, features);
		ret_scores[i] = model_score(inputs->model, features);
	}
	return STATUS_OK;
}
