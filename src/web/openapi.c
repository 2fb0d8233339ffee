/* Each route row becomes an operation; each shape a schema. */
#include "web/openapi.h"

#include "base/json.h"
#include "web/router.h"

#include <ctype.h>
#include <string.h>

enum { SHAPE_LIMIT = 200 };

struct describing {
	struct arena *arena;
	struct json_writer json;
	enum language language;
	const struct module *const *modules;
	const struct api_shape *shapes[SHAPE_LIMIT];
	size_t shape_count;
};

bool openapi_has(const struct route *route)
{
	return strcmp(route->needs, ROUTE_PUBLIC) != 0 && (!route->page || route->data);
}

void openapi_path(struct buffer *out, const struct route *route)
{
	struct text rest = text_of(route->path);

	buffer_string(out, "/api/v1");
	(void)text_cut(&rest, '/');
	while (rest.data) {
		struct text part = text_cut(&rest, '/');

		buffer_byte(out, '/');
		if (text_starts_with(part, TEXT(":")))
			buffer_format(out, "{%.*s}", TEXT_FORMAT(text_slice(part, 1, part.size)));
		else
			buffer_append(out, part);
	}
}

static void put_string(struct describing *d, const char *key, const char *value)
{
	put_key(&d->json, key);
	put_text(&d->json, text_of(value));
}

static void put_reference(struct describing *d, const char *kind, const char *name)
{
	AUTO(buffer_release) struct buffer target = {0};

	buffer_init(&target, 400);
	buffer_format(&target, "#/components/%s/%s", kind, name);
	put_object(&d->json);
	put_key(&d->json, "$ref");
	put_text(&d->json, buffer_text(&target));
	put_object_end(&d->json);
}

/* ---- shapes */

static void collect(struct describing *d, const struct api_shape *shape)
{
	if (!shape)
		return;
	for (size_t i = 0; i < d->shape_count; i++)
		if (d->shapes[i] == shape)
			return;
	if (d->shape_count == SHAPE_LIMIT)
		return;
	d->shapes[d->shape_count++] = shape;
	for (const struct api_field *field = shape->fields; field->name; field++)
		collect(d, field->of);
}

static const struct {
	const char *type, *format;
} kinds[] = {
	[API_TEXT] = {"string", NULL},
	[API_INTEGER] = {"integer", NULL},
	[API_DECIMAL] = {"number", NULL},
	[API_REAL] = {"number", "double"},
	[API_BOOLEAN] = {"boolean", NULL},
	[API_DATE] = {"string", "date"},
	[API_TIME] = {"string", "date-time"},
	[API_OBJECT] = {"object", NULL},
	[API_ANY] = {NULL, NULL},
};

static void put_type(struct describing *d, const char *type, bool may_be_null)
{
	put_key(&d->json, "type");
	if (!may_be_null) {
		put_text(&d->json, text_of(type));
		return;
	}
	put_array(&d->json);
	put_text(&d->json, text_of(type));
	put_text(&d->json, TEXT("null"));
	put_array_end(&d->json);
}

static void put_one(struct describing *d, const struct api_field *field, bool may_be_null)
{
	if (field->kind == API_OBJECT && field->of && !may_be_null) {
		put_reference(d, "schemas", field->of->name);
		return;
	}
	put_object(&d->json);
	if (field->kind == API_OBJECT && field->of) {
		put_key(&d->json, "anyOf");
		put_array(&d->json);
		put_reference(d, "schemas", field->of->name);
		put_object(&d->json);
		put_string(d, "type", "null");
		put_object_end(&d->json);
		put_array_end(&d->json);
	} else if (kinds[field->kind].type) {
		put_type(d, kinds[field->kind].type, may_be_null);
		if (kinds[field->kind].format)
			put_string(d, "format", kinds[field->kind].format);
	}
	if (field->label && !field->is_list)
		put_string(d, "description", tr(d->language, field->label));
	put_object_end(&d->json);
}

static void put_field(struct describing *d, const struct api_field *field)
{
	put_key(&d->json, field->name);
	if (!field->is_list) {
		put_one(d, field, field->may_be_null);
		return;
	}
	put_object(&d->json);
	put_type(d, "array", field->may_be_null);
	put_key(&d->json, "items");
	put_one(d, field, false);
	if (field->label)
		put_string(d, "description", tr(d->language, field->label));
	put_object_end(&d->json);
}

