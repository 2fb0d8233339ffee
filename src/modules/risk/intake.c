/* Intake: one file through reading, deciding and storing, in batches, each of which is whole or not at all.
 * A file that was cut short is taken up where it stopped; a file already taken changes nothing. From the second
 * batch on, one thread stores a batch (in order, one transaction each) while the caller's reads the next. */
#include "base/memory.h"
#include "domain/event.h"
#include "domain/journal.h"
#include "domain/unit.h"
#include "modules/risk/risk_store.h"

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

enum {
	BATCH_ROWS = 4000,
	BATCH_SLOTS = 4 * BATCH_ROWS, /* of the table of identities; a quarter full at most */
	BATCH_BYTES = 8 << 20,
	BATCH_MEMORY = 1 << 30,
	PROBLEMS_KEPT = 2000,
	PIECE = 1 << 16,
};

struct waiting {
	struct consignment consignment; /* in the batch's arena */
	struct text identity, content;
	uint64_t identity_hash;
	unsigned char digest[DIGEST_SIZE];
	struct import_problem *problems;
	size_t problem_count;
	bool unchanged;
};

struct batch {
	struct arena *arena; /* emptied after the batch */
	struct waiting *waiting;
	uint16_t *slots; /* place + 1 by identity */
	size_t count, bytes;
};

struct intake_session {
	const struct intake *intake;
	struct import_row *row;
	struct batch batches[2];
	struct batch *filling, *storing;
	struct buffer content; /* of the consignment at hand */
	int64_t passed_over; /* of an interrupted import: already taken */
	int64_t problem_number;
	struct text root_path;
	struct text office, office_path; /* the last one found */
	char office_code[64], office_path_bytes[256];
	struct intake_progress progress;
	int fd;
	/* The thread that stores; what it uses above is its own while `storing` is set. */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool has_thread, must_stop;
	enum status stored; /* the first failure stays */
};

STATEMENT(LAST_PROBLEM, "select coalesce(max(number), 0) from import_problems where import_id = $1");
STATEMENT(ROOT_UNIT_PATH, "select path from units where parent_id is null order by id limit 1");

static enum status root_path(struct reader *reader, struct arena *arena, struct text *ret_path)
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
 * sight: whoever sees the whole administration sees it. */
static enum status office_unit(struct intake_session *batch, struct reader *reader, struct text office, struct text *ret_path)
{
	struct unit unit;
	enum status status;

	if (office.size && text_is(office, batch->office_code)) {
		/* A copy: the bytes change with the next office, the rows of this batch are written later. */
		*ret_path = arena_text(batch->storing->arena, text_of(batch->office_path_bytes));
		return ret_path->data ? STATUS_OK : STATUS_NO_MEMORY;
	}
	status = office.size ? unit_find_code(reader, office, batch->storing->arena, &unit) : STATUS_NOT_FOUND;
	if (status == STATUS_NOT_FOUND)
		*ret_path = batch->root_path;
	else if (status == STATUS_OK)
		*ret_path = unit.path;
	else
		return status;
	if (office.size < sizeof batch->office_code && ret_path->size < sizeof batch->office_path_bytes) {
		memset(batch->office_code, 0, sizeof batch->office_code);
		memset(batch->office_path_bytes, 0, sizeof batch->office_path_bytes);
		if (office.size)
			memcpy(batch->office_code, office.data, office.size);
		memcpy(batch->office_path_bytes, ret_path->data, ret_path->size);
	}
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

struct work {
	struct consignment_change *changes;
	struct decision_record *records;
	size_t count;
};

/* Decides on each waiting consignment that is new or amended. */
static enum status decide_batch(struct intake_session *batch, struct writer *writer, const struct stored_consignment *stored,
	struct work *work)
{
	struct decider *decider = batch->intake->decider;
	int64_t now = clock_now(), today = clock_today();

