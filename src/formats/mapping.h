#ifndef VIGIE_FORMATS_MAPPING_H
#define VIGIE_FORMATS_MAPPING_H
/* A mapping (plan de correspondance) says which column of a CSV or TSV extract feeds which fact. Its file is
 * text, one statement a line, '#' before a comment; docs/mapping.md explains it to its writers:
 *
 *   separator ,            or ; | tab
 *   encoding utf-8         or windows-1252
 *   decimal .              or ,
 *   thousands none         or , . space
 *   dates iso              or day-first month-first compact
 *   stage declaration      or manifest
 *   header yes             or no: then columns are named by number
 *   group yes              rows with the same reference that follow each other are one consignment
 *   set flow = I           a value that every consignment or item has
 *   column "Net Mass" = item.net_mass unit g
 *   column "Regime" = type codes B=IM4 C=EX1 *=IM
 *   column 7 = registered_on dates day-first
 *
 * Facts are those of consignment_fields() by their code, items' with "item." and containers' with
 * "container." in front. Units: kg g t (masses), fraction percent (rates), thousand million (amounts). */
#include "base/file.h"
#include "engine/consignment.h"
#include "formats/reader.h"

enum mapping_base { MAPPING_CONSIGNMENT, MAPPING_ITEM, MAPPING_CONTAINER };
enum mapping_encoding { MAPPING_UTF_8, MAPPING_WINDOWS_1252 };

struct mapping_fact {
	enum mapping_base base;
	const struct consignment_field *field;
};

struct mapping_code {
	struct text from, to; /* from "*": anything else */
};

struct mapping_column {
	struct text name; /* as in the header; missing when by number */
	size_t position; /* from 1; 0 when by name */
	struct mapping_fact fact;
	const struct mapping_unit *unit; /* NULL: as it stands */
	bool has_dates;
	enum date_form dates;
	struct mapping_code *codes;
	size_t code_count;
};

struct mapping_unit {
	const char *code;
	const char *of; /* unit of the facts it may be used for */
	int64_t multiply, divide;
};

struct mapping_constant {
	struct mapping_fact fact;
	struct text value;
};

struct mapping {
	char separator;
	enum mapping_encoding encoding;
	char decimal, thousands; /* thousands 0: none */
	enum date_form dates;
	enum stage stage;
	bool header, group;
	struct mapping_column *columns;
	size_t column_count;
	struct mapping_constant *constants;
	size_t constant_count;
};

/* The fact of a code, "item.hs". */
bool mapping_fact_find(struct text code, struct mapping_fact *ret_fact);
/* "item.hs" again, into the buffer. */
void mapping_fact_print(struct buffer *buffer, const struct mapping_fact *fact);
const struct mapping_unit *mapping_unit_find(struct text code); /* NULL: there is none */

/* Reads a mapping file into the arena; the text must stay as long as the mapping. STATUS_INVALID with the
 * line and what is wrong in *ret_refusal. */
enum status mapping_read(struct arena *arena, struct text text, struct mapping **ret_mapping,
	struct refusal *ret_refusal) MUST_CHECK;
/* Prints a mapping as a file that mapping_read() reads. */
void mapping_write(struct buffer *buffer, enum language language, const struct mapping *mapping);

/* What was made of one column of a sample. */
struct mapping_guess {
	struct text column; /* its header, or its number */
	struct text sample; /* the first value that is not empty */
	bool is_mapped;
	bool by_content; /* else by its name */
	struct mapping_fact fact; /* if mapped */
};
struct mapping_proposal {
	struct mapping mapping;
	struct mapping_guess *guesses; /* one per column */
	size_t guess_count;
	size_t rows; /* of the sample that were looked at */
};
/* Proposes a mapping from the first rows of a file (64 KB are plenty; a last line that is cut is no harm).
 * STATUS_INVALID when it is no table. */
enum status mapping_propose(struct arena *arena, struct text sample, struct mapping_proposal *ret_proposal) MUST_CHECK;
/* The proposal as a mapping file: what was not understood stands there as comments with a sample value. */
void mapping_proposal_write(struct buffer *buffer, enum language language, const struct mapping_proposal *proposal);

#endif
