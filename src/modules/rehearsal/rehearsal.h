#ifndef VIGIE_REHEARSAL_H
#define VIGIE_REHEARSAL_H
/* Rehearsing what is not in force yet on the stored past, and watching what is. */
#include "modules/inspections/inspections.h"
#include "modules/rehearsal/replay.h"

extern const struct module rehearsal_module;

/* What is to be rehearsed. */
struct rehearsal_choice {
	struct text policy_source; /* the text of a policy; missing: the stored one below, with its lists */
	int64_t policy_id; /* 0: the active one */
	int64_t model_id; /* 0: none; REHEARSAL_MODEL_ON: the one in service */
	struct text selection; /* rehearsal_selection_read(); missing or empty: the rows in force */
};
#define REHEARSAL_MODEL_ON INT64_C(-1)

struct rehearsal_side {
	struct policy *policy;
	struct model *model;
	struct selection_row *selections; /* in the arena */
	size_t selection_count;
	int64_t policy_id; /* 0: not stored */
	int64_t model_id;
	struct text selection;
	struct text selection_keys; /* of the rows that were tried; missing: none */
};
/* What a choice means now. STATUS_INVALID with problems when the policy is wrong or the selection unreadable;
 * STATUS_NOT_FOUND: no such policy or model. Give back with rehearsal_side_release(). */
enum status rehearsal_side_load(struct reader *reader, const struct rehearsal_choice *choice, struct arena *arena,
	struct rehearsal_side *ret_side, struct problem_list *problems) MUST_CHECK;
void rehearsal_side_release(struct rehearsal_side *side);
/* "attendu_rouge=10 hasard_rouge=1 score_jaune=40 score_bleu=": shares in per cent by the names of the selection
 * page, put over the given row. With "bureau=VG101 regime=IM4" (either may be empty: all) it is the row of that scope
 * alone; without, it goes over every row in force. */
enum status rehearsal_selection_read(struct text text, struct selection_row *row) MUST_CHECK;

struct rehearsal_order {
	const struct actor *actor;
	struct rehearsal_choice choices[REHEARSAL_RUNS];
	size_t choice_count;
	int64_t from, to;
	int threads;
	enum status (*progress)(void *context, const struct replay_progress *progress);
	void *context;
};
/* Replays, works out the result and records it under the first choice's policy. */
enum status rehearsal_perform(struct database *database, const struct rehearsal_order *order, struct arena *arena,
	struct rehearsal_row *ret_row, struct problem_list *problems) MUST_CHECK;
/* The result as JSON, and the few figures that the journal keeps. In the arena. */
enum status rehearsal_result(struct reader *reader, const struct rehearsal_order *order, const struct rehearsal_side *sides,
	const struct replay *replay, struct arena *arena, struct rehearsal_row *row) MUST_CHECK;

enum rehearsal_setting { REHEARSAL_CONTROLS_PER_OFFICER, REHEARSAL_SETTINGS };
extern const struct setting rehearsal_settings[];

#endif
