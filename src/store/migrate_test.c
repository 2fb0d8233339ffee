/* Migrations: words and parts of each database, once only, whole or not at all. */
#include "base/test.h"
#include "store/driver.h"
#include "store/test_database.h"

#include <stdio.h>
#include <string.h>

STATEMENT(MIGRATED, "select count(*) from schema_migrations");
STATEMENT(INSERT_SHIP, "insert into ships (name, tonnage, draught, picture) values ($1, $2, $3, $4) returning id");
STATEMENT(SHIP_KIND, "select count(*) from ships where name = 'parts'");
STATEMENT(OTHER_TABLE, "select count(*) from boats");

static const char first[] = "create table ships (\n\tid $ID,\n\tname TEXT NOT NULL, -- costs $100, $INTEGER\n"
			    "\ttonnage $INT, draught $REAL, picture $BYTES\n) $STRICT;\n"
			    "-- sqlite:\ninsert into ships (name) values ('parts');\n"
			    "-- postgres:\ninsert into ships (name) values ('par' || 'ts');\n"
			    "-- both:\ncreate index ships_name on ships (name);\n";
static const char wrong[] = "create table boats (id $ID);\ninsert into nowhere values (1);\n";

static int64_t count_of(struct database *database, const struct statement *statement)
{
	AUTO(reader_release) struct reader *reader = NULL;
	int64_t count = -1;

	if (reader_begin(database, &reader) == STATUS_OK &&
	    store_integer(reader, statement, NO_PARAMS, &count) != STATUS_OK)
		count = -1;
	return count;
}

static void files_are_applied(struct database *database)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	int applied = 0;
	int64_t id = 0;

	CHECK(migration_apply(database, "a/0001.sql", text_of(first), &applied) == STATUS_OK);
	CHECK_INTEGER(applied, 1);
	CHECK(migration_apply(database, "a/0001.sql", text_of(first), &applied) == STATUS_OK);
	CHECK_INTEGER(applied, 1);
	CHECK(migration_apply(database, "a/0001.sql", TEXT("select 1"), &applied) == STATUS_CONFLICT);
	CHECK(migration_apply(database, "a/0002.sql", text_of(wrong), &applied) == STATUS_INTERNAL);
	CHECK_INTEGER(applied, 1);
	CHECK_INTEGER(count_of(database, &MIGRATED), 1);
	CHECK_INTEGER(count_of(database, &SHIP_KIND), 1);
	CHECK_INTEGER(count_of(database, &OTHER_TABLE), -1);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(store_returning(writer, &INSERT_SHIP,
		      PARAMS(value_string("Étoile"), V_INT(INT64_MAX), V_REAL(7.5), V_BYTES(TEXT("\x89PNG"))), &id) ==
		STATUS_OK);
	CHECK(id > 1);
	CHECK(writer_commit(&writer) == STATUS_OK);
}

TEST(migrations)
{
	test_each_database(NULL, files_are_applied);
}

static void migration_fails(struct database *database)
{
	enum status status = STATUS_UNAVAILABLE;
	int applied = 0;

	for (long n = 1; n < 40 && status != STATUS_OK; n++) {
		CHECK_INTEGER(applied, 0);
		CHECK_INTEGER(count_of(database, &MIGRATED), 0);
		store_fail_at(n);
		status = migration_apply(database, "a/0001.sql", text_of(first), &applied);
		store_fail_at(0);
	}
	CHECK(status == STATUS_OK);
	CHECK_INTEGER(applied, 1);
	CHECK_INTEGER(count_of(database, &SHIP_KIND), 1);
}

TEST(failing_migrations)
{
	test_each_database(NULL, migration_fails);
}
