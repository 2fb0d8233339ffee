/* The features of the model: one row each, computed from the facts of an item and from histories that only
 * know the past. An outcome share is (s + m·prior) / (n + m): m weighs what is known of the wider key (the
 * prior) against what was seen under this one. */
#include "engine/features.h"

#include <math.h>
#include <string.h>

static const int window_days[WINDOWS] = {0, 90, 365};

/* The wider key that lends a key its prior; itself: the widest, whose prior is widest. */
static const struct {
	enum history_key wider;
	float weight;
	bool windows; /* looked at over windows too */
} keys[HISTORY_KEYS] = {
	[HISTORY_OFFICE] = {HISTORY_OFFICE, 20, false},
	[HISTORY_OPERATOR] = {HISTORY_OFFICE, 20, true},
	[HISTORY_DECLARANT] = {HISTORY_OFFICE, 20, true},
	[HISTORY_EXPORTER] = {HISTORY_OFFICE, 20, true},
	[HISTORY_ORIGIN] = {HISTORY_OFFICE, 20, false},
	[HISTORY_ADDRESS] = {HISTORY_OFFICE, 20, false},
	[HISTORY_ROUTE] = {HISTORY_ORIGIN, 20, false},
	[HISTORY_HS4] = {HISTORY_OFFICE, 20, false},
	[HISTORY_HS6] = {HISTORY_HS4, 20, true},
	[HISTORY_OPERATOR_HS4] = {HISTORY_OPERATOR, 2, true},
	[HISTORY_OPERATOR_ORIGIN] = {HISTORY_OPERATOR, 2, false},
	[HISTORY_OPERATOR_EXPORTER] = {HISTORY_OPERATOR, 2, false},
	[HISTORY_DECLARANT_HS4] = {HISTORY_DECLARANT, 2, false},
	[HISTORY_HS6_ORIGIN] = {HISTORY_HS6, 2, true},
	[HISTORY_HS6_MASS] = {HISTORY_HS6, 2, false},
	[HISTORY_GOODS_PRICE] = {HISTORY_HS6_ORIGIN, 2, false},
	[HISTORY_GOODS_LINE] = {HISTORY_HS6_ORIGIN, 2, false},
	[HISTORY_TELEPHONE] = {HISTORY_OFFICE, 20, false},
	[HISTORY_VESSEL] = {HISTORY_OFFICE, 20, false},
	[HISTORY_OPERATOR_HS6] = {HISTORY_OPERATOR_HS4, 2, false},
	[HISTORY_OPERATOR_HS6_ORIGIN] = {HISTORY_OPERATOR_HS6, 2, false},
	[HISTORY_OPERATOR_DECLARANT] = {HISTORY_OPERATOR, 2, false},
};
static const float widest = 0.1F; /* of all traffic, before anything was judged */

static float whole(int64_t micro)
{
	return micro == NUMBER_NONE ? NAN : (float)((double)micro / 1e6);
}

static float log_of(int64_t micro)
{
	return micro == NUMBER_NONE || micro <= 0 ? NAN : (float)log((double)micro / 1e6);
}

static float log_ratio(int64_t a, int64_t b)
{
	return a > 0 && b > 0 ? (float)log((double)a / (double)b) : NAN;
}

/* ---- Histories */

static float share_of(const struct feature_view *view, enum history_key key, int window)
{
	const struct history_figures *figures = &view->figures[key][window];
	float prior, weight = keys[key].weight;

	if (window != ALL)
		prior = share_of(view, key, ALL);
	else
		prior = keys[key].wider == key ? widest : share_of(view, keys[key].wider, ALL);
	return ((float)figures->adverse + weight * prior) / ((float)figures->judged + weight);
}

static float history_share(const struct feature_view *view, enum history_key key, int window)
{
	return view->filed[key] ? share_of(view, key, window) : NAN;
}

static float history_count(const struct feature_view *view, enum history_key key, int window)
{
	return view->filed[key] ? (float)log1p((double)view->figures[key][window].count) : NAN;
}

static float history_judged(const struct feature_view *view, enum history_key key, int window)
{
	return view->filed[key] ? (float)log1p((double)view->figures[key][window].judged) : NAN;
}

/* Share of all its traffic that came lately; missing while there was none. */
static float history_pace(const struct feature_view *view, enum history_key key, int window)
{
	int64_t all = view->figures[key][ALL].count;

	return view->filed[key] && all > 0 ? (float)((double)view->figures[key][window].count / (double)all) : NAN;
}

/* The item's measure against the key's usual one. */
static float measure_ratio(const struct feature_view *view, enum history_key key, int window)
{
	return log_ratio(history_usual_of(history_key_usual(key), view->consignment, view->item),
		view->figures[key][window].price_per_kg);
}

