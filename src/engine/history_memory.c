/* One open table from (key, value) to an entry. An entry holds a row per day with running totals, the first
 * row in place (most values are seen on one day), and for keys with prices the last PRICES of them, both in
 * order of arrival and sorted, so that the median is at hand. Values are kept as 64 bits of their hash: with
 * 100 million of them the chance that any two meet is one in 3,700. */
#include "engine/history_memory.h"

#include "base/memory.h"

#include <string.h>

/* Days and prices lie in pieces of 16 to 1024 bytes, cut from large blocks: there are hundreds of thousands of them, and
 * all go at once. */
enum { PIECE_STEP = 16, PIECE_CLASSES = 64, LARGEST_PIECE = PIECE_STEP * PIECE_CLASSES };
enum { PRICES = 32, FIRST_SLOTS = 1024, QUICK_SLOTS = 1 << 17 /* below, growing costs more than the room */, DAYS_MINIMUM = -25567, DAYS_MAXIMUM = 2932896 };

struct day {
	int32_t date;
	uint32_t count, judged, adverse; /* running totals, this day included */
};

struct prices {
	uint16_t size, capacity, next;
	int64_t values[]; /* capacity in order of arrival, then capacity sorted */
};

/* The median as it stood at the end of a day, kept beside the days of a key with prices. */
struct priced {
	struct prices *last;
	int64_t *medians; /* one per day, same capacity as the days */
};

struct entry {
	uint64_t hash; /* 0: free slot */
	union {
		struct day only; /* the day when capacity is 0 */
		struct day *days;
	} seen;
	uint32_t size, capacity;
	struct priced *priced;
};

/* A piece that was given back, in the list of its size. */
struct spare {
	struct spare *next;
};

struct history_memory {
	struct entry *slots;
	size_t capacity, used;
	size_t bytes;
	struct arena *pieces;
	struct spare *spares[PIECE_CLASSES];
	size_t large; /* how many pieces are larger than those */
};

struct history_memory *history_memory_new(void)
{
	struct history_memory *memory = memory_allocate(sizeof *memory);

	if (!memory)
		return NULL;
	memory->slots = memory_allocate(FIRST_SLOTS * sizeof *memory->slots);
	memory->pieces = arena_new(SIZE_MAX);
	if (!memory->slots || !memory->pieces) {
		arena_free(memory->pieces);
		memory_free(memory->slots);
		memory_free(memory);
		return NULL;
	}
	memory->capacity = FIRST_SLOTS;
	memory->bytes = sizeof *memory + FIRST_SLOTS * sizeof *memory->slots;
	return memory;
}

static size_t class_of(size_t size)
{
	return (size - 1) / PIECE_STEP;
}

/* Not cleared when it was used before. */
static void *piece_take(struct history_memory *memory, size_t size)
{
	struct spare *piece;

	if (size > LARGEST_PIECE) {
		piece = memory_allocate(size);
		memory->large += piece != NULL;
		return piece;
	}
	piece = memory->spares[class_of(size)];
	if (!piece)
		return arena_allocate(memory->pieces, size);
	memory->spares[class_of(size)] = piece->next;
	return piece;
}

static void piece_give(struct history_memory *memory, void *bytes, size_t size)
{
	struct spare *piece = bytes;

	if (!piece)
		return;
	if (size > LARGEST_PIECE) {
		memory->large--;
		memory_free(piece);
		return;
	}
	piece->next = memory->spares[class_of(size)];
	memory->spares[class_of(size)] = piece;
}

static void free_large(struct history_memory *memory)
{
	for (size_t i = 0; i < memory->capacity && memory->large; i++) {
		struct entry *entry = &memory->slots[i];

		if (entry->priced && entry->capacity * sizeof *entry->priced->medians > LARGEST_PIECE)
			piece_give(memory, entry->priced->medians, entry->capacity * sizeof *entry->priced->medians);
		if (entry->capacity * sizeof *entry->seen.days > LARGEST_PIECE)
			piece_give(memory, entry->seen.days, entry->capacity * sizeof *entry->seen.days);
	}
}

void history_memory_free(struct history_memory *memory)
{
	if (!memory)
		return;
	free_large(memory);
	arena_free(memory->pieces);
	memory_free(memory->slots);
	memory_free(memory);
}

void history_memory_release(struct history_memory **memory)
{
	history_memory_free(*memory);
	*memory = NULL;
}

