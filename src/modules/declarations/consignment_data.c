/* Consignments and imports for programs. */
#include "modules/declarations/list.h"
#include "modules/declarations/pages.h"
#include "web/session.h"

enum { LIST_ROWS = 100 };

#define LANE "case c.lane when 0 then 'green' when 1 then 'blue' when 2 then 'yellow' when 3 then 'red' end"
#define ROW_COLUMNS                                                                                                    \
	"c.id, case c.stage when 0 then 'manifest' else 'declaration' end, c.reference, c.office, c.day, c.flow, c.regime, " \
	"c.manifest, c.consignee_code, c.consignee_name, c.exporter_name, c.declarant_code, c.description, c.item_count, "   \
	"c.gross_mass, c.customs_value, c.state, " LANE ", c.score, c.decision_id, c.outcome, c.recovered, c.version, "      \
	"c.row_version, c.received_at "
STATEMENT(CONSIGNMENT_DATA, "select " ROW_COLUMNS "from consignments c where c.id = $1");
STATEMENT(IMPORT_DATA_LIST,
	"select id, file_name, format, state, size, read_count, added_count, amended_count, unchanged_count, warning_count, "
	"error_count, refusal, started_at, ended_at, user_id from imports where (user_id = $1 or " IMPORT_SEEN ") and id < $3 "
	"order by id desc limit $4");
STATEMENT(IMPORT_DATA,
	"select id, file_name, format, state, size, read_count, added_count, amended_count, unchanged_count, warning_count, "
	"error_count, refusal, started_at, ended_at, user_id from imports where id = $3 and "
	"(user_id = $1 or " IMPORT_SEEN ")");
STATEMENT(IMPORT_DATA_PROBLEMS,
	"select level, reference, place, message_id, value_1, value_2, value_3 from import_problems "
	"where import_id = $1 order by number limit 500");

#define ROW_FIELDS                                                                                                     \
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false}, {"stage", TR("Étape"), API_TEXT, .may_be_null = false},     \
		{"reference", TR("Référence"), API_TEXT, .may_be_null = false}, {"office", TR("Bureau"), API_TEXT, .may_be_null = true}, \
		{"day", TR("Date"), API_DATE, .may_be_null = false}, {"flow", TR("Sens"), API_TEXT, .may_be_null = true},            \
		{"regime", TR("Régime"), API_TEXT, .may_be_null = true}, {"manifest", TR("Manifeste"), API_TEXT, .may_be_null = true}, \
		{"consignee_code", TR("Code du destinataire"), API_TEXT, .may_be_null = true},                                       \
		{"consignee_name", TR("Destinataire"), API_TEXT, .may_be_null = true},                                               \
		{"exporter_name", TR("Exportateur"), API_TEXT, .may_be_null = true},                                                 \
		{"declarant_code", TR("Code du déclarant"), API_TEXT, .may_be_null = true},                                          \
		{"description", TR("Marchandise"), API_TEXT, .may_be_null = true},                                                   \
		{"item_count", TR("Articles"), API_INTEGER, .may_be_null = false},                                                   \
		{"gross_mass", TR("Masse brute (kg)"), API_DECIMAL, .may_be_null = true},                                            \
		{"customs_value", TR("Valeur en douane"), API_DECIMAL, .may_be_null = true},                                         \
		{"state", TR("État"), API_TEXT, .may_be_null = false}, {"lane", TR("Circuit"), API_TEXT, .may_be_null = true},       \
		{"score", TR("Score"), API_REAL, .may_be_null = true}, {"decision_id", TR("Décision"), API_INTEGER, .may_be_null = true}, \
		{"adverse", TR("Constat"), API_BOOLEAN, .may_be_null = true},                                                        \
		{"recovered", TR("Droits et taxes retrouvés"), API_DECIMAL, .may_be_null = true},                                    \
		{"version", TR("Version"), API_INTEGER, .may_be_null = false},                                                       \
		{"row_version", TR("Version de la fiche"), API_INTEGER, .may_be_null = false},                                       \
	{                                                                                                              \
		"received_at", TR("Reçu"), API_TIME, .may_be_null = false                                              \
	}
static const struct api_field row_fields[] = {ROW_FIELDS, {0}};
const struct api_shape consignment_row_shape = {"ConsignmentRow", row_fields};
static const struct api_field consignment_fields_rows[] = {
	ROW_FIELDS,
	{"content", TR("Tout ce qui a été déclaré"), API_ANY, .may_be_null = false},
	{0},
};
const struct api_shape consignment_shape = {"Consignment", consignment_fields_rows};

