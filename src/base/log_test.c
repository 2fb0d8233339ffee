/* Log lines: one each, escaped, always whole. */
#include "base/log.h"

#include "base/file.h"
#include "base/json.h"
#include "base/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Standard error goes to a file while `run` logs; its content afterwards. */
static struct text caught(struct arena *arena, void (*run)(void))
{
	char path[] = "/tmp/vigie-log-XXXXXX";
	int file = mkstemp(path), before = dup(STDERR_FILENO);
	struct text content = TEXT_NONE;

	if (file >= 0 && before >= 0 && dup2(file, STDERR_FILENO) >= 0) {
		run();
		dup2(before, STDERR_FILENO);
	}
	close(before);
	close(file);
	if (file_read(arena, path, 1 << 20, &content) != STATUS_OK)
		content = TEXT_NONE;
	unlink(path);
	return content;
}

static void log_hostile(void)
{
	log_event(LOG_INFO, "import", "file", "a\"b\nrouge level=error", "none", NULL, NULL);
}

TEST(a_value_cannot_forge_a_line)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 21);
	struct text line;

	REQUIRE(arena);
	line = caught(arena, log_hostile);
	CHECK_TEXT(text_slice(line, 20, line.size), " info import file=\"a\\\"b\\nrouge level=error\" none=\"\"\n");
	CHECK(text_ends_with(text_slice(line, 0, 20), TEXT("Z")));
}

static void log_long(void)
{
	static char long_value[100001];

	memset(long_value, 1, sizeof long_value - 1);
	log_set_json(true);
	log_event(LOG_WARNING, "one", "a", long_value, "b", long_value, "c", long_value, "d", long_value, "e", long_value,
		"f", long_value, NULL);
	log_event(LOG_ERROR, "two", "a", "é", NULL);
	log_set_json(false);
}

TEST(long_values_are_cut_and_lines_stay_whole)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 21);
	struct text rest;
	json_t *value = NULL;
	int line = 0;

	REQUIRE(arena);
	rest = caught(arena, log_long);
	REQUIRE(json_parse(text_cut(&rest, '\n'), 1 << 20, &value, &line) == STATUS_OK);
	CHECK(strcmp(json_string_value(json_object_get(value, "level")), "warning") == 0);
	json_decref(value);
	REQUIRE(json_parse(text_cut(&rest, '\n'), 1 << 20, &value, &line) == STATUS_OK);
	CHECK(strcmp(json_string_value(json_object_get(value, "a")), "é") == 0);
	json_decref(value);
	CHECK(text_is(rest, ""));
}

static void log_quiet(void)
{
	log_event(LOG_DEBUG, "hidden", NULL);
	log_set_level(LOG_ERROR);
	log_event(LOG_WARNING, "hidden", NULL);
	log_event(LOG_ERROR, "shown", NULL);
	log_set_level(LOG_INFO);
}

TEST(levels_hide_what_is_below)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 21);
	struct text lines;

	REQUIRE(arena);
	lines = caught(arena, log_quiet);
	CHECK(text_find(lines, TEXT("hidden")) == lines.size && text_ends_with(lines, TEXT(" error shown\n")));
}
