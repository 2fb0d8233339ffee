#ifndef VIGIE_DECLARATIONS_PAGES_H
#define VIGIE_DECLARATIONS_PAGES_H
/* The pages of this module, named by its routes. */
#include "modules/declarations/declarations.h"

enum status declaration_list_page(struct request *rq, struct reader *db);
enum status bill_list_page(struct request *rq, struct reader *db);
enum status arrival_list_page(struct request *rq, struct reader *db);
enum status arrival_page(struct request *rq, struct reader *db);
enum status list_export(struct request *rq, struct reader *db);
extern const struct setting export_rows;
#define EXPORT_ROWS                                                                                                    \
	{                                                                                                              \
		"declarations.export_rows", TR("Lignes d'un export"),                                                  \
			TR("Au-delà, il est demandé de resserrer les filtres : un export trop grand ralentirait tout le monde."), \
			SETTING_INTEGER, "100000", NULL, 100, 1000000                                                  \
	}
enum status consignment_document(struct request *rq, struct reader *db);
enum status consignment_document_action(struct request *rq, struct writer *db);
enum status own_list_page(struct request *rq, struct reader *db);
enum status own_page(struct request *rq, struct reader *db);
enum status count_own_waiting(struct request *rq, struct reader *db, int64_t *ret_count);
enum status print_own_latest(struct request *rq, struct reader *db, struct html *p);
enum status declarant_page(struct request *rq, struct reader *db);
enum status declarant_bind_action(struct request *rq, struct writer *db);
enum status declarant_unbind_action(struct request *rq, struct writer *db);
extern const struct api_shape view_shape;
enum status view_list_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status view_list_page(struct request *rq, struct reader *db);
enum status view_keep_action(struct request *rq, struct writer *db);
enum status view_drop_action(struct request *rq, struct writer *db);
enum status consignment_list_page(struct request *rq, struct reader *db);
enum status consignment_stream(struct request *rq, struct reader *db);
enum status consignment_page(struct request *rq, struct reader *db);
enum status import_list_page(struct request *rq, struct reader *db);
enum status import_page(struct request *rq, struct reader *db);

/* The same for programs. */
enum status declaration_list_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status bill_list_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status consignment_list_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status consignment_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status import_list_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status import_data(struct request *rq, struct reader *db, struct json_writer *json);
extern const struct api_shape consignment_row_shape, consignment_shape, import_row_shape, import_shape;

extern const struct api_shape voyage_shape;
enum status arrival_list_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status arrival_data(struct request *rq, struct reader *db, struct json_writer *json);

extern const struct api_shape own_shape, declarant_shape;
enum status own_list_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status own_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status declarant_data(struct request *rq, struct reader *db, struct json_writer *json);

#endif
