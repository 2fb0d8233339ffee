/* Lists in both databases: taking, dating, comparing, failing. */
#include "base/file.h"
#include "base/memory.h"
#include "base/test.h"
#include "domain/journal.h"
#include "modules/reference/reference.h"
#include "store/test_database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

STATEMENT(TEST_CODES, "select count(*) from reference_codes");
STATEMENT(TEST_IMPORTS, "select count(*) from reference_imports");
STATEMENT(TEST_OPEN, "select count(*) from reference_codes where valid_until is null");
STATEMENT(TEST_JOURNAL, "select count(*) from journal where entity = 'reference'");

static const char *const folders[] = {"src/domain/migrations", "src/modules/reference/migrations", NULL};

#define TEST_ON_EACH(name)                                                                                             \
	static void name##_on(struct database *database);                                                              \
	TEST(name)                                                                                                     \
	{                                                                                                              \
		test_each_database(folders, name##_on);                                                                \
	}                                                                                                              \
	static void name##_on(struct database *database)

enum { LIMIT = 64 << 20, DAY_1 = 20000, DAY_2 = 20100, DAY_3 = 20200 };

static int64_t count(struct database *database, const struct statement *statement)
{
	AUTO(reader_release) struct reader *reader = NULL;
	int64_t number = -1;

	CHECK(reader_begin(database, &reader) == STATUS_OK);
	if (reader)
		CHECK(store_integer(reader, statement, NO_PARAMS, &number) == STATUS_OK);
	return number;
}

static enum status take(struct database *database, const char *kind, const char *csv, int64_t date,
	struct reference_difference *ret_difference)
{
	AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct reference_file file = {.kind = reference_kind_find(text_of(kind)), .bytes = text_of(csv)};
	struct reference_list *list = arena ? ARENA_NEW(arena, struct reference_list) : NULL;
	struct reference_taking taking = {.kind = file.kind, .date = date, .source = TEXT("liste.csv")};
	struct actor system = actor_system("essai");

	if (!list)
		return STATUS_NO_MEMORY;
	TRY(reference_read(arena, &file, list));
	taking.list = list;
	TRY(writer_begin(database, &writer));
	TRY(reference_take(writer, &system, &taking, arena, ret_difference));
	return writer_commit(&writer);
}

static void check_label(struct database *database, const char *code, int64_t date, const char *wanted)
{
	AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
	AUTO(reader_release) struct reader *reader = NULL;
	struct reference_row row = {.label = TEXT_NONE};

	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	CHECK(reference_find(reader, TEXT("mode"), text_of(code), date, arena, &row) ==
		(wanted ? STATUS_OK : STATUS_NOT_FOUND));
	if (wanted)
		CHECK_TEXT(row.label, wanted);
}

TEST_ON_EACH(a_list_is_dated_and_never_overwritten)
{
	AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
	AUTO(reader_release) struct reader *reader = NULL;
	struct reference_difference difference = {0};
	struct text label = TEXT_NONE;

	CHECK(take(database, "mode", "code,libelle\n1,mer\n2,rail\n3,route\n", DAY_1, &difference) == STATUS_OK);
	CHECK_INTEGER(difference.added, 3);
	CHECK(take(database, "mode", "code,libelle\n1,mer\n2,rail\n3,route\n", DAY_2, &difference) == STATUS_OK);
	CHECK_INTEGER(difference.same, 3);
	CHECK_INTEGER(count(database, &TEST_IMPORTS), 1);
	CHECK(take(database, "mode", "code,libelle\n1,mer\n3,chaussée\n4,air\n", DAY_2, &difference) == STATUS_OK);
	CHECK_INTEGER(difference.added, 1);
	CHECK_INTEGER(difference.changed, 1);
	CHECK_INTEGER(difference.removed, 1);
	CHECK_INTEGER(difference.same, 1);
	CHECK_INTEGER(count(database, &TEST_CODES), 5);
	CHECK_INTEGER(count(database, &TEST_JOURNAL), 2);
	check_label(database, "3", DAY_2 - 1, "route");
	check_label(database, "3", DAY_2, "chaussée");
	check_label(database, "2", DAY_2 - 1, "rail");
	check_label(database, "2", DAY_2, NULL);
	check_label(database, "4", DAY_2 - 1, NULL);
	check_label(database, "1", DAY_1 - 1, NULL);
	/* What ended may come back, also on the day it ended; and change twice on one day. */
	CHECK(take(database, "mode", "code,libelle\n1,mer\n2,rail\n3,chaussée\n4,avion\n", DAY_2, &difference) == STATUS_OK);
	CHECK_INTEGER(difference.added, 1);
	CHECK_INTEGER(difference.changed, 1);
	check_label(database, "2", DAY_2, "rail");
	check_label(database, "4", DAY_2, "avion");
	CHECK_INTEGER(count(database, &TEST_OPEN), 4);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	CHECK(reference_label(reader, TEXT("mode"), TEXT("3"), DAY_1 - 500, arena, &label) == STATUS_OK);
	CHECK_TEXT(label, "chaussée");
	CHECK(reference_label(reader, TEXT("mode"), TEXT("3"), DAY_1, arena, &label) == STATUS_OK);
	CHECK_TEXT(label, "route");
	CHECK(reference_label(reader, TEXT("mode"), TEXT("9"), DAY_1, arena, &label) == STATUS_NOT_FOUND);
}

TEST_ON_EACH(dates_in_the_file_count)
{
	struct reference_difference difference = {0};
	static const char csv[] = "code,libelle,valid_from,valid_until\n1,un,,2025-12-31\n2,deux,2030-01-01,\n"
				  "3,trois,,1999-01-01\n";

	CHECK(take(database, "mode", csv, DAY_1, &difference) == STATUS_OK);
	CHECK_INTEGER(difference.added, 2);
	CHECK_INTEGER(difference.ended, 1);
	check_label(database, "1", date_from(2025, 12, 30), "un");
	check_label(database, "1", date_from(2025, 12, 31), NULL);
	check_label(database, "2", date_from(2029, 12, 31), NULL);
	check_label(database, "2", date_from(2030, 1, 1), "deux");
	CHECK(take(database, "mode", csv, DAY_1, &difference) == STATUS_OK);
	CHECK_INTEGER(difference.change_count, 0);
	/* A later value of 2 is known already: a change from an earlier day would contradict it. */
	CHECK(take(database, "mode", "code,libelle\n2,autre\n1,un\n", DAY_2, &difference) == STATUS_CONFLICT);
	CHECK_INTEGER(count(database, &TEST_IMPORTS), 1);
}

TEST_ON_EACH(a_part_does_not_end_the_rest)
{
	struct reference_difference difference = {0};
	char csv[2000] = "code,libelle\n";

	for (int i = 10; i < 40; i++)
		snprintf(csv + strlen(csv), sizeof csv - strlen(csv), "%d,nom %d\n", i, i);
	CHECK(take(database, "mode", csv, DAY_1, &difference) == STATUS_OK);
	CHECK(take(database, "mode", "code,libelle\n10,nom 10\n", DAY_2, &difference) == STATUS_INVALID);
	CHECK_INTEGER(count(database, &TEST_OPEN), 30);
}

TEST_ON_EACH(each_failed_call_leaves_nothing)
{
	struct reference_difference difference = {0};
	enum status status = STATUS_UNAVAILABLE;

	CHECK(take(database, "mode", "code,libelle\n1,mer\n2,rail\n", DAY_1, &difference) == STATUS_OK);
	for (long n = 1; status != STATUS_OK && n < 100; n++) {
		store_fail_at(n);
		status = take(database, "mode", "code,libelle\n1,océan\n3,route\n", DAY_2, &difference);
		store_fail_at(0);
		CHECK(status == STATUS_OK || status == STATUS_UNAVAILABLE);
		CHECK_INTEGER(count(database, &TEST_CODES), status == STATUS_OK ? 4 : 2);
		CHECK_INTEGER(count(database, &TEST_OPEN), 2);
		CHECK_INTEGER(count(database, &TEST_JOURNAL), status == STATUS_OK ? 2 : 1);
	}
	CHECK(status == STATUS_OK);
}

TEST_ON_EACH(each_failed_allocation_leaves_nothing)
{
	struct reference_difference difference = {0};
	enum status status = STATUS_NO_MEMORY;

	CHECK(take(database, "mode", "code,libelle\n1,mer\n2,rail\n", DAY_1, &difference) == STATUS_OK);
	for (long n = 1; status != STATUS_OK && n < 1000; n++) {
		memory_fail_at(n);
		status = take(database, "mode", "code,libelle\n1,océan\n3,route\n", DAY_2, &difference);
		memory_fail_at(0);
		CHECK_INTEGER(count(database, &TEST_CODES), status == STATUS_OK ? 4 : 2);
	}
	CHECK(status == STATUS_OK);
}

static enum status import(struct database *database, const struct reference_command *command, struct arena *arena,
	struct buffer *report)
{
	struct actor system = actor_system("essai");

	buffer_clear(report);
	return reference_import(database, &system, command, arena, report);
}

static bool says(const struct buffer *report, const char *what)
{
	bool found = text_find(buffer_text(report), text_of(what)) < report->size;

	if (!found)
		test_failed(__FILE__, __LINE__, "\"%s\" is not in: %.*s", what, TEXT_FORMAT(buffer_text(report)));
	return found;
}

TEST_ON_EACH(countries_and_currencies_come_from_debian)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)4 * LIMIT);
	AUTO(buffer_release) struct buffer report = {0};
	struct reference_command command = {"country", "/usr/share/iso-codes/json/iso_3166-1.json", NULL, DAY_1, true};
	AUTO(reader_release) struct reader *reader = NULL;
	struct reference_row row;

	buffer_init(&report, 100000);
	if (access(command.path, R_OK) != 0) {
		test_skip("iso-codes is not installed");
		return;
	}
	CHECK(import(database, &command, arena, &report) == STATUS_OK);
	says(&report, "Nouveaux : 249");
	says(&report, "Comparaison seulement");
	CHECK_INTEGER(count(database, &TEST_CODES), 0);
	command.only_compare = false;
	CHECK(import(database, &command, arena, &report) == STATUS_OK);
	says(&report, "Pris, avec effet au 2024-10-04.");
	CHECK(import(database, &command, arena, &report) == STATUS_OK);
	says(&report, "Rien à changer.");
	CHECK_INTEGER(count(database, &TEST_CODES), 249);
	command.kind = "currency";
	command.path = "/usr/share/iso-codes/json/iso_4217.json";
	CHECK(import(database, &command, arena, &report) == STATUS_OK);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(reference_find(reader, TEXT("country"), TEXT("DE"), DAY_1, arena, &row) == STATUS_OK);
	CHECK_TEXT(reference_row_label(&row, LANGUAGE_EN), "Germany");
	if (access("/usr/share/locale/fr/LC_MESSAGES/iso_3166-1.mo", R_OK) == 0) {
		CHECK_TEXT(row.label, "Allemagne");
		CHECK_TEXT(reference_row_label(&row, LANGUAGE_PT), "Alemanha");
		CHECK_TEXT(reference_row_label(&row, LANGUAGE_ES), "Alemania");
	}
	CHECK(reference_find(reader, TEXT("currency"), TEXT("XOF"), DAY_1, arena, &row) == STATUS_OK);
}

