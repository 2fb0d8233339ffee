/* Charts as SVG made on the server. Places along the page are in per cent and heights in pixels, so that words keep their
 * size whatever the width; what is drawn stands in a table too. */
#include "web/page.h"

enum { PLOT_HEIGHT = 190, PLOT_TOP = 18, TICK_ROOM = 26, WHOLE = 10000 /* hundredths of a per cent */, GRID_LINES = 4 };

/* Colours of series without a kind, in turn. */
static const char *const colours[CHART_SERIES] = {"one", "two", "three", "four", "five", "six"};

static const char *kind_of(const char *kind, size_t place)
{
	return kind ? kind : colours[place % CHART_SERIES];
}

static int64_t drawn(int64_t value)
{
	return value > 0 ? value : 0;
}

/* value / most of `room`, rounded; values are micro and may be large. */
static int share_of(int64_t value, int64_t most, int room)
{
	if (value <= 0 || most <= 0)
		return 0;
	return (int)((double)value / (double)most * room + 0.5);
}

static void percent(struct html *p, const char *name, int hundredths)
{
	html(p, " %s=\"%d.%d%d%%\"", name, hundredths / 100, hundredths / 10 % 10, hundredths % 10);
}

static void figure_begin(struct html *p, const struct chart *chart)
{
	html(p, "<figure class=\"chart\"><figcaption>");
	html_tr(p, chart->title);
	html(p, "</figcaption>");
}

/* ---- Bars: each row of the table draws its own. */

static void print_bar_row(struct html *p, const struct chart *chart, const struct chart_bar *bar, const char *href,
	int64_t most)
{
	html(p, "<tr><th scope=\"row\">");
	if (href)
		html(p, "<a href=\"%s\">%.*s</a>", href, TEXT_FORMAT(bar->label));
	else
		html_text(p, bar->label);
	html(p, "</th><td class=\"bar\" aria-hidden=\"true\"><svg width=\"100%%\" height=\"18\" focusable=\"false\">");
	html(p, "<rect class=\"%s\" height=\"18\" rx=\"3\"", kind_of(bar->kind, 0));
	percent(p, "width", bar->value > 0 && share_of(bar->value, most, WHOLE) < 50 ? 50 : share_of(bar->value, most, WHOLE));
	html(p, "/></svg></td><td class=\"number\">");
	html_number(p, bar->value, chart->decimals);
	html(p, "</td></tr>");
}

void chart_bars_linked(struct html *p, const struct chart *chart, const struct chart_bar *bars,
	const char *const *hrefs, size_t count)
{
	int64_t most = 0;

	for (size_t i = 0; i < count; i++)
		if (bars[i].value > most)
			most = bars[i].value;
	figure_begin(p, chart);
	html(p, "<table class=\"bars\"><thead><tr><th scope=\"col\">");
	html_tr(p, chart->label);
	html(p, "</th><td class=\"bar\"></td><th scope=\"col\" class=\"number\">");
	html_tr(p, chart->value);
	html(p, "</th></tr></thead><tbody>");
	for (size_t i = 0; i < count; i++)
		print_bar_row(p, chart, &bars[i], hrefs ? hrefs[i] : NULL, most);
	html(p, "</tbody></table></figure>");
}

void chart_bars(struct html *p, const struct chart *chart, const struct chart_bar *bars, size_t count)
{
	chart_bars_linked(p, chart, bars, NULL, count);
}

/* ---- What plots share: legend, axis, table. */

static void print_legend(struct html *p, const struct chart_data *data)
{
	html(p, "<ul class=\"legend\">");
	for (size_t i = 0; i < data->series_count; i++) {
		const struct chart_series *series = &data->series[i];

		html(p, "<li><svg width=\"12\" height=\"12\" aria-hidden=\"true\"><rect class=\"%s\" width=\"12\" height=\"12\" rx=\"2\"/></svg> ",
			kind_of(series->kind, i));
		if (series->href)
			html(p, "<a href=\"%s\">", series->href);
		html_tr(p, series->label);
		if (series->href)
			html(p, "</a>");
		html(p, "</li>");
	}
	html(p, "</ul>");
}

/* The least of 1, 2, 5 × 10^n that, GRID_LINES times, reaches `most`. */
static int64_t step_of(int64_t most, int decimals)
{
	int64_t unit = NUMBER_ONE;

	for (int i = 0; i < decimals && unit > 1; i++)
		unit /= 10;
	for (;; unit *= 10)
		for (int times = 1; times <= 5; times += times == 2 ? 3 : 1)
			if (unit > INT64_MAX / 100 || unit * times * GRID_LINES >= most)
				return unit * times;
}

