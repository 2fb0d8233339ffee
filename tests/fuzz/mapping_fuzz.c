/* Mapping files: what is read can be written and read again. */
#include "formats/mapping.h"

#include "formats/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_release) struct arena *arena = arena_new(16 << 20);
	AUTO(buffer_release) struct buffer written = {0};
	struct text text = {(const char *)data, size};
	struct mapping *mapping, *again;
	struct refusal refusal = {0};

	if (!arena || mapping_read(arena, text, &mapping, &refusal) != STATUS_OK)
		return 0;
	buffer_init(&written, 4 << 20);
	mapping_write(&written, LANGUAGE_FR, mapping);
	if (buffer_status(&written) != STATUS_OK)
		return 0;
	if (mapping_read(arena, buffer_text(&written), &again, &refusal) == STATUS_INVALID)
		__builtin_trap();
	return 0;
}
