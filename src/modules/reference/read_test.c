/* Reading lists: the forms lists come in, the mapping, and files that are none. */
#include "base/file.h"
#include "base/memory.h"
#include "base/test.h"
#include "modules/reference/reference.h"

#include <stdio.h>
#include <string.h>

enum { LIMIT = 64 << 20 };

#define BYTES(literal)                                                                                                 \
	{                                                                                                              \
		literal, sizeof(literal) - 1                                                                           \
	}

static struct reference_list *read_as(struct arena *arena, const char *kind, struct text bytes, struct text mapping)
{
	struct reference_file file = {.kind = reference_kind_find(text_of(kind)), .bytes = bytes, .mapping = mapping};
	struct reference_list *list = ARENA_NEW(arena, struct reference_list);

	if (!list || reference_read(arena, &file, list) != STATUS_OK) {
		test_failed(__FILE__, __LINE__, "%s is not read", kind);
		return NULL;
	}
	return list;
}

static const struct reference_row *find(const struct reference_list *list, const char *code)
{
	for (size_t i = 0; i < list->count; i++)
		if (text_is(list->rows[i].code, code))
			return &list->rows[i];
	return NULL;
}

static bool has_problem(const struct reference_list *list, const char *id)
{
	for (size_t i = 0; i < list->problem_count && i < REFERENCE_PROBLEMS; i++)
		if (strcmp(list->problems[i].message.id, id) == 0)
			return true;
	return false;
}

TEST(a_header_is_understood)
{
	AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
	const struct reference_list *list = read_as(arena, "tariff",
		TEXT("\xef\xbb\xbfPosition tarifaire;D\xc3\xa9signation;US;DD\r\n"
		     "0101.21.00.00;\"Chevaux; dits \"\"purs\"\"\";u;5\r\n"
		     "\r\n0102.29.00.00;Bovins;u;20%\r\n;Total;;\r\n"),
		TEXT_NONE);
	const struct reference_row *row;

	REQUIRE(list);
	CHECK_INTEGER(list->count, 2);
	CHECK_INTEGER(list->error_count, 0);
	CHECK_INTEGER(list->problem_count, 1);
	CHECK_TEXT(list->proposal,
		"code = Position tarifaire\nlabel = D\xc3\xa9signation\nunit = US\nrate = DD\nrate_form = percent\n");
	row = find(list, "0101210000");
	REQUIRE(row);
	CHECK_TEXT(row->label, "Chevaux; dits \"purs\"");
	CHECK_TEXT(row->unit, "u");
	CHECK_INTEGER(row->rate, 50000);
	CHECK_INTEGER(row->line, 2);
	row = find(list, "0102290000");
	REQUIRE(row);
	CHECK_INTEGER(row->rate, 200000);
}

TEST(a_mapping_says_all)
{
	AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
	const struct reference_list *list = read_as(arena, "office",
		TEXT("A|B|C|D|E|F|G\nX1|Port|Harbour|DG|0,055|16/09/2013|ok\nX2|Gare|||1|31/12/2030|old\n"),
		TEXT("# bureaux\nkind = office\ncode = A\nlabel=B\nlabel.en = C\nparent = D\nrate = E\nrate_form = fraction\n"
		     "decimal = ,\nvalid_from = F\ndate_form = day_first\nseparator = |\nleave_out = G: bad old\nother = G, D\n"
		     "complete = no\n"));
	const struct reference_row *row;

	REQUIRE(list);
	CHECK_INTEGER(list->error_count, 0);
	REQUIRE(list->count == 1);
	row = &list->rows[0];
	CHECK_TEXT(row->label, "Port");
	CHECK_TEXT(reference_row_label(row, LANGUAGE_EN), "Harbour");
	CHECK_TEXT(reference_row_label(row, LANGUAGE_PT), "Port");
	CHECK_TEXT(row->parent, "DG");
	CHECK_INTEGER(row->rate, 55000);
	CHECK_INTEGER(row->valid_from, date_from(2013, 9, 16));
	CHECK_TEXT(row->details, "{\"G\":\"ok\",\"D\":\"DG\"}");
	CHECK(list->complete == REFERENCE_PARTIAL);
}

