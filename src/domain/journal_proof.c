/* The journal's digests, and the proof that a row stands in it. */
#include "domain/journal_proof.h"

#include <string.h>

STATEMENT(PROVED_ROW,
	"select id, happened_at, actor_id, actor_name, entity, entity_id, action, unit_path, details, block from journal "
	"where entity = $1 and entity_id = $2 and action = $3 order by id limit 1");
STATEMENT(PROVED_BLOCK,
	"select id, happened_at, actor_id, actor_name, entity, entity_id, action, unit_path, details from journal "
	"where block = $1 order by id");
STATEMENT(PROVED_COUNT, "select count(*) from journal where block = $1");
STATEMENT(BLOCKS_FROM,
	"select number, row_count, root, previous, head, sealed_at from journal_blocks where number >= $1 order by number");

static void number_bytes(uint64_t value, unsigned char ret_bytes[8])
{
	for (int i = 0; i < 8; i++)
		ret_bytes[i] = (unsigned char)(value >> (8 * (7 - i)));
}

/* Missing and empty texts differ by their marks. */
void journal_leaf(const struct journal_sealed_row *row, unsigned char ret_leaf[DIGEST_SIZE])
{
	unsigned char numbers[1 + 4 * 8] = {0};
	const char missing[2] = {row->unit_path.data ? 't' : 'n', row->details.data ? 't' : 'n'};
	const struct text parts[7] = {{(const char *)numbers, sizeof numbers}, {missing, sizeof missing}, row->actor_name,
		row->entity, row->action, row->unit_path, row->details};

	number_bytes((uint64_t)row->id, numbers + 1);
	number_bytes((uint64_t)row->happened_at, numbers + 9);
	number_bytes((uint64_t)row->actor_id, numbers + 17);
	number_bytes((uint64_t)row->entity_id, numbers + 25);
	digest_of_parts(parts, 7, ret_leaf);
}

void journal_node(const unsigned char *left, const unsigned char *right, unsigned char ret_digest[DIGEST_SIZE])
{
	unsigned char bytes[1 + 2 * DIGEST_SIZE];

	bytes[0] = 1;
	memcpy(bytes + 1, left, DIGEST_SIZE);
	memcpy(bytes + 1 + DIGEST_SIZE, right, DIGEST_SIZE);
	digest_of((struct text){(const char *)bytes, sizeof bytes}, ret_digest);
}

void journal_block_head(const struct journal_block *block, unsigned char ret_head[DIGEST_SIZE])
{
	unsigned char numbers[1 + 3 * 8];
	struct text parts[3];

	numbers[0] = 2;
	number_bytes((uint64_t)block->number, numbers + 1);
	number_bytes((uint64_t)block->row_count, numbers + 9);
	number_bytes((uint64_t)block->sealed_at, numbers + 17);
	parts[0] = (struct text){(const char *)numbers, sizeof numbers};
	parts[1] = (struct text){(const char *)block->previous, DIGEST_SIZE};
	parts[2] = (struct text){(const char *)block->root, DIGEST_SIZE};
	digest_of_parts(parts, 3, ret_head);
}

/* The largest power of two below count: where a tree is split. */
static size_t split_of(size_t count)
{
	size_t split = 1;

	while (split * 2 < count)
		split *= 2;
	return split;
}

static void subtree_root(const unsigned char (*leaves)[DIGEST_SIZE], size_t count, unsigned char ret_root[DIGEST_SIZE])
{
	unsigned char left[DIGEST_SIZE], right[DIGEST_SIZE];

	if (count == 1) {
		memcpy(ret_root, leaves[0], DIGEST_SIZE);
		return;
	}
	subtree_root(leaves, split_of(count), left);
	subtree_root(leaves + split_of(count), count - split_of(count), right);
	journal_node(left, right, ret_root);
}

size_t journal_path(const unsigned char (*leaves)[DIGEST_SIZE], size_t count, size_t index,
	unsigned char ret_path[JOURNAL_PATH][DIGEST_SIZE])
{
	size_t split, length;

	if (count < 2)
		return 0;
	split = split_of(count);
	if (index < split) {
		length = journal_path(leaves, split, index, ret_path);
		subtree_root(leaves + split, count - split, ret_path[length]);
	} else {
		length = journal_path(leaves + split, count - split, index - split, ret_path);
		subtree_root(leaves, split, ret_path[length]);
	}
	return length + 1;
}

