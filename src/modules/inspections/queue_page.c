/* What is to be visited: mine first, then what nobody has yet, then what colleagues have. */
#include "base/utf8.h"
#include "modules/inspections/visits.h"
#include "web/assets.h"
#include "web/page.h"
#include "web/session.h"

#include <stdio.h>

enum { MINE_ROWS = 60, FREE_ROWS = 12, OTHERS_ROWS = 100, PICKED = 100 };

#define ROW_COLUMNS                                                                                                    \
	"c.id, c.lane, c.reference, c.consignee_name, c.description, c.stage, c.day, v.id, v.state, v.kind, v.planned_on, " \
	"u.name, c.item_count "
#define SEEN "($1 = '*' or exists (select 1 from units where CAST($1 AS text) like '%|' || units.path || '|%' "        \
	"and substr(c.unit_path, 1, length(units.path)) = units.path))"
STATEMENT(QUEUE_MINE,
	"select " ROW_COLUMNS "from visits v join consignments c on c.id = v.consignment_id "
	"left join users u on u.id = v.inspector_id where v.inspector_id = $2 and v.state in ('assigned', 'under_way') "
	"and ($3 < 0 or c.lane = $3) and " SEEN " order by case v.state when 'under_way' then 0 else 1 end, c.lane desc, "
	"v.planned_on, v.id limit $4");
STATEMENT(QUEUE_LANES_MINE,
	"select c.lane, count(*) from visits v join consignments c on c.id = v.consignment_id where v.inspector_id = $1 "
	"and v.state in ('assigned', 'under_way') group by c.lane");
STATEMENT(QUEUE_WAITING,
	"select " ROW_COLUMNS "from visits v join consignments c on c.id = v.consignment_id "
	"left join users u on u.id = v.inspector_id where v.state = 'waiting' and ($2 < 0 or c.lane = $2) and " SEEN
	" order by v.id limit $3");
STATEMENT(QUEUE_FREE,
	"select c.id, c.lane, c.reference, c.consignee_name, c.description, c.stage, c.day, CAST(null AS bigint), "
	"CAST(null AS text), CAST(null AS text), CAST(null AS bigint), CAST(null AS text), c.item_count "
	"from consignments c where c.state = 'to_control' and ($2 < 0 or c.lane = $2) and not exists (select 1 "
	"from visits v where v.consignment_id = c.id and v.state in ('waiting', 'assigned', 'under_way')) and " SEEN
	" order by c.day desc, c.id desc limit $3");
STATEMENT(QUEUE_OTHERS,
	"select " ROW_COLUMNS "from visits v join consignments c on c.id = v.consignment_id "
	"left join users u on u.id = v.inspector_id where v.state in ('assigned', 'under_way') and v.inspector_id <> $2 "
	"and ($3 < 0 or c.lane = $3) and " SEEN " order by u.name, v.id limit $4");

struct queue {
	struct request *rq;
	struct reader *db;
	struct html *p;
	struct text paths;
	int64_t lane; /* -1: all */
	bool may_assign;
};

void visit_assets(struct html *p, bool with_script)
{
	html(p, "<link rel=\"stylesheet\" href=\"%s\">", asset_url("visit.css"));
	if (with_script)
		html(p, "<script src=\"%s\" defer></script>", asset_url("visit.js"));
}

static void print_badges(const struct queue *q, struct rows *rows)
{
	struct html *p = q->p;
	int64_t lane = rows_optional(rows, 1), planned = rows_optional(rows, 10);

	html(p, "<p class=\"badges\">");
	if (lane >= 0 && lane < LANE_COUNT)
		lane_badge(p, lane_code((enum lane)lane), lane_label((enum lane)lane));
	if (text_is(rows_text(rows, 8), "under_way"))
		badge(p, "info", TR("En cours"));
	if (text_is(rows_text(rows, 9), "second"))
		badge(p, "warning", TR("Second regard"));
	if (planned != DATE_NONE && planned < clock_today())
		badge(p, "danger", TR("En retard"));
	html(p, "</p>");
}

