/* Documents: what is taken, what is refused, and what was touched afterwards. */
#include "domain/document.h"

#include "base/file.h"
#include "domain/test_domain.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct place {
	char folder[64];
	char file[128];
	char store[128];
};

static bool place_make(struct place *place)
{
	strcpy(place->folder, "/tmp/vigie-document-XXXXXX");
	if (!mkdtemp(place->folder))
		return false;
	snprintf(place->file, sizeof place->file, "%s/file", place->folder);
	snprintf(place->store, sizeof place->store, "%s/store", place->folder);
	return true;
}

static void place_remove(struct place *place)
{
	char command[256];

	snprintf(command, sizeof command, "rm -rf '%s'", place->folder);
	if (system(command) != 0)
		test_failed(__FILE__, __LINE__, "the folder stays");
}

TEST(document_types_by_content)
{
	static const char png[] = "\x89PNG\r\n\x1a\n0000", elf[] = "\x7f" "ELF\1\1", webp[] = "RIFF0000WEBPVP8 ";

	CHECK_TEXT(text_of(document_type(TEXT("%PDF-1.7 x"))), "application/pdf");
	CHECK_TEXT(text_of(document_type((struct text){png, sizeof png - 1})), "image/png");
	CHECK_TEXT(text_of(document_type((struct text){webp, sizeof webp - 1})), "image/webp");
	CHECK_TEXT(text_of(document_type(TEXT("\xef\xbb\xbf <?xml version='1.0'?><a/>"))), "application/xml");
	CHECK_TEXT(text_of(document_type(TEXT(" {\"a\":1}"))), "application/json");
	CHECK_TEXT(text_of(document_type(TEXT("a;b\n1;2\n"))), "text/plain");
	CHECK(!document_type((struct text){elf, sizeof elf - 1}));
	CHECK(!document_type(TEXT("<!DOCTYPE html><script>")));
	CHECK(!document_type(TEXT("<HTML>")));
	CHECK(!document_type(TEXT("")));
	CHECK(!document_type((struct text){"a\0b", 3}));
}

TEST_ON_EACH_DATABASE(documents_are_kept_once_and_checked)
{
	struct arena AUTO(arena_release) *arena = arena_new(1 << 20);
	struct writer AUTO(writer_rollback) *writer = NULL;
	struct actor actor = actor_system("essai");
	struct document first, again, found;
	struct place place;
	struct document_store store = {.limit = 100};
	const char *path = NULL;

	REQUIRE(place_make(&place));
	store.folder = place.store;
	REQUIRE(file_write(place.file, TEXT("a;b\n1;2\n")) == STATUS_OK);
	REQUIRE(writer_begin(database, &writer) == STATUS_OK);
	REQUIRE(document_add(writer, &store, &actor, place.file, TEXT("C:\\x/été\n.csv"), "thing", 4, &first) == STATUS_OK);
	REQUIRE(document_add(writer, &store, &actor, place.file, TEXT("b.csv"), "thing", 4, &again) == STATUS_OK);
	CHECK(strcmp(first.digest, again.digest) == 0 && first.id != again.id);
	REQUIRE(document_find(writer_reader(writer), first.id, arena, &found) == STATUS_OK);
	CHECK_TEXT(found.name, "été_.csv");
	CHECK_INTEGER(found.size, 8);
	CHECK(document_find(writer_reader(writer), 99, arena, &found) == STATUS_NOT_FOUND);
	REQUIRE(document_path(&store, &first, arena, &path) == STATUS_OK);
	REQUIRE(file_write(path, TEXT("a;b\n1;3\n")) == STATUS_OK);
	CHECK(document_path(&store, &first, arena, &path) == STATUS_INTERNAL);
	/* The same bytes again mend the place. */
	REQUIRE(document_add(writer, &store, &actor, place.file, TEXT("c.csv"), "thing", 4, &again) == STATUS_OK);
	CHECK(document_path(&store, &first, arena, &path) == STATUS_OK);
	REQUIRE(unlink(path) == 0);
	CHECK(document_path(&store, &first, arena, &path) == STATUS_INTERNAL);
	REQUIRE(file_write(place.file, (struct text){"MZ\0\0", 4}) == STATUS_OK);
	CHECK(document_add(writer, &store, &actor, place.file, TEXT("x.csv"), "", 0, &again) == STATUS_UNSUPPORTED);
	store.limit = 3;
	CHECK(document_add(writer, &store, &actor, place.file, TEXT("x.csv"), "", 0, &again) == STATUS_TOO_LARGE);
	place_remove(&place);
}

/* A clamd that finds something when the first piece holds "EICAR". */
struct clamd {
	int fd;
	const char *answer;
};

static void *clamd_answer(void *context)
{
	struct clamd *clamd = context;
	int fd = accept(clamd->fd, NULL, NULL);
	char bytes[256];
	size_t size = 0;

	while (size < sizeof bytes) {
		ssize_t got = read(fd, bytes + size, sizeof bytes - size);

		if (got <= 0)
			break;
		size += (size_t)got;
		if (size > 14 && memcmp(bytes + size - 4, "\0\0\0\0", 4) == 0)
			break;
	}
	if (size < 10 || memcmp(bytes, "zINSTREAM", 10) != 0)
		test_failed(__FILE__, __LINE__, "not INSTREAM");
	if (write(fd, clamd->answer, strlen(clamd->answer) + 1) < 0)
		test_failed(__FILE__, __LINE__, "no answer");
	close(fd);
	return NULL;
}

TEST(document_scan_asks_clamd)
{
	static const char *const answers[] = {"stream: OK", "stream: Eicar-Signature FOUND", "INSTREAM size limit exceeded. ERROR"};
	static const enum status wanted[] = {STATUS_OK, STATUS_INVALID, STATUS_UNAVAILABLE};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct place place;
	struct clamd clamd = {.fd = -1};

	REQUIRE(place_make(&place));
	REQUIRE(file_write(place.file, TEXT("a;b\n")) == STATUS_OK);
	snprintf(address.sun_path, sizeof address.sun_path, "%s/c", place.folder);
	CHECK(document_scan(text_of(address.sun_path), place.file) == STATUS_UNAVAILABLE);
	clamd.fd = socket(AF_UNIX, SOCK_STREAM, 0);
	REQUIRE(bind(clamd.fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(clamd.fd, 1) == 0);
	for (size_t i = 0; i < 3; i++) {
		pthread_t thread;

		clamd.answer = answers[i];
		REQUIRE(pthread_create(&thread, NULL, clamd_answer, &clamd) == 0);
		CHECK(document_scan(text_of(address.sun_path), place.file) == wanted[i]);
		pthread_join(thread, NULL);
	}
	close(clamd.fd);
	place_remove(&place);
}
