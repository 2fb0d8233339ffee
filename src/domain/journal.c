/* The journal: rows, blocks and their proof.
 *
 * A leaf is the hash of all that a row says; the leaves of a block, in the order of their ids, form a Merkle
 * tree as in RFC 6962 (leaves are marked 0, inner nodes 1, so that neither can stand for the other). The head
 * of a block is the hash of the head before, the block's number, count, root and time: changing anything
 * changes all heads after it. The last head is covered by nothing but itself, which is why it can be handed
 * to a witness outside.
 *
 * Writers never wait for the sealing. On SQLite they take turns, so all rows that can be seen are settled. On
 * PostgreSQL ids become visible out of order; a row is settled when its transaction is older than every
 * transaction that still runs (pg_snapshot_xmin): whatever such transactions wrote can be seen, and nothing
 * can appear among it any more. A transaction id beyond the snapshot's end can only come from another cluster
 * by a restore, and is settled too. A row belongs to the block it names, not to a range of ids, so rows that
 * settle late go into a later block. */
#include "domain/journal.h"
#include "domain/journal_proof.h"

#include "base/clock.h"

#include <limits.h>
#include <string.h>

enum { MARK_SIZE = 16, TREE_HEIGHT = 48 };

STATEMENT(JOURNAL_ADD, "insert into journal (happened_at, actor_id, actor_name, entity, entity_id, action, unit_path, "
	"details) values ($1, $2, $3, $4, $5, $6, $7, $8) returning id");
STATEMENT(TURN_TAKE, "update journal_turn set turns = turns + 1 where id = 1");
STATEMENT(LAST_BLOCK, "select number, head from journal_blocks order by number desc limit 1");
STATEMENT_OF(BLOCK_CLAIM,
	"update journal set block = $1 where id in (select id from journal where block is null order by id limit $2)",
	"update journal set block = $1 where id in (select id from journal where block is null and "
	"(transaction_id < cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint) "
	"or transaction_id >= cast(cast(pg_snapshot_xmax(pg_current_snapshot()) as text) as bigint)) "
	"order by id limit $2)");
#define ROW_COLUMNS "id, happened_at, actor_id, actor_name, entity, entity_id, action, unit_path, details"
STATEMENT(BLOCK_ROWS, "select " ROW_COLUMNS " from journal where block = $1 order by id");
STATEMENT(BLOCK_ADD, "insert into journal_blocks (number, row_count, root, previous, head, marks, sealed_at) "
	"values ($1, $2, $3, $4, $5, $6, $7)");
STATEMENT(BLOCK_NEXT, "select number, row_count, root, previous, head, marks, sealed_at from journal_blocks "
	"where number >= $1 order by number limit 1");
STATEMENT(ROWS_UNSEALED, "select count(*) from journal where block is null");
STATEMENT(ROWS_ASTRAY, "select id, block from journal where block is not null and block not in "
	"(select number from journal_blocks) order by block, id limit 1");
STATEMENT(HISTORY, "select " ROW_COLUMNS ", block from journal where entity = $1 and entity_id = $2 "
	"order by id desc limit $3");

enum status journal_write(struct writer *writer, const struct journal_entry *entry, int64_t *ret_id)
{
	const struct actor *actor = entry->actor;
	int64_t id;

	TRY(store_returning(writer, &JOURNAL_ADD,
		PARAMS(V_INT(clock_now()), V_INT(actor->user_id),
			value_text(actor->name.data ? actor->name : TEXT("")), value_string(entry->entity),
			V_INT(entry->entity_id), value_string(entry->action), value_text(entry->unit_path),
			value_text(entry->details)),
		&id));
	if (ret_id)
		*ret_id = id;
	return STATUS_OK;
}

/* A Merkle tree under way: one finished subtree per bit of the count, so memory grows with the logarithm. */
struct tree {
	unsigned char roots[TREE_HEIGHT][DIGEST_SIZE];
	uint64_t count;
};

