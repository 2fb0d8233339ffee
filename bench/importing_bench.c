/* Importing the benchmark's extract with decisions into SQLite, against the bare insert of the extract's rows and
 * columns through one prepared statement in one transaction, and against the bare insert of all that the import
 * leaves behind. What a job does later, behind the import, is timed apart: the words for the search.
 * Run: importing_bench [FILE.csv FILE.map [RUNS]]; without arguments it takes the benchmark's extract
 * from ../shared where that is, else as many rows that it makes up, and says which. */
#include "app/wiring.h"
#include "base/secret.h"
#include "modules/declarations/search.h"
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

static double import(const char *path, const char *file, const struct mapping *mapping, int64_t *ret_rows,
	double *ret_load)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(decider_release) struct decider *decider = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	const struct database_options options = {.durable = true, .create = true};
	const struct actor actor = actor_system("bench");
	struct intake intake = {.actor = &actor, .mapping = mapping};
	struct import_row row;
	double load, taken;
	int64_t start;
	char url[256];

	remove_database(path);
	snprintf(url, sizeof url, "sqlite:%s", path);
	if (!arena || database_open(url, &options, &database) != STATUS_OK || wiring_migrate(database) != STATUS_OK ||
	    decider_new(database, &decider) != STATUS_OK)
		return -1;
	intake.database = database;
	intake.decider = decider;
	load = processor_seconds();
	start = clock_monotonic();
	if (intake_file(&intake, file, text_of(file), arena, &row) != STATUS_OK)
		return -1;
	*ret_rows = row.added_count;
	decider_release(&decider);
	database_release(&database);
	taken = seconds_since(start);
	*ret_load = processor_seconds() - load;
	return taken;
}

/* The rows that an import left behind, put one by one through prepared statements into empty tables of the same
 * schema and indexes, in one transaction: what storing them costs without reading or deciding anything. */
static sqlite3 *copy_to_memory(const char *path)
{
	sqlite3 *file = NULL, *memory = NULL;
	sqlite3_backup *backup;

	if (sqlite3_open(path, &file) != SQLITE_OK || sqlite3_open(":memory:", &memory) != SQLITE_OK)
		return NULL;
	backup = sqlite3_backup_init(memory, "main", file, "main");
	if (backup) {
		sqlite3_backup_step(backup, -1);
		sqlite3_backup_finish(backup);
	}
	sqlite3_close(file);
	return memory;
}

static void copy_schema(sqlite3 *from, sqlite3 *to, const char *what)
{
	sqlite3_stmt *rows = NULL;

	sqlite3_prepare_v2(from, "select sql from sqlite_master where sql is not null and type = ? and name not like 'sqlite_%'",
		-1, &rows, NULL);
	sqlite3_bind_text(rows, 1, what, -1, SQLITE_STATIC);
	while (sqlite3_step(rows) == SQLITE_ROW)
		sqlite3_exec(to, (const char *)sqlite3_column_text(rows, 0), NULL, NULL, NULL);
	sqlite3_finalize(rows);
}

static void copy_table(sqlite3 *from, sqlite3 *to, const char *table)
{
	sqlite3_stmt *rows = NULL, *insert = NULL;
	char sql[2048];
	size_t used;
	int columns;

	snprintf(sql, sizeof sql, "select * from %s", table);
	if (sqlite3_prepare_v2(from, sql, -1, &rows, NULL) != SQLITE_OK)
		return;
	columns = sqlite3_column_count(rows);
	used = (size_t)snprintf(sql, sizeof sql, "insert into %s values (", table);
	for (int i = 0; i < columns; i++)
		used += (size_t)snprintf(sql + used, sizeof sql - used, i ? ", ?" : "?");
	snprintf(sql + used, sizeof sql - used, ")");
	sqlite3_prepare_v2(to, sql, -1, &insert, NULL);
	while (sqlite3_step(rows) == SQLITE_ROW) {
		for (int i = 0; i < columns; i++)
			sqlite3_bind_value(insert, i + 1, sqlite3_column_value(rows, i));
		sqlite3_step(insert);
		sqlite3_reset(insert);
	}
	sqlite3_finalize(rows);
	sqlite3_finalize(insert);
}

static double bare_store(const char *imported, const char *path)
{
	static const char *const tables[] = {"consignments", "consignment_versions", "decisions", "selection_counts",
		 "imports", "journal"};
	sqlite3 *from = copy_to_memory(imported), *to = NULL;
	int64_t start;
	double taken;

	remove_database(path);
	if (!from || sqlite3_open(path, &to) != SQLITE_OK)
		return -1;
	sqlite3_exec(to, "pragma journal_mode = wal; pragma synchronous = full", NULL, NULL, NULL);
	copy_schema(from, to, "table");
	copy_schema(from, to, "index");
	start = clock_monotonic();
	sqlite3_exec(to, "begin", NULL, NULL, NULL);
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		copy_table(from, to, tables[i]);
	sqlite3_exec(to, "commit", NULL, NULL, NULL);
	sqlite3_close(to);
	taken = seconds_since(start);
	sqlite3_close(from);
	return taken;
}

