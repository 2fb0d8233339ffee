/* The profile language: any text is refused at a place or compiled into a policy that decides. */
#include "engine/engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decide(struct arena *arena, const struct policy *policy)
{
	struct decision_inputs inputs = {.gate = GATE_DECLARATION, .policy = policy, .today = 20000};
	struct consignment consignment;
	struct decision decision;
	struct item item;

	consignment_init(&consignment, STAGE_DECLARATION);
	item_init(&item, 1);
	item.hs = TEXT("87032319");
	item.description = TEXT("véhicule d'occasion");
	consignment.items = &item;
	consignment.item_count = 1;
	if (decision_make(&inputs, &consignment, arena, &decision) == STATUS_OK && decision.lane >= LANE_COUNT)
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_release) struct arena *arena = arena_new(64 << 20);
	struct problem_list problems = {.arena = arena};
	struct profile *profiles = NULL;
	struct policy *policy = NULL;
	size_t count = 0;

	if (!arena)
		return 0;
	if (profiles_read(arena, (struct text){(const char *)data, size}, &profiles, &count, &problems) == STATUS_OK &&
	    policy_compile(profiles, count, NULL, 0, &policy, &problems) == STATUS_OK) {
		decide(arena, policy);
		policy_free(policy);
	}
	return 0;
}
