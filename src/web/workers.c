/* A queue with a limit and a handful of threads. */
#include "web/workers.h"

#include "base/memory.h"

struct task {
	struct task *next;
	struct exchange *exchange;
	void (*run)(struct exchange *exchange);
};

struct workers {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct task *tasks; /* all of them, queue_limit long */
	struct task *first, *last, *spare;
	int waiting;
	int count;
	bool is_ending;
	pthread_t threads[];
};

static struct task take(struct workers *workers)
{
	struct task *task = workers->first;
	struct task copy = *task;

	workers->first = task->next;
	if (!workers->first)
		workers->last = NULL;
	task->next = workers->spare;
	workers->spare = task;
	workers->waiting--;
	return copy;
}

static void *work(void *context)
{
	struct workers *workers = context;

	pthread_mutex_lock(&workers->lock);
	for (;;) {
		struct task task;

		while (!workers->first && !workers->is_ending)
			pthread_cond_wait(&workers->wake, &workers->lock);
		if (!workers->first)
			break;
		task = take(workers);
		pthread_mutex_unlock(&workers->lock);
		task.run(task.exchange);
		pthread_mutex_lock(&workers->lock);
	}
	pthread_mutex_unlock(&workers->lock);
	return NULL;
}

struct workers *workers_start(int count, int queue_limit)
{
	struct workers *workers = memory_allocate(sizeof *workers + (size_t)count * sizeof(pthread_t));

	if (!workers)
		return NULL;
	workers->tasks = memory_allocate((size_t)queue_limit * sizeof *workers->tasks);
	pthread_mutex_init(&workers->lock, NULL);
	pthread_cond_init(&workers->wake, NULL);
	for (int i = 0; workers->tasks && i < queue_limit; i++) {
		workers->tasks[i].next = workers->spare;
		workers->spare = &workers->tasks[i];
	}
	for (; workers->tasks && workers->count < count; workers->count++)
		if (pthread_create(&workers->threads[workers->count], NULL, work, workers) != 0)
			break;
	if (workers->count == count)
		return workers;
	workers_stop(workers);
	return NULL;
}

bool workers_submit(struct workers *workers, struct exchange *exchange, void (*run)(struct exchange *exchange))
{
	struct task *task;

	pthread_mutex_lock(&workers->lock);
	task = workers->is_ending ? NULL : workers->spare;
	if (task) {
		workers->spare = task->next;
		*task = (struct task){.exchange = exchange, .run = run};
		if (workers->last)
			workers->last->next = task;
		else
			workers->first = task;
		workers->last = task;
		workers->waiting++;
		pthread_cond_signal(&workers->wake);
	}
	pthread_mutex_unlock(&workers->lock);
	return task != NULL;
}

int workers_waiting(struct workers *workers)
{
	int waiting;

	pthread_mutex_lock(&workers->lock);
	waiting = workers->waiting;
	pthread_mutex_unlock(&workers->lock);
	return waiting;
}

void workers_stop(struct workers *workers)
{
	pthread_mutex_lock(&workers->lock);
	workers->is_ending = true;
	pthread_cond_broadcast(&workers->wake);
	pthread_mutex_unlock(&workers->lock);
	for (int i = 0; i < workers->count; i++)
		pthread_join(workers->threads[i], NULL);
	pthread_cond_destroy(&workers->wake);
	pthread_mutex_destroy(&workers->lock);
	memory_free(workers->tasks);
	memory_free(workers);
}
