/* Drift: nothing where nothing moved, by hand where it did. */
#include "base/test.h"
#include "engine/drift.h"

TEST(drift_indices_are_those_of_a_calculation_by_hand)
{
	struct drift_bins bins = {{0}, {0}};

	CHECK_INTEGER(drift_index(&bins), NUMBER_NONE);
	for (size_t i = 0; i < 4; i++) {
		bins.before[i] = 400;
		bins.recent[i] = 100;
	}
	CHECK(drift_index(&bins) < 1000);
	/* 50/50 becomes 80/20: .3 ln 1.6 + .3 ln 2.5 = .4159 but for the halves. */
	bins = (struct drift_bins){{500000, 500000}, {800000, 200000}};
	CHECK(drift_index(&bins) > 415800 && drift_index(&bins) < 416000);
	bins = (struct drift_bins){{500, 500}, {20, 20}};
	CHECK_INTEGER(drift_index(&bins), NUMBER_NONE);
	/* 30 of 100 against 10 of 100: .2 / sqrt(.2 × .8 × .02) = 3.5355 */
	CHECK_INTEGER(shares_differ(30, 100, 10, 100), 3535534);
	CHECK_INTEGER(shares_differ(0, 100, 0, 50), 0);
	CHECK_INTEGER(shares_differ(1, 1, 0, 0), NUMBER_NONE);
	CHECK(drift_bin_of_number(NUMBER_NONE) == 0 && drift_bin_of_number(-5) == 1);
	CHECK(drift_bin_of_number(4) == drift_bin_of_number(7) && drift_bin_of_number(7) != drift_bin_of_number(8));
	CHECK(drift_bin_of_number(INT64_MAX) < DRIFT_BINS);
	CHECK(drift_bin_of_text(TEXT("CN")) == drift_bin_of_text(TEXT("CN")) && drift_bin_of_text(TEXT("")) == 0);
}
