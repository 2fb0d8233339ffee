/* Recording results: one transaction for the result, the consignment's state, the outcome, journal and event. */
#include "domain/event.h"
#include "domain/journal.h"
#include "domain/notification.h"
#include "modules/inspections/inspections.h"

STATEMENT(INSPECTION_INSERT,
	"insert into inspections (consignment_id, decision_id, result, recovered, currency, note, inspector_id, "
	"recorded_at, replaces_id, next_step, visit_id, second_of) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
	"$12) returning id");
STATEMENT(ITEM_INSERT,
	"insert into inspection_items (inspection_id, item_number, result, quantity, note) values ($1, $2, $3, $4, $5)");
STATEMENT(INSPECTION_RESULT, "select result from inspections where id = $1 and consignment_id = $2");
STATEMENT(INSPECTION_LAST, "select id, result from inspections where consignment_id = $1 and second_of is null order by id desc limit 1");

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

const struct next_step next_steps[] = {
	{"release", TR("Mainlevée")},
	{"payment", TR("Liquidation complémentaire")},
	{"dispute", TR("Procès-verbal et contentieux")},
	{"seizure", TR("Saisie")},
	{"sample", TR("Prélèvement et analyse")},
	{"storage", TR("Mise en dépôt")},
	{"more", TR("Complément de contrôle")},
	{NULL, NULL},
};

const char *next_step_label(struct text code)
{
	for (const struct next_step *row = next_steps; row->code; row++)
		if (text_is(code, row->code))
			return row->label;
	return NULL;
}

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

static void print_item(struct json_writer *json, const struct inspection_item *item)
{
	put_object(json);
	put_key(json, "number");
	put_int(json, item->number);
	put_key(json, "result");
	put_text(json, item->result);
	put_key(json, "quantity");
	put_text(json, item->quantity);
	put_key(json, "note");
	put_text(json, item->note);
	put_object_end(json);
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
	put_key(&json, "next_step");
	put_text(&json, inspection->next_step);
	if (inspection->visit_id) {
		put_key(&json, "visit");
		put_int(&json, inspection->visit_id);
	}
	put_key(&json, "items");
	put_array(&json);
	for (size_t i = 0; i < inspection->item_count; i++)
		print_item(&json, &inspection->items[i]);
	put_array_end(&json);
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

static bool is_sound(const struct inspection *inspection)
{
	if (!inspection_result_find(inspection->result) ||
		(inspection->recovered != NUMBER_NONE && inspection->recovered < 0) || inspection->note.size > 4000 ||
		(inspection->next_step.size && !next_step_label(inspection->next_step)))
		return false;
	for (size_t i = 0; i < inspection->item_count; i++)
		if (!inspection_result_find(inspection->items[i].result))
			return false;
	return true;
}

static struct text or_empty(struct text text)
{
	return text.data ? text : TEXT("");
}

static enum status insert(struct writer *writer, const struct actor *actor, const struct inspection *inspection,
	int64_t decision_id, int64_t replaces, int64_t *ret_id)
{
	TRY(store_returning(writer, &INSPECTION_INSERT,
		PARAMS(V_INT(inspection->consignment_id), decision_id ? V_INT(decision_id) : V_NULL,
			value_text(inspection->result), value_optional(inspection->recovered),
			value_text(inspection->currency), value_text(or_empty(inspection->note)), V_INT(actor->user_id),
			V_INT(clock_now()), replaces ? V_INT(replaces) : V_NULL, value_text(inspection->next_step),
			inspection->visit_id ? V_INT(inspection->visit_id) : V_NULL,
			inspection->second_of ? V_INT(inspection->second_of) : V_NULL),
		ret_id));
	for (size_t i = 0; i < inspection->item_count; i++) {
		const struct inspection_item *item = &inspection->items[i];

		TRY(store_execute(writer, &ITEM_INSERT,
			PARAMS(V_INT(*ret_id), V_INT(item->number), value_text(item->result),
				value_text(or_empty(item->quantity)), value_text(or_empty(item->note))),
			NULL));
	}
	return STATUS_OK;
}

/* A second look stands beside the first; who heads the office hears when the two differ. */
static enum status second_look(struct writer *writer, const struct actor *actor, const struct inspection *inspection,
	const struct stored_consignment *row, int64_t id, struct text first)
{
	AUTO(buffer_release) struct buffer details = {0};
	AUTO(arena_release) struct arena *arena = arena_new(4096);
	struct text path = arena ? arena_format(arena, "/envois/%lld", (long long)row->id) : TEXT_NONE;

	if (!path.data)
		return STATUS_NO_MEMORY;
	buffer_init(&details, 1 << 20);
	TRY(print_details(inspection, id, first, &details));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "consignment", .entity_id = row->id,
			.action = "second_look", .unit_path = row->unit_path, .details = buffer_text(&details)},
		NULL));
	TRY(event_publish(writer,
		&(struct event){"inspection.second_look", actor, row->id, row->unit_path}));
	if (text_equal(first, inspection->result))
		return STATUS_OK;
	return notification_send_holders(writer, INSPECTIONS_CORRECT, row->unit_path, actor->user_id,
		&(struct notification){.kind = "inspection.second_look",
			.message = {.id = TR("Le second regard sur %1 ne trouve pas la même chose que le premier."),
				.values = {row->reference}},
			.path = path.data});
}

static enum status record_second(struct writer *writer, const struct actor *actor, const struct inspection *inspection,
	const struct stored_consignment *row, int64_t *ret_id)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(4096);
	struct text first;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(store_query(writer_reader(writer), &INSPECTION_RESULT,
		PARAMS(V_INT(inspection->second_of), V_INT(row->id)), &rows));
	if (!rows_next(rows))
		return rows_status(rows) == STATUS_OK ? STATUS_NOT_FOUND : rows_status(rows);
	first = rows_copy(rows, 0, arena);
	rows_end(rows);
	rows = NULL;
	if (!first.data)
		return STATUS_NO_MEMORY;
	TRY(insert(writer, actor, inspection, row->decision_id, 0, ret_id));
	return second_look(writer, actor, inspection, row, *ret_id, first);
}

enum status inspection_record(struct writer *writer, const struct actor *actor, const struct inspection *inspection,
	struct arena *arena, int64_t *ret_id)
{
	struct stored_consignment row;
	int64_t replaces, id;
	struct text before;

	TRY(consignment_find(writer_reader(writer), inspection->consignment_id, arena, &row));
	if (!actor_may(actor, INSPECTIONS_RECORD, row.unit_path))
		return actor_may(actor, CONSIGNMENTS_READ, row.unit_path) ? STATUS_FORBIDDEN : STATUS_NOT_FOUND;
	if (!is_sound(inspection))
		return STATUS_INVALID;
	if (inspection->second_of)
		return record_second(writer, actor, inspection, &row, ret_id);
	TRY(find_last(writer_reader(writer), row.id, arena, &replaces, &before));
	if (replaces && !actor_may(actor, INSPECTIONS_CORRECT, row.unit_path))
		return STATUS_FORBIDDEN;
	if (inspection->row_version != row.row_version)
		return STATUS_CONFLICT;
	TRY(insert(writer, actor, inspection, row.decision_id, replaces, &id));
	TRY(move_consignment(writer, actor, inspection, id, before));
	*ret_id = id;
	return STATUS_OK;
}
