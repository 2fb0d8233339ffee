/* Recorded exchanges: each operation that `vigie openapi` describes is asked for at least once (exchanges.txt), on both
 * databases; its status is the recorded one and its body fits the description. An operation that is never asked for
 * fails the test. VIGIE_EXCHANGES=write adds what is missing with a plain request and writes down what came, to be
 * read before it is committed. A line: METHOD PATH STATUS BODY ("-": none; "@file": upload). */
#include "call.h"

#include "../journeys/conversation.h"
#include "../matrix/walk.h"
#include "base/file.h"
#include "base/test.h"
#include "store/test_database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_ROOM = 2000, OPERATION_LIMIT = 1000, FILE_LIMIT = 4 << 20 };

struct operation {
	const char *path, *method; /* of the description */
	const json_t *row;
	bool is_asked;
};
struct recording {
	struct site site;
	char token[100];
	json_t *description;
	struct operation operations[OPERATION_LIMIT];
	size_t count;
	struct buffer written;
	bool writes;
};

static bool read_description(struct recording *r)
{
	struct run run;
	int line;
	bool done;

	RUN(&run, "openapi");
	done = run.code == 0 && json_parse(buffer_text(&run.out), FILE_LIMIT, &r->description, &line) == STATUS_OK;
	run_release(&run);
	return done;
}

static void list_operations(struct recording *r)
{
	const char *path, *method;
	json_t *methods, *row;

	json_object_foreach(json_object_get(r->description, "paths"), path, methods) json_object_foreach(methods, method, row)
	{
		if (r->count < OPERATION_LIMIT)
			r->operations[r->count++] = (struct operation){path, method, row, false};
	}
}

/* "/api/v1/envois/1?x=2" is asked of "/api/v1/envois/{id}"; how many segments are literally the same. */
static int path_fit(const char *pattern, struct text path)
{
	struct text a = text_of(pattern), b = text_cut(&path, '?');
	int same = 0;

	while (a.data && b.data) {
		struct text x = text_cut(&a, '/'), y = text_cut(&b, '/');

		if (text_equal(x, y))
			same++;
		else if (!text_starts_with(x, TEXT("{")) || !y.size)
			return -1;
	}
	return a.data || b.data ? -1 : same;
}

static struct operation *find_operation(struct recording *r, struct text method, struct text path)
{
	struct operation *best = NULL;
	int best_fit = -1;

	for (size_t i = 0; i < r->count; i++) {
		int fit = text_equal_ignoring_case(text_of(r->operations[i].method), method)
			? path_fit(r->operations[i].path, path)
			: -1;

		if (fit > best_fit) {
			best_fit = fit;
			best = &r->operations[i];
		}
	}
	return best;
}

static const json_t *content_of(const struct operation *operation)
{
	const json_t *answers = json_object_get(operation->row, "responses");

	return json_object_get(json_object_get(answers, "200"), "content");
}

static bool is_stream(const struct operation *operation)
{
	return json_object_get(content_of(operation), "text/event-stream") != NULL;
}

/* The body is what the description says: of the operation when it went well, else problem details. */
static void judge(const struct recording *r, const struct operation *operation, const struct answer *answer, const char *line)
{
	bool is_fine = answer->status == 200;
	const json_t *schema = is_fine
		? json_object_get(json_object_get(content_of(operation), "application/json"), "schema")
		: json_object_get(json_object_get(json_object_get(r->description, "components"), "schemas"), "Problem");
	char type[100], problem[500] = "";
	json_t *body;

	answer_header(answer, "Content-Type", type, sizeof type);
	if (is_fine && !schema)
		return;
	body = answer_json(answer);
	if (strcmp(type, is_fine ? "application/json" : "application/problem+json") != 0)
		test_failed("tests/api/exchanges.txt", 0, "%s: the type is \"%s\"", line, type);
	else if (!schema_fits(r->description, schema, body, problem, sizeof problem))
		test_failed("tests/api/exchanges.txt", 0, "%s: %s", line, problem);
	json_decref(body);
}

static struct text word(struct text *rest)
{
	return text_cut(rest, ' ');
}

