/* Whole files and sources of bytes. */
#include "base/file.h"

#include "base/memory.h"
#include "base/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TEST(files_are_written_whole_and_read_back)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	char folder[] = "/tmp/vigie-file-XXXXXX", path[64];
	struct text content = TEXT_NONE;
	struct stat about;

	REQUIRE(arena && mkdtemp(folder));
	snprintf(path, sizeof path, "%s/a", folder);
	CHECK(file_write(path, (struct text){"one\0two", 7}) == STATUS_OK);
	CHECK(file_read(arena, path, 100, &content) == STATUS_OK);
	CHECK(content.size == 7 && memcmp(content.data, "one\0two", 8) == 0);
	CHECK(stat(path, &about) == 0 && (about.st_mode & 0777) == 0600);
	CHECK(file_write(path, TEXT("")) == STATUS_OK);
	CHECK(file_read(arena, path, 100, &content) == STATUS_OK && content.data && !content.size);
	CHECK(unlink(path) == 0);
	CHECK(rmdir(folder) == 0); /* nothing was left beside it */
}

TEST(files_keep_their_limit)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	char folder[] = "/tmp/vigie-file-XXXXXX", path[64];
	struct text content = TEXT("before");

	REQUIRE(arena && mkdtemp(folder));
	snprintf(path, sizeof path, "%s/a", folder);
	CHECK(file_write(path, TEXT("12345")) == STATUS_OK);
	CHECK(file_read(arena, path, 4, &content) == STATUS_TOO_LARGE);
	CHECK(file_read(arena, path, 5, &content) == STATUS_OK);
	CHECK_TEXT(content, "12345");
	unlink(path);
	content = TEXT("before");
	CHECK(file_read(arena, path, 5, &content) == STATUS_NOT_FOUND);
	CHECK(file_read(arena, folder, 5, &content) == STATUS_UNAVAILABLE);
	CHECK_TEXT(content, "before");
	snprintf(path, sizeof path, "%s/no/such", folder);
	CHECK(file_write(path, TEXT("x")) == STATUS_UNAVAILABLE);
	rmdir(folder);
}

TEST(reading_survives_each_failing_allocation)
{
	char folder[] = "/tmp/vigie-file-XXXXXX", path[64];
	static char large[50000];

	REQUIRE(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/a", folder);
	memset(large, 'x', sizeof large);
	CHECK(file_write(path, (struct text){large, sizeof large}) == STATUS_OK);
	for (long n = 1; n < 50; n++) {
		AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
		struct text content = TEXT_NONE;
		enum status status;

		REQUIRE(arena);
		memory_fail_at(n);
		status = file_read(arena, path, sizeof large, &content);
		if (!memory_has_failed()) {
			memory_fail_at(0);
			CHECK(n > 1 && status == STATUS_OK && content.size == sizeof large);
			break;
		}
		CHECK(status == STATUS_NO_MEMORY && !content.data);
	}
	memory_fail_at(0);
	unlink(path);
	rmdir(folder);
}

TEST(sources_give_pieces_to_the_end)
{
	struct text rest = TEXT("abcdefg");
	struct source source = source_of_text(&rest);
	char piece[3];
	size_t count = 0, total = 0;
	int ends[2];

	do {
		CHECK(source.read(source.context, piece, sizeof piece, &count) == STATUS_OK);
		total += count;
	} while (count);
	CHECK_INTEGER(total, 7);
	REQUIRE(pipe(ends) == 0);
	CHECK(write(ends[1], "xy", 2) == 2);
	close(ends[1]);
	source = source_of_descriptor(&ends[0], "pipe");
	CHECK(source.read(source.context, piece, sizeof piece, &count) == STATUS_OK && count == 2);
	CHECK(source.read(source.context, piece, sizeof piece, &count) == STATUS_OK && count == 0);
	close(ends[0]);
	CHECK(source.read(source.context, piece, sizeof piece, &count) == STATUS_UNAVAILABLE);
}
