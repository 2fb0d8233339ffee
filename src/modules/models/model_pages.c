/* The list of models, the card of one, and what may be done with it. */
#include "engine/features.h"
#include "modules/models/pages.h"
#include "web/session.h"

#include <math.h>

STATEMENT(MODEL_LIST,
	"select m.id, m.state, m.trained_on, m.measured_on, m.data_from, m.data_until, m.auc, m.average_precision, "
	"m.precision_at_5, m.precision_at_10, m.created_at, coalesce(a.id, 0) from models m "
	"left join model_approvals a on a.model_id = m.id order by m.id desc limit 50");
STATEMENT(RUN_LIST,
	"select id, kind, coalesce(model_id, 0), coalesce(other_id, 0), state, created_at, result from model_runs "
	"order by id desc limit 12");

enum { FEATURES_SHOWN = 15 };

static void print_real(struct html *p, double value)
{
	table_cell_begin(p);
	if (isfinite(value))
		html_number(p, (int64_t)llround(value * 1e6), 3);
	else
		html(p, "–");
	table_cell_end(p);
}

static void print_model(struct request *rq, struct html *p, struct rows *rows)
{
	bool on = text_is(rows_text(rows, 1), "on");
	long long id = rows_integer(rows, 0);

	table_row_begin(p);
	table_cell_begin(p);
	html(p, "<a href=\"/modeles/%lld\">%s %lld</a>", id, tr(p->language, TR("Modèle")), id);
	table_cell_end(p);
	table_cell_begin(p);
	badge(p, on ? "ok" : "info", on ? TR("En service") : TR("Arrêté"));
	html(p, " ");
	if (rows_integer(rows, 11))
		badge(p, "ok", TR("Approuvé"));
	else
		badge(p, "warning", TR("À approuver"));
	table_cell_end(p);
	table_cell_begin(p);
	html_date(p, rows_integer(rows, 4));
	html(p, " – ");
	html_date(p, rows_integer(rows, 5));
	table_cell_end(p);
	table_cell_number(p, number_of(rows_integer(rows, 2)), 0);
	table_cell_number(p, number_of(rows_integer(rows, 3)), 0);
	for (int column = 6; column <= 9; column++)
		print_real(p, rows_is_null(rows, column) ? (double)NAN : rows_real(rows, column));
	table_row_end(p);
	(void)rq;
}

static const char *run_label(struct text kind)
{
	return text_is(kind, "train") ? TR("Apprentissage") : text_is(kind, "compare") ? TR("Comparaison") : TR("Mesure");
}

static void print_run(struct html *p, struct rows *rows)
{
	struct text state = rows_text(rows, 4);
	long long id = rows_integer(rows, 0);

	table_row_begin(p);
	table_cell_begin(p);
	html(p, "<a href=\"/modeles/travaux/%lld\">%s %lld</a>", id, tr(p->language, run_label(rows_text(rows, 1))), id);
	table_cell_end(p);
	table_cell_begin(p);
	if (rows_integer(rows, 2))
		html(p, "%lld", (long long)rows_integer(rows, 2));
	if (rows_integer(rows, 3))
		html(p, " – %lld", (long long)rows_integer(rows, 3));
	table_cell_end(p);
	table_cell_begin(p);
	html_time(p, rows_integer(rows, 5));
	table_cell_end(p);
	table_cell_begin(p);
	if (text_is(state, "done"))
		badge(p, "ok", TR("Fait"));
	else if (text_is(state, "failed"))
		badge(p, "danger", TR("Échoué"));
	else
		badge(p, "info", TR("En attente"));
	table_cell_end(p);
	table_row_end(p);
}

