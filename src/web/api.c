/* The interface for programs: the same routes, rights and handlers as the pages, answered in JSON. */
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "domain/program.h"
#include "web/exchange.h"
#include "web/rate.h"

#include <stdio.h>
#include <string.h>

enum { DEFAULT_RATE = 600, TAG_BYTES = 16, TAG_SIZE = 2 * TAG_BYTES + 3, PIECE = 65536 };

static const char json_media[] = "application/json", problem_media[] = "application/problem+json";

struct text api_path(const struct exchange *exchange)
{
	struct text path = exchange->rq.path;

	return exchange->is_api ? text_slice(path, sizeof API_START - 2, path.size) : path;
}

void api_match(struct exchange *exchange)
{
	const struct route *route = exchange->match.route;

	if (!route)
		return;
	if (!exchange->is_api) {
		if (!route->page && !route->action && !route->free_hand && !route->stream)
			exchange->match = (struct route_match){0};
		return;
	}
	if (strcmp(route->needs, ROUTE_PUBLIC) == 0 || route->for_people || (route->page && !route->data))
		exchange->match = (struct route_match){0};
}

/* ---- problems */

static void note_problem(struct exchange *exchange, struct api_problem problem)
{
	if (!exchange->problems)
		exchange->problems = ARENA_ARRAY(exchange->rq.arena, API_PROBLEMS, struct api_problem);
	if (exchange->problems && exchange->problem_count < API_PROBLEMS)
		exchange->problems[exchange->problem_count++] = problem;
}

void api_problem_add(struct exchange *exchange, const char *field, struct text detail)
{
	struct arena *arena = exchange->rq.arena;

	note_problem(exchange, (struct api_problem){arena_string(arena, text_of(field)), NULL, arena_text(arena, detail)});
}

static void add_problem(struct exchange *exchange, const char *field, const char *message_id)
{
	note_problem(exchange, (struct api_problem){field, message_id, TEXT_NONE});
}

void api_refuse_input(struct exchange *exchange, struct text name, const char *message_id)
{
	add_problem(exchange, arena_string(exchange->rq.arena, name), message_id);
	exchange_refuse(exchange, STATUS_INVALID, 0, NULL);
}

/* Where the field stands in a JSON body (RFC 6901); what came in the address or a head has no place there. */
static bool has_pointer(const struct exchange *exchange, const char *field)
{
	return exchange->rq.method != METHOD_GET && strcmp(field, "Idempotency-Key") != 0;
}

static void put_problem(struct exchange *exchange, struct json_writer *json, const struct api_problem *problem)
{
	const char *field = problem->field ? problem->field : "";
	struct request *rq = &exchange->rq;

	put_object(json);
	put_key(json, "field");
	put_text(json, text_of(field));
	put_key(json, "pointer");
	put_text(json, has_pointer(exchange, field) ? arena_format(rq->arena, "/%s", field) : TEXT_NONE);
	put_key(json, "detail");
	put_text(json, problem->id ? text_of(tr(rq->language, problem->id)) : problem->detail);
	put_object_end(json);
}

static void put_details(struct exchange *exchange, enum status status, int http, const char *message, struct buffer *out)
{
	struct request *rq = &exchange->rq;
	struct json_writer json;

	put_begin(&json, out);
	put_object(&json);
	put_key(&json, "type");
	put_text(&json, TEXT("about:blank"));
	put_key(&json, "title");
	put_text(&json, text_of(tr(rq->language, status_text(status))));
	put_key(&json, "status");
	put_int(&json, http);
	put_key(&json, "detail");
	put_text(&json, text_of(message));
	put_key(&json, "code");
	put_text(&json, text_of(status_name(status)));
	put_key(&json, "instance");
	put_text(&json, arena_format(rq->arena, "urn:vigie:request:%s", rq->id));
	if (exchange->problem_count) {
		put_key(&json, "errors");
		put_array(&json);
		for (size_t i = 0; i < exchange->problem_count; i++)
			put_problem(exchange, &json, &exchange->problems[i]);
		put_array_end(&json);
	}
	put_object_end(&json);
}

void api_fail(struct exchange *exchange, enum status status, int http, const char *message)
{
	struct request *rq = &exchange->rq;

	put_details(exchange, status, http, message, &rq->response.body);
	rq->response.content_type = problem_media;
	if (exchange->is_api && http == MHD_HTTP_UNAUTHORIZED)
		rq_add_header(rq, "WWW-Authenticate", "Bearer realm=\"Vigie\"");
}

/* ---- what comes in */

static enum status input_problem(struct exchange *exchange, const char *name, const char *message_id)
{
	add_problem(exchange, arena_string(exchange->rq.arena, text_of(name)), message_id);
	return STATUS_INVALID;
}

