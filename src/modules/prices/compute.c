/* Computes the references: rates that declarations carry, then prices per unit, then quantiles. */
#include "base/memory.h"
#include "domain/journal.h"
#include "engine/history.h"
#include "modules/prices/price_unit.h"
#include "modules/prices/prices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_LANE(lane)                                                                                              \
	"select c.day as day, v.content, c.id as id from consignments c join consignment_versions v "                  \
	"on v.id = c.id * 65536 + c.version where c.lane = " lane " and c.day >= $1 and c.day <= $2 and c.stage = 1 "  \
	"and (c.outcome is null or c.outcome = 0)"
STATEMENT(DECLARATIONS_OF_WINDOW, EACH_LANE(WINDOW_LANE));
STATEMENT(RATE_DECLARED,
	"insert into exchange_rates (currency, day, source, rate, observations) values ($1, $2, 'declared', $3, $4) "
	"on conflict (currency, day, source) do update set rate = excluded.rate, observations = excluded.observations");
STATEMENT(RATE_GIVEN,
	"insert into exchange_rates (currency, day, source, rate, observations) values ($1, $2, 'given', $3, 1) "
	"on conflict (currency, day, source) do update set rate = excluded.rate");
STATEMENT(RATE_FIND,
	"select rate from exchange_rates where currency = $1 and day <= $2 and day >= $3 "
	"order by day desc, case when source = 'given' then 0 else 1 end limit 1");
STATEMENT(RUN_ADD,
	"insert into price_runs (made_at, first_day, last_day, currency, rate, item_count, left_out_count, reference_count) "
	"values ($1, $2, $3, $4, $5, $6, $7, $8) returning id");
STATEMENT(REFERENCES_OPEN, "select id, hs6, origin, unit, digest from price_references where until_run is null order by id");
STATEMENT(REFERENCE_CLOSE, "update price_references set until_run = $2 where id = $1");
STATEMENT(REFERENCE_ADD,
	"insert into price_references (hs6, origin, unit, low, first_quarter, median, third_quarter, high, observations, "
	"bins_from, bins_until, bins, digest, from_run) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");

enum { MEMORY = 1 << 30, RATE_DAYS = 31, OBSERVATIONS_MOST = 40000000,
	DIGEST_LIMIT = 512, OPEN_MOST = 1 << 19 };

int64_t prices_quantile(const int64_t *sorted, size_t count, int q)
{
	size_t at = (count - 1) * (size_t)q / 100, rest = (count - 1) * (size_t)q % 100;
	int64_t low = sorted[at], step = at + 1 < count ? sorted[at + 1] - low : 0;

	return low + step / 100 * (int64_t)rest + step % 100 * (int64_t)rest / 100;
}

enum status exchange_rate_find(struct reader *reader, struct text currency, int64_t day, int64_t *ret_rate)
{
	return store_integer(reader, &RATE_FIND, PARAMS(value_text(currency), V_INT(day), V_INT(day - RATE_DAYS)), ret_rate);
}

static bool is_currency(struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < 'A' || text.data[i] > 'Z')
			return false;
	return text.size == 3;
}

enum status exchange_rate_give(struct writer *writer, const struct actor *actor, struct text currency, int64_t day,
	int64_t rate)
{
	AUTO(buffer_release) struct buffer details;
	struct json_writer json;

	buffer_init(&details, 1000);
	if (!is_currency(currency) || day == DATE_NONE || day > clock_today() + 1 || rate == NUMBER_NONE || rate <= 0)
		return STATUS_INVALID;
	TRY(store_execute(writer, &RATE_GIVEN, PARAMS(value_text(currency), V_INT(day), V_INT(rate)), NULL));
	put_begin(&json, &details);
	put_object(&json);
	put_key(&json, "currency");
	put_text(&json, currency);
	put_key(&json, "day");
	put_date(&json, day);
	put_key(&json, "rate");
	put_micro(&json, rate);
	put_object_end(&json);
	TRY(buffer_status(&details));
	return journal_write(writer,
		&(struct journal_entry){.actor = actor, .entity = "exchange_rate", .action = "prices.rate_given",
			.details = buffer_text(&details)},
		NULL);
}

/* One number seen under a key: a price of a reference, or a rate of a currency on a day. */
struct observation {
	uint32_t key;
	int64_t number;
};
struct gathering {
	struct arena *arena; /* keys */
	struct text *keys;
	size_t key_count, key_capacity;
	uint32_t *slots;
	size_t slot_count;
	struct observation *observations;
	size_t count, capacity;
	int64_t item_count, left_out;
	int64_t days[1024]; /* rates of the run's currency by day of the window; 0: not looked up, -1: none */
	int64_t first_day;
	struct text currency; /* missing: national */
	struct reader *reader;
};

