/* The tables of all modules, row by row: permissions, roles, workflows, labels in every language. */
#include "app/wiring.h"
#include "base/embedded.h"
#include "base/test.h"
#include "web/openapi.h"

#include <stdio.h>
#include <string.h>

static bool is_declared(const char *permission)
{
	for (const struct module *const *module = modules; *module; module++)
		for (const struct permission *row = (*module)->permissions; row && row->code; row++)
			if (strcmp(row->code, permission) == 0)
				return true;
	return false;
}

static void check_needs(const char *where, const char *needs)
{
	if (!needs || !*needs)
		test_failed(__FILE__, __LINE__, "%s needs no permission", where);
	else if (strcmp(needs, ROUTE_PUBLIC) != 0 && strcmp(needs, ROUTE_SIGNED_IN) != 0 && !is_declared(needs))
		test_failed(__FILE__, __LINE__, "%s needs %s, which no module declares", where, needs);
}

TEST(tables_every_route_and_menu_names_a_permission)
{
	for (const struct module *const *module = modules; *module; module++) {
		for (const struct route *row = (*module)->routes; row && row->path; row++)
			check_needs(row->path, row->needs);
		for (const struct menu_entry *row = (*module)->menu; row && row->path; row++)
			check_needs(row->path, row->needs);
		for (const struct role *role = (*module)->roles; role && role->code; role++)
			for (const char *const *code = role->permissions; *code; code++)
				check_needs(role->code, *code);
	}
}

/* Only the way in is open to strangers. */
TEST(tables_only_the_way_in_is_public)
{
	for (const struct module *const *module = modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++)
			if (strcmp(row->needs, ROUTE_PUBLIC) == 0 && strncmp(row->path, "/connexion", 10) != 0)
				test_failed(__FILE__, __LINE__, "%s is public", row->path);
}

static bool has_route(const char *path)
{
	for (const struct module *const *module = modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++)
			if (row->method == METHOD_GET && strcmp(row->path, path) == 0)
				return true;
	return false;
}

TEST(tables_menus_lead_somewhere)
{
	for (const struct module *const *module = modules; *module; module++)
		for (const struct menu_entry *row = (*module)->menu; row && row->path; row++)
			if (!has_route(row->path))
				test_failed(__FILE__, __LINE__, "the menu leads to %s, which is no page", row->path);
}

TEST(tables_modules_come_after_those_they_require)
{
	for (const struct module *const *module = modules; *module; module++) {
		struct text rest = text_of((*module)->requires);

		while (rest.data) {
			struct text name = text_cut(&rest, ' ');
			bool found = !name.size;

			for (const struct module *const *other = modules; *other != *module; other++)
				found = found || text_is(name, (*other)->name);
			if (!found)
				test_failed(__FILE__, __LINE__, "%s requires %.*s, which does not come before it",
					(*module)->name, TEXT_FORMAT(name));
		}
	}
}

TEST(tables_workflows_are_sound)
{
	for (const struct module *const *module = modules; *module; module++)
		for (const struct workflow *const *row = (*module)->workflows; row && *row; row++) {
			const char *wrong = workflow_check(*row);

			if (wrong)
				test_failed(__FILE__, __LINE__, "%s: %s", (*row)->entity, wrong);
			for (const struct workflow_transition *way = (*row)->transitions; way->name; way++)
				check_needs(way->name, way->needs);
		}
}

/* ---- texts */

static void check_text(const char *where, const char *id)
{
	if (!id || !*id)
		return;
	for (int language = LANGUAGE_EN; language < LANGUAGE_COUNT; language++) {
		struct catalogue catalogue;
		struct text bytes;
		char path[32];

		snprintf(path, sizeof path, "po/%s.mo", language_code((enum language)language));
		bytes = embedded_find(path);
		REQUIRE(bytes.data && catalogue_open(bytes, &catalogue) == STATUS_OK);
		if (text_is_empty(catalogue_find(&catalogue, text_of(id))))
			test_failed(__FILE__, __LINE__, "%s: not in %s: %s", where, path, id);
	}
}

static void check_permissions(const char *where, const struct permission *row)
{
	for (; row && row->code; row++)
		check_text(where, row->label);
}

