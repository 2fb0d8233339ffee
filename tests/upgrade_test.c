/* A database that an earlier version filled keeps its declarations when it is brought up to date. */
#include "app/wiring.h"
#include "base/embedded.h"
#include "base/test.h"
#include "modules/declarations/declarations.h"
#include "store/driver.h"
#include "store/test_database.h"

STATEMENT(OLD_CONSIGNMENT,
	"insert into consignments (id, identity, stage, reference, office, unit_path, day, consignee_name, item_count, version, "
	"digest, state, lane, search, outcome, received_at, changed_at) values ($1, $2, 1, $2, 'B1', '/1/', 20000, $3, 1, 1, $4, "
	"$5, 2, 'an earlier text', $6, 7, 8)");
STATEMENT(COUNT_OPEN, "select count(*) from consignments where unit_path = '/1/' and lane = 2 and state <> 'controlled'");
STATEMENT(COUNT_CONTROLLED, "select count(*) from consignments where unit_path = '/1/' and lane = 2 and state = 'controlled'");
STATEMENT(COUNT_SEARCH, "select count(search) from consignments");

/* As the first version with lists left it. */
static enum status make_earlier(struct database *database)
{
	static const char *const files[] = {"src/domain/migrations/0001_foundation.sql",
		"src/modules/declarations/migrations/0001_consignments.sql", "src/modules/declarations/migrations/0002_bills.sql",
		"src/modules/declarations/migrations/0003_lists.sql"};
	int applied = 0;

	TRY(migration_table(database));
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		TRY(migration_apply(database, files[i], embedded_find(files[i]), &applied));
	return applied == sizeof files / sizeof *files ? STATUS_OK : STATUS_INTERNAL;
}

static enum status fill(struct database *database)
{
	static const char digest[] = "0123456789abcdef0123456789abcdef";
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &OLD_CONSIGNMENT,
		PARAMS(V_INT(1), value_string("C 1"), value_string("SOCIÉTÉ UNE"), V_BYTES(text_of(digest)), value_string("to_control"),
			V_NULL), NULL));
	TRY(store_execute(writer, &OLD_CONSIGNMENT,
		PARAMS(V_INT(2), value_string("C 2"), value_string("SOCIÉTÉ DEUX"), V_BYTES(text_of(digest)), value_string("controlled"),
			V_INT(1)), NULL));
	return writer_commit(&writer);
}

static int64_t count_of(struct reader *reader, const struct statement *statement)
{
	int64_t count = -1;

	return store_integer(reader, statement, NO_PARAMS, &count) == STATUS_OK ? count : -1;
}

static void is_brought_up(struct database *database)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	AUTO(reader_release) struct reader *reader = NULL;
	struct stored_consignment row;

	REQUIRE(arena && make_earlier(database) == STATUS_OK);
	REQUIRE(fill(database) == STATUS_OK);
	REQUIRE(wiring_migrate(database) == STATUS_OK);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(consignment_find(reader, 1, arena, &row) == STATUS_OK);
	CHECK_TEXT(row.reference, "C 1");
	CHECK_TEXT(row.consignee_name, "SOCIÉTÉ UNE");
	CHECK_TEXT(row.digest, "0123456789abcdef0123456789abcdef");
	CHECK_TEXT(row.state, "to_control");
	CHECK_INTEGER(row.received_at, 7);
	REQUIRE(consignment_find(reader, 2, arena, &row) == STATUS_OK);
	CHECK_TEXT(row.consignee_name, "SOCIÉTÉ DEUX");
	CHECK_INTEGER(row.outcome, 1);
	CHECK_INTEGER(count_of(reader, &COUNT_OPEN), 1);
	CHECK_INTEGER(count_of(reader, &COUNT_CONTROLLED), 1);
	CHECK_INTEGER(count_of(reader, &COUNT_SEARCH), -1); /* the column is gone; last: PostgreSQL's reader fails with it */
}

TEST(an_earlier_database_keeps_its_declarations) { test_each_database(NULL, is_brought_up); }
