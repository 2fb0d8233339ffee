/* What handlers ask of a request. */
#include "web/request.h"

#include "base/log.h"
#include "base/number.h"
#include "web/exchange.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct exchange *exchange_of(const struct request *rq)
{
	return rq ? rq->inside : NULL;
}

static bool may_read(const struct request *rq, const char *name)
{
	const struct exchange *exchange = exchange_of(rq);

	if (!exchange)
		return false;
	if (input_is_declared(exchange, text_of(name)))
		return true;
	log_event(LOG_ERROR, "undeclared input", "request", rq->id, "route",
		exchange->match.route ? exchange->match.route->path : "", "input", name, NULL);
	return false;
}

/* Where a list goes on: not there while its rows are counted from the beginning. */
static bool is_place(const char *name)
{
	return strcmp(name, "avant") == 0 || strcmp(name, "apres") == 0 || strcmp(name, "jour") == 0;
}

struct text rq_input(const struct request *rq, const char *name)
{
	struct text value = TEXT_NONE;

	return rq_inputs(rq, name, &value, 1) ? value : TEXT_NONE;
}

size_t rq_inputs(const struct request *rq, const char *name, struct text *ret_values, size_t limit)
{
	const struct exchange *exchange = exchange_of(rq);
	size_t count = 0;

	if (!may_read(rq, name) || (exchange->is_counting && is_place(name)))
		return 0;
	for (size_t i = 0; i < exchange->input_count && count < limit; i++)
		if (text_is(exchange->inputs[i].name, name))
			ret_values[count++] = exchange->inputs[i].value;
	return count;
}

bool rq_integer(const struct request *rq, const char *name, int64_t *ret_value)
{
	struct text text = rq_input(rq, name);
	int64_t value = 0;
	bool is_negative = text.size && text.data[0] == '-';

	if (is_negative)
		text = text_slice(text, 1, text.size);
	if (!text.size || text.size > 18)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		value = value * 10 + (text.data[i] - '0');
	}
	*ret_value = is_negative ? -value : value;
	return true;
}

size_t rq_uploads(const struct request *rq, const char *field, const struct upload **ret_uploads, size_t limit)
{
	const struct exchange *exchange = exchange_of(rq);
	size_t count = 0;

	for (size_t i = 0; exchange && i < exchange->upload_count && count < limit; i++)
		if (strcmp(exchange->uploads[i].field, field) == 0)
			ret_uploads[count++] = &exchange->uploads[i];
	return count;
}

struct text rq_header(const struct request *rq, const char *name)
{
	const struct exchange *exchange = exchange_of(rq);

	if (!exchange || !exchange->connection)
		return TEXT_NONE;
	return text_of(MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name));
}

struct text rq_cookie(const struct request *rq, const char *name)
{
	const struct exchange *exchange = exchange_of(rq);

	return exchange ? cookie_find(exchange->cookies, name) : TEXT_NONE;
}

const json_t *rq_json(const struct request *rq)
{
	const struct exchange *exchange = exchange_of(rq);

	return exchange ? exchange->json : NULL;
}

void rq_add_header(struct request *rq, const char *name, const char *value)
{
	struct response *response = &rq->response;

	if (response->header_count == sizeof response->headers / sizeof *response->headers || !value ||
		strpbrk(value, "\r\n")) {
		log_event(LOG_ERROR, "header not set", "request", rq->id, "header", name, NULL);
		return;
	}
	response->headers[response->header_count++] = (struct response_header){name, value};
}

bool rq_is_local_path(struct text path)
{
	if (!path.size || path.data[0] != '/' || path.size > 2000)
		return false;
	if (path.size > 1 && (path.data[1] == '/' || path.data[1] == '\\'))
		return false;
	for (size_t i = 0; i < path.size; i++)
		if ((unsigned char)path.data[i] < 0x20 || path.data[i] == 0x7f || path.data[i] == '\\')
			return false;
	return true;
}

enum status rq_redirect(struct request *rq, const char *path, ...)
{
	AUTO(buffer_release) struct buffer target;
	char small[2048];
	va_list arguments;
	const char *location;
	int size;

