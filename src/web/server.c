/* The library's callbacks, and the life of an exchange from its first line to its last byte. */
#include "web/server.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "web/assets.h"
#include "web/exchange.h"
#include "web/metrics.h"
#include "web/rate.h"
#include "web/stream.h"
#include "web/watch.h"
#include "web/workers.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_LIMIT = 1 << 20, SLOWEST = 16384 /* bytes a second */ };

static void exchange_finish(struct exchange *exchange);

struct exchange *exchange_new(struct server *server, struct MHD_Connection *connection, const char *target)
{
	struct exchange *exchange = memory_allocate(sizeof *exchange);
	unsigned char id[8];

	if (!exchange)
		return NULL;
	exchange->server = server;
	exchange->connection = connection;
	exchange->upload_fd = -1;
	exchange->started = clock_monotonic();
	exchange->rq.inside = exchange;
	exchange->rq.application = server->application;
	exchange->rq.database = server->application->database;
	exchange->rq.language = server->application->language;
	exchange->rq.arena = arena_new(server->options.memory_limit);
	buffer_init(&exchange->rq.response.body, server->options.response_limit);
	secret_random(id, sizeof id);
	snprintf(exchange->rq.id, sizeof exchange->rq.id, "%02x%02x%02x%02x%02x%02x%02x%02x", id[0], id[1], id[2], id[3],
		id[4], id[5], id[6], id[7]);
	if (exchange->rq.arena)
		exchange->target = (char *)(uintptr_t)arena_string(exchange->rq.arena, text_of(target));
	if (exchange->target)
		return exchange;
	exchange_free(exchange);
	return NULL;
}

void exchange_free(struct exchange *exchange)
{
	if (!exchange)
		return;
	stream_free(exchange->stream);
	body_clear(exchange);
	if (exchange->ready)
		MHD_destroy_response(exchange->ready);
	buffer_release(&exchange->rq.response.body);
	memory_free(exchange->packed);
	arena_free(exchange->rq.arena);
	memory_free(exchange);
}

/* The whole answer must be taken in time; a stream has no end. */
static void allow_answer(struct exchange *exchange)
{
	watch_allow(exchange->watched,
		exchange->stream ? INT64_MAX
				 : exchange->server->options.send_deadline + exchange->answer_size / SLOWEST * MICROSECONDS);
}

enum MHD_Result exchange_queue(struct exchange *exchange)
{
	enum MHD_Result result;

	if (!exchange->ready)
		return MHD_NO;
	allow_answer(exchange);
	if (exchange->stream && exchange->is_counted) {
		atomic_fetch_sub(&exchange->server->under_way, 1);
		exchange->is_counted = false;
	}
	result = MHD_queue_response(exchange->connection, (unsigned)exchange->ready_status, exchange->ready);
	/* The library has its own reference now; the stream's memory stays the exchange's. */
	MHD_destroy_response(exchange->ready);
	exchange->ready = NULL;
	return result;
}

static void run_and_resume(struct exchange *exchange)
{
	exchange_run(exchange);
	atomic_store(&exchange->phase, PHASE_DONE);
	MHD_resume_connection(exchange->connection);
}

static void admit_and_resume(struct exchange *exchange)
{
	exchange_admit(exchange);
	exchange->is_resumed = true;
	atomic_store(&exchange->phase, PHASE_BODY);
	watch_allow(exchange->watched, exchange->body_span);
	MHD_resume_connection(exchange->connection);
}

/* Hands the exchange to a worker and lets the connection sleep meanwhile. */
static enum MHD_Result submit(struct exchange *exchange, enum phase phase, void (*run)(struct exchange *exchange))
{
	atomic_store(&exchange->phase, phase);
	watch_allow(exchange->watched, INT64_MAX);
	MHD_suspend_connection(exchange->connection);
	if (workers_submit(exchange->server->workers, exchange, run))
		return MHD_YES;
	exchange->refused = STATUS_UNAVAILABLE;
	identity_prepare(exchange);
	exchange_fail(exchange, STATUS_UNAVAILABLE, 0, NULL);
	if (answer_make(exchange) != STATUS_OK)
		exchange->ready = NULL;
	atomic_store(&exchange->phase, PHASE_DONE);
	MHD_resume_connection(exchange->connection);
	return MHD_YES;
}

