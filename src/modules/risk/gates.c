/* What time does to lanes: yellow that becomes blue, and the third gate, after release. */
#include "domain/event.h"
#include "domain/journal.h"
#include "modules/risk/risk_store.h"

#include <math.h>
#include <string.h>

STATEMENT(YELLOW_WAITING,
	"select id, office, regime, unit_path, received_at from consignments where lane = 2 and state = 'to_control' "
	"and received_at < $1 order by id limit 2000");
STATEMENT(YELLOW_TO_BLUE,
	"update consignments set lane = 1, state = 'free', row_version = row_version + 1, changed_at = $2 "
	"where id = $1 and lane = 2 and state = 'to_control'");
STATEMENT(RELEASED_WAITING,
	"select c.id, c.version from consignments c where c.stage = 1 and c.state = 'free' and c.received_at < $1 "
	"and not exists (select 1 from decisions d where d.consignment_id = c.id and d.gate = 2) order by c.id limit $2");
STATEMENT(RELEASED_TO_CONTROL,
	"update consignments set lane = $2, state = 'to_control', decision_id = $3, row_version = row_version + 1, "
	"changed_at = $4 where id = $1 and state = 'free'");

enum { DAY_SECONDS = 86400 };

static enum status note(struct writer *writer, const struct actor *actor, int64_t id, struct text unit_path,
	const char *action)
{
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "consignment", .entity_id = id, .action = action,
			.unit_path = unit_path},
		NULL));
	return event_publish(writer,
		&(struct event){.name = action, .actor = actor, .id = id, .unit_path = unit_path});
}

/* A consignment whose lane may be old enough to change. */
struct waiting {
	int64_t id, received_at;
	struct text office, regime, unit_path;
	int64_t version;
};

static enum status read_waiting(struct reader *reader, int64_t before, struct arena *arena, struct waiting *list,
	size_t room, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	size_t count = 0;

	TRY(store_query(reader, &YELLOW_WAITING, PARAMS(V_INT(before)), &rows));
	while (count < room && rows_next(rows)) {
		list[count] = (struct waiting){.id = rows_integer(rows, 0), .office = rows_copy(rows, 1, arena),
			.regime = rows_copy(rows, 2, arena), .unit_path = rows_copy(rows, 3, arena),
			.received_at = rows_integer(rows, 4)};
		count++;
	}
	*ret_count = count;
	return rows_status(rows);
}

static int64_t shortest_delay(const struct selection_row *rows, size_t count)
{
	int64_t least = 0;

	for (size_t i = 0; i < count; i++)
		if (rows[i].yellow_to_blue_days && (!least || rows[i].yellow_to_blue_days < least))
			least = rows[i].yellow_to_blue_days;
	return least;
}

enum status lanes_age(struct writer *writer, int64_t now, struct arena *arena, int64_t *ret_count)
{
	enum { ROOM = 2000 };
	const struct actor actor = actor_system("risk.lanes");
	struct waiting *list = ARENA_ARRAY(arena, ROOM, struct waiting);
	struct selection_row *rows;
	size_t row_count, count;
	int64_t least;

	*ret_count = 0;
	if (!list)
		return STATUS_NO_MEMORY;
	TRY(selections_read(writer_reader(writer), arena, &rows, &row_count));
	least = shortest_delay(rows, row_count);
	if (!least)
		return STATUS_OK;
	TRY(read_waiting(writer_reader(writer), now - least * DAY_SECONDS * MICROSECONDS, arena, list, ROOM, &count));
	for (size_t i = 0; i < count; i++) {
		const struct selection_row *row = selection_for(rows, row_count, list[i].office, list[i].regime);
		int64_t changed = 0;

		if (!row || !row->yellow_to_blue_days ||
		    list[i].received_at >= now - row->yellow_to_blue_days * DAY_SECONDS * MICROSECONDS)
			continue;
		TRY(store_execute(writer, &YELLOW_TO_BLUE, PARAMS(V_INT(list[i].id), V_INT(now)), &changed));
		if (!changed)
			continue;
		TRY(note(writer, &actor, list[i].id, list[i].unit_path, "consignment.yellow_to_blue"));
		(*ret_count)++;
	}
	return STATUS_OK;
}

static enum status look_again(struct decider *decider, struct writer *writer, const struct waiting *waiting,
	struct arena *arena, bool *ret_selected)
{
	const struct actor actor = actor_system("risk.after_release");
	struct stored_consignment stored;
	struct decision_record record;
	struct consignment consignment;

	TRY(consignment_find(writer_reader(writer), waiting->id, arena, &stored));
	TRY(consignment_content(writer_reader(writer), waiting->id, waiting->version, arena, &consignment));
	TRY(decider_decide_after_release(decider, writer, &consignment, arena, &record));
	TRY(ids_take(writer, "decisions", 1, &record.id));
	record.consignment_id = waiting->id;
	record.version = waiting->version;
	TRY(decider_write(decider, writer, &record, 1, arena));
	*ret_selected = record.decision.lane > LANE_GREEN;
	if (!*ret_selected)
		return STATUS_OK;
	TRY(store_execute(writer, &RELEASED_TO_CONTROL,
		PARAMS(V_INT(waiting->id), V_INT(record.decision.lane), V_INT(record.id), V_INT(clock_now())), NULL));
	return note(writer, &actor, waiting->id, stored.unit_path, "consignment.after_release");
}

static enum status read_released(struct reader *reader, int64_t before, int64_t limit, struct waiting *list,
	size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	size_t count = 0;

	TRY(store_query(reader, &RELEASED_WAITING, PARAMS(V_INT(before), V_INT(limit)), &rows));
	while (count < (size_t)limit && rows_next(rows)) {
		list[count].id = rows_integer(rows, 0);
		list[count++].version = rows_integer(rows, 1);
	}
	*ret_count = count;
	return rows_status(rows);
}

enum status released_look_again(struct decider *decider, struct writer *writer, int64_t limit, struct arena *arena,
	int64_t *ret_count)
{
	struct waiting *list = ARENA_ARRAY(arena, (size_t)limit, struct waiting);
	enum status status;
	size_t count = 0;
	int64_t days;

	*ret_count = 0;
	if (!list)
		return STATUS_NO_MEMORY;
	TRY(setting_integer(writer_reader(writer), &risk_settings[RISK_AFTER_RELEASE_DAYS], &days));
	if (!days)
		return STATUS_OK;
	TRY(read_released(writer_reader(writer), clock_now() - days * DAY_SECONDS * MICROSECONDS, limit, list, &count));
	status = decider_session_begin(decider, writer);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		bool selected = false;

		status = look_again(decider, writer, &list[i], arena, &selected);
		*ret_count += selected;
	}
	decider_session_end(decider, status == STATUS_OK);
	return status;
}
