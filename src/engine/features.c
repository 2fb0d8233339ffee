/* The features of the model: one row each, computed from the facts of an item and from histories that only
 * know the past. An outcome share is (s + m·prior) / (n + m): m weighs what is known of the wider key (the
 * prior) against what was seen under this one. */
#include "engine/features.h"

#include <math.h>
#include <string.h>

enum window { ALL, DAYS_90, DAYS_365, WINDOWS };
static const int window_days[WINDOWS] = {0, 90, 365};

/* Everything a feature may look at. */
struct view {
	const struct consignment *consignment;
	const struct item *item;
	bool has_history;
	struct history_figures figures[HISTORY_KEYS][WINDOWS];
	bool filed[HISTORY_KEYS]; /* the key has a value for this item */
	int64_t before;
};

/* The wider key that lends a key its prior; itself: the widest, whose prior is `widest`. */
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
};
static const float widest = 0.1F;

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

static float share_of(const struct view *view, enum history_key key, int window)
{
	const struct history_figures *figures = &view->figures[key][window];
	float prior, weight = keys[key].weight;

	if (window != ALL)
		prior = share_of(view, key, ALL);
	else
		prior = keys[key].wider == key ? widest : share_of(view, keys[key].wider, ALL);
	return ((float)figures->adverse + weight * prior) / ((float)figures->judged + weight);
}

static float history_share(const struct view *view, enum history_key key, int window)
{
	return view->filed[key] ? share_of(view, key, window) : NAN;
}

static float history_count(const struct view *view, enum history_key key, int window)
{
	return view->filed[key] ? (float)log1p((double)view->figures[key][window].count) : NAN;
}

static float history_judged(const struct view *view, enum history_key key, int window)
{
	return view->filed[key] ? (float)log1p((double)view->figures[key][window].judged) : NAN;
}

/* Share of all its traffic that came lately; missing while there was none. */
static float history_pace(const struct view *view, enum history_key key, int window)
{
	int64_t all = view->figures[key][ALL].count;

	return view->filed[key] && all > 0 ? (float)((double)view->figures[key][window].count / (double)all) : NAN;
}

static float price_ratio(const struct view *view, enum history_key key, int window)
{
	return log_ratio(item_price_per_kg(view->consignment, view->item), view->figures[key][window].price_per_kg);
}

/* The share of the narrowest key that has seen any outcome. */
static float backed_off_share(const struct view *view, enum history_key key, int window)
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
static float novelty(const struct view *view, enum history_key key, int window)
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
	static float name(const struct view *view, enum history_key key, int window)                                   \
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

struct feature {
	const char *name;
	const char *label;
	float (*compute)(const struct view *view, enum history_key key, int window);
	enum history_key key;
	int window;
};

