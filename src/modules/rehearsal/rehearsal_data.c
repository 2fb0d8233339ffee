/* Rehearsals and the watch for programs. */
#include "modules/rehearsal/pages.h"

#include "modules/rehearsal/watch.h"

enum { PAGE_ROWS = 50, ENDED_SHOWN = 14 };

STATEMENT(REHEARSALS_DATA,
	"select r.id, r.from_day, r.to_day, r.at, p.id, u.name, r.summary from rehearsals r "
	"left join policies p on p.digest = r.policy_digest left join users u on u.id = r.user_id "
	"where r.id < $1 order by r.id desc limit $2");
STATEMENT(REHEARSAL_DATA,
	"select r.id, r.from_day, r.to_day, r.at, p.id, u.name, r.summary, r.result from rehearsals r "
	"left join policies p on p.digest = r.policy_digest left join users u on u.id = r.user_id where r.id = $1");
STATEMENT(REQUEST_DATA,
	"select q.id, q.state, q.from_day, q.to_day, q.policy_id, q.model_id, q.second_policy_id, q.second_model_id, q.done, "
	"q.total, q.rehearsal_id, q.problem, q.asked_at, q.started_at, q.ended_at from rehearsal_requests q where q.id = $1");
STATEMENT(WATCH_FIGURES_DATA,
	"select f.office, f.measure, f.subject, f.level, f.before_count, f.recent_count, f.before_value, f.recent_value, "
	"f.drift, f.run_at, coalesce(u.path, (select path from units where parent_id is null order by id limit 1), '/') "
	"from watch_figures f left join units u on u.code = f.office order by f.office, f.level desc, f.measure, f.subject");
STATEMENT(WATCH_ALERTS_DATA,
	"select id, office, measure, subject, raised_at, ended_at, unit_path from watch_alerts where ended_at is null "
	"or ended_at > $1 order by id desc limit 100");

#define REHEARSAL_FIELDS                                                                                               \
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false}, {"from", TR("Du"), API_DATE, .may_be_null = false},        \
		{"until", TR("Au"), API_DATE, .may_be_null = false}, {"at", TR("Répétée"), API_TIME, .may_be_null = false},  \
		{"policy_id", TR("Politique"), API_INTEGER, .may_be_null = true},                                          \
		{"by", TR("Par"), API_TEXT, .may_be_null = true},                                                          \
	{                                                                                                              \
		"summary", TR("Détails"), API_ANY, .may_be_null = true                                                 \
	}
static const struct api_field rehearsal_row_fields[] = {REHEARSAL_FIELDS, {0}};
const struct api_shape rehearsal_row_shape = {"RehearsalRow", rehearsal_row_fields};
static const struct api_field rehearsal_fields[] = {
	REHEARSAL_FIELDS, {"result", TR("Résultat"), API_ANY, .may_be_null = true}, {0}};
const struct api_shape rehearsal_shape = {"Rehearsal", rehearsal_fields};
static const struct api_field request_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"state", TR("État"), API_TEXT, .may_be_null = false},
	{"from", TR("Du"), API_DATE, .may_be_null = false},
	{"until", TR("Au"), API_DATE, .may_be_null = false},
	{"policy_id", TR("Politique"), API_INTEGER, .may_be_null = false},
	{"model_id", TR("Modèle"), API_INTEGER, .may_be_null = false},
	{"second_policy_id", TR("Politique"), API_INTEGER, .may_be_null = true},
	{"second_model_id", TR("Modèle"), API_INTEGER, .may_be_null = true},
	{"done", TR("Déclarations relues"), API_INTEGER, .may_be_null = false},
	{"total", TR("Déclarations"), API_INTEGER, .may_be_null = false},
	{"rehearsal_id", TR("Résultat"), API_INTEGER, .may_be_null = true},
	{"problem", TR("Problème"), API_TEXT, .may_be_null = true},
	{"asked_at", TR("Date"), API_TIME, .may_be_null = false},
	{"started_at", TR("Début"), API_TIME, .may_be_null = true},
	{"ended_at", TR("Fin"), API_TIME, .may_be_null = true},
	{0},
};
const struct api_shape rehearsal_request_shape = {"RehearsalRequest", request_fields};
static const struct api_field figure_fields[] = {
	{"office", TR("Bureau"), API_TEXT, .may_be_null = false},
	{"measure", TR("Mesure"), API_TEXT, .may_be_null = false},
	{"subject", TR("Profil"), API_TEXT, .may_be_null = false},
	{"level", TR("Niveau"), API_INTEGER, .may_be_null = false},
	{"before_count", TR("Avant"), API_INTEGER, .may_be_null = false},
	{"recent_count", TR("Récemment"), API_INTEGER, .may_be_null = false},
	{"before_share", TR("Part avant"), API_DECIMAL, .may_be_null = true},
	{"recent_share", TR("Part récente"), API_DECIMAL, .may_be_null = true},
	{"drift", TR("Écart"), API_DECIMAL, .may_be_null = true},
	{"run_at", TR("Date"), API_TIME, .may_be_null = false},
	{0},
};
static const struct api_shape figure_shape = {"WatchFigure", figure_fields};
static const struct api_field alert_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"office", TR("Bureau"), API_TEXT, .may_be_null = false},
	{"measure", TR("Mesure"), API_TEXT, .may_be_null = false},
	{"subject", TR("Profil"), API_TEXT, .may_be_null = false},
	{"raised_at", TR("Depuis"), API_TIME, .may_be_null = false},
	{"ended_at", TR("Fin"), API_TIME, .may_be_null = true},
	{0},
};
static const struct api_shape alert_shape = {"WatchAlert", alert_fields};
static const struct api_field watch_fields[] = {
	{"alerts", TR("Alertes"), API_OBJECT, .is_list = true, .of = &alert_shape},
	{"figures", TR("Mesures"), API_OBJECT, .is_list = true, .of = &figure_shape},
	{0},
};
const struct api_shape watch_shape = {"Watch", watch_fields};

