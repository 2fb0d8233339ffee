/* From a file to a decision, a result and its proof, on both databases. */
#include "app/wiring.h"
#include "base/memory.h"
#include "domain/journal.h"
#include "domain/test_domain.h"
#include "domain/unit.h"
#include "modules/inspections/inspections.h"
#include "modules/risk/risk_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

STATEMENT(TEST_COUNT, "select count(*) from consignments");
STATEMENT(TEST_VERSIONS, "select count(*) from consignment_versions");
STATEMENT(TEST_DECISIONS, "select count(*) from decisions");
STATEMENT(TEST_ORPHANS,
	"select count(*) from consignments c where not exists (select 1 from decisions d where d.id = c.decision_id "
	"and d.consignment_id = c.id) or not exists (select 1 from consignment_versions v where "
	"v.id = c.id * 65536 + c.version)");
STATEMENT(TEST_FIRST, "select min(id) from consignments");

static int64_t count_of(struct database *database, const struct statement *statement)
{
	AUTO(reader_release) struct reader *reader = NULL;
	int64_t count = -1;

	if (reader_begin(database, &reader) != STATUS_OK ||
	    store_integer(reader, statement, NO_PARAMS, &count) != STATUS_OK)
		return -1;
	return count;
}

/* An extract of `rows` declarations; `price` changes the price of the first. */
static void write_extract(const char *path, int rows, int price)
{
	FILE *file = fopen(path, "w");

	if (!file)
		return;
	fprintf(file, "reference,office,date,importer,hs,origin,net_mass,price\n");
	for (int i = 0; i < rows; i++)
		fprintf(file, "R%05d,VG101,2026-01-%02d,IMP%d,870323,%s,%d,%d\n", i, 1 + i / 50 % 28, i % 7,
			i % 3 ? "FR" : "CN", 100 + i, i ? 1000 + i : price);
	fclose(file);
}


/* The same references come again, after all of them and with another price: what the first lines say is stored by
 * one thread while the other reads on, and the later lines amend it. */
static void write_repeating_extract(const char *path, int rows, int times)
{
	FILE *file = fopen(path, "w");

	if (!file)
		return;
	fprintf(file, "reference,office,date,importer,hs,origin,net_mass,price\n");
	for (int i = 0; i < rows * times; i++)
		fprintf(file, "R%05d,VG101,2026-01-%02d,IMP%d,870323,CN,%d,%d\n", i % rows, 1 + i % rows / 50 % 28, i % 7,
			100 + i % rows, 1000 + i / rows);
	fclose(file);
}

static const char mapping_file[] =
	"separator ,\ndates iso\nset flow = I\n"
	"column \"reference\" = reference\ncolumn \"office\" = office\ncolumn \"date\" = registered_on\n"
	"column \"importer\" = consignee.code\ncolumn \"hs\" = item.hs\ncolumn \"origin\" = item.origin\n"
	"column \"net_mass\" = item.net_mass unit kg\ncolumn \"price\" = item.price\n";

static enum status import_path(struct database *database, struct decider *decider, const char *path,
	struct import_row *row, struct arena *arena)
{
	const struct actor actor = actor_system("test");
	struct intake intake = {.database = database, .decider = decider, .actor = &actor};
	struct refusal refusal = {0};
	struct mapping *mapping;

	TRY(mapping_read(arena, text_of(mapping_file), &mapping, &refusal));
	intake.mapping = mapping;
	return intake_file(&intake, path, TEXT("extrait.csv"), arena, row);
}

struct scene {
	struct arena *arena;
	struct decider *decider;
	char path[64];
};

static bool scene_begin(struct scene *scene, struct database *database)
{
	int fd;

	snprintf(scene->path, sizeof scene->path, "/tmp/vigie-intake-XXXXXX");
	fd = mkstemp(scene->path);
	if (fd < 0)
		return false;
	close(fd);
	scene->arena = arena_new(256 << 20);
	scene->decider = NULL;
	return scene->arena && wiring_migrate(database) == STATUS_OK &&
		decider_new(database, &scene->decider) == STATUS_OK;
}

