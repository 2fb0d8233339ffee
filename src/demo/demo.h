#ifndef VIGIE_DEMO_DEMO_H
#define VIGIE_DEMO_DEMO_H
/* The traffic of an administration that does not exist, for demonstration, tests and benchmarks: manifests,
 * declarations and inspections in the order of their days, from a seed. Operators, their habits, prices and
 * frauds follow a known process, and each event says what was really so. Every name is put together from
 * syllables; offices are VG101 and so on, of the user-assigned country code XV.
 *
 * The same options give the same events. Memory stays bounded whatever the size. */
#include "engine/consignment.h"

enum demo_fraud {
	DEMO_HONEST, DEMO_UNDERVALUATION, DEMO_FALSE_ORIGIN, DEMO_MISDESCRIPTION, DEMO_QUANTITY, DEMO_SHELL, DEMO_FRAUDS
};
const char *demo_fraud_code(enum demo_fraud fraud); /* "undervaluation"… */
const char *demo_fraud_label(enum demo_fraud fraud); /* French message id */

enum demo_event_kind { DEMO_BILL, DEMO_DECLARATION, DEMO_INSPECTION };

struct demo_event {
	enum demo_event_kind kind;
	int64_t date;
	uint64_t number; /* of the operation, from 0: its bill, declaration and inspection share it */
	/* The bill of a manifest, or the declaration (for an inspection, the declaration inspected). Valid
	 * during the call only, as is the counterpart. */
	const struct consignment *consignment;
	const struct consignment *counterpart; /* the bill, for declarations and inspections; NULL for bills */
	/* The truth, known to no officer: what was wrong, with which item (its number), and how probable any wrong
	 * was before it was drawn, when the papers stood already: what persons, goods, places and times tell, and
	 * whether the papers stray. No score can rank better than this chance. */
	enum demo_fraud fraud;
	int64_t fraud_item;
	double chance;
	int64_t evaded; /* duties evaded, micro national; 0 when honest */
	/* For an inspection: what the inspector found. For a declaration: what one would find, whoever looks. */
	bool found;
	int64_t recovered; /* micro national */
};

struct demo_options {
	uint64_t seed;
	int64_t declarations; /* 1 … 10^9 */
	int64_t from; /* date of the first day */
	int years; /* 1 … 20 */
};

/* Calls `each` for every event; stops at the first status that is not STATUS_OK and returns it.
 * STATUS_INVALID for options out of range. */
enum status demo_generate(const struct demo_options *options,
	enum status (*each)(void *context, const struct demo_event *event), void *context) MUST_CHECK;

/* The offices, for the tree of units and reference data. */
struct demo_office {
	const char *code, *name; /* the name is of the invented country: not translated */
	const char *mode; /* of transport: 1 sea, 3 road, 4 air */
	const char *place; /* UN/LOCODE like */
};
size_t demo_office_count(void);
const struct demo_office *demo_office(size_t i);
/* The goods: ten-digit code and description, for demonstrations of the tariff and tests. */
size_t demo_goods_count(void);
const char *demo_goods_code(size_t i);
int demo_goods_duty(size_t i); /* per cent */

#endif
