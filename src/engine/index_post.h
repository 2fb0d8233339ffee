#ifndef VIGIE_ENGINE_INDEX_POST_H
#define VIGIE_ENGINE_INDEX_POST_H
/* While an index is built: which rows ask what of each fact. */
#include "engine/index.h"
#include "engine/index_rows.h"

/* Tests of one row on the same fact go to columns of their own, up to INSTANCES. */
enum { INSTANCES = 3 };

struct value_post { uint32_t key, row; };
struct range_post { int64_t low, high; uint32_t row; };
/* A test to be asked, for all values (key 0) or for those that have the key (key − 1). */
struct test_post { uint32_t key, predicate, row; };
/* A row with a test on the column, and whether its author lets a missing fact through. */
struct tested_row { uint32_t row; bool may_miss; };

/* Of one column: arrays in the builder's scratch arena that grow. */
struct posting {
	struct tested_row *rows;
	struct value_post *values;
	struct range_post *ranges;
	struct test_post *tests;
	struct index_key *keys; /* value and kind */
	struct index_slot *slots;
	size_t row_count, value_count, range_count, test_count, key_count, slot_count;
	size_t row_capacity, value_capacity, range_capacity, test_capacity, key_capacity;
};
struct builder {
	struct policy *policy;
	struct index *index;
	struct arena *scratch;
	struct posting *postings; /* of each column of the policy, INSTANCES times */
	uint32_t *places; /* of each row, where it comes to stand */
};

/* Posts the tests of a row. */
enum status index_post_row(struct builder *builder, uint32_t row, const struct alternative *alternative) MUST_CHECK;

#endif