static int64_t plot_begin(struct html *p, const struct chart *chart, const struct chart_data *data, int64_t most)
{
	int64_t step = step_of(most > 0 ? most : 1, chart->decimals);

	figure_begin(p, chart);
	if (data->series_count > 1)
		print_legend(p, data);
	html(p, "<svg class=\"plot\" width=\"100%%\" height=\"%d\" role=\"group\" aria-label=\"",
		PLOT_TOP + PLOT_HEIGHT + TICK_ROOM);
	html_tr(p, chart->title);
	html(p, "\"><text class=\"unit\" x=\"0\" y=\"11\">");
	html_tr(p, chart->value);
	html(p, "</text>");
	for (int i = 0; i <= GRID_LINES; i++) {
		int y = PLOT_TOP + PLOT_HEIGHT - i * PLOT_HEIGHT / GRID_LINES;

		html(p, "<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/>", y, y);
		if (!i)
			continue;
		html(p, "<text class=\"scale\" x=\"100%%\" y=\"%d\" text-anchor=\"end\">", y + 12);
		html_number(p, step * i, chart->decimals);
		html(p, "</text>");
	}
	return step * GRID_LINES;
}

/* Where the middle of point i stands; the right edge is left to the scale's figures. */
static int middle_of(size_t i, size_t count)
{
	return (int)((2 * i + 1) * (WHOLE - 600) / (2 * count));
}

static void print_ticks(struct html *p, const struct chart_data *data)
{
	for (size_t i = 0; i < data->count; i++) {
		if (!data->points[i].tick.size)
			continue;
		html(p, "<text class=\"tick\" y=\"%d\" text-anchor=\"middle\"", PLOT_TOP + PLOT_HEIGHT + 18);
		percent(p, "x", middle_of(i, data->count));
		html(p, ">%.*s</text>", TEXT_FORMAT(data->points[i].tick));
	}
}

static void print_point_title(struct html *p, const struct chart *chart, const struct chart_data *data,
	const struct chart_point *point)
{
	html(p, "%.*s", TEXT_FORMAT(point->label));
	for (size_t i = 0; i < data->series_count; i++) {
		if (point->values[i] == NUMBER_NONE)
			continue;
		html(p, "%s", i ? ", " : " : ");
		if (data->series_count > 1)
			html(p, "%s ", tr(p->language, data->series[i].label));
		html_number(p, point->values[i], chart->decimals);
	}
}

/* Each column of the plot tells its figures when pointed at, and may lead to what it counts. The table below has the
 * same links: these are left out of the order of the keyboard. */
static void print_targets(struct html *p, const struct chart *chart, const struct chart_data *data)
{
	int width = (int)((size_t)(WHOLE - 600) / (data->count ? data->count : 1));

	for (size_t i = 0; i < data->count; i++) {
		const struct chart_point *point = &data->points[i];

		if (point->href) {
			html(p, "<a href=\"%s\" tabindex=\"-1\" aria-label=\"", point->href);
			print_point_title(p, chart, data, point);
			html(p, "\">");
		}
		html(p, "<rect class=\"target\" y=\"%d\" height=\"%d\"", PLOT_TOP, PLOT_HEIGHT + TICK_ROOM);
		percent(p, "x", middle_of(i, data->count) - width / 2);
		percent(p, "width", width);
		html(p, "><title>");
		print_point_title(p, chart, data, point);
		html(p, "</title></rect>");
		if (point->href)
			html(p, "</a>");
	}
}

static void print_figures(struct html *p, const struct chart *chart, const struct chart_data *data)
{
	html(p, "<details class=\"figures\"><summary>");
	html_tr(p, TR("Les chiffres"));
	html(p, "</summary><div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"plain\"><thead><tr><th scope=\"col\">",
		tr(p->language, chart->title));
	html_tr(p, chart->label);
	html(p, "</th>");
	for (size_t i = 0; i < data->series_count; i++)
		html(p, "<th scope=\"col\" class=\"number\">%s</th>", tr(p->language, data->series[i].label));
	html(p, "</tr></thead><tbody>");
	for (size_t i = 0; i < data->count; i++) {
		const struct chart_point *point = &data->points[i];

		html(p, "<tr><th scope=\"row\">");
		if (point->href)
			html(p, "<a href=\"%s\">%.*s</a></th>", point->href, TEXT_FORMAT(point->label));
		else
			html(p, "%.*s</th>", TEXT_FORMAT(point->label));
		for (size_t j = 0; j < data->series_count; j++) {
			html(p, "<td class=\"number\">");
			html_number(p, point->values[j], chart->decimals);
			html(p, "</td>");
		}
		html(p, "</tr>");
	}
	html(p, "</tbody></table></div></details>");
}

static void plot_end(struct html *p, const struct chart *chart, const struct chart_data *data)
{
	print_ticks(p, data);
	print_targets(p, chart, data);
	html(p, "</svg>");
	print_figures(p, chart, data);
	html(p, "</figure>");
}

