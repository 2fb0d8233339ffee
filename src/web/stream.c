/* All streams in one list under one lock. An event thread that finds nothing to send suspends its connection; who
 * has something to say appends it and resumes the connection. */
#include "web/stream.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/secret.h"

#include <inttypes.h>
#include <string.h>

enum { PENDING_LIMIT = 65536, STREAM_BLOCK = 1024, KEPT = 512, KEPT_SIZE = 2000 };

struct stream {
	struct stream *next, *previous;
	struct hub *hub;
	struct exchange *exchange;
	struct buffer pending;
	size_t sent;
	bool is_suspended, is_ending;
	int64_t next_beat, ends;
};

struct hub {
	pthread_mutex_t lock;
	struct stream *first;
	size_t count;
	bool is_closed;
	int64_t heartbeat, age;
	uint32_t life; /* which process: marks of another say nothing here */
	_Atomic int64_t serial; /* of the last notification; those before it stay in `kept` for a while */
	struct text kept[KEPT]; /* owned; at serial % KEPT; data NULL: too long to be kept */
};

struct hub *hub_new(int64_t heartbeat, int64_t age)
{
	struct hub *hub = memory_allocate(sizeof *hub);

	if (!hub)
		return NULL;
	pthread_mutex_init(&hub->lock, NULL);
	hub->heartbeat = heartbeat;
	hub->age = age;
	secret_random(&hub->life, sizeof hub->life);
	return hub;
}

void hub_free(struct hub *hub)
{
	if (!hub)
		return;
	for (size_t i = 0; i < KEPT; i++)
		memory_free((void *)(uintptr_t)hub->kept[i].data);
	pthread_mutex_destroy(&hub->lock);
	memory_free(hub);
}

size_t hub_count(struct hub *hub)
{
	size_t count;

	pthread_mutex_lock(&hub->lock);
	count = hub->count;
	pthread_mutex_unlock(&hub->lock);
	return count;
}

/* Under the lock. A client too slow for what it asked for is let go; its browser comes back. */
static void stream_wake(struct stream *stream)
{
	if (stream->pending.status != STATUS_OK)
		stream->is_ending = true;
	if (!stream->is_suspended)
		return;
	stream->is_suspended = false;
	MHD_resume_connection(stream->exchange->connection);
}

void hub_mark(struct hub *hub, char ret_mark[LIVE_MARK_SIZE])
{
	snprintf(ret_mark, LIVE_MARK_SIZE, "%08" PRIx32 ".%" PRId64, hub->life, hub->serial);
}

/* Under the lock. Without data it is no event for the browser: it notes the mark. */
static void append_mark(struct stream *stream)
{
	char mark[LIVE_MARK_SIZE];

	hub_mark(stream->hub, mark);
	buffer_format(&stream->pending, "id: %s\n", mark);
}

/* Every line of the data gets its own "data:". */
static void append_event(struct stream *stream, struct text data)
{
	append_mark(stream);
	buffer_format(&stream->pending, "event: %s\n", stream->exchange->stream_event);
	do {
		struct text line = text_cut(&data, '\n');

		buffer_string(&stream->pending, "data: ");
		buffer_append(&stream->pending, line);
		buffer_byte(&stream->pending, '\n');
	} while (data.data);
	buffer_byte(&stream->pending, '\n');
}

/* Under the lock. What cannot be kept counts as too old for whoever asks for it. */
static void keep(struct hub *hub, struct text payload)
{
	struct text *slot = &hub->kept[++hub->serial % KEPT];
	char *copy = payload.size && payload.size <= KEPT_SIZE ? memory_allocate(payload.size) : NULL;

	memory_free((void *)(uintptr_t)slot->data);
	if (copy)
		memcpy(copy, payload.data, payload.size);
	*slot = (struct text){copy, copy ? payload.size : 0};
}

/* Under the lock. Appends the event when the stream wants it. */
static bool offer(struct stream *stream, struct text payload, struct buffer *data)
{
	struct exchange *exchange = stream->exchange;

	buffer_clear(data);
	if (!exchange->wants(&exchange->rq, exchange->wants_context, payload, data) || data->status != STATUS_OK)
		return false;
	append_event(stream, data->size ? buffer_text(data) : payload);
	return true;
}

void hub_notify(struct hub *hub, struct text payload)
{
	AUTO(buffer_release) struct buffer data;

	buffer_init(&data, PENDING_LIMIT / 2);
	pthread_mutex_lock(&hub->lock);
	keep(hub, payload);
	for (struct stream *stream = hub->first; stream; stream = stream->next)
		if (!stream->is_ending && offer(stream, payload, &data))
			stream_wake(stream);
	pthread_mutex_unlock(&hub->lock);
}

/* Under the lock. The serial of the last notification before what the stream still has to hear; -1: not known. */
static int64_t heard_until(const struct hub *hub, struct text mark)
{
	char *end;
	char copy[LIVE_MARK_SIZE];
	int64_t serial;

	if (mark.size >= sizeof copy)
		return -1;
	memcpy(copy, mark.data, mark.size);
	copy[mark.size] = '\0';
	if (strtoul(copy, &end, 16) != hub->life || *end != '.')
		return -1;
	serial = strtoll(end + 1, &end, 10);
	return *end || serial < 0 || serial > hub->serial || hub->serial - serial >= KEPT ? -1 : serial;
}

