/* Letters into a small buffer. */
#include "demo/words.h"

void words_letter(struct words *words, int letter)
{
	if (words->size < WORDS_SIZE)
		words->bytes[words->size++] = (char)letter;
}

void words_put(struct words *words, const char *string)
{
	for (; *string; string++)
		words_letter(words, *string);
}

void words_number(struct words *words, uint64_t number, int width)
{
	char digits[20];
	int count = 0;

	do {
		digits[count++] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	for (int i = count; i < width; i++)
		words_letter(words, '0');
	while (count)
		words_letter(words, digits[--count]);
}

struct text words_text(struct words *words, struct arena *arena)
{
	struct text text = arena_text(arena, (struct text){words->bytes, words->size});

	words->size = 0;
	return text;
}