/* How much of the traffic under a key (an address, a telephone) is not this operator's own: 0 none … 1 nearly all. */
static float others_there(const struct feature_view *view, enum history_key key, int window)
{
	int64_t all = view->figures[key][window].count, own = view->figures[HISTORY_OPERATOR][window].count;

	if (!view->filed[key] || !all)
		return NAN;
	return all > own ? (float)((double)(all - own) / (double)all) : 0;
}

/* The share of the narrowest key that has seen any outcome. */
static float backed_off_share(const struct feature_view *view, enum history_key key, int window)
{
	static const enum history_key chain[] = {HISTORY_GOODS_LINE, HISTORY_GOODS_PRICE, HISTORY_HS6_MASS,
		HISTORY_HS6_ORIGIN, HISTORY_HS6, HISTORY_HS4};

	(void)key;
	if (!view->has_history)
		return NAN;
	for (size_t i = 0; i < sizeof chain / sizeof *chain; i++)
		if (view->figures[chain[i]][window].judged > 0)
			return share_of(view, chain[i], window);
	return widest;
}

/* How many of the keys had never been seen. */
static float novelty(const struct feature_view *view, enum history_key key, int window)
{
	float count = 0;

	(void)key;
	if (!view->has_history)
		return NAN;
	for (int i = 0; i < HISTORY_KEYS; i++)
		count += view->filed[i] && view->figures[i][window].count == 0;
	return count;
}

/* ---- Facts */

#define FACT(name, expression)                                                                                         \
	static float name(const struct feature_view *view, enum history_key key, int window)                                   \
	{                                                                                                              \
		const struct consignment *consignment = view->consignment;                                             \
		const struct item *item = view->item;                                                                  \
                                                                                                                       \
		(void)key;                                                                                             \
		(void)window;                                                                                          \
		(void)consignment;                                                                                     \
		(void)item;                                                                                            \
		return (expression);                                                                                   \
	}

/* The first digits of a commodity code as a number. */
static float code_number(struct text code, size_t digits)
{
	float value = 0;

	if (code.size < digits)
		return NAN;
	for (size_t i = 0; i < digits; i++) {
		if (code.data[i] < '0' || code.data[i] > '9')
			return NAN;
		value = value * 10 + (float)(code.data[i] - '0');
	}
	return value;
}

static float words(struct text text)
{
	float count = 0;
	bool inside = false;

	for (size_t i = 0; i < text.size; i++) {
		bool blank = text.data[i] == ' ' || text.data[i] == '\n' || text.data[i] == '\t';

		count += !blank && !inside;
		inside = !blank;
	}
	return text.data ? count : NAN;
}

static float differ(struct text a, struct text b)
{
	return text_is_empty(a) || text_is_empty(b) ? NAN : !text_equal(a, b);
}

static float month_of(int64_t date)
{
	int year, month, day;

	if (date == DATE_NONE)
		return NAN;
	date_split(date, &year, &month, &day);
	return (float)month;
}

/* Decimal zeros at the end of the worth in whole units: invented prices are round. */
static float zeros_of(int64_t micro)
{
	int64_t value = micro == NUMBER_NONE ? 0 : micro / NUMBER_ONE;
	float count = 0;

	if (value <= 0)
		return NAN;
	for (; value % 10 == 0; value /= 10)
		count++;
	return count;
}

static int64_t per(int64_t a, int64_t b)
{
	return a > 0 && b > 0 ? number_divide(a, b) : NUMBER_NONE;
}

FACT(fact_mass, log_of(item_mass(item)))
FACT(fact_worth, log_of(item_worth(consignment, item)))
FACT(fact_price, log_of(item_price_per_kg(consignment, item)))
FACT(fact_rate, whole(item->duty_rate))
FACT(fact_duties_share, whole(per(item->duties, item_worth(consignment, item))))
FACT(fact_tare, item->gross_mass > 0 && item->net_mass > 0 ? log_ratio(item->net_mass, item->gross_mass) : NAN)
FACT(fact_packages, log_of(item->packages))
FACT(fact_package_mass, log_of(per(item_mass(item), item->packages)))
FACT(fact_package_worth, log_of(per(item_worth(consignment, item), item->packages)))
FACT(fact_unit_worth, log_of(per(item_worth(consignment, item), item->supplementary_quantity)))
FACT(fact_unit_mass, log_of(per(item_mass(item), item->supplementary_quantity)))
FACT(fact_hs2, code_number(item->hs, 2))
FACT(fact_hs4, code_number(item->hs, 4))
FACT(fact_hs6, code_number(item->hs, 6))
FACT(fact_zeros, zeros_of(item_worth(consignment, item)))
FACT(fact_words, words(item->description))
FACT(fact_preference, !text_is_empty(item->preference))
FACT(fact_route_differs, differ(consignment->country_of_export, item->origin))
FACT(fact_trading_differs, differ(consignment->trading_country, item->origin))
FACT(fact_items, (float)consignment->item_count)
FACT(fact_containers, (float)consignment->container_count)
FACT(fact_total, log_of(consignment->customs_value))
FACT(fact_freight, log_ratio(consignment->freight, consignment->customs_value))
FACT(fact_insurance, log_ratio(consignment->insurance, consignment->customs_value))
FACT(fact_no_code, text_is_empty(consignment->consignee.code))
FACT(fact_no_address, text_is_empty(consignment->consignee.address))
FACT(fact_documents, words(item->documents))
FACT(fact_month, month_of(view->before))

