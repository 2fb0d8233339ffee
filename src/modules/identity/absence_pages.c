/* Who is away, and who stands in: one's own absences, and those of the people one looks after. */
#include "base/clock.h"
#include "domain/absence.h"
#include "domain/user.h"
#include "modules/identity/pages.h"
#include "web/session.h"

enum { PEOPLE_LIMIT = 500 };

/* ---- who may be chosen */

struct people {
	struct request *rq;
	struct choice *choices;
	size_t count;
	bool failed;
};

static bool take_person(void *context, const struct user *user)
{
	struct people *people = context;
	struct choice *choice = &people->choices[people->count];

	if (people->count == PEOPLE_LIMIT)
		return false;
	if (!user->is_active)
		return true;
	choice->code = arena_format(people->rq->arena, "%lld", (long long)user->id);
	choice->label = arena_format(people->rq->arena, "%.*s (%.*s)", TEXT_FORMAT(user->name), TEXT_FORMAT(user->login));
	people->failed = people->failed || !choice->code.data || !choice->label.data;
	people->count++;
	return !people->failed;
}

/* People below `paths`; the person asking comes first when there is nobody else to choose. */
static enum status list_people(struct request *rq, struct reader *db, struct text paths, struct people *ret_people)
{
	struct people people = {.rq = rq, .choices = ARENA_ARRAY(rq->arena, PEOPLE_LIMIT, struct choice)};

	if (!people.choices)
		return STATUS_NO_MEMORY;
	TRY(user_list(db, TEXT_NONE, TEXT_NONE, paths, PEOPLE_LIMIT, take_person, &people));
	if (people.failed)
		return STATUS_NO_MEMORY;
	*ret_people = people;
	return STATUS_OK;
}

/* Looks after the person: holds the right at every unit where they have a role. */
static enum status may_change(struct request *rq, struct reader *db, int64_t user_id, bool *ret_may)
{
	*ret_may = user_id == rq->actor.user_id;
	return *ret_may ? STATUS_OK : user_is_below(db, &rq->actor, "absences.manage", user_id, ret_may);
}

/* ---- the list */

struct list {
	struct html *p;
	struct request *rq;
	struct reader *db;
	int64_t today;
	size_t count;
	bool is_own; /* rows of oneself, which the other list leaves out */
};

static bool print_absence(void *context, const struct absence *row)
{
	struct list *list = context;
	struct html *p = list->p;
	bool is_on = row->from_day <= list->today;

	if (!list->is_own && row->user_id == list->rq->actor.user_id)
		return true;
	list->count++;
	table_row_begin(p);
	table_cell(p, row->user_name);
	table_cell_date(p, row->from_day);
	table_cell_date(p, row->to_day);
	table_cell_begin(p);
	badge(p, is_on ? "warning" : "info", is_on ? TR("Absent aujourd'hui") : TR("À venir"));
	table_cell_end(p);
	table_cell_begin(p);
	if (row->deputy_name.data)
		html_text(p, row->deputy_name);
	else
		html_tr(p, TR("personne"));
	table_cell_end(p);
	table_cell(p, row->note);
	table_cell_begin(p);
	button_form(p, "/absences/retirer", TR("Retirer"), "absence",
		arena_format(list->rq->arena, "%lld", (long long)row->id));
	table_cell_end(p);
	table_row_end(p);
	return true;
}

static enum status print_list(struct list *list, const char *caption, int64_t user_id, struct text paths)
{
	static const struct table_column columns[] = {{TR("Personne"), "text"}, {TR("Du"), "date"}, {TR("Au"), "date"},
		{TR("État"), "text"}, {TR("Remplacée par"), "text"}, {TR("Note"), "text"}, {TR("Action"), "text"}, {NULL, NULL}};

	table_begin(list->p, caption, columns);
	TRY(absence_list(list->db, user_id, paths, list->today, print_absence, list));
	table_end(list->p);
	return STATUS_OK;
}

