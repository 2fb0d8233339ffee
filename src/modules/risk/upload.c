/* The upload: each file is kept as it came, then read, decided and stored. */
#include "domain/journal.h"
#include "modules/risk/pages.h"

enum { FILES_AT_ONCE = 50 };

static enum status keep_document(const struct request *rq, struct database *database, const struct upload *upload)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct document document;

	if (!rq->application->documents)
		return STATUS_OK;
	TRY(writer_begin(database, &writer));
	TRY(document_add(writer, rq->application->documents, &rq->actor, upload->path, upload->name, "import", 0,
		&document));
	return writer_commit(&writer);
}

/* Why a file is not even read, or NULL when the failure is not the file's. */
static const char *refusal_of(enum status status)
{
	switch (status) {
	case STATUS_UNSUPPORTED:
		return TR("Ce fichier n'est ni un XML, ni un texte, ni un document connu. Donnez l'export tel que le système "
			  "l'a écrit.");
	case STATUS_INVALID: return TR("L'antivirus a trouvé quelque chose dans ce fichier : il n'est pas gardé.");
	case STATUS_TOO_LARGE: return TR("Ce fichier est trop volumineux pour être déposé. Donnez-le en plusieurs parties.");
	default: return NULL;
	}
}

/* A file that is not read has its row among the imports all the same, with the reason. */
static enum status note_refused(const struct request *rq, struct database *database, const struct upload *upload,
	const char *refusal, int64_t *ret_id)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct import_row row = {.file_name = upload->name, .digest = TEXT(""), .format = text_of(format_code(FORMAT_UNKNOWN)),
		.size = upload->size, .user_id = rq->actor.user_id};

	TRY(writer_begin(database, &writer));
	TRY(import_start(writer, &row, &row.id));
	row.state = TEXT("refused");
	row.refusal = text_of(tr(rq->language, refusal));
	row.ended_at = clock_now();
	TRY(import_save(writer, &row));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = &rq->actor, .entity = "import", .entity_id = row.id,
			.action = "import.refused"},
		NULL));
	*ret_id = row.id;
	return writer_commit(&writer);
}

enum status upload_action(struct request *rq, struct database *database)
{
	const struct risk_application *application = (const struct risk_application *)rq->application;
	const struct intake intake = {.database = database, .decider = application->decider, .actor = &rq->actor};
	const struct upload *uploads[FILES_AT_ONCE];
	size_t count = rq_uploads(rq, "fichiers", uploads, FILES_AT_ONCE), refused = 0;
	int64_t last = 0;

	if (!count) {
		rq_flash(rq, TR("Choisissez au moins un fichier."));
		return rq_redirect(rq, "/imports");
	}
	for (size_t i = 0; i < count; i++) {
		struct import_row row = {0};
		enum status status = keep_document(rq, database, uploads[i]);

		if (refusal_of(status)) {
			TRY(note_refused(rq, database, uploads[i], refusal_of(status), &last));
			refused++;
			continue;
		}
		TRY(status);
		status = intake_file(&intake, uploads[i]->path, uploads[i]->name, rq->arena, &row);
		if (status != STATUS_OK && status != STATUS_INVALID)
			return status;
		refused += status == STATUS_INVALID;
		last = row.id ? row.id : last;
	}
	rq_flash(rq, refused ? TR("Des fichiers ont été refusés : le motif est sur leur page.")
			     : TR("Les fichiers ont été lus et les envois examinés."));
	if (count == 1 && last)
		return rq_redirect(rq, "/imports/%lld", (long long)last);
	return rq_redirect(rq, "/imports");
}
