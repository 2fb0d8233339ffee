/* Two offices on one server: people and programs of the first try every route and operation, with the numbers of the
 * second's rows and by its references, and its exports and live streams. Every text of the second office holds a mark
 * that must never reach the first, and nothing of the second may change. */
#include "../api/call.h"
#include "../journeys/conversation.h"
#include "sheet.h"

#include "app/wiring.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/test.h"
#include "store/test_database.h"
#include "web/router.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* In everything that the second office has; never in what is asked. */
#define MARK "zqxmarque"
/* What the second office's rows are found by. */
#define NUMBER "77077"

enum { IDS = 8, SEARCHES = 3, STREAMS = 120, STREAM_WAIT = 1500000, SNAPSHOT_LIMIT = 8 << 20, TRIES = 150 };

static const char sad_head[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ASYCUDA id=\"77\"><Property><Sad_flow>I</Sad_flow><Nbers>"
	"<Total_number_of_items>1</Total_number_of_items></Nbers></Property><Identification><Office_segment>"
	"<Customs_clearance_office_code>YY002</Customs_clearance_office_code></Office_segment><Type>"
	"<Type_of_declaration>IM</Type_of_declaration><Declaration_gen_procedure_code>4</Declaration_gen_procedure_code></Type>"
	"<Manifest_reference_number>YY002 M77</Manifest_reference_number><Registration><Serial_number>C</Serial_number><Number>";
static const char sad_rest[] =
	"</Number><Date>2026-11-02</Date></Registration></Identification><Traders><Exporter><Exporter_name>EXPORT " MARK
	"</Exporter_name></Exporter><Consignee><Consignee_code>TZ77077</Consignee_code><Consignee_name>Oumarou " MARK
	" Baldetti</Consignee_name></Consignee></Traders><Declarant><Declarant_code>DZ77077</Declarant_code>"
	"<Declarant_name>TRANSIT " MARK "</Declarant_name></Declarant><General_information><Country><Export>"
	"<Export_country_code>FR</Export_country_code></Export></Country></General_information><Container>"
	"<Item_Number>1</Item_Number><Container_identity>ABCU1234560</Container_identity></Container><Item><Packages>"
	"<Number_of_packages>3</Number_of_packages><Marks1_of_packages>" MARK "</Marks1_of_packages><Kind_of_packages_code>CT"
	"</Kind_of_packages_code></Packages><Tarification><HScode><Commodity_code>93020000</Commodity_code></HScode>"
	"<Extended_customs_procedure>4000</Extended_customs_procedure><Item_price>4000</Item_price></Tarification>"
	"<Goods_description><Country_of_origin_code>XY</Country_of_origin_code><Commercial_Description>CARABINES " MARK
	"</Commercial_Description></Goods_description><Valuation_item><Weight_itm><Gross_weight_itm>9</Gross_weight_itm>"
	"<Net_weight_itm>9</Net_weight_itm></Weight_itm><Item_Invoice><Amount_foreign_currency>4000</Amount_foreign_currency>"
	"<Currency_code>EUR</Currency_code></Item_Invoice></Valuation_item></Item></ASYCUDA>\n";
static const char manifest[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Awmds><General_segment><General_segment_id><Customs_office_code>YY002"
	"</Customs_office_code><Voyage_number>77" MARK "</Voyage_number><Date_of_departure>2026-10-20</Date_of_departure>"
	"<Date_of_arrival>2026-11-01</Date_of_arrival></General_segment_id><Transport_information><Carrier><Carrier_code>C9"
	"</Carrier_code><Carrier_name>LIGNE " MARK "</Carrier_name></Carrier><Mode_of_transport_code>1</Mode_of_transport_code>"
	"<Identity_of_transporter>NAVIRE " MARK "</Identity_of_transporter></Transport_information></General_segment>"
	"<Bol_segment><Bol_id><Bol_reference>BL77077</Bol_reference><Line_number>1</Line_number><Bol_nature>23</Bol_nature>"
	"</Bol_id><Traders_segment><Exporter><Exporter_name>EXPORT " MARK "</Exporter_name></Exporter><Consignee>"
	"<Consignee_name>" MARK " SARL</Consignee_name></Consignee></Traders_segment><ctn_segment><Ctn_reference>ABCU1234560"
	"</Ctn_reference><Number_of_packages>40</Number_of_packages></ctn_segment><Goods_segment><Number_of_packages>40"
	"</Number_of_packages><Gross_mass>9000</Gross_mass><Goods_description>" MARK " ET DIVERS</Goods_description>"
	"</Goods_segment></Bol_segment></Awmds>\n";
/* Close to the second office's consignee, but not the mark itself: lists of names are everybody's. */
static const char names[] = "reference;type;nom\nL1;personne;Oumarou Zqxmarqe Baldetti\n";

static const struct {
	const char *login, *role;
	bool reads, brings; /* the lists of its office; files */
} people[] = {{"a.inspecteur", "inspector", true, true}, {"a.chef", "head_of_office", true, true},
	{"a.analyste", "analyst", true, true}, {"a.auditeur", "auditor", true, false}, {"a.courtier", "broker", false, false},
	{"a.administrateur", "administrator", true, true}};
/* National pages, and what must not be done from an office. */
static const char *const national_pages[] = {"/administration", "/reglages", "/reglages/session.idle_minutes", "/taches",
	"/stockage", "/programmes", "/notifications/envois", "/declarants", "/profils/nouveau", "/rappels/1"};
static const struct {
	const char *path, *fields;
} national_actions[] = {{"/reglages/session.idle_minutes", "valeur=1"}, {"/taches", "nom=journal.seal"},
	{"/programmes", "identifiant=x&nom=X&debit=9"}, {"/roles", "code=xx&libelle=X"}, {"/stockage/sauvegarde", ""},
	{"/selection", "bureau=*&regime=*&attendu_rouge=1"}, {"/prix/taux", "monnaie=EUR&jour=2026-06-01&taux=1"},
	{"/listes-de-profils", "code=XX&titre=X"}, {"/profils/nouveau", "code=XX&texte=x&geste=garder"},
	{"/ombre", "politique=1&modele=-1&au=2027-01-01"}, {"/mises-de-cote", "profil=X&operateur=Y&motif=z"},
	{"/declarants", "login=a.courtier&code=DZ77077"}, {"/repetitions", "politique=1&modele=0&du=2026-01-01&au=2026-02-01"},
	{"/modeles/travaux", "genre=measure"}, {"/notifications/envois", "id=1"}};

struct offices {
	struct site site;
	struct browser admin, head, officer; /* the last two of the second office */
	char second_program[100], first_program[100], first_administration[100];
	int64_t consignment, second_consignment, visit;
};

/* ---- the second office's work */

static int64_t number_after(const struct browser *browser, const char *mark)
{
	size_t at = text_find(browser->body, text_of(mark));

	while (at < browser->body.size) {
		struct text rest = text_slice(browser->body, at + strlen(mark), browser->body.size);
		int64_t number = strtoll(rest.data, NULL, 10);

		if (number > 0)
			return number;
		at += strlen(mark) + text_find(rest, text_of(mark));
	}
	return 0;
}

static bool office_add(struct offices *o, const char *code)
{
	char fields[200];

	browser_get(&o->admin, "/unites");
	snprintf(fields, sizeof fields, "parent=1&kind=office&code=%s&name=Bureau", code);
	return browser_post(&o->admin, "/unites", fields) == 303;
}

static bool person_come(struct offices *o, struct browser *browser, const char *login, const char *role, const char *unit)
{
	char password[64];

	browser_init(browser, &o->site);
	return account_add(o->site.url, login, role, unit, password) && browser_sign_in(browser, login, password);
}

static bool give(struct browser *browser, const char *name, const char *begin, const char *number, const char *end)
{
	AUTO(buffer_release) struct buffer content = {0};

	buffer_init(&content, 1 << 20);
	buffer_format(&content, "%s%s%s", begin, number, end);
	browser_get(browser, "/imports");
	return browser_upload(browser, "/imports", "fichiers", name, buffer_text(&content)) == 303;
}

/* The number of the consignment whose reference has this in it. */
static int64_t consignment_of(struct browser *browser, const char *number)
{
	char path[100];

	snprintf(path, sizeof path, "/envois?recherche=%s", number);
	browser_get(browser, path);
	return number_after(browser, "href=\"/envois/");
}

static int64_t field_of(const struct browser *browser, const char *name)
{
	char mark[60];

	snprintf(mark, sizeof mark, "name=\"%s\" value=\"", name);
	return number_after(browser, mark);
}

static bool visit_write(struct offices *o, const char *more)
{
	char path[100], fields[300];

	snprintf(path, sizeof path, "/controles/%lld", (long long)o->visit);
	if (browser_get(&o->officer, path) != 200)
		return false;
	snprintf(fields, sizeof fields, "version=%lld&dossier=%lld&%s", (long long)field_of(&o->officer, "version"),
		(long long)field_of(&o->officer, "dossier"), more);
	return browser_post(&o->officer, path, fields) == 303;
}

static bool visit_make(struct offices *o)
{
	AUTO(buffer_release) struct buffer picture = {0};
	char path[PATH_ROOM * 2], fields[60];

	snprintf(fields, sizeof fields, "envoi=%lld", (long long)o->consignment);
	browser_get(&o->officer, "/controles");
	if (browser_post(&o->officer, "/controles", fields) != 303)
		return false;
	o->visit = atoll(o->officer.location + strlen("/controles/"));
	buffer_init(&picture, 1 << 20);
	snprintf(path, sizeof path, "%s/tests/journeys/files/point.png", test_source_folder());
	if (!visit_write(o, "geste=commencer") || !visit_write(o, "constat=" MARK "&article_1_note=" MARK) ||
		!file_take(path, &picture))
		return false;
	snprintf(path, sizeof path, "/controles/%lld/photos", (long long)o->visit);
	return browser_upload(&o->officer, path, "photo", MARK ".png", buffer_text(&picture)) == 303;
}

static bool second_office_works(struct offices *o)
{
	char path[100];

	if (!give(&o->head, MARK ".xml", sad_head, NUMBER, sad_rest) || !give(&o->head, MARK "-2.xml", sad_head, "88088", sad_rest) ||
		!give(&o->head, MARK "-m.xml", manifest, "", "") || !give(&o->head, MARK ".txt", "rien", "", ""))
		return false;
	o->consignment = consignment_of(&o->head, NUMBER);
	o->second_consignment = consignment_of(&o->head, "88088");
	if (!o->consignment || !o->second_consignment || !visit_make(o))
		return false;
	browser_get(&o->head, "/envois");
	if (browser_post(&o->head, "/vues", "nom=" MARK "&adresse=/envois?recherche=" MARK) != 303)
		return false;
	snprintf(path, sizeof path, "/envois/%lld/documents", (long long)o->second_consignment);
	browser_get(&o->head, "/envois");
	return browser_upload(&o->head, path, "document", MARK ".pdf", TEXT("%PDF-1.4\n% " MARK "\n%%EOF\n")) == 303;
}

/* The job that gives visits has come by: it changes nothing while the others try. */
static bool visits_are_given(struct offices *o)
{
	int given = 0;

	for (long long id = 1; id <= IDS; id++) {
		struct call call = {.port = o->site.port, .token = o->second_program, .method = "GET"};
		struct answer answer;
		char path[60];

		snprintf(path, sizeof path, "/api/v1/controles/%lld", id);
		call.path = path;
		call_make(&call, &answer);
		given += answer.status == 200 &&
			text_find(buffer_text(&answer.body), TEXT("\"state\":\"waiting\"")) == answer.body.size;
		answer_release(&answer);
	}
	return given >= 2;
}

/* What the whole administration does, of which the second office's rows are a part. */
static bool administration_works(struct offices *o)
{
	static const char *const jobs[] = {"risk.profile_life", "screening.parties", "watch.figures", "inspections.assign"};
	char folder[PATH_ROOM], path[PATH_ROOM + 20], fields[100];
	struct run run;
	bool done;

	if (!scratch_make(folder, sizeof folder))
		return false;
	snprintf(path, sizeof path, "%s/noms.csv", folder);
	done = file_write(path, text_of(names)) == STATUS_OK;
	RUN(&run, "screen", "--list", "ESSAI", "--file", path, "--db", o->site.url);
	done = done && run.code == 0;
	run_release(&run);
	scratch_remove(folder);
	for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
		browser_get(&o->admin, "/taches");
		snprintf(fields, sizeof fields, "nom=%s", jobs[i]);
		browser_post(&o->admin, "/taches", fields);
	}
	browser_get(&o->admin, "/repetitions");
	done = done && browser_post(&o->admin, "/repetitions", "politique=1&modele=0&du=2026-10-01&au=2026-11-20") == 303;
	for (int i = 0; i < TRIES; i++) {
		browser_get(&o->head, "/criblage");
		if (browser_sees(&o->head, "Oumarou " MARK) && visits_are_given(o) && browser_get(&o->admin, "/repetitions/1") == 200 &&
			browser_get(&o->head, "/arrivees/1") == 200)
			return done;
		usleep(100000);
	}
	test_failed(__FILE__, __LINE__, "the second office's consignee was never found in the list, or nothing was rehearsed");
	return false;
}

static bool program_come(struct offices *o, const char *login, const char *role, const char *unit, char *ret_token)
{
	struct run run;
	bool done;

	RUN(&run, "token", login, "--role", role, "--unit", unit, "--rate", "100000", "--db", o->site.url);
	done = run.code == 0;
	snprintf(ret_token, 100, "%.*s", TEXT_FORMAT(text_trim(buffer_text(&run.out))));
	run_release(&run);
	return done;
}

static bool offices_open(struct offices *o, const char *url)
{
	char path[PATH_ROOM * 2], password[64];
	struct run run;
	bool done;

	*o = (struct offices){.site = {.url = url, .process = -1}};
	RUN(&run, "first-run", "--empty", "--db", url);
	done = run.code == 0 && first_password(buffer_text(&run.out), "admin", password, sizeof password);
	run_release(&run);
	if (!done || !site_start(&o->site, url))
		return false;
	browser_init(&o->admin, &o->site);
	if (!browser_sign_in(&o->admin, "admin", password) || !office_add(o, "XX001") || !office_add(o, "YY002"))
		return false;
	snprintf(path, sizeof path, "%s/tests/journeys/files/sad.xml", test_source_folder());
	RUN(&run, "import", path, "--db", url);
	done = run.code == 0;
	run_release(&run);
	return done && person_come(o, &o->head, MARK ".chef", "head_of_office", "YY002") &&
		person_come(o, &o->officer, MARK ".agent", "inspector", "YY002") &&
		program_come(o, MARK ".programme", "head_of_office", "YY002", o->second_program) &&
		program_come(o, "a.programme", "analyst", "XX001", o->first_program) &&
		program_come(o, "a.gestion", "administrator", "XX001", o->first_administration) && second_office_works(o) &&
		administration_works(o);
}

static void offices_close(struct offices *o)
{
	if (o->site.process > 0)
		CHECK(site_stop(&o->site));
	site_kill(&o->site);
	browser_release(&o->admin);
	browser_release(&o->head);
	browser_release(&o->officer);
}

/* ---- what must stay as it is, as the second office's program gets it */

static void snapshot(struct offices *o, struct buffer *out)
{
	static const char *const paths[] = {"/envois/%lld", "/envois/%lld/decision", "/controles/%lld", "/imports/%lld",
		"/criblage/%lld", "/arrivees/%lld"};
	char path[100];

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		for (long long id = 1; id <= IDS; id++) {
			struct call call = {.port = o->site.port, .token = o->second_program, .method = "GET", .path = path};
			struct answer answer;
			char said[60];

			snprintf(said, sizeof said, "/api/v1%s", paths[i]);
			snprintf(path, sizeof path, "%.*s%lld%s", (int)(strchr(said, '%') - said), said, id, strchr(said, '%') + 4);
			call_make(&call, &answer);
			if (answer.status == 200)
				buffer_format(out, "%s %.*s\n", path, TEXT_FORMAT(buffer_text(&answer.body)));
			answer_release(&answer);
		}
}

/* ---- the first office's tries */

static void check_nothing(struct text answer, const char *who, const char *what)
{
	for (size_t i = 0; i + strlen(MARK) <= answer.size; i++)
		if (text_equal_ignoring_case(text_slice(answer, i, i + strlen(MARK)), TEXT(MARK))) {
			test_failed(__FILE__, __LINE__, "%s, %s: something of the other office: …%.*s…", who, what,
				TEXT_FORMAT(text_slice(answer, i > 80 ? i - 80 : 0, i + 60)));
			return;
		}
}

/* The same of what a spreadsheet holds. */
static void check_sheet(const struct browser *browser, const char *who, const char *what)
{
	AUTO(buffer_release) struct buffer plain = {0};

	if (!text_starts_with(browser->body, TEXT("PK\3\4")))
		return;
	buffer_init(&plain, 16 << 20);
	if (sheet_read(browser->body, &plain))
		check_nothing(buffer_text(&plain), who, what);
	else
		test_failed(__FILE__, __LINE__, "%s, %s: a spreadsheet that cannot be read", who, what);
}

/* The path with `id` for each parameter, the last one counting with `other`. */
static void fill(const struct route *route, int64_t id, int64_t other, char *path, size_t size)
{
	AUTO(buffer_release) struct buffer out = {0};
	struct text rest = text_of(route->path);
	int parameters = 0;

	buffer_init(&out, 4000);
	(void)text_cut(&rest, '/');
	while (rest.data) {
		struct text part = text_cut(&rest, '/');

		if (text_starts_with(part, TEXT(":")))
			buffer_format(&out, "/%lld", (long long)(parameters++ ? other : id));
		else
			buffer_format(&out, "/%.*s", TEXT_FORMAT(part));
	}
	snprintf(path, size, "%s", out.data ? out.data : "/");
}

static int parameters_of(const struct route *route)
{
	int count = 0;

	for (const char *c = route->path; *c; c++)
		count += *c == ':';
	return count;
}

struct trying {
	struct offices *o;
	struct browser *browser;
	const char *who, *token; /* token: a program asks */
	int asked;
};

static void ask(struct trying *t, const struct route *route, const char *path, const char *fields)
{
	bool reads = route->method == METHOD_GET;

	t->asked++;
	if (t->token) {
		char whole[PATH_ROOM * 3];
		struct call call = {.port = t->o->site.port, .token = t->token, .method = method_name(route->method),
			.path = whole, .body = reads ? NULL : fields};
		struct answer answer;

		snprintf(whole, sizeof whole, "/api/v1%s", path);
		call_make(&call, &answer);
		check_nothing(buffer_text(&answer.body), t->who, whole);
		answer_release(&answer);
		return;
	}
	browser_ask(t->browser, method_name(route->method), path, reads ? NULL : fields);
	check_nothing(buffer_text(&t->browser->answer), t->who, path);
	check_sheet(t->browser, t->who, path);
}

static void search(struct trying *t, const struct route *route, const char *path)
{
	static const char *const words[SEARCHES] = {NUMBER, "TZ77077", "YY002"};
	static const char *const also[] = {"", "&format=csv", "&format=xlsx"};
	struct text rest = text_of(route->inputs);

	while (rest.data) {
		struct text name = text_cut(&rest, ' ');

		for (size_t i = 0; name.size && text_find(name, TEXT("*")) == name.size && i < SEARCHES; i++)
			for (size_t k = 0; k < (strstr(route->path, "export") ? 3 : 1); k++) {
				char whole[PATH_ROOM * 3];

				snprintf(whole, sizeof whole, "%s?%.*s=%s%s", path, TEXT_FORMAT(name), words[i], also[k]);
				ask(t, route, whole, NULL);
			}
	}
}

static void look(struct trying *t, const struct route *route)
{
	int count = parameters_of(route);
	char path[PATH_ROOM];

	for (int64_t id = 1; id <= (count ? IDS : 1); id++)
		for (int64_t other = 1; other <= (count > 1 ? IDS : 1); other++) {
			fill(route, id, other, path, sizeof path);
			ask(t, route, path, NULL);
			if (!count)
				search(t, route, path);
		}
}

static bool is_tried(const struct route *route)
{
	return strncmp(route->path, "/connexion", 10) != 0 && strncmp(route->path, "/compte", 7) != 0 &&
		strcmp(route->path, "/deconnexion") != 0;
}

/* Every input gets the number; the texts do for a reason or a name. */
static void act(struct trying *t, const struct route *route)
{
	for (int64_t id = 1; id <= IDS; id++) {
		AUTO(buffer_release) struct buffer fields = {0};
		struct text rest = text_of(route->inputs);
		char path[PATH_ROOM];

		buffer_init(&fields, 10000);
		while (rest.data) {
			struct text name = text_cut(&rest, ' ');

			if (name.size && text_find(name, TEXT("*")) == name.size)
				buffer_format(&fields, t->token ? "%c\"%.*s\":\"%lld\"" : "%c%.*s=%lld",
					fields.size ? (t->token ? ',' : '&') : (t->token ? '{' : '&'), TEXT_FORMAT(name), (long long)id);
		}
		buffer_string(&fields, t->token ? (fields.size ? "}" : "{}") : "");
		fill(route, id, id, path, sizeof path);
		ask(t, route, path, fields.data ? fields.data : "");
	}
}

static void try_all(struct trying *t)
{
	for (const struct module *const *module = modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++) {
			if (!is_tried(row) || row->stream)
				continue;
			if (row->method == METHOD_GET)
				look(t, row);
			else
				act(t, row);
		}
	CHECK(t->asked > 300);
}

/* A file of the other office's declarations, changed, is not taken: neither what is there nor what is new. */
static void bring_anothers(struct browser *browser)
{
	static const char *const numbers[] = {NUMBER, "99099"};
	char path[PATH_ROOM];

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		CHECK(give(browser, "autre.xml", sad_head, numbers[i],
			"</Number><Date>2026-11-02</Date></Registration></Identification><Traders><Consignee><Consignee_code>TA1"
			"</Consignee_code></Consignee></Traders><Item><Tarification><HScode><Commodity_code>94036010"
			"</Commodity_code></HScode></Tarification></Item></ASYCUDA>\n"));
		snprintf(path, sizeof path, "%s", browser->location);
		CHECK_INTEGER(browser_get(browser, path), 200);
		CHECK(browser_sees(browser, "pour lequel vous ne pouvez rien déposer"));
		CHECK(consignment_of(browser, numbers[i]) == 0);
	}
}