/* ---- Columns */

static void draw_stack(struct html *p, const struct chart_data *data, size_t place, int64_t top, int width)
{
	int64_t below = 0;

	for (size_t j = 0; j < data->series_count; j++) {
		int64_t value = drawn(data->points[place].values[j]);
		int low = share_of(below, top, PLOT_HEIGHT), high = share_of(below + value, top, PLOT_HEIGHT);

		below += value;
		if (!value)
			continue;
		if (high == low)
			high++;
		html(p, "<rect class=\"%s\" y=\"%d\" height=\"%d\"", kind_of(data->series[j].kind, j),
			PLOT_TOP + PLOT_HEIGHT - high, high - low);
		percent(p, "x", middle_of(place, data->count) - width / 2);
		percent(p, "width", width);
		html(p, "/>");
	}
}

void chart_stacked(struct html *p, const struct chart *chart, const struct chart_data *data)
{
	int width = (int)((size_t)(WHOLE - 600) * 7 / 10 / (data->count ? data->count : 1));
	int64_t most = 0, top;

	for (size_t i = 0; i < data->count; i++) {
		int64_t sum = 0;

		for (size_t j = 0; j < data->series_count; j++)
			sum += drawn(data->points[i].values[j]);
		most = sum > most ? sum : most;
	}
	top = plot_begin(p, chart, data, most);
	for (size_t i = 0; i < data->count; i++)
		draw_stack(p, data, i, top, width < 2400 ? width : 2400);
	plot_end(p, chart, data);
}

void chart_distribution(struct html *p, const struct chart *chart, const struct chart_data *data,
	const struct chart_mark *marks, size_t mark_count)
{
	const struct chart_data one = {data->series, 1, data->points, data->count};
	int width = (int)((size_t)(WHOLE - 600) * 96 / 100 / (data->count ? data->count : 1));
	int64_t most = 0, top;

	for (size_t i = 0; i < data->count; i++)
		most = drawn(data->points[i].values[0]) > most ? data->points[i].values[0] : most;
	top = plot_begin(p, chart, &one, most);
	for (size_t i = 0; i < data->count; i++)
		draw_stack(p, &one, i, top, width);
	for (size_t i = 0; i < mark_count; i++) {
		int place = share_of(marks[i].place, NUMBER_ONE, WHOLE - 600);
		bool is_right = place > (WHOLE - 600) / 2;

		place = place > WHOLE - 600 ? WHOLE - 600 : place;
		html(p, "<line class=\"mark\" y1=\"%d\" y2=\"%d\"", PLOT_TOP, PLOT_TOP + PLOT_HEIGHT);
		percent(p, "x1", place);
		percent(p, "x2", place);
		html(p, "/><text class=\"mark\" y=\"%d\" dx=\"%s\" text-anchor=\"%s\"", PLOT_TOP + 12 + (int)i * 16,
			is_right ? "-6" : "6", is_right ? "end" : "start");
		percent(p, "x", place);
		html(p, ">%.*s</text>", TEXT_FORMAT(marks[i].label));
	}
	plot_end(p, chart, &one);
}

/* ---- Lines */

static void draw_line(struct html *p, const struct chart_data *data, size_t series, int64_t top)
{
	const char *kind = kind_of(data->series[series].kind, series);

	for (size_t i = 0; i < data->count; i++) {
		int64_t value = data->points[i].values[series];
		int y = PLOT_TOP + PLOT_HEIGHT - share_of(value, top, PLOT_HEIGHT);

		if (value == NUMBER_NONE)
			continue;
		if (i && data->points[i - 1].values[series] != NUMBER_NONE) {
			html(p, "<line class=\"line %s\" y1=\"%d\" y2=\"%d\"", kind,
				PLOT_TOP + PLOT_HEIGHT - share_of(data->points[i - 1].values[series], top, PLOT_HEIGHT), y);
			percent(p, "x1", middle_of(i - 1, data->count));
			percent(p, "x2", middle_of(i, data->count));
			html(p, "/>");
		}
		html(p, "<circle class=\"%s\" cy=\"%d\" r=\"3.5\"", kind, y);
		percent(p, "cx", middle_of(i, data->count));
		html(p, "/>");
	}
}

void chart_lines(struct html *p, const struct chart *chart, const struct chart_data *data)
{
	int64_t most = 0, top;

	for (size_t i = 0; i < data->count; i++)
		for (size_t j = 0; j < data->series_count; j++)
			most = data->points[i].values[j] > most ? data->points[i].values[j] : most;
	top = plot_begin(p, chart, data, most);
	for (size_t j = 0; j < data->series_count; j++)
		draw_line(p, data, j, top);
	plot_end(p, chart, data);
}
