/* A consignment in few bytes and back: what is stored of each version. Both directions walk over the rows of
 * consignment_fields.c. Written as
 *
 *     version (1), fields of the consignment, count of items, fields of each, count of containers, fields of each
 *
 * where the fields are those that are given, each its row's place + 1 and its value, ended by a 0. Counts and the
 * sizes of texts are variable-length integers, numbers and dates are so too, with the sign in the lowest bit; a flag
 * has no value, it is there or not. Rows are only ever added at the end, so that what was written stays readable. */
#include "base/varint.h"
#include "engine/consignment.h"

#include <string.h>

enum { PACK_VERSION = 1 };

static bool is_given(const struct consignment_field *field, const void *value)
{
	switch (field->kind) {
	case CONSIGNMENT_TEXT:
		return ((const struct text *)value)->data != NULL;
	case CONSIGNMENT_FLAG:
		return *(const bool *)value;
	case CONSIGNMENT_STAGE:
		return true;
	default: /* NUMBER_NONE and DATE_NONE are the same value */
		return *(const int64_t *)value != NUMBER_NONE;
	}
}

static uint64_t folded(int64_t value)
{
	return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
}

static int64_t unfolded(uint64_t value)
{
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

static inline void pack_integer(struct buffer *buffer, char place, uint64_t value)
{
	char bytes[1 + VARINT_SIZE] = {place};

	buffer_put(buffer, bytes, 1 + varint_print(bytes + 1, value));
}

static inline void pack_text(struct buffer *buffer, char place, struct text text)
{
	pack_integer(buffer, place, text.size);
	buffer_put(buffer, text.data, text.size);
}

static void pack_fields(struct buffer *buffer, struct consignment_fields fields, const void *base)
{
	for (size_t i = 0; i < fields.count; i++) {
		const struct consignment_field *field = &fields.rows[i];
		const void *value = (const char *)base + field->offset;
		char place = (char)(i + 1);

		if (!is_given(field, value))
			continue;
		if (field->kind == CONSIGNMENT_TEXT)
			pack_text(buffer, place, *(const struct text *)value);
		else if (field->kind == CONSIGNMENT_FLAG)
			buffer_byte(buffer, place);
		else
			pack_integer(buffer, place,
				field->kind == CONSIGNMENT_STAGE ? (uint64_t)*(const enum stage *)value
								 : folded(*(const int64_t *)value));
	}
	buffer_byte(buffer, '\0');
}

static void pack_rows(struct buffer *buffer, struct consignment_fields fields, const void *rows, size_t count, size_t size)
{
	varint_write(buffer, count);
	for (size_t i = 0; i < count; i++)
		pack_fields(buffer, fields, (const char *)rows + i * size);
}

void consignment_pack(struct buffer *buffer, const struct consignment *consignment)
{
	buffer_byte(buffer, PACK_VERSION);
	pack_fields(buffer, consignment_fields(), consignment);
	pack_rows(buffer, item_fields(), consignment->items, consignment->item_count, sizeof *consignment->items);
	pack_rows(buffer, container_fields(), consignment->containers, consignment->container_count,
		sizeof *consignment->containers);
}

/* --- reading ------------------------------------------------------------------------------------------- */

static enum status unpack_value(struct text *rest, const struct consignment_field *field, void *place)
{
	uint64_t value;

	if (field->kind == CONSIGNMENT_FLAG) {
		*(bool *)place = true;
		return STATUS_OK;
	}
	if (!varint_read(rest, &value))
		return STATUS_MALFORMED;
	switch (field->kind) {
	case CONSIGNMENT_TEXT:
		if (value > rest->size)
			return STATUS_MALFORMED;
		*(struct text *)place = (struct text){rest->data, (size_t)value};
		*rest = (struct text){rest->data + value, rest->size - (size_t)value};
		return STATUS_OK;
	case CONSIGNMENT_STAGE:
		if (value > STAGE_DECLARATION)
			return STATUS_MALFORMED;
		*(enum stage *)place = (enum stage)value;
		return STATUS_OK;
	default:
		*(int64_t *)place = unfolded(value);
		return STATUS_OK;
	}
}

static enum status unpack_fields(struct text *rest, struct consignment_fields fields, void *base)
{
	while (rest->size) {
		size_t place = (unsigned char)*rest->data;

		*rest = (struct text){rest->data + 1, rest->size - 1};
		if (!place)
			return STATUS_OK;
		if (place > fields.count)
			return STATUS_MALFORMED;
		TRY(unpack_value(rest, &fields.rows[place - 1], (char *)base + fields.rows[place - 1].offset));
	}
	return STATUS_MALFORMED;
}

/* Each row takes a byte at least, so that a wrong count cannot ask for much memory. */
static enum status unpack_count(struct text *rest, size_t *ret_count)
{
	uint64_t count;

	if (!varint_read(rest, &count) || count > rest->size)
		return STATUS_MALFORMED;
	*ret_count = (size_t)count;
	return STATUS_OK;
}

static enum status unpack_items(struct text *rest, struct arena *arena, struct consignment *consignment)
{
	size_t count;

	TRY(unpack_count(rest, &count));
	consignment->items = ARENA_ARRAY(arena, count, struct item);
	if (!consignment->items)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		item_init(&consignment->items[i], 0);
		TRY(unpack_fields(rest, item_fields(), &consignment->items[i]));
	}
	consignment->item_count = count;
	return STATUS_OK;
}

static enum status unpack_containers(struct text *rest, struct arena *arena, struct consignment *consignment)
{
	size_t count;

	TRY(unpack_count(rest, &count));
	consignment->containers = ARENA_ARRAY(arena, count, struct container);
	if (!consignment->containers)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		container_init(&consignment->containers[i]);
		TRY(unpack_fields(rest, container_fields(), &consignment->containers[i]));
	}
	consignment->container_count = count;
	return STATUS_OK;
}

enum status consignment_unpack(struct arena *arena, struct text bytes, struct consignment *ret_consignment)
{
	struct consignment consignment;

	if (!bytes.size || *bytes.data != PACK_VERSION)
		return STATUS_MALFORMED;
	bytes = text_slice(bytes, 1, bytes.size);
	consignment_init(&consignment, STAGE_MANIFEST);
	TRY(unpack_fields(&bytes, consignment_fields(), &consignment));
	TRY(unpack_items(&bytes, arena, &consignment));
	TRY(unpack_containers(&bytes, arena, &consignment));
	if (bytes.size)
		return STATUS_MALFORMED;
	*ret_consignment = consignment;
	return STATUS_OK;
}

enum status consignment_unpack_copy(struct arena *arena, struct text bytes, struct consignment *ret_consignment)
{
	struct text copy = arena_text(arena, bytes);

	return copy.data ? consignment_unpack(arena, copy, ret_consignment) : STATUS_NO_MEMORY;
}
