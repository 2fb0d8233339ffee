/* A streaming JSON writer and a strict reader. */
#include "base/json.h"

#include "base/clock.h"
#include "base/number.h"
#include "base/utf8.h"

#include <math.h>

void put_begin(struct json_writer *json, struct buffer *buffer)
{
	*json = (struct json_writer){.buffer = buffer};
	json->first[0] = true;
}

static void before_value(struct json_writer *json)
{
	if (json->after_key) {
		json->after_key = false;
		return;
	}
	if (!json->first[json->depth] && json->depth)
		buffer_byte(json->buffer, ',');
	json->first[json->depth] = false;
}

static void open_level(struct json_writer *json, char sign)
{
	before_value(json);
	buffer_byte(json->buffer, sign);
	if (json->depth + 1 < JSON_DEPTH)
		json->depth++;
	else
		json->buffer->status = STATUS_INTERNAL;
	json->first[json->depth] = true;
}

static void close_level(struct json_writer *json, char sign)
{
	if (json->depth)
		json->depth--;
	buffer_byte(json->buffer, sign);
}

void put_object(struct json_writer *json)
{
	open_level(json, '{');
}

void put_object_end(struct json_writer *json)
{
	close_level(json, '}');
}

void put_array(struct json_writer *json)
{
	open_level(json, '[');
}

void put_array_end(struct json_writer *json)
{
	close_level(json, ']');
}

void put_key(struct json_writer *json, const char *key)
{
	before_value(json);
	json_quote(json->buffer, text_of(key));
	buffer_byte(json->buffer, ':');
	json->after_key = true;
}

static void escape(struct buffer *buffer, uint32_t code)
{
	switch (code) {
	case '"': buffer_string(buffer, "\\\""); break;
	case '\\': buffer_string(buffer, "\\\\"); break;
	case '\n': buffer_string(buffer, "\\n"); break;
	case '\r': buffer_string(buffer, "\\r"); break;
	case '\t': buffer_string(buffer, "\\t"); break;
	default:
		if (code < 0x20)
			buffer_format(buffer, "\\u%04x", (unsigned)code);
		else
			utf8_append(buffer, code);
	}
}

void json_quote(struct buffer *buffer, struct text text)
{
	buffer_byte(buffer, '"');
	while (text.size) {
		size_t plain = 0;

		while (plain < text.size && text.data[plain] >= 0x20 && text.data[plain] < 0x7f &&
		       text.data[plain] != '"' && text.data[plain] != '\\')
			plain++;
		buffer_put(buffer, text.data, plain);
		text = (struct text){text.data + plain, text.size - plain};
		if (text.size)
			escape(buffer, utf8_next(&text));
	}
	buffer_byte(buffer, '"');
}

void put_text(struct json_writer *json, struct text text)
{
	before_value(json);
	if (text.data)
		json_quote(json->buffer, text);
	else
		buffer_string(json->buffer, "null");
}

void put_int(struct json_writer *json, int64_t value)
{
	before_value(json);
	buffer_format(json->buffer, "%lld", (long long)value);
}

void put_micro(struct json_writer *json, int64_t micro)
{
	before_value(json);
	if (micro == NUMBER_NONE)
		buffer_string(json->buffer, "null");
	else
		number_print(json->buffer, micro);
}

void put_double(struct json_writer *json, double value)
{
	before_value(json);
	if (isfinite(value))
		buffer_format(json->buffer, "%.15g", value);
	else
		buffer_string(json->buffer, "null");
}

void put_bool(struct json_writer *json, bool value)
{
	before_value(json);
	buffer_string(json->buffer, value ? "true" : "false");
}

void put_raw(struct json_writer *json, struct text value)
{
	before_value(json);
	buffer_append(json->buffer, value);
}

void put_null(struct json_writer *json)
{
	before_value(json);
	buffer_string(json->buffer, "null");
}

static void quoted_or_null(struct json_writer *json, int64_t value, void (*print)(struct buffer *, int64_t))
{
	before_value(json);
	if (value == INT64_MIN) {
		buffer_string(json->buffer, "null");
		return;
	}
	buffer_byte(json->buffer, '"');
	print(json->buffer, value);
	buffer_byte(json->buffer, '"');
}

void put_date(struct json_writer *json, int64_t date)
{
	quoted_or_null(json, date, date_print);
}

void put_time(struct json_writer *json, int64_t time)
{
	quoted_or_null(json, time, time_print);
}

enum status json_parse(struct text text, size_t limit, json_t **ret_value, int *ret_line)
{
	json_error_t error;
	json_t *value;

	if (text.size > limit)
		return STATUS_TOO_LARGE;
	value = json_loadb(text.data ? text.data : "", text.size, JSON_REJECT_DUPLICATES, &error);
	if (!value) {
		*ret_line = error.line > 0 ? error.line : 1;
		return STATUS_MALFORMED;
	}
	*ret_value = value;
	return STATUS_OK;
}
