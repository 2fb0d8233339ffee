/* Every page has its twin for programs, or a reason why it needs none; and lists are walked to their end. */
#include "call.h"

#include "../journeys/conversation.h"
#include "../matrix/walk.h"
#include "app/wiring.h"
#include "base/clock.h"
#include "base/test.h"
#include "modules/declarations/search.h"
#include "store/test_database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *path, *reason;
} exempt[] = {
	{"/connexion", "the way in: a form"},
	{"/connexion/code", "the way in: a form; programs have tokens"},
	{"/compte/code", "a form; programs have tokens, no second factor"},
	{"/utilisateurs/nouveau", "a form"},
	{"/unites/:id", "a form; the list gives each unit whole"},
	{"/notifications/preferences", "a form of choices by mail, for people"},
	{"/notifications/envois", "mails to people; the job that sends them is in the list of jobs"},
	{"/references/:genre/code", "the list gives the code as of any date"},
	{"/envois/export", "a file already; the list gives the same rows"},
	{"/envois/:id/documents/:document", "the document itself"},
	{"/listes-de-noms/projets/:id", "a step between two forms, gone within a day"},
	{"/profils/nouveau", "a form"},
	{"/profils/:id/modifier", "a form"},
	{"/profils/:id/comparer", "two versions side by side; each is given by the profile's page"},
	{"/profils/:id/vie", "counts for a person's judgement; what happened is in the journal"},
	{"/listes-de-profils/:id/export", "a file already; the list gives the same rows"},
	{"/envois/:id/avis", "a sheet to print"},
	{"/envois/:id/ordre", "a sheet to print"},
	{"/controles/hors-ligne.js", "a script of the browser"},
	{"/controles/photos/:id", "the picture itself"},
	{"/administration", "links to the other pages"},
	{"/reglages/:code", "a form; the list gives each setting whole"},
	{"/", "a choice of what other pages give"},
	{"/aide", "help for people"},
	{"/aide/guides/:nom", "help for people"},
	{"/glossaire", "help for people"},
	{"/visite-guidee", "help for people"},
};
enum { EXEMPT = sizeof exempt / sizeof *exempt };

TEST(api_twins_every_page_has_data_or_a_reason)
{
	bool is_used[EXEMPT] = {false};

	for (const struct module *const *module = modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++) {
			bool is_exempt = false;

			if (row->method != METHOD_GET || !row->page)
				continue;
			for (size_t i = 0; i < EXEMPT; i++)
				if (strcmp(exempt[i].path, row->path) == 0)
					is_exempt = is_used[i] = true;
			if (!row->data && !is_exempt)
				test_failed(__FILE__, __LINE__, "%s gives programs nothing", row->path);
			if (row->data && is_exempt)
				test_failed(__FILE__, __LINE__, "%s has data: it needs no reason", row->path);
		}
	for (size_t i = 0; i < EXEMPT; i++)
		if (!is_used[i])
			test_failed(__FILE__, __LINE__, "%s is no page (%s)", exempt[i].path, exempt[i].reason);
}

/* ---- lists */

enum { ROWS = 130, PAGES_MOST = 400, LIST_LIMIT = 500, TOTAL_MOST = 200 };

