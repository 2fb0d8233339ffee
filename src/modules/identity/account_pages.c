/* One's own account: name, language, password, sessions. */
#include "base/clock.h"
#include "domain/password.h"
#include "domain/session.h"
#include "domain/sign_in.h"
#include "domain/user.h"
#include "modules/identity/pages.h"

struct text in_language(const struct request *rq, const char *id)
{
	return text_of(tr(rq->language, id));
}

void language_choices(struct choice ret_choices[LANGUAGE_COUNT])
{
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		ret_choices[i] = (struct choice){text_of(language_code((enum language)i)),
			text_of(language_name((enum language)i))};
}

static void print_profile(struct html *p, const struct user *user, const struct form_problem *problems, size_t count)
{
	struct choice choices[LANGUAGE_COUNT];
	struct form form;

	language_choices(choices);
	section_begin(p, TR("Vous"));
	facts_begin(p);
	facts_row(p, TR("Identifiant"), user->login);
	facts_end(p);
	form = form_begin(p, "/compte", problems, count);
	form_field(&form, &(struct field){.name = "name", .label = TR("Nom"), .value = user->name, .required = true,
				  .autocomplete = "name", .limit = USER_NAME_LIMIT});
	form_select(&form, &(struct field){.name = "language", .label = TR("Langue"),
				   .value = text_of(language_code(user->language)), .required = true},
		choices, LANGUAGE_COUNT);
	form_end(&form, TR("Enregistrer"));
	section_end(p);
}

static void print_password(struct html *p, const struct form_problem *problems, size_t count)
{
	struct form form;

	section_begin(p, TR("Mot de passe"));
	form = form_begin(p, "/compte/mot-de-passe", problems, count);
	form_field(&form, &(struct field){.name = "current", .label = TR("Mot de passe actuel"), .type = "password",
				  .required = true, .autocomplete = "current-password", .limit = PASSWORD_MOST});
	form_field(&form, &(struct field){.name = "chosen", .label = TR("Nouveau mot de passe"),
				  .help = TR("Au moins 12 caractères ; une phrase que vous seul connaissez convient bien."),
				  .type = "password", .required = true, .autocomplete = "new-password", .limit = PASSWORD_MOST});
	form_field(&form, &(struct field){.name = "again", .label = TR("Nouveau mot de passe, encore une fois"),
				  .type = "password", .required = true, .autocomplete = "new-password", .limit = PASSWORD_MOST});
	form_end(&form, TR("Changer le mot de passe"));
	section_end(p);
}

static enum status print_factor(struct html *p, struct reader *db, const struct user *user)
{
	struct form form;
	int64_t left = 0;

	section_begin(p, TR("Code à la connexion"));
	if (!user->has_totp) {
		html(p, "<p>");
		html_tr(p, TR("Un code à six chiffres, donné par une application de votre téléphone, protège votre compte "
			      "même si votre mot de passe est connu."));
		html(p, "</p>");
		button_form(p, "/compte/code", TR("Mettre en place le code"), "code", TEXT_NONE);
		section_end(p);
		return STATUS_OK;
	}
	TRY(user_recovery_left(db, user->id, &left));
	badge(p, "ok", TR("En service"));
	facts_begin(p);
	facts_row_begin(p, TR("Codes de secours restants"));
	html(p, "%lld", (long long)left);
	facts_row_end(p);
	facts_end(p);
	form = form_begin(p, "/compte/codes-de-secours", NULL, 0);
	form_field(&form, &(struct field){.name = "current", .label = TR("Mot de passe actuel"), .type = "password",
				  .required = true, .autocomplete = "current-password", .limit = PASSWORD_MOST});
	form_end(&form, TR("Obtenir de nouveaux codes de secours"));
	form = form_begin(p, "/compte/code/retirer", NULL, 0);
	form_field(&form, &(struct field){.name = "current", .label = TR("Mot de passe actuel"), .type = "password",
				  .required = true, .autocomplete = "current-password", .limit = PASSWORD_MOST});
	form_end(&form, TR("Ne plus demander de code"));
	section_end(p);
	return STATUS_OK;
}

struct session_rows {
	struct html *p;
	const struct request *rq;
};

static bool print_session(void *context, const struct session_row *row)
{
	const struct session_rows *rows = context;
	struct html *p = rows->p;

	table_row_begin(p);
	table_cell_begin(p);
	html_time(p, row->seen_at);
	table_cell_end(p);
	table_cell_begin(p);
	html_time(p, row->created_at);
	table_cell_end(p);
	table_cell(p, row->address);
	table_cell(p, row->agent);
	table_cell_begin(p);
	if (row->id == rows->rq->actor.session_id)
		badge(p, "info", TR("Cette session"));
	else
		button_form(p, "/compte/sessions/fin", TR("Mettre fin"), "session",
			arena_format(rows->rq->arena, "%lld", (long long)row->id));
	table_cell_end(p);
	table_row_end(p);
	return true;
}

static enum status print_sessions(struct html *p, struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Dernière activité"), "date"}, {TR("Début"), "date"},
		{TR("Adresse"), NULL}, {TR("Navigateur"), NULL}, {TR("Action"), NULL}, {NULL, NULL}};
	struct session_rows rows = {p, rq};

	section_begin(p, TR("Sessions ouvertes"));
	table_begin(p, TR("Sessions ouvertes"), columns);
	TRY(session_list(db, rq->actor.user_id, clock_now(), print_session, &rows));
	table_end(p);
	button_form(p, "/compte/sessions/autres", TR("Mettre fin à toutes les autres"), "autres", TEXT("1"));
	section_end(p);
	return STATUS_OK;
}

