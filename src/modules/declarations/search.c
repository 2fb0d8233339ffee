/* From what a person typed to the stored words it may stand for. */
#include "modules/declarations/search.h"

#include "base/utf8.h"

#include <string.h>

enum { WORD_LIMIT = 40, LEAST_PREFIX = 2, LEAST_NEAR = 4, LONG_WORD = 8, WIDE = 3000, TAIL = 20000 };

/* Ranges of words that begin alike: up to the last code point of all. */
#define LAST_LETTER "\xf4\x8f\xbf\xbf"

STATEMENT(WORD_EXACT, "select id, word, uses from search_words where word = $1");
STATEMENT(WORDS_BY_BEGINNING,
	"select id, word, uses from search_words where word > $1 and word < $2 order by word limit $3");
STATEMENT(WORDS_BY_END,
	"select id, word, uses from search_words where reversed > $1 and reversed < $2 order by reversed limit $3");
STATEMENT(SEARCH_PROGRESS,
	"select last_id, (select coalesce(max(id), 0) from consignments) from search_state where id = 1");

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

bool search_is_near(struct text a, struct text b, int most)
{
	int rows[3][WORD_LIMIT + 1];

	if (a.size > WORD_LIMIT || b.size > WORD_LIMIT)
		return false;
	for (size_t j = 0; j <= b.size; j++)
		rows[0][j] = (int)j;
	for (size_t i = 1; i <= a.size; i++) {
		int *now = rows[i % 3], *before = rows[(i - 1) % 3], *earlier = rows[(i + 1) % 3];

		now[0] = (int)i;
		for (size_t j = 1; j <= b.size; j++) {
			int change = before[j - 1] + (a.data[i - 1] != b.data[j - 1]);

			now[j] = before[j] + 1 < now[j - 1] + 1 ? before[j] + 1 : now[j - 1] + 1;
			now[j] = change < now[j] ? change : now[j];
			if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1] &&
				earlier[j - 2] + 1 < now[j])
				now[j] = earlier[j - 2] + 1;
		}
	}
	return rows[a.size % 3][b.size] <= most;
}

struct text search_code(struct arena *arena, const char *kind, struct text value)
{
	AUTO(buffer_release) struct buffer folded = {0};

	buffer_init(&folded, 1000);
	buffer_string(&folded, kind);
	utf8_fold(&folded, value);
	if (folded.status != STATUS_OK || folded.size == strlen(kind))
		return TEXT_NONE;
	return arena_text(arena, buffer_text(&folded));
}

struct text search_goods(struct arena *arena, struct text hs, struct text origin)
{
	if (hs.size < 6)
		return TEXT_NONE;
	return search_code(arena, "h:", arena_format(arena, "%.6s/%.*s", hs.data, TEXT_FORMAT(origin)));
}

/* ---- Candidates */

static enum status take_word(struct search_term *term, struct rows *rows, struct arena *arena)
{
	int64_t id = rows_integer(rows, 0);

	if (term->count == SEARCH_CANDIDATES)
		return STATUS_OK;
	for (size_t i = 0; i < term->count; i++)
		if (term->ids[i] == id)
			return STATUS_OK;
	term->ids[term->count] = id;
	term->words[term->count] = rows_copy(rows, 1, arena);
	if (!term->words[term->count].data)
		return STATUS_NO_MEMORY;
	term->count++;
	term->uses += rows_integer(rows, 2);
	return STATUS_OK;
}

static enum status take_exact(struct reader *reader, struct search_term *term, struct arena *arena)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &WORD_EXACT, PARAMS(value_text(term->word)), &rows));
	while (rows_next(rows))
		TRY(take_word(term, rows, arena));
	return rows_status(rows);
}

static struct text turned(struct arena *arena, struct text word)
{
	char *bytes = ARENA_ARRAY(arena, word.size + 1, char);

	for (size_t i = 0; bytes && i < word.size; i++)
		bytes[i] = word.data[word.size - 1 - i];
	return (struct text){bytes, bytes ? word.size : 0};
}

static enum status take_range(struct reader *reader, const struct statement *statement, struct text start,
	struct search_term *term, int near, struct arena *arena)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct text end = arena_format(arena, "%.*s%s", TEXT_FORMAT(start), LAST_LETTER);

	if (!start.data || !end.data)
		return STATUS_NO_MEMORY;
	TRY(store_query(reader, statement,
		PARAMS(value_text(start), value_text(end), V_INT(near ? WIDE : SEARCH_CANDIDATES)), &rows));
	while (rows_next(rows)) {
		struct text word = rows_text(rows, 1);

		if (memchr(word.data, ':', word.size) || (near && !search_is_near(term->word, word, near)))
			continue;
		TRY(take_word(term, rows, arena));
	}
	return rows_status(rows);
}

/* One error leaves one half of a word as it was: words that share a half are compared letter by letter. */
static enum status take_near(struct reader *reader, struct search_term *term, struct arena *arena)
{
	size_t half = term->word.size / 2;
	int most = term->word.size >= LONG_WORD ? 2 : 1;

	for (int near = 1; near <= most && !term->count; near++) {
		TRY(take_range(reader, &WORDS_BY_BEGINNING, text_slice(term->word, 0, half), term, near, arena));
		TRY(take_range(reader, &WORDS_BY_END,
			turned(arena, text_slice(term->word, term->word.size - half, term->word.size)), term, near, arena));
	}
	term->is_widened = term->count > 0;
	return STATUS_OK;
}

