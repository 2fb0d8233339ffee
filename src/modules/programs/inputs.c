/* What programs may give to the operations of this module, for the description of the interface. */
#include "modules/programs/inputs.h"

const struct api_input programs_inputs[] = {
	{"identifiant", TR("Identifiant"), .kind = API_TEXT, .is_required = true},
	{"nom", TR("Nom"), .kind = API_TEXT, .is_required = true},
	{"but", TR("À quoi sert ce programme"), .kind = API_TEXT},
	{"debit", TR("Combien de demandes par minute"), .kind = API_INTEGER},
	{"jours", TR("Combien de jours le jeton vaut"), .kind = API_INTEGER},
	{"jeton", TR("Le numéro du jeton"), .kind = API_INTEGER, .is_required = true},
	{"adresse", TR("L'adresse https qui reçoit les messages"), .kind = API_TEXT, .is_required = true},
	{"evenements", TR("Les événements voulus, séparés par des blancs ; * : tous"), .kind = API_TEXT,
		.is_required = true},
	{"actif", TR("En service ou non"), .kind = API_BOOLEAN},
	{"version", TR("Le numéro d'état (row_version ou version) que vous avez lu : refusé s'il a changé"),
		.kind = API_INTEGER, .is_required = true},
	{"livraison", TR("Le numéro du message"), .kind = API_INTEGER, .is_required = true},
	{"apres", TR("Le curseur de la réponse d'avant ; rien : depuis le début ; « fin » : à partir de maintenant"),
		.kind = API_TEXT, .path = "/changements"},
	{"genre", TR("Ne dire que ce genre de choses"), .kind = API_TEXT, .choices = "consignment visit profile",
		.path = "/changements"},
	{0},
};
