/* The references of a run in memory, and the answers that the engine gets. */
#include "modules/prices/prices.h"

#include "base/memory.h"
#include "engine/history.h"
#include "modules/prices/price_unit.h"

#include <string.h>

STATEMENT(RUN_LAST, "select coalesce(max(id), 0) from price_runs");
STATEMENT(RUN_RATE, "select rate from price_runs where id = $1");
STATEMENT(RUNS_ALL, "select id, made_at, rate from price_runs order by id");
STATEMENT(REFERENCES_EVER,
	"select hs6, origin, unit, low, median, high, observations, from_run, until_run from price_references order by id");
STATEMENT(REFERENCES_OF_RUN,
	"select hs6, origin, unit, low, median, high, observations from price_references where from_run <= $1 and "
	"(until_run is null or until_run > $1) order by id");

enum { MEMORY = 512 << 20 };

struct row {
	struct text key;
	int64_t low, median, high, observations; /* national currency; of all runs: the run's own */
	int64_t from_run, until_run; /* the latter not included */
};
struct run {
	int64_t id, day, rate;
};
struct prices {
	int64_t run; /* -1: never loaded */
	int64_t rate; /* national currency for one unit of the run's; of all runs: NUMBER_ONE */
	struct run *runs; /* of all runs, in their order */
	size_t run_count, run_capacity;
	struct arena *arena;
	struct row *rows;
	size_t count, capacity;
	uint32_t *slots;
	size_t slot_count;
};

enum status prices_new(struct prices **ret_prices)
{
	struct prices *prices = memory_allocate(sizeof *prices);

	if (!prices)
		return STATUS_NO_MEMORY;
	prices->run = -1;
	*ret_prices = prices;
	return STATUS_OK;
}

static void forget(struct prices *prices)
{
	arena_free(prices->arena);
	*prices = (struct prices){.run = -1};
}

void prices_free(struct prices *prices)
{
	if (!prices)
		return;
	forget(prices);
	memory_free(prices);
}

void prices_release(struct prices **prices)
{
	prices_free(*prices);
	*prices = NULL;
}

int64_t prices_run(const struct prices *prices)
{
	return prices->run > 0 ? prices->run : 0;
}

/* Room for one more; rows are `size` bytes each. */
static enum status room(struct arena *arena, void *rows, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : 1024;
	void *old, *grown;

	if (count < *capacity)
		return STATUS_OK;
	grown = arena_array(arena, wanted, size);
	if (!grown)
		return STATUS_NO_MEMORY;
	memcpy(&old, rows, sizeof old);
	if (count)
		memcpy(grown, old, count * size);
	memcpy(rows, &grown, sizeof grown);
	*capacity = wanted;
	return STATUS_OK;
}

static enum status add_row(struct prices *prices, struct rows *rows)
{
	struct row *row;

	TRY(room(prices->arena, &prices->rows, prices->count, &prices->capacity, sizeof *row));
	row = &prices->rows[prices->count++];
	*row = (struct row){price_key(prices->arena, rows_text(rows, 0), rows_text(rows, 1), rows_text(rows, 2)),
		number_multiply(rows_integer(rows, 3), prices->rate), number_multiply(rows_integer(rows, 4), prices->rate),
		number_multiply(rows_integer(rows, 5), prices->rate), rows_integer(rows, 6), 0, INT64_MAX};
	if (prices->run_count) {
		row->from_run = rows_integer(rows, 7);
		row->until_run = rows_is_null(rows, 8) ? INT64_MAX : rows_integer(rows, 8);
	}
	return row->key.data ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status index_rows(struct prices *prices)
{
	for (prices->slot_count = 64; prices->slot_count < 2 * prices->count;)
		prices->slot_count *= 2;
	prices->slots = ARENA_ARRAY(prices->arena, prices->slot_count, uint32_t);
	if (!prices->slots)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < prices->count; i++) {
		size_t at = text_hash(prices->rows[i].key) & (prices->slot_count - 1);

		while (prices->slots[at])
			at = (at + 1) & (prices->slot_count - 1);
		prices->slots[at] = (uint32_t)i + 1;
	}
	return STATUS_OK;
}

static enum status load_rows(struct prices *prices, struct reader *reader, int64_t run)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_integer(reader, &RUN_RATE, PARAMS(V_INT(run)), &prices->rate));
	TRY(store_query(reader, &REFERENCES_OF_RUN, PARAMS(V_INT(run)), &rows));
	while (rows_next(rows))
		TRY(add_row(prices, rows));
	TRY(rows_status(rows));
	return index_rows(prices);
}

enum status prices_load(struct prices *prices, struct reader *reader, int64_t run)
{
	enum status status = STATUS_OK;

	forget(prices);
	if (run) {
		prices->arena = arena_new(MEMORY);
		status = prices->arena ? load_rows(prices, reader, run) : STATUS_NO_MEMORY;
	}
	if (status != STATUS_OK)
		forget(prices);
	else
		prices->run = run;
	return status;
}

