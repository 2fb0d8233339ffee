/* The imports' tables: what came in, by whom, what became of it. */
#include "modules/declarations/declarations.h"

#include <string.h>

STATEMENT(IMPORT_INSERT,
	"insert into imports (file_name, digest, format, size, state, user_id, started_at, unit_path) "
	"values ($1, $2, $3, $4, 'running', $5, $6, coalesce((select case when min(u.path) = max(u.path) then min(u.path) end "
	"from user_grants g join units u on u.id = g.unit_id where g.user_id = $5), "
	"(select path from units where parent_id is null order by id limit 1), '/')) returning id");
STATEMENT(IMPORT_RUNNING,
	"select id, read_count, added_count, amended_count, unchanged_count, warning_count, error_count "
	"from imports where digest = $1 and state = 'running' order by id desc limit 1");
STATEMENT(IMPORT_UPDATE,
	"update imports set state = $2, read_count = $3, added_count = $4, amended_count = $5, unchanged_count = $6, "
	"warning_count = $7, error_count = $8, refusal = $9, ended_at = $10, format = $11 where id = $1");
STATEMENT(IMPORT_PROBLEM_INSERT,
	"insert into import_problems (import_id, number, level, reference, place, message_id, value_1, value_2, value_3) "
	"values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");

enum { PROBLEM_VALUES = 9 };

enum status import_start(struct writer *writer, const struct import_row *row, int64_t *ret_id)
{
	return store_returning(writer, &IMPORT_INSERT,
		PARAMS(value_text(row->file_name), value_text(row->digest), value_text(row->format), V_INT(row->size),
			V_INT(row->user_id), V_INT(clock_now())),
		ret_id);
}

enum status import_resume(struct reader *reader, struct text digest, int64_t *ret_id, struct arena *arena,
	struct import_row *ret_row)
{
	AUTO(rows_release) struct rows *rows = NULL;

	(void)arena;
	TRY(store_query(reader, &IMPORT_RUNNING, PARAMS(value_text(digest)), &rows));
	*ret_id = 0;
	if (!rows_next(rows))
		return rows_status(rows);
	*ret_id = ret_row->id = rows_integer(rows, 0);
	ret_row->read_count = rows_integer(rows, 1);
	ret_row->added_count = rows_integer(rows, 2);
	ret_row->amended_count = rows_integer(rows, 3);
	ret_row->unchanged_count = rows_integer(rows, 4);
	ret_row->warning_count = rows_integer(rows, 5);
	ret_row->error_count = rows_integer(rows, 6);
	return STATUS_OK;
}

enum status import_save(struct writer *writer, const struct import_row *row)
{
	return store_execute(writer, &IMPORT_UPDATE,
		PARAMS(V_INT(row->id), value_text(row->state), V_INT(row->read_count), V_INT(row->added_count),
			V_INT(row->amended_count), V_INT(row->unchanged_count), V_INT(row->warning_count),
			V_INT(row->error_count), value_text(row->refusal), value_optional(row->ended_at),
			value_text(row->format)),
		NULL);
}

enum status import_problems_write(struct writer *writer, int64_t import_id, int64_t first_number,
	const struct import_problem *problems, size_t count, struct arena *arena)
{
	struct value *values;

	if (!count)
		return STATUS_OK;
	values = ARENA_ARRAY(arena, count * PROBLEM_VALUES, struct value);
	if (!values)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const struct problem *problem = problems[i].problem;
		const struct value row[PROBLEM_VALUES] = {V_INT(import_id), V_INT(first_number + (int64_t)i),
			V_INT(problem->level), value_text(problems[i].reference), value_text(problem->place),
			value_string(problem->message.id), value_text(problem->message.values[0]),
			value_text(problem->message.values[1]), value_text(problem->message.values[2])};

		memcpy(values + PROBLEM_VALUES * i, row, sizeof row);
	}
	return store_execute_many(writer, &IMPORT_PROBLEM_INSERT, values, PROBLEM_VALUES, count);
}