/* How a list gets its rows: %d counts, %s is a day to come and %p a past one, different each time. */
static const struct {
	const char *path, *body;
} fillers[] = {
	{"/api/v1/unites", "{\"parent\":1,\"kind\":\"office\",\"code\":\"W%d\",\"name\":\"Bureau\"}"},
	{"/api/v1/programmes", "{\"identifiant\":\"programme-%d\",\"nom\":\"Programme\"}"},
	{"/api/v1/absences", "{\"note\":\"%d\",\"du\":\"%s\",\"au\":\"%s\"}"},
	{"/api/v1/listes-de-profils", "{\"code\":\"LISTE%d\",\"titre\":\"Liste\"}"},
	{"/api/v1/listes-de-profils/1", "{\"valeur\":\"V%d\",\"motif\":\"essai\"}"},
	{"/api/v1/mises-de-cote", "{\"profil\":\"ARM-01\",\"operateur\":\"OP%d\",\"jusqu_au\":\"%s\",\"motif\":\"essai\"}"},
	{"/api/v1/declarants", "{\"login\":\"marcheur\",\"code\":\"D%d\"}"},
	{"/api/v1/prix/taux", "{\"monnaie\":\"EUR\",\"taux\":65%d,\"jour\":\"%p\"}"},
	{"/api/v1/reglages/general.currency", "{\"valeur\":\"A%d\"}"},
};
/* What no program can make, or only in hours: written as it would stand. */
#define OF_CONSIGNMENTS " from consignments where stage = 1 order by consignments.id limit 130"
#define OF_THE_WALKER "(select id from users where login = 'marcheur')"
STATEMENT(FILL_NOTIFICATIONS, "insert into notifications (user_id, kind, message_id, path, created_at) select " OF_THE_WALKER
	", 'visit', 'Visite', '/controles', id" OF_CONSIGNMENTS);
STATEMENT(FILL_VIEWS, "insert into saved_views (user_id, name, address, created_at) select " OF_THE_WALKER ", 'Vue ' || "
	"CAST(id AS text), '/envois', 1 from consignments where stage = 1 order by consignments.id limit 30");
STATEMENT(FILL_MODELS, "insert into models (digest, artefact, state, trained_on, measured_on, data_from, data_until, auc, "
	"average_precision, precision_at_5, precision_at_10, created_by, created_at) select digest, '{}', 'off', 1, 1, 1, 1, 0.5, "
	"0.5, 0.5, 0.5, 1, id" OF_CONSIGNMENTS);
STATEMENT(FILL_VOYAGES, "insert into voyages (manifest, unit_path, day) select 'MARCHE' || CAST(id AS text), unit_path, "
	"day" OF_CONSIGNMENTS);
STATEMENT(FILL_SELECTIONS, "insert into selections (office, regime, expected_red, expected_yellow, expected_blue, random_red, "
	"random_yellow, random_blue, hits_without_selection, green_delay_minutes, yellow_to_blue_days, valid_from, created_by, "
	"created_at) select 'W' || CAST(id AS text), '', 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1" OF_CONSIGNMENTS);
STATEMENT(FILL_REHEARSALS, "insert into rehearsals (policy_digest, from_day, to_day, summary, result, user_id, at) select "
	"digest, 1, 2, '{}', '{}', 1, id" OF_CONSIGNMENTS);
STATEMENT(FILL_SHADOW, "insert into shadows (policy_id, state, last_day, user_id, started_at) select min(id), 'running', 1, 1, 1 "
	"from policies");
STATEMENT(FILL_DIFFERENCES, "insert into shadow_differences (shadow_id, decision_id, consignment_id, lane, shadow_lane, reasons) "
	"select (select max(id) from shadows), decision_id, id, 3, 0, '[]'" OF_CONSIGNMENTS);
STATEMENT(FILL_PRICE_RUN, "insert into price_runs (made_at, first_day, last_day, currency, rate, item_count, left_out_count, "
	"reference_count) values (1, 1, 1, 'USD', 1, 1, 1, 1)");
STATEMENT(FILL_PRICES, "insert into price_references (hs6, origin, unit, low, first_quarter, median, third_quarter, high, "
	"observations, bins_from, bins_until, bins, digest, from_run) select 'W' || CAST(id AS text), 'CN', 'kg', 1, 1, 1, 1, 1, 9, "
	"1, 2, '', '', (select max(id) from price_runs)" OF_CONSIGNMENTS);
STATEMENT(FILL_LISTS, "insert into screening_lists (code, title, mapping, created_by, created_at) select 'W' || "
	"CAST(id AS text), 'Liste', '', 1, 1" OF_CONSIGNMENTS);
STATEMENT(FILL_LIST_VERSION, "insert into screening_versions (list_id, source, digest, taken_at, actor_id, actor_name, added, "
	"changed, removed, entry_count) select min(l.id), 'essai', (select digest from models order by id limit 1), 1, 1, 'essai', 130, 0, 0, 130 "
	"from screening_lists l");
