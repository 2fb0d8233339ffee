/* The face of the database: values, readers, writers and rows, and what both drivers have in common. */
#include "store/store.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/driver.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_READERS = 8, MOST_READERS = 256, NOTICE_LIMIT = 7000, CHANNEL_LIMIT = 60 };

static _Atomic long fail_countdown;

void store_fail_at(long n)
{
	atomic_store(&fail_countdown, n);
}

bool store_must_fail(void)
{
	if (atomic_load_explicit(&fail_countdown, memory_order_relaxed) <= 0)
		return false;
	return atomic_fetch_sub(&fail_countdown, 1) == 1;
}

struct value value_text(struct text text)
{
	return text.data ? (struct value){.kind = VALUE_TEXT, .text = text} : V_NULL;
}

struct value value_string(const char *string)
{
	return value_text(text_of(string));
}

struct value value_optional(int64_t value)
{
	return value == INT64_MIN ? V_NULL : V_INT(value);
}

const char *statement_sql(const struct statement *statement, enum database_kind kind)
{
	const char *special = kind == DATABASE_SQLITE ? statement->sqlite : statement->postgres;

	return special ? special : statement->sql;
}

enum status connection_failed(struct connection *connection, enum status status, const char *what, const char *error)
{
	struct text text = text_trim(text_of(error ? error : ""));

	snprintf(connection->error, sizeof connection->error, "%.*s", TEXT_FORMAT(text));
	if (status != STATUS_CONFLICT)
		log_event(LOG_ERROR, "store", "statement", what, "status", status_name(status), "error",
			connection->error, NULL);
	return status;
}

const char *reader_error(const struct reader *reader)
{
	return reader->connection->error;
}

enum database_kind database_kind(const struct database *database)
{
	return database->driver->kind;
}

enum database_kind reader_kind(const struct reader *reader)
{
	return reader->connection->driver->kind;
}

/* ":memory:" is a file of its own in the temporary folder that goes with the database. */
static enum status temporary_path(char **ret_path)
{
	const char *folder = getenv("TMPDIR");
	char name[4096];
	int fd;

	if (snprintf(name, sizeof name, "%s/vigie-XXXXXX", folder && *folder ? folder : "/tmp") >= (int)sizeof name)
		return STATUS_INVALID;
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		return STATUS_UNAVAILABLE;
	close(fd);
	*ret_path = string_copy(name);
	if (*ret_path)
		return STATUS_OK;
	unlink(name);
	return STATUS_NO_MEMORY;
}

static enum status set_place(struct database *database, const char *url)
{
	static const char scheme[] = "sqlite:";

	if (strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0) {
		database->driver = &postgres_driver;
	} else if (strncmp(url, scheme, sizeof scheme - 1) == 0 && url[sizeof scheme - 1]) {
		database->driver = &sqlite_driver;
		url += sizeof scheme - 1;
		if (strcmp(url, ":memory:") != 0)
			return (database->path = string_copy(url)) ? STATUS_OK : STATUS_NO_MEMORY;
		TRY(temporary_path(&database->path));
		database->temporary = true;
		database->durable = false;
		return STATUS_OK;
	} else {
		return STATUS_INVALID;
	}
	return (database->url = string_copy(url)) ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Connects once, so that a wrong place is told now and an SQLite file is made ready for its readers. */
static enum status connect_first(struct database *database)
{
	struct connection *connection;

	TRY(pool_take(database, &database->writers, true, &connection));
	pool_give(&database->writers, connection);
	return STATUS_OK;
}

static enum status open_parts(struct database *database, const char *url, const struct database_options *options)
{
	int readers = options && options->readers > 0 ? options->readers : DEFAULT_READERS;

	readers = readers > MOST_READERS ? MOST_READERS : readers;
	TRY(set_place(database, url));
	TRY(pool_init(&database->readers, readers));
	TRY(pool_init(&database->writers, database->driver->kind == DATABASE_SQLITE ? 1 : readers));
	TRY(turn_init(&database->turn));
	TRY(flushing_init(&database->flushing));
	TRY(listening_init(&database->listening));
	return connect_first(database);
}

enum status database_open(const char *url, const struct database_options *options, struct database **ret)
{
	AUTO(database_release) struct database *database = memory_allocate(sizeof *database);

