/* A copy of a consignment, by the rows of its fields. */
#include "engine/consignment.h"

#include <string.h>

/* The texts of one struct, moved into the arena. */
static bool copy_texts(struct arena *arena, struct consignment_fields fields, void *base)
{
	for (size_t i = 0; i < fields.count; i++) {
		struct text *text;

		if (fields.rows[i].kind != CONSIGNMENT_TEXT)
			continue;
		text = (struct text *)(void *)((char *)base + fields.rows[i].offset);
		if (!text->data)
			continue;
		*text = arena_text(arena, *text);
		if (!text->data)
			return false;
	}
	return true;
}

static void *copy_rows(struct arena *arena, struct consignment_fields fields, const void *rows, size_t count, size_t size)
{
	char *copy = arena_array(arena, count, size);

	if (!copy)
		return NULL;
	if (count)
		memcpy(copy, rows, count * size);
	for (size_t i = 0; i < count; i++)
		if (!copy_texts(arena, fields, copy + i * size))
			return NULL;
	return copy;
}

enum status consignment_copy(struct arena *arena, const struct consignment *consignment, struct consignment *ret_copy)
{
	struct consignment copy = *consignment;

	copy.items = copy_rows(arena, item_fields(), consignment->items, consignment->item_count, sizeof *copy.items);
	copy.containers = copy_rows(arena, container_fields(), consignment->containers, consignment->container_count,
		sizeof *copy.containers);
	if (!copy.items || !copy.containers || !copy_texts(arena, consignment_fields(), &copy))
		return STATUS_NO_MEMORY;
	*ret_copy = copy;
	return STATUS_OK;
}
