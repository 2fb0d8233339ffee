#ifndef VIGIE_BASE_BUFFER_H
#define VIGIE_BASE_BUFFER_H
/* A growing run of bytes with a limit given at birth. A failure (no memory, over the limit) sticks: later
 * writes do nothing and buffer_status() says why, so that a long run of appends needs one check at its end. */
#include "base/status.h"
#include "base/text.h"

#include <string.h>

struct buffer {
	char *data; /* owned; ended by NUL whenever not NULL */
	size_t size;
	size_t capacity;
	size_t limit;
	enum status status;
};

void buffer_init(struct buffer *buffer, size_t limit);
void buffer_release(struct buffer *buffer); /* also for AUTO() */
void buffer_clear(struct buffer *buffer); /* empty again, memory and limit kept, failure forgotten */
void buffer_append(struct buffer *buffer, struct text text);
void buffer_string(struct buffer *buffer, const char *string);
void buffer_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* buffer_append() without a call where there is room, as there mostly is: for what appends very often. */
static inline void buffer_put(struct buffer *buffer, const char *bytes, size_t size)
{
	if (buffer->status != STATUS_OK || buffer->capacity - buffer->size <= size || buffer->limit - buffer->size < size) {
		buffer_append(buffer, (struct text){bytes, size});
		return;
	}
	if (size)
		memcpy(buffer->data + buffer->size, bytes, size);
	buffer->size += size;
	buffer->data[buffer->size] = '\0';
}
static inline void buffer_byte(struct buffer *buffer, char byte)
{
	buffer_put(buffer, &byte, 1);
}
struct text buffer_text(const struct buffer *buffer); /* valid until the next append */
enum status buffer_status(const struct buffer *buffer) MUST_CHECK;

#endif
