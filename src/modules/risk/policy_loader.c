/* Compiles policies beside the deciding. */
#include "modules/risk/policy_loader.h"

#include "base/log.h"

STATEMENT(POLICY_SIZE, "select length(source) + length(lists) from policies where id = $1");

void policy_loader_init(struct policy_loader *loader, struct database *database)
{
	*loader = (struct policy_loader){.database = database, .status = STATUS_OK};
	pthread_mutex_init(&loader->lock, NULL);
}

static enum status load_now(struct reader *reader, int64_t id, struct policy **ret_policy)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)POLICY_MEMORY_MB << 20);
	struct problem_list problems = {.arena = arena};
	struct policy_row row;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(policy_row_find(reader, id, arena, &row));
	return policy_row_compile(&row, arena, ret_policy, &problems);
}

/* The connection is given back before the long part begins. */
static enum status load_beside(struct policy_loader *loader)
{
	AUTO(arena_release) struct arena *arena = arena_new((size_t)POLICY_MEMORY_MB << 20);
	struct problem_list problems = {.arena = arena};
	struct reader *reader = NULL;
	struct policy_row row;
	enum status status;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(reader_begin(loader->database, &reader));
	status = policy_row_find(reader, loader->id, arena, &row);
	reader_release(&reader);
	TRY(status);
	return policy_row_compile(&row, arena, &loader->policy, &problems);
}

static void *run(void *context)
{
	struct policy_loader *loader = context;

	loader->status = load_beside(loader);
	pthread_mutex_lock(&loader->lock);
	loader->is_done = true;
	pthread_mutex_unlock(&loader->lock);
	return NULL;
}

static bool is_done(struct policy_loader *loader)
{
	bool done;

	pthread_mutex_lock(&loader->lock);
	done = loader->is_done;
	pthread_mutex_unlock(&loader->lock);
	return done;
}

static void end_thread(struct policy_loader *loader)
{
	pthread_join(loader->thread, NULL);
	loader->has_thread = loader->is_done = false;
}

void policy_loader_clear(struct policy_loader *loader)
{
	if (loader->has_thread)
		end_thread(loader);
	policy_free(loader->policy);
	pthread_mutex_destroy(&loader->lock);
}

/* What the thread made, if it is what is wanted. A policy that the thread could not see yet is asked for again. */
static enum status take_made(struct policy_loader *loader, int64_t id, struct policy **ret_policy)
{
	struct policy *made = loader->policy;

	loader->policy = NULL;
	if (loader->id != id || loader->status == STATUS_NOT_FOUND) {
		policy_free(made);
		return STATUS_OK;
	}
	if (loader->status != STATUS_OK)
		log_event(LOG_ERROR, "policy", "status", status_name(loader->status), NULL);
	*ret_policy = made;
	return loader->status;
}

enum status policy_loader_take(struct policy_loader *loader, struct reader *reader, int64_t id, bool at_once,
	struct policy **ret_policy)
{
	struct policy *made = NULL;
	int64_t size;

	*ret_policy = NULL;
	if (loader->has_thread && !at_once && !is_done(loader))
		return STATUS_OK;
	if (loader->has_thread) {
		end_thread(loader);
		TRY(take_made(loader, id, &made));
		if (made) {
			*ret_policy = made;
			return STATUS_OK;
		}
	}
	if (!at_once)
		TRY(store_integer(reader, &POLICY_SIZE, PARAMS(V_INT(id)), &size));
	if (at_once || size <= POLICY_SMALL)
		return load_now(reader, id, ret_policy);
	loader->id = id;
	loader->has_thread = pthread_create(&loader->thread, NULL, run, loader) == 0;
	return loader->has_thread ? STATUS_OK : load_now(reader, id, ret_policy);
}
