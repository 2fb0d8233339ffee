#ifndef VIGIE_MODULES_ADMINISTRATION_DATA_H
#define VIGIE_MODULES_ADMINISTRATION_DATA_H
/* The pages of this module for programs. */
#include "web/module.h"

enum status settings_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status jobs_data(struct request *rq, struct reader *db, struct json_writer *json);
extern const struct api_shape setting_shape, job_shape;

#endif
