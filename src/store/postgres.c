/* PostgreSQL behind the store's table of functions, through libpq.
 *
 * Rows are read from the socket one at a time, so that a large result needs no memory; when another call wants
 * the connection meanwhile, the rest of the result is first put aside in memory. */
#include "store/postgres.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIPELINE_ROWS = 256 /* their answers fit the socket's buffers, so that neither side waits for ever */ };

struct postgres_connection {
	struct connection base;
	PGconn *handle;
	struct statement_map prepared;
	struct postgres_prepared *list;
	struct postgres_rows *streaming; /* its rows are on the wire */
	unsigned prepared_count;
};

struct postgres_prepared {
	char name[16];
	const struct statement *statement;
	struct postgres_prepared *next;
	int columns;
	int count;
	Oid types[]; /* 0: not known, only NULL was ever given */
};

struct postgres_rows {
	struct rows base;
	const struct statement *statement;
	bool streaming;
	enum status later; /* what failed while the rest was put aside */
	PGresult *single; /* owned: the row that came from the wire */
	PGresult *aside; /* owned: the rows put aside */
	int aside_next;
	const PGresult *result; /* the row now: in one of the two */
	int row;
	char (*scratch)[SCRATCH_SIZE]; /* one a column, made when first wanted */
};

static struct postgres_connection *postgres_of(struct connection *connection)
{
	return (struct postgres_connection *)connection;
}

static enum status status_of(const char *state)
{
	static const struct {
		const char *begins;
		enum status status;
	} rows[] = {
		{"23505", STATUS_CONFLICT}, /* unique */
		{"23503", STATUS_CONFLICT}, /* foreign key */
		{"23P01", STATUS_CONFLICT}, /* exclusion */
		{"23", STATUS_INVALID},
		{"22021", STATUS_INVALID},
		{"22", STATUS_INVALID},
		{"40", STATUS_CONFLICT}, /* serialisation, deadlock */
		{"08", STATUS_UNAVAILABLE},
		{"53200", STATUS_NO_MEMORY},
		{"53", STATUS_UNAVAILABLE},
		{"54", STATUS_TOO_LARGE},
		{"55P03", STATUS_UNAVAILABLE}, /* lock not available in time */
		{"57", STATUS_UNAVAILABLE},
		{"58", STATUS_UNAVAILABLE},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strncmp(state, rows[i].begins, strlen(rows[i].begins)) == 0)
			return rows[i].status;
	return STATUS_INTERNAL;
}

/* Says what a failed result means; a broken connection is noted. `result` may be NULL. */
static enum status fail(struct postgres_connection *connection, const PGresult *result, const char *what)
{
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *text = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	enum status status = state ? status_of(state) : STATUS_UNAVAILABLE;

	if (PQstatus(connection->handle) != CONNECTION_OK) {
		connection->base.broken = true;
		status = STATUS_UNAVAILABLE;
	}
	return connection_failed(&connection->base, status, what, text ? text : PQerrorMessage(connection->handle));
}

/* Looks at a result and clears it. */
static enum status take_result(struct postgres_connection *connection, PGresult *result, const char *what)
{
	ExecStatusType outcome = PQresultStatus(result);
	enum status status = STATUS_OK;

	if (outcome != PGRES_COMMAND_OK && outcome != PGRES_TUPLES_OK)
		status = fail(connection, result, what);
	PQclear(result);
	return status;
}

static void ignore_notice(void *context, const char *message)
{
	(void)context;
	log_event(LOG_DEBUG, "postgres", "notice", message, NULL);
}

enum status postgres_open(const char *url, PGconn **ret_connection)
{
	static const char *const names[] = {"connect_timeout", "fallback_application_name", "dbname", "client_encoding",
		NULL};
	const char *const values[] = {"5", "vigie", url, "UTF8", NULL};
	PGconn *handle = PQconnectdbParams(names, values, 1);

	if (!handle)
		return STATUS_NO_MEMORY;
	if (PQstatus(handle) != CONNECTION_OK) {
		log_event(LOG_ERROR, "postgres", "error", PQerrorMessage(handle), NULL);
		PQfinish(handle);
		return STATUS_UNAVAILABLE;
	}
	PQsetNoticeProcessor(handle, ignore_notice, NULL);
	*ret_connection = handle;
	return STATUS_OK;
}