static void tree_add(struct tree *tree, const unsigned char leaf[DIGEST_SIZE])
{
	unsigned char digest[DIGEST_SIZE];
	int level = 0;

	memcpy(digest, leaf, DIGEST_SIZE);
	for (; (tree->count >> level) & 1; level++)
		journal_node(tree->roots[level], digest, digest);
	memcpy(tree->roots[level], digest, DIGEST_SIZE);
	tree->count++;
}

static void tree_root(const struct tree *tree, unsigned char ret_root[DIGEST_SIZE])
{
	bool started = false;

	memset(ret_root, 0, DIGEST_SIZE);
	for (int level = 0; level < TREE_HEIGHT; level++) {
		if (!((tree->count >> level) & 1))
			continue;
		if (started)
			journal_node(tree->roots[level], ret_root, ret_root);
		else
			memcpy(ret_root, tree->roots[level], DIGEST_SIZE);
		started = true;
	}
}

static void number_bytes(uint64_t value, unsigned char ret_bytes[8])
{
	for (int i = 0; i < 8; i++)
		ret_bytes[i] = (unsigned char)(value >> (8 * (7 - i)));
}

/* An empty text is there, whatever its address. */
static struct text present(struct text text)
{
	return text.data ? text : TEXT("");
}

static uint64_t bytes_number(const unsigned char *bytes)
{
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* The leaf of the row the query stands on. */
static void row_leaf(struct rows *rows, unsigned char ret_leaf[DIGEST_SIZE])
{
	const struct journal_sealed_row row = {.id = rows_integer(rows, 0), .happened_at = rows_integer(rows, 1),
		.actor_id = rows_integer(rows, 2), .actor_name = rows_text(rows, 3), .entity = rows_text(rows, 4),
		.entity_id = rows_integer(rows, 5), .action = rows_text(rows, 6),
		.unit_path = rows_is_null(rows, 7) ? TEXT_NONE : present(rows_text(rows, 7)),
		.details = rows_is_null(rows, 8) ? TEXT_NONE : present(rows_text(rows, 8))};

	journal_leaf(&row, ret_leaf);
}

struct block {
	int64_t number, row_count, sealed_at;
	unsigned char root[DIGEST_SIZE], previous[DIGEST_SIZE], head[DIGEST_SIZE];
};

static void block_head(const struct block *block, unsigned char ret_head[DIGEST_SIZE])
{
	journal_block_head(&(struct journal_block){block->number, block->row_count, block->sealed_at, block->root,
				   block->previous}, ret_head);
}

static struct text digest_text(const unsigned char digest[DIGEST_SIZE])
{
	return (struct text){(const char *)digest, DIGEST_SIZE};
}

/* The block to come after the last: its number and the head before it. */
static enum status block_begin(struct reader *reader, struct block *ret_block)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct block block = {.number = 1};

	TRY(store_query(reader, &LAST_BLOCK, NO_PARAMS, &rows));
	if (rows_next(rows)) {
		struct text head = rows_bytes(rows, 1);

		block.number = rows_integer(rows, 0) + 1;
		if (head.size == DIGEST_SIZE)
			memcpy(block.previous, head.data, DIGEST_SIZE);
	}
	TRY(rows_status(rows));
	*ret_block = block;
	return STATUS_OK;
}

/* Reads the block's rows into its root, and a mark per row (id, start of its leaf) that later tells which
 * row was touched. */
static enum status block_fill(struct reader *reader, struct block *block, struct buffer *marks)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct tree tree = {.count = 0};

	TRY(store_query(reader, &BLOCK_ROWS, PARAMS(V_INT(block->number)), &rows));
	while (rows_next(rows)) {
		unsigned char leaf[DIGEST_SIZE], mark[MARK_SIZE];

		row_leaf(rows, leaf);
		tree_add(&tree, leaf);
		number_bytes((uint64_t)rows_integer(rows, 0), mark);
		memcpy(mark + 8, leaf, MARK_SIZE - 8);
		buffer_append(marks, (struct text){(const char *)mark, sizeof mark});
	}
	TRY(rows_status(rows));
	block->row_count = (int64_t)tree.count;
	tree_root(&tree, block->root);
	return buffer_status(marks);
}

