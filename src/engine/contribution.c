/* Exact Shapley values of path-dependent trees (Lundberg and others, 2018, "Consistent Individualized Feature
 * Attribution for Tree Ensembles").
 *
 * For a leaf of value v whose path splits on d different features, let z_j be the share of the learning rows that the
 * path's splits on feature j let pass, and o_j 1 when the row at hand passes them all, else 0. The value of a set S of
 * known features is v × Π(j in S) o_j × Π(j not in S) z_j, and the Shapley weight of a set of s others among d - 1 is
 * s! (d-1-s)! / d! = ∫ t^s (1-t)^(d-1-s) dt over [0, 1]. So the contribution of feature i is
 *
 *     v (o_i - z_i) ∫ Π(j ≠ i) (z_j (1-t) + o_j t) dt,
 *
 * the integral of a polynomial of degree d - 1, which Gauss and Legendre's rule of ⌈d/2⌉ points gives exactly. The
 * products are carried down each tree once, the sums over leaves back up once. What a split does to both at each point
 * hangs on the row by two bits only, and stands ready in the model (model_splits.c): two multiplications down, three up,
 * two points at a time, without a branch that hangs on the row. */
#include "engine/model_trees.h"

#include <string.h>

typedef double pair __attribute__((vector_size(16)));
enum { PAIRS_LIMIT = POINTS_LIMIT / 2 };

/* Scratch for one tree, of each node at each point, and the sums of all. */
struct scratch {
	pair *above; /* the product of the factors on the path, with the rule's weights */
	pair *below; /* the sum over the leaves below, each its value by the factors between */
	const pair **factors; /* of each split, those of its state */
	pair *sums; /* of each feature */
	unsigned char *passes; /* by node: o of its parent's feature; the root's is 1 */
};

static inline __attribute__((always_inline)) void go_down(const struct split *splits, const pair *factors, size_t count,
	const float *row, size_t pairs, const struct scratch *scratch)
{
	for (size_t i = 0; i < count; i++) {
		const struct split *split = &splits[i];
		const float x = row[split->feature];
		const unsigned left = (x < split->value) | ((x != x) & split->missing_left);
		const unsigned passed = scratch->passes[split->previous];
		const pair *parts = factors + (i * SPLIT_STATES + SPLIT_FAILED - passed * (1 + left)) * 2 * pairs;
		const double values[2] = {(double)split->left_value, (double)split->right_value};

		scratch->factors[i] = parts;
		scratch->passes[split->left] = (unsigned char)(passed & left);
		scratch->passes[split->right] = (unsigned char)(passed & ~left);
		for (size_t k = 0; k < pairs; k++) {
			pair above = scratch->above[split->node * pairs + k], part = above * parts[k];

			scratch->above[split->left * pairs + k] = part;
			scratch->above[split->right * pairs + k] = above - part;
			/* Of leaves; what is put here for others is written over on the way up. */
			scratch->below[split->left * pairs + k] = (pair){values[0], values[0]};
			scratch->below[split->right * pairs + k] = (pair){values[1], values[1]};
		}
	}
}

static inline __attribute__((always_inline)) void go_up(const struct split *splits, size_t count, size_t pairs,
	const struct scratch *scratch)
{
	for (size_t i = count; i-- > 0;) {
		const struct split *split = &splits[i];
		const pair *parts = scratch->factors[i];
		pair *sums = scratch->sums + split->feature * pairs;

		for (size_t k = 0; k < pairs; k++) {
			pair right = scratch->below[split->right * pairs + k];
			pair change = scratch->below[split->left * pairs + k] - right;

			scratch->below[split->node * pairs + k] = right + parts[k] * change;
			sums[k] += scratch->above[split->node * pairs + k] * parts[pairs + k] * change;
		}
	}
}

static inline __attribute__((always_inline)) void all_trees(const struct model *model, const float *row, size_t pairs,
	const struct scratch *scratch)
{
	const pair *factors = (const pair *)(const void *)model->factors;

	memcpy(scratch->above, model->weights, pairs * sizeof *scratch->above);
	scratch->passes[0] = 1;
	for (size_t i = 0; i < model->tree_count; i++) {
		size_t start = model->split_starts[i], count = model->split_starts[i + 1] - start;

		go_down(model->splits + start, factors + start * SPLIT_STATES * 2 * pairs, count, row, pairs, scratch);
		go_up(model->splits + start, count, pairs, scratch);
	}
}

enum status model_contributions(const struct model *model, const float *features, struct arena *arena,
	double *ret_contributions)
{
	size_t pairs = model->width / 2, room = model->largest_tree * pairs;
	struct scratch scratch;

	if (!model->splits)
		return STATUS_UNSUPPORTED;
	scratch = (struct scratch){ARENA_ARRAY(arena, room, pair), ARENA_ARRAY(arena, room, pair),
		ARENA_ARRAY(arena, model->largest_tree, const pair *), ARENA_ARRAY(arena, feature_count() * pairs, pair),
		arena_allocate(arena, model->largest_tree)};
	if (!scratch.above || !scratch.below || !scratch.factors || !scratch.sums || !scratch.passes)
		return STATUS_NO_MEMORY;
	/* The constants let the compiler unroll the common sizes. */
	switch (pairs) {
	case 1: all_trees(model, features, 1, &scratch); break;
	case 2: all_trees(model, features, 2, &scratch); break;
	case 3: all_trees(model, features, 3, &scratch); break;
	default: all_trees(model, features, PAIRS_LIMIT, &scratch); break;
	}
	for (size_t i = 0; i < feature_count(); i++) {
		ret_contributions[i] = 0;
		for (size_t k = 0; k < pairs; k++)
			ret_contributions[i] += scratch.sums[i * pairs + k][0] + scratch.sums[i * pairs + k][1];
	}
	ret_contributions[feature_count()] = model->mean_margin;
	return STATUS_OK;
}
