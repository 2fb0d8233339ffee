/* Foreign messages: any bytes are read or refused, within the limits; a CSV gets the mapping proposed for it. */
#include "formats/mapping.h"
#include "formats/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status count_consignment(void *context, const struct consignment *consignment,
	const struct problem_list *problems)
{
	size_t *count = context;

	(void)problems;
	*count += consignment->item_count;
	return STATUS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	struct text content = {(const char *)data, size}, rest = content;
	struct source source = source_of_text(&rest);
	struct mapping_proposal proposal;
	struct reading reading = {.problems = {.arena = arena}};
	struct reader_options options = {.reading = &reading, .limits = {.memory = 16 << 20}};
	struct refusal refusal = {0};
	size_t items = 0;

	if (!arena)
		return 0;
	if (format_recognise(content) == FORMAT_CSV && mapping_propose(arena, content, &proposal) == STATUS_OK)
		options.mapping = &proposal.mapping;
	if (formats_read(&source, &options, count_consignment, &items, &refusal) != STATUS_OK && !refusal.message.id)
		return 0;
	return 0;
}
