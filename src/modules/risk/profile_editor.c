/* Writing a profile: the text, the dictionary of facts beside it, what is wrong at its place, what the past says. */
#include "engine/fact.h"
#include "modules/risk/profile_pages.h"

#include <string.h>

enum { EDITOR_ROWS = 22 };

static const char template_source[] =
	"profil CODE-01 : Titre du profil\n"
	"base légale : \n"
	"responsable : Analyse des risques\n"
	"étapes : declaration\n"
	"circuit : jaune\n"
	"part : 100 %\n"
	"consigne : \n"
	"quand\n"
	"  item.hs commence par 8703 et item.value_per_kg < 2000\n"
	"fin\n";

/* What the editor shows. */
struct editor {
	struct request *rq;
	int64_t id; /* 0: a new profile */
	struct text code; /* missing: a new profile */
	struct text source, note;
	int64_t seen; /* row version of the newest version */
	const struct profile_checked *checked; /* NULL: not checked */
	bool tries, conflicts;
};

static void print_buttons(struct html *p, const struct editor *editor)
{
	static const struct {
		const char *act;
		const char *label;
		bool is_main;
	} buttons[] = {
		{"enregistrer", TR("Enregistrer le brouillon"), true},
		{"proposer", TR("Enregistrer et proposer"), false},
		{"essayer", TR("Essayer sur le passé"), false},
		{"verifier", TR("Vérifier"), false},
	};

	(void)editor;
	html(p, "<p class=\"actions\">");
	for (size_t i = 0; i < sizeof buttons / sizeof *buttons; i++)
		html(p, buttons[i].is_main
				? "<button type=\"submit\" class=\"button\" name=\"geste\" value=\"%s\">%s</button>"
				: "<button type=\"submit\" class=\"button secondary\" name=\"geste\" value=\"%s\">%s</button>",
			buttons[i].act, tr(p->language, buttons[i].label));
	html(p, "</p>");
}

static void print_form(struct html *p, const struct editor *editor)
{
	struct arena *arena = editor->rq->arena;
	const char *path = editor->id
		? arena_format(arena, "/profils/%lld/modifier", (long long)editor->id).data : "/profils/nouveau";
	struct form form = form_begin(p, path ? path : "/profils", NULL, 0);

	form_hidden(&form, "vu", arena_format(arena, "%lld", (long long)editor->seen));
	form_hidden(&form, "code", editor->code.data ? editor->code : TEXT(""));
	form_area(&form, &(struct field){.name = "texte", .label = TR("Texte du profil"),
				 .help = TR("De « profil CODE : titre » à « fin ». Les mots sont français ou anglais."),
				 .value = editor->source, .required = true, .limit = PROFILE_SOURCE_LIMIT},
		EDITOR_ROWS);
	html(p, "<div id=\"verification\" aria-live=\"polite\">");
	if (editor->checked)
		profile_problems_print(p, editor->checked->problems, editor->checked->problem_count);
	html(p, "</div>");
	if (editor->checked && editor->checked->problem_count)
		profile_source_print(p, editor->source, editor->checked->problems, editor->checked->problem_count);
	form_area(&form, &(struct field){.name = "note", .label = TR("Pourquoi cette version"),
				 .help = TR("Ce qui a fait écrire ou changer ce profil, pour qui le relira."),
				 .value = editor->note, .limit = PROFILE_NOTE_LIMIT},
		2);
	print_buttons(p, editor);
	html(p, "</form>");
}

static enum status print_editor(struct reader *db, const struct editor *editor)
{
	struct request *rq = editor->rq;
	struct text title = editor->code.data
		? arena_format(rq->arena, "%s %.*s", tr(rq->language, TR("Modifier")), TEXT_FORMAT(editor->code))
		: text_of(tr(rq->language, TR("Écrire un profil")));
	struct html p = page_begin(rq, title);

