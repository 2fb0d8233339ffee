/* The candidate in the shadow for programs: how its lanes compare, and where it decides otherwise. */
#include "base/clock.h"
#include "modules/declarations/declarations.h"
#include "modules/rehearsal/pages.h"

enum { PAGE_ROWS = 100 };

STATEMENT(SHADOW_DATA,
	"select s.id, s.policy_id, s.model_id, s.state, s.started_at, s.last_day, u.login from shadows s "
	"left join users u on u.id = s.user_id order by s.id desc limit 1");
STATEMENT(SHADOW_DATA_TALLIES,
	"select lane, shadow_lane, decided from shadow_tallies where shadow_id = $1 order by lane, shadow_lane");
STATEMENT(SHADOW_DATA_DIFFERENCES,
	"select d.decision_id, d.lane, d.shadow_lane, c.id, c.reference, c.office, c.outcome from shadow_differences d "
	"join consignments c on c.id = d.consignment_id where d.shadow_id = (select max(id) from shadows) and "
	"d.decision_id < $1 and ($2 = '*' or exists (select 1 from units where "
	"CAST($2 AS text) like '%|' || units.path || '|%' and substr(c.unit_path, 1, length(units.path)) = units.path)) "
	"order by d.decision_id desc limit $3");

static const struct api_field tally_fields[] = {
	{"lane", TR("En vigueur"), API_TEXT, .may_be_null = false},
	{"shadow_lane", TR("Dans l'ombre"), API_TEXT, .may_be_null = false},
	{"decided", TR("Décisions"), API_INTEGER, .may_be_null = false},
	{0},
};
static const struct api_shape tally_shape = {"ShadowTally", tally_fields};
static const struct api_field shadow_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = true},
	{"policy_id", TR("Politique"), API_INTEGER, .may_be_null = true},
	{"model_id", TR("Modèle"), API_INTEGER, .may_be_null = true},
	{"state", TR("État"), API_TEXT, .may_be_null = true},
	{"started_at", TR("Début"), API_TIME, .may_be_null = true},
	{"last_day", TR("Dernier jour"), API_DATE, .may_be_null = true},
	{"by", TR("Par"), API_TEXT, .may_be_null = true},
	{"tallies", TR("Circuits de l'un et de l'autre"), API_OBJECT, .is_list = true, .of = &tally_shape},
	{0},
};
const struct api_shape shadow_shape = {"Shadow", shadow_fields};
static const struct api_field difference_fields[] = {
	{"decision_id", TR("Décision"), API_INTEGER, .may_be_null = false},
	{"lane", TR("En vigueur"), API_TEXT, .may_be_null = true},
	{"shadow_lane", TR("Dans l'ombre"), API_TEXT, .may_be_null = true},
	{"consignment_id", TR("Envoi"), API_INTEGER, .may_be_null = false},
	{"reference", TR("Référence"), API_TEXT, .may_be_null = true},
	{"office", TR("Bureau"), API_TEXT, .may_be_null = true},
	{"adverse", TR("Infraction"), API_BOOLEAN, .may_be_null = true},
	{0},
};
const struct api_shape shadow_difference_shape = {"ShadowDifference", difference_fields};

static void put_lane(struct json_writer *json, const char *name, int64_t lane)
{
	put_key(json, name);
	put_text(json, lane >= 0 && lane < LANE_COUNT ? text_of(lane_code((enum lane)lane)) : TEXT_NONE);
}

static enum status put_tallies(struct reader *db, struct json_writer *json, int64_t id)
{
	AUTO(rows_release) struct rows *rows = NULL;

	put_key(json, "tallies");
	put_array(json);
	TRY(store_query(db, &SHADOW_DATA_TALLIES, PARAMS(V_INT(id)), &rows));
	while (rows_next(rows)) {
		put_object(json);
		put_lane(json, "lane", rows_integer(rows, 0));
		put_lane(json, "shadow_lane", rows_integer(rows, 1));
		put_key(json, "decided");
		put_int(json, rows_integer(rows, 2));
		put_object_end(json);
	}
	put_array_end(json);
	return rows_status(rows);
}

/* Where there never was a candidate every member is null. */
enum status shadow_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t id = 0;

	(void)rq;
	TRY(store_query(db, &SHADOW_DATA, NO_PARAMS, &rows));
	put_object(json);
	if (rows_next(rows)) {
		id = rows_integer(rows, 0);
		api_row_members(json, &shadow_shape, rows, 0);
	} else {
		TRY(rows_status(rows));
		for (const struct api_field *field = shadow_fields; !field->is_list; field++) {
			put_key(json, field->name);
			put_null(json);
		}
	}
	TRY(put_tallies(db, json, id));
	put_object_end(json);
	return STATUS_OK;
}

static void put_difference(struct json_writer *json, struct rows *rows)
{
	put_object(json);
	put_key(json, "decision_id");
	put_int(json, rows_integer(rows, 0));
	put_lane(json, "lane", rows_integer(rows, 1));
	put_lane(json, "shadow_lane", rows_integer(rows, 2));
	put_key(json, "consignment_id");
	put_int(json, rows_integer(rows, 3));
	put_key(json, "reference");
	put_text(json, rows_text(rows, 4));
	put_key(json, "office");
	put_text(json, rows_text(rows, 5));
	put_key(json, "adverse");
	if (rows_is_null(rows, 6))
		put_null(json);
	else
		put_bool(json, rows_integer(rows, 6) != 0);
	put_object_end(json);
}

enum status shadow_difference_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct text paths = actor_path_list(&rq->actor, CONSIGNMENTS_READ, rq->arena);
	size_t page = rq_page_rows(rq, PAGE_ROWS), count = 0;
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t before = INT64_MAX, last = 0;

	if (!paths.data)
		return STATUS_NO_MEMORY;
	(void)rq_integer(rq, "avant", &before);
	TRY(store_query(db, &SHADOW_DATA_DIFFERENCES, PARAMS(V_INT(before), value_text(paths), V_INT((int64_t)page + 1)), &rows));
	while (rows_next(rows) && ++count <= page) {
		last = rows_integer(rows, 0);
		put_difference(json, rows);
	}
	if (count > page)
		rq_next_page(rq, arena_format(rq->arena, "/ombre/differences?avant=%lld", (long long)last).data);
	return rows_status(rows);
}
