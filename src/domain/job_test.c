/* Leases, retries and asking; numbers and settings too. */
#include "domain/job.h"

#include "base/clock.h"
#include "domain/numbering.h"
#include "domain/setting.h"
#include "domain/test_domain.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

STATEMENT(TEST_JOB_PAST, "update jobs set next_at = 0 where name = $1");
STATEMENT(TEST_JOB_LEASED, "update jobs set lease_until = $2, holder = 'other' where name = $1");
STATEMENT(TEST_JOB_STATE, "select failures from jobs where name = $1");

static atomic_int runs;
static enum status outcome;

static enum status run(struct database *database, struct arena *arena, struct text *ret_note)
{
	(void)database;
	(void)arena;
	atomic_fetch_add(&runs, 1);
	nanosleep(&(struct timespec){.tv_nsec = 30000000}, NULL);
	*ret_note = TEXT("fait");
	return outcome;
}

static const struct job jobs[] = {
	{"test.often", "Souvent", 3600, 60, run}, {"test.asked", "Demandé", 0, 60, run}, {NULL, NULL, 0, 0, NULL}};
static const struct job *const tables[] = {jobs};

static void in_writer(struct database *database, const struct statement *statement, int64_t value, bool has_value)
{
	const struct value values[] = {value_string("test.often"), V_INT(value)};
	struct writer *writer = NULL;

	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(store_execute(writer, statement, values, has_value ? 2 : 1, NULL) == STATUS_OK);
	CHECK(writer_commit(&writer) == STATUS_OK);
}

static void *runner(void *database)
{
	job_run_due(database, tables, 1);
	return NULL;
}

TEST_ON_EACH_DATABASE(job_has_one_runner)
{
	pthread_t threads[2];

	outcome = STATUS_OK;
	runs = 0;
	for (int i = 0; i < 2; i++)
		REQUIRE(pthread_create(&threads[i], NULL, runner, database) == 0);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	CHECK_INTEGER(runs, 1);
	CHECK_INTEGER(job_run_due(database, tables, 1), 30); /* not due for an hour */
	CHECK_INTEGER(runs, 1);
	in_writer(database, &TEST_JOB_PAST, 0, false);
	in_writer(database, &TEST_JOB_LEASED, clock_now() + 10 * MICROSECONDS, true);
	job_run_due(database, tables, 1);
	CHECK_INTEGER(runs, 1); /* another holds it */
	CHECK(job_run_now(database, &jobs[0]) == STATUS_CONFLICT);
	in_writer(database, &TEST_JOB_LEASED, clock_now() - 1, true);
	job_run_due(database, tables, 1);
	CHECK_INTEGER(runs, 2); /* its lease is over */
}

TEST_ON_EACH_DATABASE(job_failures_are_retried)
{
	struct reader AUTO(reader_release) *reader = NULL;
	struct writer *writer = NULL;
	int64_t failures = 0;

	outcome = STATUS_UNAVAILABLE;
	runs = 0;
	CHECK(job_run_now(database, &jobs[0]) == STATUS_UNAVAILABLE);
	CHECK_INTEGER(job_run_due(database, tables, 1), 30);
	CHECK(job_run_now(database, &jobs[0]) == STATUS_UNAVAILABLE);
	CHECK_INTEGER(runs, 2);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	CHECK(store_integer(reader, &TEST_JOB_STATE, PARAMS(value_string("test.often")), &failures) == STATUS_OK);
	CHECK_INTEGER(failures, 2);
	outcome = STATUS_OK;
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(job_ask(writer, "test.asked") == STATUS_OK);
	CHECK(writer_commit(&writer) == STATUS_OK);
	job_run_due(database, tables, 1);
	CHECK_INTEGER(runs, 3);
	job_run_due(database, tables, 1);
	CHECK_INTEGER(runs, 3);
}

/* A long job that lasts until it is told to end. */
static atomic_bool long_may_end, long_runs;

static enum status run_long(struct database *database, struct arena *arena, struct text *ret_note)
{
	(void)database;
	(void)arena;
	atomic_store(&long_runs, true);
	for (int i = 0; i < 10000 && !atomic_load(&long_may_end); i++)
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	*ret_note = TEXT("long");
	return STATUS_OK;
}

static const struct job mixed[] = {
	{"test.long", "Long", 3600, JOB_LONG, run_long}, {"test.short", "Court", 3600, 60, run}, {NULL, NULL, 0, 0, NULL}};

static void *run_the_long(void *database)
{
	job_run_due_one(database, &mixed[0]);
	return NULL;
}

TEST_ON_EACH_DATABASE(long_jobs_do_not_hold_up_the_short)
{
	static const struct job *const both[] = {mixed};
	pthread_t thread;

	outcome = STATUS_OK;
	runs = 0;
	atomic_store(&long_may_end, false);
	atomic_store(&long_runs, false);
	REQUIRE(pthread_create(&thread, NULL, run_the_long, database) == 0);
	for (int i = 0; i < 10000 && !atomic_load(&long_runs); i++)
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	CHECK(atomic_load(&long_runs));
	CHECK_INTEGER(job_run_due_short(database, both, 1), 30);
	CHECK_INTEGER(runs, 1);
	CHECK(job_run_now(database, &mixed[0]) == STATUS_CONFLICT); /* the lease is as of any job */
	atomic_store(&long_may_end, true);
	pthread_join(thread, NULL);
	/* Done: neither is due for an hour. */
	CHECK_INTEGER(job_run_due_one(database, &mixed[0]), 30);
	CHECK_INTEGER(job_run_due_short(database, both, 1), 30);
	CHECK_INTEGER(runs, 1);
}

