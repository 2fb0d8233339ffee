/* Compiles profiles into one policy. */
#include "engine/policy.h"

#include "base/secret.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { POLICY_SIZE_MB = 2048, SCRATCH_SIZE = 64 << 20 };

static bool copy_text(struct policy *policy, struct text *text)
{
	if (!text->data)
		return true;
	*text = arena_text(policy->arena, *text);
	return text->data != NULL;
}

static enum status copy_profile(struct policy *policy, const struct profile *from, struct profile *to)
{
	*to = *from;
	if (!copy_text(policy, &to->code) || !copy_text(policy, &to->title) || !copy_text(policy, &to->legal_basis) ||
		!copy_text(policy, &to->owner) || !copy_text(policy, &to->instruction) ||
		!copy_text(policy, &to->offices) || !copy_text(policy, &to->regimes) ||
		!copy_text(policy, &to->condition) || !copy_text(policy, &to->source))
		return STATUS_NO_MEMORY;
	return STATUS_OK;
}

static enum status copy_lists(struct policy *policy, const struct engine_list *lists, size_t count)
{
	policy->lists = ARENA_ARRAY(policy->arena, count + 1, struct policy_list);
	if (!policy->lists)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		struct engine_list_entry *entries = ARENA_ARRAY(policy->arena, lists[i].count + 1, struct engine_list_entry);
		struct text code = fact_normal(policy->arena, FACT_CODE, lists[i].code);

		if (!entries || (code.data && !copy_text(policy, &code)))
			return STATUS_NO_MEMORY;
		for (size_t j = 0; j < lists[i].count; j++) {
			entries[j] = lists[i].entries[j];
			if (!copy_text(policy, &entries[j].value) || !copy_text(policy, &entries[j].reason))
				return STATUS_NO_MEMORY;
		}
		policy->lists[i] = (struct policy_list){code, entries, lists[i].count};
	}
	policy->list_count = count;
	return STATUS_OK;
}

static uint32_t node_size(const struct node *node)
{
	uint32_t size = 1;

	for (const struct node *child = node->first; child; child = child->next)
		size += node_size(child);
	return size;
}

/* Writes a node and what is below it as steps in prefix order. */
static enum status write_steps(struct policy *policy, const struct node *node, struct step *steps,
	const struct test_of_fact **ret_test)
{
	struct step *next = steps + 1;

	*steps = (struct step){.kind = node->kind, .size = node_size(node)};
	if (node->kind == NODE_TEST) {
		*ret_test = node->test;
		return policy_intern(policy, node->test, &steps->predicate);
	}
	for (const struct node *child = node->first; child; child = child->next) {
		TRY(write_steps(policy, child, next, ret_test));
		next += next->size;
	}
	return STATUS_OK;
}

/* Where the condition begins in the profile's source, which is what its author sees. */
static struct origin origin_of(const struct profile *profile)
{
	struct origin origin = {profile->code, 1, 1};
	size_t at = text_find(profile->source, profile->condition);

	if (!profile->source.data || at >= profile->source.size)
		return origin;
	for (size_t i = 0; i < at; i++)
		if (profile->source.data[i] == '\n') {
			origin.line++;
			origin.column = 1;
		} else if (((unsigned char)profile->source.data[i] & 0xc0) != 0x80) {
			origin.column++;
		}
	return origin;
}

static bool tells(const struct policy *policy, const struct rule *rule, const struct fact *fact)
{
	for (size_t i = 0; i < rule->told_count; i++)
		if (policy->columns[rule->told[i]].fact == fact)
			return true;
	return false;
}

static void tell_column(const struct policy *policy, struct rule *rule, struct column column)
{
	if (column.fact && rule->told_count < TOLD_LIMIT && column.id < UINT16_MAX && !tells(policy, rule, column.fact))
		rule->told[rule->told_count++] = (uint16_t)column.id;
}

static void tell_expression(const struct policy *policy, struct rule *rule, const struct expression *expression)
{
	if (!expression)
		return;
	if (expression->kind == EXPRESSION_COLUMN)
		tell_column(policy, rule, expression->column);
	tell_expression(policy, rule, expression->left);
	tell_expression(policy, rule, expression->right);
}

/* What an and of tests says when it hits is known beforehand, unless it is which words were found. */
static void note_told(const struct policy *policy, struct rule *rule)
{
	const struct step *steps = rule->steps;

	if (steps->kind != NODE_AND && steps->kind != NODE_TEST)
		return;
	for (uint32_t i = 0; i < rule->step_count; i++)
		if (steps[i].kind == NODE_TEST ? policy->predicates[steps[i].predicate].test.kind == TEST_WORDS : i > 0)
			return;
	for (uint32_t i = 0; i < rule->step_count; i++) {
		const struct test_of_fact *test = &policy->predicates[steps[i].predicate].test;

		if (steps[i].kind != NODE_TEST)
			continue;
		tell_column(policy, rule, test->column);
		tell_column(policy, rule, test->other);
		tell_expression(policy, rule, test->left);
		tell_expression(policy, rule, test->right);
	}
}

