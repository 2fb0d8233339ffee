/* The decider: what one process needs in memory to decide, kept up to date from the database. */
#include "engine/history_memory.h"
#include "base/embedded.h"
#include "base/memory.h"
#include "modules/risk/history_record.h"
#include "modules/risk/risk_store.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

/* What was first received is what histories know, in the order of the days; all of it by the index of days. */
#define HISTORY_SELECT                                                                                                 \
	"select c.id, c.day, c.outcome, c.outcome_on, v.content from consignments c "                                  \
	"join consignment_versions v on v.id = c.id * 65536 + 1 where c.stage = 1 "
STATEMENT(HISTORY_ALL, HISTORY_SELECT "order by c.day, c.id");
STATEMENT(HISTORY_ROWS, HISTORY_SELECT "and c.id > $1 order by c.day, c.id");
STATEMENT(OUTCOME_ROWS,
	"select o.id, o.known_on, o.adverse, o.known_on, v.content from outcomes o "
	"join consignments c on c.id = o.consignment_id join consignment_versions v on v.id = c.id * 65536 + 1 "
	"where o.id > $1 and c.stage = 1 order by o.id");
STATEMENT(LAST_CONSIGNMENT, "select last_id from id_blocks where name = 'consignments'");
STATEMENT(LAST_OUTCOME, "select last_id from id_blocks where name = 'outcomes'");
STATEMENT(SELECTIONS_LAST, "select coalesce(max(id), 0) from selections");
STATEMENT(LOCK_DECISIONS, "update id_blocks set last_id = last_id where name = 'decisions' returning last_id");

enum { EXPECTED_ITEMS = 8, COUNT_ROWS = 2048, COUNT_SLOTS = 8192, ARENA_LIMIT = 64 << 20 };

struct counts_row {
	char office[24], regime[16];
	struct selection_counts counts;
	bool changed;
};

/* The first items of a consignment that was announced, in this session. */
struct expected {
	const struct consignment *consignment;
	struct history_places places[EXPECTED_ITEMS];
};

struct decider {
	pthread_mutex_t lock;
	struct database *database;
	int64_t policy_id, model_id, selections_last;
	struct policy *policy;
	struct model *model;
	struct arena *selection_arena;
	struct selection_row *selections;
	size_t selection_count;
	struct draw_period period;
	struct history_memory *history;
	int64_t history_last, outcome_last;
	bool must_rebuild;
	struct counts_row counts[COUNT_ROWS]; /* good as long as nobody else decides */
	size_t counts_count;
	uint16_t count_slots[COUNT_SLOTS]; /* place + 1 by office and regime */
	struct expected expected[2]; /* the one at hand and the one after it */
	size_t expected_last;
	int64_t decisions_last; /* the last decision that the counters know of */
	int64_t today;
};

static void forget_counts(struct decider *decider)
{
	decider->counts_count = 0;
	memset(decider->count_slots, 0, sizeof decider->count_slots);
}

enum status risk_starter_policy(struct arena *arena, struct policy **ret_policy, struct problem_list *problems)
{
	const struct policy_row row = {0, embedded_find("policy/starter.policy"), TEXT("{}")};

	return policy_row_compile(&row, arena, ret_policy, problems);
}

struct selection risk_default_selection(void)
{
	/* Shares in the middle of what the region's administrations publish; see docs/decisions. */
	return (struct selection){.expected = {[LANE_RED] = 100000, [LANE_YELLOW] = 150000, [LANE_BLUE] = 100000},
		.random = {[LANE_RED] = 10000, [LANE_YELLOW] = 10000, [LANE_BLUE] = 10000},
		.hits_without_selection = 50,
		.score_red = 700000,
		.score_yellow = 400000,
		.score_blue = 250000};
}

enum status decider_new(struct database *database, struct decider **ret_decider)
{
	struct decider *decider = memory_allocate(sizeof *decider);

	if (!decider)
		return STATUS_NO_MEMORY;
	decider->database = database;
	decider->must_rebuild = true;
	pthread_mutex_init(&decider->lock, NULL);
	*ret_decider = decider;
	return STATUS_OK;
}

void decider_free(struct decider *decider)
{
	if (!decider)
		return;
	policy_free(decider->policy);
	model_free(decider->model);
	arena_free(decider->selection_arena);
	history_memory_free(decider->history);
	pthread_mutex_destroy(&decider->lock);
	memory_free(decider);
}

