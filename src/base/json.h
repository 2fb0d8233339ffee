#ifndef VIGIE_BASE_JSON_H
#define VIGIE_BASE_JSON_H
/* A streaming JSON writer: commas and escaping are its business. Reading is jansson's (see json_parse). */
#include "base/buffer.h"

#include <jansson.h>

enum { JSON_DEPTH = 32 };

struct json_writer {
	struct buffer *buffer;
	int depth;
	bool first[JSON_DEPTH];
	bool after_key;
};

void put_begin(struct json_writer *json, struct buffer *buffer);
void put_object(struct json_writer *json);
void put_object_end(struct json_writer *json);
void put_array(struct json_writer *json);
void put_array_end(struct json_writer *json);
void put_key(struct json_writer *json, const char *key);
void put_text(struct json_writer *json, struct text text); /* missing gives null; bad UTF-8 becomes U+FFFD */
void put_int(struct json_writer *json, int64_t value);
void put_micro(struct json_writer *json, int64_t micro); /* an exact decimal; missing gives null */
void put_double(struct json_writer *json, double value); /* 15 digits; not finite gives null */
void put_bool(struct json_writer *json, bool value);
void put_raw(struct json_writer *json, struct text value); /* a JSON value made elsewhere, as it is */
void put_null(struct json_writer *json);
void put_date(struct json_writer *json, int64_t date); /* "2026-11-24" or null */
void put_time(struct json_writer *json, int64_t time);
/* A quoted, escaped string alone. */
void json_quote(struct buffer *buffer, struct text text);

/* Strict parse (duplicate keys refused, depth limited by jansson, at most `limit` bytes); the caller
 * json_decref()s. On failure *ret_line is the line (from 1). */
enum status json_parse(struct text text, size_t limit, json_t **ret_value, int *ret_line) MUST_CHECK;

#endif
