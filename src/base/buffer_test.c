/* Growing bytes: the limit, the sticky failure, and each allocation failing in turn. */
#include "base/buffer.h"

#include "base/memory.h"
#include "base/test.h"

TEST(buffer_grows_and_ends_in_nul)
{
	AUTO(buffer_release) struct buffer buffer;

	buffer_init(&buffer, 1 << 20);
	CHECK_TEXT(buffer_text(&buffer), "");
	for (int i = 0; i < 5000; i++)
		buffer_format(&buffer, "%d,", i % 10);
	CHECK_INTEGER(buffer.size, 10000);
	CHECK(buffer.data[10000] == '\0' && text_starts_with(buffer_text(&buffer), TEXT("0,1,2,")));
	CHECK(buffer_status(&buffer) == STATUS_OK);
	buffer_clear(&buffer);
	buffer_string(&buffer, "é");
	buffer_byte(&buffer, '\0');
	buffer_append(&buffer, TEXT_NONE);
	CHECK_INTEGER(buffer.size, 3);
}

TEST(buffer_limit_is_exact_and_sticks)
{
	AUTO(buffer_release) struct buffer buffer;

	buffer_init(&buffer, 5);
	buffer_string(&buffer, "12345");
	CHECK(buffer_status(&buffer) == STATUS_OK);
	buffer_byte(&buffer, '6');
	CHECK(buffer_status(&buffer) == STATUS_TOO_LARGE);
	CHECK_TEXT(buffer_text(&buffer), "12345");
	buffer_append(&buffer, TEXT_NONE);
	CHECK(buffer_status(&buffer) == STATUS_TOO_LARGE);
	buffer_clear(&buffer);
	buffer_format(&buffer, "%s", "123456");
	CHECK(buffer_status(&buffer) == STATUS_TOO_LARGE && buffer.size == 0);
	buffer_clear(&buffer);
	buffer_append(&buffer, (struct text){"x", SIZE_MAX});
	CHECK(buffer_status(&buffer) == STATUS_TOO_LARGE);
}

TEST(buffer_survives_each_failing_allocation)
{
	for (long n = 1; n < 100; n++) {
		AUTO(buffer_release) struct buffer buffer;

		buffer_init(&buffer, 1 << 16);
		memory_fail_at(n);
		for (int i = 0; i < 1000; i++)
			buffer_format(&buffer, "%05d", i);
		if (!memory_has_failed()) {
			CHECK_INTEGER(buffer.size, 5000);
			memory_fail_at(0);
			return;
		}
		CHECK(buffer_status(&buffer) == STATUS_NO_MEMORY);
		CHECK(buffer.size % 5 == 0 && (!buffer.data || buffer.data[buffer.size] == '\0'));
	}
	memory_fail_at(0);
	test_failed(__FILE__, __LINE__, "the buffer never came to its end");
}
