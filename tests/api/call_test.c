/* Asking over HTTP, and the part of JSON Schema that descriptions use. */
#include "call.h"

#include "base/json.h"
#include "base/test.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { ANSWER_LIMIT = 64 << 20, STREAM_MILLISECONDS = 700, SECONDS = 60 };

static size_t take(char *bytes, size_t size, size_t count, void *context)
{
	buffer_append(context, (struct text){bytes, size * count});
	return size * count;
}

static void add_file(curl_mime *form, const struct call *call)
{
	curl_mimepart *part = curl_mime_addpart(form);
	struct text rest = text_of(call->fields);

	curl_mime_name(part, call->upload_field ? call->upload_field : "fichiers");
	curl_mime_filedata(part, call->upload);
	while (rest.data) {
		struct text value = text_cut(&rest, '&'), name = text_cut(&value, '=');
		char word[100];

		snprintf(word, sizeof word, "%.*s", TEXT_FORMAT(name));
		part = curl_mime_addpart(form);
		curl_mime_name(part, word);
		curl_mime_data(part, value.data ? value.data : "", value.size);
	}
}

void call_make(const struct call *call, struct answer *ret_answer)
{
	CURL *handle = curl_easy_init();
	struct curl_slist *headers = NULL;
	curl_mime *form = NULL;
	char url[1000], line[1000];
	long status = 0;

	buffer_init(&ret_answer->head, ANSWER_LIMIT);
	buffer_init(&ret_answer->body, ANSWER_LIMIT);
	snprintf(url, sizeof url, "http://127.0.0.1:%d%s", call->port, call->path);
	snprintf(line, sizeof line, "Authorization: Bearer %s", call->token ? call->token : "");
	if (call->token)
		headers = curl_slist_append(headers, line);
	for (size_t i = 0; i < sizeof call->headers / sizeof *call->headers && call->headers[i]; i++)
		headers = curl_slist_append(headers, call->headers[i]);
	if (call->body)
		headers = curl_slist_append(headers, "Content-Type: application/json");
	headers = curl_slist_append(headers, "Expect:");
	curl_easy_setopt(handle, CURLOPT_URL, url);
	curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call->method);
	curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(handle, CURLOPT_WRITEDATA, &ret_answer->body);
	curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take);
	curl_easy_setopt(handle, CURLOPT_HEADERDATA, &ret_answer->head);
	curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, call->is_stream ? (long)STREAM_MILLISECONDS : SECONDS * 1000L);
	if (call->body)
		curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call->body);
	if (call->upload) {
		form = curl_mime_init(handle);
		add_file(form, call);
		curl_easy_setopt(handle, CURLOPT_MIMEPOST, form);
		curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call->method);
	}
	curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_perform(handle);
	curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
	ret_answer->status = (int)status;
	curl_slist_free_all(headers);
	curl_mime_free(form);
	curl_easy_cleanup(handle);
}

void answer_release(struct answer *answer)
{
	buffer_release(&answer->head);
	buffer_release(&answer->body);
}

void answer_header(const struct answer *answer, const char *name, char *value, size_t size)
{
	struct text rest = buffer_text(&answer->head);

	*value = '\0';
	while (rest.data) {
		struct text line = text_cut(&rest, '\n'), first = text_cut(&line, ':');

		if (line.data && text_equal_ignoring_case(first, text_of(name)))
			snprintf(value, size, "%.*s", TEXT_FORMAT(text_trim(line)));
	}
}

json_t *answer_json(const struct answer *answer)
{
	json_t *value = NULL;
	int line;

	return json_parse(buffer_text(&answer->body), ANSWER_LIMIT, &value, &line) == STATUS_OK ? value : NULL;
}

/* ---- schemas */

static const json_t *follow(const json_t *root, const json_t *schema)
{
	const char *target = json_string_value(json_object_get(schema, "$ref"));
	const json_t *place = root;
	struct text rest;
	char step[200];

	if (!target)
		return schema;
	rest = text_of(target + 2);
	while (place && rest.data) {
		struct text part = text_cut(&rest, '/');

		snprintf(step, sizeof step, "%.*s", TEXT_FORMAT(part));
		place = json_object_get(place, step);
	}
	return place ? follow(root, place) : NULL;
}

static bool is_type(const json_t *value, const char *type)
{
	if (strcmp(type, "string") == 0)
		return json_is_string(value);
	if (strcmp(type, "integer") == 0)
		return json_is_integer(value);
	if (strcmp(type, "number") == 0)
		return json_is_number(value);
	if (strcmp(type, "boolean") == 0)
		return json_is_boolean(value);
	if (strcmp(type, "null") == 0)
		return json_is_null(value);
	return strcmp(type, "array") == 0 ? json_is_array(value) : json_is_object(value);
}