	profile_assets(&p);
	if (editor->conflicts)
		notice(&p, "danger", TR("Quelqu'un d'autre a changé ce profil entre-temps : relisez sa version, puis enregistrez de "
					"nouveau."));
	html(&p, "<div class=\"editor\" data-editor=\"\"><div class=\"writing\">");
	section_begin(&p, NULL);
	print_form(&p, editor);
	section_end(&p);
	html(&p, "<div id=\"essai\" aria-live=\"polite\">");
	if (editor->tries) {
		section_begin(&p, TR("Sur le passé"));
		TRY(profile_try_section(rq, db, &p, editor->source, editor->code));
		section_end(&p);
	}
	html(&p, "</div></div><aside class=\"dictionary\" aria-label=\"%s\">", tr(rq->language, TR("Dictionnaire des faits")));
	section_begin(&p, TR("Dictionnaire des faits"));
	facts_print(&p, rq, TEXT_NONE);
	section_end(&p);
	html(&p, "</aside></div>");
	page_end(&p);
	return STATUS_OK;
}

/* The profile named by the address; id 0 and no code for a new one. */
static enum status find_profile(struct request *rq, struct reader *db, struct editor *editor,
	struct profile_version **ret_versions, size_t *ret_count)
{
	if (!rq_input(rq, "id").data)
		return STATUS_OK;
	if (!rq_integer(rq, "id", &editor->id))
		return STATUS_NOT_FOUND;
	TRY(profile_versions(db, editor->id, rq->arena, ret_versions, ret_count));
	editor->code = (*ret_versions)[0].code;
	editor->seen = (*ret_versions)[0].row_version;
	return STATUS_OK;
}

enum status profile_edit_page(struct request *rq, struct reader *db)
{
	struct editor editor = {.rq = rq, .source = text_of(template_source), .note = TEXT("")};
	struct profile_version *versions = NULL;
	int64_t number;
	size_t count = 0;

	TRY(find_profile(rq, db, &editor, &versions, &count));
	if (count) {
		editor.source = versions[0].source;
		if (text_is(versions[0].state, "draft"))
			editor.note = versions[0].note;
	}
	if (count && rq_integer(rq, "version", &number)) {
		size_t i = 0;

		while (i < count && versions[i].number != number)
			i++;
		if (i == count)
			return STATUS_NOT_FOUND;
		editor.source = versions[i].source;
	}
	return print_editor(db, &editor);
}

/* ---- what was sent */

static enum status show_again(struct database *database, struct editor *editor, bool checks)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(profile_checked_release) struct profile_checked checked = {.policy = NULL};

	TRY(reader_begin(database, &reader));
	if (checks) {
		TRY(profile_check(reader, editor->source, editor->code, editor->rq->arena, &checked));
		editor->checked = &checked;
	}
	return print_editor(reader, editor);
}

static enum status propose(struct database *database, struct request *rq, int64_t profile_id, int64_t number)
{
	struct message refusal = {.id = NULL};
	struct reader *reader = NULL;
	struct profile_version version;
	enum status status;

	TRY(reader_begin(database, &reader));
	status = profile_version_number(reader, profile_id, number, rq->arena, &version);
	reader_end(reader);
	TRY(status);
	return profile_move(database, "propose", &version,
		&(struct profile_move){.actor = &rq->actor, .seen_version = version.row_version}, &refusal);
}

/* Checks and writes in one transaction; STATUS_INVALID: the text has problems. */
static enum status save(struct database *database, struct editor *editor, int64_t *ret_id, int64_t *ret_number)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(profile_checked_release) struct profile_checked checked = {.policy = NULL};
	struct request *rq = editor->rq;
	struct profile_text text = {.profile_id = editor->id, .source = editor->source, .note = editor->note};

	if (!rq_integer(rq, "vu", &text.seen_version))
		return STATUS_CONFLICT;
	TRY(writer_begin(database, &writer));
	TRY(profile_check(writer_reader(writer), editor->source, editor->code, rq->arena, &checked));
	if (checked.problem_count)
		return STATUS_INVALID;
	TRY(profile_save(writer, &rq->actor, &text, &checked, ret_id, ret_number));
	return writer_commit(&writer);
}