/* One consignment as a card; the whole is easy to hit with a thumb. */
static void print_card(const struct queue *q, struct rows *rows, bool mine)
{
	struct html *p = q->p;
	int64_t id = rows_integer(rows, 0), visit_id = rows_integer(rows, 7);
	struct text goods = utf8_cut(rows_text(rows, 4), 90);

	html(p, "<li class=\"visit\"><div class=\"what\">");
	print_badges(q, rows);
	if (visit_id)
		html(p, "<h3><a href=\"/controles/%lld\"%s>%.*s</a></h3>", (long long)visit_id, mine ? " data-keep" : "",
			TEXT_FORMAT(rows_text(rows, 2)));
	else
		html(p, "<h3><a href=\"/envois/%lld\">%.*s</a></h3>", (long long)id, TEXT_FORMAT(rows_text(rows, 2)));
	html(p, "<p>%.*s</p><p class=\"muted\">%.*s</p><p class=\"muted\">", TEXT_FORMAT(rows_text(rows, 3)),
		TEXT_FORMAT(goods));
	html_date(p, rows_integer(rows, 6));
	html(p, " · ");
	if (rows_integer(rows, 12) == 1)
		html_tr(p, TR("1 article"));
	else
		html_message(p, &(struct message){TR("%1 articles"),
			{arena_format(q->rq->arena, "%lld", (long long)rows_integer(rows, 12))}});
	if (!mine && rows_text(rows, 11).size)
		html(p, " · %.*s", TEXT_FORMAT(rows_text(rows, 11)));
	html(p, "</p></div><div class=\"do\">");
	if (mine)
		html(p, "<a class=\"button\" href=\"/controles/%lld\">%s</a>", (long long)visit_id,
			tr(p->language, text_is(rows_text(rows, 8), "under_way") ? TR("Continuer") : TR("Ouvrir la visite")));
	else if (!visit_id || text_is(rows_text(rows, 8), "waiting"))
		button_form(p, "/controles", TR("Prendre"), "envoi", arena_format(q->rq->arena, "%lld", (long long)id));
	if (q->may_assign && !mine)
		html(p,
			"<label class=\"choice\"><input type=\"checkbox\" form=\"attribuer\" name=\"envoi\" value=\"%lld\"><span>%s</span></label>",
			(long long)id, tr(p->language, TR("Choisir")));
	html(p, "</div></li>");
}

static enum status print_cards(const struct queue *q, const struct statement *statement, const struct value *values,
	size_t value_count, int *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	bool mine = statement == &QUEUE_MINE;
	int count = 0;

	TRY(store_query(q->db, statement, values, value_count, &rows));
	while (rows_next(rows)) {
		if (!count++)
			html(q->p, "<ul class=\"visits\">");
		print_card(q, rows, mine);
	}
	if (count)
		html(q->p, "</ul>");
	*ret_count += count;
	return rows_status(rows);
}

/* How many of mine there are; nothing where there are none, as others' may well be there. */
static void print_mine(struct html *p, int64_t count)
{
	if (count)
		html(p, " <strong>%lld</strong>", (long long)count);
	html(p, "</a>");
}

/* The lanes as links with how many of mine are in each. */
static enum status print_lanes(const struct queue *q)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t counts[LANE_COUNT] = {0}, all = 0;
	struct html *p = q->p;

	TRY(store_query(q->db, &QUEUE_LANES_MINE, PARAMS(V_INT(q->rq->actor.user_id)), &rows));
	while (rows_next(rows)) {
		int64_t lane = rows_integer(rows, 0);

		all += rows_integer(rows, 1);
		if (lane >= 0 && lane < LANE_COUNT)
			counts[lane] = rows_integer(rows, 1);
	}
	TRY(rows_status(rows));
	html(p, "<nav class=\"filters lanes\" aria-label=\"%s\"><a href=\"/controles\"%s>%s", tr(p->language, TR("Circuit")),
		q->lane < 0 ? " aria-current=\"page\"" : "", tr(p->language, TR("Toutes")));
	print_mine(p, all);
	for (int lane = LANE_RED; lane >= LANE_GREEN; lane--) {
		if (lane < LANE_YELLOW && !counts[lane])
			continue;
		html(p, "<a href=\"/controles?circuit=%s\"%s>", lane_code((enum lane)lane),
			q->lane == lane ? " aria-current=\"page\"" : "");
		lane_badge(p, lane_code((enum lane)lane), lane_label((enum lane)lane));
		print_mine(p, counts[lane]);
	}
	html(p, "</nav>");
	return STATUS_OK;
}