bool journal_path_root(const unsigned char *leaf, size_t count, size_t index, const unsigned char (*path)[DIGEST_SIZE],
	size_t path_count, unsigned char ret_root[DIGEST_SIZE])
{
	unsigned char below[DIGEST_SIZE];
	size_t split;

	if (index >= count || path_count > JOURNAL_PATH)
		return false;
	if (count == 1) {
		memcpy(ret_root, leaf, DIGEST_SIZE);
		return path_count == 0;
	}
	split = split_of(count);
	if (!path_count)
		return false;
	if (index < split) {
		if (!journal_path_root(leaf, split, index, path, path_count - 1, below))
			return false;
		journal_node(below, path[path_count - 1], ret_root);
	} else {
		if (!journal_path_root(leaf, count - split, index - split, path, path_count - 1, below))
			return false;
		journal_node(path[path_count - 1], below, ret_root);
	}
	return true;
}

static struct text copied(struct rows *rows, int column, struct arena *arena)
{
	struct text text = rows_copy(rows, column, arena);

	return rows_is_null(rows, column) ? TEXT_NONE : text.data ? text : TEXT("");
}

static void read_sealed(struct rows *rows, struct arena *arena, struct journal_sealed_row *ret_row)
{
	*ret_row = (struct journal_sealed_row){.id = rows_integer(rows, 0), .happened_at = rows_integer(rows, 1),
		.actor_id = rows_integer(rows, 2), .actor_name = copied(rows, 3, arena), .entity = copied(rows, 4, arena),
		.entity_id = rows_integer(rows, 5), .action = copied(rows, 6, arena), .unit_path = copied(rows, 7, arena),
		.details = copied(rows, 8, arena)};
}

static enum status read_leaves(struct reader *reader, struct journal_row_proof *proof, struct arena *arena,
	unsigned char (*leaves)[DIGEST_SIZE])
{
	AUTO(rows_release) struct rows *rows = NULL;
	size_t count = 0;

	TRY(store_query(reader, &PROVED_BLOCK, PARAMS(V_INT(proof->block)), &rows));
	while (count < proof->count && rows_next(rows)) {
		struct journal_sealed_row row;

		read_sealed(rows, arena, &row);
		if (row.id == proof->row.id)
			proof->index = count;
		journal_leaf(&row, leaves[count++]);
	}
	TRY(rows_status(rows));
	return count == proof->count ? STATUS_OK : STATUS_INTERNAL;
}

enum status journal_prove(struct reader *reader, const char *entity, int64_t entity_id, const char *action,
	struct arena *arena, struct journal_row_proof *ret_proof)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct journal_row_proof proof = {0};
	unsigned char (*leaves)[DIGEST_SIZE];
	int64_t count;

	TRY(store_query(reader, &PROVED_ROW, PARAMS(value_string(entity), V_INT(entity_id), value_string(action)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	if (rows_is_null(rows, 9))
		return STATUS_CONFLICT;
	read_sealed(rows, arena, &proof.row);
	proof.block = rows_integer(rows, 9);
	TRY(store_integer(reader, &PROVED_COUNT, PARAMS(V_INT(proof.block)), &count));
	proof.count = (size_t)count;
	leaves = arena_array(arena, proof.count, sizeof *leaves);
	if (!leaves)
		return STATUS_NO_MEMORY;
	TRY(read_leaves(reader, &proof, arena, leaves));
	proof.path_count = journal_path((const unsigned char (*)[DIGEST_SIZE])leaves, proof.count, proof.index, proof.path);
	*ret_proof = proof;
	return STATUS_OK;
}

static bool digest_copy(struct text bytes, unsigned char ret_digest[DIGEST_SIZE])
{
	if (bytes.size != DIGEST_SIZE)
		return false;
	memcpy(ret_digest, bytes.data, DIGEST_SIZE);
	return true;
}

enum status journal_blocks_from(struct reader *reader, int64_t number,
	enum status (*each)(void *context, const struct journal_sealed_block *block), void *context)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &BLOCKS_FROM, PARAMS(V_INT(number)), &rows));
	while (rows_next(rows)) {
		struct journal_sealed_block block = {.number = rows_integer(rows, 0), .row_count = rows_integer(rows, 1),
			.sealed_at = rows_integer(rows, 5)};

		if (!digest_copy(rows_bytes(rows, 2), block.root) || !digest_copy(rows_bytes(rows, 3), block.previous) ||
		    !digest_copy(rows_bytes(rows, 4), block.head))
			return STATUS_INTERNAL;
		TRY(each(context, &block));
	}
	return rows_status(rows);
}
