/* Jobs with leases in the database. A run is taken with one update, which only one server can win; what is
 * written back at its end names the holder, so that a server whose lease ran out meanwhile changes nothing. */
#include "domain/job.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"

enum { HOLDER_SIZE = 33, JOB_MEMORY = 64 << 20, LONGEST_WAIT = 30, FIRST_RETRY = 30, LAST_RETRY = 3600, NOTE_LIMIT = 500 };

STATEMENT(JOB_KNOWN, "insert into jobs (name, next_at) values ($1, $2) on conflict (name) do nothing");
STATEMENT(JOB_TAKE, "update jobs set holder = $2, lease_until = $3, started_at = $4, is_asked = 0 where name = $1 "
	"and lease_until <= $4 and (is_asked = 1 or next_at <= $4)");
STATEMENT(JOB_TAKE_NOW, "update jobs set holder = $2, lease_until = $3, started_at = $4, is_asked = 0 where name = $1 "
	"and lease_until <= $4");
STATEMENT(JOB_DONE, "update jobs set holder = null, lease_until = 0, next_at = $3, ended_at = $4, failures = $5, "
	"last_status = $6, note = $7 where name = $1 and holder = $2");
STATEMENT(JOB_FAILURES, "select failures from jobs where name = $1");
STATEMENT(JOB_NEXT, "select case when is_asked = 1 then 0 else next_at end, lease_until from jobs where name = $1");
STATEMENT(JOB_ASK, "insert into jobs (name, is_asked) values ($1, 1) on conflict (name) do update set is_asked = 1");
STATEMENT(JOB_LIST, "select name, next_at, lease_until, failures, started_at, ended_at, last_status, note, is_asked "
	"from jobs order by name");

static void holder_make(char ret_holder[HOLDER_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[16];

	secret_random(bytes, sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++) {
		ret_holder[2 * i] = digits[bytes[i] >> 4];
		ret_holder[2 * i + 1] = digits[bytes[i] & 15];
	}
	ret_holder[HOLDER_SIZE - 1] = '\0';
}

/* STATUS_CONFLICT when it is not due or somebody else runs it. */
static enum status job_take(struct database *database, const struct job *job, bool at_once,
	const char holder[HOLDER_SIZE], int64_t *ret_failures)
{
	struct writer AUTO(writer_rollback) *writer = NULL;
	int64_t now = clock_now(), changes = 0;

	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &JOB_KNOWN,
		PARAMS(value_string(job->name), job->every ? V_INT(now) : V_NULL), NULL));
	TRY(store_execute(writer, at_once ? &JOB_TAKE_NOW : &JOB_TAKE,
		PARAMS(value_string(job->name), value_string(holder), V_INT(now + job->lease * MICROSECONDS), V_INT(now)),
		&changes));
	if (changes == 0)
		return STATUS_CONFLICT;
	TRY(store_integer(writer_reader(writer), &JOB_FAILURES, PARAMS(value_string(job->name)), ret_failures));
	return writer_commit(&writer);
}

static int64_t retry_delay(int64_t failures)
{
	int64_t delay = failures > 8 ? LAST_RETRY : (int64_t)FIRST_RETRY << (failures - 1);

	return delay < LAST_RETRY ? delay : LAST_RETRY;
}

static enum status job_note_end(struct database *database, const struct job *job, const char holder[HOLDER_SIZE],
	enum status outcome, int64_t failures, struct text note)
{
	struct writer AUTO(writer_rollback) *writer = NULL;
	int64_t now = clock_now();
	struct value next = job->every ? V_INT(now + job->every * MICROSECONDS) : V_NULL;

	if (outcome == STATUS_STOPPED) {
		next = V_INT(now);
	} else {
		failures = outcome == STATUS_OK ? 0 : failures + 1;
		if (failures)
			next = V_INT(now + retry_delay(failures) * MICROSECONDS);
	}
	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &JOB_DONE,
		PARAMS(value_string(job->name), value_string(holder), next, V_INT(now), V_INT(failures),
			value_string(status_name(outcome)), value_text(text_slice(note, 0, NOTE_LIMIT))),
		NULL));
	return writer_commit(&writer);
}

/* Runs the job if its lease can be had. STATUS_CONFLICT otherwise; else the job's own outcome. */
static enum status job_run_leased(struct database *database, const struct job *job, bool at_once)
{
	struct arena AUTO(arena_release) *arena = NULL;
	struct text note = TEXT_NONE;
	char holder[HOLDER_SIZE];
	int64_t failures = 0;
	enum status outcome = STATUS_NO_MEMORY, noted;

	holder_make(holder);
	TRY(job_take(database, job, at_once, holder, &failures));
	arena = arena_new(JOB_MEMORY);
	if (arena)
		outcome = job->run(database, arena, &note);
	noted = job_note_end(database, job, holder, outcome, failures, note);
	if (job_is_long(job)) {
		arena_release(&arena);
		memory_give_back();
	}
	if (outcome != STATUS_OK)
		log_event(outcome == STATUS_STOPPED ? LOG_INFO : LOG_WARNING, outcome == STATUS_STOPPED ? "job_stopped" : "job_failed",
			"job", job->name, "status", status_name(outcome), NULL);
	return outcome == STATUS_OK ? noted : outcome;
}

