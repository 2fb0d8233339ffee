#ifndef VIGIE_WEB_STREAM_H
#define VIGIE_WEB_STREAM_H
/* Server-sent events: a stream is a suspended connection that wakes when there is something to say. The last
 * notifications are kept, so that a stream that opens hears what came since its page was made or since its link broke:
 * each notification has a mark, which the page gives (input LIVE_SINCE) and the browser sends back by itself
 * (Last-Event-ID). A mark that is too old, or of another server, gets one event at once. */
#include "web/exchange.h"

struct hub *hub_new(int64_t heartbeat, int64_t age);
void hub_free(struct hub *hub);
size_t hub_count(struct hub *hub);
/* The mark of the last notification, for a page that is about to be read from the database. */
void hub_mark(struct hub *hub, char ret_mark[LIVE_MARK_SIZE]);
/* Tells all streams that want it. */
void hub_notify(struct hub *hub, struct text payload);
/* Heartbeats, and the end of old streams. */
void hub_tick(struct hub *hub, int64_t now);
/* Ends all streams; new ones end at once. */
void hub_close(struct hub *hub);

/* Makes the exchange's stream and its response. */
enum status stream_open(struct exchange *exchange, struct MHD_Response **ret_response) MUST_CHECK;
void stream_free(struct stream *stream); /* NULL is fine */

#endif
