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
 * products are carried down each tree once, the sums over leaves back up once: a few multiplications an edge. */
#include "engine/model_trees.h"

#include <math.h>
#include <string.h>

enum { POINTS = 8 };

/* Points in (0, 1) and their weights, 1 ≤ count ≤ POINTS. */
struct rule {
	double t[POINTS], rest[POINTS] /* 1 - t */, weight[POINTS];
};

/* Legendre's polynomial of degree n and its derivative, at x. */
static void legendre(size_t n, double x, double *ret_value, double *ret_slope)
{
	double before = 1, value = x;

	for (size_t k = 2; k <= n; k++) {
		double next = ((double)(2 * k - 1) * x * value - (double)(k - 1) * before) / (double)k;

		before = value;
		value = next;
	}
	*ret_value = value;
	*ret_slope = (double)n * (x * value - before) / (x * x - 1);
}

static void rule_make(size_t count, struct rule *rule)
{
	for (size_t i = 0; i < count; i++) {
		double x = cos(3.14159265358979323846 * ((double)i + .75) / ((double)count + .5)), value, slope;

		for (int step = 0; step < 20; step++) {
			legendre(count, x, &value, &slope);
			x -= value / slope;
		}
		legendre(count, x, &value, &slope);
		rule->t[i] = (x + 1) / 2;
		rule->rest[i] = (1 - x) / 2;
		rule->weight[i] = 1 / ((1 - x * x) * slope * slope);
	}
}

/* Scratch for one tree: `points` numbers for each node. */
struct scratch {
	double *above; /* the product of the factors on the path, with the rule's weights */
	double *below; /* the sum over the leaves below, each its value by the factors between */
	double *factor; /* of the feature split on above the node, all its splits on the path together */
	double *ratio; /* the factor by that of the same feature further up; only where there is one */
	unsigned char *passes; /* o of that feature so far */
};

/* The edge to a child: its factor and, where the feature was split on before, what it changes. */
static inline __attribute__((always_inline)) const double *edge_factor(const struct edge *edge, size_t child, bool goes,
	const struct rule *rule, size_t points, const struct scratch *scratch)
{
	size_t previous = edge->previous;
	/* Without a branch: which way a row goes cannot be foretold. */
	unsigned char passes = (unsigned char)((unsigned)goes & (previous ? scratch->passes[previous] : 1U));
	double *factor = scratch->factor + child * points, passing = edge->passing, passed = (double)passes;

	scratch->passes[child] = passes;
	for (size_t k = 0; k < points; k++)
		factor[k] = passing * rule->rest[k] + passed * rule->t[k];
	if (!previous)
		return factor;
	for (size_t k = 0; k < points; k++)
		scratch->ratio[child * points + k] = factor[k] / scratch->factor[previous * points + k];
	return scratch->ratio + child * points;
}

static inline __attribute__((always_inline)) void go_down(const struct node *nodes, const struct edge *edges, size_t count,
	const float *row, const struct rule *rule, size_t points, const struct scratch *scratch)
{
	for (size_t k = 0; k < points; k++)
		scratch->above[k] = rule->weight[k];
	for (size_t i = 0; i < count; i++) {
		const struct node *node = &nodes[i];
		float x;
		bool left;

		if (!node->left)
			continue;
		x = row[node->feature];
		left = (x < node->value) | ((x != x) & node->missing_left);
		for (int side = 0; side < 2; side++) {
			size_t child = side ? node->right : node->left;
			const double *by = edge_factor(&edges[child], child, (side == 0) == left, rule, points, scratch);

			for (size_t k = 0; k < points && nodes[child].left; k++)
				scratch->above[child * points + k] = scratch->above[i * points + k] * by[k];
		}
	}
}

/* What the edge to a node adds to its feature where the feature was split on before: by its own factor, less what the
 * edge above had added for the leaves below here. */
