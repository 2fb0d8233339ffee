/* Who asks, in which language, and may they: cookies, CSRF, permission. */
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "web/exchange.h"

#include <string.h>

/* With TLS the names begin so: then no other host of the domain, and nothing unencrypted, can put them there. */
#define HOST_ONLY "__Host-"
static const char session_cookie[] = HOST_ONLY "vigie";
static const char visitor_cookie[] = HOST_ONLY "vigie_visite";
static const char language_cookie[] = HOST_ONLY "vigie_langue";
static const char flash_cookie[] = HOST_ONLY "vigie_message";

enum { VISITOR_SIZE = 32, FLASH_SIGNATURE = 32, A_YEAR = 365 * 86400 };

static bool is_secure(const struct exchange *exchange)
{
	return exchange->server->has_tls || exchange->server->application->is_behind_tls;
}

static const char *name_of(const struct exchange *exchange, const char *cookie)
{
	return is_secure(exchange) ? cookie : cookie + strlen(HOST_ONLY);
}

static bool put_cookie(struct exchange *exchange, const char *name, struct text value, const char *path, int64_t seconds)
{
	struct text text = arena_format(exchange->rq.arena, "%s=%.*s; Path=%s; Max-Age=%lld; SameSite=Lax; HttpOnly%s", name,
		TEXT_FORMAT(value), path, (long long)seconds, is_secure(exchange) ? "; Secure" : "");

	if (!text.data || exchange->set_cookie_count == COOKIE_LIMIT)
		return false;
	exchange->set_cookies[exchange->set_cookie_count++] = text.data;
	return true;
}

static bool own_put(struct exchange *exchange, const char *cookie, struct text value, int64_t seconds)
{
	return put_cookie(exchange, name_of(exchange, cookie), value, "/", seconds);
}

static struct text own_find(const struct exchange *exchange, const char *cookie)
{
	return cookie_find(exchange->cookies, name_of(exchange, cookie));
}

bool rq_set_cookie(struct request *rq, const char *name, struct text value, const char *path, int64_t seconds)
{
	return put_cookie(exchange_of(rq), name, value, path, seconds);
}

void rq_session_start(struct request *rq, struct text token, int64_t seconds)
{
	own_put(exchange_of(rq), session_cookie, token, seconds);
	own_put(exchange_of(rq), visitor_cookie, TEXT(""), 0);
}

void rq_session_end(struct request *rq)
{
	own_put(exchange_of(rq), session_cookie, TEXT(""), 0);
}

struct text rq_session_token(const struct request *rq)
{
	return own_find(exchange_of(rq), session_cookie);
}

bool rq_may(const struct request *rq, const char *permission)
{
	const struct session_hooks *hooks = rq->application ? rq->application->sessions : NULL;

	if (strcmp(permission, ROUTE_PUBLIC) == 0)
		return true;
	if (!rq->is_signed_in)
		return false;
	if (strcmp(permission, ROUTE_SIGNED_IN) == 0)
		return true;
	return hooks && hooks->may ? hooks->may(&rq->actor, permission, TEXT_NONE)
				   : actor_may(&rq->actor, permission, TEXT_NONE);
}

static void print_keyed(struct exchange *exchange, const char *purpose, struct text text, char ret_hex[2 * DIGEST_SIZE + 1])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[DIGEST_SIZE];
	struct text message = arena_format(exchange->rq.arena, "%s:%.*s", purpose, TEXT_FORMAT(text));

	digest_keyed(exchange->server->application->secret, message, digest);
	for (int i = 0; i < DIGEST_SIZE; i++) {
		ret_hex[2 * i] = digits[digest[i] >> 4];
		ret_hex[2 * i + 1] = digits[digest[i] & 15];
	}
	ret_hex[2 * DIGEST_SIZE] = '\0';
}

const char *csrf_mask(struct arena *arena, const char *secret)
{
	unsigned char bytes[2 * CSRF_BYTES], plain[CSRF_BYTES];
	AUTO(buffer_release) struct buffer text;

	buffer_init(&text, 4 * sizeof bytes);
	if (!secret || hex_parse(text_of(secret), plain, sizeof plain) != STATUS_OK)
		return "";
	secret_random(bytes, CSRF_BYTES);
	for (int i = 0; i < CSRF_BYTES; i++)
		bytes[CSRF_BYTES + i] = bytes[i] ^ plain[i];
	hex_print(&text, bytes, sizeof bytes);
	return buffer_status(&text) == STATUS_OK ? arena_string(arena, buffer_text(&text)) : "";
}