static enum status run(struct postgres_connection *connection, const char *sql);

static void postgres_disconnect(struct connection *base)
{
	struct postgres_connection *connection = postgres_of(base);

	while (connection->list) {
		struct postgres_prepared *prepared = connection->list;

		connection->list = prepared->next;
		memory_free(prepared);
	}
	statement_map_release(&connection->prepared);
	PQfinish(connection->handle);
	memory_free(connection);
}

static enum status postgres_connect(struct database *database, bool for_writing, struct connection **ret_connection)
{
	struct postgres_connection *connection = memory_allocate(sizeof *connection);
	enum status status;

	if (!connection)
		return STATUS_NO_MEMORY;
	connection->base.driver = &postgres_driver;
	connection->base.database = database;
	connection->base.for_writing = for_writing;
	status = postgres_open(database->url, &connection->handle);
	if (status == STATUS_OK)
		status = run(connection, "set client_min_messages = warning; set lock_timeout = '20s'; set jit = off; "
					 "set idle_in_transaction_session_timeout = '10min'");
	/* A durable commit is flushed after its locks are given back; see postgres_flush.c. */
	if (status == STATUS_OK && (for_writing || !database->durable))
		status = run(connection, "set synchronous_commit = off");
	if (status != STATUS_OK) {
		postgres_disconnect(&connection->base);
		return status;
	}
	*ret_connection = &connection->base;
	return STATUS_OK;
}

/* The next result on the wire for rows being streamed, or NULL after the last. */
static PGresult *next_result(struct postgres_connection *connection, struct postgres_rows *rows,
	enum status *ret_status)
{
	PGresult *result = PQgetResult(connection->handle);

	if (result && PQresultStatus(result) == PGRES_SINGLE_TUPLE)
		return result;
	*ret_status = result ? take_result(connection, result, rows->statement->name)
			     : fail(connection, NULL, rows->statement->name);
	while ((result = PQgetResult(connection->handle)))
		PQclear(result);
	rows->streaming = false;
	connection->streaming = NULL;
	return NULL;
}

static bool put_aside(struct postgres_rows *rows, const PGresult *single)
{
	int columns = PQnfields(single);
	int row;

	if (!rows->aside)
		rows->aside = PQcopyResult(single, PG_COPYRES_ATTRS);
	if (!rows->aside)
		return false;
	row = PQntuples(rows->aside);
	for (int i = 0; i < columns; i++) {
		bool null = PQgetisnull(single, 0, i) != 0;

		if (!PQsetvalue(rows->aside, row, i, null ? NULL : PQgetvalue(single, 0, i),
			    null ? -1 : PQgetlength(single, 0, i)))
			return false;
	}
	return true;
}

/* Frees the wire: what is still on it goes to memory, or away when nobody wants it. */
static void settle(struct postgres_connection *connection, bool keep)
{
	struct postgres_rows *rows = connection->streaming;
	PGresult *result;
	enum status status = STATUS_OK;
	bool kept = true;

	if (!rows)
		return;
	while ((result = next_result(connection, rows, &status))) {
		kept = kept && (!keep || put_aside(rows, result));
		PQclear(result);
	}
	rows->later = kept ? status : STATUS_NO_MEMORY;
}

static enum status run(struct postgres_connection *connection, const char *sql)
{
	settle(connection, true);
	return take_result(connection, PQexec(connection->handle, sql), sql);
}

static enum status postgres_begin(struct connection *base)
{
	return run(postgres_of(base), base->for_writing ? "begin" : "begin isolation level repeatable read read only");
}

static bool postgres_is_lost(struct connection *base)
{
	return base->broken;
}

static void postgres_rollback(struct connection *base)
{
	struct postgres_connection *connection = postgres_of(base);

	settle(connection, false);
	if (base->broken || PQtransactionStatus(connection->handle) == PQTRANS_IDLE)
		return;
	if (run(connection, "rollback") != STATUS_OK)
		base->broken = true;
}

static enum status postgres_commit(struct connection *base)
{
	struct postgres_connection *connection = postgres_of(base);
	PGresult *result;
	bool undone;

	settle(connection, false);
	result = PQexec(connection->handle, "commit");
	/* A transaction that had failed answers COMMIT by undoing it, without an error. */
	undone = PQresultStatus(result) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(result), "COMMIT") != 0;
	TRY(take_result(connection, result, "commit"));
	return undone ? STATUS_UNAVAILABLE : STATUS_OK;
}

