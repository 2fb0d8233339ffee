/* Requests of any kind to the whole application on a database of its own, without a socket: queries, forms, JSON, uploads,
 * as a page or for programs, by somebody who may do everything. A failure of the program's own, an answer that is not
 * what it says it is, or a tag that comes back as a tag stops the run.
 *
 * A sample: "METHOD target", a line that says what the body is (j: JSON, f: fields, m: multipart with the boundary XX),
 * then the body. */
#include "app/wiring.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "domain/user.h"
#include "modules/risk/risk.h"
#include "web/exchange.h"
#include "web/metrics.h"
#include "web/rate.h"
#include "web/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What comes back like this was not escaped. */
#define TAG "<q7x>"

struct site {
	struct risk_application application;
	struct document_store documents;
	struct server server;
	struct actor actor;
	char folder[100];
};

static void refuse(const char *what)
{
	fprintf(stderr, "not so: %s\n", what);
	__builtin_trap();
}
#define require(condition) ((condition) ? (void)0 : refuse(#condition))

static const char *content_type(char kind)
{
	return kind == 'j' ? "application/json" : kind == 'm' ? "multipart/form-data; boundary=XX"
							   : "application/x-www-form-urlencoded";
}

/* What would reach another machine, or takes its time with passwords on purpose, is not asked. */
static bool is_left_out(const struct route *route)
{
	static const char *const paths[] = {"/reglages/:code", "/utilisateurs", "/utilisateurs/:id/mot-de-passe", "/connexion",
		"/connexion/code", "/compte/mot-de-passe", "/compte/code", "/compte/code/confirmer", "/compte/code/retirer",
		"/compte/codes-de-secours", "/stockage/sauvegarde"};

	if (route->stream)
		return true;
	for (size_t i = 0; route->method != METHOD_GET && i < sizeof paths / sizeof *paths; i++)
		if (strcmp(route->path, paths[i]) == 0)
			return true;
	return false;
}

/* As the server does it, up to the worker. False: the server would answer without one. */
static bool begin(struct site *site, struct exchange *exchange, struct text method, char kind, struct text body)
{
	struct text rest = text_of(exchange->target);
	enum status status = STATUS_OK;

	exchange->rq.path = text_cut(&rest, '?');
	exchange->query = rest;
	exchange->is_api = text_starts_with(exchange->rq.path, TEXT(API_START));
	exchange->rq.wants_json = exchange->is_api;
	exchange->rq.method = text_is(method, "GET") ? METHOD_GET : METHOD_POST;
	exchange->rq.address = TEXT("127.0.0.1");
	exchange->is_identified = exchange->is_bearer = exchange->rq.is_signed_in = true;
	exchange->rq.actor = site->actor;
	exchange->rate_limit = INT64_MAX;
	if (router_find(site->server.router, exchange->rq.method, api_path(exchange), exchange->rq.arena, &exchange->match) !=
		STATUS_OK)
		return false;
	api_match(exchange);
	if (!exchange->match.route || is_left_out(exchange->match.route))
		return false;
	exchange->body_limit = exchange->match.route->body_limit ? exchange->match.route->body_limit : 1 << 20;
	if (exchange->rq.method != METHOD_GET && body_begin(exchange, text_of(content_type(kind))) != STATUS_OK)
		return false;
	if (input_add_address(exchange) != STATUS_OK)
		return false;
	for (size_t i = 0; i < body.size && status == STATUS_OK && exchange->rq.method != METHOD_GET; i += 1000)
		status = body_bytes(exchange, text_slice(body, i, i + 1000));
	if (status == STATUS_OK)
		status = body_end(exchange);
	if (status != STATUS_OK)
		exchange_refuse(exchange, status, 0, NULL);
	return true;
}

/* Of the program's own making is 500; 503 and 507 are the arena's limit and the like. */
static void check_answer(const struct exchange *exchange)
{
	const struct response *response = &exchange->rq.response;
	struct text body = buffer_text(&response->body);
	bool is_json = response->content_type && (strncmp(response->content_type, "application/json", 16) == 0 ||
		strncmp(response->content_type, "application/problem+json", 24) == 0);
	bool is_page = !response->content_type || strncmp(response->content_type, "text/html", 9) == 0;
	json_t *json = NULL;
	int line;

	if (exchange->ready_status == 500)
		fprintf(stderr, "%s: %.*s\n", exchange->target, TEXT_FORMAT(body));
	require(exchange->ready && exchange->ready_status >= 200 && exchange->ready_status != 500);
	if (response->file || !body.size)
		return;
	if (is_json) {
		if (getenv("SHOW"))
			fprintf(stderr, "%.*s\n", TEXT_FORMAT(body));
		require(json_parse(body, (size_t)256 << 20, &json, &line) == STATUS_OK);
		json_decref(json);
	}
	if (is_json || is_page)
		require(utf8_is_valid(body));
	if (is_page)
		require(text_find(body, TEXT(TAG)) == body.size);
}

static void ask(struct site *site, struct text sample)
{
	struct text first = text_cut(&sample, '\n'), kind = text_cut(&sample, '\n'), method = text_cut(&first, ' ');
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	const char *target = arena && first.size && !memchr(first.data, 0, first.size) ? arena_string(arena, first) : NULL;
	struct exchange *exchange = target && first.data[0] == '/' ? exchange_new(&site->server, NULL, target) : NULL;

	if (!exchange)
		return;
	if (begin(site, exchange, method, kind.size ? kind.data[0] : 'f', sample)) {
		exchange_run(exchange);
		check_answer(exchange);
	}
	exchange_free(exchange);
}

