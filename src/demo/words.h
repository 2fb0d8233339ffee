#ifndef VIGIE_DEMO_WORDS_H
#define VIGIE_DEMO_WORDS_H
/* Short texts put together piece by piece, much faster than by printf: the demonstration writes dozens for each
 * declaration. What does not fit is cut. */
#include "base/arena.h"

enum { WORDS_SIZE = 160 };

struct words {
	size_t size;
	char bytes[WORDS_SIZE];
};

void words_put(struct words *words, const char *string);
void words_letter(struct words *words, int letter);
/* With zeros before, up to `width` digits. */
void words_number(struct words *words, uint64_t number, int width);
/* A copy in the arena, data == NULL without memory; the words are empty again. */
struct text words_text(struct words *words, struct arena *arena);

#endif
