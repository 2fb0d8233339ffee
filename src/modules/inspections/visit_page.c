/* The visit on a telephone: why, photos, items, result; big targets, one column, the buttons within a thumb's reach. */
#include "base/utf8.h"
#include "modules/inspections/visits.h"
#include "web/page.h"
#include "web/session.h"

#include <stdio.h>
#include <string.h>

/* All that the page is made from. */
struct scene {
	struct request *rq;
	struct reader *db;
	struct html *p;
	const struct visit *visit;
	const struct stored_consignment *row;
	const struct visit_view *view;
	struct consignment content;
	struct visit_field *stored;
	size_t stored_count;
	bool may_type; /* open, and this person may record */
	bool is_mine;
};

static struct text value_of(const struct scene *s, const char *name)
{
	if (s->view->typed)
		return visit_field_value(s->view->typed, s->view->typed_count, name);
	return visit_field_value(s->stored, s->stored_count, name);
}

/* ---- above the form */

static void print_head(const struct scene *s)
{
	struct html *p = s->p;
	int64_t lane = s->row->lane;
	const char *file = arena_format(s->rq->arena, "/envois/%lld", (long long)s->row->id).data;
	const char *order = arena_format(s->rq->arena, "/envois/%lld/ordre", (long long)s->row->id).data;

	html(p, "<p class=\"badges\">");
	if (lane >= 0 && lane < LANE_COUNT)
		lane_badge(p, lane_code((enum lane)lane), lane_label((enum lane)lane));
	badge(p, text_is(s->visit->state, "done") ? "ok" : "info", workflow_state_label(&visit_workflow, s->visit->state));
	if (text_is(s->visit->kind, "second"))
		badge(p, "warning", TR("Second regard"));
	if (s->visit->inspector_id && !s->is_mine)
		html(p, " <span class=\"muted\">%.*s</span>", TEXT_FORMAT(s->visit->inspector_name));
	html(p, "</p>");
	html(p, "<div class=\"visit-facts\">");
	facts_begin(p);
	facts_row(p, TR("Destinataire"), s->row->consignee_name);
	facts_row(p, TR("Marchandise"), s->row->description);
	facts_row(p, TR("Magasin"), s->content.location);
	if (s->content.container_count) {
		facts_row_begin(p, TR("Conteneurs"));
		for (size_t i = 0; i < s->content.container_count && i < 12; i++)
			html(p, "%s%.*s", i ? ", " : "", TEXT_FORMAT(s->content.containers[i].reference));
		facts_row_end(p);
	}
	if (s->content.packages != NUMBER_NONE) {
		facts_row_begin(p, TR("Colis"));
		html_number(p, s->content.packages, 0);
		facts_row_end(p);
	}
	facts_end(p);
	html(p, "</div><p class=\"links\">");
	link_to(p, file ? file : "/envois", text_of(tr(p->language, TR("Tout le dossier"))));
	html(p, " · ");
	link_to(p, order ? order : "/envois", text_of(tr(p->language, TR("Ordre de visite à imprimer"))));
	html(p, "</p>");
}

struct reasons {
	const struct scene *s;
	int count;
};

static bool print_reason(void *context, const struct decision_reason *reason)
{
	struct reasons *reasons = context;
	struct html *p = reasons->s->p;
	size_t items = json_array_size(reason->items);

	if (!reason->selected)
		return true;
	if (!reasons->count++)
		html(p, "<ul class=\"why\">");
	html(p, "<li><strong>");
	html_message(p, &reason->text);
	html(p, "</strong>");
	if (*reason->instruction)
		html(p, "<br>%s", tr(p->language, reason->instruction));
	for (size_t i = 0; i < items && i < 8; i++) {
		long long number = json_integer_value(json_array_get(reason->items, i));

		if (i)
			html(p, ", ");
		else
			html(p, "<br>");
		html(p, "<a href=\"#article-%lld\">%s %lld</a>", number, tr(p->language, TR("article")), number);
	}
	html(p, "</li>");
	return reasons->count < 8;
}

static enum status print_why(const struct scene *s)
{
	struct reasons reasons = {s, 0};

