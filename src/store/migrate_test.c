/* Migrations: words and parts of each database, once only, whole or not at all. */
#include "base/embedded.h"
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

enum { MOST_FOLDERS = 64 };

/* The folders of all migrations in the program, in the order of their paths: domain before modules. */
static size_t all_folders(char folders[MOST_FOLDERS][128], const char *ret_list[MOST_FOLDERS + 1])
{
	size_t count = 0;

	for (const struct embedded_file *file = embedded_files; file->path && count < MOST_FOLDERS; file++) {
		struct text path = text_of(file->path);
		size_t end = text_find(path, TEXT("/migrations/"));

		if (end == path.size)
			continue;
		snprintf(folders[count], sizeof folders[count], "%.*s/migrations", (int)end, path.data);
		ret_list[count] = folders[count];
		count += !count || strcmp(folders[count], folders[count - 1]) != 0;
	}
	ret_list[count] = NULL;
	return count;
}

/* Every statement of the program fits the migrated tables on both databases. */
static void statements_are_prepared(struct database *database)
{
	char folders[MOST_FOLDERS][128];
	const char *list[MOST_FOLDERS + 1];
	const char *name = "";
	int count = 0, applied = 0;
	size_t found = all_folders(folders, list);

	REQUIRE(database_migrate(database, list, &applied) == STATUS_OK);
	CHECK(applied >= (int)found);
	if (database_check_statements(database, &name, &count) != STATUS_OK)
		test_failed(__FILE__, __LINE__, "%s cannot be prepared", name);
	else
		CHECK(count >= 3);
}

TEST(all_statements)
{
	test_each_database(NULL, statements_are_prepared);
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
