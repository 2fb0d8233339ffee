/* Webhooks as rows, and the deliveries that events make. */
#include "domain/webhook.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/secret.h"
#include "domain/journal.h"
#include "domain/user.h"

#include <string.h>

#define WEBHOOK_COLUMNS "webhooks.id, user_id, url, events, webhooks.is_active, webhooks.created_at, webhooks.version, users.name"
STATEMENT(WEBHOOK_ADD, "insert into webhooks (user_id, url, events, secret, created_by, created_at) "
	"values ($1, $2, $3, $4, $5, $6) returning id");
STATEMENT(WEBHOOK_FIND, "select " WEBHOOK_COLUMNS " from webhooks join users on users.id = user_id where webhooks.id = $1");
STATEMENT(WEBHOOK_LIST, "select " WEBHOOK_COLUMNS " from webhooks join users on users.id = user_id "
	"order by webhooks.id limit 1000");
STATEMENT(WEBHOOK_SET_ACTIVE, "update webhooks set is_active = $3, version = version + 1 where id = $1 and version = $2");
STATEMENT(WEBHOOKS_ON, "select webhooks.id, user_id, events from webhooks join users on users.id = user_id "
	"where webhooks.is_active = 1 and users.is_active = 1 order by webhooks.id limit 1000");
STATEMENT(DELIVERY_ADD, "insert into webhook_deliveries (webhook_id, event, body, state, created_at, next_at) "
	"values ($1, $2, $3, 'waiting', $4, $4)");
STATEMENT(DELIVERY_LIST, "select id, webhook_id, event, body, state, attempts, created_at, next_at, ended_at, http, "
	"problem from webhook_deliveries where webhook_id = $1 order by id desc limit 50");
STATEMENT(DELIVERY_AGAIN, "update webhook_deliveries set state = 'waiting', attempts = 0, next_at = $3, ended_at = null "
	"where id = $1 and webhook_id = $2");
STATEMENT(DELIVERIES_CLEAN, "delete from webhook_deliveries where state <> 'waiting' and created_at < $1");

/* ---- what may be asked for */

bool webhook_url_is_sound(struct text url)
{
	struct text rest;

	if (url.size > WEBHOOK_URL_LIMIT)
		return false;
	if (text_starts_with(url, TEXT("https://")))
		rest = text_slice(url, 8, url.size);
	else if (text_starts_with(url, TEXT("http://")))
		rest = text_slice(url, 7, url.size);
	else
		return false;
	for (size_t i = 0; i < rest.size; i++)
		if ((unsigned char)rest.data[i] <= 0x20 || (unsigned char)rest.data[i] >= 0x7f || strchr("@\\\"<>", rest.data[i]))
			return false;
	return rest.size && rest.data[0] != '/' && rest.data[0] != ':';
}

static bool is_event_pattern(struct text word)
{
	if (text_is(word, "*"))
		return true;
	for (size_t i = 0; i < word.size; i++) {
		char c = word.data[i];

		if (c == '*' && i + 1 == word.size && i && word.data[i - 1] == '.')
			return true;
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'))
			return false;
	}
	return word.size > 0;
}

bool webhook_events_are_sound(struct text events)
{
	struct text rest = events;
	size_t count = 0;

	while (rest.data) {
		struct text word = text_cut(&rest, ' ');

		if (!word.size)
			continue;
		if (!is_event_pattern(word))
			return false;
		count++;
	}
	return count && events.size <= WEBHOOK_EVENTS_LIMIT;
}

/* What comes by the thousand is only for who asks for it. */
static bool is_by_name(struct text event)
{
	return text_starts_with(event, TEXT("decision."));
}

bool webhook_wants(struct text events, const char *event)
{
	while (events.data) {
		struct text word = text_cut(&events, ' ');

		if ((text_is(word, "*") && !is_by_name(text_of(event))) || text_is(word, event))
			return true;
		if (word.size > 1 && word.data[word.size - 1] == '*' &&
			text_starts_with(text_of(event), text_slice(word, 0, word.size - 1)))
			return true;
	}
	return false;
}

/* ---- rows */

static enum status note(struct writer *writer, const struct actor *actor, int64_t id, const char *action, struct text url)
{
	struct buffer AUTO(buffer_release) details = {0};
	struct json_writer json;

	buffer_init(&details, 4096);
	put_begin(&json, &details);
	put_object(&json);
	if (url.data) {
		put_key(&json, "url");
		put_array(&json);
		put_null(&json);
		put_text(&json, url);
		put_array_end(&json);
	}
	put_object_end(&json);
	TRY(buffer_status(&details));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "webhook", .entity_id = id, .action = action,
			.details = buffer_text(&details)},
		NULL);
}

