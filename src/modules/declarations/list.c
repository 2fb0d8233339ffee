/* From the address of a list to its rows. Pages go by key, never by offset: each lane of each unit is a short run of an
 * index, and the runs are merged here. */
#include "modules/declarations/list.h"

#include "domain/unit.h"
#include "web/query.h"

#include <stdlib.h>
#include <string.h>

enum { UNIT_LIMIT = 2000, BEHIND_LIMIT = 64 << 20, BEHIND_TEXT = 4000 };

/* One lane's run of an index: from where the page before ended, `more` is the index's own condition. */
#define RUN(lane_number, units, more)                                                                                  \
	"select c.day as day, c.id as id from consignments c where " units " and c.lane = " #lane_number               \
	" and ($2 < 0 or $2 = " #lane_number ") " more "and c.day >= $5 and (c.day, c.id) < ($6, $7) "                 \
	"and ($3 < 0 or c.stage = $3) and (CAST($4 AS text) is null or c.state = $4) "                                 \
	"and ($8 < 0 or c.outcome = $8) "
/* The order is said of the whole union and nowhere else: SQLite then merges the runs row by row and reads no more of them
 * than is shown. PostgreSQL does so only when each run is ordered and limited too; else it sorts a million rows. */
#define RUNS(units, more)                                                                                              \
	RUN(3, units, more) "union all " RUN(2, units, more) "union all " RUN(1, units, more) "union all "             \
	RUN(0, units, more) "order by day desc, id desc limit $9"
#define SHORT_RUN(lane_number, units, more)                                                                            \
	"select * from (" RUN(lane_number, units, more) "order by c.day desc, c.id desc limit $9) r" #lane_number " "
#define SHORT_RUNS(units, more)                                                                                        \
	SHORT_RUN(3, units, more) "union all " SHORT_RUN(2, units, more) "union all " SHORT_RUN(1, units, more)        \
	"union all " SHORT_RUN(0, units, more) "order by day desc, id desc limit $9"
#define RUNS_STATEMENT(id, units, more) STATEMENT_OF(id, RUNS(units, more), SHORT_RUNS(units, more))
#define BELOW_ROOT "substr(c.unit_path, 1, length(CAST($1 AS text))) = $1"
#define OF_UNIT "c.unit_path = $1"

RUNS_STATEMENT(LIST_WHOLE, BELOW_ROOT, "");
/* What is controlled is in an index of its own, all else of a unit in another. */
RUNS_STATEMENT(LIST_UNIT_OPEN, OF_UNIT, "and c.state <> 'controlled' ");
RUNS_STATEMENT(LIST_UNIT_TO_CONTROL, OF_UNIT, "and c.state = 'to_control' ");
RUNS_STATEMENT(LIST_UNIT_HELD, OF_UNIT, "and c.state = 'held' ");
RUNS_STATEMENT(LIST_UNIT_CONTROLLED, OF_UNIT, "and c.state = 'controlled' ");

/* What holds for every row that a search finds; units as below a root or as a list. */
#define SEEN                                                                                                           \
	"(substr(c.unit_path, 1, length(CAST($2 AS text))) = $2 or c.unit_path in "                                    \
	"(select x.value from json_each(CAST($3 AS text)) x)) "
#define SEEN_POSTGRES                                                                                                  \
	"(substr(c.unit_path, 1, length(CAST($2 AS text))) = $2 or c.unit_path in "                                    \
	"(select jsonb_array_elements_text(cast($3 as jsonb)))) "
/* "+c.day", and nothing said of c.id: SQLite else believes that next to no rows are left and sorts all that have the word,
 * which took 200 ms for a common one, instead of ending at the limit. */
#define FITS                                                                                                           \
	"and ($4 < 0 or c.lane = $4) and ($5 < 0 or c.stage = $5) and (CAST($6 AS text) is null or c.state = $6) "     \
	"and +c.day >= $7 and +c.day <= $8 and ($9 < 0 or c.outcome = $9) "
