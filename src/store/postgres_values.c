/* Values to and from PostgreSQL's binary forms. */
#include "store/postgres.h"

#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From PostgreSQL's catalogue pg_type; they never change. */
enum {
	OID_BOOL = 16,
	OID_BYTEA = 17,
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_FLOAT4 = 700,
	OID_FLOAT8 = 701,
	OID_NUMERIC = 1700
};

static bool is_null(const struct value *value)
{
	switch (value->kind) {
	case VALUE_REAL:
		return isnan(value->real);
	case VALUE_TEXT:
	case VALUE_BYTES:
		return !value->text.data;
	case VALUE_INTEGER:
		return false;
	case VALUE_NULL:
		break;
	}
	return true;
}

static Oid type_of(const struct value *value)
{
	static const Oid types[] = {[VALUE_NULL] = 0, [VALUE_INTEGER] = OID_INT8, [VALUE_REAL] = OID_FLOAT8,
		[VALUE_TEXT] = OID_TEXT, [VALUE_BYTES] = OID_BYTEA};

	return is_null(value) ? 0 : types[value->kind];
}

enum status postgres_types(struct postgres_parameters *parameters, const struct value *values, size_t count,
	size_t rows)
{
	if (count > MOST_PARAMETERS)
		return STATUS_INTERNAL;
	parameters->count = (int)count;
	for (size_t column = 0; column < count; column++) {
		Oid *type = &parameters->types[column];

		*type = 0;
		for (size_t row = 0; row < rows; row++) {
			Oid now = type_of(&values[row * count + column]);

			if (!now || postgres_type_fits(now, *type))
				continue;
			if (*type && !(now == OID_FLOAT8 && *type == OID_INT8))
				return STATUS_INVALID;
			*type = now;
		}
	}
	return STATUS_OK;
}

bool postgres_type_fits(Oid given, Oid prepared)
{
	return given == prepared || (given == OID_INT8 && prepared == OID_FLOAT8);
}

static uint64_t bits_of(double real)
{
	uint64_t bits;

	memcpy(&bits, &real, sizeof bits);
	return bits;
}

enum status postgres_encode(struct postgres_parameters *parameters, const struct value *values)
{
	for (int i = 0; i < parameters->count; i++) {
		const struct value *value = &values[i];

		parameters->formats[i] = 1;
		parameters->lengths[i] = 0;
		parameters->values[i] = NULL;
		if (is_null(value))
			continue;
		if (value->kind == VALUE_TEXT || value->kind == VALUE_BYTES) {
			if (value->text.size > INT32_MAX / 2)
				return STATUS_TOO_LARGE;
			if (value->kind == VALUE_TEXT && memchr(value->text.data, 0, value->text.size))
				return STATUS_INVALID;
			parameters->values[i] = value->text.data;
			parameters->lengths[i] = (int)value->text.size;
			continue;
		}
		if (value->kind == VALUE_REAL)
			parameters->numbers[i] = htobe64(bits_of(value->real));
		else if (parameters->types[i] == OID_FLOAT8)
			parameters->numbers[i] = htobe64(bits_of((double)value->integer));
		else
			parameters->numbers[i] = htobe64((uint64_t)value->integer);
		parameters->values[i] = (const char *)&parameters->numbers[i];
		parameters->lengths[i] = sizeof parameters->numbers[i];
	}
	return STATUS_OK;
}

static uint64_t read_number(const char *bytes, int size)
{
	uint64_t number = 0;

	for (int i = 0; i < size; i++)
		number = number << 8 | (unsigned char)bytes[i];
	return number;
}

