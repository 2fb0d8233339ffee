/* Lists in SQL dumps; here because SQL may not stand in src outside statements. */
#include "base/test.h"
#include "modules/reference/reference.h"

enum { LIMIT = 64 << 20 };

static struct reference_list *read_as(struct arena *arena, const char *kind, struct text bytes)
{
	struct reference_file file = {.kind = reference_kind_find(text_of(kind)), .bytes = bytes};
	struct reference_list *list = ARENA_NEW(arena, struct reference_list);

	if (!list || reference_read(arena, &file, list) != STATUS_OK) {
		test_failed(__FILE__, __LINE__, "%s is not read", kind);
		return NULL;
	}
	return list;
}

TEST(an_sql_dump_of_one_table)
{
	AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
	const struct reference_list *list = read_as(arena, "shed",
		TEXT("/* Navicat; 'x */\nPRAGMA foreign_keys = false;\n-- it's\nDROP TABLE IF EXISTS \"T\";\n"
		     "CREATE TABLE \"T\" (\n \"code\" TEXT(2) DEFAULT ('a,b'),\n \"libelle\" TEXT\n);\nBEGIN;\n"
		     "INSERT INTO \"T\" VALUES ('PS1', 'L''aire; (A)');\nINSERT INTO \"T\" VALUES (45, NULL), ('Z', 'NULL');\n"
		     "COMMIT;\n"));

	REQUIRE(list);
	CHECK_INTEGER(list->error_count, 0);
	REQUIRE(list->count == 3);
	CHECK_TEXT(list->rows[0].label, "45");
	CHECK_TEXT(list->rows[1].label, "L'aire; (A)");
	CHECK_TEXT(list->rows[2].label, "NULL");
	list = read_as(arena, "shed", TEXT("insert into t (libelle, code) values ('a', 'b');"));
	REQUIRE(list && list->count == 1);
	CHECK_TEXT(list->rows[0].code, "b");
	list = read_as(arena, "shed",
		TEXT("create table t (code text, libelle text); insert into t (libelle, code) values ('a', 'b');"));
	REQUIRE(list);
	CHECK(list->error_count == 1);
}

TEST(sql_that_is_not_understood_is_refused)
{
	static const char *const files[] = {"create table t (code", "insert into t values (1",
		"create table t (code text); values", "insert into t values ('a", "insert into t select 1 from values",
		"create table a (code text, b text); create table b (code text); values", "insert into t values 1, 2",
		"insert into t values (1 2)", "create table t (code text, b text); insert into t (code) values (1)"};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
		const struct reference_list *list = read_as(arena, "mode", text_of(files[i]));

		REQUIRE(list);
		if (!list->error_count)
			test_failed(__FILE__, __LINE__, "taken: %s", files[i]);
	}
}

TEST(every_cut_of_a_dump_is_read_or_refused)
{
	static const char sql[] = "/* a */ CREATE TABLE \"T\" (\"code\" TEXT(2), \"libelle\" TEXT);\nINSERT INTO \"T\" VALUES "
				  "('A', 'x''y'), (2, NULL);";

	for (size_t size = 0; size < sizeof sql; size++) {
		AUTO(arena_release) struct arena *arena = arena_new(LIMIT);

		CHECK(read_as(arena, "mode", (struct text){sql, size}));
	}
}
