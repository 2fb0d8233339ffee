/* Visits for programs: what is to be visited, and one visit with what was typed, photographed and found. */
#include "modules/inspections/visits.h"

enum { PAGE_ROWS = 100 };

#define LANE "case c.lane when 0 then 'green' when 1 then 'blue' when 2 then 'yellow' when 3 then 'red' end"
#define OPEN_STATES "('waiting', 'assigned', 'under_way')"
#define SEEN "($1 = '*' or exists (select 1 from units where CAST($1 AS text) like '%|' || units.path || '|%' "        \
	"and substr(c.unit_path, 1, length(units.path)) = units.path))"
/* Open visits, and what waits for a control without one; both by their indexes, in the order of consignments. */
STATEMENT(QUEUE_DATA,
	"select c.id, v.id, c.reference, c.office, c.day, c.consignee_name, c.description, c.item_count, " LANE ", v.state, "
	"v.kind, v.inspector_id, u.name, v.planned_on from (select consignment_id as id from visits where state in " OPEN_STATES
	" union select id from consignments where state = 'to_control') q join consignments c on c.id = q.id "
	"left join visits v on v.consignment_id = c.id and v.state in " OPEN_STATES " left join users u "
	"on u.id = v.inspector_id where c.id > $2 and ($3 < 0 or c.lane = $3) and " SEEN " order by c.id limit $4");
STATEMENT(VISIT_DATA,
	"select v.id, c.id, c.reference, c.office, " LANE ", v.kind, v.state, v.inspector_id, u.name, v.planned_on, "
	"v.started_at, v.ended_at, v.row_version, v.first_id, v.inspection_id, c.row_version from visits v join consignments c "
	"on c.id = v.consignment_id left join users u on u.id = v.inspector_id where v.id = $1");
STATEMENT(VISIT_TYPED,
	"select f.name, f.value, f.version, f.changed_at from visit_fields f where f.visit_id = $1 and f.version = "
	"(select max(o.version) from visit_fields o where o.visit_id = f.visit_id and o.name = f.name) order by f.name");
STATEMENT(VISIT_PHOTOS,
	"select id, item_number, taken_at, added_at, latitude, longitude from visit_photos where visit_id = $1 order by id");
STATEMENT(VISIT_FINDINGS,
	"select id, result, recovered, currency, next_step, note, recorded_at, replaces_id, second_of from inspections "
	"where visit_id = $1 order by id");
STATEMENT(VISIT_ITEM_FINDINGS,
	"select i.inspection_id, i.item_number, i.result, i.quantity, i.note from inspection_items i join inspections f "
	"on f.id = i.inspection_id where f.visit_id = $1 order by i.inspection_id, i.item_number");

static const struct api_field queue_fields[] = {
	{"consignment_id", TR("Envoi"), API_INTEGER, .may_be_null = false},
	{"visit_id", TR("Visite"), API_INTEGER, .may_be_null = true},
	{"reference", TR("Référence"), API_TEXT, .may_be_null = false},
	{"office", TR("Bureau"), API_TEXT, .may_be_null = true},
	{"day", TR("Date"), API_DATE, .may_be_null = false},
	{"consignee_name", TR("Destinataire"), API_TEXT, .may_be_null = true},
	{"description", TR("Marchandise"), API_TEXT, .may_be_null = true},
	{"item_count", TR("Articles"), API_INTEGER, .may_be_null = false},
	{"lane", TR("Circuit"), API_TEXT, .may_be_null = true},
	{"state", TR("État"), API_TEXT, .may_be_null = true},
	{"kind", TR("Genre"), API_TEXT, .may_be_null = true},
	{"inspector_id", TR("Inspecteur"), API_INTEGER, .may_be_null = true},
	{"inspector", TR("Nom"), API_TEXT, .may_be_null = true},
	{"planned_on", TR("Jour"), API_DATE, .may_be_null = true},
	{0},
};
const struct api_shape queue_shape = {"VisitRow", queue_fields};

