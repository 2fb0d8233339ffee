#ifndef VIGIE_MODULES_REFERENCE_GRID_H
#define VIGIE_MODULES_REFERENCE_GRID_H
/* A list in a file as rows of cells: CSV and TSV (quotes of RFC 4180), or the inserts of an SQL dump of one table,
 * whose first row is then the names of its columns. */
#include "base/arena.h"
#include "base/catalogue.h"

enum { GRID_COLUMNS = 256 };

struct grid {
	struct arena *arena;
	struct text rest;
	bool is_sql;
	bool is_in_values; /* SQL: inside an insert, more rows may follow */
	bool has_names; /* SQL: the names of the columns were given out */
	const struct text *names; /* SQL: those names */
	size_t name_count;
	char separator;
	int64_t line; /* of `rest` */
	int64_t row_line; /* of the row given out */
	struct text cells[GRID_COLUMNS]; /* trimmed; control characters are blanks; pointing into bytes or arena */
	size_t count;
	struct message problem; /* with STATUS_INVALID */
};

/* Prepares for reading `bytes`, which must stay; bytes that are not UTF-8 are taken as Windows-1252. separator 0:
 * the most frequent of ; , | and tab in the first line. STATUS_INVALID: not a text at all (see problem). */
enum status grid_open(struct grid *grid, struct arena *arena, struct text bytes, char separator) MUST_CHECK;
/* The next row that is not blank; *ret_row false at the end. STATUS_INVALID: see problem and row_line. */
enum status grid_next(struct grid *grid, bool *ret_row) MUST_CHECK;

#endif
