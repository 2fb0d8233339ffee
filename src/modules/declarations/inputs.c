/* What programs may give to the operations of this module, for the description of the interface. */
#include "modules/declarations/inputs.h"

const struct api_input declarations_inputs[] = {
	{"etape", TR("Manifeste ou déclaration"), .kind = API_TEXT, .choices = "manifest declaration"},
	{"circuit", TR("Circuit"), .kind = API_TEXT, .choices = "red yellow blue green"},
	{"etat", TR("Où en est le dossier"), .kind = API_TEXT, .choices = "free to_control held controlled"},
	{"bureau", TR("Bureau"), .kind = API_TEXT},
	{"resultat", TR("Ce que le contrôle a montré"), .kind = API_TEXT, .choices = "infraction conforme"},
	{"operateur", TR("Opérateur"), .kind = API_TEXT},
	{"declarant", TR("Déclarant"), .kind = API_TEXT},
	{"marchandise", TR("Les premiers chiffres de la position tarifaire"), .kind = API_TEXT},
	{"manifeste", TR("Manifeste"), .kind = API_TEXT},
	{"colonnes", TR("Les colonnes de la page"), .kind = API_TEXT, .for_pages = true},
	{"jour", TR("Où reprendre la liste : pris dans l'adresse de la suite"), .kind = API_TEXT},
	{"quand", TR("Lesquelles"), .kind = API_TEXT, .choices = "aujourdhui avenir"},
	{"login", TR("Identifiant"), .kind = API_TEXT, .path = "/declarants", .is_required = true},
	{"code", TR("Code de déclarant"), .kind = API_TEXT},
	{"nom", TR("Nom de la vue"), .kind = API_TEXT, .path = "/vues", .is_required = true},
	{"adresse", TR("L'adresse de la liste avec ses filtres, telle que /envois?circuit=red"), .kind = API_TEXT,
		.path = "/vues", .is_required = true},
	{0},
};
