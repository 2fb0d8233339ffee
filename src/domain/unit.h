#ifndef VIGIE_DOMAIN_UNIT_H
#define VIGIE_DOMAIN_UNIT_H
/* The tree of units: administration, directorates, offices, brigades. A unit's path "/1/4/" is made of the ids
 * from the root down, so that a right at a unit holds for every path that begins with its own. */
#include "domain/actor.h"

struct unit {
	int64_t id, parent_id; /* parent_id 0: a root */
	struct text path, kind, code, name;
	bool is_active;
	int depth; /* 1 for a root */
};
/* Kinds in their order in the tree; label is a French message id. Ended by code NULL. */
struct unit_kind {
	const char *code;
	const char *label;
};
extern const struct unit_kind unit_kinds[];
const char *unit_kind_label(struct text kind);

/* parent_id 0 makes a root. STATUS_INVALID: empty or too long code or name, or no such kind;
 * STATUS_NOT_FOUND: no such parent; STATUS_CONFLICT: the code is taken. *ret_id may be NULL. */
enum status unit_create(struct writer *writer, const struct actor *actor, int64_t parent_id, struct text kind,
	struct text code, struct text name, int64_t *ret_id) MUST_CHECK;
/* A new name, and whether it is in use: rights at a unit that is not are asleep. STATUS_INVALID: the name;
 * STATUS_NOT_FOUND. */
enum status unit_change(struct writer *writer, const struct actor *actor, int64_t id, struct text name, bool active)
	MUST_CHECK;
enum status unit_find(struct reader *reader, int64_t id, struct arena *arena, struct unit *ret_unit) MUST_CHECK;
enum status unit_find_code(struct reader *reader, struct text code, struct arena *arena, struct unit *ret_unit)
	MUST_CHECK;
/* All units that `paths` (of actor_path_list()) allows, each after its parent, children by code. The array
 * is in the arena. */
enum status unit_list(struct reader *reader, struct text paths, struct arena *arena, struct unit **ret_units,
	size_t *ret_count) MUST_CHECK;

#endif
