#ifndef VIGIE_DOMAIN_ACTOR_H
#define VIGIE_DOMAIN_ACTOR_H
/* Who acts: a signed-in user, a program with a token, or the system itself, with rights bound to units of the
 * tree (administration, directorate, office, brigade). A right at a unit holds for all below it. */
#include "base/catalogue.h"
#include "store/store.h"

/* A permission is a row of a module's table; code "consignments.read". */
struct permission {
	const char *code;
	const char *label; /* French message id: "Voir les envois" */
};
/* A role shipped with the program: a set of permission codes, ended by NULL. Administrations add their own. */
struct role {
	const char *code;
	const char *label;
	const char *const *permissions;
};

/* A unit's path is "/1/4/7/": ids from the root down. */
struct grant {
	const char *permission;
	struct text unit_path;
};
struct actor {
	int64_t user_id; /* 0: the system, or nobody */
	bool is_system; /* may do everything; a zeroed actor is nobody and may do nothing */
	struct text login, name;
	enum language language;
	int64_t session_id; /* 0 without session */
	int64_t unread_count; /* notifications not read yet, when the session was loaded */
	bool must_change_password; /* a first password: no grants until it is changed */
	struct grant *grants;
	size_t grant_count;
};

/* The wiring calls this once at start, before any thread runs: the codes of the national permissions, ended by NULL, which
 * must stay. A role that holds one gives it only at a root of the tree. NULL forgets them (tests). */
void rights_national_set(const char *const *codes);
bool right_is_national(const char *permission);
/* "/1/" and not "/1/4/". */
bool path_is_root(struct text unit_path);

/* The system itself (jobs, commands at a prompt): may do everything. */
struct actor actor_system(const char *name);
/* True when the actor holds the permission at the unit or above it; unit_path missing: anywhere. */
bool actor_may(const struct actor *actor, const char *permission, struct text unit_path);
/* The unit paths at which the actor holds the permission, as one text for the statements that filter rows:
 * rows are seen when unit_path begins with one of them. *ret_paths has up to `limit` paths with no path below
 * another; the system gets "/". Returns the count. */
size_t actor_unit_paths(const struct actor *actor, const char *permission, struct text *ret_paths, size_t limit);
/* All of them as one text for a statement's parameter: "|/1/4/|/1/7/|", "*" for the system, "|" for none;
 * data == NULL without memory. The filter that goes with it, for rows of a table x:
 *   ($1 = '*' or exists (select 1 from units where CAST($1 AS text) like '%|' || units.path || '|%'
 *     and substr(x.unit_path, 1, length(units.path)) = units.path)) */
struct text actor_path_list(const struct actor *actor, const char *permission, struct arena *arena);

#endif
