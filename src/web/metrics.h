#ifndef VIGIE_WEB_METRICS_H
#define VIGIE_WEB_METRICS_H
/* Counters of the server in Prometheus' text form. */
#include "web/exchange.h"

struct metrics *metrics_new(struct arena *arena);
/* Notes an answered request: its HTTP status, bytes of body, microseconds. */
void metrics_note(struct metrics *metrics, int status, int64_t bytes, int64_t span);
void metrics_refused(struct metrics *metrics); /* by the guard, before any routing */
/* Into the answer's body; with a reader the gauges of the modules too. */
void metrics_print(const struct server *server, struct reader *db, struct buffer *buffer);

#endif
