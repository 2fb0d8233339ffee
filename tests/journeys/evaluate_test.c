/* vigie evaluate from outside: the shape of its JSON, and what it refuses. */
#include "base/file.h"
#include "base/json.h"
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static int run(const char *arguments, const char *output)
{
	char command[600];

	snprintf(command, sizeof command, "%s %s >%s 2>/dev/null", VIGIE_PROGRAM, arguments, output);
	return WEXITSTATUS(system(command));
}

static void check_figure(const json_t *figure)
{
	double value, low, high;

	CHECK_INTEGER(json_array_size(figure), 3);
	value = json_number_value(json_array_get(figure, 0));
	low = json_number_value(json_array_get(figure, 1));
	high = json_number_value(json_array_get(figure, 2));
	CHECK(low <= value && value <= high && low >= 0 && high <= 1);
}

static void check_evaluation(const json_t *evaluation)
{
	static const char *const cuts[] = {"1", "2", "5", "10", "20"};

	CHECK_INTEGER(json_object_size(evaluation), 5);
	check_figure(json_object_get(evaluation, "auc"));
	check_figure(json_object_get(evaluation, "average_precision"));
	check_figure(json_object_get(evaluation, "brier"));
	for (size_t i = 0; i < 5; i++) {
		check_figure(json_object_get(json_object_get(evaluation, "precision"), cuts[i]));
		check_figure(json_object_get(json_object_get(evaluation, "recall"), cuts[i]));
	}
}

static double figure(const json_t *evaluation, const char *name)
{
	return json_number_value(json_array_get(json_object_get(evaluation, name), 0));
}

TEST(an_evaluation_as_json)
{
	static const char *const names[] = {"declared_duty", "regional_scoring", "raw_columns", "history_lookup",
		"best_possible"};
	AUTO(arena_release) struct arena *arena = arena_new(4 << 20);
	char path[] = "/tmp/vigie-evaluate-XXXXXX";
	int fd = mkstemp(path), line;
	const json_t *others, *all, *best;
	json_t *root = NULL;
	struct text text;

	REQUIRE(fd >= 0 && arena);
	CHECK_INTEGER(run("evaluate --demo --declarations 12000 --json", path), 0);
	REQUIRE(file_read(arena, path, 1 << 20, &text) == STATUS_OK);
	REQUIRE(json_parse(text, 1 << 20, &root, &line) == STATUS_OK);
	CHECK_INTEGER(json_object_size(root), 3);
	all = json_object_get(root, "all");
	others = json_object_get(root, "baselines");
	best = json_object_get(json_object_get(others, "best_possible"), "all");
	check_evaluation(all);
	check_evaluation(json_object_get(root, "never_seen"));
	CHECK_INTEGER(json_object_size(others), 5);
	for (size_t i = 0; i < 5; i++)
		check_evaluation(json_object_get(json_object_get(others, names[i]), "all"));
	/* The model learns something, and nothing is better than what is possible. */
	CHECK(figure(all, "auc") > .7);
	CHECK(figure(all, "auc") < figure(best, "auc"));
	CHECK(figure(all, "average_precision") < figure(best, "average_precision"));
	json_decref(root);
	remove(path);
}

TEST(an_evaluation_says_what_it_lacks)
{
	CHECK_INTEGER(run("evaluate", "/dev/null"), 2);
	CHECK_INTEGER(run("evaluate --train /nonexistent --test /nonexistent", "/dev/null"), 1);
	CHECK_INTEGER(run("evaluate --demo --declarations none", "/dev/null"), 2);
}
