/* Suppressions in the database, and those that hold in memory. */
#include "domain/event.h"
#include "domain/journal.h"
#include "modules/risk/policy_loader.h"
#include "modules/risk/risk_store.h"
#include "modules/risk/suppression.h"

#include <string.h>

STATEMENT(SUPPRESSIONS_STATE, "select CAST(coalesce(sum(row_version), 0) AS bigint) from risk_suppressions");
STATEMENT(SUPPRESSIONS_HOLDING,
	"select profile, operator, valid_from, valid_until, reason, created_name from risk_suppressions "
	"where ended_at is null and valid_until >= $1 order by operator, id");
/* All there ever were; one that was ended early holds until the day before. */
STATEMENT(SUPPRESSIONS_EVER,
	"select profile, operator, valid_from, case when ended_at is null or ended_at / 86400000000 > valid_until "
	"then valid_until else ended_at / 86400000000 - 1 end, reason, created_name from risk_suppressions "
	"order by operator, id");
STATEMENT(SUPPRESSION_ADD,
	"insert into risk_suppressions (profile, operator, valid_from, valid_until, reason, created_by, created_name, "
	"created_at) values ($1, $2, $3, $4, $5, $6, $7, $8) returning id");
STATEMENT(SUPPRESSION_END,
	"update risk_suppressions set ended_by = $2, ended_name = $3, ended_at = $4, row_version = row_version + 1 "
	"where id = $1 and row_version = $5 and ended_at is null");
STATEMENT(SUPPRESSION_THERE, "select id from risk_suppressions where id = $1");
STATEMENT(SUPPRESSIONS_ALL,
	"select id, profile, operator, valid_from, valid_until, reason, created_name, created_at, ended_at, row_version, "
	"ended_name from risk_suppressions where CAST($1 AS text) is null or operator = $1 "
	"order by case when ended_at is null and valid_until >= $2 then 0 else 1 end, id desc limit 500");

enum { BOOK_MEMORY = 64 << 20, LONGEST = 2 * 366, REASON_LIMIT = 1000, ROWS_SHOWN = 500 };

void suppression_book_clear(struct suppression_book *book)
{
	arena_free(book->arena);
	*book = (struct suppression_book){.arena = NULL};
}

static enum status load(struct suppression_book *book, struct reader *reader, bool ever)
{
	AUTO(rows_release) struct rows *rows = NULL;
	size_t capacity = 0;

	if (ever)
		TRY(store_query(reader, &SUPPRESSIONS_EVER, NO_PARAMS, &rows));
	else
		TRY(store_query(reader, &SUPPRESSIONS_HOLDING, PARAMS(V_INT(clock_today() - 1)), &rows));
	while (rows_next(rows)) {
		if (book->count == capacity) {
			size_t wanted = capacity ? capacity * 2 : 64;
			struct suppression *grown = ARENA_ARRAY(book->arena, wanted, struct suppression);

			if (!grown)
				return STATUS_NO_MEMORY;
			if (capacity)
				memcpy(grown, book->rows, capacity * sizeof *grown);
			book->rows = grown;
			capacity = wanted;
		}
		book->rows[book->count++] = (struct suppression){rows_copy(rows, 0, book->arena),
			rows_copy(rows, 1, book->arena), rows_integer(rows, 2), rows_integer(rows, 3),
			rows_copy(rows, 4, book->arena), rows_copy(rows, 5, book->arena)};
		if (!book->rows[book->count - 1].by.data)
			return STATUS_NO_MEMORY;
	}
	return rows_status(rows);
}

/* The sum of the rows' versions grows with every change: a row more, or one ended. */
enum status suppression_book_refresh(struct suppression_book *book, struct reader *reader)
{
	enum status status;
	int64_t changes;

	TRY(store_integer(reader, &SUPPRESSIONS_STATE, NO_PARAMS, &changes));
	if (book->arena && book->changes == changes)
		return STATUS_OK;
	suppression_book_clear(book);
	book->arena = arena_new(BOOK_MEMORY);
	if (!book->arena)
		return STATUS_NO_MEMORY;
	book->changes = changes;
	status = load(book, reader, false);
	if (status != STATUS_OK)
		suppression_book_clear(book);
	return status;
}

enum status suppression_book_load_ever(struct suppression_book *book, struct reader *reader)
{
	enum status status;

	suppression_book_clear(book);
	book->arena = arena_new(BOOK_MEMORY);
	if (!book->arena)
		return STATUS_NO_MEMORY;
	status = load(book, reader, true);
	if (status != STATUS_OK)
		suppression_book_clear(book);
	return status;
}

enum status suppression_book_find(const struct suppression_book *book, struct text operator, int64_t today,
	struct arena *arena, const struct suppression **ret_rows, size_t *ret_count)
{
	struct suppression *found = NULL;
	size_t count = 0;

