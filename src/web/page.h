#ifndef VIGIE_WEB_PAGE_H
#define VIGIE_WEB_PAGE_H
/* The frame of a page and the components that hold repeated markup. A module hardly ever writes a tag. */
#include "base/number.h"
#include "web/request.h"

/* Head, menu, title, flash message. `title` is already in the page's language. */
struct html page_begin(struct request *rq, struct text title);
void page_end(struct html *p);

void section_begin(struct html *p, const char *title_id); /* may be NULL */
/* With an id to be linked to: a part of a long page. */
void section_begin_at(struct html *p, const char *id, const char *title_id);
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
/* The two halves of form_end(): for a form that goes on behind its button. */
void form_button(struct form *form, const char *button_id);
void form_close(struct form *form);
/* A form that is only a button (end a session, switch a model on). */
void button_form(struct html *p, const char *action, const char *label_id, const char *name, struct text value);

/* Charts: drawn on the server as SVG with title, unit and the same figures as a table; one look everywhere. Text keeps
 * its size on a phone, because places are in per cent. A `kind` is that of a lane or badge and gives the colour; NULL
 * gives the next of a fixed row of colours. Negative and missing values are drawn as zero. */
struct chart_bar {
	struct text label; /* already translated */
	int64_t value; /* micro */
	const char *kind; /* may be NULL */
};
/* What stands around the figures: message ids, and the decimals of the figures. */
struct chart {
	const char *title;
	const char *label; /* of the bars or points, as a column of the table */
	const char *value; /* what is counted, with its unit */
	int decimals;
};
/* One bar a row: the table is the chart. */
void chart_bars(struct html *p, const struct chart *chart, const struct chart_bar *bars, size_t count);
/* The same, each label a link: hrefs[i] may be NULL. */
void chart_bars_linked(struct html *p, const struct chart *chart, const struct chart_bar *bars,
	const char *const *hrefs, size_t count);

enum { CHART_SERIES = 6 };
struct chart_series {
	const char *label; /* message id */
	const char *kind; /* may be NULL */
	const char *href; /* of the legend's entry; may be NULL */
};
struct chart_point {
	struct text label; /* in full, for table and tooltip */
	struct text tick; /* short, below the axis; missing: none */
	const char *href; /* may be NULL */
	int64_t values[CHART_SERIES]; /* micro, one for each series */
};
struct chart_data {
	const struct chart_series *series;
	size_t series_count;
	const struct chart_point *points;
	size_t count;
};
/* Columns, the series one upon another, the first at the bottom: lanes by day. */
void chart_stacked(struct html *p, const struct chart *chart, const struct chart_data *data);
/* A line for each series over the same points; missing values break the line. */
void chart_lines(struct html *p, const struct chart *chart, const struct chart_data *data);
/* A distribution: columns side by side without gaps, of the first series alone. `marks` are drawn as upright lines with
 * their label at a place between 0 (left) and NUMBER_ONE (right). */
struct chart_mark {
	int64_t place;
	struct text label; /* already translated */
};
void chart_distribution(struct html *p, const struct chart *chart, const struct chart_data *data,
	const struct chart_mark *marks, size_t mark_count);

/* Figures that say at a glance how things stand, each leading to what it counts. */
struct tile {
	const char *label; /* message id */
	const char *kind; /* "danger", "warning", "ok", "info"; NULL: plain */
	const char *href; /* may be NULL */
	int64_t value; /* micro */
	const char *note; /* message id, may be NULL */
};
void tiles(struct html *p, const struct tile *rows, size_t count);

/* A row of links of which one is in force: tabs, filters. */
struct tab {
	struct text label; /* already translated */
	const char *href;
	bool is_current;
};
void tab_links(struct html *p, const char *label_id, const struct tab *tabs, size_t count);
/* A symbol of assets/icons.svg. */
void icon(struct html *p, const char *name);
/* What can be unfolded; open at first or not. */
void fold_begin(struct html *p, const char *label_id, bool is_open);
void fold_end(struct html *p);

/* A region that the script renews when one of `events` (as rq_listen() named them) comes on the stream at `stream`
 * (a path of ours). Without script it stays as it was. */
void live_begin(struct html *p, const char *id, const char *stream);
void live_end(struct html *p);

/* A QR code as SVG, with the quiet border that readers need; false when the text is too long for one. `label_id` says
 * what it opens. */
bool qr_code(struct html *p, struct text text, const char *label_id);

#endif
