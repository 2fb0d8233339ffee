/* The journal's proof finds every kind of tampering, in any block. */
#include "domain/journal.h"

#include "domain/test_domain.h"

#include <time.h>

enum { ROWS = 25, BLOCK_ROWS = 10 };

STATEMENT(TEST_CHANGE_DETAILS, "update journal set details = '{\"x\":[1,3]}' where id = $1");
STATEMENT(TEST_EMPTY_DETAILS, "update journal set details = '' where id = $1");
STATEMENT(TEST_CHANGE_ACTOR, "update journal set actor_name = 'autre' where id = $1");
STATEMENT(TEST_CHANGE_TIME, "update journal set happened_at = happened_at + 1 where id = $1");
STATEMENT(TEST_DELETE, "delete from journal where id = $1");
STATEMENT(TEST_INSERT, "insert into journal (id, happened_at, actor_id, actor_name, entity, entity_id, action, block) "
	"select $1 + 1000, happened_at, actor_id, actor_name, entity, entity_id, action, block from journal where id = $1");
STATEMENT(TEST_INSERT_ASTRAY, "insert into journal (id, happened_at, actor_id, actor_name, entity, entity_id, action, block) "
	"select $1 + 1000, happened_at, actor_id, actor_name, entity, entity_id, action, 77 from journal where id = $1");
STATEMENT(TEST_SWAP, "update journal set entity_id = case when id = $1 then 101 else 100 end where id = $1 or id = $1 + 1");
STATEMENT(TEST_MOVE, "update journal set block = case when block = 1 then 2 else 1 end where id = $1");
STATEMENT(TEST_UNSEAL, "update journal set block = null where id = $1");
STATEMENT(TEST_BLOCK_DELETE, "delete from journal_blocks where number = $1");
STATEMENT(TEST_BLOCK_ROWS_DELETE, "delete from journal where block = $1");
STATEMENT(TEST_BLOCK_ROOT, "update journal_blocks set root = previous where number = $1");
STATEMENT(TEST_BLOCK_TIME, "update journal_blocks set sealed_at = sealed_at + 1 where number = $1");
STATEMENT(TEST_BLOCK_HEAD, "update journal_blocks set head = root where number = $1");
STATEMENT(TEST_BLOCK_MARKS, "update journal_blocks set marks = root where number = $1");
STATEMENT(TEST_ROW_COUNT, "select count(*) from journal where block is not null");

static bool journal_fill(struct database *database)
{
	struct actor actor = actor_system("essai");
	struct writer AUTO(writer_rollback) *writer = NULL;

	if (writer_begin(database, &writer) != STATUS_OK)
		return false;
	for (int64_t i = 1; i <= ROWS; i++) {
		int64_t id = 0;
		struct journal_entry entry = {.actor = &actor, .entity = "thing", .entity_id = 99 + i, .action = "changed",
			.unit_path = i % 2 ? TEXT("/1/") : TEXT_NONE, .details = i % 3 ? TEXT("{\"x\":[1,2]}") : TEXT_NONE};

		if (journal_write(writer, &entry, &id) != STATUS_OK || id != i)
			return false;
	}
	return writer_commit(&writer) == STATUS_OK;
}

/* Seals until all rows are; on a busy server other transactions hold the horizon back for a moment. */
static bool journal_seal_all(struct database *database, int *ret_blocks)
{
	int total = 0;

	for (int attempt = 0; attempt < 200; attempt++) {
		struct writer *writer = NULL;
		struct journal_proof proof = {.rows_unsealed = 1};
		int blocks = 0;

		if (writer_begin(database, &writer) != STATUS_OK)
			return false;
		if (journal_seal(writer, BLOCK_ROWS, &blocks) != STATUS_OK ||
		    journal_verify(writer_reader(writer), &proof) != STATUS_OK) {
			writer_rollback(&writer);
			return false;
		}
		if (writer_commit(&writer) != STATUS_OK)
			return false;
		total += blocks;
		if (proof.rows_unsealed == 0) {
			*ret_blocks = total;
			return proof.intact;
		}
		nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	}
	return false;
}

