/* Facts worked out from the fields of a consignment and its items. */
#include "base/utf8.h"
#include "engine/fact.h"
#include "engine/history.h"

#include <string.h>

static int64_t yes_no(bool value)
{
	return value ? NUMBER_ONE : 0;
}

struct text text_folded(struct arena *arena, struct text text)
{
	AUTO(buffer_release) struct buffer buffer;
	struct text folded = TEXT_NONE;

	buffer_init(&buffer, 1 << 20);
	if (text.data)
		utf8_fold(&buffer, text);
	if (buffer_status(&buffer) == STATUS_OK && buffer.size)
		folded = arena_text(arena, buffer_text(&buffer));
	return folded;
}

void fact_stage(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	value->text = text_of(stage_code(facts->consignment->stage));
}

void fact_procedure(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	const struct consignment *c = facts->consignment;

	(void)item;
	if (!text_is_empty(c->type))
		value->text = arena_format(facts->arena, "%.*s%.*s", TEXT_FORMAT(c->type), TEXT_FORMAT(c->regime));
}

void fact_today(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	value->number = facts->today;
}

void fact_item_count(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	value->number = number_of((int64_t)facts->consignment->item_count);
}

void fact_container_count(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	value->number = number_of((int64_t)facts->consignment->container_count);
}

void fact_consignee_named(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	const struct party *party = &facts->consignment->consignee;

	(void)item;
	value->number = yes_no(text_trim(party->name).size || text_trim(party->code).size);
}

/* Bills carry an address of its own; declarations put it below the name, in the same text. */
void fact_consignee_has_address(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	const struct party *party = &facts->consignment->consignee;
	struct text name = text_trim(party->name);

	(void)item;
	value->number = yes_no(text_trim(party->address).size || text_find(name, TEXT("\n")) < name.size);
}

void fact_consignee_to_order(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	static const char *const forms[] = {"to order", "to the order", "a ordre", "a l ordre", "a la orden", "a ordem",
		"order of", "ordre de"};
	struct text folded = text_folded(facts->arena, facts->consignment->consignee.name);

	(void)item;
	if (!folded.data)
		return;
	value->number = yes_no(text_is(folded, "order") || text_is(folded, "ordre"));
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (text_starts_with(folded, text_of(forms[i])))
			value->number = NUMBER_ONE;
}

void fact_registered_weekday(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	if (facts->consignment->registered_on != DATE_NONE)
		value->number = number_of(date_weekday(facts->consignment->registered_on) + 1);
}

void fact_mass_per_container(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	value->number = number_divide(facts->consignment->gross_mass,
		number_of((int64_t)facts->consignment->container_count));
}

void fact_mass_per_package(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	value->number = number_divide(facts->consignment->gross_mass, facts->consignment->packages);
}

void fact_value_per_kg(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	const struct consignment *c = facts->consignment;

	(void)item;
	value->number = number_divide(c->customs_value, c->net_mass > 0 ? c->net_mass : c->gross_mass);
}

void fact_freight_share(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	value->number = number_divide(facts->consignment->freight, facts->consignment->customs_value);
}

void fact_duty_share(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	value->number = number_divide(facts->consignment->duties, facts->consignment->customs_value);
}

void fact_hs_count(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	const struct consignment *c = facts->consignment;
	bool seen[100] = {false};
	int64_t count = 0;

	(void)item;
	for (size_t i = 0; i < c->item_count; i++) {
		struct text hs = c->items[i].hs;
		unsigned chapter;

		if (hs.size < 2 || hs.data[0] < '0' || hs.data[0] > '9' || hs.data[1] < '0' || hs.data[1] > '9')
			continue;
		chapter = (unsigned)(hs.data[0] - '0') * 10 + (unsigned)(hs.data[1] - '0');
		count += !seen[chapter];
		seen[chapter] = true;
	}
	value->number = number_of(count);
}

/* The references or types of all containers, blank-separated. */
static struct text containers_joined(const struct facts *facts, size_t offset)
{
	AUTO(buffer_release) struct buffer buffer;
	const struct consignment *c = facts->consignment;

	buffer_init(&buffer, 1 << 20);
	for (size_t i = 0; i < c->container_count; i++) {
		struct text part;

		memcpy(&part, (const char *)&c->containers[i] + offset, sizeof part);
		if (text_is_empty(part))
			continue;
		if (buffer.size)
			buffer_byte(&buffer, ' ');
		buffer_append(&buffer, part);
	}
	if (buffer_status(&buffer) != STATUS_OK || !buffer.size)
		return TEXT_NONE;
	return arena_text(facts->arena, buffer_text(&buffer));
}

void fact_container_references(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	value->text = containers_joined(facts, offsetof(struct container, reference));
}

void fact_container_types(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	value->text = containers_joined(facts, offsetof(struct container, type));
}

static bool container_is_empty(const struct container *container)
{
	static const char *const codes[] = {"0/0", "E/E", "E", "EMPTY", "VIDE"};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (text_equal_ignoring_case(text_trim(container->fullness), text_of(codes[i])))
			return true;
	return false;
}

static bool container_is_empty_with_goods(const struct container *container)
{
	return container_is_empty(container) && (container->goods_mass > 0 || container->packages > 0);
}

static bool container_is_wrong(const struct container *container)
{
	return !text_is_empty(text_trim(container->reference)) && !container_reference_is_right(container->reference);
}

