#ifndef VIGIE_DOMAIN_NUMBERING_H
#define VIGIE_DOMAIN_NUMBERING_H
/* Numbers without gaps per kind and year, taken inside the transaction that uses them: a rollback gives the
 * number back, and two transactions that want one of the same kind take turns until commit. */
#include "base/arena.h"
#include "store/store.h"

/* The next number, from 1. */
enum status number_next(struct writer *writer, const char *kind, int year, int64_t *ret_number) MUST_CHECK;
/* "IC-2026-000042"; data == NULL without memory. */
struct text number_format(const char *prefix, int year, int64_t number, struct arena *arena);

#endif
