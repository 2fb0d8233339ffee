/* The guide for integrators does what it says: its commands are run as they stand, in both of its languages. */
#include "../journeys/conversation.h"
#include "../matrix/walk.h"
#include "base/file.h"
#include "base/test.h"
#include "store/test_database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GUIDE_LIMIT = 1 << 20 };

/* The blocks between ```sh and ``` one after the other; how many there are. */
static int collect(struct text guide, struct buffer *script)
{
	bool is_inside = false;
	int count = 0;

	while (guide.data) {
		struct text line = text_cut(&guide, '\n');

		if (text_is(line, "```sh")) {
			is_inside = true;
			buffer_format(script, "echo \"-- %d\"\n", ++count);
		} else if (text_is(line, "```")) {
			is_inside = false;
		} else if (is_inside) {
			buffer_format(script, "%.*s\n", TEXT_FORMAT(line));
		}
	}
	return count;
}

static bool run_script(const struct site *site, const char *token, const char *folder, const char *language)
{
	char command[PATH_ROOM * 4], path[PATH_ROOM * 2];
	AUTO(buffer_release) struct buffer said = {0};
	int code;

	snprintf(command, sizeof command,
		"cd '%s' && VIGIE=http://127.0.0.1:%d JETON='%s' NO_PROXY='*' no_proxy='*' sh -eu guide.sh >said.txt 2>&1", folder,
		site->port, token);
	code = system(command);
	snprintf(path, sizeof path, "%s/said.txt", folder);
	buffer_init(&said, GUIDE_LIMIT);
	(void)file_take(path, &said);
	if (code != 0)
		test_failed(__FILE__, __LINE__, "the commands of the guide (%s) end with %d: %.*s", language, code,
			TEXT_FORMAT(text_slice(buffer_text(&said), said.size > 1500 ? said.size - 1500 : 0, said.size)));
	return code == 0;
}

static void follow(const struct site *site, const char *token, const char *language)
{
	AUTO(buffer_release) struct buffer guide = {0}, script = {0}, declaration = {0};
	char path[PATH_ROOM * 2], folder[PATH_ROOM];

	buffer_init(&guide, GUIDE_LIMIT);
	buffer_init(&script, GUIDE_LIMIT);
	buffer_init(&declaration, GUIDE_LIMIT);
	snprintf(path, sizeof path, "%s/docs/guides/integrateur.%s.md", test_source_folder(), language);
	REQUIRE(file_take(path, &guide));
	CHECK(collect(buffer_text(&guide), &script) >= 7);
	REQUIRE(scratch_make(folder, sizeof folder));
	snprintf(path, sizeof path, "%s/guide.sh", folder);
	CHECK(file_write(path, buffer_text(&script)) == STATUS_OK);
	snprintf(path, sizeof path, "%s/tests/journeys/files/sad.xml", test_source_folder());
	CHECK(file_take(path, &declaration));
	snprintf(path, sizeof path, "%s/sad.xml", folder);
	CHECK(file_write(path, buffer_text(&declaration)) == STATUS_OK);
	(void)run_script(site, token, folder, language);
	scratch_remove(folder);
}

static void follow_guides(const char *url)
{
	struct site site = {.url = url, .process = -1};
	char token[100] = "";
	struct run run;

	if (walk_prepare(url, NULL)) {
		RUN(&run, "token", "guichet", "--role", "administrator", "--db", url);
		snprintf(token, sizeof token, "%.*s", TEXT_FORMAT(text_trim(buffer_text(&run.out))));
		run_release(&run);
	}
	if (*token && site_start(&site, url)) {
		follow(&site, token, "fr");
		follow(&site, token, "en");
		CHECK(site_stop(&site));
	} else {
		test_failed(__FILE__, __LINE__, "no server to ask");
	}
	site_kill(&site);
}

TEST(api_the_guide_of_integrators_works)
{
	if (system("command -v curl >/dev/null 2>&1") != 0) {
		test_skip("curl is not there");
		return;
	}
	test_each_url(follow_guides);
}
