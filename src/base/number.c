/* Exact decimals in millionths. 128-bit integers hold what happens in between. */
#include "base/number.h"

__extension__ typedef __int128 wide;

static int64_t fit(wide value)
{
	return value > INT64_MAX || value <= INT64_MIN ? NUMBER_NONE : (int64_t)value;
}

static wide divide_rounded(wide value, wide by)
{
	wide half = (by < 0 ? -by : by) / 2;

	if (by < 0) {
		value = -value;
		by = -by;
	}
	return value < 0 ? -((-value + half) / by) : (value + half) / by;
}

struct digits {
	wide value; /* all significant digits as one integer */
	int scale; /* how many of them stand after the decimal sign */
	bool any;
	bool negative;
};

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* Reads "123.45". Decimals after the first twenty significant digits are dropped: they cannot change what fits. */
static enum status read_digits(struct text *text, char decimal, char thousands, struct digits *ret)
{
	bool after = false;

	for (; text->size; *text = text_slice(*text, 1, text->size)) {
		char byte = text->data[0];

		if (is_digit(byte)) {
			ret->any = true;
			if (after && (ret->value > INT64_MAX || ret->scale >= 4096))
				continue;
			if (ret->value > (wide)INT64_MAX * 1000000)
				return STATUS_TOO_LARGE;
			ret->value = ret->value * 10 + (byte - '0');
			ret->scale += after;
		} else if (byte == decimal && !after) {
			after = true;
		} else if (!(thousands && byte == thousands && !after && ret->any)) {
			break;
		}
	}
	return ret->any ? STATUS_OK : STATUS_INVALID;
}

static enum status read_exponent(struct text text, int *ret_exponent)
{
	bool negative = false;
	int exponent = 0;

	if (!text.size) {
		*ret_exponent = 0;
		return STATUS_OK;
	}
	if (text.data[0] != 'e' && text.data[0] != 'E')
		return STATUS_INVALID;
	text = text_slice(text, 1, text.size);
	if (text.size && (text.data[0] == '-' || text.data[0] == '+')) {
		negative = text.data[0] == '-';
		text = text_slice(text, 1, text.size);
	}
	if (!text.size || text.size > 3)
		return STATUS_INVALID;
	for (size_t i = 0; i < text.size; i++) {
		if (!is_digit(text.data[i]))
			return STATUS_INVALID;
		exponent = exponent * 10 + (text.data[i] - '0');
	}
	*ret_exponent = negative ? -exponent : exponent;
	return STATUS_OK;
}

enum status number_parse(struct text text, char decimal, char thousands, int64_t *ret_micro)
{
	struct digits digits = {0};
	int exponent, shift;
	int64_t result;

	text = text_trim(text);
	if (text.size && (text.data[0] == '-' || text.data[0] == '+')) {
		digits.negative = text.data[0] == '-';
		text = text_slice(text, 1, text.size);
	}
	TRY(read_digits(&text, decimal, thousands, &digits));
	TRY(read_exponent(text, &exponent));
	for (shift = exponent - digits.scale + 6; shift > 0 && digits.value; shift--) {
		digits.value *= 10;
		if (digits.value > INT64_MAX)
			return STATUS_TOO_LARGE;
	}
	if (shift < 0) {
		wide by = 1;

		for (; shift < 0 && by < (wide)1 << 100; shift++)
			by *= 10;
		digits.value = divide_rounded(digits.value, by);
	}
	result = fit(digits.negative ? -digits.value : digits.value);
	if (result == NUMBER_NONE)
		return STATUS_TOO_LARGE;
	*ret_micro = result;
	return STATUS_OK;
}

enum status number_read(struct text text, int64_t *ret_micro)
{
	return number_parse(text, '.', '\0', ret_micro);
}

void number_print(struct buffer *buffer, int64_t micro)
{
	uint64_t size = micro < 0 ? 0 - (uint64_t)micro : (uint64_t)micro;
	uint64_t fraction = size % 1000000;
	int places = 6;

	if (micro == NUMBER_NONE)
		return;
	buffer_format(buffer, "%s%llu", micro < 0 ? "-" : "", (unsigned long long)(size / 1000000));
	if (!fraction)
		return;
	for (; fraction % 10 == 0; places--)
		fraction /= 10;
	buffer_format(buffer, ".%0*llu", places, (unsigned long long)fraction);
}

void number_print_local(struct buffer *buffer, int64_t micro, int decimals, char decimal, const char *thousands)
{
	static const int64_t powers[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
	wide rounded;
	uint64_t size, whole, unit;
	char digits[24];
	int count = 0;

	if (micro == NUMBER_NONE)
		return;
	decimals = decimals < 0 ? 0 : decimals > 6 ? 6 : decimals;
	rounded = divide_rounded(micro, powers[decimals]);
	size = (uint64_t)(rounded < 0 ? -rounded : rounded);
	unit = (uint64_t)(1000000 / powers[decimals]);
	whole = size / unit;
	if (rounded < 0)
		buffer_byte(buffer, '-');
	do {
		digits[count++] = (char)('0' + whole % 10);
		whole /= 10;
	} while (whole);
	while (count--) {
		buffer_byte(buffer, digits[count]);
		if (count && count % 3 == 0 && thousands)
			buffer_string(buffer, thousands);
	}
	if (decimals)
		buffer_format(buffer, "%c%0*llu", decimal, decimals, (unsigned long long)(size % unit));
}

int64_t number_multiply(int64_t a, int64_t b)
{
	return a == NUMBER_NONE || b == NUMBER_NONE ? NUMBER_NONE : fit(divide_rounded((wide)a * b, NUMBER_ONE));
}

int64_t number_divide(int64_t a, int64_t b)
{
	return a == NUMBER_NONE || b == NUMBER_NONE || !b ? NUMBER_NONE : fit(divide_rounded((wide)a * NUMBER_ONE, b));
}

int64_t number_add(int64_t a, int64_t b)
{
	return a == NUMBER_NONE || b == NUMBER_NONE ? NUMBER_NONE : fit((wide)a + b);
}

int64_t number_of(int64_t whole)
{
	return whole == NUMBER_NONE ? NUMBER_NONE : fit((wide)whole * NUMBER_ONE);
}

int currency_decimals(struct text currency)
{
	/* ISO 4217, list one, minor units other than 2. */
	static const char none[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
	static const char three[] = "BHD IQD JOD KWD LYD OMR TND";

	if (currency.size != 3 || text_find(currency, TEXT(" ")) < 3)
		return 2;
	if (text_find(text_of(none), currency) < sizeof none - 1)
		return 0;
	return text_find(text_of(three), currency) < sizeof three - 1 ? 3 : 2;
}
