/* Recording inspections, durable, each with its item, its journal row, its outcome and the move of the consignment, in a
 * transaction of its own: by one officer after another, and by sixteen at once, who share commits. Beside it the same
 * machine's bare prepared insert of one row with a commit each. The bar of sixteen is 1,000 a second.
 *
 *   bench/inspecting_bench [FOLDER]      (default /tmp; VIGIE_BENCH_POSTGRES names an empty database to measure too) */
#include "app/wiring.h"
#include "base/clock.h"
#include "base/memory.h"
#include "modules/inspections/inspections.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OFFICERS = 16, EACH = 250, BARE = 500, BAR = 1000 };

STATEMENT(BENCH_CONSIGNMENT,
	"insert into consignments (id, identity, stage, reference, office, unit_path, day, description, item_count, version, "
	"digest, state, lane, received_at, changed_at) values ($1, $2, 1, $2, 'B1', '/1/2/', 20000, 'sacs', 1, 1, $3, "
	"'to_control', 3, 0, 0)");
STATEMENT(BENCH_JOURNAL, "select count(*) from journal where action = 'control_recorded'");

struct officer {
	struct database *database;
	int64_t first;
	int count;
	_Atomic int *failures;
};

static enum status record_one(struct database *database, int64_t id, struct arena *arena)
{
	const struct actor actor = actor_system("bench");
	const struct inspection_item item = {1, TEXT("quantity"), TEXT("12"), TEXT("cartons")};
	const struct inspection inspection = {.consignment_id = id, .result = TEXT("quantity"),
		.recovered = 1250000 * NUMBER_ONE, .currency = TEXT("XOF"), .note = TEXT("Douze cartons de plus"),
		.next_step = TEXT("payment"), .row_version = 1, .items = &item, .item_count = 1};
	AUTO(writer_rollback) struct writer *writer = NULL;
	int64_t inspection_id;

	TRY(writer_begin(database, &writer));
	TRY(inspection_record(writer, &actor, &inspection, arena, &inspection_id));
	return writer_commit(&writer);
}

static void *work(void *context)
{
	struct officer *officer = context;
	struct arena *arena = arena_new(1 << 20);

	for (int i = 0; i < officer->count; i++) {
		if (!arena || record_one(officer->database, officer->first + i, arena) != STATUS_OK)
			atomic_fetch_add(officer->failures, 1);
		if (arena)
			arena_reset(arena);
	}
	arena_free(arena);
	return NULL;
}

/* Inspections a second by so many officers, from consignment `first` on; 0 on failure. */
static double inspect(struct database *database, int officers, int64_t first)
{
	struct officer list[OFFICERS];
	pthread_t threads[OFFICERS];
	_Atomic int failures = 0;
	int64_t began = clock_monotonic();
	int started = 0;

	for (int i = 0; i < officers; i++) {
		list[i] = (struct officer){database, first + (int64_t)i * EACH, EACH, &failures};
		started += pthread_create(&threads[i], NULL, work, &list[i]) == 0;
	}
	for (int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	if (failures || started != officers)
		return 0;
	return (double)officers * EACH * 1e6 / (double)(clock_monotonic() - began);
}

static enum status fill(struct database *database, int count)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const char digest[32] = {0};
	char name[24];

	TRY(wiring_migrate(database));
	TRY(writer_begin(database, &writer));
	for (int i = 1; i <= count; i++) {
		snprintf(name, sizeof name, "B%d", i);
		TRY(store_execute(writer, &BENCH_CONSIGNMENT,
			PARAMS(V_INT(i), value_string(name), V_BYTES(((struct text){digest, sizeof digest}))), NULL));
	}
	return writer_commit(&writer);
}

static double bare(const char *folder)
{
	char path[300];
	sqlite3 *handle = NULL;
	sqlite3_stmt *insert = NULL;
	int64_t began;
	bool fine;

	snprintf(path, sizeof path, "%s/vigie-bare-%d.db", folder, (int)getpid());
	fine = sqlite3_open(path, &handle) == SQLITE_OK &&
		sqlite3_exec(handle, "pragma journal_mode = wal; pragma synchronous = full; create table t (a integer, b text)",
			NULL, NULL, NULL) == SQLITE_OK &&
		sqlite3_prepare_v2(handle, "insert into t values (1, 'quantity')", -1, &insert, NULL) == SQLITE_OK;
	began = clock_monotonic();
	for (int i = 0; fine && i < BARE; i++)
		fine = sqlite3_step(insert) == SQLITE_DONE && sqlite3_reset(insert) == SQLITE_OK;
	began = clock_monotonic() - began;
	sqlite3_finalize(insert);
	sqlite3_close(handle);
	unlink(path);
	return fine && began > 0 ? BARE * 1e6 / (double)began : 0;
}

static bool measure(const char *url, const char *name, double baseline)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	double alone, together;
	int64_t written = 0;

	if (database_open(url, &(struct database_options){.durable = true, .create = true}, &database) != STATUS_OK ||
		fill(database, (OFFICERS + 1) * EACH) != STATUS_OK)
		return false;
	alone = inspect(database, 1, 1);
	together = inspect(database, OFFICERS, 1 + EACH);
	if (alone <= 0 || together <= 0 || reader_begin(database, &reader) != STATUS_OK ||
		store_integer(reader, &BENCH_JOURNAL, NO_PARAMS, &written) != STATUS_OK ||
		written != (OFFICERS + 1) * EACH)
		return false;
	printf("%s: one officer %.0f/s; %d at once %.0f/s; bar %d/s: %s\n", name, alone, OFFICERS, together, BAR,
		together >= BAR ? "met" : "not met");
	if (baseline > 0)
		printf("  bare durable insert of one row, one by one: %.0f/s; one officer is %.2f of it, %d at once %.2f\n", baseline,
			alone / baseline, OFFICERS, together / baseline);
	return true;
}

int main(int count, char **words)
{
	const char *folder = count > 1 ? words[1] : "/tmp", *postgres = getenv("VIGIE_BENCH_POSTGRES");
	char path[300], url[320];
	double baseline;
	bool fine;

	if (!secret_init())
		return 1;
	wiring_start();
	baseline = bare(folder);
	snprintf(path, sizeof path, "%s/vigie-inspecting-%d.db", folder, (int)getpid());
	snprintf(url, sizeof url, "sqlite:%s", path);
	fine = measure(url, "SQLite", baseline);
	for (int i = 0; i < 3; i++) {
		static const char *const ends[] = {"", "-wal", "-shm"};
		char each[310];

		snprintf(each, sizeof each, "%s%s", path, ends[i]);
		unlink(each);
	}
	if (fine && postgres)
		fine = measure(postgres, "PostgreSQL", 0);
	return fine ? 0 : 1;
}
