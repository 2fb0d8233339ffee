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
	int64_t lease; /* seconds it may take */
	/* May commit several times through the database it is given; *ret_note may be set to a short text. */
	enum status (*run)(struct database *database, struct arena *arena, struct text *ret_note);
};
/* Runs every job that is due; returns the seconds until the next one. Called by the server's job thread and
 * by tests. `jobs` ended by name NULL. */
int64_t job_run_due(struct database *database, const struct job *const *jobs, size_t count);
enum status job_run_now(struct database *database, const struct job *job) MUST_CHECK;
/* Asks for a run as soon as possible. */
enum status job_ask(struct writer *writer, const char *name) MUST_CHECK;

#endif
