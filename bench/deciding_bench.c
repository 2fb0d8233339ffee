/* How fast a policy decides: the index against a naive loop over compiled conditions, on generated profiles and
 * declarations of several items. Its broad profiles hit four times as often as the dense ones of matching_bench, which are
 * made from the rows of the public benchmark (7 % hit) and measured there, with the same ratio printed. Run: ninja deciding_bench && ./deciding_bench [100000]. All figures of one run on one core. */
#include "base/clock.h"
#include "engine/matcher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { GOODS = 600, OPERATORS = 4000, DECLARANTS = 200, ORIGINS = 60, DECLARATIONS = 1000, NAIVE_DECLARATIONS = 100 };

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

/* Few are frequent, many are rare: as goods, origins and operators are. */
static size_t pick_skewed(struct random *random, size_t below)
{
	double u = uniform(random);

	return (size_t)(u * u * u * (double)below);
}

struct world {
	struct arena *arena;
	struct text goods[GOODS], operators[OPERATORS], declarants[DECLARANTS], origins[ORIGINS];
};

static bool make_world(struct world *world, struct random *random)
{
	world->arena = arena_new((size_t)2048 << 20);
	if (!world->arena)
		return false;
	for (size_t i = 0; i < GOODS; i++)
		world->goods[i] = arena_format(world->arena, "%02zu%02zu%02zu0000", 1 + pick(random, 97), 1 + pick(random, 20),
			10 * pick(random, 10));
	for (size_t i = 0; i < OPERATORS; i++)
		world->operators[i] = arena_format(world->arena, "OP%05zu", i);
	for (size_t i = 0; i < DECLARANTS; i++)
		world->declarants[i] = arena_format(world->arena, "DC%03zu", i);
	for (size_t i = 0; i < ORIGINS; i++)
		world->origins[i] = arena_format(world->arena, "%c%c", (char)('A' + i / 8), (char)('A' + i % 8));
	return world->origins[ORIGINS - 1].data != NULL;
}

static const char *const words[] = {"riz", "voiture", "pièces", "textile", "machine", "médicament", "ciment", "huile",
	"téléphone", "chaussure", "meuble", "pneu", "papier", "sucre", "acier", "engrais"};

static struct consignment make_declaration(const struct world *world, struct random *random)
{
	struct consignment c;

	consignment_init(&c, STAGE_DECLARATION);
	c.item_count = 1 + pick_skewed(random, 12);
	c.items = ARENA_ARRAY(world->arena, c.item_count, struct item);
	c.office = arena_format(world->arena, "SN%02zu", pick_skewed(random, 12));
	c.reference = arena_format(world->arena, "C%zu", pick(random, 1000000));
	c.flow = TEXT("I");
	c.type = TEXT("IM");
	c.regime = pick(random, 5) ? TEXT("4") : TEXT("7");
	c.transport_mode = pick(random, 4) ? TEXT("1") : TEXT("4");
	c.country_of_export = world->origins[pick_skewed(random, ORIGINS)];
	c.consignee.code = world->operators[pick_skewed(random, OPERATORS)];
	c.declarant.code = world->declarants[pick_skewed(random, DECLARANTS)];
	c.gross_mass = c.customs_value = 0;
	for (size_t i = 0; c.items && i < c.item_count; i++) {
		struct item *item = &c.items[i];

		item_init(item, (int64_t)i + 1);
		item->hs = world->goods[pick_skewed(random, GOODS)];
		item->origin = pick(random, 20) ? world->origins[pick_skewed(random, ORIGINS)] : TEXT_NONE;
		item->description = arena_format(world->arena, "%s de %s, neufs", words[pick(random, 16)], words[pick(random, 16)]);
		item->packages = number_of(1 + (int64_t)pick_skewed(random, 1000));
		item->gross_mass = number_of(1 + (int64_t)pick_skewed(random, 30000));
		item->net_mass = item->gross_mass / 10 * 9;
		item->customs_value = item->gross_mass * (int64_t)(1 + pick_skewed(random, 5000));
		item->duty_rate = 50000 * (int64_t)pick(random, 5);
		c.gross_mass += item->gross_mass;
		c.customs_value += item->customs_value;
	}
	return c;
}

/* A condition that many declarations meet. */
static void put_broad(struct buffer *out, const struct world *world, struct random *random)
{
	size_t chapter = 1 + pick(random, 60);

	switch (pick(random, 9)) {
	case 0: buffer_format(out, "item.gross_mass > %zu kg", 100 * pick_skewed(random, 200)); break;
	case 1: buffer_format(out, "item.value_per_kg < %zu", 100 * (5 + pick(random, 45))); break;
	case 2: buffer_format(out, "item.hs2 in (%02zu..%02zu)", chapter, chapter + 30); break;
	case 3: buffer_format(out, "item.origin in (%s, %s, %s, %s, %s, %s)", world->origins[pick(random, 6)].data,
			world->origins[pick(random, 10)].data, world->origins[pick(random, 15)].data,
			world->origins[pick(random, 20)].data, world->origins[pick(random, 40)].data,
			world->origins[pick(random, 60)].data); break;
	case 4: buffer_string(out, pick(random, 3) ? "transport_mode = 1" : "regime = 4"); break;
	case 5: buffer_format(out, "gross_mass between %zu t and %zu t", pick(random, 3), 5 + pick(random, 60)); break;
	case 6: buffer_format(out, "item.duty_rate >= %zu %%", 5 * pick(random, 3)); break;
	case 7: buffer_format(out, "office in (SN00, SN01, SN%02zu)", pick(random, 12)); break;
	default: buffer_format(out, "item.mass_per_package > %zu kg", 1 + pick(random, 40)); break;
	}
}

