#ifndef VIGIE_ENGINE_ENGINE_H
#define VIGIE_ENGINE_ENGINE_H
/* The risk engine's public face. It knows neither SQL nor HTTP. Everything a decision depends on comes in by
 * argument, so that the same inputs give the same decision to the bit, for ever. */
#include "engine/consignment.h"

/* ---- Lists: operators, goods, places, kept elsewhere, named by profiles ("consignee.code in list SUSPECTS"). */
struct engine_list_entry {
	struct text value; /* for goods, an HS prefix */
	int64_t from, until; /* dates; DATE_NONE: open */
	struct text reason;
};
struct engine_list {
	struct text code;
	const struct engine_list_entry *entries;
	size_t count;
};

/* ---- Profiles. The text of a policy file holds several; profiles_read() makes rows of it, policy_compile()
 * makes of the rows one immutable policy that all threads share. */
struct profile {
	struct text code; /* "ARM-01" */
	int64_t version;
	struct text title, legal_basis, owner, instruction;
	struct text offices; /* blank-separated codes; empty: all */
	struct text regimes; /* blank-separated, "IM4 IM7"; empty: all */
	int64_t valid_from, valid_until;
	bool at_manifest, at_declaration, after_release; /* gates */
	enum lane lane;
	int64_t share; /* micro: NUMBER_ONE selects always, 300000 three times in ten by the keyed draw */
	struct text condition; /* in the profile language */
	struct text source; /* the whole text of this profile, as written */
};
/* Errors have the place "ligne L, colonne C". *ret_profiles lives in the arena. STATUS_INVALID when any
 * profile has an error (the others are still returned). */
enum status profiles_read(struct arena *arena, struct text source, struct profile **ret_profiles, size_t *ret_count,
	struct problem_list *problems) MUST_CHECK;

/* The same without a look at the conditions, for texts that were read before, and for those that are compiled at once:
 * what is wrong with a condition policy_compile() says, by the lines of its profile. */
enum status profiles_split(struct arena *arena, struct text source, struct profile **ret_profiles, size_t *ret_count,
	struct problem_list *problems) MUST_CHECK;

struct policy;
/* Copies all it needs. STATUS_INVALID with problems when a condition is wrong (unknown fact, types or units
 * that do not agree, unknown list…). */
enum status policy_compile(const struct profile *profiles, size_t count, const struct engine_list *lists,
	size_t list_count, struct policy **ret_policy, struct problem_list *problems) MUST_CHECK;
void policy_free(struct policy *policy);
size_t policy_count(const struct policy *policy);
const struct profile *policy_profile(const struct policy *policy, size_t i);
/* SHA-256 over the sources and lists in order: names this policy exactly. */
const unsigned char *policy_digest(const struct policy *policy);

/* ---- Histories: what is known of the past. The engine asks by key; the answer counts only what was known
 * before `before` (a date, exclusive). */
enum history_key {
	HISTORY_OPERATOR, HISTORY_DECLARANT, HISTORY_EXPORTER, HISTORY_HS4, HISTORY_HS6, HISTORY_ORIGIN,
	HISTORY_OPERATOR_HS4, HISTORY_HS6_ORIGIN, HISTORY_OPERATOR_ORIGIN, HISTORY_DECLARANT_HS4,
	HISTORY_GOODS_LINE, /* hs6, departure, origin, duty rate, tax type, net mass */
	HISTORY_OFFICE,
	HISTORY_GOODS_PRICE, /* hs6, price per kg to four digits, origin, tax type */
	HISTORY_HS6_MASS, /* hs6, net mass */
	HISTORY_ROUTE, /* departure, origin */
	HISTORY_OPERATOR_EXPORTER,
	HISTORY_ADDRESS, /* the consignee's address: several operators may share it */
	HISTORY_TELEPHONE, /* the number written with the consignee's name or address: shared likewise */
	HISTORY_VESSEL, /* by number, else by name */
	HISTORY_OPERATOR_HS6,
	HISTORY_OPERATOR_HS6_ORIGIN,
	HISTORY_OPERATOR_DECLARANT,
	HISTORY_KEYS
};
struct history_figures {
	int64_t count; /* items seen */
	int64_t judged; /* of them with a known outcome */
	int64_t adverse; /* of the judged, those with something wrong */
	int64_t price_per_kg; /* micro, by item_price_per_kg(); the median of the last prices of the key as they
	                       * stood before the date, whatever the window; NUMBER_NONE where the key has none
	                       * (see history_key_usual: for some keys it is another measure than the price) */
};
struct history {
	void *context;
	/* `days`: 30, 90, 365 or 0 for all time. Unknown keys give zeros. Never fails: what cannot be read is
	 * zeros and the caller's business. */
	void (*look)(void *context, enum history_key key, struct text value, int days, int64_t before,
		struct history_figures *ret_figures);
};
/* The value under which an item is filed for a key ("ACME|8703"); TEXT_NONE when a part is missing. */
struct text history_value(struct arena *arena, enum history_key key, const struct consignment *consignment,
	const struct item *item);

/* ---- Names: what screening found of parties and vessel in the lists of names; whoever keeps the lists looks (see
 * engine/name.h) and keeps the answer with the decision. */
