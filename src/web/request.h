#ifndef VIGIE_WEB_REQUEST_H
#define VIGIE_WEB_REQUEST_H
/* One request: what came in, who asks, and the answer under way. All memory is the request's arena. */
#include "base/json.h"
#include "domain/actor.h"
#include "web/html.h"

enum method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE };

/* A file of an upload, already on disk in a temporary place that goes when the request ends. */
struct upload {
	const char *field;
	struct text name; /* as the browser gave it, last part only */
	const char *path;
	int64_t size;
};

struct response_header {
	const char *name;
	const char *value;
};
struct response {
	int status; /* 200 unless set */
	const char *content_type; /* default text/html; charset=utf-8 */
	struct buffer body;
	struct response_header headers[16];
	size_t header_count;
	const char *file; /* sends this file instead of the body */
};
struct application; /* settings of the running server, see web/server.h */
struct request {
	enum method method;
	struct text path;
	struct arena *arena;
	const struct application *application;
	struct database *database;
	struct actor actor; /* user_id 0 and no grants: nobody signed in */
	bool is_signed_in;
	enum language language;
	const char *csrf_token; /* the session's secret: form_begin() puts it, masked, in every form */
	struct response response;
	char id[17]; /* for the log and the incident number */
	struct text address; /* of the client */
	bool wants_json;
	void *inside; /* the server's own */
};

/* Declared inputs only: a name that is not in the route's `inputs` gives TEXT_NONE and a loud log.
 * Path parameters (":id"), query and form fields alike. Valid UTF-8, trimmed. */
struct text rq_input(const struct request *rq, const char *name);
/* All values of a repeated field; returns the count. */
size_t rq_inputs(const struct request *rq, const char *name, struct text *ret_values, size_t limit);
/* Plain integer inputs; false when missing or not a number. */
bool rq_integer(const struct request *rq, const char *name, int64_t *ret_value);
size_t rq_uploads(const struct request *rq, const char *field, const struct upload **ret_uploads, size_t limit);
struct text rq_header(const struct request *rq, const char *name);
struct text rq_cookie(const struct request *rq, const char *name);
/* The body of an application/json request, or NULL when there was none. Owned by the request. A body that is not
 * JSON never reaches a handler (400). */
const json_t *rq_json(const struct request *rq);

void rq_add_header(struct request *rq, const char *name, const char *value);
/* After an action: 303 to a path of ours, printf-like. */
enum status rq_redirect(struct request *rq, const char *path, ...) __attribute__((format(printf, 2, 3)));
/* A path of ours, fit for a redirect: begins with one slash, no scheme, no host, no control characters. */
bool rq_is_local_path(struct text path);
/* A message shown at the top of the next page. `id` is marked TR(). */
void rq_flash(struct request *rq, const char *id);
/* In a stream route: `wants` is called for every live notification (on the store's thread: quick, no database) and
 * returns true when this client is to hear it, with the data to send in *data (the payload itself when left
 * empty). `event` is the name the browser sees. `context` lives as long as the request's arena. */
void rq_listen(struct request *rq, const char *event,
	bool (*wants)(const struct request *rq, void *context, struct text payload, struct buffer *data), void *context);
/* The path of a stream (copied into the arena) with a mark of what had been told when this page began to be made, so
 * that nothing told since is missed while the stream opens. */
const char *rq_live_path(const struct request *rq, const char *stream);
/* In a list's data(): where the next part is, as a path of ours like that of the page's own link; NULL: at the end. */
void rq_next_page(struct request *rq, const char *path);
/* How many rows a list's data() gives at once: what the program asks for by `limite`, up to the most, else the usual
 * number. The address of the next part keeps `limite`. */
enum { PAGE_ROWS_MOST = 500, TOTAL_ROWS_MOST = 200 /* what `total` counts to */ };
size_t rq_page_rows(const struct request *rq, size_t usual);
/* The same, made from the path, the inputs of this request that are kept (blank-separated names) and where to go on. */
void rq_next_page_of(struct request *rq, const char *path, const char *kept, const char *name, struct text value);
/* Tells a program what is wrong with a field, where no form of a page does. `detail` in its language; copied. */
void rq_problem(const struct request *rq, const char *field, struct text detail);
/* True when a program asks, at /api/v1/… */
bool rq_is_api(const struct request *rq);
/* For a free-hand route that answers a program with JSON of its own: begin with put_begin(). */
struct buffer *rq_json_answer(struct request *rq, int http);
/* The same for what is shown once, a password or a token: who repeats the request with its key is told so. */
struct buffer *rq_json_secret(struct request *rq, int http);
/* Makes the request's page writer: body of the response, in the request's language. */
struct html rq_html(struct request *rq);

#endif
