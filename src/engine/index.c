/* Finds matches through the index. */
#include "engine/index.h"

#include "engine/matcher.h"

#include <string.h>

/* Two words at a time: sets of rows are even in words and aligned (index_build.c). */
typedef uint64_t word_pair __attribute__((vector_size(16)));

/* One search under way. */
struct search {
	struct matcher *matcher;
	const struct index *index;
	enum gate gate;
	uint64_t *alive, *base, *possible;
	uint32_t *live; /* words of alive that are not zero, when these are few */
	size_t live_count; /* 0: many */
	unsigned char *active; /* of each rule: 0 not known, 1 yes, 2 no */
	struct match_list list;
};

static void add_bits(const struct search *search, const uint64_t *bits)
{
	if (search->live_count)
		for (size_t i = 0; i < search->live_count; i++)
			search->possible[search->live[i]] |= bits[search->live[i]];
	else
		for (size_t i = 0; i < search->index->words; i += 2)
			*(word_pair *)(search->possible + i) |= *(const word_pair *)(bits + i);
}

static void add_rows(const struct search *search, const struct row_set *set)
{
	if (set->bits)
		add_bits(search, set->bits);
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
	add_bits(search, column->segments + low * words);
}

/* Once few words of the set are left, only they are looked at. */
static bool note_live(struct search *search, size_t live)
{
	size_t words = search->index->words, count = 0;

	search->live_count = 0;
	if (!live || live * 4 > words)
		return live > 0;
	for (size_t i = 0; i < words; i++)
		if (search->alive[i])
			search->live[count++] = (uint32_t)i;
	search->live_count = count;
	return true;
}

/* alive = a & b (a & ~b); how many words are not zero after. */
static size_t set_alive(struct search *search, const uint64_t *a, const uint64_t *b, bool complement)
{
	const word_pair zero = {0, 0}, flip = complement ? ~zero : zero;
	word_pair live = zero;

	for (size_t i = 0; i < search->index->words; i += 2) {
		word_pair both = *(const word_pair *)(a + i) & (*(const word_pair *)(b + i) ^ flip);

		*(word_pair *)(search->alive + i) = both;
		live -= (word_pair)(both != zero);
	}
	return (size_t)(live[0] + live[1]);
}

/* Leaves alive what this fact allows; false when that is nothing. */
static bool narrow(struct search *search, const struct index_column *column)
{
	const struct column_state *state = matcher_column(search->matcher, column->column);
	size_t words = search->index->words, live = 0;

	if (!state->known)
		return note_live(search, set_alive(search, search->alive, column->missing_rows, false));
	if (search->live_count)
		for (size_t i = 0; i < search->live_count; i++)
			search->possible[search->live[i]] = column->free_rows[search->live[i]];
	else
		memcpy(search->possible, column->free_rows, words * sizeof *search->possible);
	if (fact_is_text(column->column.fact->type))
		add_text(search, column, state->text);
	else
		add_number(search, column, state->number);
	add_tests(search, column->tests, column->test_count);
	if (search->live_count) {
		for (size_t i = 0; i < search->live_count; i++) {
			uint32_t word = search->live[i];

			if ((search->alive[word] &= search->possible[word]) != 0)
				search->live[live++] = word;
		}
		search->live_count = live;
		return live > 0;
	}
	return note_live(search, set_alive(search, search->alive, search->possible, false));
}

static bool is_active(const struct search *search, const struct index_row *row)
{
	int64_t today = search->matcher->facts.today;
	uint32_t rule = row->rule;

	if (!row->is_scoped)
		return row->from <= today && today <= row->until;
	if (!search->active[rule])
		search->active[rule] =
			rule_is_active(&search->matcher->policy->rules[rule], &search->matcher->facts, search->gate) ? 1 : 2;
	return search->active[rule] == 1;
}

static enum status ask_row(struct search *search, const struct index_row *row)
{
	enum truth truth = TRUTH_TRUE;

	if (!is_active(search, row))
		return STATUS_OK;
	if (!row->is_certain)
		truth = matcher_rule(search->matcher, &search->matcher->policy->rules[row->rule]);
	return match_note(&search->list, search->matcher, row->rule, truth);
}

static enum status ask_word(struct search *search, size_t word)
{
	for (uint64_t left = search->alive[word]; left; left &= left - 1)
		TRY(ask_row(search, &search->index->rows[word * 64 + (size_t)__builtin_ctzll(left)]));
	return STATUS_OK;
}

static enum status ask_rows(struct search *search)
{
	for (size_t i = 0; i < search->live_count; i++)
		TRY(ask_word(search, search->live[i]));
	for (size_t i = 0; !search->live_count && i < search->index->words; i++)
		TRY(ask_word(search, i));
	return STATUS_OK;
}

/* The rows of rules about items, for the item that is set. */
static enum status search_item(struct search *search)
{
	const struct index *index = search->index;

	if (!note_live(search, set_alive(search, search->base, index->whole_rows, true)))
		return STATUS_OK;
	for (size_t i = index->consignment_columns; i < index->column_count; i++)
		if (!narrow(search, &index->columns[i]))
			return STATUS_OK;
	return ask_rows(search);
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
	search->live_count = 0;
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
	search.live = ARENA_ARRAY(arena, index->words, uint32_t);
	search.active = ARENA_ARRAY(arena, rules, unsigned char);
	if (!search.alive || !search.base || !search.possible || !search.live || !search.active)
		return STATUS_NO_MEMORY;
	TRY(match_list_init(&search.list, matcher));
	TRY(search_all(&search));
	*ret_matches = search.list.rows;
	*ret_count = search.list.count;
	return STATUS_OK;
}
