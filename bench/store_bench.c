/* What the store costs: rows a second in transactions of 64 rows against a bare prepared insert of the same rows
 * with SQLite's own functions, one by one and many at once; and small commits by eight threads against one.
 * The argument is a folder for the files (default /tmp). */
#include "base/clock.h"
#include "store/store.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { BATCH = 64, BATCHES = 300, COLUMNS = 8, THREADS = 8, COMMITS = 100 };

STATEMENT(MAKE_TABLE, "create table goods (a INTEGER, b TEXT, c TEXT, d REAL, e INTEGER, f TEXT, g INTEGER, h TEXT) STRICT");
STATEMENT(MAKE_INDEX, "create index goods_b on goods (b)");
STATEMENT(INSERT_GOODS, "insert into goods (a, b, c, d, e, f, g, h) values ($1, $2, $3, $4, $5, $6, $7, $8)");

static void fill(struct value *values, char name[16], int64_t n)
{
	snprintf(name, 16, "K%09lld", (long long)(n * 2654435761 % 1000000007));
	values[0] = V_INT(n);
	values[1] = value_string(name);
	values[2] = value_string("8703239000");
	values[3] = V_REAL((double)n / 7);
	values[4] = V_INT(n * 1000000);
	values[5] = value_string("véhicules de tourisme");
	values[6] = V_NULL;
	values[7] = value_string("CN");
}

static int bind_all(sqlite3_stmt *statement, const struct value *values)
{
	for (int i = 0; i < COLUMNS; i++) {
		const struct value *value = &values[i];

		if (value->kind == VALUE_INTEGER)
			sqlite3_bind_int64(statement, i + 1, value->integer);
		else if (value->kind == VALUE_REAL)
			sqlite3_bind_double(statement, i + 1, value->real);
		else if (value->kind == VALUE_TEXT)
			sqlite3_bind_text(statement, i + 1, value->text.data, (int)value->text.size, SQLITE_STATIC);
		else
			sqlite3_bind_null(statement, i + 1);
	}
	return sqlite3_step(statement) == SQLITE_DONE && sqlite3_reset(statement) == SQLITE_OK;
}

/* Rows a second; 0 on failure. */
static double bare(const char *path)
{
	sqlite3 *handle = NULL;
	sqlite3_stmt *statement = NULL;
	struct value values[COLUMNS];
	char name[16];
	int64_t began, spent;
	int done = 1;

	if (sqlite3_open(path, &handle) != SQLITE_OK ||
	    sqlite3_exec(handle, "pragma journal_mode = wal; pragma synchronous = full", NULL, NULL, NULL) ||
	    sqlite3_exec(handle, MAKE_TABLE.sql, NULL, NULL, NULL) ||
	    sqlite3_exec(handle, MAKE_INDEX.sql, NULL, NULL, NULL) ||
	    sqlite3_prepare_v2(handle, INSERT_GOODS.sql, -1, &statement, NULL) != SQLITE_OK)
		done = 0;
	began = clock_monotonic();
	for (int batch = 0; done && batch < BATCHES; batch++) {
		done = sqlite3_exec(handle, "begin immediate", NULL, NULL, NULL) == SQLITE_OK;
		for (int i = 0; done && i < BATCH; i++) {
			fill(values, name, batch * BATCH + i);
			done = bind_all(statement, values);
		}
		done = done && sqlite3_exec(handle, "commit", NULL, NULL, NULL) == SQLITE_OK;
	}
	spent = clock_monotonic() - began;
	sqlite3_finalize(statement);
	sqlite3_close(handle);
	return done ? (double)BATCHES * BATCH * 1e6 / (double)spent : 0;
}

static enum status make_table(struct database *database)
{
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &MAKE_TABLE, NO_PARAMS, NULL));
	TRY(store_execute(writer, &MAKE_INDEX, NO_PARAMS, NULL));
	return writer_commit(&writer);
}

