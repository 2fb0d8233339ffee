/* Every page has its twin for programs, or a reason why it needs none; and lists are walked to their end. */
#include "call.h"

#include "../journeys/conversation.h"
#include "../matrix/walk.h"
#include "app/wiring.h"
#include "base/test.h"
#include "store/test_database.h"

#include <stdio.h>
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

enum { CHANGES = 230, PAGES_MOST = 50 };

/* More rows of the journal than a page holds. */
static void fill(const struct site *site, const char *token)
{
	for (int i = 0; i < CHANGES; i++) {
		struct answer answer;

		call_make(&(struct call){.port = site->port, .method = "POST", .path = "/api/v1/reglages/general.currency",
				  .body = i % 2 ? "{\"valeur\":\"GNF\"}" : "{\"valeur\":\"XAF\"}", .token = token},
			&answer);
		if (answer.status != 200)
			test_failed(__FILE__, __LINE__, "change %d: %d", i, answer.status);
		answer_release(&answer);
	}
}

/* Newest first, each row once: numbers fall, and the last is the first ever written. */
static void walk(const struct site *site, const char *token)
{
	char path[500] = "/api/v1/journal";
	long long last = INT64_MAX;
	int count = 0, pages = 0;

	while (*path && pages++ < PAGES_MOST) {
		struct answer answer;
		const char *next;
		json_t *list, *row;
		size_t i;

		call_make(&(struct call){.port = site->port, .method = "GET", .path = path, .token = token}, &answer);
		CHECK_INTEGER(answer.status, 200);
		list = answer_json(&answer);
		json_array_foreach(json_object_get(list, "items"), i, row)
		{
			long long id = json_integer_value(json_object_get(row, "id"));

			CHECK(id < last);
			last = id;
			count++;
		}
		next = json_string_value(json_object_get(list, "next"));
		snprintf(path, sizeof path, "%s", next ? next : "");
		json_decref(list);
		answer_release(&answer);
	}
	CHECK(pages > 1 && pages < PAGES_MOST);
	CHECK(count >= CHANGES);
	CHECK_INTEGER(last, 1);
}

static void walk_lists(const char *url)
{
	struct site site = {.url = url, .process = -1};
	char token[100] = "";
	struct run run;

	if (walk_prepare(url, NULL)) {
		RUN(&run, "token", "marcheur", "--role", "administrator", "--rate", "100000", "--db", url);
		snprintf(token, sizeof token, "%.*s", TEXT_FORMAT(text_trim(buffer_text(&run.out))));
		run_release(&run);
	}
	if (*token && site_start(&site, url)) {
		fill(&site, token);
		walk(&site, token);
		CHECK(site_stop(&site));
	} else {
		test_failed(__FILE__, __LINE__, "no server to ask");
	}
	site_kill(&site);
}

TEST(api_twins_a_list_is_walked_to_its_end) { test_each_url(walk_lists); }
