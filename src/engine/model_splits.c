/* What contributions need of a model and no row can change: how its learning rows ran through the trees, worked into
 * factors for each split. See contribution.c for what is computed.
 *
 * Of the learning rows, let z be the share that all splits on one feature from the root to a node let pass, and o 1
 * when the row at hand passes them, else 0; the feature's factor there is f(t) = z (1-t) + o t. A split divides what
 * comes from above between its children, because their z add up and just one of them keeps its o: the left child takes
 * the part r(t) = f(left) / f(before), the right one 1 - r(t), where f(before) is the factor of the same feature further
 * up, or 1. With D(t) for the left child's sum over its leaves less the right one's, what the split adds to its feature
 * is the integral of g(t) D(t) by the product from above, where
 *
 *     g = (o(left) - z(left) - (o(before) - z(before)) r) / f(before),
 *
 * which is o(left) - z(left) where the feature comes for the first time. Both are known but for two bits of the row:
 * whether it goes left, and o(before); where that is 0, g is 0. */
#include "engine/model_trees.h"

#include "base/memory.h"

#include <math.h>

enum { DEPTH_LIMIT = 64 };

/* The way from its parent to a node. */
struct edge {
	double passing; /* z at the node, of the parent's feature */
	uint32_t parent;
	uint32_t previous; /* the nearest edge above on the same feature, by its node; 0: none */
};

/* Points in (0, 1) and their weights. */
struct rule {
	size_t points;
	double t[POINTS_LIMIT], weight[POINTS_LIMIT];
};

struct making {
	struct model *model;
	struct edge *edges; /* by node */
	size_t most_features; /* different ones on one path */
	struct rule rule;
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

static void rule_make(size_t points, struct rule *rule)
{
	rule->points = points;
	for (size_t i = 0; i < points; i++) {
		double x = cos(3.14159265358979323846 * ((double)i + .75) / ((double)points + .5)), value, slope;

		for (int step = 0; step < 20; step++) {
			legendre(points, x, &value, &slope);
			x -= value / slope;
		}
		legendre(points, x, &value, &slope);
		rule->t[i] = (x + 1) / 2;
		rule->weight[i] = 1 / ((1 - x * x) * slope * slope);
	}
}

/* The different features on the path to a node. */
static size_t features_above(const struct edge *edges, uint32_t node)
{
	size_t count = 0;

	for (; node; node = edges[node].parent)
		count += !edges[node].previous;
	return count;
}

/* The nearest edge, from the one to `parent` up, by a split on the parent's feature. */
static uint32_t find_previous(const struct node *nodes, const struct edge *edges, uint32_t parent)
{
	for (uint32_t at = parent; at; at = edges[at].parent)
		if (nodes[edges[at].parent].feature == nodes[parent].feature)
			return at;
	return 0;
}

static double cover_of(const json_t *covers, uint32_t node)
{
	return json_number_value(json_array_get(covers, node));
}

/* The edges to both children; false when the covers are not those of a split. The parent's own cover differs from the
 * sum by rounding: what passes is parted by the children's, so that it adds up. */
static bool make_edges(const struct node *nodes, struct edge *edges, const json_t *covers, uint32_t parent)
{
	uint32_t children[2] = {nodes[parent].left, nodes[parent].right};
	double both = cover_of(covers, children[0]) + cover_of(covers, children[1]);
	uint32_t previous = find_previous(nodes, edges, parent);

	for (size_t i = 0; i < 2; i++) {
		double cover = cover_of(covers, children[i]);

		if (!(cover > 0) || !(cover <= cover_of(covers, parent)))
			return false;
		edges[children[i]] =
			(struct edge){cover / both * (previous ? edges[previous].passing : 1), parent, previous};
	}
	return true;
}

/* The value of a tree when nothing is known of the row. */
static double mean_of(const struct node *nodes, const struct edge *edges, uint32_t count)
{
	double mean = 0;

	for (uint32_t i = 0; i < count; i++) {
		double reached = 1;

		if (nodes[i].left)
			continue;
		for (uint32_t at = i; at; at = edges[at].parent)
			reached *= edges[at].passing / (edges[at].previous ? edges[edges[at].previous].passing : 1);
		mean += reached * (double)nodes[i].value;
	}
	return mean;
}

static bool make_tree(struct making *making, size_t tree, const json_t *covers)
{
	struct model *model = making->model;
	uint32_t root = model->roots[tree], count = model->roots[tree + 1] - root;
	const struct node *nodes = model->nodes + root;
	struct edge *edges = making->edges + root;

	if (json_array_size(covers) != count)
		return false;
	model->largest_tree = count > model->largest_tree ? count : model->largest_tree;
	for (uint32_t i = 0; i < count; i++) {
		size_t features;

		if (nodes[i].left && !make_edges(nodes, edges, covers, i))
			return false;
		features = features_above(edges, i);
		if (features > DEPTH_LIMIT)
			return false;
		making->most_features = features > making->most_features ? features : making->most_features;
	}
	model->mean_margin += mean_of(nodes, edges, count);
	return true;
}

/* r and g of a split in one state, at each point; beyond them zeros. */
static void make_factors(const struct rule *rule, size_t width, const struct edge *edges, const struct split *split,
	enum split_state state, double *factors)
{
	double left = edges[split->left].passing, before = split->previous ? edges[split->previous].passing : 1;
	double goes = state == SPLIT_LEFT ? 1 : 0, passed = state == SPLIT_FAILED ? 0 : 1;

