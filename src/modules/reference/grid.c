/* Rows of cells from CSV, TSV and SQL dumps. */
#include "modules/reference/grid.h"

#include "base/utf8.h"

#include <string.h>

enum { TEXT_LIMIT = 256 << 20 };

static enum status refuse(struct grid *grid, const char *id)
{
	grid->problem = (struct message){.id = id};
	return STATUS_INVALID;
}

static char guess_separator(struct text bytes)
{
	static const char separators[] = {';', ',', '\t', '|'};
	size_t counts[sizeof separators] = {0};
	size_t best = 1;
	bool quoted = false;

	for (size_t i = 0; i < bytes.size && (quoted || bytes.data[i] != '\n'); i++) {
		if (bytes.data[i] == '"')
			quoted = !quoted;
		for (size_t s = 0; s < sizeof separators && !quoted; s++)
			counts[s] += bytes.data[i] == separators[s];
	}
	for (size_t s = 0; s < sizeof separators; s++)
		if (counts[s] > counts[best])
			best = s;
	return separators[best];
}

static bool starts_with_word(struct text text, const char *word)
{
	size_t size = strlen(word);

	return text.size >= size && text_equal_ignoring_case(text_slice(text, 0, size), text_of(word));
}

/* Moves past blanks and comments of SQL. */
static void skip_blanks(struct grid *grid)
{
	struct text *rest = &grid->rest;

	while (rest->size) {
		size_t size = 0;

		if (strchr(" \t\r\n", rest->data[0]) && rest->data[0])
			size = 1;
		else if (text_starts_with(*rest, TEXT("--")))
			size = text_find(*rest, TEXT("\n"));
		else if (text_starts_with(*rest, TEXT("/*")))
			size = text_find(*rest, TEXT("*/")) + 2;
		if (!size)
			return;
		for (size_t i = 0; i < size && i < rest->size; i++)
			grid->line += rest->data[i] == '\n';
		*rest = text_slice(*rest, size, rest->size);
	}
}

static bool looks_like_sql(struct text bytes)
{
	struct grid probe = {.rest = bytes};
	static const char *const words[] = {"PRAGMA ", "DROP TABLE", "CREATE TABLE", "INSERT INTO", "BEGIN", "SET "};

	skip_blanks(&probe);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (starts_with_word(probe.rest, words[i]))
			return text_find(bytes, TEXT("VALUES")) < bytes.size || text_find(bytes, TEXT("values")) < bytes.size;
	return false;
}

enum status grid_open(struct grid *grid, struct arena *arena, struct text bytes, char separator)
{
	*grid = (struct grid){.arena = arena, .line = 1};
	if (text_starts_with(bytes, TEXT("\xff\xfe")) || text_starts_with(bytes, TEXT("\xfe\xff")))
		return refuse(grid, TR("Le fichier est en UTF-16 : enregistrez-le en UTF-8."));
	if (bytes.size && memchr(bytes.data, 0, bytes.size))
		return refuse(grid, TR("Ce n'est pas un fichier de texte : enregistrez la liste en CSV."));
	if (!utf8_is_valid(bytes)) {
		AUTO(buffer_release) struct buffer converted = {0};

		buffer_init(&converted, TEXT_LIMIT);
		utf8_from_windows_1252(&converted, bytes);
		TRY(buffer_status(&converted));
		bytes = arena_text(arena, buffer_text(&converted));
		if (!bytes.data)
			return STATUS_NO_MEMORY;
	}
	if (text_starts_with(bytes, TEXT("\xef\xbb\xbf")))
		bytes = text_slice(bytes, 3, bytes.size);
	grid->rest = bytes;
	grid->is_sql = looks_like_sql(bytes);
	grid->separator = separator ? separator : guess_separator(bytes);
	return STATUS_OK;
}

/* Keeps a cell: without blanks around, control characters made blanks. */
static enum status add_cell(struct grid *grid, struct text cell)
{
	bool is_plain = true;

	if (grid->count == GRID_COLUMNS)
		return refuse(grid, TR("Cette ligne a trop de colonnes."));
	cell = text_trim(cell);
	for (size_t i = 0; i < cell.size; i++)
		is_plain = is_plain && (unsigned char)cell.data[i] >= 0x20 && cell.data[i] != 0x7f;
	if (!is_plain) {
		char *copy = arena_allocate(grid->arena, cell.size + 1);

		if (!copy)
			return STATUS_NO_MEMORY;
		for (size_t i = 0; i < cell.size; i++)
			copy[i] = (unsigned char)cell.data[i] < 0x20 || cell.data[i] == 0x7f ? ' ' : cell.data[i];
		cell.data = copy;
	}
	grid->cells[grid->count++] = cell.data ? cell : TEXT("");
	return STATUS_OK;
}

