/* What programs may give to the operations of this module, for the description of the interface. */
#include "modules/screening/inputs.h"

const struct api_input screening_inputs[] = {
	{"etat", TR("L'état des correspondances"), .kind = API_TEXT, .choices = "open confirmed cleared"},
	{"verdict", TR("Le verdict"), .kind = API_TEXT, .choices = "confirmer ecarter", .is_required = true},
	{"motif", TR("Pourquoi"), .kind = API_TEXT, .is_required = true},
	{"jusqu_au", TR("Le dernier jour où elle reste écartée, dans les cinq ans"), .kind = API_DATE},
	{"version", TR("Le numéro d'état (row_version ou version) que vous avez lu : refusé s'il a changé"),
		.kind = API_INTEGER, .is_required = true},
	{"code", TR("Code"), .kind = API_TEXT, .is_required = true},
	{"titre", TR("Titre"), .kind = API_TEXT, .is_required = true},
	{"correspondance", TR("Quelle colonne du tableau donne quoi"), .kind = API_TEXT},
	{"malgre", TR("1 : la prendre malgré les lignes douteuses"), .kind = API_BOOLEAN},
	{0},
};