enum status webhook_add(struct writer *writer, const struct actor *actor, const struct webhook *webhook,
	unsigned char ret_secret[WEBHOOK_SECRET_SIZE], int64_t *ret_id)
{
	unsigned char secret[WEBHOOK_SECRET_SIZE];
	int64_t id;

	if (!webhook_url_is_sound(webhook->url) || !webhook_events_are_sound(webhook->events))
		return STATUS_INVALID;
	secret_random(secret, sizeof secret);
	TRY(store_returning(writer, &WEBHOOK_ADD,
		PARAMS(V_INT(webhook->user_id), value_text(webhook->url), value_text(webhook->events),
			V_BYTES(((struct text){(const char *)secret, sizeof secret})), V_INT(actor->user_id), V_INT(clock_now())),
		&id));
	TRY(note(writer, actor, id, "added", webhook->url));
	memcpy(ret_secret, secret, sizeof secret);
	*ret_id = id;
	return STATUS_OK;
}

static struct webhook read_webhook(struct rows *rows)
{
	return (struct webhook){.id = rows_integer(rows, 0), .user_id = rows_integer(rows, 1), .url = rows_text(rows, 2),
		.events = rows_text(rows, 3), .is_active = rows_integer(rows, 4) != 0, .created_at = rows_integer(rows, 5),
		.version = rows_integer(rows, 6), .program = rows_text(rows, 7)};
}

enum status webhook_find(struct reader *reader, int64_t id, struct arena *arena, struct webhook *ret_webhook)
{
	struct rows AUTO(rows_release) *rows = NULL;
	struct webhook webhook;

