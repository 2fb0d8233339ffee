/* How an item is filed in the histories: one row per key names the parts of its value, in order. */
#include "engine/history.h"

#include <string.h>

enum part {
	PART_END, PART_OPERATOR, PART_DECLARANT, PART_EXPORTER, PART_HS4, PART_HS6, PART_ORIGIN, PART_OFFICE,
	PART_DEPARTURE, PART_RATE, PART_TAX, PART_MASS, PART_PRICE, PART_ADDRESS
};
enum { PART_LIMIT = 120, PARTS = 6 };

static const struct {
	const char *code;
	bool has_price;
	unsigned char parts[PARTS + 1];
} keys[HISTORY_KEYS] = {
	[HISTORY_OPERATOR] = {"operator", false, {PART_OPERATOR}},
	[HISTORY_DECLARANT] = {"declarant", false, {PART_DECLARANT}},
	[HISTORY_EXPORTER] = {"exporter", false, {PART_EXPORTER}},
	[HISTORY_HS4] = {"hs4", true, {PART_HS4}},
	[HISTORY_HS6] = {"hs6", true, {PART_HS6}},
	[HISTORY_ORIGIN] = {"origin", false, {PART_ORIGIN}},
	[HISTORY_OPERATOR_HS4] = {"operator_hs4", true, {PART_OPERATOR, PART_HS4}},
	[HISTORY_HS6_ORIGIN] = {"hs6_origin", true, {PART_HS6, PART_ORIGIN}},
	[HISTORY_OPERATOR_ORIGIN] = {"operator_origin", false, {PART_OPERATOR, PART_ORIGIN}},
	[HISTORY_DECLARANT_HS4] = {"declarant_hs4", false, {PART_DECLARANT, PART_HS4}},
	[HISTORY_GOODS_LINE] = {"goods_line", false,
		{PART_HS6, PART_DEPARTURE, PART_ORIGIN, PART_RATE, PART_TAX, PART_MASS}},
	[HISTORY_OFFICE] = {"office", false, {PART_OFFICE}},
	[HISTORY_GOODS_PRICE] = {"goods_price", false, {PART_HS6, PART_PRICE, PART_ORIGIN, PART_TAX}},
	[HISTORY_HS6_MASS] = {"hs6_mass", false, {PART_HS6, PART_MASS}},
	[HISTORY_ROUTE] = {"route", false, {PART_DEPARTURE, PART_ORIGIN}},
	[HISTORY_OPERATOR_EXPORTER] = {"operator_exporter", false, {PART_OPERATOR, PART_EXPORTER}},
	[HISTORY_ADDRESS] = {"address", false, {PART_ADDRESS}},
};

const char *history_key_code(enum history_key key)
{
	return keys[key].code;
}

bool history_key_has_price(enum history_key key)
{
	return keys[key].has_price;
}

int64_t item_mass(const struct item *item)
{
	if (item->net_mass > 0)
		return item->net_mass;
	return item->gross_mass > 0 ? item->gross_mass : NUMBER_NONE;
}

int64_t item_worth(const struct consignment *consignment, const struct item *item)
{
	if (item->customs_value > 0)
		return item->customs_value;
	if (item->statistical_value > 0)
		return item->statistical_value;
	if (item->price > 0 && consignment->exchange_rate > 0) {
		int64_t national = number_multiply(item->price, consignment->exchange_rate);

		if (national > 0)
			return national;
	}
	return item->price > 0 ? item->price : NUMBER_NONE;
}

int64_t item_price_per_kg(const struct consignment *consignment, const struct item *item)
{
	int64_t price = number_divide(item_worth(consignment, item), item_mass(item));

	return price > 0 ? price : NUMBER_NONE;
}

