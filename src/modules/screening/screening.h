#ifndef VIGIE_SCREENING_SCREENING_H
#define VIGIE_SCREENING_SCREENING_H
/* Screening of parties and vessels against lists of names: the lists with their versions, the index in memory, and what
 * people said of the matches. */
#include "engine/engine.h"
#include "formats/listed.h"
#include "modules/declarations/declarations.h"

extern const struct module screening_module;

#define SCREENING_READ "screening.read"
#define SCREENING_DECIDE "screening.decide"
#define SCREENING_LISTS "screening.lists"

/* screening.threshold: in per cent, from which on a likeness is shown. */
extern const struct setting screening_settings[];

/* ---- In memory: one per process, used by one thread at a time (the decider's lock holds it). */
struct screening;
enum status screening_new(struct screening **ret_screening) MUST_CHECK;
void screening_free(struct screening *screening); /* NULL is fine */
void screening_release(struct screening **screening); /* for AUTO() */
/* Brings it up to date with the lists and with what people said; nothing to do costs one small query. */
enum status screening_refresh(struct screening *screening, struct reader *reader) MUST_CHECK;
bool screening_is_empty(const struct screening *screening);
/* What is found of a consignment's parties and vessel, best first; cleared matches are left out until their end. */
enum status screening_look(struct screening *screening, const struct consignment *consignment, int64_t today,
	struct arena *arena, struct name_hits *ret_hits) MUST_CHECK;
/* The same for one name. */
enum status screening_look_name(struct screening *screening, enum party_role role, struct text name, struct text code,
	int64_t today, struct arena *arena, struct name_hits *ret_hits) MUST_CHECK;
/* Puts what was found in the queue (or counts it again); the consignment must be stored. */
enum status screening_note(struct writer *writer, const struct name_hits *hits, int64_t consignment_id) MUST_CHECK;

/* ---- Lists. */
struct screening_difference {
	size_t added, changed, removed, same, before;
	struct text *examples; /* "+ QEi.001 ORSO QUINTERNE", at most 200 */
	size_t example_count;
	bool is_doubtful; /* more than half, and ten or more, would go */
};
struct screening_taking {
	struct text code, title; /* a list that is not there yet is made */
	struct text source; /* the file's name */
	struct text bytes; /* of the file, for the digest */
	const struct listed_list *list;
	bool accept_doubtful;
};
/* What taking it would change. */
enum status screening_compare(struct reader *reader, const struct screening_taking *taking, struct arena *arena,
	struct screening_difference *ret_difference) MUST_CHECK;
/* Takes it whole or not at all: journal, event "screening.list_taken", and parties known already are looked at again by
 * a job. STATUS_INVALID: the code is not fit or the list is doubtful. Nothing is written when nothing changes. */
enum status screening_take(struct writer *writer, const struct actor *actor, const struct screening_taking *taking,
	struct arena *arena, struct screening_difference *ret_difference) MUST_CHECK;
/* The mapping kept with a list; missing when there is none. */
enum status screening_list_mapping(struct reader *reader, struct text code, struct arena *arena, struct text *ret_mapping)
	MUST_CHECK;

/* ---- What people say of a match. `until` is the last day on which it is not asked again. STATUS_INVALID: no reason, or
 * an end that is not after today or more than five years away; STATUS_CONFLICT: somebody else was faster. */
struct screening_verdict {
	int64_t match_id, row_version;
	bool is_confirmed;
	struct text reason;
	int64_t until; /* of a cleared one */
};
enum status screening_decide(struct writer *writer, const struct actor *actor, const struct screening_verdict *verdict)
	MUST_CHECK;

/* Parties of stored consignments that were not looked at yet, and all again after a change of lists. Commits as it goes. */
enum status screening_run(struct database *database, struct arena *arena, struct text *ret_note) MUST_CHECK;

#endif