	if (!database)
		return STATUS_NO_MEMORY;
	database->durable = options ? options->durable : true;
	database->create = options ? options->create : false;
	database->listening.wake[0] = database->listening.wake[1] = -1;
	TRY(open_parts(database, url, options));
	*ret = database;
	database = NULL;
	return STATUS_OK;
}

static void remove_temporary(const struct database *database)
{
	static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
	char name[4200];

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		snprintf(name, sizeof name, "%s%s", database->path, endings[i]);
		unlink(name);
	}
}

void database_close(struct database *database)
{
	if (!database)
		return;
	listening_destroy(&database->listening);
	pool_destroy(&database->readers);
	pool_destroy(&database->writers);
	turn_destroy(&database->turn);
	flushing_destroy(&database->flushing);
	if (database->temporary && database->path)
		remove_temporary(database);
	memory_free(database->path);
	memory_free(database->url);
	memory_free(database);
}

void database_release(struct database **database)
{
	database_close(*database);
	*database = NULL;
}

enum purpose { TO_READ, TO_WRITE, TO_WRITE_MUCH };

/* Takes a connection and opens its transaction; one that had died since its last use is opened again. */
static enum status take_and_begin(struct database *database, enum purpose purpose, struct connection **ret_connection)
{
	struct pool *pool = purpose == TO_READ ? &database->readers : &database->writers;
	struct connection *connection;
	enum status status;

	for (int attempt = 0;; attempt++) {
		TRY(pool_take(database, pool, purpose != TO_READ, &connection));
		connection->commits_soon = purpose == TO_WRITE_MUCH;
		status = database->driver->begin(connection);
		if (status == STATUS_OK) {
			connection->error[0] = '\0';
			*ret_connection = connection;
			return STATUS_OK;
		}
		bool again = connection->broken && attempt < MOST_READERS;
		pool_give(pool, connection);
		if (!again)
			return status;
	}
}

enum status reader_begin(struct database *database, struct reader **ret_reader)
{
	struct connection *connection;

	if (store_must_fail())
		return STATUS_UNAVAILABLE;
	TRY(take_and_begin(database, TO_READ, &connection));
	connection->reader.connection = connection;
	*ret_reader = &connection->reader;
	return STATUS_OK;
}

void reader_end(struct reader *reader)
{
	struct connection *connection;

	if (!reader)
		return;
	connection = reader->connection;
	connection_finish_rows(connection);
	connection->driver->rollback(connection);
	pool_give(&connection->database->readers, connection);
}

void reader_release(struct reader **reader)
{
	reader_end(*reader);
	*reader = NULL;
}

static enum status begin_in_turn(struct database *database, enum purpose purpose, struct connection **ret_connection)
{
	struct connection *connection = NULL;
	enum status status;

	TRY(turn_take(&database->turn));
	if (turn_is_first(&database->turn)) {
		status = take_and_begin(database, purpose, &connection);
	} else {
		status = pool_take(database, &database->writers, true, &connection);
		if (status == STATUS_OK)
			status = database->driver->command(connection, COMMAND_MEMBER);
		if (status != STATUS_OK && connection) {
			turn_rollback(&database->turn, connection);
			return status;
		}
	}
	if (status != STATUS_OK) {
		turn_leave(&database->turn, NULL);
		return status;
	}
	*ret_connection = connection;
	return STATUS_OK;
}

static enum status begin_writing(struct database *database, enum purpose purpose, struct writer **ret_writer)
{
	struct connection *connection;

	if (store_must_fail())
		return STATUS_UNAVAILABLE;
	if (database->driver->kind == DATABASE_SQLITE)
		TRY(begin_in_turn(database, purpose, &connection));
	else
		TRY(take_and_begin(database, purpose, &connection));
	connection->writer = (struct writer){.reader.connection = connection};
	*ret_writer = &connection->writer;
	return STATUS_OK;
}

enum status writer_begin(struct database *database, struct writer **ret_writer)
{
	return begin_writing(database, TO_WRITE, ret_writer);
}

enum status writer_begin_bulk(struct database *database, struct writer **ret_writer)
{
	return begin_writing(database, TO_WRITE_MUCH, ret_writer);
}

