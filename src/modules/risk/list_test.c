/* Lists as tables, and what is kept beside a decision. */
#include "base/test.h"
#include "modules/risk/beside.h"
#include "modules/risk/list_store.h"

TEST(lists_are_read_from_tables)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	AUTO(buffer_release) struct buffer out;
	struct list_entry_row *entries = NULL;
	struct message problem;
	size_t count = 0;

	buffer_init(&out, 1 << 16);
	REQUIRE(list_table_read(arena, TEXT("motif;valeur;jusqu_au\nFraude;ACME;2027-01-31\n\"a;b\";870323;\n"), &entries, &count,
			&problem) == STATUS_OK);
	REQUIRE(count == 2);
	CHECK_TEXT(entries[0].value, "ACME");
	CHECK_INTEGER(entries[0].until, date_from(2027, 1, 31));
	CHECK_INTEGER(entries[0].from, DATE_NONE);
	CHECK_TEXT(entries[1].reason, "a;b");
	REQUIRE(list_table_write(&out, entries, count) == STATUS_OK);
	REQUIRE(list_table_read(arena, buffer_text(&out), &entries, &count, &problem) == STATUS_OK);
	CHECK_INTEGER(count, 2);
	CHECK_TEXT(entries[1].value, "870323");
	CHECK_INTEGER(list_table_read(arena, TEXT("A;;;motif\nB;hier;;motif\n"), &entries, &count, &problem), STATUS_INVALID);
	CHECK_TEXT(problem.values[0], "2");
	CHECK_INTEGER(list_table_read(arena, TEXT("A;;;\n"), &entries, &count, &problem), STATUS_INVALID);
	CHECK_INTEGER(list_table_read(arena, TEXT("A;2027-01-01;2026-01-01;x\n"), &entries, &count, &problem), STATUS_INVALID);
	CHECK_INTEGER(list_table_read(arena, TEXT("valeur;motif\n"), &entries, &count, &problem), STATUS_INVALID);
}

TEST(what_stands_beside_a_decision_is_kept)
{
	AUTO(arena_release) struct arena *arena = arena_new(8 << 20);
	const struct name_hit hit = {ROLE_VESSEL, TEXT("DAME \"DE\" BRUME"), TEXT(""), TEXT("UN"), TEXT("V1"),
		TEXT("Dame de Brume"), TEXT("dame = dame"), 950000, true};
	const struct suppression row = {TEXT("VAL-01"), TEXT("ACME"), 100, 200, TEXT("contrôlé"), TEXT("A. Diallo")};
	const struct beside beside = {{&hit, 1}, &row, 1}, nothing = {.suppressions = NULL};
	struct beside again;
	struct text text, second;

	REQUIRE(beside_write(arena, &nothing, &text) == STATUS_OK);
	CHECK(!text.data);
	REQUIRE(beside_write(arena, &beside, &text) == STATUS_OK && text.data);
	REQUIRE(beside_read(arena, text, &again) == STATUS_OK);
	REQUIRE(again.names.count == 1 && again.suppression_count == 1);
	CHECK(again.names.rows[0].role == ROLE_VESSEL && again.names.rows[0].is_confirmed);
	CHECK_TEXT(again.suppressions[0].by, "A. Diallo");
	REQUIRE(beside_write(arena, &again, &second) == STATUS_OK);
	CHECK(text_equal(text, second));
	CHECK(beside_read(arena, TEXT("{"), &again) != STATUS_OK);
}
