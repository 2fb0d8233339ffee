/* The tree of units. */
#include "domain/unit.h"

#include "modules/identity/pages.h"

enum { KIND_LIMIT = 8 };

static enum status print_tree(struct html *p, struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {
		{TR("Code"), NULL}, {TR("Nom"), NULL}, {TR("Genre"), NULL}, {TR("État"), NULL}, {NULL, NULL}};
	struct text paths = actor_path_list(&rq->actor, "units.manage", rq->arena);
	struct unit *units;
	size_t count;

	if (!paths.data)
		return STATUS_NO_MEMORY;
	TRY(unit_list(db, paths, rq->arena, &units, &count));
	table_begin(p, TR("Unités"), columns);
	for (size_t i = 0; i < count; i++) {
		table_row_begin(p);
		table_cell_begin(p);
		for (int depth = 1; depth < units[i].depth; depth++)
			html(p, "<span aria-hidden=\"true\">— </span>");
		html(p, "<a href=\"/unites/%lld\">%.*s</a>", (long long)units[i].id, TEXT_FORMAT(units[i].code));
		table_cell_end(p);
		table_cell(p, units[i].name);
		table_cell_begin(p);
		html_tr(p, unit_kind_label(units[i].kind));
		table_cell_end(p);
		table_cell_begin(p);
		badge(p, units[i].is_active ? "ok" : "warning", units[i].is_active ? TR("En service") : TR("Fermée"));
		table_cell_end(p);
		table_row_end(p);
	}
	table_end(p);
	return STATUS_OK;
}

static enum status print_units(struct request *rq, struct reader *db, const struct form_problem *problems, size_t count)
{
	struct choice kinds[KIND_LIMIT], *units;
	size_t kind_count = 0, unit_count;
	struct html p = page_begin(rq, in_language(rq, TR("Unités")));
	struct form form;

	TRY(print_tree(&p, rq, db));
	TRY(unit_choices(rq, db, "units.manage", &units, &unit_count));
	for (const struct unit_kind *kind = unit_kinds; kind->code && kind_count < KIND_LIMIT; kind++)
		kinds[kind_count++] = (struct choice){text_of(kind->code), in_language(rq, kind->label)};
	section_begin(&p, TR("Créer une unité"));
	form = form_begin(&p, "/unites", problems, count);
	form_select(&form, &(struct field){.name = "parent", .label = TR("Sous"), .value = rq_input(rq, "parent"),
				   .required = true},
		units, unit_count);
	form_select(&form, &(struct field){.name = "kind", .label = TR("Genre"), .value = rq_input(rq, "kind"),
				   .required = true},
		kinds, kind_count);
	form_field(&form, &(struct field){.name = "code", .label = TR("Code"), .value = rq_input(rq, "code"),
				  .help = TR("Le code du bureau tel qu'il figure dans les déclarations."), .required = true,
				  .autocomplete = "off", .limit = 40});
	form_field(&form, &(struct field){.name = "name", .label = TR("Nom"), .value = rq_input(rq, "name"), .required = true,
				  .autocomplete = "off"});
	form_end(&form, TR("Créer"));
	section_end(&p);
	page_end(&p);
	return STATUS_OK;
}

enum status units_page(struct request *rq, struct reader *db)
{
	return print_units(rq, db, NULL, 0);
}

enum status units_submit(struct request *rq, struct writer *db)
{
	struct text code = rq_input(rq, "code"), name = rq_input(rq, "name");
	struct form_problem problems[3];
	struct unit parent, there;
	int64_t parent_id = 0;
	size_t count = 0;
	enum status status;

