/* One user: rights, activation, resetting password and code. */
#include "domain/password.h"
#include "domain/unit.h"
#include "domain/user.h"
#include "modules/identity/pages.h"

enum { ROLE_LIMIT = 200 };

struct roles {
	struct request *rq;
	struct choice *choices;
	size_t count;
	bool failed;
};

static bool take_role(void *context, const struct role_row *row)
{
	struct roles *roles = context;
	const char *label = arena_string(roles->rq->arena, row->label);
	struct choice choice = {.code = arena_text(roles->rq->arena, row->code)};

	if (!label || !choice.code.data || roles->count == ROLE_LIMIT) {
		roles->failed = true;
		return false;
	}
	choice.label = text_of(tr(roles->rq->language, label));
	roles->choices[roles->count++] = choice;
	return true;
}

enum status role_choices(struct request *rq, struct reader *db, struct choice **ret_choices, size_t *ret_count)
{
	struct roles roles = {.rq = rq, .choices = ARENA_ARRAY(rq->arena, ROLE_LIMIT, struct choice)};

	if (!roles.choices)
		return STATUS_NO_MEMORY;
	TRY(role_list(db, take_role, &roles));
	if (roles.failed)
		return STATUS_NO_MEMORY;
	*ret_choices = roles.choices;
	*ret_count = roles.count;
	return STATUS_OK;
}

struct sight {
	const struct actor *actor;
	bool has_roles, is_seen;
};

static bool sight_look(void *context, const struct user_role *row)
{
	struct sight *sight = context;

	sight->has_roles = true;
	sight->is_seen = sight->is_seen || actor_may(sight->actor, "users.manage", row->unit_path);
	return !sight->is_seen;
}

enum status user_is_seen(struct request *rq, struct reader *db, int64_t id)
{
	struct sight sight = {.actor = &rq->actor};

	TRY(user_roles(db, id, sight_look, &sight));
	return sight.is_seen || !sight.has_roles ? STATUS_OK : STATUS_NOT_FOUND;
}

/* The user of the address; STATUS_NOT_FOUND when the actor may not see them at all. */
static enum status user_of_address(struct request *rq, struct reader *db, struct user *ret_user, bool *ret_may_change)
{
	int64_t id;
	bool may = false;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(user_find(db, id, rq->arena, ret_user));
	TRY(user_is_seen(rq, db, id));
	TRY(user_may_manage(db, &rq->actor, "users.manage", id, rq->arena, &may));
	/* Nobody changes their own rights: somebody else must look. */
	*ret_may_change = may && id != rq->actor.user_id;
	return STATUS_OK;
}

static enum status user_to_change(struct request *rq, struct reader *db, struct user *ret_user)
{
	bool may = false;

	TRY(user_of_address(rq, db, ret_user, &may));
	return may ? STATUS_OK : STATUS_FORBIDDEN;
}

struct grant_rows {
	struct html *p;
	struct request *rq;
	int64_t user_id;
	bool may_change;
};

static bool print_grant(void *context, const struct user_role *row)
{
	const struct grant_rows *rows = context;
	struct html *p = rows->p;
	const char *label = arena_string(rows->rq->arena, row->role_label);

	table_row_begin(p);
	table_cell_begin(p);
	if (label)
		html_tr(p, label);
	table_cell_end(p);
	table_cell(p, row->unit_name);
	table_cell_begin(p);
	if (rows->may_change && actor_may(&rows->rq->actor, "users.manage", row->unit_path)) {
		const char *path =
			arena_format(rows->rq->arena, "/utilisateurs/%lld/retirer", (long long)rows->user_id).data;

		button_form(p, path ? path : "/utilisateurs", TR("Retirer"), "grant",
			arena_format(rows->rq->arena, "%lld:%.*s", (long long)row->unit_id, TEXT_FORMAT(row->role)));
	}
	table_cell_end(p);
	table_row_end(p);
	return true;
}

static const char *path_of(struct request *rq, int64_t id, const char *rest)
{
	const char *path = arena_format(rq->arena, "/utilisateurs/%lld%s", (long long)id, rest).data;

	return path ? path : "/utilisateurs";
}

static enum status print_rights(struct html *p, struct request *rq, struct reader *db, const struct user *user,
	bool may_change)
{
	static const struct table_column columns[] = {
		{TR("Rôle"), NULL}, {TR("Unité"), NULL}, {TR("Action"), NULL}, {NULL, NULL}};
	struct grant_rows rows = {p, rq, user->id, may_change};
	struct choice *roles, *units;
	size_t role_count, unit_count;
	struct form form;

	section_begin(p, TR("Rôles"));
	table_begin(p, TR("Rôles"), columns);
	TRY(user_roles(db, user->id, print_grant, &rows));
	table_end(p);
	if (may_change) {
		TRY(role_choices(rq, db, &roles, &role_count));
		TRY(unit_choices(rq, db, "users.manage", &units, &unit_count));
		form = form_begin(p, path_of(rq, user->id, "/roles"), NULL, 0);
		form_select(&form, &(struct field){.name = "role", .label = TR("Rôle")}, roles, role_count);
		form_select(&form, &(struct field){.name = "unit", .label = TR("Unité")}, units, unit_count);
		form_end(&form, TR("Donner ce rôle"));
	}
	section_end(p);
	return STATUS_OK;
}

