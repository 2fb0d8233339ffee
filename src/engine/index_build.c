/* Builds the index of a policy: rows, their posts, their order, and the sets of each column. */
#include "engine/index_post.h"

#include <stdlib.h>
#include <string.h>

/* A row names a rare value when at most so many of those that profiles ask of the fact have it; a column parts well
 * when it leaves out so many of all rows. */
static const double rare_share = .25, good_narrowing = .1;
enum { SCRATCH_LIMIT_MB = 4096, LEAST_STEP = 16 };

static uint64_t *new_bits(struct builder *builder)
{
	return ARENA_ARRAY(builder->policy->arena, builder->index->words, uint64_t);
}

static void turn_bit(uint64_t *bits, uint32_t row)
{
	bits[row / 64] ^= UINT64_C(1) << row % 64;
}

static void set_bit(uint64_t *bits, uint32_t row)
{
	bits[row / 64] |= UINT64_C(1) << row % 64;
}

/* A set of rows that were given their places. */
static enum status make_set(struct builder *builder, const uint32_t *rows, size_t count, struct row_set *ret_set)
{
	uint32_t *kept;

	if (count * 2 > builder->index->words) {
		uint64_t *bits = new_bits(builder);

		if (!bits)
			return STATUS_NO_MEMORY;
		for (size_t i = 0; i < count; i++)
			set_bit(bits, rows[i]);
		*ret_set = (struct row_set){.bits = bits};
		return STATUS_OK;
	}
	kept = ARENA_ARRAY(builder->policy->arena, count + 1, uint32_t);
	if (!kept)
		return STATUS_NO_MEMORY;
	memcpy(kept, rows, count * sizeof *kept);
	*ret_set = (struct row_set){.rows = kept, .count = (uint32_t)count};
	return STATUS_OK;
}

/* The rows of each key: posts ordered by key in one pass. */
static enum status make_key_rows(struct builder *builder, const struct posting *posting, struct index_key *keys)
{
	size_t *starts = ARENA_ARRAY(builder->scratch, posting->key_count + 2, size_t);
	uint32_t *rows = ARENA_ARRAY(builder->scratch, posting->value_count + 1, uint32_t);

	if (!starts || !rows)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < posting->value_count; i++)
		starts[posting->values[i].key + 2]++;
	for (size_t i = 2; i < posting->key_count + 2; i++)
		starts[i] += starts[i - 1];
	for (size_t i = 0; i < posting->value_count; i++)
		rows[starts[posting->values[i].key + 1]++] = builder->places[posting->values[i].row];
	for (size_t i = 0; i < posting->key_count; i++)
		if (starts[i + 1] > starts[i])
			TRY(make_set(builder, rows + starts[i], starts[i + 1] - starts[i], &keys[i].rows));
	return STATUS_OK;
}

static int compare_tests(const void *a, const void *b)
{
	const struct test_post *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->predicate != y->predicate)
		return x->predicate < y->predicate ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* Groups posts of one key, sorted by predicate, into tests. */
static enum status make_tests(struct builder *builder, const struct test_post *posts, size_t count,
	struct index_test **ret_tests, size_t *ret_count)
{
	struct index_test *tests;
	uint32_t *rows = ARENA_ARRAY(builder->scratch, count + 1, uint32_t);
	size_t made = 0, distinct = 1;

	for (size_t i = 1; i < count; i++)
		distinct += posts[i].predicate != posts[i - 1].predicate;
	tests = ARENA_ARRAY(builder->policy->arena, distinct, struct index_test);
	if (!tests || !rows)
		return STATUS_NO_MEMORY;
	for (size_t from = 0, until; from < count; from = until) {
		for (until = from; until < count && posts[until].predicate == posts[from].predicate; until++)
			rows[until] = builder->places[posts[until].row];
		tests[made].predicate = posts[from].predicate;
		TRY(make_set(builder, rows + from, until - from, &tests[made++].rows));
	}
	*ret_tests = tests;
	*ret_count = made;
	return STATUS_OK;
}

