/* From notifications to letters: what waits is sent, tried again with growing delays, and kept to be seen. */
#include "base/clock.h"
#include "base/log.h"
#include "domain/notification.h"

#include <stdio.h>

enum { ATTEMPTS = 6, LETTER_LIMIT = 1 << 18, DIGEST_LINES = 200, PEOPLE = 500, JOB_ROOM = 4 << 20 };

STATEMENT(DELIVERIES_DUE, "select d.id, d.attempts, d.channel, p.address, u.name, u.language, n.message_id, n.value_1, "
	"n.value_2, n.value_3, n.path from notification_deliveries d join notifications n on n.id = d.notification_id "
	"join users u on u.id = d.user_id left join notification_preferences p on p.user_id = d.user_id "
	"and p.channel = d.channel where d.state = 'waiting' and d.next_at <= $1 and d.id > $2 order by d.id limit 1");
STATEMENT(DELIVERY_DONE, "update notification_deliveries set state = $2, attempts = $3, next_at = $4, sent_at = $5, "
	"problem = $6 where id = $1");
STATEMENT(DIGEST_PEOPLE, "select distinct d.user_id, p.address, u.name, u.language from notification_deliveries d "
	"join users u on u.id = d.user_id join notification_preferences p on p.user_id = d.user_id "
	"and p.channel = d.channel where d.state = 'digest' and d.channel = $1 and p.address <> '' "
	"and d.next_at < $2 order by d.user_id limit 500");
STATEMENT(DIGEST_LINES_OF, "select d.id, n.created_at, n.message_id, n.value_1, n.value_2, n.value_3, n.path "
	"from notification_deliveries d join notifications n on n.id = d.notification_id where d.state = 'digest' "
	"and d.user_id = $1 and d.channel = $2 order by d.id limit 200");
STATEMENT(DIGEST_DONE, "update notification_deliveries set state = $3, attempts = attempts + 1, next_at = $5, "
	"sent_at = $6, problem = $7 where user_id = $1 and channel = $2 and state = 'digest' and id <= $4");
STATEMENT(DELIVERY_LIST, "select d.id, d.attempts, d.next_at, d.sent_at, d.channel, d.state, d.problem, u.name, "
	"n.message_id, n.value_1, n.value_2, n.value_3 from notification_deliveries d "
	"join notifications n on n.id = d.notification_id join users u on u.id = d.user_id "
	"where (CAST($1 AS text) is null or d.state = CAST($1 AS text)) order by d.id desc limit $2");
STATEMENT(DELIVERY_RETRY, "update notification_deliveries set state = 'waiting', attempts = 0, next_at = $2, "
	"problem = null where id = $1 and state in ('refused', 'given_up')");

static enum status send_email(const struct mail_server *server, const struct notification_letter *letter,
	char *ret_problem)
{
	const struct mail mail = {letter->address, letter->subject, letter->body, letter->id};

	return mail_send(server, &mail, ret_problem);
}

const struct notification_channel notification_channels[] = {
	{"email", TR("Courrier électronique"), mail_address_is_good, send_email},
	{NULL, NULL, NULL, NULL},
};

const struct notification_channel *notification_channel_find(struct text code)
{
	for (const struct notification_channel *row = notification_channels; row->code; row++)
		if (text_is(code, row->code))
			return row;
	return NULL;
}

/* One, five, thirty minutes, two hours, six, then a day. */
static int64_t retry_delay(int64_t attempts)
{
	static const int64_t minutes[ATTEMPTS] = {1, 5, 30, 120, 360, 1440};

	return minutes[attempts < ATTEMPTS ? attempts : ATTEMPTS - 1] * 60 * MICROSECONDS;
}

struct office {
	struct mail_server server;
	struct text address; /* public, without the last slash */
	int64_t digest_hour;
};

