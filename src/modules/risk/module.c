/* The module's table of contents. */
#include "modules/risk/changes.h"
#include "modules/risk/inputs.h"
#include "modules/risk/profile_pages.h"
#include "modules/risk/risk_store.h"
#include "modules/risk/suppression.h"

static const struct permission permissions[] = {
	{RISK_READ, TR("Voir la politique de risque et les modèles")},
	{RISK_MANAGE, TR("Changer la politique de risque et les modèles")},
	{RISK_SUPPRESS, TR("Mettre un profil de côté pour un opérateur")},
	{RISK_ACTIVATE, TR("Mettre en vigueur ou retirer les profils des autres")},
	{NULL, NULL},
};
static const char *const national[] = {RISK_MANAGE, RISK_ACTIVATE, RISK_SUPPRESS, NULL};
static const char *const reading[] = {RISK_READ, NULL};
static const char *const managing[] = {RISK_READ, RISK_MANAGE, RISK_SUPPRESS, RISK_ACTIVATE, NULL};
static const struct role roles[] = {
	{"administrator", TR("Administrateur"), managing},
	{"analyst", TR("Analyste de risque"), managing},
	{"head_of_office", TR("Chef de bureau"), reading},
	{"auditor", TR("Auditeur"), reading},
	{NULL, NULL, NULL},
};
static const struct route routes[] = {
	{METHOD_POST, "/imports", CONSIGNMENTS_IMPORT, "", TR("Déposer des fichiers"), .free_hand = upload_action,
		.upload = "fichiers", .body_limit = INT64_C(1) << 30},
	{METHOD_POST, "/evaluer", CONSIGNMENTS_IMPORT, "", TR("Examiner des fichiers sans les garder"),
		.free_hand = assess_action, .shape = &assessments_shape, .upload = "fichiers", .body_limit = INT64_C(64) << 20},
	{METHOD_GET, "/envois/:id/decision", CONSIGNMENTS_READ, "id", TR("La décision d'un envoi"), .data = decision_data,
		.shape = &decision_shape},
	{METHOD_GET, "/politique", RISK_READ, "", TR("Politique de risque"), .page = policy_page, .data = policy_data,
		.shape = &profile_shape, .is_list = true},
	{METHOD_GET, "/profils", RISK_READ, "etat recherche apres", TR("Profils"), .page = profile_list_page,
		.data = profile_list_data, .shape = &profile_row_shape, .is_list = true},
	{METHOD_GET, "/profils/nouveau", RISK_MANAGE, "id version", TR("Écrire un profil"), .page = profile_edit_page},
	{METHOD_POST, "/profils/nouveau", RISK_MANAGE, "id vu code texte note geste", TR("Enregistrer un nouveau profil"),
		.free_hand = profile_edit_submit},
	{METHOD_POST, "/profils/verification", RISK_MANAGE, "texte code vu note geste", TR("Vérifier un texte de profil"),
		.free_hand = profile_check_fragment, .shape = &profile_checked_shape},
	{METHOD_POST, "/profils/essai", RISK_MANAGE, "texte code vu note geste", TR("Essayer un profil sur le passé"),
		.free_hand = profile_try_fragment, .shape = &profile_try_shape},
	{METHOD_GET, "/profils/:id", RISK_READ, "id version", TR("Un profil"), .page = profile_page,
		.data = profile_data, .shape = &profile_record_shape},
	{METHOD_GET, "/profils/:id/modifier", RISK_MANAGE, "id version", TR("Modifier un profil"),
		.page = profile_edit_page},
	{METHOD_POST, "/profils/:id/modifier", RISK_MANAGE, "id vu code texte note geste",
		TR("Enregistrer une version d'un profil"), .free_hand = profile_edit_submit},
	{METHOD_POST, "/profils/:id/etat", RISK_READ, "id version vu geste raison motif", TR("Changer l'état d'un profil"),
		.free_hand = profile_move_submit},
	{METHOD_POST, "/profils/:id/repetition", RISK_MANAGE, "id version",
		TR("Préparer la répétition de la politique avec un profil"), .free_hand = profile_rehearse_submit},
	{METHOD_POST, "/profils/:id/commentaires", RISK_READ, "id version commentaire", TR("Commenter un profil"),
		.action = profile_comment_action},
	{METHOD_GET, "/profils/:id/comparer", RISK_READ, "id de a", TR("Comparer deux versions d'un profil"),
		.page = profile_compare_page},
	{METHOD_GET, "/profils/:id/vie", RISK_READ, "id", TR("Vie d'un profil"), .page = profile_life_page},
	{METHOD_GET, "/faits", RISK_READ, "recherche", TR("Dictionnaire des faits"), .page = facts_page,
		.data = facts_data, .shape = &fact_shape, .is_list = true},
	{METHOD_GET, "/mises-de-cote", RISK_READ, "operateur profil avant", TR("Profils mis de côté"), .page = suppression_page,
		.data = suppression_data, .shape = &suppression_shape, .is_list = true},
	{METHOD_POST, "/mises-de-cote", RISK_SUPPRESS, "profil operateur jusqu_au motif", TR("Mettre un profil de côté"),
		.action = suppression_action},
	{METHOD_POST, "/mises-de-cote/:id", RISK_SUPPRESS, "id version", TR("Lever une mise de côté"),
		.action = suppression_end_action},
	{METHOD_GET, "/listes-de-profils", RISK_READ, "apres", TR("Listes des profils"), .page = list_index_page,
		.data = list_index_data, .shape = &profile_values_shape, .is_list = true},
	{METHOD_POST, "/listes-de-profils", RISK_MANAGE, "code titre", TR("Créer une liste"), .action = list_create_action},
	{METHOD_GET, "/listes-de-profils/:id", RISK_READ, "id recherche tout page avant", TR("Une liste"), .page = list_page,
		.data = list_data, .shape = &profile_value_shape, .is_list = true},
	{METHOD_POST, "/listes-de-profils/:id", RISK_MANAGE, "id valeur depuis jusqu_au motif recherche tout page",
		TR("Inscrire une valeur"), .action = list_add_action},
	{METHOD_POST, "/listes-de-profils/:id/fin", RISK_MANAGE, "id inscription", TR("Mettre fin à une inscription"),
		.action = list_end_action},
	{METHOD_POST, "/listes-de-profils/:id/fichier", RISK_MANAGE, "id contenu", TR("Prendre un fichier"),
		.free_hand = list_import_action, .upload = "fichier", .body_limit = INT64_C(20) << 20},
	{METHOD_GET, "/listes-de-profils/:id/export", RISK_READ, "id", TR("Exporter une liste"), .page = list_export_page},
	{METHOD_GET, "/selection", RISK_READ, "apres", TR("Taux de sélection"), .page = selection_page, .data = selection_data,
		.shape = &selection_shape, .is_list = true},
	{METHOD_POST, "/selection", RISK_MANAGE,
		"bureau regime attendu_rouge attendu_jaune attendu_bleu hasard_rouge hasard_jaune hasard_bleu score_rouge "
		"score_jaune score_bleu coups delai_vert jaune_bleu",
		TR("Fixer des taux de sélection"), .action = selection_action},
	{0},
};
static const struct menu_entry menu[] = {
	{TR("Profils"), "/profils", RISK_READ, "shield", 50},
	{TR("Listes"), "/listes-de-profils", RISK_READ, "list", 51},
	{TR("Sélection"), "/selection", RISK_READ, "lens", 52},
	{0},
};
static const struct permission journal_actions[] = {
	{"draw_period", TR("Période de tirage")},
	{"selection", TR("Taux de sélection")},
	{"policy.created", TR("Politique enregistrée")},
	{"policy.activated", TR("Politique mise en vigueur")},
	{"model.created", TR("Modèle appris")},
	{"model.switched_on", TR("Modèle mis en service")},
	{"model.switched_off", TR("Modèle arrêté")},
	{"selection.set", TR("Taux de sélection fixés")},
	{"draw.committed", TR("Clé de tirage engagée")},
	{"draw.revealed", TR("Clé de tirage publiée")},
	{"shadow", TR("Candidat dans l'ombre")},
	{"shadow.started", TR("Candidat mis dans l'ombre")},
	{"shadow.ended", TR("Candidat retiré de l'ombre")},
	{"rehearsal", TR("Répétition")},
	{"rehearsal.recorded", TR("Politique répétée sur le passé")},
	{"profile", TR("Profil")},
	{"profile_version", TR("Version d'un profil")},
	{"profile.written", TR("Profil écrit")},
	{"profile.commented", TR("Profil commenté")},
	{"list.changed", TR("Liste modifiée")},
	{"risk_list", TR("Liste des profils")},
	{"list.created", TR("Liste créée")},
	{"list.entry_added", TR("Valeur inscrite")},
	{"list.entry_ended", TR("Inscription terminée")},
	{"list.imported", TR("Fichier pris")},
	{"suppression", TR("Mise de côté")},
	{"suppression.set", TR("Profil mis de côté")},
	{"suppression.ended", TR("Mise de côté levée")},
	{NULL, NULL},
};