	TRY(store_query(reader, &WEBHOOK_FIND, PARAMS(V_INT(id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	webhook = read_webhook(rows);
	webhook.url = arena_text(arena, webhook.url);
	webhook.events = arena_text(arena, webhook.events);
	webhook.program = arena_text(arena, webhook.program);
	if (!webhook.url.data || !webhook.events.data || !webhook.program.data)
		return STATUS_NO_MEMORY;
	*ret_webhook = webhook;
	return STATUS_OK;
}

enum status webhook_list(struct reader *reader, bool (*each)(void *context, const struct webhook *webhook),
	void *context)
{
	struct rows AUTO(rows_release) *rows = NULL;

	TRY(store_query(reader, &WEBHOOK_LIST, NO_PARAMS, &rows));
	while (rows_next(rows)) {
		struct webhook webhook = read_webhook(rows);

		if (!each(context, &webhook))
			return STATUS_OK;
	}
	return rows_status(rows);
}

enum status webhook_set_active(struct writer *writer, const struct actor *actor, int64_t id, int64_t version, bool active)
{
	int64_t changes = 0;

	TRY(store_execute(writer, &WEBHOOK_SET_ACTIVE, PARAMS(V_INT(id), V_INT(version), V_BOOL(active)), &changes));
	if (!changes)
		return STATUS_CONFLICT;
	return note(writer, actor, id, active ? "activated" : "stopped", TEXT_NONE);
}

/* ---- deliveries */

enum status webhook_delivery_list(struct reader *reader, int64_t webhook_id,
	bool (*each)(void *context, const struct webhook_delivery *delivery), void *context)
{
	struct rows AUTO(rows_release) *rows = NULL;

	TRY(store_query(reader, &DELIVERY_LIST, PARAMS(V_INT(webhook_id)), &rows));
	while (rows_next(rows)) {
		const struct webhook_delivery delivery = {.id = rows_integer(rows, 0), .webhook_id = rows_integer(rows, 1),
			.event = rows_text(rows, 2), .body = rows_text(rows, 3), .state = rows_text(rows, 4),
			.attempts = rows_integer(rows, 5), .created_at = rows_integer(rows, 6), .next_at = rows_integer(rows, 7),
			.ended_at = rows_optional(rows, 8), .http = rows_optional(rows, 9), .problem = rows_text(rows, 10)};

		if (!each(context, &delivery))
			return STATUS_OK;
	}
	return rows_status(rows);
}

enum status webhook_delivery_again(struct writer *writer, const struct actor *actor, int64_t webhook_id,
	int64_t delivery_id, int64_t now)
{
	int64_t changes = 0;

	TRY(store_execute(writer, &DELIVERY_AGAIN, PARAMS(V_INT(delivery_id), V_INT(webhook_id), V_INT(now)), &changes));
	return changes ? note(writer, actor, webhook_id, "sent_again", TEXT_NONE) : STATUS_NOT_FOUND;
}

static enum status body_of(const struct event *event, int64_t now, struct buffer *body)
{
	struct json_writer json;

	put_begin(&json, body);
	put_object(&json);
	put_key(&json, "event");
	put_text(&json, text_of(event->name));
	put_key(&json, "at");
	put_time(&json, now);
	put_key(&json, "id");
	put_int(&json, event->id);
	put_key(&json, "unit");
	put_text(&json, event->unit_path);
	put_key(&json, "by");
	put_text(&json, event->actor ? event->actor->login : TEXT_NONE);
	put_object_end(&json);
	return buffer_status(body);
}

static enum status deliver(struct writer *writer, int64_t webhook_id, const struct event *event, int64_t now)
{
	struct buffer AUTO(buffer_release) body = {0};

	buffer_init(&body, 8192);
	TRY(body_of(event, now, &body));
	return store_execute(writer, &DELIVERY_ADD,
		PARAMS(V_INT(webhook_id), value_string(event->name), value_text(buffer_text(&body)), V_INT(now)), NULL);
}

enum status webhook_try(struct writer *writer, const struct actor *actor, int64_t id, int64_t now)
{
	return deliver(writer, id, &(struct event){.name = "webhook.test", .actor = actor, .id = id}, now);
}

/* A right at the unit or above it; what belongs to no unit is for those with a right at a root. */
static bool may_hear(const struct actor *actor, struct text unit_path)
{
	for (size_t i = 0; i < actor->grant_count; i++) {
		struct text path = actor->grants[i].unit_path;

		if (unit_path.size ? text_starts_with(unit_path, path) : path_is_root(path))
			return true;
	}
	return false;
}

struct listener {
	int64_t id, user_id;
};

static enum status find_listeners(struct reader *reader, const char *event, struct listener *listeners, size_t room,
	size_t *ret_count)
{
	struct rows AUTO(rows_release) *rows = NULL;
	size_t count = 0;

	TRY(store_query(reader, &WEBHOOKS_ON, NO_PARAMS, &rows));
	while (rows_next(rows))
		if (count < room && webhook_wants(rows_text(rows, 2), event))
			listeners[count++] = (struct listener){rows_integer(rows, 0), rows_integer(rows, 1)};
	*ret_count = count;
	return rows_status(rows);
}

enum status webhook_is_wanted(struct reader *reader, const char *event, bool *ret_wanted)
{
	struct listener listener;
	size_t count = 0;

	TRY(find_listeners(reader, event, &listener, 1, &count));
	*ret_wanted = count > 0;
	return STATUS_OK;
}

enum status webhook_enqueue(struct writer *writer, const struct event *event)
{
	enum { ROOM = 200 };
	struct listener listeners[ROOM];
	struct arena AUTO(arena_release) *arena = NULL;
	int64_t now = clock_now();
	size_t count;

	TRY(find_listeners(writer_reader(writer), event->name, listeners, ROOM, &count));
	if (!count)
		return STATUS_OK;
	arena = arena_new(4 << 20);
	if (!arena)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		struct actor actor = {.user_id = listeners[i].user_id};

		arena_reset(arena);
		TRY(actor_load_grants(writer_reader(writer), arena, &actor));
		if (may_hear(&actor, event->unit_path))
			TRY(deliver(writer, listeners[i].id, event, now));
	}
	return STATUS_OK;
}

struct text webhook_signature(struct arena *arena, struct text secret, int64_t seconds, struct text body)
{
	struct text signed_text = arena_format(arena, "%lld.%.*s", (long long)seconds, TEXT_FORMAT(body));
	struct buffer AUTO(buffer_release) hex = {0};
	unsigned char digest[DIGEST_SIZE];

	if (!signed_text.data)
		return TEXT_NONE;
	buffer_init(&hex, 4 * DIGEST_SIZE);
	digest_keyed(secret, signed_text, digest);
	hex_print(&hex, digest, sizeof digest);
	if (buffer_status(&hex) != STATUS_OK)
		return TEXT_NONE;
	return arena_format(arena, "t=%lld,v1=%s", (long long)seconds, hex.data);
}

int64_t webhook_delay(int64_t attempts)
{
	int64_t seconds = 10;

	for (int64_t i = 1; i < attempts && seconds < 6 * 3600; i++)
		seconds *= 2;
	return (seconds < 6 * 3600 ? seconds : 6 * 3600) * MICROSECONDS;
}

enum status webhooks_clean(struct writer *writer, int64_t now)
{
	return store_execute(writer, &DELIVERIES_CLEAN, PARAMS(V_INT(now - 30 * 86400 * MICROSECONDS)), NULL);
}
