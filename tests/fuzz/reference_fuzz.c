/* The reader of code lists: any bytes give rows or problems. A form feed parts the mapping from the list. */
#include "modules/reference/reference.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LIMIT = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text bytes = {(const char *)data, size};
	struct text mapping = TEXT_NONE;
	size_t parting = text_find(bytes, TEXT("\f"));

	if (parting < size) {
		mapping = text_slice(bytes, 0, parting);
		bytes = text_slice(bytes, parting + 1, size);
	}
	for (const struct reference_kind *kind = reference_kinds; kind->code; kind++) {
		AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
		struct reference_list *list = arena ? ARENA_NEW(arena, struct reference_list) : NULL;
		struct reference_file file = {.kind = kind, .bytes = bytes, .mapping = mapping};

		if (!list || reference_read(arena, &file, list) != STATUS_OK)
			continue;
		for (size_t i = 1; i < list->count; i++)
			if (text_compare(list->rows[i - 1].code, list->rows[i].code) >= 0)
				__builtin_trap();
	}
	return 0;
}
