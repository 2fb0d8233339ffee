/* Reads the stored declarations day by day and has a rehearsal decide them.
 *
 * Batches pass three steps: all threads parse; the histories take the batch in (by one thread: they answer by
 * day, so what they learn of a day changes no answer about what was before it); all threads decide, while the
 * next batch is read. A stream (office and regime) belongs to one thread, the least laden when it was first met. */
#include "modules/rehearsal/replay.h"

#include "base/memory.h"
#include "base/secret.h"
#include "engine/history_memory.h"

#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

STATEMENT(PAST_COUNT, "select count(*) from consignments where day <= $1 and (stage = 1 or day >= $2)");
/* What was first received, as histories know it, by the index of lanes, one run for each, merged: a million rows are not
 * sorted for each batch. Bills only where they are decided; reasons only where something was picked; what was beside
 * only where it was stored when the consignment came. */
#define PAST_LANE(lane)                                                                                                \
	"select c.id as id, c.day as day, c.office, c.regime, c.outcome, c.outcome_on, c.recovered, v.content, "        \
	"case when d.lane >= 2 then coalesce(d.reasons, s.reasons) end, c.stage, d.decided_on, "                       \
	"case when d.version = 1 and d.gate = c.stage and d.decided_on <= c.day + 30 and c.day >= $5 then d.basis end " \
	"from consignments c join consignment_versions v on v.id = c.id * 65536 + 1 "                                  \
	"left join decisions d on d.id = c.decision_id left join decisions s on s.id = d.reasons_of "                  \
	"where c.lane = " lane " and (c.day, c.id) > ($1, $2) and c.day <= $3 and (c.stage = 1 or c.day >= $5)"
STATEMENT(PAST_ROWS, EACH_LANE(PAST_LANE) " limit $4");
_Static_assert(PAST_LIVE_DAYS == 30, "the days in PAST_LANE");
STATEMENT(PERIOD_KEYS, "select first_day, draw_key from draw_periods order by first_day");

enum { MONTHS = REHEARSAL_MONTHS + 4 /* bills are decided ahead of their day */, BATCH = 2000, THREADS = 8, BATCH_MEMORY = 512 << 20, CASE_MEMORY = 64 << 20, STREAM_SLOTS = 4 * REHEARSAL_STREAMS };

/* A consignment of a batch. */
struct past_row {
	int64_t id, day, outcome_on, recovered;
	bool known, adverse, by_chance, targeted, is_bill;
	struct text office, regime, content;
	struct text basis; /* of the first decision; missing: not known, or made long after its day */
	int64_t decided_on;
	size_t office_number, stream;
	struct consignment consignment;
};
struct batch {
	struct arena *arena;
	struct past_row rows[BATCH];
	size_t count;
};
struct stream {
	struct text office, regime;
	size_t office_number, thread;
	struct selection selections[REHEARSAL_RUNS]; /* without key */
};
/* A month's key of the draw. */
struct month_key {
	unsigned char key[DIGEST_SIZE];
	struct digest_key prepared;
};

enum step { STEP_PARSE, STEP_DECIDE, STEP_END };
struct player;
struct worker {
	struct player *player;
	pthread_t thread;
	size_t number;
	bool is_running;
	struct reader *reader;
	struct arena *parsed, *arena;
	struct rehearsal *part;
	enum status status;
	int64_t bills, brought_later;
	int64_t laden; /* consignments of its streams so far */
};

struct player {
	struct database *database;
	const struct replay_request *request;
	struct arena *arena; /* the caller's */
	struct reader *reader;
	struct history_memory *memory;
	struct history history;
	struct past_book *book;
	struct month_key *keys; /* by month from the one before that of `from` */
	int first_month; /* months since year 0 */
	struct batch *batches[2];
	struct batch *at_hand;
	struct stream *streams;
	uint16_t *slots; /* place + 1 of a stream by office and regime */
	size_t stream_count;
	struct replay_office offices[REHEARSAL_OFFICES];
	size_t office_count;
	struct worker workers[THREADS];
	size_t worker_count;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned turn; /* of steps */
	enum step step;
	size_t working;
	int64_t last_day, last_id;
	struct replay result;
};