static int compare_codes(const void *a, const void *b)
{
	const struct rule *const *x = a, *const *y = b;

	return text_compare((*x)->profile.code, (*y)->profile.code);
}

/* Most policies are written in the order of their codes. */
static enum status rank_rules(struct policy *policy, struct arena *scratch)
{
	struct rule **rules = ARENA_ARRAY(scratch, policy->rule_count + 1, struct rule *);
	bool in_order = true;

	if (!rules)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < policy->rule_count; i++) {
		rules[i] = &policy->rules[i];
		in_order &= !i || compare_codes(&rules[i - 1], &rules[i]) <= 0;
	}
	if (!in_order)
		qsort(rules, policy->rule_count, sizeof *rules, compare_codes);
	for (uint32_t i = 0; i < policy->rule_count; i++)
		policy->weights[rules[i] - policy->rules].rank = i;
	return STATUS_OK;
}

/* What the author left to a look because a fact is missing asks for papers at most. */
static enum lane lane_if_missing(const struct rule *rule)
{
	return rule->missing == MISSING_LOOK && rule->profile.lane > LANE_YELLOW ? LANE_YELLOW : rule->profile.lane;
}

static enum status make_tellings(struct policy *policy, struct arena *scratch)
{
	policy->weights = ARENA_ARRAY(policy->arena, policy->rule_count + 1, struct weight);
	policy->tellings = ARENA_ARRAY(policy->arena, policy->rule_count + 1, struct telling);
	if (!policy->weights || !policy->tellings)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];
		int64_t share = rule->profile.share < NUMBER_ONE ? rule->profile.share : NUMBER_ONE;

		policy->weights[i] = (struct weight){0, (int32_t)(share > 0 ? share : 0), (uint8_t)rule->profile.lane,
			(uint8_t)lane_if_missing(rule)};
		policy->tellings[i] = (struct telling){.code = rule->profile.code, .title = rule->profile.title,
			.instruction = rule->profile.instruction, .told_count = rule->told_count};
		memcpy(policy->tellings[i].told, rule->told, sizeof rule->told);
	}
	return rank_rules(policy, scratch);
}

static void list_problem(struct arena *scratch, struct text code, const struct test_of_fact *test,
	struct problem_list *problems)
{
	problem_add(problems, PROBLEM_ERROR,
		arena_format(scratch, "%.*s : ligne %d, colonne %d", TEXT_FORMAT(code), test->line, test->place),
		(struct message){TR("La liste « %1 » n'existe pas."), {test->list}});
}

/* What compiling one rule after the other shares. */
struct compiling {
	struct policy *policy;
	struct arena *scratch; /* of one rule */
	struct fact_names names;
	struct problem_list *problems;
};

static enum status compile_rule(struct compiling *compiling, struct rule *rule)
{
	struct policy *policy = compiling->policy;
	struct arena *scratch = compiling->scratch;
	struct problem_list *problems = compiling->problems;
	struct problem_list unplaced = {.arena = scratch};
	struct condition condition;
	const struct test_of_fact *test = NULL;
	struct step *steps;
	enum status status = condition_read(scratch, &compiling->names, rule->profile.condition,
		(struct origin){rule->profile.code, 1, 1}, &unplaced, &condition);

	if (status == STATUS_INVALID) /* once more, to say where in the source */
		TRY(condition_read(scratch, &compiling->names, rule->profile.condition, origin_of(&rule->profile), problems,
			&condition));
	TRY(status);
	rule->missing = condition.missing;
	rule->of_items = condition.of_items;
	rule->step_count = node_size(condition.root);
	steps = ARENA_ARRAY(policy->arena, rule->step_count, struct step);
	if (!steps)
		return STATUS_NO_MEMORY;
	rule->steps = steps;
	status = write_steps(policy, condition.root, steps, &test);
	if (status == STATUS_OK)
		note_told(policy, rule);
	if (status != STATUS_NOT_FOUND)
		return status;
	/* Once more, to say where in the source the list is named. */
	TRY(condition_read(scratch, &compiling->names, rule->profile.condition, origin_of(&rule->profile), problems,
		&condition));
	status = write_steps(policy, condition.root, steps, &test);
	list_problem(scratch, rule->profile.code, test, problems);
	return STATUS_INVALID;
}

