/* Visits on the home page: an inspector's own, and for the head of office how the work is shared out. */
#include "modules/home/pages.h"

#include "base/utf8.h"
#include "modules/inspections/inspections.h"

enum { OWN_ROWS = 10, PEOPLE = 30 };

STATEMENT(OWN_VISITS,
	"select v.id, v.state, v.planned_on, c.lane, c.reference, c.office, c.consignee_name, c.description from visits v "
	"join consignments c on c.id = v.consignment_id where v.inspector_id = $1 and v.state in ('assigned', 'under_way') "
	"and ($3 = '*' or exists (select 1 from units g where CAST($3 AS text) like '%|' || g.path || '|%' "
	"and substr(v.unit_path, 1, length(g.path)) = g.path)) order by coalesce(v.planned_on, 0), c.lane desc, v.id limit $2");
STATEMENT(LOAD,
	"select u.name, count(*) from visits v join users u on u.id = v.inspector_id where v.state in ('assigned', 'under_way') "
	"and ($1 = '*' or v.unit_path in (select u2.path from units u2 join units g "
	"on substr(u2.path, 1, length(g.path)) = g.path where CAST($1 AS text) like '%|' || g.path || '|%')) "
	"group by u.name order by count(*) desc, u.name limit $2");

enum status print_own_visits(struct request *rq, struct reader *db, struct html *p)
{
	static const struct table_column columns[] = {{TR("Circuit"), "lane"}, {TR("Référence"), "text"}, {TR("Prévue"), "date"},
		{TR("Bureau"), "text"}, {TR("Destinataire"), "text"}, {TR("Marchandise"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	/* One given before the person went to another office is not theirs to see any more. */
	struct text paths = actor_path_list(&rq->actor, INSPECTIONS_RECORD, rq->arena);
	int count = 0;

	TRY(store_query(db, &OWN_VISITS, PARAMS(V_INT(rq->actor.user_id), V_INT(OWN_ROWS), value_text(paths)), &rows));
	while (rows_next(rows)) {
		int64_t lane = rows_optional(rows, 3), planned = rows_optional(rows, 2);

		if (!count++) {
			section_begin(p, TR("Vos visites"));
			table_begin(p, TR("Vos visites"), columns);
		}
		table_row_begin(p);
		table_cell_begin(p);
		if (lane >= 0 && lane < LANE_COUNT)
			lane_badge(p, lane_code((enum lane)lane), lane_label((enum lane)lane));
		table_cell_end(p);
		table_cell_begin(p);
		html(p, "<a href=\"/controles/%lld\">%.*s</a>", (long long)rows_integer(rows, 0), TEXT_FORMAT(rows_text(rows, 4)));
		table_cell_end(p);
		table_cell_begin(p);
		html_date(p, planned);
		if (planned != DATE_NONE && planned < clock_today()) {
			html(p, " ");
			badge(p, "warning", TR("en retard"));
		}
		table_cell_end(p);
		table_cell(p, rows_text(rows, 5));
		table_cell(p, rows_text(rows, 6));
		table_cell(p, utf8_cut(rows_text(rows, 7), 60));
		table_row_end(p);
	}
	if (count) {
		table_end(p);
		section_end(p);
	}
	return rows_status(rows);
}

enum status print_load(struct request *rq, struct reader *db, struct html *p)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct text paths = actor_path_list(&rq->actor, INSPECTIONS_ASSIGN, rq->arena);
	struct chart_bar bars[PEOPLE];
	size_t count = 0;

	TRY(store_query(db, &LOAD, PARAMS(value_text(paths), V_INT(PEOPLE)), &rows));
	while (count < PEOPLE && rows_next(rows)) {
		bars[count].label = rows_copy(rows, 0, rq->arena);
		bars[count].kind = NULL;
		bars[count++].value = number_of(rows_integer(rows, 1));
	}
	TRY(rows_status(rows));
	if (!count)
		return STATUS_OK;
	section_begin(p, NULL);
	chart_bars(p, &(struct chart){TR("Visites ouvertes par inspecteur"), TR("Inspecteur"), TR("visites"), 0}, bars, count);
	html(p, "<p><a href=\"/controles\">%s</a></p>", tr(p->language, TR("Répartir les visites")));
	section_end(p);
	return STATUS_OK;
}
