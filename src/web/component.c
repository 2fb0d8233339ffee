/* Components: sections, lists of terms, tables, badges, links. */
#include "web/page.h"

#include "web/assets.h"
#include "web/exchange.h"

#include <string.h>

void section_begin(struct html *p, const char *title_id)
{
	html(p, "<section class=\"card\">");
	if (title_id) {
		html(p, "<h2>");
		html_tr(p, title_id);
		html(p, "</h2>");
	}
}

void section_begin_at(struct html *p, const char *id, const char *title_id)
{
	html(p, "<section class=\"card\" id=\"%s\"><h2>", id);
	html_tr(p, title_id);
	html(p, "</h2>");
}

void section_end(struct html *p)
{
	html(p, "</section>");
}

void facts_begin(struct html *p)
{
	html(p, "<dl class=\"facts\">");
}

void facts_row_begin(struct html *p, const char *label_id)
{
	html(p, "<div><dt>");
	html_tr(p, label_id);
	html(p, "</dt><dd>");
}

void facts_row_end(struct html *p)
{
	html(p, "</dd></div>");
}

void facts_row(struct html *p, const char *label_id, struct text value)
{
	if (!value.size)
		return;
	facts_row_begin(p, label_id);
	html_text(p, value);
	facts_row_end(p);
}

void facts_end(struct html *p)
{
	html(p, "</dl>");
}

