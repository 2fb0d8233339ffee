/* Finds matches through the index. */
#include "engine/index.h"

#include "engine/matcher.h"

#include <string.h>

/* Two words at a time: sets of rows are even in words and aligned (index_build.c). */
typedef uint64_t word_pair __attribute__((vector_size(16)));

/* Asking a row in full costs as much as narrowing by so many facts. */
enum { ASKED_ROW = 2 };

/* One search under way. */
struct search {
	struct matcher *matcher;
	const struct index *index;
	uint64_t *alive, *base;
	uint32_t *live; /* words of alive that are not zero, when these are few */
	size_t live_count;
	bool is_live; /* they are few */
	/* What the fact at hand allows besides its free rows: bits that turn over (all zero between two facts), and a
	 * set that stands ready. */
	uint64_t *turned;
	uint32_t *touched; /* words of turned that may not be zero */
	size_t touched_count;
	bool touched_all;
	const uint64_t *more; /* NULL: none */
	unsigned char *active; /* of each scope: 0 not known, 1 yes, 2 no */
	bool is_first; /* no rule about items was asked before */
	bool must_ask; /* some facts were not looked at, because few rows were left */
	struct match_list list;
};

static void touch(struct search *search, uint32_t word)
{
	if (search->turned[word] || search->touched_all)
		return;
	if (search->touched_count == search->index->words)
		search->touched_all = true;
	else
		search->touched[search->touched_count++] = word;
}

static void add_bits(struct search *search, const uint64_t *bits)
{
	if (!search->more) {
		search->more = bits;
		return;
	}
	search->touched_all = true;
	for (size_t i = 0; i < search->index->words; i += 2)
		*(word_pair *)(search->turned + i) |= *(const word_pair *)(bits + i);
}

static void add_rows(struct search *search, const struct row_set *set)
{
	if (set->bits)
		add_bits(search, set->bits);
	for (uint32_t i = 0; i < set->count; i++) {
		uint32_t word = set->rows[i] / 64;

		touch(search, word);
		search->turned[word] |= UINT64_C(1) << set->rows[i] % 64;
	}
}

static void add_tests(struct search *search, const struct index_test *tests, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (matcher_test(search->matcher, tests[i].predicate) == TRUTH_TRUE)
			add_rows(search, &tests[i].rows);
}

static void add_key(struct search *search, const struct index_column *column, struct text value, enum key_kind kind,
	uint64_t hash)
{
	uint32_t tag;
	size_t at;

	hash = index_hash_end(hash, kind);
	tag = (uint32_t)(hash >> 32);
	for (at = hash & (column->slot_count - 1); column->slots[at].key; at = (at + 1) & (column->slot_count - 1)) {
		const struct index_key *key = &column->keys[column->slots[at].key - 1];

		if (column->slots[at].tag != tag || key->kind != kind || !text_equal(key->value, value))
			continue;
		add_rows(search, &key->rows);
		if (key->test_count)
			add_tests(search, key->tests, key->test_count);
		return;
	}
}

/* The value whole, and each of its beginnings. */
static void add_value(struct search *search, const struct index_column *column, struct text value)
{
	uint64_t hash = INDEX_HASH;

	for (size_t size = 1; size <= value.size; size++) {
		hash = index_hash_byte(hash, value.data[size - 1]);
		if (column->prefix_sizes >> (size < 63 ? size : 63) & 1)
			add_key(search, column, text_slice(value, 0, size), KEY_PREFIX, hash);
	}
	if (column->has_wholes)
		add_key(search, column, value, KEY_WHOLE, hash);
}

static void add_word(struct search *search, const struct index_column *column, struct text word)
{
	uint64_t hash = INDEX_HASH;

	word = word_stem(word);
	for (size_t i = 0; i < word.size; i++)
		hash = index_hash_byte(hash, word.data[i]);
	add_key(search, column, word, KEY_WORD, hash);
}

