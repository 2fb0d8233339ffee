/* A stored model: its strict reader, and the walk over its trees that gives XGBoost's own probability. Sums
 * are 32-bit floats in the order of the trees, as the library makes them; nothing here is threaded. */
#include "engine/features.h"
#include "engine/model_trees.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/secret.h"

#include <math.h>
#include <string.h>

enum {
	ARTEFACT_LIMIT = 64 << 20,
	TREE_LIMIT = 10000,
	NODE_LIMIT = 4000000, /* of all trees */
	MODEL_FEATURE_LIMIT = 1000
};

void model_free(struct model *model)
{
	if (!model)
		return;
	memory_free(model->nodes);
	memory_free(model->roots);
	memory_free(model->splits);
	memory_free(model->split_starts);
	memory_free(model->factors);
	memory_free(model->weights);
	memory_free(model->summaries);
	memory_free(model);
}

static void model_release(struct model **model)
{
	model_free(*model);
}

static void json_release(json_t **value)
{
	json_decref(*value);
}

const unsigned char *model_digest(const struct model *model)
{
	return model->digest;
}

const struct model_quality *model_quality(const struct model *model)
{
	return &model->quality;
}

const struct model_summary *model_summaries(const struct model *model)
{
	return model->summaries;
}

size_t model_tree_count(const struct model *model)
{
	return model->tree_count;
}

/* ---- The walk */

static bool can_be_scored(const float *features, size_t count)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (isinf(features[i]))
			return false;
		any = any || !isnan(features[i]);
	}
	return any;
}

static float leaf_of(const struct node *root, const float *features)
{
	const struct node *node = root;

	while (node->left) {
		float x = features[node->feature];
		bool left = isnan(x) ? node->missing_left : x < node->value;

		node = root + (left ? node->left : node->right);
	}
	return node->value;
}

double model_score(const struct model *model, const float *features)
{
	float sum = model->base_margin, turned;

	if (!can_be_scored(features, feature_count()))
		return NAN;
	for (size_t i = 0; i < model->tree_count; i++)
		sum += leaf_of(model->nodes + model->roots[i], features);
	turned = -sum < 88.7F ? -sum : 88.7F;
	return (double)(1.0F / (expf(turned) + 1.0F + 1e-16F));
}

double model_margin(const struct model *model, const float *features)
{
	double sum = (double)model->base_margin;

	if (!can_be_scored(features, feature_count()))
		return NAN;
	for (size_t i = 0; i < model->tree_count; i++)
		sum += (double)leaf_of(model->nodes + model->roots[i], features);
	return sum;
}

/* ---- The reader */

struct reading {
	struct model *model;
	uint16_t ours[MODEL_FEATURE_LIMIT]; /* our feature for each of the artefact's */
	size_t feature_count;
	size_t node_count, node_capacity;
};

static bool read_int(const json_t *value, int64_t from, int64_t to, int64_t *ret_value)
{
	if (!json_is_integer(value) || json_integer_value(value) < from || json_integer_value(value) > to)
		return false;
	*ret_value = json_integer_value(value);
	return true;
}

static bool read_float(const json_t *value, float *ret_value)
{
	float number;

	if (!json_is_number(value))
		return false;
	number = (float)json_number_value(value);
	if (!isfinite(number))
		return false;
	*ret_value = number;
	return true;
}

static enum status read_features(struct reading *reading, const json_t *names, struct message *ret_problem)
{
	size_t count = json_array_size(names);

	if (!json_is_array(names) || count == 0 || count > MODEL_FEATURE_LIMIT) {
		*ret_problem = (struct message){.id = TR("Le modèle ne dit pas sur quels faits il porte.")};
		return STATUS_INVALID;
	}
	for (size_t i = 0; i < count; i++) {
		const json_t *name = json_array_get(names, i);
		size_t ours = json_is_string(name)
			? feature_find((struct text){json_string_value(name), json_string_length(name)})
			: feature_count();

		if (ours == feature_count()) {
			*ret_problem = (struct message){
				.id = TR("Le modèle porte sur un fait que ce programme ne connaît pas : il vient d'une "
					 "autre version.")};
			return STATUS_INVALID;
		}
		reading->ours[i] = (uint16_t)ours;
	}
	reading->feature_count = count;
	return STATUS_OK;
}

/* One node; its children come after it, so that no walk can turn round. */
static bool read_node(struct reading *reading, const json_t *tree, size_t i, size_t count, struct node *ret_node)
{
	int64_t left, right, feature, missing_left;
	struct node node = {0};

	if (!read_float(json_array_get(json_object_get(tree, "value"), i), &node.value) ||
		!read_int(json_array_get(json_object_get(tree, "left"), i), -1, (int64_t)count - 1, &left) ||
		!read_int(json_array_get(json_object_get(tree, "right"), i), -1, (int64_t)count - 1, &right) ||
		!read_int(json_array_get(json_object_get(tree, "feature"), i), 0, (int64_t)reading->feature_count - 1,
			&feature) ||
		!read_int(json_array_get(json_object_get(tree, "missing_left"), i), 0, 1, &missing_left))
		return false;
	if ((left == -1) != (right == -1) || (left != -1 && (left <= (int64_t)i || right <= (int64_t)i || left == right)))
		return false;
	node.left = left == -1 ? 0 : (uint32_t)left;
	node.right = right == -1 ? 0 : (uint32_t)right;
	node.feature = reading->ours[feature];
	node.missing_left = missing_left == 1;
	*ret_node = node;
	return true;
}

