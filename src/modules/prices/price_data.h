#ifndef VIGIE_PRICES_PRICE_DATA_H
#define VIGIE_PRICES_PRICE_DATA_H
/* What programs get of prices, named by the routes. */
#include "modules/prices/prices.h"
#include "web/module.h"

extern const struct api_shape price_shape, rate_shape;
enum status prices_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status exchange_rates_data(struct request *rq, struct reader *db, struct json_writer *json);

#endif
