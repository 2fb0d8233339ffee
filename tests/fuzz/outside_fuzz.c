/* Short texts from outside that open or lead somewhere: tokens of programs and sessions, addresses of webhooks and what
 * they resolve to, paths to return to. The first byte says which. */
#include "base/log.h"
#include "base/secret.h"
#include "domain/program.h"
#include "domain/session.h"
#include "domain/webhook.h"
#include "web/request.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		__builtin_trap();
}

static struct database *open_database;

static void close_database(void) { database_release(&open_database); }

static struct database *database(void)
{
	static const char *const folders[] = {"src/domain/migrations", NULL};
	int applied;

	if (open_database)
		return open_database;
	log_set_level(LOG_ERROR + 1);
	require(secret_init() && database_open("sqlite::memory:", NULL, &open_database) == STATUS_OK &&
		database_migrate(open_database, folders, &applied) == STATUS_OK);
	atexit(close_database);
	return open_database;
}

/* Nobody has been given anything, so nothing opens. */
static void try_token(struct arena *arena, struct text token)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct actor actor = {0};
	char csrf[SESSION_CSRF_SIZE];
	int64_t session, user, rate;

	require(reader_begin(database(), &reader) == STATUS_OK);
	require(program_load(reader, token, 1, arena, &actor, &session, &rate) == STATUS_UNAUTHENTICATED);
	require(session_load(reader, token, 1, arena, &actor, csrf) == STATUS_UNAUTHENTICATED);
	require(session_awaiting(reader, token, 1, &session, &user) == STATUS_UNAUTHENTICATED);
	require(!actor.user_id && !actor.grant_count);
}

/* What is taken for sound the library reads as an http address without a user. */
static void try_url(struct arena *arena, struct text text)
{
	const char *url = memchr(text.data, 0, text.size) ? NULL : arena_string(arena, text);
	CURLU *parsed;
	char *part = NULL;

	(void)webhook_events_are_sound(text);
	if (!webhook_url_is_sound(text))
		return;
	require(url != NULL);
	parsed = curl_url();
	if (parsed && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK) {
		require(curl_url_get(parsed, CURLUPART_SCHEME, &part, 0) == CURLUE_OK);
		require(strcmp(part, "http") == 0 || strcmp(part, "https") == 0);
		curl_free(part);
		require(curl_url_get(parsed, CURLUPART_USER, &part, 0) != CURLUE_OK);
	}
	curl_url_cleanup(parsed);
}

/* An IPv4 address inside an IPv6 one is refused when it is refused by itself. */
static void try_address(struct text bytes)
{
	static const unsigned char starts[3][12] = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff},
		{0, 0x64, 0xff, 0x9b}, {0}};
	struct sockaddr_in four = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};
	bool is_refused;

	if (bytes.size < 16)
		return;
	memcpy(&six.sin6_addr, bytes.data, 16);
	(void)webhook_address_is_refused((const struct sockaddr *)(const void *)&six, 0);
	memcpy(&four.sin_addr, bytes.data, 4);
	for (unsigned reach = 0; reach < 4; reach++) {
		is_refused = webhook_address_is_refused((const struct sockaddr *)(const void *)&four, reach);
		for (int i = 0; i < 3; i++) {
			memcpy(&six.sin6_addr, starts[i], 12);
			memcpy((char *)&six.sin6_addr + 12, bytes.data, 4);
			require(!is_refused || webhook_address_is_refused((const struct sockaddr *)(const void *)&six, reach) ||
				IN6_IS_ADDR_LOOPBACK(&six.sin6_addr));
		}
	}
}

/* Stays here whatever a browser makes of backslashes, tabs and line ends. */
static void try_path(struct text path)
{
	if (!rq_is_local_path(path))
		return;
	require(path.size && path.data[0] == '/' && (path.size == 1 || (path.data[1] != '/' && path.data[1] != '\\')));
	for (size_t i = 0; i < path.size; i++)
		require((unsigned char)path.data[i] >= 0x20 && path.data[i] != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct text input = {size ? (const char *)data + 1 : "", size ? size - 1 : 0};

	if (!arena || size > 4096)
		return 0;
	switch (size ? data[0] : 't') {
	case 'u': try_url(arena, input); break;
	case 'a': try_address(input); break;
	case 'p': try_path(input); break;
	default: try_token(arena, input);
	}
	return 0;
}