/* The key of the coming period is committed to before the period begins. */
static enum status run_draw_periods(struct database *database, struct arena *arena, struct text *ret_note)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor system = actor_system("risk.draw_periods");
	struct draw_period now, next;

	TRY(writer_begin(database, &writer));
	TRY(draw_period_ensure(writer, &system, clock_today(), &now));
	TRY(draw_period_ensure(writer, &system, now.last_day + 1, &next));
	TRY(writer_commit(&writer));
	*ret_note = arena_format(arena, "%lld, %lld", (long long)now.id, (long long)next.id);
	return STATUS_OK;
}
static enum status run_lanes(struct database *database, struct arena *arena, struct text *ret_note)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	int64_t count;

	TRY(writer_begin(database, &writer));
	TRY(lanes_age(writer, clock_now(), arena, &count));
	TRY(writer_commit(&writer));
	*ret_note = arena_format(arena, "%lld", (long long)count);
	return STATUS_OK;
}

static enum status run_after_release(struct database *database, struct arena *arena, struct text *ret_note)
{
	enum { AT_ONCE = 500 };
	AUTO(decider_release) struct decider *decider = NULL;
	AUTO(writer_rollback) struct writer *writer = NULL;
	int64_t count;

	TRY(decider_new(database, &decider));
	TRY(writer_begin(database, &writer));
	TRY(released_look_again(decider, writer, AT_ONCE, arena, &count));
	TRY(writer_commit(&writer));
	*ret_note = arena_format(arena, "%lld", (long long)count);
	return STATUS_OK;
}

