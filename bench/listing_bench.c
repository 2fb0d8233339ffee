/* The list's own SQL made into JSON, in one process without HTTP, sign-in or rights: the baseline of serving_bench.sh.
 * listing_bench [DATABASE-URL] [SECONDS]; without a database it says so. Two threads, each with its own reader. */
#include "base/clock.h"
#include "base/json.h"
#include "store/store.h"
#include "web/module.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 2, ROWS = 100 };

STATEMENT(RAW_LIST, "select id, stage, reference, office, day, regime, manifest, consignee_name, exporter_name, declarant_code, "
	"description, item_count, gross_mass, customs_value, state, lane, score from consignments "
	"order by id desc limit 100");

static const struct api_field fields[] = {{.name = "id", .kind = API_INTEGER}, {.name = "stage", .kind = API_INTEGER},
	{.name = "reference"}, {.name = "office"}, {.name = "day", .kind = API_DATE}, {.name = "regime"}, {.name = "manifest"},
	{.name = "consignee_name"}, {.name = "exporter_name"}, {.name = "declarant_code"}, {.name = "description"},
	{.name = "item_count", .kind = API_INTEGER}, {.name = "gross_mass", .kind = API_DECIMAL},
	{.name = "customs_value", .kind = API_DECIMAL}, {.name = "state"}, {.name = "lane", .kind = API_INTEGER},
	{.name = "score", .kind = API_REAL}, {0}};
static const struct api_shape shape = {"Raw", fields};

struct run {
	pthread_t thread;
	struct database *database;
	int64_t end, count;
};

static enum status list_once(struct database *database, struct buffer *out)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;
	struct json_writer json;

	buffer_clear(out);
	put_begin(&json, out);
	put_array(&json);
	TRY(reader_begin(database, &reader));
	TRY(store_query(reader, &RAW_LIST, NO_PARAMS, &rows));
	while (rows_next(rows))
		api_row(&json, &shape, rows);
	put_array_end(&json);
	return rows_status(rows);
}

static void *run_lists(void *context)
{
	struct run *run = context;
	AUTO(buffer_release) struct buffer out = {0};

	buffer_init(&out, 16 << 20);
	while (clock_monotonic() < run->end && list_once(run->database, &out) == STATUS_OK)
		run->count++;
	return NULL;
}

int main(int count, char **words)
{
	AUTO(database_release) struct database *database = NULL;
	struct run runs[THREADS];
	int64_t seconds = count > 2 ? strtoll(words[2], NULL, 10) : 5, total = 0;

	if (count < 2) {
		printf("listing_bench: passed over, it needs a database (listing_bench sqlite:PATH)\n");
		return 0;
	}
	if (database_open(words[1], &(struct database_options){.readers = THREADS, .durable = true}, &database) != STATUS_OK)
		return 1;
	for (int i = 0; i < THREADS; i++) {
		runs[i] = (struct run){.database = database, .end = clock_monotonic() + seconds * MICROSECONDS};
		if (pthread_create(&runs[i].thread, NULL, run_lists, &runs[i]) != 0)
			return 1;
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(runs[i].thread, NULL);
		total += runs[i].count;
	}
	printf("raw SQL to JSON, list of %d rows, two threads: %lld/s\n", ROWS, (long long)(total / seconds));
	return 0;
}
