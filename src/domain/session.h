#ifndef VIGIE_DOMAIN_SESSION_H
#define VIGIE_DOMAIN_SESSION_H
/* Sessions: a random token of which only the digest is kept, with an idle and an absolute limit fixed when it
 * begins. The CSRF secret is derived from the token, so that the database does not hold it either. */
#include "domain/actor.h"
#include "domain/setting.h"

enum { SESSION_TOKEN_SIZE = 44 /* base64url of 32 bytes, and NUL */, SESSION_CSRF_SIZE = 65 /* hex, and NUL */ };

/* session.idle_minutes, session.absolute_hours; ended by a zero row. Put them in a module's table. */
extern const struct setting session_settings[];

/* Who brings the token: an actor with grants (none while the first password is unchanged), session_id set.
 * STATUS_UNAUTHENTICATED when the token is unknown, ended, idle or too old, its user inactive, or the second
 * factor still awaited. Two queries. Fits struct session_hooks of the web layer, as does session_touch. */
enum status session_load(struct reader *reader, struct text token, int64_t now, struct arena *arena,
	struct actor *ret_actor, char ret_csrf[SESSION_CSRF_SIZE]) MUST_CHECK;
enum status session_touch(struct writer *writer, int64_t session_id, int64_t now) MUST_CHECK;

struct session_new {
	int64_t user_id;
	bool awaits_code; /* a short session that is only good for session_awaiting() */
	struct text address, agent;
};
/* *ret_seconds (may be NULL) is the absolute limit. */
enum status session_start(struct writer *writer, const struct session_new *session, int64_t now,
	char ret_token[SESSION_TOKEN_SIZE], int64_t *ret_seconds) MUST_CHECK;
/* The user whose second factor is awaited under this token. STATUS_UNAUTHENTICATED. */
enum status session_awaiting(struct reader *reader, struct text token, int64_t now, int64_t *ret_session_id,
	int64_t *ret_user_id) MUST_CHECK;
/* Ends a session of this user; STATUS_NOT_FOUND when it is not theirs or is ended already. */
enum status session_end(struct writer *writer, int64_t user_id, int64_t session_id, int64_t now) MUST_CHECK;
enum status session_end_others(struct writer *writer, int64_t user_id, int64_t kept_session, int64_t now) MUST_CHECK;

struct session_row {
	int64_t id, created_at, seen_at;
	struct text address, agent;
};
/* The user's open sessions, latest use first. */
enum status session_list(struct reader *reader, int64_t user_id, int64_t now,
	bool (*each)(void *context, const struct session_row *row), void *context) MUST_CHECK;
/* Removes sessions over for a month. For the clean-up job. */
enum status session_clean(struct writer *writer, int64_t now) MUST_CHECK;

#endif
