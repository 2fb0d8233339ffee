/* The candidate in the shadow: what it decides otherwise than what is in force, and why. */
#include "modules/rehearsal/pages.h"
#include "web/server.h"

STATEMENT(SHADOW_LAST,
	"select s.id, s.policy_id, s.model_id, s.state, s.last_day, s.started_at, coalesce(u.name, '') from shadows s "
	"left join users u on u.id = s.user_id order by s.id desc limit 1");
STATEMENT(SHADOW_TALLIES, "select lane, shadow_lane, decided from shadow_tallies where shadow_id = $1");
STATEMENT(SHADOW_DIFFERENCES,
	"select d.decision_id, d.lane, d.shadow_lane, d.reasons, coalesce(l.reasons, o.reasons), c.id, c.reference, c.office, "
	"c.outcome from shadow_differences d join consignments c on c.id = d.consignment_id "
	"left join decisions l on l.id = d.decision_id left join decisions o on o.id = l.reasons_of "
	"where d.shadow_id = $1 and d.decision_id < $2 and ($3 = '*' or exists (select 1 from units where "
	"CAST($3 AS text) like '%|' || units.path || '|%' and substr(c.unit_path, 1, length(units.path)) = units.path)) "
	"order by d.decision_id desc limit $4");

enum { PAGE_ROWS = 25, CHOICES = 160, DEFAULT_DAYS = 30 };

struct current {
	int64_t id, policy_id, model_id, last_day, started_at;
	bool is_running;
	struct text by;
};

static enum status find_current(struct request *rq, struct reader *db, struct current *ret_current)
{
	AUTO(rows_release) struct rows *rows = NULL;

	*ret_current = (struct current){.id = 0};
	TRY(store_query(db, &SHADOW_LAST, NO_PARAMS, &rows));
	if (!rows_next(rows))
		return rows_status(rows);
	*ret_current = (struct current){rows_integer(rows, 0), rows_integer(rows, 1), rows_optional(rows, 2),
		rows_integer(rows, 4), rows_integer(rows, 5),
		text_is(rows_text(rows, 3), "running") && rows_integer(rows, 4) >= clock_today(), rows_copy(rows, 6, rq->arena)};
	return rows_status(rows);
}

