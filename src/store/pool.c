/* A small pool of connections, opened when first wanted, and the small tools of the store. */
#include "base/memory.h"
#include "store/driver.h"

#include <string.h>
#include <time.h>

enum { POOL_WAIT = 10000 /* milliseconds */, FIRST_SLOTS = 64 };

char *string_copy(const char *string)
{
	size_t size = strlen(string) + 1;
	char *copy = memory_allocate(size);

	return copy ? memcpy(copy, string, size) : NULL;
}

enum status condition_init(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;
	int failed;

	if (pthread_condattr_init(&attributes))
		return STATUS_NO_MEMORY;
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	failed = pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
	return failed ? STATUS_NO_MEMORY : STATUS_OK;
}

struct timespec deadline_in(int milliseconds)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += milliseconds / 1000;
	at.tv_nsec += (long)(milliseconds % 1000) * 1000000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_nsec -= 1000000000;
		at.tv_sec++;
	}
	return at;
}

enum status pool_init(struct pool *pool, int most)
{
	TRY(condition_init(&pool->condition));
	if (pthread_mutex_init(&pool->mutex, NULL)) {
		pthread_cond_destroy(&pool->condition);
		return STATUS_NO_MEMORY;
	}
	pool->most = most;
	return STATUS_OK;
}

void pool_destroy(struct pool *pool)
{
	if (!pool->most)
		return;
	while (pool->free) {
		struct connection *connection = pool->free;

		pool->free = connection->next;
		connection->driver->disconnect(connection);
	}
	pthread_cond_destroy(&pool->condition);
	pthread_mutex_destroy(&pool->mutex);
	pool->most = 0;
}

/* With the mutex held: a free connection, or the right to open one (*ret_connection NULL). */
static enum status pool_wait(struct pool *pool, struct connection **ret_connection)
{
	struct timespec until = deadline_in(POOL_WAIT);

	while (!pool->free && pool->opened >= pool->most)
		if (pthread_cond_timedwait(&pool->condition, &pool->mutex, &until))
			return STATUS_UNAVAILABLE;
	*ret_connection = pool->free;
	if (pool->free)
		pool->free = pool->free->next;
	else
		pool->opened++;
	return STATUS_OK;
}

static void pool_forget(struct pool *pool)
{
	pthread_mutex_lock(&pool->mutex);
	pool->opened--;
	pthread_cond_signal(&pool->condition);
	pthread_mutex_unlock(&pool->mutex);
}

enum status pool_take(struct database *database, struct pool *pool, bool for_writing, struct connection **ret)
{
	struct connection *connection = NULL;
	enum status status;

	pthread_mutex_lock(&pool->mutex);
	status = pool_wait(pool, &connection);
	pthread_mutex_unlock(&pool->mutex);
	if (status != STATUS_OK)
		return status;
	if (!connection) {
		status = database->driver->connect(database, for_writing, &connection);
		if (status != STATUS_OK) {
			pool_forget(pool);
			return status;
		}
	}
	*ret = connection;
	return STATUS_OK;
}

void pool_give(struct pool *pool, struct connection *connection)
{
	if (connection->broken) {
		connection->driver->disconnect(connection);
		pool_forget(pool);
		return;
	}
	pthread_mutex_lock(&pool->mutex);
	connection->next = pool->free;
	pool->free = connection;
	pthread_cond_signal(&pool->condition);
	pthread_mutex_unlock(&pool->mutex);
}

static struct statement_slot *slot_of(const struct statement_map *map, const struct statement *statement)
{
	size_t i = ((uintptr_t)statement >> 4) * 0x9E3779B1u & (map->capacity - 1);

	while (map->slots[i].statement && map->slots[i].statement != statement)
		i = (i + 1) & (map->capacity - 1);
	return &map->slots[i];
}

void *statement_map_find(const struct statement_map *map, const struct statement *statement)
{
	return map->capacity ? slot_of(map, statement)->prepared : NULL;
}

static enum status statement_map_grow(struct statement_map *map)
{
	struct statement_map grown = {.capacity = map->capacity ? map->capacity * 2 : FIRST_SLOTS, .count = map->count};

	grown.slots = memory_allocate(grown.capacity * sizeof *grown.slots);
	if (!grown.slots)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < map->capacity; i++)
		if (map->slots[i].statement)
			*slot_of(&grown, map->slots[i].statement) = map->slots[i];
	memory_free(map->slots);
	*map = grown;
	return STATUS_OK;
}

enum status statement_map_put(struct statement_map *map, const struct statement *statement, void *prepared)
{
	struct statement_slot *slot;

	if (map->count * 2 >= map->capacity)
		TRY(statement_map_grow(map));
	slot = slot_of(map, statement);
	map->count += !slot->statement;
	*slot = (struct statement_slot){statement, prepared};
	return STATUS_OK;
}

void statement_map_release(struct statement_map *map)
{
	memory_free(map->slots);
	*map = (struct statement_map){NULL, 0, 0};
}
