/* The decider's books: counters of the period, and reasons already stored. */
#include "base/memory.h"
#include "modules/risk/decider.h"

#include <string.h>

enum { FIRST_ENTRIES = 64, MOST_ENTRIES = 1 << 20, BOOK_BYTES = 256 << 20 };

static uint32_t *book_slot(const struct selection_book *book, struct text office, struct text regime)
{
	size_t mask = book->capacity * 4 - 1, at = (size_t)(text_hash(office) * 31 + text_hash(regime)) & mask;

	for (; book->slots[at]; at = (at + 1) & mask) {
		const struct selection_entry *entry = &book->entries[book->slots[at] - 1];

		if (text_equal(office, entry->office) && text_equal(regime, entry->regime))
			break;
	}
	return &book->slots[at];
}

static enum status book_grow(struct selection_book *book)
{
	size_t wanted = book->capacity ? book->capacity * 2 : FIRST_ENTRIES;
	struct selection_entry *entries;
	uint32_t *slots;

	if (book->count < book->capacity)
		return STATUS_OK;
	if (wanted > MOST_ENTRIES)
		return STATUS_TOO_LARGE;
	if (!book->arena && !(book->arena = arena_new(BOOK_BYTES)))
		return STATUS_NO_MEMORY;
	entries = memory_resize(book->entries, wanted * sizeof *entries);
	if (!entries)
		return STATUS_NO_MEMORY;
	book->entries = entries;
	slots = memory_allocate(4 * wanted * sizeof *slots);
	if (!slots)
		return STATUS_NO_MEMORY;
	memory_free(book->slots);
	book->slots = slots;
	book->capacity = wanted;
	for (size_t i = 0; i < book->count; i++)
		*book_slot(book, entries[i].office, entries[i].regime) = (uint32_t)i + 1;
	return STATUS_OK;
}

enum status selection_book_find(struct selection_book *book, struct reader *reader, int64_t period_id,
	struct text office, struct text regime, size_t *ret_place)
{
	struct selection_entry entry = {.is_changed = false};
	uint32_t *slot;

	TRY(book_grow(book));
	slot = book_slot(book, office, regime);
	if (!*slot && !reader)
		return STATUS_NOT_FOUND;
	if (!*slot) {
		entry.office = arena_text(book->arena, office);
		entry.regime = arena_text(book->arena, regime);
		if (!entry.office.data || !entry.regime.data)
			return STATUS_NO_MEMORY;
		TRY(selection_counts_read(reader, period_id, office, regime, &entry.counts));
		book->entries[book->count++] = entry;
		*slot = (uint32_t)book->count;
	}
	*ret_place = *slot - 1;
	return STATUS_OK;
}

enum status selection_book_write(struct selection_book *book, struct writer *writer, int64_t period_id)
{
	for (size_t i = 0; i < book->count; i++) {
		struct selection_entry *entry = &book->entries[i];

		if (entry->is_changed)
			TRY(selection_counts_write(writer, period_id, entry->office, entry->regime, &entry->counts));
		entry->is_changed = false;
	}
	return STATUS_OK;
}

void selection_book_clear(struct selection_book *book)
{
	arena_free(book->arena);
	memory_free(book->entries);
	memory_free(book->slots);
	*book = (struct selection_book){.arena = NULL};
}

/* ---- reasons */

enum { SHORT_REASONS = 16 /* not worth a look at another row */ };

static struct reasons_slot *reasons_slot(const struct reasons_book *book, struct text reasons, uint64_t hash)
{
	size_t at = (size_t)hash & (REASONS_SLOTS - 1);

	for (; book->slots[at].decision_id; at = (at + 1) & (REASONS_SLOTS - 1))
		if (book->slots[at].hash == hash && text_equal(book->slots[at].reasons, reasons))
			break;
	return &book->slots[at];
}

static enum status reasons_open(struct reasons_book *book)
{
	if (!book->arena && !(book->arena = arena_new(2 * (size_t)REASONS_BYTES)))
		return STATUS_NO_MEMORY;
	if (!book->slots && !(book->slots = memory_allocate(REASONS_SLOTS * sizeof *book->slots)))
		return STATUS_NO_MEMORY;
	return STATUS_OK;
}

/* A full book forgets all. */
static void reasons_make_room(struct reasons_book *book, size_t size)
{
	if (book->count < REASONS_MOST && arena_used(book->arena) + size < REASONS_BYTES)
		return;
	memset(book->slots, 0, REASONS_SLOTS * sizeof *book->slots);
	book->count = 0;
	arena_reset(book->arena);
}

enum status reasons_book_find(struct reasons_book *book, struct text reasons, int64_t decision_id, int64_t *ret_of)
{
	uint64_t hash = text_hash(reasons);
	struct reasons_slot *slot;
	struct text copy;

	*ret_of = 0;
	if (reasons.size <= SHORT_REASONS || reasons.size > REASONS_BYTES / 64)
		return STATUS_OK;
	TRY(reasons_open(book));
	slot = reasons_slot(book, reasons, hash);
	if (slot->decision_id) {
		*ret_of = slot->decision_id;
		return STATUS_OK;
	}
	reasons_make_room(book, reasons.size);
	copy = arena_text(book->arena, reasons);
	if (!copy.data)
		return STATUS_NO_MEMORY;
	*reasons_slot(book, reasons, hash) = (struct reasons_slot){hash, decision_id, copy};
	book->count++;
	return STATUS_OK;
}

void reasons_book_clear(struct reasons_book *book)
{
	arena_free(book->arena);
	memory_free(book->slots);
	*book = (struct reasons_book){.arena = NULL};
}