static bool read_method(struct exchange *exchange, const char *name)
{
	snprintf(exchange->method, sizeof exchange->method, "%s", name);
	exchange->is_head = strcmp(name, "HEAD") == 0;
	if (exchange->is_head) {
		exchange->rq.method = METHOD_GET;
		return true;
	}
	for (int method = 0; method < METHOD_COUNT; method++)
		if (strcmp(name, method_name((enum method)method)) == 0) {
			exchange->rq.method = (enum method)method;
			return true;
		}
	return false;
}

/* The client's address: its own, or what a trusted proxy on loopback says. */
static void read_address(struct exchange *exchange)
{
	struct text forwarded = rq_header(&exchange->rq, "X-Forwarded-For");
	struct in6_addr six;
	struct in_addr four;

	exchange->rq.address = text_of(exchange->watched ? exchange->watched->address : "");
	if (!exchange->server->options.trusts_proxy || !exchange->watched || !exchange->watched->is_loopback)
		return;
	for (size_t i = forwarded.size; i > 0; i--)
		if (forwarded.data[i - 1] == ',') {
			forwarded = text_slice(forwarded, i, forwarded.size);
			break;
		}
	forwarded = text_trim(forwarded);
	if (forwarded.size && forwarded.size < 64) {
		const char *text = arena_string(exchange->rq.arena, forwarded);

		if (text && (inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1))
			exchange->rq.address = text_of(text);
	}
}

static void read_target(struct exchange *exchange)
{
	struct text rest = text_of(exchange->target), query;
	struct text accept = rq_header(&exchange->rq, "Accept");
	enum status status = STATUS_OK;
	struct pair pair;

	exchange->rq.path = text_cut(&rest, '?');
	exchange->query = query = rest;
	exchange->cookies = rq_header(&exchange->rq, "Cookie");
	exchange->is_api = text_starts_with(exchange->rq.path, TEXT(API_START));
	exchange->rq.wants_json = exchange->is_api ||
		(header_lists(accept, "application/json") && !header_lists(accept, "text/html"));
	while (query_next(exchange->rq.arena, &query, &pair, &status))
		if (text_is(pair.name, "langue"))
			exchange->language_cookie = arena_string(exchange->rq.arena, text_slice(pair.value, 0, 2));
	read_address(exchange);
}

/* Refuses a body that must not come, prepares for one that may. The answer to queue now, or 0. */
static int expect_body(struct exchange *exchange, int64_t declared, bool is_chunked)
{
	const struct route *route = exchange->match.route;
	enum status status;

	exchange->body_limit = route->body_limit ? route->body_limit : exchange->server->options.body_limit;
	if (declared > exchange->body_limit)
		return MHD_HTTP_CONTENT_TOO_LARGE;
	exchange->body_span = exchange->server->options.body_deadline +
		(is_chunked ? exchange->body_limit : declared) / SLOWEST * MICROSECONDS;
	watch_allow(exchange->watched, exchange->body_span);
	if (!declared && !is_chunked)
		return 0;
	if (exchange->rq.method == METHOD_GET)
		return MHD_HTTP_BAD_REQUEST;
	status = body_begin(exchange, rq_header(&exchange->rq, "Content-Type"));
	return status == STATUS_OK ? 0 : status_http(status);
}

static const char *refusal_text(int http)
{
	switch (http) {
	case 405: return "Méthode refusée.\n";
	case 413: return "C'est trop volumineux.\n";
	case 415: return "Ce type de contenu n'est pas accepté.\n";
	case 404: return "Introuvable.\n";
	case 503: return "Le service est momentanément indisponible.\n";
	default: return "La demande est mal formée.\n";
	}
}

static enum MHD_Result refuse_now(struct exchange *exchange, int http)
{
	AUTO(buffer_release) struct buffer allow = {0};

	buffer_init(&allow, 100);
	methods_print(&allow, exchange->match.allowed);
	exchange->must_close = true;
	metrics_refused(exchange->server->metrics);
	return answer_now(exchange, http, refusal_text(http), http == 405 && allow.size ? allow.data : NULL);
}

