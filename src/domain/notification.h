#ifndef VIGIE_DOMAIN_NOTIFICATION_H
#define VIGIE_DOMAIN_NOTIFICATION_H
/* Telling people: in the application (the bell), and by the channels each of them chose. Written in the transaction of
 * what happened; a job sends it out, tries again when it fails, and keeps to be seen what became of it. */
#include "base/catalogue.h"
#include "domain/actor.h"
#include "domain/mail.h"

struct notification {
	int64_t user_id;
	const char *kind; /* "visit.assigned": what it is about */
	struct message message; /* id marked TR(); at most 200 bytes of each value are kept */
	const char *path; /* of the page to go to; a path of ours */
};
/* A way to reach people outside the application. `send` gives STATUS_INVALID when trying again is useless and
 * STATUS_UNAVAILABLE when it is not; ret_problem has MAIL_PROBLEM_SIZE bytes. */
struct notification_letter {
	struct text address, subject, body;
	int64_t id;
};
struct notification_channel {
	const char *code;
	const char *label; /* French message id */
	bool (*accepts)(struct text address);
	enum status (*send)(const struct mail_server *server, const struct notification_letter *letter,
		char *ret_problem);
};
extern const struct notification_channel notification_channels[]; /* ended by code NULL */
const struct notification_channel *notification_channel_find(struct text code);

/* Tells one person. */
enum status notification_send(struct writer *writer, const struct notification *notification) MUST_CHECK;
/* Tells those who hold the permission nearest above the unit (of the office before the directorate), but not
 * `except` (0: everybody). notification->user_id is not looked at. */
enum status notification_send_holders(struct writer *writer, const char *permission, struct text unit_path,
	int64_t except, const struct notification *notification) MUST_CHECK;

struct notification_row {
	int64_t id, created_at, read_at; /* read_at TIME_NONE: not yet */
	struct text path;
	struct message message;
};
/* Newest first, ids below `before` (INT64_MAX: from the newest). */
enum status notification_list(struct reader *reader, int64_t user_id, int64_t before, int64_t limit,
	bool (*each)(void *context, const struct notification_row *row), void *context) MUST_CHECK;
/* Notes that it was read; *ret_path is where it leads, in the arena. STATUS_NOT_FOUND when it is not theirs. */
enum status notification_read(struct writer *writer, int64_t user_id, int64_t id, struct arena *arena,
	struct text *ret_path) MUST_CHECK;
enum status notification_read_all(struct writer *writer, int64_t user_id) MUST_CHECK;
/* Read ones older than 90 days go, with their deliveries. */
enum status notification_clean(struct writer *writer, int64_t now) MUST_CHECK;

struct notification_preference {
	struct text address, mode; /* mode: "each", "daily", "never" */
};
/* address "" and mode "never" when nothing was chosen. */
enum status notification_preference_read(struct reader *reader, int64_t user_id, const char *channel,
	struct arena *arena, struct notification_preference *ret_preference) MUST_CHECK;
/* STATUS_INVALID: address (may be "" with "never") or mode not fit. Journalled, the address by its digest only. */
enum status notification_preference_write(struct writer *writer, const struct actor *actor, const char *channel,
	const struct notification_preference *preference) MUST_CHECK;

/* Sends what waits and is due at `now`, at most `limit`; each in its own transaction. */
enum status notification_deliver(struct database *database, int64_t now, int limit, int *ret_sent, int *ret_failed)
	MUST_CHECK;
/* One letter for each person for whom something waits since before the last hour of digests (mail.digest_hour); to be
 * called often. */
enum status notification_digest(struct database *database, int64_t now, int *ret_sent, int *ret_failed) MUST_CHECK;

struct delivery_row {
	int64_t id, attempts, next_at, sent_at; /* times may be TIME_NONE */
	struct text channel, state, problem, user_name;
	struct message message;
};
/* Newest first; state missing: all. */
enum status delivery_list(struct reader *reader, struct text state, int64_t limit,
	bool (*each)(void *context, const struct delivery_row *row), void *context) MUST_CHECK;
/* Puts one that was refused or given up back to waiting. STATUS_NOT_FOUND. */
enum status delivery_retry(struct writer *writer, int64_t id) MUST_CHECK;

#endif
