/* How a model's features were spread over its learning rows, from the artefact. */
#include "engine/features.h"
#include "engine/model_trees.h"

#include "base/memory.h"

#include <math.h>

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
