/* The module's table of contents. */
#include "modules/prices/inputs.h"
#include "modules/prices/price_data.h"
#include "modules/prices/prices.h"
#include "modules/prices/rate_table.h"

static const struct permission permissions[] = {
	{PRICES_READ, TR("Voir les prix de référence")},
	{PRICES_MANAGE, TR("Donner des taux de change")},
	{NULL, NULL},
};
static const char *const national[] = {PRICES_MANAGE, NULL};
static const char *const all[] = {PRICES_READ, PRICES_MANAGE, NULL};
static const char *const reading[] = {PRICES_READ, NULL};
static const struct role roles[] = {
	{"administrator", TR("Administrateur"), all},
	{"analyst", TR("Analyste de risque"), all},
	{"head_of_office", TR("Chef de bureau"), reading},
	{"inspector", TR("Inspecteur"), reading},
	{"auditor", TR("Auditeur"), reading},
	{NULL, NULL, NULL},
};
static const struct route routes[] = {
	{METHOD_GET, "/prix", PRICES_READ, "sh origine page apres", TR("Prix de référence"), .page = prices_page,
		.data = prices_data, .shape = &price_shape, .is_list = true},
	{METHOD_GET, "/prix/taux", PRICES_READ, "apres", TR("Taux de change"), .page = exchange_rates_page,
		.data = exchange_rates_data, .shape = &rate_shape, .is_list = true},
	{METHOD_POST, "/prix/taux", PRICES_MANAGE, "monnaie jour taux", TR("Donner un taux de change"),
		.action = exchange_rate_action},
	{METHOD_POST, "/prix/taux/fichier", PRICES_MANAGE, "contenu", TR("Prendre un fichier de taux de change"),
		.free_hand = exchange_rates_file, .upload = "fichier", .body_limit = INT64_C(2) << 20},
	{0},
};
static const struct menu_entry menu[] = {
	{TR("Prix"), "/prix", PRICES_READ, "chart", 47},
	{0},
};
const struct setting price_settings[] = {
	[PRICES_CURRENCY] = {"prices.currency", TR("Prix de référence : monnaie du calcul"),
		TR("Code ISO d'une monnaie stable, par exemple EUR, quand la monnaie nationale bouge. Vide : la monnaie nationale."),
		SETTING_TEXT, "", NULL, 0, 0},
	[PRICES_WINDOW] = {"prices.window", TR("Prix de référence : jours de déclarations"),
		TR("Les déclarations des derniers jours, sans celles où quelque chose a été trouvé."), SETTING_INTEGER, "365", NULL, 7,
		1000},
	[PRICES_LEAST] = {"prices.least", TR("Prix de référence : observations au moins"),
		TR("Sous ce nombre de lignes, aucune référence n'est donnée."), SETTING_INTEGER, "10", NULL, 3, 1000},
	[PRICES_SETTINGS] = {0},
};

static enum status run_refresh(struct database *database, struct arena *arena, struct text *ret_note)
{
	int64_t count;

	TRY(prices_compute(database, clock_today(), arena, &count));
	*ret_note = arena_format(arena, "%lld", (long long)count);
	return STATUS_OK;
}

static const struct job jobs[] = {
	{"prices.refresh", TR("Prix de référence"), INT64_C(7) * 86400, 7200, run_refresh},
	{0},
};
static const struct permission journal_actions[] = {
	{"exchange_rate", TR("Taux de change")},
	{"prices.rate_given", TR("Taux de change donné")},
	{NULL, NULL},
};

const struct module prices_module = {
	.name = "prices",
	.label = TR("Prix de référence"),
	.requires = "declarations",
	.migrations = "src/modules/prices/migrations",
	.permissions = permissions,
	.national = national,
	.roles = roles,
	.routes = routes,
	.menu = menu,
	.jobs = jobs,
	.settings = price_settings,
	.journal_actions = journal_actions,
	.inputs = prices_inputs,
};
