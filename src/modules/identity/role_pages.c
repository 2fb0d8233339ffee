/* Roles and rights: a matrix one can read, and the roles of an administration's own. */
#include "domain/role.h"
#include "domain/user.h"
#include "modules/identity/pages.h"
#include "web/assets.h"
#include "web/module.h"
#include "web/server.h"
#include "web/session.h"

#include <string.h>

enum { ROLE_LIMIT = 60, PERMISSION_LIMIT = 200 };

/* Which role holds which permission. */
struct matrix {
	struct request *rq;
	struct role_details roles[ROLE_LIMIT];
	size_t role_count;
	const struct permission *permissions[PERMISSION_LIMIT];
	const struct module *modules[PERMISSION_LIMIT]; /* of each */
	size_t permission_count;
	bool holds[ROLE_LIMIT][PERMISSION_LIMIT];
	bool failed;
};

static bool take_role(void *context, const struct role_row *row)
{
	struct matrix *matrix = context;
	struct role_details *role = &matrix->roles[matrix->role_count];

	if (matrix->role_count == ROLE_LIMIT)
		return false;
	*role = (struct role_details){arena_text(matrix->rq->arena, row->code), arena_text(matrix->rq->arena, row->label),
		row->is_shipped, 0};
	matrix->failed = matrix->failed || !role->code.data || !role->label.data;
	matrix->role_count++;
	return !matrix->failed;
}

static bool take_right(void *context, struct text role, struct text permission)
{
	struct matrix *matrix = context;

	for (size_t i = 0; i < matrix->role_count; i++)
		for (size_t j = 0; text_equal(matrix->roles[i].code, role) && j < matrix->permission_count; j++)
			if (text_is(permission, matrix->permissions[j]->code))
				matrix->holds[i][j] = true;
	return true;
}

/* Several modules may name one permission; the first counts. */
static bool is_known(const struct matrix *matrix, const char *code)
{
	for (size_t i = 0; i < matrix->permission_count; i++)
		if (strcmp(matrix->permissions[i]->code, code) == 0)
			return true;
	return false;
}

static enum status matrix_load(struct request *rq, struct reader *db, struct matrix **ret_matrix)
{
	struct matrix *matrix = ARENA_NEW(rq->arena, struct matrix);

	if (!matrix)
		return STATUS_NO_MEMORY;
	matrix->rq = rq;
	for (const struct module *const *module = rq->application->modules; *module; module++)
		for (const struct permission *row = (*module)->permissions; row && row->code; row++)
			if (matrix->permission_count < PERMISSION_LIMIT && !is_known(matrix, row->code)) {
				matrix->modules[matrix->permission_count] = *module;
				matrix->permissions[matrix->permission_count++] = row;
			}
	TRY(role_list(db, take_role, matrix));
	if (matrix->failed)
		return STATUS_NO_MEMORY;
	TRY(role_matrix(db, take_right, matrix));
	*ret_matrix = matrix;
	return STATUS_OK;
}

static void print_heads(struct html *p, const struct matrix *matrix)
{
	html(p, "<thead><tr><th scope=\"col\">%s</th>", tr(p->language, TR("Droit")));
	for (size_t i = 0; i < matrix->role_count; i++) {
		const struct role_details *role = &matrix->roles[i];

		html(p, "<th scope=\"col\" class=\"role\"><a href=\"/roles/%.*s\">%.*s</a></th>", TEXT_FORMAT(role->code),
			TEXT_FORMAT(tr_text(p->language, role->label)));
	}
	html(p, "</tr></thead>");
}

static void print_permission(struct html *p, const struct matrix *matrix, size_t j)
{
	html(p, "<tr><th scope=\"row\">%s<br><code>%s</code></th>", tr(p->language, matrix->permissions[j]->label),
		matrix->permissions[j]->code);
	for (size_t i = 0; i < matrix->role_count; i++) {
		bool holds = matrix->holds[i][j];

		html(p, "<td class=\"%s\" data-label=\"%.*s\">", holds ? "held" : "",
			TEXT_FORMAT(tr_text(p->language, matrix->roles[i].label)));
		if (holds)
			html(p, "<span aria-hidden=\"true\">✓</span><span class=\"hidden\">%s</span>",
				tr(p->language, TR("Oui")));
		html(p, "</td>");
	}
	html(p, "</tr>");
}

