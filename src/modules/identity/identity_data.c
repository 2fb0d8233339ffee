/* People, units and one's own account for programs. */
#include "domain/unit.h"
#include "domain/user.h"
#include "modules/identity/pages.h"

#include <stdlib.h>

#include <string.h>

enum { PAGE_ROWS = 100 };

/* ---- oneself */

static const struct api_field right_fields[] = {
	{"permission", TR("Droit"), API_TEXT, .may_be_null = false},
	{"unit", TR("Unité"), API_TEXT, .may_be_null = false},
	{0},
};
static const struct api_shape right_shape = {"Right", right_fields};
static const struct api_field self_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"login", TR("Identifiant"), API_TEXT, .may_be_null = false},
	{"name", TR("Nom"), API_TEXT, .may_be_null = false},
	{"language", TR("Langue"), API_TEXT, .may_be_null = false},
	{"rights", TR("Droits"), API_OBJECT, .is_list = true, .of = &right_shape},
	{0},
};
const struct api_shape self_shape = {"Self", self_fields};

enum status account_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	(void)db;
	put_object(json);
	put_key(json, "id");
	put_int(json, rq->actor.user_id);
	put_key(json, "login");
	put_text(json, rq->actor.login);
	put_key(json, "name");
	put_text(json, rq->actor.name);
	put_key(json, "language");
	put_text(json, text_of(language_code(rq->actor.language)));
	put_key(json, "rights");
	put_array(json);
	for (size_t i = 0; i < rq->actor.grant_count; i++) {
		put_object(json);
		put_key(json, "permission");
		put_text(json, text_of(rq->actor.grants[i].permission));
		put_key(json, "unit");
		put_text(json, rq->actor.grants[i].unit_path);
		put_object_end(json);
	}
	put_array_end(json);
	put_object_end(json);
	return STATUS_OK;
}

/* ---- users */

#define USER_FIELDS                                                                                                    \
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false}, {"login", TR("Identifiant"), API_TEXT, .may_be_null = false}, \
		{"name", TR("Nom"), API_TEXT, .may_be_null = false}, {"language", TR("Langue"), API_TEXT, .may_be_null = false},     \
		{"active", TR("Actif"), API_BOOLEAN, .may_be_null = false},                                                         \
		{"second_factor", TR("Code à la connexion"), API_BOOLEAN, .may_be_null = false},                                    \
	{                                                                                                              \
		"created_at", TR("Créé le"), API_TIME, .may_be_null = false                                            \
	}
static const struct api_field user_row_fields[] = {USER_FIELDS, {0}};
const struct api_shape user_row_shape = {"UserRow", user_row_fields};
static const struct api_field held_fields[] = {
	{"role", TR("Rôle"), API_TEXT, .may_be_null = false},
	{"unit_id", TR("Unité"), API_INTEGER, .may_be_null = false},
	{"unit", TR("Chemin de l'unité"), API_TEXT, .may_be_null = false},
	{0},
};
static const struct api_shape held_shape = {"HeldRole", held_fields};
static const struct api_field user_fields[] = {
	USER_FIELDS,
	{"roles", TR("Rôles"), API_OBJECT, .is_list = true, .of = &held_shape},
	{0},
};
const struct api_shape user_shape = {"User", user_fields};

static void put_user(struct json_writer *json, const struct user *user)
{
	put_key(json, "id");
	put_int(json, user->id);
	put_key(json, "login");
	put_text(json, user->login);
	put_key(json, "name");
	put_text(json, user->name);
	put_key(json, "language");
	put_text(json, text_of(language_code(user->language)));
	put_key(json, "active");
	put_bool(json, user->is_active);
	put_key(json, "second_factor");
	put_bool(json, user->has_totp);
	put_key(json, "created_at");
	put_time(json, user->created_at);
}

struct user_puts {
	struct json_writer *json;
	struct request *rq;
	size_t count, page;
	const char *last;
};

static bool put_user_row(void *context, const struct user *user)
{
	struct user_puts *puts = context;

	if (puts->count++ == puts->page)
		return false;
	puts->last = arena_string(puts->rq->arena, user->login);
	put_object(puts->json);
	put_user(puts->json, user);
	put_object_end(puts->json);
	return true;
}

enum status users_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct text paths = actor_path_list(&rq->actor, "users.manage", rq->arena), search = rq_input(rq, "q");
	struct user_puts puts = {.json = json, .rq = rq, .page = rq_page_rows(rq, PAGE_ROWS)};

	if (!paths.data)
		return STATUS_NO_MEMORY;
	TRY(user_list(db, rq_input(rq, "apres"), search.size ? search : TEXT_NONE, paths, (int64_t)puts.page + 1, put_user_row, &puts));
	if (puts.count > puts.page && puts.last)
		rq_next_page_of(rq, "/utilisateurs", "q", "apres", text_of(puts.last));
	return STATUS_OK;
}

static bool put_held(void *context, const struct user_role *row)
{
	struct json_writer *json = context;

	put_object(json);
	put_key(json, "role");
	put_text(json, row->role);
	put_key(json, "unit_id");
	put_int(json, row->unit_id);
	put_key(json, "unit");
	put_text(json, row->unit_path);
	put_object_end(json);
	return true;
}

enum status user_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct user user;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(user_find(db, id, rq->arena, &user));
	TRY(user_is_seen(rq, db, id));
	put_object(json);
	put_user(json, &user);
	put_key(json, "roles");
	put_array(json);
	TRY(user_roles(db, id, put_held, json));
	put_array_end(json);
	put_object_end(json);
	return STATUS_OK;
}

/* ---- units */

static const struct api_field unit_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"parent_id", TR("Sous"), API_INTEGER, .may_be_null = true},
	{"path", TR("Chemin de l'unité"), API_TEXT, .may_be_null = false},
	{"kind", TR("Genre"), API_TEXT, .may_be_null = false},
	{"code", TR("Code"), API_TEXT, .may_be_null = false},
	{"name", TR("Nom"), API_TEXT, .may_be_null = false},
	{"active", TR("Actif"), API_BOOLEAN, .may_be_null = false},
	{0},
};
const struct api_shape unit_shape = {"Unit", unit_fields};

static int by_number(const void *a, const void *b)
{
	const struct unit *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

enum status units_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct text paths = actor_path_list(&rq->actor, "units.manage", rq->arena);
	size_t page = rq_page_rows(rq, PAGE_ROWS_MOST), count, shown = 0;
	struct unit *units;
	int64_t after = 0;

	if (!paths.data)
		return STATUS_NO_MEMORY;
	(void)rq_integer(rq, "apres", &after);
	TRY(unit_list(db, paths, rq->arena, &units, &count));
	qsort(units, count, sizeof *units, by_number);
	for (size_t i = 0; i < count; i++) {
		if (units[i].id <= after)
			continue;
		if (shown++ == page) {
			rq_next_page_of(rq, "/unites", NULL, "apres", arena_format(rq->arena, "%lld", (long long)after));
			break;
		}
		after = units[i].id;
		put_object(json);
		put_key(json, "id");
		put_int(json, units[i].id);
		put_key(json, "parent_id");
		if (units[i].parent_id)
			put_int(json, units[i].parent_id);
		else
			put_null(json);
		put_key(json, "path");
		put_text(json, units[i].path);
		put_key(json, "kind");
		put_text(json, units[i].kind);
		put_key(json, "code");
		put_text(json, units[i].code);
		put_key(json, "name");
		put_text(json, units[i].name);
		put_key(json, "active");
		put_bool(json, units[i].is_active);
		put_object_end(json);
	}
	return STATUS_OK;
}
