/* Every page has its twin for programs, or a reason why it needs none; and lists are walked to their end. */
#include "call.h"

#include "../journeys/conversation.h"
#include "../matrix/walk.h"
#include "app/wiring.h"
#include "base/clock.h"
#include "base/test.h"
#include "store/test_database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *path, *reason;
} exempt[] = {
	{"/connexion", "the way in: a form"},
	{"/connexion/code", "the way in: a form; programs have tokens"},
	{"/compte/code", "a form; programs have tokens, no second factor"},
	{"/utilisateurs/nouveau", "a form"},
	{"/unites/:id", "a form; the list gives each unit whole"},
	{"/notifications/preferences", "a form of choices by mail, for people"},
	{"/notifications/envois", "mails to people; the job that sends them is in the list of jobs"},
	{"/references/:genre/code", "the list gives the code as of any date"},
	{"/envois/export", "a file already; the list gives the same rows"},
	{"/envois/:id/documents/:document", "the document itself"},
	{"/listes-de-noms/projets/:id", "a step between two forms, gone within a day"},
	{"/profils/nouveau", "a form"},
	{"/profils/:id/modifier", "a form"},
	{"/profils/:id/comparer", "two versions side by side; each is given by the profile's page"},
	{"/profils/:id/vie", "counts for a person's judgement; what happened is in the journal"},
	{"/listes-de-profils/:id/export", "a file already; the list gives the same rows"},
	{"/envois/:id/avis", "a sheet to print"},
	{"/envois/:id/ordre", "a sheet to print"},
	{"/controles/hors-ligne.js", "a script of the browser"},
	{"/controles/photos/:id", "the picture itself"},
	{"/administration", "links to the other pages"},
	{"/reglages/:code", "a form; the list gives each setting whole"},
	{"/", "a choice of what other pages give"},
	{"/aide", "help for people"},
	{"/aide/guides/:nom", "help for people"},
	{"/glossaire", "help for people"},
	{"/visite-guidee", "help for people"},
};
enum { EXEMPT = sizeof exempt / sizeof *exempt };

TEST(api_twins_every_page_has_data_or_a_reason)
{
	bool is_used[EXEMPT] = {false};

	for (const struct module *const *module = modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++) {
			bool is_exempt = false;

			if (row->method != METHOD_GET || !row->page)
				continue;
			for (size_t i = 0; i < EXEMPT; i++)
				if (strcmp(exempt[i].path, row->path) == 0)
					is_exempt = is_used[i] = true;
			if (!row->data && !is_exempt)
				test_failed(__FILE__, __LINE__, "%s gives programs nothing", row->path);
			if (row->data && is_exempt)
				test_failed(__FILE__, __LINE__, "%s has data: it needs no reason", row->path);
		}
	for (size_t i = 0; i < EXEMPT; i++)
		if (!is_used[i])
			test_failed(__FILE__, __LINE__, "%s is no page (%s)", exempt[i].path, exempt[i].reason);
}

/* ---- lists */

enum { ROWS = 130, PAGES_MOST = 400, LIST_LIMIT = 500 };

/* How a list gets its rows: %d counts, %s is a day to come and %p a past one, different each time. */
static const struct {
	const char *path, *body;
} fillers[] = {
	{"/api/v1/unites", "{\"parent\":1,\"kind\":\"office\",\"code\":\"W%d\",\"name\":\"Bureau\"}"},
	{"/api/v1/programmes", "{\"identifiant\":\"programme-%d\",\"nom\":\"Programme\"}"},
	{"/api/v1/absences", "{\"note\":\"%d\",\"du\":\"%s\",\"au\":\"%s\"}"},
	{"/api/v1/listes-de-profils", "{\"code\":\"LISTE%d\",\"titre\":\"Liste\"}"},
	{"/api/v1/listes-de-profils/1", "{\"valeur\":\"V%d\",\"motif\":\"essai\"}"},
	{"/api/v1/mises-de-cote", "{\"profil\":\"ARM-01\",\"operateur\":\"OP%d\",\"jusqu_au\":\"%s\",\"motif\":\"essai\"}"},
	{"/api/v1/declarants", "{\"login\":\"marcheur\",\"code\":\"D%d\"}"},
	{"/api/v1/prix/taux", "{\"monnaie\":\"EUR\",\"taux\":65%d,\"jour\":\"%p\"}"},
	{"/api/v1/reglages/general.currency", "{\"valeur\":\"A%d\"}"},
};
/* The lists, how many rows they have at least, and what is different in each. */
static const struct {
	const char *path;
	int least;
	const char *key, *second; /* members; key NULL: all of the row; second: NULL or the rest of the key */
} lists[] = {
	{"/api/v1/unites", ROWS, "id", NULL},
	{"/api/v1/utilisateurs", ROWS, "id", NULL},
	{"/api/v1/programmes", ROWS, "id", NULL},
	{"/api/v1/absences", ROWS, "id", NULL},
	{"/api/v1/listes-de-profils", ROWS, "id", NULL},
	{"/api/v1/listes-de-profils/1", ROWS, "id", NULL},
	{"/api/v1/listes-de-profils/1?recherche=v1", 20, "id", NULL},
	{"/api/v1/mises-de-cote", ROWS, "id", NULL},
	{"/api/v1/mises-de-cote?operateur=OP7", 1, "id", NULL},
	{"/api/v1/declarants", ROWS, "user_id", "code"},
	{"/api/v1/prix/taux", ROWS, NULL, NULL},
	{"/api/v1/journal", ROWS, "id", NULL},
	{"/api/v1/profils", 40, "id", NULL},
	{"/api/v1/envois", ROWS, "id", NULL},
	{"/api/v1/declarations", ROWS, "id", NULL},
	{"/api/v1/imports", 1, "id", NULL},
};

