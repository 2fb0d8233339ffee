#ifndef VIGIE_ENGINE_EXPLANATION_H
#define VIGIE_ENGINE_EXPLANATION_H
/* Why a model scored an item as it did, in an officer's words: the contributions of all features, grouped by what an
 * officer thinks in, each group told by the feature that moved it most, with the comparison behind it. */
#include "engine/features.h"

struct explanation_line {
	enum feature_group group;
	double contribution; /* of the whole group to the margin; above zero: towards irregular */
	size_t feature; /* the one that tells it */
	struct message text; /* values in the arena */
};
struct explanation {
	double score, margin, constant;
	double *contributions; /* by feature */
	struct explanation_line *lines; /* the strongest first, either way; groups that add nothing left out */
	size_t line_count;
};
/* STATUS_NOT_FOUND: the item has no score. STATUS_UNSUPPORTED: the model cannot be explained (see
 * model_contributions). All in the arena. */
enum status explanation_make(const struct model *model, const struct consignment *consignment, const struct item *item,
	const struct history *history, int64_t before, struct arena *arena, struct explanation *ret_explanation) MUST_CHECK;

/* A value of a feature as it is written for people: "12.5", "20 %", "4 kg"; empty when missing or a plain yes or no. */
struct text feature_value_text(struct arena *arena, size_t feature, float value);

#endif
