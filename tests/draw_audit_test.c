/* The published draw of a period: checked with the file alone, and every alteration found. */
#include "app/people.h"
#include "app/wiring.h"
#include "base/test.h"
#include "domain/journal.h"
#include "modules/rehearsal/draw_file.h"
#include "store/test_database.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The running period is moved into the past, as if its month were over: with its commitment and decisions. */
STATEMENT(AGE_PERIODS, "update draw_periods set first_day = first_day - 400, last_day = last_day - 400");
STATEMENT(AGE_DECISIONS, "update decisions set decided_on = decided_on - 400");
STATEMENT(PUBLISHED, "select count(*) from journal where action = 'draw.revealed'");
STATEMENT(PERIOD_DECISION_COUNT, "select count(*) from decisions");

static enum status append(void *context, struct text line)
{
	buffer_append(context, line);
	return buffer_status(context);
}

static enum status age(struct database *database)
{
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &AGE_PERIODS, NO_PARAMS, NULL));
	TRY(store_execute(writer, &AGE_DECISIONS, NO_PARAMS, NULL));
	return writer_commit(&writer);
}

/* The file with one byte changed at the first place where `what` stands, or what follows it. */
static void check_altered(struct arena *arena, struct text file, const char *what, size_t after, char byte)
{
	struct text copy = arena_text(arena, file);
	size_t at = text_find(copy, text_of(what)) + after;
	struct draw_audit audit;
	enum status status;

	REQUIRE(copy.data && at < copy.size && copy.data[at] != byte);
	((char *)(uintptr_t)copy.data)[at] = byte;
	status = draw_audit(copy, NULL, &audit);
	CHECK(status == STATUS_MALFORMED || (status == STATUS_OK && audit.wrong > 0 && audit.problem.id));
}

/* A whole line left out, and the end made to agree as well as an adversary can. */
static void check_left_out(struct arena *arena, struct text file, int64_t count)
{
	AUTO(buffer_release) struct buffer shorter = {0}, end = {0};
	struct text rest = file;
	unsigned char digest[DIGEST_SIZE];
	struct draw_audit audit;
	int64_t line = 0;

	buffer_init(&shorter, 64 << 20);
	buffer_init(&end, 4096);
	while (rest.size) {
		struct text whole = text_cut(&rest, '\n');

		line++;
		if (line == 5 || line == count + 2)
			continue;
		buffer_append(&shorter, whole);
		buffer_byte(&shorter, '\n');
	}
	digest_of(buffer_text(&shorter), digest);
	hex_print(&end, digest, sizeof digest);
	buffer_format(&shorter, "{\"count\":%lld,\"digest\":\"%s\"}\n", (long long)count - 1, end.data);
	(void)arena;
	REQUIRE(draw_audit(buffer_text(&shorter), NULL, &audit) == STATUS_OK);
	CHECK(audit.wrong > 0);
}

static void check_file(struct arena *arena, struct text file, int64_t decisions)
{
	struct draw_audit audit;
	unsigned char head[DIGEST_SIZE];

	REQUIRE(draw_audit(file, NULL, &audit) == STATUS_OK);
	CHECK_INTEGER(audit.wrong, 0);
	CHECK(!audit.problem.id);
	CHECK_INTEGER(audit.decisions, decisions);
	CHECK(audit.picks[LANE_RED] + audit.picks[LANE_YELLOW] + audit.picks[LANE_BLUE] > 0);
	CHECK(audit.top_ups[LANE_RED] + audit.top_ups[LANE_YELLOW] + audit.top_ups[LANE_BLUE] > 0);
	memcpy(head, audit.last_head, sizeof head);
	CHECK(draw_audit(file, head, &audit) == STATUS_OK && audit.has_head && !audit.wrong);
	head[3] ^= 1;
	CHECK(draw_audit(file, head, &audit) == STATUS_OK && !audit.has_head && audit.wrong > 0);
	check_altered(arena, file, "\"key\":\"", 7, 'z');
	check_altered(arena, file, "\"key\":\"", 9, file.data[text_find(file, TEXT("\"key\":\"")) + 9] == '0' ? '1' : '0');
	check_altered(arena, file, "\"path\":[\"", 12, file.data[text_find(file, TEXT("\"path\":[\"")) + 12] == '0' ? '1' : '0');
	check_altered(arena, file, "\"sealed_at\":", 13, file.data[text_find(file, TEXT("\"sealed_at\":")) + 13] == '8' ? '7' : '8');
	check_altered(arena, file, "\"random\":[", 10, '9');
	check_altered(arena, file, "{\"i\":\"", 8, file.data[text_find(file, TEXT("{\"i\":\"")) + 8] == '0' ? '1' : '0');
	check_altered(arena, file, "\"n\":[0,", 5, '1');
	check_left_out(arena, file, decisions);
	CHECK(draw_audit(TEXT("{}"), NULL, &audit) == STATUS_MALFORMED);
	CHECK(draw_audit(TEXT(""), NULL, &audit) == STATUS_MALFORMED || audit.wrong > 0);
}

/* A row is sealed once all older transactions of the PostgreSQL server have ended, those of other databases too. */
static enum status publish_patiently(struct database *database, struct buffer *file)
{
	const struct actor actor = actor_system("test");
	const struct timespec moment = {0, 200000000};
	enum status status = STATUS_CONFLICT;

	for (int i = 0; i < 150 && status == STATUS_CONFLICT; i++) {
		if (i)
			nanosleep(&moment, NULL);
		buffer_clear(file);
		status = draw_publish(database, &actor, clock_today() - 400, append, file);
	}
	return status;
}

static void publish_and_audit(const char *url)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(512 << 20);
	AUTO(buffer_release) struct buffer file = {0};
	AUTO(reader_release) struct reader *reader = NULL;
	const struct actor actor = actor_system("test");
	int64_t published = 0, decisions = 0;
	enum status status;

	REQUIRE(arena && database_open(url, &(struct database_options){.create = true}, &database) == STATUS_OK);
	wiring_start();
	REQUIRE(wiring_migrate(database) == STATUS_OK);
	REQUIRE(demo_store(database, 5, 150, 1, NULL, NULL) == STATUS_OK);
	buffer_init(&file, 64 << 20);
	CHECK(draw_publish(database, &actor, clock_today(), append, &file) == STATUS_FORBIDDEN);
	CHECK_INTEGER(file.size, 0);
	CHECK(draw_publish(database, &actor, clock_today() - 4000, append, &file) == STATUS_NOT_FOUND);
	REQUIRE(age(database) == STATUS_OK);
	status = publish_patiently(database, &file);
	if (status == STATUS_CONFLICT) {
		test_skip("transactions of others on this PostgreSQL keep the journal from being sealed");
		return;
	}
	REQUIRE(status == STATUS_OK);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	REQUIRE(store_integer(reader, &PERIOD_DECISION_COUNT, NO_PARAMS, &decisions) == STATUS_OK);
	REQUIRE(store_integer(reader, &PUBLISHED, NO_PARAMS, &published) == STATUS_OK);
	CHECK_INTEGER(published, 1);
	CHECK(decisions > 200);
	check_file(arena, buffer_text(&file), decisions);
}

TEST(published_draws_are_checked_with_the_file_alone)
{
	test_each_url(publish_and_audit);
}