	operator = text_trim(operator);
	for (size_t i = 0; operator.size && i < book->count; i++) {
		const struct suppression *row = &book->rows[i];

		if (today < row->from || today > row->until || !text_equal_ignoring_case(row->operator, operator))
			continue;
		if (!found)
			found = ARENA_ARRAY(arena, book->count, struct suppression);
		if (!found)
			return STATUS_NO_MEMORY;
		found[count++] = *row;
	}
	*ret_rows = found;
	*ret_count = count;
	return STATUS_OK;
}

/* The profile's code is one of the policy in force. */
static enum status check_profile(struct reader *reader, struct text code)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)POLICY_MEMORY_MB << 20);
	struct problem_list problems = {.arena = arena};
	struct profile *profiles;
	struct policy_row row;
	size_t count;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(policy_row_active(reader, arena, &row));
	TRY(profiles_split(arena, row.source, &profiles, &count, &problems));
	for (size_t i = 0; i < count; i++)
		if (text_equal(profiles[i].code, code))
			return STATUS_OK;
	return STATUS_INVALID;
}

static enum status note(struct writer *writer, const struct actor *actor, int64_t id, const char *action,
	const struct suppression *suppression)
{
	AUTO(buffer_release) struct buffer details;
	struct json_writer json;

	buffer_init(&details, 8 * REASON_LIMIT);
	put_begin(&json, &details);
	put_object(&json);
	if (suppression) {
		put_key(&json, "profile");
		put_text(&json, suppression->profile);
		put_key(&json, "operator");
		put_text(&json, suppression->operator);
		put_key(&json, "until");
		put_date(&json, suppression->until);
		put_key(&json, "reason");
		put_text(&json, suppression->reason);
	}
	put_object_end(&json);
	TRY(buffer_status(&details));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "suppression", .entity_id = id, .action = action,
			.details = buffer_text(&details)},
		NULL));
	return event_publish(writer, &(struct event){.name = action, .actor = actor, .id = id});
}

enum status suppression_add(struct writer *writer, const struct actor *actor, const struct suppression *suppression,
	int64_t *ret_id)
{
	int64_t today = clock_today();

	if (!text_trim(suppression->reason).size || suppression->reason.size > REASON_LIMIT ||
		!text_trim(suppression->operator).size || suppression->until == DATE_NONE || suppression->until < today ||
		suppression->until > today + LONGEST)
		return STATUS_INVALID;
	TRY(check_profile(writer_reader(writer), suppression->profile));
	TRY(store_returning(writer, &SUPPRESSION_ADD,
		PARAMS(value_text(suppression->profile), value_text(text_trim(suppression->operator)), V_INT(today),
			V_INT(suppression->until), value_text(suppression->reason), V_INT(actor->user_id),
			value_text(actor->name.data ? actor->name : TEXT("")), V_INT(clock_now())),
		ret_id));
	return note(writer, actor, *ret_id, "suppression.set", suppression);
}

enum status suppression_end(struct writer *writer, const struct actor *actor, int64_t id, int64_t row_version)
{
	int64_t changed = 0, there;

	TRY(store_integer(writer_reader(writer), &SUPPRESSION_THERE, PARAMS(V_INT(id)), &there));
	TRY(store_execute(writer, &SUPPRESSION_END,
		PARAMS(V_INT(id), V_INT(actor->user_id), value_text(actor->name.data ? actor->name : TEXT("")),
			V_INT(clock_now()), V_INT(row_version)),
		&changed));
	if (!changed)
		return STATUS_CONFLICT;
	return note(writer, actor, id, "suppression.ended", NULL);
}

bool suppression_holds(const struct suppression_row *row, int64_t today)
{
	return row->ended_at == TIME_NONE && row->suppression.until >= today;
}

enum status suppression_list(struct reader *reader, struct text operator, struct arena *arena,
	struct suppression_row **ret_rows, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct suppression_row *list = ARENA_ARRAY(arena, ROWS_SHOWN, struct suppression_row);
	size_t count = 0;

	if (!list)
		return STATUS_NO_MEMORY;
	TRY(store_query(reader, &SUPPRESSIONS_ALL,
		PARAMS(operator.size ? value_text(operator) : V_NULL, V_INT(clock_today())), &rows));
	while (count < ROWS_SHOWN && rows_next(rows))
		list[count++] = (struct suppression_row){.id = rows_integer(rows, 0),
			.suppression = {rows_copy(rows, 1, arena), rows_copy(rows, 2, arena), rows_integer(rows, 3),
				rows_integer(rows, 4), rows_copy(rows, 5, arena), rows_copy(rows, 6, arena)},
			.created_at = rows_integer(rows, 7), .ended_at = rows_optional(rows, 8),
			.row_version = rows_integer(rows, 9), .ended_name = rows_copy(rows, 10, arena)};
	TRY(rows_status(rows));
	*ret_rows = list;
	*ret_count = count;
	return STATUS_OK;
}
