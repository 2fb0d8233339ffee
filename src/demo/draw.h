#ifndef VIGIE_DEMO_DRAW_H
#define VIGIE_DEMO_DRAW_H
/* Reproducible draws: a stream of numbers named by seed, purpose and index, so that anything can be drawn again
 * without what came before it. Only exact arithmetic, so that every machine draws the same. */
#include <stdbool.h>
#include <stdint.h>

struct draw {
	uint64_t state;
};

struct draw draw_of(uint64_t seed, uint64_t purpose, uint64_t index);
uint64_t draw_next(struct draw *draw);
uint64_t draw_below(struct draw *draw, uint64_t below); /* 0 … below-1; 0 when below is 0 */
double draw_unit(struct draw *draw); /* 0 … 1, 1 excluded */
bool draw_chance(struct draw *draw, double chance);
double draw_bell(struct draw *draw); /* mean 0, deviation 1, within ±3.5 */

#endif
