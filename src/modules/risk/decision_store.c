/* Decisions in the database, and their reasons as JSON. */
#include "base/varint.h"
#include "modules/risk/risk_store.h"

#include <math.h>
#include <string.h>

STATEMENT(DECISION_INSERT,
	"insert into decisions (id, consignment_id, version, gate, decided_at, decided_on, lane, score, policy_id, basis, "
	"reasons, reasons_of) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)");
STATEMENT(DECISION_BY_ID,
	"select d.consignment_id, d.version, d.gate, d.decided_at, d.decided_on, d.lane, d.score, d.policy_id, d.basis, "
	"coalesce(d.reasons, s.reasons) from decisions d left join decisions s on s.id = d.reasons_of where d.id = $1");

enum { DECISION_VALUES = 12, BASIS_PLAIN = 1, BASIS_BESIDE = 2, MOST_BYTES = 1 << 30 };

/* What decisions.basis holds: version (1; 2 with the run of reference prices, then the size and bytes of beside.h), model, selection, period, counterpart and its version, the draw's bytes,
 * the counters before, then all that the histories answered (history_record.h), to the end. */
static void pack_basis(struct buffer *buffer, const struct decision_record *r)
{
	const int64_t numbers[] = {r->model_id, r->selection_id, r->period_id, r->counterpart_id, r->counterpart_version};

	if (r->price_run || r->beside.size) {
		buffer_byte(buffer, BASIS_BESIDE);
		varint_write(buffer, (uint64_t)r->price_run);
		varint_write(buffer, r->beside.size);
		buffer_append(buffer, r->beside);
	} else {
		buffer_byte(buffer, BASIS_PLAIN);
	}
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		varint_write(buffer, (uint64_t)numbers[i]);
	buffer_put(buffer, (const char *)r->decision.draw, sizeof r->decision.draw);
	varint_write(buffer, (uint64_t)r->counts_before.decided);
	for (int lane = 0; lane < LANE_COUNT; lane++)
		varint_write(buffer, (uint64_t)r->counts_before.lane[lane]);
	varint_write(buffer, (uint64_t)r->counts_before.spared_hits);
	buffer_append(buffer, r->history);
}

static bool read_number(struct text *rest, int64_t *ret_number)
{
	uint64_t value;

	if (!varint_read(rest, &value))
		return false;
	*ret_number = (int64_t)value;
	return true;
}

static bool unpack_beside(struct text *bytes, struct decision_record *r)
{
	uint64_t size;

	if (!read_number(bytes, &r->price_run) || !varint_read(bytes, &size) || size > bytes->size)
		return false;
	r->beside = text_slice(*bytes, 0, size);
	*bytes = text_slice(*bytes, size, bytes->size);
	return true;
}

bool decision_basis_read(struct text bytes, struct decision_record *r)
{
	int64_t *const numbers[] = {&r->model_id, &r->selection_id, &r->period_id, &r->counterpart_id,
		&r->counterpart_version};

	bool has_beside = bytes.size && *bytes.data == BASIS_BESIDE;

	if (!bytes.size || (!has_beside && *bytes.data != BASIS_PLAIN))
		return false;
	bytes = text_slice(bytes, 1, bytes.size);
	if (has_beside && !unpack_beside(&bytes, r))
		return false;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (!read_number(&bytes, numbers[i]))
			return false;
	if (bytes.size < sizeof r->decision.draw)
		return false;
	memcpy(r->decision.draw, bytes.data, sizeof r->decision.draw);
	bytes = text_slice(bytes, sizeof r->decision.draw, bytes.size);
	if (!read_number(&bytes, &r->counts_before.decided))
		return false;
	for (int lane = 0; lane < LANE_COUNT; lane++)
		if (!read_number(&bytes, &r->counts_before.lane[lane]))
			return false;
	r->history = text_slice(bytes, 0, bytes.size);
	if (!read_number(&r->history, &r->counts_before.spared_hits))
		return false;
	return true;
}