static struct text bytes_of(const void *bytes, size_t size)
{
	return (struct text){bytes, size};
}

/* Each profile and list entry is hashed with the hash so far. */
static void make_digest(struct policy *policy)
{
	unsigned char *digest = policy->digest;

	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct profile *p = &policy->rules[i].profile;
		const int64_t numbers[] = {p->version, p->valid_from, p->valid_until, p->at_manifest, p->at_declaration,
			p->after_release, (int64_t)p->lane, p->share};
		const struct text parts[] = {bytes_of(digest, 32), p->code, p->title, p->legal_basis, p->owner,
			p->instruction, p->offices, p->regimes, bytes_of(numbers, sizeof numbers), p->condition, p->source};

		digest_of_parts(parts, sizeof parts / sizeof *parts, digest);
	}
	for (size_t i = 0; i < policy->list_count; i++) {
		const struct text head[] = {bytes_of(digest, 32), TEXT("list"), policy->lists[i].code};

		digest_of_parts(head, 3, digest);
		for (size_t j = 0; j < policy->lists[i].count; j++) {
			const struct engine_list_entry *entry = &policy->lists[i].entries[j];
			const int64_t dates[] = {entry->from, entry->until};
			const struct text parts[] = {bytes_of(digest, 32), entry->value, bytes_of(dates, sizeof dates),
				entry->reason};

			digest_of_parts(parts, 4, digest);
		}
	}
}

static enum status copy_profiles(struct policy *policy, const struct profile *profiles, size_t count)
{
	policy->rules = ARENA_ARRAY(policy->arena, count + 1, struct rule);
	if (!policy->rules)
		return STATUS_NO_MEMORY;
	policy->rule_count = count;
	for (size_t i = 0; i < count; i++)
		TRY(copy_profile(policy, &profiles[i], &policy->rules[i].profile));
	return STATUS_OK;
}

static enum status compile_rules(struct policy *policy, struct problem_list *problems)
{
	AUTO(arena_release) struct arena *scratch = arena_new(SCRATCH_SIZE);
	struct compiling compiling = {.policy = policy, .scratch = scratch, .problems = problems};
	bool invalid = false;

	if (!scratch)
		return STATUS_NO_MEMORY;
	TRY(policy_reserve(policy, policy->rule_count)); /* about one of each rule's is new */
	fact_names_make(&compiling.names);
	for (size_t i = 0; i < policy->rule_count; i++) {
		enum status status = compile_rule(&compiling, &policy->rules[i]);

		if (status != STATUS_OK && status != STATUS_INVALID)
			return status;
		invalid |= status == STATUS_INVALID;
		arena_reset(scratch);
	}
	return invalid ? STATUS_INVALID : make_tellings(policy, scratch);
}

static void *run_digest(void *policy)
{
	make_digest(policy);
	return NULL;
}

/* The digest of a large policy takes a third as long as all the rest, and needs nothing of it. */
static enum status compile_beside_digest(struct policy *policy, struct problem_list *problems)
{
	enum { LARGE = 4000 };
	pthread_t thread;
	bool is_beside = policy->rule_count >= LARGE && pthread_create(&thread, NULL, run_digest, policy) == 0;
	enum status status = compile_rules(policy, problems);

	if (status == STATUS_OK)
		status = index_build(policy);
	if (is_beside)
		pthread_join(thread, NULL);
	else if (status == STATUS_OK)
		make_digest(policy);
	return status;
}

static void policy_release(struct policy **policy)
{
	policy_free(*policy);
}

enum status policy_compile(const struct profile *profiles, size_t count, const struct engine_list *lists,
	size_t list_count, struct policy **ret_policy, struct problem_list *problems)
{
	struct arena *arena = arena_new((size_t)POLICY_SIZE_MB << 20);
	AUTO(policy_release) struct policy *policy = arena ? ARENA_NEW(arena, struct policy) : NULL;

	if (!policy) {
		arena_free(arena);
		return STATUS_NO_MEMORY;
	}
	policy->arena = arena;
	TRY(copy_lists(policy, lists, list_count));
	TRY(copy_profiles(policy, profiles, count));
	TRY(compile_beside_digest(policy, problems));
	*ret_policy = policy;
	policy = NULL;
	return STATUS_OK;
}

void policy_free(struct policy *policy)
{
	if (policy)
		arena_free(policy->arena);
}

size_t policy_count(const struct policy *policy)
{
	return policy->rule_count;
}

const struct profile *policy_profile(const struct policy *policy, size_t i)
{
	return &policy->rules[i].profile;
}

const unsigned char *policy_digest(const struct policy *policy)
{
	return policy->digest;
}
