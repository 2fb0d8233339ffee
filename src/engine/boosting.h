#ifndef VIGIE_ENGINE_BOOSTING_H
#define VIGIE_ENGINE_BOOSTING_H
/* XGBoost behind a small face: training, and the library's own prediction for comparisons. One thread; not for the
 * path of a decision, which walks the trees itself (see model.h). */
#include "base/status.h"
#include "base/text.h"

/* Rows one after another, `width` values each, NAN missing; with their outcomes. */
struct dense_rows {
	const float *values;
	const float *outcomes; /* 0 or 1; may be NULL for scoring */
	size_t count, width;
};
struct boosting {
	int rounds, depth;
	const char *step, *columns, *child_weight; /* eta, colsample_bytree, min_child_weight, as written */
	uint64_t seed;
	enum status (*goes_on)(const void *context); /* asked before each round; NULL: always */
	const void *context;
};
/* What the product learns with; see docs/decisions/model.md. */
extern const struct boosting boosting_usual;

struct booster;
enum status booster_train(const struct dense_rows *rows, const struct boosting *boosting, struct booster **ret_booster)
	MUST_CHECK;
void booster_free(struct booster *booster);
void booster_release(struct booster **booster); /* for AUTO() */
/* The library's JSON of the model; valid until the next call with this booster. */
enum status booster_json(struct booster *booster, struct text *ret_json) MUST_CHECK;
/* The library's probabilities; `contributions` instead asks for width + 1 numbers a row, the last the bias. */
enum status booster_predict(struct booster *booster, const struct dense_rows *rows, bool contributions,
	float *ret_values) MUST_CHECK;

#endif