static void ask(struct recording *r, struct text line, int number)
{
	char whole[LINE_ROOM], method[10], path[400], body[1500], file[500];
	struct text rest = line, wanted, given;
	struct operation *operation;
	struct answer answer;
	struct call call = {.port = r->site.port, .token = r->token, .method = method, .path = path};

	snprintf(whole, sizeof whole, "%.*s", TEXT_FORMAT(line));
	wanted = word(&rest);
	snprintf(method, sizeof method, "%.*s", TEXT_FORMAT(wanted));
	wanted = word(&rest);
	snprintf(path, sizeof path, "%.*s", TEXT_FORMAT(wanted));
	wanted = word(&rest);
	given = rest.data ? rest : TEXT("-");
	operation = find_operation(r, text_of(method), text_of(path));
	if (!operation) {
		test_failed("tests/api/exchanges.txt", number, "%s: nothing like it is described", whole);
		return;
	}
	operation->is_asked = true;
	if (text_starts_with(given, TEXT("@"))) {
		snprintf(file, sizeof file, "%s/%.*s", test_source_folder(), TEXT_FORMAT(text_slice(given, 1, given.size)));
		call.upload = file;
	} else if (!text_is(given, "-")) {
		snprintf(body, sizeof body, "%.*s", TEXT_FORMAT(given));
		call.body = body;
	}
	call.is_stream = is_stream(operation);
	call_make(&call, &answer);
	if (!r->writes && !text_equal(wanted, text_of((snprintf(file, sizeof file, "%d", answer.status), file))))
		test_failed("tests/api/exchanges.txt", number, "%s: got %d %.*s", whole, answer.status,
			TEXT_FORMAT(text_slice(buffer_text(&answer.body), 0, 300)));
	if (!call.is_stream || answer.status != 200)
		judge(r, operation, &answer, whole);
	buffer_format(&r->written, "%s %s %d %.*s\n", method, path, answer.status, TEXT_FORMAT(given));
	answer_release(&answer);
}

/* What nobody has written an exchange for is asked with what cannot exist. */
static void ask_missing(struct recording *r)
{
	for (size_t i = 0; i < r->count; i++) {
		struct operation *operation = &r->operations[i];
		char line[LINE_ROOM];
		struct text path = text_of(operation->path);
		AUTO(buffer_release) struct buffer filled = {0};
		bool is_get = strcmp(operation->method, "get") == 0;

		if (operation->is_asked)
			continue;
		if (!r->writes) {
			test_failed("tests/api/exchanges.txt", 0, "%s %s is never asked for", operation->method, operation->path);
			continue;
		}
		buffer_init(&filled, 400);
		for (size_t c = 0; c < path.size; c++) {
			if (path.data[c] != '{') {
				buffer_byte(&filled, path.data[c]);
				continue;
			}
			buffer_string(&filled, is_get ? "1" : "999999");
			while (path.data[c] != '}')
				c++;
		}
		snprintf(line, sizeof line, "%s %.*s 0 %s", is_get ? "GET" : "POST", TEXT_FORMAT(buffer_text(&filled)),
			is_get ? "-" : "{}");
		ask(r, text_of(line), 0);
	}
}

static bool prepare(struct recording *r, const char *url)
{
	struct run run;
	bool done;

	if (!read_description(r) || !walk_prepare(url, NULL))
		return false;
	list_operations(r);
	RUN(&run, "token", "echanges", "--role", "administrator", "--rate", "100000", "--db", url);
	done = run.code == 0;
	snprintf(r->token, sizeof r->token, "%.*s", TEXT_FORMAT(text_trim(buffer_text(&run.out))));
	run_release(&run);
	return done && site_start(&r->site, url);
}

static void exchange_all(const char *url)
{
	static struct recording recording;
	struct recording *r = &recording;
	AUTO(buffer_release) struct buffer file = {0};
	const char *mode = getenv("VIGIE_EXCHANGES");
	char path[PATH_ROOM * 2];
	struct text rest;
	int number = 0;

	*r = (struct recording){.site = {.url = url, .process = -1}, .writes = mode && strcmp(mode, "write") == 0};
	buffer_init(&r->written, FILE_LIMIT);
	buffer_init(&file, FILE_LIMIT);
	snprintf(path, sizeof path, "%s/tests/api/exchanges.txt", test_source_folder());
	if (!prepare(r, url)) {
		test_failed(__FILE__, __LINE__, "nothing to ask");
	} else {
		CHECK(file_take(path, &file));
		rest = buffer_text(&file);
		while (rest.data) {
			struct text line = text_cut(&rest, '\n');

			number++;
			if (line.size && line.data[0] != '#')
				ask(r, line, number);
			else if (line.size)
				buffer_format(&r->written, "%.*s\n", TEXT_FORMAT(line));
		}
		ask_missing(r);
		CHECK(site_stop(&r->site));
		if (r->writes)
			CHECK(file_write(path, buffer_text(&r->written)) == STATUS_OK);
	}
	site_kill(&r->site);
	json_decref(r->description);
	buffer_release(&r->written);
}

TEST(api_every_operation_is_asked_for_and_answers_as_described) { test_each_url(exchange_all); }
