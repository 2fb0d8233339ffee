/* Programs and their tokens; the description of the interface. */
#include "base/clock.h"
#include "modules/programs/pages.h"
#include "web/openapi.h"
#include "web/router.h"
#include "web/server.h"
#include "web/session.h"

enum { DEFAULT_DAYS = 365, DEFAULT_PER_MINUTE = 600, DAY = 86400 };

static const struct api_field program_row_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"login", TR("Identifiant"), API_TEXT, .may_be_null = false},
	{"name", TR("Nom"), API_TEXT, .may_be_null = false},
	{"purpose", TR("À quoi il sert"), API_TEXT, .may_be_null = false},
	{"per_minute", TR("Demandes par minute"), API_INTEGER, .may_be_null = false},
	{"active", TR("En service"), API_BOOLEAN, .may_be_null = false},
	{"created_at", TR("Ajouté le"), API_TIME, .may_be_null = false},
	{0},
};
const struct api_shape program_row_shape = {"ProgramRow", program_row_fields};
static const struct api_field token_row_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"hint", TR("Début du jeton"), API_TEXT, .may_be_null = false},
	{"created_at", TR("Donné le"), API_TIME, .may_be_null = false},
	{"expires_at", TR("Valable jusqu'au"), API_TIME, .may_be_null = false},
	{"ended_at", TR("Retiré le"), API_TIME, .may_be_null = true},
	{"seen_at", TR("Dernier usage"), API_TIME, .may_be_null = true},
	{0},
};
static const struct api_shape token_row_shape = {"TokenRow", token_row_fields};
static const struct api_field program_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"login", TR("Identifiant"), API_TEXT, .may_be_null = false},
	{"name", TR("Nom"), API_TEXT, .may_be_null = false},
	{"purpose", TR("À quoi il sert"), API_TEXT, .may_be_null = false},
	{"per_minute", TR("Demandes par minute"), API_INTEGER, .may_be_null = false},
	{"active", TR("En service"), API_BOOLEAN, .may_be_null = false},
	{"created_at", TR("Ajouté le"), API_TIME, .may_be_null = false},
	{"tokens", TR("Jetons"), API_OBJECT, .is_list = true, .of = &token_row_shape},
	{"webhooks", TR("Rappels"), API_OBJECT, .is_list = true, .of = &webhook_row_shape},
	{0},
};
const struct api_shape program_shape = {"Program", program_fields};
static const struct api_field token_fields[] = {
	{"token", TR("Le jeton, montré cette seule fois"), API_TEXT, .may_be_null = false},
	{0},
};
const struct api_shape token_shape = {"Token", token_fields};

enum status program_of_address(struct request *rq, struct reader *db, struct program *ret_program, bool *ret_may)
{
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(program_find(db, id, rq->arena, ret_program));
	/* A token speaks with all rights of its program: who gives one must be able to give each of them. */
	return user_may_manage(db, &rq->actor, PROGRAMS_MANAGE, id, rq->arena, ret_may);
}

/* ---- the list */

struct entry {
	struct text login, name, purpose, rate;
	struct form_problem problems[4];
	size_t problem_count;
};

static bool print_program(void *context, const struct program *program)
{
	struct html *p = context;
	const char *path = arena_format(p->rq->arena, "/programmes/%lld", (long long)program->user_id).data;

	table_row_begin(p);
	table_cell_begin(p);
	link_to(p, path ? path : "/programmes", program->name);
	table_cell_end(p);
	table_cell(p, program->login);
	table_cell(p, program->purpose);
	table_cell_number(p, number_of(program->per_minute), 0);
	table_cell_begin(p);
	badge(p, program->is_active ? "ok" : "warning", program->is_active ? TR("En service") : TR("Arrêté"));
	table_cell_end(p);
	table_row_end(p);
	return true;
}

static void print_new_form(struct html *p, const struct entry *entry)
{
	struct form form;

	section_begin(p, TR("Ajouter un programme"));
	form = form_begin(p, "/programmes", entry->problems, entry->problem_count);
	form_field(&form, &(struct field){.name = "identifiant", .label = TR("Identifiant"), .value = entry->login,
		.required = true, .help = TR("Lettres, chiffres, point, tiret : sydonia-export"), .limit = LOGIN_LIMIT});
	form_field(&form, &(struct field){.name = "nom", .label = TR("Nom"), .value = entry->name, .required = true,
		.limit = USER_NAME_LIMIT});
	form_field(&form, &(struct field){.name = "but", .label = TR("À quoi il sert"), .value = entry->purpose, .limit = 300});
	form_field(&form, &(struct field){.name = "debit", .label = TR("Demandes par minute"), .type = "number",
		.value = entry->rate.data ? entry->rate : TEXT("600"), .limit = 7});
	form_end(&form, TR("Ajouter"));
	section_end(p);
}

