/* Sends deliveries side by side, so that a partner that does not answer holds up nobody else. */
#include "base/clock.h"
#include "base/log.h"
#include "domain/webhook.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>
#include <unistd.h>

enum { AT_ONCE = 20, SECONDS = 10, ROUND_MILLISECONDS = 200 };

STATEMENT(DELIVERIES_DUE, "select d.id, d.event, d.body, d.attempts, w.url, w.secret, w.is_active "
	"from webhook_deliveries d join webhooks w on w.id = d.webhook_id where d.state = 'waiting' and d.next_at <= $1 "
	"order by d.next_at, d.id limit 20");
STATEMENT(DELIVERY_DONE, "update webhook_deliveries set state = $2, attempts = attempts + 1, ended_at = $3, http = $4, "
	"problem = $5, next_at = $6 where id = $1");

struct sending {
	int64_t id, attempts;
	struct text event, body, secret;
	const char *url;
	bool is_active;
	unsigned reach;
	CURL *handle;
	struct curl_slist *headers;
	CURLcode code;
	long http;
	char problem[CURL_ERROR_SIZE];
};

static enum status read_due(struct reader *reader, int64_t now, struct arena *arena, struct sending *sendings,
	size_t *ret_count)
{
	struct rows AUTO(rows_release) *rows = NULL;
	size_t count = 0;

	TRY(store_query(reader, &DELIVERIES_DUE, PARAMS(V_INT(now)), &rows));
	while (rows_next(rows) && count < AT_ONCE) {
		struct sending *one = &sendings[count++];

		one->id = rows_integer(rows, 0);
		one->event = rows_copy(rows, 1, arena);
		one->body = rows_copy(rows, 2, arena);
		one->attempts = rows_integer(rows, 3);
		one->url = arena_string(arena, rows_text(rows, 4));
		one->secret = rows_copy(rows, 5, arena);
		one->is_active = rows_integer(rows, 6) != 0;
		if (!one->event.data || !one->body.data || !one->url || !one->secret.data)
			return STATUS_NO_MEMORY;
	}
	*ret_count = count;
	return rows_status(rows);
}

/* This machine, the link (where clouds answer with their secrets), many at once, nobody; and networks of their own. */
static bool is_refused_4(uint32_t ip, unsigned reach)
{
	static const struct {
		uint32_t net;
		int bits;
		unsigned reach; /* 0: in no case */
	} nets[] = {{0x7f000000, 8, REACH_LOOPBACK}, {0x0a000000, 8, REACH_PRIVATE}, {0xac100000, 12, REACH_PRIVATE},
		{0xc0a80000, 16, REACH_PRIVATE}, {0x64400000, 10, REACH_PRIVATE}, {0xa9fe0000, 16, 0}, {0x00000000, 8, 0},
		{0xc0000000, 24, 0}, {0xe0000000, 3, 0}};

	for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
		if ((ip ^ nets[i].net) >> (32 - nets[i].bits) == 0)
			return !(nets[i].reach & reach);
	return false;
}

static bool begins(const unsigned char *ip, const char *bytes, size_t size)
{
	return memcmp(ip, bytes, size) == 0;
}

static uint32_t ip_4_at(const unsigned char *ip)
{
	return (uint32_t)ip[0] << 24 | (uint32_t)ip[1] << 16 | (uint32_t)ip[2] << 8 | ip[3];
}

static bool is_refused_6(const struct in6_addr *address, unsigned reach)
{
	const unsigned char *ip = address->s6_addr;

	if (IN6_IS_ADDR_LOOPBACK(address))
		return !(reach & REACH_LOOPBACK);
	/* Mapped and compatible IPv4 ("::" among them), NAT64, 6to4: what stands inside counts. */
	if (IN6_IS_ADDR_V4MAPPED(address) || begins(ip, "\0\0\0\0\0\0\0\0\0\0\0\0", 12) ||
		begins(ip, "\0\x64\xff\x9b\0\0\0\0\0\0\0\0", 12))
		return is_refused_4(ip_4_at(ip + 12), reach);
	if (begins(ip, "\x20\x02", 2))
		return is_refused_4(ip_4_at(ip + 2), reach);
	if ((ip[0] & 0xfe) == 0xfc)
		return !(reach & REACH_PRIVATE);
	/* A network's own NAT64, Teredo, IPv4 translated; the link, the former site, many at once. */
	return begins(ip, "\0\x64\xff\x9b", 4) || begins(ip, "\x20\x01\0\0", 4) ||
		begins(ip, "\0\0\0\0\0\0\0\0\xff\xff\0\0", 12) || (ip[0] == 0xfe && ip[1] & 0x80) || ip[0] == 0xff;
}

bool webhook_address_is_refused(const struct sockaddr *address, unsigned reach)
{
	if (address->sa_family == AF_INET)
		return is_refused_4(ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr), reach);
	if (address->sa_family == AF_INET6)
		return is_refused_6(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, reach);
	return true;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	const struct sending *one = context;

	(void)purpose;
	if (webhook_address_is_refused(&address->addr, one->reach))
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t drop_bytes(char *bytes, size_t size, size_t count, void *context)
{
	(void)bytes;
	(void)context;
	return size * count;
}

static bool add_header(struct sending *one, struct text line)
{
	struct curl_slist *longer = line.data ? curl_slist_append(one->headers, line.data) : NULL;

	if (!longer)
		return false;
	one->headers = longer;
	return true;
}

