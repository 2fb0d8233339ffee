/* Parts that the pages of profiles share. */
#include "modules/risk/profile_pages.h"
#include "web/assets.h"

void profile_assets(struct html *p)
{
	html(p, "<link rel=\"stylesheet\" href=\"%s\"><script src=\"%s\" defer></script>", asset_url("editor.css"),
		asset_url("editor.js"));
}

void profile_state_badge(struct html *p, struct text state)
{
	const char *kind = text_is(state, "active") ? "ok" : text_is(state, "proposed") ? "warning" : "info";
	const char *label = workflow_state_label(&profile_workflow, state);

	badge(p, text_is(state, "retired") ? "none" : kind, label ? label : TR("Brouillon"));
}

static bool line_is_wrong(const struct profile_problem *problems, size_t count, int line)
{
	for (size_t i = 0; i < count; i++)
		if (problems[i].line == line)
			return true;
	return false;
}

void profile_source_print(struct html *p, struct text source, const struct profile_problem *problems, size_t count)
{
	struct text rest = source;
	int line = 0;

	html(p, "<ol class=\"source\">");
	while (rest.data && rest.size) {
		struct text text = text_cut(&rest, '\n');

		line++;
		html(p, line_is_wrong(problems, count, line) ? "<li class=\"bad\"><code>%.*s</code></li>"
							      : "<li><code>%.*s</code></li>",
			TEXT_FORMAT(text));
	}
	html(p, "</ol>");
}

void profile_problems_tell(const struct request *rq, const struct profile_problem *problems, size_t count)
{
	AUTO(buffer_release) struct buffer line = {0};

	if (!rq || !rq_is_api(rq))
		return;
	buffer_init(&line, 4096);
	for (size_t i = 0; i < count; i++) {
		buffer_clear(&line);
		if (problems[i].line) {
			struct message message = {TR("Ligne %1, colonne %2"), {arena_format(rq->arena, "%d", problems[i].line),
							arena_format(rq->arena, "%d", problems[i].column)}};

			message_print(&line, rq->language, &message);
			buffer_string(&line, " : ");
		}
		message_print(&line, rq->language, &problems[i].message);
		rq_problem(rq, "texte", buffer_text(&line));
	}
}

void profile_problems_print(struct html *p, const struct profile_problem *problems, size_t count)
{
	profile_problems_tell(p->rq, problems, count);
	if (!count) {
		notice(p, "ok", TR("Le texte est juste : en-têtes, condition, types et unités s'accordent."));
		return;
	}
	html(p, "<div class=\"notice danger\" role=\"alert\"><p><strong>");
	html_tr(p, count == 1 ? TR("Une erreur à corriger :") : TR("Des erreurs à corriger :"));
	html(p, "</strong></p><ul class=\"faults\">");
	for (size_t i = 0; i < count; i++) {
		html(p, "<li data-line=\"%d\" data-column=\"%d\">", problems[i].line, problems[i].column);
		if (problems[i].line) {
			AUTO(buffer_release) struct buffer line = {0}, column = {0};

			buffer_init(&line, 32);
			buffer_init(&column, 32);
			buffer_format(&line, "%d", problems[i].line);
			buffer_format(&column, "%d", problems[i].column);
			html(p, "<strong>");
			html_message(p, &(struct message){TR("Ligne %1, colonne %2"), {buffer_text(&line), buffer_text(&column)}});
			html(p, "</strong> – ");
		}
		html_message(p, &problems[i].message);
		html(p, "</li>");
	}
	html(p, "</ul></div>");
}

void profile_diff_print(struct html *p, const struct diff_line *lines, size_t count)
{
	size_t changes = 0;

	for (size_t i = 0; i < count; i++)
		changes += lines[i].kind != ' ';
	if (!changes) {
		notice(p, "info", TR("Les deux textes sont les mêmes."));
		return;
	}
	html(p, "<ol class=\"diff\">");
	for (size_t i = 0; i < count; i++) {
		const char *tag = lines[i].kind == '+' ? "ins" : lines[i].kind == '-' ? "del" : "span";
		const char *said = lines[i].kind == '+' ? TR("ajouté") : lines[i].kind == '-' ? TR("ôté") : NULL;

		html(p, "<li class=\"%s\"><span class=\"sign\" aria-hidden=\"true\">%c</span>", tag, lines[i].kind);
		if (said)
			html(p, "<span class=\"hidden\">%s : </span>", tr(p->language, said));
		html(p, "<%s>%.*s</%s></li>", tag, TEXT_FORMAT(lines[i].text), tag);
	}
	html(p, "</ol>");
}

