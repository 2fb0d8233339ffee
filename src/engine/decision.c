/* Makes a decision: criteria, the engine's checks and the model, then random, then the top-up. */
#include "engine/check.h"
#include "engine/explanation.h"
#include "engine/matcher.h"
#include "engine/scoring.h"
#include "engine/selection.h"

#include <math.h>
#include <string.h>

/* A decision under way. Of profiles that hit only the order is kept at first; their reasons are written when the order of
 * all is known, once and in their places. */
struct deciding {
	const struct decision_inputs *inputs;
	const struct consignment *consignment;
	struct arena *arena;
	struct facts facts;
	struct text identity;
	struct decision decision; /* its reasons are those that no profile gave, until all are sorted */
	size_t capacity;
	struct matcher matcher;
	struct explainer explainer;
	struct match *matches;
	size_t match_count;
	uint64_t *order; /* of each match, see reason_order() */
	struct message *asides; /* of each match; NULL: nothing is set aside */
	int64_t *numbers; /* of the items, in order */
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

/* Where a reason goes: those that selected first, then by lane, kind and code; and which it is. */
enum { SPARED_BIT = 62, LANE_BITS = 60, KIND_BITS = 57, RANK_BITS = 32 };
static uint64_t reason_order(bool selected, enum lane lane, enum reason_kind kind, uint32_t rank, size_t place)
{
	return (selected ? UINT64_C(0) : UINT64_C(1)) << SPARED_BIT | (uint64_t)(LANE_RED - lane) << LANE_BITS |
		(uint64_t)kind << KIND_BITS | (uint64_t)rank << RANK_BITS | place;
}

static bool order_is_selected(uint64_t order)
{
	return !(order >> SPARED_BIT & 1);
}

static enum lane order_lane(uint64_t order)
{
	return (enum lane)(LANE_RED - (int)(order >> LANE_BITS & 3));
}

static enum lane lane_so_far(const struct deciding *deciding)
{
	const struct decision *decision = &deciding->decision;
	enum lane lane = LANE_GREEN;

	for (size_t i = 0; i < decision->reason_count; i++)
		if (decision->reasons[i].selected && decision->reasons[i].lane > lane)
			lane = decision->reasons[i].lane;
	for (size_t i = 0; i < deciding->match_count; i++)
		if (order_is_selected(deciding->order[i]) && order_lane(deciding->order[i]) > lane)
			lane = order_lane(deciding->order[i]);
	return lane;
}

/* Why a profile is set aside for this operator today; id NULL when it is not. */
static enum status find_aside(const struct deciding *deciding, struct text profile, struct message *ret_aside)
{
	const struct decision_inputs *inputs = deciding->inputs;
	struct text operator = text_trim(deciding->consignment->consignee.code);