/* The head is there: guards, route, limits. */
static enum MHD_Result exchange_begin(struct exchange *exchange, const char *method, const char *version)
{
	struct server *server = exchange->server;
	int64_t declared = 0;
	bool is_chunked = false, has_body;
	enum MHD_Result result;
	int http;

	exchange->is_counted = true;
	atomic_fetch_add(&server->under_way, 1);
	http = guard_check(exchange->connection, method, exchange->target, version, &declared, &is_chunked);
	if (http)
		return refuse_now(exchange, http);
	has_body = declared || is_chunked;
	if (!read_method(exchange, method))
		return refuse_now(exchange, MHD_HTTP_METHOD_NOT_ALLOWED);
	read_target(exchange);
	if (has_body && exchange->rq.method == METHOD_GET)
		return refuse_now(exchange, MHD_HTTP_BAD_REQUEST);
	if (answer_own(exchange, &result))
		return result;
	if (router_find(server->router, exchange->rq.method, api_path(exchange), exchange->rq.arena, &exchange->match) !=
		STATUS_OK)
		return refuse_now(exchange, MHD_HTTP_BAD_REQUEST);
	api_match(exchange);
	if (!exchange->match.route) {
		http = exchange->match.allowed ? MHD_HTTP_METHOD_NOT_ALLOWED : MHD_HTTP_NOT_FOUND;
		if (exchange->rq.method != METHOD_GET)
			return refuse_now(exchange, http);
		exchange_refuse(exchange, STATUS_NOT_FOUND, http, http == 405 ? TR("Cette adresse ne se consulte pas.") : NULL);
		atomic_store(&exchange->phase, PHASE_BODY);
		return MHD_YES;
	}
	http = expect_body(exchange, declared, is_chunked);
	if (http)
		return refuse_now(exchange, http);
	if (input_add_address(exchange) != STATUS_OK)
		return refuse_now(exchange, MHD_HTTP_BAD_REQUEST);
	if (has_body && exchange->match.route->upload)
		return submit(exchange, PHASE_ADMITTING, admit_and_resume);
	atomic_store(&exchange->phase, PHASE_BODY);
	return MHD_YES;
}

/* A body that turns out bad is read to its end, so that the client can hear why, but no longer kept; one without a
 * declared end that goes on and on is cut. */
static enum MHD_Result take_body(struct exchange *exchange, const char *bytes, size_t size)
{
	enum status status = body_bytes(exchange, (struct text){bytes, size});

	if (status == STATUS_OK)
		return MHD_YES;
	exchange_refuse(exchange, status, 0, NULL);
	exchange->is_discarding = exchange->must_close = true;
	return exchange->body_size > exchange->body_limit ? MHD_NO : MHD_YES;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *bytes, size_t *size, void **inside)
{
	struct exchange *exchange = *inside;
	enum status status;

	(void)context;
	(void)url;
	(void)connection;
	if (!exchange)
		return MHD_NO;
	if (atomic_load(&exchange->phase) == PHASE_NEW)
		return exchange_begin(exchange, method, version);
	if (atomic_load(&exchange->phase) == PHASE_DONE)
		return exchange_queue(exchange);
	if (*size) {
		enum MHD_Result result = take_body(exchange, bytes, *size);

		*size = 0;
		return result;
	}
	if (exchange->is_resumed && !exchange->body_size) {
		exchange->is_resumed = false;
		return MHD_YES;
	}
	if (exchange->refused == STATUS_OK) {
		status = body_end(exchange);
		if (status != STATUS_OK)
			exchange_refuse(exchange, status, 0, NULL);
	}
	return submit(exchange, PHASE_RUNNING, run_and_resume);
}

static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
	struct server *server = context;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct exchange *exchange = exchange_new(server, connection, target);

	if (exchange && info)
		exchange->watched = info->socket_context;
	return exchange;
}

