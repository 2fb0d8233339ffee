/* The body is "--boundary CRLF headers CRLF CRLF bytes CRLF--boundary … --boundary--". A small window holds back
 * what may be the beginning of a delimiter; everything else is handed on at once. */
#include "web/multipart.h"

#include "base/utf8.h"
#include "web/query.h"

#include <string.h>

enum place { AT_PREAMBLE, AT_DELIMITER_TAIL, AT_HEADERS, AT_BYTES, AT_EPILOGUE };
enum { HEADERS_LIMIT = 4096, BOUNDARY_LIMIT = 70, DELIMITER_LIMIT = BOUNDARY_LIMIT + 4 };

struct multipart {
	struct arena *arena;
	struct multipart_events events;
	enum place place;
	char delimiter[DELIMITER_LIMIT]; /* CRLF--boundary */
	size_t delimiter_size;
	size_t matched; /* bytes of the delimiter seen so far */
	char tail[2]; /* what follows a delimiter: CRLF or -- */
	size_t tail_size;
	char headers[HEADERS_LIMIT];
	size_t headers_size;
	size_t parts, part_limit;
};

static enum status as_malformed(enum status status)
{
	return status == STATUS_OK || status == STATUS_NO_MEMORY ? status : STATUS_MALFORMED;
}

enum status multipart_new(struct arena *arena, struct text content_type, size_t part_limit,
	const struct multipart_events *events, struct multipart **ret_multipart)
{
	struct multipart *multipart = ARENA_NEW(arena, struct multipart);
	struct text boundary;

	if (!multipart)
		return STATUS_NO_MEMORY;
	TRY(as_malformed(header_parameter(arena, content_type, "boundary", &boundary)));
	if (!boundary.size || boundary.size > BOUNDARY_LIMIT)
		return STATUS_MALFORMED;
	for (size_t i = 0; i < boundary.size; i++)
		if (boundary.data[i] < 0x20 || boundary.data[i] >= 0x7f)
			return STATUS_MALFORMED;
	memcpy(multipart->delimiter, "\r\n--", 4);
	memcpy(multipart->delimiter + 4, boundary.data, boundary.size);
	multipart->delimiter_size = boundary.size + 4;
	/* The first delimiter may stand at the very beginning, without its line end. */
	multipart->matched = 2;
	multipart->arena = arena;
	multipart->events = *events;
	multipart->part_limit = part_limit;
	*ret_multipart = multipart;
	return STATUS_OK;
}

/* One header line of a part, without its line end. */
static enum status read_header(struct multipart *multipart, struct text line, struct multipart_part *part)
{
	struct text name = text_cut(&line, ':');
	enum status status;

	if (!line.data)
		return STATUS_MALFORMED;
	line = text_trim(line);
	if (text_equal_ignoring_case(name, TEXT("content-type")))
		part->media_type = line;
	if (!text_equal_ignoring_case(name, TEXT("content-disposition")))
		return STATUS_OK;
	if (!text_equal_ignoring_case(header_main(line), TEXT("form-data")))
		return STATUS_MALFORMED;
	TRY(header_parameter(multipart->arena, line, "name", &part->name));
	status = header_parameter(multipart->arena, line, "filename", &part->file_name);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status begin_part(struct multipart *multipart)
{
	struct multipart_part part = {{0}, {0}, {0}};
	struct text rest = arena_text(multipart->arena, (struct text){multipart->headers, multipart->headers_size});

	if (!rest.data)
		return STATUS_NO_MEMORY;
	if (++multipart->parts > multipart->part_limit)
		return STATUS_TOO_LARGE;
	if (!utf8_is_valid(rest) || memchr(rest.data, '\0', rest.size))
		return STATUS_MALFORMED;
	while (rest.data && rest.size) {
		struct text line = text_cut(&rest, '\n');

		if (line.size && line.data[line.size - 1] == '\r')
			line.size--;
		if (!line.size)
			break;
		TRY(as_malformed(read_header(multipart, line, &part)));
	}
	if (!part.name.data)
		return STATUS_MALFORMED;
	multipart->place = AT_BYTES;
	multipart->matched = 0;
	return multipart->events.part(multipart->events.context, &part);
}

static enum status read_headers(struct multipart *multipart, struct text *bytes)
{
	while (bytes->size) {
		if (multipart->headers_size == HEADERS_LIMIT)
			return STATUS_TOO_LARGE;
		multipart->headers[multipart->headers_size++] = bytes->data[0];
		*bytes = text_slice(*bytes, 1, bytes->size);
		if (text_ends_with((struct text){multipart->headers, multipart->headers_size}, TEXT("\r\n\r\n")))
			return begin_part(multipart);
	}
	return STATUS_OK;
}

/* Behind a delimiter: CRLF begins a part, "--" ends it all. */
static enum status read_tail(struct multipart *multipart, struct text *bytes)
{
	multipart->tail[multipart->tail_size++] = bytes->data[0];
	*bytes = text_slice(*bytes, 1, bytes->size);
	if (multipart->tail_size < 2)
		return STATUS_OK;
	multipart->tail_size = 0;
	if (memcmp(multipart->tail, "--", 2) == 0) {
		multipart->place = AT_EPILOGUE;
		return STATUS_OK;
	}
	if (memcmp(multipart->tail, "\r\n", 2) != 0)
		return STATUS_MALFORMED;
	multipart->place = AT_HEADERS;
	multipart->headers_size = 0;
	return STATUS_OK;
}

static enum status hand_on(struct multipart *multipart, struct text bytes)
{
	if (!bytes.size || multipart->place != AT_BYTES)
		return STATUS_OK;
	return multipart->events.bytes(multipart->events.context, bytes);
}

/* Content (or preamble) up to a delimiter. CR stands only at the delimiter's start, so after a mismatch the only
 * place where a new match can begin is the byte at hand. */
static enum status read_bytes(struct multipart *multipart, struct text *bytes)
{
	size_t from = 0, i = 0;

