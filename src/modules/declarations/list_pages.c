/* The lists of declarations, of bills of lading, and of both: filters as plain links, search, columns, export, views. */
#include "modules/declarations/list.h"
#include "modules/declarations/pages.h"

#include "domain/unit.h"
#include "web/server.h"

enum { PAGE_ROWS = 25, CHOICES = 200 };

static const char *lane_title(int lane)
{
	static const char *const titles[] = {TR("Vert"), TR("Bleu"), TR("Jaune"), TR("Rouge")};

	return lane < 0 ? TR("Tous") : titles[lane];
}

static void print_lane_links(struct request *rq, struct html *p, const struct list_query *query)
{
	struct tab tabs[LANE_COUNT + 1];
	size_t count = 0;

	for (int lane = LANE_COUNT; lane >= 0; lane--) {
		int shown = lane == LANE_COUNT ? -1 : lane;

		tabs[count++] = (struct tab){text_of(tr(p->language, lane_title(shown))),
			list_address(rq, query, NULL, LIST_LANE, shown < 0 ? "" : lane_code((enum lane)shown)),
			query->lane == shown};
	}
	tab_links(p, TR("Circuits"), tabs, count);
}

static enum status print_office_choice(struct request *rq, struct reader *db, struct form *form,
	const struct list_query *query)
{
	struct choice *choices = ARENA_ARRAY(rq->arena, CHOICES, struct choice);
	struct unit *units = NULL;
	size_t count = 0, shown = 0;

	if (!choices)
		return STATUS_NO_MEMORY;
	TRY(unit_list(db, query->paths, rq->arena, &units, &count));
	choices[shown++] = (struct choice){TEXT(""), text_of(tr(rq->language, TR("Tous les bureaux")))};
	for (size_t i = 0; i < count && shown < CHOICES; i++)
		if (text_is(units[i].kind, "office"))
			choices[shown++] = (struct choice){units[i].code,
				arena_format(rq->arena, "%.*s – %.*s", TEXT_FORMAT(units[i].code), TEXT_FORMAT(units[i].name))};
	if (shown > 2)
		form_select(form, &(struct field){.name = "bureau", .label = TR("Bureau"),
			.value = query->values[LIST_OFFICE].data ? query->values[LIST_OFFICE] : TEXT("")}, choices, shown);
	return STATUS_OK;
}

static void hidden_inputs(struct form *form, const struct list_query *query, const enum list_input *kept, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (query->values[kept[i]].size)
			form_hidden(form, list_input_names[kept[i]], query->values[kept[i]]);
}

/* Filters in force are shown unfolded. */
static bool has_filters(const struct list_query *query, bool has_stage)
{
	static const enum list_input inputs[] = {LIST_STATE, LIST_OUTCOME, LIST_OFFICE, LIST_FROM, LIST_UNTIL};

	for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
		if (query->values[inputs[i]].size)
			return true;
	return has_stage && query->values[LIST_STAGE].size > 0;
}