static void scene_end(struct scene *scene)
{
	decider_free(scene->decider);
	arena_free(scene->arena);
	unlink(scene->path);
}

static void take_twice_and_amend(struct database *database)
{
	struct scene scene;
	struct import_row row;

	REQUIRE(scene_begin(&scene, database));
	write_extract(scene.path, 1200, 500);
	REQUIRE(import_path(database, scene.decider, scene.path, &row, scene.arena) == STATUS_OK);
	CHECK_INTEGER(row.added_count, 1200);
	CHECK_INTEGER(count_of(database, &TEST_COUNT), 1200);
	REQUIRE(import_path(database, scene.decider, scene.path, &row, scene.arena) == STATUS_OK);
	CHECK_INTEGER(row.added_count, 0);
	CHECK_INTEGER(row.unchanged_count, 1200);
	CHECK_INTEGER(count_of(database, &TEST_VERSIONS), 1200);
	write_extract(scene.path, 1200, 600);
	REQUIRE(import_path(database, scene.decider, scene.path, &row, scene.arena) == STATUS_OK);
	CHECK_INTEGER(row.amended_count, 1);
	CHECK_INTEGER(count_of(database, &TEST_VERSIONS), 1201);
	CHECK_INTEGER(count_of(database, &TEST_DECISIONS), 1201);
	CHECK_INTEGER(count_of(database, &TEST_ORPHANS), 0);
	scene_end(&scene);
}

TEST(importing_is_idempotent_and_keeps_versions)
{
	test_each_database(NULL, take_twice_and_amend);
}

static void take_repeating(struct database *database)
{
	struct scene scene;
	struct import_row row;

	REQUIRE(scene_begin(&scene, database));
	write_repeating_extract(scene.path, 30, 5);
	REQUIRE(import_path(database, scene.decider, scene.path, &row, scene.arena) == STATUS_OK);
	CHECK_INTEGER(row.read_count, 150);
	CHECK_INTEGER(row.added_count, 30);
	CHECK_INTEGER(row.amended_count, 120);
	CHECK_INTEGER(count_of(database, &TEST_COUNT), 30);
	CHECK_INTEGER(count_of(database, &TEST_VERSIONS), 150);
	CHECK_INTEGER(count_of(database, &TEST_ORPHANS), 0);
	scene_end(&scene);
}

STATEMENT(TEST_DIFFERENCE, "select count(*) from decisions where reasons like '%MAN-01%'");

/* Bill and declaration that come right after each other, as an extract of both or a demonstration brings them. */
static void take_bill_then_declaration(struct database *database)
{
	const struct actor actor = actor_system("test");
	struct intake_session *session;
	struct import_row row = {.file_name = TEXT("les deux"), .digest = TEXT("both"), .format = TEXT("csv"),
		.started_at = clock_now()};
	struct consignment bill, declaration;
	struct item goods;
	struct intake intake = {.database = database, .actor = &actor};
	struct scene scene;

	REQUIRE(scene_begin(&scene, database));
	intake.decider = scene.decider;
	consignment_init(&bill, STAGE_MANIFEST);
	bill.reference = TEXT("BL-17");
	bill.office = TEXT("VG101");
	bill.packages = 100 * NUMBER_ONE;
	bill.gross_mass = 8000 * NUMBER_ONE;
	consignment_init(&declaration, STAGE_DECLARATION);
	declaration.reference = TEXT("2026 I 17");
	declaration.office = TEXT("VG101");
	declaration.registered_on = date_from(2026, 3, 1);
	declaration.packages = 60 * NUMBER_ONE;
	declaration.gross_mass = 5000 * NUMBER_ONE;
	item_init(&goods, 1);
	goods.transport_document = TEXT("BL-17");
	goods.hs = TEXT("870323");
	declaration.items = &goods;
	declaration.item_count = 1;
	REQUIRE(intake_begin(&intake, scene.arena, &row, &session) == STATUS_OK);
	CHECK(intake_take(session, &bill, NULL) == STATUS_OK);
	CHECK(intake_take(session, &declaration, NULL) == STATUS_OK);
	REQUIRE(intake_end(session) == STATUS_OK);
	CHECK_INTEGER(count_of(database, &TEST_COUNT), 2);
	CHECK_INTEGER(count_of(database, &TEST_DIFFERENCE), 1);
	scene_end(&scene);
}

