/* The site and the client of the other tests here. */
#include "talk.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/test.h"
#include "web/page.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

const char talk_csrf[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

static enum status load(struct reader *reader, struct text token, int64_t now, struct arena *arena,
	struct actor *ret_actor, char ret_csrf[CSRF_SIZE])
{
	(void)reader;
	(void)now;
	(void)arena;
	if (!text_is(token, "officier"))
		return STATUS_UNAUTHENTICATED;
	*ret_actor = (struct actor){.user_id = 7, .login = TEXT("awa"), .name = TEXT("Awa <Diop>"), .session_id = 3};
	memcpy(ret_csrf, talk_csrf, CSRF_SIZE);
	return STATUS_OK;
}

static bool may(const struct actor *actor, const char *permission, struct text unit_path)
{
	(void)unit_path;
	return actor->user_id == 7 && strcmp(permission, "t.read") == 0;
}

const struct session_hooks talk_sessions = {.load = load, .may = may};

static enum status home(struct request *rq, struct reader *db)
{
	struct html p = page_begin(rq, TEXT("Accueil & Cie"));

	(void)db;
	html(&p, "<p>%.*s</p>", TEXT_FORMAT(rq_input(rq, "q")));
	for (int i = 0; i < 100; i++)
		html(&p, "<p>remplissage</p>");
	page_end(&p);
	return STATUS_OK;
}

static enum status secret_page(struct request *rq, struct reader *db)
{
	struct html p = page_begin(rq, TEXT("Réservé"));
	struct form form = form_begin(&p, "/save", NULL, 0);

	(void)db;
	html(&p, "id=%.*s", TEXT_FORMAT(rq_input(rq, "id")));
	form_end(&form, "Envoyer");
	page_end(&p);
	return STATUS_OK;
}

static enum status save(struct request *rq, struct writer *db)
{
	struct text name = rq_input(rq, "name");

	(void)db;
	if (!name.size) {
		struct html p = page_begin(rq, TEXT("Corriger"));

		page_end(&p);
		return STATUS_INVALID;
	}
	if (rq_input(rq, "undeclared").data)
		return STATUS_INTERNAL;
	if (text_is(name, "conflict"))
		return STATUS_CONFLICT;
	rq_flash(rq, TR("Fait"));
	return rq_redirect(rq, "/?q=%d", (int)name.size);
}

static enum status upload(struct request *rq, struct database *database)
{
	const struct upload *files[4];
	size_t count = rq_uploads(rq, "file", files, 4);
	struct html p = rq_html(rq);

	(void)database;
	html(&p, "%zu files;", count);
	for (size_t i = 0; i < count; i++) {
		struct stat info;

		if (stat(files[i]->path, &info) != 0 || info.st_size != files[i]->size)
			return STATUS_INTERNAL;
		html(&p, "%.*s=%lld;", TEXT_FORMAT(files[i]->name), (long long)files[i]->size);
	}
	html(&p, "note=%.*s", TEXT_FORMAT(rq_input(rq, "note")));
	return STATUS_OK;
}

static enum status biscuit(struct request *rq, struct reader *db)
{
	struct html p = rq_html(rq);

	(void)db;
	html(&p, "%.*s", TEXT_FORMAT(rq_cookie(rq, "essai")));
	return rq_set_cookie(rq, "essai", TEXT("un"), "/biscuit", 60) ? STATUS_OK : STATUS_INTERNAL;
}

static enum status json(struct request *rq, struct writer *db)
{
	struct html p = rq_html(rq);

	(void)db;
	html(&p, "n=%lld", (long long)json_integer_value(json_object_get(rq_json(rq), "n")));
	return STATUS_OK;
}

static enum status slow(struct request *rq, struct reader *db)
{
	struct html p = rq_html(rq);

	(void)db;
	usleep(400000);
	html(&p, "done");
	return STATUS_OK;
}

/* Larger than what the system buffers for a client that does not read. */
static enum status long_page(struct request *rq, struct reader *db)
{
	struct html p = rq_html(rq);

	(void)db;
	rq->response.content_type = "text/plain";
	for (int i = 0; i < 60000; i++)
		html(&p, "%d\n", 1000000 + i);
	return STATUS_OK;
}

static bool wants(const struct request *rq, void *context, struct text payload, struct buffer *data)
{
	(void)rq;
	(void)context;
	(void)data;
	return text_starts_with(payload, TEXT("envoi"));
}

static enum status stream(struct request *rq, struct reader *db)
{
	(void)db;
	rq_listen(rq, "change", wants, NULL);
	return STATUS_OK;
}

static const struct route routes[] = {
	{METHOD_GET, "/", ROUTE_PUBLIC, "q", "Accueil", .page = home},
	{METHOD_GET, "/secret/:id", "t.read", "id", "Réservé", .page = secret_page},
	{METHOD_GET, "/forbidden", "t.write", "", "Interdit", .page = secret_page},
	{METHOD_POST, "/save", "t.read", "name", "Enregistrer", .action = save},
	{METHOD_POST, "/open", ROUTE_PUBLIC, "name", "Ouvert à tous", .action = save},
	{METHOD_POST, "/upload", "t.read", "note", "Déposer", .free_hand = upload, .upload = "file",
		.body_limit = 60 << 20},
	{METHOD_POST, "/json", "t.read", "", "JSON", .action = json},
	{METHOD_GET, "/biscuit", ROUTE_PUBLIC, "", "Biscuit", .page = biscuit},
	{METHOD_GET, "/slow", ROUTE_PUBLIC, "", "Lent", .page = slow},
	{METHOD_GET, "/long", ROUTE_PUBLIC, "", "Long", .page = long_page},
	{METHOD_GET, "/stream", "t.read", "", "Flux", .stream = stream},
	{0},
};
static const struct menu_entry menu[] = {
	{"Accueil", "/", ROUTE_PUBLIC, "home", 1},
	{"Caché", "/forbidden", "t.write", "home", 2},
	{0},
};
static const struct module module = {.name = "talk", .label = "Essai", .routes = routes, .menu = menu};
const struct module *const talk_modules[] = {&module, NULL};

static const struct application application = {
	.name = "Vigie",
	.administration = "Douanes d'essai",
	.modules = talk_modules,
	.secret = {"0123456789abcdef0123456789abcdef", 32},
	.sessions = &talk_sessions,
};

struct server *talk_start(const struct server_options *options)
{
	static const struct server_options none;
	struct server *server = NULL;

	log_set_level(LOG_ERROR + 1);
	if (server_start(&application, options ? options : &none, &server) != STATUS_OK)
		test_failed(__FILE__, __LINE__, "the server does not start");
	return server;
}

int talk_connect(const struct server *server)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server_port(server))};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