void table_begin(struct html *p, const char *caption_id, const struct table_column *columns)
{
	p->columns = columns;
	p->column = 0;
	html(p, "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"");
	html_tr(p, caption_id);
	html(p, "\"><table>");
	if (caption_id) {
		html(p, "<caption>");
		html_tr(p, caption_id);
		html(p, "</caption>");
	}
	html(p, "<thead><tr>");
	for (const struct table_column *column = columns; column->label; column++) {
		html(p, "<th scope=\"col\" class=\"%s\">", column->kind ? column->kind : "text");
		html_tr(p, column->label);
		html(p, "</th>");
	}
	html(p, "</tr></thead><tbody>");
}

void table_row_begin(struct html *p)
{
	p->column = 0;
	html(p, "<tr>");
}

void table_cell_begin(struct html *p)
{
	const struct table_column *column = p->columns ? &p->columns[p->column] : NULL;

	if (!column || !column->label) {
		html(p, "<td>");
		return;
	}
	p->column++;
	html(p, "<td class=\"%s\" data-label=\"", column->kind ? column->kind : "text");
	html_tr(p, column->label);
	html(p, "\">");
}

void table_cell_end(struct html *p)
{
	html(p, "</td>");
}

void table_cell(struct html *p, struct text text)
{
	table_cell_begin(p);
	html_text(p, text);
	table_cell_end(p);
}

void table_cell_number(struct html *p, int64_t micro, int decimals)
{
	table_cell_begin(p);
	html_number(p, micro, decimals);
	table_cell_end(p);
}

void table_cell_date(struct html *p, int64_t date)
{
	table_cell_begin(p);
	html_date(p, date);
	table_cell_end(p);
}

void table_row_end(struct html *p)
{
	html(p, "</tr>");
}

void table_end(struct html *p)
{
	html(p, "</tbody></table></div>");
	p->columns = NULL;
}

void page_links(struct html *p, const char *newer, const char *older)
{
	if (!newer && !older)
		return;
	html(p, "<nav class=\"pages\" aria-label=\"");
	html_tr(p, TR("Pages de la liste"));
	html(p, "\">");
	if (newer) {
		html(p, "<a rel=\"prev\" href=\"%s\">\xe2\x86\x90 ", newer);
		html_tr(p, TR("Plus récents"));
		html(p, "</a>");
	}
	if (older) {
		html(p, "<a rel=\"next\" href=\"%s\">", older);
		html_tr(p, TR("Plus anciens"));
		html(p, " \xe2\x86\x92</a>");
	}
	html(p, "</nav>");
}

void link_to(struct html *p, const char *path, struct text label)
{
	html(p, "<a href=\"%s\">%.*s</a>", path, TEXT_FORMAT(label));
}

/* A shape per lane, told apart without colour: octagon, triangle, square, circle. */
static const struct {
	const char *code;
	const char *points; /* NULL: a circle */
} lane_shapes[] = {
	{"red", "5,1 11,1 15,5 15,11 11,15 5,15 1,11 1,5"},
	{"yellow", "8,1 15,14 1,14"},
	{"blue", "2,2 14,2 14,14 2,14"},
	{"green", NULL},
};

void lane_badge(struct html *p, const char *lane_code, const char *lane_label_id)
{
	const char *kind = "none";

	for (size_t i = 0; i < sizeof lane_shapes / sizeof *lane_shapes; i++) {
		if (!lane_code || strcmp(lane_shapes[i].code, lane_code) != 0)
			continue;
		kind = lane_code;
		html(p, "<span class=\"lane %s\"><svg viewBox=\"0 0 16 16\" width=\"14\" height=\"14\" aria-hidden=\"true\">", kind);
		if (lane_shapes[i].points)
			html(p, "<polygon points=\"%s\"/></svg>", lane_shapes[i].points);
		else
			html(p, "<circle cx=\"8\" cy=\"8\" r=\"7\"/></svg>");
	}
	if (strcmp(kind, "none") == 0)
		html(p, "<span class=\"lane none\">");
	html_tr(p, lane_label_id);
	html(p, "</span>");
}

void badge(struct html *p, const char *kind, const char *label_id)
{
	html(p, "<span class=\"badge %s\">", kind);
	html_tr(p, label_id);
	html(p, "</span>");
}

void notice(struct html *p, const char *kind, const char *message_id)
{
	bool is_bad = strcmp(kind, "danger") == 0;

	if (is_bad && p->rq && rq_is_api(p->rq) && !exchange_of(p->rq)->refusal)
		exchange_of(p->rq)->refusal = message_id; /* what a program is told when the page is not sent */
	html(p, "<div class=\"notice %s\" role=\"%s\"><p>", kind, is_bad ? "alert" : "status");
	html_tr(p, message_id);
	html(p, "</p></div>");
}

void live_begin(struct html *p, const char *id, const char *stream)
{
	html(p, "<div id=\"%s\" data-live=\"%s\">", id, p->rq ? rq_live_path(p->rq, stream) : stream);
	if (p->rq)
		html(p, "<noscript><p><a href=\"%.*s\">%s</a></p></noscript>", TEXT_FORMAT(p->rq->path),
			tr(p->language, TR("Actualiser")));
}

void live_end(struct html *p)
{
	html(p, "</div>");
}

void icon(struct html *p, const char *name)
{
	html(p, "<svg class=\"icon\" width=\"20\" height=\"20\" aria-hidden=\"true\"><use href=\"%s#%s\"/></svg>",
		asset_url("icons.svg"), name);
}

void fold_begin(struct html *p, const char *label_id, bool is_open)
{
	html(p, "<details class=\"fold\"%s><summary>", is_open ? " open" : "");
	html_tr(p, label_id);
	html(p, "</summary><div>");
}

void fold_end(struct html *p)
{
	html(p, "</div></details>");
}

void tiles(struct html *p, const struct tile *rows, size_t count)
{
	if (!count)
		return;
	html(p, "<ul class=\"tiles\">");
	for (size_t i = 0; i < count; i++) {
		const struct tile *row = &rows[i];

		html(p, "<li class=\"tile %s\">", row->kind ? row->kind : "");
		if (row->href)
			html(p, "<a href=\"%s\">", row->href);
		html(p, "<strong>");
		html_number(p, row->value, 0);
		html(p, "</strong> <span>");
		html_tr(p, row->label);
		html(p, "</span>");
		if (row->note) {
			html(p, " <small>");
			html_tr(p, row->note);
			html(p, "</small>");
		}
		if (row->href)
			html(p, "</a>");
		html(p, "</li>");
	}
	html(p, "</ul>");
}

void tab_links(struct html *p, const char *label_id, const struct tab *tabs, size_t count)
{
	html(p, "<nav class=\"filters\" aria-label=\"");
	html_tr(p, label_id);
	html(p, "\"><ul>");
	for (size_t i = 0; i < count; i++)
		html(p, "<li><a href=\"%s\"%s>%.*s</a></li>", tabs[i].href, tabs[i].is_current ? " aria-current=true" : "",
			TEXT_FORMAT(tabs[i].label));
	html(p, "</ul></nav>");
}
