#ifndef VIGIE_PRICES_RATE_TABLE_H
#define VIGIE_PRICES_RATE_TABLE_H
/* Inside the module: national exchange rates as a table, shown before they are taken. */
#include "modules/prices/prices.h"

enum { RATE_ROWS = 5000, RATE_BYTES = 1 << 20 };
struct rate_row {
	int64_t line; /* of the file */
	struct text currency; /* as written, in capitals */
	int64_t day, rate; /* DATE_NONE, NUMBER_NONE where unreadable */
	int64_t before; /* given for that day already; NUMBER_NONE: none */
	struct message problem; /* id NULL: it can be taken */
};
/* A CSV with columns monnaie (or devise, currency, code), jour (date), taux (cours, rate) and, where rates are quoted for
 * more than one, unites (units, for); without a header in this order. Dates 2026-12-31 or 31/12/2026; decimal comma or
 * point. Rows and texts in the arena. STATUS_INVALID with *ret_problem: no table, or too large. */
enum status rate_table_read(struct arena *arena, struct text bytes, struct rate_row **ret_rows, size_t *ret_count,
	struct message *ret_problem) MUST_CHECK;
/* Fills `before`; returns how many differ from what is there in *ret_fresh. */
enum status rate_table_compare(struct reader *reader, struct rate_row *rows, size_t count, size_t *ret_fresh) MUST_CHECK;
/* The rows that can be taken, as a table again. */
enum status rate_table_write(struct buffer *out, const struct rate_row *rows, size_t count) MUST_CHECK;
/* Gives those that can be taken and differ, each with its journal row. */
enum status rate_table_take(struct writer *writer, const struct actor *actor, struct rate_row *rows, size_t count,
	size_t *ret_taken) MUST_CHECK;

enum status exchange_rates_file(struct request *rq, struct database *database) MUST_CHECK;

#endif
