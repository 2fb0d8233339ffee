/* What programs may give to the operations of this module, for the description of the interface. */
#include "modules/models/inputs.h"

const struct api_input models_inputs[] = {
	{"genre", TR("Ce qui est demandé"), .kind = API_TEXT, .choices = "train measure compare", .is_required = true},
	{"modele", TR("Le numéro du modèle"), .kind = API_INTEGER},
	{"autre", TR("Le numéro du modèle comparé"), .kind = API_INTEGER},
	{"etat", TR("En service ou non"), .kind = API_TEXT, .choices = "on off", .is_required = true},
	{"note", TR("Pourquoi"), .kind = API_TEXT},
	{0},
};