/* ---- what the threads do */

static enum status parse_share(struct worker *worker)
{
	struct batch *batch = worker->player->at_hand;

	arena_reset(worker->parsed);
	for (size_t i = worker->number; i < batch->count; i += worker->player->worker_count)
		TRY(consignment_read(worker->parsed, batch->rows[i].content, &batch->rows[i].consignment));
	return STATUS_OK;
}

static int month_of(int64_t day)
{
	int year, month, of_month;

	date_split(day, &year, &month, &of_month);
	return year * 12 + month - 1;
}

/* The bill of lading that was beside the declaration; else as the decider finds it, in the version first received, where
 * one that came later was not known. */
static enum status find_bill(struct worker *worker, const struct past_row *row, const struct past_beside *beside,
	struct consignment *ret_bill, bool *ret_found)
{
	int64_t id = beside->counterpart_id, version = beside->counterpart_version;
	enum status status;

	*ret_found = false;
	if (row->is_bill || (beside->is_recorded && !id))
		return STATUS_OK;
	if (!beside->is_recorded) {
		status = consignment_find_counterpart(worker->reader, &row->consignment, worker->arena, &id, &version);
		if (status == STATUS_NOT_FOUND)
			return STATUS_OK;
		TRY(status);
		version = 1;
	}
	TRY(consignment_content(worker->reader, id, version, worker->arena, ret_bill));
	*ret_found = beside->is_recorded || consignment_day(ret_bill, row->day) <= row->day;
	worker->bills += *ret_found;
	return STATUS_OK;
}

/* With the key of the month in which it is decided. */
static void give_key(const struct player *player, int64_t day, struct selection *selection)
{
	int month = month_of(day) - player->first_month;
	const struct month_key *key = &player->keys[month < 0 ? 0 : month >= MONTHS ? MONTHS - 1 : month];

	memcpy(selection->draw_key, key->key, sizeof key->key);
	selection->prepared_key = &key->prepared;
}

static enum status decide_row(struct worker *worker, const struct past_row *row)
{
	struct player *player = worker->player;
	const struct stream *stream = &player->streams[row->stream];
	struct rehearsal_case one = {.consignment = &row->consignment, .day = row->day, .today = row->day,
		.known = row->known, .adverse = row->adverse, .recovered = row->recovered, .by_chance = row->by_chance,
		.targeted = row->targeted, .without_details = !player->request->each,
		.office = row->office_number, .stream = row->stream};
	struct selection selections[REHEARSAL_RUNS];
	struct decision decisions[REHEARSAL_RUNS];
	struct decision_record stored = {.decided_on = row->decided_on};
	struct past_beside beside;
	struct consignment bill;
	bool has_bill;

	arena_reset(worker->arena);
	if (row->basis.size && !decision_basis_read(row->basis, &stored))
		return STATUS_INTERNAL;
	TRY(past_beside_find(player->book, row->basis.size ? &stored : NULL, &row->consignment, row->day, worker->arena,
		&beside));
	TRY(find_bill(worker, row, &beside, &bill, &has_bill));
	if (beside.is_recorded && row->decided_on < row->day)
		one.today = row->decided_on; /* it came ahead of its day */
	worker->brought_later += !beside.is_recorded;
	one.counterpart = has_bill ? &bill : NULL;
	one.names = &beside.names;
	one.prices = &beside.prices;
	one.suppressions = beside.suppressions;
	one.suppression_count = beside.suppression_count;
	for (size_t side = 0; side < player->request->side_count; side++) {
		selections[side] = stream->selections[side];
		give_key(player, one.today, &selections[side]);
		one.selection[side] = &selections[side];
	}
	TRY(rehearsal_take(worker->part, &one, &player->history, worker->arena, decisions));
	if (player->request->each)
		player->request->each(player->request->context, row->id, decisions);
	return STATUS_OK;
}

