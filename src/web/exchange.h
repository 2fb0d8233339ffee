#ifndef VIGIE_WEB_EXCHANGE_H
#define VIGIE_WEB_EXCHANGE_H
/* Inside the web layer: one exchange of request and answer, and the server around it. Not for modules. */
#include "base/json.h"
#include "web/multipart.h"
#include "web/query.h"
#include "web/router.h"
#include "web/server.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

enum { UPLOAD_LIMIT = 100, COOKIE_LIMIT = 8, API_PROBLEMS = 40, RETIRED_LIMIT = 8 };

/* Of live notifications; see stream.h. */
enum { LIVE_MARK_SIZE = 40 };
#define LIVE_SINCE "depuis"

enum phase {
	PHASE_NEW,
	PHASE_ADMITTING, /* suspended: who asks is found before a large body is read */
	PHASE_BODY,
	PHASE_RUNNING, /* suspended: a worker has it */
	PHASE_DONE, /* the answer is made */
};

struct stream; /* see stream.h */

/* What the watch knows about a connection; see watch.h. */
struct connection {
	struct connection *next, *previous;
	int fd;
	_Atomic int64_t deadline; /* monotonic; INT64_MAX: none */
	bool is_loopback;
	char address[64];
};

struct rates; /* see rate.h */

/* What is wrong with one input, for a program. */
struct api_problem {
	const char *field;
	const char *id; /* message id: the language is not known yet; NULL: detail it is */
	struct text detail;
};

struct exchange {
	struct request rq;
	struct server *server;
	struct MHD_Connection *connection;
	struct connection *watched;
	_Atomic int phase;
	struct exchange *next; /* in the workers' queue */
	int64_t started; /* monotonic */
	char *target; /* as in the request line, with the query; owned */
	struct text query;
	bool is_counted; /* among those under way */
	bool is_head;
	bool is_identified;
	bool is_discarding; /* the rest of the body is read but not kept */
	bool must_close;
	bool is_api; /* a program asks: the address begins with API_START */
	bool is_bearer; /* by a token of its own: no cookie, no form, no CSRF */
	bool is_raw; /* the handler wrote the JSON answer itself */
	bool is_secret; /* and it is shown once: not kept for a repeated request */
	int64_t token_id, rate_limit, rate_left, rate_seconds; /* of the token; requests a minute */
	struct api_problem *problems; /* in the arena, once there is one: thousands of streams have none */
	size_t problem_count;
	char live_mark[LIVE_MARK_SIZE]; /* what had been told when the page began to be made; "" before */
	const char *flash; /* message id that the next page would show */
	const char *next_page; /* address of the next part of a list, without API_START */
	bool is_counting; /* a list is read from its beginning, to say how many rows it has */
	bool is_resumed; /* after the admission the library tells of the head once more, before the body */
	char method[12]; /* as it came, for the log */

	struct route_match match;
	enum status refused; /* a failure found before the handler: what to answer */
	int refused_http; /* its code when it is not the status's own; 0 */
	const char *refusal; /* message id in place of the status's text; may be NULL */

	struct pair *inputs;
	size_t input_count, input_capacity;
	struct upload *uploads; /* the same */
	size_t upload_count;
	json_t *json;
	struct text given_csrf;
	struct text cookies; /* the Cookie header */
	char csrf[CSRF_SIZE];
	bool has_visitor_cookie;
	const char *language_cookie; /* to be set; NULL: none */

	/* The body under way. */
	int64_t body_size, body_limit, body_span; /* span: microseconds that it may take */
	struct buffer body; /* of urlencoded and JSON bodies */
	enum { BODY_NONE, BODY_FORM, BODY_JSON, BODY_MULTIPART } body_kind;
	struct multipart *multipart;
	int upload_fd; /* of the file being received; -1 */
	struct text part_name; /* of the plain field being received; data NULL: passed over */
	struct buffer part_value;

	/* The answer. */
	struct MHD_Response *ready;
	int ready_status;
	int64_t answer_size;
	char *packed; /* gzip; owned */
	const char *set_cookies[COOKIE_LIMIT];
	size_t set_cookie_count;
	struct stream *stream;
	bool (*wants)(const struct request *rq, void *context, struct text payload, struct buffer *data);
	void *wants_context;
	const char *stream_event;
	void (*run)(struct exchange *exchange); /* what makes the answer in place of the route; NULL */
};

struct metrics;
struct workers;
struct watch;
struct hub;

