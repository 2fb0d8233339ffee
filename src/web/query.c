/* Percent encoding, urlencoded pairs, cookies and header parameters. */
#include "web/query.h"

#include "base/utf8.h"

#include <string.h>

static int hex_digit(char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	if (byte >= 'a' && byte <= 'f')
		return byte - 'a' + 10;
	if (byte >= 'A' && byte <= 'F')
		return byte - 'A' + 10;
	return -1;
}

enum status percent_decode(struct arena *arena, struct text text, bool plus, struct text *ret_text)
{
	char *out = arena_allocate(arena, text.size + 1);
	size_t size = 0;

	if (!out)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < text.size; i++) {
		char byte = text.data[i];

		if (byte == '%') {
			int high = i + 2 < text.size ? hex_digit(text.data[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(text.data[i + 2]) : -1;

			if (high < 0 || low < 0)
				return STATUS_MALFORMED;
			byte = (char)(high * 16 + low);
			i += 2;
		} else if (byte == '+' && plus) {
			byte = ' ';
		}
		if (!byte)
			return STATUS_MALFORMED;
		out[size++] = byte;
	}
	if (!utf8_is_valid((struct text){out, size}))
		return STATUS_MALFORMED;
	*ret_text = (struct text){out, size};
	return STATUS_OK;
}

static bool is_unreserved(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
		byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

void percent_encode(struct buffer *buffer, struct text text, bool path)
{
	for (size_t i = 0; i < text.size; i++) {
		char byte = text.data[i];

		if (is_unreserved(byte) || (path && byte == '/'))
			buffer_byte(buffer, byte);
		else
			buffer_format(buffer, "%%%02X", (unsigned)(unsigned char)byte);
	}
}

enum status input_clean(struct arena *arena, struct text raw, struct text *ret_text)
{
	char *out;
	size_t size = 0;

	if (!utf8_is_valid(raw))
		return STATUS_MALFORMED;
	out = arena_allocate(arena, raw.size + 1);
	if (!out)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < raw.size; i++) {
		unsigned char byte = (unsigned char)raw.data[i];

		if (byte == '\r') {
			if (i + 1 < raw.size && raw.data[i + 1] == '\n')
				continue;
			byte = '\n';
		}
		if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f)
			return STATUS_MALFORMED;
		out[size++] = (char)byte;
	}
	*ret_text = text_trim((struct text){out, size});
	/* Ended by NUL wherever the trim cut it. */
	out[(size_t)(ret_text->data - out) + ret_text->size] = '\0';
	return STATUS_OK;
}

bool query_next(struct arena *arena, struct text *rest, struct pair *ret_pair, enum status *status)
{
	while (*status == STATUS_OK && rest->data && rest->size) {
		struct text value = text_cut(rest, '&');
		struct text name = text_cut(&value, '=');
		struct pair pair;

		if (!name.size)
			continue;
		*status = percent_decode(arena, name, true, &pair.name);
		if (*status == STATUS_OK)
			*status = percent_decode(arena, value, true, &pair.value);
		if (*status == STATUS_OK)
			*status = input_clean(arena, pair.value, &pair.value);
		if (*status != STATUS_OK)
			return false;
		*ret_pair = pair;
		return true;
	}
	return false;
}

struct text cookie_find(struct text header, const char *name)
{
	while (header.data) {
		struct text value = text_trim(text_cut(&header, ';'));
		struct text key = text_cut(&value, '=');

		if (!value.data || !text_is(key, name))
			continue;
		if (value.size >= 2 && value.data[0] == '"' && value.data[value.size - 1] == '"')
			value = text_slice(value, 1, value.size - 1);
		return value;
	}
	return TEXT_NONE;
}

struct text header_main(struct text value)
{
	return text_trim(text_cut(&value, ';'));
}

/* A quoted string from just behind its opening quote; moves `rest` behind the closing one. */
static enum status read_quoted(struct arena *arena, struct text *rest, struct text *ret_value)
{
	char *out = arena_allocate(arena, rest->size + 1);
	size_t size = 0, i = 0;

	if (!out)
		return STATUS_NO_MEMORY;
	for (; i < rest->size && rest->data[i] != '"'; i++) {
		/* Only \" is an escape: old browsers send C:\folder\file as it is. */
		if (rest->data[i] == '\\' && i + 1 < rest->size && rest->data[i + 1] == '"')
			i++;
		out[size++] = rest->data[i];
	}
	if (i >= rest->size)
		return STATUS_MALFORMED;
	*rest = text_slice(*rest, i + 1, rest->size);
	*ret_value = (struct text){out, size};
	return STATUS_OK;
}

enum status header_parameter(struct arena *arena, struct text value, const char *name, struct text *ret_value)
{
	struct text rest = value;

	(void)text_cut(&rest, ';');
	while (rest.data && rest.size) {
		size_t at = text_find(rest, TEXT("="));
		size_t semicolon = text_find(rest, TEXT(";"));
		struct text key, got;

		if (semicolon < at) {
			rest = text_slice(rest, semicolon + 1, rest.size);
			continue;
		}
		if (at == rest.size)
			break;
		key = text_trim(text_slice(rest, 0, at));
		rest = text_trim(text_slice(rest, at + 1, rest.size));
		if (rest.size && rest.data[0] == '"') {
			rest = text_slice(rest, 1, rest.size);
			TRY(read_quoted(arena, &rest, &got));
			(void)text_cut(&rest, ';');
		} else {
			got = text_trim(text_cut(&rest, ';'));
		}
		if (text_equal_ignoring_case(key, text_of(name))) {
			*ret_value = got;
			return STATUS_OK;
		}
	}
	return STATUS_NOT_FOUND;
}

/* Is the q of "word;q=0.0" zero? */
static bool is_refused(struct text parameters)
{
	while (parameters.data) {
		struct text value = text_trim(text_cut(&parameters, ';'));
		struct text key = text_trim(text_cut(&value, '='));

		if (!text_equal_ignoring_case(key, TEXT("q")) || !value.data)
			continue;
		value = text_trim(value);
		for (size_t i = 0; i < value.size; i++)
			if (value.data[i] != '0' && value.data[i] != '.')
				return false;
		return true;
	}
	return false;
}

bool header_lists(struct text list, const char *word)
{
	while (list.data) {
		struct text parameters = text_cut(&list, ',');
		struct text main = text_trim(text_cut(&parameters, ';'));

		if (text_equal_ignoring_case(main, text_of(word)))
			return !is_refused(parameters);
	}
	return false;
}
