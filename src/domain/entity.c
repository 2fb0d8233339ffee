/* What the rows of an entity can do. */
#include "domain/entity.h"

#include "base/clock.h"
#include "base/number.h"
#include "base/utf8.h"

#include <string.h>

enum { TEXT_MOST = 200, INTEGER_DIGITS = 18 };

STATEMENT_OF(TABLE_COLUMN, "select lower(type) from pragma_table_info($1) where name = $2",
	"select data_type from information_schema.columns where table_schema = current_schema() "
	"and table_name = $1 and column_name = $2");

static struct text *text_at(const struct entity_field *field, const void *thing)
{
	return (struct text *)((uintptr_t)thing + field->offset);
}

static int64_t *integer_at(const struct entity_field *field, const void *thing)
{
	return (int64_t *)((uintptr_t)thing + field->offset);
}

static bool *bool_at(const struct entity_field *field, const void *thing)
{
	return (bool *)((uintptr_t)thing + field->offset);
}

static bool is_text(const struct entity_field *field)
{
	return field->kind == FIELD_TEXT || field->kind == FIELD_CODE || field->kind == FIELD_CHOICE;
}

static bool is_choice(const char *choices, struct text value)
{
	struct text rest = text_of(choices);

	while (rest.data)
		if (text_equal(text_cut(&rest, ' '), value))
			return true;
	return false;
}

static bool is_code(struct text text)
{
	for (size_t i = 0; i < text.size; i++) {
		char c = text.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
			    c == '-'))
			return false;
	}
	return true;
}

static const char *text_problem(const struct entity_field *field, struct text typed)
{
	size_t most = field->most > 0 ? (size_t)field->most : TEXT_MOST, count = 0;
	struct text rest = typed;

	if (!utf8_is_valid(typed))
		return TR("Ce texte contient des caractères illisibles.");
	for (; rest.size; count++)
		utf8_next(&rest);
	if (count > most)
		return TR("C'est trop long.");
	if (field->kind == FIELD_CODE && !is_code(typed))
		return TR("Un code ne contient que des lettres, des chiffres, points et tirets.");
	if (field->kind == FIELD_CHOICE && !is_choice(field->choices, typed))
		return TR("Choisissez une des valeurs proposées.");
	return NULL;
}

static const char *integer_read(const struct entity_field *field, struct text typed, int64_t *ret_value)
{
	int64_t value = 0;
	bool is_bounded = field->least || field->most;

	switch (field->kind) {
	case FIELD_NUMBER:
		if (number_parse(typed, text_find(typed, TEXT(",")) < typed.size ? ',' : '.', ' ', &value) != STATUS_OK)
			return TR("Ce n'est pas un nombre.");
		break;
	case FIELD_DATE:
		if (date_parse(typed, DATE_ISO, &value) != STATUS_OK &&
		    date_parse(typed, DATE_DAY_FIRST, &value) != STATUS_OK)
			return TR("Ce n'est pas une date.");
		break;
	default:
		if (typed.size > INTEGER_DIGITS || number_read(typed, &value) != STATUS_OK || value % NUMBER_ONE != 0)
			return TR("Ce n'est pas un nombre entier.");
		value /= NUMBER_ONE;
		break;
	}
	if (is_bounded && (value < field->least || value > field->most))
		return TR("Cette valeur est hors des limites.");
	*ret_value = value;
	return NULL;
}

enum status entity_set(const struct entity_field *field, struct text typed, struct arena *arena, void *thing,
	struct message *ret_problem)
{
	struct message problem = {.id = NULL};

	typed = text_trim(typed);
	if (field->kind == FIELD_YES_NO) {
		*bool_at(field, thing) = text_is(typed, "1") || text_is(typed, "on") || text_is(typed, "yes");
	} else if (typed.size == 0) {
		if (field->is_required)
			problem.id = TR("À remplir.");
		else if (is_text(field))
			*text_at(field, thing) = TEXT_NONE;
		else
			*integer_at(field, thing) = INT64_MIN;
	} else if (is_text(field)) {
		problem.id = text_problem(field, typed);
		if (!problem.id) {
			struct text copy = arena_text(arena, typed);

			if (!copy.data)
				return STATUS_NO_MEMORY;
			*text_at(field, thing) = copy;
		}
	} else {
		problem.id = integer_read(field, typed, integer_at(field, thing));
	}
	*ret_problem = problem;
	return STATUS_OK;
}

enum status entity_fill(const struct entity *entity, struct text (*input)(void *context, const char *name),
	void *context, struct arena *arena, void *thing, struct entity_problem *problems, size_t limit, size_t *ret_count)
{
	size_t count = 0;

	for (const struct entity_field *field = entity->fields; field->name; field++) {
		struct message problem;

		if (field->is_hidden || field->kind == FIELD_TIME)
			continue;
		TRY(entity_set(field, input(context, field->name), arena, thing, &problem));
		if (problem.id && count < limit)
			problems[count++] = (struct entity_problem){field->name, problem};
	}
	*ret_count = count;
	return STATUS_OK;
}

enum status entity_read(const struct entity *entity, struct rows *rows, struct arena *arena, void *ret_thing)
{
	int column = 0;