	while (i < bytes->size) {
		if (bytes->data[i] == multipart->delimiter[multipart->matched]) {
			if (!multipart->matched) {
				TRY(hand_on(multipart, text_slice(*bytes, from, i)));
				from = i;
			}
			i++;
			if (++multipart->matched < multipart->delimiter_size)
				continue;
			*bytes = text_slice(*bytes, i, bytes->size);
			if (multipart->place == AT_BYTES)
				TRY(multipart->events.part_end(multipart->events.context));
			multipart->matched = 0;
			multipart->place = AT_DELIMITER_TAIL;
			return STATUS_OK;
		}
		if (multipart->matched) {
			TRY(hand_on(multipart, (struct text){multipart->delimiter, multipart->matched}));
			multipart->matched = 0;
			from = i;
			continue;
		}
		const char *next = memchr(bytes->data + i, '\r', bytes->size - i);

		i = next ? (size_t)(next - bytes->data) : bytes->size;
	}
	if (!multipart->matched)
		TRY(hand_on(multipart, text_slice(*bytes, from, bytes->size)));
	*bytes = text_slice(*bytes, bytes->size, bytes->size);
	return STATUS_OK;
}

enum status multipart_feed(struct multipart *multipart, struct text bytes)
{
	while (bytes.size) {
		switch (multipart->place) {
		case AT_PREAMBLE:
		case AT_BYTES: TRY(read_bytes(multipart, &bytes)); break;
		case AT_DELIMITER_TAIL: TRY(read_tail(multipart, &bytes)); break;
		case AT_HEADERS: TRY(read_headers(multipart, &bytes)); break;
		case AT_EPILOGUE: return STATUS_OK;
		}
	}
	return STATUS_OK;
}

enum status multipart_end(const struct multipart *multipart)
{
	return multipart->place == AT_EPILOGUE ? STATUS_OK : STATUS_MALFORMED;
}

struct text file_name_clean(struct arena *arena, struct text name)
{
	char *out;
	size_t size = 0;

	for (size_t i = name.size; i > 0; i--)
		if (name.data[i - 1] == '/' || name.data[i - 1] == '\\') {
			name = text_slice(name, i, name.size);
			break;
		}
	name = utf8_is_valid(name) ? utf8_cut(name, 200) : TEXT_NONE;
	out = arena_allocate(arena, name.size + 1);
	if (!out)
		return TEXT_NONE;
	for (size_t i = 0; i < name.size; i++)
		if ((unsigned char)name.data[i] >= 0x20 && name.data[i] != 0x7f)
			out[size++] = name.data[i];
	name = text_trim((struct text){out, size});
	if (!name.size || text_is(name, ".") || text_is(name, ".."))
		return TEXT("fichier");
	return arena_text(arena, name);
}
