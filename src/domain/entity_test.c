/* Rows of fields against forms, lines, objects and the database. */
#include "domain/entity.h"

#include "base/clock.h"
#include "base/number.h"
#include "domain/test_domain.h"
#include "domain/unit.h"

#include <string.h>

struct thing {
	struct text code, kind;
	int64_t id, weight, sold_on;
	bool is_active;
};
static const struct entity_field thing_fields[] = {
	FIELD(INTEGER, struct thing, id, "Numéro", .is_hidden = true),
	FIELD(CODE, struct thing, code, "Code", .is_required = true, .most = 6),
	FIELD(CHOICE, struct thing, kind, "Genre", .choices = "office brigade"),
	FIELD(NUMBER, struct thing, weight, "Masse", .least = 0, .most = 1000 * NUMBER_ONE),
	FIELD(DATE, struct thing, sold_on, "Vendu le"),
	FIELD(YES_NO, struct thing, is_active, "Actif"),
	{.name = NULL},
};
static const struct entity things = {"thing", "units", thing_fields};

static struct text input(void *context, const char *name)
{
	const char *const *pairs = context;

	for (; *pairs; pairs += 2)
		if (strcmp(pairs[0], name) == 0)
			return text_of(pairs[1]);
	return TEXT_NONE;
}

TEST(entity_reports_all_problems_at_once)
{
	const char *right[] = {"code", " AB-1 ", "kind", "office", "weight", "1,5", "sold_on", "24/11/2026", "is_active", "on",
		NULL};
	const char *wrong[] = {"code", "", "kind", "house", "weight", "1001", "sold_on", "30/02/2026", NULL};
	struct arena AUTO(arena_release) *arena = arena_new(1 << 16);
	struct entity_problem problems[8];
	struct thing thing = {.id = 7};
	size_t count = 9;

	REQUIRE(entity_fill(&things, input, right, arena, &thing, problems, 8, &count) == STATUS_OK);
	CHECK_INTEGER(count, 0);
	CHECK_TEXT(thing.code, "AB-1");
	CHECK_INTEGER(thing.weight, 1500000);
	CHECK_INTEGER(thing.sold_on, date_from(2026, 11, 24));
	CHECK(thing.is_active);
	REQUIRE(entity_fill(&things, input, wrong, arena, &thing, problems, 8, &count) == STATUS_OK);
	CHECK_INTEGER(count, 4);
	CHECK_TEXT(text_of(problems[0].field), "code");
	CHECK_TEXT(text_of(problems[3].field), "sold_on");
}

TEST(entity_lines_and_objects)
{
	struct thing thing = {.id = 7, .code = TEXT("=1+1"), .kind = TEXT("a;\"b\""), .weight = 2500000,
		.sold_on = DATE_NONE, .is_active = true};
	struct thing other = thing;
	struct buffer AUTO(buffer_release) buffer = {0};
	struct json_writer json;

	buffer_init(&buffer, 4096);
	entity_csv_labels(&things, LANGUAGE_FR, ';', &buffer);
	CHECK_TEXT(buffer_text(&buffer), "Code;Genre;Masse;Vendu le;Actif\r\n");
	buffer_clear(&buffer);
	entity_csv(&things, &thing, ';', &buffer);
	CHECK_TEXT(buffer_text(&buffer), "\"'=1+1\";\"a;\"\"b\"\"\";2.5;;1\r\n");
	buffer_clear(&buffer);
	other.sold_on = date_from(2026, 11, 24);
	other.kind = TEXT_NONE;
	put_begin(&json, &buffer);
	entity_changes(&things, &thing, &other, &json);
	CHECK_TEXT(buffer_text(&buffer), "{\"kind\":[\"a;\\\"b\\\"\",null],\"sold_on\":[null,\"2026-11-24\"]}");
}

static const struct entity_field unit_fields[] = {
	FIELD(INTEGER, struct unit, id, "Numéro"),
	FIELD(CODE, struct unit, code, "Code"),
	FIELD(YES_NO, struct unit, is_active, "Active"),
	{.name = NULL},
};
static const struct entity units = {"unit", "units", unit_fields};

TEST_ON_EACH_DATABASE(entity_columns_are_checked)
{
	struct reader AUTO(reader_release) *reader = NULL;
	const char *missing = NULL;

	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	CHECK(entity_check(reader, &units, &missing) == STATUS_OK);
	CHECK(entity_check(reader, &things, &missing) == STATUS_INVALID);
	CHECK_TEXT(text_of(missing), "weight");
}
