/* Lists, search, exports and what a broker sees, over HTTP on both databases. */
#include "../journeys/conversation.h"
#include "../matrix/walk.h"

#include "base/test.h"
#include "modules/declarations/search.h"
#include "store/test_database.h"

#include <stdio.h>
#include <string.h>

STATEMENT(TEST_DECLARATIONS, "select count(*) from consignments where stage = 1");
STATEMENT(TEST_OF_OFFICE, "select count(*) from consignments where stage = 1 and office = 'VG102'");
STATEMENT(TEST_RED, "select count(*) from consignments where stage = 1 and lane = 3");
STATEMENT(TEST_INDEXED, "select last_id from search_state where id = 1");
STATEMENT(TEST_LAST, "select max(id) from consignments");
STATEMENT(TEST_SAMPLE,
	"select reference, consignee_name, declarant_code, id from consignments where stage = 1 and office = 'VG102' "
	"order by id desc limit 1");
STATEMENT(TEST_OTHER, "select min(id) from consignments where stage = 1 and declarant_code <> $1");
STATEMENT(TEST_OWN, "select count(*) from consignments where stage = 1 and declarant_code = $1");

STATEMENT(TEST_FORGET_POSTINGS, "delete from search_postings");
STATEMENT(TEST_FORGET_WORDS, "delete from search_words");
STATEMENT(TEST_FORGET_PROGRESS, "update search_state set last_id = 0 where id = 1");

struct sample {
	char reference[80], consignee[120], declarant[60];
	long long id, other, own, declarations, of_office, red;
};

static bool take_sample(const char *url, struct sample *sample)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;
	const struct database_options options = {.durable = true};
	int64_t count = 0, indexed = 0, last = 0, figures[5] = {0};

	if (database_open(url, &options, &database) != STATUS_OK || search_index_run(database, 1000, &count) != STATUS_OK ||
		reader_begin(database, &reader) != STATUS_OK ||
		store_query(reader, &TEST_SAMPLE, NO_PARAMS, &rows) != STATUS_OK || !rows_next(rows))
		return false;
	snprintf(sample->reference, sizeof sample->reference, "%.*s", TEXT_FORMAT(rows_text(rows, 0)));
	snprintf(sample->consignee, sizeof sample->consignee, "%.*s", TEXT_FORMAT(rows_text(rows, 1)));
	snprintf(sample->declarant, sizeof sample->declarant, "%.*s", TEXT_FORMAT(rows_text(rows, 2)));
	sample->id = rows_integer(rows, 3);
	rows_end(rows);
	rows = NULL;
	/* The index came to the last row, and a second run finds nothing to do. */
	if (store_integer(reader, &TEST_INDEXED, NO_PARAMS, &indexed) != STATUS_OK ||
		store_integer(reader, &TEST_LAST, NO_PARAMS, &last) != STATUS_OK ||
		store_integer(reader, &TEST_OTHER, PARAMS(value_string(sample->declarant)), &figures[0]) != STATUS_OK ||
		store_integer(reader, &TEST_OWN, PARAMS(value_string(sample->declarant)), &figures[1]) != STATUS_OK ||
		store_integer(reader, &TEST_DECLARATIONS, NO_PARAMS, &figures[2]) != STATUS_OK ||
		store_integer(reader, &TEST_OF_OFFICE, NO_PARAMS, &figures[3]) != STATUS_OK ||
		store_integer(reader, &TEST_RED, NO_PARAMS, &figures[4]) != STATUS_OK)
		return false;
	sample->other = figures[0];
	sample->own = figures[1];
	sample->declarations = figures[2];
	sample->of_office = figures[3];
	sample->red = figures[4];
	CHECK_INTEGER(indexed, last);
	CHECK(search_index_run(database, 10, &count) == STATUS_OK && count == 0);
	return true;
}