static enum status print_search(struct request *rq, struct reader *db, struct html *p, const struct list_query *query,
	bool has_stage)
{
	static const enum list_input kept[] = {LIST_LANE, LIST_OPERATOR, LIST_DECLARANT, LIST_GOODS, LIST_MANIFEST, LIST_COLUMNS};
	const struct text *values = query->values;
	const struct text none = TEXT("");
	struct form form = form_begin_get(p, query->path);
	const struct choice stages[] = {{none, text_of(tr(p->language, TR("Manifestes et déclarations")))},
		{TEXT("manifest"), text_of(tr(p->language, TR("Manifestes (avant l'arrivée)")))},
		{TEXT("declaration"), text_of(tr(p->language, TR("Déclarations")))}};
	const struct choice states[] = {{none, text_of(tr(p->language, TR("Tous les états")))},
		{TEXT("to_control"), text_of(tr(p->language, TR("À contrôler")))},
		{TEXT("controlled"), text_of(tr(p->language, TR("Contrôlés")))},
		{TEXT("free"), text_of(tr(p->language, TR("Sans contrôle demandé")))},
		{TEXT("held"), text_of(tr(p->language, TR("Vert, retenu pendant le délai")))}};
	const struct choice outcomes[] = {{none, text_of(tr(p->language, TR("Tous les résultats")))},
		{TEXT("infraction"), text_of(tr(p->language, TR("Irrégularité trouvée")))},
		{TEXT("conforme"), text_of(tr(p->language, TR("Conforme")))}};

	form_field(&form, &(struct field){.name = "recherche", .label = TR("Chercher"), .type = "search",
		.help = TR("référence, nom, conteneur, marchandise"), .value = values[LIST_SEARCH]});
	form_button(&form, TR("Chercher"));
	fold_begin(p, TR("Plus de filtres"), has_filters(query, has_stage));
	if (has_stage)
		form_select(&form, &(struct field){.name = "etape", .label = TR("Étape"),
			.value = values[LIST_STAGE].data ? values[LIST_STAGE] : none}, stages, 3);
	form_select(&form, &(struct field){.name = "etat", .label = TR("État"),
		.value = values[LIST_STATE].data ? values[LIST_STATE] : none}, states, 5);
	form_select(&form, &(struct field){.name = "resultat", .label = TR("Résultat du contrôle"),
		.value = values[LIST_OUTCOME].data ? values[LIST_OUTCOME] : none}, outcomes, 3);
	TRY(print_office_choice(rq, db, &form, query));
	form_field(&form, &(struct field){.name = "du", .label = TR("Du"), .type = "date", .value = values[LIST_FROM]});
	form_field(&form, &(struct field){.name = "au", .label = TR("Au"), .type = "date", .value = values[LIST_UNTIL]});
	fold_end(p);
	hidden_inputs(&form, query, kept, sizeof kept / sizeof *kept);
	form_close(&form);
	return STATUS_OK;
}

static void print_column_choice(struct html *p, const struct list_query *query, const struct list_column *const *shown,
	size_t count)
{
	struct form form;

	fold_begin(p, TR("Choisir les colonnes"), false);
	form = form_begin_get(p, query->path);
	for (int i = 0; i < LIST_INPUTS; i++)
		if (i != LIST_COLUMNS && query->values[i].size)
			form_hidden(&form, list_input_names[i], query->values[i]);
	html(p, "<fieldset class=\"checks\"><legend>%s</legend>", tr(p->language, TR("Colonnes montrées et exportées")));
	for (const struct list_column *column = list_columns; column->code; column++) {
		bool is_shown = false;

		for (size_t i = 0; i < count; i++)
			is_shown = is_shown || shown[i] == column;
		html(p, "<label class=\"choice\"><input type=\"checkbox\" name=\"colonnes\" value=\"%s\"%s><span>%s</span></label>",
			column->code, is_shown ? " checked" : "", tr(p->language, column->label));
	}
	html(p, "</fieldset>");
	form_end(&form, TR("Montrer ces colonnes"));
	fold_end(p);
}