enum status profile_edit_submit(struct request *rq, struct database *database)
{
	struct editor editor = {.rq = rq, .source = rq_input(rq, "texte"), .note = rq_input(rq, "note")};
	struct text act = rq_input(rq, "geste");
	struct profile_version *versions = NULL;
	bool proposes = text_is(act, "proposer");
	int64_t id = 0, number = 0, seen;
	size_t count = 0;
	enum status status;

	{
		AUTO(reader_release) struct reader *reader = NULL;

		TRY(reader_begin(database, &reader));
		TRY(find_profile(rq, reader, &editor, &versions, &count));
	}
	if (rq_integer(rq, "vu", &seen))
		editor.seen = seen;
	editor.source = editor.source.data ? editor.source : TEXT("");
	editor.note = editor.note.data ? editor.note : TEXT("");
	if (text_is(act, "essayer") || text_is(act, "verifier")) {
		editor.tries = text_is(act, "essayer");
		return show_again(database, &editor, true);
	}
	status = editor.note.size > PROFILE_NOTE_LIMIT * 4 ? STATUS_INVALID : save(database, &editor, &id, &number);
	if (status == STATUS_OK && proposes)
		status = propose(database, rq, id, number);
	if (status == STATUS_INVALID || status == STATUS_CONFLICT) {
		editor.conflicts = status == STATUS_CONFLICT;
		TRY(show_again(database, &editor, true));
		return status;
	}
	TRY(status);
	rq_flash(rq, proposes ? TR("Le profil est proposé : une autre personne le mettra en vigueur.")
			      : TR("Le brouillon est enregistré."));
	return rq_redirect(rq, "/profils/%lld", (long long)id);
}

/* ---- fragments */

static struct text code_input(const struct request *rq)
{
	struct text code = rq_input(rq, "code");

	return code.size ? code : TEXT_NONE;
}

enum status profile_check_fragment(struct request *rq, struct database *database)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(profile_checked_release) struct profile_checked checked = {.policy = NULL};
	struct html p = rq_html(rq);

	TRY(reader_begin(database, &reader));
	TRY(profile_check(reader, rq_input(rq, "texte"), code_input(rq), rq->arena, &checked));
	if (rq_is_api(rq))
		return profile_checked_answer(rq, &checked);
	profile_problems_print(&p, checked.problems, checked.problem_count);
	return STATUS_OK;
}

enum status profile_try_fragment(struct request *rq, struct database *database)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct html p = rq_html(rq);

	TRY(reader_begin(database, &reader));
	if (rq_is_api(rq))
		return profile_try_answer(rq, reader, rq_input(rq, "texte"), code_input(rq));
	section_begin(&p, TR("Sur le passé"));
	TRY(profile_try_section(rq, reader, &p, rq_input(rq, "texte"), code_input(rq)));
	section_end(&p);
	return STATUS_OK;
}

/* ---- the dictionary */

static const struct {
	const char *label;
	enum fact_level level;
	enum fact_kind kind;
	bool any_kind;
} groups[] = {
	{TR("L'envoi"), LEVEL_CONSIGNMENT, FACT_PLAIN, false},
	{TR("L'envoi, calculé"), LEVEL_CONSIGNMENT, FACT_DERIVED, false},
	{TR("L'article"), LEVEL_ITEM, FACT_PLAIN, false},
	{TR("L'article, calculé"), LEVEL_ITEM, FACT_DERIVED, false},
	{TR("Le passé"), LEVEL_CONSIGNMENT, FACT_HISTORY, true},
	{TR("Les écarts avec le manifeste"), LEVEL_CONSIGNMENT, FACT_DIFFERENCE, true},
};

/* A history is written measure(key, window). */
static struct text written_form(struct arena *arena, const struct fact *fact)
{
	if (fact->kind != FACT_HISTORY)
		return text_of(fact->code);
	return arena_format(arena, fact->measure == MEASURE_REFERENCE ? "%s(%s)" : "%s(%s, 365 jours)",
		fact_measure_code(fact->measure), fact_key_code(fact->key));
}

