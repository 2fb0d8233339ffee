/* Live against replay: what came today, decided as it came with names, reference prices, suppressions, bills of lading,
 * draw and top-up, is decided again by a replay to the bit, whatever was changed since. */
#include "app/people.h"
#include "app/wiring.h"
#include "base/test.h"
#include "demo/demo.h"
#include "formats/listed.h"
#include "modules/prices/prices.h"
#include "modules/rehearsal/rehearsal.h"
#include "modules/risk/profiles.h"
#include "modules/risk/suppression.h"
#include "modules/screening/screening.h"
#include "store/test_database.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

STATEMENT(PARTIES, "select consignee_name, consignee_code from consignments where stage = 1 and "
	"length(consignee_name) > 12 group by consignee_name, consignee_code order by count(*) desc, consignee_code limit 12");
STATEMENT(FORGET_COUNTS, "delete from selection_counts");
STATEMENT(OLDER, "select coalesce(max(id), 0) from consignments");
STATEMENT(DECIDED,
	"select d.consignment_id, d.lane, d.score, coalesce(d.reasons, s.reasons), d.gate from consignments c "
	"join decisions d on d.id = c.decision_id left join decisions s on s.id = d.reasons_of where c.id > $1 order by c.id");
STATEMENT(END_SUPPRESSIONS, "select id, row_version from risk_suppressions order by id");

enum { SEEN = 12000, NEW = 260 };

static const char own_profiles[] =
	"\nprofile NOM-09: Nom sur une liste\nlegal basis: x\nlane: yellow\nwhen: screening.score >= 85%\nend\n"
	"\nprofile PRI-09: Prix sous le premier décile\nlegal basis: x\nlane: yellow\nshare: 40%\n"
	"when: item.price_to_low < 100%\nend\n"
	"\nprofile TIT-09: Titre lourd\nlegal basis: x\ngates: manifest\nlane: yellow\nwhen: gross_mass > 20000 kg\nend\n"
	"\nprofile OPE-09: Opérateur suivi\nlegal basis: x\nlane: red\nshare: 50%\nwhen: item.number >= 1\nend\n";

struct seen {
	pthread_mutex_t lock;
	bool there[SEEN];
	unsigned char digests[SEEN][DIGEST_SIZE];
	int64_t count, too_many;
};

/* All that a decision says. */
static void digest_decision(int64_t lane, double score, struct text reasons, unsigned char ret_digest[DIGEST_SIZE])
{
	AUTO(buffer_release) struct buffer all = {0};

	buffer_init(&all, 8 << 20);
	buffer_format(&all, "%lld %a ", (long long)lane, score);
	buffer_append(&all, reasons);
	digest_quick(buffer_text(&all), ret_digest);
}

static void note(void *context, int64_t id, const struct decision *decisions)
{
	AUTO(buffer_release) struct buffer reasons = {0};
	struct seen *seen = context;
	struct json_writer json;

	buffer_init(&reasons, 8 << 20);
	put_begin(&json, &reasons);
	reasons_json(&json, &decisions[0]);
	pthread_mutex_lock(&seen->lock);
	if (id > 0 && id < SEEN) {
		seen->there[id] = true;
		digest_decision(decisions[0].lane, decisions[0].score, buffer_text(&reasons), seen->digests[id]);
	} else {
		seen->too_many++;
	}
	seen->count++;
	pthread_mutex_unlock(&seen->lock);
}

/* ---- what stands beside */

static enum status take_list(struct database *database, struct arena *arena, bool other)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(buffer_release) struct buffer csv = {0};
	struct listed_list list;
	struct refusal refusal;
	struct screening_difference difference;
	const struct actor actor = actor_system("test");
	struct screening_taking taking = {.code = TEXT("NAT"), .source = TEXT("liste.csv"), .list = &list,
		.accept_doubtful = true};

	buffer_init(&csv, 1 << 20);
	buffer_string(&csv, "name;identifier;kind\n");
	TRY(reader_begin(database, &reader));
	TRY(store_query(reader, &PARTIES, NO_PARAMS, &rows));
	for (int i = 0; rows_next(rows) && i < 4; i++)
		buffer_format(&csv, "%.*s%s;%s%d;firm\n", TEXT_FORMAT(rows_text(rows, 0)), other ? " NOUVELLE" : "", "Z99", i);
	TRY(rows_status(rows));
	TRY(buffer_status(&csv));
	taking.bytes = buffer_text(&csv);
	TRY(listed_read(arena, taking.bytes, TEXT_NONE, &list, &refusal));
	TRY(writer_begin(database, &writer));
	TRY(screening_take(writer, &actor, &taking, arena, &difference));
	return writer_commit(&writer);
}

