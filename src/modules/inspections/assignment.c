/* Who visits what: by rotation and load, leaving out the absent, or by the head's hand. */
#include "domain/absence.h"
#include "domain/notification.h"
#include "modules/inspections/visits.h"

#include <stdio.h>

enum { AT_ONCE = 200, CANDIDATES = 50, UNITS_FULL = 64, UNITS_LOOKED_AT = 5000 };

const struct setting inspections_settings[] = {
	{.code = "inspections.assignment", .label = TR("Attribution des visites"),
		.help = TR("rotation : à tour de rôle selon la charge, sans les absents ; head : par le chef de bureau."),
		.kind = SETTING_CHOICE, .initial = "rotation", .choices = "rotation head"},
	{.code = "inspections.per_day", .label = TR("Visites par agent et par jour"),
		.help = TR("Au-delà, la rotation ne donne plus rien à l'agent ce jour-là."), .kind = SETTING_INTEGER,
		.initial = "10", .least = 1, .most = 100},
	{.code = "inspections.oldest_days", .label = TR("Ancienneté des envois que la rotation attribue, en jours"),
		.help = TR("Les envois plus anciens restent à prendre ou à attribuer à la main."), .kind = SETTING_INTEGER,
		.initial = "60", .least = 1, .most = 3650},
	{.code = "inspections.second_share", .label = TR("Part des visites revues par un second agent, en pour cent"),
		.help = TR("Tirée au hasard à la clôture ; 0 : jamais, 100 : toujours."), .kind = SETTING_INTEGER,
		.initial = "5", .least = 0, .most = 100},
	{.code = NULL},
};

/* $4: midnight of today in microseconds; $3: today. */
STATEMENT(CANDIDATES_OF,
	"select u.id, u.name, (select count(*) from visits v where v.inspector_id = u.id and (v.state in ('assigned', "
	"'under_way') or (v.state = 'done' and v.ended_at >= $4))) as visits_of_today, "
	"coalesce((select max(w.assigned_at) from visits w where w.inspector_id = u.id), 0) as last_given, "
	"(select count(*) from absences a where a.user_id = u.id and a.from_day <= $3 and a.to_day >= $3) as days_away "
	"from users u where u.is_active = 1 and u.id <> $2 and exists (select 1 from user_grants g "
	"join role_permissions r on r.role_code = g.role_code join units n on n.id = g.unit_id where g.user_id = u.id "
	"and r.permission_code = 'inspections.visit' and substr($1, 1, length(n.path)) = n.path) "
	"order by 3, 4, u.id limit 50");
STATEMENT(CANDIDATES_BELOW,
	"select u.id, u.name, (select count(*) from visits v where v.inspector_id = u.id and (v.state in ('assigned', "
	"'under_way') or (v.state = 'done' and v.ended_at >= $3))) as visits_of_today, 0, "
	"(select count(*) from absences a where a.user_id = u.id and a.from_day <= $2 and a.to_day >= $2) as days_away "
	"from users u where u.is_active = 1 and exists (select 1 from user_grants g "
	"join role_permissions r on r.role_code = g.role_code join units n on n.id = g.unit_id where g.user_id = u.id "
	"and r.permission_code = 'inspections.record' and ($1 = '*' or exists (select 1 from units t "
	"where CAST($1 AS text) like '%|' || t.path || '|%' and substr(n.path, 1, length(t.path)) = t.path))) "
	"order by 3, u.id limit 50");
STATEMENT(VISITS_OF_ABSENT,
	"select v.id, coalesce(a.deputy_id, 0) from visits v join absences a on a.user_id = v.inspector_id "
	"and a.from_day <= $1 and a.to_day >= $1 where v.state = 'assigned' order by v.id limit 200");
STATEMENT(VISITS_WAITING, "select id, consignment_id from visits where state = 'waiting' order by id limit 200");
STATEMENT(UNITS_OF_VISITS, "select path from units order by path limit $1");
/* One unit's run of the index of what is to be controlled, oldest first. */
STATEMENT(TO_VISIT,
	"select c.id from consignments c where c.unit_path = $1 and c.state = 'to_control' and c.lane = $2 and c.day >= $3 "
	"and c.day <= $4 and not exists (select 1 from visits v where v.consignment_id = c.id and v.state in ('waiting', "
	"'assigned', 'under_way')) order by c.day, c.id limit $5");
