/* `vigie assess` as another program calls it: what it prints, what it leaves on standard error, how it ends. */
#include "conversation.h"

#include "base/file.h"
#include "base/json.h"
#include "base/test.h"

#include <stdio.h>
#include <string.h>

/* The member is there and of one of the types (jansson's, ended by -1). */
static void check_member(const json_t *object, const char *key, const int *types)
{
	const json_t *value = json_object_get(object, key);

	for (; value && *types >= 0; types++)
		if ((int)json_typeof(value) == *types)
			return;
	test_failed(__FILE__, __LINE__, "member %s is missing or of another type", key);
}

#define TYPES(...) ((const int[]){__VA_ARGS__, -1})
#define TEXT_OR_NULL TYPES(JSON_STRING, JSON_NULL)
#define NUMBER_OR_NULL TYPES(JSON_INTEGER, JSON_REAL, JSON_NULL)

static void check_item(const json_t *item)
{
	const json_t *value = json_object_get(item, "value");

	check_member(item, "number", TYPES(JSON_INTEGER));
	check_member(item, "hs", TEXT_OR_NULL);
	check_member(item, "origin", TEXT_OR_NULL);
	check_member(item, "gross_mass", NUMBER_OR_NULL);
	check_member(item, "net_mass", NUMBER_OR_NULL);
	check_member(item, "value", TYPES(JSON_OBJECT));
	check_member(value, "amount", NUMBER_OR_NULL);
	check_member(value, "currency", TEXT_OR_NULL);
	check_member(item, "description", TEXT_OR_NULL);
	check_member(item, "score", NUMBER_OR_NULL);
	CHECK_INTEGER(json_object_size(item), 8);
}

static void check_reason(const json_t *reason)
{
	static const char *const kinds[] = {"profile", "check", "model", "random", "quota"};
	const char *kind = json_string_value(json_object_get(reason, "kind"));
	bool known = false;

	for (size_t i = 0; kind && i < sizeof kinds / sizeof *kinds; i++)
		known = known || strcmp(kind, kinds[i]) == 0;
	CHECK(known);
	check_member(reason, "code", TYPES(JSON_STRING));
	check_member(reason, "text", TYPES(JSON_STRING));
	check_member(reason, "items", TYPES(JSON_ARRAY));
	CHECK_INTEGER(json_object_size(reason), 4);
}

static void check_problem(const json_t *problem)
{
	const char *level = json_string_value(json_object_get(problem, "level"));

	CHECK(level && (strcmp(level, "warning") == 0 || strcmp(level, "error") == 0));
	check_member(problem, "place", TEXT_OR_NULL);
	check_member(problem, "text", TYPES(JSON_STRING));
}

static size_t each(const json_t *object, const char *key, void (*check)(const json_t *))
{
	const json_t *list = json_object_get(object, key);

	CHECK(json_is_array(list));
	for (size_t i = 0; i < json_array_size(list); i++)
		check(json_array_get(list, i));
	return json_array_size(list);
}

/* One object a line; returns how many, and their items together. */
static size_t check_lines(struct text out, const char *format, size_t *ret_items)
{
	size_t count = 0;

	*ret_items = 0;
	while (out.data && out.size) {
		json_t *object = NULL;
		const char *lane;
		int line;

		if (json_parse(text_cut(&out, '\n'), 64 << 20, &object, &line) != STATUS_OK) {
			test_failed(__FILE__, __LINE__, "line %zu is no JSON", count + 1);
			return count;
		}
		lane = json_string_value(json_object_get(object, "lane"));
		CHECK(lane && strstr("red yellow blue green", lane));
		CHECK(text_is(text_of(json_string_value(json_object_get(object, "format"))), format));
		check_member(object, "file", TYPES(JSON_STRING));
		check_member(object, "stage", TYPES(JSON_STRING));
		check_member(object, "reference", TYPES(JSON_STRING));
		check_member(object, "office", TEXT_OR_NULL);
		check_member(object, "score", NUMBER_OR_NULL);
		each(object, "reasons", check_reason);
		each(object, "problems", check_problem);
		*ret_items += each(object, "items", check_item);
		CHECK_INTEGER(json_object_size(object), 10);
		json_decref(object);
		count++;
	}
	return count;
}

struct real_file {
	const char *path, *format;
	size_t consignments, items;
};

/* Counted in the files themselves, by the number of their Item and Bol_segment elements. */
static const struct real_file real_files[] = {
	{"formats/asycuda-sad/al-caa-europe-6items.xml", "asycuda-sad", 1, 8},
	{"formats/asycuda-sad/al-im4-energo.xml", "asycuda-sad", 1, 1},
	{"formats/asycuda-sad/al-im4-ford-902.xml", "asycuda-sad", 1, 1},
	{"formats/asycuda-sad/gd-asycuda421-sample.xml", "asycuda-sad", 1, 1},
	{"formats/asycuda-sad/gd-asycuda421-sample5.xml", "asycuda-sad", 1, 3},
	{"formats/asycuda-sad/gd-new3-large.xml", "asycuda-sad", 1, 190},
	{"formats/asycuda-sad/gd-sampledoc-f1.xml", "asycuda-sad", 1, 4},
	{"formats/asycuda-sad/np-sample-119items.xml", "asycuda-sad", 1, 119},
	{"formats/asycuda-manifest/cg-pointe-noire-339-bills.xml", "asycuda-manifest", 339, 339},
};

