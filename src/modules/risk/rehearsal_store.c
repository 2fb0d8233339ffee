/* Rehearsals as kept: what a policy would have done over the past, found again when it is to be activated. */
#include "domain/journal.h"
#include "modules/risk/risk_store.h"

#include <string.h>

#define REHEARSAL_COLUMNS "id, policy_digest, from_day, to_day, summary, result, user_id, at"
STATEMENT(REHEARSAL_INSERT,
	"insert into rehearsals (policy_digest, from_day, to_day, summary, result, user_id, at) "
	"values ($1, $2, $3, $4, $5, $6, $7) returning id");
STATEMENT(REHEARSAL_BY_POLICY,
	"select " REHEARSAL_COLUMNS " from rehearsals where policy_digest = $1 order by id desc limit 1");
STATEMENT(REHEARSAL_BY_ID, "select " REHEARSAL_COLUMNS " from rehearsals where id = $1");

enum status rehearsal_record(struct writer *writer, const struct actor *actor, const struct rehearsal_row *row,
	int64_t *ret_id)
{
	struct text digest = {(const char *)row->policy_digest, sizeof row->policy_digest};

	TRY(store_returning(writer, &REHEARSAL_INSERT,
		PARAMS(V_BYTES(digest), V_INT(row->from_day), V_INT(row->to_day), value_text(row->summary),
			value_text(row->result), V_INT(actor->user_id), V_INT(clock_now())),
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
