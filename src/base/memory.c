/* malloc with a counter that tests can set. */
#include "base/memory.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { LARGE_PAGE = 2 << 20, LARGE_BLOCK = 2 * LARGE_PAGE };

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

/* A table of many megabytes is walked at random: with large pages it takes a fault for each two megabytes where it took
 * five hundred, and fewer looks at the tables of pages. Only advice: where the system has none, nothing changes. */
static void advise_large_pages(void *block, size_t size)
{
#ifdef MADV_HUGEPAGE
	uintptr_t from = ((uintptr_t)block + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
	uintptr_t to = ((uintptr_t)block + size) / LARGE_PAGE * LARGE_PAGE;

	if (block && from < to)
		madvise((char *)block + (from - (uintptr_t)block), to - from, MADV_HUGEPAGE);
#else
	(void)block;
	(void)size;
#endif
}

void *memory_allocate(size_t size)
{
	void *block = must_fail() ? NULL : calloc(1, size ? size : 1);

	if (size >= LARGE_BLOCK)
		advise_large_pages(block, size);
	return block;
}

void *memory_resize(void *old, size_t size)
{
	return must_fail() ? NULL : realloc(old, size ? size : 1);
}

void memory_free(void *block)
{
	free(block);
}

void memory_give_back(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
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
