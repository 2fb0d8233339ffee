#ifndef VIGIE_FORMATS_LISTED_H
#define VIGIE_FORMATS_LISTED_H
/* Lists of names (sanctions, wanted, struck off): the Security Council's consolidated list in XML, and tables in CSV with
 * a mapping. Both give the same rows. */
#include "formats/reader.h"

enum listed_kind { LISTED_PERSON, LISTED_FIRM, LISTED_VESSEL, LISTED_KINDS };
const char *listed_kind_code(enum listed_kind kind); /* "person", "firm", "vessel" */
bool listed_kind_from(struct text code, enum listed_kind *ret_kind); /* these codes alone */

enum { LISTED_NAMES = 64, LISTED_NAME = 250 /* bytes */, LISTED_ROWS = 2000000 };
struct listed {
	struct text reference; /* unique in the list: "QDi.001"; of a table without one, the name folded */
	enum listed_kind kind;
	struct text *names; /* the first is the main one */
	size_t name_count, name_capacity;
	struct text identifiers; /* tax numbers, passports, IMO numbers; blank-separated, only letters and digits */
	struct text country, born, program, remark; /* for people; may be missing */
	int64_t line;
};
struct listed_list {
	struct listed **rows; /* in the order of the file, each reference once */
	size_t count, left_out; /* rows without a name, or whose reference was there before */
	struct text published; /* as the file says; may be missing */
	struct text mapping; /* the one used for a table; missing for XML */
};
/* A mapping of a table is lines "key = Column", with # for remarks:
 *   name = Surname, First names     columns joined by blanks; the only line that must be there
 *   alias = Other names, Spelling   each a name of its own; several in one cell with ; between
 *   reference, kind, identifier, country, born, program, remark = Column
 *   all = person | firm | vessel    the kind of rows whose column `kind` says nothing
 * What the bytes are is told by themselves. All in the arena, texts may point into `bytes`. STATUS_INVALID,
 * STATUS_TOO_LARGE: see *ret_refusal. `mapping` may be missing: one is proposed from the header (see listed_table.c). */
enum status listed_read(struct arena *arena, struct text bytes, struct text mapping, struct listed_list *ret_list,
	struct refusal *ret_refusal) MUST_CHECK;
/* The two readers behind it. */
enum status un_list_read(struct arena *arena, struct text bytes, struct listed_list *ret_list,
	struct refusal *ret_refusal) MUST_CHECK;
enum status listed_table_read(struct arena *arena, struct text bytes, struct text mapping, struct listed_list *ret_list,
	struct refusal *ret_refusal) MUST_CHECK;
/* A number of a paper as it is compared: capitals and digits, without "IMO" before it; missing when shorter than four. */
enum { LISTED_IDENTIFIER = 40 };
struct text listed_identifier(struct text identifier, char *ret_bytes);
/* A row added at the end; false names already there are passed over. For the readers. */
enum status listed_add_name(struct arena *arena, struct listed *row, struct text name) MUST_CHECK;
enum status listed_add_identifier(struct arena *arena, struct listed *row, struct text identifier) MUST_CHECK;
/* Takes out rows without name and references that come twice; gives references to rows that have none. */
enum status listed_finish(struct arena *arena, struct listed_list *list) MUST_CHECK;

#endif
