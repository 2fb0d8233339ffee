/* The module's table of contents. */
#include "modules/declarations/inputs.h"
#include "modules/declarations/list.h"
#include "modules/declarations/pages.h"

static const struct permission permissions[] = {
	{CONSIGNMENTS_READ, TR("Voir les envois")},
	{CONSIGNMENTS_IMPORT, TR("Déposer des manifestes et des déclarations")},
	{IMPORTS_READ_ALL, TR("Voir tous les fichiers reçus")},
	{CONSIGNMENTS_REROUTE, TR("Changer le circuit d'un envoi, avec un motif")},
	{CONSIGNMENTS_READ_OWN, TR("Voir les déclarations faites sous ses propres codes")},
	{DECLARANTS_MANAGE, TR("Lier des codes de déclarant à des comptes")},
	{NULL, NULL},
};
static const char *const national[] = {DECLARANTS_MANAGE, NULL};
static const char *const own[] = {CONSIGNMENTS_READ_OWN, NULL};
static const char *const binding[] = {DECLARANTS_MANAGE, NULL};
static const char *const reading[] = {CONSIGNMENTS_READ, NULL};
static const char *const all[] = {CONSIGNMENTS_READ, CONSIGNMENTS_IMPORT, IMPORTS_READ_ALL, CONSIGNMENTS_REROUTE, NULL};
static const char *const analysing[] = {CONSIGNMENTS_READ, CONSIGNMENTS_IMPORT, IMPORTS_READ_ALL, NULL};
static const char *const importing[] = {CONSIGNMENTS_READ, CONSIGNMENTS_IMPORT, NULL};
static const struct role roles[] = {
	{"administrator", TR("Administrateur"), all},
	{"head_of_office", TR("Chef de bureau"), all},
	{"analyst", TR("Analyste de risque"), analysing},
	{"inspector", TR("Inspecteur"), importing},
	{"auditor", TR("Auditeur"), reading},
	{"broker", TR("Commissionnaire en douane"), own},
	{"administrator", TR("Administrateur"), binding},
	{NULL, NULL, NULL},
};
static const struct route routes[] = {
	{METHOD_GET, "/envois", CONSIGNMENTS_READ, LIST_INPUT_NAMES "jour avant", TR("Liste des envois"),
		.page = consignment_list_page, .data = consignment_list_data, .shape = &consignment_row_shape, .is_list = true},
	{METHOD_GET, "/declarations", CONSIGNMENTS_READ, LIST_INPUT_NAMES "jour avant", TR("Liste des déclarations"),
		.page = declaration_list_page, .data = declaration_list_data, .shape = &consignment_row_shape, .is_list = true},
	{METHOD_GET, "/connaissements", CONSIGNMENTS_READ, LIST_INPUT_NAMES "jour avant", TR("Liste des connaissements"),
		.page = bill_list_page, .data = bill_list_data, .shape = &consignment_row_shape, .is_list = true},
	{METHOD_GET, "/envois/export", CONSIGNMENTS_READ, LIST_INPUT_NAMES "jour avant format", TR("Exporter une liste"),
		.page = list_export},
	{METHOD_GET, "/arrivees", CONSIGNMENTS_READ, "quand jour avant", TR("Arrivées"), .page = arrival_list_page,
		.data = arrival_list_data, .shape = &voyage_shape, .is_list = true},
	{METHOD_GET, "/arrivees/:id", CONSIGNMENTS_READ, "id", TR("Un voyage"), .page = arrival_page, .data = arrival_data,
		.shape = &voyage_shape},
	{METHOD_GET, "/envois/:id/documents/:document", CONSIGNMENTS_READ, "id document", TR("Un document d'un envoi"),
		.page = consignment_document},
	{METHOD_POST, "/envois/:id/documents", CONSIGNMENTS_IMPORT, "id", TR("Joindre un document à un envoi"),
		.action = consignment_document_action, .upload = "document", .body_limit = INT64_C(32) << 20},
	{METHOD_GET, "/mes-declarations", CONSIGNMENTS_READ_OWN, "recherche jour avant", TR("Vos déclarations"),
		.page = own_list_page,
		.data = own_list_data, .shape = &own_shape, .is_list = true},
	{METHOD_GET, "/mes-declarations/:id", CONSIGNMENTS_READ_OWN, "id", TR("Une de vos déclarations"), .page = own_page,
		.data = own_data, .shape = &own_shape},
	{METHOD_GET, "/declarants", DECLARANTS_MANAGE, "login code apres", TR("Codes de déclarant et comptes"),
		.page = declarant_page,
		.data = declarant_data, .shape = &declarant_shape, .is_list = true},
	{METHOD_POST, "/declarants", DECLARANTS_MANAGE, "login code", TR("Lier un code de déclarant à un compte"),
		.action = declarant_bind_action},
	{METHOD_POST, "/declarants/:id/retirer", DECLARANTS_MANAGE, "id code", TR("Retirer un code de déclarant d'un compte"),
		.action = declarant_unbind_action},
	{METHOD_GET, "/vues", CONSIGNMENTS_READ, "", TR("Vues gardées"), .page = view_list_page,
		.data = view_list_data, .shape = &view_shape, .is_list = true},
	{METHOD_POST, "/vues", CONSIGNMENTS_READ, "nom adresse", TR("Garder une vue"), .action = view_keep_action},
	{METHOD_POST, "/vues/:id/retirer", CONSIGNMENTS_READ, "id", TR("Retirer une vue"), .action = view_drop_action},
	{METHOD_GET, "/envois/flux", CONSIGNMENTS_READ, "", TR("Suivi en direct des envois"), .stream = consignment_stream},
	{METHOD_GET, "/envois/:id", CONSIGNMENTS_READ, "id", TR("Page d'un envoi"), .page = consignment_page,
		.data = consignment_data, .shape = &consignment_shape},
	{METHOD_GET, "/imports", CONSIGNMENTS_IMPORT, "avant", TR("Fichiers reçus"), .page = import_list_page,
		.data = import_list_data, .shape = &import_row_shape, .is_list = true},
	{METHOD_GET, "/imports/:id", CONSIGNMENTS_IMPORT, "id", TR("Un fichier reçu"), .page = import_page,
		.data = import_data, .shape = &import_shape},
	{0},
};
static const struct menu_entry menu[] = {
	{TR("Arrivées"), "/arrivees", CONSIGNMENTS_READ, "ship", 15},
	{TR("Déclarations"), "/declarations", CONSIGNMENTS_READ, "list", 20},
	{TR("Vos déclarations"), "/mes-declarations", CONSIGNMENTS_READ_OWN, "list", 22},
	{TR("Déclarants"), "/declarants", DECLARANTS_MANAGE, "person", 82},
	{TR("Fichiers"), "/imports", CONSIGNMENTS_IMPORT, "upload", 30},
	{0},
};
static const struct permission journal_actions[] = {
	{"consignment", TR("Envoi")},
	{"declarant.bound", TR("Code de déclarant lié à un compte")},
	{"declarant.unbound", TR("Code de déclarant retiré d'un compte")},
	{"import", TR("Import")},
	{"import.batch", TR("Envois reçus et décidés")},
	{"import.done", TR("Fichier lu jusqu'au bout")},
	{"import.refused", TR("Fichier refusé")},
	{"yellow_to_blue", TR("Circuit jaune devenu bleu avec le temps")},
	{"green_released", TR("Mainlevée du vert à la fin du délai")},
	{"after_release", TR("Retenu pour un contrôle après mainlevée")},
	{"rerouted_to_control", TR("Circuit changé : contrôle demandé")},
	{"rerouted_to_free", TR("Circuit changé : contrôle non demandé")},
	{"control_recorded", TR("Résultat de contrôle enregistré")},
	{"control_corrected", TR("Résultat de contrôle corrigé")},
	{NULL, NULL},
};