STATEMENT(FIRST_INSPECTOR, "select inspector_id from inspections where id = $1");
STATEMENT(MAY_VISIT,
	"select count(*) from users u where u.id = $1 and u.is_active = 1 and exists (select 1 from user_grants g "
	"join role_permissions r on r.role_code = g.role_code join units n on n.id = g.unit_id where g.user_id = u.id "
	"and r.permission_code = 'inspections.record' and substr($2, 1, length(n.path)) = n.path)");

/* At most CANDIDATES of the rows under way. */
static enum status candidates_take(struct rows *rows, struct arena *arena, struct candidate **ret_candidates,
	size_t *ret_count)
{
	struct candidate *list = ARENA_ARRAY(arena, CANDIDATES, struct candidate);
	size_t count = 0;

	if (!list)
		return STATUS_NO_MEMORY;
	while (count < CANDIDATES && rows_next(rows)) {
		list[count] = (struct candidate){.user_id = rows_integer(rows, 0), .name = rows_copy(rows, 1, arena),
			.load = rows_integer(rows, 2), .is_away = rows_integer(rows, 4) > 0};
		if (!list[count++].name.data)
			return STATUS_NO_MEMORY;
	}
	TRY(rows_status(rows));
	*ret_candidates = list;
	*ret_count = count;
	return STATUS_OK;
}

enum status candidates_read(struct reader *reader, struct text unit_path, int64_t except, struct arena *arena,
	struct candidate **ret_candidates, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t today = clock_today();

	TRY(store_query(reader, &CANDIDATES_OF,
		PARAMS(value_text(unit_path), V_INT(except), V_INT(today), V_INT(today * 86400 * MICROSECONDS)), &rows));
	return candidates_take(rows, arena, ret_candidates, ret_count);
}

enum status candidates_below(struct reader *reader, struct text paths, struct arena *arena,
	struct candidate **ret_candidates, size_t *ret_count)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t today = clock_today();

	TRY(store_query(reader, &CANDIDATES_BELOW,
		PARAMS(value_text(paths), V_INT(today), V_INT(today * 86400 * MICROSECONDS)), &rows));
	return candidates_take(rows, arena, ret_candidates, ret_count);
}

/* One run of the rotation. */
struct round {
	struct writer *writer;
	struct arena *arena;
	const struct actor *actor;
	int64_t today, most; /* most visits a day */
	struct text full[UNITS_FULL]; /* units where nobody is left */
	size_t full_count;
	int64_t people[AT_ONCE], given[AT_ONCE]; /* to be told, and of how many */
	size_t people_count;
	int64_t count;
};

static bool is_full(const struct round *round, struct text unit_path)
{
	for (size_t i = 0; i < round->full_count; i++)
		if (text_equal(round->full[i], unit_path))
			return true;
	return false;
}

static void note_given(struct round *round, int64_t person)
{
	round->count++;
	for (size_t i = 0; i < round->people_count; i++)
		if (round->people[i] == person) {
			round->given[i]++;
			return;
		}
	if (round->people_count < AT_ONCE) {
		round->people[round->people_count] = person;
		round->given[round->people_count++] = 1;
	}
}

/* The least loaded who is there and has room; 0 when there is nobody. */
static enum status choose(struct round *round, const struct visit *visit, int64_t except, int64_t *ret_person)
{
	struct candidate *list;
	size_t count;

	*ret_person = 0;
	TRY(candidates_read(writer_reader(round->writer), visit->unit_path, except, round->arena, &list, &count));
	for (size_t i = 0; i < count && !*ret_person; i++)
		if (!list[i].is_away && list[i].load < round->most)
			*ret_person = list[i].user_id;
	if (!*ret_person && !except && round->full_count < UNITS_FULL)
		round->full[round->full_count++] = visit->unit_path;
	return STATUS_OK;
}

/* Who made the result that the second look is about may not have it. */
static enum status first_inspector(struct reader *reader, const struct visit *visit, int64_t *ret_person)
{
	enum status status = STATUS_NOT_FOUND;

