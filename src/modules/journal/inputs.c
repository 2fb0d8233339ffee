/* What programs may give to the operations of this module, for the description of the interface. */
#include "modules/journal/inputs.h"

const struct api_input journal_inputs[] = {
	{"entite", TR("Le genre d'objet"), .kind = API_TEXT},
	{"objet", TR("Le numéro de l'objet"), .kind = API_INTEGER},
	{"personne", TR("Identifiant"), .kind = API_TEXT},
	{0},
};