static enum status office_read(struct database *database, struct arena *arena, struct office *ret_office)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct office office;

	TRY(reader_begin(database, &reader));
	TRY(mail_server_read(reader, arena, &office.server));
	TRY(setting_text(reader, &mail_settings[PUBLIC_ADDRESS], arena, &office.address));
	TRY(setting_integer(reader, &mail_settings[MAIL_DIGEST_HOUR], &office.digest_hour));
	if (text_ends_with(office.address, TEXT("/")))
		office.address = text_slice(office.address, 0, office.address.size - 1);
	*ret_office = office;
	return STATUS_OK;
}

static enum language language_of(struct text code)
{
	enum language language = LANGUAGE_FR;

	return language_from(code, &language) ? language : LANGUAGE_FR;
}

static void print_greeting(struct buffer *body, enum language language, struct text name)
{
	message_print(body, language, &(struct message){.id = TR("Bonjour %1,"), .values = {name}});
	buffer_string(body, "\n\n");
}

static void print_foot(struct buffer *body, enum language language, const struct office *office)
{
	buffer_string(body, "\n-- \n");
	buffer_string(body, tr(language, TR("Vigie vous écrit parce que vous l'avez demandé dans vos notifications.")));
	if (office->address.size)
		buffer_format(body, "\n%.*s/notifications/preferences", TEXT_FORMAT(office->address));
	buffer_byte(body, '\n');
}

/* One delivery, read whole before anything is sent: no transaction waits for a mail server. */
struct due {
	int64_t id, attempts;
	enum language language;
	struct text channel, address, name, path;
	struct message message;
};

static enum status due_read(struct database *database, int64_t now, int64_t after, struct arena *arena,
	struct due *ret_due)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(reader_begin(database, &reader));
	TRY(store_query(reader, &DELIVERIES_DUE, PARAMS(V_INT(now), V_INT(after)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_NOT_FOUND;
	}
	*ret_due = (struct due){.id = rows_integer(rows, 0), .attempts = rows_integer(rows, 1),
		.channel = rows_copy(rows, 2, arena), .address = rows_copy(rows, 3, arena), .name = rows_copy(rows, 4, arena),
		.language = language_of(rows_text(rows, 5)), .path = rows_copy(rows, 10, arena),
		.message = {.id = arena_string(arena, rows_text(rows, 6)),
			.values = {rows_copy(rows, 7, arena), rows_copy(rows, 8, arena), rows_copy(rows, 9, arena)}}};
	return ret_due->message.id ? rows_status(rows) : STATUS_NO_MEMORY;
}

static enum status due_send(const struct office *office, const struct due *due, char *ret_problem)
{
	const struct notification_channel *channel = notification_channel_find(due->channel);
	AUTO(buffer_release) struct buffer subject = {0}, body = {0};

	if (!channel || !channel->accepts(due->address))
		return STATUS_INVALID;
	buffer_init(&subject, LETTER_LIMIT);
	buffer_init(&body, LETTER_LIMIT);
	buffer_string(&subject, "Vigie : ");
	message_print(&subject, due->language, &due->message);
	print_greeting(&body, due->language, due->name);
	message_print(&body, due->language, &due->message);
	buffer_byte(&body, '\n');
	if (office->address.size)
		buffer_format(&body, "\n%.*s%.*s\n", TEXT_FORMAT(office->address), TEXT_FORMAT(due->path));
	print_foot(&body, due->language, office);
	TRY(buffer_status(&subject));
	TRY(buffer_status(&body));
	return channel->send(&office->server,
		&(struct notification_letter){due->address, buffer_text(&subject), buffer_text(&body), due->id}, ret_problem);
}

static const char *state_after(enum status outcome, int64_t attempts)
{
	if (outcome == STATUS_OK)
		return "sent";
	if (outcome == STATUS_INVALID)
		return "refused";
	return attempts >= ATTEMPTS ? "given_up" : "waiting";
}

static enum status due_note(struct database *database, const struct due *due, enum status outcome, int64_t now,
	const char *problem)
{
	AUTO(writer_rollback) struct writer *writer = NULL;

	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &DELIVERY_DONE,
		PARAMS(V_INT(due->id), value_string(state_after(outcome, due->attempts + 1)), V_INT(due->attempts + 1),
			V_INT(now + retry_delay(due->attempts)), outcome == STATUS_OK ? V_INT(now) : V_NULL,
			problem[0] ? value_string(problem) : V_NULL),
		NULL));
	return writer_commit(&writer);
}

