/* Reads the archive that a spreadsheet is. */
#include "sheet.h"

#include <stdlib.h>
#include <zlib.h>

static uint32_t little(struct text text, size_t at, int bytes)
{
	uint32_t value = 0;

	for (int i = bytes - 1; i >= 0; i--)
		value = value << 8 | (at + (size_t)i < text.size ? (unsigned char)text.data[at + (size_t)i] : 0);
	return value;
}

static bool inflate_to(struct buffer *out, struct text packed, size_t size)
{
	unsigned char *plain = malloc(size + 1);
	z_stream stream = {.next_in = (unsigned char *)(uintptr_t)packed.data, .avail_in = (unsigned)packed.size,
		.next_out = plain, .avail_out = (unsigned)size};
	bool done = plain && inflateInit2(&stream, -MAX_WBITS) == Z_OK;

	if (done) {
		done = inflate(&stream, Z_FINISH) == Z_STREAM_END;
		inflateEnd(&stream);
		buffer_append(out, (struct text){(const char *)plain, size});
	}
	free(plain);
	return done;
}

/* By the directory at its end. */
bool sheet_read(struct text zip, struct buffer *out)
{
	size_t at = zip.size > 22 ? zip.size - 22 : 0;
	uint32_t count = little(zip, at + 10, 2), entry = little(zip, at + 16, 4);
	bool done = count > 0 && little(zip, at, 4) == 0x06054b50;

	for (uint32_t i = 0; i < count && done; i++) {
		uint32_t packed = little(zip, entry + 20, 4), plain = little(zip, entry + 24, 4), local = little(zip, entry + 42, 4);
		size_t start = (size_t)local + 30 + little(zip, (size_t)local + 26, 2) + little(zip, (size_t)local + 28, 2);
		struct text bytes = text_slice(zip, start, start + packed);

		if (little(zip, entry, 4) != 0x02014b50 || bytes.size != packed)
			done = false;
		else if (little(zip, entry + 10, 2) == 8)
			done = inflate_to(out, bytes, plain);
		else
			buffer_append(out, bytes);
		entry += 46 + little(zip, entry + 28, 2) + little(zip, entry + 30, 2) + little(zip, entry + 32, 2);
	}
	return done;
}