/* The first office's people listen to all that they may while the second office works. */
struct ears {
	int fds[STREAMS];
	const char *who[STREAMS];
	char paths[STREAMS][100];
	size_t count;
};

static void listen_to(struct ears *ears, const struct browser *browser, const char *who, const char *path)
{
	int fd = browser_open(browser, path);

	if (fd < 0)
		return;
	if (ears->count == STREAMS) {
		close(fd);
		return;
	}
	ears->fds[ears->count] = fd;
	ears->who[ears->count] = who;
	snprintf(ears->paths[ears->count++], sizeof *ears->paths, "%s", path);
}

/* Every stream, of rows of either office where it is about one. */
static void listen_to_all(struct ears *ears, const struct browser *browser, const char *who)
{
	char path[PATH_ROOM];

	for (const struct module *const *module = modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++)
			for (int64_t id = 1; row->stream && id <= (parameters_of(row) ? IDS : 1); id++) {
				fill(row, id, id, path, sizeof path);
				listen_to(ears, browser, who, path);
			}
}

/* What came by now, heartbeats and all. */
static bool has_heard(int fd, char *heard, size_t size)
{
	ssize_t count = recv(fd, heard, size - 1, MSG_DONTWAIT);

	heard[count > 0 ? count : 0] = '\0';
	return strstr(heard, "event:") != NULL;
}

