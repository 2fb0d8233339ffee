/* Growing columns for two parts, and one table of texts for both. */
#include "engine/evaluation_data.h"

#include "base/memory.h"
#include "engine/features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 2, COLUMNS = 128, TEXT_LIMIT = 1 << 30 };

/* The items of one part. */
struct part {
	float *features, *columns;
	bool *outcomes;
	double *duties, *lookups;
	uint32_t *owner; /* the consignment of each item */
	int64_t *dates;
	struct judged *cases; /* by consignment */
	double *chances;
	size_t items, item_room, count, room;
};

/* A text of a column, by its place in the order of arrival. */
struct word {
	struct text text;
	uint32_t column;
	bool learnt; /* seen in the learning part */
	float rank; /* among the learnt ones of its column */
};

struct column {
	const struct consignment_field *field;
	bool of_item;
};

struct evaluation_data {
	struct part parts[PARTS];
	struct column fields[COLUMNS];
	size_t width;
	struct arena *texts;
	struct word *words;
	uint32_t *slots; /* place + 1 */
	size_t word_count, slot_count;
	bool has_chances;
};

/* What names a single consignment, or is the answer, is no column to learn from. */
static bool is_column(const struct consignment_field *field)
{
	static const char *const left_out[] = {"reference", "declarant_reference", "outcome.known", "outcome.adverse",
		"outcome.recovered", "number"};

	for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
		if (strcmp(field->code, left_out[i]) == 0)
			return false;
	return field->kind == CONSIGNMENT_TEXT || field->kind == CONSIGNMENT_NUMBER;
}

static void add_fields(struct evaluation_data *data, struct consignment_fields fields, bool of_item)
{
	for (size_t i = 0; i < fields.count && data->width < COLUMNS; i++)
		if (is_column(&fields.rows[i]))
			data->fields[data->width++] = (struct column){&fields.rows[i], of_item};
}

struct evaluation_data *evaluation_data_new(void)
{
	struct evaluation_data *data = memory_allocate(sizeof *data);

	if (!data)
		return NULL;
	data->texts = arena_new(TEXT_LIMIT);
	if (!data->texts) {
		memory_free(data);
		return NULL;
	}
	add_fields(data, consignment_fields(), false);
	add_fields(data, item_fields(), true);
	return data;
}

void evaluation_data_free(struct evaluation_data *data)
{
	if (!data)
		return;
	for (size_t i = 0; i < PARTS; i++) {
		struct part *part = &data->parts[i];

		memory_free(part->features);
		memory_free(part->columns);
		memory_free(part->outcomes);
		memory_free(part->duties);
		memory_free(part->lookups);
		memory_free(part->owner);
		memory_free(part->dates);
		memory_free(part->cases);
		memory_free(part->chances);
	}
	arena_free(data->texts);
	memory_free(data->words);
	memory_free(data->slots);
	memory_free(data);
}

void evaluation_data_release(struct evaluation_data **data)
{
	evaluation_data_free(*data);
	*data = NULL;
}

static bool resize(void *pointer, size_t count, size_t size)
{
	void *old, *grown;

	memcpy(&old, pointer, sizeof old);
	grown = memory_resize(old, count * size);
	if (grown)
		memcpy(pointer, &grown, sizeof grown);
	return grown != NULL;
}

static enum status grow_items(struct evaluation_data *data, struct part *part)
{
	size_t wanted = part->item_room ? part->item_room * 2 : 1024;

	if (part->items < part->item_room)
		return STATUS_OK;
	if (!resize(&part->features, wanted * feature_count(), sizeof *part->features) ||
		!resize(&part->columns, wanted * data->width, sizeof *part->columns) ||
		!resize(&part->outcomes, wanted, sizeof *part->outcomes) ||
		!resize(&part->duties, wanted, sizeof *part->duties) ||
		!resize(&part->lookups, wanted, sizeof *part->lookups) ||
		!resize(&part->owner, wanted, sizeof *part->owner) ||
		!resize(&part->dates, wanted, sizeof *part->dates))
		return STATUS_NO_MEMORY;
	part->item_room = wanted;
	return STATUS_OK;
}

static enum status grow_cases(struct part *part)
{
	size_t wanted = part->room ? part->room * 2 : 1024;

	if (part->count < part->room)
		return STATUS_OK;
	if (!resize(&part->cases, wanted, sizeof *part->cases) || !resize(&part->chances, wanted, sizeof *part->chances))
		return STATUS_NO_MEMORY;
	part->room = wanted;
	return STATUS_OK;
}

/* ---- Texts as numbers */

static uint32_t *word_slot(struct evaluation_data *data, uint32_t column, struct text text)
{
	size_t at = (size_t)(text_hash(text) + column * 0x9e3779b9U) & (data->slot_count - 1);

	for (; data->slots[at]; at = (at + 1) & (data->slot_count - 1)) {
		const struct word *word = &data->words[data->slots[at] - 1];

		if (word->column == column && text_equal(word->text, text))
			break;
	}
	return &data->slots[at];
}