/* The access log: no query, no header, no body. */
static void exchange_finish(struct exchange *exchange)
{
	struct request *rq = &exchange->rq;
	int64_t span = clock_monotonic() - exchange->started;
	char status[8], size[24], time[24], user[24];
	const char *path = rq->path.data ? arena_string(rq->arena, text_slice(rq->path, 0, 300)) : "";

	snprintf(status, sizeof status, "%d", exchange->ready_status);
	snprintf(size, sizeof size, "%lld", (long long)exchange->answer_size);
	snprintf(time, sizeof time, "%lld", (long long)span);
	snprintf(user, sizeof user, "%lld", (long long)rq->actor.user_id);
	log_event(LOG_INFO, "request", "request", rq->id, "method", exchange->method, "path", path ? path : "", "status",
		status, "bytes", size, "microseconds", time, "address", rq->address.data ? rq->address.data : "", "user", user,
		NULL);
	metrics_note(exchange->server->metrics, exchange->ready_status, exchange->answer_size, span);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **inside,
	enum MHD_RequestTerminationCode code)
{
	struct server *server = context;
	struct exchange *exchange = *inside;

	(void)connection;
	(void)code;
	if (!exchange)
		return;
	*inside = NULL;
	watch_allow(exchange->watched, server->options.header_deadline + server->options.idle_timeout);
	if (exchange->ready_status)
		exchange_finish(exchange);
	if (exchange->is_counted)
		atomic_fetch_sub(&server->under_way, 1);
	exchange_free(exchange);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
	enum MHD_ConnectionNotificationCode code)
{
	struct server *server = context;
	const union MHD_ConnectionInfo *info;
	const struct sockaddr *address = NULL;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		watch_remove(server->watch, *socket_context);
		*socket_context = NULL;
		return;
	}
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (info)
		address = info->client_addr;
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	if (info)
		*socket_context = watch_add(server->watch, info->connect_fd, address, server->options.header_deadline);
}

__attribute__((format(printf, 2, 0))) static void on_log(void *context, const char *format, va_list arguments)
{
	char line[300];

	(void)context;
	vsnprintf(line, sizeof line, format, arguments);
	line[strcspn(line, "\r\n")] = '\0';
	log_event(LOG_DEBUG, "http library", "text", line, NULL);
}

static void on_tick(void *context, int64_t now)
{
	struct server *server = context;

	hub_tick(server->hub, now);
}

static void on_live(void *context, const char *channel, struct text payload)
{
	if (strcmp(channel, "live") == 0)
		server_notify(context, payload);
}

void server_notify(struct server *server, struct text payload)
{
	hub_notify(server->hub, payload);
}

/* What was left open gets its default. */
static struct server_options complete(const struct server_options *given)
{
	struct server_options options = *given;
	const char *folder = getenv("TMPDIR");

#define DEFAULT(member, value)                                                                                         \
	if (!options.member)                                                                                           \
	options.member = (value)
	DEFAULT(host, "127.0.0.1");
	DEFAULT(threads, 2);
	DEFAULT(workers, 8);
	DEFAULT(temporary_folder, folder && *folder ? folder : "/tmp");
	DEFAULT(connection_limit, 2000);
	DEFAULT(queue_limit, 500);
	DEFAULT(header_limit, 16384);
	DEFAULT(body_limit, 1 << 20);
	DEFAULT(memory_limit, (size_t)64 << 20);
	DEFAULT(response_limit, (size_t)64 << 20);
	DEFAULT(input_limit, 1000);
	DEFAULT(header_deadline, 30 * MICROSECONDS);
	DEFAULT(body_deadline, 30 * MICROSECONDS);
	DEFAULT(send_deadline, 60 * MICROSECONDS);
	DEFAULT(idle_timeout, 30 * MICROSECONDS);
	DEFAULT(stop_deadline, 30 * MICROSECONDS);
	DEFAULT(stream_age, 900 * MICROSECONDS);
	DEFAULT(heartbeat, 20 * MICROSECONDS);
#undef DEFAULT
	return options;
}

/* What a daemon of the library is given: it keeps pointing to the certificate. */
struct pair_of_files {
	const char *certificate, *key; /* PEM; both NULL: no TLS */
};

static enum status read_certificate(struct server *server, struct pair_of_files *ret_pair)
{
	const struct server_options *options = &server->options;
	struct text certificate, key;

