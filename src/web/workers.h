#ifndef VIGIE_WEB_WORKERS_H
#define VIGIE_WEB_WORKERS_H
/* Threads for handlers: what waits for the database must not hold the event threads. */
#include "web/exchange.h"

struct workers *workers_start(int count, int queue_limit);
/* False when the queue is full. `run` is called on a worker. */
bool workers_submit(struct workers *workers, struct exchange *exchange, void (*run)(struct exchange *exchange));
int workers_waiting(struct workers *workers);
/* Runs what waits, then ends the threads. */
void workers_stop(struct workers *workers);

#endif
