#ifndef VIGIE_ENGINE_POLICY_H
#define VIGIE_ENGINE_POLICY_H
/* Inside a compiled policy: columns and predicates shared by all profiles, and each profile's condition as
 * steps over predicates. Immutable once compiled. */
#include "engine/condition.h"

/* The truth of a test: unknown when a fact it needs is missing. And is the least, or the greatest. */
enum truth { TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_TRUE };

/* The values of all named lists, as facts of one type are compared with them. */
struct value_row {
	struct text value; /* normal form */
	int64_t from, until;
	uint32_t hash, list; /* of the policy */
	uint32_t next; /* with the same slot, + 1 */
	uint32_t same; /* the first row with the same value, + 1 */
};
struct value_table {
	enum fact_type type;
	bool *holds; /* of each list of the policy: its values are here */
	struct value_row *rows;
	size_t count;
	uint32_t *slots; /* hash of the value → first row + 1 */
	size_t slot_count; /* a power of two */
};

struct predicate {
	struct test_of_fact test; /* columns have ids; values are the policy's */
	bool of_item;
	const struct value_table *table; /* of TEST_LIST */
	uint32_t list;
};

struct step {
	enum node_kind kind;
	uint32_t predicate; /* of a test */
	uint32_t size; /* steps below, with itself */
};

enum { TOLD_LIMIT = 4 }; /* facts that an explanation names at most */
struct rule {
	struct profile profile; /* all texts the policy's */
	const struct step *steps;
	uint32_t step_count;
	enum when_missing missing;
	bool of_items;
	/* Of an and of tests: the columns of the facts it names when it hits. None: they are to be found out then. */
	uint8_t told_count;
	uint16_t told[TOLD_LIMIT];
};

/* Of a rule that hit, what its place among the reasons hangs on, and what the reason says: few bytes of each rule, since
 * hundreds of them are read in one decision. */
struct weight {
	uint32_t rank; /* of its code among those of the policy */
	int32_t share; /* micro; more than NUMBER_ONE counts as that */
	uint8_t lane, lane_if_missing;
};
struct telling {
	struct text code, title, instruction;
	uint16_t told[TOLD_LIMIT];
	uint8_t told_count;
};

struct policy_list {
	struct text code; /* capitals */
	const struct engine_list_entry *entries;
	size_t count;
};

struct index;
struct policy {
	struct arena *arena;
	struct rule *rules;
	struct weight *weights; /* of each rule */
	struct telling *tellings;
	size_t rule_count;
	struct column *columns;
	size_t column_count, column_capacity;
	struct predicate *predicates;
	size_t predicate_count, predicate_capacity;
	uint32_t *slots; /* hash of predicates while compiling */
	uint64_t *hashes;
	size_t slot_count;
	struct policy_list *lists;
	size_t list_count;
	struct value_table **tables;
	size_t table_count, table_capacity;
	unsigned char digest[32];
	struct index *index;
};

/* In intern.c: makes room for about as many predicates as there will be. */
enum status policy_reserve(struct policy *policy, size_t predicates) MUST_CHECK;
/* The policy's id for a test, shared with equal ones. */
enum status policy_intern(struct policy *policy, const struct test_of_fact *test, uint32_t *ret_id) MUST_CHECK;
/* True when the value (a normal form) is in the list on the day; of HS, when it starts with one of its values. */
bool value_table_has(const struct value_table *table, uint32_t list, struct text value, int64_t day);
/* The lists that a value is in on the day, one a call, some of them twice; false when there are no more. Begin
 * with a search of zeros. */
struct value_search {
	size_t size; /* of the beginning that is looked up */
	uint32_t hash, at, same;
};
bool value_table_next(const struct value_table *table, struct text value, int64_t day, struct value_search *search,
	uint32_t *ret_list);
/* In index_build.c: builds policy->index. */
enum status index_build(struct policy *policy) MUST_CHECK;

#endif