static bool container_is_unsealed(const struct container *container)
{
	return !container_is_empty(container) && !text_trim(container->seals).size;
}

static int64_t containers_that(const struct facts *facts, bool (*are)(const struct container *container))
{
	int64_t count = 0;

	for (size_t i = 0; i < facts->consignment->container_count; i++)
		count += are(&facts->consignment->containers[i]);
	return number_of(count);
}

#define CONTAINERS_THAT(name, function)                                                                                \
	void fact_##name(const struct facts *facts, const struct item *item, struct fact_value *value)                 \
	{                                                                                                              \
		(void)item;                                                                                            \
		value->number = containers_that(facts, function);                                                      \
	}
CONTAINERS_THAT(containers_empty, container_is_empty)
CONTAINERS_THAT(containers_empty_with_goods, container_is_empty_with_goods)
CONTAINERS_THAT(containers_wrong, container_is_wrong)
CONTAINERS_THAT(containers_unsealed, container_is_unsealed)

/* Letters count 10, 12, 13 … 38 leaving out multiples of 11; each place weighs twice the one before. */
bool container_reference_is_right(struct text reference)
{
	static const int letters[] = {10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
		34, 35, 36, 37, 38};
	int place = 0, sum = 0, last = 0;

	for (size_t i = 0; i < reference.size; i++) {
		char c = reference.data[i];

		if (c == ' ' || c == '-')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (place > 10 || (place < 4 ? c < 'A' || c > 'Z' : c < '0' || c > '9'))
			return false;
		last = place < 4 ? letters[c - 'A'] : c - '0';
		if (place < 10)
			sum += last << place;
		place++;
	}
	return place == 11 && sum % 11 % 10 == last;
}

static struct text country_of(struct text place)
{
	place = text_trim(place);
	return place.size >= 2 ? text_slice(place, 0, 2) : TEXT_NONE;
}

void fact_loading_country(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	value->text = country_of(facts->consignment->place_of_loading);
}

void fact_unloading_country(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	value->text = country_of(facts->consignment->place_of_unloading);
}

static int64_t days_between(int64_t from, int64_t until)
{
	if (from == DATE_NONE || until == DATE_NONE || until - from > 1000000 || from - until > 1000000)
		return NUMBER_NONE;
	return number_of(until - from);
}

void fact_days_to_arrival(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	value->number = days_between(facts->today, facts->consignment->arrives_on);
}

void fact_sailing_days(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)item;
	value->number = days_between(facts->consignment->departs_on, facts->consignment->arrives_on);
}

void fact_item_number(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)facts;
	value->number = number_of(item->number);
}

static struct text hs_level(const struct item *item, size_t digits)
{
	return item->hs.size >= digits ? text_slice(item->hs, 0, digits) : TEXT_NONE;
}

#define HS_LEVEL(digits)                                                                                               \
	void fact_item_hs##digits(const struct facts *facts, const struct item *item, struct fact_value *value)        \
	{                                                                                                              \
		(void)facts;                                                                                           \
		value->text = hs_level(item, digits);                                                                  \
	}
HS_LEVEL(2)
HS_LEVEL(4)
HS_LEVEL(6)
HS_LEVEL(8)

#define ITEM_RATIO(name, above, below)                                                                                 \
	void fact_item_##name(const struct facts *facts, const struct item *item, struct fact_value *value)            \
	{                                                                                                              \
		(void)facts;                                                                                           \
		value->number = number_divide(above, below);                                                           \
	}
ITEM_RATIO(price_per_kg, item->price, item_mass(item))
ITEM_RATIO(value_per_package, item->customs_value, item->packages)
ITEM_RATIO(mass_per_package, item->gross_mass, item->packages)
ITEM_RATIO(value_per_unit, item->customs_value, item->supplementary_quantity)
ITEM_RATIO(duty_share, item->duties, item->customs_value)
ITEM_RATIO(net_to_gross, item->net_mass, item->gross_mass)
ITEM_RATIO(value_share, item->customs_value, facts->consignment->customs_value)
ITEM_RATIO(mass_share, item->gross_mass, facts->consignment->gross_mass)

/* The same price as the histories keep, so that it compares with reference(…). */
void fact_item_value_per_kg(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	value->number = item_price_per_kg(facts->consignment, item);
}

void fact_item_description_length(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	(void)facts;
	if (item->description.data)
		value->number = number_of((int64_t)utf8_width(text_trim(item->description)));
}

void fact_item_description_words(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	struct text rest = text_folded(facts->arena, item->description);
	int64_t count = 0;

	if (!item->description.data)
		return;
	while (rest.data && rest.size)
		count += text_cut(&rest, ' ').size > 0;
	value->number = number_of(count);
}

void fact_item_origin_is_exporting(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	struct text from = text_trim(facts->consignment->country_of_export);

	if (text_trim(item->origin).size && from.size)
		value->number = yes_no(text_equal_ignoring_case(text_trim(item->origin), from));
}

/* All that is said of the goods: trader's words, tariff text and marks. */
void fact_item_words(const struct facts *facts, const struct item *item, struct fact_value *value)
{
	struct text parts[] = {item->description, item->tariff_description, item->marks};
	struct text joined = TEXT_NONE;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (text_trim(parts[i]).size)
			joined = joined.data ? arena_format(facts->arena, "%.*s %.*s", TEXT_FORMAT(joined),
						       TEXT_FORMAT(parts[i]))
					     : parts[i];
	value->text = joined;
}
