#ifndef VIGIE_BASE_TEST_H
#define VIGIE_BASE_TEST_H
/* The test harness: TEST(name) { CHECK(…); } in any *_test.c is found by the build and run by the one test
 * program, `vigie_tests [part-of-a-name]`. Its last line is "N passed, N failed". */
#include "base/text.h"

struct test {
	const char *file;
	const char *name;
	void (*run)(void);
	struct test *next;
};

void test_register(struct test *test);
/* Notes a failed check (the test goes on). */
void test_failed(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
void test_check_text(const char *file, int line, struct text got, const char *wanted);
void test_check_integer(const char *file, int line, long long got, long long wanted);
/* Ends the test as passed without having run, and says why ("../shared is not there"). */
void test_skip(const char *why);
/* The folder of the project's sources (from VIGIE_SOURCE, set by the build). */
const char *test_source_folder(void);
/* ../shared/<path> beside the sources when it is there, else NULL after test_skip(). Static storage. */
const char *test_shared_file(const char *path);

#define TEST(test_name)                                                                                                \
	static void test_name(void);                                                                                   \
	__attribute__((constructor)) static void test_name##_register(void)                                            \
	{                                                                                                              \
		static struct test row = {__FILE__, #test_name, test_name, 0};                                         \
		test_register(&row);                                                                                   \
	}                                                                                                              \
	static void test_name(void)

#define CHECK(condition)                                                                                               \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			test_failed(__FILE__, __LINE__, "%s", #condition);                                             \
	} while (0)
/* Ends the test function when it fails. */
#define REQUIRE(condition)                                                                                             \
	do {                                                                                                           \
		if (!(condition)) {                                                                                    \
			test_failed(__FILE__, __LINE__, "%s", #condition);                                             \
			return;                                                                                        \
		}                                                                                                      \
	} while (0)
#define CHECK_TEXT(got, wanted) test_check_text(__FILE__, __LINE__, (got), (wanted))
#define CHECK_INTEGER(got, wanted) test_check_integer(__FILE__, __LINE__, (long long)(got), (long long)(wanted))

#endif
