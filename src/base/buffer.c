/* Growing bytes with a limit and a sticky failure. */
#include "base/buffer.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void buffer_init(struct buffer *buffer, size_t limit)
{
	*buffer = (struct buffer){.limit = limit};
}

void buffer_release(struct buffer *buffer)
{
	memory_free(buffer->data);
	*buffer = (struct buffer){.limit = buffer->limit};
}

void buffer_clear(struct buffer *buffer)
{
	buffer->size = 0;
	buffer->status = STATUS_OK;
	if (buffer->data)
		buffer->data[0] = '\0';
}

static bool has_room(struct buffer *buffer, size_t more)
{
	size_t wanted;
	char *grown;

	if (buffer->status != STATUS_OK)
		return false;
	if (more > buffer->limit || buffer->size > buffer->limit - more) {
		buffer->status = STATUS_TOO_LARGE;
		return false;
	}
	if (buffer->data && buffer->capacity - buffer->size > more)
		return true;
	wanted = buffer->capacity ? buffer->capacity * 2 : 256;
	while (wanted - buffer->size <= more)
		wanted *= 2;
	grown = memory_resize(buffer->data, wanted);
	if (!grown) {
		buffer->status = STATUS_NO_MEMORY;
		return false;
	}
	buffer->data = grown;
	buffer->capacity = wanted;
	return true;
}

void buffer_append(struct buffer *buffer, struct text text)
{
	if (!has_room(buffer, text.size))
		return;
	if (text.size)
		memcpy(buffer->data + buffer->size, text.data, text.size);
	buffer->size += text.size;
	buffer->data[buffer->size] = '\0';
}

void buffer_string(struct buffer *buffer, const char *string)
{
	buffer_append(buffer, text_of(string));
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (size < 0 || !has_room(buffer, (size_t)size))
		return;
	va_start(arguments, format);
	vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format, arguments);
	va_end(arguments);
	buffer->size += (size_t)size;
}

struct text buffer_text(const struct buffer *buffer)
{
	return (struct text){buffer->data ? buffer->data : "", buffer->size};
}

enum status buffer_status(const struct buffer *buffer)
{
	return buffer->status;
}
