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
/* The way from its parent to a node, for contributions. */
struct edge {
	/* Of the rows that learnt, the share that all splits on the parent's feature, from the root to here, let pass. */
	double passing;
	uint32_t parent;
	uint32_t previous; /* the nearest edge above on the same feature, by its node; 0: none */
};
struct model {
	struct node *nodes;
	struct edge *edges; /* by node; NULL: the artefact has no covers */
	uint32_t *roots; /* tree_count + 1: the last is the end */
	size_t tree_count;
	size_t largest_tree; /* nodes */
	size_t most_features; /* different ones on one path */
	float base_margin;
	double mean_margin; /* of a row of which nothing is known: leaves by how often each was reached */
	struct model_quality quality;
	struct model_summary *summaries; /* by feature; NULL: the artefact has none */
	unsigned char digest[DIGEST_SIZE];
};

/* From the artefact's covers; without them, or when they are not sound, edges stay NULL. */
enum status model_edges_make(struct model *model, const json_t *trees) MUST_CHECK;
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