static bool is_of_list(const struct builder *builder, const struct index_test *test)
{
	return builder->policy->predicates[test->predicate].test.kind == TEST_LIST;
}

/* Tests of named lists go last: one look at what lists a value is in answers them all. */
static enum status make_list_tests(struct builder *builder, struct index_test *tests, size_t count,
	struct index_column *column)
{
	uint32_t *list_tests = ARENA_ARRAY(builder->policy->arena, builder->policy->list_count + 1, uint32_t);

	if (!list_tests)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		if (!is_of_list(builder, &tests[i])) {
			struct index_test test = tests[i];

			tests[i] = tests[column->asked_count];
			tests[column->asked_count++] = test;
		}
	for (size_t i = column->asked_count; i < count; i++) {
		const struct predicate *predicate = &builder->policy->predicates[tests[i].predicate];

		column->table = predicate->table;
		list_tests[predicate->list] = (uint32_t)i + 1;
	}
	column->tests = tests;
	column->list_tests = list_tests;
	return STATUS_OK;
}

static enum status make_all_tests(struct builder *builder, struct posting *posting, struct index_column *column)
{
	if (posting->test_count)
		qsort(posting->tests, posting->test_count, sizeof *posting->tests, compare_tests);
	for (size_t from = 0, until; from < posting->test_count; from = until) {
		struct index_test *tests;
		size_t count;

		for (until = from; until < posting->test_count && posting->tests[until].key == posting->tests[from].key;)
			until++;
		TRY(make_tests(builder, posting->tests + from, until - from, &tests, &count));
		if (posting->tests[from].key) {
			column->keys[posting->tests[from].key - 1].tests = tests;
			column->keys[posting->tests[from].key - 1].test_count = (uint32_t)count;
		} else {
			TRY(make_list_tests(builder, tests, count, column));
		}
	}
	return STATUS_OK;
}

static void note_key(struct index_column *column, const struct index_key *key)
{
	if (key->kind == KEY_PREFIX)
		column->prefix_sizes |= UINT64_C(1) << (key->value.size < 63 ? key->value.size : 63);
	column->has_wholes |= key->kind == KEY_WHOLE;
	column->has_words |= key->kind == KEY_WORD;
}

static enum status make_keys(struct builder *builder, const struct posting *posting, struct index_column *column)
{
	struct index_slot *slots;

	if (!posting->key_count)
		return STATUS_OK;
	column->keys = ARENA_ARRAY(builder->policy->arena, posting->key_count, struct index_key);
	slots = ARENA_ARRAY(builder->policy->arena, posting->slot_count, struct index_slot);
	if (!column->keys || !slots)
		return STATUS_NO_MEMORY;
	memcpy(column->keys, posting->keys, posting->key_count * sizeof *column->keys);
	memcpy(slots, posting->slots, posting->slot_count * sizeof *slots);
	column->slots = slots;
	column->slot_count = posting->slot_count;
	column->key_count = posting->key_count;
	for (size_t i = 0; i < column->key_count; i++)
		note_key(column, &column->keys[i]);
	return make_key_rows(builder, posting, column->keys);
}

struct turn { int64_t bound; uint32_t row; };

static int compare_turns(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->bound != y->bound)
		return x->bound < y->bound ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static size_t list_turns(const struct builder *builder, const struct posting *posting, struct turn *turns)
{
	size_t count = 0;

	for (size_t i = 0; i < posting->range_count; i++) {
		const struct range_post *post = &posting->ranges[i];
		uint32_t row = builder->places[post->row];

		if (post->low > post->high)
			continue;
		turns[count++] = (struct turn){post->low, row};
		if (post->high < INT64_MAX)
			turns[count++] = (struct turn){post->high + 1, row};
	}
	qsort(turns, count, sizeof *turns, compare_turns);
	return count;
}

/* The sets that stand ready at every step-th turn. */
static enum status make_ready(struct builder *builder, struct index_column *column)
{
	size_t words = builder->index->words, sets = column->turn_count / column->step + 1;
	uint64_t *ready = ARENA_ARRAY(builder->policy->arena, sets * words, uint64_t);