static enum status print_programs(struct request *rq, struct reader *db, const struct entry *entry)
{
	static const struct table_column columns[] = {{TR("Nom"), NULL}, {TR("Identifiant"), NULL},
		{TR("À quoi il sert"), NULL}, {TR("Demandes par minute"), "number"}, {TR("État"), NULL}, {NULL, NULL}};
	struct html p = page_begin(rq, text_of(tr(rq->language, TR("Programmes"))));

	notice(&p, "info",
		TR("Un programme de l'administration ou d'un partenaire parle à Vigie avec un jeton et les rôles de son compte."));
	html(&p, "<p>");
	link_to(&p, "/programmes/interface", text_of(tr(rq->language, TR("Ce qu'un programme peut demander"))));
	html(&p, "</p>");
	table_begin(&p, TR("Programmes"), columns);
	TRY(program_list(db, print_program, &p));
	table_end(&p);
	section_begin(&p, TR("Rappels"));
	TRY(webhooks_print(&p, rq, db, 0));
	section_end(&p);
	print_new_form(&p, entry);
	page_end(&p);
	return STATUS_OK;
}

enum status programs_page(struct request *rq, struct reader *db)
{
	return print_programs(rq, db, &(struct entry){0});
}

static void put_program(struct json_writer *json, const struct program *program)
{
	put_key(json, "id");
	put_int(json, program->user_id);
	put_key(json, "login");
	put_text(json, program->login);
	put_key(json, "name");
	put_text(json, program->name);
	put_key(json, "purpose");
	put_text(json, program->purpose);
	put_key(json, "per_minute");
	put_int(json, program->per_minute);
	put_key(json, "active");
	put_bool(json, program->is_active);
	put_key(json, "created_at");
	put_time(json, program->created_at);
}

STATEMENT(PROGRAMS_DATA,
	"select users.id, login, name, purpose, per_minute, is_active, programs.created_at from programs "
	"join users on users.id = user_id where users.id > $1 order by users.id limit $2");

enum status programs_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	static const struct api_list list = {&PROGRAMS_DATA, &program_row_shape, "/programmes", NULL, false, 100};

	return api_rows(rq, db, json, &list, NO_PARAMS);
}

static void add_problem(struct entry *entry, const char *field, const char *id)
{
	entry->problems[entry->problem_count++] = (struct form_problem){field, {.id = id}};
}

enum status program_new_action(struct request *rq, struct writer *db)
{
	struct entry entry = {.login = rq_input(rq, "identifiant"), .name = rq_input(rq, "nom"),
		.purpose = rq_input(rq, "but"), .rate = rq_input(rq, "debit")};
	struct program program = {.login = entry.login, .name = entry.name, .purpose = entry.purpose,
		.per_minute = DEFAULT_PER_MINUTE};
	enum status status;
	struct text login;
	int64_t id;

	if (login_clean(entry.login, rq->arena, &login) != STATUS_OK)
		add_problem(&entry, "identifiant", TR("Donnez un identifiant fait de lettres, chiffres, points et tirets."));
	if (!entry.name.size)
		add_problem(&entry, "nom", TR("Donnez un nom."));
	if (entry.rate.size && (!rq_integer(rq, "debit", &program.per_minute) || program.per_minute < 1 ||
				       program.per_minute > PROGRAM_PER_MINUTE))
		add_problem(&entry, "debit", TR("Donnez un nombre entre 1 et 1 000 000."));
	if (!entry.problem_count) {
		TRY(writer_savepoint(db));
		status = program_create(db, &rq->actor, &program, &id);
		if (status == STATUS_OK) {
			TRY(writer_savepoint_release(db));
			rq_flash(rq, TR("Le programme est ajouté. Donnez-lui un rôle, puis un jeton."));
			return rq_redirect(rq, "/programmes/%lld", (long long)id);
		}
		TRY(writer_savepoint_rollback(db));
		if (status != STATUS_CONFLICT && status != STATUS_INVALID)
			return status;
		add_problem(&entry, "identifiant",
			status == STATUS_CONFLICT ? TR("Cet identifiant est déjà pris.") : TR("Cette valeur ne convient pas."));
	}
	TRY(print_programs(rq, writer_reader(db), &entry));
	return STATUS_INVALID;
}

/* ---- one program */

struct token_print {
	struct html *p;
	const struct program *program;
	bool may;
};

