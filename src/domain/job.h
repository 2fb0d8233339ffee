#ifndef VIGIE_DOMAIN_JOB_H
#define VIGIE_DOMAIN_JOB_H
/* Work that happens by itself: every so often, or when asked for. One lease per job in the database, so that
 * of several servers one runs it; a crash frees the lease after its time. Failures are retried with growing
 * delays and kept to be seen. */
#include "domain/actor.h"

struct job {
	const char *name; /* "journal.seal" */
	const char *label; /* French message id */
	int64_t every; /* seconds; 0: only when asked for */
	int64_t lease; /* seconds it may take; a run that takes longer may be started elsewhere too */
	/* May commit several times through the database it is given; *ret_note may be set to a short text. One that takes
	 * long asks database_goes_on() at its safe points and ends with STATUS_STOPPED: no failure, it is due again at once. */
	enum status (*run)(struct database *database, struct arena *arena, struct text *ret_note);
};
/* A job whose run may take so many seconds (its lease) or more is long: the server gives it a thread of its own, so that
 * what must happen every minute (delays, notifications, assignment) does not wait for it. */
enum { JOB_LONG = 1800 };
static inline bool job_is_long(const struct job *job)
{
	return job->lease >= JOB_LONG;
}
/* Runs every job that is due; returns the seconds until the next one. Called by the server's job thread and
 * by tests. `jobs` has `count` tables, each ended by name NULL. At most half a minute, so that what other
 * servers ask for is seen; a listener on channel "jobs" can wake the thread sooner. */
int64_t job_run_due(struct database *database, const struct job *const *jobs, size_t count);
/* The same for all but the long ones, and for one alone. */
int64_t job_run_due_short(struct database *database, const struct job *const *jobs, size_t count);
int64_t job_run_due_one(struct database *database, const struct job *job);
/* STATUS_CONFLICT: it is running already. */
enum status job_run_now(struct database *database, const struct job *job) MUST_CHECK;
/* Asks for a run as soon as possible. */
enum status job_ask(struct writer *writer, const char *name) MUST_CHECK;

struct job_row {
	struct text name, last_status, note;
	int64_t next_at, lease_until, failures, started_at, ended_at; /* times may be TIME_NONE */
	bool is_asked;
};
enum status job_list(struct reader *reader, bool (*each)(void *context, const struct job_row *row), void *context)
	MUST_CHECK;

#endif
