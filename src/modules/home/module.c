/* The module's table of contents: what stands on the home page, for whom. */
#include "modules/home/pages.h"

#include "modules/administration/administration.h"
#include "modules/inspections/inspections.h"

#define LATE_DAYS                                                                                                      \
	{                                                                                                              \
		"home.late_days", TR("Retard d'un contrôle"),                                                          \
			TR("Nombre de jours après lequel un envoi qui attend un contrôle est compté en retard."),      \
			SETTING_INTEGER, "5", NULL, 1, 365                                                             \
	}
const struct setting late_days = LATE_DAYS;
static const struct setting settings[] = {LATE_DAYS, {0}};

static const struct route routes[] = {
	{METHOD_GET, "/", ROUTE_SIGNED_IN, "", TR("Accueil"), .page = home_page},
	{0},
};
static const struct menu_entry menu[] = {
	{TR("Accueil"), "/", ROUTE_SIGNED_IN, "home", 1},
	{0},
};
static const struct home_figure figures[] = {
	{5, INSPECTIONS_VISIT, TR("visites qui vous sont confiées"), "/controles", "info", count_own_visits},
	{10, CONSIGNMENTS_READ, TR("à contrôler"), "/envois?etat=to_control", "info", count_waiting},
	{20, INSPECTIONS_VISIT, TR("dont en circuit rouge"), "/controles?circuit=red", "danger", count_waiting_red},
	{20, CONSIGNMENTS_READ, TR("dont en circuit rouge"), "/envois?etat=to_control&circuit=red", "danger", count_waiting_red},
	{30, CONSIGNMENTS_READ, TR("en retard"), "/envois?etat=to_control", "warning", count_late},
	{40, CONSIGNMENTS_READ, TR("arrivent aujourd'hui"), "/arrivees?quand=aujourdhui", NULL, count_arriving},
	{50, CONSIGNMENTS_READ, TR("verts retenus pendant le délai"), "/envois?etat=held", NULL, count_held},
	{60, INSPECTIONS_RECORD, TR("contrôles enregistrés aujourd'hui"), "/envois?etat=controlled", NULL, count_done_today},
	{70, "imports.read_all", TR("fichiers refusés cette semaine"), "/imports", "warning", count_refused_files},
	{80, "users.manage", TR("tâches en échec"), "/taches", "danger", count_failing_jobs},
	{90, "users.manage", TR("comptes actifs"), "/utilisateurs", NULL, count_people},
	{0},
};
static const struct home_section sections[] = {
	{5, INSPECTIONS_VISIT, print_own_visits},
	{10, CONSIGNMENTS_READ, print_waiting},
	{20, CONSIGNMENTS_READ, print_arriving},
	{100, CONSIGNMENTS_READ, print_lanes_by_day},
	{110, CONSIGNMENTS_READ, print_done_against_due},
	{120, CONSIGNMENTS_READ, print_findings},
	{115, INSPECTIONS_ASSIGN, print_load},
	{130, RISK_READ, print_yield},
	{140, "users.manage", print_jobs},
	{0},
};

const struct module home_module = {
	.name = "home",
	.label = TR("Accueil"),
	.requires = "declarations risk inspections administration",
	.routes = routes,
	.menu = menu,
	.settings = settings,
	.home_figures = figures,
	.home_sections = sections,
};
