/* Writing the published file of a period's draw. */
#include "modules/rehearsal/draw_file.h"

#include "domain/journal.h"
#include "domain/journal_proof.h"
#include "engine/selection.h"

#include <sodium.h>

STATEMENT(PERIOD_THEN, "select id, first_day, last_day, draw_key, key_digest from draw_periods where first_day <= $1 and last_day >= $1");
/* Every decision is of the period of its day. */
STATEMENT(PERIOD_DECISIONS, "select id from decisions where decided_on between $1 and $2 order by id");

enum { LINE_LIMIT = 256 << 20, CASE_MEMORY = 64 << 20, BLOCK_ROWS = 1000 };

/* The file under way. */
struct publishing {
	struct reader *reader;
	struct arena *arena;
	enum status (*write)(void *context, struct text line);
	void *context;
	crypto_hash_sha256_state digest;
	struct buffer line;
	int64_t count;
};

static enum status put_line(struct publishing *publishing)
{
	buffer_byte(&publishing->line, '\n');
	TRY(buffer_status(&publishing->line));
	crypto_hash_sha256_update(&publishing->digest, (const unsigned char *)publishing->line.data, publishing->line.size);
	return publishing->write(publishing->context, buffer_text(&publishing->line));
}

static void put_hex(struct json_writer *json, const char *key, const void *bytes)
{
	AUTO(buffer_release) struct buffer hex = {0};

	buffer_init(&hex, 256);
	hex_print(&hex, bytes, DIGEST_SIZE);
	put_key(json, key);
	put_text(json, buffer_text(&hex));
}

static void put_number(struct json_writer *json, const char *key, int64_t value)
{
	put_key(json, key);
	put_int(json, value);
}

static void put_named(struct json_writer *json, const char *key, struct text text)
{
	put_key(json, key);
	put_text(json, text);
}

static void put_shares(struct json_writer *json, const char *key, const int64_t shares[LANE_COUNT])
{
	put_key(json, key);
	put_array(json);
	for (int lane = LANE_RED; lane >= LANE_BLUE; lane--)
		put_int(json, shares[lane]);
	put_array_end(json);
}

static enum status put_selections(struct publishing *publishing, struct json_writer *json)
{
	struct selection_row *rows;
	size_t count;

	TRY(selections_read(publishing->reader, publishing->arena, &rows, &count));
	put_key(json, "selections");
	put_array(json);
	for (size_t i = 0; i < count; i++) {
		put_object(json);
		put_number(json, "id", rows[i].id);
		put_shares(json, "expected", rows[i].selection.expected);
		put_shares(json, "random", rows[i].selection.random);
		put_object_end(json);
	}
	put_array_end(json);
	return STATUS_OK;
}

static enum status put_block(void *context, const struct journal_sealed_block *block)
{
	struct json_writer *json = context;

	put_object(json);
	put_number(json, "number", block->number);
	put_number(json, "rows", block->row_count);
	put_number(json, "sealed_at", block->sealed_at);
	put_hex(json, "root", block->root);
	put_hex(json, "previous", block->previous);
	put_hex(json, "head", block->head);
	put_object_end(json);
	return STATUS_OK;
}

static enum status put_commitment(struct publishing *publishing, struct json_writer *json, int64_t period_id)
{
	struct journal_row_proof proof;

	TRY(journal_prove(publishing->reader, "draw_period", period_id, "draw.committed", publishing->arena, &proof));
	put_key(json, "commitment");
	put_object(json);
	put_number(json, "id", proof.row.id);
	put_number(json, "at", proof.row.happened_at);
	put_number(json, "actor", proof.row.actor_id);
	put_named(json, "name", proof.row.actor_name);
	put_named(json, "entity", proof.row.entity);
	put_number(json, "entity_id", proof.row.entity_id);
	put_named(json, "action", proof.row.action);
	put_named(json, "unit", proof.row.unit_path);
	put_named(json, "details", proof.row.details);
	put_number(json, "block", proof.block);
	put_number(json, "index", (int64_t)proof.index);
	put_key(json, "path");
	put_array(json);
	for (size_t i = 0; i < proof.path_count; i++) {
		AUTO(buffer_release) struct buffer hex = {0};

		buffer_init(&hex, 256);
		hex_print(&hex, proof.path[i], DIGEST_SIZE);
		put_text(json, buffer_text(&hex));
	}
	put_array_end(json);
	put_object_end(json);
	put_key(json, "blocks");
	put_array(json);
	TRY(journal_blocks_from(publishing->reader, proof.block, put_block, json));
	put_array_end(json);
	return STATUS_OK;
}

