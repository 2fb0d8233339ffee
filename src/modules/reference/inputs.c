/* What programs may give to the operations of this module, for the description of the interface. */
#include "modules/reference/inputs.h"

const struct api_input reference_inputs[] = {
	{"date", TR("Le jour pour lequel la liste vaut ; vide : aujourd'hui"), .kind = API_DATE},
	{"genre", TR("La nomenclature : voir /references"), .kind = API_TEXT},
	{0},
};
