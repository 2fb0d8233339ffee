/* Draws by keyed hashes. */
#include "engine/selection.h"

#include "base/secret.h"

#include <string.h>

static const unsigned char no_key[32];

static void draw_by_key(const struct selection *selection, struct text text, unsigned char ret_draw[32])
{
	if (selection && selection->prepared_key)
		digest_keyed_by(selection->prepared_key, text, ret_draw);
	else
		digest_keyed((struct text){(const char *)(selection ? selection->draw_key : no_key), 32}, text, ret_draw);
}

static struct text join_three(struct arena *arena, struct text a, struct text b, struct text c)
{
	const struct text parts[] = {a, b, c};
	char *bytes = arena_allocate(arena, a.size + b.size + c.size + 2);
	size_t size = 0;

	if (!bytes)
		return TEXT_NONE;
	for (size_t i = 0; i < 3; i++) {
		if (i)
			bytes[size++] = '\n';
		if (parts[i].size)
			memcpy(bytes + size, parts[i].data, parts[i].size);
		size += parts[i].size;
	}
	return (struct text){bytes, size};
}

struct text selection_identity(struct arena *arena, const struct consignment *consignment)
{
	return join_three(arena, consignment->office, consignment->reference, text_of(stage_code(consignment->stage)));
}

void selection_draw(const struct selection *selection, struct text identity, unsigned char ret_draw[32])
{
	unsigned char digest[DIGEST_SIZE];

	digest_of(identity, digest);
	selection_draw_digest(selection, digest, ret_draw);
}

void selection_draw_digest(const struct selection *selection, const unsigned char identity_digest[32],
	unsigned char ret_draw[32])
{
	draw_by_key(selection, (struct text){(const char *)identity_digest, DIGEST_SIZE}, ret_draw);
}

int64_t draw_number(const unsigned char draw[32], size_t at)
{
	uint64_t high = 0, low = 0;

	/* (number × 10^6) / 2^64 in two halves of 32 bits. */
	for (size_t i = 0; i < 4; i++) {
		high = high << 8 | draw[at + i];
		low = low << 8 | draw[at + 4 + i];
	}
	return (int64_t)((high * 1000000 + (low * 1000000 >> 32)) >> 32);
}

enum status selection_takes(const struct selection *selection, struct arena *arena, struct text code, int64_t share,
	struct text identity, bool *ret_takes)
{
	unsigned char draw[32];
	struct text drawn;

	if (share >= NUMBER_ONE || share <= 0) {
		*ret_takes = share > 0;
		return STATUS_OK;
	}
	drawn = join_three(arena, TEXT("profile"), code, identity);
	if (!drawn.data)
		return STATUS_NO_MEMORY;
	draw_by_key(selection, drawn, draw);
	*ret_takes = draw_number(draw, 0) < share;
	return STATUS_OK;
}

enum lane selection_random(const struct selection *selection, const unsigned char draw[32])
{
	int64_t number = draw_number(draw, 0);

	for (int lane = LANE_RED; lane > LANE_GREEN; lane--) {
		int64_t share = selection->random[lane] > 0 ? selection->random[lane] : 0;

		if (number < share)
			return (enum lane)lane;
		number -= share;
	}
	return LANE_GREEN;
}

int64_t selection_top_up_share(int64_t expected, int64_t decided, int64_t so_far)
{
	int64_t wanted = number_multiply(expected, number_of(decided + SELECTION_HORIZON));
	int64_t lacking = wanted == NUMBER_NONE ? 0 : number_add(wanted, -number_of(so_far));

	if (expected <= 0 || lacking == NUMBER_NONE || lacking <= 0)
		return 0;
	lacking /= SELECTION_HORIZON;
	return lacking > NUMBER_ONE ? NUMBER_ONE : lacking;
}

enum lane selection_top_up(const struct selection *selection, const struct selection_counts *counts, enum lane lane,
	const unsigned char draw[32])
{
	for (int wanted = LANE_RED; wanted > (int)lane; wanted--) {
		size_t at = 8 * (size_t)(LANE_RED - wanted + 1);
		int64_t share = selection_top_up_share(selection->expected[wanted], counts->decided, counts->lane[wanted]);

		if (draw_number(draw, at) < share)
			return (enum lane)wanted;
	}
	return LANE_GREEN;
}
