/* Storing a batch: what is stored already is looked up, what is new or amended is decided and written, piece by piece,
 * by two threads that share the transaction. */
#include "base/memory.h"
#include "domain/event.h"
#include "domain/journal.h"
#include "domain/unit.h"
#include "domain/webhook.h"
#include "modules/risk/intake.h"

#include <string.h>

STATEMENT(ROOT_UNIT_PATH, "select path from units where parent_id is null order by id limit 1");

enum status intake_root_path(struct reader *reader, struct arena *arena, struct text *ret_path)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &ROOT_UNIT_PATH, NO_PARAMS, &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		*ret_path = TEXT("/");
		return STATUS_OK;
	}
	*ret_path = rows_copy(rows, 0, arena);
	return ret_path->data ? STATUS_OK : STATUS_NO_MEMORY;
}

/* The unit of an office; the root of the tree when no unit has that code, so that nothing is lost from
 * sight: whoever sees the whole administration sees it. Without a reader STATUS_NOT_FOUND for one not met before. */
static enum status office_unit(struct intake_session *session, struct reader *reader, struct text office,
	struct text *ret_path)
{
	struct arena *arena = session->storing->arena;
	struct unit unit;
	enum status status;

	for (size_t i = 0; i < session->office_count; i++)
		if (text_equal(session->offices[i].office, office)) {
			*ret_path = session->offices[i].path;
			return STATUS_OK;
		}
	if (!reader)
		return STATUS_NOT_FOUND;
	status = office.size ? unit_find_code(reader, office, arena, &unit) : STATUS_NOT_FOUND;
	if (status == STATUS_NOT_FOUND)
		*ret_path = session->root_path;
	else if (status == STATUS_OK)
		*ret_path = unit.path;
	else
		return status;
	if (session->office_count < OFFICES_KEPT) /* the texts lie in the batch's content */
		session->offices[session->office_count++] = (struct office_unit){office, *ret_path};
	return STATUS_OK;
}

static struct text state_of(const struct decision_record *record, const struct consignment *consignment)
{
	if (consignment->outcome.known)
		return TEXT("controlled");
	if (record->decision.lane >= LANE_YELLOW)
		return TEXT("to_control");
	return record->decision.lane == LANE_GREEN && record->green_delay_minutes ? TEXT("held") : TEXT("free");
}

/* --- the thread that writes ------------------------------------------------------------------------------------- */

enum status writing_init(struct writing *writing, struct decider *decider)
{
	pthread_mutex_init(&writing->lock, NULL);
	pthread_mutex_init(&writing->database, NULL);
	pthread_cond_init(&writing->changed, NULL);
	writing->decider = decider;
	writing->arena = arena_new(BATCH_MEMORY);
	return writing->arena ? STATUS_OK : STATUS_NO_MEMORY;
}

void writing_destroy(struct writing *writing)
{
	if (writing->has_thread) {
		pthread_mutex_lock(&writing->lock);
		writing->must_stop = true;
		pthread_cond_broadcast(&writing->changed);
		pthread_mutex_unlock(&writing->lock);
		pthread_join(writing->thread, NULL);
	}
	arena_free(writing->arena);
	pthread_cond_destroy(&writing->changed);
	pthread_mutex_destroy(&writing->database);
	pthread_mutex_destroy(&writing->lock);
}

static enum status write_piece(struct writing *writing, size_t from, size_t count)
{
	const struct work *work = writing->work;
	enum status status;

	arena_reset(writing->arena);
	pthread_mutex_lock(&writing->database);
	status = consignments_write(writing->writer, work->changes + from, count, writing->arena);
	if (status == STATUS_OK)
		status = decider_write_decisions(writing->decider, writing->writer, work->records + from, count,
			writing->arena);
	pthread_mutex_unlock(&writing->database);
	return status;
}

