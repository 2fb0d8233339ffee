/* Repeating the row of a plain insert. */
#include "store/plain_insert.h"

#include <stdlib.h>
#include <string.h>

/* The values of "insert into … values ($1, …)" when that is all of the statement; TEXT_NONE otherwise. */
static struct text inserted_values(struct text sql)
{
	static const struct text between = {" values (", 9};
	size_t at = text_find(sql, between);
	struct text values;

	if (!text_starts_with(sql, TEXT("insert into ")) || at == sql.size || sql.data[sql.size - 1] != ')')
		return TEXT_NONE;
	values = text_slice(sql, at + between.size, sql.size - 1);
	for (size_t i = 0; i < values.size; i++)
		if (!strchr("$0123456789, ", values.data[i]))
			return TEXT_NONE;
	return values;
}

/* Which of SQLite's parameters of one row "$number" is, from 1. */
static int parameter_of(const struct plain_insert *insert, int number)
{
	for (int i = 0; i < insert->parameters; i++)
		if (insert->numbers[i] == number)
			return i + 1;
	return 0;
}

static void put_row(struct buffer *out, const struct plain_insert *insert, struct text values, int before)
{
	const char *at = values.data, *end = values.data + values.size;

	buffer_byte(out, '(');
	while (at < end) {
		char *after = NULL;

		if (*at != '$') {
			buffer_byte(out, *at++);
			continue;
		}
		buffer_format(out, "?%d", before + parameter_of(insert, (int)strtol(at + 1, &after, 10)));
		at = after;
	}
	buffer_byte(out, ')');
}

bool plain_insert_repeat(const struct plain_insert *insert, int rows, struct buffer *out)
{
	struct text sql = text_of(insert->sql), values = inserted_values(sql);

	if (!values.data || !insert->parameters)
		return false;
	buffer_string(out, "insert or fail ");
	buffer_append(out, text_slice(sql, strlen("insert "), (size_t)(values.data - sql.data) - 1));
	for (int row = 0; row < rows; row++) {
		if (row)
			buffer_string(out, ", ");
		put_row(out, insert, values, row * insert->parameters);
	}
	return true;
}
