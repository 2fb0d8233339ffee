/* Selection settings, draw periods and the counters of lanes. */
#include "domain/journal.h"
#include "domain/setting.h"
#include "modules/risk/risk_store.h"

#include <string.h>

#define SELECTION_COLUMNS                                                                                              \
	"s.id, s.office, s.regime, s.expected_red, s.expected_yellow, s.expected_blue, s.random_red, "                 \
	"s.random_yellow, s.random_blue, s.hits_without_selection, s.score_red, s.score_yellow, s.score_blue, "        \
	"s.green_delay_minutes, s.yellow_to_blue_days, s.created_at, u.name from selections s "                        \
	"left join users u on u.id = s.created_by "

STATEMENT(SELECTIONS, "select " SELECTION_COLUMNS "order by s.id");
STATEMENT(SELECTION_BY_ID, "select " SELECTION_COLUMNS "where s.id = $1");
STATEMENT(SELECTION_INSERT,
	"insert into selections (office, regime, expected_red, expected_yellow, expected_blue, random_red, "
	"random_yellow, random_blue, hits_without_selection, score_red, score_yellow, score_blue, green_delay_minutes, "
	"yellow_to_blue_days, valid_from, created_by, created_at) "
	"values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) returning id");
STATEMENT(PERIOD_BY_DAY,
	"select id, first_day, last_day, draw_key from draw_periods where first_day <= $1 and last_day >= $1");
STATEMENT(PERIOD_BY_ID, "select id, first_day, last_day, draw_key from draw_periods where id = $1");
STATEMENT(PERIOD_INSERT,
	"insert into draw_periods (first_day, last_day, draw_key, key_digest, created_at) values ($1, $2, $3, $4, $5) "
	"returning id");
STATEMENT(COUNTS_READ,
	"select decided, green, blue, yellow, red, spared_hits from selection_counts "
	"where period_id = $1 and office = $2 and regime = $3");
STATEMENT(COUNTS_WRITE,
	"insert into selection_counts (period_id, office, regime, decided, green, blue, yellow, red, spared_hits) "
	"values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (period_id, office, regime) do update set "
	"decided = excluded.decided, green = excluded.green, blue = excluded.blue, yellow = excluded.yellow, "
	"red = excluded.red, spared_hits = excluded.spared_hits");

static void read_selection(struct rows *rows, struct arena *arena, struct selection_row *ret_row)
{
	*ret_row = (struct selection_row){.id = rows_integer(rows, 0),
		.office = rows_copy(rows, 1, arena),
		.regime = rows_copy(rows, 2, arena),
		.selection = {.expected = {[LANE_RED] = rows_integer(rows, 3),
				      [LANE_YELLOW] = rows_integer(rows, 4),
				      [LANE_BLUE] = rows_integer(rows, 5)},
			.random = {[LANE_RED] = rows_integer(rows, 6),
				[LANE_YELLOW] = rows_integer(rows, 7),
				[LANE_BLUE] = rows_integer(rows, 8)},
			.hits_without_selection = rows_integer(rows, 9),
			.score_red = rows_optional(rows, 10),
			.score_yellow = rows_optional(rows, 11),
			.score_blue = rows_optional(rows, 12)},
		.green_delay_minutes = rows_integer(rows, 13),
		.yellow_to_blue_days = rows_integer(rows, 14),
		.created_at = rows_integer(rows, 15),
		.author = rows_copy(rows, 16, arena)};
}

enum status selections_read(struct reader *reader, struct arena *arena, struct selection_row **ret_rows,
	size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	size_t count = 0, room = 0;
	struct selection_row *list = NULL;

	TRY(store_query(reader, &SELECTIONS, NO_PARAMS, &rows));
	while (rows_next(rows)) {
		if (count == room) {
			struct selection_row *grown;

			room = room ? room * 2 : 16;
			grown = ARENA_ARRAY(arena, room, struct selection_row);
			if (!grown)
				return STATUS_NO_MEMORY;
			if (count)
				memcpy(grown, list, count * sizeof *list);
			list = grown;
		}
		read_selection(rows, arena, &list[count]);
		if (!list[count].office.data || !list[count].regime.data)
			return STATUS_NO_MEMORY;
		count++;
	}
	TRY(rows_status(rows));
	*ret_rows = list;
	*ret_count = count;
	return STATUS_OK;
}

enum status selection_find(struct reader *reader, int64_t id, struct arena *arena, struct selection_row *ret_row)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &SELECTION_BY_ID, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	read_selection(rows, arena, ret_row);
	return rows_status(rows);
}

/* Of each lane's expected share, the part that the setting keeps for chance; the row holds what came of it, so that
 * a decision made with the row can be made again whatever the setting says by then. */
static enum status keep_for_exploration(struct reader *reader, struct selection *selection)
{
	int64_t part;

	TRY(setting_integer(reader, &risk_settings[RISK_EXPLORATION], &part));
	for (int lane = LANE_BLUE; lane <= LANE_RED; lane++)
		if (selection->random[lane] < selection->expected[lane] * part / 100)
			selection->random[lane] = selection->expected[lane] * part / 100;
	return STATUS_OK;
}

