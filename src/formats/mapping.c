/* Mapping files: reading with errors at their line, and writing. */
#include "formats/mapping.h"

#include "formats/reading.h"

#include <string.h>

static const struct mapping_unit units[] = {
	{"kg", "kg", 1, 1},
	{"g", "kg", 1, 1000},
	{"t", "kg", 1000, 1},
	{"fraction", "fraction", 1, 1},
	{"percent", "fraction", 1, 100},
	{"thousand", "national currency", 1000, 1},
	{"million", "national currency", 1000000, 1},
};

const struct mapping_unit *mapping_unit_find(struct text code)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (text_is(code, units[i].code))
			return &units[i];
	return NULL;
}

/* --- facts ------------------------------------------------------------------------------------------------- */

static const struct {
	const char *prefix;
	enum mapping_base base;
	struct consignment_fields (*fields)(void);
} bases[] = {
	{"item.", MAPPING_ITEM, item_fields},
	{"container.", MAPPING_CONTAINER, container_fields},
	{"", MAPPING_CONSIGNMENT, consignment_fields},
};

bool mapping_fact_find(struct text code, struct mapping_fact *ret_fact)
{
	for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
		struct consignment_fields fields = bases[i].fields();
		struct text rest;

		if (!text_starts_with(code, text_of(bases[i].prefix)))
			continue;
		rest = text_slice(code, strlen(bases[i].prefix), code.size);
		for (size_t j = 0; j < fields.count; j++)
			if (text_is(rest, fields.rows[j].code)) {
				*ret_fact = (struct mapping_fact){bases[i].base, &fields.rows[j]};
				return true;
			}
	}
	return false;
}

void mapping_fact_print(struct buffer *buffer, const struct mapping_fact *fact)
{
	for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
		if (bases[i].base == fact->base)
			buffer_string(buffer, bases[i].prefix);
	buffer_string(buffer, fact->field->code);
}

/* --- settings of the whole file ------------------------------------------------------------------------------ */

struct word {
	const char *word;
	int value;
};
static const struct word separator_words[] = {{",", ','}, {";", ';'}, {"|", '|'}, {"tab", '\t'}, {NULL, 0}};
static const struct word encoding_words[] = {{"utf-8", MAPPING_UTF_8}, {"windows-1252", MAPPING_WINDOWS_1252}, {NULL, 0}};
static const struct word decimal_words[] = {{".", '.'}, {",", ','}, {NULL, 0}};
static const struct word thousands_words[] = {{"none", 0}, {",", ','}, {".", '.'}, {"space", ' '}, {NULL, 0}};
static const struct word date_words[] = {{"iso", DATE_ISO}, {"day-first", DATE_DAY_FIRST},
	{"month-first", DATE_MONTH_FIRST}, {"compact", DATE_COMPACT}, {NULL, 0}};
static const struct word stage_words[] = {{"declaration", STAGE_DECLARATION}, {"manifest", STAGE_MANIFEST}, {NULL, 0}};
static const struct word yes_words[] = {{"yes", 1}, {"no", 0}, {NULL, 0}};

static const struct {
	const char *name;
	const struct word *words;
} settings[] = {
	{"separator", separator_words},
	{"encoding", encoding_words},
	{"decimal", decimal_words},
	{"thousands", thousands_words},
	{"dates", date_words},
	{"stage", stage_words},
	{"header", yes_words},
	{"group", yes_words},
};
enum { SETTINGS = sizeof settings / sizeof *settings };

static void setting_put(struct mapping *mapping, size_t setting, int value)
{
	switch (setting) {
	case 0:
		mapping->separator = (char)value;
		return;
	case 1:
		mapping->encoding = (enum mapping_encoding)value;
		return;
	case 2:
		mapping->decimal = (char)value;
		return;
	case 3:
		mapping->thousands = (char)value;
		return;
	case 4:
		mapping->dates = (enum date_form)value;
		return;
	case 5:
		mapping->stage = (enum stage)value;
		return;
	case 6:
		mapping->header = value;
		return;
	default:
		mapping->group = value;
	}
}

static int setting_get(const struct mapping *mapping, size_t setting)
{
	const int values[SETTINGS] = {mapping->separator, (int)mapping->encoding, mapping->decimal, mapping->thousands,
		(int)mapping->dates, (int)mapping->stage, mapping->header, mapping->group};

	return values[setting];
}