/* Texts and numbers as they are written, true as 1; false and null are inputs that were not given. */
static enum status add_scalar(struct exchange *exchange, const char *name, const json_t *value)
{
	struct arena *arena = exchange->rq.arena;
	struct text text;

	if (json_is_string(value))
		text = (struct text){json_string_value(value), json_string_length(value)};
	else if (json_is_integer(value))
		text = arena_format(arena, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		text = arena_format(arena, "%.15g", json_real_value(value));
	else if (json_is_true(value))
		text = TEXT("1");
	else if (json_is_false(value) || json_is_null(value))
		return STATUS_OK;
	else
		return input_problem(exchange, name, TR("Une valeur simple est attendue ici."));
	if (!text.data)
		return STATUS_NO_MEMORY;
	if (input_clean(arena, text, &text) != STATUS_OK)
		return input_problem(exchange, name, TR("Ce texte contient des caractères interdits."));
	return input_add(exchange, text_of(arena_string(arena, text_of(name))), text);
}

static enum status add_member(struct exchange *exchange, const char *name, const json_t *value)
{
	enum status status = STATUS_OK;

	if (!input_is_declared(exchange, text_of(name)))
		return input_problem(exchange, name, TR("Ce champ n'est pas connu ici."));
	if (!json_is_array(value))
		return add_scalar(exchange, name, value);
	for (size_t i = 0; i < json_array_size(value) && status == STATUS_OK; i++)
		status = add_scalar(exchange, name, json_array_get(value, i));
	return status;
}

enum status api_inputs(struct exchange *exchange)
{
	enum status result = STATUS_OK;
	const char *name;
	json_t *value;

	if (!json_is_object(exchange->json))
		return STATUS_MALFORMED;
	json_object_foreach(exchange->json, name, value) {
		enum status status = add_member(exchange, name, value);

		if (status != STATUS_OK && status != STATUS_INVALID)
			return status;
		if (status == STATUS_INVALID)
			result = status;
	}
	return result;
}

/* ---- how much is asked */

static void put_rate_headers(struct exchange *exchange, int64_t limit, const struct rate_state *state)
{
	struct request *rq = &exchange->rq;

	rq_add_header(rq, "RateLimit-Limit", arena_format(rq->arena, "%lld", (long long)limit).data);
	rq_add_header(rq, "RateLimit-Remaining", arena_format(rq->arena, "%lld", (long long)state->left).data);
	rq_add_header(rq, "RateLimit-Reset", arena_format(rq->arena, "%lld", (long long)state->seconds).data);
}

void api_count(struct exchange *exchange)
{
	struct request *rq = &exchange->rq;
	int64_t limit = exchange->rate_limit > 0 ? exchange->rate_limit : DEFAULT_RATE;
	uint64_t key = rq->is_signed_in ? (uint64_t)rq->actor.user_id : text_hash(rq->address) | UINT64_C(1) << 63;
	struct rate_state state;

	if (!rates_take(exchange->server->rates, key, limit, clock_monotonic(), &state)) {
		exchange->refused = STATUS_THROTTLED;
		exchange->refused_http = MHD_HTTP_TOO_MANY_REQUESTS;
		exchange->refusal = TR("Trop de demandes en une minute : attendez le délai indiqué.");
	}
	exchange->rate_limit = limit;
	exchange->rate_left = state.left;
	exchange->rate_seconds = state.seconds;
}

void api_headers(struct exchange *exchange)
{
	const struct rate_state state = {exchange->rate_left, exchange->rate_seconds};
	struct request *rq = &exchange->rq;

	if (!exchange->is_api || !exchange->rate_limit)
		return;
	put_rate_headers(exchange, exchange->rate_limit, &state);
	if (rq->response.status == MHD_HTTP_TOO_MANY_REQUESTS)
		rq_add_header(rq, "Retry-After", arena_format(rq->arena, "%lld", (long long)state.seconds).data);
}

/* ---- data */

/* How many rows the list has from its beginning, with the rights and filters of the request: its own handler says so, as
 * far as TOTAL_ROWS_MOST, so that no list can be counted for long. */
static enum status put_total(struct exchange *exchange, struct reader *reader, struct json_writer *json)
{
	const char *next_page = exchange->next_page;
	AUTO(buffer_release) struct buffer rows = {0};
	struct json_writer counted;
	json_t *list = NULL;
	enum status status;
	int line;