enum status prices_refresh(struct prices *prices, struct reader *reader)
{
	int64_t last;

	TRY(store_integer(reader, &RUN_LAST, NO_PARAMS, &last));
	return last == prices->run ? STATUS_OK : prices_load(prices, reader, last);
}

static const struct row *find_row(const struct prices *prices, struct text key, int64_t run)
{
	size_t at = text_hash(key) & (prices->slot_count - 1);

	for (; prices->slots[at]; at = (at + 1) & (prices->slot_count - 1)) {
		const struct row *row = &prices->rows[prices->slots[at] - 1];

		if (row->from_run <= run && run < row->until_run && text_equal(row->key, key))
			return row;
	}
	return NULL;
}

/* The row of an item, and its own price in the row's unit. */
static const struct row *row_of_item(const struct prices *prices, const struct consignment *consignment,
	const struct item *item, int64_t run, int64_t *ret_price)
{
	struct price_measure measures[PRICE_MEASURES];
	size_t count = prices->count ? price_measures(consignment, item, measures) : 0;

	for (size_t i = 0; i < count; i++) {
		char bytes[PRICE_KEY_SIZE];

		for (int any = 0; any < 2; any++) {
			struct text key = price_key_print(bytes, measures[i].hs6, any ? TEXT("") : measures[i].origin,
				measures[i].unit);
			const struct row *row = find_row(prices, key, run);

			*ret_price = measures[i].price;
			if (row)
				return row;
		}
	}
	return NULL;
}

static void look(void *context, const struct consignment *consignment, const struct item *item,
	struct price_reference *ret_reference)
{
	const struct prices *prices = context;
	int64_t price;
	const struct row *row = row_of_item(prices, consignment, item, 0, &price);

	*ret_reference = row ? (struct price_reference){row->low, row->median, row->high, price, row->observations}
			     : (struct price_reference){NUMBER_NONE, NUMBER_NONE, NUMBER_NONE, NUMBER_NONE, 0};
}

struct price_references prices_face(struct prices *prices)
{
	return (struct price_references){prices, look};
}

/* ---- all runs at once */

static enum status load_runs(struct prices *prices, struct reader *reader)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(store_query(reader, &RUNS_ALL, NO_PARAMS, &rows));
	while (rows_next(rows)) {
		TRY(room(prices->arena, &prices->runs, prices->run_count, &prices->run_capacity, sizeof *prices->runs));
		prices->runs[prices->run_count++] = (struct run){rows_integer(rows, 0),
			rows_integer(rows, 1) / (86400 * MICROSECONDS), rows_integer(rows, 2)};
	}
	return rows_status(rows);
}

static enum status load_ever(struct prices *prices, struct reader *reader)
{
	AUTO(rows_release) struct rows *rows = NULL;

	TRY(load_runs(prices, reader));
	prices->rate = NUMBER_ONE;
	if (prices->run_count) {
		TRY(store_query(reader, &REFERENCES_EVER, NO_PARAMS, &rows));
		while (rows_next(rows))
			TRY(add_row(prices, rows));
		TRY(rows_status(rows));
	}
	return index_rows(prices);
}

enum status prices_load_ever(struct prices *prices, struct reader *reader)
{
	enum status status;

	forget(prices);
	prices->arena = arena_new(MEMORY);
	status = prices->arena ? load_ever(prices, reader) : STATUS_NO_MEMORY;
	if (status != STATUS_OK)
		forget(prices);
	return status;
}

int64_t prices_run_on(const struct prices *prices, int64_t day)
{
	int64_t id = prices->run_count ? prices->runs[0].id : 0;

	for (size_t i = 1; i < prices->run_count && prices->runs[i].day <= day; i++)
		id = prices->runs[i].id;
	return id;
}

static void look_then(void *context, const struct consignment *consignment, const struct item *item,
	struct price_reference *ret_reference)
{
	const struct price_moment *moment = context;
	int64_t price;
	const struct row *row =
		moment->run ? row_of_item(moment->prices, consignment, item, moment->run, &price) : NULL;

	*ret_reference = (struct price_reference){NUMBER_NONE, NUMBER_NONE, NUMBER_NONE, NUMBER_NONE, 0};
	if (row)
		*ret_reference = (struct price_reference){number_multiply(row->low, moment->rate),
			number_multiply(row->median, moment->rate), number_multiply(row->high, moment->rate), price,
			row->observations};
}

struct price_references prices_face_then(const struct prices *prices, int64_t run, struct price_moment *moment)
{
	*moment = (struct price_moment){.prices = prices};
	for (size_t i = 0; i < prices->run_count; i++)
		if (prices->runs[i].id == run)
			*moment = (struct price_moment){prices, run, prices->runs[i].rate};
	return (struct price_references){moment, look_then};
}
