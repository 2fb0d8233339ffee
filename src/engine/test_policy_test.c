/* Material for the engine's tests and benchmarks. */
#include "engine/test_policy.h"

struct policy *test_policy(struct arena *arena, const char *condition, struct problem_list *problems)
{
	struct profile profile = {.code = TEXT("T-1"), .version = 1, .title = TEXT("Essai"), .valid_from = DATE_NONE,
		.valid_until = DATE_NONE, .at_manifest = true, .at_declaration = true, .after_release = true,
		.lane = LANE_RED, .share = NUMBER_ONE, .condition = text_of(condition)};
	static const struct engine_list_entry suspects[] = {
		{{"sn-001", 6}, DATE_NONE, DATE_NONE, {NULL, 0}}, {{"SN-777", 6}, 20000, 20010, {NULL, 0}}};
	static const struct engine_list_entry goods[] = {{{"8703", 4}, DATE_NONE, DATE_NONE, {NULL, 0}}};
	const struct engine_list lists[] = {{TEXT("SUSPECTS"), suspects, 2}, {TEXT("GOODS"), goods, 1}};
	struct policy *policy = NULL;

	problems->arena = arena;
	if (policy_compile(&profile, 1, lists, 2, &policy, problems) != STATUS_OK)
		return NULL;
	return policy;
}

void test_policy_release(struct policy **policy)
{
	policy_free(*policy);
}

struct consignment test_declaration(struct arena *arena)
{
	struct consignment c;
	struct item *items = ARENA_ARRAY(arena, 2, struct item);

	consignment_init(&c, STAGE_DECLARATION);
	c.reference = TEXT("C-2026-15");
	c.office = TEXT("SN001");
	c.flow = TEXT("I");
	c.type = TEXT("IM");
	c.regime = TEXT("4");
	c.consignee = (struct party){TEXT("SN-001"), TEXT("ETS EXEMPLE\nRue 10"), TEXT_NONE};
	c.country_of_export = TEXT("JP");
	c.declared_items = number_of(2);
	c.packages = number_of(3);
	c.gross_mass = number_of(1900);
	c.customs_value = number_of(5200000);
	if (!items)
		return c;
	item_init(&items[0], 1);
	items[0].hs = TEXT("8703231900");
	items[0].origin = TEXT("JP");
	items[0].description = TEXT("Véhicules d'occasion, marque usagée");
	items[0].packages = number_of(1);
	items[0].gross_mass = number_of(1500);
	items[0].net_mass = number_of(1400);
	items[0].customs_value = number_of(4200000);
	item_init(&items[1], 2);
	items[1].hs = TEXT("93011000");
	items[1].origin = TEXT("CN");
	items[1].description = TEXT("Pièces");
	items[1].packages = number_of(2);
	items[1].gross_mass = number_of(400);
	items[1].net_mass = number_of(380);
	items[1].customs_value = number_of(1000000);
	c.items = items;
	c.item_count = 2;
	return c;
}
