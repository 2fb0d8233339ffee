#include "engine/history_memory.h"

#include "base/memory.h"
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>

static void fill(struct consignment *consignment, struct item *item, struct text operator_code, struct text hs,
	int64_t mass, int64_t value)
{
	consignment_init(consignment, STAGE_DECLARATION);
	item_init(item, 1);
	consignment->consignee.code = operator_code;
	consignment->office = TEXT("VG101");
	item->hs = hs;
	item->origin = TEXT("CN");
	item->net_mass = mass * NUMBER_ONE;
	item->customs_value = value * NUMBER_ONE;
}

TEST(values_of_keys)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct consignment consignment;
	struct item item;

	fill(&consignment, &item, TEXT(" acme|x "), TEXT("87032319"), 1500, 2000000);
	CHECK_TEXT(history_value(arena, HISTORY_OPERATOR, &consignment, &item), "ACME/X");
	CHECK_TEXT(history_value(arena, HISTORY_OPERATOR_HS4, &consignment, &item), "ACME/X|8703");
	CHECK_TEXT(history_value(arena, HISTORY_HS6_ORIGIN, &consignment, &item), "870323|CN");
	CHECK_TEXT(history_value(arena, HISTORY_GOODS_PRICE, &consignment, &item), "870323|1333E6|CN|-");
	item.duty_rate = 200000;
	consignment.country_of_export = TEXT("BE");
	CHECK_TEXT(history_value(arena, HISTORY_GOODS_LINE, &consignment, &item), "870323|BE|CN|200000|-|1500000000");
	CHECK(!history_value(arena, HISTORY_DECLARANT, &consignment, &item).data);
	item.net_mass = NUMBER_NONE;
	CHECK(!history_value(arena, HISTORY_HS6_MASS, &consignment, &item).data);
}

TEST(a_history_knows_only_what_was_known)
{
	AUTO(history_memory_release) struct history_memory *memory = history_memory_new();
	struct consignment consignment;
	struct item item;
	struct history history;
	struct history_figures figures;

	REQUIRE(memory);
	fill(&consignment, &item, TEXT("A"), TEXT("870323"), 100, 1000);
	CHECK(history_memory_add(memory, &consignment, &item, true, true, 100) == STATUS_OK);
	CHECK(history_memory_add(memory, &consignment, &item, false, false, 100) == STATUS_OK);
	CHECK(history_memory_add(memory, &consignment, &item, false, false, 150) == STATUS_OK);
	CHECK(history_memory_judge(memory, &consignment, &item, false, 160) == STATUS_OK);
	history = history_memory_face(memory);
	history.look(history.context, HISTORY_OPERATOR, TEXT("A"), 0, 100, &figures);
	CHECK_INTEGER(figures.count, 0);
	history.look(history.context, HISTORY_OPERATOR, TEXT("A"), 0, 101, &figures);
	CHECK_INTEGER(figures.count, 2);
	CHECK_INTEGER(figures.judged, 1);
	CHECK_INTEGER(figures.adverse, 1);
	history.look(history.context, HISTORY_OPERATOR, TEXT("A"), 30, 160, &figures);
	CHECK_INTEGER(figures.count, 1);
	CHECK_INTEGER(figures.judged, 0);
	history.look(history.context, HISTORY_OPERATOR, TEXT("A"), 90, 161, &figures);
	CHECK_INTEGER(figures.count, 3);
	CHECK_INTEGER(figures.judged, 2);
	CHECK_INTEGER(figures.adverse, 1);
	history.look(history.context, HISTORY_OPERATOR, TEXT("B"), 0, 200, &figures);
	CHECK_INTEGER(figures.count, 0);
	CHECK_INTEGER(figures.price_per_kg, NUMBER_NONE);
	CHECK(history_memory_add(memory, &consignment, &item, true, false, 120) == STATUS_OK);
	history.look(history.context, HISTORY_OPERATOR, TEXT("A"), 30, 130, &figures);
	CHECK_INTEGER(figures.count, 3);
	CHECK_INTEGER(figures.judged, 2);
	CHECK(history_memory_add(memory, &consignment, &item, true, false, DATE_NONE) == STATUS_INVALID);
}

