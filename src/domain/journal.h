#ifndef VIGIE_DOMAIN_JOURNAL_H
#define VIGIE_DOMAIN_JOURNAL_H
/* Every change is one row, written in the transaction of the change: audit trail, history, outbox. A job seals
 * the rows in blocks: a Merkle root per block, chained to the block before, so that nothing can be altered,
 * removed or added afterwards unseen. */
#include "base/json.h"
#include "base/secret.h"
#include "domain/actor.h"

struct journal_entry {
	const struct actor *actor;
	const char *entity; /* "consignment" */
	int64_t entity_id; /* 0 for a change of no single thing */
	const char *action; /* "result_recorded"; the labels are in the modules' tables */
	struct text unit_path; /* whose office it concerns; may be missing */
	struct text details; /* JSON object text: what changed, {"field":[before,after],…}; may be missing */
};
/* *ret_id may be NULL. */
enum status journal_write(struct writer *writer, const struct journal_entry *entry, int64_t *ret_id) MUST_CHECK;

/* Seals all settled rows in blocks of at most `block_rows`; *ret_blocks says how many were made. A job and
 * `vigie verify` call it; takes turns by a lease so that two do not seal at once. */
enum status journal_seal(struct writer *writer, int64_t block_rows, int *ret_blocks) MUST_CHECK;
/* At most `most` blocks, so that a job can commit in between and let other writers pass. */
enum status journal_seal_some(struct writer *writer, int64_t block_rows, int most, int *ret_blocks) MUST_CHECK;

struct journal_proof {
	int64_t rows_checked, blocks_checked, rows_unsealed;
	bool intact;
	int64_t broken_block; /* the first that does not agree; 0 */
	int64_t broken_row; /* in it, the first row that differs or is missing, when it can be told; 0 */
	unsigned char head[DIGEST_SIZE];
};
/* Recomputes every block; STATUS_OK also when the journal is broken (see intact). */
enum status journal_verify(struct reader *reader, struct journal_proof *ret_proof) MUST_CHECK;

/* History of one thing, newest first: calls back for each row until it returns false. */
struct journal_row {
	int64_t id, at, actor_id;
	struct text actor_name, entity, action, details, unit_path; /* the last two may be missing */
	int64_t entity_id;
	int64_t block; /* 0: not sealed yet */
};
enum status journal_history(struct reader *reader, const char *entity, int64_t entity_id, int64_t limit,
	bool (*each)(void *context, const struct journal_row *row), void *context) MUST_CHECK;

/* The whole journal, newest first, filtered. */
struct journal_filter {
	int64_t before; /* rows with a lower id; 0: from the newest */
	struct text entity; /* missing: all */
	int64_t entity_id; /* 0: all */
	struct text person; /* part of the actor's name; missing: all */
	int64_t from, until; /* times, until excluded */
	struct text paths; /* of actor_path_list(): what the reader may see */
	int64_t limit;
};
enum status journal_page(struct reader *reader, const struct journal_filter *filter,
	bool (*each)(void *context, const struct journal_row *row), void *context) MUST_CHECK;

/* Sealed rows in the order in which they were sealed: nothing ever appears before a row that was given, as it may among
 * ids, where a transaction that took its number early ends late. */
struct journal_place {
	int64_t block, id; /* 0, 0: the beginning */
};
/* At most `limit` rows behind the place, in the arena. */
enum status journal_sealed_after(struct reader *reader, struct journal_place place, int64_t limit, struct arena *arena,
	struct journal_row **ret_rows, size_t *ret_count) MUST_CHECK;
/* The place of the last sealed row. */
enum status journal_sealed_end(struct reader *reader, struct journal_place *ret_place) MUST_CHECK;

#endif
