/* What really arrives and what is made of it. */
#include "demo/operation.h"

#include <string.h>

enum purpose { FOR_OPERATION = 1, FOR_ITEM, FOR_FRAUD, FOR_INSPECTION, FOR_PAPER };

/* Odds of fraud of a usual trader with usual goods. */
static const double usual_odds = .028;

/* Of frauds, those that leave no trace in the papers; and how often honest papers look as a fraud's do. */
static const double traceless = .1, lookalike = .03;

enum { ORIGIN_FRAUD_DAY = 240 };

/* Operations of one ship. */
enum { VOYAGE = 20 };

static uint64_t origin_at(const char *origins, size_t i)
{
	return country_number(origins + 3 * i);
}

static size_t origins_of(const char *origins)
{
	return (strlen(origins) + 1) / 3;
}

static uint64_t pick_origin(const struct trader *trader, size_t goods, struct draw *draw)
{
	const char *origins = goods_row(goods)->origins;
	size_t count = origins_of(origins);
	size_t habit = (trader->index * 31 + goods) % count;

	return origin_at(origins, draw_chance(draw, .75) ? habit : draw_below(draw, count));
}

/* Goods of the trader's that are in season. */
static size_t pick_goods(const struct world *world, const struct trader *trader, int day, struct draw *draw)
{
	int year, month, of_month;
	size_t goods = 0;

	date_split(world->from + day, &year, &month, &of_month);
	for (int tries = 0; tries < 5; tries++) {
		goods = (size_t)trader->goods[draw_below(draw, PORTFOLIO)];
		if (draw_chance(draw, world_season(goods, month) / 1.7))
			break;
	}
	return goods;
}

static void make_item(const struct world *world, struct operation *operation, size_t i, struct draw *draw)
{
	struct real_item *item = &operation->items[i];
	const struct goods *goods;
	double price;
	int64_t unit;

	*item = (struct real_item){0};
	item->goods = i && draw_chance(draw, .5) ? operation->items[i - 1].goods
		: pick_goods(world, &operation->trader, operation->arrived, draw);
	item->origin = i ? operation->items[0].origin : pick_origin(&operation->trader, item->goods, draw);
	goods = goods_row(item->goods);
	item->grams = (int64_t)((double)goods->lot * (.2 + 1.3 * draw_unit(draw) * draw_unit(draw)) * 1000);
	unit = goods->unit_mass ? goods->unit_mass : goods->lot > 100 ? 1000 : 10;
	item->grams = (item->grams / unit + 1) * unit;
	price = world_price(world, item->goods, item->origin, operation->arrived) * operation->trader.grade *
		(1 + .09 * draw_bell(draw));
	item->value = (int64_t)((double)item->grams / 1000 * price) + 1;
	item->declared_goods = item->goods;
	item->declared_origin = item->origin;
	item->declared_grams = item->grams;
	item->declared_value = item->value;
	item->preference = country_is_near(item->origin);
}

static double odds_of(const struct world *world, const struct operation *operation)
{
	const struct real_item *item = &operation->items[0];
	double odds = usual_odds * operation->trader.odds * world_broker_odds(world, operation->broker);

	odds *= world_temptation(world, item->goods, item->origin, operation->arrived);
	if (operation->trader.recent && !operation->trader.shell)
		odds *= 1.6;
	return odds;
}

static enum demo_fraud pick_fraud(const struct operation *operation, struct draw *draw)
{
	const struct real_item *item = &operation->items[operation->fraud_item];
	const struct goods *goods = goods_row(item->goods);
	double pick = draw_unit(draw);
	double origin = operation->arrived > ORIGIN_FRAUD_DAY ? .3 : .1;

	if (operation->trader.shell)
		return DEMO_SHELL;
	if (goods->duty >= 10 && !country_is_near(item->origin) && strcmp(goods->package, "VR") != 0) {
		if (pick < origin)
			return DEMO_FALSE_ORIGIN;
		if (pick < .55 && goods->passed_as >= 0)
			return DEMO_MISDESCRIPTION;
	}
	return pick < .75 ? DEMO_UNDERVALUATION : DEMO_QUANTITY;
}

static void falsify(struct operation *operation, struct draw *draw)
{
	struct real_item *item = &operation->items[operation->fraud_item];
	const struct goods *goods = goods_row(item->goods);
	static const char near[][3] = {"CI", "GH", "SN", "TG"};
	double share;

	switch (operation->altered) {
	case DEMO_UNDERVALUATION:
	case DEMO_SHELL:
		share = operation->altered == DEMO_SHELL ? .2 + .3 * draw_unit(draw) : .3 + .45 * draw_unit(draw);
		item->declared_value = (int64_t)((double)item->value * share) + 1;
		item->vague = draw_chance(draw, operation->altered == DEMO_SHELL ? .4 : .1);
		break;
	case DEMO_FALSE_ORIGIN:
		item->declared_origin = country_number(near[draw_below(draw, 4)]);
		item->preference = true;
		break;
	case DEMO_MISDESCRIPTION:
		item->declared_goods = (size_t)goods->passed_as;
		item->declared_value = (int64_t)((double)item->value * (.45 + .4 * draw_unit(draw))) + 1;
		item->vague = draw_chance(draw, .35);
		break;
	case DEMO_QUANTITY:
		share = .4 + .4 * draw_unit(draw);
		item->declared_grams = (int64_t)((double)item->grams * share / 1000) * 1000 + 1000;
		item->declared_value = (int64_t)((double)item->value * share) + 1;
		break;
	case DEMO_HONEST:
	case DEMO_FRAUDS:
		break;
	}
}

