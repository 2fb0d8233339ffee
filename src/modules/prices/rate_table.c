/* Exchange rates read from a table, and what taking it would change. */
#include "modules/prices/rate_table.h"

#include "formats/csv_split.h"

STATEMENT(RATE_GIVEN_ON, "select rate from exchange_rates where currency = $1 and day = $2 and source = 'given'");

enum { CURRENCY, DAY, RATE, UNITS, COLUMNS, RECORD_LIMIT = 4096 };
static const char *const words[COLUMNS] = {"monnaie devise currency code", "jour date day", "taux cours rate",
	"unites unités units quotite quotité pour for"};

static bool is_one_of(const char *list, struct text word)
{
	struct text rest = text_of(list);

	while (word.size && rest.data)
		if (text_equal_ignoring_case(text_cut(&rest, ' '), word))
			return true;
	return false;
}

/* True when the record is a header. */
static bool bind_columns(const struct csv *csv, size_t *at)
{
	for (size_t column = 0; column < COLUMNS; column++) {
		at[column] = SIZE_MAX;
		for (size_t i = 0; i < csv->count; i++)
			if (is_one_of(words[column], text_trim(csv->fields[i])))
				at[column] = i;
	}
	if (at[CURRENCY] != SIZE_MAX && at[DAY] != SIZE_MAX && at[RATE] != SIZE_MAX)
		return true;
	for (size_t column = 0; column < COLUMNS; column++)
		at[column] = column;
	return false;
}

static enum status read_number(struct text text, int64_t *ret_number)
{
	char decimal = text_find(text, TEXT(",")) < text.size ? ',' : '.';

	return number_parse(text, decimal, '\0', ret_number);
}

static bool is_code(struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < 'A' || text.data[i] > 'Z')
			return false;
	return text.size == 3;
}

static struct text capitals(struct arena *arena, struct text text)
{
	char *bytes = arena_allocate(arena, text.size + 1);

	for (size_t i = 0; bytes && i < text.size; i++)
		bytes[i] = (char)(text.data[i] >= 'a' && text.data[i] <= 'z' ? text.data[i] - 'a' + 'A' : text.data[i]);
	return bytes ? (struct text){bytes, text.size} : TEXT_NONE;
}

static enum status read_record(struct arena *arena, const struct csv *csv, const size_t *at, struct rate_row *row)
{
	struct text cells[COLUMNS];
	int64_t units = NUMBER_ONE;

	for (size_t column = 0; column < COLUMNS; column++)
		cells[column] = at[column] < csv->count ? text_trim(csv->fields[at[column]]) : TEXT("");
	*row = (struct rate_row){.line = csv->line, .currency = capitals(arena, text_slice(cells[CURRENCY], 0, 20)),
		.day = DATE_NONE, .rate = NUMBER_NONE, .before = NUMBER_NONE};
	if (!row->currency.data)
		return STATUS_NO_MEMORY;
	if (date_parse(cells[DAY], DATE_ISO, &row->day) != STATUS_OK &&
		date_parse(cells[DAY], DATE_DAY_FIRST, &row->day) != STATUS_OK)
		row->day = DATE_NONE;
	if (read_number(cells[RATE], &row->rate) != STATUS_OK || row->rate <= 0)
		row->rate = NUMBER_NONE;
	if (cells[UNITS].size && (read_number(cells[UNITS], &units) != STATUS_OK || units <= 0))
		row->rate = NUMBER_NONE;
	else if (row->rate != NUMBER_NONE)
		row->rate = number_divide(row->rate, units);
	if (!is_code(row->currency))
		row->problem.id = TR("Trois capitales : EUR, USD.");
	else if (row->day == DATE_NONE || row->day > clock_today() + 1)
		row->problem.id = TR("Donnez une date, demain au plus tard.");
	else if (row->rate == NUMBER_NONE || row->rate <= 0)
		row->problem.id = TR("Donnez un nombre au-dessus de zéro.");
	return STATUS_OK;
}

enum status rate_table_read(struct arena *arena, struct text bytes, struct rate_row **ret_rows, size_t *ret_count,
	struct message *ret_problem)
{
	AUTO(csv_release) struct csv csv = {0};
	struct rate_row *rows = ARENA_ARRAY(arena, RATE_ROWS, struct rate_row);
	struct text rest = text_starts_with(bytes, TEXT("\xef\xbb\xbf")) ? text_slice(bytes, 3, bytes.size) : bytes;
	struct text start = rest, line = text_cut(&start, '\n');
	struct source source = source_of_text(&rest);
	size_t at[COLUMNS], count = 0;
	bool more = true, first = true;

	*ret_problem = (struct message){.id = NULL};
	if (!rows)
		return STATUS_NO_MEMORY;
	csv_init(&csv, &source, text_find(line, TEXT(";")) < line.size ? ';' : text_find(line, TEXT("\t")) < line.size ? '\t' : ',',
		RECORD_LIMIT, RATE_BYTES);
	for (; count < RATE_ROWS; first = false) {
		TRY(csv_next(&csv, &more));
		if (!more)
			break;
		if (!first || !bind_columns(&csv, at))
			TRY(read_record(arena, &csv, at, &rows[count++]));
	}
	if (!count || count == RATE_ROWS)
		ret_problem->id = count ? TR("Plus de 5 000 lignes en une fois.") : TR("Le fichier est vide.");
	*ret_rows = rows;
	*ret_count = count;
	return ret_problem->id ? STATUS_INVALID : STATUS_OK;
}

enum status rate_table_compare(struct reader *reader, struct rate_row *rows, size_t count, size_t *ret_fresh)
{
	size_t fresh = 0;

	for (size_t i = 0; i < count; i++) {
		enum status status;

		if (rows[i].problem.id)
			continue;
		status = store_integer(reader, &RATE_GIVEN_ON, PARAMS(value_text(rows[i].currency), V_INT(rows[i].day)),
			&rows[i].before);
		if (status != STATUS_NOT_FOUND)
			TRY(status);
		fresh += rows[i].before != rows[i].rate;
	}
	*ret_fresh = fresh;
	return STATUS_OK;
}

enum status rate_table_write(struct buffer *out, const struct rate_row *rows, size_t count)
{
	buffer_string(out, "monnaie;jour;taux\n");
	for (size_t i = 0; i < count; i++) {
		if (rows[i].problem.id)
			continue;
		buffer_append(out, rows[i].currency);
		buffer_byte(out, ';');
		date_print(out, rows[i].day);
		buffer_byte(out, ';');
		number_print(out, rows[i].rate);
		buffer_byte(out, '\n');
	}
	return buffer_status(out);
}

enum status rate_table_take(struct writer *writer, const struct actor *actor, struct rate_row *rows, size_t count,
	size_t *ret_taken)
{
	size_t taken = 0, fresh;

	TRY(rate_table_compare(writer_reader(writer), rows, count, &fresh));
	for (size_t i = 0; i < count; i++) {
		if (rows[i].problem.id || rows[i].before == rows[i].rate)
			continue;
		TRY(exchange_rate_give(writer, actor, rows[i].currency, rows[i].day, rows[i].rate));
		taken++;
	}
	*ret_taken = taken;
	return STATUS_OK;
}
