/* What time does to lanes: yellow that becomes blue, green that is held for a while, and the third gate, after
 * release. */
#include "modules/risk/risk_store.h"

#include <math.h>
#include <string.h>

/* "+id": by the index of what waits, not along the table. */
STATEMENT(YELLOW_WAITING,
	"select id, office, regime, received_at, row_version from consignments where lane = 2 and state = 'to_control' "
	"and received_at < $1 and id > $2 order by +id limit 2000");
STATEMENT(GREEN_HELD,
	"select id, office, regime, received_at, row_version from consignments where lane = 0 and state = 'held' "
	"and received_at < $1 and id > $2 order by +id limit 2000");
STATEMENT(RELEASED_WAITING,
	"select c.id, c.version, c.row_version from consignments c where c.stage = 1 and c.state = 'free' "
	"and c.received_at < $1 and not exists (select 1 from decisions d where d.consignment_id = c.id and d.gate = 2) "
	"order by c.id limit $2");

enum { DAY_SECONDS = 86400, ROOM = 2000 };

/* A consignment whose lane may be old enough to change. */
struct waiting {
	int64_t id, received_at;
	struct text office, regime;
	int64_t version, row_version;
};

/* Moves it, unless someone else did meanwhile. */
static enum status move(struct writer *writer, const char *transition, const struct actor *actor,
	const struct waiting *waiting, const struct consignment_move *input, bool *ret_moved)
{
	struct message refusal = {.id = NULL};
	enum status status = workflow_move_to(writer, &consignment_workflow, transition,
		&(struct workflow_move){.actor = actor, .id = waiting->id, .version = waiting->row_version, .input = input},
		&refusal);

	*ret_moved = status == STATUS_OK;
	return status == STATUS_CONFLICT || (status == STATUS_INVALID && refusal.id) ? STATUS_OK : status;
}

/* One change that time makes: which rows wait, after how long (a row without delay has none), and what becomes of
 * them. */
struct ageing {
	const struct statement *waiting;
	int64_t (*delay)(const struct selection_row *row); /* microseconds; 0: does not change */
	bool frees_without_delay; /* a delay taken away since frees at once */
	const char *transition;
	enum lane lane; /* that it becomes or stays */
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
	{&YELLOW_WAITING, yellow_delay, false, "yellow_to_blue", LANE_BLUE},
	{&GREEN_HELD, green_delay, true, "green_released", LANE_GREEN},
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
			.regime = rows_copy(rows, 2, arena), .received_at = rows_integer(rows, 3),
			.row_version = rows_integer(rows, 4)};
		if ((!list[count].office.data && !rows_is_null(rows, 1)) ||
			(!list[count].regime.data && !rows_is_null(rows, 2)))
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
		const struct consignment_move input = {.lane = ageing->lane};
		bool moved = false;

		if (!is_due(ageing, row, &list[i], rates->now))
			continue;
		TRY(move(writer, ageing->transition, &actor, &list[i], &input, &moved));
		if (moved)
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
	struct decision_record record;
	struct consignment_move input;
	struct consignment consignment;

	TRY(consignment_content(writer_reader(writer), waiting->id, waiting->version, arena, &consignment));
	TRY(decider_decide_after_release(decider, writer, &consignment, arena, &record));
	TRY(ids_take(writer, "decisions", 1, &record.id));
	record.consignment_id = waiting->id;
	record.version = waiting->version;
	TRY(decider_write(decider, writer, &record, 1, arena));
	*ret_selected = record.decision.lane > LANE_GREEN;
	if (!*ret_selected)
		return STATUS_OK;
	input = (struct consignment_move){.lane = record.decision.lane, .decision_id = record.id};
	return move(writer, "after_release", &actor, waiting, &input, ret_selected);
}

static enum status read_released(struct reader *reader, int64_t before, int64_t limit, struct waiting *list,
	size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	size_t count = 0;

	TRY(store_query(reader, &RELEASED_WAITING, PARAMS(V_INT(before), V_INT(limit)), &rows));
	while (count < (size_t)limit && rows_next(rows)) {
		list[count].id = rows_integer(rows, 0);
		list[count].version = rows_integer(rows, 1);
		list[count++].row_version = rows_integer(rows, 2);
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