static uint64_t mixed(uint64_t value)
{
	value = (value ^ (value >> 33)) * 0xff51afd7ed558ccdU;
	value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53U;
	return value ^ (value >> 33);
}

/* Eight bytes at a time; never 0. */
static uint64_t hash_of(enum history_key key, const char *bytes, size_t size)
{
	uint64_t hash = mixed((uint64_t)key + 1 + ((uint64_t)size << 8));
	uint64_t word;

	for (; size >= 8; size -= 8, bytes += 8) {
		memcpy(&word, bytes, 8);
		hash = mixed(hash ^ word) + 0x9e3779b97f4a7c15U;
	}
	word = 0;
	memcpy(&word, bytes, size);
	hash = mixed(hash ^ word);
	return hash ? hash : 1;
}

static struct entry *slot_of(struct entry *slots, size_t capacity, uint64_t hash)
{
	size_t i = hash & (capacity - 1);

	while (slots[i].hash && slots[i].hash != hash)
		i = (i + 1) & (capacity - 1);
	return &slots[i];
}

static enum status make_room(struct history_memory *memory)
{
	size_t wanted = memory->capacity * (memory->capacity < QUICK_SLOTS ? 4 : 2);
	struct entry *slots;

	if ((memory->used + HISTORY_KEYS) * 10 < memory->capacity * 7)
		return STATUS_OK;
	slots = memory_allocate(wanted * sizeof *slots);
	if (!slots)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < memory->capacity; i++)
		if (memory->slots[i].hash)
			*slot_of(slots, wanted, memory->slots[i].hash) = memory->slots[i];
	memory_free(memory->slots);
	memory->bytes += (wanted - memory->capacity) * sizeof *slots;
	memory->slots = slots;
	memory->capacity = wanted;
	return STATUS_OK;
}

static struct day *entry_days(struct entry *entry)
{
	return entry->capacity ? entry->seen.days : &entry->seen.only;
}

/* Room for one more day. */
static enum status days_grow(struct history_memory *memory, struct entry *entry)
{
	uint32_t had = entry->capacity, wanted = had ? had * 2 : 4;
	struct day *days;
	int64_t *medians = NULL;

	if (!entry->size || entry->size < had)
		return STATUS_OK;
	days = piece_take(memory, wanted * sizeof *days);
	if (days && entry->priced)
		medians = piece_take(memory, wanted * sizeof *medians);
	if (!days || (entry->priced && !medians)) {
		piece_give(memory, days, wanted * sizeof *days);
		return STATUS_NO_MEMORY;
	}
	memcpy(days, entry_days(entry), entry->size * sizeof *days);
	if (entry->priced) {
		memcpy(medians, entry->priced->medians, entry->size * sizeof *medians);
		piece_give(memory, entry->priced->medians, (had ? had : 1) * sizeof *medians);
		entry->priced->medians = medians;
	}
	if (had)
		piece_give(memory, entry->seen.days, had * sizeof *days);
	memory->bytes += (wanted - had) * (sizeof *days + (entry->priced ? sizeof *medians : 0));
	entry->seen.days = days;
	entry->capacity = wanted;
	return STATUS_OK;
}

