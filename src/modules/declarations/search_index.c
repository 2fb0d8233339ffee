/* The job behind the search: reads consignments that are new or amended, keeps their words and the voyages of their
 * manifests. What was once a word of a consignment stays one: an old reference still finds it.
 *
 * A batch is read and its words gathered while others write; only then does the writer's turn begin. Words are written in
 * the order of their bytes and postings in the order of the words' ids, so that neighbours meet in the same pages. */
#include "base/json.h"
#include "base/utf8.h"
#include "modules/declarations/search.h"
#include "modules/declarations/search_batch.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH = 3000, FEW_POSTINGS = 4, ARENA_LIMIT = 64 << 20, JOB_BATCHES = 100000, JOB_SECONDS = 20 };

STATEMENT(PROGRESS, "select last_id, last_change, last_change_id from search_state where id = 1");
STATEMENT(PROGRESS_SET,
	"update search_state set last_id = $1, last_change = $2, last_change_id = $3 "
	"where id = 1 and last_id = $4 and last_change = $5 and last_change_id = $6");
STATEMENT(NEW_ONES, "select id, version, unit_path, day, changed_at from consignments where id > $1 order by id limit $2");
STATEMENT(AMENDED_ONES,
	"select id, version, unit_path, day, changed_at from consignments where version > 1 and (changed_at, id) > ($1, $2) "
	"and id <= $3 order by changed_at, id limit $4");
STATEMENT(WORD_ADD,
	"insert into search_words (word, reversed, uses) values ($1, $2, $3) "
	"on conflict (word) do update set uses = search_words.uses + excluded.uses");
STATEMENT_OF(WORD_IDS, "select id, word from search_words where word in (select value from json_each($1))",
	"select id, word from search_words where word in (select jsonb_array_elements_text(cast($1 as jsonb)))");
STATEMENT(POSTING_ADD,
	"insert into search_postings (word_id, consignment_id) values ($1, $2) "
	"on conflict (word_id, consignment_id) do nothing");
STATEMENT_OF(POSTINGS_ADD,
	"insert into search_postings (word_id, consignment_id) select $1, value from json_each($2) where true "
	"on conflict (word_id, consignment_id) do nothing",
	"insert into search_postings (word_id, consignment_id) select $1, cast(x as bigint) "
	"from jsonb_array_elements_text(cast($2 as jsonb)) x on conflict (word_id, consignment_id) do nothing");
STATEMENT(VOYAGE_KEEP,
	"insert into voyages (manifest, office, unit_path, vessel, voyage, carrier, transport_mode, place_of_loading, "
	"departs_on, day) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (manifest) do update set "
	"vessel = excluded.vessel, voyage = excluded.voyage, carrier = excluded.carrier, day = excluded.day, "
	"departs_on = excluded.departs_on, unit_path = excluded.unit_path");
STATEMENT(LAG, "select (select coalesce(max(id), 0) from consignments) - last_id from search_state where id = 1");

struct to_read {
	int64_t id, version, day, changed_at;
	struct text unit_path;
};

struct progress {
	int64_t last_id, last_change, last_change_id;
};

enum { VOYAGE_VALUES = 10 };

/* What serves all batches of a run. */
struct indexing {
	struct database *database;
	struct arena *arena; /* of the batch */
	struct arena *scratch; /* of one consignment */
	struct word_batch *words;
	struct to_read *rows;
	size_t count;
	struct value *voyages;
	size_t voyage_count;
};

/* The bills of a manifest stand one behind the other: the last one says what is kept. */
static enum status gather_voyage(struct indexing *run, const struct consignment *c, const struct to_read *row)
{
	int64_t arrives = c->arrives_on != DATE_NONE ? c->arrives_on
		: c->departs_on != DATE_NONE         ? c->departs_on
						     : row->day;
	const struct value values[VOYAGE_VALUES] = {value_text(c->manifest), value_text(c->office),
		value_text(row->unit_path), value_text(c->vessel), value_text(c->voyage), value_text(c->carrier.name),
		value_text(c->transport_mode), value_text(c->place_of_loading), value_optional(c->departs_on), V_INT(arrives)};
	struct value *kept;

