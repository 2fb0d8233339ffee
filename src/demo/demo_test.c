#include "demo/demo.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/test.h"
#include "demo/names.h"
#include "demo/world.h"
#include "engine/history.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct tally {
	uint64_t digest;
	int64_t last;
	int64_t events[3];
	int64_t frauds[DEMO_FRAUDS];
	int64_t found, shells_by_half[2];
	int64_t false_origin_early, false_origin_late;
	int64_t months[13];
	double chance;
	bool out_of_order, known_name, unsound;
	int64_t limit; /* stop after so many events; 0: never */
};

static void take(struct tally *tally, struct text text)
{
	tally->digest = (tally->digest ^ text_hash(text)) * 0x100000001b3U;
}

static void check_declaration(struct tally *tally, const struct demo_event *event)
{
	const struct consignment *paper = event->consignment;
	int64_t net = 0, duties = 0;

	for (size_t i = 0; i < paper->item_count; i++) {
		const struct item *item = &paper->items[i];

		net += item->net_mass;
		duties += item->duties;
		if (item->hs.size != 10 || item->net_mass <= 0 || item->customs_value <= 0 || item->price <= 0 ||
			item->packages <= 0 || item->gross_mass < item->net_mass)
			tally->unsound = true;
	}
	if (net != paper->net_mass || duties != paper->duties || !paper->reference.data || event->evaded < 0 ||
		!text_equal(paper->items[0].transport_document, event->counterpart->reference) ||
		paper->registered_on != event->date || (event->fraud == DEMO_HONEST && event->evaded))
		tally->unsound = true;
}

static enum status count_event(void *context, const struct demo_event *event)
{
	struct tally *tally = context;
	const struct consignment *paper = event->consignment;

	tally->events[event->kind]++;
	tally->out_of_order = tally->out_of_order || event->date < tally->last;
	tally->last = event->date;
	take(tally, paper->reference);
	take(tally, paper->consignee.name);
	take(tally, paper->vessel);
	for (size_t i = 0; i < paper->item_count; i++)
		tally->digest = (tally->digest ^ (uint64_t)paper->items[i].gross_mass) * 31 +
			(uint64_t)paper->items[i].customs_value;
	tally->known_name = tally->known_name || name_is_known(paper->consignee.name) ||
		name_is_known(paper->exporter.name) || name_is_known(paper->vessel) || name_is_known(paper->declarant.name);
	tally->found += event->kind == DEMO_INSPECTION && event->found;
	if (event->kind == DEMO_DECLARATION) {
		int year, month, day;

		date_split(event->date, &year, &month, &day);
		tally->months[month]++;
		tally->frauds[event->fraud]++;
		tally->chance += event->chance;
		if (event->fraud == DEMO_FALSE_ORIGIN)
			*(event->date < date_from(2024, 8, 1) ? &tally->false_origin_early : &tally->false_origin_late) += 1;
		check_declaration(tally, event);
	}
	return tally->limit && tally->events[DEMO_BILL] >= tally->limit ? STATUS_TOO_LARGE : STATUS_OK;
}

static struct tally run(uint64_t seed, int64_t declarations, int64_t limit)
{
	struct demo_options options = {.seed = seed, .declarations = declarations, .from = date_from(2024, 1, 1), .years = 2};
	struct tally tally = {.limit = limit};
	enum status status = demo_generate(&options, count_event, &tally);

	CHECK(status == (limit ? STATUS_TOO_LARGE : STATUS_OK));
	return tally;
}

TEST(the_same_seed_gives_the_same_traffic)
{
	struct tally a = run(1, 2000, 0), b = run(1, 2000, 0), other = run(2, 2000, 0);

	CHECK(a.digest == b.digest);
	CHECK(a.digest != other.digest);
	CHECK_INTEGER(a.events[DEMO_BILL], 2000);
	CHECK_INTEGER(a.events[DEMO_DECLARATION], 2000);
	CHECK(!a.out_of_order && !a.unsound);
	run(1, 50000000, 300);
}

TEST(frauds_of_every_kind_in_sound_shares)
{
	int64_t start = clock_monotonic(), all = 20000, wrong;
	struct tally tally = run(7, all, 0);
	double spent = (double)(clock_monotonic() - start) / 1e6;

	wrong = all - tally.frauds[DEMO_HONEST];
	printf("    demonstration: %.0f declarations a second; %.1f %% with fraud, %.1f %% inspected, %.1f %% of those found\n",
		(double)all / spent, 100.0 * (double)wrong / (double)all, 100.0 * (double)tally.events[DEMO_INSPECTION] / (double)all,
		100.0 * (double)tally.found / (double)tally.events[DEMO_INSPECTION]);
	CHECK(!tally.out_of_order && !tally.known_name && !tally.unsound);
	CHECK(wrong > all * 4 / 100 && wrong < all * 20 / 100);
	CHECK(fabs(tally.chance - (double)wrong) < 5 * sqrt((double)wrong));
	for (int i = 0; i < DEMO_FRAUDS; i++)
		CHECK(tally.frauds[i] > all / 500);
	CHECK(tally.events[DEMO_INSPECTION] > all / 10 && tally.events[DEMO_INSPECTION] < all / 3);
	CHECK(tally.found > tally.events[DEMO_INSPECTION] / 10);
	/* Drift: false origins come up after the first months. */
	CHECK(tally.false_origin_late > 3 * tally.false_origin_early);
	/* Season: the end of the year is the busiest. */
	CHECK(tally.months[11] > tally.months[2] * 5 / 4);
}

