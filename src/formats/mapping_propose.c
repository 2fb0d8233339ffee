/* A mapping proposed from a sample: names of columns by folded synonyms, checked against the content; what the
 * names leave open, by the content alone. */
#include "formats/csv_split.h"
#include "formats/mapping.h"
#include "formats/mapping_names.h"
#include "formats/reading.h"

#include "base/utf8.h"

#include <string.h>

enum { SAMPLE_ROWS = 500, COLUMN_LIMIT = 500 };

/* How a number may be written: decimal sign and thousands separator. */
static const struct number_form {
	char decimal, thousands;
} number_forms[] = {{'.', 0}, {'.', ','}, {',', '.'}, {',', 0}, {',', ' '}, {'.', ' '}};
enum { NUMBER_FORMS = sizeof number_forms / sizeof *number_forms };
enum { DATE_FORMS = 4 };

/* What was seen in one column. */
struct column {
	struct text name; /* as in the header, squeezed */
	struct text folded;
	struct text sample;
	struct text last; /* the value before, to count runs */
	size_t filled; /* values that are not empty */
	size_t numbers[NUMBER_FORMS];
	size_t dates[DATE_FORMS];
	size_t commodities, countries, flags, whole, repeated;
	int64_t greatest; /* number in the first form, micro */
	bool is_taken;
};

struct study {
	struct arena *arena;
	struct csv csv;
	bool is_latin; /* not UTF-8 */
	struct buffer space;
	struct column *columns;
	size_t width, rows;
	size_t number_form;
};

/* --- looking at values ----------------------------------------------------------------------------------------- */

/* Separators of thousands stand before three digits each, never behind the decimal sign. */
static bool groups_well(struct text text, const struct number_form *form)
{
	size_t digits = 0, groups = 0;
	bool after_decimal = false;

	for (size_t i = 0; i < text.size; i++) {
		char byte = text.data[i];

		if (byte >= '0' && byte <= '9') {
			digits++;
			continue;
		}
		if (groups && digits != 3)
			return false;
		if (byte == form->decimal)
			after_decimal = true;
		else if (byte == form->thousands)
			groups++;
		if (byte == form->thousands && after_decimal)
			return false;
		groups = byte == form->decimal ? 0 : groups;
		digits = 0;
	}
	return !groups || digits == 3;
}

static bool is_number(struct text text, const struct number_form *form, int64_t *ret_number)
{
	return number_parse(text, form->decimal, form->thousands, ret_number) == STATUS_OK &&
	       (!form->thousands || groups_well(text, form));
}

/* Six to eleven digits, chapter 1 to 97; dots between them are common. */
static bool is_commodity(struct text text)
{
	char digits[12];
	size_t size = 0;
	int chapter;

	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '.')
			continue;
		if (text.data[i] < '0' || text.data[i] > '9' || size == 11)
			return false;
		digits[size++] = text.data[i];
	}
	if (size < 5)
		return false;
	chapter = size % 2 && size < 11 ? digits[0] - '0' : (digits[0] - '0') * 10 + digits[1] - '0';
	return chapter >= 1 && chapter <= 97;
}

static bool is_country(struct text text)
{
	if (text.size != 2 && text.size != 3)
		return false;
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < 'A' || text.data[i] > 'Z')
			return false;
	return true;
}

static bool is_flag(struct text text)
{
	static const char *const flags[] = {"0", "1", "yes", "no", "oui", "non", "sim", "nao", "si", "true", "false", "vrai",
		"faux", "y", "n", NULL};

	for (size_t i = 0; flags[i]; i++)
		if (text_equal_ignoring_case(text, text_of(flags[i])))
			return true;
	return false;
}

static bool is_date(struct text text, enum date_form form)
{
	int64_t date;
	bool starts_with_year = value_is_digits(text_slice(text, 0, 4)) && text.size >= 8;

	if (form == DATE_COMPACT && (text.size != 8 || !(text_starts_with(text, TEXT("19")) ||
							     text_starts_with(text, TEXT("20")))))
		return false;
	if (form == DATE_COMPACT || form == DATE_ISO)
		return starts_with_year && date_parse(text, form, &date) == STATUS_OK;
	return !starts_with_year && text.size >= 6 && date_parse(text, form, &date) == STATUS_OK;
}

static void look_at(struct column *column, struct text value)
{
	int64_t number = 0;

	column->repeated += column->filled && text_equal(value, column->last);
	column->last = value;
	if (!column->filled++)
		column->sample = value;
	for (size_t i = 0; i < NUMBER_FORMS; i++)
		column->numbers[i] += is_number(value, &number_forms[i], &number);
	for (size_t i = 0; i < DATE_FORMS; i++)
		column->dates[i] += is_date(value, (enum date_form)i);
	column->commodities += is_commodity(value);
	column->countries += is_country(value);
	column->flags += is_flag(value);
	column->whole += value_is_digits(value);
	if (number_read(value, &number) == STATUS_OK && number > column->greatest)
		column->greatest = number;
}

