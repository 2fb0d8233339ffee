#ifndef VIGIE_PRICES_PRICE_DATA_H
#define VIGIE_PRICES_PRICE_DATA_H
/* What programs get of prices, named by the routes. */
#include "modules/prices/prices.h"
#include "web/module.h"

extern const struct api_shape price_shape, rate_shape;
enum status prices_data(struct request *rq, struct reader *db, struct json_writer *json);
/* The rates behind a place as the input "apres" names it (missing: from the newest), newest first: columns as in rate_shape. */
enum status rates_from(struct reader *db, struct text place, size_t most, struct rows **ret_rows) MUST_CHECK;
/* The place behind the row the query stands on, for "apres"; takes the place of what was in `out`. */
void rate_place_print(struct buffer *out, struct rows *rows);
enum status exchange_rates_data(struct request *rq, struct reader *db, struct json_writer *json);

#endif
