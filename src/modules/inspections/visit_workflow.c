/* The life of a visit: it waits, is given to somebody, goes on, and ends with a result. */
#include "domain/notification.h"
#include "modules/inspections/visits.h"

STATEMENT(VISIT_STANDING, "select state, row_version, unit_path from visits where id = $1");
STATEMENT(VISIT_MOVE, "update visits set state = $2, row_version = row_version + 1 where id = $1 and row_version = $3");
STATEMENT(VISIT_GIVEN,
	"update visits set inspector_id = $2, assigned_by = $3, assigned_at = $4, planned_on = coalesce($5, planned_on) "
	"where id = $1");
STATEMENT(VISIT_STARTED, "update visits set started_at = $2, consignment_version = $3 where id = $1");
/* Minutes of all visits of its consignment that ended with a result, begun ones whole; a visit left open for days counts
 * two days at most. */
STATEMENT(VISIT_MINUTES,
	"select w.consignment_id, CAST(sum(case when w.ended_at - w.started_at > 172800000000 then 2880 "
	"else (w.ended_at - w.started_at + 59999999) / 60000000 end) AS bigint) from visits w where w.consignment_id = "
	"(select consignment_id from visits where id = $1) and w.ended_at > w.started_at and w.inspection_id is not null "
	"group by w.consignment_id");
STATEMENT(VISIT_ENDED, "update visits set ended_at = $2, inspection_id = $3 where id = $1");
STATEMENT(VISIT_WHOSE,
	"select v.inspector_id, coalesce(i.inspector_id, 0) from visits v left join inspections i on i.id = v.first_id "
	"where v.id = $1");

/* Who has it, and who made the result that a second look is about. */
static enum status whose(struct reader *reader, int64_t id, int64_t *ret_inspector, int64_t *ret_first)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &VISIT_WHOSE, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows))
		return rows_status(rows) == STATUS_OK ? STATUS_NOT_FOUND : rows_status(rows);
	*ret_inspector = rows_integer(rows, 0);
	*ret_first = rows_integer(rows, 1);
	return STATUS_OK;
}

static enum status is_another(struct reader *reader, int64_t id, int64_t person, struct message *ret_refusal)
{
	int64_t inspector, first;

	TRY(whose(reader, id, &inspector, &first));
	if (person && person == first)
		*ret_refusal = (struct message){.id = TR("Le second regard revient à un autre agent que le premier.")};
	return STATUS_OK;
}

static enum status may_have(struct reader *reader, const struct workflow_move *move, struct message *ret_refusal)
{
	const struct visit_move *input = move->input;

	return input ? is_another(reader, move->id, input->inspector_id, ret_refusal) : STATUS_INTERNAL;
}

static enum status may_take(struct reader *reader, const struct workflow_move *move, struct message *ret_refusal)
{
	return is_another(reader, move->id, move->actor->user_id, ret_refusal);
}

static enum status is_mine(struct reader *reader, const struct workflow_move *move, struct message *ret_refusal)
{
	int64_t inspector, first;

	TRY(whose(reader, move->id, &inspector, &first));
	if (inspector != move->actor->user_id)
		*ret_refusal = (struct message){.id = TR("Cette visite est confiée à un autre agent.")};
	return STATUS_OK;
}

static enum status has_reason(struct reader *reader, const struct workflow_move *move, struct message *ret_refusal)
{
	const struct visit_move *input = move->input;

	(void)reader;
	if (!input || !text_trim(input->reason).size)
		*ret_refusal = (struct message){.id = TR("Dites pourquoi la visite est retirée.")};
	return STATUS_OK;
}

static enum status give(struct writer *writer, const struct workflow_move *move, int64_t person)
{
	const struct visit_move *input = move->input;

	return store_execute(writer, &VISIT_GIVEN,
		PARAMS(V_INT(move->id), person ? V_INT(person) : V_NULL, V_INT(move->actor->user_id), V_INT(clock_now()),
			input && input->planned_on ? V_INT(input->planned_on) : V_NULL),
		NULL);
}

static enum status give_away(struct writer *writer, const struct workflow_move *move)
{
	return give(writer, move, ((const struct visit_move *)move->input)->inspector_id);
}

static enum status give_me(struct writer *writer, const struct workflow_move *move)
{
	return give(writer, move, move->actor->user_id);
}

static enum status give_back(struct writer *writer, const struct workflow_move *move)
{
	return give(writer, move, 0);
}

static enum status start(struct writer *writer, const struct workflow_move *move)
{
	const struct visit_move *input = move->input;

	if (!input)
		return STATUS_INTERNAL;
	return store_execute(writer, &VISIT_STARTED,
		PARAMS(V_INT(move->id), V_INT(input->started_at), V_INT(input->consignment_version)), NULL);
}