#define IMPORT_FIELDS                                                                                                  \
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false}, {"file_name", TR("Fichier"), API_TEXT, .may_be_null = false}, \
		{"format", TR("Format"), API_TEXT, .may_be_null = false}, {"state", TR("État"), API_TEXT, .may_be_null = false},     \
		{"size", TR("Taille (octets)"), API_INTEGER, .may_be_null = false},                                                  \
		{"read", TR("Lus"), API_INTEGER, .may_be_null = false}, {"added", TR("Nouveaux"), API_INTEGER, .may_be_null = false}, \
		{"amended", TR("Rectifiés"), API_INTEGER, .may_be_null = false},                                                     \
		{"unchanged", TR("Inchangés"), API_INTEGER, .may_be_null = false},                                                   \
		{"warnings", TR("Avertissements"), API_INTEGER, .may_be_null = false},                                               \
		{"errors", TR("Erreurs"), API_INTEGER, .may_be_null = false},                                                        \
		{"refusal", TR("Motif du refus"), API_TEXT, .may_be_null = true},                                                    \
		{"started_at", TR("Début"), API_TIME, .may_be_null = false}, {"ended_at", TR("Fin"), API_TIME, .may_be_null = true}, \
	{                                                                                                              \
		"user_id", TR("Par"), API_INTEGER, .may_be_null = false                                                \
	}
static const struct api_field import_row_fields[] = {IMPORT_FIELDS, {0}};
const struct api_shape import_row_shape = {"ImportRow", import_row_fields};
static const struct api_field import_problem_fields[] = {
	{"level", TR("Gravité"), API_TEXT, .may_be_null = false},
	{"reference", TR("Référence"), API_TEXT, .may_be_null = true},
	{"place", TR("Endroit"), API_TEXT, .may_be_null = true},
	{"text", TR("Remarque"), API_TEXT, .may_be_null = false},
	{0},
};
static const struct api_shape import_problem_shape = {"ImportProblem", import_problem_fields};
static const struct api_field import_fields[] = {
	IMPORT_FIELDS,
	{"problems", TR("Remarques"), API_OBJECT, .is_list = true, .of = &import_problem_shape},
	{0},
};
const struct api_shape import_shape = {"Import", import_fields};

/* ---- consignments */

static void put_number(struct json_writer *json, const char *key, int64_t value)
{
	put_key(json, key);
	if (value == INT64_MIN)
		put_null(json);
	else
		put_int(json, value);
}

static void put_named(struct json_writer *json, const char *key, struct text value)
{
	put_key(json, key);
	put_text(json, value);
}

/* The members of row_fields, in their order. */
static void put_row(struct json_writer *json, const struct stored_consignment *row)
{
	put_object(json);
	put_number(json, "id", row->id);
	put_named(json, "stage", text_of(stage_code(row->stage)));
	put_named(json, "reference", row->reference);
	put_named(json, "office", row->office);
	put_key(json, "day");
	put_date(json, row->day);
	put_named(json, "flow", row->flow);
	put_named(json, "regime", row->regime);
	put_named(json, "manifest", row->manifest);
	put_named(json, "consignee_code", row->consignee_code);
	put_named(json, "consignee_name", row->consignee_name);
	put_named(json, "exporter_name", row->exporter_name);
	put_named(json, "declarant_code", row->declarant_code);
	put_named(json, "description", row->description);
	put_number(json, "item_count", row->item_count);
	put_key(json, "gross_mass");
	put_micro(json, row->gross_mass);
	put_key(json, "customs_value");
	put_micro(json, row->customs_value);
	put_named(json, "state", row->state);
	put_named(json, "lane", row->lane >= 0 && row->lane < LANE_COUNT ? text_of(lane_code((enum lane)row->lane)) : TEXT_NONE);
	put_key(json, "score");
	if (row->is_scored)
		put_double(json, row->score);
	else
		put_null(json);
	put_number(json, "decision_id", row->decision_id ? row->decision_id : INT64_MIN);
	put_key(json, "adverse");
	if (row->outcome == INT64_MIN)
		put_null(json);
	else
		put_bool(json, row->outcome != 0);
	put_key(json, "recovered");
	put_micro(json, row->recovered);
	put_number(json, "version", row->version);
	put_number(json, "row_version", row->row_version);
	put_key(json, "received_at");
	put_time(json, row->received_at);
	put_object_end(json);
}