static enum status clean(struct study *study, struct text field, struct text *ret_value)
{
	buffer_clear(&study->space);
	if (study->is_latin)
		utf8_from_windows_1252(&study->space, field);
	else
		buffer_append(&study->space, field);
	TRY(buffer_status(&study->space));
	if (study->space.data)
		study->space.size = value_squeeze(study->space.data, study->space.size);
	return value_keep(study->arena, buffer_text(&study->space), ret_value);
}

static enum status study_row(struct study *study)
{
	if (study->csv.count != study->width)
		return STATUS_OK;
	study->rows++;
	for (size_t i = 0; i < study->width; i++) {
		struct text value;

		TRY(clean(study, study->csv.fields[i], &value));
		if (value.size)
			look_at(&study->columns[i], value);
	}
	return STATUS_OK;
}

/* --- the header ---------------------------------------------------------------------------------------------------- */

/* A first line with a number, a date or nothing in a column is no header. */
static enum status study_header(struct study *study, bool *ret_has_header)
{
	bool has_header = true;

	study->width = study->csv.count < COLUMN_LIMIT ? study->csv.count : COLUMN_LIMIT;
	study->columns = ARENA_ARRAY(study->arena, study->width, struct column);
	if (!study->columns)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < study->width; i++) {
		struct text *name = &study->columns[i].name;
		int64_t number;

		TRY(clean(study, study->csv.fields[i], name));
		has_header = has_header && name->size && number_read(*name, &number) != STATUS_OK &&
			     !is_date(*name, DATE_ISO) && !is_date(*name, DATE_DAY_FIRST);
	}
	for (size_t i = 0; i < study->width; i++) {
		buffer_clear(&study->space);
		utf8_fold(&study->space, has_header ? study->columns[i].name : TEXT(""));
		TRY(buffer_status(&study->space));
		TRY(value_keep(study->arena, buffer_text(&study->space), &study->columns[i].folded));
		if (!has_header)
			study->columns[i].name = TEXT_NONE;
	}
	*ret_has_header = has_header;
	return has_header ? STATUS_OK : study_row(study);
}

static enum status study_all(struct study *study, bool *ret_has_header)
{
	bool more;

	TRY(csv_next(&study->csv, &more));
	if (!more)
		return STATUS_INVALID;
	TRY(study_header(study, ret_has_header));
	while (study->rows < SAMPLE_ROWS) {
		TRY(csv_next(&study->csv, &more));
		if (!more)
			break;
		TRY(study_row(study));
	}
	return STATUS_OK;
}

/* --- what fits --------------------------------------------------------------------------------------------------- */

static bool most(size_t part, const struct column *column)
{
	return column->filled && part * 10 >= column->filled * 9;
}

static size_t best_date(const struct column *column)
{
	size_t best = 0;

	for (size_t i = 1; i < DATE_FORMS; i++)
		if (column->dates[i] > column->dates[best])
			best = i;
	return best;
}

/* Whether the content can be what the fact wants; an empty column can be anything. */
static bool content_fits(const struct study *study, const struct column *column, const struct mapping_fact *fact)
{
	if (!column->filled)
		return true;
	switch (fact->field->kind) {
	case CONSIGNMENT_NUMBER:
		return most(column->numbers[study->number_form], column);
	case CONSIGNMENT_DATE:
		return most(column->dates[best_date(column)], column);
	case CONSIGNMENT_COUNT:
		return most(column->whole, column);
	case CONSIGNMENT_FLAG:
		return most(column->flags, column);
	default:
		break;
	}
	if (strcmp(fact->field->code, "hs") == 0)
		return most(column->commodities, column);
	if (strcmp(fact->field->code, "origin") == 0 || strncmp(fact->field->code, "country_", 8) == 0)
		return most(column->countries, column);
	return true;
}

/* 0: not at all; whole name before part of it, long before short. */
static size_t name_score(struct text folded, struct text name)
{
	size_t at;

	if (text_equal(folded, name))
		return 1000 + name.size;
	at = text_find(folded, name);
	if (at == folded.size || name.size < 3 || (at > 0 && folded.data[at - 1] != ' ') ||
		(at + name.size < folded.size && folded.data[at + name.size] != ' '))
		return 0;
	return 100 + name.size;
}

