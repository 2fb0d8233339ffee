/* Every weakness of the library that STACK.md lists, and the attacks of the web. */
#include "talk.h"

#include "base/clock.h"
#include "base/test.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

TEST(unsound_heads_are_refused)
{
	const struct {
		const char *what;
		struct text said;
	} heads[] = {
		{"two lengths", TEXT("POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd")},
		{"two equal lengths", TEXT("POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc")},
		{"signed length", TEXT("POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc")},
		{"length and coding", TEXT("POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")},
		{"unknown coding", TEXT("POST /open HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nabc")},
		{"unknown coding on GET", TEXT("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n")},
		{"two codings", TEXT("POST /open HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n")},
		{"two hosts", TEXT("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")},
		{"no host", TEXT("GET / HTTP/1.1\r\nUser-Agent: x\r\n\r\n")},
		{"no header at all", TEXT("GET / HTTP/1.1\r\n\r\n")},
		{"host with a path", TEXT("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n")},
		{"NUL in a value", TEXT("GET / HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n")},
		{"NUL at a value's end", TEXT("GET / HTTP/1.1\r\nHost: a\0\r\nX-A: b\r\n\r\n")},
		{"NUL at the head's end", TEXT("GET / HTTP/1.1\r\nHost: a\r\nX-A: b\0\r\n\r\n")},
		{"NUL in a name", TEXT("GET / HTTP/1.1\r\nHost: a\r\nX\0A: b\r\n\r\n")},
		{"NUL in the target", TEXT("GET /\0x HTTP/1.1\r\nHost: a\r\n\r\n")},
		{"bare LF in the head", TEXT("GET / HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n")},
		{"bare LF behind the request line", TEXT("GET / HTTP/1.1\nHost: a\r\n\r\n")},
		{"bare LF at the last header", TEXT("GET / HTTP/1.1\r\nHost: a\n\r\n")},
		{"bare CR in the head", TEXT("GET / HTTP/1.1\r\nHost: a\rX-A: b\r\n\r\n")},
		{"folded line", TEXT("GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n")},
		{"blank before the colon", TEXT("GET / HTTP/1.1\r\nHost : a\r\nHost: a\r\n\r\n")},
		{"control in a value", TEXT("GET / HTTP/1.1\r\nHost: a\r\nX-A: \x01\r\n\r\n")},
		{"body on GET", TEXT("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")},
		{"huge length", TEXT("POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nabc")},
		{"bad escape", TEXT("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n")},
		{"escaped NUL", TEXT("GET /secret/%00 HTTP/1.1\r\nHost: a\r\n\r\n")},
		{"bad UTF-8 in the path", TEXT("GET /secret/%ff HTTP/1.1\r\nHost: a\r\n\r\n")},
		{"bad UTF-8 in the query", TEXT("GET /?q=%c0%af HTTP/1.1\r\nHost: a\r\n\r\n")},
		{"path upwards", TEXT("GET /assets/../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n")},
		{"encoded path upwards", TEXT("GET /x/%2e%2e/etc HTTP/1.1\r\nHost: a\r\n\r\n")},
		{"encoded slash", TEXT("GET /secret/..%2f..%2fetc HTTP/1.1\r\nHost: a\r\n\r\n")},
	};
	struct server *server = talk_start(NULL);

	REQUIRE(server);
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		struct text reply = talk(server, heads[i].said, 1000);
		int status = talk_status(reply);

		/* What the library itself finds hopeless it may close without a word. */
		bool is_refused = status == 400 || status == 413 || status == 404 || !reply.size;

		if (!is_refused || (status == 404 && !strstr(heads[i].what, "path")))
			test_failed(__FILE__, __LINE__, "%s: got %d", heads[i].what, status);
		if (talk_has(reply, "root:"))
			test_failed(__FILE__, __LINE__, "%s: a file came", heads[i].what);
	}
	/* The server is as well as before, and sound heads pass. */
	CHECK_INTEGER(talk_status(talk(server, TEXT("GET / HTTP/1.1\r\nHost:  a:80 \r\nX-Empty:\r\nX-B:\tb\r\nConnection: close\r\n\r\n"), 1000)), 200);
	CHECK_INTEGER(talk_status(talk(server, TEXT("GET / HTTP/1.0\r\n\r\n"), 1000)), 200);
	server_stop(server);
}