static void print_matrix(struct html *p, const struct matrix *matrix)
{
	html(p, "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"%s\"><table class=\"matrix\"><caption>%s</caption>",
		tr(p->language, TR("Rôles et droits")), tr(p->language, TR("Qui peut quoi")));
	print_heads(p, matrix);
	for (size_t j = 0; j < matrix->permission_count; j++) {
		if (!j || matrix->modules[j] != matrix->modules[j - 1])
			html(p, "<tbody><tr class=\"group\"><th scope=\"rowgroup\" colspan=\"%zu\">%s</th></tr>", matrix->role_count + 1, tr(p->language, matrix->modules[j]->label));
		print_permission(p, matrix, j);
		if (j + 1 == matrix->permission_count || matrix->modules[j + 1] != matrix->modules[j])
			html(p, "</tbody>");
	}
	html(p, "</table></div>");
}

/* Roles are everybody's: only who holds the right at the top of the tree makes or changes them. */
static bool may_change_roles(struct request *rq)
{
	for (size_t i = 0; i < rq->actor.grant_count; i++) {
		struct text path = rq->actor.grants[i].unit_path;
		size_t slashes = 0;

		for (size_t j = 0; j < path.size; j++)
			slashes += path.data[j] == '/';
		if (slashes == 2 && strcmp(rq->actor.grants[i].permission, "roles.manage") == 0)
			return true;
	}
	return rq->actor.is_system;
}

static void print_new(struct request *rq, struct html *p, const struct matrix *matrix, const struct form_problem *problems,
	size_t count)
{
	struct choice choices[ROLE_LIMIT];
	struct form form;

	for (size_t i = 0; i < matrix->role_count; i++)
		choices[i] = (struct choice){matrix->roles[i].code, tr_text(rq->language, matrix->roles[i].label)};
	section_begin(p, TR("Ajouter un rôle"));
	form = form_begin(p, "/roles", problems, count);
	form_field(&form, &(struct field){.name = "libelle", .label = TR("Nom du rôle"), .value = rq_input(rq, "libelle"),
				  .required = true, .autocomplete = "off", .limit = ROLE_LABEL_LIMIT});
	form_field(&form, &(struct field){.name = "code", .label = TR("Code"),
				  .help = TR("Lettres minuscules sans accent, chiffres et « _ » : equipe_de_nuit."),
				  .value = rq_input(rq, "code"), .required = true, .autocomplete = "off", .limit = ROLE_CODE_LIMIT});
	form_select(&form, &(struct field){.name = "modele", .label = TR("Avec les droits de"),
				   .help = TR("Vous les changerez ensuite. Vide : aucun droit pour commencer."),
				   .value = rq_input(rq, "modele")},
		choices, matrix->role_count);
	form_end(&form, TR("Ajouter le rôle"));
	section_end(p);
}

static enum status print_roles(struct request *rq, struct reader *db, const struct form_problem *problems, size_t count)
{
	struct matrix *matrix;
	struct html p;

	TRY(matrix_load(rq, db, &matrix));
	p = page_begin(rq, in_language(rq, TR("Rôles et droits")));
	html(&p, "<link rel=\"stylesheet\" href=\"%s\">", asset_url("admin.css"));
	html(&p, "<p>");
	html_tr(&p, TR("Un rôle est un ensemble de droits. On le donne à une personne pour une unité : il vaut pour cette unité et "
		       "toutes celles qui sont en dessous. Les rôles livrés avec Vigie ne changent pas ; ajoutez les vôtres."));
	html(&p, "</p>");
	print_matrix(&p, matrix);
	if (may_change_roles(rq))
		print_new(rq, &p, matrix, problems, count);
	page_end(&p);
	return STATUS_OK;
}

