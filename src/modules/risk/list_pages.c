/* Lists that profiles name: one page for all, one for each with its entries, a file seen before it is taken, export. */
#include "base/utf8.h"
#include "domain/journal.h"
#include "modules/risk/list_store.h"
#include "modules/risk/suppression.h"
#include "web/page.h"
#include "web/session.h"

enum { PAGE_ROWS = 100, PAGES_MOST = 10000, HISTORY_ROWS = 50, PREVIEW_ROWS = 200, EXPORT_ROWS = 100000,
	FILE_LIMIT = 16 << 20 };

struct typed {
	struct text code, title, value, from, until, reason;
	struct form_problem problems[4];
	size_t problem_count;
};

static void add_problem(struct typed *typed, const char *field, struct message message)
{
	typed->problems[typed->problem_count++] = (struct form_problem){field, message};
}

static const char *list_path(struct request *rq, int64_t id, const char *more)
{
	const char *path =
		arena_string(rq->arena, arena_format(rq->arena, "/listes-de-profils/%lld%s", (long long)id, more));

	return path ? path : "/listes-de-profils";
}

/* ---- all lists */

static enum status print_index(struct request *rq, struct reader *db, const struct typed *typed)
{
	static const struct table_column columns[] = {{TR("Code"), "text"}, {TR("Titre"), "text"},
		{TR("En vigueur"), "number"}, {NULL, NULL}};
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Listes des profils"))));
	struct list_row *rows;
	struct form form;
	size_t count;

	TRY(profile_lists(db, rq->arena, &rows, &count));
	table_begin(&page, TR("Listes que les profils nomment"), columns);
	for (size_t i = 0; i < count; i++) {
		table_row_begin(&page);
		table_cell_begin(&page);
		link_to(&page, list_path(rq, rows[i].id, ""), rows[i].code);
		table_cell_end(&page);
		table_cell(&page, rows[i].title);
		table_cell_number(&page, number_of(rows[i].entry_count), 0);
		table_row_end(&page);
	}
	table_end(&page);
	if (!count)
		notice(&page, "info", TR("Aucune liste. Un profil la nomme ainsi : consignee.code in list SUSPECTS."));
	if (rq_may(rq, RISK_MANAGE)) {
		section_begin(&page, TR("Nouvelle liste"));
		form = form_begin(&page, "/listes-de-profils", typed->problems, typed->problem_count);
		form_field(&form, &(struct field){.name = "code", .label = TR("Code"), .value = typed->code, .required = true,
					.help = TR("Capitales, chiffres et _ : SUSPECTS, SH_SENSIBLES."), .limit = 40});
		form_field(&form, &(struct field){.name = "titre", .label = TR("Titre"), .value = typed->title, .limit = 200});
		form_end(&form, TR("Créer la liste"));
		section_end(&page);
	}
	page_end(&page);
	return STATUS_OK;
}

enum status list_index_page(struct request *rq, struct reader *db)
{
	const struct typed typed = {.code = TEXT_NONE};

	return print_index(rq, db, &typed);
}

enum status list_create_action(struct request *rq, struct writer *db)
{
	struct typed typed = {.code = rq_input(rq, "code"), .title = rq_input(rq, "titre")};
	enum status status;
	int64_t id;

	TRY(writer_savepoint(db));
	status = list_create(db, &rq->actor, typed.code, typed.title, &id);
	if (status == STATUS_OK) {
		TRY(writer_savepoint_release(db));
		return rq_redirect(rq, "/listes-de-profils/%lld", (long long)id);
	}
	if (status != STATUS_INVALID && status != STATUS_CONFLICT)
		return status;
	TRY(writer_savepoint_rollback(db));
	add_problem(&typed, "code",
		(struct message){.id = status == STATUS_CONFLICT ? TR("Une liste porte déjà ce code.")
								 : TR("Capitales sans accent, chiffres et _, une lettre d'abord.")});
	TRY(print_index(rq, writer_reader(db), &typed));
	return STATUS_INVALID;
}

