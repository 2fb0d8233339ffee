#ifndef VIGIE_BASE_TEXT_H
#define VIGIE_BASE_TEXT_H
/* A piece of text that somebody else owns: a pointer and a size, not ended by NUL unless said. Bytes are
 * UTF-8 where they are meant for people. data == NULL means "no text at all" (missing), which is not the
 * same as an empty text. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	const char *data;
	size_t size;
};

#define TEXT_NONE ((struct text){NULL, 0})
/* A text from a string literal. */
#define TEXT(literal) ((struct text){("" literal), sizeof(literal) - 1})
/* For printf("%.*s"). */
#define TEXT_FORMAT(text) (int)(text).size, ((text).data ? (text).data : "")

struct text text_of(const char *string); /* NULL gives TEXT_NONE */
bool text_is_empty(struct text text); /* missing or of no bytes */
bool text_equal(struct text a, struct text b);
bool text_is(struct text a, const char *string);
bool text_equal_ignoring_case(struct text a, struct text b); /* ASCII letters only */
int text_compare(struct text a, struct text b); /* by bytes, shorter first */
bool text_starts_with(struct text text, struct text prefix);
bool text_ends_with(struct text text, struct text suffix);
/* Position of the first `needle` in `text`, or text.size when there is none. */
size_t text_find(struct text text, struct text needle);
struct text text_slice(struct text text, size_t from, size_t to); /* clamped */
struct text text_trim(struct text text); /* ASCII white space and U+00A0, both ends */
/* Cuts the part before `separator` off `rest` and returns it; without separator returns all and leaves
 * `rest` missing. Loop while (rest.data). */
struct text text_cut(struct text *rest, char separator);
uint64_t text_hash(struct text text); /* fast, not for hostile tables without a limit */

#endif
