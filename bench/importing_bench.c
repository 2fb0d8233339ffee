/* Importing the benchmark's extract with decisions into SQLite, against the bare insert of the same rows and
 * columns through one prepared statement in one transaction. Run: importing_bench FILE.csv FILE.map [RUNS] */
#include "app/wiring.h"
#include "base/secret.h"
#include "modules/risk/risk.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { COLUMNS = 64, ARENA_LIMIT = 1 << 30 };

static double seconds_since(int64_t start)
{
	return (double)(clock_monotonic() - start) / 1e6;
}

/* Of all threads: what a busy machine does not change. */
static double processor_seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static void remove_database(const char *path)
{
	char name[256];
	const char *const ends[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof name, "%s%s", path, ends[i]);
		unlink(name);
	}
}

/* Splits at commas: the benchmark's file has no quotes. */
static int split(struct text line, struct text *cells)
{
	int count = 0;

	while (line.data && count < COLUMNS)
		cells[count++] = text_cut(&line, ',');
	return count;
}

static void make_statement(char *sql, size_t size, int columns, bool create)
{
	size_t used = (size_t)snprintf(sql, size, create ? "create table bare (" : "insert into bare values (");

	for (int i = 0; i < columns; i++)
		used += (size_t)snprintf(sql + used, size - used, create ? "%sc%d text" : "%s?", i ? ", " : "", i);
	snprintf(sql + used, size - used, ")");
}

static double bare_insert(const char *path, struct text content)
{
	struct text cells[COLUMNS], line = text_cut(&content, '\n');
	int columns = split(line, cells);
	sqlite3_stmt *statement = NULL;
	sqlite3 *database = NULL;
	int64_t start;
	char sql[4096];

	remove_database(path);
	if (sqlite3_open(path, &database) != SQLITE_OK)
		return -1;
	sqlite3_exec(database, "pragma journal_mode = wal; pragma synchronous = full", NULL, NULL, NULL);
	make_statement(sql, sizeof sql, columns, true);
	sqlite3_exec(database, sql, NULL, NULL, NULL);
	start = clock_monotonic();
	make_statement(sql, sizeof sql, columns, false);
	sqlite3_prepare_v2(database, sql, -1, &statement, NULL);
	sqlite3_exec(database, "begin", NULL, NULL, NULL);
	while (content.data && content.size) {
		int count = split(text_cut(&content, '\n'), cells);

		for (int i = 0; i < count && i < columns; i++)
			sqlite3_bind_text(statement, i + 1, cells[i].data, (int)cells[i].size, SQLITE_STATIC);
		sqlite3_step(statement);
		sqlite3_reset(statement);
	}
	sqlite3_exec(database, "commit", NULL, NULL, NULL);
	sqlite3_finalize(statement);
	sqlite3_close(database);
	return seconds_since(start);
}

static double import(const char *path, const char *file, const struct mapping *mapping, int64_t *ret_rows)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(decider_release) struct decider *decider = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	const struct database_options options = {.durable = true, .create = true};
	const struct actor actor = actor_system("bench");
	struct intake intake = {.actor = &actor, .mapping = mapping};
	struct import_row row;
	int64_t start;
	char url[256];

	remove_database(path);
	snprintf(url, sizeof url, "sqlite:%s", path);
	if (!arena || database_open(url, &options, &database) != STATUS_OK || wiring_migrate(database) != STATUS_OK ||
	    decider_new(database, &decider) != STATUS_OK)
		return -1;
	intake.database = database;
	intake.decider = decider;
	start = clock_monotonic();
	if (intake_file(&intake, file, text_of(file), arena, &row) != STATUS_OK)
		return -1;
	*ret_rows = row.added_count;
	decider_release(&decider);
	database_release(&database);
	return seconds_since(start);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int main(int count, char **arguments)
{
	struct arena *arena = arena_new(ARENA_LIMIT);
	struct mapping *mapping = NULL;
	struct refusal refusal = {0};
	int runs = count > 3 ? atoi(arguments[3]) : 5;
	double bare[32], taken[32], ratios[32], loads[32], start, middle;
	struct text content, map;
	int64_t rows = 0;

	if (count < 3 || !secret_init() || runs < 1 || runs > 32) {
		fprintf(stderr, "importing_bench FILE.csv FILE.map [RUNS]\n");
		return 2;
	}
	wiring_start();
	if (file_read(arena, arguments[1], ARENA_LIMIT, &content) != STATUS_OK ||
	    file_read(arena, arguments[2], ARENA_LIMIT, &map) != STATUS_OK ||
	    mapping_read(arena, map, &mapping, &refusal) != STATUS_OK)
		return 2;
	for (int i = 0; i < runs; i++) {
		start = processor_seconds();
		bare[i] = bare_insert("/tmp/vigie-bench-bare.db", content);
		middle = processor_seconds();
		taken[i] = import("/tmp/vigie-bench-import.db", arguments[1], mapping, &rows);
		ratios[i] = taken[i] / bare[i];
		loads[i] = (processor_seconds() - middle) / (middle - start);
	}
	qsort(bare, (size_t)runs, sizeof *bare, by_size);
	qsort(taken, (size_t)runs, sizeof *taken, by_size);
	qsort(loads, (size_t)runs, sizeof *loads, by_size);
	qsort(ratios, (size_t)runs, sizeof *ratios, by_size);
	printf("importing %lld rows with decisions into SQLite (durable)\n", (long long)rows);
	printf("  baseline, bare prepared insert of the same rows and columns: %.3f s (median of %d)\n", bare[runs / 2], runs);
	printf("  import: %.3f s (median), ratio %.2f (min %.2f, max %.2f); bar: 3\n", taken[runs / 2], ratios[runs / 2],
		ratios[0], ratios[runs - 1]);
	printf("  processor time of all threads: ratio %.2f (median)\n", loads[runs / 2]);
	return 0;
}
