/* Finds matches through the index. */
#include "engine/index.h"

#include "engine/matcher.h"

#include <string.h>

/* One search under way. */
struct search {
	struct matcher *matcher;
	const struct index *index;
	enum gate gate;
	uint64_t *alive, *base, *possible;
	uint32_t *done; /* of each rule: the stamp under which it was asked, plus one */
	unsigned char *active; /* of each rule: 0 not known, 1 yes, 2 no */
	struct match_list list;
};

static void add_rows(const struct search *search, const struct row_set *set)
{
	if (set->bits)
		for (size_t i = 0; i < search->index->words; i++)
			search->possible[i] |= set->bits[i];
	for (uint32_t i = 0; i < set->count; i++)
		search->possible[set->rows[i] / 64] |= UINT64_C(1) << set->rows[i] % 64;
}

static void add_tests(const struct search *search, const struct index_test *tests, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (matcher_test(search->matcher, tests[i].predicate) == TRUTH_TRUE)
			add_rows(search, &tests[i].rows);
}

static void add_key(const struct search *search, const struct index_column *column, struct text value, enum key_kind kind)
{
	const struct index_key *key = index_find_key(column, value, kind);

	if (!key)
		return;
	add_rows(search, &key->rows);
	add_tests(search, key->tests, key->test_count);
}

/* The value whole, and each of its beginnings. */
static void add_value(const struct search *search, const struct index_column *column, struct text value)
{
	add_key(search, column, value, KEY_WHOLE);
	for (size_t size = 1; size <= column->longest && size <= value.size; size++)
		add_key(search, column, text_slice(value, 0, size), KEY_PREFIX);
}

static void add_text(const struct search *search, const struct index_column *column, struct text text)
{
	enum fact_type type = column->column.fact->type;

	if (!column->key_count)
		return;
	if (type == FACT_CODE || type == FACT_HS) {
		add_value(search, column, text);
		return;
	}
	if (type == FACT_TEXT)
		add_value(search, column, text); /* = and starts with */
	while (text.data) {
		struct text word = text_cut(&text, ' ');

		if (type == FACT_TEXT)
			add_key(search, column, word_stem(word), KEY_WORD);
		else if (word.size)
			add_value(search, column, word);
	}
}

static void add_number(const struct search *search, const struct index_column *column, int64_t number)
{
	size_t low = 0, high = column->bound_count, words = search->index->words;

	for (size_t i = 0; i < column->range_count; i++)
		if (column->ranges[i].low <= number && number <= column->ranges[i].high)
			add_rows(search, &column->ranges[i].rows);
	if (!high)
		return;
	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (column->bounds[middle] <= number)
			low = middle;
		else
			high = middle;
	}
	for (size_t i = 0; i < words; i++)
		search->possible[i] |= column->segments[low * words + i];
}

/* Leaves alive what this fact allows; false when that is nothing. */
static bool narrow(const struct search *search, const struct index_column *column)
{
	const struct column_state *state = matcher_column(search->matcher, column->column);
	size_t words = search->index->words;
	uint64_t any = 0;

	if (!state->known) {
		for (size_t i = 0; i < words; i++)
			any |= search->alive[i] &= column->missing_rows[i];
		return any != 0;
	}
	memcpy(search->possible, column->free_rows, words * sizeof *search->possible);
	if (fact_is_text(column->column.fact->type))
		add_text(search, column, state->text);
	else
		add_number(search, column, state->number);
	add_tests(search, column->tests, column->test_count);
	for (size_t i = 0; i < words; i++)
		any |= search->alive[i] &= search->possible[i];
	return any != 0;
}

static bool is_active(const struct search *search, uint32_t rule)
{
	if (!search->active[rule])
		search->active[rule] =
			rule_is_active(&search->matcher->policy->rules[rule], &search->matcher->facts, search->gate) ? 1 : 2;
	return search->active[rule] == 1;
}

static enum status ask_row(struct search *search, const struct index_row *row)
{
	uint32_t stamp = search->matcher->stamp + 1;
	enum truth truth = TRUTH_TRUE;

	if (search->done[row->rule] == stamp || !is_active(search, row->rule))
		return STATUS_OK;
	search->done[row->rule] = stamp; /* either answer is the whole rule's */
	if (!row->is_certain)
		truth = matcher_rule(search->matcher, &search->matcher->policy->rules[row->rule]);
	return match_note(&search->list, search->matcher, row->rule, truth);
}

static enum status ask_rows(struct search *search)
{
	for (size_t i = 0; i < search->index->words; i++)
		for (uint64_t left = search->alive[i]; left; left &= left - 1)
			TRY(ask_row(search, &search->index->rows[i * 64 + (size_t)__builtin_ctzll(left)]));
	return STATUS_OK;
}

/* The rows of rules about items, for the item that is set. */
static enum status search_item(struct search *search)
{
	const struct index *index = search->index;
	uint64_t any = 0;

	for (size_t i = 0; i < index->words; i++)
		any |= search->alive[i] = search->base[i] & ~index->whole_rows[i];
	for (size_t i = index->consignment_columns; any && i < index->column_count; i++)
		if (!narrow(search, &index->columns[i]))
			return STATUS_OK;
	return any ? ask_rows(search) : STATUS_OK;
}

static enum status search_all(struct search *search)
{
	const struct index *index = search->index;
	const struct consignment *consignment = search->matcher->facts.consignment;

	matcher_set_item(search->matcher, NULL, 0);
	memcpy(search->alive, index->gate_rows[search->gate], index->words * sizeof *search->alive);
	for (size_t i = 0; i < index->consignment_columns; i++)
		if (!narrow(search, &index->columns[i]))
			return STATUS_OK;
	memcpy(search->base, search->alive, index->words * sizeof *search->base);
	for (size_t i = 0; i < index->words; i++)
		search->alive[i] &= index->whole_rows[i];
	TRY(ask_rows(search));
	if (!consignment->item_count)
		return search_item(search);
	for (size_t i = 0; i < consignment->item_count; i++) {
		matcher_set_item(search->matcher, &consignment->items[i], i);
		TRY(search_item(search));
	}
	return STATUS_OK;
}

enum status matcher_find(struct matcher *matcher, enum gate gate, struct match **ret_matches, size_t *ret_count)
{
	struct arena *arena = matcher->facts.arena;
	const struct index *index = matcher->policy->index;
	size_t rules = matcher->policy->rule_count;
	struct search search = {.matcher = matcher, .index = index, .gate = gate};

	if (!index->row_count) {
		*ret_matches = NULL;
		*ret_count = 0;
		return STATUS_OK;
	}
	search.alive = ARENA_ARRAY(arena, index->words, uint64_t);
	search.base = ARENA_ARRAY(arena, index->words, uint64_t);
	search.possible = ARENA_ARRAY(arena, index->words, uint64_t);
	search.done = ARENA_ARRAY(arena, rules, uint32_t);
	search.active = ARENA_ARRAY(arena, rules, unsigned char);
	if (!search.alive || !search.base || !search.possible || !search.done || !search.active)
		return STATUS_NO_MEMORY;
	TRY(match_list_init(&search.list, matcher));
	TRY(search_all(&search));
	match_list_sort(&search.list);
	*ret_matches = search.list.rows;
	*ret_count = search.list.count;
	return STATUS_OK;
}
