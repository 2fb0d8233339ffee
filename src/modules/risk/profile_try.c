/* One profile over the stored past, before anyone saves it: how often it would have hit, and what was found there. */
#include "engine/policy.h"
#include "modules/risk/profiles.h"

#include <string.h>

#define SEEN_BY_PATHS                                                                                                  \
	"($1 = '*' or exists (select 1 from units where CAST($1 AS text) like '%|' || units.path || '|%' "             \
	"and substr(c.unit_path, 1, length(units.path)) = units.path)) "
STATEMENT(TRY_COUNTS,
	"select count(*) filter (where c.day >= $2), count(*) filter (where c.day >= $3), count(*) from consignments c "
	"where c.day >= $4 and c.day <= $5 and " SEEN_BY_PATHS);
/* The newest first, from a place on; one in $5. */
STATEMENT(TRY_ROWS,
	"select c.id, c.day, c.version, c.stage, c.outcome, c.recovered, c.decision_id, c.reference from consignments c "
	"where c.day >= $2 and (c.day < $3 or (c.day = $3 and c.id < $4)) and c.id % $5 = 0 and " SEEN_BY_PATHS
	"order by c.day desc, c.id desc limit $6");

enum { ROWS_AT_ONCE = 200, ROW_MEMORY = 64 << 20 };

struct candidate {
	int64_t id, day, version, stage, outcome, recovered, decision_id;
	struct text reference;
	struct consignment consignment, bill;
	bool has_bill, hit;
};

struct run {
	struct reader *reader;
	struct decider *decider;
	const struct policy *policy;
	struct arena *arena; /* of one batch */
	struct profile_try *result;
	struct candidate *rows;
	size_t count;
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
		struct decision decision;

		TRY(decision_make(&own, &row->consignment, run->arena, &decision));
		for (size_t j = 0; j < decision.reason_count && !row->hit; j++)
			row->hit = decision.reasons[j].kind == REASON_PROFILE;
	}
	return STATUS_OK;
}

static enum status load_bill(struct run *run, struct candidate *row)
{
	struct decision_record record;
	enum status status;

	if (!run->uses_counterpart || row->decision_id == INT64_MIN || !row->decision_id)
		return STATUS_OK;
	status = decision_find(run->reader, row->decision_id, run->arena, &record);
	if (status == STATUS_NOT_FOUND || (status == STATUS_OK && !record.counterpart_id))
		return STATUS_OK;
	TRY(status);
	TRY(consignment_content(run->reader, record.counterpart_id, record.counterpart_version, run->arena, &row->bill));
	row->has_bill = true;
	return STATUS_OK;
}

static enum status read_batch(struct run *run, struct text paths, int64_t from, int64_t day, int64_t id)
{
	AUTO(rows_release) struct rows *rows = NULL;

	arena_reset(run->arena);
	run->rows = ARENA_ARRAY(run->arena, ROWS_AT_ONCE, struct candidate);
	run->count = 0;
	if (!run->rows)
		return STATUS_NO_MEMORY;
	TRY(store_query(run->reader, &TRY_ROWS,
		PARAMS(value_text(paths), V_INT(from), V_INT(day), V_INT(id), V_INT(run->result->step), V_INT(ROWS_AT_ONCE)),
		&rows));
	while (run->count < ROWS_AT_ONCE && rows_next(rows))
		run->rows[run->count++] = (struct candidate){.id = rows_integer(rows, 0), .day = rows_integer(rows, 1),
			.version = rows_integer(rows, 2), .stage = rows_integer(rows, 3), .outcome = rows_optional(rows, 4),
			.recovered = rows_optional(rows, 5), .decision_id = rows_optional(rows, 6),
			.reference = rows_copy(rows, 7, run->arena)};
	TRY(rows_status(rows));
	rows_end(rows);
	rows = NULL;
	for (size_t i = 0; i < run->count; i++) {
		TRY(consignment_content(run->reader, run->rows[i].id, run->rows[i].version, run->arena,
			&run->rows[i].consignment));
		TRY(load_bill(run, &run->rows[i]));
	}
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

static enum status count_batch(struct run *run, struct arena *arena)
{
	for (size_t i = 0; i < run->count; i++) {
		const struct candidate *row = &run->rows[i];
		struct profile_try *result = run->result;

		count_row(run, row);
		if (!row->hit || result->example_count == PROFILE_TRY_EXAMPLES)
			continue;
		result->examples[result->example_count] = (struct profile_try_example){.id = row->id, .day = row->day,
			.reference = arena_text(arena, row->reference), .outcome = row->outcome};
		if (!result->examples[result->example_count++].reference.data)
			return STATUS_NO_MEMORY;
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

static enum status run_all(struct run *run, struct text paths, int64_t deadline, struct arena *arena)
{
	int64_t from = run->today - run->result->windows[PROFILE_TRY_WINDOWS - 1].days + 1;
	int64_t day = run->today, id = INT64_MAX;

	do {
		if (clock_monotonic() > deadline) {
			run->result->out_of_time = true;
			run->result->reached_day = day;
			return STATUS_OK;
		}
		TRY(read_batch(run, paths, from, day, id));
		if (run->uses_history && run->decider)
			TRY(decider_consult(run->decider, run->reader, try_batch, run));
		else
			TRY(try_batch(run, NULL));
		TRY(count_batch(run, arena));
		if (run->count) {
			day = run->rows[run->count - 1].day;
			id = run->rows[run->count - 1].id;
		}
	} while (run->count == ROWS_AT_ONCE);
	return STATUS_OK;
}

enum status profile_try_run(struct reader *reader, struct decider *decider, const struct policy *policy,
	struct text paths, const struct profile_try_limits *limits, struct arena *arena, struct profile_try *ret_try)
{
	AUTO(arena_release) struct arena *batch = arena_new(ROW_MEMORY);
	struct profile_try result = {.windows = {{.days = 30}, {.days = 90}, {.days = 365}}, .step = 1};
	struct run run = {.reader = reader, .decider = decider, .policy = policy, .arena = batch, .result = &result,
		.today = clock_today()};
	int64_t start = clock_monotonic(), stored;

	if (!batch)
		return STATUS_NO_MEMORY;
	look_at_columns(&run);
	TRY(count_stored(&run, paths));
	stored = result.windows[PROFILE_TRY_WINDOWS - 1].stored;
	if (stored > limits->consignments)
		result.step = (stored + limits->consignments - 1) / limits->consignments;
	TRY(run_all(&run, paths, start + limits->span, arena));
	result.span = clock_monotonic() - start;
	*ret_try = result;
	return STATUS_OK;
}