/* How many days of the entry lie before `date`. */
static uint32_t days_before(const struct day *days, uint32_t size, int64_t date)
{
	uint32_t from = 0, to = size;

	if (size && days[size - 1].date < date)
		return size;
	while (from < to) {
		uint32_t middle = from + (to - from) / 2;

		if (days[middle].date < date)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* The place of the day `date`, made when it is not there. */
static enum status day_of(struct history_memory *memory, struct entry *entry, int32_t date, uint32_t *ret_place)
{
	uint32_t place = days_before(entry_days(entry), entry->size, date);
	struct day *days;

	if (place == entry->size || entry_days(entry)[place].date != date) {
		TRY(days_grow(memory, entry));
		days = entry_days(entry);
		memmove(days + place + 1, days + place, (entry->size - place) * sizeof *days);
		days[place] = (struct day){.date = date};
		if (place)
			days[place] = days[place - 1];
		days[place].date = date;
		if (entry->priced) {
			int64_t *medians = entry->priced->medians;

			memmove(medians + place + 1, medians + place, (entry->size - place) * sizeof *medians);
			medians[place] = place ? medians[place - 1] : NUMBER_NONE;
		}
		entry->size++;
	}
	*ret_place = place;
	return STATUS_OK;
}

static enum status priced_make(struct history_memory *memory, struct entry *entry)
{
	struct priced *priced = piece_take(memory, sizeof *priced);
	size_t medians = entry->capacity ? entry->capacity : 1;

	if (!priced)
		return STATUS_NO_MEMORY;
	priced->last = NULL;
	priced->medians = piece_take(memory, medians * sizeof *priced->medians);
	if (!priced->medians) {
		piece_give(memory, priced, sizeof *priced);
		return STATUS_NO_MEMORY;
	}
	memory->bytes += sizeof *priced + medians * sizeof *priced->medians;
	for (size_t i = 0; i < medians; i++)
		priced->medians[i] = NUMBER_NONE;
	entry->priced = priced;
	return STATUS_OK;
}

static enum status prices_grow(struct history_memory *memory, struct priced *priced)
{
	struct prices *old = priced->last;
	uint16_t had = old ? old->capacity : 0, wanted = had ? (uint16_t)(had * 2) : 4;
	struct prices *grown;

	if (old && (old->size < had || had == PRICES))
		return STATUS_OK;
	grown = piece_take(memory, sizeof *grown + 2 * wanted * sizeof grown->values[0]);
	if (!grown)
		return STATUS_NO_MEMORY;
	if (old) {
		memcpy(grown->values, old->values, had * sizeof old->values[0]);
		memcpy(grown->values + wanted, old->values + had, had * sizeof old->values[0]);
	}
	grown->size = grown->next = had;
	grown->capacity = wanted;
	memory->bytes += 2U * (size_t)(wanted - had) * sizeof grown->values[0] + (old ? 0 : sizeof *grown);
	piece_give(memory, old, sizeof *old + 2 * had * sizeof old->values[0]);
	priced->last = grown;
	return STATUS_OK;
}

static size_t sorted_place(const int64_t *sorted, size_t size, int64_t price)
{
	size_t place = 0;

	while (place < size && sorted[place] < price)
		place++;
	return place;
}

/* The newest price takes the place of the oldest; gives the median (the lower one of two). */
static int64_t prices_push(struct prices *prices, int64_t price)
{
	int64_t *sorted = prices->values + prices->capacity;
	size_t size = prices->size, place;

	if (size == prices->capacity) {
		prices->next = prices->next == prices->capacity ? 0 : prices->next;
		place = sorted_place(sorted, size, prices->values[prices->next]);
		memmove(sorted + place, sorted + place + 1, (size - place - 1) * sizeof *sorted);
		size--;
	}
	place = sorted_place(sorted, size, price);
	memmove(sorted + place + 1, sorted + place, (size - place) * sizeof *sorted);
	sorted[place] = price;
	prices->values[prices->next++] = price;
	prices->size = (uint16_t)(size + 1);
	return sorted[size / 2];
}

struct observation {
	int32_t date;
	bool counts, judged, adverse;
	int64_t measures[USUALS]; /* NUMBER_NONE: not measured */
};

/* `value` is the key's own measure, NUMBER_NONE when there is none. */
static enum status entry_note(struct history_memory *memory, struct entry *entry, const struct observation *seen,
	int64_t value)
{
	bool with_price = value != NUMBER_NONE;

	uint32_t place;
	struct day *days;

	if (with_price) {
		if (!entry->priced)
			TRY(priced_make(memory, entry));
		TRY(prices_grow(memory, entry->priced));
	}
	TRY(day_of(memory, entry, seen->date, &place));
	days = entry_days(entry);
	for (uint32_t i = place; i < entry->size; i++) {
		days[i].count += seen->counts;
		days[i].judged += seen->judged;
		days[i].adverse += seen->judged && seen->adverse;
	}
	if (with_price)
		entry->priced->medians[entry->size - 1] = prices_push(entry->priced->last, value);
	return STATUS_OK;
}

void history_places_find(const struct consignment *consignment, const struct item *item,
	struct history_places *ret_places)
{
	struct history_parts parts;

	history_parts_print(consignment, item, &parts);
	for (int key = 0; key < HISTORY_KEYS; key++) {
		char bytes[HISTORY_VALUE_SIZE];
		size_t size = history_parts_join(&parts, (enum history_key)key, bytes);

		ret_places->hashes[key] = size ? hash_of((enum history_key)key, bytes, size) : 0;
	}
}

/* All slots of the table are asked for at once: waiting for memory, one after another, is what costs. */
void history_memory_expect(const struct history_memory *memory, const struct history_places *places)
{
	for (int key = 0; key < HISTORY_KEYS; key++)
		__builtin_prefetch(&memory->slots[places->hashes[key] & (memory->capacity - 1)], 1);
}

static enum status note_at(struct history_memory *memory, const uint64_t hashes[HISTORY_KEYS],
	const struct observation *seen)
{
	struct entry *entries[HISTORY_KEYS];

	TRY(make_room(memory));
	for (int key = 0; key < HISTORY_KEYS; key++) {
		if (!hashes[key])
			continue;
		entries[key] = slot_of(memory->slots, memory->capacity, hashes[key]);
		if (!entries[key]->hash) {
			entries[key]->hash = hashes[key];
			memory->used++;
		} else if (entries[key]->capacity) {
			__builtin_prefetch(&entries[key]->seen.days[entries[key]->size - 1], 1);
		}
	}
	for (int key = 0; key < HISTORY_KEYS; key++)
		if (hashes[key])
			TRY(entry_note(memory, entries[key], seen,
				seen->measures[history_key_usual((enum history_key)key)]));
	return STATUS_OK;
}

static enum status note_all(struct history_memory *memory, const struct consignment *consignment,
	const struct item *item, const struct observation *seen)
{
	struct history_places places;

	history_places_find(consignment, item, &places);
	history_memory_expect(memory, &places);
	return note_at(memory, places.hashes, seen);
}

enum status history_memory_add_at(struct history_memory *memory, const struct history_places *places,
	const struct consignment *consignment, const struct item *item, enum history_outcome outcome, int64_t date)
{
	struct observation seen = {.counts = true,
		.judged = outcome != OUTCOME_UNKNOWN,
		.adverse = outcome == OUTCOME_ADVERSE};

	if (date < DAYS_MINIMUM || date > DAYS_MAXIMUM)
		return STATUS_INVALID;
	seen.date = (int32_t)date;
	for (int measure = 0; measure < USUALS; measure++)
		seen.measures[measure] = history_usual_of((enum history_usual)measure, consignment, item);
	return note_at(memory, places->hashes, &seen);
}

enum status history_memory_add(struct history_memory *memory, const struct consignment *consignment,
	const struct item *item, bool known, bool adverse, int64_t date)
{
	struct history_places places;

	history_places_find(consignment, item, &places);
	history_memory_expect(memory, &places);
	return history_memory_add_at(memory, &places, consignment, item,
		!known ? OUTCOME_UNKNOWN : adverse ? OUTCOME_ADVERSE : OUTCOME_CONFORM, date);
}

enum status history_memory_judge(struct history_memory *memory, const struct consignment *consignment,
	const struct item *item, bool adverse, int64_t date)
{
	struct observation seen = {.judged = true, .adverse = adverse};

	if (date < DAYS_MINIMUM || date > DAYS_MAXIMUM)
		return STATUS_INVALID;
	seen.date = (int32_t)date;
	for (int measure = 0; measure < USUALS; measure++)
		seen.measures[measure] = NUMBER_NONE;
	return note_all(memory, consignment, item, &seen);
}

static void look(void *context, enum history_key key, struct text value, int days, int64_t before,
	struct history_figures *ret_figures)
{
	const struct history_memory *memory = context;
	struct history_figures figures = {.price_per_kg = NUMBER_NONE};
	struct entry *entry = slot_of(memory->slots, memory->capacity, hash_of(key, value.data, value.size));
	const struct day *rows = entry_days(entry);
	uint32_t until;

	*ret_figures = figures;
	if (!value.size || !entry->hash || before == DATE_NONE)
		return;
	until = days_before(rows, entry->size, before);
	if (!until)
		return;
	figures.count = rows[until - 1].count;
	figures.judged = rows[until - 1].judged;
	figures.adverse = rows[until - 1].adverse;
	if (entry->priced)
		figures.price_per_kg = entry->priced->medians[until - 1];
	if (days > 0) {
		uint32_t from = days_before(rows, until, before - days);

		figures.count -= from ? rows[from - 1].count : 0;
		figures.judged -= from ? rows[from - 1].judged : 0;
		figures.adverse -= from ? rows[from - 1].adverse : 0;
	}
	*ret_figures = figures;
}

struct history history_memory_face(const struct history_memory *memory)
{
	union {
		const struct history_memory *given;
		void *context;
	} face = {.given = memory};

	return (struct history){.context = face.context, .look = look};
}

size_t history_memory_bytes(const struct history_memory *memory)
{
	return memory->bytes;
}

size_t history_memory_entries(const struct history_memory *memory)
{
	return memory->used;
}