enum status database_settle(struct database *database)
{
	struct connection *connection;
	enum status status;

	if (!database->driver->settle || !database->durable)
		return STATUS_OK;
	TRY(pool_take(database, &database->readers, false, &connection));
	status = database->driver->settle(connection);
	pool_give(&database->readers, connection);
	return status;
}

void writer_rollback(struct writer **writer)
{
	struct connection *connection;
	struct database *database;

	if (!*writer)
		return;
	connection = (*writer)->reader.connection;
	database = connection->database;
	connection_finish_rows(connection);
	notices_cut(&(*writer)->notices, NULL);
	*writer = NULL;
	if (connection->driver->kind == DATABASE_SQLITE) {
		turn_rollback(&database->turn, connection);
		return;
	}
	connection->driver->rollback(connection);
	pool_give(&database->writers, connection);
}

/* A failed call stops the transaction on both databases alike (PostgreSQL insists on it). */
static enum status writer_note(struct writer *writer, enum status status)
{
	if (status != STATUS_OK && writer->failed == STATUS_OK)
		writer->failed = status;
	return status;
}

static enum status writer_ready(struct writer *writer)
{
	if (writer->failed != STATUS_OK)
		return writer->failed;
	return store_must_fail() ? writer_note(writer, STATUS_UNAVAILABLE) : STATUS_OK;
}

static enum status run_late(struct writer *writer)
{
	size_t count = writer->late_count;

	writer->late_count = 0;
	for (size_t i = 0; i < count; i++)
		TRY(store_execute(writer, writer->late[i].statement, writer->late[i].values, writer->late[i].count, NULL));
	return STATUS_OK;
}

enum status writer_commit(struct writer **writer)
{
	struct connection *connection = (*writer)->reader.connection;
	struct database *database = connection->database;
	struct notices notices = (*writer)->notices;
	enum status status = (*writer)->failed;
	bool must_flush;

	if (status == STATUS_OK)
		status = run_late(*writer);
	if (status == STATUS_OK && store_must_fail())
		status = STATUS_UNAVAILABLE;
	if (status != STATUS_OK) {
		writer_rollback(writer);
		return status;
	}
	must_flush = database->durable && database->driver->flush && !connection->commits_soon;
	connection_finish_rows(connection);
	(*writer)->notices = (struct notices){NULL, NULL};
	*writer = NULL;
	if (connection->driver->kind == DATABASE_SQLITE) {
		status = turn_commit(&database->turn, connection);
	} else {
		status = connection->driver->commit(connection);
		pool_give(&database->writers, connection);
		if (status == STATUS_OK && must_flush)
			status = database->driver->flush(database);
	}
	if (status == STATUS_OK)
		listening_deliver(&database->listening, &notices);
	else
		notices_cut(&notices, NULL);
	return status;
}

struct reader *writer_reader(struct writer *writer)
{
	return &writer->reader;
}

enum status writer_savepoint(struct writer *writer)
{
	struct connection *connection = writer->reader.connection;

	TRY(writer_ready(writer));
	if (writer->depth == SAVEPOINTS)
		return STATUS_TOO_LARGE;
	TRY(writer_note(writer, connection->driver->command(connection, COMMAND_SAVEPOINT)));
	writer->late_marks[writer->depth] = writer->late_count;
	writer->marks[writer->depth++] = writer->notices.last;
	return STATUS_OK;
}

enum status writer_savepoint_release(struct writer *writer)
{
	struct connection *connection = writer->reader.connection;

	TRY(writer_ready(writer));
	if (!writer->depth)
		return STATUS_INTERNAL;
	TRY(writer_note(writer, connection->driver->command(connection, COMMAND_RELEASE)));
	writer->depth--;
	return STATUS_OK;
}

enum status writer_savepoint_rollback(struct writer *writer)
{
	struct connection *connection = writer->reader.connection;

	if (!writer->depth)
		return STATUS_INTERNAL;
	if (store_must_fail() || connection->driver->is_lost(connection))
		return writer_note(writer, STATUS_UNAVAILABLE);
	TRY(writer_note(writer, connection->driver->command(connection, COMMAND_ROLLBACK_TO)));
	writer->failed = STATUS_OK;
	notices_cut(&writer->notices, writer->marks[--writer->depth]);
	if (writer->late_count > writer->late_marks[writer->depth])
		writer->late_count = writer->late_marks[writer->depth];
	return STATUS_OK;
}

