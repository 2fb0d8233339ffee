#ifndef VIGIE_ENGINE_INDEX_H
#define VIGIE_ENGINE_INDEX_H
/* Finds the profiles that a consignment can meet without asking all of them.
 *
 * Each condition is brought to alternatives (an or of ands); each alternative is a row, a bit. Tests of a row
 * on one fact each (codes, prefixes, ranges, lists, words) are posted under that fact. For a consignment,
 * each fact yields the set of rows it leaves possible: those that do not look at it, and those posted under
 * what it is found to be. The and of these sets leaves few rows, which are then asked in full where their
 * posted tests do not say all. */
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
	struct row_set rows;
	const struct index_test *tests;
	size_t test_count;
};
struct index_test {
	uint32_t predicate;
	struct row_set rows;
};
struct index_column {
	struct column column;
	const uint64_t *free_rows; /* rows with no test on it */
	const uint64_t *missing_rows; /* rows whose author lets a missing fact through */
	struct index_key *keys;
	uint32_t *slots; /* hash of the value → key + 1 */
	size_t key_count, slot_count;
	size_t longest; /* prefix in bytes; 0: values are looked up whole */
	/* Numbers: between bounds[i] and bounds[i + 1] - 1 these rows, as bits one after the other… */
	int64_t *bounds;
	const uint64_t *segments;
	size_t bound_count;
	/* …or, when there are too many, ranges to be tried each. */
	struct index_range { int64_t low, high; struct row_set rows; } *ranges;
	size_t range_count;
	struct index_test *tests; /* asked one by one */
	size_t test_count;
	uint32_t constrained; /* rows with a test on it */
	uint32_t narrowing; /* rows that a value leaves out, about */
	size_t order; /* among columns that narrow as much */
};
struct index_row {
	uint32_t rule;
	bool is_certain; /* its posted tests are all of it: no need to ask */
	bool is_scoped; /* its rule is for some offices or regimes */
	int64_t from, until; /* days of its rule, always whole */
};
struct index {
	struct index_row *rows;
	size_t row_count;
	size_t words; /* 64-bit words of a set of all rows, even */
	uint64_t *whole_rows; /* rows of rules that do not look at items */
	uint64_t *gate_rows[3];
	struct index_column *columns; /* the consignment's first */
	size_t column_count, consignment_columns;
};

const struct index_key *index_find_key(const struct index_column *column, struct text value, enum key_kind kind);

#endif