static enum status decide_share(struct worker *worker)
{
	const struct batch *batch = worker->player->at_hand;

	for (size_t i = 0; i < batch->count; i++) {
		const struct past_row *row = &batch->rows[i];

		if (row->day >= worker->player->request->from &&
		    worker->player->streams[row->stream].thread == worker->number)
			TRY(decide_row(worker, row));
	}
	return STATUS_OK;
}

static void *work(void *context)
{
	struct worker *worker = context;
	struct player *player = worker->player;
	unsigned turn = 0;

	for (;;) {
		enum step step;

		pthread_mutex_lock(&player->lock);
		while (player->turn == turn)
			pthread_cond_wait(&player->changed, &player->lock);
		turn = player->turn;
		step = player->step;
		pthread_mutex_unlock(&player->lock);
		if (step == STEP_END)
			return NULL;
		if (worker->status == STATUS_OK)
			worker->status = step == STEP_PARSE ? parse_share(worker) : decide_share(worker);
		pthread_mutex_lock(&player->lock);
		if (--player->working == 0)
			pthread_cond_broadcast(&player->changed);
		pthread_mutex_unlock(&player->lock);
	}
}

static void step_begin(struct player *player, enum step step)
{
	pthread_mutex_lock(&player->lock);
	player->step = step;
	player->working = player->worker_count;
	player->turn++;
	pthread_cond_broadcast(&player->changed);
	pthread_mutex_unlock(&player->lock);
}

static enum status step_end(struct player *player)
{
	pthread_mutex_lock(&player->lock);
	while (player->working)
		pthread_cond_wait(&player->changed, &player->lock);
	pthread_mutex_unlock(&player->lock);
	for (size_t i = 0; i < player->worker_count; i++)
		TRY(player->workers[i].status);
	return STATUS_OK;
}

/* ---- reading */

static enum status read_row(struct rows *rows, struct arena *arena, struct past_row *row)
{
	*row = (struct past_row){.id = rows_integer(rows, 0), .day = rows_integer(rows, 1), .known = !rows_is_null(rows, 4),
		.adverse = rows_integer(rows, 4) != 0, .outcome_on = rows_integer(rows, 5),
		.recovered = rows_optional(rows, 6)};
	row->office = rows_copy(rows, 2, arena);
	row->regime = rows_copy(rows, 3, arena);
	row->content = rows_copy(rows, 7, arena);
	row->by_chance = !rows_is_null(rows, 8) && reasons_are_chance(rows_text(rows, 8));
	row->targeted = !rows_is_null(rows, 8) && !row->by_chance;
	row->is_bill = rows_integer(rows, 9) == STAGE_MANIFEST;
	if (!rows_is_null(rows, 11))
		row->basis = rows_copy(rows, 11, arena);
	row->decided_on = rows_optional(rows, 10);
	if (!row->office.data)
		row->office = TEXT("");
	if (!row->regime.data)
		row->regime = TEXT("");
	return rows_status(rows);
}

static int64_t month_end(int64_t day)
{
	int year, month, of_month;

	date_split(day, &year, &month, &of_month);
	return (month == 12 ? date_from(year + 1, 1, 1) : date_from(year, month + 1, 1)) - 1;
}

/* The next rows, all of one month: the counters and the key are the month's. */
static enum status read_batch(struct player *player, struct batch *batch)
{
	AUTO(rows_release) struct rows *rows = NULL;

