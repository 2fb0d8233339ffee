/* What programs may give to the operations of this module, for the description of the interface. */
#include "modules/rehearsal/inputs.h"

const struct api_input rehearsal_inputs[] = {
	{"avant", TR("Où reprendre la liste : pris dans l'adresse de la suite"), .kind = API_INTEGER},
	{"politique", TR("Le numéro de la politique ; 0 : celle en vigueur"), .kind = API_INTEGER},
	{"modele", TR("Le numéro du modèle ; 0 : aucun, -1 : celui en service"), .kind = API_INTEGER},
	{"circuits", TR("Des réglages de circuits à essayer"), .kind = API_TEXT},
	{"contre", TR("Le numéro de la politique comparée"), .kind = API_INTEGER},
	{"id", TR("Le numéro du candidat"), .kind = API_INTEGER, .path = "/ombre/fin", .is_required = true},
	{0},
};