#define HAS_WORD(value)                                                                                                \
	"and (CAST(" value " AS text) is null or exists (select 1 from search_postings q where q.consignment_id = c.id " \
	"and q.word_id in (select x.value from json_each(CAST(" value " AS text)) x))) "
#define HAS_WORD_POSTGRES(value)                                                                                       \
	"and (CAST(" value " AS text) is null or exists (select 1 from search_postings q where q.consignment_id = c.id " \
	"and q.word_id in (select cast(jsonb_array_elements_text(cast(" value " as jsonb)) as bigint)))) "
STATEMENT_OF(FOUND_BY_WORD,
	"select c.day, c.id from search_postings p join consignments c on c.id = p.consignment_id where p.word_id = $1 "
	"and p.consignment_id < $10 and " SEEN FITS HAS_WORD("$12") HAS_WORD("$13") HAS_WORD("$14") HAS_WORD("$15")
	HAS_WORD("$16") "order by p.consignment_id desc limit $11",
	"select c.day, c.id from search_postings p join consignments c on c.id = p.consignment_id where p.word_id = $1 "
	"and p.consignment_id < $10 and " SEEN_POSTGRES FITS HAS_WORD_POSTGRES("$12") HAS_WORD_POSTGRES("$13")
	HAS_WORD_POSTGRES("$14") HAS_WORD_POSTGRES("$15") HAS_WORD_POSTGRES("$16")
	"order by p.consignment_id desc limit $11");
/* What became of the last ones with a word, without their rows. */
#define SUMS(seen)                                                                                                     \
	"select count(*), count(x.outcome), coalesce(cast(sum(x.outcome) as bigint), 0), "                             \
	"coalesce(cast(sum(x.recovered) as bigint), 0) from (select c.outcome as outcome, c.recovered as recovered "   \
	"from search_postings p join consignments c on c.id = p.consignment_id where p.word_id = $1 "                  \
	"and p.consignment_id < $4 and " seen "order by p.consignment_id desc limit $5) x"
STATEMENT_OF(SUMS_BY_WORD, SUMS(SEEN), SUMS(SEEN_POSTGRES));
/* The same for who sees all units: nothing need be known of the rows but their place, and of those controlled what was
 * found, which a small index holds. */
STATEMENT(FOUND_WHOLE, "select 0, consignment_id from search_postings where word_id = $1 and consignment_id < $2 "
	"order by consignment_id desc limit $3");
#define SUMS_WHOLE_OF(by)                                                                                              \
	"select count(*), count(o.outcome), coalesce(cast(sum(o.outcome) as bigint), 0), "                             \
	"coalesce(cast(sum(o.recovered) as bigint), 0) from (select p.consignment_id as id from search_postings p "    \
	"where p.word_id = $1 and p.consignment_id < $2 order by p.consignment_id desc limit $3) x "                   \
	"left join consignments o " by "on o.id = x.id and o.outcome is not null"
STATEMENT_OF(SUMS_WHOLE, SUMS_WHOLE_OF("indexed by consignments_outcomes "), SUMS_WHOLE_OF(""));
/* What the index has not reached yet. */
STATEMENT_OF(FOUND_BEHIND,
	"select c.day, c.id, v.content from consignments c join consignment_versions v on v.id = c.id * 65536 + c.version "
	"where c.id > $1 and c.id < $10 and " SEEN FITS "order by c.id desc",
	"select c.day, c.id, v.content from consignments c join consignment_versions v on v.id = c.id * 65536 + c.version "
	"where c.id > $1 and c.id < $10 and " SEEN_POSTGRES FITS "order by c.id desc");

STATEMENT(UNITS_SEEN,
	"select u.path, u.code, u.parent_id, case when $1 = '*' or exists (select 1 from units g where "
	"CAST($1 AS text) like '%|' || g.path || '|%' and substr(u.path, 1, length(g.path)) = g.path) then 1 else 0 end "
	"from units u order by u.path limit $2");
