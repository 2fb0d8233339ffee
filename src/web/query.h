#ifndef VIGIE_WEB_QUERY_H
#define VIGIE_WEB_QUERY_H
/* Text forms of the web: percent encoding, urlencoded pairs, cookies, header values. All of it hostile input. */
#include "base/arena.h"
#include "base/buffer.h"

/* Decodes %XX (and '+' as a blank when `plus`) into the arena. STATUS_MALFORMED: bad escape, a NUL, not UTF-8. */
enum status percent_decode(struct arena *arena, struct text text, bool plus, struct text *ret_text) MUST_CHECK;
/* Encodes all but letters, digits and -._~ (and '/' when `path`). */
void percent_encode(struct buffer *buffer, struct text text, bool path);

/* A value as a handler may see it: valid UTF-8, no control characters but tab and line feed, CR LF made LF,
 * trimmed. STATUS_MALFORMED otherwise. */
enum status input_clean(struct arena *arena, struct text raw, struct text *ret_text) MUST_CHECK;

struct pair {
	struct text name, value;
};
/* Cuts the next "name=value" off an urlencoded text, decoded and cleaned; false at the end. A failure ends too:
 * *status, which must be STATUS_OK before. */
bool query_next(struct arena *arena, struct text *rest, struct pair *ret_pair, enum status *status);

/* The value of a cookie in a Cookie header's text; TEXT_NONE without. The first of several counts. */
struct text cookie_find(struct text header, const char *name);

/* A parameter of a header value: header_parameter("form-data; name=\"x\"", "name"). Quotes are taken off,
 * backslash escapes undone as browsers mean them (\" only). STATUS_NOT_FOUND, STATUS_MALFORMED. */
enum status header_parameter(struct arena *arena, struct text value, const char *name, struct text *ret_value)
	MUST_CHECK;
/* The part of a header value before the first ';', trimmed. */
struct text header_main(struct text value);
/* Is the word (gzip, text/html) in a comma-separated list with a q that is not 0? */
bool header_lists(struct text list, const char *word);

#endif
