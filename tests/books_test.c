/* The decider's books: counters per office and regime, and reasons that are stored once. */
#include "app/wiring.h"
#include "base/memory.h"
#include "base/test.h"
#include "modules/risk/decider.h"
#include "store/test_database.h"

#include <stdio.h>
#include <string.h>

TEST(equal_reasons_are_found_at_the_first_decision_that_had_them)
{
	struct reasons_book book = {.arena = NULL};
	int64_t of = -1;

	REQUIRE(reasons_book_find(&book, TEXT("[{\"kind\":\"quota\",\"code\":\"A\"}]"), 7, &of) == STATUS_OK);
	CHECK_INTEGER(of, 0);
	REQUIRE(reasons_book_find(&book, TEXT("[{\"kind\":\"quota\",\"code\":\"B\"}]"), 8, &of) == STATUS_OK);
	CHECK_INTEGER(of, 0);
	REQUIRE(reasons_book_find(&book, TEXT("[{\"kind\":\"quota\",\"code\":\"A\"}]"), 9, &of) == STATUS_OK);
	CHECK_INTEGER(of, 7);
	REQUIRE(reasons_book_find(&book, TEXT("[]"), 10, &of) == STATUS_OK);
	REQUIRE(reasons_book_find(&book, TEXT("[]"), 11, &of) == STATUS_OK);
	CHECK_INTEGER(of, 0);
	reasons_book_clear(&book);
	REQUIRE(reasons_book_find(&book, TEXT("[{\"kind\":\"quota\",\"code\":\"A\"}]"), 12, &of) == STATUS_OK);
	CHECK_INTEGER(of, 0);
	reasons_book_clear(&book);
}

/* A full book forgets, and never names a decision with other reasons. */
TEST(a_full_book_of_reasons_starts_again)
{
	struct reasons_book book = {.arena = NULL};
	char reasons[64];
	int64_t of;

	for (int i = 1; i <= REASONS_MOST + 100; i++) {
		snprintf(reasons, sizeof reasons, "[{\"kind\":\"profile\",\"code\":\"%d\"}]", i);
		REQUIRE(reasons_book_find(&book, text_of(reasons), i, &of) == STATUS_OK);
		CHECK_INTEGER(of, 0);
		REQUIRE(reasons_book_find(&book, text_of(reasons), -1, &of) == STATUS_OK);
		CHECK_INTEGER(of, i);
	}
	CHECK(book.count <= REASONS_MOST);
	reasons_book_clear(&book);
}

static void count_many(struct database *database)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system("test");
	struct selection_book book = {.arena = NULL};
	struct draw_period period;
	size_t place;

	REQUIRE(wiring_migrate(database) == STATUS_OK);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	REQUIRE(draw_period_ensure(writer, &actor, clock_today(), &period) == STATUS_OK);
	for (int round = 1; round <= 2; round++) {
		for (int i = 0; i < 300; i++) {
			char office[64];

			snprintf(office, sizeof office, "AN OFFICE WITH A CODE LONGER THAN USUAL %d", i);
			REQUIRE(selection_book_find(&book, writer_reader(writer), period.id, text_of(office), TEXT("IM4"),
				&place) == STATUS_OK);
			CHECK_INTEGER(book.entries[place].counts.decided, (round - 1) * (i + 1));
			book.entries[place].counts.decided += i + 1;
			book.entries[place].is_changed = true;
		}
		CHECK_INTEGER(book.count, 300);
		REQUIRE(selection_book_write(&book, writer, period.id) == STATUS_OK);
		selection_book_clear(&book);
	}
}

TEST(counters_are_kept_by_office_and_regime)
{
	test_each_database(NULL, count_many);
}

TEST(books_survive_every_failed_allocation)
{
	enum status status = STATUS_NO_MEMORY;

	for (long n = 1; status != STATUS_OK && n < 20; n++) {
		struct reasons_book book = {.arena = NULL};
		int64_t of = -1;

		memory_fail_at(n);
		status = reasons_book_find(&book, TEXT("[{\"kind\":\"quota\",\"code\":\"A\"}]"), 7, &of);
		memory_fail_at(0);
		reasons_book_clear(&book);
	}
	CHECK(status == STATUS_OK);
}
