/* How an item is filed in the histories: one row per key names the parts of its value, in order. */
#include "engine/history.h"

#include <string.h>

enum part {
	PART_END, PART_OPERATOR, PART_DECLARANT, PART_EXPORTER, PART_HS4, PART_HS6, PART_ORIGIN, PART_OFFICE,
	PART_DEPARTURE, PART_RATE, PART_TAX, PART_MASS, PART_PRICE, PART_ADDRESS, PART_TELEPHONE, PART_VESSEL,
	PART_COUNT
};
_Static_assert((int)PART_COUNT == (int)HISTORY_PARTS, "each part has its place");
enum { PART_LIMIT = 120 /* below HISTORY_PART_SIZE */, PARTS = 6 };

static const struct {
	const char *code;
	enum history_usual measure;
	unsigned char parts[PARTS + 1];
} keys[HISTORY_KEYS] = {
	[HISTORY_OPERATOR] = {"operator", 0, {PART_OPERATOR}},
	[HISTORY_DECLARANT] = {"declarant", 0, {PART_DECLARANT}},
	[HISTORY_EXPORTER] = {"exporter", 0, {PART_EXPORTER}},
	[HISTORY_HS4] = {"hs4", USUAL_PRICE_PER_KG, {PART_HS4}},
	[HISTORY_HS6] = {"hs6", USUAL_PRICE_PER_KG, {PART_HS6}},
	[HISTORY_ORIGIN] = {"origin", 0, {PART_ORIGIN}},
	[HISTORY_OPERATOR_HS4] = {"operator_hs4", USUAL_PRICE_PER_KG, {PART_OPERATOR, PART_HS4}},
	[HISTORY_HS6_ORIGIN] = {"hs6_origin", USUAL_PRICE_PER_KG, {PART_HS6, PART_ORIGIN}},
	[HISTORY_OPERATOR_ORIGIN] = {"operator_origin", 0, {PART_OPERATOR, PART_ORIGIN}},
	[HISTORY_DECLARANT_HS4] = {"declarant_hs4", 0, {PART_DECLARANT, PART_HS4}},
	[HISTORY_GOODS_LINE] = {"goods_line", 0,
		{PART_HS6, PART_DEPARTURE, PART_ORIGIN, PART_RATE, PART_TAX, PART_MASS}},
	[HISTORY_OFFICE] = {"office", 0, {PART_OFFICE}},
	[HISTORY_GOODS_PRICE] = {"goods_price", 0, {PART_HS6, PART_PRICE, PART_ORIGIN, PART_TAX}},
	[HISTORY_HS6_MASS] = {"hs6_mass", 0, {PART_HS6, PART_MASS}},
	[HISTORY_ROUTE] = {"route", 0, {PART_DEPARTURE, PART_ORIGIN}},
	[HISTORY_OPERATOR_EXPORTER] = {"operator_exporter", 0, {PART_OPERATOR, PART_EXPORTER}},
	[HISTORY_ADDRESS] = {"address", 0, {PART_ADDRESS}},
	[HISTORY_TELEPHONE] = {"telephone", 0, {PART_TELEPHONE}},
	[HISTORY_VESSEL] = {"vessel", 0, {PART_VESSEL}},
	[HISTORY_OPERATOR_HS6] = {"operator_hs6", USUAL_PACKAGE_MASS, {PART_OPERATOR, PART_HS6}},
	[HISTORY_OPERATOR_HS6_ORIGIN] = {"operator_hs6_origin", 0, {PART_OPERATOR, PART_HS6, PART_ORIGIN}},
	[HISTORY_OPERATOR_DECLARANT] = {"operator_declarant", 0, {PART_OPERATOR, PART_DECLARANT}},
};

const char *history_key_code(enum history_key key)
{
	return keys[key].code;
}

enum history_usual history_key_usual(enum history_key key)
{
	return keys[key].measure;
}

