/* An exchange on a worker: who asks, may they, the handler in its transaction, the answer. */
#include "base/clock.h"
#include "base/log.h"
#include "web/exchange.h"
#include "web/page.h"
#include "web/stream.h"

#include <string.h>

void exchange_refuse(struct exchange *exchange, enum status status, int http, const char *message_id)
{
	if (exchange->refused != STATUS_OK)
		return;
	exchange->refused = status;
	exchange->refused_http = http;
	exchange->refusal = message_id;
}

static void fail_page(struct exchange *exchange, int http, const char *message)
{
	struct request *rq = &exchange->rq;
	const char *title = http == 404 ? tr(rq->language, TR("Page introuvable"))
		: http == 403           ? tr(rq->language, TR("Accès refusé"))
		: http >= 500           ? tr(rq->language, TR("Le service a rencontré un problème"))
					: tr(rq->language, TR("La demande n'a pas abouti"));
	struct html p = page_begin(rq, text_of(title));

	html(&p, "<section class=\"card\"><p class=\"lead\">%s</p><p>", message);
	if (http == 404)
		html_tr(&p, TR("Vérifiez l'adresse, ou partez de l'accueil."));
	else if (http >= 500)
		html_tr(&p, TR("Réessayez dans un instant. Si cela continue, donnez ce numéro d'incident à l'assistance :"));
	else
		html_tr(&p, TR("Si vous pensez que c'est une erreur, donnez ce numéro d'incident à l'assistance :"));
	if (http != 404)
		html(&p, " <code>%s</code>", rq->id);
	html(&p, "</p><p><a class=\"button\" href=\"/\">");
	html_tr(&p, TR("Aller à l'accueil"));
	html(&p, "</a></p></section>");
	page_end(&p);
}

void exchange_fail(struct exchange *exchange, enum status status, int http, const char *message_id)
{
	struct request *rq = &exchange->rq;
	const char *message = tr(rq->language, message_id ? message_id : status_text(status));

	if (!http)
		http = status_http(status);
	exchange->wants = NULL;
	buffer_clear(&rq->response.body);
	rq->response.file = NULL;
	rq->response.header_count = 0;
	rq->response.content_type = NULL;
	rq->response.status = http;
	if (http == MHD_HTTP_METHOD_NOT_ALLOWED) {
		AUTO(buffer_release) struct buffer allow;

		buffer_init(&allow, 100);
		methods_print(&allow, exchange->match.allowed);
		rq_add_header(rq, "Allow", arena_string(rq->arena, buffer_text(&allow)));
	}
	if (rq->wants_json)
		api_fail(exchange, status, http, message);
	else
		fail_page(exchange, http, message);
}

/* Who is not signed in is sent to the sign-in page, which leads back. */
static void send_to_sign_in(struct exchange *exchange)
{
	struct request *rq = &exchange->rq;
	const char *page = rq->application->sign_in ? rq->application->sign_in : "/connexion";
	AUTO(buffer_release) struct buffer back;
	enum status status;

	buffer_init(&back, 6000);
	if (rq->wants_json || exchange->match.route->stream) {
		rq->wants_json = true;
		exchange_fail(exchange, STATUS_UNAUTHENTICATED, 0, NULL);
		return;
	}
	if (rq->method == METHOD_GET)
		percent_encode(&back, text_of(exchange->target), false);
	status = back.size && back.status == STATUS_OK ? rq_redirect(rq, "%s?vers=%s", page, back.data)
						       : rq_redirect(rq, "%s", page);
	if (status != STATUS_OK && rq_redirect(rq, "%s", page) != STATUS_OK)
		exchange_fail(exchange, STATUS_UNAUTHENTICATED, 0, NULL);
}

static enum status run_action(struct exchange *exchange)
{
	const struct route *route = exchange->match.route;
	struct database *database = exchange->rq.database;
	AUTO(writer_rollback) struct writer *writer = NULL;

	if (database)
		TRY(writer_begin(database, &writer));
	TRY(exchange->is_api ? api_action(exchange, writer) : route->action(&exchange->rq, writer));
	return writer ? writer_commit(&writer) : STATUS_OK;
}

static enum status run_handler(struct exchange *exchange, struct reader **reader)
{
	const struct route *route = exchange->match.route;
	struct request *rq = &exchange->rq;

	if (route->page || route->stream || route->data) {
		if (!*reader && rq->database)
			TRY(reader_begin(rq->database, reader));
		if (exchange->is_api && !route->stream)
			return api_data(exchange, *reader);
		return route->page ? route->page(rq, *reader) : route->stream(rq, *reader);
	}
	/* Not held while writing: an officer's action needs one connection, not two. */
	reader_release(reader);
	if (route->action)
		return run_action(exchange);
	return exchange->is_api ? api_free_hand(exchange) : route->free_hand(rq, rq->database);
}

/* A handler that refuses may have written a page about it; see module.h. An answer for programs is kept when it says
 * itself that it is a refusal: otherwise it broke off where the failure came. */