	for (const struct entity_field *field = entity->fields; field->name; field++, column++) {
		if (is_text(field)) {
			struct text copy = rows_copy(rows, column, arena);

			if (!copy.data && !rows_is_null(rows, column))
				return STATUS_NO_MEMORY;
			*text_at(field, ret_thing) = copy;
		} else if (field->kind == FIELD_YES_NO) {
			*bool_at(field, ret_thing) = rows_integer(rows, column) != 0;
		} else {
			*integer_at(field, ret_thing) = rows_optional(rows, column);
		}
	}
	return STATUS_OK;
}

void csv_value(struct buffer *buffer, struct text text, char separator)
{
	bool is_formula = text.size && strchr("=+-@\t\r", text.data[0]) && text.data[0];
	bool is_quoted = is_formula;

	for (size_t i = 0; i < text.size && !is_quoted; i++)
		is_quoted = text.data[i] == separator || text.data[i] == '"' || text.data[i] == '\n' || text.data[i] == '\r';
	if (!is_quoted) {
		buffer_append(buffer, text);
		return;
	}
	buffer_byte(buffer, '"');
	if (is_formula)
		buffer_byte(buffer, '\'');
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '"')
			buffer_byte(buffer, '"');
		buffer_byte(buffer, text.data[i]);
	}
	buffer_byte(buffer, '"');
}

void entity_csv_labels(const struct entity *entity, enum language language, char separator, struct buffer *buffer)
{
	bool is_first = true;

	for (const struct entity_field *field = entity->fields; field->name; field++) {
		if (field->is_hidden)
			continue;
		if (!is_first)
			buffer_byte(buffer, separator);
		csv_value(buffer, text_of(tr(language, field->label)), separator);
		is_first = false;
	}
	buffer_string(buffer, "\r\n");
}

static void plain_value(const struct entity_field *field, const void *thing, char separator, struct buffer *buffer)
{
	int64_t value;

	if (is_text(field)) {
		csv_value(buffer, *text_at(field, thing), separator);
		return;
	}
	if (field->kind == FIELD_YES_NO) {
		buffer_byte(buffer, *bool_at(field, thing) ? '1' : '0');
		return;
	}
	value = *integer_at(field, thing);
	if (value == INT64_MIN)
		return;
	switch (field->kind) {
	case FIELD_NUMBER:
		number_print(buffer, value);
		break;
	case FIELD_DATE:
		date_print(buffer, value);
		break;
	case FIELD_TIME:
		time_print(buffer, value);
		break;
	default:
		buffer_format(buffer, "%lld", (long long)value);
		break;
	}
}

void entity_csv(const struct entity *entity, const void *thing, char separator, struct buffer *buffer)
{
	bool is_first = true;

	for (const struct entity_field *field = entity->fields; field->name; field++) {
		if (field->is_hidden)
			continue;
		if (!is_first)
			buffer_byte(buffer, separator);
		plain_value(field, thing, separator, buffer);
		is_first = false;
	}
	buffer_string(buffer, "\r\n");
}

static void json_value(const struct entity_field *field, const void *thing, struct json_writer *json)
{
	switch (field->kind) {
	case FIELD_TEXT:
	case FIELD_CODE:
	case FIELD_CHOICE:
		put_text(json, *text_at(field, thing));
		break;
	case FIELD_YES_NO:
		put_bool(json, *bool_at(field, thing));
		break;
	case FIELD_NUMBER:
		put_micro(json, *integer_at(field, thing));
		break;
	case FIELD_DATE:
		put_date(json, *integer_at(field, thing));
		break;
	case FIELD_TIME:
		put_time(json, *integer_at(field, thing));
		break;
	case FIELD_INTEGER:
		if (*integer_at(field, thing) == INT64_MIN)
			put_null(json);
		else
			put_int(json, *integer_at(field, thing));
		break;
	}
}

void entity_json(const struct entity *entity, const void *thing, struct json_writer *json)
{
	put_object(json);
	for (const struct entity_field *field = entity->fields; field->name; field++) {
		put_key(json, field->name);
		json_value(field, thing, json);
	}
	put_object_end(json);
}

static bool is_same(const struct entity_field *field, const void *a, const void *b)
{
	if (is_text(field)) {
		struct text first = *text_at(field, a), second = *text_at(field, b);

		return !first.data == !second.data && text_equal(first, second);
	}
	if (field->kind == FIELD_YES_NO)
		return *bool_at(field, a) == *bool_at(field, b);
	return *integer_at(field, a) == *integer_at(field, b);
}

void entity_changes(const struct entity *entity, const void *before, const void *after, struct json_writer *json)
{
	put_object(json);
	for (const struct entity_field *field = entity->fields; field->name; field++) {
		if (is_same(field, before, after))
			continue;
		put_key(json, field->name);
		put_array(json);
		json_value(field, before, json);
		json_value(field, after, json);
		put_array_end(json);
	}
	put_object_end(json);
}

enum status entity_check(struct reader *reader, const struct entity *entity, const char **ret_missing)
{
	for (const struct entity_field *field = entity->fields; field->name; field++) {
		struct rows AUTO(rows_release) *rows = NULL;
		struct text type;

		TRY(store_query(reader, &TABLE_COLUMN, PARAMS(value_string(entity->table), value_string(field->name)), &rows));
		if (!rows_next(rows)) {
			TRY(rows_status(rows));
			*ret_missing = field->name;
			return STATUS_INVALID;
		}
		type = rows_text(rows, 0);
		if (is_text(field) ? !text_is(type, "text") : !text_is(type, "integer") && !text_is(type, "bigint")) {
			*ret_missing = field->name;
			return STATUS_INVALID;
		}
	}
	return STATUS_OK;
}