static enum status put_policy(struct writer *writer, const struct actor *actor, struct arena *arena)
{
	struct problem_list problems = {.arena = arena};
	struct policy *policy = NULL;
	struct policy_row row;
	enum status status;
	int64_t id;

	TRY(policy_row_active(writer_reader(writer), arena, &row));
	row.source = arena_format(arena, "%.*s%s", TEXT_FORMAT(row.source), own_profiles);
	status = policy_row_compile(&row, arena, &policy, &problems);
	for (size_t i = 0; i < problems.count; i++)
		printf("%.*s: %s\n", TEXT_FORMAT(problems.rows[i].place), problems.rows[i].message.id);
	TRY(status);
	status = policy_add(writer, actor, row.source, row.lists, policy, &id);
	policy_free(policy);
	TRY(status);
	return policy_activate(writer, actor, id);
}

/* The busiest operators: a profile is set aside for each. */
static enum status set_aside(struct writer *writer, const struct actor *actor)
{
	AUTO(rows_release) struct rows *rows = NULL;
	char codes[12][64];
	size_t count = 0;
	int64_t id;

	TRY(store_query(writer_reader(writer), &PARTIES, NO_PARAMS, &rows));
	for (; rows_next(rows) && count < 12; count++)
		snprintf(codes[count], sizeof codes[count], "%.*s", TEXT_FORMAT(rows_text(rows, 1)));
	TRY(rows_status(rows));
	rows_release(&rows);
	rows = NULL;
	for (size_t i = 0; i < count; i++)
		TRY(suppression_add(writer, actor,
			&(struct suppression){.profile = TEXT("OPE-09"), .operator = text_of(codes[i]),
				.until = clock_today() + 30, .reason = TEXT("suivi ailleurs"), .by = TEXT("test")},
			&id));
	return STATUS_OK;
}

static enum status prepare(struct database *database, struct arena *arena)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct actor actor = actor_system("test");
	struct model_quality quality;
	struct message problem = {0};
	int64_t count, model;

	actor.name = TEXT("Essai");
	TRY(demo_store(database, 7, 3500, 1, NULL, NULL));
	TRY(take_list(database, arena, false));
	TRY(prices_compute(database, clock_today(), arena, &count));
	TRY(risk_train(database, &actor, 1, arena, &model, &quality, &problem));
	TRY(writer_begin(database, &writer));
	TRY(risk_model_switch(writer, &actor, model, true));
	TRY(put_policy(writer, &actor, arena));
	TRY(set_aside(writer, &actor));
	TRY(store_execute(writer, &FORGET_COUNTS, NO_PARAMS, NULL));
	return writer_commit(&writer);
}

/* ---- what comes today */

struct newcomers {
	struct intake_session *session;
	struct arena *arena;
	int count;
	char prefix;
	bool ahead; /* bills come before their day */
};

static struct text prefixed(const struct newcomers *newcomers, struct text text)
{
	return text.size ? arena_format(newcomers->arena, "%c%.*s", newcomers->prefix, TEXT_FORMAT(text)) : text;
}

static int64_t month_last(int64_t day)
{
	int year, month, of_month;

	date_split(day, &year, &month, &of_month);
	return (month == 12 ? date_from(year + 1, 1, 1) : date_from(year, month + 1, 1)) - 1;
}

static enum status take_today(void *context, const struct demo_event *event)
{
	struct newcomers *newcomers = context;
	int64_t last = month_last(clock_today());
	struct consignment c;

