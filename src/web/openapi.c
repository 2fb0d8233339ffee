/* Each route row becomes an operation. */
#include "web/openapi.h"

#include "web/describing.h"
#include "web/router.h"

#include <ctype.h>
#include <string.h>

bool openapi_has(const struct route *route)
{
	return strcmp(route->needs, ROUTE_PUBLIC) != 0 && !route->for_people && (!route->page || route->data);
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

/* What lists of all modules share. */
static const struct api_input shared[] = {
	{"recherche", TR("Mots à chercher, sans souci des accents"), .kind = API_TEXT},
	{"avant", TR("Où reprendre la liste : pris dans l'adresse de la suite"), .kind = API_TEXT},
	{"apres", TR("Où reprendre la liste : pris dans l'adresse de la suite"), .kind = API_TEXT},
	{"limite", TR("Combien de lignes par réponse, de 1 à 500"), .kind = API_INTEGER},
	{"total", TR("Dire aussi combien de lignes la liste a, jusqu'à 200"), .kind = API_BOOLEAN},
	{"page", TR("Le numéro de la page"), .kind = API_INTEGER, .for_pages = true},
	{"du", TR("Premier jour"), .kind = API_DATE},
	{"au", TR("Dernier jour"), .kind = API_DATE},
	{0},
};

static const struct api_input *input_in(const struct api_input *rows, const struct route *route, struct text name)
{
	const struct api_input *found = NULL;

	for (const struct api_input *row = rows; row && row->name; row++)
		if (text_is(name, row->name) && (row->path ? strcmp(row->path, route->path) == 0 : !found)) {
			found = row;
			if (row->path)
				return row;
		}
	return found;
}

const struct api_input *openapi_input(const struct module *module, const struct route *route, struct text name)
{
	const struct api_input *found = input_in(module->inputs, route, name);

	return found ? found : input_in(shared, route, name);
}

bool openapi_has_input(const struct module *module, const struct route *route, struct text name)
{
	const struct api_input *row = openapi_input(module, route, name);

	return name.size && !is_in_path(route, name) && !(row && row->for_pages);
}

/* The schema of one value. A path's parameters are numbers where they are called id. */
static void put_input_schema(struct describing *d, const struct api_input *row, bool is_several)
{
	struct text rest = text_of(row ? row->choices : NULL);

	put_object(&d->json);
	if (is_several) {
		describe_string(d, "type", "array");
		put_key(&d->json, "items");
		put_object(&d->json);
	}
	describe_kind(d, row ? row->kind : API_TEXT, false);
	if (rest.data) {
		put_key(&d->json, "enum");
		put_array(&d->json);
		while (rest.data)
			put_text(&d->json, text_cut(&rest, ' '));
		put_array_end(&d->json);
	}
	if (is_several)
		put_object_end(&d->json);
	if (row && !is_several && row->label)
		describe_string(d, "description", tr(d->language, row->label));
	put_object_end(&d->json);
}

static void put_parameter(struct describing *d, struct text name, const struct api_input *row, const char *place)
{
	bool is_path = strcmp(place, "path") == 0;

	put_object(&d->json);
	put_key(&d->json, "name");
	put_text(&d->json, name);
	describe_string(d, "in", place);
	put_key(&d->json, "required");
	put_bool(&d->json, is_path || (row && row->is_required));
	if (row && row->label)
		describe_string(d, "description", tr(d->language, row->label));
	put_key(&d->json, "schema");
	if (is_path && !row && text_is(name, "id")) {
		put_object(&d->json);
		describe_string(d, "type", "integer");
		put_object_end(&d->json);
	} else {
		put_input_schema(d, row ? &(struct api_input){.kind = row->kind, .choices = row->choices} : NULL,
			row && row->is_list);
	}
	put_object_end(&d->json);
}

static void put_parameters(struct describing *d, const struct module *module, const struct route *route)
{
	struct text rest = text_of(route->inputs);

	put_key(&d->json, "parameters");
	put_array(&d->json);
	for (size_t i = 0; route_parameter(route, i).data; i++) {
		struct text name = route_parameter(route, i);

		put_parameter(d, name, text_is(name, "id") ? NULL : openapi_input(module, route, name), "path");
	}
	while (route->method == METHOD_GET && rest.data) {
		struct text name = text_cut(&rest, ' ');

		if (openapi_has_input(module, route, name) && name.data[name.size - 1] != '*')
			put_parameter(d, name, openapi_input(module, route, name), "query");
	}
	if (route_goes_on(route))
		put_parameter(d, TEXT("limite"), openapi_input(module, route, TEXT("limite")), "query");
	if (route->is_list)
		put_parameter(d, TEXT("total"), openapi_input(module, route, TEXT("total")), "query");
	if (route->data) {
		describe_reference(d, "parameters", "If-None-Match");
	} else if (route->method != METHOD_GET) {
		describe_reference(d, "parameters", "Idempotency-Key");
		describe_reference(d, "parameters", "If-Match");
	}
	put_array_end(&d->json);
}

/* The files, when `with_files`, and the inputs by name. */
static void put_properties(struct describing *d, const struct module *module, const struct route *route, bool with_files)
{
	struct text rest = text_of(route->inputs);

	put_key(&d->json, "properties");
	put_object(&d->json);
	if (with_files) {
		put_key(&d->json, route->upload);
		put_object(&d->json);
		describe_string(d, "type", "array");
		put_key(&d->json, "items");
		put_object(&d->json);
		describe_string(d, "type", "string");
		describe_string(d, "format", "binary");
		put_object_end(&d->json);
		put_object_end(&d->json);
	}
	while (rest.data) {
		struct text name = text_cut(&rest, ' ');
		const struct api_input *row = openapi_input(module, route, name);

		if (!openapi_has_input(module, route, name) || name.data[name.size - 1] == '*')
			continue;
		put_key(&d->json, arena_string(d->arena, name));
		put_input_schema(d, row, row && row->is_list);
	}
	put_object_end(&d->json);
}

/* "article_*": all names that begin so. */
static void put_patterns(struct describing *d, const struct module *module, const struct route *route)
{
	struct text rest = text_of(route->inputs);

	while (rest.data) {
		struct text name = text_cut(&rest, ' ');

		if (!name.size || name.data[name.size - 1] != '*')
			continue;
		put_key(&d->json, "patternProperties");
		put_object(&d->json);
		put_key(&d->json, arena_format(d->arena, "^%.*s", (int)name.size - 1, name.data).data);
		put_input_schema(d, openapi_input(module, route, name), false);
		put_object_end(&d->json);
		return;
	}
}

static void put_body_schema(struct describing *d, const struct module *module, const struct route *route, bool with_files)
{
	struct text rest = text_of(route->inputs);

	put_object(&d->json);
	describe_string(d, "type", "object");
	put_properties(d, module, route, with_files);
	put_patterns(d, module, route);
	put_key(&d->json, "required");
	put_array(&d->json);
	while (rest.data) {
		struct text name = text_cut(&rest, ' ');
		const struct api_input *row = openapi_input(module, route, name);

		if (row && row->is_required && openapi_has_input(module, route, name))
			put_text(&d->json, name);
	}
	put_array_end(&d->json);
	put_key(&d->json, "additionalProperties");
	put_bool(&d->json, false);
	put_object_end(&d->json);
}

static void put_content(struct describing *d, const struct module *module, const struct route *route, bool with_files)
{
	put_key(&d->json, with_files ? "multipart/form-data" : "application/json");
	put_object(&d->json);
	put_key(&d->json, "schema");
	put_body_schema(d, module, route, with_files);
	put_object_end(&d->json);
}

static bool has_body_inputs(const struct module *module, const struct route *route)
{
	struct text rest = text_of(route->inputs);

	while (rest.data)
		if (openapi_has_input(module, route, text_cut(&rest, ' ')))
			return true;
	return false;
}

static void put_request(struct describing *d, const struct module *module, const struct route *route)
{
	put_key(&d->json, "requestBody");
	put_object(&d->json);
	put_key(&d->json, "content");
	put_object(&d->json);
	if (route->upload)
		put_content(d, module, route, true);
	if (!route->upload || has_body_inputs(module, route))
		put_content(d, module, route, false);
	put_object_end(&d->json);
	put_object_end(&d->json);
}

static void put_list_schema(struct describing *d, const struct api_shape *shape)
{
	put_object(&d->json);
	describe_string(d, "type", "object");
	put_key(&d->json, "properties");
	put_object(&d->json);
	describe_field(d, &(struct api_field){"items", NULL, shape ? API_OBJECT : API_ANY, .is_list = true, .of = shape});
	describe_field(d, &(struct api_field){"next", TR("L'adresse de la suite"), API_TEXT, .may_be_null = true});
	describe_field(d, &(struct api_field){"total", NULL, API_OBJECT, .of = &openapi_total_shape});
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
	const struct api_shape *shape = route->data || route->shape ? route->shape : &openapi_done_shape;

	put_key(&d->json, "200");
	put_object(&d->json);
	describe_string(d, "description", tr(d->language, TR("Fait")));
	describe_answer_headers(d, route);
	put_key(&d->json, "content");
	put_object(&d->json);
	put_key(&d->json, content_of(route));
	put_object(&d->json);
	if (strcmp(content_of(route), "application/json") == 0) {
		put_key(&d->json, "schema");
		if (route->is_list) {
			put_list_schema(d, shape);
		} else if (shape) {
			describe_reference(d, "schemas", shape->name);
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
		describe_string(d, "description", tr(d->language, TR("Rien n'a changé")));
		put_object_end(&d->json);
	}
	for (const struct failure *row = describe_failures(); row->http; row++)
		if (failure_is_of(row, route)) {
			put_key(&d->json, arena_format(d->arena, "%d", row->http).data);
			describe_reference(d, "responses", failure_name(row));
		}
	put_key(&d->json, "default");
	describe_reference(d, "responses", "Problem");
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
	describe_string(d, "summary", tr(d->language, route->label));
	put_key(&d->json, "tags");
	put_array(&d->json);
	put_text(&d->json, text_of(module->name));
	put_array_end(&d->json);
	describe_string(d, "x-permission", strcmp(route->needs, ROUTE_SIGNED_IN) == 0 ? "" : route->needs);
	put_parameters(d, module, route);
	if (route->method != METHOD_GET)
		put_request(d, module, route);
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

/* The module that stands behind an operation, in words. */
static void put_tags(struct describing *d)
{
	put_key(&d->json, "tags");
	put_array(&d->json);
	for (const struct module *const *module = d->modules; *module; module++) {
		put_object(&d->json);
		describe_string(d, "name", (*module)->name);
		describe_string(d, "description", tr(d->language, (*module)->label));
		put_object_end(&d->json);
	}
	put_array_end(&d->json);
}

static void put_head(struct describing *d)
{
	describe_string(d, "openapi", "3.1.0");
	put_key(&d->json, "info");
	put_object(&d->json);
	describe_string(d, "title", "Vigie");
	describe_string(d, "version", "1");
	describe_string(d, "description",
		tr(d->language,
			TR("Chaque page a son pendant pour les programmes. Un jeton d'accès par programme ; les listes donnent "
			   "l'adresse de leur suite ; une clé d'idempotence rend une demande répétable ; les erreurs suivent la "
			   "RFC 9457.")));
	put_key(&d->json, "license");
	put_object(&d->json);
	describe_string(d, "name", "Apache-2.0");
	describe_string(d, "identifier", "Apache-2.0");
	put_object_end(&d->json);
	put_object_end(&d->json);
	put_key(&d->json, "servers");
	put_array(&d->json);
	put_object(&d->json);
	describe_string(d, "url", "/");
	put_object_end(&d->json);
	put_array_end(&d->json);
	put_tags(d);
	put_key(&d->json, "security");
	put_array(&d->json);
	put_object(&d->json);
	put_key(&d->json, "token");
	put_array(&d->json);
	put_array_end(&d->json);
	put_object_end(&d->json);
	put_array_end(&d->json);
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
	for (const struct module *const *module = modules; *module; module++)
		for (const struct route *row = (*module)->routes; row && row->path; row++)
			if (openapi_has(row))
				describe_collect(d, row->shape);
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
	describe_components(d);
	put_object_end(&d->json);
	return buffer_status(out);
}
