/* A list as a file: the rows of the page's own query with the page's own columns, to the last one. */
#include "modules/declarations/list.h"
#include "modules/declarations/pages.h"

#include "base/file.h"
#include "domain/entity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { STEP = 1000, FILE_LIMIT = 60 << 20 };

const struct setting export_rows = EXPORT_ROWS;

/* Where rows go: one of two kinds of file. */
struct export {
	const struct list_column *columns[LIST_COLUMN_LIMIT];
	size_t column_count;
	enum language language;
	char separator, decimal;
	struct buffer *csv;
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *bold, *day_format;
	lxw_row_t row;
};

static void csv_number(const struct export *export, const struct list_column *column, int64_t value)
{
	size_t start = export->csv->size;

	if (column->kind == LIST_DAY)
		date_print(export->csv, value);
	else if (column->kind == LIST_TIME)
		time_print(export->csv, value);
	else
		number_print(export->csv, value);
	for (size_t i = start; column->kind != LIST_DAY && column->kind != LIST_TIME && i < export->csv->size; i++)
		if (export->csv->data[i] == '.')
			export->csv->data[i] = export->decimal;
}

/* Control characters of old systems have no business in a spreadsheet. */
static struct text without_controls(struct arena *arena, struct text text)
{
	char *bytes = NULL;

	for (size_t i = 0; i < text.size; i++) {
		unsigned char byte = (unsigned char)text.data[i];

		if (byte >= 0x20 && byte != 0x7f)
			continue;
		if (!bytes) {
			struct text copy = arena_text(arena, text);

			if (!copy.data)
				return TEXT_NONE;
			bytes = (char *)(uintptr_t)copy.data;
		}
		bytes[i] = ' ';
	}
	return bytes ? (struct text){bytes, text.size} : text;
}

static void csv_row(const struct export *export, const struct stored_consignment *row, struct arena *arena)
{
	for (size_t i = 0; i < export->column_count; i++) {
		const struct list_column *column = export->columns[i];

		if (i)
			buffer_byte(export->csv, export->separator);
		if (column->number) {
			if (column->number(row) != INT64_MIN)
				csv_number(export, column, column->number(row));
		} else {
			csv_value(export->csv, without_controls(arena, column->text(row, export->language, arena)),
				export->separator);
		}
	}
	buffer_string(export->csv, "\r\n");
}

/* Texts are stored as texts: a spreadsheet runs none of them. */
static enum status xlsx_row(struct export *export, const struct stored_consignment *row, struct arena *arena)
{
	for (size_t i = 0; i < export->column_count; i++) {
		const struct list_column *column = export->columns[i];
		lxw_col_t place = (lxw_col_t)i;

		if (column->number) {
			int64_t value = column->number(row);

			if (value == INT64_MIN)
				continue;
			/* Spreadsheets count days from 30 December 1899. */
			if (column->kind == LIST_DAY)
				worksheet_write_number(export->sheet, export->row, place, (double)(value + 25569), export->day_format);
			else if (column->kind == LIST_TIME)
				worksheet_write_number(export->sheet, export->row, place,
					(double)(date_of(value) + 25569), export->day_format);
			else
				worksheet_write_number(export->sheet, export->row, place, (double)value / (double)NUMBER_ONE, NULL);
		} else {
			struct text text = without_controls(arena, column->text(row, export->language, arena));
			const char *string = arena_string(arena, text.data ? text : TEXT(""));

			if (!string)
				return STATUS_NO_MEMORY;
			if (text.size)
				worksheet_write_string(export->sheet, export->row, place, string, NULL);
		}
	}
	export->row++;
	return STATUS_OK;
}

static enum status put_rows(struct request *rq, struct reader *db, struct list_query *query, struct export *export)
{
	int64_t most, done = 0;
	bool has_more = true;

	TRY(setting_integer(db, &export_rows, &most));
	while (has_more) {
		struct stored_consignment *rows;
		size_t count;

		TRY(list_rows(rq, db, query, STEP, &rows, &count, &has_more));
		for (size_t i = 0; i < count; i++)
			if (export->csv)
				csv_row(export, &rows[i], rq->arena);
			else
				TRY(xlsx_row(export, &rows[i], rq->arena));
		done += (int64_t)count;
		if (done > most || (done == most && has_more))
			return STATUS_TOO_LARGE;
		if (count) {
			query->before_day = rows[count - 1].day;
			query->before_id = rows[count - 1].id;
		}
	}
	return export->csv ? buffer_status(export->csv) : STATUS_OK;
}

