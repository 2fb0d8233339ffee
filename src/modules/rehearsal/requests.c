/* Requests for rehearsals in the database, and the job that performs them. */
#include "modules/rehearsal/requests.h"

#include "domain/event.h"
#include "domain/journal.h"

#define REQUEST_COLUMNS                                                                                                \
	"id, state, from_day, to_day, policy_id, model_id, selection, second_policy_id, second_model_id, "             \
	"second_selection, done, total, coalesce(rehearsal_id, 0), problem, user_id, asked_at, started_at, ended_at"
STATEMENT(REQUEST_INSERT,
	"insert into rehearsal_requests (state, from_day, to_day, policy_id, model_id, selection, second_policy_id, "
	"second_model_id, second_selection, user_id, asked_at) values ('asked', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
	"returning id");
STATEMENT(REQUEST_BY_ID, "select " REQUEST_COLUMNS " from rehearsal_requests where id = $1");
STATEMENT(REQUESTS_OPEN,
	"select " REQUEST_COLUMNS " from rehearsal_requests where state <> 'done' order by id desc limit $1");
/* One that says it runs is taken up again: the job's lease says that nobody else is at it. */
STATEMENT(REQUEST_NEXT,
	"select " REQUEST_COLUMNS " from rehearsal_requests where state in ('asked', 'running') order by id limit 1");
STATEMENT(REQUEST_BEGIN, "update rehearsal_requests set state = 'running', started_at = $2, done = 0 where id = $1");
STATEMENT(REQUEST_PROGRESS, "update rehearsal_requests set done = $2, total = $3 where id = $1");
STATEMENT(REQUEST_END,
	"update rehearsal_requests set state = $2, rehearsal_id = $3, problem = $4, ended_at = $5 where id = $1");

enum { TELL_EVERY = 1000000, ARENA_LIMIT = 1 << 30 };

enum status rehearsal_request_add(struct writer *writer, const struct actor *actor,
	const struct rehearsal_request *request, int64_t *ret_id)
{
	const struct rehearsal_choice *first = &request->choices[0], *second = &request->choices[1];
	bool two = request->choice_count > 1;

	TRY(store_returning(writer, &REQUEST_INSERT,
		PARAMS(V_INT(request->from), V_INT(request->to), V_INT(first->policy_id), V_INT(first->model_id),
			value_text(first->selection.data ? first->selection : TEXT("")),
			two ? V_INT(second->policy_id) : V_NULL, two ? V_INT(second->model_id) : V_NULL,
			two ? value_text(second->selection.data ? second->selection : TEXT("")) : V_NULL,
			V_INT(actor->user_id), V_INT(clock_now())),
		ret_id));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "rehearsal_request", .entity_id = *ret_id,
			.action = "rehearsal.asked"},
		NULL));
	return job_ask(writer, REHEARSAL_JOB);
}

static void read_request(struct rows *rows, struct arena *arena, struct rehearsal_request *request)
{
	*request = (struct rehearsal_request){.id = rows_integer(rows, 0), .state = rows_copy(rows, 1, arena),
		.from = rows_integer(rows, 2), .to = rows_integer(rows, 3), .choice_count = rows_is_null(rows, 7) ? 1 : 2,
		.done = rows_integer(rows, 10), .total = rows_integer(rows, 11), .rehearsal_id = rows_integer(rows, 12),
		.problem = rows_copy(rows, 13, arena), .user_id = rows_integer(rows, 14), .asked_at = rows_integer(rows, 15),
		.started_at = rows_optional(rows, 16), .ended_at = rows_optional(rows, 17)};
	for (int i = 0; i < REHEARSAL_RUNS; i++)
		request->choices[i] = (struct rehearsal_choice){.policy_id = rows_integer(rows, 4 + 3 * i),
			.model_id = rows_integer(rows, 5 + 3 * i), .selection = rows_copy(rows, 6 + 3 * i, arena)};
}

static enum status find_one(struct reader *reader, const struct statement *statement, int64_t id, struct arena *arena,
	struct rehearsal_request *ret_request)
{
	AUTO(rows_release) struct rows *rows = NULL;
	const struct value parameter = V_INT(id);

