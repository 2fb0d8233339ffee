#ifndef VIGIE_WEB_WATCH_H
#define VIGIE_WEB_WATCH_H
/* Deadlines of connections. The library's own time-out restarts with every byte, so that a client sending a byte a
 * second would stay for ever: here the whole head, the whole body and the whole answer have an end. */
#include "web/exchange.h"

/* Starts the watching thread, which also drives `tick` about four times a second. NULL without memory. */
struct watch *watch_start(void (*tick)(void *context, int64_t now), void *context);
/* Ends the thread; connections may still come and go. */
void watch_stop(struct watch *watch);
void watch_free(struct watch *watch);
struct connection *watch_add(struct watch *watch, int fd, const struct sockaddr *address, int64_t deadline);
void watch_remove(struct watch *watch, struct connection *connection);
/* NULL is fine; span in microseconds from now, INT64_MAX: none. */
void watch_allow(struct connection *connection, int64_t span);
size_t watch_count(struct watch *watch);
size_t watch_cut(struct watch *watch); /* connections cut so far */

#endif
