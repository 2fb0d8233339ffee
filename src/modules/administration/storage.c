/* Backups and what is stored. */
#include "modules/administration/storage.h"

#include "base/clock.h"
#include "base/log.h"
#include "domain/job.h"
#include "domain/journal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BACKUP_COLUMNS "id, state, asked_by, asked_at, started_at, ended_at, path, size, problem, removed_at"
STATEMENT(BACKUP_LIST, "select " BACKUP_COLUMNS " from backups order by id desc limit $1");
STATEMENT(BACKUP_LAST, "select " BACKUP_COLUMNS " from backups where state = 'done' order by id desc limit 1");
STATEMENT(BACKUP_WAITING, "select id from backups where state = 'asked' order by id limit 1");
STATEMENT(BACKUP_ASK, "insert into backups (state, asked_by, asked_at) values ('asked', $1, $2) returning id");
STATEMENT(BACKUP_BEGIN, "update backups set state = 'running', started_at = $2, path = $3 where id = $1");
STATEMENT(BACKUP_END,
	"update backups set state = $2, ended_at = $3, size = $4, problem = $5 where id = $1");
/* What a crash left. */
STATEMENT(BACKUP_BROKEN,
	"update backups set state = 'failed', ended_at = $1, problem = 'interrupted' where state = 'running'");
STATEMENT(BACKUP_TOO_MANY,
	"select id, path from backups where state = 'done' and removed_at is null order by id desc limit 1000 offset $1");
STATEMENT(BACKUP_REMOVED, "update backups set removed_at = $2 where id = $1");
STATEMENT_OF(DATABASE_SIZE,
	"select page_count * page_size, freelist_count * page_size from pragma_page_count(), pragma_page_size(), "
	"pragma_freelist_count()",
	"select pg_database_size(current_database()), CAST(0 AS bigint)");
STATEMENT(DOCUMENT_SIZE,
	"select CAST(coalesce(sum(size), 0) AS bigint), count(*) from (select digest, max(size) as size from documents "
	"group by digest) kept");
STATEMENT_OF(TABLE_SIZES,
	"select name, sum(pgsize) from dbstat group by name order by 2 desc limit $1",
	"select relname, pg_total_relation_size(relid) from pg_statio_user_tables order by 2 desc limit $1");

enum { FOLDER_LIMIT = 2000, PATH_ROOM = 2200, HOUR = 3600 };

const struct setting storage_settings[] = {
	[BACKUP_FOLDER] = {"backup.folder", TR("Dossier des sauvegardes"),
		TR("Chemin complet d'un dossier où Vigie peut écrire, de préférence sur un autre disque. Vide : pas de sauvegarde."),
		SETTING_TEXT, "", NULL, 0, 0},
	[BACKUP_HOURS] = {"backup.hours", TR("Heures entre deux sauvegardes"),
		TR("0 : seulement quand on le demande."), SETTING_INTEGER, "24", NULL, 0, 8760},
	[BACKUP_KEEP] = {"backup.keep", TR("Sauvegardes gardées"),
		TR("Les plus anciennes sont effacées au-delà de ce nombre."), SETTING_INTEGER, "14", NULL, 1, 1000},
	[DOCUMENTS_CLAMD] = DOCUMENT_CLAMD_SETTING,
	[STORAGE_SETTINGS] = {0},
};

/* ---- reading */

static struct backup read_backup(struct rows *rows)
{
	return (struct backup){.id = rows_integer(rows, 0), .state = rows_text(rows, 1), .asked_by = rows_text(rows, 2),
		.asked_at = rows_integer(rows, 3), .started_at = rows_optional(rows, 4), .ended_at = rows_optional(rows, 5),
		.path = rows_text(rows, 6), .size = rows_optional(rows, 7), .problem = rows_text(rows, 8),
		.removed_at = rows_optional(rows, 9)};
}

enum status backup_list(struct reader *reader, int64_t limit, bool (*each)(void *context, const struct backup *backup),
	void *context)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &BACKUP_LIST, PARAMS(V_INT(limit)), &rows));
	while (rows_next(rows)) {
		struct backup backup = read_backup(rows);

		if (!each(context, &backup))
			return STATUS_OK;
	}
	return rows_status(rows);
}

