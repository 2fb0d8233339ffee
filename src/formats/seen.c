/* An open hash table of hashes. */
#include "formats/seen.h"

#include "base/memory.h"

void seen_release(struct seen *seen)
{
	memory_free(seen->slots);
	*seen = (struct seen){0};
}

static uint64_t *slot_of(uint64_t *slots, size_t capacity, uint64_t hash)
{
	size_t at = (size_t)(hash * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (capacity - 1);

	while (slots[at] && slots[at] != hash)
		at = (at + 1) & (capacity - 1);
	return &slots[at];
}

static enum status grow(struct seen *seen)
{
	size_t wanted = seen->capacity ? seen->capacity * 2 : 256;
	uint64_t *slots;

	if (seen->count * 2 < seen->capacity)
		return STATUS_OK;
	if (seen->count >= SEEN_LIMIT)
		return STATUS_TOO_LARGE;
	slots = memory_allocate(wanted * sizeof *slots);
	if (!slots)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < seen->capacity; i++)
		if (seen->slots[i])
			*slot_of(slots, wanted, seen->slots[i]) = seen->slots[i];
	memory_free(seen->slots);
	seen->slots = slots;
	seen->capacity = wanted;
	return STATUS_OK;
}

enum status seen_add(struct seen *seen, struct text text, bool *ret_new)
{
	uint64_t hash = text_hash(text), *slot;

	hash = hash ? hash : 1;
	TRY(grow(seen));
	slot = slot_of(seen->slots, seen->capacity, hash);
	*ret_new = *slot == 0;
	seen->count += *slot == 0;
	*slot = hash;
	return STATUS_OK;
}