void decider_release(struct decider **decider)
{
	decider_free(*decider);
	*decider = NULL;
}

static enum status refresh_policy(struct decider *decider, struct reader *reader, struct arena *arena)
{
	struct problem_list problems = {.arena = arena};
	struct policy *policy = NULL;
	struct policy_row row;
	int64_t id;

	TRY(policy_active_id(reader, &id));
	if (decider->policy && id == decider->policy_id)
		return STATUS_OK;
	TRY(policy_row_find(reader, id, arena, &row));
	TRY(policy_row_compile(&row, arena, &policy, &problems));
	policy_free(decider->policy);
	decider->policy = policy;
	decider->policy_id = id;
	return STATUS_OK;
}

static enum status refresh_model(struct decider *decider, struct reader *reader)
{
	struct model *model = NULL;
	int64_t id;

	TRY(model_on_id(reader, &id));
	if (id == decider->model_id)
		return STATUS_OK;
	if (id)
		TRY(model_load(reader, id, &model));
	model_free(decider->model);
	decider->model = model;
	decider->model_id = id;
	return STATUS_OK;
}

static enum status refresh_selections(struct decider *decider, struct reader *reader)
{
	struct arena *arena;
	int64_t last;
	enum status status;

	TRY(store_integer(reader, &SELECTIONS_LAST, NO_PARAMS, &last));
	if (decider->selection_arena && last == decider->selections_last)
		return STATUS_OK;
	arena = arena_new(ARENA_LIMIT);
	if (!arena)
		return STATUS_NO_MEMORY;
	status = selections_read(reader, arena, &decider->selections, &decider->selection_count);
	arena_free(decider->selection_arena);
	decider->selection_arena = arena;
	decider->selections_last = status == STATUS_OK ? last : -1;
	return status;
}

/* The items of a row of HISTORY_ROWS are seen; those of a row of OUTCOME_ROWS, seen already, are judged. */
static enum status learn_row(struct decider *decider, struct rows *rows, bool judge_only, struct arena *arena)
{
	int64_t day = rows_integer(rows, 1), outcome = rows_optional(rows, 2);
	bool at_once = outcome != INT64_MIN && rows_integer(rows, 3) == day;
	struct text content = rows_text(rows, 4);
	struct consignment c;

	TRY(rows_status(rows));
	arena_reset(arena);
	TRY(consignment_read(arena, content, &c));
	for (size_t i = 0; i < c.item_count; i++) {
		if (judge_only)
			TRY(history_memory_judge(decider->history, &c, &c.items[i], outcome != 0, day));
		else
			TRY(history_memory_add(decider->history, &c, &c.items[i], at_once, at_once && outcome, day));
	}
	return STATUS_OK;
}

static enum status learn_rows(struct decider *decider, struct reader *reader, const struct statement *statement,
	int64_t after)
{
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	AUTO(rows_release) struct rows *rows = NULL;
	const struct value parameter = V_INT(after);
	bool all = statement == &HISTORY_ALL;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(store_query(reader, statement, &parameter, all ? 0 : 1, &rows));
	while (rows_next(rows))
		TRY(learn_row(decider, rows, statement == &OUTCOME_ROWS, arena));
	return rows_status(rows);
}

/* Consignments stored by other processes since the last time. */
static enum status learn_consignments(struct decider *decider, struct reader *reader)
{
	int64_t last;

	TRY(store_integer(reader, &LAST_CONSIGNMENT, NO_PARAMS, &last));
	if (last == decider->history_last)
		return STATUS_OK;
	TRY(learn_rows(decider, reader, decider->history_last ? &HISTORY_ROWS : &HISTORY_ALL, decider->history_last));
	decider->history_last = last;
	return STATUS_OK;
}

static enum status learn_outcomes(struct decider *decider, struct reader *reader)
{
	int64_t last;

	TRY(store_integer(reader, &LAST_OUTCOME, NO_PARAMS, &last));
	if (last == decider->outcome_last)
		return STATUS_OK;
	TRY(learn_rows(decider, reader, &OUTCOME_ROWS, decider->outcome_last));
	decider->outcome_last = last;
	return STATUS_OK;
}

static enum status refresh_history(struct decider *decider, struct reader *reader)
{
	enum status status;

