/* Newton's steps: the weighted least squares of the working response, with a small ridge so that columns without
 * information stay at zero. */
#include "engine/logistic.h"

#include <math.h>
#include <string.h>

enum { SIZE = LOGISTIC_COLUMNS + 1, STEPS = 25 };
static const double ridge = 1;

/* The row as the regression sees it, the constant last. */
static void standardise(const struct logistic *logistic, const double *values, double *ret_row)
{
	for (size_t j = 0; j < logistic->width; j++)
		ret_row[j] = isfinite(values[j]) ? (values[j] - logistic->mean[j]) / logistic->deviation[j] : 0;
	ret_row[logistic->width] = 1;
}

static void measure_columns(struct logistic *logistic, const double *values, size_t count)
{
	for (size_t j = 0; j < logistic->width; j++) {
		double sum = 0, squares = 0, seen = 0;

		for (size_t i = 0; i < count; i++) {
			double value = values[i * logistic->width + j];

			if (!isfinite(value))
				continue;
			sum += value;
			squares += value * value;
			seen++;
		}
		logistic->mean[j] = seen > 0 ? sum / seen : 0;
		squares = seen > 0 ? squares / seen - logistic->mean[j] * logistic->mean[j] : 0;
		logistic->deviation[j] = squares > 1e-12 ? sqrt(squares) : 1;
	}
}

/* Solves a·x = b in place by elimination with the largest pivot; x is left in b. */
static void solve(double a[SIZE][SIZE], double *b, size_t size)
{
	for (size_t k = 0; k < size; k++) {
		size_t pivot = k;

		for (size_t i = k + 1; i < size; i++)
			pivot = fabs(a[i][k]) > fabs(a[pivot][k]) ? i : pivot;
		for (size_t j = 0; j < size; j++) {
			double kept = a[k][j];

			a[k][j] = a[pivot][j];
			a[pivot][j] = kept;
		}
		double kept = b[k];
		b[k] = b[pivot];
		b[pivot] = kept;
		for (size_t i = 0; i < size; i++) {
			double factor = i == k || fabs(a[k][k]) < 1e-300 ? 0 : a[i][k] / a[k][k];

			for (size_t j = k; j < size && factor != 0; j++)
				a[i][j] -= factor * a[k][j];
			b[i] -= factor * b[k];
		}
	}
	for (size_t k = 0; k < size; k++)
		b[k] = fabs(a[k][k]) < 1e-300 ? 0 : b[k] / a[k][k];
}

static double probability_of(const double *weight, const double *row, size_t size)
{
	double sum = 0;

	for (size_t j = 0; j < size; j++)
		sum += weight[j] * row[j];
	return 1 / (1 + exp(-sum));
}

/* One step; returns how far the weights moved. */
static double step(struct logistic *logistic, const double *values, const bool *outcomes, size_t count)
{
	size_t size = logistic->width + 1;
	double a[SIZE][SIZE] = {{0}}, b[SIZE] = {0}, row[SIZE], moved = 0;

	for (size_t i = 0; i < count; i++) {
		double p, weight;

		standardise(logistic, values + i * logistic->width, row);
		p = probability_of(logistic->weight, row, size);
		weight = fmax(p * (1 - p), 1e-9);
		for (size_t j = 0; j < size; j++) {
			b[j] += ((double)outcomes[i] - p) * row[j];
			for (size_t k = 0; k < size; k++)
				a[j][k] += weight * row[j] * row[k];
		}
	}
	for (size_t j = 0; j < logistic->width; j++) {
		a[j][j] += ridge;
		b[j] -= ridge * logistic->weight[j];
	}
	solve(a, b, size);
	for (size_t j = 0; j < size; j++) {
		logistic->weight[j] += b[j];
		moved = fmax(moved, fabs(b[j]));
	}
	return moved;
}

enum status logistic_fit(const double *values, const bool *outcomes, size_t count, size_t width,
	struct logistic *ret_logistic)
{
	struct logistic logistic = {.width = width};

	if (!count || width > LOGISTIC_COLUMNS)
		return STATUS_INVALID;
	measure_columns(&logistic, values, count);
	for (int i = 0; i < STEPS; i++)
		if (step(&logistic, values, outcomes, count) < 1e-9)
			break;
	*ret_logistic = logistic;
	return STATUS_OK;
}

double logistic_probability(const struct logistic *logistic, const double *values)
{
	double row[SIZE];

	standardise(logistic, values, row);
	return probability_of(logistic->weight, row, logistic->width + 1);
}
