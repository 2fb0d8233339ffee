/* The shadow: a candidate decides each live consignment beside what is in force, from the same facts, histories, draw
 * and counters. It changes nothing; where its lane differs, that and its reasons are kept. */
#include "domain/journal.h"
#include "modules/risk/decider.h"

#include <math.h>

STATEMENT(SHADOW_RUNNING,
	"select id, policy_id, model_id from shadows where state = 'running' and last_day >= $1 order by id desc limit 1");
STATEMENT(SHADOW_INSERT,
	"insert into shadows (policy_id, model_id, state, last_day, user_id, started_at) values ($1, $2, 'running', $3, $4, $5) "
	"returning id");
STATEMENT(SHADOWS_END, "update shadows set state = 'ended', ended_at = $1 where state = 'running'");
STATEMENT(SHADOW_COUNT,
	"insert into shadow_tallies (shadow_id, lane, shadow_lane, decided) values ($1, $2, $3, $4) "
	"on conflict (shadow_id, lane, shadow_lane) do update set decided = shadow_tallies.decided + excluded.decided");
STATEMENT(SHADOW_DIFFERENCE,
	"insert into shadow_differences (shadow_id, decision_id, consignment_id, lane, shadow_lane, score, reasons) "
	"values ($1, $2, $3, $4, $5, $6, $7) on conflict (shadow_id, decision_id) do nothing");

enum { ARENA_LIMIT = 256 << 20 };

void shadow_release(struct shadow *shadow)
{
	policy_free(shadow->policy);
	model_free(shadow->model);
	*shadow = (struct shadow){.id = 0};
}

static enum status load(struct shadow *shadow, struct reader *reader, int64_t policy_id, int64_t model_id)
{
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	struct problem_list problems = {.arena = arena};
	struct policy_row row;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(policy_row_find(reader, policy_id, arena, &row));
	TRY(policy_row_compile(&row, arena, &shadow->policy, &problems));
	shadow->follows_model = model_id == INT64_MIN;
	return shadow->follows_model || !model_id ? STATUS_OK : model_load(reader, model_id, &shadow->model);
}

enum status shadow_refresh(struct shadow *shadow, struct reader *reader, int64_t today)
{
	AUTO(rows_release) struct rows *rows = NULL;
	enum status status;
	int64_t id;

	TRY(store_query(reader, &SHADOW_RUNNING, PARAMS(V_INT(today)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		shadow_release(shadow);
		return STATUS_OK;
	}
	id = rows_integer(rows, 0);
	if (id == shadow->id)
		return STATUS_OK;
	shadow_release(shadow);
	status = load(shadow, reader, rows_integer(rows, 1), rows_optional(rows, 2));
	if (status != STATUS_OK)
		shadow_release(shadow);
	else
		shadow->id = id;
	return status;
}

enum status shadow_decide(struct decider *decider, const struct decision_inputs *live, const struct consignment *consignment,
	struct arena *arena, struct decision_record *record)
{
	const struct shadow *shadow = &decider->shadow;
	const struct history history = history_memory_face(decider->history);
	struct selection_counts counts = record->counts_before;
	struct decision_inputs inputs = *live;
	struct decision decision;

	record->shadow = (struct shadow_outcome){.shadow_id = shadow->id};
	if (!shadow->id)
		return STATUS_OK;
	inputs.policy = shadow->policy;
	inputs.model = shadow->follows_model ? live->model : shadow->model;
	inputs.history = &history;
	inputs.counts = &counts;
	TRY(decision_make(&inputs, consignment, decider->scratch, &decision));
	record->shadow.lane = decision.lane;
	record->shadow.score = decision.score;
	if (decision.lane == record->decision.lane)
		return STATUS_OK;
	record->shadow.reasons = reasons_text(arena, &decider->bytes, &decision);
	return record->shadow.reasons.data ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status write_difference(struct writer *writer, const struct decision_record *record)
{
	const struct shadow_outcome *shadow = &record->shadow;

	return store_execute(writer, &SHADOW_DIFFERENCE,
		PARAMS(V_INT(shadow->shadow_id), V_INT(record->id), V_INT(record->consignment_id),
			V_INT(record->decision.lane), V_INT(shadow->lane), isnan(shadow->score) ? V_NULL : V_REAL(shadow->score),
			value_text(shadow->reasons)),
		NULL);
}

enum status shadow_write(struct writer *writer, const struct decision_record *records, size_t count)
{
	int64_t tallies[LANE_COUNT][LANE_COUNT] = {{0}}, id = 0;

	for (size_t i = 0; i < count; i++) {
		const struct shadow_outcome *shadow = &records[i].shadow;

		if (!shadow->shadow_id)
			continue;
		id = shadow->shadow_id; /* one session has one shadow */
		tallies[records[i].decision.lane][shadow->lane]++;
		if (shadow->lane != records[i].decision.lane)
			TRY(write_difference(writer, &records[i]));
	}
	for (int lane = 0; id && lane < LANE_COUNT; lane++)
		for (int other = 0; other < LANE_COUNT; other++)
			if (tallies[lane][other])
				TRY(store_execute(writer, &SHADOW_COUNT,
					PARAMS(V_INT(id), V_INT(lane), V_INT(other), V_INT(tallies[lane][other])), NULL));
	return STATUS_OK;
}

static enum status journal(struct writer *writer, const struct actor *actor, int64_t id, const char *action)
{
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "shadow", .entity_id = id, .action = action}, NULL);
}

enum status shadow_start(struct writer *writer, const struct actor *actor, int64_t policy_id, int64_t model_id,
	int64_t last_day, int64_t *ret_id)
{
	struct shadow candidate = {.id = 0};
	enum status status;

	if (last_day < clock_today())
		return STATUS_INVALID;
	/* One that cannot be loaded would hold up every decision after it. */
	status = load(&candidate, writer_reader(writer), policy_id, model_id);
	shadow_release(&candidate);
	TRY(status);
	TRY(store_execute(writer, &SHADOWS_END, PARAMS(V_INT(clock_now())), NULL));
	TRY(store_returning(writer, &SHADOW_INSERT,
		PARAMS(V_INT(policy_id), value_optional(model_id), V_INT(last_day), V_INT(actor->user_id), V_INT(clock_now())),
		ret_id));
	return journal(writer, actor, *ret_id, "shadow.started");
}

enum status shadow_stop(struct writer *writer, const struct actor *actor, int64_t id)
{
	int64_t changed = 0;

	TRY(store_execute(writer, &SHADOWS_END, PARAMS(V_INT(clock_now())), &changed));
	return changed ? journal(writer, actor, id, "shadow.ended") : STATUS_NOT_FOUND;
}
