#ifndef VIGIE_RISK_PAST_H
#define VIGIE_RISK_PAST_H
/* What stands beside a consignment of the past when it is decided again: the names found, the reference prices, the
 * profiles set aside and the bill of lading, as they were known then.
 *
 * A consignment that was decided when it came (live traffic) has all of them stored with its first decision: those are
 * used, to the bit. One that was brought in later, years of a former system, say, was decided with what was known much
 * later; for it: the lists of names of now (it was never screened), what was set aside on its day, the reference prices
 * made until its day or else the first, and the bill that was there by its day. */
#include "modules/prices/prices.h"
#include "modules/risk/beside.h"
#include "modules/risk/risk_store.h"
#include "modules/screening/screening.h"

#include <pthread.h>

/* A decision this many days after the consignment's own day, at most, was made when it came. */
enum { PAST_LIVE_DAYS = 30 };

struct past_book {
	struct screening *screening; /* behind the lock */
	bool owns_screening;
	pthread_mutex_t lock;
	struct prices *prices;
	struct suppression_book suppressions;
	int64_t today;
};
/* Loads all; *ret_book is the caller's to free. Threads may share it. `screening`: one that is loaded already and that
 * nobody else uses meanwhile; NULL: its own is loaded. */
enum status past_book_new(struct reader *reader, struct screening *screening, struct past_book **ret_book) MUST_CHECK;
void past_book_free(struct past_book *book);
void past_book_release(struct past_book **book); /* for AUTO() */

struct past_beside {
	bool is_recorded; /* all is as it was stored with the decision */
	struct name_hits names;
	const struct suppression *suppressions;
	size_t suppression_count;
	struct price_moment moment;
	struct price_references prices; /* reads `moment`: a copy must be faced again */
	int64_t counterpart_id, counterpart_version; /* recorded: 0 when there was none */
};
/* `stored`: the decision of this very version at its first gate, NULL when it is not known. Texts and arrays are in the
 * arena; *ret_beside must stay where it is. */
enum status past_beside_find(struct past_book *book, const struct decision_record *stored,
	const struct consignment *consignment, int64_t day, struct arena *arena, struct past_beside *ret_beside) MUST_CHECK;

#endif