static enum status print_tallies(struct reader *db, struct html *p, int64_t id)
{
	static const struct table_column columns[] = {{TR("En vigueur, puis dans l'ombre"), "text"}, {TR("rouge"), "number"},
		{TR("jaune"), "number"}, {TR("bleu"), "number"}, {TR("vert"), "number"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t tallies[LANE_COUNT][LANE_COUNT] = {{0}};

	TRY(store_query(db, &SHADOW_TALLIES, PARAMS(V_INT(id)), &rows));
	while (rows_next(rows)) {
		int64_t lane = rows_integer(rows, 0), other = rows_integer(rows, 1);

		if (lane >= 0 && lane < LANE_COUNT && other >= 0 && other < LANE_COUNT)
			tallies[lane][other] = rows_integer(rows, 2);
	}
	TRY(rows_status(rows));
	table_begin(p, TR("Circuits de l'un et de l'autre"), columns);
	for (int lane = LANE_RED; lane >= LANE_GREEN; lane--) {
		table_row_begin(p);
		table_cell_begin(p);
		lane_badge(p, lane_code((enum lane)lane), lane_label((enum lane)lane));
		table_cell_end(p);
		for (int other = LANE_RED; other >= LANE_GREEN; other--)
			table_cell_number(p, number_of(tallies[lane][other]), 0);
		table_row_end(p);
	}
	table_end(p);
	return STATUS_OK;
}

static enum status print_current(struct request *rq, struct reader *db, struct html *p, const struct current *current)
{
	section_begin(p, TR("Le candidat"));
	facts_begin(p);
	facts_row_begin(p, TR("État"));
	badge(p, current->is_running ? "warning" : "info", current->is_running ? TR("En cours") : TR("Terminé"));
	facts_row_end(p);
	facts_row(p, TR("Politique"), arena_format(rq->arena, "n° %lld", (long long)current->policy_id));
	facts_row_begin(p, TR("Modèle"));
	if (current->model_id == INT64_MIN)
		html_tr(p, TR("Le modèle en service"));
	else if (current->model_id)
		html(p, "n° %lld", (long long)current->model_id);
	else
		html_tr(p, TR("Sans modèle"));
	facts_row_end(p);
	facts_row_begin(p, TR("Depuis"));
	html_time(p, current->started_at);
	facts_row_end(p);
	facts_row_begin(p, TR("Jusqu'au"));
	html_date(p, current->last_day);
	facts_row_end(p);
	facts_row(p, TR("Par"), current->by);
	facts_end(p);
	if (current->is_running && rq_may(rq, RISK_MANAGE))
		button_form(p, "/ombre/fin", TR("Retirer le candidat"), "id",
			arena_format(rq->arena, "%lld", (long long)current->id));
	TRY(print_tallies(db, p, current->id));
	section_end(p);
	return STATUS_OK;
}

/* ---- differences, each with the reasons that one side has and the other has not */

static bool has_reason(const json_t *list, const json_t *wanted)
{
	const json_t *reason;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, reason)
		if (json_is_true(json_object_get(reason, "selected")) &&
		    json_equal(json_object_get(reason, "code"), json_object_get(wanted, "code")) &&
		    json_equal(json_object_get(reason, "kind"), json_object_get(wanted, "kind")))
			return true;
	return false;
}

static void print_message(struct html *p, const json_t *reason)
{
	const json_t *parts = json_object_get(reason, "message");
	const char *id = json_string_value(json_array_get(parts, 0));
	struct message message = {.id = id ? id : ""};

	for (size_t i = 0; i < 3; i++)
		message.values[i] = text_of(json_string_value(json_array_get(parts, i + 1)));
	html_message(p, &message);
}

static void print_own(struct html *p, const json_t *mine, const json_t *theirs)
{
	const json_t *reason;
	size_t i, count = 0;

	html(p, "<ul>");
	json_array_foreach((json_t *)(uintptr_t)mine, i, reason) {
		const char *code = json_string_value(json_object_get(reason, "code"));

		if (!json_is_true(json_object_get(reason, "selected")) || has_reason(theirs, reason))
			continue;
		html(p, "<li><strong>%s</strong> ", code ? code : "");
		print_message(p, reason);
		html(p, "</li>");
		count++;
	}
	if (!count) {
		html(p, "<li>");
		html_tr(p, TR("aucun motif de plus"));
		html(p, "</li>");
	}
	html(p, "</ul>");
}

static void print_lane_cell(struct html *p, int64_t lane)
{
	table_cell_begin(p);
	if (lane >= 0 && lane < LANE_COUNT)
		lane_badge(p, lane_code((enum lane)lane), lane_label((enum lane)lane));
	table_cell_end(p);
}

static void print_difference(struct request *rq, struct html *p, struct rows *rows)
{
	const char *address = arena_format(rq->arena, "/envois/%lld", (long long)rows_integer(rows, 5)).data;
	json_t *shadow = NULL, *live = NULL;
	int line;

	if (json_parse(rows_text(rows, 3), 16 << 20, &shadow, &line) != STATUS_OK)
		shadow = NULL;
	if (json_parse(rows_text(rows, 4), 16 << 20, &live, &line) != STATUS_OK)
		live = NULL;
	table_row_begin(p);
	table_cell_begin(p);
	link_to(p, address ? address : "/envois", rows_text(rows, 6));
	table_cell_end(p);
	table_cell(p, rows_text(rows, 7));
	print_lane_cell(p, rows_integer(rows, 1));
	print_lane_cell(p, rows_integer(rows, 2));
	table_cell_begin(p);
	print_own(p, live, shadow);
	table_cell_end(p);
	table_cell_begin(p);
	print_own(p, shadow, live);
	table_cell_end(p);
	table_cell_begin(p);
	if (rows_is_null(rows, 8))
		html(p, "–");
	else
		badge(p, rows_integer(rows, 8) ? "danger" : "ok", rows_integer(rows, 8) ? TR("Faute") : TR("Conforme"));
	table_cell_end(p);
	table_row_end(p);
	json_decref(shadow);
	json_decref(live);
}

static enum status print_differences(struct request *rq, struct reader *db, struct html *p, int64_t id)
{
	static const struct table_column columns[] = {{TR("Envoi"), "text"}, {TR("Bureau"), "text"}, {TR("En vigueur"), "lane"},
		{TR("Dans l'ombre"), "lane"}, {TR("Motifs que le candidat n'a pas"), "text"},
		{TR("Motifs du candidat seul"), "text"}, {TR("Résultat"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t before = INT64_MAX, last = 0;
	int count = 0;

	(void)rq_integer(rq, "avant", &before);
	TRY(store_query(db, &SHADOW_DIFFERENCES,
		PARAMS(V_INT(id), V_INT(before), value_text(actor_path_list(&rq->actor, CONSIGNMENTS_READ, rq->arena)),
			V_INT(PAGE_ROWS + 1)),
		&rows));
	table_begin(p, TR("Différences, les dernières d'abord"), columns);
	while (rows_next(rows) && ++count <= PAGE_ROWS) {
		last = rows_integer(rows, 0);
		print_difference(rq, p, rows);
	}
	table_end(p);
	TRY(rows_status(rows));
	if (!count)
		notice(p, "info", TR("Aucune différence sur ce qui est arrivé jusqu'ici."));
	page_links(p, before == INT64_MAX ? NULL : "/ombre",
		count > PAGE_ROWS ? arena_format(rq->arena, "/ombre?avant=%lld", (long long)last).data : NULL);
	return STATUS_OK;
}

/* ---- the form */

static struct text last_day(struct request *rq)
{
	AUTO(buffer_release) struct buffer text = {0};
	struct text typed = rq_input(rq, "au");

	if (typed.size)
		return typed;
	buffer_init(&text, 64);
	date_print(&text, clock_today() + DEFAULT_DAYS);
	return arena_text(rq->arena, buffer_text(&text));
}

static enum status print_form(struct request *rq, struct reader *db, struct html *p, const struct form_problem *problems,
	size_t problem_count)
{
	struct choice policies[CHOICES], models[CHOICES];
	size_t policy_count = 0, model_count = 0;
	struct form form;

	TRY(rehearsal_policy_choices(rq, db, policies, &policy_count));
	TRY(rehearsal_model_choices(rq, db, models, &model_count));
	section_begin(p, TR("Mettre un candidat dans l'ombre"));
	form = form_begin(p, "/ombre", problems, problem_count);
	form_select(&form, &(struct field){.name = "politique", .label = TR("Politique"),
		.value = policy_count ? policies[0].code : TEXT_NONE}, policies, policy_count);
	form_select(&form, &(struct field){.name = "modele", .label = TR("Modèle"), .value = TEXT("-1")}, models, model_count);
	form_field(&form, &(struct field){.name = "au", .label = TR("Jusqu'au"), .type = "date", .required = true,
		.value = last_day(rq)});
	form_end(&form, TR("Mettre dans l'ombre"));
	section_end(p);
	return STATUS_OK;
}

static enum status print_all(struct request *rq, struct reader *db, const struct form_problem *problems, size_t count)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Candidat dans l'ombre"))));
	struct current current;

	html(&page, "<p class=\"lead\">%s</p>",
		tr(rq->language, TR("Un candidat décide à côté de la politique en vigueur, sur ce qui arrive, sans rien changer.")));
	TRY(find_current(rq, db, &current));
	if (current.id)
		TRY(print_current(rq, db, &page, &current));
	else
		notice(&page, "info", TR("Aucun candidat n'a encore été mis dans l'ombre."));
	if (rq_may(rq, RISK_MANAGE))
		TRY(print_form(rq, db, &page, problems, count));
	if (current.id)
		TRY(print_differences(rq, db, &page, current.id));
	page_end(&page);
	return STATUS_OK;
}

enum status shadow_page(struct request *rq, struct reader *db)
{
	return print_all(rq, db, NULL, 0);
}

enum status shadow_start_action(struct request *rq, struct writer *db)
{
	int64_t policy = 0, model = REHEARSAL_MODEL_ON, day = DATE_NONE, id;
	struct form_problem problems[3];
	size_t count = 0;

	if (!rq_integer(rq, "politique", &policy) || policy <= 0)
		problems[count++] = (struct form_problem){"politique", {.id = TR("Choisissez une politique.")}};
	if (!rq_integer(rq, "modele", &model) || model < REHEARSAL_MODEL_ON)
		problems[count++] = (struct form_problem){"modele", {.id = TR("Choisissez un modèle.")}};
	if (date_parse(rq_input(rq, "au"), DATE_ISO, &day) != STATUS_OK || day < clock_today())
		problems[count++] = (struct form_problem){"au", {.id = TR("Donnez un jour à venir.")}};
	if (count) {
		TRY(print_all(rq, writer_reader(db), problems, count));
		return STATUS_INVALID;
	}
	TRY(shadow_start(db, &rq->actor, policy, model == REHEARSAL_MODEL_ON ? INT64_MIN : model, day, &id));
	rq_flash(rq, TR("Le candidat décide dans l'ombre dès le prochain envoi."));
	return rq_redirect(rq, "/ombre");
}

enum status shadow_stop_action(struct request *rq, struct writer *db)
{
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(shadow_stop(db, &rq->actor, id));
	rq_flash(rq, TR("Le candidat est retiré."));
	return rq_redirect(rq, "/ombre");
}
