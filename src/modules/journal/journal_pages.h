#ifndef VIGIE_MODULES_JOURNAL_JOURNAL_PAGES_H
#define VIGIE_MODULES_JOURNAL_JOURNAL_PAGES_H
/* The handlers of the module's routes. */
#include "web/page.h"

enum status journal_list_page(struct request *rq, struct reader *db);
enum status journal_verification_page(struct request *rq, struct reader *db);

#endif