TEST(a_bill_is_stored_before_its_declaration_is_decided)
{
	test_each_database(NULL, take_bill_then_declaration);
}

TEST(batches_are_stored_in_order_while_the_next_is_read)
{
	test_each_database(NULL, take_repeating);
}

/* A call fails while the other thread stores: what was stored before stays, and the import is taken up there. */
static void fail_while_storing(struct database *database)
{
	struct scene scene;
	struct import_row row;

	REQUIRE(scene_begin(&scene, database));
	write_repeating_extract(scene.path, 10, 4);
	for (long n = 1; n < 90; n += 3) {
		enum status status;

		store_fail_at(n);
		status = import_path(database, scene.decider, scene.path, &row, scene.arena);
		store_fail_at(0);
		CHECK(status == STATUS_OK || status == STATUS_UNAVAILABLE);
		CHECK_INTEGER(count_of(database, &TEST_ORPHANS), 0);
		CHECK_INTEGER(count_of(database, &TEST_VERSIONS), count_of(database, &TEST_DECISIONS));
		if (status == STATUS_OK)
			break;
	}
	for (long n = 1; n < 4000; n += 1 + n / 10) {
		enum status status;

		memory_fail_at(n);
		status = import_path(database, scene.decider, scene.path, &row, scene.arena);
		memory_fail_at(0);
		if (status == STATUS_OK)
			CHECK_INTEGER(count_of(database, &TEST_COUNT), 10);
		CHECK_INTEGER(count_of(database, &TEST_ORPHANS), 0);
	}
	REQUIRE(import_path(database, scene.decider, scene.path, &row, scene.arena) == STATUS_OK);
	CHECK_INTEGER(count_of(database, &TEST_COUNT), 10);
	CHECK_INTEGER(count_of(database, &TEST_ORPHANS), 0);
	scene_end(&scene);
}

TEST(a_failure_of_the_storing_thread_stops_the_import_whole)
{
	test_each_database(NULL, fail_while_storing);
}

static void decide_again(struct database *database)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct scene scene;
	struct import_row row;
	int64_t last;

	REQUIRE(scene_begin(&scene, database));
	write_extract(scene.path, 700, 500);
	REQUIRE(import_path(database, scene.decider, scene.path, &row, scene.arena) == STATUS_OK);
	last = count_of(database, &TEST_DECISIONS);
	CHECK_INTEGER(last, 700);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	for (int64_t id = 1; id <= last; id += 37) {
		struct decision_again again = {0};

		REQUIRE(decision_again(reader, id, scene.arena, &again) == STATUS_OK);
		CHECK(again.same);
	}
	scene_end(&scene);
}

TEST(every_decision_can_be_computed_again_to_the_bit)
{
	test_each_database(NULL, decide_again);
}

static enum status record(struct database *database, const struct actor *actor, int64_t id, const char *result,
	int64_t row_version, struct arena *arena)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	int64_t inspection_id;

	TRY(writer_begin(database, &writer));
	TRY(inspection_record(writer, actor,
		&(struct inspection){.consignment_id = id, .result = text_of(result), .recovered = 1250000 * NUMBER_ONE,
			.currency = TEXT("XOF"), .note = TEXT("pesée"), .row_version = row_version},
		arena, &inspection_id));
	return writer_commit(&writer);
}

