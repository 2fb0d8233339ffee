#ifndef VIGIE_DOMAIN_DOCUMENT_H
#define VIGIE_DOMAIN_DOCUMENT_H
/* Files kept by their SHA-256 in a folder beside the database (or in it), so that the same bytes are kept once
 * and cannot be changed unseen. The type is found from the content and must be one of ours (XML, CSV/TSV and
 * plain text, JSON, PDF, JPEG, PNG, WebP); clamd is asked when the setting documents.clamd names its socket. */
#include "base/secret.h"
#include "domain/actor.h"
#include "domain/setting.h"

/* documents.clamd: "/run/clamav/clamd.ctl" or "host:port"; empty: no scan. Ended by a zero row. */
extern const struct setting document_settings[];
/* The row, for the table of the module that shows it among others. */
#define DOCUMENT_CLAMD_SETTING                                                                                         \
	{                                                                                                              \
		.code = "documents.clamd", .label = TR("Antivirus clamd"),                                             \
		.help = TR("Chemin de la prise UNIX ou adresse hôte:port ; vide : pas d'analyse."),                    \
		.kind = SETTING_TEXT, .initial = ""                                                                    \
	}

struct document {
	int64_t id;
	struct text name; /* as given, without folders */
	struct text media_type;
	int64_t size;
	char digest[2 * DIGEST_SIZE + 1]; /* hex */
};
struct document_store {
	const char *folder;
	int64_t limit; /* bytes */
};
/* A file to take in: it stays at its path. What it belongs to may be ""/0. */
struct document_file {
	const char *path;
	struct text name; /* as given; folders are cut off */
	const char *entity;
	int64_t entity_id;
};
/* STATUS_TOO_LARGE, STATUS_UNSUPPORTED (type), STATUS_INVALID (clamd found something), STATUS_UNAVAILABLE.
 * ret_document->name is left missing: document_find() gives the name as it was kept. */
enum status document_take(struct writer *writer, const struct document_store *store, const struct actor *actor,
	const struct document_file *file, struct document *ret_document) MUST_CHECK;
/* The same for loose values. */
#define document_add(writer, store, actor, path, name, entity, entity_id, ret_document)                                \
	document_take(writer, store, actor, &(const struct document_file){path, name, entity, entity_id}, ret_document)
enum status document_find(struct reader *reader, int64_t id, struct arena *arena, struct document *ret_document)
	MUST_CHECK;
/* The path of its bytes, after checking that they still have their digest (STATUS_INTERNAL if not). */
enum status document_path(const struct document_store *store, const struct document *document, struct arena *arena,
	const char **ret_path) MUST_CHECK;
/* From the first bytes; NULL when it is none of ours. */
const char *document_type(struct text first_bytes);
/* Sends the file to clamd. STATUS_INVALID: it found something; STATUS_UNAVAILABLE: no answer. (document_scan.c) */
enum status document_scan(struct text clamd, const char *path) MUST_CHECK;
struct document_list_row {
	struct document document;
	int64_t added_at;
};
enum status document_list(struct reader *reader, const char *entity, int64_t entity_id,
	bool (*each)(void *context, const struct document_list_row *row), void *context) MUST_CHECK;

#endif
