/* Horizontal bars: labels on the left, one bar a row, the figure behind it. Reads well on a phone and in print. */
#include "base/utf8.h"
#include "web/page.h"

enum { CHART_WIDTH = 640, LABEL_WIDTH = 200, FIGURE_WIDTH = 90, ROW_HEIGHT = 30, BAR_HEIGHT = 18, LABEL_COLUMNS = 24 };

static void draw_bar(struct html *p, const struct chart_bar *bar, size_t row, int64_t most, int decimals)
{
	int room = CHART_WIDTH - LABEL_WIDTH - FIGURE_WIDTH;
	int width = bar->value > 0 && most > 0 ? (int)((double)bar->value / (double)most * room + 0.5) : 0;
	int top = (int)row * ROW_HEIGHT + (ROW_HEIGHT - BAR_HEIGHT) / 2;
	int middle = (int)row * ROW_HEIGHT + ROW_HEIGHT / 2 + 5;

	struct text label = utf8_cut(bar->label, LABEL_COLUMNS);

	if (width < 1 && bar->value > 0)
		width = 1;
	html(p, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.*s%s</text>", LABEL_WIDTH - 10, middle, TEXT_FORMAT(label),
		label.size < bar->label.size ? "…" : "");
	html(p, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"3\"/>", bar->kind ? bar->kind : "bar",
		LABEL_WIDTH, top, width, BAR_HEIGHT);
	html(p, "<text x=\"%d\" y=\"%d\">", LABEL_WIDTH + width + 8, middle);
	html_number(p, bar->value, decimals);
	html(p, "</text>");
}

void chart_bars(struct html *p, const struct chart *chart, const struct chart_bar *bars, size_t count)
{
	const struct table_column columns[] = {{chart->label, "text"}, {chart->value, "number"}, {NULL, NULL}};
	int64_t most = 0;

	for (size_t i = 0; i < count; i++)
		if (bars[i].value > most)
			most = bars[i].value;
	html(p, "<figure class=\"chart\"><figcaption>");
	html_tr(p, chart->title);
	html(p, "</figcaption>");
	html(p, "<svg viewBox=\"0 0 %d %zu\" role=\"img\" aria-label=\"", CHART_WIDTH, (count ? count : 1) * ROW_HEIGHT);
	html_tr(p, chart->title);
	html(p, "\">");
	for (size_t i = 0; i < count; i++)
		draw_bar(p, &bars[i], i, most, chart->decimals);
	html(p, "</svg><details><summary>");
	html_tr(p, TR("Les chiffres"));
	html(p, "</summary>");
	table_begin(p, chart->title, columns);
	for (size_t i = 0; i < count; i++) {
		table_row_begin(p);
		table_cell(p, bars[i].label);
		table_cell_number(p, bars[i].value, chart->decimals);
		table_row_end(p);
	}
	table_end(p);
	html(p, "</details></figure>");
}
