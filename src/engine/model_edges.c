/* What a model knows besides its walk: how its learning rows ran through the trees, and how its features were spread. */
#include "engine/features.h"
#include "engine/model_trees.h"

#include "base/memory.h"

#include <math.h>

enum { DEPTH_LIMIT = 64 };

/* The different features on the path to a node. */
static size_t features_above(const struct edge *edges, uint32_t node)
{
	size_t count = 0;

	for (; node; node = edges[node].parent)
		count += !edges[node].previous;
	return count;
}

static uint32_t find_previous(const struct node *nodes, const struct edge *edges, uint32_t parent)
{
	for (uint32_t at = parent; at; at = edges[at].parent)
		if (nodes[edges[at].parent].feature == nodes[parent].feature)
			return at;
	return 0;
}

/* The edge to `child`; false when its share of the rows is not between 0 and 1. */
static bool make_edge(const struct node *nodes, struct edge *edges, const json_t *covers, uint32_t parent, uint32_t child)
{
	double share = json_number_value(json_array_get(covers, child)) / json_number_value(json_array_get(covers, parent));
	uint32_t previous = find_previous(nodes, edges, parent);

	if (!(share > 0) || !(share <= 1))
		return false;
	edges[child] = (struct edge){share * (previous ? edges[previous].passing : 1), parent, previous};
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

static bool make_tree(struct model *model, size_t tree, const json_t *covers)
{
	uint32_t root = model->roots[tree], count = model->roots[tree + 1] - root;
	const struct node *nodes = model->nodes + root;
	struct edge *edges = model->edges + root;

	if (json_array_size(covers) != count)
		return false;
	model->largest_tree = count > model->largest_tree ? count : model->largest_tree;
	for (uint32_t i = 0; i < count; i++) {
		size_t features;

		if (nodes[i].left && (!make_edge(nodes, edges, covers, i, nodes[i].left) ||
				!make_edge(nodes, edges, covers, i, nodes[i].right)))
			return false;
		features = features_above(edges, i);
		if (features > DEPTH_LIMIT)
			return false;
		model->most_features = features > model->most_features ? features : model->most_features;
	}
	model->mean_margin += mean_of(nodes, edges, count);
	return true;
}

enum status model_edges_make(struct model *model, const json_t *trees)
{
	bool sound = true;

	model->edges = memory_allocate(model->roots[model->tree_count] * sizeof *model->edges);
	if (!model->edges)
		return STATUS_NO_MEMORY;
	model->mean_margin = (double)model->base_margin;
	for (size_t i = 0; i < model->tree_count && sound; i++)
		sound = make_tree(model, i, json_object_get(json_array_get(trees, i), "cover"));
	if (!sound) {
		memory_free(model->edges);
		model->edges = NULL;
	}
	return STATUS_OK;
}

static void read_summary(const json_t *value, struct model_summary *ret_summary)
{
	const json_t *cuts = json_object_get(value, "cuts");

	ret_summary->missing = json_number_value(json_object_get(value, "missing"));
	ret_summary->importance = json_number_value(json_object_get(value, "importance"));
	for (size_t i = 0; i < SUMMARY_CUTS; i++) {
		const json_t *cut = json_array_get(cuts, i);

		ret_summary->cuts[i] = json_is_number(cut) ? (float)json_number_value(cut) : NAN;
	}
	for (size_t i = 0; i <= SUMMARY_CUTS; i++)
		ret_summary->shares[i] = json_number_value(json_array_get(json_object_get(value, "shares"), i));
}

enum status model_summaries_read(struct model *model, const json_t *names, const json_t *summaries)
{
	if (!json_is_array(summaries) || json_array_size(summaries) != json_array_size(names))
		return STATUS_OK;
	model->summaries = memory_allocate(feature_count() * sizeof *model->summaries);
	if (!model->summaries)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < feature_count(); i++)
		read_summary(NULL, &model->summaries[i]);
	for (size_t i = 0; i < json_array_size(summaries); i++) {
		size_t feature = feature_find(text_of(json_string_value(json_array_get(names, i))));

		if (feature < feature_count())
			read_summary(json_array_get(summaries, i), &model->summaries[feature]);
	}
	return STATUS_OK;
}