STATEMENT(FILL_ENTRIES, "insert into screening_entries (list_id, reference, kind, names, digest, from_version) select "
	"(select min(id) from screening_lists), 'W' || CAST(id AS text), 'firm', 'FIRME', digest, (select max(id) from "
	"screening_versions)" OF_CONSIGNMENTS);
STATEMENT(FILL_MATCHES, "insert into screening_matches (party_key, party, party_code, role, list_id, reference, listed, "
	"entry_digest, score, explanation, state, consignment_id, unit_path, first_seen_at, last_seen_at) select 'W' || "
	"CAST(id AS text), 'FIRME', '', 'consignee', (select min(id) from screening_lists), 'W', 'FIRME', digest, 900000, '[]', "
	"'open', id, unit_path, 1, 1" OF_CONSIGNMENTS);
STATEMENT(FILL_CODES_TAKEN, "insert into reference_imports (kind, taken_at, from_date, actor_name, source, digest, added, changed, "
	"removed) select 'country', 1, 1, 'essai', 'essai', digest, 130, 0, 0 from models order by id limit 1");
STATEMENT(FILL_CODES, "insert into reference_codes (kind, code, label, search, valid_from, import_id) select 'country', 'W' || "
	"CAST(id AS text), 'Pays', 'pays', 1, (select max(id) from reference_imports)" OF_CONSIGNMENTS);
STATEMENT(FILL_CHECKS, "insert into journal_checks (checked_at, span, intact, rows_checked, blocks_checked, rows_unsealed, "
	"broken_block, broken_row, head) select id, 1, 1, 1, 1, 0, 0, 0, digest" OF_CONSIGNMENTS);
/* Half of what is to be controlled has a visit, and so has what was controlled and is looked at again. */
STATEMENT(FILL_VISITS, "insert into visits (consignment_id, unit_path, kind, state, consignment_version, created_at) select id, "
	"unit_path, case state when 'controlled' then 'second' else 'first' end, 'waiting', 1, 1 from consignments where "
	"(state = 'to_control' and id % 2 = 0) or (state = 'controlled' and id % 3 = 0)");
/* One more visit for the same consignment: the database does not take it, so that a row of the list is a consignment. */
STATEMENT(FILL_VISIT_TWICE, "insert into visits (consignment_id, unit_path, kind, state, consignment_version, created_at) "
	"select consignment_id, unit_path, 'second', 'assigned', 1, 1 from visits where state = 'waiting' order by id limit 1");
static const struct statement *const written[] = {&FILL_NOTIFICATIONS, &FILL_VIEWS, &FILL_MODELS, &FILL_VOYAGES, &FILL_SELECTIONS,
	&FILL_REHEARSALS, &FILL_SHADOW, &FILL_DIFFERENCES, &FILL_PRICE_RUN, &FILL_PRICES, &FILL_LISTS, &FILL_LIST_VERSION,
	&FILL_ENTRIES, &FILL_MATCHES, &FILL_CODES_TAKEN, &FILL_CODES, &FILL_CHECKS, &FILL_VISITS};
/* Nothing moves while the lists are walked: no job begins. */
STATEMENT(JOB_LATER, "insert into jobs (name, next_at) values ($1, $2) on conflict (name) do update set next_at = excluded.next_at");
STATEMENT(COMMON_DECLARANT, "select declarant_code from consignments where declarant_code is not null and stage = 1 "
	"group by declarant_code order by count(*) desc, declarant_code limit 1");

