/* Makes a decision: criteria, the engine's checks and the model, then random, then the top-up. */
#include "engine/check.h"
#include "engine/matcher.h"
#include "engine/scoring.h"
#include "engine/selection.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A decision under way. */
struct deciding {
	const struct decision_inputs *inputs;
	const struct consignment *consignment;
	struct arena *arena;
	struct facts facts;
	struct text identity;
	struct decision decision;
	size_t capacity;
	enum status status;
};

static const char *const kind_codes[] = {"profile", "check", "model", "random", "quota"};

const char *reason_kind_code(enum reason_kind kind)
{
	return kind_codes[kind];
}

static struct reason *add_reason(struct deciding *deciding, struct reason reason)
{
	struct decision *decision = &deciding->decision;

	if (decision->reason_count == deciding->capacity) {
		size_t wanted = deciding->capacity ? deciding->capacity * 2 : 16;
		struct reason *grown = ARENA_ARRAY(deciding->arena, wanted, struct reason);

		if (!grown) {
			deciding->status = STATUS_NO_MEMORY;
			return NULL;
		}
		if (decision->reason_count)
			memcpy(grown, decision->reasons, decision->reason_count * sizeof *grown);
		decision->reasons = grown;
		deciding->capacity = wanted;
	}
	decision->reasons[decision->reason_count] = reason;
	return &decision->reasons[decision->reason_count++];
}

static enum lane lane_so_far(const struct decision *decision)
{
	enum lane lane = LANE_GREEN;

	for (size_t i = 0; i < decision->reason_count; i++)
		if (decision->reasons[i].selected && decision->reasons[i].lane > lane)
			lane = decision->reasons[i].lane;
	return lane;
}

/* What the author left to a look because a fact is missing asks for papers at most. */
static enum lane lane_of_match(const struct rule *rule, const struct match *match)
{
	if (match->by_missing && rule->missing == MISSING_LOOK && rule->profile.lane > LANE_YELLOW)
		return LANE_YELLOW;
	return rule->profile.lane;
}

static enum status add_match_reason(struct deciding *deciding, struct matcher *matcher, const struct match *match)
{
	const struct rule *rule = &matcher->policy->rules[match->rule];
	struct reason reason = {.kind = REASON_PROFILE, .code = rule->profile.code,
		.instruction = rule->profile.instruction, .lane = lane_of_match(rule, match),
		.items = match_items(match, deciding->consignment, deciding->arena), .item_count = match->item_count};
	struct text facts = matcher_explain(matcher, match);

	if (!facts.data || (match->item_count && !reason.items))
		return STATUS_NO_MEMORY;
	reason.text = (struct message){match->by_missing ? TR("%t1 : à regarder, car ce fait manque : %2")
			: facts.size ? TR("%t1 (%2)") : TR("%t1"),
		{rule->profile.title, facts}};
	TRY(selection_takes(deciding->inputs->selection, deciding->arena, rule->profile.code, rule->profile.share,
		deciding->identity, &reason.selected));
	return add_reason(deciding, reason) ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status decide_criteria(struct deciding *deciding)
{
	struct matcher matcher;
	struct match *matches = NULL;
	size_t count = 0;

	if (!deciding->inputs->policy)
		return STATUS_OK;
	TRY(matcher_init(&matcher, deciding->inputs->policy, &deciding->facts, true));
	TRY(matcher_find(&matcher, deciding->inputs->gate, &matches, &count));
	deciding->capacity = count + check_count() + 3;
	deciding->decision.reasons = ARENA_ARRAY(deciding->arena, deciding->capacity, struct reason);
	if (!deciding->decision.reasons)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		TRY(add_match_reason(deciding, &matcher, &matches[i]));
	return STATUS_OK;
}

static enum status decide_checks(struct deciding *deciding)
{
	for (size_t i = 0; i < check_count(); i++) {
		const struct check *check = check_at(i);
		struct finding finding = {0};
		struct reason reason = {.kind = REASON_CHECK, .code = text_of(check->code),
			.instruction = text_of(check->instruction), .lane = check->lane, .selected = true};

		if (!check->find(&deciding->facts, &finding))
			continue;
		reason.text = (struct message){check->label, {finding.values[0], finding.values[1], finding.values[2]}};
		reason.items = finding.items;
		reason.item_count = finding.item_count;
		if (!add_reason(deciding, reason))
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

static bool is_at_least(double score, int64_t threshold)
{
	return threshold != NUMBER_NONE && score >= (double)threshold / 1e6;
}

static enum lane lane_of_score(const struct selection *selection, double score)
{
	if (!selection || isnan(score))
		return LANE_GREEN;
	return is_at_least(score, selection->score_red) ? LANE_RED
		: is_at_least(score, selection->score_yellow) ? LANE_YELLOW
		: is_at_least(score, selection->score_blue) ? LANE_BLUE : LANE_GREEN;
}

/* The items whose score alone asks for the lane. */
static enum status score_items(struct deciding *deciding, enum lane lane, struct reason *reason)
{
	const struct consignment *c = deciding->consignment;
	int64_t *items = ARENA_ARRAY(deciding->arena, c->item_count + 1, int64_t);

	if (!items)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < c->item_count; i++)
		if (lane_of_score(deciding->inputs->selection, deciding->decision.item_scores[i]) >= lane)
			items[reason->item_count++] = c->items[i].number;
	reason->items = items;
	return STATUS_OK;
}

static enum status decide_model(struct deciding *deciding)
{
	const struct consignment *c = deciding->consignment;
	struct decision *decision = &deciding->decision;
	struct reason reason = {.kind = REASON_MODEL, .code = TEXT("XGB"), .selected = true};
	struct text percent;

