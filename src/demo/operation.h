#ifndef VIGIE_DEMO_OPERATION_H
#define VIGIE_DEMO_OPERATION_H
/* One import: what really arrives, what is declared of it, and what an inspection finds. */
#include "demo/demo.h"
#include "demo/world.h"

enum { OPERATION_ITEMS = 4 };

struct real_item {
	size_t goods;
	uint64_t origin; /* as country_number() */
	int64_t grams;
	int64_t value; /* whole XOF */
	/* as declared */
	size_t declared_goods;
	uint64_t declared_origin;
	int64_t declared_grams;
	int64_t declared_value;
	bool preference;
	bool vague; /* described in a few words that say nothing */
};

struct operation {
	uint64_t number;
	struct trader trader;
	uint64_t broker, supplier;
	uint64_t departure;
	uint64_t voyage;
	size_t office;
	int arrived, declared, inspected; /* days from the first; inspected -1: not */
	/* How the papers stray from the goods, as a fraud would make them; innocent slips and bargains do the same. */
	enum demo_fraud altered;
	enum demo_fraud fraud; /* the truth, drawn last with this chance, when all that papers can show is settled */
	size_t fraud_item;
	double chance;
	bool honest_bill; /* the bill shows the mass and goods that are there */
	int64_t evaded; /* whole XOF */
	bool found;
	size_t item_count;
	struct real_item items[OPERATION_ITEMS];
	uint64_t paper; /* seed of what is only writing */
};

/* The operation of this number, whose bill is lodged on the day `arrived`. */
struct operation operation_make(const struct world *world, uint64_t number, int arrived);
/* Fill the papers; texts and items in the arena, the declaration shares those of its bill. STATUS_NO_MEMORY. */
enum status operation_bill(const struct world *world, const struct operation *operation, struct arena *arena,
	struct consignment *ret_bill) MUST_CHECK;
enum status operation_declaration(const struct world *world, const struct operation *operation,
	const struct consignment *bill, struct arena *arena, struct consignment *ret_declaration) MUST_CHECK;

#endif
