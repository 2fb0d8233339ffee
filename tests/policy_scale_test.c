/* Twenty thousand profiles: one more is written, proposed by one person and put into force by another, at the pages. */
#include "app/wiring.h"
#include "base/test.h"
#include "journeys/conversation.h"
#include "modules/risk/profiles.h"
#include "store/test_database.h"

#include <stdio.h>
#include <string.h>

STATEMENT(FORGET_VERSIONS, "delete from profile_versions");
STATEMENT(FORGET_PROFILES, "delete from profiles");
STATEMENT(NEWEST_PROFILE, "select max(id) from profiles");
STATEMENT(ROW_VERSION, "select row_version from profile_versions where profile_id = $1 order by number desc limit 1");
STATEMENT(ACTIVE_COUNT, "select profile_count from policies where state = 'active'");

enum { MANY = 20000, FEW = 2000 };

/* As many profiles as a policy and as rows; what they say is told apart by places and masses. */
static enum status fill(struct database *database, struct arena *arena, int count)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(buffer_release) struct buffer source = {0};
	const struct actor actor = actor_system("test");
	struct problem_list problems = {.arena = arena};
	struct policy_row row = {.lists = TEXT("{}")};
	struct policy *policy = NULL;
	enum status status;
	int64_t id;

	buffer_init(&source, 64 << 20);
	for (int i = 0; i < count; i++)
		buffer_format(&source,
			"profile P%d: Essai de la montée en nombre\nlegal basis: Code des douanes, article %d\nlane: yellow\n"
			"instruction: Comparez la masse et l'origine avec les documents commerciaux.\nwhen\n"
			"  item.gross_mass > %d kg and item.origin in (\"CN\", \"C%d\") and item.hs starts with %04d\nend\n",
			i, i % 400, i, i % 900, 100 + i % 9000);
	row.source = buffer_text(&source);
	TRY(buffer_status(&source));
	TRY(policy_row_compile(&row, arena, &policy, &problems));
	status = writer_begin(database, &writer);
	if (status == STATUS_OK)
		status = policy_add(writer, &actor, row.source, row.lists, policy, &id);
	policy_free(policy);
	TRY(status);
	TRY(policy_activate(writer, &actor, id));
	TRY(setting_change(writer, &actor, &risk_settings[RISK_REHEARSAL_REQUIRED], TEXT("no")));
	TRY(store_execute(writer, &FORGET_VERSIONS, NO_PARAMS, NULL));
	TRY(store_execute(writer, &FORGET_PROFILES, NO_PARAMS, NULL));
	TRY(profiles_install(writer, &actor));
	return writer_commit(&writer);
}

static int64_t number_of_row(struct database *database, const struct statement *statement, int64_t parameter)
{
	AUTO(reader_release) struct reader *reader = NULL;
	const struct value value = V_INT(parameter);
	int64_t number = -1;

	if (reader_begin(database, &reader) != STATUS_OK ||
		store_integer(reader, statement, &value, parameter ? 1 : 0, &number) != STATUS_OK)
		return -1;
	return number;
}

static int move(struct browser *browser, struct database *database, int64_t id, const char *act)
{
	char path[80], fields[120];

	snprintf(path, sizeof path, "/profils/%lld", (long long)id);
	if (browser_get(browser, path) != 200)
		return 0;
	snprintf(path, sizeof path, "/profils/%lld/etat", (long long)id);
	snprintf(fields, sizeof fields, "geste=%s&version=1&vu=%lld&raison=essai", act,
		(long long)number_of_row(database, &ROW_VERSION, id));
	return browser_post(browser, path, fields);
}

static void walk(struct database *database, int count, const struct site *site, const char *first, const char *second)
{
	AUTO(browser_release) struct browser author, other;
	int64_t id;

	browser_init(&author, site);
	browser_init(&other, site);
	REQUIRE(browser_sign_in(&author, "awa", first));
	REQUIRE(browser_sign_in(&other, "kofi", second));
	REQUIRE(browser_get(&author, "/profils/nouveau") == 200);
	CHECK_INTEGER(browser_post(&author, "/profils/nouveau",
		"geste=enregistrer&vu=0&note=essai&texte=profile+NEU-01%3A+Neuf%0Alegal+basis%3A+Code%0Alane%3A+red%0Awhen%0A++item.hs+"
		"starts+with+9301%0Aend"), 303);
	id = number_of_row(database, &NEWEST_PROFILE, 0);
	CHECK_INTEGER(move(&author, database, id, "propose"), 303);
	CHECK_INTEGER(move(&author, database, id, "activate"), 422); /* four eyes */
	CHECK_INTEGER(number_of_row(database, &ACTIVE_COUNT, 0), count);
	CHECK_INTEGER(move(&other, database, id, "activate"), 303);
	CHECK_INTEGER(number_of_row(database, &ACTIVE_COUNT, 0), count + 1);
	CHECK_INTEGER(move(&other, database, id, "retire"), 303);
	CHECK_INTEGER(number_of_row(database, &ACTIVE_COUNT, 0), count);
}

static void scale(const char *url)
{
	AUTO(database_release) struct database *database = NULL;
	AUTO(arena_release) struct arena *arena = arena_new((size_t)1 << 30);
	AUTO(run_release) struct run run = {.code = -1};
	/* Rows are written one by one, which takes a server of its own long; what a policy weighs is the same there. */
	int count = strncmp(url, "sqlite:", 7) == 0 ? MANY : FEW;
	struct site site;
	char first[64], second[64];

	RUN(&run, "first-run", "--empty", "--db", url);
	CHECK_INTEGER(run.code, 0);
	REQUIRE(arena && database_open(url, &(struct database_options){.create = true}, &database) == STATUS_OK);
	wiring_start();
	REQUIRE(fill(database, arena, count) == STATUS_OK);
	REQUIRE(account_add(url, "awa", "analyst", "DG", first));
	REQUIRE(account_add(url, "kofi", "analyst", "DG", second));
	REQUIRE(site_start(&site, url));
	walk(database, count, &site, first, second);
	CHECK(site_stop(&site));
}

TEST(twenty_thousand_profiles_take_one_more_at_the_pages)
{
	test_each_url(scale);
}
