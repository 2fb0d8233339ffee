/* The sections of the home page: what waits, what arrives, and the pictures of the office. */
#include "modules/home/pages.h"

#include "base/utf8.h"
#include "modules/inspections/inspections.h"

enum { WAITING_ROWS = 8, ARRIVING_ROWS = 6, ARRIVING_DAYS = 7, FINDING_DAYS = 90, RESULTS = 16 };

#define UNITS(column)                                                                                                  \
	"($1 = '*' or " column " in (select u.path from units u join units g "                                         \
	"on substr(u.path, 1, length(g.path)) = g.path where CAST($1 AS text) like '%|' || g.path || '|%')) "
STATEMENT(FIRST_WAITING,
	"select id, lane, reference, day, office, consignee_name, description from consignments c "
	"where c.state = 'to_control' and " UNITS("c.unit_path") "order by c.lane desc, c.day desc, c.id desc limit $2");
STATEMENT(NEXT_ARRIVALS,
	"select v.id, v.day, v.vessel, v.manifest, v.voyage, v.office, v.place_of_loading from voyages v where v.day >= $2 "
	"and v.day <= $3 and " UNITS("v.unit_path") "order by v.day, v.id limit $4");
/* Unit by unit and lane by lane: a run of the index each. */
STATEMENT(LANES_BY_DAY,
	"select c.day, c.lane, count(*) from units x join consignments c on c.unit_path = x.path and c.lane in (0, 1, 2, 3) "
	"and c.day >= $2 and c.day <= $3 where " UNITS("x.path") "group by c.day, c.lane");
STATEMENT(DONE_BY_DAY,
	"select i.recorded_at / 86400000000, count(distinct i.consignment_id) from inspections i join consignments c "
	"on c.id = i.consignment_id where i.recorded_at >= $2 and i.recorded_at < $3 and " UNITS("c.unit_path")
	"group by i.recorded_at / 86400000000");
STATEMENT(FINDINGS,
	"select i.result, count(*), sum(i.recovered) from inspections i join consignments c on c.id = i.consignment_id "
	"where i.recorded_at >= $2 and " UNITS("c.unit_path") "group by i.result");
STATEMENT(YIELD,
	"select c.lane, count(*), sum(c.outcome) from units x join consignments c on c.unit_path = x.path and c.lane in (0, 1, 2, 3) "
	"and c.day >= $2 where c.state = 'controlled' and " UNITS("x.path") "group by c.lane");
STATEMENT(JOBS_LATELY,
	"select name, last_status, ended_at, failures from jobs order by failures desc, ended_at desc limit 8");

static struct value seen(struct request *rq)
{
	return value_text(actor_path_list(&rq->actor, CONSIGNMENTS_READ, rq->arena));
}

static void more_link(struct html *p, const char *path, const char *label)
{
	html(p, "<p><a href=\"%s\">%s</a></p>", path, tr(p->language, label));
}