/* numeric: count of groups, weight of the first, sign, scale, then groups of four decimal digits. */
static void print_numeric(const char *bytes, int size, char *out, size_t room)
{
	int groups = (int)read_number(bytes, 2);
	int weight = (int16_t)read_number(bytes + 2, 2);
	unsigned sign = (unsigned)read_number(bytes + 4, 2);
	int scale = (int)read_number(bytes + 6, 2);
	size_t at = 0;

	out[0] = '\0';
	if (size < 8 + 2 * groups || (sign != 0 && sign != 0x4000) || weight > 8)
		return;
	if (sign)
		out[at++] = '-';
	for (int i = 0; i <= weight && at + 6 < room; i++)
		at += (size_t)snprintf(out + at, room - at, i ? "%04d" : "%d",
			i < groups ? (int)read_number(bytes + 8 + 2 * i, 2) : 0);
	if (weight < 0)
		out[at++] = '0';
	out[at] = '\0';
	if (!scale || at + 2 >= room)
		return;
	out[at++] = '.';
	for (int i = weight + 1, left = scale; left > 0 && at + 6 < room; left -= 4, i++)
		at += (size_t)snprintf(out + at, room - at, "%04d",
			i >= 0 && i < groups ? (int)read_number(bytes + 8 + 2 * i, 2) : 0);
	while (at && out[at - 1] == '0')
		out[--at] = '\0';
	if (at && out[at - 1] == '.')
		out[--at] = '\0';
}

static double real_of(const char *bytes, int size)
{
	if (size == 8) {
		uint64_t bits = read_number(bytes, 8);
		double real;

		memcpy(&real, &bits, sizeof real);
		return real;
	}
	uint32_t bits = (uint32_t)read_number(bytes, 4);
	float real;

	memcpy(&real, &bits, sizeof real);
	return (double)real;
}

static int64_t integer_of(const char *bytes, int size)
{
	uint64_t number = read_number(bytes, size);

	return size == 8 ? (int64_t)number : size == 4 ? (int32_t)number : size == 2 ? (int16_t)number : (int64_t)number;
}

/* Reals beyond the integers become the nearest one, as in SQLite. */
static int64_t clamp(double real)
{
	if (real >= 0x1p63)
		return INT64_MAX;
	return real <= -0x1p63 ? INT64_MIN : (int64_t)real;
}

int64_t postgres_decode_integer(const PGresult *result, int row, int column)
{
	const char *bytes = PQgetvalue(result, row, column);
	int size = PQgetlength(result, row, column);
	char scratch[64];

	switch (PQftype(result, column)) {
	case OID_INT8:
	case OID_INT4:
	case OID_INT2:
	case OID_BOOL:
		return integer_of(bytes, size);
	case OID_FLOAT8:
	case OID_FLOAT4:
		return clamp(real_of(bytes, size));
	case OID_NUMERIC:
		print_numeric(bytes, size, scratch, sizeof scratch);
		return strtoll(scratch, NULL, 10);
	default:
		snprintf(scratch, sizeof scratch, "%.*s", size, bytes);
		return strtoll(scratch, NULL, 10);
	}
}

/* strtod follows the process's locale, which the program never sets. */
double postgres_decode_real(const PGresult *result, int row, int column)
{
	const char *bytes = PQgetvalue(result, row, column);
	int size = PQgetlength(result, row, column);
	char scratch[64];

	switch (PQftype(result, column)) {
	case OID_INT8:
	case OID_INT4:
	case OID_INT2:
	case OID_BOOL:
		return (double)integer_of(bytes, size);
	case OID_FLOAT8:
	case OID_FLOAT4:
		return real_of(bytes, size);
	case OID_NUMERIC:
		print_numeric(bytes, size, scratch, sizeof scratch);
		return strtod(scratch, NULL);
	default:
		snprintf(scratch, sizeof scratch, "%.*s", size, bytes);
		return strtod(scratch, NULL);
	}
}

struct text postgres_decode_text(const PGresult *result, int row, int column, char scratch[SCRATCH_SIZE])
{
	const char *bytes = PQgetvalue(result, row, column);
	int size = PQgetlength(result, row, column);

	switch (PQftype(result, column)) {
	case OID_INT8:
	case OID_INT4:
	case OID_INT2:
	case OID_BOOL:
		snprintf(scratch, SCRATCH_SIZE, "%lld", (long long)integer_of(bytes, size));
		return text_of(scratch);
	case OID_FLOAT8:
	case OID_FLOAT4:
		snprintf(scratch, SCRATCH_SIZE, "%.15g", real_of(bytes, size));
		return text_of(scratch);
	case OID_NUMERIC:
		print_numeric(bytes, size, scratch, SCRATCH_SIZE);
		return text_of(scratch);
	default:
		return (struct text){bytes, (size_t)size};
	}
}