	if (!rq_integer(rq, "parent", &parent_id))
		problems[count++] = (struct form_problem){"parent", {.id = TR("Choisissez l'unité au-dessus.")}};
	if (text_is_empty(code))
		problems[count++] = (struct form_problem){"code", {.id = TR("Indiquez un code.")}};
	else if ((status = unit_find_code(writer_reader(db), code, rq->arena, &there)) == STATUS_OK)
		problems[count++] = (struct form_problem){"code", {.id = TR("Ce code est déjà pris.")}};
	else if (status != STATUS_NOT_FOUND)
		return status;
	if (text_is_empty(name))
		problems[count++] = (struct form_problem){"name", {.id = TR("Indiquez un nom.")}};
	if (count == 0) {
		TRY(unit_find(writer_reader(db), parent_id, rq->arena, &parent));
		if (!actor_may(&rq->actor, "units.manage", parent.path))
			return STATUS_FORBIDDEN;
		status = unit_create(db, &rq->actor, parent_id, rq_input(rq, "kind"), code, name, NULL);
		if (status == STATUS_OK) {
			rq_flash(rq, TR("L'unité est créée."));
			return rq_redirect(rq, "/unites");
		}
		if (status != STATUS_INVALID)
			return status;
		problems[count++] = (struct form_problem){"code", {.id = TR("Le code ou le nom est trop long.")}};
	}
	TRY(print_units(rq, writer_reader(db), problems, count));
	return STATUS_INVALID;
}

/* ---- one unit */

/* The unit of the address, when the actor looks after it. */
static enum status find_unit(struct request *rq, struct reader *db, struct unit *ret_unit)
{
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(unit_find(db, id, rq->arena, ret_unit));
	return actor_may(&rq->actor, "units.manage", ret_unit->path) ? STATUS_OK : STATUS_NOT_FOUND;
}

static enum status print_unit(struct request *rq, const struct unit *unit, struct text name, bool active,
	const struct form_problem *problems, size_t count)
{
	const struct choice states[] = {{TEXT("1"), in_language(rq, TR("En service"))}, {TEXT("0"), in_language(rq, TR("Fermée"))}};
	const char *path = arena_format(rq->arena, "/unites/%lld", (long long)unit->id).data;
	struct html p = page_begin(rq, unit->name);
	struct form form;

	html(&p, "<p><a href=\"/unites\">← %s</a></p>", tr(rq->language, TR("Toutes les unités")));
	facts_begin(&p);
	facts_row(&p, TR("Code"), unit->code);
	facts_row(&p, TR("Genre"), in_language(rq, unit_kind_label(unit->kind)));
	facts_end(&p);
	section_begin(&p, TR("Modifier l'unité"));
	form = form_begin(&p, path ? path : "/unites", problems, count);
	form_field(&form, &(struct field){.name = "name", .label = TR("Nom"), .value = name, .required = true,
				  .autocomplete = "off"});
	form_radio(&form, &(struct field){.name = "active", .label = TR("État"),
				  .help = TR("Les droits donnés à une unité fermée dorment jusqu'à sa réouverture."),
				  .value = active ? TEXT("1") : TEXT("0")},
		states, 2);
	form_end(&form, TR("Enregistrer"));
	section_end(&p);
	page_end(&p);
	return STATUS_OK;
}

enum status unit_page(struct request *rq, struct reader *db)
{
	struct unit unit;

	TRY(find_unit(rq, db, &unit));
	return print_unit(rq, &unit, unit.name, unit.is_active, NULL, 0);
}

/* Nobody closes the unit from which their own right to reopen it comes. */
static bool is_own_ground(const struct request *rq, struct text path)
{
	for (size_t i = 0; i < rq->actor.grant_count; i++)
		if (text_equal(rq->actor.grants[i].unit_path, path))
			return true;
	return false;
}

enum status unit_change_submit(struct request *rq, struct writer *db)
{
	bool active = !text_is(rq_input(rq, "active"), "0");
	struct text name = rq_input(rq, "name");
	struct form_problem problem = {"name", {.id = TR("Indiquez un nom.")}};
	struct unit unit;
	enum status status;

	TRY(find_unit(rq, writer_reader(db), &unit));
	if (!active && is_own_ground(rq, unit.path)) {
		problem = (struct form_problem){"active", {.id = TR("Vos propres droits viennent de cette unité : une autre personne la ferme.")}};
		status = STATUS_INVALID;
	} else {
		status = unit_change(db, &rq->actor, unit.id, name.data ? name : TEXT(""), active);
	}
	if (status == STATUS_INVALID) {
		TRY(print_unit(rq, &unit, name, active, &problem, 1));
		return STATUS_INVALID;
	}
	TRY(status);
	rq_flash(rq, TR("L'unité est enregistrée."));
	return rq_redirect(rq, "/unites");
}
