/* Mapping files: round trip, errors at their line; proposals from samples. */
#include "base/memory.h"
#include "base/test.h"
#include "formats/mapping.h"

#include <stdio.h>
#include <stdlib.h>

static bool proposes(const struct mapping_proposal *proposal, const char *column, const char *fact)
{
	for (size_t i = 0; i < proposal->guess_count; i++) {
		AUTO(buffer_release) struct buffer buffer = {.limit = 1000};

		if (!text_is(proposal->guesses[i].column, column) || !proposal->guesses[i].is_mapped)
			continue;
		mapping_fact_print(&buffer, &proposal->guesses[i].fact);
		if (text_is(buffer_text(&buffer), fact))
			return true;
		test_failed(__FILE__, __LINE__, "%s gives %s", column, buffer.data);
	}
	return false;
}

TEST(mapping_file_goes_round)
{
	static const char text[] = "# note\nseparator tab\nencoding windows-1252\ndecimal ,\nthousands space\ndates day-first\n"
				   "stage manifest\nheader no\ngroup no\nset flow = \"I\" # import\n"
				   "column \"a \"\"b\"\" # c\" = item.net_mass unit g\ncolumn 7 = registered_on dates compact\n"
				   "column \"x\" = type codes A=IM4 \"b c\"=\"d e\" *=\"\"\n";
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	AUTO(buffer_release) struct buffer first = {.limit = 1 << 20}, second = {.limit = 1 << 20};
	struct mapping *mapping, *again;
	struct refusal refusal;

	REQUIRE(mapping_read(arena, text_of(text), &mapping, &refusal) == STATUS_OK);
	CHECK_INTEGER(mapping->separator, '\t');
	CHECK_INTEGER(mapping->thousands, ' ');
	CHECK_INTEGER(mapping->stage, STAGE_MANIFEST);
	CHECK_TEXT(mapping->columns[0].name, "a \"b\" # c");
	CHECK_INTEGER(mapping->columns[1].position, 7);
	CHECK_INTEGER(mapping->columns[2].code_count, 3);
	CHECK_TEXT(mapping->columns[2].codes[1].from, "b c");
	CHECK_TEXT(mapping->columns[2].codes[1].to, "d e");
	mapping_write(&first, LANGUAGE_FR, mapping);
	REQUIRE(mapping_read(arena, buffer_text(&first), &again, &refusal) == STATUS_OK);
	mapping_write(&second, LANGUAGE_FR, again);
	CHECK(text_equal(buffer_text(&first), buffer_text(&second)));
}

TEST(mapping_errors_stand_at_their_line)
{
	static const struct {
		const char *text;
		int line;
	} wrong[] = {
		{"\n\ncolumn \"a\" = nothing\n", 3},
		{"separator ,\nseparator x\n", 2},
		{"colonne \"a\" = reference\n", 1},
		{"column \"a = reference\n", 1},
		{"column \"a\" reference\n", 1},
		{"column = reference\n", 1},
		{"column \"a\" = reference unit kg\n", 1},
		{"column \"a\" = item.net_mass unit percent\n", 1},
		{"column \"a\" = reference dates iso\n", 1},
		{"column \"a\" = reference codes A\n", 1},
		{"column \"a\" = reference other\n", 1},
		{"set flow =\ncolumn 1 = reference\n", 1},
		{"# nothing\n", 2},
	};

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
		struct mapping *mapping;
		struct refusal refusal = {0};

		CHECK_INTEGER(mapping_read(arena, text_of(wrong[i].text), &mapping, &refusal), STATUS_INVALID);
		CHECK_INTEGER(refusal.line, wrong[i].line);
		CHECK(refusal.message.id && refusal.mend.id);
	}
}

TEST(mapping_every_fact_can_be_named)
{
	const struct consignment_fields all[] = {consignment_fields(), item_fields(), container_fields()};

	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < all[i].count; j++) {
			AUTO(buffer_release) struct buffer buffer = {.limit = 1000};
			struct mapping_fact fact = {(enum mapping_base)i, &all[i].rows[j]}, found;

			mapping_fact_print(&buffer, &fact);
			REQUIRE(mapping_fact_find(buffer_text(&buffer), &found));
			CHECK(found.field == fact.field && found.base == fact.base);
		}
}

/* The writers' page lists them all. */
TEST(mapping_page_lists_every_fact)
{
	const struct consignment_fields all[] = {consignment_fields(), item_fields(), container_fields()};
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	char name[4096];
	struct text page;

	snprintf(name, sizeof name, "%s/docs/mapping.md", test_source_folder());
	REQUIRE(file_read(arena, name, 1 << 18, &page) == STATUS_OK);
	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < all[i].count; j++) {
			AUTO(buffer_release) struct buffer buffer = {.limit = 1000};
			struct mapping_fact fact = {(enum mapping_base)i, &all[i].rows[j]};

			buffer_string(&buffer, "| `");
			mapping_fact_print(&buffer, &fact);
			buffer_string(&buffer, "` |");
			if (text_find(page, buffer_text(&buffer)) == page.size)
				test_failed(__FILE__, __LINE__, "docs/mapping.md lacks %s", buffer.data);
		}
}

