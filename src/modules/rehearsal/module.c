/* The module's table of contents. */
#include "modules/rehearsal/rehearsal.h"

const struct setting rehearsal_settings[] = {
	[REHEARSAL_CONTROLS_PER_OFFICER] = {"rehearsal.controls_per_officer", TR("Contrôles par agent et par jour"),
		TR("Ce qu'un agent peut mener en un jour, papiers et marchandises ensemble : la répétition d'une politique "
		   "compte les jours où un bureau en aurait eu plus."),
		SETTING_INTEGER, "6", NULL, 1, 1000},
	[REHEARSAL_SETTINGS] = {0},
};

const struct module rehearsal_module = {
	.name = "rehearsal",
	.label = TR("Répétition et veille"),
	.requires = "identity journal declarations risk inspections",
	.settings = rehearsal_settings,
};