enum party_role { ROLE_CONSIGNEE, ROLE_EXPORTER, ROLE_NOTIFY, ROLE_DECLARANT, ROLE_CARRIER, ROLE_VESSEL, ROLE_COUNT };
const char *party_role_code(enum party_role role); /* "consignee"… */
const char *party_role_label(enum party_role role); /* French message id */
bool party_role_from(struct text code, enum party_role *ret_role);
struct name_hit {
	enum party_role role;
	struct text party, code; /* as declared */
	struct text list, reference, listed; /* code of the list, its own reference of the entry, the name there */
	struct text explanation; /* word by word */
	int64_t score; /* a share */
	bool is_confirmed; /* by a person */
};
struct name_hits {
	const struct name_hit *rows; /* the best first */
	size_t count;
};

/* ---- Reference prices: what others declared for the same goods and origin, per unit, in national currency. */
struct price_reference {
	int64_t low, median, high; /* first decile, half, last decile */
	int64_t price; /* of the item, in the same unit */
	int64_t count; /* observations; 0: there is none, and the rest is NUMBER_NONE */
};
struct price_references {
	void *context;
	void (*look)(void *context, const struct consignment *consignment, const struct item *item,
		struct price_reference *ret_reference);
};

/* ---- Suppression: for one operator a profile asks for nothing until a date. It still matches, and the decision says
 * that it was set aside. */
struct suppression {
	struct text profile, operator; /* codes */
	int64_t from, until; /* days, both included */
	struct text reason, by;
};

/* ---- Model: scores the items. See engine/model.h; NULL where there is none. */
struct model;

/* ---- Selection, SYDONIA's order: criteria, then random, then top-up to the expected rate; precedence red,
 * yellow, blue, green. Shares in micro. One row per office and regime; the most specific row counts. */
struct selection {
	int64_t expected[LANE_COUNT]; /* expected share per lane; green's is not used */
	int64_t random[LANE_COUNT]; /* minimum random share per lane */
	int64_t hits_without_selection; /* after so many hits of a criterion whose share spared them, select; 0: never */
	int64_t score_red, score_yellow, score_blue; /* score at or above which the lane is asked for; NUMBER_NONE: off */
	unsigned char draw_key[32]; /* the period's key */
	const struct digest_key *prepared_key; /* the same prepared (base/secret.h); NULL: not yet */
};
/* Counters so far in the period for the office and regime; the caller keeps them. decision_make() reads them
 * and adds this decision. */
struct selection_counts {
	int64_t decided;
	int64_t lane[LANE_COUNT];
	int64_t spared_hits; /* hits of criteria in a row that selected nothing */
};

enum reason_kind { REASON_PROFILE, REASON_CHECK, REASON_MODEL, REASON_RANDOM, REASON_QUOTA };
const char *reason_kind_code(enum reason_kind kind); /* "profile"… */
/* The facts that made a profile hit, by reference: text i is said[places[i]], "Masse brute : 1 250 kg". */
struct reason_facts {
	const struct text *said;
	const uint16_t *places;
	size_t count;
};
struct reason_detail {
	int64_t item; /* its number */
	struct message text;
};
struct reason {
	enum reason_kind kind;
	struct text code; /* profile code; "XGB", "ALEA", "QUOTA", check codes */
	struct message message; /* for the officer; without its second value where there are facts: reason_print() */
	struct reason_facts facts;
	struct text instruction; /* for the inspector; may be missing */
	enum lane lane; /* what it asks for */
	bool selected; /* false: it hit, but its share spared this one or it was set aside (kept for the record) */
	struct message aside; /* id NULL, or why it was set aside for this operator */
	const int64_t *items; /* numbers of the items it touches; 0 of them: the whole */
	size_t item_count;
	/* Of the model: what raised the score most, of the items with the highest scores. */
	const struct reason_detail *details;
	size_t detail_count;
};
/* The reason in the language, with its facts and, of the model, what raised the first item's score; and the facts
 * alone, " ; " between them. A policy of thousands hits with
 * hundreds: what nobody reads is not written. */
void reason_print(struct buffer *buffer, enum language language, const struct reason *reason);
void reason_facts_print(struct buffer *buffer, const struct reason *reason);
struct decision {
	enum lane lane; /* the most severe of all that selected */
	double score; /* highest of the items, NAN without model */
	double *item_scores; /* one per item, NAN without */
	struct reason *reasons; /* most severe first */
	size_t reason_count;
	unsigned char draw[32]; /* the keyed hash of the consignment's identity: the proof of the random part */
};
enum gate { GATE_MANIFEST, GATE_DECLARATION, GATE_AFTER_RELEASE };
struct decision_inputs {
	enum gate gate;
	const struct policy *policy;
	const struct history *history; /* NULL: no history (histories count as missing) */
	const struct model *model; /* NULL: none */
	const struct selection *selection; /* NULL: criteria and checks only */
	const struct selection *thresholds; /* without selection: what scores ask for; NULL: nothing */
	struct selection_counts *counts; /* NULL: no top-up */
	const struct consignment *counterpart; /* the manifest bill of a declaration, when matched; NULL */
	const struct name_hits *names; /* NULL: nobody looked */
	const struct price_references *prices; /* NULL: none */
	const struct suppression *suppressions; /* those of other operators, other days and other profiles are passed over */
	size_t suppression_count;
	int64_t today;
	bool without_details; /* what raised a score is not worked out: for who only counts */
};
/* All results in the arena, but for the texts of reasons, which are the policy's. */
enum status decision_make(const struct decision_inputs *inputs, const struct consignment *consignment,
	struct arena *arena, struct decision *ret_decision) MUST_CHECK;

/* Copies the texts of its reasons too, for a decision that outlives its policy. */
enum status decision_own(struct decision *decision, struct arena *arena) MUST_CHECK;

#endif
