/* Operators, prices and taxes of the invented administration. Everything is a function of seed and index. */
#include "demo/world.h"

#include "demo/demo.h"
#include "demo/names.h"
#include "demo/words.h"

#include <string.h>

enum purpose {
	FOR_TRADER = 100, FOR_NAME, FOR_GOODS, FOR_SUPPLIER, FOR_BROKER, FOR_MONTH, FOR_ORIGIN, FOR_HOT, FOR_EXCHANGE,
	FOR_NETWORK
};
enum { EPOCH = 60, SEASON = 120, SHELLS = 1000000000 };

static const struct demo_office offices[] = {
	{"VG101", "Port de Zamvou", "1", "XVZAM"},
	{"VG102", "Port de Zamvou, terminal à conteneurs", "1", "XVZAM"},
	{"VG103", "Port de Kivoulé", "1", "XVKIV"},
	{"VG201", "Aéroport de Zamvou", "4", "XVZAM"},
	{"VG301", "Frontière de Ndavi", "3", "XVNDV"},
	{"VG302", "Frontière de Mbézo", "3", "XVMBZ"},
	{"VG303", "Frontière de Tsago", "3", "XVTSG"},
};
static const char *const cities[] = {"Zamvou", "Kivoulé", "Ndavi", "Mbézo", "Tsago", "Yévura"};
static const char *const quarters[] = {"du Port", "du Grand Marché", "Industriel", "de la Gare", "des Manguiers",
	"du Plateau", "de la Lagune"};

/* Per mille: statistical fee, community levies (PCS, PCC), value added tax. */
static const struct {
	int year, month;
	int64_t fee, solidarity, community, vat;
} taxes[] = {{1990, 1, 10, 10, 5, 180}, {2017, 7, 10, 8, 5, 180}};

/* One and four fifths of a turn of the cosine by months from the peak. */
static const double cosine[12] = {1, .866, .5, 0, -.5, -.866, -1, -.866, -.5, 0, .5, .866};

size_t demo_office_count(void)
{
	return sizeof offices / sizeof *offices;
}

const struct demo_office *demo_office(size_t i)
{
	return &offices[i];
}

static uint64_t clamped(uint64_t value, uint64_t least, uint64_t most)
{
	return value < least ? least : value > most ? most : value;
}

struct world world_make(uint64_t seed, int64_t from, int days, uint64_t operations)
{
	return (struct world){.seed = seed,
		.from = from,
		.days = days,
		.operations = operations,
		.operators = clamped(operations / 40, 40, 30000),
		.brokers = clamped(operations / 400, 8, 400),
		.suppliers = clamped(operations / 200, 20, 4000)};
}

uint64_t country_number(const char *code)
{
	return (uint64_t)(unsigned char)code[0] * 256 + (unsigned char)code[1];
}

bool country_is_near(uint64_t country)
{
	static const char near[][3] = {"CI", "GH", "SN", "NG", "TG", "BJ", "ML", "BF", "NE"};

	for (size_t i = 0; i < sizeof near / sizeof *near; i++)
		if (country == country_number(near[i]))
			return true;
	return false;
}

/* ---- Traders */

static bool network_active(const struct world *world, int network, int day)
{
	struct draw draw = draw_of(world->seed, FOR_NETWORK, (uint64_t)network);
	int start = (int)draw_below(&draw, (uint64_t)world->days);

	return day >= start && day < start + 150;
}

static struct trader shell_trader(const struct world *world, struct draw *draw, int day)
{
	uint64_t epoch = (uint64_t)day / EPOCH, each = 1 + world->operators / 150;
	struct trader trader = {.index = SHELLS + epoch * each + draw_below(draw, each), .shell = true, .recent = true};
	struct draw habits = draw_of(world->seed, FOR_TRADER, trader.index);

	/* Those of one epoch hang on few networks, and deal in the same goods. */
	trader.network = (int)((epoch + draw_below(&habits, 2)) % NETWORKS);
	trader.network_active = true;
	trader.odds = 25;
	trader.grade = 1;
	trader.broker = draw_below(&habits, world->brokers);
	for (int i = 0; i < PORTFOLIO; i++) {
		struct draw goods = draw_of(world->seed, FOR_GOODS, epoch * 100 + (uint64_t)(i % 3));

		trader.goods[i] = (int16_t)draw_below(&goods, goods_count());
	}
	return trader;
}

