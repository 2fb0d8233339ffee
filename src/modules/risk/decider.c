/* The decider: what one process needs in memory to decide, kept up to date from the database. */
#include "base/embedded.h"
#include "base/log.h"
#include "base/memory.h"
#include "modules/risk/decider.h"

/* What was first received is what histories know, in the order of the days: by the index of lanes, one run for each,
 * merged, so that a million rows are not sorted first. */
#define HISTORY_SELECT(rest)                                                                                           \
	"select c.id as id, c.day as day, c.outcome, c.outcome_on, v.content from consignments c "                     \
	"join consignment_versions v on v.id = c.id * 65536 + 1 where c.stage = 1 " rest
STATEMENT(HISTORY_ALL,
	HISTORY_SELECT("and c.lane = 0") " union all " HISTORY_SELECT("and c.lane = 1") " union all " HISTORY_SELECT(
		"and c.lane = 2") " union all " HISTORY_SELECT("and c.lane = 3") " order by day, id");
STATEMENT(HISTORY_ROWS, HISTORY_SELECT("and c.id > $1 order by c.day, c.id"));
STATEMENT(OUTCOME_ROWS,
	"select o.id, o.known_on, o.adverse, o.known_on, v.content from outcomes o "
	"join consignments c on c.id = o.consignment_id join consignment_versions v on v.id = c.id * 65536 + 1 "
	"where o.id > $1 and c.stage = 1 order by o.id");
STATEMENT(LAST_CONSIGNMENT, "select last_id from id_blocks where name = 'consignments'");
STATEMENT(LAST_OUTCOME, "select last_id from id_blocks where name = 'outcomes'");
STATEMENT(SELECTIONS_LAST, "select coalesce(max(id), 0) from selections");
STATEMENT(LOCK_DECISIONS, "update id_blocks set last_id = last_id where name = 'decisions' returning last_id");

enum { ARENA_LIMIT = 64 << 20, LOADED_AT_ONCE = 60000 /* consignments: a second or two */ };

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
	decider->scratch = arena_new(SCRATCH_LIMIT);
	if (!decider->scratch || screening_new(&decider->screening) != STATUS_OK ||
		prices_new(&decider->prices) != STATUS_OK) {
		screening_free(decider->screening);
		arena_free(decider->scratch);
		memory_free(decider);
		return STATUS_NO_MEMORY;
	}
	decider->database = database;
	decider->must_rebuild = true;
	buffer_init(&decider->bytes, BYTES_LIMIT);
	pthread_mutex_init(&decider->lock, NULL);
	policy_loader_init(&decider->loader, database);
	digest_memo_init(&decider->digests);
	*ret_decider = decider;
	return STATUS_OK;
}

void decider_free(struct decider *decider)
{
	if (!decider)
		return;
	atomic_store(&decider->is_ending, true);
	if (decider->has_warmer)
		pthread_join(decider->warmer, NULL);
	policy_loader_clear(&decider->loader);
	digest_memo_destroy(&decider->digests);
	policy_free(decider->retired);
	policy_free(decider->policy);
	shadow_release(&decider->shadow);
	model_free(decider->model);
	arena_free(decider->selection_arena);
	history_memory_free(decider->history);
	screening_free(decider->screening);
	prices_free(decider->prices);
	suppression_book_clear(&decider->suppressions);
	selection_book_clear(&decider->book);
	reasons_book_clear(&decider->reasons);
	arena_free(decider->scratch);
	buffer_release(&decider->bytes);
	pthread_mutex_destroy(&decider->lock);
	memory_free(decider);
}

struct digest_memo *decider_digests(struct decider *decider)
{
	return &decider->digests;
}

void decider_release(struct decider **decider)
{
	decider_free(*decider);
	*decider = NULL;
}

/* Switches to the active policy when it is ready; a large one is compiled meanwhile. */
static enum status refresh_policy(struct decider *decider, struct reader *reader)
{
	struct policy *policy = NULL;
	int64_t id;

	TRY(policy_active_id(reader, &id));
	if (decider->policy && id == decider->policy_id)
		return STATUS_OK;
	TRY(policy_loader_take(&decider->loader, reader, id, !decider->policy, &policy));
	if (!policy)
		return STATUS_OK;
	policy_free(decider->retired);
	decider->retired = decider->policy;
	decider->policy = policy;
	decider->policy_id = id;
	return STATUS_OK;
}

