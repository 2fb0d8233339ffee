/* Evaluations for machines and for people. */
#include "app/evaluate_print.h"

#include "base/json.h"
#include "base/utf8.h"

#include <math.h>
#include <stdio.h>

enum { LABEL_WIDTH = 40, BAR = 30 };

static void put_evaluation(struct json_writer *json, const char *key, const struct evaluation *evaluation)
{
	put_key(json, key);
	put_object(json);
	evaluation_write(json, evaluation);
	put_object_end(json);
}

enum status evaluation_print_json(const struct evaluation_report *report)
{
	AUTO(buffer_release) struct buffer out;
	struct json_writer json;

	buffer_init(&out, 1 << 20);
	put_begin(&json, &out);
	put_object(&json);
	put_evaluation(&json, "all", &report->model.all);
	put_evaluation(&json, "never_seen", &report->model.never_seen);
	put_key(&json, "baselines");
	put_object(&json);
	for (size_t i = 0; i < report->baseline_count; i++) {
		put_key(&json, report->baselines[i].code);
		put_object(&json);
		put_evaluation(&json, "all", &report->baselines[i].all);
		put_evaluation(&json, "never_seen", &report->baselines[i].never_seen);
		put_object_end(&json);
	}
	put_object_end(&json);
	put_object_end(&json);
	TRY(buffer_status(&out));
	return printf("%.*s\n", TEXT_FORMAT(buffer_text(&out))) > 0 ? STATUS_OK : STATUS_UNAVAILABLE;
}

static void print_label(const char *label)
{
	size_t width = utf8_width(text_of(label));

	printf("  %s%*s", label, width < LABEL_WIDTH ? (int)(LABEL_WIDTH - width) : 1, "");
}

static void print_estimate(const struct estimate *estimate)
{
	if (isnan(estimate->value))
		printf("    –                 ");
	else if (isnan(estimate->low))
		printf("  %.3f                ", estimate->value);
	else
		printf("  %.3f [%.3f, %.3f]", estimate->value, estimate->low, estimate->high);
}

static void print_pair(const char *label, const struct evaluation *evaluation)
{
	print_label(label);
	print_estimate(&evaluation->auc);
	print_estimate(&evaluation->average_precision);
	print_estimate(&evaluation->precision[2]);
	print_estimate(&evaluation->precision[3]);
	printf("\n");
}

static void print_table(const struct evaluation_report *report, enum language l, bool never_seen)
{
	const struct evaluation *model = never_seen ? &report->model.never_seen : &report->model.all;

	printf("\n%s – %zu, %s %zu\n", tr(l, never_seen ? TR("Marchandises jamais vues auparavant") : TR("Tous les envois jugés")),
		model->count, tr(l, TR("dont irréguliers :")), model->adverse);
	print_label("");
	printf("  %-21s  %-21s  %-21s  %-21s\n", "AUC", tr(l, TR("précision moyenne")), tr(l, TR("précision à 5 %")),
		tr(l, TR("précision à 10 %")));
	print_pair(tr(l, TR("Modèle")), model);
	for (size_t i = 0; i < report->baseline_count; i++)
		print_pair(tr(l, report->baselines[i].label),
			never_seen ? &report->baselines[i].never_seen : &report->baselines[i].all);
}

static void print_cuts(const struct evaluation *evaluation, enum language l)
{
	printf("\n%s\n", tr(l, TR("Selon la part que l'on contrôle (modèle)")));
	for (size_t i = 0; i < EVALUATION_CUTS; i++) {
		printf("  %3d %%  %s", evaluation_cuts[i], tr(l, TR("précision")));
		print_estimate(&evaluation->precision[i]);
		printf("  %s", tr(l, TR("rappel")));
		print_estimate(&evaluation->recall[i]);
		printf("\n");
	}
}

static void print_calibration(const struct evaluation_report *report, enum language l)
{
	printf("\n%s – Brier", tr(l, TR("Calibration : ce que le modèle annonce, ce que l'on trouve")));
	print_estimate(&report->model.all.brier);
	printf("\n");
	for (size_t i = 0; i < CALIBRATION_BANDS; i++) {
		const struct calibration_band *band = &report->bands[i];

		printf("  %3zu–%3zu %%  %7zu  ", i * 10, i * 10 + 10, band->count);
		if (!band->count) {
			printf("–\n");
			continue;
		}
		printf("%.3f  %.3f  ", band->said, band->found);
		for (int j = 0; j < (int)(band->found * BAR + .5); j++)
			printf("█");
		printf("\n");
	}
}

void evaluation_print_text(const struct evaluation_report *report, enum language language)
{
	printf("%s %zu\n", tr(language, TR("Articles dont le modèle a appris :")), report->learnt);
	print_table(report, language, false);
	print_table(report, language, true);
	print_cuts(&report->model.all, language);
	print_calibration(report, language);
}
