#ifndef VIGIE_DOMAIN_THROTTLE_H
#define VIGIE_DOMAIN_THROTTLE_H
/* Slows down guessing. An attempt is counted before it is looked at, so that many at once gain nothing, and is
 * given back when it was right. After a few free ones each costs a delay that doubles up to a quarter of an
 * hour; a day of quiet forgets.
 *
 * A bucket is a text: "account:<login>", "address:<address>", "device:<digest>". A browser that has signed in
 * to the account before has a bucket of its own and passes by the account's and the address's: so a stranger
 * who guesses at an account, even from the same office's address, does not lock its owner out. */
#include "store/store.h"

/* Takes one attempt at `now` (UTC microseconds). STATUS_THROTTLED: none to be had; *ret_wait (seconds, never
 * less than 1) says for how long, and nothing was counted. */
enum status throttle_take(struct writer *writer, struct text bucket, int64_t free_attempts, int64_t now,
	int64_t *ret_wait) MUST_CHECK;
/* Gives one attempt back: this one was right, others may not have been. */
enum status throttle_give_back(struct writer *writer, struct text bucket) MUST_CHECK;
/* Forgets the bucket. */
enum status throttle_clear(struct writer *writer, struct text bucket) MUST_CHECK;
/* Forgets buckets quiet for a day. For the clean-up job. */
enum status throttle_clean(struct writer *writer, int64_t now) MUST_CHECK;

#endif
