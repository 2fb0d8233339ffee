#ifndef VIGIE_PRICES_PRICES_H
#define VIGIE_PRICES_PRICES_H
/* Reference prices: what was declared per subheading, origin and unit, as robust quantiles over a window of days, in one
 * currency by dated exchange rates. Each computation is a run; a decision names the run it was made with. */
#include "engine/engine.h"
#include "modules/declarations/declarations.h"

extern const struct module prices_module;

#define PRICES_READ "prices.read"
#define PRICES_MANAGE "prices.manage"

enum price_setting { PRICES_CURRENCY, PRICES_WINDOW, PRICES_LEAST, PRICES_SETTINGS };
extern const struct setting price_settings[]; /* ended by a zero row */

/* ---- In memory: the references of one run. Used by one thread at a time. */
struct prices;
enum status prices_new(struct prices **ret_prices) MUST_CHECK;
void prices_free(struct prices *prices); /* NULL is fine */
void prices_release(struct prices **prices); /* for AUTO() */
/* Those of the latest run; nothing to do costs one small query. */
enum status prices_refresh(struct prices *prices, struct reader *reader) MUST_CHECK;
/* Those of a run, as they were; 0: none at all. */
enum status prices_load(struct prices *prices, struct reader *reader, int64_t run) MUST_CHECK;
int64_t prices_run(const struct prices *prices); /* 0: none yet */
/* What the engine asks; good as long as `prices` is not loaded again. The item's own unit is tried first, then mass; its
 * origin first, then all origins. */
struct price_references prices_face(struct prices *prices);

/* Those of all runs, for deciding the past again; then any number of threads may ask. */
enum status prices_load_ever(struct prices *prices, struct reader *reader) MUST_CHECK;
/* The last run made until that day; before the first, the first; 0: there is none. After prices_load_ever(). */
int64_t prices_run_on(const struct prices *prices, int64_t day);
/* What prices_face() would have answered after prices_load() of that run; 0: nothing. `moment` must stay. */
struct price_moment {
	const struct prices *prices;
	int64_t run, rate;
};
struct price_references prices_face_then(const struct prices *prices, int64_t run, struct price_moment *moment);

/* ---- Computing: a job and a command. `today` is the last day of the window. */
enum status prices_compute(struct database *database, int64_t today, struct arena *arena, int64_t *ret_references)
	MUST_CHECK;
/* q-th of 100 of sorted numbers, linear between neighbours; `count` at least 1. */
int64_t prices_quantile(const int64_t *sorted, size_t count, int q);
/* National currency for one unit of `currency` on the day, or the last one known of the month before; given rates count
 * before declared ones. STATUS_NOT_FOUND. */
enum status exchange_rate_find(struct reader *reader, struct text currency, int64_t day, int64_t *ret_rate) MUST_CHECK;
/* A rate given by a person; replaces the one given for the same day. STATUS_INVALID. */
enum status exchange_rate_give(struct writer *writer, const struct actor *actor, struct text currency, int64_t day,
	int64_t rate) MUST_CHECK;

/* ---- The plot: where a price lies among those declared for the same goods. */
enum { PRICE_BINS = 20 };
struct price_row {
	int64_t id;
	struct text hs6, origin, unit; /* origin "": all */
	int64_t low, first_quarter, median, third_quarter, high, observations;
	int64_t bins_from, bins_until, bins[PRICE_BINS];
};
/* The reference of an item, in the unit and origin that prices_face() would take, national currency; *ret_price is the
 * item's own. STATUS_NOT_FOUND. */
enum status price_row_of_item(struct reader *reader, const struct consignment *consignment, const struct item *item,
	struct arena *arena, struct price_row *ret_row, int64_t *ret_price) MUST_CHECK;
/* SVG with title, units and the same figures as a table. `price` NUMBER_NONE: without a mark. */
void price_plot(struct html *p, struct text title, const struct price_row *row, int64_t price, struct text currency);
/* On the consignment's page: the items whose price is farthest below their reference. */
extern const struct consignment_section prices_section;

enum status prices_page(struct request *rq, struct reader *db) MUST_CHECK;
enum status exchange_rates_page(struct request *rq, struct reader *db) MUST_CHECK;
enum status exchange_rate_action(struct request *rq, struct writer *db) MUST_CHECK;

#endif