static enum status print_form(struct request *rq, struct reader *db, struct html *p, const struct form_problem *problems,
	size_t count)
{
	struct text paths = actor_path_list(&rq->actor, "absences.manage", rq->arena);
	bool manages = rq_may(rq, "absences.manage");
	struct people deputies, people;
	struct text self = arena_format(rq->arena, "%lld", (long long)rq->actor.user_id);
	struct form form;

	if (!paths.data || !self.data)
		return STATUS_NO_MEMORY;
	/* Deputies are colleagues: people of one's own units, whatever right one holds there. */
	TRY(list_people(rq, db, manages ? paths : actor_path_list(&rq->actor, "consignments.read", rq->arena), &deputies));
	people = deputies;
	section_begin(p, TR("Ajouter une absence"));
	form = form_begin(p, "/absences", problems, count);
	if (manages)
		form_select(&form, &(struct field){.name = "personne", .label = TR("Personne"),
					   .value = rq_input(rq, "personne").size ? rq_input(rq, "personne") : self,
					   .required = true},
			people.choices, people.count);
	form_field(&form, &(struct field){.name = "du", .label = TR("Premier jour"), .type = "date",
				  .value = rq_input(rq, "du"), .required = true});
	form_field(&form, &(struct field){.name = "au", .label = TR("Dernier jour"), .type = "date",
				  .value = rq_input(rq, "au"), .required = true});
	form_select(&form, &(struct field){.name = "remplacant", .label = TR("Remplacée par"),
				   .help = TR("Le travail nouveau lui est proposé d'abord. Vide : la rotation le répartit."),
				   .value = rq_input(rq, "remplacant")},
		deputies.choices, deputies.count);
	form_field(&form, &(struct field){.name = "note", .label = TR("Note"), .help = TR("Congé, mission, formation…"),
				  .value = rq_input(rq, "note"), .limit = ABSENCE_NOTE_LIMIT});
	form_end(&form, TR("Ajouter l'absence"));
	section_end(p);
	return STATUS_OK;
}

static enum status print_absences(struct request *rq, struct reader *db, const struct form_problem *problems, size_t count)
{
	struct html p = page_begin(rq, in_language(rq, TR("Absences et remplaçants")));
	struct list own = {&p, rq, db, clock_today(), 0, true}, others = {&p, rq, db, clock_today(), 0, false};
	struct text paths = actor_path_list(&rq->actor, "absences.manage", rq->arena);

	if (!paths.data)
		return STATUS_NO_MEMORY;
	html(&p, "<p>");
	html_tr(&p, TR("Pendant une absence, aucune visite n'est confiée à la personne : son remplaçant est servi d'abord."));
	html(&p, "</p>");
	TRY(print_list(&own, TR("Vos absences"), rq->actor.user_id, TEXT("|")));
	if (!own.count)
		notice(&p, "info", TR("Aucune absence n'est prévue pour vous."));
	if (rq_may(rq, "absences.manage")) {
		TRY(print_list(&others, TR("Absences de votre service"), 0, paths));
		if (!others.count)
			notice(&p, "info", TR("Personne d'autre n'est absent."));
	}
	TRY(print_form(rq, db, &p, problems, count));
	page_end(&p);
	return STATUS_OK;
}

enum status absences_page(struct request *rq, struct reader *db)
{
	return print_absences(rq, db, NULL, 0);
}

/* ---- adding and taking away */

static int64_t day_input(const struct request *rq, const char *name)
{
	int64_t day = DATE_NONE;

	return date_parse(rq_input(rq, name), DATE_ISO, &day) == STATUS_OK ? day : DATE_NONE;
}

static size_t check_input(struct request *rq, struct absence *absence, struct form_problem *problems)
{
	size_t count = 0;

	if (absence->from_day == DATE_NONE)
		problems[count++] = (struct form_problem){"du", {.id = TR("Indiquez le premier jour.")}};
	if (absence->to_day == DATE_NONE || (absence->from_day != DATE_NONE && absence->to_day < absence->from_day))
		problems[count++] = (struct form_problem){"au", {.id = TR("Le dernier jour ne peut pas précéder le premier.")}};
	if (rq_input(rq, "remplacant").size && (!rq_integer(rq, "remplacant", &absence->deputy_id) ||
		absence->deputy_id == absence->user_id))
		problems[count++] = (struct form_problem){"remplacant", {.id = TR("Choisissez une autre personne.")}};
	return count;
}

