/* Any bytes as an extract, read with a mapping that uses every kind of value, and a mapping proposed for them. */
#include "base/file.h"
#include "formats/mapping.h"
#include "formats/reader.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char plan[] = "header no\ncolumn 1 = reference\ncolumn 1 = item.hs\ncolumn 1 = registered_on dates day-first\n"
			   "column 1 = item.net_mass unit g\ncolumn 1 = container.reference\ncolumn 1 = outcome.adverse\n"
			   "column 1 = item.number\ncolumn 1 = type codes A=B *=C\n";

static enum status each(void *context, const struct consignment *consignment, const struct problem_list *problems)
{
	unsigned char digest[32];

	(void)context, (void)problems;
	return consignment_digest(consignment, digest) == STATUS_OK ? STATUS_OK : STATUS_INTERNAL;
}

/* A proposal must be a mapping that can be read. */
static void propose(struct text text)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 24);
	AUTO(buffer_release) struct buffer buffer = {.limit = 1 << 24};
	struct mapping_proposal proposal;
	struct mapping *mapping;
	struct refusal refusal;

	if (!arena || mapping_propose(arena, text, &proposal) != STATUS_OK || !proposal.mapping.column_count)
		return;
	mapping_proposal_write(&buffer, LANGUAGE_FR, &proposal);
	if (mapping_read(arena, buffer_text(&buffer), &mapping, &refusal) == STATUS_INVALID)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct text rest = {(const char *)bytes, size};
	struct source source = source_of_text(&rest);
	struct reading reading = {.problems = {.arena = arena}};
	struct reader_options options = {.reading = &reading, .limits = {.memory = 1 << 22, .items = 200}};
	struct mapping *mapping;
	struct refusal refusal;

	propose(rest);
	if (!arena || mapping_read(arena, text_of(plan), &mapping, &refusal) != STATUS_OK)
		return 0;
	options.mapping = mapping;
	(void)!formats_read(&source, &options, each, NULL, &refusal);
	return 0;
}
