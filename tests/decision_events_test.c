/* Programs hear of decisions when they ask for them by name, of their units alone, and of alerts of the watch. */
#include "app/people.h"
#include "app/wiring.h"
#include "base/test.h"
#include "domain/program.h"
#include "domain/unit.h"
#include "domain/user.h"
#include "domain/webhook.h"
#include "modules/rehearsal/watch.h"
#include "store/test_database.h"

STATEMENT(HEARD, "select count(*) from webhook_deliveries d join webhooks w on w.id = d.webhook_id where w.events = $1 and "
	"d.event = $2");
STATEMENT(REDS_OF_OFFICE,
	"select count(*) from decisions d join consignments c on c.id = d.consignment_id where d.lane = 3 and c.unit_path like "
	"$1 || '%'");
STATEMENT(ALERTS_OF_OFFICE, "select count(*) from watch_alerts where unit_path like $1 || '%'");
STATEMENT(SILENT_PROFILE, "update consignments set regime = 'IM7' where stage = 1 and day >= $1");

static int64_t heard(struct database *database, const char *events, const char *event)
{
	AUTO(reader_release) struct reader *reader = NULL;
	int64_t count = -1;

	if (reader_begin(database, &reader) != STATUS_OK ||
		store_integer(reader, &HEARD, PARAMS(value_string(events), value_string(event)), &count) != STATUS_OK)
		return -1;
	return count;
}

/* A program of the unit with one webhook. */
static enum status listen_to(struct writer *writer, const char *login, const struct unit *unit, const char *events)
{
	const struct actor actor = actor_system("test");
	unsigned char secret[WEBHOOK_SECRET_SIZE];
	int64_t user, id;

	TRY(program_create(writer, &actor,
		&(struct program){.login = text_of(login), .name = text_of(login), .per_minute = 10}, &user));
	TRY(user_grant(writer, &actor, user, "analyst", unit->id));
	return webhook_add(writer, &actor,
		&(struct webhook){.user_id = user, .events = text_of(events), .url = TEXT("https://partner.example/hook")}, secret,
		&id);
}

static enum status prepare(struct database *database, struct arena *arena, struct unit *ret_office)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("test");
	struct unit root;
	int64_t id;

	/* Before any traffic: units as the demonstration makes them. */
	TRY(demo_store(database, 5, 20, 1, NULL, NULL));
	TRY(writer_begin(database, &writer));
	TRY(root_unit(writer, &actor, arena, "Essai", &id));
	TRY(unit_find(writer_reader(writer), id, arena, &root));
	TRY(unit_find_code(writer_reader(writer), TEXT("VG101"), arena, ret_office));
	TRY(listen_to(writer, "whole", &root, "decision.*"));
	TRY(listen_to(writer, "office", ret_office, "decision.red watch.alert"));
	TRY(listen_to(writer, "all", &root, "*"));
	return writer_commit(&writer);
}

static enum status shift(struct database *database)
{
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &SILENT_PROFILE, PARAMS(V_INT(clock_today() - WATCH_RECENT)), NULL));
	return writer_commit(&writer);
}

static int64_t count_below(struct database *database, const struct statement *statement, struct text path)
{
	AUTO(reader_release) struct reader *reader = NULL;
	int64_t count = -1;

	if (reader_begin(database, &reader) != STATUS_OK ||
		store_integer(reader, statement, PARAMS(value_text(path)), &count) != STATUS_OK)
		return -1;
	return count;
}

static void hear(const char *url)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(256 << 20);
	int64_t before, alerts, reds;
	struct unit office;

	REQUIRE(arena && database_open(url, &(struct database_options){.create = true}, &database) == STATUS_OK);
	wiring_start();
	REQUIRE(wiring_migrate(database) == STATUS_OK);
	REQUIRE(prepare(database, arena, &office) == STATUS_OK);
	before = count_below(database, &REDS_OF_OFFICE, office.path);
	reds = count_below(database, &REDS_OF_OFFICE, TEXT("/"));
	REQUIRE(demo_store(database, 6, 900, 1, NULL, NULL) == STATUS_OK);
	CHECK(count_below(database, &REDS_OF_OFFICE, office.path) > before);
	CHECK_INTEGER(heard(database, "decision.red watch.alert", "decision.red"),
		count_below(database, &REDS_OF_OFFICE, office.path) - before);
	CHECK_INTEGER(heard(database, "decision.*", "decision.red"),
		count_below(database, &REDS_OF_OFFICE, TEXT("/")) - reds);
	CHECK(heard(database, "decision.*", "decision.green") > 0);
	CHECK_INTEGER(heard(database, "*", "decision.red"), 0);
	CHECK(heard(database, "*", "consignment.imported") > 0);
	REQUIRE(shift(database) == STATUS_OK);
	REQUIRE(watch_run(database, clock_today(), arena, &alerts) == STATUS_OK);
	CHECK(alerts > 0);
	CHECK_INTEGER(heard(database, "*", "watch.alert"), alerts);
	CHECK_INTEGER(heard(database, "decision.red watch.alert", "watch.alert"),
		count_below(database, &ALERTS_OF_OFFICE, office.path));
}

TEST(programs_hear_of_decisions_by_name_and_of_alerts)
{
	test_each_url(hear);
}
