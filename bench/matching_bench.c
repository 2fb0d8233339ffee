/* Matching at scale: the index against a naive loop over compiled conditions, with a counting inverted index
 * beside, on profiles made from the rows and frequencies of the public benchmark. Run from the project:
 * ninja matching_bench && taskset -c 0 build/release/matching_bench [declarations.csv [largest]]. Without the
 * file the rows are generated ones, and the output says so. All ratios are of one run on one core. */
#include "base/buffer.h"
#include "base/clock.h"
#include "demo/demo.h"
#include "engine/index.h"
#include "engine/matcher.h"
#include "formats/mapping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROWS_LIMIT = 40000, SAMPLE = 1000, LIST_SIZE = 10000, LISTS = 8, VALUES = 12, TODAY = 18700 };

struct random {
	uint64_t state;
};

static double uniform(struct random *random)
{
	random->state ^= random->state << 13;
	random->state ^= random->state >> 7;
	random->state ^= random->state << 17;
	return (double)(random->state >> 11) / 9007199254740992.0;
}

static size_t pick(struct random *random, size_t below)
{
	return (size_t)(uniform(random) * (double)below);
}

/* The rows, and of each code fact which value a row has, of each number the values in order. */
static const char *const code_facts[] = {"office", "regime", "transport_mode", "transaction_nature", "declarant.code",
	"country_of_export", "item.origin", "item.tax_type", "item.preference", "item.hs2"};
static const char *const number_facts[] = {"item.net_mass", "item.price", "item.customs_value", "item.value_per_kg",
	"item.duty_rate"};
static const char *const number_units[] = {" kg", "", "", "", " %"};
enum { CODE_FACTS = sizeof code_facts / sizeof *code_facts, NUMBER_FACTS = sizeof number_facts / sizeof *number_facts };

struct world {
	struct arena *arena;
	struct consignment *rows;
	size_t count;
	struct text *codes[CODE_FACTS]; /* by row */
	size_t *shared[CODE_FACTS]; /* rows with the same value */
	int64_t *numbers[NUMBER_FACTS];
	struct engine_list lists[LISTS];
};

static enum status keep(void *context, const struct consignment *consignment, const struct problem_list *problems)
{
	struct world *world = context;

	(void)problems;
	if (world->count == ROWS_LIMIT || consignment->stage != STAGE_DECLARATION || !consignment->item_count)
		return STATUS_OK;
	return consignment_copy(world->arena, consignment, &world->rows[world->count++]);
}

static enum status keep_event(void *context, const struct demo_event *event)
{
	return event->kind == DEMO_DECLARATION ? keep(context, event->consignment, NULL) : STATUS_OK;
}

static bool read_rows(struct world *world, const char *path)
{
	struct text content, map;
	struct mapping *mapping;
	struct refusal refusal = {0};
	struct source source;

	if (file_read(world->arena, path, 64 << 20, &content) != STATUS_OK ||
		file_read(world->arena, "examples/benchmark.map", 1 << 20, &map) != STATUS_OK ||
		mapping_read(world->arena, map, &mapping, &refusal) != STATUS_OK)
		return false;
	source = source_of_text(&content);
	return formats_read(&source, &(struct reader_options){.mapping = mapping}, keep, world, &refusal) == STATUS_OK;
}

