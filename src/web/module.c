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