	for (size_t i = 0; i < batch->storing->count; i++) {
		struct waiting *w = &batch->storing->waiting[i];
		struct decision_record *record = &work->records[work->count];
		struct consignment_change *change = &work->changes[work->count];

		w->unchanged = stored[i].id && stored[i].digest.size == DIGEST_SIZE &&
			memcmp(stored[i].digest.data, w->digest, DIGEST_SIZE) == 0;
		if (w->unchanged)
			continue;
		if (i + 1 < batch->storing->count)
			decider_expect(decider, &batch->storing->waiting[i + 1].consignment);
		TRY(decider_decide(decider, writer, &w->consignment, !stored[i].id, batch->storing->arena, record));
		*change = (struct consignment_change){.consignment = &w->consignment,
			.identity = w->identity,
			.content = w->content,
			.id = stored[i].id,
			.version = stored[i].id ? stored[i].version + 1 : 1,
			.import_id = batch->row->id,
			.day = consignment_day(&w->consignment, today),
			.received_at = now,
			.state = state_of(record, &w->consignment),
			.lane = record->decision.lane,
			.score = record->decision.score};
		memcpy(change->digest, w->digest, DIGEST_SIZE);
		TRY(office_unit(batch, writer_reader(writer), w->consignment.office, &change->unit_path));
		work->count++;
	}
	return STATUS_OK;
}

static enum status give_ids(struct writer *writer, struct work *work)
{
	int64_t next_consignment = 0, next_decision = 0, added = 0;

	for (size_t i = 0; i < work->count; i++)
		added += !work->changes[i].id;
	if (added)
		TRY(ids_take(writer, "consignments", added, &next_consignment));
	TRY(ids_take(writer, "decisions", (int64_t)work->count, &next_decision));
	for (size_t i = 0; i < work->count; i++) {
		struct consignment_change *change = &work->changes[i];

		if (!change->id)
			change->id = next_consignment++;
		change->decision_id = work->records[i].id = next_decision++;
		work->records[i].consignment_id = change->id;
		work->records[i].version = change->version;
	}
	return STATUS_OK;
}

static enum status write_problems(struct intake_session *batch, struct writer *writer)
{
	for (size_t i = 0; i < batch->storing->count; i++) {
		struct waiting *w = &batch->storing->waiting[i];

		for (size_t j = 0; j < w->problem_count; j++) {
			batch->row->warning_count += w->problems[j].problem->level == PROBLEM_WARNING;
			batch->row->error_count += w->problems[j].problem->level == PROBLEM_ERROR;
		}
		if (batch->problem_number >= PROBLEMS_KEPT || w->unchanged)
			continue;
		TRY(import_problems_write(writer, batch->row->id, batch->problem_number + 1, w->problems,
			w->problem_count, batch->storing->arena));
		batch->problem_number += (int64_t)w->problem_count;
	}
	return STATUS_OK;
}

static void count_work(struct intake_session *batch, const struct work *work)
{
	int64_t added = 0;

	for (size_t i = 0; i < work->count; i++)
		added += work->changes[i].version == 1;
	batch->row->read_count += (int64_t)batch->storing->count;
	batch->row->added_count += added;
	batch->row->amended_count += (int64_t)work->count - added;
	batch->row->unchanged_count += (int64_t)(batch->storing->count - work->count);
}

/* One journal row for the batch: how many, and a digest over what was taken, so that the seal covers each. */
static enum status journal_batch(struct intake_session *batch, struct writer *writer, const struct work *work)
{
	struct text *parts = ARENA_ARRAY(batch->storing->arena, work->count, struct text);
	AUTO(buffer_release) struct buffer details = {0};
	unsigned char digest[DIGEST_SIZE];

	buffer_init(&details, 4096);
	if (!parts)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < work->count; i++)
		parts[i] = (struct text){(const char *)work->changes[i].digest, DIGEST_SIZE};
	digest_of_parts(parts, work->count, digest);
	buffer_format(&details, "{\"consignments\":%zu,\"first\":%lld,\"last\":%lld,\"digest\":\"", work->count,
		(long long)(work->count ? work->changes[0].id : 0),
		(long long)(work->count ? work->changes[work->count - 1].id : 0));
	hex_print(&details, digest, sizeof digest);
	buffer_string(&details, "\"}");
	TRY(buffer_status(&details));
	return journal_write(writer,
		&(struct journal_entry){.actor = batch->intake->actor, .entity = "import",
			.entity_id = batch->row->id, .action = "import.batch", .details = buffer_text(&details)},
		NULL);
}