STATEMENT_OF(ROWS_BY_ID,
	"select id, identity, stage, reference, office, unit_path, day, flow, regime, manifest, consignee_code, "
	"consignee_name, exporter_name, declarant_code, description, item_count, gross_mass, customs_value, version, "
	"state, lane, score, decision_id, outcome, recovered, outcome_on, row_version, received_at from consignments "
	"where id in (select value from json_each($1))",
	"select id, identity, stage, reference, office, unit_path, day, flow, regime, manifest, consignee_code, "
	"consignee_name, exporter_name, declarant_code, description, item_count, gross_mass, customs_value, version, "
	"state, lane, score, decision_id, outcome, recovered, outcome_on, row_version, received_at from consignments "
	"where id in (select cast(jsonb_array_elements_text(cast($1 as jsonb)) as bigint))");

const char *const list_input_names[LIST_INPUTS] = {"etape", "circuit", "etat", "bureau", "resultat", "recherche",
	"operateur", "declarant", "marchandise", "manifeste", "du", "au", "colonnes"};

/* ---- The address */

static int64_t lane_of(struct text code)
{
	enum lane lane;

	return lane_from(code, &lane) ? (int64_t)lane : -1;
}

static int64_t stage_of(struct text code)
{
	return text_is(code, "manifest") ? STAGE_MANIFEST : text_is(code, "declaration") ? STAGE_DECLARATION : -1;
}

static int64_t day_of(struct text typed)
{
	int64_t day;

	return typed.size && date_parse(typed, DATE_ISO, &day) == STATUS_OK ? day : DATE_NONE;
}

/* Columns come one by one from the form of choice, or joined by commas from an address. */
static enum status read_columns(struct request *rq, struct list_query *query)
{
	AUTO(buffer_release) struct buffer joined = {0};
	struct text chosen[LIST_COLUMN_LIMIT];
	size_t count = rq_inputs(rq, "colonnes", chosen, LIST_COLUMN_LIMIT);

	buffer_init(&joined, 2000);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_byte(&joined, ',');
		buffer_append(&joined, chosen[i]);
	}
	query->values[LIST_COLUMNS] = TEXT_NONE;
	if (!joined.size || joined.status != STATUS_OK)
		return joined.status == STATUS_NO_MEMORY ? STATUS_NO_MEMORY : STATUS_OK;
	query->values[LIST_COLUMNS] = arena_text(rq->arena, buffer_text(&joined));
	return query->values[LIST_COLUMNS].data ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status read_units(struct request *rq, struct reader *db, struct list_query *query)
{
	AUTO(rows_release) struct rows *rows = NULL;
	size_t all = 0;

	query->units = ARENA_ARRAY(rq->arena, UNIT_LIMIT, struct text);
	query->root = TEXT_NONE;
	query->paths = actor_path_list(&rq->actor, CONSIGNMENTS_READ, rq->arena);
	if (!query->units || !query->paths.data)
		return STATUS_NO_MEMORY;
	TRY(store_query(db, &UNITS_SEEN, PARAMS(value_text(query->paths), V_INT(UNIT_LIMIT)), &rows));
	while (rows_next(rows)) {
		bool is_seen = rows_integer(rows, 3);
		struct text office = query->values[LIST_OFFICE];

		all++;
		if (!is_seen)
			continue;
		if (rows_is_null(rows, 2) && !query->root.data)
			query->root = rows_copy(rows, 0, rq->arena);
		if (office.size && !text_equal(office, rows_text(rows, 1)))
			continue;
		query->units[query->unit_count] = rows_copy(rows, 0, rq->arena);
		if (!query->units[query->unit_count++].data)
			return STATUS_NO_MEMORY;
	}
	TRY(rows_status(rows));
	query->is_whole = query->root.data && query->unit_count == all;
	return STATUS_OK;
}