/* Models name their features: a row may be added anywhere, but a name never changes its meaning. */
static const struct feature features[] = {
	{"mass", TR("Masse de l'article"), fact_mass, 0, ALL},
	{"worth", TR("Valeur de l'article"), fact_worth, 0, ALL},
	{"price_per_kg", TR("Prix au kilo"), fact_price, 0, ALL},
	{"duty_rate", TR("Taux de droit"), fact_rate, 0, ALL},
	{"duties_share", TR("Droits et taxes rapportés à la valeur"), fact_duties_share, 0, ALL},
	{"net_to_gross", TR("Masse nette rapportée à la masse brute"), fact_tare, 0, ALL},
	{"packages", TR("Nombre de colis"), fact_packages, 0, ALL},
	{"mass_per_package", TR("Masse par colis"), fact_package_mass, 0, ALL},
	{"worth_per_package", TR("Valeur par colis"), fact_package_worth, 0, ALL},
	{"worth_per_unit", TR("Valeur par unité supplémentaire"), fact_unit_worth, 0, ALL},
	{"mass_per_unit", TR("Masse par unité supplémentaire"), fact_unit_mass, 0, ALL},
	{"hs2_number", TR("Chapitre du tarif"), fact_hs2, 0, ALL},
	{"hs4_number", TR("Position du tarif"), fact_hs4, 0, ALL},
	{"hs6_number", TR("Sous-position du tarif"), fact_hs6, 0, ALL},
	{"worth_zeros", TR("Valeur arrondie"), fact_zeros, 0, ALL},
	{"description_words", TR("Nombre de mots de la désignation"), fact_words, 0, ALL},
	{"preference", TR("Préférence tarifaire demandée"), fact_preference, 0, ALL},
	{"export_not_origin", TR("Pays de provenance autre que l'origine"), fact_route_differs, 0, ALL},
	{"trading_not_origin", TR("Pays de transaction autre que l'origine"), fact_trading_differs, 0, ALL},
	{"items", TR("Nombre d'articles"), fact_items, 0, ALL},
	{"containers", TR("Nombre de conteneurs"), fact_containers, 0, ALL},
	{"total_worth", TR("Valeur totale de l'envoi"), fact_total, 0, ALL},
	{"freight_share", TR("Fret rapporté à la valeur"), fact_freight, 0, ALL},
	{"insurance_share", TR("Assurance rapportée à la valeur"), fact_insurance, 0, ALL},
	{"no_operator_code", TR("Destinataire sans identifiant fiscal"), fact_no_code, 0, ALL},
	{"no_address", TR("Destinataire sans adresse"), fact_no_address, 0, ALL},
	{"documents", TR("Nombre de documents joints"), fact_documents, 0, ALL},
	{"month", TR("Mois de l'année"), fact_month, 0, ALL},
	{"backed_off_share", TR("Part d'envois irréguliers des marchandises les plus proches"), backed_off_share, 0, ALL},
	{"novelty", TR("Nombre de rapprochements jamais vus"), novelty, 0, ALL},
	{"operator_share", TR("Part d'envois irréguliers de l'opérateur"), history_share, HISTORY_OPERATOR, ALL},
	{"operator_count", TR("Nombre d'envois passés de l'opérateur"), history_count, HISTORY_OPERATOR, ALL},
	{"operator_judged", TR("Nombre de contrôles passés de l'opérateur"), history_judged, HISTORY_OPERATOR, ALL},
	{"declarant_share", TR("Part d'envois irréguliers du déclarant"), history_share, HISTORY_DECLARANT, ALL},
	{"declarant_count", TR("Nombre d'envois passés du déclarant"), history_count, HISTORY_DECLARANT, ALL},
	{"declarant_judged", TR("Nombre de contrôles passés du déclarant"), history_judged, HISTORY_DECLARANT, ALL},
	{"exporter_share", TR("Part d'envois irréguliers de l'expéditeur"), history_share, HISTORY_EXPORTER, ALL},
	{"exporter_count", TR("Nombre d'envois passés de l'expéditeur"), history_count, HISTORY_EXPORTER, ALL},
	{"exporter_judged", TR("Nombre de contrôles passés de l'expéditeur"), history_judged, HISTORY_EXPORTER, ALL},
	{"hs4_share", TR("Part d'envois irréguliers de la position à quatre chiffres"), history_share, HISTORY_HS4, ALL},
	{"hs4_count", TR("Nombre d'envois passés de la position à quatre chiffres"), history_count, HISTORY_HS4, ALL},
	{"hs4_judged", TR("Nombre de contrôles passés de la position à quatre chiffres"), history_judged, HISTORY_HS4, ALL},
	{"hs6_share", TR("Part d'envois irréguliers de la sous-position à six chiffres"), history_share, HISTORY_HS6, ALL},
	{"hs6_count", TR("Nombre d'envois passés de la sous-position à six chiffres"), history_count, HISTORY_HS6, ALL},
	{"hs6_judged", TR("Nombre de contrôles passés de la sous-position à six chiffres"), history_judged, HISTORY_HS6, ALL},
	{"origin_share", TR("Part d'envois irréguliers de l'origine"), history_share, HISTORY_ORIGIN, ALL},
	{"origin_count", TR("Nombre d'envois passés de l'origine"), history_count, HISTORY_ORIGIN, ALL},
	{"origin_judged", TR("Nombre de contrôles passés de l'origine"), history_judged, HISTORY_ORIGIN, ALL},
	{"operator_hs4_share", TR("Part d'envois irréguliers de l'opérateur pour cette position"), history_share, HISTORY_OPERATOR_HS4, ALL},
	{"operator_hs4_count", TR("Nombre d'envois passés de l'opérateur pour cette position"), history_count, HISTORY_OPERATOR_HS4, ALL},
	{"operator_hs4_judged", TR("Nombre de contrôles passés de l'opérateur pour cette position"), history_judged, HISTORY_OPERATOR_HS4, ALL},
	{"hs6_origin_share", TR("Part d'envois irréguliers de la sous-position pour cette origine"), history_share, HISTORY_HS6_ORIGIN, ALL},
	{"hs6_origin_count", TR("Nombre d'envois passés de la sous-position pour cette origine"), history_count, HISTORY_HS6_ORIGIN, ALL},
	{"hs6_origin_judged", TR("Nombre de contrôles passés de la sous-position pour cette origine"), history_judged, HISTORY_HS6_ORIGIN, ALL},
	{"operator_origin_share", TR("Part d'envois irréguliers de l'opérateur pour cette origine"), history_share, HISTORY_OPERATOR_ORIGIN, ALL},
	{"operator_origin_count", TR("Nombre d'envois passés de l'opérateur pour cette origine"), history_count, HISTORY_OPERATOR_ORIGIN, ALL},
	{"operator_origin_judged", TR("Nombre de contrôles passés de l'opérateur pour cette origine"), history_judged, HISTORY_OPERATOR_ORIGIN, ALL},
	{"declarant_hs4_share", TR("Part d'envois irréguliers du déclarant pour cette position"), history_share, HISTORY_DECLARANT_HS4, ALL},
	{"declarant_hs4_count", TR("Nombre d'envois passés du déclarant pour cette position"), history_count, HISTORY_DECLARANT_HS4, ALL},
	{"declarant_hs4_judged", TR("Nombre de contrôles passés du déclarant pour cette position"), history_judged, HISTORY_DECLARANT_HS4, ALL},
	{"goods_line_share", TR("Part d'envois irréguliers des mêmes marchandises de même masse et de même origine"), history_share, HISTORY_GOODS_LINE, ALL},
	{"goods_line_count", TR("Nombre d'envois passés des mêmes marchandises de même masse et de même origine"), history_count, HISTORY_GOODS_LINE, ALL},
	{"goods_line_judged", TR("Nombre de contrôles passés des mêmes marchandises de même masse et de même origine"), history_judged, HISTORY_GOODS_LINE, ALL},
	{"office_share", TR("Part d'envois irréguliers du bureau"), history_share, HISTORY_OFFICE, ALL},
	{"office_count", TR("Nombre d'envois passés du bureau"), history_count, HISTORY_OFFICE, ALL},
	{"office_judged", TR("Nombre de contrôles passés du bureau"), history_judged, HISTORY_OFFICE, ALL},
	{"goods_price_share", TR("Part d'envois irréguliers des mêmes marchandises au même prix"), history_share, HISTORY_GOODS_PRICE, ALL},
	{"goods_price_count", TR("Nombre d'envois passés des mêmes marchandises au même prix"), history_count, HISTORY_GOODS_PRICE, ALL},
	{"goods_price_judged", TR("Nombre de contrôles passés des mêmes marchandises au même prix"), history_judged, HISTORY_GOODS_PRICE, ALL},
	{"hs6_mass_share", TR("Part d'envois irréguliers de la sous-position pour cette masse"), history_share, HISTORY_HS6_MASS, ALL},
	{"hs6_mass_count", TR("Nombre d'envois passés de la sous-position pour cette masse"), history_count, HISTORY_HS6_MASS, ALL},
	{"hs6_mass_judged", TR("Nombre de contrôles passés de la sous-position pour cette masse"), history_judged, HISTORY_HS6_MASS, ALL},
	{"route_share", TR("Part d'envois irréguliers du trajet"), history_share, HISTORY_ROUTE, ALL},
	{"route_count", TR("Nombre d'envois passés du trajet"), history_count, HISTORY_ROUTE, ALL},
	{"route_judged", TR("Nombre de contrôles passés du trajet"), history_judged, HISTORY_ROUTE, ALL},
	{"operator_exporter_share", TR("Part d'envois irréguliers de l'opérateur avec cet expéditeur"), history_share, HISTORY_OPERATOR_EXPORTER, ALL},
	{"operator_exporter_count", TR("Nombre d'envois passés de l'opérateur avec cet expéditeur"), history_count, HISTORY_OPERATOR_EXPORTER, ALL},
	{"operator_exporter_judged", TR("Nombre de contrôles passés de l'opérateur avec cet expéditeur"), history_judged, HISTORY_OPERATOR_EXPORTER, ALL},
	{"address_share", TR("Part d'envois irréguliers de l'adresse du destinataire"), history_share, HISTORY_ADDRESS, ALL},
	{"address_count", TR("Nombre d'envois passés de l'adresse du destinataire"), history_count, HISTORY_ADDRESS, ALL},
	{"address_judged", TR("Nombre de contrôles passés de l'adresse du destinataire"), history_judged, HISTORY_ADDRESS, ALL},
	{"operator_share_90", TR("Part d'envois irréguliers de l'opérateur sur 90 jours"), history_share, HISTORY_OPERATOR, DAYS_90},
	{"operator_share_365", TR("Part d'envois irréguliers de l'opérateur sur 365 jours"), history_share, HISTORY_OPERATOR, DAYS_365},
	{"operator_pace", TR("Rythme récent des envois de l'opérateur"), history_pace, HISTORY_OPERATOR, DAYS_90},
	{"declarant_share_90", TR("Part d'envois irréguliers du déclarant sur 90 jours"), history_share, HISTORY_DECLARANT, DAYS_90},
	{"declarant_share_365", TR("Part d'envois irréguliers du déclarant sur 365 jours"), history_share, HISTORY_DECLARANT, DAYS_365},
	{"declarant_pace", TR("Rythme récent des envois du déclarant"), history_pace, HISTORY_DECLARANT, DAYS_90},
	{"exporter_share_90", TR("Part d'envois irréguliers de l'expéditeur sur 90 jours"), history_share, HISTORY_EXPORTER, DAYS_90},
	{"exporter_share_365", TR("Part d'envois irréguliers de l'expéditeur sur 365 jours"), history_share, HISTORY_EXPORTER, DAYS_365},
	{"exporter_pace", TR("Rythme récent des envois de l'expéditeur"), history_pace, HISTORY_EXPORTER, DAYS_90},
	{"hs6_share_90", TR("Part d'envois irréguliers de la sous-position à six chiffres sur 90 jours"), history_share, HISTORY_HS6, DAYS_90},
	{"hs6_share_365", TR("Part d'envois irréguliers de la sous-position à six chiffres sur 365 jours"), history_share, HISTORY_HS6, DAYS_365},
	{"hs6_pace", TR("Rythme récent des envois de la sous-position à six chiffres"), history_pace, HISTORY_HS6, DAYS_90},
	{"operator_hs4_share_90", TR("Part d'envois irréguliers de l'opérateur pour cette position sur 90 jours"), history_share, HISTORY_OPERATOR_HS4, DAYS_90},
	{"operator_hs4_share_365", TR("Part d'envois irréguliers de l'opérateur pour cette position sur 365 jours"), history_share, HISTORY_OPERATOR_HS4, DAYS_365},
	{"operator_hs4_pace", TR("Rythme récent des envois de l'opérateur pour cette position"), history_pace, HISTORY_OPERATOR_HS4, DAYS_90},
	{"hs6_origin_share_90", TR("Part d'envois irréguliers de la sous-position pour cette origine sur 90 jours"), history_share, HISTORY_HS6_ORIGIN, DAYS_90},
	{"hs6_origin_share_365", TR("Part d'envois irréguliers de la sous-position pour cette origine sur 365 jours"), history_share, HISTORY_HS6_ORIGIN, DAYS_365},
	{"hs6_origin_pace", TR("Rythme récent des envois de la sous-position pour cette origine"), history_pace, HISTORY_HS6_ORIGIN, DAYS_90},
	{"hs4_price_ratio", TR("Prix au kilo rapporté à la référence de la position à quatre chiffres"), price_ratio, HISTORY_HS4, ALL},
	{"hs6_price_ratio", TR("Prix au kilo rapporté à la référence de la sous-position à six chiffres"), price_ratio, HISTORY_HS6, ALL},
	{"operator_hs4_price_ratio", TR("Prix au kilo rapporté à la référence de l'opérateur pour cette position"), price_ratio, HISTORY_OPERATOR_HS4, ALL},
	{"hs6_origin_price_ratio", TR("Prix au kilo rapporté à la référence de la sous-position pour cette origine"), price_ratio, HISTORY_HS6_ORIGIN, ALL},
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

static void look_up(struct view *view, const struct history *history)
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

void features_compute(const struct consignment *consignment, const struct item *item, const struct history *history,
	int64_t before, struct arena *arena, float *ret_features)
{
	struct view view = {
		.consignment = consignment, .item = item, .has_history = history && history->look, .before = before};

	(void)arena;
	look_up(&view, history);
	for (size_t i = 0; i < FEATURES; i++)
		ret_features[i] = features[i].compute(&view, features[i].key, features[i].window);
}