/* The writer whose reading side this is, or NULL. */
static struct writer *writer_of(struct reader *reader)
{
	struct connection *connection = reader->connection;

	return reader == &connection->writer.reader ? &connection->writer : NULL;
}

enum status store_query(struct reader *reader, const struct statement *statement, const struct value *values,
	size_t count, struct rows **ret_rows)
{
	struct connection *connection = reader->connection;
	struct writer *writer = writer_of(reader);
	struct rows *rows;
	enum status status;

	if (writer)
		TRY(writer_ready(writer));
	else if (store_must_fail())
		return STATUS_UNAVAILABLE;
	status = connection->driver->query(connection, statement, values, count, &rows);
	if (status != STATUS_OK)
		return writer ? writer_note(writer, status) : status;
	rows->next = connection->open;
	if (rows->next)
		rows->next->previous = rows;
	connection->open = rows;
	*ret_rows = rows;
	return STATUS_OK;
}

static void rows_finish(struct rows *rows)
{
	if (rows->finished)
		return;
	rows->connection->driver->finish(rows);
	rows->finished = true;
	rows->has_row = false;
	if (rows->previous)
		rows->previous->next = rows->next;
	else
		rows->connection->open = rows->next;
	if (rows->next)
		rows->next->previous = rows->previous;
}

void connection_finish_rows(struct connection *connection)
{
	while (connection->open)
		rows_finish(connection->open);
}

bool rows_next(struct rows *rows)
{
	struct connection *connection = rows->connection;

	if (rows->finished)
		return false;
	if (rows->status == STATUS_OK && store_must_fail())
		rows->status = STATUS_UNAVAILABLE;
	else if (rows->status == STATUS_OK && (rows->has_row = connection->driver->next(rows)))
		return true;
	if (connection->for_writing && rows->status != STATUS_OK)
		writer_note(&connection->writer, rows->status);
	rows_finish(rows);
	return false;
}

enum status rows_status(const struct rows *rows)
{
	return rows->status;
}

void rows_end(struct rows *rows)
{
	if (!rows)
		return;
	rows_finish(rows);
	memory_free(rows);
}

void rows_release(struct rows **rows)
{
	rows_end(*rows);
	*rows = NULL;
}

int rows_columns(const struct rows *rows)
{
	return rows->columns;
}

bool rows_is_null(struct rows *rows, int column)
{
	return !rows->has_row || column < 0 || column >= rows->columns ||
		rows->connection->driver->is_null(rows, column);
}

int64_t rows_integer(struct rows *rows, int column)
{
	return rows_is_null(rows, column) ? 0 : rows->connection->driver->integer(rows, column);
}

int64_t rows_optional(struct rows *rows, int column)
{
	return rows_is_null(rows, column) ? INT64_MIN : rows->connection->driver->integer(rows, column);
}

double rows_real(struct rows *rows, int column)
{
	return rows_is_null(rows, column) ? 0 : rows->connection->driver->real(rows, column);
}

struct text rows_text(struct rows *rows, int column)
{
	return rows_is_null(rows, column) ? TEXT_NONE : rows->connection->driver->text(rows, column);
}

struct text rows_bytes(struct rows *rows, int column)
{
	return rows_text(rows, column);
}

struct text rows_copy(struct rows *rows, int column, struct arena *arena)
{
	struct text text = rows_text(rows, column), copy;

	if (!text.data)
		return TEXT_NONE;
	copy = arena_text(arena, text);
	if (!copy.data && rows->status == STATUS_OK)
		rows->status = STATUS_NO_MEMORY;
	return copy;
}

enum status store_integer(struct reader *reader, const struct statement *statement, const struct value *values,
	size_t count, int64_t *ret_integer)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, statement, values, count, &rows));
	if (rows_next(rows)) {
		*ret_integer = rows_integer(rows, 0);
		return STATUS_OK;
	}
	return rows->status == STATUS_OK ? STATUS_NOT_FOUND : rows->status;
}

