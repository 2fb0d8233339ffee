/* The settings of all modules: what each means, what it is now, what it was, who changed it. */
#include "domain/journal.h"
#include "modules/administration/pages.h"
#include "modules/journal/journal.h"
#include "web/server.h"

#include <string.h>

enum { CHOICES = 40, HISTORY_ROWS = 30, HISTORY_LOOK = 5000 };

static const struct setting *find_setting(const struct request *rq, struct text code)
{
	for (const struct module *const *module = rq->application->modules; *module; module++)
		for (const struct setting *row = (*module)->settings; row && row->code; row++)
			if (text_is(code, row->code))
				return row;
	return NULL;
}

/* A value as a person reads it. */
static void print_value(struct html *p, const struct setting *setting, struct text value)
{
	int64_t yes;

	if (!value.size)
		html(p, "–");
	else if (setting->kind == SETTING_YES_NO && setting_parse(setting, value, &yes) == STATUS_OK)
		html_tr(p, yes ? TR("Oui") : TR("Non"));
	else
		html_text(p, value);
}

/* ---- the list */

static enum status print_row(struct request *rq, struct reader *db, struct html *p, const struct setting *setting)
{
	struct text value;

	TRY(setting_text(db, setting, rq->arena, &value));
	table_row_begin(p);
	table_cell_begin(p);
	html(p, "<span class=\"two\"><a href=\"/reglages/%s\">%s</a><small>%s</small></span>", setting->code,
		tr(rq->language, setting->label), setting->help ? tr(rq->language, setting->help) : "");
	table_cell_end(p);
	table_cell_begin(p);
	html(p, "<strong>");
	print_value(p, setting, value);
	html(p, "</strong>");
	if (!text_is(value, setting->initial)) {
		html(p, " ");
		badge(p, "info", TR("changé"));
	}
	table_cell_end(p);
	table_cell_begin(p);
	print_value(p, setting, text_of(setting->initial));
	table_cell_end(p);
	table_row_end(p);
	return STATUS_OK;
}

enum status settings_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Réglage"), "text"}, {TR("Valeur"), "text"}, {TR("À l'origine"), "text"},
		{NULL, NULL}};
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Réglages"))));

	administration_assets(&page);
	for (const struct module *const *module = rq->application->modules; *module; module++) {
		if (!(*module)->settings || !(*module)->settings->code)
			continue;
		section_begin(&page, (*module)->label);
		table_begin(&page, (*module)->label, columns);
		for (const struct setting *row = (*module)->settings; row->code; row++)
			TRY(print_row(rq, db, &page, row));
		table_end(&page);
		section_end(&page);
	}
	page_end(&page);
	return STATUS_OK;
}

/* ---- one of them */

static void print_control(struct request *rq, struct form *form, const struct setting *setting, struct text value)
{
	struct field field = {.name = "valeur", .label = setting->label, .help = setting->help, .value = value, .limit = 2000};
	struct choice choices[CHOICES];
	struct text rest = text_of(setting->choices);
	size_t count = 0;
	int64_t yes;

	if (setting->kind == SETTING_YES_NO) {
		choices[0] = (struct choice){TEXT("yes"), text_of(tr(rq->language, TR("Oui")))};
		choices[1] = (struct choice){TEXT("no"), text_of(tr(rq->language, TR("Non")))};
		if (setting_parse(setting, value, &yes) == STATUS_OK)
			field.value = yes ? TEXT("yes") : TEXT("no");
		form_radio(form, &field, choices, 2);
	} else if (setting->kind == SETTING_CHOICE) {
		while (rest.data && count < CHOICES) {
			struct text code = text_cut(&rest, ' ');

			if (code.size)
				choices[count++] = (struct choice){code, code};
		}
		form_select(form, &field, choices, count);
	} else {
		field.type = setting->kind == SETTING_TEXT ? "text" : "number";
		form_field(form, &field);
	}
}

/* ---- its history: rows of the journal whose details name it */

struct changes {
	struct html *p;
	const struct setting *setting;
	size_t count, looked;
};

