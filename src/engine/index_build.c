/* Builds the index of a policy. */
#include "engine/index.h"

#include "engine/index_rows.h"

#include <stdlib.h>
#include <string.h>

/* Tests of one row on the same fact go to columns of their own, up to INSTANCES. */
enum { INSTANCES = 3, SCRATCH_LIMIT_MB = 4096, VALUES_LIMIT = 256, SEGMENTS_LIMIT_MB = 32 };

/* A row posted under a value, a range, or a test. */
struct post {
	struct text value;
	enum key_kind kind;
	int64_t low, high;
	uint32_t predicate; /* of a test still to be asked + 1 */
	uint32_t row;
};
struct posts {
	struct post *rows;
	size_t count, capacity;
};
struct builder {
	struct policy *policy;
	struct index *index;
	struct arena *scratch;
	struct posts *values, *ranges, *tests; /* of each column of the policy, INSTANCES times */
	uint64_t **constrained, **missing; /* bits, made when first needed */
	size_t row_capacity;
};

static enum status add_post(struct builder *builder, struct posts *posts, struct post post)
{
	if (posts->count == posts->capacity) {
		size_t wanted = posts->capacity ? posts->capacity * 2 : 16;
		struct post *grown = ARENA_ARRAY(builder->scratch, wanted, struct post);

		if (!grown)
			return STATUS_NO_MEMORY;
		if (posts->count)
			memcpy(grown, posts->rows, posts->count * sizeof *grown);
		posts->rows = grown;
		posts->capacity = wanted;
	}
	posts->rows[posts->count++] = post;
	return STATUS_OK;
}

static bool can_be_posted(const struct predicate *predicate, bool negated)
{
	return !negated && predicate->test.kind != TEST_SAME && predicate->test.kind != TEST_COMPARE;
}

/* A term of one word is found by its stem; of others the first word that is not open leads to the test. */
static enum status post_term(struct builder *builder, size_t column, uint32_t id, struct text term, uint32_t row,
	bool *ret_posted)
{
	struct text rest = term, word = TEXT_NONE;

	while (rest.data) {
		struct text next = text_cut(&rest, ' ');

		if (!text_ends_with(next, TEXT("*")) && next.size > word.size)
			word = next;
	}
	*ret_posted = word.size > 0;
	if (!word.size)
		return STATUS_OK;
	return add_post(builder, &builder->values[column],
		(struct post){.value = word_stem(word), .kind = KEY_WORD,
			.predicate = word.size == term.size ? 0 : id + 1, .row = row});
}

static enum status post_words(struct builder *builder, size_t column, uint32_t id, uint32_t row)
{
	const struct predicate *predicate = &builder->policy->predicates[id];

	for (size_t i = 0; i < predicate->test.value_count; i++) {
		bool posted = false;

		TRY(post_term(builder, column, id, predicate->test.values[i], row, &posted));
		if (!posted) /* "usag*" alone */
			return add_post(builder, &builder->tests[column],
				(struct post){.predicate = id + 1, .row = row});
	}
	return STATUS_OK;
}

static enum status post(struct builder *builder, size_t column, uint32_t id, uint32_t row)
{
	const struct predicate *predicate = &builder->policy->predicates[id];
	const struct test_of_fact *test = &predicate->test;

	if (test->kind == TEST_RANGE)
		return add_post(builder, &builder->ranges[column],
			(struct post){.low = test->low, .high = test->high, .row = row});
	if (test->kind == TEST_WORDS)
		return post_words(builder, column, id, row);
	if (test->kind == TEST_LIST || test->kind == TEST_GIVEN || test->value_count > VALUES_LIMIT)
		return add_post(builder, &builder->tests[column], (struct post){.predicate = id + 1, .row = row});
	for (size_t i = 0; i < test->value_count; i++)
		TRY(add_post(builder, &builder->values[column],
			(struct post){.value = test->values[i], .kind = test->kind == TEST_SET ? KEY_WHOLE : KEY_PREFIX, .row = row}));
	return STATUS_OK;
}

