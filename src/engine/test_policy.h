#ifndef VIGIE_ENGINE_TEST_POLICY_H
#define VIGIE_ENGINE_TEST_POLICY_H
/* What the engine's tests share: policies from text, a plausible declaration. */
#include "engine/engine.h"

/* One profile with the condition, red at all gates, "T-1"; NULL with problems when it is wrong. */
struct policy *test_policy(struct arena *arena, const char *condition, struct problem_list *problems);
/* A declaration of two items, 8703 from JP and 9301 from CN; items in the arena. */
struct consignment test_declaration(struct arena *arena);
void test_policy_release(struct policy **policy); /* for AUTO() */

#endif
