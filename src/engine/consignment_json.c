/* A consignment as canonical JSON and back. Both directions walk over the rows of consignment_fields.c; the
 * reader knows only what the writer writes (objects, arrays, strings, decimals, true and false), which makes
 * it several times faster than a reader of any JSON, and refuses everything else. */
#include "base/secret.h"
#include "engine/consignment.h"

#include <string.h>

static const char HEX[] = "0123456789abcdef";

static inline void put_byte(struct buffer *buffer, char byte)
{
	buffer_put(buffer, &byte, 1);
}

/* Bytes that a JSON string cannot hold as they are. */
static size_t plain_run(struct text text, size_t from)
{
	while (from < text.size) {
		unsigned char byte = (unsigned char)text.data[from];

		if (byte < 0x20 || byte == '"' || byte == '\\')
			break;
		from++;
	}
	return from;
}

static void write_string(struct buffer *buffer, struct text text)
{
	size_t from = 0;

	put_byte(buffer, '"');
	while (from < text.size) {
		size_t to = plain_run(text, from);

		buffer_put(buffer, text.data + from, to - from);
		if (to < text.size) {
			unsigned char byte = (unsigned char)text.data[to];
			char escape[6] = {'\\', 'u', '0', '0', HEX[byte >> 4], HEX[byte & 15]};

			buffer_put(buffer, escape, sizeof escape);
			to++;
		}
		from = to;
	}
	put_byte(buffer, '"');
}

static void write_whole(struct buffer *buffer, int64_t value)
{
	char digits[24];
	size_t at = sizeof digits;
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	do
		digits[--at] = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (value < 0)
		digits[--at] = '-';
	buffer_put(buffer, digits + at, sizeof digits - at);
}

/* The shortest exact decimal, as number_print() writes it, without going through printf. */
static void write_micro(struct buffer *buffer, int64_t micro)
{
	int64_t whole = micro / NUMBER_ONE, part = micro % NUMBER_ONE;
	char digits[7] = ".000000";
	size_t size = sizeof digits;

	if (micro < 0 && whole == 0)
		put_byte(buffer, '-');
	write_whole(buffer, whole);
	if (part == 0)
		return;
	part = part < 0 ? -part : part;
	for (size_t i = 6; i > 0; i--, part /= 10)
		digits[i] = (char)('0' + part % 10);
	while (digits[size - 1] == '0')
		size--;
	buffer_put(buffer, digits, size);
}

/* NUMBER_NONE and DATE_NONE are the same value. */
static bool is_missing(const struct consignment_field *field, const void *value)
{
	switch (field->kind) {
	case CONSIGNMENT_TEXT:
		return ((const struct text *)value)->data == NULL;
	case CONSIGNMENT_NUMBER:
	case CONSIGNMENT_DATE:
		return *(const int64_t *)value == NUMBER_NONE;
	case CONSIGNMENT_FLAG:
		return !*(const bool *)value;
	default:
		return false;
	}
}

static void write_value(struct buffer *buffer, const struct consignment_field *field, const void *value)
{
	switch (field->kind) {
	case CONSIGNMENT_TEXT:
		write_string(buffer, *(const struct text *)value);
		return;
	case CONSIGNMENT_NUMBER:
		write_micro(buffer, *(const int64_t *)value);
		return;
	case CONSIGNMENT_DATE: /* days since 1970: exact for any value, and quick to read again */
	case CONSIGNMENT_COUNT:
		write_whole(buffer, *(const int64_t *)value);
		return;
	case CONSIGNMENT_FLAG:
		buffer_string(buffer, "true");
		return;
	case CONSIGNMENT_STAGE:
		write_string(buffer, text_of(stage_code(*(const enum stage *)value)));
		return;
	}
}

