/* From the bytes of a body to inputs, files and JSON. Nothing but declared inputs is kept. */
#include "base/memory.h"
#include "base/utf8.h"
#include "web/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PART_VALUE_LIMIT = 1 << 20 };

/* "map_*" stands for all names that begin so. */
bool input_is_declared(const struct exchange *exchange, struct text name)
{
	const struct route *route = exchange->match.route;
	struct text rest = text_of(route ? route->inputs : NULL);

	if (exchange->is_api && route && route->is_list &&
		(text_is(name, "total") || (text_is(name, "limite") && route_goes_on(route))))
		return true;
	while (rest.data) {
		struct text word = text_cut(&rest, ' ');
		bool is_prefix = word.size && word.data[word.size - 1] == '*';

		if (text_equal(word, name) ||
			(is_prefix && text_starts_with(name, text_slice(word, 0, word.size - 1))))
			return true;
	}
	return false;
}

enum status input_add(struct exchange *exchange, struct text name, struct text value)
{
	struct pair *inputs = exchange->inputs;

	if (text_is(name, "_csrf")) {
		exchange->given_csrf = value;
		return STATUS_OK;
	}
	if (!input_is_declared(exchange, name))
		return STATUS_OK;
	if (exchange->input_count == exchange->server->options.input_limit)
		return STATUS_TOO_LARGE;
	if (exchange->input_count == exchange->input_capacity) {
		size_t capacity = exchange->input_capacity ? exchange->input_capacity * 2 : 16;

		inputs = ARENA_ARRAY(exchange->rq.arena, capacity, struct pair);
		if (!inputs)
			return STATUS_NO_MEMORY;
		if (exchange->input_count)
			memcpy(inputs, exchange->inputs, exchange->input_count * sizeof *inputs);
		exchange->inputs = inputs;
		exchange->input_capacity = capacity;
	}
	inputs[exchange->input_count++] = (struct pair){name, value};
	return STATUS_OK;
}

static enum status add_pairs(struct exchange *exchange, struct text rest)
{
	enum status status = STATUS_OK;
	struct pair pair;
	size_t count = 0;

	while (query_next(exchange->rq.arena, &rest, &pair, &status)) {
		if (++count > exchange->server->options.input_limit)
			return STATUS_TOO_LARGE;
		/* A filter that is misspelt must not give everything. */
		if (exchange->is_api && !input_is_declared(exchange, pair.name) && !text_is(pair.name, "langue"))
			api_refuse_input(exchange, pair.name, TR("Ce champ n'est pas connu ici."));
		TRY(input_add(exchange, pair.name, pair.value));
	}
	return status;
}

enum status input_add_address(struct exchange *exchange)
{
	for (size_t i = 0; i < exchange->match.count; i++)
		TRY(input_add(exchange, route_parameter(exchange->match.route, i), exchange->match.values[i]));
	return add_pairs(exchange, exchange->query);
}

static enum status file_begin(struct exchange *exchange, const struct multipart_part *part)
{
	const char *folder = exchange->server->options.temporary_folder;
	struct upload *upload;
	struct text path;

	if (exchange->upload_count == UPLOAD_LIMIT)
		return STATUS_TOO_LARGE;
	if (!exchange->uploads)
		exchange->uploads = ARENA_ARRAY(exchange->rq.arena, UPLOAD_LIMIT, struct upload);
	if (!exchange->uploads)
		return STATUS_NO_MEMORY;
	upload = &exchange->uploads[exchange->upload_count];
	path = arena_format(exchange->rq.arena, "%s/vigie-upload-XXXXXX", folder);
	if (!path.data)
		return STATUS_NO_MEMORY;
	*upload = (struct upload){
		.field = exchange->match.route->upload,
		.name = file_name_clean(exchange->rq.arena, part->file_name),
		.path = path.data,
	};
	if (!upload->name.data)
		return STATUS_NO_MEMORY;
	exchange->upload_fd = mkostemp((char *)path.data, O_CLOEXEC);
	if (exchange->upload_fd < 0)
		return STATUS_UNAVAILABLE;
	exchange->upload_count++;
	return STATUS_OK;
}

static enum status on_part(void *context, const struct multipart_part *part)
{
	struct exchange *exchange = context;
	const char *field = exchange->match.route ? exchange->match.route->upload : NULL;

