/* One profile: its text, its versions, what may be done with it, what is said about it. */
#include "modules/risk/policy_loader.h"
#include "modules/risk/profile_pages.h"

#include <string.h>

#define REHEARSALS "/repetitions"

enum { MOVES = 8, COMMENT_LIMIT = 2000, VERSION_ROWS = 50 };

/* What the page is about. */
struct view {
	struct request *rq;
	struct reader *db;
	struct html *p;
	int64_t id;
	struct profile_version *versions; /* newest first */
	size_t count;
	const struct profile_version *shown, *active;
	const char *refusal; /* of an action just tried; NULL */
	struct text reason; /* as typed */
};

static const struct profile_version *find_version(const struct view *view, int64_t number)
{
	for (size_t i = 0; i < view->count; i++)
		if (view->versions[i].number == number)
			return &view->versions[i];
	return NULL;
}

/* The version asked for, else the newest unless that was put away while another is in force. */
static enum status view_load(struct view *view)
{
	int64_t number;

	TRY(profile_versions(view->db, view->id, view->rq->arena, &view->versions, &view->count));
	for (size_t i = 0; i < view->count; i++)
		if (text_is(view->versions[i].state, "active"))
			view->active = &view->versions[i];
	if (rq_integer(view->rq, "version", &number)) {
		view->shown = find_version(view, number);
		return view->shown ? STATUS_OK : STATUS_NOT_FOUND;
	}
	view->shown = text_is(view->versions[0].state, "retired") && view->active ? view->active : &view->versions[0];
	return STATUS_OK;
}

static void print_person(struct html *p, const char *label, struct text name, int64_t when)
{
	if (when == TIME_NONE || when <= 0)
		return;
	facts_row_begin(p, label);
	html(p, "%.*s, ", TEXT_FORMAT(name.data ? name : TEXT("Vigie")));
	html_time(p, when);
	facts_row_end(p);
}

static struct text gates_text(struct request *rq, const struct profile *profile)
{
	const char *words[3];
	size_t count = 0;
	struct text joined = TEXT("");

	if (profile->at_manifest)
		words[count++] = TR("manifeste");
	if (profile->at_declaration)
		words[count++] = TR("déclaration");
	if (profile->after_release)
		words[count++] = TR("après mainlevée");
	for (size_t i = 0; i < count; i++)
		joined = arena_format(rq->arena, "%.*s%s%s", TEXT_FORMAT(joined), i ? ", " : "", tr(rq->language, words[i]));
	return joined;
}

static void print_profile(const struct view *view, const struct profile *profile)
{
	struct request *rq = view->rq;
	struct html *p = view->p;

	facts_row(p, TR("Base légale"), tr_text(rq->language, profile->legal_basis));
	facts_row(p, TR("Responsable"), tr_text(rq->language, profile->owner));
	facts_row(p, TR("Consigne"), tr_text(rq->language, profile->instruction));
	facts_row(p, TR("Étapes"), gates_text(rq, profile));
	facts_row(p, TR("Bureaux"), profile->offices);
	facts_row(p, TR("Régimes"), profile->regimes);
	if (profile->share != NUMBER_ONE) {
		facts_row_begin(p, TR("Part retenue"));
		html_number(p, number_multiply(profile->share, number_of(100)), 0);
		html(p, "\u00a0%%");
		facts_row_end(p);
	}
}

static enum status print_text(const struct view *view)
{
	const struct profile_version *v = view->shown;
	struct problem_list problems = {.arena = view->rq->arena};
	struct profile *profiles = NULL;
	size_t count = 0;
	struct html *p = view->p;
	enum status status = profiles_read(view->rq->arena, v->source, &profiles, &count, &problems);

