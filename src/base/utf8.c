/* UTF-8 checking, walking and folding. */
#include "base/utf8.h"

#include <string.h>

/* Length of the well-formed character at the start, 0 when there is none. */
static size_t character_size(struct text text)
{
	const unsigned char *p = (const unsigned char *)text.data;
	size_t size;

	if (!text.size)
		return 0;
	if (p[0] < 0x80)
		return 1;
	size = p[0] >= 0xc2 && p[0] < 0xe0 ? 2 : (p[0] & 0xf0) == 0xe0 ? 3 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4 : 0;
	if (!size || text.size < size)
		return 0;
	for (size_t i = 1; i < size; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] >= 0xa0) || (p[0] == 0xf0 && p[1] < 0x90) ||
	    (p[0] == 0xf4 && p[1] >= 0x90))
		return 0;
	return size;
}

bool utf8_is_valid(struct text text)
{
	size_t at = 0;

	while (at < text.size) {
		uint64_t eight;
		size_t size;

		/* Mostly ASCII: eight bytes at a time. */
		if (text.size - at >= sizeof eight) {
			memcpy(&eight, text.data + at, sizeof eight);
			if (!(eight & UINT64_C(0x8080808080808080))) {
				at += sizeof eight;
				continue;
			}
		}
		size = character_size((struct text){text.data + at, text.size - at});
		if (!size)
			return false;
		at += size;
	}
	return true;
}

uint32_t utf8_next(struct text *text)
{
	const unsigned char *p = (const unsigned char *)text->data;
	size_t size = character_size(*text);
	uint32_t code;

	*text = text_slice(*text, size ? size : 1, text->size);
	if (size == 1)
		return p[0];
	if (!size)
		return 0xfffd;
	code = p[0] & (0x7fU >> size);
	for (size_t i = 1; i < size; i++)
		code = code << 6 | (p[i] & 0x3fU);
	return code;
}

void utf8_append(struct buffer *buffer, uint32_t code)
{
	if (code < 0x80) {
		buffer_byte(buffer, (char)code);
	} else if (code < 0x800) {
		buffer_byte(buffer, (char)(0xc0 | code >> 6));
		buffer_byte(buffer, (char)(0x80 | (code & 0x3f)));
	} else if (code < 0x10000) {
		buffer_byte(buffer, (char)(0xe0 | code >> 12));
		buffer_byte(buffer, (char)(0x80 | (code >> 6 & 0x3f)));
		buffer_byte(buffer, (char)(0x80 | (code & 0x3f)));
	} else {
		buffer_byte(buffer, (char)(0xf0 | code >> 18));
		buffer_byte(buffer, (char)(0x80 | (code >> 12 & 0x3f)));
		buffer_byte(buffer, (char)(0x80 | (code >> 6 & 0x3f)));
		buffer_byte(buffer, (char)(0x80 | (code & 0x3f)));
	}
}

static size_t code_width(uint32_t code)
{
	if ((code >= 0x300 && code < 0x370) || (code >= 0x200b && code <= 0x200f))
		return 0;
	return (code >= 0x1100 && code < 0x1160) || (code >= 0x2e80 && code < 0xa4d0) ||
			(code >= 0xac00 && code < 0xd7a4) || (code >= 0xff00 && code < 0xff61) || code >= 0x1f300
		? 2
		: 1;
}

size_t utf8_width(struct text text)
{
	size_t width = 0;

	while (text.size)
		width += code_width(utf8_next(&text));
	return width;
}

struct text utf8_cut(struct text text, size_t columns)
{
	struct text rest = text;
	size_t width = 0;

	while (rest.size) {
		size_t before = text.size - rest.size;

		width += code_width(utf8_next(&rest));
		if (width > columns)
			return text_slice(text, 0, before);
	}
	return text;
}