	exchange->part_name = TEXT_NONE;
	buffer_clear(&exchange->part_value);
	if (part->file_name.data) {
		/* A file field left empty sends a part without name and bytes. */
		if (!part->file_name.size || !field || !text_is(part->name, field))
			return STATUS_OK;
		return file_begin(exchange, part);
	}
	exchange->part_name = part->name;
	return STATUS_OK;
}

static enum status on_bytes(void *context, struct text bytes)
{
	struct exchange *exchange = context;

	if (exchange->upload_fd >= 0) {
		while (bytes.size) {
			ssize_t written = write(exchange->upload_fd, bytes.data, bytes.size);

			if (written < 0 && errno == EINTR)
				continue;
			if (written <= 0)
				return STATUS_UNAVAILABLE;
			exchange->uploads[exchange->upload_count - 1].size += written;
			bytes = text_slice(bytes, (size_t)written, bytes.size);
		}
		return STATUS_OK;
	}
	if (exchange->part_name.data)
		buffer_append(&exchange->part_value, bytes);
	return buffer_status(&exchange->part_value);
}

static enum status on_part_end(void *context)
{
	struct exchange *exchange = context;
	struct text value;

	if (exchange->upload_fd >= 0) {
		int failed = close(exchange->upload_fd);

		exchange->upload_fd = -1;
		return failed ? STATUS_UNAVAILABLE : STATUS_OK;
	}
	if (!exchange->part_name.data)
		return STATUS_OK;
	TRY(input_clean(exchange->rq.arena, buffer_text(&exchange->part_value), &value));
	return input_add(exchange, exchange->part_name, value);
}

enum status body_begin(struct exchange *exchange, struct text content_type)
{
	const struct multipart_events events = {on_part, on_bytes, on_part_end, exchange};
	struct text kind = header_main(content_type);
	int64_t memory_limit = exchange->match.route && exchange->match.route->upload ? exchange->server->options.body_limit
										      : exchange->body_limit;

	buffer_init(&exchange->body, (size_t)memory_limit);
	buffer_init(&exchange->part_value, PART_VALUE_LIMIT);
	if (text_equal_ignoring_case(kind, TEXT("application/x-www-form-urlencoded"))) {
		exchange->body_kind = BODY_FORM;
		return STATUS_OK;
	}
	if (text_equal_ignoring_case(kind, TEXT("application/json"))) {
		exchange->body_kind = BODY_JSON;
		return STATUS_OK;
	}
	if (!text_equal_ignoring_case(kind, TEXT("multipart/form-data")))
		return STATUS_UNSUPPORTED;
	exchange->body_kind = BODY_MULTIPART;
	return multipart_new(exchange->rq.arena, content_type, exchange->server->options.input_limit, &events,
		&exchange->multipart);
}

enum status body_bytes(struct exchange *exchange, struct text bytes)
{
	exchange->body_size += (int64_t)bytes.size;
	if (exchange->body_size > exchange->body_limit)
		return STATUS_TOO_LARGE;
	if (exchange->is_discarding)
		return STATUS_OK;
	switch (exchange->body_kind) {
	case BODY_MULTIPART: return multipart_feed(exchange->multipart, bytes);
	case BODY_FORM:
	case BODY_JSON: buffer_append(&exchange->body, bytes); return buffer_status(&exchange->body);
	case BODY_NONE: break;
	}
	return STATUS_UNSUPPORTED;
}

enum status body_end(struct exchange *exchange)
{
	int line;

	switch (exchange->body_kind) {
	case BODY_MULTIPART: return multipart_end(exchange->multipart);
	case BODY_FORM: return add_pairs(exchange, buffer_text(&exchange->body));
	case BODY_JSON:
		if (json_parse(buffer_text(&exchange->body), exchange->body.limit, &exchange->json, &line) != STATUS_OK)
			return STATUS_MALFORMED;
		return exchange->is_api ? api_inputs(exchange) : STATUS_OK;
	case BODY_NONE: break;
	}
	return STATUS_OK;
}

void body_clear(struct exchange *exchange)
{
	if (exchange->upload_fd >= 0)
		close(exchange->upload_fd);
	exchange->upload_fd = -1;
	for (size_t i = 0; i < exchange->upload_count; i++)
		unlink(exchange->uploads[i].path);
	exchange->upload_count = 0;
	buffer_release(&exchange->body);
	buffer_release(&exchange->part_value);
	if (exchange->json)
		json_decref(exchange->json);
	exchange->json = NULL;
}