	if (status != STATUS_OK && status != STATUS_INVALID)
		return status;
	section_begin(p, NULL);
	html(p, "<p class=\"badges\">");
	lane_badge(p, lane_code(v->lane), lane_label(v->lane));
	html(p, " ");
	profile_state_badge(p, v->state);
	html(p, " <span class=\"muted\">%s %lld</span></p>", tr(p->language, TR("version")), (long long)v->number);
	facts_begin(p);
	if (status == STATUS_OK && count)
		print_profile(view, &profiles[0]);
	print_person(p, TR("Écrit par"), v->author, v->written_at);
	print_person(p, TR("Proposé par"), v->proposer, v->proposed_at);
	print_person(p, TR("Mis en vigueur par"), v->activator, v->activated_at);
	print_person(p, TR("Retiré par"), v->retirer, v->retired_at);
	facts_row(p, TR("Pourquoi cette version"), v->note);
	facts_row(p, text_is(v->state, "retired") ? TR("Raison du retrait") : TR("Raison du renvoi"),
		v->reason.data ? v->reason : TEXT(""));
	facts_end(p);
	html(p, "<h2>%s</h2>", tr(p->language, TR("Le texte")));
	profile_source_print(p, v->source, NULL, 0);
	section_end(p);
	return STATUS_OK;
}

/* ---- what may be done */

static const struct {
	const char *move;
	const char *help;
} move_helps[] = {
	{"propose", TR("Une autre personne le relira et le mettra en vigueur.")},
	{"activate", TR("Il vaut dès la prochaine décision. L'auteur ne peut pas le mettre en vigueur lui-même.")},
	{"send_back", TR("Dites à l'auteur ce qui manque.")},
	{"retire", TR("Il ne comptera plus dès la prochaine décision.")},
};

static const char *help_of(const char *move)
{
	for (size_t i = 0; i < sizeof move_helps / sizeof *move_helps; i++)
		if (strcmp(move_helps[i].move, move) == 0)
			return move_helps[i].help;
	return NULL;
}

static void print_move(const struct view *view, const struct workflow_transition *move)
{
	bool wants_reason = strcmp(move->name, "send_back") == 0 || strcmp(move->name, "retire") == 0;
	struct html *p = view->p;
	const char *path = arena_format(view->rq->arena, "/profils/%lld/etat", (long long)view->id).data;
	struct text version = arena_format(view->rq->arena, "%lld", (long long)view->shown->number);
	struct text row_version = arena_format(view->rq->arena, "%lld", (long long)view->shown->row_version);
	const char *help = help_of(move->name);
	struct form form;

	if (wants_reason)
		html(p, view->refusal ? "<details class=\"move\" open><summary>%s</summary>" : "<details class=\"move\"><summary>%s</summary>",
			tr(p->language, move->label));
	else
		html(p, "<div class=\"move\">");
	form = form_begin(p, path ? path : "/profils", NULL, 0);
	form_hidden(&form, "geste", text_of(move->name));
	form_hidden(&form, "version", version);
	form_hidden(&form, "vu", row_version);
	if (help)
		html(p, "<p class=\"muted\">%s</p>", tr(p->language, help));
	if (wants_reason)
		form_area(&form, &(struct field){.name = strcmp(move->name, "retire") == 0 ? "raison" : "motif",
					 .label = TR("Raison"), .value = view->reason, .required = true, .limit = PROFILE_NOTE_LIMIT}, 2);
	html(p, "<p class=\"actions\"><button type=\"submit\" class=\"button%s\">%s</button></p></form>",
		strcmp(move->name, "propose") == 0 || strcmp(move->name, "activate") == 0 ? "" : " secondary",
		tr(p->language, move->label));
	html(p, wants_reason ? "</details>" : "</div>");
}

/* Rehearsals are a module above this one, which may be missing. */
static bool has_page(const struct request *rq, const char *path)
{
	for (const struct module *const *module = rq->application->modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++)
			if (row->method == METHOD_GET && strcmp(row->path, path) == 0)
				return true;
	return false;
}