static enum status put_list(struct request *rq, struct reader *db, struct json_writer *json, const char *path, int64_t stage)
{
	struct stored_consignment *rows;
	struct list_query query;
	size_t count;
	bool more;

	TRY(list_read(rq, db, path, stage, &query));
	TRY(list_rows(rq, db, &query, rq_page_rows(rq, LIST_ROWS), &rows, &count, &more));
	for (size_t i = 0; i < count; i++)
		put_row(json, &rows[i]);
	if (more && count)
		rq_next_page(rq, list_address_after(rq, &query, &rows[count - 1]));
	return STATUS_OK;
}

enum status consignment_list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	return put_list(rq, db, json, "/envois", -1);
}

enum status declaration_list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	return put_list(rq, db, json, "/declarations", STAGE_DECLARATION);
}

enum status bill_list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	return put_list(rq, db, json, "/connaissements", STAGE_MANIFEST);
}

enum status consignment_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(buffer_release) struct buffer content = {0};
	struct stored_consignment row;
	struct consignment consignment;

	TRY(consignment_seen(rq, db, CONSIGNMENTS_READ, &row));
	TRY(consignment_content(db, row.id, row.version, rq->arena, &consignment));
	buffer_init(&content, 256 << 20);
	consignment_write(&content, &consignment);
	TRY(buffer_status(&content));
	TRY(store_query(db, &CONSIGNMENT_DATA, PARAMS(V_INT(row.id)), &rows));
	if (!rows_next(rows))
		return rows_status(rows) == STATUS_OK ? STATUS_NOT_FOUND : rows_status(rows);
	put_object(json);
	api_row_members(json, &consignment_row_shape, rows, 0);
	put_key(json, "content");
	put_raw(json, buffer_text(&content));
	put_object_end(json);
	return STATUS_OK;
}

/* ---- imports */

enum status import_list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	AUTO(rows_release) struct rows *rows = NULL;
	size_t page = rq_page_rows(rq, LIST_ROWS), count = 0;
	int64_t before = INT64_MAX;

	(void)rq_integer(rq, "avant", &before);
	TRY(store_query(db, &IMPORT_DATA_LIST,
		PARAMS(V_INT(rq->actor.user_id), value_text(actor_path_list(&rq->actor, IMPORTS_READ_ALL, rq->arena)), V_INT(before), V_INT((int64_t)page + 1)),
		&rows));
	while (rows_next(rows)) {
		if (++count > page) {
			rq_next_page(rq, arena_format(rq->arena, "/imports?avant=%lld", (long long)before).data);
			break;
		}
		before = rows_integer(rows, 0);
		api_row(json, &import_row_shape, rows);
	}
	return rows_status(rows);
}

static enum status put_import_problems(struct request *rq, struct reader *db, int64_t id, struct json_writer *json)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(buffer_release) struct buffer line = {0};

	buffer_init(&line, 65536);
	TRY(store_query(db, &IMPORT_DATA_PROBLEMS, PARAMS(V_INT(id)), &rows));
	put_key(json, "problems");
	put_array(json);
	while (rows_next(rows)) {
		const char *text = arena_string(rq->arena, rows_text(rows, 3));
		const struct message message = {text ? text : "",
			{rows_text(rows, 4), rows_text(rows, 5), rows_text(rows, 6)}};

		buffer_clear(&line);
		message_print(&line, rq->language, &message);
		put_object(json);
		put_key(json, "level");
		put_text(json, rows_integer(rows, 0) == PROBLEM_ERROR ? TEXT("error") : TEXT("warning"));
		put_key(json, "reference");
		put_text(json, rows_text(rows, 1));
		put_key(json, "place");
		put_text(json, rows_text(rows, 2));
		put_key(json, "text");
		put_text(json, buffer_text(&line));
		put_object_end(json);
	}
	put_array_end(json);
	return rows_status(rows);
}

enum status import_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(store_query(db, &IMPORT_DATA,
		PARAMS(V_INT(rq->actor.user_id), value_text(actor_path_list(&rq->actor, IMPORTS_READ_ALL, rq->arena)), V_INT(id)),
		&rows));
	if (!rows_next(rows))
		return rows_status(rows) == STATUS_OK ? STATUS_NOT_FOUND : rows_status(rows);
	put_object(json);
	api_row_members(json, &import_row_shape, rows, 0);
	rows_release(&rows);
	TRY(put_import_problems(rq, db, id, json));
	put_object_end(json);
	return STATUS_OK;
}
