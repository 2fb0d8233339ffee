/* Other alphabets in Latin letters: the usual forms of names in passports and bills, not a scholarly transcription. */
#include "base/utf8.h"
#include "engine/name.h"

struct letter {
	uint32_t code;
	const char *latin;
};

/* Sorted by code. */
static const struct letter letters[] = {
	/* Greek */
	{0x386, "a"}, {0x388, "e"}, {0x389, "i"}, {0x38a, "i"}, {0x38c, "o"}, {0x38e, "y"}, {0x38f, "o"}, {0x390, "i"},
	{0x391, "a"}, {0x392, "v"}, {0x393, "g"}, {0x394, "d"}, {0x395, "e"}, {0x396, "z"}, {0x397, "i"}, {0x398, "th"},
	{0x399, "i"}, {0x39a, "k"}, {0x39b, "l"}, {0x39c, "m"}, {0x39d, "n"}, {0x39e, "x"}, {0x39f, "o"}, {0x3a0, "p"},
	{0x3a1, "r"}, {0x3a3, "s"}, {0x3a4, "t"}, {0x3a5, "y"}, {0x3a6, "f"}, {0x3a7, "ch"}, {0x3a8, "ps"}, {0x3a9, "o"},
	{0x3aa, "i"}, {0x3ab, "y"}, {0x3ac, "a"}, {0x3ad, "e"}, {0x3ae, "i"}, {0x3af, "i"}, {0x3b0, "y"}, {0x3b1, "a"},
	{0x3b2, "v"}, {0x3b3, "g"}, {0x3b4, "d"}, {0x3b5, "e"}, {0x3b6, "z"}, {0x3b7, "i"}, {0x3b8, "th"}, {0x3b9, "i"},
	{0x3ba, "k"}, {0x3bb, "l"}, {0x3bc, "m"}, {0x3bd, "n"}, {0x3be, "x"}, {0x3bf, "o"}, {0x3c0, "p"}, {0x3c1, "r"},
	{0x3c2, "s"}, {0x3c3, "s"}, {0x3c4, "t"}, {0x3c5, "y"}, {0x3c6, "f"}, {0x3c7, "ch"}, {0x3c8, "ps"}, {0x3c9, "o"},
	{0x3ca, "i"}, {0x3cb, "y"}, {0x3cc, "o"}, {0x3cd, "y"}, {0x3ce, "o"},
	/* Cyrillic: Russian, Ukrainian, Bulgarian, Serbian */
	{0x401, "e"}, {0x402, "dj"}, {0x404, "ie"}, {0x406, "i"}, {0x407, "i"}, {0x408, "j"}, {0x409, "lj"}, {0x40a, "nj"},
	{0x40b, "c"}, {0x40e, "u"}, {0x40f, "dz"}, {0x410, "a"}, {0x411, "b"}, {0x412, "v"}, {0x413, "g"}, {0x414, "d"},
	{0x415, "e"}, {0x416, "zh"}, {0x417, "z"}, {0x418, "i"}, {0x419, "i"}, {0x41a, "k"}, {0x41b, "l"}, {0x41c, "m"},
	{0x41d, "n"}, {0x41e, "o"}, {0x41f, "p"}, {0x420, "r"}, {0x421, "s"}, {0x422, "t"}, {0x423, "u"}, {0x424, "f"},
	{0x425, "kh"}, {0x426, "ts"}, {0x427, "ch"}, {0x428, "sh"}, {0x429, "shch"}, {0x42a, ""}, {0x42b, "y"}, {0x42c, ""},
	{0x42d, "e"}, {0x42e, "iu"}, {0x42f, "ia"}, {0x430, "a"}, {0x431, "b"}, {0x432, "v"}, {0x433, "g"}, {0x434, "d"},
	{0x435, "e"}, {0x436, "zh"}, {0x437, "z"}, {0x438, "i"}, {0x439, "i"}, {0x43a, "k"}, {0x43b, "l"}, {0x43c, "m"},
	{0x43d, "n"}, {0x43e, "o"}, {0x43f, "p"}, {0x440, "r"}, {0x441, "s"}, {0x442, "t"}, {0x443, "u"}, {0x444, "f"},
	{0x445, "kh"}, {0x446, "ts"}, {0x447, "ch"}, {0x448, "sh"}, {0x449, "shch"}, {0x44a, ""}, {0x44b, "y"}, {0x44c, ""},
	{0x44d, "e"}, {0x44e, "iu"}, {0x44f, "ia"}, {0x451, "e"}, {0x452, "dj"}, {0x454, "ie"}, {0x456, "i"}, {0x457, "i"},
	{0x458, "j"}, {0x459, "lj"}, {0x45a, "nj"}, {0x45b, "c"}, {0x45e, "u"}, {0x45f, "dz"}, {0x490, "g"}, {0x491, "g"},
	/* Arabic, with the Persian letters; short vowels and elongation are left out */
	{0x621, ""}, {0x622, "a"}, {0x623, "a"}, {0x624, "u"}, {0x625, "i"}, {0x626, "i"}, {0x627, "a"}, {0x628, "b"},
	{0x629, "a"}, {0x62a, "t"}, {0x62b, "th"}, {0x62c, "j"}, {0x62d, "h"}, {0x62e, "kh"}, {0x62f, "d"}, {0x630, "dh"},
	{0x631, "r"}, {0x632, "z"}, {0x633, "s"}, {0x634, "sh"}, {0x635, "s"}, {0x636, "d"}, {0x637, "t"}, {0x638, "z"},
	{0x639, "a"}, {0x63a, "gh"}, {0x640, ""}, {0x641, "f"}, {0x642, "q"}, {0x643, "k"}, {0x644, "l"}, {0x645, "m"},
	{0x646, "n"}, {0x647, "h"}, {0x648, "u"}, {0x649, "a"}, {0x64a, "i"}, {0x64b, ""}, {0x64c, ""}, {0x64d, ""},
	{0x64e, ""}, {0x64f, ""}, {0x650, ""}, {0x651, ""}, {0x652, ""}, {0x670, "a"}, {0x671, "a"}, {0x67e, "p"},
	{0x686, "ch"}, {0x698, "zh"}, {0x6a9, "k"}, {0x6af, "g"}, {0x6be, "h"}, {0x6c1, "h"}, {0x6cc, "i"}, {0x6d2, "e"},
};

static const char *latin_of(uint32_t code)
{
	size_t low = 0, high = sizeof letters / sizeof *letters;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (letters[middle].code == code)
			return letters[middle].latin;
		if (letters[middle].code < code)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static bool is_arabic(uint32_t code)
{
	return code >= 0x621 && code <= 0x6d2;
}

/* "ال" before a word is the article: written apart, so that it is left out like "al" is. */
static bool is_article(uint32_t code, struct text rest, bool word_begins)
{
	return word_begins && code == 0x627 && rest.size > 4 && (unsigned char)rest.data[0] == 0xd9 &&
		(unsigned char)rest.data[1] == 0x84 && (unsigned char)rest.data[2] >= 0xd8;
}

void name_transliterate(struct buffer *buffer, struct text name)
{
	bool word_begins = true;

	while (name.size) {
		struct text before = name;
		uint32_t code = utf8_next(&name);
		const char *latin = code < 0x386 ? NULL : latin_of(code);

		if (is_article(code, name, word_begins)) {
			(void)utf8_next(&name);
			word_begins = false;
			continue;
		}
		word_begins = !is_arabic(code);
		if (latin)
			buffer_string(buffer, latin);
		else
			buffer_append(buffer, (struct text){before.data, before.size - name.size});
	}
}
