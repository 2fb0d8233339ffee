/* The module's settings, and how a country writes what messages leave open. */
#include "modules/risk/risk.h"

const struct setting risk_settings[] = {
	[RISK_AFTER_RELEASE_DAYS] = {"risk.after_release_days", TR("Contrôle après mainlevée : jours d'attente"),
		TR("Les déclarations libérées depuis ce nombre de jours passent la troisième porte. 0 : jamais."),
		SETTING_INTEGER, "0", NULL, 0, 3650},
	[RISK_FILE_DATES] = {"files.dates", TR("Ordre des dates dans les déclarations reçues"),
		TR("auto : d'après le fichier lui-même, une date douteuse reste vide ; day-first : 31/12/2026 ; "
		   "month-first : 12/31/2026 ; iso : 2026-12-31"),
		SETTING_CHOICE, "auto", "auto day-first month-first iso", 0, 0},
	[RISK_FILE_RATES] = {"files.rates", TR("Taux des droits dans les déclarations reçues"),
		TR("auto : d'après les montants ; fraction : 0.2 vaut 20 % ; percentage : 20 vaut 20 %"), SETTING_CHOICE,
		"auto", "auto fraction percentage", 0, 0},
	[RISK_REHEARSAL_REQUIRED] = {"risk.rehearsal_required", TR("Répétition exigée avant une mise en vigueur"),
		TR("yes : un profil, un modèle ou des taux n'entrent en vigueur que si ce qui serait a été répété sur le passé ; "
		   "no : la répétition est conseillée"),
		SETTING_YES_NO, "yes", NULL, 0, 0},
	[RISK_MINUTES_RED] = {"risk.minutes_red", TR("Durée d'un contrôle en rouge, en minutes"),
		TR("Compte le coût des profils en heures d'inspecteur quand la durée n'a pas été mesurée."), SETTING_INTEGER,
		"120", NULL, 1, 2880},
	[RISK_MINUTES_YELLOW] = {"risk.minutes_yellow", TR("Durée d'un contrôle sur pièces, en minutes"),
		TR("Pour le jaune et le bleu, quand la durée n'a pas été mesurée."), SETTING_INTEGER, "30", NULL, 1, 2880},
	[RISK_EXPLORATION] = {"risk.exploration", TR("Part des contrôles gardée pour l'exploration (%)"),
		TR("Quand des taux sont fixés, la part au hasard de chaque circuit est relevée à cette part de son taux attendu. "
		   "0 : la part minimale au hasard des taux seule."),
		SETTING_INTEGER, "0", NULL, 0, 100},
	[RISK_SETTINGS] = {0},
};

enum status risk_reader_profile(struct database *database, struct arena *arena, struct reader_profile *ret_profile)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct reader_profile profile = {.rate_form = RATE_DECIDE};
	struct text dates, rates;

	TRY(reader_begin(database, &reader));
	TRY(setting_text(reader, &risk_settings[RISK_FILE_DATES], arena, &dates));
	TRY(setting_text(reader, &risk_settings[RISK_FILE_RATES], arena, &rates));
	profile.has_date_form = !text_is(dates, "auto");
	profile.date_form = text_is(dates, "day-first") ? DATE_DAY_FIRST
		: text_is(dates, "month-first")         ? DATE_MONTH_FIRST
							: DATE_ISO;
	if (text_is(rates, "fraction"))
		profile.rate_form = RATE_FRACTION;
	else if (text_is(rates, "percentage"))
		profile.rate_form = RATE_PERCENTAGE;
	*ret_profile = profile;
	return STATUS_OK;
}
