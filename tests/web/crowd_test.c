/* Many at once: a thousand open event streams, and four hundred clients that are slow on purpose or by their link. */
#include "base/clock.h"
#include "base/test.h"
#include "talk.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STREAMS = 1000, WAVE = 100, SLOW = 400, FILES = 2 * STREAMS + 200, PATIENCE = 5000 /* milliseconds */ };

#define OFFICER "Cookie: vigie=officier\r\n"

/* Both ends of each connection are in this process. */
static bool has_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < FILES)
		return false;
	if (limit.rlim_cur < FILES)
		limit.rlim_cur = FILES;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

static void close_all(const int *sockets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sockets[i] >= 0)
			close(sockets[i]);
}

/* Reads from the socket until the text is there. */
static bool hears(int fd, const char *wanted)
{
	char bytes[8192];
	size_t size = 0;
	struct timeval patience = {PATIENCE / 1000, 0};

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	while (size < sizeof bytes - 1) {
		ssize_t got = recv(fd, bytes + size, sizeof bytes - 1 - size, 0);

		if (got <= 0)
			return false;
		size += (size_t)got;
		bytes[size] = '\0';
		if (strstr(bytes, wanted))
			return true;
	}
	return false;
}

static int count_hearing(const int *sockets, const char *wanted)
{
	int heard = 0;

	for (size_t i = 0; i < STREAMS; i++)
		heard += sockets[i] >= 0 && hears(sockets[i], wanted);
	return heard;
}

TEST(a_thousand_streams_hear_one_event)
{
	struct server *server;
	int sockets[STREAMS], open = 0;
	int64_t began;

	if (!has_files()) {
		test_skip("this system does not let one process open enough files");
		return;
	}
	server = talk_start(NULL);
	REQUIRE(server);
	for (size_t i = 0; i < STREAMS; i++) {
		sockets[i] = talk_connect(server);
		talk_send(sockets[i], TEXT("GET /stream HTTP/1.1\r\nHost: a\r\n" OFFICER "\r\n"));
		for (size_t j = i + 1 - WAVE; i % WAVE == WAVE - 1 && j <= i; j++)
			open += hears(sockets[j], "retry: 5000");
	}
	CHECK_INTEGER(open, STREAMS);
	began = clock_monotonic();
	server_notify(server, TEXT("autre"));
	server_notify(server, TEXT("envoi 7"));
	CHECK_INTEGER(count_hearing(sockets, "event: change\ndata: envoi 7\n\n"), STREAMS);
	CHECK(clock_monotonic() - began < 5 * MICROSECONDS);
	/* They hold no worker: a page comes as ever. */
	CHECK_INTEGER(talk_status(talk(server, TEXT("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 2000)), 200);
	close_all(sockets, STREAMS);
	server_stop(server);
}

/* Each second one sends its head byte by byte, the others ask for much and do not read. */
static void creep_in(struct server *server, int *sockets)
{
	for (size_t i = 0; i < SLOW; i++) {
		int small = 4096;

		sockets[i] = talk_connect(server);
		setsockopt(sockets[i], SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
		talk_send(sockets[i], i % 2 ? TEXT("GET / HTTP/1.1\r\nHo") : TEXT("GET /long HTTP/1.1\r\nHost: a\r\n\r\n"));
	}
}

static int64_t cut_so_far(struct server *server)
{
	static const char name[] = "\nvigie_connections_cut_total ";
	struct text reply =
		talk(server, TEXT("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 1000);
	size_t at = text_find(reply, text_of(name));

	return at < reply.size ? strtoll(reply.data + at + sizeof name - 1, NULL, 10) : -1;
}

/* The thread sanitizer makes everything many times slower; what is asked for is the same. */
#ifdef __SANITIZE_THREAD__
enum { SLOWNESS = 10 };
#else
enum { SLOWNESS = 1 };
#endif

TEST(four_hundred_slow_clients_leave_room_for_others)
{
	struct server_options options = {.header_deadline = 3 * MICROSECONDS, .send_deadline = 300 * MICROSECONDS,
		.idle_timeout = 300 * MICROSECONDS};
	struct server *server;
	int sockets[SLOW];
	int64_t worst = 0, until;

	if (!has_files()) {
		test_skip("this system does not let one process open enough files");
		return;
	}
	server = talk_start(&options);
	REQUIRE(server);
	creep_in(server, sockets);
	/* The long pages are being made; then everybody but the slow ones is served at once. */
	CHECK_INTEGER(talk_status(talk(server, TEXT("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 20000 * SLOWNESS)), 200);
	for (int i = 0; i < 20; i++) {
		int64_t began = clock_monotonic();

		for (size_t j = 1; j < SLOW; j += 2)
			send(sockets[j], "s", 1, MSG_NOSIGNAL);
		CHECK_INTEGER(talk_status(talk(server, TEXT("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 5000 * SLOWNESS)), 200);
		if (clock_monotonic() - began > worst)
			worst = clock_monotonic() - began;
	}
	CHECK(worst < 2 * SLOWNESS * MICROSECONDS);
	/* Who drips its head is cut at the deadline, bytes or not. */
	until = clock_monotonic() + 20 * SLOWNESS * MICROSECONDS;
	while (cut_so_far(server) < SLOW / 2 && clock_monotonic() < until)
		usleep(100000);
	CHECK_INTEGER(cut_so_far(server), SLOW / 2);
	close_all(sockets, SLOW);
	server_stop(server);
}
