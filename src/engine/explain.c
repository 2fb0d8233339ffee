/* Says which facts made a profile hit, for the officer. */
#include "base/utf8.h"
#include "engine/matcher.h"

#include <string.h>

enum { VALUE_WIDTH = 60 };

static const uint16_t in_order[TOLD_LIMIT] = {0, 1, 2, 3};

/* What was said already: no fact twice. */
struct explanation {
	struct explainer *explainer;
	struct matcher *matcher;
	struct text missing; /* label of the fact that was not there */
	const struct fact *said[TOLD_LIMIT];
	struct text parts[TOLD_LIMIT];
	size_t count;
	bool failed;
};

/* "Masse brute : 1 250 kg"; line breaks inside a value would break the line it is shown on. */
static struct text print_column(struct matcher *matcher, struct column column)
{
	AUTO(buffer_release) struct buffer said;
	struct fact_value value;
	struct text whole, cut;
	size_t start;

	buffer_init(&said, 1 << 20);
	fact_read(&matcher->facts, column.fact, column.days, matcher->item, &value);
	buffer_string(&said, column.fact->label);
	buffer_string(&said, " : ");
	start = said.size;
	fact_print(&said, column.fact, &value);
	if (buffer_status(&said) != STATUS_OK)
		return TEXT_NONE;
	whole = text_slice(buffer_text(&said), start, said.size);
	cut = utf8_cut(whole, VALUE_WIDTH);
	for (size_t i = start; i < start + cut.size; i++)
		if ((unsigned char)said.data[i] < ' ')
			said.data[i] = ' ';
	said.size = start + cut.size;
	if (!cut.size)
		buffer_string(&said, "–");
	else if (cut.size < whole.size)
		buffer_string(&said, "…");
	return buffer_status(&said) == STATUS_OK ? arena_text(matcher->facts.arena, buffer_text(&said)) : TEXT_NONE;
}

enum status explainer_init(struct explainer *explainer, struct matcher *matcher)
{
	explainer->matcher = matcher;
	explainer->said = ARENA_ARRAY(matcher->facts.arena, matcher->facts.consignment->item_count + 1, struct text *);
	return explainer->said ? STATUS_OK : STATUS_NO_MEMORY;
}

/* What is said of each column of the matcher's item, or of the whole; NULL without memory. */
static struct text *said_of(struct explainer *explainer, const struct item *item)
{
	const struct consignment *consignment = explainer->matcher->facts.consignment;
	struct text **said = &explainer->said[item ? (size_t)(item - consignment->items) : consignment->item_count];

	if (!*said)
		*said = ARENA_ARRAY(explainer->matcher->facts.arena, explainer->matcher->policy->column_count + 1, struct text);
	return *said;
}

/* Facts of the consignment are printed once for all its items. */
static struct text say(struct explainer *explainer, struct text *said, struct column column)
{
	struct text *whole = NULL;

	if (said[column.id].data)
		return said[column.id];
	if (column.fact->level == LEVEL_CONSIGNMENT) {
		whole = said_of(explainer, NULL);
		if (whole && !whole[column.id].data)
			whole[column.id] = print_column(explainer->matcher, column);
	}
	said[column.id] = whole ? whole[column.id] : print_column(explainer->matcher, column);
	return said[column.id];
}

static void say_column(struct explanation *explanation, struct column column)
{
	struct text *said = said_of(explanation->explainer, explanation->matcher->item), part = TEXT_NONE;

	for (size_t i = 0; i < explanation->count; i++)
		if (explanation->said[i] == column.fact)
			return;
	if (explanation->count == TOLD_LIMIT)
		return;
	if (said)
		part = say(explanation->explainer, said, column);
	explanation->failed |= !part.data;
	explanation->said[explanation->count] = column.fact;
	explanation->parts[explanation->count++] = part;
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

	if (state->text.size <= VALUE_WIDTH || explanation->count == TOLD_LIMIT) {
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

/* The facts of a rule that is an and of tests, all of which were true. */
static enum status tell_rule(struct explainer *explainer, const struct telling *rule, struct reason_facts *ret_facts)
{
	struct matcher *matcher = explainer->matcher;
	struct text *said = said_of(explainer, matcher->item);

	if (!said)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < rule->told_count; i++)
		if (!said[rule->told[i]].data &&
			!say(explainer, said, matcher->policy->columns[rule->told[i]]).data)
			return STATUS_NO_MEMORY;
	*ret_facts = (struct reason_facts){said, rule->told, rule->told_count};
	return STATUS_OK;
}

static enum status tell_parts(const struct explanation *explanation, struct arena *arena, struct reason_facts *ret_facts)
{
	struct text *parts = ARENA_ARRAY(arena, explanation->count + 1, struct text);

	if (!parts || explanation->failed)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < explanation->count; i++)
		parts[i] = explanation->parts[i];
	*ret_facts = (struct reason_facts){parts, in_order, explanation->count};
	return STATUS_OK;
}

enum status explain_match(struct explainer *explainer, const struct match *match, struct text *ret_missing,
	struct reason_facts *ret_facts)
{
	struct matcher *matcher = explainer->matcher;
	const struct telling *telling = &matcher->policy->tellings[match->rule];
	const struct rule *rule = &matcher->policy->rules[match->rule];
	struct explanation explanation;

	if (match->item_count)
		matcher_set_item(matcher, &matcher->facts.consignment->items[match->first], match->first);
	else
		matcher_set_item(matcher, NULL, 0);
	*ret_missing = TEXT("");
	*ret_facts = (struct reason_facts){NULL, NULL, 0};
	if (!match->by_missing && telling->told_count)
		return tell_rule(explainer, telling, ret_facts);
	explanation = (struct explanation){.explainer = explainer, .matcher = matcher};
	if (match->by_missing) {
		if (say_missing(&explanation, rule))
			*ret_missing = explanation.missing;
		return STATUS_OK;
	}
	say_steps(&explanation, rule->steps, false);
	return tell_parts(&explanation, matcher->facts.arena, ret_facts);
}

void reason_facts_print(struct buffer *buffer, const struct reason *reason)
{
	for (size_t i = 0; i < reason->facts.count; i++) {
		buffer_string(buffer, i ? " ; " : "");
		buffer_append(buffer, reason->facts.said[reason->facts.places[i]]);
	}
}

void reason_print(struct buffer *buffer, enum language language, const struct reason *reason)
{
	AUTO(buffer_release) struct buffer facts;
	struct message message = reason->message;

	buffer_init(&facts, buffer->limit);
	reason_facts_print(&facts, reason);
	if (reason->facts.count)
		message.values[1] = buffer_text(&facts);
	message_print(buffer, language, &message);
	if (buffer_status(&facts) != STATUS_OK && buffer->status == STATUS_OK)
		buffer->status = buffer_status(&facts);
	for (size_t i = 0; i < reason->detail_count && reason->details[i].item == reason->details[0].item; i++) {
		buffer_string(buffer, i ? " ; " : " : ");
		message_print(buffer, language, &reason->details[i].text);
	}
}