static enum status publish(struct intake_session *batch, struct writer *writer, const struct work *work)
{
	if (!work->count)
		return STATUS_OK;
	return event_publish(writer,
		&(struct event){.name = "consignment.imported", .actor = batch->intake->actor,
			.id = work->changes[0].id, .unit_path = work->changes[0].unit_path});
}

static enum status store_batch(struct intake_session *batch, struct writer *writer, struct work *work)
{
	struct stored_consignment *stored = ARENA_ARRAY(batch->storing->arena, batch->storing->count, struct stored_consignment);
	struct text *identities = ARENA_ARRAY(batch->storing->arena, batch->storing->count, struct text);

	if (!stored || !identities)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < batch->storing->count; i++)
		identities[i] = batch->storing->waiting[i].identity;
	TRY(consignments_lookup(writer_reader(writer), identities, batch->storing->count, batch->storing->arena, stored));
	TRY(decide_batch(batch, writer, stored, work));
	TRY(give_ids(writer, work));
	TRY(consignments_write(writer, work->changes, work->count, batch->storing->arena));
	TRY(decider_write(batch->intake->decider, writer, work->records, work->count, batch->storing->arena));
	TRY(write_problems(batch, writer));
	count_work(batch, work);
	TRY(journal_batch(batch, writer, work));
	TRY(publish(batch, writer, work));
	return import_save(writer, batch->row);
}

static enum status store_in_transaction(struct intake_session *batch)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct import_row before = *batch->row;
	struct work work = {0};
	enum status status;

	work.changes = ARENA_ARRAY(batch->storing->arena, batch->storing->count, struct consignment_change);
	work.records = ARENA_ARRAY(batch->storing->arena, batch->storing->count, struct decision_record);
	if (!work.changes || !work.records)
		return STATUS_NO_MEMORY;
	TRY(writer_begin(batch->intake->database, &writer));
	status = decider_session_begin(batch->intake->decider, writer);
	if (status == STATUS_OK)
		status = store_batch(batch, writer, &work);
	if (status == STATUS_OK)
		status = writer_commit(&writer);
	decider_session_end(batch->intake->decider, status == STATUS_OK);
	if (status != STATUS_OK)
		*batch->row = before;
	return status;
}

static void batch_clear(struct batch *batch)
{
	if (batch->count)
		memset(batch->slots, 0, BATCH_SLOTS * sizeof *batch->slots);
	batch->count = batch->bytes = 0;
	arena_reset(batch->arena);
}

static void *store_batches(void *context)
{
	struct intake_session *session = context;

	pthread_mutex_lock(&session->lock);
	while (!session->must_stop || session->storing) {
		enum status status;

		if (!session->storing) {
			pthread_cond_wait(&session->changed, &session->lock);
			continue;
		}
		pthread_mutex_unlock(&session->lock);
		status = store_in_transaction(session);
		batch_clear(session->storing);
		pthread_mutex_lock(&session->lock);
		if (session->stored == STATUS_OK)
			session->stored = status;
		session->storing = NULL;
		pthread_cond_broadcast(&session->changed);
	}
	pthread_mutex_unlock(&session->lock);
	return NULL;
}

/* Waits until nothing is being stored; says how storing went so far. */
static enum status settle(struct intake_session *session)
{
	enum status status;

	if (!session->has_thread)
		return session->stored;
	pthread_mutex_lock(&session->lock);
	while (session->storing)
		pthread_cond_wait(&session->changed, &session->lock);
	status = session->stored;
	pthread_mutex_unlock(&session->lock);
	return status;
}

static void tell_progress(struct intake_session *session)
{
	session->progress.consignments = session->row->read_count;
	if (session->intake->progress)
		session->intake->progress(session->intake->context, &session->progress);
}

/* Gives the batch that is full to the other thread, when that is done with the one before. */
static enum status hand_over(struct intake_session *session)
{
	struct batch *full = session->filling;