/* Base letters of U+00C0…U+017F; ' ' where there is none. */
static const char latin_base[] =
	"aaaaaaaceeeeiiiidnooooo ouuuuyts" "aaaaaaaceeeeiiiidnooooo ouuuuyty"
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllll"
	"nnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* Base letters of U+1E00…U+1EFF: ẹ, ọ, ṣ… */
static const char latin_additional[] =
	"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
	"mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
	"wwwwwwwwwwxxxxyyzzzzzzhtwyassssdaaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
	"eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyyllvvyy";

static void fold_code(struct buffer *buffer, uint32_t code)
{
	static const struct { uint32_t code; const char *folded; } pairs[] = {
		{0xc6, "ae"}, {0xe6, "ae"}, {0xdf, "ss"}, {0x152, "oe"}, {0x153, "oe"}, {0xde, "th"}, {0xfe, "th"}, {0x132, "ij"}, {0x133, "ij"},
		/* letters of West African languages */
		{0x181, "b"}, {0x253, "b"}, {0x18a, "d"}, {0x257, "d"}, {0x198, "k"}, {0x199, "k"}, {0x1b3, "y"}, {0x1b4, "y"},
		{0x186, "o"}, {0x254, "o"}, {0x190, "e"}, {0x25b, "e"}, {0x18f, "e"}, {0x259, "e"}, {0x19d, "n"}, {0x272, "n"},
		{0x1e9e, "ss"}};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (pairs[i].code == code) {
			buffer_string(buffer, pairs[i].folded);
			return;
		}
	if (code >= 0xc0 && code < 0xc0 + sizeof latin_base - 1 && latin_base[code - 0xc0] != ' ')
		buffer_byte(buffer, latin_base[code - 0xc0]);
	else if (code >= 0x1e00 && code < 0x1f00)
		buffer_byte(buffer, latin_additional[code - 0x1e00]);
	else if (code >= 0x400 && code <= 0x40f)
		utf8_append(buffer, code + 0x50);
	else if (code >= 0x391 && code <= 0x3a9)
		utf8_append(buffer, code + 0x20);
	else if (code >= 0x410 && code <= 0x42f)
		utf8_append(buffer, code + 0x20);
	else
		utf8_append(buffer, code);
}

static bool is_separator(uint32_t code)
{
	return code == 0xd7 || code == 0xf7 || (code >= 0x80 && code < 0xc0) || (code >= 0x2000 && code < 0x2070) ||
		(code >= 0x3000 && code < 0x3004) || code == 0xfffd || code == 0xfeff;
}

void utf8_fold(struct buffer *buffer, struct text text)
{
	size_t start = buffer->size;
	bool blank = false;

	while (text.size) {
		unsigned char byte = (unsigned char)text.data[0];
		uint32_t code;
		bool letter;

		if (byte < 0x80) {
			text = text_slice(text, 1, text.size);
			code = byte >= 'A' && byte <= 'Z' ? byte + 32U : byte;
			letter = (code >= 'a' && code <= 'z') || (code >= '0' && code <= '9');
		} else {
			code = utf8_next(&text);
			if (code >= 0x300 && code < 0x370)
				continue;
			letter = !is_separator(code);
		}
		if (!letter) {
			blank = true;
			continue;
		}
		if (blank && buffer->size > start)
			buffer_byte(buffer, ' ');
		blank = false;
		if (code < 0x80)
			buffer_byte(buffer, (char)code);
		else
			fold_code(buffer, code);
	}
}

void utf8_from_windows_1252(struct buffer *buffer, struct text bytes)
{
	static const uint16_t high[32] = {0x20ac, 0xfffd, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030,
		0x160, 0x2039, 0x152, 0xfffd, 0x17d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013,
		0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0xfffd, 0x17e, 0x178};

	for (size_t i = 0; i < bytes.size; i++) {
		unsigned char byte = (unsigned char)bytes.data[i];

		utf8_append(buffer, byte >= 0x80 && byte < 0xa0 ? high[byte - 0x80] : byte);
	}
}