/* Every field is there, null where it has no value, and no other. */
static void put_shape(struct describing *d, const struct api_shape *shape)
{
	put_key(&d->json, shape->name);
	put_object(&d->json);
	put_string(d, "type", "object");
	put_key(&d->json, "properties");
	put_object(&d->json);
	for (const struct api_field *field = shape->fields; field->name; field++)
		put_field(d, field);
	put_object_end(&d->json);
	put_key(&d->json, "required");
	put_array(&d->json);
	for (const struct api_field *field = shape->fields; field->name; field++)
		put_text(&d->json, text_of(field->name));
	put_array_end(&d->json);
	put_key(&d->json, "additionalProperties");
	put_bool(&d->json, false);
	put_object_end(&d->json);
}

static const struct api_field error_fields[] = {
	{"field", TR("Le champ en cause"), API_TEXT, .may_be_null = false},
	{"detail", TR("Ce qui ne va pas, en clair"), API_TEXT, .may_be_null = false},
	{0},
};
static const struct api_shape error_shape = {"FieldProblem", error_fields};
static const struct api_field done_fields[] = {
	{"location", TR("L'adresse du résultat"), API_TEXT, .may_be_null = true},
	{"message", TR("Ce qui a été fait, en clair"), API_TEXT, .may_be_null = true},
	{0},
};
static const struct api_shape done_shape = {"Done", done_fields};

/* RFC 9457; errors only when single fields are wrong. */
static void put_problem_shape(struct describing *d)
{
	static const char *const texts[] = {"type", "title", "detail", "code", "instance"};

	put_key(&d->json, "Problem");
	put_object(&d->json);
	put_string(d, "type", "object");
	put_key(&d->json, "properties");
	put_object(&d->json);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		put_key(&d->json, texts[i]);
		put_object(&d->json);
		put_string(d, "type", "string");
		put_object_end(&d->json);
	}
	put_key(&d->json, "status");
	put_object(&d->json);
	put_string(d, "type", "integer");
	put_object_end(&d->json);
	put_field(d, &(struct api_field){"errors", TR("Un par champ en cause"), API_OBJECT, .is_list = true, .of = &error_shape});
	put_object_end(&d->json);
	put_key(&d->json, "required");
	put_array(&d->json);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		put_text(&d->json, text_of(texts[i]));
	put_text(&d->json, TEXT("status"));
	put_array_end(&d->json);
	put_key(&d->json, "additionalProperties");
	put_bool(&d->json, false);
	put_object_end(&d->json);
}

/* ---- operations */

/* "GET /envois/:id" → "get_envois_id" */
static void put_operation_id(struct describing *d, const struct route *route)
{
	AUTO(buffer_release) struct buffer id = {0};

	buffer_init(&id, 400);
	for (const char *c = method_name(route->method); *c; c++)
		buffer_byte(&id, (char)tolower((unsigned char)*c));
	for (const char *c = route->path; *c; c++)
		if (isalnum((unsigned char)*c))
			buffer_byte(&id, *c);
		else if (id.size && id.data[id.size - 1] != '_')
			buffer_byte(&id, '_');
	put_key(&d->json, "operationId");
	put_text(&d->json, buffer_text(&id));
}

static bool is_in_path(const struct route *route, struct text name)
{
	for (size_t i = 0; route_parameter(route, i).data; i++)
		if (text_equal(route_parameter(route, i), name))
			return true;
	return false;
}

static void put_parameter(struct describing *d, struct text name, const char *place, bool required)
{
	put_object(&d->json);
	put_key(&d->json, "name");
	put_text(&d->json, name);
	put_string(d, "in", place);
	put_key(&d->json, "required");
	put_bool(&d->json, required);
	put_key(&d->json, "schema");
	put_object(&d->json);
	put_string(d, "type", "string");
	put_object_end(&d->json);
	put_object_end(&d->json);
}

static void put_parameters(struct describing *d, const struct route *route)
{
	struct text rest = text_of(route->inputs);

	put_key(&d->json, "parameters");
	put_array(&d->json);
	for (size_t i = 0; route_parameter(route, i).data; i++)
		put_parameter(d, route_parameter(route, i), "path", true);
	while (route->method == METHOD_GET && rest.data) {
		struct text name = text_cut(&rest, ' ');

		if (name.size && !is_in_path(route, name) && name.data[name.size - 1] != '*')
			put_parameter(d, name, "query", false);
	}
	if (route->method == METHOD_GET) {
		put_parameter(d, TEXT("If-None-Match"), "header", false);
	} else {
		put_parameter(d, TEXT("Idempotency-Key"), "header", false);
		put_parameter(d, TEXT("If-Match"), "header", false);
	}
	put_array_end(&d->json);
}

