/* The job behind the search: reads consignments that are new or amended, keeps their words and the voyages of their
 * manifests. What was once a word of a consignment stays one: an old reference still finds it. */
#include "modules/declarations/search.h"

#include "base/utf8.h"

#include <string.h>

enum { BATCH = 400, WORDS_EACH = 300, SLOTS = 1 << 18 /* twice what a batch may hold, and a power of two */, WORD_BYTES = 40, WORD_LEAST = 2, ARENA_LIMIT = 64 << 20, JOB_BATCHES = 100000, JOB_SECONDS = 20 };

STATEMENT(PROGRESS, "select last_id, last_change, last_change_id from search_state where id = 1");
STATEMENT(PROGRESS_SET, "update search_state set last_id = $1, last_change = $2, last_change_id = $3 where id = 1");
STATEMENT(NEW_ONES, "select id, version, unit_path, day, changed_at from consignments where id > $1 order by id limit $2");
STATEMENT(AMENDED_ONES,
	"select id, version, unit_path, day, changed_at from consignments where version > 1 and (changed_at, id) > ($1, $2) "
	"and id <= $3 order by changed_at, id limit $4");
STATEMENT(WORD_ADD,
	"insert into search_words (word, reversed, uses) values ($1, $2, $3) "
	"on conflict (word) do update set uses = search_words.uses + excluded.uses");
STATEMENT(POSTING_ADD,
	"insert into search_postings (word_id, consignment_id) select w.id, $2 from search_words w where w.word = $1 "
	"on conflict (word_id, consignment_id) do nothing");
STATEMENT(VOYAGE_KEEP,
	"insert into voyages (manifest, office, unit_path, vessel, voyage, carrier, transport_mode, place_of_loading, "
	"departs_on, day) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (manifest) do update set "
	"vessel = excluded.vessel, voyage = excluded.voyage, carrier = excluded.carrier, day = excluded.day, "
	"departs_on = excluded.departs_on, unit_path = excluded.unit_path");

/* Distinct words of a batch with their counts, and which consignment has which: a table of hashes over both. */
struct word_slot {
	struct text word;
	int64_t uses, last; /* the consignment that had it last: none is counted twice */
};
struct batch {
	struct arena *arena;
	struct word_slot *slots;
	size_t mask, count;
	struct value *postings; /* word and consignment, one after another */
	size_t posting_count;
	int64_t id;
	size_t words_left;
};

static enum status add_word(struct batch *batch, struct text word)
{
	size_t at = (size_t)text_hash(word) & batch->mask;

	if (word.size < WORD_LEAST || word.size > WORD_BYTES || !batch->words_left)
		return STATUS_OK;
	while (batch->slots[at].word.data && !text_equal(batch->slots[at].word, word))
		at = (at + 1) & batch->mask;
	if (!batch->slots[at].word.data) {
		if (2 * batch->count > batch->mask)
			return STATUS_INTERNAL; /* cannot be: there is room for twice what a batch may hold */
		batch->slots[at].word = arena_text(batch->arena, word);
		if (!batch->slots[at].word.data)
			return STATUS_NO_MEMORY;
		batch->count++;
	}
	if (batch->slots[at].last == batch->id)
		return STATUS_OK;
	batch->slots[at].last = batch->id;
	batch->slots[at].uses++;
	batch->words_left--;
	batch->postings[2 * batch->posting_count] = value_text(batch->slots[at].word);
	batch->postings[2 * batch->posting_count + 1] = V_INT(batch->id);
	batch->posting_count++;
	return STATUS_OK;
}

static enum status add_words(struct batch *batch, struct text text)
{
	AUTO(buffer_release) struct buffer folded = {0};
	struct text rest;

	buffer_init(&folded, 1 << 16);
	utf8_fold(&folded, text);
	rest = buffer_text(&folded);
	while (folded.size && rest.data)
		TRY(add_word(batch, text_cut(&rest, ' ')));
	return STATUS_OK;
}

static enum status add_code(struct batch *batch, const char *kind, struct text value)
{
	struct text code = value.size ? search_code(batch->arena, kind, text_slice(value, 0, WORD_BYTES - 3)) : TEXT_NONE;