static enum status set_bit(struct builder *builder, uint64_t **bits, uint32_t row)
{
	if (!*bits)
		*bits = ARENA_ARRAY(builder->scratch, builder->index->words, uint64_t);
	if (!*bits)
		return STATUS_NO_MEMORY;
	(*bits)[row / 64] |= UINT64_C(1) << row % 64;
	return STATUS_OK;
}

/* The column to post a literal under: the next that no earlier literal of the row took; false when all are. */
static bool column_for(const struct builder *builder, const struct alternative *alternative, size_t literal,
	size_t *ret_column)
{
	const struct predicate *predicates = builder->policy->predicates;
	unsigned fact = predicates[alternative->literals[literal].predicate].test.column.id;
	size_t instance = 0;

	for (size_t i = 0; i < literal; i++) {
		const struct predicate *other = &predicates[alternative->literals[i].predicate];

		instance += can_be_posted(other, alternative->literals[i].negated) && other->test.column.id == fact;
	}
	*ret_column = instance * builder->policy->column_count + fact;
	return instance < INSTANCES;
}

static enum status add_row(struct builder *builder, uint32_t row, const struct alternative *alternative)
{
	struct index_row *made = &builder->index->rows[row];
	const struct rule *rule = &builder->policy->rules[made->rule];

	made->is_certain = alternative->is_whole && rule->missing == MISSING_MISS;
	for (size_t i = 0; i < alternative->count; i++) {
		uint32_t id = alternative->literals[i].predicate;
		size_t column;

		if (!can_be_posted(&builder->policy->predicates[id], alternative->literals[i].negated) ||
			!column_for(builder, alternative, i, &column)) {
			made->is_certain = false;
			continue;
		}
		TRY(post(builder, column, id, row));
		TRY(set_bit(builder, &builder->constrained[column], row));
		if (rule->missing != MISSING_MISS)
			TRY(set_bit(builder, &builder->missing[column], row));
	}
	return STATUS_OK;
}

static uint64_t *new_bits(struct builder *builder)
{
	return ARENA_ARRAY(builder->policy->arena, builder->index->words, uint64_t);
}

static bool make_set(struct builder *builder, const struct post *posts, size_t count, struct row_set *ret_set)
{
	size_t kept = 0;
	uint32_t *rows;

	if (count * 2 > builder->index->words) {
		uint64_t *bits = new_bits(builder);

		for (size_t i = 0; bits && i < count; i++)
			bits[posts[i].row / 64] |= UINT64_C(1) << posts[i].row % 64;
		*ret_set = (struct row_set){.bits = bits};
		return bits != NULL;
	}
	rows = ARENA_ARRAY(builder->policy->arena, count + 1, uint32_t);
	if (!rows)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!kept || rows[kept - 1] != posts[i].row)
			rows[kept++] = posts[i].row;
	*ret_set = (struct row_set){.rows = rows, .count = (uint32_t)kept};
	return true;
}

static int compare_row(const struct post *x, const struct post *y)
{
	return (x->row > y->row) - (x->row < y->row);
}

static int compare_values(const void *a, const void *b)
{
	const struct post *x = a, *y = b;
	int order = text_compare(x->value, y->value);

	if (order)
		return order;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->predicate != y->predicate)
		return x->predicate < y->predicate ? -1 : 1;
	return compare_row(x, y);
}

static int compare_predicates(const void *a, const void *b)
{
	const struct post *x = a, *y = b;

	if (x->predicate != y->predicate)
		return x->predicate < y->predicate ? -1 : 1;
	return compare_row(x, y);
}

static int compare_ranges(const void *a, const void *b)
{
	const struct post *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return compare_row(x, y);
}

