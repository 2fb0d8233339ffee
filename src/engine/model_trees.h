#ifndef VIGIE_ENGINE_MODEL_TREES_H
#define VIGIE_ENGINE_MODEL_TREES_H
/* Inside the engine: the trees of a model as the walk and the contributions see them. */
#include "base/json.h"
#include "base/secret.h"
#include "engine/model.h"

struct node {
	float value; /* what the feature is compared with, or the leaf's addition */
	uint32_t left; /* relative to the tree's root; 0: a leaf */
	uint32_t right;
	uint16_t feature;
	bool missing_left;
};
/* A node that is no leaf, as contributions see it. `previous`: the nearest node above, the node itself included, that
 * is a child by a split on the same feature; 0: none. Values are those of children that are leaves. */
struct split {
	float value;
	uint16_t feature;
	bool missing_left;
	uint32_t node, left, right, previous; /* relative to the tree's root */
	float left_value, right_value;
};
struct model {
	struct node *nodes;
	uint32_t *roots; /* tree_count + 1: the last is the end */
	size_t tree_count;
	size_t largest_tree; /* nodes */
	/* For contributions; NULL: the artefact has no covers, or none that are sound. */
	struct split *splits; /* of all trees, each tree's in the order of its nodes */
	uint32_t *split_starts; /* tree_count + 1 */
	double *factors; /* of each split, see model_splits.c */
	double *weights; /* `width` of them: the rule's, then zeros */
	size_t width; /* points of the rule, made even */
	float base_margin;
	double mean_margin; /* of a row of which nothing is known: leaves by how often each was reached */
	struct model_quality quality;
	struct model_summary *summaries; /* by feature; NULL: the artefact has none */
	unsigned char digest[DIGEST_SIZE];
};

/* Points of the rule at most: paths split on twice as many different features. */
enum { POINTS_LIMIT = 8 };
/* States of a split, for each of which it has factors: the row passes the splits above on the same feature (or there
 * are none) and goes left, or right; it does not pass them all. */
enum split_state { SPLIT_LEFT, SPLIT_RIGHT, SPLIT_FAILED, SPLIT_STATES };
/* From the artefact's covers; without them, or when they are not sound, splits stay NULL. */
enum status model_splits_make(struct model *model, const json_t *trees) MUST_CHECK;
/* `names` are the artefact's features, to which the summaries belong in order. */
enum status model_summaries_read(struct model *model, const json_t *names, const json_t *summaries) MUST_CHECK;

/* Missing shares and deciles of all features over the rows; the importances from the contributions over some rows. */
enum status summaries_spread(const struct training_row *rows, size_t count, struct model_summary *ret_summaries)
	MUST_CHECK;
enum status summaries_weigh(const struct model *model, const struct training_row *rows, size_t count,
	struct model_summary *summaries) MUST_CHECK;

/* The bare artefact of a booster on our features, without quality or summaries; for benchmarks and tests. */
struct booster;
enum status artefact_of_booster(struct booster *booster, struct buffer *artefact) MUST_CHECK;

#endif
