/* Normal forms in which values are compared, and the search for words. */
#include "engine/condition.h"

static struct text kept(struct arena *arena, struct text text, bool digits_only)
{
	char *bytes;
	size_t size = 0;

	text = text_trim(text);
	if (!text.size)
		return TEXT_NONE;
	bytes = ARENA_ARRAY(arena, text.size + 1, char);
	if (!bytes)
		return TEXT_NONE;
	for (size_t i = 0; i < text.size; i++) {
		char c = text.data[i];

		if (digits_only ? c >= '0' && c <= '9' : true)
			bytes[size++] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
	}
	return size ? (struct text){bytes, size} : TEXT_NONE;
}

/* True when the text is in its normal form already, as most are: then nothing is copied. */
static bool is_normal(struct text text, bool digits_only)
{
	if (!text.size || text_trim(text).size != text.size)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		char c = text.data[i];

		if (digits_only ? c < '0' || c > '9' : c >= 'a' && c <= 'z')
			return false;
	}
	return true;
}

struct text fact_normal(struct arena *arena, enum fact_type type, struct text text)
{
	if (type == FACT_TEXT)
		return text_folded(arena, text);
	if (is_normal(text, type == FACT_HS))
		return text;
	return kept(arena, text, type == FACT_HS);
}

struct text word_stem(struct text word)
{
	if (word.size >= 4 && (word.data[word.size - 1] == 's' || word.data[word.size - 1] == 'x'))
		word.size--;
	return word;
}

static bool word_found(struct text text, struct text wanted)
{
	bool open = text_ends_with(wanted, TEXT("*"));
	struct text prefix = text_slice(wanted, 0, wanted.size - open);

	while (text.data) {
		struct text word = text_cut(&text, ' ');

		if (open ? text_starts_with(word, prefix) : text_equal(word_stem(word), word_stem(wanted)))
			return true;
	}
	return false;
}

bool words_found(struct text text, struct text term)
{
	while (term.data)
		if (!word_found(text, text_cut(&term, ' ')))
			return false;
	return true;
}