/* Seals the next block. STATUS_NOT_FOUND when no settled row is left. */
static enum status block_seal(struct writer *writer, struct block *block, int64_t block_rows)
{
	struct buffer AUTO(buffer_release) marks = {0};
	int64_t claimed = 0;

	TRY(store_execute(writer, &BLOCK_CLAIM, PARAMS(V_INT(block->number), V_INT(block_rows)), &claimed));
	if (claimed == 0)
		return STATUS_NOT_FOUND;
	buffer_init(&marks, (size_t)claimed * MARK_SIZE + MARK_SIZE);
	TRY(block_fill(writer_reader(writer), block, &marks));
	if (block->row_count != claimed)
		return STATUS_INTERNAL; /* rows that name a block which does not exist: verify tells */
	block->sealed_at = clock_now();
	block_head(block, block->head);
	TRY(store_execute(writer, &BLOCK_ADD,
		PARAMS(V_INT(block->number), V_INT(block->row_count), V_BYTES(digest_text(block->root)),
			V_BYTES(digest_text(block->previous)), V_BYTES(digest_text(block->head)),
			V_BYTES(buffer_text(&marks)), V_INT(block->sealed_at)),
		NULL));
	memcpy(block->previous, block->head, DIGEST_SIZE);
	block->number++;
	return STATUS_OK;
}

enum status journal_seal_some(struct writer *writer, int64_t block_rows, int most, int *ret_blocks)
{
	struct block block;
	int blocks = 0;

	if (block_rows < 1)
		return STATUS_INVALID;
	TRY(store_execute(writer, &TURN_TAKE, NO_PARAMS, NULL));
	TRY(block_begin(writer_reader(writer), &block));
	for (; blocks < most; blocks++) {
		enum status status = block_seal(writer, &block, block_rows);

		if (status == STATUS_NOT_FOUND)
			break;
		TRY(status);
	}
	*ret_blocks = blocks;
	return STATUS_OK;
}

enum status journal_seal(struct writer *writer, int64_t block_rows, int *ret_blocks)
{
	return journal_seal_some(writer, block_rows, INT_MAX, ret_blocks);
}

static bool digest_copy(struct text bytes, unsigned char ret_digest[DIGEST_SIZE])
{
	if (bytes.size != DIGEST_SIZE)
		return false;
	memcpy(ret_digest, bytes.data, DIGEST_SIZE);
	return true;
}

/* Reads the first block from `number` on. STATUS_NOT_FOUND after the last; *ret_well_formed is false when
 * a digest does not have its size. */
