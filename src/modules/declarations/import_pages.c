/* The imports: what was taken, what was refused and where. The upload itself is the risk module's. */
#include "base/utf8.h"
#include "modules/declarations/pages.h"
#include "web/page.h"
#include "web/session.h"

STATEMENT(IMPORT_LIST,
	"select id, file_name, format, state, read_count, added_count, amended_count, unchanged_count, warning_count, "
	"error_count, started_at, coalesce(refusal, '') from imports where (user_id = $1 or " IMPORT_SEEN ") and id < $3 "
	"order by id desc limit $4");
STATEMENT(IMPORT_BY_ID,
	"select id, file_name, format, state, read_count, added_count, amended_count, unchanged_count, warning_count, "
	"error_count, started_at, coalesce(refusal, ''), user_id, digest, size, ended_at from imports "
	"where id = $3 and (user_id = $1 or " IMPORT_SEEN ")");
STATEMENT(IMPORT_PROBLEMS,
	"select level, reference, place, message_id, value_1, value_2, value_3 from import_problems "
	"where import_id = $1 order by number limit 500");

enum { PAGE_ROWS = 25 };

static const char *import_state_label(struct text state)
{
	if (text_is(state, "done"))
		return TR("Terminé");
	return text_is(state, "refused") ? TR("Refusé") : TR("En cours ou interrompu");
}

static const char *import_state_kind(struct text state)
{
	if (text_is(state, "done"))
		return "ok";
	return text_is(state, "refused") ? "danger" : "warning";
}

/* Where the person sees the imports of others. */
static struct value seen(const struct request *rq)
{
	return value_text(actor_path_list(&rq->actor, IMPORTS_READ_ALL, rq->arena));
}

static void print_upload(struct request *rq, struct html *p)
{
	struct form form;

	if (!rq_may(rq, CONSIGNMENTS_IMPORT))
		return;
	section_begin(p, TR("Déposer des fichiers"));
	form = form_begin(p, "/imports", NULL, 0);
	form_upload(&form);
	form_file(&form, &(struct field){.name = "fichiers", .label = TR("Fichiers"), .required = true,
		.help = TR("Déclarations ou manifestes SYDONIA World (XML), extraits CSV ou TSV : plusieurs à la fois si vous voulez.")},
		".xml,.csv,.tsv,.txt", true);
	form_end(&form, TR("Déposer et examiner"));
	section_end(p);
}

static void print_import_row(struct request *rq, struct html *p, struct rows *rows)
{
	const char *address = arena_format(rq->arena, "/imports/%lld", (long long)rows_integer(rows, 0)).data;

	table_row_begin(p);
	table_cell_begin(p);
	html_time(p, rows_integer(rows, 10));
	table_cell_end(p);
	table_cell_begin(p);
	link_to(p, address ? address : "/imports", rows_text(rows, 1));
	table_cell_end(p);
	table_cell_begin(p);
	badge(p, import_state_kind(rows_text(rows, 3)), import_state_label(rows_text(rows, 3)));
	table_cell_end(p);
	for (int column = 4; column <= 9; column++)
		table_cell_number(p, number_of(rows_integer(rows, column)), 0);
	table_row_end(p);
}

enum status import_list_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Reçu"), "date"}, {TR("Fichier"), "text"}, {TR("État"), "text"},
		{TR("Lus"), "number"}, {TR("Nouveaux"), "number"}, {TR("Rectifiés"), "number"},
		{TR("Inchangés"), "number"}, {TR("Avertissements"), "number"}, {TR("Erreurs"), "number"}, {NULL, NULL}};
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Fichiers reçus"))));
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t before = INT64_MAX, last = 0;
	int count = 0;

	(void)rq_integer(rq, "avant", &before);
	print_upload(rq, &page);
	TRY(store_query(db, &IMPORT_LIST,
		PARAMS(V_INT(rq->actor.user_id), seen(rq), V_INT(before), V_INT(PAGE_ROWS + 1)), &rows));
	table_begin(&page, TR("Fichiers reçus"), columns);
	while (rows_next(rows)) {
		if (++count > PAGE_ROWS)
			break;
		last = rows_integer(rows, 0);
		print_import_row(rq, &page, rows);
	}
	table_end(&page);
	TRY(rows_status(rows));
	page_links(&page, before == INT64_MAX ? NULL : "/imports",
		count > PAGE_ROWS ? arena_format(rq->arena, "/imports?avant=%lld", (long long)last).data : NULL);
	page_end(&page);
	return STATUS_OK;
}