static void *write_pieces(void *context)
{
	struct writing *writing = context;

	pthread_setname_np(pthread_self(), "vigie-write");
	pthread_mutex_lock(&writing->lock);
	while (!writing->must_stop) {
		size_t from = writing->written, count = writing->decided - from;
		enum status status = STATUS_OK;

		if (!writing->writer || !count) {
			pthread_cond_wait(&writing->changed, &writing->lock);
			continue;
		}
		if (count > PIECE_ROWS)
			count = PIECE_ROWS;
		pthread_mutex_unlock(&writing->lock);
		if (writing->status == STATUS_OK)
			status = write_piece(writing, from, count);
		pthread_mutex_lock(&writing->lock);
		if (status != STATUS_OK)
			writing->status = status;
		writing->written += count;
		if (writing->written == writing->decided)
			pthread_cond_broadcast(&writing->changed);
	}
	pthread_mutex_unlock(&writing->lock);
	return NULL;
}

/* Rows up to `decided` are there to be written; without a thread this one writes them. */
static enum status writing_advance(struct writing *writing, size_t decided)
{
	enum status status;

	pthread_mutex_lock(&writing->lock);
	writing->decided = decided;
	if (!writing->has_thread && writing->decided - writing->written < writing->work->count)
		writing->has_thread = pthread_create(&writing->thread, NULL, write_pieces, writing) == 0;
	pthread_cond_broadcast(&writing->changed);
	status = writing->status;
	pthread_mutex_unlock(&writing->lock);
	if (writing->has_thread || status != STATUS_OK)
		return status;
	status = write_piece(writing, writing->written, decided - writing->written);
	writing->written = decided;
	return status;
}

/* Waits until all rows that were decided are written, or one could not be; nobody uses the transaction then. */
static enum status writing_settle(struct writing *writing)
{
	enum status status;

	pthread_mutex_lock(&writing->lock);
	while (writing->has_thread && writing->written < writing->decided)
		pthread_cond_wait(&writing->changed, &writing->lock);
	status = writing->status;
	writing->writer = NULL;
	pthread_mutex_unlock(&writing->lock);
	return status;
}

static void writing_begin(struct writing *writing, struct writer *writer, const struct work *work)
{
	pthread_mutex_lock(&writing->lock);
	writing->writer = writer;
	writing->work = work;
	writing->decided = writing->written = 0;
	writing->status = STATUS_OK;
	pthread_mutex_unlock(&writing->lock);
}

/* --- the thread that decides ------------------------------------------------------------------------------------ */

/* A person brings what belongs to the offices where the right holds, and what belongs to no office that is known; the
 * rest is left out with a reason. What is there already is amended only by who may bring it anew. */
static enum status refuse_foreign(struct intake_session *session, struct reader *reader, struct waiting *w,
	const struct stored_consignment *stored)
{
	static const struct message message = {
		TR("Ce dossier est d'un bureau pour lequel vous ne pouvez rien déposer : il n'est pas pris."), {{0}}};
	const struct actor *actor = session->intake->actor;
	struct arena *arena = session->storing->arena;
	struct problem_list list = {.arena = arena};
	struct text path;

	if (actor_may(actor, CONSIGNMENTS_IMPORT, session->root_path))
		return STATUS_OK;
	TRY(office_unit(session, reader, w->office, &path));
	if ((text_equal(path, session->root_path) || actor_may(actor, CONSIGNMENTS_IMPORT, path)) &&
		(!stored->id || actor_may(actor, CONSIGNMENTS_IMPORT, stored->unit_path)))
		return STATUS_OK;
	problem_add(&list, PROBLEM_ERROR, TEXT(""), message);
	w->problems = ARENA_NEW(arena, struct import_problem);
	if (!w->problems || !list.count)
		return STATUS_NO_MEMORY;
	*w->problems = (struct import_problem){list.rows, w->identity};
	w->problem_count = 1;
	w->is_refused = true;
	return STATUS_OK;
}

/* What of the batch is new or amended, with its ids. */
static enum status choose_work(struct intake_session *session, struct writer *writer, struct work *work)
{
	struct batch *batch = session->storing;
	struct stored_consignment *stored = ARENA_ARRAY(batch->arena, batch->count, struct stored_consignment);
	struct text *identities = ARENA_ARRAY(batch->arena, batch->count, struct text);
	int64_t added = 0, id = 0, decision_id = 0;

