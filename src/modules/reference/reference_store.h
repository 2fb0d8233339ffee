#ifndef VIGIE_MODULES_REFERENCE_REFERENCE_STORE_H
#define VIGIE_MODULES_REFERENCE_REFERENCE_STORE_H
/* Inside the module: how a row is read from the database, and the pages. */
#include "modules/reference/reference.h"

#define REFERENCE_COLUMNS                                                                                              \
	"id, code, label, label_en, label_pt, label_es, parent, unit, rate, details, valid_from, valid_until"
/* A row of a statement that selects REFERENCE_COLUMNS first. */
enum status reference_row_read(struct rows *rows, struct arena *arena, struct reference_row *ret_row) MUST_CHECK;

enum status reference_kinds_page(struct request *rq, struct reader *db) MUST_CHECK;
enum status reference_list_page(struct request *rq, struct reader *db) MUST_CHECK;
enum status reference_code_page(struct request *rq, struct reader *db) MUST_CHECK;

/* The same for programs. */
enum status reference_kinds_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status reference_list_data(struct request *rq, struct reader *db, struct json_writer *json);
extern const struct api_shape reference_kind_shape, reference_code_shape;

#endif
