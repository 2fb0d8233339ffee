/* Sentences for features. What is compared comes from the same view that the features were computed from. */
#include "engine/explanation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Values as text. Features keep logarithms and codes; people do not. */

enum form { FORM_PLAIN, FORM_LOG, FORM_LOG_SHARE, FORM_SHARE, FORM_FLAG, FORM_CODE, FORM_LOG1P };
static const struct {
	const char *name;
	enum form form;
	const char *unit;
	int digits; /* of a code */
} forms[] = {
	{"mass", FORM_LOG, "kg", 0}, {"worth", FORM_LOG, "", 0}, {"price_per_kg", FORM_LOG, "", 0},
	{"duty_rate", FORM_SHARE, "", 0}, {"duties_share", FORM_SHARE, "", 0}, {"net_to_gross", FORM_LOG_SHARE, "", 0},
	{"packages", FORM_LOG, "", 0}, {"mass_per_package", FORM_LOG, "kg", 0}, {"worth_per_package", FORM_LOG, "", 0},
	{"worth_per_unit", FORM_LOG, "", 0}, {"mass_per_unit", FORM_LOG, "kg", 0}, {"hs2_number", FORM_CODE, "", 2},
	{"hs4_number", FORM_CODE, "", 4}, {"hs6_number", FORM_CODE, "", 6}, {"preference", FORM_FLAG, "", 0},
	{"export_not_origin", FORM_FLAG, "", 0}, {"trading_not_origin", FORM_FLAG, "", 0}, {"total_worth", FORM_LOG, "", 0},
	{"freight_share", FORM_LOG_SHARE, "", 0}, {"insurance_share", FORM_LOG_SHARE, "", 0},
	{"no_operator_code", FORM_FLAG, "", 0}, {"no_address", FORM_FLAG, "", 0},
};

/* Three digits at least, decimals only below a hundred: what an eye compares. "1200", "48", "0.35". */
static struct text number_text(struct arena *arena, double value)
{
	char bytes[64];

	if (!isfinite(value))
		return TEXT_NONE;
	snprintf(bytes, sizeof bytes, "%.*f", fabs(value) >= 100 ? 0 : fabs(value) >= 10 ? 1 : 2, value);
	if (strchr(bytes, '.')) {
		size_t size = strlen(bytes);

		while (bytes[size - 1] == '0')
			bytes[--size] = '\0';
		if (bytes[size - 1] == '.')
			bytes[size - 1] = '\0';
	}
	return arena_text(arena, text_of(bytes));
}

static struct text percent_text(struct arena *arena, double share)
{
	return arena_format(arena, "%.0f\u00a0%%", share * 100);
}

static const char *unit_after(const char *unit)
{
	return *unit ? "\u00a0" : "";
}

struct text feature_value_text(struct arena *arena, size_t feature, float value)
{
	const struct feature *row = feature_at(feature);
	size_t i = 0;
	double number = (double)value;

	if (isnan(value))
		return TEXT("");
	if (row->kind == FEATURE_SHARE || row->kind == FEATURE_PACE || row->kind == FEATURE_OTHERS ||
		row->kind == FEATURE_BACKED_OFF)
		return percent_text(arena, number);
	if (row->kind == FEATURE_COUNT || row->kind == FEATURE_JUDGED)
		return number_text(arena, round(expm1(number)));
	if (row->kind == FEATURE_RATIO)
		return percent_text(arena, exp(number));
	while (i < sizeof forms / sizeof *forms && strcmp(forms[i].name, row->name) != 0)
		i++;
	if (i == sizeof forms / sizeof *forms)
		return number_text(arena, number);
	switch (forms[i].form) {
	case FORM_LOG:
		return arena_format(arena, "%.*s%s%s", TEXT_FORMAT(number_text(arena, exp(number))),
			unit_after(forms[i].unit), forms[i].unit);
	case FORM_LOG_SHARE:
		return percent_text(arena, exp(number));
	case FORM_SHARE:
		return percent_text(arena, number);
	case FORM_CODE:
		return arena_format(arena, "%0*.0f", forms[i].digits, number);
	case FORM_FLAG:
		return TEXT("");
	case FORM_PLAIN:
	case FORM_LOG1P:
		break;
	}
	return number_text(arena, number);
}