enum status job_run_now(struct database *database, const struct job *job)
{
	return job_run_leased(database, job, true);
}

/* Seconds until the job may run. */
static enum status job_wait(struct reader *reader, const struct job *job, int64_t now, int64_t *ret_seconds)
{
	struct rows AUTO(rows_release) *rows = NULL;
	int64_t at, lease;

	TRY(store_query(reader, &JOB_NEXT, PARAMS(value_string(job->name)), &rows));
	if (!rows_next(rows) || rows_is_null(rows, 0)) {
		TRY(rows_status(rows));
		*ret_seconds = LONGEST_WAIT;
		return STATUS_OK;
	}
	at = rows_integer(rows, 0);
	lease = rows_integer(rows, 1);
	at = at > lease ? at : lease;
	*ret_seconds = at <= now ? 0 : (at - now + MICROSECONDS - 1) / MICROSECONDS;
	return STATUS_OK;
}

/* The row's state first, so that jobs that are not due cost a read and no write. A job not known yet is due. */
static enum status job_is_due(struct database *database, const struct job *job, bool *ret_due)
{
	struct reader AUTO(reader_release) *reader = NULL;
	struct rows AUTO(rows_release) *rows = NULL;
	int64_t now = clock_now();

	TRY(reader_begin(database, &reader));
	TRY(store_query(reader, &JOB_NEXT, PARAMS(value_string(job->name)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		*ret_due = job->every != 0;
		return STATUS_OK;
	}
	*ret_due = !rows_is_null(rows, 0) && rows_integer(rows, 0) <= now && rows_integer(rows, 1) <= now;
	return STATUS_OK;
}

/* Which jobs are meant: all of the tables or the short ones. */
struct choice {
	const struct job *const *tables;
	size_t count;
	bool short_only;
};

static const struct job *first_meant(const struct choice *choice, const struct job *job)
{
	while (job && job->name && choice->short_only && job_is_long(job))
		job++;
	return job && job->name ? job : NULL;
}

static enum status next_wait(struct database *database, const struct choice *choice, int64_t *ret_wait)
{
	struct reader AUTO(reader_release) *reader = NULL;
	int64_t now = clock_now(), shortest = LONGEST_WAIT;

	TRY(reader_begin(database, &reader));
	for (size_t i = 0; i < choice->count; i++)
		for (const struct job *job = choice->tables[i]; (job = first_meant(choice, job)) != NULL; job++) {
			int64_t wait;

			TRY(job_wait(reader, job, now, &wait));
			shortest = wait < shortest ? wait : shortest;
		}
	*ret_wait = shortest;
	return STATUS_OK;
}

static int64_t run_due(struct database *database, const struct choice *choice)
{
	int64_t wait = LONGEST_WAIT;

	for (size_t i = 0; i < choice->count; i++) {
		for (const struct job *job = choice->tables[i]; (job = first_meant(choice, job)) != NULL; job++) {
			bool due = false;
			enum status status = database_goes_on(database);

			if (status == STATUS_OK)
				status = job_is_due(database, job, &due);
			if (status == STATUS_OK && due)
				status = job_run_leased(database, job, false);
			/* A job's own failure is noted and logged; another runner is no failure. */
			(void)status;
		}
	}
	if (next_wait(database, choice, &wait) != STATUS_OK)
		log_event(LOG_WARNING, "jobs_unreadable", NULL);
	return wait;
}

int64_t job_run_due(struct database *database, const struct job *const *jobs, size_t count)
{
	return run_due(database, &(struct choice){.tables = jobs, .count = count});
}

int64_t job_run_due_short(struct database *database, const struct job *const *jobs, size_t count)
{
	return run_due(database, &(struct choice){.tables = jobs, .count = count, .short_only = true});
}

int64_t job_run_due_one(struct database *database, const struct job *job)
{
	const struct job alone[] = {*job, {.name = NULL}};
	const struct job *const tables[] = {alone};

	return run_due(database, &(struct choice){.tables = tables, .count = 1});
}

enum status job_ask(struct writer *writer, const char *name)
{
	TRY(store_execute(writer, &JOB_ASK, PARAMS(value_string(name)), NULL));
	return writer_notify(writer, "jobs", text_of(name));
}

enum status job_list(struct reader *reader, bool (*each)(void *context, const struct job_row *row), void *context)
{
	struct rows AUTO(rows_release) *rows = NULL;

	TRY(store_query(reader, &JOB_LIST, NO_PARAMS, &rows));
	while (rows_next(rows)) {
		struct job_row row = {.name = rows_text(rows, 0), .next_at = rows_optional(rows, 1),
			.lease_until = rows_integer(rows, 2), .failures = rows_integer(rows, 3),
			.started_at = rows_optional(rows, 4), .ended_at = rows_optional(rows, 5),
			.last_status = rows_text(rows, 6), .note = rows_text(rows, 7), .is_asked = rows_integer(rows, 8) != 0};

		if (!each(context, &row))
			return STATUS_OK;
	}
	return rows_status(rows);
}
