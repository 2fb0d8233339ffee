/* Pieces of text. */
#include "base/text.h"

#include <string.h>

struct text text_of(const char *string)
{
	return string ? (struct text){string, strlen(string)} : TEXT_NONE;
}

bool text_is_empty(struct text text)
{
	return !text.size;
}

bool text_equal(struct text a, struct text b)
{
	return a.size == b.size && (!a.size || memcmp(a.data, b.data, a.size) == 0);
}

bool text_is(struct text a, const char *string)
{
	return text_equal(a, text_of(string));
}

static unsigned char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte + 32) : (unsigned char)byte;
}

bool text_equal_ignoring_case(struct text a, struct text b)
{
	if (a.size != b.size)
		return false;
	for (size_t i = 0; i < a.size; i++)
		if (lower(a.data[i]) != lower(b.data[i]))
			return false;
	return true;
}

int text_compare(struct text a, struct text b)
{
	size_t shared = a.size < b.size ? a.size : b.size;
	int order = shared ? memcmp(a.data, b.data, shared) : 0;

	if (order)
		return order;
	return a.size < b.size ? -1 : a.size > b.size;
}

bool text_starts_with(struct text text, struct text prefix)
{
	return text.size >= prefix.size && (!prefix.size || memcmp(text.data, prefix.data, prefix.size) == 0);
}

bool text_ends_with(struct text text, struct text suffix)
{
	return text.size >= suffix.size && text_equal(text_slice(text, text.size - suffix.size, text.size), suffix);
}

size_t text_find(struct text text, struct text needle)
{
	const char *found;

	if (!needle.size)
		return 0;
	if (text.size < needle.size)
		return text.size;
	found = memmem(text.data, text.size, needle.data, needle.size);
	return found ? (size_t)(found - text.data) : text.size;
}

struct text text_slice(struct text text, size_t from, size_t to)
{
	if (to > text.size)
		to = text.size;
	if (from > to)
		from = to;
	if (!text.data)
		return text;
	return (struct text){text.data + from, to - from};
}

static bool is_blank(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

struct text text_trim(struct text text)
{
	static const struct text no_break_space = {"\xc2\xa0", 2};

	while (text.size) {
		if (is_blank(text.data[0]))
			text = text_slice(text, 1, text.size);
		else if (text_starts_with(text, no_break_space))
			text = text_slice(text, 2, text.size);
		else
			break;
	}
	while (text.size) {
		if (is_blank(text.data[text.size - 1]))
			text.size--;
		else if (text_ends_with(text, no_break_space))
			text.size -= 2;
		else
			break;
	}
	return text;
}

struct text text_cut(struct text *rest, char separator)
{
	const char *found = rest->size ? memchr(rest->data, separator, rest->size) : NULL;
	struct text part = *rest;

	if (!found) {
		*rest = TEXT_NONE;
		return part;
	}
	part.size = (size_t)(found - rest->data);
	*rest = (struct text){found + 1, rest->size - part.size - 1};
	return part;
}

uint64_t text_hash(struct text text)
{
	uint64_t hash = 0xcbf29ce484222325U;

	for (size_t i = 0; i < text.size; i++)
		hash = (hash ^ (unsigned char)text.data[i]) * 0x100000001b3U;
	return hash ^ (hash >> 29);
}
