/* The watch: alerts first, then the whole administration, then each office. */
#include "modules/rehearsal/pages.h"
#include "modules/rehearsal/watch.h"
#include "web/server.h"

STATEMENT(WATCH_ALERTS,
	"select office, unit_path, measure, subject, raised_at, ended_at from watch_alerts where ended_at is null "
	"or ended_at > $1 order by case when ended_at is null then 0 else 1 end, id desc limit 100");
STATEMENT(WATCH_OFFICES,
	"select distinct f.office, coalesce(u.name, ''), coalesce(u.path, "
	"(select path from units where parent_id is null order by id limit 1), '/') from watch_figures f "
	"left join units u on u.code = f.office order by f.office");
STATEMENT(WATCH_FIGURES,
	"select measure, subject, before_count, recent_count, before_value, recent_value, drift, level, run_at "
	"from watch_figures where office = $1 order by level desc, measure, subject");

enum { OFFICES = 256, ENDED_SHOWN = 14 };

static const char *measure_label(struct text code)
{
	for (const struct watch_measure *row = watch_measures; row->code; row++)
		if (text_is(code, row->code))
			return row->label;
	return "";
}

static void print_level(struct html *p, int64_t level)
{
	badge(p, level == WATCH_ALERT ? "danger" : level == WATCH_NOTED ? "warning" : "ok",
		level == WATCH_ALERT ? TR("Alerte") : level == WATCH_NOTED ? TR("À suivre") : TR("Stable"));
}

static bool sees(const struct request *rq, struct text path)
{
	return actor_may(&rq->actor, RISK_READ, path.size ? path : TEXT("/"));
}

