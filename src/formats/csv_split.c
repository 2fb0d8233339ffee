/* A record is first found whole in the buffer, then its fields are taken apart in place. */
#include "formats/csv_split.h"

#include "base/memory.h"

#include <string.h>

enum { FIRST_CAPACITY = 1 << 16 };

void csv_init(struct csv *csv, struct source *source, char separator, size_t record_limit, int64_t byte_limit)
{
	*csv = (struct csv){.source = source,
		.separator = separator,
		.record_limit = record_limit,
		.byte_limit = byte_limit,
		.next_line = 1};
}

void csv_release(struct csv *csv)
{
	memory_free(csv->bytes);
	memory_free(csv->fields);
	csv->bytes = NULL;
	csv->fields = NULL;
}

/* Moves what is left to the front and reads more behind it. */
static enum status refill(struct csv *csv)
{
	size_t left = csv->size - csv->at, got = 0;

	if (csv->at)
		memmove(csv->bytes, csv->bytes + csv->at, left);
	csv->at = 0;
	csv->size = left;
	if (left + FIRST_CAPACITY / 2 > csv->capacity) {
		size_t wanted = csv->capacity ? csv->capacity * 2 : FIRST_CAPACITY;
		char *grown = memory_resize(csv->bytes, wanted);

		if (!grown)
			return STATUS_NO_MEMORY;
		csv->bytes = grown;
		csv->capacity = wanted;
	}
	TRY(csv->source->read(csv->source->context, csv->bytes + csv->size, csv->capacity - csv->size, &got));
	csv->size += got;
	csv->bytes_read += (int64_t)got;
	csv->at_end = got == 0;
	return csv->bytes_read > csv->byte_limit ? STATUS_TOO_LARGE : STATUS_OK;
}

static enum status add_field(struct csv *csv, size_t from, size_t to)
{
	if (csv->count == csv->field_capacity) {
		size_t wanted = csv->field_capacity ? csv->field_capacity * 2 : 64;
		struct text *grown = memory_resize(csv->fields, wanted * sizeof *grown);

		if (!grown)
			return STATUS_NO_MEMORY;
		csv->fields = grown;
		csv->field_capacity = wanted;
	}
	csv->fields[csv->count++] = (struct text){csv->bytes + from, to - from};
	return STATUS_OK;
}

/* Past the closing quote of a field that begins at `at`; csv->size when it is not there. */
static size_t pass_quoted(const struct csv *csv, size_t at)
{
	for (at++; at < csv->size; at++) {
		const char *quote = memchr(csv->bytes + at, '"', csv->size - at);

		if (!quote)
			return csv->size;
		at = (size_t)(quote - csv->bytes);
		if (at + 1 < csv->size && csv->bytes[at + 1] == '"') {
			at++;
			continue;
		}
		return at + 1;
	}
	return csv->size;
}

enum found { FOUND_RECORD, FOUND_END_OF_BYTES, FOUND_OPEN_QUOTE };

/* Fields of the record at csv->at, quotes still on them. *ret_end is behind its line end. */
static enum status find_record(struct csv *csv, bool with_quotes, size_t *ret_end, enum found *ret_found)
{
	size_t at = csv->at, start = at;

	csv->count = 0;
	*ret_found = FOUND_END_OF_BYTES;
	for (;;) {
		if (with_quotes && at == start && at < csv->size && csv->bytes[at] == '"') {
			at = pass_quoted(csv, at);
			if (at == csv->size && (!csv->at_end || csv->bytes[at - 1] != '"' || at - start < 2)) {
				*ret_found = FOUND_OPEN_QUOTE;
				return STATUS_OK;
			}
		}
		while (at < csv->size && csv->bytes[at] != csv->separator && csv->bytes[at] != '\n')
			at++;
		if (at == csv->size && !csv->at_end)
			return STATUS_OK;
		TRY(add_field(csv, start, at));
		if (at == csv->size || csv->bytes[at] == '\n')
			break;
		start = ++at;
	}
	*ret_end = at < csv->size ? at + 1 : at;
	*ret_found = FOUND_RECORD;
	return STATUS_OK;
}

/* Takes the quotes off in place; what stands behind the closing quote stays. */
static void unquote(struct text *field)
{
	char *bytes = (char *)field->data; /* they lie in the buffer, which is ours */
	size_t to = 0, at = 1;

	for (; at < field->size; at++) {
		if (bytes[at] == '"') {
			if (at + 1 >= field->size || bytes[at + 1] != '"') {
				at++;
				break;
			}
			at++;
		}
		bytes[to++] = bytes[at];
	}
	for (; at < field->size; at++)
		bytes[to++] = bytes[at];
	field->size = to;
}

static void trim_carriage_return(struct csv *csv)
{
	struct text *last = &csv->fields[csv->count - 1];

	if (last->size && last->data[last->size - 1] == '\r')
		last->size--;
}

static int64_t lines_in(const char *bytes, size_t size)
{
	int64_t lines = 0;

	for (const char *at = bytes; (at = memchr(at, '\n', (size_t)(bytes + size - at))) != NULL; at++)
		lines++;
	return lines;
}

/* One record, blank or not. */
static enum status take_record(struct csv *csv, bool *ret_more)
{
	bool with_quotes = true;
	enum found found;
	size_t end = 0;

	for (;;) {
		if (csv->at == csv->size && csv->at_end) {
			*ret_more = false;
			return STATUS_OK;
		}
		TRY(find_record(csv, with_quotes, &end, &found));
		if (found == FOUND_RECORD)
			break;
		if (found == FOUND_OPEN_QUOTE && (csv->at_end || csv->size - csv->at > csv->record_limit)) {
			with_quotes = false;
			continue;
		}
		if (csv->size - csv->at > csv->record_limit)
			return STATUS_TOO_LARGE;
		TRY(refill(csv));
	}
	csv->quote_is_open = !with_quotes;
	csv->line = csv->next_line;
	csv->next_line += lines_in(csv->bytes + csv->at, end - csv->at);
	csv->at = end;
	trim_carriage_return(csv);
	for (size_t i = 0; with_quotes && i < csv->count; i++)
		if (csv->fields[i].size && *csv->fields[i].data == '"')
			unquote(&csv->fields[i]);
	*ret_more = true;
	return STATUS_OK;
}

/* A byte-order mark in front of everything is no part of the first field. */
static enum status pass_mark(struct csv *csv)
{
	while (csv->size < 3 && !csv->at_end)
		TRY(refill(csv));
	if (csv->size >= 3 && memcmp(csv->bytes, "\xEF\xBB\xBF", 3) == 0)
		csv->at = 3;
	return STATUS_OK;
}

enum status csv_next(struct csv *csv, bool *ret_more)
{
	bool more = true;

	if (!csv->bytes)
		TRY(pass_mark(csv));
	do
		TRY(take_record(csv, &more));
	while (more && csv->count == 1 && !csv->fields[0].size);
	*ret_more = more;
	return STATUS_OK;
}
