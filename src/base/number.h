#ifndef VIGIE_BASE_NUMBER_H
#define VIGIE_BASE_NUMBER_H
/* Exact numbers: an integer count of millionths ("micro"), good to ±9.2 × 10^12. Masses are in kilograms,
 * amounts in units of their currency, rates in fractions; never floating point. NUMBER_NONE is "missing".
 * Money in the database is an integer of the currency's smallest unit; see currency_decimals(). */
#include "base/buffer.h"

#define NUMBER_NONE INT64_MIN
#define NUMBER_ONE INT64_C(1000000)

/* Reads what real systems write: "12", "-0.5", "1.5060514769E7", "8.1E-4", blanks around. Digits beyond the
 * sixth decimal are rounded half away from zero. With thousands = ',' such separators are passed over.
 * `decimal` is '.' or ','. STATUS_INVALID when it is no number, STATUS_TOO_LARGE out of range. */
enum status number_parse(struct text text, char decimal, char thousands, int64_t *ret_micro) MUST_CHECK;
/* The same with '.' and no thousands. */
enum status number_read(struct text text, int64_t *ret_micro) MUST_CHECK;
/* Shortest exact decimal: "12", "0.5", "-3.25"; NUMBER_NONE prints nothing. */
void number_print(struct buffer *buffer, int64_t micro);
/* With exactly `decimals` (0–6, rounded half away from zero) and the separators of a language
 * (0 for no thousands separator): number_print_local(b, 1234500000, 1, ',', " ") → "1 234,5". */
void number_print_local(struct buffer *buffer, int64_t micro, int decimals, char decimal, const char *thousands);
/* a × b and a ÷ b, rounded half away from zero; NUMBER_NONE when either is missing, b is 0, or the result
 * does not fit. */
int64_t number_multiply(int64_t a, int64_t b);
int64_t number_divide(int64_t a, int64_t b);
/* Sums, NUMBER_NONE when either is missing or it does not fit. */
int64_t number_add(int64_t a, int64_t b);
/* A count as micro, NUMBER_NONE if it does not fit. */
int64_t number_of(int64_t whole);
/* Decimals of an ISO 4217 currency: 0 for XOF, XAF, GNF, JPY…, 3 for TND…, 2 for others. */
int currency_decimals(struct text currency);

#endif