/* How many rows the body shows: links to a consignment. */
static long long rows_shown(const struct browser *browser, const char *mark)
{
	struct text rest = browser->body, sought = text_of(mark);
	long long count = 0;

	for (size_t at = text_find(rest, sought); at < rest.size; at = text_find(rest, sought)) {
		rest = text_slice(rest, at + sought.size, rest.size);
		count += rest.size && rest.data[0] >= '0' && rest.data[0] <= '9';
	}
	return count;
}

/* Follows the links to what is older to the end. */
static long long walk_pages(struct browser *browser, const char *start)
{
	char path[PATH_ROOM];
	long long count = 0;

	snprintf(path, sizeof path, "%s", start);
	for (int page = 0; page < 200 && *path; page++) {
		static const char mark[] = "<a rel=\"next\" href=\"";
		const char *next;
		size_t size = 0;

		if (browser_get(browser, path) != 200)
			return -1;
		count += rows_shown(browser, "<td class=\"text\" data-label=\"Référence\"><a href=\"/envois/");
		next = strstr(browser->body.data, mark);
		*path = '\0';
		for (next = next ? next + sizeof mark - 1 : NULL; next && *next && *next != '"' && size + 1 < sizeof path; next++) {
			path[size++] = *next;
			path[size] = '\0';
			if (size >= 5 && strcmp(path + size - 5, "&amp;") == 0) {
				size -= 4;
				path[size] = '\0';
			}
		}
	}
	return count;
}

static long long lines_of(const struct browser *browser)
{
	long long count = 0;

	for (size_t i = 0; i < browser->body.size; i++)
		count += browser->body.data[i] == '\n';
	return count;
}

/* Each state is a run of its own; together they are all. */
static void try_states(struct browser *browser, const char *start, long long all)
{
	static const char *const states[] = {"to_control", "held", "free", "controlled"};
	long long count = 0, last = 0;
	char path[PATH_ROOM];

	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		snprintf(path, sizeof path, "%setat=%s", start, states[i]);
		last = walk_pages(browser, path);
		count += last;
	}
	CHECK(last > 0 && last < all);
	CHECK_INTEGER(count, all);
}

static void try_lists(struct browser *browser, const struct sample *sample)
{
	CHECK_INTEGER(walk_pages(browser, "/declarations"), sample->declarations);
	CHECK_INTEGER(walk_pages(browser, "/declarations?circuit=red"), sample->red);
	CHECK_INTEGER(walk_pages(browser, "/declarations?bureau=VG102"), sample->of_office);
	CHECK_INTEGER(walk_pages(browser, "/declarations?circuit=red&bureau=INCONNU"), 0);
	try_states(browser, "/declarations?", sample->declarations);
	CHECK_INTEGER(browser_get(browser, "/envois/export?etape=declaration&format=csv"), 200);
	CHECK_INTEGER(lines_of(browser), sample->declarations + 1);
	CHECK_INTEGER(browser_get(browser, "/envois/export?etape=declaration&circuit=red&colonnes=reference"), 200);
	CHECK_INTEGER(lines_of(browser), sample->red + 1);
	CHECK(!browser_sees(browser, ";"));
	CHECK_INTEGER(browser_get(browser, "/envois/export?circuit=red&format=xlsx"), 200);
	CHECK(browser->body.size > 1000 && memcmp(browser->body.data, "PK\x03\x04", 4) == 0);
	CHECK_INTEGER(browser_get(browser, "/declarations?colonnes=masse&colonnes=reference"), 200);
	CHECK(browser_sees(browser, "Masse brute (kg)</th>") && !browser_sees(browser, "Destinataire</th>"));
}

