/* Atomic counters; printed when asked for. */
#include "web/metrics.h"

#include "web/stream.h"
#include "web/watch.h"
#include "web/workers.h"

static const int64_t bounds[] = {1000, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 10000000};
enum { BUCKETS = sizeof bounds / sizeof *bounds };

struct metrics {
	_Atomic uint64_t by_class[6]; /* 1xx … 5xx by their first digit */
	_Atomic uint64_t buckets[BUCKETS + 1];
	_Atomic uint64_t span, bytes, refused;
};

struct metrics *metrics_new(struct arena *arena)
{
	return ARENA_NEW(arena, struct metrics);
}

void metrics_note(struct metrics *metrics, int status, int64_t bytes, int64_t span)
{
	int bucket = 0;

	while (bucket < BUCKETS && span > bounds[bucket])
		bucket++;
	atomic_fetch_add(&metrics->by_class[status >= 100 && status < 600 ? status / 100 : 0], 1);
	atomic_fetch_add(&metrics->buckets[bucket], 1);
	atomic_fetch_add(&metrics->span, (uint64_t)(span > 0 ? span : 0));
	atomic_fetch_add(&metrics->bytes, (uint64_t)(bytes > 0 ? bytes : 0));
}

void metrics_refused(struct metrics *metrics)
{
	atomic_fetch_add(&metrics->refused, 1);
}

static void print_gauge(struct buffer *buffer, const char *name, const char *help, uint64_t value, const char *kind)
{
	buffer_format(buffer, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", name, help, name, kind, name,
		(unsigned long long)value);
}

/* What cannot be read is left out: monitoring sees that it is missing. */
static void print_gauges(const struct server *server, struct reader *db, struct buffer *buffer)
{
	const struct module *const *modules = server->application->modules;

	for (; modules && *modules; modules++)
		for (const struct gauge *gauge = (*modules)->gauges; gauge && gauge->name; gauge++) {
			int64_t value = 0;

			if (gauge->read(db, &value) == STATUS_OK)
				print_gauge(buffer, gauge->name, gauge->help, (uint64_t)(value > 0 ? value : 0), "gauge");
		}
}

void metrics_print(const struct server *server, struct reader *db, struct buffer *buffer)
{
	struct metrics *metrics = server->metrics;
	uint64_t sum = 0;

	buffer_string(buffer, "# HELP vigie_requests_total Requests answered.\n# TYPE vigie_requests_total counter\n");
	for (int i = 1; i < 6; i++)
		buffer_format(buffer, "vigie_requests_total{status=\"%dxx\"} %llu\n", i,
			(unsigned long long)atomic_load(&metrics->by_class[i]));
	buffer_string(buffer, "# HELP vigie_request_seconds Time from the head to the whole answer sent.\n"
			      "# TYPE vigie_request_seconds histogram\n");
	for (int i = 0; i <= BUCKETS; i++) {
		sum += atomic_load(&metrics->buckets[i]);
		if (i < BUCKETS)
			buffer_format(buffer, "vigie_request_seconds_bucket{le=\"%g\"} %llu\n", (double)bounds[i] / 1e6,
				(unsigned long long)sum);
		else
			buffer_format(buffer, "vigie_request_seconds_bucket{le=\"+Inf\"} %llu\n", (unsigned long long)sum);
	}
	buffer_format(buffer, "vigie_request_seconds_sum %.6f\nvigie_request_seconds_count %llu\n",
		(double)atomic_load(&metrics->span) / 1e6, (unsigned long long)sum);
	print_gauge(buffer, "vigie_response_bytes_total", "Bytes of answers.", atomic_load(&metrics->bytes), "counter");
	print_gauge(buffer, "vigie_refused_total", "Requests refused because their form is unsound.",
		atomic_load(&metrics->refused), "counter");
	print_gauge(buffer, "vigie_connections", "Open connections.", watch_count(server->watch), "gauge");
	print_gauge(buffer, "vigie_connections_cut_total", "Connections cut at their deadline.", watch_cut(server->watch),
		"counter");
	print_gauge(buffer, "vigie_streams", "Open event streams.", hub_count(server->hub), "gauge");
	print_gauge(buffer, "vigie_requests_waiting", "Requests waiting for a worker.",
		(uint64_t)workers_waiting(server->workers), "gauge");
	print_gauge(buffer, "vigie_requests_under_way", "Requests under way.",
		(uint64_t)atomic_load(&server->under_way), "gauge");
	if (db)
		print_gauges(server, db, buffer);
}
