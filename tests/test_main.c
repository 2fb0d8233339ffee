/* Runs the registered tests whose file or name holds the first argument; prints the totals. */
#include "base/test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct test *tests;
static bool current_failed;
static bool current_skipped;

void test_register(struct test *test)
{
	test->next = tests;
	tests = test;
}

void test_failed(const char *file, int line, const char *format, ...)
{
	va_list arguments;

	current_failed = true;
	fprintf(stderr, "%s:%d: ", file, line);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

void test_check_text(const char *file, int line, struct text got, const char *wanted)
{
	if (!got.data || !text_is(got, wanted))
		test_failed(file, line, "got \"%.*s\", wanted \"%s\"", TEXT_FORMAT(got), wanted);
}

void test_check_integer(const char *file, int line, long long got, long long wanted)
{
	if (got != wanted)
		test_failed(file, line, "got %lld, wanted %lld", got, wanted);
}

void test_skip(const char *why)
{
	current_skipped = true;
	printf("    passed over: %s\n", why);
}

const char *test_source_folder(void)
{
	const char *folder = getenv("VIGIE_SOURCE");

	return folder ? folder : VIGIE_SOURCE_FOLDER;
}

const char *test_shared_file(const char *path)
{
	static char full[4096];

	snprintf(full, sizeof full, "%s/../shared/%s", test_source_folder(), path);
	if (access(full, R_OK) == 0)
		return full;
	test_skip("../shared is not there");
	return NULL;
}

int main(int count, char **arguments)
{
	int passed = 0, failed = 0, skipped = 0;

	for (struct test *test = tests; test; test = test->next) {
		if (count > 1 && !strstr(test->file, arguments[1]) && !strstr(test->name, arguments[1]))
			continue;
		current_failed = current_skipped = false;
		test->run();
		if (current_failed)
			printf("FAILED %s: %s\n", test->file, test->name);
		failed += current_failed;
		skipped += current_skipped && !current_failed;
		passed += !current_failed;
	}
	if (skipped)
		printf("%d of them passed over something that is not here\n", skipped);
	printf("%d passed, %d failed\n", passed, failed);
	return failed ? 1 : 0;
}
