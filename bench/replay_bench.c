/* Replaying the stored past: one policy with the model, then two beside each other, by one thread and by two, against
 * reading and parsing the same rows alone; and what two million declarations would take, the bar being five minutes on
 * two cores. Run: ninja replay_bench && ./replay_bench [DECLARATIONS] */
#include "app/people.h"
#include "app/wiring.h"
#include "base/secret.h"
#include "modules/rehearsal/rehearsal.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

STATEMENT(BENCH_ROWS,
	"select v.content from consignments c join consignment_versions v on v.id = c.id * 65536 + 1 where c.stage = 1 "
	"order by c.day, c.id");

enum { ARENA_LIMIT = 1 << 30, MILLIONS = 2000000, BAR_SECONDS = 300 };

static void tell(const char *what, int64_t declarations, int64_t wall, int64_t processor)
{
	double each = (double)wall / (double)declarations;

	printf("%-34s %8.1f µs wall, %8.1f µs processor a declaration; two million: %6.0f s\n", what, each,
		(double)processor / (double)declarations, each * MILLIONS / 1e6);
}

static enum status read_alone(struct database *database, struct arena *arena, int64_t *ret_count)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t start = clock_monotonic(), count = 0;
	clock_t worked = clock();

	TRY(reader_begin(database, &reader));
	TRY(store_query(reader, &BENCH_ROWS, NO_PARAMS, &rows));
	for (; rows_next(rows); count++) {
		struct consignment c;

		arena_reset(arena);
		TRY(consignment_read(arena, rows_text(rows, 0), &c));
	}
	tell("reading and parsing alone", count, clock_monotonic() - start, (int64_t)((double)(clock() - worked) * 1e6 / CLOCKS_PER_SEC));
	*ret_count = count;
	return rows_status(rows);
}

static enum status replay_by(struct database *database, const char *what, int threads, size_t sides)
{
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	const struct rehearsal_choice choice = {.model_id = REHEARSAL_MODEL_ON};
	struct replay_request request = {.from = clock_today() - 3000, .to = clock_today(), .side_count = sides,
		.threads = threads};
	struct problem_list problems = {.arena = arena};
	struct rehearsal_side side;
	struct reader *reader = NULL;
	struct replay replay;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(reader_begin(database, &reader));
	status = rehearsal_side_load(reader, &choice, arena, &side, &problems);
	reader_end(reader);
	TRY(status);
	for (size_t i = 0; i < sides; i++)
		request.sides[i] = (struct replay_side){side.policy, side.model, side.selections, side.selection_count};
	status = replay_run(database, &request, arena, &replay);
	if (status == STATUS_OK) {
		tell(what, replay.declarations, replay.microseconds, replay.processor_microseconds);
		rehearsal_free(replay.rehearsal);
	}
	rehearsal_side_release(&side);
	return status;
}

static enum status prepare(struct database *database, struct arena *arena, int64_t declarations)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("bench");
	struct model_quality quality;
	struct message problem = {0};
	int64_t model;

	wiring_start();
	TRY(wiring_migrate(database));
	TRY(demo_store(database, 1, declarations, 2, NULL, NULL));
	TRY(risk_train(database, &actor, 1, arena, &model, &quality, &problem));
	TRY(writer_begin(database, &writer));
	TRY(risk_model_switch(writer, &actor, model, true));
	return writer_commit(&writer);
}

static enum status run(struct database *database, struct arena *arena, int64_t declarations)
{
	int64_t count;

	TRY(prepare(database, arena, declarations));
	TRY(read_alone(database, arena, &count));
	TRY(replay_by(database, "one policy and model, one thread", 1, 1));
	TRY(replay_by(database, "one policy and model, two threads", 2, 1));
	TRY(replay_by(database, "two compared, two threads", 2, 2));
	printf("the bar: %d s for two million on two cores, %.0f µs of wall a declaration\n", BAR_SECONDS,
		BAR_SECONDS * 1e6 / MILLIONS);
	return STATUS_OK;
}

int main(int count, char **arguments)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	char path[] = "/tmp/replay_bench.XXXXXX", url[64], name[64];
	int file = mkstemp(path);
	enum status status = STATUS_UNAVAILABLE;

	if (file >= 0)
		close(file);
	snprintf(url, sizeof url, "sqlite:%s", path);
	if (secret_init() && arena)
		status = database_open(url, &(struct database_options){.create = true}, &database);
	if (status == STATUS_OK)
		status = run(database, arena, count > 1 ? atoll(arguments[1]) : 20000);
	if (status != STATUS_OK)
		printf("%s\n", status_name(status));
	database_close(database);
	database = NULL;
	unlink(path);
	snprintf(name, sizeof name, "%s-wal", path);
	unlink(name);
	snprintf(name, sizeof name, "%s-shm", path);
	unlink(name);
	return status != STATUS_OK;
}
