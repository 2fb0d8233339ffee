/* The reader of stored models: any bytes are refused or give a model that can be walked. */
#include "engine/model.h"

#include "base/memory.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model *model = NULL;
	struct message problem;
	float *row = memory_allocate(feature_count() * sizeof *row);

	if (row && model_read((struct text){(const char *)data, size}, &model, &problem) == STATUS_OK) {
		for (size_t i = 0; i < feature_count(); i++)
			row[i] = (float)i - 20;
		(void)model_score(model, row);
		model_free(model);
	}
	memory_free(row);
	return 0;
}
