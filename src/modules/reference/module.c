/* The module's table of contents. */
#include "modules/reference/inputs.h"
#include "modules/reference/reference_store.h"

#define REFERENCE_READ "reference.read"

static const struct permission permissions[] = {
	{REFERENCE_READ, TR("Voir les listes de codes")},
	{NULL, NULL},
};
static const char *const reading[] = {REFERENCE_READ, NULL};
static const struct role roles[] = {
	{"administrator", TR("Administrateur"), reading},
	{"head_of_office", TR("Chef de bureau"), reading},
	{"analyst", TR("Analyste de risque"), reading},
	{"inspector", TR("Inspecteur"), reading},
	{"auditor", TR("Auditeur"), reading},
	{NULL, NULL, NULL},
};
static const struct route routes[] = {
	{METHOD_GET, "/references", REFERENCE_READ, "", TR("Listes de codes"), .page = reference_kinds_page,
		.data = reference_kinds_data, .shape = &reference_kind_shape, .is_list = true},
	{METHOD_GET, "/references/:genre", REFERENCE_READ, "genre recherche date apres", TR("Une liste de codes"),
		.page = reference_list_page, .data = reference_list_data, .shape = &reference_code_shape, .is_list = true},
	{METHOD_GET, "/references/:genre/code", REFERENCE_READ, "genre code", TR("Histoire d'un code"),
		.page = reference_code_page},
	{0},
};
static const struct menu_entry menu[] = {
	{TR("Références"), "/references", REFERENCE_READ, "book", 80},
	{0},
};
static const struct permission journal_actions[] = {
	{"reference", TR("Donnée de référence")},
	{"reference.taken", TR("Liste de codes prise")},
	{NULL, NULL},
};

const struct module reference_module = {
	.name = "reference",
	.label = TR("Références"),
	.requires = "",
	.migrations = "src/modules/reference/migrations",
	.permissions = permissions,
	.roles = roles,
	.routes = routes,
	.menu = menu,
	.journal_actions = journal_actions,
	.inputs = reference_inputs,
};