struct server {
	const struct application *application;
	struct server_options options;
	struct arena *arena;
	struct router *router;
	struct MHD_Daemon *daemon;
	struct MHD_Daemon *retired[RETIRED_LIMIT]; /* with an older certificate, until their connections end */
	struct workers *workers;
	struct watch *watch;
	struct hub *hub;
	struct metrics *metrics;
	struct rates *rates;
	int port;
	bool has_tls;
	_Atomic bool is_stopping;
	_Atomic int under_way;
	_Atomic int64_t touched[256]; /* see identity.c */
};

struct exchange *exchange_of(const struct request *rq);
/* A new exchange for the request line's target; NULL without memory. */
struct exchange *exchange_new(struct server *server, struct MHD_Connection *connection, const char *target);
void exchange_free(struct exchange *exchange);
/* Refuses what comes: the first reason stays. */
void exchange_refuse(struct exchange *exchange, enum status status, int http, const char *message_id);

/* body.c: from the body's bytes to inputs, uploads, JSON. */
enum status body_begin(struct exchange *exchange, struct text content_type) MUST_CHECK;
enum status body_bytes(struct exchange *exchange, struct text bytes) MUST_CHECK;
enum status body_end(struct exchange *exchange) MUST_CHECK;
void body_clear(struct exchange *exchange);
bool input_is_declared(const struct exchange *exchange, struct text name);
enum status input_add(struct exchange *exchange, struct text name, struct text value) MUST_CHECK;
/* The query and the path parameters. */
enum status input_add_address(struct exchange *exchange) MUST_CHECK;

/* identity.c: who asks, in which language, may they. */
enum status identity_load(struct exchange *exchange, struct reader *reader) MUST_CHECK;
bool identity_brings_token(const struct exchange *exchange); /* of a session or of a program */
void identity_prepare(struct exchange *exchange); /* language and visitor's token, after the load */
enum status identity_check(struct exchange *exchange); /* permission and CSRF; refuses */
/* The id of the flash message, TEXT_NONE without; it is shown once. */
struct text flash_take(struct exchange *exchange);

/* server.c: hands the answer that is ready to the library. */
enum MHD_Result exchange_queue(struct exchange *exchange);
/* own.c: addresses of the server itself; false when it is none of them. */
bool answer_own(struct exchange *exchange, enum MHD_Result *ret_result);

/* api.c: what programs get in place of pages. */
#define API_START "/api/v1/"
/* The path as the routes know it. */
struct text api_path(const struct exchange *exchange);
/* A route that has nothing for programs is none for them. */
void api_match(struct exchange *exchange);
/* Counts the request against what the program may ask in a minute; refuses one too many. */
void api_count(struct exchange *exchange);
void api_headers(struct exchange *exchange); /* the rates, before the answer goes */
/* A GET row's data, with its tag; 304 when the program has it already. */
enum status api_data(struct exchange *exchange, struct reader *reader) MUST_CHECK;
/* An action, in its transaction: If-Match, Idempotency-Key, the answer as JSON. */
enum status api_action(struct exchange *exchange, struct writer *writer) MUST_CHECK;
/* A free-hand route: the same, around the transactions that it makes itself. */
enum status api_free_hand(struct exchange *exchange) MUST_CHECK;
/* Refuses the request for an input that is not sound, with the reason. */
void api_refuse_input(struct exchange *exchange, struct text name, const char *message_id);
void api_problem_add(struct exchange *exchange, const char *field, struct text detail);
/* The problem details of RFC 9457 as the body. */
void api_fail(struct exchange *exchange, enum status status, int http, const char *message);
/* The members of a JSON object as inputs. STATUS_INVALID: unknown or nested ones, noted as problems. */
enum status api_inputs(struct exchange *exchange) MUST_CHECK;

/* dispatch.c: runs an exchange on a worker, from identity to the answer. */
void exchange_admit(struct exchange *exchange);
void exchange_run(struct exchange *exchange);
/* A page in plain words for a failure. */
void exchange_fail(struct exchange *exchange, enum status status, int http, const char *message_id);

/* answer.c: from rq.response to the library's response with all headers. */
enum status answer_make(struct exchange *exchange) MUST_CHECK;
/* A small answer in plain text, made without a worker; queued at once only when the connection must close. */
enum MHD_Result answer_now(struct exchange *exchange, int http, const char *text, const char *allow);
void answer_add_headers(const struct server *server, struct MHD_Response *response, bool is_cacheable);

/* guard.c: what the library lets pass. The HTTP code to refuse with, 0 when it is sound. */
int guard_check(struct MHD_Connection *connection, const char *method, const char *target, const char *version,
	int64_t *ret_declared, bool *ret_chunked);

#endif