/* A job that goes on until the database tells it to end. */
static enum status run_until_told(struct database *database, struct arena *arena, struct text *ret_note)
{
	enum status status = STATUS_OK;

	(void)arena;
	(void)ret_note;
	atomic_store(&long_runs, true);
	for (int i = 0; i < 60000 && status == STATUS_OK; i++) {
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
		status = database_goes_on(database);
	}
	return status;
}

static const struct job told[] = {{"test.told", "Averti", 3600, JOB_LONG, run_until_told}, {NULL, NULL, 0, 0, NULL}};

static void *run_the_told(void *database)
{
	job_run_due_one(database, &told[0]);
	return NULL;
}

STATEMENT(TEST_JOB_ENDED, "select count(*) from jobs where name = $1 and last_status = 'STOPPED' and failures = 0 "
	"and lease_until = 0 and next_at <= $2");

TEST_ON_EACH_DATABASE(job_told_to_stop_ends_soon_and_is_due_again)
{
	struct reader AUTO(reader_release) *reader = NULL;
	int64_t began, ended = 0;
	pthread_t thread;

	atomic_store(&long_runs, false);
	CHECK(database_goes_on(database) == STATUS_OK);
	REQUIRE(pthread_create(&thread, NULL, run_the_told, database) == 0);
	for (int i = 0; i < 10000 && !atomic_load(&long_runs); i++)
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	CHECK(atomic_load(&long_runs));
	began = clock_monotonic();
	database_stop(database);
	pthread_join(thread, NULL);
	CHECK(clock_monotonic() - began < 30 * MICROSECONDS);
	REQUIRE(reader_begin(database, &reader) == STATUS_OK);
	CHECK(reader_goes_on(reader) == STATUS_STOPPED);
	CHECK(store_integer(reader, &TEST_JOB_ENDED, PARAMS(value_string("test.told"), V_INT(clock_now())), &ended) ==
		STATUS_OK);
	CHECK_INTEGER(ended, 1);
	/* What is about to stop begins nothing any more. */
	atomic_store(&long_runs, false);
	job_run_due_one(database, &told[0]);
	CHECK(!atomic_load(&long_runs));
}

TEST_ON_EACH_DATABASE(numbers_have_no_gaps)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 12);
	struct writer *writer = NULL;
	int64_t number = 0;

	for (int round = 0; round < 3; round++) {
		REQUIRE(writer_begin(database, &writer) == STATUS_OK);
		CHECK(number_next(writer, "control", 2026, &number) == STATUS_OK);
		if (round == 1)
			writer_rollback(&writer);
		else
			CHECK(writer_commit(&writer) == STATUS_OK);
	}
	CHECK_INTEGER(number, 2);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(number_next(writer, "control", 2027, &number) == STATUS_OK);
	CHECK_INTEGER(number, 1);
	writer_rollback(&writer);
	CHECK_TEXT(number_format("IC", 2026, 42, arena), "IC-2026-000042");
}

TEST_ON_EACH_DATABASE(settings_are_checked_and_kept)
{
	static const struct setting count = {.code = "test.count", .kind = SETTING_INTEGER, .initial = "5", .least = 1, .most = 9};
	static const struct setting rate = {.code = "test.rate", .kind = SETTING_NUMBER, .initial = "0.25"};
	static const struct setting choice = {.code = "test.choice", .kind = SETTING_CHOICE, .initial = "red", .choices = "red green"};
	struct arena AUTO(arena_release) *arena = arena_new(1 << 16);
	struct writer AUTO(writer_rollback) *writer = NULL;
	struct actor system = actor_system("essai");
	struct text text;
	int64_t value = 0;

	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	CHECK(setting_integer(writer_reader(writer), &count, &value) == STATUS_OK);
	CHECK_INTEGER(value, 5);
	CHECK(setting_integer(writer_reader(writer), &rate, &value) == STATUS_OK);
	CHECK_INTEGER(value, 250000);
	CHECK(setting_change(writer, &system, &count, TEXT("10")) == STATUS_INVALID);
	CHECK(setting_change(writer, &system, &count, TEXT("x")) == STATUS_INVALID);
	CHECK(setting_change(writer, &system, &count, TEXT("9")) == STATUS_OK);
	CHECK(setting_change(writer, &system, &choice, TEXT("blue")) == STATUS_INVALID);
	CHECK(setting_change(writer, &system, &choice, TEXT("green")) == STATUS_OK);
	CHECK(setting_change(writer, &system, &choice, TEXT("red")) == STATUS_OK);
	CHECK(setting_integer(writer_reader(writer), &count, &value) == STATUS_OK);
	CHECK_INTEGER(value, 9);
	CHECK(setting_text(writer_reader(writer), &choice, arena, &text) == STATUS_OK);
	CHECK_TEXT(text, "red");
}
