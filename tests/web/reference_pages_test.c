/* The pages of code lists, asked of a real server on each kind of database. */
#include "talk.h"

#include "base/log.h"
#include "base/test.h"
#include "modules/reference/reference.h"
#include "store/test_database.h"

#include <stdio.h>
#include <string.h>

static const char *const folders[] = {"src/domain/migrations", "src/modules/reference/migrations", NULL};
static const struct module *const modules[] = {&reference_module, NULL};

static bool may(const struct actor *actor, const char *permission, struct text unit_path)
{
	(void)unit_path;
	return actor->user_id == 7 && strcmp(permission, "reference.read") == 0;
}

static enum status fill(struct database *database, const char *kind, const char *csv, int64_t date)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct reference_file file = {.kind = reference_kind_find(text_of(kind)), .bytes = text_of(csv)};
	struct reference_list *list = arena ? ARENA_NEW(arena, struct reference_list) : NULL;
	struct reference_taking taking = {.kind = file.kind, .list = list, .date = date, .source = TEXT("<liste>.csv")};
	struct reference_difference difference;
	struct actor system = actor_system("essai");

	if (!list)
		return STATUS_NO_MEMORY;
	TRY(reference_read(arena, &file, list));
	TRY(writer_begin(database, &writer));
	TRY(reference_take(writer, &system, &taking, arena, &difference));
	return writer_commit(&writer);
}

static struct text get(const struct server *server, const char *path)
{
	char said[1000];

	snprintf(said, sizeof said, "GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: vigie=officier\r\n\r\n", path);
	return talk(server, text_of(said), 5000);
}

static void check_tariff(const struct server *server)
{
	struct text reply = get(server, "/references");

	CHECK_INTEGER(talk_status(reply), 200);
	CHECK(talk_has(reply, "Tarif national") && talk_has(reply, "&lt;liste&gt;.csv") && !talk_has(reply, "<liste>"));
	CHECK(talk_has(reply, "pas encore importée"));
	reply = get(server, "/references/tariff");
	CHECK_INTEGER(talk_status(reply), 200);
	CHECK(talk_has(reply, "Véhicules &lt;b&gt;") && talk_has(reply, "Automobiles, tracteurs"));
	CHECK(talk_has(reply, "12,50") && !talk_has(reply, "<b>"));
	CHECK(!talk_has(get(server, "/references/tariff?date=2019-12-31"), "8703230000"));
	CHECK(talk_has(get(server, "/references/tariff?date=2020-06-01"), "8703230000"));
	CHECK(talk_has(get(server, "/references/tariff?recherche=vehicules"), "8703230000"));
	CHECK(talk_has(get(server, "/references/tariff?recherche=%25"), "8703230000"));
	CHECK(!talk_has(get(server, "/references/tariff?recherche=bateau&date=hier"), "8703230000"));
	reply = get(server, "/references/tariff/code?code=8703230000");
	CHECK_INTEGER(talk_status(reply), 200);
	CHECK(talk_has(reply, "12,50") && talk_has(reply, ">20") && talk_has(reply, "Matériel de transport"));
	CHECK_INTEGER(talk_status(get(server, "/references/tariff/code?code=1")), 404);
	CHECK_INTEGER(talk_status(get(server, "/references/tariff/code")), 404);
	CHECK_INTEGER(talk_status(get(server, "/references/planet")), 404);
	CHECK_INTEGER(talk_status(talk(server, TEXT("GET /references HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 5000)),
		303);
}

/* Every code of a long list is on exactly one page. */
static void check_paging(const struct server *server)
{
	static const char mark[] = "&amp;apres=";
	char path[200] = "/references/office";
	int pages = 0;
	bool more = true;

	while (more && pages < 10) {
		struct text reply = get(server, path);
		size_t at = text_find(reply, TEXT("&amp;apres="));
		char code[20] = "";

		pages++;
		CHECK_INTEGER(talk_status(reply), 200);
		CHECK(talk_has(reply, "&lt;Bureau"));
		more = at < reply.size;
		if (more) {
			struct text rest = text_slice(reply, at + strlen(mark), reply.size);
			struct text coded = text_cut(&rest, '"');

			snprintf(code, sizeof code, "%.*s", TEXT_FORMAT(coded));
			snprintf(path, sizeof path, "/references/office?apres=%s", code);
		}
	}
	CHECK_INTEGER(pages, 3);
}

static void pages_on(struct database *database)
{
	struct session_hooks sessions = talk_sessions;
	struct application application = {.name = "Vigie", .modules = modules, .database = database,
		.secret = TEXT("0123456789abcdef0123456789abcdef"), .sessions = &sessions};
	struct server *server = NULL;
	char csv[8000] = "code,libelle\n";

	sessions.may = may;
	log_set_level(LOG_ERROR + 1);
	for (int i = 0; i < 120; i++)
		snprintf(csv + strlen(csv), sizeof csv - strlen(csv), "B&%03d,<Bureau %d>\n", i, i);
	CHECK(fill(database, "tariff", "code;libelle;us;dd\n8703230000;Véhicules <b>;u;20\n", date_from(2020, 1, 1)) ==
		STATUS_OK);
	CHECK(fill(database, "tariff", "code;libelle;us;dd\n8703230000;Véhicules <b>;u;12.5\n", date_from(2021, 1, 1)) ==
		STATUS_OK);
	CHECK(fill(database, "office", csv, date_from(2020, 1, 1)) == STATUS_OK);
	REQUIRE(server_start(&application, &(struct server_options){0}, &server) == STATUS_OK);
	check_tariff(server);
	check_paging(server);
	server_stop(server);
}

TEST(pages_of_code_lists)
{
	test_each_database(folders, pages_on);
}
