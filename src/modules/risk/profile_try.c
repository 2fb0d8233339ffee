/* One profile over the stored past, before anyone saves it: how often it would have hit, and what was found there. */
#include "engine/policy.h"
#include "modules/risk/decider.h"
#include "modules/risk/past.h"
#include "modules/risk/profiles.h"

#include <string.h>

/* The paths that may be seen are found once, not for each of a million rows: a consignment's path is a unit's. */
#define SEEN_BY_PATHS                                                                                                  \
	"(CAST($1 AS text) = '*' or c.unit_path in (select below.path from units below join units top "                \
	"on substr(below.path, 1, length(top.path)) = top.path "                                                       \
	"where CAST($1 AS text) like '%|' || top.path || '|%')) "
STATEMENT(TRY_COUNTS,
	"select count(*) filter (where c.day >= $2), count(*) filter (where c.day >= $3), count(*) from consignments c "
	"where c.day >= $4 and c.day <= $5 and " SEEN_BY_PATHS);
/* One in $4, by an index alone. */
STATEMENT(TRY_SAMPLE,
	"select c.id from consignments c where c.day >= $2 and c.day <= $3 and c.id % $4 = 0 and " SEEN_BY_PATHS
	"order by c.id limit $5");
STATEMENT(TRY_ROW,
	"select day, version, stage, outcome, recovered, decision_id, reference from consignments where id = $1");

enum { ROWS_AT_ONCE = 200, ROW_MEMORY = 64 << 20, PASSES = 16 };

struct candidate {
	int64_t id, day, version, stage, outcome, recovered, decision_id;
	struct text reference;
	struct consignment consignment, bill;
	struct decision_record decided;
	bool has_bill, is_decided, hit;
};

struct run {
	struct reader *reader;
	struct decider *decider;
	const struct policy *policy;
	struct past_book *book; /* what stood beside; NULL without a decider */
	struct arena *arena; /* of one batch */
	struct profile_try *result;
	struct candidate *rows;
	size_t count;
	int64_t *sample; /* ids */
	size_t sample_count;
	bool uses_history, uses_counterpart;
	int64_t today;
};

/* Which of the costly things the profile asks for. */
static void look_at_columns(struct run *run)
{
	for (size_t i = 0; i < run->policy->column_count; i++) {
		const struct fact *fact = run->policy->columns[i].fact;

		run->uses_history = run->uses_history || fact->kind == FACT_HISTORY;
		run->uses_counterpart = run->uses_counterpart || fact->kind == FACT_DIFFERENCE;
	}
}

static enum gate gate_of(const struct run *run, const struct candidate *row)
{
	const struct profile *profile = policy_profile(run->policy, 0);

	if (row->stage == STAGE_MANIFEST)
		return GATE_MANIFEST;
	return profile->at_declaration || !profile->after_release ? GATE_DECLARATION : GATE_AFTER_RELEASE;
}

/* The batch under one hold of the histories, each as on the day of its consignment. */
static enum status try_batch(void *context, struct decision_inputs *inputs)
{
	struct run *run = context;

	for (size_t i = 0; i < run->count; i++) {
		struct candidate *row = &run->rows[i];
		struct decision_inputs own = {.gate = gate_of(run, row), .policy = run->policy,
			.history = inputs ? inputs->history : NULL, .today = row->day,
			.counterpart = row->has_bill ? &row->bill : NULL};
		struct past_beside beside;
		struct decision decision;

		if (inputs) {
			TRY(past_beside_find(run->book, row->is_decided ? &row->decided : NULL, &row->consignment, row->day,
				run->arena, &beside));
			/* What is set aside for an operator is not the profile's doing. */
			own.names = &beside.names;
			own.prices = &beside.prices;
		}
		TRY(decision_make(&own, &row->consignment, run->arena, &decision));
		for (size_t j = 0; j < decision.reason_count && !row->hit; j++)
			row->hit = decision.reasons[j].kind == REASON_PROFILE;
	}
	return STATUS_OK;
}

