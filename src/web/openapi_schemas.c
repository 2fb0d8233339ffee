/* Shapes as JSON schemas. */
#include "web/describing.h"

void describe_string(struct describing *d, const char *key, const char *value)
{
	put_key(&d->json, key);
	put_text(&d->json, text_of(value));
}

void describe_reference(struct describing *d, const char *kind, const char *name)
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

void describe_collect(struct describing *d, const struct api_shape *shape)
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
		describe_collect(d, field->of);
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

void describe_kind(struct describing *d, enum api_kind kind, bool may_be_null)
{
	if (kinds[kind].type)
		put_type(d, kinds[kind].type, may_be_null);
	if (kinds[kind].format)
		describe_string(d, "format", kinds[kind].format);
}

static void put_one(struct describing *d, const struct api_field *field, bool may_be_null)
{
	if (field->kind == API_OBJECT && field->of && !may_be_null) {
		describe_reference(d, "schemas", field->of->name);
		return;
	}
	put_object(&d->json);
	if (field->kind == API_OBJECT && field->of) {
		put_key(&d->json, "anyOf");
		put_array(&d->json);
		describe_reference(d, "schemas", field->of->name);
		put_object(&d->json);
		describe_string(d, "type", "null");
		put_object_end(&d->json);
		put_array_end(&d->json);
	} else {
		describe_kind(d, field->kind, may_be_null);
	}
	if (field->label && !field->is_list)
		describe_string(d, "description", tr(d->language, field->label));
	put_object_end(&d->json);
}

void describe_field(struct describing *d, const struct api_field *field)
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
		describe_string(d, "description", tr(d->language, field->label));
	put_object_end(&d->json);
}

/* Every field is there, null where it has no value, and no other. */
static void put_shape(struct describing *d, const struct api_shape *shape)
{
	put_key(&d->json, shape->name);
	put_object(&d->json);
	describe_string(d, "type", "object");
	put_key(&d->json, "properties");
	put_object(&d->json);
	for (const struct api_field *field = shape->fields; field->name; field++)
		describe_field(d, field);
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
	{"pointer", TR("Sa place dans la demande (pointeur JSON)"), API_TEXT, .may_be_null = true},
	{"detail", TR("Ce qui ne va pas, en clair"), API_TEXT, .may_be_null = false},
	{0},
};
static const struct api_shape error_shape = {"FieldProblem", error_fields};
static const struct api_field done_fields[] = {
	{"location", TR("L'adresse du résultat"), API_TEXT, .may_be_null = true},
	{"message", TR("Ce qui a été fait, en clair"), API_TEXT, .may_be_null = true},
	{0},
};
const struct api_shape openapi_done_shape = {"Done", done_fields};
static const struct api_field total_fields[] = {
	{"rows", TR("Combien de lignes ; 200 au plus dans une liste donnée par parties"), API_INTEGER, .may_be_null = false},
	{"or_more", TR("Vrai s'il y en a davantage"), API_BOOLEAN, .may_be_null = false},
	{0},
};
const struct api_shape openapi_total_shape = {"ListTotal", total_fields};

/* RFC 9457; errors only when single fields are wrong. */
static void put_problem_shape(struct describing *d)
{
	static const char *const texts[] = {"type", "title", "detail", "code", "instance"};

	put_key(&d->json, "Problem");
	put_object(&d->json);
	describe_string(d, "type", "object");
	put_key(&d->json, "properties");
	put_object(&d->json);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		put_key(&d->json, texts[i]);
		put_object(&d->json);
		describe_string(d, "type", "string");
		put_object_end(&d->json);
	}
	put_key(&d->json, "status");
	put_object(&d->json);
	describe_string(d, "type", "integer");
	put_object_end(&d->json);
	describe_field(d, &(struct api_field){"errors", TR("Un par champ en cause"), API_OBJECT, .is_list = true, .of = &error_shape});
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

void describe_shapes(struct describing *d)
{
	describe_collect(d, &error_shape);
	describe_collect(d, &openapi_done_shape);
	describe_collect(d, &openapi_total_shape);
	put_key(&d->json, "schemas");
	put_object(&d->json);
	for (size_t i = 0; i < d->shape_count; i++)
		put_shape(d, d->shapes[i]);
	put_problem_shape(d);
	put_object_end(&d->json);
}