/* What narrows the list beside the form, each with a link that takes it away. */
static void print_narrowing(struct request *rq, struct html *p, const struct list_query *query)
{
	static const struct {
		enum list_input input;
		const char *label;
	} rows[] = {{LIST_OPERATOR, TR("Opérateur")}, {LIST_DECLARANT, TR("Déclarant")},
		{LIST_GOODS, TR("Marchandise et origine")}, {LIST_MANIFEST, TR("Manifeste")}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (query->values[rows[i].input].size)
			html(p, "<p class=\"muted\">%s : <strong>%.*s</strong> – <a href=\"%s\">%s</a></p>",
				tr(p->language, rows[i].label), TEXT_FORMAT(query->values[rows[i].input]),
				list_address(rq, query, NULL, rows[i].input, ""), tr(p->language, TR("retirer ce filtre")));
	for (size_t i = 0; i < query->search.count; i++) {
		const struct search_term *term = &query->search.terms[i];

		if (!term->is_widened)
			continue;
		html(p, "<p class=\"muted\">%s <strong>%.*s</strong> ; %s ", tr(p->language, TR("Aucun mot ne s'écrit exactement")),
			TEXT_FORMAT(term->word), tr(p->language, TR("voici ce qui s'en approche :")));
		for (size_t j = 0; j < term->count && j < 6; j++)
			html(p, "%s%.*s", j ? ", " : "", TEXT_FORMAT(term->words[j]));
		html(p, "</p>");
	}
}

static void print_exports(struct request *rq, struct html *p, const struct list_query *query)
{
	const char *address = list_address(rq, query, "/envois/export", LIST_INPUTS, NULL);
	const char *join = address && text_find(text_of(address), TEXT("?")) < text_of(address).size ? "&" : "?";

	html(p, "<p>%s <a href=\"%s%sformat=csv\">CSV</a> · <a href=\"%s%sformat=xlsx\">XLSX</a></p>",
		tr(p->language, TR("Exporter cette liste :")), address, join, address, join);
}

static enum status print_list(struct request *rq, struct reader *db, struct html *p, const struct list_query *query)
{
	const struct list_column *columns[LIST_COLUMN_LIMIT];
	size_t column_count = list_columns_chosen(query, columns), count;
	struct stored_consignment *rows;
	const char *first = list_address(rq, query, NULL, LIST_INPUTS, NULL);
	bool has_more;

	TRY(list_rows(rq, db, query, PAGE_ROWS, &rows, &count, &has_more));
	live_begin(p, "envois", "/envois/flux");
	if (count)
		list_print_table(rq, p, rows, count, columns, column_count);
	else
		notice(p, "info", TR("Aucun envoi ne correspond. Déposez un fichier ou élargissez la recherche."));
	page_links(p, query->before_id == INT64_MAX ? NULL : first,
		has_more ? list_address_after(rq, query, &rows[count - 1]) : NULL);
	live_end(p);
	html(p, "<div class=\"toolbar\">");
	print_exports(rq, p, query);
	html(p, "</div>");
	print_column_choice(p, query, columns, column_count);
	views_print_form(rq, p, first);
	return STATUS_OK;
}

static enum status list_page(struct request *rq, struct reader *db, const char *path, const char *title, int64_t stage)
{
	struct list_query query;
	struct html page;

	TRY(list_read(rq, db, path, stage, &query));
	/* An export of this list must know its stage. */
	if (stage >= 0)
		query.values[LIST_STAGE] = stage == STAGE_MANIFEST ? TEXT("manifest") : TEXT("declaration");
	page = page_begin(rq, text_of(tr(rq->language, title)));
	TRY(views_print_tabs(rq, db, &page, list_address(rq, &query, NULL, LIST_INPUTS, NULL)));
	print_lane_links(rq, &page, &query);
	TRY(print_search(rq, db, &page, &query, stage < 0));
	print_narrowing(rq, &page, &query);
	TRY(print_list(rq, db, &page, &query));
	page_end(&page);
	return STATUS_OK;
}

enum status consignment_list_page(struct request *rq, struct reader *db)
{
	return list_page(rq, db, "/envois", TR("Envois"), -1);
}

enum status declaration_list_page(struct request *rq, struct reader *db)
{
	return list_page(rq, db, "/declarations", TR("Déclarations"), STAGE_DECLARATION);
}

enum status bill_list_page(struct request *rq, struct reader *db)
{
	return list_page(rq, db, "/connaissements", TR("Connaissements"), STAGE_MANIFEST);
}

/* Something happened to consignments of a unit that this person sees: the page asks for its list again. */
static bool concerns(const struct request *rq, void *context, struct text payload, struct buffer *data)
{
	json_t *event = NULL;
	struct text unit;
	bool wanted;
	int line;

	(void)context;
	if (json_parse(payload, 8192, &event, &line) != STATUS_OK)
		return false;
	unit = text_of(json_string_value(json_object_get(event, "unit")));
	wanted = actor_may(&rq->actor, CONSIGNMENTS_READ, unit.size ? unit : TEXT_NONE);
	json_decref(event);
	if (wanted)
		buffer_string(data, "change");
	return wanted;
}

enum status consignment_stream(struct request *rq, struct reader *db)
{
	(void)db;
	rq_listen(rq, "change", concerns, NULL);
	return STATUS_OK;
}