static enum status write_batch(struct database *database, int batch, bool at_once)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct value values[BATCH][COLUMNS];
	char names[BATCH][16];

	TRY(writer_begin(database, &writer));
	for (int i = 0; i < BATCH; i++) {
		fill(values[i], names[i], batch * BATCH + i);
		if (!at_once)
			TRY(store_execute(writer, &INSERT_GOODS, values[i], COLUMNS, NULL));
	}
	if (at_once)
		TRY(store_execute_many(writer, &INSERT_GOODS, values[0], COLUMNS, BATCH));
	return writer_commit(&writer);
}

static double through_store(struct database *database, bool at_once)
{
	int64_t began = clock_monotonic();

	for (int batch = 0; batch < BATCHES; batch++)
		if (write_batch(database, batch, at_once) != STATUS_OK)
			return 0;
	return (double)BATCHES * BATCH * 1e6 / (double)(clock_monotonic() - began);
}

struct crowd {
	struct database *database;
	_Atomic int failures;
};

static enum status commit_one(struct database *database, int64_t n)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct value values[COLUMNS];
	char name[16];

	fill(values, name, n);
	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &INSERT_GOODS, values, COLUMNS, NULL));
	return writer_commit(&writer);
}

static void *commit_alone(void *context)
{
	struct crowd *crowd = context;

	for (int i = 0; i < COMMITS; i++)
		if (commit_one(crowd->database, i) != STATUS_OK)
			atomic_fetch_add(&crowd->failures, 1);
	return NULL;
}

/* Commits of one row a second by so many threads. */
static double commits(struct database *database, int threads)
{
	struct crowd crowd = {.database = database};
	pthread_t started[THREADS];
	int64_t began = clock_monotonic();
	int count = 0;

	while (count < threads && pthread_create(&started[count], NULL, commit_alone, &crowd) == 0)
		count++;
	for (int i = 0; i < count; i++)
		pthread_join(started[i], NULL);
	return crowd.failures || count < threads ? 0 : threads * COMMITS * 1e6 / (double)(clock_monotonic() - began);
}

struct figures {
	double single, many, alone, together;
};

enum part { PART_SINGLE, PART_MANY, PART_CROWD, PARTS };

/* Each part has a new file, so that none pays for the rows of another. */
static enum status measure(const char *path, enum part part, struct figures *ret_figures)
{
	const struct database_options options = {.durable = true, .create = true};
	AUTO(database_release) struct database *database = NULL;
	char url[1100];

	snprintf(url, sizeof url, "sqlite:%s", path);
	TRY(database_open(url, &options, &database));
	TRY(make_table(database));
	if (part == PART_SINGLE) {
		ret_figures->single = through_store(database, false);
	} else if (part == PART_MANY) {
		ret_figures->many = through_store(database, true);
	} else {
		ret_figures->alone = commits(database, 1);
		ret_figures->together = commits(database, THREADS);
	}
	return STATUS_OK;
}

int main(int count, char **arguments)
{
	const char *folder = count > 1 ? arguments[1] : "/tmp";
	struct figures figures = {0, 0, 0, 0};
	char path[1000];
	double baseline;

	snprintf(path, sizeof path, "%s/store-bench-%ld", folder, (long)getpid());
	baseline = bare(path);
	unlink(path);
	for (enum part part = 0; part < PARTS; part++) {
		enum status status = measure(path, part, &figures);

		unlink(path);
		if (status != STATUS_OK)
			return 1;
	}
	printf("baseline: SQLite's own prepared insert, %d rows a transaction, durable: %.0f rows/s\n", BATCH, baseline);
	printf("store_execute: %.0f rows/s, ratio %.2f\n", figures.single, figures.single / baseline);
	printf("store_execute_many: %.0f rows/s, ratio %.2f\n", figures.many, figures.many / baseline);
	printf("baseline: one thread, one row a commit: %.0f commits/s\n", figures.alone);
	printf("%d threads that share commits: %.0f commits/s, ratio %.2f\n", THREADS, figures.together,
		figures.together / figures.alone);
	return baseline > 0 && figures.single > 0 && figures.many > 0 && figures.together > 0 ? 0 : 1;
}
