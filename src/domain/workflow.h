#ifndef VIGIE_DOMAIN_WORKFLOW_H
#define VIGIE_DOMAIN_WORKFLOW_H
/* States and the ways between them, as rows. workflow_move() checks permission, guard and row version, runs
 * the effect, writes the change, the journal and the event in the caller's transaction. */
#include "base/catalogue.h"
#include "domain/actor.h"

struct workflow_state {
	const char *code;
	const char *label;
	bool is_final;
};
struct workflow_move; /* what guards and effects see */
struct workflow_transition {
	const char *name; /* "close" – also the event "<entity>.close" */
	const char *label; /* on the button: "Clore" */
	const char *needs; /* permission code; never NULL */
	const char *from;
	const char *to;
	/* Why it may not happen now, or no message (id NULL). May be NULL. */
	enum status (*guard)(struct reader *reader, const struct workflow_move *move, struct message *ret_refusal);
	enum status (*effect)(struct writer *writer, const struct workflow_move *move);
};
struct workflow {
	const char *entity; /* "inspection" – the table's name is in `update` */
	const char *initial;
	const struct workflow_state *states; /* ended by code NULL */
	const struct workflow_transition *transitions; /* ended by name NULL */
	/* select state, version, unit_path where id = $1 */
	const struct statement *load;
	/* update … set state = $2, version = version + 1 where id = $1 and version = $3 */
	const struct statement *update;
};
struct workflow_move {
	const struct workflow *workflow;
	const struct workflow_transition *transition;
	const struct actor *actor;
	int64_t id;
	int64_t version; /* that the actor saw */
	struct text unit_path;
	struct text details; /* JSON object for the journal; may be missing */
	const void *input; /* what the caller hands to guard and effect */
};
/* STATUS_NOT_FOUND, STATUS_FORBIDDEN, STATUS_CONFLICT (other state or version), STATUS_INVALID with
 * *ret_refusal set by the guard. */
enum status workflow_move_to(struct writer *writer, const struct workflow *workflow, const char *transition,
	const struct workflow_move *move, struct message *ret_refusal) MUST_CHECK;
/* The transitions open from a state to this actor, in table order. Returns the count. */
size_t workflow_open(const struct workflow *workflow, struct text state, const struct actor *actor,
	struct text unit_path, const struct workflow_transition **ret_transitions, size_t limit);
const char *workflow_state_label(const struct workflow *workflow, struct text state);
/* Dead ends, unreachable states, ways out of a final state, transitions without permission: what is wrong in
 * words for a developer, or NULL. */
const char *workflow_check(const struct workflow *workflow);

#endif
