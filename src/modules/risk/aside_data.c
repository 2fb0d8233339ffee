/* Profiles set aside and the lists that profiles name, for programs. */
#include "modules/risk/list_store.h"
#include "modules/risk/suppression.h"

enum { PAGE_ROWS = 100 };

STATEMENT(SUPPRESSIONS_DATA,
	"select id, profile, operator, valid_from, valid_until, reason, created_at, ended_at, "
	"case when ended_at is null and valid_until >= $3 then 1 else 0 end, row_version from risk_suppressions "
	"where id < $1 and (CAST($4 AS text) = '' or operator = $4) and (CAST($5 AS text) = '' or profile = $5) "
	"order by id desc limit $2");
STATEMENT(PROFILE_LISTS_DATA,
	"select l.id, l.code, l.title, (select count(*) from risk_list_entries e where e.list_id = l.id and "
	"(e.valid_until is null or e.valid_until >= $3)) from risk_lists l where l.id > $1 order by l.id limit $2");
STATEMENT(PROFILE_VALUES_DATA,
	"select id, value, valid_from, valid_until, reason, created_at from risk_list_entries where id < $1 and list_id = $3 "
	"and (CAST($4 AS bigint) = 1 or valid_until is null or valid_until >= $5) "
	"and (CAST($6 AS text) = '' or lower(value) like lower(CAST($6 AS text))) "
	"order by id desc limit $2");

static const struct api_field suppression_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"profile", TR("Profil"), API_TEXT, .may_be_null = false},
	{"operator", TR("Opérateur"), API_TEXT, .may_be_null = false},
	{"from", TR("Du"), API_DATE, .may_be_null = true},
	{"until", TR("Au"), API_DATE, .may_be_null = false},
	{"reason", TR("Motif"), API_TEXT, .may_be_null = false},
	{"created_at", TR("Date"), API_TIME, .may_be_null = false},
	{"ended_at", TR("Fin"), API_TIME, .may_be_null = true},
	{"holds", TR("En vigueur"), API_BOOLEAN, .may_be_null = false},
	{"version", TR("Version"), API_INTEGER, .may_be_null = false},
	{0},
};
const struct api_shape suppression_shape = {"Suppression", suppression_fields};
static const struct api_field list_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"code", TR("Code"), API_TEXT, .may_be_null = false},
	{"title", TR("Titre"), API_TEXT, .may_be_null = false},
	{"entry_count", TR("En vigueur"), API_INTEGER, .may_be_null = false},
	{0},
};
const struct api_shape profile_values_shape = {"ProfileList", list_fields};
static const struct api_field entry_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"value", TR("Valeur"), API_TEXT, .may_be_null = false},
	{"from", TR("Du"), API_DATE, .may_be_null = true},
	{"until", TR("Au"), API_DATE, .may_be_null = true},
	{"reason", TR("Motif"), API_TEXT, .may_be_null = false},
	{"created_at", TR("Date"), API_TIME, .may_be_null = false},
	{0},
};
const struct api_shape profile_value_shape = {"ProfileListEntry", entry_fields};

static struct text typed(struct request *rq, const char *name)
{
	struct text value = rq_input(rq, name);

	return value.size ? value : TEXT("");
}

enum status suppression_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	static const struct api_list list = {&SUPPRESSIONS_DATA, &suppression_shape, "/mises-de-cote", "operateur profil", true,
		PAGE_ROWS};

	return api_rows(rq, db, json, &list,
		PARAMS(V_INT(clock_today()), value_text(typed(rq, "operateur")), value_text(typed(rq, "profil"))));
}

enum status list_index_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	static const struct api_list list = {&PROFILE_LISTS_DATA, &profile_values_shape, "/listes-de-profils", NULL, false,
		PAGE_ROWS};

	return api_rows(rq, db, json, &list, PARAMS(V_INT(clock_today())));
}

enum status list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct api_list list = {&PROFILE_VALUES_DATA, &profile_value_shape, NULL, "recherche tout", true, PAGE_ROWS};
	struct text pattern = list_value_pattern(rq->arena, text_slice(rq_input(rq, "recherche"), 0, 100));
	struct list_row found;
	int64_t id;

	if (!pattern.data)
		return STATUS_NO_MEMORY;
	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(list_find(db, id, rq->arena, &found));
	list.path = arena_format(rq->arena, "/listes-de-profils/%lld", (long long)id).data;
	return api_rows(rq, db, json, &list,
		PARAMS(V_INT(id), V_BOOL(text_is(rq_input(rq, "tout"), "1")), V_INT(clock_today()), value_text(pattern)));
}
