/* From an event to a partner's server: signed, repeated until it arrives, given up in the end. The partner is a small
 * server of this test. */
#include "base/clock.h"
#include "base/secret.h"
#include "base/test.h"
#include "domain/program.h"
#include "domain/unit.h"
#include "domain/webhook.h"
#include "store/test_database.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 16384 };
static const char *const folders[] = {"src/domain/migrations", NULL};

/* Answers each request with the next status and keeps what the last one said. */
struct partner {
	int listener, port;
	pthread_t thread;
	int statuses[8], asked;
	char said[ROOM];
};

static void *serve(void *context)
{
	struct partner *partner = context;
	int fd;

	while ((fd = accept(partner->listener, NULL, NULL)) >= 0) {
		size_t size = 0;
		ssize_t count;
		char answer[200];
		int status = partner->statuses[partner->asked < 8 ? partner->asked : 7];

		while (size < ROOM - 1 && (count = recv(fd, partner->said + size, ROOM - 1 - size, 0)) > 0) {
			const char *head_end;

			size += (size_t)count;
			partner->said[size] = '\0';
			head_end = strstr(partner->said, "\r\n\r\n");
			if (head_end && strchr(head_end, '}'))
				break;
		}
		partner->asked++;
		snprintf(answer, sizeof answer, "HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);
		(void)!send(fd, answer, strlen(answer), MSG_NOSIGNAL);
		close(fd);
	}
	return NULL;
}

static bool partner_start(struct partner *partner)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;

	partner->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (partner->listener < 0 || bind(partner->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
		listen(partner->listener, 8) != 0 || getsockname(partner->listener, (struct sockaddr *)&address, &size) != 0)
		return false;
	partner->port = ntohs(address.sin_port);
	return pthread_create(&partner->thread, NULL, serve, partner) == 0;
}

static void partner_stop(struct partner *partner)
{
	shutdown(partner->listener, SHUT_RDWR);
	close(partner->listener);
	pthread_join(partner->thread, NULL);
}

struct scene {
	struct database *database;
	struct arena *arena;
	struct text office_path, other_path;
	int64_t webhook;
	unsigned char secret[WEBHOOK_SECRET_SIZE];
};

/* A program with a right at one office, and its webhook. */
static enum status prepare(struct scene *scene, int port)
{
	static const char *const permissions[] = {"things.read", NULL};
	static const struct role roles[] = {{"reader", "Lecteur", permissions}, {NULL, NULL, NULL}};
	const struct role *const tables[] = {roles};
	const struct actor actor = actor_system("test");
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct unit office, other;
	int64_t root, id, user;

	TRY(writer_begin(scene->database, &writer));
	TRY(roles_install(writer, (const struct role **)(uintptr_t)tables, 1));
	TRY(unit_create(writer, &actor, 0, TEXT("administration"), TEXT("DG"), TEXT("DG"), &root));
	TRY(unit_create(writer, &actor, root, TEXT("office"), TEXT("A"), TEXT("A"), &id));
	TRY(unit_find(writer_reader(writer), id, scene->arena, &office));
	TRY(unit_create(writer, &actor, root, TEXT("office"), TEXT("B"), TEXT("B"), &id));
	TRY(unit_find(writer_reader(writer), id, scene->arena, &other));
	scene->office_path = office.path;
	scene->other_path = other.path;
	TRY(program_create(writer, &actor, &(struct program){.login = TEXT("partner"), .name = TEXT("Partner"), .per_minute = 10},
		&user));
	TRY(user_grant(writer, &actor, user, "reader", office.id));
	TRY(webhook_add(writer, &actor,
		&(struct webhook){.user_id = user, .events = TEXT("thing.* other.done"),
			.url = arena_format(scene->arena, "http://127.0.0.1:%d/hook", port)},
		scene->secret, &scene->webhook));
	return writer_commit(&writer);
}

static enum status happen(struct scene *scene, const char *name, struct text unit_path)
{
	const struct actor actor = actor_system("test");
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(writer_begin(scene->database, &writer));
	TRY(webhook_enqueue(writer, &(struct event){.name = name, .actor = &actor, .id = 7, .unit_path = unit_path}));
	return writer_commit(&writer);
}

struct looked {
	int count;
	char state[20];
	int64_t attempts, next_at;
};

static bool look(void *context, const struct webhook_delivery *delivery)
{
	struct looked *looked = context;

	if (!looked->count++) {
		snprintf(looked->state, sizeof looked->state, "%.*s", TEXT_FORMAT(delivery->state));
		looked->attempts = delivery->attempts;
		looked->next_at = delivery->next_at;
	}
	return true;
}

static struct looked deliveries(const struct scene *scene)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct looked looked = {0};

	CHECK(reader_begin(scene->database, &reader) == STATUS_OK);
	CHECK(webhook_delivery_list(reader, scene->webhook, look, &looked) == STATUS_OK);
	return looked;
}