enum status absence_submit(struct request *rq, struct writer *db)
{
	struct absence absence = {.user_id = rq->actor.user_id, .from_day = day_input(rq, "du"),
		.to_day = day_input(rq, "au"), .note = rq_input(rq, "note")};
	struct form_problem problems[4];
	bool may = false;
	size_t count;
	enum status status;

	if (rq_input(rq, "personne").size && !rq_integer(rq, "personne", &absence.user_id))
		return STATUS_INVALID;
	count = check_input(rq, &absence, problems);
	if (!count) {
		TRY(may_change(rq, writer_reader(db), absence.user_id, &may));
		if (!may)
			return STATUS_FORBIDDEN;
		status = absence_add(db, &rq->actor, &absence, NULL);
		if (status == STATUS_OK) {
			rq_flash(rq, TR("L'absence est enregistrée."));
			return rq_redirect(rq, "/absences");
		}
		if (status != STATUS_INVALID && status != STATUS_CONFLICT)
			return status;
		problems[count++] = (struct form_problem){"du", {.id = status == STATUS_CONFLICT
			? TR("Une autre absence couvre déjà une partie de ces jours.")
			: TR("Ces jours ne conviennent pas : deux ans au plus.")}};
	}
	TRY(print_absences(rq, writer_reader(db), problems, count));
	return STATUS_INVALID;
}

enum status absence_remove_submit(struct request *rq, struct writer *db)
{
	struct absence absence;
	bool may = false;
	int64_t id;

	if (!rq_integer(rq, "absence", &id))
		return STATUS_NOT_FOUND;
	TRY(absence_find(writer_reader(db), id, rq->arena, &absence));
	TRY(may_change(rq, writer_reader(db), absence.user_id, &may));
	if (!may)
		return STATUS_NOT_FOUND;
	TRY(absence_remove(db, &rq->actor, id));
	rq_flash(rq, TR("L'absence est retirée."));
	return rq_redirect(rq, "/absences");
}

/* ---- the same for programs */

static const struct api_field absence_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"user_id", TR("Compte"), API_INTEGER, .may_be_null = false},
	{"name", TR("Personne"), API_TEXT, .may_be_null = true},
	{"from", TR("Du"), API_DATE, .may_be_null = false},
	{"until", TR("Au"), API_DATE, .may_be_null = false},
	{"deputy", TR("Remplacée par"), API_TEXT, .may_be_null = true},
	{"note", TR("Note"), API_TEXT, .may_be_null = true},
	{0},
};
const struct api_shape absence_shape = {"Absence", absence_fields};

STATEMENT(ABSENCES_DATA,
	"select a.id, a.user_id, u.name, a.from_day, a.to_day, d.name, a.note from absences a join users u on u.id = a.user_id "
	"left join users d on d.id = a.deputy_id where a.id > $1 and a.to_day >= $3 and (a.user_id = $4 "
	"or CAST($5 AS text) = '*' or exists (select 1 from user_grants g join units on units.id = g.unit_id "
	"join units top on substr(units.path, 1, length(top.path)) = top.path where g.user_id = a.user_id "
	"and CAST($5 AS text) like '%|' || top.path || '|%')) order by a.id limit $2");

/* One's own, and those of one's people. */
enum status absences_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	static const struct api_list list = {&ABSENCES_DATA, &absence_shape, "/absences", NULL, false, 100};
	struct text paths = actor_path_list(&rq->actor, "absences.manage", rq->arena);

	if (!paths.data)
		return STATUS_NO_MEMORY;
	return api_rows(rq, db, json, &list,
		PARAMS(V_INT(clock_today()), V_INT(rq->actor.user_id),
			value_text(rq_may(rq, "absences.manage") ? paths : TEXT("|"))));
}
