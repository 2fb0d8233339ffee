/* SplitMix64. */
#include "demo/draw.h"

static uint64_t mixed(uint64_t value)
{
	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
	value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
	return value ^ (value >> 31);
}

struct draw draw_of(uint64_t seed, uint64_t purpose, uint64_t index)
{
	return (struct draw){mixed(mixed(seed + 0x9e3779b97f4a7c15U * (purpose + 1)) ^ mixed(index + purpose))};
}

uint64_t draw_next(struct draw *draw)
{
	draw->state += 0x9e3779b97f4a7c15U;
	return mixed(draw->state);
}

uint64_t draw_below(struct draw *draw, uint64_t below)
{
	return below ? draw_next(draw) % below : 0;
}

double draw_unit(struct draw *draw)
{
	return (double)(draw_next(draw) >> 11) / 9007199254740992.0;
}

bool draw_chance(struct draw *draw, double chance)
{
	return draw_unit(draw) < chance;
}

double draw_bell(struct draw *draw)
{
	/* Four uniform numbers, scaled to deviation 1. */
	double sum = draw_unit(draw) + draw_unit(draw) + draw_unit(draw) + draw_unit(draw);

	return (sum - 2) * 1.7320508075688772;
}
