#ifndef VIGIE_WEB_STREAM_H
#define VIGIE_WEB_STREAM_H
/* Server-sent events: a stream is a suspended connection that wakes when there is something to say. */
#include "web/exchange.h"

struct hub *hub_new(int64_t heartbeat, int64_t age);
void hub_free(struct hub *hub);
size_t hub_count(struct hub *hub);
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