/* Models name their features: a row may be added anywhere, but a name never changes its meaning. */
static const struct feature features[] = {
	{"mass", TR("Masse de l'article"),
		fact_mass, 0, ALL, FEATURE_FACT, GROUP_PACKAGES},
	{"worth", TR("Valeur de l'article"),
		fact_worth, 0, ALL, FEATURE_FACT, GROUP_WORTH},
	{"price_per_kg", TR("Prix au kilo"),
		fact_price, 0, ALL, FEATURE_FACT, GROUP_PRICE},
	{"duty_rate", TR("Taux de droit"),
		fact_rate, 0, ALL, FEATURE_FACT, GROUP_DUTY},
	{"duties_share", TR("Droits et taxes rapportés à la valeur"),
		fact_duties_share, 0, ALL, FEATURE_FACT, GROUP_DUTY},
	{"net_to_gross", TR("Masse nette rapportée à la masse brute"),
		fact_tare, 0, ALL, FEATURE_FACT, GROUP_PACKAGES},
	{"packages", TR("Nombre de colis"),
		fact_packages, 0, ALL, FEATURE_FACT, GROUP_PACKAGES},
	{"mass_per_package", TR("Masse par colis"),
		fact_package_mass, 0, ALL, FEATURE_FACT, GROUP_PACKAGES},
	{"worth_per_package", TR("Valeur par colis"),
		fact_package_worth, 0, ALL, FEATURE_FACT, GROUP_WORTH},
	{"worth_per_unit", TR("Valeur par unité supplémentaire"),
		fact_unit_worth, 0, ALL, FEATURE_FACT, GROUP_WORTH},
	{"mass_per_unit", TR("Masse par unité supplémentaire"),
		fact_unit_mass, 0, ALL, FEATURE_FACT, GROUP_PACKAGES},
	{"hs2_number", TR("Chapitre du tarif"),
		fact_hs2, 0, ALL, FEATURE_FACT, GROUP_GOODS},
	{"hs4_number", TR("Position du tarif"),
		fact_hs4, 0, ALL, FEATURE_FACT, GROUP_GOODS},
	{"hs6_number", TR("Sous-position du tarif"),
		fact_hs6, 0, ALL, FEATURE_FACT, GROUP_GOODS},
	{"worth_zeros", TR("Valeur arrondie"),
		fact_zeros, 0, ALL, FEATURE_FACT, GROUP_WORTH},
	{"description_words", TR("Nombre de mots de la désignation"),
		fact_words, 0, ALL, FEATURE_FACT, GROUP_PAPERS},
	{"preference", TR("Préférence tarifaire demandée"),
		fact_preference, 0, ALL, FEATURE_FACT, GROUP_DUTY},
	{"export_not_origin", TR("Pays de provenance autre que l'origine"),
		fact_route_differs, 0, ALL, FEATURE_FACT, GROUP_ORIGIN},
	{"trading_not_origin", TR("Pays de transaction autre que l'origine"),
		fact_trading_differs, 0, ALL, FEATURE_FACT, GROUP_ORIGIN},
	{"items", TR("Nombre d'articles"),
		fact_items, 0, ALL, FEATURE_FACT, GROUP_PAPERS},
	{"containers", TR("Nombre de conteneurs"),
		fact_containers, 0, ALL, FEATURE_FACT, GROUP_PACKAGES},
	{"total_worth", TR("Valeur totale de l'envoi"),
		fact_total, 0, ALL, FEATURE_FACT, GROUP_WORTH},
	{"freight_share", TR("Fret rapporté à la valeur"),
		fact_freight, 0, ALL, FEATURE_FACT, GROUP_WORTH},
	{"insurance_share", TR("Assurance rapportée à la valeur"),
		fact_insurance, 0, ALL, FEATURE_FACT, GROUP_WORTH},
	{"no_operator_code", TR("Destinataire sans identifiant fiscal"),
		fact_no_code, 0, ALL, FEATURE_FACT, GROUP_PAPERS},
	{"no_address", TR("Destinataire sans adresse"),
		fact_no_address, 0, ALL, FEATURE_FACT, GROUP_PAPERS},
	{"documents", TR("Nombre de documents joints"),
		fact_documents, 0, ALL, FEATURE_FACT, GROUP_PAPERS},
	{"month", TR("Mois de l'année"),
		fact_month, 0, ALL, FEATURE_FACT, GROUP_TIME},
	{"backed_off_share", TR("Part d'envois irréguliers des marchandises les plus proches"),
		backed_off_share, 0, ALL, FEATURE_BACKED_OFF, GROUP_GOODS},
	{"novelty", TR("Nombre de rapprochements jamais vus"),
		novelty, 0, ALL, FEATURE_NOVELTY, GROUP_NOVELTY},
	{"operator_share", TR("Part d'envois irréguliers de l'opérateur"),
		history_share, HISTORY_OPERATOR, ALL, FEATURE_SHARE, GROUP_OPERATOR},
	{"operator_count", TR("Nombre d'envois passés de l'opérateur"),
		history_count, HISTORY_OPERATOR, ALL, FEATURE_COUNT, GROUP_OPERATOR},
	{"operator_judged", TR("Nombre de contrôles passés de l'opérateur"),
		history_judged, HISTORY_OPERATOR, ALL, FEATURE_JUDGED, GROUP_OPERATOR},
	{"declarant_share", TR("Part d'envois irréguliers du déclarant"),
		history_share, HISTORY_DECLARANT, ALL, FEATURE_SHARE, GROUP_DECLARANT},
	{"declarant_count", TR("Nombre d'envois passés du déclarant"),
		history_count, HISTORY_DECLARANT, ALL, FEATURE_COUNT, GROUP_DECLARANT},
	{"declarant_judged", TR("Nombre de contrôles passés du déclarant"),
		history_judged, HISTORY_DECLARANT, ALL, FEATURE_JUDGED, GROUP_DECLARANT},
	{"exporter_share", TR("Part d'envois irréguliers de l'expéditeur"),
		history_share, HISTORY_EXPORTER, ALL, FEATURE_SHARE, GROUP_EXPORTER},
	{"exporter_count", TR("Nombre d'envois passés de l'expéditeur"),
		history_count, HISTORY_EXPORTER, ALL, FEATURE_COUNT, GROUP_EXPORTER},
	{"exporter_judged", TR("Nombre de contrôles passés de l'expéditeur"),
		history_judged, HISTORY_EXPORTER, ALL, FEATURE_JUDGED, GROUP_EXPORTER},
	{"hs4_share", TR("Part d'envois irréguliers de la position à quatre chiffres"),
		history_share, HISTORY_HS4, ALL, FEATURE_SHARE, GROUP_GOODS},
	{"hs4_count", TR("Nombre d'envois passés de la position à quatre chiffres"),
		history_count, HISTORY_HS4, ALL, FEATURE_COUNT, GROUP_GOODS},
	{"hs4_judged", TR("Nombre de contrôles passés de la position à quatre chiffres"),
		history_judged, HISTORY_HS4, ALL, FEATURE_JUDGED, GROUP_GOODS},
	{"hs6_share", TR("Part d'envois irréguliers de la sous-position à six chiffres"),
		history_share, HISTORY_HS6, ALL, FEATURE_SHARE, GROUP_GOODS},
	{"hs6_count", TR("Nombre d'envois passés de la sous-position à six chiffres"),
		history_count, HISTORY_HS6, ALL, FEATURE_COUNT, GROUP_GOODS},
	{"hs6_judged", TR("Nombre de contrôles passés de la sous-position à six chiffres"),
		history_judged, HISTORY_HS6, ALL, FEATURE_JUDGED, GROUP_GOODS},
	{"origin_share", TR("Part d'envois irréguliers de l'origine"),
		history_share, HISTORY_ORIGIN, ALL, FEATURE_SHARE, GROUP_ORIGIN},
	{"origin_count", TR("Nombre d'envois passés de l'origine"),
		history_count, HISTORY_ORIGIN, ALL, FEATURE_COUNT, GROUP_ORIGIN},
	{"origin_judged", TR("Nombre de contrôles passés de l'origine"),
		history_judged, HISTORY_ORIGIN, ALL, FEATURE_JUDGED, GROUP_ORIGIN},
	{"operator_hs4_share", TR("Part d'envois irréguliers de l'opérateur pour cette position"),
		history_share, HISTORY_OPERATOR_HS4, ALL, FEATURE_SHARE, GROUP_OPERATOR},
	{"operator_hs4_count", TR("Nombre d'envois passés de l'opérateur pour cette position"),
		history_count, HISTORY_OPERATOR_HS4, ALL, FEATURE_COUNT, GROUP_OPERATOR},
	{"operator_hs4_judged", TR("Nombre de contrôles passés de l'opérateur pour cette position"),
		history_judged, HISTORY_OPERATOR_HS4, ALL, FEATURE_JUDGED, GROUP_OPERATOR},
	{"hs6_origin_share", TR("Part d'envois irréguliers de la sous-position pour cette origine"),
		history_share, HISTORY_HS6_ORIGIN, ALL, FEATURE_SHARE, GROUP_GOODS},
	{"hs6_origin_count", TR("Nombre d'envois passés de la sous-position pour cette origine"),
		history_count, HISTORY_HS6_ORIGIN, ALL, FEATURE_COUNT, GROUP_GOODS},
	{"hs6_origin_judged", TR("Nombre de contrôles passés de la sous-position pour cette origine"),
		history_judged, HISTORY_HS6_ORIGIN, ALL, FEATURE_JUDGED, GROUP_GOODS},
	{"operator_origin_share", TR("Part d'envois irréguliers de l'opérateur pour cette origine"),
		history_share, HISTORY_OPERATOR_ORIGIN, ALL, FEATURE_SHARE, GROUP_OPERATOR},
	{"operator_origin_count", TR("Nombre d'envois passés de l'opérateur pour cette origine"),
		history_count, HISTORY_OPERATOR_ORIGIN, ALL, FEATURE_COUNT, GROUP_OPERATOR},
	{"operator_origin_judged", TR("Nombre de contrôles passés de l'opérateur pour cette origine"),
		history_judged, HISTORY_OPERATOR_ORIGIN, ALL, FEATURE_JUDGED, GROUP_OPERATOR},
	{"declarant_hs4_share", TR("Part d'envois irréguliers du déclarant pour cette position"),
		history_share, HISTORY_DECLARANT_HS4, ALL, FEATURE_SHARE, GROUP_DECLARANT},
	{"declarant_hs4_count", TR("Nombre d'envois passés du déclarant pour cette position"),
		history_count, HISTORY_DECLARANT_HS4, ALL, FEATURE_COUNT, GROUP_DECLARANT},
	{"declarant_hs4_judged", TR("Nombre de contrôles passés du déclarant pour cette position"),
		history_judged, HISTORY_DECLARANT_HS4, ALL, FEATURE_JUDGED, GROUP_DECLARANT},
	{"goods_line_share", TR("Part d'envois irréguliers des mêmes marchandises de même masse et de même origine"),
		history_share, HISTORY_GOODS_LINE, ALL, FEATURE_SHARE, GROUP_LINE},
	{"goods_line_count", TR("Nombre d'envois passés des mêmes marchandises de même masse et de même origine"),
		history_count, HISTORY_GOODS_LINE, ALL, FEATURE_COUNT, GROUP_LINE},
	{"goods_line_judged", TR("Nombre de contrôles passés des mêmes marchandises de même masse et de même origine"),
		history_judged, HISTORY_GOODS_LINE, ALL, FEATURE_JUDGED, GROUP_LINE},
	{"office_share", TR("Part d'envois irréguliers du bureau"),
		history_share, HISTORY_OFFICE, ALL, FEATURE_SHARE, GROUP_OFFICE},
	{"office_count", TR("Nombre d'envois passés du bureau"),
		history_count, HISTORY_OFFICE, ALL, FEATURE_COUNT, GROUP_OFFICE},
	{"office_judged", TR("Nombre de contrôles passés du bureau"),
		history_judged, HISTORY_OFFICE, ALL, FEATURE_JUDGED, GROUP_OFFICE},
	{"goods_price_share", TR("Part d'envois irréguliers des mêmes marchandises au même prix"),
		history_share, HISTORY_GOODS_PRICE, ALL, FEATURE_SHARE, GROUP_LINE},
	{"goods_price_count", TR("Nombre d'envois passés des mêmes marchandises au même prix"),
		history_count, HISTORY_GOODS_PRICE, ALL, FEATURE_COUNT, GROUP_LINE},
	{"goods_price_judged", TR("Nombre de contrôles passés des mêmes marchandises au même prix"),
		history_judged, HISTORY_GOODS_PRICE, ALL, FEATURE_JUDGED, GROUP_LINE},
	{"hs6_mass_share", TR("Part d'envois irréguliers de la sous-position pour cette masse"),
		history_share, HISTORY_HS6_MASS, ALL, FEATURE_SHARE, GROUP_LINE},
	{"hs6_mass_count", TR("Nombre d'envois passés de la sous-position pour cette masse"),
		history_count, HISTORY_HS6_MASS, ALL, FEATURE_COUNT, GROUP_LINE},
	{"hs6_mass_judged", TR("Nombre de contrôles passés de la sous-position pour cette masse"),
		history_judged, HISTORY_HS6_MASS, ALL, FEATURE_JUDGED, GROUP_LINE},
	{"route_share", TR("Part d'envois irréguliers du trajet"),
		history_share, HISTORY_ROUTE, ALL, FEATURE_SHARE, GROUP_ORIGIN},
	{"route_count", TR("Nombre d'envois passés du trajet"),
		history_count, HISTORY_ROUTE, ALL, FEATURE_COUNT, GROUP_ORIGIN},
	{"route_judged", TR("Nombre de contrôles passés du trajet"),
		history_judged, HISTORY_ROUTE, ALL, FEATURE_JUDGED, GROUP_ORIGIN},
	{"operator_exporter_share", TR("Part d'envois irréguliers de l'opérateur avec cet expéditeur"),
		history_share, HISTORY_OPERATOR_EXPORTER, ALL, FEATURE_SHARE, GROUP_OPERATOR},
	{"operator_exporter_count", TR("Nombre d'envois passés de l'opérateur avec cet expéditeur"),
		history_count, HISTORY_OPERATOR_EXPORTER, ALL, FEATURE_COUNT, GROUP_OPERATOR},
	{"operator_exporter_judged", TR("Nombre de contrôles passés de l'opérateur avec cet expéditeur"),
		history_judged, HISTORY_OPERATOR_EXPORTER, ALL, FEATURE_JUDGED, GROUP_OPERATOR},
	{"address_share", TR("Part d'envois irréguliers de l'adresse du destinataire"),
		history_share, HISTORY_ADDRESS, ALL, FEATURE_SHARE, GROUP_NETWORK},
	{"address_count", TR("Nombre d'envois passés de l'adresse du destinataire"),
		history_count, HISTORY_ADDRESS, ALL, FEATURE_COUNT, GROUP_NETWORK},
	{"address_judged", TR("Nombre de contrôles passés de l'adresse du destinataire"),
		history_judged, HISTORY_ADDRESS, ALL, FEATURE_JUDGED, GROUP_NETWORK},
	{"operator_share_90", TR("Part d'envois irréguliers de l'opérateur sur 90 jours"),
		history_share, HISTORY_OPERATOR, DAYS_90, FEATURE_SHARE, GROUP_OPERATOR},
	{"operator_share_365", TR("Part d'envois irréguliers de l'opérateur sur 365 jours"),
		history_share, HISTORY_OPERATOR, DAYS_365, FEATURE_SHARE, GROUP_OPERATOR},
	{"operator_pace", TR("Rythme récent des envois de l'opérateur"),
		history_pace, HISTORY_OPERATOR, DAYS_90, FEATURE_PACE, GROUP_OPERATOR},
	{"declarant_share_90", TR("Part d'envois irréguliers du déclarant sur 90 jours"),
		history_share, HISTORY_DECLARANT, DAYS_90, FEATURE_SHARE, GROUP_DECLARANT},
	{"declarant_share_365", TR("Part d'envois irréguliers du déclarant sur 365 jours"),
		history_share, HISTORY_DECLARANT, DAYS_365, FEATURE_SHARE, GROUP_DECLARANT},
	{"declarant_pace", TR("Rythme récent des envois du déclarant"),
		history_pace, HISTORY_DECLARANT, DAYS_90, FEATURE_PACE, GROUP_DECLARANT},
	{"exporter_share_90", TR("Part d'envois irréguliers de l'expéditeur sur 90 jours"),
		history_share, HISTORY_EXPORTER, DAYS_90, FEATURE_SHARE, GROUP_EXPORTER},
	{"exporter_share_365", TR("Part d'envois irréguliers de l'expéditeur sur 365 jours"),
		history_share, HISTORY_EXPORTER, DAYS_365, FEATURE_SHARE, GROUP_EXPORTER},
	{"exporter_pace", TR("Rythme récent des envois de l'expéditeur"),
		history_pace, HISTORY_EXPORTER, DAYS_90, FEATURE_PACE, GROUP_EXPORTER},
	{"hs6_share_90", TR("Part d'envois irréguliers de la sous-position à six chiffres sur 90 jours"),
		history_share, HISTORY_HS6, DAYS_90, FEATURE_SHARE, GROUP_GOODS},
	{"hs6_share_365", TR("Part d'envois irréguliers de la sous-position à six chiffres sur 365 jours"),
		history_share, HISTORY_HS6, DAYS_365, FEATURE_SHARE, GROUP_GOODS},
	{"hs6_pace", TR("Rythme récent des envois de la sous-position à six chiffres"),
		history_pace, HISTORY_HS6, DAYS_90, FEATURE_PACE, GROUP_GOODS},
	{"operator_hs4_share_90", TR("Part d'envois irréguliers de l'opérateur pour cette position sur 90 jours"),
		history_share, HISTORY_OPERATOR_HS4, DAYS_90, FEATURE_SHARE, GROUP_OPERATOR},
	{"operator_hs4_share_365", TR("Part d'envois irréguliers de l'opérateur pour cette position sur 365 jours"),
		history_share, HISTORY_OPERATOR_HS4, DAYS_365, FEATURE_SHARE, GROUP_OPERATOR},
	{"operator_hs4_pace", TR("Rythme récent des envois de l'opérateur pour cette position"),
		history_pace, HISTORY_OPERATOR_HS4, DAYS_90, FEATURE_PACE, GROUP_OPERATOR},
	{"hs6_origin_share_90", TR("Part d'envois irréguliers de la sous-position pour cette origine sur 90 jours"),
		history_share, HISTORY_HS6_ORIGIN, DAYS_90, FEATURE_SHARE, GROUP_GOODS},
	{"hs6_origin_share_365", TR("Part d'envois irréguliers de la sous-position pour cette origine sur 365 jours"),
		history_share, HISTORY_HS6_ORIGIN, DAYS_365, FEATURE_SHARE, GROUP_GOODS},
	{"hs6_origin_pace", TR("Rythme récent des envois de la sous-position pour cette origine"),
		history_pace, HISTORY_HS6_ORIGIN, DAYS_90, FEATURE_PACE, GROUP_GOODS},
	{"hs4_price_ratio", TR("Prix au kilo rapporté à la référence de la position à quatre chiffres"),
		measure_ratio, HISTORY_HS4, ALL, FEATURE_RATIO, GROUP_PRICE},
	{"hs6_price_ratio", TR("Prix au kilo rapporté à la référence de la sous-position à six chiffres"),
		measure_ratio, HISTORY_HS6, ALL, FEATURE_RATIO, GROUP_PRICE},
	{"operator_hs4_price_ratio", TR("Prix au kilo rapporté à la référence de l'opérateur pour cette position"),
		measure_ratio, HISTORY_OPERATOR_HS4, ALL, FEATURE_RATIO, GROUP_PRICE},
	{"hs6_origin_price_ratio", TR("Prix au kilo rapporté à la référence de la sous-position pour cette origine"),
		measure_ratio, HISTORY_HS6_ORIGIN, ALL, FEATURE_RATIO, GROUP_PRICE},
	{"telephone_share", TR("Part d'envois irréguliers du téléphone du destinataire"),
		history_share, HISTORY_TELEPHONE, ALL, FEATURE_SHARE, GROUP_NETWORK},
	{"telephone_count", TR("Nombre d'envois passés du téléphone du destinataire"),
		history_count, HISTORY_TELEPHONE, ALL, FEATURE_COUNT, GROUP_NETWORK},
	{"telephone_judged", TR("Nombre de contrôles passés du téléphone du destinataire"),
		history_judged, HISTORY_TELEPHONE, ALL, FEATURE_JUDGED, GROUP_NETWORK},
	{"vessel_share", TR("Part d'envois irréguliers du navire ou du véhicule"),
		history_share, HISTORY_VESSEL, ALL, FEATURE_SHARE, GROUP_NETWORK},
	{"vessel_count", TR("Nombre d'envois passés du navire ou du véhicule"),
		history_count, HISTORY_VESSEL, ALL, FEATURE_COUNT, GROUP_NETWORK},
	{"vessel_judged", TR("Nombre de contrôles passés du navire ou du véhicule"),
		history_judged, HISTORY_VESSEL, ALL, FEATURE_JUDGED, GROUP_NETWORK},
	{"operator_hs6_share", TR("Part d'envois irréguliers de l'opérateur pour cette sous-position"),
		history_share, HISTORY_OPERATOR_HS6, ALL, FEATURE_SHARE, GROUP_OPERATOR},
	{"operator_hs6_count", TR("Nombre d'envois passés de l'opérateur pour cette sous-position"),
		history_count, HISTORY_OPERATOR_HS6, ALL, FEATURE_COUNT, GROUP_OPERATOR},
	{"operator_hs6_judged", TR("Nombre de contrôles passés de l'opérateur pour cette sous-position"),
		history_judged, HISTORY_OPERATOR_HS6, ALL, FEATURE_JUDGED, GROUP_OPERATOR},
	{"operator_hs6_origin_share", TR("Part d'envois irréguliers de l'opérateur pour cette sous-position et cette origine"),
		history_share, HISTORY_OPERATOR_HS6_ORIGIN, ALL, FEATURE_SHARE, GROUP_OPERATOR},
	{"operator_hs6_origin_count", TR("Nombre d'envois passés de l'opérateur pour cette sous-position et cette origine"),
		history_count, HISTORY_OPERATOR_HS6_ORIGIN, ALL, FEATURE_COUNT, GROUP_OPERATOR},
	{"operator_hs6_origin_judged", TR("Nombre de contrôles passés de l'opérateur pour cette sous-position et cette origine"),
		history_judged, HISTORY_OPERATOR_HS6_ORIGIN, ALL, FEATURE_JUDGED, GROUP_OPERATOR},
	{"operator_declarant_share", TR("Part d'envois irréguliers de l'opérateur avec ce déclarant"),
		history_share, HISTORY_OPERATOR_DECLARANT, ALL, FEATURE_SHARE, GROUP_OPERATOR},
	{"operator_declarant_count", TR("Nombre d'envois passés de l'opérateur avec ce déclarant"),
		history_count, HISTORY_OPERATOR_DECLARANT, ALL, FEATURE_COUNT, GROUP_OPERATOR},
	{"operator_declarant_judged", TR("Nombre de contrôles passés de l'opérateur avec ce déclarant"),
		history_judged, HISTORY_OPERATOR_DECLARANT, ALL, FEATURE_JUDGED, GROUP_OPERATOR},
	{"operator_hs6_package_mass_ratio", TR("Masse par colis rapportée à ce que l'opérateur déclare d'habitude"),
		measure_ratio, HISTORY_OPERATOR_HS6, ALL, FEATURE_RATIO, GROUP_PACKAGES},
	{"address_others", TR("Part d'autres opérateurs à l'adresse du destinataire"),
		others_there, HISTORY_ADDRESS, ALL, FEATURE_OTHERS, GROUP_NETWORK},
	{"telephone_others", TR("Part d'autres opérateurs au téléphone du destinataire"),
		others_there, HISTORY_TELEPHONE, ALL, FEATURE_OTHERS, GROUP_NETWORK},
};