enum status notification_deliver(struct database *database, int64_t now, int limit, int *ret_sent, int *ret_failed)
{
	AUTO(arena_release) struct arena *lasting = arena_new(JOB_ROOM), *arena = arena_new(JOB_ROOM);
	struct office office;
	int64_t after = 0;

	if (!arena || !lasting)
		return STATUS_NO_MEMORY;
	*ret_sent = *ret_failed = 0;
	TRY(office_read(database, lasting, &office));
	if (!office.server.url.size)
		return STATUS_OK;
	for (int i = 0; i < limit; i++) {
		char problem[MAIL_PROBLEM_SIZE] = "";
		struct due due;
		enum status status = due_read(database, now, after, arena, &due);

		if (status == STATUS_NOT_FOUND)
			return STATUS_OK;
		TRY(status);
		status = due_send(&office, &due, problem);
		if (status != STATUS_OK && !problem[0])
			snprintf(problem, sizeof problem, "%s", status_name(status));
		TRY(due_note(database, &due, status, now, problem));
		*(status == STATUS_OK ? ret_sent : ret_failed) += 1;
		after = due.id;
		arena_reset(arena);
	}
	return STATUS_OK;
}

/* ---- the digest */

struct reader_of_digest {
	int64_t user_id;
	struct text address, name;
	enum language language;
};

/* The last moment at which digests were due. */
static int64_t digest_moment(int64_t hour, int64_t now)
{
	int64_t day = INT64_C(86400) * MICROSECONDS, moment = date_of(now) * day + hour * 3600 * MICROSECONDS;

	return moment <= now ? moment : moment - day;
}

/* Those for whom something waits since before that moment. */
static enum status people_read(struct database *database, const char *channel, int64_t moment, struct arena *arena,
	struct reader_of_digest *people, size_t *ret_count)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;
	size_t count = 0;

	TRY(reader_begin(database, &reader));
	TRY(store_query(reader, &DIGEST_PEOPLE, PARAMS(value_string(channel), V_INT(moment)), &rows));
	while (count < PEOPLE && rows_next(rows)) {
		people[count] = (struct reader_of_digest){rows_integer(rows, 0), rows_copy(rows, 1, arena),
			rows_copy(rows, 2, arena), language_of(rows_text(rows, 3))};
		if (!people[count].address.data || !people[count].name.data)
			return STATUS_NO_MEMORY;
		count++;
	}
	*ret_count = count;
	return rows_status(rows);
}

/* Writes the body; *ret_last is the last delivery in it, 0 when there is none. */
static enum status print_digest(struct database *database, const struct reader_of_digest *person,
	const struct office *office, const char *channel, struct buffer *body, int64_t *ret_last)
{
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(JOB_ROOM);

	if (!arena)
		return STATUS_NO_MEMORY;
	*ret_last = 0;
	print_greeting(body, person->language, person->name);
	buffer_string(body, tr(person->language, TR("Depuis le dernier résumé :")));
	buffer_string(body, "\n\n");
	TRY(reader_begin(database, &reader));
	TRY(store_query(reader, &DIGEST_LINES_OF, PARAMS(V_INT(person->user_id), value_string(channel)), &rows));
	while (rows_next(rows)) {
		const struct message message = {.id = arena_string(arena, rows_text(rows, 2)),
			.values = {rows_text(rows, 3), rows_text(rows, 4), rows_text(rows, 5)}};

		if (!message.id)
			return STATUS_NO_MEMORY;
		*ret_last = rows_integer(rows, 0);
		buffer_string(body, "- ");
		message_print(body, person->language, &message);
		if (office->address.size)
			buffer_format(body, "\n  %.*s%.*s", TEXT_FORMAT(office->address), TEXT_FORMAT(rows_text(rows, 6)));
		buffer_byte(body, '\n');
	}
	TRY(rows_status(rows));
	print_foot(body, person->language, office);
	return buffer_status(body);
}