	if (c->stage != STAGE_MANIFEST || !c->manifest.size)
		return STATUS_OK;
	if (!run->voyage_count || !text_equal(run->voyages[(run->voyage_count - 1) * VOYAGE_VALUES].text, c->manifest))
		run->voyage_count++;
	kept = run->voyages + (run->voyage_count - 1) * VOYAGE_VALUES;
	for (int i = 0; i < VOYAGE_VALUES; i++) {
		kept[i] = values[i];
		if (values[i].kind == VALUE_TEXT && !(kept[i].text = arena_text(run->arena, values[i].text)).data)
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
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

static enum status write_words(struct writer *writer, struct indexing *run, struct batch_word *const *words)
{
	size_t count = run->words->word_count;
	struct value *values = ARENA_ARRAY(run->arena, 3 * count + 1, struct value);

	if (!values)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		values[3 * i] = value_text(words[i]->word);
		values[3 * i + 1] = value_text(turned(run->arena, words[i]->word));
		values[3 * i + 2] = V_INT(words[i]->uses);
	}
	return store_execute_many(writer, &WORD_ADD, values, 3, count);
}

/* Which id each word has now. */
static enum status read_ids(struct reader *reader, struct indexing *run, struct batch_word *const *words)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(buffer_release) struct buffer list = {0};
	struct json_writer json;

	buffer_init(&list, ARENA_LIMIT);
	put_begin(&json, &list);
	put_array(&json);
	for (size_t i = 0; i < run->words->word_count; i++)
		put_text(&json, words[i]->word);
	put_array_end(&json);
	TRY(buffer_status(&list));
	TRY(store_query(reader, &WORD_IDS, PARAMS(value_text(buffer_text(&list))), &rows));
	while (rows_next(rows)) {
		struct batch_word *word = word_batch_find(run->words, rows_text(rows, 1));

		if (word)
			word->id = rows_integer(rows, 0);
	}
	return rows_status(rows);
}

static int by_id(const void *a, const void *b)
{
	int64_t x = (*(struct batch_word *const *)a)->id, y = (*(struct batch_word *const *)b)->id;

	return (x > y) - (x < y);
}

/* The word's consignments as a list of numbers in JSON. */
static enum status write_list(struct writer *writer, struct indexing *run, const struct batch_word *word,
	struct buffer *list)
{
	buffer_clear(list);
	for (uint32_t at = word->first; at != BATCH_END; at = run->words->postings[at].next) {
		buffer_byte(list, list->size ? ',' : '[');
		buffer_format(list, "%lld", (long long)run->words->postings[at].consignment_id);
	}
	buffer_byte(list, ']');
	TRY(buffer_status(list));
	return store_execute(writer, &POSTINGS_ADD, PARAMS(V_INT(word->id), value_text(buffer_text(list))), NULL);
}

/* Words of few consignments one by one in a row of calls, those of many as a list each. */
static enum status write_postings(struct writer *writer, struct indexing *run, struct batch_word **words)
{
	AUTO(buffer_release) struct buffer list = {0};
	size_t count = run->words->word_count, few = 0;
	struct value *values = ARENA_ARRAY(run->arena, 2 * FEW_POSTINGS * count + 1, struct value);

	if (!values)
		return STATUS_NO_MEMORY;
	buffer_init(&list, 1 << 20);
	qsort(words, count, sizeof *words, by_id);
	for (size_t i = 0; i < count; i++) {
		if (!words[i]->id)
			return STATUS_INTERNAL; /* cannot be: it was written just now */
		if (words[i]->uses > FEW_POSTINGS) {
			TRY(write_list(writer, run, words[i], &list));
			continue;
		}
		for (uint32_t at = words[i]->first; at != BATCH_END; at = run->words->postings[at].next) {
			values[2 * few] = V_INT(words[i]->id);
			values[2 * few++ + 1] = V_INT(run->words->postings[at].consignment_id);
		}
	}
	return store_execute_many(writer, &POSTING_ADD, values, 2, few);
}

static enum status gather_rows(struct reader *reader, const struct statement *statement, const struct value *values,
	size_t value_count, struct indexing *run)
{
	AUTO(rows_release) struct rows *found = NULL;

	TRY(store_query(reader, statement, values, value_count, &found));
	while (run->count < BATCH && rows_next(found)) {
		struct to_read row = {rows_integer(found, 0), rows_integer(found, 1), rows_integer(found, 3),
			rows_integer(found, 4), rows_copy(found, 2, run->arena)};

		if (!row.unit_path.data)
			return STATUS_NO_MEMORY;
		run->rows[run->count++] = row;
	}
	return rows_status(found);
}

static enum status read_progress(struct reader *reader, struct progress *ret_progress)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &PROGRESS, NO_PARAMS, &rows));
	if (!rows_next(rows))
		return rows_status(rows) == STATUS_OK ? STATUS_INTERNAL : rows_status(rows);
	*ret_progress = (struct progress){rows_integer(rows, 0), rows_integer(rows, 1), rows_integer(rows, 2)};
	return STATUS_OK;
}