/* ---- one list */

static void print_entry(struct request *rq, struct html *p, const struct list_row *list, const struct list_entry_row *row)
{
	bool holds = row->until == DATE_NONE || row->until >= clock_today();

	table_row_begin(p);
	table_cell(p, row->value);
	if (row->from == DATE_NONE)
		table_cell(p, TEXT(""));
	else
		table_cell_date(p, row->from);
	if (row->until == DATE_NONE)
		table_cell(p, TEXT(""));
	else
		table_cell_date(p, row->until);
	table_cell(p, row->reason);
	table_cell_begin(p);
	if (holds && rq_may(rq, RISK_MANAGE))
		button_form(p, list_path(rq, list->id, "/fin"), TR("Mettre fin"), "inscription",
			arena_format(rq->arena, "%lld", (long long)row->id));
	table_cell_end(p);
	table_row_end(p);
}

static const char *action_label(struct text action)
{
	static const char *const labels[][2] = {{"list.created", TR("Liste créée")},
		{"list.entry_added", TR("Valeur inscrite")}, {"list.entry_ended", TR("Inscription terminée")},
		{"list.imported", TR("Fichier pris")}};

	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (text_is(action, labels[i][0]))
			return labels[i][1];
	return TR("Liste modifiée");
}

static bool print_change(void *context, const struct journal_row *row)
{
	struct html *p = context;
	json_t *details = NULL;
	int line;

	table_row_begin(p);
	table_cell_begin(p);
	html_time(p, row->at);
	table_cell_end(p);
	table_cell(p, row->actor_name);
	table_cell_begin(p);
	html_tr(p, action_label(row->action));
	if (row->details.size && json_parse(row->details, 1 << 16, &details, &line) == STATUS_OK) {
		const char *value = json_string_value(json_object_get(details, "value"));
		long long count = json_integer_value(json_object_get(details, "count"));

		if (value)
			html(p, " : %s", value);
		else if (count > 1)
			html(p, " : %lld", count);
		json_decref(details);
	}
	table_cell_end(p);
	table_row_end(p);
	return true;
}

static enum status print_history(struct html *p, struct reader *db, int64_t id)
{
	static const struct table_column columns[] = {{TR("Le"), "date"}, {TR("Par"), "text"}, {TR("Changement"), "text"},
		{NULL, NULL}};

	section_begin(p, TR("Histoire de la liste"));
	table_begin(p, TR("Histoire de la liste"), columns);
	TRY(journal_history(db, "risk_list", id, HISTORY_ROWS, print_change, p));
	table_end(p);
	section_end(p);
	return STATUS_OK;
}

static void print_forms(struct request *rq, struct html *p, const struct list_row *list, const struct typed *typed)
{
	struct form form;

	section_begin(p, TR("Inscrire une valeur"));
	form = form_begin(p, list_path(rq, list->id, ""), typed->problems, typed->problem_count);
	form_field(&form, &(struct field){.name = "valeur", .label = TR("Valeur"), .value = typed->value, .required = true,
				.help = TR("Code d'opérateur, début de position SH, lieu ou navire."), .limit = 200});
	form_field(&form, &(struct field){.name = "depuis", .label = TR("Depuis le"), .type = "date", .value = typed->from});
	form_field(&form, &(struct field){.name = "jusqu_au", .label = TR("Jusqu'au (compris)"), .type = "date",
				.value = typed->until, .help = TR("Vide : sans fin.")});
	form_field(&form, &(struct field){.name = "motif", .label = TR("Motif"), .value = typed->reason, .required = true,
				.limit = 1000});
	form_end(&form, TR("Inscrire"));
	section_end(p);
	section_begin(p, TR("Prendre un fichier"));
	form = form_begin(p, list_path(rq, list->id, "/fichier"), NULL, 0);
	form_upload(&form);
	form_file(&form, &(struct field){.name = "fichier", .label = TR("Tableau CSV"), .required = true,
				.help = TR("Colonnes valeur, depuis, jusqu_au, motif. Vous verrez d'abord ce qui serait inscrit.")},
		".csv,.tsv,.txt", false);
	form_end(&form, TR("Voir ce qui serait inscrit"));
	section_end(p);
}

