/* What the figures of the home page count. Each is a short run of an index. */
#include "modules/home/pages.h"

#include "domain/setting.h"
#include "modules/inspections/inspections.h"

#define IN_UNITS                                                                                                       \
	"($1 = '*' or c.unit_path in (select u.path from units u join units g "                                        \
	"on substr(u.path, 1, length(g.path)) = g.path where CAST($1 AS text) like '%|' || g.path || '|%')) "
STATEMENT(WAITING, "select count(*) from consignments c where c.state = 'to_control' and " IN_UNITS);
STATEMENT(WAITING_RED, "select count(*) from consignments c where c.state = 'to_control' and c.lane = 3 and " IN_UNITS);
STATEMENT(LATE, "select count(*) from consignments c where c.state = 'to_control' and c.day < $2 and " IN_UNITS);
STATEMENT(HELD, "select count(*) from consignments c where c.state = 'held' and " IN_UNITS);
STATEMENT(ARRIVING, "select count(*) from voyages c where c.day >= $2 and c.day <= $3 and " IN_UNITS);
STATEMENT(DONE_SINCE,
	"select count(distinct i.consignment_id) from inspections i join consignments c on c.id = i.consignment_id "
	"where i.recorded_at >= $2 and " IN_UNITS);
STATEMENT(OWN_VISITS,
	"select count(*) from visits c where c.inspector_id = $2 and c.state in ('assigned', 'under_way') and " IN_UNITS);
STATEMENT(REFUSED_FILES, "select count(*) from imports where state = 'refused' and started_at >= $1 and " IMPORT_SEEN);
STATEMENT(FAILING_JOBS, "select count(*) from jobs where failures > 0");
STATEMENT(PEOPLE,
	"select count(*) from users x where x.is_active = 1 and ($1 = '*' or exists (select 1 from user_grants y "
	"join units c on c.id = y.unit_id join units g on substr(c.path, 1, length(g.path)) = g.path "
	"where y.user_id = x.id and CAST($1 AS text) like '%|' || g.path || '|%'))");

static struct value seen(struct request *rq)
{
	return value_text(actor_path_list(&rq->actor, CONSIGNMENTS_READ, rq->arena));
}

enum status count_waiting(struct request *rq, struct reader *db, int64_t *ret_count)
{
	return store_integer(db, &WAITING, PARAMS(seen(rq)), ret_count);
}

enum status count_waiting_red(struct request *rq, struct reader *db, int64_t *ret_count)
{
	return store_integer(db, &WAITING_RED, PARAMS(seen(rq)), ret_count);
}

enum status count_late(struct request *rq, struct reader *db, int64_t *ret_count)
{
	int64_t days;

	TRY(setting_integer(db, &late_days, &days));
	return store_integer(db, &LATE, PARAMS(seen(rq), V_INT(clock_today() - days)), ret_count);
}

enum status count_held(struct request *rq, struct reader *db, int64_t *ret_count)
{
	return store_integer(db, &HELD, PARAMS(seen(rq)), ret_count);
}

enum status count_arriving(struct request *rq, struct reader *db, int64_t *ret_count)
{
	return store_integer(db, &ARRIVING, PARAMS(seen(rq), V_INT(clock_today()), V_INT(clock_today())), ret_count);
}

enum status count_done_today(struct request *rq, struct reader *db, int64_t *ret_count)
{
	return store_integer(db, &DONE_SINCE, PARAMS(seen(rq), V_INT(clock_today() * 86400 * MICROSECONDS)), ret_count);
}

enum status count_own_visits(struct request *rq, struct reader *db, int64_t *ret_count)
{
	struct text paths = actor_path_list(&rq->actor, INSPECTIONS_RECORD, rq->arena);

	return store_integer(db, &OWN_VISITS, PARAMS(value_text(paths), V_INT(rq->actor.user_id)), ret_count);
}

enum status count_refused_files(struct request *rq, struct reader *db, int64_t *ret_count)
{
	return store_integer(db, &REFUSED_FILES,
		PARAMS(V_INT(clock_now() - 7 * 86400 * MICROSECONDS),
			value_text(actor_path_list(&rq->actor, IMPORTS_READ_ALL, rq->arena))),
		ret_count);
}

enum status count_failing_jobs(struct request *rq, struct reader *db, int64_t *ret_count)
{
	(void)rq;
	return store_integer(db, &FAILING_JOBS, NO_PARAMS, ret_count);
}

enum status count_people(struct request *rq, struct reader *db, int64_t *ret_count)
{
	return store_integer(db, &PEOPLE,
		PARAMS(value_text(actor_path_list(&rq->actor, "users.manage", rq->arena))), ret_count);
}
