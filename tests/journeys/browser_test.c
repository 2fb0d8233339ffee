/* A browser: a jar of cookies, the token of the last form, and plain HTTP/1.1 over a socket. */
#include "conversation.h"

#include "base/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

const char chosen_password[] = "une phrase bien longue 42";
static const char boundary[] = "----vigie7d41b838504d8";

void browser_init(struct browser *browser, const struct site *site)
{
	*browser = (struct browser){.port = site->port};
	buffer_init(&browser->answer, ANSWER_LIMIT);
}

void browser_release(struct browser *browser)
{
	buffer_release(&browser->answer);
}

void url_encode(struct buffer *out, struct text value)
{
	for (size_t i = 0; i < value.size; i++)
		buffer_format(out, "%%%02X", (unsigned char)value.data[i]);
}

static int reach(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval patience = {.tv_sec = 30};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool send_all(int fd, struct text said)
{
	while (said.size) {
		ssize_t count = send(fd, said.data, said.size, MSG_NOSIGNAL);

		if (count <= 0)
			return false;
		said = text_slice(said, (size_t)count, said.size);
	}
	return true;
}

static void keep_cookie(struct browser *browser, struct text line)
{
	struct text rest = text_cut(&line, ';'), name = text_cut(&rest, '=');

	for (int i = 0; i < COOKIE_COUNT; i++) {
		if (browser->names[i][0] && !text_is(name, browser->names[i]))
			continue;
		snprintf(browser->names[i], sizeof browser->names[i], "%.*s", TEXT_FORMAT(name));
		snprintf(browser->values[i], sizeof browser->values[i], "%.*s", TEXT_FORMAT(rest));
		return;
	}
}

static void find_token(struct browser *browser)
{
	static const struct text mark = {"name=\"_csrf\" value=\"", 20};
	size_t at = text_find(browser->body, mark);
	struct text rest;

	if (at >= browser->body.size)
		return;
	rest = text_slice(browser->body, at + mark.size, browser->body.size);
	rest = text_slice(rest, 0, text_find(rest, TEXT("\"")));
	snprintf(browser->token, sizeof browser->token, "%.*s", TEXT_FORMAT(rest));
}

static int take_answer(struct browser *browser)
{
	struct text rest = buffer_text(&browser->answer), line;
	int status = 0;

	browser->body = TEXT("");
	browser->location[0] = '\0';
	line = text_cut(&rest, '\n');
	if (line.size > 12)
		status = atoi(line.data + 9);
	for (line = text_cut(&rest, '\n'); line.size > 1; line = text_cut(&rest, '\n')) {
		if (text_equal_ignoring_case(text_slice(line, 0, 12), TEXT("Set-Cookie: ")))
			keep_cookie(browser, text_trim(text_slice(line, 12, line.size)));
		if (text_equal_ignoring_case(text_slice(line, 0, 10), TEXT("Location: ")))
			snprintf(browser->location, sizeof browser->location, "%.*s",
				TEXT_FORMAT(text_trim(text_slice(line, 10, line.size))));
	}
	if (rest.data)
		browser->body = rest;
	find_token(browser);
	return status;
}

static void say_head(const struct browser *browser, struct buffer *said, const char *method, const char *path)
{
	int count = 0;

	buffer_format(said, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n", method, path, browser->port);
	if (browser->language)
		buffer_format(said, "Accept-Language: %s\r\n", browser->language);
	for (int i = 0; i < COOKIE_COUNT; i++)
		if (browser->names[i][0] && browser->values[i][0])
			buffer_format(said, "%s%s=%s", count++ ? "; " : "Cookie: ", browser->names[i], browser->values[i]);
	buffer_string(said, count ? "\r\n" : "");
}

static int converse(struct browser *browser, const struct buffer *said, bool only_begin)
{
	int fd = reach(browser->port);
	char piece[65536];
	ssize_t count;

	buffer_clear(&browser->answer);
	browser->body = TEXT("");
	if (fd < 0 || buffer_status(said) != STATUS_OK)
		return 0;
	if (send_all(fd, buffer_text(said))) {
		while ((count = recv(fd, piece, sizeof piece, 0)) > 0) {
			buffer_append(&browser->answer, (struct text){piece, (size_t)count});
			if (only_begin)
				break;
		}
	}
	close(fd);
	return take_answer(browser);
}

int browser_ask(struct browser *browser, const char *method, const char *path, const char *fields)
{
	AUTO(buffer_release) struct buffer said;
	AUTO(buffer_release) struct buffer body;

	buffer_init(&said, ANSWER_LIMIT);
	buffer_init(&body, ANSWER_LIMIT);
	say_head(browser, &said, method, path);
	if (fields) {
		buffer_string(&body, "_csrf=");
		url_encode(&body, text_of(browser->token));
		buffer_format(&body, "%s%s", *fields ? "&" : "", fields);
		buffer_format(&said, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n", body.size);
	}
	buffer_string(&said, "\r\n");
	buffer_append(&said, fields ? buffer_text(&body) : TEXT(""));
	return converse(browser, &said, false);
}

int browser_get(struct browser *browser, const char *path)
{
	return browser_ask(browser, "GET", path, NULL);
}

int browser_post(struct browser *browser, const char *path, const char *fields)
{
	return browser_ask(browser, "POST", path, fields);
}

int browser_peek(struct browser *browser, const char *path)
{
	AUTO(buffer_release) struct buffer said;

	buffer_init(&said, 65536);
	say_head(browser, &said, "GET", path);
	buffer_string(&said, "\r\n");
	return converse(browser, &said, true);
}

int browser_open(const struct browser *browser, const char *path)
{
	AUTO(buffer_release) struct buffer said;
	int fd = reach(browser->port);
	char head[13] = "";

	buffer_init(&said, 65536);
	say_head(browser, &said, "GET", path);
	buffer_string(&said, "\r\n");
	if (fd < 0 || !send_all(fd, buffer_text(&said)) || recv(fd, head, 12, MSG_WAITALL) != 12 ||
		strncmp(head + 9, "200", 3) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int browser_upload(struct browser *browser, const char *path, const char *field, const char *name, struct text content)
{
	AUTO(buffer_release) struct buffer said;
	AUTO(buffer_release) struct buffer body;

	buffer_init(&said, ANSWER_LIMIT);
	buffer_init(&body, ANSWER_LIMIT);
	buffer_format(&body, "--%s\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n%s\r\n", boundary, browser->token);
	buffer_format(&body,
		"--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: text/plain\r\n\r\n",
		boundary, field, name);
	buffer_append(&body, content);
	buffer_format(&body, "\r\n--%s--\r\n", boundary);
	say_head(browser, &said, "POST", path);
	buffer_format(&said, "Content-Type: multipart/form-data; boundary=%s\r\nContent-Length: %zu\r\n\r\n", boundary,
		body.size);
	buffer_append(&said, buffer_text(&body));
	return converse(browser, &said, false);
}

bool browser_sees(const struct browser *browser, const char *what)
{
	return *what == '\0' || text_find(browser->body, text_of(what)) < browser->body.size;
}

static void add_field(struct buffer *fields, const char *name, const char *value)
{
	buffer_format(fields, "%s%s=", fields->size ? "&" : "", name);
	url_encode(fields, text_of(value));
}

static bool change_password(struct browser *browser, const char *current)
{
	AUTO(buffer_release) struct buffer fields;

	buffer_init(&fields, 4000);
	add_field(&fields, "current", current);
	add_field(&fields, "chosen", chosen_password);
	add_field(&fields, "again", chosen_password);
	browser_get(browser, "/compte");
	return browser_post(browser, "/compte/mot-de-passe", fields.data) == 303;
}

bool browser_sign_in(struct browser *browser, const char *login, const char *password)
{
	AUTO(buffer_release) struct buffer fields;
	int status;

	buffer_init(&fields, 4000);
	add_field(&fields, "login", login);
	add_field(&fields, "password", password);
	browser_get(browser, "/connexion");
	status = browser_post(browser, "/connexion", fields.data);
	if (status == 303 && strcmp(browser->location, "/compte") == 0 && !change_password(browser, password))
		status = 0;
	if (status != 303)
		test_failed(__FILE__, __LINE__, "%s cannot sign in: %d", login, status);
	browser_get(browser, "/compte");
	return status == 303;
}
