/* The jobs of all modules with their state. */
#include "modules/administration/pages.h"
#include "web/server.h"

enum { JOB_LIMIT = 200 };

const struct job *job_find(const struct request *rq, struct text name)
{
	for (const struct module *const *module = rq->application->modules; *module; module++)
		for (const struct job *row = (*module)->jobs; row && row->name; row++)
			if (text_is(name, row->name))
				return row;
	return NULL;
}

struct job_rows {
	struct request *rq;
	struct job_row rows[JOB_LIMIT];
	size_t count;
	bool failed;
};

static bool take_row(void *context, const struct job_row *row)
{
	struct job_rows *list = context;
	struct job_row *kept = &list->rows[list->count];
	struct arena *arena = list->rq->arena;

	if (list->count == JOB_LIMIT)
		return false;
	*kept = *row;
	kept->name = arena_text(arena, row->name);
	kept->note = row->note.data ? arena_text(arena, row->note) : TEXT_NONE;
	kept->last_status = row->last_status.data ? arena_text(arena, row->last_status) : TEXT_NONE;
	list->failed = list->failed || !kept->name.data;
	list->count++;
	return !list->failed;
}

static const struct job_row *row_of(const struct job_rows *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (text_is(list->rows[i].name, name))
			return &list->rows[i];
	return NULL;
}

static void print_when(struct html *p, int64_t time)
{
	table_cell_begin(p);
	if (time != TIME_NONE && time > 0)
		html_time(p, time);
	else
		html(p, "–");
	table_cell_end(p);
}

static void print_state(struct html *p, const struct job_row *row)
{
	if (!row || (row->started_at == TIME_NONE && !row->is_asked))
		badge(p, "info", TR("Jamais lancée"));
	else if (row->lease_until > clock_now())
		badge(p, "warning", TR("En cours"));
	else if (row->is_asked)
		badge(p, "info", TR("Demandée"));
	else if (row->failures > 0)
		badge(p, "danger", TR("En échec"));
	else
		badge(p, "ok", TR("En ordre"));
}

static void print_rhythm(struct html *p, const struct request *rq, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		const char *label;
	} units[] = {{86400, TR("tous les %1 jours")}, {3600, TR("toutes les %1 heures")}, {60, TR("toutes les %1 minutes")},
		{1, TR("toutes les %1 secondes")}};

	if (!seconds) {
		html_tr(p, TR("sur demande"));
		return;
	}
	if (seconds == 86400 || seconds == 3600 || seconds == 60) {
		html_tr(p, seconds == 86400 ? TR("chaque jour") : seconds == 3600 ? TR("chaque heure") : TR("chaque minute"));
		return;
	}
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (seconds % units[i].seconds == 0) {
			html_message(p, &(struct message){units[i].label,
				{arena_format(rq->arena, "%lld", (long long)(seconds / units[i].seconds))}});
			return;
		}
}

static void print_last(struct html *p, const struct job_row *row)
{
	table_cell_begin(p);
	if (row && row->started_at != TIME_NONE && row->started_at > 0) {
		html_time(p, row->started_at);
		if (row->ended_at != TIME_NONE && row->ended_at >= row->started_at) {
			html(p, "<br><span class=\"muted\">");
			html_number(p, row->ended_at - row->started_at, 1);
			html(p, "\u00a0s</span>");
		}
	} else {
		html(p, "–");
	}
	table_cell_end(p);
}

static void print_job(struct request *rq, struct html *p, const struct job *job, const struct job_row *row)
{
	table_row_begin(p);
	table_cell_begin(p);
	html(p, "<span class=\"two\"><strong>%s</strong><small>%s</small></span>", tr(rq->language, job->label), job->name);
	table_cell_end(p);
	table_cell_begin(p);
	print_state(p, row);
	if (row && row->failures > 0 && row->last_status.data)
		html(p, "<br><code>%.*s</code> ×%lld", TEXT_FORMAT(row->last_status), (long long)row->failures);
	table_cell_end(p);
	table_cell_begin(p);
	print_rhythm(p, rq, job->every);
	table_cell_end(p);
	print_last(p, row);
	print_when(p, row ? row->next_at : TIME_NONE);
	table_cell(p, row ? row->note : TEXT_NONE);
	table_cell_begin(p);
	button_form(p, "/taches", TR("Lancer"), "nom", text_of(job->name));
	table_cell_end(p);
	table_row_end(p);
}

enum status jobs_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Tâche"), "text"}, {TR("État"), "text"}, {TR("Rythme"), "text"},
		{TR("Dernière fois"), "when"}, {TR("Prochaine"), "when"}, {TR("Note"), "text"},
		{TR("Action"), "text"}, {NULL, NULL}};
	struct job_rows *list = ARENA_NEW(rq->arena, struct job_rows);
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Tâches"))));

	if (!list)
		return STATUS_NO_MEMORY;
	administration_assets(&page);
	list->rq = rq;
	TRY(job_list(db, take_row, list));
	if (list->failed)
		return STATUS_NO_MEMORY;
	html(&page, "<p>");
	html_tr(&page, TR("Ce que Vigie fait d'elle-même. De plusieurs serveurs, un seul lance une tâche ; une tâche qui échoue est "
			  "reprise, de moins en moins souvent."));
	html(&page, "</p>");
	table_begin(&page, TR("Tâches"), columns);
	for (const struct module *const *module = rq->application->modules; *module; module++)
		for (const struct job *row = (*module)->jobs; row && row->name; row++)
			print_job(rq, &page, row, row_of(list, row->name));
	table_end(&page);
	page_end(&page);
	return STATUS_OK;
}

enum status job_action(struct request *rq, struct writer *db)
{
	const struct job *job = job_find(rq, rq_input(rq, "nom"));

	if (!job)
		return STATUS_NOT_FOUND;
	TRY(job_ask(db, job->name));
	rq_flash(rq, TR("La tâche sera lancée dès que possible."));
	return rq_redirect(rq, "/taches");
}
