/* The list of users, and making one. */
#include "domain/password.h"
#include "domain/unit.h"
#include "domain/user.h"
#include "modules/identity/pages.h"

#include <string.h>

enum { PAGE_ROWS = 50 };

struct user_rows {
	struct html *p;
	const struct request *rq;
	size_t count;
	char last[LOGIN_LIMIT + 1];
};

static bool print_user(void *context, const struct user *user)
{
	struct user_rows *rows = context;
	struct html *p = rows->p;
	const char *path = arena_format(rows->rq->arena, "/utilisateurs/%lld", (long long)user->id).data;

	if (rows->count == PAGE_ROWS) {
		rows->count++; /* there is more */
		return false;
	}
	table_row_begin(p);
	table_cell_begin(p);
	link_to(p, path ? path : "/utilisateurs", user->login);
	table_cell_end(p);
	table_cell(p, user->name);
	table_cell_begin(p);
	badge(p, user->is_active ? "ok" : "warning", user->is_active ? TR("Actif") : TR("Désactivé"));
	if (user->must_change_password)
		badge(p, "info", TR("Mot de passe provisoire"));
	table_cell_end(p);
	table_cell_begin(p);
	html_tr(p, user->has_totp ? TR("Oui") : TR("Non"));
	table_cell_end(p);
	table_row_end(p);
	memcpy(rows->last, user->login.data, user->login.size < LOGIN_LIMIT ? user->login.size : LOGIN_LIMIT);
	rows->last[user->login.size < LOGIN_LIMIT ? user->login.size : LOGIN_LIMIT] = '\0';
	rows->count++;
	return true;
}

enum status users_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Identifiant"), NULL}, {TR("Nom"), NULL}, {TR("État"), NULL},
		{TR("Code à la connexion"), NULL}, {NULL, NULL}};
	struct text paths = actor_path_list(&rq->actor, "users.manage", rq->arena), search = rq_input(rq, "q");
	struct user_rows rows = {.rq = rq};
	struct html p = page_begin(rq, in_language(rq, TR("Utilisateurs")));
	struct form form = form_begin_get(&p, "/utilisateurs");
	struct buffer AUTO(buffer_release) older = {0};

	if (!paths.data)
		return STATUS_NO_MEMORY;
	rows.p = &p;
	form_field(&form, &(struct field){.name = "q", .label = TR("Identifiant ou nom"), .type = "search", .value = search});
	form_end(&form, TR("Chercher"));
	link_to(&p, "/utilisateurs/nouveau", in_language(rq, TR("Créer un utilisateur")));
	table_begin(&p, TR("Utilisateurs"), columns);
	TRY(user_list(db, rq_input(rq, "apres"), search, paths, PAGE_ROWS + 1, print_user, &rows));
	table_end(&p);
	if (rows.count == 0)
		notice(&p, "info", TR("Personne ne correspond."));
	buffer_init(&older, 4096);
	buffer_format(&older, "/utilisateurs?apres=%s", rows.last);
	if (!text_is_empty(search)) {
		buffer_string(&older, "&q=");
		for (size_t i = 0; i < search.size; i++)
			buffer_format(&older, "%%%02X", (unsigned char)search.data[i]);
	}
	TRY(buffer_status(&older));
	page_links(&p, NULL, rows.count > PAGE_ROWS ? older.data : NULL);
	page_end(&p);
	return STATUS_OK;
}

enum status unit_choices(struct request *rq, struct reader *db, const char *permission, struct choice **ret_choices,
	size_t *ret_count)
{
	struct text paths = actor_path_list(&rq->actor, permission, rq->arena);
	struct unit *units;
	struct choice *choices;
	size_t count;

	if (!paths.data)
		return STATUS_NO_MEMORY;
	TRY(unit_list(db, paths, rq->arena, &units, &count));
	choices = ARENA_ARRAY(rq->arena, count + 1, struct choice);
	if (!choices)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		static const char indent[] = "— — — — — — — — ";
		int size = (units[i].depth - 1) * (int)(sizeof("— ") - 1);

		if (size > (int)sizeof indent - 1)
			size = (int)sizeof indent - 1;
		choices[i].code = arena_format(rq->arena, "%lld", (long long)units[i].id);
		choices[i].label = arena_format(rq->arena, "%.*s%.*s – %.*s", size, indent, TEXT_FORMAT(units[i].code),
			TEXT_FORMAT(units[i].name));
		if (!choices[i].code.data || !choices[i].label.data)
			return STATUS_NO_MEMORY;
	}
	*ret_choices = choices;
	*ret_count = count;
	return STATUS_OK;
}

static enum status print_new(struct request *rq, struct reader *db, const struct form_problem *problems, size_t count)
{
	struct html p = page_begin(rq, in_language(rq, TR("Créer un utilisateur")));
	struct form form = form_begin(&p, "/utilisateurs", problems, count);
	struct choice languages[LANGUAGE_COUNT], *roles, *units;
	size_t role_count, unit_count;

	TRY(role_choices(rq, db, &roles, &role_count));
	TRY(unit_choices(rq, db, "users.manage", &units, &unit_count));
	language_choices(languages);
	form_field(&form, &(struct field){.name = "login", .label = TR("Identifiant"),
				  .help = TR("Lettres sans accent, chiffres, points et tirets."), .value = rq_input(rq, "login"),
				  .required = true, .autocomplete = "off", .limit = LOGIN_LIMIT});
	form_field(&form, &(struct field){.name = "name", .label = TR("Nom"), .value = rq_input(rq, "name"), .required = true,
				  .autocomplete = "off", .limit = USER_NAME_LIMIT});
	form_select(&form, &(struct field){.name = "language", .label = TR("Langue"), .value = rq_input(rq, "language")},
		languages, LANGUAGE_COUNT);
	form_select(&form, &(struct field){.name = "role", .label = TR("Rôle"), .value = rq_input(rq, "role")}, roles,
		role_count);
	form_select(&form, &(struct field){.name = "unit", .label = TR("Unité"), .value = rq_input(rq, "unit")}, units,
		unit_count);
	form_end(&form, TR("Créer"));
	page_end(&p);
	return STATUS_OK;
}

