/* The list of consignments and the page of one. */
#include "base/utf8.h"
#include "domain/journal.h"
#include "modules/declarations/consignment_parts.h"
#include "modules/declarations/pages.h"
#include "web/page.h"
#include "web/server.h"

enum { PAGE_ROWS = 25, HOME_ROWS = 8 };

/* Of the units below those of $1, which are listed once, not for each row. */
#define IN_UNITS                                                                                                       \
	"($1 = '*' or c.unit_path in (select u.path from units u join units g "                                        \
	"on substr(u.path, 1, length(g.path)) = g.path where CAST($1 AS text) like '%|' || g.path || '|%')) "
/* By the index of days, from where the page before ended. */
#define LIST_SELECT                                                                                                    \
	"select c.id, c.day, c.stage, c.reference, c.office, c.consignee_name, c.description, c.lane, c.score, "       \
	"c.state, c.item_count, c.regime from consignments c where "                                                   \
	IN_UNITS                                                                                                       \
	"and (c.lane = $2 or $2 < 0) and (c.stage = $3 or $3 < 0) "                                                    \
	"and (CAST($4 AS text) is null or c.search like $4) and (CAST($5 AS text) is null or c.state = $5) "           \
	"and (c.day, c.id) < ($6, $7) "
STATEMENT(CONSIGNMENT_LIST, LIST_SELECT "order by c.day desc, c.id desc limit $8");
/* The same for what waits, by the index that holds nothing else. */
STATEMENT(TO_CONTROL_LIST, LIST_SELECT "and c.state = 'to_control' order by c.day desc, c.id desc limit $8");
STATEMENT(LANE_COUNTS,
	"select lane, count(*) from consignments c where day >= $2 and lane is not null and "
	IN_UNITS "group by lane");
STATEMENT(VERSIONS_OF,
	"select v.id % 65536, v.received_at, v.import_id, i.file_name, c.decision_id, c.lane from consignment_versions v "
	"join imports i on i.id = v.import_id left join consignments c on c.id = v.id / 65536 "
	"and c.version = v.id % 65536 where v.id between CAST($1 AS bigint) * 65536 and CAST($1 AS bigint) * 65536 + 65535 "
	"order by v.id desc");

/* What a list shows, from the address. */
struct filter {
	struct text lane, stage, search, state;
	int64_t lane_number, stage_number, before_day, before_id;
	struct text pattern;
};

static struct text like_pattern(struct arena *arena, struct text search)
{
	AUTO(buffer_release) struct buffer folded = {0};

	if (!search.size)
		return TEXT_NONE;
	buffer_init(&folded, 1000);
	buffer_byte(&folded, '%');
	utf8_fold(&folded, search);
	for (size_t i = 0; i < folded.size; i++)
		if (folded.data[i] == ' ')
			folded.data[i] = '%';
	buffer_byte(&folded, '%');
	return arena_text(arena, buffer_text(&folded));
}

static void read_filter(struct request *rq, struct filter *ret_filter)
{
	struct filter f = {.lane = rq_input(rq, "circuit"), .stage = rq_input(rq, "etape"),
		.search = rq_input(rq, "recherche"), .state = rq_input(rq, "etat"), .lane_number = -1,
		.stage_number = -1, .before_day = INT64_MAX, .before_id = INT64_MAX};
	enum lane lane;

	if (lane_from(f.lane, &lane))
		f.lane_number = lane;
	if (text_is(f.stage, "manifest"))
		f.stage_number = STAGE_MANIFEST;
	else if (text_is(f.stage, "declaration"))
		f.stage_number = STAGE_DECLARATION;
	if (!f.state.size)
		f.state = TEXT_NONE;
	f.pattern = like_pattern(rq->arena, f.search);
	if (!rq_integer(rq, "jour", &f.before_day) || !rq_integer(rq, "avant", &f.before_id))
		f.before_day = f.before_id = INT64_MAX;
	*ret_filter = f;
}

static const char *list_address(struct request *rq, const struct filter *f, const char *lane, int64_t day, int64_t id)
{
	AUTO(buffer_release) struct buffer out = {0};

	buffer_init(&out, 4000);
	buffer_format(&out, "/envois?circuit=%s&etape=%.*s&etat=%.*s&recherche=", lane, TEXT_FORMAT(f->stage),
		TEXT_FORMAT(f->state));
	for (size_t i = 0; i < f->search.size; i++)
		buffer_format(&out, "%%%02X", (unsigned char)f->search.data[i]);
	if (id)
		buffer_format(&out, "&jour=%lld&avant=%lld", (long long)day, (long long)id);
	return arena_string(rq->arena, buffer_text(&out));
}