static enum status block_read(struct reader *reader, int64_t number, struct block *ret_block, struct buffer *marks,
	bool *ret_well_formed)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct block block = {.number = 0};

	buffer_clear(marks);
	TRY(store_query(reader, &BLOCK_NEXT, PARAMS(V_INT(number)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	block.number = rows_integer(rows, 0);
	block.row_count = rows_integer(rows, 1);
	block.sealed_at = rows_integer(rows, 6);
	*ret_well_formed = digest_copy(rows_bytes(rows, 2), block.root) &&
		digest_copy(rows_bytes(rows, 3), block.previous) && digest_copy(rows_bytes(rows, 4), block.head);
	buffer_append(marks, rows_bytes(rows, 5));
	TRY(rows_status(rows)); /* bytes that could not be unpacked are no bytes that differ */
	TRY(buffer_status(marks));
	*ret_block = block;
	return STATUS_OK;
}

/* The id of the first row on which what is there and what was sealed part; 0 when they agree. */
static int64_t first_difference(struct text now, struct text sealed)
{
	const unsigned char *a = (const unsigned char *)now.data, *b = (const unsigned char *)sealed.data;
	size_t count = now.size < sealed.size ? now.size : sealed.size;

	for (size_t at = 0; at + MARK_SIZE <= count; at += MARK_SIZE) {
		if (memcmp(a + at, b + at, MARK_SIZE) == 0)
			continue;
		/* The lower id is the row that is missing or was put in; with equal ids the row was changed. */
		return (int64_t)(bytes_number(a + at) < bytes_number(b + at) ? bytes_number(a + at) : bytes_number(b + at));
	}
	if (now.size >= count + MARK_SIZE)
		return (int64_t)bytes_number(a + count);
	if (sealed.size >= count + MARK_SIZE)
		return (int64_t)bytes_number(b + count);
	return 0;
}

static void proof_break(struct journal_proof *proof, int64_t block, int64_t row)
{
	if (!proof->intact)
		return;
	proof->intact = false;
	proof->broken_block = block;
	proof->broken_row = row;
}

/* Computes the block again from its rows and compares. */
static enum status block_check(struct reader *reader, const struct block *sealed, struct text sealed_marks,
	struct journal_proof *proof)
{
	struct block again = *sealed;
	struct buffer AUTO(buffer_release) marks = {0};
	unsigned char head[DIGEST_SIZE];

	buffer_init(&marks, SIZE_MAX / 2);
	TRY(block_fill(reader, &again, &marks));
	block_head(sealed, head);
	proof->rows_checked += again.row_count;
	if (again.row_count != sealed->row_count || !digest_equal(again.root, sealed->root, DIGEST_SIZE) ||
	    !digest_equal(head, sealed->head, DIGEST_SIZE))
		proof_break(proof, sealed->number, first_difference(buffer_text(&marks), sealed_marks));
	else if (!text_equal(buffer_text(&marks), sealed_marks))
		proof_break(proof, sealed->number, 0);
	return STATUS_OK;
}

/* Rows that name a block which is not there. */
static enum status check_astray(struct reader *reader, struct journal_proof *proof)
{
	struct rows AUTO(rows_release) *rows = NULL;

	TRY(store_query(reader, &ROWS_ASTRAY, NO_PARAMS, &rows));
	if (rows_next(rows))
		proof_break(proof, rows_integer(rows, 1), rows_integer(rows, 0));
	return rows_status(rows);
}

enum status journal_verify(struct reader *reader, struct journal_proof *ret_proof)
{
	struct journal_proof proof = {.intact = true};
	struct buffer AUTO(buffer_release) marks = {0};
	struct block block = {.number = 0};
	unsigned char previous[DIGEST_SIZE] = {0};

	buffer_init(&marks, SIZE_MAX / 2);
	for (int64_t wanted = 1;; wanted = block.number + 1) {
		bool well_formed = true;
		enum status status = reader_goes_on(reader);

		if (status == STATUS_OK)
			status = block_read(reader, wanted, &block, &marks, &well_formed);
		if (status == STATUS_NOT_FOUND)
			break;
		TRY(status);
		if (block.number != wanted)
			proof_break(&proof, wanted, 0); /* a whole block is missing */
		if (!well_formed || !digest_equal(block.previous, previous, DIGEST_SIZE))
			proof_break(&proof, block.number, 0);
		TRY(block_check(reader, &block, buffer_text(&marks), &proof));
		memcpy(previous, block.head, DIGEST_SIZE);
		proof.blocks_checked++;
	}
	memcpy(proof.head, previous, DIGEST_SIZE);
	TRY(check_astray(reader, &proof));
	TRY(store_integer(reader, &ROWS_UNSEALED, NO_PARAMS, &proof.rows_unsealed));
	*ret_proof = proof;
	return STATUS_OK;
}

static void row_read(struct rows *rows, struct journal_row *ret_row)
{
	*ret_row = (struct journal_row){.id = rows_integer(rows, 0), .at = rows_integer(rows, 1),
		.actor_id = rows_integer(rows, 2), .actor_name = rows_text(rows, 3), .entity = rows_text(rows, 4),
		.entity_id = rows_integer(rows, 5), .action = rows_text(rows, 6), .details = rows_text(rows, 8), .unit_path = rows_text(rows, 7),
		.block = rows_integer(rows, 9)};
}

enum status journal_history(struct reader *reader, const char *entity, int64_t entity_id, int64_t limit,
	bool (*each)(void *context, const struct journal_row *row), void *context)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct journal_row row;

	TRY(store_query(reader, &HISTORY, PARAMS(value_string(entity), V_INT(entity_id), V_INT(limit)), &rows));
	while (rows_next(rows)) {
		row_read(rows, &row);
		if (!each(context, &row))
			return STATUS_OK;
	}
	return rows_status(rows);
}

STATEMENT(JOURNAL_PAGE, "select " ROW_COLUMNS ", block from journal "
	"where id < $1 and (CAST($2 AS text) is null or entity = CAST($2 AS text)) "
	"and (CAST($3 AS bigint) is null or entity_id = CAST($3 AS bigint)) "
	"and (CAST($4 AS text) is null or lower(actor_name) like '%' || lower(CAST($4 AS text)) || '%') "
	"and happened_at >= $5 and happened_at < $6 "
	"and (CAST($7 AS text) = '*' or exists (select 1 from units where CAST($7 AS text) like '%|' || units.path || "
	"'|%' and (substr(journal.unit_path, 1, length(units.path)) = units.path "
	"or (journal.unit_path is null and units.parent_id is null)))) "
	"order by id desc limit $8");

enum status journal_page(struct reader *reader, const struct journal_filter *filter,
	bool (*each)(void *context, const struct journal_row *row), void *context)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct journal_row row;

	TRY(store_query(reader, &JOURNAL_PAGE,
		PARAMS(V_INT(filter->before ? filter->before : INT64_MAX), value_text(filter->entity),
			filter->entity_id ? V_INT(filter->entity_id) : V_NULL, value_text(filter->person),
			V_INT(filter->from), V_INT(filter->until), value_text(filter->paths), V_INT(filter->limit)),
		&rows));
	while (rows_next(rows)) {
		row_read(rows, &row);
		if (!each(context, &row))
			return STATUS_OK;
	}
	return rows_status(rows);
}