static enum status grow_words(struct evaluation_data *data)
{
	size_t wanted = data->slot_count ? data->slot_count * 2 : 4096;

	if (data->word_count * 2 < data->slot_count)
		return STATUS_OK;
	if (!resize(&data->words, wanted, sizeof *data->words))
		return STATUS_NO_MEMORY;
	memory_free(data->slots);
	data->slots = memory_allocate(wanted * sizeof *data->slots);
	data->slot_count = data->slots ? wanted : 0;
	if (!data->slots)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < data->word_count; i++)
		*word_slot(data, data->words[i].column, data->words[i].text) = (uint32_t)i + 1;
	return STATUS_OK;
}

/* The word's place as a float: exact up to 2^24 words, beyond which it is missing. */
static enum status word_number(struct evaluation_data *data, uint32_t column, struct text text, bool learnt,
	float *ret_number)
{
	uint32_t *slot;

	TRY(grow_words(data));
	slot = word_slot(data, column, text);
	if (!*slot) {
		struct text kept = arena_text(data->texts, text);

		if (!kept.data)
			return STATUS_NO_MEMORY;
		data->words[data->word_count++] = (struct word){.text = kept, .column = column};
		*slot = (uint32_t)data->word_count;
	}
	data->words[*slot - 1].learnt |= learnt;
	*ret_number = *slot < 1U << 24 ? (float)(*slot - 1) : NAN;
	return STATUS_OK;
}

static enum status fill_columns(struct evaluation_data *data, enum evaluation_part part, const struct consignment *c,
	const struct item *item, float *row)
{
	for (uint32_t i = 0; i < data->width; i++) {
		const struct consignment_field *field = data->fields[i].field;
		const char *at = (data->fields[i].of_item ? (const char *)item : (const char *)c) + field->offset;
		int64_t number;
		struct text text;

		row[i] = NAN;
		if (field->kind == CONSIGNMENT_NUMBER) {
			memcpy(&number, at, sizeof number);
			row[i] = number == NUMBER_NONE ? NAN : (float)((double)number / 1e6);
			continue;
		}
		memcpy(&text, at, sizeof text);
		if (!text_is_empty(text))
			TRY(word_number(data, i, text, part == PART_LEARN, &row[i]));
	}
	return STATUS_OK;
}

static double duty_of(const struct consignment *c, const struct item *item)
{
	int64_t worth = item_worth(c, item);

	if (item->duties != NUMBER_NONE)
		return (double)item->duties / 1e6;
	if (item->duty_rate == NUMBER_NONE || worth == NUMBER_NONE)
		return NAN;
	return (double)worth / 1e6 * ((double)item->duty_rate / 1e6);
}

static double look_up(const struct feature_view *view)
{
	static const struct {
		enum history_key key;
		double weight;
	} levels[] = {{HISTORY_HS4, 20}, {HISTORY_HS6, 20}, {HISTORY_HS6_ORIGIN, 20}, {HISTORY_GOODS_LINE, .5}};
	double share = feature_expected_share(view, HISTORY_HS4);

	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
		const struct history_figures *figures = &view->figures[levels[i].key][ALL];
		double weight = levels[i].weight;

		share = ((double)figures->adverse + weight * share) / ((double)figures->judged + weight);
	}
	return share;
}

static enum status add_item(struct evaluation_data *data, enum evaluation_part which, const struct consignment *c,
	const struct item *item, const struct history *history, const struct evaluation_case *facts)
{
	struct part *part = &data->parts[which];
	struct feature_view view;

	TRY(grow_items(data, part));
	feature_view_fill(&view, c, item, history, facts->day);
	features_of_view(&view, part->features + part->items * feature_count());
	part->lookups[part->items] = look_up(&view);
	TRY(fill_columns(data, which, c, item, part->columns + part->items * data->width));
	part->outcomes[part->items] = facts->adverse;
	part->duties[part->items] = duty_of(c, item);
	part->owner[part->items] = (uint32_t)part->count;
	part->dates[part->items] = facts->day;
	part->items++;
	return STATUS_OK;
}