/* The decision of this version at its first gate says what was known beside it, and the bill. */
static enum status load_decision(struct run *run, struct candidate *row)
{
	struct decision_record *record = &row->decided;
	enum status status;

	if (row->decision_id == INT64_MIN || !row->decision_id)
		return STATUS_OK;
	status = decision_find(run->reader, row->decision_id, run->arena, record);
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	TRY(status);
	row->is_decided = record->version == row->version && (int64_t)record->gate == row->stage;
	if (!run->uses_counterpart || !record->counterpart_id)
		return STATUS_OK;
	TRY(consignment_content(run->reader, record->counterpart_id, record->counterpart_version, run->arena, &row->bill));
	row->has_bill = true;
	return STATUS_OK;
}

static enum status read_row(struct run *run, int64_t id)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct candidate *row = &run->rows[run->count];

	TRY(store_query(run->reader, &TRY_ROW, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows))
		return rows_status(rows);
	*row = (struct candidate){.id = id, .day = rows_integer(rows, 0), .version = rows_integer(rows, 1),
		.stage = rows_integer(rows, 2), .outcome = rows_optional(rows, 3), .recovered = rows_optional(rows, 4),
		.decision_id = rows_optional(rows, 5), .reference = rows_copy(rows, 6, run->arena)};
	if (!row->reference.data)
		return STATUS_NO_MEMORY;
	TRY(consignment_content(run->reader, id, row->version, run->arena, &row->consignment));
	run->count++;
	return load_decision(run, row);
}

/* The next ids of a pass, which takes one in PASSES: whenever time runs out, what was looked at is spread evenly. */
static enum status read_batch(struct run *run, size_t *at)
{
	arena_reset(run->arena);
	run->rows = ARENA_ARRAY(run->arena, ROWS_AT_ONCE, struct candidate);
	run->count = 0;
	if (!run->rows)
		return STATUS_NO_MEMORY;
	for (int taken = 0; taken < ROWS_AT_ONCE && *at < run->sample_count; taken++, *at += PASSES)
		TRY(read_row(run, run->sample[*at]));
	return STATUS_OK;
}

static void count_row(struct run *run, const struct candidate *row)
{
	for (size_t i = 0; i < PROFILE_TRY_WINDOWS; i++) {
		struct profile_try_window *window = &run->result->windows[i];

		if (row->day <= run->today - window->days)
			continue;
		window->examined++;
		if (!row->hit)
			continue;
		window->hits++;
		if (row->outcome == INT64_MIN)
			continue;
		window->judged++;
		window->adverse += row->outcome != 0;
		if (row->recovered != INT64_MIN)
			window->recovered += row->recovered;
	}
}

/* The newest that were hit, newest first. */
static enum status keep_example(struct run *run, const struct candidate *row, struct arena *arena)
{
	struct profile_try *result = run->result;
	struct profile_try_example *list = result->examples;
	size_t place = result->example_count;

	while (place > 0 && (list[place - 1].day < row->day || (list[place - 1].day == row->day && list[place - 1].id < row->id)))
		place--;
	if (place == PROFILE_TRY_EXAMPLES)
		return STATUS_OK;
	if (result->example_count < PROFILE_TRY_EXAMPLES)
		result->example_count++;
	memmove(list + place + 1, list + place, (result->example_count - place - 1) * sizeof *list);
	list[place] = (struct profile_try_example){.id = row->id, .day = row->day,
		.reference = arena_text(arena, row->reference), .outcome = row->outcome};
	return list[place].reference.data ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status count_batch(struct run *run, struct arena *arena)
{
	for (size_t i = 0; i < run->count; i++) {
		count_row(run, &run->rows[i]);
		if (run->rows[i].hit)
			TRY(keep_example(run, &run->rows[i], arena));
	}
	return STATUS_OK;
}

static enum status count_stored(struct run *run, struct text paths)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct profile_try_window *windows = run->result->windows;

