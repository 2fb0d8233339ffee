/* What programs hear of changes: each once, in an order that stays, and only what is of their units. */
#include "call.h"

#include "../journeys/conversation.h"
#include "../matrix/walk.h"
#include "base/test.h"
#include "domain/test_domain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

STATEMENT(TEST_ALL, "select count(*) from consignments");
STATEMENT(TEST_OF_OFFICE,
	"select count(*) from consignments c join units u on u.code = $1 and substr(c.unit_path, 1, length(u.path)) = u.path");
STATEMENT(TEST_ONE_OF, "select min(c.id) from consignments c join units u on u.code = $1 and c.unit_path = u.path "
	"where c.stage = 1 and c.state = 'free' and c.lane = 0");
STATEMENT(TEST_VERSION, "select row_version from consignments where id = $1");

struct scene {
	struct site site;
	char all[100], here[100], elsewhere[100];
	char cursor[80]; /* behind what the last walk gave */
};

static void give_token(const char *url, const char *login, const char *role, const char *unit, char token[100])
{
	struct run run;

	RUN(&run, "token", login, "--role", role, "--unit", unit, "--rate", "100000", "--db", url);
	snprintf(token, 100, "%.*s", TEXT_FORMAT(text_trim(buffer_text(&run.out))));
	CHECK(run.code == 0);
	run_release(&run);
}

static struct database *opened(const char *url)
{
	const struct database_options options = {.durable = true};
	struct database *database = NULL;

	return database_open(url, &options, &database) == STATUS_OK ? database : NULL;
}

static void seal(const struct scene *scene)
{
	AUTO(database_release) struct database *database = opened(scene->site.url);

	REQUIRE(database);
	(void)test_seal(database);
}

static int64_t number(const struct scene *scene, const struct statement *statement, const struct value *values, size_t count)
{
	AUTO(database_release) struct database *database = opened(scene->site.url);
	AUTO(reader_release) struct reader *reader = NULL;
	int64_t value = -1;

	if (!database || reader_begin(database, &reader) != STATUS_OK ||
		store_integer(reader, statement, values, count, &value) != STATUS_OK)
		test_failed(__FILE__, __LINE__, "%s gives nothing", statement->name);
	return value;
}

/* All changes from a cursor on, by pages of `rows`, in one array; NULL when one came twice. The cursor behind them is kept. */
static json_t *walk(struct scene *scene, const char *token, const char *from, const char *kind, int rows)
{
	json_t *all = json_array(), *seen = json_object();
	bool has_more = true;
	char path[300];

	snprintf(scene->cursor, sizeof scene->cursor, "%s", from);
	for (int page = 0; has_more && page < 2000; page++) {
		struct answer answer;
		json_t *body, *change;
		size_t i;

		snprintf(path, sizeof path, "/api/v1/changements?limite=%d%s%s%s%s", rows, *scene->cursor ? "&apres=" : "",
			scene->cursor, *kind ? "&genre=" : "", kind);
		call_make(&(struct call){.port = scene->site.port, .method = "GET", .path = path, .token = token}, &answer);
		CHECK_INTEGER(answer.status, 200);
		body = answer_json(&answer);
		CHECK(json_array_size(json_object_get(body, "changes")) <= (size_t)rows);
		json_array_foreach(json_object_get(body, "changes"), i, change)
		{
			char *text = json_dumps(change, JSON_SORT_KEYS);

			if (json_object_get(seen, text))
				test_failed(__FILE__, __LINE__, "twice: %s", text);
			json_object_set_new(seen, text, json_true());
			json_array_append(all, change);
			free(text);
		}
		has_more = json_is_true(json_object_get(body, "more"));
		snprintf(scene->cursor, sizeof scene->cursor, "%s", json_string_value(json_object_get(body, "cursor")));
		json_decref(body);
		answer_release(&answer);
	}
	CHECK(!has_more);
	json_decref(seen);
	return all;
}

static long long count_of(const json_t *changes, const char *kind, const char *action)
{
	long long count = 0;
	const json_t *change;
	size_t i;

	json_array_foreach(changes, i, change)
		count += strcmp(json_string_value(json_object_get(change, "kind")), kind) == 0 &&
			(!action || strcmp(json_string_value(json_object_get(change, "action")), action) == 0);
	return count;
}

/* Everything that was received, to each what is of its units, whatever the size of the pages. */
static void receive(struct scene *scene)
{
	const struct {
		const char *token;
		int64_t wanted;
	} programs[] = {
		{scene->all, number(scene, &TEST_ALL, NO_PARAMS)},
		{scene->here, number(scene, &TEST_OF_OFFICE, PARAMS(value_string("VG102")))},
		{scene->elsewhere, number(scene, &TEST_OF_OFFICE, PARAMS(value_string("VG103")))},
	};

	CHECK(programs[1].wanted > 10 && programs[1].wanted < programs[0].wanted);
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
		for (int rows = 7; rows <= 500; rows += 493) {
			json_t *changes = walk(scene, programs[i].token, "", "consignment", rows);

			CHECK_INTEGER(count_of(changes, "consignment", "received"), programs[i].wanted);
			CHECK_INTEGER((long long)json_array_size(changes), programs[i].wanted);
			json_decref(changes);
		}
}