static void print_lane_links(struct request *rq, struct html *p, const struct filter *f)
{
	static const struct {
		const char *code;
		const char *label;
	} links[] = {{"", TR("Tous")}, {"red", TR("Rouge")}, {"yellow", TR("Jaune")}, {"blue", TR("Bleu")},
		{"green", TR("Vert")}};

	html(p, "<nav class=\"filters\" aria-label=\"%s\">", tr(p->language, TR("Circuits")));
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		bool here = text_is(f->lane.data ? f->lane : TEXT(""), links[i].code);

		html(p, "<a href=\"%s\"", list_address(rq, f, links[i].code, 0, 0));
		if (here)
			html(p, " aria-current=\"page\"");
		html(p, ">%s</a> ", tr(p->language, links[i].label));
	}
	html(p, "</nav>");
}

static void print_search(struct html *p, const struct filter *f)
{
	struct form form = form_begin_get(p, "/envois");
	const struct choice stages[] = {{TEXT(""), text_of(tr(p->language, TR("Manifestes et déclarations")))},
		{TEXT("manifest"), text_of(tr(p->language, TR("Manifestes (avant l'arrivée)")))},
		{TEXT("declaration"), text_of(tr(p->language, TR("Déclarations")))}};
	const struct choice states[] = {{TEXT(""), text_of(tr(p->language, TR("Tous les états")))},
		{TEXT("to_control"), text_of(tr(p->language, TR("À contrôler")))},
		{TEXT("controlled"), text_of(tr(p->language, TR("Contrôlés")))},
		{TEXT("free"), text_of(tr(p->language, TR("Sans contrôle demandé")))},
		{TEXT("held"), text_of(tr(p->language, TR("Vert, retenu pendant le délai")))}};

	form_field(&form, &(struct field){.name = "recherche", .label = TR("Chercher"), .type = "search",
		.help = TR("référence, nom, conteneur, marchandise"), .value = f->search});
	form_select(&form, &(struct field){.name = "etape", .label = TR("Étape"), .value = f->stage}, stages, 3);
	form_select(&form, &(struct field){.name = "etat", .label = TR("État"), .value = f->state}, states, 5);
	form_hidden(&form, "circuit", f->lane);
	form_end(&form, TR("Chercher"));
}

const char *state_label(struct text state)
{
	if (text_is(state, "to_control"))
		return TR("À contrôler");
	if (text_is(state, "held"))
		return TR("Vert, retenu pendant le délai");
	return text_is(state, "controlled") ? TR("Contrôlé") : TR("Sans contrôle demandé");
}

static void print_row(struct request *rq, struct html *p, struct rows *rows, bool shows_state)
{
	const char *address = arena_format(rq->arena, "/envois/%lld", (long long)rows_integer(rows, 0)).data;
	int64_t lane = rows_optional(rows, 7);

	table_row_begin(p);
	table_cell_begin(p);
	if (lane >= 0 && lane < LANE_COUNT)
		lane_badge(p, lane_code((enum lane)lane), lane_label((enum lane)lane));
	table_cell_end(p);
	table_cell_begin(p);
	link_to(p, address ? address : "/envois", rows_text(rows, 3));
	table_cell_end(p);
	table_cell_date(p, rows_integer(rows, 1));
	table_cell(p, rows_text(rows, 4));
	table_cell(p, rows_text(rows, 5));
	table_cell(p, utf8_cut(rows_text(rows, 6), 80));
	if (shows_state)
		table_cell(p, text_of(tr(p->language, state_label(rows_text(rows, 9)))));
	table_row_end(p);
}