enum status backup_last(struct reader *reader, struct arena *arena, struct backup *ret_backup)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct backup backup;

	TRY(store_query(reader, &BACKUP_LAST, NO_PARAMS, &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	backup = read_backup(rows);
	backup.state = arena_text(arena, backup.state);
	backup.asked_by = arena_text(arena, backup.asked_by);
	backup.path = arena_text(arena, backup.path);
	backup.problem = TEXT_NONE;
	if (!backup.state.data || !backup.asked_by.data || !backup.path.data)
		return STATUS_NO_MEMORY;
	*ret_backup = backup;
	return STATUS_OK;
}

enum status storage_measure(struct reader *reader, struct storage_figures *ret_figures)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(rows_release) struct rows *documents = NULL;
	struct storage_figures figures = {0};

	TRY(store_query(reader, &DATABASE_SIZE, NO_PARAMS, &rows));
	if (rows_next(rows)) {
		figures.database = rows_integer(rows, 0);
		figures.free = rows_integer(rows, 1);
	}
	TRY(rows_status(rows));
	TRY(store_query(reader, &DOCUMENT_SIZE, NO_PARAMS, &documents));
	if (rows_next(documents)) {
		figures.documents = rows_integer(documents, 0);
		figures.document_count = rows_integer(documents, 1);
	}
	TRY(rows_status(documents));
	*ret_figures = figures;
	return STATUS_OK;
}

enum status storage_tables(struct reader *reader, int64_t limit, bool (*each)(void *context, struct text name,
	int64_t bytes), void *context)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &TABLE_SIZES, PARAMS(V_INT(limit)), &rows));
	while (rows_next(rows))
		if (!each(context, rows_text(rows, 0), rows_integer(rows, 1)))
			return STATUS_OK;
	return rows_status(rows);
}

/* ---- asking */

static enum status read_folder(struct reader *reader, struct arena *arena, struct text *ret_folder)
{
	TRY(setting_text(reader, &storage_settings[BACKUP_FOLDER], arena, ret_folder));
	return ret_folder->size && ret_folder->size < FOLDER_LIMIT ? STATUS_OK : STATUS_NOT_FOUND;
}

static enum status ask(struct writer *writer, const struct actor *actor, int64_t *ret_id)
{
	TRY(store_returning(writer, &BACKUP_ASK, PARAMS(value_text(actor->name), V_INT(clock_now())), ret_id));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "backup", .entity_id = *ret_id, .action = "asked"}, NULL);
}

enum status backup_ask(struct writer *writer, const struct actor *actor)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 16);
	struct text folder;
	int64_t id;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	status = read_folder(writer_reader(writer), arena, &folder);
	if (status == STATUS_NOT_FOUND)
		return STATUS_INVALID;
	TRY(status);
	TRY(ask(writer, actor, &id));
	return job_ask(writer, "storage.backup");
}

/* ---- writing */

/* The one to write now: what waits, else a new one when the last is old enough. *ret_id 0: nothing to do. */
static enum status choose(struct writer *writer, struct arena *arena, int64_t *ret_id)
{
	const struct actor system = actor_system("storage.backup");
	struct backup last;
	int64_t hours, now = clock_now();
	enum status status;

	TRY(store_execute(writer, &BACKUP_BROKEN, PARAMS(V_INT(now)), NULL));
	status = store_integer(writer_reader(writer), &BACKUP_WAITING, NO_PARAMS, ret_id);
	if (status != STATUS_NOT_FOUND)
		return status;
	*ret_id = 0;
	TRY(setting_integer(writer_reader(writer), &storage_settings[BACKUP_HOURS], &hours));
	status = backup_last(writer_reader(writer), arena, &last);
	if (!hours || (status == STATUS_OK && now - last.asked_at < (hours * HOUR - HOUR / 2) * MICROSECONDS))
		return status == STATUS_NOT_FOUND ? STATUS_OK : status;
	return status == STATUS_OK || status == STATUS_NOT_FOUND ? ask(writer, &system, ret_id) : status;
}

