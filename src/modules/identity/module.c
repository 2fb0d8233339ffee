/* The module's table of contents and its clean-up job. */
#include "base/clock.h"
#include "domain/session.h"
#include "domain/throttle.h"
#include "modules/identity/identity.h"
#include "modules/identity/inputs.h"
#include "modules/identity/pages.h"

static const struct permission permissions[] = {
	{"users.manage", TR("Gérer les utilisateurs et leurs rôles")},
	{"units.manage", TR("Gérer les unités")},
	{"roles.manage", TR("Ajouter et changer des rôles")},
	{"absences.manage", TR("Gérer les absences et les remplaçants")},
	{NULL, NULL},
};
static const char *const national[] = {"roles.manage", NULL};
static const char *const administrator_permissions[] = {"users.manage", "units.manage", "roles.manage", "absences.manage",
	NULL};
static const char *const head_permissions[] = {"absences.manage", NULL};
static const char *const no_permissions[] = {NULL};
static const struct role roles[] = {
	{"administrator", TR("Administrateur"), administrator_permissions},
	{"head_of_office", TR("Chef de bureau"), head_permissions},
	{"analyst", TR("Analyste de risque"), no_permissions},
	{"inspector", TR("Inspecteur"), no_permissions},
	{"broker", TR("Commissionnaire en douane"), no_permissions},
	{"auditor", TR("Auditeur"), no_permissions},
	{NULL, NULL, NULL},
};

static const struct route routes[] = {
	{METHOD_GET, "/connexion", ROUTE_PUBLIC, "vers login", TR("Page de connexion"), .page = sign_in_page},
	{METHOD_POST, "/connexion", ROUTE_PUBLIC, "login password vers", TR("Se connecter"), .free_hand = sign_in_submit},
	{METHOD_GET, "/connexion/code", ROUTE_PUBLIC, "vers", TR("Code de connexion"), .page = code_page},
	{METHOD_POST, "/connexion/code", ROUTE_PUBLIC, "code vers", TR("Donner le code"), .free_hand = code_submit},
	{METHOD_POST, "/deconnexion", ROUTE_SIGNED_IN, "", TR("Se déconnecter"), .action = sign_out_submit, .for_people = true},

	{METHOD_GET, "/compte", ROUTE_SIGNED_IN, "", TR("Votre compte"), .page = account_page, .data = account_data,
		.shape = &self_shape},
	{METHOD_POST, "/compte", ROUTE_SIGNED_IN, "name language", TR("Changer son nom et sa langue"),
		.action = account_submit},
	{METHOD_POST, "/compte/mot-de-passe", ROUTE_SIGNED_IN, "current chosen again", TR("Changer son mot de passe"),
		.free_hand = account_password_submit, .for_people = true},
	{METHOD_POST, "/compte/sessions/fin", ROUTE_SIGNED_IN, "session", TR("Mettre fin à une session"),
		.action = account_session_end, .for_people = true},
	{METHOD_POST, "/compte/sessions/autres", ROUTE_SIGNED_IN, "autres", TR("Mettre fin aux autres sessions"),
		.action = account_sessions_end, .for_people = true},
	{METHOD_POST, "/compte/code", ROUTE_SIGNED_IN, "code", TR("Commencer la mise en place du code"),
		.action = factor_begin, .for_people = true},
	{METHOD_GET, "/compte/code", ROUTE_SIGNED_IN, "", TR("Mettre en place le code"), .page = factor_page},
	{METHOD_POST, "/compte/code/confirmer", ROUTE_SIGNED_IN, "code", TR("Confirmer le code"), .action = factor_confirm, .for_people = true},
	{METHOD_POST, "/compte/code/retirer", ROUTE_SIGNED_IN, "current", TR("Retirer le code"), .free_hand = factor_remove, .for_people = true},
	{METHOD_POST, "/compte/codes-de-secours", ROUTE_SIGNED_IN, "current", TR("Renouveler les codes de secours"),
		.free_hand = recovery_renew, .for_people = true},

	{METHOD_GET, "/utilisateurs", "users.manage", "q apres", TR("Utilisateurs"), .page = users_page,
		.data = users_data, .shape = &user_row_shape, .is_list = true},
	{METHOD_POST, "/utilisateurs", "users.manage", "login name language role unit", TR("Créer un utilisateur"),
		.free_hand = user_new_submit, .shape = &password_shape},
	{METHOD_GET, "/utilisateurs/nouveau", "users.manage", "login name language role unit", TR("Nouvel utilisateur"),
		.page = user_new_page},
	{METHOD_GET, "/utilisateurs/:id", "users.manage", "id", TR("Un utilisateur"), .page = user_page,
		.data = user_data, .shape = &user_shape},
	{METHOD_POST, "/utilisateurs/:id/roles", "users.manage", "id role unit", TR("Donner un rôle"),
		.action = user_grant_submit},
	{METHOD_POST, "/utilisateurs/:id/retirer", "users.manage", "id grant", TR("Retirer un rôle"),
		.action = user_revoke_submit},
	{METHOD_POST, "/utilisateurs/:id/acces", "users.manage", "id active", TR("Activer ou désactiver un compte"),
		.action = user_active_submit},
	{METHOD_POST, "/utilisateurs/:id/mot-de-passe", "users.manage", "id reset", TR("Donner un mot de passe provisoire"),
		.free_hand = user_password_submit, .shape = &password_shape},
	{METHOD_POST, "/utilisateurs/:id/code", "users.manage", "id reset", TR("Retirer le code d'une personne"),
		.action = user_factor_submit},

	{METHOD_GET, "/roles", "users.manage", "code libelle modele", TR("Rôles et droits"), .page = roles_page,
		.data = roles_data, .shape = &role_shape, .is_list = true},
	{METHOD_POST, "/roles", "roles.manage", "code libelle modele", TR("Ajouter un rôle"), .action = role_new_submit},
	{METHOD_GET, "/roles/:code", "users.manage", "code", TR("Un rôle"), .page = role_page,
		.data = role_data, .shape = &role_shape},
	{METHOD_POST, "/roles/:code", "roles.manage", "code libelle droit", TR("Changer les droits d'un rôle"),
		.action = role_change_submit},
	{METHOD_POST, "/roles/:code/supprimer", "roles.manage", "code", TR("Supprimer un rôle"),
		.action = role_remove_submit},

	{METHOD_GET, "/absences", ROUTE_SIGNED_IN, "personne du au remplacant note apres", TR("Absences et remplaçants"),
		.page = absences_page,
		.data = absences_data, .shape = &absence_shape, .is_list = true},
	{METHOD_POST, "/absences", ROUTE_SIGNED_IN, "personne du au remplacant note", TR("Ajouter une absence"),
		.action = absence_submit},
	{METHOD_POST, "/absences/retirer", ROUTE_SIGNED_IN, "absence", TR("Retirer une absence"),
		.action = absence_remove_submit},

	{METHOD_GET, "/unites", "units.manage", "parent kind code name apres", TR("Unités"), .page = units_page,
		.data = units_data, .shape = &unit_shape, .is_list = true},
	{METHOD_POST, "/unites", "units.manage", "parent kind code name", TR("Créer une unité"), .action = units_submit},
	{METHOD_GET, "/unites/:id", "units.manage", "id", TR("Une unité"), .page = unit_page},
	{METHOD_POST, "/unites/:id", "units.manage", "id name active", TR("Modifier une unité"),
		.action = unit_change_submit},
	{.path = NULL},
};