static void post(const struct scene *scene, const char *path, const char *body, const char *upload)
{
	struct answer answer;

	call_make(&(struct call){.port = scene->site.port, .method = "POST", .path = path, .body = body, .upload = upload,
			  .token = scene->all},
		&answer);
	if (answer.status != 200)
		test_failed(__FILE__, __LINE__, "%s: %d %s", path, answer.status, answer.body.data);
	answer_release(&answer);
}

/* What the program hears behind the cursor: how many of the kind and action; with none wanted, none of the
 * kind at all. */
static void hear(struct scene *scene, const char *token, const char *from, const char *kind, const char *action, long long wanted)
{
	json_t *changes = walk(scene, token, from, kind, 3);

	CHECK_INTEGER(count_of(changes, kind, action), wanted);
	if (!wanted)
		CHECK_INTEGER((long long)json_array_size(changes), 0);
	json_decref(changes);
}

static void act(struct scene *scene)
{
	static const char profile[] = "{\"geste\":\"enregistrer\",\"vu\":0,\"texte\":\"profil ESS-9 : Essai\\nbase légale : Code\\n"
				      "circuit : rouge\\nquand\\n  item.hs commence par 93\\nfin\"}";
	int64_t id = number(scene, &TEST_ONE_OF, PARAMS(value_string("VG102")));
	char file[PATH_ROOM * 2], from[80], path[100], body[200];

	hear(scene, scene->all, "fin", "consignment", NULL, 0);
	snprintf(from, sizeof from, "%s", scene->cursor);
	snprintf(path, sizeof path, "/api/v1/envois/%lld/circuit", (long long)id);
	snprintf(body, sizeof body, "{\"version\":%lld,\"circuit\":\"red\",\"motif\":\"Renseignement\"}",
		(long long)number(scene, &TEST_VERSION, PARAMS(V_INT(id))));
	post(scene, path, body, NULL);
	snprintf(body, sizeof body, "{\"envoi\":%lld}", (long long)id);
	post(scene, "/api/v1/controles", body, NULL);
	post(scene, "/api/v1/profils/nouveau", profile, NULL);
	snprintf(file, sizeof file, "%s/tests/journeys/files/sad-amended.xml", test_source_folder());
	post(scene, "/api/v1/imports", NULL, file);
	/* What is not sealed is not told: it might still come between others. */
	hear(scene, scene->all, from, "visit", NULL, 0);
	seal(scene);
	hear(scene, scene->all, from, "consignment", "rerouted_to_control", 1);
	hear(scene, scene->all, from, "consignment", "amended", 1);
	hear(scene, scene->here, from, "consignment", "rerouted_to_control", 1);
	hear(scene, scene->elsewhere, from, "consignment", "rerouted_to_control", 0);
	hear(scene, scene->here, from, "visit", "take", 1);
	hear(scene, scene->elsewhere, from, "visit", NULL, 0);
	hear(scene, scene->all, from, "profile", NULL, 1);
	snprintf(from, sizeof from, "%s", scene->cursor);
	hear(scene, scene->all, from, "profile", NULL, 0);
}

static void refuse(const struct scene *scene)
{
	static const char *const wrong[] = {"apres=1", "apres=1-2", "apres=1-2-", "apres=-1-2-3", "apres=1-2-3-4", "apres=a-b-c",
		"apres=99999999999999999999-1-0", "genre=import", "genre=rien", "inconnu=1"};
	char path[100];

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct answer answer;

		snprintf(path, sizeof path, "/api/v1/changements?%s", wrong[i]);
		call_make(&(struct call){.port = scene->site.port, .method = "GET", .path = path, .token = scene->all}, &answer);
		if (answer.status != 422)
			test_failed(__FILE__, __LINE__, "%s: %d", path, answer.status);
		answer_release(&answer);
	}
}

static void follow(const char *url)
{
	struct scene scene = {.site = {.url = url, .process = -1}};
	struct run run;

	REQUIRE(walk_prepare(url, NULL));
	RUN(&run, "demo", "--declarations", "150", "--years", "1", "--db", url);
	CHECK_INTEGER(run.code, 0);
	run_release(&run);
	give_token(url, "partout", "administrator", "DG", scene.all);
	give_token(url, "ici", "inspector", "VG102", scene.here);
	give_token(url, "ailleurs", "inspector", "VG103", scene.elsewhere);
	seal(&scene);
	if (site_start(&scene.site, url)) {
		receive(&scene);
		act(&scene);
		refuse(&scene);
		CHECK(site_stop(&scene.site));
	}
	site_kill(&scene.site);
}

TEST(api_changes_are_told_once_and_to_whom_they_concern) { test_each_url(follow); }
