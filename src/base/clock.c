/* Dates by arithmetic on the civil calendar (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
#include "base/clock.h"

#include <time.h>

enum { SECONDS_A_DAY = 86400 };

static int64_t read_clock(clockid_t which)
{
	struct timespec now;

	clock_gettime(which, &now);
	return (int64_t)now.tv_sec * MICROSECONDS + now.tv_nsec / 1000;
}

int64_t clock_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_today(void)
{
	return date_of(clock_now());
}

static int64_t floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t date_of(int64_t time)
{
	return time == TIME_NONE ? DATE_NONE : floor_divide(time, SECONDS_A_DAY * MICROSECONDS);
}

int64_t date_from(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100) || year % 400 == 0;
	int64_t era, y;
	int64_t year_of_era, day_of_year;

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > days[month - 1] + (month == 2 && leap))
		return DATE_NONE;
	y = year - (month <= 2);
	era = floor_divide(y, 400);
	year_of_era = y - era * 400;
	day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

void date_split(int64_t date, int *ret_year, int *ret_month, int *ret_day)
{
	int64_t z = date + 719468;
	int64_t era = floor_divide(z, 146097);
	int64_t day_of_era = z - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;

	*ret_day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	*ret_month = (int)(month < 10 ? month + 3 : month - 9);
	*ret_year = (int)(year_of_era + era * 400 + (*ret_month <= 2));
}

int date_weekday(int64_t date)
{
	return (int)(((date + 3) % 7 + 7) % 7);
}

/* Reads 1 to `most` digits. */
static bool read_part(struct text *text, size_t most, int *ret_value)
{
	size_t i = 0;
	int value = 0;

	for (; i < text->size && i < most && text->data[i] >= '0' && text->data[i] <= '9'; i++)
		value = value * 10 + (text->data[i] - '0');
	*text = text_slice(*text, i, text->size);
	*ret_value = value;
	return i > 0;
}

static bool pass_separator(struct text *text, bool needed)
{
	if (!needed)
		return true;
	if (!text->size || !(text->data[0] == '-' || text->data[0] == '/' || text->data[0] == '.'))
		return false;
	*text = text_slice(*text, 1, text->size);
	return true;
}

static int full_year(int year, size_t digits)
{
	if (digits > 2)
		return year;
	return year < 70 ? 2000 + year : 1900 + year;
}

enum status date_parse(struct text text, enum date_form form, int64_t *ret_date)
{
	bool year_first = form == DATE_ISO || form == DATE_COMPACT;
	bool separated = form != DATE_COMPACT;
	int first, second, third, year, month, day;
	struct text rest = text_trim(text);
	size_t before;
	int64_t date;

	if (!read_part(&rest, year_first ? 4 : 2, &first) || !pass_separator(&rest, separated) ||
	    !read_part(&rest, 2, &second) || !pass_separator(&rest, separated))
		return STATUS_INVALID;
	before = rest.size;
	if (!read_part(&rest, year_first ? 2 : 4, &third))
		return STATUS_INVALID;
	if (rest.size && rest.data[0] != ' ' && rest.data[0] != 'T')
		return STATUS_INVALID;
	year = year_first ? first : full_year(third, before - rest.size);
	month = form == DATE_DAY_FIRST || year_first ? second : first;
	day = year_first ? third : form == DATE_DAY_FIRST ? first : second;
	date = date_from(year, month, day);
	if (date == DATE_NONE)
		return STATUS_INVALID;
	*ret_date = date;
	return STATUS_OK;
}

void date_print(struct buffer *buffer, int64_t date)
{
	int year, month, day;

	if (date == DATE_NONE)
		return;
	date_split(date, &year, &month, &day);
	buffer_format(buffer, "%04d-%02d-%02d", year, month, day);
}

void time_print(struct buffer *buffer, int64_t time)
{
	int64_t date, seconds;

	if (time == TIME_NONE)
		return;
	date = date_of(time);
	seconds = floor_divide(time, MICROSECONDS) - date * SECONDS_A_DAY;
	date_print(buffer, date);
	buffer_format(buffer, "T%02d:%02d:%02dZ", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
}

enum status time_parse(struct text text, int64_t *ret_time)
{
	int hour, minute, second;
	struct text rest = text_trim(text);
	int64_t date;

	if (rest.size < 20 || (rest.data[10] != 'T' && rest.data[10] != ' '))
		return STATUS_INVALID;
	TRY(date_parse(text_slice(rest, 0, 10), DATE_ISO, &date));
	rest = text_slice(rest, 11, rest.size);
	if (!read_part(&rest, 2, &hour) || !rest.size || rest.data[0] != ':')
		return STATUS_INVALID;
	rest = text_slice(rest, 1, rest.size);
	if (!read_part(&rest, 2, &minute) || !rest.size || rest.data[0] != ':')
		return STATUS_INVALID;
	rest = text_slice(rest, 1, rest.size);
	if (!read_part(&rest, 2, &second) || !text_is(rest, "Z") || hour > 23 || minute > 59 || second > 59)
		return STATUS_INVALID;
	*ret_time = (date * SECONDS_A_DAY + hour * 3600 + minute * 60 + second) * MICROSECONDS;
	return STATUS_OK;
}
