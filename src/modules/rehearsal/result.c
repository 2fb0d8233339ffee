/* What a replay showed, as JSON: the one form that pages, the command and the journal read. */
#include "modules/rehearsal/rehearsal.h"

#include <string.h>

/* Goods of no unit are the root's. */
STATEMENT(OFFICE_UNIT,
	"select name, path from units where code = $1 or (parent_id is null and not exists (select 1 from units u where "
	"u.code = $1)) order by case when code = $1 then 0 else 1 end, id limit 1");
/* Who may record a control there: roles given at the office or below it. */
STATEMENT(OFFICE_OFFICERS,
	"select count(distinct g.user_id) from units o join units u on substr(u.path, 1, length(o.path)) = o.path "
	"join user_grants g on g.unit_id = u.id join users x on x.id = g.user_id and x.is_active = 1 "
	"join role_permissions p on p.role_code = g.role_code and p.permission_code = 'inspections.record' "
	"where o.code = $1");

enum { RESULT_LIMIT = 64 << 20 };

/* What the result is made from. */
struct showing {
	struct reader *reader;
	const struct rehearsal_order *order;
	const struct rehearsal_side *sides;
	const struct replay *replay;
	struct arena *arena;
};

static void put_number(struct json_writer *json, const char *key, int64_t value)
{
	put_key(json, key);
	put_int(json, value);
}

static void put_share(struct json_writer *json, const char *key, int64_t micro)
{
	put_key(json, key);
	put_micro(json, micro);
}

/* What chance says of those without an outcome: the share, how many that makes, and of how many it says nothing. */
static void put_estimate(struct json_writer *json, const struct rehearsal_group *group)
{
	struct group_estimate estimate = group_estimate(group);

	put_key(json, "estimate");
	if (!estimate.is_there) {
		put_null(json);
		return;
	}
	put_object(json);
	put_share(json, "low", estimate.share.low);
	put_share(json, "middle", estimate.share.middle);
	put_share(json, "high", estimate.share.high);
	put_number(json, "of", estimate.of);
	put_number(json, "findings_low", estimate.low);
	put_number(json, "findings", estimate.middle);
	put_number(json, "findings_high", estimate.high);
	put_object_end(json);
}

static void put_group(struct json_writer *json, const char *key, const struct rehearsal_group *group)
{
	put_key(json, key);
	put_object(json);
	put_number(json, "count", group->count);
	put_number(json, "known", group->known);
	put_number(json, "unknown", group->count - group->known);
	put_number(json, "adverse", group->adverse);
	put_share(json, "recovered", group->recovered);
	put_number(json, "picked", group->picked);
	put_number(json, "judged", group->judged);
	put_number(json, "found", group->found);
	put_number(json, "targeted_unknown", group->targeted - group->targeted_known);
	put_estimate(json, group);
	put_object_end(json);
}

static void put_contribution(struct json_writer *json, const struct rehearsal_contribution *contribution)
{
	put_number(json, "hits", contribution->hits);
	if (!contribution->hits)
		return; /* of a hundred thousand profiles most meet nothing */
	put_group(json, "selected", &contribution->selected);
	put_group(json, "only", &contribution->only);
}

static void put_profiles(struct json_writer *json, const struct policy *policy, const struct rehearsal_tally *tally)
{
	put_key(json, "kinds");
	put_array(json);
	for (int kind = REASON_PROFILE; kind <= REASON_QUOTA; kind++) {
		put_object(json);
		put_key(json, "kind");
		put_text(json, text_of(reason_kind_code((enum reason_kind)kind)));
		put_contribution(json, &tally->kinds[kind]);
		put_object_end(json);
	}
	put_array_end(json);
	put_key(json, "profiles");
	put_array(json);
	for (size_t i = 0; i < tally->profile_count; i++) {
		const struct profile *profile = policy_profile(policy, i);

		put_object(json);
		put_key(json, "code");
		put_text(json, profile->code);
		put_key(json, "title");
		put_text(json, profile->title);
		put_key(json, "lane");
		put_text(json, text_of(lane_code(profile->lane)));
		put_key(json, "at_declaration");
		put_bool(json, profile->at_declaration);
		put_key(json, "at_manifest");
		put_bool(json, profile->at_manifest);
		put_contribution(json, &tally->profiles[i]);
		put_object_end(json);
	}
	put_array_end(json);
}

