/* vigie watch: what arrives in a folder is taken once, moved, and has its receipt. */
#include "../journeys/conversation.h"
#include "base/file.h"
#include "base/test.h"
#include "store/test_database.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool put(const char *folder, const char *name, struct text content)
{
	char path[PATH_ROOM * 2];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return file_write(path, content) == STATUS_OK;
}

static bool is_there(const char *folder, const char *name)
{
	char path[PATH_ROOM * 2];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

static void check_receipt(const char *folder, const char *name, const char *what)
{
	AUTO(buffer_release) struct buffer receipt = {0};
	char path[PATH_ROOM * 2];

	buffer_init(&receipt, 1 << 16);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	CHECK(file_take(path, &receipt));
	CHECK(receipt.data && strstr(receipt.data, what) != NULL);
}

static void watch_once(const char *url, const char *folder, int wanted)
{
	struct run run;

	RUN(&run, "watch", folder, "--once", "--db", url);
	CHECK_INTEGER(run.code, wanted);
	run_release(&run);
}

static void watching(const char *url)
{
	AUTO(buffer_release) struct buffer sad = {0};
	char folder[PATH_ROOM], path[PATH_ROOM * 2];
	struct run run;

	buffer_init(&sad, 1 << 20);
	snprintf(path, sizeof path, "%s/tests/journeys/files/sad.xml", test_source_folder());
	REQUIRE(file_take(path, &sad) && scratch_make(folder, sizeof folder));
	RUN(&run, "first-run", "--empty", "--db", url);
	CHECK_INTEGER(run.code, 0);
	run_release(&run);
	CHECK(put(folder, "a.xml", buffer_text(&sad)));
	CHECK(put(folder, "b.txt", TEXT("ce n'est rien\n")));
	CHECK(put(folder, "c.xml.part", buffer_text(&sad)));
	CHECK(put(folder, ".d.xml", buffer_text(&sad)));
	watch_once(url, folder, 1);
	CHECK(is_there(folder, "recus/a.xml") && !is_there(folder, "a.xml"));
	CHECK(is_there(folder, "refuses/b.txt"));
	CHECK(is_there(folder, "c.xml.part") && is_there(folder, ".d.xml"));
	check_receipt(folder, "recus/a.xml.recu.json", "\"added\":1");
	check_receipt(folder, "refuses/b.txt.recu.json", "\"state\":\"refused\"");
	/* The same again changes nothing and has a receipt of its own. */
	CHECK(put(folder, "a.xml", buffer_text(&sad)));
	watch_once(url, folder, 0);
	CHECK(!is_there(folder, "a.xml"));
	check_receipt(folder, "recus/a.xml.recu.json", "\"added\":1");
	/* The transfer of the third ends: it is renamed, and taken. */
	snprintf(path, sizeof path, "%s/c.xml", folder);
	{
		char before[PATH_ROOM * 2];

		snprintf(before, sizeof before, "%s/c.xml.part", folder);
		CHECK(rename(before, path) == 0);
	}
	watch_once(url, folder, 0);
	check_receipt(folder, "recus/c.xml.recu.json", "\"unchanged\":1");
	scratch_remove(folder);
}

/* Who may only write into the folder makes links of what Vigie reads and of where it writes. */
static void tricking(const char *url)
{
	AUTO(buffer_release) struct buffer sad = {0};
	char folder[PATH_ROOM], outside[PATH_ROOM], path[PATH_ROOM * 2], name[PATH_ROOM * 2];
	struct run run;

	buffer_init(&sad, 1 << 20);
	snprintf(path, sizeof path, "%s/tests/journeys/files/sad.xml", test_source_folder());
	REQUIRE(file_take(path, &sad) && scratch_make(folder, sizeof folder) && scratch_make(outside, sizeof outside));
	RUN(&run, "first-run", "--empty", "--db", url);
	CHECK_INTEGER(run.code, 0);
	run_release(&run);
	CHECK(put(outside, "secret.xml", buffer_text(&sad)));
	snprintf(path, sizeof path, "%s/secret.xml", outside);
	snprintf(name, sizeof name, "%s/lien.xml", folder);
	CHECK(symlink(path, name) == 0);
	snprintf(name, sizeof name, "%s/tube.xml", folder);
	CHECK(mkfifo(name, 0600) == 0);
	watch_once(url, folder, 0);
	CHECK(is_there(folder, "lien.xml") && is_there(folder, "tube.xml") && !is_there(folder, "recus"));
	/* A folder for what was taken that leads elsewhere is not followed. */
	snprintf(name, sizeof name, "%s/recus", folder);
	CHECK(symlink(outside, name) == 0);
	CHECK(put(folder, "a.xml", buffer_text(&sad)));
	watch_once(url, folder, 0);
	CHECK(is_there(folder, "a.xml") && !is_there(outside, "a.xml") && !is_there(outside, "a.xml.recu.json"));
	/* Nor is a receipt written through a link. */
	CHECK(unlink(name) == 0 && mkdir(name, 0700) == 0);
	snprintf(name, sizeof name, "%s/recus/a.xml.recu.json", folder);
	CHECK(symlink(path, name) == 0);
	watch_once(url, folder, 0);
	CHECK(is_there(folder, "recus/a.xml"));
	check_receipt(folder, "recus/a.xml.recu.json", "\"state\":");
	{
		AUTO(buffer_release) struct buffer kept = {0};

		buffer_init(&kept, 1 << 20);
		CHECK(file_take(path, &kept));
		CHECK(text_equal(buffer_text(&kept), buffer_text(&sad)));
	}
	scratch_remove(folder);
	scratch_remove(outside);
}

TEST(watch_follows_no_links) { test_each_url(tricking); }

TEST(watch_takes_what_arrives_and_leaves_receipts) { test_each_url(watching); }
