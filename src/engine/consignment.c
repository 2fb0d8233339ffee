/* Starting values of a consignment, and the list of problems found while reading one. */
#include "engine/consignment.h"

#include <string.h>

static const struct {
	const char *code;
	const char *label;
} lanes[LANE_COUNT] = {{"green", TR("vert")}, {"blue", TR("bleu")}, {"yellow", TR("jaune")}, {"red", TR("rouge")}};

const char *stage_code(enum stage stage)
{
	return stage == STAGE_MANIFEST ? "manifest" : "declaration";
}

const char *lane_code(enum lane lane)
{
	return lanes[lane].code;
}

const char *lane_label(enum lane lane)
{
	return lanes[lane].label;
}

bool lane_from(struct text code, enum lane *ret_lane)
{
	for (int i = 0; i < LANE_COUNT; i++)
		if (text_is(code, lanes[i].code)) {
			*ret_lane = (enum lane)i;
			return true;
		}
	return false;
}

void consignment_init(struct consignment *consignment, enum stage stage)
{
	*consignment = (struct consignment){.stage = stage,
		.registered_on = DATE_NONE,
		.departs_on = DATE_NONE,
		.arrives_on = DATE_NONE,
		.declared_items = NUMBER_NONE,
		.packages = NUMBER_NONE,
		.gross_mass = NUMBER_NONE,
		.net_mass = NUMBER_NONE,
		.invoice_total = NUMBER_NONE,
		.customs_value = NUMBER_NONE,
		.freight = NUMBER_NONE,
		.insurance = NUMBER_NONE,
		.duties = NUMBER_NONE,
		.exchange_rate = NUMBER_NONE,
		.outcome = {.recovered = NUMBER_NONE}};
}

void item_init(struct item *item, int64_t number)
{
	*item = (struct item){.number = number,
		.packages = NUMBER_NONE,
		.gross_mass = NUMBER_NONE,
		.net_mass = NUMBER_NONE,
		.price = NUMBER_NONE,
		.customs_value = NUMBER_NONE,
		.statistical_value = NUMBER_NONE,
		.supplementary_quantity = NUMBER_NONE,
		.duty_rate = NUMBER_NONE,
		.duties = NUMBER_NONE};
}

void container_init(struct container *container)
{
	*container = (struct container){.packages = NUMBER_NONE, .goods_mass = NUMBER_NONE};
}

static bool has_room(struct problem_list *list)
{
	size_t wanted = list->capacity ? list->capacity * 2 : 8;
	struct problem *grown;

	if (list->count < list->capacity)
		return true;
	if (list->count >= PROBLEM_LIMIT)
		return false;
	grown = ARENA_ARRAY(list->arena, wanted, struct problem);
	if (!grown)
		return false;
	if (list->count)
		memcpy(grown, list->rows, list->count * sizeof *grown);
	list->rows = grown;
	list->capacity = wanted;
	return true;
}

void problem_add(struct problem_list *list, enum problem_level level, struct text place, struct message message)
{
	struct problem row = {.level = level, .message = message};

	if (!has_room(list)) {
		list->left_out++;
		return;
	}
	row.place = place.data ? arena_text(list->arena, place) : TEXT_NONE;
	for (size_t i = 0; i < 3; i++)
		row.message.values[i] =
			message.values[i].data ? arena_text(list->arena, message.values[i]) : TEXT_NONE;
	list->rows[list->count++] = row;
}
