/* The papers of an operation: the bill of the manifest and the declaration. */
#include "demo/names.h"
#include "demo/operation.h"
#include "demo/words.h"

#include <string.h>

enum purpose { FOR_BILL = 11, FOR_DECLARATION, FOR_SHIP };

static const char *const vague[] = {"MARCHANDISES DIVERSES", "DIVERS", "ARTICLES DIVERS", "EFFETS ET MARCHANDISES"};

/* A prefix and a number. */
static struct text numbered(struct arena *arena, const char *prefix, uint64_t number, int width)
{
	struct words words;

	words.size = 0;
	words_put(&words, prefix);
	words_number(&words, number, width);
	return words_text(&words, arena);
}

static struct text country_text(struct arena *arena, uint64_t country)
{
	char letters[2] = {(char)(country / 256), (char)(country % 256)};

	return arena_text(arena, (struct text){letters, 2});
}

/* The port where goods of a country are loaded. */
static struct text port_of(struct arena *arena, uint64_t country)
{
	static const char ports[][6] = {"CNSHA", "INNSA", "THBKK", "BEANR", "FRLEH", "NLRTM", "TRMER", "AEJEA", "BRSSZ",
		"ESALG", "MACAS", "USHOU", "DEHAM"};
	struct words words;

	for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
		if (country_number(ports[i]) == country)
			return text_of(ports[i]);
	words.size = 0;
	words_letter(&words, (int)(country / 256));
	words_letter(&words, (int)(country % 256));
	words_put(&words, "ZZZ");
	return words_text(&words, arena);
}

static int64_t packages_of(const struct goods *goods, int64_t grams)
{
	int64_t each = (int64_t)goods->package_mass * 1000;

	return strcmp(goods->package, "VR") == 0 ? 1 : (grams + each - 1) / each;
}

/* With its packing: bulk has none. */
static int64_t gross_of(const struct goods *goods, int64_t grams)
{
	if (strcmp(goods->package, "VR") == 0 || strcmp(goods->package, "UN") == 0)
		return grams;
	return grams + grams * (2 + goods->price % 9) / 100;
}

static int64_t kilograms(int64_t grams)
{
	return grams * 1000;
}

/* ---- What bill and declaration share */

static void put_voyage(const struct world *world, const struct operation *operation, struct arena *arena,
	struct consignment *paper)
{
	const struct demo_office *office = demo_office(operation->office);
	struct draw ship = draw_of(world->seed, FOR_SHIP, operation->voyage / 20 % 400);
	uint64_t hull = operation->voyage / 20 % 400;
	struct words words;

	paper->office = text_of(office->code);
	paper->flow = TEXT("I");
	paper->transport_mode = text_of(office->mode);
	paper->arrives_on = world->from + operation->arrived + (office->mode[0] == '1' ? 2 : 0);
	paper->departs_on = paper->arrives_on - (office->mode[0] == '1' ? 18 : 1);
	paper->voyage = numbered(arena, office->mode[0] == '1' ? "V" : office->mode[0] == '4' ? "A" : "R", operation->voyage, 7);
	if (office->mode[0] == '1') {
		paper->vessel = name_vessel(&ship, arena);
		paper->vessel_number = numbered(arena, "00", hull, 5);
		paper->vessel_nationality = TEXT("PA");
	} else if (office->mode[0] == '3') {
		paper->vessel = numbered(arena, "XV ZV ", operation->trader.index * 17 % 10000, 4);
		paper->vessel_nationality = TEXT("XV");
	} else {
		paper->vessel = numbered(arena, "ZV", operation->voyage % 1000, 3);
	}
	paper->place_of_unloading = text_of(office->place);
	paper->place_of_destination = paper->place_of_unloading;
	paper->place_of_loading = port_of(arena, operation->departure);
	paper->place_of_departure = paper->place_of_loading;
	words.size = 0;
	words_put(&words, office->code);
	words_letter(&words, '/');
	words_put(&words, paper->voyage.data ? paper->voyage.data : "");
	paper->manifest = words_text(&words, arena);
	paper->location = numbered(arena, "MAG", 1 + operation->number % 9, 0);
	paper->carrier.code = numbered(arena, "TR", hull % 12 + 1, 2);
	paper->carrier.name = numbered(arena, "LIGNE ZVE ", hull % 12 + 1, 0);
}

static void put_parties(const struct world *world, const struct operation *operation, struct arena *arena,
	struct consignment *paper)
{
	char country[3] = {(char)(operation->items[0].origin / 256), (char)(operation->items[0].origin % 256), 0};

	paper->consignee = world_importer(world, &operation->trader, arena);
	paper->exporter = world_supplier(world, operation->supplier, country, arena);
}

/* ISO 6346's check digit over ten characters. */
static int check_digit(const char *reference)
{
	static const int letters[26] = {10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
		34, 35, 36, 37, 38};
	int sum = 0;

	for (int i = 0; i < 10; i++)
		sum += (reference[i] >= 'A' ? letters[reference[i] - 'A'] : reference[i] - '0') << i;
	return sum % 11 % 10;
}

