#ifndef VIGIE_DEMO_WORLD_H
#define VIGIE_DEMO_WORLD_H
/* The invented administration: its offices, operators and their habits, prices, rates and taxes, each drawn
 * again from the seed whenever it is asked for. */
#include "demo/draw.h"
#include "demo/goods.h"
#include "engine/consignment.h"

struct world {
	uint64_t seed;
	int64_t from;
	int days;
	uint64_t operations;
	uint64_t operators, brokers, suppliers;
};

struct world world_make(uint64_t seed, int64_t from, int days, uint64_t operations);

enum { PORTFOLIO = 5, NETWORKS = 12 };

/* An importer's habits. Shell companies live for one epoch of 60 days. */
struct trader {
	uint64_t index;
	bool shell;
	int network; /* -1: none */
	bool network_active; /* on the day asked for */
	bool recent; /* first seen less than 90 days before */
	double odds; /* of fraud, times those of the usual trader */
	double grade; /* quality of what it buys: its prices, times the usual ones */
	uint64_t broker;
	int16_t goods[PORTFOLIO];
};
struct trader world_trader(const struct world *world, struct draw *draw, int day);
/* Name, tax number and address. */
struct party world_importer(const struct world *world, const struct trader *trader, struct arena *arena);
struct party world_supplier(const struct world *world, uint64_t supplier, const char *country, struct arena *arena);
struct party world_broker(const struct world *world, uint64_t broker, struct arena *arena);
double world_broker_odds(const struct world *world, uint64_t broker);

/* XOF per kg of this origin on this day, before the trader's grade and chance. */
double world_price(const struct world *world, size_t goods, uint64_t origin, int day);
/* How far these goods tempt in these months, times the usual. */
double world_temptation(const struct world *world, size_t goods, uint64_t origin, int day);
/* How many of these goods arrive in the month, times the year's mean. */
double world_season(size_t goods, int month);
/* XOF per unit of the currency, micro. */
int64_t world_exchange(const struct world *world, const char *currency, int day);
const char *world_currency(uint64_t origin);
/* All duties and taxes on a customs value in whole XOF; `preference` frees goods of the community. */
int64_t world_duties(int64_t value, const struct goods *goods, int duty, bool preference, int64_t date);

/* A country code as a number, for tables and draws: 'C' * 256 + 'N'. */
uint64_t country_number(const char *code);
bool country_is_near(uint64_t country); /* of the community: goods come by road, duty-free */

#endif
