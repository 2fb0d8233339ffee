/* One line of arithmetic, kept in one place because pages, jobs and tests must agree on it. */
#include "engine/ranking.h"

#include <math.h>

double ranking_priority(const struct ranking *ranking, double probability, double duty)
{
	double stake = ranking->cap > 0 && duty > 0 ? fmin(duty, ranking->cap) / ranking->cap : 0;

	return probability * ((1 - ranking->weight) + ranking->weight * stake);
}
