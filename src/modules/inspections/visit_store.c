/* Visits in the database. */
#include "domain/journal.h"
#include "modules/inspections/visits.h"

#define VISIT_COLUMNS                                                                                                  \
	"v.id, v.consignment_id, v.unit_path, v.kind, v.state, v.inspector_id, u.name, v.planned_on, v.started_at, "   \
	"v.ended_at, v.consignment_version, v.first_id, v.inspection_id, v.row_version "                               \
	"from visits v left join users u on u.id = v.inspector_id "
STATEMENT(VISIT_BY_ID, "select " VISIT_COLUMNS "where v.id = $1");
STATEMENT(VISIT_OPEN,
	"select " VISIT_COLUMNS "where v.consignment_id = $1 and v.state in ('waiting', 'assigned', 'under_way')");
STATEMENT(VISIT_CREATE,
	"insert into visits (consignment_id, unit_path, kind, state, consignment_version, first_id, created_at) "
	"values ($1, $2, $3, 'waiting', $4, $5, $6) returning id");
STATEMENT(VISIT_PHOTOS,
	"select p.id, p.visit_id, p.document_id, p.item_number, p.taken_at, p.latitude, p.longitude, p.added_at, d.digest, "
	"u.name from visit_photos p join documents d on d.id = p.document_id left join users u on u.id = p.added_by "
	"where p.visit_id = $1 order by p.id");

static enum status visit_read(struct reader *reader, const struct statement *statement, int64_t id,
	struct arena *arena, struct visit *ret_visit)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct visit visit;

	TRY(store_query(reader, statement, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	visit = (struct visit){.id = rows_integer(rows, 0), .consignment_id = rows_integer(rows, 1),
		.unit_path = rows_copy(rows, 2, arena), .kind = rows_copy(rows, 3, arena),
		.state = rows_copy(rows, 4, arena), .inspector_id = rows_integer(rows, 5),
		.inspector_name = rows_copy(rows, 6, arena), .planned_on = rows_optional(rows, 7),
		.started_at = rows_optional(rows, 8), .ended_at = rows_optional(rows, 9),
		.consignment_version = rows_integer(rows, 10), .first_id = rows_integer(rows, 11),
		.inspection_id = rows_integer(rows, 12), .row_version = rows_integer(rows, 13)};
	if (!visit.unit_path.data || !visit.kind.data || !visit.state.data ||
		(visit.inspector_id && !visit.inspector_name.data))
		return STATUS_NO_MEMORY;
	*ret_visit = visit;
	return STATUS_OK;
}

enum status visit_find(struct reader *reader, int64_t id, struct arena *arena, struct visit *ret_visit)
{
	return visit_read(reader, &VISIT_BY_ID, id, arena, ret_visit);
}

enum status visit_find_open(struct reader *reader, int64_t consignment_id, struct arena *arena, struct visit *ret_visit)
{
	return visit_read(reader, &VISIT_OPEN, consignment_id, arena, ret_visit);
}

enum status visit_create(struct writer *writer, const struct stored_consignment *consignment, int64_t first_id,
	int64_t *ret_id)
{
	const struct actor system = actor_system("inspections.assign");
	AUTO(buffer_release) struct buffer details = {0};
	int64_t id;

	TRY(store_returning(writer, &VISIT_CREATE,
		PARAMS(V_INT(consignment->id), value_text(consignment->unit_path),
			value_string(first_id ? "second" : "first"), V_INT(consignment->version),
			first_id ? V_INT(first_id) : V_NULL, V_INT(clock_now())),
		&id));
	buffer_init(&details, 100);
	buffer_format(&details, "{\"consignment\":%lld}", (long long)consignment->id);
	TRY(buffer_status(&details));
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = &system, .entity = "visit", .entity_id = id, .action = "created",
			.unit_path = consignment->unit_path, .details = buffer_text(&details)},
		NULL));
	*ret_id = id;
	return STATUS_OK;
}

enum status visit_photos_read(struct reader *reader, int64_t visit_id, struct arena *arena,
	struct visit_photo **ret_photos, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct visit_photo *photos = ARENA_ARRAY(arena, PHOTOS_LIMIT, struct visit_photo);
	size_t count = 0;

	if (!photos)
		return STATUS_NO_MEMORY;
	TRY(store_query(reader, &VISIT_PHOTOS, PARAMS(V_INT(visit_id)), &rows));
	while (count < PHOTOS_LIMIT && rows_next(rows)) {
		photos[count] = (struct visit_photo){.id = rows_integer(rows, 0), .visit_id = rows_integer(rows, 1),
			.document_id = rows_integer(rows, 2), .item_number = rows_integer(rows, 3),
			.taken_at = rows_optional(rows, 4), .latitude = rows_optional(rows, 5),
			.longitude = rows_optional(rows, 6), .added_at = rows_integer(rows, 7),
			.digest = rows_copy(rows, 8, arena), .added_by = rows_copy(rows, 9, arena)};
		if (!photos[count++].digest.data)
			return STATUS_NO_MEMORY;
	}
	TRY(rows_status(rows));
	*ret_photos = photos;
	*ret_count = count;
	return STATUS_OK;
}
