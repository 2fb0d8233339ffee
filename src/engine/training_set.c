/* Rows for training, one block of features grown as they come. */
#include "engine/model.h"

#include "base/memory.h"

#include <stdlib.h>

struct training_set {
	float *features; /* in order of arrival */
	struct training_row *sorted;
	struct training_row *rows;
	size_t count, capacity;
};

struct training_set *training_set_new(void)
{
	return memory_allocate(sizeof(struct training_set));
}

void training_set_free(struct training_set *set)
{
	if (!set)
		return;
	memory_free(set->features);
	memory_free(set->rows);
	memory_free(set->sorted);
	memory_free(set);
}

void training_set_release(struct training_set **set)
{
	training_set_free(*set);
	*set = NULL;
}

static enum status grow(struct training_set *set)
{
	size_t wanted = set->capacity ? set->capacity * 2 : 1024;
	struct training_row *rows;
	float *features;

	if (set->count < set->capacity)
		return STATUS_OK;
	features = memory_resize(set->features, wanted * feature_count() * sizeof *features);
	if (!features)
		return STATUS_NO_MEMORY;
	set->features = features;
	rows = memory_resize(set->rows, wanted * sizeof *rows);
	if (!rows)
		return STATUS_NO_MEMORY;
	set->rows = rows;
	set->capacity = wanted;
	return STATUS_OK;
}

enum status training_set_add(struct training_set *set, const struct consignment *consignment, const struct item *item,
	const struct history *history, int64_t date, bool adverse)
{
	float *features;

	TRY(grow(set));
	features = set->features + set->count * feature_count();
	features_compute(consignment, item, history, date, NULL, features);
	set->rows[set->count] = (struct training_row){.date = date, .adverse = adverse};
	set->count++;
	return STATUS_OK;
}

size_t training_set_count(const struct training_set *set)
{
	return set->count;
}

/* By date, then by arrival. */
static int earliest_first(const void *a, const void *b)
{
	const struct training_row *x = a, *y = b;

	if (x->date != y->date)
		return x->date < y->date ? -1 : 1;
	return (x->features > y->features) - (x->features < y->features);
}

const struct training_row *training_set_rows(struct training_set *set)
{
	struct training_row *sorted = memory_resize(set->sorted, set->count * sizeof *sorted);

	if (!sorted)
		return NULL;
	set->sorted = sorted;
	for (size_t i = 0; i < set->count; i++) {
		sorted[i] = set->rows[i];
		sorted[i].features = set->features + i * feature_count();
	}
	if (set->count)
		qsort(sorted, set->count, sizeof *sorted, earliest_first);
	return sorted;
}
