/* The description is sound by itself: references lead somewhere, names are given once, paths name their parameters, every
 * answer and every input has words. (A validator of OpenAPI 3.1 finds no fault either: npx @redocly/cli lint.) */
#include "call.h"

#include "../journeys/conversation.h"
#include "base/json.h"
#include "base/test.h"

#include <stdio.h>
#include <string.h>

enum { DESCRIPTION_LIMIT = 4 << 20 };

static const json_t *at(const json_t *root, const char *pointer)
{
	struct text rest = text_of(pointer);
	const json_t *place = root;
	char name[200];

	(void)text_cut(&rest, '/');
	while (rest.data && place) {
		struct text part = text_cut(&rest, '/');

		snprintf(name, sizeof name, "%.*s", TEXT_FORMAT(part));
		place = json_object_get(place, name);
	}
	return place;
}

static void check_references(const json_t *root, const json_t *value)
{
	const char *target = json_string_value(json_object_get(value, "$ref")), *name;
	json_t *inner;
	size_t i;

	if (target && (strncmp(target, "#/components/", 13) != 0 || !at(root, target)))
		test_failed(__FILE__, __LINE__, "%s leads nowhere", target);
	if (json_is_array(value)) {
		json_array_foreach(value, i, inner) check_references(root, inner);
	} else if (json_is_object(value)) {
		json_object_foreach((json_t *)(uintptr_t)value, name, inner) check_references(root, inner);
	}
}

static const json_t *resolved(const json_t *root, const json_t *value)
{
	const char *target = json_string_value(json_object_get(value, "$ref"));

	return target ? at(root, target) : value;
}

/* Every {name} of the path is a parameter of the operation, and every parameter but conditions has words. */
static void check_parameters(const json_t *root, const char *path, const json_t *operation)
{
	json_t *parameter;
	size_t i, in_path = 0, braces = 0;

	for (const char *c = path; *c; c++)
		braces += *c == '{';
	json_array_foreach(json_object_get(operation, "parameters"), i, parameter)
	{
		const json_t *whole = resolved(root, parameter);
		const char *name = json_string_value(json_object_get(whole, "name")),
			   *place = json_string_value(json_object_get(whole, "in"));

		CHECK(name && place);
		if (!name || !place)
			continue;
		in_path += strcmp(place, "path") == 0;
		if (strcmp(place, "path") != 0 && !json_object_get(whole, "description"))
			test_failed(__FILE__, __LINE__, "%s: no words for %s", path, name);
	}
	CHECK_INTEGER((long long)in_path, (long long)braces);
}

static void check_answers(const json_t *root, const char *path, const json_t *operation)
{
	const json_t *answers = json_object_get(operation, "responses");
	json_t *answer;
	const char *code;

	CHECK(json_object_get(answers, "200") && json_object_get(answers, "401") && json_object_get(answers, "429"));
	json_object_foreach((json_t *)(uintptr_t)answers, code, answer)
		if (!json_object_get(resolved(root, answer), "description"))
			test_failed(__FILE__, __LINE__, "%s: no words for %s", path, code);
}

TEST(api_openapi_is_sound)
{
	json_t *root = NULL, *names = json_object(), *methods, *operation;
	const char *path, *method;
	struct run run;
	int line;

	RUN(&run, "openapi");
	CHECK_INTEGER(run.code, 0);
	CHECK(json_parse(buffer_text(&run.out), DESCRIPTION_LIMIT, &root, &line) == STATUS_OK);
	run_release(&run);
	CHECK_TEXT(text_of(json_string_value(json_object_get(root, "openapi"))), "3.1.0");
	check_references(root, root);
	json_object_foreach(json_object_get(root, "paths"), path, methods) json_object_foreach(methods, method, operation)
	{
		const char *name = json_string_value(json_object_get(operation, "operationId"));

		if (!name || json_object_get(names, name))
			test_failed(__FILE__, __LINE__, "%s %s has no name of its own", method, path);
		else
			json_object_set_new(names, name, json_true());
		check_parameters(root, path, operation);
		check_answers(root, path, operation);
	}
	CHECK(json_object_size(names) > 100);
	json_decref(names);
	json_decref(root);
}