int64_t history_usual_of(enum history_usual measure, const struct consignment *consignment, const struct item *item)
{
	switch (measure) {
	case USUAL_PRICE_PER_KG:
		return item_price_per_kg(consignment, item);
	case USUAL_PACKAGE_MASS:
		return item_package_mass(item);
	case USUAL_NONE:
	case USUALS:
		break;
	}
	return NUMBER_NONE;
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
	/* A foreign amount that nobody can convert is no national one. */
	return item->price > 0 && !item->currency.size && !consignment->currency.size ? item->price : NUMBER_NONE;
}

int64_t item_price_per_kg(const struct consignment *consignment, const struct item *item)
{
	int64_t price = number_divide(item_worth(consignment, item), item_mass(item));

	return price > 0 ? price : NUMBER_NONE;
}

int64_t item_package_mass(const struct item *item)
{
	int64_t mass = item->packages > 0 ? number_divide(item_mass(item), item->packages) : NUMBER_NONE;

	return mass > 0 ? mass : NUMBER_NONE;
}

static bool is_letter(char byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

/* Whether a word for a telephone number stands at `at`, and where it ends. */
static bool telephone_word(struct text text, size_t at, size_t *ret_end)
{
	static const char *const words[] = {"TELEPHONE", "TEL", "PHONE", "MOBILE", "MOB", "GSM", "CEL", "T\303\211L",
		"T\303\251L"};

	if (text.data[at] == '+') {
		*ret_end = at + 1;
		return true;
	}
	if (at && is_letter(text.data[at - 1]))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct text word = text_of(words[i]);

		if (text_equal_ignoring_case(text_slice(text, at, at + word.size), word)) {
			*ret_end = at + word.size;
			return true;
		}
	}
	return false;
}

/* The digits after a word, with what is written between them; the last TELEPHONE_SIZE - 1 where there are more. */
static size_t telephone_digits(struct text text, size_t at, char *bytes)
{
	size_t size = 0;

	for (; at < text.size; at++) {
		char byte = text.data[at];

		if (byte >= '0' && byte <= '9' && size < TELEPHONE_SIZE - 1)
			bytes[size++] = byte;
		else if (!memchr(" .-/()+:\xc2\xb0", byte, 10) && !(size == 0 && (is_letter(byte) || byte == '\'')))
			break;
	}
	return size >= 7 ? size : 0;
}

static size_t find_telephone(struct text text, char *bytes)
{
	for (size_t i = 0; i < text.size; i++) {
		size_t end, size;

		if (!telephone_word(text, i, &end))
			continue;
		size = telephone_digits(text, end, bytes);
		if (size)
			return size;
	}
	return 0;
}

size_t party_telephone(const struct party *party, char *bytes)
{
	size_t size = find_telephone(party->address, bytes);

	return size ? size : find_telephone(party->name, bytes);
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
	case PART_TELEPHONE:
		return party_telephone(&consignment->consignee, bytes);
	case PART_VESSEL:
		return put_part(bytes, text_is_empty(consignment->vessel_number) ? consignment->vessel
										 : consignment->vessel_number);
	case PART_END:
	case PART_COUNT:
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

void history_parts_print(const struct consignment *consignment, const struct item *item, struct history_parts *ret_parts)
{
	ret_parts->sizes[PART_END] = 0;
	for (int part = PART_END + 1; part < (int)PART_COUNT; part++)
		ret_parts->sizes[part] =
			(unsigned char)print_part((enum part)part, consignment, item, ret_parts->bytes[part]);
}

size_t history_parts_join(const struct history_parts *parts, enum history_key key, char *bytes)
{
	size_t size = 0;

	for (const unsigned char *part = keys[key].parts; *part != PART_END; part++) {
		if (!parts->sizes[*part])
			return 0;
		if (size)
			bytes[size++] = '|';
		memcpy(bytes + size, parts->bytes[*part], parts->sizes[*part]);
		size += parts->sizes[*part];
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