static enum status export_csv(struct request *rq, struct reader *db, struct list_query *query, struct export *export)
{
	export->csv = &rq->response.body;
	export->separator = rq->language == LANGUAGE_EN ? ',' : ';';
	export->decimal = rq->language == LANGUAGE_EN ? '.' : ',';
	/* The mark by which spreadsheets know UTF-8. */
	buffer_string(export->csv, "\xef\xbb\xbf");
	for (size_t i = 0; i < export->column_count; i++) {
		if (i)
			buffer_byte(export->csv, export->separator);
		csv_value(export->csv, text_of(tr(rq->language, export->columns[i]->label)), export->separator);
	}
	buffer_string(export->csv, "\r\n");
	TRY(put_rows(rq, db, query, export));
	rq->response.content_type = "text/csv; charset=utf-8";
	rq_add_header(rq, "Content-Disposition", "attachment; filename=\"envois.csv\"");
	return STATUS_OK;
}

static void xlsx_head(struct export *export)
{
	export->sheet = workbook_add_worksheet(export->book, NULL);
	export->bold = workbook_add_format(export->book);
	export->day_format = workbook_add_format(export->book);
	format_set_bold(export->bold);
	format_set_num_format(export->day_format, "yyyy-mm-dd");
	worksheet_freeze_panes(export->sheet, 1, 0);
	worksheet_set_column(export->sheet, 0, (lxw_col_t)(export->column_count - 1), 18, NULL);
	for (size_t i = 0; i < export->column_count; i++)
		worksheet_write_string(export->sheet, 0, (lxw_col_t)i, tr(export->language, export->columns[i]->label),
			export->bold);
	export->row = 1;
}

/* The library writes a file: a nameless place for it, read back at once. */
static enum status read_back(struct request *rq, const char *path)
{
	char bytes[65536];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file)
		return STATUS_UNAVAILABLE;
	while ((size = fread(bytes, 1, sizeof bytes, file)) > 0)
		buffer_append(&rq->response.body, (struct text){bytes, size});
	fclose(file);
	return buffer_status(&rq->response.body);
}

static enum status export_xlsx(struct request *rq, struct reader *db, struct list_query *query, struct export *export)
{
	const char *folder = getenv("TMPDIR");
	char path[512];
	lxw_workbook_options options = {.constant_memory = LXW_TRUE};
	enum status status;
	int fd;

	snprintf(path, sizeof path, "%s/vigie-export-XXXXXX", folder && *folder ? folder : "/tmp");
	fd = mkstemp(path);
	if (fd < 0)
		return STATUS_UNAVAILABLE;
	close(fd);
	export->book = workbook_new_opt(path, &options);
	if (!export->book) {
		unlink(path);
		return STATUS_NO_MEMORY;
	}
	xlsx_head(export);
	status = put_rows(rq, db, query, export);
	if (workbook_close(export->book) != LXW_NO_ERROR && status == STATUS_OK)
		status = STATUS_UNAVAILABLE;
	if (status == STATUS_OK)
		status = read_back(rq, path);
	unlink(path);
	TRY(status);
	rq->response.content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
	rq_add_header(rq, "Content-Disposition", "attachment; filename=\"envois.xlsx\"");
	return STATUS_OK;
}

enum status list_export(struct request *rq, struct reader *db)
{
	struct list_query query;
	struct export export = {.language = rq->language};
	enum status status;

	TRY(list_read(rq, db, "/envois", -1, &query));
	export.column_count = list_columns_chosen(&query, export.columns);
	status = text_is(rq_input(rq, "format"), "xlsx") ? export_xlsx(rq, db, &query, &export)
							 : export_csv(rq, db, &query, &export);
	if (status == STATUS_TOO_LARGE) {
		struct html page;

		buffer_clear(&rq->response.body);
		page = page_begin(rq, text_of(tr(rq->language, TR("Export trop grand"))));
		notice(&page, "warning", TR("Cette liste compte plus de lignes qu'un export n'en prend. Resserrez les filtres, par exemple par bureau ou par dates."));
		link_to(&page, list_address(rq, &query, "/envois", LIST_INPUTS, NULL),
			text_of(tr(rq->language, TR("Revenir à la liste"))));
		page_end(&page);
	}
	return status;
}