/* The form that the checkboxes of the cards belong to. */
static enum status print_assign(const struct queue *q)
{
	struct candidate *list;
	struct choice *choices;
	struct html *p = q->p;
	size_t count;

	TRY(candidates_below(q->db, q->paths, q->rq->arena, &list, &count));
	choices = ARENA_ARRAY(q->rq->arena, count + 1, struct choice);
	if (!choices)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		choices[i] = (struct choice){arena_format(q->rq->arena, "%lld", (long long)list[i].user_id),
			arena_format(q->rq->arena, "%.*s (%lld%s%s)", TEXT_FORMAT(list[i].name), (long long)list[i].load,
				list[i].is_away ? ", " : "", list[i].is_away ? tr(p->language, TR("absent")) : "")};
	section_begin(p, TR("Attribuer les envois choisis"));
	html(p, "<form class=\"form search\" id=\"attribuer\" method=\"post\" action=\"/controles/attribuer\">");
	form_token(p);
	form_select(&(struct form){.p = p}, &(struct field){.name = "inspecteur", .label = TR("À quel agent"),
		.help = TR("entre parenthèses : ses visites d'aujourd'hui")}, choices, count);
	html(p, "<p class=\"actions\"><button type=\"submit\" class=\"button\">%s</button></p></form>",
		tr(p->language, TR("Attribuer")));
	section_end(p);
	return STATUS_OK;
}

static enum status print_rest(const struct queue *q)
{
	struct html *p = q->p;
	int count = 0;

	section_begin(p, TR("À prendre dans mon bureau"));
	TRY(print_cards(q, &QUEUE_WAITING, PARAMS(value_text(q->paths), V_INT(q->lane), V_INT(FREE_ROWS)), &count));
	TRY(print_cards(q, &QUEUE_FREE, PARAMS(value_text(q->paths), V_INT(q->lane), V_INT(FREE_ROWS)), &count));
	if (!count)
		notice(p, "ok", TR("Rien n'attend d'agent."));
	else if (count >= FREE_ROWS)
		html(p, "<p><a href=\"/envois?etat=to_control\">%s</a></p>", tr(p->language, TR("Tous les envois à contrôler")));
	section_end(p);
	count = 0;
	section_begin(p, TR("Chez mes collègues"));
	TRY(print_cards(q, &QUEUE_OTHERS,
		PARAMS(value_text(q->paths), V_INT(q->rq->actor.user_id), V_INT(q->lane), V_INT(OTHERS_ROWS)), &count));
	if (!count)
		notice(p, "info", TR("Aucune visite n'est chez un collègue."));
	section_end(p);
	return STATUS_OK;
}

enum status queue_page(struct request *rq, struct reader *db)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Visites d'aujourd'hui"))));
	struct queue q = {.rq = rq, .db = db, .p = &page, .lane = -1,
		.paths = actor_path_list(&rq->actor, INSPECTIONS_RECORD, rq->arena),
		.may_assign = rq_may(rq, INSPECTIONS_ASSIGN)};
	enum lane lane;
	int mine = 0;

	if (!q.paths.data)
		return STATUS_NO_MEMORY;
	if (lane_from(rq_input(rq, "circuit"), &lane))
		q.lane = lane;
	visit_assets(&page, true);
	html(&page, "<p id=\"visit-state\" class=\"visit-state\" role=\"status\" data-user=\"%lld\"></p>",
		(long long)rq->actor.user_id);
	visit_words(&page);
	live_begin(&page, "file-des-visites", "/controles/flux");
	TRY(print_lanes(&q));
	section_begin(&page, TR("Mes visites"));
	TRY(print_cards(&q, &QUEUE_MINE,
		PARAMS(value_text(q.paths), V_INT(rq->actor.user_id), V_INT(q.lane), V_INT(MINE_ROWS)), &mine));
	if (!mine)
		notice(&page, "info", TR("Aucune visite ne vous est confiée. Prenez-en une ci-dessous."));
	section_end(&page);
	TRY(print_rest(&q));
	live_end(&page);
	if (q.may_assign)
		TRY(print_assign(&q));
	page_end(&page);
	return STATUS_OK;
}

