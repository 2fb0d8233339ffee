/* Dates and times: four hundred years of days, the forms in use, and what is refused. */
#include "base/clock.h"

#include "base/test.h"

TEST(every_day_of_four_hundred_years)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t wanted = date_from(1900, 1, 1);
	int weekday = 0; /* 1900-01-01 was a Monday */

	CHECK_INTEGER(wanted, -25567);
	for (int year = 1900; year < 2300; year++)
		for (int month = 1; month <= 12; month++) {
			bool leap = (year % 4 == 0 && year % 100) || year % 400 == 0;
			int last = days[month - 1] + (month == 2 && leap);

			for (int day = 1; day <= last; day++, wanted++, weekday = (weekday + 1) % 7) {
				int y, m, d;
				int64_t date = date_from(year, month, day);

				date_split(date, &y, &m, &d);
				if (date != wanted || y != year || m != month || d != day || date_weekday(date) != weekday) {
					test_failed(__FILE__, __LINE__, "%d-%d-%d", year, month, day);
					return;
				}
			}
			CHECK(date_from(year, month, last + 1) == DATE_NONE);
		}
}

TEST(days_that_are_none)
{
	CHECK(date_from(2023, 2, 29) == DATE_NONE && date_from(2024, 2, 29) != DATE_NONE);
	CHECK(date_from(1900, 2, 29) == DATE_NONE && date_from(2000, 2, 29) != DATE_NONE);
	CHECK(date_from(2020, 0, 1) == DATE_NONE && date_from(2020, 13, 1) == DATE_NONE);
	CHECK(date_from(2020, 1, 0) == DATE_NONE && date_from(0, 1, 1) == DATE_NONE && date_from(10000, 1, 1) == DATE_NONE);
	CHECK_INTEGER(date_from(1970, 1, 1), 0);
	CHECK_INTEGER(date_of(-1), -1);
	CHECK(date_of(TIME_NONE) == DATE_NONE);
}

static void check_parse(const char *text, enum date_form form, int64_t wanted)
{
	int64_t date = DATE_NONE;
	enum status status = date_parse(text_of(text), form, &date);

	if ((status == STATUS_OK) != (wanted != DATE_NONE) || date != wanted)
		test_failed(__FILE__, __LINE__, "\"%s\" gives %lld, wanted %lld", text, (long long)date, (long long)wanted);
}

TEST(dates_as_countries_write_them)
{
	check_parse("2020-01-11", DATE_ISO, date_from(2020, 1, 11));
	check_parse("2019-12-02 00:00:00.0", DATE_ISO, date_from(2019, 12, 2));
	check_parse("2019-12-02T23:00:00+01:00", DATE_ISO, date_from(2019, 12, 2));
	check_parse(" 16/09/2013 ", DATE_DAY_FIRST, date_from(2013, 9, 16));
	check_parse("16.9.13", DATE_DAY_FIRST, date_from(2013, 9, 16));
	check_parse("3/31/15", DATE_MONTH_FIRST, date_from(2015, 3, 31));
	check_parse("3/31/70", DATE_MONTH_FIRST, date_from(1970, 3, 31));
	check_parse("3/31/69 11:20 PM", DATE_MONTH_FIRST, date_from(2069, 3, 31));
	check_parse("20261124", DATE_COMPACT, date_from(2026, 11, 24));
	check_parse("20261124T1020", DATE_COMPACT, date_from(2026, 11, 24));
}

TEST(dates_that_are_refused)
{
	static const char *const iso[] = {"", "2020", "2020-01", "2020-01-32", "20-01-11", "2020-01-11x", "2020-13-01",
		"2020-01-11 yesterday", "-2020-01-11", "2020--01-11", "20200111", "2020-001-11"};

	for (size_t i = 0; i < sizeof iso / sizeof *iso; i++)
		check_parse(iso[i], DATE_ISO, DATE_NONE);
	check_parse("2026112", DATE_COMPACT, DATE_NONE);
	check_parse("202611241", DATE_COMPACT, DATE_NONE);
	check_parse("1/2/123", DATE_DAY_FIRST, DATE_NONE);
	check_parse("1/2/3", DATE_DAY_FIRST, DATE_NONE);
	check_parse("31/12/2020", DATE_MONTH_FIRST, DATE_NONE);
	check_parse("12/31/2020", DATE_DAY_FIRST, DATE_NONE);
}

TEST(times_go_round)
{
	static const int64_t samples[] = {0, 1764000000 * MICROSECONDS, -1 * MICROSECONDS, 4102444799 * MICROSECONDS};

	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		AUTO(buffer_release) struct buffer buffer;
		int64_t again = TIME_NONE;

		buffer_init(&buffer, 64);
		time_print(&buffer, samples[i]);
		CHECK(time_parse(buffer_text(&buffer), &again) == STATUS_OK);
		CHECK_INTEGER(again, samples[i]);
	}
}

static void check_time(const char *text, const char *wanted)
{
	AUTO(buffer_release) struct buffer buffer;
	int64_t time = TIME_NONE;

	buffer_init(&buffer, 64);
	if (time_parse(text_of(text), &time) == STATUS_OK)
		time_print(&buffer, time);
	CHECK_TEXT(buffer_text(&buffer), wanted);
}

TEST(times_of_rfc_3339)
{
	int64_t time = 0;

	check_time("2026-11-24T10:20:30Z", "2026-11-24T10:20:30Z");
	check_time("2026-11-24 10:20:30+01:00", "2026-11-24T09:20:30Z");
	check_time("2026-11-24T23:50:00-03:30", "2026-11-25T03:20:00Z");
	CHECK(time_parse(TEXT("1970-01-01T00:00:00.1234567Z"), &time) == STATUS_OK);
	CHECK_INTEGER(time, 123456);
	check_time("2026-11-24T10:20:30", "");
	check_time("2026-11-24T24:00:00Z", "");
	check_time("2026-11-24T10:60:00Z", "");
	check_time("2026-11-24T10:20:30.Z", "");
	check_time("2026-11-24T10:20:30+0100", "");
	check_time("2026-02-30T10:20:30Z", "");
	check_time("2026/11/24T10:20:30Z", "");
	check_time("2026-11-24T1:020:030Z", "");
}

TEST(clocks_move_forward)
{
	int64_t before = clock_monotonic();

	CHECK(clock_now() > INT64_C(1700000000) * MICROSECONDS);
	CHECK_INTEGER(clock_today(), date_of(clock_now()));
	CHECK(clock_monotonic() >= before);
}