static double repeated_share(const struct edge *edges, size_t parent, size_t child, const double *below, size_t points,
	const struct scratch *scratch)
{
	size_t previous = edges[child].previous;
	const double *above = scratch->above + parent * points;
	double own = (double)scratch->passes[child] - edges[child].passing, share = 0;
	double before = (double)scratch->passes[previous] - edges[previous].passing;

	for (size_t k = 0; k < points; k++)
		share += above[k] * below[k] / scratch->factor[previous * points + k] *
			(own - before * scratch->ratio[child * points + k]);
	return share;
}

/* Adds a child to the sums of its parent; returns what its edge adds to the feature. */
static inline __attribute__((always_inline)) double climb(const struct node *nodes, const struct edge *edges, size_t parent,
	size_t child, size_t points, const struct scratch *scratch, double *sums)
{
	const double *above = scratch->above + parent * points, *by = scratch->factor + child * points;
	double below[POINTS], share = 0;

	for (size_t k = 0; k < points; k++)
		below[k] = nodes[child].left ? scratch->below[child * points + k] : (double)nodes[child].value;
	if (edges[child].previous) {
		by = scratch->ratio + child * points;
		share = repeated_share(edges, parent, child, below, points, scratch);
	} else {
		for (size_t k = 0; k < points; k++)
			share += above[k] * below[k];
		share *= (double)scratch->passes[child] - edges[child].passing;
	}
	for (size_t k = 0; k < points; k++)
		sums[k] += below[k] * by[k];
	return share;
}

static inline __attribute__((always_inline)) void go_up(const struct node *nodes, const struct edge *edges, size_t count,
	size_t points, const struct scratch *scratch, double *contributions)
{
	for (size_t i = count; i-- > 0;) {
		double *sums = scratch->below + i * points, share;

		if (!nodes[i].left)
			continue;
		for (size_t k = 0; k < points; k++)
			sums[k] = 0;
		share = climb(nodes, edges, i, nodes[i].left, points, scratch, sums);
		share += climb(nodes, edges, i, nodes[i].right, points, scratch, sums);
		contributions[nodes[i].feature] += share;
	}
}

static inline __attribute__((always_inline)) void all_trees(const struct model *model, const float *row,
	const struct rule *rule, size_t points, const struct scratch *scratch, double *contributions)
{
	for (size_t i = 0; i < model->tree_count; i++) {
		const struct node *nodes = model->nodes + model->roots[i];
		const struct edge *edges = model->edges + model->roots[i];
		size_t count = model->roots[i + 1] - model->roots[i];

		go_down(nodes, edges, count, row, rule, points, scratch);
		go_up(nodes, edges, count, points, scratch, contributions);
	}
}

enum status model_contributions(const struct model *model, const float *features, struct arena *arena,
	double *ret_contributions)
{
	size_t points = (model->most_features + 1) / 2, room = model->largest_tree * (points ? points : 1);
	struct scratch scratch;
	struct rule rule;

	points = points ? points : 1;
	if (!model->edges || points > POINTS)
		return STATUS_UNSUPPORTED;
	scratch = (struct scratch){ARENA_ARRAY(arena, room, double), ARENA_ARRAY(arena, room, double),
		ARENA_ARRAY(arena, room, double), ARENA_ARRAY(arena, room, double),
		arena_allocate(arena, model->largest_tree)};
	if (!scratch.above || !scratch.below || !scratch.factor || !scratch.ratio || !scratch.passes)
		return STATUS_NO_MEMORY;
	rule_make(points, &rule);
	memset(ret_contributions, 0, (feature_count() + 1) * sizeof *ret_contributions);
	/* The constants let the compiler unroll the common sizes. */
	switch (points) {
	case 1: all_trees(model, features, &rule, 1, &scratch, ret_contributions); break;
	case 2: all_trees(model, features, &rule, 2, &scratch, ret_contributions); break;
	case 3: all_trees(model, features, &rule, 3, &scratch, ret_contributions); break;
	default: all_trees(model, features, &rule, points, &scratch, ret_contributions); break;
	}
	ret_contributions[feature_count()] = model->mean_margin;
	return STATUS_OK;
}