/* ---- Subjects of the histories' sentences */

static const char *const subjects[HISTORY_KEYS] = {
	[HISTORY_OPERATOR] = TR("Cet importateur"),
	[HISTORY_DECLARANT] = TR("Ce déclarant"),
	[HISTORY_EXPORTER] = TR("Cet expéditeur"),
	[HISTORY_HS4] = TR("Cette position tarifaire"),
	[HISTORY_HS6] = TR("Cette sous-position tarifaire"),
	[HISTORY_ORIGIN] = TR("Cette origine"),
	[HISTORY_OPERATOR_HS4] = TR("Cet importateur, pour cette position"),
	[HISTORY_HS6_ORIGIN] = TR("Cette sous-position, de cette origine"),
	[HISTORY_OPERATOR_ORIGIN] = TR("Cet importateur, pour cette origine"),
	[HISTORY_DECLARANT_HS4] = TR("Ce déclarant, pour cette position"),
	[HISTORY_GOODS_LINE] = TR("Ces mêmes marchandises, de même masse et de même origine"),
	[HISTORY_OFFICE] = TR("Ce bureau"),
	[HISTORY_GOODS_PRICE] = TR("Ces mêmes marchandises, au même prix"),
	[HISTORY_HS6_MASS] = TR("Cette sous-position, pour cette masse"),
	[HISTORY_ROUTE] = TR("Ce trajet"),
	[HISTORY_OPERATOR_EXPORTER] = TR("Cet importateur, avec cet expéditeur"),
	[HISTORY_ADDRESS] = TR("L'adresse du destinataire"),
	[HISTORY_TELEPHONE] = TR("Le téléphone du destinataire"),
	[HISTORY_VESSEL] = TR("Ce navire ou ce véhicule"),
	[HISTORY_OPERATOR_HS6] = TR("Cet importateur, pour cette sous-position"),
	[HISTORY_OPERATOR_HS6_ORIGIN] = TR("Cet importateur, pour cette sous-position et cette origine"),
	[HISTORY_OPERATOR_DECLARANT] = TR("Cet importateur, avec ce déclarant"),
};

struct telling {
	const struct model *model;
	const struct feature_view *view;
	const float *features;
	struct arena *arena;
};

static struct message tell_share(const struct telling *telling, const struct feature *feature)
{
	static const char *const never = TR("%t1 : jamais contrôlé jusqu'ici ; on s'attend à %2 d'irréguliers");
	/* By window: more and fewer than expected. */
	static const char *const ids[WINDOWS][2] = {
		[ALL] = {TR("%t1 : %2 contrôles irréguliers, plus que les %3 attendus"),
			TR("%t1 : %2 contrôles irréguliers, moins que les %3 attendus")},
		[DAYS_90] = {TR("%t1 : %2 contrôles irréguliers sur 90 jours, plus que les %3 attendus"),
			TR("%t1 : %2 contrôles irréguliers sur 90 jours, moins que les %3 attendus")},
		[DAYS_365] = {TR("%t1 : %2 contrôles irréguliers sur un an, plus que les %3 attendus"),
			TR("%t1 : %2 contrôles irréguliers sur un an, moins que les %3 attendus")},
	};
	const struct history_figures *figures = &telling->view->figures[feature->key][feature->window];
	double expected = feature_expected_share(telling->view, feature->key);
	struct text wanted = percent_text(telling->arena, expected), subject = text_of(subjects[feature->key]);
	bool fewer;