	if (decider->must_rebuild) {
		history_memory_free(decider->history);
		decider->history = history_memory_new();
		if (!decider->history)
			return STATUS_NO_MEMORY;
		decider->history_last = decider->outcome_last = 0;
		decider->must_rebuild = false;
	}
	status = learn_consignments(decider, reader);
	if (status == STATUS_OK)
		status = learn_outcomes(decider, reader);
	if (status != STATUS_OK)
		decider->must_rebuild = true;
	return status;
}

static enum status refresh(struct decider *decider, struct reader *reader)
{
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);

	if (!arena)
		return STATUS_NO_MEMORY;
	decider->today = clock_today();
	TRY(refresh_policy(decider, reader, arena));
	TRY(refresh_model(decider, reader));
	TRY(refresh_selections(decider, reader));
	return refresh_history(decider, reader);
}

enum status decider_session_begin(struct decider *decider, struct writer *writer)
{
	struct actor system = actor_system("decider");
	int64_t period_id = decider->period.id, last;
	enum status status;

	pthread_mutex_lock(&decider->lock);
	decider->expected[0].consignment = decider->expected[1].consignment = NULL;
	/* Across processes, deciders take turns, so that counters and histories are those of one order. */
	status = store_returning(writer, &LOCK_DECISIONS, NO_PARAMS, &last);
	if (status != STATUS_OK || last != decider->decisions_last)
		forget_counts(decider);
	if (status == STATUS_OK)
		status = refresh(decider, writer_reader(writer));
	if (status == STATUS_OK)
		status = draw_period_ensure(writer, &system, decider->today, &decider->period);
	if (decider->period.id != period_id)
		forget_counts(decider);
	return status;
}

static void copy_text(char *into, size_t size, struct text from)
{
	size_t taken = from.size < size - 1 ? from.size : size - 1;

	if (taken)
		memcpy(into, from.data, taken);
	into[taken] = '\0';
}

static enum status flush_counts(struct decider *decider, struct writer *writer)
{
	for (size_t i = 0; i < decider->counts_count; i++) {
		struct counts_row *row = &decider->counts[i];

		if (row->changed)
			TRY(selection_counts_write(writer, decider->period.id, text_of(row->office),
				text_of(row->regime), &row->counts));
		row->changed = false;
	}
	return STATUS_OK;
}

/* Where the counters of an office and regime are, or the free place for them. */
static uint16_t *count_slot(struct decider *decider, struct text office, struct text regime)
{
	size_t at = (size_t)((text_hash(office) * 31 + text_hash(regime)) % COUNT_SLOTS);

	for (; decider->count_slots[at]; at = (at + 1) % COUNT_SLOTS) {
		const struct counts_row *row = &decider->counts[decider->count_slots[at] - 1];

		if (text_is(office, row->office) && text_is(regime, row->regime))
			break;
	}
	return &decider->count_slots[at];
}

/* The counters of an office and regime, read once as long as nobody else decides. */
static enum status find_counts(struct decider *decider, struct writer *writer, struct text office, struct text regime,
	struct selection_counts **ret_counts)
{
	uint16_t *slot = count_slot(decider, office, regime);
	struct counts_row *row;

	if (*slot) {
		row = &decider->counts[*slot - 1];
		row->changed = true;
		*ret_counts = &row->counts;
		return STATUS_OK;
	}
	if (decider->counts_count == COUNT_ROWS) {
		TRY(flush_counts(decider, writer));
		forget_counts(decider);
		slot = count_slot(decider, office, regime);
	}
	row = &decider->counts[decider->counts_count];
	copy_text(row->office, sizeof row->office, office);
	copy_text(row->regime, sizeof row->regime, regime);
	TRY(selection_counts_read(writer_reader(writer), decider->period.id, text_of(row->office),
		text_of(row->regime), &row->counts));
	row->changed = true;
	*slot = (uint16_t)++decider->counts_count;
	*ret_counts = &row->counts;
	return STATUS_OK;
}

static struct text counts_bytes(struct arena *arena, const struct selection_counts *counts)
{
	AUTO(buffer_release) struct buffer bytes = {0};

	buffer_init(&bytes, 256);
	varint_write(&bytes, (uint64_t)counts->decided);
	for (int lane = 0; lane < LANE_COUNT; lane++)
		varint_write(&bytes, (uint64_t)counts->lane[lane]);
	varint_write(&bytes, (uint64_t)counts->spared_hits);
	return arena_text(arena, buffer_text(&bytes));
}