static void second_office_is_not_heard(struct offices *o, struct ears *ears)
{
	char path[100], fields[200], heard[10000];
	struct ears own = {.count = 0};

	listen_to(&own, &o->head, "head", "/envois/flux");
	REQUIRE(own.count == 1);
	usleep(STREAM_WAIT / 3);
	for (size_t i = 0; i < ears->count; i++)
		(void)has_heard(ears->fds[i], heard, sizeof heard);
	CHECK(visit_write(o, "constat=encore " MARK));
	snprintf(path, sizeof path, "/envois/%lld", (long long)o->second_consignment);
	browser_get(&o->head, path);
	snprintf(fields, sizeof fields, "version=%lld&circuit=blue&motif=" MARK, (long long)field_of(&o->head, "version"));
	snprintf(path, sizeof path, "/envois/%lld/circuit", (long long)o->second_consignment);
	CHECK_INTEGER(browser_post(&o->head, path, fields), 303);
	CHECK(give(&o->head, MARK "-3.xml", sad_head, "66066", sad_rest));
	usleep(STREAM_WAIT);
	CHECK(has_heard(own.fds[0], heard, sizeof heard));
	for (size_t i = 0; i < ears->count; i++)
		if (has_heard(ears->fds[i], heard, sizeof heard))
			test_failed(__FILE__, __LINE__, "%s hears of the other office at %s: %s", ears->who[i], ears->paths[i], heard);
	close(own.fds[0]);
}