static int compare_texts(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static int compare_numbers(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* How many of the texts, in order, come before the value, or up to it. */
static size_t count_below(const struct text *sorted, size_t count, struct text value, bool with_it)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (text_compare(sorted[middle], value) < (with_it ? 1 : 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void note_codes(struct world *world, size_t fact, struct facts *facts)
{
	struct text *sorted = ARENA_ARRAY(world->arena, world->count, struct text);
	const struct fact *read = fact_find(text_of(code_facts[fact]));

	world->codes[fact] = ARENA_ARRAY(world->arena, world->count, struct text);
	world->shared[fact] = ARENA_ARRAY(world->arena, world->count, size_t);
	for (size_t i = 0; i < world->count; i++) {
		struct fact_value value;

		facts->consignment = &world->rows[i];
		fact_read(facts, read, 0, world->rows[i].items, &value);
		world->codes[fact][i] = sorted[i] = value.text;
	}
	qsort(sorted, world->count, sizeof *sorted, compare_texts);
	for (size_t i = 0; i < world->count; i++)
		world->shared[fact][i] = count_below(sorted, world->count, world->codes[fact][i], true) -
			count_below(sorted, world->count, world->codes[fact][i], false);
}

static void note_numbers(struct world *world, size_t fact, struct facts *facts)
{
	const struct fact *read = fact_find(text_of(number_facts[fact]));

	world->numbers[fact] = ARENA_ARRAY(world->arena, world->count, int64_t);
	for (size_t i = 0; i < world->count; i++) {
		struct fact_value value;

		facts->consignment = &world->rows[i];
		fact_read(facts, read, 0, world->rows[i].items, &value);
		world->numbers[fact][i] = value.number == NUMBER_NONE ? 0 : value.number;
	}
	qsort(world->numbers[fact], world->count, sizeof(int64_t), compare_numbers);
}

/* Lists of ten thousand operators: those of rows, and invented ones. */
static void make_lists(struct world *world, struct random *random)
{
	for (size_t i = 0; i < LISTS; i++) {
		struct engine_list_entry *entries = ARENA_ARRAY(world->arena, LIST_SIZE, struct engine_list_entry);

		for (size_t j = 0; j < LIST_SIZE; j++)
			entries[j] = (struct engine_list_entry){.from = DATE_NONE, .until = DATE_NONE,
				.value = j % 2 ? arena_format(world->arena, "X%zu", pick(random, 1000000))
					       : world->rows[pick(random, world->count)].consignee.code};
		world->lists[i] = (struct engine_list){arena_format(world->arena, "L%zu", i), entries, LIST_SIZE};
	}
}

static bool make_world(struct world *world, const char *path, struct random *random)
{
	const struct demo_options options = {.seed = 1, .declarations = 20000, .from = TODAY - 365, .years = 1};
	struct facts facts = {.today = TODAY};

	facts.arena = world->arena = arena_new((size_t)4096 << 20);
	world->rows = ARENA_ARRAY(world->arena, ROWS_LIMIT, struct consignment);
	if (!world->rows)
		return false;
	if (read_rows(world, path)) {
		printf("Rows: %s (%zu declarations of one item).\n", path, world->count);
	} else {
		world->count = 0;
		if (demo_generate(&options, keep_event, world) != STATUS_OK)
			return false;
		printf("Rows: GENERATED (%s could not be read), %zu declarations.\n", path, world->count);
	}
	for (size_t i = 0; i < CODE_FACTS; i++)
		note_codes(world, i, &facts);
	for (size_t i = 0; i < NUMBER_FACTS; i++)
		note_numbers(world, i, &facts);
	make_lists(world, random);
	return true;
}

/* As people write thresholds: three digits. */
static int64_t round_number(int64_t number)
{
	int64_t unit = 1;

	while (number / unit >= 1000)
		unit *= 10;
	return number / unit * unit;
}

static void put_number(struct buffer *out, size_t fact, int64_t number)
{
	number_print(out, round_number(strcmp(number_units[fact], " %") == 0 ? number * 100 : number));
	buffer_string(out, number_units[fact]);
}

/* A condition on a number that about `share` of the rows meet. */
static void put_range(struct buffer *out, const struct world *world, struct random *random, double share)
{
	size_t fact = pick(random, NUMBER_FACTS), at = (size_t)((double)world->count * (1 - share));
	const int64_t *numbers = world->numbers[fact];

	buffer_string(out, number_facts[fact]);
	switch (pick(random, 3)) {
	case 0:
		buffer_string(out, " > ");
		put_number(out, fact, numbers[at]);
		break;
	case 1:
		buffer_string(out, " < ");
		put_number(out, fact, numbers[world->count - 1 - at]);
		break;
	default:
		at = pick(random, at + 1);
		buffer_string(out, " between ");
		put_number(out, fact, numbers[at]);
		buffer_string(out, " and ");
		put_number(out, fact, numbers[at + (size_t)((double)(world->count - 1) * share)]);
	}
}

/* Values of rows until about `share` of the rows have one of them. */
static void put_codes(struct buffer *out, const struct world *world, struct random *random, double share)
{
	size_t fact, row, taken[VALUES], count = 0;
	double covered = 0;

	do {
		fact = pick(random, CODE_FACTS);
		row = pick(random, world->count);
	} while (!world->codes[fact][row].data);
	buffer_format(out, "%s in (", code_facts[fact]);
	for (int tries = 0; covered < share && tries < 40 && count < VALUES; tries++) {
		struct text value = world->codes[fact][row];
		bool is_new = value.data != NULL;

		for (size_t i = 0; i < count; i++)
			is_new &= !text_equal(world->codes[fact][taken[i]], value);
		if (is_new) {
			buffer_format(out, "%s\"%.*s\"", count ? ", " : "", TEXT_FORMAT(value));
			taken[count++] = row;
			covered += (double)world->shared[fact][row] / (double)world->count;
		}
		row = pick(random, world->count);
	}
	buffer_string(out, ")");
}

static void put_broad(struct buffer *out, const struct world *world, struct random *random, double share)
{
	size_t kind = pick(random, 20);

	if (kind == 0)
		buffer_format(out, "consignee.code in list L%zu", pick(random, LISTS));
	else if (kind < 9)
		put_range(out, world, random, share);
	else
		put_codes(out, world, random, share);
}

/* Names an operator, a commodity or a rare origin. */
static void put_narrow(struct buffer *out, const struct world *world, struct random *random)
{
	const struct consignment *row = &world->rows[pick(random, world->count)];
	size_t at, kind = pick(random, 10);

	if (kind < 4 && row->items->hs.data) {
		size_t digits = pick(random, 4) ? 6 : 4;

		buffer_format(out, "item.hs starts with %.*s", (int)(row->items->hs.size < digits ? row->items->hs.size : digits),
			row->items->hs.data);
	} else if (kind < 7 && row->consignee.code.data) {
		buffer_format(out, "consignee.code = \"%.*s\"", TEXT_FORMAT(row->consignee.code));
	} else if (kind < 8 && row->declarant.code.data) {
		buffer_format(out, "declarant.code = \"%.*s\"", TEXT_FORMAT(row->declarant.code));
	} else {
		do
			at = pick(random, world->count);
		while (world->shared[6][at] * 100 > world->count || !world->codes[6][at].data);
		buffer_format(out, "item.origin = \"%.*s\"", TEXT_FORMAT(world->codes[6][at]));
	}
}

/* The text of a policy file. */
static void put_policy(struct buffer *out, const struct world *world, struct random *random, size_t count, bool selective)
{
	for (size_t i = 0; i < count; i++) {
		size_t parts = 2 + pick(random, 4);

		buffer_format(out, "profile P%06zu: Essai\nlegal basis: Code des douanes\nlane: yellow\nwhen\n  ", i);
		for (size_t j = 0; j < parts; j++) {
			buffer_string(out, j ? " and " : "");
			if (selective && j == 0)
				put_narrow(out, world, random);
			else
				put_broad(out, world, random, selective ? .75 + .25 * uniform(random) : .12 + .32 * uniform(random));
		}
		buffer_string(out, "\nend\n");
	}
}

/* By the clocks of this thread or of all of this process others may use the core between two readings. */
static double seconds_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int64_t nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The baseline of the literature: each condition that holds adds one to the profiles that name it. */
struct counting {
	uint32_t *first, *rules; /* of each predicate, the rules that name it: rules[first[i]] … */
	uint16_t *needed, *counts; /* of each rule */
	uint32_t *slots; /* hash of column and value → entry + 1 */
	struct counting_entry { struct text value; unsigned column; uint32_t predicate, next; } *entries;
	size_t slot_count, entry_count;
	uint32_t *asked; /* predicates that are not found by value */
	size_t asked_count;
};

static size_t counting_slot(const struct counting *counting, unsigned column, struct text value)
{
	return (text_hash(value) * 31 + column) & (counting->slot_count - 1);
}

static bool found_by_value(const struct predicate *predicate)
{
	return predicate->test.kind == TEST_SET || predicate->test.kind == TEST_PREFIX;
}

static void counting_values(struct counting *counting, struct arena *arena, const struct policy *policy)
{
	size_t values = 0;

	for (size_t i = 0; i < policy->predicate_count; i++)
		values += found_by_value(&policy->predicates[i]) ? policy->predicates[i].test.value_count : 0;
	for (counting->slot_count = 16; counting->slot_count < values * 2;)
		counting->slot_count *= 2;
	counting->slots = ARENA_ARRAY(arena, counting->slot_count, uint32_t);
	counting->entries = ARENA_ARRAY(arena, values + 1, struct counting_entry);
	counting->asked = ARENA_ARRAY(arena, policy->predicate_count + 1, uint32_t);
	for (uint32_t i = 0; i < policy->predicate_count; i++) {
		const struct test_of_fact *test = &policy->predicates[i].test;

		if (!found_by_value(&policy->predicates[i]))
			counting->asked[counting->asked_count++] = i;
		for (size_t j = 0; found_by_value(&policy->predicates[i]) && j < test->value_count; j++) {
			size_t at = counting_slot(counting, test->column.id, test->values[j]);

			counting->entries[counting->entry_count] =
				(struct counting_entry){test->values[j], test->column.id, i, counting->slots[at]};
			counting->slots[at] = (uint32_t)++counting->entry_count;
		}
	}
}

static void counting_make(struct counting *counting, struct arena *arena, const struct policy *policy)
{
	size_t postings = 0;

	*counting = (struct counting){.first = ARENA_ARRAY(arena, policy->predicate_count + 2, uint32_t)};
	counting->needed = ARENA_ARRAY(arena, policy->rule_count, uint16_t);
	counting->counts = ARENA_ARRAY(arena, policy->rule_count, uint16_t);
	for (size_t i = 0; i < policy->rule_count; i++)
		for (size_t j = 0; j < policy->rules[i].step_count; j++)
			if (policy->rules[i].steps[j].kind == NODE_TEST) {
				counting->first[policy->rules[i].steps[j].predicate + 2]++;
				counting->needed[i]++;
				postings++;
			}
	counting->rules = ARENA_ARRAY(arena, postings + 1, uint32_t);
	for (size_t i = 1; i < policy->predicate_count + 2; i++)
		counting->first[i] += counting->first[i - 1];
	for (uint32_t i = 0; i < policy->rule_count; i++)
		for (size_t j = 0; j < policy->rules[i].step_count; j++)
			if (policy->rules[i].steps[j].kind == NODE_TEST)
				counting->rules[counting->first[policy->rules[i].steps[j].predicate + 1]++] = i;
	counting_values(counting, arena, policy);
}

static size_t count_predicate(struct counting *counting, uint32_t predicate)
{
	size_t found = 0;

	for (uint32_t i = counting->first[predicate]; i < counting->first[predicate + 1]; i++)
		found += ++counting->counts[counting->rules[i]] == counting->needed[counting->rules[i]];
	return found;
}

static size_t count_value(struct counting *counting, const struct column *column, struct text value, enum test_kind kind,
	const struct policy *policy)
{
	size_t found = 0;

	for (uint32_t i = counting->slots[counting_slot(counting, column->id, value)]; i; i = counting->entries[i - 1].next) {
		const struct counting_entry *entry = &counting->entries[i - 1];

		if (entry->column == column->id && text_equal(entry->value, value) &&
			policy->predicates[entry->predicate].test.kind == kind)
			found += count_predicate(counting, entry->predicate);
	}
	return found;
}

static size_t counting_find(struct counting *counting, struct matcher *matcher)
{
	const struct policy *policy = matcher->policy;
	size_t found = 0;

	memset(counting->counts, 0, policy->rule_count * sizeof *counting->counts);
	matcher_set_item(matcher, matcher->facts.consignment->items, 0);
	for (size_t i = 0; i < counting->asked_count; i++)
		if (matcher_test(matcher, counting->asked[i]) == TRUTH_TRUE)
			found += count_predicate(counting, counting->asked[i]);
	for (size_t i = 0; i < policy->column_count; i++) {
		const struct column *column = &policy->columns[i];
		const struct column_state *state = matcher_column(matcher, *column);

		if (!fact_is_text(column->fact->type) || !state->known)
			continue;
		found += count_value(counting, column, state->text, TEST_SET, policy);
		for (size_t size = 1; size <= state->text.size && column->fact->type == FACT_HS; size++)
			found += count_value(counting, column, text_slice(state->text, 0, size), TEST_PREFIX, policy);
	}
	return found;
}

enum way { WAY_NAIVE, WAY_COUNTING, WAY_INDEX, WAY_DECISION };

static enum status match_one(const struct policy *policy, struct counting *counting, const struct consignment *row,
	enum way way, struct arena *arena, size_t *ret_found)
{
	struct facts facts = {.consignment = row, .today = TODAY, .arena = arena};
	struct decision_inputs inputs = {.gate = GATE_DECLARATION, .policy = policy, .today = TODAY};
	struct matcher matcher;
	struct match *matches;
	struct decision decision;

	if (way == WAY_DECISION) {
		TRY(decision_make(&inputs, row, arena, &decision));
		*ret_found = decision.reason_count;
		return STATUS_OK;
	}
	TRY(matcher_init(&matcher, policy, &facts, false));
	if (way == WAY_NAIVE)
		return matcher_find_naive(&matcher, GATE_DECLARATION, &matches, ret_found);
	if (way == WAY_INDEX)
		return matcher_find(&matcher, GATE_DECLARATION, &matches, ret_found);
	*ret_found = counting_find(counting, &matcher);
	return STATUS_OK;
}

/* Microseconds a row. */
struct measure {
	double median, low, high; /* and quartiles */
	double hits; /* a row */
};

static int compare_times(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* What two readings of the clock cost by themselves, in microseconds. */
static double reading_cost(clockid_t clock)
{
	double times[101];

	for (size_t i = 0; i < 101; i++) {
		double start = seconds_of(clock);

		times[i] = (seconds_of(clock) - start) * 1e6;
	}
	qsort(times, 101, sizeof *times, compare_times);
	return times[50];
}

/* Reads all facts, so that the row is in the cache for all ways of matching. */
static size_t touch_row(const struct consignment *row, struct arena *arena)
{
	const struct facts facts = {.consignment = row, .today = TODAY, .arena = arena};
	size_t known = 0;

	for (size_t i = 0; i < fact_count(); i++) {
		struct fact_value value;

		fact_read(&facts, fact_at(i), 0, row->items, &value);
		for (size_t j = 0; j < value.text.size; j++)
			known += value.text.data[j] == ' ';
	}
	arena_reset(arena);
	return known;
}

static struct measure measure(const struct world *world, const struct policy *policy, struct counting *counting, size_t count,
	enum way way)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)512 << 20);
	/* Reading the thread's clock goes through the kernel, which a few microseconds would feel; a few microseconds are not
	 * interrupted, as a rule, which milliseconds are. */
	enum { LONG_PROFILES = 5000 };
	bool is_long = way == WAY_NAIVE && policy->rule_count >= LONG_PROFILES;
	clockid_t clock = is_long || policy->rule_count >= LONG_PROFILES * 10 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC;
	static double times[SAMPLE];
	double hits = 0, reading = reading_cost(clock);

	for (size_t i = 0; i < count; i++) {
		size_t found = touch_row(&world->rows[i * 36 % world->count], arena); /* it has just been received */
		double start = seconds_of(clock);
		enum status status = match_one(policy, counting, &world->rows[i * 36 % world->count], way, arena, &found);

		arena_reset(arena); /* clearing what was used is part of the cost */
		times[i] = (seconds_of(clock) - start) * 1e6 - reading;
		if (status != STATUS_OK)
			printf("failed: %s\n", status_name(status));
		hits += (double)found;
	}
	qsort(times, count, sizeof *times, compare_times);
	return (struct measure){times[count / 2], times[count / 4], times[count * 3 / 4], hits / (double)count};
}

static void print_bar(const char *what, double value, double bar, bool at_least, const char *unit)
{
	printf("    %-44s %9.2f %-6s bar %s %g: %s\n", what, value, unit, at_least ? ">=" : "<=", bar,
		(at_least ? value >= bar : value <= bar) ? "met" : "NOT MET");
}

static double ratio_bar(size_t count, bool selective)
{
	static const double bars[2][3] = {{6, 30, 40}, {25, 80, 250}};

	return bars[selective][count <= 1000 ? 0 : count <= 10000 ? 1 : 2];
}

struct compiled {
	struct policy *policy;
	double split, compile, index; /* seconds of the processor, of the thread that compiles */
	double all; /* and of all threads together, from the text to the policy */
	double ready; /* seconds by the clock from the text to the policy */
	double index_bytes, all_bytes; /* per profile */
};

static enum status compile(const struct world *world, struct random *random, size_t count, bool selective,
	struct compiled *ret)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)2048 << 20);
	AUTO(buffer_release) struct buffer text;
	struct problem_list problems = {.arena = arena};
	struct profile *profiles = NULL;
	size_t profile_count = 0, before, texts = 0;
	int64_t begun;
	double start, all;

	buffer_init(&text, (size_t)512 << 20);
	put_policy(&text, world, random, count, selective);
	begun = nanoseconds();
	all = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
	start = seconds_of(CLOCK_THREAD_CPUTIME_ID);
	TRY(profiles_split(arena, buffer_text(&text), &profiles, &profile_count, &problems));
	ret->split = seconds_of(CLOCK_THREAD_CPUTIME_ID) - start;
	TRY(policy_compile(profiles, profile_count, world->lists, LISTS, &ret->policy, &problems));
	ret->compile = seconds_of(CLOCK_THREAD_CPUTIME_ID) - start - ret->split;
	ret->all = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - all;
	ret->ready = (double)(nanoseconds() - begun) / 1e9;
	before = arena_used(ret->policy->arena);
	for (size_t i = 0; i < profile_count; i++)
		texts += profiles[i].source.size + profiles[i].condition.size;
	ret->all_bytes = (double)(before - texts) / (double)count;
	start = seconds_of(CLOCK_THREAD_CPUTIME_ID);
	TRY(index_build(ret->policy)); /* once more, to see it alone */
	ret->index = seconds_of(CLOCK_THREAD_CPUTIME_ID) - start;
	ret->index_bytes = (double)(arena_used(ret->policy->arena) - before) / (double)count;
	return STATUS_OK;
}

