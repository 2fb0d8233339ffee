/* The references of a run in memory, and the answers that the engine gets. */
#include "modules/prices/prices.h"

#include "base/memory.h"
#include "engine/history.h"
#include "modules/prices/price_unit.h"

#include <string.h>

STATEMENT(RUN_LAST, "select coalesce(max(id), 0) from price_runs");
STATEMENT(RUN_RATE, "select rate from price_runs where id = $1");
STATEMENT(REFERENCES_OF_RUN,
	"select hs6, origin, unit, low, median, high, observations from price_references where from_run <= $1 and "
	"(until_run is null or until_run > $1) order by id");

enum { MEMORY = 512 << 20 };

struct row {
	struct text key;
	int64_t low, median, high, observations;
};
struct prices {
	int64_t run; /* -1: never loaded */
	int64_t rate; /* national currency for one unit of the run's */
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

static enum status add_row(struct prices *prices, struct rows *rows)
{
	struct row *row;

	if (prices->count == prices->capacity) {
		size_t wanted = prices->capacity ? prices->capacity * 2 : 1024;
		struct row *grown = ARENA_ARRAY(prices->arena, wanted, struct row);

		if (!grown)
			return STATUS_NO_MEMORY;
		if (prices->count)
			memcpy(grown, prices->rows, prices->count * sizeof *grown);
		prices->rows = grown;
		prices->capacity = wanted;
	}
	row = &prices->rows[prices->count++];
	*row = (struct row){price_key(prices->arena, rows_text(rows, 0), rows_text(rows, 1), rows_text(rows, 2)),
		number_multiply(rows_integer(rows, 3), prices->rate), number_multiply(rows_integer(rows, 4), prices->rate),
		number_multiply(rows_integer(rows, 5), prices->rate), rows_integer(rows, 6)};
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

static const struct row *find_row(const struct prices *prices, struct text key)
{
	size_t at = text_hash(key) & (prices->slot_count - 1);

	for (; prices->slots[at]; at = (at + 1) & (prices->slot_count - 1))
		if (text_equal(prices->rows[prices->slots[at] - 1].key, key))
			return &prices->rows[prices->slots[at] - 1];
	return NULL;
}

static void look(void *context, const struct consignment *consignment, const struct item *item,
	struct price_reference *ret_reference)
{
	const struct prices *prices = context;
	struct price_measure measures[PRICE_MEASURES];
	size_t count;

	*ret_reference = (struct price_reference){NUMBER_NONE, NUMBER_NONE, NUMBER_NONE, NUMBER_NONE, 0};
	if (!prices->count)
		return;
	count = price_measures(consignment, item, measures);
	for (size_t i = 0; i < count; i++) {
		char bytes[PRICE_KEY_SIZE];

		for (int any = 0; any < 2; any++) {
			const struct row *row = find_row(prices, price_key_print(bytes, measures[i].hs6,
								 any ? TEXT("") : measures[i].origin, measures[i].unit));

			if (!row)
				continue;
			*ret_reference = (struct price_reference){row->low, row->median, row->high, measures[i].price,
				row->observations};
			return;
		}
	}
}

struct price_references prices_face(struct prices *prices)
{
	return (struct price_references){prices, look};
}
