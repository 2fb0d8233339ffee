/* The journal as a list with filters, and its verification. */
#include "modules/journal/journal_pages.h"

#include "base/clock.h"
#include "modules/journal/journal.h"
#include "modules/journal/journal_check.h"
#include "web/server.h"

enum { PAGE_ROWS = 50, PAST_CHECKS = 20 };

struct list {
	struct html *p;
	const struct request *rq;
	size_t count;
	int64_t last;
};

static bool print_row(void *context, const struct journal_row *row)
{
	struct list *list = context;
	const struct application *application = list->rq->application;
	const struct module *const *modules = application ? application->modules : NULL;
	const char *label = journal_action_label(modules, row->entity, row->action);
	const char *thing = journal_entity_label(modules, row->entity);
	struct html *p = list->p;

	if (list->count++ == PAGE_ROWS)
		return false;
	list->last = row->id;
	table_row_begin(p);
	table_cell_begin(p);
	html_time(p, row->at);
	table_cell_end(p);
	table_cell_begin(p);
	journal_actor(p, modules, row->actor_name);
	table_cell_end(p);
	table_cell_begin(p);
	if (label)
		html_tr(p, label);
	else
		html_text(p, row->action);
	table_cell_end(p);
	table_cell_begin(p);
	if (thing)
		html_tr(p, thing);
	else
		html_text(p, row->entity);
	if (row->entity_id)
		html(p, " %lld", (long long)row->entity_id);
	table_cell_end(p);
	table_cell_begin(p);
	journal_details(p, row->details);
	table_cell_end(p);
	table_cell_begin(p);
	if (row->block)
		html(p, "%lld", (long long)row->block);
	else
		badge(p, "info", TR("Pas encore scellé"));
	table_cell_end(p);
	table_row_end(p);
	return true;
}

static void print_filters(struct html *p, const struct request *rq)
{
	struct form form = form_begin_get(p, "/journal");

	form_field(&form, &(struct field){.name = "entite", .label = TR("Genre d'objet"), .value = rq_input(rq, "entite")});
	form_field(&form, &(struct field){.name = "objet", .label = TR("Numéro de l'objet"), .type = "number",
				  .value = rq_input(rq, "objet")});
	form_field(&form, &(struct field){.name = "personne", .label = TR("Personne"), .value = rq_input(rq, "personne")});
	form_field(&form, &(struct field){.name = "du", .label = TR("Du"), .type = "date", .value = rq_input(rq, "du")});
	form_field(&form, &(struct field){.name = "au", .label = TR("Au"), .type = "date", .value = rq_input(rq, "au")});
	form_end(&form, TR("Filtrer"));
}

/* The start of a day as typed; `otherwise` when missing or no date. */
int64_t journal_day(struct text text, int64_t days_more, int64_t otherwise)
{
	int64_t date;

	if (text_is_empty(text) ||
	    (date_parse(text, DATE_ISO, &date) != STATUS_OK && date_parse(text, DATE_DAY_FIRST, &date) != STATUS_OK))
		return otherwise;
	return (date + days_more) * 86400 * MICROSECONDS;
}

static void link_value(struct buffer *link, const char *name, struct text value)
{
	if (text_is_empty(value))
		return;
	buffer_format(link, "&%s=", name);
	for (size_t i = 0; i < value.size; i++)
		buffer_format(link, "%%%02X", (unsigned char)value.data[i]);
}

static enum status print_older(struct html *p, const struct request *rq, int64_t before)
{
	static const char *const names[] = {"entite", "objet", "personne", "du", "au"};
	struct buffer AUTO(buffer_release) link = {0};

	buffer_init(&link, 1 << 14);
	buffer_format(&link, "/journal?avant=%lld", (long long)before);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		link_value(&link, names[i], rq_input(rq, names[i]));
	TRY(buffer_status(&link));
	page_links(p, NULL, link.data);
	return STATUS_OK;
}

enum status journal_list_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Quand"), "date"}, {TR("Qui"), NULL}, {TR("Quoi"), NULL},
		{TR("Objet"), NULL}, {TR("Détails"), NULL}, {TR("Bloc"), "number"}, {NULL, NULL}};
	struct text entity = rq_input(rq, "entite"), person = rq_input(rq, "personne");
	struct journal_filter filter = {.entity = text_is_empty(entity) ? TEXT_NONE : entity,
		.person = text_is_empty(person) ? TEXT_NONE : person, .from = journal_day(rq_input(rq, "du"), 0, 0),
		.until = journal_day(rq_input(rq, "au"), 1, INT64_MAX), .limit = PAGE_ROWS + 1,
		.paths = actor_path_list(&rq->actor, "journal.read", rq->arena)};
	struct html p = page_begin(rq, text_of(tr(rq->language, TR("Journal"))));
	struct list list = {.p = &p, .rq = rq};

	if (!filter.paths.data)
		return STATUS_NO_MEMORY;
	if (!rq_integer(rq, "objet", &filter.entity_id))
		filter.entity_id = 0;
	if (!rq_integer(rq, "avant", &filter.before))
		filter.before = 0;
	link_to(&p, "/journal/verification", text_of(tr(rq->language, TR("Vérifier que rien n'a été modifié"))));
	print_filters(&p, rq);
	table_begin(&p, TR("Journal"), columns);
	TRY(journal_page(db, &filter, print_row, &list));
	table_end(&p);
	if (list.count == 0)
		notice(&p, "info", TR("Aucune ligne ne correspond."));
	if (list.count > PAGE_ROWS)
		TRY(print_older(&p, rq, list.last));
	page_end(&p);
	return STATUS_OK;
}

