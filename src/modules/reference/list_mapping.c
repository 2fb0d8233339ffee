/* Mapping files: parsing, proposing, printing, finding columns. */
#include "modules/reference/list_mapping.h"

#include "base/utf8.h"

#include <string.h>

enum { NAME_LIMIT = 400, LIST_TEXT_LIMIT = 20000 };

/* Keys of the lines and the words that headers of lists seen use, folded and without blanks. */
static const struct {
	const char *key;
	const char *words;
} fields[LIST_FIELDS] = {
	[LIST_CODE] = {"code", "code codes"},
	[LIST_LABEL] = {"label",
		"label libelle libelles designation intitule nom description descriptionfr descriptionfrlastlevel labelfr name "
		"officialnamefr currency"},
	[LIST_LABEL_EN] = {"label.en", "labelen nameen descriptionen officialnameen"},
	[LIST_LABEL_PT] = {"label.pt", "labelpt namept descriptionpt"},
	[LIST_LABEL_ES] = {"label.es", "labeles namees descriptiones officialnamees"},
	[LIST_PARENT] = {"parent", "parent pere bureau rattachement"},
	[LIST_UNIT] = {"unit", "unit unite us unitestatistique unitsymbol symbol"},
	[LIST_RATE] = {"rate", "rate taux dd ddpct tauxdd dutyrate droit"},
	[LIST_FROM] = {"valid_from", "validfrom valideapartirdu datedebut debut startdate"},
	[LIST_UNTIL] = {"valid_until", "validuntil valablejusquau datefin fin enddate"},
};

static enum status refuse(struct reference_problem *ret_problem, int64_t line, const char *id, struct text value)
{
	*ret_problem = (struct reference_problem){.is_error = true, .line = line, .message = {.id = id, .values = {value}}};
	return STATUS_INVALID;
}

static const struct {
	const char *word;
	enum date_form form;
} date_forms[] = {{"iso", DATE_ISO}, {"day_first", DATE_DAY_FIRST}, {"month_first", DATE_MONTH_FIRST},
	{"compact", DATE_COMPACT}};

static bool set_date_form(struct list_mapping *mapping, struct text value)
{
	for (size_t i = 0; i < sizeof date_forms / sizeof *date_forms; i++)
		if (text_is(value, date_forms[i].word)) {
			mapping->date_form = date_forms[i].form;
			return true;
		}
	return false;
}

static bool set_others(struct list_mapping *mapping, struct text value)
{
	while (value.data) {
		struct text name = text_trim(text_cut(&value, ','));

		if (!name.size)
			continue;
		if (mapping->other_count == LIST_OTHERS)
			return false;
		mapping->others[mapping->other_count++] = name;
	}
	return true;
}

/* One of two words into *ret_second. */
static bool set_choice(struct text value, const char *first, const char *second, bool *ret_second)
{
	*ret_second = text_is(value, second);
	return *ret_second || text_is(value, first);
}

static bool set_option(struct list_mapping *mapping, const struct reference_kind *kind, struct text key,
	struct text value)
{
	bool second = false, fits = false;

	if (text_is(key, "other"))
		return set_others(mapping, value);
	if (text_is(key, "leave_out")) {
		mapping->leave_out_values = value;
		mapping->leave_out_column = text_trim(text_cut(&mapping->leave_out_values, ':'));
		return mapping->leave_out_column.size && mapping->leave_out_values.data;
	}
	if (text_is(key, "header"))
		return set_choice(value, "yes", "no", &mapping->has_no_header);
	if (text_is(key, "separator")) {
		mapping->separator = text_is(value, "tab") ? '\t' : value.data[0];
		return text_is(value, "tab") || value.size == 1;
	}
	if (text_is(key, "decimal")) {
		mapping->decimal = value.data[0];
		return text_is(value, ".") || text_is(value, ",");
	}
	if (text_is(key, "rate_form"))
		return set_choice(value, "percent", "fraction", &mapping->rate_is_fraction);
	if (text_is(key, "date_form"))
		return set_date_form(mapping, value);
	if (text_is(key, "complete")) {
		fits = set_choice(value, "yes", "no", &second);
		mapping->complete = second ? REFERENCE_PARTIAL : REFERENCE_COMPLETE;
		return fits;
	}
	return text_is(key, "kind") && text_is(value, kind->code);
}

