#ifndef VIGIE_DEMO_GOODS_H
#define VIGIE_DEMO_GOODS_H
/* Goods that arrive in a port of the region. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct goods {
	const char *code; /* ten digits */
	const char *description;
	const char *origins; /* countries, blank-separated, the usual one first */
	const char *package; /* kind: VR bulk, UN the thing itself */
	int32_t price; /* XOF per kg */
	int32_t lot; /* kg, usual mass of an item */
	int32_t unit_mass; /* g per supplementary unit; 0: none */
	int32_t package_mass; /* kg */
	int16_t duty; /* per cent, common external tariff */
	int8_t peak; /* month of most arrivals; 0: no season */
	int16_t passed_as; /* row it is passed off as, of no higher duty; -1: none */
	bool vat_free;
};

size_t goods_count(void);
const struct goods *goods_row(size_t i);

#endif
