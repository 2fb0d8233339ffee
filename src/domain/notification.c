/* Notifications as rows: written with what happened, read by the bell and its page. */
#include "domain/notification.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"
#include "domain/job.h"
#include "domain/journal.h"

#include <stdio.h>

enum { VALUE_LIMIT = 200, KEEP_DAYS = 90, HOLDERS = 50 };

STATEMENT(NOTIFICATION_ADD, "insert into notifications (user_id, kind, message_id, value_1, value_2, value_3, path, "
	"created_at) values ($1, $2, $3, $4, $5, $6, $7, $8) returning id");
STATEMENT(DELIVERY_ADD, "insert into notification_deliveries (notification_id, user_id, channel, state, next_at) "
	"select $1, user_id, channel, case when mode = 'daily' then 'digest' else 'waiting' end, $3 "
	"from notification_preferences where user_id = $2 and mode <> 'never' and address <> ''");
STATEMENT(HOLDERS_NEAR, "select distinct users.id from users join user_grants g on g.user_id = users.id "
	"join role_permissions r on r.role_code = g.role_code join units on units.id = g.unit_id "
	"where users.is_active = 1 and r.permission_code = $1 and substr($2, 1, length(units.path)) = units.path "
	"and length(units.path) = (select max(length(n.path)) from user_grants h join users v on v.id = h.user_id "
	"join role_permissions q on q.role_code = h.role_code join units n on n.id = h.unit_id where v.is_active = 1 "
	"and q.permission_code = $1 and substr($2, 1, length(n.path)) = n.path) order by users.id limit 50");
STATEMENT(NOTIFICATION_LIST, "select id, created_at, read_at, path, message_id, value_1, value_2, value_3 "
	"from notifications where user_id = $1 and id < $2 order by id desc limit $3");
STATEMENT(NOTIFICATION_PATH, "select path from notifications where id = $1 and user_id = $2");
STATEMENT(NOTIFICATION_READ, "update notifications set read_at = $3 where id = $1 and user_id = $2 and read_at is null");
STATEMENT(NOTIFICATION_READ_ALL, "update notifications set read_at = $2 where user_id = $1 and read_at is null");
STATEMENT(DELIVERIES_CLEAN, "delete from notification_deliveries where state not in ('waiting', 'digest') "
	"and notification_id in (select id from notifications where read_at < $1)");
STATEMENT(NOTIFICATIONS_CLEAN, "delete from notifications where read_at < $1 and not exists "
	"(select 1 from notification_deliveries d where d.notification_id = notifications.id)");
STATEMENT(PREFERENCE_READ, "select address, mode from notification_preferences where user_id = $1 and channel = $2");
STATEMENT(PREFERENCE_WRITE, "insert into notification_preferences (user_id, channel, address, mode, changed_at) "
	"values ($1, $2, $3, $4, $5) on conflict (user_id, channel) do update set address = excluded.address, "
	"mode = excluded.mode, changed_at = excluded.changed_at");

static struct value short_value(struct text text)
{
	while (text.size > VALUE_LIMIT || (text.size && !utf8_is_valid(text)))
		text = text_slice(text, 0, text.size - 1);
	return value_text(text);
}

/* A unit that is nobody's: only the person's own stream looks at the id. */
static enum status tell_live_pages(struct writer *writer, int64_t user_id)
{
	char payload[96];

	snprintf(payload, sizeof payload, "{\"event\":\"notification\",\"id\":%lld,\"unit\":\"-\"}", (long long)user_id);
	return writer_notify(writer, "live", text_of(payload));
}

enum status notification_send(struct writer *writer, const struct notification *notification)
{
	const struct message *message = &notification->message;
	int64_t id, deliveries = 0;

	TRY(store_returning(writer, &NOTIFICATION_ADD,
		PARAMS(V_INT(notification->user_id), value_string(notification->kind), value_string(message->id),
			short_value(message->values[0]), short_value(message->values[1]), short_value(message->values[2]),
			value_string(notification->path), V_INT(clock_now())),
		&id));
	TRY(store_execute(writer, &DELIVERY_ADD,
		PARAMS(V_INT(id), V_INT(notification->user_id), V_INT(clock_now())), &deliveries));
	if (deliveries)
		TRY(job_ask(writer, "notifications.deliver"));
	return tell_live_pages(writer, notification->user_id);
}

enum status notification_send_holders(struct writer *writer, const char *permission, struct text unit_path,
	int64_t except, const struct notification *notification)
{
	AUTO(rows_release) struct rows *rows = NULL;
	int64_t holders[HOLDERS];
	size_t count = 0;

	TRY(store_query(writer_reader(writer), &HOLDERS_NEAR, PARAMS(value_string(permission), value_text(unit_path)),
		&rows));
	while (count < HOLDERS && rows_next(rows))
		holders[count++] = rows_integer(rows, 0);
	TRY(rows_status(rows));
	rows_end(rows);
	rows = NULL;
	for (size_t i = 0; i < count; i++) {
		struct notification one = *notification;

		one.user_id = holders[i];
		if (one.user_id != except)
			TRY(notification_send(writer, &one));
	}
	return STATUS_OK;
}

