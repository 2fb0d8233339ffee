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