struct trader world_trader(const struct world *world, struct draw *draw, int day)
{
	struct trader trader = {.network = -1};
	struct draw habits;
	double size = draw_unit(draw), honesty;
	int start;

	if (draw_chance(draw, .025))
		return shell_trader(world, draw, day);
	/* Few large ones and many small ones. */
	trader.index = (uint64_t)(size * size * size * (double)world->operators);
	habits = draw_of(world->seed, FOR_TRADER, trader.index);
	start = draw_chance(&habits, .7) ? -1000 : (int)draw_below(&habits, (uint64_t)world->days);
	if (start > day) {
		trader.index = world->operators + trader.index % 50;
		habits = draw_of(world->seed, FOR_TRADER, trader.index);
		(void)draw_unit(&habits);
		start = -1000;
	}
	trader.recent = start >= 0 && day - start < 90;
	honesty = draw_unit(&habits);
	trader.odds = honesty < .70 ? .3 : honesty < .92 ? 1.4 : 16;
	trader.grade = 1 + .04 * draw_bell(&habits);
	trader.broker = draw_below(&habits, world->brokers);
	if (draw_chance(&habits, .06))
		trader.network = (int)draw_below(&habits, NETWORKS);
	trader.network_active = trader.network >= 0 && network_active(world, trader.network, day);
	if (trader.network_active)
		trader.odds *= 6;
	for (int i = 0; i < PORTFOLIO; i++)
		trader.goods[i] = (int16_t)draw_below(&habits, goods_count());
	return trader;
}

/* An address, and the telephone written under it, which may be another's. */
static struct text address_of(struct draw *draw, struct draw *telephone, struct arena *arena)
{
	struct words words;

	words.size = 0;
	words_put(&words, "BP ");
	words_number(&words, 100 + draw_below(draw, 9000), 0);
	words_put(&words, ", quartier ");
	words_put(&words, quarters[draw_below(draw, sizeof quarters / sizeof *quarters)]);
	words_put(&words, ", ");
	words_put(&words, cities[draw_below(draw, sizeof cities / sizeof *cities)]);
	words_put(&words, ", tél. 33 ");
	words_number(&words, 1000000 + draw_below(telephone, 9000000), 7);
	return words_text(&words, arena);
}

struct party world_importer(const struct world *world, const struct trader *trader, struct arena *arena)
{
	struct draw draw = draw_of(world->seed, FOR_NAME, trader->index);
	struct draw telephone = draw_of(world->seed, FOR_NAME, 2 * (uint64_t)SHELLS + trader->index);
	uint64_t number = trader->index % 10000000;
	struct words words;
	struct party party;

	words.size = 0;
	words_put(&words, trader->shell ? "VG9" : "VG1");
	words_number(&words, number, 7);
	words_letter(&words, 'A' + (int)(number % 23));
	party.code = words_text(&words, arena);
	party.name = name_importer(&draw, arena);
	party.address = TEXT_NONE;
	if (draw_chance(&draw, trader->shell ? .45 : .03))
		return party;
	if (trader->network >= 0 && draw_chance(&telephone, .5))
		telephone = draw_of(world->seed, FOR_NETWORK, 900 + (uint64_t)trader->network);
	if (trader->network >= 0 && draw_chance(&draw, .6))
		draw = draw_of(world->seed, FOR_NETWORK, 500 + (uint64_t)trader->network);
	party.address = address_of(&draw, &telephone, arena);
	return party;
}

struct party world_supplier(const struct world *world, uint64_t supplier, const char *country, struct arena *arena)
{
	struct draw draw = draw_of(world->seed, FOR_SUPPLIER, supplier * 65536 + country_number(country));

	struct party party = {.name = name_supplier(&draw, arena)};
	struct words words;

	words.size = 0;
	words_put(&words, "P.O. Box ");
	words_number(&words, 1000 + draw_below(&draw, 90000), 0);
	words_put(&words, ", ");
	words_put(&words, country);
	party.address = words_text(&words, arena);
	return party;
}

struct party world_broker(const struct world *world, uint64_t broker, struct arena *arena)
{
	struct draw draw = draw_of(world->seed, FOR_BROKER, broker);