/* ---- a site with something in it */

static const char declaration[] = "--XX\r\nContent-Disposition: form-data; name=\"fichiers\"; filename=\"a.xml\"\r\n\r\n"
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ASYCUDA id=\"1\"><Identification><Office_segment>"
	"<Customs_clearance_office_code>XX001</Customs_clearance_office_code></Office_segment><Type><Type_of_declaration>IM"
	"</Type_of_declaration><Declaration_gen_procedure_code>4</Declaration_gen_procedure_code></Type><Registration>"
	"<Serial_number>C</Serial_number><Number>41</Number><Date>2026-11-02</Date></Registration></Identification><Item>"
	"<Tarification><HScode><Commodity_code>93020000</Commodity_code></HScode></Tarification><Goods_description>"
	"<Country_of_origin_code>FR</Country_of_origin_code><Commercial_Description>CARABINES &lt;q7x&gt;"
	"</Commercial_Description></Goods_description></Item></ASYCUDA>\n\r\n--XX--\r\n";
static const char *const first_requests[] = {
	"POST /unites\nf\nparent=1&kind=office&code=XX001&name=" TAG,
	"POST /controles\nf\nenvoi=1",
	"POST /programmes\nf\nidentifiant=p&nom=" TAG "&but=x&debit=600",
	"POST /programmes/2/rappels\nf\nadresse=https://example.org/&evenements=*",
	"POST /vues\nf\nnom=" TAG "&adresse=/envois?recherche=x",
	"POST /listes-de-profils\nf\ncode=ESSAI&titre=" TAG,
	"POST /profils/nouveau\nf\ncode=ESSAI&texte=" TAG "&geste=garder",
	"POST /listes-de-noms\nm\n--XX\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\nESSAI\r\n--XX\r\n"
	"Content-Disposition: form-data; name=\"fichier\"; filename=\"n.csv\"\r\n\r\nreference;type;nom\nL1;personne;A B\n\r\n--XX--\r\n",
	"POST /absences\nf\npersonne=1&du=2026-12-01&au=2026-12-02&note=" TAG,
};

static enum status fill(struct site *site)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor system = actor_system("fuzz");
	const struct user_new user = {.login = TEXT("essai"), .name = TEXT("Essai " TAG), .password_hash = "-"};
	char import[sizeof declaration + 40];
	int64_t id;

	TRY(writer_begin(site->application.base.database, &writer));
	TRY(user_create(writer, &system, &user, &id));
	TRY(writer_commit(&writer));
	site->actor = (struct actor){.user_id = id, .is_system = true, .login = TEXT("essai"), .name = TEXT(TAG)};
	snprintf(import, sizeof import, "POST /imports\nm\n%s", declaration);
	ask(site, text_of(import));
	for (size_t i = 0; i < sizeof first_requests / sizeof *first_requests; i++)
		ask(site, text_of(first_requests[i]));
	return STATUS_OK;
}

static struct site *site_open(void)
{
	struct site *site = memory_allocate(sizeof *site);
	struct application *base = &site->application.base;
	const char *problem;
	char url[140];

	log_set_level(getenv("SHOW") ? LOG_INFO : LOG_ERROR);
	snprintf(site->folder, sizeof site->folder, "%s/vigie-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	require(secret_init() && mkdtemp(site->folder));
	snprintf(url, sizeof url, "sqlite:%s/vigie.db", site->folder);
	site->documents = (struct document_store){.folder = site->folder, .limit = 1 << 20};
	*base = (struct application){.name = "Vigie", .modules = modules, .documents = &site->documents,
		.secret = {"0123456789abcdef0123456789abcdef", 32}, .search = "/envois", .search_needs = "consignments.read",
		.notifications = "/notifications"};
	wiring_start();
	require(database_open(url, &(struct database_options){.create = true}, &base->database) == STATUS_OK && wiring_migrate(base->database) == STATUS_OK);
	require(decider_new(base->database, &site->application.decider) == STATUS_OK);
	site->server = (struct server){.application = base, .arena = arena_new(16 << 20), .rates = rates_new(),
		.hub = hub_new(20 * MICROSECONDS, 900 * MICROSECONDS),
		.options = {.memory_limit = 64 << 20, .response_limit = 64 << 20, .body_limit = 1 << 20, .input_limit = 1000,
			.temporary_folder = site->folder}};
	require(site->server.arena && site->server.hub && router_new(site->server.arena, modules, &site->server.router, &problem) == STATUS_OK);
	require(fill(site) == STATUS_OK);
	return site;
}

static struct site *open_site;

static void close_site(void)
{
	char command[160];

	decider_release(&open_site->application.decider);
	database_close(open_site->application.base.database);
	rates_free(open_site->server.rates);
	hub_free(open_site->server.hub);
	arena_free(open_site->server.arena);
	snprintf(command, sizeof command, "rm -rf '%s'", open_site->folder);
	if (system(command) != 0)
		fprintf(stderr, "%s stays\n", open_site->folder);
	memory_free(open_site);
	open_site = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* The first of a process opens the site; it is the same for all. */
	if (!open_site) {
		open_site = site_open();
		atexit(close_site);
	}
	if (size < 1 << 16)
		ask(open_site, (struct text){(const char *)data, size});
	return 0;
}