enum status store_execute(struct writer *writer, const struct statement *statement, const struct value *values,
	size_t count, int64_t *ret_changes)
{
	struct connection *connection = writer->reader.connection;
	int64_t changes = 0;

	TRY(writer_ready(writer));
	TRY(writer_note(writer, connection->driver->execute(connection, statement, values, count, &changes)));
	if (ret_changes)
		*ret_changes = changes;
	return STATUS_OK;
}

enum status store_execute_late(struct writer *writer, const struct statement *statement, const struct value *values,
	size_t count)
{
	struct late_call *call = &writer->late[writer->late_count];

	TRY(writer_ready(writer));
	if (count > LATE_VALUES)
		return writer_note(writer, STATUS_INTERNAL);
	for (size_t i = 0; i < count; i++)
		if (values[i].kind != VALUE_INTEGER && values[i].kind != VALUE_REAL && values[i].kind != VALUE_NULL)
			return writer_note(writer, STATUS_INTERNAL);
	if (writer->late_count == LATE_CALLS) {
		/* Then the lock is held for longer; that is all. Marks of savepoints below are beyond what is left. */
		TRY(run_late(writer));
		return store_execute(writer, statement, values, count, NULL);
	}
	*call = (struct late_call){.statement = statement, .count = count};
	if (count)
		memcpy(call->values, values, count * sizeof *values);
	writer->late_count++;
	return STATUS_OK;
}

/* All rows are read, because SQLite makes its changes while it is stepped to the end. */
enum status store_returning(struct writer *writer, const struct statement *statement, const struct value *values,
	size_t count, int64_t *ret_integer)
{
	AUTO(rows_release) struct rows *rows = NULL;
	bool found = false;
	int64_t integer = 0;

	TRY(store_query(&writer->reader, statement, values, count, &rows));
	while (rows_next(rows)) {
		integer = found ? integer : rows_integer(rows, 0);
		found = true;
	}
	TRY(rows->status);
	if (!found)
		return STATUS_NOT_FOUND;
	*ret_integer = integer;
	return STATUS_OK;
}

enum status store_execute_many(struct writer *writer, const struct statement *statement, const struct value *values,
	size_t count, size_t rows)
{
	struct connection *connection = writer->reader.connection;

	TRY(writer_ready(writer));
	if (!rows)
		return STATUS_OK;
	return writer_note(writer, connection->driver->execute_many(connection, statement, values, count, rows));
}

enum status writer_script(struct writer *writer, const char *sql)
{
	struct connection *connection = writer->reader.connection;

	TRY(writer_ready(writer));
	return writer_note(writer, connection->driver->script(connection, sql));
}

STATEMENT_OF(NOTIFY, "select 1", "select pg_notify('vigie', $1)");

static enum status notify_postgres(struct writer *writer, const char *channel, struct text payload)
{
	AUTO(buffer_release) struct buffer message;
	AUTO(rows_release) struct rows *rows = NULL;

	buffer_init(&message, NOTICE_LIMIT + CHANNEL_LIMIT + 2);
	buffer_string(&message, channel);
	buffer_byte(&message, '\n');
	buffer_append(&message, payload);
	TRY(buffer_status(&message));
	TRY(store_query(&writer->reader, &NOTIFY, PARAMS(value_text(buffer_text(&message))), &rows));
	while (rows_next(rows))
		continue;
	return rows->status;
}

enum status writer_notify(struct writer *writer, const char *channel, struct text payload)
{
	if (payload.size >= NOTICE_LIMIT || strlen(channel) > CHANNEL_LIMIT)
		return STATUS_TOO_LARGE;
	if (writer->reader.connection->driver->kind == DATABASE_POSTGRES)
		return notify_postgres(writer, channel, payload);
	TRY(writer_ready(writer));
	return writer_note(writer, notices_add(&writer->notices, channel, payload));
}

enum status database_backup(struct database *database, const char *path)
{
	return database->driver->backup(database, path);
}

enum status database_restore(const char *url, const char *path)
{
	if (strncmp(url, "sqlite:", 7) == 0 && url[7] && strcmp(url + 7, ":memory:") != 0)
		return sqlite_restore(url + 7, path);
	if (strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0)
		return postgres_restore(url, path);
	return STATUS_INVALID;
}