	buffer_init(&rows, exchange->server->options.response_limit);
	put_begin(&counted, &rows);
	put_array(&counted);
	exchange->is_counting = true;
	exchange->next_page = NULL;
	status = exchange->match.route->data(&exchange->rq, reader, &counted);
	put_array_end(&counted);
	exchange->is_counting = false;
	if (status == STATUS_OK)
		status = buffer_status(&rows);
	if (status == STATUS_OK)
		status = json_parse(buffer_text(&rows), rows.size, &list, &line);
	put_key(json, "total");
	put_object(json);
	put_key(json, "rows");
	put_int(json, (int64_t)json_array_size(list));
	put_key(json, "or_more");
	put_bool(json, exchange->next_page != NULL);
	put_object_end(json);
	json_decref(list);
	exchange->next_page = next_page;
	return status;
}

static enum status list_end(struct exchange *exchange, struct reader *reader, struct json_writer *json)
{
	struct request *rq = &exchange->rq;
	struct text total = rq_input(rq, "total");
	int64_t rows;

	if (exchange->next_page && rq_integer(rq, "limite", &rows))
		exchange->next_page = arena_format(rq->arena, "%s%climite=%lld", exchange->next_page,
			strchr(exchange->next_page, '?') ? '&' : '?', (long long)rows)
					      .data;
	put_array_end(json);
	if (total.size && !text_is(total, "0") && !text_is(total, "false"))
		TRY(put_total(exchange, reader, json));
	put_key(json, "next");
	put_text(json, exchange->next_page
			       ? arena_format(rq->arena, "%.*s%s", (int)sizeof API_START - 2, API_START, exchange->next_page)
			       : TEXT_NONE);
	put_object_end(json);
	return STATUS_OK;
}

/* The route's data into the buffer. */
static enum status render(struct exchange *exchange, const struct route *route, struct reader *reader,
	struct buffer *out)
{
	struct json_writer json;

	put_begin(&json, out);
	if (route->is_list) {
		put_object(&json);
		put_key(&json, "items");
		put_array(&json);
	}
	TRY(route->data(&exchange->rq, reader, &json));
	if (route->is_list)
		TRY(list_end(exchange, reader, &json));
	return buffer_status(out);
}

static bool tag_of(struct text body, char ret_tag[TAG_SIZE])
{
	AUTO(buffer_release) struct buffer hex = {0};
	unsigned char digest[DIGEST_SIZE];

	buffer_init(&hex, 4 * TAG_SIZE);
	digest_quick(body, digest);
	hex_print(&hex, digest, TAG_BYTES);
	if (buffer_status(&hex) != STATUS_OK)
		return false;
	snprintf(ret_tag, TAG_SIZE, "\"%s\"", hex.data);
	return true;
}

/* Is the tag in the list of If-Match or If-None-Match? The weak form counts as the same: the bytes are. */
static bool lists_tag(struct text list, const char *tag)
{
	while (list.data) {
		struct text one = text_trim(text_cut(&list, ','));

		if (text_starts_with(one, TEXT("W/")))
			one = text_slice(one, 2, one.size);
		if (text_is(one, "*") || text_is(one, tag))
			return true;
	}
	return false;
}

enum status api_data(struct exchange *exchange, struct reader *reader)
{
	struct request *rq = &exchange->rq;
	struct text known = rq_header(rq, "If-None-Match");
	char tag[TAG_SIZE];

	rq->response.content_type = json_media;
	TRY(render(exchange, exchange->match.route, reader, &rq->response.body));
	if (!tag_of(buffer_text(&rq->response.body), tag))
		return STATUS_NO_MEMORY;
	rq_add_header(rq, "ETag", arena_string(rq->arena, text_of(tag)));
	rq_add_header(rq, "Cache-Control", "private, no-cache");
	if (exchange->next_page)
		rq_add_header(rq, "Link",
			arena_format(rq->arena, "<%.*s%s>; rel=\"next\"", (int)sizeof API_START - 2, API_START,
				exchange->next_page)
				.data);
	if (known.data && lists_tag(known, tag)) {
		buffer_clear(&rq->response.body);
		rq->response.status = MHD_HTTP_NOT_MODIFIED;
	}
	return STATUS_OK;
}

/* ---- actions */

/* The tag of what an address gives; STATUS_NOT_FOUND: nothing that the program may read. */
static enum status tag_of_thing(struct exchange *exchange, struct reader *reader, const struct route_match *thing,
	char ret_tag[TAG_SIZE])
{
	const struct route_match action = exchange->match;
	AUTO(buffer_release) struct buffer body = {0};
	enum status status;

	if (!thing->route || !thing->route->data || !rq_may(&exchange->rq, thing->route->needs))
		return STATUS_NOT_FOUND;
	buffer_init(&body, exchange->server->options.response_limit);
	exchange->match = *thing;
	status = render(exchange, thing->route, reader, &body);
	exchange->match = action;
	exchange->next_page = NULL;
	TRY(status);
	return tag_of(buffer_text(&body), ret_tag) ? STATUS_OK : STATUS_NO_MEMORY;
}

/* If-Match on an action stands for the thing it changes: the nearest address above that gives something. */
static enum status check_match(struct exchange *exchange, struct reader *reader)
{
	struct text wanted = rq_header(&exchange->rq, "If-Match"), path = api_path(exchange);
	enum status status = STATUS_NOT_FOUND;
	struct route_match thing = {0};
	char tag[TAG_SIZE] = "";

