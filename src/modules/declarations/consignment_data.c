/* Consignments and imports for programs. */
#include "base/utf8.h"
#include "modules/declarations/pages.h"
#include "web/session.h"

enum { LIST_ROWS = 100 };

#define LANE "case c.lane when 0 then 'green' when 1 then 'blue' when 2 then 'yellow' when 3 then 'red' end"
#define ROW_COLUMNS                                                                                                    \
	"c.id, case c.stage when 0 then 'manifest' else 'declaration' end, c.reference, c.office, c.day, c.flow, c.regime, " \
	"c.manifest, c.consignee_code, c.consignee_name, c.exporter_name, c.declarant_code, c.description, c.item_count, "   \
	"c.gross_mass, c.customs_value, c.state, " LANE ", c.score, c.decision_id, c.outcome, c.recovered, c.version, "      \
	"c.row_version, c.received_at "
STATEMENT(CONSIGNMENT_DATA_LIST,
	"select " ROW_COLUMNS "from consignments c where ($1 = '*' or c.unit_path in (select u.path from units u join units g "
	"on substr(u.path, 1, length(g.path)) = g.path where CAST($1 AS text) like '%|' || g.path || '|%')) "
	"and (c.lane = $2 or $2 < 0) and (c.stage = $3 or $3 < 0) and (CAST($4 AS text) is null or c.search like $4) "
	"and (CAST($5 AS text) is null or c.state = $5) and (c.day, c.id) < ($6, $7) "
	"order by c.day desc, c.id desc limit $8");
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

static struct text pattern_of(struct arena *arena, struct text search)
{
	AUTO(buffer_release) struct buffer folded = {0};

	if (!search.size)
		return TEXT_NONE;
	buffer_init(&folded, 1000);
	buffer_byte(&folded, '%');
	utf8_fold(&folded, search);
	for (size_t i = 0; i < folded.size; i++)
		if (folded.data[i] == ' ')
			folded.data[i] = '%';
	buffer_byte(&folded, '%');
	return arena_text(arena, buffer_text(&folded));
}

static int64_t lane_wanted(struct text code)
{
	enum lane lane;

	return lane_from(code, &lane) ? (int64_t)lane : -1;
}

static int64_t stage_wanted(struct text code)
{
	if (text_is(code, stage_code(STAGE_MANIFEST)))
		return STAGE_MANIFEST;
	return text_is(code, stage_code(STAGE_DECLARATION)) ? STAGE_DECLARATION : -1;
}

static void add_input(struct buffer *out, struct request *rq, const char *name)
{
	struct text value = rq_input(rq, name);

	if (!value.size)
		return;
	buffer_format(out, "%s=", name);
	for (size_t i = 0; i < value.size; i++)
		buffer_format(out, "%%%02X", (unsigned char)value.data[i]);
	buffer_byte(out, '&');
}

static void say_next(struct request *rq, int64_t day, int64_t id)
{
	static const char *const names[] = {"circuit", "etape", "etat", "recherche"};
	AUTO(buffer_release) struct buffer path = {0};

	buffer_init(&path, 8192);
	buffer_string(&path, "/envois?");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		add_input(&path, rq, names[i]);
	buffer_format(&path, "jour=%lld&avant=%lld", (long long)day, (long long)id);
	rq_next_page(rq, arena_string(rq->arena, buffer_text(&path)));
}

enum status consignment_list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct text state = rq_input(rq, "etat");
	int64_t day = INT64_MAX, id = INT64_MAX;
	int count = 0;

	if (!rq_integer(rq, "jour", &day) || !rq_integer(rq, "avant", &id))
		day = id = INT64_MAX;
	TRY(store_query(db, &CONSIGNMENT_DATA_LIST,
		PARAMS(value_text(actor_path_list(&rq->actor, CONSIGNMENTS_READ, rq->arena)),
			V_INT(lane_wanted(rq_input(rq, "circuit"))), V_INT(stage_wanted(rq_input(rq, "etape"))),
			value_text(pattern_of(rq->arena, rq_input(rq, "recherche"))),
			value_text(state.size ? state : TEXT_NONE), V_INT(day), V_INT(id), V_INT(LIST_ROWS + 1)),
		&rows));
	while (rows_next(rows)) {
		if (++count > LIST_ROWS) {
			say_next(rq, day, id);
			break;
		}
		id = rows_integer(rows, 0);
		day = rows_integer(rows, 4);
		api_row(json, &consignment_row_shape, rows);
	}
	return rows_status(rows);
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
