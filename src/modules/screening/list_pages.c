/* Lists of names: what is in force, their versions, and a file that is compared before it is taken. */
#include "base/utf8.h"
#include "modules/screening/screening_store.h"
#include "web/session.h"

#include <string.h>

enum { PAGE_ROWS = 50, FILE_LIMIT = 200 << 20, READ_MEMORY = 1 << 30, VERSIONS_SHOWN = 100, PAGES_MOST = 100000 };

STATEMENT(LISTS_ALL,
	"select l.id, l.code, l.title, v.entry_count, v.taken_at, v.source, v.published from screening_lists l "
	"left join screening_versions v on v.id = (select max(o.id) from screening_versions o where o.list_id = l.id) "
	"order by l.code");
STATEMENT(LIST_BY_ID, "select code, title, mapping from screening_lists where id = $1");
STATEMENT(LIST_VERSIONS,
	"select taken_at, actor_name, source, published, added, changed, removed, entry_count from screening_versions "
	"where list_id = $1 order by id desc limit $2");
STATEMENT(LIST_ENTRIES,
	"select reference, kind, names, country, program from screening_entries where list_id = $1 and "
	"until_version is null and (CAST($2 AS text) = '' or lower(names) like $2 or lower(reference) like $2) "
	"order by id limit $3 offset $4");
STATEMENT(DRAFT_ADD,
	"insert into screening_drafts (code, title, source, mapping, content, created_by, created_at) "
	"values ($1, $2, $3, $4, $5, $6, $7) returning id");
STATEMENT(DRAFT_FIND, "select code, title, source, mapping, content from screening_drafts where id = $1 and created_by = $2");
STATEMENT(DRAFT_DELETE, "delete from screening_drafts where id = $1");

/* ---- the form */

struct typed {
	struct text code, title, mapping;
	struct form_problem problems[4];
	size_t problem_count;
};

static void add_problem(struct typed *typed, const char *field, struct message message)
{
	if (typed->problem_count < sizeof typed->problems / sizeof *typed->problems)
		typed->problems[typed->problem_count++] = (struct form_problem){field, message};
}

static void print_form(struct html *p, const struct typed *typed)
{
	struct form form;

	section_begin(p, TR("Prendre une liste"));
	html(p, "<p class=\"muted\">%s</p>",
		tr(p->language,
			TR("La liste récapitulative des Nations unies (consolidated.xml) ou un tableau CSV. Vous verrez d'abord ce "
			   "qui changerait.")));
	form = form_begin(p, "/listes-de-noms", typed->problems, typed->problem_count);
	form_upload(&form);
	form_file(&form, &(struct field){.name = "fichier", .label = TR("Fichier"), .required = true}, ".xml,.csv,.tsv,.txt",
		false);
	form_field(&form, &(struct field){.name = "code", .label = TR("Code de la liste"), .value = typed->code,
				.help = TR("UN, CEDEAO, NATIONALE… Un code déjà pris donne une nouvelle version de cette liste."),
				.required = true, .limit = 20});
	form_field(&form, &(struct field){.name = "titre", .label = TR("Titre"), .value = typed->title, .limit = 120});
	form_area(&form, &(struct field){.name = "correspondance", .label = TR("Correspondance des colonnes (CSV)"),
				.value = typed->mapping, .limit = 4000,
				.help = TR("Vide : celle de la version précédente, sinon d'après les titres. Lignes « name = Nom, "
					   "Prénom », « alias = … », « kind = … », « identifier = … », « all = person ».")},
		4);
	form_end(&form, TR("Comparer"));
	section_end(p);
}

static void print_list(struct html *p, struct rows *rows)
{
	const char *path = arena_string(p->rq->arena,
		arena_format(p->rq->arena, "/listes-de-noms/%lld", (long long)rows_integer(rows, 0)));

	table_row_begin(p);
	table_cell_begin(p);
	link_to(p, path ? path : "/listes-de-noms", rows_text(rows, 1));
	table_cell_end(p);
	table_cell(p, rows_text(rows, 2));
	table_cell_number(p, number_of(rows_integer(rows, 3)), 0);
	table_cell_date(p, date_of(rows_integer(rows, 4)));
	table_cell(p, rows_text(rows, 5));
	table_cell(p, rows_text(rows, 6));
	table_row_end(p);
}