TEST(assess_counts_what_real_files_hold)
{
	for (size_t i = 0; i < sizeof real_files / sizeof *real_files; i++) {
		const char *path = test_shared_file(real_files[i].path);
		struct run run;
		size_t items;

		if (!path)
			return;
		RUN(&run, "assess", "--json", path);
		CHECK_INTEGER(run.code, 0);
		CHECK_INTEGER(check_lines(buffer_text(&run.out), real_files[i].format, &items), real_files[i].consignments);
		CHECK_INTEGER(items, real_files[i].items);
		run_release(&run);
	}
}

static const char *own_file(const char *name)
{
	static char path[PATH_ROOM];

	snprintf(path, sizeof path, "%s/tests/journeys/files/%s", test_source_folder(), name);
	return path;
}

TEST(assess_goes_on_after_a_refused_file_and_says_so)
{
	char broken[PATH_ROOM];
	struct run run;
	size_t items;

	snprintf(broken, sizeof broken, "%s", own_file("broken.xml"));
	RUN(&run, "assess", "--json", broken, own_file("sad.xml"));
	CHECK_INTEGER(run.code, 1);
	CHECK_INTEGER(check_lines(buffer_text(&run.out), "asycuda-sad", &items), 1);
	CHECK(text_starts_with(buffer_text(&run.err), text_of(broken)));
	CHECK(text_find(buffer_text(&run.err), TEXT("Une balise fermante")) < run.err.size);
	run_release(&run);
}

TEST(assess_ends_with_two_on_wrong_usage)
{
	struct run run;

	RUN(&run, "assess");
	CHECK_INTEGER(run.code, 2);
	run_release(&run);
	RUN(&run, "assess", "--nonsense", own_file("sad.xml"));
	CHECK_INTEGER(run.code, 2);
	run_release(&run);
	RUN(&run, "assess", "--lang", "xx", own_file("sad.xml"));
	CHECK_INTEGER(run.code, 2);
	run_release(&run);
}

TEST(assess_reads_standard_input_as_a_file)
{
	AUTO(arena_release) struct arena *arena = arena_new(16 << 20);
	struct run run, named;
	struct text content;
	size_t items;

	REQUIRE(arena && file_read(arena, own_file("manifest.xml"), 1 << 20, &content) == STATUS_OK);
	run_program(&run, content, (const char *const[]){"assess", "--json", "-", NULL});
	CHECK_INTEGER(run.code, 0);
	RUN(&named, "assess", "--json", own_file("manifest.xml"));
	CHECK_INTEGER(check_lines(buffer_text(&run.out), "asycuda-manifest", &items),
		check_lines(buffer_text(&named.out), "asycuda-manifest", &items));
	CHECK(items > 0);
	run_release(&run);
	run_release(&named);
}

TEST(assess_prints_tables_and_csv)
{
	struct run run;

	RUN(&run, "assess", "--csv", own_file("sad.xml"));
	CHECK_INTEGER(run.code, 0);
	CHECK(text_starts_with(buffer_text(&run.out), TEXT("file,format,stage,reference,office,lane,score,items,reasons\n")));
	CHECK(text_find(buffer_text(&run.out), TEXT(",asycuda-sad,declaration,")) < run.out.size);
	run_release(&run);
	RUN(&run, "assess", "--table", "--lang", "en", own_file("sad.xml"));
	CHECK_INTEGER(run.code, 0);
	CHECK(text_find(buffer_text(&run.out), TEXT("Reasons")) < run.out.size);
	CHECK(text_find(buffer_text(&run.out), TEXT("ARM-01")) < run.out.size);
	CHECK(text_find(buffer_text(&run.out), TEXT("\033[")) == run.out.size); /* no colours in a pipe */
	run_release(&run);
}

TEST(help_and_the_manual_name_every_command)
{
	static const char *const names[] = {"assess", "import", "map", "convert", "serve", "migrate", "demo", "train",
		"decide", "verify", "backup", "restore"};
	struct run help, manual;

	RUN(&help, "--help");
	RUN(&manual, "man");
	CHECK_INTEGER(help.code, 0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		CHECK(text_find(buffer_text(&help.out), text_of(names[i])) < help.out.size);
		CHECK(text_find(buffer_text(&manual.out), text_of(names[i])) < manual.out.size);
	}
	run_release(&help);
	run_release(&manual);
}
