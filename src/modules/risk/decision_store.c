/* Decisions in the database, and their reasons as JSON. */
#include "modules/risk/risk_store.h"

#include <math.h>
#include <string.h>

STATEMENT(DECISION_INSERT,
	"insert into decisions (id, consignment_id, version, gate, decided_at, decided_on, lane, score, policy_id, "
	"model_id, selection_id, period_id, counterpart_id, counterpart_version, draw, counts_before, history, reasons) "
	"values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)");
STATEMENT(DECISION_BY_ID,
	"select consignment_id, version, gate, decided_at, decided_on, lane, score, policy_id, coalesce(model_id, 0), "
	"selection_id, period_id, coalesce(counterpart_id, 0), coalesce(counterpart_version, 0), draw, counts_before, "
	"history, reasons from decisions where id = $1");

enum { DECISION_VALUES = 18 };

static struct value id_or_null(int64_t id)
{
	return id ? V_INT(id) : V_NULL;
}

enum status decisions_write(struct writer *writer, const struct decision_record *records, size_t count,
	struct arena *arena)
{
	struct value *values = ARENA_ARRAY(arena, count * DECISION_VALUES, struct value);

	if (!values)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const struct decision_record *r = &records[i];
		const struct value row[DECISION_VALUES] = {V_INT(r->id), V_INT(r->consignment_id), V_INT(r->version),
			V_INT(r->gate), V_INT(r->decided_at), V_INT(r->decided_on), V_INT(r->decision.lane),
			isnan(r->decision.score) ? V_NULL : V_REAL(r->decision.score), V_INT(r->policy_id),
			id_or_null(r->model_id), V_INT(r->selection_id), V_INT(r->period_id),
			id_or_null(r->counterpart_id), id_or_null(r->counterpart_version),
			V_BYTES(((struct text){(const char *)r->decision.draw, sizeof r->decision.draw})),
			V_BYTES(r->counts_before), V_BYTES(r->history), value_text(r->reasons)};

		memcpy(values + DECISION_VALUES * i, row, sizeof row);
	}
	return store_execute_many(writer, &DECISION_INSERT, values, DECISION_VALUES, count);
}

enum status decision_find(struct reader *reader, int64_t id, struct arena *arena, struct decision_record *ret_record)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct decision_record r = {.id = id};
	struct text draw;

	TRY(store_query(reader, &DECISION_BY_ID, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	r.consignment_id = rows_integer(rows, 0);
	r.version = rows_integer(rows, 1);
	r.gate = (enum gate)rows_integer(rows, 2);
	r.decided_at = rows_integer(rows, 3);
	r.decided_on = rows_integer(rows, 4);
	r.decision.lane = (enum lane)rows_integer(rows, 5);
	r.decision.score = rows_is_null(rows, 6) ? (double)NAN : rows_real(rows, 6);
	r.policy_id = rows_integer(rows, 7);
	r.model_id = rows_integer(rows, 8);
	r.selection_id = rows_integer(rows, 9);
	r.period_id = rows_integer(rows, 10);
	r.counterpart_id = rows_integer(rows, 11);
	r.counterpart_version = rows_integer(rows, 12);
	draw = rows_bytes(rows, 13);
	memcpy(r.decision.draw, draw.data, draw.size < sizeof r.decision.draw ? draw.size : sizeof r.decision.draw);
	r.counts_before = rows_copy(rows, 14, arena);
	r.history = rows_copy(rows, 15, arena);
	r.reasons = rows_copy(rows, 16, arena);
	*ret_record = r;
	return STATUS_OK;
}

/* The message's id and values, not its text: whoever reads it has a language of his own. What is empty or
 * usual is left out. */
static void put_reason(struct json_writer *json, const struct reason *reason)
{
	put_object(json);
	put_key(json, "kind");
	put_text(json, text_of(reason_kind_code(reason->kind)));
	put_key(json, "code");
	put_text(json, reason->code);
	if (reason->item_count) {
		put_key(json, "items");
		put_array(json);
		for (size_t i = 0; i < reason->item_count; i++)
			put_int(json, reason->items[i]);
		put_array_end(json);
	}
	put_key(json, "lane");
	put_text(json, text_of(lane_code(reason->lane)));
	put_key(json, "selected");
	put_bool(json, reason->selected);
	if (reason->instruction.size) {
		put_key(json, "instruction");
		put_text(json, reason->instruction);
	}
	put_key(json, "message");
	put_array(json);
	put_text(json, text_of(reason->text.id));
	for (size_t i = 0; i < 3 && reason->text.values[i].data; i++)
		put_text(json, reason->text.values[i]);
	put_array_end(json);
	put_object_end(json);
}

void reasons_json(struct json_writer *json, const struct decision *decision)
{
	put_array(json);
	for (size_t i = 0; i < decision->reason_count; i++)
		put_reason(json, &decision->reasons[i]);
	put_array_end(json);
}

/* Walks over what put_reason() wrote: quotes inside of texts are escaped, so that a key is only found where it is
 * one. */
bool reasons_are_chance(struct text reasons)
{
	static const struct text begin = {"{\"kind\":\"", 9}, lane = {"\"lane\":\"", 8}, selected = {"\"selected\":", 11};
	bool by_chance = false;

	for (size_t at = text_find(reasons, begin); at < reasons.size; at = text_find(reasons, begin)) {
		struct text kind = text_slice(reasons, at + begin.size, reasons.size), named, taken;

		reasons = kind;
		named = text_slice(kind, text_find(kind, lane) + lane.size, kind.size);
		taken = text_slice(kind, text_find(kind, selected) + selected.size, kind.size);
		if (!text_starts_with(taken, TEXT("true")) ||
		    !(text_starts_with(named, TEXT("red\"")) || text_starts_with(named, TEXT("yellow\""))))
			continue;
		if (!text_starts_with(kind, TEXT("random\"")) && !text_starts_with(kind, TEXT("quota\"")))
			return false;
		by_chance = true;
	}
	return by_chance;
}