TEST(mappings_are_refused_with_their_reason)
{
	static const char *const mappings[] = {"label = B\n", "code\n", "code = \n", "code = A\nnothing = B\n",
		"code = A\nlabel = Z\n", "code = A\n", "code = A\nlabel = B\nkind = office\n",
		"code = A\nlabel = B\ndate_form = never\n", "code = A\nlabel = B\nleave_out = A\n",
		"code = 1\nlabel = 9\nheader = no\n", "code = A\nlabel = B\nseparator = ;;\n", "\xff\xfe"};

	for (size_t i = 0; i < sizeof mappings / sizeof *mappings; i++) {
		AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
		const struct reference_list *list = read_as(arena, "mode", TEXT("A;B\n1;x\n"), text_of(mappings[i]));

		REQUIRE(list);
		if (!list->error_count || list->count)
			test_failed(__FILE__, __LINE__, "taken: %s", mappings[i]);
	}
}

TEST(two_columns_without_a_header)
{
	AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
	const struct reference_list *list =
		read_as(arena, "package", TEXT("13\tRouleaux\n14\tColis \xe0 nu"), TEXT_NONE);

	REQUIRE(list && list->count == 2);
	CHECK_INTEGER(list->error_count, 0);
	CHECK_TEXT(list->rows[1].label, "Colis \xc3\xa0 nu");
}

TEST(names_in_json_are_translated)
{
	AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
	const struct reference_list *list = read_as(arena, "country",
		TEXT("{\"3166-1\":[{\"alpha_2\":\"ci\",\"name\":\"C\xc3\xb4te d'Ivoire\"},{\"alpha_2\":\"TZ\",\"name\":\"Tanzania, "
		     "United Republic of\",\"common_name\":\"Tanzania\"}]}"),
		TEXT_NONE);

	REQUIRE(list && list->count == 2);
	CHECK_INTEGER(list->error_count, 0);
	CHECK_TEXT(list->rows[0].code, "CI");
	CHECK_TEXT(list->rows[1].label, "Tanzania");
	list = read_as(arena, "country", TEXT("{\"4217\":[]}"), TEXT_NONE);
	CHECK(list && list->error_count == 1);
	list = read_as(arena, "country",
		TEXT("{\"3166-1\":[{\"alpha_2\":1},7,{\"alpha_2\":\"FRA\",\"name\":\"x\"}]}"), TEXT_NONE);
	CHECK(list && list->error_count == 3);
	list = read_as(arena, "country", TEXT("{\"3166-1\":[\n{]"), TEXT_NONE);
	CHECK(list && list->error_count == 1 && list->problems[0].line == 2);
	list = read_as(arena, "office", TEXT("{\"3166-1\":[]}"), TEXT_NONE);
	CHECK(list && list->error_count == 1);
}

TEST(a_lost_zero_comes_back)
{
	AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
	const struct reference_list *list =
		read_as(arena, "tariff", TEXT("code,libelle\n101210000,a\n8703230000,b\n"), TEXT_NONE);

	REQUIRE(list && list->count == 2);
	CHECK_TEXT(list->rows[0].code, "0101210000");
	CHECK(!list->error_count && has_problem(list, "Des codes avaient perdu leur premier zéro (%1) : il est remis."));
	list = read_as(arena, "hs", TEXT("code,libelle\n1,a\n101,b\n010121,c\n"), TEXT_NONE);
	REQUIRE(list && list->count == 3);
	CHECK_TEXT(list->rows[0].code, "01");
	CHECK_TEXT(list->rows[1].code, "0101");
}

TEST(one_code_stands_once)
{
	AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
	const struct reference_list *list =
		read_as(arena, "mode", TEXT("code,libelle\n1,mer\n2,air\n1,mer\n2,route\n"), TEXT_NONE);

	REQUIRE(list);
	CHECK_INTEGER(list->count, 2);
	CHECK_INTEGER(list->error_count, 1);
	CHECK_INTEGER(list->problems[0].line, 5);
	CHECK_TEXT(list->problems[0].message.values[1], "3");
}

