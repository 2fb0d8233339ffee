/* Checking the text of one profile: what is wrong, and where in the text as typed. */
#include "modules/risk/profiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

STATEMENT(CODE_TAKEN, "select id from profiles where code = $1");

void profile_checked_release(struct profile_checked *checked)
{
	policy_free(checked->policy);
	checked->policy = NULL;
	checked->profile = NULL;
}

/* Places are written "ligne L, colonne C" by the reader, "CODE : ligne L, colonne C" by the compiler, which counts from
 * the first line of the profile. */
static void read_place(struct text place, int first_line, struct profile_problem *problem)
{
	size_t at = text_find(place, TEXT("ligne "));
	char number[64];
	int line = 0, column = 0;

	if (at >= place.size || place.size - at >= sizeof number)
		return;
	memcpy(number, place.data + at, place.size - at);
	number[place.size - at] = '\0';
	if (sscanf(number, "ligne %d, colonne %d", &line, &column) != 2)
		return;
	problem->line = line + (at ? first_line - 1 : 0);
	problem->column = column;
}

/* The line on which the profile begins: remarks may stand before it. */
static int first_line_of(struct text source)
{
	struct text rest = source;
	int line = 0;

	while (rest.data) {
		struct text trimmed = text_trim(text_cut(&rest, '\n'));

		line++;
		if (trimmed.size && trimmed.data[0] != '#')
			return line;
	}
	return 1;
}

static int by_place(const void *a, const void *b)
{
	const struct profile_problem *x = a, *y = b;

	return x->line != y->line ? (x->line > y->line) - (x->line < y->line)
				  : (x->column > y->column) - (x->column < y->column);
}

static void add(struct profile_checked *checked, struct message message)
{
	checked->problems[checked->problem_count++] = (struct profile_problem){.message = message};
}

/* Both the reader and the compiler tell of a wrong condition: once is enough. */
static bool is_known(const struct profile_checked *checked, const struct profile_problem *problem)
{
	for (size_t i = 0; i < checked->problem_count; i++)
		if (checked->problems[i].line == problem->line && checked->problems[i].column == problem->column)
			return true;
	return false;
}

/* What only the store knows: one profile, under the right code. */
static enum status check_code(struct reader *reader, struct text code, struct arena *arena,
	struct profile_checked *checked)
{
	struct text own;
	int64_t taken;
	enum status status;

	if (policy_count(checked->policy) != 1) {
		add(checked, (struct message){.id = TR("Écrivez un seul profil, de « profil CODE : titre » à « fin ».")});
		return STATUS_OK;
	}
	checked->profile = policy_profile(checked->policy, 0);
	if (code.data) {
		if (!text_equal(checked->profile->code, code))
			add(checked, (struct message){TR("Ce profil porte le code %1 : un autre code est un autre profil."), {code}});
		return STATUS_OK;
	}
	status = store_integer(reader, &CODE_TAKEN, PARAMS(value_text(checked->profile->code)), &taken);
	own = arena_text(arena, checked->profile->code); /* the policy goes when there is a problem */
	if (!own.data)
		return STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		add(checked, (struct message){TR("Un autre profil porte déjà le code %1."), {own}});
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status profile_check(struct reader *reader, struct text source, struct text code, struct arena *arena,
	struct profile_checked *ret_checked)
{
	struct problem_list problems = {.arena = arena};
	struct profile_checked checked = {.policy = NULL};
	struct policy_row row = {.source = source.data ? source : TEXT("")};
	int first_line = first_line_of(row.source);
	enum status status;

	TRY(lists_json(reader, arena, &row.lists));
	status = policy_row_compile(&row, arena, &checked.policy, &problems);
	if (status != STATUS_OK && status != STATUS_INVALID)
		return status;
	checked.problems = ARENA_ARRAY(arena, problems.count + 2, struct profile_problem);
	if (!checked.problems) {
		profile_checked_release(&checked);
		return STATUS_NO_MEMORY;
	}
	for (size_t i = 0; i < problems.count; i++) {
		struct profile_problem problem = {.message = problems.rows[i].message};

		if (problems.rows[i].level != PROBLEM_ERROR)
			continue;
		read_place(problems.rows[i].place, first_line, &problem);
		if (!is_known(&checked, &problem))
			checked.problems[checked.problem_count++] = problem;
	}
	status = checked.policy ? check_code(reader, code, arena, &checked) : STATUS_OK;
	if (status != STATUS_OK || checked.problem_count)
		profile_checked_release(&checked);
	TRY(status);
	if (!checked.policy && !checked.problem_count)
		add(&checked, (struct message){.id = TR("Écrivez un seul profil, de « profil CODE : titre » à « fin ».")});
	qsort(checked.problems, checked.problem_count, sizeof *checked.problems, by_place);
	*ret_checked = checked;
	return STATUS_OK;
}
