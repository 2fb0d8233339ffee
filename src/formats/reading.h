#ifndef VIGIE_FORMATS_READING_H
#define VIGIE_FORMATS_READING_H
/* What the readers share among themselves: a run over one file, and how values are cleaned and kept. */
#include "formats/reader.h"

/* One run of formats_read(). */
struct run {
	struct source *source;
	struct reader_options options; /* limits filled in */
	struct reading *reading; /* never NULL */
	enum status (*each)(void *context, const struct consignment *consignment, const struct problem_list *problems);
	void *context;
	struct refusal *refusal; /* never NULL */
};

/* A source whose start was read to recognise it, and is read again. */
enum { START = 1 << 16 };
struct replayed {
	struct source *source;
	char *start;
	size_t size, at;
};

/* A run that is ready: format recognised, limits complete. It must stay where it is; run_close() it, also
 * when run_open() failed. */
struct opened {
	struct run run;
	struct replayed replayed;
	struct source source;
	struct reading reading;
	struct text start;
	char space[512];
};
enum status run_open(struct opened *opened, struct source *source, const struct reader_options *options,
	enum status (*each)(void *context, const struct consignment *consignment, const struct problem_list *problems),
	void *context, struct refusal *refusal) MUST_CHECK;
void run_close(struct opened *opened);

enum status sad_read(struct run *run) MUST_CHECK;
enum status manifest_read(struct run *run) MUST_CHECK;
enum status csv_read(struct run *run) MUST_CHECK;

/* The separator that stands equally often on each of the first lines; 0: this is no table. */
char table_separator(struct text start);

/* Refuses the file and returns the status. */
enum status run_refuse(struct run *run, enum status status, int64_t line, const char *message, struct text value,
	const char *mend) MUST_CHECK;
/* Hands one consignment over and counts it. */
enum status run_each(struct run *run, const struct consignment *consignment, const struct problem_list *problems)
	MUST_CHECK;

/* --- values ---------------------------------------------------------------------------------------------- */

/* Runs of blanks, tabs, line ends and no-break spaces become one blank in place, none at the ends;
 * returns the new size. */
size_t value_squeeze(char *bytes, size_t size);
/* The same for text of several lines: each line is squeezed, empty ones go, '\n' between them stays. */
size_t value_squeeze_lines(char *bytes, size_t size);
/* A copy in the arena; TEXT_NONE for an empty text. STATUS_NO_MEMORY or STATUS_TOO_LARGE (arena's limit). */
enum status value_keep(struct arena *arena, struct text text, struct text *ret_text) MUST_CHECK;
/* Adds a word to a blank-separated list in the arena, once. */
enum status value_add_word(struct arena *arena, struct text word, struct text *list) MUST_CHECK;
/* First line is the name, the others are the address. `lines` as value_squeeze_lines() leaves it. */
enum status value_party(struct arena *arena, struct text lines, struct party *party) MUST_CHECK;
/* Digits of a commodity code, blanks and dots removed; false when something else is in it. */
bool value_is_digits(struct text text);
/* A text of 17 characters with letters and digits that can be a vehicle's chassis number; TEXT_NONE when the
 * text holds none. */
struct text value_chassis(struct text text);
/* A number as text for a message, in the arena; "" without memory. */
struct text value_count(struct arena *arena, size_t count);
struct text value_number(struct arena *arena, int64_t micro);

/* Room for one more row in a growing array of the arena: doubles. *rows stays valid on failure. */
enum status array_grow(struct arena *arena, void *rows, size_t count, size_t *capacity, size_t size) MUST_CHECK;

#endif
