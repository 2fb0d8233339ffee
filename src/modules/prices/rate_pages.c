/* A file of exchange rates: first what it would change, then taken. */
#include "base/file.h"
#include "modules/prices/rate_table.h"
#include "web/page.h"
#include "web/query.h"
#include "web/session.h"

static void print_state(struct html *p, const struct rate_row *row)
{
	if (row->problem.id)
		badge(p, "danger", row->problem.id);
	else if (row->before == NUMBER_NONE)
		badge(p, "ok", TR("nouveau"));
	else if (row->before == row->rate)
		badge(p, "info", TR("inchangé"));
	else
		badge(p, "warning", TR("remplacé"));
}

static void print_rows(struct html *p, const struct rate_row *rows, size_t count)
{
	static const struct table_column columns[] = {{TR("Ligne"), "number"}, {TR("Monnaie"), "text"}, {TR("Jour"), "date"},
		{TR("Taux"), "number"}, {TR("Taux d'avant"), "number"}, {TR("État"), "text"}, {NULL, NULL}};

	table_begin(p, TR("Monnaie nationale pour une unité"), columns);
	for (size_t i = 0; i < count; i++) {
		table_row_begin(p);
		table_cell_number(p, number_of(rows[i].line), 0);
		table_cell(p, rows[i].currency);
		table_cell_date(p, rows[i].day);
		table_cell_number(p, rows[i].rate, 4);
		table_cell_number(p, rows[i].before, 4);
		table_cell_begin(p);
		print_state(p, &rows[i]);
		table_cell_end(p);
		table_row_end(p);
	}
	table_end(p);
}

/* The table goes along in the form, so that what is taken is what was seen. */
static enum status preview(struct request *rq, struct reader *db, struct text content)
{
	AUTO(buffer_release) struct buffer table = {0};
	struct rate_row *rows = NULL;
	struct message problem;
	struct html page;
	size_t count = 0, fresh = 0;
	enum status status = rate_table_read(rq->arena, content, &rows, &count, &problem);

	buffer_init(&table, RATE_BYTES);
	if (status != STATUS_OK && !problem.id)
		return status;
	if (status == STATUS_OK)
		TRY(rate_table_compare(db, rows, count, &fresh));
	page = page_begin(rq, text_of(tr(rq->language, TR("Ce qui serait enregistré"))));
	if (problem.id) {
		notice(&page, "danger", problem.id);
	} else {
		html(&page, "<p class=\"lead\">");
		html_message(&page,
			&(struct message){TR("%1 lignes lues, %2 changeraient quelque chose."),
				{arena_format(rq->arena, "%zu", count), arena_format(rq->arena, "%zu", fresh)}});
		html(&page, "</p>");
		print_rows(&page, rows, count);
	}
	if (fresh) {
		struct form form = form_begin(&page, "/prix/taux/fichier", NULL, 0);

		TRY(rate_table_write(&table, rows, count));
		form_hidden(&form, "contenu", arena_text(rq->arena, buffer_text(&table)));
		form_end(&form, TR("Enregistrer ces taux"));
	}
	html(&page, "<p>");
	link_to(&page, "/prix/taux", text_of(tr(rq->language, TR("Renoncer"))));
	html(&page, "</p>");
	page_end(&page);
	return problem.id ? STATUS_INVALID : STATUS_OK;
}

static enum status take(struct request *rq, struct database *database, struct text content)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct rate_row *rows;
	struct message problem;
	size_t count, taken;

	TRY(rate_table_read(rq->arena, content, &rows, &count, &problem));
	TRY(writer_begin(database, &writer));
	TRY(rate_table_take(writer, &rq->actor, rows, count, &taken));
	TRY(writer_commit(&writer));
	rq_flash(rq, TR("Les taux sont enregistrés : ils valent au prochain calcul."));
	return rq_redirect(rq, "/prix/taux");
}

enum status exchange_rates_file(struct request *rq, struct database *database)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct text content = rq_input(rq, "contenu");
	const struct upload *upload;

	if (content.size)
		return take(rq, database, content);
	if (!rq_uploads(rq, "fichier", &upload, 1)) {
		rq_flash(rq, TR("Choisissez un fichier."));
		return rq_redirect(rq, "/prix/taux");
	}
	TRY(file_read(rq->arena, upload->path, RATE_BYTES, &content));
	TRY(reader_begin(database, &reader));
	return preview(rq, reader, content);
}
