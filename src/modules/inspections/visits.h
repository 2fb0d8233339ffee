#ifndef VIGIE_INSPECTIONS_VISITS_H
#define VIGIE_INSPECTIONS_VISITS_H
/* Inside the module: visits, what is typed during one, photos, assignment. */
#include "modules/inspections/inspections.h"

enum {
	NOTE_LIMIT = 4000, /* bytes of the overall finding */
	FIELD_LIMIT = 4000, /* bytes of any typed value */
	ITEMS_SHOWN = 100, /* items with fields of their own on the page of a visit */
	FIELDS_LIMIT = 3 * ITEMS_SHOWN + 8,
	PHOTO_LIMIT = 10 << 20,
	PHOTOS_LIMIT = 60, /* of one visit */
};

struct visit {
	int64_t id, consignment_id;
	struct text unit_path, kind, state; /* kind "first" or "second" */
	int64_t inspector_id; /* 0: nobody yet */
	struct text inspector_name;
	int64_t planned_on, started_at, ended_at; /* INT64_MIN: not yet */
	int64_t consignment_version; /* of the content that the officer started from */
	int64_t first_id; /* a second look: the inspection it looks at again */
	int64_t inspection_id; /* of a visit that is done */
	int64_t row_version;
};
extern const struct workflow visit_workflow;
/* What the transitions of a visit need. */
struct visit_move {
	int64_t inspector_id; /* assign */
	int64_t planned_on; /* assign, take */
	struct text reason; /* withdraw */
	int64_t started_at, ended_at; /* start, close */
	int64_t inspection_id; /* close */
	int64_t consignment_version; /* start */
};

enum status visit_find(struct reader *reader, int64_t id, struct arena *arena, struct visit *ret_visit) MUST_CHECK;
/* The one that is not over; STATUS_NOT_FOUND. */
enum status visit_find_open(struct reader *reader, int64_t consignment_id, struct arena *arena,
	struct visit *ret_visit) MUST_CHECK;
/* A new one that waits. STATUS_CONFLICT: there is an open one. first_id 0: no second look. */
enum status visit_create(struct writer *writer, const struct stored_consignment *consignment, int64_t first_id,
	int64_t *ret_id) MUST_CHECK;
/* What was open is no longer needed: withdrawn by the system, and its inspector (not `by`) is told. */
enum status visit_withdraw_open(struct writer *writer, int64_t consignment_id, int64_t by, const char *reason) MUST_CHECK;
/* workflow_move_to() with the visit's version. */
enum status visit_move_to(struct writer *writer, const struct visit *visit, const char *transition,
	const struct actor *actor, const struct visit_move *input, struct message *ret_refusal) MUST_CHECK;

/* ---- What is typed during a visit. */
struct visit_field {
	struct text name, value; /* an empty value is no value */
	struct text base, theirs; /* of a conflict: what was there when this person began, and what is there now */
	struct text by; /* who wrote theirs */
	int64_t at;
	bool is_conflict;
};
/* The fields as they are now, or as they were at `version` (INT64_MAX: now). */
enum status visit_fields_read(struct reader *reader, int64_t visit_id, int64_t version, struct arena *arena,
	struct visit_field **ret_fields, size_t *ret_count) MUST_CHECK;
struct text visit_field_value(const struct visit_field *fields, size_t count, const char *name); /* "" when none */
/* Merges what a person typed, who began from typing->base_version, with what others typed since: a field changed on one side
 * takes that side, a field changed on both to different values is a conflict. *ret_conflicts says how many
 * (is_conflict, base, theirs, by, at are filled in); then nothing is written. Otherwise the changes are written and
 * visit->row_version moves on when there were any. */
struct visit_typing {
	int64_t base_version;
	struct visit_field *fields;
	size_t count;
};
enum status visit_fields_merge(struct writer *writer, const struct actor *actor, struct visit *visit,
	const struct visit_typing *typing, struct arena *arena, size_t *ret_conflicts) MUST_CHECK;

