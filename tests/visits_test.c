/* Who gets which visit, and what becomes of what two people type, on both databases. */
#include "app/wiring.h"
#include "base/test.h"
#include "domain/absence.h"
#include "domain/unit.h"
#include "domain/user.h"
#include "modules/inspections/visits.h"
#include "store/test_database.h"

#include <stdio.h>

enum { FILES = 12 };

STATEMENT(TEST_CONSIGNMENT,
	"insert into consignments (id, identity, stage, reference, office, unit_path, day, description, item_count, version, "
	"digest, state, lane, received_at, changed_at) values ($1, $2, 1, $2, 'B1', $3, $4, 'sacs', 1, 1, $5, "
	"'to_control', $6, 0, 0)");
STATEMENT(TEST_GIVEN, "select count(*) from visits where inspector_id = $1 and state = 'assigned'");
STATEMENT(TEST_GIVEN_RED,
	"select count(*) from visits v join consignments c on c.id = v.consignment_id where v.inspector_id = $1 and c.lane = 3");
STATEMENT(TEST_TOLD, "select count(*) from notifications where user_id = $1 and kind = 'visit.assigned'");
STATEMENT(TEST_STATE, "select count(*) from visits where id = $1 and state = $2");

struct office {
	struct writer *writer;
	struct arena *arena;
	struct text path;
	int64_t awa, binta, chef;
};

static int64_t count_of(struct office *o, const struct statement *statement, int64_t id)
{
	int64_t count = -1;

	return store_integer(writer_reader(o->writer), statement, PARAMS(V_INT(id)), &count) == STATUS_OK ? count : -1;
}

static enum status person(struct office *o, const char *login, const char *role, int64_t unit, int64_t *ret_id)
{
	const struct actor system = actor_system("essai");
	struct user_new row = {.login = text_of(login), .name = text_of(login), .password_hash = "x"};

	TRY(user_create(o->writer, &system, &row, ret_id));
	return user_grant(o->writer, &system, *ret_id, role, unit);
}

static enum status file_add(struct office *o, int64_t id, int64_t lane)
{
	const char digest[32] = {0};
	char name[24];

	snprintf(name, sizeof name, "D%lld", (long long)id);
	return store_execute(o->writer, &TEST_CONSIGNMENT,
		PARAMS(V_INT(id), value_string(name), value_text(o->path), V_INT(clock_today() - 1),
			V_BYTES(((struct text){digest, sizeof digest})), V_INT(lane)),
		NULL);
}

/* An office with two inspectors and a head, and FILES files to control: the odd ones red. */
static enum status office_open(struct office *o, struct database *database)
{
	const struct actor system = actor_system("essai");
	struct unit unit;
	int64_t root, office;

	TRY(wiring_migrate(database));
	TRY(writer_begin(database, &o->writer));
	o->arena = arena_new(64 << 20);
	if (!o->arena)
		return STATUS_NO_MEMORY;
	TRY(unit_create(o->writer, &system, 0, TEXT("administration"), TEXT("DG"), TEXT("DG"), &root));
	TRY(unit_create(o->writer, &system, root, TEXT("office"), TEXT("B1"), TEXT("B1"), &office));
	TRY(unit_find(writer_reader(o->writer), office, o->arena, &unit));
	o->path = unit.path;
	TRY(person(o, "awa", "inspector", office, &o->awa));
	TRY(person(o, "binta", "inspector", office, &o->binta));
	TRY(person(o, "chef", "head_of_office", office, &o->chef));
	for (int64_t id = 1; id <= FILES; id++)
		TRY(file_add(o, 9000 + id, id % 2 ? LANE_RED : LANE_YELLOW));
	return STATUS_OK;
}

static void office_close(struct office *o)
{
	writer_rollback(&o->writer);
	arena_free(o->arena);
}

