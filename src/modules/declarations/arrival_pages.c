/* Arrivals: voyages with their manifests, and the bills of lading of each. */
#include "modules/declarations/list.h"
#include "modules/declarations/pages.h"

enum { PAGE_ROWS = 25, BILLS_SHOWN = 100 };

#define VOYAGE_COLUMNS "v.id, v.manifest, v.office, v.unit_path, v.vessel, v.voyage, v.carrier, v.place_of_loading, v.departs_on, v.day "
#define IN_UNITS                                                                                                       \
	"($1 = '*' or v.unit_path in (select u.path from units u join units g "                                        \
	"on substr(u.path, 1, length(g.path)) = g.path where CAST($1 AS text) like '%|' || g.path || '|%')) "
STATEMENT(VOYAGES,
	"select " VOYAGE_COLUMNS "from voyages v where " IN_UNITS "and (v.day, v.id) < ($2, $3) and v.day >= $4 "
	"order by v.day desc, v.id desc limit $5");
STATEMENT(VOYAGE_BY_ID, "select " VOYAGE_COLUMNS "from voyages v where v.id = $1");
/* Bills of a manifest by lane, and how many wait. */
STATEMENT(VOYAGE_LANES,
	"select c.lane, c.state, count(*) from search_words w join search_postings p on p.word_id = w.id "
	"join consignments c on c.id = p.consignment_id where w.word = $1 and c.stage = 0 group by c.lane, c.state");

struct voyage {
	int64_t id, departs_on, day;
	struct text manifest, office, unit_path, vessel, voyage, carrier, place_of_loading;
};

static enum status read_voyage(struct rows *rows, struct arena *arena, struct voyage *ret_voyage)
{
	*ret_voyage = (struct voyage){rows_integer(rows, 0), rows_optional(rows, 8), rows_integer(rows, 9),
		rows_copy(rows, 1, arena), rows_copy(rows, 2, arena), rows_copy(rows, 3, arena), rows_copy(rows, 4, arena),
		rows_copy(rows, 5, arena), rows_copy(rows, 6, arena), rows_copy(rows, 7, arena)};
	return ret_voyage->manifest.data && ret_voyage->unit_path.data ? STATUS_OK : STATUS_NO_MEMORY;
}

struct voyage_counts {
	int64_t lanes[LANE_COUNT], bills, waiting;
};

static enum status count_lanes(struct reader *db, const struct voyage *voyage, struct arena *arena,
	struct voyage_counts *ret_counts)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct text word = search_code(arena, "m:", voyage->manifest);
	struct voyage_counts counts = {.bills = 0};

	TRY(store_query(db, &VOYAGE_LANES, PARAMS(value_text(word)), &rows));
	while (rows_next(rows)) {
		int64_t lane = rows_optional(rows, 0), count = rows_integer(rows, 2);

		counts.bills += count;
		if (lane >= 0 && lane < LANE_COUNT)
			counts.lanes[lane] += count;
		if (text_is(rows_text(rows, 1), "to_control"))
			counts.waiting += count;
	}
	*ret_counts = counts;
	return rows_status(rows);
}

static void print_voyage_row(struct request *rq, struct html *p, const struct voyage *voyage,
	const struct voyage_counts *counts)
{
	table_row_begin(p);
	table_cell_date(p, voyage->day);
	table_cell_begin(p);
	link_to(p, arena_format(rq->arena, "/arrivees/%lld", (long long)voyage->id).data,
		voyage->vessel.size ? voyage->vessel : voyage->manifest);
	table_cell_end(p);
	table_cell(p, voyage->voyage);
	table_cell(p, voyage->office);
	table_cell(p, voyage->place_of_loading);
	table_cell_number(p, number_of(counts->bills), 0);
	table_cell_begin(p);
	for (int lane = LANE_RED; lane >= LANE_YELLOW; lane--)
		if (counts->lanes[lane]) {
			html(p, "<span class=\"pair\">%lld ", (long long)counts->lanes[lane]);
			lane_badge(p, lane_code((enum lane)lane), lane_label((enum lane)lane));
			html(p, "</span> ");
		}
	table_cell_end(p);
	table_cell_number(p, number_of(counts->waiting), 0);
	table_row_end(p);
}

