/* Reading a list from a file into rows, with every problem and its line. */
#include "base/json.h"
#include "base/utf8.h"
#include "modules/reference/list_mapping.h"

#include <stdlib.h>
#include <string.h>

enum { LABEL_LIMIT = 2000, SHORT_LIMIT = 100, JSON_LIMIT = 64 << 20, DETAILS_LIMIT = 20000 };

struct reading {
	struct arena *arena;
	const struct reference_file *file;
	struct list_mapping mapping;
	struct reference_list *list;
	size_t capacity;
	size_t zeros; /* codes whose first zero was put back */
};

static void note(struct reading *reading, bool is_error, int64_t line, struct message message)
{
	struct reference_list *list = reading->list;

	if (list->problem_count < REFERENCE_PROBLEMS)
		list->problems[list->problem_count] =
			(struct reference_problem){.is_error = is_error, .line = line, .message = message};
	list->problem_count++;
	list->error_count += is_error;
}

/* Room for one more row, zeroed; NULL without memory or above the limit. */
static struct reference_row *new_row(struct reading *reading)
{
	struct reference_list *list = reading->list;

	if (list->count == reading->capacity) {
		size_t capacity = reading->capacity ? 2 * reading->capacity : 256;
		struct reference_row *rows =
			list->count < REFERENCE_ROWS ? ARENA_ARRAY(reading->arena, capacity, struct reference_row) : NULL;

		if (!rows)
			return NULL;
		if (list->count)
			memcpy(rows, list->rows, list->count * sizeof *rows);
		list->rows = rows;
		reading->capacity = capacity;
	}
	list->rows[list->count] =
		(struct reference_row){.rate = NUMBER_NONE, .valid_from = DATE_NONE, .valid_until = DATE_NONE};
	return &list->rows[list->count];
}

static struct text cell(const struct reading *reading, const struct grid *grid, enum list_field field)
{
	int at = reading->mapping.at[field];

	return at != LIST_NO_COLUMN && (size_t)at < grid->count && grid->cells[at].size ? grid->cells[at] : TEXT_NONE;
}

static bool is_left_out(const struct reading *reading, const struct grid *grid)
{
	int at = reading->mapping.leave_out_at;
	struct text rest = reading->mapping.leave_out_values;

	if (at == LIST_NO_COLUMN || (size_t)at >= grid->count || !grid->cells[at].size)
		return false;
	while (rest.data) {
		struct text value = text_trim(text_cut(&rest, ' '));

		if (value.size && (text_is(value, "*") || text_equal(value, grid->cells[at])))
			return true;
	}
	return false;
}

static void read_rate(struct reading *reading, const struct grid *grid, struct reference_row *row)
{
	struct text text = cell(reading, grid, LIST_RATE), digits = text;
	bool is_percent = !reading->mapping.rate_is_fraction;
	char decimal = reading->mapping.decimal;
	int64_t rate;

	if (!text.data)
		return;
	if (text_ends_with(text, TEXT("%"))) {
		digits = text_slice(text, 0, text.size - 1);
		is_percent = true;
	}
	if (!decimal)
		decimal = text_find(digits, TEXT(",")) < digits.size ? ',' : '.';
	if (number_parse(digits, decimal, 0, &rate) != STATUS_OK || rate < 0 ||
	    rate > 100000 * NUMBER_ONE) {
		note(reading, true, grid->row_line, (struct message){.id = TR("Le taux « %1 » n'est pas lisible."),
			.values = {utf8_cut(text, 60)}});
		return;
	}
	row->rate = is_percent ? number_divide(rate, number_of(100)) : rate;
}

static void read_date(struct reading *reading, const struct grid *grid, enum list_field field, int64_t *ret_date)
{
	struct text text = cell(reading, grid, field);

	if (text.data && date_parse(text, reading->mapping.date_form, ret_date) != STATUS_OK)
		note(reading, true, grid->row_line, (struct message){.id = TR("La date « %1 » n'est pas lisible."),
			.values = {utf8_cut(text, 60)}});
}

/* The other columns kept, as a JSON object in the mapping's order. */
static enum status read_details(struct reading *reading, const struct grid *grid, struct reference_row *row)
{
	AUTO(buffer_release) struct buffer out = {0};
	struct json_writer json;
	bool any = false;