static void record_results(struct database *database)
{
	struct grant grants[] = {{INSPECTIONS_RECORD, TEXT("/")}, {CONSIGNMENTS_READ, TEXT("/")}};
	struct actor inspector = {.user_id = 7, .name = TEXT("Inspecteur"), .grants = grants, .grant_count = 2};
	struct grant elsewhere[] = {{INSPECTIONS_RECORD, TEXT("/999/")}};
	struct actor stranger = {.user_id = 8, .name = TEXT("Ailleurs"), .grants = elsewhere, .grant_count = 1};
	const struct actor head = actor_system("chef");
	AUTO(reader_release) struct reader *reader = NULL;
	struct journal_proof proof;
	struct import_row row;
	struct scene scene;
	int64_t id;

	REQUIRE(scene_begin(&scene, database));
	write_extract(scene.path, 10, 500);
	REQUIRE(import_path(database, scene.decider, scene.path, &row, scene.arena) == STATUS_OK);
	id = count_of(database, &TEST_FIRST);
	CHECK_INTEGER(record(database, &stranger, id, "value", 1, scene.arena), STATUS_NOT_FOUND);
	CHECK_INTEGER(record(database, &inspector, id, "nonsense", 1, scene.arena), STATUS_INVALID);
	CHECK_INTEGER(record(database, &inspector, id, "value", 2, scene.arena), STATUS_CONFLICT);
	CHECK_INTEGER(record(database, &inspector, id, "value", 1, scene.arena), STATUS_OK);
	CHECK_INTEGER(record(database, &inspector, id, "conform", 2, scene.arena), STATUS_FORBIDDEN);
	CHECK_INTEGER(record(database, &head, id, "conform", 2, scene.arena), STATUS_OK);
	REQUIRE(test_seal(database) > 0);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(journal_verify(reader, &proof) == STATUS_OK);
	CHECK(proof.intact);
	CHECK(proof.rows_checked > 0);
	scene_end(&scene);
}

TEST(results_are_recorded_once_corrected_with_the_right_and_sealed)
{
	test_each_database(NULL, record_results);
}

/* The n-th call to the database fails: the import says so, nothing is half-done, and the next try ends it. */
static void fail_each_call(struct database *database)
{
	struct scene scene;
	struct import_row row;

	REQUIRE(scene_begin(&scene, database));
	write_extract(scene.path, 60, 500);
	for (long n = 1; n < 60; n += 1) {
		enum status status;

		store_fail_at(n);
		status = import_path(database, scene.decider, scene.path, &row, scene.arena);
		store_fail_at(0);
		CHECK(status == STATUS_OK || status == STATUS_UNAVAILABLE);
		CHECK_INTEGER(count_of(database, &TEST_ORPHANS), 0);
		if (status == STATUS_OK)
			break;
	}
	REQUIRE(import_path(database, scene.decider, scene.path, &row, scene.arena) == STATUS_OK);
	CHECK_INTEGER(count_of(database, &TEST_COUNT), 60);
	CHECK_INTEGER(count_of(database, &TEST_ORPHANS), 0);
	scene_end(&scene);
}

TEST(a_failing_database_leaves_no_half_import)
{
	test_each_database(NULL, fail_each_call);
}

/* Without memory the import says so; what it had taken stays whole. */
static void fail_each_allocation(struct database *database)
{
	struct scene scene;
	struct import_row row;

	REQUIRE(scene_begin(&scene, database));
	write_extract(scene.path, 40, 500);
	for (long n = 1; n < 4000; n += 1 + n / 20) {
		enum status status;

		memory_fail_at(n);
		status = import_path(database, scene.decider, scene.path, &row, scene.arena);
		memory_fail_at(0);
		if (status != STATUS_OK && status != STATUS_NO_MEMORY && status != STATUS_UNAVAILABLE &&
			status != STATUS_INVALID)
			test_failed(__FILE__, __LINE__, "allocation %ld: %s", n, status_name(status));
	}
	REQUIRE(import_path(database, scene.decider, scene.path, &row, scene.arena) == STATUS_OK);
	CHECK_INTEGER(count_of(database, &TEST_COUNT), 40);
	CHECK_INTEGER(count_of(database, &TEST_ORPHANS), 0);
	scene_end(&scene);
}

TEST(failing_allocations_leave_no_half_import)
{
	test_each_database(NULL, fail_each_allocation);
}

