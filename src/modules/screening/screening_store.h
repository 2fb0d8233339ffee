#ifndef VIGIE_SCREENING_SCREENING_STORE_H
#define VIGIE_SCREENING_SCREENING_STORE_H
/* Inside the module: matches as rows, and the pages. */
#include "modules/screening/screening.h"
#include "web/page.h"

bool screening_code_is_fit(struct text code); /* capitals, digits, - and _, at most 20 */
enum { SCREENING_THRESHOLD };

struct match_row {
	int64_t id, list_id, score, until, decided_at, consignment_id, seen_count, first_seen_at, last_seen_at, row_version;
	struct text party, party_code, role, list, list_title, reference, listed, explanation, state, reason, decided_name,
		unit_path;
	bool is_over; /* cleared, and the end has passed: it is asked again */
};
/* A page of the queue, best score first among the open ones, newest first otherwise. `paths` of actor_path_list(). */
struct match_filter {
	struct text state, paths; /* "open", "confirmed", "cleared" */
	int64_t offset, limit;
	int64_t before; /* of match_rows_by_number() alone */
};
enum status match_rows(struct reader *reader, const struct match_filter *filter, struct arena *arena,
	struct match_row **ret_rows, size_t *ret_count) MUST_CHECK;
/* The same for programs: below a number, the newest first, so that what comes meanwhile moves nothing. */
enum status match_rows_by_number(struct reader *reader, const struct match_filter *filter, struct arena *arena,
	struct match_row **ret_rows, size_t *ret_count) MUST_CHECK;
/* STATUS_NOT_FOUND also for what the paths hide. */
enum status match_find(struct reader *reader, int64_t id, struct text paths, struct arena *arena,
	struct match_row *ret_row) MUST_CHECK;

enum status screening_queue_page(struct request *rq, struct reader *db);
enum status screening_match_page(struct request *rq, struct reader *db);
enum status screening_match_action(struct request *rq, struct writer *db);
enum status screening_lists_page(struct request *rq, struct reader *db);
enum status screening_list_page(struct request *rq, struct reader *db);
enum status screening_list_submit(struct request *rq, struct database *database);
enum status screening_draft_page(struct request *rq, struct reader *db);
enum status screening_draft_submit(struct request *rq, struct database *database);

/* For programs. */
extern const struct api_shape match_shape, name_list_shape, name_entry_shape;
enum status screening_queue_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status screening_match_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status screening_lists_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status screening_list_data(struct request *rq, struct reader *db, struct json_writer *json);

#endif
