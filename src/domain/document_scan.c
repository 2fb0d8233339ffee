/* clamd's INSTREAM: pieces, each after its size in four bytes, ended by a piece of none; one line back. */
#include "domain/document.h"

#include "base/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { PIECE = 1 << 16, ANSWER_LIMIT = 1024, TIME_LIMIT = 60 };

static void descriptor_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static int connect_unix(struct text path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if (path.size >= sizeof address.sun_path)
		return -1;
	memcpy(address.sun_path, path.data, path.size);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static int connect_tcp(struct text clamd)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
	char host[256] = "", port[16] = "";
	size_t colon = clamd.size;
	int fd = -1;

	while (colon && clamd.data[colon - 1] != ':')
		colon--;
	if (colon < 2 || colon - 1 >= sizeof host || clamd.size - colon >= sizeof port)
		return -1;
	memcpy(host, clamd.data, colon - 1);
	memcpy(port, clamd.data + colon, clamd.size - colon);
	if (getaddrinfo(host, port, &hints, &found) != 0)
		return -1;
	for (struct addrinfo *one = found; one && fd < 0; one = one->ai_next) {
		fd = socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol);
		if (fd >= 0 && connect(fd, one->ai_addr, one->ai_addrlen) != 0) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(found);
	return fd;
}

static enum status send_all(int fd, const void *bytes, size_t size)
{
	const char *at = bytes;

	while (size) {
		ssize_t sent = send(fd, at, size, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return STATUS_UNAVAILABLE;
		at += sent;
		size -= (size_t)sent;
	}
	return STATUS_OK;
}

static enum status send_file(int fd, int file)
{
	char bytes[PIECE];

	TRY(send_all(fd, "zINSTREAM", sizeof "zINSTREAM"));
	for (;;) {
		ssize_t got = read(file, bytes, sizeof bytes);
		uint32_t size;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return STATUS_UNAVAILABLE;
		size = htonl((uint32_t)got);
		TRY(send_all(fd, &size, sizeof size));
		if (got == 0)
			return STATUS_OK;
		TRY(send_all(fd, bytes, (size_t)got));
	}
}

static enum status read_answer(int fd)
{
	char answer[ANSWER_LIMIT + 1];
	struct text text;
	size_t size = 0;

	while (size < ANSWER_LIMIT) {
		ssize_t got = recv(fd, answer + size, ANSWER_LIMIT - size, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		size += (size_t)got;
		if (answer[size - 1] == '\0' || answer[size - 1] == '\n')
			break;
	}
	while (size && (answer[size - 1] == '\0' || answer[size - 1] == '\n'))
		size--;
	answer[size] = '\0';
	text = (struct text){answer, size};
	if (text_is(text, "stream: OK"))
		return STATUS_OK;
	log_event(LOG_WARNING, "clamd", "answer", answer, NULL);
	return text_ends_with(text, TEXT(" FOUND")) ? STATUS_INVALID : STATUS_UNAVAILABLE;
}

enum status document_scan(struct text clamd, const char *path)
{
	struct timeval limit = {.tv_sec = TIME_LIMIT};
	int AUTO(descriptor_close) file = open(path, O_RDONLY | O_CLOEXEC);
	int AUTO(descriptor_close) fd = -1;
	enum status sent;

	if (file < 0)
		return STATUS_UNAVAILABLE;
	fd = text_starts_with(clamd, TEXT("/")) ? connect_unix(clamd) : connect_tcp(clamd);
	if (fd < 0) {
		log_event(LOG_ERROR, "clamd_unreachable", NULL);
		return STATUS_UNAVAILABLE;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	sent = send_file(fd, file);
	/* clamd may answer and close before all is sent (its own size limit): its word counts. */
	if (sent != STATUS_OK && sent != STATUS_UNAVAILABLE)
		return sent;
	return read_answer(fd);
}
