#ifndef VIGIE_WEB_RATE_H
#define VIGIE_WEB_RATE_H
/* How many requests a program has made in the minute under way, in this process. */
#include "base/text.h"

struct rates;
struct rates *rates_new(void); /* NULL without memory */
void rates_free(struct rates *rates); /* NULL is fine */
struct rate_state {
	int64_t left; /* requests still allowed in this minute */
	int64_t seconds; /* until the next minute begins */
};
/* Counts one request of `key` against `limit` a minute. False: one too many. `now`: monotonic microseconds. */
bool rates_take(struct rates *rates, uint64_t key, int64_t limit, int64_t now, struct rate_state *ret_state);

#endif
