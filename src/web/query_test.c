#include "web/query.h"

#include "base/test.h"

static enum status read_all(struct arena *arena, const char *query, struct buffer *out)
{
	struct text rest = text_of(query);
	enum status status = STATUS_OK;
	struct pair pair;

	buffer_clear(out);
	while (query_next(arena, &rest, &pair, &status))
		buffer_format(out, "[%.*s=%.*s]", TEXT_FORMAT(pair.name), TEXT_FORMAT(pair.value));
	return status;
}

TEST(queries_are_read)
{
	static const struct {
		const char *query, *wanted;
		enum status status;
	} cases[] = {
		{"a=1&b=2", "[a=1][b=2]", STATUS_OK},
		{"a=%C3%A9t%c3%a9+x&&=y&b", "[a=été x][b=]", STATUS_OK},
		{"a=%20+x%0d%0ay+", "[a=x\ny]", STATUS_OK},
		{"a=1&b=%", "[a=1]", STATUS_MALFORMED},
		{"a=%4", "", STATUS_MALFORMED},
		{"a=%00", "", STATUS_MALFORMED},
		{"a=%ff", "", STATUS_MALFORMED},
		{"a=%01", "", STATUS_MALFORMED},
		{"", "", STATUS_OK},
	};
	AUTO(arena_release) struct arena *arena = arena_new(1 << 16);
	AUTO(buffer_release) struct buffer out;

	buffer_init(&out, 4096);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_INTEGER(read_all(arena, cases[i].query, &out), cases[i].status);
		CHECK_TEXT(buffer_text(&out), cases[i].wanted);
	}
}

TEST(cookies_are_found)
{
	const struct text header = TEXT("a=1; vigie=abc; vigie=def;q=\"x y\"; empty=; alone");

	CHECK_TEXT(cookie_find(header, "vigie"), "abc");
	CHECK_TEXT(cookie_find(header, "q"), "x y");
	CHECK_TEXT(cookie_find(header, "empty"), "");
	CHECK(!cookie_find(header, "alone").data);
	CHECK(!cookie_find(header, "vigi").data);
	CHECK(!cookie_find(TEXT_NONE, "vigie").data);
}

TEST(header_values_are_taken_apart)
{
	AUTO(arena_release) struct arena *arena = arena_new(1 << 16);
	const struct text value = TEXT("form-data; flag; filename=\"a;b=\\\"c\\\".xml\"; NAME = x ; last=\"");
	struct text got = TEXT_NONE;

	CHECK_TEXT(header_main(value), "form-data");
	CHECK_INTEGER(header_parameter(arena, value, "filename", &got), STATUS_OK);
	CHECK_TEXT(got, "a;b=\"c\".xml");
	CHECK_INTEGER(header_parameter(arena, value, "name", &got), STATUS_OK);
	CHECK_TEXT(got, "x");
	CHECK_INTEGER(header_parameter(arena, value, "last", &got), STATUS_MALFORMED);
	CHECK_INTEGER(header_parameter(arena, TEXT("a; b=c"), "d", &got), STATUS_NOT_FOUND);
	CHECK(header_lists(TEXT("br, gzip;q=0.5"), "gzip"));
	CHECK(!header_lists(TEXT("br, gzip; q=0.000"), "gzip"));
	CHECK(!header_lists(TEXT("gzipped"), "gzip"));
}