	if (!stored || !identities)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < batch->count; i++)
		identities[i] = batch->waiting[i].identity;
	TRY(consignments_lookup(writer_reader(writer), identities, batch->count, batch->arena, stored));
	for (size_t i = 0; i < batch->count; i++) {
		struct waiting *w = &batch->waiting[i];

		TRY(refuse_foreign(session, writer_reader(writer), w, &stored[i]));
		work->refused += w->is_refused;
		if (w->is_refused)
			continue;
		w->unchanged = stored[i].id && stored[i].digest.size == DIGEST_SIZE &&
			memcmp(stored[i].digest.data, w->digest, DIGEST_SIZE) == 0;
		if (w->unchanged)
			continue;
		work->waiting[work->count] = w;
		work->changes[work->count++] = (struct consignment_change){.id = stored[i].id,
			.version = stored[i].id ? stored[i].version + 1 : 1};
		added += !stored[i].id;
	}
	if (added)
		TRY(ids_take(writer, "consignments", added, &id));
	TRY(ids_take(writer, "decisions", (int64_t)work->count, &decision_id));
	for (size_t i = 0; i < work->count; i++) {
		struct consignment_change *change = &work->changes[i];

		if (!change->id)
			change->id = id++;
		change->decision_id = decision_id++;
		work->records[i] = (struct decision_record){.id = change->decision_id, .consignment_id = change->id,
			.version = change->version};
	}
	return STATUS_OK;
}

/* Some rows that are decided one after another, with what the database says of them. */
struct piece {
	struct consignment consignments[PIECE_ROWS];
	struct decision_case cases[PIECE_ROWS];
	size_t from, count;
};

static enum status unpack_row(struct intake_session *session, struct work *work, struct piece *piece, size_t i)
{
	struct consignment *consignment = &piece->consignments[i];
	struct consignment_change *change = &work->changes[piece->from + i];
	const struct waiting *waiting = work->waiting[piece->from + i];

	TRY(consignment_unpack(session->piece, waiting->content, consignment));
	TRY(consignment_change_set(session->storing->arena, consignment, change));
	change->identity = waiting->identity;
	change->content = waiting->content;
	memcpy(change->digest, waiting->digest, DIGEST_SIZE);
	return STATUS_OK;
}

/* Without a writer STATUS_NOT_FOUND where the database must be asked. */
static enum status prepare_row(struct intake_session *session, struct writer *writer, struct work *work,
	struct piece *piece, size_t i)
{
	const struct consignment *consignment = &piece->consignments[i];

	TRY(office_unit(session, writer ? writer_reader(writer) : NULL, consignment->office,
		&work->changes[piece->from + i].unit_path));
	return decider_prepare(session->intake->decider, writer,
		consignment->stage == STAGE_MANIFEST ? GATE_MANIFEST : GATE_DECLARATION, consignment, session->piece,
		&piece->cases[i]);
}

/* The database is waited for only where it must be asked: the other thread writes meanwhile. */
static enum status prepare_piece(struct intake_session *session, struct writer *writer, struct work *work,
	struct piece *piece)
{
	size_t asked[PIECE_ROWS], count = 0;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < piece->count; i++) {
		TRY(unpack_row(session, work, piece, i));
		status = prepare_row(session, NULL, work, piece, i);
		if (status == STATUS_NOT_FOUND)
			asked[count++] = i;
		else
			TRY(status);
	}
	if (!count)
		return STATUS_OK;
	pthread_mutex_lock(&session->writing.database);
	status = STATUS_OK;
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = prepare_row(session, writer, work, piece, asked[i]);
	pthread_mutex_unlock(&session->writing.database);
	return status;
}