static const struct menu_entry menu[] = {
	{TR("Utilisateurs"), "/utilisateurs", "users.manage", "people", 80},
	{TR("Rôles"), "/roles", "users.manage", "shield", 81},
	{TR("Unités"), "/unites", "units.manage", "list", 82},
	{TR("Absences"), "/absences", ROUTE_SIGNED_IN, "clock", 83},
	{NULL, NULL, NULL, NULL, 0},
};

static const struct permission journal_actions[] = {
	{"user", TR("Utilisateur")},
	{"session", TR("Session")},
	{"unit", TR("Unité")},
	{"setting", TR("Réglage")},
	{"document", TR("Document")},
	{"user.created", TR("Utilisateur créé")},
	{"user.renamed", TR("Utilisateur modifié")},
	{"user.activated", TR("Compte activé")},
	{"user.deactivated", TR("Compte désactivé")},
	{"user.password_changed", TR("Mot de passe changé")},
	{"user.password_reset", TR("Mot de passe provisoire donné")},
	{"user.role_granted", TR("Rôle donné")},
	{"user.role_revoked", TR("Rôle retiré")},
	{"user.totp_enabled", TR("Code à la connexion mis en place")},
	{"user.totp_removed", TR("Code à la connexion retiré")},
	{"user.recovery_renewed", TR("Codes de secours renouvelés")},
	{"session.started", TR("Connexion")},
	{"role", TR("Rôle")},
	{"role.created", TR("Rôle ajouté")},
	{"role.changed", TR("Droits d'un rôle changés")},
	{"role.removed", TR("Rôle supprimé")},
	{"unit.created", TR("Unité créée")},
	{"unit.changed", TR("Unité modifiée")},
	{"setting.changed", TR("Réglage changé")},
	{"document.added", TR("Document ajouté")},
	{NULL, NULL},
};

static const struct page_help help[] = {
	{"/utilisateurs", TR("Les comptes de votre service."),
		TR("Créez un compte, donnez-lui un rôle pour une unité ; désactivez ceux qui sont partis.")},
	{"/utilisateurs/:id", TR("Un compte : ses rôles, son accès."),
		TR("Un rôle vaut pour l'unité et toutes celles en dessous. Personne ne change ses propres droits.")},
	{"/roles", TR("Qui peut quoi, droit par droit et rôle par rôle."),
		TR("Ajoutez un rôle propre à votre administration quand aucun ne convient.")},
	{"/unites", TR("L'arbre des directions, bureaux et brigades."),
		TR("Une unité fermée endort les droits donnés là ; son code reste celui des déclarations.")},
	{"/absences", TR("Qui est absent, et qui le remplace."),
		TR("Notez vos congés d'avance : les visites iront à votre remplaçant.")},
	{NULL, NULL, NULL},
};

static enum status clean_run(struct database *database, struct arena *arena, struct text *ret_note)
{
	struct writer AUTO(writer_rollback) *writer = NULL;
	int64_t now = clock_now();

	(void)arena;
	(void)ret_note;
	TRY(writer_begin(database, &writer));
	TRY(session_clean(writer, now));
	TRY(throttle_clean(writer, now));
	return writer_commit(&writer);
}

static const struct job jobs[] = {
	{"identity.clean", TR("Effacer les sessions et les blocages périmés"), 3600, 300, clean_run},
	{NULL, NULL, 0, 0, NULL},
};

const struct module identity_module = {
	.name = "identity",
	.label = TR("Identité"),
	.requires = "",
	.permissions = permissions,
	.national = national,
	.roles = roles,
	.routes = routes,
	.menu = menu,
	.jobs = jobs,
	.settings = session_settings,
	.journal_actions = journal_actions,
	.help = help,
	.inputs = identity_inputs,
};