/* Something happened to a visit or a consignment of a unit that this person sees. */
static bool concerns(const struct request *rq, void *context, struct text payload, struct buffer *data)
{
	json_t *event = NULL;
	const char *name, *unit;
	bool wanted = false;
	int line;

	(void)context;
	if (json_parse(payload, 8192, &event, &line) != STATUS_OK)
		return false;
	name = json_string_value(json_object_get(event, "event"));
	unit = json_string_value(json_object_get(event, "unit"));
	/* What is typed concerns the visit's own page alone. */
	if (name && unit && !text_is(text_of(name), "visit.typed") &&
		(text_starts_with(text_of(name), TEXT("visit.")) ||
				    text_starts_with(text_of(name), TEXT("consignment.")) ||
				    text_starts_with(text_of(name), TEXT("import."))))
		wanted = actor_may(&rq->actor, INSPECTIONS_RECORD, *unit ? text_of(unit) : TEXT_NONE);
	json_decref(event);
	if (wanted)
		buffer_string(data, "change");
	return wanted;
}

enum status queue_stream(struct request *rq, struct reader *db)
{
	(void)db;
	rq_listen(rq, "change", concerns, NULL);
	return STATUS_OK;
}

static bool number_plain(struct text text, int64_t *ret_value)
{
	int64_t value = 0;

	if (!text.size || text.size > 18)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		value = value * 10 + (text.data[i] - '0');
	}
	*ret_value = value;
	return true;
}

enum status queue_assign_action(struct request *rq, struct writer *db)
{
	struct text picked[PICKED];
	size_t count = rq_inputs(rq, "envoi", picked, PICKED);
	int64_t inspector;

	if (!count || !rq_integer(rq, "inspecteur", &inspector)) {
		rq_flash(rq, TR("Choisissez des envois et un agent."));
		return rq_redirect(rq, "/controles");
	}
	for (size_t i = 0; i < count; i++) {
		struct message refusal = {.id = NULL};
		int64_t id;
		enum status status = number_plain(picked[i], &id) ? STATUS_OK : STATUS_NOT_FOUND;

		if (status == STATUS_OK)
			status = visit_assign_to(db, &rq->actor, id, inspector, rq->arena, &refusal);
		if (status == STATUS_INVALID && refusal.id) {
			struct html page = page_begin(rq, text_of(tr(rq->language, TR("Visite non attribuée"))));

			notice(&page, "danger", refusal.id);
			link_to(&page, "/controles", text_of(tr(rq->language, TR("Revenir aux visites"))));
			page_end(&page);
			return STATUS_INVALID;
		}
		TRY(status);
	}
	rq_flash(rq, TR("Les visites sont attribuées, et l'agent est prévenu."));
	return rq_redirect(rq, "/controles");
}

enum status visit_take_action(struct request *rq, struct writer *db)
{
	struct message refusal = {.id = NULL};
	struct stored_consignment row;
	struct visit visit;
	int64_t consignment_id, id;
	enum status status;

	if (!rq_integer(rq, "envoi", &consignment_id))
		return STATUS_NOT_FOUND;
	TRY(consignment_find(writer_reader(db), consignment_id, rq->arena, &row));
	if (!actor_may(&rq->actor, INSPECTIONS_RECORD, row.unit_path))
		return STATUS_NOT_FOUND;
	status = visit_find_open(writer_reader(db), consignment_id, rq->arena, &visit);
	if (status == STATUS_NOT_FOUND) {
		TRY(visit_create(db, &row, 0, &id));
		status = visit_find(writer_reader(db), id, rq->arena, &visit);
	}
	TRY(status);
	/* Somebody was quicker, or it is mine already: the page says whose it is. */
	if (!text_is(visit.state, "waiting"))
		return rq_redirect(rq, "/controles/%lld", (long long)visit.id);
	status = visit_move_to(db, &visit, "take", &rq->actor, &(struct visit_move){.planned_on = clock_today()}, &refusal);
	if (status == STATUS_INVALID && refusal.id) {
		struct html page = page_begin(rq, text_of(tr(rq->language, TR("Visite non prise"))));

		notice(&page, "danger", refusal.id);
		link_to(&page, "/controles", text_of(tr(rq->language, TR("Revenir aux visites"))));
		page_end(&page);
		return STATUS_INVALID;
	}
	TRY(status);
	return rq_redirect(rq, "/controles/%lld", (long long)visit.id);
}