enum status selection_add(struct writer *writer, const struct actor *actor, const struct selection_row *row,
	int64_t *ret_id)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 16);
	struct selection selection = row->selection;
	const struct selection *s = &selection;
	int64_t rehearsal;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(keep_for_exploration(writer_reader(writer), &selection));
	TRY(store_returning(writer, &SELECTION_INSERT,
		PARAMS(value_text(row->office), value_text(row->regime), V_INT(s->expected[LANE_RED]),
			V_INT(s->expected[LANE_YELLOW]), V_INT(s->expected[LANE_BLUE]), V_INT(s->random[LANE_RED]),
			V_INT(s->random[LANE_YELLOW]), V_INT(s->random[LANE_BLUE]), V_INT(s->hits_without_selection),
			value_optional(s->score_red), value_optional(s->score_yellow), value_optional(s->score_blue),
			V_INT(row->green_delay_minutes), V_INT(row->yellow_to_blue_days), V_INT(clock_today()),
			V_INT(actor->user_id), V_INT(clock_now())),
		ret_id));
	TRY(rehearsal_of_selection(writer_reader(writer), row, arena, &rehearsal));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "selection", .entity_id = *ret_id,
			.action = "selection.set", .details = rehearsal_note(arena, rehearsal)},
		NULL);
}

/* The latest row counts among equally specific ones; office weighs more than regime. */
const struct selection_row *selection_for(const struct selection_row *rows, size_t count, struct text office,
	struct text regime)
{
	const struct selection_row *best = NULL;
	int best_weight = -1;

	for (size_t i = 0; i < count; i++) {
		bool any_office = text_is_empty(rows[i].office), any_regime = text_is_empty(rows[i].regime);
		int weight = (any_office ? 0 : 2) + (any_regime ? 0 : 1);

		if ((any_office || text_equal(rows[i].office, office)) &&
		    (any_regime || text_equal(rows[i].regime, regime)) && weight >= best_weight) {
			best = &rows[i];
			best_weight = weight;
		}
	}
	return best;
}

static enum status read_period(struct rows *rows, struct draw_period *ret_period)
{
	struct text key;

	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	key = rows_bytes(rows, 3);
	if (key.size != sizeof ret_period->key)
		return key.data ? STATUS_INTERNAL : STATUS_NO_MEMORY;
	ret_period->id = rows_integer(rows, 0);
	ret_period->first_day = rows_integer(rows, 1);
	ret_period->last_day = rows_integer(rows, 2);
	memcpy(ret_period->key, key.data, key.size);
	return STATUS_OK;
}

static enum status find_by_day(struct reader *reader, int64_t day, struct draw_period *ret_period)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &PERIOD_BY_DAY, PARAMS(V_INT(day)), &rows));
	return read_period(rows, ret_period);
}

enum status draw_period_find(struct reader *reader, int64_t id, struct draw_period *ret_period)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &PERIOD_BY_ID, PARAMS(V_INT(id)), &rows));
	return read_period(rows, ret_period);
}

enum status draw_period_ensure(struct writer *writer, const struct actor *actor, int64_t day,
	struct draw_period *ret_period)
{
	enum status status = find_by_day(writer_reader(writer), day, ret_period);
	struct draw_period period;
	unsigned char digest[DIGEST_SIZE];
	char details[128];
	AUTO(buffer_release) struct buffer hex = {0};
	int year, month, dom;

	buffer_init(&hex, 256);
	if (status != STATUS_NOT_FOUND)
		return status;
	date_split(day, &year, &month, &dom);
	period.first_day = date_from(year, month, 1);
	period.last_day = (month == 12 ? date_from(year + 1, 1, 1) : date_from(year, month + 1, 1)) - 1;
	secret_random(period.key, sizeof period.key);
	digest_of((struct text){(const char *)period.key, sizeof period.key}, digest);
	TRY(store_returning(writer, &PERIOD_INSERT,
		PARAMS(V_INT(period.first_day), V_INT(period.last_day),
			V_BYTES(((struct text){(const char *)period.key, sizeof period.key})),
			V_BYTES(((struct text){(const char *)digest, sizeof digest})), V_INT(clock_now())),
		&period.id));
	hex_print(&hex, digest, sizeof digest);
	TRY(buffer_status(&hex));
	snprintf(details, sizeof details, "{\"key_digest\":\"%s\"}", hex.data);
	TRY(journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "draw_period", .entity_id = period.id,
			.action = "draw.committed", .details = text_of(details)},
		NULL));
	*ret_period = period;
	return STATUS_OK;
}

enum status selection_counts_read(struct reader *reader, int64_t period_id, struct text office, struct text regime,
	struct selection_counts *ret_counts)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &COUNTS_READ,
		PARAMS(V_INT(period_id), value_text(office), value_text(regime)), &rows));
	*ret_counts = (struct selection_counts){0};
	if (!rows_next(rows))
		return rows_status(rows);
	ret_counts->decided = rows_integer(rows, 0);
	for (int lane = 0; lane < LANE_COUNT; lane++)
		ret_counts->lane[lane] = rows_integer(rows, 1 + lane);
	ret_counts->spared_hits = rows_integer(rows, 5);
	return STATUS_OK;
}

enum status selection_counts_write(struct writer *writer, int64_t period_id, struct text office, struct text regime,
	const struct selection_counts *counts)
{
	return store_execute(writer, &COUNTS_WRITE,
		PARAMS(V_INT(period_id), value_text(office), value_text(regime), V_INT(counts->decided),
			V_INT(counts->lane[LANE_GREEN]), V_INT(counts->lane[LANE_BLUE]),
			V_INT(counts->lane[LANE_YELLOW]), V_INT(counts->lane[LANE_RED]), V_INT(counts->spared_hits)),
		NULL);
}
