#ifndef VIGIE_DOMAIN_WEBHOOK_H
#define VIGIE_DOMAIN_WEBHOOK_H
/* Events told to programs by HTTP: kept as rows in the transaction of the event, sent by a job, signed, repeated
 * with growing delays until they arrive or a day has gone. */
#include "domain/event.h"

enum { WEBHOOK_SECRET_SIZE = 32, WEBHOOK_URL_LIMIT = 500, WEBHOOK_EVENTS_LIMIT = 500, WEBHOOK_ATTEMPTS = 13 };

struct webhook {
	int64_t id, user_id, created_at, version;
	struct text url, events, program; /* program: the account's name */
	bool is_active;
};
/* url: http or https with a host; events: blank-separated names, "kind.*", or "*". STATUS_INVALID otherwise.
 * *ret_secret: what signatures are made with, shown once. */
enum status webhook_add(struct writer *writer, const struct actor *actor, const struct webhook *webhook,
	unsigned char ret_secret[WEBHOOK_SECRET_SIZE], int64_t *ret_id) MUST_CHECK;
bool webhook_url_is_sound(struct text url);
bool webhook_events_are_sound(struct text events);
/* Does the list of events name this one? "*" names all but decisions ("decision.red"…), which come by the thousand. */
bool webhook_wants(struct text events, const char *event);
enum status webhook_find(struct reader *reader, int64_t id, struct arena *arena, struct webhook *ret_webhook) MUST_CHECK;
enum status webhook_list(struct reader *reader, bool (*each)(void *context, const struct webhook *webhook),
	void *context) MUST_CHECK;
/* STATUS_CONFLICT: changed meanwhile. */
enum status webhook_set_active(struct writer *writer, const struct actor *actor, int64_t id, int64_t version,
	bool active) MUST_CHECK;

struct webhook_delivery {
	int64_t id, webhook_id, attempts, created_at, next_at, ended_at, http; /* ended_at, http: INT64_MIN when missing */
	struct text event, body, state, problem;
};
/* Latest first, 50 at most, of one webhook. */
enum status webhook_delivery_list(struct reader *reader, int64_t webhook_id,
	bool (*each)(void *context, const struct webhook_delivery *delivery), void *context) MUST_CHECK;
/* Sends a delivery once more, now. STATUS_NOT_FOUND: no such delivery of this webhook. */
enum status webhook_delivery_again(struct writer *writer, const struct actor *actor, int64_t webhook_id,
	int64_t delivery_id, int64_t now) MUST_CHECK;
/* A delivery that only tries the way: event "webhook.test". */
enum status webhook_try(struct writer *writer, const struct actor *actor, int64_t id, int64_t now) MUST_CHECK;

/* Does any active webhook want this event? For events that come by the thousand and are only published when heard. */
enum status webhook_is_wanted(struct reader *reader, const char *event, bool *ret_wanted) MUST_CHECK;
/* A subscription to "*": a delivery for each webhook whose program may see the event's unit. */
enum status webhook_enqueue(struct writer *writer, const struct event *event) MUST_CHECK;

/* "t=1700000000,v1=<hex of HMAC-SHA-256(secret, "1700000000." body)>", in the arena. data NULL without memory. */
struct text webhook_signature(struct arena *arena, struct text secret, int64_t seconds, struct text body);
/* The delay after the n-th failed attempt (from 1), microseconds: 10 s, doubled each time, six hours at most. */
int64_t webhook_delay(int64_t attempts);
/* Where deliveries may go besides the public network: this machine; the networks that have no public addresses. */
enum { REACH_LOOPBACK = 1, REACH_PRIVATE = 2 };
struct sockaddr;
/* Is this an address that deliveries do not go to? Whatever leads to one by another way of writing (IPv6 of mapped,
 * translated or tunnelled IPv4) counts as that one. */
bool webhook_address_is_refused(const struct sockaddr *address, unsigned reach);
/* Sends what is due, side by side, and notes what became of it. The address of the connection itself is looked at, after
 * the name has been resolved. *ret_sent counts what arrived, *ret_failed what did not. */
enum status webhooks_send(struct database *database, int64_t now, unsigned reach, struct arena *arena, int *ret_sent,
	int *ret_failed) MUST_CHECK;
/* Forgets deliveries that ended more than thirty days ago. */
enum status webhooks_clean(struct writer *writer, int64_t now) MUST_CHECK;

#endif
