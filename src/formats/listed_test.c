/* Lists of names: the Security Council's XML and tables with and without a mapping. */
#include "formats/listed.h"

#include "base/test.h"

#include <stdio.h>

static enum status read_sample(struct arena *arena, const char *name, const char *mapping, struct listed_list *list,
	struct refusal *refusal)
{
	char path[1000];
	struct text bytes;

	snprintf(path, sizeof path, "%s/tests/fuzz/listed/%s", test_source_folder(), name);
	TRY(file_read(arena, path, 1 << 20, &bytes));
	return listed_read(arena, bytes, text_of(mapping), list, refusal);
}

TEST(listed_un_xml)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	struct listed_list list = {0};
	struct refusal refusal;

	REQUIRE(read_sample(arena, "un.xml", NULL, &list, &refusal) == STATUS_OK);
	REQUIRE(list.count == 3);
	CHECK_TEXT(list.published, "2026-11-20T00:00:00");
	CHECK_TEXT(list.rows[0]->reference, "QEi.001");
	CHECK_INTEGER(list.rows[0]->kind, LISTED_PERSON);
	REQUIRE(list.rows[0]->name_count == 4);
	CHECK_TEXT(list.rows[0]->names[0], "ORSO BALTHAZAR QUINTERNE");
	CHECK_TEXT(list.rows[0]->names[1], "أورسو كوينترن");
	CHECK_TEXT(list.rows[0]->names[3], "Baltazar Kinterne");
	CHECK_TEXT(list.rows[0]->identifiers, "RU0012345");
	CHECK_TEXT(list.rows[0]->born, "1971-03-04");
	CHECK_TEXT(list.rows[0]->country, "Ruritanie");
	CHECK_INTEGER(list.rows[1]->kind, LISTED_FIRM);
	CHECK_TEXT(list.rows[1]->names[1], "HFTC");
	CHECK_INTEGER(list.rows[2]->kind, LISTED_VESSEL);
	CHECK_TEXT(list.rows[2]->identifiers, "9999993");
}

TEST(listed_table_proposed)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	struct listed_list list = {0};
	struct refusal refusal;

	REQUIRE(read_sample(arena, "table.csv", NULL, &list, &refusal) == STATUS_OK);
	REQUIRE(list.count == 3);
	CHECK_TEXT(list.rows[0]->names[0], "QUINTERNE");
	CHECK_INTEGER(list.rows[0]->kind, LISTED_PERSON);
	CHECK_TEXT(list.rows[1]->identifiers, "CI1234B");
	CHECK_TEXT(list.rows[1]->program, "Radié");
	CHECK_INTEGER(list.rows[2]->kind, LISTED_VESSEL);
	CHECK_TEXT(list.rows[2]->identifiers, "9999993");
}

TEST(listed_table_mapped)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	struct listed_list list = {0};
	struct refusal refusal;

	REQUIRE(read_sample(arena, "table.csv", "# la nôtre\nname = Prénoms, Nom\nall = person\n", &list, &refusal) == STATUS_OK);
	CHECK_TEXT(list.rows[0]->names[0], "Orso QUINTERNE");
	CHECK_TEXT(list.rows[0]->reference, "orso quinterne");
	CHECK_INTEGER(list.rows[1]->kind, LISTED_PERSON);
	CHECK_INTEGER(read_sample(arena, "table.csv", "name = Inconnue\n", &list, &refusal), STATUS_INVALID);
	CHECK_TEXT(refusal.message.values[0], "Inconnue");
	CHECK_INTEGER(read_sample(arena, "table.csv", "nom\n", &list, &refusal), STATUS_INVALID);
	CHECK_INTEGER(read_sample(arena, "table.csv", "reference = reference\n", &list, &refusal), STATUS_INVALID);
}

TEST(listed_refused)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	struct listed_list list = {0};
	struct refusal refusal;

	CHECK_INTEGER(read_sample(arena, "cut.xml", NULL, &list, &refusal), STATUS_INVALID);
	CHECK_INTEGER(read_sample(arena, "doctype.xml", NULL, &list, &refusal), STATUS_INVALID);
	CHECK_INTEGER(listed_read(arena, TEXT("<a/>"), TEXT_NONE, &list, &refusal), STATUS_INVALID);
	CHECK(refusal.message.id != NULL);
	CHECK_INTEGER(listed_read(arena, TEXT(""), TEXT_NONE, &list, &refusal), STATUS_INVALID);
	CHECK_INTEGER(listed_read(arena, TEXT("nom\n\n;;;\n"), TEXT_NONE, &list, &refusal), STATUS_INVALID);
	CHECK_INTEGER(listed_read(arena, TEXT("<CONSOLIDATED_LIST/>"), TEXT_NONE, &list, &refusal), STATUS_INVALID);
}

/* The same reference twice: the first row counts, the other is said to be left out. */
TEST(listed_twice)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	struct listed_list list = {0};
	struct refusal refusal;

	REQUIRE(listed_read(arena, TEXT("nom,ref\nOrso,1\nBrume,1\n,2\n"), TEXT_NONE, &list, &refusal) == STATUS_OK);
	CHECK_INTEGER(list.count, 1);
	CHECK_INTEGER(list.left_out, 2);
}
