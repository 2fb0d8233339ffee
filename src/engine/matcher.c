/* Evaluates compiled conditions on a consignment and its items, with three truths. */
#include "engine/matcher.h"

#include <string.h>

enum { STAMP_CONSIGNMENT = 1, STAMP_FIRST_ITEM = 2 };

enum status matcher_init(struct matcher *matcher, const struct policy *policy, const struct facts *facts,
	bool keep_predicates)
{
	struct matcher made = {.policy = policy, .facts = *facts, .stamp = STAMP_CONSIGNMENT};

	made.columns = ARENA_ARRAY(facts->arena, policy->column_count + 1, struct column_state);
	if (!made.columns)
		return STATUS_NO_MEMORY;
	if (keep_predicates) {
		made.tested = ARENA_ARRAY(facts->arena, TESTED_KEPT, struct tested);
		if (!made.tested)
			return STATUS_NO_MEMORY;
	}
	*matcher = made;
	return STATUS_OK;
}

void matcher_set_item(struct matcher *matcher, const struct item *item, size_t position)
{
	matcher->item = item;
	matcher->stamp = item ? STAMP_FIRST_ITEM + (uint32_t)position : STAMP_CONSIGNMENT;
}

/* Facts of items that are asked without an item are missing, and kept apart from those of the items. */
const struct column_state *matcher_column(struct matcher *matcher, struct column column)
{
	struct column_state *state = &matcher->columns[column.id];
	uint32_t stamp = column.fact->level == LEVEL_ITEM ? matcher->stamp : STAMP_CONSIGNMENT;
	struct fact_value value;

	if (state->stamp == stamp)
		return state;
	fact_read(&matcher->facts, column.fact, column.days, matcher->item, &value);
	state->stamp = stamp;
	if (fact_is_text(column.fact->type)) {
		state->text = value.text.data ? fact_normal(matcher->facts.arena, column.fact->type, value.text) : TEXT_NONE;
		state->known = state->text.data != NULL;
		return state;
	}
	state->known = value.number != NUMBER_NONE;
	state->number = column.fact->type == FACT_DATE && state->known ? number_of(value.number) : value.number;
	state->known &= state->number != NUMBER_NONE;
	return state;
}

static int64_t calculate(struct matcher *matcher, const struct expression *expression)
{
	int64_t a, b;

	if (expression->kind == EXPRESSION_CONSTANT)
		return expression->constant;
	if (expression->kind == EXPRESSION_COLUMN)
		return matcher_column(matcher, expression->column)->number;
	a = calculate(matcher, expression->left);
	b = calculate(matcher, expression->right);
	switch (expression->kind) {
	case EXPRESSION_ADD: return number_add(a, b);
	case EXPRESSION_SUBTRACT: return b == NUMBER_NONE ? NUMBER_NONE : number_add(a, -b);
	case EXPRESSION_MULTIPLY: return number_multiply(a, b);
	case EXPRESSION_DIVIDE: return number_divide(a, b);
	case EXPRESSION_CONSTANT:
	case EXPRESSION_COLUMN: break;
	}
	return NUMBER_NONE;
}

static enum truth truth_of(bool value)
{
	return value ? TRUTH_TRUE : TRUTH_FALSE;
}