static void check_signature(const struct scene *scene, const struct partner *partner)
{
	const char *header = strstr(partner->said, "Vigie-Signature: t="), *body = strstr(partner->said, "\r\n\r\n");
	struct text signature;

	REQUIRE(header && body);
	signature = webhook_signature(scene->arena, (struct text){(const char *)scene->secret, sizeof scene->secret},
		strtoll(header + 19, NULL, 10), text_of(body + 4));
	CHECK(text_starts_with(text_of(header + 17), signature));
	CHECK(strstr(body, "\"event\":\"thing.moved\"") != NULL);
	CHECK(strstr(partner->said, "Vigie-Event: thing.moved") != NULL);
}

static void send_now(struct scene *scene, int64_t now, int wanted_sent, int wanted_failed)
{
	int sent, failed;

	CHECK(webhooks_send(scene->database, now, REACH_LOOPBACK, scene->arena, &sent, &failed) == STATUS_OK);
	CHECK_INTEGER(sent, wanted_sent);
	CHECK_INTEGER(failed, wanted_failed);
}

static void tell(struct scene *scene, struct partner *partner)
{
	struct looked looked;

	/* Neither what was not asked for nor another office's. */
	CHECK(happen(scene, "thing.moved", scene->other_path) == STATUS_OK);
	CHECK(happen(scene, "unknown.moved", scene->office_path) == STATUS_OK);
	CHECK(happen(scene, "thing.moved", TEXT_NONE) == STATUS_OK);
	CHECK_INTEGER(deliveries(scene).count, 0);
	CHECK(happen(scene, "thing.moved", scene->office_path) == STATUS_OK);
	CHECK_INTEGER(deliveries(scene).count, 1);
	/* The first answer is 500: it waits, and is sent again when its time comes. */
	send_now(scene, clock_now(), 0, 1);
	looked = deliveries(scene);
	CHECK_TEXT(text_of(looked.state), "waiting");
	CHECK_INTEGER(looked.attempts, 1);
	CHECK(looked.next_at > clock_now() + 5 * MICROSECONDS);
	send_now(scene, clock_now(), 0, 0);
	send_now(scene, looked.next_at, 1, 0);
	CHECK_TEXT(text_of(deliveries(scene).state), "done");
	CHECK_INTEGER(partner->asked, 2);
	check_signature(scene, partner);
	/* 410 says: never again. */
	CHECK(happen(scene, "other.done", scene->office_path) == STATUS_OK);
	send_now(scene, clock_now(), 0, 1);
	CHECK_TEXT(text_of(deliveries(scene).state), "given_up");
	/* Addresses of this machine only when they are allowed. */
	CHECK(happen(scene, "thing.moved", scene->office_path) == STATUS_OK);
	{
		int sent, failed, asked = partner->asked;

		CHECK(webhooks_send(scene->database, clock_now(), REACH_PRIVATE, scene->arena, &sent, &failed) == STATUS_OK);
		CHECK_INTEGER(failed, 1);
		CHECK_INTEGER(partner->asked, asked);
	}
}

static void webhooks(struct database *database)
{
	struct partner partner = {.statuses = {500, 204, 410, 200}};
	struct scene scene = {.database = database, .arena = arena_new(8 << 20)};

	REQUIRE(scene.arena && partner_start(&partner));
	CHECK(prepare(&scene, partner.port) == STATUS_OK);
	tell(&scene, &partner);
	partner_stop(&partner);
	arena_free(scene.arena);
}

