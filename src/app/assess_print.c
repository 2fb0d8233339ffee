/* Assessments as a table, JSON lines or CSV. */
#include "app/assess_print.h"

#include "base/json.h"
#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LINE_LIMIT = 256 << 20, LANE_WIDTH = 8, REFERENCE_WIDTH = 26, SCORE_WIDTH = 6, ITEMS_WIDTH = 6 };

void printer_init(struct printer *printer, enum print_form form, enum language language)
{
	struct winsize size;

	*printer = (struct printer){.form = form, .language = language, .width = 100};
	buffer_init(&printer->line, LINE_LIMIT);
	printer->colours = isatty(STDOUT_FILENO) == 1;
	if (printer->colours && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 60)
		printer->width = size.ws_col;
}

void printer_release(struct printer *printer)
{
	buffer_release(&printer->line);
}

static enum status put_out(struct printer *printer)
{
	enum status status = buffer_status(&printer->line);
	struct text line = buffer_text(&printer->line);

	if (status == STATUS_OK && fwrite(line.data, 1, line.size, stdout) != line.size)
		status = STATUS_UNAVAILABLE;
	buffer_clear(&printer->line);
	return status;
}

static const char *colour_of(enum lane lane)
{
	static const char *const colours[LANE_COUNT] = {"\033[32m", "\033[34m", "\033[33m", "\033[31;1m"};

	return colours[lane];
}

/* The text, cut and filled to a width, without control characters that could play with the terminal. */
static void put_cell(struct buffer *line, struct text text, size_t width)
{
	AUTO(buffer_release) struct buffer clean;
	struct text cut;

	buffer_init(&clean, 65536);
	while (text.size && clean.size < 4000) {
		uint32_t code = utf8_next(&text);

		utf8_append(&clean, code < 0x20 || (code >= 0x7f && code < 0xa0) ? ' ' : code);
	}
	cut = utf8_cut(buffer_text(&clean), width);
	buffer_append(line, cut);
	for (size_t used = utf8_width(cut); used < width; used++)
		buffer_byte(line, ' ');
	buffer_byte(line, ' ');
}

static void put_lane(struct printer *printer, enum lane lane)
{
	static const char *const marks[LANE_COUNT] = {"○", "◇", "△", "■"};

	if (printer->colours)
		buffer_string(&printer->line, colour_of(lane));
	buffer_format(&printer->line, "%s ", marks[lane]);
	put_cell(&printer->line, text_of(tr(printer->language, lane_label(lane))), LANE_WIDTH - 2);
	if (printer->colours)
		buffer_string(&printer->line, "\033[0m");
}

void print_begin(struct printer *printer)
{
	if (printer->form == PRINT_CSV) {
		buffer_string(&printer->line, "file,format,stage,reference,office,lane,score,items,reasons\n");
	} else if (printer->form == PRINT_TABLE) {
		put_cell(&printer->line, text_of(tr(printer->language, TR("Circuit"))), LANE_WIDTH);
		put_cell(&printer->line, text_of(tr(printer->language, TR("Référence"))), REFERENCE_WIDTH);
		put_cell(&printer->line, text_of(tr(printer->language, TR("Score"))), SCORE_WIDTH);
		put_cell(&printer->line, text_of(tr(printer->language, TR("Lignes"))), ITEMS_WIDTH);
		buffer_format(&printer->line, "%s\n", tr(printer->language, TR("Motifs")));
	}
	if (put_out(printer) != STATUS_OK)
		return;
}

static void put_reason_line(struct printer *printer, const struct reason *reason)
{
	AUTO(buffer_release) struct buffer text;
	size_t margin = LANE_WIDTH + REFERENCE_WIDTH + SCORE_WIDTH + ITEMS_WIDTH + 4;

	buffer_init(&text, 65536);
	buffer_format(&text, "%.*s · ", TEXT_FORMAT(reason->code));
	reason_print(&text, printer->language, reason);
	if (reason->item_count) {
		buffer_format(&text, " [");
		for (size_t i = 0; i < reason->item_count && i < 8; i++)
			buffer_format(&text, "%s%lld", i ? ", " : "", (long long)reason->items[i]);
		buffer_string(&text, reason->item_count > 8 ? ", …]" : "]");
	}
	put_cell(&printer->line, buffer_text(&text), printer->width > margin + 20 ? printer->width - margin : 60);
	buffer_byte(&printer->line, '\n');
}