static enum status print_rehearsal(const struct view *view)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)POLICY_MEMORY_MB << 20);
	const struct risk_application *application = (const struct risk_application *)view->rq->application;
	unsigned char digest[DIGEST_SIZE];
	struct rehearsal_row rehearsal;
	enum status status;

	if (!text_is(view->shown->state, "proposed"))
		return STATUS_OK;
	if (!arena)
		return STATUS_NO_MEMORY;
	status = profile_candidate_digest(view->db, view->shown,
		application->decider ? decider_digests(application->decider) : NULL, arena, digest);
	if (status == STATUS_INVALID)
		return STATUS_OK;
	TRY(status);
	status = rehearsal_find(view->db, digest, arena, &rehearsal);
	if (status == STATUS_NOT_FOUND) {
		const char *path = arena_format(view->rq->arena, "/profils/%lld/repetition", (long long)view->id).data;

		notice(view->p, "warning", TR("La politique avec ce profil n'a pas encore été répétée sur le passé."));
		if (rq_may(view->rq, RISK_MANAGE) && has_page(view->rq, REHEARSALS))
			button_form(view->p, path ? path : "/profils", TR("Répéter la politique avec ce profil"), "version",
				arena_format(view->rq->arena, "%lld", (long long)view->shown->number));
		return STATUS_OK;
	}
	TRY(status);
	html(view->p, "<p><a href=\"%s/%lld\">%s</a> ", REHEARSALS, (long long)rehearsal.id, tr(view->rq->language, TR("Politique répétée sur le passé le")));
	html_time(view->p, rehearsal.at);
	html(view->p, ", ");
	html_date(view->p, rehearsal.from_day);
	html(view->p, " – ");
	html_date(view->p, rehearsal.to_day);
	html(view->p, ".</p>");
	return STATUS_OK;
}

static enum status print_moves(const struct view *view)
{
	const struct workflow_transition *moves[MOVES];
	size_t count = workflow_open(&profile_workflow, view->shown->state, &view->rq->actor, TEXT_NONE, moves, MOVES);
	bool may_write = rq_may(view->rq, RISK_MANAGE);
	struct html *p = view->p;

	if (!count && !may_write)
		return STATUS_OK;
	section_begin(p, TR("La suite"));
	if (view->refusal)
		notice(p, "danger", view->refusal);
	TRY(print_rehearsal(view));
	if (may_write && !text_is(view->versions[0].state, "proposed"))
		html(p, "<p><a class=\"button\" href=\"/profils/%lld/modifier?version=%lld\">%s</a></p>", (long long)view->id,
			(long long)view->shown->number,
			tr(p->language, text_is(view->shown->state, "draft") ? TR("Continuer le brouillon")
									     : TR("En faire une nouvelle version")));
	html(p, "<div class=\"moves\">");
	for (size_t i = 0; i < count; i++)
		print_move(view, moves[i]);
	html(p, "</div>");
	section_end(p);
	return STATUS_OK;
}

/* ---- versions, comparison, comments */

static void print_version(const struct view *view, const struct profile_version *v)
{
	struct html *p = view->p;

	table_row_begin(p);
	table_cell_begin(p);
	html(p, "<a href=\"/profils/%lld?version=%lld\">%lld</a>", (long long)view->id, (long long)v->number,
		(long long)v->number);
	table_cell_end(p);
	table_cell_begin(p);
	profile_state_badge(p, v->state);
	table_cell_end(p);
	table_cell(p, v->author.data ? v->author : TEXT("Vigie"));
	table_cell_begin(p);
	html_time(p, v->written_at);
	table_cell_end(p);
	table_cell(p, v->note);
	table_cell_begin(p);
	if (v->number > 1)
		html(p, "<a href=\"/profils/%lld/comparer?de=%lld&amp;a=%lld\">%s</a>", (long long)view->id,
			(long long)v->number - 1, (long long)v->number, tr(p->language, TR("Comparer à la précédente")));
	table_cell_end(p);
	table_row_end(p);
}