static void post(const struct site *site, const char *token, const char *path, const char *body)
{
	struct answer answer;

	call_make(&(struct call){.port = site->port, .method = "POST", .path = path, .body = body, .token = token}, &answer);
	if (answer.status != 200)
		test_failed(__FILE__, __LINE__, "%s %s: %d %.*s", path, body, answer.status,
			TEXT_FORMAT(text_slice(buffer_text(&answer.body), 0, 300)));
	answer_release(&answer);
}

/* The body with its number and its day, wherever they are named. */
static void fill_in(const char *from, int number, const char *day, const char *past, char *body,
	size_t size)
{
	size_t used = 0;

	for (; *from && used + 20 < size; from++) {
		if (from[0] == '%' && from[1] == 'd')
			used += (size_t)snprintf(body + used, size - used, "%d", number);
		else if (from[0] == '%')
			used += (size_t)snprintf(body + used, size - used, "%s", from[1] == 's' ? day : past);
		else
			body[used++] = *from;
		from += from[0] == '%';
	}
	body[used] = '\0';
}

static void fill(const struct site *site, const char *token)
{
	int64_t today = clock_today();

	for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++)
		for (int n = 0; n < ROWS; n++) {
			AUTO(buffer_release) struct buffer day = {0}, past = {0};
			char body[400];

			buffer_init(&day, 40);
			buffer_init(&past, 40);
			date_print(&past, today - n);
			date_print(&day, today + n);
			fill_in(fillers[i].body, n, day.data, past.data, body, sizeof body);
			post(site, token, fillers[i].path, body);
		}
}

/* One page into `seen`: a row that is there already was given twice. The address of the next is written over `path`. */
static size_t read_page(const struct site *site, const char *token, size_t list, char path[1000], json_t *seen)
{
	struct answer answer;
	json_t *page, *row;
	const char *next;
	size_t i, count;

	call_make(&(struct call){.port = site->port, .method = "GET", .path = path, .token = token}, &answer);
	CHECK_INTEGER(answer.status, 200);
	page = answer_json(&answer);
	json_array_foreach(json_object_get(page, "items"), i, row)
	{
		char *first = json_dumps(lists[list].key ? json_object_get(row, lists[list].key) : row, JSON_ENCODE_ANY);
		char *rest = lists[list].second ? json_dumps(json_object_get(row, lists[list].second), JSON_ENCODE_ANY) : NULL;
		char key[300];

		snprintf(key, sizeof key, "%s %s", first ? first : "", rest ? rest : "");
		if (json_object_get(seen, key))
			test_failed(__FILE__, __LINE__, "%s gives %s twice", lists[list].path, key);
		json_object_set_new(seen, key, json_true());
		free(first);
		free(rest);
	}
	count = json_array_size(json_object_get(page, "items"));
	next = json_string_value(json_object_get(page, "next"));
	snprintf(path, 1000, "%s", next ? next : "");
	json_decref(page);
	answer_release(&answer);
	return count;
}

/* Every row once, whatever the size of the pages. */
static void walk(const struct site *site, const char *token, size_t list, int page_rows)
{
	json_t *seen = json_object(), *at_once = json_object();
	char path[1000], whole[1000];
	int pages = 0;

	snprintf(path, sizeof path, "%s%climite=%d", lists[list].path, strchr(lists[list].path, '?') ? '&' : '?', page_rows);
	snprintf(whole, sizeof whole, "%s%climite=%d", lists[list].path, strchr(lists[list].path, '?') ? '&' : '?', LIST_LIMIT);
	while (*path && pages++ < PAGES_MOST)
		CHECK(read_page(site, token, list, path, seen) <= (size_t)page_rows);
	CHECK(pages < PAGES_MOST);
	(void)read_page(site, token, list, whole, at_once);
	if (json_object_size(seen) < (size_t)lists[list].least ||
		(!*whole && json_object_size(seen) != json_object_size(at_once)))
		test_failed(__FILE__, __LINE__, "%s by %d: %zu rows, %zu at once, at least %d wanted", lists[list].path, page_rows,
			json_object_size(seen), json_object_size(at_once), lists[list].least);
	json_decref(seen);
	json_decref(at_once);
}

static void walk_lists(const char *url)
{
	struct site site = {.url = url, .process = -1};
	char token[100] = "";
	struct run run;

	if (walk_prepare(url, NULL)) {
		RUN(&run, "demo", "--declarations", "150", "--years", "1", "--db", url);
		CHECK_INTEGER(run.code, 0);
		run_release(&run);
		RUN(&run, "token", "marcheur", "--role", "administrator", "--rate", "100000", "--db", url);
		snprintf(token, sizeof token, "%.*s", TEXT_FORMAT(text_trim(buffer_text(&run.out))));
		run_release(&run);
	}
	if (*token && site_start(&site, url)) {
		fill(&site, token);
		for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
			walk(&site, token, i, 7);
			walk(&site, token, i, 100);
		}
		CHECK(site_stop(&site));
	} else {
		test_failed(__FILE__, __LINE__, "no server to ask");
	}
	site_kill(&site);
}

TEST(api_twins_lists_are_walked_to_their_end) { test_each_url(walk_lists); }