	TRY(store_query(run->reader, &TRY_COUNTS,
		PARAMS(value_text(paths), V_INT(run->today - windows[0].days + 1), V_INT(run->today - windows[1].days + 1),
			V_INT(run->today - windows[2].days + 1), V_INT(run->today)),
		&rows));
	for (int i = 0; rows_next(rows) && i < 1; i++)
		for (int window = 0; window < PROFILE_TRY_WINDOWS; window++)
			windows[window].stored = rows_integer(rows, window);
	return rows_status(rows);
}

static enum status read_sample(struct run *run, struct text paths, int64_t stored, struct arena *arena)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t from = run->today - run->result->windows[PROFILE_TRY_WINDOWS - 1].days + 1;
	size_t room = (size_t)(stored / run->result->step) * 2 + ROWS_AT_ONCE; /* ids need not be spread evenly */

	run->sample = ARENA_ARRAY(arena, room, int64_t);
	if (!run->sample)
		return STATUS_NO_MEMORY;
	TRY(store_query(run->reader, &TRY_SAMPLE,
		PARAMS(value_text(paths), V_INT(from), V_INT(run->today), V_INT(run->result->step), V_INT((int64_t)room)), &rows));
	while (run->sample_count < room && rows_next(rows))
		run->sample[run->sample_count++] = rows_integer(rows, 0);
	return rows_status(rows);
}

static enum status run_batch(struct run *run, struct arena *arena)
{
	if (run->decider)
		TRY(decider_consult(run->decider, run->reader, run->uses_history, try_batch, run));
	else
		TRY(try_batch(run, NULL));
	return count_batch(run, arena);
}

static enum status run_all(struct run *run, int64_t deadline, struct arena *arena)
{
	/* Bits of the pass reversed, so that half of the passes lie evenly too. */
	static const unsigned char order[PASSES] = {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15};

	for (size_t pass = 0; pass < PASSES; pass++)
		for (size_t at = order[pass]; at < run->sample_count;) {
			if (clock_monotonic() > deadline) {
				run->result->out_of_time = true;
				return STATUS_OK;
			}
			TRY(read_batch(run, &at));
			TRY(run_batch(run, arena));
		}
	return STATUS_OK;
}

enum status profile_try_run(struct reader *reader, struct decider *decider, const struct policy *policy,
	struct text paths, const struct profile_try_limits *limits, struct arena *arena, struct profile_try *ret_try)
{
	AUTO(arena_release) struct arena *batch = arena_new(ROW_MEMORY);
	AUTO(past_book_release) struct past_book *book = NULL;
	struct profile_try result = {.windows = {{.days = 30}, {.days = 90}, {.days = 365}}, .step = 1};
	struct run run = {.reader = reader, .decider = decider, .policy = policy, .arena = batch, .result = &result,
		.today = clock_today()};
	int64_t start = clock_monotonic(), stored, counted;
	enum status status;

	if (!batch)
		return STATUS_NO_MEMORY;
	look_at_columns(&run);
	TRY(count_stored(&run, paths));
	stored = result.windows[PROFILE_TRY_WINDOWS - 1].stored;
	if (stored > limits->consignments)
		result.step = (stored + limits->consignments - 1) / limits->consignments;
	TRY(read_sample(&run, paths, stored, arena));
	if (decider)
		TRY(past_book_new(reader, decider->screening, &book));
	run.book = book;
	counted = clock_monotonic(); /* counting a million rows must not eat the time for looking at some */
	status = run_all(&run, counted + limits->span, arena);
	if (status == STATUS_UNAVAILABLE && run.decider)
		result.is_loading = true;
	else
		TRY(status);
	result.span = clock_monotonic() - start;
	*ret_try = result;
	return STATUS_OK;
}