TEST(mapping_is_proposed_in_french_from_names_and_content)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 22);
	struct mapping_proposal proposal;

	REQUIRE(mapping_propose(arena,
			TEXT("N\xB0 D\xE9" "claration;Date d'enregistrement;Bureau;Code SH;Pays d'origine;Poids net (g);Valeur CAF;Taux;Divers\n"
			     "C 12;16/09/2013;CIAB1;8703.32.19;FR;1.500,5;12.000;20;abc\n"
			     "C 13;03/02/2014;CIAB1;1006.30.10;TH;2,25;1.000;5;def\n"),
			&proposal) == STATUS_OK);
	CHECK_INTEGER(proposal.mapping.separator, ';');
	CHECK_INTEGER(proposal.mapping.encoding, MAPPING_WINDOWS_1252);
	CHECK_INTEGER(proposal.mapping.decimal, ',');
	CHECK_INTEGER(proposal.mapping.thousands, '.');
	CHECK(proposes(&proposal, "N° Déclaration", "reference"));
	CHECK(proposes(&proposal, "Date d'enregistrement", "registered_on"));
	CHECK(proposes(&proposal, "Bureau", "office"));
	CHECK(proposes(&proposal, "Code SH", "item.hs"));
	CHECK(proposes(&proposal, "Pays d'origine", "item.origin"));
	CHECK(proposes(&proposal, "Poids net (g)", "item.net_mass"));
	CHECK(proposes(&proposal, "Valeur CAF", "item.customs_value"));
	CHECK(proposes(&proposal, "Taux", "item.duty_rate"));
	CHECK(!proposes(&proposal, "Divers", "item.hs"));
	for (size_t i = 0; i < proposal.mapping.column_count; i++) {
		const struct mapping_column *column = &proposal.mapping.columns[i];

		if (column->has_dates)
			CHECK_INTEGER(column->dates, DATE_DAY_FIRST);
		if (text_is(column->name, "Poids net (g)"))
			CHECK(column->unit == mapping_unit_find(TEXT("g")));
		if (text_is(column->name, "Taux"))
			CHECK(column->unit == mapping_unit_find(TEXT("percent")));
	}
}

TEST(mapping_is_proposed_without_header_by_content)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 22);
	struct mapping_proposal proposal;

	REQUIRE(mapping_propose(arena, TEXT("20240115\t870332\tFR\t12.5\n20240116\t100630\tTH\t1\n"), &proposal) == STATUS_OK);
	CHECK(!proposal.mapping.header);
	CHECK(proposes(&proposal, "1", "registered_on"));
	CHECK(proposes(&proposal, "2", "item.hs"));
	CHECK(proposes(&proposal, "3", "item.origin"));
	CHECK(mapping_propose(arena, TEXT("just some words"), &proposal) == STATUS_INVALID);
	CHECK(mapping_propose(arena, TEXT(""), &proposal) == STATUS_INVALID);
}

TEST(mapping_proposed_for_the_benchmark_can_be_read_again)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)1 << 26);
	AUTO(buffer_release) struct buffer buffer = {.limit = 1 << 20};
	const char *path = test_shared_file("data/declarations-2020.csv");
	struct mapping_proposal proposal;
	struct mapping *mapping;
	struct refusal refusal;
	struct text data;

	if (!path || file_read(arena, path, (size_t)1 << 23, &data) != STATUS_OK)
		return;
	REQUIRE(mapping_propose(arena, text_slice(data, 0, 1 << 16), &proposal) == STATUS_OK);
	CHECK(proposes(&proposal, "Declaration ID", "reference"));
	CHECK(proposes(&proposal, "Date", "registered_on"));
	CHECK(proposes(&proposal, "Importer ID", "consignee.code"));
	CHECK(proposes(&proposal, "HS6 Code", "item.hs"));
	CHECK(proposes(&proposal, "Country of Departure", "country_of_export"));
	CHECK(proposes(&proposal, "Country of Origin", "item.origin"));
	CHECK(proposes(&proposal, "Net Mass", "item.net_mass"));
	CHECK(proposes(&proposal, "Tax Rate", "item.duty_rate"));
	CHECK(proposes(&proposal, "Fraud", "outcome.adverse"));
	mapping_proposal_write(&buffer, LANGUAGE_FR, &proposal);
	CHECK(mapping_read(arena, buffer_text(&buffer), &mapping, &refusal) == STATUS_OK);
	if (getenv("VIGIE_TEST_SAY"))
		printf("%s", buffer.data);
}

TEST(mapping_reading_survives_every_failed_allocation)
{
	enum status status = STATUS_NO_MEMORY, proposed = STATUS_NO_MEMORY;

	for (long n = 1; status != STATUS_OK && n < 100; n++) {
		AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
		struct mapping *mapping;
		struct refusal refusal;

		memory_fail_at(n);
		status = mapping_read(arena, TEXT("column \"a\" = reference codes a=b c=d\ncolumn 2 = office\n"), &mapping, &refusal);
		memory_fail_at(0);
		CHECK(status == STATUS_OK || status == STATUS_NO_MEMORY);
	}
	for (long n = 1; proposed != STATUS_OK && n < 100; n++) {
		AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
		struct mapping_proposal proposal;

		memory_fail_at(n);
		proposed = mapping_propose(arena, TEXT("Date,HS\n2020-01-01,870332\n"), &proposal);
		memory_fail_at(0);
		CHECK(proposed == STATUS_OK || proposed == STATUS_NO_MEMORY);
	}
	CHECK(status == STATUS_OK && proposed == STATUS_OK);
}