static enum status decide_row(struct intake_session *session, struct work *work, struct piece *piece, size_t i,
	int64_t now)
{
	struct decider *decider = session->intake->decider;
	const struct consignment *consignment = &piece->consignments[i];
	struct consignment_change *change = &work->changes[piece->from + i];
	struct decision_record *record = &work->records[piece->from + i];

	if (i + 1 < piece->count)
		decider_expect(decider, &piece->consignments[i + 1], work->waiting[piece->from + i + 1]->places);
	TRY(decider_decide_case(decider, &piece->cases[i], session->storing->arena, record));
	change->import_id = session->row->id;
	change->day = consignment_day(consignment, record->decided_on);
	change->received_at = now;
	change->state = state_of(record, consignment);
	change->lane = record->decision.lane;
	change->score = record->decision.score;
	return change->version == 1 ? decider_remember(decider, consignment) : STATUS_OK;
}

static enum status decide_piece(struct intake_session *session, struct writer *writer, struct work *work,
	struct piece *piece)
{
	int64_t now = clock_now();
	enum status status;

	arena_reset(session->piece);
	status = prepare_piece(session, writer, work, piece);
	if (status == STATUS_OK)
		decider_expect(session->intake->decider, &piece->consignments[0], work->waiting[piece->from]->places);
	for (size_t i = 0; i < piece->count && status == STATUS_OK; i++)
		status = decide_row(session, work, piece, i, now);
	return status;
}

static enum status decide_and_write(struct intake_session *session, struct writer *writer, struct work *work)
{
	struct piece *piece = ARENA_NEW(session->storing->arena, struct piece);
	enum status status = STATUS_OK, written;

	if (!piece)
		return STATUS_NO_MEMORY;
	writing_begin(&session->writing, writer, work);
	for (size_t from = 0; from < work->count && status == STATUS_OK; from += PIECE_ROWS) {
		piece->from = from;
		piece->count = work->count - from < PIECE_ROWS ? work->count - from : PIECE_ROWS;
		status = decide_piece(session, writer, work, piece);
		if (status == STATUS_OK)
			status = writing_advance(&session->writing, from + piece->count);
	}
	written = writing_settle(&session->writing);
	return status == STATUS_OK ? written : status;
}

static enum status write_problems(struct intake_session *session, struct writer *writer)
{
	for (size_t i = 0; i < session->storing->count; i++) {
		struct waiting *w = &session->storing->waiting[i];

		for (size_t j = 0; j < w->problem_count; j++) {
			session->row->warning_count += w->problems[j].problem->level == PROBLEM_WARNING;
			session->row->error_count += w->problems[j].problem->level == PROBLEM_ERROR;
		}
		if (session->problem_number >= PROBLEMS_KEPT || w->unchanged)
			continue;
		TRY(import_problems_write(writer, session->row->id, session->problem_number + 1, w->problems,
			w->problem_count, session->storing->arena));
		session->problem_number += (int64_t)w->problem_count;
	}
	return STATUS_OK;
}

static void count_work(struct intake_session *session, const struct work *work)
{
	int64_t added = 0;

	for (size_t i = 0; i < work->count; i++)
		added += work->changes[i].version == 1;
	session->row->read_count += (int64_t)session->storing->count;
	session->row->added_count += added;
	session->row->amended_count += (int64_t)work->count - added;
	session->row->unchanged_count += (int64_t)(session->storing->count - work->count - work->refused);
}

/* Which: new ones have ids in a row, [first, how many]; amended ones are named. */
static void print_ids(struct buffer *details, const struct work *work)
{
	int64_t first = 0, count = 0;
	size_t amended = 0;

	for (size_t i = 0; i < work->count; i++)
		if (work->changes[i].version == 1) {
			first = count++ ? first : work->changes[i].id;
		} else {
			buffer_format(details, "%s%lld", amended++ ? "," : ",\"amended\":[", (long long)work->changes[i].id);
		}
	buffer_format(details, "%s,\"new\":[%lld,%lld]", amended ? "]" : "", (long long)first, (long long)count);
}

/* One journal row for the batch: how many, and a digest over what was taken, so that the seal covers each. */
static enum status journal_batch(struct intake_session *session, struct writer *writer, const struct work *work)
{
	struct text *parts = ARENA_ARRAY(session->storing->arena, work->count, struct text);
	AUTO(buffer_release) struct buffer details = {0};
	unsigned char digest[DIGEST_SIZE];