static enum status print_table(struct printer *printer, const struct assessment *a)
{
	const struct decision *d = a->decision;
	char number[32];
	bool first = true;

	put_lane(printer, d->lane);
	put_cell(&printer->line, a->consignment->reference, REFERENCE_WIDTH);
	if (isnan(d->score))
		snprintf(number, sizeof number, "–");
	else
		snprintf(number, sizeof number, "%.3f", d->score);
	put_cell(&printer->line, text_of(number), SCORE_WIDTH);
	snprintf(number, sizeof number, "%zu", a->consignment->item_count);
	put_cell(&printer->line, text_of(number), ITEMS_WIDTH);
	for (size_t i = 0; i < d->reason_count; i++) {
		if (!d->reasons[i].selected)
			continue;
		if (!first)
			put_cell(&printer->line, TEXT(""), LANE_WIDTH + REFERENCE_WIDTH + SCORE_WIDTH + ITEMS_WIDTH + 3);
		first = false;
		put_reason_line(printer, &d->reasons[i]);
	}
	if (first)
		buffer_byte(&printer->line, '\n');
	return put_out(printer);
}

static void put_csv(struct buffer *line, struct text text)
{
	bool quoted = false;

	/* A cell that begins like a formula is made harmless for spreadsheets. */
	if (text.size && text_find(TEXT("=+-@\t\r"), text_slice(text, 0, 1)) < 6)
		buffer_byte(line, '\'');
	for (size_t i = 0; i < text.size && !quoted; i++)
		quoted = text.data[i] == ',' || text.data[i] == '"' || text.data[i] == '\n' || text.data[i] == '\r';
	if (!quoted) {
		buffer_append(line, text);
		return;
	}
	buffer_byte(line, '"');
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '"')
			buffer_byte(line, '"');
		buffer_byte(line, text.data[i]);
	}
	buffer_byte(line, '"');
}

static enum status print_csv(struct printer *printer, const struct assessment *a)
{
	AUTO(buffer_release) struct buffer reasons;
	const struct decision *d = a->decision;
	struct buffer *line = &printer->line;
	const struct text cells[] = {text_of(a->file), text_of(a->format), text_of(stage_code(a->consignment->stage)),
		a->consignment->reference, a->consignment->office, text_of(lane_code(d->lane))};

	buffer_init(&reasons, 1 << 20);
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
		put_csv(line, cells[i]);
		buffer_byte(line, ',');
	}
	if (!isnan(d->score))
		buffer_format(line, "%.6f", d->score);
	buffer_format(line, ",%zu,", a->consignment->item_count);
	for (size_t i = 0; i < d->reason_count; i++) {
		if (!d->reasons[i].selected)
			continue;
		if (reasons.size)
			buffer_string(&reasons, " | ");
		buffer_format(&reasons, "%.*s ", TEXT_FORMAT(d->reasons[i].code));
		reason_print(&reasons, printer->language, &d->reasons[i]);
	}
	put_csv(line, buffer_text(&reasons));
	buffer_byte(line, '\n');
	return put_out(printer);
}

static enum status print_json(struct printer *printer, const struct assessment *a)
{
	struct json_writer json;

	put_begin(&json, &printer->line);
	assessment_put(&json, a, printer->language);
	buffer_byte(&printer->line, '\n');
	return put_out(printer);
}

enum status print_assessment(struct printer *printer, const struct assessment *assessment)
{
	printer->printed++;
	switch (printer->form) {
	case PRINT_JSON: return print_json(printer, assessment);
	case PRINT_CSV: return print_csv(printer, assessment);
	default: return print_table(printer, assessment);
	}
}

void print_whole_file(struct printer *printer, const char *file, const struct problem_list *problems)
{
	for (size_t i = 0; i < problems->count; i++) {
		AUTO(buffer_release) struct buffer text;

		buffer_init(&text, 65536);
		message_print(&text, printer->language, &problems->rows[i].message);
		fprintf(stderr, "%s: %.*s: %.*s\n", file, TEXT_FORMAT(problems->rows[i].place),
			TEXT_FORMAT(buffer_text(&text)));
	}
}

void print_end(struct printer *printer)
{
	if (printer->form == PRINT_TABLE)
		buffer_format(&printer->line, "\n%zu %s\n", printer->printed, tr(printer->language, TR("envoi(s) examiné(s)")));
	if (put_out(printer) == STATUS_OK)
		fflush(stdout);
}
