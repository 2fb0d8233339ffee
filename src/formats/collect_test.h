#ifndef VIGIE_FORMATS_COLLECT_TEST_H
#define VIGIE_FORMATS_COLLECT_TEST_H
/* For tests: reads a text or a file whole and keeps what came out. */
#include "base/test.h"
#include "formats/reader.h"

#include <string.h>

enum { COLLECTED = 1000 };

struct collected {
	struct arena *arena;
	struct consignment rows[COLLECTED];
	size_t count, items, containers, problems;
	struct buffer said; /* every problem's text in French, one a line, places in front */
	struct reading reading;
	struct refusal refusal;
	enum status status;
};

static inline void collected_say(struct collected *collected, const struct problem_list *problems)
{
	for (size_t i = 0; i < problems->count; i++) {
		buffer_append(&collected->said, problems->rows[i].place);
		buffer_string(&collected->said, ": ");
		message_print(&collected->said, LANGUAGE_FR, &problems->rows[i].message);
		buffer_byte(&collected->said, '\n');
	}
	collected->problems += problems->count;
}

/* Copies through the canonical text, which checks that too. */
static inline enum status collected_each(void *context, const struct consignment *consignment,
	const struct problem_list *problems)
{
	struct collected *collected = context;
	AUTO(buffer_release) struct buffer buffer;

	buffer_init(&buffer, 1 << 24);
	consignment_write(&buffer, consignment);
	if (collected->count < COLLECTED)
		TRY(consignment_read(collected->arena, buffer_text(&buffer), &collected->rows[collected->count]));
	collected->count++;
	collected->items += consignment->item_count;
	collected->containers += consignment->container_count;
	collected_say(collected, problems);
	return STATUS_OK;
}

static inline void collected_release(struct collected **collected)
{
	struct arena *arena = (*collected)->arena;

	buffer_release(&(*collected)->said);
	arena_free(arena);
}

/* Reads it all; free with collected_release() (AUTO). */
static inline struct collected *collect_with(struct text text, const struct reader_options *given)
{
	struct arena *arena = arena_new((size_t)1 << 28);
	struct collected *collected = ARENA_NEW(arena, struct collected);
	struct reader_options options = given ? *given : (struct reader_options){0};
	struct source source = source_of_text(&text);

	collected->arena = arena;
	buffer_init(&collected->said, 1 << 20);
	collected->reading.problems.arena = arena;
	options.reading = &collected->reading;
	collected->status = formats_read(&source, &options, collected_each, collected, &collected->refusal);
	collected_say(collected, &collected->reading.problems);
	return collected;
}

static inline struct collected *collect(const char *text)
{
	return collect_with(text_of(text), NULL);
}

/* NULL when the shared files are absent. */
static inline struct collected *collect_shared(const char *path, const struct reader_options *options)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)1 << 26);
	const char *full = test_shared_file(path);
	struct text content;

	if (!full || file_read(arena, full, (size_t)1 << 25, &content) != STATUS_OK)
		return NULL;
	return collect_with(content, options);
}

static inline bool collected_said(const struct collected *collected, const char *words)
{
	struct text text = buffer_text(&collected->said);

	return text_find(text, text_of(words)) < text.size;
}

static inline struct text refusal_text(struct collected *collected)
{
	buffer_clear(&collected->said);
	message_print(&collected->said, LANGUAGE_FR, &collected->refusal.message);
	return buffer_text(&collected->said);
}

#endif
