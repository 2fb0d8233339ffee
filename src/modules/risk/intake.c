/* Intake: one file through reading, deciding and storing, in batches, each of which is whole or not at all.
 * A file that was cut short is taken up where it stopped; a file already taken changes nothing. From the second
 * batch on, one thread stores a batch (in order, one transaction each) while the caller's reads the next. */
#include "base/memory.h"
#include "domain/journal.h"
#include "modules/risk/intake.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

enum { PIECE = 1 << 16 };

STATEMENT(LAST_PROBLEM, "select coalesce(max(number), 0) from import_problems where import_id = $1");
static void batch_clear(struct batch *batch)
{
	if (batch->count)
		memset(batch->slots, 0, BATCH_SLOTS * sizeof *batch->slots);
	if (batch->bill_count)
		memset(batch->bills, 0, BILL_SLOTS * sizeof *batch->bills);
	batch->count = batch->bytes = batch->bill_count = 0;
	arena_reset(batch->arena);
}

static void *store_batches(void *context)
{
	struct intake_session *session = context;

	pthread_setname_np(pthread_self(), "vigie-decide");
	pthread_mutex_lock(&session->lock);
	while (!session->must_stop || session->storing) {
		enum status status;

		if (!session->storing) {
			pthread_cond_wait(&session->changed, &session->lock);
			continue;
		}
		pthread_mutex_unlock(&session->lock);
		status = intake_store(session);
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
	enum status status;

	TRY(settle(session));
	if (!full->count)
		return STATUS_OK;
	tell_progress(session);
	session->progress.bytes = session->fd < 0 ? 0 : (int64_t)lseek(session->fd, 0, SEEK_CUR);
	session->filling = &session->batches[full == session->batches];
	if (!session->has_thread)
		session->has_thread = pthread_create(&session->thread, NULL, store_batches, session) == 0;
	if (session->batch_rows < BATCH_ROWS)
		session->batch_rows *= 2;
	pthread_mutex_lock(&session->lock);
	session->storing = full;
	pthread_cond_broadcast(&session->changed);
	pthread_mutex_unlock(&session->lock);
	if (session->has_thread) {
		/* What the batch before left; where that cannot be, the end of the file has more to do. */
		status = database_settle(session->intake->database);
		return status == STATUS_UNAVAILABLE ? STATUS_OK : status;
	}
	session->stored = intake_store(session);
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
		session->stored = intake_store(session);
		batch_clear(session->storing);
		session->storing = NULL;
		TRY(session->stored);
	}
	tell_progress(session);
	return STATUS_OK;
}

static enum status keep_problems(struct batch *batch, struct waiting *waiting, struct text reference,
	const struct problem_list *problems)
{
	struct problem_list copy = {.arena = batch->arena};

	waiting->problem_count = 0;
	if (!problems || !problems->count)
		return STATUS_OK;
	for (size_t i = 0; i < problems->count; i++)
		problem_add(&copy, problems->rows[i].level, problems->rows[i].place, problems->rows[i].message);
	waiting->problems = ARENA_ARRAY(batch->arena, copy.count, struct import_problem);
	reference = arena_text(batch->arena, reference);
	if (!waiting->problems || !reference.data || copy.count < problems->count)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < copy.count; i++)
		waiting->problems[i] = (struct import_problem){&copy.rows[i], reference};
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

/* Found here, because the thread that decides has the most to do. */
static enum status keep_places(struct batch *batch, const struct consignment *consignment, struct waiting *w)
{
	size_t count = consignment->item_count < EXPECTED_ITEMS ? consignment->item_count : EXPECTED_ITEMS;

	w->places = ARENA_ARRAY(batch->arena, count, struct history_places);
	if (!w->places)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		history_places_find(consignment, &consignment->items[i], &w->places[i]);
	return STATUS_OK;
}

static enum status keep(struct batch *batch, struct text content, const struct consignment *consignment,
	const struct problem_list *problems, struct waiting *w)
{
	w->identity = consignment_identity(batch->arena, consignment);
	w->content = arena_text(batch->arena, content);
	w->office = arena_text(batch->arena, consignment->office);
	if (!w->identity.data || !w->content.data)
		return STATUS_NO_MEMORY;
	w->identity_hash = text_hash(w->identity);
	digest_quick(w->content, w->digest);
	TRY(keep_places(batch, consignment, w));
	return keep_problems(batch, w, consignment->reference, problems);
}