static enum status print_lists(struct request *rq, struct reader *db, const struct typed *typed)
{
	static const struct table_column columns[] = {{TR("Code"), "text"}, {TR("Titre"), "text"}, {TR("Noms"), "number"},
		{TR("Prise le"), "date"}, {TR("Fichier"), "text"}, {TR("Publiée le"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Listes de noms"))));
	int count = 0;

	TRY(store_query(db, &LISTS_ALL, NO_PARAMS, &rows));
	table_begin(&page, TR("Listes en vigueur"), columns);
	for (; rows_next(rows); count++)
		print_list(&page, rows);
	table_end(&page);
	TRY(rows_status(rows));
	if (!count)
		notice(&page, "info", TR("Aucune liste : tant qu'il n'y en a pas, aucun nom n'est criblé."));
	if (rq_may(rq, SCREENING_LISTS))
		print_form(&page, typed);
	page_end(&page);
	return STATUS_OK;
}

enum status screening_lists_page(struct request *rq, struct reader *db)
{
	const struct typed typed = {.code = TEXT_NONE};

	return print_lists(rq, db, &typed);
}

/* ---- one list */

static enum status print_versions(struct html *p, struct reader *db, int64_t id)
{
	static const struct table_column columns[] = {{TR("Prise le"), "date"}, {TR("Par"), "text"}, {TR("Fichier"), "text"},
		{TR("Publiée le"), "text"}, {TR("Nouveaux"), "number"}, {TR("Changés"), "number"}, {TR("Retirés"), "number"},
		{TR("En tout"), "number"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(db, &LIST_VERSIONS, PARAMS(V_INT(id), V_INT(VERSIONS_SHOWN)), &rows));
	table_begin(p, TR("Versions"), columns);
	while (rows_next(rows)) {
		table_row_begin(p);
		table_cell_date(p, date_of(rows_integer(rows, 0)));
		for (int column = 1; column <= 3; column++)
			table_cell(p, rows_text(rows, column));
		for (int column = 4; column <= 7; column++)
			table_cell_number(p, number_of(rows_integer(rows, column)), 0);
		table_row_end(p);
	}
	table_end(p);
	return rows_status(rows);
}

static void print_entry(struct html *p, struct rows *rows)
{
	struct text names = rows_text(rows, 2), first = text_cut(&names, '\n');

	table_row_begin(p);
	table_cell(p, rows_text(rows, 0));
	table_cell_begin(p);
	html_text(p, first);
	if (names.data) {
		html(p, "<br><span class=\"muted\">");
		for (int i = 0; names.data && i < 6; i++) {
			if (i)
				html(p, " · ");
			html_text(p, text_cut(&names, '\n'));
		}
		html(p, "%s</span>", names.data ? " …" : "");
	}
	table_cell_end(p);
	table_cell(p, rows_text(rows, 3));
	table_cell(p, rows_text(rows, 4));
	table_row_end(p);
}

static const char *list_address(struct request *rq, int64_t id, struct text search, int64_t number)
{
	AUTO(buffer_release) struct buffer out;

	buffer_init(&out, 4096);
	buffer_format(&out, "/listes-de-noms/%lld?page=%lld&recherche=", (long long)id, (long long)number);
	for (size_t i = 0; i < search.size; i++)
		buffer_format(&out, "%%%02X", (unsigned char)search.data[i]);
	return buffer_status(&out) == STATUS_OK ? arena_string(rq->arena, buffer_text(&out)) : NULL;
}

/* '%' and '_' typed by a person stand for themselves nowhere in names: they are left out. */
static struct text pattern_of(struct arena *arena, struct text search)
{
	char *bytes = arena_allocate(arena, search.size + 3);
	size_t size = 0;

	if (!search.size)
		return TEXT("");
	if (!bytes)
		return TEXT_NONE;
	bytes[size++] = '%';
	for (size_t i = 0; i < search.size; i++) {
		char c = search.data[i];

		if (c != '%' && c != '_')
			bytes[size++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	bytes[size++] = '%';
	return (struct text){bytes, size};
}

static enum status print_entries(struct request *rq, struct html *p, struct reader *db, int64_t id)
{
	static const struct table_column columns[] = {{TR("Référence"), "text"}, {TR("Noms"), "text"}, {TR("Pays"), "text"},
		{TR("Régime"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	struct text search = utf8_cut(rq_input(rq, "recherche"), 100), pattern = pattern_of(rq->arena, search);
	const char *path = arena_string(rq->arena, arena_format(rq->arena, "/listes-de-noms/%lld", (long long)id));
	struct form form;
	int64_t number = 1, count = 0;

	if (!rq_integer(rq, "page", &number) || number < 1 || number > PAGES_MOST)
		number = 1;
	if (!pattern.data)
		return STATUS_NO_MEMORY;
	form = form_begin_get(p, path ? path : "/listes-de-noms");
	form_field(&form, &(struct field){.name = "recherche", .label = TR("Nom ou référence"), .type = "search", .value = search,
				.limit = 100});
	form_end(&form, TR("Chercher"));
	TRY(store_query(db, &LIST_ENTRIES,
		PARAMS(V_INT(id), value_text(pattern), V_INT(PAGE_ROWS + 1), V_INT((number - 1) * PAGE_ROWS)), &rows));
	table_begin(p, TR("Noms en vigueur"), columns);
	while (rows_next(rows))
		if (count++ < PAGE_ROWS)
			print_entry(p, rows);
	table_end(p);
	TRY(rows_status(rows));
	if (!count)
		notice(p, "info", TR("Aucun nom ne répond à cette recherche."));
	page_links(p, number > 1 ? list_address(rq, id, search, number - 1) : NULL,
		count > PAGE_ROWS ? list_address(rq, id, search, number + 1) : NULL);
	return STATUS_OK;
}

enum status screening_list_page(struct request *rq, struct reader *db)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct html page;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(store_query(db, &LIST_BY_ID, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	page = page_begin(rq, arena_format(rq->arena, "%.*s – %.*s", TEXT_FORMAT(rows_text(rows, 0)),
				      TEXT_FORMAT(rows_text(rows, 1))));
	if (rows_text(rows, 2).size)
		html(&page, "<details><summary>%s</summary><pre tabindex=\"0\">%.*s</pre></details>",
			tr(rq->language, TR("Correspondance des colonnes")), TEXT_FORMAT(rows_text(rows, 2)));
	TRY(print_versions(&page, db, id));
	TRY(print_entries(rq, &page, db, id));
	page_end(&page);
	return STATUS_OK;
}

/* ---- comparing and taking */

/* A file that waits, read. */
struct draft {
	struct screening_taking taking;
	struct listed_list list;
};

static struct text upper(struct arena *arena, struct text text)
{
	char *bytes = arena_allocate(arena, text.size + 1);

	if (!bytes)
		return TEXT_NONE;
	for (size_t i = 0; i < text.size; i++)
		bytes[i] = text.data[i] >= 'a' && text.data[i] <= 'z' ? (char)(text.data[i] - 32) : text.data[i];
	return (struct text){bytes, text.size};
}

static enum status keep_draft(struct request *rq, struct database *database, const struct typed *typed,
	struct text source, struct text content, int64_t *ret_id)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct text mapping = typed->mapping.data ? typed->mapping : TEXT("");

	TRY(writer_begin(database, &writer));
	TRY(store_returning(writer, &DRAFT_ADD,
		PARAMS(value_text(typed->code), value_text(typed->title.data ? typed->title : TEXT("")), value_text(source),
			value_text(mapping), V_BYTES(content), V_INT(rq->actor.user_id), V_INT(clock_now())),
		ret_id));
	return writer_commit(&writer);
}

static enum status show_problems(struct request *rq, struct database *database, const struct typed *typed)
{
	AUTO(reader_release) struct reader *reader = NULL;

	TRY(reader_begin(database, &reader));
	TRY(print_lists(rq, reader, typed));
	return STATUS_INVALID;
}

static enum status mapping_before(struct request *rq, struct database *database, struct typed *typed)
{
	AUTO(reader_release) struct reader *reader = NULL;

	if (typed->mapping.size)
		return STATUS_OK;
	TRY(reader_begin(database, &reader));
	return screening_list_mapping(reader, typed->code, rq->arena, &typed->mapping);
}

enum status screening_list_submit(struct request *rq, struct database *database)
{
	AUTO(arena_release) struct arena *arena = arena_new(READ_MEMORY);
	struct typed typed = {.code = upper(rq->arena, rq_input(rq, "code")), .title = rq_input(rq, "titre"),
		.mapping = rq_input(rq, "correspondance")};
	const struct upload *upload = NULL;
	struct listed_list list;
	struct refusal refusal;
	struct text content = TEXT_NONE;
	enum status status;
	int64_t id;

	if (!arena)
		return STATUS_NO_MEMORY;
	if (!screening_code_is_fit(typed.code))
		add_problem(&typed, "code", (struct message){.id = TR("Des capitales sans accent, des chiffres et des tirets, 20 au plus.")});
	if (!rq_uploads(rq, "fichier", &upload, 1))
		add_problem(&typed, "fichier", (struct message){.id = TR("Choisissez un fichier.")});
	if (typed.problem_count)
		return show_problems(rq, database, &typed);
	TRY(mapping_before(rq, database, &typed));
	TRY(file_read(arena, upload->path, FILE_LIMIT, &content));
	status = listed_read(arena, content, typed.mapping, &list, &refusal);
	if (refusal.message.id) {
		add_problem(&typed, "fichier", refusal.message);
		add_problem(&typed, "fichier", refusal.mend);
		return show_problems(rq, database, &typed);
	}
	TRY(status);
	TRY(keep_draft(rq, database, &typed, upload->name, content, &id));
	return rq_redirect(rq, "/listes-de-noms/projets/%lld", (long long)id);
}

/* The draft of this person; its file was readable when it came. */
static enum status load_draft(struct request *rq, struct reader *db, struct arena *arena, struct draft *draft)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct refusal refusal;
	struct text mapping;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(store_query(db, &DRAFT_FIND, PARAMS(V_INT(id), V_INT(rq->actor.user_id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	draft->taking = (struct screening_taking){.code = rows_copy(rows, 0, arena), .title = rows_copy(rows, 1, arena),
		.source = rows_copy(rows, 2, arena), .bytes = rows_copy(rows, 4, arena), .list = &draft->list};
	mapping = rows_copy(rows, 3, arena);
	if (!draft->taking.bytes.data || !mapping.data)
		return STATUS_NO_MEMORY;
	return listed_read(arena, draft->taking.bytes, mapping, &draft->list, &refusal);
}

static void print_difference(struct html *p, const struct draft *draft, const struct screening_difference *difference)
{
	const struct {
		const char *label;
		size_t count;
	} counts[] = {{TR("Nouveaux noms"), difference->added}, {TR("Noms changés"), difference->changed},
		{TR("Noms retirés"), difference->removed}, {TR("Noms pareils"), difference->same},
		{TR("Lignes laissées de côté"), draft->list.left_out}};

	facts_begin(p);
	facts_row(p, TR("Fichier"), draft->taking.source);
	facts_row(p, TR("Publiée le"), draft->list.published);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		facts_row_begin(p, counts[i].label);
		html_number(p, number_of((int64_t)counts[i].count), 0);
		facts_row_end(p);
	}
	facts_end(p);
	if (draft->list.mapping.size)
		html(p, "<details><summary>%s</summary><pre tabindex=\"0\">%.*s</pre></details>",
			tr(p->language, TR("Correspondance des colonnes")), TEXT_FORMAT(draft->list.mapping));
	if (difference->example_count) {
		html(p, "<details open><summary>%s</summary><ul class=\"plain\">", tr(p->language, TR("Ce qui change")));
		for (size_t i = 0; i < difference->example_count; i++)
			html(p, "<li>%.*s</li>", TEXT_FORMAT(difference->examples[i]));
		html(p, "</ul></details>");
	}
}

enum status screening_draft_page(struct request *rq, struct reader *db)
{
	AUTO(arena_release) struct arena *arena = arena_new(READ_MEMORY);
	struct screening_difference difference;
	struct draft draft;
	const char *path;
	struct form form;
	struct html page;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(load_draft(rq, db, arena, &draft));
	TRY(screening_compare(db, &draft.taking, arena, &difference));
	page = page_begin(rq, arena_format(rq->arena, "%s – %.*s", tr(rq->language, TR("Ce qui changerait")),
				      TEXT_FORMAT(draft.taking.code)));
	print_difference(&page, &draft, &difference);
	if (!difference.added && !difference.changed && !difference.removed) {
		notice(&page, "ok", TR("Ce fichier ne change rien à la liste en vigueur."));
	} else {
		path = arena_string(rq->arena, arena_format(rq->arena, "%.*s", TEXT_FORMAT(rq->path)));
		if (difference.is_doubtful)
			notice(&page, "warning",
				TR("Plus de la moitié des noms disparaîtrait : le fichier n'est peut-être qu'une partie de la liste."));
		form = form_begin(&page, path ? path : "/listes-de-noms", NULL, 0);
		if (difference.is_doubtful)
			form_check(&form, &(struct field){.name = "malgre",
						.label = TR("C'est bien la liste entière")}, false);
		form_end(&form, TR("Prendre cette liste"));
	}
	link_to(&page, "/listes-de-noms", text_of(tr(rq->language, TR("Renoncer"))));
	page_end(&page);
	return STATUS_OK;
}

enum status screening_draft_submit(struct request *rq, struct database *database)
{
	AUTO(arena_release) struct arena *arena = arena_new(READ_MEMORY);
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct screening_difference difference;
	struct draft draft;
	enum status status;
	int64_t id;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(writer_begin(database, &writer));
	TRY(load_draft(rq, writer_reader(writer), arena, &draft));
	draft.taking.accept_doubtful = text_is(rq_input(rq, "malgre"), "1");
	status = screening_take(writer, &rq->actor, &draft.taking, arena, &difference);
	if (status == STATUS_INVALID) {
		rq_flash(rq, TR("La liste n'est pas prise : dites d'abord que le fichier est entier."));
		return rq_redirect(rq, "%.*s", TEXT_FORMAT(rq->path));
	}
	TRY(status);
	(void)rq_integer(rq, "id", &id);
	TRY(store_execute(writer, &DRAFT_DELETE, PARAMS(V_INT(id)), NULL));
	TRY(writer_commit(&writer));
	rq_flash(rq, TR("La liste est prise. Les parties connues sont criblées de nouveau dans les minutes qui viennent."));
	return rq_redirect(rq, "/listes-de-noms");
}
