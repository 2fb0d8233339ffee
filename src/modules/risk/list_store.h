#ifndef VIGIE_RISK_LIST_STORE_H
#define VIGIE_RISK_LIST_STORE_H
/* Lists of operators, goods, places or vessels that profiles name, with dates and reasons. Each change makes a new
 * version of the policy in force (risk_lists_changed). */
#include "modules/risk/risk.h"

struct list_row {
	int64_t id;
	struct text code, title;
	int64_t entry_count; /* in force */
};
struct list_entry_row {
	int64_t id; /* 0: of a file */
	struct text value, reason;
	int64_t from, until, created_at, line;
	bool is_there; /* of a file: in force already, and passed over */
};
enum { LIST_ROWS = 500, LIST_IMPORT_ROWS = 20000 };
enum status profile_lists(struct reader *reader, struct arena *arena, struct list_row **ret_rows, size_t *ret_count) MUST_CHECK;
enum status list_find(struct reader *reader, int64_t id, struct arena *arena, struct list_row *ret_row) MUST_CHECK;
/* `all`: those that have ended too. At most `limit`, from `offset`. */
struct list_entry_filter {
	int64_t list_id, limit, offset;
	bool all;
	struct text search; /* part of the value; missing: all */
};
/* What to compare values with by "like": "" without a search; missing: out of memory. */
struct text list_value_pattern(struct arena *arena, struct text search);
enum status list_entries(struct reader *reader, const struct list_entry_filter *filter, struct arena *arena,
	struct list_entry_row **ret_rows, size_t *ret_count) MUST_CHECK;

/* The code: capitals, digits and _, letter first. STATUS_INVALID, STATUS_CONFLICT (there already). */
enum status list_create(struct writer *writer, const struct actor *actor, struct text code, struct text title,
	int64_t *ret_id) MUST_CHECK;
/* STATUS_INVALID: no value, no reason, or it would end before it begins. Values in force already are passed over;
 * *ret_added says how many were new. One row of the journal for all. */
enum status list_add(struct writer *writer, const struct actor *actor, int64_t list_id,
	const struct list_entry_row *entries, size_t count, size_t *ret_added) MUST_CHECK;
/* The entry holds until yesterday. STATUS_NOT_FOUND, STATUS_CONFLICT: it has ended already. */
enum status list_end(struct writer *writer, const struct actor *actor, int64_t list_id, int64_t entry_id) MUST_CHECK;

/* Entries of a table (CSV; header valeur, depuis, jusqu_au, motif in any order, or without header the value first).
 * STATUS_INVALID: *ret_problem says why. */
enum status list_table_read(struct arena *arena, struct text bytes, struct list_entry_row **ret_rows, size_t *ret_count,
	struct message *ret_problem) MUST_CHECK;
/* Marks those of a file whose value is in force. */
enum status list_compare(struct reader *reader, int64_t list_id, struct list_entry_row *entries, size_t count,
	struct arena *arena, size_t *ret_new) MUST_CHECK;
/* "valeur;depuis;jusqu_au;motif" and rows, quotes where needed. */
enum status list_table_write(struct buffer *out, const struct list_entry_row *entries, size_t count) MUST_CHECK;

#endif