/* Problems belong to the form that has their field. */
enum account_form { FORM_NONE, FORM_PROFILE, FORM_PASSWORD };

static enum status print_account(struct request *rq, struct reader *db, enum account_form which,
	const struct form_problem *problems, size_t count)
{
	struct html p;
	struct user user;

	TRY(user_find(db, rq->actor.user_id, rq->arena, &user));
	p = page_begin(rq, in_language(rq, TR("Votre compte")));
	if (user.must_change_password) {
		notice(&p, "warning", TR("Ce mot de passe est provisoire : choisissez le vôtre pour pouvoir travailler."));
		print_password(&p, which == FORM_PASSWORD ? problems : NULL, which == FORM_PASSWORD ? count : 0);
		page_end(&p);
		return STATUS_OK;
	}
	print_profile(&p, &user, which == FORM_PROFILE ? problems : NULL, which == FORM_PROFILE ? count : 0);
	print_password(&p, which == FORM_PASSWORD ? problems : NULL, which == FORM_PASSWORD ? count : 0);
	TRY(print_factor(&p, db, &user));
	TRY(print_sessions(&p, rq, db));
	page_end(&p);
	return STATUS_OK;
}

enum status account_page(struct request *rq, struct reader *db)
{
	return print_account(rq, db, FORM_NONE, NULL, 0);
}

enum status account_submit(struct request *rq, struct writer *db)
{
	struct form_problem problems[2];
	enum language language = rq->language;
	size_t count = 0;
	enum status status;

	if (text_is_empty(rq_input(rq, "name")))
		problems[count++] = (struct form_problem){"name", {.id = TR("Indiquez votre nom.")}};
	if (!language_from(rq_input(rq, "language"), &language))
		problems[count++] = (struct form_problem){"language", {.id = TR("Choisissez une des langues proposées.")}};
	if (!count) {
		status = user_rename(db, &rq->actor, rq->actor.user_id, rq_input(rq, "name"), language);
		if (status == STATUS_OK) {
			rq_flash(rq, TR("Vos données sont enregistrées."));
			/* The browser's own choice of language follows. */
			return rq_redirect(rq, "/compte?langue=%s", language_code(language));
		}
		if (status != STATUS_INVALID)
			return status;
		problems[count++] = (struct form_problem){"name", {.id = TR("Ce nom est trop long.")}};
	}
	TRY(print_account(rq, writer_reader(db), FORM_PROFILE, problems, count));
	return STATUS_INVALID;
}

/* What is wrong with the three fields; the current password last, since it costs an attempt. */
static enum status password_problems(struct request *rq, struct database *database, struct form_problem *problems,
	size_t *ret_count)
{
	struct text current = rq_input(rq, "current"), chosen = rq_input(rq, "chosen");
	const char *problem = password_problem(chosen, rq->actor.login, rq->actor.name);
	size_t count = 0;
	enum status status;

	if (problem)
		problems[count++] = (struct form_problem){"chosen", {.id = problem}};
	else if (text_equal(current, chosen))
		problems[count++] = (struct form_problem){"chosen", {.id = TR("C'est le même qu'avant : choisissez-en un autre.")}};
	if (!text_equal(chosen, rq_input(rq, "again")))
		problems[count++] = (struct form_problem){"again", {.id = TR("Les deux saisies diffèrent.")}};
	status = sign_in_confirm(database, &rq->actor, current, clock_now());
	if (status == STATUS_INVALID)
		problems[count++] = (struct form_problem){"current", {.id = TR("Ce n'est pas votre mot de passe actuel.")}};
	else if (status == STATUS_THROTTLED)
		problems[count++] = (struct form_problem){"current", {.id = TR("Trop de tentatives : patientez un instant.")}};
	else
		TRY(status);
	*ret_count = count;
	return STATUS_OK;
}

enum status account_password_submit(struct request *rq, struct database *database)
{
	struct reader AUTO(reader_release) *reader = NULL;
	struct writer AUTO(writer_rollback) *writer = NULL;
	struct form_problem problems[3];
	char hash[PASSWORD_HASH_SIZE];
	size_t count;

	TRY(password_problems(rq, database, problems, &count));
	if (count) {
		TRY(reader_begin(database, &reader));
		TRY(print_account(rq, reader, FORM_PASSWORD, problems, count));
		return STATUS_INVALID;
	}
	TRY(password_hash(rq_input(rq, "chosen"), hash));
	TRY(writer_begin(database, &writer));
	TRY(user_set_password(writer, &rq->actor, rq->actor.user_id, hash, false, rq->actor.session_id));
	TRY(writer_commit(&writer));
	rq_flash(rq, TR("Votre mot de passe est changé. Vos autres sessions sont terminées."));
	return rq_redirect(rq, "/compte");
}

enum status account_session_end(struct request *rq, struct writer *db)
{
	int64_t id;

	if (!rq_integer(rq, "session", &id))
		return STATUS_NOT_FOUND;
	TRY(session_end(db, rq->actor.user_id, id, clock_now()));
	rq_flash(rq, TR("La session est terminée."));
	return rq_redirect(rq, "/compte");
}

enum status account_sessions_end(struct request *rq, struct writer *db)
{
	TRY(session_end_others(db, rq->actor.user_id, rq->actor.session_id, clock_now()));
	rq_flash(rq, TR("Vos autres sessions sont terminées."));
	return rq_redirect(rq, "/compte");
}