enum status roles_page(struct request *rq, struct reader *db)
{
	return print_roles(rq, db, NULL, 0);
}

enum status role_new_submit(struct request *rq, struct writer *db)
{
	struct text code = rq_input(rq, "code"), label = rq_input(rq, "libelle"), copied = rq_input(rq, "modele");
	struct form_problem problem;
	enum status status;

	if (!may_change_roles(rq))
		return STATUS_FORBIDDEN;
	code = code.data ? code : TEXT("");
	status = role_create(db, &rq->actor, code, label, copied.size ? copied : TEXT_NONE);
	if (status == STATUS_OK) {
		rq_flash(rq, TR("Le rôle est ajouté : choisissez ses droits."));
		return rq_redirect(rq, "/roles/%.*s", TEXT_FORMAT(code));
	}
	if (status != STATUS_INVALID && status != STATUS_CONFLICT)
		return status;
	problem = status == STATUS_CONFLICT ? (struct form_problem){"code", {.id = TR("Ce code est déjà pris.")}}
		: label.size ? (struct form_problem){"code",
			{.id = TR("Un code a 2 à 40 lettres minuscules sans accent, chiffres ou « _ ».")}}
			     : (struct form_problem){"libelle", {.id = TR("Indiquez un nom.")}};
	TRY(print_roles(rq, writer_reader(db), &problem, 1));
	return STATUS_INVALID;
}

/* ---- one role */

static size_t column_of(const struct matrix *matrix, struct text code)
{
	size_t i = 0;

	while (i < matrix->role_count && !text_equal(matrix->roles[i].code, code))
		i++;
	return i;
}

static void print_rights(struct html *p, const struct matrix *matrix, size_t column, bool may_change)
{
	for (size_t j = 0; j < matrix->permission_count; j++) {
		bool holds = matrix->holds[column][j];

		if (!j || matrix->modules[j] != matrix->modules[j - 1])
			html(p, "<fieldset class=\"field\"><legend>%s</legend>", tr(p->language, matrix->modules[j]->label));
		html(p, "<label class=\"choice\"><input type=\"checkbox\" name=\"droit\" value=\"%s\"%s%s><span>%s</span></label>",
			matrix->permissions[j]->code, holds ? " checked" : "", may_change ? "" : " disabled",
			tr(p->language, matrix->permissions[j]->label));
		if (j + 1 == matrix->permission_count || matrix->modules[j + 1] != matrix->modules[j])
			html(p, "</fieldset>");
	}
}

static enum status print_role(struct request *rq, struct reader *db, struct text code, const char *refusal)
{
	struct matrix *matrix;
	struct role_details role;
	struct html p;
	struct form form;
	const char *path;
	bool may_change;

	TRY(role_find(db, code, rq->arena, &role));
	TRY(matrix_load(rq, db, &matrix));
	if (column_of(matrix, code) == matrix->role_count)
		return STATUS_NOT_FOUND;
	may_change = may_change_roles(rq) && !role.is_shipped;
	path = arena_format(rq->arena, "/roles/%.*s", TEXT_FORMAT(code)).data;
	p = page_begin(rq, tr_text(rq->language, role.label));
	if (refusal)
		notice(&p, "danger", refusal);
	html(&p, "<p><a href=\"/roles\">← %s</a></p>", tr(rq->language, TR("Tous les rôles")));
	facts_begin(&p);
	facts_row(&p, TR("Code"), role.code);
	facts_row(&p, TR("Personnes qui l'ont"), arena_format(rq->arena, "%lld", (long long)role.holder_count));
	facts_row_begin(&p, TR("Origine"));
	html_tr(&p, role.is_shipped ? TR("Livré avec Vigie") : TR("Propre à votre administration"));
	facts_row_end(&p);
	facts_end(&p);
	section_begin(&p, TR("Ses droits"));
	if (may_change) {
		form = form_begin(&p, path ? path : "/roles", NULL, 0);
		form_field(&form, &(struct field){.name = "libelle", .label = TR("Nom du rôle"), .value = role.label,
					  .required = true, .limit = ROLE_LABEL_LIMIT});
	}
	print_rights(&p, matrix, column_of(matrix, code), may_change);
	if (may_change)
		form_end(&form, TR("Enregistrer"));
	section_end(&p);
	if (may_change && !role.holder_count) {
		path = arena_format(rq->arena, "/roles/%.*s/supprimer", TEXT_FORMAT(code)).data;
		button_form(&p, path ? path : "/roles", TR("Supprimer ce rôle"), NULL, TEXT_NONE);
	}
	page_end(&p);
	return STATUS_OK;
}

