/* How fast foreign messages become structs: megabytes a second, beside libxml2's own bare reader over the same
 * bytes. Usage: reading_bench FILE…; a CSV file wants its mapping before it: --map FILE.
 * The aim is a ratio of 0.5 or more. */
#include "base/clock.h"
#include "formats/mapping.h"
#include "formats/reader.h"

#include <libxml/xmlreader.h>
#include <stdio.h>
#include <string.h>

enum { ROUND_MICROSECONDS = 1000000 };

static enum status each(void *context, const struct consignment *consignment, const struct problem_list *problems)
{
	(void)problems;
	*(size_t *)context += consignment->item_count;
	return STATUS_OK;
}

static enum status read_once(struct text content, const struct mapping *mapping, struct reading *reading)
{
	struct source source = source_of_text(&content);
	struct reader_options options = {.mapping = mapping, .reading = reading};
	struct refusal refusal;
	size_t items = 0;

	return formats_read(&source, &options, each, &items, &refusal);
}

/* Every node visited, nothing done: what any program on libxml2's reader pays at least. */
static bool read_bare(struct text content)
{
	xmlTextReaderPtr reader = xmlReaderForMemory(content.data, (int)content.size, NULL, NULL, XML_PARSE_NONET);
	int more = 1;

	while (reader && more == 1)
		more = xmlTextReaderRead(reader);
	xmlFreeTextReader(reader);
	return more == 0;
}

/* Megabytes a second over at least a second. */
static double measure(struct text content, const struct mapping *mapping, bool bare)
{
	struct reading reading = {0};
	int64_t start = clock_monotonic(), spent;
	double bytes = 0;

	do {
		if (bare ? !read_bare(content) : read_once(content, mapping, &reading) != STATUS_OK)
			return 0;
		bytes += (double)content.size;
		spent = clock_monotonic() - start;
	} while (spent < ROUND_MICROSECONDS);
	return bytes / (double)spent;
}

static void report(const char *path, struct text content, const struct mapping *mapping)
{
	struct reading reading = {0};
	double ours, bare;

	if (read_once(content, mapping, &reading) != STATUS_OK) {
		printf("%s: refused\n", path);
		return;
	}
	ours = measure(content, mapping, false);
	printf("%s: %s, %zu consignments, %zu items, %.0f MB/s", path, format_code(reading.format), reading.consignments,
		reading.items, ours);
	if (reading.format == FORMAT_CSV) {
		printf(", %.0f consignments a second\n", ours * 1e6 / (double)content.size * (double)reading.consignments);
		return;
	}
	bare = measure(content, NULL, true);
	printf("; libxml2's bare reader %.0f MB/s; ratio %.2f\n", bare, ours / bare);
}

struct canonical {
	struct arena *arena;
	struct buffer buffer;
	size_t count;
	int64_t writing, digesting, reading; /* microseconds */
};

static enum status canonical_each(void *context, const struct consignment *consignment,
	const struct problem_list *problems)
{
	struct canonical *canonical = context;
	struct consignment again;
	unsigned char digest[32];
	int64_t start = clock_monotonic(), written, digested;

	(void)problems;
	buffer_clear(&canonical->buffer);
	consignment_write(&canonical->buffer, consignment);
	written = clock_monotonic();
	TRY(consignment_digest(consignment, digest));
	digested = clock_monotonic();
	TRY(consignment_read(canonical->arena, buffer_text(&canonical->buffer), &again));
	canonical->reading += clock_monotonic() - digested;
	arena_reset(canonical->arena);
	canonical->writing += written - start;
	canonical->digesting += digested - written;
	canonical->count++;
	return STATUS_OK;
}

/* The canonical text that versions are kept as: written, digested (with writing) and read again. */
static void report_canonical(struct text content, const struct mapping *mapping)
{
	struct canonical canonical = {.arena = arena_new((size_t)1 << 28), .buffer = {.limit = 1 << 26}};
	struct source source = source_of_text(&content);
	struct reader_options options = {.mapping = mapping};
	struct refusal refusal;

	if (canonical.arena && formats_read(&source, &options, canonical_each, &canonical, &refusal) == STATUS_OK)
		printf("    canonical text: %.0f written, %.0f digested, %.0f read a second\n",
			(double)canonical.count * 1e6 / (double)(canonical.writing + 1),
			(double)canonical.count * 1e6 / (double)(canonical.digesting + 1),
			(double)canonical.count * 1e6 / (double)(canonical.reading + 1));
	buffer_release(&canonical.buffer);
	arena_free(canonical.arena);
}

int main(int count, char **arguments)
{
	AUTO(arena_release) struct arena *kept = arena_new(1 << 20); /* the mapping */
	struct mapping *mapping = NULL;

	for (int i = 1; i < count; i++) {
		AUTO(arena_release) struct arena *arena = arena_new((size_t)1 << 30);
		struct refusal refusal;
		struct text content;
		bool is_map = strcmp(arguments[i], "--map") == 0 && i + 1 < count;

		if (file_read(is_map ? kept : arena, arguments[i + is_map], (size_t)1 << 30, &content) != STATUS_OK) {
			fprintf(stderr, "cannot read %s\n", arguments[i + is_map]);
			return 1;
		}
		if (!is_map) {
			report(arguments[i], content, mapping);
			report_canonical(content, mapping);
		} else if (mapping_read(kept, content, &mapping, &refusal) != STATUS_OK) {
			fprintf(stderr, "%s:%d: %s\n", arguments[i + 1], (int)refusal.line, refusal.message.id);
			return 1;
		}
		i += is_map;
	}
	return 0;
}
