#ifndef VIGIE_DOMAIN_USER_H
#define VIGIE_DOMAIN_USER_H
/* People who may sign in, the roles they hold at units, and their second factor. Passwords come here hashed
 * (password_hash(), outside any transaction). Every change is journalled without its secrets. */
#include "domain/actor.h"

enum { LOGIN_LIMIT = 64, USER_NAME_LIMIT = 120 };

struct user {
	int64_t id, version, created_at, password_changed_at;
	struct text login, name;
	enum language language;
	bool is_active, must_change_password, has_totp;
};
struct user_new {
	struct text login; /* lower-cased; letters, digits, . _ - @ */
	struct text name;
	enum language language;
	const char *password_hash;
	bool must_change_password;
};
/* "KONE.A " → "kone.a". STATUS_INVALID when it is no login. */
enum status login_clean(struct text login, struct arena *arena, struct text *ret_login) MUST_CHECK;

/* STATUS_INVALID: login or name not fit; STATUS_CONFLICT: login taken. */
enum status user_create(struct writer *writer, const struct actor *actor, const struct user_new *user,
	int64_t *ret_id) MUST_CHECK;
enum status user_find(struct reader *reader, int64_t id, struct arena *arena, struct user *ret_user) MUST_CHECK;
enum status user_find_login(struct reader *reader, struct text login, struct arena *arena, struct user *ret_user)
	MUST_CHECK;
enum status user_count(struct reader *reader, int64_t *ret_count) MUST_CHECK;
/* By login, after `after` (missing: from the first), those with a grant that `paths` (actor_path_list) allows
 * or with none at all, and whose login or name holds `search` (missing: all). */
enum status user_list(struct reader *reader, struct text after, struct text search, struct text paths, int64_t limit,
	bool (*each)(void *context, const struct user *user), void *context) MUST_CHECK;

enum status user_rename(struct writer *writer, const struct actor *actor, int64_t id, struct text name,
	enum language language) MUST_CHECK;
/* Deactivating ends the user's sessions. */
enum status user_set_active(struct writer *writer, const struct actor *actor, int64_t id, bool active) MUST_CHECK;
/* Ends all sessions but `kept_session` (0: none) and forgets known devices when must_change. */
enum status user_set_password(struct writer *writer, const struct actor *actor, int64_t id, const char *hash,
	bool must_change, int64_t kept_session) MUST_CHECK;
/* For verifying: the hash, TEXT_NONE in *ret_hash for nobody or an inactive user. */
enum status user_password_hash(struct reader *reader, int64_t id, struct arena *arena, struct text *ret_hash)
	MUST_CHECK;

/* Grants: a role at a unit. Adding twice is fine. STATUS_NOT_FOUND: no such user, role or unit. */
enum status user_grant(struct writer *writer, const struct actor *actor, int64_t id, const char *role,
	int64_t unit_id) MUST_CHECK;
enum status user_revoke(struct writer *writer, const struct actor *actor, int64_t id, const char *role,
	int64_t unit_id) MUST_CHECK;
struct user_role {
	struct text role, role_label, unit_path, unit_name;
	int64_t unit_id;
};
enum status user_roles(struct reader *reader, int64_t id, bool (*each)(void *context, const struct user_role *row),
	void *context) MUST_CHECK;
/* True when the actor holds `permission` at (or above) every unit where the user holds a role: who may
 * change a user. */
enum status user_is_below(struct reader *reader, const struct actor *actor, const char *permission, int64_t id,
	bool *ret_below) MUST_CHECK;
/* Who may give a role at a unit: a holder of `permission` at the root gives every role; others only roles whose
 * permissions they all hold there themselves. STATUS_OK with *ret_may. */
enum status role_may_give(struct reader *reader, const struct actor *actor, const char *permission, const char *role,
	struct text unit_path, bool *ret_may) MUST_CHECK;
/* user_is_below(), and the actor could give every role the user holds: else resetting a password would be a way
 * to rights one does not have. */
enum status user_may_manage(struct reader *reader, const struct actor *actor, const char *permission, int64_t id,
	struct arena *arena, bool *ret_may) MUST_CHECK;
/* The actor of a user, with grants, in the arena. STATUS_NOT_FOUND for nobody or an inactive user. */
enum status user_actor(struct reader *reader, int64_t id, struct arena *arena, struct actor *ret_actor) MUST_CHECK;
/* Fills the grants of an actor whose user_id is set. */
enum status actor_load_grants(struct reader *reader, struct arena *arena, struct actor *actor) MUST_CHECK;

/* Second factor. begin keeps a secret that takes effect when confirm sees a right code of it (at time `now`);
 * confirm replaces the recovery codes and gives the new ones, shown once, in the arena. */
enum status user_totp_begin(struct writer *writer, int64_t id, struct arena *arena, struct text *ret_secret)
	MUST_CHECK;
enum status user_totp_pending(struct reader *reader, int64_t id, struct arena *arena, struct text *ret_secret)
	MUST_CHECK;
enum status user_totp_confirm(struct writer *writer, const struct actor *actor, int64_t id, struct text code,
	int64_t now, struct arena *arena, const char ***ret_codes) MUST_CHECK;
enum status user_totp_remove(struct writer *writer, const struct actor *actor, int64_t id) MUST_CHECK;
/* A one-time code or a recovery code; each works once. STATUS_INVALID when it is neither. */
enum status user_code_use(struct writer *writer, int64_t id, struct text code, int64_t now) MUST_CHECK;
enum status user_recovery_left(struct reader *reader, int64_t id, int64_t *ret_count) MUST_CHECK;
/* RECOVERY_CODE_COUNT new codes instead of the old, ended by NULL. */
enum status user_recovery_renew(struct writer *writer, const struct actor *actor, int64_t id, struct arena *arena,
	const char ***ret_codes) MUST_CHECK;

/* Installs the roles that ship with the program: the modules' tables (each ended by a zero row) are merged by
 * code, a shipped role has exactly the permissions of its rows, roles made by an administration stay. */
enum status roles_install(struct writer *writer, const struct role *const *tables, size_t count) MUST_CHECK;
struct role_row {
	struct text code, label;
	bool is_shipped;
};
enum status role_list(struct reader *reader, bool (*each)(void *context, const struct role_row *row), void *context)
	MUST_CHECK;

#endif
