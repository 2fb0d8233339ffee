#ifndef VIGIE_WEB_PAGE_H
#define VIGIE_WEB_PAGE_H
/* The frame of a page and the components that hold repeated markup. A module hardly ever writes a tag. */
#include "base/number.h"
#include "web/request.h"

/* Head, menu, title, flash message. `title` is already in the page's language. */
struct html page_begin(struct request *rq, struct text title);
void page_end(struct html *p);

void section_begin(struct html *p, const char *title_id); /* may be NULL */
void section_end(struct html *p);
/* A list of terms: label and value. */
void facts_begin(struct html *p);
void facts_row_begin(struct html *p, const char *label_id);
void facts_row_end(struct html *p);
void facts_row(struct html *p, const char *label_id, struct text value); /* left out when empty */
void facts_end(struct html *p);

/* A table that becomes cards on a phone. Columns: message ids, NULL ends. `class` per column may be NULL:
 * "number" aligns right. */
struct table_column {
	const char *label;
	const char *kind; /* "text" (default), "number", "lane", "date" */
};
void table_begin(struct html *p, const char *caption_id, const struct table_column *columns);
void table_row_begin(struct html *p);
void table_cell_begin(struct html *p); /* its label and class come from the column in turn */
void table_cell_end(struct html *p);
void table_cell(struct html *p, struct text text);
void table_cell_number(struct html *p, int64_t micro, int decimals);
void table_cell_date(struct html *p, int64_t date);
void table_row_end(struct html *p);
void table_end(struct html *p);
/* Older/newer links of a list by keyset; either may be NULL. */
void page_links(struct html *p, const char *newer, const char *older);

void link_to(struct html *p, const char *path, struct text label);
/* A badge for a lane: colour, shape and word, so that colour alone never says it. */
void lane_badge(struct html *p, const char *lane_code, const char *lane_label_id);
void badge(struct html *p, const char *kind /* ok warning danger info */, const char *label_id);
void notice(struct html *p, const char *kind, const char *message_id);

/* Forms: problems of all fields at once, next to their field. */
struct form_problem {
	const char *field;
	struct message message;
};
struct form {
	struct html *p;
	const struct form_problem *problems;
	size_t problem_count;
};
struct form form_begin(struct html *p, const char *action, const struct form_problem *problems, size_t count);
struct form form_begin_get(struct html *p, const char *action); /* search forms: no token */
/* The hidden token of a form that a page writes itself. */
void form_token(struct html *p);
void form_upload(struct form *form); /* call right after begin: multipart */
struct field {
	const char *name;
	const char *label;
	const char *help; /* may be NULL */
	const char *type; /* text password email number date search file tel; default text */
	struct text value;
	bool required;
	const char *autocomplete;
	int64_t limit; /* characters; 0: 200 */
};
void form_field(struct form *form, const struct field *field);
void form_area(struct form *form, const struct field *field, int rows);
struct choice {
	struct text code;
	struct text label; /* already translated */
};
void form_select(struct form *form, const struct field *field, const struct choice *choices, size_t count);
void form_radio(struct form *form, const struct field *field, const struct choice *choices, size_t count);
void form_check(struct form *form, const struct field *field, bool checked);
void form_hidden(struct form *form, const char *name, struct text value);
/* A file input; call form_upload() right after form_begin(). `accept`: ".xml,.csv" or NULL. */
void form_file(struct form *form, const struct field *field, const char *accept, bool multiple);
void form_end(struct form *form, const char *button_id);
/* A form that is only a button (end a session, switch a model on). */
void button_form(struct html *p, const char *action, const char *label_id, const char *name, struct text value);

/* Bars drawn as SVG with a title, and the same figures as a table for who cannot see them. `kind` of a bar may be
 * a lane or badge kind, which colours it. Negative and missing values are drawn as zero. */
struct chart_bar {
	struct text label; /* already translated */
	int64_t value; /* micro */
	const char *kind; /* may be NULL */
};
/* What stands around the bars: message ids, and the decimals of the figures. */
struct chart {
	const char *title;
	const char *label; /* of the bars, as a column of the table */
	const char *value;
	int decimals;
};
void chart_bars(struct html *p, const struct chart *chart, const struct chart_bar *bars, size_t count);

/* A region that the script renews when one of `events` (as rq_listen() named them) comes on the stream at `stream`
 * (a path of ours). Without script it stays as it was. */
void live_begin(struct html *p, const char *id, const char *stream);
void live_end(struct html *p);

#endif