	struct party party = {.name = name_broker(&draw, arena)};
	struct words words;

	words.size = 0;
	words_put(&words, "CD");
	words_number(&words, broker + 1, 4);
	party.code = words_text(&words, arena);
	party.address = address_of(&draw, &draw, arena);
	return party;
}

double world_broker_odds(const struct world *world, uint64_t broker)
{
	struct draw draw = draw_of(world->seed, FOR_BROKER, 1000000 + broker);

	return draw_chance(&draw, .15) ? 2.5 : .85;
}

/* ---- Goods and prices */

/* A slow walk around 1: drawn by month, straight in between. */
static double walk(const struct world *world, enum purpose purpose, uint64_t index, int day)
{
	int month = day / 30;
	double part = (double)(day % 30) / 30;
	struct draw a = draw_of(world->seed, purpose, index * 1000 + (uint64_t)month);
	struct draw b = draw_of(world->seed, purpose, index * 1000 + (uint64_t)month + 1);
	double from = draw_unit(&a), to = draw_unit(&b);

	return 1 + .24 * (from + (to - from) * part - .5);
}

double world_season(size_t goods, int month)
{
	int peak = goods_row(goods)->peak;

	return peak ? 1 + .7 * cosine[(month - peak + 12) % 12] : 1;
}

double world_price(const struct world *world, size_t goods, uint64_t origin, int day)
{
	struct draw draw = draw_of(world->seed, FOR_ORIGIN, goods * 65536 + origin);
	double place = .85 + .35 * draw_unit(&draw);
	int year, month, of_month;

	date_split(world->from + day, &year, &month, &of_month);
	/* Dearer before the season than in it. */
	return goods_row(goods)->price * place * walk(world, FOR_MONTH, goods, day) *
		(1 - .05 * (world_season(goods, month) - 1));
}

double world_temptation(const struct world *world, size_t goods, uint64_t origin, int day)
{
	const struct goods *row = goods_row(goods);
	struct draw hot = draw_of(world->seed, FOR_HOT, goods * 100 + (uint64_t)(day / SEASON));
	struct draw place = draw_of(world->seed, FOR_HOT, 1000000 + goods / 8 * 65536 + origin);
	double odds = row->duty >= 35 ? 2 : row->duty >= 20 ? 1.5 : row->duty >= 10 ? .9 : .5;

	if (strcmp(row->package, "VR") == 0)
		odds *= .3;
	if (draw_chance(&hot, .12))
		odds *= 4;
	return odds * (draw_chance(&place, .15) ? 2.5 : .8);
}

/* ---- Money */

const char *world_currency(uint64_t origin)
{
	static const char euro[][3] = {"FR", "NL", "BE", "DE", "ES", "IT", "IE", "PT", "AT"};
	static const char franc[][3] = {"CI", "SN", "TG", "BJ", "ML", "BF", "NE"};

	for (size_t i = 0; i < sizeof euro / sizeof *euro; i++)
		if (origin == country_number(euro[i]))
			return "EUR";
	for (size_t i = 0; i < sizeof franc / sizeof *franc; i++)
		if (origin == country_number(franc[i]))
			return "XOF";
	return "USD";
}

int64_t world_exchange(const struct world *world, const char *currency, int day)
{
	if (strcmp(currency, "EUR") == 0)
		return INT64_C(655957000);
	if (strcmp(currency, "XOF") == 0)
		return NUMBER_ONE;
	return (int64_t)(600 * walk(world, FOR_EXCHANGE, 0, day) * 100) * 10000;
}

int64_t world_duties(int64_t value, const struct goods *goods, int duty, bool preference, int64_t date)
{
	int64_t paid = 0, levies;
	size_t i = sizeof taxes / sizeof *taxes;

	while (i > 1 && date < date_from(taxes[i - 1].year, taxes[i - 1].month, 1))
		i--;
	levies = taxes[i - 1].fee;
	if (!preference)
		levies += duty * 10 + taxes[i - 1].solidarity + taxes[i - 1].community;
	paid = value * levies / 1000;
	if (!goods->vat_free)
		paid += (value + paid) * taxes[i - 1].vat / 1000;
	return paid;
}
