/* The module's table of contents. */
#include "modules/help/pages.h"

static const struct route routes[] = {
	{METHOD_GET, "/aide", ROUTE_SIGNED_IN, "", TR("Aide"), .page = help_page},
	{METHOD_GET, "/aide/guides/:nom", ROUTE_SIGNED_IN, "nom", TR("Un guide"), .page = guide_page},
	{METHOD_GET, "/glossaire", ROUTE_SIGNED_IN, "recherche", TR("Glossaire"), .page = glossary_page},
	{METHOD_GET, "/visite-guidee", ROUTE_SIGNED_IN, "etape", TR("La visite guidée"), .page = tour_page},
	{METHOD_POST, "/visite-guidee/fin", ROUTE_SIGNED_IN, "", TR("Terminer la visite guidée"), .action = tour_end_action, .for_people = true},
	{0},
};
static const struct menu_entry menu[] = {
	{TR("Aide"), "/aide", ROUTE_SIGNED_IN, "help", 200},
	{TR("Glossaire"), "/glossaire", ROUTE_SIGNED_IN, "book", 210},
	{0},
};
static const struct home_section sections[] = {
	{1, ROUTE_SIGNED_IN, print_tour_invitation},
	{0},
};

const struct module help_module = {
	.name = "help",
	.label = TR("Aide"),
	.requires = "",
	.migrations = "src/modules/help/migrations",
	.routes = routes,
	.menu = menu,
	.help = help_rows,
	.home_sections = sections,
};
