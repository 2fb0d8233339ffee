/* Posts the tests of rows under the facts they ask. */
#include "engine/index_post.h"

#include <string.h>

enum { VALUES_LIMIT = 256, FIRST_ROOM = 16 };

/* Room for one more in an array of the scratch arena; `rows` is the address of the pointer. */
static enum status make_room(struct arena *arena, void *rows, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : FIRST_ROOM;
	void *grown, *old;

	if (count < *capacity)
		return STATUS_OK;
	grown = arena_array(arena, wanted, size);
	if (!grown)
		return STATUS_NO_MEMORY;
	memcpy(&old, rows, sizeof old);
	if (count)
		memcpy(grown, old, count * size);
	memcpy(rows, &grown, sizeof grown);
	*capacity = wanted;
	return STATUS_OK;
}

static enum status rehash(struct builder *builder, struct posting *posting)
{
	size_t wanted = posting->slot_count ? posting->slot_count * 2 : FIRST_ROOM;
	struct index_slot *slots = ARENA_ARRAY(builder->scratch, wanted, struct index_slot);

	if (!slots)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < posting->key_count; i++) {
		uint64_t hash = index_hash(posting->keys[i].value, posting->keys[i].kind);
		size_t at = hash & (wanted - 1);

		while (slots[at].key)
			at = (at + 1) & (wanted - 1);
		slots[at] = (struct index_slot){(uint32_t)(hash >> 32), (uint32_t)i + 1};
	}
	posting->slots = slots;
	posting->slot_count = wanted;
	return STATUS_OK;
}

/* The key of a value, made when it is new. */
static enum status key_of(struct builder *builder, struct posting *posting, struct text value, enum key_kind kind,
	uint32_t *ret_key)
{
	uint64_t hash = index_hash(value, kind);
	size_t at;

	if (posting->key_count * 2 >= posting->slot_count)
		TRY(rehash(builder, posting));
	for (at = hash & (posting->slot_count - 1); posting->slots[at].key; at = (at + 1) & (posting->slot_count - 1)) {
		const struct index_key *key = &posting->keys[posting->slots[at].key - 1];

		if (posting->slots[at].tag == (uint32_t)(hash >> 32) && key->kind == kind && text_equal(key->value, value)) {
			*ret_key = posting->slots[at].key - 1;
			return STATUS_OK;
		}
	}
	TRY(make_room(builder->scratch, &posting->keys, posting->key_count, &posting->key_capacity, sizeof *posting->keys));
	posting->keys[posting->key_count] = (struct index_key){.value = value, .kind = kind};
	*ret_key = (uint32_t)posting->key_count++;
	posting->slots[at] = (struct index_slot){(uint32_t)(hash >> 32), *ret_key + 1};
	return STATUS_OK;
}

static enum status post_value(struct builder *builder, struct posting *posting, struct text value, enum key_kind kind,
	uint32_t row)
{
	uint32_t key;

	TRY(key_of(builder, posting, value, kind, &key));
	TRY(make_room(builder->scratch, &posting->values, posting->value_count, &posting->value_capacity,
		sizeof *posting->values));
	posting->values[posting->value_count++] = (struct value_post){key, row};
	return STATUS_OK;
}

static enum status post_test(struct builder *builder, struct posting *posting, struct test_post post)
{
	TRY(make_room(builder->scratch, &posting->tests, posting->test_count, &posting->test_capacity,
		sizeof *posting->tests));
	posting->tests[posting->test_count++] = post;
	return STATUS_OK;
}

/* A term of one word is found by its stem; of others the longest word that is not open leads to the test. */
static enum status post_term(struct builder *builder, struct posting *posting, uint32_t id, struct text term, uint32_t row,
	bool *ret_posted)
{
	struct text rest = term, word = TEXT_NONE;
	uint32_t key;

	while (rest.data) {
		struct text next = text_cut(&rest, ' ');

		if (!text_ends_with(next, TEXT("*")) && next.size > word.size)
			word = next;
	}
	*ret_posted = word.size > 0;
	if (!word.size)
		return STATUS_OK;
	if (word.size == term.size)
		return post_value(builder, posting, word_stem(word), KEY_WORD, row);
	TRY(key_of(builder, posting, word_stem(word), KEY_WORD, &key));
	return post_test(builder, posting, (struct test_post){key + 1, id, row});
}

static enum status post_words(struct builder *builder, struct posting *posting, uint32_t id, uint32_t row)
{
	const struct predicate *predicate = &builder->policy->predicates[id];

	for (size_t i = 0; i < predicate->test.value_count; i++) {
		bool posted = false;

		TRY(post_term(builder, posting, id, predicate->test.values[i], row, &posted));
		if (!posted) /* "usag*" alone */
			return post_test(builder, posting, (struct test_post){0, id, row});
	}
	return STATUS_OK;
}

static enum status post_range(struct builder *builder, struct posting *posting, const struct test_of_fact *test, uint32_t row)
{
	TRY(make_room(builder->scratch, &posting->ranges, posting->range_count, &posting->range_capacity,
		sizeof *posting->ranges));
	posting->ranges[posting->range_count++] = (struct range_post){test->low, test->high, row};
	return STATUS_OK;
}

static enum status post(struct builder *builder, struct posting *posting, uint32_t id, uint32_t row)
{
	const struct test_of_fact *test = &builder->policy->predicates[id].test;

	if (test->kind == TEST_RANGE)
		return post_range(builder, posting, test, row);
	if (test->kind == TEST_WORDS)
		return post_words(builder, posting, id, row);
	if (test->kind == TEST_LIST || test->kind == TEST_GIVEN || test->value_count > VALUES_LIMIT)
		return post_test(builder, posting, (struct test_post){0, id, row});
	for (size_t i = 0; i < test->value_count; i++)
		TRY(post_value(builder, posting, test->values[i], test->kind == TEST_SET ? KEY_WHOLE : KEY_PREFIX, row));
	return STATUS_OK;
}

static bool can_be_posted(const struct predicate *predicate, bool negated)
{
	return !negated && predicate->test.kind != TEST_SAME && predicate->test.kind != TEST_COMPARE;
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

enum status index_post_row(struct builder *builder, uint32_t row, const struct alternative *alternative)
{
	struct index_row *made = &builder->index->rows[row];
	const struct rule *rule = &builder->policy->rules[made->rule];
	bool may_miss = rule->missing != MISSING_MISS;

	made->is_certain = alternative->is_whole && !may_miss;
	for (size_t i = 0; i < alternative->count; i++) {
		uint32_t id = alternative->literals[i].predicate;
		struct posting *posting;
		size_t column;

		if (!can_be_posted(&builder->policy->predicates[id], alternative->literals[i].negated) ||
			!column_for(builder, alternative, i, &column)) {
			made->is_certain = false;
			continue;
		}
		posting = &builder->postings[column];
		TRY(make_room(builder->scratch, &posting->rows, posting->row_count, &posting->row_capacity,
			sizeof *posting->rows));
		posting->rows[posting->row_count++] = (struct tested_row){row, may_miss};
		TRY(post(builder, posting, id, row));
	}
	return STATUS_OK;
}