static enum status read_filter(struct request *rq, struct list_entry_filter *filter, int64_t *ret_page)
{
	*filter = (struct list_entry_filter){.limit = PAGE_ROWS + 1, .all = text_is(rq_input(rq, "tout"), "1"),
		.search = utf8_cut(rq_input(rq, "recherche"), 100)};
	if (!rq_integer(rq, "id", &filter->list_id))
		return STATUS_NOT_FOUND;
	if (!rq_integer(rq, "page", ret_page) || *ret_page < 1 || *ret_page > PAGES_MOST)
		*ret_page = 1;
	filter->offset = (*ret_page - 1) * PAGE_ROWS;
	return STATUS_OK;
}

static const char *page_path(struct request *rq, const struct list_entry_filter *filter, int64_t number)
{
	AUTO(buffer_release) struct buffer out;

	buffer_init(&out, 4096);
	buffer_format(&out, "/listes-de-profils/%lld?page=%lld&tout=%d&recherche=", (long long)filter->list_id,
		(long long)number, filter->all);
	for (size_t i = 0; i < filter->search.size; i++)
		buffer_format(&out, "%%%02X", (unsigned char)filter->search.data[i]);
	return buffer_status(&out) == STATUS_OK ? arena_string(rq->arena, buffer_text(&out)) : NULL;
}

static enum status print_list(struct request *rq, struct reader *db, const struct list_entry_filter *filter, int64_t number,
	const struct typed *typed)
{
	static const struct table_column columns[] = {{TR("Valeur"), "text"}, {TR("Depuis le"), "date"}, {TR("Jusqu'au"), "date"},
		{TR("Motif"), "text"}, {TR("Action"), "text"}, {NULL, NULL}};
	struct list_entry_row *rows;
	struct list_row list;
	struct html page;
	struct form form;
	size_t count;

	TRY(list_find(db, filter->list_id, rq->arena, &list));
	TRY(list_entries(db, filter, rq->arena, &rows, &count));
	page = page_begin(rq, arena_format(rq->arena, "%.*s – %.*s", TEXT_FORMAT(list.code), TEXT_FORMAT(list.title)));
	form = form_begin_get(&page, list_path(rq, list.id, ""));
	form_field(&form, &(struct field){.name = "recherche", .label = TR("Valeur"), .type = "search",
				.value = filter->search, .limit = 100});
	form_check(&form, &(struct field){.name = "tout", .label = TR("Montrer aussi ce qui est terminé")}, filter->all);
	form_end(&form, TR("Chercher"));
	table_begin(&page, TR("Inscriptions"), columns);
	for (size_t i = 0; i < count && i < PAGE_ROWS; i++)
		print_entry(rq, &page, &list, &rows[i]);
	table_end(&page);
	if (!count)
		notice(&page, "info", TR("Aucune inscription ici."));
	page_links(&page, number > 1 ? page_path(rq, filter, number - 1) : NULL,
		count > PAGE_ROWS ? page_path(rq, filter, number + 1) : NULL);
	html(&page, "<p>");
	link_to(&page, list_path(rq, list.id, "/export"), text_of(tr(rq->language, TR("Exporter en CSV"))));
	html(&page, "</p>");
	if (rq_may(rq, RISK_MANAGE))
		print_forms(rq, &page, &list, typed);
	TRY(print_history(&page, db, list.id));
	page_end(&page);
	return STATUS_OK;
}

enum status list_page(struct request *rq, struct reader *db)
{
	const struct typed typed = {.code = TEXT_NONE};
	struct list_entry_filter filter;
	int64_t number;

	TRY(read_filter(rq, &filter, &number));
	return print_list(rq, db, &filter, number, &typed);
}

