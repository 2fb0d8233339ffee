/* What is typed during a visit: every value of every field stays, and two people's typing is merged field by field. */
#include "domain/event.h"
#include "modules/inspections/visits.h"

STATEMENT(FIELDS_AT,
	"select f.name, f.value, f.version, f.changed_at, coalesce(u.name, '') from visit_fields f "
	"left join users u on u.id = f.changed_by where f.visit_id = $1 and f.version = (select max(g.version) "
	"from visit_fields g where g.visit_id = f.visit_id and g.name = f.name and g.version <= $2) order by f.name");
STATEMENT(FIELD_WRITE,
	"insert into visit_fields (visit_id, name, version, value, changed_by, changed_at) "
	"values ($1, $2, $3, $4, $5, $6)");
STATEMENT(VISIT_TYPED,
	"update visits set row_version = row_version + 1 where id = $1 and row_version = $2 and state = 'under_way'");

enum status visit_fields_read(struct reader *reader, int64_t visit_id, int64_t version, struct arena *arena,
	struct visit_field **ret_fields, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct visit_field *fields = ARENA_ARRAY(arena, FIELDS_LIMIT, struct visit_field);
	size_t count = 0;

	if (!fields)
		return STATUS_NO_MEMORY;
	TRY(store_query(reader, &FIELDS_AT, PARAMS(V_INT(visit_id), V_INT(version)), &rows));
	while (count < FIELDS_LIMIT && rows_next(rows)) {
		fields[count] = (struct visit_field){.name = rows_copy(rows, 0, arena), .value = rows_copy(rows, 1, arena),
			.at = rows_integer(rows, 3), .by = rows_copy(rows, 4, arena)};
		if (!fields[count].name.data || !fields[count].value.data || !fields[count].by.data)
			return STATUS_NO_MEMORY;
		count++;
	}
	TRY(rows_status(rows));
	*ret_fields = fields;
	*ret_count = count;
	return STATUS_OK;
}

static const struct visit_field *find(const struct visit_field *fields, size_t count, struct text name)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(fields[i].name, name))
			return &fields[i];
	return NULL;
}

struct text visit_field_value(const struct visit_field *fields, size_t count, const char *name)
{
	const struct visit_field *field = find(fields, count, text_of(name));

	return field && field->value.data ? field->value : TEXT("");
}

/* What became of one field between the version a person began from and now. */
enum change { CHANGE_NONE, CHANGE_MINE, CHANGE_BOTH };

static enum change compare(struct visit_field *mine, const struct visit_field *base, const struct visit_field *now)
{
	struct text before = base ? base->value : TEXT(""), theirs = now ? now->value : TEXT("");

	if (!mine->value.data)
		mine->value = TEXT("");
	if (text_equal(mine->value, theirs))
		return CHANGE_NONE;
	if (text_equal(mine->value, before)) {
		mine->value = theirs;
		return CHANGE_NONE;
	}
	if (text_equal(theirs, before))
		return CHANGE_MINE;
	mine->base = before;
	mine->theirs = theirs;
	mine->by = now ? now->by : TEXT("");
	mine->at = now ? now->at : 0;
	mine->is_conflict = true;
	return CHANGE_BOTH;
}

static enum status write_changes(struct writer *writer, const struct actor *actor, struct visit *visit,
	const struct visit_typing *typing, const bool *changed)
{
	int64_t moved = 0;

	TRY(store_execute(writer, &VISIT_TYPED, PARAMS(V_INT(visit->id), V_INT(visit->row_version)), &moved));
	if (moved != 1)
		return STATUS_CONFLICT;
	visit->row_version++;
	for (size_t i = 0; i < typing->count; i++)
		if (changed[i])
			TRY(store_execute(writer, &FIELD_WRITE,
				PARAMS(V_INT(visit->id), value_text(typing->fields[i].name), V_INT(visit->row_version),
					value_text(typing->fields[i].value), V_INT(actor->user_id), V_INT(clock_now())),
				NULL));
	return event_publish(writer, &(struct event){"visit.typed", actor, visit->id, visit->unit_path});
}

enum status visit_fields_merge(struct writer *writer, const struct actor *actor, struct visit *visit,
	const struct visit_typing *typing, struct arena *arena, size_t *ret_conflicts)
{
	struct visit_field *fields = typing->fields;
	size_t count = typing->count;
	bool *changed = ARENA_ARRAY(arena, count + 1, bool), any = false;
	struct visit_field *base, *now;
	size_t base_count, now_count, conflicts = 0;

	if (!changed)
		return STATUS_NO_MEMORY;
	if (typing->base_version > visit->row_version)
		return STATUS_INVALID;
	TRY(visit_fields_read(writer_reader(writer), visit->id, typing->base_version, arena, &base, &base_count));
	TRY(visit_fields_read(writer_reader(writer), visit->id, INT64_MAX, arena, &now, &now_count));
	for (size_t i = 0; i < count; i++) {
		enum change change = compare(&fields[i], find(base, base_count, fields[i].name),
			find(now, now_count, fields[i].name));

		conflicts += change == CHANGE_BOTH;
		changed[i] = change == CHANGE_MINE;
		any = any || changed[i];
	}
	*ret_conflicts = conflicts;
	return any && !conflicts ? write_changes(writer, actor, visit, typing, changed) : STATUS_OK;
}
