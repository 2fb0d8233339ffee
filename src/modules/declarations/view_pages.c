/* Saved views: a person's own lists under names. A view is an address of ours, so that it can be shared as a link too. */
#include "modules/declarations/list.h"
#include "modules/declarations/pages.h"

enum { NAME_LIMIT = 60, ADDRESS_LIMIT = 2000, VIEW_LIMIT = 30 };

STATEMENT(VIEWS_OF, "select id, name, address from saved_views where user_id = $1 order by name limit 100");
STATEMENT(VIEW_COUNT, "select count(*) from saved_views where user_id = $1");
STATEMENT(VIEW_KEEP,
	"insert into saved_views (user_id, name, address, created_at) values ($1, $2, $3, $4) "
	"on conflict (user_id, name) do update set address = excluded.address");
STATEMENT(VIEW_DROP, "delete from saved_views where id = $1 and user_id = $2");

/* Views are of these lists alone: a stored address leads nowhere else. */
static bool is_list(struct text address)
{
	static const char *const paths[] = {"/envois", "/declarations", "/connaissements"};

	if (!rq_is_local_path(address) || address.size > ADDRESS_LIMIT)
		return false;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct text path = text_of(paths[i]);

		if (text_equal(address, path) || (text_starts_with(address, path) && address.data[path.size] == '?'))
			return true;
	}
	return false;
}

enum status views_print_tabs(struct request *rq, struct reader *db, struct html *p, const char *address)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct tab tabs[VIEW_LIMIT + 1];
	size_t count = 0;

	TRY(store_query(db, &VIEWS_OF, PARAMS(V_INT(rq->actor.user_id)), &rows));
	while (count < VIEW_LIMIT && rows_next(rows)) {
		const char *link = arena_string(rq->arena, rows_text(rows, 2));
		struct text name = rows_copy(rows, 1, rq->arena);

		if (!link || !name.data)
			return STATUS_NO_MEMORY;
		tabs[count++] = (struct tab){name, link, text_is(text_of(link), address)};
	}
	TRY(rows_status(rows));
	if (!count)
		return STATUS_OK;
	tabs[count++] = (struct tab){text_of(tr(p->language, TR("Gérer les vues"))), "/vues", false};
	tab_links(p, TR("Vos vues"), tabs, count);
	return STATUS_OK;
}

void views_print_form(struct request *rq, struct html *p, const char *address)
{
	struct form form;

	(void)rq;
	fold_begin(p, TR("Garder cette vue sous un nom"), false);
	form = form_begin(p, "/vues", NULL, 0);
	form_hidden(&form, "adresse", text_of(address));
	form_field(&form, &(struct field){.name = "nom", .label = TR("Nom de la vue"),
		.help = TR("La recherche, les filtres et les colonnes sont gardés. Un nom déjà pris est remplacé."), .required = true,
		.limit = NAME_LIMIT});
	form_end(&form, TR("Garder la vue"));
	fold_end(p);
}

static enum status print_views(struct request *rq, struct reader *db, const struct form_problem *problems, size_t count)
{
	static const struct table_column columns[] = {{TR("Vue"), "text"}, {TR("Adresse à partager"), "text"},
		{TR("Retirer"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Vos vues"))));
	int shown = 0;

	for (size_t i = 0; i < count; i++)
		notice(&page, "danger", problems[i].message.id);
	TRY(store_query(db, &VIEWS_OF, PARAMS(V_INT(rq->actor.user_id)), &rows));
	while (rows_next(rows)) {
		const char *link = arena_string(rq->arena, rows_text(rows, 2));

		if (!shown++)
			table_begin(&page, TR("Vos vues"), columns);
		table_row_begin(&page);
		table_cell_begin(&page);
		link_to(&page, link ? link : "/envois", rows_text(rows, 1));
		table_cell_end(&page);
		table_cell_begin(&page);
		html(&page, "<code>%.*s</code>", TEXT_FORMAT(rows_text(rows, 2)));
		table_cell_end(&page);
		table_cell_begin(&page);
		button_form(&page, arena_format(rq->arena, "/vues/%lld/retirer", (long long)rows_integer(rows, 0)).data,
			TR("Retirer"), NULL, TEXT_NONE);
		table_cell_end(&page);
		table_row_end(&page);
	}
	TRY(rows_status(rows));
	if (shown)
		table_end(&page);
	else
		notice(&page, "info", TR("Vous n'avez pas encore de vue. Dans une liste, réglez recherche et filtres, puis « Garder cette vue sous un nom »."));
	page_end(&page);
	return STATUS_OK;
}

enum status view_list_page(struct request *rq, struct reader *db)
{
	return print_views(rq, db, NULL, 0);
}

static const struct api_field view_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"name", TR("Nom"), API_TEXT, .may_be_null = false},
	{"address", TR("Adresse"), API_TEXT, .may_be_null = false},
	{0},
};
const struct api_shape view_shape = {"View", view_fields};

enum status view_list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(db, &VIEWS_OF, PARAMS(V_INT(rq->actor.user_id)), &rows));
	while (rows_next(rows))
		api_row(json, &view_shape, rows);
	return rows_status(rows);
}

enum status view_keep_action(struct request *rq, struct writer *db)
{
	struct text name = rq_input(rq, "nom"), address = rq_input(rq, "adresse");
	struct form_problem problem = {"nom", {.id = TR("Donnez un nom à la vue : 60 lettres au plus.")}};
	int64_t count;

	TRY(store_integer(writer_reader(db), &VIEW_COUNT, PARAMS(V_INT(rq->actor.user_id)), &count));
	if (!is_list(address))
		problem.field = "adresse", problem.message.id = TR("Une vue se garde depuis une liste d'envois.");
	else if (count >= VIEW_LIMIT)
		problem.message.id = TR("Vous avez déjà trente vues : retirez-en une.");
	else if (name.size && name.size <= NAME_LIMIT * 4) {
		TRY(store_execute(db, &VIEW_KEEP,
			PARAMS(V_INT(rq->actor.user_id), value_text(name), value_text(address), V_INT(clock_now())), NULL));
		rq_flash(rq, TR("La vue est gardée : elle est au-dessus des listes."));
		return rq_redirect(rq, "%s", arena_string(rq->arena, address));
	}
	rq_problem(rq, problem.field, text_of(tr(rq->language, problem.message.id)));
	TRY(print_views(rq, writer_reader(db), &problem, 1));
	return STATUS_INVALID;
}

enum status view_drop_action(struct request *rq, struct writer *db)
{
	int64_t id, changes = 0;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(store_execute(db, &VIEW_DROP, PARAMS(V_INT(id), V_INT(rq->actor.user_id)), &changes));
	if (!changes)
		return STATUS_NOT_FOUND;
	rq_flash(rq, TR("La vue est retirée."));
	return rq_redirect(rq, "/vues");
}