	return code.data ? add_word(batch, code) : STATUS_OK;
}

static enum status add_items(struct batch *batch, const struct consignment *c)
{
	for (size_t i = 0; i < c->item_count; i++) {
		const struct item *item = &c->items[i];
		struct text goods = search_goods(batch->arena, item->hs, item->origin);

		if (goods.data)
			TRY(add_word(batch, goods));
		TRY(add_words(batch, item->hs));
		TRY(add_words(batch, item->description));
		TRY(add_words(batch, item->transport_document));
		TRY(add_code(batch, "t:", item->transport_document));
	}
	for (size_t i = 0; i < c->container_count; i++)
		TRY(add_words(batch, c->containers[i].reference));
	return STATUS_OK;
}

static enum status add_consignment(struct batch *batch, int64_t id, const struct consignment *c)
{
	const struct text texts[] = {c->reference, c->manifest, c->master_bill, c->voyage, c->vessel, c->consignee.code,
		c->consignee.name, c->exporter.code, c->exporter.name, c->declarant.code, c->declarant.name, c->notify.name};

	batch->id = id;
	batch->words_left = WORDS_EACH;
	TRY(add_code(batch, "o:", c->consignee.code));
	TRY(add_code(batch, "d:", c->declarant.code));
	TRY(add_code(batch, "m:", c->manifest));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		TRY(add_words(batch, texts[i]));
	return add_items(batch, c);
}

static enum status keep_voyage(struct writer *writer, const struct consignment *c, struct text unit_path, int64_t day)
{
	int64_t arrives = c->arrives_on != DATE_NONE ? c->arrives_on : c->departs_on != DATE_NONE ? c->departs_on : day;

	if (c->stage != STAGE_MANIFEST || !c->manifest.size)
		return STATUS_OK;
	return store_execute(writer, &VOYAGE_KEEP,
		PARAMS(value_text(c->manifest), value_text(c->office), value_text(unit_path), value_text(c->vessel),
			value_text(c->voyage), value_text(c->carrier.name), value_text(c->transport_mode),
			value_text(c->place_of_loading), value_optional(c->departs_on), V_INT(arrives)),
		NULL);
}

/* A word from its end to its beginning; missing when it is never looked for so (codes), or cannot be turned round. */
static struct text turned(struct arena *arena, struct text word)
{
	char *bytes = ARENA_ARRAY(arena, word.size, char);

	for (size_t i = 0; bytes && i < word.size; i++)
		bytes[i] = word.data[word.size - 1 - i];
	if (!bytes || memchr(word.data, ':', word.size) || !utf8_is_valid((struct text){bytes, word.size}))
		return TEXT_NONE;
	return (struct text){bytes, word.size};
}

static enum status write_words(struct writer *writer, struct batch *batch)
{
	struct value *words = ARENA_ARRAY(batch->arena, 3 * batch->count + 1, struct value);
	size_t count = 0;

	if (!words)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i <= batch->mask; i++) {
		const struct word_slot *slot = &batch->slots[i];

		if (!slot->word.data)
			continue;
		words[3 * count] = value_text(slot->word);
		words[3 * count + 1] = value_text(turned(batch->arena, slot->word));
		words[3 * count + 2] = V_INT(slot->uses);
		count++;
	}
	TRY(store_execute_many(writer, &WORD_ADD, words, 3, count));
	return store_execute_many(writer, &POSTING_ADD, batch->postings, 2, batch->posting_count);
}

struct to_read {
	int64_t id, version, day, changed_at;
	struct text unit_path;
};

/* What a batch will read. */
struct reading {
	struct arena *arena;
	struct to_read *rows;
	size_t count;
};

static enum status gather(struct reader *reader, const struct statement *statement, const struct value *values,
	size_t value_count, struct reading *reading)
{
	AUTO(rows_release) struct rows *found = NULL;

	TRY(store_query(reader, statement, values, value_count, &found));
	while (reading->count < BATCH && rows_next(found)) {
		struct to_read row = {rows_integer(found, 0), rows_integer(found, 1), rows_integer(found, 3),
			rows_integer(found, 4), rows_copy(found, 2, reading->arena)};

		if (!row.unit_path.data)
			return STATUS_NO_MEMORY;
		reading->rows[reading->count++] = row;
	}
	return rows_status(found);
}