enum status user_new_page(struct request *rq, struct reader *db)
{
	return print_new(rq, db, NULL, 0);
}

/* Creates the user with the first role, all or nothing. */
static enum status user_make(struct request *rq, struct writer *writer, const char *hash, struct form_problem *ret_problem,
	struct text *ret_login, int64_t *ret_id)
{
	struct reader *db = writer_reader(writer);
	const char *role = arena_string(rq->arena, rq_input(rq, "role"));
	struct user_new user = {.login = rq_input(rq, "login"), .name = rq_input(rq, "name"), .password_hash = hash,
		.must_change_password = true, .language = rq->language};
	struct unit unit;
	int64_t unit_id = 0;
	bool may = false;
	enum status status;

	(void)language_from(rq_input(rq, "language"), &user.language);
	if (!rq_integer(rq, "unit", &unit_id) || unit_find(db, unit_id, rq->arena, &unit) != STATUS_OK || !role) {
		ret_problem->field = "unit";
		ret_problem->message.id = TR("Choisissez une des unités proposées.");
		return STATUS_INVALID;
	}
	TRY(role_may_give(db, &rq->actor, "users.manage", role, unit.path, &may));
	if (!may)
		return STATUS_FORBIDDEN;
	status = login_clean(user.login, rq->arena, ret_login);
	if (status == STATUS_OK) {
		struct user there;

		status = user_find_login(db, *ret_login, rq->arena, &there);
		ret_problem->field = "login";
		ret_problem->message.id = TR("Cet identifiant est déjà pris.");
		if (status == STATUS_OK)
			return STATUS_INVALID;
		if (status != STATUS_NOT_FOUND)
			return status;
		ret_problem->field = "name";
		ret_problem->message.id = TR("Indiquez un nom de 120 caractères au plus.");
		TRY(user_create(writer, &rq->actor, &user, ret_id));
		return user_grant(writer, &rq->actor, *ret_id, role, unit_id);
	}
	ret_problem->field = "login";
	ret_problem->message.id = TR("Un identifiant ne contient que des lettres sans accent, des chiffres, points et tirets.");
	return status;
}

static const struct api_field password_fields[] = {
	{"login", TR("Identifiant"), API_TEXT, .may_be_null = false},
	{"password", TR("Mot de passe provisoire"), API_TEXT, .may_be_null = false},
	{"location", TR("L'adresse du résultat"), API_TEXT, .may_be_null = false},
	{0},
};
const struct api_shape password_shape = {"FirstPassword", password_fields};

static enum status answer_password(struct request *rq, struct text login, const char *password, const char *next)
{
	struct buffer *body = rq_json_secret(rq, 200);
	struct json_writer json;

	put_begin(&json, body);
	put_object(&json);
	put_key(&json, "login");
	put_text(&json, login);
	put_key(&json, "password");
	put_text(&json, text_of(password));
	put_key(&json, "location");
	put_text(&json, arena_format(rq->arena, "/api/v1%s", next));
	put_object_end(&json);
	return buffer_status(body);
}

enum status password_shown(struct request *rq, const char *title_id, struct text login, const char *password,
	const char *next)
{
	struct html p;

	if (rq_is_api(rq))
		return answer_password(rq, login, password, next);
	p = page_begin(rq, in_language(rq, title_id));
	rq_add_header(rq, "Cache-Control", "no-store");
	notice(&p, "warning", TR("Notez ce mot de passe et remettez-le à la personne : il ne sera plus montré. Elle devra "
				 "choisir le sien à sa première connexion."));
	facts_begin(&p);
	facts_row(&p, TR("Identifiant"), login);
	facts_row_begin(&p, TR("Mot de passe provisoire"));
	html(&p, "<code class=\"secret\">%s</code>", password);
	facts_row_end(&p);
	facts_end(&p);
	link_to(&p, next, in_language(rq, TR("Je l'ai noté")));
	page_end(&p);
	return STATUS_OK;
}

enum status user_new_submit(struct request *rq, struct database *database)
{
	struct reader AUTO(reader_release) *reader = NULL;
	struct writer AUTO(writer_rollback) *writer = NULL;
	char password[PASSWORD_RANDOM_SIZE], hash[PASSWORD_HASH_SIZE];
	struct form_problem problem = {.field = NULL};
	struct text login = TEXT_NONE;
	int64_t id = 0;
	enum status status;

	password_random(password);
	TRY(password_hash(text_of(password), hash));
	TRY(writer_begin(database, &writer));
	status = user_make(rq, writer, hash, &problem, &login, &id);
	if (status == STATUS_OK) {
		TRY(writer_commit(&writer));
		return password_shown(rq, TR("L'utilisateur est créé"), login, password,
			rq_is_api(rq) ? arena_format(rq->arena, "/utilisateurs/%lld", (long long)id).data : "/utilisateurs");
	}
	writer_rollback(&writer);
	if (status != STATUS_INVALID && status != STATUS_CONFLICT)
		return status;
	TRY(reader_begin(database, &reader));
	TRY(print_new(rq, reader, &problem, 1));
	return STATUS_INVALID;
}