static void print_days(struct request *rq, struct html *p, struct text chosen)
{
	static const struct {
		const char *code;
		const char *label;
	} rows[] = {{"", TR("Toutes")}, {"aujourdhui", TR("Aujourd'hui")}, {"avenir", TR("À venir")}};
	struct tab tabs[3];

	for (size_t i = 0; i < 3; i++)
		tabs[i] = (struct tab){text_of(tr(p->language, rows[i].label)),
			i ? arena_format(rq->arena, "/arrivees?quand=%s", rows[i].code).data : "/arrivees",
			text_is(chosen.data ? chosen : TEXT(""), rows[i].code)};
	tab_links(p, TR("Arrivées"), tabs, 3);
}

static enum status print_voyages(struct request *rq, struct reader *db, struct html *p, const struct value *values)
{
	static const struct table_column columns[] = {{TR("Arrivée"), "date"}, {TR("Navire ou moyen de transport"), "text"},
		{TR("Voyage"), "text"}, {TR("Bureau"), "text"}, {TR("Chargement"), "text"}, {TR("Connaissements"), "number"},
		{TR("Circuits"), "lane"}, {TR("À contrôler"), "number"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	struct voyage *voyages = ARENA_ARRAY(rq->arena, PAGE_ROWS, struct voyage);
	struct text when = rq_input(rq, "quand");
	bool has_more = false;
	size_t count = 0;

	if (!voyages)
		return STATUS_NO_MEMORY;
	TRY(store_query(db, &VOYAGES, values, 5, &rows));
	while (rows_next(rows)) {
		has_more = count == PAGE_ROWS;
		if (has_more)
			break;
		TRY(read_voyage(rows, rq->arena, &voyages[count++]));
	}
	TRY(rows_status(rows));
	if (count)
		table_begin(p, TR("Voyages"), columns);
	for (size_t i = 0; i < count; i++) {
		struct voyage_counts counts;

		TRY(count_lanes(db, &voyages[i], rq->arena, &counts));
		print_voyage_row(rq, p, &voyages[i], &counts);
	}
	if (count)
		table_end(p);
	else
		notice(p, "info", TR("Aucune arrivée ici. Les voyages viennent des manifestes déposés."));
	page_links(p, rq_input(rq, "avant").size ? arena_format(rq->arena, "/arrivees?quand=%.*s", TEXT_FORMAT(when)).data : NULL,
		has_more ? arena_format(rq->arena, "/arrivees?quand=%.*s&jour=%lld&avant=%lld", TEXT_FORMAT(when),
			(long long)voyages[count - 1].day, (long long)voyages[count - 1].id).data : NULL);
	return STATUS_OK;
}

enum status arrival_list_page(struct request *rq, struct reader *db)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Arrivées"))));
	struct text when = rq_input(rq, "quand");
	int64_t day = INT64_MAX, id = INT64_MAX, from = INT32_MIN, today = clock_today();
	enum status status;

	if (text_is(when, "aujourdhui") || text_is(when, "avenir"))
		from = today;
	else
		when = TEXT_NONE;
	if (text_is(when, "aujourdhui")) {
		day = today + 1;
		id = 0;
	}
	if (rq_integer(rq, "jour", &day) && !rq_integer(rq, "avant", &id))
		day = id = INT64_MAX;
	print_days(rq, &page, when);
	html(&page, "<p><a href=\"/connaissements\">%s</a></p>", tr(rq->language, TR("Chercher parmi tous les connaissements")));
	status = print_voyages(rq, db, &page,
		(const struct value[]){value_text(actor_path_list(&rq->actor, CONSIGNMENTS_READ, rq->arena)), V_INT(day), V_INT(id),
			V_INT(from), V_INT(PAGE_ROWS + 1)});
	page_end(&page);
	return status;
}

static void print_voyage_facts(struct html *p, const struct voyage *voyage)
{
	section_begin(p, TR("Le voyage"));
	facts_begin(p);
	facts_row(p, TR("Manifeste"), voyage->manifest);
	facts_row(p, TR("Bureau"), voyage->office);
	facts_row(p, TR("Navire ou moyen de transport"), voyage->vessel);
	facts_row(p, TR("Voyage"), voyage->voyage);
	facts_row(p, TR("Transporteur"), voyage->carrier);
	facts_row(p, TR("Lieu de chargement"), voyage->place_of_loading);
	if (voyage->departs_on != DATE_NONE) {
		facts_row_begin(p, TR("Départ"));
		html_date(p, voyage->departs_on);
		facts_row_end(p);
	}
	facts_row_begin(p, TR("Arrivée"));
	html_date(p, voyage->day);
	facts_row_end(p);
	facts_end(p);
	section_end(p);
}

static enum status print_bills(struct request *rq, struct reader *db, struct html *p, const struct voyage *voyage)
{
	struct list_query query;
	const struct list_column *columns[LIST_COLUMN_LIMIT];
	size_t column_count, count;
	struct stored_consignment *rows;
	bool has_more;