	TRY(store_query(reader, statement, &parameter, statement == &REQUEST_NEXT ? 0 : 1, &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	read_request(rows, arena, ret_request);
	return ret_request->state.data ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status rehearsal_request_find(struct reader *reader, int64_t id, struct arena *arena,
	struct rehearsal_request *ret_request)
{
	return find_one(reader, &REQUEST_BY_ID, id, arena, ret_request);
}

enum status rehearsal_requests_open(struct reader *reader, struct arena *arena, struct rehearsal_request *ret_rows,
	size_t limit, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	size_t count = 0;

	TRY(store_query(reader, &REQUESTS_OPEN, PARAMS(V_INT((int64_t)limit)), &rows));
	while (count < limit && rows_next(rows))
		read_request(rows, arena, &ret_rows[count++]);
	*ret_count = count;
	return rows_status(rows);
}

/* ---- the job */

struct performing {
	struct database *database;
	struct actor actor;
	int64_t id, told_at;
};

static enum status change(struct performing *performing, const struct statement *statement, const struct value *values,
	size_t count)
{
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(writer_begin(performing->database, &writer));
	TRY(store_execute(writer, statement, values, count, NULL));
	TRY(event_publish(writer,
		&(struct event){.name = REHEARSAL_EVENT, .actor = &performing->actor, .id = performing->id}));
	return writer_commit(&writer);
}

static enum status tell(void *context, const struct replay_progress *progress)
{
	struct performing *performing = context;

	if (clock_monotonic() - performing->told_at < TELL_EVERY && progress->done < progress->total)
		return STATUS_OK;
	performing->told_at = clock_monotonic();
	return change(performing, &REQUEST_PROGRESS,
		PARAMS(V_INT(performing->id), V_INT(progress->done), V_INT(progress->total)));
}

static enum status end(struct performing *performing, enum status status, int64_t rehearsal_id,
	const struct problem_list *problems)
{
	AUTO(buffer_release) struct buffer problem = {0};

	buffer_init(&problem, 4000);
	if (status != STATUS_OK && problems->count)
		message_print(&problem, LANGUAGE_FR, &problems->rows[0].message);
	else if (status != STATUS_OK)
		buffer_string(&problem, status_text(status));
	return change(performing, &REQUEST_END,
		PARAMS(V_INT(performing->id), value_string(status == STATUS_OK ? "done" : "failed"),
			rehearsal_id ? V_INT(rehearsal_id) : V_NULL,
			problem.size ? value_text(buffer_text(&problem)) : V_NULL, V_INT(clock_now())));
}

static enum status perform(struct performing *performing, const struct rehearsal_request *request, struct arena *arena)
{
	struct rehearsal_order order = {.actor = &performing->actor, .choice_count = request->choice_count,
		.from = request->from, .to = request->to, .progress = tell, .context = performing};
	struct problem_list problems = {.arena = arena};
	struct rehearsal_row row = {0};
	enum status status;

	for (size_t i = 0; i < request->choice_count; i++)
		order.choices[i] = request->choices[i];
	TRY(change(performing, &REQUEST_BEGIN, PARAMS(V_INT(performing->id), V_INT(clock_now()))));
	status = rehearsal_perform(performing->database, &order, arena, &row, &problems);
	if (status == STATUS_STOPPED) /* it still says that it runs: taken up again at the next start */
		return status;
	return end(performing, status, row.id, &problems);
}

enum status rehearsal_requests_run(struct database *database, struct arena *arena, struct text *ret_note)
{
	AUTO(arena_release) struct arena *large = arena_new(ARENA_LIMIT);
	int64_t performed = 0;

	if (!large)
		return STATUS_NO_MEMORY;
	for (;; performed++) {
		struct performing performing = {.database = database, .actor = actor_system(REHEARSAL_JOB)};
		struct reader *reader = NULL;
		struct rehearsal_request request;
		enum status status;

		arena_reset(large);
		TRY(reader_begin(database, &reader));
		status = find_one(reader, &REQUEST_NEXT, 0, large, &request);
		reader_end(reader);
		if (status == STATUS_NOT_FOUND)
			break;
		TRY(status);
		performing.id = request.id;
		performing.actor.user_id = request.user_id; /* whoever asked has rehearsed it */
		TRY(perform(&performing, &request, large));
	}
	*ret_note = arena_format(arena, "%lld", (long long)performed);
	return STATUS_OK;
}