/* Copies a part, capitals for ASCII letters and '/' for '|', cut at a letter's border. */
static size_t put_part(char *bytes, struct text text)
{
	size_t size;

	text = text_trim(text);
	size = text.size > PART_LIMIT ? PART_LIMIT : text.size;
	while (size < text.size && size && ((unsigned char)text.data[size] & 0xc0) == 0x80)
		size--;
	for (size_t i = 0; i < size; i++) {
		char byte = text.data[i];

		bytes[i] = byte >= 'a' && byte <= 'z' ? (char)(byte - 32) : byte == '|' ? '/' : byte;
	}
	return size;
}

static size_t put_whole(char *bytes, int64_t value)
{
	char digits[20];
	size_t count = 0;

	do {
		digits[count++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	for (size_t i = 0; i < count; i++)
		bytes[i] = digits[count - 1 - i];
	return count;
}

/* Four digits and the power of ten: 12345678 → "1235E4". */
static size_t put_four_digits(char *bytes, int64_t value)
{
	int64_t power = 0, step = 1;
	size_t size;

	if (value == NUMBER_NONE)
		return 0;
	while (value / step >= 10000) {
		step *= 10;
		power++;
	}
	value = value / step + (value % step >= step - step / 2 && step > 1);
	if (value == 10000) {
		value = 1000;
		power++;
	}
	size = put_whole(bytes, value);
	bytes[size++] = 'E';
	return size + put_whole(bytes + size, power);
}

static struct text party_text(const struct party *party)
{
	return text_is_empty(party->code) ? party->name : party->code;
}

static struct text operator_text(const struct consignment *consignment)
{
	if (text_is(consignment->flow, "E"))
		return party_text(&consignment->exporter);
	return party_text(&consignment->consignee);
}

/* A part that may be missing stands as "-". */
static size_t put_optional(char *bytes, struct text text)
{
	size_t size = put_part(bytes, text);

	if (size)
		return size;
	bytes[0] = '-';
	return 1;
}

static size_t print_part(enum part part, const struct consignment *consignment, const struct item *item, char *bytes)
{
	switch (part) {
	case PART_OPERATOR:
		return put_part(bytes, operator_text(consignment));
	case PART_DECLARANT:
		return put_part(bytes, party_text(&consignment->declarant));
	case PART_EXPORTER:
		return put_part(bytes, party_text(&consignment->exporter));
	case PART_HS4:
		return item->hs.size < 4 ? 0 : put_part(bytes, text_slice(item->hs, 0, 4));
	case PART_HS6:
		return item->hs.size < 6 ? 0 : put_part(bytes, text_slice(item->hs, 0, 6));
	case PART_ORIGIN:
		return put_part(bytes, item->origin);
	case PART_OFFICE:
		return put_part(bytes, consignment->office);
	case PART_DEPARTURE:
		return put_optional(bytes, consignment->country_of_export);
	case PART_RATE:
		return item->duty_rate < 0 ? put_optional(bytes, TEXT_NONE) : put_whole(bytes, item->duty_rate);
	case PART_TAX:
		return put_optional(bytes, item->tax_type);
	case PART_MASS:
		return item_mass(item) == NUMBER_NONE ? 0 : put_whole(bytes, item_mass(item));
	case PART_PRICE:
		return put_four_digits(bytes, item_price_per_kg(consignment, item));
	case PART_ADDRESS:
		return put_part(bytes, consignment->consignee.address);
	case PART_END:
		break;
	}
	return 0;
}

size_t history_print(enum history_key key, const struct consignment *consignment, const struct item *item, char *bytes)
{
	size_t size = 0;

	for (size_t i = 0; keys[key].parts[i] != PART_END; i++) {
		size_t more;

		if (i)
			bytes[size++] = '|';
		more = print_part((enum part)keys[key].parts[i], consignment, item, bytes + size);
		if (!more)
			return 0;
		size += more;
	}
	return size;
}

struct text history_value(struct arena *arena, enum history_key key, const struct consignment *consignment,
	const struct item *item)
{
	char bytes[HISTORY_VALUE_SIZE];
	size_t size = history_print(key, consignment, item, bytes);

	return size ? arena_text(arena, (struct text){bytes, size}) : TEXT_NONE;
}