enum status notification_list(struct reader *reader, int64_t user_id, int64_t before, int64_t limit,
	bool (*each)(void *context, const struct notification_row *row), void *context)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(store_query(reader, &NOTIFICATION_LIST, PARAMS(V_INT(user_id), V_INT(before), V_INT(limit)), &rows));
	while (rows_next(rows)) {
		struct notification_row row = {.id = rows_integer(rows, 0), .created_at = rows_integer(rows, 1),
			.read_at = rows_optional(rows, 2), .path = rows_text(rows, 3),
			.message = {.id = arena_string(arena, rows_text(rows, 4)),
				.values = {rows_text(rows, 5), rows_text(rows, 6), rows_text(rows, 7)}}};

		if (!row.message.id)
			return STATUS_NO_MEMORY;
		if (!each(context, &row))
			return STATUS_OK;
		arena_reset(arena);
	}
	return rows_status(rows);
}

enum status notification_read(struct writer *writer, int64_t user_id, int64_t id, struct arena *arena,
	struct text *ret_path)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct text path;

	TRY(store_query(writer_reader(writer), &NOTIFICATION_PATH, PARAMS(V_INT(id), V_INT(user_id)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	path = rows_copy(rows, 0, arena);
	if (!path.data)
		return STATUS_NO_MEMORY;
	rows_end(rows);
	rows = NULL;
	TRY(store_execute(writer, &NOTIFICATION_READ, PARAMS(V_INT(id), V_INT(user_id), V_INT(clock_now())), NULL));
	*ret_path = path;
	return STATUS_OK;
}

enum status notification_read_all(struct writer *writer, int64_t user_id)
{
	return store_execute(writer, &NOTIFICATION_READ_ALL, PARAMS(V_INT(user_id), V_INT(clock_now())), NULL);
}

enum status notification_clean(struct writer *writer, int64_t now)
{
	int64_t before = now - KEEP_DAYS * INT64_C(86400) * MICROSECONDS;

	TRY(store_execute(writer, &DELIVERIES_CLEAN, PARAMS(V_INT(before)), NULL));
	return store_execute(writer, &NOTIFICATIONS_CLEAN, PARAMS(V_INT(before)), NULL);
}

enum status notification_preference_read(struct reader *reader, int64_t user_id, const char *channel,
	struct arena *arena, struct notification_preference *ret_preference)
{
	AUTO(rows_release) struct rows *rows = NULL;
	struct notification_preference preference = {TEXT(""), TEXT("never")};

	TRY(store_query(reader, &PREFERENCE_READ, PARAMS(V_INT(user_id), value_string(channel)), &rows));
	if (rows_next(rows)) {
		preference.address = rows_copy(rows, 0, arena);
		preference.mode = rows_copy(rows, 1, arena);
	}
	TRY(rows_status(rows));
	if (!preference.address.data || !preference.mode.data)
		return STATUS_NO_MEMORY;
	*ret_preference = preference;
	return STATUS_OK;
}

/* The address is the person's own affair: the journal proves that it changed, not what it is. */
static enum status note_preference(struct writer *writer, const struct actor *actor, const char *channel,
	const struct notification_preference *preference)
{
	AUTO(buffer_release) struct buffer details = {0};
	unsigned char digest[DIGEST_SIZE];
	struct json_writer json;
	char hex[17];

	digest_of(preference->address, digest);
	for (int i = 0; i < 8; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	buffer_init(&details, 4096);
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "channel");
	put_text(&json, text_of(channel));
	put_key(&json, "mode");
	put_text(&json, preference->mode);
	put_key(&json, "address_digest");
	put_text(&json, text_of(hex));
	put_object_end(&json);
	TRY(buffer_status(&details));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "user", .entity_id = actor->user_id,
			.action = "notification_preference", .details = buffer_text(&details)},
		NULL);
}

enum status notification_preference_write(struct writer *writer, const struct actor *actor, const char *channel,
	const struct notification_preference *preference)
{
	const struct notification_channel *row = notification_channel_find(text_of(channel));
	bool never = text_is(preference->mode, "never");

	if (!row || (!never && !text_is(preference->mode, "each") && !text_is(preference->mode, "daily")))
		return STATUS_INVALID;
	if ((!never || preference->address.size) && !row->accepts(preference->address))
		return STATUS_INVALID;
	TRY(store_execute(writer, &PREFERENCE_WRITE,
		PARAMS(V_INT(actor->user_id), value_string(channel),
			value_text(preference->address.data ? preference->address : TEXT("")), value_text(preference->mode),
			V_INT(clock_now())),
		NULL));
	return note_preference(writer, actor, channel, preference);
}
