/* Settings and jobs of all modules, from their tables. */
#include "modules/administration/administration.h"
#include "modules/administration/administration_data.h"

#include "domain/document.h"
#include "web/page.h"
#include "web/server.h"

#include <string.h>

/* ---- settings */

static const struct setting *find_setting(const struct request *rq, struct text code)
{
	for (const struct module *const *module = rq->application->modules; *module; module++)
		for (const struct setting *row = (*module)->settings; row && row->code; row++)
			if (text_is(code, row->code))
				return row;
	return NULL;
}

static enum status print_setting(struct request *rq, struct reader *db, struct html *p, const struct setting *setting,
	struct text typed, const char *problem)
{
	const struct form_problem problems[] = {{"valeur", {.id = problem}}};
	struct text value = typed;
	struct form form;

	if (!problem)
		TRY(setting_text(db, setting, rq->arena, &value));
	form = form_begin(p, arena_format(rq->arena, "/reglages/%s", setting->code).data, problems, problem ? 1 : 0);
	form_field(&form, &(struct field){.name = "valeur", .label = setting->label, .help = setting->help, .value = value});
	html(p, "<p class=\"muted\">%s : %s · <code>%s</code></p>", tr(p->language, TR("valeur d'origine")),
		*setting->initial ? setting->initial : "–", setting->code);
	form_end(&form, TR("Enregistrer"));
	return STATUS_OK;
}

static enum status settings_page(struct request *rq, struct reader *db)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Réglages"))));

	for (const struct module *const *module = rq->application->modules; *module; module++) {
		if (!(*module)->settings || !(*module)->settings->code)
			continue;
		section_begin(&page, (*module)->label);
		for (const struct setting *row = (*module)->settings; row->code; row++)
			TRY(print_setting(rq, db, &page, row, TEXT_NONE, NULL));
		section_end(&page);
	}
	page_end(&page);
	return STATUS_OK;
}

static enum status setting_action(struct request *rq, struct writer *db)
{
	const struct setting *setting = find_setting(rq, rq_input(rq, "code"));
	struct text value = rq_input(rq, "valeur");
	enum status status;
	struct html page;

	if (!setting)
		return STATUS_NOT_FOUND;
	status = setting_change(db, &rq->actor, setting, value.data ? value : TEXT(""));
	if (status == STATUS_INVALID) {
		page = page_begin(rq, text_of(tr(rq->language, setting->label)));
		TRY(print_setting(rq, writer_reader(db), &page, setting, value,
			TR("Cette valeur ne convient pas à ce réglage.")));
		page_end(&page);
		return STATUS_INVALID;
	}
	TRY(status);
	rq_flash(rq, TR("Le réglage est enregistré."));
	return rq_redirect(rq, "/reglages");
}

/* ---- jobs */

static const struct job *find_job(const struct request *rq, struct text name)
{
	for (const struct module *const *module = rq->application->modules; *module; module++)
		for (const struct job *row = (*module)->jobs; row && row->name; row++)
			if (text_is(name, row->name))
				return row;
	return NULL;
}

struct job_print {
	struct request *rq;
	struct html *p;
};

static void print_when(struct html *p, int64_t time)
{
	table_cell_begin(p);
	if (time != TIME_NONE && time > 0)
		html_time(p, time);
	table_cell_end(p);
}

static bool print_job(void *context, const struct job_row *row)
{
	struct job_print *print = context;
	const struct job *job = find_job(print->rq, row->name);
	bool failed = row->failures > 0;

	table_row_begin(print->p);
	table_cell(print->p, job ? text_of(tr(print->rq->language, job->label)) : row->name);
	table_cell_begin(print->p);
	badge(print->p, failed ? "danger" : "ok", failed ? TR("En échec") : TR("En ordre"));
	table_cell_end(print->p);
	print_when(print->p, row->started_at);
	print_when(print->p, row->ended_at);
	print_when(print->p, row->next_at);
	table_cell(print->p, row->note);
	table_cell_begin(print->p);
	if (job)
		button_form(print->p, "/taches", TR("Lancer"), "nom", row->name);
	table_cell_end(print->p);
	table_row_end(print->p);
	return true;
}

static enum status jobs_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Tâche"), "text"}, {TR("État"), "text"}, {TR("Début"), "date"},
		{TR("Fin"), "date"}, {TR("Prochaine"), "date"}, {TR("Note"), "text"}, {TR("Action"), "text"}, {NULL, NULL}};
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Tâches"))));
	struct job_print print = {rq, &page};
	enum status status;

	table_begin(&page, TR("Tâches"), columns);
	status = job_list(db, print_job, &print);
	table_end(&page);
	page_end(&page);
	return status;
}

static enum status job_action(struct request *rq, struct writer *db)
{
	const struct job *job = find_job(rq, rq_input(rq, "nom"));

	if (!job)
		return STATUS_NOT_FOUND;
	TRY(job_ask(db, job->name));
	rq_flash(rq, TR("La tâche sera lancée dès que possible."));
	return rq_redirect(rq, "/taches");
}

static const struct permission permissions[] = {
	{"settings.manage", TR("Changer les réglages")},
	{"jobs.manage", TR("Voir et lancer les tâches")},
	{NULL, NULL},
};
static const char *const managing[] = {"settings.manage", "jobs.manage", NULL};
static const struct role roles[] = {{"administrator", TR("Administrateur"), managing}, {NULL, NULL, NULL}};
static const struct route routes[] = {
	{METHOD_GET, "/reglages", "settings.manage", "", TR("Réglages"), .page = settings_page,
		.data = settings_data, .shape = &setting_shape, .is_list = true},
	{METHOD_POST, "/reglages/:code", "settings.manage", "code valeur", TR("Changer un réglage"),
		.action = setting_action},
	{METHOD_GET, "/taches", "jobs.manage", "", TR("Tâches"), .page = jobs_page, .data = jobs_data,
		.shape = &job_shape, .is_list = true},
	{METHOD_POST, "/taches", "jobs.manage", "nom", TR("Lancer une tâche"), .action = job_action},
	{0},
};
static const struct menu_entry menu[] = {
	{TR("Réglages"), "/reglages", "settings.manage", "gear", 95},
	{TR("Tâches"), "/taches", "jobs.manage", "clock", 96},
	{0},
};

const struct module administration_module = {
	.name = "administration",
	.label = TR("Administration"),
	.requires = "",
	.permissions = permissions,
	.roles = roles,
	.routes = routes,
	.menu = menu,
	.settings = document_settings,
};
