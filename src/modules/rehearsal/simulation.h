#ifndef VIGIE_REHEARSAL_SIMULATION_H
#define VIGIE_REHEARSAL_SIMULATION_H
/* Learning where one does not look: years of the demonstration played week by week, by several ways of choosing whom
 * to control, each with its own histories and model, and each seeing the outcome of what it controls alone. */
#include "base/status.h"

#include <stdint.h>
#include <stddef.h>

enum { SIMULATION_WAYS = 8, SIMULATION_PARTS = 40 };

struct simulation_options {
	uint64_t seed;
	int64_t declarations; /* in all */
	int years;
	int64_t capacity; /* micro: the share of a week's declarations that can be controlled */
	int64_t exploration[SIMULATION_WAYS]; /* micro of the controls drawn at random: 0 exploits only, NUMBER_ONE is chance */
	size_t way_count;
	int first_weeks; /* drawn at random by all, to have something to learn from */
	int learn_every; /* weeks */
	void (*progress)(void *context, int week, int weeks); /* may be NULL */
	void *context;
};
/* What a way found, in parts of thirteen weeks. */
struct simulation_way {
	int64_t controlled[SIMULATION_PARTS], found[SIMULATION_PARTS];
	int64_t recovered[SIMULATION_PARTS]; /* micro national */
	int64_t explored, explored_found; /* among them, by chance */
	int64_t learned; /* models made */
};
struct simulation {
	struct simulation_way ways[SIMULATION_WAYS];
	int64_t frauds[SIMULATION_PARTS], declarations[SIMULATION_PARTS]; /* what was there to be found */
	size_t part_count;
};
/* The same options give the same figures. STATUS_INVALID for options out of range. */
enum status simulate(const struct simulation_options *options, struct simulation *ret_simulation) MUST_CHECK;

#endif
