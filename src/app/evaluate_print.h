#ifndef VIGIE_APP_EVALUATE_PRINT_H
#define VIGIE_APP_EVALUATE_PRINT_H
/* An evaluation as JSON or as text. */
#include "base/catalogue.h"
#include "engine/evaluation.h"

enum { BASELINES = 8 };

/* One way to rank: over everything, and over goods lines never seen before. */
struct evaluation_pair {
	const char *code, *label; /* of a baseline */
	struct evaluation all, never_seen;
};
struct evaluation_report {
	size_t learnt; /* items */
	struct evaluation_pair model, baselines[BASELINES];
	size_t baseline_count;
	struct calibration_band bands[CALIBRATION_BANDS];
};
/* {"all": …, "never_seen": …, "baselines": {"declared_duty": {"all": …, "never_seen": …}, …}} on standard output,
 * each figure as [value, low, high], null where it cannot be told. */
enum status evaluation_print_json(const struct evaluation_report *report) MUST_CHECK;
void evaluation_print_text(const struct evaluation_report *report, enum language language);

#endif