	*ret_aside = (struct message){NULL, {TEXT_NONE, TEXT_NONE, TEXT_NONE}};
	for (size_t i = 0; operator.size && i < inputs->suppression_count; i++) {
		const struct suppression *suppression = &inputs->suppressions[i];
		AUTO(buffer_release) struct buffer date = {0};

		if (inputs->today < suppression->from || inputs->today > suppression->until ||
			!text_equal(suppression->profile, profile) ||
			!text_equal_ignoring_case(suppression->operator, operator))
			continue;
		buffer_init(&date, 64);
		date_print(&date, suppression->until);
		TRY(buffer_status(&date));
		*ret_aside = (struct message){TR("mis de côté pour cet opérateur jusqu'au %1, par %2 : %3"),
			{arena_text(deciding->arena, buffer_text(&date)), suppression->by, suppression->reason}};
		return ret_aside->values[0].data ? STATUS_OK : STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

/* Items that follow each other, as most do, are part of one list of all. */
static const int64_t *items_of_match(const struct deciding *deciding, const struct match *match)
{
	uint64_t run = match->item_count < 64 ? (UINT64_C(1) << match->item_count) - 1 : UINT64_MAX;

	if (!match->item_count)
		return NULL;
	if (match->item_count <= 64 && match->first + match->item_count <= 64 && match->low >> match->first == run)
		return deciding->numbers + match->first;
	return match_items(match, deciding->consignment, deciding->arena);
}

/* In the zeroed place of the reason. */
static enum status write_match_reason(struct deciding *deciding, size_t place, uint64_t order, struct reason *reason)
{
	const struct match *match = &deciding->matches[place];
	const struct telling *telling = &deciding->matcher.policy->tellings[match->rule];
	struct text missing;

	TRY(explain_match(&deciding->explainer, match, &missing, &reason->facts));
	reason->kind = REASON_PROFILE;
	reason->code = telling->code;
	reason->instruction = telling->instruction;
	reason->lane = order_lane(order);
	reason->items = items_of_match(deciding, match);
	reason->item_count = match->item_count;
	if (match->item_count && !reason->items)
		return STATUS_NO_MEMORY;
	reason->message.id = match->by_missing ? TR("%t1 : à regarder, car ce fait manque : %f2")
		: reason->facts.count ? TR("%t1 (%f2)") : TR("%t1");
	reason->message.values[0] = telling->title;
	if (match->by_missing)
		reason->message.values[1] = missing;
	reason->selected = order_is_selected(order);
	if (deciding->asides)
		reason->aside = deciding->asides[place];
	return STATUS_OK;
}

static enum status weigh_match(struct deciding *deciding, size_t place)
{
	const struct match *match = &deciding->matches[place];
	const struct policy *policy = deciding->inputs->policy;
	const struct weight *weight = &policy->weights[match->rule];
	bool selected = weight->share == NUMBER_ONE;

	if (!selected)
		TRY(selection_takes(deciding->inputs->selection, deciding->arena, policy->tellings[match->rule].code,
			weight->share, deciding->identity, &selected));
	if (deciding->asides) {
		TRY(find_aside(deciding, policy->tellings[match->rule].code, &deciding->asides[place]));
		selected &= !deciding->asides[place].id;
	}
	deciding->order[place] = reason_order(selected,
		(enum lane)(match->by_missing ? weight->lane_if_missing : weight->lane), REASON_PROFILE, weight->rank, place);
	return STATUS_OK;
}

static enum status number_items(struct deciding *deciding)
{
	const struct consignment *c = deciding->consignment;

	deciding->numbers = ARENA_ARRAY(deciding->arena, c->item_count + 1, int64_t);
	if (!deciding->numbers)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < c->item_count; i++)
		deciding->numbers[i] = c->items[i].number;
	return STATUS_OK;
}

static enum status decide_criteria(struct deciding *deciding)
{
	if (!deciding->inputs->policy)
		return STATUS_OK;
	TRY(matcher_init(&deciding->matcher, deciding->inputs->policy, &deciding->facts, true));
	TRY(matcher_find(&deciding->matcher, deciding->inputs->gate, &deciding->matches, &deciding->match_count));
	TRY(explainer_init(&deciding->explainer, &deciding->matcher));
	TRY(number_items(deciding));
	deciding->order = ARENA_ARRAY(deciding->arena, deciding->match_count + 1, uint64_t);
	if (!deciding->order)
		return STATUS_NO_MEMORY;
	if (deciding->inputs->suppression_count) {
		deciding->asides = ARENA_ARRAY(deciding->arena, deciding->match_count + 1, struct message);
		if (!deciding->asides)
			return STATUS_NO_MEMORY;
	}
	for (size_t i = 0; i < deciding->match_count; i++)
		TRY(weigh_match(deciding, i));
	return STATUS_OK;
}

static enum status decide_checks(struct deciding *deciding)
{
	for (size_t i = 0; i < check_count(); i++) {
		const struct check *check = check_at(i);
		struct finding finding = {0};

		if (!check->find(&deciding->facts, &finding))
			continue;
		if (!add_reason(deciding, (struct reason){.kind = REASON_CHECK, .code = text_of(check->code),
			.instruction = text_of(check->instruction), .lane = check->lane, .selected = true,
			.message = {check->label, {finding.values[0], finding.values[1], finding.values[2]}},
			.items = finding.items, .item_count = finding.item_count}))
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

static const struct selection *thresholds_of(const struct deciding *deciding)
{
	return deciding->inputs->selection ? deciding->inputs->selection : deciding->inputs->thresholds;
}

/* The items whose score alone asks for the lane. */
static enum status score_items(struct deciding *deciding, enum lane lane, struct reason *reason)
{
	const struct consignment *c = deciding->consignment;
	int64_t *items = ARENA_ARRAY(deciding->arena, c->item_count + 1, int64_t);

	if (!items)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < c->item_count; i++)
		if (lane_of_score(thresholds_of(deciding), deciding->decision.item_scores[i]) >= lane)
			items[reason->item_count++] = c->items[i].number;
	reason->items = items;
	return STATUS_OK;
}

enum { EXPLAINED_ITEMS = 3, DETAILS = 3 };

/* The item that comes next: the highest score below `below`, or equal to it and later. */
static size_t next_highest(const struct deciding *deciding, size_t after)
{
	const double *scores = deciding->decision.item_scores;
	size_t count = deciding->consignment->item_count, best = count;

	for (size_t i = 0; i < count; i++) {
		bool comes = after == count || scores[i] < scores[after] || (scores[i] <= scores[after] && i > after);

		if (!isnan(scores[i]) && comes && (best == count || scores[i] > scores[best]))
			best = i;
	}
	return best;
}

static enum status explain_item(struct deciding *deciding, size_t place, struct reason_detail *details, size_t *count)
{
	const struct consignment *c = deciding->consignment;
	const struct decision_inputs *inputs = deciding->inputs;
	struct explanation explanation;
	size_t told = 0;

