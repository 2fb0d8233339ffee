#ifndef VIGIE_RISK_POLICY_LOADER_H
#define VIGIE_RISK_POLICY_LOADER_H
/* Inside the risk module only: compiles a stored policy beside the one that is deciding. A small policy is compiled at
 * once, which takes less than the commit of one decision; a large one by a thread of its own, and until it is ready the
 * decisions go on with the policy before, whose version they name. */
#include "modules/risk/risk_store.h"

#include <pthread.h>

/* Bytes of a policy and its lists up to which it is compiled at once: some two hundred profiles, a few milliseconds. */
enum { POLICY_SMALL = 64 << 10, POLICY_MEMORY_MB = 2048 };

/* All but the thread and the lock are the thread's own from its start to is_done. */
struct policy_loader {
	pthread_mutex_t lock;
	pthread_t thread;
	bool has_thread;
	bool is_done; /* under the lock */
	struct database *database;
	int64_t id;
	struct policy *policy;
	enum status status;
};
void policy_loader_init(struct policy_loader *loader, struct database *database);
void policy_loader_clear(struct policy_loader *loader); /* waits for a compilation under way */
/* The policy `id`, the caller's, or NULL: it is being compiled, ask again. `at_once`: there is nothing to decide with
 * meanwhile. */
enum status policy_loader_take(struct policy_loader *loader, struct reader *reader, int64_t id, bool at_once,
	struct policy **ret_policy) MUST_CHECK;

#endif
