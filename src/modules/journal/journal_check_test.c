/* Checks of the journal are kept with what they found. */
#include "modules/journal/journal_check.h"

#include "domain/test_domain.h"

static const char *const folders[] = {"src/domain/migrations", "src/modules/journal/migrations", NULL};

STATEMENT(TEST_FALSIFY, "update journal set action = 'nothing' where id = 1");

static void checks(struct database *database)
{
	struct writer *writer = NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	const struct actor system = actor_system("test");
	struct journal_check check;
	struct journal_proof proof;

	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(journal_check_last(writer_reader(writer), &check) == STATUS_NOT_FOUND);
	CHECK(journal_write(writer, &(struct journal_entry){.actor = &system, .entity = "x", .action = "y"}, NULL) == STATUS_OK);
	CHECK(writer_commit(&writer) == STATUS_OK);
	REQUIRE(test_seal(database) == 1);
	CHECK(journal_check_run(database, &proof) == STATUS_OK && proof.intact);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(store_execute(writer, &TEST_FALSIFY, NO_PARAMS, NULL) == STATUS_OK && writer_commit(&writer) == STATUS_OK);
	CHECK(journal_check_run(database, &proof) == STATUS_OK && !proof.intact);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	CHECK(journal_check_last(reader, &check) == STATUS_OK);
	CHECK(!check.proof.intact && check.proof.broken_block == 1 && check.checked_at > 0);
}
TEST(journal_checks_are_kept_with_their_result) { test_each_database(folders, checks); }
