#ifndef VIGIE_ENGINE_INDEX_ROWS_H
#define VIGIE_ENGINE_INDEX_ROWS_H
/* Alternatives of a condition, for the index. */
#include "engine/policy.h"

enum { ALTERNATIVES_LIMIT = 16, LITERALS_LIMIT = 12 };

/* An and of tests; those that do not fit are left out, which makes it wider than the condition. */
struct alternative {
	struct { uint32_t predicate; bool negated; } literals[LITERALS_LIMIT];
	size_t count;
	bool is_whole; /* nothing was left out */
};
/* The condition as an or of at most ALTERNATIVES_LIMIT alternatives; returns how many. A condition that has
 * more becomes one alternative that says what all of them share at the top. */
size_t rule_alternatives(const struct rule *rule, struct alternative alternatives[ALTERNATIVES_LIMIT]);

#endif