static size_t names_score(struct text folded, const char *names)
{
	struct text rest = text_of(names);
	size_t best = 0;

	while (folded.size && rest.data) {
		size_t score = name_score(folded, text_cut(&rest, ';'));

		best = score > best ? score : best;
	}
	return best;
}

/* --- making the mapping ---------------------------------------------------------------------------------------------- */

static bool has_word(struct text folded, const char *words)
{
	struct text rest = text_of(words);

	while (rest.data) {
		struct text word = text_cut(&rest, ';'), left = folded;

		while (left.data)
			if (text_equal(text_cut(&left, ' '), word))
				return true;
	}
	return false;
}

static const struct mapping_unit *guess_unit(const struct column *column, const struct mapping_fact *fact)
{
	if (fact->field->kind == CONSIGNMENT_NUMBER && strcmp(fact->field->unit, "kg") == 0) {
		if (has_word(column->folded, "g;gr;gramme;grammes;gram;grams;gramas;gramos"))
			return mapping_unit_find(TEXT("g"));
		if (has_word(column->folded, "t;tonne;tonnes;ton;tons;tonelada;toneladas"))
			return mapping_unit_find(TEXT("t"));
		return mapping_unit_find(TEXT("kg"));
	}
	if (fact->field->kind == CONSIGNMENT_NUMBER && strcmp(fact->field->unit, "fraction") == 0)
		return mapping_unit_find(column->greatest > NUMBER_ONE ? TEXT("percent") : TEXT("fraction"));
	return NULL;
}

static void assign(struct study *study, struct mapping_proposal *proposal, size_t position,
	const struct mapping_fact *fact, bool by_content)
{
	struct column *column = &study->columns[position];
	struct mapping_column *row = &proposal->mapping.columns[proposal->mapping.column_count++];

	column->is_taken = true;
	*row = (struct mapping_column){.name = column->name, .fact = *fact, .unit = guess_unit(column, fact)};
	if (!column->name.size)
		row->position = position + 1;
	if (fact->field->kind == CONSIGNMENT_DATE && column->filled) {
		row->has_dates = true;
		row->dates = (enum date_form)best_date(column);
	}
	proposal->guesses[position].is_mapped = true;
	proposal->guesses[position].by_content = by_content;
	proposal->guesses[position].fact = *fact;
}

static bool is_assigned(const struct mapping_proposal *proposal, const struct mapping_fact *fact)
{
	for (size_t i = 0; i < proposal->mapping.column_count; i++)
		if (proposal->mapping.columns[i].fact.field == fact->field)
			return true;
	return false;
}

/* How well every name row fits every column; 0 where the content forbids it. */
static enum status score_all(const struct study *study, unsigned short **ret_scores)
{
	unsigned short *scores = ARENA_ARRAY(study->arena, study->width * mapping_name_count, unsigned short);

	if (!scores)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < mapping_name_count; i++) {
		struct mapping_fact fact;

		if (!mapping_fact_find(text_of(mapping_names[i].fact), &fact))
			continue;
		for (size_t j = 0; j < study->width; j++)
			if (content_fits(study, &study->columns[j], &fact))
				scores[i * study->width + j] =
					(unsigned short)names_score(study->columns[j].folded, mapping_names[i].names);
	}
	*ret_scores = scores;
	return STATUS_OK;
}

/* The best pair of a free column and a free fact, again and again. */
static enum status assign_by_name(struct study *study, struct mapping_proposal *proposal)
{
	unsigned short *scores;

	TRY(score_all(study, &scores));
	for (;;) {
		size_t best = 0;
		struct mapping_fact fact;

		for (size_t i = 1; i < study->width * mapping_name_count; i++)
			if (scores[i] > scores[best])
				best = i;
		if (!scores[best] || !mapping_fact_find(text_of(mapping_names[best / study->width].fact), &fact))
			return STATUS_OK;
		assign(study, proposal, best % study->width, &fact, false);
		for (size_t i = 0; i < study->width * mapping_name_count; i++)
			if (i / study->width == best / study->width || i % study->width == best % study->width)
				scores[i] = 0;
	}
}

static bool is_telling(const struct column *column, const char *fact)
{
	if (strcmp(fact, "item.hs") == 0)
		return most(column->commodities, column) && column->filled > 1;
	if (strcmp(fact, "registered_on") == 0)
		return most(column->dates[best_date(column)], column);
	return most(column->countries, column);
}

/* What no name told: a column full of commodity codes, dates or countries says what it is. */
static void assign_by_content(struct study *study, struct mapping_proposal *proposal)
{
	static const char *const facts[] = {"registered_on", "item.hs", "item.origin"};

	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		struct mapping_fact fact;

		if (!mapping_fact_find(text_of(facts[i]), &fact) || is_assigned(proposal, &fact))
			continue;
		for (size_t j = 0; j < study->width; j++)
			if (!study->columns[j].is_taken && is_telling(&study->columns[j], facts[i])) {
				assign(study, proposal, j, &fact, true);
				break;
			}
	}
}

