/* One list of connections, looked through four times a second. */
#include "web/watch.h"

#include "base/clock.h"
#include "base/memory.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

struct watch {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t thread;
	bool is_ending;
	struct connection *first;
	size_t count, cut;
	void (*tick)(void *context, int64_t now);
	void *context;
};

enum { ROUND_NANOSECONDS = 250 * 1000 * 1000 };

static void cut_late(struct watch *watch, int64_t now)
{
	for (struct connection *connection = watch->first; connection; connection = connection->next) {
		if (atomic_load(&connection->deadline) > now)
			continue;
		/* The library sees the end of the stream and closes. */
		shutdown(connection->fd, SHUT_RDWR);
		atomic_store(&connection->deadline, INT64_MAX);
		watch->cut++;
	}
}

static void *watch_run(void *context)
{
	struct watch *watch = context;

	pthread_mutex_lock(&watch->lock);
	while (!watch->is_ending) {
		struct timespec until;

		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += ROUND_NANOSECONDS;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&watch->wake, &watch->lock, &until);
		cut_late(watch, clock_monotonic());
		pthread_mutex_unlock(&watch->lock);
		watch->tick(watch->context, clock_monotonic());
		pthread_mutex_lock(&watch->lock);
	}
	pthread_mutex_unlock(&watch->lock);
	return NULL;
}

struct watch *watch_start(void (*tick)(void *context, int64_t now), void *context)
{
	struct watch *watch = memory_allocate(sizeof *watch);

	if (!watch)
		return NULL;
	watch->tick = tick;
	watch->context = context;
	pthread_mutex_init(&watch->lock, NULL);
	pthread_cond_init(&watch->wake, NULL);
	if (pthread_create(&watch->thread, NULL, watch_run, watch) == 0)
		return watch;
	pthread_cond_destroy(&watch->wake);
	pthread_mutex_destroy(&watch->lock);
	memory_free(watch);
	return NULL;
}

void watch_stop(struct watch *watch)
{
	pthread_mutex_lock(&watch->lock);
	watch->is_ending = true;
	pthread_cond_signal(&watch->wake);
	pthread_mutex_unlock(&watch->lock);
	pthread_join(watch->thread, NULL);
}

void watch_free(struct watch *watch)
{
	while (watch->first)
		watch_remove(watch, watch->first);
	pthread_cond_destroy(&watch->wake);
	pthread_mutex_destroy(&watch->lock);
	memory_free(watch);
}

static void read_address(struct connection *connection, const struct sockaddr *address)
{
	if (address && address->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)address;

		inet_ntop(AF_INET, &in->sin_addr, connection->address, sizeof connection->address);
		connection->is_loopback = ntohl(in->sin_addr.s_addr) >> 24 == 127;
	} else if (address && address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in = (const void *)address;

		inet_ntop(AF_INET6, &in->sin6_addr, connection->address, sizeof connection->address);
		connection->is_loopback = IN6_IS_ADDR_LOOPBACK(&in->sin6_addr);
	}
}

struct connection *watch_add(struct watch *watch, int fd, const struct sockaddr *address, int64_t deadline)
{
	struct connection *connection = memory_allocate(sizeof *connection);

	if (!connection)
		return NULL;
	connection->fd = fd;
	read_address(connection, address);
	watch_allow(connection, deadline);
	pthread_mutex_lock(&watch->lock);
	connection->next = watch->first;
	if (watch->first)
		watch->first->previous = connection;
	watch->first = connection;
	watch->count++;
	pthread_mutex_unlock(&watch->lock);
	return connection;
}

void watch_remove(struct watch *watch, struct connection *connection)
{
	if (!connection)
		return;
	pthread_mutex_lock(&watch->lock);
	if (connection->previous)
		connection->previous->next = connection->next;
	else
		watch->first = connection->next;
	if (connection->next)
		connection->next->previous = connection->previous;
	watch->count--;
	pthread_mutex_unlock(&watch->lock);
	memory_free(connection);
}

void watch_allow(struct connection *connection, int64_t span)
{
	if (connection)
		atomic_store(&connection->deadline, span == INT64_MAX ? INT64_MAX : clock_monotonic() + span);
}

size_t watch_count(struct watch *watch)
{
	size_t count;

	pthread_mutex_lock(&watch->lock);
	count = watch->count;
	pthread_mutex_unlock(&watch->lock);
	return count;
}

size_t watch_cut(struct watch *watch)
{
	size_t cut;

	pthread_mutex_lock(&watch->lock);
	cut = watch->cut;
	pthread_mutex_unlock(&watch->lock);
	return cut;
}