static enum status read_search(struct request *rq, struct reader *db, struct list_query *query)
{
	const struct text *values = query->values;
	struct text goods = values[LIST_GOODS].size ? arena_format(rq->arena, "h:%.*s", TEXT_FORMAT(values[LIST_GOODS]))
						    : TEXT_NONE;
	struct text codes[4] = {search_code(rq->arena, "o:", values[LIST_OPERATOR]),
		search_code(rq->arena, "d:", values[LIST_DECLARANT]), search_code(rq->arena, "m:", values[LIST_MANIFEST]),
		TEXT_NONE};

	if (goods.size)
		codes[3] = search_code(rq->arena, "h:", values[LIST_GOODS]);
	query->has_search = values[LIST_SEARCH].size || codes[0].size || codes[1].size || codes[2].size || codes[3].size;
	return query->has_search ? search_prepare(db, values[LIST_SEARCH], codes, 4, rq->arena, &query->search)
				 : STATUS_OK;
}

struct list_query list_blank(const char *path)
{
	return (struct list_query){.path = path, .lane = -1, .stage = -1, .outcome = -1, .from = DATE_NONE, .until = DATE_NONE,
		.before_day = INT64_MAX, .before_id = INT64_MAX};
}

enum status list_ready(struct request *rq, struct reader *db, struct list_query *query)
{
	TRY(read_units(rq, db, query));
	return read_search(rq, db, query);
}

enum status list_ready_like(struct request *rq, struct reader *db, const struct list_query *other, struct list_query *query)
{
	query->paths = other->paths;
	query->units = other->units;
	query->unit_count = other->unit_count;
	query->is_whole = other->is_whole;
	query->root = other->root;
	return read_search(rq, db, query);
}

enum status list_read(struct request *rq, struct reader *db, const char *path, int64_t stage,
	struct list_query *ret_query)
{
	struct list_query query = list_blank(path);

	for (int i = 0; i < LIST_INPUTS; i++) {
		query.values[i] = rq_input(rq, list_input_names[i]);
		if (!query.values[i].size)
			query.values[i] = TEXT_NONE;
	}
	TRY(read_columns(rq, &query));
	query.lane = lane_of(query.values[LIST_LANE]);
	query.stage = stage >= 0 ? stage : stage_of(query.values[LIST_STAGE]);
	if (text_is(query.values[LIST_OUTCOME], "infraction"))
		query.outcome = 1;
	else if (text_is(query.values[LIST_OUTCOME], "conforme"))
		query.outcome = 0;
	query.from = day_of(query.values[LIST_FROM]);
	query.until = day_of(query.values[LIST_UNTIL]);
	if (!rq_integer(rq, "jour", &query.before_day) || !rq_integer(rq, "avant", &query.before_id))
		query.before_day = query.before_id = INT64_MAX;
	TRY(list_ready(rq, db, &query));
	*ret_query = query;
	return STATUS_OK;
}

const char *list_address(struct request *rq, const struct list_query *query, const char *path, enum list_input input,
	const char *value)
{
	AUTO(buffer_release) struct buffer out = {0};
	char join = '?';

	buffer_init(&out, 8000);
	buffer_string(&out, path ? path : query->path);
	for (int i = 0; i < LIST_INPUTS; i++) {
		struct text shown = i == (int)input ? text_of(value) : query->values[i];

		if (!shown.size)
			continue;
		buffer_format(&out, "%c%s=", join, list_input_names[i]);
		percent_encode(&out, shown, false);
		join = '&';
	}
	return out.status == STATUS_OK ? arena_string(rq->arena, buffer_text(&out)) : NULL;
}

const char *list_address_after(struct request *rq, const struct list_query *query, const struct stored_consignment *row)
{
	const char *start = list_address(rq, query, NULL, LIST_INPUTS, NULL);

	if (!start)
		return NULL;
	return arena_format(rq->arena, "%s%cjour=%lld&avant=%lld", start,
		text_find(text_of(start), TEXT("?")) < text_of(start).size ? '&' : '?', (long long)row->day, (long long)row->id)
		.data;
}

/* ---- The rows */

struct place {
	int64_t day, id;
};
/* The first `most` of all that the runs gave. */
struct places {
	struct arena *arena;
	struct place *rows;
	size_t count, most;
	bool by_id; /* what a search found goes by id alone */
};