	*ret_pair = (struct pair_of_files){NULL, NULL};
	if (!options->certificate && !options->key)
		return STATUS_OK;
	if (!options->certificate || !options->key)
		return STATUS_INVALID;
	TRY(file_read(server->arena, options->certificate, FILE_LIMIT, &certificate));
	TRY(file_read(server->arena, options->key, FILE_LIMIT, &key));
	ret_pair->certificate = arena_string(server->arena, certificate);
	ret_pair->key = arena_string(server->arena, key);
	server->has_tls = true;
	return ret_pair->certificate && ret_pair->key ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status prepare_routes(struct server *server)
{
	const char *problem = "";
	enum status status = router_new(server->arena, server->application->modules, &server->router, &problem);

	if (status == STATUS_CONFLICT)
		log_event(LOG_ERROR, "routes refused", "problem", problem, NULL);
	return status == STATUS_CONFLICT ? STATUS_INVALID : status;
}

static enum status prepare(struct server *server)
{
	const struct server_options *options = &server->options;

	server->arena = arena_new((size_t)16 << 20);
	server->rates = rates_new();
	if (!server->arena || !server->rates)
		return STATUS_NO_MEMORY;
	if (server->application->secret.size < 32 || !secret_init()) {
		log_event(LOG_ERROR, "server refused", "problem", "the secret must have 32 bytes at least", NULL);
		return STATUS_INVALID;
	}
	TRY(prepare_routes(server));
	server->metrics = metrics_new(server->arena);
	server->hub = hub_new(options->heartbeat, options->stream_age);
	server->workers = workers_start(options->workers, options->queue_limit);
	server->watch = server->hub ? watch_start(on_tick, server) : NULL;
	return server->metrics && server->hub && server->workers && server->watch ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status open_address(const struct server_options *options, struct addrinfo **ret_address)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
	char port[8];

	if (options->port < 0 || options->port > 65535)
		return STATUS_INVALID;
	snprintf(port, sizeof port, "%d", options->port);
	return getaddrinfo(options->host, port, &hints, ret_address) == 0 ? STATUS_OK : STATUS_INVALID;
}

/* A daemon of the library on a new socket, or on one that is open already (`listening` not -1). */
static enum status start_daemon(struct server *server, const struct pair_of_files *pair, int listening,
	struct MHD_Daemon **ret_daemon)
{
	const struct server_options *options = &server->options;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | MHD_USE_ITC;
	struct addrinfo *address = NULL;
	struct MHD_OptionItem items[5] = {{MHD_OPTION_END, 0, NULL}};
	size_t count = 0;

	TRY(open_address(options, &address));
	if (address->ai_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	if (pair->certificate) {
		flags |= MHD_USE_TLS;
		items[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)pair->certificate};
		items[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)pair->key};
		items[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0,
			(void *)(uintptr_t)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"};
	}
	items[count++] = listening >= 0
		? (struct MHD_OptionItem){MHD_OPTION_LISTEN_SOCKET, listening, NULL}
		: (struct MHD_OptionItem){MHD_OPTION_SOCK_ADDR, 0, address->ai_addr};
	items[count] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
	*ret_daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, server,
		MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
		MHD_OPTION_URI_LOG_CALLBACK, on_target, server,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->header_limit,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)options->connection_limit,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)options->connection_limit_per_address,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)((options->idle_timeout + MICROSECONDS - 1) / MICROSECONDS),
		MHD_OPTION_THREAD_POOL_SIZE, (unsigned)options->threads,
		MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U,
		MHD_OPTION_ARRAY, items, MHD_OPTION_END);
	freeaddrinfo(address);
	return *ret_daemon ? STATUS_OK : STATUS_UNAVAILABLE;
}

static enum status start_first(struct server *server)
{
	const union MHD_DaemonInfo *info;
	struct pair_of_files pair;

	TRY(read_certificate(server, &pair));
	TRY(start_daemon(server, &pair, -1, &server->daemon));
	info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
	server->port = info ? info->port : server->options.port;
	return STATUS_OK;
}

/* Daemons that take no new connection any more, once their last one has gone. */
static void stop_retired(struct server *server, bool all)
{
	for (size_t i = 0; i < RETIRED_LIMIT; i++) {
		const union MHD_DaemonInfo *info = server->retired[i]
			? MHD_get_daemon_info(server->retired[i], MHD_DAEMON_INFO_CURRENT_CONNECTIONS)
			: NULL;

		if (!server->retired[i] || (!all && info && info->num_connections))
			continue;
		MHD_stop_daemon(server->retired[i]);
		server->retired[i] = NULL;
	}
}