TEST_ON_EACH_DATABASE(journal_seals_and_proves)
{
	struct reader AUTO(reader_release) *reader = NULL;
	struct journal_proof proof;
	int blocks = 0, none = -1;

	REQUIRE(journal_fill(database));
	REQUIRE(journal_seal_all(database, &blocks));
	CHECK_INTEGER(blocks, 3);
	REQUIRE(journal_seal_all(database, &none));
	CHECK_INTEGER(none, 0);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(journal_verify(reader, &proof) == STATUS_OK);
	CHECK(proof.intact);
	CHECK_INTEGER(proof.rows_checked, ROWS);
	CHECK_INTEGER(proof.blocks_checked, 3);
	CHECK_INTEGER(proof.rows_unsealed, 0);
}

struct tampering {
	const struct statement *statement;
	int64_t subject; /* row or block */
	int64_t broken_row; /* 0: cannot be told, -1: any */
};

/* Tampers in a transaction, verifies in it, takes it back. */
static void tamper(struct database *database, const struct tampering *tampering)
{
	struct writer AUTO(writer_rollback) *writer = NULL;
	struct journal_proof proof = {.intact = true};
	int64_t changes = 0;

	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	REQUIRE(store_execute(writer, tampering->statement, PARAMS(V_INT(tampering->subject)), &changes) == STATUS_OK);
	CHECK(changes > 0);
	REQUIRE(journal_verify(writer_reader(writer), &proof) == STATUS_OK);
	if (proof.intact)
		test_failed(__FILE__, __LINE__, "%s of %lld was not found", tampering->statement->name,
			(long long)tampering->subject);
	CHECK(proof.broken_block > 0);
	if (tampering->broken_row >= 0 && proof.broken_row != tampering->broken_row)
		test_failed(__FILE__, __LINE__, "%s of %lld blamed row %lld", tampering->statement->name,
			(long long)tampering->subject, (long long)proof.broken_row);
}

TEST_ON_EACH_DATABASE(journal_finds_tampering)
{
	static const int64_t subjects[] = {1, 10, 11, 15, 21, 24};
	static const struct tampering blocks[] = {{&TEST_BLOCK_DELETE, 1, -1}, {&TEST_BLOCK_DELETE, 2, -1},
		{&TEST_BLOCK_ROWS_DELETE, 1, 1}, {&TEST_BLOCK_ROWS_DELETE, 3, 21}, {&TEST_BLOCK_ROOT, 2, -1},
		{&TEST_BLOCK_ROOT, 3, -1}, {&TEST_BLOCK_TIME, 1, 0}, {&TEST_BLOCK_TIME, 3, 0}, {&TEST_BLOCK_HEAD, 3, 0},
		{&TEST_BLOCK_MARKS, 3, -1}, {&TEST_BLOCK_DELETE, 3, -1}};
	int sealed = 0;

	REQUIRE(journal_fill(database));
	REQUIRE(journal_seal_all(database, &sealed));
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
		int64_t id = subjects[i];
		const struct tampering rows[] = {{&TEST_CHANGE_DETAILS, id, id}, {&TEST_CHANGE_ACTOR, id, id},
			{&TEST_EMPTY_DETAILS, id, id}, {&TEST_CHANGE_TIME, id, id}, {&TEST_DELETE, id, id},
			{&TEST_INSERT, id, -1}, {&TEST_INSERT_ASTRAY, id, id + 1000}, {&TEST_SWAP, id, -1}, {&TEST_MOVE, id, -1},
			{&TEST_UNSEAL, id, id}};

		for (size_t j = 0; j < sizeof rows / sizeof *rows; j++)
			tamper(database, &rows[j]);
	}
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		tamper(database, &blocks[i]);
}

static bool count_row(void *context, const struct journal_row *row)
{
	int *count = context;

	(*count)++;
	return row->entity_id == 104;
}

