/* What the tests of all routes share. */
#include "walk.h"

#include "../journeys/conversation.h"
#include "base/test.h"

#include <stdio.h>
#include <string.h>

static char first[64];

const char *walk_password(void)
{
	return first;
}

bool walk_prepare(const char *url, const char *file)
{
	char declaration[PATH_ROOM * 2];
	struct run run;
	bool done;

	RUN(&run, "first-run", "--empty", "--db", url);
	done = run.code == 0 && first_password(buffer_text(&run.out), "admin", first, sizeof first);
	run_release(&run);
	snprintf(declaration, sizeof declaration, "%s/tests/journeys/files/sad.xml", test_source_folder());
	RUN(&run, "import", declaration, "--db", url);
	done = done && run.code == 0;
	run_release(&run);
	if (file) {
		RUN(&run, "import", file, "--db", url);
		done = done && run.code == 0;
		if (run.code != 0)
			fprintf(stderr, "%s", run.err.data);
		run_release(&run);
	}
	if (!done)
		test_failed(__FILE__, __LINE__, "no database to walk over");
	return done;
}

static const char *plausible(const struct route *route, struct text parameter)
{
	if (text_is(parameter, "genre"))
		return "hs";
	if (text_is(parameter, "code"))
		return route->method == METHOD_GET ? "1" : "rien";
	return route->method == METHOD_GET ? "1" : "999999";
}

void walk_path(const struct route *route, const char *name, struct text value, char *path, size_t size)
{
	AUTO(buffer_release) struct buffer out;
	struct text rest = text_of(route->path);
	bool used = !name;

	buffer_init(&out, 1 << 20);
	(void)text_cut(&rest, '/');
	while (rest.data) {
		struct text part = text_cut(&rest, '/');

		buffer_byte(&out, '/');
		if (!text_starts_with(part, TEXT(":"))) {
			buffer_append(&out, part);
			continue;
		}
		part = text_slice(part, 1, part.size);
		if (name && text_is(part, name))
			url_encode(&out, value);
		else
			buffer_string(&out, plausible(route, part));
		used = used || text_is(part, name);
	}
	if (!used) {
		buffer_format(&out, "?%s=", name);
		url_encode(&out, value);
	}
	snprintf(path, size, "%s", out.data ? out.data : "/");
}

void walk_inputs(const struct route *route, void (*each)(void *context, const struct route *route, const char *name),
	void *context)
{
	struct text rest = text_of(route->inputs);
	char name[80];

	while (rest.data) {
		struct text part = text_cut(&rest, ' ');

		if (!part.size)
			continue;
		snprintf(name, sizeof name, "%.*s", TEXT_FORMAT(part));
		each(context, route, name);
	}
}