static void put_months(struct json_writer *json, const struct rehearsal *rehearsal, const struct rehearsal_tally *tally,
	int64_t first_day)
{
	int year, month, day;
	char name[32];

	date_split(first_day, &year, &month, &day);
	put_key(json, "months");
	put_array(json);
	for (size_t i = 0; i < rehearsal_month_count(rehearsal); i++) {
		const struct rehearsal_month *row = &tally->months[i];

		put_object(json);
		put_key(json, "month");
		snprintf(name, sizeof name, "%04d-%02d", year, month);
		put_text(json, text_of(name));
		put_number(json, "controls", row->controls);
		put_number(json, "known", row->known);
		put_number(json, "adverse", row->adverse);
		put_share(json, "recovered", row->recovered);
		put_object_end(json);
		year += month == 12;
		month = month % 12 + 1;
	}
	put_array_end(json);
}

/* What the office's days were like. */
struct load {
	int64_t red, yellow, days, busiest, busiest_on, over;
};

static struct load office_load(const struct rehearsal_day *days, size_t count, int64_t first_day, int64_t capacity)
{
	struct load load = {.busiest_on = DATE_NONE};

	for (size_t i = 0; days && i < count; i++) {
		int64_t controls = (int64_t)days[i].red + days[i].yellow;

		load.red += days[i].red;
		load.yellow += days[i].yellow;
		load.days += controls > 0;
		load.over += controls > capacity;
		if (controls > load.busiest) {
			load.busiest = controls;
			load.busiest_on = first_day + (int64_t)i;
		}
	}
	return load;
}

struct office {
	struct text name, path;
	int64_t officers;
};

static enum status find_office(struct reader *reader, struct text code, struct arena *arena, struct office *ret_office)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct office office = {TEXT_NONE, TEXT_NONE, 0};

	TRY(store_query(reader, &OFFICE_UNIT, PARAMS(value_text(code)), &rows));
	if (rows_next(rows)) {
		office.name = rows_copy(rows, 0, arena);
		office.path = rows_copy(rows, 1, arena);
	}
	TRY(rows_status(rows));
	TRY(store_integer(reader, &OFFICE_OFFICERS, PARAMS(value_text(code)), &office.officers));
	*ret_office = office;
	return STATUS_OK;
}

static enum status put_offices(struct json_writer *json, const struct showing *showing,
	const struct rehearsal_tally *tally)
{
	const struct rehearsal_order *order = showing->order;
	const struct replay *replay = showing->replay;
	int64_t capacity;

	TRY(setting_integer(showing->reader, &rehearsal_settings[REHEARSAL_CONTROLS_PER_OFFICER], &capacity));
	put_key(json, "offices");
	put_array(json);
	for (size_t i = 0; i < replay->office_count; i++) {
		struct office office;
		struct load load;

		TRY(find_office(showing->reader, replay->offices[i].code, showing->arena, &office));
		load = office_load(tally->offices[i], (size_t)(order->to - order->from + 1), order->from,
			capacity * office.officers);
		put_object(json);
		put_key(json, "office");
		put_text(json, replay->offices[i].code);
		put_key(json, "name");
		put_text(json, office.name);
		put_key(json, "path");
		put_text(json, office.path);
		put_number(json, "declarations", replay->offices[i].declarations);
		put_number(json, "red", load.red);
		put_number(json, "yellow", load.yellow);
		put_number(json, "days", load.days);
		put_number(json, "busiest", load.busiest);
		put_key(json, "busiest_on");
		put_date(json, load.busiest_on);
		put_number(json, "officers", office.officers);
		put_number(json, "capacity", capacity * office.officers);
		put_number(json, "over", load.over);
		put_object_end(json);
	}
	put_array_end(json);
	return STATUS_OK;
}

static void put_side_head(struct json_writer *json, const struct rehearsal_side *side)
{
	AUTO(buffer_release) struct buffer hex = {0};

	buffer_init(&hex, 256);
	hex_print(&hex, policy_digest(side->policy), DIGEST_SIZE);
	put_number(json, "policy", side->policy_id);
	put_key(json, "digest");
	put_text(json, buffer_text(&hex));
	put_number(json, "profile_count", (int64_t)policy_count(side->policy));
	put_number(json, "model", side->model_id);
	put_key(json, "selection");
	put_text(json, side->selection);
}

static void put_tally(struct json_writer *json, const struct policy *policy, const struct rehearsal_tally *tally)
{
	put_key(json, "lanes");
	put_object(json);
	for (int lane = LANE_RED; lane >= LANE_GREEN; lane--)
		put_number(json, lane_code((enum lane)lane), tally->lanes[lane]);
	put_object_end(json);
	put_group(json, "selected", &tally->selected);
	put_group(json, "spared", &tally->spared);
	put_profiles(json, policy, tally);
}

