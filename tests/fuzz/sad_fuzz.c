/* Any bytes as a sad file: read, and written and read again as canonical text. */
#include "base/file.h"
#include "formats/reader.h"
#include "formats/sad_writer.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static enum status each(void *context, const struct consignment *consignment, const struct problem_list *problems)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 24);
	AUTO(buffer_release) struct buffer first = {.limit = 1 << 24}, second = {.limit = 1 << 24};
	struct consignment again;

	(void)context, (void)problems;
	consignment_write(&first, consignment);
	if (!arena || first.status != STATUS_OK)
		return STATUS_OK;
	if (consignment_read(arena, buffer_text(&first), &again) != STATUS_OK)
		abort();
	consignment_write(&second, &again);
	if (!text_equal(buffer_text(&first), buffer_text(&second)))
		abort();
	return STATUS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct text rest = {(const char *)bytes, size};
	struct source source = source_of_text(&rest);
	struct reading reading = {.problems = {.arena = arena}};
	struct reader_options options = {.reading = &reading, .limits = {.memory = 1 << 22, .items = 200}};
	struct refusal refusal;

	if (formats_read(&source, &options, each, NULL, &refusal) != STATUS_OK && !refusal.message.id &&
		reading.format != FORMAT_UNKNOWN)
		return 0;
	AUTO(buffer_release) struct buffer written = {.limit = 1 << 24}, again = {.limit = 1 << 24};

	rest = (struct text){(const char *)bytes, size};
	if (sad_convert(&source, &options, &written, &refusal) != STATUS_OK)
		return 0;
	rest = buffer_text(&written);
	if (sad_convert(&source, &options, &again, &refusal) == STATUS_OK &&
		!text_equal(buffer_text(&written), buffer_text(&again)))
		abort();
	return 0;
}