static void try_search(struct browser *browser, const struct sample *sample)
{
	char path[PATH_ROOM], word[120] = "", name[120];
	size_t size;

	snprintf(path, sizeof path, "/envois?recherche=%s", sample->reference);
	CHECK_INTEGER(browser_get(browser, path), 200);
	CHECK(browser_sees(browser, sample->reference));
	/* The longest word of the name with one letter too many, in small letters. */
	snprintf(name, sizeof name, "%s", sample->consignee);
	for (char *one = strtok(name, " "); one; one = strtok(NULL, " "))
		if (strlen(one) > strlen(word))
			snprintf(word, sizeof word, "%s", one);
	size = strlen(word);
	REQUIRE(size >= 4);
	snprintf(path, sizeof path, "/envois?recherche=%.*s%c%s", (int)size / 2, word, word[size / 2], word + size / 2);
	for (char *c = path + 19; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
	CHECK_INTEGER(browser_get(browser, path), 200);
	CHECK(browser_sees(browser, word));
	CHECK(browser_sees(browser, "voici ce qui s&#39;en approche"));
	CHECK_INTEGER(browser_get(browser, "/envois?recherche=zzzqqqxxyyw"), 200);
	CHECK(browser_sees(browser, "Aucun envoi ne correspond"));
}

static bool forget_words(const char *url)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct database_options options = {.durable = true};

	return database_open(url, &options, &database) == STATUS_OK && writer_begin(database, &writer) == STATUS_OK &&
		store_execute(writer, &TEST_FORGET_POSTINGS, NO_PARAMS, NULL) == STATUS_OK &&
		store_execute(writer, &TEST_FORGET_WORDS, NO_PARAMS, NULL) == STATUS_OK &&
		store_execute(writer, &TEST_FORGET_PROGRESS, NO_PARAMS, NULL) == STATUS_OK && writer_commit(&writer) == STATUS_OK;
}

/* What the index has not reached is found all the same. */
static void try_behind(struct browser *browser, const char *url, const struct sample *sample)
{
	char path[PATH_ROOM];

	REQUIRE(forget_words(url));
	snprintf(path, sizeof path, "/envois?recherche=%s", sample->reference);
	CHECK_INTEGER(browser_get(browser, path), 200);
	CHECK(browser_sees(browser, sample->reference));
	CHECK_INTEGER(browser_get(browser, "/envois?recherche=zzzqqqxxyyw"), 200);
	CHECK(browser_sees(browser, "Aucun envoi ne correspond"));
}

static void try_views(struct browser *browser)
{
	browser_get(browser, "/declarations?circuit=red");
	CHECK_INTEGER(browser_post(browser, "/vues", "nom=Mes+rouges&adresse=%2Fdeclarations%3Fcircuit%3Dred"), 303);
	browser_get(browser, "/declarations");
	CHECK(browser_sees(browser, "Mes rouges"));
	CHECK_INTEGER(browser_post(browser, "/vues", "nom=Ailleurs&adresse=%2Fcompte"), 422);
	CHECK_INTEGER(browser_post(browser, "/vues", "nom=Ailleurs&adresse=https%3A%2F%2Fevil.example"), 422);
	browser_get(browser, "/vues");
	CHECK(browser_sees(browser, "Mes rouges") && !browser_sees(browser, "Ailleurs"));
}

/* The forms stand before the rates, the rates go on by pages, and each comes once. */
static void try_rates(struct browser *browser)
{
	static const char next[] = "rel=\"next\" href=\"";
	char fields[100], path[PATH_ROOM] = "/prix/taux";
	const char *form, *table, *link;
	int seen[60] = {0}, pages = 0;

	for (int i = 0; i < 60; i++) {
		browser_get(browser, "/prix/taux");
		snprintf(fields, sizeof fields, "monnaie=%s&jour=2026-01-%02d&taux=6%02d", i % 2 ? "EUR" : "USD", i / 2 + 1, i);
		CHECK_INTEGER(browser_post(browser, "/prix/taux", fields), 303);
	}
	for (; *path && pages < 100; pages++) {
		CHECK_INTEGER(browser_get(browser, path), 200);
		for (int i = 0; i < 60; i++) {
			snprintf(fields, sizeof fields, "6%02d,0000", i);
			seen[i] += browser_sees(browser, fields);
		}
		link = strstr(browser->body.data, next);
		link = link ? link + sizeof next - 1 : "";
		snprintf(path, sizeof path, "%.*s", (int)strcspn(link, "\""), link);
	}
	CHECK(pages > 1 && pages < 100);
	for (int i = 0; i < 60; i++)
		CHECK_INTEGER(seen[i], 1);
	/* What was refused is shown to be mended, before the rates. */
	CHECK_INTEGER(browser_post(browser, "/prix/taux", "monnaie=EUR&jour=2026-01-01&taux=rien"), 422);
	form = strstr(browser->body.data, "action=\"/prix/taux\"");
	table = strstr(browser->body.data, "<table");
	CHECK(form && table && form < table && browser_sees(browser, "Donnez un nombre au-dessus"));
}