	query = list_blank("/connaissements");
	query.stage = STAGE_MANIFEST;
	query.values[LIST_MANIFEST] = voyage->manifest;
	TRY(list_ready(rq, db, &query));
	column_count = list_columns_chosen(&query, columns);
	TRY(list_rows(rq, db, &query, BILLS_SHOWN, &rows, &count, &has_more));
	section_begin(p, TR("Connaissements"));
	if (count)
		list_print_table(rq, p, rows, count, columns, column_count);
	else
		notice(p, "info", TR("Aucun connaissement de ce manifeste n'est de votre ressort."));
	html(p, "<p><a href=\"%s\">%s</a></p>", list_address(rq, &query, NULL, LIST_INPUTS, NULL),
		tr(p->language, TR("Trier, filtrer ou exporter ces connaissements")));
	html(p, "<p><a href=\"%s\">%s</a></p>", list_address(rq, &query, "/declarations", LIST_INPUTS, NULL),
		tr(p->language, TR("Les déclarations de ce manifeste")));
	section_end(p);
	return STATUS_OK;
}

enum status arrival_page(struct request *rq, struct reader *db)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct voyage voyage;
	struct voyage_counts counts;
	struct html page;
	struct tile figures[LANE_COUNT + 1];
	size_t count = 0;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(store_query(db, &VOYAGE_BY_ID, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows))
		return rows_status(rows) == STATUS_OK ? STATUS_NOT_FOUND : rows_status(rows);
	TRY(read_voyage(rows, rq->arena, &voyage));
	if (!actor_may(&rq->actor, CONSIGNMENTS_READ, voyage.unit_path))
		return STATUS_NOT_FOUND;
	TRY(count_lanes(db, &voyage, rq->arena, &counts));
	page = page_begin(rq, arena_format(rq->arena, "%.*s %.*s", TEXT_FORMAT(voyage.vessel.size ? voyage.vessel : voyage.manifest),
		TEXT_FORMAT(voyage.voyage)));
	figures[count++] = (struct tile){TR("connaissements"), NULL, NULL, number_of(counts.bills), NULL};
	figures[count++] = (struct tile){TR("en circuit rouge"), counts.lanes[LANE_RED] ? "danger" : NULL, NULL,
		number_of(counts.lanes[LANE_RED]), NULL};
	figures[count++] = (struct tile){TR("en circuit jaune"), counts.lanes[LANE_YELLOW] ? "warning" : NULL, NULL,
		number_of(counts.lanes[LANE_YELLOW]), NULL};
	figures[count++] = (struct tile){TR("à contrôler"), NULL, NULL, number_of(counts.waiting), NULL};
	tiles(&page, figures, count);
	print_voyage_facts(&page, &voyage);
	TRY(print_bills(rq, db, &page, &voyage));
	page_end(&page);
	return STATUS_OK;
}

/* ---- the same for programs */

static const struct api_field voyage_fields[] = {
	{"id", TR("Numéro"), API_INTEGER, .may_be_null = false},
	{"manifest", TR("Manifeste"), API_TEXT, .may_be_null = false},
	{"office", TR("Bureau"), API_TEXT, .may_be_null = true},
	{"vessel", TR("Navire ou moyen de transport"), API_TEXT, .may_be_null = true},
	{"voyage", TR("Voyage"), API_TEXT, .may_be_null = true},
	{"carrier", TR("Transporteur"), API_TEXT, .may_be_null = true},
	{"place_of_loading", TR("Lieu de chargement"), API_TEXT, .may_be_null = true},
	{"departs_on", TR("Départ"), API_DATE, .may_be_null = true},
	{"day", TR("Arrivée"), API_DATE, .may_be_null = false},
	{"bills", TR("Connaissements"), API_INTEGER, .may_be_null = false},
	{"red", TR("en circuit rouge"), API_INTEGER, .may_be_null = false},
	{"yellow", TR("en circuit jaune"), API_INTEGER, .may_be_null = false},
	{"waiting", TR("À contrôler"), API_INTEGER, .may_be_null = false},
	{0},
};
const struct api_shape voyage_shape = {"Voyage", voyage_fields};