static int compare_bounds(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Groups posts, sorted by predicate, into tests. */
static bool make_tests(struct builder *builder, const struct post *posts, size_t count, struct index_test **ret_tests,
	size_t *ret_count)
{
	struct index_test *tests = ARENA_ARRAY(builder->policy->arena, count + 1, struct index_test);
	size_t made = 0;

	if (!tests)
		return false;
	for (size_t from = 0, until; from < count; from = until) {
		for (until = from; until < count && posts[until].predicate == posts[from].predicate;)
			until++;
		tests[made].predicate = posts[from].predicate - 1;
		if (!make_set(builder, posts + from, until - from, &tests[made++].rows))
			return false;
	}
	*ret_tests = tests;
	*ret_count = made;
	return true;
}

static size_t key_slot(const struct index_column *column, struct text value, enum key_kind kind)
{
	return (text_hash(value) + (uint64_t)kind) & (column->slot_count - 1);
}

const struct index_key *index_find_key(const struct index_column *column, struct text value, enum key_kind kind)
{
	for (size_t at = key_slot(column, value, kind); column->slots[at]; at = (at + 1) & (column->slot_count - 1)) {
		const struct index_key *key = &column->keys[column->slots[at] - 1];

		if (key->kind == kind && text_equal(key->value, value))
			return key;
	}
	return NULL;
}

static bool make_key(struct builder *builder, const struct post *posts, size_t count, struct index_column *column)
{
	struct index_key *key = &column->keys[column->key_count++];
	struct index_test *tests = NULL;
	size_t plain = 0, at;

	while (plain < count && !posts[plain].predicate)
		plain++;
	key->value = posts->value;
	key->kind = posts->kind;
	if (key->kind == KEY_PREFIX && key->value.size > column->longest)
		column->longest = key->value.size;
	if (!make_set(builder, posts, plain, &key->rows))
		return false;
	if (plain < count && !make_tests(builder, posts + plain, count - plain, &tests, &key->test_count))
		return false;
	key->tests = tests;
	at = key_slot(column, key->value, key->kind);
	while (column->slots[at])
		at = (at + 1) & (column->slot_count - 1);
	column->slots[at] = (uint32_t)column->key_count;
	return true;
}

static bool make_keys(struct builder *builder, struct posts *posts, struct index_column *column)
{
	size_t keys = 1, slots = 4;

	if (!posts->count)
		return true;
	qsort(posts->rows, posts->count, sizeof *posts->rows, compare_values);
	for (size_t i = 1; i < posts->count; i++)
		keys += !text_equal(posts->rows[i].value, posts->rows[i - 1].value) ||
			posts->rows[i].kind != posts->rows[i - 1].kind;
	while (slots < keys * 2)
		slots *= 2;
	column->keys = ARENA_ARRAY(builder->policy->arena, keys, struct index_key);
	column->slots = ARENA_ARRAY(builder->policy->arena, slots, uint32_t);
	column->slot_count = slots;
	if (!column->keys || !column->slots)
		return false;
	for (size_t from = 0, until; from < posts->count; from = until) {
		for (until = from; until < posts->count && posts->rows[until].kind == posts->rows[from].kind &&
			text_equal(posts->rows[until].value, posts->rows[from].value);)
			until++;
		if (!make_key(builder, posts->rows + from, until - from, column))
			return false;
	}
	return true;
}

/* The rows between each two bounds, ready. */
static bool make_segments(struct builder *builder, const struct posts *posts, struct index_column *column)
{
	size_t words = builder->index->words;
	uint64_t *segments = ARENA_ARRAY(builder->policy->arena, column->bound_count * words, uint64_t);

	if (!segments)
		return false;
	for (size_t i = 0; i < posts->count; i++) {
		const struct post *post = &posts->rows[i];
		const int64_t *first = bsearch(&post->low, column->bounds, column->bound_count, sizeof *column->bounds,
			compare_bounds);

		if (post->low > post->high)
			continue;
		for (size_t at = (size_t)(first - column->bounds); at < column->bound_count && column->bounds[at] <= post->high;
			at++)
			segments[at * words + post->row / 64] |= UINT64_C(1) << post->row % 64;
	}
	column->segments = segments;
	return true;
}

static bool make_bounds(struct builder *builder, const struct posts *posts, struct index_column *column)
{
	size_t count = 0, kept = 0;

	column->bounds = ARENA_ARRAY(builder->policy->arena, posts->count * 2 + 1, int64_t);
	if (!column->bounds)
		return false;
	column->bounds[count++] = INT64_MIN;
	for (size_t i = 0; i < posts->count; i++) {
		column->bounds[count++] = posts->rows[i].low;
		if (posts->rows[i].high < INT64_MAX)
			column->bounds[count++] = posts->rows[i].high + 1;
	}
	qsort(column->bounds, count, sizeof *column->bounds, compare_bounds);
	for (size_t i = 0; i < count; i++)
		if (!kept || column->bounds[kept - 1] != column->bounds[i])
			column->bounds[kept++] = column->bounds[i];
	column->bound_count = kept;
	return true;
}

static bool make_ranges(struct builder *builder, struct posts *posts, struct index_column *column)
{
	if (!posts->count)
		return true;
	if (!make_bounds(builder, posts, column))
		return false;
	if (column->bound_count * builder->index->words * sizeof(uint64_t) <= (size_t)SEGMENTS_LIMIT_MB << 20)
		return make_segments(builder, posts, column);
	column->bound_count = 0;
	qsort(posts->rows, posts->count, sizeof *posts->rows, compare_ranges);
	column->ranges = ARENA_ARRAY(builder->policy->arena, posts->count, struct index_range);
	if (!column->ranges)
		return false;
	for (size_t from = 0, until; from < posts->count; from = until) {
		struct index_range *range = &column->ranges[column->range_count++];

		for (until = from; until < posts->count && posts->rows[until].low == posts->rows[from].low &&
			posts->rows[until].high == posts->rows[from].high;)
			until++;
		range->low = posts->rows[from].low;
		range->high = posts->rows[from].high;
		if (!make_set(builder, posts->rows + from, until - from, &range->rows))
			return false;
	}
	return true;
}

/* How many rows a value leaves out on average, as far as the posts tell: values part better than ranges. */
static uint32_t narrowing(const struct builder *builder, size_t id, uint32_t constrained)
{
	const struct posts *values = &builder->values[id], *ranges = &builder->ranges[id];
	size_t distinct = 1;

	for (size_t i = 1; i < values->count; i++)
		distinct += !text_equal(values->rows[i].value, values->rows[i - 1].value);
	if (!values->count || ranges->count)
		return constrained / 2;
	return constrained - (uint32_t)(values->count / distinct < constrained ? values->count / distinct : constrained);
}

static bool make_column(struct builder *builder, size_t id, struct index_column *column)
{
	struct posts *tests = &builder->tests[id];
	uint64_t *free_rows = new_bits(builder), *missing_rows = new_bits(builder);

	if (!free_rows || !missing_rows)
		return false;
	column->column = builder->policy->columns[id % builder->policy->column_count];
	column->order = id;
	for (size_t i = 0; i < builder->index->words; i++) {
		free_rows[i] = ~builder->constrained[id][i];
		missing_rows[i] = free_rows[i] | (builder->missing[id] ? builder->missing[id][i] : 0);
		column->constrained += (uint32_t)__builtin_popcountll(builder->constrained[id][i]);
	}
	column->free_rows = free_rows;
	column->missing_rows = missing_rows;
	if (tests->count)
		qsort(tests->rows, tests->count, sizeof *tests->rows, compare_predicates);
	if (!make_keys(builder, &builder->values[id], column))
		return false;
	column->narrowing = narrowing(builder, id, column->constrained);
	return make_ranges(builder, &builder->ranges[id], column) &&
		(!tests->count || make_tests(builder, tests->rows, tests->count, &column->tests, &column->test_count));
}

/* Facts of the consignment first, then those that leave out most rows. */
static int compare_columns(const void *a, const void *b)
{
	const struct index_column *x = a, *y = b;

	if (x->column.fact->level != y->column.fact->level)
		return x->column.fact->level < y->column.fact->level ? -1 : 1;
	if (x->narrowing != y->narrowing)
		return x->narrowing > y->narrowing ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static enum status make_columns(struct builder *builder)
{
	struct index *index = builder->index;

	size_t columns = builder->policy->column_count;

	index->columns = ARENA_ARRAY(builder->policy->arena, columns * INSTANCES + 1, struct index_column);
	if (!index->columns)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < columns * INSTANCES; i++) {
		if (!builder->constrained[i])
			continue;
		if (!make_column(builder, i, &index->columns[index->column_count++]))
			return STATUS_NO_MEMORY;
		index->consignment_columns += builder->policy->columns[i % columns].fact->level == LEVEL_CONSIGNMENT;
	}
	if (index->column_count)
		qsort(index->columns, index->column_count, sizeof *index->columns, compare_columns);
	return STATUS_OK;
}

static struct index_row row_of(const struct profile *profile, uint32_t rule)
{
	return (struct index_row){.rule = rule,
		.is_scoped = !text_is_empty(profile->offices) || !text_is_empty(profile->regimes),
		.from = profile->valid_from, /* DATE_NONE is the smallest */
		.until = profile->valid_until == DATE_NONE ? INT64_MAX : profile->valid_until};
}

/* One row per alternative of each rule. */
static enum status make_rows(struct builder *builder, struct alternative **ret_alternatives)
{
	struct policy *policy = builder->policy;
	struct index *index = builder->index;
	struct alternative *all = NULL;
	size_t capacity = 0;

	for (uint32_t i = 0; i < policy->rule_count; i++) {
		struct alternative alternatives[ALTERNATIVES_LIMIT];
		size_t count = rule_alternatives(&policy->rules[i], alternatives);

		if (index->row_count + count > capacity) {
			size_t wanted = capacity ? capacity * 2 : 256;
			struct alternative *grown = ARENA_ARRAY(builder->scratch, wanted, struct alternative);
			struct index_row *rows = ARENA_ARRAY(policy->arena, wanted, struct index_row);

			if (!grown || !rows)
				return STATUS_NO_MEMORY;
			if (capacity) {
				memcpy(grown, all, index->row_count * sizeof *grown);
				memcpy(rows, index->rows, index->row_count * sizeof *rows);
			}
			all = grown;
			index->rows = rows;
			capacity = wanted;
		}
		memcpy(all + index->row_count, alternatives, count * sizeof *all);
		for (size_t j = 0; j < count; j++)
			index->rows[index->row_count++] = row_of(&policy->rules[i].profile, i);
	}
	index->words = (index->row_count + 127) / 128 * 2;
	*ret_alternatives = all;
	return STATUS_OK;
}

static enum status make_gates(struct builder *builder)
{
	struct index *index = builder->index;

	index->whole_rows = new_bits(builder);
	for (size_t i = 0; i < 3; i++)
		index->gate_rows[i] = new_bits(builder);
	if (index->words && (!index->whole_rows || !index->gate_rows[0] || !index->gate_rows[1] || !index->gate_rows[2]))
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < index->row_count; i++) {
		const struct rule *rule = &builder->policy->rules[index->rows[i].rule];
		uint64_t bit = UINT64_C(1) << i % 64;

		index->whole_rows[i / 64] |= rule->of_items ? 0 : bit;
		index->gate_rows[GATE_MANIFEST][i / 64] |= rule->profile.at_manifest ? bit : 0;
		index->gate_rows[GATE_DECLARATION][i / 64] |= rule->profile.at_declaration ? bit : 0;
		index->gate_rows[GATE_AFTER_RELEASE][i / 64] |= rule->profile.after_release ? bit : 0;
	}
	return STATUS_OK;
}