	TRY(explanation_make(inputs->model, c, &c->items[place], inputs->history, inputs->today, deciding->arena,
		&explanation));
	for (size_t i = 0; i < explanation.line_count && told < DETAILS; i++)
		if (explanation.lines[i].contribution > 0) {
			details[(*count)++] = (struct reason_detail){c->items[place].number, explanation.lines[i].text};
			told++;
		}
	return STATUS_OK;
}

/* What raised the scores most, of the items that ask for the lane; nothing from a model that cannot be explained. */
static enum status explain_model(struct deciding *deciding, enum lane lane, struct reason *reason)
{
	struct reason_detail *details = ARENA_ARRAY(deciding->arena, EXPLAINED_ITEMS * DETAILS, struct reason_detail);
	size_t place = deciding->consignment->item_count, count = 0;

	if (!details)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < EXPLAINED_ITEMS; i++) {
		enum status status;

		place = next_highest(deciding, place);
		if (place == deciding->consignment->item_count ||
			lane_of_score(thresholds_of(deciding), deciding->decision.item_scores[place]) < lane)
			break;
		status = explain_item(deciding, place, details, &count);
		if (status == STATUS_UNSUPPORTED)
			break;
		TRY(status);
	}
	reason->details = details;
	reason->detail_count = count;
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
	reason.lane = lane_of_score(thresholds_of(deciding), decision->score);
	if (reason.lane == LANE_GREEN)
		return STATUS_OK;
	TRY(score_items(deciding, reason.lane, &reason));
	if (!deciding->inputs->without_details)
		TRY(explain_model(deciding, reason.lane, &reason));
	percent = arena_format(deciding->arena, "%d\u00a0%%", (int)(decision->score * 100));
	if (!percent.data)
		return STATUS_NO_MEMORY;
	reason.message = (struct message){TR("Score de risque élevé (%1)"), {percent}};
	return add_reason(deciding, reason) ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Criteria that hit but whose shares spared all: after so many in a row the most severe selects. */
static void force_spared(struct deciding *deciding)
{
	const struct selection *selection = deciding->inputs->selection;
	struct selection_counts *counts = deciding->inputs->counts;
	uint64_t *spared = NULL;

	for (size_t i = 0; i < deciding->match_count; i++) {
		if (deciding->asides && deciding->asides[i].id)
			continue;
		if (order_is_selected(deciding->order[i])) {
			counts->spared_hits = 0;
			return;
		}
		if (!spared || deciding->order[i] < *spared)
			spared = &deciding->order[i];
	}
	if (!spared)
		return;
	counts->spared_hits++;
	if (selection->hits_without_selection > 0 && counts->spared_hits >= selection->hits_without_selection) {
		*spared &= ~(UINT64_C(1) << SPARED_BIT);
		counts->spared_hits = 0;
	}
}

static enum status add_drawn(struct deciding *deciding, enum reason_kind kind, enum lane lane)
{
	struct reason reason = {.kind = kind, .lane = lane, .selected = true,
		.code = kind == REASON_RANDOM ? TEXT("ALEA") : TEXT("QUOTA"),
		.message = {kind == REASON_RANDOM ? TR("Tirage au sort") : TR("Complément jusqu'au taux attendu"), {{0}}}};

