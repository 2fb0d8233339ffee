#ifndef VIGIE_PRICES_PRICE_UNIT_H
#define VIGIE_PRICES_PRICE_UNIT_H
/* Inside the module: in which units an item has a price, and the key of a reference. */
#include "engine/engine.h"

enum { PRICE_MEASURES = 2, PRICE_KEY_SIZE = 64, PRICE_UNIT_SIZE = 12 };
struct price_measure {
	char unit_bytes[PRICE_UNIT_SIZE];
	struct text hs6, origin, unit; /* origin "" when it is not known; "KG" for mass */
	int64_t price; /* national currency per unit */
};
/* The item's own unit first, then mass; returns how many. */
size_t price_measures(const struct consignment *consignment, const struct item *item, struct price_measure *ret_measures);
/* "870323|JP|KG", cut to PRICE_KEY_SIZE. */
struct text price_key_print(char *bytes, struct text hs6, struct text origin, struct text unit);
struct text price_key(struct arena *arena, struct text hs6, struct text origin, struct text unit);

#endif