static enum status postgres_command(struct connection *base, enum command command)
{
	static const char *const texts[COMMAND_COUNT] = {
		[COMMAND_SAVEPOINT] = "savepoint point",
		[COMMAND_RELEASE] = "release savepoint point",
		[COMMAND_ROLLBACK_TO] = "rollback to savepoint point; release savepoint point",
	};

	return texts[command] ? run(postgres_of(base), texts[command]) : STATUS_INTERNAL;
}

/* Whether values of these types can be given to what was prepared. */
static bool fits(const struct postgres_prepared *prepared, const struct postgres_parameters *parameters)
{
	if (prepared->count != parameters->count)
		return false;
	for (int i = 0; i < parameters->count; i++)
		if (parameters->types[i] && !postgres_type_fits(parameters->types[i], prepared->types[i]))
			return false;
	return true;
}

static void forget(struct postgres_connection *connection, struct postgres_prepared *prepared)
{
	for (struct postgres_prepared **at = &connection->list; *at; at = &(*at)->next) {
		if (*at != prepared)
			continue;
		*at = prepared->next;
		memory_free(prepared);
		return;
	}
}

static enum status count_columns(struct postgres_connection *connection, struct postgres_prepared *prepared)
{
	PGresult *result = PQdescribePrepared(connection->handle, prepared->name);

	prepared->columns = PQnfields(result);
	return take_result(connection, result, prepared->statement->name);
}

/* Prepares with the types that are known; parameters that were only ever NULL have their type found by the
 * server, and are prepared again when a value comes. */
static enum status prepare(struct postgres_connection *connection, const struct statement *statement,
	struct postgres_parameters *parameters, struct postgres_prepared *old, struct postgres_prepared **ret_prepared)
{
	size_t size = sizeof(struct postgres_prepared) + (size_t)parameters->count * sizeof(Oid);
	struct postgres_prepared *prepared = memory_allocate(size);
	enum status status;

	if (!prepared)
		return STATUS_NO_MEMORY;
	for (int i = 0; old && i < parameters->count && i < old->count; i++)
		if (!parameters->types[i])
			parameters->types[i] = old->types[i];
	snprintf(prepared->name, sizeof prepared->name, "s%u", ++connection->prepared_count);
	prepared->statement = statement;
	prepared->count = parameters->count;
	if (parameters->count)
		memcpy(prepared->types, parameters->types, (size_t)parameters->count * sizeof(Oid));
	status = take_result(connection,
		PQprepare(connection->handle, prepared->name, statement_sql(statement, DATABASE_POSTGRES),
			parameters->count, parameters->types),
		statement->name);
	if (status == STATUS_OK)
		status = count_columns(connection, prepared);
	if (status == STATUS_OK)
		status = statement_map_put(&connection->prepared, statement, prepared);
	if (status != STATUS_OK) {
		memory_free(prepared);
		return status;
	}
	prepared->next = connection->list;
	connection->list = prepared;
	if (old) {
		char sql[64];

		snprintf(sql, sizeof sql, "deallocate %s", old->name);
		forget(connection, old);
		TRY(run(connection, sql));
	}
	*ret_prepared = prepared;
	return STATUS_OK;
}

/* Types of the values and a prepared statement for them, with the wire free. */
static enum status acquire(struct postgres_connection *connection, const struct statement *statement,
	const struct value *values, size_t count, size_t rows, struct postgres_parameters *parameters,
	struct postgres_prepared **ret_prepared)
{
	struct postgres_prepared *prepared;

	if (postgres_types(parameters, values, count, rows) != STATUS_OK)
		return connection_failed(&connection->base, STATUS_INVALID, statement->name,
			"too many values, or of kinds that do not go together");
	settle(connection, true);
	prepared = statement_map_find(&connection->prepared, statement);
	if (!prepared || !fits(prepared, parameters))
		TRY(prepare(connection, statement, parameters, prepared, &prepared));
	memcpy(parameters->types, prepared->types, (size_t)prepared->count * sizeof(Oid));
	*ret_prepared = prepared;
	return STATUS_OK;
}