/* Under the lock. Who brings no mark begins now. */
static void catch_up(struct stream *stream, struct text mark)
{
	struct hub *hub = stream->hub;
	int64_t heard = mark.size ? heard_until(hub, mark) : hub->serial;
	AUTO(buffer_release) struct buffer data;

	buffer_init(&data, PENDING_LIMIT / 2);
	for (int64_t serial = heard + 1; heard >= 0 && serial <= hub->serial; serial++) {
		struct text payload = hub->kept[serial % KEPT];

		if (!payload.data)
			heard = -1;
		else
			offer(stream, payload, &data);
	}
	if (heard < 0)
		append_event(stream, TEXT("?"));
}

void hub_tick(struct hub *hub, int64_t now)
{
	pthread_mutex_lock(&hub->lock);
	for (struct stream *stream = hub->first; stream; stream = stream->next) {
		if (now >= stream->ends)
			stream->is_ending = true;
		else if (now < stream->next_beat)
			continue;
		stream->next_beat = now + hub->heartbeat;
		append_mark(stream);
		buffer_string(&stream->pending, ":\n\n");
		stream_wake(stream);
	}
	pthread_mutex_unlock(&hub->lock);
}

void hub_close(struct hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	hub->is_closed = true;
	for (struct stream *stream = hub->first; stream; stream = stream->next) {
		stream->is_ending = true;
		stream_wake(stream);
	}
	pthread_mutex_unlock(&hub->lock);
}

static ssize_t stream_read(void *context, uint64_t position, char *bytes, size_t room)
{
	struct stream *stream = context;
	size_t size = 0;
	bool is_ending;

	(void)position;
	pthread_mutex_lock(&stream->hub->lock);
	if (stream->sent < stream->pending.size) {
		size = stream->pending.size - stream->sent;
		size = size < room ? size : room;
		memcpy(bytes, stream->pending.data + stream->sent, size);
		stream->sent += size;
		if (stream->sent == stream->pending.size) {
			/* A thousand quiet streams shall hold no memory. */
			buffer_release(&stream->pending);
			stream->sent = 0;
		}
	} else if (!stream->is_ending) {
		stream->is_suspended = true;
		MHD_suspend_connection(stream->exchange->connection);
	}
	is_ending = stream->is_ending;
	pthread_mutex_unlock(&stream->hub->lock);
	if (size)
		return (ssize_t)size;
	return is_ending ? MHD_CONTENT_READER_END_OF_STREAM : 0;
}

/* The browser's own word on what it heard last, else that of its page; TEXT_NONE without. */
static struct text mark_given(struct exchange *exchange)
{
	struct text mark = rq_header(&exchange->rq, "Last-Event-ID"), rest = exchange->query;
	enum status status = STATUS_OK;
	struct pair pair;

	while (!mark.size && query_next(exchange->rq.arena, &rest, &pair, &status))
		if (text_is(pair.name, LIVE_SINCE))
			mark = pair.value;
	return mark;
}

enum status stream_open(struct exchange *exchange, struct MHD_Response **ret_response)
{
	struct text mark = mark_given(exchange);
	struct hub *hub = exchange->server->hub;
	struct stream *stream = ARENA_NEW(exchange->rq.arena, struct stream);
	struct MHD_Response *response;

	if (!stream || !exchange->wants)
		return stream ? STATUS_INTERNAL : STATUS_NO_MEMORY;
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, stream_read, stream, NULL);
	if (!response)
		return STATUS_NO_MEMORY;
	stream->hub = hub;
	stream->exchange = exchange;
	buffer_init(&stream->pending, PENDING_LIMIT);
	stream->next_beat = clock_monotonic() + hub->heartbeat;
	stream->ends = clock_monotonic() + hub->age;
	pthread_mutex_lock(&hub->lock);
	stream->is_ending = hub->is_closed;
	stream->next = hub->first;
	if (hub->first)
		hub->first->previous = stream;
	hub->first = stream;
	hub->count++;
	buffer_string(&stream->pending, "retry: 5000\n");
	append_mark(stream);
	buffer_byte(&stream->pending, '\n');
	catch_up(stream, mark);
	pthread_mutex_unlock(&hub->lock);
	exchange->stream = stream;
	*ret_response = response;
	return STATUS_OK;
}

void stream_free(struct stream *stream)
{
	struct hub *hub = stream ? stream->hub : NULL;

	if (!stream)
		return;
	pthread_mutex_lock(&hub->lock);
	if (stream->previous)
		stream->previous->next = stream->next;
	else
		hub->first = stream->next;
	if (stream->next)
		stream->next->previous = stream->previous;
	hub->count--;
	buffer_release(&stream->pending);
	pthread_mutex_unlock(&hub->lock);
}
