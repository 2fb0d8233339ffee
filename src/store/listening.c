/* Live events: the store's own thread calls the listeners after the notifying transaction has committed. */
#include "base/memory.h"
#include "store/driver.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { READY_WAIT = 5000 /* milliseconds */ };

enum status notices_add(struct notices *notices, const char *channel, struct text payload)
{
	size_t channel_size = strlen(channel) + 1;
	struct notice *notice = memory_allocate(sizeof *notice);
	char *bytes = notice ? memory_allocate(channel_size + payload.size + 1) : NULL;

	if (!bytes) {
		memory_free(notice);
		return STATUS_NO_MEMORY;
	}
	memcpy(bytes, channel, channel_size);
	if (payload.size)
		memcpy(bytes + channel_size, payload.data, payload.size);
	notice->channel = bytes;
	notice->payload = (struct text){bytes + channel_size, payload.size};
	if (notices->last)
		notices->last->next = notice;
	else
		notices->first = notice;
	notices->last = notice;
	return STATUS_OK;
}

void notices_cut(struct notices *notices, struct notice *last)
{
	struct notice *at = last ? last->next : notices->first;

	while (at) {
		struct notice *next = at->next;

		memory_free(at->channel);
		memory_free(at);
		at = next;
	}
	notices->last = last;
	if (last)
		last->next = NULL;
	else
		notices->first = NULL;
}

enum status listening_init(struct listening *listening)
{
	TRY(condition_init(&listening->condition));
	if (pthread_mutex_init(&listening->mutex, NULL)) {
		pthread_cond_destroy(&listening->condition);
		return STATUS_NO_MEMORY;
	}
	if (pthread_mutex_init(&listening->calling, NULL)) {
		pthread_mutex_destroy(&listening->mutex);
		pthread_cond_destroy(&listening->condition);
		return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

void listening_destroy(struct listening *listening)
{
	pthread_mutex_lock(&listening->mutex);
	listening->stop = true;
	pthread_cond_signal(&listening->condition);
	pthread_mutex_unlock(&listening->mutex);
	if (listening->running) {
		if (listening->wake[1] >= 0)
			close(listening->wake[1]);
		pthread_join(listening->thread, NULL);
		if (listening->wake[0] >= 0)
			close(listening->wake[0]);
	}
	notices_cut(&listening->notices, NULL);
	while (listening->listeners) {
		struct listener *next = listening->listeners->next;

		memory_free(listening->listeners);
		listening->listeners = next;
	}
	pthread_cond_destroy(&listening->condition);
	pthread_mutex_destroy(&listening->calling);
	pthread_mutex_destroy(&listening->mutex);
}

void listening_deliver(struct listening *listening, struct notices *notices)
{
	if (!notices->first)
		return;
	pthread_mutex_lock(&listening->mutex);
	if (!listening->running) {
		notices_cut(notices, NULL);
	} else {
		if (listening->notices.last)
			listening->notices.last->next = notices->first;
		else
			listening->notices.first = notices->first;
		listening->notices.last = notices->last;
		*notices = (struct notices){NULL, NULL};
		pthread_cond_signal(&listening->condition);
	}
	pthread_mutex_unlock(&listening->mutex);
}

/* Listeners are added at the front, and their rows stay to the end, so that walking them needs no lock. */
void listening_call(struct listening *listening, const char *channel, struct text payload)
{
	struct listener *listener;

	pthread_mutex_lock(&listening->mutex);
	listener = listening->listeners;
	pthread_mutex_unlock(&listening->mutex);
	pthread_mutex_lock(&listening->calling);
	for (; listener; listener = listener->next)
		if (listener->listener)
			listener->listener(listener->context, channel, payload);
	pthread_mutex_unlock(&listening->calling);
}

void *listening_run_local(void *context)
{
	struct listening *listening = &((struct database *)context)->listening;

	pthread_mutex_lock(&listening->mutex);
	while (!listening->stop) {
		struct notices notices = listening->notices;

		if (!notices.first) {
			pthread_cond_wait(&listening->condition, &listening->mutex);
			continue;
		}
		listening->notices = (struct notices){NULL, NULL};
		pthread_mutex_unlock(&listening->mutex);
		for (struct notice *notice = notices.first; notice; notice = notice->next)
			listening_call(listening, notice->channel, notice->payload);
		notices_cut(&notices, NULL);
		pthread_mutex_lock(&listening->mutex);
	}
	pthread_mutex_unlock(&listening->mutex);
	return NULL;
}

void listening_ready(struct listening *listening)
{
	pthread_mutex_lock(&listening->mutex);
	listening->ready = true;
	pthread_cond_broadcast(&listening->condition);
	pthread_mutex_unlock(&listening->mutex);
}

/* With the mutex held. When the server cannot be reached now, the thread goes on trying. */
static enum status start_thread(struct database *database)
{
	struct listening *listening = &database->listening;
	bool local = database->driver->kind == DATABASE_SQLITE;
	struct timespec until = deadline_in(READY_WAIT);

	if (listening->running)
		return STATUS_OK;
	if (!local && listening->wake[0] < 0 && pipe2(listening->wake, O_CLOEXEC) != 0)
		return STATUS_UNAVAILABLE;
	if (pthread_create(&listening->thread, NULL, local ? listening_run_local : listening_run_postgres, database))
		return STATUS_NO_MEMORY;
	listening->running = true;
	while (!local && !listening->ready)
		if (pthread_cond_timedwait(&listening->condition, &listening->mutex, &until))
			break;
	return STATUS_OK;
}

enum status database_listen(struct database *database, store_listener *call, void *context)
{
	struct listening *listening = &database->listening;
	struct listener *listener = memory_allocate(sizeof *listener);
	enum status status;

	if (!listener)
		return STATUS_NO_MEMORY;
	pthread_mutex_lock(&listening->mutex);
	*listener = (struct listener){call, context, listening->listeners};
	listening->listeners = listener;
	status = start_thread(database);
	if (status != STATUS_OK) {
		listening->listeners = listener->next;
		memory_free(listener);
	}
	pthread_mutex_unlock(&listening->mutex);
	return status;
}

void database_unlisten(struct database *database, store_listener *call, void *context)
{
	struct listening *listening = &database->listening;

	pthread_mutex_lock(&listening->calling);
	pthread_mutex_lock(&listening->mutex);
	for (struct listener *listener = listening->listeners; listener; listener = listener->next)
		if (listener->listener == call && listener->context == context)
			listener->listener = NULL;
	pthread_mutex_unlock(&listening->mutex);
	pthread_mutex_unlock(&listening->calling);
}
