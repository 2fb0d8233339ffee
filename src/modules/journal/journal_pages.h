#ifndef VIGIE_MODULES_JOURNAL_JOURNAL_PAGES_H
#define VIGIE_MODULES_JOURNAL_JOURNAL_PAGES_H
/* The handlers of the module's routes. */
#include "web/module.h"
#include "web/page.h"

enum status journal_list_page(struct request *rq, struct reader *db);
enum status journal_verification_page(struct request *rq, struct reader *db);
enum status journal_verification_action(struct request *rq, struct writer *db);

/* The same for programs. */
enum status journal_list_data(struct request *rq, struct reader *db, struct json_writer *json);
extern const struct api_shape journal_shape;

extern const struct api_shape journal_check_shape;
enum status journal_verification_data(struct request *rq, struct reader *db, struct json_writer *json);

/* The start of a day as typed, `days_more` later; `otherwise` when missing or no date. */
int64_t journal_day(struct text text, int64_t days_more, int64_t otherwise);

#endif