enum { FEATURES = sizeof features / sizeof *features };

size_t feature_count(void)
{
	return FEATURES;
}

const char *feature_name(size_t i)
{
	return features[i].name;
}

const char *feature_label(size_t i)
{
	return features[i].label;
}

size_t feature_find(struct text name)
{
	size_t i = 0;

	while (i < FEATURES && !text_is(name, features[i].name))
		i++;
	return i;
}

const struct feature *feature_at(size_t i)
{
	return &features[i];
}

const char *feature_group_label(enum feature_group group)
{
	static const char *const labels[GROUPS] = {
		[GROUP_OPERATOR] = TR("Opérateur"),
		[GROUP_DECLARANT] = TR("Déclarant"),
		[GROUP_EXPORTER] = TR("Expéditeur"),
		[GROUP_GOODS] = TR("Marchandise"),
		[GROUP_LINE] = TR("Mêmes marchandises par le passé"),
		[GROUP_ORIGIN] = TR("Origine et trajet"),
		[GROUP_PRICE] = TR("Prix au kilo"),
		[GROUP_WORTH] = TR("Valeur"),
		[GROUP_PACKAGES] = TR("Masse et colis"),
		[GROUP_DUTY] = TR("Droits et taxes"),
		[GROUP_PAPERS] = TR("Désignation et documents"),
		[GROUP_NETWORK] = TR("Adresse, téléphone et navire"),
		[GROUP_OFFICE] = TR("Bureau"),
		[GROUP_TIME] = TR("Période"),
		[GROUP_NOVELTY] = TR("Nouveauté"),
	};

	return labels[group];
}