static bool word_value(const struct word *words, struct text text, int *ret_value)
{
	for (; words->word; words++)
		if (text_is(text, words->word)) {
			*ret_value = words->value;
			return true;
		}
	return false;
}

static const char *word_of(const struct word *words, int value)
{
	for (; words->word; words++)
		if (words->value == value)
			return words->word;
	return "";
}

/* --- reading --------------------------------------------------------------------------------------------------- */

struct reader_state {
	struct arena *arena;
	struct mapping *mapping;
	struct refusal *refusal;
	int64_t line;
	size_t column_capacity, constant_capacity;
};

static enum status refuse(struct reader_state *state, const char *message, struct text value, const char *mend)
{
	refusal_set(state->refusal, state->line, message, value, mend);
	return STATUS_INVALID;
}

/* The next word or quoted text; missing at the end of the line. A quote inside quotes is written twice. */
static enum status next_word(struct reader_state *state, struct text *rest, struct text *ret_word)
{
	size_t end = 0, to = 0;
	char *bytes;

	*rest = text_trim(*rest);
	if (!rest->size || *rest->data == '#') {
		*ret_word = TEXT_NONE;
		return STATUS_OK;
	}
	if (*rest->data != '"') {
		while (end < rest->size && rest->data[end] != ' ' && rest->data[end] != '\t')
			end++;
		*ret_word = text_slice(*rest, 0, end);
		*rest = text_slice(*rest, end, rest->size);
		return STATUS_OK;
	}
	bytes = arena_allocate(state->arena, rest->size);
	if (!bytes)
		return STATUS_NO_MEMORY;
	for (end = 1; end < rest->size; end++) {
		if (rest->data[end] == '"' && (end + 1 == rest->size || rest->data[end + 1] != '"'))
			break;
		end += rest->data[end] == '"';
		bytes[to++] = rest->data[end];
	}
	if (end >= rest->size)
		return refuse(state, TR("Un guillemet n'est pas fermé."), TEXT_NONE, TR("Ajoutez le guillemet fermant."));
	*ret_word = (struct text){bytes, to};
	*rest = text_slice(*rest, end + 1, rest->size);
	return STATUS_OK;
}

/* The '=' and the fact behind a column or a constant. */
static enum status read_fact(struct reader_state *state, struct text *rest, struct mapping_fact *ret_fact)
{
	struct text word;

	TRY(next_word(state, rest, &word));
	if (!mapping_fact_find(word, ret_fact))
		return refuse(state, TR("« %1 » n'est pas une donnée connue."), word,
			TR("Voyez la liste des données dans docs/mapping.md."));
	return STATUS_OK;
}

static enum status expect_equals(struct reader_state *state, struct text *rest)
{
	struct text word;

	TRY(next_word(state, rest, &word));
	return text_is(word, "=") ? STATUS_OK
				  : refuse(state, TR("Il manque un signe « = »."), TEXT_NONE,
					    TR("Écrivez par exemple : column \"Poids\" = item.net_mass"));
}

/* A=IM4; both sides may be quoted: "en transit"="T". */
static enum status read_code(struct reader_state *state, struct text *rest, struct mapping_code *ret_code, bool *ret_more)
{
	size_t equals;
	struct text word;

	*rest = text_trim(*rest);
	*ret_more = rest->size && *rest->data != '#';
	if (!*ret_more)
		return STATUS_OK;
	if (*rest->data == '"') {
		TRY(next_word(state, rest, &ret_code->from));
		if (!text_starts_with(*rest, TEXT("=")))
			return refuse(state, TR("Un code s'écrit ancien=nouveau."), ret_code->from, TR("Écrivez par exemple A=IM4."));
		*rest = text_slice(*rest, 1, rest->size);
		return next_word(state, rest, &ret_code->to);
	}
	equals = text_find(*rest, TEXT("="));
	ret_code->from = text_slice(*rest, 0, equals);
	if (equals == rest->size || text_find(ret_code->from, TEXT(" ")) < ret_code->from.size)
		return refuse(state, TR("Un code s'écrit ancien=nouveau."), ret_code->from, TR("Écrivez par exemple A=IM4."));
	*rest = text_slice(*rest, equals + 1, rest->size);
	if (!rest->size || *rest->data == ' ') {
		ret_code->to = TEXT("");
		return STATUS_OK;
	}
	TRY(next_word(state, rest, &word));
	ret_code->to = word;
	return STATUS_OK;
}

