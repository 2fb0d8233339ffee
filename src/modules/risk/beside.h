#ifndef VIGIE_RISK_BESIDE_H
#define VIGIE_RISK_BESIDE_H
/* What a decision was made with beside the consignment, kept with it so that it can be made again: the names found on
 * lists and the profiles set aside for the operator. Most decisions have neither. */
#include "engine/engine.h"
#include "store/store.h"

struct beside {
	struct name_hits names;
	const struct suppression *suppressions; /* of this operator, on this day */
	size_t suppression_count;
};
/* JSON in the arena; TEXT_NONE when there is nothing. STATUS_NO_MEMORY. */
enum status beside_write(struct arena *arena, const struct beside *beside, struct text *ret_text) MUST_CHECK;
/* STATUS_MALFORMED when it is not such a text; a missing one is nothing. */
enum status beside_read(struct arena *arena, struct text text, struct beside *ret_beside) MUST_CHECK;

/* ---- Suppressions in memory: all that are in force or to come, by operator. */
struct suppression_book {
	struct arena *arena;
	struct suppression *rows; /* by operator, in order of their ids */
	size_t count;
	int64_t changes; /* as loaded */
};
/* Loads when something changed. */
enum status suppression_book_refresh(struct suppression_book *book, struct reader *reader) MUST_CHECK;
/* All that ever were, for deciding the past again; then any number of threads may look. */
enum status suppression_book_load_ever(struct suppression_book *book, struct reader *reader) MUST_CHECK;
void suppression_book_clear(struct suppression_book *book);
/* Those of an operator that hold on the day; the array is in the arena, the texts are the book's. */
enum status suppression_book_find(const struct suppression_book *book, struct text operator, int64_t today,
	struct arena *arena, const struct suppression **ret_rows, size_t *ret_count) MUST_CHECK;

#endif
