#ifndef VIGIE_MODULES_PROGRAMS_PAGES_H
#define VIGIE_MODULES_PROGRAMS_PAGES_H
/* The handlers of the module's routes. */
#include "modules/programs/programs.h"
#include "domain/program.h"
#include "web/page.h"

enum status programs_page(struct request *rq, struct reader *db);
enum status programs_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status program_new_action(struct request *rq, struct writer *db);
enum status program_page(struct request *rq, struct reader *db);
enum status program_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status token_new_action(struct request *rq, struct writer *db);
enum status token_end_action(struct request *rq, struct writer *db);
enum status interface_page(struct request *rq, struct reader *db);
enum status interface_data(struct request *rq, struct reader *db, struct json_writer *json);
extern const struct api_shape program_shape, program_row_shape, token_shape;

enum status webhook_new_action(struct request *rq, struct writer *db);
enum status webhook_page(struct request *rq, struct reader *db);
enum status webhook_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status webhook_state_action(struct request *rq, struct writer *db);
enum status webhook_try_action(struct request *rq, struct writer *db);
enum status webhook_again_action(struct request *rq, struct writer *db);
extern const struct api_shape webhook_shape, webhook_row_shape, secret_shape;
/* The webhooks of a program (0: of all) as a table, and as objects. */
enum status webhooks_print(struct html *p, struct request *rq, struct reader *db, int64_t user_id);
enum status webhooks_put(struct reader *db, int64_t user_id, struct json_writer *json);

enum status changes_data(struct request *rq, struct reader *db, struct json_writer *json);
extern const struct api_shape changes_shape;

/* The program of the address ":id"; may this person change it? */
enum status program_of_address(struct request *rq, struct reader *db, struct program *ret_program, bool *ret_may)
	MUST_CHECK;

#endif
