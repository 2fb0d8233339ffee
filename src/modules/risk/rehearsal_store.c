/* Rehearsals as kept: what a policy would have done over the past, found again when it is to be activated. */
#include "domain/journal.h"
#include "modules/risk/risk_store.h"

#include <string.h>

#define REHEARSAL_COLUMNS "id, policy_digest, from_day, to_day, summary, result, user_id, at"
STATEMENT(REHEARSAL_INSERT,
	"insert into rehearsals (policy_digest, from_day, to_day, summary, result, user_id, at, model_id, selection_keys) "
	"values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id");
STATEMENT(REHEARSAL_OF_MODEL, "select coalesce(max(id), 0) from rehearsals where model_id = $1");
/* No pattern: what an office is called may hold its letters. */
STATEMENT(REHEARSAL_OF_LANES,
	"select coalesce(max(id), 0) from rehearsals where selection_keys is not null and replace(selection_keys, $1, '') <> selection_keys");
STATEMENT(ANY_PAST, "select count(*) from (select id from consignments limit 1) one");
STATEMENT(REHEARSAL_BY_POLICY,
	"select " REHEARSAL_COLUMNS " from rehearsals where policy_digest = $1 order by id desc limit 1");
STATEMENT(REHEARSAL_BY_ID, "select " REHEARSAL_COLUMNS " from rehearsals where id = $1");

enum status rehearsal_record(struct writer *writer, const struct actor *actor, const struct rehearsal_row *row,
	int64_t *ret_id)
{
	struct text digest = {(const char *)row->policy_digest, sizeof row->policy_digest};

	TRY(store_returning(writer, &REHEARSAL_INSERT,
		PARAMS(V_BYTES(digest), V_INT(row->from_day), V_INT(row->to_day), value_text(row->summary),
			value_text(row->result), V_INT(actor->user_id), V_INT(clock_now()),
			row->model_id ? V_INT(row->model_id) : V_NULL, value_text(row->selection_keys)),
		ret_id));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "rehearsal", .entity_id = *ret_id,
			.action = "rehearsal.recorded", .details = row->summary},
		NULL);
}

static enum status read_one(struct rows *rows, struct arena *arena, struct rehearsal_row *ret_row)
{
	struct rehearsal_row row = {0};
	struct text digest;

	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	row.id = rows_integer(rows, 0);
	digest = rows_bytes(rows, 1);
	if (digest.size != sizeof row.policy_digest)
		return digest.data ? STATUS_INTERNAL : STATUS_NO_MEMORY;
	memcpy(row.policy_digest, digest.data, digest.size);
	row.from_day = rows_integer(rows, 2);
	row.to_day = rows_integer(rows, 3);
	row.summary = rows_copy(rows, 4, arena);
	row.result = rows_copy(rows, 5, arena);
	row.user_id = rows_integer(rows, 6);
	row.at = rows_integer(rows, 7);
	if (!row.summary.data || !row.result.data)
		return STATUS_NO_MEMORY;
	*ret_row = row;
	return STATUS_OK;
}

enum status rehearsal_find(struct reader *reader, const unsigned char policy_digest[DIGEST_SIZE], struct arena *arena,
	struct rehearsal_row *ret_row)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &REHEARSAL_BY_POLICY,
		PARAMS(V_BYTES(((struct text){(const char *)policy_digest, DIGEST_SIZE}))), &rows));
	return read_one(rows, arena, ret_row);
}

enum status rehearsal_find_id(struct reader *reader, int64_t id, struct arena *arena, struct rehearsal_row *ret_row)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &REHEARSAL_BY_ID, PARAMS(V_INT(id)), &rows));
	return read_one(rows, arena, ret_row);
}

/* ---- what must be rehearsed before it comes into force */

struct text selection_key(struct arena *arena, const struct selection_row *row)
{
	const struct selection *s = &row->selection;
	/* NUMBER_NONE stands for a score that asks for nothing. */
	return arena_format(arena, "%.*s|%.*s|%lld %lld %lld|%lld %lld %lld|%lld %lld %lld|%lld\n", TEXT_FORMAT(row->office),
		TEXT_FORMAT(row->regime), (long long)s->expected[LANE_RED], (long long)s->expected[LANE_YELLOW],
		(long long)s->expected[LANE_BLUE], (long long)s->random[LANE_RED], (long long)s->random[LANE_YELLOW],
		(long long)s->random[LANE_BLUE], (long long)s->score_red, (long long)s->score_yellow, (long long)s->score_blue,
		(long long)s->hits_without_selection);
}

struct text rehearsal_note(struct arena *arena, int64_t rehearsal_id)
{
	return rehearsal_id ? arena_format(arena, "{\"rehearsal\":%lld}", (long long)rehearsal_id) : TEXT_NONE;
}

enum status rehearsal_of_model(struct reader *reader, int64_t model_id, int64_t *ret_id)
{
	return store_integer(reader, &REHEARSAL_OF_MODEL, PARAMS(V_INT(model_id)), ret_id);
}

enum status rehearsal_of_selection(struct reader *reader, const struct selection_row *row, struct arena *arena,
	int64_t *ret_id)
{
	struct text key = selection_key(arena, row);

	if (!key.data)
		return STATUS_NO_MEMORY;
	return store_integer(reader, &REHEARSAL_OF_LANES, PARAMS(value_text(key)), ret_id);
}

static enum status is_asked(struct reader *reader, bool *ret_asked)
{
	int64_t required, stored;

	TRY(setting_integer(reader, &risk_settings[RISK_REHEARSAL_REQUIRED], &required));
	TRY(store_integer(reader, &ANY_PAST, NO_PARAMS, &stored));
	*ret_asked = required && stored;
	return STATUS_OK;
}

enum status rehearsal_asked_of_model(struct reader *reader, int64_t model_id, struct message *ret_message)
{
	int64_t rehearsal;
	bool asked;

	*ret_message = (struct message){.id = NULL};
	TRY(is_asked(reader, &asked));
	if (!asked)
		return STATUS_OK;
	TRY(rehearsal_of_model(reader, model_id, &rehearsal));
	if (!rehearsal)
		ret_message->id = TR("Ce modèle n'a pas encore été répété sur le passé : répétez-le d'abord.");
	return STATUS_OK;
}

static enum status is_in_force(struct reader *reader, const struct selection_row *row, struct text key, struct arena *arena,
	bool *ret_is)
{
	struct selection_row *rows;
	const struct selection_row *now;
	size_t count;

	TRY(selections_read(reader, arena, &rows, &count));
	now = selection_for(rows, count, row->office, row->regime);
	*ret_is = now && text_equal(now->office, row->office) && text_equal(now->regime, row->regime) &&
		text_equal(selection_key(arena, now), key);
	return STATUS_OK;
}

enum status rehearsal_asked_of_selection(struct reader *reader, const struct selection_row *row, struct arena *arena,
	struct message *ret_message)
{
	struct text key = selection_key(arena, row);
	bool asked, same;
	int64_t rehearsal;

	*ret_message = (struct message){.id = NULL};
	if (!key.data)
		return STATUS_NO_MEMORY;
	TRY(is_asked(reader, &asked));
	TRY(is_in_force(reader, row, key, arena, &same));
	if (!asked || same)
		return STATUS_OK;
	TRY(rehearsal_of_selection(reader, row, arena, &rehearsal));
	if (!rehearsal)
		ret_message->id = TR("Ce réglage n'a pas encore été répété sur le passé : répétez-le d'abord.");
	return STATUS_OK;
}