static int newest_first(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? 1 : -1;
	return x->id < y->id ? 1 : x->id > y->id ? -1 : 0;
}

static int last_first(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->id < y->id ? 1 : x->id > y->id ? -1 : 0;
}

/* Sorts, drops what came twice, keeps the first. */
static void settle(struct places *places)
{
	size_t kept = 0;

	if (!places->count)
		return;
	qsort(places->rows, places->count, sizeof *places->rows, places->by_id ? last_first : newest_first);
	for (size_t i = 0; i < places->count && kept < places->most; i++)
		if (!kept || places->rows[kept - 1].id != places->rows[i].id)
			places->rows[kept++] = places->rows[i];
	places->count = kept;
}

static void add_place(struct places *places, struct rows *rows)
{
	if (places->count == 2 * places->most)
		settle(places);
	places->rows[places->count++] = (struct place){rows_integer(rows, 0), rows_integer(rows, 1)};
}

static enum status run_query(struct reader *db, const struct statement *statement, const struct value *values,
	size_t value_count, struct places *places)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(db, statement, values, value_count, &rows));
	while (rows_next(rows))
		add_place(places, rows);
	return rows_status(rows);
}

/* Row by row through what the index has not reached; a content that cannot be read has no words. */
static enum status run_behind(struct reader *db, const struct value *values, struct text pattern, struct places *places)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(BEHIND_LIMIT);
	AUTO(buffer_release) struct buffer space = {0};
	size_t found = 0;

	if (!arena)
		return STATUS_NO_MEMORY;
	buffer_init(&space, BEHIND_TEXT);
	TRY(store_query(db, &FOUND_BEHIND, values, 10, &rows));
	while (found < places->most && rows_next(rows)) {
		struct consignment consignment;
		bool fits = false;
		enum status status;

		arena_reset(arena);
		status = consignment_unpack(arena, rows_bytes(rows, 2), &consignment);
		if (status == STATUS_NO_MEMORY)
			return status;
		if (status == STATUS_OK)
			TRY(search_fits(&space, &consignment, pattern, &fits));
		if (!fits)
			continue;
		add_place(places, rows);
		found++;
	}
	return rows_status(rows);
}

static int64_t first_day(const struct list_query *query)
{
	return query->from == DATE_NONE ? INT32_MIN : query->from;
}

/* The statements whose runs make the list, one or two. */
static size_t choose_runs(const struct list_query *query, const struct statement *ret_statements[2])
{
	struct text state = query->values[LIST_STATE];
	size_t count = 0;

	if (text_is(state, "to_control"))
		ret_statements[count++] = &LIST_UNIT_TO_CONTROL;
	else if (text_is(state, "held"))
		ret_statements[count++] = &LIST_UNIT_HELD;
	else if (text_is(state, "controlled") || query->outcome >= 0)
		ret_statements[count++] = &LIST_UNIT_CONTROLLED;
	else if (query->is_whole)
		ret_statements[count++] = &LIST_WHOLE;
	else {
		ret_statements[count++] = &LIST_UNIT_OPEN;
		if (!state.size)
			ret_statements[count++] = &LIST_UNIT_CONTROLLED;
	}
	return count;
}

static enum status runs_of_lanes(struct reader *db, const struct list_query *query, struct places *places)
{
	const struct statement *statements[2];
	size_t count = choose_runs(query, statements);
	bool is_whole = statements[0] == &LIST_WHOLE;
	int64_t day = query->before_day, id = query->before_id;

	if (query->until != DATE_NONE && query->until < day) {
		day = query->until + 1;
		id = 0;
	}
	for (size_t i = 0; i < (is_whole ? 1 : query->unit_count) * count; i++)
		TRY(run_query(db, statements[i % count],
			PARAMS(value_text(is_whole ? query->root : query->units[i / count]), V_INT(query->lane),
				V_INT(query->stage), value_text(query->values[LIST_STATE]), V_INT(first_day(query)),
				V_INT(day), V_INT(id), V_INT(query->outcome), V_INT((int64_t)places->most)),
			places));
	return STATUS_OK;
}

