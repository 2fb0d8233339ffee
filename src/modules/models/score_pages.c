/* Why each item of a consignment was scored as it was, and the notice for the trader, which never says why. */
#include "engine/explanation.h"
#include "modules/models/pages.h"

#include <math.h>

enum { ITEMS_EXPLAINED = 20 };

static void print_line(struct html *p, const struct explanation_line *line)
{
	table_row_begin(p);
	table_cell(p, text_of(tr(p->language, feature_group_label(line->group))));
	table_cell_begin(p);
	html_message(p, &line->text);
	table_cell_end(p);
	table_cell_begin(p);
	badge(p, line->contribution > 0 ? "danger" : "ok", line->contribution > 0 ? TR("Augmente") : TR("Diminue"));
	html(p, " ");
	html_number(p, (int64_t)llround(line->contribution * 1e6), 2);
	table_cell_end(p);
	table_row_end(p);
}

static void print_explanation(struct html *p, const struct item *item, const struct explanation *explanation)
{
	static const struct table_column columns[] = {{TR("Fait"), "text"}, {TR("Ce que le modèle y voit"), "text"},
		{TR("Effet sur le score"), "number"}, {NULL, NULL}};

	html(p, "<h2>%s %lld · %.*s</h2><p>%s <strong>", tr(p->language, TR("Article")), (long long)item->number,
		TEXT_FORMAT(item->hs), tr(p->language, TR("Score :")));
	html_number(p, (int64_t)llround(explanation->score * 1e8), 1);
	html(p, " %%</strong></p>");
	table_begin(p, TR("Du plus fort au plus faible"), columns);
	for (size_t i = 0; i < explanation->line_count; i++)
		print_line(p, &explanation->lines[i]);
	table_end(p);
}

static enum status print_items(struct request *rq, struct html *p, const struct consignment *c, int64_t model_id,
	int64_t day)
{
	const struct risk_application *application = (const struct risk_application *)rq->application;

	for (size_t i = 0; i < c->item_count && i < ITEMS_EXPLAINED; i++) {
		struct explanation explanation;
		enum status status = decider_explain(application->decider, model_id, c, &c->items[i], day, rq->arena,
			&explanation);

		if (status == STATUS_NOT_FOUND)
			continue;
		if (status == STATUS_UNSUPPORTED) {
			notice(p, "info", TR("Ce modèle ne garde pas de quoi expliquer ses scores."));
			return STATUS_OK;
		}
		TRY(status);
		print_explanation(p, &c->items[i], &explanation);
	}
	return STATUS_OK;
}

enum status score_page(struct request *rq, struct reader *db)
{
	struct stored_consignment row;
	struct consignment consignment;
	int64_t model_id = 0, day = 0;
	struct html page;

	TRY(consignment_seen(rq, db, CONSIGNMENTS_READ, &row));
	TRY(consignment_content(db, row.id, row.version, rq->arena, &consignment));
	if (row.decision_id)
		TRY(risk_decision_model(db, row.decision_id, rq->arena, &model_id, &day));
	page = page_begin(rq, arena_format(rq->arena, "%s %.*s", tr(rq->language, TR("Score de l'envoi")),
		TEXT_FORMAT(row.reference)));
	html(&page, "<p><a href=\"/envois/%lld\">%s</a></p>", (long long)row.id, tr(page.language, TR("Retour à l'envoi")));
	if (!model_id)
		notice(&page, "info", TR("Aucun modèle n'était en service quand cet envoi a été décidé."));
	else
		html(&page, "<p class=\"muted\">%s</p>", tr(page.language,
			TR("Chaque effet est la part exacte du fait dans le score ; ensemble ils le composent. Les comparaisons "
			   "sont celles du jour de la décision.")));
	if (model_id)
		TRY(print_items(rq, &page, &consignment, model_id, day));
	page_end(&page);
	return STATUS_OK;
}

/* On the consignment's page: a way to the whole explanation, and to the notice. */
enum status models_section_print(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row, const struct consignment *consignment)
{
	(void)rq;
	(void)db;
	(void)consignment;
	if (!row->decision_id)
		return STATUS_OK;
	html(p, "<p>");
	if (row->is_scored)
		html(p, "<a href=\"/envois/%lld/score\">%s</a> · ", (long long)row->id,
			tr(p->language, TR("Pourquoi ce score, article par article")));
	html(p, "<a href=\"/envois/%lld/avis\">%s</a></p>", (long long)row->id,
		tr(p->language, TR("Avis pour le déclarant")));
	return STATUS_OK;
}

const struct consignment_section models_section = {11, models_section_print};

enum status notice_page(struct request *rq, struct reader *db)
{
	struct stored_consignment row;
	struct html page;
	enum lane lane;