static void as_broker(const struct site *site, struct browser *admin, const struct sample *sample)
{
	char password[64], fields[200], path[PATH_ROOM];
	struct browser broker;

	REQUIRE(account_add(site->url, "courtier", "broker", "DG", password));
	browser_get(admin, "/declarants");
	snprintf(fields, sizeof fields, "login=courtier&code=%s", sample->declarant);
	CHECK_INTEGER(browser_post(admin, "/declarants", fields), 303);
	CHECK_INTEGER(browser_post(admin, "/declarants", "login=personne&code=X"), 422);
	browser_init(&broker, site);
	if (browser_sign_in(&broker, "courtier", password)) {
		CHECK_INTEGER(browser_get(&broker, "/"), 200);
		CHECK_INTEGER(browser_get(&broker, "/mes-declarations"), 200);
		CHECK_INTEGER(rows_shown(&broker, "<a href=\"/mes-declarations/"), sample->own < 25 ? sample->own : 25);
		snprintf(path, sizeof path, "/mes-declarations/%lld", sample->id);
		CHECK_INTEGER(browser_get(&broker, path), 200);
		CHECK(browser_sees(&broker, sample->reference) && !browser_sees(&broker, "Pourquoi ce circuit"));
		snprintf(path, sizeof path, "/mes-declarations/%lld", sample->other);
		CHECK_INTEGER(browser_get(&broker, path), 404);
		snprintf(path, sizeof path, "/envois/%lld", sample->id);
		CHECK_INTEGER(browser_get(&broker, path), 403);
		CHECK_INTEGER(browser_get(&broker, "/envois/export"), 403);
	} else {
		test_failed(__FILE__, __LINE__, "the broker does not sign in");
	}
	browser_release(&broker);
}

static void as_officer(const struct site *site, const struct sample *sample)
{
	char password[64];
	struct browser officer;

	REQUIRE(account_add(site->url, "agent", "inspector", "VG102", password));
	browser_init(&officer, site);
	if (browser_sign_in(&officer, "agent", password)) {
		CHECK_INTEGER(walk_pages(&officer, "/declarations"), sample->of_office);
		try_states(&officer, "/declarations?", sample->of_office);
		browser_get(&officer, "/envois/export?etape=declaration");
		CHECK_INTEGER(lines_of(&officer), sample->of_office + 1);
		browser_get(&officer, "/envois?recherche=VG103");
		CHECK_INTEGER(rows_shown(&officer, "<a href=\"/envois/"), 0);
	} else {
		test_failed(__FILE__, __LINE__, "the officer does not sign in");
	}
	browser_release(&officer);
}

static void lists_on(const char *url)
{
	struct site site = {.url = url, .process = -1};
	struct sample sample;
	struct browser browser;
	struct run run;

	REQUIRE(walk_prepare(url, NULL));
	RUN(&run, "demo", "--declarations", "300", "--db", url);
	CHECK_INTEGER(run.code, 0);
	run_release(&run);
	REQUIRE(take_sample(url, &sample));
	if (site_start(&site, url)) {
		browser_init(&browser, &site);
		if (browser_sign_in(&browser, "admin", walk_password())) {
			try_lists(&browser, &sample);
			try_search(&browser, &sample);
			try_views(&browser);
			try_rates(&browser);
			as_broker(&site, &browser, &sample);
			as_officer(&site, &sample);
			try_behind(&browser, url, &sample);
		}
		browser_release(&browser);
		site_stop(&site);
	}
	site_kill(&site);
}

TEST(lists_search_and_exports) { test_each_url(lists_on); }