	TRY(settle(session));
	if (!full->count)
		return STATUS_OK;
	tell_progress(session);
	session->progress.bytes = session->fd < 0 ? 0 : (int64_t)lseek(session->fd, 0, SEEK_CUR);
	session->filling = &session->batches[full == session->batches];
	if (!session->has_thread)
		session->has_thread = pthread_create(&session->thread, NULL, store_batches, session) == 0;
	pthread_mutex_lock(&session->lock);
	session->storing = full;
	pthread_cond_broadcast(&session->changed);
	pthread_mutex_unlock(&session->lock);
	if (session->has_thread)
		return STATUS_OK;
	session->stored = store_in_transaction(session);
	batch_clear(full);
	session->storing = NULL;
	return session->stored;
}

enum status intake_flush(struct intake_session *session)
{
	if (session->has_thread) {
		TRY(hand_over(session));
		TRY(settle(session));
	} else if (session->filling->count) {
		session->progress.bytes = session->fd < 0 ? 0 : (int64_t)lseek(session->fd, 0, SEEK_CUR);
		session->storing = session->filling;
		session->stored = store_in_transaction(session);
		batch_clear(session->storing);
		session->storing = NULL;
		TRY(session->stored);
	}
	tell_progress(session);
	return STATUS_OK;
}

static enum status keep_problems(struct batch *batch, struct waiting *waiting, const struct problem_list *problems)
{
	struct problem_list copy = {.arena = batch->arena};

	waiting->problem_count = 0;
	if (!problems || !problems->count)
		return STATUS_OK;
	for (size_t i = 0; i < problems->count; i++)
		problem_add(&copy, problems->rows[i].level, problems->rows[i].place, problems->rows[i].message);
	waiting->problems = ARENA_ARRAY(batch->arena, copy.count, struct import_problem);
	if (!waiting->problems || copy.count < problems->count)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < copy.count; i++)
		waiting->problems[i] = (struct import_problem){&copy.rows[i], waiting->consignment.reference};
	waiting->problem_count = copy.count;
	return STATUS_OK;
}

/* Where the identity is in the table, or the free place where it belongs. */
static size_t slot_of(const struct batch *batch, struct text identity, uint64_t hash)
{
	size_t at = (size_t)(hash % BATCH_SLOTS);

	for (; batch->slots[at]; at = (at + 1) % BATCH_SLOTS) {
		const struct waiting *waiting = &batch->waiting[batch->slots[at] - 1];

		if (waiting->identity_hash == hash && text_equal(waiting->identity, identity))
			break;
	}
	return at;
}

static enum status keep(struct batch *batch, struct text content, const struct consignment *consignment,
	const struct problem_list *problems, struct waiting *w)
{
	w->identity = consignment_identity(batch->arena, consignment);
	w->content = arena_text(batch->arena, content);
	if (!w->identity.data || !w->content.data)
		return STATUS_NO_MEMORY;
	w->identity_hash = text_hash(w->identity);
	digest_quick(w->content, w->digest);
	TRY(consignment_copy(batch->arena, consignment, &w->consignment));
	return keep_problems(batch, w, problems);
}

enum status intake_take(void *context, const struct consignment *consignment, const struct problem_list *problems)
{
	struct intake_session *session = context;
	struct buffer *content = &session->content;
	struct waiting taken = {0};
	struct batch *batch;
	size_t slot;

	if (session->passed_over) {
		session->passed_over--;
		return STATUS_OK;
	}
	buffer_clear(content);
	consignment_write(content, consignment);
	TRY(buffer_status(content));
	batch = session->filling;
	if (batch->count == BATCH_ROWS || batch->bytes + content->size > BATCH_BYTES)
		TRY(hand_over(session));
	batch = session->filling;
	TRY(keep(batch, buffer_text(content), consignment, problems, &taken));
	slot = slot_of(batch, taken.identity, taken.identity_hash);
	/* The same identity twice in one batch: the earlier must be stored before the later amends it. */
	if (batch->slots[slot]) {
		TRY(hand_over(session));
		batch = session->filling;
		TRY(keep(batch, buffer_text(content), consignment, problems, &taken));
		slot = slot_of(batch, taken.identity, taken.identity_hash);
	}
	batch->waiting[batch->count++] = taken;
	batch->slots[slot] = (uint16_t)batch->count;
	batch->bytes += content->size;
	return STATUS_OK;
}