/* A value as it is typed in a form; several when the field may be given more than once. */
static void put_input_type(struct describing *d)
{
	static const char *const types[] = {"string", "number", "boolean", "null", "array"};

	put_object(&d->json);
	put_key(&d->json, "type");
	put_array(&d->json);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		put_text(&d->json, text_of(types[i]));
	put_array_end(&d->json);
	put_object_end(&d->json);
}

static void put_body_schema(struct describing *d, const struct route *route)
{
	struct text rest = text_of(route->inputs);
	bool is_open = false;

	put_object(&d->json);
	put_string(d, "type", "object");
	put_key(&d->json, "properties");
	put_object(&d->json);
	if (route->upload) {
		put_key(&d->json, route->upload);
		put_object(&d->json);
		put_string(d, "type", "array");
		put_key(&d->json, "items");
		put_object(&d->json);
		put_string(d, "type", "string");
		put_string(d, "format", "binary");
		put_object_end(&d->json);
		put_object_end(&d->json);
	}
	while (rest.data) {
		struct text name = text_cut(&rest, ' ');

		if (!name.size || is_in_path(route, name))
			continue;
		if (name.data[name.size - 1] == '*') {
			is_open = true;
			continue;
		}
		put_key(&d->json, arena_string(d->arena, name));
		put_input_type(d);
	}
	put_object_end(&d->json);
	put_key(&d->json, "additionalProperties");
	put_bool(&d->json, is_open);
	put_object_end(&d->json);
}

static void put_request(struct describing *d, const struct route *route)
{
	put_key(&d->json, "requestBody");
	put_object(&d->json);
	put_key(&d->json, "content");
	put_object(&d->json);
	put_key(&d->json, route->upload ? "multipart/form-data" : "application/json");
	put_object(&d->json);
	put_key(&d->json, "schema");
	put_body_schema(d, route);
	put_object_end(&d->json);
	put_object_end(&d->json);
	put_object_end(&d->json);
}

static void put_list_schema(struct describing *d, const struct api_shape *shape)
{
	put_object(&d->json);
	put_string(d, "type", "object");
	put_key(&d->json, "properties");
	put_object(&d->json);
	put_field(d, &(struct api_field){"items", NULL, shape ? API_OBJECT : API_ANY, .is_list = true, .of = shape});
	put_field(d, &(struct api_field){"next", TR("L'adresse de la suite"), API_TEXT, .may_be_null = true});
	put_object_end(&d->json);
	put_key(&d->json, "required");
	put_array(&d->json);
	put_text(&d->json, TEXT("items"));
	put_text(&d->json, TEXT("next"));
	put_array_end(&d->json);
	put_key(&d->json, "additionalProperties");
	put_bool(&d->json, false);
	put_object_end(&d->json);
}

static const char *content_of(const struct route *route)
{
	if (route->stream)
		return "text/event-stream";
	return route->data || route->method != METHOD_GET ? "application/json" : "*/*";
}

static void put_success(struct describing *d, const struct route *route)
{
	const struct api_shape *shape = route->data || route->shape ? route->shape : &done_shape;

	put_key(&d->json, "200");
	put_object(&d->json);
	put_string(d, "description", tr(d->language, TR("Fait")));
	put_key(&d->json, "content");
	put_object(&d->json);
	put_key(&d->json, content_of(route));
	put_object(&d->json);
	if (strcmp(content_of(route), "application/json") == 0) {
		put_key(&d->json, "schema");
		if (route->is_list) {
			put_list_schema(d, shape);
		} else if (shape) {
			put_reference(d, "schemas", shape->name);
		} else {
			put_object(&d->json);
			put_object_end(&d->json);
		}
	}
	put_object_end(&d->json);
	put_object_end(&d->json);
	put_object_end(&d->json);
}

static void put_responses(struct describing *d, const struct route *route)
{
	put_key(&d->json, "responses");
	put_object(&d->json);
	put_success(d, route);
	if (route->data) {
		put_key(&d->json, "304");
		put_object(&d->json);
		put_string(d, "description", tr(d->language, TR("Rien n'a changé")));
		put_object_end(&d->json);
	}
	put_key(&d->json, "default");
	put_reference(d, "responses", "Problem");
	put_object_end(&d->json);
}

