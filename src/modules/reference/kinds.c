/* The kinds of lists, and the module's rows that name them. */
#include "modules/reference/reference.h"

const struct reference_kind reference_kinds[] = {
	{"country", TR("Pays"), REFERENCE_COUNTRY, "iso31661alpha2 alpha2 iso2 codepays pays country countrycode", "3166-1",
		"alpha_2", "iso_3166-1"},
	{"currency", TR("Monnaies"), REFERENCE_CURRENCY, "alphabeticcode iso4217 devise monnaie currencycode alpha3", "4217",
		"alpha_3", "iso_4217"},
	{"hs", TR("Système harmonisé"), REFERENCE_GOODS, "hscode sh codesh hs hs6 sh6 position", NULL, NULL, NULL},
	{"tariff", TR("Tarif national"), REFERENCE_GOODS,
		"nts10 nts codetarif tarif tariff tariffcode nomenclature position positiontarifaire hscode codesh", NULL, NULL,
		NULL},
	{"office", TR("Bureaux de douane"), REFERENCE_ANY, "bureau codebureau cuo cuocod office officecode", NULL, NULL,
		NULL},
	{"shed", TR("Magasins et aires"), REFERENCE_ANY, "magasin codemagasin shed localisation location", NULL, NULL,
		NULL},
	{"port", TR("Ports et lieux"), REFERENCE_ANY, "locode unlocode port lieu codelieu", NULL, NULL, NULL},
	{"package", TR("Emballages"), REFERENCE_ANY, "pkg package packagecode emballage codeemballage colis", NULL, NULL,
		NULL},
	{"container", TR("Types de conteneurs"), REFERENCE_ANY, "conteneur typeconteneur ctntype container containertype",
		NULL, NULL, NULL},
	{"unit", TR("Unités de mesure"), REFERENCE_ANY, "commoncode unite codeunite unit unitcode uom", NULL, NULL, NULL},
	{"mode", TR("Modes de transport"), REFERENCE_ANY, "mode modetransport modecode transport", NULL, NULL, NULL},
	{"regime", TR("Régimes douaniers"), REFERENCE_ANY, "regime coderegime procedure procedurecode cpc", NULL, NULL,
		NULL},
	{"document", TR("Documents"), REFERENCE_ANY, "document codedocument documentcode doc piece", NULL, NULL, NULL},
	{NULL, NULL, REFERENCE_ANY, NULL, NULL, NULL, NULL},
};

const struct reference_kind *reference_kind_find(struct text code)
{
	for (const struct reference_kind *kind = reference_kinds; kind->code; kind++)
		if (text_is(code, kind->code))
			return kind;
	return NULL;
}

struct text reference_row_label(const struct reference_row *row, enum language language)
{
	return row->translations[language].size ? row->translations[language] : row->label;
}