/* A daemon that never listens shows whether the library can use the certificate. */
static bool is_usable(const struct pair_of_files *pair)
{
	struct MHD_Daemon *trial = MHD_start_daemon(MHD_USE_TLS | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL, on_request, NULL,
		MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_HTTPS_MEM_CERT, pair->certificate,
		MHD_OPTION_HTTPS_MEM_KEY, pair->key, MHD_OPTION_END);

	if (trial)
		MHD_stop_daemon(trial);
	return trial != NULL;
}

enum status server_reload(struct server *server)
{
	struct MHD_Daemon *fresh = NULL;
	struct pair_of_files pair;
	size_t place = 0;
	MHD_socket listening;

	if (!server->has_tls)
		return STATUS_OK;
	stop_retired(server, false);
	while (place < RETIRED_LIMIT && server->retired[place])
		place++;
	TRY(read_certificate(server, &pair));
	if (place == RETIRED_LIMIT || !is_usable(&pair)) {
		log_event(LOG_ERROR, "certificate not taken", "file", server->options.certificate, "kept", "the one in use", NULL);
		return STATUS_INVALID;
	}
	listening = MHD_quiesce_daemon(server->daemon);
	if (listening == MHD_INVALID_SOCKET)
		return STATUS_UNAVAILABLE;
	TRY(start_daemon(server, &pair, listening, &fresh));
	server->retired[place] = server->daemon;
	server->daemon = fresh;
	log_event(LOG_INFO, "certificate taken", "file", server->options.certificate, NULL);
	return STATUS_OK;
}

static void server_free(struct server *server)
{
	if (server->workers)
		workers_stop(server->workers);
	if (server->watch)
		watch_free(server->watch);
	hub_free(server->hub);
	rates_free(server->rates);
	arena_free(server->arena);
	memory_free(server);
}

enum status server_start(const struct application *application, const struct server_options *options,
	struct server **ret_server)
{
	struct server *server = memory_allocate(sizeof *server);
	char port[8];
	enum status status;

	if (!server)
		return STATUS_NO_MEMORY;
	server->application = application;
	server->options = complete(options);
	/* A client that goes away must not end the program. */
	signal(SIGPIPE, SIG_IGN);
	status = prepare(server);
	if (status == STATUS_OK)
		status = start_first(server);
	if (status == STATUS_OK && application->database)
		status = database_listen(application->database, on_live, server);
	if (status != STATUS_OK) {
		log_event(LOG_ERROR, "server not started", "status", status_name(status), "host", server->options.host, NULL);
		if (server->daemon)
			MHD_stop_daemon(server->daemon);
		if (server->watch)
			watch_stop(server->watch);
		server_free(server);
		return status;
	}
	snprintf(port, sizeof port, "%d", server->port);
	log_event(LOG_INFO, "serving", "host", server->options.host, "port", port, "tls", server->has_tls ? "yes" : "no", NULL);
	*ret_server = server;
	return STATUS_OK;
}

int server_port(const struct server *server)
{
	return server->port;
}

void server_stop(struct server *server)
{
	int64_t until;
	MHD_socket listening;

	if (!server)
		return;
	until = clock_monotonic() + server->options.stop_deadline;
	atomic_store(&server->is_stopping, true);
	listening = MHD_quiesce_daemon(server->daemon);
	while (atomic_load(&server->under_way) && clock_monotonic() < until)
		usleep(5000);
	if (server->application->database)
		database_unlisten(server->application->database, on_live, server);
	hub_close(server->hub);
	for (int i = 0; i < 200 && hub_count(server->hub); i++)
		usleep(5000);
	watch_stop(server->watch);
	workers_stop(server->workers);
	server->workers = NULL;
	stop_retired(server, true);
	MHD_stop_daemon(server->daemon);
	if (listening != MHD_INVALID_SOCKET)
		close(listening);
	log_event(LOG_INFO, "stopped", NULL);
	server_free(server);
}
