/* Looking things up in the modules' tables. */
#include "web/module.h"

const char *module_action_label(const struct module *const *modules, struct text action)
{
	for (; *modules; modules++)
		for (const struct permission *row = (*modules)->journal_actions; row && row->code; row++)
			if (text_is(action, row->code))
				return row->label;
	return TR("Autre changement");
}

bool route_goes_on(const struct route *route)
{
	struct text rest = text_of(route->inputs);

	while (route->is_list && rest.data) {
		struct text word = text_cut(&rest, ' ');

		if (text_is(word, "avant") || text_is(word, "apres"))
			return true;
	}
	return false;
}
