#ifndef VIGIE_STORE_DRIVER_H
#define VIGIE_STORE_DRIVER_H
/* Inside the store only: what SQLite and PostgreSQL each bring, as one table of functions, and the pieces both
 * build on. A driver extends `struct connection` and `struct rows` by having them as its first member. */
#include "base/status.h"
#include "store/store.h"

#include <pthread.h>

struct notice {
	char *channel; /* owned, ended by NUL; the payload follows in the same block */
	struct text payload;
	struct notice *next;
};
struct notices {
	struct notice *first, *last;
};

enum { SAVEPOINTS = 16, ERROR_SIZE = 512, LATE_CALLS = 8, LATE_VALUES = 8 };

/* A call that waits for the commit. */
struct late_call {
	const struct statement *statement;
	struct value values[LATE_VALUES];
	size_t count;
};

struct reader {
	struct connection *connection;
};

struct writer {
	struct reader reader;
	enum status failed; /* not OK: a call failed, only going back to a savepoint or rollback helps */
	int depth; /* open savepoints */
	struct notices notices; /* SQLite: to be delivered after the commit */
	struct notice *marks[SAVEPOINTS]; /* last notice when the savepoint was made */
	struct late_call late[LATE_CALLS];
	size_t late_count;
	size_t late_marks[SAVEPOINTS];
};

struct connection {
	const struct driver *driver;
	struct database *database;
	struct reader reader;
	struct writer writer;
	bool for_writing;
	bool commits_soon; /* the commit of the transaction at hand does not wait for the disk */
	bool broken; /* to be opened again before its next use */
	char error[ERROR_SIZE];
	struct rows *open; /* rows not yet ended; a transaction that ends takes their statements away */
	struct connection *next; /* in the pool's list of free ones */
};

struct rows {
	struct connection *connection;
	enum status status;
	int columns;
	bool has_row;
	bool finished; /* the connection is no longer needed */
	struct rows *previous, *next;
};

enum command {
	COMMAND_SAVEPOINT,
	COMMAND_RELEASE,
	COMMAND_ROLLBACK_TO, /* and forgets the savepoint */
	COMMAND_MEMBER, /* the same three for the members of a shared commit */
	COMMAND_MEMBER_RELEASE,
	COMMAND_MEMBER_ROLLBACK,
	COMMAND_COUNT
};

struct driver {
	enum database_kind kind;
	enum status (*connect)(struct database *database, bool for_writing, struct connection **ret_connection);
	void (*disconnect)(struct connection *connection);
	enum status (*begin)(struct connection *connection);
	enum status (*commit)(struct connection *connection);
	/* After a commit, without the connection: waits until it is durable; NULL: commit has done so. */
	enum status (*flush)(struct database *database);
	/* Moves what was committed to where it stays, outside of any transaction and beside other writers; may be NULL. */
	enum status (*settle)(struct connection *connection);
	void (*rollback)(struct connection *connection);
	/* True when the database itself has given up the transaction. */
	bool (*is_lost)(struct connection *connection);
	enum status (*command)(struct connection *connection, enum command command);
	enum status (*query)(struct connection *connection, const struct statement *statement,
		const struct value *values, size_t count, struct rows **ret_rows);
	enum status (*execute)(struct connection *connection, const struct statement *statement,
		const struct value *values, size_t count, int64_t *ret_changes);
	enum status (*execute_many)(struct connection *connection, const struct statement *statement,
		const struct value *values, size_t count, size_t rows);
	enum status (*prepare)(struct connection *connection, const struct statement *statement);
	/* Several statements in one text, without parameters. */
	enum status (*script)(struct connection *connection, const char *sql);
	enum status (*backup)(struct database *database, const char *path);

	bool (*next)(struct rows *rows);
	void (*finish)(struct rows *rows); /* gives the statement back */
	bool (*is_null)(struct rows *rows, int column);
	int64_t (*integer)(struct rows *rows, int column);
	double (*real)(struct rows *rows, int column);
	struct text (*text)(struct rows *rows, int column);
};

extern const struct driver sqlite_driver;
extern const struct driver postgres_driver;

/* The SQLite writers' turns: see turn.c. */
struct turn_waiter {
	pthread_cond_t condition;
	bool done;
	enum status outcome;
	struct turn_waiter *next;
};
struct turn_list {
	struct turn_waiter *first, *last;
	int count;
};
struct turn {
	pthread_mutex_t mutex;
	bool taken;
	struct turn_list waiting; /* for the turn, first come first served */
	struct turn_list members; /* have done their work and wait for the common commit */
	int64_t began; /* of the common transaction, monotonic */
	int64_t taken_at; /* when the present writer got its turn */
	int64_t usual; /* microseconds a turn has taken lately */
};
enum status turn_init(struct turn *turn);
void turn_destroy(struct turn *turn);
enum status turn_take(struct turn *turn);
/* Gives the turn on when no transaction was opened. */
void turn_leave(struct turn *turn, struct connection *connection);
bool turn_is_first(struct turn *turn); /* nobody has work in the common transaction yet */
enum status turn_commit(struct turn *turn, struct connection *connection);
void turn_rollback(struct turn *turn, struct connection *connection);

