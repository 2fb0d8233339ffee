#ifndef VIGIE_STORE_PLAIN_INSERT_H
#define VIGIE_STORE_PLAIN_INSERT_H
/* Inside the store only: an insert of one row written out for several, for SQLite. */
#include "base/buffer.h"

struct plain_insert {
	const char *sql;
	const int *numbers; /* the n of "$n" for SQLite's parameter i + 1 */
	int parameters;
};
/* "insert into t (…) values ($1, …)" as "insert or fail into t (…) values (?1, …), …" of `rows` rows, where row r has
 * the parameters from r * insert->parameters + 1 on. False, and nothing written, when the statement is anything else.
 * "Or fail": a row that cannot be inserted leaves those before it, so that SQLite need not keep what it changes to undo
 * one statement; a writer that failed goes back as a whole. */
bool plain_insert_repeat(const struct plain_insert *insert, int rows, struct buffer *out);

#endif