static void print_broken(struct html *p, const struct request *rq, const struct journal_proof *proof)
{
	struct message message = {TR("Le bloc %1 ne correspond plus à ce qui a été scellé : le journal a été modifié en "
				     "dehors de Vigie."),
		{arena_format(rq->arena, "%lld", (long long)proof->broken_block)}};

	html(p, "<div class=\"notice danger\" role=\"alert\"><p>");
	html_message(p, &message);
	html(p, "</p>");
	if (proof->broken_row) {
		struct message row = {TR("La première ligne touchée porte le numéro %1."),
			{arena_format(rq->arena, "%lld", (long long)proof->broken_row)}};

		html(p, "<p>");
		html_message(p, &row);
		html(p, "</p>");
	}
	html(p, "<p>");
	html_tr(p, TR("Prévenez l'auditeur et conservez une copie de la base avant toute autre action."));
	html(p, "</p></div>");
}

static enum status print_check(struct request *rq, struct html *p, const struct journal_check *check)
{
	const struct journal_proof *proof = &check->proof;
	struct buffer AUTO(buffer_release) head = {0};

	if (proof->intact)
		notice(p, "ok", TR("Le journal est intact : rien de ce qui a été scellé n'a été modifié, ôté ou ajouté."));
	else
		print_broken(p, rq, proof);
	buffer_init(&head, 2 * DIGEST_SIZE + 1);
	hex_print(&head, proof->head, DIGEST_SIZE);
	TRY(buffer_status(&head));
	facts_begin(p);
	facts_row_begin(p, TR("Vérifié le"));
	html_time(p, check->checked_at);
	facts_row_end(p);
	facts_row(p, TR("Lignes vérifiées"), arena_format(rq->arena, "%lld", (long long)proof->rows_checked));
	facts_row(p, TR("Blocs vérifiés"), arena_format(rq->arena, "%lld", (long long)proof->blocks_checked));
	facts_row(p, TR("Lignes pas encore scellées"), arena_format(rq->arena, "%lld", (long long)proof->rows_unsealed));
	facts_row_begin(p, TR("Tête de la chaîne"));
	html(p, "<code>%s</code>", head.data);
	facts_row_end(p);
	facts_end(p);
	html(p, "<p>");
	html_tr(p, TR("Cette tête résume tout le journal scellé. Remise régulièrement à un témoin extérieur, elle prouve "
		      "aussi que les derniers blocs n'ont pas été refaits."));
	html(p, "</p>");
	return STATUS_OK;
}

static bool print_past_check(void *context, const struct journal_check *check)
{
	struct html *p = context;

	table_row_begin(p);
	table_cell_begin(p);
	html_time(p, check->checked_at);
	table_cell_end(p);
	table_cell_begin(p);
	badge(p, check->proof.intact ? "ok" : "danger", check->proof.intact ? TR("Intact") : TR("Altéré"));
	table_cell_end(p);
	table_cell_number(p, number_of(check->proof.rows_checked), 0);
	table_cell_begin(p);
	html_number(p, check->span, 1);
	html(p, "\u00a0s");
	table_cell_end(p);
	table_row_end(p);
	return true;
}

enum status journal_verification_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Quand"), "date"}, {TR("Résultat"), NULL},
		{TR("Lignes vérifiées"), "number"}, {TR("Durée"), "number"}, {NULL, NULL}};
	struct html p = page_begin(rq, text_of(tr(rq->language, TR("Vérification du journal"))));
	struct journal_check check;
	enum status status = journal_check_last(db, &check);

	if (status == STATUS_NOT_FOUND)
		notice(&p, "info", TR("Le journal n'a pas encore été vérifié. Il l'est chaque nuit, et quand vous le demandez."));
	else if (status == STATUS_OK)
		TRY(print_check(rq, &p, &check));
	else
		return status;
	button_form(&p, "/journal/verification", TR("Vérifier maintenant"), NULL, TEXT_NONE);
	html(&p, "<p class=\"help\">%s</p>", tr(rq->language, TR("Tout le journal est recalculé en arrière-plan : revenez voir le "
								   "résultat dans un moment.")));
	section_begin(&p, TR("Vérifications passées"));
	table_begin(&p, TR("Vérifications passées"), columns);
	TRY(journal_check_list(db, PAST_CHECKS, print_past_check, &p));
	table_end(&p);
	section_end(&p);
	page_end(&p);
	return STATUS_OK;
}

enum status journal_verification_action(struct request *rq, struct writer *db)
{
	TRY(job_ask(db, "journal.verify"));
	rq_flash(rq, TR("La vérification est demandée."));
	return rq_redirect(rq, "/journal/verification");
}