/* SHA-256 and size of the whole file, then back to its start. */
static enum status measure(int fd, struct arena *arena, struct import_row *row)
{
	crypto_hash_sha256_state state;
	unsigned char digest[DIGEST_SIZE];
	AUTO(buffer_release) struct buffer hex = {0};
	static const size_t size = PIECE;
	char *piece = arena_allocate(arena, size);
	ssize_t count;

	buffer_init(&hex, 256);
	if (!piece)
		return STATUS_NO_MEMORY;
	crypto_hash_sha256_init(&state);
	while ((count = read(fd, piece, size)) > 0) {
		crypto_hash_sha256_update(&state, (const unsigned char *)piece, (size_t)count);
		row->size += count;
	}
	if (count < 0 || lseek(fd, 0, SEEK_SET) != 0)
		return STATUS_UNAVAILABLE;
	crypto_hash_sha256_final(&state, digest);
	hex_print(&hex, digest, sizeof digest);
	row->digest = arena_text(arena, buffer_text(&hex));
	return row->digest.data ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status start_row(struct intake_session *batch, struct arena *arena)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct import_row *row = batch->row;
	int64_t interrupted;

	TRY(reader_begin(batch->intake->database, &reader));
	TRY(root_path(reader, arena, &batch->root_path));
	TRY(import_resume(reader, row->digest, &interrupted, arena, row));
	if (interrupted) {
		batch->passed_over = row->read_count;
		return store_integer(reader, &LAST_PROBLEM, PARAMS(V_INT(row->id)), &batch->problem_number);
	}
	TRY(writer_begin(batch->intake->database, &writer));
	TRY(import_start(writer, row, &row->id));
	return writer_commit(&writer);
}

static struct text print_refusal(const struct refusal *refusal, enum language language, struct arena *arena)
{
	AUTO(buffer_release) struct buffer text = {0};

	buffer_init(&text, 65536);
	if (refusal->line)
		buffer_format(&text, "%s %lld : ", tr(language, "ligne"), (long long)refusal->line);
	message_print(&text, language, &refusal->message);
	buffer_byte(&text, ' ');
	message_print(&text, language, &refusal->mend);
	return arena_text(arena, buffer_text(&text));
}

static enum status finish_row(struct intake_session *batch, enum status outcome, const struct refusal *refusal,
	enum format format, const struct problem_list *whole, struct arena *arena)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct import_row *row = batch->row;
	struct import_problem *problems = ARENA_ARRAY(arena, whole->count, struct import_problem);

	if (!problems)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < whole->count; i++)
		problems[i] = (struct import_problem){&whole->rows[i], TEXT_NONE};
	row->format = text_of(format_code(format));
	row->state = outcome == STATUS_OK ? TEXT("done") : TEXT("refused");
	row->ended_at = clock_now();
	row->warning_count += (int64_t)whole->count;
	if (outcome != STATUS_OK)
		row->refusal = print_refusal(refusal, batch->intake->actor->language, arena);
	TRY(writer_begin(batch->intake->database, &writer));
	TRY(import_problems_write(writer, row->id, batch->problem_number + 1, problems, whole->count, arena));
	TRY(import_save(writer, row));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = batch->intake->actor, .entity = "import", .entity_id = row->id,
			.action = outcome == STATUS_OK ? "import.done" : "import.refused"},
		NULL));
	return writer_commit(&writer);
}

static bool is_refusal(enum status status)
{
	return status == STATUS_INVALID || status == STATUS_UNSUPPORTED || status == STATUS_TOO_LARGE;
}

static enum status choose_mapping(const struct intake *intake, int fd, struct arena *arena,
	const struct mapping **ret_mapping)
{
	char *start;
	ssize_t count;

	*ret_mapping = intake->mapping;
	if (intake->mapping)
		return STATUS_OK;
	start = arena_allocate(arena, PIECE);
	if (!start)
		return STATUS_NO_MEMORY;
	count = pread(fd, start, PIECE, 0);
	return count <= 0 ? STATUS_OK : intake_propose_mapping(arena, (struct text){start, (size_t)count}, ret_mapping);
}

