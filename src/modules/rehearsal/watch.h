#ifndef VIGIE_REHEARSAL_WATCH_H
#define VIGIE_REHEARSAL_WATCH_H
/* Watching what is in force: facts, scores and outcomes of the last weeks against the months before, per office;
 * targeted against random controls; profiles that went stale. */
#include "engine/drift.h"
#include "modules/rehearsal/rehearsal.h"

enum { WATCH_RECENT = 60, WATCH_BEFORE = 300 /* days, the recent ones not among them */ };
enum watch_level { WATCH_FINE, WATCH_NOTED, WATCH_ALERT };
/* What is measured; a fact has a distribution. Rows of one table: codes are stored, labels shown. */
struct watch_measure {
	const char *code;
	const char *label; /* French message id */
};
extern const struct watch_measure watch_measures[]; /* ended by code NULL; the first WATCH_FACTS are facts */
enum { WATCH_ORIGIN, WATCH_CHAPTER, WATCH_REGIME, WATCH_DECLARANT, WATCH_MASS, WATCH_PRICE, WATCH_ITEMS, WATCH_FACTS };
enum { WATCH_SCORE = WATCH_FACTS, WATCH_HIT_RATE, WATCH_TARGETED, WATCH_PROFILE_SILENT, WATCH_PROFILE_FRUITLESS };

/* The job: works all out again, keeps it, raises new alerts as events and ends those that are over. */
enum status watch_run(struct database *database, int64_t today, struct arena *arena, int64_t *ret_alerts) MUST_CHECK;
#define WATCH_JOB "rehearsal.watch"
#define WATCH_EVENT "watch.alert"

#endif