	arena_reset(batch->arena);
	batch->count = 0;
	TRY(store_query(player->reader, &PAST_ROWS,
		PARAMS(V_INT(player->last_day), V_INT(player->last_id), V_INT(player->request->to), V_INT(BATCH),
			V_INT(player->request->from)),
		&rows));
	while (batch->count < BATCH && rows_next(rows)) {
		struct past_row *row = &batch->rows[batch->count];

		TRY(read_row(rows, batch->arena, row));
		if (batch->count && row->day > month_end(batch->rows[0].day))
			break;
		player->last_day = row->day;
		player->last_id = row->id;
		batch->count++;
	}
	return rows_status(rows);
}

/* ---- streams and histories, between the steps */

static enum status office_of(struct player *player, struct text code, size_t *ret_number)
{
	size_t number = 0;

	while (number < player->office_count && !text_equal(player->offices[number].code, code))
		number++;
	if (number == REHEARSAL_OFFICES)
		number--; /* more offices than any country has: the last stands for the rest */
	if (number == player->office_count) {
		player->offices[number].code = arena_text(player->arena, code);
		if (!player->offices[number].code.data)
			return STATUS_NO_MEMORY;
		player->office_count++;
	}
	*ret_number = number;
	return STATUS_OK;
}

static size_t lightest(const struct player *player)
{
	size_t best = 0;

	for (size_t i = 1; i < player->worker_count; i++)
		if (player->workers[i].laden < player->workers[best].laden)
			best = i;
	return best;
}

static void put_selections(const struct player *player, struct stream *stream)
{
	for (size_t side = 0; side < player->request->side_count; side++) {
		const struct replay_side *given = &player->request->sides[side];
		const struct selection_row *row =
			selection_for(given->selections, given->selection_count, stream->office, stream->regime);

		stream->selections[side] = row ? row->selection : risk_default_selection();
	}
}

static enum status stream_of(struct player *player, struct past_row *row)
{
	size_t slot = (size_t)((text_hash(row->office) * 31 + text_hash(row->regime)) % STREAM_SLOTS), number;
	struct stream *stream;

	for (; player->slots[slot]; slot = (slot + 1) % STREAM_SLOTS) {
		stream = &player->streams[player->slots[slot] - 1];
		if (text_equal(stream->office, row->office) && text_equal(stream->regime, row->regime))
			break;
	}
	number = player->slots[slot] ? player->slots[slot] - 1U : player->stream_count;
	if (number == REHEARSAL_STREAMS)
		number--; /* made-up regimes without end share the last counters */
	stream = &player->streams[number];
	if (number == player->stream_count) {
		*stream = (struct stream){.office = arena_text(player->arena, row->office),
			.regime = arena_text(player->arena, row->regime), .thread = lightest(player)};
		if (!stream->office.data || !stream->regime.data)
			return STATUS_NO_MEMORY;
		TRY(office_of(player, row->office, &stream->office_number));
		put_selections(player, stream);
		player->slots[slot] = (uint16_t)++player->stream_count;
	}
	player->workers[stream->thread].laden++;
	row->stream = number;
	row->office_number = stream->office_number;
	return STATUS_OK;
}

/* The keys of all months; where there was none yet, one that only the month decides. */
static enum status read_keys(struct player *player)
{
	AUTO(rows_release) struct rows *rows = NULL;

	player->first_month = month_of(player->request->from) - 1;
	for (int i = 0; i < MONTHS; i++) {
		int month = player->first_month + i;
		char name[64];

		snprintf(name, sizeof name, "rehearsal %lld", (long long)month_end(date_from(month / 12, month % 12 + 1, 1)));
		digest_of(text_of(name), player->keys[i].key);
	}
	TRY(store_query(player->reader, &PERIOD_KEYS, NO_PARAMS, &rows));
	while (rows_next(rows)) {
		int month = month_of(rows_integer(rows, 0)) - player->first_month;
		struct text stored = rows_bytes(rows, 1);

		if (month >= 0 && month < MONTHS && stored.size == DIGEST_SIZE)
			memcpy(player->keys[month].key, stored.data, DIGEST_SIZE);
	}
	for (int i = 0; i < MONTHS; i++)
		digest_key_prepare((struct text){(const char *)player->keys[i].key, DIGEST_SIZE}, &player->keys[i].prepared);
	return rows_status(rows);
}

