/* From a row of the database to an object, as the shape says. */
#include "web/module.h"

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