	section_begin(s->p, TR("Pourquoi ce contrôle"));
	if (s->row->decision_id)
		TRY(decision_reasons(s->db, s->row->decision_id, s->rq->arena, print_reason, &reasons));
	if (reasons.count)
		html(s->p, "</ul>");
	else
		notice(s->p, "info", TR("Aucun motif particulier : contrôle demandé par un agent ou par le sort."));
	section_end(s->p);
	return STATUS_OK;
}

/* ---- when somebody else changed something */

static void print_change(const struct scene *s, int64_t item, const char *label, struct text before, struct text now)
{
	if (text_equal(before, now) || (!before.size && !now.size))
		return;
	table_row_begin(s->p);
	table_cell(s->p, arena_format(s->rq->arena, "%lld", (long long)item));
	table_cell(s->p, text_of(tr(s->p->language, label)));
	table_cell(s->p, before);
	table_cell(s->p, now);
	table_row_end(s->p);
}

static struct text mass_text(const struct scene *s, int64_t mass)
{
	AUTO(buffer_release) struct buffer out = {0};

	buffer_init(&out, 100);
	number_print(&out, mass);
	return out.size ? arena_text(s->rq->arena, buffer_text(&out)) : TEXT("");
}

/* Items of the version the officer started from beside those of now. */
static void print_item_changes(const struct scene *s, const struct consignment *before)
{
	const struct consignment *now = &s->content;
	size_t most = before->item_count > now->item_count ? before->item_count : now->item_count;

	for (size_t i = 0; i < most && i < ITEMS_SHOWN; i++) {
		struct item none;
		const struct item *a, *b;

		item_init(&none, (int64_t)i + 1);
		a = i < before->item_count ? &before->items[i] : &none;
		b = i < now->item_count ? &now->items[i] : &none;
		print_change(s, (int64_t)i + 1, TR("Position SH (33)"), a->hs, b->hs);
		print_change(s, (int64_t)i + 1, TR("Désignation (31)"), a->description, b->description);
		print_change(s, (int64_t)i + 1, TR("Origine (34)"), a->origin, b->origin);
		print_change(s, (int64_t)i + 1, TR("Colis"), mass_text(s, a->packages), mass_text(s, b->packages));
		print_change(s, (int64_t)i + 1, TR("Masse brute (35)"), mass_text(s, a->gross_mass),
			mass_text(s, b->gross_mass));
		print_change(s, (int64_t)i + 1, TR("Masse nette (38)"), mass_text(s, a->net_mass), mass_text(s, b->net_mass));
		print_change(s, (int64_t)i + 1, TR("Prix (42)"), mass_text(s, a->price), mass_text(s, b->price));
	}
}

static enum status print_file_change(const struct scene *s)
{
	static const struct table_column columns[] = {{TR("Article (32)"), "number"}, {TR("Ce qui change"), "text"},
		{TR("Au début de la visite"), "text"}, {TR("Maintenant"), "text"}, {NULL, NULL}};
	struct consignment before;
	bool started = s->visit->started_at != TIME_NONE;

	if (s->view->file_changed)
		notice(s->p, "danger", TR("Le dossier a changé pendant que vous écriviez : rien n'est encore enregistré, et rien "
					  "de ce que vous avez écrit n'est perdu. Regardez ce qui change, puis terminez à nouveau."));
	if (!started || s->visit->consignment_version == s->row->version || !s->may_type)
		return STATUS_OK;
	TRY(consignment_content(s->db, s->row->id, s->visit->consignment_version, s->rq->arena, &before));
	section_begin(s->p, TR("Le dossier a été modifié depuis le début de la visite"));
	table_begin(s->p, TR("Ce qui change"), columns);
	print_item_changes(s, &before);
	table_end(s->p);
	section_end(s->p);
	return STATUS_OK;
}

static const char *field_label(const struct text name)
{
	static const struct {
		const char *name, *label;
	} labels[] = {{"resultat", TR("Ce que le contrôle a montré")}, {"droits", TR("Droits et taxes retrouvés")},
		{"suite", TR("Suite à donner")}, {"constat", TR("Constat")}};

	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (text_is(name, labels[i].name))
			return labels[i].label;
	return text_ends_with(name, TEXT("_quantite")) ? TR("Quantité trouvée")
		: text_ends_with(name, TEXT("_note"))  ? TR("Remarque")
						       : TR("Constat sur l'article");
}