static void gathering_release(struct gathering *gathering)
{
	arena_free(gathering->arena);
	memory_free(gathering->keys);
	memory_free(gathering->slots);
	memory_free(gathering->observations);
}

static enum status grow_slots(struct gathering *gathering)
{
	size_t count = gathering->slot_count ? gathering->slot_count * 2 : 4096;
	uint32_t *slots = memory_allocate(count * sizeof *slots);

	if (!slots)
		return STATUS_NO_MEMORY;
	memory_free(gathering->slots);
	gathering->slots = slots;
	gathering->slot_count = count;
	for (size_t i = 0; i < gathering->key_count; i++) {
		size_t at = text_hash(gathering->keys[i]) & (count - 1);

		while (slots[at])
			at = (at + 1) & (count - 1);
		slots[at] = (uint32_t)i + 1;
	}
	return STATUS_OK;
}

static enum status grow(void *rows, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : 4096;
	void *old, *grown;

	if (count < *capacity)
		return STATUS_OK;
	memcpy(&old, rows, sizeof old);
	grown = memory_resize(old, wanted * size);
	if (!grown)
		return STATUS_NO_MEMORY;
	memcpy(rows, &grown, sizeof grown);
	*capacity = wanted;
	return STATUS_OK;
}

static enum status find_key(struct gathering *gathering, struct text key, uint32_t *ret_key)
{
	size_t at;

	if (2 * (gathering->key_count + 1) > gathering->slot_count)
		TRY(grow_slots(gathering));
	for (at = text_hash(key) & (gathering->slot_count - 1); gathering->slots[at]; at = (at + 1) & (gathering->slot_count - 1))
		if (text_equal(gathering->keys[gathering->slots[at] - 1], key)) {
			*ret_key = gathering->slots[at] - 1;
			return STATUS_OK;
		}
	TRY(grow(&gathering->keys, gathering->key_count, &gathering->key_capacity, sizeof *gathering->keys));
	gathering->keys[gathering->key_count] = arena_text(gathering->arena, key);
	if (!gathering->keys[gathering->key_count].data)
		return STATUS_NO_MEMORY;
	gathering->slots[at] = (uint32_t)gathering->key_count + 1;
	*ret_key = (uint32_t)gathering->key_count++;
	return STATUS_OK;
}

static enum status observe(struct gathering *gathering, struct text key, int64_t number)
{
	uint32_t place;

	if (gathering->count == OBSERVATIONS_MOST)
		return STATUS_TOO_LARGE;
	TRY(find_key(gathering, key, &place));
	TRY(grow(&gathering->observations, gathering->count, &gathering->capacity, sizeof *gathering->observations));
	gathering->observations[gathering->count++] = (struct observation){place, number};
	return STATUS_OK;
}

static enum status observe_rate(struct gathering *gathering, const struct consignment *c, int64_t day)
{
	char bytes[32];
	struct text currency = text_trim(c->currency);
	int size;

	if (!is_currency(currency) || c->exchange_rate == NUMBER_NONE || c->exchange_rate <= 0)
		return STATUS_OK;
	size = snprintf(bytes, sizeof bytes, "%.3s|%lld", currency.data, (long long)day);
	return observe(gathering, (struct text){bytes, (size_t)size}, c->exchange_rate);
}

/* National currency for one unit of the run's on the day, -1 when nobody knows. */
static enum status rate_of_day(struct gathering *gathering, int64_t day, int64_t *ret_rate)
{
	int64_t place = day - gathering->first_day, rate;
	enum status status;

	*ret_rate = NUMBER_ONE;
	if (!gathering->currency.size)
		return STATUS_OK;
	if (place < 0 || place >= (int64_t)(sizeof gathering->days / sizeof *gathering->days)) {
		*ret_rate = -1;
		return STATUS_OK;
	}
	if (!gathering->days[place]) {
		status = exchange_rate_find(gathering->reader, gathering->currency, day, &rate);
		if (status != STATUS_OK && status != STATUS_NOT_FOUND)
			return status;
		gathering->days[place] = status == STATUS_OK ? rate : -1;
	}
	*ret_rate = gathering->days[place];
	return STATUS_OK;
}

static enum status observe_prices(struct gathering *gathering, const struct consignment *c, int64_t day)
{
	int64_t rate;

