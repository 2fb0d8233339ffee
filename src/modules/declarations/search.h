#ifndef VIGIE_DECLARATIONS_SEARCH_H
#define VIGIE_DECLARATIONS_SEARCH_H
/* Finding consignments by words: references, names, codes, containers and goods, without accents and with typing errors.
 * Words and where they stand are kept by a job behind the imports (search_index.c); what it has not reached yet is
 * looked at row by row. */
#include "domain/job.h"
#include "modules/declarations/declarations.h"

enum { SEARCH_TERMS = 6, SEARCH_CANDIDATES = 60 };

/* One word of a query and the stored words it may stand for. */
struct search_term {
	struct text word; /* folded */
	int64_t ids[SEARCH_CANDIDATES];
	struct text words[SEARCH_CANDIDATES];
	size_t count;
	int64_t uses; /* of all of them together */
	struct text list; /* the ids as JSON */
	bool is_widened; /* no stored word is it or holds it: those nearly like it were taken */
};
struct search {
	struct search_term terms[SEARCH_TERMS];
	size_t count, driver; /* the rarest term */
	struct text pattern; /* for what is not indexed yet; missing when codes were asked for */
	int64_t indexed; /* the last consignment that the index holds */
	bool is_hopeless; /* a term stands for nothing */
};
/* `words` as a person typed them; `codes` are exact words with their colon ("o:12345"), `code_count` of them. */
enum status search_prepare(struct reader *reader, struct text words, const struct text *codes, size_t code_count,
	struct arena *arena, struct search *ret_search) MUST_CHECK;
/* A code as a word: "o:" and the folded value; data == NULL without memory or value. */
struct text search_code(struct arena *arena, const char *kind, struct text value);
/* "h:870323/cn" of an item; TEXT_NONE without six digits. */
struct text search_goods(struct arena *arena, struct text hs, struct text origin);

/* Brings the index up to date: at most `batches` transactions. *ret_count is how many consignments were read. */
enum status search_index_run(struct database *database, int batches, int64_t *ret_count) MUST_CHECK;
enum status search_index_job(struct database *database, struct arena *arena, struct text *ret_note) MUST_CHECK;

/* How many consignments the index has not reached yet. */
enum status search_index_lag(struct reader *reader, int64_t *ret_lag) MUST_CHECK;

/* Does the consignment hold the pattern's words, in their order? Looks where the index takes its words from: references,
 * names, containers and goods. `space` is for the look only; what it has no room for is not looked at. */
enum status search_fits(struct buffer *space, const struct consignment *consignment, struct text pattern, bool *ret_fits)
	MUST_CHECK;

/* Within one typing error (two in words of eight letters and more)? Letters swapped count as one. For tests. */
bool search_is_near(struct text a, struct text b, int most);

#endif
