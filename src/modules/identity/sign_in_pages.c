/* Signing in, with its second step, and signing out. */
#include "base/clock.h"
#include "base/log.h"
#include "domain/sign_in.h"
#include "modules/identity/pages.h"
#include "web/server.h"

static const char step_cookie[] = "vigie_step";
static const char device_cookie[] = "vigie_device";
enum { DEVICE_SECONDS = 365 * 24 * 3600, STEP_SECONDS = 300 };

static void cookie_put(struct request *rq, const char *name, const char *value, int seconds)
{
	if (!rq_set_cookie(rq, name, text_of(value), "/connexion", seconds))
		log_event(LOG_WARNING, "cookie lost", "request", rq->id, "cookie", name, NULL);
}

/* Where to go afterwards: only to a path of ours, and not back here. */
static struct text return_path(const struct request *rq)
{
	struct text path = rq_input(rq, "vers");

	if (!rq_is_local_path(path) || text_starts_with(path, TEXT("/connexion")) ||
	    text_starts_with(path, TEXT("/deconnexion")))
		return TEXT("/");
	return path;
}

static enum status print_sign_in(struct request *rq, const struct form_problem *problems, size_t count)
{
	struct html p = page_begin(rq, in_language(rq, TR("Connexion")));
	struct form form = form_begin(&p, "/connexion", problems, count);

	form_field(&form, &(struct field){.name = "login", .label = TR("Identifiant"), .value = rq_input(rq, "login"),
				  .required = true, .autocomplete = "username"});
	form_field(&form, &(struct field){.name = "password", .label = TR("Mot de passe"), .type = "password",
				  .required = true, .autocomplete = "current-password", .limit = 256});
	form_hidden(&form, "vers", rq_input(rq, "vers"));
	form_end(&form, TR("Se connecter"));
	page_end(&p);
	return STATUS_OK;
}

enum status sign_in_page(struct request *rq, struct reader *db)
{
	(void)db;
	if (rq->is_signed_in)
		return rq_redirect(rq, "%s", "/");
	return print_sign_in(rq, NULL, 0);
}

static struct message wait_message(struct request *rq, int64_t seconds)
{
	if (seconds < 90)
		return (struct message){TR("Trop de tentatives : réessayez dans %1 secondes."),
			{arena_format(rq->arena, "%lld", (long long)seconds)}};
	return (struct message){TR("Trop de tentatives : réessayez dans %1 minutes."),
		{arena_format(rq->arena, "%lld", (long long)(seconds + 59) / 60)}};
}

static struct sign_in attempt_of(struct request *rq)
{
	return (struct sign_in){.device = rq_cookie(rq, device_cookie), .address = rq->address,
		.agent = rq_header(rq, "User-Agent")};
}

/* The session's cookie, and on to where the person wanted to go. */
static enum status enter(struct request *rq, const struct sign_in_result *result)
{
	struct text token = arena_text(rq->arena, text_of(result->token)), path = return_path(rq);

	if (!token.data)
		return STATUS_NO_MEMORY;
	rq_session_start(rq, token, result->seconds);
	cookie_put(rq, device_cookie, result->device, DEVICE_SECONDS);
	cookie_put(rq, step_cookie, "", 0);
	if (result->must_change_password) {
		rq_flash(rq, TR("Choisissez maintenant votre propre mot de passe."));
		return rq_redirect(rq, "/compte");
	}
	return rq_redirect(rq, "%.*s", TEXT_FORMAT(path));
}

enum status sign_in_submit(struct request *rq, struct database *database)
{
	struct sign_in attempt = attempt_of(rq);
	struct form_problem problem = {.field = "login"};
	struct sign_in_result result;
	struct text path = return_path(rq);

	attempt.login = rq_input(rq, "login");
	attempt.password = rq_input(rq, "password");
	TRY(sign_in_password(database, &attempt, clock_now(), &result));
	switch (result.outcome) {
	case SIGN_IN_OPEN:
		return enter(rq, &result);
	case SIGN_IN_AWAITS_CODE:
		cookie_put(rq, step_cookie, result.token, STEP_SECONDS);
		return rq_redirect(rq, "/connexion/code?vers=%.*s", TEXT_FORMAT(path));
	case SIGN_IN_THROTTLED:
		problem.message = wait_message(rq, result.wait);
		TRY(print_sign_in(rq, &problem, 1));
		return STATUS_THROTTLED;
	case SIGN_IN_REFUSED:
	case SIGN_IN_EXPIRED:
		break;
	}
	problem.message.id = TR("Identifiant ou mot de passe incorrect.");
	TRY(print_sign_in(rq, &problem, 1));
	return STATUS_INVALID;
}

static enum status print_code(struct request *rq, const struct form_problem *problems, size_t count)
{
	struct html p = page_begin(rq, in_language(rq, TR("Code de connexion")));
	struct form form = form_begin(&p, "/connexion/code", problems, count);

	form_field(&form, &(struct field){.name = "code", .label = TR("Code à six chiffres"),
				  .help = TR("Celui de votre application, ou un de vos codes de secours."), .required = true,
				  .autocomplete = "one-time-code", .limit = 32});
	form_hidden(&form, "vers", rq_input(rq, "vers"));
	form_end(&form, TR("Continuer"));
	link_to(&p, "/connexion", in_language(rq, TR("Recommencer la connexion")));
	page_end(&p);
	return STATUS_OK;
}

enum status code_page(struct request *rq, struct reader *db)
{
	(void)db;
	if (rq->is_signed_in || !rq_cookie(rq, step_cookie).data)
		return rq_redirect(rq, "/connexion");
	return print_code(rq, NULL, 0);
}

enum status code_submit(struct request *rq, struct database *database)
{
	struct sign_in attempt = attempt_of(rq);
	struct form_problem problem = {.field = "code"};
	struct sign_in_result result;

	attempt.token = rq_cookie(rq, step_cookie);
	attempt.code = rq_input(rq, "code");
	TRY(sign_in_code(database, &attempt, clock_now(), &result));
	switch (result.outcome) {
	case SIGN_IN_OPEN:
		return enter(rq, &result);
	case SIGN_IN_EXPIRED:
		cookie_put(rq, step_cookie, "", 0);
		rq_flash(rq, TR("La connexion a pris trop de temps : recommencez."));
		return rq_redirect(rq, "/connexion");
	case SIGN_IN_THROTTLED:
		problem.message = wait_message(rq, result.wait);
		TRY(print_code(rq, &problem, 1));
		return STATUS_THROTTLED;
	case SIGN_IN_REFUSED:
	case SIGN_IN_AWAITS_CODE:
		break;
	}
	problem.message.id = TR("Ce code n'est pas le bon, ou il a déjà servi.");
	TRY(print_code(rq, &problem, 1));
	return STATUS_INVALID;
}

enum status sign_out_submit(struct request *rq, struct writer *db)
{
	enum status status = session_end(db, rq->actor.user_id, rq->actor.session_id, clock_now());

	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	rq_session_end(rq);
	rq_flash(rq, TR("Vous êtes déconnecté."));
	return rq_redirect(rq, "/connexion");
}
