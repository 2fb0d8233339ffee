/* The module's table of contents. */
#include "modules/screening/inputs.h"
#include "modules/screening/screening_store.h"

static const struct permission permissions[] = {
	{SCREENING_READ, TR("Voir le criblage des noms")},
	{SCREENING_DECIDE, TR("Confirmer ou écarter une correspondance de nom")},
	{SCREENING_LISTS, TR("Prendre les listes de noms")},
	{NULL, NULL},
};
static const char *const national[] = {SCREENING_LISTS, NULL};
static const char *const all[] = {SCREENING_READ, SCREENING_DECIDE, SCREENING_LISTS, NULL};
static const char *const deciding[] = {SCREENING_READ, SCREENING_DECIDE, NULL};
static const char *const reading[] = {SCREENING_READ, NULL};
static const struct role roles[] = {
	{"administrator", TR("Administrateur"), all},
	{"analyst", TR("Analyste de risque"), all},
	{"head_of_office", TR("Chef de bureau"), deciding},
	{"inspector", TR("Inspecteur"), reading},
	{"auditor", TR("Auditeur"), reading},
	{NULL, NULL, NULL},
};
static const struct route routes[] = {
	{METHOD_GET, "/criblage", SCREENING_READ, "etat page avant", TR("Correspondances de noms"), .page = screening_queue_page,
		.data = screening_queue_data, .shape = &match_shape, .is_list = true},
	{METHOD_GET, "/criblage/:id", SCREENING_READ, "id", TR("Une correspondance de nom"), .page = screening_match_page,
		.data = screening_match_data, .shape = &match_shape},
	{METHOD_POST, "/criblage/:id", SCREENING_DECIDE, "id verdict motif jusqu_au version",
		TR("Confirmer ou écarter une correspondance"), .action = screening_match_action},
	{METHOD_GET, "/listes-de-noms", SCREENING_READ, "apres", TR("Listes de noms"), .page = screening_lists_page,
		.data = screening_lists_data, .shape = &name_list_shape, .is_list = true},
	{METHOD_POST, "/listes-de-noms", SCREENING_LISTS, "code titre correspondance", TR("Comparer une liste de noms"),
		.free_hand = screening_list_submit, .upload = "fichier", .body_limit = INT64_C(200) << 20},
	{METHOD_GET, "/listes-de-noms/:id", SCREENING_READ, "id recherche page apres", TR("Une liste de noms"),
		.page = screening_list_page,
		.data = screening_list_data, .shape = &name_entry_shape, .is_list = true},
	{METHOD_GET, "/listes-de-noms/projets/:id", SCREENING_LISTS, "id", TR("Ce qu'une liste de noms changerait"),
		.page = screening_draft_page},
	{METHOD_POST, "/listes-de-noms/projets/:id", SCREENING_LISTS, "id malgre", TR("Prendre une liste de noms"),
		.free_hand = screening_draft_submit},
	{0},
};
static const struct menu_entry menu[] = {
	{TR("Criblage"), "/criblage", SCREENING_READ, "lens", 45},
	{0},
};
static const struct job jobs[] = {
	{"screening.parties", TR("Criblage des parties connues"), 3600, 7200, screening_run},
	{0},
};
static const struct permission journal_actions[] = {
	{"screening_list", TR("Liste de noms")},
	{"screening_match", TR("Correspondance de nom")},
	{"screening.list_taken", TR("Liste de noms prise")},
	{"screening.confirmed", TR("Correspondance confirmée")},
	{"screening.cleared", TR("Correspondance écartée")},
	{NULL, NULL},
};

const struct module screening_module = {
	.name = "screening",
	.label = TR("Criblage des noms"),
	.requires = "reference declarations",
	.migrations = "src/modules/screening/migrations",
	.permissions = permissions,
	.national = national,
	.roles = roles,
	.routes = routes,
	.menu = menu,
	.jobs = jobs,
	.settings = screening_settings,
	.journal_actions = journal_actions,
	.inputs = screening_inputs,
};