static enum status digest_send(struct database *database, const struct notification_channel *channel,
	const struct office *office, const struct reader_of_digest *person, int64_t now, bool *ret_sent)
{
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(buffer_release) struct buffer body = {0};
	char problem[MAIL_PROBLEM_SIZE] = "";
	enum status status;
	const char *state;
	int64_t last;

	buffer_init(&body, LETTER_LIMIT);
	TRY(print_digest(database, person, office, channel->code, &body, &last));
	*ret_sent = false;
	if (!last)
		return STATUS_OK;
	status = channel->send(&office->server,
		&(struct notification_letter){person->address, text_of(tr(person->language, TR("Vigie : votre résumé du jour"))),
			buffer_text(&body), last},
		problem);
	*ret_sent = status == STATUS_OK;
	/* What could not go out stays for the next digest, unless it was refused for good. */
	state = status == STATUS_OK ? "sent" : status == STATUS_INVALID ? "refused" : "digest";
	TRY(writer_begin(database, &writer));
	TRY(store_execute(writer, &DIGEST_DONE,
		PARAMS(V_INT(person->user_id), value_string(channel->code), value_string(state), V_INT(last), V_INT(now),
			status == STATUS_OK ? V_INT(now) : V_NULL, problem[0] ? value_string(problem) : V_NULL),
		NULL));
	return writer_commit(&writer);
}

enum status notification_digest(struct database *database, int64_t now, int *ret_sent, int *ret_failed)
{
	AUTO(arena_release) struct arena *arena = arena_new(JOB_ROOM);
	struct reader_of_digest *people = arena ? ARENA_ARRAY(arena, PEOPLE, struct reader_of_digest) : NULL;
	struct office office;

	if (!people)
		return STATUS_NO_MEMORY;
	*ret_sent = *ret_failed = 0;
	TRY(office_read(database, arena, &office));
	if (!office.server.url.size)
		return STATUS_OK;
	for (const struct notification_channel *channel = notification_channels; channel->code; channel++) {
		size_t count = 0;

		TRY(people_read(database, channel->code, digest_moment(office.digest_hour, now), arena, people, &count));
		for (size_t i = 0; i < count; i++) {
			bool sent = false;

			TRY(digest_send(database, channel, &office, &people[i], now, &sent));
			*(sent ? ret_sent : ret_failed) += 1;
		}
	}
	return STATUS_OK;
}

enum status delivery_list(struct reader *reader, struct text state, int64_t limit,
	bool (*each)(void *context, const struct delivery_row *row), void *context)
{
	AUTO(rows_release) struct rows *rows = NULL;
	AUTO(arena_release) struct arena *arena = arena_new(JOB_ROOM);

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(store_query(reader, &DELIVERY_LIST, PARAMS(value_text(state), V_INT(limit)), &rows));
	while (rows_next(rows)) {
		struct delivery_row row = {.id = rows_integer(rows, 0), .attempts = rows_integer(rows, 1),
			.next_at = rows_optional(rows, 2), .sent_at = rows_optional(rows, 3), .channel = rows_text(rows, 4),
			.state = rows_text(rows, 5), .problem = rows_text(rows, 6), .user_name = rows_text(rows, 7),
			.message = {.id = arena_string(arena, rows_text(rows, 8)),
				.values = {rows_text(rows, 9), rows_text(rows, 10), rows_text(rows, 11)}}};

		if (!row.message.id)
			return STATUS_NO_MEMORY;
		if (!each(context, &row))
			return STATUS_OK;
	}
	return rows_status(rows);
}

enum status delivery_retry(struct writer *writer, int64_t id)
{
	int64_t changes = 0;

	TRY(store_execute(writer, &DELIVERY_RETRY, PARAMS(V_INT(id), V_INT(clock_now())), &changes));
	return changes ? STATUS_OK : STATUS_NOT_FOUND;
}
