/* The policy in force, profile by profile, and the models with their switch. */
#include "domain/journal.h"
#include "modules/risk/pages.h"
#include "modules/risk/risk_store.h"
#include "web/page.h"
#include "web/session.h"

STATEMENT(MODEL_LIST,
	"select id, state, trained_on, measured_on, data_from, data_until, auc, average_precision, precision_at_5, "
	"precision_at_10, created_at from models order by id desc limit 50");

static void print_profile(struct html *p, const struct profile *profile)
{
	table_row_begin(p);
	table_cell_begin(p);
	html(p, "<strong>%.*s</strong>", TEXT_FORMAT(profile->code));
	table_cell_end(p);
	table_cell_begin(p);
	lane_badge(p, lane_code(profile->lane), lane_label(profile->lane));
	table_cell_end(p);
	table_cell_begin(p);
	html(p, "%.*s", TEXT_FORMAT(tr_text(p->language, profile->title)));
	html(p, "<details><summary>%s</summary><pre>%.*s</pre>", tr(p->language, TR("Condition")),
		TEXT_FORMAT(profile->condition));
	if (profile->instruction.size)
		html(p, "<p>%.*s</p>", TEXT_FORMAT(tr_text(p->language, profile->instruction)));
	html(p, "</details>");
	table_cell_end(p);
	table_cell(p, profile->legal_basis);
	table_cell_begin(p);
	html_number(p, number_multiply(profile->share, number_of(100)), 0);
	html(p, " %%");
	table_cell_end(p);
	table_row_end(p);
}

enum status policy_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("Code"), "text"}, {TR("Circuit"), "lane"}, {TR("Profil"), "text"},
		{TR("Base légale"), "text"}, {TR("Part retenue"), "number"}, {NULL, NULL}};
	struct problem_list problems = {.arena = rq->arena};
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Politique de risque en vigueur"))));
	struct profile *profiles;
	struct policy_row row;
	size_t count;

	TRY(policy_row_active(db, rq->arena, &row));
	TRY(profiles_read(rq->arena, row.source, &profiles, &count, &problems));
	table_begin(&page, TR("Profils"), columns);
	for (size_t i = 0; i < count; i++)
		print_profile(&page, &profiles[i]);
	table_end(&page);
	page_end(&page);
	return STATUS_OK;
}

static void print_share(struct html *p, double share)
{
	table_cell_begin(p);
	html_number(p, (int64_t)(share * 1000000.0 + 0.5), 3);
	table_cell_end(p);
}

static void print_model(struct request *rq, struct html *p, struct rows *rows)
{
	bool on = text_is(rows_text(rows, 1), "on");

	table_row_begin(p);
	table_cell(p, arena_format(rq->arena, "%lld", (long long)rows_integer(rows, 0)));
	table_cell_begin(p);
	badge(p, on ? "ok" : "info", on ? TR("En service") : TR("Arrêté"));
	table_cell_end(p);
	table_cell_begin(p);
	html_date(p, rows_integer(rows, 4));
	html(p, " – ");
	html_date(p, rows_integer(rows, 5));
	table_cell_end(p);
	table_cell_number(p, number_of(rows_integer(rows, 2)), 0);
	table_cell_number(p, number_of(rows_integer(rows, 3)), 0);
	for (int column = 6; column <= 9; column++)
		print_share(p, rows_real(rows, column));
	table_cell_begin(p);
	if (rq_may(rq, RISK_MANAGE))
		button_form(p, arena_format(rq->arena, "/modeles/%lld", (long long)rows_integer(rows, 0)).data,
			on ? TR("Arrêter") : TR("Mettre en service"), "etat", on ? TEXT("off") : TEXT("on"));
	table_cell_end(p);
	table_row_end(p);
}

enum status model_list_page(struct request *rq, struct reader *db)
{
	static const struct table_column columns[] = {{TR("N°"), "number"}, {TR("État"), "text"}, {TR("Données"), "date"},
		{TR("Appris sur"), "number"}, {TR("Mesuré sur"), "number"}, {TR("AUC"), "number"},
		{TR("Précision moyenne"), "number"}, {TR("Précision à 5 %"), "number"},
		{TR("Précision à 10 %"), "number"}, {TR("Action"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Modèles"))));
	int count = 0;

	TRY(store_query(db, &MODEL_LIST, NO_PARAMS, &rows));
	table_begin(&page, TR("Modèles"), columns);
	for (; rows_next(rows); count++)
		print_model(rq, &page, rows);
	table_end(&page);
	TRY(rows_status(rows));
	if (!count)
		notice(&page, "info",
			TR("Aucun modèle : « vigie train » en apprend un des résultats de contrôle enregistrés."));
	page_end(&page);
	return STATUS_OK;
}

enum status model_switch_action(struct request *rq, struct writer *db)
{
	bool on = text_is(rq_input(rq, "etat"), "on");
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	if (!on && !text_is(rq_input(rq, "etat"), "off"))
		return STATUS_INVALID;
	TRY(risk_model_switch(db, &rq->actor, id, on));
	rq_flash(rq, TR("C'est fait : le changement vaut dès la prochaine décision."));
	return rq_redirect(rq, "/modeles");
}
