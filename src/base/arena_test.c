/* Arenas: alignment, zeroes, the limit, and each allocation failing in turn. */
#include "base/arena.h"

#include "base/memory.h"
#include "base/test.h"

#include <stdalign.h>
#include <string.h>

TEST(arena_gives_aligned_zeroes)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 24);

	REQUIRE(arena);
	for (size_t size = 0; size < 3000; size += 7) {
		unsigned char *bytes = arena_allocate(arena, size);

		REQUIRE(bytes);
		CHECK((uintptr_t)bytes % alignof(max_align_t) == 0);
		for (size_t i = 0; i < size; i++)
			if (bytes[i]) {
				test_failed(__FILE__, __LINE__, "not zeroed");
				return;
			}
		memset(bytes, 0xff, size);
	}
}

TEST(arena_reset_gives_zeroes_again)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	char *first, *again;

	REQUIRE(arena);
	arena_reset(arena);
	first = arena_allocate(arena, 100);
	REQUIRE(first);
	memset(first, 'x', 100);
	REQUIRE(arena_allocate(arena, 10000));
	arena_reset(arena);
	CHECK_INTEGER(arena_used(arena), 0);
	for (int round = 0; round < 10; round++) {
		again = arena_allocate(arena, 5000);
		REQUIRE(again);
		for (int i = 0; i < 5000; i++)
			CHECK(!again[i]);
		memset(again, 'y', 5000);
		arena_reset(arena);
	}
}

TEST(arena_keeps_its_limit)
{
	AUTO(arena_release) struct arena *arena = arena_new(10000);
	size_t total = 0;

	REQUIRE(arena);
	CHECK(!arena_allocate(arena, 10001));
	while (arena_allocate(arena, 100))
		total += 112;
	CHECK(total <= 10000 && total > 9000);
	CHECK(!arena_allocate(arena, 1000));
	arena_reset(arena);
	CHECK(arena_allocate(arena, 1000) != NULL);
}

TEST(arena_refuses_sizes_that_overflow)
{
	AUTO(arena_release) struct arena *arena = arena_new(SIZE_MAX);

	REQUIRE(arena);
	CHECK(!arena_allocate(arena, SIZE_MAX));
	CHECK(!arena_allocate(arena, SIZE_MAX - 15));
	CHECK(!arena_allocate(arena, SIZE_MAX - 40));
	CHECK(!arena_array(arena, SIZE_MAX / 4, 8));
	CHECK(!ARENA_ARRAY(arena, SIZE_MAX / 2, int64_t));
	CHECK(arena_array(arena, 0, 8) != NULL && arena_array(arena, 8, 0) != NULL);
}

TEST(arena_copies_texts)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 20);
	struct text copy;
	const char *string;

	REQUIRE(arena);
	copy = arena_text(arena, text_slice(TEXT("abcdef"), 1, 3));
	CHECK_TEXT(copy, "bc");
	CHECK(copy.data[2] == '\0');
	CHECK_TEXT(arena_text(arena, TEXT_NONE), "");
	string = arena_string(arena, TEXT("x"));
	CHECK(string && strcmp(string, "x") == 0);
	CHECK_TEXT(arena_format(arena, "%s-%03d", "a", 7), "a-007");
}

TEST(arena_survives_each_failing_allocation)
{
	for (long n = 1; n < 50; n++) {
		struct arena *arena;
		bool complete = true;

		memory_fail_at(n);
		arena = arena_new(1 << 22);
		for (int i = 0; arena && i < 200; i++)
			complete = complete && arena_format(arena, "%0500d", i).data;
		arena_free(arena);
		if (!memory_has_failed()) {
			memory_fail_at(0);
			CHECK(complete);
			return;
		}
		CHECK(!arena || !complete);
	}
	memory_fail_at(0);
	test_failed(__FILE__, __LINE__, "the arena never came to its end");
}