static struct text make_path(struct arena *arena, struct text folder, enum database_kind kind, int64_t id)
{
	AUTO(buffer_release) struct buffer time = {0};

	buffer_init(&time, 64);
	time_print(&time, clock_now());
	for (size_t i = 0; i < time.size; i++)
		if (time.data[i] == ':')
			time.data[i] = '-';
	return arena_format(arena, "%.*s/vigie-%s-%lld.%s", TEXT_FORMAT(folder), time.data ? time.data : "", (long long)id,
		kind == DATABASE_SQLITE ? "db" : "dump");
}

/* Writes beside and moves into place: a file of the right name is a whole one. */
static enum status write_file(struct database *database, const char *path, int64_t *ret_size)
{
	char part[PATH_ROOM];
	struct stat found;

	if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part)
		return STATUS_INVALID;
	TRY(database_backup(database, part));
	if (stat(part, &found) != 0 || found.st_size == 0 || rename(part, path) != 0) {
		unlink(part);
		return STATUS_UNAVAILABLE;
	}
	*ret_size = (int64_t)found.st_size;
	return STATUS_OK;
}

/* Beyond the number to keep, the oldest go. */
static enum status remove_old(struct writer *writer, struct arena *arena)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t keep, ids[1000];
	const char *paths[1000];
	size_t count = 0;

	TRY(setting_integer(writer_reader(writer), &storage_settings[BACKUP_KEEP], &keep));
	TRY(store_query(writer_reader(writer), &BACKUP_TOO_MANY, PARAMS(V_INT(keep)), &rows));
	while (count < 1000 && rows_next(rows)) {
		ids[count] = rows_integer(rows, 0);
		paths[count] = arena_string(arena, rows_text(rows, 1));
		if (!paths[count++])
			return STATUS_NO_MEMORY;
	}
	TRY(rows_status(rows));
	for (size_t i = 0; i < count; i++)
		if (unlink(paths[i]) == 0 || errno == ENOENT)
			TRY(store_execute(writer, &BACKUP_REMOVED, PARAMS(V_INT(ids[i]), V_INT(clock_now())), NULL));
	return STATUS_OK;
}

static enum status end(struct database *database, int64_t id, enum status outcome, int64_t size, struct arena *arena)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor system = actor_system("storage.backup");

	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &BACKUP_END,
		PARAMS(V_INT(id), value_string(outcome == STATUS_OK ? "done" : "failed"), V_INT(clock_now()),
			outcome == STATUS_OK ? V_INT(size) : V_NULL,
			value_string(outcome == STATUS_OK ? NULL : status_name(outcome))),
		NULL));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = &system, .entity = "backup", .entity_id = id,
			.action = outcome == STATUS_OK ? "written" : "failed"},
		NULL));
	if (outcome == STATUS_OK)
		TRY(remove_old(writer, arena));
	return writer_commit(&writer);
}

/* Takes the row and says where to write. *ret_id 0: nothing to do. */
static enum status begin(struct database *database, struct arena *arena, int64_t *ret_id, struct text *ret_path)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct text folder, path;
	enum status status;

	TRY(writer_begin(database, &writer));
	status = read_folder(writer_reader(writer), arena, &folder);
	*ret_id = 0;
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	TRY(status);
	TRY(choose(writer, arena, ret_id));
	if (*ret_id) {
		path = make_path(arena, folder, database_kind(database), *ret_id);
		if (!path.data)
			return STATUS_NO_MEMORY;
		TRY(store_execute(writer, &BACKUP_BEGIN, PARAMS(V_INT(*ret_id), V_INT(clock_now()), value_text(path)), NULL));
		*ret_path = path;
	}
	return writer_commit(&writer);
}

enum status backup_run(struct database *database, struct arena *arena, struct text *ret_note)
{
	struct text path = TEXT_NONE;
	int64_t id, size = 0;
	enum status status;

	TRY(begin(database, arena, &id, &path));
	if (!id)
		return STATUS_OK;
	status = write_file(database, path.data, &size);
	TRY(end(database, id, status, size, arena));
	*ret_note = path;
	return status;
}
