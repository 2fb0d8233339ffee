#ifndef VIGIE_DOMAIN_PROGRAM_H
#define VIGIE_DOMAIN_PROGRAM_H
/* Programs that use the interface for programs: accounts without a password, with roles at units like people, and
 * tokens that only show themselves once. */
#include "domain/setting.h"
#include "domain/user.h"

enum {
	PROGRAM_TOKEN_ROOM = 64,
	PROGRAM_TOKENS = 20, /* open ones of one program */
	PROGRAM_TOKEN_DAYS = 1100, /* the most that one is valid */
	PROGRAM_PER_MINUTE = 1000000, /* the most requests a minute that one may be allowed */
};
/* "Authorization: Bearer vigie_…" */
#define PROGRAM_TOKEN_START "vigie_"

struct program {
	int64_t user_id, per_minute, created_at;
	struct text login, name, purpose;
	bool is_active;
};
/* per_minute: requests a minute, 1 … PROGRAM_PER_MINUTE. STATUS_INVALID, STATUS_CONFLICT (login taken). */
enum status program_create(struct writer *writer, const struct actor *actor, const struct program *program,
	int64_t *ret_user_id) MUST_CHECK;
/* Changes how often it may ask; noted in the journal when it is another rate. STATUS_INVALID, STATUS_NOT_FOUND. */
enum status program_set_rate(struct writer *writer, const struct actor *actor, int64_t user_id, int64_t per_minute)
	MUST_CHECK;
enum status program_find(struct reader *reader, int64_t user_id, struct arena *arena, struct program *ret_program)
	MUST_CHECK;
/* By login. */
enum status program_list(struct reader *reader, bool (*each)(void *context, const struct program *program),
	void *context) MUST_CHECK;

struct program_token {
	int64_t id, created_at, expires_at, ended_at, seen_at; /* the last two may be TIME_NONE */
	struct text hint;
};
/* A new token, valid for `days` (1 … PROGRAM_TOKEN_DAYS) from `now`. STATUS_CONFLICT: too many are open. */
enum status program_token_add(struct writer *writer, const struct actor *actor, int64_t user_id, int64_t days,
	int64_t now, char ret_token[PROGRAM_TOKEN_ROOM]) MUST_CHECK;
/* STATUS_NOT_FOUND: no such open token of this program. */
enum status program_token_end(struct writer *writer, const struct actor *actor, int64_t user_id, int64_t token_id,
	int64_t now) MUST_CHECK;
/* Latest first, 50 at most. */
enum status program_token_list(struct reader *reader, int64_t user_id,
	bool (*each)(void *context, const struct program_token *token), void *context) MUST_CHECK;

/* Who a token speaks for, with grants in the arena. STATUS_UNAUTHENTICATED. */
enum status program_load(struct reader *reader, struct text token, int64_t now, struct arena *arena,
	struct actor *ret_actor, int64_t *ret_token_id, int64_t *ret_per_minute) MUST_CHECK;
/* Notes the use of a token. */
enum status program_touch(struct writer *writer, int64_t token_id, int64_t now) MUST_CHECK;

/* ---- An answer kept under the Idempotency-Key of its request, for a day: the same request with the same key gets
 * it again and nothing is done twice. */
enum { KEPT_KEY_LIMIT = 200, KEPT_BODY_LIMIT = 1 << 20 };
struct kept_answer {
	int64_t http; /* 0: this request is the first with its key */
	struct text body;
};
/* Takes the key for this transaction; on PostgreSQL waits for another that holds it. STATUS_CONFLICT: the key was
 * used for another request. `request`: 32 bytes, the digest of the request. */
enum status answer_take(struct writer *writer, int64_t user_id, struct text key, const unsigned char *request,
	int64_t now, struct arena *arena, struct kept_answer *ret_answer) MUST_CHECK;
/* Keeps the answer with the key that answer_take() took. */
enum status answer_keep(struct writer *writer, int64_t user_id, struct text key, int64_t http, struct text body)
	MUST_CHECK;
/* Gives the key back: what was asked has failed. */
enum status answer_drop(struct writer *writer, int64_t user_id, struct text key) MUST_CHECK;
/* Forgets keys older than a day. */
enum status answers_clean(struct writer *writer, int64_t now) MUST_CHECK;

#endif
