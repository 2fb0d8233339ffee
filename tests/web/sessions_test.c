/* Sessions cannot be fixed or replayed, by a person or a program: what was known before signing in opens nothing after
 * it, what was ended stays ended, and no token stands in an address. On the real program. */
#include "../api/call.h"
#include "../journeys/conversation.h"

#include "app/wiring.h"
#include "base/test.h"
#include "store/test_database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char own_password[] = "quatre-lampes-sous-la-pluie";

struct scene {
	struct site site;
	char password[64];
};

static bool scene_open(struct scene *scene, const char *url, const char *option)
{
	struct run run;
	bool done;

	*scene = (struct scene){.site = {.url = url, .process = -1}};
	RUN(&run, "first-run", "--empty", "--db", url);
	done = run.code == 0 && first_password(buffer_text(&run.out), "admin", scene->password, sizeof scene->password);
	run_release(&run);
	return done && site_start_as(&scene->site, url, option);
}

static void scene_close(struct scene *scene)
{
	if (scene->site.process > 0)
		CHECK(site_stop(&scene->site));
	site_kill(&scene->site);
}

static const char *cookie_of(const struct browser *browser, const char *name)
{
	for (int i = 0; i < COOKIE_COUNT; i++)
		if (strcmp(browser->names[i], name) == 0)
			return browser->values[i];
	return "";
}

static void cookie_put(struct browser *browser, const char *name, const char *value)
{
	for (int i = 0; i < COOKIE_COUNT; i++)
		if (!browser->names[i][0] || strcmp(browser->names[i], name) == 0) {
			snprintf(browser->names[i], sizeof browser->names[i], "%s", name);
			snprintf(browser->values[i], sizeof browser->values[i], "%s", value);
			return;
		}
	test_failed(__FILE__, __LINE__, "the jar is full");
}

/* Is this session good for anything? */
static bool opens(const struct scene *scene, const char *session)
{
	struct browser browser;
	int status;

	browser_init(&browser, &scene->site);
	cookie_put(&browser, "vigie", session);
	status = browser_get(&browser, "/compte");
	browser_release(&browser);
	return status == 200;
}

static void sign_in(struct browser *browser, const char *password)
{
	AUTO(buffer_release) struct buffer fields = {0};

	buffer_init(&fields, 1000);
	buffer_string(&fields, "login=admin&password=");
	url_encode(&fields, text_of(password));
	browser_get(browser, "/connexion");
	CHECK_INTEGER(browser_post(browser, "/connexion", fields.data), 303);
}