/* A code in words, anything else as it is. */
static struct text in_words(const struct scene *s, struct text name, struct text value)
{
	const struct inspection_result *result = inspection_result_find(value);
	const char *step = next_step_label(value);

	if (!value.size)
		return text_of(tr(s->p->language, TR("(rien)")));
	if (text_is(name, "suite") && step)
		return text_of(tr(s->p->language, step));
	return result && !text_ends_with(name, TEXT("_note")) && !text_is(name, "constat")
		? text_of(tr(s->p->language, result->label))
		: value;
}

/* Inside the form: for each field that two people wrote, what each wrote; ticking takes the other's. */
static void print_conflicts(const struct scene *s)
{
	struct html *p = s->p;

	if (!s->view->conflicts)
		return;
	html(p, "<div class=\"notice danger merge\" role=\"alert\" tabindex=\"-1\"><p><strong>");
	html_tr(p, TR("Quelqu'un d'autre a écrit en même temps que vous. Rien n'est perdu : choisissez, puis enregistrez."));
	html(p, "</strong></p><ul>");
	for (size_t i = 0; i < s->view->typed_count; i++) {
		const struct visit_field *field = &s->view->typed[i];
		struct text rest = field->name;

		if (!field->is_conflict)
			continue;
		(void)text_cut(&rest, '_');
		html(p, "<li><strong>");
		html_tr(p, field_label(field->name));
		if (text_starts_with(field->name, TEXT("article_")))
			html(p, " %.*s", TEXT_FORMAT(text_cut(&rest, '_')));
		html(p, "</strong><br>");
		html_tr(p, TR("Vous :"));
		html(p, " %.*s<br>%.*s, ", TEXT_FORMAT(in_words(s, field->name, field->value)), TEXT_FORMAT(field->by));
		html_time(p, field->at);
		html(p, " : %.*s", TEXT_FORMAT(in_words(s, field->name, field->theirs)));
		html(p, "<label class=\"choice\"><input type=\"checkbox\" name=\"prendre\" value=\"%.*s\"><span>",
			TEXT_FORMAT(field->name));
		html_tr(p, TR("Prendre ce que l'autre a écrit"));
		html(p, "</span></label></li>");
	}
	html(p, "</ul></div>");
}

/* ---- photos */

static void print_photo(const struct scene *s, const struct visit_photo *photo)
{
	struct html *p = s->p;
	int64_t at = photo->taken_at != TIME_NONE ? photo->taken_at : photo->added_at;

	html(p, "<li><a href=\"/controles/photos/%lld\"><img src=\"/controles/photos/%lld\" width=\"160\" height=\"120\" "
		"loading=\"lazy\" alt=\"%s %lld\"></a><p class=\"muted\">", (long long)photo->id, (long long)photo->id,
		tr(p->language, TR("Photo")), (long long)photo->id);
	html_time(p, at);
	if (photo->item_number)
		html(p, " · %s %lld", tr(p->language, TR("article")), (long long)photo->item_number);
	if (photo->latitude != INT64_MIN) {
		html(p, " · ");
		html_number(p, photo->latitude, 5);
		html(p, " / ");
		html_number(p, photo->longitude, 5);
	}
	html(p, "<br><code>%.*s…</code></p></li>", TEXT_FORMAT(text_slice(photo->digest, 0, 12)));
}

static enum status print_photo_form(const struct scene *s)
{
	struct html *p = s->p;
	size_t count = s->content.item_count < ITEMS_SHOWN ? s->content.item_count : ITEMS_SHOWN;
	struct choice *choices = ARENA_ARRAY(s->rq->arena, count + 1, struct choice);
	struct form form;

