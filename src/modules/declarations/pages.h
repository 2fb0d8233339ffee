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

/* The same for programs. */
enum status consignment_list_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status consignment_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status import_list_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status import_data(struct request *rq, struct reader *db, struct json_writer *json);
extern const struct api_shape consignment_row_shape, consignment_shape, import_row_shape, import_shape;

#endif