/* What is left to the job behind the imports. */
static double keep_words(const char *path)
{
	AUTO(database_release) struct database *database = NULL;
	const struct database_options options = {.durable = true};
	double load = processor_seconds();
	int64_t count = 0;
	char url[256];

	snprintf(url, sizeof url, "sqlite:%s", path);
	if (database_open(url, &options, &database) != STATUS_OK || search_index_run(database, 100000, &count) != STATUS_OK)
		return -1;
	return processor_seconds() - load;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static const char shared_extract[] = "../shared/data/declarations-2020.csv", plan[] = "examples/benchmark.map";
enum { ROWS_MADE = 37385 };

/* An extract with the columns of the benchmark's, from a fixed series of numbers: operators, goods and routes come
 * again as they do in trade, masses and prices hardly ever. */
static bool make_extract(const char *path)
{
	static const char *const countries[] = {"CN", "FR", "BE", "US", "VN", "NG", "IN", "TR"};
	FILE *file = fopen(path, "w");
	uint64_t seed = 1;

	if (!file)
		return false;
	fprintf(file, "Declaration ID,Date,Office ID,Process Type,Import Type,Import Use,Payment Type,Mode of Transport,"
		"Declarant ID,Importer ID,Seller ID,Courier ID,HS6 Code,Country of Departure,Country of Origin,Tax Rate,"
		"Tax Type,Country of Origin Indicator,Net Mass,Item Price,Fraud,Critical Fraud\n");
	for (unsigned i = 0; i < ROWS_MADE; i++) {
		unsigned n[8];

		for (int j = 0; j < 8; j++) {
			seed = seed * 6364136223846793005U + 1442695040888963407U;
			n[j] = (unsigned)(seed >> 33);
		}
		fprintf(file, "%u,2020-%02u-%02u,%u,B,%u,21,11,%u,D%u,I%u,S%u,,%06u,%s,%s,%u.0,A,G,%u.%u,%u.%u,%d,0\n",
			10000000 + i * 37 % 90000000, 1 + i / 3200 % 12, 1 + i / 115 % 28, 10 + n[0] % 40, 11 + n[0] % 3,
			10 + n[1] % 4 * 10, n[1] % 900, n[2] % 9000, n[3] % 9000, 10000 + n[4] % 4000 * 200,
			countries[n[5] % 8], countries[n[6] % 8], n[4] % 3 * 8, 1 + n[7] % 20000, n[6] % 10,
			1000 + n[5] % 4000000, n[0] % 10, n[1] % 5 == 0);
	}
	return fclose(file) == 0;
}

struct figures {
	double bare[32], taken[32], ratios[32], loads[32], stores[32], against_stores[32], words;
	int64_t rows;
};

static double middle_of(double *figures, int runs)
{
	qsort(figures, (size_t)runs, sizeof *figures, by_size);
	return figures[runs / 2];
}

static void print_figures(struct figures *f, int runs)
{
	double bare = middle_of(f->bare, runs), taken = middle_of(f->taken, runs), ratio = middle_of(f->ratios, runs);
	double against = middle_of(f->against_stores, runs);

	printf("importing %lld rows with decisions into SQLite (durable)\n", (long long)f->rows);
	printf("  baseline, bare prepared insert of the same rows and columns: %.3f s (median of %d)\n", bare, runs);
	printf("  import: %.3f s (median), ratio %.2f (min %.2f, max %.2f); bar: 3\n", taken, ratio, f->ratios[0],
		f->ratios[runs - 1]);
	printf("  baseline, bare prepared insert of the rows and columns that the import leaves behind: %.3f s\n",
		middle_of(f->stores, runs));
	printf("  import against it: ratio %.2f (min %.2f, max %.2f)\n", against,
		f->against_stores[0], f->against_stores[runs - 1]);
	printf("  processor time of all threads: ratio %.2f (median)\n", middle_of(f->loads, runs));
	printf("  left to a job behind the import, not in the figures above: the words for the search, %.3f s of processor "
		"time\n", f->words);
}

static void run_once(struct figures *f, int i, const char *file, struct text content, const struct mapping *mapping)
{
	double start = processor_seconds(), bare_load, load = 0;

	f->bare[i] = bare_insert("/tmp/vigie-bench-bare.db", content);
	bare_load = processor_seconds() - start;
	f->taken[i] = import("/tmp/vigie-bench-import.db", file, mapping, &f->rows, &load);
	f->ratios[i] = f->taken[i] / f->bare[i];
	f->loads[i] = load / bare_load;
	f->stores[i] = bare_store("/tmp/vigie-bench-import.db", "/tmp/vigie-bench-bare.db");
	f->against_stores[i] = f->taken[i] / f->stores[i];
}

int main(int count, char **arguments)
{
	const char *made = "/tmp/vigie-bench-extract.csv", *file = count > 2 ? arguments[1] : shared_extract;
	struct arena *arena = arena_new(ARENA_LIMIT);
	struct mapping *mapping = NULL;
	struct refusal refusal = {0};
	int runs = count > 3 ? atoi(arguments[3]) : 5;
	struct figures figures = {.rows = 0};
	struct text content, map;

	if (!secret_init() || runs < 1 || runs > 32 || !arena)
		return 2;
	if (count < 3 && access(file, R_OK) != 0) {
		file = made;
		if (!make_extract(made))
			return 2;
	}
	printf("%s: %s\n", file == made ? "generated data, for want of ../shared" : "data", file);
	wiring_start();
	if (file_read(arena, file, ARENA_LIMIT, &content) != STATUS_OK ||
	    file_read(arena, count > 2 ? arguments[2] : plan, ARENA_LIMIT, &map) != STATUS_OK ||
	    mapping_read(arena, map, &mapping, &refusal) != STATUS_OK) {
		fprintf(stderr, "importing_bench: run it where examples/benchmark.map is, or give FILE.csv FILE.map\n");
		return 2;
	}
	for (int i = 0; i < runs; i++)
		run_once(&figures, i, file, content, mapping);
	figures.words = keep_words("/tmp/vigie-bench-import.db");
	print_figures(&figures, runs);
	return 0;
}
