#ifndef VIGIE_WEB_SERVER_H
#define VIGIE_WEB_SERVER_H
/* The HTTP server: libmicrohttpd with a pool of event threads, our own router, a pool of workers for whatever
 * touches the database, and a guard against what the library lets pass. */
#include "domain/document.h"
#include "web/module.h"
#include "web/session.h"

/* What the server serves. Must stay as long as the server runs. */
struct application {
	const char *name; /* "Vigie" */
	const char *administration; /* shown in the frame; may be NULL */
	const struct module *const *modules; /* ended by NULL */
	struct database *database; /* NULL only in tests without a database: handlers then get a NULL reader */
	const struct document_store *documents; /* may be NULL */
	enum language language; /* when nothing else says which */
	struct text secret; /* at least 32 random bytes; the same on all servers of one database */
	const struct session_hooks *sessions; /* NULL: nobody can sign in */
	const char *sign_in; /* path of the sign-in page; NULL: "/connexion" */
	const char *sign_out; /* path of the action that signs out; NULL: "/deconnexion" */
	const char *notifications; /* path of the page behind the bell; NULL: no bell */
	const char *account; /* path of the account's own page; NULL: "/compte" */
	const char *search; /* path of the list that the search of every page leads to ("recherche" is its input); NULL: none */
	const char *search_needs; /* who may */
	bool is_behind_tls; /* a proxy in front speaks TLS: cookies are Secure */
};

struct server_options {
	const char *host; /* an address; NULL: 127.0.0.1 */
	int port; /* 0: any free one */
	const char *certificate, *key; /* PEM files; both NULL: no TLS */
	int threads; /* event threads; 0: 2 */
	int workers; /* for handlers; 0: 8 */
	const char *temporary_folder; /* for uploads; NULL: $TMPDIR or /tmp */
	const char *metrics_token; /* NULL: /metrics is for loopback alone */
	bool trusts_proxy; /* on loopback: the client's address is the last of X-Forwarded-For */
	/* Limits; 0: the default in brackets. */
	int connection_limit; /* [2000] */
	int connection_limit_per_address; /* [0: none] */
	int queue_limit; /* requests waiting for a worker [500] */
	size_t header_limit; /* bytes of a request's head [16384] */
	int64_t body_limit; /* bytes, unless the route says another [1 MB] */
	size_t memory_limit; /* bytes of a request's arena [64 MB] */
	size_t response_limit; /* bytes of a page [64 MB] */
	size_t input_limit; /* fields of a form, parts of an upload [1000] */
	int64_t header_deadline; /* microseconds from the connection (or the end of the request before) [30 s] */
	int64_t body_deadline; /* microseconds from the head, with a second more for each 16 kB declared [30 s] */
	int64_t send_deadline; /* microseconds for an answer, with a second more for each 16 kB [60 s] */
	int64_t idle_timeout; /* microseconds without a byte [30 s] */
	int64_t stop_deadline; /* microseconds that a stop waits for what is under way [30 s] */
	int64_t stream_age; /* microseconds after which an event stream is closed, to be opened anew [15 min] */
	int64_t heartbeat; /* microseconds between heartbeats of event streams [20 s] */
};

struct server;
/* STATUS_INVALID: options, routes, certificate; STATUS_UNAVAILABLE: the address is taken. All logged. */
enum status server_start(const struct application *application, const struct server_options *options,
	struct server **ret_server) MUST_CHECK;
int server_port(const struct server *server);
/* Reads the certificate files anew: new connections get the new certificate, those that are open go on with theirs.
 * Without TLS there is nothing to do. STATUS_INVALID: it cannot be used, the one in use stays (logged). */
enum status server_reload(struct server *server) MUST_CHECK;
/* Takes no new connection, lets what is under way end (until the deadline), closes the streams, stops. */
void server_stop(struct server *server);
/* Hands a live notification to the streams; what database_listen() calls. For tests. */
void server_notify(struct server *server, struct text payload);

#endif
