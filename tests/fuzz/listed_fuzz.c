/* Any bytes as a list of names: whatever is read has names and references, each once, and can be indexed and found. */
#include "engine/name.h"
#include "formats/listed.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_row(const struct listed *row)
{
	const struct name_entry entry = {row->names[0], NAME_PARTY};
	struct name_index *index = NULL;
	struct name_finder *finder = NULL;
	struct name_words words;
	struct name_match match;

	if (!row->name_count || !row->reference.size)
		abort();
	if (name_index_build(&entry, 1, &index) == STATUS_OK && name_finder_new(index, &finder) == STATUS_OK) {
		name_normalise(row->names[0], &words);
		if (words.count && name_find(finder, &words, NAME_PARTY, 900, &match, 1) != 1)
			abort();
	}
	name_finder_free(finder);
	name_index_free(index);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	struct listed_list list;
	struct refusal refusal;

	if (!arena ||
		listed_read(arena, (struct text){(const char *)bytes, size}, TEXT_NONE, &list, &refusal) != STATUS_OK)
		return 0;
	for (size_t i = 0; i < list.count && i < 50; i++)
		check_row(list.rows[i]);
	return 0;
}