static enum status put_containers(const struct operation *operation, struct arena *arena, struct consignment *paper)
{
	const struct goods *goods = goods_row(operation->items[0].goods);
	size_t count = (size_t)(paper->gross_mass / (24000 * NUMBER_ONE)) + 1;

	if (demo_office(operation->office)->mode[0] != '1' || strcmp(goods->package, "VR") == 0)
		return STATUS_OK;
	count = count > 40 ? 40 : count;
	paper->containers = ARENA_ARRAY(arena, count, struct container);
	if (!paper->containers)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		struct container *container = &paper->containers[i];
		struct words words;

		container_init(container);
		words.size = 0;
		words_put(&words, "ZVXU");
		words_number(&words, (operation->number * 41 + i) % 1000000, 6);
		words_number(&words, (uint64_t)check_digit(words.bytes), 1);
		container->reference = words_text(&words, arena);
		container->type = paper->gross_mass > 12000 * NUMBER_ONE ? TEXT("42G1") : TEXT("22G1");
		container->fullness = TEXT("FCL");
		container->seals = numbered(arena, "SC", (operation->paper + i * 977) % 10000000, 7);
		container->goods_mass = paper->gross_mass / (int64_t)count;
	}
	paper->container_count = count;
	return STATUS_OK;
}

static struct text bill_reference(const struct operation *operation, struct arena *arena)
{
	return numbered(arena, "ZVBL", operation->number, 9);
}

/* ---- The bill */

static void put_bill_item(const struct operation *operation, size_t i, struct arena *arena, struct item *item)
{
	const struct real_item *real = &operation->items[i];
	bool shows = operation->honest_bill || operation->altered == DEMO_HONEST;
	const struct goods *goods = goods_row(shows ? real->goods : real->declared_goods);
	int64_t grams = shows ? real->grams : real->declared_grams;

	item_init(item, (int64_t)i + 1);
	item->hs = arena_text(arena, (struct text){goods->code, 6});
	item->description = real->vague ? text_of(vague[operation->paper % 4]) : text_of(goods->description);
	item->package_kind = text_of(goods->package);
	item->packages = number_of(packages_of(goods, grams));
	item->gross_mass = kilograms(gross_of(goods, grams));
	item->marks = TEXT("SANS MARQUE");
}

enum status operation_bill(const struct world *world, const struct operation *operation, struct arena *arena,
	struct consignment *ret_bill)
{
	struct consignment bill;

	consignment_init(&bill, STAGE_MANIFEST);
	bill.items = ARENA_ARRAY(arena, operation->item_count, struct item);
	if (!bill.items)
		return STATUS_NO_MEMORY;
	bill.item_count = operation->item_count;
	put_voyage(world, operation, arena, &bill);
	put_parties(world, operation, arena, &bill);
	bill.notify = bill.consignee;
	bill.reference = bill_reference(operation, arena);
	bill.type = TEXT("23");
	bill.bill_type = TEXT("HSB");
	bill.registered_on = world->from + operation->arrived;
	bill.packages = bill.gross_mass = 0;
	for (size_t i = 0; i < bill.item_count; i++) {
		put_bill_item(operation, i, arena, &bill.items[i]);
		bill.packages += bill.items[i].packages;
		bill.gross_mass += bill.items[i].gross_mass;
	}
	bill.declared_items = number_of((int64_t)bill.item_count);
	TRY(put_containers(operation, arena, &bill));
	if (!bill.reference.data || !bill.manifest.data || !bill.consignee.name.data)
		return STATUS_NO_MEMORY;
	*ret_bill = bill;
	return STATUS_OK;
}

/* ---- The declaration */

static void put_regime(const struct operation *operation, struct consignment *paper)
{
	uint64_t pick = operation->paper % 100;

	paper->type = TEXT("IM");
	paper->regime = pick < 90 ? TEXT("4") : pick < 97 ? TEXT("7") : TEXT("5");
	paper->delivery_terms = operation->paper / 100 % 3 ? TEXT("CIF") : TEXT("FOB");
	paper->payment_mode = operation->paper / 300 % 4 ? TEXT("10") : TEXT("20");
	paper->transaction_nature = TEXT("11");
}

static void put_declared_worth(const struct operation *operation, struct consignment *paper, int64_t date,
	struct item *item, const struct real_item *real)
{
	const struct goods *goods = goods_row(real->declared_goods);
	int64_t free_on_board = real->declared_value - real->declared_value * (6 + (int64_t)(operation->paper % 5)) / 100;

	item->customs_value = number_of(real->declared_value);
	item->statistical_value = item->customs_value;
	item->currency = paper->currency;
	item->price = number_divide(number_of(free_on_board), paper->exchange_rate);
	item->price = item->price / 10000 * 10000 + 10000;
	item->duty_rate = real->preference ? 0 : goods->duty * 10000;
	item->duties = number_of(world_duties(real->declared_value, goods, goods->duty, real->preference, date));
}