static enum status read_codes(struct reader_state *state, struct text *rest, struct mapping_column *column)
{
	size_t capacity = 0;
	bool more = true;

	while (more) {
		struct mapping_code code = {0};

		TRY(read_code(state, rest, &code, &more));
		if (!more)
			break;
		TRY(array_grow(state->arena, &column->codes, column->code_count, &capacity, sizeof *column->codes));
		column->codes[column->code_count++] = code;
	}
	return STATUS_OK;
}

static enum status read_option(struct reader_state *state, struct text option, struct text *rest,
	struct mapping_column *column)
{
	struct text word;
	int value;

	if (text_is(option, "codes"))
		return read_codes(state, rest, column);
	TRY(next_word(state, rest, &word));
	if (text_is(option, "dates")) {
		if (column->fact.field->kind != CONSIGNMENT_DATE || !word_value(date_words, word, &value))
			return refuse(state, TR("« dates %1 » ne convient pas ici."), word,
				TR("Pour une date, écrivez dates iso, day-first, month-first ou compact."));
		column->has_dates = true;
		column->dates = (enum date_form)value;
		return STATUS_OK;
	}
	if (!text_is(option, "unit"))
		return refuse(state, TR("« %1 » n'est pas connu après une donnée."), option,
			TR("Après la donnée peuvent venir unit, dates ou codes."));
	column->unit = mapping_unit_find(word);
	if (!column->unit || column->fact.field->kind != CONSIGNMENT_NUMBER || !*column->fact.field->unit ||
		!strstr(column->unit->of, column->fact.field->unit))
		return refuse(state, TR("L'unité « %1 » ne convient pas à cette donnée."), word,
			TR("Unités : kg, g, t pour les masses ; fraction, percent pour les taux ; thousand, million pour les montants."));
	return STATUS_OK;
}

static bool read_position(struct text word, size_t *ret_position)
{
	size_t position = 0;

	if (!value_is_digits(word) || word.size > 5)
		return false;
	for (size_t i = 0; i < word.size; i++)
		position = position * 10 + (size_t)(word.data[i] - '0');
	*ret_position = position;
	return position > 0;
}

static enum status read_column(struct reader_state *state, struct text rest)
{
	struct mapping *mapping = state->mapping;
	struct mapping_column column = {0};
	bool is_quoted = text_starts_with(text_trim(rest), TEXT("\""));
	struct text word;

	TRY(next_word(state, &rest, &word));
	if (!word.data)
		return refuse(state, TR("Il manque le nom ou le numéro de la colonne."), TEXT_NONE,
			TR("Écrivez par exemple : column \"Poids\" = item.net_mass"));
	if (is_quoted || !read_position(word, &column.position))
		column.name = word;
	TRY(expect_equals(state, &rest));
	TRY(read_fact(state, &rest, &column.fact));
	for (;;) {
		TRY(next_word(state, &rest, &word));
		if (!word.data)
			break;
		TRY(read_option(state, word, &rest, &column));
	}
	TRY(array_grow(state->arena, &mapping->columns, mapping->column_count, &state->column_capacity,
		sizeof *mapping->columns));
	mapping->columns[mapping->column_count++] = column;
	return STATUS_OK;
}

static enum status read_constant(struct reader_state *state, struct text rest)
{
	struct mapping *mapping = state->mapping;
	struct mapping_constant constant = {0};

	TRY(read_fact(state, &rest, &constant.fact));
	TRY(expect_equals(state, &rest));
	TRY(next_word(state, &rest, &constant.value));
	if (!constant.value.data)
		return refuse(state, TR("Il manque la valeur."), TEXT_NONE, TR("Écrivez par exemple : set flow = I"));
	TRY(array_grow(state->arena, &mapping->constants, mapping->constant_count, &state->constant_capacity,
		sizeof *mapping->constants));
	mapping->constants[mapping->constant_count++] = constant;
	return STATUS_OK;
}