struct period {
	int64_t id, first_day, last_day;
	unsigned char key[DIGEST_SIZE];
};

static enum status put_head(struct publishing *publishing, const struct period *period)
{
	struct json_writer json;
	unsigned char digest[DIGEST_SIZE];

	digest_of((struct text){(const char *)period->key, DIGEST_SIZE}, digest);
	buffer_clear(&publishing->line);
	put_begin(&json, &publishing->line);
	put_object(&json);
	put_named(&json, "format", TEXT("vigie-draw"));
	put_number(&json, "version", 1);
	put_number(&json, "period", period->id);
	put_key(&json, "first_day");
	put_date(&json, period->first_day);
	put_key(&json, "last_day");
	put_date(&json, period->last_day);
	put_hex(&json, "key", period->key);
	put_hex(&json, "key_digest", digest);
	TRY(put_selections(publishing, &json));
	TRY(put_commitment(publishing, &json, period->id));
	put_object_end(&json);
	return put_line(publishing);
}

/* The lanes asked for by the draw, by the top-up, and by all but the top-up. */
struct asked {
	enum lane random, top_up, without;
};

static enum status read_asked(struct text reasons, struct asked *ret_asked)
{
	struct asked asked = {LANE_GREEN, LANE_GREEN, LANE_GREEN};
	json_t *list = NULL, *reason;
	size_t i;
	int line;

	TRY(json_parse(reasons, SIZE_MAX, &list, &line));
	json_array_foreach(list, i, reason) {
		struct text kind = text_of(json_string_value(json_object_get(reason, "kind")));
		enum lane lane = LANE_GREEN;

		if (!json_is_true(json_object_get(reason, "selected")) ||
		    !lane_from(text_of(json_string_value(json_object_get(reason, "lane"))), &lane))
			continue;
		if (text_is(kind, reason_kind_code(REASON_QUOTA)))
			asked.top_up = lane;
		else if (lane > asked.without)
			asked.without = lane;
		if (text_is(kind, reason_kind_code(REASON_RANDOM)))
			asked.random = lane;
	}
	json_decref(list);
	*ret_asked = asked;
	return STATUS_OK;
}

static void put_counts(struct json_writer *json, const struct selection_counts *counts)
{
	put_key(json, "n");
	put_array(json);
	put_int(json, counts->decided);
	for (int lane = LANE_GREEN; lane < LANE_COUNT; lane++)
		put_int(json, counts->lane[lane]);
	put_array_end(json);
}

static enum status put_decision(struct publishing *publishing, int64_t id, struct arena *arena)
{
	struct json_writer json;
	struct decision_record record;
	struct consignment c;
	struct asked asked;
	unsigned char identity[DIGEST_SIZE];

	TRY(decision_find(publishing->reader, id, arena, &record));
	TRY(consignment_content(publishing->reader, record.consignment_id, record.version, arena, &c));
	TRY(read_asked(record.reasons, &asked));
	digest_of(selection_identity(arena, &c), identity);
	buffer_clear(&publishing->line);
	put_begin(&json, &publishing->line);
	put_object(&json);
	put_hex(&json, "i", identity);
	put_number(&json, "t", record.decided_at);
	put_number(&json, "g", record.gate);
	put_named(&json, "o", c.office.data ? c.office : TEXT(""));
	put_named(&json, "r", arena_format(arena, "%s%.*s%.*s", record.gate == GATE_AFTER_RELEASE ? "+" : "",
		TEXT_FORMAT(c.type), TEXT_FORMAT(c.regime)));
	put_number(&json, "s", record.selection_id);
	put_counts(&json, &record.counts_before);
	put_named(&json, "p", text_of(lane_code(asked.random)));
	put_named(&json, "w", text_of(lane_code(asked.without)));
	put_named(&json, "q", text_of(lane_code(asked.top_up)));
	put_named(&json, "l", text_of(lane_code(record.decision.lane)));
	put_object_end(&json);
	publishing->count++;
	return put_line(publishing);
}