static void print_measures(size_t count, bool selective, const struct measure m[4])
{
	static const char *const names[] = {"naive loop over compiled conditions", "counting inverted index", "index",
		"whole decision with its reasons"};

	for (int way = WAY_NAIVE; way <= WAY_DECISION; way++)
		printf("    %-44s %9.2f us     %6.1fx   (quartiles %.2f - %.2f us)\n", names[way], m[way].median,
			m[WAY_NAIVE].median / m[way].median, m[way].low, m[way].high);
	print_bar("index against the naive loop", m[WAY_NAIVE].median / m[WAY_INDEX].median, ratio_bar(count, selective), true,
		"times");
}

static bool run(const struct world *world, size_t count, bool selective, double *ret_decision)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)2048 << 20);
	struct random random = {UINT64_C(88172645463325252) + count};
	struct compiled made = {0};
	struct counting counting;
	size_t sample = count > 10000 ? SAMPLE / 10 : count > 1000 ? SAMPLE / 2 : SAMPLE;
	struct measure m[4];
	enum status status = compile(world, &random, count, selective, &made);

	if (status != STATUS_OK) {
		printf("no policy: %s\n", status_name(status));
		return false;
	}
	counting_make(&counting, arena, made.policy);
	for (int way = WAY_NAIVE; way <= WAY_DECISION; way++)
		m[way] = measure(world, made.policy, &counting, sample, (enum way)way);
	m[WAY_INDEX] = measure(world, made.policy, &counting, sample, WAY_INDEX);
	printf("%s, %zu profiles, %zu predicates: %.2f %% of the profiles hit a row\n", selective ? "Selective" : "Dense", count,
		made.policy->predicate_count, 100 * m[WAY_NAIVE].hits / (double)count);
	print_measures(count, selective, m);
	print_bar("index, bytes a profile", made.index_bytes, 400, false, "bytes");
	printf("    %-44s %9.0f bytes\n", "whole policy without its texts, a profile", made.all_bytes);
	print_bar("compiling the index", made.index, 1, false, "s");
	print_bar("compiling conditions and index", made.compile, 1, false, "s");
	print_bar("from the text to the policy", made.split + made.compile, 1, false, "s");
	printf("    %-44s %9.2f s\n", "with the digest, taken by a thread beside", made.all);
	printf("    %-44s %9.2f s\n", "from the text to the policy, by the clock", made.ready);
	if (m[WAY_INDEX].hits != m[WAY_NAIVE].hits)
		printf("    DIFFERENT: naive %.3f, index %.3f\n", m[WAY_NAIVE].hits, m[WAY_INDEX].hits);
	/* It counts predicates of any item together, so it is right for declarations of one item only. */
	if (m[WAY_COUNTING].hits != m[WAY_NAIVE].hits)
		printf("    the counting index finds %.3f where there are %.3f\n", m[WAY_COUNTING].hits, m[WAY_NAIVE].hits);
	*ret_decision = m[WAY_DECISION].median;
	policy_free(made.policy);
	return true;
}

int main(int count, char **arguments)
{
	static struct world world;
	struct random random = {42};
	size_t largest = count > 2 ? (size_t)atol(arguments[2]) : 100000;
	double decision[3] = {0};

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!make_world(&world, count > 1 ? arguments[1] : "../shared/data/declarations-2020.csv", &random))
		return 1;
	for (int selective = 0; selective <= 1; selective++) {
		size_t at = 0;

		for (size_t profiles = 1000; profiles <= largest; profiles *= 10, at++)
			if (!run(&world, profiles, selective, &decision[at]))
				return 1;
		print_bar("a decision by 1 000 profiles", decision[0], 100, false, "us");
		if (at > 1)
			print_bar("10 000 profiles cost, of 1 000", decision[1] / decision[0], 3, false, "times");
	}
	arena_free(world.arena);
	return 0;
}