	if (!reading->mapping.other_count)
		return STATUS_OK;
	buffer_init(&out, DETAILS_LIMIT);
	put_begin(&json, &out);
	put_object(&json);
	for (size_t i = 0; i < reading->mapping.other_count; i++) {
		size_t at = (size_t)reading->mapping.other_at[i];
		const char *key = arena_string(reading->arena, reading->mapping.others[i]);

		if (!key)
			return STATUS_NO_MEMORY;
		if (at >= grid->count || !grid->cells[at].size)
			continue;
		put_key(&json, key);
		put_text(&json, utf8_cut(grid->cells[at], 500));
		any = true;
	}
	put_object_end(&json);
	TRY(buffer_status(&out));
	if (!any)
		return STATUS_OK;
	row->details = arena_text(reading->arena, buffer_text(&out));
	return row->details.data ? STATUS_OK : STATUS_NO_MEMORY;
}

static void read_labels(struct reading *reading, const struct grid *grid, struct reference_row *row)
{
	static const enum list_field languages[LANGUAGE_COUNT] = {[LANGUAGE_FR] = LIST_LABEL,
		[LANGUAGE_EN] = LIST_LABEL_EN, [LANGUAGE_PT] = LIST_LABEL_PT, [LANGUAGE_ES] = LIST_LABEL_ES};

	row->label = cell(reading, grid, LIST_LABEL);
	for (int i = LANGUAGE_FR + 1; i < LANGUAGE_COUNT; i++) {
		row->translations[i] = cell(reading, grid, languages[i]);
		if (!row->label.data)
			row->label = row->translations[i];
		if (row->translations[i].size > LABEL_LIMIT)
			row->label = row->translations[i];
	}
	if (!row->label.data)
		row->label = row->code;
	if (row->label.size > LABEL_LIMIT)
		note(reading, true, grid->row_line, (struct message){.id = TR("Le libellé est trop long.")});
}

static enum status read_line(struct reading *reading, const struct grid *grid)
{
	struct text code = cell(reading, grid, LIST_CODE);
	struct reference_row *row;
	bool ok;

	if (is_left_out(reading, grid))
		return STATUS_OK;
	if (!code.data) {
		note(reading, false, grid->row_line, (struct message){.id = TR("Ligne sans code : elle est laissée de côté.")});
		return STATUS_OK;
	}
	row = new_row(reading);
	if (!row)
		return reading->list->count >= REFERENCE_ROWS ? STATUS_TOO_LARGE : STATUS_NO_MEMORY;
	row->line = grid->row_line;
	row->code = reference_code_clean(reading->file->kind, code, reading->arena, &ok);
	if (!ok)
		return STATUS_NO_MEMORY;
	if (!row->code.data) {
		note(reading, true, grid->row_line, (struct message){.id = TR("« %1 » n'est pas un code de cette liste."),
			.values = {utf8_cut(code, 60)}});
		return STATUS_OK;
	}
	read_labels(reading, grid, row);
	row->parent = cell(reading, grid, LIST_PARENT);
	row->unit = cell(reading, grid, LIST_UNIT);
	if (row->parent.size > SHORT_LIMIT || row->unit.size > SHORT_LIMIT)
		note(reading, true, grid->row_line, (struct message){.id = TR("Le parent ou l'unité est trop long.")});
	read_rate(reading, grid, row);
	read_date(reading, grid, LIST_FROM, &row->valid_from);
	read_date(reading, grid, LIST_UNTIL, &row->valid_until);
	if (row->valid_from != DATE_NONE && row->valid_until != DATE_NONE && row->valid_until <= row->valid_from)
		note(reading, true, grid->row_line, (struct message){.id = TR("La validité finit avant d'avoir commencé.")});
	TRY(read_details(reading, grid, row));
	reading->list->count++;
	return STATUS_OK;
}

/* The mapping given, or one proposed from the first row; *ret_is_data when that row is no header. */
static enum status take_mapping(struct reading *reading, struct grid *grid, bool *ret_is_data)
{
	struct reference_problem problem = {.is_error = true};
	enum status status = STATUS_OK;

	if (!reading->file->mapping.data) {
		TRY(list_mapping_propose(grid, reading->file->kind, &reading->mapping));
		reading->list->proposal = list_mapping_text(&reading->mapping, reading->arena);
		if (!reading->list->proposal.data)
			return STATUS_NO_MEMORY;
	}
	status = list_mapping_bind(&reading->mapping, grid, &problem);
	if (status == STATUS_INVALID)
		note(reading, true, problem.line, problem.message);
	*ret_is_data = reading->mapping.has_no_header;
	return status;
}

static enum status read_lines(struct reading *reading, struct grid *grid)
{
	bool row = false, is_data = false;