static bool type_fits(const json_t *types, const json_t *value)
{
	if (!types)
		return true;
	if (json_is_string(types))
		return is_type(value, json_string_value(types));
	for (size_t i = 0; i < json_array_size(types); i++)
		if (is_type(value, json_string_value(json_array_get(types, i))))
			return true;
	return false;
}

/* Patterns are beginnings: "^article_". */
static const json_t *by_pattern(const json_t *schema, const char *name)
{
	void *place = json_object_iter(json_object_get(schema, "patternProperties"));

	for (; place; place = json_object_iter_next(json_object_get(schema, "patternProperties"), place)) {
		const char *pattern = json_object_iter_key(place);

		if (strncmp(name, pattern + 1, strlen(pattern) - 1) == 0)
			return json_object_iter_value(place);
	}
	return NULL;
}

static bool object_fits(const json_t *root, const json_t *schema, const json_t *value, char *problem, size_t size)
{
	const json_t *properties = json_object_get(schema, "properties"), *required = json_object_get(schema, "required");
	bool is_closed = json_is_false(json_object_get(schema, "additionalProperties"));
	void *place = json_object_iter((json_t *)(uintptr_t)value);

	for (size_t i = 0; i < json_array_size(required); i++) {
		const char *name = json_string_value(json_array_get(required, i));

		if (json_object_get(value, name))
			continue;
		snprintf(problem, size, "%s is missing", name);
		return false;
	}
	for (; place; place = json_object_iter_next((json_t *)(uintptr_t)value, place)) {
		const char *name = json_object_iter_key(place);
		const json_t *property = json_object_get(properties, name);
		char inner[400];

		if (!property)
			property = by_pattern(schema, name);

		if (!property && is_closed) {
			snprintf(problem, size, "%s is not described", name);
			return false;
		}
		if (property && !schema_fits(root, property, json_object_iter_value(place), inner, sizeof inner)) {
			snprintf(problem, size, "%s: %s", name, inner);
			return false;
		}
	}
	return true;
}

static bool array_fits(const json_t *root, const json_t *schema, const json_t *value, char *problem, size_t size)
{
	const json_t *items = json_object_get(schema, "items");
	char inner[400];

	for (size_t i = 0; items && i < json_array_size(value); i++)
		if (!schema_fits(root, items, json_array_get(value, i), inner, sizeof inner)) {
			snprintf(problem, size, "[%zu]: %s", i, inner);
			return false;
		}
	return true;
}

bool schema_fits(const json_t *root, const json_t *schema, const json_t *value, char *problem, size_t size)
{
	const json_t *choices;

	schema = follow(root, schema);
	if (!schema || !value) {
		snprintf(problem, size, schema ? "there is no value" : "the schema leads nowhere");
		return false;
	}
	choices = json_object_get(schema, "enum");
	for (size_t i = 0; i < json_array_size(choices); i++)
		if (json_equal(json_array_get(choices, i), value))
			return true;
	if (choices) {
		snprintf(problem, size, "it is none of the choices");
		return false;
	}
	choices = json_object_get(schema, "anyOf");
	for (size_t i = 0; i < json_array_size(choices); i++)
		if (schema_fits(root, json_array_get(choices, i), value, problem, size))
			return true;
	if (choices || !type_fits(json_object_get(schema, "type"), value)) {
		snprintf(problem, size, "it has another type");
		return false;
	}
	if (json_is_object(value))
		return object_fits(root, schema, value, problem, size);
	return !json_is_array(value) || array_fits(root, schema, value, problem, size);
}

/* The judge itself can say no. */
TEST(api_schema_refuses_what_does_not_fit)
{
	static const char text[] =
		"{\"s\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":[\"integer\",\"null\"]},\"b\":{\"type\":\"array\","
		"\"items\":{\"$ref\":\"#/s\"}}},\"required\":[\"a\"],\"additionalProperties\":false}}";
	static const struct {
		const char *value;
		bool fits;
	} rows[] = {{"{\"a\":1}", true}, {"{\"a\":null,\"b\":[{\"a\":2}]}", true}, {"{\"a\":\"x\"}", false}, {"{}", false},
		{"{\"a\":1,\"c\":2}", false}, {"{\"a\":1,\"b\":[{\"a\":true}]}", false}, {"[]", false}};
	json_t *root = NULL;
	char problem[500];
	int line;

	REQUIRE(json_parse(text_of(text), 10000, &root, &line) == STATUS_OK);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *value = NULL;

		CHECK(json_parse(text_of(rows[i].value), 10000, &value, &line) == STATUS_OK);
		CHECK(schema_fits(root, json_object_get(root, "s"), value, problem, sizeof problem) == rows[i].fits);
		json_decref(value);
	}
	json_decref(root);
}
