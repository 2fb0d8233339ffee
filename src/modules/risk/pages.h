#ifndef VIGIE_RISK_PAGES_H
#define VIGIE_RISK_PAGES_H
/* The pages of this module, named by its routes. */
#include "modules/risk/risk.h"

enum status upload_action(struct request *rq, struct database *database);
enum status policy_page(struct request *rq, struct reader *db);
enum status selection_page(struct request *rq, struct reader *db);
enum status selection_action(struct request *rq, struct writer *db);
enum status decision_print(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row, const struct consignment *consignment);

/* The same for programs. */
enum status decision_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status policy_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status selection_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status assess_action(struct request *rq, struct database *database);
extern const struct api_shape decision_shape, profile_shape, selection_shape, assessments_shape;

#endif
