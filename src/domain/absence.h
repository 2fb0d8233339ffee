#ifndef VIGIE_DOMAIN_ABSENCE_H
#define VIGIE_DOMAIN_ABSENCE_H
/* Who is away on which days, and who stands in for them: nothing new is given to a person who is away, and the deputy
 * is asked first. Days are days since 1970-01-01, both ends included. */
#include "domain/actor.h"

enum { ABSENCE_NOTE_LIMIT = 200 };

struct absence {
	int64_t id, user_id;
	int64_t from_day, to_day;
	int64_t deputy_id; /* 0: nobody */
	struct text note; /* "congé", "mission"… ; may be missing */
	struct text user_name, deputy_name; /* read only; may be missing */
};
/* Writes the journal (entity "user", action "absence_added"). STATUS_INVALID: days missing or in the wrong order, more
 * than two years, note too long, the person as their own deputy; STATUS_NOT_FOUND: no such person;
 * STATUS_CONFLICT: overlaps another absence of the same person. The caller checks who may. *ret_id may be NULL. */
enum status absence_add(struct writer *writer, const struct actor *actor, const struct absence *absence,
	int64_t *ret_id) MUST_CHECK;
/* Takes one away (a return before time is a removal and a new one). STATUS_NOT_FOUND. Journal "absence_removed". */
enum status absence_remove(struct writer *writer, const struct actor *actor, int64_t id) MUST_CHECK;
enum status absence_find(struct reader *reader, int64_t id, struct arena *arena, struct absence *ret_absence) MUST_CHECK;
/* Those that end on `from_day` or later, of one person (user_id 0: of everybody with a role below `paths`, as
 * actor_path_list() gives them), by first day. At most 500. */
enum status absence_list(struct reader *reader, int64_t user_id, struct text paths, int64_t from_day,
	bool (*each)(void *context, const struct absence *absence), void *context) MUST_CHECK;
/* Is the person away that day? *ret_deputy (may be NULL) is who stands in: 0 for nobody. */
enum status absence_on(struct reader *reader, int64_t user_id, int64_t day, bool *ret_away, int64_t *ret_deputy)
	MUST_CHECK;

#endif