/* A condition that names an operator, a commodity or a rare origin. */
static void put_narrow(struct buffer *out, const struct world *world, struct random *random)
{
	switch (pick(random, 4)) {
	case 0: buffer_format(out, "consignee.code = %s", world->operators[pick(random, OPERATORS)].data); break;
	case 1: buffer_format(out, "item.hs starts with %.6s", world->goods[pick(random, GOODS)].data); break;
	case 2: buffer_format(out, "item.description contains \"%s %s\"", words[pick(random, 16)], words[pick(random, 16)]); break;
	default: buffer_format(out, "item.origin = %s", world->origins[20 + pick(random, 40)].data); break;
	}
}

static struct policy *make_policy(const struct world *world, struct random *random, size_t count, bool selective,
	double *ret_seconds)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)1024 << 20);
	struct problem_list problems = {.arena = arena};
	struct profile *profiles = ARENA_ARRAY(arena, count, struct profile);
	struct policy *policy = NULL;
	int64_t start;

	for (size_t i = 0; profiles && i < count; i++) {
		AUTO(buffer_release) struct buffer buffer;
		size_t parts = 1 + pick(random, 4);

		buffer_init(&buffer, 10000);
		if (selective)
			put_narrow(&buffer, world, random);
		else
			put_broad(&buffer, world, random);
		for (size_t j = 0; j < parts; j++) {
			buffer_string(&buffer, " and ");
			put_broad(&buffer, world, random);
		}
		profiles[i] = (struct profile){.code = arena_format(arena, "P%06zu", i), .title = TEXT("Essai"),
			.valid_from = DATE_NONE, .valid_until = DATE_NONE, .at_declaration = true, .lane = LANE_YELLOW,
			.share = NUMBER_ONE, .condition = arena_text(arena, buffer_text(&buffer))};
	}
	start = clock_monotonic();
	if (!profiles || policy_compile(profiles, count, NULL, 0, &policy, &problems) != STATUS_OK)
		return NULL;
	*ret_seconds = (double)(clock_monotonic() - start) / 1e6;
	return policy;
}

static int64_t nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int compare_times(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

enum way { WAY_NAIVE, WAY_INDEX, WAY_DECISION };

/* Median microseconds a declaration; how many profiles hit, on average. */
static double measure(const struct policy *policy, const struct consignment *declarations, size_t count, enum way way,
	double *ret_hits)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)256 << 20);
	static double times[DECLARATIONS];
	double hits = 0;

	for (size_t i = 0; i < count; i++) {
		struct facts facts = {.consignment = &declarations[i], .today = 20000, .arena = arena};
		struct decision_inputs inputs = {.gate = GATE_DECLARATION, .policy = policy, .today = 20000};
		struct matcher matcher;
		struct match *matches = NULL;
		struct decision decision = {0};
		size_t found = 0;
		int64_t start = nanoseconds();
		enum status status = STATUS_OK;

		if (way == WAY_DECISION) {
			status = decision_make(&inputs, &declarations[i], arena, &decision);
			found = decision.reason_count;
		} else {
			status = matcher_init(&matcher, policy, &facts, way == WAY_INDEX);
			if (status == STATUS_OK)
				status = way == WAY_NAIVE ? matcher_find_naive(&matcher, GATE_DECLARATION, &matches, &found)
							  : matcher_find(&matcher, GATE_DECLARATION, &matches, &found);
		}
		times[i] = (double)(nanoseconds() - start) / 1e3;
		if (status != STATUS_OK)
			printf("failed: %s\n", status_name(status));
		hits += (double)found;
		arena_reset(arena);
	}
	qsort(times, count, sizeof *times, compare_times);
	*ret_hits = hits / (double)count;
	return times[count / 2];
}

static double run(const struct world *world, const struct consignment *declarations, size_t profiles, bool selective)
{
	struct random random = {UINT64_C(88172645463325252) + profiles};
	double seconds = 0, hits = 0, other_hits, naive, indexed, decided;
	struct policy *policy = make_policy(world, &random, profiles, selective, &seconds);

	if (!policy) {
		printf("no policy\n");
		return 0;
	}
	naive = measure(policy, declarations, NAIVE_DECLARATIONS, WAY_NAIVE, &other_hits);
	indexed = measure(policy, declarations, DECLARATIONS, WAY_INDEX, &hits);
	decided = measure(policy, declarations, DECLARATIONS, WAY_DECISION, &other_hits);
	printf("%-9s %7zu profiles: naive loop 1.0x (%.0f us), index %.1fx (%.1f us), whole decision %.1f us; "
	       "%.2f %% of the profiles hit; compiled in %.2f s\n",
		selective ? "selective" : "broad", profiles, naive, naive / indexed, indexed, decided,
		100 * hits / (double)profiles, seconds);
	policy_free(policy);
	return indexed;
}

int main(int count, char **arguments)
{
	static struct world world;
	static struct consignment declarations[DECLARATIONS];
	struct random random = {42};
	double small, large;

	if (!make_world(&world, &random))
		return 1;
	for (size_t i = 0; i < DECLARATIONS; i++)
		declarations[i] = make_declaration(&world, &random);
	printf("Medians of %d declarations of 1 to 12 items; baseline: a loop over all compiled conditions with facts "
	       "read once, %d declarations.\n", DECLARATIONS, NAIVE_DECLARATIONS);
	for (int selective = 1; selective >= 0; selective--) {
		small = run(&world, declarations, 1000, selective);
		large = run(&world, declarations, 10000, selective);
		printf("%-9s 10 000 profiles cost %.1fx of 1 000\n", selective ? "selective" : "broad", large / small);
		if (count > 1)
			run(&world, declarations, (size_t)atol(arguments[1]), selective);
	}
	arena_free(world.arena);
	return 0;
}
