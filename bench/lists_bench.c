/* Lists over a stored administration: the time of a page of 25 by filter, of a search, and the rate of the words' index.
 * The argument is the URL of a database (vigie demo --declarations 1000000). The baseline beside each is the plain query
 * "where … order by day desc limit 26" over the same table, as one would write it without the runs. */
#include "app/wiring.h"
#include "base/clock.h"
#include "modules/declarations/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMES = 21, ROWS = 25, ARENA_LIMIT = 256 << 20 };

STATEMENT(BENCH_COUNT, "select count(*) from consignments");
STATEMENT(BENCH_PLAIN,
	"select id from consignments where ($1 < 0 or lane = $1) and (CAST($2 AS text) is null or state = $2) "
	"and (CAST($3 AS text) is null or office = $3) and (CAST($4 AS text) is null or lower(consignee_name) like $4) "
	"order by day desc, id desc limit 26");
STATEMENT(BENCH_NAME, "select consignee_name from consignments where consignee_name is not null order by id desc limit 1");
STATEMENT(BENCH_REFERENCE, "select reference from consignments order by id desc limit 1");

struct query {
	const char *name;
	int64_t lane;
	const char *state, *office;
	struct text search;
	int64_t outcome;
};

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static enum status run_list(struct request *rq, struct reader *db, const struct query *query, size_t *ret_count)
{
	struct list_query list = list_blank("/envois");
	struct stored_consignment *rows;
	bool has_more;

	list.lane = query->lane;
	list.outcome = query->outcome;
	list.values[LIST_STATE] = text_of(query->state);
	list.values[LIST_OFFICE] = text_of(query->office);
	list.values[LIST_SEARCH] = query->search;
	TRY(list_ready(rq, db, &list));
	return list_rows(rq, db, &list, ROWS, &rows, ret_count, &has_more);
}

static enum status run_plain(struct reader *db, const struct query *query)
{
	AUTO(rows_release) struct rows *rows = NULL;
	char pattern[200];

	snprintf(pattern, sizeof pattern, "%%%.*s%%", TEXT_FORMAT(query->search));
	for (char *c = pattern; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
	TRY(store_query(db, &BENCH_PLAIN,
		PARAMS(V_INT(query->lane), value_string(query->state), value_string(query->office),
			query->search.size ? value_string(pattern) : V_NULL),
		&rows));
	while (rows_next(rows))
		;
	return rows_status(rows);
}

static void measure(struct request *rq, struct reader *db, const struct query *query)
{
	int64_t times[TIMES], plain, began;
	size_t count = 0;

	for (int i = 0; i < TIMES; i++) {
		began = clock_monotonic();
		if (run_list(rq, db, query, &count) != STATUS_OK)
			printf("%s failed\n", query->name);
		times[i] = clock_monotonic() - began;
		arena_reset(rq->arena);
	}
	qsort(times, TIMES, sizeof *times, by_size);
	began = clock_monotonic();
	if (run_plain(db, query) != STATUS_OK)
		printf("%s: the plain query failed\n", query->name);
	plain = clock_monotonic() - began;
	printf("%-44s %3zu rows  median %8.2f ms  worst %8.2f ms   plain query %9.2f ms\n", query->name, count,
		(double)times[TIMES / 2] / 1000, (double)times[TIMES - 1] / 1000, (double)plain / 1000);
}

static struct text text_from(struct reader *db, const struct statement *statement, struct arena *arena)
{
	AUTO(rows_release) struct rows *rows = NULL;

	if (store_query(db, statement, NO_PARAMS, &rows) != STATUS_OK || !rows_next(rows))
		return TEXT_NONE;
	return rows_copy(rows, 0, arena);
}

static void index_all(struct database *database)
{
	int64_t began = clock_monotonic(), count = 0, spent;

	if (search_index_run(database, INT32_MAX, &count) != STATUS_OK)
		printf("the index failed\n");
	spent = clock_monotonic() - began;
	if (count)
		printf("words of %lld consignments kept in %.1f s: %.0f a second\n", (long long)count, (double)spent / 1e6,
			(double)count * 1e6 / (double)(spent ? spent : 1));
}

int main(int argc, char **argv)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(reader_release) struct reader *db = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT), *names = arena_new(1 << 20);
	const struct database_options options = {.durable = true};
	struct request rq = {.arena = arena, .actor = actor_system("bench")};
	struct text name, reference, typo;
	int64_t count = 0;

	if (argc < 2) {
		printf("lists_bench: passed over, it needs a database with demonstration data (lists_bench sqlite:PATH)\n");
		return 0;
	}
	if (argc != 2 || !arena || !names || database_open(argv[1], &options, &database) != STATUS_OK ||
		wiring_migrate(database) != STATUS_OK) {
		fprintf(stderr, "usage: lists_bench sqlite:PATH|postgresql://…\n");
		return 2;
	}
	index_all(database);
	if (reader_begin(database, &db) != STATUS_OK || store_integer(db, &BENCH_COUNT, NO_PARAMS, &count) != STATUS_OK)
		return 1;
	printf("%lld consignments\n", (long long)count);
	name = text_from(db, &BENCH_NAME, names);
	reference = text_from(db, &BENCH_REFERENCE, names);
	/* The name's first word with one letter twice. */
	typo = arena_format(names, "%.4s%s", name.size > 8 ? name.data + 8 : "tissus", name.size > 12 ? name.data + 11 : "us");
	const struct query queries[] = {
		{"all", -1, NULL, NULL, TEXT_NONE, -1},
		{"red lane", LANE_RED, NULL, NULL, TEXT_NONE, -1},
		{"waiting for control", -1, "to_control", NULL, TEXT_NONE, -1},
		{"blue lane, held (none)", LANE_BLUE, "held", NULL, TEXT_NONE, -1},
		{"one office", -1, NULL, "VG303", TEXT_NONE, -1},
		{"one office, red lane", LANE_RED, NULL, "VG303", TEXT_NONE, -1},
		{"something found", -1, "controlled", NULL, TEXT_NONE, 1},
		{"search: a reference", -1, NULL, NULL, reference, -1},
		{"search: a name", -1, NULL, NULL, name, -1},
		{"search: a common word", -1, NULL, NULL, TEXT("coton"), -1},
		{"search: two common words", -1, NULL, NULL, TEXT("coton imprimes"), -1},
		{"search: a typing error", -1, NULL, NULL, typo, -1},
		{"search: nothing like it", -1, NULL, NULL, TEXT("zzqqxxw"), -1},
	};
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
		measure(&rq, db, &queries[i]);
	return 0;
}