/* The text up to the closing `quote` at rest[0], doubled quotes made one; moves behind it. */
static enum status read_quoted(struct grid *grid, struct text *ret_text)
{
	struct text rest = grid->rest;
	char quote = rest.data[0];
	size_t end = 1, doubled = 0;

	while (end < rest.size && (rest.data[end] != quote || (end + 1 < rest.size && rest.data[end + 1] == quote))) {
		grid->line += rest.data[end] == '\n';
		doubled += rest.data[end] == quote;
		end += rest.data[end] == quote ? 2 : 1;
	}
	if (end >= rest.size)
		return refuse(grid, TR("Un guillemet ouvert ici n'est jamais fermé."));
	*ret_text = text_slice(rest, 1, end);
	grid->rest = text_slice(rest, end + 1, rest.size);
	if (doubled) {
		char *copy = arena_allocate(grid->arena, end);
		size_t size = 0;

		if (!copy)
			return STATUS_NO_MEMORY;
		for (size_t i = 1; i < end; i++) {
			copy[size++] = rest.data[i];
			i += rest.data[i] == quote;
		}
		*ret_text = (struct text){copy, size};
	}
	return STATUS_OK;
}

static enum status next_line(struct grid *grid)
{
	grid->row_line = grid->line;
	for (;;) {
		struct text cell = TEXT("");
		size_t end = 0;

		if (grid->rest.size && grid->rest.data[0] == '"')
			TRY(read_quoted(grid, &cell));
		while (end < grid->rest.size && grid->rest.data[end] != grid->separator && grid->rest.data[end] != '\n')
			end++;
		/* What follows a closing quote before the separator is noise. */
		if (!cell.size && end)
			cell = text_slice(grid->rest, 0, end);
		TRY(add_cell(grid, cell));
		grid->rest = text_slice(grid->rest, end, grid->rest.size);
		if (!grid->rest.size)
			return STATUS_OK;
		end = grid->rest.data[0] == '\n';
		grid->rest = text_slice(grid->rest, 1, grid->rest.size);
		grid->line += (int64_t)end;
		if (end)
			return STATUS_OK;
	}
}

static bool is_name_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
		byte == '_' || byte == '.' || byte == '-' || byte == '+' || (unsigned char)byte >= 0x80;
}

/* A quoted text or name, a bare word or number; empty at a mark. */
static enum status read_word(struct grid *grid, struct text *ret_word)
{
	size_t end = 0;

	skip_blanks(grid);
	if (grid->rest.size && (grid->rest.data[0] == '\'' || grid->rest.data[0] == '"' || grid->rest.data[0] == '`'))
		return read_quoted(grid, ret_word);
	while (end < grid->rest.size && is_name_byte(grid->rest.data[end]))
		end++;
	*ret_word = text_slice(grid->rest, 0, end);
	grid->rest = text_slice(grid->rest, end, grid->rest.size);
	return STATUS_OK;
}

static bool take_mark(struct grid *grid, char mark)
{
	skip_blanks(grid);
	if (!grid->rest.size || grid->rest.data[0] != mark)
		return false;
	grid->rest = text_slice(grid->rest, 1, grid->rest.size);
	return true;
}

/* Moves past anything up to a mark at this level: what follows a column's name in its table. */
static enum status skip_to_mark(struct grid *grid)
{
	int depth = 0;

	for (;;) {
		struct text ignored;

		skip_blanks(grid);
		if (!grid->rest.size)
			return refuse(grid, TR("La fin de l'instruction SQL manque."));
		if (!depth && strchr(",)", grid->rest.data[0]))
			return STATUS_OK;
		depth += (grid->rest.data[0] == '(') - (grid->rest.data[0] == ')');
		TRY(read_word(grid, &ignored));
		if (!ignored.size)
			grid->rest = text_slice(grid->rest, 1, grid->rest.size);
	}
}