struct flushing;
enum status flushing_init(struct flushing *flushing);
void flushing_destroy(struct flushing *flushing);

struct pool {
	pthread_mutex_t mutex;
	pthread_cond_t condition;
	struct connection *free;
	int opened; /* free and lent ones */
	int most;
};

/* The store's own thread, which calls the listeners. */
struct listener {
	store_listener *listener;
	void *context;
	struct listener *next;
};
struct listening {
	pthread_mutex_t mutex;
	pthread_mutex_t calling; /* held while listeners are called, so that one taken out is not called any more */
	pthread_cond_t condition;
	struct listener *listeners;
	struct notices notices; /* to be delivered (SQLite) */
	pthread_t thread;
	bool running;
	bool stop;
	bool ready; /* events arrive from now on */
	int wake[2]; /* a pipe that ends the wait on a socket (PostgreSQL); -1 when there is none */
};

/* PostgreSQL's shared flushes: see postgres_flush.c. */
struct flushing {
	pthread_mutex_t mutex;
	pthread_cond_t condition;
	int64_t asked, done; /* commits that asked for a flush, and those that have had theirs */
	bool is_busy; /* somebody flushes */
	void *handle; /* the flushing connection; NULL: not open */
};

struct database {
	const struct driver *driver;
	char *url; /* owned; never logged, it holds a password */
	char *path; /* SQLite: owned */
	bool durable;
	bool create;
	_Atomic bool stopping; /* see database_stop() */
	bool temporary; /* the file goes when the database is closed */
	struct pool readers;
	struct pool writers; /* SQLite: one, guarded by the turn */
	struct turn turn;
	struct flushing flushing;
	struct listening listening;
};

/* Remembers what a connection has prepared, by the statement's address. */
struct statement_slot {
	const struct statement *statement;
	void *prepared;
};
struct statement_map {
	struct statement_slot *slots;
	size_t capacity;
	size_t count;
};
void *statement_map_find(const struct statement_map *map, const struct statement *statement);
enum status statement_map_put(struct statement_map *map, const struct statement *statement, void *prepared) MUST_CHECK;
void statement_map_release(struct statement_map *map);

const char *statement_sql(const struct statement *statement, enum database_kind kind);
/* An owned copy of a C string, given back with memory_free; NULL without memory. */
char *string_copy(const char *string);
/* True when the test's fault is due: the caller fails with STATUS_UNAVAILABLE. */
bool store_must_fail(void);
void connection_finish_rows(struct connection *connection);
/* Keeps the error text and logs what is not the caller's doing. */
enum status connection_failed(struct connection *connection, enum status status, const char *what, const char *error);
/* A condition whose timed wait follows the monotonic clock. */
enum status condition_init(pthread_cond_t *condition);
struct timespec deadline_in(int milliseconds);

enum status pool_init(struct pool *pool, int most);
void pool_destroy(struct pool *pool);
enum status pool_take(struct database *database, struct pool *pool, bool for_writing, struct connection **ret);
void pool_give(struct pool *pool, struct connection *connection);

/* One migration: its path is its name in schema_migrations, *applied grows when it was not there yet. */
enum status migration_apply(struct database *database, const char *path, struct text content, int *applied) MUST_CHECK;
enum status migration_table(struct database *database) MUST_CHECK;
enum status writer_script(struct writer *writer, const char *sql) MUST_CHECK;

enum status notices_add(struct notices *notices, const char *channel, struct text payload) MUST_CHECK;
/* Drops what came after `last` (NULL: all). */
void notices_cut(struct notices *notices, struct notice *last);
enum status listening_init(struct listening *listening);
void listening_destroy(struct listening *listening);
/* Hands the notices to the store's thread, which then owns them. */
void listening_deliver(struct listening *listening, struct notices *notices);
void listening_ready(struct listening *listening);
void listening_call(struct listening *listening, const char *channel, struct text payload);
void *listening_run_local(void *database);
void *listening_run_postgres(void *database);

/* Into the new database at `url`. */
enum status sqlite_restore(const char *path_of_database, const char *backup);
enum status postgres_restore(const char *url, const char *backup);

#endif
