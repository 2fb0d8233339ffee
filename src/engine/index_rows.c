/* Brings conditions to an or of ands. With three truths too, and distributes over or, and not goes down to the
 * tests, so that the alternatives say exactly what the condition says. */
#include "engine/index_rows.h"

#include <string.h>

/* Multiplies the alternatives so far with those of a step; false when there are too many. */
struct product {
	struct alternative rows[ALTERNATIVES_LIMIT];
	size_t count;
};

enum { EXPAND_DEPTH = 12 };

static bool expand(const struct step *step, bool negated, int depth, struct product *product);

static void add_literal(struct alternative *alternative, uint32_t predicate, bool negated)
{
	for (size_t i = 0; i < alternative->count; i++)
		if (alternative->literals[i].predicate == predicate && alternative->literals[i].negated == negated)
			return;
	if (alternative->count == LITERALS_LIMIT) {
		alternative->is_whole = false;
		return;
	}
	alternative->literals[alternative->count].predicate = predicate;
	alternative->literals[alternative->count++].negated = negated;
}

static bool multiply(struct product *product, const struct product *by)
{
	struct product made = {.count = 0};

	if (product->count * by->count > ALTERNATIVES_LIMIT)
		return false;
	for (size_t i = 0; i < product->count; i++)
		for (size_t j = 0; j < by->count; j++) {
			struct alternative *row = &made.rows[made.count++];

			*row = product->rows[i];
			row->is_whole = row->is_whole && by->rows[j].is_whole;
			for (size_t k = 0; k < by->rows[j].count; k++)
				add_literal(row, by->rows[j].literals[k].predicate, by->rows[j].literals[k].negated);
		}
	*product = made;
	return true;
}

/* Of a step that is an and: the product of its parts; parts that have too many alternatives are left out. */
static bool expand_and(const struct step *step, bool negated, int depth, struct product *product)
{
	const struct step *end = step + step->size;

	product->count = 1;
	product->rows[0] = (struct alternative){.is_whole = true};
	for (const struct step *child = step + 1; child < end; child += child->size) {
		struct product part;

		if (!expand(child, negated, depth + 1, &part) || !multiply(product, &part))
			for (size_t i = 0; i < product->count; i++)
				product->rows[i].is_whole = false;
	}
	return true;
}

static bool expand_or(const struct step *step, bool negated, int depth, struct product *product)
{
	const struct step *end = step + step->size;

	product->count = 0;
	for (const struct step *child = step + 1; child < end; child += child->size) {
		struct product part;

		if (!expand(child, negated, depth + 1, &part) || product->count + part.count > ALTERNATIVES_LIMIT)
			return false;
		memcpy(product->rows + product->count, part.rows, part.count * sizeof *part.rows);
		product->count += part.count;
	}
	return true;
}

static bool expand(const struct step *step, bool negated, int depth, struct product *product)
{
	if (depth > EXPAND_DEPTH)
		return false;
	if (step->kind == NODE_NOT)
		return expand(step + 1, !negated, depth + 1, product);
	if (step->kind == NODE_TEST) {
		product->count = 1;
		product->rows[0] = (struct alternative){.is_whole = true};
		add_literal(&product->rows[0], step->predicate, negated);
		return true;
	}
	return (step->kind == NODE_AND) != negated ? expand_and(step, negated, depth, product)
						   : expand_or(step, negated, depth, product);
}

/* Most conditions are one test, or an and of a few. */
static bool is_simple(const struct rule *rule)
{
	const struct step *steps = rule->steps;

	if (steps->kind == NODE_TEST)
		return true;
	if (steps->kind != NODE_AND || rule->step_count > LITERALS_LIMIT + 1)
		return false;
	for (uint32_t i = 1; i < rule->step_count; i++)
		if (steps[i].kind != NODE_TEST)
			return false;
	return true;
}

size_t rule_alternatives(const struct rule *rule, struct alternative alternatives[ALTERNATIVES_LIMIT])
{
	struct product product;

	if (is_simple(rule)) {
		alternatives[0].is_whole = true;
		alternatives[0].count = 0;
		for (uint32_t i = 0; i < rule->step_count; i++)
			if (rule->steps[i].kind == NODE_TEST)
				add_literal(&alternatives[0], rule->steps[i].predicate, false);
		return 1;
	}
	if (!expand(rule->steps, false, 0, &product)) {
		alternatives[0] = (struct alternative){.is_whole = false};
		return 1;
	}
	memcpy(alternatives, product.rows, product.count * sizeof *product.rows);
	return product.count;
}
