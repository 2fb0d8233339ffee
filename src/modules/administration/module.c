/* The module's table of contents, and the page from which an administrator sees the state of everything. */
#include "modules/administration/administration.h"
#include "modules/administration/administration_data.h"

#include "modules/administration/inputs.h"
#include "modules/administration/pages.h"
#include "modules/administration/storage.h"
#include "modules/journal/journal.h"
#include "web/assets.h"
#include "web/server.h"
#include "web/session.h"

#include <string.h>

STATEMENT(ACTIVE_USERS, "select count(*) from users where is_active = 1");
STATEMENT(WITHOUT_CODE, "select count(*) from users where is_active = 1 and totp_secret is null");
STATEMENT(FAILING_JOBS, "select count(*) from jobs where failures > 0");
STATEMENT(RUNNING_IMPORTS, "select count(*) from imports where state = 'running'");

enum { FIRST_ORDER = 80, DAY_HOURS = 24 };

void administration_assets(struct html *p)
{
	html(p, "<link rel=\"stylesheet\" href=\"%s\">", asset_url("admin.css"));
}

/* ---- the overview */

static void print_tile(struct html *p, const char *path, const char *label, const char *kind, const char *state)
{
	html(p, "<li class=\"tile %s\"><a href=\"%s\"><strong>%s</strong></a><p>", kind, path, tr(p->language, label));
	badge(p, kind, state);
	html(p, "</p><p class=\"muted\">");
}

static void tile_end(struct html *p)
{
	html(p, "</p></li>");
}

static enum status print_journal(struct reader *db, struct html *p)
{
	struct journal_check check;
	enum status status = journal_check_last(db, &check);

	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	print_tile(p, "/journal/verification", TR("Journal"),
		status == STATUS_NOT_FOUND ? "warning" : check.proof.intact ? "ok" : "danger",
		status == STATUS_NOT_FOUND ? TR("Pas encore vérifié") : check.proof.intact ? TR("Intact") : TR("Altéré"));
	if (status == STATUS_OK)
		html_time(p, check.checked_at);
	tile_end(p);
	return STATUS_OK;
}

static enum status print_backup(struct request *rq, struct reader *db, struct html *p)
{
	struct backup last;
	enum status status = backup_last(db, rq->arena, &last);
	bool is_late;

	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	is_late = status == STATUS_OK && clock_now() - last.asked_at > 2 * DAY_HOURS * INT64_C(3600) * MICROSECONDS;
	print_tile(p, "/stockage", TR("Sauvegardes"), status == STATUS_NOT_FOUND ? "danger" : is_late ? "warning" : "ok",
		status == STATUS_NOT_FOUND ? TR("Aucune sauvegarde") : is_late ? TR("La dernière est ancienne") : TR("À jour"));
	if (status == STATUS_OK) {
		html_time(p, last.ended_at);
		html(p, " · ");
		size_print(p, last.size);
	}
	tile_end(p);
	return STATUS_OK;
}

static enum status print_jobs(struct reader *db, struct html *p)
{
	int64_t failing, running;

	TRY(store_integer(db, &FAILING_JOBS, NO_PARAMS, &failing));
	TRY(store_integer(db, &RUNNING_IMPORTS, NO_PARAMS, &running));
	print_tile(p, "/taches", TR("Tâches"), failing ? "danger" : "ok", failing ? TR("En échec") : TR("En ordre"));
	html_tr(p, TR("Échecs :"));
	html(p, " %lld · ", (long long)failing);
	html_tr(p, TR("Imports en cours :"));
	html(p, " %lld", (long long)running);
	tile_end(p);
	return STATUS_OK;
}

static enum status print_people(struct reader *db, struct html *p)
{
	int64_t active, without;

	TRY(store_integer(db, &ACTIVE_USERS, NO_PARAMS, &active));
	TRY(store_integer(db, &WITHOUT_CODE, NO_PARAMS, &without));
	print_tile(p, "/utilisateurs", TR("Utilisateurs"), without ? "info" : "ok",
		without ? TR("Sans code à la connexion") : TR("Tous avec un code à la connexion"));
	html_tr(p, TR("Comptes actifs :"));
	html(p, " %lld · ", (long long)active);
	html_tr(p, TR("Sans code :"));
	html(p, " %lld", (long long)without);
	tile_end(p);
	return STATUS_OK;
}

static bool has_page(const struct request *rq, const char *path)
{
	for (const struct module *const *module = rq->application->modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++)
			if (row->method == METHOD_GET && strcmp(row->path, path) == 0)
				return rq_may(rq, row->needs);
	return false;
}