static void write_fields(struct buffer *buffer, struct consignment_fields fields, const void *base)
{
	bool first = true;

	put_byte(buffer, '{');
	for (size_t i = 0; i < fields.count; i++) {
		const struct consignment_field *field = &fields.rows[i];
		const void *value = (const char *)base + field->offset;

		if (is_missing(field, value))
			continue;
		if (!first)
			put_byte(buffer, ',');
		put_byte(buffer, '"');
		buffer_put(buffer, field->code, strlen(field->code));
		buffer_put(buffer, "\":", 2);
		write_value(buffer, field, value);
		first = false;
	}
}

static void write_rows(struct buffer *buffer, const char *name, struct consignment_fields fields, const void *rows,
	size_t count, size_t size)
{
	if (!count)
		return;
	buffer_string(buffer, name);
	for (size_t i = 0; i < count; i++) {
		if (i)
			put_byte(buffer, ',');
		write_fields(buffer, fields, (const char *)rows + i * size);
		put_byte(buffer, '}');
	}
	put_byte(buffer, ']');
}

void consignment_write(struct buffer *buffer, const struct consignment *consignment)
{
	write_fields(buffer, consignment_fields(), consignment);
	write_rows(buffer, ",\"items\":[", item_fields(), consignment->items, consignment->item_count,
		sizeof *consignment->items);
	write_rows(buffer, ",\"containers\":[", container_fields(), consignment->containers,
		consignment->container_count, sizeof *consignment->containers);
	buffer_byte(buffer, '}');
}

enum status consignment_digest(const struct consignment *consignment, unsigned char ret_digest[32])
{
	AUTO(buffer_release) struct buffer buffer;

	buffer_init(&buffer, SIZE_MAX / 2);
	consignment_write(&buffer, consignment);
	TRY(buffer_status(&buffer));
	digest_of(buffer_text(&buffer), ret_digest);
	return STATUS_OK;
}

/* --- reading ------------------------------------------------------------------------------------------- */

struct cursor {
	const char *at, *end;
	struct arena *arena;
};

static bool take(struct cursor *cursor, char byte)
{
	if (cursor->at == cursor->end || *cursor->at != byte)
		return false;
	cursor->at++;
	return true;
}

static int hex_digit(char byte)
{
	const char *found = byte ? strchr(HEX, byte) : NULL;

	return found ? (int)(found - HEX) : -1;
}

/* A string without escapes, as it lies there; the opening quote is taken already. */
static enum status read_key(struct cursor *cursor, struct text *ret_key)
{
	const char *end = memchr(cursor->at, '"', (size_t)(cursor->end - cursor->at));

	if (!end)
		return STATUS_MALFORMED;
	*ret_key = (struct text){cursor->at, (size_t)(end - cursor->at)};
	cursor->at = end + 1;
	return take(cursor, ':') ? STATUS_OK : STATUS_MALFORMED;
}

/* Where the string ends, and how many escapes it holds. */
static const char *string_end(const struct cursor *cursor, size_t *ret_escapes)
{
	const char *at = cursor->at;
	size_t escapes = 0;

	for (; at < cursor->end && *at != '"'; at++)
		if (*at == '\\') {
			if (cursor->end - at < 6 || at[1] != 'u' || at[2] != '0' || at[3] != '0' ||
				hex_digit(at[4]) < 0 || hex_digit(at[5]) < 0)
				return NULL;
			escapes++;
			at += 5;
		}
	*ret_escapes = escapes;
	return at < cursor->end ? at : NULL;
}

static enum status read_string(struct cursor *cursor, struct text *ret_text)
{
	size_t escapes, size;
	const char *end;
	char *bytes, *to;

	if (!take(cursor, '"'))
		return STATUS_MALFORMED;
	end = string_end(cursor, &escapes);
	if (!end)
		return STATUS_MALFORMED;
	size = (size_t)(end - cursor->at) - escapes * 5;
	bytes = to = arena_allocate(cursor->arena, size + 1);
	if (!bytes)
		return STATUS_NO_MEMORY;
	if (!escapes)
		memcpy(bytes, cursor->at, size);
	else
		for (const char *at = cursor->at; at < end; at++) {
			if (*at != '\\') {
				*to++ = *at;
				continue;
			}
			*to++ = (char)(hex_digit(at[4]) * 16 + hex_digit(at[5]));
			at += 5;
		}
	cursor->at = end + 1;
	*ret_text = (struct text){bytes, size};
	return STATUS_OK;
}