	if (!ready)
		return STATUS_NO_MEMORY;
	memcpy(ready, column->free_rows, words * sizeof *ready);
	for (size_t set = 1; set < sets; set++) {
		uint64_t *bits = ready + set * words;

		memcpy(bits, bits - words, words * sizeof *bits);
		for (size_t i = (set - 1) * column->step; i < set * column->step; i++)
			turn_bit(bits, column->turns[i]);
	}
	column->ready = ready;
	return STATUS_OK;
}

static enum status make_ranges(struct builder *builder, const struct posting *posting, struct index_column *column)
{
	struct turn *turns = ARENA_ARRAY(builder->scratch, posting->range_count * 2 + 1, struct turn);
	int64_t *bounds;
	uint32_t *rows;

	if (!turns)
		return STATUS_NO_MEMORY;
	column->turn_count = list_turns(builder, posting, turns);
	column->step = builder->index->words / 2 > LEAST_STEP ? builder->index->words / 2 : LEAST_STEP;
	bounds = ARENA_ARRAY(builder->policy->arena, column->turn_count + 1, int64_t);
	rows = ARENA_ARRAY(builder->policy->arena, column->turn_count + 1, uint32_t);
	if (!bounds || !rows)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < column->turn_count; i++) {
		bounds[i] = turns[i].bound;
		rows[i] = turns[i].row;
	}
	column->bounds = bounds;
	column->turns = rows;
	return make_ready(builder, column);
}

static enum status make_column(struct builder *builder, size_t id, struct index_column *column)
{
	struct posting *posting = &builder->postings[id];
	uint64_t *free_rows = new_bits(builder), *missing_rows = new_bits(builder);

	if (!free_rows || !missing_rows)
		return STATUS_NO_MEMORY;
	column->column = builder->policy->columns[id % builder->policy->column_count];
	column->order = id;
	memset(free_rows, 0xff, builder->index->words * sizeof *free_rows);
	for (size_t i = 0; i < posting->row_count; i++)
		turn_bit(free_rows, builder->places[posting->rows[i].row]);
	memcpy(missing_rows, free_rows, builder->index->words * sizeof *free_rows);
	for (size_t i = 0; i < posting->row_count; i++)
		if (posting->rows[i].may_miss)
			set_bit(missing_rows, builder->places[posting->rows[i].row]);
	column->free_rows = free_rows;
	column->missing_rows = missing_rows;
	TRY(make_keys(builder, posting, column));
	TRY(make_all_tests(builder, posting, column));
	return fact_is_text(column->column.fact->type) ? STATUS_OK : make_ranges(builder, posting, column);
}

static size_t part_of(const struct index_column *column)
{
	bool good = column->narrowing >= good_narrowing;

	if (column->column.fact->level == LEVEL_CONSIGNMENT)
		return good ? PART_FIRST : PART_REST;
	return good ? PART_ITEMS_FIRST : PART_ITEMS_REST;
}

