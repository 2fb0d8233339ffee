/* Catalogues: any bytes are refused or looked up without leaving them. */
#include "base/catalogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct catalogue catalogue;
	struct text bytes = {(const char *)data, size};

	if (catalogue_open(bytes, &catalogue) != STATUS_OK)
		return 0;
	(void)catalogue_find(&catalogue, TEXT("rouge"));
	(void)catalogue_find(&catalogue, TEXT(""));
	(void)catalogue_find(&catalogue, text_slice(bytes, 0, 8));
	return 0;
}