static enum status learn(struct player *player, const struct past_row *row)
{
	const struct consignment *c = &row->consignment;
	bool at_once = row->known && row->outcome_on <= row->day;

	for (size_t i = 0; i < c->item_count; i++) {
		TRY(history_memory_add(player->memory, c, &c->items[i], at_once, at_once && row->adverse, row->day));
		if (row->known && !at_once)
			TRY(history_memory_judge(player->memory, c, &c->items[i], row->adverse, row->outcome_on));
	}
	return STATUS_OK;
}

static enum status prepare(struct player *player, struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct past_row *row = &batch->rows[i];

		TRY(stream_of(player, row));
		if (row->is_bill) {
			player->result.manifests++;
			continue;
		}
		TRY(learn(player, row));
		if (row->day < player->request->from) {
			player->result.learned_before++;
			continue;
		}
		player->result.declarations++;
		player->offices[row->office_number].declarations++;
	}
	return STATUS_OK;
}

/* ---- the whole */

static enum status play(struct player *player, int64_t total)
{
	struct replay_progress progress = {0, total};
	size_t turn = 0;

	TRY(read_batch(player, player->batches[0]));
	for (;;) {
		enum status read;

		player->at_hand = player->batches[turn % 2];
		if (!player->at_hand->count)
			return STATUS_OK;
		TRY(database_goes_on(player->database));
		step_begin(player, STEP_PARSE);
		TRY(step_end(player));
		TRY(prepare(player, player->at_hand));
		step_begin(player, STEP_DECIDE);
		read = read_batch(player, player->batches[++turn % 2]);
		TRY(step_end(player));
		TRY(read);
		progress.done += (int64_t)player->at_hand->count;
		if (player->request->progress)
			TRY(player->request->progress(player->request->context, &progress));
	}
}

static enum status worker_begin(struct player *player, const struct rehearsal_run *runs)
{
	struct worker *worker = &player->workers[player->worker_count];

	worker->player = player;
	worker->number = player->worker_count;
	worker->status = STATUS_OK;
	worker->parsed = arena_new(BATCH_MEMORY);
	worker->arena = arena_new(CASE_MEMORY);
	player->worker_count++; /* from here on players_end() gives back what it has */
	if (!worker->parsed || !worker->arena)
		return STATUS_NO_MEMORY;
	TRY(rehearsal_new(runs, player->request->side_count, player->request->from, player->request->to, &worker->part));
	TRY(reader_begin(player->database, &worker->reader));
	if (pthread_create(&worker->thread, NULL, work, worker))
		return STATUS_UNAVAILABLE;
	worker->is_running = true;
	return STATUS_OK;
}

static void player_end(struct player *player)
{
	if (!player)
		return;
	/* A failure may have left a step under way: the threads end it first. */
	pthread_mutex_lock(&player->lock);
	while (player->working)
		pthread_cond_wait(&player->changed, &player->lock);
	pthread_mutex_unlock(&player->lock);
	step_begin(player, STEP_END);
	for (size_t i = 0; i < player->worker_count; i++) {
		struct worker *worker = &player->workers[i];

		if (worker->is_running)
			pthread_join(worker->thread, NULL);
		reader_end(worker->reader);
		arena_free(worker->parsed);
		arena_free(worker->arena);
		rehearsal_free(worker->part);
	}
	for (size_t i = 0; i < 2; i++) {
		if (player->batches[i])
			arena_free(player->batches[i]->arena);
		memory_free(player->batches[i]);
	}
	reader_end(player->reader);
	history_memory_free(player->memory);
	past_book_free(player->book);
	memory_free(player->keys);
	memory_free(player->streams);
	memory_free(player->slots);
	pthread_cond_destroy(&player->changed);
	pthread_mutex_destroy(&player->lock);
	memory_free(player);
}

