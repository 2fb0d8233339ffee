/* Runs the registered tests whose file or name holds the first argument, all of them without one, in several processes
 * at once; prints the totals. */
#include "base/test.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS_MOST = 16 };

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

/* What the workers share. */
struct totals {
	_Atomic int next, passed, failed, skipped;
	struct test *_Atomic current[WORKERS_MOST];
};

static bool is_chosen(const struct test *test, const char *part)
{
	return !part || strstr(test->file, part) || strstr(test->name, part);
}

/* Takes the tests that no other worker has taken, one by one. */
static void run_tests(struct totals *totals, int worker, const char *part)
{
	int number = 0, mine = atomic_fetch_add(&totals->next, 1);

	for (struct test *test = tests; test; test = test->next) {
		if (!is_chosen(test, part) || number++ != mine)
			continue;
		current_failed = current_skipped = false;
		totals->current[worker] = test;
		test->run();
		totals->current[worker] = NULL;
		if (current_failed)
			printf("FAILED %s: %s\n", test->file, test->name);
		fflush(stdout);
		totals->failed += current_failed;
		totals->skipped += current_skipped && !current_failed;
		totals->passed += !current_failed;
		mine = atomic_fetch_add(&totals->next, 1);
	}
}

/* A worker for each processor when all tests are meant; VIGIE_TEST_WORKERS says another number. */
static int count_workers(const char *part)
{
	const char *asked = getenv("VIGIE_TEST_WORKERS");
	long count = asked ? strtol(asked, NULL, 10) : part ? 1 : sysconf(_SC_NPROCESSORS_ONLN);

	return count < 1 ? 1 : count > WORKERS_MOST ? WORKERS_MOST : (int)count;
}

/* In processes of their own: a crash is one test's failure, and what a test leaves in its process harms few. Returns
 * false in a worker. */
static bool run_workers(struct totals *totals, int count, const char *part)
{
	pid_t workers[WORKERS_MOST];

	for (int i = 0; i < count; i++) {
		workers[i] = fork();
		if (workers[i] == 0) {
			run_tests(totals, i, part);
			return false;
		}
	}
	for (int i = 0; i < count; i++) {
		struct test *test = NULL;
		int status = 0;

		if (workers[i] > 0 && waitpid(workers[i], &status, 0) == workers[i] && WIFEXITED(status) && WEXITSTATUS(status) == 0)
			continue;
		test = totals->current[i];
		printf("FAILED %s: %s: its process ended (%d)\n", test ? test->file : "-", test ? test->name : "after its tests", status);
		totals->failed++;
	}
	return true;
}

int main(int count, char **arguments)
{
	const char *part = count > 1 ? arguments[1] : NULL;
	int workers = count_workers(part);
	struct totals *totals = mmap(NULL, sizeof *totals, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (totals == MAP_FAILED)
		return 1;
	fflush(stdout);
	if (workers == 1)
		run_tests(totals, 0, part);
	else if (!run_workers(totals, workers, part))
		return 0;
	if (totals->skipped)
		printf("%d of them passed over something that is not here\n", totals->skipped);
	printf("%d passed, %d failed\n", totals->passed, totals->failed);
	return totals->failed ? 1 : 0;
}
