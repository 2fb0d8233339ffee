#ifndef VIGIE_ENGINE_HISTORY_MEMORY_H
#define VIGIE_ENGINE_HISTORY_MEMORY_H
/* Histories in memory: tables by key, resolved by day, so that a question "before this date, over so many
 * days" is answered exactly. An item counts on its own date, an outcome on the day it became known.
 *
 * Data should be added in the order of their dates: then every answer is what a question on that day would
 * have given. Older data may come later; counts stay exact, prices then only count from the newest day on.
 *
 * Several threads may look at once, none while one adds. */
#include "engine/history.h"

struct history_memory;

struct history_memory *history_memory_new(void); /* NULL without memory */
void history_memory_free(struct history_memory *memory);
void history_memory_release(struct history_memory **memory); /* for AUTO() */

/* Counts an item under each of its keys on `date`; with an outcome when it was already known that day.
 * STATUS_INVALID for a date before 1900 or after 9999, STATUS_NO_MEMORY (then some keys may lack the item). */
enum status history_memory_add(struct history_memory *memory, const struct consignment *consignment,
	const struct item *item, bool known, bool adverse, int64_t date) MUST_CHECK;
/* An outcome of an item added before, learned on `date`. */
enum status history_memory_judge(struct history_memory *memory, const struct consignment *consignment,
	const struct item *item, bool adverse, int64_t date) MUST_CHECK;
/* The face the engine asks; valid as long as the memory is. */
struct history history_memory_face(const struct history_memory *memory);
/* Bytes held, and entries (one per key and value). */
size_t history_memory_bytes(const struct history_memory *memory);
size_t history_memory_entries(const struct history_memory *memory);
/* The places of an item under all keys, the same in every memory, so that any thread may find them beforehand.
 * history_memory_expect() fetches them for an item that is decided next, and changes nothing. history_memory_add_at() is
 * history_memory_add() with those places, which must be the item's. */
struct history_places {
	uint64_t hashes[HISTORY_KEYS];
};
void history_places_find(const struct consignment *consignment, const struct item *item,
	struct history_places *ret_places);
void history_memory_expect(const struct history_memory *memory, const struct history_places *places);
enum history_outcome { OUTCOME_UNKNOWN, OUTCOME_CONFORM, OUTCOME_ADVERSE };
enum status history_memory_add_at(struct history_memory *memory, const struct history_places *places,
	const struct consignment *consignment, const struct item *item, enum history_outcome outcome, int64_t date)
	MUST_CHECK;

#endif