static enum status index_rows(struct writer *writer, const struct to_read *rows, size_t count, struct arena *arena)
{
	struct batch batch = {.arena = arena, .mask = SLOTS - 1};

	batch.slots = ARENA_ARRAY(arena, SLOTS, struct word_slot);
	batch.postings = ARENA_ARRAY(arena, 2 * count * WORDS_EACH, struct value);
	if (!batch.slots || !batch.postings)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		struct consignment consignment;

		TRY(consignment_content(writer_reader(writer), rows[i].id, rows[i].version, arena, &consignment));
		TRY(add_consignment(&batch, rows[i].id, &consignment));
		TRY(keep_voyage(writer, &consignment, rows[i].unit_path, rows[i].day));
	}
	return write_words(writer, &batch);
}

struct progress {
	int64_t last_id, last_change, last_change_id;
};

static enum status read_progress(struct reader *reader, struct progress *ret_progress)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &PROGRESS, NO_PARAMS, &rows));
	if (!rows_next(rows))
		return rows_status(rows) == STATUS_OK ? STATUS_INTERNAL : rows_status(rows);
	*ret_progress = (struct progress){rows_integer(rows, 0), rows_integer(rows, 1), rows_integer(rows, 2)};
	return STATUS_OK;
}

/* One transaction: what is new, then what was amended. *ret_count 0: nothing is left. */
static enum status index_batch(struct database *database, struct arena *arena, size_t *ret_count)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct reading reading = {arena, ARENA_ARRAY(arena, BATCH, struct to_read), 0};
	struct progress progress = {0, 0, 0};
	size_t fresh;

	if (!reading.rows)
		return STATUS_NO_MEMORY;
	TRY(writer_begin(database, &writer));
	TRY(read_progress(writer_reader(writer), &progress));
	TRY(gather(writer_reader(writer), &NEW_ONES, PARAMS(V_INT(progress.last_id), V_INT(BATCH)), &reading));
	fresh = reading.count;
	TRY(gather(writer_reader(writer), &AMENDED_ONES,
		PARAMS(V_INT(progress.last_change), V_INT(progress.last_change_id), V_INT(progress.last_id), V_INT(BATCH)),
		&reading));
	*ret_count = reading.count;
	if (!reading.count)
		return STATUS_OK;
	TRY(index_rows(writer, reading.rows, reading.count, arena));
	if (fresh)
		progress.last_id = reading.rows[fresh - 1].id;
	if (reading.count > fresh) {
		progress.last_change = reading.rows[reading.count - 1].changed_at;
		progress.last_change_id = reading.rows[reading.count - 1].id;
	}
	TRY(store_execute(writer, &PROGRESS_SET,
		PARAMS(V_INT(progress.last_id), V_INT(progress.last_change), V_INT(progress.last_change_id)), NULL));
	return writer_commit(&writer);
}

static enum status run_for(struct database *database, int batches, int64_t microseconds, int64_t *ret_count)
{
	int64_t began = clock_monotonic();
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	size_t count = 1;

	if (!arena)
		return STATUS_NO_MEMORY;
	*ret_count = 0;
	for (int i = 0; i < batches && count && clock_monotonic() - began < microseconds; i++) {
		arena_reset(arena);
		TRY(index_batch(database, arena, &count));
		*ret_count += (int64_t)count;
	}
	return STATUS_OK;
}

enum status search_index_run(struct database *database, int batches, int64_t *ret_count)
{
	return run_for(database, batches, INT64_MAX, ret_count);
}

enum status search_index_job(struct database *database, struct arena *arena, struct text *ret_note)
{
	int64_t count = 0;

	TRY(run_for(database, JOB_BATCHES, JOB_SECONDS * MICROSECONDS, &count));
	*ret_note = arena_format(arena, "%lld", (long long)count);
	return STATUS_OK;
}
