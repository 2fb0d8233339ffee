/* What programs are told of a profile's text: its problems by place, and what it would have touched. */
#include "modules/risk/profile_pages.h"

static const struct api_field fault_fields[] = {
	{"line", TR("Ligne"), API_INTEGER, .may_be_null = true},
	{"column", TR("Colonne"), API_INTEGER, .may_be_null = true},
	{"detail", TR("Ce qui ne va pas, en clair"), API_TEXT, .may_be_null = false},
	{0},
};
static const struct api_shape fault_shape = {"ProfileFault", fault_fields};
static const struct api_field checked_fields[] = {
	{"sound", TR("Le texte est juste"), API_BOOLEAN, .may_be_null = false},
	{"code", TR("Code"), API_TEXT, .may_be_null = true},
	{"faults", TR("Des erreurs à corriger :"), API_OBJECT, .is_list = true, .of = &fault_shape},
	{0},
};
const struct api_shape profile_checked_shape = {"ProfileChecked", checked_fields};

/* INT64_MIN: no value. */
static void put_count(struct json_writer *json, const char *name, int64_t value)
{
	put_key(json, name);
	if (value == INT64_MIN)
		put_null(json);
	else
		put_int(json, value);
}

static void put_fault(struct request *rq, struct json_writer *json, const struct profile_problem *fault)
{
	AUTO(buffer_release) struct buffer detail = {0};

	buffer_init(&detail, 4096);
	message_print(&detail, rq->language, &fault->message);
	put_object(json);
	put_count(json, "line", fault->line ? fault->line : INT64_MIN);
	put_count(json, "column", fault->line ? fault->column : INT64_MIN);
	put_key(json, "detail");
	put_text(json, buffer_text(&detail));
	put_object_end(json);
}

enum status profile_checked_answer(struct request *rq, const struct profile_checked *checked)
{
	struct buffer *body = rq_json_answer(rq, 200);
	struct json_writer json;

	put_begin(&json, body);
	put_object(&json);
	put_key(&json, "sound");
	put_bool(&json, checked->problem_count == 0);
	put_key(&json, "code");
	put_text(&json, checked->profile ? checked->profile->code : TEXT_NONE);
	put_key(&json, "faults");
	put_array(&json);
	for (size_t i = 0; i < checked->problem_count; i++)
		put_fault(rq, &json, &checked->problems[i]);
	put_array_end(&json);
	put_object_end(&json);
	return buffer_status(body);
}

/* ---- over the past */

static const struct api_field window_fields[] = {
	{"days", TR("Jours"), API_INTEGER, .may_be_null = false},
	{"stored", TR("Envois de la période"), API_INTEGER, .may_be_null = false},
	{"examined", TR("Envois examinés"), API_INTEGER, .may_be_null = false},
	{"hits", TR("Envois touchés"), API_INTEGER, .may_be_null = false},
	{"judged", TR("Contrôles au résultat connu"), API_INTEGER, .may_be_null = false},
	{"adverse", TR("Infractions"), API_INTEGER, .may_be_null = false},
	{"recovered", TR("Droits retrouvés"), API_DECIMAL, .may_be_null = false},
	{0},
};
static const struct api_shape window_shape = {"ProfileTryWindow", window_fields};
static const struct api_field example_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"reference", TR("Référence"), API_TEXT, .may_be_null = true},
	{"day", TR("Jour"), API_DATE, .may_be_null = false},
	{"adverse", TR("Infraction"), API_BOOLEAN, .may_be_null = true},
	{0},
};
static const struct api_shape example_shape = {"ProfileTryExample", example_fields};
static const struct api_field try_fields[] = {
	{"loading", TR("Le passé est en train d'être chargé : demandez de nouveau dans une minute"), API_BOOLEAN,
		.may_be_null = false},
	{"one_in", TR("Un envoi sur tant a été examiné"), API_INTEGER, .may_be_null = true},
	{"windows", TR("Par période"), API_OBJECT, .is_list = true, .of = &window_shape},
	{"examples", TR("Les plus récents"), API_OBJECT, .is_list = true, .of = &example_shape},
	{0},
};
const struct api_shape profile_try_shape = {"ProfileTry", try_fields};

static void put_window(struct json_writer *json, const struct profile_try_window *window)
{
	put_object(json);
	put_count(json, "days", window->days);
	put_count(json, "stored", window->stored);
	put_count(json, "examined", window->examined);
	put_count(json, "hits", window->hits);
	put_count(json, "judged", window->judged);
	put_count(json, "adverse", window->adverse);
	put_key(json, "recovered");
	put_micro(json, window->recovered);
	put_object_end(json);
}

static void put_example(struct json_writer *json, const struct profile_try_example *example)
{
	put_object(json);
	put_count(json, "id", example->id);
	put_key(json, "reference");
	put_text(json, example->reference);
	put_key(json, "day");
	put_date(json, example->day);
	put_key(json, "adverse");
	if (example->outcome == INT64_MIN)
		put_null(json);
	else
		put_bool(json, example->outcome != 0);
	put_object_end(json);
}

enum status profile_try_answer(struct request *rq, struct reader *db, struct text source, struct text code)
{
	AUTO(profile_checked_release) struct profile_checked checked = {.policy = NULL};
	struct profile_try result;
	struct json_writer json;
	struct buffer *body;
	bool has_figures;

	TRY(profile_check(db, source, code, rq->arena, &checked));
	if (checked.problem_count) {
		profile_problems_tell(rq, checked.problems, checked.problem_count);
		return STATUS_INVALID;
	}
	TRY(profile_try_for(rq, db, checked.policy, &result));
	has_figures = !result.is_loading;
	body = rq_json_answer(rq, 200);
	put_begin(&json, body);
	put_object(&json);
	put_key(&json, "loading");
	put_bool(&json, result.is_loading);
	put_count(&json, "one_in", has_figures ? result.step : INT64_MIN);
	put_key(&json, "windows");
	put_array(&json);
	for (size_t i = 0; i < PROFILE_TRY_WINDOWS && has_figures; i++)
		put_window(&json, &result.windows[i]);
	put_array_end(&json);
	put_key(&json, "examples");
	put_array(&json);
	for (size_t i = 0; i < result.example_count && has_figures; i++)
		put_example(&json, &result.examples[i]);
	put_array_end(&json);
	put_object_end(&json);
	return buffer_status(body);
}
