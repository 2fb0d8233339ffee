/* Durable commits on PostgreSQL that do not hold their locks while the disk works.
 *
 * A commit that waits for its flush keeps its row locks meanwhile: numbers without gaps, ids in order and NOTIFY then let
 * one writer through for each flush. So writers commit without waiting (synchronous_commit off), give back locks and
 * connection, and wait here. One of those who wait flushes for all whose commits came before: a connection of its own,
 * with the server's own idea of a durable commit, writes a message into the log and commits it, which takes everything
 * before it along. writer_commit() returns when that is done: what is acknowledged is durable. Others may see a change
 * some milliseconds before it is; if the server dies just then, nobody was told that it was kept. */
#include "base/log.h"
#include "store/postgres.h"

static const char message[] = "select pg_logical_emit_message(true, 'vigie', '')";

enum status flushing_init(struct flushing *flushing)
{
	TRY(condition_init(&flushing->condition));
	return pthread_mutex_init(&flushing->mutex, NULL) ? STATUS_NO_MEMORY : STATUS_OK;
}

void flushing_destroy(struct flushing *flushing)
{
	PQfinish(flushing->handle);
	pthread_cond_destroy(&flushing->condition);
	pthread_mutex_destroy(&flushing->mutex);
}

/* By the one who flushes. A connection that has died since its last use is opened again. */
static enum status flush_once(struct database *database)
{
	PGconn *handle = database->flushing.handle;
	PGresult *result;
	bool is_done;

	if (handle && PQstatus(handle) != CONNECTION_OK) {
		PQfinish(handle);
		handle = database->flushing.handle = NULL;
	}
	if (!handle) {
		TRY(postgres_open(database->url, &handle));
		database->flushing.handle = handle;
	}
	result = PQexec(handle, message);
	is_done = PQresultStatus(result) == PGRES_TUPLES_OK;
	if (!is_done)
		log_event(LOG_WARNING, "postgres flush", "error", PQerrorMessage(handle), NULL);
	PQclear(result);
	return is_done ? STATUS_OK : STATUS_UNAVAILABLE;
}

enum status postgres_flush(struct database *database)
{
	struct flushing *flushing = &database->flushing;
	enum status status = STATUS_OK;
	int64_t mine;

	pthread_mutex_lock(&flushing->mutex);
	mine = ++flushing->asked;
	while (status == STATUS_OK && flushing->done < mine) {
		int64_t reached = flushing->asked;

		if (flushing->is_busy) {
			pthread_cond_wait(&flushing->condition, &flushing->mutex);
			continue;
		}
		flushing->is_busy = true;
		pthread_mutex_unlock(&flushing->mutex);
		status = flush_once(database);
		if (status != STATUS_OK)
			status = flush_once(database);
		pthread_mutex_lock(&flushing->mutex);
		flushing->is_busy = false;
		if (status == STATUS_OK)
			flushing->done = reached;
		pthread_cond_broadcast(&flushing->condition);
	}
	pthread_mutex_unlock(&flushing->mutex);
	return status;
}
