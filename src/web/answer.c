/* From what a handler left in rq.response to the library's response, with the headers that every answer has. */
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "web/assets.h"
#include "web/exchange.h"
#include "web/stream.h"
#include "web/watch.h"

#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PACK_FROM = 1024, PACK_LEVEL = 3 /* three fifths of the time of 5, a tenth more bytes */ };

static const struct response_header security_headers[] = {
	{"Content-Security-Policy",
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
		"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; font-src 'self'; manifest-src 'self'"},
	{"X-Content-Type-Options", "nosniff"},
	{"X-Frame-Options", "DENY"},
	{"Referrer-Policy", "same-origin"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Permissions-Policy",
		"accelerometer=(), camera=(), geolocation=(self), gyroscope=(), microphone=(), payment=(), usb=()"},
};

void answer_add_headers(const struct server *server, struct MHD_Response *response, bool is_cacheable)
{
	for (size_t i = 0; i < sizeof security_headers / sizeof *security_headers; i++)
		MHD_add_response_header(response, security_headers[i].name, security_headers[i].value);
	if (server->has_tls || server->application->is_behind_tls)
		MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
	MHD_add_response_header(response, "Cache-Control", is_cacheable ? "public, max-age=31536000, immutable" : "no-store");
	if (atomic_load(&server->is_stopping))
		MHD_add_response_header(response, "Connection", "close");
}

/* A file came from outside: opened by itself it is nobody's page, and runs, loads and sends nothing. */
static void shut_in(struct MHD_Response *response)
{
	MHD_del_response_header(response, security_headers[0].name, security_headers[0].value);
	MHD_add_response_header(response, security_headers[0].name, "default-src 'none'; frame-ancestors 'none'; sandbox");
}

static bool may_pack(const char *type)
{
	return strncmp(type, "text/", 5) == 0 || strncmp(type, "application/json", 16) == 0 ||
		strncmp(type, "image/svg", 9) == 0 || strncmp(type, "application/problem+json", 24) == 0;
}

static enum status answer_file(struct exchange *exchange, struct MHD_Response **ret_response)
{
	struct stat info;
	int fd = open(exchange->rq.response.file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return STATUS_NOT_FOUND;
	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
		close(fd);
		return STATUS_NOT_FOUND;
	}
	*ret_response = MHD_create_response_from_fd64((uint64_t)info.st_size, fd);
	if (!*ret_response) {
		close(fd);
		return STATUS_NO_MEMORY;
	}
	exchange->answer_size = info.st_size;
	return STATUS_OK;
}

static enum status answer_body(struct exchange *exchange, const char *type, bool *ret_packed,
	struct MHD_Response **ret_response)
{
	struct text body = buffer_text(&exchange->rq.response.body);
	struct text packed = TEXT_NONE;