static enum status unit_list_json(const struct list_query *query, struct arena *arena, struct text *ret_json)
{
	AUTO(buffer_release) struct buffer out = {0};
	struct json_writer json;

	buffer_init(&out, 1 << 18);
	put_begin(&json, &out);
	put_array(&json);
	for (size_t i = 0; i < query->unit_count && !query->is_whole; i++)
		put_text(&json, query->units[i]);
	put_array_end(&json);
	TRY(buffer_status(&out));
	*ret_json = arena_text(arena, buffer_text(&out));
	return ret_json->data ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Nothing is asked but one code, by one who sees all. */
static bool is_one_code(const struct list_query *query)
{
	return query->is_whole && query->search.count == 1 && !query->search.is_hopeless && query->search.terms[0].count == 1 &&
		!query->search.pattern.data && query->lane < 0 && query->stage < 0 && query->outcome < 0 &&
		!query->values[LIST_STATE].size && query->from == DATE_NONE && query->until == DATE_NONE;
}

static enum status runs_of_words(struct reader *db, const struct list_query *query, struct arena *arena,
	struct places *places)
{
	const struct search *search = &query->search;
	const struct search_term *driver = &search->terms[search->driver];
	struct text others[SEARCH_TERMS] = {{0}};
	size_t other_count = 0;
	struct text units;
	int64_t until = query->until == DATE_NONE ? INT32_MAX : query->until;
	struct value values[16];

	if (is_one_code(query))
		return run_query(db, &FOUND_WHOLE,
			PARAMS(V_INT(search->terms[0].ids[0]), V_INT(query->before_id), V_INT((int64_t)places->most)), places);
	TRY(unit_list_json(query, arena, &units));
	for (size_t i = 0; i < search->count; i++)
		if (i != search->driver)
			others[other_count++] = search->terms[i].list;
	memcpy(values, ((const struct value[]){V_INT(0), value_text(query->is_whole ? query->root : TEXT_NONE),
		value_text(units), V_INT(query->lane), V_INT(query->stage), value_text(query->values[LIST_STATE]),
		V_INT(first_day(query)), V_INT(until), V_INT(query->outcome), V_INT(query->before_id),
		V_INT((int64_t)places->most)}), 11 * sizeof *values);
	if (search->pattern.data) {
		values[0] = V_INT(search->indexed);
		TRY(run_behind(db, values, search->pattern, places));
	}
	for (int i = 0; i < 5; i++)
		values[11 + i] = value_text(others[i]);
	for (size_t i = 0; i < driver->count && !search->is_hopeless; i++) {
		values[0] = V_INT(driver->ids[i]);
		TRY(run_query(db, &FOUND_BY_WORD, values, 16, places));
	}
	return STATUS_OK;
}

static void read_row(struct rows *rows, struct arena *arena, struct stored_consignment *ret_row)
{
	*ret_row = (struct stored_consignment){
		.id = rows_integer(rows, 0), .identity = rows_copy(rows, 1, arena),
		.stage = rows_integer(rows, 2) ? STAGE_DECLARATION : STAGE_MANIFEST, .reference = rows_copy(rows, 3, arena),
		.office = rows_copy(rows, 4, arena), .unit_path = rows_copy(rows, 5, arena), .day = rows_integer(rows, 6),
		.flow = rows_copy(rows, 7, arena), .regime = rows_copy(rows, 8, arena), .manifest = rows_copy(rows, 9, arena),
		.consignee_code = rows_copy(rows, 10, arena), .consignee_name = rows_copy(rows, 11, arena),
		.exporter_name = rows_copy(rows, 12, arena), .declarant_code = rows_copy(rows, 13, arena),
		.description = rows_copy(rows, 14, arena), .item_count = rows_integer(rows, 15),
		.gross_mass = rows_optional(rows, 16), .customs_value = rows_optional(rows, 17),
		.version = rows_integer(rows, 18), .state = rows_copy(rows, 19, arena), .lane = rows_optional(rows, 20),
		.is_scored = !rows_is_null(rows, 21), .score = rows_real(rows, 21), .decision_id = rows_integer(rows, 22),
		.outcome = rows_optional(rows, 23), .recovered = rows_optional(rows, 24),
		.outcome_on = rows_optional(rows, 25), .row_version = rows_integer(rows, 26),
		.received_at = rows_integer(rows, 27),
	};
}

enum status list_fetch(struct reader *db, const int64_t *ids, size_t count, struct arena *arena,
	struct stored_consignment *ret_rows)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(buffer_release) struct buffer list = {0};