TEST(a_declared_flood_is_refused_before_it_is_read)
{
	struct server *server = talk_start(NULL);
	int64_t start = clock_monotonic();

	REQUIRE(server);
	CHECK_INTEGER(talk_status(talk(server, TEXT("POST /upload HTTP/1.1\r\nHost: a\r\nCookie: vigie=officier\r\n"
		"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 70000000\r\n\r\n"), 1000)), 413);
	CHECK_INTEGER(talk_status(talk(server, TEXT("POST /open HTTP/1.1\r\nHost: a\r\n"
		"Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n"), 1000)), 413);
	CHECK_INTEGER(talk_status(talk(server, TEXT("POST /open HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n"
		"Content-Length: 3\r\n\r\nabc"), 1000)), 415);
	CHECK(clock_monotonic() - start < 3 * MICROSECONDS);
	server_stop(server);
}

TEST(a_chunked_flood_is_cut)
{
	struct server_options options = {.body_limit = 100000};
	struct server *server = talk_start(&options);
	struct text reply;
	int fd;
	char chunk[1030] = "400\r\n";

	REQUIRE(server);
	memset(chunk + 5, 'a', 1024);
	memcpy(chunk + 1027, "\r\n", 2);
	chunk[1026] = 'a';
	fd = talk_connect(server);
	talk_send(fd, TEXT("POST /open HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
		"Transfer-Encoding: chunked\r\n\r\n"));
	for (int i = 0; i < 200; i++) {
		talk_send(fd, TEXT("400\r\n"));
		talk_send(fd, (struct text){chunk + 5, 1024});
		talk_send(fd, TEXT("\r\n"));
	}
	reply = talk_read(fd, 1000);
	CHECK(talk_status(reply) == 413 || !reply.size);
	close(fd);
	server_stop(server);
}

/* Sends a byte every 100 ms until the server closes; the seconds it took, or 9. */
static double drip(struct server *server, struct text first)
{
	int fd = talk_connect(server);
	int64_t start = clock_monotonic();

	talk_send(fd, first);
	for (int i = 0; i < 90; i++) {
		char byte;

		talk_send(fd, TEXT("a"));
		usleep(100000);
		if (recv(fd, &byte, 1, MSG_DONTWAIT) == 0) {
			close(fd);
			return (double)(clock_monotonic() - start) / 1e6;
		}
	}
	close(fd);
	return 9;
}