static void put_declared_item(const struct operation *operation, size_t i, const struct consignment *bill,
	struct arena *arena, struct consignment *paper)
{
	struct item *item = &paper->items[i];
	const struct real_item *real = &operation->items[i];
	const struct goods *goods = goods_row(real->declared_goods);

	item_init(item, (int64_t)i + 1);
	item->hs = text_of(goods->code);
	item->origin = country_text(arena, real->declared_origin);
	item->preference = real->preference ? TEXT("CEDEAO") : TEXT("");
	item->procedure = text_is(paper->regime, "4") ? TEXT("4000") : text_is(paper->regime, "7") ? TEXT("7100")
		: TEXT("5000");
	item->national_procedure = TEXT("000");
	item->tariff_description = text_of(goods->description);
	item->description = real->vague ? text_of(vague[operation->paper % 4]) : text_of(goods->description);
	item->marks = TEXT("SANS MARQUE");
	item->package_kind = text_of(goods->package);
	item->packages = number_of(packages_of(goods, real->declared_grams));
	item->net_mass = kilograms(real->declared_grams);
	item->gross_mass = kilograms(gross_of(goods, real->declared_grams));
	item->transport_document = bill->reference;
	item->documents = real->preference ? TEXT("380 705 861") : TEXT("380 705");
	item->valuation_method = TEXT("1");
	item->tax_type = goods->vat_free ? TEXT("EXO") : TEXT("DDP");
	if (goods->unit_mass) {
		item->supplementary_unit = TEXT("NMB");
		item->supplementary_quantity = number_of(real->declared_grams / goods->unit_mass + 1);
	}
	put_declared_worth(operation, paper, paper->registered_on, item, real);
}

static void put_totals(const struct operation *operation, struct consignment *paper)
{
	paper->packages = paper->gross_mass = paper->net_mass = paper->customs_value = paper->duties = 0;
	paper->invoice_total = 0;
	for (size_t i = 0; i < paper->item_count; i++) {
		const struct item *item = &paper->items[i];

		paper->packages += item->packages;
		paper->gross_mass += item->gross_mass;
		paper->net_mass += item->net_mass;
		paper->customs_value += item->customs_value;
		paper->duties += item->duties;
		paper->invoice_total += item->price;
	}
	paper->insurance = paper->customs_value / NUMBER_ONE / 200 * NUMBER_ONE;
	paper->freight = paper->customs_value / NUMBER_ONE * (int64_t)(5 + operation->paper % 5) / 100 * NUMBER_ONE;
}

/* Voyage, places, parties and containers stand in both papers. */
static void share_bill(const struct consignment *bill, struct consignment *paper)
{
	paper->office = bill->office;
	paper->flow = bill->flow;
	paper->transport_mode = bill->transport_mode;
	paper->arrives_on = bill->arrives_on;
	paper->departs_on = bill->departs_on;
	paper->voyage = bill->voyage;
	paper->vessel = bill->vessel;
	paper->vessel_number = bill->vessel_number;
	paper->vessel_nationality = bill->vessel_nationality;
	paper->place_of_loading = bill->place_of_loading;
	paper->place_of_departure = bill->place_of_departure;
	paper->place_of_unloading = bill->place_of_unloading;
	paper->place_of_destination = bill->place_of_destination;
	paper->manifest = bill->manifest;
	paper->location = bill->location;
	paper->carrier = bill->carrier;
	paper->consignee = bill->consignee;
	paper->exporter = bill->exporter;
	paper->containers = bill->containers;
	paper->container_count = bill->container_count;
}

enum status operation_declaration(const struct world *world, const struct operation *operation,
	const struct consignment *bill, struct arena *arena, struct consignment *ret_declaration)
{
	struct consignment paper;
	const char *currency = world_currency(operation->items[0].declared_origin);

	consignment_init(&paper, STAGE_DECLARATION);
	paper.items = ARENA_ARRAY(arena, operation->item_count, struct item);
	if (!paper.items)
		return STATUS_NO_MEMORY;
	paper.item_count = operation->item_count;
	share_bill(bill, &paper);
	put_regime(operation, &paper);
	paper.declarant = world_broker(world, operation->broker, arena);
	paper.reference = numbered(arena, "C", operation->number, 9);
	paper.declarant_reference = numbered(arena, "DOS-", operation->number % 100000, 5);
	paper.registered_on = world->from + operation->declared;
	paper.country_of_export = country_text(arena, operation->departure);
	paper.trading_country = paper.country_of_export;
	paper.country_of_destination = TEXT("XV");
	paper.border_office = paper.office;
	paper.currency = text_of(currency);
	paper.exchange_rate = world_exchange(world, currency, operation->declared);
	for (size_t i = 0; i < paper.item_count; i++)
		put_declared_item(operation, i, bill, arena, &paper);
	put_totals(operation, &paper);
	paper.declared_items = number_of((int64_t)paper.item_count);
	if (!paper.reference.data || !paper.declarant.name.data)
		return STATUS_NO_MEMORY;
	*ret_declaration = paper;
	return STATUS_OK;
}