static void rotation(struct database *database)
{
	const struct actor system = actor_system("essai");
	struct office o = {.writer = NULL};
	int64_t count = 0;

	REQUIRE(office_open(&o, database) == STATUS_OK);
	CHECK(setting_change(o.writer, &system, &inspections_settings[INSPECTIONS_PER_DAY], TEXT("4")) == STATUS_OK);
	CHECK_INTEGER(visits_assign(o.writer, clock_today(), o.arena, &count), STATUS_OK);
	/* Four each and no more; all six red ones first; nothing for the head. */
	CHECK_INTEGER(count, 8);
	CHECK_INTEGER(count_of(&o, &TEST_GIVEN, o.awa), 4);
	CHECK_INTEGER(count_of(&o, &TEST_GIVEN, o.binta), 4);
	CHECK_INTEGER(count_of(&o, &TEST_GIVEN_RED, o.awa) + count_of(&o, &TEST_GIVEN_RED, o.binta), 6);
	CHECK_INTEGER(count_of(&o, &TEST_GIVEN, o.chef), 0);
	CHECK_INTEGER(count_of(&o, &TEST_TOLD, o.awa), 1);
	CHECK(visits_assign(o.writer, clock_today(), o.arena, &count) == STATUS_OK && count == 0);
	office_close(&o);
}

static void absence(struct database *database)
{
	const struct actor system = actor_system("essai");
	struct office o = {.writer = NULL};
	struct absence away;
	int64_t count = 0, id;

	REQUIRE(office_open(&o, database) == STATUS_OK);
	away = (struct absence){.user_id = o.awa, .from_day = clock_today() - 1, .to_day = clock_today() + 1};
	CHECK(absence_add(o.writer, &system, &away, &id) == STATUS_OK);
	CHECK_INTEGER(visits_assign(o.writer, clock_today(), o.arena, &count), STATUS_OK);
	CHECK_INTEGER(count_of(&o, &TEST_GIVEN, o.awa), 0);
	CHECK_INTEGER(count_of(&o, &TEST_GIVEN, o.binta), 10);
	/* Binta falls ill, the head stands in: what she had not begun is the head's now. */
	away = (struct absence){.user_id = o.binta, .from_day = clock_today(), .to_day = clock_today(), .deputy_id = o.chef};
	CHECK(absence_add(o.writer, &system, &away, NULL) == STATUS_OK);
	CHECK_INTEGER(visits_assign(o.writer, clock_today(), o.arena, &count), STATUS_OK);
	CHECK_INTEGER(count_of(&o, &TEST_GIVEN, o.binta), 0);
	CHECK_INTEGER(count_of(&o, &TEST_GIVEN, o.chef), 10);
	office_close(&o);
}

static void by_the_head(struct database *database)
{
	const struct actor system = actor_system("essai");
	struct office o = {.writer = NULL};
	struct message refusal = {.id = NULL};
	struct actor chef;
	int64_t count = 0;

	REQUIRE(office_open(&o, database) == STATUS_OK);
	CHECK(setting_change(o.writer, &system, &inspections_settings[INSPECTIONS_ASSIGNMENT], TEXT("head")) == STATUS_OK);
	CHECK(visits_assign(o.writer, clock_today(), o.arena, &count) == STATUS_OK && count == 0);
	CHECK(user_actor(writer_reader(o.writer), o.chef, o.arena, &chef) == STATUS_OK);
	CHECK_INTEGER(visit_assign_to(o.writer, &chef, 9001, o.awa, o.arena, &refusal), STATUS_OK);
	CHECK_INTEGER(visit_assign_to(o.writer, &chef, 9001, o.binta, o.arena, &refusal), STATUS_OK);
	CHECK_INTEGER(count_of(&o, &TEST_GIVEN, o.awa), 0);
	CHECK_INTEGER(count_of(&o, &TEST_GIVEN, o.binta), 1);
	CHECK(visit_assign_to(o.writer, &chef, 9002, 999, o.arena, &refusal) == STATUS_INVALID && refusal.id);
	office_close(&o);
}

static struct visit_field *type(struct office *o, const char *name, const char *value)
{
	struct visit_field *field = ARENA_NEW(o->arena, struct visit_field);