static enum status encode(struct postgres_connection *connection, const struct statement *statement,
	struct postgres_parameters *parameters, const struct value *values)
{
	enum status status = postgres_encode(parameters, values);

	if (status != STATUS_OK)
		return connection_failed(&connection->base, status, statement->name, "a text holds NUL or is too large");
	return STATUS_OK;
}

static enum status start_rows(struct postgres_connection *connection, struct postgres_rows *rows,
	const struct value *values, size_t count)
{
	struct postgres_parameters parameters;
	struct postgres_prepared *prepared;

	TRY(acquire(connection, rows->statement, values, count, 1, &parameters, &prepared));
	TRY(encode(connection, rows->statement, &parameters, values));
	if (!PQsendQueryPrepared(connection->handle, prepared->name, parameters.count, parameters.values,
		    parameters.lengths, parameters.formats, 1) ||
	    !PQsetSingleRowMode(connection->handle))
		return fail(connection, NULL, rows->statement->name);
	rows->base.columns = prepared->columns;
	rows->streaming = true;
	connection->streaming = rows;
	return STATUS_OK;
}

static enum status postgres_query(struct connection *base, const struct statement *statement,
	const struct value *values, size_t count, struct rows **ret_rows)
{
	struct postgres_rows *rows = memory_allocate(sizeof *rows);
	enum status status;

	if (!rows)
		return STATUS_NO_MEMORY;
	rows->base.connection = base;
	rows->statement = statement;
	status = start_rows(postgres_of(base), rows, values, count);
	if (status != STATUS_OK) {
		memory_free(rows);
		return status;
	}
	*ret_rows = &rows->base;
	return STATUS_OK;
}

static bool postgres_next(struct rows *base)
{
	struct postgres_rows *rows = (struct postgres_rows *)base;

	PQclear(rows->single);
	rows->single = NULL;
	if (rows->streaming) {
		rows->single = next_result(postgres_of(base->connection), rows, &base->status);
		rows->result = rows->single;
		rows->row = 0;
	} else if (rows->aside && rows->aside_next < PQntuples(rows->aside)) {
		rows->result = rows->aside;
		rows->row = rows->aside_next++;
	} else {
		rows->result = NULL;
		base->status = rows->later;
	}
	return rows->result != NULL;
}

static void postgres_finish(struct rows *base)
{
	struct postgres_rows *rows = (struct postgres_rows *)base;

	if (rows->streaming)
		settle(postgres_of(base->connection), false);
	PQclear(rows->single);
	PQclear(rows->aside);
	memory_free(rows->scratch);
	rows->single = rows->aside = NULL;
	rows->scratch = NULL;
}

static enum status postgres_execute(struct connection *base, const struct statement *statement,
	const struct value *values, size_t count, int64_t *ret_changes)
{
	struct postgres_connection *connection = postgres_of(base);
	struct postgres_parameters parameters;
	struct postgres_prepared *prepared;
	PGresult *result;
	int64_t changes;

	TRY(acquire(connection, statement, values, count, 1, &parameters, &prepared));
	TRY(encode(connection, statement, &parameters, values));
	result = PQexecPrepared(connection->handle, prepared->name, parameters.count, parameters.values,
		parameters.lengths, parameters.formats, 1);
	changes = strtoll(PQcmdTuples(result), NULL, 10);
	TRY(take_result(connection, result, statement->name));
	*ret_changes = changes;
	return STATUS_OK;
}

/* Reads the answers to `sent` statements and the end of the batch; the first failure counts. */
static enum status read_answers(struct postgres_connection *connection, const struct statement *statement, size_t sent)
{
	enum status status = STATUS_OK;
	bool ended = false;

	for (size_t nulls = 0; !ended && nulls <= sent + 1;) {
		PGresult *result = PQgetResult(connection->handle);
		ExecStatusType outcome = PQresultStatus(result);

		if (!result) {
			nulls++;
			continue;
		}
		ended = outcome == PGRES_PIPELINE_SYNC;
		if (status == STATUS_OK && !ended && outcome != PGRES_COMMAND_OK && outcome != PGRES_TUPLES_OK)
			status = fail(connection, result, statement->name);
		PQclear(result);
	}
	return status == STATUS_OK && !ended ? fail(connection, NULL, statement->name) : status;
}

