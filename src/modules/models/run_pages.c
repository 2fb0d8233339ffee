/* What a run gave: a measurement, or two models side by side; and the order of controls under each choice. */
#include "engine/features.h"
#include "modules/models/pages.h"
#include "web/session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

STATEMENT(RUN_BY_ID, "select kind, state, result, created_at from model_runs where id = $1");
STATEMENT(MEASURE_OF_MODEL_ON,
	"select r.result from model_runs r join models m on m.id = r.model_id where r.kind = 'measure' and r.state = 'done' "
	"and m.state = 'on' order by r.id desc limit 1");
STATEMENT(WAITING,
	"select c.id, c.reference, c.office, c.score, v.content, c.day, c.lane from consignments c "
	"join consignment_versions v on v.id = c.id * 65536 + c.version where c.state = 'to_control' and "
	"c.score is not null and ($1 = '*' or exists (select 1 from units where "
	"CAST($1 AS text) like '%|' || units.path || '|%' and substr(c.unit_path, 1, length(units.path)) = units.path)) "
	"order by c.day desc, c.id desc limit 500");

enum { RESULT_LIMIT = 4 << 20, SHOWN = 50, WAITING_LIMIT = 500 };

static void json_release(json_t **value)
{
	json_decref(*value);
}

static void print_models(struct html *p, const json_t *models)
{
	static const struct table_column columns[] = {{TR("Modèle"), "text"}, {TR("AUC"), "number"},
		{TR("Précision moyenne"), "number"}, {TR("Précision à 5 %"), "number"}, {TR("Précision à 10 %"), "number"},
		{TR("Rappel à 10 %"), "number"}, {TR("Brier"), "number"}, {NULL, NULL}};

	table_begin(p, TR("Sur les envois contrôlés de la période, intervalles à 95 %"), columns);
	for (size_t i = 0; i < json_array_size(models); i++) {
		const json_t *model = json_array_get(models, i), *precision = json_object_get(model, "precision");
		long long id = json_integer_value(json_object_get(model, "id"));

		table_row_begin(p);
		table_cell_begin(p);
		html(p, "<a href=\"/modeles/%lld\">%s %lld</a>", id, tr(p->language, TR("Modèle")), id);
		table_cell_end(p);
		print_figure(p, json_object_get(model, "auc"));
		print_figure(p, json_object_get(model, "average_precision"));
		print_figure(p, json_object_get(precision, "5"));
		print_figure(p, json_object_get(precision, "10"));
		print_figure(p, json_object_get(json_object_get(model, "recall"), "10"));
		print_figure(p, json_object_get(model, "brier"));
		table_row_end(p);
	}
	table_end(p);
}

static enum status print_result(struct request *rq, struct reader *db, struct html *p, struct text result)
{
	AUTO(json_release) json_t *root = NULL;
	const json_t *models, *model;
	struct text currency;
	long long id;
	int line;

	TRY(json_parse(result, RESULT_LIMIT, &root, &line));
	TRY(setting_text(db, &national_currency, rq->arena, &currency));
	id = json_integer_value(json_object_get(root, "model"));
	if (id) {
		html(p, "<p><a href=\"/modeles/%lld\">%s %lld</a></p>", id, tr(p->language, TR("Modèle")), id);
		return STATUS_OK;
	}
	models = json_object_get(root, "models");
	html(p, "<p class=\"muted\">%s – %s · %lld</p>", json_string_value(json_object_get(root, "from")),
		json_string_value(json_object_get(root, "until")),
		(long long)json_integer_value(json_object_get(root, "count")));
	print_models(p, models);
	for (size_t i = 0; i < json_array_size(models); i++) {
		model = json_array_get(models, i);
		html(p, "<h2>%s %lld</h2>", tr(p->language, TR("Modèle")),
			(long long)json_integer_value(json_object_get(model, "id")));
		print_choices(p, json_object_get(model, "choices"), currency);
		print_calibration(p, json_object_get(model, "calibration"));
	}
	if (json_array_size(models) == 1)
		print_drift(p, json_object_get(json_array_get(models, 0), "drift"));
	return STATUS_OK;
}