	buffer_init(&details, 1 << 20);
	if (!parts)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < work->count; i++)
		parts[i] = (struct text){(const char *)work->changes[i].digest, DIGEST_SIZE};
	digest_of_parts(parts, work->count, digest);
	buffer_format(&details, "{\"consignments\":%zu,\"first\":%lld,\"last\":%lld,\"digest\":\"", work->count,
		(long long)(work->count ? work->changes[0].id : 0),
		(long long)(work->count ? work->changes[work->count - 1].id : 0));
	hex_print(&details, digest, sizeof digest);
	buffer_byte(&details, '"');
	print_ids(&details, work);
	buffer_byte(&details, '}');
	TRY(buffer_status(&details));
	return journal_write(writer,
		&(struct journal_entry){.actor = session->intake->actor, .entity = "import",
			.entity_id = session->row->id, .action = "import.batch", .details = buffer_text(&details)},
		NULL);
}

/* One event for each unit that got something, with the first of its consignments: nobody hears of another's. */
static enum status publish(struct intake_session *session, struct writer *writer, const struct work *work)
{
	struct text *told = ARENA_ARRAY(session->storing->arena, work->count, struct text);
	size_t count = 0;

	if (!told && work->count)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < work->count; i++) {
		const struct consignment_change *change = &work->changes[i];
		size_t known = 0;

		while (known < count && !text_equal(told[known], change->unit_path))
			known++;
		if (known < count)
			continue;
		told[count++] = change->unit_path;
		TRY(event_publish(writer,
			&(struct event){.name = "consignment.imported", .actor = session->intake->actor, .id = change->id,
				.unit_path = change->unit_path}));
	}
	return STATUS_OK;
}

/* What was decided, one by one, for programs that asked to hear it: "decision.red" and so on, with the consignment. */
static enum status publish_decisions(struct intake_session *session, struct writer *writer, const struct work *work)
{
	static const char *const names[LANE_COUNT] = {[LANE_GREEN] = "decision.green", [LANE_BLUE] = "decision.blue",
		[LANE_YELLOW] = "decision.yellow", [LANE_RED] = "decision.red"};
	bool wanted[LANE_COUNT];

	for (int lane = 0; lane < LANE_COUNT; lane++)
		TRY(webhook_is_wanted(writer_reader(writer), names[lane], &wanted[lane]));
	for (size_t i = 0; i < work->count; i++) {
		enum lane lane = work->records[i].decision.lane;

		if (wanted[lane])
			TRY(event_publish(writer,
				&(struct event){.name = names[lane], .actor = session->intake->actor,
					.id = work->changes[i].id, .unit_path = work->changes[i].unit_path}));
	}
	return STATUS_OK;
}

static enum status store_batch(struct intake_session *session, struct writer *writer, struct work *work)
{
	session->office_count = 0;
	TRY(choose_work(session, writer, work));
	TRY(decide_and_write(session, writer, work));
	TRY(decider_write_rest(session->intake->decider, writer, work->records, work->count));
	TRY(write_problems(session, writer));
	count_work(session, work);
	TRY(journal_batch(session, writer, work));
	TRY(publish(session, writer, work));
	TRY(publish_decisions(session, writer, work));
	return import_save(writer, session->row);
}

enum status intake_store(struct intake_session *session)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct import_row before = *session->row;
	struct work work = {0};
	enum status status;

	work.changes = ARENA_ARRAY(session->storing->arena, session->storing->count, struct consignment_change);
	work.records = ARENA_ARRAY(session->storing->arena, session->storing->count, struct decision_record);
	work.waiting = ARENA_ARRAY(session->storing->arena, session->storing->count, const struct waiting *);
	if (!work.changes || !work.records || !work.waiting)
		return STATUS_NO_MEMORY;
	TRY(writer_begin_bulk(session->intake->database, &writer));
	status = decider_session_begin(session->intake->decider, writer);
	if (status == STATUS_OK)
		status = store_batch(session, writer, &work);
	if (status == STATUS_OK)
		status = writer_commit(&writer);
	decider_session_end(session->intake->decider, status == STATUS_OK);
	if (status != STATUS_OK)
		*session->row = before;
	return status;
}