TEST(options_out_of_range_are_refused)
{
	struct demo_options options = {.declarations = 0, .from = date_from(2024, 1, 1), .years = 2};
	struct tally tally = {0};

	CHECK(demo_generate(&options, count_event, &tally) == STATUS_INVALID);
	options.declarations = 10;
	options.years = 0;
	CHECK(demo_generate(&options, count_event, &tally) == STATUS_INVALID);
	CHECK_INTEGER(tally.events[DEMO_BILL], 0);
}

TEST(a_demonstration_without_memory_says_so)
{
	struct demo_options options = {.declarations = 40, .from = date_from(2024, 1, 1), .years = 1};
	int failed = 0;

	for (long n = 1; n < 60; n++) {
		struct tally tally = {0};
		enum status status;
		bool ran_out;

		memory_fail_at(n);
		status = demo_generate(&options, count_event, &tally);
		ran_out = memory_has_failed();
		memory_fail_at(0);
		CHECK(status == (ran_out ? STATUS_NO_MEMORY : STATUS_OK));
		failed += ran_out;
	}
	CHECK(failed > 3);
}

TEST(goods_are_sound)
{
	for (size_t i = 0; i < goods_count(); i++) {
		const struct goods *goods = goods_row(i);

		CHECK(strlen(goods->code) == 10 && goods->price > 0 && goods->lot > 0 && goods->package_mass > 0);
		CHECK(strlen(goods->origins) % 3 == 2);
		CHECK(goods->passed_as < (int)goods_count());
		CHECK(goods->passed_as < 0 || goods_row((size_t)goods->passed_as)->duty <= goods->duty);
		for (size_t j = 0; j < i; j++)
			CHECK(strcmp(goods->code, goods_row(j)->code) != 0);
	}
	CHECK(goods_count() >= 120);
}

/* The codes and duties are those of the common external tariff. */
TEST(goods_stand_in_the_tariff)
{
	AUTO(arena_release) struct arena *arena = arena_new(16 << 20);
	const char *path = test_shared_file("data/tariff/ecowas-cet-hs2022.csv");
	struct text content;

	if (!path)
		return;
	REQUIRE(file_read(arena, path, 8 << 20, &content) == STATUS_OK);
	for (size_t i = 0; i < demo_goods_count(); i++) {
		struct text key = arena_format(arena, "\n%s,", demo_goods_code(i));
		size_t place = text_find(content, key);
		struct text line = text_slice(content, place + 1, content.size);
		struct text duty = arena_format(arena, ",%d,1,", demo_goods_duty(i));

		CHECK(place < content.size);
		line = text_cut(&line, '\n');
		CHECK(text_find(line, duty) < line.size);
	}
}

TEST(names_keep_away_from_real_ones)
{
	AUTO(arena_release) struct arena *arena = arena_new(16 << 20);
	struct draw draw = draw_of(1, 2, 3);

	CHECK(name_is_known(TEXT("ETS TOYOTA & FILS")));
	for (int i = 0; i < 20000; i++) {
		char word[NAME_WORD];

		name_word(&draw, word);
		CHECK(!name_is_known(text_of(word)));
		CHECK(strlen(word) >= 6);
	}
	CHECK(name_importer(&draw, arena).size > 6);
}

TEST(duties_of_the_union)
{
	struct goods taxed = {.duty = 20}, free_of_vat = {.duty = 10, .vat_free = true};

	/* 20 % + 1 % + .8 % + .5 % of a million is 223,000; 18 % of 1,223,000 is 220,140. */
	CHECK_INTEGER(world_duties(1000000, &taxed, 20, false, date_from(2024, 5, 1)), 443140);
	CHECK_INTEGER(world_duties(1000000, &taxed, 20, false, date_from(2016, 5, 1)), 445500);
	CHECK_INTEGER(world_duties(1000000, &free_of_vat, 10, false, date_from(2024, 5, 1)), 123000);
	CHECK_INTEGER(world_duties(1000000, &free_of_vat, 10, true, date_from(2024, 5, 1)), 10000);
}