static void put_operation(struct describing *d, const struct module *module, const struct route *route)
{
	AUTO(buffer_release) struct buffer method = {0};

	buffer_init(&method, 20);
	for (const char *c = method_name(route->method); *c; c++)
		buffer_byte(&method, (char)tolower((unsigned char)*c));
	put_key(&d->json, method.data ? method.data : "get");
	put_object(&d->json);
	put_operation_id(d, route);
	put_string(d, "summary", tr(d->language, route->label));
	put_key(&d->json, "tags");
	put_array(&d->json);
	put_text(&d->json, text_of(module->name));
	put_array_end(&d->json);
	put_string(d, "x-permission", strcmp(route->needs, ROUTE_SIGNED_IN) == 0 ? "" : route->needs);
	put_parameters(d, route);
	if (route->method != METHOD_GET)
		put_request(d, route);
	put_responses(d, route);
	put_object_end(&d->json);
}

/* Routes of one path stand together; the first of them prints all. */
static bool is_first_of_path(const struct describing *d, const struct route *route)
{
	for (const struct module *const *module = d->modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++)
			if (openapi_has(row) && strcmp(row->path, route->path) == 0)
				return row == route;
	return false;
}

static void put_path(struct describing *d, const struct route *route)
{
	AUTO(buffer_release) struct buffer path = {0};

	buffer_init(&path, 400);
	openapi_path(&path, route);
	put_key(&d->json, path.data ? path.data : "");
	put_object(&d->json);
	for (const struct module *const *module = d->modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++)
			if (openapi_has(row) && strcmp(row->path, route->path) == 0)
				put_operation(d, *module, row);
	put_object_end(&d->json);
}

static void put_head(struct describing *d)
{
	put_string(d, "openapi", "3.1.0");
	put_key(&d->json, "info");
	put_object(&d->json);
	put_string(d, "title", "Vigie");
	put_string(d, "version", "1");
	put_string(d, "description",
		tr(d->language,
			TR("Chaque page a son pendant pour les programmes. Un jeton d'accès par programme ; les listes donnent "
			   "l'adresse de leur suite ; une clé d'idempotence rend une demande répétable ; les erreurs suivent la "
			   "RFC 9457.")));
	put_object_end(&d->json);
	put_key(&d->json, "security");
	put_array(&d->json);
	put_object(&d->json);
	put_key(&d->json, "token");
	put_array(&d->json);
	put_array_end(&d->json);
	put_object_end(&d->json);
	put_array_end(&d->json);
}

static void put_components(struct describing *d)
{
	put_key(&d->json, "components");
	put_object(&d->json);
	put_key(&d->json, "securitySchemes");
	put_object(&d->json);
	put_key(&d->json, "token");
	put_object(&d->json);
	put_string(d, "type", "http");
	put_string(d, "scheme", "bearer");
	put_object_end(&d->json);
	put_object_end(&d->json);
	put_key(&d->json, "responses");
	put_object(&d->json);
	put_key(&d->json, "Problem");
	put_object(&d->json);
	put_string(d, "description", tr(d->language, TR("La demande n'a pas abouti")));
	put_key(&d->json, "content");
	put_object(&d->json);
	put_key(&d->json, "application/problem+json");
	put_object(&d->json);
	put_key(&d->json, "schema");
	put_reference(d, "schemas", "Problem");
	put_object_end(&d->json);
	put_object_end(&d->json);
	put_object_end(&d->json);
	put_object_end(&d->json);
	put_key(&d->json, "schemas");
	put_object(&d->json);
	for (size_t i = 0; i < d->shape_count; i++)
		put_shape(d, d->shapes[i]);
	put_problem_shape(d);
	put_object_end(&d->json);
	put_object_end(&d->json);
}

enum status openapi_print(const struct module *const *modules, enum language language, struct buffer *out)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct describing *d = arena ? ARENA_NEW(arena, struct describing) : NULL;

	if (!d)
		return STATUS_NO_MEMORY;
	d->arena = arena;
	d->language = language;
	d->modules = modules;
	collect(d, &error_shape);
	collect(d, &done_shape);
	for (const struct module *const *module = modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++)
			if (openapi_has(row))
				collect(d, row->shape);
	put_begin(&d->json, out);
	put_object(&d->json);
	put_head(d);
	put_key(&d->json, "paths");
	put_object(&d->json);
	for (const struct module *const *module = modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++)
			if (openapi_has(row) && is_first_of_path(d, row))
				put_path(d, row);
	put_object_end(&d->json);
	put_components(d);
	put_object_end(&d->json);
	return buffer_status(out);
}
