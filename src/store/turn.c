/* The turns of SQLite's writers, and the commit they share.
 *
 * SQLite has one writer at a time, and a durable commit waits for the disk. A writer that commits while others
 * wait for their turn does not commit by itself: it leaves its work in the open transaction, hands the turn on
 * and waits; whoever finds nobody waiting behind (or the group full, or old) commits for all and tells them.
 * All but the first of a group work inside a savepoint, so that one that fails takes back its own work only.
 * writer_commit returns when the common commit is done: what is acknowledged is durable. When it fails, it
 * fails for every member, since the later ones have seen the work of the earlier. While turns have lately been
 * long (an import), nobody shares, so that a short one does not wait for the whole of a long one. A writer whose commit
 * does not wait for the disk (writer_begin_bulk) leaves no transaction open for others, who would then not wait either. */
#include "base/clock.h"
#include "store/driver.h"

enum {
	TURN_WAIT = 30000, /* milliseconds */
	GROUP_MEMBERS = 64,
	GROUP_AGE = 20000, /* microseconds */
	SHORT_TURN = 5000 /* microseconds */
};

enum status turn_init(struct turn *turn)
{
	if (pthread_mutex_init(&turn->mutex, NULL))
		return STATUS_NO_MEMORY;
	return STATUS_OK;
}

void turn_destroy(struct turn *turn)
{
	pthread_mutex_destroy(&turn->mutex);
}

static void list_append(struct turn_list *list, struct turn_waiter *waiter)
{
	waiter->next = NULL;
	if (list->last)
		list->last->next = waiter;
	else
		list->first = waiter;
	list->last = waiter;
	list->count++;
}

static struct turn_waiter *list_pop(struct turn_list *list)
{
	struct turn_waiter *waiter = list->first;

	if (!waiter)
		return NULL;
	list->first = waiter->next;
	if (!list->first)
		list->last = NULL;
	list->count--;
	return waiter;
}

static void list_remove(struct turn_list *list, struct turn_waiter *waiter)
{
	struct turn_list rest = {NULL, NULL, 0};

	for (struct turn_waiter *at; (at = list_pop(list));)
		if (at != waiter)
			list_append(&rest, at);
	*list = rest;
}

/* With the mutex held. */
static void wake(struct turn_waiter *waiter, enum status outcome)
{
	waiter->done = true;
	waiter->outcome = outcome;
	pthread_cond_signal(&waiter->condition);
}

static void hand_on(struct turn *turn)
{
	struct turn_waiter *waiter = list_pop(&turn->waiting);
	int64_t now = clock_monotonic();

	turn->usual = (turn->usual * 3 + (now - turn->taken_at)) / 4;
	turn->taken_at = now;
	turn->taken = waiter != NULL;
	if (waiter)
		wake(waiter, STATUS_OK);
}

/* Waits in the list with the mutex held; with a limit when `limited`. */
static enum status wait_in(struct turn *turn, struct turn_list *list, struct turn_waiter *waiter, bool limited)
{
	struct timespec until = deadline_in(TURN_WAIT);

	while (!waiter->done) {
		if (!limited)
			pthread_cond_wait(&waiter->condition, &turn->mutex);
		else if (pthread_cond_timedwait(&waiter->condition, &turn->mutex, &until) && !waiter->done) {
			list_remove(list, waiter);
			return STATUS_UNAVAILABLE;
		}
	}
	return waiter->outcome;
}

enum status turn_take(struct turn *turn)
{
	struct turn_waiter self = {.done = false};
	enum status status = STATUS_OK;

	TRY(condition_init(&self.condition));
	pthread_mutex_lock(&turn->mutex);
	if (turn->taken) {
		list_append(&turn->waiting, &self);
		status = wait_in(turn, &turn->waiting, &self, true);
	} else {
		turn->taken = true;
		turn->taken_at = clock_monotonic();
	}
	pthread_mutex_unlock(&turn->mutex);
	pthread_cond_destroy(&self.condition);
	return status;
}

bool turn_is_first(struct turn *turn)
{
	bool first;

	pthread_mutex_lock(&turn->mutex);
	first = !turn->members.first;
	if (first)
		turn->began = clock_monotonic();
	pthread_mutex_unlock(&turn->mutex);
	return first;
}

void turn_leave(struct turn *turn, struct connection *connection)
{
	if (connection)
		pool_give(&connection->database->writers, connection);
	pthread_mutex_lock(&turn->mutex);
	hand_on(turn);
	pthread_mutex_unlock(&turn->mutex);
}

/* True when the next writer may add its work to the open transaction. */
static bool may_share(const struct turn *turn)
{
	return turn->waiting.first && turn->members.count < GROUP_MEMBERS - 1 && turn->usual < SHORT_TURN &&
		clock_monotonic() - turn->began < GROUP_AGE;
}

/* Commits for the whole group, tells its members and hands the turn on. */
static enum status commit_group(struct turn *turn, struct connection *connection)
{
	enum status status = STATUS_UNAVAILABLE;
	struct turn_waiter *member;

	if (store_must_fail())
		connection->driver->rollback(connection);
	else
		status = connection->driver->commit(connection);
	pool_give(&connection->database->writers, connection);
	pthread_mutex_lock(&turn->mutex);
	while ((member = list_pop(&turn->members)))
		wake(member, status);
	hand_on(turn);
	pthread_mutex_unlock(&turn->mutex);
	return status;
}

enum status turn_commit(struct turn *turn, struct connection *connection)
{
	struct turn_waiter self = {.done = false};
	enum status status;
	bool share;

	status = condition_init(&self.condition);
	if (status != STATUS_OK) {
		turn_rollback(turn, connection);
		return status;
	}
	if (turn->members.first && !connection->driver->is_lost(connection))
		status = connection->driver->command(connection, COMMAND_MEMBER_RELEASE);
	if (status != STATUS_OK) {
		pthread_cond_destroy(&self.condition);
		turn_rollback(turn, connection);
		return status;
	}
	pthread_mutex_lock(&turn->mutex);
	share = may_share(turn) && !connection->commits_soon && !connection->driver->is_lost(connection);
	if (share) {
		pool_give(&connection->database->writers, connection);
		list_append(&turn->members, &self);
		hand_on(turn);
		status = wait_in(turn, &turn->members, &self, false);
	}
	pthread_mutex_unlock(&turn->mutex);
	pthread_cond_destroy(&self.condition);
	return share ? status : commit_group(turn, connection);
}

void turn_rollback(struct turn *turn, struct connection *connection)
{
	bool share;

	if (!turn->members.first) {
		connection->driver->rollback(connection);
		turn_leave(turn, connection);
		return;
	}
	if (connection->driver->command(connection, COMMAND_MEMBER_ROLLBACK) != STATUS_OK)
		connection->driver->rollback(connection); /* then the commit below tells the others that it failed */
	pthread_mutex_lock(&turn->mutex);
	share = may_share(turn) && !connection->driver->is_lost(connection);
	if (share) {
		pool_give(&connection->database->writers, connection);
		hand_on(turn);
	}
	pthread_mutex_unlock(&turn->mutex);
	if (!share && commit_group(turn, connection) != STATUS_OK)
		return;
}