static enum status list_ids(struct search_term *term, struct arena *arena)
{
	AUTO(buffer_release) struct buffer list = {0};

	buffer_init(&list, 4096);
	for (size_t i = 0; i < term->count; i++)
		buffer_format(&list, "%s%lld", i ? "," : "[", (long long)term->ids[i]);
	buffer_string(&list, term->count ? "]" : "[]");
	TRY(buffer_status(&list));
	term->list = arena_text(arena, buffer_text(&list));
	return term->list.data ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status find_candidates(struct reader *reader, struct search_term *term, bool is_code, struct arena *arena)
{
	TRY(take_exact(reader, term, arena));
	if (!is_code && term->word.size >= LEAST_PREFIX)
		TRY(take_range(reader, &WORDS_BY_BEGINNING, term->word, term, 0, arena));
	if (!is_code && !term->count && term->word.size >= LEAST_NEAR)
		TRY(take_range(reader, &WORDS_BY_END, turned(arena, term->word), term, 0, arena));
	if (!is_code && !term->count && term->word.size >= LEAST_NEAR && term->word.size <= WORD_LIMIT)
		TRY(take_near(reader, term, arena));
	return list_ids(term, arena);
}

/* ---- The query */

static enum status prepare_words(struct text words, struct arena *arena, struct search *search)
{
	AUTO(buffer_release) struct buffer folded = {0}, pattern = {0};
	struct text rest;

	buffer_init(&folded, 2000);
	buffer_init(&pattern, 2100);
	utf8_fold(&folded, words);
	TRY(buffer_status(&folded));
	rest = arena_text(arena, (struct text){folded.data ? folded.data : "", folded.size});
	if (!rest.data)
		return STATUS_NO_MEMORY;
	buffer_byte(&pattern, '%');
	while (rest.data) {
		struct text word = text_cut(&rest, ' ');

		if (!word.size)
			continue;
		buffer_append(&pattern, word);
		buffer_byte(&pattern, '%');
		if (search->count < SEARCH_TERMS)
			search->terms[search->count++].word = text_slice(word, 0, least(word.size, WORD_LIMIT));
	}
	TRY(buffer_status(&pattern));
	search->pattern = arena_text(arena, buffer_text(&pattern));
	return search->pattern.data ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status read_progress(struct reader *reader, int64_t *ret_indexed)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &SEARCH_PROGRESS, NO_PARAMS, &rows));
	if (!rows_next(rows))
		return rows_status(rows) == STATUS_OK ? STATUS_INTERNAL : rows_status(rows);
	*ret_indexed = rows_integer(rows, 0);
	/* Behind a large import the index may lag; no page waits for it. */
	if (rows_integer(rows, 1) - *ret_indexed > TAIL)
		*ret_indexed = rows_integer(rows, 1) - TAIL;
	return STATUS_OK;
}

enum status search_prepare(struct reader *reader, struct text words, const struct text *codes, size_t code_count,
	struct arena *arena, struct search *ret_search)
{
	struct search *search = ARENA_NEW(arena, struct search);
	size_t code_terms = 0;

	if (!search)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < code_count && search->count < SEARCH_TERMS; i++)
		if (codes[i].size)
			search->terms[search->count++].word = codes[i];
	code_terms = search->count;
	if (words.size)
		TRY(prepare_words(words, arena, search));
	TRY(read_progress(reader, &search->indexed));
	for (size_t i = 0; i < search->count; i++) {
		TRY(find_candidates(reader, &search->terms[i], i < code_terms, arena));
		if (!search->terms[i].count)
			search->is_hopeless = true;
		if (search->terms[i].uses < search->terms[search->driver].uses)
			search->driver = i;
	}
	if (code_terms || !search->count)
		search->pattern = TEXT_NONE;
	*ret_search = *search;
	return STATUS_OK;
}

/* ---- What the index has not reached */

/* References, names, containers and goods, folded. */
static enum status put_searched(struct buffer *folded, const struct consignment *consignment)
{
	const struct text parts[] = {consignment->reference, consignment->manifest, consignment->vessel,
		consignment->consignee.code, consignment->consignee.name, consignment->exporter.name,
		consignment->declarant.code, consignment->declarant.name};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		buffer_byte(folded, ' ');
		utf8_fold(folded, parts[i]);
	}
	for (size_t i = 0; i < consignment->container_count && folded->status == STATUS_OK; i++) {
		buffer_byte(folded, ' ');
		utf8_fold(folded, consignment->containers[i].reference);
	}
	for (size_t i = 0; i < consignment->item_count && folded->status == STATUS_OK; i++) {
		buffer_byte(folded, ' ');
		utf8_fold(folded, consignment->items[i].description);
	}
	return folded->status == STATUS_NO_MEMORY ? STATUS_NO_MEMORY : STATUS_OK;
}

enum status search_fits(struct buffer *space, const struct consignment *consignment, struct text pattern, bool *ret_fits)
{
	struct text rest;

	buffer_clear(space);
	TRY(put_searched(space, consignment));
	rest = buffer_text(space);
	while (pattern.data) {
		struct text word = text_cut(&pattern, '%');
		size_t at = text_find(rest, word);

		if (!word.size)
			continue;
		if (at == rest.size) {
			*ret_fits = false;
			return STATUS_OK;
		}
		rest = text_slice(rest, at + word.size, rest.size);
	}
	*ret_fits = true;
	return STATUS_OK;
}
