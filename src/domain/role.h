#ifndef VIGIE_DOMAIN_ROLE_H
#define VIGIE_DOMAIN_ROLE_H
/* Roles: those that ship with the program are fixed by the modules' tables; an administration adds its own, copied
 * from another or empty, and says which permissions they hold. */
#include "domain/actor.h"

enum { ROLE_CODE_LIMIT = 40, ROLE_LABEL_LIMIT = 80 };

struct role_details {
	struct text code, label; /* label: a French message id when shipped, else a person's own words */
	bool is_shipped;
	int64_t holder_count; /* people who hold it anywhere */
};
/* Every permission of every role, by role. */
enum status role_matrix(struct reader *reader, bool (*each)(void *context, struct text role, struct text permission),
	void *context) MUST_CHECK;
enum status role_find(struct reader *reader, struct text code, struct arena *arena, struct role_details *ret_role)
	MUST_CHECK;
/* `copied`: whose permissions it begins with; missing: none. STATUS_INVALID: a code is 2 to 40 of a–z, 0–9 and _, a
 * label 1 to 80 characters; STATUS_CONFLICT: the code is taken; STATUS_NOT_FOUND: no role to copy. The caller
 * checks who may. */
enum status role_create(struct writer *writer, const struct actor *actor, struct text code, struct text label,
	struct text copied) MUST_CHECK;
/* The role holds exactly these permissions from now on. STATUS_FORBIDDEN: a shipped role, or one that the actor
 * holds; STATUS_INVALID: the label. The caller checks that the permissions exist. */
enum status role_change(struct writer *writer, const struct actor *actor, struct text code, struct text label,
	const struct text *permissions, size_t count) MUST_CHECK;
/* STATUS_CONFLICT: somebody holds it; STATUS_FORBIDDEN as above. */
enum status role_remove(struct writer *writer, const struct actor *actor, struct text code) MUST_CHECK;

#endif