	if (!choices)
		return STATUS_NO_MEMORY;
	choices[0] = (struct choice){TEXT("0"), text_of(tr(p->language, TR("Tout l'envoi")))};
	for (size_t i = 0; i < count; i++)
		choices[i + 1] = (struct choice){
			arena_format(s->rq->arena, "%lld", (long long)s->content.items[i].number),
			arena_format(s->rq->arena, "%s %lld", tr(p->language, TR("Article")), (long long)s->content.items[i].number)};
	html(p, "<form class=\"form photos\" id=\"photos\" method=\"post\" enctype=\"multipart/form-data\" "
		"action=\"/controles/%lld/photos\">", (long long)s->visit->id);
	form = (struct form){.p = p};
	form_token(p);
	form_select(&form, &(struct field){.name = "article", .label = TR("La photo montre"), .value = TEXT("0")}, choices,
		count + 1);
	html(p, "<div class=\"field\"><label for=\"f-photo\" class=\"shoot\">%s</label><input type=\"file\" id=\"f-photo\" "
		"name=\"photo\" accept=\"image/jpeg,image/png,image/webp\" capture=\"environment\" multiple></div>",
		tr(p->language, TR("Prendre une photo")));
	html(p, "<label class=\"choice\" id=\"place\" hidden><input type=\"checkbox\" id=\"f-place\"><span>%s</span></label>",
		tr(p->language, TR("Joindre le lieu à mes photos")));
	html(p, "<p class=\"actions\"><button type=\"submit\" class=\"button secondary\">%s</button></p></form>",
		tr(p->language, TR("Envoyer les photos")));
	return STATUS_OK;
}

static enum status print_photos(const struct scene *s)
{
	struct visit_photo *photos;
	struct html *p = s->p;
	size_t count;

	TRY(visit_photos_read(s->db, s->visit->id, s->rq->arena, &photos, &count));
	if (!count && !s->may_type)
		return STATUS_OK;
	section_begin(p, TR("Photos"));
	html(p, "<ul class=\"gallery\" id=\"gallery\">");
	for (size_t i = 0; i < count; i++)
		print_photo(s, &photos[i]);
	html(p, "</ul>");
	if (s->may_type && !text_is(s->visit->state, "waiting"))
		TRY(print_photo_form(s));
	section_end(p);
	return STATUS_OK;
}

/* ---- the form */

static void print_item(const struct scene *s, struct form *form, const struct item *item)
{
	struct html *p = s->p;
	struct choice choices[12];
	const char *name = arena_format(s->rq->arena, "article_%lld", (long long)item->number).data;
	const char *quantity = arena_format(s->rq->arena, "%s_quantite", name).data;
	const char *note = arena_format(s->rq->arena, "%s_note", name).data;
	struct text goods = item->description.size ? item->description : item->tariff_description;
	size_t count = 0;

	if (!name || !quantity || !note)
		return;
	choices[count++] = (struct choice){TEXT(""), text_of(tr(p->language, TR("Rien noté")))};
	for (const struct inspection_result *row = inspection_results; row->code; row++)
		choices[count++] = (struct choice){text_of(row->code), text_of(tr(p->language, row->label))};
	html(p, "<details class=\"item\" id=\"article-%lld\"%s><summary><strong>%s %lld</strong> · %.*s · %.*s</summary>",
		(long long)item->number, value_of(s, name).size || s->content.item_count == 1 ? " open" : "",
		tr(p->language, TR("Article")), (long long)item->number, TEXT_FORMAT(item->hs),
		TEXT_FORMAT(utf8_cut(goods, 60)));
	html(p, "<p class=\"muted\">");
	if (item->packages != NUMBER_NONE) {
		html_number(p, item->packages, 0);
		html(p, " %s · ", tr(p->language, TR("colis")));
	}
	if (item->gross_mass != NUMBER_NONE) {
		html_number(p, item->gross_mass, 1);
		html(p, " kg · ");
	}
	html(p, "%s %.*s</p>", tr(p->language, TR("origine")), TEXT_FORMAT(item->origin));
	form_select(form, &(struct field){.name = name, .label = TR("Constat sur l'article"), .value = value_of(s, name)},
		choices, count);
	form_field(form, &(struct field){.name = quantity, .label = TR("Quantité trouvée"), .value = value_of(s, quantity),
		.limit = 60});
	form_field(form, &(struct field){.name = note, .label = TR("Remarque"), .value = value_of(s, note), .limit = 500});
	html(p, "</details>");
}

