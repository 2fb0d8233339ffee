/* The code at sign-in: setting it up, recovery codes, removing it. */
#include "base/clock.h"
#include "domain/sign_in.h"
#include "domain/totp.h"
#include "domain/user.h"
#include "modules/identity/pages.h"
#include "web/server.h"

enum status factor_begin(struct request *rq, struct writer *db)
{
	struct text secret;

	TRY(user_totp_begin(db, rq->actor.user_id, rq->arena, &secret));
	return rq_redirect(rq, "/compte/code");
}

static enum status print_factor(struct request *rq, struct reader *db, const struct form_problem *problems, size_t count)
{
	struct text issuer = text_of(rq->application && rq->application->name ? rq->application->name : "Vigie");
	struct text secret, base32, address;
	struct form form;
	struct html p;
	enum status status = user_totp_pending(db, rq->actor.user_id, rq->arena, &secret);

	if (status == STATUS_NOT_FOUND)
		return rq_redirect(rq, "/compte");
	TRY(status);
	base32 = totp_secret_text(secret, rq->arena);
	address = totp_address(secret, issuer, rq->actor.login, rq->arena);
	if (!base32.data || !address.data)
		return STATUS_NO_MEMORY;
	p = page_begin(rq, in_language(rq, TR("Mettre en place le code")));
	html(&p, "<ol><li>");
	html_tr(&p, TR("Ouvrez l'application de codes de votre téléphone et ajoutez un compte."));
	html(&p, "</li><li>");
	html_tr(&p, TR("Visez ce code avec l'application :"));
	html(&p, "<br>");
	(void)qr_code(&p, address, TR("Code QR du compte à ajouter"));
	html(&p, "</li><li>");
	html_tr(&p, TR("Ou donnez-lui cette clé :"));
	html(&p, " <code class=\"secret\">");
	for (size_t i = 0; i < base32.size; i += 4)
		html(&p, "%.*s ", TEXT_FORMAT(text_slice(base32, i, i + 4)));
	html(&p, "</code></li><li>");
	html_tr(&p, TR("Ou, sur le téléphone même, ouvrez ce lien :"));
	html(&p, " <a href=\"%.*s\">", TEXT_FORMAT(address));
	html_tr(&p, TR("ajouter à l'application"));
	html(&p, "</a></li></ol>");
	form = form_begin(&p, "/compte/code/confirmer", problems, count);
	form_field(&form, &(struct field){.name = "code", .label = TR("Code que l'application affiche"), .required = true,
				  .autocomplete = "one-time-code", .limit = 16});
	form_end(&form, TR("Confirmer"));
	link_to(&p, "/compte", in_language(rq, TR("Renoncer")));
	page_end(&p);
	return STATUS_OK;
}

enum status factor_page(struct request *rq, struct reader *db)
{
	return print_factor(rq, db, NULL, 0);
}

enum status recovery_shown(struct request *rq, const char *const *codes)
{
	struct html p = page_begin(rq, in_language(rq, TR("Vos codes de secours")));

	rq_add_header(rq, "Cache-Control", "no-store");
	notice(&p, "warning", TR("Notez ces codes et gardez-les en lieu sûr : ils ne seront plus montrés. Chacun ne sert "
				 "qu'une fois, quand vous n'avez pas votre téléphone."));
	html(&p, "<ul class=\"codes\">");
	for (; *codes; codes++)
		html(&p, "<li><code>%s</code></li>", *codes);
	html(&p, "</ul>");
	link_to(&p, "/compte", in_language(rq, TR("Je les ai notés")));
	page_end(&p);
	return STATUS_OK;
}

enum status factor_confirm(struct request *rq, struct writer *db)
{
	static const struct form_problem problem = {"code", {.id = TR("Ce code n'est pas le bon : vérifiez l'heure du téléphone.")}};
	const char **codes;
	enum status status =
		user_totp_confirm(db, &rq->actor, rq->actor.user_id, rq_input(rq, "code"), clock_now(), rq->arena, &codes);

	if (status == STATUS_OK)
		return recovery_shown(rq, codes);
	if (status == STATUS_NOT_FOUND)
		return rq_redirect(rq, "/compte");
	if (status != STATUS_INVALID)
		return status;
	TRY(print_factor(rq, writer_reader(db), &problem, 1));
	return STATUS_INVALID;
}

/* Asks for the password again; when it is wrong the person is sent back with a word and *ret_right is false. */
static enum status password_again(struct request *rq, struct database *database, bool *ret_right)
{
	enum status status = sign_in_confirm(database, &rq->actor, rq_input(rq, "current"), clock_now());

	*ret_right = status == STATUS_OK;
	if (status == STATUS_OK)
		return STATUS_OK;
	if (status != STATUS_INVALID && status != STATUS_THROTTLED)
		return status;
	rq_flash(rq, status == STATUS_INVALID ? TR("Ce n'est pas votre mot de passe actuel.")
					      : TR("Trop de tentatives : patientez un instant."));
	return rq_redirect(rq, "/compte");
}

enum status factor_remove(struct request *rq, struct database *database)
{
	struct writer AUTO(writer_rollback) *writer = NULL;
	bool is_right = false;

	TRY(password_again(rq, database, &is_right));
	if (!is_right)
		return STATUS_OK;
	TRY(writer_begin(database, &writer));
	TRY(user_totp_remove(writer, &rq->actor, rq->actor.user_id));
	TRY(writer_commit(&writer));
	rq_flash(rq, TR("Le code n'est plus demandé à la connexion."));
	return rq_redirect(rq, "/compte");
}

enum status recovery_renew(struct request *rq, struct database *database)
{
	struct writer AUTO(writer_rollback) *writer = NULL;
	bool is_right = false;
	const char **codes;

	TRY(password_again(rq, database, &is_right));
	if (!is_right)
		return STATUS_OK;
	TRY(writer_begin(database, &writer));
	TRY(user_recovery_renew(writer, &rq->actor, rq->actor.user_id, rq->arena, &codes));
	TRY(writer_commit(&writer));
	return recovery_shown(rq, codes);
}