static bool read_counts(struct text bytes, struct selection_counts *ret_counts)
{
	uint64_t values[LANE_COUNT + 2];

	for (size_t i = 0; i < LANE_COUNT + 2; i++)
		if (!varint_read(&bytes, &values[i]))
			return false;
	ret_counts->decided = (int64_t)values[0];
	for (int lane = 0; lane < LANE_COUNT; lane++)
		ret_counts->lane[lane] = (int64_t)values[1 + lane];
	ret_counts->spared_hits = (int64_t)values[LANE_COUNT + 1];
	return true;
}

/* The bill of lading that a declaration names, when it is stored. */
static enum status find_counterpart(struct reader *reader, const struct consignment *consignment, struct arena *arena,
	struct consignment *ret_bill, int64_t *ret_id, int64_t *ret_version)
{
	enum status status = STATUS_NOT_FOUND;

	*ret_id = *ret_version = 0;
	if (consignment->stage != STAGE_DECLARATION)
		return STATUS_OK;
	for (size_t i = 0; i < consignment->item_count && status == STATUS_NOT_FOUND; i++) {
		struct text bill = consignment->items[i].transport_document;

		if (bill.size && (!i || !text_equal(bill, consignment->items[i - 1].transport_document)))
			status = consignment_find_bill(reader, bill, ret_id, ret_version);
	}
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	TRY(status);
	return consignment_content(reader, *ret_id, *ret_version, arena, ret_bill);
}

static struct text reasons_text(struct arena *arena, const struct decision *decision)
{
	AUTO(buffer_release) struct buffer out = {0};
	struct json_writer json;

	buffer_init(&out, 4 << 20);
	if (!decision->reason_count)
		return TEXT("[]");
	put_begin(&json, &out);
	reasons_json(&json, decision);
	return out.status == STATUS_OK ? arena_text(arena, buffer_text(&out)) : TEXT_NONE;
}

static enum status remember_items(struct decider *decider, const struct consignment *c)
{
	const enum history_outcome outcome = !c->outcome.known ? OUTCOME_UNKNOWN
		: c->outcome.adverse                           ? OUTCOME_ADVERSE
							       : OUTCOME_CONFORM;
	int64_t day = consignment_day(c, decider->today);
	const struct expected *expected = NULL;

	if (c->stage != STAGE_DECLARATION)
		return STATUS_OK;
	for (size_t i = 0; i < 2; i++)
		if (decider->expected[i].consignment == c)
			expected = &decider->expected[i];
	for (size_t i = 0; i < c->item_count; i++) {
		if (expected && i < EXPECTED_ITEMS)
			TRY(history_memory_add_at(decider->history, &expected->places[i], c, &c->items[i], outcome, day));
		else
			TRY(history_memory_add(decider->history, c, &c->items[i], c->outcome.known, c->outcome.adverse, day));
	}
	return STATUS_OK;
}

static struct text regime_of(struct arena *arena, const struct consignment *c)
{
	char *bytes = arena_allocate(arena, c->type.size + c->regime.size + 1);

	if (!bytes)
		return TEXT_NONE;
	if (c->type.size)
		memcpy(bytes, c->type.data, c->type.size);
	if (c->regime.size)
		memcpy(bytes + c->type.size, c->regime.data, c->regime.size);
	return (struct text){bytes, c->type.size + c->regime.size};
}

/* Decides with what is in `record` and `inputs`, keeping what the histories answered. */
static enum status decide_and_keep(struct decision_inputs *inputs, const struct history *history,
	const struct consignment *consignment, struct arena *arena, struct decision_record *record)
{
	struct history_record kept;
	struct history face;
	enum status status;

	history_record_begin(&kept, history);
	face = history_record_face(&kept);
	inputs->history = &face;
	status = decision_make(inputs, consignment, arena, &record->decision);
	history_record_end(&kept);
	if (status == STATUS_OK)
		status = buffer_status(&kept.bytes);
	if (status == STATUS_OK) {
		record->history = arena_text(arena, buffer_text(&kept.bytes));
		record->reasons = reasons_text(arena, &record->decision);
		status = record->history.data && record->reasons.data ? STATUS_OK : STATUS_NO_MEMORY;
	}
	history_record_release(&kept);
	return status;
}