static enum status print_runs(struct reader *db, struct html *p)
{
	static const struct table_column columns[] = {{TR("Travail"), "text"}, {TR("Modèles"), "text"},
		{TR("Demandé"), "date"}, {TR("État"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	bool is_first = true;

	TRY(store_query(db, &RUN_LIST, NO_PARAMS, &rows));
	for (; rows_next(rows); is_first = false) {
		if (is_first)
			table_begin(p, TR("Travaux demandés"), columns);
		print_run(p, rows);
	}
	if (!is_first)
		table_end(p);
	return rows_status(rows);
}

static void print_compare_form(struct html *p, struct request *rq)
{
	struct form form;

	section_begin(p, TR("Comparer deux modèles"));
	html(p, "<p class=\"muted\">%s</p>",
		tr(p->language, TR("Les deux notent les mêmes envois contrôlés, avec ce que l'on savait à leur jour.")));
	form = form_begin(p, "/modeles/travaux", NULL, 0);
	form_hidden(&form, "genre", TEXT("compare"));
	form_field(&form, &(struct field){.name = "modele", .label = TR("Premier modèle (numéro)"), .required = true, .limit = 12});
	form_field(&form, &(struct field){.name = "autre", .label = TR("Second modèle (numéro)"), .required = true, .limit = 12});
	form_field(&form, &(struct field){.name = "du", .label = TR("Du"), .type = "date", .limit = 10});
	form_field(&form, &(struct field){.name = "au", .label = TR("Au"), .type = "date", .limit = 10});
	form_end(&form, TR("Comparer"));
	section_end(p);
	(void)rq;
}

enum status model_list_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Modèle"), "text"}, {TR("État"), "text"}, {TR("Données"), "date"},
		{TR("Appris sur"), "number"}, {TR("Mesuré sur"), "number"}, {TR("AUC"), "number"},
		{TR("Précision moyenne"), "number"}, {TR("Précision à 5 %"), "number"},
		{TR("Précision à 10 %"), "number"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Modèles"))));
	int count = 0;

	html(&page, "<p><a href=\"/modeles/classement\">%s</a></p>", tr(page.language, TR("Ordre des contrôles : probabilité et droits en jeu")));
	TRY(store_query(db, &MODEL_LIST, NO_PARAMS, &rows));
	for (; rows_next(rows); count++) {
		if (!count)
			table_begin(&page, TR("Modèles"), columns);
		print_model(rq, &page, rows);
	}
	if (count)
		table_end(&page);
	TRY(rows_status(rows));
	if (!count)
		notice(&page, "info", TR("Aucun modèle : il s'en apprend un des résultats de contrôle enregistrés."));
	if (rq_may(rq, RISK_MANAGE))
		button_form(&page, "/modeles/travaux", TR("Apprendre un modèle des résultats enregistrés"), "genre", TEXT("train"));
	TRY(print_runs(db, &page));
	if (rq_may(rq, RISK_MANAGE) && count > 1)
		print_compare_form(&page, rq);
	page_end(&page);
	return STATUS_OK;
}

/* ---- The card */

static void fact_number(struct html *p, const char *label, double value, int decimals)
{
	facts_row_begin(p, label);
	if (isfinite(value))
		html_number(p, (int64_t)llround(value * 1e6), decimals);
	else
		html(p, "–");
	facts_row_end(p);
}

static void print_about(struct html *p, const struct model_card *card)
{
	facts_begin(p);
	facts_row_begin(p, TR("État"));
	badge(p, card->is_on ? "ok" : "info", card->is_on ? TR("En service") : TR("Arrêté"));
	facts_row_end(p);
	facts_row_begin(p, TR("Données"));
	html_date(p, card->quality.from);
	html(p, " – ");
	html_date(p, card->quality.until);
	facts_row_end(p);
	facts_row_begin(p, TR("Appris le"));
	html_time(p, card->created_at);
	html(p, " · %.*s", TEXT_FORMAT(card->trainer.size ? card->trainer
							   : text_of(tr(p->language, TR("commande à la console")))));
	facts_row_end(p);
	facts_row_begin(p, TR("Approuvé par"));
	if (card->approved_by) {
		html(p, "%.*s · ", TEXT_FORMAT(card->approver));
		html_time(p, card->approved_at);
		if (card->note.size)
			html(p, "<br><span class=\"muted\">%.*s</span>", TEXT_FORMAT(card->note));
	} else {
		badge(p, "warning", card->is_on ? TR("Mis en service à la console, sans approbation") : TR("Personne encore"));
	}
	facts_row_end(p);
	facts_row_begin(p, TR("Empreinte"));
	html(p, "<code>%.*s</code>", TEXT_FORMAT(text_slice(card->digest, 0, 16)));
	facts_row_end(p);
	facts_end(p);
}

static void print_quality(struct html *p, const struct model_card *card)
{
	section_begin(p, TR("Qualité à l'apprentissage"));
	html(p, "<p class=\"muted\">%s</p>",
		tr(p->language, TR("Mesurée sur le dernier dixième des données, que le modèle d'essai n'avait pas vu.")));
	facts_begin(p);
	fact_number(p, TR("Appris sur"), (double)card->quality.trained_on, 0);
	fact_number(p, TR("Mesuré sur"), (double)card->quality.measured_on, 0);
	fact_number(p, TR("AUC"), card->quality.auc, 3);
	fact_number(p, TR("Précision moyenne"), card->quality.average_precision, 3);
	fact_number(p, TR("Précision à 5 %"), card->quality.precision_at_5, 3);
	fact_number(p, TR("Précision à 10 %"), card->quality.precision_at_10, 3);
	fact_number(p, TR("Brier"), card->quality.brier, 4);
	facts_end(p);
	print_calibration(p, json_object_get(card->artefact, "calibration"));
	section_end(p);
}

static void print_features(struct html *p, const struct model_card *card)
{
	static const struct chart chart = {TR("Faits qui pèsent le plus"), TR("Fait"), TR("Poids moyen dans le score"), 3};
	size_t features[FEATURES_SHOWN], count = model_card_features(card, features, FEATURES_SHOWN);
	struct chart_bar bars[FEATURES_SHOWN];

	for (size_t i = 0; i < count; i++)
		bars[i] = (struct chart_bar){text_of(tr(p->language, feature_label(features[i]))),
			(int64_t)llround(model_summaries(card->model)[features[i]].importance * 1e6), NULL};
	if (count)
		chart_bars(p, &chart, bars, count);
}

static void print_measure(struct html *p, const struct model_card *card)
{
	static const struct table_column columns[] = {{TR("AUC"), "number"}, {TR("Précision moyenne"), "number"},
		{TR("Précision à 5 %"), "number"}, {TR("Précision à 10 %"), "number"}, {TR("Brier"), "number"}, {NULL, NULL}};
	const json_t *model = json_array_get(json_object_get(card->measure, "models"), 0);
	const json_t *precision = json_object_get(model, "precision");

	section_begin(p, TR("Dernière mesure"));
	if (!card->measure) {
		notice(p, "info", TR("Pas encore mesuré sur le passé enregistré."));
		section_end(p);
		return;
	}
	html(p, "<p class=\"muted\">%s – %s · %lld</p>", json_string_value(json_object_get(card->measure, "from")),
		json_string_value(json_object_get(card->measure, "until")),
		(long long)json_integer_value(json_object_get(card->measure, "count")));
	table_begin(p, TR("Sur les envois contrôlés de la période, intervalles à 95 %"), columns);
	table_row_begin(p);
	print_figure(p, json_object_get(model, "auc"));
	print_figure(p, json_object_get(model, "average_precision"));
	print_figure(p, json_object_get(precision, "5"));
	print_figure(p, json_object_get(precision, "10"));
	print_figure(p, json_object_get(model, "brier"));
	table_row_end(p);
	table_end(p);
	print_drift(p, json_object_get(model, "drift"));
	section_end(p);
}

static void print_actions(struct request *rq, struct html *p, const struct model_card *card)
{
	const char *path = arena_format(rq->arena, "/modeles/%lld", (long long)card->id).data;
	struct form form;

	if (!rq_may(rq, RISK_MANAGE))
		return;
	section_begin(p, TR("Agir"));
	if (card->is_on || card->approved_by)
		button_form(p, path, card->is_on ? TR("Arrêter") : TR("Mettre en service"), "etat",
			card->is_on ? TEXT("off") : TEXT("on"));
	html(p, "<p>");
	link_to(p, arena_format(rq->arena, "/repetitions?modele=%lld", (long long)card->id).data,
		text_of(tr(rq->language, TR("Répéter ce modèle sur le passé"))));
	html(p, "</p>");
	if (!card->approved_by && rq->actor.user_id == card->trained_by) {
		notice(p, "info", TR("Une autre personne que celle qui l'a appris doit approuver ce modèle."));
	} else if (!card->approved_by) {
		form = form_begin(p, arena_format(rq->arena, "%s/approbation", path).data, NULL, 0);
		form_area(&form, &(struct field){.name = "note", .label = TR("Ce que vous avez vérifié"), .limit = 2000}, 3);
		form_end(&form, TR("Approuver ce modèle"));
	}
	form = form_begin(p, "/modeles/travaux", NULL, 0);
	form_hidden(&form, "genre", TEXT("measure"));
	form_hidden(&form, "modele", arena_format(rq->arena, "%lld", (long long)card->id));
	form_field(&form, &(struct field){.name = "du", .label = TR("Du"), .type = "date", .limit = 10});
	form_field(&form, &(struct field){.name = "au", .label = TR("Au"), .type = "date", .limit = 10});
	form_end(&form, TR("Mesurer sur le passé enregistré"));
	section_end(p);
}

enum status model_page(struct request *rq, struct reader *db)
{
	AUTO(model_card_release) struct model_card card = {0};
	struct html page;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(model_card_read(db, id, rq->arena, &card));
	page = page_begin(rq, arena_format(rq->arena, "%s %lld", tr(rq->language, TR("Modèle")), (long long)id));
	print_about(&page, &card);
	print_measure(&page, &card);
	print_quality(&page, &card);
	print_features(&page, &card);
	print_actions(rq, &page, &card);
	page_end(&page);
	return STATUS_OK;
}

/* ---- Actions */

enum status model_switch_action(struct request *rq, struct writer *db)
{
	bool on = text_is(rq_input(rq, "etat"), "on"), approved = false;
	struct message refusal = {.id = NULL};
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	if (!on && !text_is(rq_input(rq, "etat"), "off"))
		return STATUS_INVALID;
	TRY(model_is_approved(writer_reader(db), id, &approved));
	if (on && !approved) {
		rq_flash(rq, TR("Ce modèle attend l'approbation d'une autre personne que celle qui l'a appris."));
		return rq_redirect(rq, "/modeles/%lld", (long long)id);
	}
	if (on)
		TRY(rehearsal_asked_of_model(writer_reader(db), id, &refusal));
	if (refusal.id) {
		rq_flash(rq, refusal.id);
		return rq_redirect(rq, "/modeles/%lld", (long long)id);
	}
	TRY(risk_model_switch(db, &rq->actor, id, on));
	rq_flash(rq, TR("C'est fait : le changement vaut dès la prochaine décision."));
	return rq_redirect(rq, "/modeles");
}

enum status model_approve_action(struct request *rq, struct writer *db)
{
	enum status status;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	status = model_approve(db, &rq->actor, id, rq_input(rq, "note"));
	if (status == STATUS_FORBIDDEN)
		rq_flash(rq, TR("Une autre personne que celle qui l'a appris doit approuver ce modèle."));
	else if (status == STATUS_OK)
		rq_flash(rq, TR("Le modèle est approuvé : il peut être mis en service."));
	if (status != STATUS_OK && status != STATUS_FORBIDDEN)
		return status;
	return rq_redirect(rq, "/modeles/%lld", (long long)id);
}

static int64_t day_input(struct request *rq, const char *name, int64_t initial)
{
	int64_t day;

	return date_parse(rq_input(rq, name), DATE_ISO, &day) == STATUS_OK ? day : initial;
}

enum status model_ask_action(struct request *rq, struct writer *db)
{
	struct text kind = rq_input(rq, "genre");
	struct model_measure measure = {.until = day_input(rq, "au", clock_today())};
	const char *code = text_is(kind, "train") ? "train" : text_is(kind, "measure") ? "measure"
		: text_is(kind, "compare")                                             ? "compare"
										       : NULL;
	int64_t id, there;

	measure.from = day_input(rq, "du", measure.until - 365);
	if (!code || measure.from > measure.until)
		return STATUS_INVALID;
	if (rq_integer(rq, "modele", &measure.ids[0]))
		measure.count = 1;
	if (measure.count && rq_integer(rq, "autre", &measure.ids[1]))
		measure.count = 2;
	if (measure.count < (*code == 't' ? 0U : *code == 'm' ? 1U : 2U))
		return STATUS_INVALID;
	for (size_t i = 0; i < measure.count; i++)
		TRY(risk_model_there(writer_reader(db), measure.ids[i], &there));
	TRY(model_run_ask(db, &rq->actor, code, &measure, &id));
	return rq_redirect(rq, "/modeles/travaux/%lld", (long long)id);
}
