/* Buckets of attempts with a growing delay. */
#include "domain/throttle.h"

#include "base/clock.h"

static const int64_t FORGET_AFTER = 24 * 3600 * MICROSECONDS;
static const int64_t LONGEST_DELAY = 900;

/* Locks the row (or makes it) so that attempts at one bucket take turns. */
STATEMENT(BUCKET_LOCK, "insert into throttles (bucket, attempts, last_at, blocked_until) values ($1, 0, $2, 0) "
	"on conflict (bucket) do update set attempts = throttles.attempts");
STATEMENT(BUCKET_READ, "select attempts, last_at, blocked_until from throttles where bucket = $1");
STATEMENT(BUCKET_WRITE, "update throttles set attempts = $2, last_at = $3, blocked_until = $4 where bucket = $1");
STATEMENT(BUCKET_GIVE_BACK, "update throttles set attempts = attempts - 1, blocked_until = 0 where bucket = $1 "
	"and attempts > 0");
STATEMENT(BUCKET_CLEAR, "delete from throttles where bucket = $1");
STATEMENT(BUCKETS_CLEAN, "delete from throttles where last_at < $1 and blocked_until < $2");

static enum status bucket_read(struct reader *reader, struct text bucket, int64_t ret_values[3])
{
	struct rows AUTO(rows_release) *rows = NULL;

	TRY(store_query(reader, &BUCKET_READ, PARAMS(value_text(bucket)), &rows));
	if (!rows_next(rows)) {
		TRY(rows_status(rows));
		return STATUS_INTERNAL;
	}
	for (int i = 0; i < 3; i++)
		ret_values[i] = rows_integer(rows, i);
	return STATUS_OK;
}

static int64_t delay_after(int64_t attempts, int64_t free_attempts)
{
	int64_t over = attempts - free_attempts;

	if (over < 0)
		return 0;
	return over >= 10 ? LONGEST_DELAY : (INT64_C(1) << over) < LONGEST_DELAY ? INT64_C(1) << over : LONGEST_DELAY;
}

enum status throttle_take(struct writer *writer, struct text bucket, int64_t free_attempts, int64_t now,
	int64_t *ret_wait)
{
	int64_t values[3], attempts;

	TRY(store_execute(writer, &BUCKET_LOCK, PARAMS(value_text(bucket), V_INT(now)), NULL));
	TRY(bucket_read(writer_reader(writer), bucket, values));
	if (values[2] > now) {
		*ret_wait = (values[2] - now + MICROSECONDS - 1) / MICROSECONDS;
		return STATUS_THROTTLED;
	}
	attempts = values[1] < now - FORGET_AFTER ? 1 : values[0] + 1;
	return store_execute(writer, &BUCKET_WRITE,
		PARAMS(value_text(bucket), V_INT(attempts), V_INT(now),
			V_INT(now + delay_after(attempts, free_attempts) * MICROSECONDS)),
		NULL);
}

enum status throttle_give_back(struct writer *writer, struct text bucket)
{
	return store_execute(writer, &BUCKET_GIVE_BACK, PARAMS(value_text(bucket)), NULL);
}

enum status throttle_clear(struct writer *writer, struct text bucket)
{
	return store_execute(writer, &BUCKET_CLEAR, PARAMS(value_text(bucket)), NULL);
}

enum status throttle_clean(struct writer *writer, int64_t now)
{
	return store_execute(writer, &BUCKETS_CLEAN, PARAMS(V_INT(now - FORGET_AFTER), V_INT(now)), NULL);
}