/* The other office's people are not there for one who manages only those of an office. */
static void people_are_not_seen(struct trying *t, const char *token)
{
	struct call call = {.port = t->o->site.port, .token = token, .method = "GET"};
	int seen = 0, hidden = 0, status;

	for (long long id = 1; id <= 16; id++) {
		struct answer answer;
		char path[60];

		snprintf(path, sizeof path, "/api/v1/utilisateurs/%lld", id);
		status = browser_get(t->browser, path + strlen("/api/v1"));
		check_nothing(buffer_text(&t->browser->answer), t->who, path);
		seen += status == 200;
		hidden += status == 404;
		call.path = path;
		call_make(&call, &answer);
		check_nothing(buffer_text(&answer.body), t->who, path);
		if ((status == 200) != (answer.status == 200))
			test_failed(__FILE__, __LINE__, "%s: %d as a page, %d for a program", path, status, answer.status);
		answer_release(&answer);
	}
	CHECK(seen >= 6 && hidden >= 3);
}

/* An administrator of one office has no hand in what is all offices'. */
static void nation_is_not_touched(struct trying *t)
{
	for (size_t i = 0; i < sizeof national_pages / sizeof *national_pages; i++)
		if (browser_get(t->browser, national_pages[i]) != 403)
			test_failed(__FILE__, __LINE__, "%s sees %s", t->who, national_pages[i]);
	browser_get(t->browser, "/utilisateurs");
	for (size_t i = 0; i < sizeof national_pages / sizeof *national_pages; i++) {
		char link[100];

		snprintf(link, sizeof link, "href=\"%s\"", national_pages[i]);
		CHECK(!browser_sees(t->browser, link));
	}
	CHECK(browser_sees(t->browser, "href=\"/utilisateurs\""));
	for (size_t i = 0; i < sizeof national_actions / sizeof *national_actions; i++)
		if (browser_post(t->browser, national_actions[i].path, national_actions[i].fields) != 403)
			test_failed(__FILE__, __LINE__, "%s may do %s", t->who, national_actions[i].path);
	/* Its own office is its business: somebody gets a role there, the same role elsewhere not. */
	browser_get(t->browser, "/utilisateurs/nouveau");
	CHECK_INTEGER(browser_post(t->browser, "/utilisateurs", "login=a.nouveau&name=N&language=fr&role=administrator&unit=2"), 200);
	browser_get(t->browser, "/utilisateurs/nouveau");
	CHECK(browser_post(t->browser, "/utilisateurs", "login=b.nouveau&name=N&language=fr&role=administrator&unit=1") >= 400);
}