static void print_actions(struct html *p, struct request *rq, const struct user *user)
{
	section_begin(p, TR("Accès"));
	button_form(p, path_of(rq, user->id, "/acces"), user->is_active ? TR("Désactiver") : TR("Activer"), "active",
		user->is_active ? TEXT("0") : TEXT("1"));
	button_form(p, path_of(rq, user->id, "/mot-de-passe"), TR("Donner un nouveau mot de passe provisoire"), "reset",
		TEXT("1"));
	if (user->has_totp)
		button_form(p, path_of(rq, user->id, "/code"), TR("Ne plus demander de code (téléphone perdu)"), "reset",
			TEXT("1"));
	section_end(p);
}

enum status user_page(struct request *rq, struct reader *db)
{
	struct html p;
	struct user user;
	bool may_change = false;

	TRY(user_of_address(rq, db, &user, &may_change));
	p = page_begin(rq, user.name);
	facts_begin(&p);
	facts_row(&p, TR("Identifiant"), user.login);
	facts_row(&p, TR("Langue"), text_of(language_name(user.language)));
	facts_row_begin(&p, TR("Créé le"));
	html_time(&p, user.created_at);
	facts_row_end(&p);
	facts_row_begin(&p, TR("État"));
	badge(&p, user.is_active ? "ok" : "warning", user.is_active ? TR("Actif") : TR("Désactivé"));
	facts_row_end(&p);
	facts_end(&p);
	if (!may_change)
		notice(&p, "info", TR("Vous pouvez voir ce compte, mais pas le modifier."));
	TRY(print_rights(&p, rq, db, &user, may_change));
	if (may_change)
		print_actions(&p, rq, &user);
	link_to(&p, "/utilisateurs", in_language(rq, TR("Tous les utilisateurs")));
	page_end(&p);
	return STATUS_OK;
}

enum status user_grant_submit(struct request *rq, struct writer *db)
{
	const char *role = arena_string(rq->arena, rq_input(rq, "role"));
	struct user user;
	struct unit unit;
	int64_t unit_id;
	bool may = false;

	TRY(user_to_change(rq, writer_reader(db), &user));
	if (!role || !rq_integer(rq, "unit", &unit_id))
		return STATUS_MALFORMED;
	TRY(unit_find(writer_reader(db), unit_id, rq->arena, &unit));
	TRY(role_may_give(writer_reader(db), &rq->actor, "users.manage", role, unit.path, &may));
	if (!may)
		return STATUS_FORBIDDEN;
	TRY(user_grant(db, &rq->actor, user.id, role, unit_id));
	rq_flash(rq, TR("Le rôle est donné."));
	return rq_redirect(rq, "/utilisateurs/%lld", (long long)user.id);
}

enum status user_revoke_submit(struct request *rq, struct writer *db)
{
	struct text rest = rq_input(rq, "grant"), number = text_cut(&rest, ':');
	const char *role = rest.data ? arena_string(rq->arena, rest) : NULL;
	struct user user;
	struct unit unit;
	int64_t unit_id = 0;

	TRY(user_to_change(rq, writer_reader(db), &user));
	for (size_t i = 0; i < number.size && i < 18; i++) {
		if (number.data[i] < '0' || number.data[i] > '9')
			return STATUS_MALFORMED;
		unit_id = unit_id * 10 + (number.data[i] - '0');
	}
	if (!role)
		return STATUS_MALFORMED;
	TRY(unit_find(writer_reader(db), unit_id, rq->arena, &unit));
	if (!actor_may(&rq->actor, "users.manage", unit.path))
		return STATUS_FORBIDDEN;
	TRY(user_revoke(db, &rq->actor, user.id, role, unit_id));
	rq_flash(rq, TR("Le rôle est retiré."));
	return rq_redirect(rq, "/utilisateurs/%lld", (long long)user.id);
}

enum status user_active_submit(struct request *rq, struct writer *db)
{
	bool active = text_is(rq_input(rq, "active"), "1");
	struct user user;

	TRY(user_to_change(rq, writer_reader(db), &user));
	TRY(user_set_active(db, &rq->actor, user.id, active));
	rq_flash(rq, active ? TR("Le compte est activé.") : TR("Le compte est désactivé et ses sessions sont terminées."));
	return rq_redirect(rq, "/utilisateurs/%lld", (long long)user.id);
}

enum status user_password_submit(struct request *rq, struct database *database)
{
	struct writer AUTO(writer_rollback) *writer = NULL;
	char password[PASSWORD_RANDOM_SIZE], hash[PASSWORD_HASH_SIZE];
	struct user user;

	password_random(password);
	TRY(password_hash(text_of(password), hash));
	TRY(writer_begin(database, &writer));
	TRY(user_to_change(rq, writer_reader(writer), &user));
	TRY(user_set_password(writer, &rq->actor, user.id, hash, true, 0));
	TRY(writer_commit(&writer));
	return password_shown(rq, TR("Nouveau mot de passe provisoire"), user.login, password, path_of(rq, user.id, ""));
}

enum status user_factor_submit(struct request *rq, struct writer *db)
{
	struct user user;

	TRY(user_to_change(rq, writer_reader(db), &user));
	TRY(user_totp_remove(db, &rq->actor, user.id));
	rq_flash(rq, TR("Le code n'est plus demandé à cette personne."));
	return rq_redirect(rq, "/utilisateurs/%lld", (long long)user.id);
}