	if (event->kind == DEMO_INSPECTION || newcomers->count == NEW)
		return STATUS_OK;
	newcomers->count++;
	TRY(consignment_copy(newcomers->arena, event->consignment, &c));
	c.reference = prefixed(newcomers, c.reference);
	c.manifest = prefixed(newcomers, c.manifest);
	c.outcome.known = false;
	for (size_t i = 0; i < c.item_count; i++) {
		c.items[i].transport_document = prefixed(newcomers, c.items[i].transport_document);
		c.items[i].previous_document = prefixed(newcomers, c.items[i].previous_document);
	}
	c.registered_on = event->kind == DEMO_BILL ? DATE_NONE : clock_today();
	c.arrives_on = clock_today() + (newcomers->ahead ? newcomers->count % 6 : 0);
	c.arrives_on = c.arrives_on > last ? last : c.arrives_on;
	return intake_take(newcomers->session, &c, NULL);
}

static enum status import_today(struct database *database, struct arena *arena, char prefix, bool ahead)
{
	AUTO(decider_release) struct decider *decider = NULL;
	const struct actor actor = actor_system("test");
	const struct demo_options options = {7, 3500, clock_today() - 365, 1};
	struct newcomers newcomers = {.arena = arena, .prefix = prefix, .ahead = ahead};
	struct import_row row = {.format = TEXT("demo"), .file_name = TEXT("today"),
		.digest = arena_format(arena, "today %c", prefix)};
	struct intake intake = {.database = database, .actor = &actor};
	enum status status, end;

	TRY(decider_new(database, &decider));
	intake.decider = decider;
	TRY(intake_begin(&intake, arena, &row, &newcomers.session));
	status = demo_generate(&options, take_today, &newcomers);
	end = intake_end(newcomers.session);
	return status == STATUS_OK ? end : status;
}

/* ---- the comparison */

static enum status replay(struct database *database, struct arena *arena, struct seen *seen, struct replay *ret_replay)
{
	struct replay_request request = {.from = clock_today(), .to = clock_today() + 10, .side_count = 1, .threads = 2,
		.each = note, .context = seen};
	struct problem_list problems = {.arena = arena};
	const struct rehearsal_choice choice = {.model_id = REHEARSAL_MODEL_ON};
	struct rehearsal_side side;
	struct reader *reader = NULL;
	enum status status;

	*seen = (struct seen){.lock = PTHREAD_MUTEX_INITIALIZER};
	TRY(reader_begin(database, &reader));
	status = rehearsal_side_load(reader, &choice, arena, &side, &problems);
	reader_end(reader);
	TRY(status);
	request.sides[0] = (struct replay_side){side.policy, side.model, side.selections, side.selection_count};
	status = replay_run(database, &request, arena, ret_replay);
	if (status == STATUS_OK)
		rehearsal_free(ret_replay->rehearsal);
	rehearsal_side_release(&side);
	return status;
}

/* What the decisions say that was beside. */
struct found {
	int compared, bills, names, prices, aside, chance, scored, checked_bill;
};

static void compare(struct database *database, struct arena *arena, int64_t after, struct found *found)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;
	static struct seen seen;
	struct replay result;

	*found = (struct found){0};
	REQUIRE(replay(database, arena, &seen, &result) == STATUS_OK);
	CHECK_INTEGER(seen.too_many, 0);
	CHECK_INTEGER(result.brought_later, 0);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(store_query(reader, &DECIDED, PARAMS(V_INT(after)), &rows) == STATUS_OK);
	for (; rows_next(rows); found->compared++) {
		int64_t id = rows_integer(rows, 0);
		struct text reasons = rows_text(rows, 3);
		unsigned char digest[DIGEST_SIZE];

		REQUIRE(id > 0 && id < SEEN);
		CHECK(seen.there[id]);
		digest_decision(rows_integer(rows, 1), rows_is_null(rows, 2) ? (double)NAN : rows_real(rows, 2), reasons,
			digest);
		CHECK(memcmp(digest, seen.digests[id], DIGEST_SIZE) == 0);
		found->bills += rows_integer(rows, 4) == GATE_MANIFEST;
		found->checked_bill += text_find(reasons, TEXT("TIT-09")) < reasons.size;
		found->names += text_find(reasons, TEXT("NOM-09")) < reasons.size;
		found->prices += text_find(reasons, TEXT("PRI-09")) < reasons.size;
		found->aside += text_find(reasons, TEXT("\"aside\"")) < reasons.size;
		found->chance += reasons_are_chance(reasons);
		found->scored += !rows_is_null(rows, 2);
	}
	CHECK(rows_status(rows) == STATUS_OK);
	CHECK(found->bills > 50 && found->compared - found->bills > 50);
	CHECK(found->scored > 50);
	CHECK(found->checked_bill > 0);
}