static bool print_token_row(void *context, const struct program_token *token)
{
	const struct token_print *print = context;
	struct html *p = print->p;
	bool is_open = token->ended_at == TIME_NONE && token->expires_at > clock_now();

	table_row_begin(p);
	table_cell(p, arena_format(p->rq->arena, "%.*s…", TEXT_FORMAT(token->hint)));
	table_cell_begin(p);
	badge(p, is_open ? "ok" : "warning", is_open ? TR("Valable") : TR("Fini"));
	table_cell_end(p);
	table_cell_begin(p);
	html_time(p, token->expires_at);
	table_cell_end(p);
	table_cell_begin(p);
	if (token->seen_at != TIME_NONE)
		html_time(p, token->seen_at);
	table_cell_end(p);
	table_cell_begin(p);
	if (is_open && print->may) {
		const char *path =
			arena_format(p->rq->arena, "/programmes/%lld/jetons/fin", (long long)print->program->user_id).data;

		button_form(p, path ? path : "/programmes", TR("Retirer"), "jeton",
			arena_format(p->rq->arena, "%lld", (long long)token->id));
	}
	table_cell_end(p);
	table_row_end(p);
	return true;
}

static enum status print_tokens(struct html *p, struct request *rq, struct reader *db, const struct program *program,
	bool may)
{
	static const struct table_column columns[] = {{TR("Début du jeton"), NULL}, {TR("État"), NULL},
		{TR("Valable jusqu'au"), "date"}, {TR("Dernier usage"), "date"}, {TR("Action"), NULL}, {NULL, NULL}};
	struct token_print print = {p, program, may};
	struct form form;

	section_begin(p, TR("Jetons"));
	table_begin(p, TR("Jetons"), columns);
	TRY(program_token_list(db, program->user_id, print_token_row, &print));
	table_end(p);
	if (may) {
		form = form_begin(p, arena_format(rq->arena, "/programmes/%lld/jetons", (long long)program->user_id).data, NULL,
			0);
		form_field(&form, &(struct field){.name = "jours", .label = TR("Valable pendant (jours)"), .type = "number",
			.value = TEXT("365"), .limit = 4});
		form_end(&form, TR("Donner un jeton"));
	}
	section_end(p);
	return STATUS_OK;
}

static void print_webhook_form(struct html *p, struct request *rq, const struct program *program)
{
	struct form form = form_begin(p,
		arena_format(rq->arena, "/programmes/%lld/rappels", (long long)program->user_id).data, NULL, 0);

	form_field(&form, &(struct field){.name = "adresse", .label = TR("Adresse à appeler"), .required = true,
		.help = TR("https://… : Vigie y envoie chaque événement, signé."), .limit = 500});
	form_field(&form, &(struct field){.name = "evenements", .label = TR("Événements"), .value = TEXT("*"), .required = true,
		.help = TR("Noms séparés par des blancs ; inspection.* pour tous ceux d'un genre, * pour tous, sauf les décisions, qui "
			   "viennent par milliers : decision.red, decision.yellow, decision.blue, decision.green. Alertes de la "
			   "veille : watch.alert."),
		.limit = 500});
	form_end(&form, TR("Ajouter un rappel"));
}

enum status program_page(struct request *rq, struct reader *db)
{
	struct program program;
	bool may = false;
	struct html p;

	TRY(program_of_address(rq, db, &program, &may));
	p = page_begin(rq, program.name);
	facts_begin(&p);
	facts_row(&p, TR("Identifiant"), program.login);
	facts_row(&p, TR("À quoi il sert"), program.purpose);
	facts_row(&p, TR("Demandes par minute"), arena_format(rq->arena, "%lld", (long long)program.per_minute));
	facts_end(&p);
	html(&p, "<p>");
	link_to(&p, arena_format(rq->arena, "/utilisateurs/%lld", (long long)program.user_id).data,
		text_of(tr(rq->language, TR("Rôles et mise en service"))));
	html(&p, "</p>");
	TRY(print_tokens(&p, rq, db, &program, may));
	section_begin(&p, TR("Rappels"));
	TRY(webhooks_print(&p, rq, db, program.user_id));
	if (may)
		print_webhook_form(&p, rq, &program);
	section_end(&p);
	page_end(&p);
	return STATUS_OK;
}

static bool put_token_row(void *context, const struct program_token *token)
{
	struct json_writer *json = context;

	put_object(json);
	put_key(json, "id");
	put_int(json, token->id);
	put_key(json, "hint");
	put_text(json, token->hint);
	put_key(json, "created_at");
	put_time(json, token->created_at);
	put_key(json, "expires_at");
	put_time(json, token->expires_at);
	put_key(json, "ended_at");
	put_time(json, token->ended_at);
	put_key(json, "seen_at");
	put_time(json, token->seen_at);
	put_object_end(json);
	return true;
}