static void print_versions(const struct view *view)
{
	static const struct table_column columns[] = {{TR("Version"), "number"}, {TR("État"), "text"}, {TR("Auteur"), "text"},
		{TR("Écrite"), "date"}, {TR("Pourquoi"), "text"}, {TR("Différences"), "text"}, {NULL, NULL}};
	struct html *p = view->p;

	section_begin(p, TR("Versions"));
	table_begin(p, TR("Versions"), columns);
	for (size_t i = 0; i < view->count && i < VERSION_ROWS; i++)
		print_version(view, &view->versions[i]);
	table_end(p);
	section_end(p);
}

/* Who decides sees at once what changes against what is in force. */
static enum status print_changes(const struct view *view)
{
	struct diff_line *lines;
	size_t count;

	if (!view->active || view->active == view->shown || text_is(view->shown->state, "retired"))
		return STATUS_OK;
	TRY(lines_compare(view->rq->arena, view->active->source, view->shown->source, &lines, &count));
	section_begin(view->p, TR("Ce qui change par rapport à la version en vigueur"));
	profile_diff_print(view->p, lines, count);
	section_end(view->p);
	return STATUS_OK;
}

static enum status print_comments(const struct view *view)
{
	struct profile_comment *comments;
	struct html *p = view->p;
	struct form form;
	const char *path = arena_format(view->rq->arena, "/profils/%lld/commentaires", (long long)view->id).data;
	size_t count;

	TRY(profile_comments(view->db, view->id, view->rq->arena, &comments, &count));
	section_begin(p, TR("Commentaires"));
	html(p, "<ul class=\"comments\">");
	for (size_t i = 0; i < count; i++) {
		html(p, "<li><p><strong>%.*s</strong> <span class=\"muted\">",
			TEXT_FORMAT(comments[i].author.data ? comments[i].author : TEXT("Vigie")));
		html_time(p, comments[i].written_at);
		html(p, " · %s %lld</span></p><p class=\"said\">%.*s</p></li>", tr(p->language, TR("version")),
			(long long)comments[i].version_number, TEXT_FORMAT(comments[i].content));
	}
	html(p, "</ul>");
	if (!count)
		html(p, "<p class=\"muted\">%s</p>", tr(p->language, TR("Personne n'a encore rien dit de ce profil.")));
	form = form_begin(p, path ? path : "/profils", NULL, 0);
	form_hidden(&form, "version", arena_format(view->rq->arena, "%lld", (long long)view->shown->number));
	form_area(&form, &(struct field){.name = "commentaire", .label = TR("Votre commentaire"), .required = true,
				 .limit = COMMENT_LIMIT},
		3);
	form_end(&form, TR("Commenter"));
	section_end(p);
	return STATUS_OK;
}

static enum status print_life_line(const struct view *view)
{
	struct profile_life life;
	struct text currency;
	struct html *p = view->p;

	TRY(profile_life_read(view->db, view->versions[0].code, clock_today() - 365, &life));
	TRY(setting_text(view->db, &national_currency, view->rq->arena, &currency));
	section_begin(p, TR("Sa vie, 365 derniers jours"));
	facts_begin(p);
	facts_row(p, TR("Décisions touchées"), arena_format(view->rq->arena, "%lld", (long long)life.hits));
	facts_row(p, TR("Contrôles au résultat connu"), arena_format(view->rq->arena, "%lld", (long long)life.inspected));
	facts_row_begin(p, TR("Part conforme"));
	share_print(p, life.inspected - life.adverse, life.inspected);
	facts_row_end(p);
	facts_row_begin(p, TR("Droits retrouvés"));
	html_amount(p, life.recovered, currency);
	facts_row_end(p);
	facts_end(p);
	html(p, "<p><a href=\"/profils/%lld/vie\">%s</a></p>", (long long)view->id,
		tr(p->language, TR("Mois par mois, avec le coût")));
	section_end(p);
	return STATUS_OK;
}