	if (!figures->judged)
		return (struct message){never, {subject, wanted}};
	fewer = (double)figures->adverse < expected * (double)figures->judged;
	return (struct message){ids[feature->window][fewer],
		{subject, arena_format(telling->arena, "%lld/%lld", (long long)figures->adverse, (long long)figures->judged),
			wanted}};
}

static struct message tell_count(const struct telling *telling, const struct feature *feature)
{
	const struct history_figures *figures = &telling->view->figures[feature->key][feature->window];
	struct text count = arena_format(telling->arena, "%lld", (long long)figures->count);

	if (!figures->count)
		return (struct message){TR("%t1 : jamais vu auparavant"), {text_of(subjects[feature->key])}};
	return (struct message){figures->count < 10 ? TR("%t1 : encore peu connu, %2 passages")
						    : TR("%t1 : bien connu, %2 passages"),
		{text_of(subjects[feature->key]), count}};
}

static struct message tell_judged(const struct telling *telling, const struct feature *feature)
{
	const struct history_figures *figures = &telling->view->figures[feature->key][feature->window];

	if (!figures->judged)
		return (struct message){TR("%t1 : jamais contrôlé jusqu'ici"), {text_of(subjects[feature->key])}};
	return (struct message){TR("%t1 : contrôlé %2 fois par le passé"), {text_of(subjects[feature->key]),
		arena_format(telling->arena, "%lld", (long long)figures->judged)}};
}

/* ---- Comparisons with the usual */

/* Very low, low, near, high, very high. */
enum { LEVELS = 5 };
static size_t level_of(double ratio)
{
	return ratio < .5 ? 0 : ratio < .8 ? 1 : ratio <= 1.25 ? 2 : ratio <= 2 ? 3 : 4;
}

static const char *const package_levels[LEVELS] = {
	TR("Ce poids par colis est très inférieur à ce que cet importateur déclare d'habitude (%n1 kg contre %n2 kg)"),
	TR("Ce poids par colis est inférieur à ce que cet importateur déclare d'habitude (%n1 kg contre %n2 kg)"),
	TR("Ce poids par colis est proche de ce que cet importateur déclare d'habitude (%n1 kg contre %n2 kg)"),
	TR("Ce poids par colis est supérieur à ce que cet importateur déclare d'habitude (%n1 kg contre %n2 kg)"),
	TR("Ce poids par colis est très supérieur à ce que cet importateur déclare d'habitude (%n1 kg contre %n2 kg)"),
};
static const char *const own_price_levels[LEVELS] = {
	TR("Ce prix au kilo est très inférieur à ce que cet importateur déclare d'habitude (%n1 contre %n2)"),
	TR("Ce prix au kilo est inférieur à ce que cet importateur déclare d'habitude (%n1 contre %n2)"),
	TR("Ce prix au kilo est proche de ce que cet importateur déclare d'habitude (%n1 contre %n2)"),
	TR("Ce prix au kilo est supérieur à ce que cet importateur déclare d'habitude (%n1 contre %n2)"),
	TR("Ce prix au kilo est très supérieur à ce que cet importateur déclare d'habitude (%n1 contre %n2)"),
};
static const char *const price_levels[LEVELS] = {
	TR("Ce prix au kilo est très inférieur à ce qui est déclaré d'habitude pour ces marchandises (%n1 contre %n2)"),
	TR("Ce prix au kilo est inférieur à ce qui est déclaré d'habitude pour ces marchandises (%n1 contre %n2)"),
	TR("Ce prix au kilo est proche de ce qui est déclaré d'habitude pour ces marchandises (%n1 contre %n2)"),
	TR("Ce prix au kilo est supérieur à ce qui est déclaré d'habitude pour ces marchandises (%n1 contre %n2)"),
	TR("Ce prix au kilo est très supérieur à ce qui est déclaré d'habitude pour ces marchandises (%n1 contre %n2)"),
};
static const char *const origin_price_levels[LEVELS] = {
	TR("Ce prix au kilo est très inférieur à ce qui est déclaré d'habitude pour ces marchandises de cette origine (%n1 contre %n2)"),
	TR("Ce prix au kilo est inférieur à ce qui est déclaré d'habitude pour ces marchandises de cette origine (%n1 contre %n2)"),
	TR("Ce prix au kilo est proche de ce qui est déclaré d'habitude pour ces marchandises de cette origine (%n1 contre %n2)"),
	TR("Ce prix au kilo est supérieur à ce qui est déclaré d'habitude pour ces marchandises de cette origine (%n1 contre %n2)"),
	TR("Ce prix au kilo est très supérieur à ce qui est déclaré d'habitude pour ces marchandises de cette origine (%n1 contre %n2)"),
};