static void check_workflow(const struct workflow *workflow)
{
	for (const struct workflow_state *row = workflow->states; row->code; row++)
		check_text(workflow->entity, row->label);
	for (const struct workflow_transition *row = workflow->transitions; row->name; row++)
		check_text(workflow->entity, row->label);
}

TEST(tables_every_label_is_in_every_language)
{
	for (const struct module *const *module = modules; *module; module++) {
		const struct module *m = *module;

		check_text(m->name, m->label);
		check_permissions(m->name, m->permissions);
		check_permissions(m->name, m->journal_actions);
		for (const struct role *row = m->roles; row && row->code; row++)
			check_text(row->code, row->label);
		for (const struct route *row = m->routes; row && row->path; row++)
			check_text(row->path, row->label);
		for (const struct menu_entry *row = m->menu; row && row->path; row++)
			check_text(row->path, row->label);
		for (const struct job *row = m->jobs; row && row->name; row++)
			check_text(row->name, row->label);
		for (const struct setting *row = m->settings; row && row->code; row++) {
			check_text(row->code, row->label);
			check_text(row->code, row->help);
		}
		for (const struct workflow *const *row = m->workflows; row && *row; row++)
			check_workflow(*row);
	}
}

/* ---- help */

/* These answer with a file, not with a page that someone reads. */
static const char *const files[] = {"/envois/export", "/envois/:id/documents/:document", "/controles/hors-ligne.js",
	"/controles/photos/:id", "/listes-de-profils/:id/export"};

static bool is_file(const char *path)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (strcmp(files[i], path) == 0)
			return true;
	return false;
}

/* How many rows of help the page has; their texts are looked at. */
static int help_count(const char *path)
{
	int count = 0;

	for (const struct module *const *module = modules; *module; module++)
		for (const struct page_help *row = (*module)->help; row && row->path; row++) {
			if (strcmp(row->path, path) != 0)
				continue;
			count++;
			if (strlen(row->purpose) < 20 || strlen(row->next) < 20)
				test_failed(__FILE__, __LINE__, "the help of %s says too little", path);
			check_text(path, row->purpose);
			check_text(path, row->next);
		}
	return count;
}

/* What it is for and what comes next, in four languages, told once for each page and for nothing else. */
TEST(tables_every_page_has_its_help)
{
	for (const struct module *const *module = modules; *module; module++) {
		for (const struct route *row = (*module)->routes; row && row->path; row++)
			if (row->method == METHOD_GET && row->page && !is_file(row->path) && help_count(row->path) != 1)
				test_failed(__FILE__, __LINE__, "%s has %d rows of help, not one", row->path,
					help_count(row->path));
		for (const struct page_help *row = (*module)->help; row && row->path; row++)
			if (!has_route(row->path) || is_file(row->path))
				test_failed(__FILE__, __LINE__, "help for %s, which is no page", row->path);
	}
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		CHECK(has_route(files[i]));
}

/* What programs may give is said in words: a name alone is no description. */
TEST(tables_every_input_of_programs_is_described)
{
	for (const struct module *const *module = modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++) {
			struct text rest = text_of(row->inputs);

			while (openapi_has(row) && rest.data) {
				struct text name = text_cut(&rest, ' ');

				if (openapi_has_input(*module, row, name) && !openapi_input(*module, row, name))
					test_failed(__FILE__, __LINE__, "%s: no row of inputs says what %.*s is (struct api_input)",
						row->path, TEXT_FORMAT(name));
			}
		}
}

/* A row of inputs is one of some route: a name that is changed takes its row along. */
TEST(tables_every_described_input_is_one)
{
	for (const struct module *const *module = modules; *module; module++)
		for (const struct api_input *input = (*module)->inputs; input && input->name; input++) {
			bool is_used = false;

			for (const struct route *row = (*module)->routes; row && row->path; row++) {
				struct text rest = text_of(row->inputs);

				while (openapi_has(row) && rest.data)
					is_used = openapi_input(*module, row, text_cut(&rest, ' ')) == input || is_used;
			}
			if (!is_used)
				test_failed(__FILE__, __LINE__, "%s: no operation has the input %s", (*module)->name, input->name);
		}
}