/* A session that somebody else chose, of the right shape or of one that really existed, is not taken over. */
static void check_fixing(struct scene *scene)
{
	static const char made_up[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	struct browser browser, other;
	char first[COOKIE_ROOM], visitor[COOKIE_ROOM], token[200];

	browser_init(&browser, &scene->site);
	cookie_put(&browser, "vigie", made_up);
	browser_get(&browser, "/connexion");
	snprintf(visitor, sizeof visitor, "%s", cookie_of(&browser, "vigie_visite"));
	snprintf(token, sizeof token, "%s", browser.token);
	CHECK(visitor[0]);
	CHECK(browser_sign_in(&browser, "admin", scene->password));
	snprintf(first, sizeof first, "%s", cookie_of(&browser, "vigie"));
	CHECK(strlen(first) == strlen(made_up) && strcmp(first, made_up) != 0 && strcmp(first, visitor) != 0);
	CHECK(opens(scene, first) && !opens(scene, made_up) && !opens(scene, visitor));
	CHECK_TEXT(text_of(cookie_of(&browser, "vigie_visite")), "");
	/* The form's token of before the sign-in is worth nothing in the session. */
	snprintf(browser.token, sizeof browser.token, "%s", token);
	CHECK_INTEGER(browser_post(&browser, "/compte", "name=Autre&language=fr"), 403);
	/* Each sign-in has a session of its own, also in a browser that has one already. */
	browser_init(&other, &scene->site);
	cookie_put(&other, "vigie", made_up);
	sign_in(&other, scene->password);
	CHECK(strcmp(cookie_of(&other, "vigie"), first) != 0 && opens(scene, cookie_of(&other, "vigie")) && opens(scene, first));
	/* The token of one session's forms does not serve another. */
	browser_get(&other, "/compte");
	snprintf(browser.token, sizeof browser.token, "%s", other.token);
	CHECK_INTEGER(browser_post(&browser, "/compte", "name=Autre&language=fr"), 403);
	browser_release(&other);
	browser_release(&browser);
}

static void check_replaying(struct scene *scene)
{
	struct browser browser, other;
	char out[COOKIE_ROOM], kept[COOKIE_ROOM];
	AUTO(buffer_release) struct buffer fields = {0};

	browser_init(&browser, &scene->site);
	browser_init(&other, &scene->site);
	sign_in(&browser, scene->password);
	sign_in(&other, scene->password);
	snprintf(out, sizeof out, "%s", cookie_of(&browser, "vigie"));
	snprintf(kept, sizeof kept, "%s", cookie_of(&other, "vigie"));
	CHECK(opens(scene, out) && opens(scene, kept));
	/* Signed out: the browser forgets it, and who kept a copy has nothing. */
	browser_get(&browser, "/compte");
	CHECK_INTEGER(browser_post(&browser, "/deconnexion", ""), 303);
	CHECK_TEXT(text_of(cookie_of(&browser, "vigie")), "");
	CHECK(!opens(scene, out) && opens(scene, kept));
	cookie_put(&browser, "vigie", out);
	CHECK_INTEGER(browser_post(&browser, "/compte", "name=Autre&language=fr"), 303);
	CHECK(strncmp(browser.location, "/connexion", 10) == 0);
	/* A new password ends the other sessions, and the account's own goes on. */
	sign_in(&browser, scene->password);
	snprintf(out, sizeof out, "%s", cookie_of(&browser, "vigie"));
	buffer_init(&fields, 1000);
	buffer_string(&fields, "current=");
	url_encode(&fields, text_of(scene->password));
	buffer_format(&fields, "&chosen=%s&again=%s", own_password, own_password);
	browser_get(&other, "/compte");
	CHECK_INTEGER(browser_post(&other, "/compte/mot-de-passe", fields.data), 303);
	CHECK(!opens(scene, out));
	CHECK_INTEGER(browser_get(&other, "/compte"), 200);
	browser_release(&other);
	browser_release(&browser);
}

/* Neither way of saying who one is does for the other, and neither stands in an address. */
static void check_tokens(struct scene *scene)
{
	struct call call = {.port = scene->site.port, .method = "GET", .path = "/api/v1/compte"};
	struct browser browser;
	struct answer answer;
	struct run run;
	char token[100], path[300];

	RUN(&run, "token", "essai", "--role", "auditor", "--db", scene->site.url);
	snprintf(token, sizeof token, "%.*s", TEXT_FORMAT(text_trim(buffer_text(&run.out))));
	run_release(&run);
	call.token = token;
	call_make(&call, &answer);
	CHECK_INTEGER(answer.status, 200);
	answer_release(&answer);
	CHECK(!opens(scene, token));
	call.token = NULL;
	snprintf(path, sizeof path, "/api/v1/compte?access_token=%s", token);
	call.path = path;
	call_make(&call, &answer);
	CHECK(answer.status == 401 || answer.status == 422);
	answer_release(&answer);
	browser_init(&browser, &scene->site);
	sign_in(&browser, own_password);
	snprintf(path, sizeof path, "/compte?vigie=%s", cookie_of(&browser, "vigie"));
	call.path = "/api/v1/compte";
	call.token = cookie_of(&browser, "vigie");
	call_make(&call, &answer);
	CHECK_INTEGER(answer.status, 401);
	answer_release(&answer);
	memset(browser.names, 0, sizeof browser.names);
	CHECK(browser_get(&browser, path) != 200);
	browser_release(&browser);
}

/* No input of any route is a secret that an address would carry: addresses are logged, kept and sent on. */
static void check_addresses(void)
{
	static const char *const secrets[] = {"jeton", "token", "session", "password", "mot_de_passe", "secret", "_csrf"};
	int asked = 0;

	for (const struct module *const *module = modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++) {
			struct text rest = text_of(row->inputs);

			if (row->method != METHOD_GET)
				continue;
			asked++;
			while (rest.data) {
				struct text name = text_cut(&rest, ' ');

				for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
					if (text_is(name, secrets[i]))
						test_failed(__FILE__, __LINE__, "%s reads %s", row->path, secrets[i]);
			}
		}
	CHECK(asked > 50);
}

static void sessions(const char *url)
{
	static struct scene scene;

	if (scene_open(&scene, url, NULL)) {
		check_fixing(&scene);
		check_replaying(&scene);
		check_tokens(&scene);
	} else {
		test_failed(__FILE__, __LINE__, "the site does not open");
	}
	scene_close(&scene);
}

TEST(sessions_are_neither_fixed_nor_replayed) { test_each_url(sessions); }

TEST(no_address_carries_a_secret) { check_addresses(); }

/* Every cookie of the answer is HttpOnly and SameSite; with TLS in front also Secure. Returns how many there were. */
static int check_cookies(struct text answer, bool is_secure)
{
	int count = 0;

	while (answer.data) {
		struct text line = text_trim(text_cut(&answer, '\n'));

		if (!line.size)
			break;
		if (!text_equal_ignoring_case(text_slice(line, 0, 11), TEXT("Set-Cookie:")))
			continue;
		count++;
		if (text_find(line, TEXT("; HttpOnly")) == line.size || text_find(line, TEXT("; SameSite=Lax")) == line.size ||
			text_find(line, TEXT("; Path=/")) == line.size || text_find(line, TEXT("; Domain")) < line.size)
			test_failed(__FILE__, __LINE__, "%.*s", TEXT_FORMAT(line));
		if ((text_find(line, TEXT("; Secure")) < line.size) != is_secure)
			test_failed(__FILE__, __LINE__, "Secure? %.*s", TEXT_FORMAT(line));
		if (text_find(line, TEXT(": vigie=")) < line.size && is_secure)
			test_failed(__FILE__, __LINE__, "not bound to the host: %.*s", TEXT_FORMAT(line));
	}
	return count;
}

static void flags(const char *url)
{
	static struct scene scene;
	bool is_open = scene_open(&scene, url, NULL);

	CHECK(is_open);
	for (size_t i = 0; is_open && i < 2; i++) {
		struct browser browser;
		char fields[200];

		if (i && (!site_stop(&scene.site) || !site_start_as(&scene.site, url, "--behind-proxy"))) {
			test_failed(__FILE__, __LINE__, "the site does not open again");
			break;
		}
		browser_init(&browser, &scene.site);
		browser_get(&browser, "/connexion?langue=en");
		CHECK(check_cookies(buffer_text(&browser.answer), i == 1) >= 2);
		snprintf(fields, sizeof fields, "login=admin&password=%s", scene.password);
		CHECK_INTEGER(browser_post(&browser, "/connexion", fields), 303);
		/* The session, the visitor's that goes, the device's, the step's that goes, the message. */
		CHECK(check_cookies(buffer_text(&browser.answer), i == 1) >= 4);
		CHECK(cookie_of(&browser, i ? "__Host-vigie" : "vigie")[0]);
		CHECK_INTEGER(browser_get(&browser, "/compte"), 200);
		browser_release(&browser);
	}
	scene_close(&scene);
}

TEST(cookies_are_kept_from_scripts_and_other_sites) { test_each_url(flags); }
