/* Addresses of the server itself, answered by the event thread: health, figures, assets. */
#include "base/secret.h"
#include "web/assets.h"
#include "web/exchange.h"
#include "web/metrics.h"

#include <string.h>

static enum MHD_Result answer_asset(struct exchange *exchange, const struct asset *asset)
{
	bool is_packed = asset->packed.data && header_lists(rq_header(&exchange->rq, "Accept-Encoding"), "gzip");
	struct text bytes = is_packed ? asset->packed : asset->bytes;
	struct MHD_Response *response = MHD_create_response_from_buffer(bytes.size, (void *)(uintptr_t)bytes.data,
		MHD_RESPMEM_PERSISTENT);

	if (!response)
		return MHD_NO;
	answer_add_headers(exchange->server, response, true);
	MHD_add_response_header(response, "Content-Type", asset->type);
	MHD_add_response_header(response, "Vary", "Accept-Encoding");
	if (is_packed)
		MHD_add_response_header(response, "Content-Encoding", "gzip");
	exchange->ready = response;
	exchange->ready_status = MHD_HTTP_OK;
	exchange->answer_size = (int64_t)bytes.size;
	atomic_store(&exchange->phase, PHASE_DONE);
	return MHD_YES; /* given when the library asks again: before that it would end the connection */
}

/* Loopback without a proxy's mark, or the bearer of the token. */
static bool may_see_metrics(const struct exchange *exchange)
{
	const char *token = exchange->server->options.metrics_token;
	struct text given = rq_header(&exchange->rq, "Authorization");
	bool is_proxied = rq_header(&exchange->rq, "X-Forwarded-For").data || rq_header(&exchange->rq, "Forwarded").data ||
		rq_header(&exchange->rq, "Via").data || rq_header(&exchange->rq, "X-Real-IP").data;

	if (exchange->watched && exchange->watched->is_loopback && !is_proxied)
		return true;
	if (!token || !*token || !text_starts_with(given, TEXT("Bearer ")))
		return false;
	given = text_slice(given, 7, given.size);
	return given.size == strlen(token) && digest_equal(given.data, token, given.size);
}

/* On a worker: the modules' gauges are read from the database. */
static void metrics_answer(struct exchange *exchange)
{
	struct request *rq = &exchange->rq;
	AUTO(reader_release) struct reader *reader = NULL;

	if (rq->database && reader_begin(rq->database, &reader) != STATUS_OK)
		reader = NULL;
	rq->response.content_type = "text/plain; charset=utf-8";
	metrics_print(exchange->server, reader, &rq->response.body);
	if (answer_make(exchange) != STATUS_OK)
		exchange->ready = NULL;
}

bool answer_own(struct exchange *exchange, enum MHD_Result *ret_result)
{
	struct text path = exchange->rq.path;
	const struct asset *asset;

	if (exchange->rq.method != METHOD_GET)
		return false;
	if (text_is(path, "/healthz")) {
		bool is_stopping = atomic_load(&exchange->server->is_stopping);

		*ret_result = answer_now(exchange, is_stopping ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_OK,
			is_stopping ? "stopping\n" : "ok\n", NULL);
		return true;
	}
	if (text_is(path, "/metrics")) {
		*ret_result = MHD_YES;
		if (may_see_metrics(exchange)) {
			exchange->run = metrics_answer;
			atomic_store(&exchange->phase, PHASE_BODY);
		} else {
			*ret_result = answer_now(exchange, MHD_HTTP_NOT_FOUND, "Introuvable.\n", NULL);
		}
		return true;
	}
	if (text_is(path, "/favicon.ico"))
		path = text_of(asset_url("favicon.svg"));
	if (!text_starts_with(path, TEXT("/assets/")))
		return false;
	asset = asset_find(path);
	*ret_result = asset ? answer_asset(exchange, asset) : answer_now(exchange, MHD_HTTP_NOT_FOUND, "Introuvable.\n", NULL);
	return true;
}