	TRY(grid_open(grid, reading->arena, reading->file->bytes, reading->mapping.separator));
	TRY(grid_next(grid, &row));
	if (!row)
		return STATUS_OK;
	TRY(take_mapping(reading, grid, &is_data));
	if (is_data)
		TRY(read_line(reading, grid));
	for (;;) {
		TRY(grid_next(grid, &row));
		if (!row)
			return STATUS_OK;
		TRY(read_line(reading, grid));
	}
}

static enum status read_grid(struct reading *reading)
{
	struct reference_problem problem;
	struct grid *grid = ARENA_NEW(reading->arena, struct grid);
	enum status status;

	if (!grid)
		return STATUS_NO_MEMORY;
	if (reading->file->mapping.data) {
		status = list_mapping_parse(reading->file->mapping, reading->file->kind, &reading->mapping, &problem);
		if (status == STATUS_INVALID) {
			problem.line = 0;
			note(reading, true, 0, problem.message);
			return STATUS_OK;
		}
		TRY(status);
	}
	status = read_lines(reading, grid);
	if (status != STATUS_INVALID)
		return status;
	if (grid->problem.id)
		note(reading, true, grid->row_line, grid->problem);
	return STATUS_OK;
}

static struct text json_member(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_string(value) ? (struct text){json_string_value(value), json_string_length(value)} : TEXT_NONE;
}

/* A name's translations; English is what the list is in. */
static enum status translate(struct reading *reading, const struct catalogue *catalogues, struct text name,
	struct reference_row *row)
{
	name = arena_text(reading->arena, name);
	if (!name.data)
		return STATUS_NO_MEMORY;
	row->translations[LANGUAGE_EN] = name;
	for (int i = 0; i < LANGUAGE_COUNT; i++) {
		struct text found = catalogues[i].count ? catalogue_find(&catalogues[i], name) : TEXT_NONE;

		if (!found.size || i == LANGUAGE_EN || !utf8_is_valid(found) || found.size > LABEL_LIMIT)
			continue;
		if (i == LANGUAGE_FR)
			row->label = found;
		else
			row->translations[i] = found;
	}
	if (!row->label.size)
		row->label = name;
	return STATUS_OK;
}

static enum status read_member(struct reading *reading, const struct catalogue *catalogues, const json_t *member)
{
	struct text code = json_member(member, reading->file->kind->json_code);
	struct text name = json_member(member, "common_name");
	struct reference_row *row = new_row(reading);
	bool ok;

	if (!row)
		return reading->list->count >= REFERENCE_ROWS ? STATUS_TOO_LARGE : STATUS_NO_MEMORY;
	if (!name.size)
		name = json_member(member, "name");
	row->code = arena_text(reading->arena, reference_code_clean(reading->file->kind, code, reading->arena, &ok));
	if (!ok)
		return STATUS_NO_MEMORY;
	if (!row->code.size || !name.size || name.size > LABEL_LIMIT) {
		code = arena_text(reading->arena, utf8_cut(code, 60));
		note(reading, true, 0, (struct message){.id = TR("« %1 » n'est pas un code de cette liste."), .values = {code}});
		return STATUS_OK;
	}
	TRY(translate(reading, catalogues, name, row));
	reading->list->count++;
	return STATUS_OK;
}

static enum status read_members(struct reading *reading, const json_t *root)
{
	struct catalogue catalogues[LANGUAGE_COUNT] = {0};
	const struct reference_kind *kind = reading->file->kind;
	const json_t *array = kind->json_key ? json_object_get(root, kind->json_key) : NULL;

	if (!json_is_array(array)) {
		note(reading, true, 0,
			(struct message){.id = TR("Ce JSON n'est pas la liste de ce genre dans iso-codes de Debian.")});
		return STATUS_OK;
	}
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		if (reading->file->translations[i].data &&
		    catalogue_open(reading->file->translations[i], &catalogues[i]) != STATUS_OK) {
			catalogues[i] = (struct catalogue){0};
			note(reading, false, 0, (struct message){.id = TR("Le catalogue de traduction « %1 » n'est pas lisible."),
				.values = {text_of(language_code((enum language)i))}});
		}
	for (size_t i = 0; i < json_array_size(array); i++)
		TRY(read_member(reading, catalogues, json_array_get(array, i)));
	return STATUS_OK;
}

static enum status read_json(struct reading *reading)
{
	json_t *root = NULL;
	int line = 0;
	enum status status = json_parse(reading->file->bytes, JSON_LIMIT, &root, &line);