/* What is new, then what was amended: their words and voyages, and how far that brings the index. */
static enum status gather(struct indexing *run, const struct progress *from, struct progress *ret_to)
{
	AUTO(reader_release) struct reader *reader = NULL;
	size_t fresh;

	*ret_to = *from;
	TRY(reader_begin(run->database, &reader));
	TRY(gather_rows(reader, &NEW_ONES, PARAMS(V_INT(from->last_id), V_INT(BATCH)), run));
	fresh = run->count;
	TRY(gather_rows(reader, &AMENDED_ONES,
		PARAMS(V_INT(from->last_change), V_INT(from->last_change_id), V_INT(from->last_id), V_INT(BATCH)), run));
	for (size_t i = 0; i < run->count; i++) {
		struct consignment consignment;

		arena_reset(run->scratch);
		TRY(consignment_content(reader, run->rows[i].id, run->rows[i].version, run->scratch, &consignment));
		TRY(word_batch_add(run->words, run->rows[i].id, &consignment));
		TRY(gather_voyage(run, &consignment, &run->rows[i]));
	}
	if (fresh)
		ret_to->last_id = run->rows[fresh - 1].id;
	if (run->count > fresh) {
		ret_to->last_change = run->rows[run->count - 1].changed_at;
		ret_to->last_change_id = run->rows[run->count - 1].id;
	}
	return STATUS_OK;
}

/* One transaction; nothing when another process has written the same batch meanwhile. */
static enum status write_batch(struct indexing *run, const struct progress *from, const struct progress *to)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct batch_word **words = word_batch_sorted(run->words, run->arena);
	int64_t changed = 0;

	if (!words)
		return STATUS_NO_MEMORY;
	TRY(writer_begin(run->database, &writer));
	TRY(store_execute(writer, &PROGRESS_SET,
		PARAMS(V_INT(to->last_id), V_INT(to->last_change), V_INT(to->last_change_id), V_INT(from->last_id),
			V_INT(from->last_change), V_INT(from->last_change_id)),
		&changed));
	if (!changed)
		return STATUS_OK;
	TRY(write_words(writer, run, words));
	TRY(read_ids(writer_reader(writer), run, words));
	TRY(write_postings(writer, run, words));
	TRY(store_execute_many(writer, &VOYAGE_KEEP, run->voyages, VOYAGE_VALUES, run->voyage_count));
	return writer_commit(&writer);
}

/* run->count 0: nothing is left. */
static enum status index_batch(struct indexing *run)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct progress from = {0, 0, 0}, to;

	word_batch_clear(run->words);
	run->count = run->voyage_count = 0;
	run->rows = ARENA_ARRAY(run->arena, BATCH, struct to_read);
	run->voyages = ARENA_ARRAY(run->arena, BATCH * VOYAGE_VALUES, struct value);
	if (!run->rows || !run->voyages)
		return STATUS_NO_MEMORY;
	TRY(reader_begin(run->database, &reader));
	TRY(read_progress(reader, &from));
	reader_release(&reader);
	TRY(gather(run, &from, &to));
	return run->count ? write_batch(run, &from, &to) : STATUS_OK;
}

static enum status run_for(struct database *database, int batches, int64_t microseconds, int64_t *ret_count)
{
	int64_t began = clock_monotonic();
	AUTO(arena_release) struct arena *arena = arena_new(ARENA_LIMIT);
	AUTO(arena_release) struct arena *scratch = arena_new(ARENA_LIMIT);
	AUTO(word_batch_release) struct word_batch words = {0};
	struct indexing run = {.database = database, .arena = arena, .scratch = scratch, .words = &words};
	enum status status = STATUS_OK;

	if (!arena || !scratch)
		return STATUS_NO_MEMORY;
	TRY(word_batch_init(&words, arena));
	*ret_count = 0;
	for (int i = 0; i < batches && status == STATUS_OK && clock_monotonic() - began < microseconds; i++) {
		status = database_goes_on(database);
		if (status == STATUS_OK)
			status = index_batch(&run);
		*ret_count += status == STATUS_OK ? (int64_t)run.count : 0;
		if (!run.count)
			break;
	}
	return status;
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

enum status search_index_lag(struct reader *reader, int64_t *ret_lag)
{
	return store_integer(reader, &LAG, NO_PARAMS, ret_lag);
}
