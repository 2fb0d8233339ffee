#ifndef VIGIE_DOMAIN_ENTITY_H
#define VIGIE_DOMAIN_ENTITY_H
/* What a thing is made of: one row per field, with its label, kind and place in the C struct. From the rows
 * come reading from the database and from forms with all problems at once, CSV and JSON, and the check that
 * the database has the columns. A row whose C type disagrees with its kind does not compile. */
#include "base/arena.h"
#include "base/catalogue.h"
#include "base/json.h"
#include "store/store.h"

enum field_kind {
	FIELD_TEXT, /* struct text */
	FIELD_CODE, /* struct text: letters, digits, . _ - only */
	FIELD_CHOICE, /* struct text, one of `choices` */
	FIELD_INTEGER, /* int64_t, INT64_MIN missing */
	FIELD_NUMBER, /* int64_t micro, NUMBER_NONE missing */
	FIELD_DATE, /* int64_t days, DATE_NONE missing */
	FIELD_TIME, /* int64_t microseconds, TIME_NONE missing; never read from a form */
	FIELD_YES_NO, /* bool */
};
struct entity_field {
	const char *name; /* member, column and input alike */
	enum field_kind kind;
	size_t offset;
	const char *label; /* French message id */
	const char *choices; /* FIELD_CHOICE: blank-separated codes */
	bool is_required;
	bool is_hidden; /* not in lists and exports: keys, versions */
	int64_t least, most; /* numbers and dates; both 0: no bounds. Texts: most is characters, 0: 200 */
};
/* FIELD(DATE, struct lot, sold_on, TR("Vendu le"), .is_required = true) */
#define FIELD(KIND, type, member, ...)                                                                                 \
	{                                                                                                              \
		.name = #member, .kind = FIELD_##KIND, .offset = offsetof(type, member) + FIELD_FITS_##KIND(type, member), \
		.label = __VA_ARGS__                                                                                   \
	}
#define FIELD_IS_TEXT(type, member) _Generic(((type *)0)->member, struct text: 0)
#define FIELD_IS_INTEGER(type, member) _Generic(((type *)0)->member, int64_t: 0)
#define FIELD_FITS_TEXT FIELD_IS_TEXT
#define FIELD_FITS_CODE FIELD_IS_TEXT
#define FIELD_FITS_CHOICE FIELD_IS_TEXT
#define FIELD_FITS_INTEGER FIELD_IS_INTEGER
#define FIELD_FITS_NUMBER FIELD_IS_INTEGER
#define FIELD_FITS_DATE FIELD_IS_INTEGER
#define FIELD_FITS_TIME FIELD_IS_INTEGER
#define FIELD_FITS_YES_NO(type, member) _Generic(((type *)0)->member, bool: 0)

struct entity {
	const char *name; /* "lot" */
	const char *table; /* "lots" */
	const struct entity_field *fields; /* ended by name NULL */
};

/* What is wrong with one field, to be shown beside it. */
struct entity_problem {
	const char *field;
	struct message message;
};
/* Reads one typed text into its member: trimmed, checked against the row's kind, choices and bounds. Texts are
 * copied into the arena; an empty one is a missing value. A message with id NULL: fine. STATUS_NO_MEMORY only. */
enum status entity_set(const struct entity_field *field, struct text typed, struct arena *arena, void *thing,
	struct message *ret_problem) MUST_CHECK;
/* All fields that are no times and not hidden, from `input` (missing: TEXT_NONE); notes every problem, up to
 * `limit`, and returns their count in *ret_count. */
enum status entity_fill(const struct entity *entity, struct text (*input)(void *context, const char *name),
	void *context, struct arena *arena, void *thing, struct entity_problem *problems, size_t limit,
	size_t *ret_count) MUST_CHECK;
/* The row a query stands on; its columns are the fields in the table's order. */
enum status entity_read(const struct entity *entity, struct rows *rows, struct arena *arena, void *ret_thing)
	MUST_CHECK;

/* A line of labels, a line of values: RFC 4180 with `separator`; numbers and dates in their plain form, and no
 * text that a spreadsheet would take for a formula. */
void entity_csv_labels(const struct entity *entity, enum language language, char separator, struct buffer *buffer);
void entity_csv(const struct entity *entity, const void *thing, char separator, struct buffer *buffer);
/* One value of CSV, quoted when it must be. */
void csv_value(struct buffer *buffer, struct text text, char separator);
/* An object of all fields. */
void entity_json(const struct entity *entity, const void *thing, struct json_writer *json);
/* {"name":[before,after],…} of what differs, for the journal. */
void entity_changes(const struct entity *entity, const void *before, const void *after, struct json_writer *json);

/* The migrated database has every column with the right type; *ret_missing names the first that it has not. */
enum status entity_check(struct reader *reader, const struct entity *entity, const char **ret_missing) MUST_CHECK;

#endif
