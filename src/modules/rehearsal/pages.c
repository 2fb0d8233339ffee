/* Asking for a rehearsal, watching it run, and the list of those made. */
#include "modules/rehearsal/pages.h"

#include "modules/rehearsal/requests.h"
#include "web/server.h"

STATEMENT(REHEARSAL_LIST,
	"select r.id, r.from_day, r.to_day, r.at, coalesce(p.id, 0), coalesce(u.name, ''), r.summary from rehearsals r "
	"left join policies p on p.digest = r.policy_digest left join users u on u.id = r.user_id "
	"where r.id < $1 order by r.id desc limit $2");
STATEMENT(POLICY_CHOICES, "select id, state, profile_count, created_at from policies order by id desc limit 100");
STATEMENT(MODEL_CHOICES, "select id, state from models order by id desc limit 50");

enum { PAGE_ROWS = 25, OPEN_ROWS = 10, CHOICES = 160, DEFAULT_DAYS = 365 };

/* ---- the form */

static const char *policy_state(struct text state)
{
	return text_is(state, "active") ? TR("en vigueur") : text_is(state, "draft") ? TR("projet") : TR("retirée");
}

enum status rehearsal_policy_choices(struct request *rq, struct reader *db, struct choice *choices, size_t *count)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(db, &POLICY_CHOICES, NO_PARAMS, &rows));
	while (rows_next(rows)) {
		struct message label = {TR("Politique n° %1 · %2 · %3 profils"),
			{arena_format(rq->arena, "%lld", (long long)rows_integer(rows, 0)),
				text_of(tr(rq->language, policy_state(rows_text(rows, 1)))),
				arena_format(rq->arena, "%lld", (long long)rows_integer(rows, 2))}};
		AUTO(buffer_release) struct buffer text = {0};

		buffer_init(&text, 400);
		message_print(&text, rq->language, &label);
		choices[*count].code = arena_text(rq->arena, label.values[0]);
		choices[(*count)++].label = arena_text(rq->arena, buffer_text(&text));
	}
	return rows_status(rows);
}

enum status rehearsal_model_choices(struct request *rq, struct reader *db, struct choice *choices, size_t *count)
{
	AUTO(rows_release) struct rows *rows = NULL;

	choices[(*count)++] = (struct choice){TEXT("-1"), text_of(tr(rq->language, TR("Le modèle en service")))};
	choices[(*count)++] = (struct choice){TEXT("0"), text_of(tr(rq->language, TR("Sans modèle")))};
	TRY(store_query(db, &MODEL_CHOICES, NO_PARAMS, &rows));
	while (rows_next(rows)) {
		choices[*count].code = arena_format(rq->arena, "%lld", (long long)rows_integer(rows, 0));
		choices[(*count)++].label = arena_format(rq->arena, "%s %lld%s", tr(rq->language, TR("Modèle n°")),
			(long long)rows_integer(rows, 0),
			text_is(rows_text(rows, 1), "on") ? tr(rq->language, TR(" · en service")) : "");
	}
	return rows_status(rows);
}

static struct text day_text(struct request *rq, const char *name, int64_t day)
{
	AUTO(buffer_release) struct buffer text = {0};
	struct text typed = rq_input(rq, name);

	if (typed.size)
		return typed;
	buffer_init(&text, 64);
	date_print(&text, day);
	return arena_text(rq->arena, buffer_text(&text));
}

static struct text typed_or(struct request *rq, const char *name, struct text usual)
{
	struct text typed = rq_input(rq, name);

	return typed.data ? typed : usual;
}

static void side_fields(struct request *rq, struct form *form, const struct choice *models, size_t model_count)
{
	form_select(form, &(struct field){.name = "modele", .label = TR("Modèle"), .value = typed_or(rq, "modele", TEXT("-1"))},
		models, model_count);
	form_field(form, &(struct field){.name = "circuits", .label = TR("Réglage des circuits à l'essai"),
		.help = TR("En %, par exemple : attendu_rouge=8 hasard_rouge=2 score_rouge=60. Vide : les taux en vigueur."),
		.value = rq_input(rq, "circuits"), .limit = 400});
}