	TRY(rate_of_day(gathering, day, &rate));
	for (size_t i = 0; i < c->item_count; i++) {
		struct price_measure measures[PRICE_MEASURES];
		size_t count = rate > 0 ? price_measures(c, &c->items[i], measures) : 0;

		gathering->item_count += count > 0;
		gathering->left_out += !count;
		for (size_t j = 0; j < count; j++) {
			int64_t price = number_divide(measures[j].price, rate);
			char bytes[PRICE_KEY_SIZE];

			if (price == NUMBER_NONE || price <= 0)
				continue;
			if (measures[j].origin.size)
				TRY(observe(gathering,
					price_key_print(bytes, measures[j].hs6, measures[j].origin, measures[j].unit), price));
			TRY(observe(gathering, price_key_print(bytes, measures[j].hs6, TEXT(""), measures[j].unit), price));
		}
	}
	return STATUS_OK;
}

/* All declarations of the window with nothing found wrong, given to one of the two functions above. */
static enum status gather(struct gathering *gathering, struct reader *reader, int64_t last_day,
	enum status (*each)(struct gathering *gathering, const struct consignment *c, int64_t day))
{
	AUTO(arena_release) struct arena *arena = arena_new(256 << 20);
	AUTO(rows_release) struct rows *rows = NULL;

	gathering->arena = arena_new(MEMORY);
	gathering->reader = reader;
	if (!arena || !gathering->arena)
		return STATUS_NO_MEMORY;
	TRY(store_query(reader, &DECLARATIONS_OF_WINDOW, PARAMS(V_INT(gathering->first_day), V_INT(last_day)), &rows));
	while (rows_next(rows)) {
		struct consignment consignment;

		TRY(reader_goes_on(reader));
		arena_reset(arena);
		TRY(consignment_unpack(arena, rows_bytes(rows, 1), &consignment));
		TRY(each(gathering, &consignment, rows_integer(rows, 0)));
	}
	return rows_status(rows);
}