static enum status read_file(struct intake_session *batch, struct arena *arena)
{
	struct reading reading = {.problems = {.arena = arena}};
	struct reader_options options = {.reading = &reading};
	struct source source = source_of_descriptor(&batch->fd, "");
	struct refusal refusal = {0};
	enum status status;

	TRY(measure(batch->fd, arena, batch->row));
	TRY(choose_mapping(batch->intake, batch->fd, arena, &options.mapping));
	TRY(risk_reader_profile(batch->intake->database, arena, &options.profile));
	TRY(start_row(batch, arena));
	status = formats_read(&source, &options, intake_take, batch, &refusal);
	if (status == STATUS_OK)
		status = intake_flush(batch);
	else
		TRY(settle(batch));
	if (status != STATUS_OK && !(is_refusal(status) && refusal.message.id))
		return status;
	TRY(finish_row(batch, status, &refusal, reading.format, &reading.problems, arena));
	return status == STATUS_OK ? STATUS_OK : STATUS_INVALID;
}

static enum status prepare(struct intake_session *session)
{
	pthread_mutex_init(&session->lock, NULL);
	pthread_cond_init(&session->changed, NULL);
	buffer_init(&session->content, BATCH_MEMORY / 4);
	session->filling = session->batches;
	for (int i = 0; i < 2; i++) {
		struct batch *batch = &session->batches[i];

		batch->arena = arena_new(BATCH_MEMORY);
		batch->waiting = memory_allocate(BATCH_ROWS * sizeof *batch->waiting);
		batch->slots = memory_allocate(BATCH_SLOTS * sizeof *batch->slots);
		if (!batch->arena || !batch->waiting || !batch->slots)
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

/* Ends the other thread, which first stores what it was given. */
static void give_back(struct intake_session *session)
{
	if (session->has_thread) {
		pthread_mutex_lock(&session->lock);
		session->must_stop = true;
		pthread_cond_broadcast(&session->changed);
		pthread_mutex_unlock(&session->lock);
		pthread_join(session->thread, NULL);
	}
	for (int i = 0; i < 2; i++) {
		memory_free(session->batches[i].waiting);
		memory_free(session->batches[i].slots);
		arena_free(session->batches[i].arena);
	}
	buffer_release(&session->content);
	pthread_cond_destroy(&session->changed);
	pthread_mutex_destroy(&session->lock);
}

enum status intake_file(const struct intake *intake, const char *path, struct text name, struct arena *arena,
	struct import_row *ret_row)
{
	struct intake_session batch = {.intake = intake, .row = ret_row};
	enum status status;

	*ret_row = (struct import_row){.file_name = name, .format = TEXT("unknown"), .state = TEXT("running"),
		.user_id = intake->actor->user_id, .started_at = clock_now(), .ended_at = TIME_NONE};
	batch.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (batch.fd < 0)
		return STATUS_NOT_FOUND;
	status = prepare(&batch);
	if (status == STATUS_OK)
		status = read_file(&batch, arena);
	give_back(&batch);
	close(batch.fd);
	return status;
}

enum status intake_begin(const struct intake *intake, struct arena *arena, struct import_row *row,
	struct intake_session **ret_session)
{
	struct intake_session *session = memory_allocate(sizeof *session);
	enum status status;

	if (!session)
		return STATUS_NO_MEMORY;
	session->intake = intake;
	session->row = row;
	session->fd = -1;
	row->state = TEXT("running");
	row->ended_at = TIME_NONE;
	status = prepare(session);
	if (status == STATUS_OK)
		status = start_row(session, arena);
	if (status != STATUS_OK) {
		give_back(session);
		memory_free(session);
		return status;
	}
	*ret_session = session;
	return STATUS_OK;
}

enum status intake_end(struct intake_session *session)
{
	struct problem_list none = {0};
	struct refusal refusal = {0};
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	enum status status = arena ? intake_flush(session) : STATUS_NO_MEMORY;

	if (status == STATUS_OK)
		status = finish_row(session, STATUS_OK, &refusal, FORMAT_UNKNOWN, &none, arena);
	give_back(session);
	memory_free(session);
	return status;
}
