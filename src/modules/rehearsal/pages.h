#ifndef VIGIE_REHEARSAL_PAGES_H
#define VIGIE_REHEARSAL_PAGES_H
/* The pages of this module, named by its routes. */
#include "modules/rehearsal/rehearsal.h"
#include "web/page.h"

enum status rehearsal_list_page(struct request *rq, struct reader *db);
enum status rehearsal_ask_action(struct request *rq, struct writer *db);
enum status rehearsal_request_page(struct request *rq, struct reader *db);
enum status rehearsal_request_stream(struct request *rq, struct reader *db);
enum status rehearsal_page(struct request *rq, struct reader *db);

enum status watch_page(struct request *rq, struct reader *db);
enum status shadow_page(struct request *rq, struct reader *db);
enum status shadow_start_action(struct request *rq, struct writer *db);
enum status shadow_stop_action(struct request *rq, struct writer *db);
/* What a select offers: `choices` has room for 160, *count is where the next goes. */
enum status rehearsal_policy_choices(struct request *rq, struct reader *db, struct choice *choices, size_t *count);
enum status rehearsal_model_choices(struct request *rq, struct reader *db, struct choice *choices, size_t *count);

/* The result's parts, in result_page.c. */
enum status rehearsal_print(struct request *rq, struct html *p, struct text result) MUST_CHECK;

/* For programs. */
extern const struct api_shape rehearsal_row_shape, rehearsal_request_shape, rehearsal_shape, watch_shape;
enum status rehearsal_list_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status rehearsal_request_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status rehearsal_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status watch_data(struct request *rq, struct reader *db, struct json_writer *json);
/* For programs. */
extern const struct api_shape shadow_shape, shadow_difference_shape;
enum status shadow_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status shadow_difference_data(struct request *rq, struct reader *db, struct json_writer *json);

#endif
