/* The card of a model and what runs gave, for programs. */
#include "engine/features.h"
#include "modules/models/pages.h"

enum { FEATURES_SHOWN = 20 };

STATEMENT(RUN_DATA,
	"select id, kind, state, model_id, other_id, day_from, day_until, created_at, ended_at, result from model_runs "
	"where id = $1");
STATEMENT(LAST_MEASURE,
	"select result from model_runs where kind = 'measure' and state = 'done' and model_id = $1 order by id desc limit 1");

static const struct api_field feature_fields[] = {
	{"feature", TR("Fait"), API_TEXT, .may_be_null = false},
	{"importance", TR("Poids moyen dans le score"), API_REAL, .may_be_null = true},
	{0},
};
static const struct api_shape feature_shape = {"ModelFeature", feature_fields};
static const struct api_field card_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"on", TR("En service"), API_BOOLEAN, .may_be_null = false},
	{"digest", TR("Empreinte"), API_TEXT, .may_be_null = false},
	{"trained_by", TR("Par"), API_TEXT, .may_be_null = true},
	{"created_at", TR("Date"), API_TIME, .may_be_null = false},
	{"approved_by", TR("Approuvé par"), API_TEXT, .may_be_null = true},
	{"approved_at", TR("Approuvé par"), API_TIME, .may_be_null = true},
	{"note", TR("Note"), API_TEXT, .may_be_null = true},
	{"data_from", TR("Du"), API_DATE, .may_be_null = false},
	{"data_until", TR("Au"), API_DATE, .may_be_null = false},
	{"trained_on", TR("Articles"), API_INTEGER, .may_be_null = false},
	{"measured_on", TR("Articles"), API_INTEGER, .may_be_null = false},
	{"auc", TR("AUC"), API_REAL, .may_be_null = true},
	{"average_precision", TR("Précision moyenne"), API_REAL, .may_be_null = true},
	{"precision_at_5", TR("Précision à 5 %"), API_REAL, .may_be_null = true},
	{"precision_at_10", TR("Précision à 10 %"), API_REAL, .may_be_null = true},
	{"brier", TR("Brier"), API_REAL, .may_be_null = true},
	{"features", TR("Faits qui pèsent le plus"), API_OBJECT, .is_list = true, .of = &feature_shape},
	{"measure", TR("Dernière mesure"), API_ANY, .may_be_null = true},
	{0},
};
const struct api_shape model_card_shape = {"ModelCard", card_fields};
static const struct api_field run_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"kind", TR("Genre"), API_TEXT, .may_be_null = false},
	{"state", TR("État"), API_TEXT, .may_be_null = false},
	{"model_id", TR("Modèle"), API_INTEGER, .may_be_null = true},
	{"other_id", TR("Modèle"), API_INTEGER, .may_be_null = true},
	{"from", TR("Du"), API_DATE, .may_be_null = false},
	{"until", TR("Au"), API_DATE, .may_be_null = false},
	{"created_at", TR("Date"), API_TIME, .may_be_null = false},
	{"ended_at", TR("Fin"), API_TIME, .may_be_null = true},
	{"problem", TR("Problème"), API_TEXT, .may_be_null = true},
	{"result", TR("Résultat"), API_ANY, .may_be_null = true},
	{0},
};
const struct api_shape model_run_shape = {"ModelRun", run_fields};

static void put_named(struct json_writer *json, const char *name, struct text text)
{
	put_key(json, name);
	put_text(json, text);
}

static void put_named_number(struct json_writer *json, const char *name, double value)
{
	put_key(json, name);
	put_double(json, value);
}

static void put_quality(struct json_writer *json, const struct model_quality *quality)
{
	put_key(json, "data_from");
	put_date(json, quality->from);
	put_key(json, "data_until");
	put_date(json, quality->until);
	put_key(json, "trained_on");
	put_int(json, quality->trained_on);
	put_key(json, "measured_on");
	put_int(json, quality->measured_on);
	put_named_number(json, "auc", quality->auc);
	put_named_number(json, "average_precision", quality->average_precision);
	put_named_number(json, "precision_at_5", quality->precision_at_5);
	put_named_number(json, "precision_at_10", quality->precision_at_10);
	put_named_number(json, "brier", quality->brier);
}

static void put_features(struct request *rq, struct json_writer *json, const struct model_card *card)
{
	size_t features[FEATURES_SHOWN], count = model_card_features(card, features, FEATURES_SHOWN);

	put_key(json, "features");
	put_array(json);
	for (size_t i = 0; i < count; i++) {
		put_object(json);
		put_named(json, "feature", text_of(tr(rq->language, feature_label(features[i]))));
		put_named_number(json, "importance", model_summaries(card->model)[features[i]].importance);
		put_object_end(json);
	}
	put_array_end(json);
}

static enum status put_measure(struct reader *db, struct json_writer *json, int64_t id)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(db, &LAST_MEASURE, PARAMS(V_INT(id)), &rows));
	put_key(json, "measure");
	if (rows_next(rows))
		put_raw(json, rows_text(rows, 0));
	else
		put_null(json);
	return rows_status(rows);
}

enum status model_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	AUTO(model_card_release) struct model_card card = {0};
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(model_card_read(db, id, rq->arena, &card));
	put_object(json);
	put_key(json, "id");
	put_int(json, card.id);
	put_key(json, "on");
	put_bool(json, card.is_on);
	put_named(json, "digest", card.digest);
	put_named(json, "trained_by", card.trainer);
	put_key(json, "created_at");
	put_time(json, card.created_at);
	put_named(json, "approved_by", card.approver);
	put_key(json, "approved_at");
	put_time(json, card.approved_at ? card.approved_at : TIME_NONE);
	put_named(json, "note", card.note);
	put_quality(json, &card.quality);
	put_features(rq, json, &card);
	TRY(put_measure(db, json, id));
	put_object_end(json);
	return STATUS_OK;
}

enum status model_run_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	static const struct api_field plain_fields[] = {
		{"id", "", API_INTEGER, .may_be_null = false}, {"kind", "", API_TEXT, .may_be_null = false},
		{"state", "", API_TEXT, .may_be_null = false}, {"model_id", "", API_INTEGER, .may_be_null = true},
		{"other_id", "", API_INTEGER, .may_be_null = true}, {"from", "", API_DATE, .may_be_null = false},
		{"until", "", API_DATE, .may_be_null = false}, {"created_at", "", API_TIME, .may_be_null = false},
		{"ended_at", "", API_TIME, .may_be_null = true}, {0}};
	static const struct api_shape plain = {"ModelRun", plain_fields};
	AUTO(rows_release) struct rows *rows = NULL;
	struct text result;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(store_query(db, &RUN_DATA, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows))
		return rows_status(rows) == STATUS_OK ? STATUS_NOT_FOUND : rows_status(rows);
	result = rows_text(rows, 9);
	put_object(json);
	api_row_members(json, &plain, rows, 0);
	put_named(json, "problem", text_is(rows_text(rows, 2), "failed") ? tr_text(rq->language, result) : TEXT_NONE);
	put_key(json, "result");
	if (text_is(rows_text(rows, 2), "done") && text_starts_with(result, TEXT("{")))
		put_raw(json, result);
	else
		put_null(json);
	put_object_end(json);
	return STATUS_OK;
}