TEST_ON_EACH_DATABASE(journal_history_and_page)
{
	struct reader AUTO(reader_release) *reader = NULL;
	struct journal_filter filter = {.entity = TEXT("thing"), .from = 0, .until = INT64_MAX, .paths = TEXT("*"),
		.entity_id = 104, .limit = 10};
	int count = 0;

	REQUIRE(journal_fill(database));
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	CHECK(journal_history(reader, "thing", 104, 10, count_row, &count) == STATUS_OK);
	CHECK_INTEGER(count, 1);
	count = 0;
	CHECK(journal_page(reader, &filter, count_row, &count) == STATUS_OK);
	CHECK_INTEGER(count, 1);
	filter.person = TEXT("ESSA");
	filter.before = 5; /* the row has id 5 */
	count = 0;
	CHECK(journal_page(reader, &filter, count_row, &count) == STATUS_OK);
	CHECK_INTEGER(count, 0);
	filter.before = 0;
	filter.paths = TEXT("|"); /* no right at all */
	CHECK(journal_page(reader, &filter, count_row, &count) == STATUS_OK);
	CHECK_INTEGER(count, 0);
}

/* Sealing in which the n-th database call fails leaves all rows as they were. */
TEST_ON_EACH_DATABASE(journal_seal_is_whole_or_not_at_all)
{
	bool went_through = false;

	REQUIRE(journal_fill(database));
	for (long n = 1; n < 1000 && !went_through; n++) {
		struct writer *writer = NULL;
		struct reader *reader = NULL;
		enum status status;
		int blocks = 0;
		int64_t sealed = -1;

		store_fail_at(n);
		status = writer_begin(database, &writer);
		if (status == STATUS_OK) {
			status = journal_seal(writer, BLOCK_ROWS, &blocks);
			if (status == STATUS_OK)
				status = writer_commit(&writer);
			else
				writer_rollback(&writer);
		}
		store_fail_at(0);
		went_through = status == STATUS_OK;
		REQUIRE(reader_begin(database, &reader) == STATUS_OK);
		CHECK(store_integer(reader, &TEST_ROW_COUNT, NO_PARAMS, &sealed) == STATUS_OK);
		reader_end(reader);
		if (!went_through)
			CHECK_INTEGER(sealed, 0);
	}
	CHECK(went_through);
}

static bool write_one(struct writer *writer, int64_t entity_id)
{
	struct actor actor = actor_system("essai");

	return journal_write(writer,
		       &(struct journal_entry){.actor = &actor, .entity = "thing", .entity_id = entity_id, .action = "a"},
		       NULL) == STATUS_OK;
}

/* On PostgreSQL a lower id may appear after a higher one has been committed: it must still be sealed, and the
 * blocks before must stay sound. */
TEST_ON_EACH_DATABASE(journal_seals_ids_out_of_order)
{
	struct writer AUTO(writer_rollback) *slow = NULL;
	struct writer *quick = NULL;
	struct journal_proof proof;
	int blocks = -1;

	if (database_kind(database) == DATABASE_SQLITE)
		return; /* writers take turns */
	REQUIRE(writer_begin(database, &slow) == STATUS_OK && write_one(slow, 1));
	REQUIRE(writer_begin(database, &quick) == STATUS_OK && write_one(quick, 2));
	REQUIRE(writer_commit(&quick) == STATUS_OK);
	REQUIRE(writer_begin(database, &quick) == STATUS_OK);
	CHECK(journal_seal(quick, BLOCK_ROWS, &blocks) == STATUS_OK);
	CHECK_INTEGER(blocks, 0); /* the slow one still runs */
	REQUIRE(writer_commit(&quick) == STATUS_OK);
	REQUIRE(writer_commit(&slow) == STATUS_OK);
	REQUIRE(journal_seal_all(database, &blocks));
	CHECK_INTEGER(blocks, 1);
	REQUIRE(writer_begin(database, &quick) == STATUS_OK);
	CHECK(journal_verify(writer_reader(quick), &proof) == STATUS_OK);
	CHECK(proof.intact);
	CHECK_INTEGER(proof.rows_checked, 2);
	writer_rollback(&quick);
}