static struct message tell_ratio(const struct telling *telling, const struct feature *feature, float value)
{
	const char *const *levels = history_key_usual(feature->key) == USUAL_PACKAGE_MASS ? package_levels
		: feature->key == HISTORY_OPERATOR_HS4                                     ? own_price_levels
		: feature->key == HISTORY_HS6_ORIGIN                                       ? origin_price_levels
											   : price_levels;
	int64_t own = history_usual_of(history_key_usual(feature->key), telling->view->consignment, telling->view->item);
	int64_t usual = telling->view->figures[feature->key][feature->window].price_per_kg;

	if (isnan(value) || own == NUMBER_NONE || usual == NUMBER_NONE)
		return (struct message){TR("%t1 : on ne peut pas comparer, faute de passé"), {text_of(feature->label)}};
	return (struct message){levels[level_of(exp((double)value))],
		{number_text(telling->arena, (double)own / 1e6), number_text(telling->arena, (double)usual / 1e6)}};
}

static struct message tell_others(const struct telling *telling, const struct feature *feature, float value)
{
	bool is_telephone = feature->key == HISTORY_TELEPHONE;

	if (isnan(value) || value <= 0)
		return (struct message){is_telephone ? TR("Ce numéro de téléphone ne sert qu'à cet importateur")
						     : TR("Cette adresse ne sert qu'à cet importateur"),
			{TEXT_NONE}};
	return (struct message){is_telephone ? TR("Ce numéro de téléphone sert aussi à d'autres importateurs (%1 de ses envois)")
					     : TR("Cette adresse sert aussi à d'autres importateurs (%1 de ses envois)"),
		{percent_text(telling->arena, (double)value)}};
}

static bool is_flag(const struct feature *feature)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (strcmp(forms[i].name, feature->name) == 0)
			return forms[i].form == FORM_FLAG;
	return false;
}

static struct message tell_fact(const struct telling *telling, size_t place, float value)
{
	const struct feature *feature = feature_at(place);
	const struct model_summary *summaries = model_summaries(telling->model);
	struct text own = feature_value_text(telling->arena, place, value), label = text_of(feature->label), usual;

	if (isnan(value))
		return (struct message){TR("%t1 : non indiqué"), {label}};
	if (is_flag(feature))
		return (struct message){value > 0 ? TR("%t1 : oui") : TR("%t1 : non"), {label}};
	if (!summaries || isnan(summaries[place].cuts[SUMMARY_CUTS / 2]) || feature->group == GROUP_GOODS)
		return (struct message){TR("%t1 : %n2"), {label, own}};
	usual = feature_value_text(telling->arena, place, summaries[place].cuts[SUMMARY_CUTS / 2]);
	return (struct message){TR("%t1 : %n2 (d'ordinaire %n3)"), {label, own, usual}};
}

static struct message tell(const struct telling *telling, size_t place)
{
	const struct feature *feature = feature_at(place);
	float value = telling->features[place];