static int compare_observations(const void *a, const void *b)
{
	const struct observation *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

/* Sorted by key, then by number; the numbers alone, in the same order. */
static int64_t *sort_numbers(struct gathering *gathering)
{
	int64_t *numbers = memory_allocate((gathering->count + 1) * sizeof *numbers);

	if (!numbers)
		return NULL;
	if (gathering->count)
		qsort(gathering->observations, gathering->count, sizeof *gathering->observations, compare_observations);
	for (size_t i = 0; i < gathering->count; i++)
		numbers[i] = gathering->observations[i].number;
	return numbers;
}

/* How many observations from `from` on have the same key. */
static size_t run_length(const struct gathering *gathering, size_t from)
{
	size_t until = from;

	while (until < gathering->count && gathering->observations[until].key == gathering->observations[from].key)
		until++;
	return until - from;
}

static enum status write_rates(struct writer *writer, struct gathering *gathering, const int64_t *numbers)
{
	for (size_t from = 0, count; from < gathering->count; from += count) {
		struct text key = gathering->keys[gathering->observations[from].key], currency = text_cut(&key, '|');
		int64_t day;

		count = run_length(gathering, from);
		TRY(number_read(key, &day));
		TRY(store_execute(writer, &RATE_DECLARED,
			PARAMS(value_text(currency), V_INT(day / NUMBER_ONE), V_INT(prices_quantile(numbers + from, count, 50)),
				V_INT((int64_t)count)),
			NULL));
	}
	return STATUS_OK;
}

static void release_numbers(int64_t **numbers)
{
	memory_free(*numbers);
}

static enum status compute_rates(struct database *database, int64_t first_day, int64_t last_day)
{
	AUTO(gathering_release) struct gathering gathering = {.first_day = first_day};
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(writer_rollback) struct writer *writer = NULL;
	AUTO(release_numbers) int64_t *numbers = NULL;

	TRY(reader_begin(database, &reader));
	TRY(gather(&gathering, reader, last_day, observe_rate));
	reader_end(reader);
	reader = NULL;
	numbers = sort_numbers(&gathering);
	if (!numbers)
		return STATUS_NO_MEMORY;
	TRY(writer_begin(database, &writer));
	TRY(write_rates(writer, &gathering, numbers));
	return writer_commit(&writer);
}

/* ---- writing a run */

/* One reference of the run, as it will be written. */
struct fresh {
	struct text key, bins, digest;
	int64_t values[5], from, until, count;
};

struct run {
	int64_t id;
	struct arena *arena;
	struct text *open_keys, *open_digests; /* references in force */
	int64_t *open_ids;
	bool *open_kept;
	size_t open_count;
	uint32_t *slots;
	size_t slot_count;
	struct fresh *fresh; /* new or changed */
	size_t fresh_count;
	int64_t reference_count;
};

static enum status load_open(struct reader *reader, struct run *run)
{
	AUTO(rows_release) struct rows *rows = NULL;
	size_t capacity = OPEN_MOST;

	run->open_keys = ARENA_ARRAY(run->arena, capacity, struct text);
	run->open_digests = ARENA_ARRAY(run->arena, capacity, struct text);
	run->open_ids = ARENA_ARRAY(run->arena, capacity, int64_t);
	run->open_kept = ARENA_ARRAY(run->arena, capacity, bool);
	run->slot_count = 2 * capacity;
	run->slots = ARENA_ARRAY(run->arena, run->slot_count, uint32_t);
	if (!run->open_keys || !run->open_digests || !run->open_ids || !run->open_kept || !run->slots)
		return STATUS_NO_MEMORY;
	TRY(store_query(reader, &REFERENCES_OPEN, NO_PARAMS, &rows));
	while (run->open_count < capacity && rows_next(rows)) {
		size_t i = run->open_count++, at;

		run->open_ids[i] = rows_integer(rows, 0);
		run->open_keys[i] = price_key(run->arena, rows_text(rows, 1), rows_text(rows, 2), rows_text(rows, 3));
		run->open_digests[i] = rows_copy(rows, 4, run->arena);
		if (!run->open_keys[i].data || !run->open_digests[i].data)
			return STATUS_NO_MEMORY;
		for (at = text_hash(run->open_keys[i]) & (run->slot_count - 1); run->slots[at];)
			at = (at + 1) & (run->slot_count - 1);
		run->slots[at] = (uint32_t)i + 1;
	}
	return rows_status(rows);
}

/* Equal parts from the second to the ninety-eighth of a hundred; what lies outside counts in the first or last. */
static void print_bins(struct buffer *out, const int64_t *sorted, size_t count, int64_t from, int64_t until)
{
	int64_t bins[PRICE_BINS] = {0}, width = until > from ? (until - from + PRICE_BINS - 1) / PRICE_BINS : 1;

	for (size_t i = 0; i < count; i++) {
		int64_t place = sorted[i] <= from ? 0 : (sorted[i] - from) / width;

		bins[place < PRICE_BINS ? place : PRICE_BINS - 1]++;
	}
	for (size_t i = 0; i < PRICE_BINS; i++)
		buffer_format(out, "%s%lld", i ? " " : "", (long long)bins[i]);
}

static enum status make_fresh(struct arena *arena, struct text key, const int64_t *sorted, size_t count,
	struct fresh *ret_fresh)
{
	static const int quantiles[] = {10, 25, 50, 75, 90};
	AUTO(buffer_release) struct buffer bins;
	AUTO(buffer_release) struct buffer digest;
	struct fresh fresh = {.key = key, .from = prices_quantile(sorted, count, 2),
		.until = prices_quantile(sorted, count, 98), .count = (int64_t)count};

	buffer_init(&bins, DIGEST_LIMIT);
	buffer_init(&digest, 2 * DIGEST_LIMIT);
	print_bins(&bins, sorted, count, fresh.from, fresh.until);
	for (size_t i = 0; i < 5; i++) {
		fresh.values[i] = prices_quantile(sorted, count, quantiles[i]);
		buffer_format(&digest, "%lld ", (long long)fresh.values[i]);
	}
	buffer_format(&digest, "%zu %lld %lld ", count, (long long)fresh.from, (long long)fresh.until);
	buffer_append(&digest, buffer_text(&bins));
	TRY(buffer_status(&bins));
	TRY(buffer_status(&digest));
	fresh.bins = arena_text(arena, buffer_text(&bins));
	fresh.digest = arena_text(arena, buffer_text(&digest));
	*ret_fresh = fresh;
	return fresh.bins.data && fresh.digest.data ? STATUS_OK : STATUS_NO_MEMORY;
}

/* A reference in force that is as it was stays. */
static bool is_kept(struct run *run, const struct fresh *fresh)
{
	size_t at = text_hash(fresh->key) & (run->slot_count - 1);

	for (; run->slots[at]; at = (at + 1) & (run->slot_count - 1)) {
		size_t i = run->slots[at] - 1;

		if (text_equal(run->open_keys[i], fresh->key)) {
			run->open_kept[i] = text_equal(run->open_digests[i], fresh->digest);
			return run->open_kept[i];
		}
	}
	return false;
}

static enum status make_all(struct run *run, const struct gathering *gathering, const int64_t *numbers, int64_t least)
{
	run->fresh = ARENA_ARRAY(run->arena, gathering->key_count + 1, struct fresh);
	if (!run->fresh)
		return STATUS_NO_MEMORY;
	for (size_t from = 0, count; from < gathering->count; from += count) {
		struct fresh *fresh = &run->fresh[run->fresh_count];

		count = run_length(gathering, from);
		if ((int64_t)count < least)
			continue;
		TRY(make_fresh(run->arena, gathering->keys[gathering->observations[from].key], numbers + from, count, fresh));
		run->reference_count++;
		run->fresh_count += !is_kept(run, fresh);
	}
	return STATUS_OK;
}

static enum status write_all(struct writer *writer, const struct run *run)
{
	for (size_t i = 0; i < run->open_count; i++)
		if (!run->open_kept[i])
			TRY(store_execute(writer, &REFERENCE_CLOSE, PARAMS(V_INT(run->open_ids[i]), V_INT(run->id)), NULL));
	for (size_t i = 0; i < run->fresh_count; i++) {
		const struct fresh *fresh = &run->fresh[i];
		struct text unit = fresh->key, hs6 = text_cut(&unit, '|'), origin = text_cut(&unit, '|');

		TRY(store_execute(writer, &REFERENCE_ADD,
			PARAMS(value_text(hs6), value_text(origin.size ? origin : TEXT("")), value_text(unit),
				V_INT(fresh->values[0]), V_INT(fresh->values[1]), V_INT(fresh->values[2]),
				V_INT(fresh->values[3]), V_INT(fresh->values[4]), V_INT(fresh->count), V_INT(fresh->from),
				V_INT(fresh->until), value_text(fresh->bins), value_text(fresh->digest), V_INT(run->id)),
			NULL));
	}
	return STATUS_OK;
}

static enum status read_settings(struct database *database, struct arena *arena, struct text *ret_currency,
	int64_t *ret_window, int64_t *ret_least)
{
	AUTO(reader_release) struct reader *reader = NULL;
	struct text national;

	TRY(reader_begin(database, &reader));
	TRY(setting_text(reader, &price_settings[PRICES_CURRENCY], arena, ret_currency));
	TRY(setting_text(reader, &national_currency, arena, &national));
	TRY(setting_integer(reader, &price_settings[PRICES_WINDOW], ret_window));
	TRY(setting_integer(reader, &price_settings[PRICES_LEAST], ret_least));
	if (text_equal(*ret_currency, national))
		*ret_currency = TEXT_NONE;
	return STATUS_OK;
}

static enum status write_run(struct database *database, struct gathering *gathering, const int64_t *numbers,
	int64_t last_day, int64_t least, int64_t *ret_references)
{
	AUTO(arena_release) struct arena *arena = arena_new(MEMORY);
	AUTO(writer_rollback) struct writer *writer = NULL;
	struct run run = {.arena = arena};
	int64_t rate = NUMBER_ONE;

	if (!arena)
		return STATUS_NO_MEMORY;
	TRY(writer_begin(database, &writer));
	gathering->reader = writer_reader(writer);
	if (gathering->currency.size)
		TRY(exchange_rate_find(gathering->reader, gathering->currency, last_day, &rate));
	TRY(load_open(writer_reader(writer), &run));
	TRY(make_all(&run, gathering, numbers, least));
	TRY(store_returning(writer, &RUN_ADD,
		PARAMS(V_INT(clock_now()), V_INT(gathering->first_day), V_INT(last_day),
			value_text(gathering->currency.data ? gathering->currency : TEXT("")), V_INT(rate),
			V_INT(gathering->item_count), V_INT(gathering->left_out), V_INT(run.reference_count)),
		&run.id));
	TRY(write_all(writer, &run));
	*ret_references = run.reference_count;
	return writer_commit(&writer);
}

enum status prices_compute(struct database *database, int64_t today, struct arena *arena, int64_t *ret_references)
{
	AUTO(gathering_release) struct gathering gathering = {.arena = NULL};
	AUTO(reader_release) struct reader *reader = NULL;
	AUTO(release_numbers) int64_t *numbers = NULL;
	int64_t window, least;

	TRY(read_settings(database, arena, &gathering.currency, &window, &least));
	gathering.first_day = today - window + 1;
	TRY(compute_rates(database, gathering.first_day, today));
	TRY(reader_begin(database, &reader));
	TRY(gather(&gathering, reader, today, observe_prices));
	reader_end(reader);
	reader = NULL;
	numbers = sort_numbers(&gathering);
	if (!numbers)
		return STATUS_NO_MEMORY;
	return write_run(database, &gathering, numbers, today, least, ret_references);
}
