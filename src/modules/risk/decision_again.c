/* A stored decision made again from what was stored with it. */
#include "modules/risk/beside.h"
#include "modules/risk/decider.h"

#include <math.h>
#include <string.h>

/* Everything that a stored decision was made with. */
struct remake {
	struct policy *policy;
	struct model *model;
	struct prices *prices;
};

static enum status load_for_again(struct reader *reader, const struct decision_record *record, struct arena *arena,
	struct remake *made, struct selection *ret_selection)
{
	struct problem_list problems = {.arena = arena};
	struct selection_row selection;
	struct draw_period period;
	struct policy_row row;

	TRY(policy_row_find(reader, record->policy_id, arena, &row));
	TRY(policy_row_compile(&row, arena, &made->policy, &problems));
	if (record->model_id)
		TRY(model_load(reader, record->model_id, &made->model));
	TRY(selection_find(reader, record->selection_id, arena, &selection));
	TRY(draw_period_find(reader, record->period_id, &period));
	*ret_selection = selection.selection;
	memcpy(ret_selection->draw_key, period.key, sizeof period.key);
	return STATUS_OK;
}

static enum status remake_decision(struct reader *reader, const struct decision_record *stored, struct arena *arena,
	struct remake *made, struct decision_again *ret_again)
{
	struct history_replay replay = {.rest = stored->history};
	struct history history = history_replay_face(&replay);
	struct consignment consignment, bill;
	struct selection_counts counts = stored->counts_before;
	struct selection selection;
	struct decision decision;
	struct decision_inputs inputs = {.gate = stored->gate, .history = &history, .selection = &selection,
		.counts = &counts, .today = stored->decided_on};
	AUTO(buffer_release) struct buffer space = {0};
	struct beside beside;
	struct price_references prices;
	struct text reasons;

	TRY(beside_read(arena, stored->beside, &beside));
	TRY(prices_new(&made->prices));
	TRY(prices_load(made->prices, reader, stored->price_run));
	prices = prices_face(made->prices);
	inputs.prices = &prices;
	inputs.names = &beside.names;
	inputs.suppressions = beside.suppressions;
	inputs.suppression_count = beside.suppression_count;
	TRY(load_for_again(reader, stored, arena, made, &selection));
	TRY(consignment_content(reader, stored->consignment_id, stored->version, arena, &consignment));
	if (stored->counterpart_id) {
		TRY(consignment_content(reader, stored->counterpart_id, stored->counterpart_version, arena, &bill));
		inputs.counterpart = &bill;
	}
	inputs.policy = made->policy;
	inputs.model = made->model;
	TRY(decision_make(&inputs, &consignment, arena, &decision));
	buffer_init(&space, BYTES_LIMIT);
	reasons = reasons_text(arena, &space, &decision);
	if (!reasons.data)
		return STATUS_NO_MEMORY;
	*ret_again = (struct decision_again){.stored_lane = stored->decision.lane, .lane = decision.lane,
		.stored_reasons = stored->reasons, .reasons = reasons};
	ret_again->same = decision.lane == stored->decision.lane && text_equal(reasons, stored->reasons) &&
		memcmp(decision.draw, stored->decision.draw, sizeof decision.draw) == 0 && !replay.ran_out &&
		!replay.rest.size &&
		(isnan(decision.score) ? isnan(stored->decision.score)
				       : memcmp(&decision.score, &stored->decision.score, sizeof decision.score) == 0);
	return STATUS_OK;
}

enum status decision_again(struct reader *reader, int64_t decision_id, struct arena *arena,
	struct decision_again *ret_again)
{
	struct decision_record stored;
	struct remake made = {NULL, NULL, NULL};
	enum status status;

	TRY(decision_find(reader, decision_id, arena, &stored));
	status = remake_decision(reader, &stored, arena, &made, ret_again);
	policy_free(made.policy);
	model_free(made.model);
	prices_free(made.prices);
	return status;
}
