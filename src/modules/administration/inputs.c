/* What programs may give to the operations of this module, for the description of the interface. */
#include "modules/administration/inputs.h"

const struct api_input administration_inputs[] = {
	{"valeur", TR("La valeur du réglage, telle qu'on la tape ; vide : la valeur par défaut"), .kind = API_TEXT},
	{"nom", TR("Le nom de la tâche"), .kind = API_TEXT, .is_required = true},
	{0},
};