static void print_problem(struct html *p, struct rows *rows, struct arena *arena)
{
	const char *id = arena_string(arena, rows_text(rows, 3));
	const struct message message = {id ? id : "", {rows_text(rows, 4), rows_text(rows, 5), rows_text(rows, 6)}};

	table_row_begin(p);
	table_cell_begin(p);
	badge(p, rows_integer(rows, 0) == PROBLEM_ERROR ? "danger" : "warning",
		rows_integer(rows, 0) == PROBLEM_ERROR ? TR("Erreur") : TR("Avertissement"));
	table_cell_end(p);
	table_cell(p, rows_text(rows, 1));
	table_cell(p, rows_text(rows, 2));
	table_cell_begin(p);
	html_message(p, &message);
	table_cell_end(p);
	table_row_end(p);
}

static enum status print_problems(struct request *rq, struct reader *db, struct html *p, int64_t id, bool is_refused)
{
	static const struct table_column columns[] = {{TR("Gravité"), "text"}, {TR("Envoi"), "text"},
		{TR("Endroit"), "text"}, {TR("Problème"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	int count = 0;

	TRY(store_query(db, &IMPORT_PROBLEMS, PARAMS(V_INT(id)), &rows));
	if (is_refused && !rows_next(rows))
		return rows_status(rows);
	section_begin(p, TR("Ce qui a été remarqué"));
	table_begin(p, TR("Ce qui a été remarqué"), columns);
	for (bool more = is_refused || rows_next(rows); more; more = rows_next(rows), count++)
		print_problem(p, rows, rq->arena);
	table_end(p);
	if (!count)
		notice(p, "ok", TR("Rien à signaler dans ce fichier."));
	section_end(p);
	return rows_status(rows);
}

enum status import_page(struct request *rq, struct reader *db)
{
	AUTO(rows_release) struct rows *rows = NULL;
	static const char *const labels[] = {TR("Envois lus"), TR("Nouveaux"), TR("Rectifiés"), TR("Inchangés"),
		TR("Avertissements"), TR("Erreurs")};
	struct html page;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(store_query(db, &IMPORT_BY_ID, PARAMS(V_INT(rq->actor.user_id), seen(rq), V_INT(id)), &rows));
	if (!rows_next(rows))
		return rows_status(rows) == STATUS_OK ? STATUS_NOT_FOUND : rows_status(rows);
	page = page_begin(rq, rows_copy(rows, 1, rq->arena));
	if (rows_text(rows, 11).size) {
		html(&page, "<div class=\"notice danger\" role=\"alert\"><p>");
		html_text(&page, rows_text(rows, 11));
		html(&page, "</p></div>");
	}
	section_begin(&page, NULL);
	facts_begin(&page);
	facts_row_begin(&page, TR("État"));
	badge(&page, import_state_kind(rows_text(rows, 3)), import_state_label(rows_text(rows, 3)));
	facts_row_end(&page);
	facts_row_begin(&page, TR("Reçu"));
	html_time(&page, rows_integer(rows, 10));
	facts_row_end(&page);
	for (int i = 0; i < 6; i++) {
		facts_row_begin(&page, labels[i]);
		html_number(&page, number_of(rows_integer(rows, 4 + i)), 0);
		facts_row_end(&page);
	}
	facts_row(&page, TR("Empreinte SHA-256"), rows_text(rows, 13));
	facts_end(&page);
	section_end(&page);
	TRY(print_problems(rq, db, &page, id, text_is(rows_text(rows, 3), "refused")));
	link_to(&page, "/envois", text_of(tr(rq->language, TR("Voir les envois"))));
	page_end(&page);
	return STATUS_OK;
}
