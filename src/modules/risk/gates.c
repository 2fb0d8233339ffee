/* What time does to lanes: yellow that becomes blue, green that is held for a while, and the third gate, after
 * release. */
#include "domain/event.h"
#include "domain/journal.h"
#include "modules/risk/risk_store.h"

#include <math.h>
#include <string.h>

STATEMENT(YELLOW_WAITING,
	"select id, office, regime, unit_path, received_at from consignments where lane = 2 and state = 'to_control' "
	"and received_at < $1 and id > $2 order by id limit 2000");
STATEMENT(YELLOW_TO_BLUE,
	"update consignments set lane = 1, state = 'free', row_version = row_version + 1, changed_at = $2 "
	"where id = $1 and lane = 2 and state = 'to_control'");
STATEMENT(GREEN_HELD,
	"select id, office, regime, unit_path, received_at from consignments where lane = 0 and state = 'held' "
	"and received_at < $1 and id > $2 order by id limit 2000");
STATEMENT(GREEN_FREE,
	"update consignments set state = 'free', row_version = row_version + 1, changed_at = $2 "
	"where id = $1 and lane = 0 and state = 'held'");
STATEMENT(RELEASED_WAITING,
	"select c.id, c.version from consignments c where c.stage = 1 and c.state = 'free' and c.received_at < $1 "
	"and not exists (select 1 from decisions d where d.consignment_id = c.id and d.gate = 2) order by c.id limit $2");
STATEMENT(RELEASED_TO_CONTROL,
	"update consignments set lane = $2, state = 'to_control', decision_id = $3, row_version = row_version + 1, "
	"changed_at = $4 where id = $1 and state = 'free'");

enum { DAY_SECONDS = 86400, ROOM = 2000 };

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

/* One change that time makes: which rows wait, after how long (a row without delay has none), and what becomes of
 * them. */
struct ageing {
	const struct statement *waiting, *change;
	int64_t (*delay)(const struct selection_row *row); /* microseconds; 0: does not change */
	bool frees_without_delay; /* a delay taken away since frees at once */
	const char *action;
};

/* All selection rows, and the moment. */
struct rates {
	struct selection_row *rows;
	size_t count;
	int64_t now;
};

static int64_t yellow_delay(const struct selection_row *row)
{
	return row->yellow_to_blue_days * DAY_SECONDS * MICROSECONDS;
}

static int64_t green_delay(const struct selection_row *row)
{
	return row->green_delay_minutes * 60 * MICROSECONDS;
}

static const struct ageing ageings[] = {
	{&YELLOW_WAITING, &YELLOW_TO_BLUE, yellow_delay, false, "consignment.yellow_to_blue"},
	{&GREEN_HELD, &GREEN_FREE, green_delay, true, "consignment.green_released"},
};

/* Those after the last of `list`, ROOM at most, in its place. */
static enum status read_waiting(struct reader *reader, const struct statement *waiting, int64_t before,
	struct arena *arena, struct waiting *list, size_t *count_and_last)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t last = *count_and_last ? list[*count_and_last - 1].id : 0;
	size_t count = 0;

	TRY(store_query(reader, waiting, PARAMS(V_INT(before), V_INT(last)), &rows));
	while (count < ROOM && rows_next(rows)) {
		list[count] = (struct waiting){.id = rows_integer(rows, 0), .office = rows_copy(rows, 1, arena),
			.regime = rows_copy(rows, 2, arena), .unit_path = rows_copy(rows, 3, arena),
			.received_at = rows_integer(rows, 4)};
		if (!list[count].unit_path.data)
			return STATUS_NO_MEMORY;
		count++;
	}
	*count_and_last = count;
	return rows_status(rows);
}

/* The shortest delay of all rows, before which nothing needs to be looked at; 0 when there is none. */
static int64_t shortest_delay(const struct ageing *ageing, const struct selection_row *rows, size_t count)
{
	int64_t least = 0;

	for (size_t i = 0; i < count; i++) {
		int64_t delay = ageing->delay(&rows[i]);

		if (delay && (!least || delay < least))
			least = delay;
	}
	return least;
}

static bool is_due(const struct ageing *ageing, const struct selection_row *row, const struct waiting *waiting,
	int64_t now)
{
	int64_t delay = row ? ageing->delay(row) : 0;

	return delay ? waiting->received_at < now - delay : ageing->frees_without_delay;
}

/* Changes those of a list that are due. */
static enum status age_list(struct writer *writer, const struct ageing *ageing, const struct rates *rates,
	const struct waiting *list, size_t count, int64_t *count_changed)
{
	const struct actor actor = actor_system("risk.lanes");

	for (size_t i = 0; i < count; i++) {
		const struct selection_row *row =
			selection_for(rates->rows, rates->count, list[i].office, list[i].regime);
		int64_t changed = 0;

		if (!is_due(ageing, row, &list[i], rates->now))
			continue;
		TRY(store_execute(writer, ageing->change, PARAMS(V_INT(list[i].id), V_INT(rates->now)), &changed));
		if (!changed)
			continue;
		TRY(note(writer, &actor, list[i].id, list[i].unit_path, ageing->action));
		(*count_changed)++;
	}
	return STATUS_OK;
}

static enum status age(struct writer *writer, const struct ageing *ageing, const struct rates *rates,
	struct arena *arena, int64_t *count_changed)
{
	int64_t least = ageing->frees_without_delay ? 0 : shortest_delay(ageing, rates->rows, rates->count);
	struct waiting *list = ARENA_ARRAY(arena, ROOM, struct waiting);
	size_t count = 0;

	if (!list)
		return STATUS_NO_MEMORY;
	if (!least && !ageing->frees_without_delay)
		return STATUS_OK;
	do {
		TRY(read_waiting(writer_reader(writer), ageing->waiting, rates->now - least, arena, list, &count));
		TRY(age_list(writer, ageing, rates, list, count, count_changed));
	} while (count == ROOM);
	return STATUS_OK;
}

enum status lanes_age(struct writer *writer, int64_t now, struct arena *arena, int64_t *ret_count)
{
	struct rates rates = {.now = now};

	*ret_count = 0;
	TRY(selections_read(writer_reader(writer), arena, &rates.rows, &rates.count));
	for (size_t i = 0; i < sizeof ageings / sizeof *ageings; i++)
		TRY(age(writer, &ageings[i], &rates, arena, ret_count));
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
