#ifndef VIGIE_ENGINE_LOGISTIC_H
#define VIGIE_ENGINE_LOGISTIC_H
/* Logistic regression on a few columns, by Newton's steps on the penalised likelihood. Columns are brought to mean 0
 * and deviation 1; a missing value (NAN) counts as the mean. */
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

enum { LOGISTIC_COLUMNS = 16 };

struct logistic {
	size_t width;
	double mean[LOGISTIC_COLUMNS], deviation[LOGISTIC_COLUMNS];
	double weight[LOGISTIC_COLUMNS + 1]; /* the last is the constant */
};
/* `values` holds count × width numbers. STATUS_INVALID: no rows, or too many columns. */
enum status logistic_fit(const double *values, const bool *outcomes, size_t count, size_t width,
	struct logistic *ret_logistic) MUST_CHECK;
double logistic_probability(const struct logistic *logistic, const double *values);

#endif
