/* Recording results: one transaction for the result, the consignment's state, the outcome, journal and event. */
#include "modules/inspections/inspections.h"

STATEMENT(INSPECTION_INSERT,
	"insert into inspections (consignment_id, decision_id, result, recovered, currency, note, inspector_id, "
	"recorded_at, replaces_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id");
STATEMENT(INSPECTION_LAST, "select id, result from inspections where consignment_id = $1 order by id desc limit 1");

const struct inspection_result inspection_results[] = {
	{"conform", TR("Conforme"), false},
	{"quantity", TR("Différence de quantité"), true},
	{"species", TR("Différence d'espèce"), true},
	{"origin", TR("Différence d'origine"), true},
	{"value", TR("Différence de valeur"), true},
	{"prohibited", TR("Marchandise prohibée"), true},
	{"false_document", TR("Faux document"), true},
	{"other", TR("Autre irrégularité"), true},
	{NULL, NULL, false},
};

const struct inspection_result *inspection_result_find(struct text code)
{
	for (const struct inspection_result *row = inspection_results; row->code; row++)
		if (text_is(code, row->code))
			return row;
	return NULL;
}

/* The result that a new one replaces; 0 when it is the first. */
static enum status find_last(struct reader *reader, int64_t consignment_id, struct arena *arena, int64_t *ret_id,
	struct text *ret_result)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &INSPECTION_LAST, PARAMS(V_INT(consignment_id)), &rows));
	*ret_id = 0;
	*ret_result = TEXT_NONE;
	if (!rows_next(rows))
		return rows_status(rows);
	*ret_id = rows_integer(rows, 0);
	*ret_result = rows_copy(rows, 1, arena);
	return rows_status(rows);
}

static enum status print_details(const struct inspection *inspection, int64_t id, struct text before,
	struct buffer *details)
{
	struct json_writer json;

	put_begin(&json, details);
	put_object(&json);
	put_key(&json, "inspection");
	put_int(&json, id);
	put_key(&json, "result");
	put_array(&json);
	put_text(&json, before);
	put_text(&json, inspection->result);
	put_array_end(&json);
	put_key(&json, "recovered");
	put_micro(&json, inspection->recovered);
	put_key(&json, "currency");
	put_text(&json, inspection->currency);
	put_key(&json, "note");
	put_text(&json, inspection->note);
	put_object_end(&json);
	return buffer_status(details);
}

/* State, outcome, journal and event, by the rows of the consignment's workflow. */
static enum status move_consignment(struct writer *writer, const struct actor *actor,
	const struct inspection *inspection, int64_t id, struct text before)
{
	const struct inspection_result *result = inspection_result_find(inspection->result);
	const struct consignment_move input = {.adverse = result->adverse, .recovered = inspection->recovered,
		.known_on = clock_today()};
	AUTO(buffer_release) struct buffer details = {0};
	struct message refusal = {.id = NULL};

	buffer_init(&details, 1 << 20);
	TRY(print_details(inspection, id, before, &details));
	return workflow_move_to(writer, &consignment_workflow, before.data ? "control_corrected" : "control_recorded",
		&(struct workflow_move){.actor = actor, .id = inspection->consignment_id,
			.version = inspection->row_version, .details = buffer_text(&details), .input = &input},
		&refusal);
}

enum status inspection_record(struct writer *writer, const struct actor *actor, const struct inspection *inspection,
	struct arena *arena, int64_t *ret_id)
{
	const struct inspection_result *result = inspection_result_find(inspection->result);
	struct stored_consignment row;
	int64_t replaces, id;
	struct text before;

	TRY(consignment_find(writer_reader(writer), inspection->consignment_id, arena, &row));
	if (!actor_may(actor, INSPECTIONS_RECORD, row.unit_path))
		return actor_may(actor, CONSIGNMENTS_READ, row.unit_path) ? STATUS_FORBIDDEN : STATUS_NOT_FOUND;
	if (!result || (inspection->recovered != NUMBER_NONE && inspection->recovered < 0) || inspection->note.size > 4000)
		return STATUS_INVALID;
	TRY(find_last(writer_reader(writer), row.id, arena, &replaces, &before));
	if (replaces && !actor_may(actor, INSPECTIONS_CORRECT, row.unit_path))
		return STATUS_FORBIDDEN;
	if (inspection->row_version != row.row_version)
		return STATUS_CONFLICT;
	TRY(store_returning(writer, &INSPECTION_INSERT,
		PARAMS(V_INT(row.id), row.decision_id ? V_INT(row.decision_id) : V_NULL, value_text(inspection->result),
			value_optional(inspection->recovered), value_text(inspection->currency),
			value_text(inspection->note.data ? inspection->note : TEXT("")), V_INT(actor->user_id),
			V_INT(clock_now()), replaces ? V_INT(replaces) : V_NULL),
		&id));
	TRY(move_consignment(writer, actor, inspection, id, before));
	*ret_id = id;
	return STATUS_OK;
}
