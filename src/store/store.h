#ifndef VIGIE_STORE_STORE_H
#define VIGIE_STORE_STORE_H
/* The database: SQLite or PostgreSQL behind one face. All SQL is a constant statement; a page reads through a
 * `struct reader`, an action or job writes through a `struct writer`, and what takes a writer cannot be
 * called with a reader. One connection serves one thread at a time; the database keeps a small pool.
 *
 * The common dialect (see docs/decisions and ARCHITECTURE): $1 … $n, RETURNING, ON CONFLICT, CTEs, window
 * functions. Times and dates are integers made by us, amounts integers, JSON is text read by us, folding for
 * search is done by us. Always say NULLS FIRST or LAST. */
#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

struct database; /* shared by all threads */
struct reader; /* one thread, a consistent view (one read transaction) */
struct writer; /* one thread, one write transaction */

enum database_kind { DATABASE_SQLITE, DATABASE_POSTGRES };

/* One SQL text. `sqlite` and `postgres`, when set, replace `sql` on that database where dialects differ. */
struct statement {
	const char *name; /* "LOT_BY_ID", unique in its file */
	const char *file;
	const char *sql;
	const char *sqlite;
	const char *postgres;
};

/* STATEMENT(LOT_BY_ID, "select … where id = $1"); – a file-level constant, also listed for the test that
 * prepares every statement on both databases. */
#define STATEMENT(id, text) STATEMENT_BOTH(id, text, NULL, NULL)
/* Two texts where the dialects differ. */
#define STATEMENT_OF(id, for_sqlite, for_postgres) STATEMENT_BOTH(id, NULL, for_sqlite, for_postgres)
#define STATEMENT_BOTH(id, text, for_sqlite, for_postgres)                                                             \
	static const struct statement id = {#id, __FILE__, text, for_sqlite, for_postgres};                            \
	static const struct statement *const id##_listed                                                               \
		__attribute__((section("vigie_statements"), used)) = &id

enum value_kind { VALUE_NULL, VALUE_INTEGER, VALUE_REAL, VALUE_TEXT, VALUE_BYTES };
struct value {
	enum value_kind kind;
	int64_t integer;
	double real;
	struct text text; /* VALUE_TEXT and VALUE_BYTES; not copied, must stay until the call returns */
};
#define V_NULL ((struct value){.kind = VALUE_NULL})
#define V_INT(number) ((struct value){.kind = VALUE_INTEGER, .integer = (number)})
#define V_BOOL(condition) V_INT((condition) ? 1 : 0)
#define V_REAL(number) ((struct value){.kind = VALUE_REAL, .real = (number)})
#define V_BYTES(bytes) ((struct value){.kind = VALUE_BYTES, .text = (bytes)})
struct value value_text(struct text text); /* missing becomes NULL */
struct value value_string(const char *string); /* NULL becomes NULL */
struct value value_optional(int64_t value); /* INT64_MIN (NUMBER_NONE, DATE_NONE, TIME_NONE) becomes NULL */
/* Parameters: store_execute(writer, &X, PARAMS(V_INT(1), value_text(t)), NULL) */
#define PARAMS(...)                                                                                                    \
	((const struct value[]){__VA_ARGS__}), (sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value))
#define NO_PARAMS NULL, 0

struct database_options {
	int readers; /* connections for reading; 0: a default */
	/* SQLite synchronous=FULL, PostgreSQL as the server says; false for bulk loads (a crash of the machine can lose
	 * the last commits, never break the file). Without options: true. */
	bool durable;
	bool create; /* make the SQLite file when it is not there */
};
/* url: "sqlite:PATH" (":memory:" allowed, shared by the pool), or "postgresql://…" / "postgres://…".
 * STATUS_INVALID: bad URL; STATUS_NOT_FOUND: no such file; STATUS_UNAVAILABLE: cannot connect (logged). */
enum status database_open(const char *url, const struct database_options *options, struct database **ret) MUST_CHECK;
void database_close(struct database *database);
void database_release(struct database **database); /* for AUTO() */
enum database_kind database_kind(const struct database *database);

