/* The first policy of a database, and a new version of it after a change of the lists. */
#include "base/embedded.h"
#include "domain/job.h"
#include "modules/risk/policy_loader.h"
#include "modules/risk/profiles.h"

enum { INSTALL_MEMORY = 64 << 20, TRIES = 5, POLICY_LISTS_LARGE = 1 << 20 /* some 2,500 profiles: tens of milliseconds */ };

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

/* The active policy with the lists as they are now. */
static enum status read_changed(struct reader *reader, struct arena *arena, struct policy_row *ret_row)
{
	TRY(policy_row_active(reader, arena, ret_row));
	return lists_json(reader, arena, &ret_row->lists);
}

static enum status put_changed(struct writer *writer, const struct actor *actor, const struct policy_row *row,
	const struct policy *policy)
{
	int64_t id;

	TRY(policy_add(writer, actor, row->source, row->lists, policy, &id));
	return policy_activate(writer, actor, id);
}

enum status risk_lists_changed(struct writer *writer, const struct actor *actor)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)POLICY_MEMORY_MB << 20);
	struct problem_list problems = {.arena = arena};
	struct policy *policy = NULL;
	struct policy_row row;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(read_changed(writer_reader(writer), arena, &row));
	if (row.source.size + row.lists.size > POLICY_LISTS_LARGE)
		return job_ask(writer, RISK_LISTS_JOB);
	TRY(policy_row_compile(&row, arena, &policy, &problems));
	status = put_changed(writer, actor, &row, policy);
	policy_free(policy);
	return status;
}

/* Puts what was compiled into force if it is still what is wanted. */
static enum status put_if_same(struct database *database, const struct policy_row *row, const struct policy *policy,
	bool *ret_put)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)POLICY_MEMORY_MB << 20);
	AUTO(writer_rollback) struct writer *writer = NULL;
	const struct actor actor = actor_system(RISK_LISTS_JOB);
	struct policy_row now;

	*ret_put = false;
	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(writer_begin(database, &writer));
	TRY(read_changed(writer_reader(writer), arena, &now));
	if (now.id != row->id || !text_equal(now.lists, row->lists))
		return STATUS_OK;
	TRY(put_changed(writer, &actor, row, policy));
	*ret_put = true;
	return writer_commit(&writer);
}

static enum status follow_once(struct database *database, bool *ret_put)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)POLICY_MEMORY_MB << 20);
	struct problem_list problems = {.arena = arena};
	struct reader *reader = NULL;
	struct policy *policy = NULL;
	struct policy_row row;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(reader_begin(database, &reader));
	status = read_changed(reader, arena, &row);
	reader_end(reader);
	TRY(status);
	TRY(policy_row_compile(&row, arena, &policy, &problems));
	status = put_if_same(database, &row, policy, ret_put);
	policy_free(policy);
	return status;
}

enum status risk_lists_follow(struct database *database, struct arena *arena, struct text *ret_note)
{
	bool put = false;

	(void)arena;
	for (int i = 0; i < TRIES && !put; i++)
		TRY(follow_once(database, &put));
	*ret_note = put ? TEXT("1") : TEXT("0");
	return put ? STATUS_OK : STATUS_CONFLICT; /* lists that change all the time: tried again later */
}