TEST(bad_cells_are_named)
{
	AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
	const struct reference_list *list = read_as(arena, "tariff",
		TEXT("code,libelle,taux,datedebut,datefin\n0101,a,x,,\n0102,b,-1,,\n0103,c,,2020-13-01,\n"
		     "0104,d,,2020-02-01,2020-01-01\nABC,e,,,\n0105,f,1e300,,\n"),
		TEXT_NONE);

	REQUIRE(list);
	CHECK_INTEGER(list->error_count, 6);
	CHECK_INTEGER(list->problems[0].line, 2);
	CHECK_INTEGER(list->problems[5].line, 7);
}

TEST(what_is_no_list_is_refused)
{
	static const struct text files[] = {BYTES(""), BYTES("\n\n\n"), BYTES("code,libelle\n"), BYTES("\xff\xfe\x61\x00"),
		BYTES("PK\x03\x04\0\0\0"), BYTES("code,libelle\n1,\"x\n2,y\n"), BYTES("code\n1\n"), BYTES("{"), BYTES("\x7f""ELF\0")};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
		const struct reference_list *list = read_as(arena, "mode", files[i], TEXT_NONE);

		REQUIRE(list);
		if (!list->error_count)
			test_failed(__FILE__, __LINE__, "file %zu is taken", i);
	}
}

TEST(wide_and_long_lines_have_a_limit)
{
	AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
	char *bytes = arena_allocate(arena, 200000);
	const struct reference_list *list;

	REQUIRE(bytes);
	memset(bytes, ',', 200000);
	list = read_as(arena, "mode", (struct text){bytes, 200000}, TEXT_NONE);
	CHECK(list && list->error_count == 1);
	memset(bytes, 'x', 200000);
	memcpy(bytes, "code,libelle\n1,", 15);
	list = read_as(arena, "mode", (struct text){bytes, 200000}, TEXT_NONE);
	CHECK(list && list->error_count == 1 && has_problem(list, "Le libellé est trop long."));
}

TEST(every_cut_of_a_list_is_read_or_refused)
{
	static const char csv[] = "code;libelle\n\"A\";\"x\"\"y\n\"\n\xff;z\x01\n";

	for (size_t size = 0; size < sizeof csv; size++) {
		AUTO(arena_release) struct arena *arena = arena_new(LIMIT);

		CHECK(read_as(arena, "mode", (struct text){csv, size}, TEXT_NONE));
	}
}

TEST(reading_survives_each_failed_allocation)
{
	static const struct text files[] = {
		BYTES("code;libelle;taux\n\"A\";\"x\"\"y\n\";2\n\xe9;z\x01;\n"),
		BYTES("{\"3166-1\":[{\"alpha_2\":\"CI\",\"name\":\"x\"}]}"),
	};

	for (size_t i = 0; i < 2; i++) {
		enum status status = STATUS_NO_MEMORY;

		for (long n = 1; status != STATUS_OK && n < 500; n++) {
			struct reference_file file = {
				.kind = reference_kind_find(i ? TEXT("country") : TEXT("mode")), .bytes = files[i]};
			struct reference_list list = {.error_count = 7};
			struct arena *arena;

			memory_fail_at(n);
			arena = arena_new(LIMIT);
			if (arena)
				status = reference_read(arena, &file, &list);
			memory_fail_at(0);
			CHECK(status == STATUS_OK || (status == STATUS_NO_MEMORY && list.error_count == 7));
			arena_free(arena);
		}
		CHECK(status == STATUS_OK);
	}
}

static const struct reference_list *read_shared(struct arena *arena, const char *kind, const char *path,
	const char *mapping)
{
	char name[2000];
	struct text bytes, map = TEXT_NONE;
	const char *file = test_shared_file(path);

	if (!file || file_read(arena, file, LIMIT, &bytes) != STATUS_OK)
		return NULL;
	if (mapping) {
		snprintf(name, sizeof name, "%s/examples/%s", test_source_folder(), mapping);
		if (file_read(arena, name, LIMIT, &map) != STATUS_OK)
			return NULL;
	}
	return read_as(arena, kind, bytes, map);
}