	if (field)
		*field = (struct visit_field){.name = text_of(name), .value = text_of(value)};
	return field;
}

/* One field typed by a person who began from `base`. */
static enum status typed(struct office *o, int64_t who, struct visit *visit, int64_t base, struct visit_field *field,
	size_t *ret_conflicts)
{
	const struct actor actor = {.user_id = who, .name = TEXT("x")};

	return visit_fields_merge(o->writer, &actor, visit, &(struct visit_typing){base, field, 1}, o->arena, ret_conflicts);
}

static void merge(struct database *database)
{
	struct office o = {.writer = NULL};
	struct message refusal = {.id = NULL};
	struct visit_field *field, *now;
	struct actor awa;
	struct visit visit;
	size_t conflicts = 9, count;
	int64_t given = 0, base, first;

	REQUIRE(office_open(&o, database) == STATUS_OK);
	REQUIRE(visits_assign(o.writer, clock_today(), o.arena, &given) == STATUS_OK);
	REQUIRE(visit_find_open(writer_reader(o.writer), 9001, o.arena, &visit) == STATUS_OK);
	REQUIRE(user_actor(writer_reader(o.writer), visit.inspector_id, o.arena, &awa) == STATUS_OK);
	REQUIRE(visit_move_to(o.writer, &visit, "start", &awa,
			&(struct visit_move){.started_at = clock_now(), .consignment_version = 1}, &refusal) == STATUS_OK);
	REQUIRE(visit_find(writer_reader(o.writer), visit.id, o.arena, &visit) == STATUS_OK);
	first = base = visit.row_version;
	CHECK(typed(&o, o.awa, &visit, base, type(&o, "constat", "un"), &conflicts) == STATUS_OK && conflicts == 0);
	CHECK_INTEGER(visit.row_version, base + 1);
	/* Another field from the same old page is no conflict; the same value again changes nothing. */
	CHECK(typed(&o, o.binta, &visit, base, type(&o, "suite", "sample"), &conflicts) == STATUS_OK && conflicts == 0);
	CHECK(typed(&o, o.binta, &visit, base, type(&o, "constat", "un"), &conflicts) == STATUS_OK && conflicts == 0);
	CHECK_INTEGER(visit.row_version, base + 2);
	/* Sent from the old page without having been touched: what the other wrote stays. */
	CHECK(typed(&o, o.binta, &visit, base, type(&o, "constat", ""), &conflicts) == STATUS_OK && conflicts == 0);
	/* Both changed it. */
	field = type(&o, "constat", "deux");
	CHECK(typed(&o, o.binta, &visit, base, field, &conflicts) == STATUS_OK && conflicts == 1 && field->is_conflict);
	CHECK_TEXT(field->theirs, "un");
	CHECK_TEXT(field->by, "awa");
	/* Having seen it, the person may insist. */
	CHECK(typed(&o, o.binta, &visit, visit.row_version, type(&o, "constat", "deux"), &conflicts) == STATUS_OK &&
		conflicts == 0);
	CHECK_INTEGER(typed(&o, o.binta, &visit, visit.row_version + 1, type(&o, "constat", "x"), &conflicts), STATUS_INVALID);
	CHECK(visit_fields_read(writer_reader(o.writer), visit.id, INT64_MAX, o.arena, &now, &count) == STATUS_OK && count == 2);
	CHECK_TEXT(visit_field_value(now, count, "constat"), "deux");
	CHECK(visit_fields_read(writer_reader(o.writer), visit.id, first + 1, o.arena, &now, &count) == STATUS_OK && count == 1);
	CHECK_TEXT(visit_field_value(now, count, "constat"), "un");
	office_close(&o);
}