bool csrf_matches(const char *secret, struct text masked)
{
	unsigned char bytes[2 * CSRF_BYTES], plain[CSRF_BYTES];

	if (!secret || hex_parse(text_of(secret), plain, sizeof plain) != STATUS_OK ||
		hex_parse(masked, bytes, sizeof bytes) != STATUS_OK)
		return false;
	for (int i = 0; i < CSRF_BYTES; i++)
		bytes[i] ^= bytes[CSRF_BYTES + i];
	return digest_equal(bytes, plain, CSRF_BYTES);
}

/* The token of a program; TEXT_NONE when the request is none of a program or brings no token. */
static struct text bearer_token(const struct exchange *exchange)
{
	struct text given = exchange->is_api ? rq_header(&exchange->rq, "Authorization") : TEXT_NONE;

	return text_starts_with(given, TEXT("Bearer ")) ? text_trim(text_slice(given, 7, given.size)) : TEXT_NONE;
}

bool identity_brings_token(const struct exchange *exchange)
{
	return bearer_token(exchange).data || rq_session_token(&exchange->rq).size;
}

/* Who brings a token of a program is that program and nobody else: cookies do not count. */
static enum status load_program(struct exchange *exchange, struct reader *reader, struct text token)
{
	const struct session_hooks *hooks = exchange->server->application->sessions;
	struct actor actor = {0};
	enum status status;

