/* What programs may give to the operations of this module, for the description of the interface. */
#include "modules/notifications/inputs.h"

const struct api_input notifications_inputs[] = {
	{"canal", TR("Le canal"), .kind = API_TEXT, .is_required = true},
	{"adresse", TR("Adresse"), .kind = API_TEXT},
	{"mode", TR("Quand"), .kind = API_TEXT, .choices = "each daily never"},
	{"id", TR("Le numéro du courrier"), .kind = API_INTEGER, .path = "/notifications/envois", .is_required = true},
	{0},
};
