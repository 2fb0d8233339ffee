/* Absences and deputies in the database. */
#include "domain/absence.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"
#include "domain/journal.h"

enum { LONGEST = 731 };

#define ABSENCE_COLUMNS "a.id, a.user_id, a.from_day, a.to_day, a.deputy_id, a.note, u.name, d.name"
#define ABSENCE_TABLES "absences a join users u on u.id = a.user_id left join users d on d.id = a.deputy_id "
STATEMENT(ABSENCE_ADD, "insert into absences (user_id, from_day, to_day, deputy_id, note, created_by, created_at) "
	"values ($1, $2, $3, $4, $5, $6, $7) returning id");
STATEMENT(ABSENCE_OVERLAP, "select count(*) from absences where user_id = $1 and from_day <= $3 and to_day >= $2");
STATEMENT(ABSENCE_REMOVE, "delete from absences where id = $1");
STATEMENT(ABSENCE_BY_ID, "select " ABSENCE_COLUMNS " from " ABSENCE_TABLES "where a.id = $1");
STATEMENT(ABSENCE_LIST, "select " ABSENCE_COLUMNS " from " ABSENCE_TABLES "where a.to_day >= $3 "
	"and (CAST($1 AS bigint) = 0 or a.user_id = CAST($1 AS bigint)) and (CAST($1 AS bigint) <> 0 "
	"or CAST($2 AS text) = '*' or exists (select 1 from user_grants g join units on units.id = g.unit_id "
	"join units top on substr(units.path, 1, length(top.path)) = top.path where g.user_id = a.user_id "
	"and CAST($2 AS text) like '%|' || top.path || '|%')) order by a.from_day, a.id limit 500");
STATEMENT(ABSENCE_ON, "select deputy_id from absences where user_id = $1 and from_day <= $2 and to_day >= $2 "
	"order by id desc limit 1");
STATEMENT(ABSENCE_PERSON, "select count(*) from users where id = $1");

static enum status note_journal(struct writer *writer, const struct actor *actor, const struct absence *absence,
	const char *action)
{
	AUTO(buffer_release) struct buffer details = {0};
	struct json_writer json;

	buffer_init(&details, 1 << 14);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "from");
	put_date(&json, absence->from_day);
	put_key(&json, "to");
	put_date(&json, absence->to_day);
	put_key(&json, "deputy");
	put_int(&json, absence->deputy_id);
	put_key(&json, "note");
	put_text(&json, absence->note);
	put_object_end(&json);
	TRY(buffer_status(&details));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "user", .entity_id = absence->user_id, .action = action,
			.details = buffer_text(&details)},
		NULL);
}

static enum status check(struct reader *reader, const struct absence *absence)
{
	int64_t count = 0;

	if (absence->from_day == DATE_NONE || absence->to_day == DATE_NONE || absence->to_day < absence->from_day ||
		absence->to_day - absence->from_day > LONGEST || absence->deputy_id == absence->user_id ||
		utf8_width(absence->note) > ABSENCE_NOTE_LIMIT)
		return STATUS_INVALID;
	TRY(store_integer(reader, &ABSENCE_PERSON, PARAMS(V_INT(absence->user_id)), &count));
	if (!count)
		return STATUS_NOT_FOUND;
	if (absence->deputy_id) {
		TRY(store_integer(reader, &ABSENCE_PERSON, PARAMS(V_INT(absence->deputy_id)), &count));
		if (!count)
			return STATUS_NOT_FOUND;
	}
	TRY(store_integer(reader, &ABSENCE_OVERLAP,
		PARAMS(V_INT(absence->user_id), V_INT(absence->from_day), V_INT(absence->to_day)), &count));
	return count ? STATUS_CONFLICT : STATUS_OK;
}

enum status absence_add(struct writer *writer, const struct actor *actor, const struct absence *absence,
	int64_t *ret_id)
{
	int64_t id;

	TRY(check(writer_reader(writer), absence));
	TRY(store_returning(writer, &ABSENCE_ADD,
		PARAMS(V_INT(absence->user_id), V_INT(absence->from_day), V_INT(absence->to_day),
			absence->deputy_id ? V_INT(absence->deputy_id) : V_NULL,
			value_text(absence->note.data ? absence->note : TEXT("")), V_INT(actor->user_id), V_INT(clock_now())),
		&id));
	TRY(note_journal(writer, actor, absence, "absence_added"));
	if (ret_id)
		*ret_id = id;
	return STATUS_OK;
}

/* The row under way; its texts are good until the next. */
static struct absence absence_read(struct rows *rows)
{
	return (struct absence){.id = rows_integer(rows, 0), .user_id = rows_integer(rows, 1),
		.from_day = rows_integer(rows, 2), .to_day = rows_integer(rows, 3), .deputy_id = rows_integer(rows, 4),
		.note = rows_text(rows, 5), .user_name = rows_text(rows, 6), .deputy_name = rows_text(rows, 7)};
}

enum status absence_find(struct reader *reader, int64_t id, struct arena *arena, struct absence *ret_absence)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct absence absence;

	TRY(store_query(reader, &ABSENCE_BY_ID, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	absence = absence_read(rows);
	absence.note = rows_copy(rows, 5, arena);
	absence.user_name = rows_copy(rows, 6, arena);
	absence.deputy_name = rows_copy(rows, 7, arena);
	if (!absence.note.data || !absence.user_name.data || (absence.deputy_id && !absence.deputy_name.data))
		return STATUS_NO_MEMORY;
	*ret_absence = absence;
	return STATUS_OK;
}

enum status absence_remove(struct writer *writer, const struct actor *actor, int64_t id)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 14);
	struct absence absence;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(absence_find(writer_reader(writer), id, arena, &absence));
	TRY(store_execute(writer, &ABSENCE_REMOVE, PARAMS(V_INT(id)), NULL));
	return note_journal(writer, actor, &absence, "absence_removed");
}

enum status absence_list(struct reader *reader, int64_t user_id, struct text paths, int64_t from_day,
	bool (*each)(void *context, const struct absence *absence), void *context)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &ABSENCE_LIST,
		PARAMS(V_INT(user_id), value_text(paths.data ? paths : TEXT("|")), V_INT(from_day)), &rows));
	while (rows_next(rows)) {
		struct absence absence = absence_read(rows);

		if (!each(context, &absence))
			return STATUS_OK;
	}
	return rows_status(rows);
}

enum status absence_on(struct reader *reader, int64_t user_id, int64_t day, bool *ret_away, int64_t *ret_deputy)
{
	AUTO(rows_release) struct rows *rows = NULL;
	bool away;
	int64_t deputy = 0;

	TRY(store_query(reader, &ABSENCE_ON, PARAMS(V_INT(user_id), V_INT(day)), &rows));
	away = rows_next(rows);
	TRY(rows_status(rows));
	if (away)
		deputy = rows_integer(rows, 0);
	*ret_away = away;
	if (ret_deputy)
		*ret_deputy = deputy;
	return STATUS_OK;
}
