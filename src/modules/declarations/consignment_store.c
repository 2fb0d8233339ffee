/* The consignments' tables: finding, and writing in batches. */
#include "base/json.h"
#include "base/utf8.h"
#include "modules/declarations/bill_store.h"

#include <math.h>
#include <string.h>

#define COLUMNS                                                                                                        \
	"id, identity, stage, reference, office, unit_path, day, flow, regime, manifest, consignee_code, "             \
	"consignee_name, exporter_name, declarant_code, description, item_count, gross_mass, customs_value, version, " \
	"digest, state, lane, score, decision_id, outcome, recovered, outcome_on, row_version, received_at"

STATEMENT(CONSIGNMENT_BY_ID, "select " COLUMNS " from consignments where id = $1");
/* On SQLite one look for each in turn; "in" would sort all that are wanted into a table of its own first. */
STATEMENT_OF(CONSIGNMENTS_BY_IDENTITY,
	"select " COLUMNS " from (select value as wanted from json_each($1)) cross join consignments where identity = wanted",
	"select " COLUMNS " from consignments where identity in (select jsonb_array_elements_text(cast($1 as jsonb)))");
STATEMENT(CONSIGNMENT_CONTENT, "select content from consignment_versions where id = $1");
STATEMENT(CONSIGNMENT_INSERT,
	"insert into consignments (id, identity, stage, reference, office, unit_path, day, flow, regime, manifest, "
	"consignee_code, consignee_name, exporter_name, declarant_code, description, item_count, gross_mass, "
	"customs_value, version, digest, state, lane, score, decision_id, outcome, recovered, outcome_on, "
	"received_at, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
	"$18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $28)");
STATEMENT(CONSIGNMENT_AMEND,
	"update consignments set stage = $3, reference = $4, office = $5, unit_path = $6, day = $7, flow = $8, "
	"regime = $9, manifest = $10, consignee_code = $11, consignee_name = $12, exporter_name = $13, "
	"declarant_code = $14, description = $15, item_count = $16, gross_mass = $17, customs_value = $18, "
	"version = $19, digest = $20, state = $21, lane = $22, score = $23, decision_id = $24, "
	"outcome = coalesce($25, outcome), recovered = coalesce($26, recovered), "
	"outcome_on = coalesce($27, outcome_on), changed_at = $28, row_version = row_version + 1 "
	"where id = $1 and identity = $2");
STATEMENT(VERSION_INSERT,
	"insert into consignment_versions (id, import_id, received_at, content) values ($1, $2, $3, $4)");
STATEMENT(IDS_TAKE, "update id_blocks set last_id = last_id + $2 where name = $1 returning last_id");
STATEMENT(OUTCOME_SET,
	"update consignments set outcome = $2, recovered = $3, outcome_on = $4, state = $5, "
	"row_version = row_version + 1, changed_at = $7 where id = $1 and row_version = $6");
STATEMENT(OUTCOME_ID, "update id_blocks set last_id = last_id + 1 where name = 'outcomes'");
STATEMENT(OUTCOME_INSERT,
	"insert into outcomes (id, consignment_id, adverse, recovered, known_on, recorded_at) "
	"values ((select last_id from id_blocks where name = 'outcomes'), $1, $2, $3, $4, $5)");

enum { CONSIGNMENT_VALUES = 28, VERSION_VALUES = 4, MOST_VERSIONS = 65535 };

/* Puts `text` behind `size` bytes and a separator; the new size. */
static size_t put_part(char *bytes, size_t size, struct text text)
{
	bytes[size++] = '|';
	if (text.size)
		memcpy(bytes + size, text.data, text.size);
	return size + text.size;
}

struct text consignment_identity(struct arena *arena, const struct consignment *consignment)
{
	bool bill = consignment->stage == STAGE_MANIFEST;
	struct text manifest = bill ? consignment->manifest : TEXT_NONE;
	char *bytes = arena_allocate(arena, consignment->office.size + manifest.size + consignment->reference.size + 5);
	size_t size = 0;

	if (!bytes)
		return TEXT_NONE;
	bytes[size++] = bill ? 'M' : 'D';
	size = put_part(bytes, size, consignment->office);
	size = put_part(bytes, size, manifest);
	size = put_part(bytes, size, consignment->reference);
	return (struct text){bytes, size};
}

int64_t consignment_day(const struct consignment *consignment, int64_t today)
{
	if (consignment->registered_on != DATE_NONE)
		return consignment->registered_on;
	if (consignment->arrives_on != DATE_NONE)
		return consignment->arrives_on;
	return consignment->departs_on != DATE_NONE ? consignment->departs_on : today;
}

