/* Cleaning and keeping of values, as all readers need it. */
#include "formats/reading.h"

#include <string.h>

static bool is_blank(char byte)
{
	return (unsigned char)byte <= ' ';
}

/* Length of the blank at `at`: 1, 2 for a no-break space in UTF-8, 0 for anything else. */
static size_t blank_size(const char *at, const char *end)
{
	if (is_blank(*at))
		return 1;
	if (*at == '\xC2' && end - at > 1 && at[1] == '\xA0')
		return 2;
	return 0;
}

static size_t squeeze(char *bytes, size_t size, bool keep_lines)
{
	const char *at = bytes, *end = size ? bytes + size : bytes; /* nothing may be NULL */
	char *to = bytes;
	char pending = 0;

	while (at < end) {
		size_t blank = blank_size(at, end);

		if (blank) {
			if (keep_lines && (*at == '\n' || *at == '\r'))
				pending = '\n';
			else if (!pending)
				pending = ' ';
			at += blank;
			continue;
		}
		if (pending && to > bytes)
			*to++ = pending;
		pending = 0;
		*to++ = *at++;
	}
	return (size_t)(to - bytes);
}

size_t value_squeeze(char *bytes, size_t size)
{
	return squeeze(bytes, size, false);
}

size_t value_squeeze_lines(char *bytes, size_t size)
{
	return squeeze(bytes, size, true);
}

/* Why the arena gave nothing: it is nearly full, or there is no memory. The difference is only for the
 * message; both end the reading. */
static enum status arena_failure(const struct arena *arena)
{
	return arena ? STATUS_NO_MEMORY : STATUS_INTERNAL;
}

enum status value_keep(struct arena *arena, struct text text, struct text *ret_text)
{
	struct text kept = TEXT_NONE;

	if (text.size) {
		kept = arena_text(arena, text);
		if (!kept.data)
			return arena_failure(arena);
	}
	*ret_text = kept;
	return STATUS_OK;
}

static bool has_word(struct text list, struct text word)
{
	while (list.data)
		if (text_equal(text_cut(&list, ' '), word))
			return true;
	return false;
}

enum status value_add_word(struct arena *arena, struct text word, struct text *list)
{
	char *bytes;

	if (!word.size || has_word(*list, word))
		return STATUS_OK;
	if (!list->data)
		return value_keep(arena, word, list);
	bytes = arena_allocate(arena, list->size + word.size + 2);
	if (!bytes)
		return arena_failure(arena);
	memcpy(bytes, list->data, list->size);
	bytes[list->size] = ' ';
	memcpy(bytes + list->size + 1, word.data, word.size);
	*list = (struct text){bytes, list->size + 1 + word.size};
	return STATUS_OK;
}

/* Lines joined by ", ", which an address on one line is written with. */
static enum status join_lines(struct arena *arena, struct text lines, struct text *ret_text)
{
	char *bytes, *to;

	if (!lines.size)
		return STATUS_OK;
	bytes = to = arena_allocate(arena, lines.size * 2 + 1);
	if (!bytes)
		return arena_failure(arena);
	for (size_t i = 0; i < lines.size; i++) {
		if (lines.data[i] != '\n') {
			*to++ = lines.data[i];
			continue;
		}
		if (to > bytes && to[-1] != ',')
			*to++ = ',';
		*to++ = ' ';
	}
	*ret_text = (struct text){bytes, (size_t)(to - bytes)};
	return STATUS_OK;
}

enum status value_party(struct arena *arena, struct text lines, struct party *party)
{
	struct text rest = lines, name = text_cut(&rest, '\n');

	TRY(value_keep(arena, name, &party->name));
	return join_lines(arena, rest, &party->address);
}

bool value_is_digits(struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	return text.size > 0;
}

static bool is_chassis(struct text word)
{
	bool letter = false, digit = false;

	if (word.size != 17)
		return false;
	for (size_t i = 0; i < word.size; i++) {
		char byte = word.data[i];

		if (byte >= '0' && byte <= '9')
			digit = true;
		else if (byte >= 'A' && byte <= 'Z' && byte != 'I' && byte != 'O' && byte != 'Q')
			letter = true;
		else
			return false;
	}
	return letter && digit;
}

struct text value_chassis(struct text text)
{
	size_t start = 0;

	for (size_t i = 0; i <= text.size; i++) {
		char byte = i < text.size ? text.data[i] : ' ';
		bool of_word = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
			       (byte >= 'a' && byte <= 'z');

		if (of_word)
			continue;
		if (is_chassis(text_slice(text, start, i)))
			return text_slice(text, start, i);
		start = i + 1;
	}
	return TEXT_NONE;
}

struct text value_count(struct arena *arena, size_t count)
{
	struct text text = arena_format(arena, "%zu", count);

	return text.data ? text : TEXT("");
}

struct text value_number(struct arena *arena, int64_t micro)
{
	AUTO(buffer_release) struct buffer buffer;
	struct text text;

	buffer_init(&buffer, 64);
	number_print(&buffer, micro);
	text = arena_text(arena, buffer_text(&buffer));
	return text.data ? text : TEXT("");
}

enum status array_grow(struct arena *arena, void *rows, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : 8;
	void *old, *grown;

	if (count < *capacity)
		return STATUS_OK;
	grown = arena_array(arena, wanted, size);
	if (!grown)
		return arena_failure(arena);
	memcpy(&old, rows, sizeof old);
	if (count)
		memcpy(grown, old, count * size);
	memcpy(rows, &grown, sizeof grown);
	*capacity = wanted;
	return STATUS_OK;
}