/* Tells long work on this database to end at its next safe point, for good: the program is about to stop. Nothing else
 * changes, what is asked of the database is still done. */
void database_stop(struct database *database);
/* Asked by long work between two steps of some tens of milliseconds: STATUS_STOPPED once it has been told. */
enum status database_goes_on(const struct database *database) MUST_CHECK;
enum status reader_goes_on(const struct reader *reader) MUST_CHECK;

/* A reader from the pool (waits a little for a free one; STATUS_UNAVAILABLE after that). */
enum status reader_begin(struct database *database, struct reader **ret_reader) MUST_CHECK;
void reader_end(struct reader *reader); /* NULL is fine */
void reader_release(struct reader **reader); /* for AUTO() */

/* A write transaction. On SQLite writers take turns, and a thread must not hold two. On PostgreSQL they run side
 * by side (read committed: guard by unique keys and row versions). Must end by commit or rollback.
 * After a failed call (STATUS_NOT_FOUND of store_integer is none) every other one, commit included, returns the
 * same failure until writer_savepoint_rollback: PostgreSQL insists on it, so SQLite does the same. */
enum status writer_begin(struct database *database, struct writer **ret_writer) MUST_CHECK;
/* The same for a part of something larger whose end is another commit: writer_commit() then does not wait for the disk. The
 * part is whole or not at all, is seen by all, and is durable with the next commit that waits. If the machine (not the
 * program) stops before that, it is gone, as if it had not been begun, and all that came after it too. */
enum status writer_begin_bulk(struct database *database, struct writer **ret_writer) MUST_CHECK;
/* Between such parts, by a thread that has the time: takes what they left to its place on the disk, while others write.
 * SQLite: a checkpoint as far as readers let it; PostgreSQL does so by itself. */
enum status database_settle(struct database *database) MUST_CHECK;
/* Durable when it returns STATUS_OK. The writer is gone afterwards, whatever the status, and *writer is NULL.
 * SQLite: with group commit, several writers' work that waits together shares one sync. */
enum status writer_commit(struct writer **writer) MUST_CHECK;
void writer_rollback(struct writer **writer); /* fine on NULL; for AUTO() */
/* Reads inside the transaction see its writes. Valid until the writer ends. */
struct reader *writer_reader(struct writer *writer);
enum database_kind reader_kind(const struct reader *reader);
/* A point to return to inside a transaction, at most 16 deep. Release and rollback both end it. */
enum status writer_savepoint(struct writer *writer) MUST_CHECK;
enum status writer_savepoint_release(struct writer *writer) MUST_CHECK;
enum status writer_savepoint_rollback(struct writer *writer) MUST_CHECK;

/* Rows of a query, one at a time; texts of a row are valid until the next rows_next or rows_end. */
struct rows;
enum status store_query(struct reader *reader, const struct statement *statement, const struct value *values,
	size_t count, struct rows **ret_rows) MUST_CHECK;
/* true: there is a row. At the end, or once something failed, false; see rows_status. */
bool rows_next(struct rows *rows);
enum status rows_status(const struct rows *rows) MUST_CHECK;
void rows_end(struct rows *rows);
void rows_release(struct rows **rows); /* for AUTO() */
int rows_columns(const struct rows *rows);
bool rows_is_null(struct rows *rows, int column);
int64_t rows_integer(struct rows *rows, int column); /* NULL gives 0 */
int64_t rows_optional(struct rows *rows, int column); /* NULL gives INT64_MIN */
double rows_real(struct rows *rows, int column);
struct text rows_text(struct rows *rows, int column); /* NULL gives TEXT_NONE; also for bytes */
struct text rows_bytes(struct rows *rows, int column);
/* Copies into the arena; TEXT_NONE for NULL, and without memory: then there are no more rows and rows_status() says
 * STATUS_NO_MEMORY, so that whoever asks it after the last copy misses nothing. */