enum status program_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct program program;
	bool may = false;

	TRY(program_of_address(rq, db, &program, &may));
	put_object(json);
	put_program(json, &program);
	put_key(json, "tokens");
	put_array(json);
	TRY(program_token_list(db, program.user_id, put_token_row, json));
	put_array_end(json);
	put_key(json, "webhooks");
	put_array(json);
	TRY(webhooks_put(db, program.user_id, json));
	put_array_end(json);
	put_object_end(json);
	return STATUS_OK;
}

/* The token stands on this page and nowhere else: the page that the action itself answers. */
static void show_token(struct request *rq, const struct program *program, const char *token)
{
	struct html p = page_begin(rq, program->name);

	notice(&p, "warning", TR("Copiez ce jeton maintenant : il ne sera plus montré."));
	html(&p, "<p><code class=\"secret\">%s</code></p><p>", token);
	link_to(&p, arena_format(rq->arena, "/programmes/%lld", (long long)program->user_id).data,
		text_of(tr(rq->language, TR("Revenir au programme"))));
	html(&p, "</p>");
	page_end(&p);
}

enum status token_new_action(struct request *rq, struct writer *db)
{
	char token[PROGRAM_TOKEN_ROOM];
	int64_t days = DEFAULT_DAYS;
	struct program program;
	struct json_writer json;
	bool may = false;

	TRY(program_of_address(rq, writer_reader(db), &program, &may));
	if (!may)
		return STATUS_FORBIDDEN;
	if (rq_input(rq, "jours").size && !rq_integer(rq, "jours", &days))
		return STATUS_INVALID;
	TRY(program_token_add(db, &rq->actor, program.user_id, days, clock_now(), token));
	if (!rq_is_api(rq)) {
		show_token(rq, &program, token);
		return STATUS_OK;
	}
	put_begin(&json, rq_json_secret(rq, 200));
	put_object(&json);
	put_key(&json, "token");
	put_text(&json, text_of(token));
	put_object_end(&json);
	return STATUS_OK;
}

enum status token_end_action(struct request *rq, struct writer *db)
{
	struct program program;
	bool may = false;
	int64_t id;

	TRY(program_of_address(rq, writer_reader(db), &program, &may));
	if (!may)
		return STATUS_FORBIDDEN;
	if (!rq_integer(rq, "jeton", &id))
		return STATUS_INVALID;
	TRY(program_token_end(db, &rq->actor, program.user_id, id, clock_now()));
	rq_flash(rq, TR("Le jeton est retiré : il n'ouvre plus rien."));
	return rq_redirect(rq, "/programmes/%lld", (long long)program.user_id);
}

/* ---- what may be asked */

static void print_operation(struct html *p, const struct route *route)
{
	AUTO(buffer_release) struct buffer path = {0};

	buffer_init(&path, 400);
	openapi_path(&path, route);
	table_row_begin(p);
	table_cell_begin(p);
	html(p, "<code>%s %.*s</code>", method_name(route->method), TEXT_FORMAT(buffer_text(&path)));
	table_cell_end(p);
	table_cell(p, text_of(tr(p->language, route->label)));
	table_cell_begin(p);
	html(p, "<code>%s</code>", route->inputs);
	table_cell_end(p);
	table_row_end(p);
}

enum status interface_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Demande"), NULL}, {TR("Ce qu'elle fait"), NULL},
		{TR("Champs"), NULL}, {NULL, NULL}};
	struct html p = page_begin(rq, text_of(tr(rq->language, TR("Interface pour programmes"))));

	(void)db;
	html(&p, "<p>");
	html_tr(&p, TR("Chaque page a son pendant en JSON. Le programme donne son jeton dans l'en-tête Authorization: Bearer …"));
	html(&p, "</p><p>");
	html_tr(&p, TR("Description complète (OpenAPI 3.1) : GET /api/v1/programmes/interface, ou vigie openapi."));
	html(&p, "</p>");
	for (const struct module *const *module = rq->application->modules; *module; module++) {
		if (!(*module)->routes)
			continue;
		section_begin(&p, (*module)->label);
		table_begin(&p, (*module)->label, columns);
		for (const struct route *row = (*module)->routes; row->path; row++)
			if (openapi_has(row) && rq_may(rq, row->needs))
				print_operation(&p, row);
		table_end(&p);
		section_end(&p);
	}
	page_end(&p);
	return STATUS_OK;
}

enum status interface_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	(void)db;
	return openapi_print(rq->application->modules, rq->language, json->buffer);
}