	if (!wanted.data)
		return STATUS_OK;
	while (path.size > 1 && status == STATUS_NOT_FOUND) {
		TRY(router_find(exchange->server->router, METHOD_GET, path, exchange->rq.arena, &thing));
		status = tag_of_thing(exchange, reader, &thing, tag);
		while (path.size > 1 && path.data[path.size - 1] != '/')
			path.size--;
		path.size -= path.size > 1;
	}
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	if (status == STATUS_OK && lists_tag(wanted, tag))
		return STATUS_OK;
	exchange->refused_http = MHD_HTTP_PRECONDITION_FAILED;
	exchange->refusal = TR("Cette fiche a changé depuis que vous l'avez lue : relisez-la, puis recommencez.");
	return STATUS_CONFLICT;
}

/* What an action left – a place to go, or a page – becomes an object that says where the result is. */
static void answer_of_action(struct exchange *exchange)
{
	struct response *response = &exchange->rq.response;
	const char *location = NULL;
	struct json_writer json;

	if (exchange->is_raw)
		return;
	for (size_t i = 0; i < response->header_count; i++)
		if (strcmp(response->headers[i].name, "Location") == 0)
			location = response->headers[i].value;
	response->header_count = 0;
	buffer_clear(&response->body);
	response->status = MHD_HTTP_OK;
	response->content_type = json_media;
	put_begin(&json, &response->body);
	put_object(&json);
	put_key(&json, "location");
	put_text(&json, location ? arena_format(exchange->rq.arena, "%.*s%s", (int)sizeof API_START - 2, API_START, location)
				 : TEXT_NONE);
	put_key(&json, "message");
	put_text(&json, exchange->flash ? text_of(tr(exchange->rq.language, exchange->flash)) : TEXT_NONE);
	put_object_end(&json);
}

static struct text idempotency_key(const struct exchange *exchange)
{
	return text_trim(rq_header(&exchange->rq, "Idempotency-Key"));
}

static enum status check_key(struct exchange *exchange, struct text key)
{
	bool is_sound = key.size && key.size <= KEPT_KEY_LIMIT;

	for (size_t i = 0; i < key.size; i++)
		is_sound = is_sound && key.data[i] > 0x20 && key.data[i] < 0x7f;
	if (is_sound)
		return STATUS_OK;
	return input_problem(exchange, "Idempotency-Key",
		TR("La clé doit avoir de 1 à 200 caractères ASCII visibles, sans espace."));
}

static enum status digest_upload(struct arena *arena, const struct upload *upload, struct text *ret_part)
{
	AUTO(buffer_release) struct buffer line = {0};
	unsigned char digest[DIGEST_SIZE];

	buffer_init(&line, 4096);
	TRY(digest_file(upload->path, digest));
	buffer_append(&line, upload->name);
	buffer_byte(&line, ' ');
	hex_print(&line, digest, sizeof digest);
	TRY(buffer_status(&line));
	*ret_part = arena_text(arena, buffer_text(&line));
	return ret_part->data ? STATUS_OK : STATUS_NO_MEMORY;
}

/* What makes two requests the same: method, address, inputs in their order, files with their bytes. */
static enum status digest_request(struct exchange *exchange, unsigned char ret_digest[DIGEST_SIZE])
{
	size_t room = 2 + 2 * exchange->input_count + exchange->upload_count, count = 0;
	struct text *parts = ARENA_ARRAY(exchange->rq.arena, room, struct text);

	if (!parts)
		return STATUS_NO_MEMORY;
	parts[count++] = text_of(exchange->method);
	parts[count++] = text_of(exchange->target);
	for (size_t i = 0; i < exchange->input_count; i++) {
		parts[count++] = exchange->inputs[i].name;
		parts[count++] = exchange->inputs[i].value;
	}
	for (size_t i = 0; i < exchange->upload_count; i++)
		TRY(digest_upload(exchange->rq.arena, &exchange->uploads[i], &parts[count++]));
	digest_of_parts(parts, count, ret_digest);
	return STATUS_OK;
}

/* *ret_again: the answer is there already, from the first time. */
static enum status take_key(struct exchange *exchange, struct writer *writer, struct text key, bool *ret_again)
{
	struct request *rq = &exchange->rq;
	unsigned char digest[DIGEST_SIZE];
	struct kept_answer answer;
	enum status status;