static enum status print_view(struct view *view)
{
	struct text title;
	struct html p;

	TRY(view_load(view));
	title = arena_format(view->rq->arena, "%.*s – %.*s", TEXT_FORMAT(view->shown->code),
		TEXT_FORMAT(tr_text(view->rq->language, view->shown->title)));
	p = page_begin(view->rq, title);
	view->p = &p;
	profile_assets(&p);
	html(&p, "<p><a href=\"/profils\">← %s</a></p>", tr(p.language, TR("Tous les profils")));
	TRY(print_text(view));
	TRY(print_changes(view));
	TRY(print_moves(view));
	TRY(print_life_line(view));
	print_versions(view);
	TRY(print_comments(view));
	page_end(&p);
	return STATUS_OK;
}

enum status profile_page(struct request *rq, struct reader *db)
{
	struct view view = {.rq = rq, .db = db};

	if (!rq_integer(rq, "id", &view.id))
		return STATUS_NOT_FOUND;
	return print_view(&view);
}

/* ---- actions */

static const char *done_message(const char *move)
{
	static const struct {
		const char *move;
		const char *message;
	} messages[] = {
		{"propose", TR("Le profil est proposé : une autre personne le mettra en vigueur.")},
		{"activate", TR("Le profil est en vigueur dès la prochaine décision.")},
		{"send_back", TR("Le profil est renvoyé à son auteur.")},
		{"take_back", TR("La proposition est retirée.")},
		{"retire", TR("Le profil est retiré de la politique.")},
	};

	for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
		if (strcmp(messages[i].move, move) == 0)
			return messages[i].message;
	return TR("C'est fait.");
}

static const struct workflow_transition *find_move(struct text name)
{
	for (const struct workflow_transition *row = profile_workflow.transitions; row->name; row++)
		if (text_is(name, row->name))
			return row;
	return NULL;
}

static struct text reason_details(struct request *rq, struct text code, int64_t number, struct text reason)
{
	AUTO(buffer_release) struct buffer details = {0};
	struct json_writer json;

	buffer_init(&details, 1 << 16);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "profile");
	put_text(&json, code);
	put_key(&json, "version");
	put_int(&json, number);
	if (reason.size) {
		put_key(&json, "reason");
		put_text(&json, reason);
	}
	put_object_end(&json);
	return buffer_status(&details) == STATUS_OK ? arena_text(rq->arena, buffer_text(&details)) : TEXT_NONE;
}

static enum status read_version(struct database *database, int64_t id, int64_t number, struct arena *arena,
	struct profile_version *ret_version)
{
	AUTO(reader_release) struct reader *reader = NULL;

	TRY(reader_begin(database, &reader));
	return profile_version_number(reader, id, number, arena, ret_version);
}

static enum status show_refusal(struct request *rq, struct database *database, int64_t id, const char *refusal,
	struct text reason)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct view view = {.rq = rq, .id = id, .refusal = refusal, .reason = reason};

	TRY(reader_begin(database, &reader));
	view.db = reader;
	TRY(print_view(&view));
	return STATUS_INVALID;
}

enum status profile_move_submit(struct request *rq, struct database *database)
{
	const struct workflow_transition *row = find_move(rq_input(rq, "geste"));
	struct profile_move asked = {.actor = &rq->actor,
		.reason = rq_input(rq, "raison").size ? rq_input(rq, "raison") : rq_input(rq, "motif")};
	struct message refusal = {.id = NULL};
	struct profile_version version;
	int64_t id, number;
	enum status status;