/* The lists, how many rows they have at least, and what is different in each. */
static const struct {
	const char *path;
	int least;
	const char *key, *second; /* members; key NULL: all of the row; second: NULL or the rest of the key */
} lists[] = {
	{"/api/v1/unites", ROWS, "id", NULL},
	{"/api/v1/utilisateurs", ROWS, "id", NULL},
	{"/api/v1/programmes", ROWS, "id", NULL},
	{"/api/v1/absences", ROWS, "id", NULL},
	{"/api/v1/listes-de-profils", ROWS, "id", NULL},
	{"/api/v1/listes-de-profils/1", ROWS, "id", NULL},
	{"/api/v1/listes-de-profils/1?recherche=v1", 20, "id", NULL},
	{"/api/v1/mises-de-cote", ROWS, "id", NULL},
	{"/api/v1/mises-de-cote?operateur=OP7", 1, "id", NULL},
	{"/api/v1/declarants", ROWS, "user_id", "code"},
	{"/api/v1/prix/taux", ROWS, NULL, NULL},
	{"/api/v1/journal", ROWS, "id", NULL},
	{"/api/v1/profils", 40, "id", NULL},
	{"/api/v1/envois", ROWS, "id", NULL},
	{"/api/v1/declarations", ROWS, "id", NULL},
	{"/api/v1/imports", 1, "id", NULL},
	{"/api/v1/arrivees?quand=passe", ROWS, "id", NULL},
	{"/api/v1/mes-declarations", 8, "id", NULL},
	{"/api/v1/vues", 30, "id", NULL},
	{"/api/v1/controles", 20, "consignment_id", NULL},
	{"/api/v1/controles?circuit=red", 8, "consignment_id", NULL},
	{"/api/v1/modeles", ROWS, "id", NULL},
	{"/api/v1/modeles/classement", 0, "consignment_id", NULL},
	{"/api/v1/notifications", ROWS, "id", NULL},
	{"/api/v1/prix", ROWS, "id", NULL},
	{"/api/v1/references", 8, "kind", NULL},
	{"/api/v1/references/country", ROWS, "code", NULL},
	{"/api/v1/roles", 6, "code", NULL},
	{"/api/v1/journal/verification", ROWS, "id", NULL},
	{"/api/v1/connaissements", 20, "id", NULL},
	{"/api/v1/reglages", 10, "code", NULL},
	{"/api/v1/taches", 10, "name", NULL},
	{"/api/v1/repetitions", ROWS, "id", NULL},
	{"/api/v1/ombre/differences", ROWS, "decision_id", NULL},
	{"/api/v1/politique", 10, "code", NULL},
	{"/api/v1/faits", 30, "code", NULL},
	{"/api/v1/selection", ROWS, "id", NULL},
	{"/api/v1/criblage", ROWS, "id", NULL},
	{"/api/v1/listes-de-noms", ROWS, "id", NULL},
	{"/api/v1/listes-de-noms/1", ROWS, "id", NULL},
};

/* The route of a list's address. */
static const struct route *route_of(const char *address)
{
	struct text path = text_of(address + strlen("/api/v1")), wanted;

	path = text_slice(path, 0, text_find(path, TEXT("?")));
	for (const struct module *const *module = modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++) {
			struct text rest = path, pattern = text_of(row->path);
			bool fits = row->method == METHOD_GET && row->is_list;

			while (fits && (rest.data || pattern.data)) {
				struct text part = text_cut(&rest, '/');

				wanted = text_cut(&pattern, '/');
				fits = text_equal(part, wanted) || (part.size && text_starts_with(wanted, TEXT(":")));
			}
			if (fits)
				return row;
		}
	return NULL;
}

TEST(api_twins_every_list_is_walked)
{
	for (const struct module *const *module = modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++) {
			bool is_walked = !row->is_list;

			for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
				is_walked = is_walked || route_of(lists[i].path) == row;
			if (!is_walked)
				test_failed(__FILE__, __LINE__, "%s is a list that nobody walks", row->path);
		}
}

static void post(const struct site *site, const char *token, const char *path, const char *body)
{
	struct answer answer;

	call_make(&(struct call){.port = site->port, .method = "POST", .path = path, .body = body, .token = token}, &answer);
	if (answer.status != 200)
		test_failed(__FILE__, __LINE__, "%s %s: %d %.*s", path, body, answer.status,
			TEXT_FORMAT(text_slice(buffer_text(&answer.body), 0, 300)));
	answer_release(&answer);
}