	TRY(buffer_status(&exchange->rq.response.body));
	if (body.size >= PACK_FROM && may_pack(type) && header_lists(rq_header(&exchange->rq, "Accept-Encoding"), "gzip"))
		packed = gzip_pack(body, PACK_LEVEL);
	if (packed.data) {
		memory_free(exchange->packed);
		exchange->packed = (char *)(uintptr_t)packed.data;
		body = packed;
		*ret_packed = true;
	}
	/* The bytes are the exchange's, which outlives the response. */
	*ret_response = MHD_create_response_from_buffer(body.size, (void *)(uintptr_t)body.data, MHD_RESPMEM_PERSISTENT);
	exchange->answer_size = (int64_t)body.size;
	return *ret_response ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status answer_make(struct exchange *exchange)
{
	struct response *response = &exchange->rq.response;
	const char *type = response->content_type ? response->content_type : "text/html; charset=utf-8";
	struct MHD_Response *ready = NULL;
	bool is_packed = false, has_cache = false;

	api_headers(exchange);
	if (exchange->wants) {
		type = "text/event-stream";
		TRY(stream_open(exchange, &ready));
		MHD_add_response_header(ready, "X-Accel-Buffering", "no");
	} else if (response->file) {
		TRY(answer_file(exchange, &ready));
	} else {
		TRY(answer_body(exchange, type, &is_packed, &ready));
	}
	answer_add_headers(exchange->server, ready, false);
	if (response->file && !exchange->wants)
		shut_in(ready);
	for (size_t i = 0; i < response->header_count; i++) {
		if (!has_cache && strcasecmp(response->headers[i].name, "Cache-Control") == 0) {
			MHD_del_response_header(ready, "Cache-Control", "no-store");
			has_cache = true;
		}
		MHD_add_response_header(ready, response->headers[i].name, response->headers[i].value);
	}
	for (size_t i = 0; i < exchange->set_cookie_count; i++)
		MHD_add_response_header(ready, "Set-Cookie", exchange->set_cookies[i]);
	MHD_add_response_header(ready, "Content-Type", type);
	MHD_add_response_header(ready, "X-Request-Id", exchange->rq.id);
	if (may_pack(type))
		MHD_add_response_header(ready, "Vary", "Accept-Encoding, Accept-Language, Cookie");
	if (is_packed)
		MHD_add_response_header(ready, "Content-Encoding", "gzip");
	if (exchange->must_close)
		MHD_add_response_header(ready, "Connection", "close");
	exchange->ready = ready;
	exchange->ready_status = response->status ? response->status : MHD_HTTP_OK;
	return STATUS_OK;
}

/* Problem details without a worker: in French, as who asks is not known. */
static void put_short_problem(struct exchange *exchange, int http, struct text title, struct buffer *out)
{
	enum status status = STATUS_INVALID;
	struct json_writer json;

	while (status < STATUS_COUNT && status_http(status) != http)
		status++;
	if (status == STATUS_COUNT)
		status = STATUS_NOT_FOUND; /* 405: nothing is there for the method */
	put_begin(&json, out);
	put_object(&json);
	put_key(&json, "type");
	put_text(&json, TEXT("about:blank"));
	put_key(&json, "title");
	put_text(&json, title);
	put_key(&json, "status");
	put_int(&json, http);
	put_key(&json, "detail");
	put_text(&json, title);
	put_key(&json, "code");
	put_text(&json, text_of(status_name(status)));
	put_key(&json, "instance");
	put_text(&json, arena_format(exchange->rq.arena, "urn:vigie:request:%s", exchange->rq.id));
	put_object_end(&json);
}

enum MHD_Result answer_now(struct exchange *exchange, int http, const char *text, const char *allow)
{
	AUTO(buffer_release) struct buffer problem = {0};
	struct MHD_Response *response;
	enum MHD_Result result;

	buffer_init(&problem, 4096);
	if (exchange->is_api && http >= MHD_HTTP_BAD_REQUEST)
		put_short_problem(exchange, http, text_trim(text_of(text)), &problem);
	if (problem.size && buffer_status(&problem) == STATUS_OK)
		text = problem.data;
	response = MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);

	if (!response)
		return MHD_NO;
	answer_add_headers(exchange->server, response, false);
	MHD_add_response_header(response, "Content-Type",
		text == problem.data ? "application/problem+json" : "text/plain; charset=utf-8");
	MHD_add_response_header(response, "X-Request-Id", exchange->rq.id);
	if (allow)
		MHD_add_response_header(response, "Allow", allow);
	if (exchange->must_close)
		MHD_add_response_header(response, "Connection", "close");
	exchange->answer_size = (int64_t)strlen(text);
	exchange->ready_status = http;
	atomic_store(&exchange->phase, PHASE_DONE);
	if (!exchange->must_close) {
		/* Given when the library asks again: an answer before that would end the connection. */
		exchange->ready = response;
		return MHD_YES;
	}
	watch_allow(exchange->watched, exchange->server->options.send_deadline);
	result = MHD_queue_response(exchange->connection, (unsigned)http, response);
	MHD_destroy_response(response);
	return result;
}