static bool keeps_page(const struct exchange *exchange, enum status status)
{
	const struct buffer *body = &exchange->rq.response.body;

	return body->size && body->status == STATUS_OK && status_http(status) < 500 && 
		(!exchange->is_api || (exchange->is_raw && exchange->rq.response.status >= 400));
}

static void handle(struct exchange *exchange, struct reader **reader)
{
	struct request *rq = &exchange->rq;
	enum status status;

	if (exchange->refused == STATUS_OK && identity_check(exchange) == STATUS_UNAUTHENTICATED) {
		send_to_sign_in(exchange);
		return;
	}
	if (exchange->refused != STATUS_OK) {
		exchange_fail(exchange, exchange->refused, exchange->refused_http, exchange->refusal);
		return;
	}
	status = run_handler(exchange, reader);
	if (status == STATUS_OK && rq->response.body.status != STATUS_OK)
		status = rq->response.body.status == STATUS_TOO_LARGE ? STATUS_INTERNAL : rq->response.body.status;
	if (status == STATUS_OK)
		return;
	log_event(status_http(status) >= 500 ? LOG_ERROR : LOG_INFO, "handler refused", "request", rq->id, "route",
		exchange->match.route->path, "status", status_name(status), "database",
		*reader ? reader_error(*reader) : "", NULL);
	if (!keeps_page(exchange, status)) {
		exchange_fail(exchange, status, exchange->refused_http, exchange->refusal);
		return;
	}
	exchange->wants = NULL;
	if (!rq->response.status || rq->response.status == MHD_HTTP_OK)
		rq->response.status = status_http(status);
}

static enum status identify(struct exchange *exchange, struct reader **reader)
{
	struct request *rq = &exchange->rq;

	if (exchange->is_identified)
		return STATUS_OK;
	if (rq->database && identity_brings_token(exchange))
		TRY(reader_begin(rq->database, reader));
	return identity_load(exchange, *reader);
}

void exchange_admit(struct exchange *exchange)
{
	AUTO(reader_release) struct reader *reader = NULL;
	enum status status = identify(exchange, &reader);
	const struct route *route = exchange->match.route;

	if (status != STATUS_OK)
		exchange_refuse(exchange, status, 0, NULL);
	else if (!rq_may(&exchange->rq, route->needs))
		exchange_refuse(exchange, exchange->rq.is_signed_in ? STATUS_FORBIDDEN : STATUS_UNAUTHENTICATED, 0, NULL);
	exchange->is_discarding = exchange->refused != STATUS_OK;
}

/* Notes the use of a session, at most once a minute each. Two sessions in one place of the table only mean a
 * write more. */
static void touch(struct server *server, int64_t id, bool is_token)
{
	const struct session_hooks *hooks = server->application->sessions;
	_Atomic int64_t *slot = &server->touched[(id + (is_token ? 128 : 0)) & 255];
	int64_t mark = (id << 21) | (is_token ? 1 << 20 : 0) | (clock_now() / (60 * MICROSECONDS) & 0xfffff);
	AUTO(writer_rollback) struct writer *writer = NULL;
	enum status status;

	enum status (*note)(struct writer *writer, int64_t id, int64_t now) = NULL;

	if (hooks)
		note = is_token ? hooks->touch_token : hooks->touch;
	if (!id || !note || !server->application->database || atomic_exchange(slot, mark) == mark)
		return;
	status = writer_begin(server->application->database, &writer);
	if (status == STATUS_OK)
		status = note(writer, id, clock_now());
	if (status == STATUS_OK)
		status = writer_commit(&writer);
	if (status != STATUS_OK)
		log_event(LOG_WARNING, "session not noted", "status", status_name(status), NULL);
}

static void make_answer(struct exchange *exchange)
{
	AUTO(reader_release) struct reader *reader = NULL;
	enum status status;

	hub_mark(exchange->server->hub, exchange->live_mark); /* before the reader's view of the database begins */
	status = identify(exchange, &reader);
	if (status != STATUS_OK) {
		exchange->refused = status;
		exchange->refused_http = 0;
		exchange->refusal = NULL;
	}
	identity_prepare(exchange);
	if (exchange->is_api)
		api_count(exchange);
	if (exchange->refused == STATUS_UNAUTHENTICATED && exchange->match.route)
		send_to_sign_in(exchange);
	else
		handle(exchange, &reader);
	status = answer_make(exchange);
	if (status == STATUS_OK)
		return;
	exchange_fail(exchange, status, 0, NULL);
	if (answer_make(exchange) != STATUS_OK)
		log_event(LOG_ERROR, "no answer", "request", exchange->rq.id, "status", status_name(status), NULL);
}

void exchange_run(struct exchange *exchange)
{
	if (exchange->run) {
		exchange->run(exchange);
		return;
	}
	make_answer(exchange);
	/* Before the answer goes, as the exchange is gone soon after; the session's next request comes later. */
	if (exchange->rq.is_signed_in)
		touch(exchange->server, exchange->is_bearer ? exchange->token_id : exchange->rq.actor.session_id,
			exchange->is_bearer);
}