static const char *example_ending(const struct fact *fact)
{
	static const char *const of_units[] = {[UNIT_NONE] = "> 10", [UNIT_KG] = "> 10 t", [UNIT_MONEY] = "> 5 millions",
		[UNIT_INVOICE] = "> 50000", [UNIT_COUNT] = ">= 3", [UNIT_PERCENT] = "> 20 %", [UNIT_DAYS] = "> 30 jours",
		[UNIT_MONEY_PER_KG] = "< 500", [UNIT_INVOICE_PER_KG] = "< 2"};

	switch (fact->type) {
	case FACT_TEXT: return "contient un de (\"occasion\", \"usagé\")";
	case FACT_CODE: return "dans (CN, HK)";
	case FACT_CODES: return "= ABC";
	case FACT_HS: return "commence par 8701..8704, 8711";
	case FACT_DATE: return ">= 2026-01-01";
	case FACT_YESNO: return "est oui";
	default: return of_units[fact->unit];
	}
}

static void print_fact(struct html *p, struct request *rq, const struct fact *fact)
{
	struct text form = written_form(rq->arena, fact);

	html(p, "<li data-fact=\"%.*s\"><p><code class=\"insert\">%.*s</code> <strong>%s</strong></p><p class=\"muted\">",
		TEXT_FORMAT(form), TEXT_FORMAT(form), tr(rq->language, fact->label));
	html_tr(p, fact_type_label(fact->type));
	if (fact->unit != UNIT_NONE) {
		html(p, ", ");
		html_tr(p, fact_unit_label(fact->unit));
	}
	html(p, ". %s</p><p class=\"example\"><code>%.*s %s</code></p></li>", tr(rq->language, fact->help), TEXT_FORMAT(form),
		example_ending(fact));
}

static bool fact_matches(struct request *rq, const struct fact *fact, struct text search)
{
	struct text all;

	if (!search.size)
		return true;
	all = text_folded(rq->arena, arena_format(rq->arena, "%s %s %s", fact->code, tr(rq->language, fact->label),
		tr(rq->language, fact->help)));
	return all.data && text_find(all, search) < all.size;
}

void facts_print(struct html *p, struct request *rq, struct text search)
{
	size_t shown = 0;

	html(p, "<div class=\"facts-list\">");
	for (size_t group = 0; group < sizeof groups / sizeof *groups; group++) {
		bool open = false;

		for (size_t i = 0; i < fact_count(); i++) {
			const struct fact *fact = fact_at(i);

			if (fact->kind != groups[group].kind ||
				(!groups[group].any_kind && fact->level != groups[group].level) || !fact_matches(rq, fact, search))
				continue;
			if (!open)
				html(p, search.size ? "<details open><summary>%s</summary><ul>" : "<details><summary>%s</summary><ul>",
					tr(rq->language, groups[group].label));
			open = true;
			shown++;
			print_fact(p, rq, fact);
		}
		if (open)
			html(p, "</ul></details>");
	}
	html(p, "</div>");
	if (!shown)
		notice(p, "info", TR("Aucun fait ne correspond."));
}

enum status facts_page(struct request *rq, struct reader *db)
{
	struct text typed = rq_input(rq, "recherche");
	struct html p = page_begin(rq, text_of(tr(rq->language, TR("Dictionnaire des faits"))));
	struct form form;

	(void)db;
	profile_assets(&p);
	html(&p, "<p>%s</p>", tr(rq->language, TR("Tout ce qu'un profil peut lire d'un envoi, de ses articles, de leur passé et de "
						   "leur manifeste, avec le type, l'unité et un exemple.")));
	form = form_begin_get(&p, "/faits");
	form_field(&form, &(struct field){.name = "recherche", .label = TR("Chercher un fait"), .type = "search",
				  .value = typed});
	form_end(&form, TR("Chercher"));
	section_begin(&p, NULL);
	facts_print(&p, rq, typed.size ? text_folded(rq->arena, typed) : TEXT_NONE);
	section_end(&p);
	page_end(&p);
	return STATUS_OK;
}