static enum status print_form(struct request *rq, struct reader *db, struct html *p, const struct form_problem *problems,
	size_t problem_count)
{
	struct choice policies[CHOICES], others[CHOICES], models[CHOICES];
	size_t policy_count = 0, other_count = 0, model_count = 0;
	struct form form;

	others[other_count++] = (struct choice){TEXT("-1"), text_of(tr(rq->language, TR("Aucune : la politique seule")))};
	TRY(rehearsal_policy_choices(rq, db, policies, &policy_count));
	TRY(rehearsal_policy_choices(rq, db, others, &other_count));
	TRY(rehearsal_model_choices(rq, db, models, &model_count));
	section_begin(p, TR("Répéter une politique sur le passé"));
	form = form_begin(p, "/repetitions", problems, problem_count);
	form_select(&form, &(struct field){.name = "politique", .label = TR("Politique à répéter"),
		.value = typed_or(rq, "politique", policy_count ? policies[0].code : TEXT_NONE)}, policies, policy_count);
	side_fields(rq, &form, models, model_count);
	form_select(&form, &(struct field){.name = "contre", .label = TR("Comparer à"),
		.help = TR("L'autre côté garde le modèle et les taux en vigueur."), .value = typed_or(rq, "contre", TEXT("-1"))}, others,
		other_count);
	form_field(&form, &(struct field){.name = "du", .label = TR("Du"), .type = "date", .required = true,
		.value = day_text(rq, "du", clock_today() - DEFAULT_DAYS)});
	form_field(&form, &(struct field){.name = "au", .label = TR("Au"), .type = "date", .required = true,
		.value = day_text(rq, "au", clock_today() - 1)});
	form_end(&form, TR("Répéter"));
	section_end(p);
	return STATUS_OK;
}

/* ---- the list */

static const char *state_label(struct text state)
{
	return text_is(state, "asked") ? TR("En attente")
		: text_is(state, "running") ? TR("En cours")
		: text_is(state, "done")    ? TR("Terminée")
					    : TR("Échouée");
}

static const char *state_kind(struct text state)
{
	return text_is(state, "done") ? "ok" : text_is(state, "failed") ? "danger" : "warning";
}

static enum status print_open(struct request *rq, struct reader *db, struct html *p)
{
	static const struct table_column columns[] = {{TR("Demandée"), "date"}, {TR("État"), "text"},
		{TR("Avancement"), "text"}, {NULL, NULL}};
	struct rehearsal_request rows[OPEN_ROWS];
	size_t count = 0;

	TRY(rehearsal_requests_open(db, rq->arena, rows, OPEN_ROWS, &count));
	if (!count)
		return STATUS_OK;
	table_begin(p, TR("Demandes"), columns);
	for (size_t i = 0; i < count; i++) {
		const char *address =
			arena_format(rq->arena, "/repetitions/demandes/%lld", (long long)rows[i].id).data;

		table_row_begin(p);
		table_cell_begin(p);
		html(p, "<a href=\"%s\">", address ? address : "/repetitions");
		html_time(p, rows[i].asked_at);
		html(p, "</a>");
		table_cell_end(p);
		table_cell_begin(p);
		badge(p, state_kind(rows[i].state), state_label(rows[i].state));
		table_cell_end(p);
		table_cell_begin(p);
		if (rows[i].problem.size)
			html_text(p, tr_text(rq->language, rows[i].problem));
		else
			html(p, "%lld %%", (long long)(rows[i].total ? rows[i].done * 100 / rows[i].total : 0));
		table_cell_end(p);
		table_row_end(p);
	}
	table_end(p);
	return STATUS_OK;
}

static void print_listed(struct request *rq, struct html *p, struct rows *rows)
{
	const char *address = arena_format(rq->arena, "/repetitions/%lld", (long long)rows_integer(rows, 0)).data;
	json_t *summary = NULL;
	int line;

	table_row_begin(p);
	table_cell_begin(p);
	html(p, "<a href=\"%s\">", address ? address : "/repetitions");
	html_time(p, rows_integer(rows, 3));
	html(p, "</a>");
	table_cell_end(p);
	table_cell(p, rows_integer(rows, 4) ? arena_format(rq->arena, "n° %lld", (long long)rows_integer(rows, 4))
					    : text_of(tr(rq->language, TR("non enregistrée"))));
	table_cell_begin(p);
	html_date(p, rows_integer(rows, 1));
	html(p, " – ");
	html_date(p, rows_integer(rows, 2));
	table_cell_end(p);
	if (json_parse(rows_text(rows, 6), 1 << 16, &summary, &line) != STATUS_OK)
		summary = NULL;
	table_cell_number(p, number_of(json_integer_value(json_object_get(summary, "controls"))), 0);
	table_cell_number(p, number_of(json_integer_value(json_object_get(summary, "findings_kept"))), 0);
	table_cell_number(p, number_of(json_integer_value(json_object_get(summary, "findings_lost"))), 0);
	table_cell(p, rows_text(rows, 5));
	table_row_end(p);
	json_decref(summary);
}

