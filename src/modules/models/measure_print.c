/* Parts of measurements as they are shown: figures with intervals, choices of ranking, drift, calibration. */
#include "engine/features.h"
#include "modules/models/pages.h"

#include <math.h>

enum { DRIFTS = 12 };

static int64_t micro_of(double value)
{
	return isfinite(value) && fabs(value) < 9e12 ? (int64_t)llround(value * 1e6) : NUMBER_NONE;
}

void print_figure(struct html *p, const json_t *figure)
{
	table_cell_begin(p);
	if (json_is_number(json_array_get(figure, 0)))
		html_number(p, micro_of(json_number_value(json_array_get(figure, 0))), 3);
	else
		html(p, "–");
	if (json_is_number(json_array_get(figure, 1))) {
		html(p, " <span class=\"muted\">[");
		html_number(p, micro_of(json_number_value(json_array_get(figure, 1))), 3);
		html(p, " – ");
		html_number(p, micro_of(json_number_value(json_array_get(figure, 2))), 3);
		html(p, "]</span>");
	}
	table_cell_end(p);
}

static void print_choice(struct html *p, const json_t *choice, struct text currency)
{
	const json_t *cuts = json_object_get(choice, "cuts");

	table_row_begin(p);
	table_cell_begin(p);
	html_number(p, micro_of(json_number_value(json_object_get(choice, "weight")) * 100), 0);
	html(p, " %%");
	table_cell_end(p);
	for (size_t i = 2; i < json_array_size(cuts); i++) {
		const json_t *cut = json_array_get(cuts, i);

		table_cell_begin(p);
		html(p, "%lld / %lld", (long long)json_integer_value(json_object_get(cut, "found")),
			(long long)json_integer_value(json_object_get(cut, "taken")));
		html(p, "<br><span class=\"muted\">");
		html_amount(p, micro_of(floor(json_number_value(json_object_get(cut, "recovered")))), currency);
		html(p, "</span>");
		table_cell_end(p);
	}
	table_row_end(p);
}

void print_choices(struct html *p, const json_t *choices, struct text currency)
{
	static const struct table_column columns[] = {{TR("Poids des droits"), "number"},
		{TR("En contrôlant 5 %"), "number"}, {TR("En contrôlant 10 %"), "number"},
		{TR("En contrôlant 20 %"), "number"}, {NULL, NULL}};

	table_begin(p, TR("Ce que chaque choix aurait trouvé : irrégularités sur contrôles, droits recouvrés"), columns);
	for (size_t i = 0; i < json_array_size(choices); i++)
		print_choice(p, json_array_get(choices, i), currency);
	table_end(p);
	html(p, "<p class=\"muted\">%s</p>",
		tr(p->language, TR("Parmi les seuls envois dont le résultat est connu : ce qui n'a pas été contrôlé n'y figure pas.")));
}

/* Counts of the past grow with the years: that they change says nothing. */
static bool grows(const json_t *row)
{
	size_t feature = feature_find(text_of(json_string_value(json_object_get(row, "feature"))));
	enum feature_kind kind = feature < feature_count() ? feature_at(feature)->kind : FEATURE_COUNT;

	return kind == FEATURE_COUNT || kind == FEATURE_JUDGED || kind == FEATURE_PACE;
}

static const json_t *largest_below(const json_t *drift, double below)
{
	const json_t *best = NULL;

	for (size_t i = 0; i < json_array_size(drift); i++) {
		const json_t *row = json_array_get(drift, i);
		double psi = json_number_value(json_object_get(row, "psi"));

		if (psi < below && !grows(row) && (!best || psi > json_number_value(json_object_get(best, "psi"))))
			best = row;
	}
	return best;
}

void print_drift(struct html *p, const json_t *drift)
{
	static const struct table_column columns[] = {{TR("Fait"), "text"}, {TR("Indice de dérive"), "number"},
		{TR("Lecture"), "text"}, {NULL, NULL}};
	double last = 1e9;

	table_begin(p, TR("Faits qui ont le plus changé depuis l'apprentissage"), columns);
	for (size_t i = 0; i < DRIFTS; i++) {
		const json_t *row = largest_below(drift, last);
		size_t feature;

		if (!row)
			break;
		last = json_number_value(json_object_get(row, "psi"));
		feature = feature_find(text_of(json_string_value(json_object_get(row, "feature"))));
		table_row_begin(p);
		table_cell(p, feature < feature_count() ? text_of(tr(p->language, feature_label(feature))) : TEXT_NONE);
		table_cell_number(p, micro_of(last), 3);
		table_cell_begin(p);
		badge(p, last < .1 ? "ok" : last < .25 ? "warning" : "danger",
			last < .1 ? TR("Stable") : last < .25 ? TR("À surveiller") : TR("A beaucoup changé"));
		table_cell_end(p);
		table_row_end(p);
	}
	table_end(p);
}

void print_calibration(struct html *p, const json_t *calibration)
{
	static const struct table_column columns[] = {{TR("Score"), "text"}, {TR("Envois"), "number"},
		{TR("Annoncé"), "number"}, {TR("Trouvé"), "number"}, {NULL, NULL}};

	table_begin(p, TR("Calibration : ce que le modèle annonce, ce que l'on trouve"), columns);
	for (size_t i = 0; i < json_array_size(calibration); i++) {
		const json_t *band = json_array_get(calibration, i);
		int64_t count = json_integer_value(json_array_get(band, 0));

		if (!count)
			continue;
		table_row_begin(p);
		table_cell_begin(p);
		html(p, "%zu – %zu %%", i * 10, i * 10 + 10);
		table_cell_end(p);
		table_cell_number(p, number_of(count), 0);
		for (size_t j = 1; j <= 2; j++) {
			table_cell_begin(p);
			html_number(p, micro_of(json_number_value(json_array_get(band, j)) * 100), 1);
			html(p, " %%");
			table_cell_end(p);
		}
		table_row_end(p);
	}
	table_end(p);
}