	*ret_person = 0;
	if (visit->first_id)
		status = store_integer(reader, &FIRST_INSPECTOR, PARAMS(V_INT(visit->first_id)), ret_person);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status give_out(struct round *round, int64_t visit_id)
{
	struct message refusal = {.id = NULL};
	struct visit visit;
	int64_t except, person;
	enum status status;

	TRY(visit_find(writer_reader(round->writer), visit_id, round->arena, &visit));
	if (is_full(round, visit.unit_path))
		return STATUS_OK;
	TRY(first_inspector(writer_reader(round->writer), &visit, &except));
	TRY(choose(round, &visit, except, &person));
	if (!person)
		return STATUS_OK;
	status = visit_move_to(round->writer, &visit, "assign", round->actor,
		&(struct visit_move){.inspector_id = person, .planned_on = round->today}, &refusal);
	if (status == STATUS_OK)
		note_given(round, person);
	return status == STATUS_INVALID || status == STATUS_CONFLICT ? STATUS_OK : status;
}

/* Pairs of integers, so that no rows stay open while visits move. */
struct pair_list {
	int64_t first[AT_ONCE], second[AT_ONCE];
	size_t count;
};

static enum status read_pairs(struct reader *reader, const struct statement *statement, const struct value *values,
	size_t value_count, struct pair_list *list)
{
	AUTO(rows_release) struct rows *rows = NULL;

	list->count = 0;
	TRY(store_query(reader, statement, values, value_count, &rows));
	while (list->count < AT_ONCE && rows_next(rows)) {
		list->first[list->count] = rows_integer(rows, 0);
		list->second[list->count++] = rows_columns(rows) > 1 ? rows_integer(rows, 1) : 0;
	}
	return rows_status(rows);
}

/* What the absent had not begun goes to their deputy, or waits again. */
static enum status relieve(struct round *round)
{
	struct pair_list *list = ARENA_NEW(round->arena, struct pair_list);

	if (!list)
		return STATUS_NO_MEMORY;
	TRY(read_pairs(writer_reader(round->writer), &VISITS_OF_ABSENT, PARAMS(V_INT(round->today)), list));
	for (size_t i = 0; i < list->count; i++) {
		struct message refusal = {.id = NULL};
		int64_t deputy = list->second[i], may = 0;
		struct visit visit;
		bool away = false;

		TRY(visit_find(writer_reader(round->writer), list->first[i], round->arena, &visit));
		if (deputy)
			TRY(absence_on(writer_reader(round->writer), deputy, round->today, &away, NULL));
		if (deputy && !away)
			TRY(store_integer(writer_reader(round->writer), &MAY_VISIT,
				PARAMS(V_INT(deputy), value_text(visit.unit_path)), &may));
		if (may && visit_move_to(round->writer, &visit, "assign", round->actor,
				   &(struct visit_move){.inspector_id = deputy, .planned_on = round->today}, &refusal) == STATUS_OK)
			note_given(round, deputy);
		else
			TRY(visit_move_to(round->writer, &visit, "give_back", round->actor, NULL, &refusal));
	}
	return STATUS_OK;
}

static enum status give_waiting(struct round *round)
{
	struct pair_list *list = ARENA_NEW(round->arena, struct pair_list);

	if (!list)
		return STATUS_NO_MEMORY;
	TRY(read_pairs(writer_reader(round->writer), &VISITS_WAITING, NO_PARAMS, list));
	for (size_t i = 0; i < list->count; i++)
		TRY(give_out(round, list->first[i]));
	return STATUS_OK;
}

/* A visit of one consignment for whoever of its unit has room. */
static enum status give_one(struct round *round, int64_t consignment_id)
{
	struct stored_consignment row;
	struct visit visit = {.id = 0};
	int64_t person, id;

	TRY(consignment_find(writer_reader(round->writer), consignment_id, round->arena, &row));
	visit.unit_path = row.unit_path;
	if (is_full(round, row.unit_path))
		return STATUS_OK;
	TRY(choose(round, &visit, 0, &person));
	if (!person)
		return STATUS_OK;
	TRY(visit_create(round->writer, &row, 0, &id));
	return give_out(round, id);
}

/* Red before yellow, the oldest first; a visit comes to be only when somebody is there to make it. */
static enum status give_unit(struct round *round, struct text unit_path, int64_t oldest)
{
	struct pair_list *list = ARENA_NEW(round->arena, struct pair_list);
	int64_t person;