static void add_text(struct search *search, const struct index_column *column, struct text text)
{
	enum fact_type type = column->column.fact->type;

	if (!column->key_count)
		return;
	if (type != FACT_CODES) /* of a free text: = and starts with */
		add_value(search, column, text);
	if (type == FACT_CODE || type == FACT_HS || (type == FACT_TEXT && !column->has_words))
		return;
	while (text.data) {
		struct text word = text_cut(&text, ' ');

		if (type == FACT_TEXT)
			add_word(search, column, word);
		else if (word.size)
			add_value(search, column, word);
	}
}

static void add_lists(struct search *search, const struct index_column *column, struct text value)
{
	struct value_search lists = {0, 0, 0, 0};
	uint32_t list;

	while (value_table_next(column->table, value, search->matcher->facts.today, &lists, &list))
		if (column->list_tests[list])
			add_rows(search, &column->tests[column->list_tests[list] - 1].rows);
}

static void add_listed(struct search *search, const struct index_column *column, struct text text)
{
	if (column->column.fact->type != FACT_CODES) {
		add_lists(search, column, text);
		return;
	}
	while (text.data) {
		struct text code = text_cut(&text, ' ');

		if (code.size)
			add_lists(search, column, code);
	}
}

/* How many bounds are not above the number. */
static size_t turns_below(const struct index_column *column, int64_t number)
{
	size_t low = 0, high = column->turn_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (column->bounds[middle] <= number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The nearest set that stands ready, and the turns from there, forwards or back. */
static const uint64_t *add_number(struct search *search, const struct index_column *column, int64_t number)
{
	size_t at = turns_below(column, number), last = column->turn_count / column->step;
	size_t set = (at + column->step / 2) / column->step;
	size_t from, until;

	set = set < last ? set : last;
	from = set * column->step < at ? set * column->step : at;
	until = set * column->step < at ? at : set * column->step;
	for (size_t i = from; i < until; i++) {
		uint32_t word = column->turns[i] / 64;

		touch(search, word);
		search->turned[word] ^= UINT64_C(1) << column->turns[i] % 64;
	}
	return column->ready + set * search->index->words;
}

/* Once few words of the set are left, only they are looked at. */
static bool note_live(struct search *search, size_t live)
{
	size_t words = search->index->words, count = 0;

	search->live_count = 0;
	search->is_live = live * 4 <= words;
	if (!search->is_live)
		return true;
	for (size_t i = 0; count < live; i++)
		if (search->alive[i])
			search->live[count++] = (uint32_t)i;
	search->live_count = count;
	return live > 0;
}

static size_t count_lanes(word_pair lanes)
{
	return (size_t)(lanes[0] + lanes[1]);
}

/* alive = a & b (a & ~b); false when nothing is left. */
static bool set_alive(struct search *search, const uint64_t *a, const uint64_t *b, bool complement)
{
	const word_pair zero = {0, 0}, flip = complement ? ~zero : zero;
	word_pair live = zero;

	for (size_t i = 0; i < search->index->words; i += 2) {
		word_pair both = *(const word_pair *)(a + i) & (*(const word_pair *)(b + i) ^ flip);

		*(word_pair *)(search->alive + i) = both;
		live -= (word_pair)(both != zero);
	}
	return note_live(search, count_lanes(live));
}

static bool keep_live(struct search *search, const uint64_t *free_rows)
{
	size_t kept = 0;

	for (size_t i = 0; i < search->live_count; i++) {
		uint32_t word = search->live[i];
		uint64_t allowed = (free_rows[word] ^ search->turned[word]) | (search->more ? search->more[word] : 0);

		search->alive[word] &= allowed;
		search->live[kept] = word;
		kept += search->alive[word] != 0;
	}
	search->live_count = kept;
	return kept > 0;
}

/* Leaves alive the free rows with what was turned over and added; false when that is nothing. */
static bool keep_allowed(struct search *search, const uint64_t *free_rows)
{
	const uint64_t *more = search->more ? search->more : free_rows;
	/* Free rows of a text are never turned, so that adding them again changes nothing. */
	const word_pair zero = {0, 0}, with = search->more ? ~zero : zero;
	word_pair live = zero;

	if (search->is_live)
		return keep_live(search, free_rows);
	for (size_t i = 0; i < search->index->words; i += 2) {
		word_pair allowed = (*(const word_pair *)(free_rows + i) ^ *(const word_pair *)(search->turned + i)) |
			(*(const word_pair *)(more + i) & with);
		word_pair left = *(const word_pair *)(search->alive + i) & allowed;

		*(word_pair *)(search->alive + i) = left;
		live -= (word_pair)(left != zero);
	}
	return note_live(search, count_lanes(live));
}

static void clear_turned(struct search *search)
{
	if (search->touched_all)
		memset(search->turned, 0, search->index->words * sizeof *search->turned);
	for (size_t i = 0; !search->touched_all && i < search->touched_count; i++)
		search->turned[search->touched[i]] = 0;
	search->touched_count = 0;
	search->touched_all = false;
	search->more = NULL;
}

/* Leaves alive what this fact allows; false when that is nothing. */
static bool narrow(struct search *search, const struct index_column *column)
{
	const struct column_state *state = matcher_column(search->matcher, column->column);
	const uint64_t *free_rows = column->free_rows;
	bool left;

	if (!state->known)
		return keep_allowed(search, column->missing_rows);
	if (fact_is_text(column->column.fact->type))
		add_text(search, column, state->text);
	else
		free_rows = add_number(search, column, state->number);
	if (column->table)
		add_listed(search, column, state->text);
	add_tests(search, column->tests, column->asked_count);
	left = keep_allowed(search, free_rows);
	clear_turned(search);
	return left;
}

/* True when fewer rows are left than facts: to ask each of them costs less. */
static bool are_few(const struct search *search, size_t facts_left)
{
	size_t rows = 0;

	if (!search->is_live || search->live_count * ASKED_ROW > facts_left)
		return false;
	for (size_t i = 0; i < search->live_count; i++)
		rows += (size_t)__builtin_popcountll(search->alive[search->live[i]]);
	return rows * ASKED_ROW <= facts_left;
}

/* `facts_after`: how many facts are to be looked at after this part. */
static bool narrow_part(struct search *search, int part, size_t facts_after)
{
	const size_t *parts = search->index->parts;

	for (size_t i = parts[part]; i < parts[part + 1] && !search->must_ask; i++) {
		if (!narrow(search, &search->index->columns[i]))
			return false;
		search->must_ask = are_few(search, parts[part + 1] - i - 1 + facts_after);
	}
	return true;
}

static bool is_active(const struct search *search, const struct index_row *row)
{
	const struct rule *rules = search->matcher->policy->rules;
	unsigned char *active = &search->active[row->scope];

	if (row->scope == SCOPE_MANY)
		return rule_is_in_scope(&rules[row->rule], &search->matcher->facts);
	if (!*active)
		*active = rule_is_in_scope(&rules[search->index->scopes[row->scope]], &search->matcher->facts) ? 1 : 2;
	return *active == 1;
}

static enum status ask_row(struct search *search, const struct index_row *row)
{
	enum truth truth = TRUTH_TRUE;

	if (row->scope && !is_active(search, row))
		return STATUS_OK;
	if (!row->is_certain || search->must_ask)
		truth = matcher_rule(search->matcher, &search->matcher->policy->rules[row->rule]);
	return match_note(&search->list, search->matcher, row->rule, truth, search->is_first && row->is_alone);
}

static enum status ask_word(struct search *search, size_t word)
{
	for (uint64_t left = search->alive[word]; left; left &= left - 1)
		TRY(ask_row(search, &search->index->rows[word * 64 + (size_t)__builtin_ctzll(left)]));
	return STATUS_OK;
}

/* Where nothing was found so far, most of the rows that are left will be: they have their room at once. */
static bool expect_rows(struct search *search)
{
	size_t rows = 0;

	for (size_t i = 0; i < search->live_count; i++)
		rows += (size_t)__builtin_popcountll(search->alive[search->live[i]]);
	for (size_t i = 0; !search->is_live && i < search->index->words; i++)
		rows += (size_t)__builtin_popcountll(search->alive[i]);
	return match_reserve(&search->list, rows);
}

static enum status ask_rows(struct search *search)
{
	if (!search->list.count && !search->must_ask && !expect_rows(search))
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < search->live_count; i++)
		TRY(ask_word(search, search->live[i]));
	for (size_t i = 0; !search->is_live && i < search->index->words; i++)
		TRY(ask_word(search, i));
	return STATUS_OK;
}

/* The same without an end before all facts were looked at. */
static bool narrow_base(struct search *search, int part)
{
	for (size_t i = search->index->parts[part]; i < search->index->parts[part + 1]; i++)
		if (!narrow(search, &search->index->columns[i]))
			return false;
	return true;
}

static size_t part_size(const struct search *search, int part)
{
	return search->index->parts[part + 1] - search->index->parts[part];
}

/* The rows of rules that do not look at items. */
static enum status search_whole(struct search *search)
{
	search->must_ask = false;
	if (!search->index->has_whole_rows || !set_alive(search, search->base, search->index->whole_rows, false) ||
		!narrow_part(search, PART_REST, 0))
		return STATUS_OK;
	return ask_rows(search);
}

/* The rows of rules about items, for the item that is set. What the other facts of the consignment leave is in the
 * base already when there are several items. */
static enum status search_item(struct search *search, bool base_is_whole)
{
	size_t last = part_size(search, PART_ITEMS_REST), rest = base_is_whole ? 0 : part_size(search, PART_REST);

	search->must_ask = false;
	if (!set_alive(search, search->base, search->index->whole_rows, true) ||
		!narrow_part(search, PART_ITEMS_FIRST, rest + last) ||
		(rest && !narrow_part(search, PART_REST, last)) || !narrow_part(search, PART_ITEMS_REST, 0))
		return STATUS_OK;
	return ask_rows(search);
}

static enum status search_all(struct search *search, enum gate gate)
{
	const struct consignment *consignment = search->matcher->facts.consignment;
	const uint64_t *rows = search->index->gate_rows[gate];
	bool several = consignment->item_count > 1;

	matcher_set_item(search->matcher, NULL, 0);
	if (!set_alive(search, rows, rows, false) || !narrow_base(search, PART_FIRST))
		return STATUS_OK;
	if (several && !narrow_base(search, PART_REST))
		return STATUS_OK;
	memcpy(search->base, search->alive, search->index->words * sizeof *search->base);
	search->is_first = true;
	TRY(search_whole(search));
	if (!consignment->item_count)
		return search_item(search, several);
	for (size_t i = 0; i < consignment->item_count; i++) {
		matcher_set_item(search->matcher, &consignment->items[i], i);
		TRY(search_item(search, several));
		search->is_first = false;
	}
	return STATUS_OK;
}

enum status matcher_find(struct matcher *matcher, enum gate gate, struct match **ret_matches, size_t *ret_count)
{
	struct arena *arena = matcher->facts.arena;
	const struct index *index = matcher->policy->index;
	struct search search = {.matcher = matcher, .index = index, .list = {.arena = arena}};
	uint64_t *sets;

	if (!index->row_count) {
		*ret_matches = NULL;
		*ret_count = 0;
		return STATUS_OK;
	}
	sets = ARENA_ARRAY(arena, index->words * 4, uint64_t);
	search.active = ARENA_ARRAY(arena, index->scope_count, unsigned char);
	if (!sets || !search.active)
		return STATUS_NO_MEMORY;
	search.alive = sets;
	search.base = sets + index->words;
	search.turned = sets + index->words * 2;
	search.live = (uint32_t *)(void *)(sets + index->words * 3);
	search.touched = search.live + index->words;
	TRY(search_all(&search, gate));
	*ret_matches = search.list.rows;
	*ret_count = search.list.count;
	return STATUS_OK;
}