static void player_release(struct player **player)
{
	player_end(*player);
}

static struct player *player_new(struct database *database, const struct replay_request *request, struct arena *arena)
{
	struct player *player = memory_allocate(sizeof *player);

	if (!player)
		return NULL;
	player->database = database;
	player->request = request;
	player->arena = arena;
	player->last_day = player->last_id = INT64_MIN;
	pthread_mutex_init(&player->lock, NULL);
	pthread_cond_init(&player->changed, NULL);
	return player;
}

static enum status player_begin(struct player *player)
{
	const struct replay_request *request = player->request;
	struct rehearsal_run runs[REHEARSAL_RUNS];
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int threads = request->threads ? request->threads : processors < 2 ? 2 : (int)processors;

	for (size_t i = 0; i < 2; i++) {
		player->batches[i] = memory_allocate(sizeof **player->batches);
		if (!player->batches[i])
			return STATUS_NO_MEMORY;
		player->batches[i]->arena = arena_new(BATCH_MEMORY);
		if (!player->batches[i]->arena)
			return STATUS_NO_MEMORY;
	}
	player->memory = history_memory_new();
	player->streams = memory_allocate(REHEARSAL_STREAMS * sizeof *player->streams);
	player->slots = memory_allocate(STREAM_SLOTS * sizeof *player->slots);
	player->keys = memory_allocate(MONTHS * sizeof *player->keys);
	if (!player->memory || !player->streams || !player->slots || !player->keys)
		return STATUS_NO_MEMORY;
	player->history = history_memory_face(player->memory);
	for (size_t side = 0; side < request->side_count; side++)
		runs[side] = (struct rehearsal_run){request->sides[side].policy, request->sides[side].model};
	TRY(reader_begin(player->database, &player->reader));
	TRY(read_keys(player));
	TRY(past_book_new(player->reader, NULL, &player->book));
	for (int i = 0; i < threads && i < THREADS; i++)
		TRY(worker_begin(player, runs));
	return STATUS_OK;
}

static enum status gather(struct player *player, struct replay *ret_replay)
{
	struct replay result = player->result;

	result.offices = ARENA_ARRAY(player->arena, player->office_count + 1, struct replay_office);
	if (!result.offices)
		return STATUS_NO_MEMORY;
	memcpy(result.offices, player->offices, player->office_count * sizeof *result.offices);
	result.office_count = player->office_count;
	for (size_t i = 0; i < player->worker_count; i++) {
		result.bills += player->workers[i].bills;
		result.brought_later += player->workers[i].brought_later;
		if (i)
			TRY(rehearsal_add(player->workers[0].part, player->workers[i].part));
	}
	result.rehearsal = player->workers[0].part;
	player->workers[0].part = NULL;
	*ret_replay = result;
	return STATUS_OK;
}

enum status replay_run(struct database *database, const struct replay_request *request, struct arena *arena,
	struct replay *ret_replay)
{
	AUTO(player_release) struct player *player = NULL;
	int64_t start = clock_monotonic(), total;
	clock_t worked = clock();

	if (!request->side_count || request->side_count > REHEARSAL_RUNS || request->to < request->from ||
	    request->to - request->from >= REHEARSAL_DAYS)
		return STATUS_INVALID;
	player = player_new(database, request, arena);
	if (!player)
		return STATUS_NO_MEMORY;
	TRY(player_begin(player));
	TRY(store_integer(player->reader, &PAST_COUNT, PARAMS(V_INT(request->to), V_INT(request->from)), &total));
	TRY(play(player, total));
	player->result.microseconds = clock_monotonic() - start;
	player->result.processor_microseconds = (int64_t)((double)(clock() - worked) * 1e6 / CLOCKS_PER_SEC);
	return gather(player, ret_replay);
}
