#ifndef VIGIE_ENGINE_MATCHER_H
#define VIGIE_ENGINE_MATCHER_H
/* Which profiles of a policy a consignment meets. */
#include "engine/policy.h"

/* What a fact was found to be, kept until the item changes. */
struct column_state {
	uint32_t stamp;
	bool known;
	int64_t number; /* micro; dates as micro days */
	struct text text; /* normal form */
};

/* What a predicate was found to be, under a stamp. */
struct tested {
	uint32_t predicate; /* + 1 */
	uint32_t stamp;
	enum truth truth;
};
enum { TESTED_KEPT = 256 };

/* The state of one decision: facts are read once, predicates tested once as far as they can be kept. */
struct matcher {
	const struct policy *policy;
	struct facts facts;
	const struct item *item; /* NULL: the consignment as a whole */
	uint32_t stamp; /* of the item; 1 is the consignment's */
	struct column_state *columns;
	struct tested *tested; /* TESTED_KEPT of them, by predicate; NULL: they are not kept */
};

struct match {
	uint32_t rule;
	bool by_missing; /* undecided by a missing fact, and the author wants it so */
	/* The items that hit, by place in the consignment; none: the whole. */
	uint32_t item_count, first;
	uint32_t stamp; /* under which it was last noted */
	uint64_t low; /* bits of places 0 … 63 */
	uint64_t *high; /* of the others, NULL: none */
};

enum status matcher_init(struct matcher *matcher, const struct policy *policy, const struct facts *facts,
	bool keep_predicates) MUST_CHECK;
/* The item all further questions are about; position is its place in the consignment. */
void matcher_set_item(struct matcher *matcher, const struct item *item, size_t position);
const struct column_state *matcher_column(struct matcher *matcher, struct column column);
enum truth matcher_test(struct matcher *matcher, uint32_t predicate);
enum truth matcher_steps(struct matcher *matcher, const struct step *step);
enum truth matcher_rule(struct matcher *matcher, const struct rule *rule);
/* Gate, dates, offices and regimes. */
bool rule_is_active(const struct rule *rule, const struct facts *facts, enum gate gate);
/* Without the gate. */
bool rule_is_in_scope(const struct rule *rule, const struct facts *facts);

/* All matches in the arena, in no order that means anything, but always the same. The naive one asks every
 * active rule; the other goes through the index; both find the same. */
enum status matcher_find_naive(struct matcher *matcher, enum gate gate, struct match **ret_matches,
	size_t *ret_count) MUST_CHECK;
enum status matcher_find(struct matcher *matcher, enum gate gate, struct match **ret_matches,
	size_t *ret_count) MUST_CHECK;

/* Numbers of the items of a match, in order, in the arena; NULL when there are none, or without memory. */
const int64_t *match_items(const struct match *match, const struct consignment *consignment, struct arena *arena);

/* Says which facts decided a match, each printed once for all matches of the same item. For a match by a missing
 * fact, *ret_missing is the label of that fact (French, may be empty), and there are no facts. All in the arena. */
struct explainer {
	struct matcher *matcher;
	struct text **said; /* of each item, and last of the whole: what is said of each column; NULL until needed */
};
enum status explainer_init(struct explainer *explainer, struct matcher *matcher) MUST_CHECK;
enum status explain_match(struct explainer *explainer, const struct match *match, struct text *ret_missing,
	struct reason_facts *ret_facts) MUST_CHECK;

/* Matches as they are found, item by item, for both ways of finding. Starts with its arena alone. */
struct match_list {
	struct arena *arena;
	struct match *rows;
	size_t count, capacity;
	uint32_t *slots; /* of the rule, or its hash where few match → row + 1; made when first needed */
	size_t slot_count, hashed; /* rows that are in the slots */
	bool is_direct; /* a slot for each rule */
};
bool match_reserve(struct match_list *list, size_t more); /* makes room; false without memory */
/* What the rule says of the matcher's present item: kept when true, or undecided and its author wants that.
 * `is_new`: the rule has not been noted before. */
enum status match_note(struct match_list *list, struct matcher *matcher, uint32_t rule, enum truth truth,
	bool is_new) MUST_CHECK;

#endif