/* All that is administered, the pages of other modules too when they are there. */
static void print_links(struct request *rq, struct html *p)
{
	static const struct {
		const char *path, *label, *help;
	} links[] = {
		{"/utilisateurs", TR("Utilisateurs"), TR("Comptes, rôles de chacun, mots de passe provisoires")},
		{"/roles", TR("Rôles et droits"), TR("Qui peut quoi, et les rôles propres à l'administration")},
		{"/unites", TR("Unités"), TR("Directions, bureaux, brigades")},
		{"/absences", TR("Absences et remplaçants"), TR("Qui est absent, qui le remplace")},
		{"/reglages", TR("Réglages"), TR("Ce que chacun veut dire, sa valeur, son histoire")},
		{"/taches", TR("Tâches"), TR("Ce que Vigie fait d'elle-même, et quand")},
		{"/programmes", TR("Connecteurs"), TR("Programmes qui appellent Vigie, et ceux qu'elle appelle")},
		{"/notifications/envois", TR("Courriels"), TR("Ce qui est parti, ce qui attend")},
		{"/journal", TR("Journal"), TR("Chaque changement, par qui et quand")},
		{"/journal/verification", TR("Vérification du journal"), TR("La preuve que rien n'a été modifié")},
		{"/stockage", TR("Stockage et sauvegardes"), TR("Tailles, sauvegardes, comment rétablir")},
	};

	section_begin(p, TR("Tout ce qui s'administre"));
	html(p, "<ul class=\"links\">");
	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		if (has_page(rq, links[i].path))
			html(p, "<li><a href=\"%s\">%s</a><span class=\"muted\">%s</span></li>", links[i].path,
				tr(rq->language, links[i].label), tr(rq->language, links[i].help));
	html(p, "</ul>");
	section_end(p);
}

enum status overview_page(struct request *rq, struct reader *db)
{
	struct html p = page_begin(rq, text_of(tr(rq->language, TR("Administration"))));

	administration_assets(&p);
	html(&p, "<ul class=\"tiles\">");
	TRY(print_backup(rq, db, &p));
	TRY(print_journal(db, &p));
	TRY(print_jobs(db, &p));
	TRY(print_people(db, &p));
	html(&p, "</ul>");
	print_links(rq, &p);
	page_end(&p);
	return STATUS_OK;
}

/* ---- the tables */

static const struct permission permissions[] = {
	{"settings.manage", TR("Changer les réglages")},
	{"jobs.manage", TR("Voir et lancer les tâches")},
	{"storage.manage", TR("Voir le stockage et demander une sauvegarde")},
	{NULL, NULL},
};
static const char *const national[] = {"settings.manage", "jobs.manage", "storage.manage", NULL};
static const char *const managing[] = {"settings.manage", "jobs.manage", "storage.manage", NULL};
static const struct role roles[] = {{"administrator", TR("Administrateur"), managing}, {NULL, NULL, NULL}};
static const struct route routes[] = {
	{METHOD_GET, "/administration", "settings.manage", "", TR("Administration"), .page = overview_page},
	{METHOD_GET, "/reglages", "settings.manage", "", TR("Réglages"), .page = settings_page,
		.data = settings_data, .shape = &setting_shape, .is_list = true},
	{METHOD_GET, "/reglages/:code", "settings.manage", "code", TR("Un réglage"), .page = setting_page},
	{METHOD_POST, "/reglages/:code", "settings.manage", "code valeur", TR("Changer un réglage"),
		.action = setting_action},
	{METHOD_GET, "/taches", "jobs.manage", "", TR("Tâches"), .page = jobs_page, .data = jobs_data,
		.shape = &job_shape, .is_list = true},
	{METHOD_POST, "/taches", "jobs.manage", "nom", TR("Lancer une tâche"), .action = job_action},
	{METHOD_GET, "/stockage", "storage.manage", "", TR("Stockage et sauvegardes"), .page = storage_page,
		.data = storage_data, .shape = &storage_shape},
	{METHOD_POST, "/stockage/sauvegarde", "storage.manage", "", TR("Demander une sauvegarde"), .action = backup_action},
	{0},
};
static const struct menu_entry menu[] = {
	{TR("Administration"), "/administration", "settings.manage", "gear", 95},
	{0},
};
static const struct permission journal_actions[] = {
	{"backup", TR("Sauvegarde")},
	{"backup.asked", TR("Sauvegarde demandée")},
	{"backup.written", TR("Sauvegarde écrite")},
	{"backup.failed", TR("Sauvegarde échouée")},
	{NULL, NULL},
};
static const struct page_help help[] = {
	{"/administration", TR("L'état de ce dont un administrateur répond : sauvegardes, journal, tâches, comptes."),
		TR("Ce qui est rouge d'abord ; le reste se règle depuis les liens.")},
	{"/reglages", TR("Tous les réglages : ce que chacun veut dire, sa valeur et celle d'origine."),
		TR("Ouvrez un réglage pour le changer et voir qui l'a changé avant vous.")},
	{"/reglages/:code", TR("Un réglage, sa valeur et son histoire."),
		TR("Le changement vaut tout de suite et s'inscrit au journal.")},
	{"/taches", TR("Ce que Vigie fait d'elle-même, et si cela va bien."),
		TR("Une tâche en échec est reprise seule ; « Lancer » n'attend pas son heure.")},
	{"/stockage", TR("Ce qui est conservé, ce qui est sauvegardé, comment le rétablir."),
		TR("Choisissez un dossier sur un autre disque, puis essayez une restauration.")},
	{NULL, NULL, NULL},
};
static const struct job jobs[] = {
	{"storage.backup", TR("Sauvegarder la base"), 3600, 7200, backup_run},
	{0},
};

const struct module administration_module = {
	.name = "administration",
	.label = TR("Administration"),
	.requires = "journal",
	.migrations = "src/modules/administration/migrations",
	.permissions = permissions,
	.national = national,
	.roles = roles,
	.routes = routes,
	.menu = menu,
	.jobs = jobs,
	.settings = storage_settings,
	.journal_actions = journal_actions,
	.help = help,
	.inputs = administration_inputs,
};
