/* What programs may give to the operations of this module, for the description of the interface. */
#include "modules/prices/inputs.h"

const struct api_input prices_inputs[] = {
	{"sh", TR("Les premiers chiffres de la position tarifaire"), .kind = API_TEXT},
	{"origine", TR("Pays d'origine"), .kind = API_TEXT},
	{"monnaie", TR("Le code de la monnaie"), .kind = API_TEXT, .is_required = true},
	{"jour", TR("Le jour où ce taux commence"), .kind = API_DATE, .is_required = true},
	{"contenu", TR("Le texte du fichier, en place d'un fichier"), .kind = API_TEXT},
	{"taux", TR("Ce que vaut une unité de la monnaie"), .kind = API_DECIMAL, .is_required = true},
	{0},
};