static enum status print_alerts(struct request *rq, struct reader *db, struct html *p)
{
	static const struct table_column columns[] = {{TR("Depuis"), "date"}, {TR("Bureau"), "text"}, {TR("Mesure"), "text"},
		{TR("Profil"), "text"}, {TR("État"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	int count = 0;

	TRY(store_query(db, &WATCH_ALERTS, PARAMS(V_INT(clock_now() - ENDED_SHOWN * 86400 * MICROSECONDS)), &rows));
	table_begin(p, TR("Alertes"), columns);
	while (rows_next(rows)) {
		if (!sees(rq, rows_text(rows, 1)))
			continue;
		count++;
		table_row_begin(p);
		table_cell_begin(p);
		html_time(p, rows_integer(rows, 4));
		table_cell_end(p);
		table_cell(p, rows_text(rows, 0).size ? rows_text(rows, 0) : text_of(tr(rq->language, TR("tous"))));
		table_cell_begin(p);
		html_tr(p, measure_label(rows_text(rows, 2)));
		table_cell_end(p);
		table_cell(p, rows_text(rows, 3));
		table_cell_begin(p);
		badge(p, rows_is_null(rows, 5) ? "danger" : "info", rows_is_null(rows, 5) ? TR("Ouverte") : TR("Passée"));
		table_cell_end(p);
		table_row_end(p);
	}
	table_end(p);
	TRY(rows_status(rows));
	if (!count)
		notice(p, "ok", TR("Aucune alerte."));
	return STATUS_OK;
}

static void share_cell(struct html *p, struct rows *rows, int column)
{
	table_cell_begin(p);
	if (rows_is_null(rows, column)) {
		html(p, "–");
	} else {
		html_number(p, rows_integer(rows, column) * 100, 1);
		html(p, " %%");
	}
	table_cell_end(p);
}

static void print_figure(struct html *p, struct rows *rows)
{
	table_row_begin(p);
	table_cell_begin(p);
	html_tr(p, measure_label(rows_text(rows, 0)));
	if (rows_text(rows, 1).size)
		html(p, " <strong>%.*s</strong>", TEXT_FORMAT(rows_text(rows, 1)));
	table_cell_end(p);
	table_cell_begin(p);
	print_level(p, rows_integer(rows, 7));
	table_cell_end(p);
	table_cell_number(p, number_of(rows_integer(rows, 2)), 0);
	table_cell_number(p, number_of(rows_integer(rows, 3)), 0);
	share_cell(p, rows, 4);
	share_cell(p, rows, 5);
	table_cell_begin(p);
	if (rows_is_null(rows, 6))
		html(p, "–");
	else
		html_number(p, rows_integer(rows, 6), 2);
	table_cell_end(p);
	table_row_end(p);
}

/* What asks for a look stands open, what is stable is folded away, and profiles that nothing ever fulfilled in the time
 * looked at are only named. */
enum figure_kind { FIGURE_OPEN, FIGURE_STABLE, FIGURE_NEVER };

static enum figure_kind kind_of(struct rows *rows)
{
	if (text_starts_with(rows_text(rows, 0), TEXT("profile_")) && !rows_integer(rows, 2) && !rows_integer(rows, 3))
		return FIGURE_NEVER;
	return rows_integer(rows, 7) == WATCH_FINE ? FIGURE_STABLE : FIGURE_OPEN;
}

static enum status print_figures(struct reader *db, struct html *p, struct text office, enum figure_kind kind,
	int64_t *ret_run_at, int *ret_count)
{
	static const struct table_column columns[] = {{TR("Mesure"), "text"}, {TR("Niveau"), "text"}, {TR("Avant"), "number"},
		{TR("Récemment"), "number"}, {TR("Part avant"), "number"}, {TR("Part récente"), "number"},
		{TR("Écart"), "number"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	int count = 0;

	TRY(store_query(db, &WATCH_FIGURES, PARAMS(value_text(office)), &rows));
	while (rows_next(rows)) {
		*ret_run_at = rows_integer(rows, 8);
		if (kind_of(rows) != kind)
			continue;
		if (!count++) {
			if (kind == FIGURE_STABLE)
				html(p, "<details class=\"fold\"><summary>%s</summary><div>", tr(p->language, TR("Ce qui est stable")));
			table_begin(p, TR("Mesures"), columns);
		}
		print_figure(p, rows);
	}
	if (count) {
		table_end(p);
		if (kind == FIGURE_STABLE)
			html(p, "</div></details>");
	}
	*ret_count = count;
	return rows_status(rows);
}

static enum status print_never(struct reader *db, struct html *p, struct text office)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int count = 0;

	TRY(store_query(db, &WATCH_FIGURES, PARAMS(value_text(office)), &rows));
	while (rows_next(rows)) {
		if (kind_of(rows) != FIGURE_NEVER || !text_is(rows_text(rows, 0), watch_measures[WATCH_PROFILE_SILENT].code))
			continue;
		if (!count++)
			html(p, "<p class=\"muted\">%s ", tr(p->language, TR("Profils que rien n'a remplis, ni avant ni récemment :")));
		else
			html(p, ", ");
		html(p, "%.*s", TEXT_FORMAT(rows_text(rows, 1)));
	}
	if (count)
		html(p, ".</p>");
	return rows_status(rows);
}

static enum status print_office_figures(struct reader *db, struct html *p, struct text office, int64_t *ret_run_at)
{
	int count;

	TRY(print_figures(db, p, office, FIGURE_OPEN, ret_run_at, &count));
	if (!count && *ret_run_at)
		html(p, "<p>%s</p>", tr(p->language, TR("Rien à suivre.")));
	TRY(print_figures(db, p, office, FIGURE_STABLE, ret_run_at, &count));
	return print_never(db, p, office);
}

struct seen_office {
	struct text code, name;
};

static enum status find_offices(struct request *rq, struct reader *db, struct seen_office *offices, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	size_t count = 0;

	TRY(store_query(db, &WATCH_OFFICES, NO_PARAMS, &rows));
	while (count < OFFICES && rows_next(rows))
		if (sees(rq, rows_text(rows, 2)))
			offices[count++] = (struct seen_office){rows_copy(rows, 0, rq->arena), rows_copy(rows, 1, rq->arena)};
	*ret_count = count;
	return rows_status(rows);
}

static enum status print_office(struct request *rq, struct reader *db, struct html *p, const struct seen_office *office,
	int64_t *run_at)
{
	if (!office->code.size) {
		section_begin(p, TR("Toute l'administration"));
		TRY(print_office_figures(db, p, office->code, run_at));
		section_end(p);
		return STATUS_OK;
	}
	(void)rq;
	html(p, "<details><summary>%.*s %.*s</summary>", TEXT_FORMAT(office->code), TEXT_FORMAT(office->name));
	TRY(print_office_figures(db, p, office->code, run_at));
	html(p, "</details>");
	return STATUS_OK;
}

enum status watch_page(struct request *rq, struct reader *db)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Veille"))));
	struct seen_office offices[OFFICES];
	int64_t run_at = 0;
	size_t count = 0;

	html(&page, "<p class=\"lead\">%s</p>",
		tr(rq->language, TR("Ce qui arrive et ce que les contrôles trouvent : les soixante derniers jours contre les trois cents d'avant.")));
	TRY(print_alerts(rq, db, &page));
	TRY(find_offices(rq, db, offices, &count));
	for (size_t i = 0; i < count; i++)
		TRY(print_office(rq, db, &page, &offices[i], &run_at));
	if (!count)
		notice(&page, "info", TR("La veille n'a encore rien mesuré : elle passe une fois par jour."));
	else
		html(&page, "<p class=\"help\">%s</p>",
			tr(rq->language, TR("Écart : indice de stabilité des répartitions (0,1 à suivre, 0,25 alerte), écart réduit des parts (1,96 ; 3). "
						"Pour les contrôles ciblés, « avant » est le hasard et « récent » le ciblage.")));
	if (run_at) {
		html(&page, "<p class=\"help\">");
		html_time(&page, run_at);
		html(&page, "</p>");
	}
	page_end(&page);
	return STATUS_OK;
}
