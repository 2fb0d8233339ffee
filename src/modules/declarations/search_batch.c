/* A table of hashes over the words, and lists of postings in one array. */
#include "modules/declarations/search_batch.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "modules/declarations/search.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1 << 14, FIRST_POSTINGS = 1 << 15, WORDS_EACH = 300, WORD_BYTES = 40, WORD_LEAST = 2 };

enum status word_batch_init(struct word_batch *batch, struct arena *arena)
{
	*batch = (struct word_batch){.arena = arena, .slot_count = FIRST_SLOTS, .posting_room = FIRST_POSTINGS};
	batch->slots = memory_allocate(FIRST_SLOTS * sizeof *batch->slots);
	batch->postings = memory_allocate(FIRST_POSTINGS * sizeof *batch->postings);
	return batch->slots && batch->postings ? STATUS_OK : STATUS_NO_MEMORY;
}

void word_batch_release(struct word_batch *batch)
{
	memory_free(batch->slots);
	memory_free(batch->postings);
	batch->slots = NULL;
	batch->postings = NULL;
}

void word_batch_clear(struct word_batch *batch)
{
	memset(batch->slots, 0, batch->slot_count * sizeof *batch->slots);
	batch->word_count = batch->posting_count = 0;
	arena_reset(batch->arena);
}

/* The word's slot, or the free one where it belongs. */
static struct batch_word *slot_of(struct batch_word *slots, size_t count, struct text word)
{
	size_t at = (size_t)text_hash(word) & (count - 1);

	while (slots[at].word.data && !text_equal(slots[at].word, word))
		at = (at + 1) & (count - 1);
	return &slots[at];
}

struct batch_word *word_batch_find(const struct word_batch *batch, struct text word)
{
	struct batch_word *slot = slot_of(batch->slots, batch->slot_count, word);

	return slot->word.data ? slot : NULL;
}

static enum status grow_slots(struct word_batch *batch)
{
	size_t count = 2 * batch->slot_count;
	struct batch_word *slots = memory_allocate(count * sizeof *slots);

	if (!slots)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < batch->slot_count; i++)
		if (batch->slots[i].word.data)
			*slot_of(slots, count, batch->slots[i].word) = batch->slots[i];
	memory_free(batch->slots);
	batch->slots = slots;
	batch->slot_count = count;
	return STATUS_OK;
}

static enum status add_posting(struct word_batch *batch, struct batch_word *word)
{
	uint32_t place = (uint32_t)batch->posting_count;

	if (batch->posting_count == batch->posting_room) {
		struct batch_posting *more =
			memory_resize(batch->postings, 2 * batch->posting_room * sizeof *batch->postings);

		if (!more)
			return STATUS_NO_MEMORY;
		batch->postings = more;
		batch->posting_room *= 2;
	}
	batch->postings[place] = (struct batch_posting){batch->consignment_id, BATCH_END};
	if (word->uses)
		batch->postings[word->last].next = place;
	else
		word->first = place;
	word->last = place;
	word->uses++;
	batch->posting_count++;
	return STATUS_OK;
}

static enum status add_word(struct word_batch *batch, struct text word)
{
	struct batch_word *slot;

	if (word.size < WORD_LEAST || word.size > WORD_BYTES || !batch->words_left)
		return STATUS_OK;
	slot = slot_of(batch->slots, batch->slot_count, word);
	if (!slot->word.data) {
		if (2 * batch->word_count >= batch->slot_count) {
			TRY(grow_slots(batch));
			slot = slot_of(batch->slots, batch->slot_count, word);
		}
		slot->word = arena_text(batch->arena, word);
		if (!slot->word.data)
			return STATUS_NO_MEMORY;
		batch->word_count++;
	}
	/* A word that one consignment has twice is counted once. */
	if (slot->uses && batch->postings[slot->last].consignment_id == batch->consignment_id)
		return STATUS_OK;
	batch->words_left--;
	return add_posting(batch, slot);
}

static enum status add_words(struct word_batch *batch, struct text text)
{
	AUTO(buffer_release) struct buffer folded = {0};
	struct text rest;

	buffer_init(&folded, 1 << 16);
	utf8_fold(&folded, text);
	rest = buffer_text(&folded);
	while (folded.size && rest.data)
		TRY(add_word(batch, text_cut(&rest, ' ')));
	return STATUS_OK;
}

static enum status add_code(struct word_batch *batch, const char *kind, struct text value)
{
	struct text code = value.size ? search_code(batch->arena, kind, text_slice(value, 0, WORD_BYTES - 3)) : TEXT_NONE;

	return code.data ? add_word(batch, code) : STATUS_OK;
}

static enum status add_items(struct word_batch *batch, const struct consignment *c)
{
	for (size_t i = 0; i < c->item_count; i++) {
		const struct item *item = &c->items[i];
		struct text goods = search_goods(batch->arena, item->hs, item->origin);

		if (goods.data)
			TRY(add_word(batch, goods));
		TRY(add_words(batch, item->hs));
		TRY(add_words(batch, item->description));
		TRY(add_words(batch, item->transport_document));
		TRY(add_code(batch, "t:", item->transport_document));
	}
	for (size_t i = 0; i < c->container_count; i++)
		TRY(add_words(batch, c->containers[i].reference));
	return STATUS_OK;
}

enum status word_batch_add(struct word_batch *batch, int64_t id, const struct consignment *c)
{
	const struct text texts[] = {c->reference, c->manifest, c->master_bill, c->voyage, c->vessel, c->consignee.code,
		c->consignee.name, c->exporter.code, c->exporter.name, c->declarant.code, c->declarant.name, c->notify.name};

	batch->consignment_id = id;
	batch->words_left = WORDS_EACH;
	TRY(add_code(batch, "o:", c->consignee.code));
	TRY(add_code(batch, "d:", c->declarant.code));
	TRY(add_code(batch, "m:", c->manifest));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		TRY(add_words(batch, texts[i]));
	return add_items(batch, c);
}

static int by_word(const void *a, const void *b)
{
	return text_compare((*(struct batch_word *const *)a)->word, (*(struct batch_word *const *)b)->word);
}

struct batch_word **word_batch_sorted(const struct word_batch *batch, struct arena *arena)
{
	struct batch_word **words = ARENA_ARRAY(arena, batch->word_count + 1, struct batch_word *);
	size_t count = 0;

	for (size_t i = 0; words && i < batch->slot_count; i++)
		if (batch->slots[i].word.data)
			words[count++] = &batch->slots[i];
	if (words)
		qsort(words, count, sizeof *words, by_word);
	return words;
}