/* A large policy is given back when nobody waits any more. */
static void unlock(struct decider *decider)
{
	struct policy *retired = decider->retired;

	decider->retired = NULL;
	pthread_mutex_unlock(&decider->lock);
	policy_free(retired);
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
	struct text content = rows_bytes(rows, 4);
	struct consignment c;

	TRY(rows_status(rows));
	arena_reset(arena);
	TRY(consignment_unpack(arena, content, &c));
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
	while (rows_next(rows)) {
		TRY(learn_row(decider, rows, statement == &OUTCOME_ROWS, arena));
		if (atomic_load(&decider->is_ending))
			return STATUS_UNAVAILABLE;
	}
	return rows_status(rows);
}

/* Consignments stored by other processes since the last time. */
static enum status learn_consignments(struct decider *decider, struct reader *reader)
{
	int64_t last;

	TRY(store_integer(reader, &LAST_CONSIGNMENT, NO_PARAMS, &last));
	if (last <= decider->history_last) /* a page's reader may be behind what was decided since */
		return STATUS_OK;
	TRY(learn_rows(decider, reader, decider->history_last ? &HISTORY_ROWS : &HISTORY_ALL, decider->history_last));
	decider->history_last = last;
	return STATUS_OK;
}

static enum status learn_outcomes(struct decider *decider, struct reader *reader)
{
	int64_t last;

	TRY(store_integer(reader, &LAST_OUTCOME, NO_PARAMS, &last));
	if (last <= decider->outcome_last)
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

/* All but the histories. */
static enum status refresh_rules(struct decider *decider, struct reader *reader)
{
	decider->today = clock_today();
	TRY(refresh_policy(decider, reader));
	TRY(refresh_model(decider, reader));
	TRY(refresh_selections(decider, reader));
	TRY(screening_refresh(decider->screening, reader));
	TRY(suppression_book_refresh(&decider->suppressions, reader));
	TRY(shadow_refresh(&decider->shadow, reader, decider->today));
	TRY(prices_refresh(decider->prices, reader));
	decider->price_face = prices_face(decider->prices);
	return STATUS_OK;
}

static enum status refresh(struct decider *decider, struct reader *reader)
{
	TRY(refresh_rules(decider, reader));
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
		selection_book_clear(&decider->book);
	if (status == STATUS_OK)
		status = refresh(decider, writer_reader(writer));
	if (status == STATUS_OK)
		status = draw_period_ensure(writer, &system, decider->today, &decider->period);
	digest_key_prepare((struct text){(const char *)decider->period.key, sizeof decider->period.key}, &decider->draw);
	if (decider->period.id != period_id)
		selection_book_clear(&decider->book);
	return status;
}

/* Names that were found go to the queue of people. */
static enum status note_names(struct writer *writer, const struct decision_record *record, struct arena *arena)
{
	struct beside beside;

	if (!record->beside.size)
		return STATUS_OK;
	TRY(beside_read(arena, record->beside, &beside));
	return screening_note(writer, &beside.names, record->consignment_id);
}

enum status decider_write_decisions(struct decider *decider, struct writer *writer, struct decision_record *records,
	size_t count, struct arena *arena)
{
	for (size_t i = 0; i < count; i++)
		TRY(reasons_book_find(&decider->reasons, records[i].reasons, records[i].id, &records[i].reasons_of));
	for (size_t i = 0; i < count; i++)
		TRY(note_names(writer, &records[i], arena));
	TRY(decisions_write(writer, records, count, arena));
	return shadow_write(writer, records, count);
}

enum status decider_write_rest(struct decider *decider, struct writer *writer, const struct decision_record *records,
	size_t count)
{
	TRY(selection_book_write(&decider->book, writer, decider->period.id));
	if (count)
		decider->decisions_last = records[count - 1].id;
	for (size_t i = 0; i < count; i++)
		if (records[i].version == 1 && records[i].consignment_id > decider->history_last)
			decider->history_last = records[i].consignment_id;
	return STATUS_OK;
}

enum status decider_write(struct decider *decider, struct writer *writer, struct decision_record *records, size_t count,
	struct arena *arena)
{
	TRY(decider_write_decisions(decider, writer, records, count, arena));
	return decider_write_rest(decider, writer, records, count);
}

void decider_session_end(struct decider *decider, bool committed)
{
	if (!committed) {
		decider->must_rebuild = true;
		selection_book_clear(&decider->book);
		reasons_book_clear(&decider->reasons);
		decider->decisions_last = -1;
	}
	unlock(decider);
}

/* The warmer's thread: what it could not load is tried again when next asked for. */
static void *warm(void *context)
{
	struct decider *decider = context;
	struct reader *reader = NULL;
	enum status status = reader_begin(decider->database, &reader);

	if (status == STATUS_OK) {
		pthread_mutex_lock(&decider->lock);
		status = refresh(decider, reader);
		unlock(decider);
	}
	reader_end(reader);
	if (status != STATUS_OK)
		log_event(LOG_WARNING, "histories", "status", status_name(status), NULL);
	atomic_store(&decider->is_warming, false);
	return NULL;
}

/* Called under the lock. */
static void start_warming(struct decider *decider)
{
	if (decider->has_warmer)
		pthread_join(decider->warmer, NULL); /* it has ended: is_warming is false */
	atomic_store(&decider->is_warming, true);
	decider->has_warmer = pthread_create(&decider->warmer, NULL, warm, decider) == 0;
	if (!decider->has_warmer)
		atomic_store(&decider->is_warming, false);
}

/* Loads only what was never loaded: a reader may be behind what this process has decided since. */
static enum status load_for_consult(struct decider *decider, struct reader *reader, bool with_histories)
{
	int64_t stored;

