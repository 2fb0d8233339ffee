#ifndef VIGIE_RISK_HISTORY_RECORD_H
#define VIGIE_RISK_HISTORY_RECORD_H
/* Histories with a witness: what the engine was told while it decided is kept, so that the decision can be
 * computed again from it. Questions come in the same order for the same inputs; the answers are kept in that
 * order, as variable-length integers (count, judged, adverse, price + 1), with runs of "nothing known"
 * shortened. */
#include "base/varint.h"
#include "engine/engine.h"

struct history_record {
	struct history inner; /* look == NULL: nothing is known */
	struct buffer *bytes; /* what was said so far */
	int64_t nothing; /* length of the run of zeros not yet written */
};
/* Appends to `bytes`, which is the caller's. */
void history_record_begin(struct history_record *record, const struct history *inner, struct buffer *bytes);
struct history history_record_face(struct history_record *record);
void history_record_end(struct history_record *record); /* completes `bytes` */

struct history_replay {
	struct text rest;
	int64_t nothing;
	bool ran_out; /* more was asked than had been told: not the same decision */
};
struct history history_replay_face(struct history_replay *replay); /* set rest to the bytes first */

#endif
