/* What became of profiles: decisions and outcomes gathered by a job, as far as they were recorded, and read by pages. */
#include "base/json.h"
#include "modules/risk/profiles.h"

#include <string.h>

STATEMENT(MARK_READ, "select last_id from profile_marks where name = $1");
STATEMENT(MARK_WRITE, "update profile_marks set last_id = $2 where name = $1");
STATEMENT(DECISIONS_AFTER, "select id from decisions where id > $1 order by id limit $2");
STATEMENT(OUTCOMES_AFTER,
	"select o.id, o.consignment_id, o.adverse, o.recovered, o.known_on, c.decision_id from outcomes o "
	"join consignments c on c.id = o.consignment_id where o.id > $1 order by o.id limit $2");
STATEMENT(OUTCOME_OF,
	"select outcome, recovered, coalesce(outcome_on, day) from consignments where id = $1 and outcome is not null "
	"and decision_id = $2");
STATEMENT(DAY_ADD,
	"insert into profile_days (code, day, hits, selected) values ($1, $2, 1, $3) on conflict (code, day) do update set "
	"hits = profile_days.hits + 1, selected = profile_days.selected + excluded.selected");
STATEMENT(FINDING_SET,
	"insert into profile_findings (code, consignment_id, day, lane, adverse, recovered) values ($1, $2, $3, $4, $5, $6) "
	"on conflict (code, consignment_id) do update set day = excluded.day, lane = excluded.lane, "
	"adverse = excluded.adverse, recovered = excluded.recovered");
STATEMENT(TIME_SET,
	"insert into control_times (consignment_id, minutes) values ($1, $2) on conflict (consignment_id) do update set "
	"minutes = excluded.minutes");

#define LIFE_OF_FINDINGS                                                                                               \
	"select f.code, count(*), coalesce(sum(f.adverse), 0), CAST(coalesce(sum(f.recovered), 0) AS bigint), "        \
	"CAST(coalesce(sum(coalesce(t.minutes, case when f.lane = 3 then CAST($2 AS bigint) else CAST($3 AS bigint) end)), 0) AS bigint) "             \
	"from profile_findings f left join control_times t on t.consignment_id = f.consignment_id "
STATEMENT(HITS_OF,
	"select CAST(coalesce(sum(hits), 0) AS bigint), CAST(coalesce(sum(selected), 0) AS bigint) from profile_days "
	"where code = $1 and day >= $2");
STATEMENT(FINDINGS_OF, LIFE_OF_FINDINGS "where f.code = $1 and f.day >= $4 group by f.code");
STATEMENT(ALL_HITS,
	"select code, CAST(sum(hits) AS bigint), CAST(sum(selected) AS bigint) from profile_days where day >= $1 "
	"group by code order by code");
STATEMENT(ALL_FINDINGS, LIFE_OF_FINDINGS "where f.day >= $1 group by f.code order by f.code");
STATEMENT(MONTH_HITS,
	"select CAST(coalesce(sum(hits), 0) AS bigint) from profile_days where code = $1 and day >= $2 and day < $3");
STATEMENT(MONTH_FINDINGS,
	"select count(*), CAST(coalesce(sum(adverse), 0) AS bigint) from profile_findings where code = $1 and day >= $2 "
	"and day < $3");

enum { GATHER_IDS = 1000, REASONS_LIMIT = 8 << 20 };

enum status risk_control_took(struct writer *writer, int64_t consignment_id, int64_t minutes)
{
	if (minutes < 0)
		return STATUS_INVALID;
	return store_execute(writer, &TIME_SET, PARAMS(V_INT(consignment_id), V_INT(minutes)), NULL);
}

/* ---- gathering */

/* Calls back for each profile that a stored decision names. */
static enum status each_profile(const struct decision_record *record, void *context,
	enum status (*take)(void *context, struct text code, bool selected))
{
	json_t *reasons = NULL;
	enum status status = STATUS_OK;
	int line;

	TRY(json_parse(record->reasons, REASONS_LIMIT, &reasons, &line));
	for (size_t i = 0; i < json_array_size(reasons) && status == STATUS_OK; i++) {
		const json_t *reason = json_array_get(reasons, i);
		const char *kind = json_string_value(json_object_get(reason, "kind"));
		const json_t *code = json_object_get(reason, "code");

		if (kind && strcmp(kind, "profile") == 0 && json_is_string(code))
			status = take(context, (struct text){json_string_value(code), json_string_length(code)},
				json_is_true(json_object_get(reason, "selected")));
	}
	json_decref(reasons);
	return status;
}

