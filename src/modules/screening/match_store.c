/* Matches as rows: noted when they are found, listed for people, confirmed or cleared by them. */
#include "domain/event.h"
#include "domain/journal.h"
#include "engine/name.h"
#include "modules/screening/screening_store.h"

/* A party met in several offices belongs to the unit above them all: nobody sees what is another office's. */
STATEMENT(MATCH_NOTE,
	"insert into screening_matches (party_key, party, party_code, role, list_id, reference, listed, entry_digest, score, "
	"explanation, state, consignment_id, unit_path, first_seen_at, last_seen_at) "
	"select CAST($1 AS text), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), l.id, CAST($6 AS text), "
	"CAST($7 AS text), e.digest, CAST($8 AS bigint), CAST($9 AS text), 'open', c.id, c.unit_path, CAST($11 AS bigint), "
	"CAST($11 AS bigint) "
	"from screening_lists l join screening_entries e on e.list_id = l.id and e.reference = $6 and e.until_version is null, "
	"consignments c where l.code = $5 and c.id = $10 "
	"on conflict (party_key, party_code, list_id, reference) do update set last_seen_at = excluded.last_seen_at, "
	"seen_count = screening_matches.seen_count + 1, consignment_id = excluded.consignment_id, score = excluded.score, "
	"explanation = excluded.explanation, listed = excluded.listed, entry_digest = excluded.entry_digest, "
	"state = case when screening_matches.state = 'cleared' then 'open' else screening_matches.state end, "
	"row_version = screening_matches.row_version + 1, "
	"unit_path = case "
	"when substr(excluded.unit_path, 1, length(screening_matches.unit_path)) = screening_matches.unit_path "
	"then screening_matches.unit_path "
	"when substr(screening_matches.unit_path, 1, length(excluded.unit_path)) = excluded.unit_path "
	"then excluded.unit_path "
	"else coalesce((select path from units where parent_id is null order by id limit 1), '/') end");
#define MATCH_COLUMNS                                                                                                  \
	"m.id, m.list_id, m.score, m.until, m.decided_at, m.consignment_id, m.seen_count, m.first_seen_at, m.last_seen_at, " \
	"m.row_version, m.party, m.party_code, m.role, l.code, l.title, m.reference, m.listed, m.explanation, m.state, "   \
	"m.reason, m.decided_name, m.unit_path from screening_matches m join screening_lists l on l.id = m.list_id "
#define MATCH_SEEN                                                                                                     \
	"($1 = '*' or exists (select 1 from units where CAST($1 AS text) like '%|' || units.path || '|%' and "             \
	"substr(m.unit_path, 1, length(units.path)) = units.path)) "
STATEMENT(MATCHES_BY_STATE,
	"select " MATCH_COLUMNS "where " MATCH_SEEN
	"and case when m.state = 'cleared' and m.until < $3 then 'open' else m.state end = $2 "
	"order by case when $2 = 'open' then m.score else 0 end desc, m.last_seen_at desc, m.id desc limit $4 offset $5");
STATEMENT(MATCHES_BY_NUMBER,
	"select " MATCH_COLUMNS "where " MATCH_SEEN
	"and case when m.state = 'cleared' and m.until < $3 then 'open' else m.state end = $2 and m.id < $5 "
	"order by m.id desc limit $4");
STATEMENT(MATCH_BY_ID, "select " MATCH_COLUMNS "where " MATCH_SEEN "and m.id = $2");
STATEMENT(MATCH_DECIDE,
	"update screening_matches set state = $2, reason = $3, until = $4, decided_by = $5, decided_name = $6, "
	"decided_at = $7, row_version = row_version + 1 where id = $1 and row_version = $8");
STATEMENT(MATCH_PATH, "select unit_path from screening_matches where id = $1");
STATEMENT(STATE_TOUCH, "update screening_state set changes = changes + 1, screened_changes = screened_changes + 1 "
	"where id = 1");

enum { LONGEST_CLEARING = 5 * 366, REASON_LIMIT = 1000 };

enum status screening_note(struct writer *writer, const struct name_hits *hits, int64_t consignment_id)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	int64_t now = clock_now();

	if (!arena)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < hits->count; i++) {
		const struct name_hit *hit = &hits->rows[i];
		struct name_words words;
		struct text key;

		name_normalise(hit->party, &words);
		key = name_key(arena, &words);
		if (!key.data)
			return STATUS_NO_MEMORY;
		TRY(store_execute(writer, &MATCH_NOTE,
			PARAMS(value_text(key), value_text(hit->party), value_text(hit->code.data ? hit->code : TEXT("")),
				value_string(party_role_code(hit->role)), value_text(hit->list), value_text(hit->reference),
				value_text(hit->listed), V_INT(hit->score), value_text(hit->explanation),
				V_INT(consignment_id), V_INT(now)),
			NULL));
	}
	return STATUS_OK;
}

