/* Pages and actions on a real database: commit, rollback, live notifications, failures of the database. */
#include "talk.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/test.h"
#include "store/test_database.h"
#include "web/page.h"

#include <string.h>
#include <unistd.h>

STATEMENT(MAKE, "create table talk_notes (name text not null)");
STATEMENT(ADD, "insert into talk_notes (name) values ($1)");
STATEMENT(COUNT, "select count(*) from talk_notes");

static enum status list(struct request *rq, struct reader *db)
{
	struct html p = page_begin(rq, TEXT("Notes"));
	int64_t count = 0;

	TRY(store_integer(db, &COUNT, NO_PARAMS, &count));
	html(&p, "notes=%lld", (long long)count);
	page_end(&p);
	return STATUS_OK;
}

static enum status add(struct request *rq, struct writer *db)
{
	struct text name = rq_input(rq, "name");

	TRY(store_execute(db, &ADD, PARAMS(value_text(name)), NULL));
	TRY(writer_notify(db, "live", name));
	if (text_is(name, "bad"))
		return STATUS_CONFLICT;
	return rq_redirect(rq, "/notes");
}

static bool wants(const struct request *rq, void *context, struct text payload, struct buffer *data)
{
	(void)rq;
	(void)context;
	(void)data;
	return payload.size > 0;
}

static enum status stream(struct request *rq, struct reader *db)
{
	(void)db;
	rq_listen(rq, "change", wants, NULL);
	return STATUS_OK;
}

static const struct route routes[] = {
	{METHOD_GET, "/notes", "t.read", "", "Notes", .page = list},
	{METHOD_POST, "/notes", "t.read", "name", "Noter", .action = add},
	{METHOD_GET, "/flux", "t.read", "", "Flux", .stream = stream},
	{0},
};
static const struct module module = {.name = "notes", .label = "Notes", .routes = routes};
static const struct module *const modules[] = {&module, NULL};

#define GET_NOTES TEXT("GET /notes HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: vigie=officier\r\n\r\n")

static enum status make_table(struct database *database)
{
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &MAKE, NO_PARAMS, NULL));
	return writer_commit(&writer);
}

static void converse(struct database *database)
{
	struct application application = {.name = "Vigie", .modules = modules, .database = database,
		.secret = TEXT("0123456789abcdef0123456789abcdef"), .sessions = &talk_sessions};
	struct server_options options = {.port = 0};
	struct server *server = NULL;
	struct text reply;
	int fd;

	log_set_level(LOG_ERROR + 1);
	REQUIRE(make_table(database) == STATUS_OK);
	REQUIRE(server_start(&application, &options, &server) == STATUS_OK);
	fd = talk_connect(server);
	talk_send(fd, TEXT("GET /flux HTTP/1.1\r\nHost: a\r\nCookie: vigie=officier\r\n\r\n"));
	CHECK(talk_has(talk_read(fd, 300), "retry"));
	CHECK_INTEGER(talk_status(talk_post(server, "/notes", "name=good")), 303);
	reply = talk_post(server, "/notes", "name=bad");
	CHECK_INTEGER(talk_status(reply), 409);
	reply = talk_read(fd, 500);
	CHECK(talk_has(reply, "data: good") && !talk_has(reply, "bad"));
	close(fd);
	CHECK(talk_has(talk(server, GET_NOTES, 2000), "notes=1"));
	/* Each call to the database fails in turn: always an answer, never half of something. */
	for (int i = 1; i <= 8; i++) {
		store_fail_at(i);
		reply = talk_post(server, "/notes", "name=again");
		CHECK(talk_status(reply) == 303 || talk_status(reply) == 503);
		store_fail_at(i);
		reply = talk(server, GET_NOTES, 2000);
		CHECK(talk_status(reply) == 200 || talk_status(reply) == 503);
		store_fail_at(0);
	}
	CHECK_INTEGER(talk_status(talk(server, GET_NOTES, 2000)), 200);
	server_stop(server);
}

TEST(actions_commit_or_roll_back)
{
	test_each_database(NULL, converse);
}

/* Each allocation fails in turn: the server answers or closes, and goes on. */
TEST(a_server_without_memory_goes_on)
{
	struct server *server = talk_start(NULL);
	int answered = 0;

	REQUIRE(server);
	for (long n = 1; n < 60; n++) {
		struct text reply;
		bool has_failed;

		memory_fail_at(n);
		reply = talk(server, TEXT("GET /secret/5 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: vigie=officier\r\n"
			"Accept-Encoding: gzip\r\n\r\n"), 1000);
		has_failed = memory_has_failed();
		memory_fail_at(0);
		CHECK(!reply.size || talk_status(reply) == 200 || talk_status(reply) >= 500);
		answered += talk_status(reply) == 200;
		if (!has_failed)
			break;
	}
	CHECK(answered > 0);
	CHECK_INTEGER(talk_status(talk(server, TEXT("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 1000)), 200);
	server_stop(server);
}