void consignment_row_read(struct rows *rows, struct arena *arena, struct stored_consignment *ret_row)
{
	*ret_row = (struct stored_consignment){
		.id = rows_integer(rows, 0),
		.identity = rows_copy(rows, 1, arena),
		.stage = rows_integer(rows, 2) ? STAGE_DECLARATION : STAGE_MANIFEST,
		.reference = rows_copy(rows, 3, arena),
		.office = rows_copy(rows, 4, arena),
		.unit_path = rows_copy(rows, 5, arena),
		.day = rows_integer(rows, 6),
		.flow = rows_copy(rows, 7, arena),
		.regime = rows_copy(rows, 8, arena),
		.manifest = rows_copy(rows, 9, arena),
		.consignee_code = rows_copy(rows, 10, arena),
		.consignee_name = rows_copy(rows, 11, arena),
		.exporter_name = rows_copy(rows, 12, arena),
		.declarant_code = rows_copy(rows, 13, arena),
		.description = rows_copy(rows, 14, arena),
		.item_count = rows_integer(rows, 15),
		.gross_mass = rows_optional(rows, 16),
		.customs_value = rows_optional(rows, 17),
		.version = rows_integer(rows, 18),
		.digest = rows_copy(rows, 19, arena),
		.state = rows_copy(rows, 20, arena),
		.lane = rows_optional(rows, 21),
		.is_scored = !rows_is_null(rows, 22),
		.score = rows_real(rows, 22),
		.decision_id = rows_integer(rows, 23),
		.outcome = rows_optional(rows, 24),
		.recovered = rows_optional(rows, 25),
		.outcome_on = rows_optional(rows, 26),
		.row_version = rows_integer(rows, 27),
		.received_at = rows_integer(rows, 28),
	};
}

enum status consignment_find(struct reader *reader, int64_t id, struct arena *arena, struct stored_consignment *ret_row)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &CONSIGNMENT_BY_ID, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	consignment_row_read(rows, arena, ret_row);
	return rows_status(rows);
}

static int64_t version_id(int64_t id, int64_t version)
{
	return id * (MOST_VERSIONS + 1) + version;
}

enum status consignment_content(struct reader *reader, int64_t id, int64_t version, struct arena *arena,
	struct consignment *ret_consignment)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &CONSIGNMENT_CONTENT, PARAMS(V_INT(version_id(id, version))), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	return consignment_unpack_copy(arena, rows_bytes(rows, 0), ret_consignment);
}

/* Where each identity stands in the caller's list: places + 1 under their hashes, 0 for none. */
struct places {
	uint32_t *slots;
	size_t mask;
};

static enum status places_make(struct arena *arena, const struct text *identities, size_t count, struct places *ret_places)
{
	size_t size = 16;

	while (size < 2 * count)
		size *= 2;
	*ret_places = (struct places){ARENA_ARRAY(arena, size, uint32_t), size - 1};
	if (!ret_places->slots)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		size_t at = (size_t)text_hash(identities[i]) & ret_places->mask;

		while (ret_places->slots[at])
			at = (at + 1) & ret_places->mask;
		ret_places->slots[at] = (uint32_t)i + 1;
	}
	return STATUS_OK;
}

static void place_row(const struct places *places, const struct stored_consignment *row, const struct text *identities,
	struct stored_consignment *ret_rows)
{
	size_t at = (size_t)text_hash(row->identity) & places->mask;

	for (; places->slots[at]; at = (at + 1) & places->mask)
		if (text_equal(row->identity, identities[places->slots[at] - 1]))
			ret_rows[places->slots[at] - 1] = *row;
}

enum status consignments_lookup(struct reader *reader, const struct text *identities, size_t count,
	struct arena *arena, struct stored_consignment *ret_rows)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(buffer_release) struct buffer list = {0};
	struct json_writer json;
	struct places places;

	buffer_init(&list, 64 << 20);
	TRY(places_make(arena, identities, count, &places));
	put_begin(&json, &list);
	put_array(&json);
	for (size_t i = 0; i < count; i++) {
		put_text(&json, identities[i]);
		ret_rows[i] = (struct stored_consignment){0};
	}
	put_array_end(&json);
	TRY(buffer_status(&list));
	TRY(store_query(reader, &CONSIGNMENTS_BY_IDENTITY, PARAMS(value_text(buffer_text(&list))), &rows));
	while (rows_next(rows)) {
		struct stored_consignment row;

		consignment_row_read(rows, arena, &row);
		TRY(rows_status(rows));
		place_row(&places, &row, identities, ret_rows);
	}
	return rows_status(rows);
}

enum status ids_take(struct writer *writer, const char *name, int64_t count, int64_t *ret_first)
{
	int64_t last;

	TRY(store_returning(writer, &IDS_TAKE, PARAMS(value_string(name), V_INT(count)), &last));
	*ret_first = last - count + 1;
	return STATUS_OK;
}

static struct text first_description(const struct consignment *consignment)
{
	for (size_t i = 0; i < consignment->item_count; i++) {
		const struct item *item = &consignment->items[i];

		if (item->description.size)
			return utf8_cut(item->description, 200);
		if (item->tariff_description.size)
			return utf8_cut(item->tariff_description, 200);
	}
	return TEXT_NONE;
}

static struct value value_or_null(bool known, int64_t value)
{
	return known ? value_optional(value) : V_NULL;
}

