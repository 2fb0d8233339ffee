/* Plays files of exchanges; see exchange_file.h. */
#include "exchange_file.h"

#include "../journeys/conversation.h"
#include "../matrix/walk.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/test.h"
#include "call.h"
#include "store/test_database.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_ROOM = 6000, OPERATION_LIMIT = 1000, FILE_LIMIT = 4 << 20, VALUES = 60, SPEAKERS = 12, TRIES = 4 };

struct operation {
	const char *path, *method; /* of the description */
	const json_t *row;
	bool is_asked, went_well;
};
struct named {
	char name[40], value[500];
};
struct speaker {
	char login[40], token[100];
};
struct play {
	struct site site;
	const char *file;
	int line;
	json_t *description, *last; /* the answer looked at */
	struct operation operations[OPERATION_LIMIT];
	size_t count;
	struct named values[VALUES];
	size_t value_count;
	struct speaker speakers[SPEAKERS];
	size_t speaker_count, speaker;
	struct buffer written;
	bool writes;
};

/* ---- the description */

static bool read_description(struct play *play)
{
	struct run run;
	int line;
	bool done;

	RUN(&run, "openapi");
	done = run.code == 0 && json_parse(buffer_text(&run.out), FILE_LIMIT, &play->description, &line) == STATUS_OK;
	run_release(&run);
	return done;
}

