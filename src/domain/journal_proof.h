#ifndef VIGIE_DOMAIN_JOURNAL_PROOF_H
#define VIGIE_DOMAIN_JOURNAL_PROOF_H
/* The digests of the journal, for whoever checks a row without the database: a leaf for each row, a Merkle path to
 * the root of its block (as in RFC 6962), the head of each block over the head before. */
#include "base/arena.h"
#include "base/secret.h"
#include "store/store.h"

/* All that a row says; unit_path and details may be missing. */
struct journal_sealed_row {
	int64_t id, happened_at, actor_id, entity_id;
	struct text actor_name, entity, action, unit_path, details;
};
void journal_leaf(const struct journal_sealed_row *row, unsigned char ret_leaf[DIGEST_SIZE]);
void journal_node(const unsigned char *left, const unsigned char *right, unsigned char ret_digest[DIGEST_SIZE]);
struct journal_block {
	int64_t number, row_count, sealed_at;
	const unsigned char *root, *previous;
};
void journal_block_head(const struct journal_block *block, unsigned char ret_head[DIGEST_SIZE]);

enum { JOURNAL_PATH = 48 };
/* The path from the leaf at `index` of `count` to the root. Returns its length. */
size_t journal_path(const unsigned char (*leaves)[DIGEST_SIZE], size_t count, size_t index,
	unsigned char ret_path[JOURNAL_PATH][DIGEST_SIZE]);
/* The root that leaf and path lead to; false when the path does not fit index and count. */
bool journal_path_root(const unsigned char *leaf, size_t count, size_t index, const unsigned char (*path)[DIGEST_SIZE],
	size_t path_count, unsigned char ret_root[DIGEST_SIZE]);

/* The first row of that action on a thing, with its place in its sealed block, in the arena. STATUS_NOT_FOUND: there
 * is none; STATUS_CONFLICT: it is not sealed yet. */
struct journal_row_proof {
	struct journal_sealed_row row;
	int64_t block;
	size_t index, count;
	unsigned char path[JOURNAL_PATH][DIGEST_SIZE];
	size_t path_count;
};
enum status journal_prove(struct reader *reader, const char *entity, int64_t entity_id, const char *action,
	struct arena *arena, struct journal_row_proof *ret_proof) MUST_CHECK;
/* The blocks from `number` on, in order, until `each` returns another status than OK. Digests stay until it returns. */
struct journal_sealed_block {
	int64_t number, row_count, sealed_at;
	unsigned char root[DIGEST_SIZE], previous[DIGEST_SIZE], head[DIGEST_SIZE];
};
enum status journal_blocks_from(struct reader *reader, int64_t number,
	enum status (*each)(void *context, const struct journal_sealed_block *block), void *context) MUST_CHECK;

#endif