/* An exact decimal with up to six decimals; *ret_decimals says how many there were. */
static enum status read_decimal(struct cursor *cursor, int *ret_decimals, int64_t *ret_value)
{
	bool negative = take(cursor, '-'), after_point = false;
	const char *start = cursor->at;
	int64_t value = 0;
	int decimals = 0;

	for (; cursor->at < cursor->end; cursor->at++) {
		char byte = *cursor->at;

		if (byte == '.' && !after_point && cursor->at > start) {
			after_point = true;
			continue;
		}
		if (byte < '0' || byte > '9')
			break;
		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_sub_overflow(value, byte - '0', &value))
			return STATUS_MALFORMED;
		decimals += after_point;
	}
	if (cursor->at == start || decimals > 6 || (!negative && value == INT64_MIN))
		return STATUS_MALFORMED;
	*ret_value = negative ? value : -value;
	*ret_decimals = decimals;
	return STATUS_OK;
}

static enum status read_number(struct cursor *cursor, bool micro, int64_t *ret_value)
{
	int decimals;
	int64_t value;

	TRY(read_decimal(cursor, &decimals, &value));
	if (!micro && decimals)
		return STATUS_MALFORMED;
	for (; micro && decimals < 6; decimals++)
		if (__builtin_mul_overflow(value, 10, &value))
			return STATUS_MALFORMED;
	*ret_value = value;
	return STATUS_OK;
}

static enum status read_stage(struct cursor *cursor, enum stage *ret_stage)
{
	struct text code;

	TRY(read_string(cursor, &code));
	if (text_is(code, stage_code(STAGE_MANIFEST)))
		*ret_stage = STAGE_MANIFEST;
	else if (text_is(code, stage_code(STAGE_DECLARATION)))
		*ret_stage = STAGE_DECLARATION;
	else
		return STATUS_MALFORMED;
	return STATUS_OK;
}

static bool take_word(struct cursor *cursor, const char *word)
{
	size_t size = strlen(word);

	if ((size_t)(cursor->end - cursor->at) < size || memcmp(cursor->at, word, size) != 0)
		return false;
	cursor->at += size;
	return true;
}

static enum status read_value(struct cursor *cursor, const struct consignment_field *field, void *value)
{
	switch (field->kind) {
	case CONSIGNMENT_TEXT:
		return read_string(cursor, value);
	case CONSIGNMENT_NUMBER:
		return read_number(cursor, true, value);
	case CONSIGNMENT_DATE:
	case CONSIGNMENT_COUNT:
		return read_number(cursor, false, value);
	case CONSIGNMENT_FLAG:
		*(bool *)value = true;
		return take_word(cursor, "true") ? STATUS_OK : STATUS_MALFORMED;
	case CONSIGNMENT_STAGE:
		return read_stage(cursor, value);
	}
	return STATUS_MALFORMED;
}

/* A value of a field that is not known here. */
static enum status pass_over(struct cursor *cursor)
{
	struct text text;
	int decimals;
	int64_t value;

	if (cursor->at < cursor->end && *cursor->at == '"')
		return read_string(cursor, &text);
	if (take_word(cursor, "true"))
		return STATUS_OK;
	return read_decimal(cursor, &decimals, &value);
}

/* The row of a key. The writer keeps the order of the rows, so the search goes on where the last ended. */
static const struct consignment_field *field_find(struct consignment_fields fields, struct text key, size_t *next)
{
	for (size_t i = 0; i < fields.count; i++) {
		size_t row = (*next + i) % fields.count;

		if (text_is(key, fields.rows[row].code)) {
			*next = row + 1;
			return &fields.rows[row];
		}
	}
	return NULL;
}