static enum status decide_at(struct decider *decider, struct writer *writer, enum gate gate,
	const struct consignment *consignment, struct arena *arena, struct decision_record *ret_record)
{
	struct text office = consignment->office.data ? consignment->office : TEXT(""), regime;
	struct history history = history_memory_face(decider->history);
	struct consignment bill;
	struct selection_counts *counts;
	const struct selection_row *row;
	struct selection selection;
	struct decision_record record = {.policy_id = decider->policy_id, .model_id = decider->model_id,
		.period_id = decider->period.id, .decided_on = decider->today, .decided_at = clock_now()};
	struct decision_inputs inputs = {.policy = decider->policy, .model = decider->model, .today = decider->today};

	record.gate = gate;
	regime = regime_of(arena, consignment);
	row = selection_for(decider->selections, decider->selection_count, office, regime);
	if (!regime.data || !row)
		return regime.data ? STATUS_INTERNAL : STATUS_NO_MEMORY;
	selection = row->selection;
	memcpy(selection.draw_key, decider->period.key, sizeof selection.draw_key);
	record.selection_id = row->id;
	record.green_delay_minutes = row->green_delay_minutes;
	TRY(find_counterpart(writer_reader(writer), consignment, arena, &bill, &record.counterpart_id,
		&record.counterpart_version));
	if (gate == GATE_AFTER_RELEASE) /* counted apart from the lanes at the declaration */
		regime = arena_format(arena, "+%.*s", TEXT_FORMAT(regime));
	TRY(find_counts(decider, writer, office, regime, &counts));
	record.counts_before = counts_bytes(arena, counts);
	inputs.gate = record.gate;
	inputs.selection = &selection;
	inputs.counts = counts;
	inputs.counterpart = record.counterpart_id ? &bill : NULL;
	TRY(decide_and_keep(&inputs, &history, consignment, arena, &record));
	*ret_record = record;
	return STATUS_OK;
}

enum status decider_decide(struct decider *decider, struct writer *writer, const struct consignment *consignment,
	bool remember, struct arena *arena, struct decision_record *ret_record)
{
	enum gate gate = consignment->stage == STAGE_MANIFEST ? GATE_MANIFEST : GATE_DECLARATION;

	TRY(decide_at(decider, writer, gate, consignment, arena, ret_record));
	return remember ? remember_items(decider, consignment) : STATUS_OK;
}

enum status decider_decide_after_release(struct decider *decider, struct writer *writer,
	const struct consignment *consignment, struct arena *arena, struct decision_record *ret_record)
{
	return decide_at(decider, writer, GATE_AFTER_RELEASE, consignment, arena, ret_record);
}

void decider_expect(struct decider *decider, const struct consignment *consignment)
{
	struct expected *expected = &decider->expected[++decider->expected_last % 2];

	expected->consignment = consignment;
	for (size_t i = 0; i < consignment->item_count && i < EXPECTED_ITEMS; i++)
		history_memory_expect(decider->history, consignment, &consignment->items[i], &expected->places[i]);
}

enum status decider_write(struct decider *decider, struct writer *writer, const struct decision_record *records,
	size_t count, struct arena *arena)
{
	TRY(flush_counts(decider, writer));
	if (count)
		decider->decisions_last = records[count - 1].id;
	for (size_t i = 0; i < count; i++)
		if (records[i].version == 1 && records[i].consignment_id > decider->history_last)
			decider->history_last = records[i].consignment_id;
	return decisions_write(writer, records, count, arena);
}

void decider_session_end(struct decider *decider, bool committed)
{
	if (!committed) {
		decider->must_rebuild = true;
		forget_counts(decider);
		decider->decisions_last = -1;
	}
	pthread_mutex_unlock(&decider->lock);
}

/* Loads only what was never loaded: a reader may be behind what this process has decided since. */
enum status decider_consult(struct decider *decider, struct reader *reader,
	enum status (*consult)(void *context, struct decision_inputs *inputs), void *context)
{
	struct decision_inputs inputs;
	struct history history;
	enum status status = STATUS_OK;

	pthread_mutex_lock(&decider->lock);
	if (!decider->policy || decider->must_rebuild)
		status = refresh(decider, reader);
	if (status == STATUS_OK) {
		history = history_memory_face(decider->history);
		inputs = (struct decision_inputs){.policy = decider->policy, .model = decider->model, .history = &history,
			.today = clock_today()};
		status = consult(context, &inputs);
	}
	pthread_mutex_unlock(&decider->lock);
	return status;
}

