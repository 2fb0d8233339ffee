#ifndef VIGIE_HOME_PAGES_H
#define VIGIE_HOME_PAGES_H
/* The parts of the home page, named by the module's rows. */
#include "modules/declarations/declarations.h"
#include "modules/home/home.h"
#include "web/page.h"

enum { PICTURE_DAYS = 14 };

enum status home_page(struct request *rq, struct reader *db);

enum status count_waiting(struct request *rq, struct reader *db, int64_t *ret_count);
enum status count_waiting_red(struct request *rq, struct reader *db, int64_t *ret_count);
enum status count_late(struct request *rq, struct reader *db, int64_t *ret_count);
enum status count_arriving(struct request *rq, struct reader *db, int64_t *ret_count);
enum status count_held(struct request *rq, struct reader *db, int64_t *ret_count);
enum status count_done_today(struct request *rq, struct reader *db, int64_t *ret_count);
enum status count_refused_files(struct request *rq, struct reader *db, int64_t *ret_count);
enum status count_failing_jobs(struct request *rq, struct reader *db, int64_t *ret_count);
enum status count_people(struct request *rq, struct reader *db, int64_t *ret_count);

enum status count_own_visits(struct request *rq, struct reader *db, int64_t *ret_count);
enum status print_own_visits(struct request *rq, struct reader *db, struct html *p);
enum status print_load(struct request *rq, struct reader *db, struct html *p);
enum status print_waiting(struct request *rq, struct reader *db, struct html *p);
enum status print_arriving(struct request *rq, struct reader *db, struct html *p);
enum status print_lanes_by_day(struct request *rq, struct reader *db, struct html *p);
enum status print_done_against_due(struct request *rq, struct reader *db, struct html *p);
enum status print_findings(struct request *rq, struct reader *db, struct html *p);
enum status print_yield(struct request *rq, struct reader *db, struct html *p);
enum status print_jobs(struct request *rq, struct reader *db, struct html *p);

#endif