static void first_office_tries(struct offices *o, struct ears *ears)
{
	struct trying t = {.o = o};
	struct browser browser;

	for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
		if (person_come(o, &browser, people[i].login, people[i].role, "XX001")) {
			t = (struct trying){.o = o, .browser = &browser, .who = people[i].login};
			/* It sees its own, so the marks are missing for the right reason. */
			browser_get(&browser, "/envois");
			CHECK(browser_sees(&browser, "4101") == people[i].reads);
			if (strcmp(people[i].role, "administrator") == 0) {
				people_are_not_seen(&t, o->first_administration);
				nation_is_not_touched(&t);
			}
			try_all(&t);
			if (people[i].brings)
				bring_anothers(&browser);
			listen_to_all(ears, &browser, people[i].login);
			CHECK_INTEGER(browser_get(&browser, "/compte"), 200);
		}
		browser_release(&browser);
	}
	t = (struct trying){.o = o, .who = "a.programme", .token = o->first_program};
	try_all(&t);
	t = (struct trying){.o = o, .who = "a.gestion", .token = o->first_administration};
	try_all(&t);
}

static void check_same(struct text before, struct text after)
{
	size_t at = 0, most = before.size < after.size ? before.size : after.size;

	while (at < most && before.data[at] == after.data[at])
		at++;
	if (at < before.size || at < after.size)
		test_failed(__FILE__, __LINE__, "the other office's rows changed from …%.*s… to …%.*s…",
			TEXT_FORMAT(text_slice(before, at > 100 ? at - 100 : 0, at + 100)),
			TEXT_FORMAT(text_slice(after, at > 100 ? at - 100 : 0, at + 600)));
}

