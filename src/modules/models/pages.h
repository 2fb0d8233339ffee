#ifndef VIGIE_MODELS_PAGES_H
#define VIGIE_MODELS_PAGES_H
/* The pages of this module, named by its routes. */
#include "modules/models/models.h"
#include "web/page.h"

enum status model_list_page(struct request *rq, struct reader *db);
enum status model_page(struct request *rq, struct reader *db);
enum status model_switch_action(struct request *rq, struct writer *db);
enum status model_approve_action(struct request *rq, struct writer *db);
enum status model_ask_action(struct request *rq, struct writer *db);
enum status model_run_page(struct request *rq, struct reader *db);
enum status ranking_page(struct request *rq, struct reader *db);
enum status score_page(struct request *rq, struct reader *db);
enum status notice_page(struct request *rq, struct reader *db);
enum status models_section_print(struct request *rq, struct reader *db, struct html *p,
	const struct stored_consignment *row, const struct consignment *consignment);

/* Shared pieces: a figure of a measurement with its interval, "0.981 [0.978 – 0.984]". */
void print_figure(struct html *p, const json_t *figure);
/* The table of what each weight of the duty would have found. */
void print_choices(struct html *p, const json_t *choices, struct text currency);
void print_drift(struct html *p, const json_t *drift);
void print_calibration(struct html *p, const json_t *calibration);

/* For programs. */
extern const struct api_shape model_run_shape, model_card_shape;
enum status model_run_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status model_data(struct request *rq, struct reader *db, struct json_writer *json);

extern const struct api_shape waiting_shape;
enum status ranking_data(struct request *rq, struct reader *db, struct json_writer *json);

extern const struct api_shape score_shape;
enum status score_data(struct request *rq, struct reader *db, struct json_writer *json);

#endif
