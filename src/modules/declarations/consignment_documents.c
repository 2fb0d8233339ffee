/* Documents kept with a consignment: what came with it, and what officers add. */
#include "modules/declarations/consignment_parts.h"
#include "modules/declarations/pages.h"

#include "domain/document.h"
#include "web/query.h"
#include "web/server.h"

enum { FILES = 10 };

struct printing {
	struct html *p;
	const struct stored_consignment *row;
	int count;
};

static const char *kind_of(struct text media_type)
{
	if (text_starts_with(media_type, TEXT("image/")))
		return TR("image");
	if (text_is(media_type, "application/pdf"))
		return TR("PDF");
	return TR("fichier");
}

static bool print_document(void *context, const struct document_list_row *row)
{
	static const struct table_column columns[] = {{TR("Document"), "text"}, {TR("Nature"), "text"}, {TR("Taille"), "number"},
		{TR("Ajouté"), "date"}, {TR("Empreinte"), "text"}, {NULL, NULL}};
	struct printing *printing = context;
	struct html *p = printing->p;

	if (!printing->count++)
		table_begin(p, TR("Documents"), columns);
	table_row_begin(p);
	table_cell_begin(p);
	html(p, "<a href=\"/envois/%lld/documents/%lld\">%.*s</a>", (long long)printing->row->id,
		(long long)row->document.id, TEXT_FORMAT(row->document.name));
	table_cell_end(p);
	table_cell(p, text_of(tr(p->language, kind_of(row->document.media_type))));
	table_cell_begin(p);
	html_number(p, number_of((row->document.size + 1023) / 1024), 0);
	html(p, " ko");
	table_cell_end(p);
	table_cell_begin(p);
	html_time(p, row->added_at);
	table_cell_end(p);
	table_cell_begin(p);
	html(p, "<code>%.*s…</code>", 12, row->document.digest);
	table_cell_end(p);
	table_row_end(p);
	return true;
}

enum status print_documents(struct request *rq, struct reader *db, struct html *p, const struct stored_consignment *row)
{
	struct printing printing = {p, row, 0};
	struct form form;

	section_begin_at(p, "documents", TR("Documents"));
	TRY(document_list(db, "consignment", row->id, print_document, &printing));
	if (printing.count)
		table_end(p);
	else
		html(p, "<p class=\"muted\">%s</p>", tr(p->language, TR("Aucun document n'est joint à cet envoi.")));
	if (rq->application->documents && actor_may(&rq->actor, CONSIGNMENTS_IMPORT, row->unit_path)) {
		fold_begin(p, TR("Joindre un document"), false);
		form = form_begin(p, arena_format(rq->arena, "/envois/%lld/documents", (long long)row->id).data, NULL, 0);
		form_upload(&form);
		form_file(&form, &(struct field){.name = "document", .label = TR("Document"),
			.help = TR("Facture, liste de colisage, certificat, photo : PDF, image, XML, CSV ou texte, 30 Mo au plus."),
			.required = true}, ".pdf,.jpg,.jpeg,.png,.webp,.xml,.csv,.txt", true);
		form_end(&form, TR("Joindre"));
		fold_end(p);
	}
	section_end(p);
	return STATUS_OK;
}


enum status consignment_document_action(struct request *rq, struct writer *db)
{
	const struct upload *uploads[FILES];
	size_t count = rq_uploads(rq, "document", uploads, FILES);
	struct stored_consignment row;

	TRY(consignment_seen(rq, writer_reader(db), CONSIGNMENTS_IMPORT, &row));
	if (!rq->application->documents)
		return STATUS_UNSUPPORTED;
	for (size_t i = 0; i < count && i < FILES; i++) {
		struct document document;

		TRY(document_add(db, rq->application->documents, &rq->actor, uploads[i]->path, uploads[i]->name, "consignment",
			row.id, &document));
	}
	rq_flash(rq, count ? TR("Le document est joint à l'envoi.") : TR("Choisissez d'abord un fichier."));
	return rq_redirect(rq, "/envois/%lld#documents", (long long)row.id);
}

struct wanted {
	int64_t id;
	bool is_there;
};

static bool look_for(void *context, const struct document_list_row *row)
{
	struct wanted *wanted = context;

	wanted->is_there = row->document.id == wanted->id;
	return !wanted->is_there;
}

/* Always as a file to keep, never shown inside a page of ours: what it holds came from outside. */
enum status consignment_document(struct request *rq, struct reader *db)
{
	AUTO(buffer_release) struct buffer name = {0};
	struct stored_consignment row;
	struct wanted wanted = {0, false};
	struct document document;
	const char *path;

	TRY(consignment_seen(rq, db, CONSIGNMENTS_READ, &row));
	if (!rq->application->documents || !rq_integer(rq, "document", &wanted.id))
		return STATUS_NOT_FOUND;
	TRY(document_list(db, "consignment", row.id, look_for, &wanted));
	if (!wanted.is_there)
		return STATUS_NOT_FOUND;
	TRY(document_find(db, wanted.id, rq->arena, &document));
	TRY(document_path(rq->application->documents, &document, rq->arena, &path));
	buffer_init(&name, 4000);
	buffer_string(&name, "attachment; filename*=UTF-8''");
	percent_encode(&name, document.name, false);
	TRY(buffer_status(&name));
	rq_add_header(rq, "Content-Disposition", arena_string(rq->arena, buffer_text(&name)));
	rq->response.content_type = arena_string(rq->arena, document.media_type);
	rq->response.file = path;
	return STATUS_OK;
}
