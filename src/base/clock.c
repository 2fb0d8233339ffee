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

/* Two digits: 1970–2069. 0 (no year) for any number of digits but two and four. */
static int full_year(int year, size_t digits)
{
	if (digits == 4)
		return year;
	return digits != 2 ? 0 : year < 70 ? 2000 + year : 1900 + year;
}

/* What may follow a date: nothing, or a time, which is passed over. */
static bool is_time(struct text text)
{
	if (!text.size)
		return true;
	if (text.data[0] != ' ' && text.data[0] != 'T')
		return false;
	for (size_t i = 1; i < text.size; i++)
		if (text_find(TEXT("0123456789:.+-Z APMapm"), text_slice(text, i, i + 1)) == 22)
			return false;
	return true;
}

enum status date_parse(struct text text, enum date_form form, int64_t *ret_date)
{
	bool year_first = form == DATE_ISO || form == DATE_COMPACT;
	bool separated = form != DATE_COMPACT;
	int parts[3], year, month, day;
	size_t digits[3];
	struct text rest = text_trim(text);
	int64_t date;

	for (int i = 0; i < 3; i++) {
		size_t before;

		if (i && !pass_separator(&rest, separated))
			return STATUS_INVALID;
		before = rest.size;
		if (!read_part(&rest, i == (year_first ? 0 : 2) ? 4 : 2, &parts[i]))
			return STATUS_INVALID;
		digits[i] = before - rest.size;
	}
	if (!is_time(rest) || (year_first && digits[0] != 4) || (!separated && (digits[1] != 2 || digits[2] != 2)))
		return STATUS_INVALID;
	year = year_first ? parts[0] : full_year(parts[2], digits[2]);
	month = form == DATE_MONTH_FIRST ? parts[0] : parts[1];
	day = year_first ? parts[2] : form == DATE_DAY_FIRST ? parts[0] : parts[1];
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

static bool pass_byte(struct text *text, char byte)
{
	if (!text->size || text->data[0] != byte)
		return false;
	*text = text_slice(*text, 1, text->size);
	return true;
}

/* Two digits, a colon and two digits. */
static bool read_hour_minute(struct text *text, int *ret_hour, int *ret_minute)
{
	size_t before = text->size;

	return read_part(text, 2, ret_hour) && pass_byte(text, ':') && read_part(text, 2, ret_minute) &&
		before - text->size == 5 && *ret_hour < 24 && *ret_minute < 60;
}

/* ".25" as microseconds; what is beyond the sixth place is dropped. */
static bool read_fraction(struct text *text, int64_t *ret_fraction)
{
	int64_t fraction = 0, unit = MICROSECONDS;
	int digit;

	*ret_fraction = 0;
	if (!pass_byte(text, '.'))
		return true;
	if (!read_part(text, 1, &digit))
		return false;
	do {
		unit /= 10;
		fraction += digit * unit;
	} while (read_part(text, 1, &digit));
	*ret_fraction = fraction;
	return true;
}

/* "Z", "+01:00", "-03:30": minutes east of Greenwich. */
static bool read_offset(struct text text, int *ret_minutes)
{
	int hour, minute;
	bool west = text.size && text.data[0] == '-';

	*ret_minutes = 0;
	if (text_is(text, "Z"))
		return true;
	if ((!pass_byte(&text, '+') && !pass_byte(&text, '-')) || !read_hour_minute(&text, &hour, &minute) || text.size)
		return false;
	*ret_minutes = (hour * 60 + minute) * (west ? -1 : 1);
	return true;
}

enum status time_parse(struct text text, int64_t *ret_time)
{
	int hour, minute, second, offset;
	struct text rest = text_trim(text);
	int64_t date, fraction;

	if (rest.size < 20 || rest.data[4] != '-' || rest.data[7] != '-' || (rest.data[10] != 'T' && rest.data[10] != ' '))
		return STATUS_INVALID;
	TRY(date_parse(text_slice(rest, 0, 10), DATE_ISO, &date));
	rest = text_slice(rest, 11, rest.size);
	if (!read_hour_minute(&rest, &hour, &minute) || !pass_byte(&rest, ':') || !read_part(&rest, 2, &second) ||
	    second > 59 || !read_fraction(&rest, &fraction) || !read_offset(rest, &offset))
		return STATUS_INVALID;
	*ret_time = (date * SECONDS_A_DAY + hour * 3600 + (minute - offset) * 60 + second) * MICROSECONDS + fraction;
	return STATUS_OK;
}