/* The body with its number and its day, wherever they are named. */
static void fill_in(const char *from, int number, const char *day, const char *past, char *body,
	size_t size)
{
	size_t used = 0;

	for (; *from && used + 20 < size; from++) {
		if (from[0] == '%' && from[1] == 'd')
			used += (size_t)snprintf(body + used, size - used, "%d", number);
		else if (from[0] == '%')
			used += (size_t)snprintf(body + used, size - used, "%s", from[1] == 's' ? day : past);
		else
			body[used++] = *from;
		from += from[0] == '%';
	}
	body[used] = '\0';
}

static void fill(const struct site *site, const char *token)
{
	int64_t today = clock_today();

	for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++)
		for (int n = 0; n < ROWS; n++) {
			AUTO(buffer_release) struct buffer day = {0}, past = {0};
			char body[400];

			buffer_init(&day, 40);
			buffer_init(&past, 40);
			date_print(&past, today - n);
			date_print(&day, today + n);
			fill_in(fillers[i].body, n, day.data, past.data, body, sizeof body);
			post(site, token, fillers[i].path, body);
		}
}

/* One page into `seen`: a row that is there already was given twice. The address of the next is written over `path`. */
static size_t read_page(const struct site *site, const char *token, size_t list, char path[1000], json_t *seen)
{
	struct answer answer;
	json_t *page, *row;
	const char *next;
	size_t i, count;

	call_make(&(struct call){.port = site->port, .method = "GET", .path = path, .token = token}, &answer);
	CHECK_INTEGER(answer.status, 200);
	page = answer_json(&answer);
	json_array_foreach(json_object_get(page, "items"), i, row)
	{
		char *first = json_dumps(lists[list].key ? json_object_get(row, lists[list].key) : row, JSON_ENCODE_ANY);
		char *rest = lists[list].second ? json_dumps(json_object_get(row, lists[list].second), JSON_ENCODE_ANY) : NULL;
		char key[300];

		snprintf(key, sizeof key, "%s %s", first ? first : "", rest ? rest : "");
		if (json_object_get(seen, key))
			test_failed(__FILE__, __LINE__, "%s gives %s twice", lists[list].path, key);
		json_object_set_new(seen, key, json_true());
		free(first);
		free(rest);
	}
	count = json_array_size(json_object_get(page, "items"));
	next = json_string_value(json_object_get(page, "next"));
	snprintf(path, 1000, "%s", next ? next : "");
	json_decref(page);
	answer_release(&answer);
	return count;
}

/* What the list says that it has, asked in the middle of it; -1: more than it counts. */
static long long read_total(const struct site *site, const char *token, const char *path)
{
	struct answer answer;
	long long rows;
	char whole[1000];
	json_t *page, *total;

	snprintf(whole, sizeof whole, "%s%ctotal=1", path, strchr(path, '?') ? '&' : '?');
	call_make(&(struct call){.port = site->port, .method = "GET", .path = whole, .token = token}, &answer);
	CHECK_INTEGER(answer.status, 200);
	page = answer_json(&answer);
	total = json_object_get(page, "total");
	rows = json_integer_value(json_object_get(total, "rows"));
	if (json_is_true(json_object_get(total, "or_more"))) {
		CHECK_INTEGER(rows, TOTAL_MOST);
		rows = -1;
	}
	CHECK(json_is_object(total));
	json_decref(page);
	answer_release(&answer);
	return rows;
}