static void list_operations(struct play *play)
{
	const char *path, *method;
	json_t *methods, *row;

	json_object_foreach(json_object_get(play->description, "paths"), path, methods)
		json_object_foreach(methods, method, row)
	{
		if (play->count < OPERATION_LIMIT)
			play->operations[play->count++] = (struct operation){path, method, row, false, false};
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

static struct operation *find_operation(struct play *play, const char *method, const char *path)
{
	struct operation *best = NULL;
	int best_fit = -1;

	for (size_t i = 0; i < play->count; i++) {
		int fit = text_equal_ignoring_case(text_of(play->operations[i].method), text_of(method))
			? path_fit(play->operations[i].path, text_of(path))
			: -1;

		if (fit > best_fit) {
			best_fit = fit;
			best = &play->operations[i];
		}
	}
	return best;
}

static const json_t *member(const json_t *from, const char *a, const char *b, const char *c)
{
	from = json_object_get(from, a);
	from = b ? json_object_get(from, b) : from;
	return c ? json_object_get(from, c) : from;
}

static bool is_stream(const struct operation *operation)
{
	return json_object_get(member(operation->row, "responses", "200", "content"), "text/event-stream") != NULL;
}

/* The body is what the description says: of the operation when it went well, else problem details with a status that
 * is described. */
static void judge(const struct play *play, const struct operation *operation, const struct answer *answer, const char *line)
{
	bool is_fine = answer->status == 200;
	const json_t *schema = is_fine ? member(member(operation->row, "responses", "200", "content"), "application/json",
						 "schema", NULL)
				       : member(play->description, "components", "schemas", "Problem");
	char type[100], limit[40], problem[500] = "", code[10];
	json_t *body;

	answer_header(answer, "RateLimit-Limit", limit, sizeof limit);
	if (!*limit)
		test_failed(play->file, play->line, "%s: no rate is told", line);
	snprintf(code, sizeof code, "%d", answer->status);
	if (answer->status < 500 && !member(operation->row, "responses", code, NULL))
		test_failed(play->file, play->line, "%s: the status %s is not described", line, code);
	answer_header(answer, "Content-Type", type, sizeof type);
	if (is_fine && !schema)
		return;
	body = answer_json(answer);
	if (strcmp(type, is_fine ? "application/json" : "application/problem+json") != 0)
		test_failed(play->file, play->line, "%s: the type is \"%s\"", line, type);
	else if (!schema_fits(play->description, schema, body, problem, sizeof problem))
		test_failed(play->file, play->line, "%s: %s", line, problem);
	json_decref(body);
}

/* What was given is as described, when it was taken. */
static void judge_given(const struct play *play, const struct operation *operation, const char *body)
{
	const json_t *schema = member(member(operation->row, "requestBody", "content", "application/json"), "schema", NULL, NULL);
	char problem[500] = "";
	json_t *given = NULL;
	int line;

	if (json_parse(text_of(body), FILE_LIMIT, &given, &line) != STATUS_OK ||
		!schema_fits(play->description, schema, given, problem, sizeof problem))
		test_failed(play->file, play->line, "%s %s is not asked so by the description: %s", operation->path, body,
			problem);
	json_decref(given);
}

/* ---- asking */

static bool is_again(const struct call *call, const char *tag)
{
	struct call again = *call;
	char condition[200], limit[40];
	struct answer answer;
	bool is_same;

	snprintf(condition, sizeof condition, "If-None-Match: %s", tag);
	again.headers[0] = condition;
	call_make(&again, &answer);
	answer_header(&answer, "RateLimit-Limit", limit, sizeof limit);
	is_same = answer.status == 304 && answer.body.size == 0 && *limit;
	answer_release(&answer);
	return is_same;
}

/* What was read and has not changed is not sent again. Some things change by themselves: a few tries. */
static void check_tag(struct play *play, const struct call *call, const struct answer *first)
{
	char tag[100];
	bool is_same;

	answer_header(first, "ETag", tag, sizeof tag);
	is_same = *tag && is_again(call, tag);
	for (int i = 0; i < TRIES && !is_same; i++) {
		struct answer answer;

		call_make(call, &answer);
		answer_header(&answer, "ETag", tag, sizeof tag);
		answer_release(&answer);
		is_same = *tag && is_again(call, tag);
	}
	if (!is_same)
		test_failed(play->file, play->line, "%s is never the same (tag %s)", call->path, tag);
}

/* An action is not done on what is not as the program read it. */
static void check_condition(struct play *play, const struct operation *operation, const struct call *call)
{
	struct call unlike = *call;
	struct answer answer;

	unlike.headers[0] = "If-Match: \"autre\"";
	call_make(&unlike, &answer);
	if (answer.status != 412)
		test_failed(play->file, play->line, "%s with another tag: %d", call->path, answer.status);
	else
		judge(play, operation, &answer, "412");
	answer_release(&answer);
}

static void check_status(struct play *play, const char *wanted, const char *line, const struct answer *answer)
{
	if (!play->writes && atoi(wanted) != answer->status)
		test_failed(play->file, play->line, "%s: got %d %.*s [%.10s]", line, answer->status,
			TEXT_FORMAT(text_slice(buffer_text(&answer->body), 0, 600)), play->site.url);
}

static void ask(struct play *play, const char *line, const char *wanted, struct call *call)
{
	struct operation *operation = find_operation(play, call->method, call->path);
	bool is_get = strcmp(call->method, "GET") == 0;
	struct answer answer;

	if (!operation) {
		test_failed(play->file, play->line, "%s: nothing like it is described", line);
		return;
	}
	call->is_stream = is_stream(operation);
	if (!is_get && strcmp(wanted, "200") == 0)
		check_condition(play, operation, call);
	call_make(call, &answer);
	check_status(play, wanted, line, &answer);
	operation->is_asked = true;
	operation->went_well = operation->went_well || answer.status == 200;
	if (answer.status == 200 && call->body)
		judge_given(play, operation, call->body);
	if (!call->is_stream || answer.status != 200)
		judge(play, operation, &answer, line);
	if (answer.status == 200 && is_get && !call->is_stream)
		check_tag(play, call, &answer);
	json_decref(play->last);
	play->last = answer_json(&answer);
	snprintf(play->values[0].value, sizeof play->values[0].value, "%d", answer.status);
	answer_release(&answer);
}

static void next_word(struct text *rest, char end, char *word, size_t size)
{
	struct text cut = text_cut(rest, end);

	snprintf(word, size, "%.*s", TEXT_FORMAT(cut));
}

/* "METHOD PATH STATUS BODY" */
static void exchange(struct play *play, struct text line)
{
	char whole[LINE_ROOM], method[10], path[1000], wanted[10], body[LINE_ROOM], file[2000], field[60];
	struct call call = {.port = play->site.port, .method = method, .path = path};
	struct text rest = line;

	if (play->speaker_count)
		call.token = play->speakers[play->speaker].token;
	snprintf(whole, sizeof whole, "%.*s", TEXT_FORMAT(line));
	next_word(&rest, ' ', method, sizeof method);
	next_word(&rest, ' ', path, sizeof path);
	next_word(&rest, ' ', wanted, sizeof wanted);
	snprintf(body, sizeof body, "%.*s", TEXT_FORMAT(rest));
	if (*body == '@') {
		char *fields = strchr(body, '&'), *name = strchr(body, '=');

		if (fields)
			*fields++ = '\0';
		if (name && (!fields || name < fields)) {
			*name = '\0';
			snprintf(field, sizeof field, "%.50s", body + 1);
			call.upload_field = field;
			snprintf(file, sizeof file, "%s/%.900s", test_source_folder(), name + 1);
		} else {
			snprintf(file, sizeof file, "%s/%.900s", test_source_folder(), body + 1);
		}
		call.upload = file;
		call.fields = fields;
	} else if (strcmp(body, "-") != 0 && *body) {
		call.body = body;
	}
	ask(play, whole, wanted, &call);
}

/* ---- what was answered */

/* One step of a pointer: a member, a number, or [member=value]. */
static const json_t *step(const json_t *from, const char *name)
{
	const char *equal = strchr(name, '=');
	char key[60];

	if (*name != '[' || !equal)
		return json_is_array(from) ? json_array_get(from, (size_t)atoi(name)) : json_object_get(from, name);
	snprintf(key, sizeof key, "%.*s", (int)(equal - name - 1), name + 1);
	for (size_t i = 0; i < json_array_size(from); i++) {
		const json_t *element = json_array_get(from, i);
		const char *value = json_string_value(json_object_get(element, key));

		if (value && strlen(value) == strlen(equal) - 2 && strncmp(value, equal + 1, strlen(value)) == 0)
			return element;
	}
	return NULL;
}

static const json_t *at_pointer(const struct play *play, struct text pointer)
{
	const json_t *place = play->last;
	char name[200];

	(void)text_cut(&pointer, '/');
	while (pointer.data && place) {
		next_word(&pointer, '/', name, sizeof name);
		place = step(place, name);
	}
	return place;
}

static void print_value(const json_t *value, char *out, size_t size)
{
	char *dumped;

	if (json_is_string(value)) {
		snprintf(out, size, "%s", json_string_value(value));
		return;
	}
	dumped = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
	snprintf(out, size, "%s", dumped ? dumped : "(nothing)");
	free(dumped);
}

static void set_value(struct play *play, const char *name, const char *value)
{
	size_t i = 0;

	while (i < play->value_count && strcmp(play->values[i].name, name) != 0)
		i++;
	if (i == VALUES)
		return;
	play->value_count = i == play->value_count ? i + 1 : play->value_count;
	snprintf(play->values[i].name, sizeof play->values[i].name, "%s", name);
	snprintf(play->values[i].value, sizeof play->values[i].value, "%s", value);
}

static void set_day(struct play *play, const char *name, int64_t from_now)
{
	AUTO(buffer_release) struct buffer day = {0};

	buffer_init(&day, 40);
	date_print(&day, clock_today() + from_now);
	set_value(play, name, day.data ? day.data : "");
}

/* "= POINTER VALUE" */
static void look(struct play *play, struct text rest)
{
	struct text pointer = text_cut(&rest, ' ');
	const json_t *place = at_pointer(play, pointer);
	char found[2000], wanted[2000];
	bool is_right;

	print_value(place, found, sizeof found);
	snprintf(wanted, sizeof wanted, "%.*s", TEXT_FORMAT(rest));
	if (strcmp(wanted, "empty") == 0)
		is_right = json_is_array(place) && json_array_size(place) == 0;
	else if (strncmp(wanted, "has ", 4) == 0)
		is_right = json_is_array(place) && isdigit((unsigned char)wanted[4]) ? json_array_size(place) == (size_t)atoi(wanted + 4)
						: strstr(found, wanted + 4) != NULL;
	else
		is_right = strcmp(found, wanted) == 0;
	if (!is_right && !play->writes)
		test_failed(play->file, play->line, "%.*s is %s, wanted %s [%.10s]", TEXT_FORMAT(pointer), found, wanted,
			play->site.url);
}

/* An address ends in the number of what was made. */
static const char *last_number(const char *address)
{
	const char *from = address + strlen(address);

	while (from > address && isdigit((unsigned char)from[-1]))
		from--;
	return from;
}

/* "~ POINTER as NAME" */
static void take(struct play *play, struct text rest)
{
	struct text pointer = text_cut(&rest, ' ');
	const json_t *place = at_pointer(play, pointer);
	char name[40], value[500];

	(void)text_cut(&rest, ' ');
	snprintf(name, sizeof name, "%.*s", TEXT_FORMAT(rest));
	print_value(place, value, sizeof value);
	if (!place)
		test_failed(play->file, play->line, "there is no %.*s [%.10s]", TEXT_FORMAT(pointer), play->site.url);
	set_value(play, name, strncmp(value, "/api/v1/", 8) == 0 ? last_number(value) : value);
}

/* ---- who speaks, commands */

static void switch_to(struct play *play, const char *login)
{
	for (play->speaker = 0; play->speaker < play->speaker_count; play->speaker++)
		if (strcmp(play->speakers[play->speaker].login, login) == 0)
			return;
	play->speaker = 0;
	test_failed(play->file, play->line, "nobody is called %s", login);
}

static void make_program(struct play *play, char *words)
{
	char *rest = NULL, *login = strtok_r(words, " ", &rest), *role = strtok_r(NULL, " ", &rest),
	     *unit = strtok_r(NULL, " ", &rest);
	struct speaker *speaker = &play->speakers[play->speaker_count];
	struct run run;

	if (!login || !role || play->speaker_count == SPEAKERS) {
		test_failed(play->file, play->line, "program LOGIN ROLE [UNIT]");
		return;
	}
	if (unit)
		RUN(&run, "token", login, "--role", role, "--unit", unit, "--rate", "100000", "--db", play->site.url);
	else
		RUN(&run, "token", login, "--role", role, "--rate", "100000", "--db", play->site.url);
	if (run.code != 0)
		test_failed(play->file, play->line, "no token for %s: %s", login, run.err.data ? run.err.data : "");
	snprintf(speaker->login, sizeof speaker->login, "%s", login);
	snprintf(speaker->token, sizeof speaker->token, "%.*s", TEXT_FORMAT(text_trim(buffer_text(&run.out))));
	play->speaker = play->speaker_count++;
	run_release(&run);
}

static void run_words(struct play *play, char *words)
{
	const char *list[WORD_LIMIT + 3] = {NULL};
	char *rest = NULL, *word = strtok_r(words, " ", &rest);
	size_t count = 0;
	struct run run;

	for (; word && count < WORD_LIMIT; word = strtok_r(NULL, " ", &rest))
		list[count++] = word;
	list[count++] = "--db";
	list[count] = play->site.url;
	run_program(&run, TEXT_NONE, list);
	if (run.code != 0)
		test_failed(play->file, play->line, "%s ends with %d: %s", list[0], run.code, run.err.data ? run.err.data : "");
	run_release(&run);
}

/* ---- the file */

/* The line with each $name replaced. */
static void fill_in(const struct play *play, struct text from, char *to, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < from.size && used + 1 < size;) {
		const char *value = NULL;
		size_t length = 1;

		if (from.data[i] == '$') {
			while (i + length < from.size && (isalnum((unsigned char)from.data[i + length]) || from.data[i + length] == '_'))
				length++;
			for (size_t j = 0; j < play->value_count && !value; j++)
				if (strlen(play->values[j].name) == length - 1 &&
					memcmp(play->values[j].name, from.data + i + 1, length - 1) == 0)
					value = play->values[j].value;
		}
		if (value)
			used += (size_t)snprintf(to + used, size - used, "%s", value);
		else
			to[used++] = from.data[i], length = 1;
		i += length;
	}
	to[used < size ? used : size - 1] = '\0';
}

/* "! METHOD PATH why": of the description; it may fail here, but is asked for. */
static void exempt(struct play *play, struct text rest)
{
	char method[10], path[400];
	struct operation *operation;

	next_word(&rest, ' ', method, sizeof method);
	next_word(&rest, ' ', path, sizeof path);
	operation = find_operation(play, method, path);
	if (!operation || !rest.size)
		test_failed(play->file, play->line, "%s %s is no operation, or there is no reason", method, path);
	else
		operation->went_well = true;
}

/* The line as it is kept: an exchange with the status that came. */
static void write_down(struct play *play, struct text line, bool is_exchange)
{
	struct text rest = line, method, path;
	int came = atoi(play->values[0].value);

	if (!is_exchange || !came || came >= 500) { /* a server that failed has nothing to be written down */
		buffer_format(&play->written, "%.*s\n", TEXT_FORMAT(line));
		return;
	}
	method = text_cut(&rest, ' ');
	path = text_cut(&rest, ' ');
	(void)text_cut(&rest, ' ');
	buffer_format(&play->written, "%.*s %.*s %s %.*s\n", TEXT_FORMAT(method), TEXT_FORMAT(path), play->values[0].value,
		TEXT_FORMAT(rest.data ? rest : TEXT("-")));
}

static void play_line(struct play *play, struct text line)
{
	char filled[LINE_ROOM];
	bool is_exchange = line.size && isupper((unsigned char)*line.data);

	fill_in(play, line, filled, sizeof filled);
	if (is_exchange)
		exchange(play, text_of(filled));
	else if (*filled == '=')
		look(play, text_of(filled + 2));
	else if (*filled == '~')
		take(play, text_of(filled + 2));
	else if (strncmp(filled, "program ", 8) == 0)
		make_program(play, filled + 8);
	else if (strncmp(filled, "as ", 3) == 0)
		switch_to(play, filled + 3);
	else if (strncmp(filled, "run ", 4) == 0)
		run_words(play, filled + 4);
	else if (*filled == '!')
		exempt(play, text_of(filled + 2));
	else if (*filled && *filled != '#')
		test_failed(play->file, play->line, "what is this: %s", filled);
	write_down(play, line, is_exchange);
}

/* What nobody has written an exchange for is asked with what cannot exist. */
static void ask_missing(struct play *play)
{
	for (size_t i = 0; i < play->count; i++) {
		struct operation *operation = &play->operations[i];
		struct text path = text_of(operation->path);
		AUTO(buffer_release) struct buffer line = {0};
		bool is_get = strcmp(operation->method, "get") == 0;

		if (operation->is_asked && !operation->went_well && !play->writes)
			test_failed(play->file, 0, "%s %s never goes well", operation->method, operation->path);
		if (operation->is_asked)
			continue;
		if (!play->writes) {
			test_failed(play->file, 0, "%s %s is never asked for", operation->method, operation->path);
			continue;
		}
		buffer_init(&line, LINE_ROOM);
		buffer_string(&line, is_get ? "GET " : "POST ");
		for (size_t c = 0; c < path.size; c++) {
			if (path.data[c] != '{') {
				buffer_byte(&line, path.data[c]);
				continue;
			}
			buffer_string(&line, is_get ? "1" : "999999");
			while (path.data[c] != '}')
				c++;
		}
		buffer_string(&line, is_get ? " 0 -" : " 0 {}");
		play_line(play, buffer_text(&line));
	}
}

static void play_file(struct play *play, const char *path, bool must_ask_all)
{
	AUTO(buffer_release) struct buffer file = {0};
	struct text rest;

	buffer_init(&file, FILE_LIMIT);
	CHECK(file_take(path, &file));
	rest = text_trim(buffer_text(&file));
	while (rest.data) {
		play->line++;
		play_line(play, text_cut(&rest, '\n'));
	}
	if (must_ask_all)
		ask_missing(play);
	if (play->writes)
		CHECK(file_write(path, buffer_text(&play->written)) == STATUS_OK);
}

void exchange_file_run(const char *url, const char *file, bool must_ask_all)
{
	static struct play plays;
	struct play *play = &plays;
	const char *mode = getenv("VIGIE_EXCHANGES");
	char path[PATH_ROOM * 2];

	*play = (struct play){.site = {.url = url, .process = -1}, .file = file,
		.writes = must_ask_all && mode && strcmp(mode, "write") == 0};
	buffer_init(&play->written, FILE_LIMIT);
	set_value(play, "status", "0");
	set_day(play, "today", 0);
	set_day(play, "soon", 30);
	set_day(play, "later", 400);
	snprintf(path, sizeof path, "%s/tests/api/%s", test_source_folder(), file);
	if (read_description(play) && walk_prepare(url, NULL) && site_start(&play->site, url)) {
		list_operations(play);
		play_file(play, path, must_ask_all);
		CHECK(site_stop(&play->site));
	} else {
		test_failed(file, 0, "nothing to ask");
	}
	site_kill(&play->site);
	json_decref(play->last);
	json_decref(play->description);
	buffer_release(&play->written);
}
