/* What stood beside consignments of the past. */
#include "modules/risk/past.h"

#include "base/memory.h"

enum status past_book_new(struct reader *reader, struct screening *screening, struct past_book **ret_book)
{
	struct past_book *book = memory_allocate(sizeof *book);
	enum status status;

	if (!book)
		return STATUS_NO_MEMORY;
	pthread_mutex_init(&book->lock, NULL);
	book->today = clock_today();
	book->screening = screening;
	book->owns_screening = !screening;
	status = screening ? STATUS_OK : screening_new(&book->screening);
	if (status == STATUS_OK && book->owns_screening)
		status = screening_refresh(book->screening, reader);
	if (status == STATUS_OK)
		status = prices_new(&book->prices);
	if (status == STATUS_OK)
		status = prices_load_ever(book->prices, reader);
	if (status == STATUS_OK)
		status = suppression_book_load_ever(&book->suppressions, reader);
	if (status != STATUS_OK)
		past_book_free(book);
	else
		*ret_book = book;
	return status;
}

void past_book_free(struct past_book *book)
{
	if (!book)
		return;
	if (book->owns_screening)
		screening_free(book->screening);
	prices_free(book->prices);
	suppression_book_clear(&book->suppressions);
	pthread_mutex_destroy(&book->lock);
	memory_free(book);
}

void past_book_release(struct past_book **book)
{
	past_book_free(*book);
	*book = NULL;
}

/* As stored with the decision that was made when the consignment came. */
static enum status take_recorded(const struct past_book *book, const struct decision_record *stored, struct arena *arena,
	struct past_beside *ret_beside)
{
	struct beside beside;

	TRY(beside_read(arena, stored->beside, &beside));
	*ret_beside = (struct past_beside){.is_recorded = true, .names = beside.names,
		.suppressions = beside.suppressions, .suppression_count = beside.suppression_count,
		.counterpart_id = stored->counterpart_id, .counterpart_version = stored->counterpart_version};
	ret_beside->prices = prices_face_then(book->prices, stored->price_run, &ret_beside->moment);
	return STATUS_OK;
}

enum status past_beside_find(struct past_book *book, const struct decision_record *stored,
	const struct consignment *consignment, int64_t day, struct arena *arena, struct past_beside *ret_beside)
{
	enum status status;

	if (stored && stored->decided_on <= day + PAST_LIVE_DAYS)
		return take_recorded(book, stored, arena, ret_beside);
	*ret_beside = (struct past_beside){.is_recorded = false};
	if (!screening_is_empty(book->screening)) {
		pthread_mutex_lock(&book->lock);
		status = screening_look(book->screening, consignment, book->today, arena, &ret_beside->names);
		pthread_mutex_unlock(&book->lock);
		TRY(status);
	}
	TRY(suppression_book_find(&book->suppressions, consignment->consignee.code, day, arena,
		&ret_beside->suppressions, &ret_beside->suppression_count));
	ret_beside->prices = prices_face_then(book->prices, prices_run_on(book->prices, day), &ret_beside->moment);
	return STATUS_OK;
}
