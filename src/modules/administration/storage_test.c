/* Backups: asked for, written, found again, the oldest removed. */
#include "modules/administration/storage.h"

#include "base/clock.h"
#include "domain/job.h"
#include "domain/test_domain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const folders[] = {"src/domain/migrations", "src/modules/administration/migrations", NULL};

STATEMENT(TEST_FILES, "select count(*) from backups where state = 'done' and removed_at is null");
STATEMENT(TEST_STUCK, "insert into backups (state, asked_by, asked_at, started_at) values ('running', 'x', 0, 0)");
STATEMENT(TEST_FAILED, "select count(*) from backups where state = 'failed'");

static enum status set(struct database *database, enum storage_setting which, const char *value)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor system = actor_system("test");

	TRY(writer_begin(database, &writer));
	TRY(setting_change(writer, &system, &storage_settings[which], text_of(value)));
	return writer_commit(&writer);
}

static enum status ask_and_run(struct database *database, struct arena *arena)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor person = {.user_id = 1, .name = TEXT("Awa")};
	struct text note = TEXT_NONE;

	TRY(writer_begin(database, &writer));
	TRY(backup_ask(writer, &person));
	TRY(writer_commit(&writer));
	return backup_run(database, arena, &note);
}

static int64_t count_of(struct database *database, const struct statement *statement)
{
	AUTO(reader_release) struct reader *reader = NULL;
	int64_t count = -1;

	return reader_begin(database, &reader) == STATUS_OK &&
		store_integer(reader, statement, NO_PARAMS, &count) == STATUS_OK ? count : -1;
}

/* The newest backup; its path in the arena. */
static enum status last_of(struct database *database, struct arena *arena, struct backup *ret_backup)
{
	AUTO(reader_release) struct reader *reader = NULL;

	TRY(reader_begin(database, &reader));
	return backup_last(reader, arena, ret_backup);
}

static void clean(const char *folder)
{
	char command[200];

	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	CHECK(system(command) == 0);
}

static void by_hand(struct database *database)
{
	AUTO(arena_release) struct arena *arena = arena_new(16 << 20);
	char folder[] = "/tmp/vigie-backup-XXXXXX";
	struct backup first, last;
	struct stat found;

	REQUIRE(arena && mkdtemp(folder));
	CHECK(ask_and_run(database, arena) == STATUS_INVALID); /* no folder yet */
	CHECK(set(database, BACKUP_FOLDER, folder) == STATUS_OK && set(database, BACKUP_HOURS, "0") == STATUS_OK &&
		set(database, BACKUP_KEEP, "2") == STATUS_OK);
	CHECK(ask_and_run(database, arena) == STATUS_OK);
	REQUIRE(last_of(database, arena, &first) == STATUS_OK);
	CHECK(stat(first.path.data, &found) == 0 && found.st_size == first.size && first.size > 0);
	CHECK_TEXT(first.asked_by, "Awa");
	CHECK(ask_and_run(database, arena) == STATUS_OK && ask_and_run(database, arena) == STATUS_OK);
	REQUIRE(last_of(database, arena, &last) == STATUS_OK);
	CHECK(last.id > first.id && stat(last.path.data, &found) == 0);
	/* Two are kept: the first is gone, and the row says so. */
	CHECK(stat(first.path.data, &found) != 0);
	CHECK_INTEGER(count_of(database, &TEST_FILES), 2);
	clean(folder);
	/* A folder that is not there: the failure is kept, not hidden. */
	CHECK(ask_and_run(database, arena) != STATUS_OK);
	CHECK_INTEGER(count_of(database, &TEST_FAILED), 1);
}
TEST(backup_is_written_when_asked_for) { test_each_database(folders, by_hand); }

static void by_the_clock(struct database *database)
{
	AUTO(arena_release) struct arena *arena = arena_new(16 << 20);
	char folder[] = "/tmp/vigie-backup-XXXXXX";
	struct writer *writer = NULL;
	struct text note = TEXT_NONE;

	REQUIRE(arena && mkdtemp(folder));
	CHECK(backup_run(database, arena, &note) == STATUS_OK && !note.data);
	CHECK(set(database, BACKUP_FOLDER, folder) == STATUS_OK);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(store_execute(writer, &TEST_STUCK, NO_PARAMS, NULL) == STATUS_OK);
	CHECK(writer_commit(&writer) == STATUS_OK);
	CHECK(backup_run(database, arena, &note) == STATUS_OK && note.size);
	CHECK_INTEGER(count_of(database, &TEST_FILES), 1);
	CHECK_INTEGER(count_of(database, &TEST_FAILED), 1); /* what a crash left */
	/* Not twice a day. */
	CHECK(backup_run(database, arena, &note) == STATUS_OK);
	CHECK_INTEGER(count_of(database, &TEST_FILES), 1);
	clean(folder);
}
TEST(backup_is_written_by_the_clock) { test_each_database(folders, by_the_clock); }

static bool count_table(void *context, struct text name, int64_t bytes)
{
	int64_t *count = context;

	*count += name.size > 0 && bytes > 0;
	return true;
}

static void figures(struct database *database)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct storage_figures sizes;
	int64_t tables = 0;

	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	CHECK(storage_measure(reader, &sizes) == STATUS_OK);
	CHECK(sizes.database > 10000 && sizes.document_count == 0);
	CHECK(storage_tables(reader, 5, count_table, &tables) == STATUS_OK);
	CHECK_INTEGER(tables, 5);
}
TEST(storage_is_measured) { test_each_database(folders, figures); }
