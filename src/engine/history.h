#ifndef VIGIE_ENGINE_HISTORY_H
#define VIGIE_ENGINE_HISTORY_H
/* How an item is filed in the histories: the value of each key, and its price per kilogram. */
#include "engine/engine.h"

/* The longest value of any key in bytes. */
enum { HISTORY_VALUE_SIZE = 512 };

const char *history_key_code(enum history_key key); /* "operator", "hs6_origin"… for tables and columns */
/* What a key keeps the usual value of, as the median of the last ones. */
enum history_usual { USUAL_NONE, USUAL_PRICE_PER_KG, USUAL_PACKAGE_MASS, USUALS };
enum history_usual history_key_usual(enum history_key key);
/* The measure of an item, micro; NUMBER_NONE. */
int64_t history_usual_of(enum history_usual measure, const struct consignment *consignment,
	const struct item *item);
/* What values are made of, printed once for an item that is filed under all keys. */
enum { HISTORY_PARTS = 16, HISTORY_PART_SIZE = 124 };
struct history_parts {
	unsigned char sizes[HISTORY_PARTS]; /* 0: missing */
	char bytes[HISTORY_PARTS][HISTORY_PART_SIZE];
};
void history_parts_print(const struct consignment *consignment, const struct item *item, struct history_parts *ret_parts);
/* As history_print(), from the parts. */
size_t history_parts_join(const struct history_parts *parts, enum history_key key, char *bytes);
/* The value of a key written into `bytes` (HISTORY_VALUE_SIZE of them, not ended by NUL); its size, 0 when a
 * part is missing. history_value() is the same in an arena. */
size_t history_print(enum history_key key, const struct consignment *consignment, const struct item *item,
	char *bytes);
/* The item's net mass, else its gross mass; NUMBER_NONE when neither is above zero. */
int64_t item_mass(const struct item *item);
/* The item's worth in national currency: customs value, statistical value, price at the rate of exchange, or
 * at last a price of which no currency is said. NUMBER_NONE when none is above zero. */
int64_t item_worth(const struct consignment *consignment, const struct item *item);
/* The price by which items are compared: the worth by the mass, micro per kg; NUMBER_NONE. */
int64_t item_price_per_kg(const struct consignment *consignment, const struct item *item);
/* The mass by the number of packages, micro kg; NUMBER_NONE. */
int64_t item_package_mass(const struct item *item);
/* The digits of the telephone number written in a party's address or name ("TEL: 00 221 33 849-00-00"): seven
 * digits at least after a word for it or a plus sign. Written into `bytes` (TELEPHONE_SIZE); 0 when there is none. */
enum { TELEPHONE_SIZE = 16 };
size_t party_telephone(const struct party *party, char *bytes);

#endif