/* Then any declaration may be a bill's of the batch. */
static bool bills_are_full(const struct batch *batch)
{
	return batch->bill_count >= BILL_SLOTS / 2;
}

/* One way that leads to a bill: its own reference, its manifest or a container. Containers are compared by their letters
 * and digits alone, as when bills are looked for. */
static uint64_t way_hash(char kind, struct text key)
{
	char bytes[64];
	size_t size = 0;

	if (kind != 'c')
		return (text_hash(key) ^ (uint64_t)(unsigned char)kind) | 1;
	for (size_t i = 0; i < key.size && size < sizeof bytes; i++) {
		char byte = key.data[i];

		if (byte >= 'a' && byte <= 'z')
			byte = (char)(byte - 32);
		if ((byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9'))
			bytes[size++] = byte;
	}
	return (text_hash((struct text){bytes, size}) ^ (uint64_t)(unsigned char)kind) | 1;
}

static uint64_t *way_slot(const struct batch *batch, uint64_t hash)
{
	size_t at = (size_t)(hash >> 1) % BILL_SLOTS;

	while (batch->bills[at] && batch->bills[at] != hash)
		at = (at + 1) % BILL_SLOTS;
	return &batch->bills[at];
}

static void note_way(struct batch *batch, char kind, struct text key)
{
	uint64_t hash = way_hash(kind, key), *slot;

	if (!key.size || bills_are_full(batch))
		return;
	slot = way_slot(batch, hash);
	batch->bill_count += !*slot;
	*slot = hash;
}

static void note_bill(struct batch *batch, const struct consignment *bill)
{
	if (bill->stage != STAGE_MANIFEST)
		return;
	note_way(batch, 'b', bill->reference);
	note_way(batch, 'm', bill->manifest);
	for (size_t i = 0; i < bill->container_count; i++)
		note_way(batch, 'c', bill->containers[i].reference);
}

static bool leads_to(const struct batch *batch, char kind, struct text key)
{
	return key.size && *way_slot(batch, way_hash(kind, key));
}

/* Whether a bill that waits in the batch may be the declaration's own: then that must be stored first, or the decision
 * would not see it. */
static bool may_await_bill(const struct batch *batch, const struct consignment *c)
{
	bool may = false;

	if (c->stage != STAGE_DECLARATION || !batch->bill_count)
		return false;
	if (bills_are_full(batch) || leads_to(batch, 'm', c->manifest))
		return true;
	for (size_t i = 0; i < c->container_count && !may; i++)
		may = leads_to(batch, 'c', c->containers[i].reference);
	for (size_t i = 0; i < c->item_count && !may; i++) {
		struct text rest = c->items[i].containers;

		may = leads_to(batch, 'b', c->items[i].transport_document);
		while (rest.data && !may)
			may = leads_to(batch, 'c', text_cut(&rest, ' '));
	}
	return may;
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
	consignment_pack(content, consignment);
	TRY(buffer_status(content));
	batch = session->filling;
	if (batch->count == session->batch_rows || batch->bytes + content->size > BATCH_BYTES || may_await_bill(batch, consignment))
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
	note_bill(batch, consignment);
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
	TRY(intake_root_path(reader, arena, &batch->root_path));
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
	session->piece = arena_new(BATCH_MEMORY);
	TRY(writing_init(&session->writing, session->intake->decider));
	if (!session->piece)
		return STATUS_NO_MEMORY;
	session->filling = session->batches;
	session->batch_rows = FIRST_ROWS;
	for (int i = 0; i < 2; i++) {
		struct batch *batch = &session->batches[i];

		batch->arena = arena_new(BATCH_MEMORY);
		batch->waiting = memory_allocate(BATCH_ROWS * sizeof *batch->waiting);
		batch->slots = memory_allocate(BATCH_SLOTS * sizeof *batch->slots);
		batch->bills = memory_allocate(BILL_SLOTS * sizeof *batch->bills);
		if (!batch->arena || !batch->waiting || !batch->slots || !batch->bills)
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
		memory_free(session->batches[i].bills);
		arena_free(session->batches[i].arena);
	}
	writing_destroy(&session->writing);
	arena_free(session->piece);
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