/* Every row once, whatever the size of the pages; and the total says how many, wherever it is asked. */
static void walk(const struct site *site, const char *token, size_t list, int page_rows)
{
	json_t *seen = json_object(), *at_once = json_object();
	char path[1000], whole[1000];
	const struct route *route = route_of(lists[list].path);
	const char *joined = strchr(lists[list].path, '?') ? "&" : "?";
	bool goes_on = route && route_goes_on(route);
	long long total, all;
	int pages = 0;

	snprintf(path, sizeof path, goes_on ? "%s%slimite=%d" : "%s", lists[list].path, joined, page_rows);
	snprintf(whole, sizeof whole, goes_on ? "%s%slimite=%d" : "%s", lists[list].path, joined, LIST_LIMIT);
	total = read_total(site, token, path);
	while (*path && pages++ < PAGES_MOST) {
		CHECK(read_page(site, token, list, path, seen) <= (size_t)page_rows || !goes_on);
		if (*path && pages == 2)
			CHECK_INTEGER(read_total(site, token, path), total);
	}
	all = (long long)json_object_size(seen);
	CHECK_INTEGER(total, goes_on && all > TOTAL_MOST ? -1 : all);
	CHECK(pages < PAGES_MOST);
	(void)read_page(site, token, list, whole, at_once);
	if (json_object_size(seen) < (size_t)lists[list].least ||
		(!*whole && json_object_size(seen) != json_object_size(at_once)))
		test_failed(__FILE__, __LINE__, "%s by %d: %zu rows, %zu at once, at least %d wanted", lists[list].path, page_rows,
			json_object_size(seen), json_object_size(at_once), lists[list].least);
	json_decref(seen);
	json_decref(at_once);
}

/* Also binds the declarant of most declarations to the walker, who is a broker too. */
static bool write_rows(const char *url, char declarant[100])
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct database_options options = {.durable = true};
	AUTO(rows_release) struct rows *rows = NULL;

	int64_t indexed;

	if (database_open(url, &options, &database) != STATUS_OK ||
		search_index_run(database, 100000, &indexed) != STATUS_OK || writer_begin(database, &writer) != STATUS_OK)
		return false;
	for (size_t i = 0; i < sizeof written / sizeof *written; i++)
		if (store_execute(writer, written[i], NO_PARAMS, NULL) != STATUS_OK) {
			test_failed(__FILE__, __LINE__, "%s is not written", written[i]->name);
			return false;
		}
	for (const struct module *const *module = modules; *module; module++)
		for (const struct job *job = (*module)->jobs; job && job->name; job++)
			CHECK(store_execute(writer, &JOB_LATER, PARAMS(value_string(job->name), V_INT(INT64_MAX)), NULL) == STATUS_OK);
	CHECK(writer_savepoint(writer) == STATUS_OK);
	CHECK(store_execute(writer, &FILL_VISIT_TWICE, NO_PARAMS, NULL) == STATUS_CONFLICT);
	CHECK(writer_savepoint_rollback(writer) == STATUS_OK);
	if (store_query(writer_reader(writer), &COMMON_DECLARANT, NO_PARAMS, &rows) != STATUS_OK || !rows_next(rows))
		return false;
	snprintf(declarant, 100, "%.*s", TEXT_FORMAT(rows_text(rows, 0)));
	rows_end(rows);
	rows = NULL;
	return writer_commit(&writer) == STATUS_OK;
}

static void walk_lists(const char *url)
{
	struct site site = {.url = url, .process = -1};
	char token[100] = "", declarant[100] = "", body[200];
	struct run run;

	if (walk_prepare(url, NULL)) {
		RUN(&run, "demo", "--declarations", "150", "--years", "1", "--db", url);
		CHECK_INTEGER(run.code, 0);
		run_release(&run);
		RUN(&run, "token", "marcheur", "--role", "administrator", "--rate", "100000", "--db", url);
		snprintf(token, sizeof token, "%.*s", TEXT_FORMAT(text_trim(buffer_text(&run.out))));
		run_release(&run);
	}
	RUN(&run, "token", "marcheur", "--role", "broker", "--db", url);
	run_release(&run);
	if (*token && write_rows(url, declarant) && site_start(&site, url)) {
		fill(&site, token);
		snprintf(body, sizeof body, "{\"login\":\"marcheur\",\"code\":\"%s\"}", declarant);
		post(&site, token, "/api/v1/declarants", body);
		for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
			walk(&site, token, i, 7);
			walk(&site, token, i, 100);
		}
		CHECK(site_stop(&site));
	} else {
		test_failed(__FILE__, __LINE__, "no server to ask");
	}
	site_kill(&site);
}

TEST(api_twins_lists_are_walked_to_their_end) { test_each_url(walk_lists); }