/* The form under which most values of the sample are numbers. */
static void choose_number_form(struct study *study, struct mapping *mapping)
{
	size_t totals[NUMBER_FORMS] = {0};

	for (size_t i = 0; i < study->width; i++)
		for (size_t j = 0; j < NUMBER_FORMS; j++)
			totals[j] += study->columns[i].numbers[j];
	for (size_t j = 1; j < NUMBER_FORMS; j++)
		if (totals[j] > totals[study->number_form])
			study->number_form = j;
	mapping->decimal = number_forms[study->number_form].decimal;
	mapping->thousands = number_forms[study->number_form].thousands;
}

static int by_position(const struct mapping_proposal *proposal, const struct mapping_column *column)
{
	for (size_t i = 0; i < proposal->guess_count; i++)
		if (proposal->guesses[i].is_mapped && proposal->guesses[i].fact.field == column->fact.field)
			return (int)i;
	return (int)proposal->guess_count;
}

/* In the order of the file, as a person reads it. */
static void sort_columns(struct mapping_proposal *proposal)
{
	struct mapping_column *columns = proposal->mapping.columns;

	for (size_t i = 1; i < proposal->mapping.column_count; i++)
		for (size_t j = i; j > 0 && by_position(proposal, &columns[j]) < by_position(proposal, &columns[j - 1]); j--) {
			struct mapping_column moved = columns[j];

			columns[j] = columns[j - 1];
			columns[j - 1] = moved;
		}
}

static enum status make_proposal(struct study *study, bool has_header, struct mapping_proposal *proposal)
{
	proposal->mapping = (struct mapping){.separator = study->csv.separator,
		.encoding = study->is_latin ? MAPPING_WINDOWS_1252 : MAPPING_UTF_8,
		.dates = DATE_ISO,
		.stage = STAGE_DECLARATION,
		.header = has_header,
		.group = true};
	proposal->guess_count = study->width;
	proposal->rows = study->rows;
	proposal->guesses = ARENA_ARRAY(study->arena, study->width, struct mapping_guess);
	proposal->mapping.columns = ARENA_ARRAY(study->arena, study->width, struct mapping_column);
	if (!proposal->guesses || !proposal->mapping.columns)
		return STATUS_NO_MEMORY;
	choose_number_form(study, &proposal->mapping);
	for (size_t i = 0; i < study->width; i++) {
		proposal->guesses[i].column = has_header ? study->columns[i].name : value_count(study->arena, i + 1);
		proposal->guesses[i].sample = study->columns[i].sample;
	}
	TRY(assign_by_name(study, proposal));
	assign_by_content(study, proposal);
	sort_columns(proposal);
	return STATUS_OK;
}

/* Up to the last line end, so that neither a line nor a character is cut. */
static struct text whole_lines(struct text sample)
{
	size_t size = sample.size;

	while (size && sample.data[size - 1] != '\n')
		size--;
	return size ? text_slice(sample, 0, size) : sample;
}

enum status mapping_propose(struct arena *arena, struct text sample, struct mapping_proposal *ret_proposal)
{
	struct text rest = whole_lines(sample);
	struct source source = source_of_text(&rest);
	struct study study = {.arena = arena, .is_latin = !utf8_is_valid(rest)};
	struct mapping_proposal proposal = {0};
	bool has_header = false;
	enum status status;
	char separator = rest.size ? table_separator(rest) : 0;

	if (!separator)
		return STATUS_INVALID;
	buffer_init(&study.space, 1 << 20);
	csv_init(&study.csv, &source, separator, 1 << 20, INT64_MAX);
	status = study_all(&study, &has_header);
	if (status == STATUS_OK)
		status = make_proposal(&study, has_header, &proposal);
	csv_release(&study.csv);
	buffer_release(&study.space);
	if (status == STATUS_OK)
		*ret_proposal = proposal;
	return status;
}

void mapping_proposal_write(struct buffer *buffer, enum language language, const struct mapping_proposal *proposal)
{
	mapping_write(buffer, language, &proposal->mapping);
	for (size_t i = 0; i < proposal->guess_count; i++) {
		const struct mapping_guess *guess = &proposal->guesses[i];

		if (guess->is_mapped)
			continue;
		buffer_format(buffer, "# column \"%.*s\" = ?   # %s « %.*s »\n", TEXT_FORMAT(guess->column),
			tr(language, TR("non reconnue, par exemple")), TEXT_FORMAT(text_slice(guess->sample, 0, 60)));
	}
}
