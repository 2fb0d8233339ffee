/* A client for serving_bench.sh: requests at a constant rate whatever the answers do (latency counts from when a request
 * was due, so that a stall is felt by all that fall into it), many event streams at once, and slow clients.
 *
 *   load_bench rate PORT REQUESTS-A-SECOND SECONDS HEADER PATHS-FILE
 *   load_bench streams PORT COUNT SECONDS HEADER PATH
 *   load_bench slow PORT CLIENTS BYTES-A-SECOND SECONDS HEADER PATH     (each second one drips its head instead)
 * Without arguments it says that it was passed over. */
#include "base/clock.h"
#include "base/memory.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 128, HEAD_LIMIT = 8192, PATHS = 1000, EVENTS = 256, READ_SIZE = 65536 };

struct client {
	int fd; /* -1: not connected */
	bool is_busy, has_head;
	int64_t due; /* when its request was due */
	char head[HEAD_LIMIT];
	size_t head_size;
	int64_t body_left;
};

struct load {
	struct client *clients;
	int count, port, epoll;
	const char *header;
	char *paths[PATHS];
	int path_count;
	int64_t *latencies;
	int64_t done, failed, issued, bytes;
};

static int open_socket(int port, int receive)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		return -1;
	if (receive)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive, sizeof receive);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
		close(fd);
		return -1;
	}
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	return fd;
}

static bool say(const struct load *load, int fd, const char *path)
{
	char said[HEAD_LIMIT];
	int size = snprintf(said, sizeof said, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept-Encoding: gzip\r\n%s\r\n\r\n",
		path, load->port, load->header);

	return size < (int)sizeof said && send(fd, said, (size_t)size, MSG_NOSIGNAL) == size;
}

static void drop(struct load *load, struct client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
	if (client->is_busy)
		load->failed++;
	client->is_busy = false;
}

static bool join(struct load *load, struct client *client)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};

	client->fd = open_socket(load->port, 0);
	client->is_busy = false;
	return client->fd >= 0 && epoll_ctl(load->epoll, EPOLL_CTL_ADD, client->fd, &event) == 0;
}

static void finish(struct load *load, struct client *client)
{
	if (strncmp(client->head, "HTTP/1.1 200", 12) == 0)
		load->latencies[load->done++] = clock_monotonic() - client->due;
	else
		load->failed++;
	client->is_busy = false;
}

/* Bytes of an answer: the head until its empty line, then as many as it said. */
static void take(struct load *load, struct client *client, const char *bytes, size_t size)
{
	load->bytes += (int64_t)size;
	if (!client->has_head) {
		size_t room = HEAD_LIMIT - 1 - client->head_size, part = size < room ? size : room, head;
		const char *end, *length;

		memcpy(client->head + client->head_size, bytes, part);
		client->head[client->head_size + part] = '\0';
		end = strstr(client->head, "\r\n\r\n");
		if (!end) {
			client->head_size += part;
			if (part < size)
				drop(load, client);
			return;
		}
		head = (size_t)(end - client->head) + 4 - client->head_size;
		length = strcasestr(client->head, "\r\nContent-Length:");
		client->body_left = length && length < end ? strtoll(length + 17, NULL, 10) : 0;
		client->has_head = true;
		size -= head;
	}
	client->body_left -= (int64_t)size;
	if (client->body_left <= 0)
		finish(load, client);
}

static void on_ready(struct load *load, struct client *client)
{
	static char bytes[READ_SIZE];
	ssize_t got;

	while (client->fd >= 0 && (got = recv(client->fd, bytes, sizeof bytes, 0)) != 0) {
		if (got < 0) {
			if (errno != EAGAIN)
				drop(load, client);
			return;
		}
		if (client->is_busy)
			take(load, client, bytes, (size_t)got);
	}
	drop(load, client);
}

