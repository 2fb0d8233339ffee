/* JSON: commas and escaping of the writer, strictness of the reader. */
#include "base/json.h"

#include "base/number.h"
#include "base/clock.h"
#include "base/test.h"

#include <math.h>

TEST(json_is_written_whole)
{
	AUTO(buffer_release) struct buffer buffer;
	struct json_writer json;

	buffer_init(&buffer, 4096);
	put_begin(&json, &buffer);
	put_object(&json);
	put_key(&json, "a");
	put_int(&json, -5);
	put_key(&json, "b");
	put_array(&json);
	put_text(&json, TEXT("x"));
	put_text(&json, TEXT_NONE);
	put_object(&json);
	put_object_end(&json);
	put_micro(&json, 1500000);
	put_micro(&json, NUMBER_NONE);
	put_double(&json, 0.1);
	put_double(&json, NAN);
	put_bool(&json, true);
	put_null(&json);
	put_array_end(&json);
	put_key(&json, "c");
	put_date(&json, 0);
	put_key(&json, "d");
	put_time(&json, TIME_NONE);
	put_object_end(&json);
	CHECK(buffer_status(&buffer) == STATUS_OK);
	CHECK_TEXT(buffer_text(&buffer),
		"{\"a\":-5,\"b\":[\"x\",null,{},1.5,null,0.1,null,true,null],\"c\":\"1970-01-01\",\"d\":null}");
}

TEST(json_writer_refuses_depth)
{
	AUTO(buffer_release) struct buffer buffer;
	struct json_writer json;

	buffer_init(&buffer, 4096);
	put_begin(&json, &buffer);
	for (int i = 0; i < JSON_DEPTH + 5; i++)
		put_array(&json);
	CHECK(buffer_status(&buffer) != STATUS_OK);
}

TEST(json_escapes)
{
	AUTO(buffer_release) struct buffer buffer;

	buffer_init(&buffer, 256);
	json_quote(&buffer, (struct text){"\"\\\n\r\t\x01\0é\x7f\xff", 11});
	CHECK_TEXT(buffer_text(&buffer), "\"\\\"\\\\\\n\\r\\t\\u0001\\u0000é\x7f\xef\xbf\xbd\"");
}

TEST(json_goes_round)
{
	for (int seed = 1; seed < 200; seed++) {
		AUTO(buffer_release) struct buffer buffer;
		struct json_writer json;
		json_t *value = NULL;
		char bytes[64];
		int line = 0;

		for (size_t i = 0; i < sizeof bytes; i++)
			bytes[i] = (char)(1 + (seed * 31 + (int)i * 17 * seed) % 127);
		buffer_init(&buffer, 4096);
		put_begin(&json, &buffer);
		put_array(&json);
		put_text(&json, (struct text){bytes, sizeof bytes});
		put_array_end(&json);
		REQUIRE(json_parse(buffer_text(&buffer), 4096, &value, &line) == STATUS_OK);
		CHECK(text_equal((struct text){json_string_value(json_array_get(value, 0)), json_string_length(
			json_array_get(value, 0))}, (struct text){bytes, sizeof bytes}));
		json_decref(value);
	}
}

TEST(json_reader_is_strict)
{
	static const char *const samples[] = {"", "{", "{\"a\":1,\"a\":2}", "[01]", "[1,]", "[1] x", "['a']", "[\"\xff\"]",
		"[1e400]", "[99999999999999999999]", "[\"\\u0000\"]", "[NaN]", "{a:1}", "[\"\n\"]", "\xef\xbb\xbf[]", "[\"\\ud800\"]"};

	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		json_t *value = NULL;
		int line = 0;

		if (json_parse(text_of(samples[i]), 1000, &value, &line) != STATUS_MALFORMED)
			test_failed(__FILE__, __LINE__, "\"%s\" passed", samples[i]);
		CHECK(!value && line >= 1);
	}
}

TEST(json_reader_names_the_line_and_keeps_limits)
{
	AUTO(buffer_release) struct buffer deep;
	json_t *value = NULL;
	int line = 0;

	CHECK(json_parse(TEXT("{\n\"a\": 1,\n\"b\" 2}"), 1000, &value, &line) == STATUS_MALFORMED);
	CHECK_INTEGER(line, 3);
	CHECK(json_parse(TEXT("[1, 2]"), 5, &value, &line) == STATUS_TOO_LARGE);
	buffer_init(&deep, 1 << 20);
	for (int i = 0; i < 100000; i++)
		buffer_byte(&deep, '[');
	CHECK(json_parse(buffer_text(&deep), 1 << 20, &value, &line) == STATUS_MALFORMED);
	CHECK(!value);
}
