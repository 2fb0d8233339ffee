/* Plays the weeks. An inspection finds nine frauds in ten, the same ones whoever looks; outcomes are known some days
 * later; models learn from the controls so far. */
#include "modules/rehearsal/simulation.h"

#include "base/memory.h"
#include "base/secret.h"
#include "demo/demo.h"
#include "engine/history_memory.h"
#include "engine/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WEEK_MEMORY = 512 << 20, WEEK_MOST = 60000, KNOWN_AFTER = 4 /* days */, LEAST_ROWS = 100, FINDS = 920000 };

struct way {
	int64_t exploration;
	struct history_memory *memory;
	struct training_set *set;
	struct model *model;
	int64_t owed; /* micro controls by chance: what a week's whole numbers left over */
};
/* A declaration of the week. */
struct candidate {
	struct consignment consignment;
	uint64_t number;
	int64_t date, evaded, fraud_item;
	bool fraud;
};
struct place {
	double score;
	uint64_t chance;
	size_t candidate;
	bool taken;
};
struct playing {
	const struct simulation_options *options;
	struct simulation *result;
	struct way ways[SIMULATION_WAYS];
	struct arena *arena; /* of the week */
	struct candidate *week;
	struct place *places;
	float *features;
	size_t count;
	int64_t first_day;
	int week_number;
};

static void playing_release(struct playing **playing)
{
	if (!*playing)
		return;
	for (size_t i = 0; i < SIMULATION_WAYS; i++) {
		history_memory_free((*playing)->ways[i].memory);
		training_set_free((*playing)->ways[i].set);
		model_free((*playing)->ways[i].model);
	}
	arena_free((*playing)->arena);
	memory_free((*playing)->week);
	memory_free((*playing)->places);
	memory_free((*playing)->features);
	memory_free(*playing);
}

/* A number in 0 … 2^64 - 1 that only seed, purpose and thing decide. */
static uint64_t chance_of(const struct playing *playing, const char *purpose, size_t way, uint64_t thing)
{
	unsigned char digest[DIGEST_SIZE];
	char name[120];
	uint64_t value = 0;

	snprintf(name, sizeof name, "%llu %s %zu %llu", (unsigned long long)playing->options->seed, purpose, way,
		(unsigned long long)thing);
	digest_of(text_of(name), digest);
	for (size_t i = 0; i < 8; i++)
		value = value << 8 | digest[i];
	return value;
}

/* What the way expects of a declaration: its likeliest item; duty where it has learned nothing yet. */
static double score_of(struct playing *playing, const struct way *way, const struct candidate *one)
{
	struct history history = history_memory_face(way->memory);
	const struct consignment *c = &one->consignment;
	double best = -1;

	if (!way->model)
		return 0;
	for (size_t i = 0; i < c->item_count; i++) {
		double score;

		features_compute(c, &c->items[i], &history, one->date, playing->arena, playing->features);
		score = model_score(way->model, playing->features);
		if (!isnan(score) && score > best)
			best = score;
	}
	return best;
}

static int by_score(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->chance < y->chance ? -1 : x->chance > y->chance;
}

static int by_chance(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->taken != y->taken)
		return x->taken ? 1 : -1;
	return x->chance < y->chance ? -1 : x->chance > y->chance;
}

static size_t part_of(const struct playing *playing, const struct candidate *one)
{
	size_t part = (size_t)((one->date - playing->first_day) / (13 * 7));

	return part < SIMULATION_PARTS ? part : SIMULATION_PARTS - 1;
}

/* A control: its outcome is seen, kept for learning, and known to the histories some days later. */
static enum status control(struct playing *playing, size_t number, const struct candidate *one, bool explored)
{
	struct way *way = &playing->ways[number];
	struct simulation_way *result = &playing->result->ways[number];
	struct history history = history_memory_face(way->memory);
	const struct consignment *c = &one->consignment;
	const struct item *item = &c->items[one->fraud_item ? one->fraud_item - 1 : 0];
	bool found = one->fraud && chance_of(playing, "eye", 0, one->number) / (UINT64_MAX / 1000000) < FINDS;
	size_t part = part_of(playing, one);

	result->controlled[part]++;
	result->found[part] += found;
	result->recovered[part] += found ? one->evaded : 0;
	result->explored += explored;
	result->explored_found += explored && found;
	TRY(training_set_add(way->set, c, item, &history, one->date, found));
	return history_memory_judge(way->memory, c, item, found, one->date + KNOWN_AFTER);
}

/* All of the week are seen before any is judged: an item must be there first. */
static enum status see_week(struct playing *playing, struct way *way)
{
	for (size_t i = 0; i < playing->count; i++) {
		const struct consignment *c = &playing->week[i].consignment;

		for (size_t j = 0; j < c->item_count; j++)
			TRY(history_memory_add(way->memory, c, &c->items[j], false, false, playing->week[i].date));
	}
	return STATUS_OK;
}

static enum status choose(struct playing *playing, size_t number)
{
	struct way *way = &playing->ways[number];
	size_t most = (size_t)((int64_t)playing->count * playing->options->capacity / NUMBER_ONE);
	bool first = playing->week_number < playing->options->first_weeks || !way->model;
	size_t explored = most;