/* Every node but the root is the child of exactly one. */
static bool is_a_tree(const struct node *nodes, size_t count, unsigned char *seen)
{
	memset(seen, 0, count);
	for (size_t i = 0; i < count; i++) {
		if (!nodes[i].left)
			continue;
		if (seen[nodes[i].left]++ || seen[nodes[i].right]++)
			return false;
	}
	for (size_t i = 1; i < count; i++)
		if (!seen[i])
			return false;
	return true;
}

static enum status nodes_grow(struct reading *reading, size_t more)
{
	size_t wanted = reading->node_capacity ? reading->node_capacity : 4096;
	struct node *nodes;

	if (more > NODE_LIMIT || reading->node_count + more > NODE_LIMIT)
		return STATUS_TOO_LARGE;
	if (reading->node_count + more <= reading->node_capacity)
		return STATUS_OK;
	while (wanted < reading->node_count + more)
		wanted *= 2;
	nodes = memory_resize(reading->model->nodes, wanted * sizeof *nodes);
	if (!nodes)
		return STATUS_NO_MEMORY;
	reading->model->nodes = nodes;
	reading->node_capacity = wanted;
	return STATUS_OK;
}

static enum status read_tree(struct reading *reading, const json_t *tree, uint32_t *ret_root)
{
	static const char *const members[] = {"value", "left", "right", "feature", "missing_left"};
	size_t count = json_array_size(json_object_get(tree, "value"));
	struct node *nodes;
	unsigned char *seen;
	bool sound;

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (json_array_size(json_object_get(tree, members[i])) != count)
			return STATUS_INVALID;
	if (!count)
		return STATUS_INVALID;
	TRY(nodes_grow(reading, count));
	nodes = reading->model->nodes + reading->node_count;
	for (size_t i = 0; i < count; i++)
		if (!read_node(reading, tree, i, count, &nodes[i]))
			return STATUS_INVALID;
	seen = memory_allocate(count);
	if (!seen)
		return STATUS_NO_MEMORY;
	sound = is_a_tree(nodes, count, seen);
	memory_free(seen);
	if (!sound)
		return STATUS_INVALID;
	*ret_root = (uint32_t)reading->node_count;
	reading->node_count += count;
	return STATUS_OK;
}

static enum status read_trees(struct reading *reading, const json_t *trees, struct message *ret_problem)
{
	size_t count = json_array_size(trees);
	enum status status = STATUS_OK;

	if (!json_is_array(trees) || !count || count > TREE_LIMIT)
		status = STATUS_INVALID;
	else
		reading->model->roots = memory_allocate((count + 1) * sizeof *reading->model->roots);
	if (status == STATUS_OK && !reading->model->roots)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = read_tree(reading, json_array_get(trees, i), &reading->model->roots[i]);
	if (status == STATUS_INVALID || status == STATUS_TOO_LARGE)
		*ret_problem = (struct message){.id = TR("Les arbres du modèle sont abîmés.")};
	reading->model->tree_count = count;
	if (status == STATUS_OK)
		reading->model->roots[count] = (uint32_t)reading->node_count;
	return status;
}

static double read_figure(const json_t *quality, const char *name)
{
	const json_t *value = json_object_get(quality, name);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

static int64_t read_date(const json_t *data, const char *name)
{
	const json_t *value = json_object_get(data, name);
	int64_t date;

	if (!json_is_string(value) || date_parse(text_of(json_string_value(value)), DATE_ISO, &date) != STATUS_OK)
		return DATE_NONE;
	return date;
}

static void read_quality(struct model *model, const json_t *root)
{
	const json_t *data = json_object_get(root, "data"), *quality = json_object_get(root, "quality");

	model->quality = (struct model_quality){.trained_on = json_integer_value(json_object_get(quality, "trained_on")),
		.measured_on = json_integer_value(json_object_get(quality, "measured_on")),
		.from = read_date(data, "from"),
		.until = read_date(data, "until"),
		.auc = read_figure(quality, "auc"),
		.average_precision = read_figure(quality, "average_precision"),
		.precision_at_5 = read_figure(quality, "precision_at_5"),
		.precision_at_10 = read_figure(quality, "precision_at_10"),
		.brier = read_figure(quality, "brier")};
}

static enum status read_root(struct reading *reading, const json_t *root, struct message *ret_problem)
{
	int64_t version;

	if (!json_is_object(root) || !read_int(json_object_get(root, "vigie_model"), 1, 1, &version) ||
		!read_float(json_object_get(root, "base_margin"), &reading->model->base_margin)) {
		*ret_problem = (struct message){.id = TR("Ce n'est pas un modèle de Vigie.")};
		return STATUS_INVALID;
	}
	TRY(read_features(reading, json_object_get(root, "features"), ret_problem));
	TRY(read_trees(reading, json_object_get(root, "trees"), ret_problem));
	TRY(model_splits_make(reading->model, json_object_get(root, "trees")));
	TRY(model_summaries_read(reading->model, json_object_get(root, "features"),
		json_object_get(root, "summaries")));
	read_quality(reading->model, root);
	return STATUS_OK;
}

enum status model_read(struct text artefact, struct model **ret_model, struct message *ret_problem)
{
	AUTO(model_release) struct model *model = NULL;
	AUTO(json_release) json_t *root = NULL;
	struct reading reading = {0};
	enum status status;
	int line;

	status = json_parse(artefact, ARTEFACT_LIMIT, &root, &line);
	if (status != STATUS_OK) {
		*ret_problem = (struct message){.id = TR("Ce n'est pas un modèle de Vigie.")};
		return STATUS_INVALID;
	}
	model = memory_allocate(sizeof *model);
	if (!model)
		return STATUS_NO_MEMORY;
	reading.model = model;
	TRY(read_root(&reading, root, ret_problem));
	digest_of(artefact, model->digest);
	*ret_model = model;
	model = NULL;
	return STATUS_OK;
}
