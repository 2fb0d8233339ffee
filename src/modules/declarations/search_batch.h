#ifndef VIGIE_DECLARATIONS_SEARCH_BATCH_H
#define VIGIE_DECLARATIONS_SEARCH_BATCH_H
/* The words of a batch of consignments in memory: each once, with the consignments that have it. One batch serves many
 * rounds; its tables grow to what the largest needed and stay. */
#include "base/arena.h"
#include "engine/consignment.h"

struct batch_word {
	struct text word; /* data NULL: a free slot */
	int64_t id; /* in the database, once it is known */
	uint32_t first, last; /* places of its postings */
	uint32_t uses;
};
struct batch_posting {
	int64_t consignment_id;
	uint32_t next; /* place of the word's next posting; BATCH_END */
};
#define BATCH_END UINT32_MAX

struct word_batch {
	struct arena *arena; /* of the words; the caller's */
	struct batch_word *slots; /* by hash */
	size_t slot_count, word_count; /* slot_count is a power of two */
	struct batch_posting *postings;
	size_t posting_count, posting_room;
	/* The consignment whose words are being added. */
	int64_t consignment_id;
	size_t words_left;
};

enum status word_batch_init(struct word_batch *batch, struct arena *arena) MUST_CHECK;
void word_batch_release(struct word_batch *batch); /* for AUTO() */
/* Empties it; the arena is reset too. */
void word_batch_clear(struct word_batch *batch);
/* All words of a consignment, folded, and its codes. */
enum status word_batch_add(struct word_batch *batch, int64_t id, const struct consignment *consignment) MUST_CHECK;
/* The words in the order of their bytes, `batch->word_count` of them; NULL without memory. */
struct batch_word **word_batch_sorted(const struct word_batch *batch, struct arena *arena);
struct batch_word *word_batch_find(const struct word_batch *batch, struct text word);

#endif
