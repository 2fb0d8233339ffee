#ifndef VIGIE_ADMINISTRATION_PAGES_H
#define VIGIE_ADMINISTRATION_PAGES_H
/* The pages of this module, named by its routes, and what they share. */
#include "web/module.h"
#include "web/page.h"

enum status overview_page(struct request *rq, struct reader *db);

enum status settings_page(struct request *rq, struct reader *db);
enum status setting_page(struct request *rq, struct reader *db);
enum status setting_action(struct request *rq, struct writer *db);

enum status jobs_page(struct request *rq, struct reader *db);
enum status job_action(struct request *rq, struct writer *db);

enum status storage_page(struct request *rq, struct reader *db);
enum status backup_action(struct request *rq, struct writer *db);

/* The style sheet of these pages; call it right after page_begin(). */
void administration_assets(struct html *p);
/* "1,2 Go" of bytes. */
void size_print(struct html *p, int64_t bytes);
/* The row of a job in the modules' tables; NULL. */
const struct job *job_find(const struct request *rq, struct text name);

extern const struct api_shape storage_shape;
enum status storage_data(struct request *rq, struct reader *db, struct json_writer *json);

#endif