static enum status read_setting(struct reader_state *state, struct text name, struct text rest)
{
	struct text word;
	int value;

	for (size_t i = 0; i < SETTINGS; i++) {
		if (!text_is(name, settings[i].name))
			continue;
		TRY(next_word(state, &rest, &word));
		if (!word_value(settings[i].words, word, &value))
			return refuse(state, TR("« %1 » ne convient pas ici."), word,
				TR("Voyez les valeurs admises dans docs/mapping.md."));
		setting_put(state->mapping, i, value);
		return STATUS_OK;
	}
	return refuse(state, TR("« %1 » n'est pas une instruction connue."), name,
		TR("Une ligne commence par column, set, separator, encoding, decimal, thousands, dates, stage, header ou group."));
}

static enum status read_line(struct reader_state *state, struct text line)
{
	struct text word;

	TRY(next_word(state, &line, &word));
	if (!word.data)
		return STATUS_OK;
	if (text_is(word, "column"))
		return read_column(state, line);
	if (text_is(word, "set"))
		return read_constant(state, line);
	return read_setting(state, word, line);
}

static struct mapping mapping_none(void)
{
	return (struct mapping){.separator = ',',
		.decimal = '.',
		.dates = DATE_ISO,
		.stage = STAGE_DECLARATION,
		.header = true,
		.group = true};
}

enum status mapping_read(struct arena *arena, struct text text, struct mapping **ret_mapping, struct refusal *ret_refusal)
{
	struct reader_state state = {.arena = arena, .refusal = ret_refusal};

	state.mapping = ARENA_NEW(arena, struct mapping);
	if (!state.mapping)
		return STATUS_NO_MEMORY;
	*state.mapping = mapping_none();
	if (text_starts_with(text, TEXT("\xEF\xBB\xBF")))
		text = text_slice(text, 3, text.size);
	while (text.data) {
		state.line++;
		TRY(read_line(&state, text_trim(text_cut(&text, '\n'))));
	}
	if (!state.mapping->column_count)
		return refuse(&state, TR("Le plan ne nomme aucune colonne."), TEXT_NONE,
			TR("Écrivez par exemple : column \"Poids\" = item.net_mass"));
	*ret_mapping = state.mapping;
	return STATUS_OK;
}

/* --- writing ---------------------------------------------------------------------------------------------------- */

static void write_quoted(struct buffer *buffer, struct text text)
{
	buffer_byte(buffer, '"');
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '"')
			buffer_byte(buffer, '"');
		buffer_byte(buffer, text.data[i]);
	}
	buffer_byte(buffer, '"');
}

static void write_column(struct buffer *buffer, enum language language, const struct mapping_column *column)
{
	buffer_string(buffer, "column ");
	if (column->position)
		buffer_format(buffer, "%zu", column->position);
	else
		write_quoted(buffer, column->name);
	buffer_string(buffer, " = ");
	mapping_fact_print(buffer, &column->fact);
	if (column->unit)
		buffer_format(buffer, " unit %s", column->unit->code);
	if (column->has_dates)
		buffer_format(buffer, " dates %s", word_of(date_words, (int)column->dates));
	if (column->code_count)
		buffer_string(buffer, " codes");
	for (size_t i = 0; i < column->code_count; i++) {
		buffer_byte(buffer, ' ');
		write_quoted(buffer, column->codes[i].from);
		buffer_byte(buffer, '=');
		write_quoted(buffer, column->codes[i].to);
	}
	buffer_format(buffer, " # %s\n", tr(language, column->fact.field->label));
}

void mapping_write(struct buffer *buffer, enum language language, const struct mapping *mapping)
{
	for (size_t i = 0; i < SETTINGS; i++)
		buffer_format(buffer, "%s %s\n", settings[i].name, word_of(settings[i].words, setting_get(mapping, i)));
	for (size_t i = 0; i < mapping->constant_count; i++) {
		buffer_string(buffer, "set ");
		mapping_fact_print(buffer, &mapping->constants[i].fact);
		buffer_string(buffer, " = ");
		write_quoted(buffer, mapping->constants[i].value);
		buffer_byte(buffer, '\n');
	}
	for (size_t i = 0; i < mapping->column_count; i++)
		write_column(buffer, language, &mapping->columns[i]);
}