enum status index_build(struct policy *policy)
{
	AUTO(arena_release) struct arena *scratch = arena_new((size_t)SCRATCH_LIMIT_MB << 20);
	struct builder builder = {.policy = policy, .scratch = scratch};
	struct alternative *alternatives = NULL;
	size_t columns = policy->column_count * INSTANCES + 1;

	builder.index = policy->index = ARENA_NEW(policy->arena, struct index);
	if (!scratch || !policy->index)
		return STATUS_NO_MEMORY;
	TRY(make_rows(&builder, &alternatives));
	if (!policy->index->row_count)
		return STATUS_OK;
	builder.values = ARENA_ARRAY(scratch, columns, struct posts);
	builder.ranges = ARENA_ARRAY(scratch, columns, struct posts);
	builder.tests = ARENA_ARRAY(scratch, columns, struct posts);
	builder.constrained = ARENA_ARRAY(scratch, columns, uint64_t *);
	builder.missing = ARENA_ARRAY(scratch, columns, uint64_t *);
	if (!builder.values || !builder.ranges || !builder.tests || !builder.constrained || !builder.missing)
		return STATUS_NO_MEMORY;
	for (uint32_t i = 0; i < policy->index->row_count; i++)
		TRY(add_row(&builder, i, &alternatives[i]));
	TRY(make_gates(&builder));
	return make_columns(&builder);
}
