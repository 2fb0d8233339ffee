#ifndef VIGIE_DOMAIN_EVENT_H
#define VIGIE_DOMAIN_EVENT_H
/* What happened, told to whoever subscribed in its table, inside the transaction of the change; and handed on
 * to live pages after the commit (channel "live"). */
#include "domain/actor.h"

struct event {
	const char *name; /* "inspection.close" */
	const struct actor *actor;
	int64_t id; /* of the thing */
	struct text unit_path;
};
struct subscription {
	const char *event; /* "*": all of them */
	enum status (*handle)(struct writer *writer, const struct event *event);
};
/* The wiring calls this at start, once per module's table (ended by event NULL), before any thread runs.
 * NULL forgets all tables (tests). */
void event_subscribe(const struct subscription *subscriptions);
enum status event_publish(struct writer *writer, const struct event *event) MUST_CHECK;

#endif
