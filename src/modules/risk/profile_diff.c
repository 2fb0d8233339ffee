/* What changed between two texts, line by line: the longest common subsequence of their lines. */
#include "modules/risk/profiles.h"

enum { DIFF_LINES = 3000 };

struct lines {
	struct text *rows;
	size_t count;
};

static enum status split(struct arena *arena, struct text text, struct lines *ret_lines)
{
	struct text rest = text;
	size_t count = 0;

	for (size_t i = 0; i < text.size; i++)
		count += text.data[i] == '\n';
	if (count + 1 > DIFF_LINES)
		return STATUS_TOO_LARGE;
	ret_lines->rows = ARENA_ARRAY(arena, count + 1, struct text);
	if (!ret_lines->rows)
		return STATUS_NO_MEMORY;
	ret_lines->count = 0;
	while (rest.data && rest.size)
		ret_lines->rows[ret_lines->count++] = text_cut(&rest, '\n');
	return STATUS_OK;
}

/* lengths[i * (b.count + 1) + j]: the longest common run of what follows line i of a and line j of b. */
static uint16_t *measure(struct arena *arena, const struct lines *a, const struct lines *b)
{
	size_t width = b->count + 1;
	uint16_t *lengths = ARENA_ARRAY(arena, (a->count + 1) * width, uint16_t);

	if (!lengths)
		return NULL;
	for (size_t i = a->count; i-- > 0;)
		for (size_t j = b->count; j-- > 0;) {
			uint16_t down = lengths[(i + 1) * width + j], right = lengths[i * width + j + 1];

			lengths[i * width + j] = text_equal(a->rows[i], b->rows[j])
				? (uint16_t)(lengths[(i + 1) * width + j + 1] + 1)
				: down >= right ? down : right;
		}
	return lengths;
}

enum status lines_compare(struct arena *arena, struct text before, struct text after, struct diff_line **ret_lines,
	size_t *ret_count)
{
	struct lines a, b;
	struct diff_line *out;
	uint16_t *lengths;
	size_t i = 0, j = 0, count = 0;

	TRY(split(arena, before, &a));
	TRY(split(arena, after, &b));
	lengths = measure(arena, &a, &b);
	out = ARENA_ARRAY(arena, a.count + b.count + 1, struct diff_line);
	if (!lengths || !out)
		return STATUS_NO_MEMORY;
	while (i < a.count || j < b.count) {
		size_t width = b.count + 1;

		if (i < a.count && j < b.count && text_equal(a.rows[i], b.rows[j])) {
			out[count++] = (struct diff_line){' ', a.rows[i], (int)i + 1, (int)j + 1};
			i++;
			j++;
		} else if (j == b.count || (i < a.count && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) {
			out[count++] = (struct diff_line){'-', a.rows[i], (int)i + 1, 0};
			i++;
		} else {
			out[count++] = (struct diff_line){'+', b.rows[j], 0, (int)j + 1};
			j++;
		}
	}
	*ret_lines = out;
	*ret_count = count;
	return STATUS_OK;
}
