/* The module's table of contents. */
#include "modules/rehearsal/pages.h"
#include "modules/rehearsal/requests.h"

const struct setting rehearsal_settings[] = {
	[REHEARSAL_CONTROLS_PER_OFFICER] = {"rehearsal.controls_per_officer", TR("Contrôles par agent et par jour"),
		TR("Ce qu'un agent peut mener en un jour, papiers et marchandises ensemble : la répétition d'une politique "
		   "compte les jours où un bureau en aurait eu plus."),
		SETTING_INTEGER, "6", NULL, 1, 1000},
	[REHEARSAL_SETTINGS] = {0},
};

static const struct route routes[] = {
	{METHOD_GET, "/repetitions", RISK_READ, "avant politique modele circuits contre du au",
		TR("Répétitions de politiques"), .page = rehearsal_list_page},
	{METHOD_POST, "/repetitions", RISK_MANAGE, "avant politique modele circuits contre du au",
		TR("Répéter une politique"), .action = rehearsal_ask_action},
	{METHOD_GET, "/repetitions/flux", RISK_READ, "", TR("Avancement des répétitions"),
		.stream = rehearsal_request_stream},
	{METHOD_GET, "/repetitions/demandes/:id", RISK_READ, "id", TR("Répétition demandée"),
		.page = rehearsal_request_page},
	{METHOD_GET, "/repetitions/:id", RISK_READ, "id", TR("Résultat d'une répétition"), .page = rehearsal_page},
	{0},
};
static const struct menu_entry menu[] = {
	{TR("Répétitions"), "/repetitions", RISK_READ, "chart", 53},
	{0},
};
static const struct permission journal_actions[] = {
	{"rehearsal_request", TR("Demande de répétition")},
	{"rehearsal.asked", TR("Répétition demandée")},
	{NULL, NULL},
};
static const struct job jobs[] = {
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
};
