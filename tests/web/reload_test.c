/* A new certificate is taken while the server runs: open connections go on, new ones get the new one, and what cannot
 * be used changes nothing. */
#include "base/file.h"
#include "base/test.h"
#include "talk.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROOM = 64, COMMAND_ROOM = 600 };

static bool certificate_make(const char *certificate, const char *key)
{
	char command[COMMAND_ROOM];

	snprintf(command, sizeof command, "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
		"-subj /CN=localhost -days 2 -keyout %s -out %s 2>/dev/null", key, certificate);
	return system(command) == 0;
}

static size_t drop_bytes(char *bytes, size_t size, size_t count, void *context)
{
	(void)bytes;
	(void)context;
	return size * count;
}

static CURL *visitor(const struct server *server, const char *trusted)
{
	CURL *handle = curl_easy_init();
	char url[80];

	snprintf(url, sizeof url, "https://localhost:%d/healthz", server_port(server));
	curl_easy_setopt(handle, CURLOPT_URL, url);
	curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(handle, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V4);
	curl_easy_setopt(handle, CURLOPT_CAINFO, trusted);
	curl_easy_setopt(handle, CURLOPT_TIMEOUT, 20L);
	curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, drop_bytes);
	return handle;
}

static bool visits(const struct server *server, const char *trusted)
{
	CURL *handle = visitor(server, trusted);
	bool done = curl_easy_perform(handle) == CURLE_OK;

	curl_easy_cleanup(handle);
	return done;
}

static void reload(const char *folder)
{
	char certificate[ROOM], key[ROOM], old[ROOM], copy[COMMAND_ROOM];
	struct server_options options = {.certificate = certificate, .key = key};
	struct server *server;
	CURL *open;
	long connects = 0;

	snprintf(certificate, sizeof certificate, "%s/c.pem", folder);
	snprintf(key, sizeof key, "%s/k.pem", folder);
	snprintf(old, sizeof old, "%s/old.pem", folder);
	snprintf(copy, sizeof copy, "cp %s %s", certificate, old);
	REQUIRE(certificate_make(certificate, key) && system(copy) == 0);
	server = talk_start(&options);
	REQUIRE(server);
	open = visitor(server, old);
	CHECK(curl_easy_perform(open) == CURLE_OK);
	CHECK(curl_easy_perform(open) == CURLE_OK);
	curl_easy_getinfo(open, CURLINFO_NUM_CONNECTS, &connects);
	CHECK_INTEGER(connects, 0);
	CHECK(certificate_make(certificate, key));
	CHECK(server_reload(server) == STATUS_OK);
	/* The connection that was open is used again. */
	CHECK(curl_easy_perform(open) == CURLE_OK);
	curl_easy_getinfo(open, CURLINFO_NUM_CONNECTS, &connects);
	CHECK_INTEGER(connects, 0);
	CHECK(visits(server, certificate));
	CHECK(!visits(server, old));
	snprintf(copy, sizeof copy, "cp %s %s", certificate, old);
	CHECK(system(copy) == 0);
	CHECK(file_write(certificate, TEXT("pas un certificat\n")) == STATUS_OK);
	CHECK(server_reload(server) == STATUS_INVALID);
	CHECK(visits(server, old));
	curl_easy_cleanup(open);
	server_stop(server);
}

TEST(tls_certificate_is_taken_anew)
{
	char folder[] = "/tmp/vigie-reload-XXXXXX", command[ROOM];

	if (system("command -v openssl >/dev/null") != 0) {
		test_skip("openssl is not here");
		return;
	}
	REQUIRE(mkdtemp(folder));
	reload(folder);
	snprintf(command, sizeof command, "rm -r %s", folder);
	CHECK(system(command) == 0);
}
