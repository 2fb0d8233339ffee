/* The upload: each file is kept as it came, then read, decided and stored. */
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

		if (status == STATUS_UNSUPPORTED || status == STATUS_INVALID || status == STATUS_TOO_LARGE) {
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