enum status list_mapping_parse(struct text text, const struct reference_kind *kind, struct list_mapping *ret_mapping,
	struct reference_problem *ret_problem)
{
	struct list_mapping mapping = {0};
	int64_t number = 0;

	if (!utf8_is_valid(text))
		return refuse(ret_problem, 0, TR("La correspondance doit être en UTF-8."), TEXT_NONE);
	while (text.data) {
		struct text line = text_trim(text_cut(&text, '\n')), value = line;
		struct text key = text_trim(text_cut(&value, '='));
		size_t field = 0;

		number++;
		if (!line.size || line.data[0] == '#')
			continue;
		value = text_trim(value);
		if (!value.size)
			return refuse(ret_problem, number, TR("Correspondance : « %1 » n'a pas de valeur ; écrivez clé = colonne."),
				key);
		while (field < LIST_FIELDS && !text_is(key, fields[field].key))
			field++;
		if (field < LIST_FIELDS)
			mapping.columns[field] = value;
		else if (!set_option(&mapping, kind, key, value))
			return refuse(ret_problem, number, TR("Correspondance : « %1 » n'est pas compris ici."), line);
	}
	if (!mapping.columns[LIST_CODE].size)
		return refuse(ret_problem, 0, TR("Correspondance : la ligne « code = … » manque."), TEXT_NONE);
	*ret_mapping = mapping;
	return STATUS_OK;
}

/* A header's name folded and without blanks: "Code-SH (2022)" is "codesh2022". */
static enum status fold_name(struct buffer *name, struct text text)
{
	size_t kept = 0;

	buffer_clear(name);
	utf8_fold(name, text_slice(text, 0, NAME_LIMIT));
	TRY(buffer_status(name));
	for (size_t i = 0; i < name->size; i++)
		if (name->data[i] != ' ')
			name->data[kept++] = name->data[i];
	if (name->data)
		name->data[kept] = 0;
	name->size = kept;
	return STATUS_OK;
}

/* Position of the word in the list, from 1; 0: not there. */
static int place_in(const char *words, struct text word)
{
	struct text rest = text_of(words);
	int place = 0;

	while (word.size && rest.data) {
		place++;
		if (text_equal(text_cut(&rest, ' '), word))
			return place;
	}
	return 0;
}

/* The column that comes first in `words`; TEXT_NONE when there is none. */
static enum status find_words(const struct grid *grid, const char *words, struct text *ret_name)
{
	AUTO(buffer_release) struct buffer name = {0};
	int best = 0;

	buffer_init(&name, 4 * NAME_LIMIT);
	for (size_t i = 0; i < grid->count; i++) {
		int place;

		TRY(fold_name(&name, grid->cells[i]));
		place = place_in(words, buffer_text(&name));
		if (place && (!best || place < best)) {
			best = place;
			*ret_name = grid->cells[i];
		}
	}
	return STATUS_OK;
}

enum status list_mapping_propose(const struct grid *grid, const struct reference_kind *kind,
	struct list_mapping *ret_mapping)
{
	struct list_mapping mapping = {0};

	TRY(find_words(grid, kind->headers, &mapping.columns[LIST_CODE]));
	for (size_t i = 0; i < LIST_FIELDS; i++) {
		struct text found = TEXT_NONE;

		if (mapping.columns[i].size)
			continue;
		TRY(find_words(grid, fields[i].words, &found));
		for (size_t other = 0; other < i; other++)
			if (found.size && text_equal(found, mapping.columns[other]))
				found = TEXT_NONE;
		mapping.columns[i] = found;
	}
	if (!mapping.columns[LIST_CODE].size) {
		mapping.has_no_header = true;
		memset(mapping.columns, 0, sizeof mapping.columns);
		mapping.columns[LIST_CODE] = TEXT("1");
		mapping.columns[LIST_LABEL] = TEXT("2");
	}
	*ret_mapping = mapping;
	return STATUS_OK;
}

struct text list_mapping_text(const struct list_mapping *mapping, struct arena *arena)
{
	AUTO(buffer_release) struct buffer out = {0};

	buffer_init(&out, LIST_TEXT_LIMIT);
	if (mapping->has_no_header)
		buffer_string(&out, "header = no\n");
	for (size_t i = 0; i < LIST_FIELDS; i++)
		if (mapping->columns[i].size)
			buffer_format(&out, "%s = %.*s\n", fields[i].key, TEXT_FORMAT(mapping->columns[i]));
	if (mapping->columns[LIST_RATE].size)
		buffer_format(&out, "rate_form = %s\n", mapping->rate_is_fraction ? "fraction" : "percent");
	return buffer_status(&out) == STATUS_OK ? arena_text(arena, buffer_text(&out)) : TEXT_NONE;
}

