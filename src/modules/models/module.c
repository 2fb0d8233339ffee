/* The module's table of contents. */
#include "modules/models/inputs.h"
#include "modules/models/pages.h"

const struct setting models_settings[] = {
	[MODELS_DUTY_WEIGHT] = {"models.duty_weight", TR("Ordre des contrôles : poids des droits en jeu (%)"),
		TR("0 : seule la probabilité d'une irrégularité compte ; 100 : les droits que l'on peut espérer recouvrer."),
		SETTING_INTEGER, "0", NULL, 0, 100},
	[MODELS_DUTY_CAP] = {"models.duty_cap", TR("Ordre des contrôles : plafond des droits comptés"),
		TR("En monnaie nationale. Au-delà, un envoi ne passe pas plus haut : un seul très grand ne cache pas les autres."),
		SETTING_INTEGER, "5000000", NULL, 1, 1000000000},
	[MODELS_SETTINGS] = {0},
};

enum status models_ranking(struct reader *reader, struct ranking *ret_ranking)
{
	int64_t weight, cap;

	TRY(setting_integer(reader, &models_settings[MODELS_DUTY_WEIGHT], &weight));
	TRY(setting_integer(reader, &models_settings[MODELS_DUTY_CAP], &cap));
	*ret_ranking = (struct ranking){(double)weight / 100, (double)cap};
	return STATUS_OK;
}

static const struct route routes[] = {
	{METHOD_GET, "/modeles", RISK_READ, "avant", TR("Modèles"), .page = model_list_page, .data = model_list_data,
		.shape = &model_shape, .is_list = true},
	{METHOD_GET, "/modeles/classement", RISK_READ, "", TR("Ordre des contrôles"), .page = ranking_page,
		.data = ranking_data, .shape = &waiting_shape, .is_list = true},
	{METHOD_POST, "/modeles/travaux", RISK_MANAGE, "genre modele autre du au", TR("Apprendre, mesurer ou comparer des modèles"),
		.action = model_ask_action},
	{METHOD_GET, "/modeles/travaux/:id", RISK_READ, "id", TR("Résultat d'un travail sur les modèles"), .page = model_run_page,
		.data = model_run_data, .shape = &model_run_shape},
	{METHOD_GET, "/modeles/:id", RISK_READ, "id", TR("Fiche d'un modèle"), .page = model_page,
		.data = model_data, .shape = &model_card_shape},
	{METHOD_POST, "/modeles/:id", RISK_MANAGE, "id etat", TR("Mettre un modèle en service ou l'arrêter"),
		.action = model_switch_action},
	{METHOD_POST, "/modeles/:id/approbation", RISK_MANAGE, "id note", TR("Approuver un modèle"),
		.action = model_approve_action},
	{METHOD_GET, "/envois/:id/score", CONSIGNMENTS_READ, "id", TR("Score d'un envoi, expliqué"), .page = score_page,
		.data = score_data, .shape = &score_shape},
	{METHOD_GET, "/envois/:id/avis", CONSIGNMENTS_READ, "id", TR("Avis pour le déclarant"), .page = notice_page},
	{0},
};
static const struct menu_entry menu[] = {
	{TR("Modèles"), "/modeles", RISK_READ, "chart", 55},
	{0},
};
static const struct permission journal_actions[] = {
	{"model_run", TR("Travail sur un modèle")},
	{"model.asked", TR("Travail demandé sur un modèle")},
	{"model.approved", TR("Modèle approuvé")},
	{"model.on_without_approval", TR("Modèle mis en service sans approbation ou sans répétition")},
	{NULL, NULL},
};
static const struct job jobs[] = {
	{"models.runs", TR("Travaux demandés sur les modèles"), 15, 3600, model_runs_do},
	{"models.watch", TR("Mesure du modèle en service"), 86400, 60, model_watch_do},
	{0},
};

const struct module models_module = {
	.name = "models",
	.label = TR("Modèles"),
	.requires = "declarations risk",
	.migrations = "src/modules/models/migrations",
	.routes = routes,
	.menu = menu,
	.jobs = jobs,
	.settings = models_settings,
	.journal_actions = journal_actions,
	.inputs = models_inputs,
};
