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
	"error_count, refusal, started_at, ended_at, user_id from imports where (user_id = $1 or $2 = 1) and id < $3 "
	"order by id desc limit $4");
STATEMENT(IMPORT_DATA,
	"select id, file_name, format, state, size, read_count, added_count, amended_count, unchanged_count, warning_count, "
	"error_count, refusal, started_at, ended_at, user_id from imports where id = $1");
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

/* The same rows as the page: filters, search and order are the list's own. */
enum status consignment_list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct list_query query;
	struct stored_consignment *found;
	size_t count;
	bool has_more;

	TRY(list_read(rq, db, "/envois", -1, &query));
	TRY(list_rows(rq, db, &query, LIST_ROWS, &found, &count, &has_more));
	for (size_t i = 0; i < count; i++) {
		AUTO(rows_release) struct rows *rows = NULL;

		TRY(store_query(db, &CONSIGNMENT_DATA, PARAMS(V_INT(found[i].id)), &rows));
		if (rows_next(rows))
			api_row(json, &consignment_row_shape, rows);
		TRY(rows_status(rows));
	}
	if (has_more)
		rq_next_page(rq, list_address_after(rq, &query, &found[count - 1]));
	return STATUS_OK;
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
	int64_t before = INT64_MAX;
	int count = 0;

	(void)rq_integer(rq, "avant", &before);
	TRY(store_query(db, &IMPORT_DATA_LIST,
		PARAMS(V_INT(rq->actor.user_id), V_BOOL(rq_may(rq, "imports.read_all")), V_INT(before), V_INT(LIST_ROWS + 1)),
		&rows));
	while (rows_next(rows)) {
		if (++count > LIST_ROWS) {
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
	TRY(store_query(db, &IMPORT_DATA, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows))
		return rows_status(rows) == STATUS_OK ? STATUS_NOT_FOUND : rows_status(rows);
	if (rows_integer(rows, 14) != rq->actor.user_id && !rq_may(rq, "imports.read_all"))
		return STATUS_NOT_FOUND;
	put_object(json);
	api_row_members(json, &import_row_shape, rows, 0);
	rows_release(&rows);
	TRY(put_import_problems(rq, db, id, json));
	put_object_end(json);
	return STATUS_OK;
}
