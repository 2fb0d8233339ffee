#ifndef VIGIE_ENGINE_CONDITION_H
#define VIGIE_ENGINE_CONDITION_H
/* A condition of the profile language as a tree, its types and units agreed. See docs/profile-language.md. */
#include "engine/fact.h"

enum { CONDITION_SIZE = 65536, CONDITION_DEPTH = 48, CONDITION_NODES = 4000, CONDITION_VALUES = 20000 };

/* One thing that is read: a fact, over a window of days if it is a history. */
struct column {
	const struct fact *fact;
	int days;
	unsigned id; /* in the policy; 0 before */
};

enum expression_kind { EXPRESSION_CONSTANT, EXPRESSION_COLUMN, EXPRESSION_ADD, EXPRESSION_SUBTRACT,
	EXPRESSION_MULTIPLY, EXPRESSION_DIVIDE };
/* Numbers in micro; dates as micro days. */
struct expression {
	enum expression_kind kind;
	int64_t constant;
	struct column column;
	const struct expression *left, *right;
};

enum test_kind {
	TEST_RANGE, /* low ≤ column ≤ high */
	TEST_SET, /* the column's normal form is one of `values` */
	TEST_PREFIX, /* it starts with one of `values` */
	TEST_WORDS, /* all words of one of `values` are in it */
	TEST_LIST, /* it is in the named list on the day (prefixes for HS) */
	TEST_GIVEN, /* it is there; never unknown */
	TEST_SAME, /* two texts are the same */
	TEST_COMPARE /* left − right, both numbers */
};
enum comparison { COMPARE_LESS, COMPARE_LESS_EQUAL, COMPARE_EQUAL };

/* One elementary test, also unknown when a fact it needs is missing. */
struct test_of_fact {
	enum test_kind kind;
	struct column column, other;
	int64_t low, high;
	const struct text *values; /* normal forms */
	size_t value_count;
	struct text list; /* code in capitals */
	int line, place; /* of the list's name, for problems */
	enum comparison comparison;
	const struct expression *left, *right;
};

enum node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_TEST };
struct node {
	enum node_kind kind;
	struct node *first, *next; /* children, siblings */
	const struct test_of_fact *test;
};

/* What a profile says when a missing fact leaves its condition undecided. */
enum when_missing { MISSING_MISS, MISSING_HIT, MISSING_LOOK };

struct condition {
	struct node *root;
	enum when_missing missing;
	bool of_items; /* reads a fact of items */
};

/* Where a text begins in what the author sees: errors count from there. */
struct origin {
	struct text code; /* of the profile, before the place; may be missing */
	int line, column; /* from 1 */
};
/* The tree in the arena. STATUS_INVALID after one problem was added; STATUS_NO_MEMORY. */
enum status condition_read(struct arena *arena, const struct fact_names *names, struct text text, struct origin origin,
	struct problem_list *problems, struct condition *ret_condition) MUST_CHECK;

/* The normal form in which values of a fact are compared: capitals for codes, digits for HS, folded texts.
 * Missing when nothing is left. */
struct text fact_normal(struct arena *arena, enum fact_type type, struct text text);
/* The stem by which words are the same: without a plural s or x from four letters on. */
struct text word_stem(struct text word);
/* True when the words of `term` (folded; a word may end in '*') are all in `text` (folded), in any order. */
bool words_found(struct text text, struct text term);

#endif