	decision->score = NAN;
	decision->item_scores = ARENA_ARRAY(deciding->arena, c->item_count + 1, double);
	if (!decision->item_scores)
		return STATUS_NO_MEMORY;
	TRY(scores_compute(deciding->inputs, c, deciding->arena, decision->item_scores));
	for (size_t i = 0; i < c->item_count; i++)
		if (isnan(decision->score) || decision->item_scores[i] > decision->score)
			decision->score = decision->item_scores[i];
	reason.lane = lane_of_score(deciding->inputs->selection, decision->score);
	if (reason.lane == LANE_GREEN)
		return STATUS_OK;
	TRY(score_items(deciding, reason.lane, &reason));
	percent = arena_format(deciding->arena, "%d\u00a0%%", (int)(decision->score * 100));
	if (!percent.data)
		return STATUS_NO_MEMORY;
	reason.text = (struct message){TR("Score de risque élevé (%1)"), {percent}};
	return add_reason(deciding, reason) ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Criteria that hit but whose shares spared all: after so many in a row the most severe selects. */
static void force_spared(struct deciding *deciding)
{
	const struct selection *selection = deciding->inputs->selection;
	struct selection_counts *counts = deciding->inputs->counts;
	struct reason *spared = NULL;

	for (size_t i = 0; i < deciding->decision.reason_count; i++) {
		struct reason *reason = &deciding->decision.reasons[i];

		if (reason->kind != REASON_PROFILE)
			continue;
		if (reason->selected) {
			counts->spared_hits = 0;
			return;
		}
		if (!spared || reason->lane > spared->lane ||
			(reason->lane == spared->lane && text_compare(reason->code, spared->code) < 0))
			spared = reason;
	}
	if (!spared)
		return;
	counts->spared_hits++;
	if (selection->hits_without_selection > 0 && counts->spared_hits >= selection->hits_without_selection) {
		spared->selected = true;
		counts->spared_hits = 0;
	}
}

static enum status add_drawn(struct deciding *deciding, enum reason_kind kind, enum lane lane)
{
	struct reason reason = {.kind = kind, .lane = lane, .selected = true,
		.code = kind == REASON_RANDOM ? TEXT("ALEA") : TEXT("QUOTA"),
		.text = {kind == REASON_RANDOM ? TR("Tirage au sort") : TR("Complément jusqu'au taux attendu"), {{0}}}};

	if (lane == LANE_GREEN)
		return STATUS_OK;
	return add_reason(deciding, reason) ? STATUS_OK : STATUS_NO_MEMORY;
}

static int compare_reasons(const void *a, const void *b)
{
	const struct reason *x = a, *y = b;

	if (x->selected != y->selected)
		return x->selected ? -1 : 1;
	if (x->lane != y->lane)
		return x->lane > y->lane ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return text_compare(x->code, y->code);
}

static enum status decide_draws(struct deciding *deciding)
{
	const struct selection *selection = deciding->inputs->selection;
	struct decision *decision = &deciding->decision;

	selection_draw(selection, deciding->identity, decision->draw);
	if (!selection)
		return STATUS_OK;
	TRY(add_drawn(deciding, REASON_RANDOM, selection_random(selection, decision->draw)));
	if (!deciding->inputs->counts)
		return STATUS_OK;
	return add_drawn(deciding, REASON_QUOTA,
		selection_top_up(selection, deciding->inputs->counts, lane_so_far(decision), decision->draw));
}

enum status decision_make(const struct decision_inputs *inputs, const struct consignment *consignment,
	struct arena *arena, struct decision *ret_decision)
{
	struct deciding deciding = {.inputs = inputs, .consignment = consignment, .arena = arena, .status = STATUS_OK,
		.facts = {.consignment = consignment, .counterpart = inputs->counterpart, .history = inputs->history,
			.today = inputs->today, .arena = arena}};
	struct selection_counts before = inputs->counts ? *inputs->counts : (struct selection_counts){0};
	enum status status;

	deciding.identity = selection_identity(arena, consignment);
	if (!deciding.identity.data)
		return STATUS_NO_MEMORY;
	TRY(decide_criteria(&deciding));
	TRY(decide_checks(&deciding));
	TRY(decide_model(&deciding));
	if (inputs->counts && inputs->selection)
		force_spared(&deciding);
	status = decide_draws(&deciding);
	if (status != STATUS_OK) {
		if (inputs->counts)
			*inputs->counts = before;
		return status;
	}
	deciding.decision.lane = lane_so_far(&deciding.decision);
	if (deciding.decision.reason_count)
		qsort(deciding.decision.reasons, deciding.decision.reason_count, sizeof *deciding.decision.reasons,
			compare_reasons);
	if (inputs->counts) {
		inputs->counts->decided++;
		inputs->counts->lane[deciding.decision.lane]++;
	}
	*ret_decision = deciding.decision;
	return STATUS_OK;
}
