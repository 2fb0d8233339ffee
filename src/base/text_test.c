/* Pieces of text: edges of cutting, trimming and comparing. */
#include "base/test.h"

TEST(missing_is_not_empty)
{
	CHECK(!TEXT_NONE.data && text_is_empty(TEXT_NONE));
	CHECK(TEXT("").data && text_is_empty(TEXT("")));
	CHECK(!text_of(NULL).data);
	CHECK_INTEGER(text_of("abc").size, 3);
	CHECK(text_equal(TEXT_NONE, TEXT("")));
}

TEST(texts_compare_by_bytes)
{
	CHECK(text_is(TEXT("abc"), "abc") && !text_is(TEXT("abc"), "abd") && !text_is(TEXT("ab"), "abc"));
	CHECK(text_compare(TEXT("ab"), TEXT("abc")) < 0 && text_compare(TEXT("abc"), TEXT("ab")) > 0);
	CHECK(text_compare(TEXT("b"), TEXT("abc")) > 0 && text_compare(TEXT("é"), TEXT("z")) > 0);
	CHECK(!text_compare(TEXT("x"), TEXT("x")) && !text_compare(TEXT_NONE, TEXT("")));
	CHECK(text_equal_ignoring_case(TEXT("Content-TYPE"), TEXT("content-type")));
	CHECK(!text_equal_ignoring_case(TEXT("[x"), TEXT("{x")) && !text_equal_ignoring_case(TEXT("É"), TEXT("é")));
	CHECK(!text_equal_ignoring_case(TEXT("ab"), TEXT("abc")));
}

TEST(starts_ends_and_finds)
{
	CHECK(text_starts_with(TEXT("abc"), TEXT("ab")) && text_starts_with(TEXT("abc"), TEXT_NONE));
	CHECK(!text_starts_with(TEXT("ab"), TEXT("abc")) && !text_starts_with(TEXT_NONE, TEXT("a")));
	CHECK(text_ends_with(TEXT("abc"), TEXT("bc")) && text_ends_with(TEXT("abc"), TEXT("")));
	CHECK(!text_ends_with(TEXT("bc"), TEXT("abc")) && !text_ends_with(TEXT("abc"), TEXT("ab")));
	CHECK_INTEGER(text_find(TEXT("abcabc"), TEXT("ca")), 2);
	CHECK_INTEGER(text_find(TEXT("abcabc"), TEXT("x")), 6);
	CHECK_INTEGER(text_find(TEXT("abc"), TEXT("abcd")), 3);
	CHECK_INTEGER(text_find(TEXT("abc"), TEXT("")), 0);
	CHECK_INTEGER(text_find(TEXT_NONE, TEXT("a")), 0);
}

TEST(slices_are_clamped)
{
	CHECK_TEXT(text_slice(TEXT("abcdef"), 2, 4), "cd");
	CHECK_TEXT(text_slice(TEXT("abc"), 1, 99), "bc");
	CHECK_TEXT(text_slice(TEXT("abc"), 9, 99), "");
	CHECK_TEXT(text_slice(TEXT("abc"), 2, 1), "");
	CHECK(!text_slice(TEXT_NONE, 0, 3).data);
}

TEST(trimming_knows_the_no_break_space)
{
	CHECK_TEXT(text_trim(TEXT("\t\r\n a b \v\f")), "a b");
	CHECK_TEXT(text_trim(TEXT("\xc2\xa0 12\xc2\xa0")), "12");
	CHECK_TEXT(text_trim(TEXT(" \xc2\xa0 ")), "");
	CHECK_TEXT(text_trim(TEXT("à")), "à"); /* ends in A0, but is no blank */
	CHECK(!text_trim(TEXT_NONE).data);
}

TEST(cutting_gives_every_part)
{
	struct text rest = TEXT("a,,bc,");

	CHECK_TEXT(text_cut(&rest, ','), "a");
	CHECK_TEXT(text_cut(&rest, ','), "");
	CHECK_TEXT(text_cut(&rest, ','), "bc");
	CHECK(rest.data != NULL);
	CHECK_TEXT(text_cut(&rest, ','), "");
	CHECK(rest.data == NULL);
	CHECK(text_cut(&rest, ',').data == NULL);
}

TEST(hashes_spread)
{
	unsigned used[64] = {0};
	char key[2] = {0};

	for (int i = 0; i < 26 * 26; i++) {
		key[0] = (char)('a' + i / 26);
		key[1] = (char)('a' + i % 26);
		used[text_hash((struct text){key, 2}) % 64]++;
	}
	for (int i = 0; i < 64; i++)
		CHECK(used[i] > 0 && used[i] < 40);
	CHECK(text_hash(TEXT("ab")) != text_hash(TEXT("ba")));
	CHECK(text_hash(TEXT_NONE) == text_hash(TEXT("")));
}