	switch (feature->kind) {
	case FEATURE_SHARE:
	case FEATURE_COUNT:
	case FEATURE_JUDGED:
	case FEATURE_PACE:
		if (!telling->view->filed[feature->key])
			return (struct message){TR("%t1 : non indiqué"), {text_of(subjects[feature->key])}};
		if (feature->kind == FEATURE_SHARE)
			return tell_share(telling, feature);
		if (feature->kind == FEATURE_COUNT)
			return tell_count(telling, feature);
		if (feature->kind == FEATURE_JUDGED)
			return tell_judged(telling, feature);
		if (isnan(value))
			return (struct message){TR("%t1 : jamais vu auparavant"), {text_of(subjects[feature->key])}};
		return (struct message){TR("%t1 : %2 de ses passages datent des 90 derniers jours"),
			{text_of(subjects[feature->key]), percent_text(telling->arena, (double)value)}};
	case FEATURE_RATIO:
		return tell_ratio(telling, feature, value);
	case FEATURE_OTHERS:
		return tell_others(telling, feature, value);
	case FEATURE_BACKED_OFF:
		return (struct message){TR("Part d'irréguliers parmi les marchandises les plus proches : %1"),
			{percent_text(telling->arena, isnan(value) ? 0 : (double)value)}};
	case FEATURE_NOVELTY:
		return (struct message){TR("Rapprochements jamais vus (opérateur, marchandise, origine…) : %1"),
			{number_text(telling->arena, isnan(value) ? 0 : (double)value)}};
	case FEATURE_FACT:
		break;
	}
	return tell_fact(telling, place, value);
}

/* ---- Groups */

static int strongest_first(const void *a, const void *b)
{
	const struct explanation_line *x = a, *y = b;
	double left = fabs(x->contribution), right = fabs(y->contribution);

	if (left < right || left > right)
		return left > right ? -1 : 1;
	return (x->group > y->group) - (x->group < y->group);
}

static enum status make_lines(const struct telling *telling, struct explanation *explanation)
{
	struct explanation_line lines[GROUPS];
	double strongest[GROUPS] = {0};
	size_t count = 0;

	for (size_t g = 0; g < GROUPS; g++)
		lines[g] = (struct explanation_line){.group = (enum feature_group)g};
	for (size_t i = 0; i < feature_count(); i++)
		lines[feature_at(i)->group].contribution += explanation->contributions[i];
	for (size_t i = 0; i < feature_count(); i++) {
		size_t g = feature_at(i)->group;
		double toward = lines[g].contribution > 0 ? explanation->contributions[i] : -explanation->contributions[i];

		if (toward > strongest[g]) {
			strongest[g] = toward;
			lines[g].feature = i;
		}
	}
	explanation->lines = ARENA_ARRAY(telling->arena, GROUPS, struct explanation_line);
	if (!explanation->lines)
		return STATUS_NO_MEMORY;
	for (size_t g = 0; g < GROUPS; g++) {
		if (!(strongest[g] > 0))
			continue;
		lines[g].text = tell(telling, lines[g].feature);
		explanation->lines[count++] = lines[g];
	}
	explanation->line_count = count;
	qsort(explanation->lines, count, sizeof *explanation->lines, strongest_first);
	return STATUS_OK;
}

enum status explanation_make(const struct model *model, const struct consignment *consignment, const struct item *item,
	const struct history *history, int64_t before, struct arena *arena, struct explanation *ret_explanation)
{
	struct feature_view *view = ARENA_NEW(arena, struct feature_view);
	float *features = ARENA_ARRAY(arena, feature_count(), float);
	struct explanation explanation = {.contributions = ARENA_ARRAY(arena, feature_count() + 1, double)};
	struct telling telling = {model, view, features, arena};

	if (!view || !features || !explanation.contributions)
		return STATUS_NO_MEMORY;
	feature_view_fill(view, consignment, item, history, before);
	features_of_view(view, features);
	explanation.score = model_score(model, features);
	if (isnan(explanation.score))
		return STATUS_NOT_FOUND;
	explanation.margin = model_margin(model, features);
	TRY(model_contributions(model, features, arena, explanation.contributions));
	explanation.constant = explanation.contributions[feature_count()];
	TRY(make_lines(&telling, &explanation));
	*ret_explanation = explanation;
	return STATUS_OK;
}
