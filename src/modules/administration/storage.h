#ifndef VIGIE_ADMINISTRATION_STORAGE_H
#define VIGIE_ADMINISTRATION_STORAGE_H
/* How much is stored, and its backups: asked for or made by the clock, written by a job into a folder of the settings,
 * the oldest removed beyond a number. */
#include "domain/document.h"
#include "store/store.h"

enum storage_setting { BACKUP_FOLDER, BACKUP_HOURS, BACKUP_KEEP, DOCUMENTS_CLAMD, STORAGE_SETTINGS };
extern const struct setting storage_settings[]; /* ended by a zero row */

struct backup {
	int64_t id, asked_at, started_at, ended_at, size, removed_at; /* TIME_NONE / INT64_MIN: not there */
	struct text state, asked_by, path, problem;
};
/* A backup is written as soon as the job runs; the job is asked for too. STATUS_INVALID: no folder is set. */
enum status backup_ask(struct writer *writer, const struct actor *actor) MUST_CHECK;
/* What the job does: writes what was asked for, or what is due by the clock. */
enum status backup_run(struct database *database, struct arena *arena, struct text *ret_note) MUST_CHECK;
/* Newest first. Texts are good until the next row. */
enum status backup_list(struct reader *reader, int64_t limit, bool (*each)(void *context, const struct backup *backup),
	void *context) MUST_CHECK;
/* The newest that was written; STATUS_NOT_FOUND. Texts in the arena. */
enum status backup_last(struct reader *reader, struct arena *arena, struct backup *ret_backup) MUST_CHECK;

struct storage_figures {
	int64_t database; /* bytes */
	int64_t free; /* bytes of it that can be used again; SQLite only */
	int64_t documents, document_count; /* bytes kept once, and how many */
};
enum status storage_measure(struct reader *reader, struct storage_figures *ret_figures) MUST_CHECK;
/* The largest tables, at most `limit`; sizes in bytes. */
enum status storage_tables(struct reader *reader, int64_t limit, bool (*each)(void *context, struct text name,
	int64_t bytes), void *context) MUST_CHECK;

#endif