/* A thousand decisions and outcomes per transaction, so that other writers are not kept waiting. */
static enum status run_profile_life(struct database *database, struct arena *arena, struct text *ret_note)
{
	enum { AT_ONCE = 1000, MEMORY = 64 << 20 };
	AUTO(arena_release) struct arena *own = arena_new(MEMORY);
	int64_t total = 0, count = 0;

	if (!own)
		return STATUS_NO_MEMORY;
	do {
		AUTO(writer_rollback) struct writer *writer = NULL;

		TRY(database_goes_on(database));
		TRY(writer_begin(database, &writer));
		TRY(profile_life_gather(writer, AT_ONCE, own, &count));
		TRY(writer_commit(&writer));
		total += count;
	} while (count >= AT_ONCE);
	*ret_note = arena_format(arena, "%lld", (long long)total);
	return STATUS_OK;
}

static const struct page_help help[] = {
	{"/profils", TR("La liste des profils : ce qui fait regarder un envoi, et ce que cela a donné."),
		TR("Ouvrez un profil pour voir sa vie, ou écrivez-en un. « À décider » attend une seconde paire d'yeux.")},
	{"/profils/nouveau", TR("Écrire un profil : le texte à gauche, les faits qu'il peut lire à droite."),
		TR("Essayez-le sur le passé, puis proposez-le : une autre personne le mettra en vigueur.")},
	{"/profils/:id", TR("Tout d'un profil : son texte, ses versions, ce qu'il a trouvé, ce qu'on en dit."),
		TR("Faites-en une nouvelle version, ou décidez de celle qui est proposée. Chaque geste est au journal.")},
	{"/profils/:id/modifier", TR("Changer un profil : la version en vigueur ne bouge pas tant que la nouvelle n'est pas décidée."),
		TR("Dites pourquoi vous changez le texte, essayez-le sur le passé, puis proposez-le.")},
	{"/profils/:id/vie", TR("Ce qu'un profil a touché, trouvé et coûté, mois par mois."),
		TR("Un profil qui coûte des heures sans rien trouver se corrige ou se retire.")},
	{"/faits", TR("Le dictionnaire de ce qu'un profil peut lire, avec type, unité et exemple."),
		TR("Cherchez par le sens ; dans l'éditeur, un clic insère le mot au curseur.")},
	{"/politique", TR("La politique en vigueur : les profils actifs, tels que les décisions les lisent."),
		TR("Pour la changer, ouvrez la page des profils.")},
	{"/selection", TR("La part des envois menée dans chaque circuit, et par quel chemin."),
		TR("Changez un taux pour un bureau ou un régime : l'historique dit qui l'a fait et quand.")},
	{NULL, NULL, NULL},
};
static const struct home_figure figures[] = {
	{40, RISK_ACTIVATE, TR("Profils à décider"), "/profils?etat=proposed", "warning", profiles_waiting},
	{0},
};

static const struct workflow *const workflows[] = {&profile_workflow, NULL};

static const struct job jobs[] = {
	{"risk.profile_life", TR("Vie des profils"), 600, 1800, run_profile_life},
	{"risk.lanes", TR("Délais des circuits"), 60, 120, run_lanes},
	{"risk.after_release", TR("Contrôle après mainlevée"), 86400, 900, run_after_release},
	{"risk.draw_periods", TR("Clés de tirage des périodes"), 3600, 60, run_draw_periods},
	{RISK_LISTS_JOB, TR("Listes changées : la politique suit"), 0, JOB_LONG, risk_lists_follow},
	{0},
};

static const struct change_kind changes[] = {
	{"import", "import.batch", "consignment", CONSIGNMENTS_READ, "/envois/", false, changes_of_batch},
	{"profile", NULL, "profile", RISK_READ, "/profils/", true, NULL},
	{"profile_version", NULL, "profile", RISK_READ, "/profils/", true, changes_of_version},
	{0},
};

const struct module risk_module = {
	.name = "risk",
	.label = TR("Analyse de risque"),
	.requires = "declarations screening prices",
	.migrations = "src/modules/risk/migrations",
	.permissions = permissions,
	.national = national,
	.roles = roles,
	.routes = routes,
	.menu = menu,
	.jobs = jobs,
	.settings = risk_settings,
	.workflows = workflows,
	.help = help,
	.home_figures = figures,
	.journal_actions = journal_actions,
	.inputs = risk_inputs,
	.changes = changes,
};