static enum status put_decisions(struct publishing *publishing, const struct period *period)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(CASE_MEMORY);

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(store_query(publishing->reader, &PERIOD_DECISIONS, PARAMS(V_INT(period->first_day), V_INT(period->last_day)),
		&rows));
	while (rows_next(rows)) {
		arena_reset(arena);
		TRY(put_decision(publishing, rows_integer(rows, 0), arena));
	}
	return rows_status(rows);
}

static enum status put_end(struct publishing *publishing, unsigned char ret_digest[DIGEST_SIZE])
{
	struct json_writer json;
	crypto_hash_sha256_state state = publishing->digest;

	crypto_hash_sha256_final(&state, ret_digest);
	buffer_clear(&publishing->line);
	put_begin(&json, &publishing->line);
	put_object(&json);
	put_number(&json, "count", publishing->count);
	put_hex(&json, "digest", ret_digest);
	put_object_end(&json);
	return put_line(publishing);
}

static enum status find_period(struct reader *reader, int64_t day, struct period *ret_period)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct draw_period found;
	struct period period;

	TRY(store_query(reader, &PERIOD_THEN, PARAMS(V_INT(day)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	TRY(draw_period_find(reader, rows_integer(rows, 0), &found));
	period = (struct period){found.id, found.first_day, found.last_day, {0}};
	for (size_t i = 0; i < DIGEST_SIZE; i++)
		period.key[i] = found.key[i];
	*ret_period = period;
	return period.last_day >= clock_today() ? STATUS_FORBIDDEN : STATUS_OK;
}

static enum status note_published(struct database *database, const struct actor *actor, const struct period *period,
	int64_t count, const unsigned char digest[DIGEST_SIZE])
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(buffer_release) struct buffer details = {0};
	struct json_writer json;

	buffer_init(&details, 4096);
	put_begin(&json, &details);
	put_object(&json);
	put_hex(&json, "file_digest", digest);
	put_number(&json, "decisions", count);
	put_object_end(&json);
	TRY(buffer_status(&details));
	TRY(writer_begin(database, &writer));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "draw_period", .entity_id = period->id,
			.action = "draw.revealed", .details = buffer_text(&details)},
		NULL));
	return writer_commit(&writer);
}

/* What the commitment needs is sealed first, should the job not have come by yet. */
static enum status seal(struct database *database)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	int blocks;

	TRY(writer_begin(database, &writer));
	TRY(journal_seal(writer, BLOCK_ROWS, &blocks));
	return writer_commit(&writer);
}

static enum status publish(struct publishing *publishing, int64_t day, struct period *period,
	unsigned char ret_digest[DIGEST_SIZE])
{
	TRY(find_period(publishing->reader, day, period));
	TRY(put_head(publishing, period));
	TRY(put_decisions(publishing, period));
	return put_end(publishing, ret_digest);
}

enum status draw_publish(struct database *database, const struct actor *actor, int64_t day,
	enum status (*write)(void *context, struct text line), void *context)
{
	AUTO(arena_release) struct arena *arena = arena_new(CASE_MEMORY);
	struct publishing publishing = {.arena = arena, .write = write, .context = context};
	unsigned char digest[DIGEST_SIZE];
	struct period period;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(seal(database));
	crypto_hash_sha256_init(&publishing.digest);
	buffer_init(&publishing.line, LINE_LIMIT);
	status = reader_begin(database, &publishing.reader);
	if (status == STATUS_OK)
		status = publish(&publishing, day, &period, digest);
	reader_end(publishing.reader);
	buffer_release(&publishing.line);
	TRY(status);
	return note_published(database, actor, &period, publishing.count, digest);
}