double feature_expected_share(const struct feature_view *view, enum history_key key)
{
	return (double)(keys[key].wider == key ? widest : share_of(view, keys[key].wider, ALL));
}

static void look_up(struct feature_view *view, const struct history *history)
{
	for (int key = 0; key < HISTORY_KEYS; key++) {
		char bytes[HISTORY_VALUE_SIZE];
		struct text value = {bytes, 0};

		for (int window = ALL; window < WINDOWS; window++)
			view->figures[key][window] = (struct history_figures){.price_per_kg = NUMBER_NONE};
		if (!view->has_history)
			continue;
		value.size = history_print((enum history_key)key, view->consignment, view->item, bytes);
		view->filed[key] = value.size > 0;
		for (int window = ALL; value.size && window < (keys[key].windows ? WINDOWS : DAYS_90); window++)
			history->look(history->context, (enum history_key)key, value, window_days[window],
				view->before, &view->figures[key][window]);
	}
}

void feature_view_fill(struct feature_view *view, const struct consignment *consignment, const struct item *item,
	const struct history *history, int64_t before)
{
	view->consignment = consignment;
	view->item = item;
	view->has_history = history && history->look;
	view->before = before;
	memset(view->filed, 0, sizeof view->filed);
	look_up(view, history);
}

void features_of_view(const struct feature_view *view, float *ret_features)
{
	bool nothing = text_is_empty(view->item->hs) && item_mass(view->item) == NUMBER_NONE &&
		item_worth(view->consignment, view->item) == NUMBER_NONE;

	for (size_t i = 0; i < FEATURES; i++)
		ret_features[i] = nothing ? NAN : features[i].compute(view, features[i].key, features[i].window);
}

void features_compute(const struct consignment *consignment, const struct item *item, const struct history *history,
	int64_t before, struct arena *arena, float *ret_features)
{
	struct feature_view view;

	(void)arena;
	feature_view_fill(&view, consignment, item, history, before);
	features_of_view(&view, ret_features);
}