struct gathering {
	struct writer *writer;
	const struct decision_record *record;
	int64_t day, adverse, recovered;
};

static enum status take_hit(void *context, struct text code, bool selected)
{
	struct gathering *g = context;

	return store_execute(g->writer, &DAY_ADD,
		PARAMS(value_text(code), V_INT(g->record->decided_on), V_BOOL(selected)), NULL);
}

static enum status take_finding(void *context, struct text code, bool selected)
{
	struct gathering *g = context;

	(void)selected;
	return store_execute(g->writer, &FINDING_SET,
		PARAMS(value_text(code), V_INT(g->record->consignment_id), V_INT(g->day), V_INT(g->record->decision.lane),
			V_INT(g->adverse), value_optional(g->recovered)),
		NULL);
}

static enum status gather_decision(struct writer *writer, int64_t id, struct arena *arena)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct decision_record record;
	struct gathering g = {.writer = writer, .record = &record};
	bool is_known;

	arena_reset(arena);
	TRY(decision_find(writer_reader(writer), id, arena, &record));
	TRY(each_profile(&record, &g, take_hit));
	TRY(store_query(writer_reader(writer), &OUTCOME_OF, PARAMS(V_INT(record.consignment_id), V_INT(id)), &rows));
	is_known = rows_next(rows);
	if (is_known) {
		g.adverse = rows_integer(rows, 0);
		g.recovered = rows_optional(rows, 1);
		g.day = rows_integer(rows, 2);
	}
	TRY(rows_status(rows));
	return is_known ? each_profile(&record, &g, take_finding) : STATUS_OK;
}

static enum status mark(struct writer *writer, const char *name, int64_t last)
{
	return store_execute(writer, &MARK_WRITE, PARAMS(value_string(name), V_INT(last)), NULL);
}

static enum status gather_decisions(struct writer *writer, int64_t limit, struct arena *arena, int64_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t ids[GATHER_IDS], last;
	size_t count = 0;

	TRY(store_integer(writer_reader(writer), &MARK_READ, PARAMS(value_string("decisions")), &last));
	TRY(store_query(writer_reader(writer), &DECISIONS_AFTER,
		PARAMS(V_INT(last), V_INT(limit < GATHER_IDS ? limit : GATHER_IDS)), &rows));
	while (count < GATHER_IDS && rows_next(rows))
		ids[count++] = rows_integer(rows, 0);
	TRY(rows_status(rows));
	for (size_t i = 0; i < count; i++)
		TRY(gather_decision(writer, ids[i], arena));
	*ret_count = (int64_t)count;
	return count ? mark(writer, "decisions", ids[count - 1]) : STATUS_OK;
}

struct outcome {
	int64_t id, consignment_id, adverse, recovered, known_on, decision_id;
};

static enum status gather_outcome(struct writer *writer, const struct outcome *outcome, struct arena *arena)
{
	struct decision_record record;
	struct gathering g = {.writer = writer, .record = &record, .day = outcome->known_on, .adverse = outcome->adverse,
		.recovered = outcome->recovered};
	enum status status;

	arena_reset(arena);
	status = decision_find(writer_reader(writer), outcome->decision_id, arena, &record);
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	TRY(status);
	return each_profile(&record, &g, take_finding);
}

static enum status gather_outcomes(struct writer *writer, int64_t limit, struct arena *arena, int64_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct outcome outcomes[GATHER_IDS];
	int64_t last;
	size_t count = 0;

	TRY(store_integer(writer_reader(writer), &MARK_READ, PARAMS(value_string("outcomes")), &last));
	TRY(store_query(writer_reader(writer), &OUTCOMES_AFTER,
		PARAMS(V_INT(last), V_INT(limit < GATHER_IDS ? limit : GATHER_IDS)), &rows));
	while (count < GATHER_IDS && rows_next(rows))
		outcomes[count++] = (struct outcome){rows_integer(rows, 0), rows_integer(rows, 1), rows_integer(rows, 2),
			rows_optional(rows, 3), rows_integer(rows, 4), rows_integer(rows, 5)};
	TRY(rows_status(rows));
	for (size_t i = 0; i < count; i++)
		TRY(gather_outcome(writer, &outcomes[i], arena));
	*ret_count = (int64_t)count;
	return count ? mark(writer, "outcomes", outcomes[count - 1].id) : STATUS_OK;
}

enum status profile_life_gather(struct writer *writer, int64_t limit, struct arena *arena, int64_t *ret_count)
{
	int64_t decisions = 0, outcomes = 0;

	TRY(gather_decisions(writer, limit, arena, &decisions));
	TRY(gather_outcomes(writer, limit, arena, &outcomes));
	*ret_count = decisions + outcomes;
	return STATUS_OK;
}