enum status model_run_page(struct request *rq, struct reader *db)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct text kind, state, result;
	struct html page;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(store_query(db, &RUN_BY_ID, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	kind = rows_copy(rows, 0, rq->arena);
	state = rows_copy(rows, 1, rq->arena);
	result = rows_copy(rows, 2, rq->arena);
	page = page_begin(rq, text_of(tr(rq->language, text_is(kind, "train") ? TR("Apprentissage d'un modèle")
			: text_is(kind, "compare") ? TR("Comparaison de deux modèles") : TR("Mesure d'un modèle"))));
	if (text_is(state, "waiting"))
		notice(&page, "info", TR("En attente : revenez dans un instant, le résultat s'affichera ici."));
	else if (text_is(state, "failed"))
		html(&page, "<p class=\"notice danger\">%.*s</p>", TEXT_FORMAT(tr_text(page.language, result)));
	else
		TRY(print_result(rq, db, &page, result));
	page_end(&page);
	return STATUS_OK;
}

/* ---- The order of controls */

struct waiting {
	int64_t id, day;
	struct text reference, office;
	enum lane lane;
	double score, duty, priority;
};

static int first_priority(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;

	if (x->priority < y->priority || x->priority > y->priority)
		return x->priority > y->priority ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static enum status read_waiting(struct request *rq, struct reader *db, const struct ranking *ranking,
	struct waiting **ret_list, size_t *ret_count)
{
	struct waiting *list = ARENA_ARRAY(rq->arena, WAITING_LIMIT, struct waiting);
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	AUTO(rows_release) struct rows *rows = NULL;
	struct text paths = actor_path_list(&rq->actor, CONSIGNMENTS_READ, rq->arena);
	size_t count = 0;

	if (!list || !arena || !paths.data)
		return STATUS_NO_MEMORY;
	TRY(store_query(db, &WAITING, PARAMS(value_text(paths)), &rows));
	while (rows_next(rows) && count < WAITING_LIMIT) {
		struct waiting *row = &list[count++];
		struct consignment c;

		arena_reset(arena);
		TRY(consignment_unpack(arena, rows_bytes(rows, 4), &c));
		*row = (struct waiting){.id = rows_integer(rows, 0), .reference = rows_copy(rows, 1, rq->arena),
			.office = rows_copy(rows, 2, rq->arena), .score = rows_real(rows, 3), .day = rows_integer(rows, 5),
			.lane = (enum lane)(rows_integer(rows, 6) >= 0 && rows_integer(rows, 6) < LANE_COUNT ? rows_integer(rows, 6)
													      : 0)};
		row->duty = c.duties == NUMBER_NONE ? 0 : (double)c.duties / 1e6;
		row->priority = ranking_priority(ranking, row->score, row->duty);
	}
	if (count)
		qsort(list, count, sizeof *list, first_priority);
	*ret_list = list;
	*ret_count = count;
	return rows_status(rows);
}

static void print_waiting(struct html *p, const struct waiting *list, size_t count, struct text currency)
{
	static const struct table_column columns[] = {{TR("Envoi"), "text"}, {TR("Bureau"), "text"}, {TR("Jour"), "date"},
		{TR("Circuit"), "lane"}, {TR("Score"), "number"}, {TR("Droits en jeu"), "number"},
		{TR("Priorité"), "number"}, {NULL, NULL}};

	if (!count) {
		notice(p, "info", TR("Aucun envoi à contrôler n'a de score : il y faut un modèle en service."));
		return;
	}
	table_begin(p, TR("Envois à contrôler, dans l'ordre"), columns);
	for (size_t i = 0; i < count && i < SHOWN; i++) {
		const struct waiting *row = &list[i];

		table_row_begin(p);
		table_cell_begin(p);
		html(p, "<a href=\"/envois/%lld\">%.*s</a>", (long long)row->id, TEXT_FORMAT(row->reference));
		table_cell_end(p);
		table_cell(p, row->office);
		table_cell_date(p, row->day);
		table_cell_begin(p);
		lane_badge(p, lane_code(row->lane), lane_label(row->lane));
		table_cell_end(p);
		table_cell_number(p, (int64_t)llround(row->score * 1e6), 3);
		table_cell_begin(p);
		html_amount(p, (int64_t)row->duty * NUMBER_ONE, currency);
		table_cell_end(p);
		table_cell_number(p, (int64_t)llround(row->priority * 1e6), 3);
		table_row_end(p);
	}
	table_end(p);
}

static void print_setting(struct html *p, const struct ranking *ranking, struct text currency)
{
	facts_begin(p);
	facts_row_begin(p, TR("Poids des droits en jeu"));
	html_number(p, (int64_t)llround(ranking->weight * 1e8), 0);
	html(p, " %%");
	facts_row_end(p);
	facts_row_begin(p, TR("Plafond des droits comptés"));
	html_amount(p, (int64_t)ranking->cap * NUMBER_ONE, currency);
	facts_row_end(p);
	facts_end(p);
}

enum status ranking_page(struct request *rq, struct reader *db)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(json_release) json_t *root = NULL;
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Ordre des contrôles"))));
	struct ranking ranking;
	struct waiting *list;
	struct text currency;
	size_t count;
	int line;

	TRY(models_ranking(db, &ranking));
	TRY(setting_text(db, &national_currency, rq->arena, &currency));
	html(&page, "<p class=\"lead\">%s</p>", tr(page.language,
		TR("La priorité d'un envoi mêle la probabilité d'une irrégularité et les droits en jeu, plafonnés.")));
	print_setting(&page, &ranking, currency);
	TRY(store_query(db, &MEASURE_OF_MODEL_ON, NO_PARAMS, &rows));
	if (rows_next(rows)) {
		TRY(json_parse(rows_text(rows, 0), RESULT_LIMIT, &root, &line));
		print_choices(&page, json_object_get(json_array_get(json_object_get(root, "models"), 0), "choices"), currency);
	} else {
		notice(&page, "info", TR("Mesurez le modèle en service : on verra ici ce que chaque choix aurait trouvé."));
	}
	TRY(rows_status(rows));
	TRY(read_waiting(rq, db, &ranking, &list, &count));
	print_waiting(&page, list, count, currency);
	page_end(&page);
	return STATUS_OK;
}

/* ---- the same for programs */

static const struct api_field waiting_fields[] = {
	{"consignment_id", TR("Envoi"), API_INTEGER, .may_be_null = false},
	{"reference", TR("Référence"), API_TEXT, .may_be_null = false},
	{"office", TR("Bureau"), API_TEXT, .may_be_null = true},
	{"day", TR("Jour"), API_DATE, .may_be_null = false},
	{"lane", TR("Circuit"), API_TEXT, .may_be_null = false},
	{"score", TR("Score"), API_REAL, .may_be_null = true},
	{"duty", TR("Droits en jeu"), API_REAL, .may_be_null = true},
	{"priority", TR("Priorité"), API_REAL, .may_be_null = true},
	{0},
};
const struct api_shape waiting_shape = {"RankedConsignment", waiting_fields};

static void put_waiting(struct json_writer *json, const struct waiting *row)
{
	put_object(json);
	put_key(json, "consignment_id");
	put_int(json, row->id);
	put_key(json, "reference");
	put_text(json, row->reference);
	put_key(json, "office");
	put_text(json, row->office);
	put_key(json, "day");
	put_date(json, row->day);
	put_key(json, "lane");
	put_text(json, text_of(lane_code(row->lane)));
	put_key(json, "score");
	put_double(json, row->score);
	put_key(json, "duty");
	put_double(json, row->duty);
	put_key(json, "priority");
	put_double(json, row->priority);
	put_object_end(json);
}

enum status ranking_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct ranking ranking;
	struct waiting *list;
	size_t count;

	TRY(models_ranking(db, &ranking));
	TRY(read_waiting(rq, db, &ranking, &list, &count));
	for (size_t i = 0; i < count; i++)
		put_waiting(json, &list[i]);
	return STATUS_OK;
}