static void put_named_text(struct json_writer *json, const char *name, struct text text)
{
	put_key(json, name);
	put_text(json, text);
}

static void put_named_count(struct json_writer *json, const char *name, int64_t count)
{
	put_key(json, name);
	put_int(json, count);
}

static enum status put_voyage(struct request *rq, struct reader *db, struct json_writer *json, const struct voyage *voyage)
{
	struct voyage_counts counts;

	TRY(count_lanes(db, voyage, rq->arena, &counts));
	put_object(json);
	put_named_count(json, "id", voyage->id);
	put_named_text(json, "manifest", voyage->manifest);
	put_named_text(json, "office", voyage->office);
	put_named_text(json, "vessel", voyage->vessel);
	put_named_text(json, "voyage", voyage->voyage);
	put_named_text(json, "carrier", voyage->carrier);
	put_named_text(json, "place_of_loading", voyage->place_of_loading);
	put_key(json, "departs_on");
	put_date(json, voyage->departs_on);
	put_key(json, "day");
	put_date(json, voyage->day);
	put_named_count(json, "bills", counts.bills);
	put_named_count(json, "red", counts.lanes[LANE_RED]);
	put_named_count(json, "yellow", counts.lanes[LANE_YELLOW]);
	put_named_count(json, "waiting", counts.waiting);
	put_object_end(json);
	return STATUS_OK;
}

static enum status find_voyage(struct request *rq, struct reader *db, struct voyage *ret_voyage)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(store_query(db, &VOYAGE_BY_ID, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows))
		return rows_status(rows) == STATUS_OK ? STATUS_NOT_FOUND : rows_status(rows);
	TRY(read_voyage(rows, rq->arena, ret_voyage));
	return actor_may(&rq->actor, CONSIGNMENTS_READ, ret_voyage->unit_path) ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status arrival_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	struct voyage voyage;

	TRY(find_voyage(rq, db, &voyage));
	return put_voyage(rq, db, json, &voyage);
}

/* The days are those of the page. */
static void read_days(struct request *rq, int64_t *ret_from, int64_t *ret_day, int64_t *ret_id)
{
	struct text when = rq_input(rq, "quand");
	int64_t from = INT32_MIN, day = INT64_MAX, id = INT64_MAX, today = clock_today();

	if (text_is(when, "aujourdhui") || text_is(when, "avenir"))
		from = today;
	if (text_is(when, "aujourdhui")) {
		day = today + 1;
		id = 0;
	}
	if (rq_integer(rq, "jour", &day) && !rq_integer(rq, "avant", &id))
		day = id = INT64_MAX;
	*ret_from = from;
	*ret_day = day;
	*ret_id = id;
}

enum status arrival_list_data(struct request *rq, struct reader *db, struct json_writer *json)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct text paths = actor_path_list(&rq->actor, CONSIGNMENTS_READ, rq->arena), when = rq_input(rq, "quand");
	size_t page = rq_page_rows(rq, PAGE_ROWS), count = 0;
	struct voyage *voyages = ARENA_ARRAY(rq->arena, page + 1, struct voyage);
	int64_t from, day, id;

	if (!paths.data || !voyages)
		return STATUS_NO_MEMORY;
	read_days(rq, &from, &day, &id);
	TRY(store_query(db, &VOYAGES,
		PARAMS(value_text(paths), V_INT(day), V_INT(id), V_INT(from), V_INT((int64_t)page + 1)), &rows));
	while (count <= page && rows_next(rows))
		TRY(read_voyage(rows, rq->arena, &voyages[count++]));
	TRY(rows_status(rows));
	for (size_t i = 0; i < count && i < page; i++)
		TRY(put_voyage(rq, db, json, &voyages[i]));
	if (count > page)
		rq_next_page(rq, arena_format(rq->arena, "/arrivees?quand=%s&jour=%lld&avant=%lld",
			text_is(when, "aujourdhui") ? "aujourdhui" : text_is(when, "avenir") ? "avenir" : "",
			(long long)voyages[page - 1].day, (long long)voyages[page - 1].id).data);
	return STATUS_OK;
}