/* ---- reading */

static enum status usual_minutes(struct reader *reader, int64_t *ret_red, int64_t *ret_yellow)
{
	TRY(setting_integer(reader, &risk_settings[RISK_MINUTES_RED], ret_red));
	return setting_integer(reader, &risk_settings[RISK_MINUTES_YELLOW], ret_yellow);
}

static void read_findings(struct rows *rows, struct profile_life *life)
{
	life->inspected = rows_integer(rows, 1);
	life->adverse = rows_integer(rows, 2);
	life->recovered = rows_integer(rows, 3);
	life->minutes = rows_integer(rows, 4);
}

enum status profile_life_read(struct reader *reader, struct text code, int64_t from, struct profile_life *ret_life)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(rows_release) struct rows *findings = NULL;
	struct profile_life life = {0};
	int64_t red, yellow;

	TRY(usual_minutes(reader, &red, &yellow));
	TRY(store_query(reader, &HITS_OF, PARAMS(value_text(code), V_INT(from)), &rows));
	if (rows_next(rows)) {
		life.hits = rows_integer(rows, 0);
		life.selected = rows_integer(rows, 1);
	}
	TRY(rows_status(rows));
	TRY(store_query(reader, &FINDINGS_OF, PARAMS(value_text(code), V_INT(red), V_INT(yellow), V_INT(from)), &findings));
	if (rows_next(findings))
		read_findings(findings, &life);
	TRY(rows_status(findings));
	*ret_life = life;
	return STATUS_OK;
}

static int64_t next_month(int64_t first_day)
{
	int year, month, day;

	date_split(first_day, &year, &month, &day);
	return month == 12 ? date_from(year + 1, 1, 1) : date_from(year, month + 1, 1);
}

static enum status read_month(struct reader *reader, struct text code, struct profile_month *month)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t end = next_month(month->first_day);

	TRY(store_integer(reader, &MONTH_HITS, PARAMS(value_text(code), V_INT(month->first_day), V_INT(end)), &month->hits));
	TRY(store_query(reader, &MONTH_FINDINGS, PARAMS(value_text(code), V_INT(month->first_day), V_INT(end)), &rows));
	if (rows_next(rows)) {
		month->inspected = rows_integer(rows, 0);
		month->adverse = rows_integer(rows, 1);
	}
	return rows_status(rows);
}

enum status profile_months_read(struct reader *reader, struct text code,
	struct profile_month ret_months[PROFILE_LIFE_MONTHS])
{
	int year, month, day, months;

	date_split(clock_today(), &year, &month, &day);
	months = year * 12 + month - 1 - (PROFILE_LIFE_MONTHS - 1);
	for (int i = 0; i < PROFILE_LIFE_MONTHS; i++, months++) {
		ret_months[i] = (struct profile_month){.first_day = date_from(months / 12, months % 12 + 1, 1)};
		TRY(read_month(reader, code, &ret_months[i]));
	}
	return STATUS_OK;
}

static struct profile_life_row *row_of(struct profile_life_row *list, size_t count, struct text code)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(list[i].code, code))
			return &list[i];
	return NULL;
}

enum status profile_lives_read(struct reader *reader, int64_t from, struct arena *arena,
	struct profile_life_row **ret_rows, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(rows_release) struct rows *findings = NULL;
	struct profile_life_row *list = NULL, *row;
	int64_t red, yellow;
	size_t count = 0, room = 0;

	TRY(usual_minutes(reader, &red, &yellow));
	TRY(store_query(reader, &ALL_HITS, PARAMS(V_INT(from)), &rows));
	for (; rows_next(rows); count++) {
		if (count == room) {
			struct profile_life_row *grown = ARENA_ARRAY(arena, room = room ? room * 2 : 64, struct profile_life_row);

			if (!grown)
				return STATUS_NO_MEMORY;
			if (count)
				memcpy(grown, list, count * sizeof *grown);
			list = grown;
		}
		list[count] = (struct profile_life_row){rows_copy(rows, 0, arena),
			{.hits = rows_integer(rows, 1), .selected = rows_integer(rows, 2)}};
	}
	TRY(rows_status(rows));
	TRY(store_query(reader, &ALL_FINDINGS, PARAMS(V_INT(from), V_INT(red), V_INT(yellow)), &findings));
	while (rows_next(findings))
		if ((row = row_of(list, count, rows_text(findings, 0))))
			read_findings(findings, &row->life);
	TRY(rows_status(findings));
	*ret_rows = list;
	*ret_count = count;
	return STATUS_OK;
}
