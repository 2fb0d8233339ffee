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
