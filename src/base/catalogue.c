/* Reads GNU .mo files (little-endian, as msgfmt --endianness=little writes them) by binary search. */
#include "base/catalogue.h"
#include "base/number.h"

#include "base/embedded.h"

#include <pthread.h>
#include <string.h>

static const struct {
	const char *code;
	const char *name;
} languages[] = {{"fr", "Français"}, {"en", "English"}, {"pt", "Português"}, {"es", "Español"}};

static struct catalogue catalogues[LANGUAGE_COUNT];
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

const char *language_code(enum language language)
{
	return languages[language < LANGUAGE_COUNT ? language : LANGUAGE_FR].code;
}

const char *language_name(enum language language)
{
	return languages[language < LANGUAGE_COUNT ? language : LANGUAGE_FR].name;
}

bool language_from(struct text code, enum language *ret_language)
{
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		if (code.size >= 2 && (code.size == 2 || code.data[2] == '-' || code.data[2] == '_') &&
		    text_equal_ignoring_case(text_slice(code, 0, 2), text_of(languages[i].code))) {
			*ret_language = (enum language)i;
			return true;
		}
	return false;
}

static bool read_word(struct text bytes, size_t at, uint32_t *ret_word)
{
	unsigned char b[4];

	if (bytes.size < 4 || at > bytes.size - 4)
		return false;
	memcpy(b, bytes.data + at, 4);
	*ret_word = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
	return true;
}

/* The text of row `i` of the table at `table`; TEXT_NONE when it does not lie inside, ended by NUL. */
static struct text read_row(const struct catalogue *catalogue, uint32_t table, uint32_t i)
{
	uint32_t size, at;
	size_t row = (size_t)table + (size_t)i * 8;

	if (!read_word(catalogue->bytes, row, &size) || !read_word(catalogue->bytes, row + 4, &at))
		return TEXT_NONE;
	if (at >= catalogue->bytes.size || size >= catalogue->bytes.size - at ||
	    catalogue->bytes.data[(size_t)at + size] != '\0')
		return TEXT_NONE;
	return (struct text){catalogue->bytes.data + at, size};
}

enum status catalogue_open(struct text bytes, struct catalogue *ret_catalogue)
{
	struct catalogue catalogue = {.bytes = bytes};
	uint32_t magic, revision;

	if (!read_word(bytes, 0, &magic) || magic != 0x950412de || !read_word(bytes, 4, &revision) || revision >> 16 ||
	    !read_word(bytes, 8, &catalogue.count) || !read_word(bytes, 12, &catalogue.originals) ||
	    !read_word(bytes, 16, &catalogue.translations))
		return STATUS_INVALID;
	for (uint32_t i = 0; i < catalogue.count; i++)
		if (!read_row(&catalogue, catalogue.originals, i).data || !read_row(&catalogue, catalogue.translations, i).data)
			return STATUS_INVALID;
	*ret_catalogue = catalogue;
	return STATUS_OK;
}

struct text catalogue_find(const struct catalogue *catalogue, struct text id)
{
	uint32_t low = 0, high = catalogue->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = text_compare(read_row(catalogue, catalogue->originals, middle), id);

		if (!order)
			return read_row(catalogue, catalogue->translations, middle);
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return TEXT_NONE;
}

static void load_all(void)
{
	for (int i = 1; i < LANGUAGE_COUNT; i++) {
		char path[16] = "po/xx.mo";

		memcpy(path + 3, languages[i].code, 2);
		if (catalogue_open(embedded_find(path), &catalogues[i]) != STATUS_OK)
			catalogues[i] = (struct catalogue){0};
	}
}

const char *tr(enum language language, const char *id)
{
	struct text found;

	if (!id || !*id)
		return "";
	if (language <= LANGUAGE_FR || language >= LANGUAGE_COUNT)
		return id;
	pthread_once(&loaded, load_all);
	found = catalogue_find(&catalogues[language], text_of(id));
	return found.size ? found.data : id;
}

struct text tr_text(enum language language, struct text text)
{
	struct text found;

	if (language <= LANGUAGE_FR || language >= LANGUAGE_COUNT || !text.size)
		return text;
	pthread_once(&loaded, load_all);
	found = catalogue_find(&catalogues[language], text);
	return found.size ? found : text;
}

/* "Masse brute : 12 kg ; Origine : CN": the names of facts in the language, the values as they are. */
static void print_facts(struct buffer *buffer, enum language language, struct text rest)
{
	static const struct text between = {" ; ", 3}, colon = {" : ", 3};
	bool is_first = true;

	while (rest.data) {
		size_t end = text_find(rest, between);
		struct text part = text_slice(rest, 0, end);
		size_t at = text_find(part, colon);

		if (!is_first)
			buffer_string(buffer, " ; ");
		is_first = false;
		buffer_append(buffer, tr_text(language, text_slice(part, 0, at)));
		/* Only the French put a blank before the colon. */
		if (at < part.size)
			buffer_string(buffer, language == LANGUAGE_FR ? " : " : ": ");
		buffer_append(buffer, text_slice(part, at + 3, part.size));
		rest = end < rest.size ? text_slice(rest, end + 3, rest.size) : TEXT_NONE;
	}
}

/* The decimal that begins the text in the language's writing, and what follows as it is. */
static void print_number(struct buffer *buffer, enum language language, struct text text)
{
	size_t size = 0, point;
	int64_t micro;

	while (size < text.size && memchr("-.0123456789", text.data[size], 13))
		size++;
	point = text_find(text_slice(text, 0, size), TEXT("."));
	if (!size || number_read(text_slice(text, 0, size), &micro) != STATUS_OK) {
		buffer_append(buffer, text);
		return;
	}
	number_print_local(buffer, micro, point < size ? (int)(size - point - 1) : 0, language == LANGUAGE_EN ? '.' : ',',
		language == LANGUAGE_EN ? "," : "\u202f");
	buffer_append(buffer, text_slice(text, size, text.size));
}

void message_print(struct buffer *buffer, enum language language, const struct message *message)
{
	struct text rest = text_of(tr(language, message->id));

	while (rest.size) {
		const char *mark = memchr(rest.data, '%', rest.size);
		size_t at = mark ? (size_t)(mark - rest.data) : rest.size;

		buffer_append(buffer, text_slice(rest, 0, at));
		rest = text_slice(rest, at, rest.size);
		if (rest.size >= 2 && rest.data[1] >= '1' && rest.data[1] <= '3') {
			buffer_append(buffer, message->values[rest.data[1] - '1']);
			rest = text_slice(rest, 2, rest.size);
		} else if (rest.size >= 3 && rest.data[1] == 't' && rest.data[2] >= '1' && rest.data[2] <= '3') {
			buffer_append(buffer, tr_text(language, message->values[rest.data[2] - '1']));
			rest = text_slice(rest, 3, rest.size);
		} else if (rest.size >= 3 && rest.data[1] == 'f' && rest.data[2] >= '1' && rest.data[2] <= '3') {
			print_facts(buffer, language, message->values[rest.data[2] - '1']);
			rest = text_slice(rest, 3, rest.size);
		} else if (rest.size >= 3 && rest.data[1] == 'n' && rest.data[2] >= '1' && rest.data[2] <= '3') {
			print_number(buffer, language, message->values[rest.data[2] - '1']);
			rest = text_slice(rest, 3, rest.size);
		} else if (rest.size) {
			buffer_byte(buffer, '%');
			rest = text_slice(rest, 1, rest.size);
		}
	}
}