static const struct api_field typed_fields[] = {
	{"name", TR("Nom"), API_TEXT, .may_be_null = false},
	{"value", TR("Valeur"), API_TEXT, .may_be_null = false},
	{"version", TR("Version"), API_INTEGER, .may_be_null = false},
	{"changed_at", TR("Date"), API_TIME, .may_be_null = false},
	{0},
};
static const struct api_shape typed_shape = {"VisitField", typed_fields};
static const struct api_field photo_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"item", TR("Article"), API_INTEGER, .may_be_null = false},
	{"taken_at", TR("Date"), API_TIME, .may_be_null = true},
	{"added_at", TR("Date"), API_TIME, .may_be_null = false},
	{"latitude", TR("Latitude"), API_DECIMAL, .may_be_null = true},
	{"longitude", TR("Longitude"), API_DECIMAL, .may_be_null = true},
	{0},
};
static const struct api_shape photo_shape = {"VisitPhoto", photo_fields};
static const struct api_field finding_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"result", TR("Résultat"), API_TEXT, .may_be_null = false},
	{"recovered", TR("Droits redressés"), API_DECIMAL, .may_be_null = true},
	{"currency", TR("Monnaie"), API_TEXT, .may_be_null = false},
	{"next_step", TR("Suite à donner"), API_TEXT, .may_be_null = true},
	{"note", TR("Constat"), API_TEXT, .may_be_null = false},
	{"recorded_at", TR("Date"), API_TIME, .may_be_null = false},
	{"replaces_id", TR("Remplace"), API_INTEGER, .may_be_null = true},
	{"second_of", TR("Second regard"), API_INTEGER, .may_be_null = true},
	{0},
};
static const struct api_shape finding_shape = {"Finding", finding_fields};
static const struct api_field item_finding_fields[] = {
	{"inspection_id", TR("Contrôle"), API_INTEGER, .may_be_null = false},
	{"item", TR("Article"), API_INTEGER, .may_be_null = false},
	{"result", TR("Résultat"), API_TEXT, .may_be_null = false},
	{"quantity", TR("Quantité comptée"), API_TEXT, .may_be_null = false},
	{"note", TR("Constat"), API_TEXT, .may_be_null = false},
	{0},
};
static const struct api_shape item_finding_shape = {"ItemFinding", item_finding_fields};
static const struct api_field visit_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"consignment_id", TR("Envoi"), API_INTEGER, .may_be_null = false},
	{"reference", TR("Référence"), API_TEXT, .may_be_null = false},
	{"office", TR("Bureau"), API_TEXT, .may_be_null = true},
	{"lane", TR("Circuit"), API_TEXT, .may_be_null = true},
	{"kind", TR("Genre"), API_TEXT, .may_be_null = false},
	{"state", TR("État"), API_TEXT, .may_be_null = false},
	{"inspector_id", TR("Inspecteur"), API_INTEGER, .may_be_null = true},
	{"inspector", TR("Nom"), API_TEXT, .may_be_null = true},
	{"planned_on", TR("Jour"), API_DATE, .may_be_null = true},
	{"started_at", TR("Début"), API_TIME, .may_be_null = true},
	{"ended_at", TR("Fin"), API_TIME, .may_be_null = true},
	{"version", TR("Version"), API_INTEGER, .may_be_null = false},
	{"first_id", TR("Second regard"), API_INTEGER, .may_be_null = true},
	{"inspection_id", TR("Contrôle"), API_INTEGER, .may_be_null = true},
	{"file_version", TR("Version de la fiche"), API_INTEGER, .may_be_null = false},
	{"typed", TR("Observations"), API_OBJECT, .is_list = true, .of = &typed_shape},
	{"photos", TR("Photos"), API_OBJECT, .is_list = true, .of = &photo_shape},
	{"findings", TR("Résultat"), API_OBJECT, .is_list = true, .of = &finding_shape},
	{"item_findings", TR("Articles"), API_OBJECT, .is_list = true, .of = &item_finding_shape},
	{0},
};
const struct api_shape visit_shape = {"Visit", visit_fields};

enum status queue_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct text paths = actor_path_list(&rq->actor, INSPECTIONS_RECORD, rq->arena), wanted = rq_input(rq, "circuit");
	int64_t after = 0, last = 0, lane_number = -1;
	size_t page = rq_page_rows(rq, PAGE_ROWS), count = 0;
	enum lane lane;

	if (!paths.data)
		return STATUS_NO_MEMORY;
	(void)rq_integer(rq, "apres", &after);
	if (lane_from(wanted, &lane))
		lane_number = lane;
	TRY(store_query(db, &QUEUE_DATA,
		PARAMS(value_text(paths), V_INT(after), V_INT(lane_number), V_INT((int64_t)page + 1)), &rows));
	while (rows_next(rows) && ++count <= page) {
		last = rows_integer(rows, 0);
		api_row(json, &queue_shape, rows);
	}
	if (count > page)
		rq_next_page(rq, arena_format(rq->arena, "/controles?circuit=%s&apres=%lld",
			lane_number < 0 ? "" : lane_code(lane), (long long)last).data);
	return rows_status(rows);
}

static enum status put_rows(struct reader *db, struct json_writer *json, const char *name,
	const struct statement *statement, const struct api_shape *shape, int64_t visit_id)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(db, statement, PARAMS(V_INT(visit_id)), &rows));
	put_key(json, name);
	put_array(json);
	while (rows_next(rows))
		api_row(json, shape, rows);
	put_array_end(json);
	return rows_status(rows);
}

enum status visit_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct stored_consignment row;
	struct visit visit;

	TRY(visit_seen(rq, db, &visit, &row));
	TRY(store_query(db, &VISIT_DATA, PARAMS(V_INT(visit.id)), &rows));
	if (!rows_next(rows))
		return rows_status(rows) == STATUS_OK ? STATUS_NOT_FOUND : rows_status(rows);
	put_object(json);
	api_row_members(json, &visit_shape, rows, 0);
	TRY(put_rows(db, json, "typed", &VISIT_TYPED, &typed_shape, visit.id));
	TRY(put_rows(db, json, "photos", &VISIT_PHOTOS, &photo_shape, visit.id));
	TRY(put_rows(db, json, "findings", &VISIT_FINDINGS, &finding_shape, visit.id));
	TRY(put_rows(db, json, "item_findings", &VISIT_ITEM_FINDINGS, &item_finding_shape, visit.id));
	put_object_end(json);
	return STATUS_OK;
}