void talk_send(int fd, struct text said)
{
	while (said.size) {
		ssize_t sent = send(fd, said.data, said.size, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		said = text_slice(said, (size_t)sent, said.size);
	}
}

struct text talk_read(int fd, int milliseconds)
{
	static char reply[1 << 20];
	size_t size = 0;
	struct pollfd wait = {.fd = fd, .events = POLLIN};

	while (size < sizeof reply - 1 && poll(&wait, 1, milliseconds) == 1) {
		ssize_t got = recv(fd, reply + size, sizeof reply - 1 - size, 0);

		if (got <= 0)
			break;
		size += (size_t)got;
	}
	reply[size] = '\0';
	return (struct text){reply, size};
}

struct text talk(const struct server *server, struct text said, int milliseconds)
{
	int fd = talk_connect(server);
	struct text reply;

	if (fd < 0)
		return TEXT_NONE;
	talk_send(fd, said);
	reply = talk_read(fd, milliseconds);
	close(fd);
	return reply;
}

int talk_status(struct text reply)
{
	return reply.size > 12 && text_starts_with(reply, TEXT("HTTP/1.1 ")) ? atoi(reply.data + 9) : 0;
}

bool talk_has(struct text reply, const char *part)
{
	return text_find(reply, text_of(part)) < reply.size;
}

struct text talk_post(const struct server *server, const char *path, const char *fields)
{
	AUTO(buffer_release) struct buffer body, said;
	AUTO(arena_release) struct arena *arena = arena_new(65536);
	struct text reply;

	buffer_init(&body, 1 << 20);
	buffer_init(&said, 1 << 20);
	buffer_format(&body, "_csrf=%s&%s", csrf_mask(arena, talk_csrf), fields);
	buffer_format(&said,
		"POST %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: vigie=officier\r\n"
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
		path, body.size, body.data);
	reply = talk(server, buffer_text(&said), 2000);
	return reply;
}