enum status role_page(struct request *rq, struct reader *db)
{
	return print_role(rq, db, rq_input(rq, "code"), NULL);
}

enum status role_change_submit(struct request *rq, struct writer *db)
{
	struct text code = rq_input(rq, "code"), rights[PERMISSION_LIMIT];
	size_t count = rq_inputs(rq, "droit", rights, PERMISSION_LIMIT);
	struct matrix *matrix;
	enum status status;

	if (!may_change_roles(rq))
		return STATUS_FORBIDDEN;
	TRY(matrix_load(rq, writer_reader(db), &matrix));
	for (size_t i = 0; i < count; i++) {
		const char *permission = arena_string(rq->arena, rights[i]);

		if (!permission || !is_known(matrix, permission))
			return STATUS_INVALID;
	}
	status = role_change(db, &rq->actor, code, rq_input(rq, "libelle"), rights, count);
	if (status == STATUS_FORBIDDEN || status == STATUS_INVALID) {
		TRY(print_role(rq, writer_reader(db), code, status == STATUS_FORBIDDEN
			? TR("Vous ne changez ni un rôle livré avec Vigie, ni un rôle que vous avez vous-même.")
			: TR("Indiquez un nom de 80 caractères au plus.")));
		return status;
	}
	TRY(status);
	rq_flash(rq, TR("Les droits du rôle sont enregistrés."));
	return rq_redirect(rq, "/roles/%.*s", TEXT_FORMAT(code));
}

enum status role_remove_submit(struct request *rq, struct writer *db)
{
	if (!may_change_roles(rq))
		return STATUS_FORBIDDEN;
	TRY(role_remove(db, &rq->actor, rq_input(rq, "code")));
	rq_flash(rq, TR("Le rôle est supprimé."));
	return rq_redirect(rq, "/roles");
}

/* ---- the same for programs */

static const struct api_field role_fields[] = {
	{"code", TR("Code"), API_TEXT, .may_be_null = false},
	{"label", TR("Nom"), API_TEXT, .may_be_null = false},
	{"permissions", TR("Droits"), API_TEXT, .is_list = true},
	{0},
};
const struct api_shape role_shape = {"Role", role_fields};

static void put_role(struct json_writer *json, const struct matrix *matrix, size_t i)
{
	put_object(json);
	put_key(json, "code");
	put_text(json, matrix->roles[i].code);
	put_key(json, "label");
	put_text(json, tr_text(matrix->rq->language, matrix->roles[i].label));
	put_key(json, "permissions");
	put_array(json);
	for (size_t j = 0; j < matrix->permission_count; j++)
		if (matrix->holds[i][j])
			put_text(json, text_of(matrix->permissions[j]->code));
	put_array_end(json);
	put_object_end(json);
}

enum status roles_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct matrix *matrix;

	TRY(matrix_load(rq, db, &matrix));
	for (size_t i = 0; i < matrix->role_count; i++)
		put_role(json, matrix, i);
	return STATUS_OK;
}

enum status role_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct matrix *matrix;

	TRY(matrix_load(rq, db, &matrix));
	for (size_t i = 0; i < matrix->role_count; i++)
		if (text_equal(matrix->roles[i].code, rq_input(rq, "code"))) {
			put_role(json, matrix, i);
			return STATUS_OK;
		}
	return STATUS_NOT_FOUND;
}