	TRY(consignment_seen(rq, db, CONSIGNMENTS_READ, &row));
	if (row.lane < 0 || row.lane >= LANE_COUNT)
		return STATUS_NOT_FOUND;
	lane = (enum lane)row.lane;
	page = page_begin(rq, arena_format(rq->arena, "%s %.*s", tr(rq->language, TR("Avis pour le déclarant")),
		TEXT_FORMAT(row.reference)));
	facts_begin(&page);
	facts_row(&page, row.stage == STAGE_MANIFEST ? TR("Connaissement") : TR("Déclaration"), row.reference);
	facts_row(&page, TR("Bureau"), row.office);
	facts_row(&page, TR("Déclarant"), row.declarant_code);
	facts_end(&page);
	html(&page, "<p class=\"lead\">%s</p>", tr(page.language, trader_notice(lane)));
	if (*trader_notice_papers(lane))
		html(&page, "<p>%s</p>", tr(page.language, trader_notice_papers(lane)));
	page_end(&page);
	return STATUS_OK;
}

/* ---- the same for programs */

static const struct api_field effect_fields[] = {
	{"fact", TR("Fait"), API_TEXT, .may_be_null = false},
	{"text", TR("Ce que le modèle y voit"), API_TEXT, .may_be_null = false},
	{"effect", TR("Effet sur le score"), API_REAL, .may_be_null = true},
	{0},
};
static const struct api_shape effect_shape = {"ScoreEffect", effect_fields};
static const struct api_field item_score_fields[] = {
	{"item", TR("Article"), API_INTEGER, .may_be_null = false},
	{"score", TR("Score"), API_REAL, .may_be_null = true},
	{"effects", TR("Effet sur le score"), API_OBJECT, .is_list = true, .of = &effect_shape},
	{0},
};
static const struct api_shape item_score_shape = {"ItemScore", item_score_fields};
static const struct api_field score_fields[] = {
	{"consignment_id", TR("Envoi"), API_INTEGER, .may_be_null = false},
	{"model_id", TR("Modèle"), API_INTEGER, .may_be_null = true},
	{"items", TR("Articles"), API_OBJECT, .is_list = true, .of = &item_score_shape},
	{0},
};
const struct api_shape score_shape = {"ScoreExplanation", score_fields};

static enum status put_effects(struct request *rq, struct json_writer *json, const struct explanation *explanation)
{
	put_array(json);
	for (size_t i = 0; i < explanation->line_count; i++) {
		AUTO(buffer_release) struct buffer line = {0};

		buffer_init(&line, 65536);
		message_print(&line, rq->language, &explanation->lines[i].text);
		TRY(buffer_status(&line));
		put_object(json);
		put_key(json, "fact");
		put_text(json, text_of(tr(rq->language, feature_group_label(explanation->lines[i].group))));
		put_key(json, "text");
		put_text(json, buffer_text(&line));
		put_key(json, "effect");
		put_double(json, explanation->lines[i].contribution);
		put_object_end(json);
	}
	put_array_end(json);
	return STATUS_OK;
}

/* An item without a score, or a model that keeps nothing to explain with, gives no row. */
static enum status put_item_score(struct request *rq, struct json_writer *json, const struct consignment *c,
	const struct item *item, const int64_t model_and_day[2])
{
	const struct risk_application *application = (const struct risk_application *)rq->application;
	struct explanation explanation;
	enum status status = decider_explain(application->decider, model_and_day[0], c, item, model_and_day[1], rq->arena,
		&explanation);

	if (status == STATUS_NOT_FOUND || status == STATUS_UNSUPPORTED)
		return STATUS_OK;
	TRY(status);
	put_object(json);
	put_key(json, "item");
	put_int(json, item->number);
	put_key(json, "score");
	put_double(json, explanation.score);
	put_key(json, "effects");
	TRY(put_effects(rq, json, &explanation));
	put_object_end(json);
	return STATUS_OK;
}

enum status score_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct stored_consignment row;
	struct consignment consignment;
	int64_t model_and_day[2] = {0, 0};

	TRY(consignment_seen(rq, db, CONSIGNMENTS_READ, &row));
	TRY(consignment_content(db, row.id, row.version, rq->arena, &consignment));
	if (row.decision_id)
		TRY(risk_decision_model(db, row.decision_id, rq->arena, &model_and_day[0], &model_and_day[1]));
	put_object(json);
	put_key(json, "consignment_id");
	put_int(json, row.id);
	put_key(json, "model_id");
	if (model_and_day[0])
		put_int(json, model_and_day[0]);
	else
		put_null(json);
	put_key(json, "items");
	put_array(json);
	for (size_t i = 0; model_and_day[0] && i < consignment.item_count && i < ITEMS_EXPLAINED; i++)
		TRY(put_item_score(rq, json, &consignment, &consignment.items[i], model_and_day));
	put_array_end(json);
	put_object_end(json);
	return STATUS_OK;
}
