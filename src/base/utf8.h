#ifndef VIGIE_BASE_UTF8_H
#define VIGIE_BASE_UTF8_H
/* UTF-8: checking, walking, and folding for search. */
#include "base/buffer.h"

bool utf8_is_valid(struct text text); /* shortest form, no surrogates, up to U+10FFFF */
/* The next code point and moves past it; bad bytes give U+FFFD one at a time. Only while text->size. */
uint32_t utf8_next(struct text *text);
void utf8_append(struct buffer *buffer, uint32_t code_point);
/* Columns on a terminal: code points less combining marks (wide East Asian forms count 2). */
size_t utf8_width(struct text text);
/* At most `columns` wide, never cutting a character. */
struct text utf8_cut(struct text text, size_t columns);
/* The form used by every search: lower case, Latin accents removed (é→e, œ→oe, ß→ss), every run of
 * anything but letters and digits becomes one blank, none at the ends. */
void utf8_fold(struct buffer *buffer, struct text text);
/* Appends bytes that are not UTF-8 as if they were Windows-1252 (what old exports are in). */
void utf8_from_windows_1252(struct buffer *buffer, struct text bytes);

#endif
