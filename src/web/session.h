#ifndef VIGIE_WEB_SESSION_H
#define VIGIE_WEB_SESSION_H
/* Who asks, as the web layer sees it: a token in a cookie, and hooks that know what it means. The users'
 * tables are not the web layer's business; the wiring puts the domain's functions here. */
#include "web/request.h"

enum { CSRF_BYTES = 32, CSRF_SIZE = 2 * CSRF_BYTES + 1 /* hex and NUL */ };

struct session_hooks {
	/* The actor behind a token, with its grants in the arena (actor.session_id set) and the session's own CSRF
	 * secret: CSRF_BYTES as hex. STATUS_UNAUTHENTICATED or STATUS_NOT_FOUND when the token is unknown, ended or
	 * too old: the request goes on as nobody's. Other failures fail the request. */
	enum status (*load)(struct reader *reader, struct text token, int64_t now, struct arena *arena,
		struct actor *ret_actor, char ret_csrf[CSRF_SIZE]);
	/* Notes that the session is in use. Called after the answer is made, at most once a minute per session and
	 * process; its failure only gets logged. May be NULL. */
	enum status (*touch)(struct writer *writer, int64_t session_id, int64_t now);
	/* The same for a program's token ("Authorization: Bearer …"), with the requests it may make in a minute. May be
	 * NULL: then there are no programs. */
	enum status (*load_token)(struct reader *reader, struct text token, int64_t now, struct arena *arena,
		struct actor *ret_actor, int64_t *ret_token_id, int64_t *ret_per_minute);
	enum status (*touch_token)(struct writer *writer, int64_t token_id, int64_t now);
	/* Tests put their own here; NULL means actor_may(). */
	bool (*may)(const struct actor *actor, const char *permission, struct text unit_path);
};

/* Every cookie is HttpOnly and SameSite=Lax; with TLS, the server's own or a proxy's, Secure as well, and those of the
 * web layer then have names that begin with "__Host-".
 * For the page that signs in: sets the session cookie to the token that the domain made; `seconds` is its absolute
 * limit. Old cookies of a visitor not signed in go. */
void rq_session_start(struct request *rq, struct text token, int64_t seconds);
/* For the page that signs out. */
void rq_session_end(struct request *rq);
/* A cookie of a module's own, sent back below `path` for `seconds` (0: it goes); rq_cookie() reads it. False when it
 * could not be set. */
bool rq_set_cookie(struct request *rq, const char *name, struct text value, const char *path, int64_t seconds);
/* The token as it came; TEXT_NONE without. For the page that lists and ends sessions. */
struct text rq_session_token(const struct request *rq);
/* True when the actor holds the permission anywhere (ROUTE_PUBLIC and ROUTE_SIGNED_IN too). */
bool rq_may(const struct request *rq, const char *permission);

/* A CSRF token for a form, masked anew each time so that it cannot be guessed from compressed pages. */
const char *csrf_mask(struct arena *arena, const char *secret);
/* Does the masked token hold the secret? */
bool csrf_matches(const char *secret, struct text masked);

#endif
