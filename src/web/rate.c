/* A table of fixed size: the place least in use is taken over when it is full, which only ever lets more pass. */
#include "web/rate.h"

#include "base/clock.h"
#include "base/memory.h"

#include <pthread.h>

enum { SLOTS = 4096, PROBES = 8 };

struct slot {
	uint64_t key;
	int64_t minute, count;
};
struct rates {
	pthread_mutex_t lock;
	struct slot slots[SLOTS];
};

struct rates *rates_new(void)
{
	struct rates *rates = memory_allocate(sizeof *rates);

	if (rates)
		pthread_mutex_init(&rates->lock, NULL);
	return rates;
}

void rates_free(struct rates *rates)
{
	if (!rates)
		return;
	pthread_mutex_destroy(&rates->lock);
	memory_free(rates);
}

/* The key's own place, else the oldest of those where it may stand. */
static struct slot *find(struct rates *rates, uint64_t key)
{
	struct slot *oldest = NULL;

	for (uint64_t probe = 0; probe < PROBES; probe++) {
		struct slot *slot = &rates->slots[(key + probe) % SLOTS];

		if (slot->count && slot->key == key)
			return slot;
		if (!oldest || slot->minute < oldest->minute || (slot->minute == oldest->minute && slot->count < oldest->count))
			oldest = slot;
	}
	*oldest = (struct slot){.key = key};
	return oldest;
}

bool rates_take(struct rates *rates, uint64_t key, int64_t limit, int64_t now, struct rate_state *ret_state)
{
	int64_t span = 60 * MICROSECONDS, minute = now / span;
	struct slot *slot;
	bool may;

	pthread_mutex_lock(&rates->lock);
	slot = find(rates, key);
	if (slot->minute != minute) {
		slot->minute = minute;
		slot->count = 0;
	}
	may = slot->count < limit;
	if (may)
		slot->count++;
	ret_state->left = limit - slot->count > 0 ? limit - slot->count : 0;
	pthread_mutex_unlock(&rates->lock);
	ret_state->seconds = (span - now % span + MICROSECONDS - 1) / MICROSECONDS;
	return may;
}
