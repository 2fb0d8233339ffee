#include "engine/features.h"
#include "engine/history_memory.h"

#include "base/test.h"

#include <math.h>
#include <string.h>

static void check_telephone(const char *address, const char *wanted)
{
	const struct party party = {.name = TEXT("ETS TELLIER & FILS"), .address = text_of(address)};
	char bytes[TELEPHONE_SIZE];
	size_t size = party_telephone(&party, bytes);

	CHECK_TEXT(((struct text){bytes, size}), wanted);
}

TEST(telephones_are_found_in_addresses)
{
	check_telephone("BP 120 DAKAR\nTEL: 33 849-00-00", "338490000");
	check_telephone("Rue 12, tél. +221 77 555 12 34", "221775551234");
	check_telephone("ZONE 4 GSM 07070707 FAX 08080808", "07070707");
	check_telephone("ABIDJAN +225 01 02 03 04 05", "2250102030405");
	/* No word, too few digits, or none at all. */
	check_telephone("BP 12345678", "");
	check_telephone("HOTEL 2000 LOT 12345", "");
	check_telephone("TEL:", "");
	check_telephone("", "");
}

static void make_item(struct consignment *c, struct item *item, int64_t packages)
{
	consignment_init(c, STAGE_DECLARATION);
	item_init(item, 1);
	c->consignee.code = TEXT("A1");
	item->hs = TEXT("10063090");
	item->origin = TEXT("TH");
	item->net_mass = number_of(1000);
	item->packages = packages == NUMBER_NONE ? packages : number_of(packages);
	c->items = item;
	c->item_count = 1;
}

/* Ten times 20 packages of 50 kg; then 1,000 of one kg. */
TEST(a_price_in_foreign_currency_is_no_worth_without_its_rate)
{
	struct consignment c;
	struct item item;

	make_item(&c, &item, 10);
	item.price = number_of(750);
	CHECK_INTEGER(item_worth(&c, &item), number_of(750));
	c.currency = TEXT("EUR");
	CHECK_INTEGER(item_worth(&c, &item), NUMBER_NONE);
	c.exchange_rate = number_of(656);
	CHECK_INTEGER(item_worth(&c, &item), number_of(750 * 656));
	c.exchange_rate = NUMBER_NONE;
	c.currency = TEXT_NONE;
	item.currency = TEXT("EUR");
	CHECK_INTEGER(item_worth(&c, &item), NUMBER_NONE);
	item.statistical_value = number_of(490000);
	CHECK_INTEGER(item_worth(&c, &item), number_of(490000));
}

TEST(a_mass_per_package_is_held_against_the_operators_own)
{
	AUTO(history_memory_release) struct history_memory *memory = history_memory_new();
	struct history history;
	struct consignment c;
	struct item item;
	float row[256];
	size_t ratio = feature_find(TEXT("operator_hs6_package_mass_ratio"));

	REQUIRE(memory && ratio < feature_count() && feature_count() <= 256);
	make_item(&c, &item, 20);
	for (int64_t day = 100; day < 110; day++)
		REQUIRE(history_memory_add(memory, &c, &item, false, false, day) == STATUS_OK);
	history = history_memory_face(memory);
	make_item(&c, &item, 1000);
	features_compute(&c, &item, &history, 200, NULL, row);
	CHECK(fabs((double)row[ratio] - log(1.0 / 50)) < 1e-5);
	make_item(&c, &item, NUMBER_NONE);
	features_compute(&c, &item, &history, 200, NULL, row);
	CHECK(isnan(row[ratio]));
	features_compute(&c, &item, &history, 100, NULL, row);
	CHECK(isnan(row[ratio]));
}

/* What shares an address with others shows it. */
TEST(others_at_the_same_telephone_are_counted)
{
	AUTO(history_memory_release) struct history_memory *memory = history_memory_new();
	struct history history;
	struct consignment c;
	struct item item;
	float row[256];
	size_t others = feature_find(TEXT("telephone_others")), count = feature_find(TEXT("telephone_count"));

	REQUIRE(memory != NULL);
	make_item(&c, &item, 20);
	c.consignee.address = TEXT("BP 1 TEL 33 849 00 00");
	REQUIRE(history_memory_add(memory, &c, &item, false, false, 100) == STATUS_OK);
	c.consignee.code = TEXT("B2");
	c.consignee.address = TEXT("BP 777 TEL 33.849.00.00");
	for (int64_t day = 101; day < 104; day++)
		REQUIRE(history_memory_add(memory, &c, &item, false, false, day) == STATUS_OK);
	history = history_memory_face(memory);
	features_compute(&c, &item, &history, 200, NULL, row);
	CHECK(fabs((double)row[others] - .25) < 1e-6);
	CHECK(fabs((double)row[count] - log1p(4)) < 1e-6);
	c.consignee.address = TEXT("BP 777");
	features_compute(&c, &item, &history, 200, NULL, row);
	CHECK(isnan(row[others]) && isnan(row[count]));
}

/* Neither goods, mass nor worth: nothing could be computed, so nothing is. */
TEST(an_item_of_which_nothing_is_known_has_no_features)
{
	struct consignment c;
	struct item item;
	float row[256];

	make_item(&c, &item, 20);
	item.hs = TEXT_NONE;
	item.net_mass = NUMBER_NONE;
	features_compute(&c, &item, NULL, 200, NULL, row);
	for (size_t i = 0; i < feature_count(); i++)
		CHECK(isnan(row[i]));
	item.hs = TEXT("x?");
	features_compute(&c, &item, NULL, 200, NULL, row);
	CHECK(isnan(row[feature_find(TEXT("hs2_number"))]));
	CHECK(!isnan(row[feature_find(TEXT("items"))]));
}
