/* Checks of the journal, kept with their time. */
#include "modules/journal/journal_check.h"

#include "base/clock.h"

#include <string.h>

STATEMENT(CHECK_ADD,
	"insert into journal_checks (checked_at, span, intact, rows_checked, blocks_checked, rows_unsealed, broken_block, "
	"broken_row, head) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
STATEMENT(CHECK_LIST,
	"select id, checked_at, span, intact, rows_checked, blocks_checked, rows_unsealed, broken_block, broken_row, head "
	"from journal_checks order by id desc limit $1");

enum status journal_check_keep(struct database *database, const struct journal_proof *proof, int64_t span)
{
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &CHECK_ADD,
		PARAMS(V_INT(clock_now()), V_INT(span), V_BOOL(proof->intact), V_INT(proof->rows_checked),
			V_INT(proof->blocks_checked), V_INT(proof->rows_unsealed), V_INT(proof->broken_block),
			V_INT(proof->broken_row), V_BYTES(((struct text){(const char *)proof->head, sizeof proof->head}))),
		NULL));
	return writer_commit(&writer);
}

enum status journal_check_run(struct database *database, struct journal_proof *ret_proof)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct journal_proof proof;
	int64_t start = clock_monotonic();

	TRY(reader_begin(database, &reader));
	TRY(journal_verify(reader, &proof));
	reader_end(reader);
	reader = NULL;
	TRY(journal_check_keep(database, &proof, clock_monotonic() - start));
	*ret_proof = proof;
	return STATUS_OK;
}

enum status journal_check_list(struct reader *reader, int64_t limit,
	bool (*each)(void *context, const struct journal_check *check), void *context)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &CHECK_LIST, PARAMS(V_INT(limit)), &rows));
	while (rows_next(rows)) {
		struct journal_check check = {rows_integer(rows, 0), rows_integer(rows, 1), rows_integer(rows, 2),
			{.intact = rows_integer(rows, 3) != 0, .rows_checked = rows_integer(rows, 4),
				.blocks_checked = rows_integer(rows, 5), .rows_unsealed = rows_integer(rows, 6),
				.broken_block = rows_integer(rows, 7), .broken_row = rows_integer(rows, 8)}};
		struct text head = rows_bytes(rows, 9);

		if (head.size == sizeof check.proof.head)
			memcpy(check.proof.head, head.data, head.size);
		if (!each(context, &check))
			return STATUS_OK;
	}
	return rows_status(rows);
}

struct last {
	struct journal_check check;
	bool found;
};

static bool take_last(void *context, const struct journal_check *check)
{
	struct last *last = context;

	last->check = *check;
	last->found = true;
	return false;
}

enum status journal_check_last(struct reader *reader, struct journal_check *ret_check)
{
	struct last last = {.found = false};

	TRY(journal_check_list(reader, 1, take_last, &last));
	if (!last.found)
		return STATUS_NOT_FOUND;
	*ret_check = last.check;
	return STATUS_OK;
}