TEST(webhook_is_signed_repeated_and_given_up) { test_each_database(folders, webhooks); }

TEST(webhook_addresses_and_events_are_checked)
{
	static const char *const bad_urls[] = {"", "ftp://a", "http://", "http:///x", "https://a b", "http://u@h/", "http://a\\b"};
	static const char *const bad_events[] = {"", "  ", "Inspection", "a*", "inspection.*x", "a b;c"};

	for (size_t i = 0; i < sizeof bad_urls / sizeof *bad_urls; i++)
		CHECK(!webhook_url_is_sound(text_of(bad_urls[i])));
	for (size_t i = 0; i < sizeof bad_events / sizeof *bad_events; i++)
		CHECK(!webhook_events_are_sound(text_of(bad_events[i])));
	CHECK(webhook_url_is_sound(TEXT("https://partner.example:8443/a?b=c")));
	CHECK(webhook_events_are_sound(TEXT("inspection.* import.done *")));
	CHECK(webhook_wants(TEXT("inspection.* import.done"), "inspection.close"));
	CHECK(!webhook_wants(TEXT("inspection.* import.done"), "inspections"));
	CHECK(webhook_wants(TEXT("*"), "x"));
	CHECK(!webhook_wants(TEXT("*"), "decision.red"));
	CHECK(webhook_wants(TEXT("* decision.*"), "decision.red"));
}

TEST(webhook_delays_grow_to_six_hours)
{
	CHECK_INTEGER(webhook_delay(1), 10 * MICROSECONDS);
	CHECK_INTEGER(webhook_delay(4), 80 * MICROSECONDS);
	CHECK_INTEGER(webhook_delay(30), 6 * 3600 * MICROSECONDS);
}

static bool is_refused(const char *address, unsigned reach)
{
	struct sockaddr_in four = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, address, &four.sin_addr) == 1)
		return webhook_address_is_refused((const struct sockaddr *)(const void *)&four, reach);
	if (inet_pton(AF_INET6, address, &six.sin6_addr) == 1)
		return webhook_address_is_refused((const struct sockaddr *)(const void *)&six, reach);
	test_failed(__FILE__, __LINE__, "no address: %s", address);
	return false;
}

TEST(webhooks_reach_only_what_is_allowed_however_it_is_written)
{
	static const char *const open[] = {"8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "2001:4860::1",
		"::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "223.255.255.255"};
	static const char *const loopback[] = {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1", "::127.0.0.1",
		"64:ff9b::7f00:1", "2002:7f00:1::"};
	static const char *const own[] = {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fc00::1",
		"fd12::1", "::ffff:10.0.0.1", "64:ff9b::c0a8:101", "2002:a00:1::1"};
	static const char *const never[] = {"0.0.0.0", "169.254.169.254", "224.0.0.1", "255.255.255.255", "192.0.0.8", "::",
		"fe80::1", "febf::1", "fec0::1", "ff02::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
		"2001::1", "2002:a9fe:a9fe::", "::ffff:0:127.0.0.1"};

	for (size_t i = 0; i < sizeof open / sizeof *open; i++)
		if (is_refused(open[i], 0))
			test_failed(__FILE__, __LINE__, "%s is refused", open[i]);
	for (size_t i = 0; i < sizeof loopback / sizeof *loopback; i++)
		if (!is_refused(loopback[i], REACH_PRIVATE) || is_refused(loopback[i], REACH_LOOPBACK))
			test_failed(__FILE__, __LINE__, "%s is not taken for this machine", loopback[i]);
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (!is_refused(own[i], REACH_LOOPBACK) || is_refused(own[i], REACH_PRIVATE))
			test_failed(__FILE__, __LINE__, "%s is not taken for a private one", own[i]);
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (!is_refused(never[i], REACH_LOOPBACK | REACH_PRIVATE))
			test_failed(__FILE__, __LINE__, "%s is not refused", never[i]);
}