static enum status change_all(struct database *database, struct arena *arena)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(rows_release) struct rows *rows = NULL;
	const struct actor actor = actor_system("test");
	int64_t ids[16], versions[16], count = 0, references;

	TRY(take_list(database, arena, true));
	TRY(prices_compute(database, clock_today(), arena, &references));
	TRY(writer_begin(database, &writer));
	TRY(store_query(writer_reader(writer), &END_SUPPRESSIONS, NO_PARAMS, &rows));
	for (; rows_next(rows) && count < 16; count++) {
		ids[count] = rows_integer(rows, 0);
		versions[count] = rows_integer(rows, 1);
	}
	TRY(rows_status(rows));
	rows_release(&rows);
	rows = NULL;
	for (int64_t i = 0; i < count; i++)
		TRY(suppression_end(writer, &actor, ids[i], versions[i]));
	return writer_commit(&writer);
}

/* A trial of the profile of names finds what was found as it came, though the list has other names by now. */
static void check_trial(struct database *database, struct arena *arena, int wanted)
{
	static const char source[] = "profile NOM-08: Nom sur une liste\nlegal basis: x\nlane: yellow\n"
				     "when: screening.score >= 85%\nend\n";
	AUTO(decider_release) struct decider *decider = NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	struct problem_list problems = {.arena = arena};
	const struct policy_row row = {0, text_of(source), TEXT("{}")};
	const struct profile_try_limits limits = {100000, 600 * MICROSECONDS};
	struct policy *policy = NULL;
	struct profile_try tried;

	REQUIRE(policy_row_compile(&row, arena, &policy, &problems) == STATUS_OK);
	CHECK(decider_new(database, &decider) == STATUS_OK && reader_begin(database, &reader) == STATUS_OK);
	CHECK(decider && profile_try_run(reader, decider, policy, TEXT("*"), &limits, arena, &tried) == STATUS_OK);
	CHECK_INTEGER(tried.windows[0].examined, tried.windows[0].stored);
	CHECK_INTEGER(tried.windows[0].hits, wanted);
	policy_free(policy);
}

/* Without top-up, so that the order of days is not that of their coming. */
static enum status fix_selection(struct database *database)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("test");
	struct selection_row row = {.office = TEXT(""), .regime = TEXT(""), .selection = risk_default_selection()};
	int64_t id;

	for (int lane = 0; lane < LANE_COUNT; lane++)
		row.selection.expected[lane] = 0;
	row.selection.hits_without_selection = 0;
	TRY(writer_begin(database, &writer));
	TRY(selection_add(writer, &actor, &row, &id));
	return writer_commit(&writer);
}

static enum status last_id(struct database *database, int64_t *ret_id)
{
	AUTO(reader_release) struct reader *reader = NULL;

	TRY(reader_begin(database, &reader));
	return store_integer(reader, &OLDER, NO_PARAMS, ret_id);
}

static void live_and_replayed(const char *url)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(1 << 30);
	struct found found;
	int64_t after;

	REQUIRE(arena && database_open(url, &(struct database_options){.create = true}, &database) == STATUS_OK);
	wiring_start();
	REQUIRE(wiring_migrate(database) == STATUS_OK);
	REQUIRE(prepare(database, arena) == STATUS_OK);
	REQUIRE(last_id(database, &after) == STATUS_OK);
	REQUIRE(import_today(database, arena, 'N', false) == STATUS_OK);
	compare(database, arena, after, &found);
	CHECK(found.chance > 0);
	CHECK(found.names > 0);
	CHECK(found.prices > 0);
	CHECK(found.aside > 0);
	REQUIRE(change_all(database, arena) == STATUS_OK);
	compare(database, arena, after, &found);
	check_trial(database, arena, found.names);
	REQUIRE(fix_selection(database) == STATUS_OK);
	REQUIRE(last_id(database, &after) == STATUS_OK);
	REQUIRE(import_today(database, arena, 'M', true) == STATUS_OK);
	compare(database, arena, after, &found);
	CHECK_INTEGER(found.aside, 0);
}

TEST(live_decisions_are_replayed_to_the_bit_with_all_that_stood_beside)
{
	test_each_url(live_and_replayed);
}
