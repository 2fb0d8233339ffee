/* The first policy of a database, and a new version of it after a change of the lists. */
#include "base/embedded.h"
#include "modules/risk/profiles.h"

enum { INSTALL_MEMORY = 64 << 20 };

enum status risk_install(struct writer *writer, const struct actor *actor)
{
	AUTO(arena_release) struct arena *arena = arena_new(INSTALL_MEMORY);
	struct problem_list problems = {.arena = arena};
	struct selection_row row = {.office = TEXT(""), .regime = TEXT(""), .selection = risk_default_selection(),
		.green_delay_minutes = 0, .yellow_to_blue_days = 0};
	struct policy *policy = NULL;
	struct draw_period period;
	int64_t id;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	status = policy_active_id(writer_reader(writer), &id);
	if (status == STATUS_OK)
		return profiles_install(writer, actor); /* a database from before profiles were rows */
	if (status != STATUS_NOT_FOUND)
		return status;
	TRY(risk_starter_policy(arena, &policy, &problems));
	status = policy_add(writer, actor, embedded_find("policy/starter.policy"), TEXT("{}"), policy, &id);
	policy_free(policy);
	TRY(status);
	TRY(policy_activate(writer, actor, id));
	TRY(profiles_install(writer, actor));
	TRY(selection_add(writer, actor, &row, &id));
	return draw_period_ensure(writer, actor, clock_today(), &period);
}

enum status risk_lists_changed(struct writer *writer, const struct actor *actor)
{
	AUTO(arena_release) struct arena *arena = arena_new(INSTALL_MEMORY);
	struct problem_list problems = {.arena = arena};
	struct policy *policy = NULL;
	struct policy_row row;
	enum status status;
	int64_t id;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(policy_row_active(writer_reader(writer), arena, &row));
	TRY(lists_json(writer_reader(writer), arena, &row.lists));
	TRY(policy_row_compile(&row, arena, &policy, &problems));
	status = policy_add(writer, actor, row.source, row.lists, policy, &id);
	policy_free(policy);
	TRY(status);
	return policy_activate(writer, actor, id);
}
