/* The job behind the search: reads consignments that are new or amended, keeps their words and the voyages of their
 * manifests. What was once a word of a consignment stays one: an old reference still finds it. */
#include "modules/declarations/search.h"

#include "base/utf8.h"

#include <string.h>

enum { BATCH = 200, WORDS_EACH = 300, WORD_BYTES = 40, WORD_LEAST = 2, ARENA_LIMIT = 64 << 20, JOB_BATCHES = 100000, JOB_SECONDS = 20 };

STATEMENT(PROGRESS, "select last_id, last_change, last_change_id from search_state where id = 1");
STATEMENT(PROGRESS_SET, "update search_state set last_id = $1, last_change = $2, last_change_id = $3 where id = 1");
STATEMENT(NEW_ONES, "select id, version, unit_path, day, changed_at from consignments where id > $1 order by id limit $2");
STATEMENT(AMENDED_ONES,
	"select id, version, unit_path, day, changed_at from consignments where version > 1 and (changed_at, id) > ($1, $2) "
	"and id <= $3 order by changed_at, id limit $4");
STATEMENT_OF(WORDS_ADD,
	"insert into search_words (word, reversed, uses) select json_extract(value, '$[0]'), json_extract(value, '$[1]'), "
	"json_extract(value, '$[2]') from json_each($1) where true on conflict (word) do update set uses = uses + excluded.uses",
	"insert into search_words (word, reversed, uses) select e->>0, e->>1, cast(e->>2 as bigint) "
	"from jsonb_array_elements(cast($1 as jsonb)) e on conflict (word) do update set uses = search_words.uses + excluded.uses");
STATEMENT_OF(POSTINGS_ADD,
	"insert into search_postings (word_id, consignment_id) select w.id, json_extract(j.value, '$[1]') from json_each($1) j "
	"join search_words w on w.word = json_extract(j.value, '$[0]') where true on conflict do nothing",
	"insert into search_postings (word_id, consignment_id) select w.id, cast(e->>1 as bigint) "
	"from jsonb_array_elements(cast($1 as jsonb)) e join search_words w on w.word = e->>0 on conflict do nothing");
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
	struct buffer postings;
	struct json_writer json;
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
	put_array(&batch->json);
	put_text(&batch->json, batch->slots[at].word);
	put_int(&batch->json, batch->id);
	put_array_end(&batch->json);
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

static enum status write_words(struct writer *writer, struct batch *batch)
{
	AUTO(buffer_release) struct buffer words = {0};
	struct json_writer json;

	buffer_init(&words, 32 << 20);
	put_begin(&json, &words);
	put_array(&json);
	for (size_t i = 0; i <= batch->mask; i++) {
		const struct word_slot *slot = &batch->slots[i];
		char reversed[WORD_BYTES];

		if (!slot->word.data)
			continue;
		put_array(&json);
		put_text(&json, slot->word);
		for (size_t j = 0; j < slot->word.size; j++)
			reversed[j] = slot->word.data[slot->word.size - 1 - j];
		/* Codes are never looked for by their end, and letters of several bytes cannot be turned round. */
		if (memchr(slot->word.data, ':', slot->word.size) || !utf8_is_valid((struct text){reversed, slot->word.size}))
			put_null(&json);
		else
			put_text(&json, (struct text){reversed, slot->word.size});
		put_int(&json, slot->uses);
		put_array_end(&json);
	}
	put_array_end(&json);
	put_array_end(&batch->json);
	TRY(buffer_status(&words));
	TRY(buffer_status(&batch->postings));
	TRY(store_execute(writer, &WORDS_ADD, PARAMS(value_text(buffer_text(&words))), NULL));
	return store_execute(writer, &POSTINGS_ADD, PARAMS(value_text(buffer_text(&batch->postings))), NULL);
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
	struct batch batch = {.arena = arena, .mask = (1 << 17) - 1};
	enum status status = STATUS_OK;

	batch.slots = ARENA_ARRAY(arena, batch.mask + 1, struct word_slot);
	if (!batch.slots)
		return STATUS_NO_MEMORY;
	buffer_init(&batch.postings, 32 << 20);
	put_begin(&batch.json, &batch.postings);
	put_array(&batch.json);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct consignment consignment;

		status = consignment_content(writer_reader(writer), rows[i].id, rows[i].version, arena, &consignment);
		if (status == STATUS_OK)
			status = add_consignment(&batch, rows[i].id, &consignment);
		if (status == STATUS_OK)
			status = keep_voyage(writer, &consignment, rows[i].unit_path, rows[i].day);
	}
	if (status == STATUS_OK)
		status = write_words(writer, &batch);
	buffer_release(&batch.postings);
	return status;
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