/* Gives what is due to clients that are free. */
static void issue(struct load *load, int64_t began, double rate, int64_t total)
{
	for (int i = 0; i < load->count && load->issued < total; i++) {
		struct client *client = &load->clients[i];
		int64_t due = began + (int64_t)((double)load->issued * 1e6 / rate);

		if (due > clock_monotonic())
			return;
		if (client->is_busy || (client->fd < 0 && !join(load, client)))
			continue;
		client->is_busy = true;
		client->has_head = false;
		client->head_size = 0;
		client->due = due;
		load->issued++;
		if (!say(load, client->fd, load->paths[load->issued % load->path_count]))
			drop(load, client);
	}
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static double percentile(const struct load *load, double share)
{
	return load->done ? (double)load->latencies[(int64_t)((double)(load->done - 1) * share)] / 1000 : 0;
}

static bool read_paths(struct load *load, const char *name)
{
	FILE *file = fopen(name, "r");
	char *line = NULL;
	size_t room = 0;

	while (file && load->path_count < PATHS && getline(&line, &room, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		load->paths[load->path_count++] = strdup(line);
	}
	free(line);
	if (file)
		fclose(file);
	return load->path_count > 0;
}

static int run_rate(struct load *load, char **words)
{
	double rate = strtod(words[1], NULL), seconds = strtod(words[2], NULL);
	int64_t total = (int64_t)(rate * seconds), began, until;
	struct epoll_event events[EVENTS];

	load->header = words[3];
	load->count = CLIENTS;
	load->clients = memory_allocate(CLIENTS * sizeof *load->clients);
	load->latencies = memory_allocate((size_t)(total + 1) * sizeof *load->latencies);
	if (!load->clients || !load->latencies || !read_paths(load, words[4]))
		return 1;
	for (int i = 0; i < load->count; i++)
		join(load, &load->clients[i]);
	began = clock_monotonic();
	until = began + (int64_t)((seconds + 10) * 1e6);
	while (load->done + load->failed < total && clock_monotonic() < until) {
		int ready = epoll_wait(load->epoll, events, EVENTS, 1);

		for (int i = 0; i < ready; i++)
			on_ready(load, events[i].data.ptr);
		issue(load, began, rate, total);
	}
	qsort(load->latencies, (size_t)load->done, sizeof *load->latencies, by_size);
	printf("%.0f %.1f %.1f %.1f %lld %.0f\n", (double)load->done * 1e6 / (double)(clock_monotonic() - began),
		percentile(load, 0.5), percentile(load, 0.99), percentile(load, 1), (long long)(total - load->done),
		load->done ? (double)load->bytes / (double)load->done : 0.0);
	return 0;
}

struct stream {
	int fd;
	bool is_open, has_beat, has_event;
};

static void hear(struct stream *stream)
{
	char bytes[4096];
	ssize_t got = recv(stream->fd, bytes, sizeof bytes - 1, 0);

	if (got == 0 || (got < 0 && errno != EAGAIN)) {
		close(stream->fd);
		*stream = (struct stream){.fd = -1};
		return;
	}
	if (got < 0)
		return;
	bytes[got] = '\0';
	if (strncmp(bytes, "HTTP/1.1 200", 12) == 0)
		stream->is_open = true;
	if (strstr(bytes, "\n:\n") || strncmp(bytes, ":\n", 2) == 0)
		stream->has_beat = true;
	if (strstr(bytes, "\ndata:"))
		stream->has_event = true;
}

static void hear_all(const struct load *load, int milliseconds)
{
	struct epoll_event events[EVENTS];
	int64_t until = clock_monotonic() + (int64_t)milliseconds * 1000;

	do {
		int ready = epoll_wait(load->epoll, events, EVENTS, milliseconds ? 50 : 0);

		for (int i = 0; i < ready; i++)
			hear(events[i].data.ptr);
		if (!ready && !milliseconds)
			return;
	} while (clock_monotonic() < until || !milliseconds);
}

static void tell(const struct stream *streams, int count, const char *when, double seconds)
{
	int open = 0, beats = 0, heard = 0;

	for (int i = 0; i < count; i++) {
		open += streams[i].is_open;
		beats += streams[i].is_open && streams[i].has_beat;
		heard += streams[i].is_open && streams[i].has_event;
	}
	printf("%s %d open %d beat %d heard %.1f s\n", when, open, beats, heard, seconds);
	fflush(stdout);
}

static int count_open(const struct stream *streams, int count)
{
	int open = 0;

	for (int i = 0; i < count; i++)
		open += streams[i].is_open;
	return open;
}

static int run_streams(struct load *load, char **words)
{
	int count = atoi(words[1]);
	struct stream *streams = memory_allocate((size_t)(count + 1) * sizeof *streams);
	int64_t began = clock_monotonic();

	load->header = words[3];
	if (!streams)
		return 1;
	for (int i = 0; i < count; i++) {
		struct epoll_event event = {.events = EPOLLIN, .data.ptr = &streams[i]};

		streams[i].fd = open_socket(load->port, 0);
		if (streams[i].fd < 0 || epoll_ctl(load->epoll, EPOLL_CTL_ADD, streams[i].fd, &event) != 0 ||
			!say(load, streams[i].fd, words[4]))
			continue;
		/* No more under way than the server's queue takes. */
		for (int turn = 0; i % 100 == 99 && turn < 100 && count_open(streams, i + 1) < i - 200; turn++)
			hear_all(load, 5);
	}
	hear_all(load, 2000);
	tell(streams, count, "opened", (double)(clock_monotonic() - began) / 1e6);
	hear_all(load, (int)(strtod(words[2], NULL) * 1000));
	tell(streams, count, "later", (double)(clock_monotonic() - began) / 1e6);
	memory_free(streams);
	return 0;
}

struct slow {
	int fd;
	size_t sent;
	int64_t read;
};

/* One tick of a tenth of a second: a few bytes each. False when the server has cut it. */
static bool creep(const struct load *load, struct slow *slow, bool drips, int64_t share, const char *path)
{
	char bytes[READ_SIZE], said[] = "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ";
	ssize_t got;

	if (drips) {
		char byte = slow->sent < sizeof said - 1 ? said[slow->sent] : 'a';

		slow->sent++;
		return send(slow->fd, &byte, 1, MSG_NOSIGNAL) == 1;
	}
	if (!slow->sent++ && !say(load, slow->fd, path))
		return false;
	got = recv(slow->fd, bytes, (size_t)(share < READ_SIZE ? share : READ_SIZE), 0);
	if (got > 0)
		slow->read += got;
	return got > 0 || (got < 0 && errno == EAGAIN);
}

static int run_slow(struct load *load, char **words)
{
	int count = atoi(words[1]), cut[2] = {0, 0};
	int64_t share = strtoll(words[2], NULL, 10) / 10, read = 0, until;
	struct slow *clients = memory_allocate((size_t)(count + 1) * sizeof *clients);

	load->header = words[4];
	if (!clients)
		return 1;
	for (int i = 0; i < count; i++)
		clients[i].fd = open_socket(load->port, 4096);
	until = clock_monotonic() + (int64_t)(strtod(words[3], NULL) * 1e6);
	while (clock_monotonic() < until) {
		for (int i = 0; i < count; i++) {
			if (clients[i].fd < 0 || creep(load, &clients[i], i % 2, share, words[5]))
				continue;
			close(clients[i].fd);
			clients[i].fd = -1;
			cut[i % 2]++;
		}
		usleep(100000);
	}
	for (int i = 0; i < count; i++)
		read += clients[i].read;
	printf("%d slow clients: %lld bytes read, %d slow readers and %d drippers cut\n", count, (long long)read, cut[0], cut[1]);
	memory_free(clients);
	return 0;
}

int main(int count, char **words)
{
	struct load load = {.epoll = epoll_create1(EPOLL_CLOEXEC)};
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (count < 7) {
		printf("load_bench: passed over, it is the client of serving_bench.sh\n");
		return count == 1 ? 0 : 2;
	}
	load.port = atoi(words[2]);
	if (strcmp(words[1], "rate") == 0)
		return run_rate(&load, words + 2);
	if (strcmp(words[1], "streams") == 0)
		return run_streams(&load, words + 2);
	return count == 8 && strcmp(words[1], "slow") == 0 ? run_slow(&load, words + 2) : 2;
}