struct text rows_copy(struct rows *rows, int column, struct arena *arena);

/* One row or none: *ret_integer untouched and STATUS_NOT_FOUND without a row. */
enum status store_integer(struct reader *reader, const struct statement *statement, const struct value *values,
	size_t count, int64_t *ret_integer) MUST_CHECK;

/* insert, update, delete. *ret_changes (may be NULL) is the number of rows. A broken unique or foreign key is
 * STATUS_CONFLICT. With RETURNING use store_returning. */
enum status store_execute(struct writer *writer, const struct statement *statement, const struct value *values,
	size_t count, int64_t *ret_changes) MUST_CHECK;
/* The same, but at the commit, in the order of the calls: for a row that everybody writes, so that its lock is held for
 * the commit alone. Up to eight values, numbers or NULL. What it says about rows is not heard; a failure fails the commit.
 * It may happen earlier, and is undone with the savepoint it was asked for in. */
enum status store_execute_late(struct writer *writer, const struct statement *statement, const struct value *values,
	size_t count) MUST_CHECK;
/* insert … returning <integer>. */
enum status store_returning(struct writer *writer, const struct statement *statement, const struct value *values,
	size_t count, int64_t *ret_integer) MUST_CHECK;
/* The same statement for `rows` rows of `count` values each, one after another in `values`: one prepared
 * statement on SQLite, a pipeline on PostgreSQL. */
enum status store_execute_many(struct writer *writer, const struct statement *statement, const struct value *values,
	size_t count, size_t rows) MUST_CHECK;

/* On both databases a text that holds NUL is STATUS_INVALID, and a real that is no number is NULL. A broken
 * not-null or check rule is STATUS_INVALID too; a lost connection or a full disk STATUS_UNAVAILABLE. Rows still
 * open when their transaction ends have no more rows and must still be ended. */

/* Live events across processes (PostgreSQL LISTEN/NOTIFY; on SQLite inside the process). The payload is short
 * text (under 7,000 bytes). The callback runs on the store's own thread after the notifying transaction has
 * committed. */
enum status writer_notify(struct writer *writer, const char *channel, struct text payload) MUST_CHECK;
typedef void store_listener(void *context, const char *channel, struct text payload);
enum status database_listen(struct database *database, store_listener *listener, void *context) MUST_CHECK;
/* When it returns, the listener is not running and is not called any more. Not to be called by a listener. */
void database_unlisten(struct database *database, store_listener *listener, void *context);

/* Migrations: the embedded files src/…/migrations/NNNN_name.sql in order of (layer or module order given in
 * the table, number). One file serves both databases; a line "-- sqlite:" or "-- postgres:" starts a part for
 * one only, "-- both:" ends it. `$ID` in a file becomes the generated-id column type of the database
 * (INTEGER PRIMARY KEY / BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY), `$BYTES` BLOB/BYTEA,
 * `$STRICT` STRICT/nothing, `$INT` INTEGER/BIGINT, `$REAL` REAL/DOUBLE PRECISION. Each file in its own
 * transaction, noted in table schema_migrations (path, digest, applied_at). A file whose digest has changed
 * since it was applied is refused. `folders` is ended by NULL: {"src/domain/migrations", …}. */
enum status database_migrate(struct database *database, const char *const *folders, int *ret_applied) MUST_CHECK;

/* Online backup to a file: SQLite's backup API; PostgreSQL through pg_dump's custom format. */
enum status database_backup(struct database *database, const char *path) MUST_CHECK;
/* Into an empty or new database. */
enum status database_restore(const char *url, const char *path) MUST_CHECK;

/* For tests: every n-th call to the database fails with STATUS_UNAVAILABLE, once. 0 switches it off. */
void store_fail_at(long n);
/* The last error text of the connection, for the log. */
const char *reader_error(const struct reader *reader);
/* Prepares every listed statement; names the first that fails. For tests. */
enum status database_check_statements(struct database *database, const char **ret_name, int *ret_count) MUST_CHECK;

#endif
