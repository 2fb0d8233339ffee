/* A row repeated, and what is left as it is. */
#include "store/plain_insert.h"

#include "base/test.h"

static bool repeats(const char *sql, const int *numbers, int parameters, struct buffer *out)
{
	const struct plain_insert insert = {sql, numbers, parameters};

	buffer_clear(out);
	return plain_insert_repeat(&insert, 2, out);
}

TEST(plain_insert_is_repeated)
{
	static const int straight[] = {1, 2}, crossed[] = {2, 1};
	AUTO(buffer_release) struct buffer out = {0};

	buffer_init(&out, 1000);
	CHECK(repeats("insert into t (a, b) values ($1, $2)", straight, 2, &out));
	CHECK(text_is(buffer_text(&out), "insert or fail into t (a, b) values (?1, ?2), (?3, ?4)"));
	CHECK(repeats("insert into t (a, b, c) values ($2, $1, $1)", crossed, 2, &out));
	CHECK(text_is(buffer_text(&out), "insert or fail into t (a, b, c) values (?1, ?2, ?2), (?3, ?4, ?4)"));
}

TEST(plain_insert_leaves_other_statements)
{
	static const int straight[] = {1, 2};
	static const char *const others[] = {"insert into t (a) values ($1) on conflict do nothing",
		"insert into t (a) values (lower($1))", "insert into t (a) values ($1) returning id",
		"insert into t (a) select $1", "update t set a = $1", "insert into t (a) values ((select max(a) from t))"};
	AUTO(buffer_release) struct buffer out = {0};

	buffer_init(&out, 1000);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		CHECK(!repeats(others[i], straight, 1, &out));
		CHECK(out.size == 0);
	}
}
