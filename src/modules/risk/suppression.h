#ifndef VIGIE_RISK_SUPPRESSION_H
#define VIGIE_RISK_SUPPRESSION_H
/* Suppressions as rows: who set which profile aside for which operator, until when and why. */
#include "modules/risk/beside.h"
#include "modules/risk/risk.h"

struct suppression_row {
	int64_t id;
	struct suppression suppression;
	int64_t created_at, ended_at, row_version;
	struct text ended_name; /* missing while it was not ended by hand */
};
/* The last day may be at most two years away. STATUS_INVALID: no reason, no such profile in the active policy, no
 * operator, or a last day before today or too far. Journal and event "suppression.set". */
enum status suppression_add(struct writer *writer, const struct actor *actor, const struct suppression *suppression,
	int64_t *ret_id) MUST_CHECK;
/* STATUS_CONFLICT: it has ended already. */
enum status suppression_end(struct writer *writer, const struct actor *actor, int64_t id, int64_t row_version) MUST_CHECK;
/* All, those in force first; missing `operator`: of everybody. */
enum status suppression_list(struct reader *reader, struct text operator, struct arena *arena,
	struct suppression_row **ret_rows, size_t *ret_count) MUST_CHECK;
bool suppression_holds(const struct suppression_row *row, int64_t today);

enum status suppression_page(struct request *rq, struct reader *db);
enum status suppression_action(struct request *rq, struct writer *db);
enum status suppression_end_action(struct request *rq, struct writer *db);

/* ---- Lists that profiles name. */
enum status list_index_page(struct request *rq, struct reader *db);
enum status list_create_action(struct request *rq, struct writer *db);
enum status list_page(struct request *rq, struct reader *db);
enum status list_add_action(struct request *rq, struct writer *db);
enum status list_end_action(struct request *rq, struct writer *db);
enum status list_import_action(struct request *rq, struct database *database);
enum status list_export_page(struct request *rq, struct reader *db);

/* For programs. */
extern const struct api_shape suppression_shape, profile_values_shape, profile_value_shape;
enum status suppression_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status list_index_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status list_data(struct request *rq, struct reader *db, struct json_writer *json);

#endif