/* What the controls of a consignment cost is counted in the life of the profiles that asked for them. */
static enum status tell_minutes(struct writer *writer, int64_t visit_id)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t consignment_id = 0, minutes = 0;

	TRY(store_query(writer_reader(writer), &VISIT_MINUTES, PARAMS(V_INT(visit_id)), &rows));
	if (rows_next(rows)) {
		consignment_id = rows_integer(rows, 0);
		minutes = rows_integer(rows, 1);
	}
	TRY(rows_status(rows));
	return consignment_id ? risk_control_took(writer, consignment_id, minutes) : STATUS_OK;
}

static enum status end(struct writer *writer, const struct workflow_move *move)
{
	const struct visit_move *input = move->input;

	if (!input)
		return STATUS_INTERNAL;
	TRY(store_execute(writer, &VISIT_ENDED,
		PARAMS(V_INT(move->id), V_INT(input->ended_at), input->inspection_id ? V_INT(input->inspection_id) : V_NULL),
		NULL));
	return tell_minutes(writer, move->id);
}

static enum status end_without(struct writer *writer, const struct workflow_move *move)
{
	return store_execute(writer, &VISIT_ENDED, PARAMS(V_INT(move->id), V_INT(clock_now()), V_NULL), NULL);
}

static const struct workflow_state states[] = {
	{"waiting", TR("À attribuer"), false},
	{"assigned", TR("Attribuée"), false},
	{"under_way", TR("En cours"), false},
	{"done", TR("Close"), true},
	{"withdrawn", TR("Retirée"), true},
	{NULL, NULL, false},
};
static const struct workflow_transition transitions[] = {
	{"take", TR("Prendre la visite"), INSPECTIONS_RECORD, "waiting", "assigned", may_take, give_me},
	{"assign", TR("Attribuer"), INSPECTIONS_ASSIGN, "waiting", "assigned", may_have, give_away},
	{"assign", TR("Confier à un autre agent"), INSPECTIONS_ASSIGN, "assigned", "assigned", may_have, give_away},
	{"assign", TR("Confier à un autre agent"), INSPECTIONS_ASSIGN, "under_way", "assigned", may_have, give_away},
	{"give_back", TR("Remettre en attente"), INSPECTIONS_ASSIGN, "assigned", "waiting", NULL, give_back},
	{"start", TR("Commencer la visite"), INSPECTIONS_RECORD, "assigned", "under_way", is_mine, start},
	{"close", TR("Clore la visite"), INSPECTIONS_RECORD, "under_way", "done", is_mine, end},
	{"withdraw", TR("Retirer la visite"), INSPECTIONS_ASSIGN, "waiting", "withdrawn", has_reason, end_without},
	{"withdraw", TR("Retirer la visite"), INSPECTIONS_ASSIGN, "assigned", "withdrawn", has_reason, end_without},
	{"withdraw", TR("Retirer la visite"), INSPECTIONS_ASSIGN, "under_way", "withdrawn", has_reason, end_without},
	{0},
};
const struct workflow visit_workflow = {
	.entity = "visit",
	.initial = "waiting",
	.states = states,
	.transitions = transitions,
	.load = &VISIT_STANDING,
	.update = &VISIT_MOVE,
};

enum status visit_move_to(struct writer *writer, const struct visit *visit, const char *transition,
	const struct actor *actor, const struct visit_move *input, struct message *ret_refusal)
{
	AUTO(buffer_release) struct buffer details = {0};
	struct json_writer json;

	buffer_init(&details, 1 << 16);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "consignment");
	put_int(&json, visit->consignment_id);
	if (input && input->inspector_id) {
		put_key(&json, "inspector");
		put_int(&json, input->inspector_id);
	}
	if (input && input->reason.size) {
		put_key(&json, "reason");
		put_text(&json, input->reason);
	}
	put_object_end(&json);
	TRY(buffer_status(&details));
	return workflow_move_to(writer, &visit_workflow, transition,
		&(struct workflow_move){.actor = actor, .id = visit->id, .version = visit->row_version,
			.details = buffer_text(&details), .input = input},
		ret_refusal);
}

enum status visit_withdraw_open(struct writer *writer, int64_t consignment_id, int64_t by, const char *reason)
{
	const struct actor actor = actor_system("inspections");
	AUTO(arena_release) struct arena *arena = arena_new(1 << 16);
	struct message refusal = {.id = NULL};
	struct visit visit;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	status = visit_find_open(writer_reader(writer), consignment_id, arena, &visit);
	if (status == STATUS_NOT_FOUND || (status == STATUS_OK && text_is(visit.kind, "second")))
		return STATUS_OK;
	TRY(status);
	TRY(visit_move_to(writer, &visit, "withdraw", &actor, &(struct visit_move){.reason = text_of(reason)}, &refusal));
	if (!visit.inspector_id || visit.inspector_id == by)
		return STATUS_OK;
	return notification_send(writer, &(struct notification){.user_id = visit.inspector_id, .kind = "visit.withdrawn",
		.message = {.id = TR("Une visite qui vous était confiée n'est plus demandée.")}, .path = "/controles"});
}
