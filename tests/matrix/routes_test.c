/* Every route for every role and for a stranger: who gets what is written in golden.txt and compared with the real
 * program on both databases. VIGIE_GOLDEN=write writes it anew, to be read before it is committed. */
#include "../journeys/conversation.h"
#include "walk.h"

#include "app/wiring.h"
#include "base/file.h"
#include "base/test.h"
#include "store/test_database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROLES = 20, PAGE_LIMIT = 1 << 20 };

static size_t all_roles(const char *ret_roles[ROLES])
{
	size_t count = 0;

	for (const struct module *const *module = modules; *module; module++)
		for (const struct role *row = (*module)->roles; row && row->code; row++) {
			bool known = false;

			for (size_t i = 0; i < count; i++)
				known = known || strcmp(ret_roles[i], row->code) == 0;
			if (!known && count < ROLES)
				ret_roles[count++] = row->code;
		}
	return count;
}

static bool ends_the_session(const struct route *route)
{
	return strcmp(route->path, "/deconnexion") == 0;
}

static void ask_one(struct browser *browser, const struct route *route, const char *role, struct buffer *out)
{
	char path[PATH_ROOM];
	int status;

	walk_path(route, NULL, TEXT_NONE, path, sizeof path);
	if (route->stream)
		status = browser_peek(browser, path);
	else
		status = browser_ask(browser, method_name(route->method), path, route->method == METHOD_GET ? NULL : "");
	/* A wrong sign-in is refused, or told to wait: which, depends on how many were tried before. */
	if (status == 429 && strcmp(route->path, "/connexion") == 0)
		status = 422;
	buffer_format(out, "%s %s %s %d\n", method_name(route->method), route->path, role, status);
}

/* The route that ends the session comes last. */
static void ask_all(struct browser *browser, const char *role, struct buffer *out)
{
	for (int last = 0; last <= 1; last++)
		for (const struct module *const *module = modules; *module; module++)
			for (const struct route *row = (*module)->routes; row && row->path; row++)
				if (ends_the_session(row) == last)
					ask_one(browser, row, role, out);
}

static bool sign_in_as(struct browser *browser, const struct site *site, const char *role)
{
	char login[80], password[64];

	snprintf(login, sizeof login, "m.%s", role);
	for (char *c = login; *c; c++)
		*c = *c == '_' ? '-' : *c;
	return account_add(site->url, login, role, "DG", password) && browser_sign_in(browser, login, password);
}

static void compare(struct text got, struct text wanted)
{
	for (int line = 1; got.data || wanted.data; line++) {
		struct text a = got.data ? text_cut(&got, '\n') : TEXT_NONE;
		struct text b = wanted.data ? text_cut(&wanted, '\n') : TEXT_NONE;

		if (!text_equal(a.data ? a : TEXT(""), b.data ? b : TEXT(""))) {
			test_failed("tests/matrix/golden.txt", line, "got \"%.*s\", wanted \"%.*s\"", TEXT_FORMAT(a),
				TEXT_FORMAT(b));
			if (a.size != b.size)
				return;
		}
	}
}

static void judge(const struct buffer *got)
{
	AUTO(buffer_release) struct buffer wanted;
	const char *golden = getenv("VIGIE_GOLDEN");
	char path[PATH_ROOM * 2];

	buffer_init(&wanted, PAGE_LIMIT);
	snprintf(path, sizeof path, "%s/tests/matrix/golden.txt", test_source_folder());
	if (golden && strcmp(golden, "write") == 0)
		CHECK(file_write(path, buffer_text(got)) == STATUS_OK);
	CHECK(file_take(path, &wanted));
	compare(buffer_text(got), buffer_text(&wanted));
}

STATEMENT(MATRIX_LATER, "insert into jobs (name, next_at) values ('inspections.assign', $1)");

/* Nobody is given a visit meanwhile: what a page answers must not hang on how long the walk takes. */
static bool put_off_assignment(const char *url)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(writer_rollback) struct writer *writer = NULL;

	return database_open(url, NULL, &database) == STATUS_OK && writer_begin(database, &writer) == STATUS_OK &&
		store_execute(writer, &MATRIX_LATER, PARAMS(V_INT(clock_now() + 86400000000)), NULL) == STATUS_OK &&
		writer_commit(&writer) == STATUS_OK;
}

static void matrix(const char *url)
{
	AUTO(buffer_release) struct buffer got;
	struct site site = {.url = url, .process = -1};
	const char *roles[ROLES];
	size_t count = all_roles(roles);
	struct browser browser;

	buffer_init(&got, PAGE_LIMIT);
	if (walk_prepare(url, NULL) && put_off_assignment(url) && site_start(&site, url)) {
		browser_init(&browser, &site);
		ask_all(&browser, "nobody", &got);
		browser_release(&browser);
		for (size_t i = 0; i < count; i++) {
			browser_init(&browser, &site);
			if (sign_in_as(&browser, &site, roles[i]))
				ask_all(&browser, roles[i], &got);
			browser_release(&browser);
		}
		site_stop(&site);
		judge(&got);
	}
	site_kill(&site);
}

TEST(matrix_every_route_for_every_role) { test_each_url(matrix); }