/* ---- Photos. */
struct visit_photo {
	int64_t id, visit_id, document_id, item_number;
	int64_t taken_at, latitude, longitude; /* INT64_MIN: not known; millionths of a degree */
	int64_t added_at;
	struct text digest, added_by;
};
enum status visit_photos_read(struct reader *reader, int64_t visit_id, struct arena *arena,
	struct visit_photo **ret_photos, size_t *ret_count) MUST_CHECK;

/* ---- Who gets what. */
extern const struct setting inspections_settings[]; /* ended by a zero row */
enum inspections_setting { INSPECTIONS_ASSIGNMENT, INSPECTIONS_PER_DAY, INSPECTIONS_OLDEST, INSPECTIONS_SECOND_SHARE };
struct candidate {
	int64_t user_id, load; /* load: open visits and those ended today */
	struct text name;
	bool is_away;
};
/* Those who take visits in the unit, least loaded first. */
enum status candidates_read(struct reader *reader, struct text unit_path, int64_t except, struct arena *arena,
	struct candidate **ret_candidates, size_t *ret_count) MUST_CHECK;
/* Those who take visits anywhere below the paths (as actor_path_list() gives them), least loaded first. */
enum status candidates_below(struct reader *reader, struct text paths, struct arena *arena,
	struct candidate **ret_candidates, size_t *ret_count) MUST_CHECK;
/* Gives out what waits by rotation and load, and what the absent had not begun to their deputies. *ret_count: how many
 * visits found somebody. Does nothing when the head assigns. */
enum status visits_assign(struct writer *writer, int64_t today, struct arena *arena, int64_t *ret_count) MUST_CHECK;
/* Assigns a consignment (its open visit, or a new one) to a person and tells them. STATUS_INVALID with *ret_refusal. */
enum status visit_assign_to(struct writer *writer, const struct actor *actor, int64_t consignment_id,
	int64_t inspector_id, struct arena *arena, struct message *ret_refusal) MUST_CHECK;

/* ---- Pages and actions. */
enum status queue_page(struct request *rq, struct reader *db);
enum status queue_stream(struct request *rq, struct reader *db);
enum status queue_assign_action(struct request *rq, struct writer *db);
enum status visit_take_action(struct request *rq, struct writer *db);
enum status visit_page(struct request *rq, struct reader *db);
enum status visit_stream(struct request *rq, struct reader *db);
enum status visit_action(struct request *rq, struct writer *db);
enum status visit_withdraw_action(struct request *rq, struct writer *db);
enum status photo_action(struct request *rq, struct writer *db);
enum status photo_page(struct request *rq, struct reader *db);
enum status order_page(struct request *rq, struct reader *db);
enum status control_stream(struct request *rq, struct reader *db);
enum status reroute_action(struct request *rq, struct writer *db);
enum status inspection_action(struct request *rq, struct writer *db);
enum status worker_page(struct request *rq, struct reader *db);

/* The visit behind the path's id, when this person may see it (else STATUS_NOT_FOUND). */
enum status visit_seen(struct request *rq, struct reader *db, struct visit *ret_visit,
	struct stored_consignment *ret_row) MUST_CHECK;
/* What the page of a visit shows beyond what is stored: after a refusal or a conflict. */
struct visit_view {
	const struct visit_field *typed; /* NULL: what is stored */
	size_t typed_count;
	struct form_problem *problems;
	size_t problem_count;
	size_t conflicts;
	bool file_changed; /* the consignment changed since the officer's page */
};
enum status visit_print(struct request *rq, struct reader *db, const struct visit *visit,
	const struct stored_consignment *row, const struct visit_view *view) MUST_CHECK;
/* A typed amount of national currency; STATUS_INVALID. */
enum status amount_typed(struct text typed, struct text currency, int64_t *ret_amount) MUST_CHECK;
/* Links to the module's style and script, once per page. */
void visit_assets(struct html *p, bool with_script);
/* What the script says, in the reader's language. */
void visit_words(struct html *p);

/* For programs. */
extern const struct api_shape queue_shape, visit_shape;
enum status queue_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status visit_data(struct request *rq, struct reader *db, struct json_writer *json);

#endif
