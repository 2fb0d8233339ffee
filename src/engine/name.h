#ifndef VIGIE_ENGINE_NAME_H
#define VIGIE_ENGINE_NAME_H
/* Names of people, firms and vessels, compared as they are really written: other alphabets, accents, legal forms, order
 * of words, typing errors, joined and split words. The index holds a million names and answers in less than a
 * millisecond; it is immutable once built and shared by threads, each with a finder of its own.
 *
 * Score (Tversky): with m the weight of the words in common (times how alike they are), q and e what is left over in the
 * name asked for and in the listed one, score = m / (m + 0.35 q + 0.65 e). A word weighs log2(names / names that have
 * it), so that a rare family name says more than "trading". All arithmetic is in integers: the same to the bit everywhere. */
#include "base/arena.h"
#include "base/buffer.h"

enum { NAME_WORDS = 16, NAME_WORD_SIZE = 40, NAME_SIZE = 512, NAME_SURE = 1000 };

/* A name as it is compared: words without accents, legal forms, titles and articles. */
struct name_words {
	size_t count;
	unsigned char sizes[NAME_WORDS];
	char words[NAME_WORDS][NAME_WORD_SIZE];
};
/* Words beyond NAME_WORDS are left out; a name of nothing but legal forms keeps them. */
void name_normalise(struct text name, struct name_words *ret_words);
/* Latin letters for Arabic, Cyrillic and Greek ones; the rest as it is. */
void name_transliterate(struct buffer *buffer, struct text name);
/* The words in order of the alphabet with blanks between: equal for names that differ only in order and forms. */
struct text name_key(struct arena *arena, const struct name_words *words);

/* How alike two words (folded) are: NAME_SURE for the same, 0 for strangers. */
int name_word_alike(struct text a, struct text b);
/* How a word sounds (ph→f, ou→u, doubled letters once…) and its consonants alone, as hashes; 0 when too short to tell. */
struct name_sounds {
	uint32_t sound, bones;
};
struct name_sounds name_sounds(struct text word);
/* A word made ready to be compared with many: which letters it has, and where. */
struct name_ready {
	struct text word;
	struct name_sounds sounds;
	uint32_t mask;
	uint64_t places[256];
};
void name_ready(struct name_ready *ready, struct text word);
int name_ready_alike(const struct name_ready *ready, struct text other, struct name_sounds sounds);
uint32_t name_mask(struct text word); /* bits of its letters */
/* What a word may weigh at most, because everybody has it: 0 when nothing is known of it. */
int name_word_most(struct text word);
bool name_has_article(struct text word); /* begins with al or el, and is long enough without */
bool name_is_form(struct text word); /* SARL, LTD, ETS, MR… */

/* Kinds are bits; an entry is found when it shares one with what is asked for. */
enum { NAME_PERSON = 1, NAME_FIRM = 2, NAME_VESSEL = 4, NAME_PARTY = NAME_PERSON | NAME_FIRM };
struct name_entry {
	struct text name;
	unsigned kinds;
};
struct name_index;
/* Nothing of `entries` is kept but the order: a match gives the place. */
enum status name_index_build(const struct name_entry *entries, size_t count, struct name_index **ret_index) MUST_CHECK;
void name_index_free(struct name_index *index);
size_t name_index_size(const struct name_index *index); /* names */
size_t name_index_bytes(const struct name_index *index); /* memory held */

struct name_pair {
	unsigned char asked, listed; /* places of words; 2 words that stand for one are two pairs */
	short alike;
};
struct name_match {
	uint32_t entry;
	int score; /* of NAME_SURE */
	size_t pair_count;
	struct name_pair pairs[NAME_WORDS];
};
struct name_finder; /* one thread's */
enum status name_finder_new(const struct name_index *index, struct name_finder **ret_finder) MUST_CHECK;
void name_finder_free(struct name_finder *finder);
/* The best matches at or above the threshold, best first, at most `limit`. Returns their count. */
size_t name_find(struct name_finder *finder, const struct name_words *asked, unsigned kinds, int threshold,
	struct name_match *ret_matches, size_t limit);
/* "mohamed = mohamed, traore ≈ traoure" */
void name_explain(struct buffer *buffer, const struct name_index *index, const struct name_words *asked,
	const struct name_match *match);

#endif