static enum status print_list(struct request *rq, struct reader *db, struct html *p)
{
	static const struct table_column columns[] = {{TR("Répétée"), "date"}, {TR("Politique"), "text"},
		{TR("Période"), "date"}, {TR("Contrôles"), "number"}, {TR("Fautes gardées"), "number"},
		{TR("Fautes perdues"), "number"}, {TR("Par"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t before = INT64_MAX, last = 0;
	int count = 0;

	(void)rq_integer(rq, "avant", &before);
	TRY(store_query(db, &REHEARSAL_LIST, PARAMS(V_INT(before), V_INT(PAGE_ROWS + 1)), &rows));
	table_begin(p, TR("Répétitions"), columns);
	while (rows_next(rows) && ++count <= PAGE_ROWS) {
		last = rows_integer(rows, 0);
		print_listed(rq, p, rows);
	}
	table_end(p);
	TRY(rows_status(rows));
	if (!count)
		notice(p, "info", TR("Aucune répétition encore : choisissez une politique et une période."));
	page_links(p, before == INT64_MAX ? NULL : "/repetitions",
		count > PAGE_ROWS ? arena_format(rq->arena, "/repetitions?avant=%lld", (long long)last).data : NULL);
	return STATUS_OK;
}

static enum status print_all(struct request *rq, struct reader *db, const struct form_problem *problems, size_t count)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Répétitions"))));

	html(&page, "<p class=\"lead\">%s</p>",
		tr(rq->language, TR("Ce qu'une politique, un modèle ou un réglage aurait fait du passé, avant qu'on le mette en vigueur.")));
	live_begin(&page, "demandes", "/repetitions/flux");
	TRY(print_open(rq, db, &page));
	live_end(&page);
	if (rq_may(rq, RISK_MANAGE))
		TRY(print_form(rq, db, &page, problems, count));
	TRY(print_list(rq, db, &page));
	page_end(&page);
	return STATUS_OK;
}

enum status rehearsal_list_page(struct request *rq, struct reader *db)
{
	return print_all(rq, db, NULL, 0);
}

/* ---- asking */

static bool read_day(struct request *rq, const char *name, int64_t *ret_day)
{
	return date_parse(rq_input(rq, name), DATE_ISO, ret_day) == STATUS_OK;
}

static size_t check_request(struct request *rq, struct rehearsal_request *request, struct form_problem *problems)
{
	struct selection_row trial = {.selection = risk_default_selection()};
	struct rehearsal_choice *first = &request->choices[0];
	int64_t against = -1;
	size_t count = 0;

	if (!rq_integer(rq, "politique", &first->policy_id) || first->policy_id < 0)
		problems[count++] = (struct form_problem){"politique", {.id = TR("Choisissez une politique.")}};
	if (!rq_integer(rq, "modele", &first->model_id) || first->model_id < REHEARSAL_MODEL_ON)
		problems[count++] = (struct form_problem){"modele", {.id = TR("Choisissez un modèle.")}};
	first->selection = rq_input(rq, "circuits");
	if (first->selection.size && rehearsal_selection_read(first->selection, &trial) != STATUS_OK)
		problems[count++] = (struct form_problem){"circuits",
			{.id = TR("Écrivez des paires comme attendu_rouge=8, séparées par des espaces, entre 0 et 100.")}};
	if (!read_day(rq, "du", &request->from))
		problems[count++] = (struct form_problem){"du", {.id = TR("Donnez une date.")}};
	if (!read_day(rq, "au", &request->to))
		problems[count++] = (struct form_problem){"au", {.id = TR("Donnez une date.")}};
	else if (!count && (request->to < request->from || request->to - request->from >= REHEARSAL_DAYS))
		problems[count++] = (struct form_problem){"au",
			{.id = TR("La période doit finir après son début et durer dix ans au plus.")}};
	request->choice_count = rq_integer(rq, "contre", &against) && against >= 0 ? 2 : 1;
	request->choices[1] = (struct rehearsal_choice){.policy_id = against, .model_id = REHEARSAL_MODEL_ON};
	return count;
}

enum status rehearsal_ask_action(struct request *rq, struct writer *db)
{
	struct rehearsal_request request = {0};
	struct form_problem problems[8];
	size_t count = check_request(rq, &request, problems);
	int64_t id;

	if (count) {
		TRY(print_all(rq, writer_reader(db), problems, count));
		return STATUS_INVALID;
	}
	TRY(rehearsal_request_add(db, &rq->actor, &request, &id));
	rq_flash(rq, TR("La répétition est demandée : elle commence dans un instant."));
	return rq_redirect(rq, "/repetitions/demandes/%lld", (long long)id);
}

/* ---- one request under way */

static void progress_bar(struct html *p, int64_t done, int64_t total)
{
	int64_t most = total > 0 ? total : 1;
	int64_t at = done < 0 ? 0 : done > most ? most : done;

	html(p, "<p><label>");
	html_tr(p, TR("Déclarations relues"));
	html(p, " <progress max=\"%lld\" value=\"%lld\"></progress></label> ", (long long)most, (long long)at);
	html_number(p, number_of(at), 0);
	html(p, " / ");
	html_number(p, number_of(total > 0 ? total : 0), 0);
	html(p, " (%lld %%)</p>", (long long)(at * 100 / most));
}

static void print_state(struct request *rq, struct html *p, const struct rehearsal_request *request)
{
	const char *result = arena_format(rq->arena, "/repetitions/%lld", (long long)request->rehearsal_id).data;

	facts_begin(p);
	facts_row_begin(p, TR("État"));
	badge(p, state_kind(request->state), state_label(request->state));
	facts_row_end(p);
	facts_row_begin(p, TR("Période"));
	html_date(p, request->from);
	html(p, " – ");
	html_date(p, request->to);
	facts_row_end(p);
	facts_end(p);
	if (text_is(request->state, "running") || text_is(request->state, "asked"))
		progress_bar(p, request->done, request->total);
	if (request->problem.size)
		html(p, "<div class=\"notice danger\" role=\"alert\"><p>%.*s</p></div>",
			TEXT_FORMAT(tr_text(rq->language, request->problem)));
	if (request->rehearsal_id && result) {
		html(p, "<p>");
		link_to(p, result, text_of(tr(rq->language, TR("Voir le résultat"))));
		html(p, "</p>");
	}
}

enum status rehearsal_request_page(struct request *rq, struct reader *db)
{
	struct rehearsal_request request;
	struct html page;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(rehearsal_request_find(db, id, rq->arena, &request));
	page = page_begin(rq, text_of(tr(rq->language, TR("Répétition demandée"))));
	section_begin(&page, NULL);
	live_begin(&page, "demande", "/repetitions/flux");
	print_state(rq, &page, &request);
	live_end(&page);
	section_end(&page);
	link_to(&page, "/repetitions", text_of(tr(rq->language, TR("Toutes les répétitions"))));
	page_end(&page);
	return STATUS_OK;
}

static bool is_progress(const struct request *rq, void *context, struct text payload, struct buffer *data)
{
	(void)rq;
	(void)context;
	if (text_find(payload, TEXT("\"" REHEARSAL_EVENT "\"")) == payload.size)
		return false;
	buffer_string(data, "change");
	return true;
}

enum status rehearsal_request_stream(struct request *rq, struct reader *db)
{
	(void)db;
	rq_listen(rq, "change", is_progress, NULL);
	return STATUS_OK;
}

enum status rehearsal_page(struct request *rq, struct reader *db)
{
	struct rehearsal_row row;
	struct html page;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(rehearsal_find_id(db, id, rq->arena, &row));
	page = page_begin(rq, arena_format(rq->arena, "%s %lld", tr(rq->language, TR("Répétition n°")), (long long)id));
	TRY(rehearsal_print(rq, &page, row.result));
	link_to(&page, "/repetitions", text_of(tr(rq->language, TR("Toutes les répétitions"))));
	page_end(&page);
	return STATUS_OK;
}