/* JSON that was stored as text; missing or empty gives null. */
static void put_stored(struct json_writer *json, const char *name, struct text text)
{
	put_key(json, name);
	if (text_starts_with(text, TEXT("{")))
		put_raw(json, text);
	else
		put_null(json);
}

static void put_rehearsal(struct json_writer *json, struct rows *rows)
{
	static const struct api_field plain_fields[] = {
		{"id", "", API_INTEGER, .may_be_null = false}, {"from", "", API_DATE, .may_be_null = false},
		{"until", "", API_DATE, .may_be_null = false}, {"at", "", API_TIME, .may_be_null = false},
		{"policy_id", "", API_INTEGER, .may_be_null = true}, {"by", "", API_TEXT, .may_be_null = true}, {0}};
	static const struct api_shape plain = {"RehearsalRow", plain_fields};

	api_row_members(json, &plain, rows, 0);
	put_stored(json, "summary", rows_text(rows, 6));
}

enum status rehearsal_list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t before = INT64_MAX, last = 0;
	size_t page = rq_page_rows(rq, PAGE_ROWS), count = 0;

	(void)rq_integer(rq, "avant", &before);
	TRY(store_query(db, &REHEARSALS_DATA, PARAMS(V_INT(before), V_INT((int64_t)page + 1)), &rows));
	while (rows_next(rows) && ++count <= page) {
		last = rows_integer(rows, 0);
		put_object(json);
		put_rehearsal(json, rows);
		put_object_end(json);
	}
	if (count > page)
		rq_next_page(rq, arena_format(rq->arena, "/repetitions?avant=%lld", (long long)last).data);
	return rows_status(rows);
}

static enum status find_row(struct request *rq, struct reader *db, const struct statement *statement, struct rows **ret_rows)
{
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(store_query(db, statement, PARAMS(V_INT(id)), ret_rows));
	if (rows_next(*ret_rows))
		return STATUS_OK;
	return rows_status(*ret_rows) == STATUS_OK ? STATUS_NOT_FOUND : rows_status(*ret_rows);
}

enum status rehearsal_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(find_row(rq, db, &REHEARSAL_DATA, &rows));
	put_object(json);
	put_rehearsal(json, rows);
	put_stored(json, "result", rows_text(rows, 7));
	put_object_end(json);
	return STATUS_OK;
}

enum status rehearsal_request_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(find_row(rq, db, &REQUEST_DATA, &rows));
	api_row(json, &rehearsal_request_shape, rows);
	return STATUS_OK;
}

/* The rows of units that this actor sees; the path is the column after those of the shape. */
static enum status put_seen(struct request *rq, struct rows *rows, struct json_writer *json, const struct api_shape *shape)
{
	int columns = rows_columns(rows) - 1;

	put_array(json);
	while (rows_next(rows)) {
		struct text path = rows_text(rows, columns);

		if (actor_may(&rq->actor, RISK_READ, path.size ? path : TEXT("/")))
			api_row(json, shape, rows);
	}
	put_array_end(json);
	return rows_status(rows);
}

enum status watch_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	AUTO(rows_release) struct rows *alerts = NULL;
	AUTO(rows_release) struct rows *figures = NULL;

	put_object(json);
	put_key(json, "alerts");
	TRY(store_query(db, &WATCH_ALERTS_DATA, PARAMS(V_INT(clock_now() - ENDED_SHOWN * 86400 * MICROSECONDS)), &alerts));
	TRY(put_seen(rq, alerts, json, &alert_shape));
	put_key(json, "figures");
	TRY(store_query(db, &WATCH_FIGURES_DATA, NO_PARAMS, &figures));
	TRY(put_seen(rq, figures, json, &figure_shape));
	put_object_end(json);
	return STATUS_OK;
}