	if (!list)
		return STATUS_NO_MEMORY;
	TRY(choose(round, &(struct visit){.unit_path = unit_path}, 0, &person));
	for (int lane = LANE_RED; person && lane >= LANE_YELLOW && !is_full(round, unit_path); lane--) {
		TRY(read_pairs(writer_reader(round->writer), &TO_VISIT,
			PARAMS(value_text(unit_path), V_INT(lane), V_INT(round->today - oldest), V_INT(round->today),
				V_INT(AT_ONCE)),
			list));
		for (size_t i = 0; i < list->count && round->count < AT_ONCE; i++)
			TRY(give_one(round, list->first[i]));
	}
	return STATUS_OK;
}

/* Unit by unit: where nobody has room, what waits there is not even looked at, and keeps no other unit waiting. */
static enum status give_new(struct round *round, int64_t oldest)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct text *paths = ARENA_ARRAY(round->arena, UNITS_LOOKED_AT, struct text);
	size_t count = 0;

	if (!paths)
		return STATUS_NO_MEMORY;
	TRY(store_query(writer_reader(round->writer), &UNITS_OF_VISITS, PARAMS(V_INT(UNITS_LOOKED_AT)), &rows));
	while (count < UNITS_LOOKED_AT && rows_next(rows))
		paths[count++] = rows_copy(rows, 0, round->arena);
	TRY(rows_status(rows));
	rows_release(&rows);
	for (size_t i = 0; i < count && round->count < AT_ONCE; i++)
		TRY(give_unit(round, paths[i], oldest));
	return STATUS_OK;
}

static enum status tell_people(const struct round *round)
{
	for (size_t i = 0; i < round->people_count; i++) {
		char count[24];

		snprintf(count, sizeof count, "%lld", (long long)round->given[i]);
		TRY(notification_send(round->writer,
			&(struct notification){.user_id = round->people[i], .kind = "visit.assigned",
				.message = {.id = TR("Visites qui vous sont confiées aujourd'hui : %1"), .values = {text_of(count)}},
				.path = "/controles"}));
	}
	return STATUS_OK;
}

enum status visits_assign(struct writer *writer, int64_t today, struct arena *arena, int64_t *ret_count)
{
	const struct actor actor = actor_system("inspections.assign");
	struct round *round = ARENA_NEW(arena, struct round);
	int64_t oldest;
	struct text way;

	*ret_count = 0;
	if (!round)
		return STATUS_NO_MEMORY;
	*round = (struct round){.writer = writer, .arena = arena, .actor = &actor, .today = today};
	TRY(setting_text(writer_reader(writer), &inspections_settings[INSPECTIONS_ASSIGNMENT], arena, &way));
	TRY(setting_integer(writer_reader(writer), &inspections_settings[INSPECTIONS_PER_DAY], &round->most));
	TRY(setting_integer(writer_reader(writer), &inspections_settings[INSPECTIONS_OLDEST], &oldest));
	if (!text_is(way, "rotation"))
		return STATUS_OK;
	TRY(relieve(round));
	TRY(give_waiting(round));
	TRY(give_new(round, oldest));
	TRY(tell_people(round));
	*ret_count = round->count;
	return STATUS_OK;
}

enum status visit_assign_to(struct writer *writer, const struct actor *actor, int64_t consignment_id,
	int64_t inspector_id, struct arena *arena, struct message *ret_refusal)
{
	struct stored_consignment row;
	struct visit visit;
	int64_t may = 0, id;
	enum status status;

	TRY(consignment_find(writer_reader(writer), consignment_id, arena, &row));
	if (!actor_may(actor, INSPECTIONS_ASSIGN, row.unit_path))
		return STATUS_NOT_FOUND;
	TRY(store_integer(writer_reader(writer), &MAY_VISIT, PARAMS(V_INT(inspector_id), value_text(row.unit_path)), &may));
	if (!may) {
		*ret_refusal = (struct message){.id = TR("Cet agent ne fait pas de visites dans ce bureau.")};
		return STATUS_INVALID;
	}
	status = visit_find_open(writer_reader(writer), consignment_id, arena, &visit);
	if (status == STATUS_NOT_FOUND) {
		TRY(visit_create(writer, &row, 0, &id));
		status = visit_find(writer_reader(writer), id, arena, &visit);
	}
	TRY(status);
	TRY(visit_move_to(writer, &visit, "assign", actor,
		&(struct visit_move){.inspector_id = inspector_id, .planned_on = clock_today()}, ret_refusal));
	if (inspector_id == actor->user_id)
		return STATUS_OK;
	return notification_send(writer,
		&(struct notification){.user_id = inspector_id, .kind = "visit.assigned",
			.message = {.id = TR("%1 vous confie la visite de %2"), .values = {actor->name, row.reference}},
			.path = "/controles"});
}
