/* Says which facts made a profile hit, for the officer. */
#include "base/utf8.h"
#include "engine/matcher.h"

#include <string.h>

enum { FACTS_LIMIT = 4, VALUE_WIDTH = 60 };

/* What was said already: no fact twice. */
struct explanation {
	struct matcher *matcher;
	struct buffer *buffer;
	const struct fact *said[FACTS_LIMIT];
	size_t count;
};

static void say_column(struct explanation *explanation, struct column column)
{
	AUTO(buffer_release) struct buffer value_text;
	struct fact_value value;
	struct text cut;

	buffer_init(&value_text, 1 << 20);
	for (size_t i = 0; i < explanation->count; i++)
		if (explanation->said[i] == column.fact)
			return;
	if (explanation->count == FACTS_LIMIT)
		return;
	fact_read(&explanation->matcher->facts, column.fact, column.days, explanation->matcher->item, &value);
	fact_print(&value_text, column.fact, &value);
	cut = utf8_cut(buffer_text(&value_text), VALUE_WIDTH);
	explanation->said[explanation->count++] = column.fact;
	buffer_format(explanation->buffer, "%s%s : ", explanation->count > 1 ? " ; " : "", column.fact->label);
	/* Line breaks inside a value would break the line it is shown on. */
	for (size_t i = 0; i < cut.size; i++)
		buffer_byte(explanation->buffer, (unsigned char)cut.data[i] < ' ' ? ' ' : cut.data[i]);
	if (!cut.size)
		buffer_string(explanation->buffer, "–");
	else if (cut.size < value_text.size)
		buffer_string(explanation->buffer, "…");
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

/* Walks to the tests that made the step true (or, below a not, false). */
static void say_steps(struct explanation *explanation, const struct step *step, bool negated)
{
	const struct step *child = step + 1, *end = step + step->size;

	if (step->kind == NODE_TEST) {
		const struct test_of_fact *test = &explanation->matcher->policy->predicates[step->predicate].test;

		if (matcher_test(explanation->matcher, step->predicate) != (negated ? TRUTH_FALSE : TRUTH_TRUE))
			return;
		if (test->column.fact)
			say_column(explanation, test->column);
		if (test->other.fact)
			say_column(explanation, test->other);
		say_expression(explanation, test->left);
		say_expression(explanation, test->right);
		return;
	}
	for (; child < end; child += child->size)
		say_steps(explanation, child, negated != (step->kind == NODE_NOT));
}

static bool say_if_missing(struct explanation *explanation, struct column column)
{
	if (!column.fact || matcher_column(explanation->matcher, column)->known)
		return false;
	buffer_string(explanation->buffer, column.fact->label);
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

struct text matcher_explain(struct matcher *matcher, const struct match *match)
{
	AUTO(buffer_release) struct buffer buffer;
	const struct rule *rule = &matcher->policy->rules[match->rule];
	const struct consignment *consignment = matcher->facts.consignment;
	struct explanation explanation = {.matcher = matcher, .buffer = &buffer};

	buffer_init(&buffer, 1 << 16);
	if (match->item_count)
		matcher_set_item(matcher, &consignment->items[match->positions[0]], match->positions[0]);
	else
		matcher_set_item(matcher, NULL, 0);
	if (match->by_missing)
		(void)say_missing(&explanation, rule);
	else
		say_steps(&explanation, rule->steps, false);
	if (buffer_status(&buffer) != STATUS_OK)
		return TEXT_NONE;
	return arena_text(matcher->facts.arena, buffer.size ? buffer_text(&buffer) : TEXT(""));
}
