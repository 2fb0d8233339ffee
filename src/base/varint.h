#ifndef VIGIE_BASE_VARINT_H
#define VIGIE_BASE_VARINT_H
/* Variable-length integers: seven bits a byte, the lowest first, the highest bit set where more follows. */
#include "base/buffer.h"

#include <stdint.h>

enum { VARINT_SIZE = 10 };
/* At most VARINT_SIZE bytes; how many. */
static inline size_t varint_print(char *bytes, uint64_t value)
{
	size_t size = 0;

	while (value > 0x7f) {
		bytes[size++] = (char)(value | 0x80);
		value >>= 7;
	}
	bytes[size++] = (char)value;
	return size;
}

static inline void varint_write(struct buffer *buffer, uint64_t value)
{
	char bytes[VARINT_SIZE];

	buffer_put(buffer, bytes, varint_print(bytes, value));
}

/* Takes one from the front; false, with nothing taken, when there is none. */
static inline bool varint_read(struct text *rest, uint64_t *ret_value)
{
	uint64_t value = 0;

	for (size_t i = 0; i < rest->size && i < VARINT_SIZE; i++) {
		unsigned char byte = (unsigned char)rest->data[i];

		value |= (uint64_t)(byte & 0x7f) << (7 * i);
		if (!(byte & 0x80)) {
			*rest = (struct text){rest->data + i + 1, rest->size - i - 1};
			*ret_value = value;
			return true;
		}
	}
	return false;
}

#endif