static enum status prepare(struct sending *one, struct arena *arena, int64_t now, CURLM *all)
{
	struct text signature = webhook_signature(arena, one->secret, now / MICROSECONDS, one->body);
	CURL *handle = curl_easy_init();

	if (!handle || !signature.data)
		return STATUS_NO_MEMORY;
	one->handle = handle;
	if (!add_header(one, TEXT("Content-Type: application/json")) ||
		!add_header(one, arena_format(arena, "Vigie-Event: %.*s", TEXT_FORMAT(one->event))) ||
		!add_header(one, arena_format(arena, "Vigie-Delivery: %lld", (long long)one->id)) ||
		!add_header(one, arena_format(arena, "Vigie-Signature: %.*s", TEXT_FORMAT(signature))))
		return STATUS_NO_MEMORY;
	curl_easy_setopt(handle, CURLOPT_URL, one->url);
	curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(handle, CURLOPT_PROXY, "");
	curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(handle, CURLOPT_TIMEOUT, (long)SECONDS);
	curl_easy_setopt(handle, CURLOPT_USERAGENT, "Vigie");
	curl_easy_setopt(handle, CURLOPT_HTTPHEADER, one->headers);
	curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)one->body.size);
	curl_easy_setopt(handle, CURLOPT_POSTFIELDS, one->body.data);
	curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, one);
	curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, drop_bytes);
	curl_easy_setopt(handle, CURLOPT_MAXFILESIZE, 1L << 20);
	curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, one->problem);
	curl_easy_setopt(handle, CURLOPT_PRIVATE, one);
	return curl_multi_add_handle(all, handle) == CURLM_OK ? STATUS_OK : STATUS_UNAVAILABLE;
}

static void run_all(CURLM *all)
{
	int64_t end = clock_monotonic() + (SECONDS + 2) * MICROSECONDS;
	int running = 1, left;
	CURLMsg *message;

	while (running && clock_monotonic() < end) {
		if (curl_multi_perform(all, &running) != CURLM_OK)
			break;
		if (running && curl_multi_poll(all, NULL, 0, ROUND_MILLISECONDS, NULL) != CURLM_OK)
			break;
	}
	while ((message = curl_multi_info_read(all, &left))) {
		struct sending *one = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&one);
		one->code = message->data.result;
		curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &one->http);
	}
}

static enum status write_down(struct writer *writer, const struct sending *one, int64_t now, bool *ret_arrived)
{
	bool arrived = one->is_active && one->code == CURLE_OK && one->http >= 200 && one->http < 300;
	bool gives_up = !one->is_active || one->http == 410 || one->attempts + 1 >= WEBHOOK_ATTEMPTS;
	const char *problem = one->problem[0] ? one->problem : curl_easy_strerror(one->code);

	*ret_arrived = arrived;
	return store_execute(writer, &DELIVERY_DONE,
		PARAMS(V_INT(one->id), value_string(arrived ? "done" : gives_up ? "given_up" : "waiting"),
			arrived || gives_up ? V_INT(now) : V_NULL, one->http ? V_INT(one->http) : V_NULL,
			arrived || one->http ? V_NULL : value_string(problem), V_INT(now + webhook_delay(one->attempts + 1))),
		NULL);
}

static void release(struct sending *sendings, size_t count, CURLM *all)
{
	for (size_t i = 0; i < count; i++) {
		if (sendings[i].handle) {
			curl_multi_remove_handle(all, sendings[i].handle);
			curl_easy_cleanup(sendings[i].handle);
		}
		curl_slist_free_all(sendings[i].headers);
	}
	curl_multi_cleanup(all);
}

static enum status send_all(struct sending *sendings, size_t count, struct arena *arena, int64_t now)
{
	CURLM *all = curl_multi_init();
	enum status status = all ? STATUS_OK : STATUS_NO_MEMORY;

	for (size_t i = 0; i < count; i++)
		sendings[i].code = CURLE_OPERATION_TIMEDOUT;
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		if (sendings[i].is_active)
			status = prepare(&sendings[i], arena, now, all);
	if (status == STATUS_OK)
		run_all(all);
	if (all)
		release(sendings, count, all);
	return status;
}

static enum status write_all(struct database *database, const struct sending *sendings, size_t count, int *ret_sent,
	int *ret_failed)
{
	struct writer AUTO(writer_rollback) *writer = NULL;
	int64_t now = clock_now();

	TRY(writer_begin(database, &writer));
	for (size_t i = 0; i < count; i++) {
		bool arrived;

		TRY(write_down(writer, &sendings[i], now, &arrived));
		*ret_sent += arrived;
		*ret_failed += !arrived;
	}
	return writer_commit(&writer);
}

enum status webhooks_send(struct database *database, int64_t now, unsigned reach, struct arena *arena, int *ret_sent,
	int *ret_failed)
{
	struct sending *sendings = ARENA_ARRAY(arena, AT_ONCE, struct sending);
	struct reader AUTO(reader_release) *reader = NULL;
	size_t count = 0;

	*ret_sent = *ret_failed = 0;
	if (!sendings)
		return STATUS_NO_MEMORY;
	TRY(reader_begin(database, &reader));
	TRY(read_due(reader, now, arena, sendings, &count));
	reader_release(&reader);
	if (!count)
		return STATUS_OK;
	for (size_t i = 0; i < count; i++)
		sendings[i].reach = reach;
	TRY(send_all(sendings, count, arena, now));
	return write_all(database, sendings, count, ret_sent, ret_failed);
}