static enum status put_side(struct json_writer *json, const struct showing *showing, size_t run)
{
	const struct rehearsal *rehearsal = showing->replay->rehearsal;
	const struct rehearsal_tally *tally = rehearsal_tally(rehearsal, run, GATE_DECLARATION);

	put_object(json);
	put_side_head(json, &showing->sides[run]);
	put_tally(json, showing->sides[run].policy, tally);
	put_key(json, "manifest");
	put_object(json);
	put_tally(json, showing->sides[run].policy, rehearsal_tally(rehearsal, run, GATE_MANIFEST));
	put_object_end(json);
	put_months(json, rehearsal, tally, showing->order->from);
	TRY(put_offices(json, showing, tally));
	put_object_end(json);
	return STATUS_OK;
}

static void put_comparison(struct json_writer *json, const struct rehearsal *rehearsal)
{
	put_group(json, "both", rehearsal_both(rehearsal, true, true));
	put_group(json, "first_only", rehearsal_both(rehearsal, true, false));
	put_group(json, "second_only", rehearsal_both(rehearsal, false, true));
	put_group(json, "neither", rehearsal_both(rehearsal, false, false));
	put_key(json, "moves");
	put_array(json);
	for (int first = LANE_RED; first >= LANE_GREEN; first--) {
		put_array(json);
		for (int second = LANE_RED; second >= LANE_GREEN; second--)
			put_int(json, rehearsal_moves(rehearsal, (enum lane)first, (enum lane)second));
		put_array_end(json);
	}
	put_array_end(json);
}

static enum status put_result(struct json_writer *json, const struct showing *showing)
{
	const struct rehearsal_order *order = showing->order;
	const struct replay *replay = showing->replay;

	put_object(json);
	put_key(json, "from");
	put_date(json, order->from);
	put_key(json, "to");
	put_date(json, order->to);
	put_number(json, "declarations", replay->declarations);
	put_number(json, "bills", replay->bills);
	put_number(json, "manifests", replay->manifests);
	put_number(json, "brought_later", replay->brought_later);
	put_number(json, "learned_before", replay->learned_before);
	put_number(json, "milliseconds", replay->microseconds / 1000);
	put_number(json, "processor_milliseconds", replay->processor_microseconds / 1000);
	put_key(json, "sides");
	put_array(json);
	for (size_t i = 0; i < order->choice_count; i++)
		TRY(put_side(json, showing, i));
	put_array_end(json);
	if (order->choice_count > 1)
		put_comparison(json, replay->rehearsal);
	put_object_end(json);
	return STATUS_OK;
}

static void put_summary(struct json_writer *json, const struct rehearsal_order *order, const struct replay *replay)
{
	const struct rehearsal_tally *tally = rehearsal_tally(replay->rehearsal, 0, GATE_DECLARATION);

	put_object(json);
	put_key(json, "from");
	put_date(json, order->from);
	put_key(json, "to");
	put_date(json, order->to);
	put_number(json, "declarations", replay->declarations);
	put_number(json, "controls", tally->selected.count);
	put_number(json, "findings_kept", tally->selected.adverse);
	put_number(json, "findings_lost", tally->spared.adverse);
	put_share(json, "duty_kept", tally->selected.recovered);
	put_share(json, "duty_lost", tally->spared.recovered);
	put_number(json, "outcome_unknown", tally->selected.count - tally->selected.known);
	put_object_end(json);
}

enum status rehearsal_result(struct reader *reader, const struct rehearsal_order *order, const struct rehearsal_side *sides,
	const struct replay *replay, struct arena *arena, struct rehearsal_row *row)
{
	AUTO(buffer_release) struct buffer whole = {0}, summary = {0};
	const struct showing showing = {reader, order, sides, replay, arena};
	struct json_writer json;

	buffer_init(&whole, RESULT_LIMIT);
	buffer_init(&summary, 4096);
	put_begin(&json, &whole);
	TRY(put_result(&json, &showing));
	put_begin(&json, &summary);
	put_summary(&json, order, replay);
	TRY(buffer_status(&whole));
	TRY(buffer_status(&summary));
	memcpy(row->policy_digest, policy_digest(sides[0].policy), DIGEST_SIZE);
	row->from_day = order->from;
	row->to_day = order->to;
	row->result = arena_text(arena, buffer_text(&whole));
	row->summary = arena_text(arena, buffer_text(&summary));
	return row->result.data && row->summary.data ? STATUS_OK : STATUS_NO_MEMORY;
}