static void print_items_form(const struct scene *s, struct form *form)
{
	size_t count = s->content.item_count;

	if (!count)
		return;
	section_begin(s->p, TR("Articles"));
	for (size_t i = 0; i < count && i < ITEMS_SHOWN; i++)
		print_item(s, form, &s->content.items[i]);
	if (count > ITEMS_SHOWN)
		html(s->p, "<p class=\"muted\">%s</p>",
			tr(s->p->language, TR("Les articles suivants se notent dans le constat général.")));
	section_end(s->p);
}

static void print_result_form(const struct scene *s, struct form *form)
{
	struct choice choices[16], steps[12];
	size_t count = 0, step_count = 0;

	for (const struct inspection_result *row = inspection_results; row->code; row++)
		choices[count++] = (struct choice){text_of(row->code), text_of(tr(s->p->language, row->label))};
	steps[step_count++] = (struct choice){TEXT(""), text_of(tr(s->p->language, TR("À choisir")))};
	for (const struct next_step *row = next_steps; row->code; row++)
		steps[step_count++] = (struct choice){text_of(row->code), text_of(tr(s->p->language, row->label))};
	section_begin(s->p, TR("Résultat"));
	form_radio(form, &(struct field){.name = "resultat", .label = TR("Ce que le contrôle a montré"),
		.value = value_of(s, "resultat")}, choices, count);
	form_field(form, &(struct field){.name = "droits", .label = TR("Droits et taxes retrouvés"), .type = "number",
		.help = TR("Montant en monnaie nationale. Laissez vide s'il n'y en a pas."), .value = value_of(s, "droits"),
		.limit = 20});
	form_select(form, &(struct field){.name = "suite", .label = TR("Suite à donner"), .value = value_of(s, "suite")},
		steps, step_count);
	form_area(form, &(struct field){.name = "constat", .label = TR("Constat"),
		.help = TR("Ce que vous avez vu, en quelques mots."), .value = value_of(s, "constat"), .limit = 2000}, 3);
	section_end(s->p);
}

/* The buttons are the ways open from here, and saving. */
static void print_bar(const struct scene *s)
{
	const struct workflow_transition *open[8];
	size_t count = workflow_open(&visit_workflow, s->visit->state, &s->rq->actor, s->visit->unit_path, open, 8);
	struct html *p = s->p;

	html(p, "<div class=\"bar\"><p id=\"visit-state\" class=\"visit-state\" role=\"status\"></p>"
		"<button type=\"submit\" class=\"button secondary\" name=\"geste\" value=\"enregistrer\"%s>%s</button>",
		text_is(s->visit->state, "assigned") ? " hidden" : "", tr(p->language, TR("Enregistrer")));
	for (size_t i = 0; i < count && s->is_mine; i++) {
		if (strcmp(open[i]->name, "start") == 0)
			html(p, "<button type=\"submit\" class=\"button\" name=\"geste\" value=\"commencer\">%s</button>",
				tr(p->language, open[i]->label));
		if (strcmp(open[i]->name, "close") == 0)
			html(p, "<button type=\"submit\" class=\"button\" name=\"geste\" value=\"clore\">%s</button>",
				tr(p->language, open[i]->label));
	}
	html(p, "</div>");
}

void visit_words(struct html *p)
{
	static const struct {
		const char *name, *text;
	} words[] = {{"saved", TR("Enregistré")}, {"kept", TR("Gardé sur ce téléphone : sera envoyé dès que le réseau revient")},
		{"sending", TR("Envoi…")}, {"offline", TR("Hors ligne : ce que vous écrivez est gardé sur ce téléphone")},
		{"merged", TR("Des changements d'un collègue ont été repris")},
		{"conflict", TR("Quelqu'un d'autre a écrit en même temps que vous. Rien n'est perdu : choisissez.")},
		{"mine", TR("Garder le mien")}, {"theirs", TR("Prendre l'autre")}, {"you", TR("Vous :")}, {"nothing", TR("(rien)")},
		{"signin", TR("Reconnectez-vous pour envoyer : rien n'est perdu")},
		{"file", TR("Le dossier a changé pendant la visite : regardez ce qui change, puis terminez.")},
		{"look", TR("Voir ce qui change")}, {"closing", TR("La visite sera close dès que le réseau revient")},
		{"refused", TR("Le serveur n'a pas accepté : relisez ce qui est marqué")},
		{"lost", TR("Cette photo n'a pas été acceptée")}};

	html(p, "<template id=\"words\"");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		/* The name is one of the literals above. */
		html(p, " data-%s=\"%s\"", words[i].name, tr(p->language, words[i].text));
	}
	html(p, "></template>");
}