STATEMENT(SEALED_AFTER, "select " ROW_COLUMNS ", block from journal where block is not null and (block, id) > ($1, $2) "
	"order by block, id limit $3");
STATEMENT(SEALED_END, "select block, id from journal where block is not null order by block desc, id desc limit 1");

static struct text kept(struct arena *arena, struct text text)
{
	return text.data ? arena_text(arena, text) : TEXT_NONE;
}

enum status journal_sealed_after(struct reader *reader, struct journal_place place, int64_t limit, struct arena *arena,
	struct journal_row **ret_rows, size_t *ret_count)
{
	struct journal_row *list = ARENA_ARRAY(arena, (size_t)limit + 1, struct journal_row);
	AUTO(rows_release) struct rows *rows = NULL;
	size_t count = 0;

	if (!list)
		return STATUS_NO_MEMORY;
	TRY(store_query(reader, &SEALED_AFTER, PARAMS(V_INT(place.block), V_INT(place.id), V_INT(limit)), &rows));
	while (count < (size_t)limit && rows_next(rows)) {
		struct journal_row *row = &list[count++];

		row_read(rows, row);
		row->actor_name = kept(arena, row->actor_name);
		row->entity = kept(arena, row->entity);
		row->action = kept(arena, row->action);
		row->details = kept(arena, row->details);
		row->unit_path = kept(arena, row->unit_path);
		if (!row->entity.data || !row->action.data)
			return STATUS_NO_MEMORY;
	}
	TRY(rows_status(rows));
	*ret_rows = list;
	*ret_count = count;
	return STATUS_OK;
}

enum status journal_sealed_end(struct reader *reader, struct journal_place *ret_place)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &SEALED_END, NO_PARAMS, &rows));
	*ret_place = (struct journal_place){0, 0};
	if (rows_next(rows))
		*ret_place = (struct journal_place){rows_integer(rows, 0), rows_integer(rows, 1)};
	return rows_status(rows);
}
