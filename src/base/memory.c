/* malloc with a counter that tests can set. */
#include "base/memory.h"

#include <stdatomic.h>
#include <stdlib.h>

static _Atomic long countdown;
static _Atomic bool failed;

static bool must_fail(void)
{
	if (atomic_load_explicit(&countdown, memory_order_relaxed) <= 0)
		return false;
	if (atomic_fetch_sub(&countdown, 1) != 1)
		return false;
	atomic_store(&failed, true);
	return true;
}

void *memory_allocate(size_t size)
{
	return must_fail() ? NULL : calloc(1, size ? size : 1);
}

void *memory_resize(void *old, size_t size)
{
	return must_fail() ? NULL : realloc(old, size ? size : 1);
}

void memory_free(void *block)
{
	free(block);
}

void memory_fail_at(long n)
{
	atomic_store(&failed, false);
	atomic_store(&countdown, n);
}

bool memory_has_failed(void)
{
	return atomic_load(&failed);
}
