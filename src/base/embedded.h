#ifndef VIGIE_BASE_EMBEDDED_H
#define VIGIE_BASE_EMBEDDED_H
/* Files put in the program by the build: po/xx.mo, assets/…, policy/…, src/…/migrations/….sql. */
#include "base/text.h"

struct embedded_file {
	const char *path; /* relative to the sources */
	const char *start;
	const char *end;
};

/* Sorted by path; the last row has path NULL. */
extern const struct embedded_file embedded_files[];
struct text embedded_find(const char *path); /* TEXT_NONE if there is none */

#endif
