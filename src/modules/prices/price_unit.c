/* Units and keys. */
#include "modules/prices/price_unit.h"

#include "engine/history.h"

#include <string.h>

/* Capitals and digits only, so that "nbr." and "NBR" are one. */
static struct text clean_unit(struct text unit, char *bytes)
{
	size_t size = 0;

	for (size_t i = 0; i < unit.size && size < PRICE_UNIT_SIZE; i++) {
		char c = unit.data[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
			bytes[size++] = c;
	}
	return (struct text){bytes, size};
}

size_t price_measures(const struct consignment *consignment, const struct item *item, struct price_measure *ret_measures)
{
	struct text hs6 = item->hs.size >= 6 ? text_slice(item->hs, 0, 6) : TEXT_NONE, origin = text_trim(item->origin);
	int64_t worth = item_worth(consignment, item), mass = item_mass(item);
	size_t count = 0;

	if (!hs6.data || worth == NUMBER_NONE)
		return 0;
	if (!origin.data)
		origin = TEXT("");
	if (item->supplementary_quantity > 0 && text_trim(item->supplementary_unit).size) {
		struct price_measure *measure = &ret_measures[count];

		*measure = (struct price_measure){.hs6 = hs6, .origin = origin,
			.price = number_divide(worth, item->supplementary_quantity)};
		measure->unit = clean_unit(text_trim(item->supplementary_unit), measure->unit_bytes);
		count += measure->price > 0 && measure->unit.size && !text_is(measure->unit, "KG") &&
			!text_is(measure->unit, "KGM");
	}
	if (mass > 0) {
		ret_measures[count] = (struct price_measure){.hs6 = hs6, .origin = origin, .unit = TEXT("KG"),
			.price = number_divide(worth, mass)};
		count += ret_measures[count].price > 0;
	}
	return count;
}

struct text price_key_print(char *bytes, struct text hs6, struct text origin, struct text unit)
{
	const struct text parts[] = {hs6, TEXT("|"), origin, TEXT("|"), unit};
	size_t size = 0;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		for (size_t j = 0; j < parts[i].size && size < PRICE_KEY_SIZE; j++)
			bytes[size++] = parts[i].data[j];
	return (struct text){bytes, size};
}

struct text price_key(struct arena *arena, struct text hs6, struct text origin, struct text unit)
{
	char bytes[PRICE_KEY_SIZE];

	return arena_text(arena, price_key_print(bytes, hs6, origin, unit));
}