void share_print(struct html *p, int64_t part, int64_t whole)
{
	if (whole <= 0) {
		html(p, "–");
		return;
	}
	html_number(p, number_divide(number_multiply(number_of(part), number_of(100)), number_of(whole)), 0);
	html(p, "\u00a0%%");
}

void life_cells(struct html *p, const struct profile_life *life, struct text currency)
{
	table_cell_number(p, number_of(life->hits), 0);
	table_cell_begin(p);
	html_number(p, number_of(life->adverse), 0);
	html(p, " / ");
	html_number(p, number_of(life->inspected), 0);
	table_cell_end(p);
	table_cell_begin(p);
	share_print(p, life->inspected - life->adverse, life->inspected);
	table_cell_end(p);
	table_cell_begin(p);
	if (life->inspected)
		html_amount(p, life->recovered, currency);
	else
		html(p, "–");
	table_cell_end(p);
	table_cell_begin(p);
	html_number(p, number_divide(number_of(life->minutes), number_of(60)), 1);
	html(p, "\u00a0h");
	table_cell_end(p);
}

/* ---- the trial over the past */

/* Hits in the sample and, when not all was looked at, what that makes of the whole. */
static void print_hits(struct html *p, const struct profile_try_window *window, struct text currency)
{
	(void)currency;
	html(p, "<strong>");
	html_number(p, number_of(window->hits), 0);
	html(p, "</strong>");
	if (window->examined && window->examined < window->stored) {
		html(p, " <span class=\"muted\">(≈\u00a0");
		html_number(p, number_divide(number_multiply(number_of(window->hits), number_of(window->stored)),
			number_of(window->examined)), 0);
		html(p, ")</span>");
	}
}

static void print_looked_at(struct html *p, const struct profile_try_window *window, struct text currency)
{
	(void)currency;
	html_number(p, number_of(window->examined), 0);
	html(p, " / ");
	html_number(p, number_of(window->stored), 0);
}

static void print_hit_share(struct html *p, const struct profile_try_window *window, struct text currency)
{
	(void)currency;
	share_print(p, window->hits, window->examined);
}

static void print_judged(struct html *p, const struct profile_try_window *window, struct text currency)
{
	(void)currency;
	html_number(p, number_of(window->judged), 0);
}

static void print_adverse(struct html *p, const struct profile_try_window *window, struct text currency)
{
	(void)currency;
	html_number(p, number_of(window->adverse), 0);
	html(p, " (");
	share_print(p, window->adverse, window->judged);
	html(p, ")");
}

static void print_recovered(struct html *p, const struct profile_try_window *window, struct text currency)
{
	html_amount(p, window->recovered, currency);
}

static const struct {
	const char *label;
	void (*print)(struct html *p, const struct profile_try_window *window, struct text currency);
} measures[] = {
	{TR("Envois touchés"), print_hits},
	{TR("Part touchée"), print_hit_share},
	{TR("Dont déjà contrôlés"), print_judged},
	{TR("Infractions parmi eux"), print_adverse},
	{TR("Droits retrouvés"), print_recovered},
	{TR("Envois regardés, sur ceux de la période"), print_looked_at},
};