STATEMENT(TEST_AGE, "update consignments set received_at = 0, lane = 2, state = 'to_control' where id % 2 = 0");
STATEMENT(TEST_AGE_FREE, "update consignments set received_at = 0, lane = 0, state = 'free' where id % 2 = 1");
STATEMENT(TEST_BLUE, "select count(*) from consignments where lane = 1 and state = 'free'");
STATEMENT(TEST_THIRD_GATE, "select count(*) from decisions where gate = 2");

/* Yellow that waited too long becomes blue; what was released passes the third gate, once. */
static void time_passes(struct database *database)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("test");
	struct selection_row rates = {.office = TEXT(""), .regime = TEXT(""), .selection = risk_default_selection(),
		.yellow_to_blue_days = 3};
	struct import_row row;
	struct scene scene;
	int64_t id, count;

	REQUIRE(scene_begin(&scene, database));
	write_extract(scene.path, 100, 500);
	REQUIRE(import_path(database, scene.decider, scene.path, &row, scene.arena) == STATUS_OK);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(store_execute(writer, &TEST_AGE, NO_PARAMS, NULL) == STATUS_OK);
	CHECK(store_execute(writer, &TEST_AGE_FREE, NO_PARAMS, NULL) == STATUS_OK);
	CHECK(lanes_age(writer, clock_now(), scene.arena, &count) == STATUS_OK);
	CHECK_INTEGER(count, 0);
	CHECK(selection_add(writer, &actor, &rates, &id) == STATUS_OK);
	CHECK(setting_change(writer, &actor, &risk_settings[RISK_AFTER_RELEASE_DAYS], TEXT("2")) == STATUS_OK);
	CHECK(lanes_age(writer, clock_now(), scene.arena, &count) == STATUS_OK);
	CHECK_INTEGER(count, 50);
	CHECK(released_look_again(scene.decider, writer, 500, scene.arena, &count) == STATUS_OK);
	CHECK(released_look_again(scene.decider, writer, 500, scene.arena, &count) == STATUS_OK);
	CHECK_INTEGER(count, 0);
	REQUIRE(writer_commit(&writer) == STATUS_OK);
	CHECK_INTEGER(count_of(database, &TEST_THIRD_GATE), 100);
	CHECK(count_of(database, &TEST_BLUE) > 0);
	scene_end(&scene);
}

TEST(time_turns_yellow_to_blue_and_opens_the_third_gate)
{
	test_each_database(NULL, time_passes);
}

STATEMENT(TEST_HELD, "select count(*) from consignments where state = 'held'");
STATEMENT(TEST_GREEN_FREE, "select count(*) from consignments where lane = 0 and state = 'free'");

/* A green is held for the delay of its selection row, then free; a delay taken away frees at once. */
static void greens_are_held(struct database *database)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("test");
	struct selection_row rates = {.office = TEXT(""), .regime = TEXT(""), .selection = risk_default_selection(),
		.green_delay_minutes = 30};
	struct import_row row;
	struct scene scene;
	int64_t id, count, held, now = clock_now();

	REQUIRE(scene_begin(&scene, database));
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(selection_add(writer, &actor, &rates, &id) == STATUS_OK);
	REQUIRE(writer_commit(&writer) == STATUS_OK);
	write_extract(scene.path, 100, 500);
	REQUIRE(import_path(database, scene.decider, scene.path, &row, scene.arena) == STATUS_OK);
	held = count_of(database, &TEST_HELD);
	CHECK(held > 0);
	CHECK_INTEGER(count_of(database, &TEST_GREEN_FREE), 0);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(lanes_age(writer, now + 10 * 60 * MICROSECONDS, scene.arena, &count) == STATUS_OK);
	CHECK_INTEGER(count, 0);
	CHECK(lanes_age(writer, now + 40 * 60 * MICROSECONDS, scene.arena, &count) == STATUS_OK);
	CHECK_INTEGER(count, held);
	REQUIRE(writer_commit(&writer) == STATUS_OK);
	CHECK_INTEGER(count_of(database, &TEST_GREEN_FREE), held);
	scene_end(&scene);
}

TEST(greens_are_held_for_their_delay)
{
	test_each_database(NULL, greens_are_held);
}
