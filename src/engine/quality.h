#ifndef VIGIE_ENGINE_QUALITY_H
#define VIGIE_ENGINE_QUALITY_H
/* How well scores tell what was irregular from what was not. Rows are ranked first, highest score first; rows
 * of the same score share their places, so that no figure depends on the order of the input. */
#include <stdbool.h>
#include <stddef.h>

struct ranked {
	double score; /* NAN ranks last */
	bool adverse;
};

/* Sorts in place; call it before any of the others. */
void quality_rank(struct ranked *rows, size_t count);
/* Chance that an irregular row scores above a regular one (ties count half); NAN with only one kind. */
double quality_auc(const struct ranked *rows, size_t count);
/* Mean of the precision at each irregular row, as steps of distinct scores; NAN without irregular rows. */
double quality_average_precision(const struct ranked *rows, size_t count);
/* Share of irregular rows among the first `share` (0…1) of all, at least one row; a tie across the limit
 * counts in proportion. NAN without rows. */
double quality_precision(const struct ranked *rows, size_t count, double share);
/* Share of all irregular rows found among those. */
double quality_recall(const struct ranked *rows, size_t count, double share);
/* Mean squared distance of the score, as a probability, from what was found; NAN without rows. */
double quality_brier(const struct ranked *rows, size_t count);

#endif