enum status evaluation_data_add(struct evaluation_data *data, enum evaluation_part which,
	const struct consignment *consignment, const struct history *history, const struct evaluation_case *facts)
{
	struct part *part = &data->parts[which];
	size_t seen = feature_find(TEXT("goods_line_count"));
	struct judged row = {.adverse = facts->adverse, .never_seen = true, .recovered = facts->recovered};

	TRY(grow_cases(part));
	for (size_t i = 0; i < consignment->item_count; i++) {
		char bytes[HISTORY_VALUE_SIZE];
		size_t size = history_print(HISTORY_GOODS_LINE, consignment, &consignment->items[i], bytes);

		TRY(add_item(data, which, consignment, &consignment->items[i], history, facts));
		if (part->features[(part->items - 1) * feature_count() + seen] > 0)
			row.never_seen = false;
		if (!i)
			row.cluster = size ? (uint32_t)text_hash((struct text){bytes, size})
					   : (uint32_t)(part->count * 2654435761U);
	}
	if (!consignment->item_count)
		return STATUS_OK;
	data->has_chances = data->has_chances || !isnan(facts->chance);
	part->cases[part->count] = row;
	part->chances[part->count++] = facts->chance;
	return STATUS_OK;
}

/* ---- Reading it back */

size_t evaluation_data_items(const struct evaluation_data *data, enum evaluation_part part)
{
	return data->parts[part].items;
}

size_t evaluation_data_consignments(const struct evaluation_data *data, enum evaluation_part part)
{
	return data->parts[part].count;
}

const float *evaluation_data_features(const struct evaluation_data *data, enum evaluation_part part)
{
	return data->parts[part].features;
}

const bool *evaluation_data_outcomes(const struct evaluation_data *data, enum evaluation_part part)
{
	return data->parts[part].outcomes;
}

const double *evaluation_data_duties(const struct evaluation_data *data, enum evaluation_part part)
{
	return data->parts[part].duties;
}

const double *evaluation_data_lookups(const struct evaluation_data *data, enum evaluation_part part)
{
	return data->parts[part].lookups;
}

bool evaluation_data_has_chances(const struct evaluation_data *data)
{
	return data->has_chances;
}

/* By column, then by text. */
static int in_order(const void *a, const void *b)
{
	const struct word *x = *(const struct word *const *)a, *y = *(const struct word *const *)b;

	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return text_compare(x->text, y->text);
}

static enum status rank_words(const struct evaluation_data *data)
{
	struct word **sorted = memory_allocate((data->word_count + 1) * sizeof *sorted);
	float rank = 0;

	if (!sorted)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < data->word_count; i++)
		sorted[i] = &data->words[i];
	if (data->word_count)
		qsort(sorted, data->word_count, sizeof *sorted, in_order);
	for (size_t i = 0; i < data->word_count; i++) {
		if (i && sorted[i]->column != sorted[i - 1]->column)
			rank = 0;
		sorted[i]->rank = sorted[i]->learnt ? rank++ : NAN;
	}
	memory_free(sorted);
	return STATUS_OK;
}

enum status evaluation_data_columns(const struct evaluation_data *data, enum evaluation_part which, float **ret_values,
	size_t *ret_width)
{
	const struct part *part = &data->parts[which];
	float *values = memory_allocate((part->items + 1) * data->width * sizeof *values);
	enum status status = values ? rank_words(data) : STATUS_NO_MEMORY;

	if (status != STATUS_OK) {
		memory_free(values);
		return status;
	}
	for (size_t i = 0; i < part->items * data->width; i++) {
		bool is_text = data->fields[i % data->width].field->kind == CONSIGNMENT_TEXT;
		float value = part->columns[i];

		values[i] = is_text && !isnan(value) ? data->words[(size_t)value].rank : value;
	}
	*ret_values = values;
	*ret_width = data->width;
	return STATUS_OK;
}

static int earliest_first(const void *a, const void *b)
{
	const struct training_row *x = a, *y = b;

	if (x->date != y->date)
		return x->date < y->date ? -1 : 1;
	return (x->features > y->features) - (x->features < y->features);
}

enum status evaluation_data_training(const struct evaluation_data *data, struct training_row **ret_rows)
{
	const struct part *part = &data->parts[PART_LEARN];
	struct training_row *rows = memory_allocate((part->items + 1) * sizeof *rows);

	if (!rows)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < part->items; i++)
		rows[i] = (struct training_row){part->features + i * feature_count(), part->dates[i], part->outcomes[i]};
	if (part->items)
		qsort(rows, part->items, sizeof *rows, earliest_first);
	*ret_rows = rows;
	return STATUS_OK;
}

void evaluation_data_judge(const struct evaluation_data *data, const double *scores, const double *probabilities,
	struct judged *ret_rows)
{
	const struct part *part = &data->parts[PART_JUDGE];

	for (size_t i = 0; i < part->count; i++) {
		ret_rows[i] = part->cases[i];
		ret_rows[i].score = ret_rows[i].probability = scores ? (double)NAN : part->chances[i];
	}
	for (size_t i = 0; scores && i < part->items; i++) {
		struct judged *row = &ret_rows[part->owner[i]];

		if (isnan(row->score) || scores[i] > row->score) {
			row->score = scores[i];
			row->probability = probabilities[i];
		}
	}
}