#define NATIONAL_CURRENCY                                                                                              \
	{                                                                                                              \
		"general.currency", TR("Monnaie nationale"),                                                           \
			TR("Code ISO 4217 de la monnaie des droits et taxes : XOF, XAF, GNF…"), SETTING_TEXT, "XOF", NULL, 0, 0 \
	}
const struct setting national_currency = NATIONAL_CURRENCY;
static const struct setting settings[] = {NATIONAL_CURRENCY, EXPORT_ROWS, {0}};

static const struct job jobs[] = {
	{"declarations.search", TR("Mots des envois, pour la recherche"), 10, 300, search_index_job},
	{0},
};

static const struct workflow *const workflows[] = {&consignment_workflow, NULL};

static const struct home_figure home_figures[] = {
	{15, CONSIGNMENTS_READ_OWN, TR("déclarations à contrôler"), "/mes-declarations", "warning",
		count_own_waiting},
	{0},
};
static const struct home_section home_sections[] = {
	{15, CONSIGNMENTS_READ_OWN, print_own_latest},
	{0},
};

static const struct gauge gauges[] = {
	{"vigie_search_lag", "Consignments that the search does not know yet.", search_index_lag},
	{0},
};

static const struct change_kind changes[] = {
	{"consignment", NULL, "consignment", CONSIGNMENTS_READ, "/envois/", false, NULL},
	{0},
};

const struct module declarations_module = {
	.name = "declarations",
	.label = TR("Manifestes et déclarations"),
	.requires = "",
	.migrations = "src/modules/declarations/migrations",
	.permissions = permissions,
	.national = national,
	.roles = roles,
	.routes = routes,
	.menu = menu,
	.settings = settings,
	.workflows = workflows,
	.jobs = jobs,
	.home_figures = home_figures,
	.home_sections = home_sections,
	.journal_actions = journal_actions,
	.inputs = declarations_inputs,
	.gauges = gauges,
	.changes = changes,
};