static void read_match(struct rows *rows, struct arena *arena, struct match_row *ret_row)
{
	*ret_row = (struct match_row){.id = rows_integer(rows, 0), .list_id = rows_integer(rows, 1),
		.score = rows_integer(rows, 2), .until = rows_optional(rows, 3), .decided_at = rows_optional(rows, 4),
		.consignment_id = rows_integer(rows, 5), .seen_count = rows_integer(rows, 6),
		.first_seen_at = rows_integer(rows, 7), .last_seen_at = rows_integer(rows, 8),
		.row_version = rows_integer(rows, 9), .party = rows_copy(rows, 10, arena),
		.party_code = rows_copy(rows, 11, arena), .role = rows_copy(rows, 12, arena), .list = rows_copy(rows, 13, arena),
		.list_title = rows_copy(rows, 14, arena), .reference = rows_copy(rows, 15, arena),
		.listed = rows_copy(rows, 16, arena), .explanation = rows_copy(rows, 17, arena),
		.state = rows_copy(rows, 18, arena), .reason = rows_copy(rows, 19, arena),
		.decided_name = rows_copy(rows, 20, arena), .unit_path = rows_copy(rows, 21, arena)};
	ret_row->is_over = text_is(ret_row->state, "cleared") && ret_row->until != DATE_NONE && ret_row->until < clock_today();
}

static enum status read_rows(struct reader *reader, const struct statement *statement, const struct match_filter *filter,
	struct arena *arena, struct match_row **ret_rows, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct match_row *list = ARENA_ARRAY(arena, (size_t)filter->limit, struct match_row);
	size_t count = 0;

	if (!list)
		return STATUS_NO_MEMORY;
	TRY(store_query(reader, statement,
		PARAMS(value_text(filter->paths), value_text(filter->state), V_INT(clock_today()), V_INT(filter->limit),
			V_INT(statement == &MATCHES_BY_NUMBER ? filter->before : filter->offset)),
		&rows));
	while (count < (size_t)filter->limit && rows_next(rows))
		read_match(rows, arena, &list[count++]);
	TRY(rows_status(rows));
	*ret_rows = list;
	*ret_count = count;
	return STATUS_OK;
}

enum status match_rows(struct reader *reader, const struct match_filter *filter, struct arena *arena,
	struct match_row **ret_rows, size_t *ret_count)
{
	return read_rows(reader, &MATCHES_BY_STATE, filter, arena, ret_rows, ret_count);
}

enum status match_rows_by_number(struct reader *reader, const struct match_filter *filter, struct arena *arena,
	struct match_row **ret_rows, size_t *ret_count)
{
	return read_rows(reader, &MATCHES_BY_NUMBER, filter, arena, ret_rows, ret_count);
}

enum status match_find(struct reader *reader, int64_t id, struct text paths, struct arena *arena,
	struct match_row *ret_row)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &MATCH_BY_ID, PARAMS(value_text(paths), V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	read_match(rows, arena, ret_row);
	return STATUS_OK;
}

static enum status write_verdict(struct writer *writer, const struct actor *actor,
	const struct screening_verdict *verdict, struct text unit_path)
{
	const char *action = verdict->is_confirmed ? "screening.confirmed" : "screening.cleared";
	AUTO(buffer_release) struct buffer details;
	struct json_writer json;

	buffer_init(&details, 8 * REASON_LIMIT);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "reason");
	put_text(&json, verdict->reason);
	put_key(&json, "until");
	put_date(&json, verdict->until);
	put_object_end(&json);
	TRY(buffer_status(&details));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "screening_match", .entity_id = verdict->match_id,
			.action = action, .unit_path = unit_path, .details = buffer_text(&details)},
		NULL));
	return event_publish(writer,
		&(struct event){.name = action, .actor = actor, .id = verdict->match_id, .unit_path = unit_path});
}

enum status screening_decide(struct writer *writer, const struct actor *actor, const struct screening_verdict *verdict)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(1 << 16);
	int64_t today = clock_today(), changed = 0;
	bool ends = verdict->until != DATE_NONE && verdict->until > today && verdict->until <= today + LONGEST_CLEARING;
	struct text unit_path;

	if (!arena)
		return STATUS_NO_MEMORY;
	if (!text_trim(verdict->reason).size || verdict->reason.size > REASON_LIMIT || (!verdict->is_confirmed && !ends))
		return STATUS_INVALID;
	TRY(store_query(writer_reader(writer), &MATCH_PATH, PARAMS(V_INT(verdict->match_id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	unit_path = rows_copy(rows, 0, arena);
	TRY(store_execute(writer, &MATCH_DECIDE,
		PARAMS(V_INT(verdict->match_id), value_string(verdict->is_confirmed ? "confirmed" : "cleared"),
			value_text(verdict->reason), verdict->is_confirmed ? V_NULL : V_INT(verdict->until),
			V_INT(actor->user_id), value_text(actor->name.data ? actor->name : TEXT("")), V_INT(clock_now()),
			V_INT(verdict->row_version)),
		&changed));
	if (!changed)
		return STATUS_CONFLICT;
	TRY(store_execute(writer, &STATE_TOUCH, NO_PARAMS, NULL));
	return write_verdict(writer, actor, verdict, unit_path);
}
