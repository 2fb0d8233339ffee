#ifndef VIGIE_FORMATS_CSV_SPLIT_H
#define VIGIE_FORMATS_CSV_SPLIT_H
/* Splits CSV and TSV into records and fields: RFC 4180 with what exports really do: any separator, line ends
 * with or without carriage return, quoted fields over several lines, blank lines, a last line without end. */
#include "base/file.h"

struct csv {
	struct source *source;
	char separator;
	size_t record_limit; /* bytes of one record */
	int64_t byte_limit; /* of the whole source */
	char *bytes; /* owned */
	size_t size, capacity, at;
	bool at_end;
	int64_t bytes_read;
	int64_t line; /* where the present record begins, from 1 */
	int64_t next_line;
	struct text *fields; /* of the present record; the bytes may be changed by whoever reads them */
	size_t count, field_capacity;
	bool quote_is_open; /* the present record had a quote that never closed; it was read as a plain character */
};

void csv_init(struct csv *csv, struct source *source, char separator, size_t record_limit, int64_t byte_limit);
void csv_release(struct csv *csv); /* also for AUTO() */
/* The next record that is not blank. At the end *ret_more is false. Fields are valid until the next call.
 * STATUS_TOO_LARGE: a record or the whole is over its limit. */
enum status csv_next(struct csv *csv, bool *ret_more) MUST_CHECK;

#endif
