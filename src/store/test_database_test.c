/* Fresh databases for tests, made and removed around one function. */
#include "store/test_database.h"

#include "base/test.h"

#include <libpq-fe.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void run_sqlite(void (*run)(const char *url))
{
	static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
	const char *top = getenv("TMPDIR");
	char folder[3000], url[3200], file[3300];

	snprintf(folder, sizeof folder, "%s/vigie-test-XXXXXX", top && *top ? top : "/tmp");
	if (!mkdtemp(folder)) {
		test_failed(__FILE__, __LINE__, "no folder %s", folder);
		return;
	}
	snprintf(url, sizeof url, "sqlite:%s/vigie.db", folder);
	run(url);
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		snprintf(file, sizeof file, "%s%s", url + strlen("sqlite:"), endings[i]);
		unlink(file);
	}
	if (rmdir(folder) != 0)
		test_failed(__FILE__, __LINE__, "something was left in %s", folder);
}

/* Databases are made and dropped with libpq itself: it cannot be done inside a transaction. */
static bool administer(const char *admin, const char *command, const char *name, const char *rest)
{
	PGconn *connection = PQconnectdb(admin);
	char sql[300];
	PGresult *result;
	bool done;

	snprintf(sql, sizeof sql, "%s \"%s\" %s", command, name, rest);
	result = PQexec(connection, "set client_min_messages = warning");
	PQclear(result);
	result = PQexec(connection, sql);
	done = PQresultStatus(result) == PGRES_COMMAND_OK;
	if (!done)
		test_failed(__FILE__, __LINE__, "%s: %s", sql, PQerrorMessage(connection));
	PQclear(result);
	PQfinish(connection);
	return done;
}

/* The administrator's URL with another database name. */
static void url_of_database(const char *admin, const char *name, char *url, size_t size)
{
	const char *host = strstr(admin, "://");
	const char *path = host ? strchr(host + 3, '/') : NULL;
	const char *query = strchr(admin, '?');
	size_t before = path ? (size_t)(path - admin) : query ? (size_t)(query - admin) : strlen(admin);

	snprintf(url, size, "%.*s/%s%s", (int)before, admin, name, query ? query : "");
}

static void run_postgres(const char *admin, void (*run)(const char *url))
{
	static _Atomic int number;
	char name[64], url[3000];

	snprintf(name, sizeof name, "vigie_test_%ld_%d", (long)getpid(), atomic_fetch_add(&number, 1));
	if (!administer(admin, "create database", name, "template template0 encoding 'UTF8'"))
		return;
	url_of_database(admin, name, url, sizeof url);
	run(url);
	administer(admin, "drop database", name, "with (force)");
}

void test_new_postgres(void (*run)(const char *url))
{
	const char *admin = getenv("VIGIE_TEST_POSTGRES");

	if (admin && *admin)
		run_postgres(admin, run);
}

void test_each_url(void (*run)(const char *url))
{
	const char *admin = getenv("VIGIE_TEST_POSTGRES");

	run_sqlite(run);
	if (admin && *admin)
		run_postgres(admin, run);
	else
		test_skip("VIGIE_TEST_POSTGRES is not set, PostgreSQL");
}

static const char *const *folders_now;
static void (*run_now)(struct database *database);

static void run_migrated(const char *url)
{
	static const struct database_options options = {.readers = 8, .durable = false, .create = true};
	static const char *const none[] = {NULL};
	struct database *database;

	if (database_open(url, &options, &database) != STATUS_OK) {
		test_failed(__FILE__, __LINE__, "the database cannot be opened");
		return;
	}
	if (database_migrate(database, folders_now ? folders_now : none, NULL) == STATUS_OK)
		run_now(database);
	else
		test_failed(__FILE__, __LINE__, "the database cannot be migrated");
	database_close(database);
}

void test_each_database(const char *const *migration_folders, void (*run)(struct database *database))
{
	folders_now = migration_folders;
	run_now = run;
	test_each_url(run_migrated);
}
