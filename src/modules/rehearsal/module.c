/* The module's table of contents. */
#include "modules/rehearsal/inputs.h"
#include "modules/rehearsal/pages.h"
#include "modules/rehearsal/requests.h"
#include "modules/rehearsal/watch.h"

const struct setting rehearsal_settings[] = {
	[REHEARSAL_CONTROLS_PER_OFFICER] = {"rehearsal.controls_per_officer", TR("Contrôles par agent et par jour"),
		TR("Ce qu'un agent peut mener en un jour, papiers et marchandises ensemble : la répétition d'une politique "
		   "compte les jours où un bureau en aurait eu plus."),
		SETTING_INTEGER, "6", NULL, 1, 1000},
	[REHEARSAL_SETTINGS] = {0},
};

static const struct route routes[] = {
	{METHOD_GET, "/repetitions", RISK_READ, "avant politique modele circuits contre du au",
		TR("Répétitions de politiques"), .page = rehearsal_list_page,
		.data = rehearsal_list_data, .shape = &rehearsal_row_shape, .is_list = true},
	{METHOD_POST, "/repetitions", RISK_MANAGE, "avant politique modele circuits contre du au",
		TR("Répéter une politique"), .action = rehearsal_ask_action},
	{METHOD_GET, "/repetitions/flux", RISK_READ, "", TR("Avancement des répétitions"),
		.stream = rehearsal_request_stream},
	{METHOD_GET, "/repetitions/demandes/:id", RISK_READ, "id", TR("Répétition demandée"),
		.page = rehearsal_request_page,
		.data = rehearsal_request_data, .shape = &rehearsal_request_shape},
	{METHOD_GET, "/repetitions/:id", RISK_READ, "id", TR("Résultat d'une répétition"), .page = rehearsal_page,
		.data = rehearsal_data, .shape = &rehearsal_shape},
	{METHOD_GET, "/veille", RISK_READ, "", TR("Veille"), .page = watch_page,
		.data = watch_data, .shape = &watch_shape},
	{METHOD_GET, "/ombre", RISK_READ, "avant politique modele au", TR("Candidat dans l'ombre"), .page = shadow_page,
		.data = shadow_data, .shape = &shadow_shape},
	{METHOD_GET, "/ombre/differences", RISK_READ, "avant", TR("Où le candidat décide autrement"),
		.data = shadow_difference_data, .shape = &shadow_difference_shape, .is_list = true},
	{METHOD_POST, "/ombre", RISK_MANAGE, "avant politique modele au", TR("Mettre un candidat dans l'ombre"),
		.action = shadow_start_action},
	{METHOD_POST, "/ombre/fin", RISK_MANAGE, "id", TR("Retirer le candidat de l'ombre"), .action = shadow_stop_action},
	{0},
};
static const struct menu_entry menu[] = {
	{TR("Répétitions"), "/repetitions", RISK_READ, "chart", 53},
	{TR("Veille"), "/veille", RISK_READ, "chart", 56},
	{TR("Ombre"), "/ombre", RISK_READ, "lens", 54},
	{0},
};
static const struct permission journal_actions[] = {
	{"rehearsal_request", TR("Demande de répétition")},
	{"watch_alert", TR("Alerte de la veille")},
	{"watch.alert", TR("Alerte levée par la veille")},
	{"rehearsal.asked", TR("Répétition demandée")},
	{NULL, NULL},
};
static enum status run_watch(struct database *database, struct arena *arena, struct text *ret_note)
{
	int64_t alerts;

	TRY(watch_run(database, clock_today(), arena, &alerts));
	*ret_note = arena_format(arena, "%lld", (long long)alerts);
	return STATUS_OK;
}

static const struct job jobs[] = {
	{WATCH_JOB, TR("Veille : dérives, profils, ciblage contre hasard"), 86400, 1800, run_watch},
	{REHEARSAL_JOB, TR("Répétitions demandées"), 0, 3600, rehearsal_requests_run},
	{0},
};

const struct module rehearsal_module = {
	.name = "rehearsal",
	.label = TR("Répétition et veille"),
	.requires = "identity journal declarations risk inspections",
	.migrations = "src/modules/rehearsal/migrations",
	.routes = routes,
	.menu = menu,
	.jobs = jobs,
	.settings = rehearsal_settings,
	.journal_actions = journal_actions,
	.inputs = rehearsal_inputs,
};
