#include "engine/quality.h"

#include "base/test.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-12;
}

TEST(figures_of_a_known_ranking)
{
	struct ranked rows[] = {{.1, false}, {.4, false}, {.35, true}, {.8, true}};

	quality_rank(rows, 4);
	CHECK(near(quality_auc(rows, 4), .75));
	CHECK(near(quality_average_precision(rows, 4), (1.0 + 2.0 / 3) / 2));
	CHECK(near(quality_precision(rows, 4, .25), 1));
	CHECK(near(quality_precision(rows, 4, .5), .5));
	CHECK(near(quality_recall(rows, 4, .5), .5));
	CHECK(near(quality_recall(rows, 4, 1), 1));
	CHECK(near(quality_brier(rows, 4), (.01 + .16 + .65 * .65 + .04) / 4));
}

TEST(ties_share_their_places)
{
	struct ranked rows[] = {{.5, true}, {.5, false}, {.5, false}, {.5, true}};
	struct ranked missing[] = {{NAN, true}, {.2, false}};

	quality_rank(rows, 4);
	CHECK(near(quality_auc(rows, 4), .5));
	CHECK(near(quality_average_precision(rows, 4), .5));
	CHECK(near(quality_precision(rows, 4, .25), .5));
	quality_rank(missing, 2);
	CHECK(near(quality_auc(missing, 2), 0));
	CHECK(isnan(quality_auc(missing, 0)));
	CHECK(isnan(quality_precision(missing, 0, .5)));
	missing[0].adverse = true;
	CHECK(isnan(quality_auc(missing, 1)));
}

/* Against counting all pairs. */
TEST(auc_agrees_with_counting_pairs)
{
	struct ranked rows[200];
	uint64_t state = 3;

	for (int round = 0; round < 20; round++) {
		double wins = 0, pairs = 0;

		for (int i = 0; i < 200; i++) {
			state = state * 6364136223846793005U + 1442695040888963407U;
			rows[i] = (struct ranked){(double)(state >> 40 & 63), state >> 60 & 1};
		}
		for (int i = 0; i < 200; i++)
			for (int j = 0; j < 200; j++) {
				if (!rows[i].adverse || rows[j].adverse)
					continue;
				pairs++;
				if (rows[i].score > rows[j].score)
					wins++;
				else if (!(rows[i].score < rows[j].score))
					wins += .5;
			}
		quality_rank(rows, 200);
		CHECK(fabs(quality_auc(rows, 200) - wins / pairs) < 1e-9);
	}
}