static enum status print_form(const struct scene *s)
{
	struct form form = form_begin(s->p, arena_format(s->rq->arena, "/controles/%lld", (long long)s->visit->id).data,
		s->view->problems, s->view->problem_count);

	html(s->p, "<div id=\"visite\" data-visit=\"%lld\" data-user=\"%lld\" data-state=\"%.*s\" data-stream=\"%s\">",
		(long long)s->visit->id, (long long)s->rq->actor.user_id, TEXT_FORMAT(s->visit->state),
		rq_live_path(s->rq, arena_format(s->rq->arena, "/controles/%lld/flux", (long long)s->visit->id).data));
	form_hidden(&form, "version", arena_format(s->rq->arena, "%lld", (long long)s->visit->row_version));
	form_hidden(&form, "dossier", arena_format(s->rq->arena, "%lld", (long long)s->row->row_version));
	form_hidden(&form, "commence_le", TEXT(""));
	form_hidden(&form, "fini_le", TEXT(""));
	print_conflicts(s);
	print_items_form(s, &form);
	print_result_form(s, &form);
	print_bar(s);
	html(s->p, "</div></form>");
	visit_words(s->p);
	return STATUS_OK;
}

/* ---- for who gives visits out */

static enum status print_management(const struct scene *s)
{
	const struct workflow_transition *open[8];
	size_t count = workflow_open(&visit_workflow, s->visit->state, &s->rq->actor, s->visit->unit_path, open, 8);
	bool may_assign = false, may_withdraw = false;
	struct candidate *list;
	struct choice *choices;
	struct html *p = s->p;
	size_t people;
	struct form form;

	for (size_t i = 0; i < count; i++) {
		may_assign = may_assign || strcmp(open[i]->name, "assign") == 0;
		may_withdraw = may_withdraw || strcmp(open[i]->name, "withdraw") == 0;
	}
	if (!may_assign && !may_withdraw)
		return STATUS_OK;
	TRY(candidates_read(s->db, s->visit->unit_path, 0, s->rq->arena, &list, &people));
	choices = ARENA_ARRAY(s->rq->arena, people + 1, struct choice);
	if (!choices)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < people; i++)
		choices[i] = (struct choice){arena_format(s->rq->arena, "%lld", (long long)list[i].user_id), list[i].name};
	html(p, "<details class=\"card manage\"><summary>%s</summary>", tr(p->language, TR("Attribuer ou retirer la visite")));
	form = form_begin(p, "/controles/attribuer", NULL, 0);
	form_hidden(&form, "envoi", arena_format(s->rq->arena, "%lld", (long long)s->row->id));
	form_select(&form, &(struct field){.name = "inspecteur", .label = TR("À quel agent")}, choices, people);
	form_end(&form, TR("Attribuer"));
	form = form_begin(p, arena_format(s->rq->arena, "/controles/%lld/retrait", (long long)s->visit->id).data, NULL, 0);
	form_hidden(&form, "version", arena_format(s->rq->arena, "%lld", (long long)s->visit->row_version));
	form_field(&form, &(struct field){.name = "motif", .label = TR("Pourquoi retirer la visite"), .required = true});
	form_end(&form, TR("Retirer la visite"));
	html(p, "</details>");
	return STATUS_OK;
}

static void print_done(const struct scene *s)
{
	struct html *p = s->p;

	section_begin(p, TR("Résultat"));
	facts_begin(p);
	for (size_t i = 0; i < s->stored_count; i++) {
		if (!s->stored[i].value.size)
			continue;
		facts_row_begin(p, field_label(s->stored[i].name));
		html_text(p, in_words(s, s->stored[i].name, s->stored[i].value));
		facts_row_end(p);
	}
	if (s->visit->started_at != TIME_NONE) {
		facts_row_begin(p, TR("Début"));
		html_time(p, s->visit->started_at);
		facts_row_end(p);
	}
	if (s->visit->ended_at != TIME_NONE) {
		facts_row_begin(p, TR("Fin"));
		html_time(p, s->visit->ended_at);
		facts_row_end(p);
	}
	facts_end(p);
	section_end(p);
}