	if (!count)
		return STATUS_OK;
	buffer_init(&list, 1 << 20);
	for (size_t i = 0; i < count; i++) {
		ret_rows[i] = (struct stored_consignment){.id = 0};
		buffer_format(&list, "%c%lld", i ? ',' : '[', (long long)ids[i]);
	}
	buffer_byte(&list, ']');
	TRY(buffer_status(&list));
	TRY(store_query(db, &ROWS_BY_ID, PARAMS(value_text(buffer_text(&list))), &rows));
	while (rows_next(rows))
		for (size_t i = 0; i < count; i++)
			if (ids[i] == rows_integer(rows, 0)) {
				read_row(rows, arena, &ret_rows[i]);
				if (!ret_rows[i].unit_path.data || !ret_rows[i].state.data || !ret_rows[i].reference.data)
					return STATUS_NO_MEMORY;
				break;
			}
	return rows_status(rows);
}

enum status list_rows(struct request *rq, struct reader *db, const struct list_query *query, size_t most,
	struct stored_consignment **ret_rows, size_t *ret_count, bool *ret_more)
{
	struct places places = {.arena = rq->arena, .most = most + 1, .by_id = query->has_search};
	struct stored_consignment *rows = ARENA_ARRAY(rq->arena, most, struct stored_consignment);
	int64_t *ids = ARENA_ARRAY(rq->arena, most, int64_t);
	size_t count;

	places.rows = ARENA_ARRAY(rq->arena, 2 * places.most, struct place);
	if (!rows || !ids || !places.rows)
		return STATUS_NO_MEMORY;
	if (query->has_search)
		TRY(runs_of_words(db, query, rq->arena, &places));
	else
		TRY(runs_of_lanes(db, query, &places));
	settle(&places);
	count = places.count < most ? places.count : most;
	for (size_t i = 0; i < count; i++)
		ids[i] = places.rows[i].id;
	TRY(list_fetch(db, ids, count, rq->arena, rows));
	*ret_rows = rows;
	*ret_count = count;
	*ret_more = places.count > most;
	return STATUS_OK;
}

enum status list_sums(struct request *rq, struct reader *db, const struct list_query *query, size_t most,
	struct list_sums *ret_sums)
{
	AUTO(rows_release) struct rows *rows = NULL;
	const struct search *search = &query->search;
	struct text units;

	*ret_sums = (struct list_sums){0};
	if (!query->has_search || search->count != 1 || search->is_hopeless || !search->terms[0].count)
		return STATUS_OK;
	if (query->is_whole) {
		TRY(store_query(db, &SUMS_WHOLE,
			PARAMS(V_INT(search->terms[0].ids[0]), V_INT(query->before_id), V_INT((int64_t)most)), &rows));
	} else {
		TRY(unit_list_json(query, rq->arena, &units));
		TRY(store_query(db, &SUMS_BY_WORD,
			PARAMS(V_INT(search->terms[0].ids[0]), V_NULL, value_text(units), V_INT(query->before_id),
				V_INT((int64_t)most)),
			&rows));
	}
	if (rows_next(rows))
		*ret_sums = (struct list_sums){rows_integer(rows, 0), rows_integer(rows, 1), rows_integer(rows, 2),
			rows_integer(rows, 3)};
	return rows_status(rows);
}
