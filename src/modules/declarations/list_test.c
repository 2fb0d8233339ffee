/* Lists, search and export against real rows on both databases. */
#include "base/test.h"
#include "base/utf8.h"
#include "domain/test_domain.h"
#include "modules/declarations/search.h"
#include "store/test_database.h"

#include <math.h>
#include <stdio.h>

TEST(words_within_an_error_are_near)
{
	CHECK(search_is_near(TEXT("tissus"), TEXT("tisssus"), 1) && search_is_near(TEXT("tissus"), TEXT("tisus"), 1));
	CHECK(search_is_near(TEXT("mscu1234567"), TEXT("mscu1243567"), 1));
	CHECK(search_is_near(TEXT("tissus"), TEXT("tissuz"), 1) && search_is_near(TEXT("tissus"), TEXT("tissus"), 0));
	CHECK(!search_is_near(TEXT("tissus"), TEXT("tabac"), 1) && !search_is_near(TEXT("riz"), TEXT("ail"), 1));
	CHECK(search_is_near(TEXT("cigarettes"), TEXT("sigarete"), 3) && !search_is_near(TEXT("cigarettes"), TEXT("sigarete"), 2));
	CHECK(search_is_near(TEXT(""), TEXT("a"), 1) && !search_is_near(TEXT(""), TEXT("ab"), 1));
}

TEST(codes_are_folded_words_with_a_colon)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 16);

	CHECK_TEXT(search_code(arena, "o:", TEXT("NCC-12 é")), "o:ncc 12 e");
	CHECK(!search_code(arena, "o:", TEXT("")).data && !search_code(arena, "o:", TEXT("--")).data);
	CHECK_TEXT(search_goods(arena, TEXT("8703230000"), TEXT("JP")), "h:870323 jp");
	CHECK(!search_goods(arena, TEXT("8703"), TEXT("JP")).data);
}

static bool fits(struct consignment *consignment, const char *pattern)
{
	AUTO(buffer_release) struct buffer space = {0};
	bool is_fit = false;

	buffer_init(&space, 200);
	CHECK(search_fits(&space, consignment, text_of(pattern), &is_fit) == STATUS_OK);
	return is_fit;
}

TEST(words_are_sought_in_their_order_in_what_is_not_indexed)
{
	struct item items[2];
	struct consignment c;

	consignment_init(&c, STAGE_DECLARATION);
	item_init(&items[0], 1);
	item_init(&items[1], 2);
	c.reference = TEXT("C 1234");
	c.consignee.name = TEXT("Société DIALLO & Frères");
	items[1].description = TEXT("Câbles électriques");
	c.items = items;
	c.item_count = 2;
	CHECK(fits(&c, "%1234%") && fits(&c, "%societe%freres%") && fits(&c, "%diallo%cables%electri%"));
	CHECK(!fits(&c, "%freres%societe%") && !fits(&c, "%diallo%diallo%") && !fits(&c, "%camion%"));
}