/* One "key":value; rows holds the arrays' own reader for a consignment. */
static enum status read_member(struct cursor *cursor, struct consignment_fields fields, struct text key, size_t *next,
	void *base)
{
	const struct consignment_field *field = field_find(fields, key, next);

	return field ? read_value(cursor, field, (char *)base + field->offset) : pass_over(cursor);
}

static enum status read_object(struct cursor *cursor, struct consignment_fields fields, void *base)
{
	size_t next = 0;

	if (!take(cursor, '{'))
		return STATUS_MALFORMED;
	if (take(cursor, '}'))
		return STATUS_OK;
	do {
		struct text key;

		if (!take(cursor, '"'))
			return STATUS_MALFORMED;
		TRY(read_key(cursor, &key));
		TRY(read_member(cursor, fields, key, &next, base));
	} while (take(cursor, ','));
	return take(cursor, '}') ? STATUS_OK : STATUS_MALFORMED;
}

/* How many objects the array has: braces outside of strings. Nothing in a row nests. */
static size_t count_objects(struct cursor cursor)
{
	size_t count = 0;

	for (; cursor.at < cursor.end && *cursor.at != ']'; cursor.at++) {
		if (*cursor.at == '"') {
			cursor.at = memchr(cursor.at + 1, '"', (size_t)(cursor.end - cursor.at - 1));
			if (!cursor.at)
				return count;
		} else if (*cursor.at == '{') {
			count++;
		}
	}
	return count;
}

static void start_row(void *row, size_t size)
{
	if (size == sizeof(struct item))
		item_init(row, 0);
	else
		container_init(row);
}

static enum status read_rows(struct cursor *cursor, struct consignment_fields fields, size_t size, void *ret_rows,
	size_t *ret_count)
{
	size_t count, used = 0;
	char *rows;

	if (!take(cursor, '['))
		return STATUS_MALFORMED;
	count = count_objects(*cursor);
	rows = arena_array(cursor->arena, count, size);
	if (!rows)
		return STATUS_NO_MEMORY;
	do {
		if (used == count)
			return STATUS_MALFORMED;
		start_row(rows + used * size, size);
		TRY(read_object(cursor, fields, rows + used * size));
		used++;
	} while (take(cursor, ','));
	if (!take(cursor, ']'))
		return STATUS_MALFORMED;
	memcpy(ret_rows, &rows, sizeof rows);
	*ret_count = used;
	return STATUS_OK;
}

static enum status read_consignment(struct cursor *cursor, struct consignment *consignment)
{
	size_t next = 0;

	if (!take(cursor, '{'))
		return STATUS_MALFORMED;
	do {
		struct text key;

		if (!take(cursor, '"'))
			return STATUS_MALFORMED;
		TRY(read_key(cursor, &key));
		if (text_is(key, "items"))
			TRY(read_rows(cursor, item_fields(), sizeof(struct item), &consignment->items,
				&consignment->item_count));
		else if (text_is(key, "containers"))
			TRY(read_rows(cursor, container_fields(), sizeof(struct container), &consignment->containers,
				&consignment->container_count));
		else
			TRY(read_member(cursor, consignment_fields(), key, &next, consignment));
	} while (take(cursor, ','));
	return take(cursor, '}') && cursor->at == cursor->end ? STATUS_OK : STATUS_MALFORMED;
}

enum status consignment_read(struct arena *arena, struct text text, struct consignment *ret_consignment)
{
	struct cursor cursor = {.at = text.data, .end = text.data + text.size, .arena = arena};
	struct consignment consignment;

	if (!text.data)
		return STATUS_MALFORMED;
	if (text.size && *text.data != '{')
		return consignment_unpack_copy(arena, text, ret_consignment);
	consignment_init(&consignment, STAGE_MANIFEST);
	TRY(read_consignment(&cursor, &consignment));
	*ret_consignment = consignment;
	return STATUS_OK;
}
