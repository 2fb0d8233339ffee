/* Plays the days one after the other: bills lodged today, declarations due today, inspections ending today.
 * What lies ahead is kept in a ring of days as the numbers of operations, which are made again when due. */
#include "demo/demo.h"

#include "base/memory.h"
#include "demo/operation.h"

#include <string.h>

enum { RING = 32, GROUP = 20 /* operations of one ship */, LAST_DAYS = 25, ARENA_LIMIT = 1 << 20 };

static const struct {
	const char *code, *label;
} frauds[DEMO_FRAUDS] = {
	[DEMO_HONEST] = {"honest", TR("conforme")},
	[DEMO_UNDERVALUATION] = {"undervaluation", TR("minoration de valeur")},
	[DEMO_FALSE_ORIGIN] = {"false_origin", TR("fausse déclaration d'origine")},
	[DEMO_MISDESCRIPTION] = {"misdescription", TR("fausse déclaration d'espèce")},
	[DEMO_QUANTITY] = {"quantity", TR("fausse déclaration de quantité")},
	[DEMO_SHELL] = {"shell", TR("société écran")},
};

const char *demo_fraud_code(enum demo_fraud fraud)
{
	return frauds[fraud].code;
}

const char *demo_fraud_label(enum demo_fraud fraud)
{
	return frauds[fraud].label;
}

struct due {
	uint64_t number;
	int arrived;
	enum demo_event_kind kind;
};

struct due_list {
	struct due *rows;
	size_t count, capacity;
};

struct play {
	struct world world;
	struct arena *arena;
	struct due_list ring[RING];
	enum status (*each)(void *context, const struct demo_event *event);
	void *context;
};

static void play_release(struct play *play)
{
	for (size_t i = 0; i < RING; i++)
		memory_free(play->ring[i].rows);
	arena_free(play->arena);
}

static enum status due_add(struct due_list *list, struct due due)
{
	if (list->count == list->capacity) {
		size_t wanted = list->capacity ? list->capacity * 2 : 64;
		struct due *rows = memory_resize(list->rows, wanted * sizeof *rows);

		if (!rows)
			return STATUS_NO_MEMORY;
		list->rows = rows;
		list->capacity = wanted;
	}
	list->rows[list->count++] = due;
	return STATUS_OK;
}

static enum status emit(struct play *play, const struct operation *operation, enum demo_event_kind kind, int day)
{
	struct consignment bill, declaration;
	struct demo_event event = {.kind = kind,
		.date = play->world.from + day,
		.number = operation->number,
		.consignment = kind == DEMO_BILL ? &bill : &declaration,
		.counterpart = kind == DEMO_BILL ? NULL : &bill,
		.fraud = operation->fraud,
		.fraud_item = operation->fraud == DEMO_HONEST ? 0 : (int64_t)operation->fraud_item + 1,
		.chance = operation->chance,
		.evaded = number_of(operation->evaded)};

	arena_reset(play->arena);
	TRY(operation_bill(&play->world, operation, play->arena, &bill));
	if (kind != DEMO_BILL)
		TRY(operation_declaration(&play->world, operation, &bill, play->arena, &declaration));
	if (kind != DEMO_BILL) {
		event.found = operation->found;
		event.recovered = operation->found ? event.evaded : 0;
	}
	return play->each(play->context, &event);
}

static enum status play_due(struct play *play, int day, enum demo_event_kind kind)
{
	const struct due_list *list = &play->ring[day % RING];

	for (size_t i = 0; i < list->count; i++) {
		const struct due *due = &list->rows[i];
		struct operation operation;

		if (due->kind != kind)
			continue;
		operation = operation_make(&play->world, due->number, due->arrived);
		TRY(emit(play, &operation, kind, day));
		if (kind == DEMO_DECLARATION && operation.inspected >= 0)
			TRY(due_add(&play->ring[operation.inspected % RING],
				(struct due){due->number, due->arrived, DEMO_INSPECTION}));
	}
	return STATUS_OK;
}

/* How much of the yearly traffic a day brings, relative to the others: less on Sundays, more before the end of
 * the year, and some growth. */
static uint64_t weight_of(const struct world *world, int day)
{
	static const uint64_t months[12] = {78, 82, 95, 98, 97, 95, 100, 103, 108, 118, 122, 104};
	int year, month, of_month;
	uint64_t weight;

	date_split(world->from + day, &year, &month, &of_month);
	weight = months[month - 1] * (100 + (uint64_t)day * 8 / 365);
	return date_weekday(world->from + day) == 6 ? weight / 4 : weight;
}

static enum status play_arrivals(struct play *play, int day, uint64_t from, uint64_t until)
{
	for (uint64_t number = from; number < until; number++) {
		struct operation operation = operation_make(&play->world, number, day);

		TRY(emit(play, &operation, DEMO_BILL, day));
		TRY(due_add(&play->ring[operation.declared % RING], (struct due){number, day, DEMO_DECLARATION}));
	}
	return STATUS_OK;
}

static enum status play_days(struct play *play)
{
	const struct world *world = &play->world;
	int last = world->days - LAST_DAYS;
	uint64_t total = 0, so_far = 0, groups = (world->operations + GROUP - 1) / GROUP, from = 0;

	for (int day = 0; day < last; day++)
		total += weight_of(world, day);
	for (int day = 0; day < world->days; day++) {
		if (day < last) {
			uint64_t until;

			so_far += weight_of(world, day);
			until = groups * so_far / total * GROUP;
			until = until < world->operations ? until : world->operations;
			TRY(play_arrivals(play, day, from, until));
			from = until;
		}
		TRY(play_due(play, day, DEMO_DECLARATION));
		TRY(play_due(play, day, DEMO_INSPECTION));
		play->ring[day % RING].count = 0;
	}
	return STATUS_OK;
}

enum status demo_generate(const struct demo_options *options,
	enum status (*each)(void *context, const struct demo_event *event), void *context)
{
	AUTO(play_release) struct play play = {.each = each, .context = context};

	if (options->declarations < 1 || options->declarations > 1000000000 || options->years < 1 || options->years > 20 ||
		options->from < date_from(1990, 1, 1) || options->from > date_from(2100, 1, 1))
		return STATUS_INVALID;
	play.world = world_make(options->seed, options->from, options->years * 365, (uint64_t)options->declarations);
	play.arena = arena_new(ARENA_LIMIT);
	if (!play.arena)
		return STATUS_NO_MEMORY;
	return play_days(&play);
}