static int64_t typed_date(struct typed *typed, const char *field, struct text text)
{
	int64_t date = DATE_NONE;

	if (text.size && date_parse(text, DATE_ISO, &date) != STATUS_OK)
		add_problem(typed, field, (struct message){.id = TR("Ce n'est pas une date.")});
	return date;
}

enum status list_add_action(struct request *rq, struct writer *db)
{
	struct typed typed = {.value = rq_input(rq, "valeur"), .from = rq_input(rq, "depuis"),
		.until = rq_input(rq, "jusqu_au"), .reason = rq_input(rq, "motif")};
	struct list_entry_row entry = {.value = typed.value, .reason = typed.reason};
	struct list_entry_filter filter;
	struct list_row list;
	size_t added = 0;
	int64_t number;

	TRY(read_filter(rq, &filter, &number));
	TRY(list_find(writer_reader(db), filter.list_id, rq->arena, &list));
	entry.from = typed_date(&typed, "depuis", typed.from);
	entry.until = typed_date(&typed, "jusqu_au", typed.until);
	if (!typed.value.size)
		add_problem(&typed, "valeur", (struct message){.id = TR("Donnez la valeur.")});
	if (!typed.reason.size)
		add_problem(&typed, "motif", (struct message){.id = TR("Dites pourquoi.")});
	if (!typed.problem_count && entry.until != DATE_NONE && entry.from != DATE_NONE && entry.until < entry.from)
		add_problem(&typed, "jusqu_au", (struct message){.id = TR("La fin est avant le début.")});
	if (typed.problem_count) {
		TRY(print_list(rq, writer_reader(db), &filter, 1, &typed));
		return STATUS_INVALID;
	}
	TRY(list_add(db, &rq->actor, list.id, &entry, 1, &added));
	rq_flash(rq, added ? TR("La valeur est inscrite : elle vaut dès la prochaine décision.")
			   : TR("Cette valeur est déjà dans la liste."));
	return rq_redirect(rq, "/listes-de-profils/%lld", (long long)list.id);
}

enum status list_end_action(struct request *rq, struct writer *db)
{
	int64_t id, entry;

	if (!rq_integer(rq, "id", &id) || !rq_integer(rq, "inscription", &entry))
		return STATUS_NOT_FOUND;
	TRY(list_end(db, &rq->actor, id, entry));
	rq_flash(rq, TR("L'inscription est terminée."));
	return rq_redirect(rq, "/listes-de-profils/%lld", (long long)id);
}

/* ---- files */

static void print_preview(struct request *rq, struct html *p, const struct list_row *list,
	const struct list_entry_row *entries, size_t count)
{
	static const struct table_column columns[] = {{TR("Ligne"), "number"}, {TR("Valeur"), "text"}, {TR("Depuis le"), "date"},
		{TR("Jusqu'au"), "date"}, {TR("Motif"), "text"}, {TR("État"), "text"}, {NULL, NULL}};

	table_begin(p, TR("Ce qui serait inscrit"), columns);
	for (size_t i = 0; i < count && i < PREVIEW_ROWS; i++) {
		table_row_begin(p);
		table_cell_number(p, number_of(entries[i].line), 0);
		table_cell(p, entries[i].value);
		if (entries[i].from == DATE_NONE)
			table_cell(p, TEXT(""));
		else
			table_cell_date(p, entries[i].from);
		if (entries[i].until == DATE_NONE)
			table_cell(p, TEXT(""));
		else
			table_cell_date(p, entries[i].until);
		table_cell(p, entries[i].reason);
		table_cell_begin(p);
		if (entries[i].is_there)
			badge(p, "info", TR("déjà inscrite"));
		else
			badge(p, "ok", TR("nouvelle"));
		table_cell_end(p);
		table_row_end(p);
	}
	table_end(p);
	(void)rq, (void)list;
}