static enum status print_list(struct request *rq, struct reader *db, struct html *p, const struct filter *f, int most)
{
	const struct table_column columns[] = {{TR("Circuit"), "lane"}, {TR("Référence"), "text"},
		{TR("Date"), "date"}, {TR("Bureau"), "text"}, {TR("Destinataire"), "text"}, {TR("Marchandise"), "text"},
		{f->state.data ? NULL : TR("État"), "text"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t day = 0, id = 0;
	int count = 0;

	TRY(store_query(db, text_is(f->state, "to_control") ? &TO_CONTROL_LIST : &CONSIGNMENT_LIST,
		PARAMS(value_text(actor_path_list(&rq->actor, CONSIGNMENTS_READ, rq->arena)), V_INT(f->lane_number),
			V_INT(f->stage_number), value_text(f->pattern), value_text(f->state), V_INT(f->before_day),
			V_INT(f->before_id), V_INT(most + 1)),
		&rows));
	table_begin(p, TR("Envois"), columns);
	while (rows_next(rows)) {
		if (++count > most)
			break;
		id = rows_integer(rows, 0);
		day = rows_integer(rows, 1);
		print_row(rq, p, rows, !f->state.data);
	}
	table_end(p);
	TRY(rows_status(rows));
	if (!count)
		notice(p, "info", TR("Aucun envoi ne correspond. Déposez un fichier ou élargissez la recherche."));
	page_links(p, f->before_id == INT64_MAX ? NULL : list_address(rq, f, arena_string(rq->arena, f->lane), 0, 0),
		count > most ? list_address(rq, f, arena_string(rq->arena, f->lane), day, id) : NULL);
	return STATUS_OK;
}

/* Something happened to consignments of a unit that this person sees: the page asks for its list again. */
static bool concerns(const struct request *rq, void *context, struct text payload, struct buffer *data)
{
	json_t *event = NULL;
	struct text unit;
	bool wanted;
	int line;

	(void)context;
	if (json_parse(payload, 8192, &event, &line) != STATUS_OK)
		return false;
	unit = text_of(json_string_value(json_object_get(event, "unit")));
	wanted = actor_may(&rq->actor, CONSIGNMENTS_READ, unit.size ? unit : TEXT_NONE);
	json_decref(event);
	if (wanted)
		buffer_string(data, "change");
	return wanted;
}

enum status consignment_stream(struct request *rq, struct reader *db)
{
	(void)db;
	rq_listen(rq, "change", concerns, NULL);
	return STATUS_OK;
}

enum status consignment_list_page(struct request *rq, struct reader *db)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Envois"))));
	struct filter filter;
	enum status status;

	read_filter(rq, &filter);
	print_lane_links(rq, &page, &filter);
	print_search(&page, &filter);
	live_begin(&page, "envois", "/envois/flux");
	status = print_list(rq, db, &page, &filter, PAGE_ROWS);
	live_end(&page);
	page_end(&page);
	return status;
}

/* Home: what waits, and the picture of the last thirty days. */
enum status home_page(struct request *rq, struct reader *db)
{
	struct html page = page_begin(rq, text_of(tr(rq->language, TR("Accueil"))));
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t counts[LANE_COUNT] = {0};
	struct chart_bar bars[LANE_COUNT];
	const struct filter waiting = {.lane = TEXT(""), .state = TEXT("to_control"), .lane_number = -1,
		.stage_number = -1, .before_day = INT64_MAX, .before_id = INT64_MAX};
	enum status status;

	TRY(store_query(db, &LANE_COUNTS,
		PARAMS(value_text(actor_path_list(&rq->actor, CONSIGNMENTS_READ, rq->arena)), V_INT(clock_today() - 30)),
		&rows));
	while (rows_next(rows))
		if (rows_integer(rows, 0) >= 0 && rows_integer(rows, 0) < LANE_COUNT)
			counts[rows_integer(rows, 0)] = rows_integer(rows, 1);
	TRY(rows_status(rows));
	for (int lane = 0; lane < LANE_COUNT; lane++)
		bars[LANE_COUNT - 1 - lane] = (struct chart_bar){text_of(tr(rq->language, lane_label((enum lane)lane))),
			number_of(counts[lane]), lane_code((enum lane)lane)};
	section_begin(&page, TR("À contrôler"));
	status = print_list(rq, db, &page, &waiting, HOME_ROWS);
	section_end(&page);
	section_begin(&page, TR("Trente derniers jours"));
	chart_bars(&page, &(struct chart){TR("Envois par circuit"), TR("Circuit"), TR("Envois"), 0}, bars, LANE_COUNT);
	section_end(&page);
	page_end(&page);
	return status;
}

/* ---- One consignment */

static const struct consignment_section *const *sections;
static size_t section_count;

void consignment_sections_set(const struct consignment_section *const *rows, size_t count)
{
	sections = rows;
	section_count = count;
}

enum status consignment_seen(struct request *rq, struct reader *db, const char *permission,
	struct stored_consignment *ret_row)
{
	int64_t id;