TEST_ON_EACH(the_command_says_what_is_wrong)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)4 * LIMIT);
	AUTO(buffer_release) struct buffer report = {0};
	struct reference_command command = {"planet", "/nowhere/x.csv", NULL, DATE_NONE, false};

	buffer_init(&report, 100000);
	CHECK(import(database, &command, arena, &report) == STATUS_INVALID);
	says(&report, "tariff");
	command.kind = "mode";
	CHECK(import(database, &command, arena, &report) == STATUS_NOT_FOUND);
	says(&report, "/nowhere/x.csv");
	CHECK_INTEGER(count(database, &TEST_IMPORTS), 0);
}

TEST_ON_EACH(the_command_says_what_changes)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)4 * LIMIT);
	AUTO(buffer_release) struct buffer report = {0};
	struct reference_difference difference;
	char path[] = "/tmp/vigie-list-XXXXXX";
	struct reference_command command = {"tariff", path, NULL, DAY_2, true};
	int fd = mkstemp(path);

	REQUIRE(fd >= 0);
	close(fd);
	buffer_init(&report, 100000);
	CHECK(file_write(path, TEXT("code;libelle;label.en;us;dd\n0101;Chevaux;Horses;u;7,5,1 %\n")) == STATUS_OK);
	CHECK(import(database, &command, arena, &report) == STATUS_INVALID);
	says(&report, "  ligne 2 : Le taux « 7,5,1 % » n'est pas lisible.");
	CHECK(take(database, "tariff", "code;libelle;label.en;us;dd\n0101;Chevaux;Horse;kg;5\n", DAY_1, &difference) ==
		STATUS_OK);
	CHECK(file_write(path, TEXT("code;libelle;label.en;us;dd\n0101;Chevaux;Horses;u;7,5 %\n")) == STATUS_OK);
	CHECK(import(database, &command, arena, &report) == STATUS_OK);
	says(&report, "  ~ 0101  en: Horse → Horses  kg → u  5 % → 7.5 %\n");
	command.date = DAY_1 - 1;
	command.only_compare = false;
	CHECK(import(database, &command, arena, &report) == STATUS_CONFLICT);
	says(&report, "Impossible : 1 codes");
	unlink(path);
}

TEST_ON_EACH(a_whole_tariff_is_taken)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)4 * LIMIT);
	AUTO(buffer_release) struct buffer report = {0};
	AUTO(reader_release) struct reader *reader = NULL;
	const char *path = test_shared_file("data/tariff/ecowas-cet-hs2022.csv");
	char mapping[2000];
	struct reference_command command = {"tariff", path, mapping, DAY_1, false};
	struct reference_row row;

	if (!path)
		return;
	snprintf(mapping, sizeof mapping, "%s/examples/reference-tariff.map", test_source_folder());
	buffer_init(&report, 100000);
	CHECK(import(database, &command, arena, &report) == STATUS_OK);
	says(&report, "Nouveaux : 6378");
	CHECK_INTEGER(count(database, &TEST_OPEN), 6378);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(reference_find(reader, TEXT("tariff"), TEXT("0101290000"), DAY_3, arena, &row) == STATUS_OK);
	CHECK_INTEGER(row.rate, 100000);
	CHECK_TEXT(row.unit, "u");
	CHECK_TEXT(row.details, "{\"rs_pct\":\"1\"}");
}
