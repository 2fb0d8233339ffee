#ifndef VIGIE_FORMATS_READER_H
#define VIGIE_FORMATS_READER_H
/* One face for all foreign messages: bytes in, consignments out. The format is recognised by the content,
 * never by a name. A file of any size is read in bounded memory: one consignment at a time. */
#include "base/file.h"
#include "engine/consignment.h"

struct mapping; /* formats/mapping.h */

enum format { FORMAT_UNKNOWN, FORMAT_ASYCUDA_SAD, FORMAT_ASYCUDA_MANIFEST, FORMAT_CSV };
const char *format_code(enum format format); /* "asycuda-sad", "asycuda-manifest", "csv"; "unknown" */

/* What the first bytes of a file (some hundred; all of a small file) show. */
enum format format_recognise(struct text start);

/* What a file may hold at most; a member left 0 is the default. Beyond one of them the file is refused. */
struct reader_limits {
	int64_t bytes; /* of the file: 4 GB */
	size_t depth; /* of nested elements: 40 */
	size_t attributes; /* of one element: 32 */
	size_t text; /* bytes of one value: 1 MB (attached files are passed over, not kept) */
	size_t items; /* of one consignment: 20,000 */
	size_t containers; /* of one consignment: 20,000 */
	size_t bills; /* of one manifest, or consignments of an extract: 10,000,000 */
	size_t memory; /* bytes kept of one consignment: 128 MB */
};

/* How a country writes what the message leaves open. */
enum rate_form { RATE_DECIDE, RATE_FRACTION /* 0.2 is 20 % */, RATE_PERCENTAGE /* 20 is 20 % */ };
struct reader_profile {
	bool has_date_form; /* else dates are believed only when the file itself shows their order */
	enum date_form date_form;
	enum rate_form rate_form; /* RATE_DECIDE: by the file's own amounts */
};

/* What is known of the file as a whole. */
struct reading {
	enum format format; /* set as soon as it is recognised, also when the file is refused later */
	size_t consignments;
	size_t items;
	/* Problems of no single consignment (totals of a manifest, broken rows of an extract). The caller sets
	 * problems.arena, or leaves it NULL not to have them. */
	struct problem_list problems;
};

struct reader_options {
	const struct mapping *mapping; /* for CSV; NULL: a CSV file is refused with advice */
	struct reader_limits limits;
	struct reader_profile profile;
	struct reading *reading; /* filled when not NULL */
};

/* Why a file was refused. The values of the messages lie in `space`: pass the struct by address, do not copy
 * it. */
struct refusal {
	int64_t line; /* 0 when no line is to blame */
	struct message message; /* what is wrong */
	struct message mend; /* what to do about it */
	char space[384];
	size_t space_used;
};
/* Fills a refusal, copying the value (cut when long). */
void refusal_set(struct refusal *refusal, int64_t line, const char *message, struct text value, const char *mend);

/* Reads everything in `source`, calling `each` per consignment: consignment and problems are valid during the
 * call only. Another status than STATUS_OK from `each` ends the reading with it. A refused file gives
 * STATUS_INVALID (not such a file, or nothing in it), STATUS_UNSUPPORTED (no format of ours),
 * STATUS_TOO_LARGE (a limit) with *ret_refusal filled; without memory STATUS_NO_MEMORY. Consignments already
 * given to `each` stand: a caller that wants all or nothing keeps them back. A failure that is not the file's
 * (memory, `each`, the source) leaves ret_refusal->message.id NULL. */
enum status formats_read(struct source *source, const struct reader_options *options,
	enum status (*each)(void *context, const struct consignment *consignment, const struct problem_list *problems),
	void *context, struct refusal *ret_refusal) MUST_CHECK;

#endif