static struct text text_join(struct arena *arena, struct text a, struct text b)
{
	char *bytes = arena_allocate(arena, a.size + b.size + 1);

	if (!bytes)
		return TEXT_NONE;
	if (a.size)
		memcpy(bytes, a.data, a.size);
	if (b.size)
		memcpy(bytes + a.size, b.data, b.size);
	return (struct text){bytes, a.size + b.size};
}

enum status consignment_change_set(struct arena *arena, const struct consignment *c, struct consignment_change *change)
{
	change->regime = text_join(arena, c->type, c->regime);
	if (!change->regime.data)
		return STATUS_NO_MEMORY;
	change->stage = c->stage;
	change->reference = c->reference.data ? c->reference : TEXT("");
	change->office = c->office;
	change->flow = c->flow;
	change->manifest = c->manifest;
	change->consignee_code = c->consignee.code;
	change->consignee_name = c->consignee.name;
	change->exporter_name = c->exporter.name;
	change->declarant_code = c->declarant.code;
	change->description = first_description(c);
	change->item_count = (int64_t)c->item_count;
	change->gross_mass = c->gross_mass;
	change->customs_value = c->customs_value;
	change->outcome = c->outcome;
	return bill_containers_set(arena, c, change);
}

static void fill_consignment(const struct consignment_change *c, struct value *values)
{
	const struct value row[CONSIGNMENT_VALUES] = {V_INT(c->id), value_text(c->identity), V_INT(c->stage),
		value_text(c->reference), value_text(c->office), value_text(c->unit_path), V_INT(c->day),
		value_text(c->flow), value_text(c->regime), value_text(c->manifest), value_text(c->consignee_code),
		value_text(c->consignee_name), value_text(c->exporter_name), value_text(c->declarant_code),
		value_text(c->description), V_INT(c->item_count), value_optional(c->gross_mass),
		value_optional(c->customs_value), V_INT(c->version),
		V_BYTES(((struct text){(const char *)c->digest, sizeof c->digest})), value_text(c->state),
		V_INT(c->lane), isnan(c->score) ? V_NULL : V_REAL(c->score), V_INT(c->decision_id),
		value_or_null(c->outcome.known, c->outcome.adverse),
		value_or_null(c->outcome.known, c->outcome.recovered), value_or_null(c->outcome.known, c->day),
		V_INT(c->received_at)};

	memcpy(values, row, sizeof row);
}

static enum status write_versions(struct writer *writer, const struct consignment_change *changes, size_t count,
	struct arena *arena)
{
	struct value *values = ARENA_ARRAY(arena, count * VERSION_VALUES, struct value);

	if (!values)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const struct consignment_change *change = &changes[i];
		const struct value row[VERSION_VALUES] = {V_INT(version_id(change->id, change->version)),
			V_INT(change->import_id), V_INT(change->received_at), V_BYTES(change->content)};

		if (change->version > MOST_VERSIONS)
			return STATUS_TOO_LARGE;
		memcpy(values + VERSION_VALUES * i, row, sizeof row);
	}
	return store_execute_many(writer, &VERSION_INSERT, values, VERSION_VALUES, count);
}

enum status consignments_write(struct writer *writer, const struct consignment_change *changes, size_t count,
	struct arena *arena)
{
	struct value *values = ARENA_ARRAY(arena, count * CONSIGNMENT_VALUES, struct value);
	size_t added = 0;

	if (!values)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		if (changes[i].version == 1)
			fill_consignment(&changes[i], values + CONSIGNMENT_VALUES * added++);
	TRY(store_execute_many(writer, &CONSIGNMENT_INSERT, values, CONSIGNMENT_VALUES, added));
	for (size_t i = 0; i < count; i++) {
		if (changes[i].version == 1)
			continue;
		fill_consignment(&changes[i], values);
		TRY(store_execute(writer, &CONSIGNMENT_AMEND, values, CONSIGNMENT_VALUES, NULL));
	}
	TRY(bill_containers_write(writer, changes, count));
	return write_versions(writer, changes, count, arena);
}

enum status outcome_note(struct writer *writer, int64_t id, bool adverse, int64_t recovered, int64_t on)
{
	TRY(store_execute_late(writer, &OUTCOME_ID, NO_PARAMS));
	return store_execute_late(writer, &OUTCOME_INSERT,
		PARAMS(V_INT(id), V_BOOL(adverse), value_optional(recovered), V_INT(on), V_INT(clock_now())));
}

enum status consignment_set_outcome(struct writer *writer, int64_t id, bool adverse, int64_t recovered, int64_t on,
	int64_t row_version)
{
	int64_t changed = 0;

	TRY(store_execute(writer, &OUTCOME_SET,
		PARAMS(V_INT(id), V_BOOL(adverse), value_optional(recovered), V_INT(on), value_string("controlled"),
			V_INT(row_version), V_INT(clock_now())),
		&changed));
	return changed ? outcome_note(writer, id, adverse, recovered, on) : STATUS_CONFLICT;
}