	if (lane == LANE_GREEN)
		return STATUS_OK;
	return add_reason(deciding, reason) ? STATUS_OK : STATUS_NO_MEMORY;
}

static void sort_few(uint64_t *order, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		uint64_t moved = order[i];
		size_t at = i;

		for (; at > 0 && order[at - 1] > moved; at--)
			order[at] = order[at - 1];
		order[at] = moved;
	}
}

/* By the bytes of the upper half, lowest first; the lower half is in order already. The result is in `order`. */
static void sort_many(uint64_t *order, uint64_t *other, size_t count)
{
	for (int shift = 32; shift < 64; shift += 8) {
		size_t starts[256] = {0}, sum = 0;
		uint64_t *swapped = order;

		for (size_t i = 0; i < count; i++)
			starts[order[i] >> shift & 255]++;
		for (size_t i = 0; i < 256; i++) {
			size_t here = starts[i];

			starts[i] = sum;
			sum += here;
		}
		for (size_t i = 0; i < count; i++)
			other[starts[order[i] >> shift & 255]++] = order[i];
		order = other;
		other = swapped;
	}
}

/* The order of all reasons: those of the matches, then the others. */
static void order_all(const struct deciding *deciding, uint64_t *order)
{
	const struct decision *decision = &deciding->decision;

	for (size_t i = 0; i < deciding->match_count; i++)
		order[i] = deciding->order[i];
	for (size_t i = 0; i < decision->reason_count; i++) {
		const struct reason *reason = &decision->reasons[i];
		uint32_t rank = 0;

		for (size_t j = 0; j < decision->reason_count; j++)
			rank += text_compare(decision->reasons[j].code, reason->code) < 0;
		order[deciding->match_count + i] = reason_order(reason->selected, reason->lane, reason->kind, rank,
			deciding->match_count + i);
	}
}

/* Most severe first. Of a policy of thousands hundreds may hit: their order costs a few passes, and what one of them
 * says is fetched while others are written. */
static enum status write_reasons(struct deciding *deciding)
{
	enum { FEW = 24, AHEAD = 6 };
	struct decision *decision = &deciding->decision;
	size_t matches = deciding->match_count, count = matches + decision->reason_count;
	struct reason *sorted = ARENA_ARRAY(deciding->arena, count + 1, struct reason);
	uint64_t *order = ARENA_ARRAY(deciding->arena, count * 2 + 1, uint64_t);

	if (!sorted || !order)
		return STATUS_NO_MEMORY;
	order_all(deciding, order);
	if (count <= FEW)
		sort_few(order, count);
	else
		sort_many(order, order + count, count);
	for (size_t i = 0; i < count; i++) {
		size_t place = order[i] & UINT32_MAX, next = i + AHEAD < count ? order[i + AHEAD] & UINT32_MAX : matches;

		if (next < matches)
			__builtin_prefetch(&deciding->matcher.policy->tellings[deciding->matches[next].rule]);
		if (place < matches)
			TRY(write_match_reason(deciding, place, order[i], &sorted[i]));
		else
			sorted[i] = decision->reasons[place - matches];
	}
	decision->reasons = sorted;
	decision->reason_count = count;
	return STATUS_OK;
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
		selection_top_up(selection, deciding->inputs->counts, lane_so_far(deciding), decision->draw));
}

enum status decision_make(const struct decision_inputs *inputs, const struct consignment *consignment,
	struct arena *arena, struct decision *ret_decision)
{
	struct deciding deciding = {.inputs = inputs, .consignment = consignment, .arena = arena, .status = STATUS_OK,
		.facts = {.consignment = consignment, .counterpart = inputs->counterpart, .history = inputs->history,
			.names = inputs->names, .prices = inputs->prices, .today = inputs->today, .arena = arena}};
	struct selection_counts before = inputs->counts ? *inputs->counts : (struct selection_counts){0};
	enum lane lane;
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
	lane = lane_so_far(&deciding);
	if (status == STATUS_OK)
		status = write_reasons(&deciding);
	if (status != STATUS_OK) {
		if (inputs->counts)
			*inputs->counts = before;
		return status;
	}
	deciding.decision.lane = lane;
	if (inputs->counts) {
		inputs->counts->decided++;
		inputs->counts->lane[deciding.decision.lane]++;
	}
	*ret_decision = deciding.decision;
	return STATUS_OK;
}

static enum status own_text(struct text *text, struct arena *arena)
{
	if (!text->data)
		return STATUS_OK;
	*text = arena_text(arena, *text);
	return text->data ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status decision_own(struct decision *decision, struct arena *arena)
{
	for (size_t i = 0; i < decision->reason_count; i++) {
		struct reason *reason = &decision->reasons[i];
		uint16_t *places = ARENA_ARRAY(arena, reason->facts.count + 1, uint16_t);

		if (!places)
			return STATUS_NO_MEMORY;
		if (reason->facts.count)
			memcpy(places, reason->facts.places, reason->facts.count * sizeof *places);
		reason->facts.places = places;
		TRY(own_text(&reason->code, arena));
		TRY(own_text(&reason->instruction, arena));
		for (size_t j = 0; j < 3; j++)
			TRY(own_text(&reason->message.values[j], arena));
		for (size_t j = 0; reason->aside.id && j < 3; j++)
			TRY(own_text(&reason->aside.values[j], arena));
	}
	return STATUS_OK;
}