	if (!first) {
		way->owed += (int64_t)most * way->exploration;
		explored = (size_t)(way->owed / NUMBER_ONE);
		way->owed -= (int64_t)explored * NUMBER_ONE;
	}
	for (size_t i = 0; i < playing->count; i++)
		playing->places[i] = (struct place){first || explored == most ? 0 : score_of(playing, way, &playing->week[i]),
			/* The first weeks are drawn alike by all. */
			chance_of(playing, first ? "first" : "draw", first ? 0 : number, playing->week[i].number), i, false};
	TRY(see_week(playing, way));
	qsort(playing->places, playing->count, sizeof *playing->places, by_score);
	for (size_t i = 0; i < most - explored; i++)
		playing->places[i].taken = true;
	for (size_t i = 0; i < most - explored; i++)
		TRY(control(playing, number, &playing->week[playing->places[i].candidate], false));
	qsort(playing->places, playing->count, sizeof *playing->places, by_chance);
	for (size_t i = 0; i < explored; i++)
		TRY(control(playing, number, &playing->week[playing->places[i].candidate], true));
	return STATUS_OK;
}

static enum status learn(struct playing *playing, size_t number)
{
	struct way *way = &playing->ways[number];
	AUTO(buffer_release) struct buffer artefact = {0};
	struct model_quality quality;
	struct message problem = {0};
	struct model *model = NULL;
	const struct training_row *rows;
	enum status status;

	if (way->exploration == NUMBER_ONE || training_set_count(way->set) < LEAST_ROWS)
		return STATUS_OK; /* chance needs no model */
	rows = training_set_rows(way->set);
	if (!rows)
		return STATUS_NO_MEMORY;
	buffer_init(&artefact, 64 << 20);
	status = model_train(rows, training_set_count(way->set), playing->options->seed, &artefact, &quality, &problem);
	if (status == STATUS_INVALID)
		return STATUS_OK; /* too little to learn from yet */
	TRY(status);
	TRY(model_read(buffer_text(&artefact), &model, &problem));
	model_free(way->model);
	way->model = model;
	playing->result->ways[number].learned++;
	return STATUS_OK;
}

static enum status end_week(struct playing *playing)
{
	const struct simulation_options *options = playing->options;
	int after = playing->week_number + 1;

	for (size_t way = 0; way < options->way_count; way++) {
		TRY(choose(playing, way));
		if (after >= options->first_weeks && (after - options->first_weeks) % options->learn_every == 0)
			TRY(learn(playing, way));
	}
	playing->count = 0;
	playing->week_number++;
	arena_reset(playing->arena);
	if (options->progress)
		options->progress(options->context, playing->week_number, options->years * 365 / 7);
	return STATUS_OK;
}

static enum status take(void *context, const struct demo_event *event)
{
	struct playing *playing = context;
	struct candidate *one;
	size_t part;

	if (event->kind != DEMO_DECLARATION)
		return STATUS_OK;
	while (event->date >= playing->first_day + 7 * (playing->week_number + 1))
		TRY(end_week(playing));
	if (playing->count == WEEK_MOST)
		return STATUS_TOO_LARGE;
	one = &playing->week[playing->count++];
	*one = (struct candidate){.number = event->number, .date = event->date, .evaded = event->evaded,
		.fraud_item = event->fraud_item, .fraud = event->fraud != DEMO_HONEST};
	TRY(consignment_copy(playing->arena, event->consignment, &one->consignment));
	part = part_of(playing, one);
	playing->result->declarations[part]++;
	playing->result->frauds[part] += one->fraud;
	if (part + 1 > playing->result->part_count)
		playing->result->part_count = part + 1;
	return STATUS_OK;
}

static bool is_sound(const struct simulation_options *options)
{
	for (size_t i = 0; i < options->way_count; i++)
		if (options->exploration[i] < 0 || options->exploration[i] > NUMBER_ONE)
			return false;
	return options->way_count > 0 && options->way_count <= SIMULATION_WAYS && options->capacity > 0 &&
		options->capacity <= NUMBER_ONE && options->first_weeks > 0 && options->learn_every > 0;
}

static enum status begin(struct playing *playing)
{
	playing->arena = arena_new(WEEK_MEMORY);
	playing->week = memory_allocate(WEEK_MOST * sizeof *playing->week);
	playing->places = memory_allocate(WEEK_MOST * sizeof *playing->places);
	playing->features = memory_allocate(feature_count() * sizeof *playing->features);
	if (!playing->arena || !playing->week || !playing->places || !playing->features)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < playing->options->way_count; i++) {
		playing->ways[i].exploration = playing->options->exploration[i];
		playing->ways[i].memory = history_memory_new();
		playing->ways[i].set = training_set_new();
		if (!playing->ways[i].memory || !playing->ways[i].set)
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

enum status simulate(const struct simulation_options *options, struct simulation *ret_simulation)
{
	AUTO(playing_release) struct playing *playing = NULL;
	struct simulation result = {.part_count = 0};
	/* A fixed first day: the same options give the same figures whenever they are run. */
	const struct demo_options demo = {options->seed, options->declarations, date_from(2024, 1, 1), options->years};

	if (!is_sound(options))
		return STATUS_INVALID;
	playing = memory_allocate(sizeof *playing);
	if (!playing)
		return STATUS_NO_MEMORY;
	playing->options = options;
	playing->result = &result;
	playing->first_day = demo.from;
	TRY(begin(playing));
	TRY(demo_generate(&demo, take, playing));
	if (playing->count)
		TRY(end_week(playing));
	*ret_simulation = result;
	return STATUS_OK;
}
