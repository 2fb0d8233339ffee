#ifndef VIGIE_ENGINE_NAME_INDEX_H
#define VIGIE_ENGINE_NAME_INDEX_H
/* Inside the index of names: the words of all names once each, which names have a word, and keys under which words that
 * are nearly the same meet (a letter left out; the consonants; the first and last four letters). */
#include "engine/name.h"

struct name_index {
	size_t entry_count, word_count, slot_count, bucket_count, bytes;
	char *letters; /* of all words */
	uint32_t *word_starts; /* word_count + 1, into letters */
	struct name_sounds *sounds; /* of words */
	uint32_t *slots; /* word + 1 by hash */
	uint32_t *entry_starts; /* entry_count + 1, into entry_words */
	uint32_t *entry_words;
	int *entry_weights; /* the sum over its words */
	unsigned char *kinds;
	uint32_t *post_starts; /* word_count + 1, into posts */
	uint32_t *posts; /* entries, in order */
	uint32_t *bucket_starts; /* bucket_count + 1, into keyed */
	uint32_t *keyed; /* words */
};

#define NAME_NO_WORD UINT32_MAX
/* Buckets of more words than this are not gone through: what begins or sounds like so many tells nothing. */
enum { NAME_BUCKET_MOST = 400, NAME_KEYS = NAME_WORD_SIZE + 4 };
struct text name_index_word(const struct name_index *index, uint32_t word);
/* NAME_NO_WORD when no name has it. */
uint32_t name_index_find_word(const struct name_index *index, struct text word);
/* Thousandths of bits. */
int name_index_weight(const struct name_index *index, uint32_t word);
int name_index_weight_of_unknown(const struct name_index *index, struct text word);
/* The keys of a word, at most NAME_KEYS; returns the count. */
size_t name_keys(struct text word, struct name_sounds sounds, uint64_t *ret_keys);

#endif