TEST(slow_clients_are_cut)
{
	struct server_options options = {.header_deadline = MICROSECONDS, .body_deadline = MICROSECONDS};
	struct server *server = talk_start(&options);

	REQUIRE(server);
	CHECK(drip(server, TEXT("GET /?q=")) < 3);
	CHECK(drip(server, TEXT("GET / HTTP/1.1\r\nHost: a\r\nX-A: ")) < 3);
	CHECK(drip(server, TEXT("POST /open HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
		"Content-Length: 10000\r\n\r\nname=")) < 3);
	CHECK_INTEGER(talk_status(talk(server, TEXT("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 1000)), 200);
	server_stop(server);
}

TEST(a_slow_reader_is_cut)
{
	struct server_options options = {.send_deadline = MICROSECONDS};
	struct server *server = talk_start(&options);
	int fd;
	int64_t start = clock_monotonic();
	struct text reply;

	REQUIRE(server);
	/* A short answer is taken at once; a connection that stays open afterwards is the idle limit's business. */
	fd = talk_connect(server);
	talk_send(fd, TEXT("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
	reply = talk_read(fd, 300);
	CHECK_INTEGER(talk_status(reply), 200);
	talk_send(fd, TEXT("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
	reply = talk_read(fd, 300);
	CHECK_INTEGER(talk_status(reply), 200);
	CHECK(clock_monotonic() - start < 2 * MICROSECONDS);
	close(fd);
	server_stop(server);
}

TEST(long_heads_and_targets_are_refused)
{
	struct server *server = talk_start(NULL);
	AUTO(buffer_release) struct buffer said = {0};
	struct text reply;

	REQUIRE(server);
	buffer_init(&said, 1 << 20);
	buffer_string(&said, "GET /?q=");
	for (int i = 0; i < 40000; i++)
		buffer_byte(&said, 'a');
	buffer_string(&said, " HTTP/1.1\r\nHost: a\r\n\r\n");
	reply = talk(server, buffer_text(&said), 1000);
	CHECK(talk_status(reply) == 414 || talk_status(reply) == 431 || !reply.size);
	buffer_clear(&said);
	buffer_string(&said, "GET / HTTP/1.1\r\nHost: a\r\nX-A: ");
	for (int i = 0; i < 40000; i++)
		buffer_byte(&said, 'a');
	buffer_string(&said, "\r\n\r\n");
	reply = talk(server, buffer_text(&said), 1000);
	CHECK(talk_status(reply) == 431 || talk_status(reply) == 413 || !reply.size);
	server_stop(server);
}

#define POST_HEAD                                                                                                      \
	"POST /save HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: vigie=officier\r\n"                            \
	"Content-Type: application/x-www-form-urlencoded\r\n"

TEST(forged_requests_are_refused)
{
	struct server *server = talk_start(NULL);
	AUTO(arena_release) struct arena *arena = arena_new(65536);
	AUTO(buffer_release) struct buffer said = {0};
	static const struct {
		const char *headers;
		int status;
	} cases[] = {
		{"", 303},
		{"Origin: http://a\r\n", 303},
		{"Origin: http://evil\r\n", 403},
		{"Origin: null\r\n", 403},
		{"Sec-Fetch-Site: same-origin\r\n", 303},
		{"Sec-Fetch-Site: cross-site\r\n", 403},
		{"Sec-Fetch-Site: same-site\r\n", 403},
	};

	REQUIRE(server);
	CHECK_INTEGER(talk_status(talk(server, TEXT(POST_HEAD "Content-Length: 6\r\n\r\nname=a"), 1000)), 403);
	CHECK_INTEGER(talk_status(talk(server, TEXT(POST_HEAD "Content-Length: 14\r\n\r\nname=a&_csrf=0"), 1000)), 403);
	/* A stranger without the visitor's cookie. */
	CHECK_INTEGER(talk_status(talk(server, TEXT("POST /open HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nname=a"), 1000)), 403);
	buffer_init(&said, 65536);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buffer_clear(&said);
		buffer_format(&said, POST_HEAD "%sContent-Length: 141\r\n\r\nname=a&_csrf=%s", cases[i].headers,
			csrf_mask(arena, talk_csrf));
		CHECK_INTEGER(talk_status(talk(server, buffer_text(&said), 1000)), cases[i].status);
	}
	server_stop(server);
}

TEST(a_strangers_upload_leaves_no_file)
{
	struct server *server = talk_start(NULL);
	struct text reply;

	REQUIRE(server);
	reply = talk(server, TEXT("POST /upload HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
		"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 76\r\n\r\n"
		"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nb\r\n--x--\r\n"), 1000);
	CHECK_INTEGER(talk_status(reply), 303);
	CHECK(talk_has(reply, "Location: /connexion"));
	server_stop(server);
}

TEST(tls_by_certificate_files)
{
	char folder[] = "/tmp/vigie-tls-XXXXXX", command[600], certificate[64], key[64], line[400] = "";
	struct server_options options = {.certificate = certificate, .key = key};
	struct server *server;
	FILE *pipe;
	bool has_hsts = false, is_secure = false, own_is_secure = false;

	if (system("command -v openssl >/dev/null && command -v curl >/dev/null") != 0) {
		test_skip("openssl or curl is not here");
		return;
	}
	REQUIRE(mkdtemp(folder));
	snprintf(certificate, sizeof certificate, "%s/c.pem", folder);
	snprintf(key, sizeof key, "%s/k.pem", folder);
	snprintf(command, sizeof command, "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
		"-subj /CN=localhost -days 2 -keyout %s -out %s 2>/dev/null", key, certificate);
	REQUIRE(system(command) == 0);
	server = talk_start(&options);
	REQUIRE(server);
	snprintf(command, sizeof command, "curl -s -i --noproxy '*' --cacert %s https://localhost:%d/biscuit --resolve localhost:%d:127.0.0.1",
		certificate, server_port(server), server_port(server));
	pipe = popen(command, "r");
	while (pipe && fgets(line, sizeof line, pipe)) {
		has_hsts = has_hsts || strstr(line, "Strict-Transport-Security: max-age=");
		is_secure = is_secure || (strstr(line, "__Host-vigie_visite=") && strstr(line, "; Path=/;") && strstr(line, "; Secure"));
		own_is_secure = own_is_secure ||
			strstr(line, "essai=un; Path=/biscuit; Max-Age=60; SameSite=Lax; HttpOnly; Secure\r\n");
	}
	if (pipe)
		pclose(pipe);
	CHECK(has_hsts);
	CHECK(is_secure);
	CHECK(own_is_secure);
	server_stop(server);
	unlink(certificate);
	unlink(key);
	rmdir(folder);
}