/* The table goes along in the form, so that what is taken is what was seen. */
static enum status preview(struct request *rq, struct reader *db, const struct list_row *list, struct text content)
{
	AUTO(buffer_release) struct buffer table;
	struct list_entry_row *entries = NULL;
	struct message problem;
	struct html page;
	struct form form;
	size_t count = 0, fresh = 0;
	enum status status = list_table_read(rq->arena, content, &entries, &count, &problem);

	buffer_init(&table, FILE_LIMIT);
	if (status != STATUS_OK && !problem.id)
		return status;
	page = page_begin(rq, arena_format(rq->arena, "%.*s – %s", TEXT_FORMAT(list->code),
				      tr(rq->language, TR("Ce qui serait inscrit"))));
	if (problem.id) {
		html(&page, "<div class=\"notice danger\" role=\"alert\">");
		html_message(&page, &problem);
		html(&page, "</div>");
	} else {
		TRY(list_compare(db, list->id, entries, count, rq->arena, &fresh));
		html(&page, "<p class=\"lead\">");
		html_message(&page,
			&(struct message){TR("%1 lignes lues, %2 seraient inscrites."),
				{arena_format(rq->arena, "%zu", count), arena_format(rq->arena, "%zu", fresh)}});
		html(&page, "</p>");
		print_preview(rq, &page, list, entries, count);
		TRY(list_table_write(&table, entries, count));
		form = form_begin(&page, list_path(rq, list->id, "/fichier"), NULL, 0);
		form_hidden(&form, "contenu", arena_text(rq->arena, buffer_text(&table)));
		form_end(&form, TR("Inscrire ces valeurs"));
	}
	link_to(&page, list_path(rq, list->id, ""), text_of(tr(rq->language, TR("Renoncer"))));
	page_end(&page);
	return problem.id ? STATUS_INVALID : STATUS_OK;
}

static enum status take(struct request *rq, struct database *database, int64_t id, struct text content)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct list_entry_row *entries;
	struct message problem;
	struct list_row list;
	size_t count, added;

	TRY(list_table_read(rq->arena, content, &entries, &count, &problem));
	TRY(writer_begin(database, &writer));
	TRY(list_find(writer_reader(writer), id, rq->arena, &list));
	TRY(list_add(writer, &rq->actor, id, entries, count, &added));
	TRY(writer_commit(&writer));
	rq_flash(rq, TR("Les valeurs nouvelles sont inscrites : elles valent dès la prochaine décision."));
	return rq_redirect(rq, "/listes-de-profils/%lld", (long long)id);
}

enum status list_import_action(struct request *rq, struct database *database)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct text content = rq_input(rq, "contenu");
	const struct upload *upload;
	struct list_row list;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	if (content.size)
		return take(rq, database, id, content);
	TRY(reader_begin(database, &reader));
	TRY(list_find(reader, id, rq->arena, &list));
	if (!rq_uploads(rq, "fichier", &upload, 1)) {
		rq_flash(rq, TR("Choisissez un fichier."));
		return rq_redirect(rq, "/listes-de-profils/%lld", (long long)id);
	}
	TRY(file_read(rq->arena, upload->path, FILE_LIMIT, &content));
	return preview(rq, reader, &list, content);
}

enum status list_export_page(struct request *rq, struct reader *db)
{
	struct list_entry_filter filter = {.limit = EXPORT_ROWS, .all = true};
	struct list_entry_row *rows;
	struct list_row list;
	size_t count;

	if (!rq_integer(rq, "id", &filter.list_id))
		return STATUS_NOT_FOUND;
	TRY(list_find(db, filter.list_id, rq->arena, &list));
	TRY(list_entries(db, &filter, rq->arena, &rows, &count));
	rq->response.content_type = "text/csv; charset=utf-8";
	rq_add_header(rq, "Content-Disposition", "attachment; filename=\"liste.csv\"");
	buffer_string(&rq->response.body, "\xef\xbb\xbf");
	return list_table_write(&rq->response.body, rows, count);
}
