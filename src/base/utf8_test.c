/* UTF-8: what is refused, what is replaced, and how every Latin letter folds. */
#include "base/utf8.h"

#include "base/test.h"

static const struct text bad[] = {
	{"\x80", 1}, {"\xbf", 1}, {"\xc0\x80", 2}, {"\xc1\xbf", 2}, {"\xc3", 1}, {"\xc3(", 2}, {"\xe0\x80\xaf", 3},
	{"\xe0\x9f\xbf", 3}, {"\xe2\x82", 2}, {"\xed\xa0\x80", 3}, {"\xed\xbf\xbf", 3}, {"\xf0\x80\x80\xaf", 4},
	{"\xf0\x8f\xbf\xbf", 4}, {"\xf0\x9f\x98", 3}, {"\xf4\x90\x80\x80", 4}, {"\xf5\x80\x80\x80", 4}, {"\xfe", 1},
	{"\xff", 1}, {"\xf8\x88\x80\x80\x80", 5},
};

TEST(utf8_refuses_what_is_not)
{
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct text rest = bad[i];

		if (utf8_is_valid(bad[i]))
			test_failed(__FILE__, __LINE__, "sample %zu passed", i);
		CHECK_INTEGER(utf8_next(&rest), 0xfffd);
		CHECK_INTEGER(rest.size, bad[i].size - 1);
	}
	CHECK(utf8_is_valid(TEXT_NONE) && utf8_is_valid(TEXT("Abidjan – côté € 😀")));
	CHECK(utf8_is_valid((struct text){"a\0b", 3}));
}

TEST(utf8_every_code_point_goes_round)
{
	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		char bytes[8] = {0};
		struct buffer buffer = {.data = bytes, .capacity = sizeof bytes, .limit = sizeof bytes - 1};
		struct text rest;

		if (code >= 0xd800 && code < 0xe000)
			continue;
		utf8_append(&buffer, code);
		rest = buffer_text(&buffer);
		if (!utf8_is_valid(rest) || utf8_next(&rest) != code || rest.size) {
			test_failed(__FILE__, __LINE__, "U+%04X does not come back", (unsigned)code);
			return;
		}
	}
}

static void check_fold(struct text text, const char *wanted)
{
	AUTO(buffer_release) struct buffer folded;

	buffer_init(&folded, 4096);
	utf8_fold(&folded, text);
	CHECK_TEXT(buffer_text(&folded), wanted);
}

TEST(folding_makes_search_texts)
{
	check_fold(TEXT("  Côte d'Ivoire,\tABIDJAN!! "), "cote d ivoire abidjan");
	check_fold(TEXT("ŒUVRE œuvre Straße ÆØÅ ß"), "oeuvre oeuvre strasse aeoa ss");
	check_fold(TEXT("São Tomé e Príncipe – Peñón"), "sao tome e principe penon");
	check_fold(TEXT("e\xcc\x81t\xc3\xa9"), "ete"); /* a combining accent and a ready one */
	check_fold(TEXT("8703.23 / 10%"), "8703 23 10");
	check_fold(TEXT("Ọ̀ṣun Ẹ̀kọ́ ƙasa ɓera Ɗan Ɛkɔ ŋ"), "osun eko kasa bera dan eko n");
	check_fold(TEXT("ΑΒΓ ДОМ Ё 中文"), "αβγ дом ё 中文");
	check_fold(TEXT("\xff\xfe a\xc2\xa0\xe2\x80\x99"), "a");
	check_fold(TEXT(""), "");
	check_fold(TEXT("--"), "");
}

TEST(folding_every_latin_letter)
{
	/* The letter without its mark, in the order of the code points from U+00C0 to U+017F. */
	static const char *const wanted[] = {
		"a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
		"d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "ss",
		"a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
		"d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "y",
		"a", "a", "a", "a", "a", "a", "c", "c", "c", "c", "c", "c", "c", "c", "d", "d",
		"d", "d", "e", "e", "e", "e", "e", "e", "e", "e", "e", "e", "g", "g", "g", "g",
		"g", "g", "g", "g", "h", "h", "h", "h", "i", "i", "i", "i", "i", "i", "i", "i",
		"i", "i", "ij", "ij", "j", "j", "k", "k", "k", "l", "l", "l", "l", "l", "l", "l",
		"l", "l", "l", "n", "n", "n", "n", "n", "n", "n", "n", "n", "o", "o", "o", "o",
		"o", "o", "oe", "oe", "r", "r", "r", "r", "r", "r", "s", "s", "s", "s", "s", "s",
		"s", "s", "t", "t", "t", "t", "t", "t", "u", "u", "u", "u", "u", "u", "u", "u",
		"u", "u", "u", "u", "w", "w", "y", "y", "y", "z", "z", "z", "z", "z", "z", "s",
	};

	CHECK_INTEGER(sizeof wanted / sizeof *wanted, 0x180 - 0xc0);
	for (uint32_t code = 0xc0; code < 0x180; code++) {
		AUTO(buffer_release) struct buffer letter;

		buffer_init(&letter, 8);
		utf8_append(&letter, code);
		check_fold(buffer_text(&letter), wanted[code - 0xc0]);
	}
}

TEST(widths_and_cuts_on_a_terminal)
{
	CHECK_INTEGER(utf8_width(TEXT("déjà")), 4);
	CHECK_INTEGER(utf8_width(TEXT("e\xcc\x81")), 1);
	CHECK_INTEGER(utf8_width(TEXT("中文")), 4);
	CHECK_TEXT(utf8_cut(TEXT("déjà vu"), 4), "déjà");
	CHECK_TEXT(utf8_cut(TEXT("中文"), 3), "中");
	CHECK_TEXT(utf8_cut(TEXT("e\xcc\x81t"), 1), "e\xcc\x81");
	CHECK_TEXT(utf8_cut(TEXT("abc"), 0), "");
	CHECK_TEXT(utf8_cut(TEXT("abc"), 10), "abc");
}

TEST(old_exports_become_utf8)
{
	AUTO(buffer_release) struct buffer out;

	buffer_init(&out, 100);
	utf8_from_windows_1252(&out, TEXT("C\xf4te \x80 \x93x\x94 \x9c\x81"));
	CHECK_TEXT(buffer_text(&out), "Côte € “x” œ\xef\xbf\xbd");
}
