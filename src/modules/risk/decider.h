#ifndef VIGIE_RISK_DECIDER_H
#define VIGIE_RISK_DECIDER_H
/* Inside the risk module only: what the decider of a process holds, and its parts. */
#include "modules/risk/digest_memo.h"
#include "engine/history_memory.h"
#include "modules/prices/prices.h"
#include "modules/risk/beside.h"
#include "modules/risk/history_record.h"
#include "modules/risk/policy_loader.h"
#include "modules/risk/risk_store.h"
#include "modules/screening/screening.h"

#include <pthread.h>
#include <stdatomic.h>

enum { SCRATCH_LIMIT = 64 << 20, BYTES_LIMIT = 8 << 20 };

/* ---- The counters of offices and regimes in the present period, each read once as long as nobody else decides. */
struct selection_entry {
	struct text office, regime; /* in the book's arena */
	struct selection_counts counts;
	bool is_changed;
};
struct selection_book {
	struct arena *arena;
	struct selection_entry *entries;
	size_t count, capacity;
	uint32_t *slots; /* place + 1 by office and regime; four times the capacity */
};
/* *ret_place is the entry's place in `entries`, which may move with the next call. Without a reader: STATUS_NOT_FOUND for
 * what is not in the book. */
enum status selection_book_find(struct selection_book *book, struct reader *reader, int64_t period_id,
	struct text office, struct text regime, size_t *ret_place) MUST_CHECK;
/* Writes those that changed. */
enum status selection_book_write(struct selection_book *book, struct writer *writer, int64_t period_id) MUST_CHECK;
void selection_book_clear(struct selection_book *book); /* forgets all, gives back the memory */

/* ---- Reasons already stored, and with which decision, so that the same text is stored once. */
enum { REASONS_SLOTS = 1 << 14, REASONS_MOST = REASONS_SLOTS / 2, REASONS_BYTES = 8 << 20 };
struct reasons_book {
	struct arena *arena;
	struct reasons_slot {
		uint64_t hash;
		int64_t decision_id; /* 0: free */
		struct text reasons;
	} *slots;
	size_t count;
};
/* *ret_of is the earlier decision with these reasons; 0 when there is none, then `decision_id` is remembered. */
enum status reasons_book_find(struct reasons_book *book, struct text reasons, int64_t decision_id, int64_t *ret_of)
	MUST_CHECK;
void reasons_book_clear(struct reasons_book *book);

/* ---- The candidate that decides beside, when there is one. */
struct shadow {
	int64_t id; /* 0: none */
	struct policy *policy;
	struct model *model;
	bool follows_model; /* it scores with the model in service */
};
void shadow_release(struct shadow *shadow);
enum status shadow_refresh(struct shadow *shadow, struct reader *reader, int64_t today) MUST_CHECK;
struct decider;
/* Fills record->shadow; `live` is what the record was decided with. */
enum status shadow_decide(struct decider *decider, const struct decision_inputs *live, const struct consignment *consignment,
	struct arena *arena, struct decision_record *record) MUST_CHECK;
enum status shadow_write(struct writer *writer, const struct decision_record *records, size_t count) MUST_CHECK;

/* ---- The decider. */
/* The first items of a consignment that was announced, in this session. */
struct expected {
	const struct consignment *consignment;
	const struct history_places *places;
};

struct decider {
	pthread_mutex_t lock;
	struct database *database;
	int64_t policy_id, model_id, selections_last;
	struct policy *policy;
	struct policy *retired; /* the one before, given back when the lock is */
	struct policy_loader loader;
	struct digest_memo digests;
	struct model *model;
	struct arena *selection_arena;
	struct selection_row *selections;
	size_t selection_count;
	struct draw_period period;
	struct digest_key draw; /* the period's key, prepared */
	struct history_memory *history;
	int64_t history_last, outcome_last;
	bool must_rebuild;
	/* Loads the histories for a page, beside it: a page must not wait for a million rows. */
	pthread_t warmer;
	bool has_warmer; /* to be joined; under the lock */
	_Atomic bool is_warming, is_ending;
	struct screening *screening;
	struct prices *prices;
	struct price_references price_face;
	struct suppression_book suppressions;
	struct selection_book book;
	struct reasons_book reasons;
	struct arena *scratch; /* of the decision at hand */
	struct buffer bytes; /* its history, then its reasons */
	struct expected expected[2]; /* the one at hand and the one after it */
	size_t expected_last;
	int64_t decisions_last; /* the last decision that the counters know of */
	struct shadow shadow;
	int64_t today;
};

/* The content of the bill of lading that belongs to a declaration, when one is stored (declarations.h says how it is
 * found). *ret_id 0: none. */
enum status counterpart_find(struct reader *reader, const struct consignment *consignment, struct arena *arena,
	struct consignment *ret_bill, int64_t *ret_id, int64_t *ret_version) MUST_CHECK;
/* Screens the parties, finds what is set aside for the operator, and puts both in `inputs`; they point into *beside. */
enum status beside_look(struct decider *decider, const struct consignment *consignment, struct arena *arena,
	struct beside *beside, struct decision_inputs *inputs) MUST_CHECK;
/* As stored with a decision, and compared when it is made again. */
struct text reasons_text(struct arena *arena, struct buffer *space, const struct decision *decision);

#endif
