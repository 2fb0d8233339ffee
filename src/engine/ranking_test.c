#include "engine/ranking.h"

#include "base/test.h"

#include <math.h>

TEST(a_priority_mixes_probability_and_duty)
{
	const struct ranking probability = {0, 1000}, duty = {1, 1000}, half = {.5, 1000};

	CHECK(fabs(ranking_priority(&probability, .4, 1e9) - .4) < 1e-12);
	CHECK(fabs(ranking_priority(&duty, .4, 500) - .2) < 1e-12);
	CHECK(fabs(ranking_priority(&duty, .4, 1e9) - .4) < 1e-12);
	CHECK(fabs(ranking_priority(&half, .4, 0) - .2) < 1e-12);
	CHECK(fabs(ranking_priority(&half, .4, -5) - .2) < 1e-12);
	CHECK(fabs(ranking_priority(&half, .4, (double)NAN) - .2) < 1e-12);
	CHECK(isnan(ranking_priority(&half, (double)NAN, 500)));
	/* A small chance of much and a great chance of little change places with the weight. */
	CHECK(ranking_priority(&probability, .2, 1000) < ranking_priority(&probability, .8, 10));
	CHECK(ranking_priority(&duty, .2, 1000) > ranking_priority(&duty, .8, 10));
}
