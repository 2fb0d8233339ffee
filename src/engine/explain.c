/* Says which facts made a profile hit, for the officer. */
#include "base/utf8.h"
#include "engine/matcher.h"

#include <string.h>

enum { FACTS_LIMIT = 4, VALUE_WIDTH = 60 };

/* What was said already: no fact twice. */
struct explanation {
	struct matcher *matcher;
	struct text missing; /* label of the fact that was not there */
	const struct fact *said[FACTS_LIMIT];
	struct text parts[FACTS_LIMIT];
	size_t count;
	bool failed;
};

/* "Masse brute : 1 250 kg"; line breaks inside a value would break the line it is shown on. */
static struct text print_column(struct matcher *matcher, struct column column)
{
	AUTO(buffer_release) struct buffer value_text;
	AUTO(buffer_release) struct buffer said;
	struct fact_value value;
	struct text cut;

	buffer_init(&value_text, 1 << 20);
	buffer_init(&said, 1 << 12);
	fact_read(&matcher->facts, column.fact, column.days, matcher->item, &value);
	fact_print(&value_text, column.fact, &value);
	cut = utf8_cut(buffer_text(&value_text), VALUE_WIDTH);
	buffer_format(&said, "%s : ", column.fact->label);
	for (size_t i = 0; i < cut.size; i++)
		buffer_byte(&said, (unsigned char)cut.data[i] < ' ' ? ' ' : cut.data[i]);
	if (!cut.size)
		buffer_string(&said, "–");
	else if (cut.size < value_text.size)
		buffer_string(&said, "…");
	if (buffer_status(&value_text) != STATUS_OK || buffer_status(&said) != STATUS_OK)
		return TEXT_NONE;
	return arena_text(matcher->facts.arena, buffer_text(&said));
}

static void say_column(struct explanation *explanation, struct column column)
{
	struct matcher *matcher = explanation->matcher;
	struct column_state *state = &matcher->columns[column.id];
	uint32_t stamp = column.fact->level == LEVEL_ITEM ? matcher->stamp : 1;

	for (size_t i = 0; i < explanation->count; i++)
		if (explanation->said[i] == column.fact)
			return;
	if (explanation->count == FACTS_LIMIT)
		return;
	if (state->said_stamp != stamp || !state->said.data) {
		state->said = print_column(matcher, column);
		state->said_stamp = stamp;
	}
	if (!state->said.data)
		explanation->failed = true;
	explanation->said[explanation->count] = column.fact;
	explanation->parts[explanation->count++] = state->said;
}

static void say_expression(struct explanation *explanation, const struct expression *expression)
{
	if (!expression)
		return;
	if (expression->kind == EXPRESSION_COLUMN)
		say_column(explanation, expression->column);
	say_expression(explanation, expression->left);
	say_expression(explanation, expression->right);
}

/* Of a long text the words that were found say more than its beginning. */
static void say_words(struct explanation *explanation, const struct test_of_fact *test)
{
	const struct column_state *state = matcher_column(explanation->matcher, test->column);
	struct text part = TEXT_NONE;

	if (state->text.size <= VALUE_WIDTH || explanation->count == FACTS_LIMIT) {
		say_column(explanation, test->column);
		return;
	}
	for (size_t i = 0; i < test->value_count && !part.data; i++)
		if (words_found(state->text, test->values[i])) {
			part = arena_format(explanation->matcher->facts.arena, "%s : … %.*s …", test->column.fact->label,
				TEXT_FORMAT(test->values[i]));
			explanation->failed |= !part.data;
		}
	if (part.data) {
		explanation->said[explanation->count] = test->column.fact;
		explanation->parts[explanation->count++] = part;
	}
}

static void say_test(struct explanation *explanation, const struct test_of_fact *test, bool negated)
{
	if (test->kind == TEST_WORDS && !negated) {
		say_words(explanation, test);
		return;
	}
	if (test->column.fact)
		say_column(explanation, test->column);
	if (test->other.fact)
		say_column(explanation, test->other);
	say_expression(explanation, test->left);
	say_expression(explanation, test->right);
}

/* Walks to the tests that made the step true (or, below a not, false), passing over branches that did not. */
static void say_steps(struct explanation *explanation, const struct step *step, bool negated)
{
	const struct step *child = step + 1, *end = step + step->size;

	if (matcher_steps(explanation->matcher, step) != (negated ? TRUTH_FALSE : TRUTH_TRUE))
		return;
	if (step->kind == NODE_TEST)
		say_test(explanation, &explanation->matcher->policy->predicates[step->predicate].test, negated);
	else
		for (; child < end; child += child->size)
			say_steps(explanation, child, negated != (step->kind == NODE_NOT));
}

static bool say_if_missing(struct explanation *explanation, struct column column)
{
	if (!column.fact || matcher_column(explanation->matcher, column)->known)
		return false;
	explanation->missing = text_of(column.fact->label);
	return true;
}

static bool say_missing_number(struct explanation *explanation, const struct expression *expression)
{
	if (!expression)
		return false;
	return (expression->kind == EXPRESSION_COLUMN && say_if_missing(explanation, expression->column)) ||
		say_missing_number(explanation, expression->left) || say_missing_number(explanation, expression->right);
}

/* The first fact whose absence left the condition open. */
static bool say_missing(struct explanation *explanation, const struct rule *rule)
{
	for (uint32_t i = 0; i < rule->step_count; i++) {
		const struct test_of_fact *test;

		if (rule->steps[i].kind != NODE_TEST ||
			matcher_test(explanation->matcher, rule->steps[i].predicate) != TRUTH_UNKNOWN)
			continue;
		test = &explanation->matcher->policy->predicates[rule->steps[i].predicate].test;
		if (say_if_missing(explanation, test->column) || say_if_missing(explanation, test->other) ||
			say_missing_number(explanation, test->left) || say_missing_number(explanation, test->right))
			return true;
	}
	return false;
}

/* The parts with " ; " between them. */
static struct text join_parts(const struct explanation *explanation, struct arena *arena)
{
	size_t size = 0;
	char *bytes;
	struct text joined;

	if (explanation->failed)
		return TEXT_NONE;
	for (size_t i = 0; i < explanation->count; i++)
		size += explanation->parts[i].size + 3;
	bytes = ARENA_ARRAY(arena, size + 1, char);
	joined = (struct text){bytes, 0};
	for (size_t i = 0; bytes && i < explanation->count; i++) {
		if (i) {
			memcpy(bytes + joined.size, " ; ", 3);
			joined.size += 3;
		}
		memcpy(bytes + joined.size, explanation->parts[i].data, explanation->parts[i].size);
		joined.size += explanation->parts[i].size;
	}
	return joined;
}

struct text matcher_explain(struct matcher *matcher, const struct match *match)
{
	const struct rule *rule = &matcher->policy->rules[match->rule];
	const struct consignment *consignment = matcher->facts.consignment;
	struct explanation explanation = {.matcher = matcher};

	if (match->item_count)
		matcher_set_item(matcher, &consignment->items[match->first], match->first);
	else
		matcher_set_item(matcher, NULL, 0);
	if (match->by_missing)
		return say_missing(&explanation, rule) ? explanation.missing : TEXT("");
	say_steps(&explanation, rule->steps, false);
	return join_parts(&explanation, matcher->facts.arena);
}