TEST(public_lists_are_read)
{
	static const struct {
		const char *kind, *path, *mapping;
		size_t count;
	} files[] = {
		{"hs", "data/codelists/harmonized-system.csv", "reference-hs.map", 6936},
		{"tariff", "data/tariff/ecowas-cet-hs2022.csv", "reference-tariff.map", 6378},
		{"tariff", "data/tariff/ecowas-cet-hs2022.csv", NULL, 6378},
		{"currency", "data/codelists/iso4217-codes-all.csv", "reference-currency.map", 178},
		{"country", "data/codelists/country-codes.csv", "reference-country.map", 249},
		{"unit", "data/codelists/unece-rec20-units.csv", "reference-unit.map", 1756},
		{"package", "data/codelists/unece-rec21-package-codes.csv", "reference-package.map", 405},
	};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
		const struct reference_list *list = read_shared(arena, files[i].kind, files[i].path, files[i].mapping);

		if (!list)
			return;
		CHECK_INTEGER(list->count, files[i].count);
		for (size_t k = 0; k < list->error_count && k < 5; k++)
			test_failed(__FILE__, __LINE__, "%s: line %lld: %s (%.*s)", files[i].path,
				(long long)list->problems[k].line, list->problems[k].message.id,
				TEXT_FORMAT(list->problems[k].message.values[0]));
	}
}

TEST(code_tables_of_asycuda_are_read)
{
	static const struct {
		const char *kind, *name;
		size_t count;
	} files[] = {
		{"country", "COUNTRY.sql", 237}, {"container", "CTN_TYPE.sql", 9}, {"office", "CUOCOD.sql", 62},
		{"shed", "LOCALISATION.sql", 89}, {"mode", "MODE_TRANS.sql", 13}, {"package", "PKG_TABLE.sql", 41},
		{"container", "ctn_type.txt", 9}, {"mode", "mode_trans.txt", 13}, {"package", "pkg_table.txt", 41},
		{"document", "scan_docs.txt", 29},
	};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		AUTO(arena_release) struct arena *arena = arena_new(LIMIT);
		const struct reference_list *list;
		char path[200];

		snprintf(path, sizeof path, "formats/asycuda-manifest/code-tables/%s", files[i].name);
		list = read_shared(arena, files[i].kind, path, NULL);
		if (!list)
			return;
		CHECK_INTEGER(list->count, files[i].count);
		for (size_t k = 0; k < list->error_count && k < 5; k++)
			test_failed(__FILE__, __LINE__, "%s: line %lld: %s (%.*s)", path, (long long)list->problems[k].line,
				list->problems[k].message.id, TEXT_FORMAT(list->problems[k].message.values[0]));
	}
}

TEST(chapters_are_whole)
{
	int count = 0;

	for (const struct hs_chapter *chapter = hs_chapters; chapter->chapter; chapter++) {
		count++;
		CHECK_INTEGER(chapter->chapter, count);
		CHECK(chapter->section >= 1 && hs_section_title(chapter->section));
		CHECK(count == 1 || chapter->section - hs_chapters[count - 2].section <= 1);
	}
	CHECK_INTEGER(count, 97);
	CHECK_TEXT(text_of(hs_chapter_title(TEXT("870323"))), "Automobiles, tracteurs, cycles et leurs pièces");
	CHECK_INTEGER(hs_section_of(TEXT("93")), 19);
	CHECK(!hs_chapter_title(TEXT("00")) && !hs_chapter_title(TEXT("98")) && !hs_chapter_title(TEXT("9")) &&
		!hs_chapter_title(TEXT_NONE) && !hs_chapter_title(TEXT("A1")));
	CHECK(!hs_section_title(0) && !hs_section_title(22) && hs_section_title(21));
}
