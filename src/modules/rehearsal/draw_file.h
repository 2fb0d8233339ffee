#ifndef VIGIE_REHEARSAL_DRAW_FILE_H
#define VIGIE_REHEARSAL_DRAW_FILE_H
/* The published file of a period's draw, and its audit by whoever has nothing else.
 *
 * Lines of JSON. The first is the head: period, key, digest of the key, selection rows, the journal's row of the
 * commitment with its Merkle path, the blocks from its own to the last. Then a line for each decision in order:
 *   i identity's SHA-256 · t when (UTC microseconds) · g gate · o office · r type and regime, "+" before for the third
 *   gate · s selection row · n counters before [decided, green, blue, yellow, red] · p lane of the random pick ·
 *   w lane without the top-up · q lane of the top-up · l lane
 * The last line has the count and the SHA-256 of all bytes before it. Shares are millionths. */
#include "modules/risk/risk.h"

/* Writes the file of the period of that day into `out` line by line and notes in the journal that it was published.
 * STATUS_NOT_FOUND: no such period; STATUS_FORBIDDEN: it still runs; STATUS_CONFLICT: its commitment is not sealed yet. */
enum status draw_publish(struct database *database, const struct actor *actor, int64_t day,
	enum status (*write)(void *context, struct text line), void *context) MUST_CHECK;

struct draw_audit {
	int64_t first_day, last_day, committed_at;
	int64_t decisions, picks[LANE_COUNT], top_ups[LANE_COUNT];
	int64_t wrong; /* lines that do not agree */
	int64_t wrong_line; /* the first of them, from 1; 0: none */
	struct message problem; /* of that line, or of the whole; id NULL: all agrees */
	bool is_late; /* committed to after the period had begun, though before each of its decisions */
	bool has_head; /* the head asked for is in the chain, after the commitment */
	unsigned char last_head[DIGEST_SIZE];
};
/* Checks everything. STATUS_MALFORMED: it is no such file. `head` (DIGEST_SIZE bytes or NULL) is one that a witness
 * kept: it must be among the blocks. */
enum status draw_audit(struct text file, const unsigned char *head, struct draw_audit *ret_audit)
	MUST_CHECK;

#endif
