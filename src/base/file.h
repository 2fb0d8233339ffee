#ifndef VIGIE_BASE_FILE_H
#define VIGIE_BASE_FILE_H
/* Whole files and streams of bytes. */
#include "base/arena.h"

/* Where bytes come from, a piece at a time. read() fills up to `size` bytes and says how many in
 * *ret_read; 0 at the end. */
struct source {
	enum status (*read)(void *context, char *bytes, size_t size, size_t *ret_read);
	void *context;
	const char *name; /* for messages */
};

/* A source over memory; `rest` moves on. */
struct source source_of_text(struct text *rest);
/* A source over an open file descriptor, which stays open; `fd` must stay where it is. */
struct source source_of_descriptor(const int *fd, const char *name);

/* The whole file in the arena, at most `limit` bytes (STATUS_TOO_LARGE). "-" is standard input. */
enum status file_read(struct arena *arena, const char *path, size_t limit, struct text *ret_content) MUST_CHECK;
/* Writes a file beside `path` and moves it into place, so that it is there whole or not at all. */
enum status file_write(const char *path, struct text content) MUST_CHECK;

#endif