static void goes_with_the_control(struct database *database)
{
	struct office o = {.writer = NULL};
	struct message refusal = {.id = NULL};
	const struct actor system = actor_system("essai");
	struct consignment_move input = {.lane = LANE_BLUE, .reason = TEXT("pesée faite")};
	struct visit visit;
	int64_t given = 0, count = 0;

	wiring_start();
	REQUIRE(office_open(&o, database) == STATUS_OK);
	REQUIRE(visits_assign(o.writer, clock_today(), o.arena, &given) == STATUS_OK);
	REQUIRE(visit_find_open(writer_reader(o.writer), 9001, o.arena, &visit) == STATUS_OK);
	CHECK_INTEGER(workflow_move_to(o.writer, &consignment_workflow, "rerouted_to_free",
			      &(struct workflow_move){.actor = &system, .id = 9001, .version = 1, .input = &input}, &refusal),
		STATUS_OK);
	CHECK(store_integer(writer_reader(o.writer), &TEST_STATE, PARAMS(V_INT(visit.id), value_string("withdrawn")),
		      &count) == STATUS_OK && count == 1);
	office_close(&o);
	event_subscribe(NULL);
}

STATEMENT(TEST_INSPECTION,
	"insert into inspections (consignment_id, result, currency, note, inspector_id, recorded_at) "
	"values ($1, 'conform', 'XOF', '', $2, 0) returning id");
STATEMENT(TEST_MINUTES, "select minutes from control_times where consignment_id = $1");

/* Started and closed as their officer does, `seconds` apart. */
static enum status visit_whole(struct office *o, const struct actor *officer, int64_t consignment, int64_t seconds)
{
	int64_t now = clock_now();
	struct visit_move input = {.started_at = now - seconds * MICROSECONDS, .ended_at = now, .consignment_version = 1};
	struct message refusal = {.id = NULL};
	struct visit visit;

	TRY(visit_find_open(writer_reader(o->writer), consignment, o->arena, &visit));
	TRY(visit_move_to(o->writer, &visit, "start", officer, &input, &refusal));
	TRY(store_returning(o->writer, &TEST_INSPECTION, PARAMS(V_INT(consignment), V_INT(officer->user_id)),
		&input.inspection_id));
	TRY(visit_find(writer_reader(o->writer), visit.id, o->arena, &visit));
	return visit_move_to(o->writer, &visit, "close", officer, &input, &refusal);
}

static void is_timed(struct database *database)
{
	const struct actor system = actor_system("essai");
	struct office o = {.writer = NULL};
	struct message refusal = {.id = NULL};
	struct actor chef, awa;

	REQUIRE(office_open(&o, database) == STATUS_OK);
	CHECK(setting_change(o.writer, &system, &inspections_settings[INSPECTIONS_ASSIGNMENT], TEXT("head")) == STATUS_OK);
	CHECK(user_actor(writer_reader(o.writer), o.chef, o.arena, &chef) == STATUS_OK);
	CHECK(user_actor(writer_reader(o.writer), o.awa, o.arena, &awa) == STATUS_OK);
	REQUIRE(visit_assign_to(o.writer, &chef, 9001, o.awa, o.arena, &refusal) == STATUS_OK);
	CHECK_INTEGER(visit_whole(&o, &awa, 9001, 90 * 60), STATUS_OK);
	CHECK_INTEGER(count_of(&o, &TEST_MINUTES, 9001), 90);
	/* Left open over a week: two days at most are believed. */
	REQUIRE(visit_assign_to(o.writer, &chef, 9002, o.awa, o.arena, &refusal) == STATUS_OK);
	CHECK_INTEGER(visit_whole(&o, &awa, 9002, 7 * 86400), STATUS_OK);
	CHECK_INTEGER(count_of(&o, &TEST_MINUTES, 9002), 2880);
	office_close(&o);
}

TEST(visits_are_timed_for_the_life_of_profiles) { test_each_database(NULL, is_timed); }
TEST(visits_go_round_by_load_and_red_first) { test_each_database(NULL, rotation); }
TEST(visits_pass_by_the_absent) { test_each_database(NULL, absence); }
TEST(visits_are_given_by_the_head) { test_each_database(NULL, by_the_head); }
TEST(visits_merge_what_two_people_type) { test_each_database(NULL, merge); }
TEST(visits_end_with_the_control) { test_each_database(NULL, goes_with_the_control); }