enum status print_waiting(struct request *rq, struct reader *db, struct html *p)
{
	static const struct table_column columns[] = {{TR("Circuit"), "lane"}, {TR("Référence"), "text"},
		{TR("Date"), "date"}, {TR("Bureau"), "text"}, {TR("Destinataire"), "text"}, {TR("Marchandise"), "text"},
		{NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	int count = 0;

	TRY(store_query(db, &FIRST_WAITING, PARAMS(seen(rq), V_INT(WAITING_ROWS)), &rows));
	section_begin(p, TR("À contrôler"));
	live_begin(p, "a-controler", "/envois/flux");
	while (rows_next(rows)) {
		int64_t lane = rows_optional(rows, 1);

		if (!count++)
			table_begin(p, TR("À contrôler"), columns);
		table_row_begin(p);
		table_cell_begin(p);
		if (lane >= 0 && lane < LANE_COUNT)
			lane_badge(p, lane_code((enum lane)lane), lane_label((enum lane)lane));
		table_cell_end(p);
		table_cell_begin(p);
		link_to(p, arena_format(rq->arena, "/envois/%lld", (long long)rows_integer(rows, 0)).data, rows_text(rows, 2));
		table_cell_end(p);
		table_cell_date(p, rows_integer(rows, 3));
		table_cell(p, rows_text(rows, 4));
		table_cell(p, rows_text(rows, 5));
		table_cell(p, utf8_cut(rows_text(rows, 6), 60));
		table_row_end(p);
	}
	if (count)
		table_end(p);
	else
		notice(p, "ok", TR("Rien n'attend de contrôle."));
	live_end(p);
	if (count)
		more_link(p, "/envois?etat=to_control", TR("Tout ce qui attend un contrôle"));
	section_end(p);
	return rows_status(rows);
}

enum status print_arriving(struct request *rq, struct reader *db, struct html *p)
{
	static const struct table_column columns[] = {{TR("Arrivée"), "date"}, {TR("Navire ou moyen de transport"), "text"},
		{TR("Voyage"), "text"}, {TR("Bureau"), "text"}, {TR("Chargement"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t today = clock_today();
	int count = 0;

	TRY(store_query(db, &NEXT_ARRIVALS,
		PARAMS(seen(rq), V_INT(today), V_INT(today + ARRIVING_DAYS), V_INT(ARRIVING_ROWS)), &rows));
	section_begin(p, TR("Ce qui arrive"));
	while (rows_next(rows)) {
		struct text vessel = rows_text(rows, 2);

		if (!count++)
			table_begin(p, TR("Ce qui arrive"), columns);
		table_row_begin(p);
		table_cell_begin(p);
		if (rows_integer(rows, 1) == today)
			badge(p, "info", TR("aujourd'hui"));
		else
			html_date(p, rows_integer(rows, 1));
		table_cell_end(p);
		table_cell_begin(p);
		link_to(p, arena_format(rq->arena, "/arrivees/%lld", (long long)rows_integer(rows, 0)).data,
			vessel.size ? vessel : rows_text(rows, 3));
		table_cell_end(p);
		table_cell(p, rows_text(rows, 4));
		table_cell(p, rows_text(rows, 5));
		table_cell(p, rows_text(rows, 6));
		table_row_end(p);
	}
	if (count)
		table_end(p);
	else
		html(p, "<p class=\"muted\">%s</p>", tr(p->language, TR("Aucune arrivée annoncée pour les sept jours qui viennent.")));
	more_link(p, "/arrivees", TR("Toutes les arrivées"));
	section_end(p);
	return rows_status(rows);
}

/* Points of the last days, oldest first, each leading to the list of its day. */
static enum status make_days(struct request *rq, const char *list, struct chart_point **ret_points)
{
	struct chart_point *points = ARENA_ARRAY(rq->arena, PICTURE_DAYS, struct chart_point);
	int64_t first = clock_today() - PICTURE_DAYS + 1;

	if (!points)
		return STATUS_NO_MEMORY;
	for (int i = 0; i < PICTURE_DAYS; i++) {
		AUTO(buffer_release) struct buffer day = {0};
		int year, month, number;

		buffer_init(&day, 20);
		date_print(&day, first + i);
		TRY(buffer_status(&day));
		date_split(first + i, &year, &month, &number);
		points[i].label = date_words(rq->arena, rq->language, first + i, false);
		points[i].tick = arena_format(rq->arena, "%d", number);
		points[i].href = arena_format(rq->arena, "%s%cdu=%.*s&au=%.*s", list,
			text_find(text_of(list), TEXT("?")) < text_of(list).size ? '&' : '?', TEXT_FORMAT(buffer_text(&day)),
			TEXT_FORMAT(buffer_text(&day))).data;
	}
	*ret_points = points;
	return STATUS_OK;
}

enum status print_lanes_by_day(struct request *rq, struct reader *db, struct html *p)
{
	static const struct chart_series series[] = {{TR("rouge"), "red", "/envois?circuit=red"},
		{TR("jaune"), "yellow", "/envois?circuit=yellow"}, {TR("bleu"), "blue", "/envois?circuit=blue"},
		{TR("vert"), "green", "/envois?circuit=green"}};
	AUTO(rows_release) struct rows *rows = NULL;
	struct chart_point *points;
	int64_t first = clock_today() - PICTURE_DAYS + 1;

	TRY(make_days(rq, "/envois", &points));
	TRY(store_query(db, &LANES_BY_DAY, PARAMS(seen(rq), V_INT(first), V_INT(clock_today())), &rows));
	while (rows_next(rows)) {
		int64_t day = rows_integer(rows, 0) - first, lane = rows_integer(rows, 1);

		if (day >= 0 && day < PICTURE_DAYS && lane >= 0 && lane < LANE_COUNT)
			points[day].values[LANE_RED - lane] = number_of(rows_integer(rows, 2));
	}
	TRY(rows_status(rows));
	section_begin(p, NULL);
	chart_stacked(p, &(struct chart){TR("Envois par jour et par circuit"), TR("Jour"), TR("envois"), 0},
		&(struct chart_data){series, LANE_COUNT, points, PICTURE_DAYS});
	section_end(p);
	return STATUS_OK;
}

enum status print_done_against_due(struct request *rq, struct reader *db, struct html *p)
{
	static const struct chart_series series[] = {{TR("demandés"), "warning", "/envois?etat=to_control"},
		{TR("faits"), "ok", "/envois?etat=controlled"}};
	AUTO(rows_release) struct rows *due = NULL;
	AUTO(rows_release) struct rows *done = NULL;
	struct chart_point *points;
	int64_t first = clock_today() - PICTURE_DAYS + 1, day_length = 86400 * MICROSECONDS;

	TRY(make_days(rq, "/envois", &points));
	TRY(store_query(db, &LANES_BY_DAY, PARAMS(seen(rq), V_INT(first), V_INT(clock_today())), &due));
	while (rows_next(due)) {
		int64_t day = rows_integer(due, 0) - first;

		if (day >= 0 && day < PICTURE_DAYS && rows_integer(due, 1) >= LANE_YELLOW)
			points[day].values[0] += number_of(rows_integer(due, 2));
	}
	TRY(rows_status(due));
	TRY(store_query(db, &DONE_BY_DAY,
		PARAMS(seen(rq), V_INT(first * day_length), V_INT((clock_today() + 1) * day_length)), &done));
	while (rows_next(done)) {
		int64_t day = rows_integer(done, 0) - first;

		if (day >= 0 && day < PICTURE_DAYS)
			points[day].values[1] = number_of(rows_integer(done, 1));
	}
	TRY(rows_status(done));
	section_begin(p, NULL);
	chart_lines(p, &(struct chart){TR("Contrôles faits et demandés"), TR("Jour"), TR("contrôles"), 0},
		&(struct chart_data){series, 2, points, PICTURE_DAYS});
	section_end(p);
	return STATUS_OK;
}

enum status print_findings(struct request *rq, struct reader *db, struct html *p)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct chart_bar bars[RESULTS];
	const char *hrefs[RESULTS];
	size_t count = 0;
	int64_t since = clock_today() - FINDING_DAYS, recovered = 0;
	struct text currency;

	TRY(setting_text(db, &national_currency, rq->arena, &currency));
	for (const struct inspection_result *row = inspection_results; row->code && count < RESULTS; row++) {
		bars[count] = (struct chart_bar){text_of(tr(p->language, row->label)), 0, row->adverse ? "danger" : "ok"};
		hrefs[count++] = row->adverse ? "/envois?resultat=infraction" : "/envois?resultat=conforme";
	}
	TRY(store_query(db, &FINDINGS, PARAMS(seen(rq), V_INT(since * 86400 * MICROSECONDS)), &rows));
	while (rows_next(rows)) {
		for (size_t i = 0; i < count; i++)
			if (text_is(rows_text(rows, 0), inspection_results[i].code))
				bars[i].value = number_of(rows_integer(rows, 1));
		if (!rows_is_null(rows, 2))
			recovered += rows_integer(rows, 2);
	}
	TRY(rows_status(rows));
	section_begin(p, NULL);
	chart_bars_linked(p, &(struct chart){TR("Résultats des contrôles, 90 derniers jours"), TR("Résultat"), TR("contrôles"), 0},
		bars, hrefs, count);
	html(p, "<p>%s <strong>", tr(p->language, TR("Droits et taxes retrouvés :")));
	html_amount(p, recovered, currency);
	html(p, "</strong></p>");
	section_end(p);
	return STATUS_OK;
}

/* Of a hundred controls in a lane, how many found something: what the targeting is worth. */
enum status print_yield(struct request *rq, struct reader *db, struct html *p)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct chart_bar bars[LANE_COUNT];
	const char *hrefs[LANE_COUNT];

	for (int lane = 0; lane < LANE_COUNT; lane++) {
		int place = LANE_RED - lane;

		bars[place] = (struct chart_bar){text_of(tr(p->language, lane_label((enum lane)lane))), NUMBER_NONE,
			lane_code((enum lane)lane)};
		hrefs[place] = arena_format(rq->arena, "/envois?circuit=%s&etat=controlled", lane_code((enum lane)lane)).data;
	}
	TRY(store_query(db, &YIELD, PARAMS(seen(rq), V_INT(clock_today() - 365)), &rows));
	while (rows_next(rows)) {
		int64_t lane = rows_integer(rows, 0);

		if (lane >= 0 && lane < LANE_COUNT)
			bars[LANE_RED - lane].value = number_divide(number_of(100 * rows_integer(rows, 2)), number_of(rows_integer(rows, 1)));
	}
	TRY(rows_status(rows));
	section_begin(p, NULL);
	chart_bars_linked(p, &(struct chart){TR("Contrôles qui ont trouvé quelque chose, douze derniers mois"), TR("Circuit"), TR("pour cent"), 1},
		bars, hrefs, LANE_COUNT);
	section_end(p);
	return STATUS_OK;
}

enum status print_jobs(struct request *rq, struct reader *db, struct html *p)
{
	static const struct table_column columns[] = {{TR("Tâche"), "text"}, {TR("Dernier passage"), "date"},
		{TR("État"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(db, &JOBS_LATELY, NO_PARAMS, &rows));
	section_begin(p, TR("Tâches de fond"));
	table_begin(p, TR("Tâches de fond"), columns);
	while (rows_next(rows)) {
		const char *label = NULL;

		for (const struct module *const *module = rq->application->modules; module && *module; module++)
			for (const struct job *job = (*module)->jobs; job && job->name; job++)
				if (text_is(rows_text(rows, 0), job->name))
					label = job->label;
		table_row_begin(p);
		table_cell(p, label ? text_of(tr(p->language, label)) : rows_text(rows, 0));
		table_cell_begin(p);
		html_time(p, rows_optional(rows, 2));
		table_cell_end(p);
		table_cell_begin(p);
		if (rows_integer(rows, 3))
			badge(p, "danger", TR("en échec"));
		else
			badge(p, "ok", TR("en ordre"));
		table_cell_end(p);
		table_row_end(p);
	}
	table_end(p);
	more_link(p, "/taches", TR("Toutes les tâches"));
	section_end(p);
	return rows_status(rows);
}
