#ifndef VIGIE_MODULES_REFERENCE_REFERENCE_H
#define VIGIE_MODULES_REFERENCE_REFERENCE_H
/* Reference data: the lists of codes that messages use, each row dated. Lists come from files, are compared with
 * what is there, and are taken whole or not at all. Nothing is overwritten: what changes closes the old row and
 * opens a new one, so that a consignment of last year is still read with last year's tariff. */
#include "base/clock.h"
#include "base/number.h"
#include "base/secret.h"
#include "domain/actor.h"
#include "web/module.h"

extern const struct module reference_module;

/* How a code of the kind is written. */
enum reference_code_form {
	REFERENCE_ANY, /* 1 to 40 characters */
	REFERENCE_COUNTRY, /* two letters or digits, made upper case */
	REFERENCE_CURRENCY, /* three letters, made upper case */
	REFERENCE_GOODS, /* 2 to 12 digits, dots and blanks left out, a lost first zero put back */
};
struct reference_kind {
	const char *code; /* "country" */
	const char *label; /* French message id: "Pays" */
	enum reference_code_form form;
	const char *headers; /* what the column of the code is called in lists seen, folded, blank-separated */
	const char *json_key; /* of the list in Debian's iso-codes; NULL: none */
	const char *json_code; /* the member that is the code */
	const char *domain; /* of its translations */
};
extern const struct reference_kind reference_kinds[]; /* ended by code NULL */
const struct reference_kind *reference_kind_find(struct text code); /* NULL: there is none */

struct reference_row {
	int64_t id; /* 0: not from the database */
	struct text code;
	struct text label; /* French, or whatever the list is in */
	struct text translations[LANGUAGE_COUNT]; /* TEXT_NONE where there is none; [LANGUAGE_FR] is never used */
	struct text parent, unit;
	struct text details; /* other columns as a JSON object of texts; TEXT_NONE: none */
	int64_t rate; /* micro, a fraction: 5 % is 50000; NUMBER_NONE */
	int64_t valid_from; /* DATE_NONE in a file: from the day of the import */
	int64_t valid_until; /* the first day on which it no longer holds; DATE_NONE: no end known */
	int64_t line; /* in the file */
};
/* The label in a language, else the label. */
struct text reference_row_label(const struct reference_row *row, enum language language);

struct reference_problem {
	bool is_error; /* an error keeps the list from being taken */
	int64_t line; /* 0: the whole file */
	struct message message;
};
enum reference_complete { REFERENCE_UNSAID, REFERENCE_COMPLETE, REFERENCE_PARTIAL };
enum { REFERENCE_PROBLEMS = 100, REFERENCE_ROWS = 1000000 };

struct reference_file {
	const struct reference_kind *kind;
	struct text bytes; /* JSON of iso-codes, CSV, TSV or an SQL dump of one table; must stay */
	struct text mapping; /* missing: one is proposed from the header */
	struct text translations[LANGUAGE_COUNT]; /* .mo files for names in JSON; missing: none */
};
struct reference_list {
	struct reference_row *rows; /* by code, each once */
	size_t count;
	struct reference_problem problems[REFERENCE_PROBLEMS]; /* the first ones */
	size_t problem_count; /* all of them */
	size_t error_count;
	enum reference_complete complete; /* whether a code that is not in the file has ended */
	struct text proposal; /* the mapping proposed, when none was given */
};
/* Reads a list; all memory is the arena's, texts may point into the file. STATUS_OK also with problems: look at
 * error_count. STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
enum status reference_read(struct arena *arena, const struct reference_file *file, struct reference_list *ret_list)
	MUST_CHECK;

enum reference_change_kind { REFERENCE_ADDED, REFERENCE_CHANGED, REFERENCE_REMOVED };
struct reference_change {
	enum reference_change_kind kind;
	const struct reference_row *before, *after; /* NULL where there is none */
	int64_t from; /* the day on which the new holds and the old ends */
	bool is_too_early; /* the old row holds from a later day: cannot be taken */
};
struct reference_difference {
	size_t added, changed, removed, same;
	size_t before; /* codes that were in force */
	size_t ended; /* rows of the file that had ended by their own date, passed over */
	size_t too_early;
	struct reference_change *changes; /* by code */
	size_t change_count;
};
/* What taking the list from `date` on would change. STATUS_OK, STATUS_NO_MEMORY or the database's. */
enum status reference_compare(struct reader *reader, const struct reference_kind *kind,
	const struct reference_list *list, int64_t date, struct arena *arena, struct reference_difference *ret_difference)
	MUST_CHECK;
/* True when so much would end (more than half, and ten or more) that the file may be only a part of the list: then
 * its mapping must say `complete = yes` or `complete = no`. */
bool reference_is_doubtful(const struct reference_list *list, const struct reference_difference *difference);

struct reference_taking {
	const struct reference_kind *kind;
	const struct reference_list *list;
	int64_t date; /* from when on it holds */
	struct text source; /* the file's name, for people */
	unsigned char digest[DIGEST_SIZE]; /* of its bytes */
};
/* Compares inside the transaction and takes everything or nothing; one row of the journal and the event
 * "reference.take". Without any difference nothing is written. STATUS_INVALID: the list has errors or is doubtful;
 * STATUS_CONFLICT: a row in force begins later, or somebody else took the same kind at this moment. */
enum status reference_take(struct writer *writer, const struct actor *actor, const struct reference_taking *taking,
	struct arena *arena, struct reference_difference *ret_difference) MUST_CHECK;

/* The row of a code in force on a day. STATUS_NOT_FOUND. */
enum status reference_find(struct reader *reader, struct text kind, struct text code, int64_t date,
	struct arena *arena, struct reference_row *ret_row) MUST_CHECK;
/* The label for showing: of the row in force on the day, else of the latest one. STATUS_NOT_FOUND when the code
 * never was in the list. */
enum status reference_label(struct reader *reader, struct text kind, struct text code, int64_t date,
	struct arena *arena, struct text *ret_label) MUST_CHECK;
/* The same with all languages: see reference_row_label(). */
enum status reference_find_any(struct reader *reader, struct text kind, struct text code, int64_t date,
	struct arena *arena, struct reference_row *ret_row) MUST_CHECK;

/* The command `vigie import --reference KIND FILE`. */
struct reference_command {
	const char *kind;
	const char *path; /* "-" is standard input */
	const char *mapping_path; /* NULL: propose one */
	int64_t date; /* DATE_NONE: today */
	bool only_compare;
};
/* *report gets what to print, in the actor's language, whatever the status. STATUS_INVALID: wrong kind, mapping or
 * file; STATUS_CONFLICT as reference_take(). */
enum status reference_import(struct database *database, const struct actor *actor,
	const struct reference_command *command, struct arena *arena, struct buffer *report) MUST_CHECK;

/* Titles of the HS chapters and sections in our own words; French message ids. */
struct hs_chapter {
	int chapter; /* 1–97; 77 is kept free by the convention */
	int section; /* 1–21 */
	const char *title;
};
extern const struct hs_chapter hs_chapters[]; /* ended by chapter 0 */
/* Of any code of two digits and more; NULL when there is no such chapter. */
const char *hs_chapter_title(struct text hs);
const char *hs_section_title(int section); /* NULL when there is none */
int hs_section_of(struct text hs); /* 0 when there is none */

#endif
