/* The profile language: any text is refused with a place, or gives a policy whose index finds what asking every
 * profile finds. */
#include "engine/matcher.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct consignment declaration(struct item items[2])
{
	struct consignment c;

	consignment_init(&c, STAGE_DECLARATION);
	item_init(&items[0], 1);
	item_init(&items[1], 2);
	items[0].hs = TEXT("8703231900");
	items[0].origin = TEXT("JP");
	items[0].description = TEXT("Véhicules d'occasion");
	items[0].gross_mass = number_of(1500);
	items[0].customs_value = number_of(4200000);
	items[1].hs = TEXT("93011000");
	items[1].documents = TEXT("A B");
	c.items = items;
	c.item_count = 2;
	c.flow = TEXT("I");
	c.type = TEXT("IM");
	c.regime = TEXT("4");
	c.consignee.code = TEXT("SN1");
	c.gross_mass = number_of(1900);
	c.registered_on = 20000;
	return c;
}

static void decide(struct arena *arena, const struct profile *profiles, size_t count, struct problem_list *problems)
{
	static const struct engine_list_entry entry = {{"SN1", 3}, DATE_NONE, DATE_NONE, {NULL, 0}};
	static const struct engine_list list = {{"L", 1}, &entry, 1};
	struct item items[2];
	struct consignment c = declaration(items);
	struct facts facts = {.consignment = &c, .today = 20000, .arena = arena};
	struct matcher one, two;
	struct explainer explainer;
	struct reason_facts told;
	struct text missing;
	struct match *naive = NULL, *found = NULL;
	size_t naive_count = 0, found_count = 0;
	struct policy *policy = NULL;

	if (policy_compile(profiles, count, &list, 1, &policy, problems) != STATUS_OK)
		return;
	if (matcher_init(&one, policy, &facts, false) == STATUS_OK &&
		matcher_init(&two, policy, &facts, true) == STATUS_OK &&
		matcher_find_naive(&one, GATE_DECLARATION, &naive, &naive_count) == STATUS_OK &&
		matcher_find(&two, GATE_DECLARATION, &found, &found_count) == STATUS_OK) {
		if (naive_count != found_count)
			abort();
		for (size_t i = 0; i < found_count; i++) {
			const struct match *same = naive;

			while (same < naive + naive_count && same->rule != found[i].rule)
				same++;
			if (same == naive + naive_count || same->low != found[i].low || same->by_missing != found[i].by_missing)
				abort();
			if (explainer_init(&explainer, &two) == STATUS_OK)
				(void)(explain_match(&explainer, &found[i], &missing, &told) == STATUS_OK);
		}
	}
	policy_free(policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(64 << 20);
	struct problem_list problems = {.arena = arena};
	struct text text = {(const char *)data, size};
	struct profile *profiles = NULL, alone = {.code = TEXT("P"), .title = TEXT("t"), .valid_from = DATE_NONE,
		.valid_until = DATE_NONE, .at_declaration = true, .lane = LANE_RED, .share = NUMBER_ONE, .condition = text};
	size_t count = 0;

	if (!arena)
		return 0;
	if (profiles_read(arena, text, &profiles, &count, &problems) == STATUS_OK)
		decide(arena, profiles, count, &problems);
	decide(arena, &alone, 1, &problems);
	arena_free(arena);
	return 0;
}