static void print_change_values(struct html *p, const struct setting *setting, const json_t *pair)
{
	for (size_t i = 0; i < 2; i++) {
		const char *value = json_string_value(json_array_get(pair, i));

		table_cell_begin(p);
		print_value(p, setting, text_of(value ? value : ""));
		table_cell_end(p);
	}
}

static bool print_change(void *context, const struct journal_row *row)
{
	struct changes *changes = context;
	json_t *details = NULL, *pair = NULL;
	struct html *p = changes->p;
	int line;

	if (changes->count == HISTORY_ROWS || changes->looked++ == HISTORY_LOOK)
		return false;
	if (row->details.data && json_parse(row->details, 1 << 20, &details, &line) == STATUS_OK)
		pair = json_object_get(details, changes->setting->code);
	if (json_is_array(pair)) {
		table_row_begin(p);
		table_cell_begin(p);
		html_time(p, row->at);
		table_cell_end(p);
		table_cell(p, row->actor_name);
		print_change_values(p, changes->setting, pair);
		table_row_end(p);
		changes->count++;
	}
	json_decref(details);
	return true;
}

static enum status print_history(struct reader *db, struct html *p, const struct setting *setting)
{
	static const struct table_column columns[] = {{TR("Quand"), "date"}, {TR("Qui"), "text"}, {TR("Avant"), "text"},
		{TR("Après"), "text"}, {NULL, NULL}};
	struct changes changes = {.p = p, .setting = setting};

	section_begin(p, TR("Historique"));
	table_begin(p, TR("Historique"), columns);
	TRY(journal_history(db, "setting", 0, HISTORY_LOOK, print_change, &changes));
	table_end(p);
	if (!changes.count)
		html(p, "<p class=\"muted\">%s</p>", tr(p->language, TR("Ce réglage n'a jamais été changé.")));
	section_end(p);
	return STATUS_OK;
}

static enum status print_setting(struct request *rq, struct reader *db, const struct setting *setting, struct text typed,
	const char *problem)
{
	const struct form_problem problems[] = {{"valeur", {.id = problem}}};
	struct html p = page_begin(rq, text_of(tr(rq->language, setting->label)));
	struct text value = typed;
	struct form form;

	administration_assets(&p);
	if (!problem)
		TRY(setting_text(db, setting, rq->arena, &value));
	html(&p, "<p><a href=\"/reglages\">← %s</a></p>", tr(rq->language, TR("Tous les réglages")));
	section_begin(&p, NULL);
	form = form_begin(&p, arena_format(rq->arena, "/reglages/%s", setting->code).data, problems, problem ? 1 : 0);
	print_control(rq, &form, setting, value);
	html(&p, "<p class=\"muted\">%s : ", tr(rq->language, TR("Valeur d'origine")));
	print_value(&p, setting, text_of(setting->initial));
	if (setting->least || setting->most)
		html(&p, " · %lld … %lld", (long long)setting->least, (long long)setting->most);
	html(&p, " · <code>%s</code></p>", setting->code);
	form_end(&form, TR("Enregistrer"));
	section_end(&p);
	TRY(print_history(db, &p, setting));
	page_end(&p);
	return STATUS_OK;
}

enum status setting_page(struct request *rq, struct reader *db)
{
	const struct setting *setting = find_setting(rq, rq_input(rq, "code"));

	return setting ? print_setting(rq, db, setting, TEXT_NONE, NULL) : STATUS_NOT_FOUND;
}

enum status setting_action(struct request *rq, struct writer *db)
{
	const struct setting *setting = find_setting(rq, rq_input(rq, "code"));
	struct text value = rq_input(rq, "valeur");
	enum status status;

	if (!setting)
		return STATUS_NOT_FOUND;
	status = setting_change(db, &rq->actor, setting, value.data ? value : TEXT(""));
	if (status == STATUS_INVALID) {
		TRY(print_setting(rq, writer_reader(db), setting, value, TR("Cette valeur ne convient pas à ce réglage.")));
		return STATUS_INVALID;
	}
	TRY(status);
	rq_flash(rq, TR("Le réglage est enregistré."));
	return rq_redirect(rq, "/reglages");
}
