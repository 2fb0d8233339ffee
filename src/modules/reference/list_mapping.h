#ifndef VIGIE_MODULES_REFERENCE_LIST_MAPPING_H
#define VIGIE_MODULES_REFERENCE_LIST_MAPPING_H
/* Which column of a list is what: lines "code = Column", read from a file or proposed from the header.
 *
 *   code, label, label.en, label.pt, label.es, parent, unit, rate, valid_from, valid_until = a column
 *   other = Column, Column        kept with the code as they are
 *   leave_out = Column: X D       rows with one of these values are passed over; * is any value
 *   header = yes | no             without a header, columns are called 1, 2, 3 …
 *   separator = ; | , | tab       decimal = . | ,  (unsaid: either)       rate_form = percent | fraction
 *   date_form = iso | day_first | month_first | compact
 *   complete = yes | no           whether a code that is not in the file has ended
 *   kind = tariff                 what it is for, checked
 * A line that begins with # is a remark. */
#include "modules/reference/grid.h"
#include "modules/reference/reference.h"

enum list_field {
	LIST_CODE,
	LIST_LABEL,
	LIST_LABEL_EN,
	LIST_LABEL_PT,
	LIST_LABEL_ES,
	LIST_PARENT,
	LIST_UNIT,
	LIST_RATE,
	LIST_FROM,
	LIST_UNTIL,
	LIST_FIELDS
};
enum { LIST_OTHERS = 32, LIST_NO_COLUMN = -1 };

struct list_mapping {
	struct text columns[LIST_FIELDS]; /* names of columns; missing: not there */
	struct text others[LIST_OTHERS];
	size_t other_count;
	struct text leave_out_column, leave_out_values;
	bool has_no_header;
	char separator; /* 0: guess */
	char decimal; /* 0: a comma when the number has one */
	bool rate_is_fraction;
	enum date_form date_form;
	enum reference_complete complete;
	/* Set by list_mapping_bind(). */
	int at[LIST_FIELDS], other_at[LIST_OTHERS], leave_out_at;
};

/* STATUS_INVALID: *ret_problem says what is wrong and where. */
enum status list_mapping_parse(struct text text, const struct reference_kind *kind, struct list_mapping *ret_mapping,
	struct reference_problem *ret_problem) MUST_CHECK;
/* A mapping for the header in the grid's cells; without a known name, columns 1 and 2 of a list without header. */
enum status list_mapping_propose(const struct grid *grid, const struct reference_kind *kind,
	struct list_mapping *ret_mapping) MUST_CHECK;
/* The mapping as its lines; data == NULL without memory. */
struct text list_mapping_text(const struct list_mapping *mapping, struct arena *arena);
/* Finds the columns in the header (the grid's cells). STATUS_INVALID: see *ret_problem. */
enum status list_mapping_bind(struct list_mapping *mapping, const struct grid *grid,
	struct reference_problem *ret_problem) MUST_CHECK;

/* The code in the kind's form; data == NULL when it cannot be one. *ret_ok false only without memory. */
struct text reference_code_clean(const struct reference_kind *kind, struct text code, struct arena *arena,
	bool *ret_ok);

#endif