/* All bases one after another in one buffer, whose places are filled in when it grows no more. */
static enum status pack_bases(struct buffer *buffer, const struct decision_record *records, size_t count,
	struct value *values)
{
	size_t from = 0;

	for (size_t i = 0; i < count; i++) {
		struct value *value = &values[DECISION_VALUES * i + 9];

		pack_basis(buffer, &records[i]);
		*value = V_BYTES(((struct text){NULL, buffer->size - from}));
		from = buffer->size;
	}
	TRY(buffer_status(buffer));
	from = 0;
	for (size_t i = 0; i < count; i++) {
		struct value *value = &values[DECISION_VALUES * i + 9];

		value->text.data = buffer->data + from;
		from += value->text.size;
	}
	return STATUS_OK;
}

enum status decisions_write(struct writer *writer, const struct decision_record *records, size_t count,
	struct arena *arena)
{
	struct value *values = ARENA_ARRAY(arena, count * DECISION_VALUES, struct value);
	AUTO(buffer_release) struct buffer bases = {0};

	if (!values)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const struct decision_record *r = &records[i];
		const struct value row[DECISION_VALUES] = {V_INT(r->id), V_INT(r->consignment_id), V_INT(r->version),
			V_INT(r->gate), V_INT(r->decided_at), V_INT(r->decided_on), V_INT(r->decision.lane),
			isnan(r->decision.score) ? V_NULL : V_REAL(r->decision.score), V_INT(r->policy_id), V_NULL,
			r->reasons_of ? V_NULL : value_text(r->reasons), r->reasons_of ? V_INT(r->reasons_of) : V_NULL};

		memcpy(values + DECISION_VALUES * i, row, sizeof row);
	}
	buffer_init(&bases, MOST_BYTES);
	TRY(pack_bases(&bases, records, count, values));
	return store_execute_many(writer, &DECISION_INSERT, values, DECISION_VALUES, count);
}

enum status decision_find(struct reader *reader, int64_t id, struct arena *arena, struct decision_record *ret_record)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct decision_record r = {.id = id};
	struct text basis;

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
	basis = rows_copy(rows, 8, arena);
	r.reasons = rows_copy(rows, 9, arena);
	TRY(rows_status(rows));
	if (!basis.data || !r.reasons.data)
		return STATUS_NO_MEMORY;
	if (!decision_basis_read(basis, &r))
		return STATUS_INTERNAL;
	*ret_record = r;
	return STATUS_OK;
}

static void put_message(struct json_writer *json, const struct message *message)
{
	put_text(json, text_of(message->id));
	for (size_t i = 0; i < 3 && message->values[i].data; i++)
		put_text(json, message->values[i]);
}

/* [[item, id, values…], …] */
static void put_details(struct json_writer *json, const struct reason *reason)
{
	put_key(json, "details");
	put_array(json);
	for (size_t i = 0; i < reason->detail_count; i++) {
		put_array(json);
		put_int(json, reason->details[i].item);
		put_message(json, &reason->details[i].text);
		put_array_end(json);
	}
	put_array_end(json);
}

/* The message's id and values, not its text: whoever reads it has a language of his own. What is empty or
 * usual is left out. */
static void put_reason(struct json_writer *json, const struct reason *reason)
{
	AUTO(buffer_release) struct buffer facts;

	buffer_init(&facts, MOST_BYTES);
	reason_facts_print(&facts, reason);
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
	if (reason->aside.id) {
		put_key(json, "aside");
		put_array(json);
		put_text(json, text_of(reason->aside.id));
		for (size_t i = 0; i < 3 && reason->aside.values[i].data; i++)
			put_text(json, reason->aside.values[i]);
		put_array_end(json);
	}
	if (reason->instruction.size) {
		put_key(json, "instruction");
		put_text(json, reason->instruction);
	}
	put_key(json, "message");
	put_array(json);
	put_message(json, &reason->message);
	if (reason->facts.count)
		put_text(json, buffer_text(&facts));
	put_array_end(json);
	if (reason->detail_count)
		put_details(json, reason);
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
