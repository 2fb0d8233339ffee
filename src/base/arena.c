/* Blocks that double in size, in a list; the newest first. */
#include "base/arena.h"

#include "base/memory.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct block {
	struct block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct block *blocks;
	size_t limit;
	size_t held; /* bytes of all blocks */
	size_t used; /* bytes given out */
};

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20, ALIGNMENT = alignof(max_align_t) };

struct arena *arena_new(size_t limit)
{
	struct arena *arena = memory_allocate(sizeof *arena);

	if (arena)
		arena->limit = limit;
	return arena;
}

static void free_blocks(struct block *block)
{
	while (block) {
		struct block *next = block->next;

		memory_free(block);
		block = next;
	}
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	free_blocks(arena->blocks);
	memory_free(arena);
}

void arena_release(struct arena **arena)
{
	arena_free(*arena);
	*arena = NULL;
}

void arena_reset(struct arena *arena)
{
	struct block *kept = arena->blocks;

	arena->used = 0;
	arena->held = 0;
	if (!kept)
		return;
	free_blocks(kept->next);
	kept->next = NULL;
	kept->used = 0;
	arena->held = kept->size;
}

static struct block *add_block(struct arena *arena, size_t size)
{
	size_t wanted = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
	struct block *block;

	if (wanted > LARGEST_BLOCK)
		wanted = LARGEST_BLOCK;
	if (wanted > arena->limit - arena->held)
		wanted = arena->limit - arena->held;
	if (wanted < size)
		wanted = size;
	if (wanted > arena->limit - arena->held || wanted > SIZE_MAX - sizeof *block)
		return NULL;
	/* Cleared as it is given out: most of a block is never used. */
	block = memory_resize(NULL, sizeof *block + wanted);
	if (!block)
		return NULL;
	block->size = wanted;
	block->used = 0;
	block->next = arena->blocks;
	arena->blocks = block;
	arena->held += wanted;
	return block;
}

/* As malloc gives it: for what is written over at once. */
static void *take(struct arena *arena, size_t size)
{
	struct block *block = arena->blocks;
	void *memory;

	if (size > SIZE_MAX - ALIGNMENT)
		return NULL;
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (!size)
		size = ALIGNMENT;
	if (!block || block->size - block->used < size)
		block = add_block(arena, size);
	if (!block)
		return NULL;
	memory = block->bytes + block->used;
	block->used += size;
	arena->used += size;
	return memory;
}

void *arena_allocate(struct arena *arena, size_t size)
{
	void *memory = take(arena, size);

	return memory ? memset(memory, 0, size) : NULL;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		return NULL;
	return arena_allocate(arena, count * size);
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}

struct text arena_text(struct arena *arena, struct text text)
{
	char *copy = take(arena, text.size + 1);

	if (!copy)
		return TEXT_NONE;
	if (text.size)
		memcpy(copy, text.data, text.size);
	copy[text.size] = '\0';
	return (struct text){copy, text.size};
}

const char *arena_string(struct arena *arena, struct text text)
{
	return arena_text(arena, text).data;
}

struct text arena_format(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *data;
	int size;

	va_start(arguments, format);
	size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (size < 0)
		return TEXT_NONE;
	data = arena_allocate(arena, (size_t)size + 1);
	if (!data)
		return TEXT_NONE;
	va_start(arguments, format);
	vsnprintf(data, (size_t)size + 1, format, arguments);
	va_end(arguments);
	return (struct text){data, (size_t)size};
}
