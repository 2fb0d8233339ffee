#ifndef VIGIE_BASE_CLOCK_H
#define VIGIE_BASE_CLOCK_H
/* Time: UTC, microseconds since 1970 in an int64_t; dates: days since 1970-01-01 in an int64_t.
 * DATE_NONE / TIME_NONE is "missing". */
#include "base/buffer.h"

#define DATE_NONE INT64_MIN
#define TIME_NONE INT64_MIN
#define MICROSECONDS INT64_C(1000000)

int64_t clock_now(void); /* UTC microseconds */
int64_t clock_monotonic(void); /* microseconds, for measuring spans */
int64_t clock_today(void);
int64_t date_of(int64_t time); /* floor */
int64_t date_from(int year, int month, int day); /* DATE_NONE if there is no such day */
void date_split(int64_t date, int *ret_year, int *ret_month, int *ret_day);
int date_weekday(int64_t date); /* 0 Monday … 6 Sunday */

/* The order of a date's parts as a country writes it. */
enum date_form { DATE_ISO, DATE_DAY_FIRST, DATE_MONTH_FIRST, DATE_COMPACT /* 20261124 */ };
/* "2020-01-11", "2019-12-02 00:00:00.0", "16/09/2013", "3/31/15" (two digits: 1970–2069). */
enum status date_parse(struct text text, enum date_form form, int64_t *ret_date) MUST_CHECK;
void date_print(struct buffer *buffer, int64_t date); /* 2026-11-24 */
void time_print(struct buffer *buffer, int64_t time); /* 2026-11-24T10:20:30Z */
enum status time_parse(struct text text, int64_t *ret_time) MUST_CHECK; /* RFC 3339 */

#endif