	buffer_init(&target, 3 * sizeof small);
	va_start(arguments, path);
	size = vsnprintf(small, sizeof small, path, arguments);
	va_end(arguments);
	if (size < 0 || (size_t)size >= sizeof small || !rq_is_local_path(text_of(small))) {
		log_event(LOG_ERROR, "redirect refused", "request", rq->id, NULL);
		return STATUS_INTERNAL;
	}
	/* What is not ASCII is encoded; the rest is the caller's to have encoded. */
	for (int i = 0; i < size; i++) {
		if (small[i] == ' ' || (unsigned char)small[i] >= 0x7f)
			buffer_format(&target, "%%%02X", (unsigned)(unsigned char)small[i]);
		else
			buffer_byte(&target, small[i]);
	}
	TRY(buffer_status(&target));
	location = arena_string(rq->arena, buffer_text(&target));
	if (!location)
		return STATUS_NO_MEMORY;
	buffer_clear(&rq->response.body);
	rq->response.status = 303;
	rq_add_header(rq, "Location", location);
	return STATUS_OK;
}

void rq_listen(struct request *rq, const char *event,
	bool (*wants)(const struct request *rq, void *context, struct text payload, struct buffer *data), void *context)
{
	struct exchange *exchange = exchange_of(rq);

	exchange->stream_event = event;
	exchange->wants = wants;
	exchange->wants_context = context;
}

const char *rq_live_path(const struct request *rq, const char *stream)
{
	const char *mark = exchange_of(rq)->live_mark;
	const char *path = *mark ? arena_format(rq->arena, "%s?" LIVE_SINCE "=%s", stream, mark).data : NULL;

	return path ? path : stream;
}

size_t rq_page_rows(const struct request *rq, size_t usual)
{
	int64_t asked;

	if (rq_is_api(rq) && exchange_of(rq)->is_counting)
		return TOTAL_ROWS_MOST;
	if (!rq_is_api(rq) || !rq_integer(rq, "limite", &asked) || asked < 1)
		return usual;
	return asked < PAGE_ROWS_MOST ? (size_t)asked : PAGE_ROWS_MOST;
}

void rq_next_page(struct request *rq, const char *path)
{
	exchange_of(rq)->next_page = path;
}

void rq_next_page_of(struct request *rq, const char *path, const char *kept, const char *name, struct text value)
{
	AUTO(buffer_release) struct buffer out = {0};
	struct text rest = text_of(kept);

	buffer_init(&out, 8192);
	buffer_format(&out, "%s?", path);
	while (rest.data) {
		const char *input = arena_string(rq->arena, text_cut(&rest, ' '));
		struct text given = input && *input ? rq_input(rq, input) : TEXT_NONE;

		if (!given.size)
			continue;
		buffer_format(&out, "%s=", input);
		percent_encode(&out, given, false);
		buffer_byte(&out, '&');
	}
	buffer_format(&out, "%s=", name);
	percent_encode(&out, value, false);
	rq_next_page(rq, buffer_status(&out) == STATUS_OK ? arena_string(rq->arena, buffer_text(&out)) : NULL);
}

void rq_problem(const struct request *rq, const char *field, struct text detail)
{
	if (rq_is_api(rq))
		api_problem_add(exchange_of(rq), field, detail);
}

bool rq_is_api(const struct request *rq)
{
	return exchange_of(rq) && exchange_of(rq)->is_api;
}

struct buffer *rq_json_answer(struct request *rq, int http)
{
	exchange_of(rq)->is_raw = true;
	buffer_clear(&rq->response.body);
	rq->response.status = http;
	rq->response.content_type = "application/json";
	return &rq->response.body;
}

struct buffer *rq_json_secret(struct request *rq, int http)
{
	exchange_of(rq)->is_secret = true;
	return rq_json_answer(rq, http);
}

struct html rq_html(struct request *rq)
{
	return (struct html){.out = &rq->response.body, .language = rq->language, .rq = rq};
}
