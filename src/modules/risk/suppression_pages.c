/* Profiles set aside for an operator: which hold, who said so and why, and a form for another. */
#include "modules/risk/suppression.h"
#include "web/page.h"
#include "web/session.h"

struct typed {
	struct text profile, operator, until, reason;
	struct form_problem problems[4];
	size_t problem_count;
};

static void print_row(struct request *rq, struct html *p, const struct suppression_row *row)
{
	const struct suppression *s = &row->suppression;
	const char *path = arena_string(rq->arena, arena_format(rq->arena, "/mises-de-cote/%lld", (long long)row->id));
	bool holds = suppression_holds(row, clock_today());

	table_row_begin(p);
	table_cell(p, s->profile);
	table_cell(p, s->operator);
	table_cell_date(p, s->from);
	table_cell_date(p, s->until);
	table_cell(p, s->reason);
	table_cell(p, s->by);
	table_cell_begin(p);
	if (holds)
		badge(p, "warning", TR("en vigueur"));
	else if (row->ended_at != TIME_NONE) {
		html(p, "%s %.*s ", tr(p->language, TR("levée par")), TEXT_FORMAT(row->ended_name));
		html_date(p, date_of(row->ended_at));
	} else
		badge(p, "info", TR("terminée"));
	table_cell_end(p);
	table_cell_begin(p);
	if (holds && rq_may(rq, RISK_SUPPRESS) && path)
		button_form(p, path, TR("Lever"), "version",
			arena_format(rq->arena, "%lld", (long long)row->row_version));
	table_cell_end(p);
	table_row_end(p);
}

static void print_form(struct html *p, const struct typed *typed)
{
	struct form form;

	section_begin(p, TR("Mettre un profil de côté pour un opérateur"));
	html(p, "<p class=\"muted\">%s</p>",
		tr(p->language,
			TR("Le profil continue de reconnaître ses envois, mais ne demande plus de circuit jusqu'à cette date. Chaque "
			   "décision qu'il aurait changée le dit.")));
	form = form_begin(p, "/mises-de-cote", typed->problems, typed->problem_count);
	form_field(&form, &(struct field){.name = "profil", .label = TR("Code du profil"), .value = typed->profile,
				.required = true, .limit = 40});
	form_field(&form, &(struct field){.name = "operateur", .label = TR("Code de l'opérateur (destinataire)"),
				.value = typed->operator, .required = true, .limit = 60});
	form_field(&form, &(struct field){.name = "jusqu_au", .label = TR("Jusqu'au (compris)"), .type = "date",
				.value = typed->until, .required = true, .help = TR("Deux ans au plus.")});
	form_area(&form, &(struct field){.name = "motif", .label = TR("Motif"), .value = typed->reason, .required = true,
				.limit = 1000}, 3);
	form_end(&form, TR("Mettre de côté"));
	section_end(p);
}

static enum status print_all(struct request *rq, struct reader *db, struct text operator, const struct typed *typed)
{
	static const struct table_column columns[] = {{TR("Profil"), "text"}, {TR("Opérateur"), "text"}, {TR("Du"), "date"},
		{TR("Au"), "date"}, {TR("Motif"), "text"}, {TR("Par"), "text"}, {TR("État"), "text"}, {TR("Action"), "text"},
		{NULL, NULL}};
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Profils mis de côté"))));
	struct suppression_row *rows;
	struct form form;
	size_t count;

	TRY(suppression_list(db, operator, rq->arena, &rows, &count));
	form = form_begin_get(&page, "/mises-de-cote");
	form_field(&form, &(struct field){.name = "operateur", .label = TR("Opérateur"), .type = "search", .value = operator,
				.limit = 60});
	form_end(&form, TR("Chercher"));
	table_begin(&page, TR("Profils mis de côté"), columns);
	for (size_t i = 0; i < count; i++)
		print_row(rq, &page, &rows[i]);
	table_end(&page);
	if (!count)
		notice(&page, "info", TR("Aucun profil n'est mis de côté."));
	if (rq_may(rq, RISK_SUPPRESS))
		print_form(&page, typed);
	page_end(&page);
	return STATUS_OK;
}

enum status suppression_page(struct request *rq, struct reader *db)
{
	const struct typed typed = {.profile = rq_input(rq, "profil"), .operator = rq_input(rq, "operateur")};

	return print_all(rq, db, typed.operator, &typed);
}

static void add_problem(struct typed *typed, const char *field, const char *message)
{
	typed->problems[typed->problem_count++] = (struct form_problem){field, {.id = message}};
}

enum status suppression_action(struct request *rq, struct writer *db)
{
	struct typed typed = {.profile = rq_input(rq, "profil"), .operator = rq_input(rq, "operateur"),
		.until = rq_input(rq, "jusqu_au"), .reason = rq_input(rq, "motif")};
	struct suppression suppression = {.profile = typed.profile, .operator = typed.operator, .until = DATE_NONE,
		.reason = typed.reason};
	enum status status = STATUS_INVALID;
	int64_t id;

	if (!typed.operator.size)
		add_problem(&typed, "operateur", TR("Donnez le code de l'opérateur."));
	if (!typed.reason.size)
		add_problem(&typed, "motif", TR("Dites pourquoi."));
	if (date_parse(typed.until, DATE_ISO, &suppression.until) != STATUS_OK || suppression.until < clock_today() ||
		suppression.until > clock_today() + 2 * 365)
		add_problem(&typed, "jusqu_au", TR("Donnez une date d'aujourd'hui à deux ans."));
	if (!typed.problem_count) {
		status = suppression_add(db, &rq->actor, &suppression, &id);
		if (status == STATUS_INVALID)
			add_problem(&typed, "profil", TR("Aucun profil de ce code n'est en vigueur."));
	}
	if (typed.problem_count) {
		TRY(print_all(rq, writer_reader(db), TEXT_NONE, &typed));
		return STATUS_INVALID;
	}
	TRY(status);
	rq_flash(rq, TR("Le profil est mis de côté pour cet opérateur dès la prochaine décision."));
	return rq_redirect(rq, "/mises-de-cote");
}

enum status suppression_end_action(struct request *rq, struct writer *db)
{
	int64_t id, version;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	if (!rq_integer(rq, "version", &version))
		return STATUS_INVALID;
	TRY(suppression_end(db, &rq->actor, id, version));
	rq_flash(rq, TR("Le profil vaut de nouveau pour cet opérateur."));
	return rq_redirect(rq, "/mises-de-cote");
}
