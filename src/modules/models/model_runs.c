/* What pages ask for, done by a job: training, measuring, comparing. */
#include "domain/journal.h"
#include "modules/models/models.h"

#include <string.h>

STATEMENT(RUN_INSERT,
	"insert into model_runs (kind, model_id, other_id, day_from, day_until, state, result, created_by, created_at) "
	"values ($1, $2, $3, $4, $5, 'waiting', '', $6, $7) returning id");
STATEMENT(RUN_NEXT,
	"select id, kind, coalesce(model_id, 0), coalesce(other_id, 0), day_from, day_until, created_by from model_runs "
	"where state = 'waiting' order by id limit 1");
STATEMENT(RUN_END, "update model_runs set state = $2, result = $3, ended_at = $4 where id = $1");
STATEMENT(MODEL_ON_NOW, "select id from models where state = 'on' order by id desc limit 1");

enum { RESULT_LIMIT = 4 << 20, AT_ONCE = 20, WATCHED_DAYS = 90 };

struct run {
	int64_t id, created_by;
	struct text kind;
	struct model_measure measure;
};

static struct value id_or_null(int64_t id)
{
	return id ? V_INT(id) : V_NULL;
}

enum status model_run_ask(struct writer *writer, const struct actor *actor, const char *kind,
	const struct model_measure *measure, int64_t *ret_id)
{
	TRY(store_returning(writer, &RUN_INSERT,
		PARAMS(value_string(kind), id_or_null(measure->count > 0 ? measure->ids[0] : 0),
			id_or_null(measure->count > 1 ? measure->ids[1] : 0), V_INT(measure->from), V_INT(measure->until),
			V_INT(actor->user_id), V_INT(clock_now())),
		ret_id));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "model_run", .entity_id = *ret_id, .action = "model.asked"},
		NULL);
}

static enum status next_run(struct database *database, struct arena *arena, struct run *ret_run)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(reader_begin(database, &reader));
	TRY(store_query(reader, &RUN_NEXT, NO_PARAMS, &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	*ret_run = (struct run){.id = rows_integer(rows, 0), .kind = rows_copy(rows, 1, arena),
		.created_by = rows_integer(rows, 6),
		.measure = {.ids = {rows_integer(rows, 2), rows_integer(rows, 3)}, .from = rows_integer(rows, 4),
			.until = rows_integer(rows, 5)}};
	ret_run->measure.count = ret_run->measure.ids[1] ? 2 : 1;
	TRY(models_ranking(reader, &ret_run->measure.ranking));
	return ret_run->kind.data ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status end_run(struct database *database, const struct run *run, const char *state, struct text result)
{
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &RUN_END,
		PARAMS(V_INT(run->id), value_string(state), value_text(result.data ? result : TEXT("")), V_INT(clock_now())),
		NULL));
	return writer_commit(&writer);
}

static enum status train(struct database *database, const struct run *run, struct arena *arena, struct buffer *result,
	struct message *ret_problem)
{
	struct actor actor = actor_system("models.runs");
	struct model_quality quality;
	struct json_writer json;
	int64_t id;

	actor.user_id = run->created_by;
	TRY(risk_train(database, &actor, 1, arena, &id, &quality, ret_problem));
	put_begin(&json, result);
	put_object(&json);
	put_key(&json, "model");
	put_int(&json, id);
	put_object_end(&json);
	return buffer_status(result);
}

/* A failed run says why where that can be said; the job goes on with the next. */
static enum status do_run(struct database *database, const struct run *run, struct arena *arena)
{
	AUTO(buffer_release) struct buffer result;
	struct message problem = {0};
	enum status status;

	buffer_init(&result, RESULT_LIMIT);
	if (text_is(run->kind, "train"))
		status = train(database, run, arena, &result, &problem);
	else
		status = model_measure_make(database, &run->measure, &result);
	if (status == STATUS_STOPPED) /* it still waits, and is begun again at the next start */
		return status;
	if (status == STATUS_OK)
		return end_run(database, run, "done", buffer_text(&result));
	return end_run(database, run, "failed", text_of(problem.id ? problem.id : status_text(status)));
}

enum status model_runs_do(struct database *database, struct arena *arena, struct text *ret_note)
{
	size_t count = 0;

	for (; count < AT_ONCE; count++) {
		struct run run;
		enum status status = next_run(database, arena, &run);

		if (status == STATUS_NOT_FOUND)
			break;
		TRY(status);
		TRY(do_run(database, &run, arena));
	}
	*ret_note = arena_format(arena, "%zu", count);
	return STATUS_OK;
}

/* The model in service is measured again on the last days: that is where drift shows. */
enum status model_watch_do(struct database *database, struct arena *arena, struct text *ret_note)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor system = actor_system("models.watch");
	struct model_measure measure = {.count = 1, .until = clock_today(), .from = clock_today() - WATCHED_DAYS};
	enum status status;
	int64_t id;

	TRY(writer_begin(database, &writer));
	status = store_integer(writer_reader(writer), &MODEL_ON_NOW, NO_PARAMS, &measure.ids[0]);
	if (status == STATUS_NOT_FOUND) {
		*ret_note = TEXT("-");
		return STATUS_OK;
	}
	TRY(status);
	TRY(model_run_ask(writer, &system, "measure", &measure, &id));
	TRY(writer_commit(&writer));
	*ret_note = arena_format(arena, "%lld", (long long)id);
	return STATUS_OK;
}