	exchange->is_bearer = true;
	if (!hooks || !hooks->load_token || !token.size || token.size > 200)
		return STATUS_OK;
	status = hooks->load_token(reader, token, clock_now(), exchange->rq.arena, &actor, &exchange->token_id,
		&exchange->rate_limit);
	if (status == STATUS_OK) {
		exchange->rq.actor = actor;
		exchange->rq.is_signed_in = true;
		return STATUS_OK;
	}
	return status == STATUS_UNAUTHENTICATED || status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status identity_load(struct exchange *exchange, struct reader *reader)
{
	const struct session_hooks *hooks = exchange->server->application->sessions;
	struct text token = own_find(exchange, session_cookie);
	struct actor actor = {0};
	enum status status;

	exchange->is_identified = true;
	if (bearer_token(exchange).data)
		return load_program(exchange, reader, bearer_token(exchange));
	if (!hooks || !token.size || token.size > 200)
		return STATUS_OK;
	status = hooks->load(reader, token, clock_now(), exchange->rq.arena, &actor, exchange->csrf);
	if (status == STATUS_OK) {
		exchange->rq.actor = actor;
		exchange->rq.is_signed_in = true;
		exchange->rq.csrf_token = exchange->csrf;
		return STATUS_OK;
	}
	return status == STATUS_UNAUTHENTICATED || status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* ?langue=, the cookie, the user's own, what the browser asks for, the default. */
static void choose_language(struct exchange *exchange)
{
	struct request *rq = &exchange->rq;
	struct text list = rq_header(rq, "Accept-Language");

	if (exchange->language_cookie && language_from(text_of(exchange->language_cookie), &rq->language)) {
		own_put(exchange, language_cookie, text_of(exchange->language_cookie), A_YEAR);
		return;
	}
	if (language_from(own_find(exchange, language_cookie), &rq->language))
		return;
	rq->language = rq->application->language;
	if (rq->is_signed_in) {
		rq->language = rq->actor.language;
		return;
	}
	while (list.data)
		if (language_from(text_trim(text_cut(&list, ',')), &rq->language))
			return;
}

/* A visitor's forms are bound to a random cookie. */
static void prepare_visitor(struct exchange *exchange)
{
	struct text cookie = own_find(exchange, visitor_cookie);
	unsigned char bytes[VISITOR_SIZE / 2];
	AUTO(buffer_release) struct buffer fresh;

	buffer_init(&fresh, 4 * VISITOR_SIZE);
	exchange->has_visitor_cookie = cookie.size == VISITOR_SIZE && hex_parse(cookie, bytes, sizeof bytes) == STATUS_OK;
	if (!exchange->has_visitor_cookie) {
		secret_random(bytes, sizeof bytes);
		hex_print(&fresh, bytes, sizeof bytes);
		cookie = buffer_text(&fresh);
		if (exchange->rq.method == METHOD_GET && !exchange->rq.wants_json)
			own_put(exchange, visitor_cookie, cookie, 86400);
	}
	print_keyed(exchange, "visitor", cookie, exchange->csrf);
	exchange->rq.csrf_token = exchange->csrf;
}

void identity_prepare(struct exchange *exchange)
{
	choose_language(exchange);
	if (!exchange->rq.is_signed_in)
		prepare_visitor(exchange);
}

/* Does the browser say that the request comes from a page of ours? Programs send neither header. */
static bool is_same_origin(const struct exchange *exchange)
{
	struct text site = rq_header(&exchange->rq, "Sec-Fetch-Site");
	struct text origin = rq_header(&exchange->rq, "Origin");
	struct text host = rq_header(&exchange->rq, "Host");
	size_t at;

	if (site.data && !text_is(site, "same-origin") && !text_is(site, "none"))
		return false;
	if (!origin.data)
		return true;
	at = text_find(origin, TEXT("://"));
	return at < origin.size && text_equal_ignoring_case(text_slice(origin, at + 3, origin.size), host);
}

static enum status check_csrf(struct exchange *exchange)
{
	struct text given = exchange->given_csrf.data ? exchange->given_csrf : rq_header(&exchange->rq, "X-CSRF-Token");
	bool is_known = exchange->rq.is_signed_in || exchange->has_visitor_cookie;

	if (!is_same_origin(exchange)) {
		exchange_refuse(exchange, STATUS_FORBIDDEN, 0,
			TR("Cette demande vient d'un autre site ; elle n'a pas été exécutée."));
		return STATUS_FORBIDDEN;
	}
	if (!is_known || !csrf_matches(exchange->csrf, given)) {
		exchange_refuse(exchange, STATUS_FORBIDDEN, 0,
			TR("La page est restée ouverte trop longtemps : revenez en arrière, rechargez-la et recommencez."));
		return STATUS_FORBIDDEN;
	}
	return STATUS_OK;
}

enum status identity_check(struct exchange *exchange)
{
	const struct route *route = exchange->match.route;

	if (exchange->rq.method != METHOD_GET) {
		/* Who is not signed in at all is sent to sign in rather than told of a stale page. */
		bool must_sign_in = !exchange->rq.is_signed_in && strcmp(route->needs, ROUTE_PUBLIC) != 0;

		if (!must_sign_in && !exchange->is_bearer)
			TRY(check_csrf(exchange));
	}
	if (rq_may(&exchange->rq, route->needs))
		return STATUS_OK;
	exchange_refuse(exchange, exchange->rq.is_signed_in ? STATUS_FORBIDDEN : STATUS_UNAUTHENTICATED, 0, NULL);
	return exchange->rq.is_signed_in ? STATUS_FORBIDDEN : STATUS_UNAUTHENTICATED;
}

void rq_flash(struct request *rq, const char *id)
{
	struct exchange *exchange = exchange_of(rq);
	AUTO(buffer_release) struct buffer value = {0};
	char signature[2 * DIGEST_SIZE + 1];

	exchange->flash = id;
	if (exchange->is_bearer)
		return;
	print_keyed(exchange, "flash", text_of(id), signature);
	buffer_init(&value, 3000);
	buffer_append(&value, (struct text){signature, FLASH_SIGNATURE});
	percent_encode(&value, text_of(id), false);
	if (buffer_status(&value) != STATUS_OK || !own_put(exchange, flash_cookie, buffer_text(&value), 60))
		log_event(LOG_WARNING, "flash lost", "request", rq->id, NULL);
}

struct text flash_take(struct exchange *exchange)
{
	struct text value = own_find(exchange, flash_cookie), id;
	char signature[2 * DIGEST_SIZE + 1];

	if (value.size <= FLASH_SIGNATURE)
		return TEXT_NONE;
	own_put(exchange, flash_cookie, TEXT(""), 0);
	if (percent_decode(exchange->rq.arena, text_slice(value, FLASH_SIGNATURE, value.size), false, &id) != STATUS_OK)
		return TEXT_NONE;
	print_keyed(exchange, "flash", id, signature);
	if (!digest_equal(signature, value.data, FLASH_SIGNATURE))
		return TEXT_NONE;
	return arena_text(exchange->rq.arena, id);
}
