/* Exact numbers: what real systems write, the edges, and that printing and reading agree. */
#include "base/number.h"

#include "base/secret.h"
#include "base/test.h"

static void check_read(const char *text, long long wanted)
{
	int64_t micro = -77;

	if (number_read(text_of(text), &micro) != STATUS_OK || micro != wanted)
		test_failed(__FILE__, __LINE__, "\"%s\" gives %lld, wanted %lld", text, (long long)micro, wanted);
}

static void check_refused(const char *text, enum status wanted)
{
	int64_t micro = -77;
	enum status status = number_read(text_of(text), &micro);

	if (status != wanted || micro != -77)
		test_failed(__FILE__, __LINE__, "\"%s\" gives %s, wanted %s", text, status_name(status), status_name(wanted));
}

TEST(numbers_as_systems_write_them)
{
	check_read("12", 12000000);
	check_read("-0.5", -500000);
	check_read("+7", 7000000);
	check_read(" 3.25\n", 3250000);
	check_read(".5", 500000);
	check_read("5.", 5000000);
	check_read("1.5060514769E7", 15060514769000);
	check_read("8.1E-4", 810);
	check_read("1e0", 1000000);
	check_read("0E99", 0);
	check_read("0.00000000000000000000000000001E29", 1000000);
	check_read("1E-999", 0);
	check_read("-0", 0);
	check_read("1234567.12345678901234567890123456789", 1234567123457);
	check_read("00012.50", 12500000);
}

TEST(numbers_round_half_away_from_zero)
{
	check_read("0.0000005", 1);
	check_read("-0.0000005", -1);
	check_read("0.00000049999999999999999999999", 0);
	check_read("2.0000015", 2000002);
	CHECK_INTEGER(number_multiply(500000, 1), 1); /* 0.5 of a millionth */
	CHECK_INTEGER(number_multiply(-500000, 1), -1);
	CHECK_INTEGER(number_multiply(499999, 1), 0);
	CHECK_INTEGER(number_divide(number_of(2), number_of(3)), 666667);
	CHECK_INTEGER(number_divide(number_of(-2), number_of(3)), -666667);
	CHECK_INTEGER(number_divide(number_of(1), number_of(-3)), -333333);
}

TEST(numbers_at_the_edge)
{
	check_read("9223372036854.775807", INT64_MAX);
	check_read("-9223372036854.775807", -INT64_MAX);
	check_refused("9223372036854.775808", STATUS_TOO_LARGE);
	check_refused("-9223372036854.775808", STATUS_TOO_LARGE); /* that one means "missing" */
	check_refused("1E13", STATUS_TOO_LARGE);
	check_refused("1E999", STATUS_TOO_LARGE);
	check_refused("99999999999999999999999999999999999999999999", STATUS_TOO_LARGE);
	CHECK(number_multiply(INT64_MAX, 2 * NUMBER_ONE) == NUMBER_NONE);
	CHECK(number_divide(INT64_MAX, 1) == NUMBER_NONE);
	CHECK(number_divide(5, 0) == NUMBER_NONE);
	CHECK(number_add(INT64_MAX, 1) == NUMBER_NONE && number_add(-INT64_MAX, -1) == NUMBER_NONE);
	CHECK(number_of(INT64_MAX) == NUMBER_NONE && number_of(NUMBER_NONE) == NUMBER_NONE);
	CHECK(number_add(NUMBER_NONE, 1) == NUMBER_NONE && number_multiply(1, NUMBER_NONE) == NUMBER_NONE);
}

TEST(numbers_that_are_none)
{
	static const char *const samples[] = {"", " ", "-", ".", "e5", "1e", "1e+", "1.2.3", "0x10", "1,5", "1 2", "--1",
		"nan", "inf", "12kg", "1E5.5", "1E0000", "１"};

	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
		check_refused(samples[i], STATUS_INVALID);
}

TEST(numbers_of_other_countries)
{
	int64_t micro = 0;

	CHECK(number_parse(TEXT("1.234.567,89"), ',', '.', &micro) == STATUS_OK);
	CHECK_INTEGER(micro, 1234567890000);
	CHECK(number_parse(TEXT("1 234"), '.', ' ', &micro) == STATUS_OK);
	CHECK_INTEGER(micro, 1234000000);
	CHECK(number_parse(TEXT("1,5,5"), ',', '.', &micro) == STATUS_INVALID);
	CHECK(number_parse(TEXT("1,23.4"), ',', '.', &micro) == STATUS_INVALID);
}

static void check_print(int64_t micro, const char *wanted)
{
	AUTO(buffer_release) struct buffer buffer;

	buffer_init(&buffer, 64);
	number_print(&buffer, micro);
	CHECK_TEXT(buffer_text(&buffer), wanted);
}

TEST(numbers_print_shortest)
{
	check_print(0, "0");
	check_print(12000000, "12");
	check_print(500000, "0.5");
	check_print(-3250000, "-3.25");
	check_print(-1, "-0.000001");
	check_print(INT64_MAX, "9223372036854.775807");
	check_print(NUMBER_NONE, "");
}

TEST(numbers_print_and_read_agree)
{
	CHECK(secret_init());
	for (int i = 0; i < 20000; i++) {
		AUTO(buffer_release) struct buffer buffer;
		int64_t micro = (int64_t)(secret_random_number(UINT64_MAX) >> secret_random_number(64));
		int64_t again = 0;

		if (i % 2)
			micro = -micro;
		if (micro == NUMBER_NONE)
			continue;
		buffer_init(&buffer, 64);
		number_print(&buffer, micro);
		CHECK(number_read(buffer_text(&buffer), &again) == STATUS_OK);
		CHECK_INTEGER(again, micro);
	}
}

static void check_local(int64_t micro, int decimals, char decimal, const char *thousands, const char *wanted)
{
	AUTO(buffer_release) struct buffer buffer;

	buffer_init(&buffer, 64);
	number_print_local(&buffer, micro, decimals, decimal, thousands);
	CHECK_TEXT(buffer_text(&buffer), wanted);
}

TEST(numbers_print_as_people_write)
{
	check_local(1234500000, 1, ',', " ", "1 234,5");
	check_local(1234567890000, 0, ',', "\xe2\x80\xaf", "1\xe2\x80\xaf" "234\xe2\x80\xaf" "568");
	check_local(999999999, 2, '.', ",", "1,000.00");
	check_local(-400000, 0, '.', ",", "0");
	check_local(-500000, 0, '.', ",", "-1");
	check_local(1, 6, '.', NULL, "0.000001");
	check_local(5000000, 9, '.', NULL, "5.000000");
	check_local(-INT64_MAX, 2, '.', ",", "-9,223,372,036,854.78");
	check_local(NUMBER_NONE, 2, '.', ",", "");
}

TEST(currencies_and_their_decimals)
{
	CHECK_INTEGER(currency_decimals(TEXT("XOF")), 0);
	CHECK_INTEGER(currency_decimals(TEXT("GNF")), 0);
	CHECK_INTEGER(currency_decimals(TEXT("TND")), 3);
	CHECK_INTEGER(currency_decimals(TEXT("EUR")), 2);
	CHECK_INTEGER(currency_decimals(TEXT("F C")), 2);
	CHECK_INTEGER(currency_decimals(TEXT_NONE), 2);
}
