/* What programs may give to the operations of this module, for the description of the interface. */
#include "modules/identity/inputs.h"

const struct api_input identity_inputs[] = {
	{"login", TR("Identifiant"), .kind = API_TEXT},
	{"name", TR("Nom"), .kind = API_TEXT},
	{"language", TR("Langue"), .kind = API_TEXT, .choices = "fr en pt es"},
	{"q", TR("Mots à chercher, sans souci des accents"), .kind = API_TEXT},
	{"role", TR("Le code du rôle"), .kind = API_TEXT, .is_required = true},
	{"unit", TR("Le numéro de l'unité"), .kind = API_INTEGER, .is_required = true},
	{"grant", TR("Ce qui est retiré : le numéro de l'unité, deux-points, le code du rôle"), .kind = API_TEXT,
		.is_required = true},
	{"active", TR("Actif ou non"), .kind = API_BOOLEAN},
	{"reset", TR("1, pour confirmer"), .kind = API_BOOLEAN},
	{"code", TR("Le code du rôle"), .kind = API_TEXT, .path = "/roles"},
	{"code", TR("Le code du rôle"), .kind = API_TEXT, .path = "/roles/:code"},
	{"code", TR("Le code du rôle"), .kind = API_TEXT, .path = "/roles/:code/supprimer"},
	{"code", TR("Code"), .kind = API_TEXT, .path = "/unites"},
	{"libelle", TR("Nom du rôle"), .kind = API_TEXT},
	{"modele", TR("Le code d'un rôle dont les droits sont repris"), .kind = API_TEXT},
	{"droit", TR("Les droits, chacun par son code"), .kind = API_TEXT, .is_list = true},
	{"personne", TR("Le numéro de la personne ; vide : vous"), .kind = API_INTEGER},
	{"remplacant", TR("Le numéro du remplaçant"), .kind = API_INTEGER},
	{"note", TR("Remarque"), .kind = API_TEXT},
	{"absence", TR("Le numéro de l'absence"), .kind = API_INTEGER, .is_required = true},
	{"parent", TR("Le numéro de l'unité au-dessus"), .kind = API_INTEGER},
	{"kind", TR("Genre"), .kind = API_TEXT},
	{0},
};
