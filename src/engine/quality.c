/* Figures over a ranking, walked in groups of equal score. */
#include "engine/quality.h"

#include <math.h>
#include <stdlib.h>

static int highest_first(const void *a, const void *b)
{
	double x = ((const struct ranked *)a)->score, y = ((const struct ranked *)b)->score;

	if (isnan(x) || isnan(y))
		return isnan(x) - isnan(y);
	return (x < y) - (x > y);
}

void quality_rank(struct ranked *rows, size_t count)
{
	if (count)
		qsort(rows, count, sizeof *rows, highest_first);
}

/* The end of the group of equal scores that begins at `from`; counts its irregular rows. */
static size_t group_end(const struct ranked *rows, size_t count, size_t from, size_t *ret_adverse)
{
	size_t end = from, adverse = 0;

	for (; end < count && highest_first(&rows[from], &rows[end]) == 0; end++)
		adverse += rows[end].adverse;
	*ret_adverse = adverse;
	return end;
}

double quality_auc(const struct ranked *rows, size_t count)
{
	double above = 0, wins = 0, regular = 0;
	size_t adverse;

	for (size_t from = 0, end; from < count; from = end) {
		double others;

		end = group_end(rows, count, from, &adverse);
		others = (double)(end - from - adverse);
		wins += others * (above + (double)adverse / 2);
		above += (double)adverse;
		regular += others;
	}
	return above > 0 && regular > 0 ? wins / (above * regular) : NAN;
}

double quality_average_precision(const struct ranked *rows, size_t count)
{
	double sum = 0, found = 0;
	size_t adverse;

	for (size_t from = 0, end; from < count; from = end) {
		end = group_end(rows, count, from, &adverse);
		found += (double)adverse;
		sum += (double)adverse * found / (double)end;
	}
	return found > 0 ? sum / found : NAN;
}

/* Irregular rows among the first `share`, and how many rows those are. */
static double found_in(const struct ranked *rows, size_t count, double share, size_t *ret_rows)
{
	size_t wanted = (size_t)(share * (double)count), adverse;
	double found = 0;

	wanted = wanted ? wanted : 1;
	wanted = wanted > count ? count : wanted;
	for (size_t from = 0, end; from < wanted; from = end) {
		end = group_end(rows, count, from, &adverse);
		if (end <= wanted)
			found += (double)adverse;
		else
			found += (double)adverse * (double)(wanted - from) / (double)(end - from);
	}
	*ret_rows = wanted;
	return found;
}

double quality_precision(const struct ranked *rows, size_t count, double share)
{
	size_t taken;
	double found = found_in(rows, count, share, &taken);

	return count ? found / (double)taken : NAN;
}

double quality_recall(const struct ranked *rows, size_t count, double share)
{
	size_t taken, adverse = 0;
	double found = found_in(rows, count, share, &taken);

	for (size_t i = 0; i < count; i++)
		adverse += rows[i].adverse;
	return adverse ? found / (double)adverse : NAN;
}

double quality_brier(const struct ranked *rows, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (rows[i].score - rows[i].adverse) * (rows[i].score - rows[i].adverse);
	return count ? sum / (double)count : NAN;
}
