#ifndef VIGIE_DECLARATIONS_PAGES_H
#define VIGIE_DECLARATIONS_PAGES_H
/* The pages of this module, named by its routes. */
#include "modules/declarations/declarations.h"

enum status home_page(struct request *rq, struct reader *db);
enum status consignment_list_page(struct request *rq, struct reader *db);
enum status consignment_stream(struct request *rq, struct reader *db);
enum status consignment_page(struct request *rq, struct reader *db);
enum status import_list_page(struct request *rq, struct reader *db);
enum status import_page(struct request *rq, struct reader *db);

#endif
