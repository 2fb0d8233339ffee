#ifndef VIGIE_ENGINE_INDEX_H
#define VIGIE_ENGINE_INDEX_H
/* Finds the profiles that a consignment can meet without asking all of them.
 *
 * Each condition is brought to alternatives (an or of ands); each alternative is a row, a bit. Tests of a row
 * on one fact each (codes, prefixes, ranges, lists, words) are posted under that fact. For a consignment,
 * each fact yields the set of rows it leaves possible: those that do not look at it, and those posted under
 * what it is found to be. The and of these sets leaves few rows, which are then asked in full where their
 * posted tests do not say all.
 *
 * Rows that name the same rare value stand together, so that after the facts that part most only a few words
 * of the sets are left, and only these are looked at. */
#include "engine/policy.h"

/* A set of rows: as bits when they are many, else as numbers. */
struct row_set {
	const uint64_t *bits;
	const uint32_t *rows;
	uint32_t count;
};
/* What a key is compared with: the value's beginning, the whole value, or one word's stem. */
enum key_kind { KEY_PREFIX, KEY_WHOLE, KEY_WORD };
/* What a value of a text fact leads to: rows at once, and tests of several words still to be asked. */
struct index_key {
	struct text value;
	enum key_kind kind;
	uint32_t test_count;
	const struct index_test *tests;
	struct row_set rows;
};
struct index_test {
	uint32_t predicate;
	struct row_set rows;
};
struct index_slot {
	uint32_t tag, key; /* high bits of the hash; place + 1, 0: free */
};
struct index_column {
	struct column column;
	const uint64_t *free_rows; /* rows with no test on it */
	const uint64_t *missing_rows; /* rows whose author lets a missing fact through */
	/* Texts: */
	struct index_key *keys;
	const struct index_slot *slots; /* hash of the value → key */
	size_t key_count, slot_count;
	uint64_t prefix_sizes; /* bit n: some prefix has n bytes; bit 63: 63 or more */
	bool has_wholes, has_words;
	/* Numbers: a row's bit turns over at each of its bounds. The set at every `step`-th bound stands ready, with
	 * the free rows in it; the turns from there to a number give the set of that number. */
	const int64_t *bounds;
	const uint32_t *turns; /* the row that turns over at each bound */
	size_t turn_count, step;
	const uint64_t *ready; /* sets after 0, step, 2 step… turns */
	const struct index_test *tests; /* first those asked one by one, then those of named lists */
	size_t asked_count;
	const struct value_table *table; /* of the lists; NULL: none is asked for */
	const uint32_t *list_tests; /* of each list of the policy: its test + 1 */
	double narrowing; /* the share of all rows that it leaves out, as far as the policy tells */
	size_t order; /* among columns that narrow as much */
};
struct index_row {
	uint32_t rule;
	bool is_certain; /* its posted tests are all of it: no need to ask */
	bool is_alone; /* its rule has no other row */
	uint16_t scope; /* when and where its rule is active: 0 always, SCOPE_MANY: ask the rule */
};
enum { SCOPE_MANY = UINT16_MAX };
/* The columns in the order in which they are looked at: consignment facts that part well, item facts that do,
 * other consignment facts, other item facts. */
enum { PART_FIRST, PART_ITEMS_FIRST, PART_REST, PART_ITEMS_REST, PARTS };
struct index {
	struct index_row *rows;
	size_t row_count;
	size_t words; /* 64-bit words of a set of all rows, even */
	uint64_t *whole_rows; /* rows of rules that do not look at items */
	bool has_whole_rows;
	uint64_t *gate_rows[3];
	struct index_column *columns;
	size_t parts[PARTS + 1]; /* where each part of the columns begins */
	uint32_t *scopes; /* a rule that has each scope, from scope 1 */
	size_t scope_count; /* with scope 0 */
};

/* The hash of a key: index_hash_byte() over its bytes from INDEX_HASH, then index_hash_end(). Where it is in a table
 * of slot_count slots: its low bits, and on from there; its tag are the high bits. */
#define INDEX_HASH UINT64_C(0xcbf29ce484222325)
static inline uint64_t index_hash_byte(uint64_t hash, char byte)
{
	return (hash ^ (unsigned char)byte) * UINT64_C(0x100000001b3);
}
static inline uint64_t index_hash_end(uint64_t hash, enum key_kind kind)
{
	hash = (hash + (uint64_t)kind) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}
static inline uint64_t index_hash(struct text value, enum key_kind kind)
{
	uint64_t hash = INDEX_HASH;

	for (size_t i = 0; i < value.size; i++)
		hash = index_hash_byte(hash, value.data[i]);
	return index_hash_end(hash, kind);
}

#endif