static int compare_columns(const void *a, const void *b)
{
	const struct index_column *x = a, *y = b;
	size_t x_part = part_of(x), y_part = part_of(y);

	if (x_part != y_part)
		return x_part < y_part ? -1 : 1;
	if (x->narrowing != y->narrowing)
		return x->narrowing > y->narrowing ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static enum status make_columns(struct builder *builder, const double *narrowing)
{
	struct index *index = builder->index;
	size_t columns = builder->policy->column_count * INSTANCES, count = 0;

	for (size_t i = 0; i < columns; i++)
		count += builder->postings[i].row_count > 0;
	index->columns = ARENA_ARRAY(builder->policy->arena, count + 1, struct index_column);
	if (!index->columns)
		return STATUS_NO_MEMORY;
	for (size_t i = 0, made = 0; i < columns; i++) {
		if (!builder->postings[i].row_count)
			continue;
		index->columns[made].narrowing = narrowing[i];
		TRY(make_column(builder, i, &index->columns[made++]));
	}
	if (count)
		qsort(index->columns, count, sizeof *index->columns, compare_columns);
	for (size_t i = 0; i < count; i++)
		index->parts[part_of(&index->columns[i]) + 1]++;
	for (size_t part = 1; part <= PARTS; part++)
		index->parts[part] += index->parts[part - 1];
	return STATUS_OK;
}

/* What a row's rarest value is, which decides where it stands. */
struct standing {
	double share;
	uint64_t group; /* column and key */
	uint32_t row;
};

/* How often the values that rows ask of a column would be met, were its values as frequent as the profiles name
 * them; notes the rows' rarest values; returns the share of all rows that the column leaves out. */
static double weigh_column(const struct builder *builder, size_t id, const uint32_t *counts, struct standing *standings)
{
	const struct posting *posting = &builder->postings[id];
	double left_out = (double)(posting->row_count - (posting->row_count < posting->value_count ? posting->row_count : 0));

	left_out /= 2; /* ranges, lists and the rest: one in two */
	for (size_t from = 0, until; from < posting->value_count; from = until) {
		struct standing *standing = &standings[posting->values[from].row];
		double share = 0;

		for (until = from; until < posting->value_count && posting->values[until].row == posting->values[from].row;)
			share += (double)counts[posting->values[until++].key] / (double)posting->value_count;
		left_out += share < 1 ? 1 - share : 0;
		if (share < standing->share) {
			standing->share = share;
			standing->group = (uint64_t)id << 32 | posting->values[from].key;
		}
	}
	return left_out / (double)builder->index->row_count;
}

static int compare_standings(const void *a, const void *b)
{
	const struct standing *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* Gives rows their places: those with the same rare value together. */
static enum status place_rows(struct builder *builder, double *narrowing)
{
	struct index *index = builder->index;
	struct standing *standings = ARENA_ARRAY(builder->scratch, index->row_count, struct standing);
	struct index_row *rows = ARENA_ARRAY(builder->policy->arena, index->row_count, struct index_row);

	builder->places = ARENA_ARRAY(builder->scratch, index->row_count, uint32_t);
	if (!standings || !rows || !builder->places)
		return STATUS_NO_MEMORY;
	for (uint32_t i = 0; i < index->row_count; i++)
		standings[i] = (struct standing){rare_share, UINT64_MAX, i};
	for (size_t i = 0; i < builder->policy->column_count * INSTANCES; i++) {
		const struct posting *posting = &builder->postings[i];
		uint32_t *counts = ARENA_ARRAY(builder->scratch, posting->key_count + 1, uint32_t);

		if (!counts)
			return STATUS_NO_MEMORY;
		for (size_t j = 0; j < posting->value_count; j++)
			counts[posting->values[j].key]++;
		if (posting->row_count)
			narrowing[i] = weigh_column(builder, i, counts, standings);
	}
	qsort(standings, index->row_count, sizeof *standings, compare_standings);
	for (uint32_t i = 0; i < index->row_count; i++) {
		rows[i] = index->rows[standings[i].row];
		builder->places[standings[i].row] = i;
	}
	index->rows = rows;
	return STATUS_OK;
}

static bool same_scope(const struct profile *x, const struct profile *y)
{
	return x->valid_from == y->valid_from && x->valid_until == y->valid_until && text_equal(x->offices, y->offices) &&
		text_equal(x->regimes, y->regimes);
}

/* The scope of a rule: few differ, as a rule; those beyond some hundred are asked one by one. */
static uint16_t scope_of(const struct builder *builder, uint32_t rule)
{
	struct index *index = builder->index;
	const struct profile *profile = &builder->policy->rules[rule].profile;
	enum { SCOPES_LIMIT = 250 };

	if (profile->valid_from == DATE_NONE && profile->valid_until == DATE_NONE && text_is_empty(profile->offices) &&
		text_is_empty(profile->regimes))
		return 0;
	for (size_t i = index->scope_count; i > 1; i--)
		if (same_scope(profile, &builder->policy->rules[index->scopes[i - 1]].profile))
			return (uint16_t)(i - 1);
	if (index->scope_count == SCOPES_LIMIT)
		return SCOPE_MANY;
	if (!index->scopes)
		index->scopes = ARENA_ARRAY(builder->policy->arena, SCOPES_LIMIT, uint32_t);
	if (!index->scopes)
		return SCOPE_MANY;
	index->scopes[index->scope_count] = rule;
	return (uint16_t)index->scope_count++;
}

/* One row per alternative of each rule, posted under its facts. */
static enum status post_rules(struct builder *builder)
{
	struct policy *policy = builder->policy;
	struct index *index = builder->index;
	size_t capacity = policy->rule_count + 64;

	index->scope_count = 1;
	index->rows = ARENA_ARRAY(builder->scratch, capacity, struct index_row);
	if (!index->rows)
		return STATUS_NO_MEMORY;
	for (uint32_t i = 0; i < policy->rule_count; i++) {
		struct alternative alternatives[ALTERNATIVES_LIMIT];
		size_t count = rule_alternatives(&policy->rules[i], alternatives);
		uint16_t scope = scope_of(builder, i);

		if (index->row_count + count > capacity) {
			struct index_row *grown = ARENA_ARRAY(builder->scratch, capacity * 2, struct index_row);

			if (!grown)
				return STATUS_NO_MEMORY;
			memcpy(grown, index->rows, index->row_count * sizeof *grown);
			index->rows = grown;
			capacity *= 2;
		}
		for (size_t j = 0; j < count; j++) {
			index->rows[index->row_count] = (struct index_row){.rule = i, .is_alone = count == 1, .scope = scope};
			TRY(index_post_row(builder, (uint32_t)index->row_count++, &alternatives[j]));
		}
	}
	return STATUS_OK;
}

static enum status make_gates(struct builder *builder)
{
	struct index *index = builder->index;

	index->whole_rows = new_bits(builder);
	for (size_t i = 0; i < 3; i++)
		index->gate_rows[i] = new_bits(builder);
	if (!index->whole_rows || !index->gate_rows[0] || !index->gate_rows[1] || !index->gate_rows[2])
		return STATUS_NO_MEMORY;
	for (uint32_t i = 0; i < index->row_count; i++) {
		const struct rule *rule = &builder->policy->rules[index->rows[i].rule];

		if (!rule->of_items)
			set_bit(index->whole_rows, i);
		index->has_whole_rows |= !rule->of_items;
		if (rule->profile.at_manifest)
			set_bit(index->gate_rows[GATE_MANIFEST], i);
		if (rule->profile.at_declaration)
			set_bit(index->gate_rows[GATE_DECLARATION], i);
		if (rule->profile.after_release)
			set_bit(index->gate_rows[GATE_AFTER_RELEASE], i);
	}
	return STATUS_OK;
}

enum status index_build(struct policy *policy)
{
	AUTO(arena_release) struct arena *scratch = arena_new((size_t)SCRATCH_LIMIT_MB << 20);
	struct builder builder = {.policy = policy, .scratch = scratch};
	size_t columns = policy->column_count * INSTANCES + 1;
	double *narrowing;

	builder.index = policy->index = ARENA_NEW(policy->arena, struct index);
	if (!scratch || !policy->index)
		return STATUS_NO_MEMORY;
	narrowing = ARENA_ARRAY(scratch, columns, double);
	builder.postings = ARENA_ARRAY(scratch, columns, struct posting);
	if (!narrowing || !builder.postings)
		return STATUS_NO_MEMORY;
	TRY(post_rules(&builder));
	if (!policy->index->row_count)
		return STATUS_OK;
	policy->index->words = (policy->index->row_count + 127) / 128 * 2;
	TRY(place_rows(&builder, narrowing));
	TRY(make_gates(&builder));
	return make_columns(&builder, narrowing);
}
