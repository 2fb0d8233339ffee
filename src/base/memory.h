#ifndef VIGIE_BASE_MEMORY_H
#define VIGIE_BASE_MEMORY_H
/* The only place that calls malloc. Every allocation of the program passes here, so that a test can make
 * the n-th one fail. Nothing here ends the process: a failed allocation returns NULL. */
#include <stdbool.h>
#include <stddef.h>

void *memory_allocate(size_t size); /* zeroed; NULL when there is no memory */
void *memory_resize(void *old, size_t size); /* new bytes are not zeroed; the old block stays on failure */
void memory_free(void *block);
/* Gives what is free back to the system: after work that needed much and is not done again soon. */
void memory_give_back(void);

/* Makes the n-th allocation from now on (1 = the next) fail, once. 0 switches it off. For tests. */
void memory_fail_at(long n);
/* True when the failure asked for has happened. */
bool memory_has_failed(void);

#endif