TEST(the_reference_price_is_a_median_of_the_past)
{
	AUTO(history_memory_release) struct history_memory *memory = history_memory_new();
	struct history history;
	struct history_figures figures;
	struct consignment consignment;
	struct item item;

	REQUIRE(memory);
	history = history_memory_face(memory);
	for (int day = 0; day < 100; day++) {
		/* One in four is ten times too dear. */
		fill(&consignment, &item, TEXT("A"), TEXT("100630"), 100, 100 * (300 + day) * (day % 4 ? 1 : 10));
		REQUIRE(history_memory_add(memory, &consignment, &item, false, false, 1000 + day) == STATUS_OK);
	}
	history.look(history.context, HISTORY_HS6, TEXT("100630"), 30, 1000, &figures);
	CHECK_INTEGER(figures.price_per_kg, NUMBER_NONE);
	history.look(history.context, HISTORY_HS6, TEXT("100630"), 30, 1002, &figures);
	CHECK_INTEGER(figures.price_per_kg, 301 * NUMBER_ONE);
	history.look(history.context, HISTORY_HS6, TEXT("100630"), 30, 1100, &figures);
	CHECK(figures.price_per_kg >= 380 * NUMBER_ONE && figures.price_per_kg <= 399 * NUMBER_ONE);
	history.look(history.context, HISTORY_HS6_ORIGIN, TEXT("100630|CN"), 0, 1050, &figures);
	CHECK(figures.price_per_kg >= 330 * NUMBER_ONE && figures.price_per_kg <= 349 * NUMBER_ONE);
}

/* Against plain counting over all the events, in mixed order. */
TEST(counts_agree_with_plain_counting)
{
	enum { EVENTS = 600 };
	AUTO(history_memory_release) struct history_memory *memory = history_memory_new();
	struct event { int64_t date; int who; bool known, adverse; } events[EVENTS];
	static const struct text names[] = {{"A", 1}, {"BB", 2}, {"CCCCCCCCC", 9}};
	static const int windows[] = {0, 30, 90, 365};
	uint64_t state = 7;
	struct history history;

	REQUIRE(memory);
	history = history_memory_face(memory);
	for (int i = 0; i < EVENTS; i++) {
		struct consignment consignment;
		struct item item;

		state = state * 6364136223846793005U + 1442695040888963407U;
		events[i] = (struct event){18000 + (int64_t)(state >> 33) % 500, (int)((state >> 20) % 3),
			state >> 60 & 1, state >> 61 & 1};
		fill(&consignment, &item, names[events[i].who], TEXT("870323"), 10, 10);
		REQUIRE(history_memory_add(memory, &consignment, &item, events[i].known, events[i].adverse,
				events[i].date) == STATUS_OK);
	}
	for (int64_t before = 17990; before < 18510; before += 7)
		for (size_t i = 0; i < 12; i++) {
			struct history_figures figures;
			int64_t count = 0, judged = 0, adverse = 0;
			int days = windows[i / 3];

			for (int j = 0; j < EVENTS; j++) {
				if (events[j].who != (int)(i % 3) || events[j].date >= before ||
					(days && events[j].date < before - days))
					continue;
				count++;
				judged += events[j].known;
				adverse += events[j].known && events[j].adverse;
			}
			history.look(history.context, HISTORY_OPERATOR, names[i % 3], days, before, &figures);
			CHECK_INTEGER(figures.count, count);
			CHECK_INTEGER(figures.judged, judged);
			CHECK_INTEGER(figures.adverse, adverse);
		}
}

TEST(a_history_without_memory_says_so)
{
	long failed = 0;

	for (long n = 1; n < 200; n++) {
		struct history_memory *memory;
		enum status status = STATUS_OK;
		bool ran_out;

		memory_fail_at(n);
		memory = history_memory_new();
		for (int day = 0; memory && day < 400 && status == STATUS_OK; day++) {
			char code[8];
			struct consignment consignment;
			struct item item;

			snprintf(code, sizeof code, "%d", day % 100);
			fill(&consignment, &item, text_of(code), TEXT("870323"), 10 + day, 10);
			status = history_memory_add(memory, &consignment, &item, true, false, day);
		}
		ran_out = memory_has_failed();
		memory_fail_at(0);
		CHECK(!ran_out || !memory || status == STATUS_NO_MEMORY);
		failed += ran_out;
		history_memory_free(memory);
	}
	CHECK(failed > 10);
}

/* The order of cost of a million items; printed, with a loose bound. */
TEST(adding_is_fast_and_small)
{
	AUTO(history_memory_release) struct history_memory *memory = history_memory_new();
	enum { ITEMS = 100000 };
	int64_t start = clock_monotonic(), spent;

	REQUIRE(memory);
	for (int i = 0; i < ITEMS; i++) {
		struct consignment consignment;
		struct item item;
		char code[16], hs[16];

		snprintf(code, sizeof code, "P%d", i % 2000);
		snprintf(hs, sizeof hs, "%06d", 870000 + i % 300);
		fill(&consignment, &item, text_of(code), text_of(hs), 100 + i % 5000, 100 + i % 777);
		REQUIRE(history_memory_add(memory, &consignment, &item, true, i % 9 == 0, 18000 + i / 200) == STATUS_OK);
	}
	spent = clock_monotonic() - start;
	printf("    history in memory: %.0f items a second, %.0f bytes an item\n", ITEMS * 1e6 / (double)(spent + 1),
		(double)history_memory_bytes(memory) / ITEMS);
	CHECK(history_memory_bytes(memory) / ITEMS < 1000);
}
