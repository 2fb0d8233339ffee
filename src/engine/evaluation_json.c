/* Evaluations as JSON, in the one form that commands, runs and pages read. */
#include "engine/evaluation.h"

#include <stdio.h>

void estimate_write(struct json_writer *json, const char *key, const struct estimate *estimate)
{
	put_key(json, key);
	put_array(json);
	put_double(json, estimate->value);
	put_double(json, estimate->low);
	put_double(json, estimate->high);
	put_array_end(json);
}

static void put_cuts(struct json_writer *json, const char *key, const struct estimate *estimates)
{
	put_key(json, key);
	put_object(json);
	for (size_t i = 0; i < EVALUATION_CUTS; i++) {
		char name[8];

		snprintf(name, sizeof name, "%d", evaluation_cuts[i]);
		estimate_write(json, name, &estimates[i]);
	}
	put_object_end(json);
}

void evaluation_write(struct json_writer *json, const struct evaluation *evaluation)
{
	estimate_write(json, "auc", &evaluation->auc);
	estimate_write(json, "average_precision", &evaluation->average_precision);
	estimate_write(json, "brier", &evaluation->brier);
	put_cuts(json, "precision", evaluation->precision);
	put_cuts(json, "recall", evaluation->recall);
}

void calibration_write(struct json_writer *json, const struct calibration_band bands[CALIBRATION_BANDS])
{
	put_key(json, "calibration");
	put_array(json);
	for (size_t i = 0; i < CALIBRATION_BANDS; i++) {
		put_array(json);
		put_int(json, (int64_t)bands[i].count);
		put_double(json, bands[i].said);
		put_double(json, bands[i].found);
		put_array_end(json);
	}
	put_array_end(json);
}