static int64_t evaded_by(const struct real_item *item, int64_t date)
{
	const struct goods *real = goods_row(item->goods), *declared = goods_row(item->declared_goods);
	int64_t due = world_duties(item->value, real, real->duty, country_is_near(item->origin), date);
	int64_t paid = world_duties(item->declared_value, declared, declared->duty, item->preference, date);

	return due > paid ? due - paid : 0;
}

/* Whom the officers of the demonstration inspect: some by chance, more where risk was suspected. */
static void inspect(const struct world *world, struct operation *operation)
{
	struct draw draw = draw_of(world->seed, FOR_INSPECTION, operation->number);
	const struct real_item *item = &operation->items[0];
	double chance = .08;

	chance += goods_row(item->declared_goods)->duty >= 20 ? .1 : 0;
	chance += operation->trader.recent ? .15 : 0;
	chance += operation->trader.network_active ? .15 : 0;
	chance += operation->altered != DEMO_HONEST ? .15 : 0; /* what a good eye sees */
	operation->inspected = -1;
	if (draw_chance(&draw, chance))
		operation->inspected = operation->declared + 1 + (int)draw_below(&draw, 6);
	operation->found = operation->fraud != DEMO_HONEST && draw_chance(&draw, .92);
}

static void route(const struct world *world, struct operation *operation, struct draw *draw)
{
	static const char *const hubs[] = {"AE", "BE", "ES", "MA"};
	const struct goods *goods = goods_row(operation->items[0].goods);
	uint64_t origin = operation->items[0].origin;
	bool by_road = country_is_near(origin) && draw_chance(draw, .8);
	bool by_air = !by_road && goods->price > 8000 && draw_chance(draw, .5);

	(void)world;
	operation->departure = origin;
	if (!by_road && draw_chance(draw, .12))
		operation->departure = country_number(hubs[draw_below(draw, 4)]);
	if (by_road)
		operation->office = 4 + draw_below(draw, 3);
	else
		operation->office = by_air ? 3 : draw_below(draw, 3);
	/* A ship brings many, a lorry or an aeroplane's consignment stands alone. */
	operation->voyage = by_road || by_air ? operation->number : operation->number / VOYAGE * VOYAGE;
	if (!by_road && !by_air) {
		struct draw ship = draw_of(world->seed, FOR_PAPER, operation->voyage);

		operation->office = draw_below(&ship, 3);
	}
}

/* First the papers, then the truth. Whatever a paper shows is settled before the fraud is drawn, with a chance that
 * only hangs on persons, goods, place, time and on whether the papers stray: so nobody who reads the papers, however
 * well, can rank better than by this chance. */
static void deceive(const struct world *world, struct operation *operation)
{
	struct draw draw = draw_of(world->seed, FOR_FRAUD, operation->number);
	double odds = odds_of(world, operation), share = odds / (1 + odds);
	double traced = share * (1 - traceless);
	bool strays = draw_chance(&draw, traced + lookalike);
	struct real_item *item;

	operation->fraud_item = draw_below(&draw, operation->item_count);
	item = &operation->items[operation->fraud_item];
	operation->chance = strays ? traced / (traced + lookalike) : share * traceless;
	if (strays) {
		operation->altered = pick_fraud(operation, &draw);
		falsify(operation, &draw);
	}
	if (!draw_chance(&draw, operation->chance))
		return;
	operation->fraud = strays ? operation->altered : operation->trader.shell ? DEMO_SHELL : DEMO_UNDERVALUATION;
	/* Without a trace in the papers, two fifths of the value were paid beside the invoice. */
	operation->evaded = strays ? evaded_by(item, world->from + operation->declared)
		: world_duties(item->value * 2 / 5, goods_row(item->goods), goods_row(item->goods)->duty, item->preference,
			world->from + operation->declared);
}

struct operation operation_make(const struct world *world, uint64_t number, int arrived)
{
	struct operation operation = {.number = number, .arrived = arrived, .altered = DEMO_HONEST, .fraud = DEMO_HONEST};
	struct draw draw = draw_of(world->seed, FOR_OPERATION, number);
	double many;

	operation.trader = world_trader(world, &draw, arrived);
	operation.broker = draw_chance(&draw, .85) ? operation.trader.broker : draw_below(&draw, world->brokers);
	many = draw_unit(&draw);
	operation.item_count = many < .55 ? 1 : many < .8 ? 2 : many < .92 ? 3 : OPERATION_ITEMS;
	for (size_t i = 0; i < operation.item_count; i++)
		make_item(world, &operation, i, &draw);
	operation.supplier = (operation.trader.index * 7 + operation.items[0].goods + draw_below(&draw, 3)) % world->suppliers;
	if (operation.trader.network_active && draw_chance(&draw, .7))
		operation.supplier = world->suppliers + (uint64_t)operation.trader.network;
	route(world, &operation, &draw);
	operation.declared = arrived + 2 + (int)draw_below(&draw, 11);
	operation.paper = draw_next(&draw);
	operation.honest_bill = draw_chance(&draw, .6);
	deceive(world, &operation);
	inspect(world, &operation);
	return operation;
}