	TRY(check_key(exchange, key));
	TRY(digest_request(exchange, digest));
	status = answer_take(writer, rq->actor.user_id, key, digest, clock_now(), rq->arena, &answer);
	if (status == STATUS_CONFLICT) {
		exchange->refused_http = MHD_HTTP_UNPROCESSABLE_CONTENT;
		exchange->refusal = TR("Cette clé a déjà servi pour une autre demande, ou la première est encore en cours.");
	}
	TRY(status);
	*ret_again = answer.http != 0;
	if (!*ret_again)
		return STATUS_OK;
	buffer_append(rq_json_answer(rq, (int)answer.http), answer.body);
	if (answer.http >= MHD_HTTP_BAD_REQUEST)
		rq->response.content_type = problem_media;
	rq_add_header(rq, "Idempotency-Replayed", "true");
	return buffer_status(&rq->response.body);
}

/* Keeps the answer for the next request with the key; of a secret, that it was shown. */
static enum status keep_answer(struct exchange *exchange, struct writer *writer, struct text key)
{
	AUTO(buffer_release) struct buffer shown = {0};
	struct request *rq = &exchange->rq;

	if (!exchange->is_secret)
		return answer_keep(writer, rq->actor.user_id, key, rq->response.status, buffer_text(&rq->response.body));
	buffer_init(&shown, 4096);
	put_details(exchange, STATUS_CONFLICT, MHD_HTTP_CONFLICT,
		tr(rq->language, TR("C'est fait, et ce qui ne se montre qu'une fois a déjà été montré.")), &shown);
	TRY(buffer_status(&shown));
	return answer_keep(writer, rq->actor.user_id, key, MHD_HTTP_CONFLICT, buffer_text(&shown));
}

enum status api_action(struct exchange *exchange, struct writer *writer)
{
	struct text key = idempotency_key(exchange);
	struct request *rq = &exchange->rq;
	bool again = false;

	if (!writer)
		return exchange->match.route->action(rq, writer);
	if (rq_header(rq, "Idempotency-Key").data)
		TRY(take_key(exchange, writer, key, &again));
	if (again)
		return STATUS_OK;
	TRY(check_match(exchange, writer_reader(writer)));
	TRY(exchange->match.route->action(rq, writer));
	answer_of_action(exchange);
	TRY(buffer_status(&rq->response.body));
	return key.size ? keep_answer(exchange, writer, key) : STATUS_OK;
}

/* For a route that makes its own transactions: what it changes is guarded again by the versions it is given. */
static enum status check_match_apart(struct exchange *exchange)
{
	AUTO(reader_release) struct reader *reader = NULL;

	if (exchange->rq.method == METHOD_GET || !exchange->rq.database || !rq_header(&exchange->rq, "If-Match").data)
		return STATUS_OK;
	TRY(reader_begin(exchange->rq.database, &reader));
	return check_match(exchange, reader);
}

/* A failed free-hand route gives its key back, so that the program may try again. */
static enum status keep_or_drop(struct exchange *exchange, struct text key, enum status status)
{
	struct request *rq = &exchange->rq;
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(writer_begin(rq->database, &writer));
	if (status == STATUS_OK)
		TRY(keep_answer(exchange, writer, key));
	else
		TRY(answer_drop(writer, rq->actor.user_id, key));
	return writer_commit(&writer);
}

enum status api_free_hand(struct exchange *exchange)
{
	struct request *rq = &exchange->rq;
	struct text key = rq->method == METHOD_GET ? TEXT_NONE : idempotency_key(exchange);
	AUTO(writer_rollback) struct writer *writer = NULL;
	bool again = false;
	enum status status, kept;

	if (key.data && rq->database) {
		TRY(writer_begin(rq->database, &writer));
		TRY(take_key(exchange, writer, key, &again));
		TRY(writer_commit(&writer));
	}
	if (again)
		return STATUS_OK;
	status = check_match_apart(exchange);
	if (status == STATUS_OK)
		status = exchange->match.route->free_hand(rq, rq->database);
	if (status == STATUS_OK && rq->method != METHOD_GET)
		answer_of_action(exchange);
	if (!key.data || !rq->database)
		return status;
	kept = keep_or_drop(exchange, key, status);
	return status == STATUS_OK ? kept : status;
}