	if (!decider->policy)
		TRY(refresh_rules(decider, reader));
	if (!with_histories || !decider->must_rebuild)
		return STATUS_OK;
	TRY(store_integer(reader, &LAST_CONSIGNMENT, NO_PARAMS, &stored));
	if (stored <= LOADED_AT_ONCE)
		return refresh_history(decider, reader);
	start_warming(decider);
	return STATUS_UNAVAILABLE;
}

enum status decider_consult(struct decider *decider, struct reader *reader, bool with_histories,
	enum status (*consult)(void *context, struct decision_inputs *inputs), void *context)
{
	struct decision_inputs inputs;
	struct history history;
	enum status status;

	if (with_histories && atomic_load(&decider->is_warming))
		return STATUS_UNAVAILABLE;
	pthread_mutex_lock(&decider->lock);
	status = load_for_consult(decider, reader, with_histories);
	if (status == STATUS_OK) {
		inputs = (struct decision_inputs){.policy = decider->policy, .model = decider->model,
			.prices = &decider->price_face, .today = clock_today()};
		if (with_histories) {
			history = history_memory_face(decider->history);
			inputs.history = &history;
		}
		status = consult(context, &inputs);
	}
	unlock(decider);
	return status;
}

/* The scores from which lanes are asked for, for the consignment's office and regime. */
static const struct selection *thresholds_for(const struct decider *decider, const struct consignment *consignment,
	struct arena *arena)
{
	struct text regime = arena_format(arena, "%.*s%.*s", TEXT_FORMAT(consignment->type),
		TEXT_FORMAT(consignment->regime));
	const struct selection_row *row = selection_for(decider->selections, decider->selection_count,
		consignment->office.data ? consignment->office : TEXT(""), regime.data ? regime : TEXT(""));

	return row ? &row->selection : NULL;
}

enum status decider_assess(struct decider *decider, const struct consignment *consignment, struct arena *arena,
	struct decision *ret_decision)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct decision_inputs inputs = {.today = clock_today()};
	struct consignment bill;
	struct beside beside;
	int64_t bill_id, bill_version;
	struct history history;
	enum status status;

	TRY(reader_begin(decider->database, &reader));
	TRY(counterpart_find(reader, consignment, arena, &bill, &bill_id, &bill_version));
	pthread_mutex_lock(&decider->lock);
	status = refresh(decider, reader);
	if (status == STATUS_OK) {
		history = history_memory_face(decider->history);
		inputs.gate = consignment->stage == STAGE_MANIFEST ? GATE_MANIFEST : GATE_DECLARATION;
		inputs.policy = decider->policy;
		inputs.model = decider->model;
		inputs.history = &history;
		inputs.counterpart = bill_id ? &bill : NULL;
		inputs.thresholds = thresholds_for(decider, consignment, arena);
		status = beside_look(decider, consignment, arena, &beside, &inputs);
		if (status == STATUS_OK)
			status = decision_make(&inputs, consignment, arena, ret_decision);
		if (status == STATUS_OK) /* the policy may be gone when the decision is shown */
			status = decision_own(ret_decision, arena);
	}
	unlock(decider);
	return status;
}
enum status decider_explain(struct decider *decider, int64_t model_id, const struct consignment *consignment,
	const struct item *item, int64_t day, struct arena *arena, struct explanation *ret_explanation)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct model *other = NULL;
	struct history history;
	enum status status;

	TRY(reader_begin(decider->database, &reader));
	pthread_mutex_lock(&decider->lock);
	status = refresh(decider, reader);
	if (status == STATUS_OK && model_id != decider->model_id)
		status = model_load(reader, model_id, &other);
	if (status == STATUS_OK) {
		history = history_memory_face(decider->history);
		status = explanation_make(other ? other : decider->model, consignment, item, &history, day, arena,
			ret_explanation);
	}
	unlock(decider);
	model_free(other);
	return status;
}

