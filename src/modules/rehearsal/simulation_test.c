/* Years played: the same again for the same seed, chance finds as much as there is, and learning finds more. */
#include "modules/rehearsal/simulation.h"

#include "base/memory.h"
#include "base/number.h"
#include "base/test.h"

#include <string.h>

static int64_t total(const int64_t *parts, size_t from, size_t count)
{
	int64_t sum = 0;

	for (size_t i = from; i < count; i++)
		sum += parts[i];
	return sum;
}

TEST(simulations_repeat_and_learning_finds_more_than_chance)
{
	static struct simulation first, again;
	struct simulation_options options = {.seed = 3, .declarations = 6000, .years = 2, .capacity = 100000,
		.exploration = {0, 100000, NUMBER_ONE}, .way_count = 3, .first_weeks = 8, .learn_every = 13};
	int64_t frauds, declarations, controlled, chance;

	REQUIRE(simulate(&options, &first) == STATUS_OK);
	REQUIRE(simulate(&options, &again) == STATUS_OK);
	CHECK(memcmp(&first, &again, sizeof first) == 0);
	frauds = total(first.frauds, 0, first.part_count);
	declarations = total(first.declarations, 0, first.part_count);
	CHECK_INTEGER(declarations, 6000);
	for (size_t way = 0; way < 3; way++) {
		controlled = total(first.ways[way].controlled, 0, first.part_count);
		CHECK(controlled > 500 && controlled <= 600);
	}
	/* Chance finds about nine in ten of the share of frauds that there is. */
	chance = total(first.ways[2].found, 0, first.part_count);
	CHECK(chance * 100 > controlled * frauds * 55 / declarations && chance * 100 < controlled * frauds * 130 / declarations);
	CHECK_INTEGER(first.ways[2].learned, 0);
	CHECK_INTEGER(first.ways[2].explored, controlled);
	CHECK(first.ways[0].learned > 3 && first.ways[1].learned > 3);
	CHECK(total(first.ways[0].found, 4, first.part_count) > 2 * total(first.ways[2].found, 4, first.part_count));
	CHECK(first.ways[1].explored > first.ways[0].explored); /* both had the first weeks at random */
	options.exploration[1] = NUMBER_ONE + 1;
	CHECK(simulate(&options, &again) == STATUS_INVALID);
}