/* "(a, b, …)" as cells; with `rest_of_cell` what follows each first word is passed over. */
static enum status read_list(struct grid *grid, bool rest_of_cell)
{
	grid->count = 0;
	grid->row_line = grid->line;
	if (!take_mark(grid, '('))
		return refuse(grid, TR("Cette instruction SQL n'est pas comprise."));
	do {
		struct text word;

		skip_blanks(grid);
		bool is_quoted = grid->rest.size && grid->rest.data[0] == '\'';

		TRY(read_word(grid, &word));
		TRY(add_cell(grid, !is_quoted && starts_with_word(word, "null") && word.size == 4 ? TEXT("") : word));
		if (rest_of_cell)
			TRY(skip_to_mark(grid));
	} while (take_mark(grid, ','));
	return take_mark(grid, ')') ? STATUS_OK : refuse(grid, TR("Cette instruction SQL n'est pas comprise."));
}

/* Past the table's name of "create table x (" and "insert into x": up to the first parenthesis or VALUES. */
static enum status skip_name(struct grid *grid)
{
	for (;;) {
		struct text word;

		skip_blanks(grid);
		if (!grid->rest.size || grid->rest.data[0] == '(' || starts_with_word(grid->rest, "values"))
			return STATUS_OK;
		TRY(read_word(grid, &word));
		if (!word.size)
			grid->rest = text_slice(grid->rest, 1, grid->rest.size);
	}
}

/* Keeps the names in the cells; a later list of names must be the same. */
static enum status keep_names(struct grid *grid)
{
	if (!grid->names) {
		struct text *names = ARENA_ARRAY(grid->arena, grid->count + 1, struct text);

		if (!names)
			return STATUS_NO_MEMORY;
		memcpy(names, grid->cells, grid->count * sizeof *names);
		grid->names = names;
		grid->name_count = grid->count;
	}
	if (grid->name_count != grid->count)
		return refuse(grid, TR("Cette instruction SQL n'est pas comprise."));
	for (size_t i = 0; i < grid->count; i++)
		if (!text_equal_ignoring_case(grid->names[i], grid->cells[i]))
			return refuse(grid, TR("Cette instruction SQL n'est pas comprise."));
	return STATUS_OK;
}

/* "insert into x (a, b) values": *ret_names says whether the names of the columns are in the cells. */
static enum status begin_insert(struct grid *grid, bool *ret_names)
{
	struct text word;

	TRY(skip_name(grid));
	*ret_names = grid->rest.size && grid->rest.data[0] == '(';
	if (*ret_names)
		TRY(read_list(grid, false));
	TRY(read_word(grid, &word));
	if (!text_equal_ignoring_case(word, TEXT("values")))
		return refuse(grid, TR("Cette instruction SQL n'est pas comprise."));
	grid->is_in_values = true;
	return STATUS_OK;
}

static enum status skip_statement(struct grid *grid)
{
	while (grid->rest.size && !take_mark(grid, ';')) {
		struct text word;

		TRY(read_word(grid, &word));
		if (!word.size && grid->rest.size && grid->rest.data[0] != ';')
			grid->rest = text_slice(grid->rest, 1, grid->rest.size);
	}
	return STATUS_OK;
}

static enum status next_sql(struct grid *grid, bool *ret_row)
{
	bool has_names = false;

	for (;;) {
		skip_blanks(grid);
		if (!grid->rest.size)
			return STATUS_OK;
		grid->row_line = grid->line;
		if (grid->is_in_values) {
			TRY(read_list(grid, false));
			grid->is_in_values = take_mark(grid, ',');
			*ret_row = true;
			return STATUS_OK;
		}
		if (starts_with_word(grid->rest, "create table")) {
			if (grid->has_names)
				return refuse(grid, TR("Ce fichier contient plusieurs tables : gardez-en une."));
			TRY(skip_name(grid));
			TRY(read_list(grid, true));
			has_names = true;
		} else if (starts_with_word(grid->rest, "insert into")) {
			TRY(begin_insert(grid, &has_names));
		} else {
			TRY(skip_statement(grid));
		}
		if (has_names)
			TRY(keep_names(grid));
		if (has_names && !grid->has_names) {
			grid->has_names = *ret_row = true;
			return STATUS_OK;
		}
		has_names = false;
	}
}

static bool is_blank(const struct grid *grid)
{
	for (size_t i = 0; i < grid->count; i++)
		if (grid->cells[i].size)
			return false;
	return true;
}

enum status grid_next(struct grid *grid, bool *ret_row)
{
	bool row = false;

	do {
		grid->count = 0;
		row = false;
		if (grid->is_sql)
			TRY(next_sql(grid, &row));
		else if (grid->rest.size) {
			TRY(next_line(grid));
			row = true;
		}
	} while (row && is_blank(grid));
	*ret_row = row;
	return STATUS_OK;
}