enum status decider_assess(struct decider *decider, const struct consignment *consignment, struct arena *arena,
	struct decision *ret_decision)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct decision_inputs inputs = {.today = clock_today()};
	struct consignment bill;
	int64_t bill_id, bill_version;
	struct history history;
	enum status status;

	TRY(reader_begin(decider->database, &reader));
	TRY(find_counterpart(reader, consignment, arena, &bill, &bill_id, &bill_version));
	pthread_mutex_lock(&decider->lock);
	status = refresh(decider, reader);
	if (status == STATUS_OK) {
		history = history_memory_face(decider->history);
		inputs.gate = consignment->stage == STAGE_MANIFEST ? GATE_MANIFEST : GATE_DECLARATION;
		inputs.policy = decider->policy;
		inputs.model = decider->model;
		inputs.history = &history;
		inputs.counterpart = bill_id ? &bill : NULL;
		status = decision_make(&inputs, consignment, arena, ret_decision);
	}
	pthread_mutex_unlock(&decider->lock);
	return status;
}

/* Everything that a stored decision was made with. */
struct remake {
	struct policy *policy;
	struct model *model;
};

static enum status load_for_again(struct reader *reader, const struct decision_record *record, struct arena *arena,
	struct remake *made, struct selection *ret_selection)
{
	struct problem_list problems = {.arena = arena};
	struct selection_row selection;
	struct draw_period period;
	struct policy_row row;

	TRY(policy_row_find(reader, record->policy_id, arena, &row));
	TRY(policy_row_compile(&row, arena, &made->policy, &problems));
	if (record->model_id)
		TRY(model_load(reader, record->model_id, &made->model));
	TRY(selection_find(reader, record->selection_id, arena, &selection));
	TRY(draw_period_find(reader, record->period_id, &period));
	*ret_selection = selection.selection;
	memcpy(ret_selection->draw_key, period.key, sizeof period.key);
	return STATUS_OK;
}

static enum status remake_decision(struct reader *reader, const struct decision_record *stored, struct arena *arena,
	struct remake *made, struct decision_again *ret_again)
{
	struct history_replay replay = {.rest = stored->history};
	struct history history = history_replay_face(&replay);
	struct consignment consignment, bill;
	struct selection_counts counts;
	struct selection selection;
	struct decision decision;
	struct decision_inputs inputs = {.gate = stored->gate, .history = &history, .selection = &selection,
		.counts = &counts, .today = stored->decided_on};
	struct text reasons;

	TRY(load_for_again(reader, stored, arena, made, &selection));
	TRY(consignment_content(reader, stored->consignment_id, stored->version, arena, &consignment));
	if (stored->counterpart_id) {
		TRY(consignment_content(reader, stored->counterpart_id, stored->counterpart_version, arena, &bill));
		inputs.counterpart = &bill;
	}
	if (!read_counts(stored->counts_before, &counts))
		return STATUS_INTERNAL;
	inputs.policy = made->policy;
	inputs.model = made->model;
	TRY(decision_make(&inputs, &consignment, arena, &decision));
	reasons = reasons_text(arena, &decision);
	*ret_again = (struct decision_again){.stored_lane = stored->decision.lane, .lane = decision.lane,
		.stored_reasons = stored->reasons, .reasons = reasons};
	ret_again->same = decision.lane == stored->decision.lane && text_equal(reasons, stored->reasons) &&
		memcmp(decision.draw, stored->decision.draw, sizeof decision.draw) == 0 && !replay.ran_out &&
		!replay.rest.size &&
		(isnan(decision.score) ? isnan(stored->decision.score)
				       : memcmp(&decision.score, &stored->decision.score, sizeof decision.score) == 0);
	return STATUS_OK;
}

enum status decision_again(struct reader *reader, int64_t decision_id, struct arena *arena,
	struct decision_again *ret_again)
{
	struct decision_record stored;
	struct remake made = {NULL, NULL};
	enum status status;

	TRY(decision_find(reader, decision_id, arena, &stored));
	status = remake_decision(reader, &stored, arena, &made, ret_again);
	policy_free(made.policy);
	model_free(made.model);
	return status;
}
