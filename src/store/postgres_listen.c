/* LISTEN on a connection and thread of its own, connecting again when the server goes away. All channels of ours
 * travel on one of PostgreSQL's; the first line of a payload is the channel. */
#include "base/log.h"
#include "store/postgres.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { LEAST_PAUSE = 100, LONGEST_PAUSE = 5000 /* milliseconds */ };

/* Waits for the socket (or, when -1, for the time); false: the store is being closed. */
static bool wait_for(struct listening *listening, int socket, int milliseconds)
{
	struct pollfd polled[2] = {{.fd = listening->wake[0], .events = POLLIN}, {.fd = socket, .events = POLLIN}};

	poll(polled, socket < 0 ? 1 : 2, milliseconds);
	return polled[0].revents == 0;
}

static void deliver(struct listening *listening, const PGnotify *notify)
{
	struct text payload = text_of(notify->extra);
	struct text name = text_cut(&payload, '\n');
	char channel[128];

	if (name.size >= sizeof channel)
		return;
	snprintf(channel, sizeof channel, "%.*s", TEXT_FORMAT(name));
	listening_call(listening, channel, payload.data ? payload : TEXT(""));
}

static bool start_listening(PGconn *handle)
{
	PGresult *result = PQexec(handle, "listen vigie");
	bool done = PQresultStatus(result) == PGRES_COMMAND_OK;

	PQclear(result);
	return done;
}

/* Until the connection breaks (true) or the store is closed (false). */
static bool follow(struct listening *listening, PGconn *handle)
{
	while (wait_for(listening, PQsocket(handle), -1)) {
		PGnotify *notify;

		if (!PQconsumeInput(handle))
			return true;
		while ((notify = PQnotifies(handle))) {
			deliver(listening, notify);
			PQfreemem(notify);
		}
		if (PQstatus(handle) != CONNECTION_OK)
			return true;
	}
	return false;
}

void *listening_run_postgres(void *context)
{
	struct database *database = context;
	struct listening *listening = &database->listening;
	int pause = LEAST_PAUSE;
	bool again = true;

	while (again) {
		PGconn *handle = NULL;

		if (postgres_open(database->url, &handle) == STATUS_OK && start_listening(handle)) {
			pause = LEAST_PAUSE;
			listening_ready(listening);
			again = follow(listening, handle);
		}
		PQfinish(handle);
		if (again)
			again = wait_for(listening, -1, pause);
		pause = pause * 2 > LONGEST_PAUSE ? LONGEST_PAUSE : pause * 2;
	}
	return NULL;
}