/* "3" → 2 without a header. */
static int column_number(struct text name)
{
	int number = 0;

	if (!name.size || name.size > 3)
		return LIST_NO_COLUMN;
	for (size_t i = 0; i < name.size; i++) {
		if (name.data[i] < '0' || name.data[i] > '9')
			return LIST_NO_COLUMN;
		number = number * 10 + (name.data[i] - '0');
	}
	return number - 1;
}

static int find_column(const struct list_mapping *mapping, const struct grid *grid, struct text name)
{
	if (mapping->has_no_header)
		return column_number(name) < (int)grid->count ? column_number(name) : LIST_NO_COLUMN;
	for (size_t i = 0; i < grid->count; i++)
		if (text_equal(grid->cells[i], name))
			return (int)i;
	for (size_t i = 0; i < grid->count; i++)
		if (text_equal_ignoring_case(grid->cells[i], name))
			return (int)i;
	return LIST_NO_COLUMN;
}

static enum status bind(const struct list_mapping *mapping, const struct grid *grid, struct text name, int *ret_at,
	struct reference_problem *ret_problem)
{
	*ret_at = name.size ? find_column(mapping, grid, name) : LIST_NO_COLUMN;
	if (!name.size || *ret_at != LIST_NO_COLUMN)
		return STATUS_OK;
	return refuse(ret_problem, grid->row_line, TR("La colonne « %1 » n'est pas dans ce fichier."), name);
}

enum status list_mapping_bind(struct list_mapping *mapping, const struct grid *grid,
	struct reference_problem *ret_problem)
{
	bool has_label = false;

	for (size_t i = 0; i < LIST_FIELDS; i++) {
		TRY(bind(mapping, grid, mapping->columns[i], &mapping->at[i], ret_problem));
		if (i >= LIST_LABEL && i <= LIST_LABEL_ES)
			has_label = has_label || mapping->at[i] != LIST_NO_COLUMN;
	}
	for (size_t i = 0; i < mapping->other_count; i++)
		TRY(bind(mapping, grid, mapping->others[i], &mapping->other_at[i], ret_problem));
	TRY(bind(mapping, grid, mapping->leave_out_column, &mapping->leave_out_at, ret_problem));
	if (!has_label)
		return refuse(ret_problem, grid->row_line,
			TR("Aucune colonne de libellé : ajoutez « label = … » à la correspondance."), TEXT_NONE);
	return STATUS_OK;
}

static struct text clean_letters(struct text code, struct arena *arena, size_t size, bool digits, bool *ret_ok)
{
	char *copy;

	if (code.size != size)
		return TEXT_NONE;
	copy = arena_allocate(arena, size);
	*ret_ok = copy != NULL;
	for (size_t i = 0; copy && i < size; i++) {
		char c = code.data[i];

		copy[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
		if (!(copy[i] >= 'A' && copy[i] <= 'Z') && !(digits && c >= '0' && c <= '9'))
			return TEXT_NONE;
	}
	return (struct text){copy, copy ? size : 0};
}

static struct text clean_digits(struct text code, struct arena *arena, bool *ret_ok)
{
	char *copy;
	size_t size = 0;

	if (code.size > 40)
		return TEXT_NONE;
	copy = arena_allocate(arena, code.size + 1);
	*ret_ok = copy != NULL;
	for (size_t i = 0; copy && i < code.size; i++) {
		char c = code.data[i];

		if (c >= '0' && c <= '9')
			copy[size++] = c;
		else if (c != '.' && c != ' ')
			return TEXT_NONE;
	}
	return size >= 1 && size <= 12 ? (struct text){copy, size} : TEXT_NONE;
}

struct text reference_code_clean(const struct reference_kind *kind, struct text code, struct arena *arena,
	bool *ret_ok)
{
	*ret_ok = true;
	switch (kind->form) {
	case REFERENCE_COUNTRY: return clean_letters(code, arena, 2, true, ret_ok);
	case REFERENCE_CURRENCY: return clean_letters(code, arena, 3, false, ret_ok);
	case REFERENCE_GOODS: return clean_digits(code, arena, ret_ok);
	case REFERENCE_ANY: break;
	}
	return code.size && code.size <= 40 ? code : TEXT_NONE;
}