	if (!rq_integer(rq, "id", &id) || !rq_integer(rq, "version", &number) || !row)
		return STATUS_NOT_FOUND;
	if (!rq_integer(rq, "vu", &asked.seen_version) || asked.reason.size > PROFILE_NOTE_LIMIT * 4)
		return STATUS_INVALID;
	TRY(read_version(database, id, number, rq->arena, &version));
	asked.details = reason_details(rq, version.code, version.number, asked.reason);
	if (!asked.details.data)
		return STATUS_NO_MEMORY;
	status = profile_move(database, row->name, &version, &asked, &refusal);
	if (status == STATUS_INVALID && refusal.id)
		return show_refusal(rq, database, id, refusal.id, asked.reason);
	TRY(status);
	rq_flash(rq, done_message(row->name));
	return rq_redirect(rq, "/profils/%lld", (long long)id);
}

enum status profile_comment_action(struct request *rq, struct writer *db)
{
	struct text content = rq_input(rq, "commentaire"), code;
	int64_t id, number;

	if (!rq_integer(rq, "id", &id) || !rq_integer(rq, "version", &number))
		return STATUS_NOT_FOUND;
	TRY(profile_find(writer_reader(db), id, rq->arena, &code));
	if (!content.size || content.size > COMMENT_LIMIT * 4) {
		struct view view = {.rq = rq, .db = writer_reader(db), .id = id,
			.refusal = TR("Écrivez votre commentaire, en 2 000 caractères au plus.")};

		TRY(print_view(&view));
		return STATUS_INVALID;
	}
	TRY(profile_comment_add(db, &rq->actor, id, number, content));
	rq_flash(rq, TR("Votre commentaire est là."));
	return rq_redirect(rq, "/profils/%lld", (long long)id);
}

/* The policy as it would be is stored as a draft, and the page of rehearsals opens on it. */
enum status profile_rehearse_submit(struct request *rq, struct database *database)
{
	AUTO(profile_prepared_release) struct profile_prepared prepared = {.policy = NULL};
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct profile_version version;
	int64_t id, number, policy_id;

	if (!rq_integer(rq, "id", &id) || !rq_integer(rq, "version", &number))
		return STATUS_NOT_FOUND;
	TRY(read_version(database, id, number, rq->arena, &version));
	if (!text_is(version.state, "proposed") || !has_page(rq, REHEARSALS))
		return STATUS_CONFLICT;
	TRY(profile_prepare(database, "activate", &version, &prepared));
	TRY(writer_begin(database, &writer));
	TRY(profile_candidate_store(writer, &rq->actor, &version, &prepared, &policy_id));
	TRY(writer_commit(&writer));
	return rq_redirect(rq, REHEARSALS "?politique=%lld", (long long)policy_id);
}

enum status profile_compare_page(struct request *rq, struct reader *db)
{
	static const char path[] = "/profils";
	struct profile_version before, after;
	struct diff_line *lines;
	struct html p;
	int64_t id, from, to;
	size_t count;

	if (!rq_integer(rq, "id", &id) || !rq_integer(rq, "de", &from) || !rq_integer(rq, "a", &to))
		return STATUS_NOT_FOUND;
	TRY(profile_version_number(db, id, from, rq->arena, &before));
	TRY(profile_version_number(db, id, to, rq->arena, &after));
	TRY(lines_compare(rq->arena, before.source, after.source, &lines, &count));
	p = page_begin(rq, arena_format(rq->arena, "%.*s – %s %lld → %lld", TEXT_FORMAT(after.code),
		tr(rq->language, TR("versions")), (long long)from, (long long)to));
	profile_assets(&p);
	html(&p, "<p><a href=\"%s/%lld\">← %s</a></p>", path, (long long)id, tr(p.language, TR("Le profil")));
	section_begin(&p, TR("Différences"));
	facts_begin(&p);
	print_person(&p, TR("La première, par"), before.author, before.written_at);
	print_person(&p, TR("La seconde, par"), after.author, after.written_at);
	facts_row(&p, TR("Pourquoi"), after.note);
	facts_end(&p);
	profile_diff_print(&p, lines, count);
	section_end(&p);
	page_end(&p);
	return STATUS_OK;
}
