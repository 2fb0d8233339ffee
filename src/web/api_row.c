/* From a row of the database to an object, as the shape says. */
#include "web/module.h"

#include <string.h>

enum { VALUES_MOST = 8 };

static void put_column(struct json_writer *json, const struct api_field *field, struct rows *rows, int column)
{
	if (rows_is_null(rows, column)) {
		put_null(json);
		return;
	}
	switch (field->kind) {
	case API_INTEGER: put_int(json, rows_integer(rows, column)); break;
	case API_DECIMAL: put_micro(json, rows_integer(rows, column)); break;
	case API_REAL: put_double(json, rows_real(rows, column)); break;
	case API_BOOLEAN: put_bool(json, rows_integer(rows, column) != 0); break;
	case API_DATE: put_date(json, rows_integer(rows, column)); break;
	case API_TIME: put_time(json, rows_integer(rows, column)); break;
	default: put_text(json, rows_text(rows, column)); break;
	}
}

void api_row_members(struct json_writer *json, const struct api_shape *shape, struct rows *rows, int first)
{
	int column = first;

	for (const struct api_field *field = shape->fields; field->name && column < rows_columns(rows); field++) {
		put_key(json, field->name);
		put_column(json, field, rows, column++);
	}
}

void api_row(struct json_writer *json, const struct api_shape *shape, struct rows *rows)
{
	put_object(json);
	api_row_members(json, shape, rows, 0);
	put_object_end(json);
}

enum status api_rows(struct request *rq, struct reader *db, struct json_writer *json, const struct api_list *list,
	const struct value *values, size_t count)
{
	const char *input = list->is_newest_first ? "avant" : "apres";
	size_t page = rq_page_rows(rq, list->usual), shown = 0;
	AUTO(rows_release) struct rows *rows = NULL;
	struct value all[VALUES_MOST + 2];
	int64_t place = list->is_newest_first ? INT64_MAX : 0;

	if (count > VALUES_MOST)
		return STATUS_INTERNAL;
	(void)rq_integer(rq, input, &place);
	all[0] = V_INT(place);
	all[1] = V_INT((int64_t)page + 1);
	if (count)
		memcpy(all + 2, values, count * sizeof *values);
	TRY(store_query(db, list->statement, all, count + 2, &rows));
	while (rows_next(rows) && ++shown <= page) {
		place = rows_integer(rows, 0);
		api_row(json, list->shape, rows);
	}
	if (shown > page)
		rq_next_page_of(rq, list->path, list->kept, input, arena_format(rq->arena, "%lld", (long long)place));
	return rows_status(rows);
}
