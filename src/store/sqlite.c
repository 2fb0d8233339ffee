/* SQLite behind the store's table of functions: WAL, one writing connection, several reading ones. */
#include "base/buffer.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/driver.h"
#include "store/plain_insert.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BUSY_TIMEOUT = 10000, /* milliseconds */
	PAGES_TOGETHER = 4096, /* of a copy, between two looks at whether to stop */
	ROWS_TOGETHER = 16, /* of execute_many() in one statement */
	PARAMETERS_MOST = 999 /* what any build of SQLite takes */
};

enum bound { BOUND_BEGIN, BOUND_COMMIT, BOUND_ROLLBACK, BOUND_COUNT };
struct sqlite_connection {
	struct connection base;
	sqlite3 *handle;
	struct statement_map prepared;
	struct sqlite_prepared *list; /* all cached ones */
	sqlite3_stmt *bounds[BOUND_COUNT]; /* begin, commit, rollback: with every request, so they are not parsed again */
	bool commits_soon; /* as the connection is set at present */
};

struct sqlite_prepared {
	sqlite3_stmt *handle;
	const struct statement *statement;
	int parameters;
	bool busy; /* rows are being read from it */
	bool cached;
	bool has_no_many; /* it is not a plain insert, or has too many parameters */
	sqlite3_stmt *many; /* the same insert of ROWS_TOGETHER rows; NULL: not made yet */
	struct sqlite_prepared *next;
	int numbers[]; /* the n of "$n" for SQLite's parameter i + 1 */
};

struct sqlite_rows {
	struct rows base;
	struct sqlite_prepared *prepared;
};

static pthread_once_t library_is_prepared = PTHREAD_ONCE_INIT;

static struct sqlite_connection *sqlite_of(struct connection *connection)
{
	return (struct sqlite_connection *)connection;
}

static enum status status_of(int code)
{
	switch (code) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return STATUS_OK;
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
	case SQLITE_CONSTRAINT_FOREIGNKEY:
	case SQLITE_BUSY_SNAPSHOT:
		return STATUS_CONFLICT;
	default:
		break;
	}
	switch (code & 0xff) {
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return STATUS_INVALID;
	case SQLITE_NOMEM:
		return STATUS_NO_MEMORY;
	case SQLITE_TOOBIG:
		return STATUS_TOO_LARGE;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
		return STATUS_UNAVAILABLE;
	case SQLITE_NOTADB:
		return STATUS_INVALID;
	default:
		return STATUS_INTERNAL;
	}
}

static enum status fail(struct sqlite_connection *connection, const char *what)
{
	return connection_failed(&connection->base, status_of(sqlite3_extended_errcode(connection->handle)), what,
		sqlite3_errmsg(connection->handle));
}

static enum status run(struct sqlite_connection *connection, const char *sql)
{
	return sqlite3_exec(connection->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? STATUS_OK : fail(connection, sql);
}

/* The beginning or end of a transaction. */
static enum status run_bound(struct sqlite_connection *connection, enum bound bound)
{
	static const char *const texts[BOUND_COUNT] = {"begin", "commit", "rollback"};
	const char *sql = bound == BOUND_BEGIN && connection->base.for_writing ? "begin immediate" : texts[bound];
	sqlite3_stmt **handle = &connection->bounds[bound];
	enum status status;

	if (!*handle &&
		sqlite3_prepare_v3(connection->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, handle, NULL) != SQLITE_OK)
		return fail(connection, sql);
	status = sqlite3_step(*handle) == SQLITE_DONE ? STATUS_OK : fail(connection, sql);
	sqlite3_reset(*handle);
	return status;
}

static void prepared_free(struct sqlite_prepared *prepared)
{
	sqlite3_finalize(prepared->handle);
	sqlite3_finalize(prepared->many);
	memory_free(prepared);
}

static void sqlite_disconnect(struct connection *base)
{
	struct sqlite_connection *connection = sqlite_of(base);

	while (connection->list) {
		struct sqlite_prepared *prepared = connection->list;

		connection->list = prepared->next;
		prepared_free(prepared);
	}
	for (int i = 0; i < BOUND_COUNT; i++)
		sqlite3_finalize(connection->bounds[i]);
	statement_map_release(&connection->prepared);
	sqlite3_close_v2(connection->handle);
	memory_free(connection);
}

/* A file of our own making is not for other accounts of the machine. */
static enum status make_file(const struct database *database)
{
	int fd;