	if (status == STATUS_INVALID || status == STATUS_MALFORMED) {
		note(reading, true, line, (struct message){.id = TR("Ce JSON est mal formé.")});
		return STATUS_OK;
	}
	TRY(status);
	status = read_members(reading, root);
	json_decref(root);
	return status;
}

static int compare_rows(const void *a, const void *b)
{
	const struct reference_row *left = a, *right = b;
	int order = text_compare(left->code, right->code);

	return order ? order : (left->line > right->line) - (left->line < right->line);
}

static enum status put_zero(struct reading *reading, struct reference_row *row)
{
	struct text code = arena_format(reading->arena, "0%.*s", TEXT_FORMAT(row->code));

	if (!code.data)
		return STATUS_NO_MEMORY;
	row->code = code;
	reading->zeros++;
	return STATUS_OK;
}

/* Spreadsheets drop the first zero of 0101…: HS codes have an even number of digits, and in a tariff most codes are
 * of one even length. */
static enum status restore_zeros(struct reading *reading)
{
	struct reference_list *list = reading->list;
	bool is_hs = strcmp(reading->file->kind->code, "hs") == 0;
	size_t longest = 0;

	if (reading->file->kind->form != REFERENCE_GOODS)
		return STATUS_OK;
	for (size_t i = 0; i < list->count; i++)
		longest = list->rows[i].code.size > longest ? list->rows[i].code.size : longest;
	for (size_t i = 0; i < list->count; i++) {
		size_t size = list->rows[i].code.size;

		if (size % 2 && (is_hs || (longest % 2 == 0 && size == longest - 1)))
			TRY(put_zero(reading, &list->rows[i]));
	}
	if (reading->zeros) {
		struct text count = arena_format(reading->arena, "%zu", reading->zeros);

		if (!count.data)
			return STATUS_NO_MEMORY;
		note(reading, false, 0,
			(struct message){.id = TR("Des codes avaient perdu leur premier zéro (%1) : il est remis."),
				.values = {count}});
	}
	return STATUS_OK;
}

static bool texts_equal(struct text a, struct text b)
{
	return (!a.size && !b.size) || text_equal(a, b);
}

static bool rows_equal(const struct reference_row *a, const struct reference_row *b)
{
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		if (!texts_equal(a->translations[i], b->translations[i]))
			return false;
	return texts_equal(a->label, b->label) && texts_equal(a->parent, b->parent) && texts_equal(a->unit, b->unit) &&
		texts_equal(a->details, b->details) && a->rate == b->rate && a->valid_from == b->valid_from &&
		a->valid_until == b->valid_until;
}

/* Sorts by code and leaves each once; two rows of one code that differ are an error. */
static enum status order_rows(struct reading *reading)
{
	struct reference_list *list = reading->list;
	size_t kept = 0;

	if (list->count)
		qsort(list->rows, list->count, sizeof *list->rows, compare_rows);
	for (size_t i = 0; i < list->count; i++) {
		struct reference_row *last = kept ? &list->rows[kept - 1] : NULL;
		struct text line;

		if (!last || !text_equal(last->code, list->rows[i].code)) {
			list->rows[kept++] = list->rows[i];
			continue;
		}
		if (rows_equal(last, &list->rows[i]))
			continue;
		line = arena_format(reading->arena, "%lld", (long long)last->line);
		if (!line.data)
			return STATUS_NO_MEMORY;
		note(reading, true, list->rows[i].line,
			(struct message){.id = TR("Le code « %1 » figure déjà à la ligne %2 avec un autre contenu."),
				.values = {last->code, line}});
	}
	list->count = kept;
	return STATUS_OK;
}

enum status reference_read(struct arena *arena, const struct reference_file *file, struct reference_list *ret_list)
{
	struct reading reading = {.arena = arena, .file = file};
	struct text start = text_trim(text_slice(file->bytes, 0, 1000));

	reading.list = ARENA_NEW(arena, struct reference_list);
	if (!reading.list)
		return STATUS_NO_MEMORY;
	if (text_starts_with(start, TEXT("\xef\xbb\xbf")))
		start = text_trim(text_slice(start, 3, start.size));
	if (start.size && start.data[0] == '{')
		TRY(read_json(&reading));
	else
		TRY(read_grid(&reading));
	TRY(restore_zeros(&reading));
	TRY(order_rows(&reading));
	if (!reading.list->count && !reading.list->error_count)
		note(&reading, true, 0, (struct message){.id = TR("Le fichier ne contient aucun code.")});
	reading.list->complete = reading.mapping.complete;
	*ret_list = *reading.list;
	return STATUS_OK;
}
