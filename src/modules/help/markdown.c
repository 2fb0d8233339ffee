/* A small part of Markdown to HTML: enough for the guides, safe for anything. */
#include "modules/help/pages.h"

#include "web/assets.h"
#include "web/request.h"

#include <string.h>

enum block { BLOCK_NONE, BLOCK_PARAGRAPH, BLOCK_BULLETS, BLOCK_NUMBERS };

static void close_block(struct html *p, enum block *block)
{
	switch (*block) {
	case BLOCK_PARAGRAPH: html(p, "</p>\n"); break;
	case BLOCK_BULLETS: html(p, "</li></ul>\n"); break;
	case BLOCK_NUMBERS: html(p, "</li></ol>\n"); break;
	case BLOCK_NONE: break;
	}
	*block = BLOCK_NONE;
}

/* What stands between two marks at the beginning of `rest`; missing when the second is not there. */
static struct text between(struct text rest, const char *mark)
{
	size_t size = strlen(mark);
	struct text inner;
	size_t end;

	if (!text_starts_with(rest, text_of(mark)))
		return TEXT_NONE;
	inner = text_slice(rest, size, rest.size);
	end = text_find(inner, text_of(mark));
	return end && end < inner.size ? text_slice(inner, 0, end) : TEXT_NONE;
}

/* "[words](/path)": how many bytes it took, 0 when it is no link of ours. */
static size_t print_link(struct html *p, struct text rest)
{
	size_t end = text_find(rest, TEXT("](")), close;
	struct text path;

	if (end == rest.size || !text_starts_with(rest, TEXT("[")))
		return 0;
	path = text_slice(rest, end + 2, rest.size);
	close = text_find(path, TEXT(")"));
	if (close == path.size)
		return 0;
	path = text_slice(path, 0, close);
	if (!rq_is_local_path(path))
		return 0;
	html(p, "<a href=\"%.*s\">%.*s</a>", TEXT_FORMAT(path), TEXT_FORMAT(text_slice(rest, 1, end)));
	return end + 2 + close + 1;
}

enum { PICTURE_NAME = 48 };

/* "![what it shows](pictures/name.png)", alone on its line; false when it is none of ours, and nothing printed. */
static bool print_picture(struct html *p, struct text line)
{
	size_t end = text_find(line, TEXT("](pictures/"));
	struct text name;
	char file[PICTURE_NAME];
	int width, height;

	if (!text_starts_with(line, TEXT("![")) || end == line.size || line.data[line.size - 1] != ')')
		return false;
	name = text_slice(line, end + strlen("](pictures/"), line.size - 1);
	if (name.size >= sizeof file)
		return false;
	memcpy(file, name.data, name.size);
	file[name.size] = 0;
	if (!asset_picture_size(file, &width, &height))
		return false;
	html(p, "<p class=\"picture\"><img src=\"%s\" width=\"%d\" height=\"%d\" loading=\"lazy\" alt=\"%.*s\"></p>\n",
		asset_url(file), width, height, TEXT_FORMAT(text_slice(line, 2, end)));
	return true;
}

static void print_inline(struct html *p, struct text rest)
{
	while (rest.size) {
		struct text strong = between(rest, "**"), code = between(rest, "`");
		size_t taken = 0;

		if (strong.data) {
			html(p, "<strong>%.*s</strong>", TEXT_FORMAT(strong));
			taken = strong.size + 4;
		} else if (code.data) {
			html(p, "<code>%.*s</code>", TEXT_FORMAT(code));
			taken = code.size + 2;
		} else if (rest.data[0] == '[') {
			taken = print_link(p, rest);
		}
		if (!taken) {
			taken = 1;
			while (taken < rest.size && !strchr("*`[", rest.data[taken]))
				taken++;
			html_text(p, text_slice(rest, 0, taken));
		}
		rest = text_slice(rest, taken, rest.size);
	}
}

static void print_title(struct html *p, struct text line)
{
	int level = 0;

	while (level < 3 && line.size && line.data[0] == '#') {
		line = text_slice(line, 1, line.size);
		level++;
	}
	level = level < 2 ? 2 : level;
	html(p, "<h%d>", level);
	print_inline(p, text_trim(line));
	html(p, "</h%d>\n", level);
}

/* The text of a numbered line ("12. words"); missing when it is none. */
static struct text numbered(struct text line)
{
	size_t at = 0;

	while (at < line.size && line.data[at] >= '0' && line.data[at] <= '9')
		at++;
	if (!at || at + 1 >= line.size || line.data[at] != '.' || line.data[at + 1] != ' ')
		return TEXT_NONE;
	return text_slice(line, at + 2, line.size);
}

static void print_list_line(struct html *p, enum block kind, struct text words, enum block *block)
{
	if (*block == kind) {
		html(p, "</li>\n<li>");
	} else {
		close_block(p, block);
		if (kind == BLOCK_BULLETS)
			html(p, "<ul><li>");
		else
			html(p, "<ol><li>");
		*block = kind;
	}
	print_inline(p, words);
}

static void print_line(struct html *p, struct text line, enum block *block)
{
	if (!line.size) {
		close_block(p, block);
	} else if (line.data[0] == '#') {
		close_block(p, block);
		print_title(p, line);
	} else if (line.data[0] == '!' && *block == BLOCK_NONE && print_picture(p, line)) {
		return;
	} else if (text_starts_with(line, TEXT("- "))) {
		print_list_line(p, BLOCK_BULLETS, text_slice(line, 2, line.size), block);
	} else if (numbered(line).data) {
		print_list_line(p, BLOCK_NUMBERS, numbered(line), block);
	} else {
		if (*block == BLOCK_NONE) {
			html(p, "<p>");
			*block = BLOCK_PARAGRAPH;
		} else {
			html(p, " ");
		}
		print_inline(p, line);
	}
}

/* Lines between two of ``` stand as they are. */
static void print_fence(struct html *p, bool begins, enum block *block)
{
	close_block(p, block);
	if (begins)
		html(p, "<pre tabindex=\"0\"><code>");
	else
		html(p, "</code></pre>\n");
}

void markdown_print(struct html *p, struct text source)
{
	enum block block = BLOCK_NONE;
	bool is_code = false;

	while (source.data) {
		struct text line = text_cut(&source, '\n');

		if (text_starts_with(line, TEXT("```"))) {
			is_code = !is_code;
			print_fence(p, is_code, &block);
		} else if (is_code) {
			html(p, "%.*s\n", TEXT_FORMAT(line));
		} else {
			print_line(p, text_trim(line), &block);
		}
	}
	if (is_code)
		print_fence(p, false, &block);
	close_block(p, &block);
}