	for (size_t k = 0; k < rule->points; k++) {
		double t = rule->t[k], above = split->previous ? before * (1 - t) + t : 1;
		double part = (left * (1 - t) + goes * t) / above, change = goes - left;

		if (split->previous)
			change = (change - (1 - before) * part) / above;
		factors[k] = state == SPLIT_FAILED ? left / before : part;
		factors[width + k] = passed * change;
	}
}

static void make_split(const struct making *making, size_t tree, uint32_t node, uint32_t place)
{
	struct model *model = making->model;
	const struct node *nodes = model->nodes + model->roots[tree], *from = &nodes[node];
	const struct edge *edges = making->edges + model->roots[tree];
	struct split *split = &model->splits[place];

	*split = (struct split){.value = from->value, .feature = from->feature, .missing_left = from->missing_left,
		.node = node, .left = from->left, .right = from->right, .previous = edges[from->left].previous,
		.left_value = nodes[from->left].left ? 0 : nodes[from->left].value,
		.right_value = nodes[from->right].left ? 0 : nodes[from->right].value};
	for (int state = 0; state < SPLIT_STATES; state++)
		make_factors(&making->rule, model->width, edges, split, (enum split_state)state,
			model->factors + (place * SPLIT_STATES + (size_t)state) * 2 * model->width);
}

static enum status make_splits(struct making *making)
{
	struct model *model = making->model;
	size_t points = making->most_features ? (making->most_features + 1) / 2 : 1, splits = 0;
	uint32_t place = 0;

	rule_make(points, &making->rule);
	model->width = (points + 1) / 2 * 2;
	for (size_t i = 0; i < model->roots[model->tree_count]; i++)
		splits += model->nodes[i].left != 0;
	model->weights = memory_allocate(model->width * sizeof *model->weights);
	model->split_starts = memory_allocate((model->tree_count + 1) * sizeof *model->split_starts);
	model->factors = memory_allocate((splits + 1) * SPLIT_STATES * 2 * model->width * sizeof *model->factors);
	model->splits = memory_allocate((splits + 1) * sizeof *model->splits);
	if (!model->weights || !model->split_starts || !model->factors || !model->splits)
		return STATUS_NO_MEMORY;
	for (size_t k = 0; k < points; k++)
		model->weights[k] = making->rule.weight[k];
	for (size_t tree = 0; tree < model->tree_count; tree++) {
		model->split_starts[tree] = place;
		for (uint32_t node = 0; node < model->roots[tree + 1] - model->roots[tree]; node++)
			if (model->nodes[model->roots[tree] + node].left)
				make_split(making, tree, node, place++);
	}
	model->split_starts[model->tree_count] = place;
	return STATUS_OK;
}

enum status model_splits_make(struct model *model, const json_t *trees)
{
	struct making making = {.model = model,
		.edges = memory_allocate(model->roots[model->tree_count] * sizeof *making.edges)};
	enum status status = STATUS_OK;
	bool sound = true;

	if (!making.edges)
		return STATUS_NO_MEMORY;
	model->mean_margin = (double)model->base_margin;
	for (size_t i = 0; i < model->tree_count && sound; i++)
		sound = make_tree(&making, i, json_object_get(json_array_get(trees, i), "cover"));
	if (sound && making.most_features <= (size_t)POINTS_LIMIT * 2)
		status = make_splits(&making);
	memory_free(making.edges);
	return status;
}
