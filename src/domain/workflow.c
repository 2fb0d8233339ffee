/* One function moves a thing between states; the checks of a table are here too. */
#include "domain/workflow.h"

#include "base/arena.h"
#include "domain/event.h"
#include "domain/journal.h"

#include <string.h>

enum { STATE_LIMIT = 64, EVENT_NAME_LIMIT = 128, MOVE_MEMORY = 1 << 16 };

/* What the database says of the thing. */
struct standing {
	struct text state, unit_path;
	int64_t version;
};

static enum status standing_load(struct reader *reader, const struct workflow *workflow, int64_t id,
	struct arena *arena, struct standing *ret_standing)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct standing standing;

	TRY(store_query(reader, workflow->load, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	standing.state = rows_copy(rows, 0, arena);
	standing.version = rows_integer(rows, 1);
	standing.unit_path = rows_copy(rows, 2, arena);
	if (!standing.state.data || (!standing.unit_path.data && !rows_is_null(rows, 2)))
		return STATUS_NO_MEMORY;
	*ret_standing = standing;
	return STATUS_OK;
}

/* Several transitions may share a name from different states. STATUS_NOT_FOUND: no such name at all;
 * STATUS_CONFLICT: none from this state. */
static enum status transition_find(const struct workflow *workflow, const char *name, struct text state,
	const struct workflow_transition **ret_transition)
{
	enum status status = STATUS_NOT_FOUND;

	for (const struct workflow_transition *row = workflow->transitions; row->name; row++) {
		if (strcmp(row->name, name) != 0)
			continue;
		if (text_is(state, row->from)) {
			*ret_transition = row;
			return STATUS_OK;
		}
		status = STATUS_CONFLICT;
	}
	return status;
}

/* True when the actor holds the right of any transition of this name: else a wrong state would tell a
 * stranger what the state is. */
static bool may_try(const struct workflow *workflow, const char *name, const struct actor *actor, struct text path)
{
	for (const struct workflow_transition *row = workflow->transitions; row->name; row++)
		if (strcmp(row->name, name) == 0 && actor_may(actor, row->needs, path))
			return true;
	return false;
}

/* Guard, change, effect, journal, event. */
static enum status move_make(struct writer *writer, const struct workflow_move *move, struct message *ret_refusal)
{
	const struct workflow_transition *transition = move->transition;
	struct message refusal = {.id = NULL};
	char event[EVENT_NAME_LIMIT];
	int64_t changes = 0;
	size_t entity_size = strlen(move->workflow->entity), name_size = strlen(transition->name);

	if (entity_size + name_size + 2 > sizeof event)
		return STATUS_INTERNAL;
	if (transition->guard) {
		TRY(transition->guard(writer_reader(writer), move, &refusal));
		if (refusal.id) {
			*ret_refusal = refusal;
			return STATUS_INVALID;
		}
	}
	TRY(store_execute(writer, move->workflow->update,
		PARAMS(V_INT(move->id), value_string(transition->to), V_INT(move->version)), &changes));
	if (changes != 1)
		return STATUS_CONFLICT;
	if (transition->effect)
		TRY(transition->effect(writer, move));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = move->actor, .entity = move->workflow->entity, .entity_id = move->id,
			.action = transition->name, .unit_path = move->unit_path, .details = move->details},
		NULL));
	memcpy(event, move->workflow->entity, entity_size);
	event[entity_size] = '.';
	memcpy(event + entity_size + 1, transition->name, name_size + 1);
	return event_publish(writer,
		&(struct event){.name = event, .actor = move->actor, .id = move->id, .unit_path = move->unit_path});
}

enum status workflow_move_to(struct writer *writer, const struct workflow *workflow, const char *transition,
	const struct workflow_move *move, struct message *ret_refusal)
{
	struct arena AUTO(arena_release) *arena = arena_new(MOVE_MEMORY);
	struct workflow_move full = *move;
	struct standing standing;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(standing_load(writer_reader(writer), workflow, move->id, arena, &standing));
	status = transition_find(workflow, transition, standing.state, &full.transition);
	if (status == STATUS_NOT_FOUND)
		return status;
	if (!may_try(workflow, transition, move->actor, standing.unit_path))
		return STATUS_FORBIDDEN;
	TRY(status);
	if (!actor_may(move->actor, full.transition->needs, standing.unit_path))
		return STATUS_FORBIDDEN;
	if (standing.version != move->version)
		return STATUS_CONFLICT;
	full.workflow = workflow;
	full.unit_path = standing.unit_path;
	return move_make(writer, &full, ret_refusal);
}

size_t workflow_open(const struct workflow *workflow, struct text state, const struct actor *actor,
	struct text unit_path, const struct workflow_transition **ret_transitions, size_t limit)
{
	size_t count = 0;

	for (const struct workflow_transition *row = workflow->transitions; row->name && count < limit; row++)
		if (text_is(state, row->from) && actor_may(actor, row->needs, unit_path))
			ret_transitions[count++] = row;
	return count;
}

static int state_index(const struct workflow *workflow, const char *code)
{
	for (int i = 0; workflow->states[i].code; i++)
		if (strcmp(workflow->states[i].code, code) == 0)
			return i;
	return -1;
}

const char *workflow_state_label(const struct workflow *workflow, struct text state)
{
	for (const struct workflow_state *row = workflow->states; row->code; row++)
		if (text_is(state, row->code))
			return row->label;
	return TR("État inconnu");
}

static const char *check_rows(const struct workflow *workflow, bool *ret_has_exit)
{
	for (const struct workflow_transition *row = workflow->transitions; row->name; row++) {
		int from = row->from ? state_index(workflow, row->from) : -1;
		int to = row->to ? state_index(workflow, row->to) : -1;

		if (!row->needs || !*row->needs)
			return "a transition needs no permission";
		if (!row->label || !*row->label)
			return "a transition has no label";
		if (from < 0 || to < 0)
			return "a transition names an unknown state";
		if (workflow->states[from].is_final)
			return "a way leads out of a final state";
		ret_has_exit[from] = true;
		for (const struct workflow_transition *other = row + 1; other->name; other++)
			if (strcmp(other->name, row->name) == 0 && strcmp(other->from, row->from) == 0)
				return "two transitions of one name leave the same state";
	}
	return NULL;
}

const char *workflow_check(const struct workflow *workflow)
{
	bool reached[STATE_LIMIT] = {false}, has_exit[STATE_LIMIT] = {false};
	int initial = workflow->initial ? state_index(workflow, workflow->initial) : -1;
	const char *wrong;
	bool grew = true;
	int count = 0;

	while (workflow->states[count].code)
		count++;
	if (count > STATE_LIMIT)
		return "too many states";
	if (initial < 0)
		return "the initial state is unknown";
	if ((wrong = check_rows(workflow, has_exit)))
		return wrong;
	reached[initial] = true;
	while (grew) {
		grew = false;
		for (const struct workflow_transition *row = workflow->transitions; row->name; row++) {
			int from = state_index(workflow, row->from), to = state_index(workflow, row->to);

			grew = grew || (reached[from] && !reached[to]);
			reached[to] = reached[to] || reached[from];
		}
	}
	for (int i = 0; i < count; i++) {
		if (!reached[i])
			return "a state cannot be reached";
		if (!workflow->states[i].is_final && !has_exit[i])
			return "a state that is not final has no way out";
	}
	return NULL;
}