static void print_sample(struct html *p, const struct profile_try *result)
{
	AUTO(buffer_release) struct buffer step = {0}, span = {0}, seen = {0};

	buffer_init(&step, 32);
	buffer_init(&span, 32);
	buffer_init(&seen, 32);
	buffer_format(&step, "%lld", (long long)result->step);
	number_print_local(&span, result->span, 1, ',', " ");
	html(p, "<p class=\"muted\">");
	if (result->step > 1)
		html_message(p, &(struct message){TR("Échantillon : un envoi sur %1, pris dans toute la période. "),
			{buffer_text(&step)}});
	else if (!result->out_of_time)
		html_tr(p, TR("Tous les envois de la période ont été regardés. "));
	if (result->out_of_time) {
		buffer_format(&seen, "%lld", (long long)result->windows[PROFILE_TRY_WINDOWS - 1].examined);
		html_message(p, &(struct message){TR("Le temps prévu a suffi pour en regarder %1, répartis sur toute la période. "),
			{buffer_text(&seen)}});
	}
	html_message(p, &(struct message){TR("Chaque envoi est jugé avec ce qui était connu ce jour-là. Durée : %1 s."),
		{buffer_text(&span)}});
	html(p, "</p>");
}

static void print_examples(struct html *p, const struct profile_try *result)
{
	if (!result->example_count) {
		notice(p, "warning",
			TR("Ce profil n'aurait touché aucun envoi regardé : vérifiez les codes, ou la condition est trop étroite."));
		return;
	}
	html(p, "<p>");
	html_tr(p, TR("Les derniers envois touchés :"));
	html(p, "</p><ul class=\"examples\">");
	for (size_t i = 0; i < result->example_count; i++) {
		const struct profile_try_example *example = &result->examples[i];

		html(p, "<li><a href=\"/envois/%lld\">%.*s</a> – ", (long long)example->id, TEXT_FORMAT(example->reference));
		html_date(p, example->day);
		if (example->outcome != INT64_MIN) {
			html(p, " ");
			badge(p, example->outcome ? "danger" : "ok", example->outcome ? TR("Infraction") : TR("Conforme"));
		}
		html(p, "</li>");
	}
	html(p, "</ul>");
}

void profile_try_print(struct html *p, const struct profile_try *result, struct text currency)
{
	static const struct table_column columns[] = {{TR("Mesure"), "text"}, {TR("30 jours"), "number"},
		{TR("90 jours"), "number"}, {TR("365 jours"), "number"}, {NULL, NULL}};

	table_begin(p, TR("Ce que ce profil aurait touché"), columns);
	for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) {
		table_row_begin(p);
		table_cell_begin(p);
		html_tr(p, measures[i].label);
		table_cell_end(p);
		for (size_t window = 0; window < PROFILE_TRY_WINDOWS; window++) {
			table_cell_begin(p);
			measures[i].print(p, &result->windows[window], currency);
			table_cell_end(p);
		}
		table_row_end(p);
	}
	table_end(p);
	print_sample(p, result);
	html(p, "<p class=\"muted\">");
	html_tr(p, TR("Les envois touchés qui n'ont pas été contrôlés n'ont pas de résultat connu : ils ne comptent ni pour ni "
		       "contre."));
	html(p, "</p>");
	print_examples(p, result);
}

enum status profile_try_for(struct request *rq, struct reader *db, const struct policy *policy, struct profile_try *ret_try)
{
	static const struct profile_try_limits limits = {.consignments = 20000, .span = 2 * MICROSECONDS};
	const struct risk_application *application = (const struct risk_application *)rq->application;
	struct text paths = actor_path_list(&rq->actor, CONSIGNMENTS_READ, rq->arena);

	if (!paths.data)
		return STATUS_NO_MEMORY;
	return profile_try_run(db, application->decider, policy, paths, &limits, rq->arena, ret_try);
}

enum status profile_try_section(struct request *rq, struct reader *db, struct html *p, struct text source,
	struct text code)
{
	AUTO(profile_checked_release) struct profile_checked checked = {.policy = NULL};
	struct profile_try result;
	struct text currency;

	TRY(profile_check(db, source, code, rq->arena, &checked));
	if (checked.problem_count) {
		profile_problems_print(p, checked.problems, checked.problem_count);
		return STATUS_OK;
	}
	TRY(setting_text(db, &national_currency, rq->arena, &currency));
	TRY(profile_try_for(rq, db, checked.policy, &result));
	if (result.is_loading)
		notice(p, "info", TR("Ce profil lit le passé, que le serveur est en train de charger : réessayez dans une minute ou deux."));
	else
		profile_try_print(p, &result, currency);
	return STATUS_OK;
}