static bool in_values(const struct test_of_fact *test, struct text value)
{
	size_t low = 0, high = test->value_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = text_compare(test->values[middle], value);

		if (!order)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static bool starts_with_any(const struct test_of_fact *test, struct text value)
{
	if (test->value_count > 12) {
		for (size_t size = 1; size <= value.size && size <= 64; size++)
			if (in_values(test, text_slice(value, 0, size)))
				return true;
		if (value.size <= 64)
			return false;
	}
	for (size_t i = 0; i < test->value_count; i++)
		if (text_starts_with(value, test->values[i]))
			return true;
	return false;
}

static bool text_meets(const struct predicate *predicate, struct text value, int64_t today)
{
	const struct test_of_fact *test = &predicate->test;

	switch (test->kind) {
	case TEST_SET: return in_values(test, value);
	case TEST_PREFIX: return starts_with_any(test, value);
	case TEST_LIST: return value_table_has(predicate->table, predicate->list, value, today);
	case TEST_WORDS:
		for (size_t i = 0; i < test->value_count; i++)
			if (words_found(value, test->values[i]))
				return true;
		return false;
	default: return false;
	}
}

/* Of several codes, one is enough. */
static bool codes_meet(const struct predicate *predicate, struct text codes, int64_t today)
{
	while (codes.data) {
		struct text code = text_cut(&codes, ' ');

		if (code.size && text_meets(predicate, code, today))
			return true;
	}
	return false;
}

static enum truth compare(struct matcher *matcher, const struct test_of_fact *test)
{
	int64_t a = calculate(matcher, test->left), b = calculate(matcher, test->right);

	if (a == NUMBER_NONE || b == NUMBER_NONE)
		return TRUTH_UNKNOWN;
	return truth_of(test->comparison == COMPARE_LESS ? a < b : test->comparison == COMPARE_LESS_EQUAL ? a <= b : a == b);
}

static enum truth evaluate(struct matcher *matcher, const struct predicate *predicate)
{
	const struct test_of_fact *test = &predicate->test;
	const struct column_state *state;

	if (test->kind == TEST_COMPARE)
		return compare(matcher, test);
	state = matcher_column(matcher, test->column);
	if (test->kind == TEST_GIVEN)
		return truth_of(state->known);
	if (!state->known)
		return TRUTH_UNKNOWN;
	if (test->kind == TEST_RANGE)
		return truth_of(test->low <= state->number && state->number <= test->high);
	if (test->kind == TEST_SAME) {
		const struct column_state *other = matcher_column(matcher, test->other);

		return other->known ? truth_of(text_equal(state->text, other->text)) : TRUTH_UNKNOWN;
	}
	if (test->column.fact->type == FACT_CODES)
		return truth_of(codes_meet(predicate, state->text, matcher->facts.today));
	return truth_of(text_meets(predicate, state->text, matcher->facts.today));
}

enum truth matcher_test(struct matcher *matcher, uint32_t id)
{
	const struct predicate *predicate = &matcher->policy->predicates[id];
	struct tested *tested;
	uint32_t stamp;

	if (!matcher->tested)
		return evaluate(matcher, predicate);
	tested = &matcher->tested[id % TESTED_KEPT];
	stamp = predicate->of_item ? matcher->stamp : STAMP_CONSIGNMENT;
	if (tested->predicate != id + 1 || tested->stamp != stamp)
		*tested = (struct tested){id + 1, stamp, evaluate(matcher, predicate)};
	return tested->truth;
}

enum truth matcher_steps(struct matcher *matcher, const struct step *step)
{
	const struct step *child = step + 1, *end = step + step->size;
	enum truth result = step->kind == NODE_AND ? TRUTH_TRUE : TRUTH_FALSE;

	if (step->kind == NODE_TEST)
		return matcher_test(matcher, step->predicate);
	if (step->kind == NODE_NOT)
		return (enum truth)(TRUTH_TRUE - matcher_steps(matcher, child));
	for (; child < end; child += child->size) {
		enum truth truth = matcher_steps(matcher, child);

		if (step->kind == NODE_AND ? truth < result : truth > result)
			result = truth;
		if (result == (step->kind == NODE_AND ? TRUTH_FALSE : TRUTH_TRUE))
			break;
	}
	return result;
}

enum truth matcher_rule(struct matcher *matcher, const struct rule *rule)
{
	return matcher_steps(matcher, rule->steps);
}

static bool has_word(struct text words, struct text word)
{
	while (words.data)
		if (text_equal_ignoring_case(text_cut(&words, ' '), word))
			return true;
	return false;
}

bool rule_is_in_scope(const struct rule *rule, const struct facts *facts)
{
	const struct profile *profile = &rule->profile;
	const struct consignment *consignment = facts->consignment;

	if ((profile->valid_from != DATE_NONE && facts->today < profile->valid_from) ||
		(profile->valid_until != DATE_NONE && facts->today > profile->valid_until))
		return false;
	if (!text_is_empty(profile->offices) && !has_word(profile->offices, text_trim(consignment->office)))
		return false;
	if (!text_is_empty(profile->regimes)) {
		char both[32];
		struct text type = text_trim(consignment->type), regime = text_trim(consignment->regime);

		if (type.size + regime.size > sizeof both)
			return false;
		if (type.size)
			memcpy(both, type.data, type.size);
		if (regime.size)
			memcpy(both + type.size, regime.data, regime.size);
		return has_word(profile->regimes, (struct text){both, type.size + regime.size}) ||
			has_word(profile->regimes, type);
	}
	return true;
}

bool rule_is_active(const struct rule *rule, const struct facts *facts, enum gate gate)
{
	const struct profile *profile = &rule->profile;

	return (gate == GATE_MANIFEST ? profile->at_manifest
		       : gate == GATE_DECLARATION ? profile->at_declaration : profile->after_release) &&
		rule_is_in_scope(rule, facts);
}

static size_t match_slot(const struct match_list *list, uint32_t rule)
{
	size_t at = rule * UINT32_C(2654435769) >> 7 & (list->slot_count - 1);

	if (list->is_direct)
		return rule;
	while (list->slots[at] && list->rows[list->slots[at] - 1].rule != rule)
		at = (at + 1) & (list->slot_count - 1);
	return at;
}

/* Brings the slots up to date with the rows. Where many rules match, each has a slot of its own: to clear them is
 * then little beside what they save. */
static enum status hash_matches(struct match_list *list, size_t rule_count)
{
	enum { MANY = 16 };
	bool direct = list->count * MANY >= rule_count;

	if (!list->is_direct && (direct || list->capacity * 2 > list->slot_count)) {
		list->is_direct = direct;
		list->slot_count = direct ? rule_count : list->capacity * 2;
		list->slots = ARENA_ARRAY(list->arena, list->slot_count, uint32_t);
		if (!list->slots)
			return STATUS_NO_MEMORY;
		list->hashed = 0;
	}
	for (; list->hashed < list->count; list->hashed++)
		list->slots[match_slot(list, list->rows[list->hashed].rule)] = (uint32_t)list->hashed + 1;
	return STATUS_OK;
}

static enum status find_match(struct match_list *list, size_t rule_count, uint32_t rule, struct match **ret_match)
{
	uint32_t slot;

	*ret_match = NULL;
	if (!list->count)
		return STATUS_OK;
	TRY(hash_matches(list, rule_count));
	slot = list->slots[match_slot(list, rule)];
	*ret_match = slot ? &list->rows[slot - 1] : NULL;
	return STATUS_OK;
}

bool match_reserve(struct match_list *list, size_t more)
{
	size_t wanted = list->capacity ? list->capacity : 32; /* powers of two, as the slots must be */
	struct match *grown;

	if (list->count + more <= list->capacity)
		return true;
	while (wanted < list->count + more)
		wanted *= 2;
	grown = ARENA_ARRAY(list->arena, wanted, struct match);
	if (!grown)
		return false;
	if (list->count)
		memcpy(grown, list->rows, list->count * sizeof *grown);
	list->rows = grown;
	list->capacity = wanted;
	return true;
}

static struct match *add_match(struct match_list *list, uint32_t rule)
{
	if (list->count == list->capacity && !match_reserve(list, 1))
		return NULL;
	list->rows[list->count] = (struct match){.rule = rule};
	return &list->rows[list->count++];
}

static bool add_item(struct match *match, const struct matcher *matcher)
{
	uint32_t place = matcher->stamp - STAMP_FIRST_ITEM;

	if (place >= 64 && !match->high)
		match->high = ARENA_ARRAY(matcher->facts.arena, matcher->facts.consignment->item_count / 64, uint64_t);
	if (place >= 64 && !match->high)
		return false;
	*(place < 64 ? &match->low : &match->high[place / 64 - 1]) |= UINT64_C(1) << place % 64;
	if (!match->item_count++)
		match->first = place;
	return true;
}

const int64_t *match_items(const struct match *match, const struct consignment *consignment, struct arena *arena)
{
	int64_t *items = match->item_count ? ARENA_ARRAY(arena, match->item_count, int64_t) : NULL;
	size_t count = 0;

	for (size_t i = match->first; items && count < match->item_count; i++)
		if ((i < 64 ? match->low : match->high[i / 64 - 1]) >> i % 64 & 1)
			items[count++] = consignment->items[i].number;
	return items;
}

enum status match_note(struct match_list *list, struct matcher *matcher, uint32_t rule, enum truth truth, bool is_new)
{
	struct match *match = NULL;

	if (truth == TRUTH_FALSE ||
		(truth == TRUTH_UNKNOWN && matcher->policy->rules[rule].missing == MISSING_MISS))
		return STATUS_OK;
	if (!is_new)
		TRY(find_match(list, matcher->policy->rule_count, rule, &match));
	if (!match) {
		match = add_match(list, rule);
		if (!match)
			return STATUS_NO_MEMORY;
		match->by_missing = truth == TRUTH_UNKNOWN;
	}
	if (match->stamp == matcher->stamp)
		return STATUS_OK; /* another alternative of the same condition said so */
	match->stamp = matcher->stamp;
	if (match->by_missing && truth == TRUTH_TRUE) {
		match->by_missing = false; /* what is certain takes the place of what is not */
		match->item_count = 0;
		match->low = 0;
		match->high = NULL;
	}
	if (!matcher->item || match->by_missing != (truth == TRUTH_UNKNOWN))
		return STATUS_OK;
	return add_item(match, matcher) ? STATUS_OK : STATUS_NO_MEMORY;
}

/* One turn over the rules about the item that is set, or about the whole. */
static enum status turn_naive(struct matcher *matcher, const bool *active, struct match_list *list)
{
	bool no_items = !matcher->facts.consignment->item_count;

	for (uint32_t i = 0; i < matcher->policy->rule_count; i++) {
		const struct rule *rule = &matcher->policy->rules[i];

		if (active[i] && (rule->of_items && !no_items) == (matcher->item != NULL))
			TRY(match_note(list, matcher, i, matcher_rule(matcher, rule), matcher->stamp <= STAMP_FIRST_ITEM));
	}
	return STATUS_OK;
}

enum status matcher_find_naive(struct matcher *matcher, enum gate gate, struct match **ret_matches, size_t *ret_count)
{
	const struct consignment *consignment = matcher->facts.consignment;
	bool *active = ARENA_ARRAY(matcher->facts.arena, matcher->policy->rule_count + 1, bool);
	struct match_list list = {.arena = matcher->facts.arena};

	if (!active)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < matcher->policy->rule_count; i++)
		active[i] = rule_is_active(&matcher->policy->rules[i], &matcher->facts, gate);
	matcher_set_item(matcher, NULL, 0);
	TRY(turn_naive(matcher, active, &list));
	for (size_t i = 0; i < consignment->item_count; i++) {
		matcher_set_item(matcher, &consignment->items[i], i);
		TRY(turn_naive(matcher, active, &list));
	}
	*ret_matches = list.rows;
	*ret_count = list.count;
	return STATUS_OK;
}
