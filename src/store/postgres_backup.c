/* Backup and restore by PostgreSQL's own pg_dump and pg_restore, started without a shell. What they need to connect
 * goes in their environment, where other accounts cannot read it. */
#include "base/arena.h"
#include "base/log.h"
#include "store/postgres.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENVIRONMENT_LIMIT = 1 << 20 };

extern char **environ;

static void conninfo_release(PQconninfoOption **options)
{
	PQconninfoFree(*options);
}

/* Our own environment with the URL's parts as PGHOST, PGPASSWORD and so on. */
static enum status make_environment(const PQconninfoOption *options, struct arena *arena, char ***ret_environment)
{
	size_t count = 0, at = 0;
	char **environment;

	while (environ[count])
		count++;
	for (const PQconninfoOption *option = options; option->keyword; option++)
		count++;
	environment = arena_array(arena, count + 1, sizeof *environment);
	if (!environment)
		return STATUS_NO_MEMORY;
	for (char **old = environ; *old; old++)
		if (strncmp(*old, "PG", 2) != 0)
			environment[at++] = *old;
	for (const PQconninfoOption *option = options; option->keyword; option++) {
		struct text entry;

		if (!option->envvar || !option->val)
			continue;
		entry = arena_format(arena, "%s=%s", option->envvar, option->val);
		if (!entry.data)
			return STATUS_NO_MEMORY;
		environment[at++] = (char *)entry.data;
	}
	*ret_environment = environment;
	return STATUS_OK;
}

static enum status run_program(char *const *arguments, char **environment)
{
	pid_t child;
	int outcome = 0;
	int failed = posix_spawnp(&child, arguments[0], NULL, NULL, arguments, environment);

	if (failed) {
		log_event(LOG_ERROR, "store", "program", arguments[0], "error", strerror(failed), NULL);
		return STATUS_UNAVAILABLE;
	}
	while (waitpid(child, &outcome, 0) < 0)
		if (errno != EINTR)
			return STATUS_INTERNAL;
	if (WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0)
		return STATUS_OK;
	log_event(LOG_ERROR, "store", "program", arguments[0], "error", "it failed", NULL);
	return STATUS_UNAVAILABLE;
}

static enum status parse(const char *url, struct arena *arena, char ***ret_environment, const char **ret_name)
{
	AUTO(conninfo_release) PQconninfoOption *options = PQconninfoParse(url, NULL);

	if (!options)
		return STATUS_INVALID;
	for (const PQconninfoOption *option = options; option->keyword; option++)
		if (strcmp(option->keyword, "dbname") == 0 && option->val)
			*ret_name = arena_string(arena, text_of(option->val));
	return make_environment(options, arena, ret_environment);
}

enum status postgres_backup(struct database *database, const char *path)
{
	AUTO(arena_release) struct arena *arena = arena_new(ENVIRONMENT_LIMIT);
	const char *name = "";
	char **environment;
	struct text beside, file;
	enum status status;
	int fd;

	if (!arena)
		return STATUS_NO_MEMORY;
	beside = arena_format(arena, "%s.new", path);
	file = arena_format(arena, "--file=%s.new", path);
	if (!beside.data || !file.data)
		return STATUS_NO_MEMORY;
	TRY(parse(database->url, arena, &environment, &name));
	fd = open(beside.data, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return STATUS_UNAVAILABLE;
	status = run_program((char *[]){(char *)"pg_dump", (char *)"--format=custom", (char *)"--no-owner",
				     (char *)"--no-privileges", (char *)file.data, NULL},
		environment);
	if (status == STATUS_OK && (fsync(fd) != 0 || rename(beside.data, path) != 0))
		status = STATUS_UNAVAILABLE;
	if (status != STATUS_OK)
		unlink(beside.data);
	close(fd);
	return status;
}

/* STATUS_CONFLICT when the database already holds something. */
static enum status check_empty(const char *url)
{
	PGconn *handle;
	PGresult *result;
	enum status status;

	TRY(postgres_open(url, &handle));
	result = PQexec(handle, "select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace "
				"where n.nspname = 'public' limit 1");
	status = PQresultStatus(result) != PGRES_TUPLES_OK ? STATUS_UNAVAILABLE
		: PQntuples(result)			   ? STATUS_CONFLICT
							   : STATUS_OK;
	PQclear(result);
	PQfinish(handle);
	return status;
}

static enum status check_dump(const char *path)
{
	char start[5] = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return STATUS_NOT_FOUND;
	got = read(fd, start, sizeof start);
	close(fd);
	return got == (ssize_t)sizeof start && memcmp(start, "PGDMP", sizeof start) == 0 ? STATUS_OK : STATUS_INVALID;
}

enum status postgres_restore(const char *url, const char *backup)
{
	AUTO(arena_release) struct arena *arena = arena_new(ENVIRONMENT_LIMIT);
	const char *name = "";
	char **environment;
	struct text target;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(check_dump(backup));
	TRY(check_empty(url));
	TRY(parse(url, arena, &environment, &name));
	target = arena_format(arena, "--dbname=%s", name ? name : "");
	if (!target.data)
		return STATUS_NO_MEMORY;
	return run_program((char *[]){(char *)"pg_restore", (char *)"--exit-on-error", (char *)"--single-transaction",
				   (char *)"--no-owner", (char *)"--no-privileges", (char *)target.data,
				   (char *)backup, NULL},
		environment);
}