	if (!rq_integer(rq, "id", &id))
		return STATUS_NOT_FOUND;
	TRY(consignment_find(db, id, rq->arena, ret_row));
	/* Another office's file is not there for this officer. */
	return actor_may(&rq->actor, permission, ret_row->unit_path) ? STATUS_OK : STATUS_NOT_FOUND;
}

struct history_print {
	struct html *p;
	int count;
};

static bool print_history_row(void *context, const struct journal_row *row)
{
	struct history_print *h = context;

	table_row_begin(h->p);
	table_cell_begin(h->p);
	html_time(h->p, row->at);
	table_cell_end(h->p);
	table_cell(h->p, row->actor_name);
	table_cell(h->p, text_of(tr(h->p->language, module_action_label(h->p->rq->application->modules, row->action))));
	table_cell(h->p, row->block ? text_of(tr(h->p->language, TR("scellé"))) : TEXT("–"));
	table_row_end(h->p);
	h->count++;
	return true;
}

/* Each version received, the latest first. */
static enum status print_versions(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row)
{
	static const struct table_column columns[] = {{TR("Version"), "number"}, {TR("Reçue"), "date"},
		{TR("Fichier"), "text"}, {TR("Décision"), "number"}, {TR("Circuit"), "lane"}, {NULL, NULL}};
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(db, &VERSIONS_OF, PARAMS(V_INT(row->id)), &rows));
	section_begin(p, TR("Versions reçues"));
	table_begin(p, TR("Versions reçues"), columns);
	while (rows_next(rows)) {
		int64_t lane = rows_optional(rows, 5);

		table_row_begin(p);
		table_cell_number(p, number_of(rows_integer(rows, 0)), 0);
		table_cell_begin(p);
		html_time(p, rows_integer(rows, 1));
		table_cell_end(p);
		table_cell_begin(p);
		link_to(p, arena_format(rq->arena, "/imports/%lld", (long long)rows_integer(rows, 2)).data,
			rows_text(rows, 3));
		table_cell_end(p);
		table_cell(p, arena_format(rq->arena, "%lld", (long long)rows_integer(rows, 4)));
		table_cell_begin(p);
		if (lane >= 0 && lane < LANE_COUNT)
			lane_badge(p, lane_code((enum lane)lane), lane_label((enum lane)lane));
		table_cell_end(p);
		table_row_end(p);
	}
	table_end(p);
	section_end(p);
	return rows_status(rows);
}

static enum status print_history(struct html *p, struct reader *db, const struct stored_consignment *row)
{
	static const struct table_column columns[] = {{TR("Quand"), "date"}, {TR("Qui"), "text"}, {TR("Quoi"), "text"},
		{TR("Journal"), "text"}, {NULL, NULL}};
	struct history_print history = {.p = p};
	enum status status;

	section_begin(p, TR("Historique"));
	table_begin(p, TR("Historique"), columns);
	status = journal_history(db, "consignment", row->id, 50, print_history_row, &history);
	table_end(p);
	if (!history.count)
		notice(p, "info", TR("Rien n'a été fait sur cet envoi depuis sa réception."));
	section_end(p);
	return status;
}

enum status consignment_page(struct request *rq, struct reader *db)
{
	struct stored_consignment row;
	struct consignment consignment;
	struct text currency;
	struct html page;

	TRY(consignment_seen(rq, db, CONSIGNMENTS_READ, &row));
	TRY(consignment_content(db, row.id, row.version, rq->arena, &consignment));
	page = page_begin(rq, arena_format(rq->arena, "%s %.*s",
		tr(rq->language, row.stage == STAGE_MANIFEST ? TR("Connaissement") : TR("Déclaration")),
		TEXT_FORMAT(row.reference)));
	for (size_t i = 0; i < section_count; i++)
		TRY(sections[i]->print(rq, db, &page, &row, &consignment));
	TRY(setting_text(db, &national_currency, rq->arena, &currency));
	print_consignment(&page, &row, &consignment, currency);
	print_items(&page, &consignment, currency);
	print_containers(&page, &consignment);
	TRY(print_versions(rq, db, &page, &row));
	TRY(print_history(&page, db, &row));
	page_end(&page);
	return STATUS_OK;
}