static enum status send_batch(struct postgres_connection *connection, const struct postgres_prepared *prepared,
	struct postgres_parameters *parameters, const struct value *values, size_t rows)
{
	enum status encoded = STATUS_OK;
	enum status status = STATUS_OK;
	size_t sent = 0;

	for (; sent < rows && status == STATUS_OK; sent++) {
		encoded = encode(connection, prepared->statement, parameters,
			values + sent * (size_t)parameters->count);
		if (encoded != STATUS_OK)
			break;
		if (!PQsendQueryPrepared(connection->handle, prepared->name, parameters->count, parameters->values,
			    parameters->lengths, parameters->formats, 1))
			status = fail(connection, NULL, prepared->statement->name);
	}
	if (status == STATUS_OK && !PQpipelineSync(connection->handle))
		status = fail(connection, NULL, prepared->statement->name);
	if (status == STATUS_OK)
		status = read_answers(connection, prepared->statement, sent);
	return status == STATUS_OK ? encoded : status;
}

static enum status postgres_execute_many(struct connection *base, const struct statement *statement,
	const struct value *values, size_t count, size_t rows)
{
	struct postgres_connection *connection = postgres_of(base);
	struct postgres_parameters parameters;
	struct postgres_prepared *prepared;
	enum status status = STATUS_OK;

	TRY(acquire(connection, statement, values, count, rows, &parameters, &prepared));
	if (!PQenterPipelineMode(connection->handle))
		return fail(connection, NULL, statement->name);
	for (size_t i = 0; i < rows && status == STATUS_OK; i += PIPELINE_ROWS)
		status = send_batch(connection, prepared, &parameters, values + i * count,
			rows - i < PIPELINE_ROWS ? rows - i : PIPELINE_ROWS);
	if (!PQexitPipelineMode(connection->handle)) {
		base->broken = true;
		return status == STATUS_OK ? fail(connection, NULL, statement->name) : status;
	}
	return status;
}

/* With every type found by the server, which is what the first call with NULLs will meet. */
static enum status postgres_prepare(struct connection *base, const struct statement *statement)
{
	struct postgres_connection *connection = postgres_of(base);
	PGresult *result;

	settle(connection, true);
	result = PQprepare(connection->handle, "", statement_sql(statement, DATABASE_POSTGRES), 0, NULL);
	return take_result(connection, result, statement->name);
}

static enum status postgres_script(struct connection *base, const char *sql)
{
	struct postgres_connection *connection = postgres_of(base);

	settle(connection, true);
	return take_result(connection, PQexec(connection->handle, sql), "script");
}

static bool postgres_is_null(struct rows *base, int column)
{
	const struct postgres_rows *rows = (const struct postgres_rows *)base;

	return PQgetisnull(rows->result, rows->row, column) != 0;
}

static int64_t postgres_integer(struct rows *base, int column)
{
	const struct postgres_rows *rows = (const struct postgres_rows *)base;

	return postgres_decode_integer(rows->result, rows->row, column);
}

static double postgres_real(struct rows *base, int column)
{
	const struct postgres_rows *rows = (const struct postgres_rows *)base;

	return postgres_decode_real(rows->result, rows->row, column);
}

static struct text postgres_text(struct rows *base, int column)
{
	struct postgres_rows *rows = (struct postgres_rows *)base;

	if (!rows->scratch)
		rows->scratch = memory_allocate((size_t)base->columns * sizeof *rows->scratch);
	if (!rows->scratch) {
		base->status = STATUS_NO_MEMORY;
		return TEXT_NONE;
	}
	return postgres_decode_text(rows->result, rows->row, column, rows->scratch[column]);
}

const struct driver postgres_driver = {
	.kind = DATABASE_POSTGRES,
	.connect = postgres_connect,
	.disconnect = postgres_disconnect,
	.begin = postgres_begin,
	.commit = postgres_commit,
	.flush = postgres_flush,
	.rollback = postgres_rollback,
	.is_lost = postgres_is_lost,
	.command = postgres_command,
	.query = postgres_query,
	.execute = postgres_execute,
	.execute_many = postgres_execute_many,
	.prepare = postgres_prepare,
	.script = postgres_script,
	.backup = postgres_backup,
	.next = postgres_next,
	.finish = postgres_finish,
	.is_null = postgres_is_null,
	.integer = postgres_integer,
	.real = postgres_real,
	.text = postgres_text,
};
