/* A rehearsal's result as a page: what matters first, then lanes, months, offices and profiles. */
#include "modules/rehearsal/pages.h"
#include "modules/rehearsal/requests.h"

enum { MONTHS_SHOWN = 36 };

struct showing {
	struct request *rq;
	struct html *p;
	const json_t *result, *first, *second; /* second: NULL without comparison */
	struct text names[REHEARSAL_RUNS];
};

static int64_t whole(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static int64_t micro(const json_t *object, const char *key)
{
	double value = json_number_value(json_object_get(object, key));

	return value > 9e12 || value < -9e12 ? NUMBER_NONE : (int64_t)(value * 1e6 + (value < 0 ? -.5 : .5));
}

static struct text string(const json_t *object, const char *key)
{
	return text_of(json_string_value(json_object_get(object, key)));
}

static void number_fact(struct html *p, const char *label, int64_t value)
{
	facts_row_begin(p, label);
	html_number(p, number_of(value), 0);
	facts_row_end(p);
}

static void share_of(struct html *p, int64_t part, int64_t all)
{
	html_number(p, number_of(part), 0);
	if (!all)
		return;
	html(p, " (");
	html_number(p, part * 100 * NUMBER_ONE / all, 1);
	html(p, " %%)");
}

/* "12 (entre 5 et 20)", or that nobody knows. */
static void print_estimate(struct html *p, const json_t *group)
{
	const json_t *estimate = json_object_get(group, "estimate");
	struct message message = {.id = TR("%1 (entre %2 et %3, à 95 %)")};
	char low[24], middle[24], high[24];

	if (!json_is_object(estimate)) {
		html_tr(p, TR("On ne sait pas : rien de ce que le hasard seul avait tiré n'a été contrôlé."));
		return;
	}
	snprintf(middle, sizeof middle, "%lld", (long long)whole(estimate, "findings"));
	snprintf(low, sizeof low, "%lld", (long long)whole(estimate, "findings_low"));
	snprintf(high, sizeof high, "%lld", (long long)whole(estimate, "findings_high"));
	message.values[0] = text_of(middle);
	message.values[1] = text_of(low);
	message.values[2] = text_of(high);
	html_message(p, &message);
}

static void print_sample(struct html *p, const json_t *group)
{
	html_number(p, number_of(whole(group, "judged")), 0);
	html(p, " / ");
	html_number(p, number_of(whole(group, "picked")), 0);
}

static void print_head(const struct showing *showing, const json_t *side, struct text name)
{
	const json_t *selected = json_object_get(side, "selected"), *spared = json_object_get(side, "spared");
	struct html *p = showing->p;
	int64_t all = whole(showing->result, "declarations");

	const struct tile rows[] = {
		{TR("Contrôles (rouge et jaune)"), "info", NULL, number_of(whole(selected, "count")), NULL},
		{TR("Fautes connues, gardées"), "ok", NULL, number_of(whole(selected, "adverse")), NULL},
		{TR("Fautes connues, perdues"), "danger", NULL, number_of(whole(spared, "adverse")), NULL},
		{TR("Contrôles dont le résultat est inconnu"), NULL, NULL, number_of(whole(selected, "unknown")), NULL},
	};

	html(p, "<section class=\"card\"><h2>%.*s</h2>", TEXT_FORMAT(name));
	tiles(p, rows, sizeof rows / sizeof *rows);
	facts_begin(p);
	facts_row_begin(p, TR("Part des déclarations contrôlées"));
	share_of(p, whole(selected, "count"), all);
	facts_row_end(p);
	facts_row_begin(p, TR("Droits retrouvés, gardés"));
	html_number(p, micro(selected, "recovered"), 0);
	facts_row_end(p);
	facts_row_begin(p, TR("Droits retrouvés, perdus"));
	html_number(p, micro(spared, "recovered"), 0);
	facts_row_end(p);
	facts_row_begin(p, TR("Fautes gagnées parmi eux, estimées"));
	print_estimate(p, selected);
	facts_row_end(p);
	facts_row_begin(p, TR("Fautes laissées passer, estimées"));
	print_estimate(p, spared);
	facts_row_end(p);
	facts_row_begin(p, TR("Tirages contrôlés sur lesquels l'estimation repose"));
	print_sample(p, selected);
	html(p, " · ");
	print_sample(p, spared);
	facts_row_end(p);
	if (whole(selected, "targeted_unknown") + whole(spared, "targeted_unknown"))
		number_fact(p, TR("Désignés alors par un motif, jamais contrôlés : le hasard n'en dit rien"),
			whole(selected, "targeted_unknown") + whole(spared, "targeted_unknown"));
	facts_row(p, TR("Réglage des circuits à l'essai"), string(side, "selection"));
	facts_end(p);
	html(p, "</section>");
}

static void print_period(const struct showing *showing)
{
	struct html *p = showing->p;
	int64_t from = DATE_NONE, to = DATE_NONE;

	section_begin(p, NULL);
	facts_begin(p);
	facts_row_begin(p, TR("Période"));
	if (date_parse(string(showing->result, "from"), DATE_ISO, &from) == STATUS_OK &&
	    date_parse(string(showing->result, "to"), DATE_ISO, &to) == STATUS_OK) {
		html_date(p, from);
		html(p, " – ");
		html_date(p, to);
	}
	facts_row_end(p);
	number_fact(p, TR("Déclarations relues"), whole(showing->result, "declarations"));
	number_fact(p, TR("Titres de transport relus"), whole(showing->result, "manifests"));
	number_fact(p, TR("Plus anciennes, connues des historiques seulement"), whole(showing->result, "learned_before"));
	facts_row_begin(p, TR("Durée"));
	html_number(p, whole(showing->result, "milliseconds") * 1000, 1);
	html(p, " s");
	facts_row_end(p);
	facts_end(p);
	section_end(p);
	notice(p, "info",
		TR("Ce que personne n'a contrôlé n'a pas de résultat. Les fautes connues sont celles des contrôles faits alors ; "
		   "pour le reste, l'estimation vient de ce que le hasard seul avait tiré."));
	if (whole(showing->result, "brought_later"))
		notice(p, "info",
			TR("Une partie de ce passé a été reprise après coup : on ignore ce que la base savait alors. Les noms y sont "
			   "cherchés dans les listes d'aujourd'hui, les prix comparés aux premiers prix de référence calculés."));
}

/* The series of a comparison are its two sides. */
static const struct chart_series both_sides[] = {{TR("Répétée"), NULL, NULL}, {TR("Comparée"), NULL, NULL}};

static void print_lanes(const struct showing *showing)
{
	static const struct chart chart = {TR("Circuits"), TR("Circuit"), TR("Déclarations"), 0};
	const json_t *lanes[REHEARSAL_RUNS] = {json_object_get(showing->first, "lanes"), json_object_get(showing->second, "lanes")};
	struct chart_bar bars[REHEARSAL_RUNS * LANE_COUNT];
	size_t sides = showing->second ? 2 : 1, count = 0;

	for (int lane = LANE_RED; lane >= LANE_GREEN; lane--)
		for (size_t side = 0; side < sides; side++) {
			struct text label = text_of(tr(showing->rq->language, lane_label((enum lane)lane)));

			if (sides > 1)
				label = arena_format(showing->rq->arena, "%.*s · %s", TEXT_FORMAT(label),
					tr(showing->rq->language, both_sides[side].label));
			bars[count++] = (struct chart_bar){label, number_of(whole(lanes[side], lane_code((enum lane)lane))),
				lane_code((enum lane)lane)};
		}
	section_begin(showing->p, NULL);
	chart_bars(showing->p, &chart, bars, count);
	section_end(showing->p);
}

static void month_chart(const struct showing *showing, const struct chart *chart, const char *key)
{
	const json_t *first = json_object_get(showing->first, "months"), *second = json_object_get(showing->second, "months");
	struct chart_point points[MONTHS_SHOWN] = {{.values = {0}}};
	size_t all = json_array_size(first), from = all > MONTHS_SHOWN ? all - MONTHS_SHOWN : 0;
	const struct chart_data data = {both_sides, showing->second ? 2 : 1, points, all - from};

	for (size_t i = from; i < all; i++) {
		const json_t *row = json_array_get(first, i);

		points[i - from] = (struct chart_point){.label = string(row, "month"), .tick = string(row, "month"),
			.values = {number_of(whole(row, key)), number_of(whole(json_array_get(second, i), key))}};
	}
	chart_lines(showing->p, chart, &data);
}

static void print_months(const struct showing *showing)
{
	static const struct chart controls = {TR("Contrôles par mois"), TR("Mois"), TR("Contrôles"), 0};
	static const struct chart findings = {TR("Fautes connues gardées, par mois"), TR("Mois"), TR("Fautes"), 0};

	section_begin(showing->p, NULL);
	month_chart(showing, &controls, "controls");
	month_chart(showing, &findings, "adverse");
	section_end(showing->p);
}

/* ---- what one side has that the other has not */

static void print_group_row(const struct showing *showing, const char *label, const char *key)
{
	const json_t *group = json_object_get(showing->result, key);
	struct html *p = showing->p;

	table_row_begin(p);
	table_cell_begin(p);
	html_tr(p, label);
	table_cell_end(p);
	table_cell_number(p, number_of(whole(group, "count")), 0);
	table_cell_number(p, number_of(whole(group, "adverse")), 0);
	table_cell_number(p, micro(group, "recovered"), 0);
	table_cell_number(p, number_of(whole(group, "unknown")), 0);
	table_cell_begin(p);
	if (json_is_object(json_object_get(group, "estimate")))
		print_estimate(p, group);
	else
		html_tr(p, TR("on ne sait pas"));
	table_cell_end(p);
	table_row_end(p);
}

static void print_moves(const struct showing *showing)
{
	static const struct table_column columns[] = {{TR("De (comparée) à (répétée)"), "text"}, {TR("rouge"), "number"},
		{TR("jaune"), "number"}, {TR("bleu"), "number"}, {TR("vert"), "number"}, {NULL, NULL}};
	const json_t *moves = json_object_get(showing->result, "moves");
	struct html *p = showing->p;

	table_begin(p, TR("Changements de circuit"), columns);
	for (size_t second = 0; second < LANE_COUNT; second++) {
		enum lane lane = (enum lane)(LANE_RED - (int)second);

		table_row_begin(p);
		table_cell_begin(p);
		lane_badge(p, lane_code(lane), lane_label(lane));
		table_cell_end(p);
		for (size_t first = 0; first < LANE_COUNT; first++)
			table_cell_number(p,
				number_of(json_integer_value(json_array_get(json_array_get(moves, first), second))), 0);
		table_row_end(p);
	}
	table_end(p);
}

static void print_comparison(const struct showing *showing)
{
	static const struct table_column columns[] = {{TR("Contrôlées par"), "text"}, {TR("Déclarations"), "number"},
		{TR("Fautes connues"), "number"}, {TR("Droits retrouvés"), "number"}, {TR("Sans résultat"), "number"},
		{TR("Fautes estimées parmi elles"), "text"}, {NULL, NULL}};

	section_begin(showing->p, TR("Ce que l'une a et l'autre pas"));
	table_begin(showing->p, TR("Ce que l'une a et l'autre pas"), columns);
	print_group_row(showing, TR("les deux"), "both");
	print_group_row(showing, TR("la politique répétée seule (gagné)"), "first_only");
	print_group_row(showing, TR("l'autre seule (perdu)"), "second_only");
	print_group_row(showing, TR("aucune"), "neither");
	table_end(showing->p);
	print_moves(showing);
	section_end(showing->p);
}

/* ---- offices */

static bool sees_office(const struct showing *showing, const json_t *office)
{
	struct text path = string(office, "path");

	/* Goods of no unit are seen by who sees the whole. */
	return actor_may(&showing->rq->actor, RISK_READ, path.size ? path : TEXT("/"));
}

static void print_office(const struct showing *showing, const json_t *office, int64_t days)
{
	struct html *p = showing->p;
	int64_t red = whole(office, "red"), yellow = whole(office, "yellow"), on = DATE_NONE;

	table_row_begin(p);
	table_cell_begin(p);
	html(p, "<strong>%.*s</strong> %.*s", TEXT_FORMAT(string(office, "office")), TEXT_FORMAT(string(office, "name")));
	table_cell_end(p);
	table_cell_number(p, number_of(whole(office, "declarations")), 0);
	table_cell_number(p, number_of(red) / days, 1);
	table_cell_number(p, number_of(yellow) / days, 1);
	table_cell_begin(p);
	html_number(p, number_of(whole(office, "busiest")), 0);
	if (date_parse(string(office, "busiest_on"), DATE_ISO, &on) == STATUS_OK) {
		html(p, " · ");
		html_date(p, on);
	}
	table_cell_end(p);
	table_cell_number(p, number_of(whole(office, "officers")), 0);
	table_cell_begin(p);
	if (!whole(office, "officers"))
		badge(p, "warning", TR("aucun agent"));
	else
		html_number(p, number_of(whole(office, "over")), 0);
	table_cell_end(p);
	table_row_end(p);
}

static void print_offices(const struct showing *showing, const json_t *side, struct text name)
{
	static const struct table_column columns[] = {{TR("Bureau"), "text"}, {TR("Déclarations"), "number"},
		{TR("Rouges par jour"), "number"}, {TR("Jaunes par jour"), "number"}, {TR("Jour le plus chargé"), "text"},
		{TR("Agents"), "number"}, {TR("Jours au-delà de leurs forces"), "number"}, {NULL, NULL}};
	const json_t *offices = json_object_get(side, "offices");
	int64_t from = 0, to = 0;
	const json_t *office;
	size_t i;

	if (date_parse(string(showing->result, "from"), DATE_ISO, &from) != STATUS_OK ||
	    date_parse(string(showing->result, "to"), DATE_ISO, &to) != STATUS_OK)
		return;
	section_begin(showing->p, TR("Charge des bureaux"));
	if (showing->second)
		html(showing->p, "<p>%.*s</p>", TEXT_FORMAT(name));
	table_begin(showing->p, TR("Charge des bureaux"), columns);
	json_array_foreach((json_t *)(uintptr_t)offices, i, office)
		if (sees_office(showing, office))
			print_office(showing, office, to - from + 1);
	table_end(showing->p);
	section_end(showing->p);
}

/* ---- profiles */

static void print_profile(const struct showing *showing, const json_t *profile)
{
	const json_t *selected = json_object_get(profile, "selected"), *only = json_object_get(profile, "only");
	struct html *p = showing->p;
	enum lane lane = LANE_GREEN;

	table_row_begin(p);
	table_cell_begin(p);
	html(p, "<strong>%.*s</strong> %.*s", TEXT_FORMAT(string(profile, "code")),
		TEXT_FORMAT(tr_text(showing->rq->language, string(profile, "title"))));
	table_cell_end(p);
	table_cell_begin(p);
	if (lane_from(string(profile, "lane"), &lane))
		lane_badge(p, lane_code(lane), lane_label(lane));
	table_cell_end(p);
	table_cell_number(p, number_of(whole(profile, "hits")), 0);
	table_cell_number(p, number_of(whole(selected, "known")), 0);
	table_cell_number(p, number_of(whole(selected, "adverse")), 0);
	table_cell_number(p, micro(selected, "recovered"), 0);
	table_cell_begin(p);
	if (lane_is_control(lane) && !whole(only, "count"))
		badge(p, "warning", TR("jamais le seul motif"));
	else
		html_number(p, number_of(whole(only, "count")), 0);
	table_cell_end(p);
	table_cell_number(p, number_of(whole(only, "adverse")), 0);
	table_row_end(p);
}

static void print_silent(const struct showing *showing, const json_t *side)
{
	const json_t *profiles = json_object_get(side, "profiles");
	const json_t *bills = json_object_get(json_object_get(side, "manifest"), "profiles"), *profile; /* in the same order */
	struct html *p = showing->p;
	size_t i, count = 0;

	html(p, "<details><summary>%s</summary><ul>", tr(showing->rq->language, TR("Profils que rien n'a remplis")));
	json_array_foreach((json_t *)(uintptr_t)profiles, i, profile) {
		if (whole(profile, "hits") || whole(json_array_get(bills, i), "hits"))
			continue;
		html(p, "<li><strong>%.*s</strong> %.*s</li>", TEXT_FORMAT(string(profile, "code")),
			TEXT_FORMAT(tr_text(showing->rq->language, string(profile, "title"))));
		count++;
	}
	if (!count)
		html(p, "<li>%s</li>", tr(showing->rq->language, TR("aucun")));
	html(p, "</ul></details>");
}

static void print_profiles(const struct showing *showing, const json_t *side, struct text name)
{
	static const struct table_column columns[] = {{TR("Profil"), "text"}, {TR("Circuit"), "lane"},
		{TR("Remplis"), "number"}, {TR("Contrôles faits alors"), "number"}, {TR("Fautes connues"), "number"},
		{TR("Droits retrouvés"), "number"}, {TR("Seul motif"), "number"}, {TR("Fautes, seul motif"), "number"},
		{NULL, NULL}};
	const json_t *profiles = json_object_get(side, "profiles"), *profile;
	size_t i;

	section_begin(showing->p, TR("Apport de chaque profil"));
	if (showing->second)
		html(showing->p, "<p>%.*s</p>", TEXT_FORMAT(name));
	table_begin(showing->p, TR("Apport de chaque profil"), columns);
	json_array_foreach((json_t *)(uintptr_t)profiles, i, profile)
		if (whole(profile, "hits"))
			print_profile(showing, profile);
	table_end(showing->p);
	print_silent(showing, side);
	section_end(showing->p);
}

static const char *kind_label(struct text kind)
{
	return text_is(kind, "profile") ? TR("Profils")
		: text_is(kind, "check")  ? TR("Contrôles de cohérence")
		: text_is(kind, "model")  ? TR("Modèle")
		: text_is(kind, "random") ? TR("Tirage au sort")
					  : TR("Complément jusqu'au taux attendu");
}

static void print_kinds(const struct showing *showing, const json_t *side, struct text name)
{
	static const struct table_column columns[] = {{TR("Motif"), "text"}, {TR("Contrôles demandés"), "number"},
		{TR("Fautes connues"), "number"}, {TR("Seul motif"), "number"}, {TR("Fautes, seul motif"), "number"},
		{NULL, NULL}};
	const json_t *kind;
	size_t i;

	section_begin(showing->p, TR("D'où viennent les contrôles"));
	if (showing->second)
		html(showing->p, "<p>%.*s</p>", TEXT_FORMAT(name));
	table_begin(showing->p, TR("D'où viennent les contrôles"), columns);
	json_array_foreach(json_object_get(side, "kinds"), i, kind) {
		const json_t *selected = json_object_get(kind, "selected"), *only = json_object_get(kind, "only");

		table_row_begin(showing->p);
		table_cell_begin(showing->p);
		html_tr(showing->p, kind_label(string(kind, "kind")));
		table_cell_end(showing->p);
		table_cell_number(showing->p, number_of(whole(selected, "count")), 0);
		table_cell_number(showing->p, number_of(whole(selected, "adverse")), 0);
		table_cell_number(showing->p, number_of(whole(only, "count")), 0);
		table_cell_number(showing->p, number_of(whole(only, "adverse")), 0);
		table_row_end(showing->p);
	}
	table_end(showing->p);
	section_end(showing->p);
}

static struct text side_name(struct request *rq, const char *id, const json_t *side)
{
	AUTO(buffer_release) struct buffer text = {0};
	struct message message = {id, {arena_format(rq->arena, "%lld", (long long)whole(side, "policy"))}};

	if (!whole(side, "policy"))
		message.values[0] = text_of(tr(rq->language, TR("non enregistrée")));
	buffer_init(&text, 400);
	message_print(&text, rq->language, &message);
	return arena_text(rq->arena, buffer_text(&text));
}

/* Bills of lading, decided when they are announced. */
static void print_manifest(const struct showing *showing, const json_t *side, struct text name)
{
	static const struct table_column columns[] = {{TR("Profil"), "text"}, {TR("Circuit"), "lane"},
		{TR("Remplis"), "number"}, {TR("Contrôles faits alors"), "number"}, {TR("Fautes connues"), "number"},
		{TR("Droits retrouvés"), "number"}, {TR("Seul motif"), "number"}, {TR("Fautes, seul motif"), "number"},
		{NULL, NULL}};
	const json_t *manifest = json_object_get(side, "manifest"), *lanes = json_object_get(manifest, "lanes"), *profile;
	struct html *p = showing->p;
	size_t i;

	if (!whole(showing->result, "manifests"))
		return;
	section_begin(p, TR("Au manifeste, avant l'arrivée"));
	if (showing->second)
		html(p, "<p>%.*s</p>", TEXT_FORMAT(name));
	facts_begin(p);
	for (int lane = LANE_RED; lane >= LANE_GREEN; lane--) {
		facts_row_begin(p, lane_label((enum lane)lane));
		share_of(p, whole(lanes, lane_code((enum lane)lane)), whole(showing->result, "manifests"));
		facts_row_end(p);
	}
	facts_end(p);
	table_begin(p, TR("Apport de chaque profil au manifeste"), columns);
	json_array_foreach(json_object_get(manifest, "profiles"), i, profile)
		if (whole(profile, "hits"))
			print_profile(showing, profile);
	table_end(p);
	section_end(p);
}

static void print_side_details(const struct showing *showing, const json_t *side, struct text name)
{
	print_offices(showing, side, name);
	print_kinds(showing, side, name);
	print_profiles(showing, side, name);
	print_manifest(showing, side, name);
}

static void print_sides(const struct showing *showing)
{
	print_period(showing);
	print_head(showing, showing->first, showing->names[0]);
	if (showing->second) {
		print_head(showing, showing->second, showing->names[1]);
		print_comparison(showing);
	}
	print_lanes(showing);
	print_months(showing);
	print_side_details(showing, showing->first, showing->names[0]);
	if (!showing->second)
		return;
	fold_begin(showing->p, TR("Le détail de la politique comparée"), false);
	print_side_details(showing, showing->second, showing->names[1]);
	fold_end(showing->p);
}

enum status rehearsal_print(struct request *rq, struct html *p, struct text result)
{
	struct showing showing = {.rq = rq, .p = p};
	json_t *parsed = NULL;
	int line;

	TRY(json_parse(result, SIZE_MAX, &parsed, &line));
	showing.result = parsed;
	showing.first = json_array_get(json_object_get(parsed, "sides"), 0);
	showing.second = json_array_get(json_object_get(parsed, "sides"), 1);
	showing.names[0] = side_name(rq, TR("Répétée : politique n° %1"), showing.first);
	showing.names[1] = side_name(rq, TR("Comparée : politique n° %1"), showing.second);
	print_sides(&showing);
	json_decref(parsed);
	return STATUS_OK;
}
