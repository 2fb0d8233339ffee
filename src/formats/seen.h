#ifndef VIGIE_FORMATS_SEEN_H
#define VIGIE_FORMATS_SEEN_H
/* Remembers which references were met, by a hash of each: some millions in some tens of megabytes. Two texts
 * with one hash count as the same, which is fine for a warning and for nothing else. */
#include "base/status.h"
#include "base/text.h"

struct seen {
	uint64_t *slots; /* 0 is free */
	size_t count, capacity;
};
enum { SEEN_LIMIT = 1 << 22 };

void seen_release(struct seen *seen); /* also for AUTO() */
/* Says in *ret_new whether the text is met for the first time. Beyond SEEN_LIMIT texts STATUS_TOO_LARGE:
 * what is met from then on is not known. */
enum status seen_add(struct seen *seen, struct text text, bool *ret_new) MUST_CHECK;

#endif