static enum status print_body(struct scene *s)
{
	TRY(print_why(s));
	TRY(print_file_change(s));
	TRY(print_photos(s));
	if (text_is(s->visit->state, "waiting"))
		button_form(s->p, "/controles", TR("Prendre la visite"), "envoi",
			arena_format(s->rq->arena, "%lld", (long long)s->row->id));
	else if (s->may_type)
		TRY(print_form(s));
	else
		print_done(s);
	return print_management(s);
}

enum status visit_print(struct request *rq, struct reader *db, const struct visit *visit,
	const struct stored_consignment *row, const struct visit_view *view)
{
	struct html page;
	struct scene s = {.rq = rq, .db = db, .p = &page, .visit = visit, .row = row, .view = view,
		.is_mine = visit->inspector_id == rq->actor.user_id,
		.may_type = (text_is(visit->state, "assigned") || text_is(visit->state, "under_way")) &&
			actor_may(&rq->actor, INSPECTIONS_RECORD, row->unit_path)};

	TRY(consignment_content(db, row->id, row->version, rq->arena, &s.content));
	TRY(visit_fields_read(db, visit->id, INT64_MAX, rq->arena, &s.stored, &s.stored_count));
	page = page_begin(rq, arena_format(rq->arena, "%s %.*s", tr(rq->language, TR("Visite")),
				      TEXT_FORMAT(row->reference)));
	visit_assets(&page, true);
	print_head(&s);
	TRY(print_body(&s));
	page_end(&page);
	return STATUS_OK;
}

enum status visit_seen(struct request *rq, struct reader *db, struct visit *ret_visit,
	struct stored_consignment *ret_row)
{
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(visit_find(db, id, rq->arena, ret_visit));
	TRY(consignment_find(db, ret_visit->consignment_id, rq->arena, ret_row));
	/* Another office's visit is not there for this officer. */
	return actor_may(&rq->actor, INSPECTIONS_RECORD, ret_row->unit_path) ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status visit_page(struct request *rq, struct reader *db)
{
	const struct visit_view view = {.typed = NULL};
	struct stored_consignment row;
	struct visit visit;

	TRY(visit_seen(rq, db, &visit, &row));
	return visit_print(rq, db, &visit, &row, &view);
}

/* Who listens to one visit hears of it and of its consignment. */
struct listened {
	int64_t visit_id, consignment_id;
	struct text unit_path;
};

static bool is_about(const struct request *rq, void *context, struct text payload, struct buffer *data)
{
	const struct listened *listened = context;
	json_t *event = NULL;
	struct text name;
	int64_t id;
	bool wanted;
	int line;

	(void)rq;
	if (json_parse(payload, 8192, &event, &line) != STATUS_OK)
		return false;
	name = text_of(json_string_value(json_object_get(event, "event")));
	id = json_integer_value(json_object_get(event, "id"));
	/* One event for many of a unit: this consignment may be among them, and the page looks for itself. */
	if (text_is(name, "consignment.imported"))
		wanted = text_equal(text_of(json_string_value(json_object_get(event, "unit"))), listened->unit_path);
	else
		wanted = (text_starts_with(name, TEXT("visit.")) && id == listened->visit_id) ||
			(text_starts_with(name, TEXT("consignment.")) && id == listened->consignment_id);
	json_decref(event);
	if (wanted)
		buffer_string(data, "change");
	return wanted;
}

enum status visit_stream(struct request *rq, struct reader *db)
{
	struct listened *listened = ARENA_NEW(rq->arena, struct listened);
	struct stored_consignment row;
	struct visit visit;

	if (!listened)
		return STATUS_NO_MEMORY;
	TRY(visit_seen(rq, db, &visit, &row));
	*listened = (struct listened){visit.id, row.id, row.unit_path};
	rq_listen(rq, "change", is_about, listened);
	return STATUS_OK;
}