/* The second office's own spreadsheet has the mark, so that its absence elsewhere says something. */
static void sheet_is_read(struct offices *o)
{
	AUTO(buffer_release) struct buffer plain = {0};

	buffer_init(&plain, 16 << 20);
	CHECK_INTEGER(browser_get(&o->head, "/envois/export?format=xlsx"), 200);
	CHECK(sheet_read(o->head.body, &plain) && text_find(buffer_text(&plain), TEXT(MARK)) < plain.size);
}

static void two_offices(const char *url)
{
	static struct offices offices;
	struct ears ears = {.count = 0};
	AUTO(buffer_release) struct buffer before = {0};
	AUTO(buffer_release) struct buffer after = {0};
	bool done = offices_open(&offices, url);

	CHECK(done);
	if (done) {
		buffer_init(&before, SNAPSHOT_LIMIT);
		buffer_init(&after, SNAPSHOT_LIMIT);
		snapshot(&offices, &before);
		CHECK(text_find(buffer_text(&before), TEXT(MARK)) < before.size);
		sheet_is_read(&offices);
		first_office_tries(&offices, &ears);
		snapshot(&offices, &after);
		CHECK(ears.count > 10);
		second_office_is_not_heard(&offices, &ears);
		for (size_t i = 0; i < ears.count; i++)
			close(ears.fds[i]);
		check_same(buffer_text(&before), buffer_text(&after));
	}
	offices_close(&offices);
}

TEST(offices_never_see_or_touch_what_is_anothers) { test_each_url(two_offices); }
