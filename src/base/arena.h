#ifndef VIGIE_BASE_ARENA_H
#define VIGIE_BASE_ARENA_H
/* Memory that lives as long as one request, file or job, and is given back at once. */
#include "base/status.h"
#include "base/text.h"

struct arena;

/* A new arena that never holds more than `limit` bytes; NULL without memory. */
struct arena *arena_new(size_t limit);
void arena_free(struct arena *arena); /* NULL is fine */
void arena_release(struct arena **arena); /* for AUTO() */

/* Forgets all that was allocated, keeping one block for the next use. */
void arena_reset(struct arena *arena);

/* Zeroed memory aligned for any type; NULL over the limit or without memory. */
void *arena_allocate(struct arena *arena, size_t size);
/* `count` elements of `size` bytes; NULL on overflow too. */
void *arena_array(struct arena *arena, size_t count, size_t size);
size_t arena_used(const struct arena *arena);

/* A copy that ends in NUL (not counted in its size). Fails with data == NULL. */
struct text arena_text(struct arena *arena, struct text text);
const char *arena_string(struct arena *arena, struct text text);
/* printf into the arena; data == NULL on failure. */
struct text arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define ARENA_NEW(arena, type) ((type *)arena_allocate((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))

#endif