	if (access(database->path, F_OK) == 0)
		return STATUS_OK;
	if (!database->create)
		return STATUS_NOT_FOUND;
	fd = open(database->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		log_event(LOG_ERROR, "store", "file", database->path, "error", strerror(errno), NULL);
		return STATUS_UNAVAILABLE;
	}
	close(fd);
	return STATUS_OK;
}

static enum status configure(struct sqlite_connection *connection)
{
	const struct database *database = connection->base.database;

	sqlite3_busy_timeout(connection->handle, BUSY_TIMEOUT);
	sqlite3_db_config(connection->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(connection->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(connection->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(connection->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	TRY(run(connection, "pragma foreign_keys = on; pragma temp_store = memory; pragma cache_size = -5500"));
	if (!connection->base.for_writing)
		return run(connection, "pragma query_only = on");
	/* The size of pages holds for a new file only: half the writes and splits of the usual size. */
	TRY(run(connection, "pragma page_size = 8192; pragma journal_mode = wal; pragma journal_size_limit = 67108864; "
		"pragma wal_autocheckpoint = 6000; pragma cache_size = -48000"));
	if (database->temporary)
		return run(connection, "pragma synchronous = off");
	return run(connection, database->durable ? "pragma synchronous = full" : "pragma synchronous = normal");
}

/* Counting its memory takes SQLite a lock at each allocation, and nobody asks for the count. */
static void prepare_library(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum status sqlite_connect(struct database *database, bool for_writing, struct connection **ret_connection)
{
	struct sqlite_connection *connection;
	enum status status;

	pthread_once(&library_is_prepared, prepare_library);
	TRY(make_file(database));
	connection = memory_allocate(sizeof *connection);
	if (!connection)
		return STATUS_NO_MEMORY;
	connection->base.driver = &sqlite_driver;
	connection->base.database = database;
	connection->base.for_writing = for_writing;
	if (sqlite3_open_v2(database->path, &connection->handle,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK)
		status = connection->handle ? fail(connection, database->path) : STATUS_NO_MEMORY;
	else
		status = configure(connection);
	if (status != STATUS_OK) {
		sqlite_disconnect(&connection->base);
		return status;
	}
	*ret_connection = &connection->base;
	return STATUS_OK;
}

/* In WAL mode a commit with synchronous = normal is written, and forced to the disk by the next one with full. */
static enum status sqlite_begin(struct connection *base)
{
	struct sqlite_connection *connection = sqlite_of(base);

	if (base->for_writing && base->database->durable && base->commits_soon != connection->commits_soon) {
		TRY(run(connection, base->commits_soon ? "pragma synchronous = normal" : "pragma synchronous = full"));
		connection->commits_soon = base->commits_soon;
	}
	return run_bound(connection, BOUND_BEGIN);
}

static enum status sqlite_settle(struct connection *base)
{
	switch (sqlite3_wal_checkpoint_v2(sqlite_of(base)->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) & 0xff) {
	case SQLITE_OK:
	case SQLITE_BUSY: /* somebody else is at it */
	case SQLITE_LOCKED:
		return STATUS_OK;
	default:
		return fail(sqlite_of(base), "settle");
	}
}

static bool sqlite_is_lost(struct connection *base)
{
	return sqlite3_get_autocommit(sqlite_of(base)->handle) != 0;
}

static void sqlite_rollback(struct connection *base)
{
	if (!sqlite_is_lost(base) && run_bound(sqlite_of(base), BOUND_ROLLBACK) != STATUS_OK)
		base->broken = true;
}

static enum status sqlite_commit(struct connection *base)
{
	enum status status;

	if (base->broken || sqlite_is_lost(base))
		return STATUS_UNAVAILABLE;
	status = run_bound(sqlite_of(base), BOUND_COMMIT);
	if (status != STATUS_OK)
		sqlite_rollback(base);
	return status;
}

static enum status sqlite_command(struct connection *base, enum command command)
{
	static const char *const texts[COMMAND_COUNT] = {
		[COMMAND_SAVEPOINT] = "savepoint point",
		[COMMAND_RELEASE] = "release point",
		[COMMAND_ROLLBACK_TO] = "rollback to point; release point",
		[COMMAND_MEMBER] = "savepoint member",
		[COMMAND_MEMBER_RELEASE] = "release member",
		[COMMAND_MEMBER_ROLLBACK] = "rollback to member; release member",
	};

	return run(sqlite_of(base), texts[command]);
}

static enum status prepare(struct sqlite_connection *connection, const struct statement *statement,
	struct sqlite_prepared **ret_prepared)
{
	const char *sql = statement_sql(statement, DATABASE_SQLITE);
	struct sqlite_prepared *prepared;
	sqlite3_stmt *handle;
	const char *tail = NULL;
	int parameters;

	if (sqlite3_prepare_v3(connection->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, &tail) != SQLITE_OK)
		return fail(connection, statement->name);
	if (!handle || tail[strspn(tail, "; \t\n")]) {
		sqlite3_finalize(handle);
		return connection_failed(&connection->base, STATUS_INTERNAL, statement->name, "not one statement");
	}
	parameters = sqlite3_bind_parameter_count(handle);
	prepared = memory_allocate(sizeof *prepared + (size_t)parameters * sizeof prepared->numbers[0]);
	if (!prepared) {
		sqlite3_finalize(handle);
		return STATUS_NO_MEMORY;
	}
	prepared->handle = handle;
	prepared->statement = statement;
	prepared->parameters = parameters;
	for (int i = 0; i < parameters; i++) {
		const char *name = sqlite3_bind_parameter_name(handle, i + 1);
		char *end = NULL;

		prepared->numbers[i] = name && name[0] == '$' ? (int)strtol(name + 1, &end, 10) : 0;
		if (prepared->numbers[i] < 1 || *end) {
			prepared_free(prepared);
			return connection_failed(&connection->base, STATUS_INTERNAL, statement->name,
				"a parameter is not called $1, $2, …");
		}
	}
	*ret_prepared = prepared;
	return STATUS_OK;
}

/* The connection's own prepared statement, or a new one while rows are being read from that. */
static enum status acquire(struct sqlite_connection *connection, const struct statement *statement,
	struct sqlite_prepared **ret_prepared)
{
	struct sqlite_prepared *prepared = statement_map_find(&connection->prepared, statement);

	if (!prepared || prepared->busy) {
		bool cache = !prepared;

		TRY(prepare(connection, statement, &prepared));
		if (cache && statement_map_put(&connection->prepared, statement, prepared) == STATUS_OK) {
			prepared->cached = true;
			prepared->next = connection->list;
			connection->list = prepared;
		}
	}
	prepared->busy = true;
	*ret_prepared = prepared;
	return STATUS_OK;
}

static void give_back(struct sqlite_prepared *prepared)
{
	sqlite3_reset(prepared->handle);
	if (!prepared->cached) {
		prepared_free(prepared);
		return;
	}
	sqlite3_clear_bindings(prepared->handle);
	prepared->busy = false;
}

struct value_row {
	const struct value *values;
	size_t count;
};

static int bind_value(sqlite3_stmt *handle, int index, const struct value *value, sqlite3_destructor_type life)
{
	struct text text = value->text;

	switch (value->kind) {
	case VALUE_INTEGER:
		return sqlite3_bind_int64(handle, index, value->integer);
	case VALUE_REAL:
		return isnan(value->real) ? sqlite3_bind_null(handle, index)
					  : sqlite3_bind_double(handle, index, value->real);
	case VALUE_TEXT:
		return sqlite3_bind_text64(handle, index, text.data, text.size, life, SQLITE_UTF8);
	case VALUE_BYTES:
		return sqlite3_bind_blob64(handle, index, text.data, text.size, life);
	case VALUE_NULL:
		break;
	}
	return sqlite3_bind_null(handle, index);
}

/* Binds one row's values to the parameters of `handle` from `first` on. */
static enum status bind_row(struct sqlite_connection *connection, const struct sqlite_prepared *prepared,
	sqlite3_stmt *handle, int first, struct value_row row, sqlite3_destructor_type life)
{
	for (int i = 0; i < prepared->parameters; i++) {
		size_t number = (size_t)prepared->numbers[i];
		const struct value *value = &row.values[number - 1];

		if (number > row.count)
			return connection_failed(&connection->base, STATUS_INTERNAL, prepared->statement->name,
				"fewer values than parameters");
		if (value->kind == VALUE_TEXT && value->text.size && memchr(value->text.data, 0, value->text.size))
			return connection_failed(&connection->base, STATUS_INVALID, prepared->statement->name,
				"a text holds NUL");
		if (bind_value(handle, first + i, value, life) != SQLITE_OK)
			return fail(connection, prepared->statement->name);
	}
	return STATUS_OK;
}

static enum status bind(struct sqlite_connection *connection, struct sqlite_prepared *prepared,
	const struct value *values, size_t count, sqlite3_destructor_type life)
{
	return bind_row(connection, prepared, prepared->handle, 1, (struct value_row){values, count}, life);
}

static enum status sqlite_query(struct connection *base, const struct statement *statement,
	const struct value *values, size_t count, struct rows **ret_rows)
{
	struct sqlite_connection *connection = sqlite_of(base);
	struct sqlite_rows *rows = memory_allocate(sizeof *rows);
	enum status status;

	if (!rows)
		return STATUS_NO_MEMORY;
	status = acquire(connection, statement, &rows->prepared);
	if (status != STATUS_OK) {
		memory_free(rows);
		return status;
	}
	status = bind(connection, rows->prepared, values, count, SQLITE_TRANSIENT);
	if (status != STATUS_OK) {
		give_back(rows->prepared);
		memory_free(rows);
		return status;
	}
	rows->base.connection = base;
	rows->base.columns = sqlite3_column_count(rows->prepared->handle);
	*ret_rows = &rows->base;
	return STATUS_OK;
}

static enum status step_to_end(struct sqlite_connection *connection, const struct sqlite_prepared *prepared,
	sqlite3_stmt *handle)
{
	int code;

	do
		code = sqlite3_step(handle);
	while (code == SQLITE_ROW);
	if (code != SQLITE_DONE)
		return fail(connection, prepared->statement->name);
	sqlite3_reset(handle);
	return STATUS_OK;
}

/* ---- Many rows: a plain insert takes ROWS_TOGETHER of them at once, which saves opening the table and each index for
 * every row. */

static enum status prepare_many(struct sqlite_connection *connection, struct sqlite_prepared *prepared)
{
	AUTO(buffer_release) struct buffer text = {0};
	const struct plain_insert insert = {statement_sql(prepared->statement, DATABASE_SQLITE), prepared->numbers,
		prepared->parameters};

	buffer_init(&text, 1 << 16);
	prepared->has_no_many = !prepared->cached || prepared->parameters > PARAMETERS_MOST / ROWS_TOGETHER ||
		!plain_insert_repeat(&insert, ROWS_TOGETHER, &text);
	if (prepared->has_no_many)
		return STATUS_OK;
	TRY(buffer_status(&text));
	if (sqlite3_prepare_v3(connection->handle, text.data, (int)text.size, SQLITE_PREPARE_PERSISTENT, &prepared->many,
		    NULL) != SQLITE_OK)
		return fail(connection, prepared->statement->name);
	return STATUS_OK;
}

/* As many whole groups of rows as there are; *ret_done is how many rows. */
static enum status insert_together(struct sqlite_connection *connection, struct sqlite_prepared *prepared,
	const struct value *values, size_t count, size_t rows, size_t *ret_done)
{
	enum status status = STATUS_OK;
	size_t done = 0;

	if (rows < ROWS_TOGETHER || prepared->has_no_many)
		return STATUS_OK;
	if (!prepared->many)
		TRY(prepare_many(connection, prepared));
	if (!prepared->many)
		return STATUS_OK;
	for (; rows - done >= ROWS_TOGETHER && status == STATUS_OK; done += ROWS_TOGETHER) {
		for (size_t i = 0; i < ROWS_TOGETHER && status == STATUS_OK; i++)
			status = bind_row(connection, prepared, prepared->many, (int)i * prepared->parameters + 1,
				(struct value_row){values + (done + i) * count, count}, SQLITE_STATIC);
		if (status == STATUS_OK)
			status = step_to_end(connection, prepared, prepared->many);
	}
	sqlite3_reset(prepared->many);
	sqlite3_clear_bindings(prepared->many);
	*ret_done = done;
	return status;
}

static enum status sqlite_execute_many(struct connection *base, const struct statement *statement,
	const struct value *values, size_t count, size_t rows)
{
	struct sqlite_connection *connection = sqlite_of(base);
	struct sqlite_prepared *prepared;
	enum status status;
	size_t done = 0;

	TRY(acquire(connection, statement, &prepared));
	status = insert_together(connection, prepared, values, count, rows, &done);
	for (size_t i = done; i < rows && status == STATUS_OK; i++) {
		status = bind(connection, prepared, values ? values + i * count : NULL, count, SQLITE_STATIC);
		if (status == STATUS_OK)
			status = step_to_end(connection, prepared, prepared->handle);
	}
	give_back(prepared);
	return status;
}

static enum status sqlite_execute(struct connection *base, const struct statement *statement,
	const struct value *values, size_t count, int64_t *ret_changes)
{
	sqlite3_int64 before = sqlite3_total_changes64(sqlite_of(base)->handle);

	TRY(sqlite_execute_many(base, statement, values, count, 1));
	*ret_changes = sqlite3_total_changes64(sqlite_of(base)->handle) == before
		? 0
		: sqlite3_changes64(sqlite_of(base)->handle);
	return STATUS_OK;
}

static enum status sqlite_prepare(struct connection *base, const struct statement *statement)
{
	struct sqlite_prepared *prepared;

	TRY(acquire(sqlite_of(base), statement, &prepared));
	give_back(prepared);
	return STATUS_OK;
}

static enum status sqlite_script(struct connection *base, const char *sql)
{
	return run(sqlite_of(base), sql);
}

static bool sqlite_next(struct rows *base)
{
	struct sqlite_rows *rows = (struct sqlite_rows *)base;
	int code = sqlite3_step(rows->prepared->handle);

	if (code == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE)
		base->status = fail(sqlite_of(base->connection), rows->prepared->statement->name);
	return false;
}

static void sqlite_finish(struct rows *base)
{
	give_back(((struct sqlite_rows *)base)->prepared);
}

static sqlite3_stmt *handle_of(struct rows *rows)
{
	return ((struct sqlite_rows *)rows)->prepared->handle;
}

static bool sqlite_is_null(struct rows *rows, int column)
{
	return sqlite3_column_type(handle_of(rows), column) == SQLITE_NULL;
}

static int64_t sqlite_integer(struct rows *rows, int column)
{
	return sqlite3_column_int64(handle_of(rows), column);
}

static double sqlite_real(struct rows *rows, int column)
{
	return sqlite3_column_double(handle_of(rows), column);
}

static struct text sqlite_text(struct rows *rows, int column)
{
	sqlite3_stmt *handle = handle_of(rows);
	const char *data;

	if (sqlite3_column_type(handle, column) == SQLITE_BLOB) {
		data = sqlite3_column_blob(handle, column);
		return (struct text){data ? data : "", (size_t)sqlite3_column_bytes(handle, column)};
	}
	data = (const char *)sqlite3_column_text(handle, column);
	if (!data)
		rows->status = STATUS_NO_MEMORY;
	return (struct text){data, data ? (size_t)sqlite3_column_bytes(handle, column) : 0};
}

/* Copies all pages of one database into another, unless `database` is told to stop meanwhile. */
static enum status copy_pages(sqlite3 *from, sqlite3 *to, const struct database *database)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
	enum status status;
	int code;

	if (!backup)
		return status_of(sqlite3_extended_errcode(to));
	do {
		code = sqlite3_backup_step(backup, PAGES_TOGETHER);
		if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
			sqlite3_sleep(10);
		status = database ? database_goes_on(database) : STATUS_OK;
	} while (status == STATUS_OK && (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED));
	code = sqlite3_backup_finish(backup);
	return status == STATUS_OK ? status_of(code) : status;
}

static void handle_close(sqlite3 **handle)
{
	sqlite3_close_v2(*handle);
}

static enum status write_copy(sqlite3 *from, const char *path, const struct database *database)
{
	AUTO(handle_close) sqlite3 *to = NULL;
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return STATUS_UNAVAILABLE;
	close(fd);
	if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK)
		return STATUS_UNAVAILABLE;
	TRY(copy_pages(from, to, database));
	/* One file that needs no other beside it. */
	return status_of(sqlite3_exec(to, "pragma journal_mode = delete", NULL, NULL, NULL));
}

static enum status sqlite_backup(struct database *database, const char *path)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(buffer_release) struct buffer beside;
	enum status status;

	buffer_init(&beside, 4096);
	buffer_format(&beside, "%s.new", path);
	TRY(buffer_status(&beside));
	TRY(reader_begin(database, &reader));
	status = write_copy(sqlite_of(reader->connection)->handle, beside.data, database);
	if (status == STATUS_OK && rename(beside.data, path) != 0)
		status = STATUS_UNAVAILABLE;
	if (status != STATUS_OK) {
		unlink(beside.data);
		log_event(LOG_ERROR, "backup", "file", path, "status", status_name(status), NULL);
	}
	return status;
}

static int first_integer(sqlite3 *handle, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	int result = -1;

	if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
		result = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return result;
}

enum status sqlite_restore(const char *path, const char *backup)
{
	AUTO(handle_close) sqlite3 *from = NULL;
	AUTO(handle_close) sqlite3 *to = NULL;
	int fd;

	if (access(backup, R_OK) != 0)
		return STATUS_NOT_FOUND;
	if (sqlite3_open_v2(backup, &from, SQLITE_OPEN_READONLY | SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK)
		return STATUS_UNAVAILABLE;
	if (first_integer(from, "select count(*) from pragma_quick_check where quick_check = 'ok'") != 1)
		return STATUS_INVALID;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return STATUS_UNAVAILABLE;
	close(fd);
	if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK)
		return STATUS_UNAVAILABLE;
	sqlite3_busy_timeout(to, BUSY_TIMEOUT);
	if (first_integer(to, "select count(*) from sqlite_schema") != 0)
		return STATUS_CONFLICT;
	return copy_pages(from, to, NULL);
}

const struct driver sqlite_driver = {
	.kind = DATABASE_SQLITE,
	.connect = sqlite_connect,
	.disconnect = sqlite_disconnect,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.settle = sqlite_settle,
	.rollback = sqlite_rollback,
	.is_lost = sqlite_is_lost,
	.command = sqlite_command,
	.query = sqlite_query,
	.execute = sqlite_execute,
	.execute_many = sqlite_execute_many,
	.prepare = sqlite_prepare,
	.script = sqlite_script,
	.backup = sqlite_backup,
	.next = sqlite_next,
	.finish = sqlite_finish,
	.is_null = sqlite_is_null,
	.integer = sqlite_integer,
	.real = sqlite_real,
	.text = sqlite_text,
};
